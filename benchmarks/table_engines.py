"""Table engines, each given the generated rules as a competent user of it would write them by hand.

All answer with the counts of the three statuses of each rule, which is less than `screen` answers: no row learns which
rules, which facts are missing, or what cannot be read. Nulls carry three-valued logic in Polars and in SQL alike, so a
status takes three sums: may be met, may be met and surely excused, surely met and surely not excused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import reduce
from operator import and_, or_
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import screen_law
from plain import Counts, leaf_holds
from screen_law import Box, Rule

NUMBERS = ("mass", "unit_value", "purity")
DATES = ("transacted_on", "produced_on")
WORDS = {
    "activity": screen_law.ACTIVITIES,
    "venue": list(screen_law.VENUES),
    **dict.fromkeys(("origin", "destination", "conducted_in"), screen_law.PLACES),
}
_SIGNS = {"above": ">", "from": ">=", "up_to": "<="}
_COMPARISONS = {"above": "gt", "from": "ge", "up_to": "le"}
#: Planning one query of 1,000 rules takes DuckDB minutes, and Polars longer than ten of a hundred.
_RULES_A_QUERY = 100

Leaf = Callable[[str, Any], pl.Expr]


def by_rule(row: tuple[Any, ...]) -> Counts:
    """Fold a row of sums into the counts of each rule: covered, exempt, undetermined."""
    sums = [tuple(int(one or 0) for one in row[place : place + 3]) for place in range(0, len(row), 3)]
    return [(covered, exempt, possible - exempt - covered) for possible, exempt, covered in sums]


# -------------------------------------------------------------------------------------------------------------- Polars
def _is_one_of(column: pl.Expr, values: list[Any]) -> pl.Expr:
    return column == values[0] if len(values) == 1 else column.is_in(values)


def _compared(name: str, demand: Any) -> pl.Expr:
    limits = {key: dt.date.fromisoformat(one) if name in DATES else one for key, one in demand.items()}
    return reduce(and_, [getattr(pl.col(name), _COMPARISONS[key])(limit) for key, limit in limits.items()])


def _goods(demand: list[str], read: Callable[[str], Any]) -> pl.Expr:
    columns = {2: "hs2", 4: "hs4", 6: "hs"}
    by_length = {size: [read(one) for one in demand if len(one) == size] for size in columns}
    return reduce(or_, [_is_one_of(pl.col(columns[size]), codes) for size, codes in by_length.items() if codes])


def text_leaf(name: str, demand: Any) -> pl.Expr:
    """Return a demand as an expression over text, with chapter and heading as columns, and days as dates."""
    if name == "hs":
        return _goods(demand, str)
    return _is_one_of(pl.col(name), demand) if isinstance(demand, list) else _compared(name, demand)


def typed_leaf(name: str, demand: Any) -> pl.Expr:
    """Return a demand as an expression over enumerations, dates and goods codes as whole numbers."""
    return _goods(demand, int) if name == "hs" else text_leaf(name, demand)


def _text(frame: pl.LazyFrame) -> pl.LazyFrame:
    cut = {"hs2": pl.col("hs").str.slice(0, 2), "hs4": pl.col("hs").str.slice(0, 4)}
    return frame.with_columns(**cut, **{name: pl.col(name).str.to_date("%Y-%m-%d") for name in DATES})


def _typed(frame: pl.LazyFrame) -> pl.LazyFrame:
    words = {name: pl.col(name).cast(pl.Enum(values)) for name, values in WORDS.items()}
    days = {name: pl.col(name).str.to_date("%Y-%m-%d") for name in DATES}
    frame = frame.with_columns(**words, **days, hs=pl.col("hs").cast(pl.Int32))
    return frame.with_columns(hs2=pl.col("hs") // 10_000, hs4=pl.col("hs") // 100)


def _conditions(rules: list[Rule], leaf: Leaf) -> list[tuple[pl.Expr, pl.Expr]]:
    """Return the box of each rule, and whether one of its exemptions holds, both true, false or null."""

    def holds(box: Box) -> pl.Expr:
        return reduce(and_, [leaf(name, demand) for name, demand in box.items()])

    nobody = pl.lit(False)
    return [(holds(one.box), reduce(or_, map(holds, one.exemptions)) if one.exemptions else nobody) for one in rules]


def planes(rules: list[Rule], leaf: Leaf) -> list[pl.Expr]:
    """Return three columns of truth a rule: may be met, may be met and surely excused, surely forbidden."""
    made = []
    for number, (box, excused) in enumerate(_conditions(rules, leaf)):
        possible = box.fill_null(True)
        named = {"possible": possible, "exempt": possible & excused, "covered": box & ~excused}
        made += [one.alias(f"{number} {what}") for what, one in named.items()]
    return made


def sums(rules: list[Rule], leaf: Leaf) -> list[pl.Expr]:
    """Return the sums of these columns."""
    return [one.sum() for one in planes(rules, leaf)]


#: Ways to run a query, of which now the one and now the other is faster; a user would try them all.
WAYS: dict[str, dict[str, Any]] = {
    "one query": {},
    "streamed": {"engine": "streaming", "optimizations": pl.QueryOptFlags(comm_subexpr_elim=False)},
    "in parts": {},
}


def _parts(rules: list[Rule]) -> list[list[Rule]]:
    return [rules[start : start + _RULES_A_QUERY] for start in range(0, len(rules), _RULES_A_QUERY)]


def _counted(frame: pl.LazyFrame, rules: list[Rule], leaf: Leaf, way: str) -> Counts:
    """Count statuses; "in parts" makes the columns first, and then takes a hundred rules a query."""
    if way != "in parts":
        return by_rule(frame.select(sums(rules, leaf)).collect(**WAYS[way]).row(0))
    made = frame.collect().lazy()
    return [one for part in _parts(rules) for one in by_rule(made.select(sums(part, leaf)).collect().row(0))]


def polars_text(frame: pl.LazyFrame, rules: list[Rule], way: str) -> Counts:
    """Count statuses on columns of text."""
    return _counted(_text(frame), rules, text_leaf, way)


def polars_typed(frame: pl.LazyFrame, rules: list[Rule], way: str) -> Counts:
    """Count statuses, after making the text into enumerations, dates and numbers."""
    return _counted(_typed(frame), rules, typed_leaf, way)


def polars_pairs(frame: pl.LazyFrame, rules: list[Rule]) -> Counts:
    """Find the rows of each rule and status, as pairs: the nearest that a query comes to what `screen` answers."""
    typed, counts = _typed(frame).collect().lazy(), []
    for part in _parts(rules):
        masks = typed.select(planes(part, typed_leaf)).collect()
        found = [column.arg_true() for column in masks.get_columns()]  # the pairs, one column of row numbers each
        counts += by_rule(tuple(map(len, found)))
    return counts


class Typed:
    """Columns made into enumerations, dates and numbers beforehand, outside the clock."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = _typed(frame.lazy()).collect()

    def counts(self, rules: list[Rule], way: str) -> Counts:
        """Count statuses on these columns."""
        return _counted(self.frame.lazy(), rules, typed_leaf, way)


