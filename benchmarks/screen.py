"""Screening against hand-written Polars, DuckDB SQL and plain Python rules: one run, ratios, answers checked.

    python benchmarks/screen.py [--rows 1000000] [--quick]

Every rival answers with the four statuses of three-valued logic, and its counts must equal those of the plain rules in
Python; `screen` must say the same wherever three-valued logic is definite, and where it is not it may know more.
"""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import screen_law
from screen_law import UNITS, Box, Rule

from sanctionsmodel import assess, screen
from sanctionsmodel._screener import Screener
from sanctionsmodel._tables import ArrowFrame

STATUSES = ("covered", "exempt", "undetermined")
NUMBERS = ("mass", "unit_value", "purity")
DATES = ("transacted_on", "produced_on")


def best(work: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    """Return the shortest time of several, and the result."""
    shortest, result = float("inf"), None
    for _ in range(times):
        start = time.perf_counter()
        result = work()
        shortest = min(shortest, time.perf_counter() - start)
    return shortest, result


# ------------------------------------------------------------------------------------------------------- plain Python
def leaf_holds(name: str, demand: Any, value: Any) -> bool:
    """Say whether a value meets a demand."""
    if name == "hs":
        return any(value.startswith(prefix) for prefix in demand)
    if isinstance(demand, list):
        return value in demand
    return all(
        value > limit if key == "above" else value >= limit if key == "from" else value <= limit
        for key, limit in demand.items()
    )


def box_planes(box: Box, row: dict[str, Any]) -> tuple[bool, bool]:
    """Return whether a box surely holds and whether it may."""
    sure = True
    for name, demand in box.items():
        value = row[name]
        if value is None:
            sure = False
        elif not leaf_holds(name, demand, value):
            return False, False
    return sure, True


def plain_status(rule: Rule, row: dict[str, Any]) -> str:
    """Return the status of a rule by three-valued logic."""
    sure, possible = box_planes(rule.box, row)
    if not possible:
        return "not_covered"
    ways = [box_planes(way, row) for way in rule.exemptions]
    if any(way_sure for way_sure, _ in ways):
        return "exempt"
    return "covered" if sure and not any(way_possible for _, way_possible in ways) else "undetermined"


def plain_counts(rules: list[Rule], rows: list[dict[str, Any]]) -> list[tuple[int, ...]]:
    """Count the statuses of each rule, row by row."""
    counts = [dict.fromkeys(STATUSES, 0) for _ in rules]
    for row in rows:
        for count, rule in zip(counts, rules, strict=True):
            status = plain_status(rule, row)
            if status != "not_covered":
                count[status] += 1
    return [tuple(count.values()) for count in counts]


# -------------------------------------------------------------------------------------------------------------- Polars
def polars_leaf(name: str, demand: Any) -> pl.Expr:
    """Return a demand as an expression over text."""
    column = pl.col(name)
    if name == "hs":
        return pl.any_horizontal([column.str.starts_with(prefix) for prefix in demand])
    if isinstance(demand, list):
        return column.is_in(demand)
    ways = {"above": column.gt, "from": column.ge, "up_to": column.le}
    return pl.all_horizontal([ways[key](limit) for key, limit in demand.items()])


class Codes:
    """Columns as sorted integer codes, as somebody would tune them by hand: a prefix is a range of codes."""

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

    def leaf(self, name: str, demand: Any) -> pl.Expr:
        """Return a demand as an expression over codes."""
        if name in NUMBERS:
            return polars_leaf(name, demand)
        codes = [code for code, value in enumerate(self.values[name]) if leaf_holds(name, demand, value)]
        if not codes:
            return pl.lit(False)
        spans, column = [[codes[0], codes[0]]], pl.col(name)
        for code in codes[1:]:
            if code == spans[-1][1] + 1:
                spans[-1][1] = code
            else:
                spans.append([code, code])
        kind = pl.Int16
        return pl.any_horizontal(
            [(column >= pl.lit(low, kind)) & (column <= pl.lit(high, kind)) for low, high in spans]
        )


def polars_sums(rules: list[Rule], leaf: Callable[[str, Any], pl.Expr]) -> list[pl.Expr]:
    """Return the counts of statuses as expressions."""

    def planes(box: Box) -> tuple[pl.Expr, pl.Expr]:
        leaves = [leaf(name, demand) for name, demand in box.items()]
        return (
            pl.all_horizontal([one.fill_null(False) for one in leaves]),
            pl.all_horizontal([one.fill_null(True) for one in leaves]),
        )

    made = []
    for number, rule in enumerate(rules):
        sure, possible = planes(rule.box)
        ways = [planes(way) for way in rule.exemptions]
        excused = pl.any_horizontal([way for way, _ in ways]) if ways else pl.lit(False)
        maybe = pl.any_horizontal([way for _, way in ways]) if ways else pl.lit(False)
        covered = sure & ~maybe
        exempt = possible & excused
        named = {"covered": covered, "exempt": exempt, "undetermined": possible & ~excused & ~covered}
        made += [one.sum().alias(f"{number} {status}") for status, one in named.items()]
    return made


def by_rule(row: tuple[Any, ...]) -> list[tuple[int, ...]]:
    """Fold a row of sums into counts a rule."""
    return [tuple(int(one or 0) for one in row[place : place + 3]) for place in range(0, len(row), 3)]


# -------------------------------------------------------------------------------------------------------------- DuckDB
def sql_leaf(name: str, demand: Any) -> str:
    """Return a demand as SQL."""
    if name == "hs":
        return "(" + " OR ".join(f"starts_with(hs, '{prefix}')" for prefix in demand) + ")"
    if isinstance(demand, list):
        return f"{name} IN ({', '.join(repr(one) for one in demand)})"
    signs = {"above": ">", "from": ">=", "up_to": "<="}
    return "(" + " AND ".join(f"{name} {signs[key]} {limit!r}" for key, limit in demand.items()) + ")"


def sql_sums(rules: list[Rule]) -> str:
    """Return the counts of statuses as one query."""
    parts = []
    for rule in rules:
        box = " AND ".join(sql_leaf(name, demand) for name, demand in rule.box.items())
        ways = [" AND ".join(sql_leaf(name, demand) for name, demand in way.items()) for way in rule.exemptions]
        sure, possible = f"coalesce({box}, false)", f"coalesce({box}, true)"
        excused = " OR ".join(f"coalesce({way}, false)" for way in ways) or "false"
        maybe = " OR ".join(f"coalesce({way}, true)" for way in ways) or "false"
        covered = f"({sure} AND NOT ({maybe}))"
        parts += [
            f"count(*) FILTER ({covered})",
            f"count(*) FILTER ({possible} AND ({excused}))",
            f"count(*) FILTER ({possible} AND NOT ({excused}) AND NOT {covered})",
        ]
    return f"SELECT {', '.join(parts)} FROM orders"


def duck(orders: pa.Table, rules: list[Rule]) -> tuple[Any, ...]:
    """Return the counts of statuses by DuckDB."""
    with duckdb.connect() as connection:
        connection.register("orders", orders)
        found: tuple[Any, ...] = connection.execute(sql_sums(rules)).fetchall()[0]
    return found


# ---------------------------------------------------------------------------------------------------------- one number
def coded_table(table: pa.Table) -> pa.Table:
    """Return the table with its text as dictionaries, as Arrow and Parquet bring it."""
    for place, name in enumerate(table.schema.names):
        if name not in NUMBERS:
            table = table.set_column(place, name, table[name].dictionary_encode())
    return table


def counts_of_screen(found: pa.Table, rules: list[Rule]) -> list[tuple[int, ...]]:
    """Count the statuses of each rule in a screened table."""
    counts = {rule.name: dict.fromkeys(STATUSES, 0) for rule in rules}
    for pair in found["measures"].combine_chunks().value_counts().to_pylist():
        for one in pair["values"].split("|") if pair["values"] else ():
            name, _, status = one.rpartition("=")
            counts[name][status] += pair["counts"]
    return [tuple(count.values()) for count in counts.values()]


def check(rules: list[Rule], table: pa.Table, law: Any) -> str:
    """Compare a sample of rows with assess and with three-valued logic, and every rival's counts with the latter."""
    rows = table.to_pylist()
    found = screen(table, law, units=UNITS).to_pylist()
    more = 0
    for row, got in zip(rows, found, strict=True):
        facts = {name: value for name, value in row.items() if value is not None}
        facts = {name: f"{value} {UNITS[name]}" if name in UNITS else value for name, value in facts.items()}
        reached = "|".join(f"{one.measure}={one.status.value}" for one in assess(facts, law).reached)
        assert got["measures"] == reached, (row, got["measures"], reached)
        said = dict(one.rsplit("=", 1) for one in reached.split("|") if one)
        for rule in rules:
            plain, exact = plain_status(rule, row), said.get(rule.name, "not_covered")
            if plain != exact:
                assert plain == "undetermined" or exact in ("exempt", "not_covered"), (row, rule, plain, exact)
                more += 1
    expected = plain_counts(rules, rows)
    frame = pl.from_arrow(table)
    codes = Codes(frame)
    answers = {
        "Polars, text": by_rule(frame.select(polars_sums(rules, polars_leaf)).row(0)),
        "Polars, codes": by_rule(codes.frame.select(polars_sums(rules, codes.leaf)).row(0)),
    }
    if len(rules) <= 100:
        answers["DuckDB"] = by_rule(duck(table, rules))
    for name, answer in answers.items():
        assert answer == expected, name
    return (
        f"{len(rows)} rows as assess says; {more} of {len(rows) * len(rules)} answers known better than by logic alone"
    )


def measure(count: int, rows: int) -> dict[str, float]:
    """Return the seconds for a million rows of everybody, for so many rules."""
    rules = screen_law.rules(count)
    law = screen_law.catalogue(rules)
    table = screen_law.orders(rows)
    assert law.index.measures[0]
    print(f"\n{count} rules: {check(rules, screen_law.orders(300, seed=2), law)}", flush=True)
    coded, scale = coded_table(table), 1_000_000 / rows
    made: dict[str, float] = {}
    law = screen_law.catalogue(rules)
    made["screen, text, cold"] = best(lambda: screen(table, law, units=UNITS), 1)[0] * scale
    made["screen, text, warm"] = best(lambda: screen(table, law, units=UNITS))[0] * scale
    made["screen, coded, warm"] = best(lambda: screen(coded, law, units=UNITS))[0] * scale
    screener = Screener(law, coded.schema.names, units=UNITS)
    frame = ArrowFrame(coded)
    columns = screener._read(frame, rows)
    made["  kernel alone: findings from coded cells"] = best(lambda: screener.kernel.run(columns, rows))[0] * scale
    few = table if count < 1000 else table.slice(0, rows // 10)
    few_scale = 1_000_000 / len(few)
    frame_few = pl.from_arrow(few)
    sums = polars_sums(rules, polars_leaf)
    made["Polars expressions on text"] = best(lambda: frame_few.select(sums), 2 if count < 1000 else 1)[0] * few_scale
    codes = Codes(frame_few)
    sums_codes = polars_sums(rules, codes.leaf)
    made["Polars, hand-tuned codes"] = best(lambda: codes.frame.select(sums_codes), 2)[0] * few_scale
    if count <= 100:
        tenth = table.slice(0, max(rows // 10, 1))
        made["DuckDB SQL"] = best(lambda: duck(tenth, rules), 1)[0] * 1_000_000 / len(tenth)
    sample = table.slice(0, 200_000 // max(count, 20)).to_pylist()
    made["plain Python rules"] = best(lambda: plain_counts(rules, sample), 1)[0] * 1_000_000 / len(sample)
    for name, seconds in made.items():
        print(
            f"  {name:<42} {seconds:9.2f} s   {seconds / made['screen, text, warm']:8.2f} x screen on text", flush=True
        )
    return made


def bars(found: dict[int, dict[str, float]]) -> None:
    """Print the bars as ratios."""
    most = max(found)

    def ratio(count: int, over: str, under: str) -> float:
        return found[count][over] / found[count][under]

    rows = []
    if 1000 in found:
        rows += [
            (
                "G3 text, warm: Polars expressions / screen",
                ratio(1000, "Polars expressions on text", "screen, text, warm"),
                ">= 30",
            ),
            (
                "G3 text, cold: Polars expressions / screen",
                ratio(1000, "Polars expressions on text", "screen, text, cold"),
                ">= 10",
            ),
            (
                "G3 text, warm: plain Python rules / screen",
                ratio(1000, "plain Python rules", "screen, text, warm"),
                ">= 500",
            ),
            ("G3 coded: Polars codes / screen", ratio(1000, "Polars, hand-tuned codes", "screen, coded, warm"), ">= 4"),
        ]
    if 100 in found:
        rows += [
            (
                "G4 coded: Polars codes / screen",
                ratio(100, "Polars, hand-tuned codes", "screen, coded, warm"),
                ">= 2.5",
            ),
            (
                "G4 coded: Polars expressions / screen",
                ratio(100, "Polars expressions on text", "screen, coded, warm"),
                ">= 30",
            ),
            ("G4 coded: DuckDB / screen", ratio(100, "DuckDB SQL", "screen, coded, warm"), ">= 100"),
        ]
    rows += [
        (
            "G5 text, 10 rules: screen / Polars expressions",
            ratio(10, "screen, text, warm", "Polars expressions on text"),
            "<= 1.5",
        ),
        (
            f"G6 coded: {most} rules / 10",
            found[most]["screen, coded, warm"] / found[10]["screen, coded, warm"],
            "<= 15",
        ),
        (f"G6 text: {most} rules / 10", found[most]["screen, text, warm"] / found[10]["screen, text, warm"], "<= 4"),
    ]
    print()
    for name, value, bar in rows:
        print(f"{name:<52} {value:8.2f}   bar {bar}")


def memory(rows: int) -> None:
    """Screen so many rows from Parquet to Parquet, and print the peak memory of the process."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.parquet", Path(folder) / "out.parquet"
        with pq.ParquetWriter(source, screen_law.orders(1).schema) as writer:
            for part in range(-(-rows // 1_000_000)):
                writer.write_table(screen_law.orders(min(1_000_000, rows - part * 1_000_000), seed=part))
        code = (
            "import resource, sys, time\n"
            "import screen_law\n"
            "from sanctionsmodel.screening import screen_file\n"
            "law = screen_law.catalogue(screen_law.rules(100))\n"
            "start = time.perf_counter()\n"
            "summary = screen_file(sys.argv[1], sys.argv[2], law, units=screen_law.UNITS)\n"
            "seconds = time.perf_counter() - start\n"
            "peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20\n"
            "print(f'{summary.rows} rows: {seconds:.1f} s, peak {peak:.2f} GiB (bar 2)')"
        )
        here = Path(__file__).parent
        told = subprocess.run(
            [sys.executable, "-c", code, source, target], cwd=here, check=True, capture_output=True, text=True
        )
        size = target.stat().st_size / 2**20
        print(f"\nG7 Parquet to Parquet, 100 rules, {told.stdout.strip()}, {size:.0f} MiB written")


def main() -> None:
    """Run everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rules", type=int, nargs="*", default=[10, 100, 1000])
    parser.add_argument("--memory", type=int, default=10_000_000, help="rows of the run from file to file; 0 for none")
    options = parser.parse_args()
    libraries = {"polars": pl, "duckdb": duckdb, "numpy": np, "pyarrow": pa}
    versions = ", ".join(f"{name} {module.__version__}" for name, module in libraries.items())
    print(f"Python {platform.python_version()}, {versions}; {options.rows} rows, seconds for a million")
    bars({count: measure(count, options.rows) for count in options.rules})
    if options.memory:
        memory(options.memory)


if __name__ == "__main__":
    sys.exit(main())
