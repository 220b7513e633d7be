"""Which measures each row of a table can meet: masks over boxes, merged axis by axis into states, then pairs.

A state is a set of boxes that are still possible. Axes are merged, the most selective first, while the states are few;
the remaining axes are tested on (row, box) pairs only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sanctionsmodel._index import Masks
from sanctionsmodel._lines import DENSE, Ints, Kids, Line
from sanctionsmodel.sets import Cuts

_MOST_STATES = 1 << 16
_FEW_BOXES = 2.0
_SAMPLE = 2_048

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
        self._of_axis: dict[int, Words] = {}
        rng = np.random.default_rng(20240413)
        self._weights = rng.integers(1, 1 << 63, self._words, np.uint64) | np.uint64(1)

    def pairs(self, kids: Kids, count: int) -> Pairs:
        """Return every row with every measure that it can meet."""
        axes = [axis for axis in kids if axis in self._masks.demands]
        base = self._base(axes)
        if not count or not base.any():
            return Pairs(np.empty(0, np.int64), np.empty(0, np.int32))
        rows: npt.NDArray[np.int64] | None = None
        state = np.zeros(count, np.int32)
        masks = base[None, :]
        left = self._ordered(axes, kids, base, count)
        while left and not self._is_enough(masks, state, kids[left[0]], left[0]):
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
        return self._expanded(rows, state, masks, left, kids)

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
            more = np.stack([self._as_words(self._masks.touched(axis, cuts)) for cuts in line.sets[known:]])
            made = more if made is None else np.concatenate([made, more])
            self._of_axis[axis] = made
        assert made is not None
        return made

    def _ordered(self, axes: Sequence[int], kids: Kids, base: Words, count: int) -> list[int]:
        """Order axes by the share of boxes that they leave to a sample of the rows."""
        step = max(1, count // _SAMPLE)
        share = {axis: int(np.bitwise_count(self._bits(axis)[kids[axis][::step]] & base).sum()) for axis in axes}
        return sorted(axes, key=lambda axis: share[axis])

    def _is_enough(self, masks: Words, state: Ints, codes: Ints, axis: int) -> bool:
        size = len(masks) * len(self._lines[axis].sets)
        if size > DENSE and size > 2 * len(state):
            return True
        if len(masks) <= _MOST_STATES and len(self._lines[axis].sets) <= 1:
            return False
        return len(masks) > _MOST_STATES

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
        _, first, place = np.unique(hashed, return_index=True, return_inverse=True)
        if len(first) < len(masks) and not np.array_equal(masks[first][place], masks):
            return np.arange(len(masks)), np.arange(len(masks))
        return first, place

    def _expanded(
        self, rows: npt.NDArray[np.int64], state: Ints, masks: Words, left: Sequence[int], kids: Kids
    ) -> Pairs:
        """Return the pairs of rows and measures, after the tests of the remaining axes on (row, box) pairs."""
        in_state, boxes = np.nonzero(np.unpackbits(masks.view(np.uint8), axis=1, bitorder="little"))
        if not left:  # the boxes do not matter any more, only whose they are
            owners = self._owners[boxes]
            keep = np.ones(len(boxes), np.bool_)
            keep[1:] = (in_state[1:] != in_state[:-1]) | (owners[1:] != owners[:-1])
            in_state, boxes = in_state[keep], boxes[keep]
        counts = np.bincount(in_state, minlength=len(masks))
        starts = np.cumsum(counts) - counts
        each = counts[state]
        places = np.repeat(np.arange(len(state)), each)
        offset = np.arange(len(places)) - np.repeat(np.cumsum(each) - each, each)
        box = boxes[starts[state][places] + offset].astype(np.int32)
        pair_rows = rows[places]
        for axis in left:
            bits = self._bits(axis)
            byte = bits.view(np.uint8).reshape(-1)[
                kids[axis][pair_rows].astype(np.int64) * (8 * self._words) + (box >> 3)
            ]
            keep = (byte >> (box & 7).astype(np.uint8)) & 1 != 0
            pair_rows, box = pair_rows[keep], box[keep]
        measures = self._owners[box]
        keep = np.ones(len(measures), np.bool_)
        keep[1:] = (pair_rows[1:] != pair_rows[:-1]) | (measures[1:] != measures[:-1])
        return Pairs(pair_rows[keep], measures[keep])
