"""Published figures on trade as typed claims, weighed against one another.

A claim has a share (see [shares][sanctionsmodel.shares]), or only a value, and says what its value is of. Claims are
compared in three values: they agree, they contradict one another, or they cannot be compared, and then it is said why.
This module does not say which claim is true.

>>> story, agency = bundled_claims()[:2]
>>> print(story.trade_share.implied_value(), story.trade_share.implied_rate)
more than 630000000 USD and at most 900000000 USD 1.2448
>>> print(compare_claims(story, agency, assuming=["counted_by"]))
contradiction: 01, US officials, News article of 12 Apr 2024, passage quoted in a forum thread, says more \
than 70 %; 02, two senior US administration officials, AP: China has surged sales to Russia of machine tools, \
microelectronics (reprint), says about less than 70 % (shares of one whole)
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from decimal import Context, Decimal
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

from sanctionsmodel._data import DATA
from sanctionsmodel._models import Model
from sanctionsmodel._named_goods import goods_codes
from sanctionsmodel._periods import lies_within
from sanctionsmodel.errors import SanctionsModelError, TableError, shown
from sanctionsmodel.quantities import Money, parse_share
from sanctionsmodel.shares import Share, TradeShare, ValueBounds

_EXACT = Context(prec=50)
_CENT = Decimal("0.01")
_COLUMNS = (
    "id",
    "kind",
    "importer",
    "exporter",
    "commodity",
    "hs",
    "goods",
    "divided",
    "share",
    "period",
    "basis",
    "counted_by",
    "value",
    "value_of",
    "value_about",
    "second_total",
    "value_refers_to",
    "measure",
    "claimant",
    "source",
    "url",
    "published_on",
    "confidence",
    "note",
)
_SHARED = (
    "importer",
    "exporter",
    "commodity",
    "divided",
    "period",
    "basis",
    "counted_by",
    "claimant",
    "source",
    "url",
    "published_on",
    "confidence",
    "note",
)

ClaimKind: TypeAlias = Literal["share", "other share", "value"]
Verdict: TypeAlias = Literal["agree", "contradiction", "not comparable"]


class Claim(Model):
    """One published figure.

    Fields:
        id, kind: ``share`` of imports or exports, ``other share`` (of production, of demand), or a ``value`` alone.
        trade_share: the claim as a share of trade, where it is one. figure: the share as published.
        value, value_of: the amount published with it, and what it is of: the ``whole`` or the ``part``.
        value_about: ``nearly`` or ``over``, where the source says so.
        refers_to, measure: the same in the words of the table. commodity, claimant, source, url: as in TradeShare.
    """

    id: str
    kind: ClaimKind
    trade_share: TradeShare | None = None
    figure: Share | None = None
    value: Money | None = None
    value_of: Literal["whole", "part", ""] = ""
    value_about: Literal["nearly", "over", ""] = ""
    refers_to: str = ""
    measure: str = ""
    commodity: str
    goods: str = ""
    claimant: str
    source: str
    url: str
    note: str = ""

    @property
    def name(self) -> str:
        """The claim in short: its number, who says it and where."""
        return f"{self.id}, {self.claimant}, {self.source}"

    @property
    def part_value(self) -> ValueBounds | None:
        """The amount that is the part's: as published, or as the whole and a share of value imply."""
        if self.value is not None and self.value_of == "part":
            return ValueBounds(self.value, self.value, False, False, bool(self.value_about))
        return self.trade_share.implied_value() if self.trade_share is not None else None

    @property
    def implied_total(self) -> ValueBounds | None:
        """The whole that a published part and its share of value imply.

        >>> print(bundled_claims()[10].implied_total)
        about 603333333.33 USD
        """
        if self.value is None or self.value_of != "part" or self.trade_share is None or not self.trade_share.share.low:
            return None
        if self.trade_share.basis not in (None, "value"):
            return None
        share = self.trade_share.share
        low, high = (_divided(self.value, one) for one in (share.high, share.low))
        return ValueBounds(low, high, share.high_open, share.low_open, share.approximate or bool(self.value_about))


