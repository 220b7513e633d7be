"""Cold start and single answers, and rule engines on the same rules and rows, as ratios in one run.

    python benchmarks/core.py [--quick]

Bars: a cold process that imports, loads the catalogue and assesses one transaction takes at most 2.5 times
``python -c 'import pydantic'``, with or without a mass; G1, G2 and G8 of the table that is printed. "Warm" has the
index and the verdicts of the transactions asked; "new" has the index alone, as for a transaction never seen before.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from datetime import date
from typing import Any

import plain
import screen_law
from measuring import bar_row, best, each, part_of, say, seconds
from pydantic import BaseModel
from row_engines import ENGINES, Engine, prepared

from sanctionsmodel import Catalogue, Transaction, assess
from sanctionsmodel._index import Index
from sanctionsmodel._narrow import Narrowed

FULL: dict[str, Any] = {"runs": 9, "rules": (10, 100, 1000), "rows": 200, "whole": 60, "most": 3000}
QUICK: dict[str, Any] = {"runs": 3, "rules": (10, 100, 1000), "rows": 60, "whole": 20, "most": 3000}
MICRO = 1_000_000
_HEAVY = ("pint", "pycountry", "yaml", "numpy", "pyarrow", "polars", "typer")
COLD = """
from sanctionsmodel import Catalogue, assess
law = Catalogue.bundled().select(themes=["metals"])
answer = assess({facts}, law)
assert answer.at_most == "prohibited"
"""
INGOT = {
    "activity": "import",
    "hs": "760110",
    "origin": "RU",
    "destination": "US",
    "produced_on": "2024-05-02",
    "transacted_on": "2024-05-20",
}


class Order(BaseModel):
    """A plain model of twelve fields, to compare reading a transaction with."""

    ref: str
    activity: str
    hs: str
    origin: str
    destination: str
    conducted_in: str
    transacted_on: date
    produced_on: date | None
    venue: str | None
    mass: float
    unit_value: float
    purity: float


# ----------------------------------------------------------------------------------------------------------------- cold
def process_seconds(code: str) -> float:
    """Return the wall time of one Python process, with modules compiled once, as an installed package has them."""
    settings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, env=settings)
    return time.perf_counter() - started


def cold(runs: int) -> list[dict[str, Any]]:
    """Return the ratios of a cold answer to importing pydantic, pair by pair, and whether an import stays light."""
    rows = []
    for words, facts in (("without a mass", INGOT), ("with a mass", {**INGOT, "mass": "25 t"})):
        code = COLD.replace("{facts}", repr(facts))
        process_seconds(code)
        pairs = [(process_seconds("import pydantic"), process_seconds(code)) for _ in range(runs)]
        ratio = statistics.median(b / a for a, b in pairs)
        rows.append(bar_row("cold", f"a process that assesses, {words} / import pydantic", ratio, "<=", 2.5))
    code = f"import sys, sanctionsmodel; print(sum(name in sys.modules for name in {_HEAVY}))"
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    rows.append(bar_row("G8", "heavy libraries that importing sanctionsmodel loads", int(told), "<=", 0))
    return rows


# ----------------------------------------------------------------------------------------------------------- one answer
def reached(index: Index, narrowed: Narrowed) -> list[tuple[str, Any]]:
    """Return the ids and exact statuses of the measures that a transaction reaches."""
    names = index.measures.names
    return [(names[n], index.status(n, narrowed.known)) for n in index.candidates(narrowed)]


def never_seen(index: Index, known: list[Narrowed]) -> float:
    """Return the mean seconds of transactions that come one after the other for the first time, the best of a few."""
    shortest = [float("inf")] * len(known)
    for _ in range(5):
        new = Index.of(index.measures, index.narrowing)  # compiled, and remembers nothing
        for place, one in enumerate(known):
            taken, _ = best(lambda one=one, new=new: reached(new, one), 1)
            shortest[place] = min(shortest[place], taken)
    return sum(shortest) / len(known)


def check_statuses(law: Catalogue, rules: list[screen_law.Rule], rows: list[dict[str, Any]]) -> None:
    """Compare statuses with the plain rules: the same wherever logic alone is definite, and where it is met at all."""
    functions, plainly = plain.functions(rules), plain.plain_reached(rules)
    for row in rows:
        logic = plainly(row)
        assert functions(row) == logic
        found = law.statuses(Transaction(screen_law.facts_of(row)))
        by_rule = dict(logic)
        for number, rule in enumerate(rules):
            expected, got = by_rule.get(number, "not_covered"), found[rule.name].value
            same = expected in (got, "undetermined") or (expected, got) == ("exempt", "not_covered")
            assert same, (row, rule, expected, got)


def ours(count: int, sizes: dict[str, Any]) -> dict[str, float]:
    """Return the microseconds of each step of one answer, against so many generated measures."""
    rules = screen_law.rules(count)
    law, rows = screen_law.catalogue(rules), screen_law.orders(sizes["rows"], seed=9).to_pylist()
    check_statuses(law, rules, rows)
    index, stated = law.index, [screen_law.facts_of(row) for row in rows]
    transactions = [Transaction(facts) for facts in stated]
    known = [index.narrow(one) for one in transactions]
    new = never_seen(index, known)
    made = {
        "candidates from narrowed facts": each(index.candidates, known),
        "statuses and ids from narrowed facts, warm": each(lambda one: reached(index, one), known),
        "statuses and ids from narrowed facts, new": new,
        "a transaction from a dict": each(Transaction, stated),
        "narrowing it": each(index.narrow, transactions),
        "statuses of all measures from a dict, warm": each(lambda facts: law.statuses(Transaction(facts)), stated),
        "full assessment from a dict, warm": each(lambda facts: assess(facts, law), stated),
        "Python functions, three-valued": each(plain.functions(rules), rows),
    }
    return {name: one * MICRO for name, one in made.items()}


def rivals(count: int, sizes: dict[str, Any]) -> dict[str, float]:
    """Return the microseconds a row of each rule engine, and ours on the same rows, all facts of which are known."""
    rules = screen_law.rules(count)
    rows = [row for row in screen_law.orders(20 * sizes["whole"], seed=5).to_pylist() if None not in row.values()]
    rows = rows[: sizes["whole"]]
    plainly = plain.plain_reached(rules)
    expected = [[number for number, status in plainly(row) if status == "covered"] for row in rows]
    law, stated = screen_law.catalogue(rules), [screen_law.facts_of(row) for row in rows]
    numbers = {rule.name: number for number, rule in enumerate(rules)}
    found = [
        [numbers[name] for name, one in law.statuses(Transaction(facts)).items() if one == "covered"]
        for facts in stated
    ]
    assert [sorted(one) for one in found] == expected
    made = {
        "statuses from a dict, warm": each(lambda facts: law.statuses(Transaction(facts)), stated),
        "full assessment from a dict, warm": each(lambda facts: assess(facts, law), stated),
        "Python functions, three-valued": each(plain.functions(rules), rows),
    }
    ready = [prepared(row) for row in rows]
    for engine in ENGINES:
        if engine.installed:
            made[engine.name] = asked_by(engine, rules, ready, expected)
        else:
            say(f"  {engine.name} is not installed (pip install {engine.package}); left out")
    return {name: one * MICRO for name, one in made.items()}


def asked_by(
    engine: Engine, rules: list[screen_law.Rule], rows: list[dict[str, Any]], expected: list[list[int]]
) -> float:
    """Return the seconds a row of a rule engine, whose answers must be those expected."""
    asked = engine.build(rules)
    assert [sorted(asked(row)) for row in rows] == expected, engine.name
    return each(asked, rows)


# ----------------------------------------------------------------------------------------------------------------- bars
def yardsticks(rows: list[dict[str, Any]]) -> dict[str, float]:
    """Return the microseconds of a loop of nine dict look-ups, and of a plain model of twelve fields."""
    table = {letter: position for position, letter in enumerate("abcdefghi")}

    def look_up() -> None:
        for letter in "abcdefghi":
            table[letter]

    filled = [{"ref": "A-101", **row} for row in rows]
    return {
        "nine dict look-ups": seconds(look_up, 500) * MICRO,
        "plain pydantic model of 12 fields": each(Order.model_validate, filled) * MICRO,
    }


def metals_bars(nine: float) -> list[dict[str, Any]]:
    """Return what statuses and a full assessment take against the law on metals that ships."""
    from sanctionsmodel import bundled_cases

    law = Catalogue.bundled().select(themes=["metals"])
    cases: list[Any] = [case.facts for case in bundled_cases() if case.measure in law.ids]
    sample = cases[:: max(1, len(cases) // 60)]
    statuses = statistics.median(seconds(lambda one=one: law.statuses(Transaction(one)), 5, 20) for one in sample)
    full = statistics.median(seconds(lambda one=one: assess(Transaction(one), law), 2, 10) for one in sample)
    return [
        bar_row("metals", "statuses from a dict / nine dict look-ups", statuses * MICRO / nine, "<=", 200),
        bar_row("metals", "assessment / statuses", full / statuses, "<=", 25),
    ]


def bars(steps: dict[int, dict[str, float]], sticks: dict[str, float], most: int) -> list[dict[str, Any]]:
    """Return the bars G1 and G2 with what was reached."""
    one, more = steps[1000], steps[most]
    statuses = one["statuses and ids from narrowed facts, warm"]
    read, nine = one["a transaction from a dict"], sticks["nine dict look-ups"]
    model, functions = sticks["plain pydantic model of 12 fields"], one["Python functions, three-valued"]
    growth = more["statuses and ids from narrowed facts, warm"] / statuses
    what, versus = "narrowed facts to statuses and ids", "/ plain pydantic model of 12 fields"
    return [
        bar_row("G1", f"1000 rules: {what} / nine dict look-ups", statuses / nine, "<=", 12),
        bar_row("G1", f"1000 rules: Python functions / {what}", functions / statuses, ">=", 15),
        bar_row("G1", f"{most} rules / 1000: {what}", growth, "<=", 8),
        bar_row("G2", f"dict to narrowed facts {versus}", (read + one["narrowing it"]) / model, "<=", 15),
        bar_row("beside G2", f"dict to transaction {versus}", read / model),
    ]


def run(quick: bool = False) -> dict[str, Any]:
    """Measure everything, and return it."""
    sizes = QUICK if quick else FULL
    sticks = yardsticks(screen_law.orders(sizes["rows"], seed=9).to_pylist())
    steps = {count: ours(count, sizes) for count in (*sizes["rules"], sizes["most"])}
    for name in steps[10]:
        say(f"{name:<46}" + "".join(f"{steps[count][name]:10.1f}" for count in steps))
    say()
    beside = {count: rivals(count, sizes) for count in sizes["rules"]}
    for name in beside[10]:
        say(f"{name:<46}" + "".join(f"{beside[count][name]:10.1f}" for count in beside))
    say()
    forms = {one.name: [one.package, one.form] for one in ENGINES}
    found = [*cold(sizes["runs"]), *bars(steps, sticks, sizes["most"]), *metals_bars(sticks["nine dict look-ups"])]
    return {"microseconds": steps, "rivals": beside, "forms": forms, "yardsticks": sticks, "bars": found}


if __name__ == "__main__":
    part_of(__doc__, run)
