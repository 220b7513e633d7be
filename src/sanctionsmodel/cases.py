"""Worked cases: golden answers beside the law, run against a catalogue, with what no case exercises.

A case states facts and the answer that one measure must give, with why and by which source. Bundled cases stand beside
their law file (``<instrument>.cases.yaml``); any file in the same form can be run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from sanctionsmodel._data import DATA
from sanctionsmodel._deletions import Unnoticed, unnoticed
from sanctionsmodel._judging import Judge
from sanctionsmodel._yaml import Tree, read_yaml_file
from sanctionsmodel.catalogue import Catalogue
from sanctionsmodel.errors import CatalogueError, Problem, SanctionsModelError, nearest, shown
from sanctionsmodel.facts import registry
from sanctionsmodel.findings import Finding
from sanctionsmodel.prohibitions import Confidence, Effect, Policy, Status
from sanctionsmodel.transactions import Transaction


class _CaseModel(BaseModel):
    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid")


class OneOfPolicies(_CaseModel):
    """Several policies of which an open fact decides."""

    one_of: tuple[Policy, ...]


class Expectation(_CaseModel):
    """The answer that a case expects; what is left out is not compared."""

    status: Status
    effect: Effect | None = None
    policy: Policy | OneOfPolicies | None = None
    exemption: str = ""
    missing: tuple[str, ...] | None = None
    provision: str = ""
    duties: tuple[str, ...] = ()
    rate: str = ""


class Case(_CaseModel):
    """One worked case: facts, the measure asked, the answer, and the reason with its source."""

    id: str
    title: str
    measure: str
    facts: Mapping[str, Any]
    expect: Expectation
    why: str
    source: str
    confidence: Confidence
    also: str | list[str] = ""
    disputed: str = ""
    needs: str = ""
    roles: Mapping[str, str] = {}
    listed: Mapping[str, tuple[str, ...]] = {}
    ownership: tuple[Mapping[str, str], ...] = ()


class Result(_CaseModel):
    """How one case came out; ``differences`` are "field: expected ..., found ..."."""

    case: Case
    outcome: Literal["passed", "failed", "skipped", "disputed"]
    differences: tuple[str, ...] = ()


def read_cases(path: Path, name: str = "") -> list[Case]:
    """Read a file of cases; raises CatalogueError with every problem: file, line, field and remedy."""
    tree = read_yaml_file(path, name or path.as_posix())
    cases = read_case_tree(tree)
    if tree.problems:
        raise CatalogueError(tree.problems)
    return [case for _, case in cases]


def read_case_tree(tree: Tree) -> list[tuple[int, Case]]:
    """Return the cases of a parsed file, each with its place in the list; the problems are noted in the tree."""
    return list(_cases(tree))


def _cases(tree: Tree) -> Iterator[tuple[int, Case]]:
    if not isinstance(tree.value, list):
        if not tree.problems:
            tree.problems.append(tree.problem((), "a case file is a list of cases"))
        return
    seen: set[str] = set()
    for index, raw in enumerate(tree.value):
        try:
            case = Case.model_validate(raw)
        except ValidationError as error:
            for one in error.errors():
                tree.problems.append(tree.problem((index, *one["loc"]), f"{one['msg']} (found {shown(one['input'])})"))
            continue
        if case.id in seen:
            tree.problems.append(
                tree.problem((index, "id"), f"the id {shown(case.id)} stands twice; give each its own")
            )
        seen.add(case.id)
        tree.problems.extend(_fact_problems(tree, index, case))
        yield index, case


def _fact_problems(tree: Tree, index: int, case: Case) -> Iterator[Problem]:
    """Check each fact of a case by itself, so that each problem has its line."""
    for name, value in case.facts.items():
        try:
            Transaction({name: value})
        except SanctionsModelError as error:
            yield tree.problem((index, "facts", name), str(error).removeprefix(f"{name}: "))
    for name in case.expect.missing or ():
        if name not in registry():
            yield tree.problem(
                (index, "expect", "missing"), f"{shown(name)} is no declared fact{nearest(name, registry())}"
            )


def bundled_cases() -> list[Case]:
    """Return the cases that stand beside the bundled law files."""
    return cases_below(DATA)


def cases_below(directory: Path) -> list[Case]:
    """Return the cases of every case file below a directory."""
    paths = sorted(directory.rglob("*.cases.yaml"))
    return [case for path in paths for case in read_cases(path, path.relative_to(directory).as_posix())]


def run_cases(cases: Iterable[Case], catalogue: Catalogue) -> Iterator[Result]:
    """Run cases against a catalogue, one result each."""
    alone: dict[str, Catalogue] = {}  # one measure each, so that a case narrows only towards what its measure reads
    for case in cases:
        if case.needs:
            yield Result(case=case, outcome="skipped", differences=(f"needs {case.needs}",))
        elif case.measure not in catalogue.headers:
            yield Result(
                case=case, outcome="failed", differences=(f"no measure {shown(case.measure)} in the catalogue",)
            )
        else:
            if case.measure not in alone:
                alone[case.measure] = catalogue.select(ids=[case.measure])
            yield _run(case, alone[case.measure], 0)


def _run(case: Case, catalogue: Catalogue, number: int) -> Result:
    try:
        finding = find(Transaction(case.facts), catalogue, number)
    except SanctionsModelError as error:
        return Result(case=case, outcome="failed", differences=(str(error),))
    differences = tuple(_differences(case.expect, finding))
    if differences:
        return Result(case=case, outcome="disputed" if case.disputed else "failed", differences=differences)
    return Result(case=case, outcome="passed")


def find(transaction: Transaction, catalogue: Catalogue, number: int) -> Finding:
    """Return the finding of one measure, by its number in the catalogue's index."""
    narrowed = catalogue.index.narrow(transaction)
    return Judge(catalogue, narrowed).finding(number, catalogue.index.verdict(number, narrowed.known))


