"""Exchanges and venues by their market identifier codes."""

from __future__ import annotations

import csv
import runpy
import time
from pathlib import Path
from typing import Any

import pytest

from sanctionsmodel import _venues
from sanctionsmodel._data import DATA
from sanctionsmodel._venues import is_expired, operating_mic, venue_code, venue_country, venue_name
from sanctionsmodel.errors import UnknownCode

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("text", ["XLME", "xlme", " XLME ", "LME", "lme", "London Metal Exchange"])
def test_the_london_metal_exchange_has_one_code(text: str) -> None:
    """However a trader writes the exchange, it is one code."""
    assert venue_code(text) == "XLME"


@pytest.mark.parametrize(
    ("short", "mic", "operator"),
    [
        ("COMEX", "XCEC", "XNYM"),
        ("NYMEX", "XNYM", "XNYM"),
        ("CME", "XCME", "XCME"),
        ("SHFE", "XSGE", "XSGE"),
        ("INE", "XINE", "XSGE"),
        ("MCX", "XIMC", "XIMC"),
        ("LBMA", "XLBM", "XLBM"),
    ],
)
def test_a_venue_runs_under_its_operator(short: str, mic: str, operator: str) -> None:
    """COMEX is run by the New York Mercantile Exchange and the energy exchange of Shanghai by the futures exchange."""
    assert (venue_code(short), operating_mic(short)) == (mic, operator)


def test_no_alias_is_itself_a_code_of_the_register() -> None:
    """A short name never hides a code that the register gives to another venue."""
    assert not set(_venues._ALIASES) & set(_venues._register())
    assert set(_venues._ALIASES.values()) <= set(_venues._register())


def test_every_operator_is_in_the_register_and_its_own_operator() -> None:
    """Following a venue to its operator ends after one step, but for codes that expired before their operator did."""
    for mic in _venues._register():
        assert is_expired(mic) or operating_mic(operating_mic(mic)) == operating_mic(mic)


def test_names_and_countries_read_well() -> None:
    """Known markets have their usual name, the rest the name of the register; some venues lie in no country."""
    assert venue_name("XNYM") == "New York Mercantile Exchange"
    assert venue_name("BILT") == "OFF-EXCHANGE TRANSACTIONS"
    assert (venue_country("XSGE"), venue_country("MISX"), venue_country("BILT")) == ("CN", "RU", None)


def test_countries_are_two_capital_letters() -> None:
    """A country is ISO 3166-1 alpha-2 for every venue that has one."""
    countries = {venue_country(mic) for mic in _venues._register()} - {None}
    assert {country for country in countries if country is None or len(country) != 2 or not country.isupper()} == set()
    assert {"GB", "US", "CN", "RU", "IN"} <= countries


def test_an_expired_code_is_still_a_code() -> None:
    """A deal of years ago may name a venue that is gone."""
    assert venue_code("XMIC") == "XMIC"
    assert is_expired("XMIC")
    assert not is_expired("XLME")


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "XLM", "XLMX", "GFEX", "XMCX", "none", "ＸＬＭＥ", "XLME\0", "XLME,XCEC", "ß" * 40),
        pytest.param("x" * 10_000_000, id="ten megabytes"),
    ],
)
def test_what_nobody_registered_is_refused_quickly(text: str) -> None:
    """A wrong code is refused, however long or strange, and never guessed."""
    start = time.perf_counter()
    with pytest.raises(UnknownCode, match="market identifier code"):
        venue_code(text)
    assert time.perf_counter() - start < 1


def test_a_refusal_names_what_comes_nearest() -> None:
    """The well-known markets are offered before the many obscure ones."""
    with pytest.raises(UnknownCode, match="did you mean 'XLME'"):
        venue_code("XLNE")
    with pytest.raises(UnknownCode, match="'LONDON METAL EXCHANGE'"):
        venue_code("Londn Metal Exchange")


def test_a_number_is_not_a_code() -> None:
    """Anything but text is refused with an example."""
    number: Any = 3579
    with pytest.raises(UnknownCode, match="not text"):
        venue_code(number)
    assert venue_code("3579") == "3579"


def test_the_shipped_register_is_fresh() -> None:
    """Building the register again gives the committed file."""
    built = runpy.run_path(str(ROOT / "scripts" / "build_reference_venues.py"))["build"]()
    assert built == (DATA / "reference" / "venues.json").read_text(encoding="utf-8")


def test_the_register_is_whole() -> None:
    """Every row of the input is there, with no address or website column."""
    with (ROOT / "sources" / "venues" / "iso10383.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert {row["mic"] for row in rows} == set(_venues._register())
    assert len(rows) == 2733
    assert not {"website", "city", "lei"} & set(rows[0])
