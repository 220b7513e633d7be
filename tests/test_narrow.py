"""Narrowing: what is known of one fact narrows another, and nothing that is possible is ever ruled out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from sanctionsmodel import sets
from sanctionsmodel._narrow import Narrowed
from sanctionsmodel._values import read_set
from sanctionsmodel.assessment import assess
from sanctionsmodel.catalogue import Catalogue
from sanctionsmodel.errors import CatalogueError, FactError
from sanctionsmodel.facts import EITHER, FALSE, TRUE, Axis, Fact, registry
from sanctionsmodel.prohibitions import Status
from sanctionsmodel.sets import Cuts
from sanctionsmodel.transactions import Transaction
from strategies import catalogue

RAW = registry().raw
DEFINED = {
    "definitions": {
        "us_person": {
            "roles": "true",
            "cite": "ACT art. 3",
            "when": {"any": [{"nationality": "US"}, {"organised_in": "US"}, {"located_in": "US"}]},
        },
        "global_metal_exchange": {"cite": "ACT art. 4", "when": {"venue": ["XLME", "XCEC"]}},
    }
}


def read(name: str, raw: Any) -> Cuts:
    """Return the set that a value stands for."""
    return read_set(registry()[name], raw)


def day(text: str) -> int:
    """Return a day as its place on the line."""
    return dt.date.fromisoformat(text).toordinal()


@cache
def all_facts() -> Catalogue:
    """Return law that reads every fact that some declaration of the registry narrows."""
    dates = {name for link in RAW["order"] for name in link["chain"]}
    computed = {name for one in RAW["computed"] for name in (one["to"], *one["of"])} - {"origin", "input_origin"}
    whens: list[dict[str, Any]] = [{name: {"from": "2024-04-13"}} for name in sorted(dates)]
    whens += [{name: {"not": "none"}} for name in sorted(computed) if registry()[name].domain == "quantity"]
    whens += [{name: "76"} for name in sorted({raw[key] for raw in RAW["nesting"] for key in ("fine", "coarse")})]
    whens += [{"origin": "RU"}, {"on_warrant_at_cutoff": True}]
    whens += [{"actor.kind": "bank"}, {"actor.organised_in": "RU"}, {"actor.nationality": "RU"}]
    whens += [{"buyer.organised_in": "RU"}, {"party.organised_in": "RU"}, {"party.nationality": "RU"}]
    whens += [{"buyer.us_person": True}, {"actor.us_person": True}, {"global_metal_exchange": True}]
    whens += [{"party.us_person": True}, {"party.listed_under": "us/eo-14024"}, {"seller.listed_under": "us/eo-14024"}]
    return catalogue(*whens, **DEFINED)


def narrowed(**facts: Any) -> Narrowed:
    """Return what is known of a transaction after narrowing."""
    return all_facts().index.narrow(Transaction(facts))


def known(name: str, facts: Mapping[str, Any]) -> Cuts:
    """Return what is known of a fact with one value, given other facts."""
    found = narrowed(**facts)
    return found.known[all_facts().index.axes.by_axis[Axis(name)]]


def has(name: str, value: str, facts: Mapping[str, Any]) -> Cuts:
    """Return whether a fact with many values has one, given other facts."""
    found = narrowed(**facts)
    return found.known[all_facts().index.axes.by_axis[Axis(name, read(name, value))]]


# --------------------------------------------------------------------------------------------------------------- order
def links() -> list[tuple[str, str, str]]:
    """Return each declared link, with an activity under which it holds."""
    found = []
    for raw in RAW["order"]:
        activity = raw.get("when", {}).get("activity", "import")
        names = [activity] if isinstance(activity, str) else activity
        found += [(earlier, later, names[0]) for earlier, later in pairwise(raw["chain"])]
    return found


def with_order(activity: str, facts: Mapping[str, Any], *dates: str) -> dict[str, Any]:
    """Return facts under an activity, with dates that may be none stated not to be."""
    some = {name: {"not": "none"} for name in dates if registry()[name].may_be_none and name not in facts}
    return {"activity": activity, **some, **facts}


@pytest.mark.parametrize(("earlier", "later", "activity"), links())
def test_a_later_date_is_no_earlier(earlier: str, later: str, activity: str) -> None:
    """Of two linked dates, the later one cannot lie before the earlier one."""
    facts = with_order(activity, {earlier: "2024-04-13"}, later)
    assert known(later, facts)[0] == day("2024-04-13")


@pytest.mark.parametrize(("earlier", "later", "activity"), links())
def test_an_earlier_date_is_no_later(earlier: str, later: str, activity: str) -> None:
    """Of two linked dates, the earlier one cannot lie after the later one."""
    facts = with_order(activity, {later: "2024-04-13"}, earlier)
    assert known(earlier, facts)[-1] == day("2024-04-14")


@pytest.mark.parametrize(("earlier", "later", "activity"), links())
def test_dates_in_the_wrong_order_are_contradictory(earlier: str, later: str, activity: str) -> None:
    """A date stated before one that it cannot precede is refused, and the message names both and says why."""
    facts = with_order(activity, {earlier: "2024-04-13", later: "2024-04-12"})
    with pytest.raises(FactError, match="correct one of them") as refusal:
        narrowed(**facts)
    assert earlier in str(refusal.value)
    assert later in str(refusal.value)
    assert "2024-04-12" in str(refusal.value)


@pytest.mark.parametrize(("earlier", "later", "activity"), links())
def test_the_same_day_is_in_order(earlier: str, later: str, activity: str) -> None:
    """Two linked dates may fall on one day."""
    assert narrowed(**with_order(activity, {earlier: "2024-04-13", later: "2024-04-13"}))


@pytest.mark.parametrize(("earlier", "later", "activity"), links())
def test_a_date_that_may_be_none_settles_nothing(earlier: str, later: str, activity: str) -> None:
    """While a later date might not exist, it bounds nothing; stated as none, it bounds nothing either."""
    if not registry()[later].may_be_none:
        return
    free = known(earlier, {"activity": activity})
    assert known(earlier, {"activity": activity, later: "none"}) == free
    assert known(earlier, {"activity": activity, later: {"one_of": ["none", "2024-04-13"]}}) == free


def test_a_purchase_may_precede_production() -> None:
    """An order holds only under its activities: goods are bought before they are made, and imported after."""
    facts = {"produced_on": "2024-05-02", "transacted_on": "2024-04-01"}
    narrowed(activity="purchase", **facts)
    with pytest.raises(FactError, match="the act handles goods that exist"):
        narrowed(activity="import", **facts)


def test_an_order_holds_only_when_it_surely_does() -> None:
    """While the act may be a purchase, the day of the act does not bound production."""
    assert known("produced_on", {"activity": ["import", "purchase"], "transacted_on": "2024-04-11"}) == known(
        "produced_on", {}
    )
    assert known("produced_on", {"activity": ["import", "export"], "transacted_on": "2024-04-11"})[-1] == day(
        "2024-04-12"
    )


def test_order_is_transitive() -> None:
    """Bounds run along whole chains, over dates that nobody stated."""
    facts = {"activity": "import", "input_produced_on": "2024-04-13"}
    assert known("transacted_on", facts)[0] == day("2024-04-13")
    assert known("delivered_on", facts)[0] == day("2024-04-13")
    backwards = {"activity": "import", "transacted_on": "2024-04-11"}
    assert known("produced_on", backwards)[-1] == day("2024-04-12")


def test_production_unknown_and_entry_before_the_cut_off() -> None:
    """What was imported on 11 April 2024 was made by then, so a ban on later production asks nothing."""
    law = catalogue({"activity": "import", "origin": "RU", "produced_on": {"from": "2024-04-13"}})
    answer = assess({"activity": "import", "origin": "RU", "transacted_on": "2024-04-11"}, law)["zz/act/1"]
    assert (answer.status, answer.missing_facts) == (Status.NOT_COVERED, ())


def test_an_imprecise_date_bounds_by_its_ends() -> None:
    """A month bounds later dates by its first day and earlier ones by its last."""
    assert known("shipped_on", {"produced_on": "2024-04"})[0] == day("2024-04-01")
    assert known("produced_on", {"shipped_on": "2024-04"})[-1] == day("2024-05-01")


# --------------------------------------------------------------------------------------------------------- implication
def test_metal_on_warrant_at_the_cut_off_was_made_by_then() -> None:
    """Where the condition holds, what it implies does."""
    assert known("produced_on", {"on_warrant_at_cutoff": True})[-1] == day("2024-04-13")


def test_metal_made_after_the_cut_off_was_not_on_warrant() -> None:
    """Where what is implied fails, the condition does."""
    assert known("on_warrant_at_cutoff", {"produced_on": "2024-04-13"}) == FALSE
    assert known("on_warrant_at_cutoff", {"produced_on": "2024-04"}) == EITHER


def test_an_implication_feeds_the_order_and_is_fed_by_it() -> None:
    """What follows from an implication bounds dates, and what bounds dates feeds implications."""
    assert known("on_warrant_at_cutoff", {"input_produced_on": "2024-05-01"}) == FALSE
    assert known("input_produced_on", {"on_warrant_at_cutoff": True, "input_produced_on": {"not": "none"}})[-1] == day(
        "2024-04-13"
    )


def test_only_an_individual_has_a_nationality() -> None:
    """An entity has no nationality, an individual no seat; a nationality tells that it is an individual."""
    assert has("actor.nationality", "RU", {"actor.kind": "company"}) == FALSE
    assert known("actor.organised_in", {"actor.kind": "natural_person"}) == read("actor.organised_in", "none")
    person = {"actor.nationality": "RU"}
    assert known("actor.kind", person) == read("actor.kind", "natural_person")
    assert known("actor.organised_in", person) == read("actor.organised_in", "none")


def test_implied_contradictions_name_both() -> None:
    """An entity with a nationality is refused."""
    with pytest.raises(FactError, match="only an individual has a nationality") as refusal:
        narrowed(**{"actor.kind": "company", "actor.nationality": "RU"})
    assert "actor.kind" in str(refusal.value)
    assert "actor.nationality" in str(refusal.value)


# -------------------------------------------------------------------------------------------------------------- nesting
NESTED = [(raw["fine"], raw["coarse"]) for raw in RAW["nesting"]]


@pytest.mark.parametrize(("fine", "coarse"), NESTED)
def test_a_national_code_settles_the_international_one(fine: str, coarse: str) -> None:
    """The first six digits of a tariff code are the HS code."""
    assert known(coarse, {fine: "76011000"}) == read(coarse, "760110")
    assert known(coarse, {fine: "7601"}) == read(coarse, "7601")


@pytest.mark.parametrize(("fine", "coarse"), NESTED)
def test_an_international_code_bounds_the_national_one(fine: str, coarse: str) -> None:
    """Under HS 7601 10 there are only tariff codes that begin so."""
    assert known(fine, {coarse: "760110"}) == read(fine, "760110")
    assert known(fine, {coarse: "760110", fine: "76"}) == read(fine, "760110")


def test_two_national_codes_meet_only_in_their_first_digits() -> None:
    """A European code bounds an American one by the HS code, no further."""
    assert known("hts", {"cn": "76011000"}) == read("hts", "760110")


@pytest.mark.parametrize(("fine", "coarse"), NESTED)
def test_codes_of_different_goods_are_contradictory(fine: str, coarse: str) -> None:
    """A tariff code outside the HS code is refused, and both are named."""
    with pytest.raises(FactError, match=f"{coarse}.*7602") as refusal:
        narrowed(**{fine: "76011000", coarse: "7602"})
    assert f"{fine} 76011000" in str(refusal.value)


# ------------------------------------------------------------------------------------------------------ computed facts
def test_a_product_and_a_quotient() -> None:
    """Total processing performance is the rate times the bit length, and density is that over the die area."""
    facts = {"processing_rate": "600 TOPS", "bit_length": "8 bit", "applicable_die_area": "800 mm2"}
    assert known("total_processing_performance", facts) == read("total_processing_performance", "4800 TPP")
    assert known("performance_density", facts) == read("performance_density", "6 TPP/mm2")


def test_a_limit_that_is_met_exactly_is_met() -> None:
    """Products are those of the decimals that were written, not of their floats."""
    facts = {"processing_rate": "0.1 TOPS", "bit_length": "3 bit"}
    assert known("total_processing_performance", facts) == read("total_processing_performance", "0.3 TPP")


def test_bounds_are_computed_from_bounds() -> None:
    """From a span of one input follows a span of the product."""
    facts = {"processing_rate": {"from": "500 TOPS", "up_to": "600 TOPS"}, "bit_length": "8 bit"}
    expected = read("total_processing_performance", {"from": "4000 TPP", "up_to": "4800 TPP"})
    assert known("total_processing_performance", facts) == expected


def test_a_computed_fact_that_is_stated_must_agree() -> None:
    """A total that is not the product is refused, and the inputs are named."""
    with pytest.raises(FactError, match="total_processing_performance follows from processing_rate and bit_length"):
        narrowed(processing_rate="600 TOPS", bit_length="8 bit", total_processing_performance="5000 TPP")


def test_origin_follows_from_transformation() -> None:
    """What was transformed comes from where that was done, what was not from where the input comes from."""
    facts = {"processed_in": "TR", "input_origin": ["RU"]}
    assert known("origin", {**facts, "substantially_transformed": True}) == read("origin", "TR")
    assert known("origin", {**facts, "substantially_transformed": False}) == read("origin", "RU")
    assert known("origin", facts) == read("origin", ["TR", "RU"])


def test_origin_is_asked_by_its_open_input() -> None:
    """Input made after the cut-off, origin unknown: ask only whether it was substantially transformed."""
    law = catalogue({"origin": "RU"})
    answer = assess({"processed_in": "TR", "input_origin": "RU"}, law)["zz/act/1"]
    assert (answer.status, answer.missing_facts) == (Status.UNDETERMINED, ("substantially_transformed",))


def test_nothing_is_computed_while_inputs_may_be_none_or_are_unknown() -> None:
    """With an input unknown, the computed fact stays open."""
    assert known("total_processing_performance", {"bit_length": "8 bit"}) == (0.0,)
    assert known("origin", {"processed_in": "TR"}) == known("origin", {})


# ------------------------------------------------------------------------------------------------------- defined terms
def test_a_term_follows_from_finer_facts() -> None:
    """A defined term is true where its condition surely holds, false where it surely fails, else open."""
    assert known("actor.us_person", {"actor.nationality": "US"}) == TRUE
    assert known("actor.us_person", {"actor.located_in": "US"}) == TRUE
    assert known("actor.us_person", {"actor.organised_in": "DE", "actor.located_in": "DE"}) == FALSE
    assert known("actor.us_person", {"actor.organised_in": "DE"}) == EITHER


def test_a_term_belongs_to_its_role() -> None:
    """What makes the buyer a US person says nothing of the actor."""
    assert known("buyer.us_person", {"buyer.organised_in": "US"}) == TRUE
    assert known("actor.us_person", {"buyer.organised_in": "US"}) == EITHER


def test_a_statement_decides_over_the_definition() -> None:
    """A term that is stated is what was stated, and the assessment lists the conflict with finer facts."""
    facts = {"actor.us_person": False, "actor.nationality": "US"}
    assert known("actor.us_person", facts) == FALSE
    conflict = assess(facts, all_facts()).conflicts[0]
    assert (conflict.term, conflict.stated, conflict.derived) == ("actor.us_person", False, True)
    assert conflict.facts == ("actor.nationality",)


def test_a_term_is_asked_by_its_name_until_something_finer_is_told() -> None:
    """Of a party of whom nothing is known, ask for the term; once something is, ask for what is open."""
    law = catalogue({"actor.us_person": True}, **DEFINED)
    assert assess({}, law)["zz/act/1"].missing_facts == ("actor.us_person",)
    told = assess({"actor.organised_in": "DE"}, law)["zz/act/1"]
    assert told.missing_facts == ("actor.located_in",)


def test_a_nationality_of_any_country_tells_an_individual() -> None:
    """A German national has no seat, so whether the seat is in the United States is not asked."""
    law = catalogue({"actor.us_person": True}, **DEFINED)
    assert assess({"actor.nationality": "DE"}, law)["zz/act/1"].missing_facts == ("actor.located_in",)


def test_a_term_over_one_fact_is_asked_by_that_fact() -> None:
    """Whether a deal is on a metal exchange is asked as the venue."""
    law = catalogue({"global_metal_exchange": True}, **DEFINED)
    assert assess({}, law)["zz/act/1"].missing_facts == ("venue",)


def test_a_term_without_a_definition_is_only_stated() -> None:
    """Where no law defines a term, it is what was stated, else unknown."""
    law = catalogue({"actor.uk_person": True})
    assert assess({"actor.nationality": "GB"}, law)["zz/act/1"].missing_facts == ("actor.uk_person",)
    assert assess({"actor.uk_person": True}, law)["zz/act/1"].status == Status.COVERED


def test_terms_that_run_in_a_circle_are_refused() -> None:
    """Definitions that need one another are a fault of the law, and the circle is named."""
    circle = {
        "us_person": {"roles": "true", "cite": "ACT", "when": {"uk_person": False}},
        "uk_person": {"roles": "true", "cite": "ACT", "when": {"us_person": False}},
    }
    with pytest.raises(CatalogueError, match=r"circle.*us_person"):
        assess({}, catalogue({"actor.us_person": True}, definitions=circle))


def test_terms_over_terms() -> None:
    """A definition may read another term."""
    layered = {
        **DEFINED["definitions"],
        "foreign_financial_institution": {
            "roles": "true",
            "cite": "ACT",
            "when": {"us_person": False, "kind": "bank"},
        },
    }
    law = catalogue({"actor.foreign_financial_institution": True}, definitions=layered)
    foreign = {"actor.kind": "bank", "actor.organised_in": "DE", "actor.located_in": "DE"}
    assert assess(foreign, law)["zz/act/1"].status == Status.COVERED
    assert assess({**foreign, "actor.located_in": "US"}, law)["zz/act/1"].status == Status.NOT_COVERED


# --------------------------------------------------------------------------------------------------------- every party
def test_what_is_true_of_one_party_is_true_of_a_party() -> None:
    """One listed seller makes "any party is listed" true, and a fact of another kind too."""
    assert has("party.listed_under", "us/eo-14024", {"seller.listed_under": "us/eo-14024"}) == TRUE
    assert known("party.us_person", {"buyer.us_person": True}) == TRUE
    assert has("party.organised_in", "RU", {"seller.organised_in": "RU"}) == TRUE


def test_one_clean_party_leaves_the_others_open() -> None:
    """That the seller is on no list says nothing of the rest."""
    assert has("party.listed_under", "us/eo-14024", {"seller.listed_under": "none"}) == EITHER
    assert known("party.us_person", {"buyer.us_person": False}) == EITHER


def test_what_is_said_of_all_parties_holds_for_each() -> None:
    """Stated of all parties together, "none" rules it out for every role."""
    assert has("seller.listed_under", "us/eo-14024", {"party.listed_under": "none"}) == FALSE
    assert known("actor.us_person", {"party.us_person": False}) == FALSE


def test_a_party_that_contradicts_what_is_said_of_all_is_refused() -> None:
    """A listed seller contradicts "no party is listed"."""
    with pytest.raises(FactError, match=r"party\.listed_under.*seller\.listed_under"):
        narrowed(**{"party.listed_under": "none", "seller.listed_under": "us/eo-14024"})


def test_parties_of_several_kinds_are_no_contradiction() -> None:
    """Among all parties there may be an individual and a company: what is implied of one is not implied of all."""
    facts = {"buyer.nationality": "RU", "seller.organised_in": "RU", "party.kind": ["company", "natural_person"]}
    assert has("party.organised_in", "RU", facts) == TRUE
    assert has("party.nationality", "RU", facts) == TRUE


# ----------------------------------------------------------------------------------------------------- questions of law
def is_open_law(fact: Fact) -> bool:
    """Say whether a fact is a yes/no question of law."""
    return bool(fact.known) and fact.domain == "boolean"


ANSWERED = {"true": Status.COVERED, "false": Status.NOT_COVERED}
LAW_OPEN = [registry()[name] for name in registry() if "." not in name and is_open_law(registry()[name])]


@pytest.mark.parametrize("fact", LAW_OPEN, ids=lambda fact: str(fact.name))
def test_a_question_of_law_is_answered_on_the_days_on_which_it_is_known(fact: Any) -> None:
    """On a day with a known answer it is taken, on other days it is asked; stated, the statement decides."""
    law = catalogue({fact.name: True})
    for since, until, value in fact.known:
        inside = since or (dt.date.fromisoformat(until) - dt.timedelta(days=1)).isoformat()
        stated = "false" if value == "true" else "true"
        assert assess({"transacted_on": inside}, law)["zz/act/1"].status == ANSWERED[value]
        assert assess({"transacted_on": inside, fact.name: stated}, law)["zz/act/1"].status == ANSWERED[stated]
    for other in {until for _, until, _ in fact.known if until} - {since for since, _, _ in fact.known}:
        found = assess({"transacted_on": other}, law)["zz/act/1"]
        assert (found.status, found.missing_facts) == (Status.UNDETERMINED, (fact.name,))
    assert assess({}, law)["zz/act/1"].status == Status.UNDETERMINED


# ----------------------------------------------------------------------------------------------------------- soundness
DAYS = ["2024-04-10", "2024-04-12", "2024-04-13", "2024-04-14", "2024-05-01"]
#: What a world may be like: a value of each fact, before anybody tells us of it.
VALUES: dict[str, list[Any]] = {
    "activity": ["import", "purchase", "acquire_warrant", "withdrawal_for_consumption", "none"],
    **{name: DAYS for link in RAW["order"] for name in link["chain"]},
    "on_warrant_at_cutoff": [True, False],
    "actor.kind": ["natural_person", "company", "bank"],
    "actor.organised_in": ["RU", "US", "none"],
    "actor.nationality": ["RU", "US", "none"],
    "actor.located_in": ["US", "DE"],
    "venue": ["XLME", "XSGE", "none"],
}
CODES = [
    {"hs": "760110", "cn": "76011000", "hts": "7601103000"},
    {"hs": "760120", "cn": "76012020", "hts": "7601209000"},
    {"hs": "760200", "cn": "76020011", "hts": "7602000000"},
]


def world(rng: Random) -> dict[str, Any]:
    """Return a world that keeps to the declared order, implications and nesting, read from the registry as text."""
    found = {name: rng.choice(values) for name, values in VALUES.items()}
    for name in VALUES:
        if registry()[name].domain == "date" and registry()[name].may_be_none and rng.random() < 0.3:
            found[name] = "none"
    put_in_order(found)
    found["on_warrant_at_cutoff"] = found["on_warrant_at_cutoff"] and found["produced_on"] <= "2024-04-12"
    found["actor.organised_in" if found["actor.kind"] == "natural_person" else "actor.nationality"] = "none"
    return found | rng.choice(CODES)


def put_in_order(facts: dict[str, Any]) -> None:
    """Move later dates on until none lies before one that it follows."""
    links = [
        (earlier, later)
        for raw in RAW["order"]
        if facts["activity"] in listed(raw.get("when", {}).get("activity", facts["activity"]))
        for earlier, later in pairwise(raw["chain"])
    ]
    while late := [
        (one, two) for one, two in links if "none" not in (facts[one], facts[two]) and facts[one] > facts[two]
    ]:
        facts[late[0][1]] = facts[late[0][0]]


def terms(facts: Mapping[str, Any]) -> dict[str, bool]:
    """Return what the defined terms are in a world."""
    places = [facts[f"actor.{name}"] for name in ("nationality", "organised_in", "located_in")]
    return {"actor.us_person": "US" in places, "global_metal_exchange": facts["venue"] in ("XLME", "XCEC")}


def listed(raw: Any) -> list[Any]:
    """Return a value as a list."""
    return raw if isinstance(raw, list) else [raw]


def worlds(count: int) -> Iterable[tuple[int, dict[str, Any]]]:
    """Iterate over possible worlds, each with its seed."""
    return ((seed, world(Random(seed))) for seed in range(count))


def told(rng: Random, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what somebody tells of a world: some facts, some vaguely, all of it true, and what is relied on."""
    stated = {}
    for name, value in facts.items():
        if rng.random() < 0.4 or registry()[name].reliance:
            dated = registry()[name].domain == "date" and value != "none"
            other = rng.choice(VALUES[name]) if name in VALUES else rng.choice(CODES)[name]
            vague = {"one_of": [value, other]} if not dated else value[:7]
            stated[name] = value if rng.random() < 0.6 or registry()[name].many or registry()[name].reliance else vague
    return stated


