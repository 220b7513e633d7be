"""Columns of amounts: numbers that no rule tells apart are read once, however many distinct ones a column holds.

Whatever lies so near to a limit that rounding might matter, and whatever is no plain amount, is read by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from sanctionsmodel._lines import Ints
from sanctionsmodel.facts import Fact
from sanctionsmodel.transactions import Known, OneOf

Floats = npt.NDArray[np.float64]

_BLOCK = 1 << 16
_NEAR = 1e-9
_LEAST, _MOST = 1e-4, 1e15
#: Amounts fall into buckets by the leading bits of their floats.
_FLOOR, _CEILING, _DROPPED = 1e-20, 1e32, 40
_FIRST_BUCKET = int(np.float64(_FLOOR).view(np.int64)) >> _DROPPED
_LAST_BUCKET = int(np.float64(_CEILING).view(np.int64)) >> _DROPPED
_AMOUNT = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,6})?) ?([^\s0-9.,_|'’][^|]{0,20})", re.ASCII)

#: Reads a cell with its unit; nothing where it cannot be read.
Read = Callable[[Any, str], Known | None]


class Scale:
    """Amounts of one fact in one unit, sorted into the classes that rules tell apart."""

    def __init__(self, fact: Fact, cuts: Sequence[float], unit: str, read: Read) -> None:
        self._most = 1.0 if fact.dimension == "share" and unit in ("", "1") else _MOST
        self._factor = _factor(unit, read, self._most)
        self._cuts = np.array([cut for cut in cuts if cut >= 0], np.float64)
        self._buckets: Ints | None = None

    @property
    def is_plain(self) -> bool:
        """Whether amounts in this unit are plain multiples of the base unit."""
        return self._factor is not None and 1e-15 < self._factor < 1e15

    def classes(self, values: Floats) -> Ints:
        """Return the class of each amount; -1 for those that must be read by themselves, and for none."""
        found = np.empty(len(values), np.int32)
        for start in range(0, len(values), _BLOCK):
            block = slice(start, start + _BLOCK)
            found[block] = self._classes(values[block])
        return found

    def _classes(self, values: Floats) -> Ints:
        base = values * (self._factor or 1.0)
        plain = (values >= _LEAST) & (values <= self._most)
        bucket = (np.where(plain, base, 1.0).view(np.int64) >> _DROPPED) - _FIRST_BUCKET
        classes: Ints = self._of_bucket()[bucket]
        unclear = np.flatnonzero((classes < 0) & plain)
        low = np.searchsorted(self._cuts, base[unclear] * (1 - _NEAR), "right")
        high = np.searchsorted(self._cuts, base[unclear] * (1 + _NEAR), "right")
        classes[unclear] = np.where(low == high, low, -1)
        classes[~plain] = -1
        return classes

    def _of_bucket(self) -> Ints:
        """Return the class of each bucket of amounts, -1 where a limit lies in it or near it."""
        if self._buckets is None:
            edges = (np.arange(_FIRST_BUCKET, _LAST_BUCKET + 2, dtype=np.int64) << _DROPPED).view(np.float64)
            low = np.searchsorted(self._cuts, edges[:-1] * (1 - _NEAR), "right")
            high = np.searchsorted(self._cuts, edges[1:] * (1 + _NEAR), "right")
            self._buckets = np.where(low == high, low, -1).astype(np.int32)
        return self._buckets


def _factor(unit: str, read: Read, most: float) -> float | None:
    """Return how many base units one unit is; nothing where amounts are no plain multiples of it."""
    points = (0.0, 0.25, 0.5, 1.0) if most == 1.0 else (0.0, 1.0, 2.0, 1000.0)
    known = [read(point, unit) for point in points]
    if not all(isinstance(one, OneOf) and len(one.cuts) == 2 for one in known):
        return None
    bases = [one.cuts[0] for one in known if isinstance(one, OneOf)]
    factor = bases[-1] / points[-1]
    agree = all(abs(base - point * factor) <= 1e-12 * abs(base) for base, point in zip(bases, points, strict=True))
    return factor if agree else None


def split_amounts(values: Sequence[Any]) -> tuple[Floats, list[str], Ints]:
    """Split texts into numbers and units, numbered; a text that is no plain amount has the unit number -1."""
    numbers = np.zeros(len(values), np.float64)
    units: dict[str, int] = {}
    places = np.full(len(values), -1, np.int32)
    for row, value in enumerate(values):
        match = _AMOUNT.fullmatch(value) if isinstance(value, str) else None
        if match is not None:
            numbers[row] = float(match[1])
            places[row] = units.setdefault(match[2], len(units))
    return numbers, list(units), places
