"""What a checker says of a file: an error or a warning, by which rule, where, and what to do about it."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from sanctionsmodel._lists import LawFile
from sanctionsmodel._yaml import Path
from sanctionsmodel.errors import Problem

Level: TypeAlias = Literal["error", "warning"]


class Remark(NamedTuple):
    """One error or warning; ``rule`` is the short name of what was checked."""

    level: Level
    rule: str
    problem: Problem

    def __str__(self) -> str:
        """Render as ``level: file:line: field: message [rule]``."""
        return f"{self.level}: {self.problem} [{self.rule}]"

    def as_row(self) -> dict[str, str | int]:
        """Return it as a row for machines."""
        one = self.problem
        place: dict[str, str | int] = {"file": one.file, "line": one.line, "field": one.field}
        return {"level": self.level, "rule": self.rule, **place, "message": one.message}


def error(rule: str, file: LawFile, path: Path, message: str) -> Remark:
    """Return an error about the value at a path of a law file."""
    return Remark("error", rule, file.tree.problem(path, message))


def warning(rule: str, file: LawFile, path: Path, message: str) -> Remark:
    """Return a warning about the value at a path of a law file."""
    return Remark("warning", rule, file.tree.problem(path, message))


def in_order(remarks: set[Remark]) -> list[Remark]:
    """Return remarks by file, line and field, the same on every run."""
    places = {one: (one.problem.file, one.problem.line, one.problem.field) for one in remarks}
    return sorted(remarks, key=lambda one: (*places[one], one.level, one.rule, one.problem.message))
