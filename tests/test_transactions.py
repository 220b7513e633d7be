"""Transactions: stated facts, unknown and none, layering, exchange rates, JSON there and back."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Mapping
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from sanctionsmodel import sets
from sanctionsmodel._values import read_set
from sanctionsmodel.commodities import Commodity
from sanctionsmodel.errors import FactError, SanctionsModelError, UnknownCode
from sanctionsmodel.facts import EITHER, FALSE, TRUE, Axis, registry
from sanctionsmodel.parties import Party
from sanctionsmodel.quantities import Rate
from sanctionsmodel.transactions import ListOf, OneOf, Transaction
from strategies import FACTS, STATEMENTS, dice, statements, transaction

INGOT = Transaction(activity="import", hs="760110", origin="RU", destination="US")
ECB = {"from": "USD", "to": "EUR", "rate": "0.92", "on": "2024-06-01", "source": "ECB"}


def has(name: str, *values: str) -> Axis:
    """Return the axis on which a list has one of some values or not."""
    return Axis(name, read_set(registry()[name], list(values)))


# ------------------------------------------------------------------------------------------------------------ mapping
def test_a_transaction_is_a_mapping_of_what_was_stated() -> None:
    """It has the stated facts, in their canonical form, and no other."""
    made = Transaction(hs="7601.10", origin="Russia", produced_on="2024-04-13")
    assert dict(made) == {"hs": "760110", "origin": "RU", "produced_on": "2024-04-13"}
    assert len(made) == 3
    assert "origin" in made
    assert "destination" not in made
    with pytest.raises(KeyError):
        made["destination"]


def test_equal_by_value_whatever_was_typed() -> None:
    """However a fact is written, equal knowledge is equal and hashes alike."""
    one, other = Transaction(origin="Russia", mass="25 t"), Transaction(mass="25000 kg", origin="RU")
    assert one == other
    assert len({one, other}) == 1
    assert one != Transaction(origin="Russia", mass="25.001 t")


def test_frozen() -> None:
    """A transaction cannot be changed, and says what to do instead."""
    with pytest.raises(AttributeError, match=r"make another with with_facts, without or \|"):
        INGOT.origin = "KZ"


def test_repr_reads_back() -> None:
    """What is printed is an expression that makes an equal transaction."""
    assert eval(repr(INGOT), {"Transaction": Transaction}) == INGOT


def test_pickled_and_copied() -> None:
    """A transaction can be sent to another process, and copied."""
    assert pickle.loads(pickle.dumps(INGOT)) == INGOT
    assert copy.deepcopy(INGOT) == copy.copy(INGOT) == INGOT


def test_a_field_of_a_model() -> None:
    """A model of somebody else can hold a transaction, read it from a mapping and write it as JSON."""

    class Deal(BaseModel):
        facts: Transaction

    deal = Deal.model_validate({"facts": {"origin": "Russia"}})
    assert deal.facts == Transaction(origin="RU")
    assert Deal.model_validate_json(deal.model_dump_json()) == deal


# ---------------------------------------------------------------------------------------------------------------- JSON
@given(dice())
def test_json_there_and_back(rng: Random) -> None:
    """Whatever was stated reads back from its JSON text, and from its plain dict."""
    made = transaction(rng, FACTS, 0.6)
    assert Transaction.from_json(made.to_json()) == made
    assert Transaction(made.to_dict()) == made
    assert json.loads(made.to_json()) == made.to_dict()


def test_json_with_rates_and_parties_there_and_back() -> None:
    """Rates and the facts of parties come back too."""
    made = Transaction(actor={"us_person": True, "nationality": ["US", "RU"]}, value="450 USD", rates=[ECB])
    assert Transaction.from_json(made.to_json()) == made


@pytest.mark.parametrize("name", FACTS)
def test_every_statement_there_and_back(name: str) -> None:
    """Each form of each fact reads back by itself."""
    for raw in STATEMENTS[name]:
        made = Transaction({name: raw})
        assert Transaction.from_json(made.to_json()) == made, raw


def test_json_numbers_keep_their_digits() -> None:
    """A share written as a JSON number is the decimal that was written."""
    assert Transaction.from_json('{"purity": 0.26}') == Transaction(purity="26 %")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "this is no JSON"),
        ("{", "this is no JSON"),
        ("[]", "a transaction is a JSON object of facts, not a list"),
        ("null", "not a NoneType"),
        ('{"origin": "RU", "origin": "KZ"}', "origin: stated twice; state each fact once"),
        ('{"actor": {"us_person": true, "us_person": false}}', "us_person: stated twice"),
        ('{"purity": 0.' + "1" * 100 + "}", "too many digits"),
        ('{"purity": NaN}', "purity"),
        ('{"purity": 1e999}', "purity"),
        ("[" * 100_000, "this is no JSON"),
        ('{"a":' * 50_000, "this is no JSON"),
        ('"' + "x" * 1_000_001 + '"', "too large"),
    ],
)
def test_text_that_is_no_transaction(text: str, message: str) -> None:
    """JSON text that is broken, ambiguous or too large is refused with a message."""
    with pytest.raises(FactError, match=message):
        Transaction.from_json(text)


# --------------------------------------------------------------------------------------------------- unknown and none
def test_unknown_and_none_differ() -> None:
    """A fact left out may be anything; ``none`` states that there is none."""
    assert Transaction().on_axis(Axis("venue")) is None
    assert Transaction(venue="none").on_axis(Axis("venue")) == registry()["venue"].none
    assert Transaction(venue="none") != Transaction()


def test_null_is_refused() -> None:
    """JSON null is neither unknown nor none, so it is refused with both remedies."""
    with pytest.raises(FactError, match="null says nothing; leave an unknown fact out, or write none"):
        Transaction(venue=None)


def test_an_act_has_a_day() -> None:
    """The day of the act cannot be none."""
    for raw in ("none", {"not": "2024-04-13"}):
        with pytest.raises(FactError, match="transacted_on: an act has a day"):
            Transaction(transacted_on=raw)


def test_a_closed_list_and_an_open_one() -> None:
    """A stated list is whole; ``at_least`` leaves it open; ``none`` is the empty list."""
    military, civil = has("end_use", "military"), has("end_use", "commercial")
    closed, opened = Transaction(end_use=["commercial"]), Transaction(end_use={"at_least": ["commercial"]})
    assert (closed.on_axis(civil), closed.on_axis(military)) == (TRUE, FALSE)
    assert (opened.on_axis(civil), opened.on_axis(military)) == (TRUE, EITHER)
    assert Transaction(end_use="none").on_axis(civil) == FALSE


def test_an_imprecise_element_of_a_list() -> None:
    """A national of Russia or Kazakhstan may be one of Russia, and is surely one of the two."""
    made = Transaction({"actor.nationality": {"one_of": ["RU", "KZ"]}})
    assert made.on_axis(has("actor.nationality", "RU")) == EITHER
    assert made.on_axis(has("actor.nationality", "RU", "KZ")) == TRUE
    assert made.on_axis(has("actor.nationality", "DE")) == FALSE


def test_a_licence_counts_only_when_stated() -> None:
    """Of an open list of licences, those that are not stated are not relied on."""
    made = Transaction(authorisation={"at_least": ["specific_licence"]})
    assert made.on_axis(has("authorisation", "specific_licence")) == TRUE
    other = next(name for name in registry()["authorisation"].values if name not in ("specific_licence", "none"))
    assert made.on_axis(has("authorisation", other)) == FALSE


# ------------------------------------------------------------------------------------------------------------- parties
def test_facts_of_a_party_in_three_forms() -> None:
    """Nested, dotted, or as a Party: the same transaction."""
    dotted = Transaction({"actor.us_person": True, "actor.nationality": "US"})
    assert Transaction(actor={"us_person": "true", "nationality": ["US"]}) == dotted
    assert Transaction(actor=Party("Ann", us_person=True, nationality="US")) == dotted


def test_a_commodity_states_its_codes() -> None:
    """A commodity stands for the facts that it carries."""
    assert Transaction(commodity=Commodity(hs="760110")) == Transaction(hs="760110")


@pytest.mark.parametrize(
    "facts",
    [
        {"actor.us_person": False, "actor": {"us_person": True}},
        {"actor": {"us_person": True}, "actor.us_person": False},
        {"hs": "7602", "commodity": Commodity(hs="760110")},
        {"commodity": Commodity(hs="760110"), "hs": "7602"},
    ],
)
def test_a_fact_stated_in_two_places_is_refused(facts: Mapping[str, Any]) -> None:
    """Whichever comes first, a fact stated by itself and within a party or commodity is refused, never overwritten."""
    with pytest.raises(FactError, match="stated by itself and within"):
        Transaction(facts)


@pytest.mark.parametrize("raw", ["me", 1, ["us_person"], None])
def test_a_party_that_is_no_mapping_is_refused(raw: Any) -> None:
    """A role wants a mapping of facts or a Party."""
    with pytest.raises(FactError, match=r"actor: .*state them as actor.us_person"):
        Transaction(actor=raw)


# ------------------------------------------------------------------------------------------------------------- changes
def test_with_facts_and_without() -> None:
    """A fact is added, replaced or removed, and the transaction itself stays as it was."""
    assert INGOT.with_facts(origin="KZ")["origin"] == "KZ"
    assert INGOT.with_facts({"actor.us_person": True})["actor.us_person"] is True
    assert INGOT.without("origin", "hs") == Transaction(activity="import", destination="US")
    assert INGOT["origin"] == "RU"


def test_without_a_fact_that_was_not_stated() -> None:
    """Removing what was not stated changes nothing; removing what nobody declared is refused."""
    assert INGOT.without("produced_on") == INGOT
    with pytest.raises(FactError, match="orgin: no such fact; did you mean 'origin'"):
        INGOT.without("orgin")


def test_standing_facts_lie_under_a_transaction() -> None:
    """Facts of the deal are laid over standing facts, which hold where the deal says nothing."""
    standing = Transaction({"actor.us_person": True, "venue": "XLME"})
    layered = standing | {"venue": "none", "origin": "RU"}
    assert dict(layered) == {"actor.us_person": True, "venue": "none", "origin": "RU"}
    assert standing | Transaction() == Transaction() | standing == standing


@given(dice())
def test_layers_are_associative(rng: Random) -> None:
    """In whatever grouping layers are laid, the upper ones win."""
    one, two, three = (transaction(rng, FACTS, 0.4) for _ in range(3))
    assert (one | two) | three == one | (two | three)
    assert (one | two).without(*two) == one.without(*two)


@given(dice())
def test_a_fact_added_and_removed_leaves_nothing(rng: Random) -> None:
    """Stating a fact and taking it back gives the transaction without it."""
    made, name = transaction(rng, FACTS, 0.4), rng.choice(FACTS)
    added = made.with_facts({name: rng.choice(STATEMENTS[name])})
    assert name in added
    assert added.without(name) == made.without(name)


def test_known_sets_can_be_given() -> None:
    """A program may say what is known of a fact as a set."""
    assert Transaction().with_known("hs", OneOf(("7601", "7602"))) == Transaction(hs="7601")
    assert Transaction().with_known("end_use", ListOf((), closed=True)) == Transaction(end_use="none")


# --------------------------------------------------------------------------------------------------------------- rates
def euros(made: Transaction) -> tuple[Any, ...] | None:
    """Return what is known of the value in euros."""
    return made.on_axis(Axis("value", (), "EUR"))


def test_a_price_is_unknown_in_another_currency_until_a_rate_is_stated() -> None:
    """A price in dollars says nothing of the euro line; with a rate it does, in both directions."""
    made = Transaction(value="100 USD")
    assert euros(made) is None
    assert euros(made.with_facts(rates=[ECB])) == euros(Transaction(value="92 EUR"))
    back = Transaction(value="92 EUR", rates=[ECB]).on_axis(Axis("value", (), "USD"))
    assert back is not None
    assert back[0] == pytest.approx(100)


def test_no_price_is_none_in_every_currency() -> None:
    """That there is no price needs no rate."""
    assert euros(Transaction(value="none")) == registry()["value"].none


def test_rates_may_stand_in_the_standing_facts() -> None:
    """A rate stated once serves every deal laid over it."""
    assert euros(Transaction(rates=[ECB]) | {"value": "100 USD"}) == euros(Transaction(value="92 EUR"))


def test_a_rate_of_an_upper_layer_replaces_that_of_a_lower_one() -> None:
    """A later rate between the same currencies is the one that counts, like any other fact."""
    standing = Transaction(value="100 USD", rates=[ECB])
    later = standing.with_facts(rates=[{**ECB, "rate": "0.5", "on": "2025-01-02"}])
    assert euros(later) == euros(Transaction(value="50 EUR"))


@given(
    st.decimals("0.01", "999999", places=2),
    st.decimals("0.0001", "200", places=4),
    st.sampled_from(["up_to", "from", "above", "before"]),
)
def test_the_end_of_a_span_stays_inside_or_outside_when_converted(amount: Decimal, rate: Decimal, end: str) -> None:
    """What is at most 100 dollars is at most, and may be, the same in euros: a limit met exactly stays met."""
    rates = [{**ECB, "rate": str(rate)}]
    span = euros(Transaction(value={end: f"{amount} USD"}, rates=rates))
    exact = euros(Transaction(value=f"{amount} USD", rates=rates))
    assert span is not None
    assert exact is not None
    assert sets.contains(span, exact[0]) == (end in ("up_to", "from"))


def test_a_converted_price_is_still_a_price() -> None:
    """A converted span never takes in "there is none"."""
    made = euros(Transaction(value={"up_to": "100 USD"}, rates=[{**ECB, "rate": "1.5"}]))
    assert made is not None
    assert sets.are_disjoint(made, registry()["value"].none)


def test_rates_are_read_strictly() -> None:
    """A rate needs its currencies, day and source, and every problem of it is named."""
    with pytest.raises(FactError, match=r"rates: .*source"):
        Transaction(rates=[{"from": "USD", "to": "EUR", "rate": "0.92", "on": "2024-06-01"}])
    with pytest.raises(SanctionsModelError, match=r"rates: .*'USX'"):
        Transaction(rates=[{**ECB, "from": "USX"}])
    with pytest.raises(FactError, match="rates: 'ECB' is no list"):
        Transaction(rates="ECB")
    assert Transaction(rates=[ECB]).rates == (Rate.read(ECB),)


# ------------------------------------------------------------------------------------------------------------- refusals
def test_all_problems_are_listed_at_once() -> None:
    """A transaction with three faults names all three."""
    with pytest.raises(FactError) as refusal:
        Transaction(orgin="RU", hs="76x", mass="25 ton")
    assert [line.partition(":")[0] for line in str(refusal.value).splitlines()] == ["orgin", "hs", "mass"]


def test_a_wrong_code_alone_is_an_unknown_code() -> None:
    """Codes that nobody issued raise UnknownCode; other faults, and mixtures, FactError."""
    with pytest.raises(UnknownCode):
        Transaction(origin="Rusia", venue="XLMX")
    with pytest.raises(FactError):
        Transaction(origin="Rusia", mass="25 ton")


@pytest.mark.parametrize(
    "name", ["", "orgin", "Origin", "actor.", ".us_person", "actr.us_person", "actor.x", "a" * 300]
)
def test_an_unknown_fact_is_refused(name: str) -> None:
    """A name that nobody declared is refused, never ignored."""
    with pytest.raises(FactError, match="no such fact"):
        Transaction({name: "RU"})


def test_a_name_that_is_no_text_is_refused() -> None:
    """Only text names a fact."""
    with pytest.raises(FactError, match="a fact's name is text"):
        Transaction({1: "RU"})  # type: ignore[dict-item]


@given(dice())
def test_random_statements_are_all_readable(rng: Random) -> None:
    """What the property tests state is stated in full: nothing is lost on the way in."""
    stated = statements(rng)
    assert set(Transaction(stated)) == set(stated)
