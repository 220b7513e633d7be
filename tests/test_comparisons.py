"""Trade compared with a baseline, with its mirror, and by price."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest

from sanctionsmodel.comparisons import changes, mirror, unit_values
from sanctionsmodel.errors import TableError
from sanctionsmodel.readers import shipped_flows
from sanctionsmodel.trade import trade_shares

ROWS = {
    "flow": ["import", "import", "import", "export", "export"],
    "reporter": ["RU", "RU", "RU", "CN", "CN"],
    "partner": ["CN", "DE", "CN", "RU", "World"],
    "period": ["2020", "2020", "2021", "2021", "2021"],
    "value": [100, 50, 400, 360, 9000],
    "currency": ["USD"] * 5,
    "mass": [10.0, None, 20.0, 0.0, 3.0],
}


def test_changes_against_a_baseline() -> None:
    """Gain and ratio beside the average; who is gone has nothing, who is new has no ratio."""
    found = changes(trade_shares(pa.table(ROWS), reported_by="importer"), "2020")
    assert [(one.partner, int(one.gain.low), str(one.ratio)) for one in found] == [
        ("CN", 300, "4"),
        ("DE", -50, "0"),
    ]
    back = changes(trade_shares(pa.table(ROWS), reported_by="importer"), "2021")
    assert [one.ratio for one in back if one.partner == "DE"] == [None]


def test_the_rise_of_exports_to_kyrgyzstan() -> None:
    """EU exports to Kyrgyzstan were 263 million euros in 2021 and 2734 million in 2023."""
    table = shipped_flows("eurostat_eu27_monthly")
    shares = [
        found
        for year in ("2021", "2023")
        for found in trade_shares(table, divided="exporter", whole="EU", period=year, reported_by="exporter")
    ]
    kg = {one.period: part.amount for one in shares for part in one.parts if part.partner == "KG"}
    assert [round(amount / 10**6) for amount in kg.values()] == [263, 2734]


def test_baselines_must_be_there() -> None:
    """A baseline without a period, and periods of several lengths, are refused."""
    shares = trade_shares(pa.table(ROWS), reported_by="importer")
    with pytest.raises(TableError, match="no period lies within the baseline"):
        changes(shares, "2015")
    months = trade_shares(pa.table({**ROWS, "period": ["2020", "2020", "2021-01", "2021", "2021"]}),
                          reported_by="importer")  # fmt: skip
    with pytest.raises(TableError, match="several lengths"):
        changes(months, "2020")


def test_mirrors_say_what_both_sides_report() -> None:
    """The importer's figure beside the exporter's, unadjusted, with what the difference means."""
    first, second = mirror(pa.table(ROWS), "RU", "CN")
    assert (first.imports, first.exports, first.gap, first.ratio) == (Decimal(100), None, None, None)
    assert (second.gap, second.ratio) == (Decimal(40), Decimal("1.111111"))
    assert "CIF" in second.note


def test_origin_and_consignment_are_never_mixed() -> None:
    """Armenia bought 2.7 million dollars of goods from Hong Kong by origin in 2022, and 174 by consignment."""
    table = shipped_flows("armenia_imports_2022")
    with pytest.raises(TableError, match="ways of counting"):
        trade_shares(table)
    amounts = [
        next(part.amount for part in trade_shares(table, counted_by=how)[0].parts if part.partner == "HK")
        for how in ("origin", "consignment")
    ]
    assert [round(one / 10**6, 1) for one in amounts] == [Decimal("2.7"), Decimal("173.6")]


def test_unit_values() -> None:
    """Only rows with both a value and a mass give a price, and only places are sides."""
    found = unit_values(pa.table(ROWS))
    assert [(one.partner, one.period, int(one.per_kg)) for one in found] == [("CN", "2020", 10), ("CN", "2021", 20)]
    with pytest.raises(TableError, match="lacks one"):
        unit_values(pa.table({name: column for name, column in ROWS.items() if name != "mass"}))
