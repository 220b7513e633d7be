"""Coverage: which limb, exemption and boundary day of the law no worked case exercises.

A case *exercises* a limb when its facts surely lie in it, an exemption when the exemption frees its act, and a boundary
when it happens on that very day and, its dates apart, is of the kind that the text before or after the boundary can
meet. Only a case whose status comes out as it expects counts. An exemption that several measures share is one text, and
one case of any of them is enough.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, TypeAlias

from sanctionsmodel import sets
from sanctionsmodel._compile import Measure
from sanctionsmodel._exact import Compiled, CompiledLimb, Verdict, judge
from sanctionsmodel._index import Index
from sanctionsmodel._narrow import Narrowed
from sanctionsmodel.cases import Case
from sanctionsmodel.catalogue import Catalogue
from sanctionsmodel.errors import SanctionsModelError
from sanctionsmodel.facts import registry
from sanctionsmodel.prohibitions import Exemption, Prohibition, Spanned, Status
from sanctionsmodel.transactions import OneOf, Transaction

Kind: TypeAlias = Literal["limb", "exemption", "boundary"]
KINDS: tuple[Kind, ...] = ("limb", "exemption", "boundary")


class Point(NamedTuple):
    """One thing of a measure that a case should exercise, and the first case that does (empty: none)."""

    kind: Kind
    name: str
    case: str = ""


class Share(NamedTuple):
    """How many of how many points are exercised."""

    done: int
    total: int

    @property
    def percent(self) -> float:
        """The share in per cent; of nothing, all is exercised."""
        return 100.0 * self.done / self.total if self.total else 100.0

    def __str__(self) -> str:
        """Write it so that only the whole is 100 %."""
        shown = 100.0 if self.done == self.total else min(99.9, round(self.percent, 1))
        return f"{shown:g} % ({self.done} of {self.total})"


def _share(points: Iterable[Point], kind: Kind | None) -> Share:
    chosen = [point for point in points if kind is None or point.kind == kind]
    return Share(sum(1 for point in chosen if point.case), len(chosen))


class Coverage(NamedTuple):
    """What the cases exercise of one measure; ``statuses`` are the statuses that its cases show."""

    measure: str
    model_status: str
    cases: int
    statuses: frozenset[str]
    points: tuple[Point, ...]

    @property
    def unexercised(self) -> tuple[Point, ...]:
        """The points that no case exercises."""
        return tuple(point for point in self.points if not point.case)

    def share(self, kind: Kind | None = None) -> Share:
        """Return how many points of a kind, or of all kinds, are exercised."""
        return _share(self.points, kind)


class CatalogueCoverage(NamedTuple):
    """The coverage of every measure, in the order of the catalogue."""

    measures: tuple[Coverage, ...]

    def share(self, kind: Kind | None = None, model_status: str = "") -> Share:
        """Return how many points are exercised over all measures, or over those of one model status."""
        chosen = [one for one in self.measures if not model_status or one.model_status == model_status]
        return _share((point for one in chosen for point in one.points), kind)


# -------------------------------------------------------------------------------------------------------- boundaries
class Boundary(NamedTuple):
    """A day on one side of a turn of the law, with the places of the versions that end or begin there."""

    day: dt.date
    words: str
    versions: tuple[int, ...]

    def __str__(self) -> str:
        """Render as "eve 2024-04-12"."""
        return f"{self.words} {self.day}"


_DAY = dt.timedelta(days=1)


def boundaries(versions: Sequence[Spanned]) -> Iterator[Boundary]:
    """Yield the eve and the first day of every version, and the last day and the first day after where none follows.

    >>> spans = [Spanned.model_validate({"from": "2024-04-13"})]
    >>> [str(one) for one in boundaries(spans)]
    ['eve 2024-04-12', 'first day 2024-04-13']
    """
    starts = {version.from_ for version in versions if version.from_}
    ends = {version.until for version in versions if version.until}
    for day in sorted(starts | ends):
        turning = tuple(n for n, version in enumerate(versions) if day in (version.from_, version.until))
        words = ("eve", "first day") if day in starts else ("last day", "first day after")
        yield Boundary(day - _DAY, words[0], turning)
        yield Boundary(day, words[1], turning)


# --------------------------------------------------------------------------------------------------------- measuring
def coverage(cases: Iterable[Case], catalogue: Catalogue) -> CatalogueCoverage:
    """Return what cases exercise of the measures of a catalogue.

    >>> from sanctionsmodel.cases import bundled_cases
    >>> metals = Catalogue.bundled().select(ids=["us/eo-14068/metals-import"])
    >>> str(coverage(bundled_cases(), metals).share("limb"))
    '100 % (1 of 1)'
    """
    of_measure: dict[str, list[Case]] = {}
    for case in cases:
        if not case.needs and case.measure in catalogue.headers:
            of_measure.setdefault(case.measure, []).append(case)
    seen = _Seen()
    for name, some in of_measure.items():
        _exercise(seen, catalogue, name, some)
    return CatalogueCoverage(
        tuple(
            Coverage(
                law.id,
                law.status,
                len(of_measure.get(law.id, ())),
                frozenset(case.expect.status.value for case in of_measure.get(law.id, ())),
                tuple(_points(law, seen)),
            )
            for law in catalogue
        )
    )


class _Seen:
    """Which case was the first to exercise what."""

    def __init__(self) -> None:
        self.limbs: dict[tuple[str, int, int], str] = {}
        self.exemptions: dict[Exemption, str] = {}
        self.boundaries: dict[tuple[str, str], str] = {}


def _points(law: Prohibition, seen: _Seen) -> Iterator[Point]:
    for v, version in enumerate(law.versions):
        since = f"version from {version.from_ or 'the beginning'}"
        for n, limb in enumerate(version.limbs):
            yield Point("limb", f"{since}, {limb.provision or f'limb {n + 1}'}", seen.limbs.get((law.id, v, n), ""))
    for one in boundaries(law.versions):
        yield Point("boundary", str(one), seen.boundaries.get((law.id, str(one)), ""))
    for exemption in law.exemptions:
        yield Point("exemption", exemption.id, seen.exemptions.get(exemption, ""))


def _exercise(seen: _Seen, catalogue: Catalogue, name: str, cases: Iterable[Case]) -> None:
    index = catalogue.index.select([name])
    measure = index.measures[0]
    for case in cases:
        narrowed = _narrowed(index, case.facts)
        verdict = index.verdict(0, narrowed.known) if narrowed else None
        if narrowed is None or verdict is None or verdict.status != case.expect.status:
            continue
        _limbs_and_exemptions(seen, catalogue, measure, case, narrowed, verdict)
        _boundaries(seen, catalogue, index, case)


def _narrowed(index: Index, facts: Mapping[str, object]) -> Narrowed | None:
    try:
        return index.narrow(Transaction(facts))
    except SanctionsModelError:
        return None


def _limbs_and_exemptions(
    seen: _Seen, catalogue: Catalogue, measure: Measure, case: Case, narrowed: Narrowed, verdict: Verdict
) -> None:
    for limb in measure.compiled.limbs:
        key = measure.limbs[limb.key]
        if limb.key in verdict.limbs and key not in seen.limbs and _is_met(limb, narrowed):
            seen.limbs[key] = case.id
    for place in verdict.applied:
        part, number = measure.exemptions[place]
        seen.exemptions.setdefault(catalogue.law(part).exemptions[number], case.id)


def _is_met(limb: CompiledLimb, narrowed: Narrowed) -> bool:
    return judge(Compiled((limb,), ()), narrowed.known, want_missing=False).status == Status.COVERED


def _boundaries(seen: _Seen, catalogue: Catalogue, index: Index, case: Case) -> None:
    day = _day_of(case)
    if day is None:
        return
    measure = index.measures[0]
    for part in dict.fromkeys(name for name, _, _ in measure.limbs):
        versions = catalogue.law(part).versions
        for one in boundaries(versions):
            key = (part, str(one))
            if one.day != day or key in seen.boundaries:
                continue
            if any(_meets(index, case, part, number, _in_force(versions[number])) for number in one.versions):
                seen.boundaries[key] = case.id


def _in_force(version: Spanned) -> dict[str, dt.date]:
    """Return the days of a version as a date is stated."""
    return {key: day for key, day in (("from", version.from_), ("before", version.until)) if day}


def _day_of(case: Case) -> dt.date | None:
    """Return the day of the act, where one day is stated."""
    known = Transaction({"transacted_on": case.facts["transacted_on"]}) if "transacted_on" in case.facts else None
    stated = known.known["transacted_on"] if known is not None else None
    if isinstance(stated, OneOf) and len(stated.cuts) == 2 and stated.cuts == sets.single(stated.cuts[0]):
        return dt.date.fromordinal(stated.cuts[0])
    return None


def _meets(index: Index, case: Case, part: str, version: int, days: Mapping[str, dt.date]) -> bool:
    """Say whether a case, its dates apart, could meet a version on one of the days on which it is in force."""
    undated = {name: value for name, value in case.facts.items() if not _is_date(name)}
    narrowed = _narrowed(index, {**undated, "transacted_on": days})
    measure = index.measures[0]
    limbs = tuple(one for one in measure.compiled.limbs if measure.limbs[one.key][:2] == (part, version))
    return (
        narrowed is not None
        and judge(Compiled(limbs, ()), narrowed.known, want_missing=False).status != Status.NOT_COVERED
    )


def _is_date(name: str) -> bool:
    return name in registry() and registry()[name].domain == "date"
