"""Signs of diversion: trade with third countries that rose while the direct trade fell under control.

Goods under control that a place may no longer sell may go by a third country, on two legs: what the controlling places
sell to the third country, and what the third country sells to the target. For each country one leg is set beside the
direct trade that was lost: what went there in an average month (quarter, year) before the control and since; how much
more it is in money (*gain*), how many times as much (*ratio*), and what part of the loss the gain could make up
(*replaced*). Ratios alone mislead, for small sums rise fast: all three stand side by side, and countries are ordered by
gain.

It is an indicator, not a finding: a gain may be the country's own demand, other goods under the same code, prices, or
trade that went elsewhere before. How sure a rise is: how many of the periods since are above every one before
(``above``), and the gain against the trend of the country's other trade, where a table of all goods is given.

>>> from sanctionsmodel.readers import shipped_flows
>>> found = diversion(shipped_flows("eurostat_eu27_hs6_monthly"), controllers="EU", target="RU", hs="microelectronics",
...                   control="2022-03", until="2022-10")
>>> best = found.places[0]
>>> print(found.lost, best.place, best.gain, best.ratio, f"{best.above} of {found.count_since}")
51844365.85 KZ 1233898.46 3.32 1 of 8
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, NamedTuple, TypeAlias

from sanctionsmodel._carried import WASTE, editions_known, same_goods
from sanctionsmodel._divided import MAY_BE_OF_THESE, Shares
from sanctionsmodel._models import Model
from sanctionsmodel._named_goods import code_words
from sanctionsmodel._periods import days_of, lies_within
from sanctionsmodel._trade_rows import is_member
from sanctionsmodel._traders import trader
from sanctionsmodel.errors import TableError
from sanctionsmodel.shares import Days, Side
from sanctionsmodel.trade import trade_shares

Leg: TypeAlias = Literal["from controllers", "to target"]

_CENT = Decimal("0.01")
_ASSUMED = (
    "a period before the control is like any other; seasons and prices are not taken out",
    "a gain counts as possible diversion whatever the goods were for; a country's own demand is in it",
)
_OF_LEG: Mapping[Leg, str] = {
    "from controllers": (
        "only goods under these codes as reported; goods declared otherwise, what is sold on from other places, and "
        "whether the countries sold anything on to the target, is not in it"
    ),
    "to target": (
        "only goods under these codes as reported; goods declared otherwise, what came by other places, and whether "
        "the countries had the goods from the controlling places, is not in it"
    ),
}


class Route(Model):
    """One third country: the average period before the control and since, and what the difference amounts to.

    Fields:
        before, after: the average period. gain: the difference. ratio: how many times as much, nothing where before is
            nothing. replaced: the gain as part of what was lost, above nothing only.
        trend: how many times as much the same leg is in all goods, where a table tells; unexplained: the gain beyond
            that trend. least, greatest: the smallest and greatest period since. above: how many of the periods since
            are above every one before.
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
    above: int


class Diversion(Model):
    """Trade of third countries beside the direct trade that the controlling places lost with the target.

    Fields:
        controllers, target, hs, control, currency: of what. leg: which trade of the third countries it is.
        every: ``month``, ``quarter`` or ``year``; count_before, count_since: how many of them on each side.
        before, after: the direct trade in an average period; lost: how much less. All are nothing where the table has
            no direct trade at all, for then the loss is not known.
        places: the third countries, greatest gain first. gained: the gains above nothing together.
        replaced: ``gained`` as part of ``lost``: the most of it that these countries could have passed on.
        assumptions: what a reader must know.
    """

    controllers: tuple[str, ...]
    target: str
    hs: tuple[str, ...]
    control: str
    currency: str
    leg: Leg
    every: Literal["month", "quarter", "year"]
    count_before: int
    count_since: int
    before: Decimal | None
    after: Decimal | None
    lost: Decimal | None
    places: tuple[Route, ...]
    gained: Decimal
    replaced: Decimal | None
    assumptions: tuple[str, ...]

    def __str__(self) -> str:
        """Print as a small table, an average period in thousands."""
        goods = f"HS {code_words(self.hs)}" if self.hs else "all goods"
        who = " and ".join(self.controllers)
        head = f"{who} to {self.target}, {goods}: "
        if self.before is None or self.after is None:
            lines = [f"{head}no direct trade in the table, so that the loss is not known; thousand {self.currency}"]
        else:
            direct = f"{_thousands(self.before)}, since {_thousands(self.after)} thousand {self.currency}"
            lines = [f"{head}a {self.every} before {self.control} {direct}"]
        lines.append(f"third countries, trade {self._of_leg()}:")
        for one in self.places:
            times = f"x{one.ratio}" if one.ratio is not None else "new"
            made_up = f", {one.replaced * 100:.1f} % of the loss" if one.replaced else ""
            lines.append(
                f"  {one.place}: {_thousands(one.before)} to {_thousands(one.after)}, "
                f"gain {_thousands(one.gain)}, {times}{made_up}; {one.above} of {self.count_since} above all before"
            )
        if self.replaced is not None:
            most = "more than was lost, so that other trade is in them"
            if self.replaced <= 1:
                most = "the most that came by these countries"
            lines.append(f"  all gains are {self.replaced * 100:.1f} % of the loss, {most}")
        return "\n".join([*lines, *(f"  assumed: {one}" for one in self.assumptions)])

    def _of_leg(self) -> str:
        return f"from {' and '.join(self.controllers)}" if self.leg == "from controllers" else f"to {self.target}"


