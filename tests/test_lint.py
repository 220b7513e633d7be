"""Lint: each thing that can be wrong is found, with its place and a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from sanctionsmodel import Catalogue, CatalogueError
from sanctionsmodel._data import DATA
from sanctionsmodel.lint import lint, lint_texts
from small_law import CASES, LAW, case, written


def remarks(directory: Path, law: str = LAW, cases: str = CASES) -> list[str]:
    """Return what lint says of the small law, changed."""
    return [str(one) for one in lint(written(directory, law, cases)).remarks]


def test_a_good_law_is_clean(tmp_path: Path) -> None:
    """Law that is right, with cases for all of it, gets no remark."""
    assert remarks(tmp_path) == []


WRONG = {
    "a name that nothing has": (
        "list:metals",
        "list:metal",
        "when.hs: hs: no list 'metal' of us; did you mean 'metals'",
    ),
    "a fact that is not declared": ("origin: RU", "orgin: RU", "orgin: no such fact; did you mean 'origin'?"),
    "a unit of another kind": ('"1 kg"', '"1 km"', "mass"),
    "a missing citation": ("    cite: ACT s. 1\n", "", "has no citation; write cite: SOURCE and the place in it [law]"),
    "an unknown source": ("cite: ACT s. 1", "cite: ATC s. 1", "no source 'ATC' in this file"),
    "dates out of order": ("until: 2025-01-01", "until: 2023-01-01", "does not lie before until 2023-01-01"),
    "a code of no edition": ('["74", "76"]', '["74", "7699"]', "lists.metals.codes.1: '7699' is in no edition"),
    "a limb that can never hold": ("origin: BY}", "origin: BY, destination: FR}", "s. 1(b) can never hold"),
    "facts that exclude one another": (
        "origin: BY}",
        'origin: BY, cn: "85423100"}',
        "s. 1(b) can never hold: its conditions, with binds and the days in force, exclude one another [never-holds]",
    ),
    "an exemption that frees no limb": ("frees: [s. 1(a)]", "frees: [s. 1(c)]", "frees 's. 1(c)', no limb of"),
    "an exemption that excuses nothing": ("from: 2024-07-01", "from: 2025-07-01", "us/act/samples excuses nothing"),
    "a part that is not there": (
        "  versions:\n  - from: 2024-01-01",
        "  parts: [us/act/other]\n  versions:\n  - from: 2024-01-01",
        "no measure 'us/act/other'",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_error_is_found(tmp_path: Path, name: str) -> None:
    """Each error is reported with file and line."""
    old, new, wanted = WRONG[name]
    assert old in LAW
    found = [one for one in remarks(tmp_path, LAW.replace(old, new, 1)) if wanted in one]
    assert found
    assert found[0].startswith("error: us/act.yaml:")


def test_all_errors_at_once(tmp_path: Path) -> None:
    """Several errors of several kinds come in one run, in the order of the file."""
    law = (
        LAW.replace('["74", "76"]', '["7699"]').replace("origin: RU", "orgin: RU").replace("origin: BY", "origin: BQQ")
    )
    lines = [int(one.split(":")[2]) for one in remarks(tmp_path, law) if one.startswith("error")]
    assert lines == sorted(lines)
    assert len(lines) == 3


def test_overlapping_versions(tmp_path: Path) -> None:
    """Two versions in force on one day are an error."""
    more = "  - {from: 2024-12-01, cite: ACT s. 1, when: {activity: export}}\n  exemptions:\n"
    assert any("overlap" in one for one in remarks(tmp_path, LAW.replace("  exemptions:\n", more)))


def test_versions_out_of_order(tmp_path: Path) -> None:
    """Versions that do not stand in the order of time get a warning."""
    more = "  - {from: 2023-01-01, until: 2023-06-01, cite: ACT s. 1, when: {activity: export}}\n  exemptions:\n"
    found = remarks(tmp_path, LAW.replace("  exemptions:\n", more))
    assert any("write versions in the order of time [order]" in one for one in found)


ROWS = (
    "code,from,until,except,note\n74,2024-01-01,2023-01-01,,\n7699,,,,\n76,soon,,760130,\n76,,,,\n76,,,,again\n,,,,x\n"
)


def test_a_csv_list_is_checked_row_by_row(tmp_path: Path) -> None:
    """A wrong code, day or repeated row of a CSV file is named with the file and the row."""
    home = written(tmp_path, LAW.replace('codes: ["74", "76"]', "file: metals.csv"))
    (home / "us" / "metals.csv").write_text(ROWS, encoding="utf-8")
    found = [str(one) for one in lint(home).remarks]
    assert [one.partition("; ")[0] for one in found] == [
        "error: us/metals.csv:2: row 1: from 2024-01-01 does not lie before until 2023-01-01",
        "error: us/metals.csv:3: row 2: '7699' is in no edition of the HS (2012, 2017, 2022)",
        "error: us/metals.csv:4: row 3: '760130' is in no edition of the HS (2012, 2017, 2022)",
        "error: us/metals.csv:4: row 3: from 'soon' is not a day",
        "warning: us/metals.csv:6: row 5: 76 stands in row 4 already",
        "error: us/metals.csv:7: row 6: has no code",
    ]


def test_what_nothing_uses(tmp_path: Path) -> None:
    """A list that no condition reads and a source that nothing cites get a warning."""
    law = LAW.replace("lists:\n", "  OLD: {act: Old Act}\nlists:\n  wood: {system: hs, codes: ['44'], cite: ACT}\n")
    assert [one.rpartition("[")[2] for one in remarks(tmp_path, law)] == ["unused-source]", "unused-list]"]


def test_a_source_read_before_it_was_published(tmp_path: Path) -> None:
    """Days of a source that cannot be right get a warning."""
    law = LAW.replace("read_on: 2026-11-24}", "read_on: 2026-11-24, published_on: 2027-01-01}")
    assert [one.rpartition("[")[2] for one in remarks(tmp_path, law)] == ["order]"]


def test_a_complete_measure_wants_its_cases(tmp_path: Path) -> None:
    """A measure that claims to be complete lacks what no case shows, each as a warning."""
    found = remarks(tmp_path, cases=case("T-9", "covered", "RU", "5 kg", "2024-03-01"))
    assert [one.partition("but no case ")[2].partition(";")[0] for one in found] == [
        "is not_covered",
        "is undetermined",
        "stands on the eve 2023-12-31",
        "stands on the first day 2024-01-01",
        "shows us/act/samples applied",
    ]
    assert all(one.startswith("warning: us/act.yaml:") and one.endswith("[complete]") for one in found)


def test_a_partial_measure_does_not(tmp_path: Path) -> None:
    """A measure that says it is partial may lack cases."""
    assert remarks(tmp_path, LAW.replace("status: complete", "status: partial"), cases="") == []


def test_names_in_cases(tmp_path: Path) -> None:
    """Cases that name no measure, or an exemption that the measure has not, are errors; a file that is wrong too."""
    wrong = CASES.replace("us/act/samples", "us/act/sample") + case(
        "T-7", "covered", "RU", "1 t", "2024-02-01"
    ).replace("us/act/metals", "us/act/metal")
    found = remarks(tmp_path, cases=wrong)
    assert any("T-5: us/act/metals has no exemption 'us/act/sample'; did you mean" in one for one in found)
    assert any("T-7: no measure 'us/act/metal'; did you mean" in one for one in found)
    assert any("[case]" in one for one in remarks(tmp_path, cases=CASES.replace("origin: BY", "orgin: BY")))


def test_files_that_are_no_text(tmp_path: Path) -> None:
    """Law, cases and lists that are no UTF-8 text are errors like others, and do not hide those of other files."""
    home = written(tmp_path, LAW.replace('codes: ["74", "76"]', "file: metals.csv").replace("ACT s. 1", "ATC s. 1"))
    for name in ("metals.csv", "bad.yaml", "act.cases.yaml"):
        (home / "us" / name).write_bytes(b"code\n\xff")
    found = [str(one) for one in lint(home).remarks if one.level == "error"]
    assert [one.partition(":")[2].partition(":")[0].strip() for one in found] == [
        "metals.csv",
        "us/act.cases.yaml",
        "us/act.yaml",
        "us/bad.yaml",
    ]


def test_an_id_in_two_files(tmp_path: Path) -> None:
    """A case id that stands in two files gets a warning."""
    home = written(tmp_path)
    (home / "us" / "more.cases.yaml").write_text(CASES[: CASES.index("- id: T-2")], encoding="utf-8")
    assert [one.rule for one in lint(home).remarks] == ["case-twice"]


def test_shared_exemptions(tmp_path: Path) -> None:
    """An exemption shared by name may not name a measure that is not there, nor be idle in one that it names."""
    shared = (
        "exemptions:\n- id: us/act/old\n  title: Old goods\n  kind: exception\n"
        "  measures: [us/act/metals, us/act/metal]\n"
        "  versions:\n  - {until: 2023-01-01, cite: ACT s. 3, provision: s. 3}\n"
        "  - {from: 2024-01-01, until: 2024-02-01, cite: ACT s. 3, provision: s. 3, when: {mass: {above: '1 t'}}}\n"
    )
    found = remarks(tmp_path, LAW.replace("\nmeasures:\n", f"\n{shared}measures:\n"))
    idle = "versions.0: this version of us/act/old excuses nothing: it never meets a limb in force on its days"
    assert [one.partition(": exemptions.0.")[2] for one in found if "[complete]" not in one] == [
        "measures.1: no measure 'us/act/metal'; did you mean 'us/act/metals'? [unresolved]",
        f"{idle} [excuses-nothing]",
    ]


def test_an_exemption_idle_in_one_measure(tmp_path: Path) -> None:
    """A shared exemption that excuses something here and nothing there gets a warning that names the measure."""
    more = LAW.partition("measures:\n")[2].partition("  exemptions:")[0]
    more = more.replace("us/act/metals", "us/act/exports").replace("activity: import", "activity: export")
    shared = (
        "exemptions:\n- id: us/act/imports\n  title: Imports\n  kind: exception\n"
        "  measures: [us/act/metals, us/act/exports]\n"
        "  versions:\n  - {cite: ACT s. 3, provision: s. 3, when: {activity: import}}\n"
    )
    found = remarks(tmp_path, LAW.replace("\nmeasures:\n", f"\n{shared}measures:\n") + more)
    idle = [one for one in found if "[excuses-nothing]" in one]
    assert [one.partition(": exemptions.0.measures: ")[2].partition(";")[0] for one in idle] == [
        "us/act/imports excuses nothing in us/act/exports"
    ]


def test_a_code_twice_and_a_list_that_is_none(tmp_path: Path) -> None:
    """A code that stands twice in one list is doubtful; a list that is no mapping is wrong."""
    law = LAW.replace('codes: ["74", "76"]', 'codes: ["74", "76", "74"]').replace(
        "\nmeasures:\n", "  bad: x\nmeasures:\n"
    )
    found = remarks(tmp_path, law)
    assert any("lists.metals.codes.2: 74 stands twice in one list; keep one [code-twice]" in one for one in found)
    assert any("lists.bad: 'x' is no mapping" in one for one in found)


def test_a_condition_too_wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A condition that branches into more boxes than can be handled is named with its measure."""
    monkeypatch.setattr("sanctionsmodel._boxes.MOST_BOXES", 1)
    law = LAW.replace("hs: list:metals", "any: [{hs: list:metals}, {cn: '85423100'}]")
    assert ["[too-wide]" in str(one) for one in lint_texts({"us/act.yaml": law})] == [True]


