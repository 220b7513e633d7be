"""Goods of one edition of the Harmonized System in rows of another: exact where nothing splits, else within bounds."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanctionsmodel._carried import Carried, hs_year, same_goods
from sanctionsmodel.comparisons import changes
from sanctionsmodel.concordance import Between, Concordance
from sanctionsmodel.diversions import diversion
from sanctionsmodel.errors import TableError
from sanctionsmodel.readers import shipped_flows
from sanctionsmodel.trade import Shares, trade_shares

UNION = shipped_flows("eurostat_eu27_hs6_monthly")
OLD = ["854140", "854231", "851762", "845710", "846692", "852990"]
PARTNERS = ["RU", "KZ", "ZZ", "World"]
WAYS = Concordance.between(2017, 2022, neglecting=["8549"])


def exports(*rows: tuple[str, str, str, int], edition: str = "HS2017") -> Any:
    """Return exports of the European Union as rows of partner, code, period and value."""
    columns = {name: [row[n] for row in rows] for n, name in enumerate(("partner", "hs", "period", "value"))}
    head = {"flow": ["export"] * len(rows), "reporter": ["EU"] * len(rows), "hs_edition": [edition] * len(rows)}
    return pa.table(head | columns)


def shares(table: Any, hs: str, edition: str | None = "HS2022") -> Shares:
    """Return the shares of all that the Union exports."""
    [found] = trade_shares(table, divided="exporter", whole="EU", hs=hs, edition=edition)
    return found


def test_words_for_editions() -> None:
    """The Combined Nomenclature changes every year, and its first six digits with the HS."""
    assert [hs_year(one) for one in ("HS2017", "CN2021", "CN2022", "cn2016", "HS2007", "CN2007", "", "HTS")] == [
        2017, 2017, 2022, 2012, None, None, None, None]  # fmt: skip


def test_codes_that_are_the_same_goods() -> None:
    """Machining centres are; semiconductor devices are not; where no table tells it is not known."""
    assert same_goods(["HS2017", "HS2022"], ["8457"], ["8549"]) is True
    assert same_goods(["HS2017", "HS2022"], ["8541"], ["8549"]) is False
    assert same_goods(["HS2007", "HS2022"], ["8457"], ["8549"]) is None
    assert same_goods(["HS2007"], ["8457"], ["8549"]) is True
    assert same_goods(["CN2020", "CN2021"], ["8541"], ["8549"]) is True
    assert same_goods([], ["8541"], ["8549"]) is True


def test_what_does_not_split_is_exact() -> None:
    """All heirs of photosensitive devices are in 8541, and none of machining centres: nothing is open."""
    table = exports(("RU", "854140", "2021", 90), ("KZ", "854110", "2021", 10), ("KZ", "845710", "2021", 7))
    found = shares(table, "8541")
    assert (found.total == found.total_most == 100, found.is_split, found.editions) == (True, False, ("HS2022",))
    assert str(found.of("RU")) == "90 %"
    assert "codes of HS2017 carried over to HS2022, neglecting that goods may have gone to 8549" in found.notes


def test_what_splits_is_a_range() -> None:
    """Some telephones of 2017 may be semiconductor devices of 2022; how many is not guessed."""
    table = exports(("RU", "854110", "2021", 60), ("RU", "851762", "2021", 20), ("KZ", "854110", "2021", 40))
    found = shares(table, "8541")
    assert [(one.partner, int(one.amount), int(one.amount_most)) for one in found.parts] == [
        ("RU", 60, 80), ("KZ", 40, 40)]  # fmt: skip
    assert (int(found.total), int(found.total_most)) == (100, 120)
    assert str(found.of("RU")) == "60 % to 66.6666666667 %"
    assert str(found.of("KZ")) == "33.3333333333 % to 40 %"
    assert found.of("RU", "KZ").low == 1
    assert (found.hhi.low < Decimal("0.52"), found.hhi.high) == (True, found.of("RU").high)
    assert "60 to 80" in str(found)
    assert any("20 under codes that split between editions" in note for note in found.notes)
    assert found.claim("RU").total is None


def test_chips_of_2022_go_back_to_2017_without_a_split() -> None:
    """In the shipped table, the edition of 2017 leaves nothing open, and that of 2022 does."""
    back, forward = (
        trade_shares(UNION, divided="exporter", whole="EU", hs="microelectronics", period=year, edition=edition)[0]
        for year, edition in (("2022", "HS2017"), ("2021", "HS2022"))
    )
    assert (back.is_split, forward.is_split) == (False, True)
    plain = trade_shares(UNION, divided="exporter", whole="EU", hs="microelectronics", period="2022")[0]
    assert back.total < plain.total


rows = st.lists(
    st.tuples(st.sampled_from(PARTNERS[:3]), st.sampled_from(OLD), st.integers(1, 50), st.integers(0, 10**6)),
    min_size=1,
    max_size=12,
)


@given(rows, st.sampled_from(["8541", "8542", "8524", "8457", "8466", "8485"]))
def test_whatever_went_where_lies_within_the_bounds(found: list[tuple[str, str, int, int]], goods: str) -> None:
    """Give each row of 2017 to any of its heirs of 2022: total, shares and concentration lie within what was said."""
    old = exports(*((partner, code, "2021", value) for partner, code, value, _ in found))
    truth = [
        (partner, WAYS.successors(code)[pick % len(WAYS.successors(code))], "2021", value)
        for partner, code, value, pick in found
    ]
    said = trade_shares(old, divided="exporter", whole="EU", hs=goods, edition="HS2022")
    true = trade_shares(exports(*truth, edition="HS2022"), divided="exporter", whole="EU", hs=goods)
    if not true:
        assert all(one.total == 0 for one in said)
        return
    [bounds], [real] = said, true
    assert bounds.total <= real.total <= bounds.total_most
    tiny = Decimal("0.00000001")
    for partner in PARTNERS[:2]:
        mine, theirs = bounds.of(partner), real.of(partner)
        assert mine.low - tiny <= theirs.low
        assert theirs.high <= mine.high + tiny
    assert bounds.hhi.low - tiny <= real.hhi.low
    assert real.hhi.high <= bounds.hhi.high + tiny
    for part in real.parts:
        [same] = [one for one in bounds.parts if one.partner == part.partner]
        assert same.rank_best <= part.rank <= same.rank_worst


@given(rows)
def test_carrying_over_conserves_the_total(found: list[tuple[str, str, int, int]]) -> None:
    """All goods that the codes may have become, taken together, are what there was."""
    table = exports(*((partner, code, "2021", value) for partner, code, value, _ in found))
    everywhere = sorted({heir for code in OLD for heir in WAYS.successors(code)})
    whole = shares(table, ";".join(everywhere))
    assert whole.total == whole.total_most == sum(value for _, _, value, _ in found)


def test_what_no_table_tells_may_be_anything() -> None:
    """A code of 2017 without a row is perhaps among the goods, and never lost."""
    found = shares(exports(("RU", "300219", "2021", 5), ("RU", "845710", "2021", 10)), "8457")
    assert (int(found.total), int(found.total_most)) == (10, 15)


def test_codes_that_cannot_be_carried_over_are_refused() -> None:
    """Editions without tables, rows without one, headings, and all goods."""
    table = exports(("RU", "854110", "2021", 60))
    with pytest.raises(TableError, match="one of HS2012, HS2017, HS2022"):
        shares(table, "8541", "HS2007")
    with pytest.raises(TableError, match="all goods are the same in every edition"):
        shares(table, "")
    with pytest.raises(TableError, match="'HS2007' as the edition of their codes, from which no table leads"):
        shares(exports(("RU", "854110", "2021", 60), edition="HS2007"), "8541")
    with pytest.raises(TableError, match="is finer than the codes of the table, which has 8541"):
        shares(exports(("RU", "8541", "2021", 60)), "8541")
    with pytest.raises(TableError, match="less than six digits"):
        Carried("HS2022", ("8541",)).holds("HS2017", "8541")
    with pytest.raises(TableError, match="no column is the hs_edition"):
        shares(table.drop_columns(["hs_edition"]), "8541")
    assert Carried("CN2022", ("8541",)).holds("HS2022", "854110") is True


def test_changes_between_editions() -> None:
    """Codes that hold other goods are never compared as they stand; carried over, gain and ratio are ranges."""
    table = pa.concat_tables(
        [
            exports(("RU", "854110", "2021", 60), ("RU", "851762", "2021", 20)),
            exports(("RU", "854110", "2022", 120), edition="HS2022"),
        ]
    )
    ask: dict[str, Any] = {"divided": "exporter", "whole": "EU"}
    with pytest.raises(TableError, match="say edition='HS2017' or edition='HS2022' to trade_shares"):
        changes(trade_shares(table, hs="8541", **ask), "2021")
    [change] = changes(trade_shares(table, hs="8541", edition="HS2022", **ask), "2021")
    assert (change.before, change.gain) == (Between(Decimal(60), Decimal(80)), Between(Decimal(40), Decimal(60)))
    assert str(change.ratio) == "1.5 to 2"
    machines = pa.concat_tables(
        [exports(("RU", "845710", "2021", 1)), exports(("RU", "845710", "2022", 3), edition="HS2022")]
    )
    assert str(changes(trade_shares(machines, hs="8457", **ask), "2021")[0].gain) == "2"
    [strict] = [trade_shares(machines, hs="8457", **ask)]
    with pytest.raises(TableError, match="may hold other goods"):
        changes(strict, "2021", neglecting=())


def test_diversion_between_editions() -> None:
    """What hangs on the edition is said: taken as they stand, or carried over with what splits in no sum."""
    ask: dict[str, Any] = {"controllers": "EU", "target": "RU", "control": "2022-03", "hs": "microelectronics"}
    plain, exact, split = (diversion(UNION, edition=one, **ask) for one in (None, "HS2017", "HS2022"))
    assert "taken as they stand; edition='HS2017' or edition='HS2022' carries them over" in plain.assumptions[-1]
    assert not any("taken as they stand" in one or "in no sum" in one for one in exact.assumptions)
    assert "splits between editions is in no sum: at most 58,973 thousand" in split.assumptions[-1]
    chips = diversion(UNION, **{**ask, "hs": "8542"})
    assert not any("taken as they stand" in one for one in chips.assumptions)


@pytest.mark.parametrize("hs", ["85411000", "8541;85429000"])
def test_codes_finer_than_the_table_are_refused(hs: str) -> None:
    """A table of six digits does not tell how much of a code is a national one; it is never left out in silence."""
    table = exports(("RU", "854110", "2021", 60), ("RU", "854290", "2021", 60))
    with pytest.raises(TableError, match="is finer than the codes of the table, which has 85"):
        trade_shares(table, divided="exporter", hs=hs)
    with pytest.raises(TableError, match="is finer than the codes of the table"):
        trade_shares(table.to_reader(), divided="exporter", hs=hs)
    with pytest.raises(TableError, match="854231 is finer than the codes of the table, which has 85;"):
        trade_shares(exports(("RU", "85", "2021", 1)), divided="exporter", hs="854231")


def test_fine_codes_of_a_table_of_several_levels() -> None:
    """Where the table has the fine codes too, those are counted, and the coarse ones not."""
    table = exports(("RU", "8541", "2021", 90), ("RU", "854110", "2021", 60))
    [found] = trade_shares(table, divided="exporter", hs="854110")
    assert found.total == 60
    assert trade_shares(table, divided="exporter", hs="854121", level=6) == []
