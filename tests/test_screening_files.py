"""Screening files: bounded memory, whole results only, the summary, explained rows, and the command."""

from __future__ import annotations

import lzma
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from sanctionsmodel import Catalogue, _screen_files, screen
from sanctionsmodel.cli import app
from sanctionsmodel.errors import TableError
from sanctionsmodel.screening import explain_rows, guess_columns, screen_file, summarise
from strategies import law_file

METALS = Catalogue.bundled().select(ids=["us/eo-14068/metals-import", "us/proclamation-10522/aluminium-duty"])
ORDERS = {
    "nr": ["1", "2", "3", "4"],
    "activity": ["import"] * 4,
    "hs": ["760110", "760110", "010121", "760110"],
    "origin": ["RU", "RU", "RU", "ZZ"],
    "destination": ["US"] * 4,
    "produced_on": ["2024-05-02", "", "", "2024-05-02"],
    "transacted_on": ["2024-05-20"] * 4,
}
CUSTOMS = Path(__file__).parent / "data" / "customs_records.csv.xz"


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """A Parquet file of four orders."""
    path = tmp_path / "orders.parquet"
    pq.write_table(pa.table(ORDERS), path)
    return path


def run(*arguments: object) -> Any:
    """Run the command."""
    return CliRunner().invoke(app, ["screen", *map(str, arguments)])


@pytest.mark.parametrize("source", ["parquet", "csv"])
@pytest.mark.parametrize("target", ["parquet", "csv"])
def test_a_file_gives_the_answers_of_its_table(tmp_path: Path, source: str, target: str) -> None:
    """Parquet or CSV in, Parquet or CSV out: the rows in order with the same answers as in memory."""
    read, written = tmp_path / f"orders.{source}", tmp_path / f"found.{target}"
    table = pa.table(ORDERS)
    pq.write_table(table, read) if source == "parquet" else pa.csv.write_csv(table, read)
    screen_file(read, written, METALS)
    kept = pq.read_table(written) if target == "parquet" else pl.read_csv(written, infer_schema=False).to_arrow()
    expected = [{key: text or None for key, text in row.items()} for row in screen(table, METALS).to_pylist()]
    assert [{key: text or None for key, text in row.items()} for row in kept.to_pylist()] == expected


def test_a_csv_file_keeps_the_zeros_of_its_codes(tmp_path: Path) -> None:
    """Cells of a CSV file are text, so that the chapter 01 is no 1, and NA is Namibia."""
    (tmp_path / "in.csv").write_text("hs;origin\n010121;NA\n", encoding="utf-8")
    screen_file(tmp_path / "in.csv", tmp_path / "out.csv", METALS)
    assert "010121" in (tmp_path / "out.csv").read_text()
    assert summarise(pl.read_csv(tmp_path / "out.csv", infer_schema=False).fill_null("")).rows_with_problems == 0


def test_the_digest_of_the_law_is_in_the_file(orders: Path, tmp_path: Path) -> None:
    """A Parquet file says by which law it was screened."""
    screen_file(orders, tmp_path / "found.parquet", METALS)
    metadata = pq.read_schema(tmp_path / "found.parquet").metadata
    assert metadata[b"sanctionsmodel.catalogue_digest"].decode() == METALS.digest


def test_progress_is_told(orders: Path, tmp_path: Path) -> None:
    """Progress is told the rows done and the rows in all."""
    told: list[tuple[int, int | None]] = []
    screen_file(orders, tmp_path / "found.parquet", METALS, progress=lambda done, whole: told.append((done, whole)))
    assert told == [(4, 4)]


# --------------------------------------------------------------------------------------------------- whole results only
def test_strict_screening_leaves_no_file(orders: Path, tmp_path: Path) -> None:
    """A run that fails half-way leaves neither a result nor a rest."""
    with pytest.raises(TableError, match="1 rows have problems"):
        screen_file(orders, tmp_path / "found.parquet", METALS, strict=True)
    assert [path.name for path in tmp_path.iterdir()] == ["orders.parquet"]


