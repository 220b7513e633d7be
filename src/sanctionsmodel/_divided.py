"""How trade divides: the whole, its parts within bounds, ranks and concentration.

Public names of this module are found in [trade][sanctionsmodel.trade].
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from sanctionsmodel._models import Model
from sanctionsmodel._periods import days_of
from sanctionsmodel._traders import trader
from sanctionsmodel.quantities import Money
from sanctionsmodel.shares import Basis, Share, Side, TradeShare

_PLACES = Decimal("0.000000000001")


class Hhi(NamedTuple):
    """The Herfindahl-Hirschman index, from 0 to 1, between its least and greatest possible value."""

    low: Decimal
    high: Decimal

    def __str__(self) -> str:
        """Print rounded to four decimals."""
        low, high = (f"{one.quantize(Decimal('0.0001')).normalize():f}" for one in self)
        return low if self.low == self.high else f"at least {low} and at most {high}"


class Part(Model):
    """What one partner has of a whole: the amount, the share, and the ranks that the unknown leaves possible."""

    partner: str
    amount: Decimal
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
    total_is_stated: bool
    unknown: Decimal
    parts: tuple[Part, ...]
    notes: tuple[str, ...] = ()

    def of(self, *partners: str) -> Share:
        """Return the share of a partner, or of several together; one that is not in the table may hide in the unknown.

        Raises UnknownCode or TableError for what is no place.
        """
        named = {trader(one).code for one in partners}
        amount = sum((one.amount for one in self.parts if one.partner in named), Decimal(0))
        return between(amount, self.unknown, self.total)

    @property
    def hhi(self) -> Hhi:
        """How concentrated the trade is: the sum of squared shares.

        At least when the unknown is many small partners, at most when all of it is the greatest partner's.
        """
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
        money = self.basis == "value" and len(self.unit) == 3 and self.total > 0
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
        amount = f"{number_text(self.total)} {self.unit} ({known})"
        lines = [f"{self.whole}: {did}{goods} in {self.period}, {amount}, as the {self.reported_by} reports"]
        lines += [
            f"  {one.rank:>3}  {one.partner:<4} {number_text(one.amount):>20}  {percent_text(one.share)}"
            for one in self.parts[:10]
        ]
        if len(self.parts) > 10:
            lines.append(f"       and {len(self.parts) - 10} more")
        if self.unknown:
            lines.append(f"       unknown {number_text(self.unknown):>17}")
        return "\n".join([*lines, f"  concentration (HHI): {self.hhi}", *(f"  note: {one}" for one in self.notes)])


# ------------------------------------------------------------------------------------------------------------- numbers
def _decimal(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(_PLACES)


def between(amount: Decimal, hidden: Decimal, total: Decimal) -> Share:
    if not total:
        return Share(low=Decimal(0), high=Decimal(1))
    low, high = (_decimal(Fraction(one) / Fraction(total)) for one in (amount, min(amount + hidden, total)))
    return Share(low=min(low, Decimal(1)), high=min(high, Decimal(1)))


def percent_text(share: Share) -> str:
    low, high = (f"{(one * 100).quantize(Decimal('0.01')):f}" for one in (share.low, share.high))
    return f"{low} %" if low == high else f"{low} % to {high} %"


def number_text(amount: Decimal) -> str:
    return f"{amount.normalize():,f}"


def code_words(codes: Sequence[str]) -> str:
    """Print codes shortly, a run of headings as a range."""
    runs: list[list[str]] = []
    for one in codes:
        if runs and one.isdigit() and len(one) == len(runs[-1][-1]) and int(one) == int(runs[-1][-1]) + 1:
            runs[-1].append(one)
        else:
            runs.append([one])
    words = [run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
    return "; ".join(words) if len(words) <= 6 else f"{'; '.join(words[:5])} and {len(words) - 5} more"
