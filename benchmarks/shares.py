"""Shares and exposure of a table of ten million rows, as ratios to plain Polars and in memory.

    python benchmarks/shares.py [--quick]

Bars: shares at most 2 times the same group-by in plain Polars, in one run, from a Parquet file and from a table in
memory; the peak of shares and of exposure from the file at most a third of what the table takes in memory, plus 500 MB.
"""

from __future__ import annotations

import multiprocessing
import random
import tempfile
import time
from pathlib import Path
from typing import Any

import polars as pl
from measuring import bar_row, best, part_of, peak_mib, say

from sanctionsmodel.exposures import ORDINARY_TRADE, exposure
from sanctionsmodel.trade import goods_codes, trade_shares

ROWS, QUICK_ROWS = 10_000_000, 1_000_000
RUNS = 5
BAR_TIME = 2.0
BAR_MEMORY = 500
PLACES = [
    "CN",
    "DE",
    "US",
    "TR",
    "KZ",
    "KG",
    "TW",
    "KR",
    "JP",
    "IT",
    "FR",
    "AE",
    "HK",
    "GB",
    "CH",
    "IN",
    "TH",
    "MY",
    "VN",
    "AT",
]
IMPORTERS = ["RU", "BY", "KZ", "AM"]
CODES = [*goods_codes("chpl"), "845710", "845811", "870323", "760110", "740311", "300490", "610910", "851713"]
KEYS = ["flow", "reporter", "partner", "period"]
GOODS = ["8457", "8458", "8541", "8542"]


def write(path: Path, rows: int) -> float:
    """Write a table of random flows, and return what it takes in memory, in megabytes."""
    pick = random.Random(7)
    frame = pl.DataFrame(
        {
            "flow": pl.repeat("import", rows, eager=True),
            "reporter": pl.Series(pick.choices(IMPORTERS, k=rows)),
            "partner": pl.Series(pick.choices(PLACES, k=rows)),
            "hs": pl.Series(pick.choices(CODES, k=rows)),
            "period": pl.Series(pick.choices([f"2023-{month:02d}" for month in range(1, 13)], k=rows)),
            "value": pl.Series(pick.choices(range(1, 10**9), k=rows)) / 1000,
        }
    )
    frame.write_parquet(path)
    return frame.estimated_size("mb")


def ratios(path: str) -> dict[str, tuple[float, float]]:
    """Return the times of plain Polars and of shares, by what is asked."""
    chosen = pl.col("hs").str.slice(0, 4).is_in(GOODS)
    lazy = pl.scan_parquet(path)
    frame = lazy.collect()

    def plain(table: Any, goods: bool) -> Any:
        query = table.lazy().filter(chosen) if goods else table.lazy()
        return query.group_by(KEYS).agg(pl.col("value").sum()).collect(engine="streaming")

    return {
        f"{where}, {what}": (
            best(lambda t=table, g=goods: plain(t, g), RUNS)[0],
            best(lambda t=table, g=goods: trade_shares(t, hs=GOODS if g else ()), RUNS)[0],
        )
        for where, table in (("file", lazy), ("memory", frame))
        for what, goods in (("four headings", True), ("all goods", False))
    }


def peak(path: str, what: str, found: Any) -> None:
    """Put the peak of memory of one question into a queue, in megabytes."""
    started = time.perf_counter()
    lazy = pl.scan_parquet(path)
    if what == "shares":
        trade_shares(lazy)
    else:
        exposure(lazy, importer="RU", given=ORDINARY_TRADE)
    found.put((peak_mib(), time.perf_counter() - started))


def run(quick: bool = False) -> dict[str, Any]:
    """Run both, print the figures, and return them."""
    rows = QUICK_ROWS if quick else ROWS
    found: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as directory:
        path = str(Path(directory) / "flows.parquet")
        size = write(Path(path), rows)
        say(f"{rows:,} rows, {size:,.0f} MiB in memory")
        context = multiprocessing.get_context("spawn")
        for what in ("shares", "exposure"):
            queue = context.Queue()
            process = context.Process(target=peak, args=(path, what, queue))
            process.start()
            used, seconds = queue.get()
            process.join()
            limit = size / 3 + BAR_MEMORY
            found.append(
                bar_row("trade", f"{what} from the file: MiB at the peak ({seconds:.1f} s)", used, "<=", limit)
            )
        for what, (plain, ours) in ratios(path).items():
            words = f"shares {what}: ours / plain Polars ({plain:.2f} s)"
            found.append(bar_row("trade", words, ours / plain, "<=", BAR_TIME))
    return {"rows": rows, "bars": found}


if __name__ == "__main__":
    part_of(__doc__, run)