class Codes:
    """Columns as sorted 16-bit codes, as somebody would tune them by hand: a prefix is a range of codes.

    Making the codes is outside the clock.
    """

    def __init__(self, frame: pl.DataFrame) -> None:
        self.values: dict[str, list[Any]] = {}
        made = []
        for name in frame.columns:
            if name in NUMBERS:
                made.append(frame[name])
                continue
            values = sorted(value for value in frame[name].unique() if value is not None)
            self.values[name] = values
            table = pl.DataFrame({name: values, "code": np.arange(len(values), dtype=np.int16)})
            made.append(frame.select(name).join(table, on=name, how="left", maintain_order="left")["code"].alias(name))
        self.frame = pl.DataFrame(made)

    def counts(self, rules: list[Rule], way: str) -> Counts:
        """Count statuses on the codes."""
        return _counted(self.frame.lazy(), rules, self.leaf, way)

    def leaf(self, name: str, demand: Any) -> pl.Expr:
        """Return a demand as ranges of codes, compared on one side only at the ends of the line."""
        if name in NUMBERS:
            return _compared(name, demand)
        column, last = pl.col(name), len(self.values[name]) - 1
        codes = [code for code, value in enumerate(self.values[name]) if leaf_holds(name, demand, value)]
        if not codes:
            return column < pl.lit(0, pl.Int16)  # false, and null where the cell is
        spans = [[codes[0], codes[0]]]
        for code in codes[1:]:
            if code == spans[-1][1] + 1:
                spans[-1][1] = code
            else:
                spans.append([code, code])
        return reduce(or_, [_span(column, low, high, last) for low, high in spans])


