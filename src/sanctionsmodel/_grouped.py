"""Narrowing of whole columns: each distinct combination of cells that narrowing ties together is narrowed once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sanctionsmodel._columns import Column
from sanctionsmodel._dates import DateColumns, date_axes, implied_by_dates
from sanctionsmodel._flows import Group, groups
from sanctionsmodel._lines import Combined, Ints, Kids, Line
from sanctionsmodel._narrow import Narrowing
from sanctionsmodel.errors import FactError
from sanctionsmodel.transactions import Known, OneOf, Transaction

Rows = npt.NDArray[np.int64]


class Contradiction(NamedTuple):
    """Rows in which stated facts contradict one another, and what is then not used."""

    rows: npt.NDArray[np.int64]
    message: str
    facts: tuple[str, ...]


class Grouped:
    """The groups of axes that the columns of a table decide."""

    def __init__(
        self, narrowing: Narrowing, lines: Mapping[int, Line], facts: Iterable[str], rates: tuple[Any, ...]
    ) -> None:
        self.narrowing = narrowing
        self.lines = lines
        self.rates = rates
        self.groups = groups(narrowing, facts, lines)
        self._narrowings: dict[Group, Narrowing] = {}
        self._narrowed: dict[Group, dict[tuple[Known | None, ...], tuple[int, ...] | str]] = {
            g: {} for g in self.groups
        }
        self._dates = {
            group: DateColumns(group, self._narrowing_of(group), lines)
            for group in self.groups
            if DateColumns.fits(group, self._narrowing_of(group))
        }

    def narrow(self, columns: dict[str, Column], count: int) -> tuple[Kids, dict[str, Column], list[Contradiction]]:
        """Narrow every group; where facts contradict one another, drop them and narrow these rows again."""
        kids: Kids = {}
        found: list[Contradiction] = []
        todo, rows = list(self.groups), None
        while todo:
            bad: list[Contradiction] = []
            for group in todo:
                bad += self._narrow_group(group, columns, kids, rows, count)
            for one in bad:
                for name in one.facts:
                    codes = columns[name].codes.copy()
                    codes[one.rows] = 0
                    columns[name] = columns[name].with_codes(codes)
            found += bad
            dropped = {name for one in bad for name in one.facts}
            todo = [group for group in self.groups if not dropped.isdisjoint(group.facts)]
            rows = np.unique(np.concatenate([one.rows for one in bad])) if bad else None
        return kids, columns, found

    def _narrow_group(
        self, group: Group, columns: Mapping[str, Column], kids: Kids, rows: Rows | None, count: int
    ) -> list[Contradiction]:
        """Narrow the axes of a group in all rows, or in some."""
        dates = self._dates.get(group)
        if dates is None:
            return self._combine(group, columns, kids, rows, count)
        here = count if rows is None else len(rows)
        ordered = dates.order(columns, rows, here)
        for axis in group.axes:
            _put(kids, axis, ordered.kids.get(axis, np.zeros(here, np.int32)), rows)
        self._imply(group, kids, rows, here)
        left = ordered.left if rows is None else rows[ordered.left]
        bad = self._combine(group, columns, kids, left, count) if len(left) else []
        for message, places in ordered.contradictions.items():
            if len(places):
                bad.append(Contradiction(places if rows is None else rows[places], message, group.tied))
        return bad

    def _imply(self, group: Group, kids: Kids, rows: Rows | None, count: int) -> None:
        """Narrow the axes of a group that are no dates by what its dates imply."""
        narrowing = self._narrowing_of(group)
        others = sorted(set(group.axes) - date_axes(narrowing))
        sources = [axis for axis in implied_by_dates(narrowing, group) if axis in kids]
        if not others or not sources:
            return
        combined = Combined()
        for axis in sources:
            combined.add(kids[axis] if rows is None else kids[axis][rows], len(self.lines[axis].sets))
        first, place = combined.distinct(count)
        made = []
        for row in first:
            at = int(row) if rows is None else int(rows[row])
            stated: dict[str, Known] = {
                narrowing.axes.names[axis].fact: OneOf(self.lines[axis].sets[kids[axis][at]])
                for axis in sources
                if self.lines[axis].told[kids[axis][at]]
            }
            narrowed = narrowing.narrow(Transaction.of_known(stated, self.rates))
            made.append([self.lines[axis].number(narrowed.known[axis], axis in narrowed.touched) for axis in others])
        table = np.array(made, np.int32).reshape(len(made), len(others))
        for position, axis in enumerate(others):
            _put(kids, axis, np.ascontiguousarray(table[:, position])[place], rows)

    def _combine(
        self, group: Group, columns: Mapping[str, Column], kids: Kids, rows: Rows | None, count: int
    ) -> list[Contradiction]:
        """Narrow each distinct combination of the cells of a group once."""
        chosen = [columns[name] for name in group.facts]
        combined = Combined()
        for column in chosen if len(chosen) > 1 else ():
            combined.add(column.codes if rows is None else column.codes[rows], len(column.known))
        made: list[tuple[int, ...]] = []
        bad: dict[str, list[int]] = {}
        nothing = (0,) * len(group.axes)
        combinations: Iterable[tuple[Known | None, ...]]
        if len(chosen) == 1:  # every cell that the column may hold, without looking at the rows
            place: npt.NDArray[Any] = chosen[0].codes if rows is None else chosen[0].codes[rows]
            combinations = ((known,) for known in chosen[0].known)
        else:
            first, place = combined.distinct(count if rows is None else len(rows))
            at_rows = first if rows is None else rows[first]
            combinations = (tuple(column.known[column.codes[row]] for column in chosen) for row in at_rows)
        for number, known in enumerate(combinations):
            answer = self._narrowed[group].get(known)
            if answer is None:
                answer = self._narrowed[group][known] = self._narrow_one(group, known)
            if isinstance(answer, str):
                bad.setdefault(answer, []).append(number)
                answer = nothing
            made.append(answer)
        table = np.array(made, np.int32).reshape(len(made), len(group.axes))
        for position, axis in enumerate(group.axes):
            _put(kids, axis, np.ascontiguousarray(table[:, position])[place], rows)
        found = []
        for message, places in bad.items():
            at = np.flatnonzero(np.isin(place, places))
            if len(at):  # a cell of an earlier table may be in no row of this one
                found.append(Contradiction(at if rows is None else rows[at], message, group.tied))
        return found

    def _narrowing_of(self, group: Group) -> Narrowing:
        found = self._narrowings.get(group)
        if found is None:
            found = self._narrowings[group] = self.narrowing.towards(group.axes)
        return found

    def _narrow_one(self, group: Group, known: Sequence[Known | None]) -> tuple[int, ...] | str:
        """Narrow what one combination of cells says; a contradiction is returned as its message."""
        narrowing = self._narrowing_of(group)
        stated = {name: one for name, one in zip(group.facts, known, strict=True) if one is not None}
        try:
            narrowed = narrowing.narrow(Transaction.of_known(stated, self.rates))
        except FactError as error:
            return str(error)
        return tuple(self.lines[axis].number(narrowed.known[axis], axis in narrowed.touched) for axis in group.axes)


def _put(kids: Kids, axis: int, numbers: Ints, rows: Rows | None) -> None:
    """Set the numbers of an axis in all rows, or in some."""
    if rows is None:
        kids[axis] = numbers
    else:
        kids[axis][rows] = numbers
