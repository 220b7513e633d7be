"""Random tables over the facts that a catalogue reads, and what `assess` says of their rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import Any

from sanctionsmodel import Catalogue, assess
from sanctionsmodel.errors import SanctionsModelError
from sanctionsmodel.facts import Fact, registry
from sanctionsmodel.transactions import Transaction

_DAYS = ("2022-03-01", "2023-12-15", "2024-04-12", "2024-04-13", "2024-04", "2024", "2024-06-01", "2025-02-20")
_PLACES = ("RU", "KZ", "US", "GB", "DE", "CN", "BY", "UA", "UA-43", "EU", "KP", "IR", "CU", "CH", "JP", "SG")
_CODES = {
    "hs": ("76", "7601", "760110", "740311", "271019", "854232", "880730", "9705", "030611", "710812", "72"),
    "cn": ("76011010", "7601", "72083600", "27101943", "85423290"),
    "hts": ("7601.10.30", "760110", "7208.36.0000", "0306"),
    "eccn": ("3A090", "EAR99", "5A992", "9A610", "3A", "0A501", "4A090.a"),
}
_AMOUNTS = {
    "mass": ("25 t", "500 kg", "0 kg"),
    "share": ("0 %", "10 %", "25 %", "50 %", "80 %"),
    "money": ("299 EUR", "300.01 EUR", "5000 USD", "1000 CHF"),
    "money_per_item": ("299 EUR", "300.01 EUR", "5000 USD", "1000 CHF"),
    "dimensionless": ("0", "1", "8", "4800"),
    "length": ("1 m", "300 km"),
    "time": ("1 h", "3 min"),
    "processing_performance": ("4800 TPP", "600 TPP"),
}


def facts_read(catalogue: Catalogue) -> list[str]:
    """Return the names of the facts on which answers of a catalogue may depend."""
    names = {axis.fact for axis in catalogue.index.axes.names}
    return sorted(name for name in names if value(Random(0), registry()[name]) is not None)


def value(rng: Random, fact: Fact) -> str | None:
    """Return one value as text, or nothing where this pool has none."""
    if fact.domain == "boolean":
        return rng.choice(("true", "false"))
    if fact.domain == "date":
        return rng.choice(_DAYS)
    if fact.domain == "jurisdiction":
        return rng.choice(_PLACES)
    if fact.domain == "nominal" or fact.values:
        return rng.choice([name for name in fact.values if name != "none"])
    pool = _CODES.get(fact.system) if fact.domain == "code" else _AMOUNTS.get(fact.dimension)
    return rng.choice(pool) if pool else None


def cell(rng: Random, fact: Fact) -> str:
    """Return a cell: empty, one value, several, none, or now and then something that cannot be read."""
    kind = rng.random()
    if kind < 0.25:
        return ""
    if kind < 0.27:
        return "?"
    if kind < 0.33 and fact.domain != "boolean":
        return "none"
    values = [value(rng, fact) or "" for _ in range(rng.choice((1, 1, 1, 2, 3)))]
    return "|".join(dict.fromkeys(values))


def table(rng: Random, facts: Sequence[str], rows: int) -> dict[str, list[str]]:
    """Return columns of text cells; some repeat few values, as columns of real tables do."""
    columns = {}
    for name in facts:
        fact = registry()[name]
        few = [cell(rng, fact) for _ in range(3)]
        columns[name] = [rng.choice(few) if rng.random() < 0.3 else cell(rng, fact) for _ in range(rows)]
    return columns


def rows_of(columns: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Return a table of columns as rows."""
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def stated(row: Mapping[str, str], given: Mapping[str, Any], without: Iterable[str] = ()) -> Transaction:
    """Return the transaction of a row: empty cells let standing facts through, unreadable ones say nothing."""
    facts = {**given, **{name: _parts(text) for name, text in row.items() if text}}
    dropped = {*without, *(name for name, one in facts.items() if not is_readable(name, one))}
    return Transaction({name: one for name, one in facts.items() if name not in dropped})


def _parts(cell: Any) -> Any:
    return cell.split("|") if isinstance(cell, str) and "|" in cell else cell


def is_readable(name: str, value: Any) -> bool:
    """Say whether a cell can be read as its fact."""
    try:
        Transaction({name: value})
    except SanctionsModelError:
        return False
    return True


def answer(transaction: Transaction, catalogue: Catalogue) -> dict[str, Any]:
    """Return what `assess` says, as the columns that screening adds."""
    found = assess(transaction, catalogue)
    undetermined = found.of_status("undetermined")
    waiting = [one for one in undetermined if one.kind == "prohibition"] or undetermined
    return {
        "at_least": found.at_least,
        "at_most": found.at_most,
        "measures": "|".join(f"{one.measure}={one.status.value}" for one in found.reached),
        "missing_facts": {name for one in waiting for name in one.missing_facts},
    }


def long_answer(transaction: Transaction, catalogue: Catalogue) -> list[tuple[str, ...]]:
    """Return what `assess` says, as the rows of the long form without their number and problem."""
    return [
        (one.measure, one.status.value, one.effect.value, "|".join(one.missing_facts))
        for one in assess(transaction, catalogue).reached
    ]


def not_used(problem: str) -> set[str]:
    """Return the facts that a row was answered without, because they contradict one another."""
    parts = [part for part in problem.split("; ") if part.startswith("not used: ")]
    return {name for part in parts for name in part.removeprefix("not used: ").split(", ")}


def long_differences(
    rows: Sequence[Mapping[str, str]],
    wide: Sequence[Mapping[str, Any]],
    long: Sequence[Mapping[str, Any]],
    catalogue: Catalogue,
    given: Mapping[str, Any] | None = None,
) -> list[str]:
    """Return how the long form differs from `assess`, row by row; the wide form says what of a row was not used."""
    if [one["row"] for one in long] != sorted(one["row"] for one in long):
        return ["rows are out of order"]
    found: list[list[tuple[str, ...]]] = [[] for _ in rows]
    for one in long:
        found[one["row"]].append(tuple(one[name] for name in ("measure", "status", "effect", "missing_facts")))
        if one["problem"] != wide[one["row"]]["problem"]:
            return [f"row {one['row']}: {one['problem']!r} told"]
    wrong = []
    for number, (row, seen, answered) in enumerate(zip(rows, found, wide, strict=True)):
        expected = long_answer(stated(row, given or {}, not_used(answered["problem"])), catalogue)
        if seen != (expected or [("", "", "", "")] * bool(answered["problem"])):
            wrong.append(f"row {number} {dict(row)}: {seen} instead of {expected}")
    return wrong


def differences(
    rows: Sequence[Mapping[str, str]],
    answers: Sequence[Mapping[str, Any]],
    catalogue: Catalogue,
    given: Mapping[str, Any] | None = None,
) -> list[str]:
    """Return how the answers of a screened table differ from those of `assess`, row by row."""
    wrong = []
    for number, (row, got) in enumerate(zip(rows, answers, strict=True)):
        without = not_used(got["problem"])
        readable = all(is_readable(name, _parts(text)) for name, text in row.items() if text)
        if bool(not readable or without) != bool(got["problem"]):
            wrong.append(f"row {number}: {got['problem'] or 'no problem'} told")
        try:
            expected = answer(stated(row, given or {}, without), catalogue)
        except SanctionsModelError as error:
            wrong.append(f"row {number}: {error}; told {got['problem']!r}")
            continue
        seen = {**{name: got[name] for name in expected}, "missing_facts": set(got["missing_facts"].split("|")) - {""}}
        if seen != expected:
            wrong.append(f"row {number} {dict(row)}: {seen} instead of {expected}")
    return wrong
