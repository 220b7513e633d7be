"""The command ``check``: exit codes that scripts rely on, text and JSON, standard input, and errors with their line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from sanctionsmodel.assessment import Assessment
from sanctionsmodel.cli import app
from strategies import law_file

BAN = ("--theme", "metals", "--issuer", "us")
FACTS = "activity: import\nhs: 760110\norigin: {origin}\ndestination: US\ntransacted_on: 2024-05-20\n"
KAZAKH = FACTS.format(origin="KZ") + "smelted_in: KZ\ncast_in: KZ\nproduced_on: 2024-05-02\n"
COVERED = FACTS.format(origin="RU") + "produced_on: 2024-05-02\n"
OPEN = FACTS.format(origin="RU")


def run(*words: object, text: str | None = None) -> Result:
    """Run a command in this process; what it should not raise, it raises here."""
    done = CliRunner().invoke(app, [str(word) for word in words], input=text)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def written(home: Path, text: str, name: str = "deal.yaml") -> Path:
    """Write a file of facts."""
    path = home / name
    path.write_text(text)
    return path


# ----------------------------------------------------------------------------------------------------------- exit codes
@pytest.mark.parametrize(
    ("text", "measures", "code", "first"),
    [
        (COVERED, ("--issuer", "us", "--theme", "metals"), 1, "PROHIBITED"),
        (KAZAKH, ("--issuer", "xcec"), 0, "NOT COVERED BY ANY MEASURE ASKED"),
        (OPEN, ("--issuer", "us", "--theme", "metals"), 3, "UNDETERMINED: at least duty, at most prohibited"),
        ("orgin: RU\n", (), 2, ""),
    ],
)
def test_exit_codes(tmp_path: Path, text: str, measures: tuple[str, ...], code: int, first: str) -> None:
    """0 for not covered or exempt, 1 for covered, 3 for undetermined, 2 for bad input."""
    done = run("check", written(tmp_path, text), *measures)
    assert done.exit_code == code, done.output
    assert done.stdout.startswith(first)


def test_exempt_exits_clear(tmp_path: Path) -> None:
    """An act that an exemption frees exits 0."""
    way = {"id": "zz/way", "title": "A way", "kind": "exception", "versions": [{"provision": "p"}]}
    law = law_file([{"id": "zz/act/1", "versions": [{"when": {"origin": "RU"}}], "exemptions": [way]}])
    (tmp_path / "law").mkdir()
    written(tmp_path / "law", law, "act.yaml")
    done = run("check", written(tmp_path, "origin: RU\n"), "--catalogue", tmp_path / "law", "--issuer", "zz")
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "COVERED, AND EXEMPT")


# ---------------------------------------------------------------------------------------------------------------- input
def test_yaml_json_and_standard_input_are_the_same(tmp_path: Path) -> None:
    """Facts come as YAML, as JSON, or on standard input; the answer is one."""
    facts = {"activity": "import", "hs": "760110", "origin": "RU", "destination": "US", "transacted_on": "2024-05-20"}
    from_yaml = run("check", written(tmp_path, OPEN), *BAN, "--json").stdout
    from_json = run("check", written(tmp_path, json.dumps(facts), "deal.json"), *BAN, "--json").stdout
    assert run("check", "-", *BAN, "--json", text=OPEN).stdout == from_yaml == from_json


def test_json_reads_back_as_an_assessment(tmp_path: Path) -> None:
    """What ``--json`` prints is an assessment that Python reads back."""
    done = run("check", written(tmp_path, OPEN), *BAN, "--json")
    answer = Assessment.from_json(done.stdout)
    assert (answer.at_least, answer.at_most, answer.missing_facts) == ("duty", "prohibited", ("produced_on",))


def test_text_is_the_explanation(tmp_path: Path) -> None:
    """Without ``--json`` a person reads the explanation."""
    done = run("check", written(tmp_path, OPEN), *BAN)
    assert "When were the goods produced?" in done.stdout
    assert "us/eo-14068/metals-import" in done.stdout


def test_a_directory_of_ones_own_is_asked_too(tmp_path: Path) -> None:
    """``--catalogue`` lays a directory of law files over the bundled ones."""
    (tmp_path / "law").mkdir()
    written(tmp_path / "law", law_file([{"id": "zz/act/1", "versions": [{"when": {"origin": "KZ"}}]}]), "act.yaml")
    done = run("check", written(tmp_path, "origin: KZ\n"), "--catalogue", tmp_path / "law", "--issuer", "zz")
    assert done.exit_code == 1
    assert "zz/act/1" in done.stdout


# --------------------------------------------------------------------------------------------------------------- errors
@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "orgin: RU\nhs: 76x\n",
            ("deal.yaml:1: orgin: no such fact; did you", "deal.yaml:2: hs:", "'76x'"),
        ),
        ("origin: RU\norigin: KZ\n", ("deal.yaml:2:", "stands twice")),
        ("actor:\n  us_persn: true\n", ("deal.yaml:2: actor.us_persn", "did you mean 'actor.us_person'")),
        ("mass: 25 ton\n", ("deal.yaml:1: mass:", "'ton' is refused", "write 't'")),
        ("- origin: RU\n", ("deal.yaml", "a transaction is a mapping of facts")),
        ("", ("deal.yaml", "a transaction is a mapping of facts")),
        ("origin: [RU\n", ("deal.yaml:", "this is no YAML")),
        ("origin: &a RU\n", ("deal.yaml:1:", "anchors and aliases")),
        (COVERED.replace("2024-05-02", "2024-06-02"), ("contradicts", "2024-06-02", "correct one of them")),
    ],
)
def test_errors_name_file_line_field_value_and_remedy(tmp_path: Path, text: str, parts: tuple[str, ...]) -> None:
    """Bad facts exit 2, print nothing on standard output, and say all problems with their places."""
    done = run("check", written(tmp_path, text), *BAN)
    assert (done.exit_code, done.stdout) == (2, "")
    for part in parts:
        assert part in done.stderr, done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("nowhere.yaml",), "nowhere.yaml: cannot be read"),
        (("deal.yaml", "--issuer", "usa"), "issuers: no measure has 'usa'; did you mean 'us'"),
        (("deal.yaml", "--theme", "metal"), "themes: no measure has 'metal'"),
        (("deal.yaml", "--catalogue", "nowhere"), "nowhere is no directory of law files"),
    ],
)
def test_wrong_words_are_bad_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], message: str
) -> None:
    """A file, issuer, theme or directory that does not exist exits 2 with the nearest right names."""
    written(tmp_path, OPEN)
    monkeypatch.chdir(tmp_path)
    done = run("check", *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    """A file in another encoding is refused with what to do."""
    path = tmp_path / "deal.yaml"
    path.write_bytes("origin: Türkiye".encode("latin-1"))
    done = run("check", path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "is no UTF-8 text" in done.stderr


def test_bad_law_is_bad_input(tmp_path: Path) -> None:
    """Law of one's own that cannot be read exits 2 and names the file and the line."""
    (tmp_path / "law").mkdir()
    written(tmp_path / "law", "issuer: zz\ncolour: red\n", "act.yaml")
    done = run("check", written(tmp_path, OPEN), "--catalogue", tmp_path / "law")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "act.yaml:2: colour: no such field" in done.stderr


