"""The shape of the package: rooms of a readable size, each with its place in the order of imports."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import sanctionsmodel

PACKAGE = Path(sanctionsmodel.__file__).parent
ROOT = Path(__file__).parents[1]
MODULES = sorted(PACKAGE.rglob("*.py"))

LONGEST_MODULE = 400
LONGEST_FUNCTION = 60


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_fits_on_the_desk(path: Path) -> None:
    """A module of more than 400 lines has become two rooms."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_function_fits_on_a_page(path: Path) -> None:
    """A function of more than 60 lines does more than one thing."""
    assert [f"{name}: {lines} lines" for name, lines in functions(path) if lines > LONGEST_FUNCTION] == []


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Yield the functions of a module with their number of lines, docstring and decorators included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            yield node.name, (node.end_lineno or first) - first + 1


def test_every_module_has_its_place_in_the_layers() -> None:
    """The contract of imports names each module of the package, and no module that is not there."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    [contract] = [one for one in project["tool"]["importlinter"]["contracts"] if one["type"] == "layers"]
    named = [name for layer in contract["layers"] for name in re.split(r"\s*[|:]\s*", layer)]
    rooms = {path.stem for path in PACKAGE.glob("*.py") if path.stem != "__init__"}
    rooms |= {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert sorted(named) == sorted(rooms)


def test_every_module_says_what_it_is() -> None:
    """Each module opens with a docstring."""
    bare = [path.name for path in MODULES if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]
    assert bare == []
