"""The command ``sanctionsmodel screen``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from sanctionsmodel._console import Directories, Exit, Issuers, Themes, fail, load, typer
from sanctionsmodel._inputs import read_transaction
from sanctionsmodel.errors import SanctionsModelError, TableError

if TYPE_CHECKING:
    from sanctionsmodel._screen_files import Progress

_CODES = {"covered": Exit.COVERED, "undetermined": Exit.UNDETERMINED, "clear": Exit.CLEAR}


def screen_table(
    source: Annotated[Path, typer.Argument(metavar="IN", help="Parquet or CSV file to screen.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="Parquet or CSV file to write.")],
    column: Annotated[list[str] | None, typer.Option(help="HEADER=fact: which column states which fact.")] = None,
    unit: Annotated[
        list[str] | None, typer.Option(help="fact=unit of bare numbers, or fact=HEADER of the column that states it.")
    ] = None,
    given: Annotated[Path | None, typer.Option(help="YAML or JSON file of standing facts.")] = None,
    edition: Annotated[int | None, typer.Option(help="Edition of the HS of all goods codes: 2012, 2017, 2022.")] = None,
    value: Annotated[str, typer.Option(help="Column of numbers to sum up by missing fact.")] = "",
    explain: Annotated[int, typer.Option(help="Explain so many rows, the most severe first.")] = 0,
    strict: Annotated[bool, typer.Option(help="Stop at cells that cannot be read and facts that contradict.")] = False,
    catalogue: Directories = None,
    issuer: Issuers = None,
    theme: Themes = None,
) -> None:
    """Screen a table. Exits 0 when no row is covered, 1 when some is, 3 when some is undetermined, 2 on bad input."""
    try:
        from sanctionsmodel import screening
    except ImportError as error:
        fail(ValueError(str(error)))
    try:
        law = load(catalogue).select(issuers=issuer or None, themes=theme or None)
        columns, guessed = (_pairs("--column", column), {}) if column else _guessed(source)
        units = {**guessed, **_pairs("--unit", unit)}
        options: dict[str, Any] = {"columns": columns, "units": units, "edition": edition}
        options["given"] = read_transaction(given) if given else None
        with _progress() as progress:
            summary = screening.screen_file(
                source, output, law, strict=strict, value=value, progress=progress, **options
            )
        typer.echo(str(summary))
        for row, answer in _explained(output, explain, law, options) if explain else ():
            typer.echo(f"\nrow {row}\n{answer.explain()}")
    except SanctionsModelError as error:
        fail(error)
    raise typer.Exit(_CODES[summary.outcome])


def _pairs(option: str, texts: list[str] | None) -> dict[str, str]:
    found = {}
    for text in texts or ():
        left, sign, right = text.rpartition("=")
        if not sign or not left or not right:
            raise TableError(f"{option} {text!r}: write it as left=right")
        found[left] = right
    return found


def _guessed(source: Path) -> tuple[dict[str, str] | None, dict[str, str]]:
    """Return the columns that are named as facts, or else a guess, which is shown."""
    from sanctionsmodel._screen_files import FileReader
    from sanctionsmodel.facts import registry
    from sanctionsmodel.screening import guess_columns

    headers = FileReader(source).schema.names
    if any(header in registry() for header in headers):
        return None, {}
    guess = guess_columns(headers)
    if not guess.columns:
        return None, {}
    typer.echo(
        f"columns, guessed from their headers (say --column HEADER=fact to decide yourself):\n{guess}\n", err=True
    )
    return guess.columns, guess.units


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """Show a bar on a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    bar = Progress(TextColumn("rows"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console)
    with bar:
        task = bar.add_task("rows", total=None)
        yield lambda done, whole: bar.update(task, completed=done, total=whole)


def _explained(output: Path, count: int, law: Any, options: dict[str, Any]) -> Iterator[tuple[int, Any]]:
    """Yield the rows with the most severe answers, each with its assessment."""
    from sanctionsmodel._screen_files import FileReader
    from sanctionsmodel.prohibitions import SEVERITY
    from sanctionsmodel.screening import explain_rows

    first, found = 0, []
    for batch in FileReader(output):
        low, high = batch.column("at_least").to_pylist(), batch.column("at_most").to_pylist()
        for row, ends in enumerate(zip(low, high, strict=True)):
            if ends[1] != "not_covered":
                found.append((tuple(-SEVERITY.index(word) for word in ends), first + row))
        found = sorted(found)[:count]
        first += batch.num_rows
    chosen, first = {row for _, row in found}, 0
    for batch in FileReader(output):
        rows = [row - first for row in sorted(chosen) if first <= row < first + batch.num_rows]
        if rows:
            facts = batch.select([name for name in batch.schema.names if name not in _added()]).take(rows)
            answers = explain_rows(facts, range(len(rows)), law, **options)
            yield from ((first + row, answer) for row, answer in zip(rows, answers, strict=True))
        first += batch.num_rows


def _added() -> tuple[str, ...]:
    from sanctionsmodel._rows import OUTPUTS

    return OUTPUTS
