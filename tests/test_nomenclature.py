"""The nomenclature of goods: codes, editions, headings, names."""

from __future__ import annotations

import csv
import runpy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanctionsmodel import _nomenclature
from sanctionsmodel._data import DATA
from sanctionsmodel._nomenclature import codes_between
from sanctionsmodel.commodities import HS_EDITIONS, children, editions, goods_code, goods_name, whole_codes
from sanctionsmodel.errors import FactError, UnknownCode

ROOT = Path(__file__).parents[1]
CODES = sorted(_nomenclature._known())
in_the_nomenclature = st.sampled_from(CODES)


def refusal(text: Any, system: str = "hs") -> str:
    """Return the message with which a code is refused."""
    with pytest.raises(UnknownCode) as caught:
        goods_code(text, system)
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
        ("7701", "hs", "the nearest chapters are 76, 78"),
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


def test_national_chapters_are_checked_for_shape_only() -> None:
    """Chapters 98 and 99 differ by country, so no list can say what is in them."""
    assert goods_code("9880", "cn") == "9880"
    assert goods_code("9903.88.03", "hts") == "99038803"
    assert editions("98") == ()
    assert children("99") == ()
    assert goods_name("9801") == "Goods of chapter 98, which each country fills itself"


def test_the_chapter_in_reserve_is_a_chapter_without_goods() -> None:
    """Laws that list whole chapters name chapter 77, though nothing is in it."""
    assert goods_code("77", "hs") == "77"
    assert (editions("77"), children("77")) == ((), ())
    assert goods_name("77") == "No goods: chapter 77 is kept in reserve"
    assert whole_codes(["76", "77"]) == ("76", "77")


def test_a_wrong_system_is_refused() -> None:
    """Only the named systems are read."""
    with pytest.raises(FactError, match="one of hs, cn, hts"):
        goods_code("76", "taric")


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


def test_a_range_holds_the_codes_of_every_edition() -> None:
    """Both ends are inside, and a range has one length and a direction."""
    assert codes_between("8541.40", "854142") == ("854140", "854141", "854142")
    assert codes_between("97", "99") == ("97", "98", "99")
    for first, last in (("8466", "8456"), ("84", "8456")):
        with pytest.raises(FactError, match="is no range"):
            codes_between(first, last)


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


@settings(deadline=None)
@given(st.lists(in_the_nomenclature, max_size=40))
def test_completing_changes_no_goods(listed: list[str]) -> None:
    """Each subheading of each edition is under the completed list exactly when it was under the list as given."""
    whole = whole_codes(listed)
    assert whole == tuple(sorted(whole)) == whole_codes(whole)
    chapters = {text[:2] for text in listed}
    for text in (text for text in CODES if len(text) == 6 and text[:2] in chapters):
        assert text.startswith(tuple(listed)) == text.startswith(whole)
