"""Which measures each row of a table can meet: masks over boxes, merged axis by axis into states, then pairs.

A state is a set of boxes that are still possible. Axes are merged, the most selective first, while the states are few;
the masks of the remaining axes are laid over blocks of rows.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sanctionsmodel._index import Masks
from sanctionsmodel._lines import Ints, Kids, Line, alike
from sanctionsmodel._parallel import in_parallel
from sanctionsmodel.sets import Cuts

_MOST_STATES = 1 << 16
_SAMPLE = 2_048
_BLOCK = 1 << 15

Words = npt.NDArray[np.uint64]


class Pairs(NamedTuple):
    """Rows and the numbers of measures that they can meet, by row and then measure."""

    rows: npt.NDArray[np.int64]
    measures: Ints


class States:
    """Finds the measures that rows can meet."""

    def __init__(self, masks: Masks, lines: dict[int, Line], defaults: Sequence[Cuts]) -> None:
        self._masks = masks
        self._lines = lines
        self._defaults = defaults
        self._words = max(1, -(-len(masks.owners) // 64))
        self._owners = np.array(masks.owners, np.int32)
        self._is_shared = len(masks.owners) > len(masks.counts)
        self._of_axis: dict[int, Words] = {}
        self._class_masks: dict[int, Words] = {}
        rng = np.random.default_rng(20240413)
        self._weights = rng.integers(1, 1 << 63, self._words, np.uint64) | np.uint64(1)

    def pairs(self, kids: Kids, count: int) -> Pairs:
        """Return every row with every measure that it can meet."""
        axes = [axis for axis in kids if axis in self._masks.demands]
        base = self._base(axes)
        nothing = Pairs(np.empty(0, np.int64), np.empty(0, np.int32))
        if not count or not base.any():
            return nothing
        rows: npt.NDArray[np.int64] | None = None
        state = np.zeros(count, np.int32)
        masks = base[None, :]
        left = self._ordered(axes, kids, base, count)
        while left and not self._is_enough(masks, state, left[0]):
            axis = left.pop(0)
            codes = kids[axis] if rows is None else kids[axis][rows]
            state, masks = self._merged(state, masks, codes, self._bits(axis))
            dead = np.asarray(~masks.any(axis=1))
            if dead.any():
                alive = np.flatnonzero(~dead[state])
                rows = alive if rows is None else rows[alive]
                state = state[alive]
        if rows is None:
            rows = np.arange(count)
        for axis in left:
            self._bits(axis)  # made before the threads share it
        blocks = [slice(start, start + _BLOCK) for start in range(0, len(rows), _BLOCK)]
        found = in_parallel(lambda block: self._met(rows[block], state[block], masks, left, kids), blocks)
        return Pairs(*(np.concatenate(one) for one in zip(*found, strict=True))) if found else nothing

    def _base(self, axes: Sequence[int]) -> Words:
        """Return the boxes that are possible as far as the axes go of which no column tells anything."""
        masks = self._masks
        found = masks.everyone
        for axis in masks.demands.keys() - set(axes):
            found &= masks.touched(axis, self._defaults[axis])
        return self._as_words(found)

    def _as_words(self, bits: int) -> Words:
        return np.frombuffer(bits.to_bytes(self._words * 8, "little"), "<u8").astype(np.uint64)

    def _bits(self, axis: int) -> Words:
        """Return the mask of each number of an axis."""
        line = self._lines[axis]
        made = self._of_axis.get(axis)
        known = 0 if made is None else len(made)
        if known < len(line.sets):
            classes = self._of_classes(axis)
            more = np.empty((len(line.sets) - known, self._words), np.uint64)
            for place, runs in enumerate(line.runs[known:]):
                more[place] = np.bitwise_or.reduce(classes[runs[0] : runs[1] + 1], axis=0)
                for first, last in zip(runs[2::2], runs[3::2], strict=True):
                    more[place] |= np.bitwise_or.reduce(classes[first : last + 1], axis=0)
            made = more if made is None else np.concatenate([made, more])
            self._of_axis[axis] = made
        assert made is not None
        return made

    def _of_classes(self, axis: int) -> Words:
        """Return the mask of each class of an axis: at each cut, the boxes that have it begin or end."""
        found = self._class_masks.get(axis)
        if found is None:
            line, masks = self._lines[axis], self._masks
            found = np.zeros((len(line.cuts) + 1, self._words), np.uint64)
            bound = 0
            for cuts, bits in masks.demands[axis].items():
                bound |= bits
                words = self._as_words(bits)
                for cut in cuts:
                    found[bisect_left(line.cuts, cut) + 1] ^= words
            found[0] ^= self._as_words(masks.everyone & ~bound)
            np.bitwise_xor.accumulate(found, axis=0, out=found)
            self._class_masks[axis] = found
        return found

    def _ordered(self, axes: Sequence[int], kids: Kids, base: Words, count: int) -> list[int]:
        """Order axes by the share of boxes that they leave to a sample of the rows."""
        step = max(1, count // _SAMPLE)
        share = {axis: int(np.bitwise_count(self._bits(axis)[kids[axis][::step]] & base).sum()) for axis in axes}
        return sorted(axes, key=lambda axis: share[axis])

    def _is_enough(self, masks: Words, state: Ints, axis: int) -> bool:
        """Say whether merging one more axis would make more states than it saves tests."""
        size = len(masks) * len(self._lines[axis].sets)
        return len(masks) > 1 and size > max(_MOST_STATES, len(state))

    def _merged(self, state: Ints, masks: Words, codes: Ints, bits: Words) -> tuple[Ints, Words]:
        """Tell states apart by one more axis; states with equal masks are one."""
        key = state.astype(np.int64) * len(bits) + codes
        present = np.zeros(len(masks) * len(bits), np.bool_)
        present[key] = True
        found = np.flatnonzero(present)
        made = masks[found // len(bits)] & bits[found % len(bits)]
        first, place = self._equal(made)
        table = np.empty(len(present), np.int32)
        table[found] = place
        return table[key], made[first]

    def _equal(self, masks: Words) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        hashed = (masks * self._weights).sum(axis=1, dtype=np.uint64)
        first, place = alike(hashed)
        if len(first) < len(masks) and not np.array_equal(masks[first][place], masks):
            return np.arange(len(masks)), np.arange(len(masks))
        return first, place

    def _met(self, rows: npt.NDArray[np.int64], state: Ints, masks: Words, left: Sequence[int], kids: Kids) -> Pairs:
        """Return the pairs of some rows, after the tests of the axes that were not merged."""
        words = masks.take(state, axis=0)
        for axis in left:
            words &= self._bits(axis).take(kids[axis][rows], axis=0)
        flat = words.reshape(-1)
        at = np.flatnonzero(flat)
        bits = flat[at]
        counts = np.bitwise_count(bits)
        row, word = np.divmod(at, self._words)
        row = np.repeat(row, counts)
        boxes = self._boxes(bits, counts, word * 64)
        measures = self._owners[boxes]
        if self._is_shared and len(row):  # boxes of a measure are neighbours
            keep = np.append(True, (row[1:] != row[:-1]) | (measures[1:] != measures[:-1]))
            row, measures = row[keep], measures[keep]
        return Pairs(rows[row], measures)

    @staticmethod
    def _boxes(bits: Words, counts: npt.NDArray[np.uint8], first: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the places of the bits of words, word by word; the words begin at these places."""
        ends = np.cumsum(counts, dtype=np.int64)
        found = np.empty(int(ends[-1]) if len(ends) else 0, np.int64)
        place = ends - counts
        while len(bits):
            lowest = bits & (~bits + np.uint64(1))
            found[place] = first + np.bitwise_count(lowest - np.uint64(1))
            bits = bits ^ lowest
            more = np.flatnonzero(bits)
            bits, place, first = bits[more], place[more] + 1, first[more]
        return found
