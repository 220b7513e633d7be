"""What is known of an axis, numbered: sets that no rule tells apart share one number.

The boxes of all rules cut the line of an axis into classes. Two known sets that touch the same classes get the same
answer from every rule, so a table needs only the number of a set, and a rule, which makes few of the cuts, needs only
the coarser number that its own cuts leave.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from sanctionsmodel import sets
from sanctionsmodel._boxes import Box
from sanctionsmodel.sets import Cuts

Ints: TypeAlias = npt.NDArray[np.int32]
#: The numbers of known sets, one a row, by axis; an axis that is left out is as it is when nobody says anything.
Kids: TypeAlias = dict[int, Ints]

#: The most entries of a table that is looked up by position; beyond it, combinations are sorted.
DENSE = 1 << 22
#: So many entries are looked up by position however few rows there are, and so many for each row.
_DENSE_AT_LEAST, _DENSE_A_ROW = 1 << 12, 4
_FEWEST_SLOT_BITS, _MOST_SLOT_BITS = 8, 22
#: The answers to keys of so few bits are looked up by position.
_DENSE_BITS = 12
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


def cuts_of(boxes: Iterable[Box]) -> dict[int, list[Any]]:
    """Return the cuts that boxes make on each axis, sorted."""
    found: dict[int, set[Any]] = {}
    for box in boxes:
        for axis, cuts in box.items():
            found.setdefault(axis, set()).update(cuts)
    return {axis: sorted(cuts) for axis, cuts in found.items()}


def signature(cuts: Sequence[Any], known: Cuts) -> tuple[int, ...]:
    """Return the runs of classes that a known set touches, as first and last numbers."""
    runs: list[int] = []
    for low, high in sets.spans(known):
        first = bisect_right(cuts, low)
        last = len(cuts) if high is None else bisect_left(cuts, high)
        if runs and first <= runs[-1] + 1:
            runs[-1] = max(runs[-1], last)
        else:
            runs += (first, last)
    return tuple(runs)


class Line:
    """The numbered known sets of one axis; number 0 is what is possible while nobody says anything."""

    def __init__(self, cuts: Sequence[Any], default: Cuts, exact: bool) -> None:
        self.cuts = cuts
        self.exact = exact
        self.sets: list[Cuts] = []
        self.told: list[bool] = []
        self.runs: list[tuple[int, ...]] = []
        self.broken: list[int] = []
        self._numbers: dict[Any, int] = {}
        self._seen: dict[tuple[Cuts, bool], int] = {}
        self._ends: Ints = np.empty((0, 2), np.int32)
        self.number(default, told=False)

    def number(self, known: Cuts, told: bool = True) -> int:
        """Return the number of a known set; ``told`` says whether anybody said or implied anything."""
        found = self._seen.get((known, told))
        if found is None:
            runs = signature(self.cuts, known)
            found = self._numbers.setdefault((runs, told, self.is_single(known)), len(self.sets))
            if found == len(self.sets):
                self.sets.append(known)
                self.told.append(told)
                self.runs.append(runs)
                if len(runs) > 2:
                    self.broken.append(found)
            self._seen[known, told] = found
        return found

    def is_single(self, known: Cuts) -> bool:
        """Say whether a set holds just one value, on an axis where that matters."""
        return self.exact and sets.only_value(known) is not None

    @property
    def ends(self) -> Ints:
        """The first and the last class that each numbered set touches."""
        if len(self._ends) < len(self.runs):
            more = np.array([(runs[0], runs[-1]) for runs in self.runs[len(self._ends) :]], np.int32)
            self._ends = np.concatenate([self._ends, more])
        return self._ends


class Local:
    """The numbers of an axis as one rule tells them apart; ``told`` keeps apart what somebody said or implied."""

    def __init__(self, line: Line, cuts: Sequence[Any], told: bool = False) -> None:
        self.line = line
        self.told = told
        self.count = 0
        self._places = np.array([bisect_left(line.cuts, cut) for cut in cuts], np.int32)
        self._numbers: dict[Any, int] = {}
        self._of: Ints = np.empty(0, np.int32)

    def of(self) -> Ints:
        """Return the local number of each number of the line."""
        line, known = self.line, len(self._of)
        if known < len(line.sets):
            ends = np.searchsorted(self._places, line.ends[known:])
            key: npt.NDArray[np.int64] = ends[:, 0].astype(np.int64) * (len(self._places) + 1) + ends[:, 1]
            if self.told:
                more_told = [
                    2 * told + line.is_single(cuts)
                    for told, cuts in zip(line.told[known:], line.sets[known:], strict=True)
                ]
                key = key * 4 + np.array(more_told, np.int64)
            first, place = distinct(key, (len(self._places) + 1) ** 2 * (4 if self.told else 1))
            kinds = key[first].tolist()
            numbers = np.array([self._numbers.setdefault(kind, len(self._numbers)) for kind in kinds], np.int32)
            more = numbers[place]
            for number in line.broken:
                if number >= known:
                    more[number - known] = self._number_of_runs(number, line.runs[number])
            self._of = np.concatenate([self._of, more])
            self.count = len(self._numbers)
        return self._of

    def _number_of_runs(self, number: int, runs: tuple[int, ...]) -> int:
        """Return the local number of a set of several runs of classes."""
        ends = np.searchsorted(self._places, runs).tolist()
        merged: list[int] = []
        for first, last in zip(ends[::2], ends[1::2], strict=True):
            if merged and first <= merged[-1] + 1:
                merged[-1] = max(merged[-1], last)
            else:
                merged += (first, last)
        told = self.told and 2 * self.line.told[number] + self.line.is_single(self.line.sets[number])
        if len(merged) > 2:
            return self._numbers.setdefault((tuple(merged), told), len(self._numbers))
        key = merged[0] * (len(self._places) + 1) + merged[1]
        return self._numbers.setdefault(key * 4 + told if self.told else key, len(self._numbers))


def distinct(key: npt.NDArray[Any], size: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the first row of each distinct key below ``size``, and for each row the place of its key among them."""
    if size <= max(_DENSE_AT_LEAST, _DENSE_A_ROW * len(key)):
        first = np.full(size, -1, np.int64)
        first[key[::-1]] = np.arange(len(key) - 1, -1, -1)
        present = np.flatnonzero(first >= 0)
        place = np.empty(size, np.int64)
        place[present] = np.arange(len(present))
        return first[present], place[key]
    return alike(key.astype(np.int64, copy=False).view(np.uint64))


