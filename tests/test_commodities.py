"""Goods codes, control-list entries and commodities."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from sanctionsmodel import _nomenclature, sets
from sanctionsmodel.commodities import (
    Commodity,
    code,
    codes_under,
    eccn_code,
    editions,
)
from sanctionsmodel.errors import FactError, SanctionsModelError, UnknownCode

CODES = sorted(_nomenclature._known())
TEN_MEGABYTES = 10_000_000
in_the_nomenclature = st.sampled_from(CODES)


def refusal(text: Any, system: str) -> str:
    """Return the message with which a code is refused."""
    with pytest.raises(UnknownCode) as caught:
        code(text, system)
    return str(caught.value)


# ------------------------------------------------------------------------------------------------------ control lists
@pytest.mark.parametrize("system", ["hs", "cn", "hts", "eccn", "military_list", "jp_list", "list"])
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("7" * TEN_MEGABYTES, id="digits"),
        pytest.param(" " * TEN_MEGABYTES, id="blanks"),
        pytest.param("3A001" + ".a.1" * (TEN_MEGABYTES // 4), id="paragraphs"),
    ],
)
def test_a_huge_text_is_refused_quickly_and_shortly(text: str, system: str) -> None:
    """Ten megabytes cost less than a second, and the message stays short."""
    start = time.perf_counter()
    assert len(refusal(text, system)) < 400
    assert time.perf_counter() - start < 1


@given(st.text(max_size=50), st.sampled_from(["hs", "cn", "hts", "eccn", "military_list", "jp_list", "list"]))
def test_any_text_is_read_or_refused(text: str, system: str) -> None:
    """Nothing but this library's own error comes out, and what is read is canonical."""
    try:
        found = code(text, system)
    except SanctionsModelError:
        return
    assert code(found, system) == found
    assert found.isascii()


def test_a_wrong_system_is_refused() -> None:
    """Only the named systems are read."""
    with pytest.raises(FactError, match="one of hs, cn, hts, eccn"):
        code("76", "currency")


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("3A001", "3A001"),
        ("3a001.a.2", "3A001.a.2"),
        ("3A001.A.2.", "3A001.a.2"),
        ("3A001a2", "3A001.a.2"),
        ("2B001.b.1.a", "2B001.b.1.a"),
        ("1C350.d.13", "1C350.d.13"),
        ("9A515y", "9A515.y"),
        ("9A610.x", "9A610.x"),
        (" 5A992.c ", "5A992.c"),
        ("3A", "3A"),
        ("3", "3"),
        ("ear99", "EAR99"),
    ],
)
def test_spellings_of_an_eccn_are_one_entry(text: str, canonical: str) -> None:
    """The head has capitals, paragraphs are small and stand behind dots."""
    assert eccn_code(text) == canonical


@pytest.mark.parametrize(
    "text",
    [
        *("", "none", "EAR", "EAR999", "3F001", "3A01", "3A0", "3A0012", "A3001", "3A001..a", "3A001.ab", "3A001.a.02"),
        *("3A001(a)", "3A001.a.1234", "33A001", "3A001.\u212a", "３A001", "3Ä001", "3A001\n.a"),
    ],
)
def test_what_is_no_eccn_is_refused(text: str) -> None:
    """Anything that is not shaped like an entry is refused with an example."""
    with pytest.raises(UnknownCode, match="ECCN"):
        eccn_code(text)


@pytest.mark.parametrize(("text", "meant"), [("3AO01", "3A001"), ("3A 001", "3A001"), ("EAR-99", "EAR99")])
def test_common_slips_of_an_eccn_are_named(text: str, meant: str) -> None:
    """A letter O for a zero, and blanks inside, are mended in the message, not in silence."""
    assert f"did you mean '{meant}'?" in refusal(text, "eccn")


@pytest.mark.parametrize(
    ("text", "system", "canonical"),
    [
        ("ML1", "military_list", "ML1"),
        ("ml22", "military_list", "ML22"),
        ("ML 10 ", "military_list", "ML10"),
        ("ML21b5a", "military_list", "ML21.b.5.a"),
        ("07.1", "jp_list", "07.1"),
        ("10.9-2", "jp_list", "10.9-2"),
        ("3B", "jp_list", "3b"),
        ("eu/reg-833-2014/annex-xxi", "list", "eu/reg-833-2014/annex-xxi"),
        ("7601.10", "hs", "760110"),
        ("7601.10.10", "cn", "76011010"),
        ("7601.10.10", "hts", "76011010"),
        ("3a", "eccn", "3A"),
    ],
)
def test_one_reader_for_all_systems(text: str, system: str, canonical: str) -> None:
    """Each system has its own shape."""
    assert code(text, system) == canonical


