"""The one value syntax: what people write of a fact becomes a set on its line, and the set is written back."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanctionsmodel import sets
from sanctionsmodel._values import read_priced, read_set
from sanctionsmodel._writing import write_set
from sanctionsmodel.commodities import Commodity
from sanctionsmodel.errors import FactError, SanctionsModelError, UnknownCode
from sanctionsmodel.facts import EITHER, FALSE, TRUE, Fact, registry
from sanctionsmodel.jurisdictions import Jurisdiction
from sanctionsmodel.quantities import Money, Quantity
from sanctionsmodel.sets import Cuts
from strategies import DEMANDS, FACTS, STATEMENTS, dice


def read(name: str, raw: Any) -> Cuts:
    """Return the set that a value stands for on a fact's line."""
    return read_set(registry()[name], raw)


def day(text: str) -> int:
    """Return a day as its place on the line of dates."""
    return dt.date.fromisoformat(text).toordinal()


# ------------------------------------------------------------------------------------------------------------- reading
@pytest.mark.parametrize(
    ("name", "raw", "inside", "outside"),
    [
        ("origin", "RU", ["RU", "RU-MOW"], ["RO", "RW", "", "R"]),
        ("origin", ["RU", "BY"], ["RU", "BY"], ["KZ", ""]),
        ("origin", {"one_of": ["RU", "BY"]}, ["RU", "BY"], ["KZ", ""]),
        ("origin", {"not": "RU"}, ["KZ", ""], ["RU", "RU-MOW"]),
        ("origin", "EU", ["DE", "FR", "HR"], ["GB", "CH", "RU", ""]),
        ("destination", "UA-43", ["UA-43"], ["UA", "UA-09"]),
        ("hs", "7601", ["7601", "760110", "76012090"], ["76", "7602", "75", ""]),
        ("hs", "7601.10", ["760110"], ["760120"]),
        ("hs", {"from": "7601", "before": "7604"}, ["7601", "760390"], ["7604", "7600"]),
        ("hs", {"from": "7601", "up_to": "7603"}, ["7601", "760390"], ["7604"]),
        ("eccn", "3A001", ["3A001", "3A001.a", "3A001.b.2"], ["3A002", "3A0010", "3B001", "EAR99"]),
        ("eccn", "3A", ["3A001", "3A991"], ["3B001", "4A003"]),
        ("venue", "XLME", ["XLME"], ["XLMEX", "XCEC", ""]),
        ("hs", "none", [""], ["76"]),
        ("hs", {"not": "none"}, ["76"], [""]),
        ("mass", "25 t", [25_000.0], [24_999.0, 25_000.000001]),
        ("mass", {"above": "25 t"}, [25_000.000001], [25_000.0, -1.0]),
        ("mass", {"from": "25 t"}, [25_000.0], [24_999.9]),
        ("mass", {"up_to": "500 kg"}, [0.0, 500.0], [500.001]),
        ("mass", {"before": "500 kg"}, [499.9], [500.0]),
        ("purity", "26 %", [0.26], [0.25, 26.0]),
        ("purity", 0.26, [0.26], [0.27]),
        ("unit_value", "450.50 USD", [450.5], [450.0]),
    ],
)
def test_a_value_stands_for_a_set(name: str, raw: Any, inside: list[Any], outside: list[Any]) -> None:
    """Each form of the value syntax holds what it should, and nothing next to it."""
    cuts = read(name, raw)
    assert [value for value in inside if not sets.contains(cuts, value)] == []
    assert [value for value in outside if sets.contains(cuts, value)] == []


