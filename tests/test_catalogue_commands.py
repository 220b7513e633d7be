"""The commands on the law: what they print and how they exit."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from sanctionsmodel.cli import app
from small_law import CASES, LAW, case, written

RU_METAL = "us/eo-14068/metals-import"


def run(*words: object) -> tuple[int, str]:
    """Run a catalogue command; return its exit code and what it printed."""
    done = CliRunner().invoke(app, ["catalogue", *map(str, words)])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def ids(*words: object) -> list[str]:
    """Return the ids that list prints under some filters."""
    code, text = run("list", "--json", *words)
    assert code == 0, text
    return [row["id"] for row in json.loads(text)]


# ------------------------------------------------------------------------------------------------------------ filters
def test_filters_narrow_together() -> None:
    """Each filter leaves fewer measures, and a measure that passes all of them stays."""
    words: list[object] = []
    before = len(ids())
    for more in (
        ["--issuer", "us"],
        ["--theme", "metals"],
        ["--hs", "760110"],
        ["--country", "RU"],
        ["--on", "2024-05-01"],
    ):
        words += more
        found = ids(*words)
        assert RU_METAL in found
        assert len(found) <= before
        before = len(found)
    assert RU_METAL in ids(*words, "--text", "aluminium FAQ 1019")


@pytest.mark.parametrize(
    "words", [["--hs", "8457"], ["--country", "CN"], ["--on", "2024-04-12"], ["--text", "zebra"], ["--theme", "gold"]]
)
def test_a_filter_that_it_does_not_pass(words: list[str]) -> None:
    """A ban on Russian metals covers no machine tools, names no China, and was not in force the day before."""
    assert RU_METAL not in ids(*words)


def test_a_country_is_found_through_terms_and_exceptions() -> None:
    """A place counts where it is demanded, excepted, a member of a group, or part of what is demanded."""
    assert "us/ear/734-4" in ids("--country", "KP")
    assert [one for one in ids("--country", "UA-43") if one.startswith(("us/", "jp/"))]


WRONG_FILTERS = [["--hs", "760130"], ["--country", "Atlantis"], ["--on", "tomorrow"], ["--theme", "metal"]]


@pytest.mark.parametrize("words", WRONG_FILTERS)
def test_wrong_filters(words: list[str]) -> None:
    """Goods, places, days and themes that are none are bad input."""
    assert run("list", *words)[0] == 2


def test_list_as_text() -> None:
    """Without JSON, a measure is a line."""
    code, text = run("list", "--issuer", "xlme", "--theme", "metals")
    assert code == 0
    assert all(line.startswith("xlme/") for line in text.splitlines())


# --------------------------------------------------------------------------------------------------------------- test
def test_a_directory_of_ones_own(tmp_path: Path) -> None:
    """Only the cases and measures of the directory are tested and covered."""
    code, text = run("test", written(tmp_path), "--coverage")
    assert code == 0
    assert text.splitlines()[0] == "6 passed, 0 failed, 0 disputed, 0 skipped"
    assert text.splitlines()[-1] == (
        "coverage of all measures: 100 % (7 of 7); limbs 100 % (2 of 2), exemptions 100 % (1 of 1), "
        "boundaries 100 % (4 of 4)"
    )


def test_what_no_case_exercises(tmp_path: Path) -> None:
    """Coverage names each thing that no case exercises; a failing case gives 1."""
    cases = case("T-1", "covered", "RU", "5 kg", "2024-03-01") + case("T-2", "covered", "TR", "5 kg", "2024-03-01")
    home = written(tmp_path, cases=cases)
    code, text = run("test", home, "--coverage")
    assert code == 1
    assert "FAILED T-2 us/act/metals: Case T-2" in text
    assert "    limb version from 2024-01-01, s. 1(b)\n" in text
    assert "    exemption us/act/samples\n" in text
    code, text = run("test", home, "--coverage", "--json")
    found = json.loads(text)["coverage"]
    assert found["shares"]["complete"]["limbs"] == {"done": 1, "total": 2}
    assert [one["measure"] for one in found["measures"]] == ["us/act/metals"]


def test_coverage_of_a_case_file(tmp_path: Path) -> None:
    """With case files, the measures that they are about are covered."""
    home = written(tmp_path)
    code, text = run("test", "--catalogue", home, "--cases", home / "us" / "act.cases.yaml", "--coverage")
    assert (code, "coverage of all measures: 100 % (7 of 7)" in text) == (0, True)


def test_junit(tmp_path: Path) -> None:
    """CI reads a suite a measure, a test a case, a failure with what differs, and what was skipped."""
    wrong = case("T-8", "covered", "TR", "5 kg", "2024-03-01").replace("Case T-8", "'<odd> & \"title\"'")
    disputed = case("T-9", "covered", "TR", "5 kg", "2024-03-01") + "  disputed: nobody knows\n"
    file = tmp_path / "results.xml"
    code, _ = run("test", written(tmp_path / "law", cases=CASES + wrong + disputed), "--junit", file)
    (suite,) = ElementTree.parse(file).getroot()
    assert (code, suite.attrib) == (1, {"name": "us/act/metals", "tests": "8", "failures": "1", "skipped": "1"})
    failed = [test for test in suite if test.find("failure") is not None]
    assert [test.attrib["name"] for test in failed] == ['T-8 <odd> & "title"']
    assert failed[0][0].attrib["message"] == "status: expected covered, found not_covered"


def test_junit_that_cannot_be_written(tmp_path: Path) -> None:
    """A file that cannot be written is bad input, not a crash."""
    code, text = run("test", written(tmp_path), "--junit", tmp_path / "no" / "such" / "place.xml")
    assert (code, "cannot be written" in text) == (2, True)


def test_proposals(tmp_path: Path) -> None:
    """Deletions that no case notices are printed with facts that would notice them, as text and as JSON."""
    home = written(tmp_path, cases=case("T-1", "covered", "RU", "5 kg", "2024-03-01"))
    words = ["test", "--catalogue", home, "--cases", home / "us" / "act.cases.yaml", "--propose"]
    code, text = run(*words)
    assert (code, "us/act/metals, exemption us/act/samples: proposed\n    {" in text) == (0, True)
    found = json.loads(run(*words, "--json")[1])["proposed"]
    mine = {one["deletion"]: one["result"] for one in found if one["measure"] == "us/act/metals"}
    assert mine["exemption us/act/samples"] == "proposed"


def test_show() -> None:
    """A measure is shown by its id, as text or as JSON; an id that none has is bad input."""
    assert run("show", RU_METAL)[1].startswith(f"{RU_METAL}\nBan on imports")
    assert json.loads(run("show", RU_METAL, "--json")[1])["id"] == RU_METAL
    assert run("show", "us/eo-14068/metal-import")[0] == 2


# ---------------------------------------------------------------------------------------------------------- lint, fmt
def test_lint_exits(tmp_path: Path) -> None:
    """Lint exits 0 when clean or with warnings, 2 with errors, and 2 with warnings when it is strict."""
    good, doubtful, wrong = tmp_path / "good", tmp_path / "doubtful", tmp_path / "wrong"
    written(good)
    written(doubtful, cases="")
    written(wrong, LAW.replace("origin: RU", "orgin: RU"))
    assert run("lint", good) == (0, "1 measure and 6 cases read, no problem found\n")
    assert [run("lint", doubtful)[0], run("lint", doubtful, "--strict")[0], run("lint", wrong)[0]] == [0, 2, 2]
    code, text = run("lint", wrong, "--json")
    assert (code, {row["level"] for row in json.loads(text)}) == (2, {"error"})
    assert run("lint", tmp_path / "none")[0] == 2


def test_fmt(tmp_path: Path) -> None:
    """Fmt tells or writes what would change, once; what it cannot read is named and left alone."""
    home = written(
        tmp_path, LAW.replace("  title: The Act\n", "").replace("  id: us/act\n", "  title:   The Act\n  id: us/act\n")
    )
    file = home / "us" / "act.yaml"
    before = file.read_text(encoding="utf-8")
    assert run("fmt", home, "--check") == (1, f"would change {file}\n")
    assert file.read_text(encoding="utf-8") == before
    assert run("fmt", home) == (0, f"changed {file}\n")
    assert file.read_text(encoding="utf-8") == LAW
    assert run("fmt", file, home) == (0, "")
    file.write_text("issuer: [us\n", encoding="utf-8")
    code, text = run("fmt", home, tmp_path / "none.yaml")
    assert (code, "act.yaml:2" in text, "cannot be read" in text) == (2, True, True)


def test_schema() -> None:
    """A schema is printed by its name."""
    code, text = run("schema", "law")
    assert (code, json.loads(text)["type"]) == (0, "object")
    assert run("schema", "measure")[0] == 2


# ----------------------------------------------------------------------------------------------------------- timeline
ORDERS = """\
- {activity: import, hs: "7601", origin: RU, destination: US, mass: "1 t"}
- {activity: import, hs: "4403", origin: RU, destination: US, mass: "1 t"}
"""


def test_timeline_with_orders(tmp_path: Path) -> None:
    """Under each day stand the orders that it changes, named by their place in the file."""
    home = written(tmp_path / "law", LAW.replace("issuer: us", "issuer: aq"), "")
    (tmp_path / "orders.yaml").write_text(ORDERS, encoding="utf-8")
    words = ["timeline", "--catalogue", home, "--issuer", "aq", "--from", "2024-07-01", "--to", "2025-01-01"]
    code, text = run(*words, "--transactions", tmp_path / "orders.yaml")
    assert code == 0
    assert "2024-07-01 begins: us/act/samples: Samples\n" in text
    assert f"    {tmp_path / 'orders.yaml'}#1: us/act/metals: covered (prohibited) -> not covered\n" in text
    assert text.endswith("1 of 2 transactions would be answered otherwise on some of these days\n")
    found = json.loads(run(*words, "--transactions", tmp_path / "orders.yaml", "--json")[1])
    assert [one["transaction"][-2:] for one in found["changes"]] == ["#1"]


@pytest.mark.parametrize("text", ["- {orgin: RU}\n", "- RU\n", "RU\n", "{origin: RU", "- {origin: RU, hs: '760130'}\n"])
def test_wrong_orders(tmp_path: Path, text: str) -> None:
    """Orders that cannot be read are bad input, with the file."""
    (tmp_path / "orders.yaml").write_text(text, encoding="utf-8")
    code, found = run("timeline", "--transactions", tmp_path / "orders.yaml")
    assert (code, f"{tmp_path / 'orders.yaml'}:" in found) == (2, True)


def test_timeline_of_wrong_days() -> None:
    """A day that is none is bad input."""
    assert run("timeline", "--from", "soon")[0] == 2
