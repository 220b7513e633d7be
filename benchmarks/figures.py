"""The figures of the page of results: time and memory by rows, and the time of one answer by measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from sanctionsmodel._figures import Figure, dashes, data, palette

#: The engines of the growth curves, ours first.
ENGINES = ("screen", "Polars, text made typed", "Polars, text", "DuckDB", "Python functions", "assess, one by one")
#: The lines of single answers; the second binding of CEL lies on the first, and has its row in the table only.
ONE = (
    *("statuses from a dict, warm", "full assessment from a dict, warm", "Python functions, three-valued"),
    *("zen-engine", "CEL in Rust", "cedarpy", "json-logic", "rule-engine"),
)
_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "triangle-left")
_PANEL = 188


def _lines(rows: Sequence[Mapping[str, Any]], names: Sequence[str], x: Any, y: Any) -> Any:
    """Return lines with points, told apart by colour, dash and shape, so that print and any eye can tell them."""
    legend = alt.Legend(title=None, columns=3, labelLimit=260, symbolSize=110, symbolStrokeWidth=0)
    shapes = alt.Scale(domain=list(names), range=list(_SHAPES[: len(names)]))
    base = alt.Chart(data(rows)).encode(x=x, y=y, color=alt.Color("name:N", scale=palette(names), legend=legend))
    line = base.mark_line(strokeWidth=2).encode(strokeDash=alt.StrokeDash("name:N", scale=dashes(names), legend=None))
    return line + base.mark_point(filled=True, size=45, opacity=1).encode(
        shape=alt.Shape("name:N", scale=shapes, legend=legend)
    )


def _logarithmic(field: str, title: str | None, values: Sequence[float] | None = None) -> dict[str, Any]:
    axis = alt.Axis(format="~s", values=list(values)) if values else alt.Axis(format="~g", tickCount=6)
    return {"shorthand": f"{field}:Q", "title": title, "scale": alt.Scale(type="log", nice=False), "axis": axis}


def growth(sweep: Mapping[str, Any], field: str, title: str, unit: str, source: str) -> Figure:
    """Return a figure of time or memory by rows, one panel for each number of measures."""
    names = [name for name in ENGINES if any(one["engine"] == name for one in sweep["points"])]
    rows = [
        {"name": one["engine"], "rows": one["rows"], "rules": one["rules"], field: one[field]}
        for one in sweep["points"]
        if one[field] is not None
    ]
    ticks = sorted({row["rows"] for row in rows})
    counts = sorted({row["rules"] for row in rows})
    x = alt.X(**_logarithmic("rows", "rows", ticks))
    y = {is_inner: alt.Y(**_logarithmic(field, None if is_inner else unit)) for is_inner in (False, True)}
    panels = [
        _lines([row for row in rows if row["rules"] == rules], names, x, y[rules != counts[0]]).properties(
            width=_PANEL,
            height=260,
            title=alt.TitleParams(f"{rules:,} measures", fontSize=12, anchor="middle", frame="group"),
        )
        for rules in counts
    ]
    chart = alt.hconcat(*panels).resolve_scale(y="shared", color="shared", shape="shared")
    subtitle = (
        "Generated orders of 11 columns, Parquet in; logarithmic axes. screen writes the findings, missing facts and "
        "problems of every row to Parquet; Polars and DuckDB return counts only. "
        f"Lines end at {sweep['limit']} seconds."
    )
    return Figure(chart, rows, title, subtitle, source)


def latency(core: Mapping[str, Any], source: str) -> Figure:
    """Return a figure of the time of one answer by the number of measures."""
    found = core["rivals"]
    names = [name for name in ONE if name in found["10"]]
    rows = [
        {"name": name, "measures": int(count), "microseconds": ones[name]}
        for count, ones in found.items()
        for name in names
    ]
    x = alt.X(**_logarithmic("measures", "measures", sorted({row["measures"] for row in rows})))
    chart = _lines(rows, names, x, alt.Y(**_logarithmic("microseconds", "microseconds")))
    subtitle = (
        "Generated measures with up to two exemptions, every fact known; logarithmic axes. Ours reads and checks the "
        "facts each time; the rule engines get them prepared, and answer with two values."
    )
    return Figure(chart.properties(width=640, height=340), rows, "One transaction against many rules", subtitle, source)
