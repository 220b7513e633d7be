"""Findings of a table as columns: the overall answer, the measures, the missing facts and the problems of each row.

Rows with equal findings share one text, so that the columns cost what their distinct answers cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sanctionsmodel._columns import Column
from sanctionsmodel._kernel import Contradiction, Found, Kernel, Ruling
from sanctionsmodel._lines import Combined, Ints
from sanctionsmodel.prohibitions import SEVERITY, Status

_ORDER = tuple(str(status.value) for status in (Status.COVERED, Status.UNDETERMINED, Status.EXEMPT))
OUTPUTS = ("at_least", "at_most", "measures", "missing_facts", "problem")


class Texts(NamedTuple):
    """A column of text in which rows share their texts."""

    codes: Ints
    texts: Sequence[str]


class Answers(NamedTuple):
    """The columns that screening adds."""

    at_least: Texts
    at_most: Texts
    measures: Texts
    missing_facts: Texts
    problem: Texts


def answers_of(kernel: Kernel, found: Found, columns: Iterable[Column], count: int) -> Answers:
    """Return the columns for the findings of a table."""
    counts = np.array([one.counts for one in kernel.rulings], np.bool_)
    low = np.array([one.at_least if one.counts else 0 for one in kernel.rulings], np.int32)
    high = np.array([one.at_most if one.counts else 0 for one in kernel.rulings], np.int32)
    at_least, at_most = np.zeros(count, np.int32), np.zeros(count, np.int32)
    rows, starts = np.unique(found.rows, return_index=True) if len(found.rows) else (found.rows, found.rows)
    if len(rows):
        at_least[rows] = np.maximum.reduceat(low[found.rulings], starts)
        at_most[rows] = np.maximum.reduceat(high[found.rulings], starts)
    del counts
    measures, missing = _texts(kernel, found, rows, starts, count)
    return Answers(
        Texts(at_least, SEVERITY),
        Texts(at_most, SEVERITY),
        measures,
        missing,
        _problems(list(columns), found.contradictions, count),
    )


def _texts(
    kernel: Kernel, found: Found, rows: npt.NDArray[np.int64], starts: npt.NDArray[np.int64], count: int
) -> tuple[Texts, Texts]:
    first, place = _equal_rows(found, starts, rows)
    ends = np.append(starts[1:], len(found.rulings))
    measures, missing = _Numbered(), _Numbered()
    of_measures, of_missing = np.zeros(len(first), np.int32), np.zeros(len(first), np.int32)
    rank = {n: _rank(one) for n, one in enumerate(kernel.rulings)}
    for number, position in enumerate(first):
        rulings = sorted(found.rulings[starts[position] : ends[position]].tolist(), key=rank.__getitem__)
        chosen = [kernel.rulings[one] for one in rulings]
        of_measures[number] = measures.number("|".join(f"{one.measure}={one.status}" for one in chosen))
        of_missing[number] = missing.number("|".join(_missing(kernel, found, chosen, int(rows[position]))))
    codes_of_measures, codes_of_missing = np.zeros(count, np.int32), np.zeros(count, np.int32)
    codes_of_measures[rows] = of_measures[place]
    codes_of_missing[rows] = of_missing[place]
    return Texts(codes_of_measures, measures.texts), Texts(codes_of_missing, missing.texts)


class _Numbered:
    """Numbers texts; the empty one is 0."""

    def __init__(self) -> None:
        self.texts = [""]
        self._numbers = {"": 0}

    def number(self, text: str) -> int:
        found = self._numbers.setdefault(text, len(self.texts))
        if found == len(self.texts):
            self.texts.append(text)
        return found


def _equal_rows(
    found: Found, starts: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the first of each group of rows with equal findings and questions, and the group of each row."""
    if not len(rows):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    rng = np.random.default_rng(20240413)
    weights = rng.integers(0, 1 << 64, (2, int(found.rulings.max()) + 1), np.uint64, endpoint=False)
    hashed = [np.add.reduceat(weight[found.rulings], starts) for weight in weights]
    for answers in found.asked.values():
        more = rng.integers(0, 1 << 64, (2, int(answers.max()) + 1), np.uint64, endpoint=False)
        hashed = [one + weight[answers[rows]] for one, weight in zip(hashed, more, strict=True)]
    both = np.empty(len(rows), [("a", np.uint64), ("b", np.uint64)])
    both["a"], both["b"] = hashed
    _, first, place = np.unique(both, return_index=True, return_inverse=True)
    return first, place


def _rank(ruling: Ruling) -> tuple[int, int, str]:
    return (_ORDER.index(ruling.status), -ruling.severity, ruling.measure)


def _missing(kernel: Kernel, found: Found, rulings: Sequence[Ruling], row: int) -> list[str]:
    """Return the facts to ask for: those of the most severe measures first, then those that most measures wait for."""
    waiting = [one for one in rulings if one.open_axes]
    use: dict[str, list[int]] = {}
    for ruling in [one for one in waiting if one.counts] or waiting:
        names: set[str] = set()
        for axis in ruling.open_axes:
            names.update(_names(kernel, found.asked, axis, row))
        for name in names:
            use.setdefault(name, []).append(ruling.at_most)
    return sorted(use, key=lambda name: (-max(use[name]), -len(use[name]), name))


def _names(kernel: Kernel, asked: Mapping[int, Ints], axis: int, row: int) -> tuple[str, ...]:
    if axis in asked:
        return kernel.questions[int(asked[axis][row])]
    return (kernel.index.axes.names[axis].fact,)


def _problems(columns: Sequence[Column], contradictions: Sequence[Contradiction], count: int) -> Texts:
    """Return what ails each row: cells that cannot be read, and facts that contradict one another."""
    layers: list[tuple[npt.NDArray[Any], Mapping[int, str]]] = []
    for column in columns:
        if column.problems:
            bad = np.zeros(len(column.known), np.int32)
            for code in column.problems:
                bad[code] = code
            layers.append((bad[column.codes], column.problems))
    layers += _layers(contradictions, count)
    combined = Combined()
    for codes, texts in layers:
        combined.add(codes, max(texts) + 1)
    first, place = combined.distinct(count)
    made = ["; ".join(texts[int(codes[row])] for codes, texts in layers if codes[row]) for row in first]
    return Texts(place.astype(np.int32), made)


def _layers(contradictions: Sequence[Contradiction], count: int) -> list[tuple[npt.NDArray[Any], Mapping[int, str]]]:
    """Lay contradictions into as few columns as have room for them; a row may have several."""
    layers: list[tuple[npt.NDArray[Any], dict[int, str]]] = []
    for one in contradictions:
        layer = next((layer for layer in layers if not layer[0][one.rows].any()), None)
        if layer is None:
            layer = np.zeros(count, np.int32), {}
            layers.append(layer)
        number = len(layer[1]) + 1
        layer[0][one.rows] = number
        layer[1][number] = f"{one.message}; not used: {', '.join(one.facts)}"
    return list(layers)
