"""The commands on the law itself: ``sanctionsmodel catalogue list | show | test | lint | fmt | schema | timeline``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

from sanctionsmodel._console import AsJson, Directories, Exit, Issuers, Themes, counted, fail, load, typer
from sanctionsmodel._data import DATA
from sanctionsmodel._inputs import read_transactions
from sanctionsmodel._measure_text import measure_text
from sanctionsmodel._results import junit, results_json, results_text
from sanctionsmodel._selecting import has_words
from sanctionsmodel.cases import Case, bundled_cases, cases_below, proposals, read_cases, run_cases
from sanctionsmodel.catalogue import Catalogue, read_directory
from sanctionsmodel.coverage import coverage
from sanctionsmodel.errors import CatalogueError, Problem, SanctionsModelError
from sanctionsmodel.prohibitions import Prohibition
from sanctionsmodel.transactions import Transaction

app = typer.Typer(help="List, show, test, check and format the law that is encoded.", no_args_is_help=True)

FilesOrDirectories = Annotated[
    list[Path] | None, typer.Argument(help="Files or directories; the bundled ones where left out.")
]


# --------------------------------------------------------------------------------------------------------- list, show
@app.command("list")
def list_measures(
    catalogue: Directories = None,
    issuer: Issuers = None,
    theme: Themes = None,
    hs: Annotated[str | None, typer.Option("--hs", help="Only measures that can cover goods of this code.")] = None,
    country: Annotated[str | None, typer.Option(help="Only measures that name this place (RU, UA-43, EU).")] = None,
    on: Annotated[str | None, typer.Option("--on", help="Only measures in force on this day (2024-04-13).")] = None,
    text: Annotated[str | None, typer.Option(help="Only measures whose text has all these words.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the measures that pass every filter, a line each."""
    try:
        law = load(catalogue).select(issuers=issuer or None, themes=theme or None, on=on, hs=hs, country=country)
    except SanctionsModelError as error:
        fail(error)
    measures = [one for one in law if text is None or has_words(measure_text(one), text)]
    if as_json:
        typer.echo(json.dumps([_row(measure) for measure in measures], ensure_ascii=False, indent=1))
        return
    width = max((len(measure.id) for measure in measures), default=0)
    for measure in measures:
        typer.echo(f"{measure.id:<{width}}  {measure.effect.value:<16}  {measure.status:<8}  {measure.title}")


def _row(measure: Prohibition) -> dict[str, Any]:
    return measure.model_dump(mode="json", include={"id", "title", "issuer", "effect", "kind", "themes", "status"})


@app.command("show")
def show_measure(
    measure: Annotated[str, typer.Argument(help="Id of the measure.")],
    catalogue: Directories = None,
    as_json: AsJson = False,
) -> None:
    """Print a measure in plain English, with its sources, versions and exemptions."""
    try:
        law = load(catalogue)[measure]
    except (SanctionsModelError, KeyError) as error:
        fail(error)
    typer.echo(law.to_json() if as_json else measure_text(law).rstrip("\n"))


# --------------------------------------------------------------------------------------------------------------- test
@app.command("test")
def run_golden_cases(
    directories: Annotated[
        list[Path] | None,
        typer.Argument(help="Directories of law files with their cases; only these are tested and covered."),
    ] = None,
    cases: Annotated[
        list[Path] | None, typer.Option("--cases", help="Case files, instead of the bundled ones.")
    ] = None,
    catalogue: Directories = None,
    propose: Annotated[bool, typer.Option(help="Propose boundary cases for deletions that no case notices.")] = False,
    covered: Annotated[
        bool, typer.Option("--coverage", help="Tell which limbs, exemptions and boundary days no case exercises.")
    ] = False,
    junit_file: Annotated[Path | None, typer.Option("--junit", help="Write the results as JUnit XML.")] = None,
    as_json: AsJson = False,
) -> None:
    """Run golden cases. Exits 0 when all pass, 1 when some fail, 2 on bad input."""
    try:
        law = load([*(catalogue or ()), *(directories or ())])
        chosen = _chosen_cases(cases, directories, catalogue)
        results = list(run_cases(chosen, law))
        proposed = list(proposals(chosen, law)) if propose else []
        report = coverage(chosen, _asked(law, directories, chosen if cases else ())) if covered else None
        if junit_file is not None:
            _write(junit_file, junit(results))
    except SanctionsModelError as error:
        fail(error)
    typer.echo((results_json if as_json else results_text)(results, proposed, report))
    raise typer.Exit(1 if any(result.outcome == "failed" for result in results) else 0)


def _chosen_cases(files: list[Path] | None, directories: list[Path] | None, layered: list[Path] | None) -> list[Case]:
    if files:
        return [case for path in files for case in read_cases(path)]
    if directories:
        return [case for directory in directories for case in cases_below(directory)]
    return [*bundled_cases(), *(case for directory in layered or () for case in cases_below(directory))]


