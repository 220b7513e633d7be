"""What is known of an axis, numbered: sets that no rule tells apart share one number.

The boxes of all rules cut the line of an axis into classes. Two known sets that touch the same classes get the same
answer from every rule, so a table needs only the number of a set, and a rule, which makes few of the cuts, needs only
the coarser number that its own cuts leave.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

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
#: The same for the stored answers of one question.
DENSE_ANSWERS = 1 << 16
MOST_BITS = 62


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
            kinds, place = np.unique(key, return_inverse=True)
            numbers = np.array([self._numbers.setdefault(kind, len(self._numbers)) for kind in kinds.tolist()])
            more = numbers.astype(np.int32)[place]
            for position, runs in enumerate(line.runs[known:]):
                if len(runs) > 2:
                    more[position] = self._number_of_runs(known + position, runs)
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


def distinct(key: npt.NDArray[np.int64], size: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the first row of each distinct key, and for each row the place of its key among them."""
    if size <= max(DENSE, len(key)):
        first = np.full(size, -1, np.int64)
        first[key[::-1]] = np.arange(len(key) - 1, -1, -1)
        present = np.flatnonzero(first >= 0)
        place = np.empty(size, np.int64)
        place[present] = np.arange(len(present))
        return first[present], place[key]
    _, rows, place = np.unique(key, return_index=True, return_inverse=True)
    return rows, place


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


class Decided:
    """A question that some axes decide, answered once for each combination that the question tells apart."""

    def __init__(
        self,
        lines: Mapping[int, Line],
        cuts: Mapping[int, Sequence[Any]],
        answer: Callable[[int], int],
        told: bool = False,
    ) -> None:
        self._locals = {axis: Local(lines[axis], of, told) for axis, of in cuts.items()}
        self._answer = answer
        self._bits: dict[int, int] = {}
        self._dense: Ints | None = None
        self._found: dict[Any, int] = {}

    def answers(self, kids: Kids, rows: npt.NDArray[Any] | None, count: int) -> Ints:
        """Return the answer for each row, or for each of the given rows; it is asked of one row a combination."""
        axes = [axis for axis in self._locals if axis in kids]
        codes = [self._locals[axis].of()[kids[axis] if rows is None else kids[axis][rows]] for axis in axes]
        self._lay_out(axes)
        if sum(self._bits.values()) > MOST_BITS:
            return self._one_by_one(axes, codes, rows, count)
        key = np.zeros(count, np.int64)
        for axis, numbers in zip(axes, codes, strict=True):
            key <<= self._bits[axis]
            key |= numbers
        size = 1 << sum(self._bits.values())
        if size > DENSE_ANSWERS:
            first, place = distinct(key, size)
            return np.array([self._one(int(key[row]), int(row), rows) for row in first], np.int32)[place]
        return self._by_position(key, size, rows)

    def _lay_out(self, axes: list[int]) -> None:
        """Give each axis enough bits for its numbers."""
        needed = {axis: max(self._locals[axis].count - 1, 0).bit_length() for axis in axes}
        if needed.keys() != self._bits.keys() or any(bits > self._bits[axis] for axis, bits in needed.items()):
            self._bits, self._dense, self._found = needed, None, {}

    def _by_position(self, key: npt.NDArray[np.int64], size: int, rows: npt.NDArray[Any] | None) -> Ints:
        if self._dense is None:
            self._dense = np.full(size, -1, np.int32)
        found = self._dense[key]
        unanswered = np.flatnonzero(found < 0)
        if len(unanswered):
            first, _ = distinct(key[unanswered], size)
            for row in unanswered[first]:
                self._dense[key[row]] = self._one(int(key[row]), int(row), rows)
            found = self._dense[key]
        return found

    def _one_by_one(self, axes: list[int], codes: list[Ints], rows: npt.NDArray[Any] | None, count: int) -> Ints:
        """Answer where the numbers do not fit into one key."""
        combined = Combined()
        for axis, numbers in zip(axes, codes, strict=True):
            combined.add(numbers, self._locals[axis].count)
        first, place = combined.distinct(count)
        found = [self._one(tuple(int(numbers[row]) for numbers in codes), int(row), rows) for row in first]
        return np.array(found, np.int32)[place]

    def _one(self, key: Any, row: int, rows: npt.NDArray[Any] | None) -> int:
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._answer(row if rows is None else int(rows[row]))
        return found
