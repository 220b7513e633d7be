"""Signs of diversion, on real exports of the European Union and on made-up ones."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from sanctionsmodel.diversions import diversion
from sanctionsmodel.errors import TableError
from sanctionsmodel.readers import shipped_flows


def exports(*rows: tuple[str, str, int]) -> Any:
    """Return exports of the European Union as rows of partner, month and value."""
    names = ("partner", "period", "value")
    columns = {name: [row[n] for row in rows] for n, name in enumerate(names)}
    return pa.table({"flow": ["export"] * len(rows), "reporter": ["EU"] * len(rows), **columns})


TABLE = exports(
    ("RU", "2022-01", 1000), ("RU", "2022-02", 1000), ("RU", "2022-03", 100), ("RU", "2022-04", 0),
    ("KG", "2022-01", 10), ("KG", "2022-03", 50), ("KG", "2022-04", 70),
    ("UZ", "2022-04", 20), ("GE", "2022-01", 40), ("GE", "2022-02", 40), ("GE", "2022-03", 20),
)  # fmt: skip


def test_sums_ratios_and_gain_over_loss() -> None:
    """All three stand side by side; a month without a row is nothing, who is new has no ratio."""
    found = diversion(TABLE, exporter="EU", target="RU", control="2022-03")
    assert [int(one) for one in (found.before, found.after, found.lost)] == [1000, 50, 950]
    assert [(one.place, int(one.gain), one.ratio and int(one.ratio)) for one in found.places] == [
        ("KG", 55, 12), ("UZ", 10, None), ("GE", -30, 0)]  # fmt: skip
    assert (int(found.gained), str(found.replaced)) == (65, "0.068")
    assert (found.places[0].least, found.places[0].greatest) == (Decimal(50), Decimal(70))
    assert "KG: 0 to 0, gain 0, x12.00, 5.8 % of the loss" in str(found)


def test_the_trend_of_all_goods_is_taken_out() -> None:
    """A gain that all trade with the country shares is its growth; what goes beyond is not explained by it."""
    growth = exports(("KG", "2022-01", 100), ("KG", "2022-02", 100), ("KG", "2022-03", 200), ("KG", "2022-04", 200),
                     ("UZ", "2022-04", 9))  # fmt: skip
    found = diversion(TABLE, exporter="EU", target="RU", control="2022-03", places=["KG", "UZ"], all_goods=growth)
    assert [(one.trend, one.unexplained) for one in found.places] == [(Decimal("2.00"), Decimal("50.00")), (None, None)]


def test_nothing_lost_is_replaced_by_nothing() -> None:
    """Where the target lost nothing there is no part of it."""
    table = exports(("RU", "2022-02", 1), ("RU", "2022-03", 5), ("KG", "2022-03", 5))
    found = diversion(table, exporter="EU", target="RU", control="2022-03")
    assert (found.replaced, found.places[0].replaced) == (None, None)
    assert "new" in str(found)


def test_exports_of_the_union_after_the_bans() -> None:
    """EU exports of chips to Russia fell from 54 to 2 million euros a month; four neighbours took 4 % of the loss."""
    found = diversion(shipped_flows("eurostat_eu27_hs6_monthly"), exporter="EU", target="Russia",
                      hs="microelectronics", control="2022-03", until="2022-10")  # fmt: skip
    assert [round(one / 10**6) for one in (found.before, found.after)] == [54, 2]
    assert found.places[0].place == "KZ"
    assert max(found.places, key=lambda one: one.ratio or 0).place == "KG"
    assert found.replaced is not None
    assert Decimal("0.03") < found.replaced < Decimal("0.05")


def test_months_are_needed_on_both_sides() -> None:
    """No months before or since the control, or years, are refused."""
    with pytest.raises(TableError, match="0 months before 2022-01 and 4 since"):
        diversion(TABLE, exporter="EU", target="RU", control="2022-01")
    with pytest.raises(TableError, match="by month"):
        diversion(exports(("RU", "2022", 1)), exporter="EU", target="RU", control="2022-03")
    with pytest.raises(TableError, match="by month"):
        diversion(TABLE, exporter="US", target="RU", control="2022-03")