@pytest.mark.parametrize(
    ("raw", "first", "last"),
    [
        ("2024-04-13", "2024-04-13", "2024-04-13"),
        ("2024-04", "2024-04-01", "2024-04-30"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-02", "2023-02-01", "2023-02-28"),
        ("2100-02", "2100-02-01", "2100-02-28"),
        ("2024-12", "2024-12-01", "2024-12-31"),
        ("2024", "2024-01-01", "2024-12-31"),
        (2024, "2024-01-01", "2024-12-31"),
        (dt.date(2024, 4, 13), "2024-04-13", "2024-04-13"),
        ({"from": "2024-04", "before": "2024-06"}, "2024-04-01", "2024-05-31"),
        ({"from": "2024-04", "up_to": "2024-06"}, "2024-04-01", "2024-06-30"),
        ({"above": "2024-04", "up_to": "2024-05-02"}, "2024-05-01", "2024-05-02"),
        ({"above": "2024-04-13", "before": "2024-04-16"}, "2024-04-14", "2024-04-15"),
    ],
)
def test_days_months_and_years(raw: Any, first: str, last: str) -> None:
    """A month or a year is the span of its days; ``above`` and ``up_to`` leave out or take in the whole of it."""
    assert read("produced_on", raw) == (day(first), day(last) + 1)


def test_up_to_a_month_includes_its_last_day() -> None:
    """``up_to: 2024-04`` includes 30 April and not 1 May."""
    cuts = read("produced_on", {"up_to": "2024-04"})
    assert sets.contains(cuts, day("2024-04-30"))
    assert not sets.contains(cuts, day("2024-05-01"))


def test_not_before_and_from_differ_where_there_may_be_none() -> None:
    """Metal with no warrant was "not warranted before D", and it was not "warranted from D on"."""
    not_before = read("warranted_on", {"not": {"before": "2024-04-13"}})
    since = read("warranted_on", {"from": "2024-04-13"})
    assert sets.contains(not_before, 0)
    assert not sets.contains(since, 0)
    assert sets.intersection(not_before, registry()["warranted_on"].anything) == since


def test_none_is_a_value_of_its_own() -> None:
    """``none`` and its opposite share nothing and make up the whole line."""
    for name in ("located_in", "hs", "warranted_on", "withdrawal", "mass", "venue"):
        nothing, something = read(name, "none"), read(name, {"not": "none"})
        assert sets.are_disjoint(nothing, something)
        assert sets.union(nothing, something) == (registry()[name].bottom,)


def test_a_country_stands_for_its_regions() -> None:
    """Ukraine holds Crimea; Crimea is not all of Ukraine."""
    assert sets.is_subset(read("destination", "UA-43"), read("destination", "UA"))
    assert not sets.is_subset(read("destination", "UA"), read("destination", "UA-43"))


@pytest.mark.parametrize(
    ("raw", "cuts"),
    [(True, TRUE), ("true", TRUE), ("True", TRUE), (False, FALSE), ("false", FALSE), ("FALSE", FALSE)],
)
def test_yes_and_no(raw: Any, cuts: Cuts) -> None:
    """A yes/no fact is written as a boolean or as the word, as Python and spreadsheets write it too."""
    assert read("proof_doubted", raw) == cuts
    assert read("proof_doubted", [True, False]) == EITHER


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("origin", Jurisdiction("Russia"), "RU"),
        ("mass", Quantity("25 t"), "25000 kg"),
        ("value", Money("450 USD"), "450 USD"),
        ("mass", "25000 kg", "25 t"),
        ("produced_on", dt.date(2024, 4, 13), "2024-04-13"),
        ("purity", Decimal("0.26"), "26 %"),
        ("bit_length", "8 bit", "8.0 bit"),
    ],
)
def test_rich_values_read_as_their_text(name: str, value: Any, text: str) -> None:
    """The library's own objects, dates and decimals stand for what their text stands for."""
    assert read(name, value) == read(name, text)


def test_values_of_one_fact_may_not_mix_currencies() -> None:
    """One statement of a price is in one currency, which it keeps."""
    assert read_priced(registry()["value"], ["450 USD", "500 USD"])[1] == "USD"
    with pytest.raises(FactError, match="value: values in EUR and USD in one statement; state one currency"):
        read_priced(registry()["value"], {"from": "450 EUR", "before": "500 USD"})


