"""Shares computed from trade tables."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanctionsmodel._traders import trader
from sanctionsmodel.errors import FactError, TableError
from sanctionsmodel.trade import Shares, goods_codes, trade_shares

ROWS: dict[str, list[Any]] = {
    "flow": ["import"] * 7,
    "reporter": ["RU"] * 7,
    "partner": ["CN", "DE", "Areas, nes", "World", "CN", "TW", "ASEAN"],
    "hs": ["845710", "845710", "845811", "845811", "845811", "845910", "845910"],
    "period": ["2021"] * 7,
    "value_usd": [600.5, 150.25, 100.0, 1000.75, 100.0, 50.0, 50.0],
}
KINDS: dict[str, Callable[[dict[str, list[Any]]], Any]] = {
    "polars": pl.DataFrame,
    "lazy": pl.LazyFrame,
    "pandas": pd.DataFrame,
    "arrow": pa.table,
    "batches": lambda rows: pa.Table.to_reader(pa.table(rows), max_chunksize=2),
    "duckdb": lambda rows: duckdb.from_arrow(pa.table(rows)),
}


def one(rows: dict[str, list[Any]], **more: Any) -> Shares:
    """Return the only shares of a table."""
    [found] = trade_shares(pa.table(rows), **more)
    return found


def changed(**columns: list[Any]) -> dict[str, list[Any]]:
    """Return the rows with some columns changed."""
    return {**ROWS, **columns}


# --------------------------------------------------------------------------------------------------------------- tables
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_table_gives_the_same_shares(kind: str) -> None:
    """Polars, pandas, Arrow, DuckDB, lazy or in batches: one answer."""
    [found] = trade_shares(KINDS[kind](ROWS))
    assert found == one(ROWS)
    assert (found.total, found.unknown) == (Decimal("1000.75"), Decimal("100.00"))


@pytest.mark.parametrize(
    "values",
    [
        ["600.5", "150.25", "100", "1000.75", "100", "50", "50"],
        [Decimal(f"{v:.2f}") for v in ROWS["value_usd"]],
    ],
    ids=["text", "decimal"],
)
def test_amounts_may_be_text_or_decimals(values: list[Any]) -> None:
    """A table read as text adds up as one of numbers."""
    assert one(changed(value_usd=values)).parts == one(ROWS).parts


def test_whole_numbers_are_added_whole() -> None:
    """Integers are no thousandths."""
    assert one(changed(value_usd=[6, 1, 1, 10, 1, 1, 0])).total == 10


def test_only_places_are_partners() -> None:
    """The world, groups and what is not specified are rows of their own kind."""
    found = one(ROWS)
    assert [part.partner for part in found.parts] == ["CN", "DE", "TW"]
    assert "rows for groups are not counted: ASEAN" in found.notes


def test_without_a_row_for_the_world_the_whole_is_the_sum() -> None:
    """What is not specified counts in the whole and for nobody."""
    found = one(changed(partner=["CN", "DE", "Areas, nes", "EU", "CN", "TW", "ASEAN"]))
    assert (found.total, found.total_is_stated, found.unknown) == (Decimal("1000.75"), False, Decimal(100))
    assert "the row for the European Union is not counted beside its members" in found.notes


def test_the_union_alone_is_a_partner() -> None:
    """Where no member is named beside it, the European Union counts."""
    found = one({**{k: v[:2] for k, v in ROWS.items()}, "partner": ["EU27_2020", "European Union"]})
    assert [part.partner for part in found.parts] == ["EU"]


def test_the_union_counts_beside_places_outside_it() -> None:
    """Where no member stands beside it, the row for the Union is no double; after 2020 the United Kingdom is none."""
    rows: dict[str, list[Any]] = {
        "reporter": ["KG"] * 3,
        "partner": ["EU", "RU", "GB"],
        "period": ["2021"] * 3,
        "value": [5, 4, 1],
    }
    assert one(rows).of("EU").low == Decimal("0.5")
    assert one({**rows, "period": ["2019"] * 3}).of("EU").low == 0


def test_the_worst_rank_shares_out_the_unknown() -> None:
    """What is unknown can lift only so many past a partner: all of it together, strangers included."""
    rows: dict[str, list[Any]] = {
        "reporter": ["RU"] * 4,
        "partner": ["CN", "DE", "TW", "ZZ"],
        "period": ["2020"] * 4,
        "value": [10, 7, 6, 5],
    }
    assert [part.rank_worst for part in one(rows).parts] == [2, 3, 3]
    many = {**rows, "value": [10, 7, 6, 25]}
    assert [part.rank_worst for part in one(many).parts] == [4, 6, 7]


def test_shares_are_intervals_where_partners_are_unknown() -> None:
    """The unknown may be anyone's, so each share has a least and a greatest value; a stranger may have it all."""
    found = one(ROWS)
    assert (found.of("CN").low, found.of("CN").high) == (Decimal("0.699975018736"), Decimal("0.799900074944"))
    assert found.of("CN", "TW").low == Decimal("0.749937546840")
    assert found.of("KP").low == 0
    assert [(part.rank, part.rank_best, part.rank_worst) for part in found.parts] == [(1, 1, 1), (2, 2, 2), (3, 3, 4)]


