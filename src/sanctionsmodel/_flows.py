"""Which columns of a table decide what is known of which axis, after narrowing.

Narrowing runs along few declared ways, so most axes depend on one column. Axes that depend on the same columns make a
*group*; each distinct combination of the cells of a group is narrowed once, by the same code that narrows a single
transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sanctionsmodel._narrow import Narrowing
from sanctionsmodel.facts import Axis


class Group(NamedTuple):
    """Axes that the same columns decide; ``own`` are those of the columns that state what narrowing ties together."""

    facts: tuple[str, ...]
    axes: tuple[int, ...]
    own: tuple[str, ...]


class Ways:
    """The ways along which narrowing carries knowledge between facts."""

    def __init__(self, narrowing: Narrowing) -> None:
        self._names = [axis.fact for axis in narrowing.axes.names]
        self._narrowing = narrowing
        self.dates = {self._names[n] for link in narrowing.links for n in (link.earlier, link.later)}
        self._ways: dict[str, set[str]] = {}
        for link in narrowing.links:
            self._tie(self._names[link.earlier], self._names[link.later])
        for one in narrowing.implications:
            self._tie(self._names[one.source], self._names[one.target])
        for fine, coarse, _ in narrowing.nesting:
            self._tie(self._names[fine], self._names[coarse])
        self._tie_parties()

    def _tie(self, one: str, other: str) -> None:
        self._ways.setdefault(one, set()).add(other)
        self._ways.setdefault(other, set()).add(one)

    def _tie_parties(self) -> None:
        for name in set(self._names):
            role, dot, inner = name.partition(".")
            if dot and role != "party":
                self._tie(name, f"party.{inner}")

    def tie_roles(self, facts: Iterable[str]) -> None:
        """Let what is stated of any role reach all parties together, whether or not a rule reads it of that role."""
        for name in facts:
            role, dot, inner = name.partition(".")
            if dot and role != "party":
                self._ways.setdefault(name, set()).add(f"party.{inner}")

    def reached(self, facts: Iterable[str]) -> dict[str, set[str]]:
        """Return the columns that decide each fact that is reached from some of them."""
        stated = set(facts)
        self.tie_roles(stated)
        ways = {name: set(to) for name, to in self._ways.items()}
        touched = _closure(stated, ways)
        changed = True
        while changed:
            changed = False
            for computed in self._narrowing.computed:
                reads = {*computed.input_names, *(self._names[n] for n in computed.reads)}
                if computed.target in self._narrowing.chosen and not touched.isdisjoint(computed.input_names):
                    for name in reads:
                        changed |= computed.target_name not in ways.setdefault(name, set())
                        ways[name].add(computed.target_name)
            touched = _closure(stated, ways)
        if not touched.isdisjoint(self.dates):
            ways["activity"] = ways.get("activity", set()) | self.dates
        found: dict[str, set[str]] = {}
        for column in stated:
            for name in _closure({column}, ways):
                found.setdefault(name, set()).add(column)
        return found


def _closure(start: Iterable[str], ways: Mapping[str, Iterable[str]]) -> set[str]:
    found: set[str] = set()
    todo = list(start)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += ways.get(name, ())
    return found


def groups(narrowing: Narrowing, facts: Iterable[str], wanted: Iterable[int]) -> list[Group]:
    """Return the groups of the wanted axes, for a table that states these facts."""
    stated = set(facts)
    names = narrowing.axes.names
    reached = Ways(narrowing).reached(stated)
    law = {number for number, _ in narrowing.law_open}
    by_columns: dict[tuple[str, ...], list[int]] = {}
    for number in wanted:
        columns = set(reached.get(names[number].fact, ()))
        if number in law:
            columns |= stated & {"transacted_on"}
        if columns:
            by_columns.setdefault(tuple(sorted(columns)), []).append(number)
    made = []
    for columns_, axes in by_columns.items():
        tied = {names[number].fact for number in axes}
        own = tuple(name for name in columns_ if name != "activity" or names[axes[0]] == Axis("activity"))
        made.append(Group(columns_, tuple(axes), own if len(columns_) > 1 else tuple(tied & set(columns_))))
    return made
