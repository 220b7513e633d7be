"""What the commands share: options, exit codes, loading law, and saying what is wrong."""

from __future__ import annotations

import sys
from enum import IntEnum
from pathlib import Path
from typing import Annotated, NoReturn

try:
    import typer as typer
except ImportError:  # pragma: no cover - the message is for an install without the extra
    sys.exit("the command line needs the extra: pip install 'sanctionsmodel[cli]'")

from sanctionsmodel.catalogue import Catalogue


class Exit(IntEnum):
    """Exit codes that scripts rely on."""

    CLEAR = 0
    COVERED = 1
    BAD_INPUT = 2
    UNDETERMINED = 3


Directories = Annotated[
    list[Path] | None, typer.Option("--catalogue", help="Directory of law files, layered over the bundled ones.")
]
Issuers = Annotated[list[str] | None, typer.Option("--issuer", help="Only measures of this issuer (us, gb, eu, xlme).")]
Themes = Annotated[list[str] | None, typer.Option("--theme", help="Only measures of this theme (metals).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


def fail(error: Exception) -> NoReturn:
    """Say what is wrong with the input, and exit."""
    message = error.args[0] if isinstance(error, KeyError) else str(error)
    typer.echo(message, err=True)
    raise typer.Exit(Exit.BAD_INPUT)


def load(directories: list[Path] | None) -> Catalogue:
    """Return the bundled catalogue, with directories of law files layered over it."""
    bundled = Catalogue.bundled()
    return Catalogue.load(*directories, over=bundled) if directories else bundled


def counted(number: int, word: str) -> str:
    """Write a number of things: "1 case", "2 cases"."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
