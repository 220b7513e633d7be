"""Goods codes, control-list entries and commodities."""

from __future__ import annotations

import csv
import runpy
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from sanctionsmodel import _nomenclature, sets
from sanctionsmodel._data import DATA
from sanctionsmodel.commodities import (
    HS_EDITIONS,
    Commodity,
    children,
    code,
    codes_under,
    eccn_code,
    editions,
    goods_code,
    goods_name,
    whole_codes,
)
from sanctionsmodel.errors import FactError, SanctionsModelError, UnknownCode

ROOT = Path(__file__).parents[1]
CODES = sorted(_nomenclature._known())
TEN_MEGABYTES = 10_000_000
in_the_nomenclature = st.sampled_from(CODES)


def refusal(text: Any, system: str = "hs") -> str:
    """Return the message with which a code is refused."""
    with pytest.raises(UnknownCode) as caught:
        code(text, system)
    return str(caught.value)


# -------------------------------------------------------------------------------------------------------- goods codes
@pytest.mark.parametrize(
    "text", ["760110", "7601.10", "7601 10", "76.01.10", "76 01 10", " 7601.10 ", "7601\u00a010", "7601\u202f10"]
)
def test_spellings_of_a_code_are_one_code(text: str) -> None:
    """Dots and blanks between pairs of digits do not matter."""
    assert goods_code(text, "hs") == "760110"


@pytest.mark.parametrize("text", ["76", "7601", "760110", "76011010", "7601101000", "7601100000"])
def test_national_codes_may_have_up_to_ten_digits(text: str) -> None:
    """Every even length is a code of CN and HTS, and trailing zeros stay."""
    assert goods_code(text, "cn") == goods_code(text, "hts") == text


@given(in_the_nomenclature)
def test_reading_a_code_twice_changes_nothing(text: str) -> None:
    """Every code of the nomenclature is its own canonical form, in every system, dotted or not."""
    dotted = ".".join(text[start : start + 2] for start in range(0, len(text), 2))
    assert {goods_code(text, system) for system in ("hs", "cn", "hts")} == {text} == {goods_code(dotted, "hs")}


@given(in_the_nomenclature.filter(lambda text: text.startswith("0") and text[1:] not in CODES))
def test_a_lost_leading_zero_is_explained(text: str) -> None:
    """A code that lost its first zero in a spreadsheet is refused with the code that was meant."""
    assert f"a leading zero may have been lost: write '{text}'" in refusal(text[1:])


@pytest.mark.parametrize(
    ("text", "system", "words"),
    [
        ("1", "hs", "'1' has 1 digit; a leading zero may have been lost: write '01'"),
        ("101.21", "hs", "write '010121'"),
        ("101210000", "cn", "write '0101210000'"),
        ("7601.1", "hs", "a trailing zero may have been lost: write '760110'"),
        ("8486.2", "hs", "a trailing zero may have been lost: write '848620'"),
        ("76011", "hs", "'76011' has 5 digits; goods codes have an even number"),
        ("760110.0", "hs", "has 7 digits; goods codes have an even number"),
        ("760.110", "hs", "has a dot or space inside a pair of digits"),
        ("76011010", "hs", "has 8 digits and an HS code at most 6; give it as cn or hts"),
        ("7601.10.10.00", "hs", "has 10 digits and an HS code at most 6; give it as cn or hts"),
        ("760110101010", "cn", "has 12 digits; a code of system cn has at most 10"),
        ("760110101010", "hs", "has 12 digits; a code of system hs has at most 6"),
        ("760130", "hs", "is in no edition of the HS (2012, 2017, 2022); under 7601 are 760120, 760110"),
        ("76013000", "cn", "under 7601 are 760120, 760110"),
        ("7699", "hs", "under 76 are 7616"),
        ("769910", "hs", "under 76 are 7616"),
        ("77", "hs", "the nearest chapters are 76, 78"),
        ("00", "hs", "the nearest chapters are 01, 02"),
        ("", "hs", "an empty text"),
        ("  ", "hs", "an empty text"),
        ("76O110", "hs", "write digits"),
        ("7601-10", "hs", "write digits"),
        ("7601..10", "hs", "write digits"),
        (".7601", "hs", "write digits"),
        ("+76", "hs", "write digits"),
        ("none", "hs", "write digits"),
        ("٧٦٠١", "hs", "write digits 0-9"),
        ("７６０１", "hs", "write digits 0-9"),
        ("7²", "hs", "write digits 0-9"),
        (760110, "hs", "not text; write a code of system hs in quotes, so that leading zeros stay"),
        (None, "cn", "not text"),
        ("7601\x0010", "cn", "write digits"),
    ],
)
def test_what_is_no_goods_code_is_refused_with_a_remedy(text: Any, system: str, words: str) -> None:
    """A refusal says what was found and what to write instead."""
    assert words in refusal(text, system)


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


def test_national_chapters_are_checked_for_shape_only() -> None:
    """Chapters 98 and 99 differ by country, so no list can say what is in them."""
    assert goods_code("9880", "cn") == "9880"
    assert goods_code("9903.88.03", "hts") == "99038803"
    assert editions("98") == ()
    assert children("99") == ()
    assert goods_name("9801") == "Goods of chapter 98, which each country fills itself"


