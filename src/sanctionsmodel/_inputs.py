"""Transactions from files: YAML or JSON, every problem with file, line, field and remedy."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sanctionsmodel._yaml import LARGEST_FILE, Tree, read_yaml
from sanctionsmodel.errors import CatalogueError, Problem, SanctionsModelError, shown
from sanctionsmodel.facts import registry
from sanctionsmodel.transactions import Transaction

STANDARD_INPUT = "-"


def read_transaction(source: str | Path) -> Transaction:
    """Read one transaction from a YAML or JSON file, or from standard input for ``-``.

    The file is a mapping of facts. Raises CatalogueError with all problems at once.
    """
    name = "standard input" if str(source) == STANDARD_INPUT else str(source)
    return _read(read_yaml(_text(source, name), name))


def _read(tree: Tree) -> Transaction:
    if not tree.problems and not isinstance(tree.value, dict):
        tree.problems.append(_no_facts(tree))
    if not tree.problems:
        tree.problems += _problems(tree)
    if tree.problems:
        raise CatalogueError(tree.problems)
    return Transaction(tree.value)


def read_transactions(source: str | Path) -> dict[str, Transaction]:
    """Read one or several transactions from a file: a mapping of facts, or a list of such mappings.

    They are named by the file, those of a list also by their place in it. Raises CatalogueError with all problems.
    """
    name = "standard input" if str(source) == STANDARD_INPUT else str(source)
    tree = read_yaml(_text(source, name), name)
    if tree.problems or not isinstance(tree.value, list):
        return {name: _read(tree)}
    parts = [_part(tree, number, value) for number, value in enumerate(tree.value)]
    problems = [problem for part in parts for problem in part.problems]
    if problems:
        raise CatalogueError(problems)
    return {f"{name}#{number}": Transaction(part.value) for number, part in enumerate(parts, start=1)}


def _part(tree: Tree, number: int, value: Any) -> Tree:
    """Return one item of a list as a tree of its own, with its problems."""
    lines = {path[1:]: line for path, line in tree.lines.items() if path[:1] == (number,)}
    part = Tree(tree.name, value, lines)
    part.problems += _problems(part) if isinstance(value, dict) else [_no_facts(part)]
    return part


def _no_facts(tree: Tree) -> Problem:
    return tree.problem((), f"a transaction is a mapping of facts, found {shown(tree.value)}")


def _text(source: str | Path, name: str) -> str:
    try:
        raw = sys.stdin.buffer.read(LARGEST_FILE + 1) if str(source) == STANDARD_INPUT else Path(source).read_bytes()
    except OSError as error:
        raise CatalogueError([Problem(f"cannot be read: {error.strerror}", name)]) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CatalogueError([Problem(f"is no UTF-8 text (byte {error.start}); save it as UTF-8", name)]) from None


def _problems(tree: Tree) -> Iterator[Problem]:
    """Read each fact by itself, so that each problem has its line; then all of them, for what is stated twice."""
    before = len(tree.problems)
    for name, value in tree.value.items():
        inner = value.items() if name in registry().roles and isinstance(value, dict) else None
        if inner is None:
            yield from _problem_of(tree, (name,), {name: value})
        else:
            for fact, one in inner:
                yield from _problem_of(tree, (name, fact), {f"{name}.{fact}": one})
    if len(tree.problems) == before:
        yield from _problem_of(tree, (), tree.value)


def _problem_of(tree: Tree, path: tuple[str, ...], facts: dict[str, Any]) -> Iterator[Problem]:
    try:
        Transaction(facts)
    except SanctionsModelError as error:
        field = ".".join(path)
        yield tree.problem(path, str(error).removeprefix(f"{field}: "))
