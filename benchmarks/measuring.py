"""What the benchmarks share: timing, a process of its own for each point, versions, and the machine in words."""

from __future__ import annotations

import argparse
import datetime as dt
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
MEBIBYTE = 1 << 20
_STRETCH, _BUDGET = 0.001, 3


def best(work: Callable[[], Any], times: int = 3, budget: float = float("inf")) -> tuple[float, Any]:
    """Return the shortest time of several runs, and the result; no run begins after so many seconds."""
    shortest, result, spent = float("inf"), None, 0.0
    for _ in range(times):
        started = time.perf_counter()
        result = work()
        taken = time.perf_counter() - started
        shortest, spent = min(shortest, taken), spent + taken
        if spent > budget:
            break
    return shortest, result


def seconds(work: Callable[[], object], times: int = 100, rounds: int = 100) -> float:
    """Return the best mean time of one call; many short rounds, so that some are not interrupted by other work."""
    return best(lambda: [work() for _ in range(times)], rounds, budget=2)[0] / times


def each(work: Callable[[Any], object], over: Sequence[Any], rounds: int = 25) -> float:
    """Return the mean time of one call over the items of a list: the best of several rounds for each millisecond of it.

    Short stretches, so that some are not interrupted by other work; no round begins after 3 s.
    """
    once, _ = best(lambda: [work(one) for one in over], 1)
    size = max(1, int(_STRETCH * len(over) / once))
    stretches = [over[start : start + size] for start in range(0, len(over), size)]
    shortest = [float("inf")] * len(stretches)
    began = time.perf_counter()
    for _ in range(rounds):
        for place, items in enumerate(stretches):
            taken, _ = best(lambda items=items: [work(one) for one in items], 1)
            shortest[place] = min(shortest[place], taken)
        if time.perf_counter() - began > _BUDGET:
            break
    return sum(shortest) / len(over)


def child(script: str, *words: object, limit: float | None = None) -> dict[str, Any] | None:
    """Run a script of this directory in a process of its own, and return the JSON of its last line.

    Nothing where it takes longer than the limit in seconds. Raises CalledProcessError where it fails.
    """
    command = [sys.executable, str(HERE / script), *map(str, words)]
    try:
        told = subprocess.run(command, cwd=HERE, check=True, stdout=subprocess.PIPE, text=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return None
    found: dict[str, Any] = json.loads(told.stdout.strip().splitlines()[-1])
    return found


def peak_mib() -> float:
    """Return the most memory that this process has held, in MiB; what its parent held does not count."""
    status = Path("/proc/self/status")
    if status.exists():
        [line] = [one for one in status.read_text().splitlines() if one.startswith("VmHWM")]
        return int(line.split()[1]) / 1024
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / MEBIBYTE if sys.platform == "darwin" else most / 1024


def versions(packages: Iterable[str]) -> dict[str, str]:
    """Return the version of Python and of each package; a package that is not installed is said to be so."""
    found = {"Python": platform.python_version()}
    for name in packages:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def machine() -> dict[str, Any]:
    """Return what the figures depend on of this machine, without its name."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30 if hasattr(os, "sysconf") else 0
    return {
        "system": f"{platform.system()} on {platform.machine()}",
        "cores": cores,
        "memory_gib": round(memory),
        "load_at_start": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
    }


def today() -> str:
    """Return the day of the run."""
    return dt.datetime.now(tz=dt.UTC).date().isoformat()


def say(text: str = "") -> None:
    """Print a line at once."""
    print(text, flush=True)


def bar_row(bar: str, what: str, value: float, sign: str = "", limit: float | None = None) -> dict[str, Any]:
    """Return one bar: what was compared, the ratio reached, the limit, and whether it holds."""
    holds = None if limit is None else value >= limit if sign == ">=" else value <= limit
    verdict = f"bar {sign} {limit:g}: {'held' if holds else 'MISSED'}" if limit is not None else ""
    say(f"{bar:<10} {what:<88} {value:8.2f}   {verdict}")
    return {"bar": bar, "what": what, "value": value, "sign": sign, "limit": limit, "holds": holds}


def part_of(words: str | None, run: Callable[[bool], dict[str, Any]]) -> None:
    """Run a part as a script that takes ``--quick``, and print its result as JSON on the last line."""
    parser = argparse.ArgumentParser(description=words)
    parser.add_argument("--quick", action="store_true")
    say(json.dumps(run(parser.parse_args().quick)))
