"""Worked cases: the bundled ones all pass, and a case compares every field that it states."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from sanctionsmodel.cases import Case, Result, bundled_cases, cases_below, proposals, read_cases, run_cases
from sanctionsmodel.catalogue import Catalogue
from sanctionsmodel.errors import CatalogueError
from sanctionsmodel.prohibitions import Status
from strategies import catalogue, law_file

LICENCE = {
    "id": "zz/licence",
    "title": "A licence",
    "kind": "general_licence",
    "duties": ["tell the authority"],
    "versions": [{"provision": "para 2(a)", "when": {"located_in": "GB"}}],
}
#: A duty on metals: with a provision, a rate, a policy that depends on the goods, a licence, and something to do.
DUTY = {
    "id": "zz/act/1",
    "effect": "duty",
    "rate": "200 %",
    "duties": ["declare the smelter"],
    "policy": [{"policy": "case_by_case", "when": {"hs": "76"}}, {"policy": "denial"}],
    "versions": [
        {
            "when": {"origin": "RU"},
            "limbs": [{"provision": "reg. 46IG(1)", "when": {"produced_on": {"from": "2024-04-13"}}}],
        }
    ],
    "exemptions": [LICENCE],
}
LAW = Catalogue.from_files({"zz/act.yaml": law_file([DUTY])})
COVERED = {"origin": "RU", "produced_on": "2024-05-02", "located_in": "CH", "hs": "760110"}
EXEMPT = COVERED | {"located_in": "GB"}
ANY_GOODS = {name: value for name, value in COVERED.items() if name != "hs"}
EITHER = {"one_of": ["case_by_case", "denial"]}


def case(facts: dict[str, Any], expect: dict[str, Any], **more: Any) -> Case:
    """Return a case."""
    fields: dict[str, Any] = {
        "id": "ZZ-1",
        "title": "A case",
        "measure": "zz/act/1",
        "facts": facts,
        "expect": expect,
        "why": "So it is.",
        "source": "ACT",
        "confidence": "high",
    }
    return Case(**(fields | more))


def run(facts: dict[str, Any], expect: dict[str, Any], **more: Any) -> Result:
    """Run one case."""
    return next(iter(run_cases([case(facts, expect, **more)], LAW)))


# -------------------------------------------------------------------------------------------------------- bundled cases
def test_bundled_cases_all_pass() -> None:
    """Every worked case beside the bundled law comes out as it expects; disputed ones say why."""
    for result in run_cases(bundled_cases(), Catalogue.bundled()):
        assert result.outcome != "failed", (result.case.id, result.differences)
        assert result.outcome != "disputed" or result.case.disputed


def test_bundled_cases_have_names_of_their_own() -> None:
    """No two cases of one file share a name, and each names a measure of the bundled law."""
    found = bundled_cases()
    assert {one.measure for one in found} <= set(Catalogue.bundled().ids)
    assert len({(one.measure, one.id) for one in found}) == len(found)


def test_metals_have_cases_of_each_kind() -> None:
    """Each complete metals measure has cases of every status that it can have."""
    metals = [law for law in Catalogue.bundled().select(themes=["metals"]) if law.status == "complete"]
    statuses: dict[str, set[Status]] = {}
    for one in bundled_cases():
        statuses.setdefault(one.measure, set()).add(one.expect.status)
    for law in metals:
        wanted = set(Status) if law.exemptions else set(Status) - {Status.EXEMPT}
        assert wanted <= statuses[law.id], law.id


# ------------------------------------------------------------------------------------------------------ field by field
@pytest.mark.parametrize(
    ("facts", "expect"),
    [
        (COVERED, {"status": "covered"}),
        (COVERED, {"status": "covered", "effect": "duty"}),
        (COVERED, {"status": "covered", "provision": "reg. 46IG(1)"}),
        (COVERED, {"status": "covered", "provision": "46IG"}),
        (COVERED, {"status": "covered", "provision": "Reg 46IG (1)"}),
        (COVERED, {"status": "covered", "rate": "200 %"}),
        (COVERED, {"status": "covered", "rate": "200%"}),
        (COVERED, {"status": "covered", "policy": "case_by_case"}),
        (COVERED, {"status": "covered", "duties": ["declare the smelter"]}),
        (ANY_GOODS, {"status": "covered", "policy": EITHER}),
        (EXEMPT, {"status": "exempt", "exemption": "zz/licence"}),
        (EXEMPT, {"status": "exempt", "provision": "para 2(a)"}),
        (EXEMPT, {"status": "exempt", "duties": ["tell the authority"]}),
        ({"origin": "RU"}, {"status": "undetermined", "missing": ["located_in", "produced_on"]}),
        ({"origin": "RU"}, {"status": "undetermined", "missing": ["produced_on", "located_in"]}),
        ({"origin": "RU"}, {"status": "undetermined"}),
        ({"origin": "KZ"}, {"status": "not_covered"}),
    ],
)  # fmt: skip
def test_expectations_that_are_met(facts: dict[str, Any], expect: dict[str, Any]) -> None:
    """A case passes when each field that it states comes out so, however provisions and rates are spelt."""
    assert run(facts, expect).outcome == "passed"


@pytest.mark.parametrize(
    ("facts", "expect", "difference"),
    [
        (COVERED, {"status": "not_covered"}, "status: expected not_covered, found covered"),
        ({"origin": "RU"}, {"status": "covered"}, "status: expected covered, found undetermined (missing: "),
        (COVERED, {"status": "covered", "effect": "prohibited"}, "effect: expected prohibited, found duty"),
        (COVERED, {"status": "covered", "provision": "reg. 46IH"}, "provision: expected reg. 46IH, found reg. 46IG(1)"),
        (COVERED, {"status": "covered", "rate": "35 %"}, "rate: expected 35 %, found 200 %"),
        (COVERED, {"status": "covered", "policy": "denial"}, "policy: expected denial, found case_by_case"),
        (COVERED, {"status": "covered", "duties": ["pay"]}, "duties: expected 'pay', found declare the smelter"),
        (EXEMPT, {"status": "exempt", "exemption": "zz/other"}, "exemption: expected zz/other, found zz/lic"),
        ({"origin": "RU"}, {"status": "undetermined", "missing": ["produced_on"]}, "expected produced_on, found"),
        ({"origin": "RU"}, {"status": "undetermined", "missing": []}, "missing: expected , found located_in"),
        (COVERED, {"status": "covered", "exemption": "zz/licence"}, "exemption: expected zz/licence, found none"),
        ({"cn": "76011000", "hs": "7403"}, {"status": "covered"}, "contradicts"),
    ],
)  # fmt: skip
def test_differences_name_the_field_and_both_values(
    facts: dict[str, Any], expect: dict[str, Any], difference: str
) -> None:
    """A case that fails says which field, what was expected and what was found."""
    result = run(facts, expect)
    assert result.outcome == "failed"
    assert difference in result.differences[0]


def test_a_disputed_case_may_differ() -> None:
    """A case that is kept although the model says otherwise is disputed, not failed; when it agrees, it passes."""
    assert run(COVERED, {"status": "exempt"}, disputed="another reading").outcome == "disputed"
    assert run(COVERED, {"status": "covered"}, disputed="another reading").outcome == "passed"


def test_a_case_that_needs_a_feature_is_skipped() -> None:
    """A case beyond stated facts is skipped, and says what it needs."""
    result = run({}, {"status": "covered"}, needs="ownership")
    assert (result.outcome, result.differences) == ("skipped", ("needs ownership",))


def test_a_case_of_an_unknown_measure_fails() -> None:
    """A case that names a measure which is not there is a failure, never passed over."""
    result = run({}, {"status": "covered"}, measure="zz/act/9")
    assert (result.outcome, result.differences) == ("failed", ("no measure 'zz/act/9' in the catalogue",))


# ------------------------------------------------------------------------------------------------------------- reading
def written(path: Path, *rows: dict[str, Any]) -> Path:
    """Write cases to a file."""
    path.write_text(yaml.safe_dump([deepcopy(row) for row in rows], sort_keys=False))
    return path


ROW: dict[str, Any] = {
    "id": "ZZ-1",
    "title": "A case",
    "measure": "zz/act/1",
    "facts": {"origin": "RU", "actor": {"us_person": "true"}},
    "expect": {"status": "covered"},
    "why": "So it is.",
    "source": "ACT",
    "confidence": "high",
}


def test_cases_are_read_from_files(tmp_path: Path) -> None:
    """A file of cases is read in its order, and those of a directory file by file."""
    path = written(tmp_path / "a.cases.yaml", ROW, {**ROW, "id": "ZZ-2"})
    written(tmp_path / "b.cases.yaml", {**ROW, "id": "ZZ-3"})
    (tmp_path / "law.yaml").write_text("no: cases\n")
    assert [one.id for one in read_cases(path)] == ["ZZ-1", "ZZ-2"]
    assert [one.id for one in cases_below(tmp_path)] == ["ZZ-1", "ZZ-2", "ZZ-3"]


def test_all_problems_of_a_file_are_listed_at_once(tmp_path: Path) -> None:
    """Each fault of each case has its line and field."""
    bad = [
        {**ROW, "facts": {"orgin": "RU", "mass": "25 ton"}},
        {**ROW, "expect": {"status": "guilty"}, "colour": "red"},
    ]
    path = written(tmp_path / "a.cases.yaml", *bad)
    with pytest.raises(CatalogueError) as refusal:
        read_cases(path)
    fields = [one.field for one in refusal.value.problems]
    assert set(fields) == {"0.facts.orgin", "0.facts.mass", "1.expect.status", "1.colour"}
    lines = path.read_text().splitlines()
    for one in refusal.value.problems:
        assert one.field.rpartition(".")[2] in lines[one.line - 1]


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    """A file that is not there, or is no text, is refused with its name."""
    (tmp_path / "bad.yaml").write_bytes(b"- \xff")
    for name in ("nowhere.yaml", "bad.yaml"):
        with pytest.raises(CatalogueError, match=rf"{name}.*cannot be read"):
            read_cases(tmp_path / name)


def test_the_facts_of_a_party_may_be_nested(tmp_path: Path) -> None:
    """A case states the facts of a party as a transaction does, and each bad one has its place."""
    path = written(tmp_path / "a.cases.yaml", {**ROW, "facts": {"actor": {"us_persn": "true"}}})
    with pytest.raises(CatalogueError, match=r"us_persn"):
        read_cases(path)


# ----------------------------------------------------------------------------------------------------------- proposals
def test_proposals_are_cases_that_notice_a_deletion() -> None:
    """A deletion that no case notices comes with facts on which the law with and without that text differ."""
    law = catalogue({"origin": "RU", "hs": "76"})
    found = list(proposals([case({"origin": "RU", "hs": "7601"}, {"status": "covered"})], law))
    assert {one.result for one in found} == {"proposed"}
    for one in found:
        assert one.facts is not None
        assert law.statuses(one.facts)["zz/act/1"] == one.status


def test_no_proposal_where_every_deletion_is_noticed() -> None:
    """With a case at each boundary, nothing is proposed."""
    law = catalogue({"origin": "RU", "hs": "76"})
    facts: list[dict[str, Any]] = [{"origin": "KZ", "hs": "7601"}, {"origin": "RU", "hs": "7403"}]
    assert list(proposals([case(one, {"status": "not_covered"}) for one in facts], law)) == []


def test_redundant_text_is_told_apart() -> None:
    """Text that changes nothing is reported as redundant."""
    law = catalogue({"origin": ["RU", "BY"], "any": [{"origin": "RU"}, {"origin": ["RU", "BY"]}]})
    cases = [case({"origin": "RU"}, {"status": "covered"})]
    results = {one.deletion.what: one.result for one in proposals(cases, law)}
    assert "redundant" in results.values()
