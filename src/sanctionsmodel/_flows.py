"""Which columns of a table decide what is known of which axis, after narrowing.

Narrowing runs along few declared ways, so most axes depend on one column. Axes that depend on the same columns make a
*group*; each distinct combination of the cells of a group is narrowed once, by the same code that narrows a single
transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sanctionsmodel._narrow import Narrowing


class Group(NamedTuple):
    """Axes that the same columns decide, and the facts of these columns.

    ``tied`` are the facts that may contradict one another; the others, as the activity, only say what is tied.
    """

    facts: tuple[str, ...]
    axes: tuple[int, ...]
    tied: tuple[str, ...]


class Ways:
    """The ways along which narrowing carries knowledge between facts."""

    def __init__(self, narrowing: Narrowing) -> None:
        self._names = [axis.fact for axis in narrowing.axes.names]
        self._narrowing = narrowing
        self.dates = {self._names[n] for link in narrowing.links.links for n in (link.earlier, link.later)}
        self._ways: dict[str, set[str]] = {}
        for link in narrowing.links.links:
            self._tie(self._names[link.earlier], self._names[link.later])
        for one in (one for each in narrowing.implications.values() for one in each):
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

    def _tie_roles(self, facts: Iterable[str]) -> None:
        """Let what is stated of any role reach all parties together, whether or not a rule reads it of that role."""
        for name in facts:
            role, dot, inner = name.partition(".")
            if dot and role != "party":
                self._ways.setdefault(name, set()).add(f"party.{inner}")

    def reached(self, facts: Iterable[str]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
        """Return the columns that decide each fact, and those among them that may contradict one another."""
        stated = set(facts)
        self._tie_roles(stated)
        ways = {name: set(to) for name, to in self._ways.items()}
        reads: dict[str, set[str]] = {}
        touched: set[str] = set()
        while touched != (touched := _closure(stated, ways)):
            for computed in self._narrowing.chosen_computed:
                if not touched.isdisjoint(computed.input_names):
                    for name in computed.input_names:
                        ways.setdefault(name, set()).add(computed.target_name)
                    for number in computed.reads:
                        reads.setdefault(self._names[number], set()).add(computed.target_name)
        if not touched.isdisjoint(self.dates):
            reads.setdefault("activity", set()).update(self.dates)
        both = {name: ways.get(name, set()) | reads.get(name, set()) for name in ways.keys() | reads.keys()}
        return _columns(stated, both), _columns(stated, ways)


def _columns(stated: Iterable[str], ways: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
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
    reached, tied = Ways(narrowing).reached(stated)
    law = {number for number, _ in narrowing.open_law}
    by_columns: dict[tuple[tuple[str, ...], tuple[str, ...]], list[int]] = {}
    for number in wanted:
        fact = names[number].fact
        columns = set(reached.get(fact, ()))
        if number in law:
            columns |= stated & {"transacted_on"}
        if columns:
            key = tuple(sorted(columns)), tuple(sorted(tied.get(fact, ())))
            by_columns.setdefault(key, []).append(number)
    return [Group(facts_, tuple(axes), tied_) for (facts_, tied_), axes in by_columns.items()]
