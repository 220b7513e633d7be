"""Questions that some axes decide, answered once for each combination that the question tells apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from sanctionsmodel._lines import Answers, Combined, Ints, Kids, Line, Local, distinct

_MOST_BITS = 62


class Decided:
    """A question that some axes decide.

    Args:
        lines: the lines of the axes.
        cuts: the axes that decide, each with the cuts that the question makes on it.
        answer: answers the question for one row, with a number from 0.
        told: whether the question keeps apart what somebody said or implied.
    """

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
        self._answers = Answers(0)
        self._wide: dict[tuple[int, ...], int] = {}

    def answers(self, kids: Kids, rows: npt.NDArray[Any] | None, count: int) -> Ints:
        """Return the answer for each row, or for each of the given rows; it is asked of one row a combination."""
        axes = [axis for axis in self._locals if axis in kids]
        tables = [self._locals[axis].of() for axis in axes]
        self._lay_out(axes)
        if sum(self._bits.values()) > _MOST_BITS:
            codes = [table[_of(kids[axis], rows)] for axis, table in zip(axes, tables, strict=True)]
            return self._one_by_one(axes, codes, rows, count)
        key = np.zeros(count, np.int64)
        shift = 0
        for axis, table in zip(axes, tables, strict=True):
            key |= (table.astype(np.int64) << shift).take(_of(kids[axis], rows))
            shift += self._bits[axis]
        found = self._answers.find(key)
        unanswered = np.flatnonzero(found < 0)
        if len(unanswered):
            first, place = distinct(key[unanswered], 1 << shift)
            first = unanswered[first]
            made = np.array([self._answer(int(row if rows is None else rows[row])) for row in first], np.int32)
            self._answers.add(key[first], made)
            found[unanswered] = made[place]
        return found

    def _lay_out(self, axes: list[int]) -> None:
        """Give each axis enough bits for its numbers."""
        needed = {axis: max(self._locals[axis].count - 1, 0).bit_length() for axis in axes}
        if needed.keys() != self._bits.keys() or any(bits > self._bits[axis] for axis, bits in needed.items()):
            self._bits, self._wide = needed, {}
            self._answers = Answers(min(sum(needed.values()), _MOST_BITS))

    def _one_by_one(self, axes: list[int], codes: list[Ints], rows: npt.NDArray[Any] | None, count: int) -> Ints:
        """Answer where the numbers do not fit into one key."""
        combined = Combined()
        for axis, numbers in zip(axes, codes, strict=True):
            combined.add(numbers, self._locals[axis].count)
        first, place = combined.distinct(count)
        made = []
        for row in first:
            key = tuple(int(numbers[row]) for numbers in codes)
            if key not in self._wide:
                self._wide[key] = self._answer(int(row if rows is None else rows[row]))
            made.append(self._wide[key])
        return np.array(made, np.int32)[place]


def _of(numbers: Ints, rows: npt.NDArray[Any] | None) -> Ints:
    return numbers if rows is None else numbers.take(rows)