class Comparison(NamedTuple):
    """How two claims stand to one another, and why."""

    first: Claim
    second: Claim
    verdict: Verdict
    reason: str

    def __str__(self) -> str:
        """Print with both sources."""
        said = [f"{one.name}, says {_figure(one)}" for one in (self.first, self.second)]
        return f"{self.verdict}: {said[0]}; {said[1]} ({self.reason})"


class PartsSum(NamedTuple):
    """The sum of shares that are said to be all parts of one whole."""

    low: Decimal
    high: Decimal
    can_be_whole: bool


# --------------------------------------------------------------------------------------------------------------- read
def read_claims(path: str | Path) -> tuple[Claim, ...]:
    """Return the claims of a CSV file with the columns of the bundled one.

    Raises TableError with every row that cannot be read.
    """
    with Path(path).open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        missing = [one for one in _COLUMNS if one not in (reader.fieldnames or ())]
        if missing:
            raise TableError(f"claims need the columns {', '.join(missing)}")
        rows = list(reader)
    found, problems = [], []
    for number, row in enumerate(rows, start=2):
        try:
            found.append(_claim({name: (row[name] or "").strip() for name in _COLUMNS}))
        except SanctionsModelError as error:
            problems.append(f"line {number}: {error}")
    if problems:
        raise TableError("\n".join(problems))
    return tuple(found)


@cache
def bundled_claims() -> tuple[Claim, ...]:
    """Return the claims that ship with this library: figures on Russia's trade, published from 2022 to 2026.

    >>> len(bundled_claims()), bundled_claims()[2].trade_share.share.is_exact
    (66, True)
    """
    return read_claims(DATA / "trade" / "claims.csv")


def _claim(row: dict[str, str]) -> Claim:
    value = row["value"]
    money = Money(value) if value and not value.endswith(" t") else None
    claim: dict[str, Any] = {
        name: row[name]
        for name in (
            "id",
            "kind",
            "commodity",
            "goods",
            "claimant",
            "source",
            "url",
            "note",
            "measure",
            "value_of",
            "value_about",
        )
    }
    claim |= {"refers_to": row["value_refers_to"], "value": money, "figure": row["share"] or None}
    if row["kind"] == "share":
        claim["trade_share"] = _trade_share(row, money)
    return Claim(**claim)


def _trade_share(row: dict[str, str], money: Money | None) -> TradeShare:
    stated: dict[str, Any] = {name: row[name] for name in _SHARED if row[name]}
    goods = row["goods"] if row["goods"].startswith("chpl") else row["hs"]
    stated |= {"hs": goods_codes(goods), "share": row["share"]}
    if money is not None and row["value_of"] == "whole":
        stated["total"] = money
        if row["second_total"]:
            stated["total_other"] = row["second_total"]
    return TradeShare(**stated)


# -------------------------------------------------------------------------------------------------------------- compare
def compare_claims(
    first: Claim, second: Claim, assuming: Iterable[str] = (), rounding: Decimal | str = "0.5 %"
) -> Comparison:
    """Say whether two claims can both be true.

    Shares of one whole are compared as `TradeShare.consistent_with` does; ``assuming`` names what is taken to be the
    same where a source does not state it. Where one claim's days, or goods, lie within the other's, the part's value
    may not be more than in the wider one. All else is not comparable, and the reason says why.
    """
    agreed = frozenset(assuming)
    mine, theirs = first.trade_share, second.trade_share
    if mine is None or theirs is None:
        kinds = f"{first.kind} and {second.kind}"
        return Comparison(first, second, "not comparable", f"not both are shares of trade: {kinds}")
    differences = mine.differences(theirs, agreed)
    if not differences:
        both = mine.consistent_with(theirs, agreed, rounding)
        if both is not None:
            return Comparison(first, second, "agree" if both else "contradiction", "shares of one whole")
        about = "one is approximate, or it is open how the partners lie to one another"
        return Comparison(first, second, "not comparable", about)
    nested = _nested(first, second, differences)
    return nested or Comparison(first, second, "not comparable", "; ".join(_short(one) for one in differences))


