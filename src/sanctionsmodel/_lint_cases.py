"""Cases beside the law: what they name that is not there, and what a measure that claims to be complete still lacks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from sanctionsmodel._lawfile import LawReader
from sanctionsmodel._lists import LawFile
from sanctionsmodel._remarks import Remark, warning
from sanctionsmodel._yaml import Path
from sanctionsmodel.cases import Case
from sanctionsmodel.catalogue import Catalogue
from sanctionsmodel.coverage import Coverage, Point, boundaries, coverage
from sanctionsmodel.errors import Problem, nearest, shown
from sanctionsmodel.prohibitions import Prohibition

_DAY = dt.timedelta(days=1)
_BEGINNINGS = ("eve ", "first day 1", "first day 2")  # and not "first day after"
_STATUSES = ("covered", "not_covered", "undetermined")


class CaseFile(NamedTuple):
    """The cases of one file; ``lines`` are those on which each begins."""

    name: str
    cases: tuple[Case, ...]
    lines: tuple[int, ...]


def case_remarks(files: Iterable[CaseFile], catalogue: Catalogue) -> Iterator[Remark]:
    """Yield what cases name that is not there, and ids that stand twice."""
    seen: dict[str, str] = {}
    for file in files:
        for case, line in zip(file.cases, file.lines, strict=True):
            for field, message in _unresolved(case, catalogue):
                yield Remark("error", "unresolved", Problem(f"{case.id}: {message}", file.name, line, field))
            if seen.setdefault(case.id, file.name) != file.name:
                message = f"the id {case.id} stands in {seen[case.id]} already; give each case its own"
                yield Remark("warning", "case-twice", Problem(message, file.name, line, "id"))


def _unresolved(case: Case, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    if case.measure not in catalogue:
        yield "measure", f"no measure {shown(case.measure)}{nearest(case.measure, catalogue.ids)}"
        return
    law = catalogue[case.measure]
    parts = [catalogue.law(name) for name in law.parts if name in catalogue]
    known = [one.id for part in (law, *parts) for one in part.exemptions]
    if case.expect.exemption and case.expect.exemption not in known:
        wanted = case.expect.exemption
        yield "expect.exemption", f"{case.measure} has no exemption {shown(wanted)}{nearest(wanted, known)}"


def completeness(cases: Sequence[Case], catalogue: Catalogue, reader: LawReader) -> Iterator[Remark]:
    """Yield the cases that measures lack which claim to be complete."""
    for one in coverage(cases, catalogue).measures:
        law = catalogue[one.measure]
        if one.model_status == "complete" and not law.parts:
            file, path, _ = reader.places[one.measure]
            for status in _STATUSES:
                if status not in one.statuses:
                    yield warning("complete", file, path, f"{law.id} is complete, but no case is {status}; write one")
            yield from _points(one, catalogue, file, path)


def _points(one: Coverage, catalogue: Catalogue, file: LawFile, path: Path) -> Iterator[Remark]:
    law = catalogue[one.measure]
    own = {exemption.id: number for number, exemption in enumerate(law.exemptions)}
    raw = len(file.tree.value["measures"][path[1]].get("exemptions") or ())
    for point in one.unexercised:
        here: Path = path
        if point.kind == "exemption":
            number = own[point.name]
            here = (*path, "exemptions", number) if number < raw else path
            message = f"{law.id} is complete, but no case shows {point.name} applied; write one that expects exempt"
            yield warning("complete", file, here, message)
        elif point.kind == "boundary" and point.name.startswith(_BEGINNINGS):
            message = f"{law.id} is complete, but no case stands on the {point.name}; write one that shows the change"
            yield warning("complete", file, _version_path(law, path, point), message)


def _version_path(law: Prohibition, path: Path, point: Point) -> Path:
    turn = next(one for one in boundaries(law.versions) if str(one) == point.name)
    begins = [number for number in turn.versions if law.versions[number].from_ in (turn.day, turn.day + _DAY)]
    return (*path, "versions", begins[-1])
