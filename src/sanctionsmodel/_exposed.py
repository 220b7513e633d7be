"""How a trade divides by what export controls reach: the four parts, places, measures and missing facts.

Public names of this module are found in [exposure][sanctionsmodel.exposures].
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from sanctionsmodel._models import Model
from sanctionsmodel._named_goods import code_words
from sanctionsmodel.shares import Share

Reach: TypeAlias = Literal["reached", "exempt", "open", "unknown"]

#: The parts into which an importer's trade divides.
PARTS: tuple[Reach, ...] = ("reached", "exempt", "open", "unknown")

_PLACES = Decimal("0.000000000001")


class MeasureReach(Model):
    """What one measure surely covers: its value, and the first day of the measure. Measures overlap: never add them."""

    measure: str
    title: str
    value: Decimal
    since: date | None


class MissingValue(Model):
    """How much value hangs on a fact that is not known. One value may hang on several facts: never add them."""

    fact: str
    value: Decimal


class PlaceReach(Model):
    """The four parts of what came from one place."""

    exporter: str
    reached: Decimal = Decimal(0)
    exempt: Decimal = Decimal(0)
    open: Decimal = Decimal(0)
    unknown: Decimal = Decimal(0)


class Exposure(Model):
    """How an importer's trade of one period divides by what export controls reach.

    Fields:
        importer, hs, period, currency: of what. total: the sum of ``reached``, ``exempt``, ``open`` and ``unknown``.
        without_law: the part of ``open`` from places of which the catalogue has no export control at all.
        places: the same parts for each place of export. measures: what each measure surely covers.
        missing: the facts that would tell of the unknown, by value. assumed: the facts laid under every flow.
        digest: the catalogue that was asked.
    """

    importer: str
    hs: tuple[str, ...]
    period: str
    currency: str
    total: Decimal
    reached: Decimal
    exempt: Decimal
    open: Decimal
    unknown: Decimal
    without_law: Decimal
    places: tuple[PlaceReach, ...]
    measures: tuple[MeasureReach, ...]
    missing: tuple[MissingValue, ...]
    assumed: tuple[str, ...]
    digest: str

    def share(self, part: Reach) -> Share:
        """Return the share of a part; what is unknown may be any of the others, so theirs are intervals."""
        amount: Decimal = getattr(self, part)
        if not self.total:
            return Share(low=Decimal(0), high=Decimal(1))
        more = Decimal(0) if part == "unknown" else self.unknown
        low, high = ((one / self.total).quantize(_PLACES) for one in (amount, amount + more))
        return Share(low=low, high=min(high, Decimal(1)))

    def rows(self) -> list[dict[str, Any]]:
        """Return the four parts as rows for a table or a plot."""
        return [
            {"importer": self.importer, "period": self.period, "part": part, "value": getattr(self, part)}
            for part in PARTS
        ]

    def __str__(self) -> str:
        """Print the parts, what reaches, and what is missing."""
        goods = f" of HS {code_words(self.hs)}" if self.hs else ""
        whole = f"{self.total.normalize():,f} {self.currency}".rstrip()
        lines = [f"{self.importer}: imports{goods} in {self.period}, {whole}"]
        for part in PARTS:
            amount: Decimal = getattr(self, part)
            percent = amount / self.total * 100 if self.total else Decimal(0)
            lines.append(f"  {part:<8} {amount.normalize():>20,f}  {percent:6.2f} %")
        if self.without_law:
            lines.append(f"  of the open, from places without a measure: {self.without_law.normalize():,f}")
        lines += [f"  {one.measure}: {one.value.normalize():,f}, in force since {one.since}" for one in self.measures]
        lines += [f"  would tell of {one.value.normalize():,f}: {one.fact}" for one in self.missing[:5]]
        if self.assumed:
            lines.append(f"  assumed: {'; '.join(self.assumed)}")
        return "\n".join(lines)
