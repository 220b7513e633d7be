"""Trade shares."""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sanctionsmodel.errors import FactError, SanctionsModelError, UnknownCode
from sanctionsmodel.quantities import Money
from sanctionsmodel.shares import Share, TradeShare

TEN_MEGABYTES = 10_000_000


# -------------------------------------------------------------------------------------------------------------- claim
def claim(**fields: Any) -> TradeShare:
    """Return the claim of April 2024 on machine tools, with some fields changed."""
    stated = {
        "importer": "RU",
        "exporter": "CN",
        "commodity": "machine tools",
        "hs": "8456-8466",
        "divided": "importer",
        "share": "> 70 %",
        "period": "Q4 2023",
        "basis": "value",
        "total": "900000000 USD",
        "total_other": "723000000 GBP",
        "claimant": "US officials",
        "published_on": "2024-04-12",
        "confidence": "high",
    }
    return TradeShare(**{**stated, **fields})


def test_the_machine_tools_of_2023_in_money() -> None:
    """More than 70 % of 900 million dollars is more than 630 million and at most all of it."""
    bounds = claim().implied_value()
    assert bounds is not None
    assert (bounds.low, bounds.high) == (Money("630000000 USD"), Money("900000000 USD"))
    assert (bounds.low_open, bounds.high_open, bounds.approximate) == (True, False, False)
    assert str(bounds) == "more than 630000000 USD and at most 900000000 USD"
    assert str(claim().implied_value("GBP")) == "more than 506100000 GBP and at most 723000000 GBP"


def test_two_totals_imply_a_rate() -> None:
    """900 million dollars and 723 million pounds are 1.2448 dollars a pound."""
    assert claim().implied_rate == Decimal("1.2448")
    assert claim(total_other=None).implied_rate is None
    assert claim(total=f"{'9' * 29} USD", total_other="0.000000000000000000000000001 GBP").implied_rate is not None


@pytest.mark.parametrize(
    ("share", "words"),
    [
        ("70 %", "630000000 USD"),
        ("about 70 %", "about 630000000 USD"),
        ("60 % to 80 %", "at least 540000000 USD and at most 720000000 USD"),
        ("< 70 %", "at least 0 USD and less than 630000000 USD"),
        ("nearly 70 %", "about at least 0 USD and less than 630000000 USD"),
    ],
)
def test_the_ends_of_a_share_are_the_ends_in_money(share: str, words: str) -> None:
    """Openness and approximation carry over."""
    assert str(claim(share=share).implied_value()) == words


@pytest.mark.parametrize("fields", [{"basis": "items"}, {"basis": "mass"}, {"total": None, "total_other": None}])
def test_nothing_is_implied_on_money_by_other_shares(fields: dict[str, Any]) -> None:
    """A share of items, or of who knows what, says nothing on money."""
    assert claim(**fields).implied_value() is None


def test_a_currency_without_a_total_is_refused() -> None:
    """Nothing is converted in silence."""
    with pytest.raises(FactError, match="no total is in 'EUR'; there is 900000000 USD and 723000000 GBP"):
        claim().implied_value("EUR")


def test_a_claim_prints_as_a_sentence() -> None:
    """Whole, part, share, goods and period stand in one line."""
    chips = TradeShare(importer="RU", exporter="CN", commodity="microelectronics", divided="importer", share="90 %")
    assert str(chips) == "CN: 90 % of what RU imported of microelectronics"
    nickel = claim(
        importer="group:Asia", exporter="company:Nornickel", commodity="nickel", divided="exporter", share="> 50 %"
    )
    assert str(nickel) == (
        "group:Asia: more than 50 % of what company:Nornickel exported of nickel in [2023-10-01, 2024-01-01), by value"
    )


@pytest.mark.parametrize(
    "one",
    [
        claim(),
        claim(exporter=["HK", "CN"], share="about 90 %", url="https://example.org/report", note="as published"),
        TradeShare(importer="group:world", exporter="RU", commodity="nickel", divided="exporter", share="6 %"),
    ],
)
def test_json_there_and_back(one: TradeShare) -> None:
    """A claim survives JSON and Python mappings unchanged, and is a value."""
    assert TradeShare.model_validate_json(one.model_dump_json()) == one
    assert TradeShare.model_validate(one.model_dump()) == one
    assert hash(TradeShare(**one.model_dump())) == hash(one)


def test_a_claim_cannot_be_changed() -> None:
    """Whoever wants another claim makes another one."""
    with pytest.raises(ValidationError, match="frozen"):
        claim().commodity = "cars"  # type: ignore[misc]