@pytest.mark.parametrize(
    ("text", "system"),
    [
        *((text, "military_list") for text in ("ML0", "ML23", "ML010", "10", "ML")),
        *(("7(1)", "jp_list"), ("7 1", "jp_list"), ("annex xxi", "list"), ("", "list")),
    ],
)
def test_each_system_refuses_what_it_does_not_have(text: str, system: str) -> None:
    """A shape of no system is no code."""
    assert "write" in refusal(text, system) or "empty" in refusal(text, system)


@pytest.mark.parametrize(
    ("prefix", "system", "inside", "outside"),
    [
        ("7601", "hs", ["7601", "760110"], ["76", "7602"]),
        ("760110", "cn", ["760110", "76011010"], ["7601"]),
        ("3", "eccn", ["3", "3A", "3A001.a"], ["4A001", "EAR99"]),
        ("3A", "eccn", ["3A001", "3A992.c"], ["3B001"]),
        ("3A001", "eccn", ["3A001", "3A001.a.2"], ["3A002", "3A"]),
        ("3A001.a.1", "eccn", ["3A001.a.1", "3A001.a.1.b"], ["3A001.a.10", "3A001.a.2"]),
        ("ML1", "military_list", ["ML1", "ML1.a"], ["ML10", "ML10.a"]),
        ("10.9", "jp_list", ["10.9", "10.9.1"], ["10.9-2", "10.91"]),
        ("EAR99", "eccn", ["EAR99"], ["9A991"]),
    ],
)
def test_a_code_holds_what_lies_under_it(prefix: str, system: str, inside: list[str], outside: list[str]) -> None:
    """Digits nest by prefix, paragraphs by dots: entry a.1 does not hold a.10."""
    span = codes_under(prefix, system)
    assert [sets.contains(span, text) for text in inside] == [True] * len(inside)
    assert [sets.contains(span, text) for text in outside] == [False] * len(outside)


# -------------------------------------------------------------------------------------------------------- commodities
def test_a_commodity_is_made_from_a_code_alone() -> None:
    """The short form is the HS code."""
    assert Commodity("7601.10") == Commodity(hs="760110") == Commodity.model_validate("7601 10")
    assert hash(Commodity("7601.10")) == hash(Commodity(hs="760110"))
    assert Commodity("760110") != Commodity("760120")


def test_national_codes_settle_the_hs_code() -> None:
    """The first six digits are the HS code, and codes of different length complete one another."""
    assert Commodity(cn="7601 10 10").hs == "760110"
    assert Commodity(hs="7601", hts="7601.10.30.30") == Commodity(hs="760110", hts="7601103030")
    assert Commodity(hs="760110", cn="76").cn == "76"


@pytest.mark.parametrize(
    "codes", [{"hs": "7602", "cn": "76011010"}, {"cn": "76011010", "hts": "7601203030"}, {"hs": "7602", "cn": "7601"}]
)
def test_codes_that_disagree_are_refused(codes: dict[str, str]) -> None:
    """One commodity has one HS code."""
    with pytest.raises(FactError, match="disagrees with"):
        Commodity(**codes)


def test_a_code_must_be_of_the_stated_edition() -> None:
    """A code of an older edition asks for the edition, and then is taken."""
    with pytest.raises(UnknownCode, match="state edition=2017"):
        Commodity("854140")
    with pytest.raises(UnknownCode, match="state edition=2022"):
        Commodity("854141", edition=2017)
    assert Commodity("854140", edition=2017).edition == 2017
    assert Commodity(hts="9903.88.03").hs == "990388"
    with pytest.raises(FactError, match="edition: 2007"):
        Commodity("7601", edition=2007)


@pytest.mark.parametrize(
    ("fields", "error", "words"),
    [
        ({}, FactError, "nothing is stated"),
        ({"hs": "76X1"}, UnknownCode, "hs: '76X1'"),
        ({"hs": 760110}, UnknownCode, "hs: 760110 is not text"),
        ({"hs": "77"}, UnknownCode, "no goods are classified there"),
        ({"eccn": "3A01"}, UnknownCode, "eccn: '3A01'"),
        ({"cn": ["76"]}, UnknownCode, "cn: "),
        ({"eccm": "3A001"}, FactError, "did you mean 'eccn'?"),
        ({"name": " "}, FactError, "name: "),
        pytest.param({"name": "x" * TEN_MEGABYTES}, FactError, "name: ", id="long name"),
        ({"name": 5}, FactError, "name: "),
        ({"hs": "7601", "edition": "new"}, FactError, "edition: "),
        ({"parameters": 5}, FactError, "parameters: cannot read 5"),
        ({"parameters": [("a", "1", "2")]}, FactError, "parameters: cannot read"),
        ({"parameters": {"hs": "7601"}}, FactError, "cannot name a technical figure"),
        ({"parameters": {"Clear Aperture": "1 m"}}, FactError, "cannot name a technical figure"),
        ({"parameters": {"clear_aperture": 1}}, FactError, "write text with its unit"),
        ({"parameters": {"clear_aperture": ""}}, FactError, "write text with its unit"),
        ({"parameters": [("a", "1 m"), ("a", "2 m")]}, FactError, "twice"),
    ],
)
def test_a_wrong_field_is_refused_by_name(fields: dict[str, Any], error: type[Exception], words: str) -> None:
    """The error is of this library, and names field and value."""
    with pytest.raises(error) as caught:
        Commodity(**fields)
    assert words in str(caught.value)
    assert len(str(caught.value)) < 400


