"""Amounts of goods and money: what is read, what is refused, and what compares."""

from __future__ import annotations

import contextlib
import operator
import pickle
import re
import runpy
import subprocess
import sys
import time
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pint
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from sanctionsmodel._data import DATA, read_json
from sanctionsmodel.errors import FactError, UnknownCode
from sanctionsmodel.quantities import (
    DIMENSIONS,
    Money,
    Quantity,
    Rate,
    Unit,
    base_value,
    currency_code,
    money_value,
    parse_share,
)

ROOT = Path(__file__).parents[1]

#: Dimensions and units that the fact registry declares, with the base unit first.
DECLARED = {
    "mass": "kg mg g t lb oz troy_ounce carat",
    "length": "m nm um mm cm km inch ft nmi",
    "area": "mm2 cm2 m2",
    "volume": "m3 ml l bbl",
    "count": "item pair",
    "time": "s ns us ms min h day",
    "speed": "m/s km/h kn",
    "angle": "deg arcsec",
    "temperature": "K degC",
    "frequency": "Hz kHz MHz GHz",
    "power": "W mW kW MW",
    "pressure": "Pa kPa MPa bar",
    "density": "kg/m3 g/cm3",
    "data_rate": "bit/s kbit/s Mbit/s Gbit/s MB/s GB/s TB/s",
    "data_rate_density": "bit/s/mm2 GB/s/mm2",
    "sample_rate": "sample/s MSPS GSPS",
    "tera_ops": "TOPS GOPS TFLOPS",
    "processing_performance": "TPP",
    "processing_density": "TPP/mm2",
    "bits": "bit",
    "share": "1 %",
    "dimensionless": "1",
    "money": "currency",
    "money_per_item": "currency/item",
    "money_per_volume": "currency/bbl",
    "money_per_mass": "currency/t",
}


# ----------------------------------------------------------------------------------------------------- reading amounts


@pytest.mark.parametrize("dimension", DECLARED)
def test_every_declared_unit_is_read(dimension: str) -> None:
    """Each dimension of the fact registry has its base unit and accepts its units."""
    base, *units = DECLARED[dimension].split()
    assert DIMENSIONS[dimension].unit == base
    assert set(units) <= set(DIMENSIONS[dimension].accepts)
    for unit in DIMENSIONS[dimension].accepts:
        assert Quantity(f"3 {unit}", dimension) == Quantity(f"3 {unit}")


def test_no_dimension_is_missing_or_extra() -> None:
    """The dimensions are those of the fact registry."""
    assert set(DIMENSIONS) == set(DECLARED)