def test_sides_and_goods_are_canonical() -> None:
    """Names of places become codes, lists are sorted, ranges of headings are spelled out."""
    assert claim(exporter="Hong Kong+China").exporter == ("CN", "HK")
    assert claim(exporter="CN+HK") == claim(exporter=["HK", "CN", "China"])
    assert claim(exporter=["RU", "group: CIS "]).exporter == ("RU", "group:CIS")
    assert claim(hs="8541; 8542").hs == claim(hs=["85.41", "8542", "854231"]).hs == ("8541", "8542")
    assert claim().hs == tuple(str(heading) for heading in range(8456, 8467))


@pytest.mark.parametrize(
    ("fields", "error", "words"),
    [
        ({"importer": "Rusia"}, UnknownCode, "importer: place 'Rusia'"),
        ({"exporter": "Asia"}, UnknownCode, "for what is no place write 'group:Asia'"),
        ({"exporter": []}, FactError, "exporter: an empty list"),
        ({"exporter": "group:"}, FactError, "exporter: 'group:' names nobody"),
        ({"exporter": "group:a\nb"}, FactError, "exporter: 'group:a\\nb' names nobody"),
        ({"exporter": 156}, UnknownCode, "exporter: place 156"),
        pytest.param({"exporter": "C" * TEN_MEGABYTES}, UnknownCode, "exporter: place", id="long place"),
        pytest.param({"exporter": "group:" + "C" * TEN_MEGABYTES}, FactError, "exporter: ", id="long group"),
        ({"commodity": " "}, FactError, "commodity: is empty"),
        pytest.param({"note": "x" * TEN_MEGABYTES}, FactError, "note: ", id="long note"),
        ({"hs": "84560"}, UnknownCode, "has 5 digits"),
        ({"hs": "8466-8456"}, FactError, "is no range"),
        ({"hs": "84-8456"}, FactError, "is no range"),
        ({"hs": 8456}, FactError, "hs: cannot read 8456"),
        ({"hs": [8456]}, UnknownCode, "8456 is not text"),
        ({"hs": ["01-97"] * 51}, FactError, "more than 50 ranges"),
        pytest.param({"hs": "8456;" * (TEN_MEGABYTES // 5)}, FactError, "hs: cannot read", id="long codes"),
        ({"hs": ["8456"] * 10_001}, FactError, "hs: cannot read"),
        ({"divided": "world"}, FactError, "divided: input should be 'importer' or 'exporter', found 'world'"),
        ({"share": "70"}, FactError, "share: '70'"),
        ({"period": "lately"}, FactError, "days: cannot read 'lately'"),
        ({"basis": "weight"}, FactError, "basis: "),
        ({"counted_by": "flag"}, FactError, "counted_by: "),
        ({"total": "900m USD"}, FactError, "900m"),
        ({"total": "0 USD", "total_other": None}, FactError, "total: 0 USD is no value of trade"),
        ({"total": "60 USD/bbl", "total_other": None}, FactError, "total: 60 USD/bbl is no value of trade"),
        ({"total": None}, FactError, "total_other: "),
        ({"total_other": "723 USD"}, FactError, "total_other: "),
        ({"url": "javascript:alert(1)"}, FactError, "url: "),
        ({"published_on": "April"}, FactError, "days: cannot read 'April'"),
        ({"confidence": "sure"}, FactError, "confidence: "),
        ({"exportr": "CN"}, FactError, "did you mean 'exporter'"),
    ],
)
def test_a_wrong_field_is_refused_by_name(fields: dict[str, Any], error: type[Exception], words: str) -> None:
    """The error is of this library, names field and value, and comes quickly."""
    start = time.perf_counter()
    with pytest.raises(error) as caught:
        claim(**fields)
    assert words in str(caught.value)
    assert len(str(caught.value)) < 600
    assert time.perf_counter() - start < 2


def test_a_missing_field_is_named() -> None:
    """A claim needs its two sides, goods, whole and share."""
    stated = {"importer": "RU", "commodity": "cars", "divided": "importer", "share": "1 %"}
    with pytest.raises(SanctionsModelError, match="exporter: field required"):
        TradeShare(**stated)


def test_a_text_is_no_claim() -> None:
    """A sentence is not parsed."""
    with pytest.raises(ValidationError, match="cannot be read from the text"):
        TradeShare.model_validate("China supplied most of it")


# --------------------------------------------------------------------------------------------------------- comparison
SAME_COUNTING = ("counted_by",)


def test_claims_that_count_differently_are_not_compared() -> None:
    """By shipment about 90 % came from China, by headquarters 45 %: both may be right."""
    shipped = claim(share="90 %", counted_by="shipment")
    made = claim(share="45 %", counted_by="headquarters")
    assert shipped.differences(made) == ("counted_by: shipment and headquarters",)
    assert shipped.consistent_with(made) is None
    assert shipped.consistent_with(made, assuming=SAME_COUNTING) is None


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"basis": "items"}, "basis: value and items"),
        ({"basis": None, "total": None, "total_other": None}, "basis: value and not stated"),
        ({"period": "2023"}, "period: [2023-10-01, 2024-01-01) and [2023-01-01, 2024-01-01)"),
        ({"period": None}, "period: [2023-10-01, 2024-01-01) and not stated"),
        ({"hs": "8457"}, "hs: 8456 and 8457"),
        ({"importer": "BY"}, "importer: RU and BY"),
        ({"divided": "exporter"}, "divided: importer and exporter"),
    ],
)
def test_another_whole_is_another_question(fields: dict[str, Any], named: str) -> None:
    """Whatever differs in the whole is named, and no answer is given."""
    other = claim(share="10 %", **fields)
    assert any(words.startswith(named) for words in claim().differences(other, SAME_COUNTING))
    assert claim().consistent_with(other, SAME_COUNTING) is None


