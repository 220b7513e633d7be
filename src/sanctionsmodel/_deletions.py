"""Deletions that no case would notice: for each leaf, limb and exemption of a measure, what changes without it.

A case *notices* a deletion when its status comes out differently without that text. Where none does, the exact
difference of the two sets either is empty, and the text is redundant, or holds a point that makes a boundary case.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Literal

from sanctionsmodel import sets
from sanctionsmodel._boxes import Box, intersect, subtract_all
from sanctionsmodel._compile import boxes_of_measure, compile_measure
from sanctionsmodel._exact import Compiled, judge
from sanctionsmodel._index import Index
from sanctionsmodel._narrow import Narrowed
from sanctionsmodel._prose import leaf_text
from sanctionsmodel.catalogue import Catalogue
from sanctionsmodel.conditions import ALWAYS, AllOf, AnyOf, Condition, Constrains, Not
from sanctionsmodel.errors import SanctionsModelError
from sanctionsmodel.facts import TRUE, Axis, Fact, registry
from sanctionsmodel.prohibitions import Exemption, Prohibition, Status
from sanctionsmodel.sets import Cuts
from sanctionsmodel.transactions import Known, ListOf, OneOf, Transaction

#: The most points of a difference that are tried before the search for a case is given up.
_MOST_TRIED = 400


@dataclass(frozen=True, slots=True)
class Deletion:
    """One text of a measure that could be deleted, and the measure without it."""

    measure: str
    what: str
    without: Prohibition


@dataclass(frozen=True, slots=True)
class Unnoticed:
    """A deletion that no case notices: redundant, or with facts that would notice it, or not decided."""

    deletion: Deletion
    result: Literal["redundant", "proposed", "no case found"]
    facts: Transaction | None = None
    status: Status | None = None


# ----------------------------------------------------------------------------------------------------------- deletions
def deletions(law: Prohibition) -> Iterator[Deletion]:
    """Yield every single deletion of a leaf, limb or exemption of a measure."""
    for words, binds in _without(law.binds):
        yield Deletion(law.id, f"binds: {words}", law.model_copy(update={"binds": binds}))
    for place, version in enumerate(law.versions):
        for words, changed in _version_changes(version):
            versions = (*law.versions[:place], changed, *law.versions[place + 1 :])
            since = version.from_ or "the beginning"
            yield Deletion(law.id, f"version from {since}: {words}", law.model_copy(update={"versions": versions}))
    for place, exemption in enumerate(law.exemptions):
        others = (*law.exemptions[:place], *law.exemptions[place + 1 :])
        yield Deletion(law.id, f"exemption {exemption.id}", law.model_copy(update={"exemptions": others}))
        for words, changed_exemption in _exemption_changes(exemption):
            exemptions = (*law.exemptions[:place], changed_exemption, *law.exemptions[place + 1 :])
            yield Deletion(
                law.id, f"exemption {exemption.id}: {words}", law.model_copy(update={"exemptions": exemptions})
            )


def _version_changes(version: Any) -> Iterator[tuple[str, Any]]:
    for words, when in _without(version.when):
        yield words, version.model_copy(update={"when": when})
    for place, limb in enumerate(version.limbs):
        if len(version.limbs) > 1:
            others = (*version.limbs[:place], *version.limbs[place + 1 :])
            yield f"limb {limb.provision or place + 1}", version.model_copy(update={"limbs": others})
        for words, when in _without(limb.when):
            limbs = (*version.limbs[:place], limb.model_copy(update={"when": when}), *version.limbs[place + 1 :])
            yield f"limb {limb.provision or place + 1}: {words}", version.model_copy(update={"limbs": limbs})


def _exemption_changes(exemption: Exemption) -> Iterator[tuple[str, Exemption]]:
    for place, version in enumerate(exemption.versions):
        for words, when in _without(version.when):
            changed = version.model_copy(update={"when": when})
            versions = (*exemption.versions[:place], changed, *exemption.versions[place + 1 :])
            yield f"{version.provision}: {words}", exemption.model_copy(update={"versions": versions})


def _without(condition: Condition) -> Iterator[tuple[str, Condition]]:
    """Yield a condition without each of its leaves in turn."""
    match condition:
        case Constrains():
            yield leaf_text(condition), ALWAYS
        case Not(part):
            for words, inner in _without(part):
                yield words, ALWAYS if inner == ALWAYS else Not(inner)
        case AllOf(parts) | AnyOf(parts):
            for place, part in enumerate(parts):
                others = (*parts[:place], *parts[place + 1 :])
                if isinstance(part, Constrains):
                    yield leaf_text(part), replace(condition, parts=others) if others else ALWAYS
                    continue
                for words, inner in _without(part):
                    kept = (*parts[:place], inner, *parts[place + 1 :])
                    yield words, replace(condition, parts=others if inner == ALWAYS and others else kept)


# -------------------------------------------------------------------------------------------------------------- noticed
def unnoticed(catalogue: Catalogue, law: Prohibition, cases: Iterable[Transaction]) -> Iterator[Unnoticed]:
    """Yield the deletions of a measure that no case notices, each with a case that would, or as redundant."""
    index = catalogue.index
    measure = index.measures[index.number_of[law.id]]
    asked = [narrowed for narrowed in (_narrowed(index, facts) for facts in cases) if narrowed is not None]
    before = [judge(measure.compiled, narrowed.known, want_missing=False).status for narrowed in asked]
    for deletion in deletions(law):
        mutant = compile_measure(deletion.without, {}, index.axes).compiled
        if any(
            judge(mutant, narrowed.known, want_missing=False).status != status
            for narrowed, status in zip(asked, before, strict=True)
        ):
            continue
        yield _searched(index, measure.compiled, mutant, deletion)


def _narrowed(index: Index, transaction: Transaction) -> Narrowed | None:
    try:
        return index.narrow(transaction)
    except SanctionsModelError:
        return None


def _forbidden(compiled: Compiled, lines: Sequence[Cuts]) -> list[Box]:
    pieces: list[Box] = []
    for limb in compiled.limbs:
        excused = [box for one in compiled.exemptions if limb.key in one.frees for box in one.boxes]
        pieces += subtract_all(limb.boxes, excused, lines)
    return pieces


def _differences(first: Compiled, second: Compiled, lines: Sequence[Cuts]) -> list[Box]:
    """Return boxes in which the two answer differently: in what is covered, or in what is forbidden in the end."""
    found: list[Box] = []
    for one, other in ((first, second), (second, first)):
        found += subtract_all(_forbidden(one, lines), _forbidden(other, lines), lines)
    covers = [[box for limb in one.limbs for box in limb.boxes] for one in (first, second)]
    found += subtract_all(covers[0], covers[1], lines)
    return found + subtract_all(covers[1], covers[0], lines)


def _searched(index: Index, law: Compiled, mutant: Compiled, deletion: Deletion) -> Unnoticed:
    default = index.narrowing.defaults
    lines = [
        line if registry()[axis.fact].reliance else unknown
        for axis, line, unknown in zip(index.axes.names, index.axes.lines, default, strict=True)
    ]
    possible = [box for box in _differences(law, mutant, lines) if intersect(box, {}) is not None]
    inside = [box for box in possible if all(sets.intersection(cuts, lines[axis]) for axis, cuts in box.items())]
    if not inside:
        return Unnoticed(deletion, "redundant")
    read = sorted({axis for _, box in boxes_of_measure(law) for axis in box})
    for box in islice(_small_first(inside), _MOST_TRIED):
        facts = _facts_at(index, box, read)
        narrowed = _narrowed(index, facts) if facts is not None else None
        if narrowed is None:
            continue
        statuses = [judge(one, narrowed.known, want_missing=False).status for one in (law, mutant)]
        if statuses[0] != statuses[1] and facts is not None:
            return Unnoticed(deletion, "proposed", facts, statuses[0])
    stands = any(_is_possible(index, box) for box in islice(inside, _MOST_TRIED))
    return Unnoticed(deletion, "no case found" if stands else "redundant")


def _is_possible(index: Index, box: Box) -> bool:
    """Say whether narrowing lets any point of a box stand; the sets are stated, not single values."""
    facts = Transaction()
    for number, cuts in box.items():
        axis = index.axes.names[number]
        inside = sets.intersection(cuts, index.axes.unknown[number])
        if not axis.test and inside:
            facts = facts.with_known(axis.fact, OneOf(inside, axis.unit))
    return _narrowed(index, facts) is not None


def _small_first(boxes: list[Box]) -> list[Box]:
    return sorted(boxes, key=len)


# --------------------------------------------------------------------------------------------------------- as a case
def _facts_at(index: Index, box: Box, read: Sequence[int]) -> Transaction | None:
    """Return facts that lie in a box, stating everything that the measure reads, so that the answer is settled."""
    wanted: dict[str, dict[Axis, Cuts]] = {}
    for number in read:
        axis = index.axes.names[number]
        wanted.setdefault(axis.fact, {})[axis] = box.get(number, index.axes.unknown[number])
    known: dict[str, Known] = {}
    for name, on_axes in wanted.items():
        if registry()[name].reliance and not any(index.axes.by_axis[axis] in box for axis in on_axes):
            continue
        stated = _stated(registry()[name], on_axes)
        if stated is None:
            return None
        known[name] = stated
    return _with_rates(known)


def _with_rates(known: dict[str, Known]) -> Transaction:
    made = Transaction()
    for name, one in known.items():
        made = made.with_known(name, one)
    return made


def _stated(fact: Fact, on_axes: Mapping[Axis, Cuts]) -> Known | None:
    if fact.many:
        return _list(fact, on_axes)
    axis, cuts = next(iter(on_axes.items()))
    inside = sets.intersection(cuts, fact.anything) or cuts
    if not inside:
        return None
    return OneOf(_one_value(fact, inside), axis.unit)


def _one_value(fact: Fact, cuts: Cuts) -> Cuts:
    """Return one value out of a set: a date or amount near its lower end, a code of the set, a name."""
    usual = next((one for one in _USUAL.get(fact.domain, ()) if sets.contains(cuts, one)), None)
    if usual is not None:
        return sets.single(usual)
    low = cuts[0]
    if fact.domain in ("code", "jurisdiction"):
        high = cuts[1] if len(cuts) > 1 else None
        return (low, high) if high is not None and not low.endswith("\0") and low else _other_code(fact, cuts)
    if fact.domain == "date" and low <= 1:
        low = cuts[1] - 1 if len(cuts) > 1 else low
    if fact.domain == "quantity" and len(cuts) > 1 and cuts[1] == sets.successor(low):
        return cuts[:2]
    return (1,) if fact.domain == "boolean" and low == 1 else sets.intersection(sets.single(low), cuts)


#: Ordinary values, tried first, so that a proposed case reads like one: days, and amounts in the base unit.
_USUAL: dict[str, tuple[Any, ...]] = {
    "date": tuple(dt.date(year, 6, 1).toordinal() for year in (2024, 2025, 2023, 2026, 2022)),
    "quantity": (1.0, 0.5, 100.0, 0.0),
}
_CANDIDATES: dict[str, tuple[str, ...]] = {
    "jurisdiction": ("CH", "TR", "US", "GB", "DE", "CN", "RU", "KZ", "IN"),
    "hs": ("482010", "720810", "760110", "854231", "271019"),
    "cn": ("48201010", "72081000", "76011000"),
    "hts": ("4820102010", "7601103000"),
    "eccn": ("EAR99", "3A001", "9A012"),
    "mic": ("XSHG", "XLME", "XCEC"),
    "currency": ("CHF", "USD", "EUR"),
}


def _other_code(fact: Fact, cuts: Cuts) -> Cuts:
    """Return some ordinary code inside a set that is defined by what it leaves out."""
    from sanctionsmodel._values import read_set

    for text in _CANDIDATES.get(fact.system or fact.domain, ()):
        found = read_set(fact, text)
        if sets.is_subset(found, cuts):
            return found
    low = cuts[0] or "\0"
    return sets.intersection(sets.single(low), cuts) or cuts


def _list(fact: Fact, on_axes: Mapping[Axis, Cuts]) -> Known | None:
    """Return a list that has one of each set that it must have, and none of those that it must not."""
    out = [axis.test for axis, answer in on_axes.items() if answer != TRUE]
    forbidden = sets.union_of_many(out) if out else sets.EMPTY
    elements: list[Cuts] = []
    for axis, answer in on_axes.items():
        if answer != TRUE or any(sets.is_subset(element, axis.test) for element in elements):
            continue
        allowed = sets.intersection(
            sets.intersection(axis.test, sets.complement(forbidden, fact.bottom)), fact.anything
        )
        if not allowed:
            return None
        elements.append(_one_value(fact, allowed))
    return ListOf(tuple(sorted(elements)), closed=True)
