"""Random law and random knowledge, over real facts: the material of the property tests.

Every generator takes a `random.Random`, so that the same code serves hypothesis, which shrinks what fails
(`given(dice())`), and long seeded runs, which name the seed of what fails.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from hypothesis import strategies as st

from sanctionsmodel._boxes import Axes, boxes_of
from sanctionsmodel.catalogue import Catalogue
from sanctionsmodel.citations import Citation, Instrument
from sanctionsmodel.conditions import Condition, from_yaml
from sanctionsmodel.facts import registry
from sanctionsmodel.prohibitions import Effect, Exemption, ExemptionVersion, Limb, Prohibition, Version
from sanctionsmodel.transactions import Transaction

#: What a rule may demand of each fact, in every form that the value syntax has.
DEMANDS: dict[str, tuple[Any, ...]] = {
    "activity": ("import", ["import", "purchase"], "acquire_warrant", {"not": "import"}, "none", {"not": "none"}),
    "hs": ("76", "7601", "760110", ["74", "76"], ["7601", "7602"], {"not": "7601"}, "none"),
    "origin": ("RU", ["RU", "BY"], {"not": "RU"}, "UA", "UA-43", "EU"),
    "located_in": ("RU", ["GB", "IM"], {"not": "RU"}, "none", {"not": "none"}),
    "produced_on": ({"from": "2024-04-13"}, {"up_to": "2024-04-12"}, {"before": "2024-04-13"}, "2024-04"),
    "transacted_on": ({"from": "2024-03-01", "before": "2024-05-01"}, {"from": "2024-06-01"}, {"up_to": "2024-04-12"}),
    "warranted_on": ({"up_to": "2024-04-12"}, {"not": "none"}, "none", {"not": {"up_to": "2024-04-12"}}),
    "venue": ("XLME", ["XLME", "XCEC"], {"not": "XLME"}, "none"),
    "withdrawal": ("own_account", {"not": "own_account"}, "none"),
    "proof_doubted": (True, False),
    "location_changed": (True, False),
    "on_warrant_at_cutoff": (True, False),
    "global_metal_exchange": (True, False),
    "actor.us_person": (True, False),
    "end_use": ("military", ["military", "wmd"], {"not": "military"}, "none", {"not": "none"}, {"only": "commercial"}),
    "actor.nationality": ("RU", ["GB", "IM"], {"not": "GB"}, "none", "EU"),
    "authorisation": ("specific_licence",),
    "unit_value": ({"above": "300 EUR"}, {"above": "300 USD"}, {"up_to": "300 EUR"}, {"up_to": "1000 USD"}),
    "mass": ({"from": "25 t"}, {"above": "25 t"}, {"up_to": "500 kg"}, {"from": "500 kg", "before": "25 t"}),
}

#: What may be known of each fact: exact, imprecise, none, and lists that are whole or open.
STATEMENTS: dict[str, tuple[Any, ...]] = {
    "activity": ("import", "purchase", "acquire_warrant", "none", {"one_of": ["import", "export"]}, {"not": "none"}),
    "hs": ("760110", "7601", "76", "7602", "740311", "none", {"one_of": ["7601", "7403"]}),
    "origin": ("RU", "KZ", "DE", "UA", "UA-43", "EU", {"one_of": ["RU", "KZ"]}, {"not": "RU"}),
    "located_in": ("RU", "GB", "CH", "none", {"one_of": ["RU", "none"]}),
    "produced_on": ("2024-04-12", "2024-04-13", "2024-04", "2023", {"from": "2024-04-20"}, {"before": "2024-04-01"}),
    "transacted_on": ("2024-02-29", "2024-04-12", "2024-04", "2024", "2024-06-01", {"from": "2024-04-12"}),
    "warranted_on": ("2024-04-12", "2024-04-13", "none", {"up_to": "2024-04"}, {"one_of": ["none", "2024-04-20"]}),
    "venue": ("XLME", "XCEC", "XSGE", "none", {"one_of": ["XLME", "none"]}),
    "withdrawal": ("own_account", "client_account", "none", {"not": "none"}),
    "proof_doubted": (True, False),
    "location_changed": (True, False),
    "on_warrant_at_cutoff": (True, False),
    "global_metal_exchange": (True, False),
    "actor.us_person": (True, False),
    "end_use": ("commercial", ["commercial", "military"], "none", {"at_least": ["wmd"]}, {"at_least": "commercial"}),
    "actor.nationality": ("RU", ["RU", "GB"], "none", {"at_least": "GB"}, "DE"),
    "authorisation": ("specific_licence", "none"),
    "unit_value": ("299 EUR", "300.01 EUR", "5000 USD", {"from": "100 EUR", "up_to": "400 EUR"}, {"above": "1 USD"}),
    "mass": ("25 t", "1 kg", {"above": "25 t"}, {"from": "1 t", "up_to": "30 t"}, {"up_to": "500 kg"}),
}

FACTS = tuple(DEMANDS)
PROVISIONS = ("art. 1(a)", "art. 1(b)", "art. 1(c)", "art. 1(d)")
CITATION = Citation(act="An act of nobody", section="art. 1", url="https://example.org/act", read_on="2026-01-01")
INSTRUMENT = Instrument(id="zz/act", title="An act of nobody")
CUT = dt.date(2024, 4, 13)

#: When the versions of a measure are in force, and those of an exemption, which may run side by side.
VERSION_SPANS: tuple[list[dict[str, dt.date]], ...] = ([{}], [{"from": CUT}], [{"until": CUT}, {"from": CUT}])
EXEMPTION_SPANS: tuple[list[dict[str, dt.date]], ...] = ([{}], [{}], [{"from": CUT}], [{"until": CUT}, {}])


def dice() -> st.SearchStrategy[Random]:
    """Return a strategy of random generators whose choices hypothesis makes, remembers and shrinks."""
    return st.randoms(use_true_random=False)


# ---------------------------------------------------------------------------------------------------------- conditions
def demand(rng: Random, facts: Sequence[str]) -> dict[str, Any]:
    """Return the YAML form of a leaf."""
    fact = rng.choice(facts)
    return {fact: rng.choice(DEMANDS[fact])}


def raw_condition(rng: Random, facts: Sequence[str] = FACTS, depth: int = 2) -> dict[str, Any]:
    """Return the YAML form of a condition: a leaf, a mapping of leaves, or all, any and not, nested."""
    kind = rng.choice(("leaf", "leaf", "both", "all", "any", "any", "not")) if depth else "leaf"
    if kind == "leaf":
        return demand(rng, facts)
    if kind == "both":
        return {**demand(rng, facts), **demand(rng, facts)}
    if kind == "not":
        return {"not": raw_condition(rng, facts, depth - 1)}
    return {kind: [raw_condition(rng, facts, depth - 1) for _ in range(rng.randint(2, 3))]}


def condition(rng: Random, facts: Sequence[str] = FACTS, depth: int = 2) -> Condition:
    """Return a random condition."""
    return from_yaml(raw_condition(rng, facts, depth))


# ------------------------------------------------------------------------------------------------------------ measures
def measure(rng: Random, number: int = 1, limbs: int = 4, exemptions: int = 3) -> Prohibition:
    """Return a measure with one or two versions, up to four limbs, and exemptions that free some limbs or all."""
    facts = rng.sample(FACTS, rng.randint(2, 4))
    raw = _drawn_measure(rng, facts, number, limbs, exemptions)
    return Prohibition(
        id=raw["id"],
        title=raw["title"],
        issuer="zz",
        instrument=INSTRUMENT,
        effect=Effect.PROHIBITED,
        binds=raw["binds"],
        versions=tuple(
            Version(cite=(CITATION,), limbs=tuple(Limb(**limb) for limb in version.pop("limbs")), **version)
            for version in raw["versions"]
        ),
        exemptions=tuple(built_exemption(one) for one in raw["exemptions"]),
    )


def exemption(rng: Random, facts: Sequence[str], number: int) -> Exemption:
    """Return an exemption that frees some limbs, or all of them."""
    return built_exemption(raw_exemption(rng, facts, number))


def built_exemption(raw: Mapping[str, Any]) -> Exemption:
    """Return the exemption that a law file would state so."""
    versions = tuple(ExemptionVersion(cite=(CITATION,), **version) for version in raw["versions"])
    return Exemption(**{**raw, "versions": versions})


def raw_measure(rng: Random, facts: Sequence[str], number: int, limbs: int = 4, exemptions: int = 3) -> dict[str, Any]:
    """Return a measure as a law file states it, without its citations; a limb that nothing meets would be refused."""
    for _ in range(20):
        raw = _drawn_measure(rng, facts, number, limbs, exemptions)
        if all(_can_be_met(raw["binds"], version, limb) for version in raw["versions"] for limb in version["limbs"]):
            return raw
    limb = {"provision": PROVISIONS[0], "when": demand(rng, facts)}
    return {**raw, "binds": {}, "versions": [{"limbs": [limb]}]}


def _can_be_met(binds: dict[str, Any], version: dict[str, Any], limb: dict[str, Any]) -> bool:
    days = {{"until": "before"}.get(key, key): str(version[key]) for key in ("from", "until") if key in version}
    parts = [binds, version["when"], limb["when"], {"transacted_on": days} if days else {}]
    return bool(boxes_of(from_yaml({"all": [part for part in parts if part]}), Axes()))


def _drawn_measure(rng: Random, facts: Sequence[str], number: int, limbs: int, exemptions: int) -> dict[str, Any]:
    provisions = PROVISIONS[: rng.randint(1, limbs)]
    return {
        "id": f"zz/act/measure-{number}",
        "title": f"Measure {number}",
        "binds": raw_condition(rng, facts, depth=0) if rng.random() < 0.3 else {},
        "versions": _raw_versions(rng, facts, provisions),
        "exemptions": [
            raw_exemption(rng, facts, place, provisions) for place in range(rng.choice((0, 1, 1, 2, exemptions)))
        ],
    }


def _raw_versions(rng: Random, facts: Sequence[str], provisions: Sequence[str]) -> list[dict[str, Any]]:
    spans = rng.choice(VERSION_SPANS)
    return [
        {
            **span,
            "when": raw_condition(rng, facts, depth=1) if rng.random() < 0.5 else {},
            "limbs": [{"provision": name, "when": raw_condition(rng, facts)} for name in provisions],
        }
        for span in spans
    ]


def raw_exemption(
    rng: Random, facts: Sequence[str], number: int, provisions: Sequence[str] = PROVISIONS
) -> dict[str, Any]:
    """Return an exemption as a law file states it, without its citations."""
    spans = rng.choice(EXEMPTION_SPANS)
    return {
        "id": f"zz/licence-{number}",
        "title": f"Licence {number}",
        "kind": "general_licence",
        "frees": rng.sample(list(provisions), rng.randint(0, len(provisions))),
        "versions": [
            {**span, "provision": f"para {place}", "when": raw_condition(rng, facts, depth=1)}
            for place, span in enumerate(spans)
        ],
    }


# ----------------------------------------------------------------------------------------------------------- knowledge
def statements(rng: Random, facts: Sequence[str] = FACTS, share: float = 0.5) -> dict[str, Any]:
    """Return what somebody says of some of the facts; the rest is unknown."""
    return {fact: rng.choice(STATEMENTS[fact]) for fact in facts if rng.random() < share}


def transaction(rng: Random, facts: Sequence[str] = FACTS, share: float = 0.5) -> Transaction:
    """Return a transaction that states some of the facts."""
    return Transaction(statements(rng, facts, share))


def undeclared(names: Sequence[str]) -> list[str]:
    """Return the names that the registry does not declare, so that the pool cannot drift away from it."""
    return [name for name in names if name not in registry()]


# ---------------------------------------------------------------------------------------------------------- catalogues
HEAD: dict[str, Any] = {
    "issuer": "zz",
    "instrument": {"id": "zz/act", "title": "An act of nobody"},
    "sources": {"ACT": {"act": "An act of nobody", "url": "https://example.org/act", "read_on": "2026-01-01"}},
}


def law_file(measures: Sequence[Mapping[str, Any]], **sections: Any) -> str:
    """Return the text of a law file (JSON, which is YAML) with these measures, each cited."""
    return json.dumps({**HEAD, "measures": [_cited(one) for one in measures], **sections}, default=str)


def _cited(measure: Mapping[str, Any]) -> dict[str, Any]:
    """Return a measure with a citation wherever one is due."""
    versions = [{"cite": "ACT art. 1", **one} for one in measure["versions"]]
    exemptions = [
        {**one, "versions": [{"cite": "ACT art. 2", **version} for version in one["versions"]]}
        for one in measure.get("exemptions", ())
    ]
    return {"effect": "prohibited", "title": measure["id"], **measure, "versions": versions, "exemptions": exemptions}


def catalogue(*whens: Mapping[str, Any], **sections: Any) -> Catalogue:
    """Return a catalogue of measures ``zz/act/1``, ``zz/act/2`` ... with these conditions."""
    measures = [{"id": f"zz/act/{place}", "versions": [{"when": when}]} for place, when in enumerate(whens, start=1)]
    return Catalogue.from_files({"zz/act.yaml": law_file(measures, **sections)})
