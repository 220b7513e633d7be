"""Read trade data as it is published, into one table of flows.

UN Comtrade (CSV and JSON of its API), BACI, Eurostat Comext (bulk files, Relational View, and CSV or workbook of the
Data Browser), IMF trade by partner, and tidy rows as this library ships. The layout is told by the columns. Amounts
come in single units (dollars, euros, kg), codes as text, places by their ISO code; the world, groups and "not
specified" stay rows of their own. Rows that only break another row down are left out.

This module reads files; it fetches nothing.

>>> from sanctionsmodel.readers import shipped_flows
>>> from sanctionsmodel.trade import trade_shares
>>> [metal] = trade_shares(shipped_flows("us_imports_2023"), hs="76")
>>> metal.whole, metal.total_is_stated, metal.parts[0].partner
('US', True, 'CA')
"""

from __future__ import annotations

import csv
import io
import json
import re
from codecs import getincrementaldecoder
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

try:
    import pyarrow as pa
except ImportError as error:  # pragma: no cover - the message is for an install without the extra
    raise ImportError("reading trade data needs the extra: pip install 'sanctionsmodel[tables]'") from error

from sanctionsmodel._data import DATA
from sanctionsmodel._flow_layouts import COLUMNS, LAYOUTS, Layout
from sanctionsmodel._workbooks import sheets_of
from sanctionsmodel.errors import TableError, nearest, shown

__all__ = ["COLUMNS", "LmeStock", "flow_batches", "lme_stocks", "read_flows", "shipped_flows"]

_BLOCK = 8 << 20
_DELIMITERS = (",", ";", "\t")
_LONGEST_HEADER = 65_536
_LOOKED_AT = 1 << 20
_BACI_FILE = re.compile(r"BACI_HS([0-9]{2})_", re.IGNORECASE)
_SHIPPED = ("baci_china_russia", "eurostat_eu27_monthly", "eurostat_eu27_hs6_monthly", "us_imports_2023",
            "armenia_imports_2022")  # fmt: skip


def read_flows(
    path: str | Path,
    layout: str | None = None,
    edition: str | None = None,
    *,
    flow: str | None = None,
    period: str | None = None,
) -> Any:
    """Return the flows of a file as a PyArrow table.

    ``layout`` (``comtrade``, ``baci``, ``comext``, ``relational view``, ``data browser``, ``imf``, ``gacc``, ``tidy``)
    is told by the columns where it is left out. ``edition`` says which edition of the goods codes a BACI file has
    (``"HS2017"``); else its published name says so. ``flow`` and ``period`` are what a file of Chinese customs
    (``gacc``) does not say. Raises TableError for a file of no known layout, with the columns it should have.
    """
    return flow_batches(path, layout, edition, flow=flow, period=period).read_all()


def flow_batches(
    path: str | Path,
    layout: str | None = None,
    edition: str | None = None,
    *,
    flow: str | None = None,
    period: str | None = None,
) -> Any:
    """Return the flows of a file as a PyArrow reader, batch by batch: a CSV file is never in memory as a whole."""
    file = Path(path)
    if not file.is_file():
        raise TableError(f"there is no file {shown(str(path))}")
    names = list(dict.fromkeys(one.name for one in LAYOUTS))
    if layout is not None and layout not in names:
        raise TableError(
            f"layout: {shown(layout)} is not known{nearest(layout, names)}; it is one of {', '.join(names)}"
        )
    options = {"edition": edition or _edition_of(file.name), "flow": flow or "", "period": period or ""}
    tables = _tables(file)
    first = next(tables, None)
    if first is None:
        raise TableError(f"{file.name} holds no rows")
    chosen = _layout(first.column_names, layout, file.name)
    read = (chosen.read(one, options) for one in chain([first], tables))
    head = next(read)
    batches = (batch for one in chain([head], read) for batch in one.to_batches())
    return pa.RecordBatchReader.from_batches(head.schema, batches)


def shipped_flows(name: str) -> Any:
    """Return one of the small tables that ship with this library; ``sources/trade`` says what they are.

    They are ``baci_china_russia``, ``eurostat_eu27_monthly``, ``eurostat_eu27_hs6_monthly``, ``us_imports_2023`` and
    ``armenia_imports_2022``.
    """
    if name not in _SHIPPED:
        raise TableError(f"no table {shown(name)} ships with this library{nearest(name, _SHIPPED)}")
    return read_flows(DATA / "trade" / f"{name}.csv")


class LmeStock(NamedTuple):
    """The Russian share of the stock on warrant of one metal at the London Metal Exchange at the end of a month."""

    day: date
    metal: str
    share: Decimal | None
    tonnes: Decimal | None
    confidence: str
    note: str
    source: str


