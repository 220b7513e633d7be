"""The documentation is complete and fresh. That its examples run is seen to by the conftest.py beside the README."""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

import sanctionsmodel
from sanctionsmodel import Case, Limb, Transaction, _lawfile, registry
from sanctionsmodel._yaml import read_yaml
from sanctionsmodel.cases import Expectation
from sanctionsmodel.cli import app

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
CLI = (DOCS / "reference" / "cli.md").read_text(encoding="utf-8")


def commands(command: Any, path: str = "sanctionsmodel") -> Iterator[tuple[str, Any]]:
    """Yield every command of the command line with its full name."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield path, command
        return
    for name, one in inner.items():
        yield from commands(one, f"{path} {name}")


COMMANDS = dict(commands(typer.main.get_command(app)))


def section(command: str) -> str:
    """Return the part of the page that is about one command, and the options that commands share."""
    parts = re.split(r"^## ", CLI, flags=re.MULTILINE)
    own = [part for part in parts[1:] if re.match(rf"`{re.escape(command)}[ `]", part)]
    return own[0] if own else ""


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command: str) -> None:
    """A command without a section of its own fails here."""
    assert section(command)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_documented(command: str) -> None:
    """Each option of a command is named in its section."""
    options = [name for one in COMMANDS[command].params for name in one.opts if name.startswith("--")]
    assert [name for name in options if name != "--help" and f"`{name}" not in section(command)] == []


def test_every_documented_command_exists() -> None:
    """The page speaks of no command that is gone."""
    named = re.findall(r"^## `(sanctionsmodel [a-z ]+[a-z])", CLI, flags=re.MULTILINE)
    assert sorted(named) == sorted(COMMANDS)


def test_every_public_name_is_documented() -> None:
    """What the package exports has its place on a page of the reference."""
    pages = "\n".join(path.read_text(encoding="utf-8") for path in (DOCS / "reference").rglob("*.md"))
    shown = set(re.findall(r"^::: sanctionsmodel\.(\S+)$", pages, flags=re.MULTILINE))
    listed = {name for members in re.findall(r"members: \[([^\]]*)\]", pages) for name in members.split(", ")}
    assert [name for name in sanctionsmodel.__all__ if name not in shown | listed] == []


def test_the_generated_pages_are_fresh() -> None:
    """Facts, modules and the Python reference are what their script makes of the package."""
    script = runpy.run_path(str(ROOT / "scripts" / "build_docs.py"))
    assert script["main"](check=True) == 0


@pytest.mark.parametrize("name", sorted([*registry().party_facts, *(n for n in registry() if "." not in n)]))
def test_every_fact_is_on_the_page(name: str) -> None:
    """Each declared fact has an entry."""
    assert f"### `{name}`\n" in (DOCS / "reference" / "facts.md").read_text(encoding="utf-8")


def test_the_page_of_examples_names_every_example() -> None:
    """No example goes undescribed."""
    text = (DOCS / "reference" / "examples.md").read_text(encoding="utf-8")
    files = [path for path in (ROOT / "examples").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    named = [path.relative_to(ROOT / "examples").as_posix() for path in files]
    assert [name for name in named if name not in text and not name.startswith("own_rule/rules/")] == []


def imprecise_values() -> list[str]:
    """Return the values of the table that says how to write what is half known."""
    text = (DOCS / "how-to" / "imprecise-and-missing-facts.md").read_text(encoding="utf-8")
    return [
        match
        for row in re.findall(r"^\|[^|]+\|([^|]+)\|$", text, re.MULTILINE)
        for match in re.findall("`([^`]+: [^`]+)`", row)
    ]


@pytest.mark.parametrize("line", imprecise_values())
def test_half_known_values_are_read(line: str) -> None:
    """Each value of the table stands for a set that is neither one value nor everything."""
    facts = read_yaml(line, "table").value
    (name,) = facts
    assert Transaction(facts)[name] is not None


def test_the_two_commands_of_the_readme_are_commands() -> None:
    """The script that sets up and runs knows the commands that the README names."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^python3 scripts/run\.py (\w+)", text, flags=re.MULTILINE))
    script = runpy.run_path(str(ROOT / "scripts" / "run.py"))
    assert named == {"demo", "test"}
    assert all(callable(script[name]) for name in named)


def test_the_page_on_law_files_names_every_key() -> None:
    """A key that a law file may have is on the page that says how law files are written."""
    text = (DOCS / "reference" / "law-files.md").read_text(encoding="utf-8")
    keys = {key for name, found in vars(_lawfile).items() if name.endswith("_KEYS") for key in found}
    keys = (keys | set(Limb.model_fields)) - {"from_", "rows"}
    assert [key for key in sorted(keys) if not re.search(rf"\b{key}\b", text)] == []


def test_the_page_on_cases_names_every_key() -> None:
    """A key that a case may have is on the page that says how cases are written."""
    text = (DOCS / "reference" / "cases.md").read_text(encoding="utf-8")
    keys = {*Case.model_fields, *Expectation.model_fields}
    assert [key for key in sorted(keys) if f"`{key}`" not in text] == []
