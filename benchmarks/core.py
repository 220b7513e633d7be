"""Cold start and single answers, as ratios in one run.

    python benchmarks/core.py

Bars: a cold process that imports, loads the catalogue and assesses one transaction takes at most 2.5 times
``python -c 'import pydantic'``, with or without a mass; from a dict of facts to the statuses against the metals law at
most 200 times a loop of nine dict look-ups; to the full assessment at most 25 times that.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from sanctionsmodel import Catalogue, Transaction, assess, bundled_cases

RUNS = 9
COLD = """
from sanctionsmodel import Catalogue, assess
law = Catalogue.bundled().select(themes=["metals"])
answer = assess({facts}, law)
assert answer.at_most == "prohibited"
"""
FACTS = {
    "activity": "import",
    "hs": "760110",
    "origin": "RU",
    "destination": "US",
    "produced_on": "2024-05-02",
    "transacted_on": "2024-05-20",
}


def process_seconds(code: str) -> float:
    """Return the wall time of one Python process."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - started


def cold() -> list[tuple[str, float]]:
    """Return the ratios of a cold answer to importing pydantic, pair by pair, by whether a mass is stated."""
    rows = []
    for words, facts in (("without a mass", FACTS), ("with a mass", {**FACTS, "mass": "25 t"})):
        code = COLD.replace("{facts}", repr(facts))
        process_seconds(code)
        pairs = [(process_seconds("import pydantic"), process_seconds(code)) for _ in range(RUNS)]
        rows.append((f"cold process {words} / import pydantic", statistics.median(b / a for a, b in pairs)))
    return rows


def seconds(work: Callable[[], object], times: int = 200) -> float:
    """Return the best mean time of one call over three rounds."""
    rounds = []
    for _ in range(3):
        started = time.perf_counter()
        for _ in range(times):
            work()
        rounds.append((time.perf_counter() - started) / times)
    return min(rounds)


def warm() -> list[tuple[str, float]]:
    """Return the ratios of statuses to nine dict look-ups, and of full assessments to statuses."""
    law = Catalogue.bundled().select(themes=["metals"])
    cases: list[Any] = [case.facts for case in bundled_cases() if case.measure in law.ids]
    table = {letter: position for position, letter in enumerate("abcdefghi")}

    def look_up() -> None:
        for letter in "abcdefghi":
            table[letter]

    nine = seconds(look_up, 20_000)
    sample = cases[:: max(1, len(cases) // 60)]
    statuses = statistics.median(seconds(lambda facts=facts: law.statuses(Transaction(facts))) for facts in sample)
    full = statistics.median(seconds(lambda facts=facts: assess(Transaction(facts), law), 20) for facts in sample)
    return [("statuses from a dict / nine dict look-ups", statuses / nine), ("assessment / statuses", full / statuses)]


def main() -> None:
    """Print the ratios."""
    for words, ratio in [*cold(), *warm()]:
        print(f"{words:<48} {ratio:8.2f}")


if __name__ == "__main__":
    main()