# ------------------------------------------------------------------------------------------------------------- refusals
@pytest.mark.parametrize(
    ("name", "raw", "message"),
    [
        ("origin", "Rusia", r"origin: .*'Rusia'.*Russia"),
        ("origin", "Korea", r"origin: .*'Korea'.*'KP'.*'KR'"),
        ("origin", "Congo", r"origin: .*'Congo'.*'CD'.*'CG'"),
        ("activity", "imports", r"activity: 'imports' is no value of this fact; did you mean 'import'"),
        ("venue", "XLMX", r"venue: 'XLMX' .*did you mean 'XLME'"),
        ("hs", "76O1", r"hs: .*'76O1'"),
        ("hs", "760", r"hs: .*'760'"),
        ("hs", 7601, r"hs: 7601 is a number; write text, so that leading zeros stay"),
        ("produced_on", "13/04/2024", r"produced_on: '13/04/2024' is not a day, month or year; write 2024-04-13"),
        ("produced_on", "2024-4-13", r"produced_on: '2024-4-13' is not a day"),
        ("produced_on", "2024-02-30", r"produced_on: '2024-02-30' is no day of the calendar"),
        ("produced_on", "0000", r"produced_on: '0000' is no day of the calendar"),
        ("produced_on", "２０２４-04-13", r"produced_on: .* is not a day"),
        (
            "produced_on",
            dt.datetime(2024, 4, 13, 12, tzinfo=dt.UTC),
            r"time of day; dates are days, write 2024-04-13",
        ),
        ("mass", "25", r"mass: "),
        ("mass", "-25 t", r"mass: .*'-25 t'"),
        ("mass", "25 ton", r"mass: .*'ton' is refused.*write 't'"),
        ("mass", "25 m", r"mass: .*'m' is a unit of length"),
        ("mass", "1e999999999 t", r"mass: .*exponent"),
        ("mass", "NaN kg", r"mass: .*'NaN kg'"),
        ("mass", float("inf"), r"mass: "),
        ("unit_value", "450", r"unit_value: .*currency"),
        ("purity", "126 %", r"purity: .*126"),
        ("proof_doubted", "yes", r"proof_doubted: 'yes' is no answer to a yes/no question; write true or false"),
        ("proof_doubted", 1, r"proof_doubted: 1 is a number"),
        ("origin", None, r"origin: null says nothing; leave an unknown fact out, or write none"),
        ("origin", [], r"origin: an empty list says nothing"),
        ("origin", {}, r"origin: cannot read {}; write a value"),
        ("origin", {"like": "RU"}, r"origin: cannot read .*; write a value, a list"),
        ("origin", {"one_of": "RU"}, r"origin: cannot read"),
        ("origin", object(), r"origin: cannot read a object; write text as in 'RU'"),
        ("origin", b"RU", r"origin: cannot read a bytes"),
        ("mass", {"from": "1 t", "above": "2 t"}, r"mass: .*two lower or two upper ends"),
        ("mass", {"from": "2 t", "before": "1 t"}, r"mass: .*holds nothing; its lower end must lie below"),
        ("activity", {"from": "import"}, r"activity: a span needs an order, and this fact has none"),
        ("origin", "R" * 201, r"origin: .*too long for a value; at most 200 characters"),
    ],
)
def test_what_cannot_be_read_is_refused(name: str, raw: Any, message: str) -> None:
    """Nothing is guessed: the refusal names the fact, the value and the remedy."""
    with pytest.raises(SanctionsModelError, match=message) as refusal:
        read(name, raw)
    assert isinstance(refusal.value, (FactError, UnknownCode))
    assert len(str(refusal.value)) < 500


def test_a_commodity_is_no_single_value() -> None:
    """A commodity states several facts at once, so it cannot stand for one of them by accident."""
    with pytest.raises(SanctionsModelError):
        read("origin", Commodity(hs="760110"))


# ------------------------------------------------------------------------------------------------------------- writing
def back(fact: Fact, cuts: Cuts, unit: str = "") -> Cuts:
    """Write a set as JSON and read it again."""
    return read_set(fact, json.loads(json.dumps(write_set(fact, cuts, unit))))


@pytest.mark.parametrize("name", FACTS)
def test_what_is_read_is_written_back(name: str) -> None:
    """Whatever a rule demands or a person states of a fact reads back as the same set, in the same currency."""
    fact = registry()[name]
    for raw in (*DEMANDS[name], *STATEMENTS[name]):
        if isinstance(raw, dict) and ("at_least" in raw or "only" in raw):
            continue
        cuts, unit = read_priced(fact, raw)
        assert read_priced(fact, json.loads(json.dumps(write_set(fact, cuts, unit)))) == (cuts, unit), raw


