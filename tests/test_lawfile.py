"""Law files: every kind of problem is found, all of them at once, each with file, line, field and remedy."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from sanctionsmodel.assessment import assess
from sanctionsmodel.catalogue import Catalogue
from sanctionsmodel.conditions import from_yaml
from sanctionsmodel.errors import CatalogueError, Problem
from sanctionsmodel.lint import lint_texts
from sanctionsmodel.prohibitions import Effect, Prohibition, Status
from strategies import catalogue, law_file

HEAD = """\
issuer: zz
instrument: {id: zz/act, title: An act of nobody}
sources:
  ACT: {act: An act of nobody, url: "https://example.org", read_on: 2026-01-01}
"""
MEASURE = """\
measures:
- id: zz/act/1
  title: A ban
  effect: prohibited
  versions:
  - from: 2024-04-13
    cite: ACT art. 1
    when: {origin: RU}
"""


def file(text: str) -> str:
    """Return the text of a law file under the usual head, which is four lines long."""
    return HEAD + textwrap.dedent(text)


def read(text: str) -> Catalogue:
    """Read one law file."""
    return Catalogue.from_files({"zz/act.yaml": file(text)})


def problems(text: str) -> list[Problem]:
    """Return everything that is wrong with a law file."""
    with pytest.raises(CatalogueError) as refusal:
        read(text)
    return list(refusal.value.problems)


# -------------------------------------------------------------------------------------------------- what can be wrong
def edited(*changes: tuple[str, str]) -> str:
    """Return the plain measure with some texts replaced, each of which it must have."""
    text = MEASURE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


EXEMPTION = """\
  exemptions:
  - id: zz/way
    title: A way
    kind: exception
    versions:
    - cite: ACT art. 2
      provision: art. 2
      when: {located_in: GB}
