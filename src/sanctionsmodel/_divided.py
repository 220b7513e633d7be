"""How trade divides: the whole, its parts within bounds, ranks and concentration.

Public names of this module are found in [trade][sanctionsmodel.trade].
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any, NamedTuple, TypeAlias

from sanctionsmodel._models import Model
from sanctionsmodel._named_goods import code_words
from sanctionsmodel._periods import days_of
from sanctionsmodel._traders import trader
from sanctionsmodel.quantities import Money
from sanctionsmodel.shares import Basis, Share, Side, TradeShare

_PLACES = Decimal("0.000000000001")
_LONG = Context(prec=60)
#: How the note on codes that split between editions ends.
MAY_BE_OF_THESE = "under codes that split between editions may or may not be of these goods"
#: The least and the greatest amount possible.
Bounds: TypeAlias = tuple[Decimal, Decimal]


class Hhi(NamedTuple):
    """The Herfindahl-Hirschman index, from 0 to 1, between its least and greatest possible value."""

    low: Decimal
    high: Decimal

    def __str__(self) -> str:
        """Print rounded to four decimals."""
        low, high = (f"{one.quantize(Decimal('0.0001')).normalize():f}" for one in self)
        return low if self.low == self.high else f"at least {low} and at most {high}"


class Part(Model):
    """What one partner has of a whole: the amount, the share, and the ranks that the unknown leaves possible.

    ``amount_most`` is more than ``amount`` where goods under codes that split between editions may be among the goods.
    """

    partner: str
    amount: Decimal
    amount_most: Decimal
    share: Share
    rank: int
    rank_best: int
    rank_worst: int


class Shares(Model):
    """How one side's trade divides among its partners in one period.

    Fields:
        whole, divided: whose trade it is, and as which side. period, hs: of when and of what.
        basis, unit: what is added up (``value``, ``mass``, ``items``), and in what. reported_by: whose statistics.
        total, total_is_stated: the whole, and whether a row of the table states it.
        unknown: how much of the whole is nobody's: rows "not specified", and what a stated total has besides.
        total_most, unknown_most: more than ``total`` and ``unknown`` where codes split between editions.
        editions: of the goods codes that were added up; one where they were carried over to it.
        parts: the partners, greatest first. notes: what a reader must know.
    """

    whole: str
    divided: Side
    period: str
    hs: tuple[str, ...] = ()
    basis: Basis
    unit: str
    reported_by: Side
    total: Decimal
    total_most: Decimal
    total_is_stated: bool
    unknown: Decimal
    unknown_most: Decimal
    editions: tuple[str, ...] = ()
    parts: tuple[Part, ...]
    notes: tuple[str, ...] = ()

    def of(self, *partners: str) -> Share:
        """Return the share of a partner, or of several together; one that is not in the table may hide in the unknown.

        Raises UnknownCode or TableError for what is no place.
        """
        named = {trader(one).code for one in partners}
        mine = [one for one in self.parts if one.partner in named]
        others = [one for one in self.parts if one.partner not in named]
        return between(_bounds(mine), _bounds(others), (self.unknown, self.unknown_most))

    @property
    def is_split(self) -> bool:
        """Whether codes that split between editions leave amounts open."""
        return self.total != self.total_most

    @property
    def hhi(self) -> Hhi:
        """How concentrated the trade is: the sum of squared shares.

        At least when the unknown is many small partners, at most when all of it is the greatest partner's. Where codes
        split between editions the bounds are wider: what the least shares alone make, and the greatest share possible.
        """
        if self.is_split:
            shares = [one.share for one in self.parts]
            least = sum((one.low**2 for one in shares), Decimal(0)).quantize(_PLACES)
            return Hhi(least, max((one.high for one in shares), default=Decimal(1)))
        whole, hidden = Fraction(self.total), Fraction(self.unknown)
        if not whole:
            return Hhi(Decimal(0), Decimal(1))
        amounts = [Fraction(one.amount) for one in self.parts] or [Fraction(0)]
        rest = sum((one**2 for one in amounts[1:]), Fraction(0))
        low, high = amounts[0] ** 2 + rest, (amounts[0] + hidden) ** 2 + rest
        return Hhi(_decimal(low / whole**2), _decimal(high / whole**2))

    def claim(self, *partners: str, source: str = "computed from a trade table") -> TradeShare:
        """Return the share as a claim, to be weighed against others."""
        sides = {"importer": (self.whole,), "exporter": partners}
        if self.divided == "exporter":
            sides = {"importer": partners, "exporter": (self.whole,)}
        money = self.basis == "value" and len(self.unit) == 3 and self.total > 0 and not self.is_split
        return TradeShare(
            **sides,
            commodity=f"HS {code_words(self.hs)}" if self.hs else "all goods",
            hs=self.hs,
            divided=self.divided,
            share=self.of(*partners),
            period=days_of(self.period),
            basis=self.basis,
            total=Money(f"{self.total.normalize():f} {self.unit}") if money else None,
            source=source,
            note="; ".join(self.notes),
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return the parts as rows for a table, numbers as decimals."""
        head = {
            "whole": self.whole,
            "divided": self.divided,
            "period": self.period,
            "basis": self.basis,
            "unit": self.unit,
        }
        return [
            {
                **head,
                "partner": one.partner,
                "amount": one.amount,
                "amount_most": one.amount_most,
                "share_low": one.share.low,
                "share_high": one.share.high,
                "rank": one.rank,
                "total": self.total,
            }
            for one in self.parts
        ]

    def __str__(self) -> str:
        """Print as a small table."""
        did = "imports" if self.divided == "importer" else "exports"
        goods = f" of HS {code_words(self.hs)}" if self.hs else ""
        known = "stated" if self.total_is_stated else "the sum of its partners"
        amount = f"{_range_text(self.total, self.total_most)} {self.unit} ({known})"
        lines = [f"{self.whole}: {did}{goods} in {self.period}, {amount}, as the {self.reported_by} reports"]
        lines += [
            f"  {one.rank:>3}  {one.partner:<4} {amount:>20}  {percent_text(one.share)}"
            for one in self.parts[:10]
            for amount in (_range_text(one.amount, one.amount_most),)
        ]
        if len(self.parts) > 10:
            lines.append(f"       and {len(self.parts) - 10} more")
        if self.unknown_most:
            lines.append(f"       unknown {_range_text(self.unknown, self.unknown_most):>17}")
        return "\n".join([*lines, f"  concentration (HHI): {self.hhi}", *(f"  note: {one}" for one in self.notes)])


# ------------------------------------------------------------------------------------------------------------- numbers
def _decimal(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(_PLACES)


def between(mine: Bounds, others: Bounds, hidden: Bounds) -> Share:
    """Return the share of what is mine within bounds; what is hidden may be mine or anybody's."""
    most = mine[1] + hidden[1]
    against, beside = mine[0] + others[1] + hidden[1], most + others[0]
    low = _LONG.divide(mine[0], against).quantize(_PLACES) if against else Decimal(0)
    high = _LONG.divide(most, beside).quantize(_PLACES) if beside else Decimal(1)
    return Share(low=min(low, high), high=min(high, Decimal(1)))


def _bounds(parts: Sequence[Part]) -> Bounds:
    return sum((one.amount for one in parts), Decimal(0)), sum((one.amount_most for one in parts), Decimal(0))


def percent_text(share: Share) -> str:
    low, high = (f"{(one * 100).quantize(Decimal('0.01')):f}" for one in (share.low, share.high))
    return f"{low} %" if low == high else f"{low} % to {high} %"


def _range_text(least: Decimal, most: Decimal) -> str:
    return number_text(least) if least == most else f"{number_text(least)} to {number_text(most)}"


def number_text(amount: Decimal) -> str:
    return f"{amount.normalize():,f}"