@pytest.mark.parametrize(
    ("text", "dimension", "value"),
    [
        ("25 t", "mass", 25000.0),
        ("25t", "mass", 25000.0),
        ("25  t", "mass", 25000.0),
        (" 25 t ", "mass", 25000.0),
        ("25\u00a0t", "mass", 25000.0),
        ("25_000 kg", "mass", 25000.0),
        ("0.5 carat", "mass", 0.0001),
        ("1 troy_ounce", "mass", 0.0311034768),
        ("1 lb", "mass", 0.45359237),
        ("1 oz", "mass", 0.028349523125),
        ("1 short_ton", "mass", 907.18474),
        ("1 long_ton", "mass", 1016.0469088),
        ("5 metric tons", "mass", 5000.0),
        ("5 tonnes", "mass", 5000.0),
        ("5 KG", "mass", 5.0),
        ("5 kgs", "mass", 5.0),
        ("5 ct", "mass", 0.001),
        ("0.9 um", "length", 0.0000009),
        ("0.9 µm", "length", 0.0000009),
        ("0.9 μm", "length", 0.0000009),
        ("0.9 micron", "length", 0.0000009),
        ("1 inch", "length", 0.0254),
        ("1 nmi", "length", 1852.0),
        ("600 mm²", "area", 600.0),
        ("1 bbl", "volume", 0.158987294928),
        ("1 barrel", "volume", 0.158987294928),
        ("2000 cc", "volume", 0.002),
        ("5 litres", "volume", 0.005),
        ("3 m³", "volume", 3.0),
        ("20 item", "count", 20.0),
        ("20 items", "count", 20.0),
        ("3 pair", "count", 6.0),
        ("40 min", "time", 2400.0),
        ("2 day", "time", 172800.0),
        ("36 km/h", "speed", 10.0),
        ("90 kn", "speed", 46.3),
        ("1 arcsec", "angle", 1 / 3600),
        ("20 degC", "temperature", 293.15),
        ("-55 degC", "temperature", 218.15),
        ("-55 °C", "temperature", 218.15),
        ("3 GHz", "frequency", 3e9),
        ("500 kW", "power", 500000.0),
        ("50 MPa", "pressure", 50e6),
        ("2.7 g/cm3", "density", 2700.0),
        ("600 GB/s", "data_rate", 4.8e12),
        ("100 Mbps", "data_rate", 1e8),
        ("1 GB/s/mm2", "data_rate_density", 8e9),
        ("3 GSPS", "sample_rate", 3e9),
        ("600 TOPS", "tera_ops", 600.0),
        ("600 TFLOPS", "tera_ops", 600.0),
        ("500 GOPS", "tera_ops", 0.5),
        ("4800 TPP", "processing_performance", 4800.0),
        ("5.92 TPP/mm2", "processing_density", 5.92),
        ("8 bit", "bits", 8.0),
        ("26 %", "share", 0.26),
        ("26%", "share", 0.26),
        ("26 percent", "share", 0.26),
        ("0.26", "share", 0.26),
        (0.26, "share", 0.26),
        (1, "share", 1.0),
        (Decimal("0.1"), "share", 0.1),
        ("99.99 %", "share", 0.9999),
        ("0 %", "share", 0.0),
        ("4", "dimensionless", 4.0),
        (4, "dimensionless", 4.0),
        (2.5, "dimensionless", 2.5),
    ],
)
def test_an_amount_is_a_number_in_the_base_unit(text: object, dimension: str, value: float) -> None:
    """What people write becomes the nearest float to the exact amount in the base unit."""
    assert base_value(text, dimension) == value


@pytest.mark.parametrize(
    ("word", "remedy"),
    [
        ("ton", "'t', 'short_ton' or 'long_ton'"),
        ("tons", "'t', 'short_ton' or 'long_ton'"),
        ("mt", "'t' for a metric tonne"),
        ("MT", "'t' for a metric tonne"),
        ("Mt", "1_000_000 t"),
        ("kt", "'kn' or 'kilotonne'"),
        ("lt", "long_ton"),
        ("dwt", "'g' or 't'"),
        ("oz t", "troy_ounce"),
        ("karat", "fineness"),
        ("cwt", "kg"),
        ("hundredweight", "kg"),
        ("gal", "'us_gallon' or 'imperial_gallon'"),
        ("gallon", "'us_gallon' or 'imperial_gallon'"),
        ("unit", "item"),
        ("units", "item"),
        ("u", "item"),
        ("pcs", "item"),
        ("pieces", "item"),
        ("Mb", "Mbit/s"),
        ("GT/s", "GB/s"),
        ("hp", "kW"),
        ("month", "day"),
        ("year", "day"),
    ],
)
def test_words_with_two_meanings_say_what_to_write(word: str, remedy: str) -> None:
    """Where a trader and a unit table differ, the word is refused and both unmistakable ones are named."""
    with pytest.raises(FactError, match=re.escape(remedy)) as caught:
        Quantity(f"5 {word}")
    assert f"'5 {word}'" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("  ", "is empty"),
        ("kg", "has no number"),
        ("½ t", "has no number"),
        ("5", "has no unit; write one of ug, mg, g, kg, t"),
        ("-5 kg", "is negative"),
        ("−5 kg", "is negative"),
        ("+5 kg", "has a sign"),
        (".5 kg", "starts with a point"),
        ("5. kg", "two ways"),
        ("1,5 kg", "two ways"),
        ("1,000 kg", "two ways"),
        ("1.000,5 kg", "two ways"),
        ("1.000.000 kg", "two ways"),
        ("25 000 kg", "two ways"),
        ("1'000 kg", "two ways"),
        ("1’000 kg", "two ways"),
        ("1__0 kg", "two ways"),
        ("5_ kg", "two ways"),
        ("5 9**9", "two ways"),
        ("5٣ kg", "two ways"),
        ("٣ kg", "digits 0 to 9"),
        ("３ kg", "digits 0 to 9"),
        ("about 5 kg", "digits 0 to 9"),
        ("nan kg", "no finite number"),
        ("inf kg", "no finite number"),
        ("-Infinity kg", "no finite number"),
        ("1e3 kg", "exponent"),
        ("1E400 kg", "exponent"),
        ("1e999999999 kg", "exponent"),
        ("1e-5 kg", "exponent"),
        ("9" * 31 + " kg", "more than 30 digits"),
        ("0." + "0" * 30 + "1 kg", "more than 30 digits"),
        ("5 kgg", "unknown unit 'kgg'; did you mean 'kg'"),
        ("5 kg/m", "unknown unit"),
        ("5 kg*2", "unknown unit"),
        ("5 kg kg", "unknown unit"),
        ("5 kg\x00", "unknown unit"),
        ("5 furlongs", "unknown unit"),
        ("5 usd", "unknown unit"),
        ("5 l", "'l' is a unit of volume; mass wants ug, mg, g, kg, t"),
        ("5 K", "'K' is a unit of temperature"),
        ("5 %", "'%' is a unit of share"),
    ],
)
def test_an_amount_that_is_not_plain_is_refused(text: str, message: str) -> None:
    """Nothing is guessed: a refusal names the dimension, the text, and what to write."""
    with pytest.raises(FactError, match=re.escape(message)) as caught:
        base_value(text, "mass")
    assert str(caught.value).startswith("mass ")