@pytest.mark.parametrize(
    ("name", "raw", "text"),
    [
        ("origin", "Russia", "RU"),
        ("origin", ["BY", "RU"], ["BY", "RU"]),
        ("origin", {"not": "RU"}, {"not": "RU"}),
        ("hs", "7601.10", "760110"),
        ("hs", {"from": "7601", "before": "7604"}, ["7601", "7602", "7603"]),
        ("produced_on", {"from": "2024-04-01", "before": "2024-05-01"}, "2024-04"),
        ("produced_on", {"from": "2024-01-01", "up_to": "2024-12-31"}, "2024"),
        ("produced_on", {"above": "2024-04-12"}, {"from": "2024-04-13"}),
        ("produced_on", {"up_to": "2024-04-12"}, {"before": "2024-04-13"}),
        ("mass", "25 t", "25000 kg"),
        ("mass", {"above": "25 t", "up_to": "30 t"}, {"above": "25000 kg", "up_to": "30000 kg"}),
        ("purity", {"above": "25 %"}, {"above": "25 %"}),
        ("oil_price", "60 USD/bbl", "60 USD/bbl"),
        ("withdrawal", {"not": "own_account"}, ["none", "client_account"]),
        ("proof_doubted", "true", True),
    ],
)
def test_the_written_form_is_canonical(name: str, raw: Any, text: Any) -> None:
    """Whatever it was typed as, a set is written in one way, the way people write it."""
    fact = registry()[name]
    cuts, unit = read_priced(fact, raw)
    assert write_set(fact, cuts, unit) == text


COMBINED = [name for name in FACTS if name not in ("end_use", "actor.nationality", "authorisation", "unit_value")]


@given(dice(), st.sampled_from(COMBINED))
def test_combined_sets_are_written_back(rng: Random, name: str) -> None:
    """What narrowing and rules leave of a fact (common parts, unions, the rest) can be written and read again."""
    fact = registry()[name]
    found = read_set(fact, rng.choice(STATEMENTS[name]))
    for _ in range(rng.randint(1, 3)):
        other = read_set(fact, rng.choice(DEMANDS[name]))
        kind = rng.choice((sets.intersection, sets.union))
        found = kind(found, rng.choice((other, sets.complement(other, fact.bottom))))
    if found:
        assert back(fact, found) == found


@pytest.mark.parametrize(
    ("name", "raw", "less"),
    [
        ("destination", "UA", "UA-43"),
        ("hs", "76", "760110"),
        ("cn", "7601", "7601109090"),
        ("hs", {"not": "none"}, "7601"),
        ("eccn", "3A001", "3A001.a"),
        ("eccn", "3A", "3A001.a.1"),
        ("military_list", "ML10", "ML10.c"),
        ("jp_list_row", "07", "07.1"),
        ("venue", {"not": "none"}, "XLME"),
    ],
)
def test_a_code_less_what_lies_under_it_is_written_back(name: str, raw: Any, less: str) -> None:
    """A list that leaves a finer code out, or a country without a region, can be written and read again."""
    fact = registry()[name]
    rest = sets.intersection(read_set(fact, raw), sets.complement(read_set(fact, less), fact.bottom))
    assert back(fact, rest) == rest


@pytest.mark.parametrize("name", COMBINED)
def test_the_whole_line_is_written_back(name: str) -> None:
    """That a fact may be anything, or none, can be written and read again."""
    fact = registry()[name]
    assert back(fact, (fact.bottom,)) == (fact.bottom,)
    assert back(fact, fact.anything) == fact.anything


@given(st.decimals(min_value=0, max_value=10**9, places=6), st.sampled_from(["above", "from", "before", "up_to"]))
def test_amounts_are_written_back(amount: Decimal, end: str) -> None:
    """Every short decimal reads back as the same end of a span, whether the end is inside or outside."""
    fact = registry()["mass"]
    cuts = read_set(fact, {end: f"{amount} kg"}) if amount or end in ("above", "from") else fact.anything
    assert back(fact, cuts) == cuts


@given(st.dates(), st.dates())
def test_days_are_written_back(one: dt.date, other: dt.date) -> None:
    """Every span of days reads back."""
    fact = registry()["produced_on"]
    low, high = sorted((one.toordinal(), other.toordinal()))
    assert back(fact, (low, high + 1)) == (low, high + 1)
