"""Screening a table against hand-written Polars, DuckDB SQL, Python functions and rule engines, in one run.

    python benchmarks/screen.py [--quick]

Every rival answers with the statuses of three-valued logic (the rule engines with two values, on rows of which every
fact is known), and its answers must equal those of the plain rules; `screen` must say the same wherever logic alone is
definite, and where it is not it may know more.
"""

from __future__ import annotations

from typing import Any

import plain
import polars as pl
import pyarrow as pa
import screen_law
import table_engines as engines
from measuring import bar_row, best, each, part_of, say
from row_engines import ENGINES, prepared
from screen_law import UNITS, Rule

from sanctionsmodel import Catalogue, assess, screen
from sanctionsmodel._screener import Screener
from sanctionsmodel._tables import ArrowFrame

FULL: dict[str, Any] = {"rows": 1_000_000, "rules": (10, 100, 1000), "slow_rows": 200_000, "checked": 2000}
QUICK: dict[str, Any] = {"rows": 100_000, "rules": (10, 100, 1000), "slow_rows": 20_000, "checked": 300}
#: Rows on which an engine that takes one at a time is measured.
_FEW = 60


def coded_table(table: pa.Table) -> pa.Table:
    """Return the table with its text as dictionaries, as Arrow and Parquet bring it."""
    for place, name in enumerate(table.schema.names):
        if name not in engines.NUMBERS:
            table = table.set_column(place, name, table[name].dictionary_encode())
    return table


def counts_of_screen(found: pa.Table, rules: list[Rule]) -> plain.Counts:
    """Count the statuses of each rule in a screened table."""
    counts = {rule.name: dict.fromkeys(plain.STATUSES, 0) for rule in rules}
    for pair in found["measures"].combine_chunks().value_counts().to_pylist():
        for one in pair["values"].split("|") if pair["values"] else ():
            name, _, status = one.rpartition("=")
            counts[name][status] += pair["counts"]
    return [tuple(count.values()) for count in counts.values()]


# ------------------------------------------------------------------------------------------------------------- checking
def check_rows(rules: list[Rule], table: pa.Table, law: Catalogue) -> int:
    """Compare `screen` with `assess` and with logic, row by row; return how many answers it knows better."""
    more = 0
    for row, got in zip(table.to_pylist(), screen(table, law, units=UNITS).to_pylist(), strict=True):
        facts = screen_law.facts_of(row)
        reached = "|".join(f"{one.measure}={one.status.value}" for one in assess(facts, law).reached)
        assert got["measures"] == reached, (row, got["measures"], reached)
        said = dict(one.rsplit("=", 1) for one in reached.split("|") if one)
        for rule in rules:
            logic, exact = plain.plain_status(rule, row), said.get(rule.name, "not_covered")
            if logic != exact:
                assert logic == "undetermined" or (logic, exact) == ("exempt", "not_covered"), (row, rule, logic, exact)
                more += 1
    return more


def check_rivals(rules: list[Rule], table: pa.Table) -> None:
    """Compare the counts of every rival that takes tables with those of the plain rules."""
    rows, frame = table.to_pylist(), pl.from_arrow(table)
    expected = plain.counted(plain.plain_reached(rules), rules, rows)
    answers = {
        "Python functions": plain.counted(plain.functions(rules), rules, rows),
        "Polars, pairs": engines.polars_pairs(frame.lazy(), rules),
        "DuckDB": engines.duck(table, rules),
    }
    for way in engines.WAYS:
        answers[f"Polars, text, {way}"] = engines.polars_text(frame.lazy(), rules, way)
        answers[f"Polars, typed, {way}"] = engines.polars_typed(frame.lazy(), rules, way)
        answers[f"Polars, codes, {way}"] = engines.Codes(frame).counts(rules, way)
        answers[f"Polars, typed beforehand, {way}"] = engines.Typed(frame).counts(rules, way)
    for name, answer in answers.items():
        assert answer == expected, name


def check_screen(found: pa.Table, rules: list[Rule], logic: plain.Counts) -> None:
    """Compare the counts of a whole screened table with those of logic: it may leave less open, and never more.

    What logic finds exempt although it may not be met at all, narrowing may find not covered.
    """
    for got, plainly in zip(counts_of_screen(found, rules), logic, strict=True):
        assert got[0] >= plainly[0], (got, plainly)
        assert got[2] <= plainly[2], (got, plainly)
        assert sum(got) <= sum(plainly), (got, plainly)