@pytest.mark.parametrize("value", [None, True, 5, 5.0, Decimal(5), ["5 kg"], {"5": "kg"}, b"5 kg"])
def test_an_amount_without_unit_is_refused(value: Any) -> None:
    """A bare number is an amount of nothing."""
    with pytest.raises(FactError, match="write a number and a unit"):
        base_value(value, "mass")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (26, "more than 1"),
        ("26", "more than 1"),
        ("120 %", "more than 1"),
        (-0.1, "negative"),
        ("-5 %", "negative"),
        (float("nan"), "no finite number"),
        (float("inf"), "no finite number"),
        (Decimal("NaN"), "no finite number"),
        (Decimal("sNaN"), "no finite number"),
        (Decimal("1e999999999"), "out of bounds"),
        (Decimal("1e-999999999"), "out of bounds"),
        (10**400, "more than 30 digits"),
        pytest.param(10**10000, "more than 30 digits", id="huge"),
        (True, "no number"),
        (None, "no number"),
        ("", "empty"),
        ("5 kg", "'kg' is a unit of mass"),
        ("0,26", "two ways"),
    ],
)
def test_a_share_lies_between_nothing_and_all(value: object, message: str) -> None:
    """A share is 0 to 100 %, written as such or as a number from 0 to 1."""
    with pytest.raises(FactError, match=message):
        parse_share(value)
    with pytest.raises(FactError, match=message):
        base_value(value, "share")


@pytest.mark.parametrize("value", [-1, "4 kg", True, None, float("nan"), "4,5", Decimal("1e999999999")])
def test_a_plain_number_is_checked_too(value: object) -> None:
    """Dimensionless amounts are finite numbers of 0 or more."""
    with pytest.raises(FactError, match="dimensionless"):
        base_value(value, "dimensionless")


@pytest.mark.parametrize(("text", "message"), [("-300 degC", "below absolute zero"), ("-5 K", "negative")])
def test_only_a_temperature_in_degrees_may_be_negative(text: str, message: str) -> None:
    """There is frost, but nothing below absolute zero."""
    with pytest.raises(FactError, match=message):
        base_value(text, "temperature")


@pytest.mark.parametrize("dimension", ["mas", "", "MASS"])
def test_an_unknown_dimension_is_refused(dimension: str) -> None:
    """A dimension outside the registry is an error of the caller, with the near names or all of them."""
    with pytest.raises(FactError, match=r"did you mean 'mass'|known: mass|has no unit"):
        base_value("5", dimension)
    with pytest.raises(FactError, match=r"did you mean 'mass'|known: mass|is not money"):
        money_value("5 USD", dimension or "mass")


