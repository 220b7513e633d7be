"""Published figures as claims, weighed against one another and beside open data."""

from __future__ import annotations

import csv
import runpy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sanctionsmodel._data import DATA
from sanctionsmodel.claim_checks import claim_checks
from sanctionsmodel.claims import (
    Claim,
    Comparison,
    bundled_claims,
    compare_claims,
    consistency,
    contradictions,
    read_claims,
    sum_of_parts,
)
from sanctionsmodel.errors import TableError
from sanctionsmodel.quantities import Money
from sanctionsmodel.shares import Share, TradeShare

CLAIMS = {one.id: one for one in bundled_claims()}
ROOT = Path(__file__).parents[1]


def share_of(claim: Claim) -> TradeShare:
    """Return the share of a claim that has one."""
    assert claim.trade_share is not None
    return claim.trade_share


def claim(number: str, **changes: Any) -> Claim:
    """Return a made-up claim on what Russia imported of machine tools from China."""
    stated = {"importer": "RU", "exporter": "CN", "commodity": "machine tools", "hs": "8456-8466",
              "divided": "importer", "period": "2023", "basis": "value", "counted_by": "shipment",
              "share": "50 %"} | changes  # fmt: skip
    part = stated.pop("part", None)
    value = {"value": Money(part), "value_of": "part"} if part else {}
    trade_share = TradeShare(**stated)
    return Claim(id=number, kind="share", trade_share=trade_share, figure=trade_share.share, commodity="machine tools",
                 claimant=f"source {number}", source="a paper", url="https://example.org", **value)  # fmt: skip


# ----------------------------------------------------------------------------------------------------------- the story
def test_the_two_claims_of_the_story() -> None:
    """Over 70 % of 900 million dollars, which are 723 million pounds, and 90 % of microelectronics."""
    tools, chips = share_of(CLAIMS["01"]), share_of(CLAIMS["03"])
    assert str(tools.implied_value()) == "more than 630000000 USD and at most 900000000 USD"
    assert tools.implied_rate == Decimal("1.2448")
    assert (tools.share.low_open, chips.share.is_exact, chips.hs) == (True, True, ("8541", "8542"))


def test_the_agency_contradicts_the_story() -> None:
    """Over and nearly 70 % of one briefing cannot both be; both sources are named."""
    found = compare_claims(CLAIMS["01"], CLAIMS["02"], assuming=["counted_by"])
    assert found.verdict == "contradiction"
    assert "News article of 12 Apr 2024" in str(found)
    assert "AP: China has surged sales" in str(found)
    assert compare_claims(CLAIMS["01"], CLAIMS["02"]).verdict == "not comparable"


def test_headquarters_and_shipment_are_never_compared() -> None:
    """45 % by the maker's headquarters and about 90 % by shipment may both be true."""
    assumed = compare_claims(CLAIMS["07"], CLAIMS["29"], assuming=["basis", "counted_by"])
    assert assumed.verdict == "not comparable"
    stated = CLAIMS["07"].model_copy(
        update={"trade_share": share_of(CLAIMS["07"]).model_copy(update={"counted_by": "shipment"})}
    )
    reason = compare_claims(stated, CLAIMS["29"]).reason
    assert "counted_by: shipment and headquarters" in reason


def test_what_the_bundled_claims_contradict() -> None:
    """Five pairs cannot both be true, on the assumption that they count alike."""
    pairs = [(one.first.id, one.second.id) for one in contradictions(bundled_claims(), ["basis", "counted_by"])]
    assert pairs == [("01", "02"), ("01", "22"), ("08", "12"), ("25", "60"), ("26", "64")]


def test_every_pair_has_a_reason() -> None:
    """The matrix holds each pair once, and says why."""
    matrix = consistency(bundled_claims()[:12])
    assert len(matrix) == 12 * 11 // 2
    assert all(isinstance(one, Comparison) and one.reason for one in matrix)


# -------------------------------------------------------------------------------------------------------------- nested
def test_a_quarter_may_not_be_more_than_its_year() -> None:
    """The part's value in a quarter is no more than in the year."""
    year = claim("a", part="500 USD")
    assert compare_claims(claim("b", period="2023-Q4", part="600 USD"), year).verdict == "contradiction"
    assert compare_claims(year, claim("b", period="2023-Q4", part="600 USD")).verdict == "contradiction"
    assert compare_claims(year, claim("b", period="2023-Q4", part="400 USD")).verdict == "agree"
    assert compare_claims(year, claim("b", period="2023-Q4", part="400 EUR")).verdict == "not comparable"
    assert compare_claims(year, claim("b", period="2023-Q4")).verdict == "not comparable"
    about = claim("b", period="2023-Q4", share="about 70 %", total="900 USD")
    assert "approximate" in compare_claims(year, about).reason


