"""Lists of law files, checked code by code: at the code's line, or at its row of the CSV file."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sanctionsmodel._lists import LawFile
from sanctionsmodel._remarks import Remark, warning
from sanctionsmodel._values import code_set
from sanctionsmodel.errors import Problem, SanctionsModelError, shown
from sanctionsmodel.jurisdictions import place_code

_GOODS = ("hs", "cn", "hts")


class _Row(NamedTuple):
    """One row of a list, and where it stands."""

    cells: Mapping[str, str]
    file: str
    line: int
    field: str

    def problem(self, message: str) -> Problem:
        """Return a problem with the row."""
        return Problem(message, self.file, self.line, self.field)


def list_remarks(file: LawFile, directory: Path | None, used: set[str]) -> Iterator[Remark]:
    """Yield what is wrong with the lists of a file; ``used`` names those that some condition reads."""
    named = file.section("lists")
    for name, raw in named.items() if isinstance(named, dict) else ():
        if not isinstance(raw, dict):
            continue
        rows = list(_rows(file, name, raw, directory))
        for row in rows:
            yield from _row_remarks(row, str(raw.get("system") or ""))
        yield from _twice(rows)
        if name not in used:
            message = f"no condition reads list:{name}; use it, or take it out"
            yield warning("unused-list", file, ("lists", name), message)


def _rows(file: LawFile, name: str, raw: Mapping[str, Any], directory: Path | None) -> Iterator[_Row]:
    codes = raw.get("codes") or []
    for place, code in enumerate(codes if isinstance(codes, list) else []):
        path = ("lists", name, "codes", place)
        yield _Row({"code": str(code)}, file.tree.name, file.tree.line_of(path), ".".join(map(str, path)))
    table = str(raw.get("file") or "")
    on_disk = directory / Path(file.tree.name).parent / table if directory and table in file.tables else None
    if on_disk is not None and on_disk.is_file() and file.tables[table]:  # one that cannot be read is told already
        beside = (Path(file.tree.name).parent / table).as_posix()
        with on_disk.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.DictReader(handle)
            for number, cells in enumerate(reader, start=1):
                plain = {key: value for key, value in cells.items() if key and isinstance(value, str) and value}
                yield _Row(plain, beside, reader.line_num, f"row {number}")


def _row_remarks(row: _Row, system: str) -> Iterator[Remark]:
    for key in ("code", "except"):
        for text in [row.cells.get(key, "")] if key == "code" else row.cells.get(key, "").split():
            message = _code_problem(text, system)
            if message:
                yield Remark("error", "code", row.problem(message))
    days = []
    for key in ("from", "until"):
        text = row.cells.get(key, "")
        day = _day(text)
        if text and day is None:
            yield Remark("error", "date", row.problem(f"{key} {shown(text)} is not a day; write it as in 2024-04-13"))
        days.append(day)
    if days[0] and days[1] and not days[0] < days[1]:
        message = f"from {days[0]} does not lie before until {days[1]}; until is the first day outside"
        yield Remark("error", "date", row.problem(message))


def _code_problem(text: str, system: str) -> str:
    if not text:
        return "has no code; write one, or take the row out"
    try:
        if system == "jurisdiction":
            place_code(text)
        elif system and system != "list":
            code_set(system, text)
    except SanctionsModelError as found:
        return str(found)
    return ""


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _twice(rows: list[_Row]) -> Iterator[Remark]:
    seen: dict[tuple[str, ...], _Row] = {}
    for row in rows:
        key = tuple(row.cells.get(name, "").replace(" ", "") for name in ("code", "from", "until", "except"))
        if key in seen and key[0]:
            message = f"{key[0]} stands in row {seen[key].field.rpartition(' ')[2]} already; keep one"
            if row.field.startswith("lists."):
                message = f"{key[0]} stands twice in one list; keep one"
            yield Remark("warning", "code-twice", row.problem(message))
        seen.setdefault(key, row)
