"""Dated groups of countries as conditions: ``group:eu``, ``group:us/e:1``.

Membership changes with time, so a group is tested together with ``transacted_on`` where its members changed since 2022,
the first year that the catalogue covers; before that day a group counts as it stood on that day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sanctionsmodel._places import group_periods
from sanctionsmodel._values import places
from sanctionsmodel.conditions import Condition, Constrains, all_of, any_of
from sanctionsmodel.errors import FactError, shown
from sanctionsmodel.facts import TRUE, Fact
from sanctionsmodel.sets import Cuts

FIRST_DAY = dt.date(2022, 1, 1)

_WORDS = {
    "eu": "a Member State of the European Union",
    "eea": "a state of the European Economic Area",
    "us/746-supp-3": "a country of Supplement 3 to 15 CFR 746",
}


#: A set that holds on the days ``[since, until)``, given as day numbers; an end left out is open.
Period = tuple[int | None, int | None, Cuts]


def group_sets(fact: Fact, name: str) -> tuple[str, list[Period]]:
    """Return the words and, period by period, the members of a group; raises FactError and UnknownCode."""
    if not name.startswith("group:"):
        raise FactError(f"{fact.name}: {shown(name)} names a list, and there are none here; write the values")
    if fact.domain != "jurisdiction":
        raise FactError(f"{fact.name}: {shown(name)} is a group of countries, and this fact is no place")
    group = name.removeprefix("group:")
    words = _WORDS.get(group, f"Country Group {group.partition('/')[2].upper()}" if "/" in group else group)
    return words, list(_since_2022(group))


def group_condition(fact: Fact, name: str) -> Condition:
    """Return the condition that a place is in a group, on the day of the act."""
    words, periods = group_sets(fact, name)
    return dated_sets(fact, periods, words)


def _since_2022(group: str) -> Iterable[Period]:
    for since, until, codes in group_periods(group):
        if until is None or until > FIRST_DAY:
            first = since.toordinal() if since is not None and since > FIRST_DAY else None
            yield first, until.toordinal() if until else None, places(codes)


def dated_sets(fact: Fact, periods: Iterable[Sequence[Any]], words: str) -> Condition:
    """Return the condition that a fact lies in (or has one of) the set of the period in which the act falls."""
    rows = [(since, until, tuple(cuts)) for since, until, cuts in periods if cuts]
    if len(rows) == 1 and rows[0][0] is None and rows[0][1] is None:
        return leaf(fact, rows[0][2], words)
    return any_of(*(all_of(_days(since, until), leaf(fact, cuts, words)) for since, until, cuts in rows))


def leaf(fact: Fact, cuts: Cuts, words: str) -> Condition:
    """Return the leaf that a named set makes on a fact."""
    if fact.many:
        return Constrains(fact.name, TRUE, test=cuts, words=words)
    return Constrains(fact.name, cuts, words=words)


def _days(since: int | None, until: int | None) -> Condition:
    first = since if since is not None else 1
    return Constrains("transacted_on", (first, until) if until is not None else (first,))