"""

UNCITED = EXEMPTION.replace("- cite: ACT art. 2\n      ", "- ")
TERM = "definitions:\n  us_person: {roles: true, cite: ACT, when: {located_in: US}}\n"
LISTED = "definitions:\n  goods_listed_in: {zz/x: {cite: ACT, when: {hs: '76'}}}\n"

WRONG: list[tuple[str, str, int, str, str]] = [
    ("duplicate key", edited(("  title: A ban\n", "  title: A ban\n  title: Another\n")), 8, "title", "stands twice"),
    ("alias", edited(("A ban", "&a A ban")), 7, "", "anchors and aliases"),
    ("deep nesting", edited(("{origin: RU}", "{not: " * 60 + "{origin: RU}" + "}" * 60)), 12, "", "nested deeper"),
    ("unknown field of the file", "colour: red\n" + MEASURE, 5, "colour", "no such field"),
    ("unknown field of a measure", edited(("title", "titel")), 7, "titel", "did you mean 'title'"),
    ("unknown field of a version", edited(("when", "wenn")), 12, "wenn", "did you mean 'when'"),
    ("unknown field of a limb", edited(("when: {origin: RU}", "limbs: [{provison: a}]")), 12, "provison", ""),
    ("unknown field of an exemption", MEASURE + EXEMPTION + "    free: [a]\n", 21, "free", "did you mean 'frees'"),
    ("unknown field of its version", MEASURE + EXEMPTION + "      wen: {}\n", 21, "wen", "xtra"),
    ("unknown field of a list", "lists:\n  m: {codes: ['76'], cite: ACT, colour: red}\n" + MEASURE, 6, "colour", ""),
    ("unknown field of a definition", TERM.replace("when", "wen") + MEASURE, 6, "wen", ""),
    ("missing citation", edited(("    cite: ACT art. 1\n", "")), 10, "versions.0", "has no citation; write cite"),
    ("missing citation of an exemption", MEASURE + UNCITED, 18, "", "has no citation"),
    ("missing citation of a list", "lists:\n  m: {codes: ['76']}\n" + MEASURE, 6, "lists.m", "has no citation"),
    ("missing citation of a definition", TERM.replace("cite: ACT, ", "") + MEASURE, 6, "us_person", "has no citation"),
    ("unknown source", edited(("ACT art. 1", "ACR art. 1")), 11, "cite", "no source 'ACR'"),
    ("overlapping versions", MEASURE + "  - from: 2025-01-01\n    cite: ACT\n", 6, "", "overlap; end the first"),
    ("unknown limb", MEASURE + EXEMPTION + "    frees: [art. 9]\n", 6, "", "zz/way frees 'art. 9', no limb"),
    ("an exemption without text", MEASURE + EXEMPTION.split("    versions")[0], 14, "", "no readable version"),
    ("unknown fact", edited(("origin", "orgin")), 12, "when.orgin", "did you mean 'origin'"),
    ("unknown place", edited(("RU", "Rusia")), 12, "when.origin", "'Rusia'"),
    ("unknown list", edited(("origin: RU", "hs: list:metals")), 12, "when.hs", "no list 'metals' of zz"),
    ("unknown group", edited(("RU", "group:eux")), 12, "when.origin", "eux"),
    ("a group on goods", edited(("origin: RU", "hs: group:eu")), 12, "when.hs", "this fact is no place"),
    ("wrong dimension", edited(("origin: RU", "mass: {above: 25 m}")), 12, "when.mass", "'m' is a unit of length"),
    ("unknown effect", edited(("prohibited", "forbidden")), 8, "effect", "forbidden"),
    ("a date in another order", edited(("2024-04-13", "13/04/2024")), 10, "from", "13/04/2024"),
    ("two measures of one id", MEASURE + MEASURE.removeprefix("measures:\n"), 13, "measures.1", "stands in zz/"),
    ("no id", edited(("- id: zz/act/1\n  title", "- title")), 6, "measures.0", "has no id"),
    ("no version", MEASURE.split("  versions")[0], 6, "", "has no version; write at least one, or parts"),
    ("a term nobody declared", TERM.replace("us_person", "us_persn") + MEASURE, 6, "us_persn", "no declared fact"),
    ("a goods list nobody declared", LISTED + MEASURE, 6, "", "no value of goods_listed_in"),
    ("a list of nothing", "lists:\n  m: {cite: ACT}\n" + MEASURE, 6, "lists.m", "neither codes nor file"),
    ("measures as a mapping", "measures: {a: b}\n", 5, "measures", "is no list"),
    ("a measure as text", "measures: [zz/act/1]\n", 5, "measures.0", "is no mapping"),
    ("limbs as text", edited(("when: {origin: RU}", "limbs: all")), 12, "limbs", "is no list"),
    ("a condition as text", edited(("{origin: RU}", "RU")), 12, "when", "no condition; write a mapping"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "line", "field", "message"), WRONG, ids=[row[0] for row in WRONG])
def test_each_kind_of_problem(name: str, text: str, line: int, field: str, message: str) -> None:
    """A fault is reported with its file, line and field, and with what to write instead."""
    found = problems(text)
    here = [one for one in found if (one.file, one.line) == ("zz/act.yaml", line)]
    assert any(field in one.field and message in one.message for one in here), found


def test_all_problems_are_listed_at_once() -> None:
    """A file with all these faults that go together lists them all, in the order of its lines."""
    found = problems("""\
        measures:
        - id: zz/act/1
          title: A ban
          efect: duty
          effect: prohibited
          versions:
          - from: 2024-04-13
            when: {orgin: RU, mass: {above: 25 m}}
          - from: 2024-05-01
            cite: ACR
        """)
    assert [one.line for one in found] == sorted(one.line for one in found)
    said = "\n".join(map(str, found))
    for part in ("efect: no such field", "orgin: no such fact", "'m' is a unit of length", "no citation", "'ACR'"):
        assert part in said
    assert all(str(one).startswith("zz/act.yaml:") for one in found)


def test_problems_of_several_files_are_listed_together() -> None:
    """A load of two bad files names both."""
    with pytest.raises(CatalogueError) as refusal:
        Catalogue.from_files({"zz/a.yaml": file("colour: red"), "zz/b.yaml": file("shape: round")})
    assert {one.file for one in refusal.value.problems} == {"zz/a.yaml", "zz/b.yaml"}


def test_a_problem_of_a_shared_exemption_is_told_once() -> None:
    """An exemption that frees many measures is read for each of them, and its fault reported once."""
    whens = [{"origin": "RU"}, {"origin": "BY"}]
    with pytest.raises(CatalogueError) as refusal:
        catalogue(*whens, exemptions=[shared({"orgin": "GB"})])
    assert len(refusal.value.problems) == 1


@pytest.mark.parametrize(
    "text", ["issuer: !!python/name:os.system x\n", "issuer: !thing zz\n", "notes: !!binary aGk=\nissuer: zz\n"]
)
def test_tags_are_refused(text: str) -> None:
    """A tag, which could make something else of a text, is refused where it stands."""
    with pytest.raises(CatalogueError, match="tag"):
        Catalogue.from_files({"zz/act.yaml": text})


@pytest.mark.parametrize("issuer", ["[zz]", "{a: b}", "", "null", "''"])
def test_an_issuer_is_a_word(issuer: str) -> None:
    """The issuer of a file is one word, not a list or nothing."""
    with pytest.raises(CatalogueError, match="issuer"):
        Catalogue.from_files({"zz/act.yaml": (HEAD + MEASURE).replace("issuer: zz", f"issuer: {issuer}")})


def test_a_condition_that_nothing_can_satisfy_is_an_error() -> None:
    """A rule that can never cover anything is a mistake of the law file, and lint says so."""
    for when in ({"all": [{"origin": "RU"}, {"origin": "KZ"}]}, {"origin": "RU", "not": {"origin": "RU"}}):
        text = law_file([{"id": "zz/act/1", "versions": [{"when": when}]}])
        assert [(one.level, one.rule) for one in lint_texts({"zz/act.yaml": text})] == [("error", "never-holds")]


# -------------------------------------------------------------------------------------------------------- what is read
def shared(when: dict[str, Any]) -> dict[str, Any]:
    """Return an exemption that stands at the top of a file."""
    version = {"cite": "ACT", "provision": "p", "when": when}
    return {"id": "zz/licence", "title": "A licence", "kind": "specific_licence", "versions": [version]}


def test_everything_stays_text() -> None:
    """``NO`` is Norway and no boolean, ``0101`` keeps its zero, and a day is no date object of YAML's making."""
    law = read(edited(("{origin: RU}", "{origin: NO, hs: 0101, produced_on: 2024-04-13}")))
    when = law["zz/act/1"].versions[0].when
    assert when == from_yaml({"origin": "NO", "hs": "0101", "produced_on": "2024-04-13"})


