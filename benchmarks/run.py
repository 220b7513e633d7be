"""Every benchmark, one after the other, and the page of results that the documentation shows.

    python benchmarks/run.py [--quick] [--only core screen ...]

The full form takes about an hour on two cores, and wants a quiet machine; ``--quick`` a few minutes, with
figures that only say that everything runs. Rule engines that are not installed are left out, and said to be:
``pip install -r benchmarks/requirements.txt``. Results go to ``benchmarks/results.json``, whose parts are replaced one
by one, and from there into ``docs/reference/benchmarks.md`` with its figures.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from typing import Any

from measuring import HERE, RESULTS, machine, say, today, versions
from row_engines import ENGINES

PARTS = ("core", "screen", "sweep", "real", "shares")
PACKAGES = ("sanctionsmodel", "pydantic", "numpy", "pyarrow", "polars", "duckdb", *(one.package for one in ENGINES))


def part(name: str, quick: bool) -> dict[str, Any]:
    """Run one part in a process of its own, show what it says, and return its result, the last line."""
    command = [sys.executable, "-u", str(HERE / f"{name}.py"), *(["--quick"] if quick else [])]
    last = ""
    with subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            if last:
                say(last)
            last = line.rstrip("\n")
    if process.returncode:
        say(last)
        sys.exit(f"{name} failed; the parts before it are written")
    found: dict[str, Any] = json.loads(last)
    return found


def main() -> None:
    """Run the parts and write their results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small tables, a few minutes")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="the parts to run")
    options = parser.parse_args()
    for one in ENGINES:
        if not one.installed:
            say(f"{one.name} is not installed (pip install {one.package}); it is left out")
    results: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    for name in options.only:
        say(f"\n== {name}")
        head = {"quick": options.quick, "run_on": today(), "machine": machine(), "versions": versions(PACKAGES)}
        started = time.perf_counter()
        found = part(name, options.quick)
        results[name] = {**head, "minutes": round((time.perf_counter() - started) / 60, 1), **found}
        RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    subprocess.run([sys.executable, str(HERE.parent / "scripts" / "build_benchmarks_page.py")], check=True)


if __name__ == "__main__":
    main()
