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
from datetime import date
from decimal import Decimal
from typing import Any

try:
    import altair as alt
except ImportError as error:  # pragma: no cover - the message is for an install without the extra
    raise ImportError("plots need the extra: pip install 'sanctionsmodel[plots]'") from error

from sanctionsmodel._figures import (
    COLOURS,
    HEIGHT,
    WIDTH,
    Figure,
    dashes,
    data,
    days_axis,
    explained,
    marks,
    palette,
    strokes,
)
from sanctionsmodel._periods import days_of
from sanctionsmodel.catalogue import Catalogue
from sanctionsmodel.diversions import Diversion
from sanctionsmodel.errors import TableError, UnknownCode
from sanctionsmodel.exposures import ORDINARY_TRADE, PARTS, Exposure
from sanctionsmodel.jurisdictions import Jurisdiction
from sanctionsmodel.readers import LmeStock
from sanctionsmodel.timeline import Event
from sanctionsmodel.trade import Shares

__all__ = ["Figure", "plot_diversion", "plot_exposure", "plot_law", "plot_lme_stocks", "plot_shares", "plot_timeline"]

_PART_COLOURS = {"reached": "#0072B2", "exempt": "#56B4E9", "open": "#E69F00", "unknown": "#BDBDBD"}
_MILLION = Decimal(10**6)
_WORDS = 190  # width of the words beside the lines
_GAP = 45  # days between month ends beyond which a line is not drawn through
_MEASURE_FILES = "measures encoded in sanctionsmodel; each cites its text"


def plot_shares(
    shares: Sequence[Shares], *, source: str, most: int = 5, title: str = "", measures: Mapping[str, str] | None = None
) -> Figure:
    """Plot the shares of the greatest partners over time; a band shows what unknown partners leave possible.

    ``measures`` are days with words, such as ``{"2022-03-03": "US industrial goods"}``, drawn as lines.
    """
    _some(shares)
    sums: Counter[str] = Counter()
    for one in shares:
        for part in one.parts:
            sums[part.partner] += int(part.amount)
    codes = [name for name, _ in sums.most_common(most)]
    names = [_name(code) for code in codes]
    rows = [
        {"day": _middle(one.period), "partner": _name(code), "low": one.of(code).low, "high": one.of(code).high}
        for one in shares
        for code in codes
    ]
    y = alt.Y("low:Q", axis=alt.Axis(format=".0%"), title="share")
    color = alt.Color("partner:N", scale=palette(names), legend=strokes())
    base = alt.Chart(data(rows)).encode(x=days_axis(), y=y, color=color)
    dash = alt.StrokeDash("partner:N", scale=dashes(names), legend=strokes())
    chart = base.mark_line(point=alt.OverlayMarkDef(size=22), strokeWidth=2).encode(strokeDash=dash)
    first, what = shares[0], "imports" if shares[0].divided == "importer" else "exports"
    unknown = ""
    if any(one.unknown for one in shares):
        chart = base.mark_area(opacity=0.18).encode(y2="high:Q") + chart
        unknown = " Bands: what partners not specified leave possible."
    who = _name(first.whole)
    subtitle = f"Share of {who}'s {what} by {first.basis}, as the {first.reported_by} reports.{unknown}"
    return _figure(chart, rows, title or f"Who has which share of {who}'s {what}", subtitle, source, measures)


def plot_exposure(
    exposures: Sequence[Exposure], *, source: str, title: str = "", measures: Mapping[str, str] | None = None
) -> Figure:
    """Plot reached, exempt, open and unknown as stacked areas over time, with lines at measures.

    Without ``measures`` the lines are at the first days of those that reach something.
    """
    _some(exposures)
    rows = [
        {"day": _middle(one.period), "part": part, "value": getattr(one, part) / _MILLION, "order": n}
        for one in exposures
        for n, part in enumerate(PARTS)
    ]
    scale = alt.Scale(domain=list(PARTS), range=[_PART_COLOURS[part] for part in PARTS])
    first = exposures[0]
    chart = (
        alt.Chart(data(rows))
        .mark_area(opacity=1, stroke="white", strokeWidth=0.7)
        .encode(
            x=days_axis(),
            y=alt.Y("value:Q", stack="zero", title=f"million {first.currency}"),
            color=alt.Color("part:N", scale=scale, legend=alt.Legend(title=None)),
            order=alt.Order("order:Q"),
        )
    )
    found = measures if measures is not None else _starts(exposures)
    who = _name(first.importer)
    subtitle = (
        f"Imports of {who} by what the law of the exporting place says, million {first.currency} a period. "
        f"{_assumed(first.assumed)}"
    )
    return _figure(chart, rows, title or f"What export controls reach of {who}'s imports", subtitle, source, found)