def _asked(law: Catalogue, directories: list[Path] | None, cases: Iterable[Case]) -> Catalogue:
    """Return the measures whose coverage is asked for: of directories, of a file of cases, or all."""
    named = _own_ids(directories) if directories else {case.measure for case in cases}
    return law.select(ids=named & set(law.ids)) if named else law


def _own_ids(directories: Iterable[Path]) -> set[str]:
    files = [file for directory in directories for file in read_directory(directory)]
    return {str(raw.get("id")) for file in files for raw in file.section("measures") or () if isinstance(raw, dict)}


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CatalogueError([Problem(f"cannot be written: {error.strerror}", str(path))]) from None


# ---------------------------------------------------------------------------------------------------------- lint, fmt
@app.command("lint")
def lint_catalogue(
    directory: Annotated[
        Path | None, typer.Argument(help="Directory of law files; the bundled ones where left out.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Count warnings as errors.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check law files and their cases. Exits 0 without errors, 2 with some: file, line, field, remedy."""
    from sanctionsmodel.lint import lint

    try:
        found = lint(directory or DATA, Catalogue.bundled() if directory else None)
    except SanctionsModelError as error:
        fail(error)
    errors, warnings = found.count("error"), found.count("warning")
    if as_json:
        typer.echo(json.dumps([remark.as_row() for remark in found.remarks], ensure_ascii=False, indent=1))
    else:
        for remark in found.remarks:
            typer.echo(str(remark))
        counts = f"{counted(errors, 'error')}, {counted(warnings, 'warning')}" if found.remarks else "no problem found"
        typer.echo(f"{counted(found.measures, 'measure')} and {counted(found.cases, 'case')} read, {counts}")
    raise typer.Exit(Exit.BAD_INPUT if errors or (strict and warnings) else Exit.CLEAR)


@app.command("fmt")
def format_files(
    files: FilesOrDirectories = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 where a file would change.")] = False,
) -> None:
    """Write law and case files in their canonical form. Exits 1 with --check where one would change, 2 on bad input."""
    from sanctionsmodel.formatting import formatted

    changed: list[Path] = []
    problems: list[Problem] = []
    for path in _law_files(files or [DATA]):
        try:
            text = path.read_text(encoding="utf-8")
            made = formatted(text, path.as_posix())
        except CatalogueError as error:
            problems += error.problems
        except (OSError, UnicodeDecodeError) as error:
            problems.append(Problem(f"cannot be read: {error}", str(path)))
        else:
            changed += [path] if made != text else []
            if made != text and not check:
                path.write_text(made, encoding="utf-8")
    for path in changed:
        typer.echo(f"{'would change' if check else 'changed'} {path}")
    if problems:
        fail(CatalogueError(problems))
    raise typer.Exit(1 if check and changed else 0)


def _law_files(paths: Iterable[Path]) -> list[Path]:
    """Return files as given, and of directories the law and case files (the registry of facts has another form)."""
    found: list[Path] = []
    for path in paths:
        below = sorted(one for one in path.rglob("*.yaml") if one.name != "facts.yaml") if path.is_dir() else [path]
        found += below
    return found


@app.command("schema")
def print_schema(
    name: Annotated[str, typer.Argument(help="law, case or transaction.")],
) -> None:
    """Print the JSON Schema of law, case or transaction files, for editors and other programs."""
    from sanctionsmodel.schemas import NAMES, schema

    if name not in NAMES:
        fail(SanctionsModelError(f"no schema {name!r}; it is one of {', '.join(NAMES)}"))
    typer.echo(json.dumps(schema(name), ensure_ascii=False, indent=1))


# ----------------------------------------------------------------------------------------------------------- timeline
@app.command("timeline")
def show_timeline(
    since: Annotated[str | None, typer.Option("--from", help="First day (2026-01-01).")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Last day.")] = None,
    catalogue: Directories = None,
    issuer: Issuers = None,
    theme: Themes = None,
    transactions: Annotated[
        list[Path] | None,
        typer.Option("--transactions", help="File of open transactions; tells which of them each day changes."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the days on which the law begins, changes, ends or becomes open, past and scheduled."""
    from sanctionsmodel.timeline import changes, timeline

    try:
        law = load(catalogue).select(issuers=issuer or None, themes=theme or None)
        events = timeline(law, since, until)
        named: dict[str, Transaction] = {}
        for path in transactions or ():
            named |= read_transactions(path)
        changed = changes(events, named, law) if named else []
    except SanctionsModelError as error:
        fail(error)
    if as_json:
        rows = {"events": [one._asdict() for one in events], "changes": [one._asdict() for one in changed]}
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1, default=str))
        return
    for event in events:
        typer.echo(str(event))
        last = event is events[-1] or events[events.index(event) + 1].day != event.day
        for change in changed if last else ():
            if change.day == event.day:
                typer.echo(f"    {change}")
    if named:
        touched = len({one.transaction for one in changed})
        typer.echo(f"{touched} of {len(named)} transactions would be answered otherwise on some of these days")