def _span(column: pl.Expr, low: int, high: int, last: int) -> pl.Expr:
    first_code, last_code = pl.lit(low, pl.Int16), pl.lit(high, pl.Int16)
    if low == high:
        return column == first_code
    if low == 0:
        return column <= last_code
    return column >= first_code if high == last else (column >= first_code) & (column <= last_code)


# -------------------------------------------------------------------------------------------------------------- DuckDB
def _sql_leaf(name: str, demand: Any) -> str:
    if name == "hs":
        columns = {2: "hs2", 4: "hs4", 6: "hs"}
        by_length = {size: [str(int(one)) for one in demand if len(one) == size] for size in columns}
        return "(" + " OR ".join(_sql_in(columns[size], codes) for size, codes in by_length.items() if codes) + ")"
    if isinstance(demand, list):
        return _sql_in(name, [f"'{one}'" for one in demand])
    return " AND ".join(
        f"{name} {_SIGNS[key]} {f'DATE {limit!r}' if name in DATES else repr(float(limit))}"
        for key, limit in demand.items()
    )


def _sql_in(name: str, values: list[str]) -> str:
    return f"{name} = {values[0]}" if len(values) == 1 else f"{name} IN ({', '.join(values)})"


def sql(rules: list[Rule]) -> str:
    """Return three sums a rule as one query."""

    def holds(box: Box) -> str:
        return "(" + " AND ".join(_sql_leaf(name, demand) for name, demand in box.items()) + ")"

    parts = []
    for rule in rules:
        box = holds(rule.box)
        excused = f"({' OR '.join(map(holds, rule.exemptions))})" if rule.exemptions else "false"
        conditions = (f"coalesce({box}, true)", f"coalesce({box}, true) AND {excused}", f"{box} AND NOT {excused}")
        parts += [f"count(*) FILTER ({one})" for one in conditions]
    return f"SELECT {', '.join(parts)} FROM typed"


def duck(orders: pa.Table | Path, rules: list[Rule]) -> Counts:
    """Count statuses by SQL on enumerations, dates and numbers, which the text is first made into."""
    with duckdb.connect() as connection:
        for name, values in (("activity", WORDS["activity"]), ("place", WORDS["origin"]), ("venue", WORDS["venue"])):
            connection.execute(f"CREATE TYPE {name}_word AS ENUM ({', '.join(map(repr, values))})")
        if not isinstance(orders, Path):
            connection.register("orders", orders)
        columns = [f"{name}::{name if name in ('activity', 'venue') else 'place'}_word AS {name}" for name in WORDS]
        columns += [f"{name}::DATE AS {name}" for name in DATES] + list(NUMBERS)
        columns += ["hs::INTEGER AS hs", "hs::INTEGER // 100 AS hs4", "hs::INTEGER // 10000 AS hs2"]
        source = f"read_parquet('{orders}')" if isinstance(orders, Path) else "orders"
        connection.execute(f"CREATE TEMP TABLE typed AS SELECT {', '.join(columns)} FROM {source}")
        row: tuple[Any, ...] = ()
        for part in _parts(rules):
            row += connection.execute(sql(part)).fetchall()[0]
    return by_rule(row)