def plot_diversion(found: Diversion, *, source: str, title: str = "") -> Figure:
    """Plot how an average month changed for the target and each third country, with gain over loss beside it."""
    rows = [
        {
            "place": _name(one.place),
            "before": one.before / _MILLION,
            "after": one.after / _MILLION,
            "words": _route_words(one),
        }
        for one in found.places
        if one.before or one.after
    ]
    who = _name(found.target)
    lost = {"before": found.before / _MILLION, "after": found.after / _MILLION}
    rows.insert(0, {"place": who, **lost, "words": f"lost {found.lost / _MILLION:,.2f}"})
    height = max(34 * len(rows), 120)
    y = alt.Y("place:N", sort=[str(row["place"]) for row in rows], title=None)
    scale = alt.Scale(type="symlog", constant=0.01)
    axis = alt.Axis(values=[0, 0.01, 0.1, 1, 10, 100, 1000, 10_000], format="~g")
    title_x = f"million {found.currency} a month, logarithmic"
    base = alt.Chart(data(rows)).encode(y=y)
    line = base.mark_rule(strokeWidth=2.5, color="#888").encode(
        x=alt.X("before:Q", scale=scale, axis=axis, title=title_x), x2="after:Q"
    )
    when = alt.Scale(domain=["before the control", "since"], range=[COLOURS[5], COLOURS[1]])
    points = [
        base.transform_calculate(when=f"'{words}'")
        .mark_point(filled=True, size=95, shape=shape, opacity=1)
        .encode(
            x=alt.X(f"{name}:Q", scale=scale, axis=axis, title=title_x),
            color=alt.Color("when:N", scale=when, legend=alt.Legend(title=None)),
        )
        for name, words, shape in (("before", "before the control", "circle"), ("after", "since", "diamond"))
    ]
    words = base.mark_text(align="left", fontSize=10.5, color="#222").encode(
        y=alt.Y("place:N", sort=[str(row["place"]) for row in rows], axis=None), x=alt.value(0), text="words:N"
    )
    drawn = alt.layer(line, *points).properties(width=WIDTH - _WORDS, height=height)
    chart = alt.hconcat(drawn, words.properties(width=_WORDS - 20, height=height), spacing=12)
    subtitle = (
        f"Exports of {_name(found.exporter)}, average month before {found.control} and since. Beside: gain in million, "
        f"times the baseline, and gain as part of what {who} lost. An indicator: own demand and prices are in it."
    )
    return Figure(chart, rows, title or f"Trade that {who} lost, and trade that others gained", subtitle, source)


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
    issuers = [name for name, _ in Counter(_total(counts, 1)).most_common()]
    rows = [
        {
            "day": day.isoformat(),
            "issuer": issuer,
            "theme": theme.replace("_", " "),
            "measures": counts[day, issuer, theme],
        }
        for day in chosen
        for issuer in issuers
        for theme in themes
        if counts[day, issuer, theme]
    ]
    size = max((WIDTH - 60) // max(len(chosen), 1) // len(themes), 13)
    x = alt.X(
        "theme:N",
        sort=[one.replace("_", " ") for one in themes],
        title=None,
        axis=alt.Axis(labelAngle=-60, labelFontSize=9.5),
    )
    cell = alt.Chart(data(rows)).encode(x=x, y=alt.Y("issuer:N", sort=issuers, title=None))
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
    panel = (squares + numbers).properties(width=size * len(themes), height=16 * len(issuers))
    chart = panel.facet(column=alt.Column("day:N", title=None, header=alt.Header(labelFontSize=11)), spacing=10)
    subtitle = "Measures in force by issuer and theme; a measure may have several themes."
    return Figure(chart, rows, title or "Whose law speaks to what", subtitle, _MEASURE_FILES)


def plot_timeline(events: Sequence[Event], *, title: str = "", most: int = 40) -> Figure:
    """Plot the days on which measures begin, change or end, a line an issuer."""
    _some(events)
    shapes = {"begins": "circle", "changes": "square", "ends": "cross", "opens": "triangle-up"}
    rows = [
        {
            "day": one.day,
            "issuer": (one.measures or (one.subject,))[0].partition("/")[0],
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
        .mark_point(size=70, filled=False, strokeWidth=1.8, opacity=1)
        .encode(
            x=days_axis(),
            y=alt.Y("issuer:N", sort=issuers, title=None),
            shape=alt.Shape(
                "what:N", scale=alt.Scale(domain=order, range=list(shapes.values())), legend=alt.Legend(title=None)
            ),
            color=alt.Color("what:N", scale=palette(order), legend=alt.Legend(title=None)),
        )
    )
    height = max(30 * len(issuers), 90)
    chart = chart.properties(width=WIDTH, height=height)
    subtitle = "Days on which a measure begins, changes or ends, or a question of law opens."
    return Figure(
        chart,
        rows[:most] if len(rows) > 10 * most else rows,
        title or "The law over time",
        subtitle,
        _MEASURE_FILES,
    )


def plot_lme_stocks(
    stocks: Iterable[LmeStock], measures: Mapping[str, str] | None = None, *, title: str = ""
) -> Figure:
    """Plot the Russian share of LME stocks by metal, with lines at measures; months not reported leave a gap."""
    known = sorted((one for one in stocks if one.share is not None), key=lambda one: (one.metal, one.day))
    _some(known)
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


def _holds(start: date | None, until: date | None, day: date) -> bool:
    return (start is None or start <= day) and (until is None or day < until)


def _name(code: str) -> str:
    """Return the name of a place, or its code where it is a state of the past."""
    try:
        return Jurisdiction(code).name
    except UnknownCode:
        return code


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


def _some(items: Sequence[Any]) -> None:
    if not items:
        raise TableError("there is nothing to plot")


def _middle(period: str) -> date:
    """Return the first day of a period, where its point stands."""
    start = days_of(period).start
    if start is None:
        raise TableError(f"period {period} has no first day to stand at")
    return start


def _starts(exposures: Iterable[Exposure]) -> dict[str, str]:
    names: dict[str, str] = {}
    for measure in (measure for one in exposures for measure in one.measures):
        if measure.since is not None:
            names.setdefault(measure.since.isoformat(), measure.measure)
    return names


def _route_words(one: Any) -> str:
    times = f"x{one.ratio.normalize():f}" if one.ratio is not None else "new"
    part = f", {one.replaced * 100:.1f} % of loss" if one.replaced else ""
    return f"{one.gain / _MILLION:+,.2f}, {times}{part}"


def _total(counts: Mapping[tuple[date, str, str], int], place: int) -> dict[str, int]:
    found: Counter[str] = Counter()
    for key, count in counts.items():
        found[str(key[place])] += count
    return found
