"""Figures to publish: shares over time, what controls reach, diversion, the law over time, LME stocks.

Each function returns a `Figure` with title, unit and source on it, which saves as SVG, PNG or a page that asks nobody
for anything. Colours are told apart by colour-blind readers, and lines differ in print. Needs the extra ``plots``.

>>> from sanctionsmodel.readers import lme_stocks
>>> figure = plot_lme_stocks(lme_stocks(), {"2024-04-13": "US and UK action"})
>>> figure.title, "<svg" in figure.svg(), "http-equiv" in figure.html()
('Russian metal in LME warehouses', True, True)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

try:
    import altair as alt
except ImportError as error:  # pragma: no cover - the message is for an install without the extra
    raise ImportError("plots need the extra: pip install 'sanctionsmodel[plots]'") from error

from sanctionsmodel._diversion_figures import plot_diversion, plot_routes
from sanctionsmodel._figures import (
    HEIGHT,
    MILLION,
    WIDTH,
    Figure,
    dashes,
    data,
    days_axis,
    explained,
    marks,
    palette,
    some,
    strokes,
    trader_name,
)
from sanctionsmodel._measure_text import issuer_name
from sanctionsmodel._named_goods import code_words
from sanctionsmodel._periods import days_of
from sanctionsmodel._venues import venue_name
from sanctionsmodel.catalogue import Catalogue
from sanctionsmodel.errors import TableError, UnknownCode
from sanctionsmodel.exposures import ORDINARY_TRADE, PARTS, Exposure
from sanctionsmodel.readers import LmeStock
from sanctionsmodel.timeline import Event
from sanctionsmodel.trade import Shares

__all__ = ["Figure", "plot_diversion", "plot_exposure", "plot_law", "plot_lme_stocks", "plot_routes", "plot_shares",
           "plot_timeline"]  # fmt: skip

# Apart in hue for colour-blind readers, and in lightness (70, 193, 138 and 227 of 255) for print.
_PART_COLOURS = {"reached": "#00507F", "exempt": "#8FD0F7", "open": "#DD7A00", "unknown": "#E3E3E3"}
_GAP = 45  # days between month ends beyond which a line is not drawn through
_MEASURE_FILES = "measures encoded in sanctionsmodel; each cites its text"


def plot_shares(
    shares: Sequence[Shares], *, source: str, most: int = 5, title: str = "", measures: Mapping[str, str] | None = None
) -> Figure:
    """Plot the shares of the greatest partners over time; a band shows what unknown partners leave possible.

    ``measures`` are days with words, such as ``{"2022-03-03": "US industrial goods"}``, drawn as lines.
    """
    some(shares)
    sums: Counter[str] = Counter()
    for one in shares:
        for part in one.parts:
            sums[part.partner] += int(part.amount)
    codes = [name for name, _ in sums.most_common(most)]
    names = [trader_name(code) for code in codes]
    rows = [
        {"day": _middle(one.period), "partner": trader_name(code), "low": one.of(code).low, "high": one.of(code).high}
        for one in shares
        for code in codes
    ]
    y = alt.Y("low:Q", axis=alt.Axis(format=".0%"), title="share")
    color = alt.Color("partner:N", scale=palette(names), legend=strokes())
    base = alt.Chart(data(rows)).encode(x=days_axis(), y=y, color=color)
    dash = alt.StrokeDash("partner:N", scale=dashes(names), legend=strokes())
    chart = base.mark_line(point=alt.OverlayMarkDef(size=22), strokeWidth=2).encode(strokeDash=dash)
    first, what = shares[0], "imports" if shares[0].divided == "importer" else "exports"
    unknown, open_ = "", list[str]()
    if any(one.unknown_most for one in shares):
        open_ += ["partners not specified"]
    if any(one.is_split for one in shares):
        open_ += ["codes that split between editions"]
    if open_:
        chart = base.mark_area(opacity=0.18).encode(y2="high:Q") + chart
        unknown = f" Lines: the least share; bands: what {' and '.join(open_)} leave possible."
    who = trader_name(first.whole, article=True)
    whole = "the row for the world" if all(one.total_is_stated for one in shares) else "the partners in the table"
    subtitle = (
        f"Share by {first.basis} of the {what} of {who}, {_goods(first.hs)}, as the {first.reported_by} reports; the "
        f"whole is {whole}.{unknown}"
    )
    return _figure(chart, rows, title or f"Who has which share of the {what} of {who}", subtitle, source, measures)


def plot_exposure(
    exposures: Sequence[Exposure], *, source: str, title: str = "", measures: Mapping[str, str] | None = None
) -> Figure:
    """Plot reached, exempt, open and unknown as stacked areas over time, with lines at measures.

    Without ``measures`` the lines are at the first days of those that reach something.
    """
    some(exposures)
    rows = [
        {"day": _ends(one.period)[0], "part": part, "value": getattr(one, part) / MILLION, "order": n}
        for one in exposures
        for n, part in enumerate(PARTS)
    ]
    # A period is a step, from its first day to the first day after it: nothing rises before the law does.
    last = max(exposures, key=lambda one: _ends(one.period)[1])
    end = [{**row, "day": _ends(last.period)[1]} for row in rows if row["day"] == _ends(last.period)[0]]
    scale = alt.Scale(domain=list(PARTS), range=[_PART_COLOURS[part] for part in PARTS])
    first = exposures[0]
    chart = (
        alt.Chart(data([*rows, *end]))
        .mark_area(opacity=1, stroke="#666", strokeWidth=0.4, interpolate="step-after")
        .encode(
            x=days_axis(),
            y=alt.Y("value:Q", stack="zero", title=f"million {first.currency}"),
            color=alt.Color("part:N", scale=scale, legend=alt.Legend(title=None)),
            order=alt.Order("order:Q"),
        )
    )
    found = measures if measures is not None else _starts(exposures)
    who = trader_name(first.importer, article=True)
    subtitle = (
        f"Imports of {who}, {_goods(first.hs)}, by what the law of the exporting place says, million "
        f"{first.currency} a period. {_assumed(first.assumed)}"
    )
    return _figure(chart, rows, title or f"What export controls reach of the imports of {who}", subtitle, source, found)


def plot_law(catalogue: Catalogue, days: Iterable[date], *, title: str = "", most: int = 14) -> Figure:
    """Plot how many measures of each issuer and theme are in force on some days, as a heat map for each day."""
    chosen = sorted(days)
    counts: Counter[tuple[date, str, str]] = Counter()
    for measure in catalogue:
        for day in chosen:
            if any(
                (v.from_ is None or v.from_ <= day) and (v.until is None or day < v.until) for v in measure.versions
            ):
                for theme in measure.themes:
                    counts[day, measure.issuer, theme] += 1
    if not counts:
        raise TableError("no measure of the catalogue is in force on these days")
    themes = [name for name, _ in Counter(_total(counts, 2)).most_common(most)]
    ranked = [name for name, _ in Counter(_total(counts, 1)).most_common()]
    issuers = [_issuer(one) for one in ranked]
    rows = [
        {
            "day": f"{day:%d %B %Y}".removeprefix("0"),
            "issuer": _issuer(issuer),
            "theme": theme.replace("_", " "),
            "measures": counts[day, issuer, theme],
        }
        for day in chosen
        for issuer in ranked
        for theme in themes
        if counts[day, issuer, theme]
    ]
    size = max((WIDTH - 20) // max(len(chosen), 1) // len(themes), 13)
    x = alt.X(
        "theme:N",
        sort=[one.replace("_", " ") for one in themes],
        title=None,
        axis=alt.Axis(labelAngle=-60, labelFontSize=9.5),
    )
    cell = alt.Chart(data(rows)).encode(x=x, y=_issuers_axis(issuers))
    darkest = max(counts.values())
    scale = alt.Scale(scheme="viridis", reverse=True, domain=[1, darkest])
    # The number is printed too where there is room, so that nobody depends on colour.
    squares = cell.mark_rect(stroke="white").encode(
        color=alt.Color("measures:Q", scale=scale, legend=alt.Legend(title="measures in force", gradientLength=160))
    )
    numbers = cell.mark_text(fontSize=8).encode(
        text="measures:Q",
        color=alt.condition(f"datum.measures > {darkest / 2}", alt.value("white"), alt.value("black")),
    )
    panels = [str(row["day"]) for row in rows]
    panel = (squares + numbers).properties(width=size * len(themes), height=16 * len(issuers))
    order = list(dict.fromkeys(panels))
    column = alt.Column("day:N", sort=order, title=None, header=alt.Header(labelFontSize=11))
    chart = panel.facet(column=column, spacing=10)
    subtitle = "Measures in force by issuer and theme; a measure may have several themes, and a blank has none."
    return Figure(chart, rows, title or "Whose law speaks to what", subtitle, _MEASURE_FILES)


def plot_timeline(events: Sequence[Event], *, title: str = "") -> Figure:
    """Plot the days on which measures begin, change or end, a line an issuer, with what happens one below the other."""
    some(events)
    shapes = {"begins": "circle", "changes": "square", "ends": "cross", "opens": "triangle-up"}
    rows = [
        {
            "day": one.day,
            "issuer": _issuer((one.measures or (one.subject,))[0].partition("/")[0]),
            "what": one.what,
            "subject": one.subject,
            "title": one.title,
        }
        for one in events
    ]
    issuers = sorted({str(row["issuer"]) for row in rows})
    order = list(shapes)
    chart = (
        alt.Chart(data(rows))
        .mark_point(size=38, filled=False, strokeWidth=1.6, opacity=1)
        .encode(
            x=days_axis(),
            y=_issuers_axis(issuers),
            yOffset=alt.YOffset("what:N", scale=alt.Scale(domain=order)),
            shape=alt.Shape(
                "what:N", scale=alt.Scale(domain=order, range=list(shapes.values())), legend=alt.Legend(title=None)
            ),
            color=alt.Color("what:N", scale=palette(order), legend=alt.Legend(title=None)),
        )
    )
    height = max(44 * len(issuers), 90)
    chart = chart.properties(width=WIDTH, height=height)
    subtitle = "Days on which a measure begins, changes or ends, or a question of law opens."
    return Figure(chart, rows, title or "The law over time", subtitle, _MEASURE_FILES)


def plot_lme_stocks(
    stocks: Iterable[LmeStock], measures: Mapping[str, str] | None = None, *, title: str = ""
) -> Figure:
    """Plot the Russian share of LME stocks by metal, with lines at measures; months not reported leave a gap."""
    known = sorted((one for one in stocks if one.share is not None), key=lambda one: (one.metal, one.day))
    some(known)
    names = ["aluminium", "copper", "nickel"]
    rows: list[dict[str, Any]] = []
    run = 0
    for n, one in enumerate(known):
        before = known[n - 1] if n else None
        run += before is None or before.metal != one.metal or (one.day - before.day).days > _GAP
        rows.append({"day": one.day, "metal": one.metal, "share": one.share, "run": f"{one.metal} {run}"})
    chart = (
        alt.Chart(data(rows))
        .mark_line(point=alt.OverlayMarkDef(size=26), strokeWidth=2)
        .encode(
            x=days_axis(),
            y=alt.Y(
                "share:Q",
                axis=alt.Axis(format=".0%"),
                scale=alt.Scale(domain=[0, 1]),
                title="share of stock on warrant",
            ),
            color=alt.Color("metal:N", scale=palette(names), legend=strokes()),
            strokeDash=alt.StrokeDash("metal:N", scale=dashes(names), legend=strokes()),
            detail="run:N",
        )
    )
    subtitle = "Share of Russian origin in LME stock on warrant at month end; gaps are months not reported."
    source = "press reports of the LME country-of-origin report, address of each in the data of sanctionsmodel"
    return _figure(chart, rows, title or "Russian metal in LME warehouses", subtitle, source, measures)


# -------------------------------------------------------------------------------------------------------------- helpers
def _figure(
    chart: Any,
    rows: Sequence[Mapping[str, Any]],
    title: str,
    subtitle: str,
    source: str,
    measures: Mapping[str, str] | None,
) -> Figure:
    layered = chart + marks(measures) if measures else chart
    notes = explained(measures) if measures else ()
    return Figure(layered.properties(width=WIDTH, height=HEIGHT), rows, title, subtitle, source, notes)


def _issuer(code: str) -> str:
    """Return the name of an issuer without its code; exchanges by their usual name."""
    try:
        return venue_name(code.upper()).partition(" (")[0]
    except UnknownCode:
        return issuer_name(code).removeprefix("the ").partition(" (")[0]


def _issuers_axis(names: Sequence[str]) -> Any:
    """Return the axis of issuers, light lines between them, names in full."""
    axis = alt.Axis(
        labelLimit=210, labelPadding=9, grid=True, gridColor="#eee", bandPosition=0, domain=False, ticks=False
    )
    return alt.Y("issuer:N", sort=list(names), title=None, axis=axis)


def _goods(codes: Sequence[str]) -> str:
    return f"HS {code_words(codes)}" if codes else "all goods"


def _assumed(facts: Sequence[str]) -> str:
    ordinary = {
        f"{name} is {' or '.join(value) if isinstance(value, list) else value}"
        for name, value in ORDINARY_TRADE.items()
    }
    others = [one for one in facts if one not in ordinary]
    if len(facts) - len(others) < len(ordinary):
        others = list(facts)
        return f"Assumed: {'; '.join(others)}." if others else "Nothing is assumed."
    also = f"; {'; '.join(others)}" if others else ""
    return f"Assumed: ordinary commercial trade, direct, between parties on no list{also}."


def _ends(period: str) -> tuple[date, date]:
    """Return the first day of a period, and the first after it."""
    span = days_of(period)
    if span.start is None or span.until is None:
        raise TableError(f"period {period} has no ends to stand between")
    return span.start, span.until


def _middle(period: str) -> date:
    """Return the day in the middle of a period, where its point stands."""
    start, until = _ends(period)
    return start + timedelta(days=(until - start).days // 2)


def _starts(exposures: Iterable[Exposure]) -> dict[str, str]:
    names: dict[str, str] = {}
    for measure in (measure for one in exposures for measure in one.measures):
        if measure.since is not None:
            names.setdefault(measure.since.isoformat(), measure.measure)
    return names


def _total(counts: Mapping[tuple[date, str, str], int], place: int) -> dict[str, int]:
    found: Counter[str] = Counter()
    for key, count in counts.items():
        found[str(key[place])] += count
    return found