def test_law_that_cannot_be_put_together(tmp_path: Path) -> None:
    """Where the law as a whole cannot be read, what was found in single files is still said."""
    circle = (
        "definitions:\n  us_person: {roles: true, cite: ACT, when: {uk_person: true}}\n"
        "  uk_person: {roles: true, cite: ACT, when: {us_person: true}}\n"
    )
    law = LAW.replace("\nmeasures:\n", f"\n{circle}measures:\n").replace("origin: RU", "actor.us_person: true")
    found = remarks(tmp_path, law.replace("cite: ACT s. 1", "cite: ATC s. 1"))
    assert any("no source 'ATC'" in one for one in found)
    assert any("run in a circle" in one for one in found)


def test_definitions_in_a_circle() -> None:
    """Terms that define one another are an error of the whole."""
    circle = (
        "definitions:\n  us_person: {roles: true, cite: ACT, when: {uk_person: true}}\n"
        "  uk_person: {roles: true, cite: ACT, when: {us_person: true}}\n"
    )
    law = LAW.replace("\nmeasures:\n", f"\n{circle}measures:\n").replace("origin: RU", "actor.us_person: true")
    assert any("run in a circle" in str(one) for one in lint_texts({"us/act.yaml": law}))


def test_a_directory_over_the_bundled_law(tmp_path: Path) -> None:
    """Only the files of the directory are spoken of, though they may use what the bundled law defines."""
    law = LAW.replace("binds: {destination: US}", "binds: {actor.us_person: true}")
    found = lint(written(tmp_path, law, ""), Catalogue.bundled())
    assert {one.problem.file for one in found.remarks} == {"us/act.yaml"}
    assert found.count("error") == 0


def test_a_directory_without_law(tmp_path: Path) -> None:
    """Nothing to check is bad input, not a clean bill."""
    with pytest.raises(CatalogueError, match="holds no law file"):
        lint(tmp_path)


def test_the_bundled_law_is_clean() -> None:
    """The law that ships gives lint nothing to say."""
    assert [str(one) for one in lint(DATA).remarks] == []