def lme_stocks() -> tuple[LmeStock, ...]:
    """Return the Russian shares of LME stocks as the press reported them, January 2023 to December 2025, with gaps.

    >>> [str(one.share) for one in lme_stocks() if (one.metal, one.day.isoformat()) == ("copper", "2024-03-31")]
    ['0.62']
    """
    with (DATA / "trade" / "lme_russian_share.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(
            LmeStock(
                date.fromisoformat(row["date"]),
                row["metal"],
                Decimal(row["share"]) if row["share"] else None,
                Decimal(row["tonnes"]) if row["tonnes"] else None,
                row["confidence"],
                row["note"],
                row["source"],
            )
            for row in csv.DictReader(stream)
        )


# ---------------------------------------------------------------------------------------------------------------- files
def _layout(headers: Sequence[str], name: str | None, file: str) -> Layout:
    fitting = [one for one in LAYOUTS if one.told_by <= set(headers) and name in (None, one.name)]
    if fitting:
        return fitting[0]
    candidates = [one for one in LAYOUTS if name in (None, one.name)]
    best = max(candidates, key=lambda one: len(one.told_by & set(headers)) / len(one.told_by))
    missing = sorted(best.told_by - set(headers))
    raise TableError(
        f"{file} has the columns {shown(', '.join(map(str, headers)))}, which is no layout known here; nearest is "
        f"{best.name}, which also has {', '.join(missing)}"
    )


def _edition_of(name: str) -> str:
    """Return the edition that the published name of a BACI file tells."""
    found = _BACI_FILE.match(name)
    if found is None:
        return ""
    return f"HS{'19' if int(found[1]) > 80 else '20'}{found[1]}"


def _tables(file: Path) -> Iterator[Any]:
    if file.suffix.lower() == ".json":
        yield _json_table(file)
    elif file.suffix.lower() == ".xlsx":
        yield _text_table(list(sheets_of(file)))
    elif file.suffix.lower() == ".parquet":
        import pyarrow.parquet as pq

        for batch in pq.ParquetFile(file).iter_batches():
            table = pa.Table.from_batches([batch])
            yield table.cast(pa.schema([(name, pa.string()) for name in table.column_names]))
    else:
        yield from _csv_tables(file)


def _csv_tables(file: Path) -> Iterator[Any]:
    """Yield a CSV file block by block, all cells as text."""
    from pyarrow import csv as pcsv

    with file.open("rb") as stream:
        raw = stream.readline(_LONGEST_HEADER)
        encoding = _encoding(raw + stream.read(_LOOKED_AT))
    if encoding is None:
        raise TableError(f"{file.name} is text neither in UTF-8 nor in GB 18030; save it as UTF-8")
    line = raw.decode(encoding).strip()
    delimiter = max(_DELIMITERS, key=line.count)
    headers = next(csv.reader(io.StringIO(line), delimiter=delimiter), [])
    try:
        reader = pcsv.open_csv(
            file,
            read_options=pcsv.ReadOptions(
                block_size=_BLOCK, column_names=headers, skip_rows=1, encoding=encoding.replace("-sig", "")
            ),
            parse_options=pcsv.ParseOptions(delimiter=delimiter, newlines_in_values=False),
            convert_options=pcsv.ConvertOptions(
                column_types={name: pa.string() for name in headers}, strings_can_be_null=False
            ),
        )
        for batch in reader:
            yield pa.Table.from_batches([batch])
    except pa.ArrowInvalid as error:
        raise TableError(f"{file.name} cannot be read as CSV: {str(error)[:200]}") from None


def _encoding(raw: bytes) -> str | None:
    """Return the encoding of the start of a file: UTF-8, or that of Chinese customs."""
    for name in ("utf-8-sig", "gb18030"):
        try:
            getincrementaldecoder(name)("strict").decode(raw, final=False)
        except UnicodeDecodeError:
            continue
        return name
    return None


def _json_table(file: Path) -> Any:
    """Return the records of an answer of UN Comtrade's API."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"), parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        raise TableError(f"{file.name} is no JSON") from None
    records = found.get("data") if isinstance(found, dict) else found
    if not isinstance(records, list) or not records or not all(isinstance(one, dict) for one in records):
        raise TableError(f"{file.name} holds no records; an answer of UN Comtrade has them under 'data'")
    return _text_table(records)


def _text_table(records: Sequence[dict[str, Any]]) -> Any:
    if not records:
        raise TableError("the file holds no rows")
    names = list(dict.fromkeys(name for one in records for name in one))
    return pa.table({name: pa.array([_text(one.get(name)) for one in records], pa.string()) for name in names})


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell)