def test_narrowing_never_rules_out_what_is_the_case(effort: int) -> None:
    """Whatever true things are told of a possible world, nothing is refused, and no fact is narrowed past the truth."""
    axes = all_facts().index.axes
    for seed, made in worlds(1_500 * effort):
        found = all_facts().index.narrow(Transaction(told(Random(seed), made)))
        truth = Transaction(made | terms(made))
        for number, axis in enumerate(axes.names):
            cuts = truth.on_axis(axis) if axis.fact in truth else None
            assert cuts is None or sets.is_subset(cuts, found.known[number]), (seed, axis)


def test_knowing_more_narrows_more(effort: int) -> None:
    """Along with each fact told, every line of what is possible stays or gets smaller; terms are decided once."""
    for seed, made in worlds(300 * effort):
        rng = Random(seed)
        stated = sorted(told(rng, made).items(), key=lambda item: not registry()[item[0]].reliance)
        relied = sum(registry()[name].reliance for name, _ in stated)
        before = all_facts().index.narrow(Transaction(dict(stated[:relied]))).known
        for count in range(relied + 1, len(stated) + 1):
            after = all_facts().index.narrow(Transaction(dict(stated[:count]))).known
            assert all(sets.is_subset(new, old) for new, old in zip(after, before, strict=True)), seed
            before = after


def test_narrowing_towards_some_facts_tells_the_same(effort: int) -> None:
    """A catalogue of one measure knows as much of what that measure reads as the whole catalogue does."""
    chosen = [all_facts().select(ids=[name]) for name in all_facts().ids]
    for seed, made in worlds(60 * effort):
        facts = Transaction(told(Random(seed), made))
        whole = all_facts().statuses(facts)
        assert {name: status for one in chosen for name, status in one.statuses(facts).items()} == whole, seed
