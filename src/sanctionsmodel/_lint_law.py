"""Measures as the engine reads them: limbs that can never hold, exemptions that excuse nothing, names of nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from sanctionsmodel._boxes import Box, boxes_of, intersect
from sanctionsmodel._index import Index
from sanctionsmodel._lawfile import LawReader, Place
from sanctionsmodel._lists import LawFile
from sanctionsmodel._remarks import Remark, error, warning
from sanctionsmodel._sources import NEVER_HOLDS
from sanctionsmodel._yaml import Path
from sanctionsmodel.catalogue import Catalogue
from sanctionsmodel.errors import SanctionsModelError, nearest, shown
from sanctionsmodel.facts import registry
from sanctionsmodel.prohibitions import Prohibition, Spanned
from sanctionsmodel.transactions import OneOf, Transaction


class _Use(NamedTuple):
    """One version of an exemption, in one measure: where it stands, and whether it excuses anything there."""

    place: Place
    number: int
    measure: str
    meets: bool


def law_remarks(catalogue: Catalogue, reader: LawReader, of_files: Sequence[LawFile]) -> Iterator[Remark]:
    """Yield what is wrong with the measures of a catalogue that stand in some files, and with their exemptions."""
    uses: list[_Use] = []
    for name in catalogue.ids:
        file, path, raw = reader.places[name]
        law = catalogue.law(name)
        index = catalogue.index.select([name])
        uses += _uses(law, index, [*_own(file, path, raw), *reader.shared_with(file, raw)])
        if any(file is one for one in of_files):
            yield from _never(law, index, file, path)
            yield from _out_of_order(law.versions, file, (*path, "versions"))
            yield from _unknown_parts(law, catalogue, file, path)
    mine = [use for use in uses if any(use.place[0] is one for one in of_files)]
    yield from _idle(mine)
    yield from _exemptions(reader, catalogue, of_files)


def _own(file: LawFile, path: Path, raw: Any) -> Iterator[Place]:
    for number, one in enumerate(raw.get("exemptions") or ()):
        yield file, (*path, "exemptions", number), one


# --------------------------------------------------------------------------------------------------------------- limbs
def _never(law: Prohibition, index: Index, file: LawFile, path: Path) -> Iterator[Remark]:
    measure = index.measures[0]
    for limb in measure.compiled.limbs:
        part, version, number = measure.limbs[limb.key]
        if part == law.id and not any(_is_possible(index, box) for box in limb.boxes):
            words = law.versions[version].limbs[number].provision or f"limb {number + 1}"
            yield error("never-holds", file, (*path, "versions", version, "limbs", number), f"{words} {NEVER_HOLDS}")


def _is_possible(index: Index, box: Box) -> bool:
    """Say whether facts that lie in a box can go together, as far as narrowing tells."""
    stated = Transaction()
    for number, cuts in box.items():
        axis = index.axes.names[number]
        if not registry()[axis.fact].many:
            stated = stated.with_known(axis.fact, OneOf(cuts, axis.unit))
    try:
        index.narrow(stated)
    except SanctionsModelError:
        return False
    return True


def _out_of_order(versions: Iterable[Spanned], file: LawFile, path: Path) -> Iterator[Remark]:
    for number, (earlier, later) in enumerate(pairwise(versions), start=1):
        if earlier.from_ and (later.from_ is None or later.from_ < earlier.from_):
            message = f"stands after the version from {earlier.from_}; write versions in the order of time"
            yield warning("order", file, (*path, number), message)


def _unknown_parts(law: Prohibition, catalogue: Catalogue, file: LawFile, path: Path) -> Iterator[Remark]:
    for number, part in enumerate(law.parts):
        if part not in catalogue:
            message = f"no measure {shown(part)}{nearest(part, catalogue.ids)}"
            yield error("unresolved", file, (*path, "parts", number), message)


# ---------------------------------------------------------------------------------------------------------- exemptions
def _uses(law: Prohibition, index: Index, places: Sequence[Place]) -> Iterator[_Use]:
    if law.parts or len(places) != len(law.exemptions):  # what a summing measure excuses is said with its parts
        return
    measure = index.measures[0]
    for place, exemption, compiled in zip(places, law.exemptions, measure.compiled.exemptions, strict=True):
        freed = [box for limb in measure.compiled.limbs if limb.key in compiled.frees for box in limb.boxes]
        for number, version in enumerate(exemption.versions):
            boxes = boxes_of(version.in_time(version.when), index.axes)
            yield _Use(place, number, law.id, _meet(index, boxes, freed))


def _meet(index: Index, boxes: Iterable[Box], others: Sequence[Box]) -> bool:
    both = (intersect(one, other) for one in boxes for other in others)
    return any(box is not None and _is_possible(index, box) for box in both)


def _idle(uses: Sequence[_Use]) -> Iterator[Remark]:
    """Yield the exemptions, versions of exemptions, and uses in a named measure, that excuse nothing."""
    grouped: dict[tuple[str, Path], list[_Use]] = {}
    for use in uses:
        grouped.setdefault((use.place[0].tree.name, use.place[1]), []).append(use)
    for some in grouped.values():
        file, path, raw = some[0].place
        name = str(raw.get("id", ""))
        if not any(use.meets for use in some):
            message = f"{name} excuses nothing: it never meets a limb that it frees; correct its conditions or frees"
            yield error("excuses-nothing", file, path, message)
            continue
        for number in sorted({use.number for use in some}):
            if not any(use.meets for use in some if use.number == number):
                message = f"this version of {name} excuses nothing: it never meets a limb in force on its days"
                yield warning("excuses-nothing", file, (*path, "versions", number), message)
        for measure in sorted({use.measure for use in some} if isinstance(raw.get("measures"), list) else ()):
            if not any(use.meets for use in some if use.measure == measure):
                message = f"{name} excuses nothing in {measure}; take the measure out, or correct its conditions"
                yield warning("excuses-nothing", file, (*path, "measures"), message)


def _exemptions(reader: LawReader, catalogue: Catalogue, of_files: Sequence[LawFile]) -> Iterator[Remark]:
    """Yield what shared exemptions name that is not there."""
    for file, path, raw in reader.shared:
        named = raw.get("measures")
        if any(file is one for one in of_files) and isinstance(named, list):
            for number, name in enumerate(named):
                if name not in reader.places:
                    message = f"no measure {shown(name)}{nearest(str(name), reader.places)}"
                    yield error("unresolved", file, (*path, "measures", number), message)