def test_a_wrong_system_is_refused() -> None:
    """Only the named systems are read."""
    with pytest.raises(FactError, match="one of hs, cn, hts"):
        goods_code("76", "taric")
    with pytest.raises(FactError, match="one of hs, cn, hts, eccn"):
        code("76", "currency")


# ------------------------------------------------------------------------------------------------------- nomenclature
def test_the_editions_of_a_code() -> None:
    """A code may be new, gone, or in all editions; national digits do not count."""
    assert editions("854140") == (2012, 2017)
    assert editions("8541.41") == (2022,)
    assert editions("76011010") == HS_EDITIONS
    with pytest.raises(UnknownCode):
        editions("760199")


def test_children_are_those_of_the_edition_asked() -> None:
    """A heading has other subheadings in another edition, and a subheading has none."""
    assert "854140" in children("8541", 2017)
    assert "854140" not in children("8541")
    assert {"854141", "854142", "854143", "854149"} <= set(children("8541"))
    assert children("76")[0] == "7601"
    assert children("760110") == ()


@given(in_the_nomenclature, st.sampled_from(HS_EDITIONS))
def test_each_child_has_its_parent_in_the_same_edition(text: str, edition: int) -> None:
    """The tree has no orphans in any edition."""
    if edition in editions(text) and len(text) > 2:
        assert text in children(text[:-2], edition)
        assert edition in editions(text[:-2])


def test_an_unknown_edition_is_refused() -> None:
    """Editions before 2012 are not shipped, and are not passed off as others."""
    with pytest.raises(FactError, match="2007"):
        children("7601", 2007)


def test_every_code_has_a_name() -> None:
    """A code of an older edition borrows the name of its heading or chapter."""
    assert all(goods_name(text) for text in CODES)
    assert goods_name("854140") == goods_name("8541")
    assert goods_name("7502.10") == "Nickel; unwrought, not alloyed"


def test_the_shipped_nomenclature_is_fresh() -> None:
    """Building the files again gives the committed ones."""
    built = runpy.run_path(str(ROOT / "scripts" / "build_reference_goods.py"))["build"]()
    assert {name: (DATA / "reference" / name).read_text(encoding="utf-8") for name in built} == built


def test_the_shipped_nomenclature_is_whole() -> None:
    """Every code of the inputs is known in its edition, but for what is no goods."""
    for edition in (2012, 2017):
        given_codes = (ROOT / "sources" / "goods" / f"hs{edition}.txt").read_text(encoding="ascii").split()
        assert {text for text in given_codes if edition not in _nomenclature._known().get(text, ())} <= {
            "77",
            "99",
            "9999",
            "999999",
        }
    with (ROOT / "sources" / "goods" / "hs2022.csv").open(encoding="utf-8", newline="") as lines:
        assert sum(2022 in editions(row["code"]) for row in csv.DictReader(lines)) == 97 + 1229 + 5613 - 4 + 1


# -------------------------------------------------------------------------------------------------------- whole codes
def test_a_heading_stands_for_all_its_subheadings() -> None:
    """When every subheading is named one by one, the heading is meant."""
    assert whole_codes(["760120", "7601.10"]) == ("7601",)
    assert whole_codes(["740400"]) == ("7404",)
    assert whole_codes(["760110"]) == ("760110",)


def test_a_heading_needs_the_subheadings_of_every_edition() -> None:
    """A list of 2022 does not speak of goods that only the nomenclature of 2017 knew by their code."""
    today = children("8541", 2022)
    assert whole_codes(today) == today
    every = {text for edition in HS_EDITIONS for text in children("8541", edition)}
    assert whole_codes(every) == ("8541",)


def test_a_chapter_stands_for_all_its_headings() -> None:
    """Completion works from subheadings up to the chapter."""
    everything = [text for text in CODES if text.startswith("75") and len(text) == 6]
    assert whole_codes(everything) == ("75",)
    assert len(whole_codes(CODES)) == 96
    assert len(whole_codes(text for text in CODES if len(text) == 6)) == 96


def test_national_codes_are_never_completed() -> None:
    """Nobody knows here whether a list of eight-digit codes is all of a subheading."""
    assert whole_codes(["76011010", "76011090"]) == ("76011010", "76011090")
    assert whole_codes(["76011010", "7601.10"]) == ("760110",)


def test_nothing_completes_to_nothing() -> None:
    """An empty list stays empty, and a wrong code is refused."""
    assert whole_codes([]) == ()
    with pytest.raises(UnknownCode):
        whole_codes(["7601", "76XX"])


@given(st.lists(in_the_nomenclature, max_size=40))
def test_completing_changes_no_goods(listed: list[str]) -> None:
    """Each subheading of each edition is under the completed list exactly when it was under the list as given."""
    whole = whole_codes(listed)
    assert whole == tuple(sorted(whole)) == whole_codes(whole)
    chapters = {text[:2] for text in listed}
    for text in (text for text in CODES if len(text) == 6 and text[:2] in chapters):
        assert text.startswith(tuple(listed)) == text.startswith(whole)


# ------------------------------------------------------------------------------------------------------ control lists
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


@given(in_the_nomenclature, in_the_nomenclature)
def test_holding_agrees_with_prefixes(outer: str, inner: str) -> None:
    """For codes of one edition, holding is being a prefix."""
    shared = set(editions(outer)) & set(editions(inner))
    for edition in shared:
        held = Commodity(outer, edition=edition).contains(Commodity(inner, edition=edition))
        assert held == inner.startswith(outer)