# ------------------------------------------------------------------------------------------------------------ measuring
def measure(count: int, sizes: dict[str, Any]) -> dict[str, float]:
    """Return the seconds for a million rows of everybody, for so many rules."""
    rules, rows = screen_law.rules(count), sizes["rows"]
    law, table = screen_law.catalogue(rules), screen_law.orders(rows)
    assert law.index.measures[0]
    more = check_rows(rules, screen_law.orders(300, seed=2), screen_law.catalogue(rules))
    check_rivals(rules, screen_law.orders(sizes["checked"], seed=3))
    say(f"\n{count} rules: answers checked; {more} of {300 * count} known better than by logic alone")
    scale, coded = 1_000_000 / rows, coded_table(table)
    made: dict[str, float] = {}
    cold, found = best(lambda: screen(table, law, units=UNITS), 1)
    made["screen, text, cold"] = cold * scale
    made["screen, text, warm"] = best(lambda: screen(table, law, units=UNITS))[0] * scale
    made["screen, coded, warm"] = best(lambda: screen(coded, law, units=UNITS))[0] * scale
    screener = Screener(law, coded.schema.names, units=UNITS)
    columns = screener._read(ArrowFrame(coded), rows)
    made["kernel alone, findings from coded cells"] = best(lambda: screener.kernel.run(columns, rows))[0] * scale
    made |= _polars(rules, table, sizes, found)
    few = table.slice(0, sizes["slow_rows"] // (1 if count <= 10 else 4 if count <= 100 else 10))
    made["DuckDB SQL, typed"] = best(lambda: engines.duck(few, rules), 1)[0] * 1_000_000 / len(few)
    made |= _one_by_one(rules, table)
    for name, seconds in made.items():
        say(f"  {name:<42} {seconds:9.2f} s   {seconds / made['screen, text, warm']:8.2f} x screen on text")
    return made


def _polars(rules: list[Rule], table: pa.Table, sizes: dict[str, Any], screened: pa.Table) -> dict[str, float]:
    """Return the seconds of Polars: each the best of the ways that a user would try, answers of all the same."""
    frame, scale = pl.from_arrow(table), 1_000_000 / len(table)
    typed = [best(lambda way=way: engines.polars_typed(frame.lazy(), rules, way), 2) for way in engines.WAYS]
    check_screen(screened, rules, typed[0][1])
    coded, beforehand = engines.Codes(frame), engines.Typed(frame)
    tuned = [best(lambda way=way: coded.counts(rules, way), 2) for way in engines.WAYS]
    tuned += [best(lambda way=way: beforehand.counts(rules, way), 2) for way in engines.WAYS]
    assert all(counts == typed[0][1] for _, counts in (*typed, *tuned))
    pairs, counts = best(lambda: engines.polars_pairs(frame.lazy(), rules), 2)
    assert counts == typed[0][1]
    few = frame if len(rules) < 1000 else frame.head(max(sizes["slow_rows"], len(frame) // 5))
    text = [best(lambda way=way: engines.polars_text(few.lazy(), rules, way), 1)[0] for way in engines.WAYS]
    return {
        "Polars expressions on text": min(text) * 1_000_000 / len(few),
        "Polars expressions, text made typed": min(time for time, _ in typed) * scale,
        "Polars, text made typed, pairs of row and rule": pairs * scale,
        "Polars, hand-tuned codes": min(time for time, _ in tuned) * scale,
    }


def _one_by_one(rules: list[Rule], table: pa.Table) -> dict[str, float]:
    """Return the seconds for a million rows of the plain rules, Python functions, and the fastest rule engine."""
    rows = table.slice(0, 200_000 // max(len(rules), 20)).to_pylist()
    made = {
        "plain Python rules": each(plain.plain_reached(rules), rows, 1) * 1_000_000,
        "Python functions": each(plain.functions(rules), rows, 3) * 1_000_000,
    }
    whole = [row for row in rows if None not in row.values()][:_FEW]
    ready = [prepared(row) for row in whole]
    quick = ("zen-engine", "CEL in Rust", "CEL of Google, in C++")
    found = {one.name: each(one.build(rules), ready) for one in ENGINES if one.name in quick and one.installed}
    if found:
        name = min(found, key=lambda one: found[one])
        made[f"fastest rule engine ({name})"] = found[name] * 1_000_000
    else:
        say("  no rule engine is installed: pip install -r benchmarks/requirements.txt; left out")
    return made


# ----------------------------------------------------------------------------------------------------------------- bars
def bars(found: dict[int, dict[str, float]]) -> list[dict[str, Any]]:
    """Return the bars G3 to G6 with what was reached."""

    def ratio(count: int, over: str, under: str) -> float:
        return next(one for name, one in found[count].items() if name.startswith(over)) / found[count][under]

    warm, cold, coded = "screen, text, warm", "screen, text, cold", "screen, coded, warm"
    text, typed, tuned = "Polars expressions on text", "Polars expressions, text made typed", "Polars, hand-tuned codes"
    wanted = [
        ("G3", 1000, text, warm, ">=", 30),
        ("G3", 1000, text, cold, ">=", 10),
        ("G3", 1000, "fastest rule engine", warm, ">=", 500),
        ("G3", 1000, tuned, coded, ">=", 4),
        ("G4", 100, tuned, coded, ">=", 2.5),
        ("G4", 100, text, coded, ">=", 30),
        ("G4", 100, "DuckDB SQL", coded, ">=", 100),
        ("G5", 10, warm, text, "<=", 1.5),
        ("beside G3", 1000, typed, warm, "", None),
        ("beside G3", 1000, "Polars, text made typed, pairs", warm, "", None),
        ("beside G3", 1000, tuned, "kernel alone, findings from coded cells", "", None),
        ("beside G3", 1000, "Python functions", warm, "", None),
        ("beside G4", 100, typed, warm, "", None),
        ("beside G4", 100, "Polars, text made typed, pairs", warm, "", None),
        ("beside G5", 10, warm, typed, "", None),
    ]
    rows = []
    for bar, count, over, under, sign, limit in wanted:
        if count in found and any(name.startswith(over) for name in found[count]):
            value = ratio(count, over, under)
            rows.append(bar_row(bar, f"{count} rules: {over} / {under}", value, sign, limit))
    if {10, 1000} <= found.keys():
        for name, limit in ((coded, 15), (warm, 4)):
            value = found[1000][name] / found[10][name]
            rows.append(bar_row("G6", f"1000 rules / 10: {name}", value, "<=", limit))
    return rows


def run(quick: bool = False) -> dict[str, Any]:
    """Measure everything, and return it."""
    sizes = QUICK if quick else FULL
    found = {count: measure(count, sizes) for count in sizes["rules"]}
    say()
    return {"rows": sizes["rows"], "seconds_a_million": found, "bars": bars(found)}


if __name__ == "__main__":
    part_of(__doc__, run)
