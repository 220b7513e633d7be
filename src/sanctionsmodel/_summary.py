"""What a screened table says as a whole: rows by outcome, measures by status, missing facts by rows.

>>> import pyarrow as pa
>>> found = pa.table({"at_least": ["duty", "not_covered"], "at_most": ["prohibited", "not_covered"],
...     "measures": ["us/a=covered|us/b=undetermined", ""], "missing_facts": ["produced_on", ""], "problem": ["", ""]})
>>> print(summarise(found))
2 rows: 1 undetermined (at least duty, at most prohibited), 1 not_covered
measures:
  us/a: 1 covered
  us/b: 1 undetermined
missing facts, by the rows that wait for each:
  produced_on: 1
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from sanctionsmodel._tables import Frame, frame_of

_MOST_SHOWN = 12
_MOST_PROBLEMS = 100_000


class Summary:
    """Counts over the rows of a screened table; ``values`` sums a column of numbers by the same keys."""

    def __init__(self, value: str = "") -> None:
        self.value = value
        self.rows = 0
        self.rows_with_problems = 0
        self.outcomes: Counter[tuple[str, str]] = Counter()
        self.measures: dict[str, Counter[str]] = {}
        self.missing_facts: Counter[str] = Counter()
        self.problems: Counter[str] = Counter()
        self.values: defaultdict[str, float] = defaultdict(float)

    def add(self, found: Any) -> None:
        """Count a screened table, or one more batch of it."""
        frame = found if isinstance(found, Frame) else frame_of(found)
        count = len(frame)
        self.rows += count
        amounts = frame.numbers(self.value) if self.value else None
        weights = None if amounts is None else np.nan_to_num(amounts)
        low, high = frame.fetch("at_least"), frame.fetch("at_most")
        key = low.places.astype(np.int64) * (len(high.values) + 1) + high.places
        for number, rows in zip(*np.unique(key, return_counts=True), strict=True):
            place_low, place_high = divmod(int(number), len(high.values) + 1)
            self.outcomes[low.values[place_low], high.values[place_high]] += int(rows)
        for text, rows, _ in _counted(frame, "measures", None):
            for one in text.split("|"):
                name, _, status = one.rpartition("=")
                self.measures.setdefault(name, Counter())[status] += rows
        for text, rows, worth in _counted(frame, "missing_facts", weights):
            for name in text.split("|"):
                self.missing_facts[name] += rows
                self.values[name] += worth
        for text, rows, _ in _counted(frame, "problem", None):
            self.rows_with_problems += rows
            if text in self.problems or len(self.problems) < _MOST_PROBLEMS:
                self.problems[text] += rows

    @property
    def outcome(self) -> str:
        """Say ``covered`` when some answer is, ``undetermined`` when some is open or unread, else ``clear``."""
        if any(low == high and low not in ("not_covered", "exempt") for low, high in self.outcomes):
            return "covered"
        return "undetermined" if self.rows_with_problems or any(a != b for a, b in self.outcomes) else "clear"

    def __str__(self) -> str:
        """Return the summary as text."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        outcomes = ", ".join(f"{rows} {_outcome(*ends)}" for ends, rows in sorted(self.outcomes.items()))
        yield f"{self.rows} rows: {outcomes or 'none'}"
        if self.measures:
            yield "measures:"
        order = sorted(self.measures.items(), key=lambda item: (-item[1]["covered"], -item[1].total(), item[0]))
        yield from _listed([f"{name}: {_statuses(statuses)}" for name, statuses in order])
        if self.missing_facts:
            yield "missing facts, by the rows that wait for each:"
        yield from _listed([f"{name}: {rows}{self._worth(name)}" for name, rows in self.missing_facts.most_common()])
        if self.problems:
            yield f"{self.rows_with_problems} rows with problems:"
        yield from _listed([f"{rows} x {text}" for text, rows in self.problems.most_common()])

    def _worth(self, name: str) -> str:
        return f" (worth {self.values[name]:,.0f})" if self.value else ""


def _counted(frame: Frame, header: str, weights: Any) -> Iterator[tuple[str, int, float]]:
    """Yield each text of a column that is not empty, in how many rows it stands, and what these are worth."""
    column = frame.fetch(header)
    rows = np.bincount(column.places, minlength=len(column.values))
    worth = np.bincount(column.places, weights, len(column.values)) if weights is not None else np.zeros(len(rows))
    for place, text in enumerate(column.values):
        if text and rows[place]:
            yield text, int(rows[place]), float(worth[place])


def _outcome(low: str, high: str) -> str:
    return low if low == high else f"undetermined (at least {low}, at most {high})"


def _statuses(statuses: Counter[str]) -> str:
    return ", ".join(f"{statuses[name]} {name}" for name in ("covered", "undetermined", "exempt") if statuses[name])


def _listed(lines: list[str]) -> Iterator[str]:
    yield from (f"  {line}" for line in lines[:_MOST_SHOWN])
    if len(lines) > _MOST_SHOWN:
        yield f"  and {len(lines) - _MOST_SHOWN} more"


def summarise(found: Any, value: str = "") -> Summary:
    """Return the summary of a screened table of any kind.

    Args:
        found: what `screen` returned.
        value: a column of numbers to be summed up by missing fact, so that the most valuable question comes to light.
    """
    made = Summary(value)
    made.add(found)
    return made