def test_goods_in_words_are_compared_by_their_words() -> None:
    """Without codes the names must be the same, whatever their case."""
    cars, trucks = (claim(hs=(), commodity=name) for name in ("Cars", "trucks"))
    assert cars.differences(trucks, SAME_COUNTING) == ("commodity: cars and trucks",)
    assert cars.differences(claim(hs=(), commodity="cars"), SAME_COUNTING) == ()


@pytest.mark.parametrize(
    ("mine", "theirs", "answer"),
    [
        ("> 70 %", "nearly 70 %", False),
        ("> 70 %", "< 70 %", False),
        ("> 70 %", "70 %", True),
        ("> 70 %", "69 %", False),
        ("> 70 %", "about 69 %", None),
        ("about 60 %", "43 %", None),
        ("about 60 %", "60 % to 80 %", True),
        ("88 %", "62 %", False),
        ("57.4 %", "57 %", True),
        ("> 62 %", "88 %", True),
        (">= 70 %", "<= 70 %", True),
        ("> 70 %", "<= 70 %", True),
    ],
)
def test_two_claims_on_one_share(mine: str, theirs: str, answer: bool | None) -> None:
    """Bounds that cannot meet contradict one another, unless "about" leaves room; closed ends may be rounded."""
    assert claim(share=mine).consistent_with(claim(share=theirs), SAME_COUNTING) is answer


def test_rounding_is_for_the_reader_to_set() -> None:
    """With exact figures the smallest gap is a contradiction."""
    near = claim(share="57.4 %"), claim(share="57 %")
    assert near[0].consistent_with(near[1], SAME_COUNTING, rounding="0 %") is False
    assert claim().consistent_with(claim(share="<= 70 %"), SAME_COUNTING, rounding=Decimal(0)) is False
    with pytest.raises(FactError, match="share"):
        near[0].consistent_with(near[1], rounding="7")


@pytest.mark.parametrize(
    ("mine", "theirs", "answer"),
    [
        ("> 70 %", "20 %", True),
        ("> 70 %", "30 %", True),
        ("> 70 %", "31 %", False),
        ("> 70 %", "about 31 %", None),
        ("57 %", "44 %", True),
        ("57 %", "45 %", False),
        ("at least 60 %", "more than 40 %", True),
        ("more than 60 %", "more than 40 %", False),
    ],
)
def test_the_shares_of_two_partners_fit_into_the_whole(mine: str, theirs: str, answer: bool | None) -> None:
    """Two countries cannot supply more than all."""
    other = claim(exporter="TW", share=theirs)
    assert claim(share=mine).consistent_with(other, SAME_COUNTING) is answer


