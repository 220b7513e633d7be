"""The commands on the law itself: ``sanctionsmodel catalogue list | show | test | lint``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

from sanctionsmodel._console import AsJson, Directories, Issuers, Themes, fail, load, typer
from sanctionsmodel._deletions import Unnoticed
from sanctionsmodel._measure_text import measure_text
from sanctionsmodel.cases import Case, Result, bundled_cases, cases_below, proposals, read_cases, run_cases
from sanctionsmodel.catalogue import Catalogue
from sanctionsmodel.errors import SanctionsModelError
from sanctionsmodel.prohibitions import Prohibition

app = typer.Typer(help="List, show and test the law that is encoded.", no_args_is_help=True)


# ----------------------------------------------------------------------------------------------------------- catalogue
@app.command("list")
def list_measures(
    catalogue: Directories = None, issuer: Issuers = None, theme: Themes = None, as_json: AsJson = False
) -> None:
    """List the measures, a line each."""
    try:
        law = load(catalogue).select(issuers=issuer or None, themes=theme or None)
    except SanctionsModelError as error:
        fail(error)
    if as_json:
        typer.echo(json.dumps([_row(measure) for measure in law], ensure_ascii=False, indent=1))
        return
    width = max((len(measure.id) for measure in law), default=0)
    for measure in law:
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
    typer.echo(law.to_json() if as_json else measure_text(law))


@app.command("test")
def run_golden_cases(
    cases: Annotated[
        list[Path] | None, typer.Option("--cases", help="Case files, instead of the bundled ones.")
    ] = None,
    catalogue: Directories = None,
    propose: Annotated[bool, typer.Option(help="Propose boundary cases for deletions that no case notices.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run golden cases. Exits 0 when all pass, 1 when some fail, 2 on bad input."""
    try:
        law = load(catalogue)
        chosen = _chosen_cases(cases, catalogue)
        results = list(run_cases(chosen, law))
        proposed = list(proposals(chosen, law)) if propose else []
    except SanctionsModelError as error:
        fail(error)
    typer.echo(_results_json(results, proposed) if as_json else _results_text(results, proposed))
    raise typer.Exit(1 if any(result.outcome == "failed" for result in results) else 0)


def _chosen_cases(files: list[Path] | None, directories: list[Path] | None) -> list[Case]:
    if files:
        return [case for path in files for case in read_cases(path)]
    return [*bundled_cases(), *(case for directory in directories or () for case in cases_below(directory))]


def _results_text(results: list[Result], proposed: list[Unnoticed]) -> str:
    lines = []
    for result in results:
        if result.outcome in ("failed", "disputed"):
            lines.append(f"{result.outcome.upper()} {result.case.id} {result.case.measure}: {result.case.title}")
            lines += [f"    {difference}" for difference in result.differences]
    counts = {
        name: sum(1 for one in results if one.outcome == name) for name in ("passed", "failed", "disputed", "skipped")
    }
    lines.append(", ".join(f"{count} {name}" for name, count in counts.items()))
    lines += [_proposal_text(one) for one in proposed]
    return "\n".join(lines)


def _proposal_text(one: Unnoticed) -> str:
    head = f"{one.deletion.measure}, {one.deletion.what}: {one.result}"
    if one.facts is None:
        return head
    case = {
        "measure": one.deletion.measure,
        "facts": one.facts.to_dict(),
        "expect": {"status": one.status.value if one.status is not None else None},
    }
    return f"{head}\n    {json.dumps(case, ensure_ascii=False)}"


def _results_json(results: list[Result], proposed: list[Unnoticed]) -> str:
    rows = [
        {"id": r.case.id, "measure": r.case.measure, "outcome": r.outcome, "differences": list(r.differences)}
        for r in results
    ]
    found = [
        {
            "measure": one.deletion.measure,
            "deletion": one.deletion.what,
            "result": one.result,
            "facts": one.facts.to_dict() if one.facts is not None else None,
            "status": one.status.value if one.status is not None else None,
        }
        for one in proposed
    ]
    return json.dumps({"cases": rows, "proposed": found}, ensure_ascii=False, indent=1)


@app.command("lint")
def lint_catalogue(
    directory: Annotated[
        Path | None, typer.Argument(help="Directory of law files; the bundled ones where left out.")
    ] = None,
) -> None:
    """Read law files and their cases strictly. Exits 0 when clean, 2 with every problem: file, line, field, remedy."""
    from sanctionsmodel._data import DATA

    try:
        law = Catalogue.load(directory or DATA, over=Catalogue.bundled() if directory else None)
        cases = cases_below(directory or DATA)
    except SanctionsModelError as error:
        fail(error)
    typer.echo(f"{len(law)} measures and {len(cases)} cases read, no problem found")
