"""The catalogue that ships, on lines shaped like those of customs: `screen` against one row at a time.

    python benchmarks/real.py [--quick]

Rows are made from the facts of the worked cases, varied. Answers of `screen` are compared with `assess`, and both with
the specification: at random completions of what is known, the two-valued `holds` must agree with every definite status.
No other engine here can carry this law as it is written: it needs lists that change with time, defined terms, facts
that narrow one another, and amounts with units. Python functions and CEL are given what this library works out of it:
compiled boxes, and rows narrowed to one point each, on which they say which measures forbid it.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import real_rivals
from measuring import bar_row, best, each, part_of, say

from sanctionsmodel import Catalogue, Transaction, assess, bundled_cases, screen
from sanctionsmodel._exact import judge
from sanctionsmodel._narrow import Narrowed
from sanctionsmodel.errors import SanctionsModelError

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from oracle import is_excused, is_met, representatives

FULL: dict[str, Any] = {"rows": 500_000, "distinct": 25_000, "one_by_one": 300, "checked": 300}
QUICK: dict[str, Any] = {"rows": 50_000, "distinct": 5_000, "one_by_one": 60, "checked": 60}
COLUMNS = (
    *("activity", "hs", "eccn", "origin", "destination", "exported_from", "consigned_from", "conducted_in"),
    *("end_use", "transacted_on", "contracted_on", "shipped_on", "produced_on", "transport_mode"),
)
DATES = [name for name in COLUMNS if name.endswith("_on")]
UNITS = {"mass": "kg"}
_MOST_DAYS = 300


# ----------------------------------------------------------------------------------------------------------------- rows
def case_rows() -> list[dict[str, str]]:
    """Return what the worked cases say of the columns, as text; what takes more than one cell is left out."""
    rows = []
    for case in bundled_cases():
        facts = Transaction(case.facts).to_dict()
        rows.append({name: facts[name] for name in COLUMNS if isinstance(facts.get(name), str)})
    return rows


def varied(rng: Random, rows: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Return one row with its days shifted together, and now and then the goods or places of another."""
    row, other, days = dict(rng.choice(rows)), rng.choice(rows), rng.randint(-_MOST_DAYS, _MOST_DAYS)
    for name in DATES:
        if len(row.get(name, "")) == len("2024-04-13"):
            row[name] = (dt.date.fromisoformat(row[name]) + dt.timedelta(days=days)).isoformat()
    for names, chance in ((("hs", "eccn"), 0.2), (("origin",), 0.2), (("destination", "exported_from"), 0.2)):
        if rng.random() < chance:
            row = {name: value for name, value in row.items() if name not in names}
            row |= {name: other[name] for name in names if name in other}
    if rng.random() < 0.1 and len(row) > 1:
        del row[rng.choice(list(row))]
    return row


def lines(law: Catalogue, rows: int, distinct: int, seed: int = 1) -> pa.Table:
    """Return a table of lines, so many of them distinct but for their mass; facts of none contradict one another."""
    rng, cases = Random(seed), case_rows()
    kept: list[dict[str, str]] = []
    while len(kept) < min(distinct, rows):
        row = varied(rng, cases)
        try:
            law.index.narrow(Transaction(row))
        except SanctionsModelError:
            continue
        kept.append(row)
    chosen = kept if len(kept) == rows else rng.choices(kept, k=rows)
    columns: dict[str, Any] = {name: pa.array([row.get(name) for row in chosen], pa.string()) for name in COLUMNS}
    columns["mass"] = pa.array([round(rng.lognormvariate(7, 2), 1) for _ in chosen], pa.float64())
    return pa.table(columns)


