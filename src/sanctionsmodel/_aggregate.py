"""Sums over a trade table of any kind, made by the table's own library: a big table goes out as a small one.

Amounts are added as whole thousandths, so that no sum drifts. Polars and DuckDB tables stay lazy, and the batches of a
PyArrow reader are added one by one; memory then holds the sums and not the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

try:
    import narwhals as nw
    import pyarrow as pa
except ImportError as error:  # pragma: no cover - the message is for an install without the extra
    raise ImportError("trade tables need the extra: pip install 'sanctionsmodel[tables]'") from error

from sanctionsmodel._traders import trader
from sanctionsmodel.errors import TableError, nearest, shown

#: What a column of a trade table may be.
ROLES = (
    "flow",
    "reporter",
    "partner",
    "hs",
    "hs_edition",
    "period",
    "value",
    "currency",
    "mass",
    "items",
    "basis",
)
_KEYS = ("flow", "reporter", "partner", "period", "basis", "currency", "hs_edition")
_OTHER_NAMES = {
    "value_usd": "value",
    "value_eur": "value",
    "mass_kg": "mass",
    "month": "period",
    "year": "period",
    "commodity": "hs",
    "exporter": "exporter",
    "importer": "importer",
}
_CURRENCIES = {"value_usd": "USD", "value_eur": "EUR"}
_THOUSAND = 1000
# Beyond this a sum of thousandths could pass the end of a whole number of 64 bits.
_LARGEST = 2**63


class Sum(NamedTuple):
    """The rows of one key added up."""

    key: tuple[str, ...]
    amount: Decimal
    rows: int
    empty: int


class Sums(NamedTuple):
    """A trade table added up: the names of the keys, the sums, and what is to be known of the amounts.

    ``coarser`` are codes of the table that hold more than the goods asked for, looked for where nothing finer is there.
    """

    keys: tuple[str, ...]
    sums: tuple[Sum, ...]
    currency: str
    code_lengths: frozenset[int]
    coarser: frozenset[str] = frozenset()


def roles_of(headers: Sequence[str], columns: Mapping[str, str] | None) -> tuple[dict[str, str], str]:
    """Return the header of each role, and the currency where a header names it.

    ``columns`` says which header is which role; without it, headers named as roles are taken.
    """
    if columns is None:
        found = {_OTHER_NAMES.get(one, one): one for one in headers if _OTHER_NAMES.get(one, one) in ROLES}
    else:
        for header, role in columns.items():
            if header not in headers:
                raise TableError(f"no column {shown(header)}{nearest(header, headers)}")
            if role not in ROLES:
                raise TableError(
                    f"column {shown(header)}: {shown(role)} is no part of a trade table; it is one of "
                    f"{', '.join(ROLES)}"
                )
        found = {role: header for header, role in columns.items()}
    missing = [one for one in ("reporter", "partner", "period") if one not in found]
    if missing:
        raise TableError(
            f"no column is the {missing[0]}; a trade table has reporter, partner, period, and value, mass or items, "
            f"and found are {', '.join(map(str, headers))}: say in columns= which is which"
        )
    return found, _CURRENCIES.get(found.get("value", ""), "")


def sums_of(
    table: Any,
    measure: str,
    codes: Iterable[str] = (),
    level: int | None = None,
    columns: Mapping[str, str] | None = None,
    more_keys: Sequence[str] = (),
    only: str = "",
) -> Sums:
    """Add up a table by its keys; ``more_keys`` are further parts of a trade table, or headers of the user's own.

    ``codes`` choose goods by the first digits of their code, ``level`` by its length; ``only`` keeps the rows that have
    the place with this code on one of their sides. Raises TableError where codes are finer than those of the table.
    """
    codes = tuple(codes)
    if isinstance(table, pa.RecordBatchReader):
        batches = (pa.Table.from_batches([one]) for one in table)
        found = _joined([_sums(one, measure, codes, level, columns, more_keys, only) for one in batches])
    else:
        found = _sums(table, measure, codes, level, columns, more_keys, only)
    longest = _longest(codes)
    if found.coarser and max(found.code_lengths, default=0) < longest:
        coarse = min(found.coarser)
        fine = min(one for one in codes if one.startswith(coarse) and one != coarse)
        raise TableError(
            f"hs: {fine} is finer than the codes of the table, which has {coarse}; how much of that it is, no row "
            f"tells: ask for {coarse}, or say level={longest} where the table has such codes too"
        )
    return found


def priced(table: Any, columns: Mapping[str, str] | None) -> Any:
    """Return the rows of a table that have both a value and a mass."""
    frame = _frame(table)
    roles, _ = roles_of(frame.collect_schema().names(), columns)
    if "mass" not in roles or "value" not in roles:
        raise TableError("unit values need a value and a mass; the table lacks one of them")
    return frame.filter(nw.col(roles["mass"]).cast(nw.Float64) > 0, ~nw.col(roles["value"]).is_null()).to_native()


def _joined(parts: Sequence[Sums]) -> Sums:
    if not parts:
        raise TableError("the reader gives no batch of rows")
    found: dict[tuple[str, ...], Sum] = {}
    for one in (one for part in parts for one in part.sums):
        old = found.get(one.key)
        found[one.key] = (
            one if old is None else Sum(one.key, one.amount + old.amount, one.rows + old.rows, one.empty + old.empty)
        )
    lengths = frozenset[int]().union(*(part.code_lengths for part in parts))
    coarser = frozenset[str]().union(*(part.coarser for part in parts))
    return Sums(parts[0].keys, tuple(found.values()), parts[0].currency, lengths, coarser)


def _sums(
    table: Any,
    measure: str,
    codes: Sequence[str],
    level: int | None,
    columns: Mapping[str, str] | None,
    more_keys: Sequence[str],
    only: str,
) -> Sums:
    frame = _frame(table)
    roles, currency = roles_of(frame.collect_schema().names(), columns)
    if measure not in roles:
        raise TableError(f"no column is the {measure}; there are {', '.join(sorted(roles))}")
    headers = frame.collect_schema().names()
    roles |= {one: one for one in more_keys if one not in ROLES and one in headers}
    every = _of_one(frame, roles, only)
    frame = _lazy(_chosen(every, roles, codes, level))
    keys = tuple(one for one in (*_KEYS, *more_keys) if one in roles)
    try:
        grouped, scale = _grouped(frame, roles, keys, measure)
        asked = [grouped, _lengths(frame, roles["hs"])] if "hs" in roles else [grouped]
        small, *lengths = _all_collected(asked)
    except TableError:
        raise
    except (ValueError, TypeError, ArithmeticError, RuntimeError, nw.exceptions.NarwhalsError) as error:
        raise TableError(f"column {roles[measure]!r} cannot be added up: {str(error)[:200]}") from None
    found = {value for one in lengths for row in one.to_pylist() for value in row.values() if value is not None}
    sizes = frozenset(int(value) for value in found)
    looked = "hs" in roles and max(sizes, default=0) < _longest(codes)
    coarser = _coarser(every, roles["hs"], codes, level) if looked else frozenset()
    return Sums(keys, tuple(_read(small, keys, scale)), currency, sizes, coarser)


def _longest(codes: Sequence[str]) -> int:
    return max((len(one) for one in codes if one.isdigit()), default=0)


def _coarser(frame: Any, hs: str, codes: Sequence[str], level: int | None) -> frozenset[str]:
    """Return the codes of a table that stand above codes asked for, and so hold more than these."""
    above = {one[:size] for one in codes if one.isdigit() for size in range(2, len(one), 2) if level in (None, size)}
    if not above:
        return frozenset()
    column = nw.col(hs).cast(nw.String)
    rows = _collected(frame.filter(column.is_in(sorted(above))).select(column.alias("code")).unique())
    return frozenset(rows["code"].to_pylist())


def _of_one(frame: Any, roles: Mapping[str, str], only: str) -> Any:
    """Keep the rows that have a place on one of their sides, by the words that the table has for it."""
    if not only:
        return frame
    tests = []
    for role in ("reporter", "partner"):
        column = nw.col(roles[role]).cast(nw.String)
        words = _collected(frame.select(column.alias("word")).unique())["word"].to_pylist()
        naming = [word for word in words if word is not None and trader(word).code == only]
        tests.append(column.is_in(naming or [""]))
    return frame.filter(nw.any_horizontal(*tests, ignore_nulls=True))


def _frame(table: Any) -> Any:
    try:
        return nw.from_native(table)
    except TypeError:
        kind = type(table).__name__
        raise TableError(f"cannot read a {kind}; give a Polars, pandas, PyArrow or DuckDB table") from None


def _lazy(frame: Any) -> Any:
    """Let Polars plan the rest at once; what stands before it is done once for two passes."""
    return frame.lazy() if frame.implementation.is_polars() and isinstance(frame, nw.DataFrame) else frame


def _chosen(frame: Any, roles: Mapping[str, str], codes: Sequence[str], level: int | None) -> Any:
    if "hs" not in roles:
        if codes or level:
            raise TableError("no column holds goods codes, so none can be chosen; leave hs and level out")
        return frame
    hs = nw.col(roles["hs"])
    kind = frame.collect_schema()[roles["hs"]]
    if kind not in (nw.String, nw.Categorical, nw.Enum):
        raise TableError(f"column {roles['hs']!r} holds codes as {kind}; read it as text, so that leading zeros stay")
    hs = hs.cast(nw.String)
    if level:
        frame = frame.filter(hs.str.len_chars() == level)
    frame = frame.select(*roles.values())
    by_length: dict[int, list[str]] = {}
    for one in codes:
        by_length.setdefault(len(one), []).append(one)
    if by_length:
        tests = [hs.str.slice(0, size).is_in(some) for size, some in sorted(by_length.items())]
        frame = frame.filter(tests[0] if len(tests) == 1 else nw.any_horizontal(*tests, ignore_nulls=True))
    return frame


def _grouped(frame: Any, roles: Mapping[str, str], keys: Sequence[str], measure: str) -> tuple[Any, int]:
    """Return the sums, still to be made where the table is lazy, and how many of their units make one."""
    amount: Any = nw.col(roles[measure])
    kind: Any = frame.collect_schema()[roles[measure]]
    if kind == nw.String or kind == nw.Categorical:
        amount = nw.when(amount.cast(nw.String) != "").then(amount.cast(nw.String)).cast(nw.Float64)
        kind = nw.Float64()
    if kind.is_float():
        exact = nw.when(amount.is_finite()).then((amount * _THOUSAND).round()).cast(nw.Int64)
    elif kind.is_decimal():
        exact = amount
    elif kind.is_integer():
        exact = amount.cast(nw.Int64)
    else:
        raise TableError(f"column {roles[measure]!r} holds {kind}, which is no amount")
    made = [*(nw.col(roles[one]).cast(nw.String).alias(one) for one in keys), exact.alias("_exact")]
    added = [
        nw.col("_exact").sum(),
        nw.col("_exact").min().alias("_least"),
        nw.col("_exact").max().alias("_most"),
        nw.col("_exact").count().alias("_filled"),
        nw.len().alias("_rows"),
    ]
    return frame.select(*made).group_by(*keys).agg(*added), _THOUSAND if kind.is_float() else 1


def _collected(frame: Any) -> Any:
    if isinstance(frame, nw.LazyFrame):
        if frame.implementation.is_polars():
            return frame.to_native().collect(engine="streaming").to_arrow()
        frame = frame.collect()
    return frame.to_arrow()


def _all_collected(frames: Sequence[Any]) -> list[Any]:
    """Return several frames over one table as Arrow; Polars reads and filters the table once for all of them."""
    if all(isinstance(one, nw.LazyFrame) and one.implementation.is_polars() for one in frames):
        import polars as pl

        return [one.to_arrow() for one in pl.collect_all([one.to_native() for one in frames], engine="streaming")]
    return [_collected(one) for one in frames]


def _read(frame: Any, keys: Sequence[str], scale: int) -> Iterator[Sum]:
    for row in frame.to_pylist():
        rows, exact = int(row["_rows"]), row["_exact"] or 0
        if (row["_least"] or 0) < 0:
            raise TableError(f"an amount of {row['_least']} is less than nothing; no trade is negative")
        if isinstance(exact, int) and (row["_most"] or 0) * rows > _LARGEST:
            raise TableError(f"a sum of {rows} rows up to {row['_most'] // scale:.3g} cannot be exact; give millions")
        amount = (exact if isinstance(exact, Decimal) else Decimal(int(exact))) / scale
        yield Sum(tuple(row[one] or "" for one in keys), amount, rows, rows - int(row["_filled"]))


def _lengths(frame: Any, hs: str) -> Any:
    """Return the shortest and the longest length of the codes; a pass of its own costs less than one in the sums."""
    length = nw.col(hs).cast(nw.String).str.len_chars()
    return frame.select(length.min().alias("short"), length.max().alias("long"))
