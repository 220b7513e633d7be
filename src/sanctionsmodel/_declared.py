"""The declared order of dates and implications of the fact registry, compiled to axes."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from sanctionsmodel import sets
from sanctionsmodel._boxes import Axes
from sanctionsmodel._values import read_set
from sanctionsmodel.facts import FALSE, Axis, registry
from sanctionsmodel.sets import Cuts


class Reason(NamedTuple):
    """Why a fact is known better than it was stated: the facts that say so, and the declaration's words."""

    facts: tuple[str, ...]
    why: str


class Link(NamedTuple):
    """One date that is never later than another, under the activities for which that holds.

    ``reason`` is why the later date is known better, whose name stands beside it.
    """

    earlier: int
    later: int
    activities: Cuts
    later_name: str
    reason: Reason


class Implication(NamedTuple):
    """Where one axis lies in a set, another lies in one too; and the other way round, by contraposition."""

    source: int
    holds: Cuts
    target: int
    then: Cuts
    why: str


class DateOrder:
    """The links between dates."""

    def __init__(self, axes: Axes, links: Iterable[Link] | None = None) -> None:
        self._axes = axes
        self.links = list(_read_links(axes) if links is None else links)
        self._active: dict[Cuts, tuple[Link, ...]] = {}

    def within(self, numbers: Container[int]) -> DateOrder:
        """Return the links between some of the axes."""
        return DateOrder(self._axes, [one for one in self.links if one.earlier in numbers and one.later in numbers])

    def active(self, activity: Cuts) -> tuple[Link, ...]:
        """Return the links that hold whatever the activity may be, each after those that feed it."""
        found = self._active.get(activity)
        if found is None:
            active = [link for link in self.links if sets.is_subset(activity, link.activities)]
            found = self._active[activity] = tuple(in_order(active))
        return found


def ends_after(cuts: Cuts, end: int) -> bool:
    """Say whether a date may lie on or after a day."""
    return bool(len(cuts) & 1) or bool(cuts[-1] > end)


def _read_links(axes: Axes) -> Iterable[Link]:
    activity = registry()["activity"]
    for raw in registry().raw["order"]:
        when = read_set(activity, raw["when"]["activity"]) if "when" in raw else (activity.bottom,)
        for earlier, later in pairwise(raw["chain"]):
            reason = Reason((earlier,), raw["why"])
            yield Link(axes.number(Axis(earlier)), axes.number(Axis(later)), when, later, reason)


def in_order(links: list[Link]) -> list[Link]:
    """Order links so that what feeds a date comes before what the date feeds."""
    depth: dict[int, int] = {}
    for _ in links:
        for link in links:
            depth[link.later] = max(depth.get(link.later, 0), depth.get(link.earlier, 0) + 1)
    return sorted(links, key=lambda link: (depth.get(link.earlier, 0), depth[link.later]))


def implications_by_axis(axes: Axes) -> Mapping[int, list[Implication]]:
    """Return the implications that touch each axis, for the facts and roles that some rule reads."""
    result: dict[int, list[Implication]] = {}
    roles = [role for role in registry().roles if role != "party"]  # of all parties together, several kinds may be true
    for raw in registry().raw["implications"]:
        for role in roles if "role." in str(raw) else [""]:
            for one in _read_implication(axes, raw, role):
                result.setdefault(one.source, []).append(one)
                result.setdefault(one.target, []).append(one)
    return result


def _read_implication(axes: Axes, raw: Mapping[str, Any], role: str) -> Iterable[Implication]:
    (source, holds), (target, then) = (
        (name.replace("role.", f"{role}."), value) for name, value in (*raw["if"].items(), *raw["then"].items())
    )
    if target not in axes.of_fact:
        return
    number = axes.number(Axis(source))
    fact = registry()[target]
    cuts = FALSE if fact.many else read_set(fact, then)
    for one in axes.of_fact[target]:
        yield Implication(number, read_set(registry()[source], holds), one, cuts, raw["why"])