class _Periods(NamedTuple):
    before: tuple[str, ...]
    after: tuple[str, ...]
    between: tuple[str, ...]


class _Leg(NamedTuple):
    """What is asked of a table: which side is divided, for whom, and as whom its partners count."""

    leg: Leg
    controllers: tuple[str, ...]
    target: str
    reported_by: Side | None
    columns: Mapping[str, str] | None

    def shares(
        self, table: Any, hs: str | Iterable[str], level: int | None = None, edition: str | None = None
    ) -> list[Shares]:
        """Return the trade of each whole and period; raises TableError for periods of several lengths."""
        out = self.leg == "from controllers"
        reported = self.reported_by or ("exporter" if out else None)
        found = [
            one
            for whole in (self.controllers if out else (self.target,))
            for one in trade_shares(
                table,
                divided="exporter" if out else "importer",
                whole=whole,
                hs=hs,
                reported_by=reported,
                columns=self.columns,
                level=level,
                edition=edition,
            )
        ]
        if not found:
            what = f"exports of {' or '.join(self.controllers)}" if out else f"imports of {self.target}"
            raise TableError(f"diversion needs the {what}; the table has none of these goods")
        if len({_length(one.period) for one in found}) > 1:
            raise TableError("the periods are of several lengths; give a table of months or of years only")
        return found

    def amounts(self, shares: Iterable[Shares]) -> tuple[dict[str, dict[str, Decimal]], dict[str, Decimal]]:
        """Return what each third country has in each period, and what the direct trade has."""
        thirds: dict[str, dict[str, Decimal]] = {}
        direct: dict[str, Decimal] = {}
        for one in shares:
            for part in one.parts:
                if self._is_direct(part.partner, one.period):
                    direct[one.period] = direct.get(one.period, Decimal(0)) + part.amount
                elif part.partner != self.target and not self._controls(part.partner, one.period):
                    own = thirds.setdefault(part.partner, {})
                    own[one.period] = own.get(one.period, Decimal(0)) + part.amount
        return thirds, direct

    def _is_direct(self, partner: str, period: str) -> bool:
        return partner == self.target if self.leg == "from controllers" else self._controls(partner, period)

    def _controls(self, place: str, period: str) -> bool:
        return place in self.controllers or ("EU" in self.controllers and is_member(place, period))


def diversion(
    table: Any,
    *,
    controllers: str | Iterable[str],
    target: str,
    control: str,
    hs: str | Iterable[str] = (),
    leg: Leg = "from controllers",
    since: str | None = None,
    until: str | None = None,
    places: Iterable[str] | None = None,
    all_goods: Any = None,
    reported_by: Side | None = None,
    columns: Mapping[str, str] | None = None,
    level: int | None = None,
    edition: str | None = None,
) -> Diversion:
    """Return the gains of third countries beside the direct trade that was lost.

    Args:
        table: trade by month, quarter or year, as `trade_shares` takes it: for the leg ``from controllers`` what they
            export, to the target and to third countries; for the leg ``to target`` what the target imports, from the
            controllers and from third countries.
        controllers: the places whose controls these are; ``EU`` stands for its members too. target: where the goods
            may not go. control: the month, quarter, year or day from which on the control counts as in force.
        hs: the goods. since, until: the first and last period used; the baseline runs from the first to the control.
        places: the third countries; all others of the table by default.
        all_goods: a table of all goods, for the trend of the same leg.
        reported_by: whose statistics; by default those of the controllers for their leg.
        columns, level, edition: as in `trade_shares`. What splits between editions is in no sum here, and is said in
            the assumptions; so is it where editions differ and none is chosen.

    Raises TableError where there is no period before or since the control, or the table has none of this trade.
    """
    named = [controllers] if isinstance(controllers, str) else list(controllers)
    asked = _Leg(leg, tuple(trader(one).code for one in named), trader(target).code, reported_by, columns)
    shares = asked.shares(table, hs, level, edition)
    periods = _periods([one.period for one in shares], control, since, until)
    used = {*periods.before, *periods.after}
    thirds, direct = asked.amounts(one for one in shares if one.period in used)
    chosen = {trader(one).code for one in places} if places is not None else thirds.keys()
    trends = _trends(asked, all_goods, periods) if all_goods is not None else {}
    routes = {place: (thirds.get(place, {}), trends.get(place)) for place in sorted(chosen)}
    return _weighed(asked, control, periods, direct, routes, [one for one in shares if one.period in used])