def test_a_version_without_limbs_is_its_own_limb() -> None:
    """Provision, effect and rate may stand on the version when it has one limb."""
    law = read(edited(("    cite", "    provision: art. 1(a)\n    effect: duty\n    rate: 35 %\n    cite")))
    limb = law["zz/act/1"].versions[0].limbs[0]
    assert (limb.provision, limb.effect, limb.rate) == ("art. 1(a)", Effect.DUTY, "35 %")


def test_citations_name_source_and_place() -> None:
    """``cite: ACT art. 1`` is the source ACT at its art. 1."""
    cite = read(MEASURE)["zz/act/1"].versions[0].cite[0]
    assert (cite.act, cite.section) == ("An act of nobody", "art. 1")


def test_sources_of_the_issuer_serve_all_its_files() -> None:
    """What ``issuer.yaml`` holds (sources, lists, definitions) is shared by the files of that issuer, in any order."""
    shared = (
        'issuer: zz\nsources:\n  ALL: {act: Shared, url: "https://example.org", read_on: 2026-01-01}\n'
        "lists:\n  metals: {codes: ['76'], cite: ALL}\n"
        "definitions:\n  us_person: {roles: true, cite: ALL, when: {located_in: US}}\n"
    )
    text = file(edited(("ACT art. 1", "ALL art. 1"), ("origin: RU", "hs: list:metals, actor.us_person: true")))
    for order in (("zz/issuer.yaml", "zz/act.yaml"), ("zz/act.yaml", "zz/issuer.yaml")):
        law = Catalogue.from_files({name: shared if "issuer" in name else text for name in order})
        answer = assess({"hs": "760110", "actor.located_in": "US", "transacted_on": "2024-05-01"}, law)
        assert answer["zz/act/1"].status == Status.COVERED


