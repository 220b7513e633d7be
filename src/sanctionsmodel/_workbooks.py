"""Workbooks of the Eurostat Data Browser: one sheet a choice of product, flow and indicator, months in columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sanctionsmodel.errors import TableError

_NOT_DATA = ("summary", "structure")
_MISSING = (None, ":", "")
_LABEL = " (labels)"


def sheets_of(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the cells of a workbook as rows of the Data Browser's CSV; raises TableError for other workbooks."""
    try:
        from openpyxl import load_workbook
    except ImportError:  # pragma: no cover - the message is for an install without it
        raise TableError("reading a workbook needs the package openpyxl; or save it as CSV") from None
    try:
        book = load_workbook(file, read_only=True, data_only=True)
    except Exception:
        raise TableError(f"{file.name} is no workbook that can be read") from None
    try:
        for name in book.sheetnames:
            if name.strip().lower() not in _NOT_DATA:
                yield from _sheet(list(book[name].iter_rows(values_only=True)), f"{file.name}, {name}")
    finally:
        book.close()


def _sheet(rows: Sequence[Sequence[Any]], where: str) -> Iterator[dict[str, Any]]:
    """Yield the cells of one sheet: what holds for all of it stands above the row of periods, notes below a gap."""
    heads = {str(row[0]).strip().upper(): row[2] for row in rows if len(row) > 2 and row[0] and row[2] is not None}
    start = next((n for n, row in enumerate(rows) if row and str(row[0]).strip().upper() == "TIME"), None)
    if start is None:
        raise TableError(f"{where}: no row of periods begins with TIME; this is no sheet of the Eurostat Data Browser")
    side = ""
    for row in rows[start + 1 :]:
        first = "" if not row or row[0] is None else str(row[0]).strip()
        if first.lower().endswith(_LABEL):
            side = first[: -len(_LABEL)].strip().lower()
        elif not first:
            return
        else:
            shared = {name.lower(): text for name, text in heads.items()} | {side: first}
            yield from _cells(shared, rows[start], row, where)


def _cells(shared: dict[str, Any], periods: Sequence[Any], row: Sequence[Any], where: str) -> Iterator[dict[str, Any]]:
    for period, cell in zip(periods[1:], row[1:], strict=False):
        if period not in _MISSING and cell not in _MISSING:
            made = {name: shared.get(name) for name in ("reporter", "partner", "product", "flow", "indicators")}
            absent = [name for name, text in made.items() if text is None]
            if absent:
                raise TableError(f"{where}: nothing says which {absent[0]} the sheet is of")
            yield {**made, "TIME_PERIOD": period, "OBS_VALUE": cell}
