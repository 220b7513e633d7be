"""What "covered", "exempt", "undetermined" and "missing" mean, by trying every completion: the specification as code.

Each line of fact space falls into classes that no leaf of the law tells apart. What is known is completed in every
way, with one point a class and axis, and the two-valued `holds` is asked at each point. Nothing here knows of boxes or
masks.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, groupby, product
from math import prod
from typing import Any

from sanctionsmodel import sets
from sanctionsmodel.conditions import Constrains, Point, holds, leaves
from sanctionsmodel.facts import Axis
from sanctionsmodel.prohibitions import Exemption, ExemptionVersion, Limb, Prohibition, Status, Version
from sanctionsmodel.sets import Cuts

_DAY = Axis("transacted_on")


def leaves_of(law: Prohibition) -> Iterator[Constrains]:
    """Iterate over the leaves of a measure, the days in force included."""
    yield from leaves(law.binds)
    excusing = [version for exemption in law.exemptions for version in exemption.versions]
    versions: list[Version | ExemptionVersion] = [*law.versions, *excusing]
    for one in versions:
        if one.from_ or one.until:
            yield Constrains("transacted_on", one.days)
        yield from leaves(one.when)
    for _, limb in law.limbs():
        yield from leaves(limb.when)


def axes_of(law: Prohibition) -> dict[Axis, list[Any]]:
    """Return the axes that a measure reads, each with the cuts that its leaves make on it."""
    found: dict[Axis, set[Any]] = {}
    for leaf in leaves_of(law):
        found.setdefault(leaf.axis, set()).update(leaf.allowed)
    return {axis: sorted(cuts) for axis, cuts in found.items()}


def representatives(known: Cuts, cuts: Sequence[Any]) -> list[Any]:
    """Return one possible value for each class of the line that what is known touches."""
    points = {low for low, _ in sets.spans(known)} | {cut for cut in cuts if sets.contains(known, cut)}
    return [next(group) for _, group in groupby(sorted(points), key=lambda point: bisect_right(cuts, point))]


# -------------------------------------------------------------------------------------------------------- two values
def is_met(law: Prohibition, version: Version, limb: Limb, point: Point) -> bool:
    """Say whether a limb covers a point."""
    return (
        _in_force(version, point) and holds(law.binds, point) and holds(version.when, point) and holds(limb.when, point)
    )


def is_excused(exemption: Exemption, point: Point) -> bool:
    """Say whether an exemption applies at a point, in one of its versions."""
    return any(_in_force(one, point) and holds(one.when, point) for one in exemption.versions)


def _in_force(one: Version | ExemptionVersion, point: Point) -> bool:
    return (one.from_ is None or one.from_.toordinal() <= point[_DAY]) and (
        one.until is None or point[_DAY] < one.until.toordinal()
    )


# --------------------------------------------------------------------------------------------------- all completions
@dataclass
class Completions:
    """Every completion of what is known: which limbs each meets and which exemptions apply there."""

    law: Prohibition
    axes: list[Axis]
    values: list[list[Any]]
    limbs: list[frozenset[int]] = field(default_factory=list)
    exemptions: list[frozenset[int]] = field(default_factory=list)
    forbidden: list[bool] = field(default_factory=list)

    @property
    def frees(self) -> list[frozenset[int]]:
        """The places of the limbs that each exemption frees."""
        rows = [limb for _, limb in self.law.limbs()]
        return [
            frozenset(place for place, limb in enumerate(rows) if not one.frees or limb.provision in one.frees)
            for one in self.law.exemptions
        ]

    @property
    def status(self) -> Status:
        """The status, by its definition."""
        if not any(self.limbs):
            return Status.NOT_COVERED
        if not any(self.forbidden):
            return Status.EXEMPT
        return Status.COVERED if all(self.forbidden) else Status.UNDETERMINED

    @property
    def missing(self) -> set[Axis]:
        """The axes on which two completions differ alone, one forbidden and the other not."""
        if self.status != Status.UNDETERMINED:
            return set()
        found, stride = set(), len(self.forbidden)
        for axis, values in zip(self.axes, self.values, strict=True):
            stride //= len(values)
            for start in range(len(self.forbidden)):
                if start // stride % len(values) == 0:
                    row = self.forbidden[start : start + stride * len(values) : stride]
                    if any(row) and not all(row):
                        found.add(axis)
                        break
        return found

    def is_enough(self, exemptions: Sequence[int]) -> bool:
        """Say whether these exemptions together excuse every limb, wherever it is met."""
        frees = self.frees
        return all(
            any(limb in frees[one] for one in applying & set(exemptions))
            for met, applying in zip(self.limbs, self.exemptions, strict=True)
            for limb in met
        )

    def fewest(self) -> int:
        """Return the least number of exemptions that are enough."""
        many = len(self.law.exemptions)
        return next(
            count
            for count in range(many + 1)
            if any(self.is_enough(chosen) for chosen in combinations(range(many), count))
        )


def count_of(law: Prohibition, known: Mapping[Axis, Cuts]) -> int:
    """Return how many completions there are, one point a class and axis."""
    return prod(len(representatives(known[axis], cuts)) for axis, cuts in axes_of(law).items())


def completions(law: Prohibition, known: Mapping[Axis, Cuts]) -> Completions:
    """Try every completion of what is known."""
    cuts = axes_of(law)
    found = Completions(law, list(cuts), [representatives(known[axis], cuts[axis]) for axis in cuts])
    rows, frees = list(law.limbs()), found.frees
    for values in product(*found.values):
        point = dict(zip(found.axes, values, strict=True))
        met = frozenset(place for place, (version, limb) in enumerate(rows) if is_met(law, version, limb, point))
        applying = frozenset(place for place, one in enumerate(law.exemptions) if met and is_excused(one, point))
        found.limbs.append(met)
        found.exemptions.append(applying)
        found.forbidden.append(any(not any(limb in frees[one] for one in applying) for limb in met))
    return found
