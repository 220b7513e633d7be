"""Signs of diversion: trade with third countries that rose while the direct trade fell under control.

For goods under control and each third country: what the controlling place sells there a month, before the control and
since; how much more it is in money (*gain*), how many times as much (*ratio*), and what part of the direct trade that
was lost the gain could make up (*replaced*). Ratios alone mislead, for small sums rise fast: all three stand side by
side, and countries are ordered by gain.

It is an indicator, not a finding: a gain may be the country's own demand, other goods under the same code, prices, or
trade that went elsewhere before. A gain against the trend of the country's other trade (``trend``) is the part that its
general growth does not explain, where a table of all goods is given.

>>> from sanctionsmodel.readers import shipped_flows
>>> found = diversion(shipped_flows("eurostat_eu27_hs6_monthly"), exporter="EU", target="RU", hs="microelectronics",
...                   control="2022-03", until="2022-10")
>>> print(found.lost, [(one.place, one.gain, one.ratio) for one in found.places][0])
51844365.85 ('KZ', Decimal('1233898.46'), Decimal('3.32'))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from sanctionsmodel._divided import Shares, code_words
from sanctionsmodel._models import Model
from sanctionsmodel._periods import days_of, overlap
from sanctionsmodel._traders import trader
from sanctionsmodel.errors import TableError
from sanctionsmodel.shares import Days
from sanctionsmodel.trade import trade_shares

_CENT = Decimal("0.01")
ASSUMPTIONS = (
    "a month before the control is like any other; seasons and prices are not taken out",
    "a gain counts as possible diversion whatever the goods were for; a country's own demand is in it",
    (
        "only goods under these codes as the exporter reports them; goods declared otherwise, and what is sold on from "
        "other places, are not in it"
    ),
)


class Route(Model):
    """One third country: the average month before the control and since, and what the difference amounts to.

    Fields:
        before, after: the average month. gain: the difference. ratio: how many times as much, nothing where before is
            nothing. replaced: the gain as part of what the target lost, above nothing only.
        trend: how many times as much the exporter's trade in all goods with the country is, where a table tells;
            unexplained: the gain beyond that trend. least, greatest: the smallest and greatest month since.
    """

    place: str
    before: Decimal
    after: Decimal
    gain: Decimal
    ratio: Decimal | None
    replaced: Decimal | None
    trend: Decimal | None
    unexplained: Decimal | None
    least: Decimal
    greatest: Decimal


class Diversion(Model):
    """Trade with third countries beside the trade that the target lost.

    Fields:
        exporter, target, hs, control, currency: of what. before, after: the target's average month. lost: how much less
            a month. places: the third countries, greatest gain first. gained: the gains above nothing together.
        replaced: ``gained`` as part of ``lost``: the most of it that these countries could have passed on.
        assumptions: what a reader must know.
    """

    exporter: str
    target: str
    hs: tuple[str, ...]
    control: str
    currency: str
    before: Decimal
    after: Decimal
    lost: Decimal
    places: tuple[Route, ...]
    gained: Decimal
    replaced: Decimal | None
    assumptions: tuple[str, ...] = ASSUMPTIONS

    def __str__(self) -> str:
        """Print as a small table, an average month in thousands."""
        goods = f"HS {code_words(self.hs)}" if self.hs else "all goods"
        head = f"{self.exporter} to {self.target}, {goods}: a month before {self.control} "
        lines = [head + f"{_thousands(self.before)}, since {_thousands(self.after)} thousand {self.currency}"]
        for one in self.places:
            times = f"x{one.ratio}" if one.ratio is not None else "new"
            made_up = f", {one.replaced * 100:.1f} % of the loss" if one.replaced else ""
            lines.append(
                f"  {one.place}: {_thousands(one.before)} to {_thousands(one.after)}, "
                f"gain {_thousands(one.gain)}, {times}{made_up}"
            )
        if self.replaced is not None:
            lines.append(
                f"  all gains are {self.replaced * 100:.1f} % of the loss, the most that came by these countries"
            )
        return "\n".join([*lines, *(f"  assumed: {one}" for one in self.assumptions)])


class _Months(NamedTuple):
    before: tuple[str, ...]
    after: tuple[str, ...]


def diversion(
    table: Any,
    *,
    exporter: str,
    target: str,
    control: str,
    hs: str | Iterable[str] = (),
    since: str | None = None,
    until: str | None = None,
    places: Iterable[str] | None = None,
    all_goods: Any = None,
    columns: Mapping[str, str] | None = None,
    level: int | None = None,
) -> Diversion:
    """Return the gains of third countries beside the loss of the target.

    Args:
        table: the exporter's exports by month, as `trade_shares` takes it. exporter: one place, or ``EU``.
        target: where the goods may not go. control: the first month of the control, which counts as since.
        hs: the goods. since, until: the first and last month used; the baseline runs from the first to the control.
        places: the third countries; all others of the table by default.
        all_goods: a table of all goods, for the trend. columns, level: as in `trade_shares`.

    Raises TableError where there is no month before or since the control.
    """
    shares = _monthly(table, exporter, tuple(_listed(hs)), columns, level)
    months = _months([one.period for one in shares], control, since, until)
    amounts = _amounts(shares, months)
    goal = trader(target).code
    named = {trader(one).code for one in places} if places is not None else amounts.keys() - {goal}
    trends = _trends(all_goods, exporter, months, columns) if all_goods is not None else {}
    before, after = (_average(amounts.get(goal, {}), some) for some in months)
    lost = max(before - after, Decimal(0))
    routes = sorted(
        (_route(place, amounts.get(place, {}), months, lost, trends.get(place)) for place in named),
        key=lambda one: (-one.gain, one.place),
    )
    gained = sum((one.gain for one in routes if one.gain > 0), Decimal(0))
    return Diversion(
        exporter=trader(exporter).code,
        target=goal,
        hs=shares[0].hs,
        control=control,
        currency=shares[0].unit,
        before=before,
        after=after,
        lost=lost,
        places=tuple(routes),
        gained=gained,
        replaced=(gained / lost).quantize(_CENT / 10) if lost else None,
    )


def _listed(hs: str | Iterable[str]) -> Iterable[str]:
    return [hs] if isinstance(hs, str) and hs else hs or ()


def _monthly(
    table: Any, exporter: str, hs: Sequence[str], columns: Mapping[str, str] | None, level: int | None
) -> list[Shares]:
    found = trade_shares(
        table, divided="exporter", whole=exporter, hs=";".join(hs), reported_by="exporter", columns=columns, level=level
    )
    if not found or any(len(one.period) != len("2022-03") or "Q" in one.period for one in found):
        raise TableError(f"diversion needs the exports of {exporter} by month")
    return found


def _months(periods: Iterable[str], control: str, since: str | None, until: str | None) -> _Months:
    used = [one for one in sorted(set(periods)) if (since or one) <= one <= (until or one)]
    start = days_of(control)
    before = tuple(one for one in used if one < control and not overlap(days_of(one), Days(start=start.start)))
    after = tuple(one for one in used if one >= control)
    if not before or not after:
        raise TableError(f"the table has {len(before)} months before {control} and {len(after)} since; both are needed")
    return _Months(before, after)


def _amounts(shares: Iterable[Shares], months: _Months) -> dict[str, dict[str, Decimal]]:
    wanted = {*months.before, *months.after}
    found: dict[str, dict[str, Decimal]] = {}
    for one in shares:
        if one.period in wanted:
            for part in one.parts:
                found.setdefault(part.partner, {})[one.period] = part.amount
    return found


def _average(amounts: Mapping[str, Decimal], months: Sequence[str]) -> Decimal:
    """Return the average month; a month without a row is nothing."""
    return (sum((amounts.get(one, Decimal(0)) for one in months), Decimal(0)) / len(months)).quantize(_CENT)


def _route(place: str, amounts: Mapping[str, Decimal], months: _Months, lost: Decimal, trend: Decimal | None) -> Route:
    before, after = (_average(amounts, some) for some in months)
    since = [amounts.get(one, Decimal(0)) for one in months.after]
    gain = after - before
    return Route(
        place=place,
        before=before,
        after=after,
        gain=gain,
        trend=trend,
        ratio=(after / before).quantize(_CENT) if before else None,
        replaced=(max(gain, Decimal(0)) / lost).quantize(_CENT / 10) if lost else None,
        unexplained=(after - before * trend).quantize(_CENT) if trend is not None else None,
        least=min(since),
        greatest=max(since),
    )


def _trends(table: Any, exporter: str, months: _Months, columns: Mapping[str, str] | None) -> dict[str, Decimal]:
    amounts = _amounts(_monthly(table, exporter, (), columns, None), months)
    found = {}
    for place, own in amounts.items():
        before, after = (_average(own, some) for some in months)
        if before:
            found[place] = (after / before).quantize(_CENT)
    return found


def _thousands(amount: Decimal) -> str:
    return f"{amount / 1000:,.0f}"
