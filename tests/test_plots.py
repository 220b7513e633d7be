"""Figures: they are drawn, say what they show, and ask nobody for anything."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from sanctionsmodel.catalogue import Catalogue
from sanctionsmodel.diversions import diversion
from sanctionsmodel.errors import FactError, TableError
from sanctionsmodel.exposures import ORDINARY_TRADE, exposure
from sanctionsmodel.plots import (
    Figure,
    plot_diversion,
    plot_exposure,
    plot_law,
    plot_lme_stocks,
    plot_shares,
    plot_timeline,
)
from sanctionsmodel.readers import lme_stocks, shipped_flows
from sanctionsmodel.timeline import timeline
from sanctionsmodel.trade import trade_shares

SOURCE = "Eurostat"
EXPORTS = shipped_flows("eurostat_eu27_hs6_monthly")
METALS = Catalogue.bundled().select(themes=["metals"])


def shares() -> Figure:
    """Plot who got the chips that the European Union sold."""
    found = trade_shares(EXPORTS, divided="exporter", whole="EU", hs="microelectronics")
    return plot_shares(found, source=SOURCE, measures={"2022-02-26": "EU ban"})


def reached() -> Figure:
    """Plot what controls reach of Russia's chips from the European Union."""
    return plot_exposure(exposure(EXPORTS, importer="RU", hs="8542", given=ORDINARY_TRADE), source=SOURCE)


def routes() -> Figure:
    """Plot what Russia's neighbours gained."""
    found = diversion(EXPORTS, exporter="EU", target="RU", hs="8542", control="2022-03")
    return plot_diversion(found, source=SOURCE)


FIGURES: dict[str, Callable[[], Figure]] = {
    "shares": shares,
    "exposure": reached,
    "diversion": routes,
    "law": lambda: plot_law(METALS, [date(2023, 1, 1), date(2024, 6, 1)]),
    "timeline": lambda: plot_timeline(tuple(timeline(METALS, since="2023-01-01", until="2024-12-31"))),
    "lme": lambda: plot_lme_stocks(lme_stocks(), {"2024-04-13": "US and UK action"}),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_saved_in_three_forms(name: str, tmp_path: Path) -> None:
    """SVG with title and source, PNG, and a page that makes no request and runs no script."""
    figure = FIGURES[name]()
    svg = figure.save(tmp_path / "figure.svg").read_text("utf-8")
    assert figure.title.replace("'", "&#39;") in svg or figure.title in svg
    assert "Source: " in svg
    assert figure.save(tmp_path / "figure.png").read_bytes().startswith(b"\x89PNG")
    page = figure.save(tmp_path / "figure.html").read_text("utf-8")
    addresses = set(re.findall(r"https?://[^\s\"'<]+", page))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert page.count("<tr>") == len(figure.rows) + 1


def test_measures_are_numbered_and_explained() -> None:
    """A line at a measure has a number above it, and the foot says which it is."""
    assert "(1) 13 April 2024: US and UK action" in FIGURES["lme"]().svg()


def test_what_is_assumed_stands_on_the_figure() -> None:
    """Ordinary trade in words, other facts by name, nothing as nothing."""
    assert "Assumed: ordinary commercial trade" in reached().subtitle
    more = exposure(EXPORTS, importer="RU", hs="8542", period="2021", given={**ORDINARY_TRADE, "eccn": "3A001"})
    assert "on no list; eccn is 3A001." in plot_exposure(more, source=SOURCE).subtitle
    less = exposure(EXPORTS, importer="RU", hs="8542", period="2021", given={"eccn": "3A001"})
    assert "Assumed: eccn is 3A001." in plot_exposure(less, source=SOURCE).subtitle
    none = exposure(EXPORTS, importer="RU", hs="8542", period="2021")
    assert "Nothing is assumed." in plot_exposure(none, source=SOURCE).subtitle


def test_bands_show_what_unknown_partners_leave_possible() -> None:
    """A share that is an interval has a band, and the subtitle says what it is."""
    table = EXPORTS.slice(0, 3).to_pylist()
    rows = [
        {**row, "period": "2021-01", "partner": partner} for row, partner in zip(table, ("RU", "ZZ", "SU"), strict=True)
    ]
    figure = plot_shares(trade_shares(pa.Table.from_pylist(rows), divided="exporter"), source=SOURCE)
    assert "Bands: what partners not specified" in figure.subtitle
    assert {str(row["partner"]) for row in figure.rows} == {"Russia", "SU"}


def test_what_cannot_be_drawn_is_refused(tmp_path: Path) -> None:
    """Nothing to plot, a law that speaks on no such day, and endings that are no picture."""
    with pytest.raises(TableError, match="nothing to plot"):
        plot_exposure([], source=SOURCE)
    with pytest.raises(TableError, match="no measure of the catalogue"):
        plot_law(METALS, [date(1900, 1, 1)])
    with pytest.raises(FactError, match="saved as"):
        FIGURES["lme"]().save(tmp_path / "figure.gif")
