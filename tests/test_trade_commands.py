"""The commands on trade."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sanctionsmodel._data import DATA
from sanctionsmodel.cli import app


def run(*words: str) -> tuple[int, str]:
    """Run the command line; return its exit code and what it prints."""
    done = CliRunner().invoke(app, list(words))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def test_shares_of_a_file_and_of_a_shipped_table() -> None:
    """A path and a name give the same, in words and as JSON."""
    by_name = run("shares", "us_imports_2023", "--hs", "76")
    assert by_name == run("shares", str(DATA / "trade" / "us_imports_2023.csv"), "--hs", "76", "--layout", "tidy")
    code, text = run("shares", "us_imports_2023", "--hs", "76", "--json")
    [found] = json.loads(text)
    assert (code, found["parts"][0]["partner"], found["total"]) == (0, "CA", "27360992082")
    assert found["hhi"]["low"] == found["hhi"]["high"]


def test_exposure_in_words_and_as_json() -> None:
    """The parts add up, and what is assumed is printed."""
    words = ("exposure", "baci_china_russia", "--importer", "RU", "--hs", "8542", "--period", "2023", "--ordinary")
    code, text = run(*words)
    assert code == 0
    assert "assumed: " in text
    [found] = json.loads(run(*words, "--json", "--all-laws")[1])
    assert found["total"] == "178234649"


def test_claims_exit_with_one_where_they_clash() -> None:
    """Contradictions name both sources; without assumptions fewer are compared."""
    code, text = run("claims", "--assume", "counted_by")
    assert (code, "AP: China has surged" in text) == (1, True)
    rows = json.loads(run("claims", "--json")[1])
    assert {row["verdict"] for row in rows} >= {"not comparable"}


def test_claims_beside_data() -> None:
    """Each with the computed figure."""
    assert "computed 89.9 %" in run("claims", "--data")[1]
    assert {row["claim"] for row in json.loads(run("claims", "--data", "--json")[1])} >= {"22"}


def test_own_claims_that_agree_exit_with_nothing(tmp_path: Path) -> None:
    """One claim contradicts nobody."""
    lines = (DATA / "trade" / "claims.csv").read_text("utf-8").splitlines()[:2]
    path = tmp_path / "claims.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    assert run("claims", "--file", str(path))[0] == 0


@pytest.mark.parametrize(
    "words",
    [
        ("shares", "nowhere"),
        ("shares", "us_imports_2023", "--divided", "world"),
        ("shares", "us_imports_2023", "--basis", "love"),
        ("exposure", "us_imports_2023", "--importer", "RU", "--hs", "76"),
        ("exposure", "us_imports_2023", "--importer", "US", "--reported-by", "nobody"),
        ("claims", "--file", "nowhere.csv"),
    ],
)
def test_bad_input_exits_with_two(words: tuple[str, ...]) -> None:
    """What cannot be read is said."""
    assert run(*words)[0] == 2
