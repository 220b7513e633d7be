"""Signs of diversion, on real exports of the European Union and on made-up ones."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
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
    found = diversion(TABLE, controllers="EU", target="RU", control="2022-03")
    assert [found.before, found.after, found.lost] == [Decimal(1000), Decimal(50), Decimal(950)]
    assert [(one.place, int(one.gain), one.ratio and int(one.ratio)) for one in found.places] == [
        ("KG", 55, 12), ("UZ", 10, None), ("GE", -30, 0)]  # fmt: skip
    assert (int(found.gained), str(found.replaced)) == (65, "0.068")
    assert (found.places[0].least, found.places[0].greatest) == (Decimal(50), Decimal(70))
    assert "KG: 0 to 0, gain 0, x12.00, 5.8 % of the loss; 2 of 2 above all before" in str(found)


def test_the_trend_of_all_goods_is_taken_out() -> None:
    """A gain that all trade with the country shares is its growth; what goes beyond is not explained by it."""
    growth = exports(("KG", "2022-01", 100), ("KG", "2022-02", 100), ("KG", "2022-03", 200), ("KG", "2022-04", 200),
                     ("UZ", "2022-04", 9))  # fmt: skip
    found = diversion(TABLE, controllers="EU", target="RU", control="2022-03", places=["KG", "UZ"], all_goods=growth)
    assert [(one.trend, one.unexplained) for one in found.places] == [(Decimal("2.00"), Decimal("50.00")), (None, None)]


IMPORTS = pa.table(
    {
        "flow": ["import"] * 12,
        "reporter": ["RU"] * 12,
        "partner": ["DE", "US", "KG", "CN", "DE", "KG", "CN", "DE", "KG", "CN", "World", "KG"],
        "period": ["2020", "2020", "2020", "2020", "2021", "2021", "2021", "2023", "2023", "2023", "2023", "2022"],
        "value": [100, 60, 1, 50, 140, 3, 70, 20, 82, 300, 500, 999],
        "currency": ["USD"] * 12,
    }
)


def test_the_other_leg_sets_the_imports_of_the_target_beside_the_loss() -> None:
    """Germany counts as the Union, what the controllers lost is one sum; the year of the control is on neither side."""
    found = diversion(IMPORTS, controllers=["EU", "US"], target="RU", leg="to target", control="2022-02-24")
    assert (found.every, found.count_before, found.count_since) == ("year", 2, 1)
    assert (found.before, found.after, found.lost) == (Decimal(150), Decimal(20), Decimal(130))
    assert [(one.place, one.before, one.after, one.above) for one in found.places] == [
        ("CN", Decimal(60), Decimal(300), 1),
        ("KG", Decimal(2), Decimal(82), 1),
    ]
    assert (found.gained, str(found.replaced)) == (Decimal(320), "2.462")
    assert "2022 holds the first day of the control and counts on neither side" in found.assumptions
    assert "more than was lost, so that other trade is in them" in str(found)
    assert any("series break" in one for one in found.assumptions)
    only_the_union = diversion(IMPORTS, controllers="EU", target="RU", leg="to target", control="2022-02-24")
    assert [one.place for one in only_the_union.places] == ["CN", "KG", "US"]


def test_controllers_add_up_and_do_not_divert_to_one_another() -> None:
    """Sales of several controllers are one sum, and a controller is no third country."""
    table = pa.table(
        {
            "flow": ["export"] * 6,
            "reporter": ["EU", "US", "EU", "US", "EU", "EU"],
            "partner": ["RU", "RU", "KG", "KG", "US", "DE"],
            "period": ["2022-01", "2022-01", "2022-03", "2022-03", "2022-03", "2022-03"],
            "value": [10, 5, 2, 3, 7, 7],
        }
    )
    found = diversion(table, controllers=["EU", "US"], target="RU", control="2022-03")
    assert (found.lost, [(one.place, one.gain) for one in found.places]) == (Decimal(15), [("KG", Decimal(5))])


def test_a_loss_that_no_table_tells_is_not_known() -> None:
    """Without a row of direct trade nothing is lost that could be told: no loss, no part of it, and no nothing."""
    table = IMPORTS.filter(pc.is_in(IMPORTS["partner"], pa.array(["KG", "CN"])))
    found = diversion(table, controllers="EU", target="RU", leg="to target", control="2022-02-24")
    assert (found.before, found.lost, found.replaced, found.places[0].replaced) == (None, None, None, None)
    assert found.places[0].gain == Decimal(240)
    assert "the loss is not known" in str(found)


def test_reports_of_both_sides_are_never_mixed() -> None:
    """Where importers and exporters report, the caller says whose statistics."""
    both = pa.concat_tables(
        [IMPORTS, pa.table({**IMPORTS.to_pydict(), "flow": ["export"] * 12, "partner": ["RU"] * 12,
                            "reporter": IMPORTS["partner"].to_pylist()})]
    )  # fmt: skip
    with pytest.raises(TableError, match="reports of importers and of exporters"):
        diversion(both, controllers="EU", target="RU", leg="to target", control="2022-02-24")
    found = diversion(
        both, controllers="EU", target="RU", leg="to target", control="2022-02-24", reported_by="importer"
    )
    assert found.lost == Decimal(100)


def test_nothing_lost_is_replaced_by_nothing() -> None:
    """Where the target lost nothing there is no part of it."""
    table = exports(("RU", "2022-02", 1), ("RU", "2022-03", 5), ("KG", "2022-03", 5))
    found = diversion(table, controllers="EU", target="RU", control="2022-03")
    assert (found.replaced, found.places[0].replaced) == (None, None)
    assert "new" in str(found)


def test_exports_of_the_union_after_the_bans() -> None:
    """EU exports of chips to Russia fell from 54 to 2 million euros a month; four neighbours took 4 % of the loss."""
    found = diversion(shipped_flows("eurostat_eu27_hs6_monthly"), controllers="EU", target="Russia",
                      hs="microelectronics", control="2022-03", until="2022-10")  # fmt: skip
    assert [round((one or Decimal(0)) / 10**6) for one in (found.before, found.after)] == [54, 2]
    assert found.places[0].place == "KZ"
    assert max(found.places, key=lambda one: one.ratio or 0).place == "KG"
    assert found.replaced is not None
    assert Decimal("0.03") < found.replaced < Decimal("0.05")


def test_months_are_needed_on_both_sides() -> None:
    """No periods before or since the control, mixed lengths, spans, and tables without this trade are refused."""
    with pytest.raises(TableError, match="0 periods before 2022-01 and 4 since"):
        diversion(TABLE, controllers="EU", target="RU", control="2022-01")
    with pytest.raises(TableError, match="of several lengths"):
        diversion(exports(("RU", "2022", 1), ("RU", "2021-01", 1)), controllers="EU", target="RU", control="2022-03")
    with pytest.raises(TableError, match="is a span of several"):
        diversion(exports(("RU", "2022-01/2022-03", 1)), controllers="EU", target="RU", control="2022-03")
    with pytest.raises(TableError, match="needs the exports of US or GB; the table has none"):
        diversion(TABLE, controllers=["US", "GB"], target="RU", control="2022-03")
    with pytest.raises(TableError, match="needs the imports of BY; the table has none"):
        diversion(TABLE, controllers="EU", target="BY", control="2022-03", leg="to target")
    with pytest.raises(TableError, match="has no first day"):
        diversion(TABLE, controllers="EU", target="RU", control="to 2022-03")
