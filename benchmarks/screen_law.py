"""Generated law and generated orders for the benchmarks of screening.

A measure is a box over some of eleven facts, with up to two exemptions, each a box too: the shape of real measures,
without their words. Orders have 10 % of production dates and 60 % of venues empty.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa

from sanctionsmodel import Catalogue
from sanctionsmodel.commodities import children

ACTIVITIES = [
    one
    for row in (
        "import export reexport transfer_in_country transit purchase sell supply deliver transport",
        "technical_assistance provide_financing brokering",
    )
    for one in row.split()
]
PLACES = [
    one
    for row in (
        "CN DE US RU KZ TR AE GB FR IT NL PL JP KR IN BR MX CA CH AT CZ HU RO BG GR ES PT SE NO FI DK EE LV",
        "LT UA BY GE AM AZ UZ KG TJ TM MN VN TH MY SG ID PH AU NZ ZA EG MA DZ SA QA KW OM IL IR IQ SY KP CU",
        "VE",
    )
    for one in row.split()
]
VENUES = ("XLME", "XCEC", "XNYM", "XSGE")
FIRST, LAST = dt.date(2022, 1, 1), dt.date(2026, 10, 1)
NULLS = {"produced_on": 0.1, "venue": 0.6}


def headings() -> list[str]:
    """Return the chapters of the Harmonized System that exist."""
    return [f"{number:02d}" for number in range(1, 98) if number != 77]


def goods_codes() -> list[str]:
    """Return every six-digit code of the Harmonized System 2022."""
    return [code for chapter in headings() for heading in children(chapter) for code in children(heading)]


Box = dict[str, Any]


@dataclass
class Rule:
    """One measure: a box, and the boxes of its exemptions. A box has lists, prefixes, spans of days and of numbers."""

    name: str
    box: Box
    exemptions: list[Box] = field(default_factory=list)


def _some(rng: Random, among: Any, most: int) -> list[str]:
    return sorted(rng.sample(list(among), rng.randint(1, most)))


def _day(rng: Random) -> str:
    return (FIRST + dt.timedelta(days=rng.randrange((LAST - FIRST).days))).isoformat()


def random_box(rng: Random, codes: list[str], share: float) -> Box:
    """Return a box that names each fact with a chance of its own."""
    box: Box = {}

    def chance(one: float) -> bool:
        return rng.random() < one * share

    if chance(0.9):
        box["activity"] = _some(rng, ACTIVITIES, 4)
    if chance(0.9):
        box["hs"] = sorted({rng.choice(codes)[: rng.choice((2, 4, 4, 6))] for _ in range(rng.randint(1, 8))})
    if chance(0.5):
        box["origin"] = _some(rng, PLACES, 4)
    if chance(0.5):
        box["destination"] = _some(rng, PLACES, 6)
    if chance(0.3):
        box["conducted_in"] = _some(rng, PLACES, 8)
    if chance(0.8):
        box["transacted_on"] = {"from": _day(rng)}
    if chance(0.3):
        box["produced_on"] = {rng.choice(("from", "up_to")): _day(rng)}
    if chance(0.15):
        box["venue"] = _some(rng, VENUES, 2)
    if chance(0.15):
        box["mass"] = {"above": rng.randint(1, 400) * 50}
    if chance(0.1):
        box["unit_value"] = {"above": rng.randint(1, 100) * 10}
    if chance(0.1):
        box["purity"] = {"above": rng.randint(1, 9) / 10}
    return box


def rules(count: int, seed: int = 1) -> list[Rule]:
    """Return so many rules."""
    rng, codes = Random(seed), goods_codes()
    made = []
    for number in range(count):
        box = random_box(rng, codes, 1.0) or {"origin": ["RU"]}
        ways = [random_box(rng, codes, 0.4) for _ in range(rng.choice((0, 0, 1, 2)))]
        made.append(Rule(f"zz/act/m{number:04d}", box, [way for way in ways if way]))
    return made


_UNITS = {"mass": "kg", "unit_value": "EUR", "purity": ""}


def _condition(box: Box) -> dict[str, Any]:
    made = {}
    for name, demand in box.items():
        if name in _UNITS:
            made[name] = {key: f"{value} {_UNITS[name]}".strip() for key, value in demand.items()}
        else:
            made[name] = demand
    return made


def catalogue(made: list[Rule]) -> Catalogue:
    """Return the rules as a catalogue, read from the text of a law file."""
    measures = [
        {
            "id": rule.name,
            "title": rule.name,
            "effect": "prohibited",
            "versions": [{"cite": "ACT art. 1", "when": _condition(rule.box)}],
            "exemptions": [
                {
                    "id": f"zz/way/{rule.name[7:]}-{place}",
                    "title": f"way {place}",
                    "kind": "general_licence",
                    "versions": [{"cite": "ACT art. 2", "provision": f"para {place}", "when": _condition(way)}],
                }
                for place, way in enumerate(rule.exemptions)
            ],
        }
        for rule in made
    ]
    head = {
        "issuer": "zz",
        "instrument": {"id": "zz/act", "title": "An act of nobody"},
        "sources": {"ACT": {"act": "An act of nobody", "url": "https://example.org/act", "read_on": "2026-01-01"}},
    }
    return Catalogue.from_files({"zz/act.yaml": json.dumps({**head, "measures": measures})})


def orders(rows: int, seed: int = 1) -> pa.Table:
    """Return generated orders: text, and three columns of numbers."""
    rng = np.random.default_rng(seed)
    codes = goods_codes()
    span = (LAST - FIRST).days
    weights = 1 / np.arange(1, len(PLACES) + 1)
    weights /= weights.sum()
    transacted = rng.integers(0, span, rows)
    produced = transacted - rng.integers(0, 400, rows)
    days = np.array([(FIRST + dt.timedelta(days=one - 400)).isoformat() for one in range(span + 401)], object)
    columns = {
        "activity": np.array(ACTIVITIES, object)[rng.integers(0, len(ACTIVITIES), rows)],
        "hs": np.array(codes, object)[rng.integers(0, len(codes), rows)],
        "origin": np.array(PLACES, object)[rng.choice(len(PLACES), rows, p=weights)],
        "destination": np.array(PLACES, object)[rng.choice(len(PLACES), rows, p=weights)],
        "conducted_in": np.array(PLACES, object)[rng.choice(len(PLACES), rows, p=weights)],
        "transacted_on": days[transacted + 400],
        "produced_on": days[produced + 400],
        "venue": np.array(VENUES, object)[rng.integers(0, len(VENUES), rows)],
        "mass": np.round(rng.lognormal(7, 2, rows), 1),
        "unit_value": np.round(rng.lognormal(5, 1.5, rows), 2),
        "purity": np.round(rng.random(rows), 3),
    }
    arrays = {}
    for name, values in columns.items():
        empty = rng.random(rows) < NULLS.get(name, 0)
        arrays[name] = pa.array(values, pa.float64() if name in _UNITS else pa.string(), mask=empty)
    return pa.table(arrays)


UNITS = {"mass": "kg", "unit_value": "EUR"}


def facts_of(row: dict[str, Any]) -> dict[str, Any]:
    """Return an order as the facts of a transaction: what is not there is not said, and amounts have their unit."""
    stated = {name: value for name, value in row.items() if value is not None}
    return {name: f"{value} {UNITS[name]}" if name in UNITS else value for name, value in stated.items()}
