"""How time and memory grow with rows and with measures: every point in a process of its own, Parquet in.

    python benchmarks/sweep.py [--quick]

`screen_file` writes its answers to Parquet; Polars and DuckDB read the same file and return counts of statuses only.
`assess` and Python functions take the rows one by one. A point that the smaller ones say would pass the limit of time
is left out, and said to be.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import screen_law
from measuring import child, peak_mib, say
from screen_law import UNITS, Rule

FULL: dict[str, Any] = {"rows": (10_000, 100_000, 1_000_000, 10_000_000), "rules": (10, 100, 1000), "limit": 120}
QUICK: dict[str, Any] = {"rows": (10_000, 100_000), "rules": (10, 100, 1000), "limit": 20}
ENGINES = ("screen", "Polars, text made typed", "Polars, text", "DuckDB", "assess, one by one", "Python functions")
#: Rows that Polars takes at a time, so that the columns it makes for all rules together stay in memory.
_SLICE = 1_000_000


# ---------------------------------------------------------------------------------------------------------- one process
def point(engine: str, rules: int, source: Path, rows: int) -> dict[str, Any]:
    """Answer a file once with one engine, and return the seconds and the peak of memory, imports and law included."""
    made = screen_law.rules(rules)
    started = time.perf_counter()
    work = _work(engine, made, source, rows)
    ready = time.perf_counter()
    work()
    return {"ready": ready - started, "seconds": time.perf_counter() - ready, "peak_mib": peak_mib()}


def _work(engine: str, rules: list[Rule], source: Path, rows: int) -> Callable[[], Any]:
    if engine == "screen":
        from sanctionsmodel.screening import screen_file

        law = screen_law.catalogue(rules)
        law.index.masks  # noqa: B018 - compiled before the clock starts, as rivals have their rules
        return lambda: screen_file(source, source.with_name("found.parquet"), law, units=UNITS)
    if engine.startswith("Polars"):
        return _polars(engine, rules, source, rows)
    if engine == "DuckDB":
        import table_engines

        return lambda: table_engines.duck(source, rules)
    return _one_by_one(engine, rules, source)


def _polars(engine: str, rules: list[Rule], source: Path, rows: int) -> Callable[[], Any]:
    import polars as pl
    import table_engines

    def ask() -> None:
        for start in range(0, rows, _SLICE):
            part = pl.scan_parquet(source).slice(start, _SLICE)
            if engine == "Polars, text":
                table_engines.polars_text(part, rules, "in parts")
            else:
                table_engines.polars_typed(part, rules, "in parts")

    return ask


def _one_by_one(engine: str, rules: list[Rule], source: Path) -> Callable[[], Any]:
    import plain
    import pyarrow.parquet as pq

    from sanctionsmodel import assess

    law = screen_law.catalogue(rules)
    functions = plain.functions(rules)

    def ask() -> None:
        for batch in pq.ParquetFile(source).iter_batches(10_000):
            for row in batch.to_pylist():
                if engine.startswith("assess"):
                    assess(screen_law.facts_of(row), law)
                else:
                    functions(row)

    return ask


# ----------------------------------------------------------------------------------------------------------- all points
def write(path: Path, rows: int) -> None:
    """Write generated orders to a file, a million at a time."""
    import pyarrow.parquet as pq

    with pq.ParquetWriter(path, screen_law.orders(1).schema) as writer:
        for part in range(-(-rows // _SLICE)):
            writer.write_table(screen_law.orders(min(_SLICE, rows - part * _SLICE), seed=part + 1))


def run(quick: bool = False) -> dict[str, Any]:
    """Measure every point, and return them; a point that was left out has no seconds."""
    sizes = QUICK if quick else FULL
    points: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        sources = {}
        for rows in sizes["rows"]:
            sources[rows] = Path(folder) / f"{rows}.parquet"
            child("sweep.py", "--write", sources[rows], rows)
        for rules in sizes["rules"]:
            for engine in ENGINES:
                points += _line(engine, rules, sources, sizes["limit"])
    return {"limit": sizes["limit"], "points": points}


def _line(engine: str, rules: int, sources: dict[int, Path], limit: float) -> list[dict[str, Any]]:
    """Measure one engine with so many rules on files of growing size, as far as the limit allows."""
    points = []
    before: dict[str, Any] | None = None
    for rows, source in sources.items():
        found: dict[str, Any] | None = None
        # a small table is mostly fixed cost, so that ten times the rows may well take only three times as long
        if before is None or before["seconds"] * rows / before["rows"] < 3 * limit:
            found = child("sweep.py", "--point", engine, rules, source, rows, limit=limit)
        made = {"engine": engine, "rules": rules, "rows": rows, **(found or {"seconds": None, "peak_mib": None})}
        points.append(made)
        if found is None:
            say(f"  {engine:<26} {rules:5} rules {rows:>10,} rows  left out, over the limit of {limit} s")
            continue
        before = made
        words = f"{made['seconds']:9.2f} s  {made['peak_mib']:8.0f} MiB"
        say(f"  {engine:<26} {rules:5} rules {rows:>10,} rows {words}")
    return points


def main() -> None:
    """Run one point or all, and print the result as JSON on the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--point", nargs=4, metavar=("ENGINE", "RULES", "FILE", "ROWS"))
    parser.add_argument("--write", nargs=2, metavar=("FILE", "ROWS"))
    options = parser.parse_args()
    if options.point:
        engine, rules, source, rows = options.point
        say(json.dumps(point(engine, int(rules), Path(source), int(rows))))
    elif options.write:
        write(Path(options.write[0]), int(options.write[1]))
        say("{}")
    else:
        say(json.dumps(run(options.quick)))


if __name__ == "__main__":
    main()
