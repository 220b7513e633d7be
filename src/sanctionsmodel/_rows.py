"""Findings of a table as columns: the overall answer, the measures, the missing facts and the problems of each row.

Rows with equal findings share one text, so that the columns cost what their distinct answers cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sanctionsmodel._columns import Column
from sanctionsmodel._grouped import Contradiction
from sanctionsmodel._kernel import Found, Kernel, Ruling
from sanctionsmodel._lines import Combined, Ints, alike
from sanctionsmodel._parallel import in_parallel
from sanctionsmodel.prohibitions import SEVERITY, Status

Rows = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]

_ORDER = tuple(str(status.value) for status in (Status.COVERED, Status.UNDETERMINED, Status.EXEMPT))
OUTPUTS = ("at_least", "at_most", "measures", "missing_facts", "problem")


class Texts(NamedTuple):
    """A column of text in which rows share their texts (an Arrow array)."""

    codes: Ints
    texts: Any


class Answers(NamedTuple):
    """The columns that screening adds."""

    at_least: Texts
    at_most: Texts
    measures: Texts
    missing_facts: Texts
    problem: Texts


def answers_of(kernel: Kernel, found: Found, columns: Iterable[Column], count: int) -> Answers:
    """Return the columns for the findings of a table."""
    distinct = _distinct(kernel, found, count)
    codes = distinct.codes

    def spread(answers: Ints) -> Ints:
        """Return the answer of each row: 0 without findings, else that of its group."""
        made: Ints = np.concatenate([np.zeros(1, np.int32), answers])[codes]
        return made

    scale = pa.array(SEVERITY, pa.string())
    at_least = np.array([one.at_least if one.counts else 0 for one in kernel.rulings], np.int32)
    at_most = np.array([one.at_most if one.counts else 0 for one in kernel.rulings], np.int32)
    missing, texts = _missing(kernel, found, distinct)
    return Answers(
        Texts(spread(distinct.highest(at_least)), scale),
        Texts(spread(distinct.highest(at_most)), scale),
        Texts(codes, _joined(kernel, distinct)),
        Texts(spread(missing), pa.array(texts, pa.string())),
        _problems(list(columns), found.contradictions, count),
    )


class _Distinct(NamedTuple):
    """Groups of rows with equal findings: of each row its group from 1 on (0 has none), of each group its first row.

    ``rulings`` has the findings of one group after the other, ``owner`` the group of each, from 0, and ``starts`` where
    each group begins.
    """

    codes: Ints
    rows: Rows
    rulings: Ints
    owner: Rows
    starts: Rows

    def highest(self, of: Ints) -> Ints:
        """Return the highest number among the findings of each group."""
        return np.maximum.reduceat(of[self.rulings], self.starts) if len(self.starts) else np.empty(0, np.int32)


def _distinct(kernel: Kernel, found: Found, count: int) -> _Distinct:
    starts = np.flatnonzero(np.append(True, found.rows[1:] != found.rows[:-1])) if len(found.rows) else found.rows
    rows = found.rows[starts]
    first, place = _equal_rows(found, starts, rows)
    counts = np.diff(np.append(starts, len(found.rulings)))[first]
    begins = np.cumsum(counts) - counts
    within = np.arange(int(counts.sum())) - np.repeat(begins, counts)
    rulings = found.rulings[np.repeat(starts[first], counts) + within]
    owner = np.repeat(np.arange(len(first)), counts)
    rank = ranks_of(kernel)
    key = owner * np.int64(len(rank) + 1) + rank[rulings]
    key.sort()
    rulings = np.argsort(rank).astype(np.int32)[key - owner * np.int64(len(rank) + 1)]
    codes = np.zeros(count, np.int32)
    codes[rows] = place + 1
    return _Distinct(codes, rows[first], rulings, owner, begins)


def _joined(kernel: Kernel, distinct: _Distinct) -> Any:
    """Return the texts of findings, the empty one first."""
    words = pa.array([f"{one.measure}={one.status}" for one in kernel.rulings], pa.string())
    offsets = np.concatenate([[0], distinct.starts, [len(distinct.rulings)]]).astype(np.int32)
    lists = pa.ListArray.from_arrays(pa.array(offsets), words.take(pa.array(distinct.rulings)))
    return pc.binary_join(lists, "|")


def _equal_rows(found: Found, starts: Rows, rows: Rows) -> tuple[Rows, Rows]:
    """Return the first of each group of rows with equal findings and questions, and the group of each row."""
    if not len(rows):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    rng = np.random.default_rng(20240413)
    weights = rng.integers(0, 1 << 64, (2, int(found.rulings.max()) + 1), np.uint64, endpoint=False)
    hashed = in_parallel(lambda weight: np.add.reduceat(weight[found.rulings], starts), list(weights))
    for answers in found.asked.values():
        more = rng.integers(0, 1 << 64, (2, int(answers.max()) + 1), np.uint64, endpoint=False)
        hashed = [one + weight[answers[rows]] for one, weight in zip(hashed, more, strict=True)]
    first, place = alike(hashed[0])
    if not np.array_equal(hashed[1][first][place], hashed[1]):  # pragma: no cover - two of 2**64 numbers are equal
        return np.arange(len(rows)), np.arange(len(rows))
    return first, place


def ranks_of(kernel: Kernel) -> Rows:
    """Return the place of each ruling in the order in which findings are written."""
    ordered = sorted(range(len(kernel.rulings)), key=lambda number: _rank(kernel.rulings[number]))
    ranks = np.empty(len(ordered), np.int64)
    ranks[ordered] = np.arange(len(ordered))
    return ranks


def _rank(ruling: Ruling) -> tuple[int, int, str]:
    return (_ORDER.index(ruling.status), -ruling.severity, ruling.measure)


class _Names:
    """Sets of facts as bits."""

    def __init__(self, kernel: Kernel) -> None:
        axes = kernel.index.axes.names
        asked = {name for names in kernel.questions for name in names}
        waiting = {axes[axis].fact for one in kernel.rulings for axis in one.open_axes}
        self.names = sorted(asked | waiting)
        self._place = {name: place for place, name in enumerate(self.names)}
        self.words = len(self.names) // 64 + 1
        self._told: dict[bytes, list[str]] = {}

    def bits(self, names: Iterable[str]) -> Words:
        """Return a set of names as words of bits."""
        whole = sum(1 << self._place[name] for name in set(names))
        return np.frombuffer(whole.to_bytes(self.words * 8, "little"), "<u8").astype(np.uint64)

    def told(self, bits: Words) -> list[str]:
        """Return the names of a set."""
        key = bits.tobytes()
        found = self._told.get(key)
        if found is None:
            whole = int.from_bytes(bits.astype("<u8").tobytes(), "little")
            found = self._told[key] = [name for place, name in enumerate(self.names) if whole >> place & 1]
        return found


def _missing(kernel: Kernel, found: Found, distinct: _Distinct) -> tuple[Ints, list[str]]:
    """Return the texts of the facts to ask for: those of the most severe open measures first, else by name."""
    rulings, names, owner = kernel.rulings, _Names(kernel), distinct.owner
    counts = np.array([one.counts for one in rulings], np.bool_)
    waits = np.array([bool(one.open_axes) for one in rulings], np.bool_)
    counted = np.zeros(len(distinct.rows), np.bool_)
    counted[owner[(waits & counts)[distinct.rulings]]] = True
    pairs = np.flatnonzero(waits[distinct.rulings] & (counts[distinct.rulings] | ~counted[owner]))
    if not len(pairs):
        return np.zeros(len(distinct.rows), np.int32), [""]
    chosen, of = distinct.rulings[pairs], owner[pairs]
    bits = _bits(kernel, found, distinct, names, chosen, of)
    severity = np.array([one.at_most for one in rulings], np.int32)[chosen]
    levels = np.unique(severity)[::-1]
    begins = np.flatnonzero(np.append(True, of[1:] != of[:-1]))
    layers = []
    for level in levels:
        at_level = np.where((severity == level)[:, None], bits, np.uint64(0))
        layers.append(np.bitwise_or.reduceat(at_level, begins, axis=0))
    whole = np.concatenate(layers, axis=1)
    kinds, place = np.unique(whole, axis=0, return_inverse=True)
    codes = np.zeros(len(distinct.rows), np.int32)
    codes[of[begins]] = place.reshape(-1) + 1
    texts = [""]
    for kind in kinds:
        told = [name for layer in kind.reshape(len(levels), names.words) for name in names.told(layer)]
        texts.append("|".join(dict.fromkeys(told)))
    return codes, texts


def _bits(kernel: Kernel, found: Found, distinct: _Distinct, names: _Names, chosen: Ints, of: Rows) -> Words:
    """Return for each open finding the facts that it asks for, as bits."""
    axes = kernel.index.axes.names
    direct = [[axes[axis].fact for axis in one.open_axes if axis not in found.asked] for one in kernel.rulings]
    made = np.stack([names.bits(one) for one in direct])[chosen]
    questions = np.stack([names.bits(one) for one in kernel.questions or [()]])
    for axis, answers in found.asked.items():
        asks = np.array([axis in one.open_axes for one in kernel.rulings], np.bool_)[chosen]
        made[asks] |= questions[answers[distinct.rows[of[asks]]]]
    return made


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
    return Texts(place.astype(np.int32), pa.array(made, pa.string()))


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