@pytest.mark.parametrize(
    "text",
    [
        "1e999999999 kg",
        "1" * 10**7,
        "1" * 10**7 + " kg",
        "x" * 10**7,
        "1_" * 10**6,
        " " * 10**7,
        "1." * 40,
        "1_1" * 33,
        "9 " + "a_" * 45,
    ],
)
def test_hostile_amounts_are_refused_at_once(text: str) -> None:
    """No text makes reading slow."""
    base_value("5 stone", "mass")  # pint takes a moment to load, once
    for read in (lambda: base_value(text, "mass"), lambda: Quantity(text), lambda: Money(text)):
        started = time.perf_counter()
        with pytest.raises(FactError):
            read()
        assert time.perf_counter() - started < 0.5


# ----------------------------------------------------------------------------------------------------------- quantities


def test_equal_amounts_are_equal_quantities() -> None:
    """A tonne is a thousand kilograms, in equality, order and hash."""
    assert Quantity("1 t") == Quantity("1000 kg") == Quantity("1_000_000.0 g")
    assert len({Quantity("1 t"), Quantity("1000 kg"), Quantity("1 kg")}) == 2
    assert Quantity("0.1 kg") < Quantity("101 g") <= Quantity("0.101 kg")
    assert Quantity("36 km/h") == Quantity("10 m/s") > Quantity("9.999 m/s")
    assert Quantity("0 degC") == Quantity("273.15 K") >= Quantity("-1 degC")
    assert Quantity("300 g") == Quantity("0.3 kg")


def test_amounts_of_different_things_have_no_order() -> None:
    """A kilogram is neither more nor less than a litre, nor equal to it; pieces are not bits."""
    assert Quantity("1 kg") != Quantity("1 l")
    assert Quantity("10 item") != Quantity("10 bit")
    assert Quantity("1 kg") != "1 kg"
    for compare in (operator.lt, operator.le, operator.gt, operator.ge):
        with pytest.raises(FactError, match="no order"):
            compare(Quantity("1 kg"), Quantity("1 l"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("25 tonnes", "25 t"),
        ("25_000.50 KG", "25000.5 kg"),
        ("007 item", "7 item"),
        ("0.0 t", "0 t"),
        ("-5.0 °C", "-5 degC"),
        ("26%", "26 %"),
        ("5 stones", "5 stone"),
    ],
)
def test_a_quantity_prints_in_its_shortest_form(text: str, shown: str) -> None:
    """What was written stays, in one way of writing it, and is read back equal."""
    quantity = Quantity(text)
    assert (str(quantity), repr(quantity)) == (shown, f"Quantity({shown!r})")
    assert Quantity(shown) == quantity
    assert (quantity.unit, str(quantity.magnitude)) == (shown.split()[1], shown.split()[0])


def test_a_quantity_turns_into_other_units() -> None:
    """Conversion keeps the amount, and refuses another dimension."""
    assert str(Quantity("25 t").to("kg")) == "25000 kg"
    assert str(Quantity("100 degC").to("K")) == "373.15 K"
    assert str(Quantity("0 K").to("degC")) == "-273.15 degC"
    assert str(Quantity("1 m/s").to("kn")) == "1.94384449244060475161987041037 kn"
    assert Quantity("26 %").to("ppm") == Quantity("26 %")
    with pytest.raises(FactError, match="unit of volume"):
        Quantity("25 t").to("l")
    with pytest.raises(FactError, match="more than 30 digits"):
        Quantity("9" * 30 + " t").to("ug")


def test_a_share_may_be_a_quantity() -> None:
    """A plain number is a share when the dimension says so, and prints as per cent."""
    assert str(Quantity("0.26", dimension="share")) == "26 %"
    assert Quantity("10 ppm", dimension="share") == Quantity("0.001 %")
    with pytest.raises(FactError, match="more than 1"):
        Quantity("120 %")


@pytest.mark.parametrize(
    ("text", "dimension", "message"),
    [
        ("450 USD", "money", r"Money\(...\)"),
        ("60 USD/bbl", "money_per_volume", r"Money\(...\)"),
        ("5", "dimensionless", "plain number"),
        ("5", "", "has no unit"),
        ("5 kg", "weight", "is unknown"),
    ],
)
def test_not_everything_is_a_quantity(text: str, dimension: str, message: str) -> None:
    """Money and bare numbers have their own ways."""
    with pytest.raises(FactError, match=message):
        Quantity(text, dimension)