def alike(keys: npt.NDArray[np.uint64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the first row of each distinct key of any size, and for each row the place of its key among them."""
    rows = np.arange(len(keys))
    bits = min(max(_FEWEST_SLOT_BITS, (2 * len(keys)).bit_length()), _MOST_SLOT_BITS)
    slots = slots_of(keys, bits)
    holder = np.empty(1 << bits, np.int64)
    holder[slots[::-1]] = rows[::-1]
    of = holder[slots]
    other = np.flatnonzero(keys[of] != keys)  # the first row of their slot has another key
    if len(other):
        _, first, place = np.unique(keys[other], return_index=True, return_inverse=True)
        of[other] = other[first][place]
    is_first = of == rows
    return np.flatnonzero(is_first), (np.cumsum(is_first) - 1)[of]


def slots_of(keys: npt.NDArray[np.uint64], bits: int) -> npt.NDArray[np.int64]:
    """Spread keys over slots, so many that their numbers have this many bits."""
    return ((keys * _SPREAD) >> np.uint64(64 - bits)).view(np.int64)


class Combined:
    """Rows told apart by several numbered columns at once."""

    def __init__(self) -> None:
        self.size = 1
        self.key: npt.NDArray[np.int64] | None = None

    def add(self, codes: npt.NDArray[Any], count: int) -> None:
        """Tell rows apart by one more column of ``count`` numbers."""
        if count <= 1:
            return
        if self.size * count > 1 << 62:
            rows, place = self.distinct(len(codes))
            self.key, self.size = place, len(rows)
        wide = codes.astype(np.int64)
        self.key = wide if self.key is None else self.key * count + wide
        self.size *= count

    def distinct(self, rows: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return the first row of each combination, and for each row the place of its combination."""
        if self.key is None:
            return np.zeros(min(rows, 1), np.int64), np.zeros(rows, np.int64)
        return distinct(self.key, self.size)


class Answers:
    """Answers from 0, by key; -1 where there is none yet. Several threads may look up and add."""

    def __init__(self, bits: int) -> None:
        self._dense = np.full(1 << bits, -1, np.int32) if bits <= _DENSE_BITS else None
        self._sparse = _Sparse.of(np.empty(0, np.int64), np.empty(0, np.int32))

    def find(self, keys: npt.NDArray[np.int64]) -> Ints:
        """Return the answers of keys."""
        if self._dense is not None:
            return self._dense.take(keys)
        sparse = self._sparse
        if not len(sparse.keys):
            return np.full(len(keys), -1, np.int32)
        slots = slots_of(keys.view(np.uint64), sparse.bits)
        found = sparse.slot_values.take(slots)
        other = np.flatnonzero(sparse.slot_keys.take(slots) != keys)
        if len(other):  # another key has the slot
            wanted = keys[other]
            at = np.minimum(np.searchsorted(sparse.keys, wanted), len(sparse.keys) - 1)
            found[other] = np.where(sparse.keys[at] == wanted, sparse.values[at], -1)
        return found

    def add(self, keys: npt.NDArray[np.int64], values: Ints) -> None:
        """Store the answers of keys that have none; one thread at a time."""
        if self._dense is not None:
            self._dense[keys] = values
        else:
            old = self._sparse
            self._sparse = _Sparse.of(np.concatenate([old.keys, keys]), np.concatenate([old.values, values]))


class _Sparse(NamedTuple):
    """Answers by key: sorted, and spread over slots, in which the greatest of several keys stays."""

    keys: npt.NDArray[np.int64]
    values: Ints
    bits: int
    slot_keys: npt.NDArray[np.int64]
    slot_values: Ints

    @classmethod
    def of(cls, keys: npt.NDArray[np.int64], values: Ints) -> _Sparse:
        """Sort and spread answers; of a key that is there twice, either stays."""
        order = np.argsort(keys)
        keys, values = keys[order], values[order]
        bits = max(_FEWEST_SLOT_BITS, (4 * len(keys)).bit_length())
        slots = slots_of(keys.view(np.uint64), bits)
        slot_keys, slot_values = np.full(1 << bits, -1, np.int64), np.empty(1 << bits, np.int32)
        slot_keys[slots], slot_values[slots] = keys, values
        return cls(keys, values, bits, slot_keys, slot_values)