def test_goods_may_not_be_more_than_the_goods_they_are_among() -> None:
    """Heading 8457 is within machine tools."""
    tools = claim("a", part="500 USD")
    assert compare_claims(claim("b", hs="8457", part="600 USD"), tools).verdict == "contradiction"
    assert compare_claims(claim("b", hs="8541", part="600 USD"), tools).verdict == "not comparable"
    assert compare_claims(claim("b", hs=[], part="600 USD"), tools).verdict == "not comparable"


def test_shares_of_several_partners() -> None:
    """Two partners apart may not have more than the whole; groups in words stay open."""
    assert compare_claims(claim("a", share="60 %"), claim("b", exporter="TW", share="50 %")).verdict == "contradiction"
    assert compare_claims(claim("a"), claim("b", exporter="TW", share="20 %")).verdict == "agree"
    assert compare_claims(claim("a"), claim("b", exporter="group:Asia", share="20 %")).verdict == "not comparable"


def test_other_shares_are_not_compared() -> None:
    """A share of production is no share of trade."""
    assert "other share" in compare_claims(CLAIMS["40"], CLAIMS["44"]).reason


# --------------------------------------------------------------------------------------------------------------- values
def test_a_part_and_a_share_imply_the_whole() -> None:
    """362 million dollars at about 60 % are about 603 million; shares of items imply no money."""
    total = CLAIMS["11"].implied_total
    assert total is not None
    assert (str(total.low), total.approximate) == ("603333333.33 USD", True)
    assert CLAIMS["23"].implied_total is None
    assert CLAIMS["15"].implied_total is not None
    assert CLAIMS["01"].implied_total is None


def test_parts_add_up_within_rounding() -> None:
    """Four regions of 99 % may be the whole; three of them may not."""
    regions = [CLAIMS[one] for one in ("52", "53", "54", "55")]
    assert sum_of_parts(regions).can_be_whole
    assert not sum_of_parts(regions[:3]).can_be_whole
    assert not sum_of_parts(regions, rounding="0.1 %").can_be_whole
    with pytest.raises(TableError, match="has no share"):
        sum_of_parts([CLAIMS["28"]])


# ---------------------------------------------------------------------------------------------------------------- files
def test_every_row_of_the_file_is_a_claim() -> None:
    """66 figures: 56 shares of trade, seven other shares and three values alone."""
    kinds = [one.kind for one in bundled_claims()]
    assert {kind: kinds.count(kind) for kind in sorted(set(kinds))} == {"other share": 7, "share": 56, "value": 3}
    assert all(one.trade_share is not None for one in bundled_claims() if one.kind == "share")


def test_claims_of_ones_own(tmp_path: Path) -> None:
    """A file of the same columns is read; every row that cannot be is listed."""
    rows = list(csv.DictReader((DATA / "trade" / "claims.csv").read_text("utf-8").splitlines()))
    path = tmp_path / "claims.csv"

    def write(some: list[dict[str, str]]) -> Path:
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, some[0].keys())
            writer.writeheader()
            writer.writerows(some)
        return path

    assert read_claims(write(rows[:2])) == bundled_claims()[:2]
    wrong = [rows[0] | {"share": "lots"}, rows[1] | {"importer": "Atlantis"}]
    with pytest.raises(TableError, match=r"line 2: share: cannot read.*\n?line 3: importer"):
        read_claims(write(wrong))
    with pytest.raises(TableError, match="need the columns"):
        read_claims(write([{"id": "1"}]))


# ----------------------------------------------------------------------------------------------------------------- data
def test_ten_claims_stand_beside_a_computed_share() -> None:
    """Each with its difference where it counts alike, and a reason."""
    checks = claim_checks()
    assert sum(one.ratio is not None for one in checks) >= 10
    assert all(one.reason for one in checks)
    by_id = {one.claim.id: one for one in checks}
    assert by_id["22"].difference == Decimal("-0.001")
    assert by_id["12"].computed_words == "more than the whole"
    assert by_id["07"].computed_words == "at most 53.3 %"
    assert by_id["29"].difference is None
    assert by_id["03"].computed_words == "no whole"
    assert by_id["36"].difference == 0


def test_the_page_is_fresh() -> None:
    """The page on claims is what its script makes of the data."""
    script = runpy.run_path(str(ROOT / "scripts" / "build_claims_page.py"))
    assert script["main"](check=True) == 0


def test_a_figure_is_read_as_published() -> None:
    """Nearly is below, over is above."""
    assert CLAIMS["02"].figure == Share("nearly 70 %")
    assert CLAIMS["36"].figure == Share("0.5 %")