def facts_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a line as the facts of a transaction."""
    stated = {name: value for name, value in row.items() if value is not None}
    return {**stated, "mass": f"{stated['mass']} kg"}


# ------------------------------------------------------------------------------------------------------------- checking
def completed(law: Catalogue, narrowed: Narrowed, rng: Random) -> dict[Any, Any]:
    """Return one random point of what is known."""
    names = law.index.axes.names
    return {axis: rng.choice(representatives(narrowed.known[n], ())) for n, axis in enumerate(names)}


def said(law: Catalogue, point: Mapping[Any, Any]) -> dict[str, tuple[bool, bool]]:
    """Return by plain evaluation whether each measure is met at a point, and whether some limb of it is not excused."""
    found = {}
    for measure in law:
        if measure.parts:  # it only sums up others
            continue
        excused = [one for one in measure.exemptions if is_excused(one, point)]
        met = [limb for version, limb in measure.limbs() if is_met(measure, version, limb, point)]
        left = [limb for limb in met if not any(one.frees_limb(limb) for one in excused)]
        found[measure.id] = (bool(met), bool(left))
    return found


def check(law: Catalogue, table: pa.Table) -> int:
    """Compare `screen` with `assess`, and statuses with plain evaluation; return how many answers were definite."""
    rng, definite = Random(7), 0
    for row, got in zip(table.to_pylist(), screen(table, law, units=UNITS).to_pylist(), strict=True):
        facts = facts_of(row)
        answer = assess(facts, law)
        reached = "|".join(f"{one.measure}={one.status.value}" for one in answer.reached)
        assert got["measures"] == reached, (row, got["measures"], reached)
        transaction = Transaction(facts)
        statuses, point = law.statuses(transaction), completed(law, law.index.narrow(transaction), rng)
        for name, (met, forbidden) in said(law, point).items():
            status = statuses[name].value
            agrees = {"covered": forbidden, "not_covered": not met, "exempt": not forbidden, "undetermined": True}
            assert agrees[status], (row, name, status, met, forbidden)
            definite += status != "undetermined"
    return definite


# ------------------------------------------------------------------------------------------------------------ measuring
def measure(law: Catalogue, sizes: dict[str, Any]) -> dict[str, float]:
    """Return the seconds for a million lines of each way to answer them."""
    table = lines(law, sizes["rows"], sizes["distinct"])
    scale = 1_000_000 / sizes["rows"]
    made = {"screen, text, cold": best(lambda: screen(table, law, units=UNITS), 1)[0] * scale}
    made["screen, text, warm"] = best(lambda: screen(table, law, units=UNITS), 2)[0] * scale
    few = [facts_of(row) for row in table.slice(0, sizes["one_by_one"]).to_pylist()]
    known = [law.index.narrow(Transaction(facts)) for facts in few]
    rng = Random(3)
    points = [completed(law, one, rng) for one in known]
    compiled = [one.compiled for one in law.index.measures]
    ways = {
        "assess, row by row": each(lambda facts: assess(facts, law), few, 2),
        "statuses, row by row": each(lambda facts: law.statuses(Transaction(facts)), few, 2),
        "every measure judged, without masks": each(lambda one: [judge(r, one.known) for r in compiled], known[:60], 1),
        "plain evaluation of one completion": each(lambda point: said(law, point), points[:20], 2),
        **rivals(law, points),
    }
    return made | {name: one * 1_000_000 for name, one in ways.items()}


def rivals(law: Catalogue, points: Sequence[Mapping[Any, Any]]) -> dict[str, float]:
    """Return the seconds a point of engines that are given compiled boxes; their answers must be those of the law."""
    measures = [one for one in law.index.measures if not law[one.id].parts]
    ready, compiled = real_rivals.points_of(law, points), [one.compiled for one in measures]
    evaluated = [said(law, point) for point in points]
    expected = [[plainly[one.id][1] for one in measures] for plainly in evaluated]
    made = {}
    for name, build in (("Python functions", real_rivals.python_functions), ("CEL in Rust", real_rivals.cel_rust)):
        asked = build(compiled)
        if asked is None:
            say(f"  {name} is not installed; left out")
            continue
        assert [asked(point) for point in ready] == expected, name
        made[f"{name} of the compiled boxes, one completion"] = each(asked, ready, 5)
    return made


def run(quick: bool = False) -> dict[str, Any]:
    """Measure the whole catalogue and its law on metals, and return it."""
    sizes = QUICK if quick else FULL
    whole = Catalogue.bundled()
    found: dict[str, Any] = {}
    bars: list[dict[str, Any]] = []
    for name, law in (("whole catalogue", whole), ("metals", whole.select(themes=["metals"]))):
        definite = check(law, lines(law, sizes["checked"], sizes["checked"], seed=2))
        say(f"\n{name}, {len(law)} measures: {sizes['checked']} rows as assess says, {definite} definite answers true")
        made = measure(law, sizes)
        for words, one in made.items():
            say(f"  {words:<54} {one:9.2f} s   {one / made['screen, text, warm']:8.2f} x screen")
        found[name] = {"measures": len(law), "seconds_a_million": made, "definite": definite}
        bars += [
            bar_row(name, f"{words} / screen, warm", made[words] / made["screen, text, warm"])
            for words in ("assess, row by row", "plain evaluation of one completion")
        ]
    return {"rows": sizes["rows"], "columns": len(COLUMNS) + 1, "laws": found, "bars": bars}


if __name__ == "__main__":
    part_of(__doc__, run)