def _differences(expect: Expectation, finding: Finding) -> Iterator[str]:
    if expect.status != finding.status:
        missing = f" (missing: {', '.join(finding.missing_facts)})" if finding.missing_facts else ""
        yield f"status: expected {expect.status.value}, found {finding.status.value}{missing}"
        return
    if expect.missing is not None and sorted(expect.missing) != sorted(finding.missing_facts):
        found = ", ".join(sorted(finding.missing_facts)) or "none"
        yield f"missing: expected {', '.join(sorted(expect.missing))}, found {found}"
    if expect.effect is not None and expect.effect not in finding.effects:
        yield f"effect: expected {expect.effect.value}, found {', '.join(one.value for one in finding.effects)}"
    wanted = {expect.policy} if isinstance(expect.policy, str) else set(expect.policy.one_of) if expect.policy else None
    if wanted is not None and wanted != set(finding.policies):
        yield f"policy: expected {', '.join(sorted(wanted))}, found {', '.join(sorted(finding.policies)) or 'none'}"
    applied = [one.id for one in finding.applied]
    if expect.exemption and expect.exemption not in applied:
        yield f"exemption: expected {expect.exemption}, found {', '.join(applied) or 'none'}"
    if expect.provision and not _cites(finding, expect.provision):
        yield f"provision: expected {expect.provision}, found {'; '.join(_cited(finding)) or 'none'}"
    yield from _duty_differences(expect, finding)


def _duty_differences(expect: Expectation, finding: Finding) -> Iterator[str]:
    duties = {*finding.duties, *(duty for one in finding.applied for duty in one.duties)}
    for duty in expect.duties:
        if duty not in duties:
            yield f"duties: expected {shown(duty)}, found {'; '.join(sorted(duties)) or 'none'}"
    if expect.rate and _plain(expect.rate) != _plain(finding.rate):
        yield f"rate: expected {expect.rate}, found {finding.rate or 'none'}"


def _cited(finding: Finding) -> list[str]:
    """Return the texts of the provisions that an answer rests on: of the exemption when exempt, else of the limbs."""
    if finding.status == Status.EXEMPT:
        return [text for one in finding.applied for text in (*one.provisions, *map(str, one.citations))]
    return [*finding.provisions, *map(str, finding.citations)]


_NOISE = re.compile(
    r"\b(?:articles?|art|regulations?|regs?|paragraphs?|paras?|sections?|s|ss|schedules?|sch)\b\.?|§|[\s.,]"
)


def _plain(text: str) -> str:
    return _NOISE.sub("", text.lower())


def _cites(finding: Finding, provision: str) -> bool:
    wanted = _plain(provision)
    return any(wanted in _plain(text) for text in _cited(finding))


def proposals(cases: Iterable[Case], catalogue: Catalogue) -> Iterator[Unnoticed]:
    """Yield, for every measure that a case asks about, the deletions of a leaf, limb or exemption that no case notices.

    Each comes with facts that would notice it, for a person to confirm, or with the word that the text is redundant.
    """
    facts: dict[str, list[Transaction]] = {}
    for case in cases:
        if not case.needs:
            facts.setdefault(case.measure, []).append(Transaction(case.facts))
    for law in catalogue:
        if not law.parts and law.id in facts:
            yield from unnoticed(catalogue, law, facts.get(law.id, ()))