def test_the_concentration_has_bounds() -> None:
    """At least with many small unknown partners, at most when the greatest has it all."""
    found = one({k: v[:3] for k, v in ROWS.items()}).hhi
    assert found.low < found.high
    assert one({k: v[:2] for k, v in ROWS.items()}).hhi.low == one({k: v[:2] for k, v in ROWS.items()}).hhi.high


def test_shares_become_claims() -> None:
    """A computed share is weighed as a published one is."""
    claim = one(ROWS).claim("CN")
    assert (claim.importer, claim.exporter, str(claim.total)) == (("RU",), ("CN",), "1000.75 USD")
    exports = trade_shares(pa.table(changed(flow=["export"] * 7)), divided="exporter")[0].claim("CN")
    assert (exports.importer, exports.exporter) == (("CN",), ("RU",))


def test_exports_tell_of_imports() -> None:
    """The exporters' reports divide an importer's trade by who reports."""
    table = pa.table({"flow": ["export"] * 2, "reporter": ["CN", "DE"], "partner": ["RU"] * 2, "period": ["2021"] * 2,
                      "value": [3, 1], "currency": ["EUR"] * 2})  # fmt: skip
    [found] = trade_shares(table, divided="importer", whole="Russia")
    assert (found.whole, found.of("CN").low, found.unit) == ("RU", Decimal("0.75"), "EUR")
    assert "as the exporter reports" in str(found)


def test_goods_are_chosen_by_the_first_digits() -> None:
    """A heading takes the codes under it, a name takes its headings."""
    assert one(ROWS, hs="8457").total == Decimal("750.75")
    assert one({k: v[:3] for k, v in ROWS.items()}, hs="machine tools").total == Decimal("850.75")
    assert goods_codes(["chpl/1", "8457"])[-1] == "8457"
    with pytest.raises(FactError, match="did you mean 'machine tools'"):
        goods_codes("machine tool")


def test_periods_within_others_are_added() -> None:
    """Months make a year where the year is asked for."""
    table = pa.table({**{k: v[:2] for k, v in ROWS.items()}, "period": ["2021-01", "Feb. 2021"]})
    [found] = trade_shares(table, period="2021")
    assert (found.period, found.total) == ("2021-01/2021-02", Decimal("750.75"))
    assert len(trade_shares(table)) == 2


def test_russia_has_a_series_break() -> None:
    """Since 2022 Russia's figures are its partners' or estimates, and it is said."""
    assert "series break" in str(one({k: v[:2] for k, v in ROWS.items()} | {"period": ["2023"] * 2}))


def test_columns_are_named_by_the_user() -> None:
    """Headers of one's own are told apart by what they are."""
    table = pa.table({"to": ["RU"], "from": ["CN"], "when": [2021], "kg": [5.0]})
    columns = {"to": "reporter", "from": "partner", "when": "period", "kg": "mass"}
    [found] = trade_shares(table, basis="mass", columns=columns)
    assert (found.total, found.unit) == (Decimal(5), "kg")


def test_shares_print_as_a_table() -> None:
    """The greatest ten, how many more, the unknown; a country's trade with itself and several editions are said."""
    places = "CN DE US TR KZ KG TW KR JP IT FR RU ZZ".split()  # noqa: SIM905 - a column, as one reads it
    table = pa.table({"reporter": ["RU"] * 13, "partner": places, "period": ["2020"] * 13, "value": list(range(13)),
                      "hs_edition": ["HS2012", *["HS2017"] * 12]})  # fmt: skip
    [found] = trade_shares(table)
    text = str(found)
    assert "and 2 more" in text
    assert "unknown" in text
    assert "the place trades with itself" in text
    assert "several editions (HS2012, HS2017)" in text
    assert [row["rank"] for row in found.rows()][:2] == [1, 2]


def test_a_whole_of_nothing_has_any_share() -> None:
    """Where nothing was traded, a share may be anything, and so may the concentration."""
    found = one({"reporter": ["RU"], "partner": ["CN"], "period": ["2020"], "value": [0]})
    assert (found.of("CN").high, found.hhi) == (Decimal(1), (Decimal(0), Decimal(1)))


@pytest.mark.parametrize(
    ("period", "read"),
    [("Q3 2022", "2022-Q3"), ("2022-03-15", "2022-03"), ("20220301", "2022-03"), ("March 2022", "2022-03")],
)
def test_periods_in_other_spellings(period: str, read: str) -> None:
    """Quarters, days of a month and names of months are one spelling."""
    assert one({"reporter": ["RU"], "partner": ["CN"], "period": [period], "value": [1]}).period == read


def test_numbers_of_countries() -> None:
    """UN Comtrade's numbers are read where they are expected: groups, the world, areas not specified."""
    assert [trader(code, numbers=True).kind for code in ("0", "97", "899", "156")] == [
        "total", "union", "unspecified", "place"]  # fmt: skip
    with pytest.raises(TableError, match="country number"):
        trader("1000000", numbers=True)


