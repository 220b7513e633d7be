"""Shares and exposure of a table of ten million rows, as ratios to plain Polars and in memory.

    python benchmarks/shares.py [rows]

Bars: shares at most 2 times the same group-by in plain Polars, in one run, from a Parquet file and from a table in
memory; the peak of shares and of exposure from the file at most a third of what the table takes in memory, plus 500 MB.
"""

from __future__ import annotations

import multiprocessing
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from sanctionsmodel.exposures import ORDINARY_TRADE, exposure
from sanctionsmodel.trade import goods_codes, trade_shares

ROWS = 10_000_000
RUNS = 5
BAR_TIME = 2.0
BAR_MEMORY = 500
MEGABYTE = 1024
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


def best(work: Callable[[], Any]) -> float:
    """Return the shortest of several runs in seconds."""
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


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
            best(lambda t=table, g=goods: plain(t, g)),
            best(lambda t=table, g=goods: trade_shares(t, hs=GOODS if g else ())),
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
    found.put((peak_so_far(), time.perf_counter() - started))


def peak_so_far() -> float:
    """Return the most memory that this process has held, in megabytes; what the parent held does not count."""
    status = Path("/proc/self/status")
    if status.exists():
        [line] = [one for one in status.read_text().splitlines() if one.startswith("VmHWM")]
        return int(line.split()[1]) / MEGABYTE
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE**2


def main(rows: int) -> int:
    """Run both, print the figures, and return 1 where a bar is passed."""
    failed = False
    with tempfile.TemporaryDirectory() as directory:
        path = str(Path(directory) / "flows.parquet")
        size = write(Path(path), rows)
        print(f"{rows:,} rows, {size:,.0f} MB in memory")
        context = multiprocessing.get_context("spawn")
        for what in ("shares", "exposure"):
            queue = context.Queue()
            process = context.Process(target=peak, args=(path, what, queue))
            process.start()
            used, seconds = queue.get()
            process.join()
            failed |= used > size / 3 + BAR_MEMORY
            print(f"{what:<9} from the file: {seconds:5.2f} s, peak {used:,.0f} MB")
        for what, (plain, ours) in ratios(path).items():
            failed |= ours / plain > BAR_TIME
            print(f"shares {what:<22} plain Polars {plain:.3f} s, ours {ours:.3f} s, {ours / plain:.2f} times")
    print("a bar is passed" if failed else "all within their bars")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS))
