"""Figures of diversion: how each country's trade changed, and where the goods went, as bands before and since.

Public names of this module are found in [plots][sanctionsmodel.plots].
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from math import floor, log10
from textwrap import wrap
from typing import Any, NamedTuple

try:
    import altair as alt
except ImportError as error:  # pragma: no cover - the message is for an install without the extra
    raise ImportError("plots need the extra: pip install 'sanctionsmodel[plots]'") from error

from sanctionsmodel._figures import COLOURS, MILLION, WIDTH, Figure, data, some, trader_name
from sanctionsmodel._named_goods import code_words
from sanctionsmodel.diversions import Diversion, Route
from sanctionsmodel.errors import TableError

_WORDS = 215  # width of the words beside the lines
_PANEL, _NAMES = 205, 125  # width of the bands of a panel, and of the names beside them
_HALF, _NAMES_ON = 190, 180  # width of the bands on either side of the names, where the goods go on
_TALL = 150  # height of the greatest sum of all bands
_APART = 19  # least height for one name
_STEPS = 40  # points along the edge of a band
_DIRECT, _THIRD = COLOURS[0], COLOURS[1]
_MOST_NAMES = 2
_TIMES = ("before the control", "since")


# --------------------------------------------------------------------------------------------------------------- change
def plot_diversion(found: Diversion, *, source: str, title: str = "") -> Figure:
    """Plot how an average period changed for the direct trade and each third country, with gain over loss beside it."""
    some(found.places)
    rows: list[dict[str, Any]] = [
        {
            "place": trader_name(one.place),
            "before": one.before / MILLION,
            "after": one.after / MILLION,
            "words": _route_words(one),
        }
        for one in found.places
        if one.before or one.after
    ]
    if found.before is not None and found.after is not None and found.lost is not None:
        direct = {"before": found.before / MILLION, "after": found.after / MILLION}
        words = f"lost {found.lost / MILLION:,.2f}"
        rows.insert(0, {"place": _direct_name(found), **direct, "words": words})
    height = max(34 * len(rows), 120)
    order = [str(row["place"]) for row in rows]
    smallest = min((float(row[when]) for row in rows for when in ("before", "after") if row[when]), default=1.0)
    unit = 10.0 ** floor(log10(smallest))
    scale = alt.Scale(type="symlog", constant=unit)
    axis = alt.Axis(values=[0, *(unit * 10**n for n in range(12))], format=",~r", labelOverlap=True, labelSeparation=6)
    x = alt.X("before:Q", scale=scale, axis=axis, title=f"million {found.currency} a {found.every}, logarithmic")
    y = alt.Y("place:N", sort=order, title=None, axis=alt.Axis(labelLimit=170))
    base = alt.Chart(data(rows)).encode(y=y)
    line = base.mark_rule(strokeWidth=2.5, color="#888").encode(x=x, x2="after:Q")
    ends = [
        {"place": row["place"], "before": row[name], "when": when}
        for row in rows
        for name, when in zip(("before", "after"), _TIMES, strict=True)
    ]
    points = (
        alt.Chart(data(ends))
        .mark_point(filled=True, size=95, opacity=1)
        .encode(
            x=x,
            y=y,
            color=alt.Color(
                "when:N", scale=alt.Scale(domain=_TIMES, range=[COLOURS[5], COLOURS[1]]), legend=alt.Legend(title=None)
            ),
            shape=alt.Shape(
                "when:N", scale=alt.Scale(domain=_TIMES, range=["circle", "diamond"]), legend=alt.Legend(title=None)
            ),
        )
    )
    beside = base.mark_text(align="left", fontSize=10.5, color="#222").encode(
        y=alt.Y("place:N", sort=order, axis=None), x=alt.value(0), text="words:N"
    )
    drawn = alt.layer(line, points).properties(width=WIDTH - _WORDS, height=height)
    chart = alt.hconcat(drawn, beside.properties(width=_WORDS - 20, height=height), spacing=12)
    part = ", and gain as part of the loss" if found.lost else ""
    subtitle = (
        f"{_what(found)}, average {found.every} before {found.control} and since. Beside: gain in million, times the "
        f"baseline{part}. An indicator: own demand and prices are in it."
    )
    return Figure(chart, rows, title or _title(found), subtitle, source, _notes(found))


def _title(found: Diversion) -> str:
    who = trader_name(found.target, article=True)
    if found.leg == "to target":
        return f"What {who} bought less of directly, and more of from others"
    return f"Trade that {who} lost, and trade that others gained"


def _what(found: Diversion) -> str:
    goods = f"HS {code_words(found.hs)}" if found.hs else "all goods"
    if found.leg == "to target":
        return f"Sales to {trader_name(found.target, article=True)}, {goods}"
    return f"Sales of {_controllers(found, article=True)}, {goods}"


def _controllers(found: Diversion, article: bool = False) -> str:
    names = [trader_name(one, article) for one in found.controllers]
    return " and ".join(names) if len(names) <= _MOST_NAMES else f"{len(names)} controlling places"


def _notes(found: Diversion) -> list[str]:
    """Name the controlling places at the foot where they are too many for the figure."""
    if len(found.controllers) <= _MOST_NAMES:
        return []
    return wrap(f"Controlling places: {', '.join(trader_name(one) for one in found.controllers)}.", 134)


def _direct_name(found: Diversion) -> str:
    return _controllers(found) if found.leg == "to target" else trader_name(found.target)


def _route_words(one: Route) -> str:
    times = f"x{one.ratio.normalize():f}" if one.ratio is not None else "new"
    part = f", {one.replaced * 100:.1f} % of loss" if one.replaced else ""
    return f"{one.gain / MILLION:+,.2f}, {times}{part}"


# ---------------------------------------------------------------------------------------------------------------- bands
class _Node(NamedTuple):
    """A place in the middle of its row of names: what comes in and what goes on, before and since, in millions."""

    name: str
    came: tuple[float, float]
    went: tuple[float, float] | None


class _Band(NamedTuple):
    """A band between two columns: its upper edge at each end, its thickness at each end, and its colour."""

    x: tuple[float, float]
    top: tuple[float, float]
    thick: tuple[float, float]
    colour: str

    def points(self, number: int) -> Iterator[dict[str, Any]]:
        """Yield the points of both edges, curved as an S."""
        for step in range(_STEPS + 1):
            way = step / _STEPS
            bent = way * way * (3 - 2 * way)
            top, thick = (ends[0] + (ends[1] - ends[0]) * bent for ends in (self.top, self.thick))
            x = self.x[0] + (self.x[1] - self.x[0]) * way
            yield {"x": x, "top": top, "bottom": top + thick, "band": number, "colour": self.colour}


def plot_routes(
    found: Diversion, onward: Diversion | None = None, *, source: str, title: str = "", most: int = 6
) -> Figure:
    """Plot where the goods went as bands, before the control and since, in one scale: their width is the money.

    ``found`` is the leg from the controllers, ``onward`` the leg of the same goods to the target, where a table tells
    it. ``most`` third countries are named, the others drawn as one. Raises TableError for legs that do not fit.
    """
    some(found.places)
    if found.leg != "from controllers" or (onward is not None and onward.leg != "to target"):
        raise TableError("plot_routes takes the leg 'from controllers', and as onward the leg 'to target'")
    if onward is not None and _asked(found) != _asked(onward):
        raise TableError("both legs must be of one target, control, currency and length of periods, and the same goods")
    direct = (_million(found.before), _million(found.after))
    nodes = _nodes(found, onward, most)
    totals = [direct[n] + sum(node.came[n] for node in nodes) for n in (0, 1)]
    per = _TALL / (max(totals) or 1.0)
    heads = (
        f"before {found.control}, an average of {_count(found.count_before, found.every)}",
        f"since, an average of {_count(found.count_since, found.every)}",
    )
    rights = (trader_name(found.target), onward is not None)
    panels = [_panel(n, heads[n], direct, nodes, per, _controllers(found), rights) for n in (0, 1)]
    chart = alt.hconcat(*panels, spacing=14) if onward is None else alt.vconcat(*panels, spacing=10)
    rows = [
        {"from": _controllers(found), "to": name, "before": came[0], "since": came[1]}
        for name, came in ((trader_name(found.target), direct), *((node.name, node.came) for node in nodes))
    ]
    rows += [
        {"from": node.name, "to": trader_name(found.target), "before": node.went[0], "since": node.went[1]}
        for node in nodes
        if node.went is not None
    ]
    on = (
        "What they sold on is not in the table." if onward is None else "Bands to the right: what they sold the target."
    )
    part = f"All gains are {found.replaced * 100:.1f} % of the loss. " if found.replaced is not None else ""
    subtitle = (
        f"{_what(found)}, million {found.currency} a {found.every}; the width of a band is its amount, in both "
        f"pictures alike. {part}{on} An indicator: own demand and prices are in it."
    )
    return Figure(chart, rows, title or _title(found), subtitle, source, _notes(found))


def _asked(found: Diversion) -> tuple[Any, ...]:
    return found.target, found.hs, found.control, found.currency, found.every


def _million(amount: Decimal | None) -> float:
    return float((amount or Decimal(0)) / MILLION)


def _count(count: int, every: str) -> str:
    return f"{count} {every}{'s' if count > 1 else ''}"


def _nodes(found: Diversion, onward: Diversion | None, most: int) -> list[_Node]:
    """Return the third countries of the greatest sums, and the others as one."""
    routes = sorted(found.places, key=lambda one: -max(one.before, one.after))
    on = {one.place: (_million(one.before), _million(one.after)) for one in onward.places} if onward is not None else {}
    made = [
        _Node(
            trader_name(one.place),
            (_million(one.before), _million(one.after)),
            on.get(one.place, (0.0, 0.0)) if onward is not None else None,
        )
        for one in routes
    ]
    if len(made) <= most + 1:
        return made
    rest = made[most:]
    came = (sum(one.came[0] for one in rest), sum(one.came[1] for one in rest))
    went = [one.went for one in rest if one.went is not None]
    both = (sum(one[0] for one in went), sum(one[1] for one in went)) if went else None
    return [*made[:most], _Node(f"{len(rest)} others", came, both)]


def _panel(
    n: int,
    head: str,
    direct: tuple[float, float],
    nodes: Sequence[_Node],
    per: float,
    left: str,
    right: tuple[str, bool],
) -> Any:
    """Return the bands of one time: 0 before the control, 1 since."""
    target, goes_on = right
    # Where goods go on, the names stand in a gap of the bands, which then cross no name.
    comes, goes, end = (_HALF, _HALF + _NAMES_ON, 2 * _HALF + _NAMES_ON) if goes_on else (_PANEL, _PANEL, _PANEL)
    bands = [_Band((0, end), (_APART, _APART), (direct[n] * per,) * 2, _DIRECT)]
    arriving = direct[n] + sum(node.went[n] for node in nodes if node.went is not None)
    words: list[dict[str, Any]] = [
        {"x": -2, "y": 5, "text": left},
        {"x": end + 6, "y": _APART + 6, "text": f"{target} {_amount(arriving)}"},
    ]
    leaving = arrived = _APART + direct[n] * per
    row = _APART + max(max(direct) * per, _APART) + 4
    for node in nodes:
        wide = node.came[n] * per
        tall = max(_APART, max(*node.came, *(node.went or (0.0,))) * per)
        middle = row + tall / 2
        bands.append(_Band((0, comes), (leaving, middle - wide / 2), (wide, wide), _THIRD))
        leaving += wide
        text = f"{node.name} {_amount(node.came[n])}"
        if node.went is not None:
            on = node.went[n] * per
            bands.append(_Band((goes, end), (middle - on / 2, arrived), (on, on), COLOURS[2]))
            arrived += on
            text += f", on {_amount(node.went[n])}"
        words.append({"x": comes + 6, "y": middle, "text": text})
        row += tall + 3
    return _drawn(head, bands, words, (end + _NAMES, row))


def _drawn(head: str, bands: Sequence[_Band], words: Sequence[Mapping[str, Any]], size: tuple[float, float]) -> Any:
    width, height = size
    rows = [point for number, band in enumerate(bands) for point in band.points(number)]
    across = alt.Scale(domain=[-4, width], nice=False)
    down = alt.Scale(domain=[height, 0], nice=False)
    x, y = alt.X("x:Q", scale=across, axis=None), alt.Y("top:Q", scale=down, axis=None)
    # The edge keeps a band visible that is thinner than a line.
    areas = (
        alt.Chart(data(rows))
        .mark_area(opacity=0.8, strokeWidth=0.9, line=False)
        .encode(
            x=x, y=y, y2="bottom:Q", detail="band:N", color=alt.Color("colour:N", scale=None),
            stroke=alt.Stroke("colour:N", scale=None),
        )
    )  # fmt: skip
    names = alt.Chart(data(words)).encode(x=x, y=alt.Y("y:Q", scale=down, axis=None), text="text:N")
    halo = names.mark_text(align="left", baseline="middle", fontSize=11, stroke="white", strokeWidth=3)
    text = names.mark_text(align="left", baseline="middle", fontSize=11, color="#222")
    return alt.layer(areas, halo, text).properties(
        width=width,
        height=height,
        title=alt.TitleParams(head, anchor="start", fontSize=11.5, fontWeight="bold"),
    )


def _amount(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.1f}" if value >= 10 else f"{value:,.2f}"