def test_a_quantity_may_be_given_in_parts() -> None:
    """Magnitude, unit and dimension are checked as the text would be."""
    assert Quantity(magnitude=Decimal("25"), unit="tonnes", dimension="mass") == Quantity("25 t")
    with pytest.raises(FactError, match="exponent"):
        Quantity(magnitude=Decimal("1e999999999"), unit="t")
    with pytest.raises(FactError, match="unit of mass"):
        Quantity(magnitude=25, unit="t", dimension="volume")
    with pytest.raises(FactError, match="has no size"):
        Quantity("25 t", size=3)


def test_a_full_unit_name_is_looked_up() -> None:
    """Names outside the table are read by their full name, with the exact size."""
    assert Quantity("1 stone").base == Decimal("6.35029318")
    assert base_value("2 fortnights", "time") == 28 * 86400
    assert base_value("1 acre", "area") == pytest.approx(4046.87e6, rel=1e-5)  # survey or international foot
    assert base_value(Quantity("2 stone"), "mass") == 12.70058636


@pytest.mark.parametrize("word", ["kton", "kiloton", "kilobarrel", "megagallon", "Mlb", "dag", "pennyweights_", "m_e"])
def test_abbreviations_outside_the_table_are_refused(word: str) -> None:
    """Prefixes and short forms are where pint and traders differ, so pint is not asked."""
    with pytest.raises(FactError, match="unknown unit"):
        Quantity(f"5 {word}")


def test_a_quantity_is_passed_on_by_its_dimension() -> None:
    """A quantity given where an amount is read is checked for its dimension."""
    assert base_value(Quantity("25 t"), "mass") == 25000.0
    with pytest.raises(FactError, match="unit of mass"):
        base_value(Quantity("25 t"), "volume")


class _Line(BaseModel):
    mass: Quantity
    price: Money
    rates: tuple[Rate, ...] = ()


def test_json_is_the_text_there_and_back() -> None:
    """Quantities and money are text in JSON, nested or alone."""
    line = _Line.model_validate({"mass": "25 tonnes", "price": "2_500.00 usd/t"})
    assert line.model_dump_json() == '{"mass":"25 t","price":"2500 USD/t","rates":[]}'
    assert _Line.model_validate_json(line.model_dump_json()) == line
    assert Quantity.model_validate_json('"25 t"') == Quantity("25 t")
    assert Money.model_validate_json('"450 USD"') == Money("450 USD")
    assert _Line(mass=line.mass, price=line.price) == line
    assert pickle.loads(pickle.dumps(line)) == line
    schema = _Line.model_json_schema()["$defs"]
    assert (schema["Quantity"]["type"], schema["Money"]["type"]) == ("string", "string")


@pytest.mark.parametrize("value", [None, 5, "25 ton", {}, {"magnitude": "5"}, {"a": 1}, {"magnitude": [], "unit": "t"}])
def test_a_bad_amount_in_a_model_is_a_validation_error(value: object) -> None:
    """Whatever arrives in JSON, the answer is an amount or a refusal."""
    with pytest.raises(ValidationError):
        _Line.model_validate({"mass": value, "price": "450 USD"})
    with pytest.raises(ValidationError):
        _Line.model_validate({"mass": "5 kg", "price": value})


def test_amounts_do_not_change() -> None:
    """A value that was read stays as it is."""
    values: list[Any] = [Quantity("25 t"), Money("450 USD"), DIMENSIONS["mass"], DIMENSIONS["mass"].units[0]]
    for value, field in zip(values, ["unit", "currency", "unit", "times"], strict=True):
        with pytest.raises((ValidationError, AttributeError), match=r"frozen|can't set"):
            setattr(value, field, "x")
    assert len({hash(value) for value in values}) == 4


_AMOUNTS = st.decimals(min_value=0, max_value=10**12, places=6, allow_nan=False)
_UNITS = st.sampled_from([unit for name in ("mass", "length", "speed", "volume") for unit in DIMENSIONS[name].units])


