"""The command line: one transaction, tables of them, the law itself, and trade."""

from __future__ import annotations

from typing import Annotated

from sanctionsmodel._catalogue_commands import app as catalogue_app
from sanctionsmodel._console import AsJson, Directories, Exit, Issuers, Themes, fail, load, typer
from sanctionsmodel._inputs import read_transaction
from sanctionsmodel._screen_command import screen_table
from sanctionsmodel._trade_commands import print_claims, print_exposure, print_shares
from sanctionsmodel.assessment import assess
from sanctionsmodel.errors import SanctionsModelError

app = typer.Typer(
    help="Say whether sanctions and export controls cover a transaction, why, and what is still missing.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(catalogue_app, name="catalogue")
app.command("screen")(screen_table)
app.command("shares")(print_shares)
app.command("exposure")(print_exposure)
app.command("claims")(print_claims)


# --------------------------------------------------------------------------------------------------------------- check
@app.command()
def check(
    file: Annotated[str, typer.Argument(help="YAML or JSON file of facts, or - for standard input.")],
    catalogue: Directories = None,
    issuer: Issuers = None,
    theme: Themes = None,
    as_json: AsJson = False,
) -> None:
    """Assess one transaction. Exits 0 not covered or exempt, 1 covered, 3 undetermined, 2 bad input."""
    try:
        law = load(catalogue).select(issuers=issuer or None, themes=theme or None)
        answer = assess(read_transaction(file), law)
    except SanctionsModelError as error:
        fail(error)
    typer.echo(answer.to_json() if as_json else answer.explain())
    raise typer.Exit(_exit_code(answer.outcome))


def _exit_code(outcome: str) -> Exit:
    if outcome == "undetermined":
        return Exit.UNDETERMINED
    return Exit.CLEAR if outcome in ("not_covered", "exempt") else Exit.COVERED


def main() -> None:
    """Run the command line."""
    app()