def test_a_code_given_twice_is_refused() -> None:
    """The short form and the field may not both be given."""
    with pytest.raises(FactError, match="given twice"):
        Commodity("7601", hs="7602")


def test_inside_another_model_the_error_is_that_of_pydantic() -> None:
    """A nested commodity reports through pydantic, which keeps the place and the words."""

    class Lot(BaseModel):
        goods: Commodity

    assert Lot.model_validate({"goods": "7601.10"}).goods == Commodity("760110")
    with pytest.raises(ValidationError, match="under 76 are 7616"):
        Lot.model_validate({"goods": {"hs": "7699"}})


FULL = Commodity(
    hs="8457",
    cn="84571010",
    hts="8457.10.00.10",
    eccn="2b001.b.1.a",
    name="five-axis machining centre",
    parameters={"unidirectional_positioning_repeatability": "0.9 um", "axis_travel": "0.8 m"},
)


@pytest.mark.parametrize("goods", [FULL, Commodity("76"), Commodity("854140", edition=2017), Commodity(name="scrap")])
def test_json_there_and_back(goods: Commodity) -> None:
    """A commodity survives JSON and Python mappings unchanged."""
    assert Commodity.model_validate_json(goods.model_dump_json()) == goods
    assert Commodity.model_validate(goods.model_dump()) == goods
    assert Commodity(**goods.model_dump(exclude_none=True)) == goods


def test_a_commodity_cannot_be_changed() -> None:
    """Facts are values: a change makes a new one."""
    with pytest.raises(ValidationError, match="frozen"):
        FULL.hs = "7601"  # type: ignore[misc]


def test_facts_are_what_was_stated() -> None:
    """Codes come first and technical figures after them; what was not said is not there."""
    assert FULL.facts() == {
        "hs": "845710",
        "cn": "84571010",
        "hts": "8457100010",
        "eccn": "2B001.b.1.a",
        "axis_travel": "0.8 m",
        "unidirectional_positioning_repeatability": "0.9 um",
    }
    assert Commodity("76").facts() == {"hs": "76"}


def test_descriptions_are_prose() -> None:
    """A name of one's own comes before that of the nomenclature."""
    assert FULL.description.startswith("five-axis machining centre (HS 845710, CN 84571010")
    assert Commodity("76").description == "Aluminium and articles thereof (HS 76)"
    assert Commodity(eccn="3A090.a").description == "Goods (ECCN 3A090.a)"
    assert Commodity(name="scrap").description == "scrap"


@pytest.mark.parametrize(
    ("outer", "inner", "holds"),
    [
        (Commodity("84"), FULL, True),
        (Commodity(eccn="2B001"), FULL, True),
        (Commodity(eccn="2B001.b.1", hs="8457"), FULL, True),
        (Commodity(cn="845710"), FULL, True),
        (Commodity(parameters={"axis_travel": "0.8 m"}), FULL, True),
        (Commodity(parameters={"axis_travel": "0.80 m"}), FULL, False),
        (Commodity(hts="84571090"), FULL, False),
        (FULL, Commodity("845710"), False),
        (FULL, FULL, True),
        (Commodity("7601", name="ingot"), Commodity("760110", name="billet"), True),
        (Commodity(eccn="3A001.a.1"), Commodity(eccn="3A001.a.10"), False),
        (Commodity("8541"), Commodity("854140", edition=2017), False),
        (Commodity("8541", edition=2017), Commodity("854140", edition=2017), True),
        (Commodity(eccn="3A001", edition=2017), Commodity(eccn="3A001.a"), True),
        (Commodity(name="scrap"), Commodity("7602"), False),
        (Commodity(name="scrap"), Commodity(name="scrap"), True),
    ],
)
def test_one_commodity_holds_another_only_when_sure(outer: Commodity, inner: Commodity, holds: bool) -> None:
    """Yes needs every stated fact of the outer one to be settled by the inner one."""
    assert outer.contains(inner) is holds


@settings(deadline=None)
@given(in_the_nomenclature, in_the_nomenclature)
def test_holding_agrees_with_prefixes(outer: str, inner: str) -> None:
    """For codes of one edition, holding is being a prefix."""
    shared = set(editions(outer)) & set(editions(inner))
    for edition in shared:
        held = Commodity(outer, edition=edition).contains(Commodity(inner, edition=edition))
        assert held == inner.startswith(outer)