@given(_AMOUNTS, _UNITS)
def test_reading_what_was_printed_changes_nothing(number: Decimal, unit: Unit) -> None:
    """Every amount in every unit prints as text that is read back equal, and unchanged when read again."""
    quantity = Quantity(f"{number:f} {unit.name}", unit.dimension)
    assert Quantity(str(quantity)) == quantity
    assert str(Quantity(str(quantity))) == str(quantity)
    assert base_value(str(quantity), unit.dimension) == float(quantity.base)


@given(st.text(max_size=120))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text leads to any error but a refusal."""
    for read in (Quantity, Money, parse_share, currency_code):
        with contextlib.suppress(FactError, UnknownCode):
            assert read(text) is not None, text


# ---------------------------------------------------------------------------------------------------------------- money


@pytest.mark.parametrize(
    ("text", "dimension", "value"),
    [
        ("450 USD", "money", ("USD", 450.0)),
        ("450 usd", "money", ("USD", 450.0)),
        ("450USD", "money", ("USD", 450.0)),
        ("450_000.50 EUR", "money", ("EUR", 450000.5)),
        ("450 USD", "money_per_item", ("USD", 450.0)),
        ("450 USD/item", "money_per_item", ("USD", 450.0)),
        ("60 USD/bbl", "money_per_volume", ("USD", 60.0)),
        ("60 USD / barrel", "money_per_volume", ("USD", 60.0)),
        ("47.60 USD/BBL", "money_per_volume", ("USD", 47.6)),
        ("2500 EUR/t", "money_per_mass", ("EUR", 2500.0)),
        ("2.5 EUR/kg", "money_per_mass", ("EUR", 2500.0)),
        (Money("723 GBP"), "money", ("GBP", 723.0)),
        ("1 XAU", "money", ("XAU", 1.0)),
    ],
)
def test_a_price_is_a_currency_and_a_number(text: object, dimension: str, value: tuple[str, float]) -> None:
    """Money is read to its currency and the amount per base unit."""
    assert money_value(text, dimension) == value


@pytest.mark.parametrize(
    ("text", "dimension", "message"),
    [
        ("450", "money", "the currency is missing"),
        ("$450", "money", "write the number first"),
        ("USD 450", "money", "write the number first"),
        ("450 $", "money", "'$' is no currency"),
        ("450 €", "money", "'€' is no currency"),
        ("450m USD", "money", "'m USD' is no currency"),
        ("450 million USD", "money", "450_000_000 USD"),
        ("450 dollars", "money", "'dollars' is no currency"),
        ("450,000 USD", "money", "two ways"),
        ("-450 USD", "money", "is negative"),
        ("1e9 USD", "money", "exponent"),
        ("450 USD/gal", "money", "'gal' is nothing that a price is per"),
        ("450 USD/t", "money", "write it as '450 USD'"),
        ("60 USD", "money_per_volume", "write it as '60 USD/bbl'"),
        ("60 USD/t", "money_per_volume", "write it as '60 USD/bbl'"),
        ("60 USD", "money_per_mass", "write it as '60 USD/t' or '60 USD/kg'"),
        ("60 USD/bbl", "money_per_item", "write it as '60 USD' or '60 USD/item'"),
        ("60 USD", "mass", "is not money"),
        (450, "money", "write a number and a unit"),
        (None, "money", "write a number and a unit"),
        ([], "money", "write a number and a unit"),
    ],
)
def test_a_price_that_is_not_plain_is_refused(text: object, dimension: str, message: str) -> None:
    """Symbols, shorthand and prices per the wrong thing say what to write."""
    with pytest.raises(FactError, match=re.escape(message)):
        money_value(text, dimension)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("RUR", "RUB"),
        ("BYR", "BYN"),
        ("HRK", "EUR"),
        ("BGN", "EUR"),
        ("ZWL", "ZWG"),
        ("CNH", "CNY"),
        ("RMB", "CNY"),
        ("GBX", "GBP"),
        ("XXX", "no currency"),
        ("BTC", "no currency"),
        ("USX", "'USD'"),
        ("QQQ", "write one such as 'USD'"),
        ("", "write one such as 'USD'"),
        ("U$D", "ISO 4217"),
        ("uſd", "ISO 4217"),
        ("USD" * 10**6, "ISO 4217"),
    ],
)
def test_a_currency_that_is_not_live_says_what_to_write(code: str, message: str) -> None:
    """Withdrawn and market codes name the code of today, others the nearest."""
    with pytest.raises(UnknownCode, match=re.escape(message)):
        currency_code(code)


@pytest.mark.parametrize("code", ["USD", "eur", " GBP ", "RUB", "CNY", "BYN", "AED", "KZT", "SLE", "ZWG", "XAU"])
def test_live_currencies_are_read(code: str) -> None:
    """Codes are read in any case."""
    assert currency_code(code) == code.strip().upper()


def test_money_adds_and_compares_within_one_currency() -> None:
    """Sums are exact; prices a kilogram and a tonne meet; nothing else mixes."""
    assert Money("0.10 USD") + Money("0.20 USD") == Money("0.3 USD")
    assert Money("450 USD") - Money("50 USD") == Money("400 USD")
    assert Money("450 USD") * 3 == Money("1350 USD")
    assert Money("450 USD") * Decimal("0.5") == Money("225 USD")
    assert Money("2 USD/kg") == Money("2000 USD/t") > Money("1.999 USD/kg")
    assert str(Money("2 USD/kg") + Money("500 USD/t")) == "2.5 USD/kg"
    assert str(Money("500 USD/t") + Money("2 USD/kg")) == "2500 USD/t"
    assert len({Money("2 USD/kg"), Money("2000 USD/t"), Money("2000 EUR/t"), Money("2000 USD")}) == 3
    assert Money("450 USD") != Money("450 EUR")
    assert Money("450 USD") != "450 USD"


@pytest.mark.parametrize(("left", "right"), [("1 USD", "1 EUR"), ("1 USD", "1 USD/item"), ("1 USD/t", "1 USD/bbl")])
def test_money_does_not_mix(left: str, right: str) -> None:
    """Without a rate, amounts in two currencies, or per two things, have no sum and no order."""
    for combine in (operator.add, operator.sub, operator.lt, operator.ge):
        with pytest.raises(FactError, match="cannot be compared or added"):
            combine(Money(left), Money(right))


def test_money_stays_within_bounds() -> None:
    """No debt, and no amount that could not be read back."""
    with pytest.raises(FactError, match="is negative"):
        Money("1 USD") - Money("2 USD")
    with pytest.raises(FactError, match="is negative"):
        Money("1 USD") * -1
    with pytest.raises(FactError, match="more than 30 digits"):
        Money("9" * 30 + " USD") * 10


def test_money_may_be_given_in_parts() -> None:
    """Amount, currency and per are checked as the text would be."""
    assert repr(Money(amount=60, currency="usd", per="bbl")) == "Money('60 USD/bbl')"
    assert Money(amount="450", currency="USD") == Money("450 USD")
    with pytest.raises(FactError, match="money has no cents"):
        Money("450 USD", cents=3)
    with pytest.raises(UnknownCode, match="RUB"):
        Money(amount=60, currency="RUR")


# ---------------------------------------------------------------------------------------------------------------- rates

_RATE = {"from": "USD", "to": "EUR", "rate": "0.92", "on": "2024-06-01", "source": "ECB"}


def test_a_rate_converts_in_its_direction() -> None:
    """A stated rate turns the one currency into the other, and only that way."""
    rate = Rate.read(_RATE)
    assert Money("450 USD").to("eur", rate) == Money("414 EUR")
    assert Money("60 USD/bbl").to("EUR", rate) == Money("55.2 EUR/bbl")
    for money, target in ((Money("450 EUR"), "USD"), (Money("450 GBP"), "EUR"), (Money("450 USD"), "GBP")):
        with pytest.raises(FactError, match="state one from"):
            money.to(target, rate)


def test_a_rate_is_json_there_and_back() -> None:
    """JSON keeps the rate as text, under the names that people write."""
    rate = Rate.read({**_RATE, "rate": 0.92})
    assert rate.model_dump_json() == '{"from":"USD","to":"EUR","rate":"0.92","on":"2024-06-01","source":"ECB"}'
    assert Rate.model_validate_json(rate.model_dump_json()) == rate == Rate.read(_RATE)
    assert hash(rate) == hash(Rate.read({**_RATE, "on": date(2024, 6, 1)}))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rate": "0"}, "above 0"),
        ({"rate": "-1"}, "negative"),
        ({"rate": "0,92"}, "two ways"),
        ({"rate": "0.92 EUR"}, "plain number"),
        ({"rate": Decimal("1e999999999")}, "out of bounds"),
        ({"rate": True}, "no number"),
        ({"from": "RUR"}, "RUB"),
        ({"to": 5}, "ISO 4217"),
        ({"on": "06/01/24"}, "2024-06-01"),
        ({"on": 1717200000}, "2024-06-01"),
        ({"on": "2024-02-30"}, "day"),
        ({"source": ""}, "source"),
        ({"note": "x"}, "note"),
    ],
)
def test_a_rate_that_is_not_plain_is_refused(change: dict[str, object], message: str) -> None:
    """A rate needs two currencies, a number above 0, a day and a source."""
    with pytest.raises(FactError, match=message):
        Rate.read({**_RATE, **change})


def test_everything_wrong_with_a_rate_is_told_at_once() -> None:
    """One refusal lists all faults."""
    with pytest.raises(FactError, match=r"RUB.*above 0.*source"):
        Rate.read({"from": "RUR", "to": "EUR", "rate": 0, "on": "2024-06-01"})


# ------------------------------------------------------------------------------------------------------ generated files


def test_sizes_agree_with_pint() -> None:
    """Every unit that pint has is exactly as large as pint says."""
    source = ROOT / "sources" / "units" / "units.yaml"
    if not source.exists():
        pytest.skip("no sources in this copy")
    registry = pint.UnitRegistry(non_int_type=Decimal)
    listed = yaml.load(source.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)["dimensions"]
    for name, dimension in DIMENSIONS.items():
        for unit in dimension.units:
            expression = listed[name]["units"][unit.name][0]
            if not expression.startswith("=") and name != "temperature":
                base = registry.parse_units(listed[name]["units"][dimension.unit][0])
                size = registry.Quantity(Decimal(1), registry.parse_units(expression)).to(base).magnitude
                assert float(unit.to_base(Decimal(1))) == pytest.approx(float(size), rel=1e-15)


def test_sizes_are_exact() -> None:
    """Units that no finite decimal fits are kept as two numbers."""
    sizes = {unit.name: Fraction(unit.times) / Fraction(unit.over) for one in DIMENSIONS.values() for unit in one.units}
    assert sizes["kn"] == Fraction(1852, 3600)
    assert sizes["km/h"] == Fraction(1000, 3600)
    assert sizes["arcsec"] == Fraction(1, 3600)
    assert sizes["bbl"] == 42 * sizes["us_gallon"]
    assert sizes["troy_ounce"] == Fraction("0.0311034768")


def test_the_shipped_files_are_what_the_script_makes() -> None:
    """Nobody edits generated data by hand, and the script gives the same bytes each time."""
    script = ROOT / "scripts" / "build_reference_units.py"
    if not script.exists():
        pytest.skip("no scripts in this copy")
    made = runpy.run_path(str(script))["build"]()
    assert (DATA / "reference" / "units.json").read_text(encoding="utf-8") == made["units.json"]
    if "BGN" not in read_json("reference/currencies.json")["currencies"]:
        assert set(made) == {"units.json", "currencies.json"}


def test_no_word_is_both_read_and_refused() -> None:
    """Units, aliases and refused words are apart."""
    table = read_json("reference/units.json")
    names = [name for one in table["dimensions"].values() for name in one["units"]]
    words = [*names, *table["aliases"], *table["refused"]]
    assert len(words) == len(set(words))
    assert set(table["aliases"].values()) <= set(names)


def test_reading_known_units_loads_nothing_heavy() -> None:
    """Neither the import nor a unit of the table loads pint, pycountry or yaml."""
    script = (
        "import sys\n"
        "from sanctionsmodel.quantities import Money, Quantity, base_value\n"
        "base_value('25 t', 'mass'); Money('450 USD'); Quantity('5 micron')\n"
        "print(sorted({'pycountry', 'pint', 'yaml'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