def test_definitions_in_a_circle_are_bad_input(tmp_path: Path) -> None:
    """Law whose definitions run in a circle exits 2, though it is found only when the law is asked."""
    terms = {
        name: {"roles": "true", "cite": "ACT", "when": {other: True}}
        for name, other in (("us_person", "uk_person"), ("uk_person", "us_person"))
    }
    (tmp_path / "law").mkdir()
    raw = law_file([{"id": "zz/act/1", "versions": [{"when": {"actor.us_person": True}}]}], definitions=terms)
    written(tmp_path / "law", raw, "act.yaml")
    done = run("check", written(tmp_path, OPEN), "--catalogue", tmp_path / "law")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "circle" in done.stderr


# -------------------------------------------------------------------------------------------------------------- process
def test_the_installed_command(tmp_path: Path) -> None:
    """As a process: answer on standard output, errors on standard error, and the exit code."""
    command = [sys.executable, "-c", "from sanctionsmodel.cli import main; main()", "check"]
    good = subprocess.run([*command, written(tmp_path, OPEN), *BAN], capture_output=True, text=True, check=False)
    assert (good.returncode, good.stderr) == (3, "")
    bad = subprocess.run([*command, "-"], input="orgin: RU", capture_output=True, text=True, check=False)
    assert (bad.returncode, bad.stdout) == (2, "")
    assert bad.stderr.startswith("standard input:1: orgin: no such fact")


def test_help_tells_the_exit_codes() -> None:
    """The help of ``check`` says what the exit codes mean."""
    text = run("check", "--help").stdout
    assert all(part in " ".join(text.split()) for part in ("1 covered", "3 undetermined", "2 bad input"))
