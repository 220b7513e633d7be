"""Read trade data as it is published, into one table of flows.

UN Comtrade (CSV and JSON of its API), BACI, Eurostat Comext (bulk files, Relational View, and CSV or workbook of the
Data Browser), Chinese and Korean customs, IMF trade by partner, and tidy rows as this library ships. The layout is told
by the columns. Amounts come in single units (dollars, euros, kg), codes as text, places by their ISO code; the world,
groups and "not specified" stay rows of their own. Rows that only break another row down are left out.
`read_listed_goods` reads which goods were put under export ban, as scholars set it down.

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
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple, TypedDict, TypeVar, Unpack

try:
    import pyarrow as pa
except ImportError as error:  # pragma: no cover - the message is for an install without the extra
    raise ImportError("reading trade data needs the extra: pip install 'sanctionsmodel[tables]'") from error

from sanctionsmodel._data import DATA
from sanctionsmodel._flow_layouts import COLUMNS, LAYOUTS, Layout, goods
from sanctionsmodel._workbooks import sheets_of
from sanctionsmodel.errors import SanctionsModelError, TableError, nearest, shown
from sanctionsmodel.quantities import Money

__all__ = ["COLUMNS", "ListedGoods", "LmeStock", "Reading", "flow_batches", "lme_stocks", "read_flows",
           "read_listed_goods", "shipped_flows"]  # fmt: skip

_BLOCK = 8 << 20
_DELIMITERS = (",", ";", "\t")
_LONGEST_HEADER = 65_536
_LOOKED_AT = 1 << 20
_BACI_FILE = re.compile(r"BACI_HS([0-9]{2})_", re.IGNORECASE)
_NAMES = tuple(dict.fromkeys(one.name for one in LAYOUTS))
_SHIPPED = ("baci_china_russia", "eurostat_eu27_monthly", "eurostat_eu27_hs6_monthly", "us_imports_2023",
            "armenia_imports_2022")  # fmt: skip


class Reading(TypedDict, total=False):
    """What a file of flows does not say of itself; see `flow_batches`."""

    layout: str
    edition: str
    flow: str
    period: str


def read_flows(path: str | Path, **how: Unpack[Reading]) -> Any:
    """Return the flows of a file as a PyArrow table; `flow_batches` says what else can be told, and what is raised."""
    return flow_batches(path, **how).read_all()


def flow_batches(
    path: str | Path, *, layout: str | None = None, edition: str = "", flow: str = "", period: str = ""
) -> Any:
    """Return the flows of a file as a PyArrow reader, batch by batch: a CSV file is never in memory as a whole.

    ``layout`` (``comtrade``, ``baci``, ``comext``, ``relational view``, ``data browser``, ``imf``, ``gacc``, ``kcs``,
    ``tidy``) is told by the columns where it is left out. ``edition`` says which edition of the goods codes a file has
    (``"HS2017"``) that does not say so: of BACI, whose published name tells it too, ``gacc`` and ``kcs``. ``flow`` and
    ``period`` are what a file of Chinese customs (``gacc``) does not say. Raises TableError for a file of no known
    layout, with the columns it should have.
    """
    file = Path(path)
    if not file.is_file():
        raise TableError(f"there is no file {shown(str(path))}")
    if layout is not None and layout not in _NAMES:
        raise TableError(
            f"layout: {shown(layout)} is not known{nearest(layout, _NAMES)}; it is one of {', '.join(_NAMES)}"
        )
    options = {"edition": edition or _edition_of(file.name), "flow": flow, "period": period}
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


def lme_stocks(path: str | Path | None = None) -> tuple[LmeStock, ...]:
    """Return the Russian shares of LME stocks as the press reported them, January 2023 to December 2025, with gaps.

    ``path`` is a CSV file of the same columns, read in place of what ships. Raises TableError with the row.

    >>> [str(one.share) for one in lme_stocks() if (one.metal, one.day.isoformat()) == ("copper", "2024-03-31")]
    ['0.62']
    """
    columns = ("date", "metal", "share", "tonnes", "confidence", "note", "source")
    return _records(path or DATA / "trade" / "lme_russian_share.csv", columns, _stock)


def _stock(row: Mapping[str, str]) -> LmeStock:
    return LmeStock(
        date.fromisoformat(row["date"]),
        row["metal"],
        _decimal(row["share"]),
        _decimal(row["tonnes"]),
        row["confidence"],
        row["note"],
        row["source"],
    )


class ListedGoods(NamedTuple):
    """A goods code under an export ban, as scholars read it out of the law; it is not the law.

    ``since`` is the day of the ban, ``wind_down`` the end of the time given to older contracts; ``partly`` says that
    only some of the goods under the code are banned, ``above`` that only items dearer than that are.
    """

    hs: str
    edition: str
    since: date
    wind_down: date | None
    partly: bool
    above: Money | None
    categories: tuple[str, ...]


def read_listed_goods(path: str | Path) -> tuple[ListedGoods, ...]:
    """Return the codes of a CSV file of export bans by HS code, such as those of Chupilkin, Javorcik and Plekhanov.

    Its columns are hs, hs_edition, sanction_date, wind_down_end, partially_exempt (0 or 1), max_price_eur and
    categories (apart by semicolons). Raises TableError with the row that cannot be read.
    """
    names = ["hs", "hs_edition", "sanction_date", "wind_down_end", "partially_exempt", "max_price_eur", "categories"]
    return _records(path, names, _listed)


def _listed(row: Mapping[str, str]) -> ListedGoods:
    if row["partially_exempt"] not in ("0", "1"):
        raise TableError(f"partially_exempt is {shown(row['partially_exempt'])}; it is 0 or 1")
    return ListedGoods(
        goods(row["hs"]),
        row["hs_edition"],
        date.fromisoformat(row["sanction_date"]),
        date.fromisoformat(row["wind_down_end"]) if row["wind_down_end"] else None,
        row["partially_exempt"] == "1",
        Money(f"{row['max_price_eur']} EUR") if row["max_price_eur"] else None,
        tuple(one for one in row["categories"].split(";") if one),
    )


# -------------------------------------------------------------------------------------------------------------- records
_Record = TypeVar("_Record")


def _records(
    path: str | Path, columns: Sequence[str], read: Callable[[Mapping[str, str]], _Record]
) -> tuple[_Record, ...]:
    """Return the rows of a small CSV file, read one by one."""
    file = Path(path)
    if not file.is_file():
        raise TableError(f"there is no file {shown(str(path))}")
    found = []
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = csv.DictReader(stream)
        missing = [one for one in columns if one not in (rows.fieldnames or ())]
        if missing:
            raise TableError(f"{file.name} lacks the columns {', '.join(missing)}; it has {', '.join(columns)} or more")
        for row in rows:
            try:
                found.append(read({name: (row[name] or "").strip() for name in columns}))
            except (SanctionsModelError, ValueError) as error:
                raise TableError(f"{file.name}, line {rows.line_num}: {error}") from None
    return tuple(found)


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        raise TableError(f"{shown(text)} is no number") from None


# ---------------------------------------------------------------------------------------------------------------- files
def _layout(headers: Sequence[str], name: str | None, file: str) -> Layout:
    fitting = [one for one in LAYOUTS if one.told_by <= set(headers) and name in (None, one.name)]
    if fitting:
        return fitting[0]
    candidates = [one for one in LAYOUTS if name in (None, one.name)]
    best = max(candidates, key=lambda one: len(one.told_by & set(headers)) / len(one.told_by))
    missing = best.told_by - set(headers)
    # Where little fits, the nearest layout would mislead.
    remedy = (
        f"nearest is {best.name}, which also has {', '.join(sorted(missing))}"
        if name is not None or 2 * len(missing) <= len(best.told_by)
        else f"read are {', '.join(_NAMES)}; rename columns to flow, reporter, partner, hs, period and value for tidy"
    )
    raise TableError(
        f"{file} has the columns {shown(', '.join(map(str, headers)))}, which is no layout known here; {remedy}"
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
