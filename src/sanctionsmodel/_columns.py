"""Columns of a table as facts: every distinct cell is read once, by the same code that reads a stated fact.

A cell that is empty says nothing, and neither does one that cannot be read; the latter leaves a problem in its row. A
text cell holds one value, or several separated by ``|``: for a fact with one value, one of them; for a list, all.

>>> from sanctionsmodel.facts import registry
>>> read_cell(registry()["origin"], "RU|KZ").cuts
('KZ', 'K[', 'RU', 'RV')
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from sanctionsmodel._amounts import Floats, Scale, split_amounts
from sanctionsmodel._editions import EditionCodes
from sanctionsmodel._lines import Ints
from sanctionsmodel.errors import FactError, SanctionsModelError, shown
from sanctionsmodel.facts import Fact
from sanctionsmodel.transactions import Known, read_known

SEPARATOR = "|"
#: From so many distinct amounts on, a column is read by classes of amounts.
MANY = 256


def is_empty(value: Any) -> bool:
    """Say whether a cell says nothing: null, NaN, NaT, or no text."""
    if value is None:
        return True
    if isinstance(value, str):
        return not value or value.isspace()
    if isinstance(value, float):
        return math.isnan(value)
    return type(value).__name__ in ("NaTType", "NAType") or (isinstance(value, (list, tuple)) and not value)


def read_cell(fact: Fact, value: Any, unit: str = "") -> Known:
    """Read a cell that is not empty; raises FactError or UnknownCode."""
    if isinstance(value, str):
        parts = value.split(SEPARATOR) if SEPARATOR in value else [value]
        if len(parts) > 1 and any(not part.strip() for part in parts):
            raise FactError(f"{fact.name}: {shown(value)} has nothing between two of its bars; write it once a value")
        read = [_with_unit(fact, part.strip(), unit) for part in parts]
        return read_known(fact, read if len(read) > 1 else read[0])
    if isinstance(value, dt.datetime):
        value = _day_of(fact, value)
    if isinstance(value, (list, tuple)):
        return read_known(fact, [_with_unit(fact, one, unit) for one in value if not is_empty(one)])
    return read_known(fact, _with_unit(fact, value, unit))


def _day_of(fact: Fact, value: dt.datetime) -> Any:
    """Return the day of a point in time at midnight, which is how some tables hold days."""
    if (value.hour, value.minute, value.second, value.microsecond, getattr(value, "nanosecond", 0)) == (0, 0, 0, 0, 0):
        return value.date()
    return value


def _with_unit(fact: Fact, value: Any, unit: str) -> Any:
    """Add the unit of a column to a bare number."""
    if not unit or fact.domain != "quantity" or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return f"{value} {unit}" if _is_number(value) else value
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f} {unit}" if math.isfinite(value) else value
    return f"{value} {unit}"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


class Column:
    """One column as a fact: the code of each row, and what each code says. Code 0 says nothing."""

    def __init__(self, fact: Fact, codes: Ints, known: Sequence[Known | None], problems: Mapping[int, str]) -> None:
        self.fact = fact
        self.codes = codes
        self.known = known
        self.problems = problems

    @classmethod
    def of_constant(cls, fact: Fact, known: Known, rows: int) -> Column:
        """Return a column that says the same in every row."""
        return cls(fact, np.ones(rows, np.int32), [None, known], {})

    def with_codes(self, codes: Ints) -> Column:
        """Return the same column with other cells."""
        return Column(self.fact, codes, self.known, self.problems)


class Reader:
    """Reads the distinct cells of one column, and remembers them for the next batch.

    ``edition`` reads goods codes of another edition than the law's. ``cuts`` are the limits that rules set on the fact;
    where they are all that matters of an amount, it is read once a class. Without them every amount is read by itself.
    """

    def __init__(
        self,
        fact: Fact,
        standing: Known | None = None,
        edition: EditionCodes | None = None,
        cuts: Sequence[float] | None = None,
    ) -> None:
        self.fact = fact
        self._edition = edition
        self._cuts = cuts
        self.known: list[Known | None] = [None]
        self.problems: dict[int, str] = {}
        self._codes: dict[Any, int] = {}
        self._scales: dict[str, Scale] = {}
        self._class_codes: dict[str, Ints] = {}
        self._empty = 0
        if standing is not None:
            self._empty = 1
            self.known.append(standing)

    def column(self, indices: Ints, values: Sequence[tuple[Any, str]]) -> Column:
        """Return the column whose rows hold these distinct values with their units; an index of -1 is an empty cell."""
        table = np.empty(len(values) + 1, np.int32)
        table[-1] = self._empty
        if self._cuts is not None and len(values) > MANY:
            table[:-1] = self._many(values)
        else:
            for place, (value, unit) in enumerate(values):
                table[place] = self._code(value, unit)
        return Column(self.fact, table[indices], self.known, self.problems)

    def numbers(self, values: Floats, unit: str) -> Column:
        """Return the column of bare numbers; NaN is an empty cell."""
        return Column(self.fact, self._of_numbers(values, unit), self.known, self.problems)

    @property
    def takes_numbers(self) -> bool:
        """Whether a column of numbers need not be read number by number."""
        return self._cuts is not None

    def _of_numbers(self, values: Floats, unit: str) -> Ints:
        scale = self._scales.get(unit)
        if scale is None:
            scale = self._scales[unit] = Scale(self.fact, self._cuts or (), unit, self._tried)
        if scale.is_plain:
            classes = scale.classes(values)
            codes = self._of_classes(classes, values, unit)
            rows = np.flatnonzero(classes < 0)
            rows = rows[~np.isnan(values[rows])]
        else:
            codes = np.full(len(values), self._empty, np.int32)
            rows = np.flatnonzero(~np.isnan(values))
        for row in rows:
            codes[row] = self._code(float(values[row]), unit)
        return codes

    def _of_classes(self, classes: Ints, values: Floats, unit: str) -> Ints:
        """Return the codes of amounts by their classes, each read by one of its amounts; -1 is no class."""
        count = int(classes.max(initial=-1)) + 1
        of_class = self._class_codes.get(unit, np.empty(0, np.int32))
        if len(of_class) < count:
            of_class = np.concatenate([of_class, np.full(count - len(of_class), -1, np.int32)])
        table = np.append(of_class, np.int32(self._empty))  # the last is for those without a class
        codes: Ints = table.take(classes, mode="wrap")
        unread = np.flatnonzero(codes < 0)
        if len(unread):
            numbers, first = np.unique(classes[unread], return_index=True)
            for number, place in zip(numbers.tolist(), unread[first].tolist(), strict=True):
                of_class[number] = self._code(float(values[place]), unit)
            codes[unread] = of_class[classes[unread]]
        self._class_codes[unit] = of_class
        return codes

    def _many(self, values: Sequence[tuple[Any, str]]) -> Ints:
        """Return the codes of many distinct amounts written as text."""
        numbers, units, places = split_amounts([value for value, _ in values])
        codes = np.full(len(values), -1, np.int32)
        for number, unit in enumerate(units):
            rows = np.flatnonzero(places == number)
            if len(rows) > MANY:
                codes[rows] = self._of_numbers(numbers[rows], unit)
        for row in np.flatnonzero(codes < 0):
            codes[row] = self._code(*values[int(row)])
        return codes

    def _tried(self, value: Any, unit: str) -> Known | None:
        try:
            return read_cell(self.fact, value, unit)
        except SanctionsModelError:
            return None

    def _code(self, value: Any, unit: str) -> int:
        if is_empty(value):
            return self._empty
        key = (type(value), tuple(value) if isinstance(value, list) else value, unit)
        found = self._codes.get(key)
        if found is None:
            found = self._codes[key] = len(self.known)
            self.known.append(self._read(found, value, unit))
        return found

    def _read(self, code: int, value: Any, unit: str) -> Known | None:
        try:
            known = read_cell(self.fact, value, unit)
            if self._edition is not None and isinstance(value, str):
                parts = [part.strip() for part in value.split(SEPARATOR)]
                codes = [code for part in parts for code in self._edition.values(part)]
                known = read_known(self.fact, codes) if codes != parts else known
        except SanctionsModelError as error:
            self.problems[code] = str(error)
            return None
        return known