def _nested(first: Claim, second: Claim, differences: Sequence[str]) -> Comparison | None:
    """Compare values where only the days or only the goods differ and one lies within the other."""
    mine, theirs = first.trade_share, second.trade_share
    field = differences[0].partition(":")[0]
    if mine is None or theirs is None or len(differences) > 1 or mine.part != theirs.part:
        return None
    if field == "period" and mine.period is not None and theirs.period is not None:
        inside = (lies_within(mine.period, theirs.period), lies_within(theirs.period, mine.period))
    elif field == "hs" and mine.hs and theirs.hs:
        inside = (_under(mine.hs, theirs.hs), _under(theirs.hs, mine.hs))
    else:
        return None
    inner, outer = (first, second) if inside[0] else (second, first)
    small, large = inner.part_value, outer.part_value
    if not any(inside) or small is None or large is None or small.low.currency != large.high.currency:
        return None
    reason = f"the {field} of {inner.id} lies within that of {outer.id}"
    if small.low.amount <= large.high.amount:
        return Comparison(first, second, "agree", f"{reason}, and its value is no more")
    if small.approximate or large.approximate:
        return Comparison(first, second, "not comparable", f"{reason}, its value is more, but one is approximate")
    return Comparison(first, second, "contradiction", f"{reason}, and its value is more")


def consistency(
    claims: Sequence[Claim], assuming: Iterable[str] = (), rounding: Decimal | str = "0.5 %"
) -> tuple[Comparison, ...]:
    """Return the comparison of each pair of claims."""
    agreed = tuple(assuming)
    return tuple(compare_claims(one, other, agreed, rounding) for one, other in combinations(claims, 2))


def contradictions(
    claims: Sequence[Claim], assuming: Iterable[str] = (), rounding: Decimal | str = "0.5 %"
) -> tuple[Comparison, ...]:
    """Return the pairs that cannot both be true.

    >>> [(one.first.id, one.second.id) for one in contradictions(bundled_claims()[:2], assuming=["counted_by"])]
    [('01', '02')]
    >>> contradictions(bundled_claims()[:2])
    ()
    """
    return tuple(one for one in consistency(claims, assuming, rounding) if one.verdict == "contradiction")


def sum_of_parts(claims: Iterable[Claim], rounding: Decimal | str = "0.5 %") -> PartsSum:
    """Add up shares that whoever calls knows to be all the parts of one whole, apart from one another.

    Each closed end may be rounded by up to ``rounding``. Raises TableError for a claim without a share.

    >>> regions = [one for one in bundled_claims() if one.id in ("52", "53", "54", "55")]
    >>> sum_of_parts(regions)
    PartsSum(low=Decimal('0.970'), high=Decimal('1.010'), can_be_whole=True)
    """
    by = parse_share(rounding)
    low = high = Decimal(0)
    for one in claims:
        if one.figure is None:
            raise TableError(f"claim {shown(one.name)} has no share to add up")
        low += one.figure.low if one.figure.low_open else max(one.figure.low - by, Decimal(0))
        high += one.figure.high if one.figure.high_open else min(one.figure.high + by, Decimal(1))
    return PartsSum(low, high, low <= 1 <= high)


def _under(inner: Sequence[str], outer: Sequence[str]) -> bool:
    return all(one.startswith(tuple(outer)) for one in inner)


def _short(difference: str) -> str:
    """Cut a list of codes, which would drown the reason."""
    return difference if len(difference) <= 80 else f"{difference[:77]}..."


def _figure(claim: Claim) -> str:
    return str(claim.figure if claim.figure is not None else claim.value)


def _divided(value: Money, share: Decimal) -> Money:
    amount = _EXACT.quantize(_EXACT.divide(value.amount, share), _CENT)
    return Money(f"{amount:f} {value.currency}")
