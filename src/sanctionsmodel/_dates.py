"""The order of dates for whole columns: what one date tells of another, by arithmetic on the ends of spans.

It does in columns what narrowing does for one transaction, and leaves to it the rows that it cannot hold: those with a
date of several spans, and those with a fact that implies something of a date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from threading import Lock
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from sanctionsmodel import sets
from sanctionsmodel._columns import Column
from sanctionsmodel._declared import Link, in_order
from sanctionsmodel._flows import Group
from sanctionsmodel._lines import Answers, Ints, Line, distinct
from sanctionsmodel._narrow import Narrowing
from sanctionsmodel._parallel import in_parallel
from sanctionsmodel.sets import Cuts
from sanctionsmodel.transactions import Known, OneOf

_FOREVER = np.iinfo(np.int32).max
_WHOLE = (False, 1, _FOREVER)
_BLOCK = 1 << 16
Rows = npt.NDArray[np.int64]
Some = Rows | slice


class Days(NamedTuple):
    """What is known of a date, row by row: a span of days ``[low, high)``, and whether there may be no date at all."""

    none: npt.NDArray[np.bool_]
    low: Ints
    high: Ints


def span_of(cuts: Cuts) -> tuple[bool, int, int] | None:
    """Return a set of days as one span beside none, or nothing where it is no such set."""
    none = cuts[0] == 0
    rest = sets.intersection(cuts, (1,)) if none else cuts
    if len(rest) > 2:
        return None
    return none, rest[0] if rest else 1, _FOREVER if len(rest) == 1 else rest[1] if rest else 1


class _Coded(NamedTuple):
    """The span of each code of a column, whether it is one span, and whether anything was stated."""

    of: Sequence[Known | None]
    days: Days
    fits: npt.NDArray[np.bool_]
    stated: npt.NDArray[np.bool_]


def _coded(column: Column, default: Cuts) -> _Coded:
    known = [one.cuts if isinstance(one, OneOf) else default for one in column.known]
    spans = [span_of(cuts) for cuts in known]
    none, low, high = zip(*(span or (True, 1, _FOREVER) for span in spans), strict=True)
    return _Coded(
        column.known,
        Days(np.array(none, np.bool_), np.array(low, np.int32), np.array(high, np.int32)),
        np.array([span is not None for span in spans], np.bool_),
        np.array([one is not None for one in column.known], np.bool_),
    )


class _Numbering:
    """Numbers the days of one axis on its line."""

    def __init__(self, line: Line) -> None:
        self._line = line
        days = [cut for cut in line.cuts if cut > 0]
        self._first = min(days, default=1) - 1
        self._last = max(days, default=1) + 1
        self._classes = np.searchsorted(np.array(line.cuts, np.int64), np.arange(self._first, self._last + 1), "right")
        self._classes = self._classes.astype(np.int64)
        self._count = len(line.cuts) + 1
        self._answers = Answers((self._count * self._count * 8).bit_length())
        self._numbering = Lock()  # blocks of rows are numbered at a time

    def numbers(self, days: Days, told: npt.NDArray[np.bool_]) -> Ints:
        """Return the number of what is known of the axis in each row."""
        key = self._classes.take(days.low - self._first, mode="clip")
        key *= self._count
        key += self._classes.take(days.high - (self._first + 1), mode="clip")
        empty = days.low >= days.high
        if empty.any():
            key[empty] = 0
        key *= 8
        key += (days.none.view(np.uint8) * np.uint8(4)) | (empty.view(np.uint8) * np.uint8(2)) | told
        found = self._answers.find(key)
        missing = np.flatnonzero(found < 0)
        if len(missing):
            first, place = distinct(key[missing], self._count * self._count * 8)
            rows = missing[first]
            with self._numbering:
                made = np.array([self._number(days, int(row), bool(told[row])) for row in rows], np.int32)
                self._answers.add(key[rows], made)
            found[missing] = made[place]
        return found

    def _number(self, days: Days, row: int, told: bool) -> int:
        low, high = int(days.low[row]), int(days.high[row])
        span: Cuts = sets.EMPTY if low >= high else (low,) if high == _FOREVER else (low, high)
        return self._line.number(sets.union(span, (0, 1)) if days.none[row] else span, told)


#: Links by their numbers, each with the rows in which it is in force; nothing stands for all rows.
_Links: TypeAlias = Sequence[tuple[int, npt.NDArray[np.bool_] | None]]


class _Active(NamedTuple):
    """Links between the same two dates."""

    earlier: int
    later: int
    links: list[tuple[int, npt.NDArray[np.bool_] | None]]


class Ordered(NamedTuple):
    """The answers for some rows: numbers by axis, the rows left to narrowing, and contradictions by message."""

    kids: dict[int, Ints]
    left: Rows
    contradictions: dict[str, Rows]


class DateColumns:
    """The date columns of one group."""

    def __init__(self, group: Group, narrowing: Narrowing, lines: Mapping[int, Line]) -> None:
        names = narrowing.axes.names
        self._narrowing = narrowing
        links = self._useful(in_order(list(narrowing.links.links)), group)
        self._links = self._shortened(links, group)
        self.axes = sorted({n for link in links for n in (link.earlier, link.later)})
        self._names = {axis: names[axis].fact for axis in self.axes}
        self._columns = {axis: name for axis, name in self._names.items() if name in group.facts}
        self.others = [name for name in group.facts if name not in self._columns.values() and name != "activity"]
        self._activity = "activity" if "activity" in group.facts else ""
        self._numbering = {axis: _Numbering(lines[axis]) for axis in self.axes if axis in group.axes}
        self._kept: dict[int, _Coded] = {}

    def _useful(self, links: list[Link], group: Group) -> list[Link]:
        """Leave out links with a date that nobody states or wants and that may be none, for they tell nothing."""
        names, defaults = self._narrowing.axes.names, self._narrowing.defaults

        def is_idle(axis: int) -> bool:
            return names[axis].fact not in group.facts and axis not in group.axes and defaults[axis][0] == 0

        return [link for link in links if not is_idle(link.earlier) and not is_idle(link.later)]

    def _shortened(self, links: list[Link], group: Group) -> list[Link]:
        """Link dates past those that nobody states or wants: these hand on what they are told, and nothing else."""
        names, defaults = self._narrowing.axes.names, self._narrowing.defaults
        for axis in sorted({n for link in links for n in (link.earlier, link.later)}):
            if names[axis].fact in group.facts or axis in group.axes or span_of(defaults[axis]) != _WHOLE:
                continue
            before = [link for link in links if link.later == axis]
            made: list[Link] = []
            for link in links:
                if link.earlier == axis:
                    made += [link._replace(earlier=one.earlier, activities=both) for one, both in _common(before, link)]
                elif link.later != axis:
                    made.append(link)
            links = made
        return links

    @staticmethod
    def fits(group: Group, narrowing: Narrowing) -> bool:
        """Say whether a group has several columns, dates in order among them."""
        dates = {narrowing.axes.names[n].fact for link in narrowing.links.links for n in (link.earlier, link.later)}
        own = {narrowing.axes.names[axis].fact for axis in group.axes}
        return len(group.facts) > 1 and not dates.isdisjoint(own) and not dates.isdisjoint(group.facts)

    def order(self, columns: Mapping[str, Column], rows: Rows | None, count: int) -> Ordered:
        """Return what is known of each date after narrowing by their order."""
        cells = {axis: self._cells(axis, columns[name]) for axis, name in self._columns.items()}
        holds = self._holds(columns)
        says = {name: np.array([known is not None for known in columns[name].known], np.bool_) for name in self.others}
        blocks = [slice(start, min(start + _BLOCK, count)) for start in range(0, count, _BLOCK)]
        found = in_parallel(
            lambda block: self._order(
                columns, cells, says, holds, block if rows is None else rows[block], _size(block)
            ),
            blocks,
        )
        return found[0] if len(found) == 1 else _joined(found, blocks, count)

    def _order(
        self,
        columns: Mapping[str, Column],
        cells: Mapping[int, _Coded],
        says: Mapping[str, npt.NDArray[np.bool_]],
        holds: Mapping[Cuts, npt.NDArray[np.bool_]],
        rows: Some,
        count: int,
    ) -> Ordered:
        left = np.zeros(count, np.bool_)
        for name, stated_by in says.items():
            left |= stated_by[_codes(columns[name], rows)]
        known: dict[int, Days] = {}
        stated: dict[int, npt.NDArray[np.bool_]] = {}
        for axis, coded in cells.items():
            codes = _codes(columns[self._columns[axis]], rows)
            if not coded.fits.all():
                left |= ~coded.fits[codes]
            known[axis] = Days(coded.days.none[codes], coded.days.low[codes], coded.days.high[codes])
            stated[axis] = coded.stated[codes]
        failed = self._narrow(known, self._active(columns, holds, rows), count)
        contradictions: dict[str, Rows] = {}
        for number in np.unique(failed[failed >= 0]):
            link = self._links[number]
            why = f"contradicts {self._names[link.earlier]}: {link.reason.why}"
            told = f"{self._names[link.later]}: {why}; correct one of them"
            contradictions[told] = np.flatnonzero((failed == number) & ~left)
        without = np.flatnonzero(left | (failed >= 0))
        return Ordered(self._kids(known, stated, without), np.flatnonzero(left), contradictions)

    def _cells(self, axis: int, column: Column) -> _Coded:
        """Return the spans of the cells of a column, kept as long as it has no new ones."""
        kept = self._kept.get(axis)
        if kept is None or kept.of is not column.known or len(kept.stated) != len(column.known):
            kept = self._kept[axis] = _coded(column, self._narrowing.defaults[axis])
        return kept

    def _holds(self, columns: Mapping[str, Column]) -> dict[Cuts, npt.NDArray[np.bool_]]:
        """Return for the activities of each link which cells of the activity column surely lie in them."""
        default = self._narrowing.defaults[self._narrowing.activity]
        cells = columns[self._activity].known if self._activity else [None]
        acts = [one.cuts if isinstance(one, OneOf) else default for one in cells]
        return {
            of: np.array([sets.is_subset(one, of) for one in acts], np.bool_)
            for of in {link.activities for link in self._links}
        }

    def _active(
        self, columns: Mapping[str, Column], holds: Mapping[Cuts, npt.NDArray[np.bool_]], rows: Some
    ) -> list[_Active]:
        """Return the links in force, in order, those between the same two dates together."""
        where: dict[Cuts, npt.NDArray[np.bool_] | None] = {}
        if self._activity:
            codes = _codes(columns[self._activity], rows)
            for of, cells in holds.items():
                held = cells[codes]
                if held.any():
                    where[of] = None if held.all() else held
        else:
            where = {of: None for of, cells in holds.items() if cells[0]}
        found: list[_Active] = []
        for number, link in enumerate(self._links):
            if link.activities in where:
                if not found or (found[-1].earlier, found[-1].later) != (link.earlier, link.later):
                    found.append(_Active(link.earlier, link.later, []))
                found[-1].links.append((number, where[link.activities]))
        return found

    def _narrow(self, known: dict[int, Days], active: Sequence[_Active], count: int) -> npt.NDArray[np.int16]:
        """Carry lower bounds forwards along the links, then upper bounds backwards; return the first that fails."""
        failed = np.full(count, -1, np.int16)
        for one in active:
            if one.earlier in known:
                later = known.get(one.later) or self._default(one.later, count)
                known[one.later] = _no_earlier(known[one.earlier], later, one.links, failed)
        for one in reversed(active):
            if one.later in known:
                earlier = known.get(one.earlier) or self._default(one.earlier, count)
                known[one.earlier] = _no_later(known[one.later], earlier, one.links[::-1], failed)
        return failed

    def _default(self, axis: int, count: int) -> Days:
        none, low, high = span_of(self._narrowing.defaults[axis]) or (True, 1, _FOREVER)
        return Days(np.full(count, none), np.full(count, low, np.int32), np.full(count, high, np.int32))

    def _kids(
        self, known: Mapping[int, Days], stated: Mapping[int, npt.NDArray[np.bool_]], without: Rows
    ) -> dict[int, Ints]:
        """Return the numbers of what is known of each axis; nothing in the rows that have no answer here."""
        made = {}
        for axis, numbering in self._numbering.items():
            days = known.get(axis)
            if days is None:
                continue
            default = span_of(self._narrowing.defaults[axis]) or (True, 1, _FOREVER)
            told = (days.none != default[0]) | (days.low != default[1]) | (days.high != default[2])
            if axis in stated:
                told |= stated[axis]
            for of, value in zip((*days, told), (*default, False), strict=True):
                of[without] = value
            made[axis] = numbering.numbers(days, told)
        return made


def _joined(found: Sequence[Ordered], blocks: Sequence[slice], count: int) -> Ordered:
    """Return the answers of all rows from those of blocks of rows."""
    kids: dict[int, Ints] = {}
    contradictions: dict[str, list[Rows]] = {}
    for one, block in zip(found, blocks, strict=True):
        for axis, numbers in one.kids.items():
            kids.setdefault(axis, np.zeros(count, np.int32))[block] = numbers
        for told, rows in one.contradictions.items():
            contradictions.setdefault(told, []).append(rows + block.start)
    left = np.concatenate([one.left + block.start for one, block in zip(found, blocks, strict=True)])
    return Ordered(kids, left, {told: np.concatenate(rows) for told, rows in contradictions.items()})


def _common(before: Iterable[Link], link: Link) -> Iterator[tuple[Link, Cuts]]:
    """Yield the links that lead to another, each with the activities under which both hold."""
    for one in before:
        both = sets.intersection(one.activities, link.activities)
        if both:
            yield one, both


def _size(block: slice) -> int:
    return int(block.stop - block.start)


def _codes(column: Column, rows: Some) -> Ints:
    return column.codes[rows]


def _no_earlier(earlier: Days, later: Days, links: _Links, failed: npt.NDArray[np.int16]) -> Days:
    changes = earlier.low > later.low
    changes &= ~earlier.none
    if not _is_held(changes, links):
        return later
    low = np.where(changes, earlier.low, later.low)
    _note(changes & (low >= later.high) & ~later.none, failed, links)
    return later._replace(low=low)


def _no_later(later: Days, earlier: Days, links: _Links, failed: npt.NDArray[np.int16]) -> Days:
    changes = later.high < earlier.high
    changes &= ~later.none
    if not _is_held(changes, links):
        return earlier
    high = np.where(changes, later.high, earlier.high)
    _note(changes & (earlier.low >= high) & ~earlier.none, failed, links)
    return earlier._replace(high=high)


def _is_held(changes: npt.NDArray[np.bool_], links: _Links) -> bool:
    """Keep the changes that some link calls for, and say whether any is left."""
    if not changes.any():
        return False
    masks = [where for _, where in links if where is not None]
    if len(masks) == len(links):
        changes &= np.logical_or.reduce(masks)
    return bool(changes.any())


def _note(fails: npt.NDArray[np.bool_], failed: npt.NDArray[np.int16], links: _Links) -> None:
    if fails.any():
        for number, where in links:
            failed[fails & (failed < 0) & (True if where is None else where)] = number


def date_axes(narrowing: Narrowing) -> set[int]:
    """Return the axes of dates that have an order."""
    return {n for link in narrowing.links.links for n in (link.earlier, link.later)}


def implied_by_dates(narrowing: Narrowing, group: Group) -> tuple[int, ...]:
    """Return the dates of a group that imply something of its other axes."""
    dates = date_axes(narrowing)
    others = set(group.axes) - dates
    touching = {
        n
        for number in others
        for one in narrowing.implications.get(number, ())
        for n in (one.source, one.target)
        if n in dates
    }
    return tuple(sorted(touching))
