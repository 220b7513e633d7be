"""A finished figure: its chart with title, unit and source, as SVG, PNG, or a page that asks nobody for anything.

Public names of this module are found in [plots][sanctionsmodel.plots].
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from textwrap import wrap
from typing import Any

try:
    import altair as alt
    import vl_convert
except ImportError as error:  # pragma: no cover - the message is for an install without the extra
    raise ImportError("plots need the extra: pip install 'sanctionsmodel[plots]'") from error

from sanctionsmodel.errors import FactError, TableError, UnknownCode, shown
from sanctionsmodel.jurisdictions import Jurisdiction

WIDTH, HEIGHT = 680, 340
MILLION = Decimal(10**6)
FONT = "Liberation Sans, Arial, sans-serif"
#: Colours that colour-blind readers tell apart (Okabe and Ito), and that differ in print.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999")
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 2], [1, 3], [10, 4], [3, 1])
_CAPTION_LETTERS = 118
_SOURCE_LETTERS = 134
_LINE = 13
_DOTS_PER_INCH = 72
_WANTS_ARTICLE = re.compile(
    r"(European Union|United|Netherlands|Philippines|Russian Federation)\b|.*(Islands|Republic)$"
)
_MOST_ROWS = 2000

_STYLE = (
    "body{font-family:Arial,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}"
    "svg{max-width:100%;height:auto}table{border-collapse:collapse;font-size:.85rem}"
    "td,th{border-bottom:1px solid #ccc;padding:.2rem .6rem;text-align:left}summary{cursor:pointer}"
)


class Figure:
    """A chart that can be published: `svg`, `png`, `html`, or `save` by the ending of a file's name.

    ``chart`` is the Altair chart, to be changed further; ``rows`` are the data that it shows.
    """

    def __init__(
        self,
        chart: Any,
        rows: Sequence[Mapping[str, Any]],
        title: str,
        subtitle: str,
        source: str,
        notes: Sequence[str] = (),
    ) -> None:
        self.title, self.subtitle, self.source, self.rows = title, subtitle, source, rows
        heading = alt.TitleParams(
            text=title,
            subtitle=wrap(subtitle, _CAPTION_LETTERS),
            anchor="start",
            fontSize=15,
            subtitleFontSize=11,
            subtitleColor="#444",
            offset=12,
        )
        lines = [*notes, *wrap(f"Source: {source}", _SOURCE_LETTERS)]
        caption = (
            alt.Chart(alt.Data(values=[{"text": "\n".join(lines)}]))
            .mark_text(align="left", baseline="top", fontSize=10, color="#555", lineBreak="\n", lineHeight=_LINE)
            .encode(text="text:N", x=alt.value(0), y=alt.value(0))
            .properties(width=WIDTH, height=_LINE * len(lines))
        )
        self.chart = (
            alt.vconcat(chart, caption, spacing=8)
            .properties(title=heading, padding=14, background="white")
            .configure(font=FONT)
            .configure_view(stroke=None)
            .configure_axis(labelFontSize=11, titleFontSize=11, titleFontWeight="normal", gridColor="#e5e5e5")
            .configure_legend(labelFontSize=11, titleFontSize=11, orient="top", titleFontWeight="normal")
        )

    def svg(self) -> str:
        """Return the figure as SVG."""
        return str(vl_convert.vegalite_to_svg(self.chart.to_json(), vl_version=_grammar()))

    def png(self, dots_per_inch: int = 200) -> bytes:
        """Return the figure as PNG."""
        scale = dots_per_inch / _DOTS_PER_INCH
        return bytes(vl_convert.vegalite_to_png(self.chart.to_json(), vl_version=_grammar(), scale=scale))

    def html(self) -> str:
        """Return a page with the figure and its data that needs no script and makes no request."""
        names = list(self.rows[0]) if self.rows else []
        head = "".join(f"<th>{html.escape(name)}</th>" for name in names)
        cells = (
            "<tr>" + "".join(f"<td>{html.escape(_cell(row.get(name)))}</td>" for name in names) + "</tr>"
            for row in self.rows[:_MOST_ROWS]
        )
        title = html.escape(self.title)
        return (
            f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
            f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
            f'<style>{_STYLE}</style></head><body>\n<figure role="img" aria-label="{title}">{self.svg()}</figure>\n'
            f"<details><summary>Data</summary><table><thead><tr>{head}</tr></thead><tbody>{''.join(cells)}</tbody>"
            "</table></details>\n</body></html>\n"
        )

    def save(self, path: str | Path) -> Path:
        """Write the figure to a file that ends in .svg, .png or .html; returns its path."""
        file = Path(path)
        kind = file.suffix.lower()
        if kind == ".png":
            file.write_bytes(self.png())
        elif kind in (".svg", ".html"):
            file.write_text(self.svg() if kind == ".svg" else self.html(), encoding="utf-8")
        else:
            raise FactError(f"{shown(file.name)}: a figure is saved as .svg, .png or .html")
        return file


def _grammar() -> str:
    """Return the version of the chart grammar that Altair speaks, as far as the converter asks for it."""
    return ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])


def _cell(value: Any) -> str:
    return "" if value is None else str(value)


# --------------------------------------------------------------------------------------------------------------- pieces
def data(rows: Sequence[Mapping[str, Any]]) -> Any:
    """Return rows as the data of a chart; decimals become numbers, for a picture is no calculation."""
    return alt.Data(values=[{name: _plain(value) for name, value in row.items()} for row in rows])


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return float(value) if hasattr(value, "as_tuple") else value


def some(items: Sequence[Any]) -> None:
    """Raise TableError where there is nothing to plot."""
    if not items:
        raise TableError("there is nothing to plot")


def trader_name(code: str, article: bool = False) -> str:
    """Return the name of a place, or its code where it is a state of the past; with "the" where English wants it."""
    try:
        name = Jurisdiction(code).name
    except UnknownCode:
        return code
    return f"the {name}" if article and _WANTS_ARTICLE.match(name) else name


def palette(names: Sequence[str]) -> Any:
    """Return a scale of colours for names, in their order."""
    return alt.Scale(domain=list(names), range=[COLOURS[n % len(COLOURS)] for n in range(len(names))])


def strokes() -> Any:
    """Return a legend that shows lines as they are drawn."""
    return alt.Legend(title=None, symbolType="stroke", symbolStrokeWidth=2.5, symbolSize=500, symbolOpacity=1)


def dashes(names: Sequence[str]) -> Any:
    """Return a scale of dashes for names, so that lines differ without colour."""
    return alt.Scale(domain=list(names), range=[DASHES[n % len(DASHES)] for n in range(len(names))])


def marks(days: Mapping[str, str]) -> Any:
    """Return vertical lines at days, each with its number above the plot, where it hides nothing."""
    rows = data([{"day": day, "number": str(n)} for n, day in enumerate(sorted(days), start=1)])
    base = alt.Chart(rows).encode(x="day:T")
    line = base.mark_rule(color="#222", strokeDash=[3, 3], strokeWidth=1)
    text = base.mark_text(baseline="bottom", dy=-3, fontSize=11, fontWeight="bold", color="#222")
    return line + text.encode(y=alt.value(0), text="number:N")


def explained(days: Mapping[str, str]) -> list[str]:
    """Return the words of numbered days, for the foot of the figure."""
    return [
        f"({n}) {date.fromisoformat(day):%d %B %Y}: {days[day]}".replace(") 0", ") ")
        for n, day in enumerate(sorted(days), start=1)
    ]


def days_axis() -> Any:
    """Return the axis of days, on which each label says its year."""
    return alt.X("day:T", title=None, axis=alt.Axis(format="%b %Y", tickCount=8, labelOverlap=True, labelSeparation=10))
