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
    plot_routes,
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
    found = diversion(EXPORTS, controllers="EU", target="RU", hs="8542", control="2022-03")
    return plot_diversion(found, source=SOURCE)


def bands() -> Figure:
    """Plot where the goods went, with a second leg made up from the first."""
    found = diversion(EXPORTS, controllers="EU", target="RU", hs="8542", control="2022-03")
    onward = found.model_copy(update={"leg": "to target"})
    return plot_routes(found, onward, source=SOURCE, most=2)


FIGURES: dict[str, Callable[[], Figure]] = {
    "shares": shares,
    "exposure": reached,
    "diversion": routes,
    "routes": lambda: plot_routes(
        diversion(EXPORTS, controllers="EU", target="RU", hs="8542", control="2022-03"), source=SOURCE
    ),
    "routes of both legs": bands,
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
    assert (
        "on no list; eccn is 3A001; no goods under codes of an older edition are 8549."
        in plot_exposure(more, source=SOURCE).subtitle
    )
    less = exposure(EXPORTS, importer="RU", hs="8542", period="2021", given={"eccn": "3A001"})
    assert "Assumed: eccn is 3A001; no goods" in plot_exposure(less, source=SOURCE).subtitle
    none = exposure(EXPORTS, importer="RU", hs="8542", period="2021", neglecting=())
    assert "Nothing is assumed." in plot_exposure(none, source=SOURCE).subtitle


def test_bands_carry_the_amounts_of_both_legs() -> None:
    """Each band is a row with its amounts before and since; those beyond the most are one."""
    rows = bands().rows
    assert [(row["from"], row["to"]) for row in rows] == [
        ("European Union", "Russia"),
        ("European Union", "Kazakhstan"),
        ("European Union", "Armenia"),
        ("European Union", "2 others"),
        ("Kazakhstan", "Russia"),
        ("Armenia", "Russia"),
        ("2 others", "Russia"),
    ]
    found = diversion(EXPORTS, controllers="EU", target="RU", hs="8542", control="2022-03")
    assert sum(row["since"] for row in rows[1:4]) == pytest.approx(float(sum(one.after for one in found.places)) / 1e6)
    assert "What they sold on is not in the table" in FIGURES["routes"]().subtitle


def test_legs_that_do_not_fit_are_refused() -> None:
    """The legs come in their order, and are of one target, control and currency."""
    found = diversion(EXPORTS, controllers="EU", target="RU", hs="8542", control="2022-03")
    onward = found.model_copy(update={"leg": "to target"})
    with pytest.raises(TableError, match="takes the leg 'from controllers'"):
        plot_routes(onward, source=SOURCE)
    with pytest.raises(TableError, match="takes the leg 'from controllers'"):
        plot_routes(found, found, source=SOURCE)
    with pytest.raises(TableError, match="both legs must be of one target"):
        plot_routes(found, onward.model_copy(update={"currency": "USD"}), source=SOURCE)


def test_a_loss_that_is_not_known_is_not_drawn() -> None:
    """Where the table has no direct trade, the figure has the third countries alone."""
    china = shipped_flows("baci_china_russia")
    found = diversion(
        china, controllers=["EU", "US", "GB"], target="RU", hs="8457", leg="to target", control="2022-02-24"
    )
    figure = plot_diversion(found, source="CEPII BACI")
    assert [row["place"] for row in figure.rows] == ["China"]
    assert "gain as part of the loss" not in figure.subtitle
    assert "Controlling places: European Union, United States, United Kingdom." in figure.svg()


def test_scope_and_whole_stand_on_the_figure() -> None:
    """Goods, side and whole are in the subtitle: a share without them says nothing."""
    words = "of the exports of the European Union, HS 8541-8542, as the exporter reports; the whole is the partners"
    assert words in shares().subtitle
    assert "HS 8542" in reached().subtitle


def test_a_period_is_a_step_that_ends_with_it() -> None:
    """What controls reach is drawn from the first day of a period to the first day after it."""
    text = reached().chart.to_json()
    assert "step-after" in text
    assert '"2022-11-01"' in text


def test_bands_show_what_unknown_partners_leave_possible() -> None:
    """A share that is an interval has a band, and the subtitle says what it is."""
    table = EXPORTS.slice(0, 3).to_pylist()
    rows = [
        {**row, "period": "2021-01", "partner": partner} for row, partner in zip(table, ("RU", "ZZ", "SU"), strict=True)
    ]
    figure = plot_shares(trade_shares(pa.Table.from_pylist(rows), divided="exporter"), source=SOURCE)
    assert "bands: what partners not specified" in figure.subtitle
    assert {str(row["partner"]) for row in figure.rows} == {"Russia", "SU"}


def test_bands_show_what_codes_that_split_leave_possible() -> None:
    """Chips of 2021 seen through the codes of 2022 have shares within bounds, drawn as bands."""
    found = trade_shares(EXPORTS, divided="exporter", whole="EU", hs="8541", period="2021-01", edition="HS2022")
    figure = plot_shares(found, source=SOURCE)
    assert "Lines: the least share; bands: what codes that split between editions leave possible." in figure.subtitle
    assert any(row["low"] < row["high"] for row in figure.rows)


def test_what_cannot_be_drawn_is_refused(tmp_path: Path) -> None:
    """Nothing to plot, a law that speaks on no such day, and endings that are no picture."""
    with pytest.raises(TableError, match="nothing to plot"):
        plot_exposure([], source=SOURCE)
    with pytest.raises(TableError, match="no measure of the catalogue"):
        plot_law(METALS, [date(1900, 1, 1)])
    with pytest.raises(FactError, match="saved as"):
        FIGURES["lme"]().save(tmp_path / "figure.gif")
