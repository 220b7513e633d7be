"""How cases came out, and what they cover: as text, as JSON, and as JUnit XML for CI."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sanctionsmodel._deletions import Unnoticed
from sanctionsmodel.cases import Result
from sanctionsmodel.coverage import KINDS, CatalogueCoverage, Kind

_PLURALS: dict[Kind, str] = {"limb": "limbs", "exemption": "exemptions", "boundary": "boundaries"}


# ---------------------------------------------------------------------------------------------------------------- text
def results_text(
    results: Sequence[Result], proposed: Iterable[Unnoticed] = (), covered: CatalogueCoverage | None = None
) -> str:
    """Return what failed or is disputed, the counts, what deletions nobody notices, and what no case exercises."""
    lines = []
    for result in results:
        if result.outcome in ("failed", "disputed"):
            lines.append(f"{result.outcome.upper()} {result.case.id} {result.case.measure}: {result.case.title}")
            lines += [f"    {difference}" for difference in result.differences]
    counts = {
        name: sum(1 for one in results if one.outcome == name) for name in ("passed", "failed", "disputed", "skipped")
    }
    lines.append(", ".join(f"{count} {name}" for name, count in counts.items()))
    lines += [_proposal_text(one) for one in proposed]
    lines += _coverage_lines(covered) if covered is not None else []
    return "\n".join(lines)


def _proposal_text(one: Unnoticed) -> str:
    head = f"{one.deletion.measure}, {one.deletion.what}: {one.result}"
    if one.facts is None:
        return head
    case = {
        "measure": one.deletion.measure,
        "facts": one.facts.to_dict(),
        "expect": {"status": one.status.value if one.status is not None else None},
    }
    return f"{head}\n    {json.dumps(case, ensure_ascii=False)}"


def _coverage_lines(covered: CatalogueCoverage) -> Iterator[str]:
    for one in covered.measures:
        if one.unexercised:
            yield f"{one.measure} ({one.model_status}, {one.cases} cases): {one.share()}, no case exercises"
            yield from (f"    {point.kind} {point.name}" for point in one.unexercised)
    for status in ("complete", ""):
        shares = ", ".join(f"{_PLURALS[kind]} {covered.share(kind, status)}" for kind in KINDS)
        yield f"coverage of {status or 'all'} measures: {covered.share(None, status)}; {shares}"


# ---------------------------------------------------------------------------------------------------------------- JSON
def results_json(
    results: Iterable[Result], proposed: Iterable[Unnoticed] = (), covered: CatalogueCoverage | None = None
) -> str:
    """Return the same for machines."""
    rows = [
        {"id": r.case.id, "measure": r.case.measure, "outcome": r.outcome, "differences": list(r.differences)}
        for r in results
    ]
    found = [
        {
            "measure": one.deletion.measure,
            "deletion": one.deletion.what,
            "result": one.result,
            "facts": one.facts.to_dict() if one.facts is not None else None,
            "status": one.status.value if one.status is not None else None,
        }
        for one in proposed
    ]
    data: dict[str, Any] = {"cases": rows, "proposed": found}
    if covered is not None:
        data["coverage"] = _coverage_data(covered)
    return json.dumps(data, ensure_ascii=False, indent=1)


def _coverage_data(covered: CatalogueCoverage) -> dict[str, Any]:
    shares = {
        f"{status or 'all'}": {
            name: covered.share(kind, status)._asdict()
            for name, kind in {"points": None, **{_PLURALS[kind]: kind for kind in KINDS}}.items()
        }
        for status in ("complete", "")
    }
    measures = [
        {
            "measure": one.measure,
            "status": one.model_status,
            "cases": one.cases,
            "points": [point._asdict() for point in one.points],
        }
        for one in covered.measures
    ]
    return {"shares": shares, "measures": measures}


# --------------------------------------------------------------------------------------------------------------- JUnit
def junit(results: Iterable[Result]) -> str:
    """Return JUnit XML: a suite a measure, a test a case; a disputed case counts as skipped, with what differs."""
    from xml.etree import ElementTree as Xml

    root = Xml.Element("testsuites", name="sanctionsmodel")
    suites: dict[str, list[Result]] = {}
    for result in results:
        suites.setdefault(result.case.measure, []).append(result)
    for measure, some in suites.items():
        suite = Xml.SubElement(root, "testsuite", name=measure, tests=str(len(some)))
        for name, which in _JUNIT.items():
            suite.set(name, str(sum(1 for one in some if one.outcome in which)))
        for one in some:
            test = Xml.SubElement(suite, "testcase", classname=measure, name=f"{one.case.id} {one.case.title}")
            if one.outcome != "passed":
                message = "; ".join(one.differences)
                Xml.SubElement(test, "failure" if one.outcome == "failed" else "skipped", message=_readable(message))
    Xml.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{Xml.tostring(root, encoding="unicode")}\n'


_JUNIT = {"failures": ("failed",), "skipped": ("skipped", "disputed")}


def _readable(text: str) -> str:
    """Leave out the control characters that XML cannot hold."""
    return "".join(sign for sign in text if sign in "\t\n\r" or sign >= " ")