# -------------------------------------------------------------------------------------------------------------- refused
@pytest.mark.parametrize(
    ("columns", "more", "words"),
    [
        ({"hs": ["84", "8457", "8457", "8457", "8457", "8457", "8457"]}, {}, "codes of 2, 4 digits"),
        ({"hs": [845710] * 7}, {}, "read it as text"),
        ({"flow": ["import"] * 6 + ["export"]}, {}, "reports of importers and of exporters"),
        ({"flow": ["re-import"] * 7}, {}, "neither import nor export"),
        ({"basis": ["origin"] * 6 + ["dispatch"]}, {}, "ways of counting"),
        ({"value_usd": [-1.0] * 7}, {}, "less than nothing"),
        ({"value_usd": [9e15] * 7}, {}, "cannot be exact"),
        ({"value_usd": ["many"] * 7}, {}, "cannot be added up"),
        ({"value_usd": [True] * 7}, {}, "no amount"),
        ({"partner": ["Atlantis"] * 7}, {}, "names no place"),
        ({"period": ["last year"] * 7}, {}, "cannot be read"),
        ({"period": ["2021-13"] * 7}, {}, "cannot be read"),
        ({"value_usd": [9000.0, *ROWS["value_usd"][1:]]}, {}, "more than the row for the world"),
        ({"period": ["2021"] * 6 + ["2021-03"]}, {"period": "2021"}, "overlap"),
        ({}, {"period": "1999"}, "no period of the table"),
        ({}, {"basis": "mass"}, "no column is the mass"),
        ({}, {"columns": {"flow": "flow"}}, "no column is the reporter"),
        ({}, {"columns": {"flows": "flow"}}, "did you mean 'flow'"),
        ({}, {"columns": {"flow": "stream"}}, "no part of a trade table"),
    ],
)  # fmt: skip
def test_what_would_count_twice_is_refused(columns: dict[str, list[Any]], more: dict[str, Any], words: str) -> None:
    """Wrong tables raise an error that says what to do."""
    with pytest.raises(TableError, match=words):
        trade_shares(pa.table(changed(**columns)), **more)


def test_goods_need_a_column_of_codes() -> None:
    """Where no column holds codes none can be chosen, and what is no table is refused."""
    bare = pa.table({k: v for k, v in ROWS.items() if k != "hs"})
    with pytest.raises(TableError, match="no column holds goods codes"):
        trade_shares(bare, hs="8457")
    with pytest.raises(TableError, match="cannot read a list"):
        trade_shares([1])
    with pytest.raises(TableError, match="no batch"):
        trade_shares(pa.RecordBatchReader.from_batches(pa.table(ROWS).schema, []))


def test_a_level_is_chosen_where_codes_hold_others() -> None:
    """Codes of six digits are added without the headings above them."""
    rows = changed(hs=["8457", *ROWS["hs"][1:]])
    assert one(rows, level=4).total == Decimal("600.5")


def test_empty_amounts_are_counted_as_such() -> None:
    """A row without an amount is no zero: it is told."""
    found = one(changed(value_usd=[600.5, None, float("nan"), 1000.75, 100.0, 50.0, 50.0]))
    assert "2 rows have no amount and are not counted" in found.notes


# ----------------------------------------------------------------------------------------------------------- properties
amounts = st.lists(
    st.tuples(st.sampled_from(["CN", "DE", "TW", "KZ", "ZZ", "TR"]), st.integers(0, 10**12)), min_size=1, max_size=12
)


@given(amounts)
def test_the_shares_of_a_partition_make_one(rows: list[tuple[str, int]]) -> None:
    """The least shares and what is unknown add up to the whole, but for the twelfth decimal."""
    found = one({"reporter": ["RU"] * len(rows), "partner": [p for p, _ in rows], "period": ["2020"] * len(rows),
                 "value": [v for _, v in rows]})  # fmt: skip
    assert sum((part.amount for part in found.parts), found.unknown) == found.total
    if found.total:
        hidden = Fraction(found.unknown) / Fraction(found.total)
        low = sum(Fraction(part.share.low) for part in found.parts)
        assert abs(low + hidden - 1) <= Fraction(len(rows), 10**12)
        assert sum(part.share.high for part in found.parts) + Decimal(len(rows)) / 10**12 >= 1 or not found.parts
        assert found.hhi.low <= found.hhi.high <= 1


@given(amounts)
def test_a_partner_more_widens_no_share(rows: list[tuple[str, int]]) -> None:
    """Naming the unknown lies within what was possible before."""
    hidden = [(p, v) for p, v in rows if p != "CN"]
    named = [("CN" if p == "ZZ" else p, v) for p, v in hidden]
    tables = [
        one({"reporter": ["RU"] * len(some), "partner": [p for p, _ in some], "period": ["2020"] * len(some),
             "value": [v for _, v in some]})
        for some in (hidden, named) if some
    ]  # fmt: skip
    if len(tables) == 2 and tables[0].total:
        before, after = (found.of("CN") for found in tables)
        assert before.low <= after.low <= after.high <= before.high
        assert tables[0].hhi.low <= tables[1].hhi.low <= tables[0].hhi.high