def test_lists_of_another_issuer_are_not_read() -> None:
    """A list belongs to its issuer."""
    other = (HEAD + "lists:\n  metals: {codes: ['76'], cite: ACT}\n").replace("issuer: zz", "issuer: yy")
    with pytest.raises(CatalogueError, match="no list 'metals' of zz"):
        Catalogue.from_files({"yy/a.yaml": other, "zz/act.yaml": file(edited(("origin: RU", "hs: list:metals")))})


def test_a_shared_exemption_frees_the_measures_of_its_issuer() -> None:
    """An exemption at the top of a file frees every measure of its issuer that forbids; with ``measures``, those."""
    way, names = shared({"authorisation": "specific_licence"}), ("prohibited", "duty")
    rows: list[dict[str, Any]] = [
        {"id": f"zz/act/{name}", "effect": name, "versions": [{"when": {}}]} for name in names
    ]
    law = Catalogue.from_files({"zz/act.yaml": law_file(rows, exemptions=[way])})
    assert [len(one.exemptions) for one in law] == [1, 0]
    named = Catalogue.from_files({"zz/act.yaml": law_file(rows, exemptions=[{**way, "measures": ["zz/act/duty"]}])})
    assert [len(one.exemptions) for one in named] == [0, 1]


def test_a_policy_is_a_word_or_rules() -> None:
    """A licence review policy may be one word for the whole measure, or rules of which the first that holds decides."""
    word = read(edited(("  versions:", "  policy: denial\n  versions:")))["zz/act/1"]
    assert [rule.policy for rule in word.policy] == ["denial"]
    rules = "  policy:\n  - {policy: case_by_case, when: {hs: '30'}}\n  - {policy: denial}\n  versions:"
    law = read(edited(("  versions:", rules)))
    answer = assess({"hs": "300490", "origin": "RU", "transacted_on": "2024-05-01"}, law)["zz/act/1"]
    assert answer.policies == ("case_by_case",)


# ------------------------------------------------------------------------------------------------------------ CSV lists
def directory(tmp_path: Path, rows: Iterable[str], system: str = "hs") -> Path:
    """Write a law file with a list in a CSV file beside it."""
    home = tmp_path / "zz"
    home.mkdir()
    listed = f"lists:\n  metals: {{system: {system}, file: metals.csv, cite: ACT}}\n"
    (home / "act.yaml").write_text(HEAD + listed + edited(("origin: RU", f"{system}: list:metals")))
    (home / "metals.csv").write_text("\n".join(rows) + "\n")
    return tmp_path


def test_a_list_may_change_with_time(tmp_path: Path) -> None:
    """Codes come onto a list and leave it: on the first day they are on it, on the day ``until`` no more."""
    law = Catalogue.load(directory(tmp_path, ["code,from,until", "76,,", "7403,2024-06-01,2024-08-01"]))
    days = {"2024-05-31": False, "2024-06-01": True, "2024-07-31": True, "2024-08-01": False}
    for day, covered in days.items():
        answer = assess({"hs": "740311", "transacted_on": day}, law)["zz/act/1"]
        assert (answer.status == Status.COVERED) is covered, day
        assert assess({"hs": "760110", "transacted_on": day}, law)["zz/act/1"].status == Status.COVERED


def test_a_list_may_leave_finer_codes_out(tmp_path: Path) -> None:
    """A code with an exception holds all under it but that."""
    law = Catalogue.load(directory(tmp_path, ["code,except", "76,7602 760310"]))
    listed = {"760110": "covered", "760200": "not_covered", "760310": "not_covered", "760320": "covered"}
    for code, status in listed.items():
        assert assess({"hs": code, "transacted_on": "2024-05-01"}, law)["zz/act/1"].status == status, code


def test_national_lists_are_tested_on_the_international_code_where_that_is_enough(tmp_path: Path) -> None:
    """A list of tariff codes is settled by the HS code for codes of up to six digits."""
    law = Catalogue.load(directory(tmp_path, ["code", "7601", "74031100"], system="cn"))
    assert assess({"hs": "760110", "transacted_on": "2024-05-01"}, law)["zz/act/1"].status == Status.COVERED
    open_ = assess({"hs": "740311", "transacted_on": "2024-05-01"}, law)["zz/act/1"]
    assert (open_.status, open_.missing_facts) == (Status.UNDETERMINED, ("cn",))
    assert assess({"cn": "74031100", "transacted_on": "2024-05-01"}, law)["zz/act/1"].status == Status.COVERED