@pytest.mark.parametrize(
    ("mine", "theirs", "share", "answer"),
    [
        ("CN", "CN+HK", "60 %", False),
        ("CN", "CN+HK", "80 %", True),
        ("CN+HK", "CN", "80 %", True),
        ("CN+HK", "TW+KR", "40 %", False),
        ("CN+HK", "HK+TW", "10 %", None),
        ("CN", "group:Asia", "10 %", None),
        ("DE", "EU", "10 %", None),
        ("EU", "EU", "10 %", False),
        ("group:CIS", "group:CIS", "10 %", False),
        ("UA", "UA-43", "80 %", True),
    ],
)
def test_partners_within_or_beside_one_another(mine: str, theirs: str, share: str, answer: bool | None) -> None:
    """A part has no more than its whole; groups whose members are not known are left open."""
    assert claim(exporter=mine).consistent_with(claim(exporter=theirs, share=share), SAME_COUNTING) is answer


def test_shares_of_exports_divide_the_exporter() -> None:
    """Who buys from one exporter is compared by importer."""
    nickel = {"exporter": "company:Nornickel", "divided": "exporter", "hs": "75"}
    asia = claim(importer="CN", share="> 50 %", **nickel)
    assert (asia.whole, asia.part) == (("company:Nornickel",), ("CN",))
    assert asia.consistent_with(claim(importer="JP", share="60 %", **nickel), SAME_COUNTING) is False


GRID = [Decimal(step) / 200 for step in range(201)]


def possible(share: Share) -> list[Decimal]:
    """Return the points of a fine grid that a share allows."""
    return [
        point
        for point in GRID
        if (share.low < point or (share.low == point and not share.low_open))
        and (point < share.high or (point == share.high and not share.high_open))
    ]


@st.composite
def coarse_shares(draw: st.DrawFn) -> Share:
    """Draw an exact share whose ends lie on every other point of the grid, so that open spans hold a point of it."""
    low, high = sorted([draw(st.integers(0, 20)), draw(st.integers(0, 20))])
    ends = {"low_open": draw(st.booleans()), "high_open": draw(st.booleans())} if low < high else {}
    return Share(low=Decimal(low) / 20, high=Decimal(high) / 20, **ends)


@settings(deadline=None)
@given(coarse_shares(), coarse_shares())
def test_consistency_agrees_with_trying_all_values(mine: Share, theirs: Share) -> None:
    """Two claims fit exactly when some pair of true shares satisfies both."""
    pairs = list(itertools.product(possible(mine), possible(theirs)))
    same = claim(share=mine).consistent_with(claim(share=theirs), SAME_COUNTING, rounding="0 %")
    assert same is any(a == b for a, b in pairs)
    apart = claim(share=mine).consistent_with(claim(exporter="TW", share=theirs), SAME_COUNTING, rounding="0 %")
    assert apart is any(a + b <= 1 for a, b in pairs)
    within = claim(share=mine).consistent_with(claim(exporter="CN+HK", share=theirs), SAME_COUNTING, rounding="0 %")
    assert within is any(a <= b for a, b in pairs)


parts_of_one = st.decimals(min_value=0, max_value=1, places=3)


@st.composite
def shares(draw: st.DrawFn) -> Share:
    """Draw a share with any ends."""
    low, high = sorted([draw(parts_of_one), draw(parts_of_one)])
    ends = {"low_open": draw(st.booleans()), "high_open": draw(st.booleans())} if low < high else {}
    return Share(low=low, high=high, approximate=draw(st.booleans()), **ends)


@settings(deadline=None)
@given(shares(), shares(), st.sampled_from(["CN", "TW", "CN+HK", "group:Asia", "EU"]))
def test_consistency_is_the_same_both_ways(mine: Share, theirs: Share, exporter: str) -> None:
    """It does not matter which claim is asked about the other."""
    one, other = claim(share=mine), claim(share=theirs, exporter=exporter)
    assert one.consistent_with(other, SAME_COUNTING) is other.consistent_with(one, SAME_COUNTING)


def test_importing_loads_nothing_heavy() -> None:
    """Unit, country and table libraries are loaded on first use, not on import."""
    modules = "sanctionsmodel.shares, sanctionsmodel.commodities, sanctionsmodel._venues"
    heavy = "{'pint', 'pycountry', 'yaml', 'numpy'} & set(sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys, {modules}; sys.exit(bool({heavy}))"], check=False, timeout=60
    )
    assert done.returncode == 0


def test_goods_may_be_a_named_group() -> None:
    """Machine tools are headings 8456 to 8466; a tier of the Common High Priority list has its codes."""
    assert claim(hs="Machine tools").hs == claim(hs="8456-8466").hs
    assert claim(hs="chpl/1; 8457").hs[0] == "8457"
    assert claim(hs=["chpl/1"]).hs[0] == "854231"