def test_an_older_result_stays_until_the_new_one_is_whole(orders: Path, tmp_path: Path) -> None:
    """A run that fails does not touch the result of an earlier one."""
    (tmp_path / "found.csv").write_text("earlier")
    with pytest.raises(TableError):
        screen_file(orders, tmp_path / "found.csv", METALS, strict=True)
    assert (tmp_path / "found.csv").read_text() == "earlier"


def test_killing_a_run_leaves_no_file_under_the_final_name(tmp_path: Path) -> None:
    """A process that is killed in the middle has given no file its final name."""
    rows = 3_000_000
    pq.write_table(pa.table({"hs": ["760110"] * rows, "nr": range(rows)}), tmp_path / "in.parquet")
    code = (
        "from sanctionsmodel.screening import screen_file\n"
        f"screen_file({str(tmp_path / 'in.parquet')!r}, {str(tmp_path / 'out.parquet')!r},"
        " progress=lambda *told: print(*told, flush=True))"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert not (tmp_path / "out.parquet").exists()


def test_a_full_disk_gives_a_clear_error_and_no_file(orders: Path, tmp_path: Path, monkeypatch: Any) -> None:
    """What the disk refuses names the file, and leaves nothing behind."""

    def refuse(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq.ParquetWriter, "write", refuse)
    with pytest.raises(TableError, match=r"found\.parquet: cannot be written: No space left on device"):
        screen_file(orders, tmp_path / "found.parquet", METALS)
    assert [path.name for path in tmp_path.iterdir()] == ["orders.parquet"]


@pytest.mark.parametrize(
    ("source", "target", "told"),
    [
        ("orders.parquet", "orders.parquet", "cannot take the place of what is read"),
        ("orders.parquet", "found.xlsx", "reads and writes .parquet and .csv"),
        ("orders.parquet", "no/found.csv", "there is no folder"),
        ("none.parquet", "found.csv", "cannot be read"),
        ("none.csv", "found.csv", "cannot be read"),
        ("empty.csv", "found.csv", "the file is empty"),
        ("ragged.csv", "found.csv", "cannot be read"),
        ("text.parquet", "found.csv", "cannot be read"),
    ],
)
def test_files_that_cannot_be_screened_are_refused(orders: Path, source: str, target: str, told: str) -> None:
    """What is wrong with a file raises TableError with its name."""
    folder = orders.parent
    (folder / "empty.csv").write_text("")
    (folder / "ragged.csv").write_text("hs,origin\n76,RU\n76\n")
    (folder / "text.parquet").write_text("no parquet")
    with pytest.raises(TableError, match=told):
        screen_file(folder / source, folder / target, METALS)


@pytest.mark.parametrize("form", ["wide", "long"])
@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_a_path_comes_back_as_a_table(tmp_path: Path, kind: str, form: Literal["wide", "long"]) -> None:
    """A path in gives the PyArrow table that the file itself would give, cells of CSV as text."""
    path = tmp_path / f"orders.{kind}"
    table = pa.table(ORDERS)
    pq.write_table(table, path) if kind == "parquet" else pa.csv.write_csv(table, path)
    for given in (path, str(path)):
        found = screen(given, METALS, form=form)
        assert found.to_pylist() == screen(table, METALS, form=form).to_pylist()
        assert found.schema.metadata[b"sanctionsmodel.catalogue_digest"].decode() == METALS.digest


@pytest.mark.parametrize("form", ["wide", "long"])
def test_a_path_with_an_output_comes_back_as_a_path(
    orders: Path, tmp_path: Path, form: Literal["wide", "long"], monkeypatch: Any
) -> None:
    """With an output the answers are written batch by batch, and the path of the result is returned."""
    monkeypatch.setattr(_screen_files, "ROWS", 3)
    made = screen(orders, METALS, output=str(tmp_path / "found.parquet"), form=form)
    assert made == tmp_path / "found.parquet"
    assert pq.read_table(made).to_pylist() == screen(pa.table(ORDERS), METALS, form=form).to_pylist()
    with pytest.raises(TableError, match="output= is for the path of a file"):
        screen(pa.table(ORDERS), METALS, output="found.parquet")


def test_problems_are_listed_by_the_row_of_the_file(orders: Path, monkeypatch: Any) -> None:
    """A row keeps its number when a file is read in batches."""
    monkeypatch.setattr(_screen_files, "ROWS", 3)
    with pytest.raises(TableError, match="row 3: origin"):
        screen(orders, METALS, strict=True)


# ------------------------------------------------------------------------------------------------ summary, explanations
def test_the_summary_ranks_missing_facts_by_rows_and_value() -> None:
    """Outcomes, measures by status, problems, and the missing facts by the rows and the value that wait for them."""
    found = screen(pa.table({**ORDERS, "worth": [1.0, 20.0, 300.0, 4000.0]}), METALS)
    made = summarise(found, "worth")
    assert made.rows == 4
    assert made.measures["us/eo-14068/metals-import"] == {"covered": 1, "undetermined": 2}
    assert (made.missing_facts["produced_on"], made.values["produced_on"]) == (1, 20.0)
    assert made.rows_with_problems == 1
    assert made.outcome == "covered"
    assert "produced_on: 1 (worth 20)" in str(made)


def test_rows_are_explained_in_full() -> None:
    """Chosen rows come back as assessments with the answers of the table; what was not used is left out."""
    table = pa.table({**ORDERS, "produced_on": ["2024-05-02", "", "", "2024-08-01"], "origin": ["RU"] * 4})
    answers = screen(table, METALS).to_pylist()
    explained = explain_rows(table, [3, 0], METALS)
    assert [(one.at_least, one.at_most) for one in explained] == [
        (answers[row]["at_least"], answers[row]["at_most"]) for row in (3, 0)
    ]
    assert "produced_on" not in explained[0].transaction
    with pytest.raises(TableError, match="there is no row 4; the table has 4"):
        explain_rows(table, [4], METALS)


# --------------------------------------------------------------------------------------------------------- the command
@pytest.fixture
def customs(tmp_path: Path) -> Path:
    """The whole published file of customs records of 2021."""
    path = tmp_path / "customs.csv"
    path.write_bytes(lzma.decompress(CUSTOMS.read_bytes()))
    return path


def test_customs_records_are_screened_from_the_command_line_with_guessed_columns(customs: Path, tmp_path: Path) -> None:
    """A published file is read as it is, whole; the guess and its edition are shown, bad codes named, no row lost."""
    target = tmp_path / "found.csv"
    result = run(customs, "-o", target, "--theme", "metals")
    assert result.exit_code == 3, result.output
    assert "HS6 Code -> hs" in result.output
    assert "goods codes of HS 2017, which was in force on all days of Date" in result.output
    found, records = (pl.read_csv(path, infer_schema=False).fill_null("") for path in (target, customs))
    assert found.select(records.columns).equals(records)
    assert found.height == 8134
    assert (found["at_most"] != "").all()
    assert "ZZ" in result.output
    assert not found["problem"].str.contains("hs:").any()


def test_the_edition_of_customs_records_may_be_stated(customs: Path, tmp_path: Path) -> None:
    """A stated edition goes before the guess, and codes that it does not have are problems that name them."""
    result = run(customs, "-o", tmp_path / "found.csv", "--theme", "metals", "--edition", 2022)
    assert "in force on all days" not in result.output
    problems = pl.read_csv(tmp_path / "found.csv", infer_schema=False)["problem"].drop_nulls()
    assert problems.str.contains("is not in HS 2022; it is in HS").sum() == 349


def test_ways_to_some_goods_may_be_neglected(customs: Path, tmp_path: Path) -> None:
    """Whoever says that nothing became waste has fewer rows that wait for their code."""
    law = tmp_path / "law"
    (law / "zz").mkdir(parents=True)
    limb = {"provision": "art. 1", "when": {"hs": ["8471"]}}
    measure = {"id": "zz/act/m", "title": "M", "binds": {}, "versions": [{"limbs": [limb]}], "exemptions": []}
    (law / "zz" / "act.yaml").write_text(law_file([measure]))
    outputs = [
        run(
            customs, "-o", tmp_path / "found.csv", "--catalogue", law, "--issuer", "zz", "--edition", 2017, *more
        ).output
        for more in ([], ["--neglect", "8549"])
    ]
    assert ["  hs: " in output for output in outputs] == [True, False]


@pytest.mark.parametrize(
    ("rows", "code"), [([2], 0), ([0, 1], 1), ([1, 2], 3), ([3], 3)], ids=["clear", "covered", "open", "problem"]
)
def test_exit_codes_are_those_of_check(tmp_path: Path, rows: list[int], code: int) -> None:
    """0 when no row is covered, 1 when some row surely is, 3 when some is undetermined or could not be read."""
    pq.write_table(pa.table({**ORDERS}).take(rows), tmp_path / "in.parquet")
    arguments = ["--theme", "metals", "--issuer", "us"]
    given = tmp_path / "given.yaml"
    given.write_text("smelted_in: [CN]\ncast_in: CN\nsignificant: false\nvenue: none\n")
    result = run(tmp_path / "in.parquet", "-o", tmp_path / "out.parquet", *arguments, "--given", given)
    assert result.exit_code == code, result.output


def test_findings_are_written_in_long_form_from_the_command_line(orders: Path, tmp_path: Path) -> None:
    """--long writes one row a finding, with the same summary and exit code; explaining needs the rows."""
    wide, long = run(orders, "-o", tmp_path / "a.csv"), run(orders, "-o", tmp_path / "b.csv", "--long")
    assert (long.output, long.exit_code) == (wide.output, wide.exit_code)
    assert pl.read_csv(tmp_path / "b.csv").columns == ["row", "measure", "status", "effect", "missing_facts", "problem"]
    refused = run(orders, "-o", tmp_path / "b.csv", "--long", "--explain", 1)
    assert (refused.exit_code, "--explain reads the rows" in refused.output) == (2, True)


def test_rows_are_explained_on_the_command_line(orders: Path, tmp_path: Path) -> None:
    """The most severe rows are explained after the summary."""
    result = run(orders, "-o", tmp_path / "found.parquet", "--theme", "metals", "--explain", 1, "--value", "nr")
    assert "\nrow 0\n" in result.output
    assert "COVERED (prohibited) us/eo-14068/metals-import" in result.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--column", "hs"], "--column 'hs': write it as left=right"),
        (["--column", "x=hs"], "no column 'x'"),
        (["--unit", "mass=kg"], "units: no column states 'mass'"),
        (["--theme", "metal"], "did you mean 'metals'?"),
        (["--strict"], "1 rows have problems"),
    ],
)
def test_bad_input_exits_with_2_and_says_what_to_write(
    orders: Path, tmp_path: Path, arguments: list[str], told: str
) -> None:
    """What is wrong with the arguments or the table is said, with exit code 2."""
    result = run(orders, "-o", tmp_path / "found.parquet", *arguments)
    assert (result.exit_code, told in result.output) == (2, True), result.output


def test_headers_are_guessed_without_a_silent_unit() -> None:
    """A quantity is taken only where its header states the unit; facts by name come first."""
    guess = guess_columns(["origin", "Country of Origin", "Net Mass", "Net Mass (kg)", "Country of Origin Indicator"])
    assert guess.columns == {"origin": "origin", "Net Mass (kg)": "mass"}
    assert str(guess).splitlines() == [
        "origin -> origin",
        "Net Mass (kg) -> mass in kg",
        "not used: Country of Origin, Net Mass, Country of Origin Indicator",
    ]
