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
    from sanctionsmodel._headers import Guess
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
    neglect: Annotated[
        list[str] | None, typer.Option(help="Goods that no code of an older edition became, such as 8549 (waste).")
    ] = None,
    value: Annotated[str, typer.Option(help="Column of numbers to sum up by missing fact.")] = "",
    explain: Annotated[int, typer.Option(help="Explain so many rows, the most severe first.")] = 0,
    long: Annotated[bool, typer.Option("--long", help="Write one row a finding, in place of one row a row.")] = False,
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
        if long and explain:
            raise TableError(
                "--explain reads the rows of the result, and with --long it has none; leave one of them out"
            )
        law = load(catalogue).select(issuers=issuer or None, themes=theme or None)
        guess = None if column else _guessed(source, edition)
        columns = guess.columns if guess else _pairs("--column", column) or None
        units = {**(guess.units if guess else {}), **_pairs("--unit", unit)}
        year = edition or (guess.edition if guess else None)
        of = screening.Edition(year, tuple(neglect or ())) if year else None
        options: dict[str, Any] = {"columns": columns, "units": units, "edition": of}
        options["given"] = read_transaction(given) if given else None
        with _progress() as progress:
            summary = screening.screen_file(
                source,
                output,
                law,
                strict=strict,
                form="long" if long else "wide",
                value=value,
                progress=progress,
                **options,
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


def _guessed(source: Path, edition: int | None) -> Guess | None:
    """Return a guess of the columns, which is shown, unless some are named as facts."""
    from sanctionsmodel._screen_files import FileReader
    from sanctionsmodel.facts import registry
    from sanctionsmodel.screening import guess_columns

    headers = FileReader(source).schema.names
    guess = guess_columns(headers)
    if any(header in registry() for header in headers) or not guess.columns:
        return None
    if edition is None and any(registry()[fact].system in ("hs", "cn", "hts") for fact in guess.columns.values()):
        guess = guess._replace(edition=_edition_of(source, guess))
    typer.echo(
        f"columns, guessed from their headers (say --column HEADER=fact to decide yourself):\n{guess}\n", err=True
    )
    return guess


def _edition_of(source: Path, guess: Guess) -> int | None:
    """Return the edition of the HS that was in force on all days of a file, if they tell one."""
    from sanctionsmodel._screen_files import FileReader
    from sanctionsmodel.screening import edition_in_force

    header = next((one for one, fact in guess.columns.items() if fact == "transacted_on"), None)
    if header is None:
        return None
    batches = FileReader(source, only=[header])
    found = {edition_in_force(batch.column(header).unique().to_pylist()) for batch in batches}
    return found.pop() if len(found) == 1 else None


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