def test_subheadings_named_one_by_one_make_the_heading() -> None:
    """A list that names all subheadings of a heading is met by the heading, as the nomenclature says."""
    whole = catalogue({"hs": "list:m"}, lists={"m": {"codes": ["760110", "760120"], "cite": "ACT"}})
    assert assess({"hs": "7601"}, whole)["zz/act/1"].status == Status.COVERED
    part = catalogue({"hs": "list:m"}, lists={"m": {"codes": ["760110"], "cite": "ACT"}})
    assert assess({"hs": "7601"}, part)["zz/act/1"].missing_facts == ("hs",)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["kode", "76"], "metals.csv"),
        (["code,colour", "76,red"], "wants the columns code, from, until, except, note"),
        (["code"], "no row"),
        (["code", "7x"], "'7x'"),
        (["code,from", "76,13/04/2024"], "13/04/2024"),
    ],
)
def test_a_bad_list_file_is_refused(tmp_path: Path, rows: list[str], message: str) -> None:
    """A CSV list with other columns, no rows or unreadable codes or days is refused as a problem of the law."""
    with pytest.raises(CatalogueError, match=message):
        Catalogue.load(directory(tmp_path, rows))


def test_a_list_file_must_stand_beside_its_law(tmp_path: Path) -> None:
    """A list cannot be read from somewhere else."""
    home = directory(tmp_path, ["code", "76"])
    text = (home / "zz" / "act.yaml").read_text()
    for name in ("other.csv", "../zz/metals.csv", "/etc/hostname"):
        (home / "zz" / "act.yaml").write_text(text.replace("metals.csv", name))
        with pytest.raises(CatalogueError, match="is not beside"):
            Catalogue.load(home)


# -------------------------------------------------------------------------------------------------------- dated groups
def test_a_group_is_read_as_it_stood_on_the_day() -> None:
    """A group of countries whose members changed is tested together with the day of the act."""
    law = catalogue({"origin": "group:us/746-supp-3"})
    assert assess({"origin": "DE", "transacted_on": "2025-01-01"}, law)["zz/act/1"].status == Status.COVERED
    assert assess({"origin": "CN", "transacted_on": "2025-01-01"}, law)["zz/act/1"].status == Status.NOT_COVERED


def test_measures_are_plain_values() -> None:
    """What is read is a Prohibition with dates as dates."""
    law: Any = read(MEASURE)["zz/act/1"]
    assert isinstance(law, Prohibition)
    assert law.versions[0].from_ == dt.date(2024, 4, 13)


def test_an_unknown_field_is_told_once() -> None:
    """A misspelt field of a measure is one problem, with the fields that there are where none is near."""
    row = {"id": "zz/act/1", "versions": [{"when": {"activity": "import"}}], "efect": "duty", "qqq": 1}
    with pytest.raises(CatalogueError) as caught:
        Catalogue.from_files({"zz/act.yaml": law_file([row])})
    unknown = [one for one in caught.value.problems if "no such field" in one.message or "Extra" in one.message]
    assert [one.field for one in unknown] == ["measures.0.efect", "measures.0.qqq"]
    assert "did you mean 'effect'?" in unknown[0].message
    assert "there are binds, bound" in unknown[1].message


def test_a_limb_that_nothing_can_meet_is_refused() -> None:
    """Conditions that exclude one another would be a silent no, so the file is refused, with the limb."""
    limbs = [{"provision": "a", "when": {"origin": "RU"}}, {"provision": "b", "when": {"origin": "KZ"}}]
    row = {"id": "zz/act/1", "binds": {"origin": "RU"}, "versions": [{"when": {"activity": "import"}, "limbs": limbs}]}
    with pytest.raises(CatalogueError, match=r"versions\.0\.limbs\.1: b can never hold: its conditions") as caught:
        Catalogue.from_files({"zz/act.yaml": law_file([row])})
    assert len(caught.value.problems) == 1