def _weighed(
    asked: _Leg,
    control: str,
    periods: _Periods,
    direct: Mapping[str, Decimal],
    routes: Mapping[str, tuple[Mapping[str, Decimal], Decimal | None]],
    shares: Sequence[Shares],
) -> Diversion:
    """Set the third countries beside the loss of the direct trade."""
    before, after = (_average(direct, some) if direct else None for some in (periods.before, periods.after))
    lost = max(before - after, Decimal(0)) if before is not None and after is not None else None
    places = [_route(place, amounts, periods, lost, trend) for place, (amounts, trend) in routes.items()]
    gained = sum((one.gain for one in places if one.gain > 0), Decimal(0))
    notes = dict.fromkeys(note for one in shares for note in one.notes if not note.endswith(MAY_BE_OF_THESE))
    left = [f"{', '.join(periods.between)} holds the first day of the control and counts on neither side"]
    return Diversion(
        controllers=asked.controllers,
        target=asked.target,
        hs=shares[0].hs,
        control=control,
        currency=shares[0].unit,
        leg=asked.leg,
        every=_length(shares[0].period),
        count_before=len(periods.before),
        count_since=len(periods.after),
        before=before,
        after=after,
        lost=lost,
        places=tuple(sorted(places, key=lambda one: (-one.gain, one.place))),
        gained=gained,
        replaced=(gained / lost).quantize(_CENT / 10) if lost else None,
        assumptions=(
            *_ASSUMED,
            _OF_LEG[asked.leg],
            *(left if periods.between else []),
            *notes,
            *_of_editions(shares, periods),
        ),
    )


def _of_editions(shares: Sequence[Shares], periods: _Periods) -> Iterator[str]:
    """Say what of the sums hangs on the edition of the codes."""
    open_ = [
        sum((one.total_most - one.total for one in shares if one.period in some), Decimal(0)) / len(some)
        for some in (periods.before, periods.after)
    ]
    if any(open_):
        before, since = (_thousands(one) for one in open_)
        yield (
            f"what may be of these goods but splits between editions is in no sum: at most {before} thousand an "
            f"average period before and {since} since, all places together"
        )
    words = sorted({edition for one in shares for edition in one.editions})
    codes = [code for code in shares[0].hs if code.isdigit()]
    if codes and same_goods(words, codes, WASTE) is not True:
        yield (
            f"the codes may hold other goods in each of {', '.join(words)}, and are taken as they stand; "
            f"{editions_known(words)} carries them over"
        )


def _length(period: str) -> Literal["month", "quarter", "year"]:
    """Return how long a period is; raises TableError for spans, which are not to be averaged."""
    if "/" in period:
        raise TableError(f"diversion needs periods of one length; {period} is a span of several")
    return "quarter" if "Q" in period else "month" if len(period) > len("2022") else "year"


def _periods(found: Iterable[str], control: str, since: str | None, until: str | None) -> _Periods:
    used = [one for one in sorted(set(found)) if (since or one) <= one <= (until or one)]
    start = Days(control).start
    if start is None:
        raise TableError(f"control: {control} has no first day; write '2022-03' or '2022-02-26'")
    before = tuple(one for one in used if lies_within(days_of(one), Days(until=start)))
    after = tuple(one for one in used if lies_within(days_of(one), Days(start=start)))
    if not before or not after:
        raise TableError(
            f"the table has {len(before)} periods before {control} and {len(after)} since; both are needed"
        )
    return _Periods(before, after, tuple(one for one in used if one not in before and one not in after))


def _average(amounts: Mapping[str, Decimal], periods: Sequence[str]) -> Decimal:
    """Return the average period; one without a row is nothing."""
    return (sum((amounts.get(one, Decimal(0)) for one in periods), Decimal(0)) / len(periods)).quantize(_CENT)


def _route(
    place: str, amounts: Mapping[str, Decimal], periods: _Periods, lost: Decimal | None, trend: Decimal | None
) -> Route:
    before, after = (_average(amounts, some) for some in (periods.before, periods.after))
    once, since = ([amounts.get(one, Decimal(0)) for one in some] for some in (periods.before, periods.after))
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
        above=sum(one > max(once) for one in since),
    )


def _trends(asked: _Leg, table: Any, periods: _Periods) -> dict[str, Decimal]:
    """Return how many times as much the leg of each third country is in all goods, where there was any before."""
    used = {*periods.before, *periods.after}
    thirds, _ = asked.amounts(one for one in asked.shares(table, ()) if one.period in used)
    found = {}
    for place, own in thirds.items():
        before, after = (_average(own, some) for some in (periods.before, periods.after))
        if before:
            found[place] = (after / before).quantize(_CENT)
    return found


def _thousands(amount: Decimal) -> str:
    return f"{amount / 1000:,.0f}"
