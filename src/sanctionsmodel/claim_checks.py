"""Published shares beside shares computed from open data: what comes out, how far apart, and why.

A share needs a whole. Where no open table has it, the whole is taken from another published figure, which is named, and
where there is none only the part is given. A claim is never confirmed here: at most its figures are found again.

>>> check = next(one for one in claim_checks() if one.claim.id == "22")
>>> print(check.computed_words, "beside", check.claim.figure)
89.9 % beside 90 %
"""

from __future__ import annotations

import csv
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from sanctionsmodel._data import DATA
from sanctionsmodel.claims import Claim, bundled_claims
from sanctionsmodel.quantities import Money
from sanctionsmodel.readers import shipped_flows
from sanctionsmodel.shares import Side
from sanctionsmodel.trade import trade_shares

_POINT = Decimal("0.001")


class ClaimCheck(NamedTuple):
    """A claim beside what open data gives.

    ``part`` is the amount found in ``table`` for ``hs`` and ``period``; ``total`` the whole, and ``total_from`` who
    states it; ``ratio`` the one over the other, above 1 where they cannot belong together. ``bound`` is ``at most``
    where the part is of a longer time than the whole, ``other basis`` where the claim counts in another way.
    """

    claim: Claim
    table: str
    hs: str
    period: str
    part: Money
    total: Money | None
    total_from: str
    ratio: Decimal | None
    bound: str
    reason: str

    @property
    def computed_words(self) -> str:
        """The computed share, or what stands in its way."""
        if self.ratio is None:
            return "no whole"
        if self.ratio > 1:
            return "more than the whole"
        return f"{'at most ' if self.bound else ''}{(self.ratio * 100).normalize():f} %"

    @property
    def difference(self) -> Decimal | None:
        """How far the computed share lies outside the published bounds; nothing inside them, ``None`` without both."""
        figure = self.claim.figure
        if self.ratio is None or figure is None or self.bound == "other basis":
            return None
        if self.ratio < figure.low:
            return self.ratio - figure.low
        return max(self.ratio - figure.high, Decimal(0))


@cache
def claim_checks() -> tuple[ClaimCheck, ...]:
    """Return the bundled claims that open data speaks to, each with the computed figure."""
    claims = {one.id: one for one in bundled_claims()}
    with (DATA / "trade" / "checks.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(_check(claims[row["claim"]], row) for row in csv.DictReader(stream))


def _check(claim: Claim, row: dict[str, str]) -> ClaimCheck:
    part = _part(row)
    total = Money(row["total"]) if row["total"] else None
    ratio = (part.amount / total.amount).quantize(_POINT) if total is not None else None
    return ClaimCheck(
        claim,
        row["table"],
        row["hs"],
        row["period"],
        part,
        total,
        row["total_from"],
        ratio,
        row["bound"],
        row["reason"],
    )


@cache
def _flows(name: str) -> Any:
    return shipped_flows(name)


def _part(row: dict[str, str]) -> Money:
    divided: Side = "importer" if row["divided"] == "importer" else "exporter"
    [found] = trade_shares(
        _flows(row["table"]), divided=divided, whole=row["whole"], hs=row["hs"], period=row["period"]
    )
    amount = next(part.amount for part in found.parts if part.partner == row["partner"])
    return Money(f"{amount.normalize():f} {found.unit}")
