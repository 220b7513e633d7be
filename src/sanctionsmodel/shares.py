"""Trade shares: how much of whose trade, in what, over which days, counted how, and who says so.

"China supplied more than 70 % of the machine tools that Russia imported in the fourth quarter of 2023" is a claim with
a whole (Russia's imports), a part (from China), a measure (value, mass or items), a way of counting (by shipment, by
the producer's headquarters, ...) and a source. Two claims can be compared only where these agree, and this module says
what stands in the way. It holds claims: it computes no share from trade data, and does not say which claim is true.

>>> claim = TradeShare(
...     importer="RU", exporter="CN", commodity="machine tools", hs="8456-8466", divided="importer", period="Q4 2023",
...     share="over 70 %", basis="value", total="900000000 USD", total_other="723000000 GBP", published_on="2024-04-12",
... )
>>> print(claim)
CN: more than 70 % of what RU imported of machine tools in [2023-10-01, 2024-01-01), by value
>>> print(claim.implied_value(), claim.implied_rate)
more than 630000000 USD and at most 900000000 USD 1.2448
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context, Decimal
from typing import Any, Literal, NamedTuple, TypeAlias

from pydantic import field_validator, model_validator

from sanctionsmodel._intervals import Days, Share
from sanctionsmodel._models import Model
from sanctionsmodel._named_goods import codes_in, named_goods
from sanctionsmodel._nomenclature import codes_between
from sanctionsmodel.commodities import whole_codes
from sanctionsmodel.errors import FactError, SanctionsModelError, shown
from sanctionsmodel.jurisdictions import Jurisdiction, place_code
from sanctionsmodel.quantities import Money, parse_share

__all__ = ["Basis", "Counting", "Days", "Share", "Side", "TradeShare", "ValueBounds"]

_LONGEST_TEXT = 100
_LONGEST_NOTE = 2000
_MOST_CODES = 10_000
_MOST_RANGES = 50
_EXACT = Context(prec=100)

Side: TypeAlias = Literal["importer", "exporter"]
Basis: TypeAlias = Literal["value", "mass", "items"]
Counting: TypeAlias = Literal["shipment", "headquarters", "origin", "dispatch"]


class ValueBounds(NamedTuple):
    """The least and the greatest amount that a share leaves possible; either end may be open."""

    low: Money
    high: Money
    low_open: bool
    high_open: bool
    approximate: bool

    def __str__(self) -> str:
        """Print in words."""
        about = "about " if self.approximate else ""
        if self.low == self.high:
            return f"{about}{self.low}"
        low = f"{'more than' if self.low_open else 'at least'} {self.low}"
        return f"{about}{low} and {'less than' if self.high_open else 'at most'} {self.high}"


class TradeShare(Model):
    """A claim on a share of trade: of all that ``importer`` imports, or ``exporter`` exports, so much is the other's.

    Fields:
        importer, exporter: a place (``"CN"``), several (``"CN+HK"`` or a list), or in words what is no place:
            ``"group:Asia"``, ``"company:Rusal"``, ``"group:world"``.
        commodity, hs: the goods in words, and as HS codes: a list, or text such as ``"8456-8466; 8541"`` or the name
            of a group, ``"machine tools"``, ``"microelectronics"``, ``"chpl"``, ``"chpl/1"``.
        divided: whose trade is the whole: ``importer`` (a share of imports) or ``exporter`` (a share of exports).
        share: see `Share`. period, published_on: see `Days`; a publication known to the month is a month.
        basis: what is counted: ``value``, ``mass`` or ``items``. counted_by: what puts goods under a country:
            ``shipment`` from it, its producer's ``headquarters``, ``origin`` in it, or ``dispatch`` from it.
        total, total_other: money value of the whole, and the same in a second currency.
        claimant, source, url, confidence, note: who says so, and where.

    What is left out is unknown. Raises FactError or UnknownCode.

    >>> TradeShare(importer="RU", exporter="CN", commodity="microelectronics", hs="8541; 8542", divided="importer",
    ...            period="2023", share="90 %").share.is_exact
    True
    >>> TradeShare(importer="RU", exporter="CN", commodity="cars", divided="world", share="92 %")
    Traceback (most recent call last):
        ...
    sanctionsmodel.errors.FactError: divided: input should be 'importer' or 'exporter', found 'world'
    """

    importer: tuple[str, ...]
    exporter: tuple[str, ...]
    commodity: str
    hs: tuple[str, ...] = ()
    divided: Side = "importer"
    share: Share
    period: Days | None = None
    basis: Basis | None = None
    counted_by: Counting | None = None
    total: Money | None = None
    total_other: Money | None = None
    claimant: str = ""
    source: str = ""
    url: str = ""
    published_on: Days | None = None
    confidence: Literal["high", "medium", "low"] | None = None
    note: str = ""

    @field_validator("importer", "exporter", mode="before")
    @classmethod
    def _read_sides(cls, raw: Any, info: Any) -> tuple[str, ...]:
        names = raw.split("+") if isinstance(raw, str) and len(raw) <= _LONGEST_TEXT else raw
        listed = list(names) if isinstance(names, (list, tuple)) else [names]
        if not listed:
            raise FactError(f"{info.field_name}: an empty list names nobody; write 'group:world' for all")
        return tuple(sorted({_side(one, info.field_name) for one in listed}))

    @field_validator("hs", mode="before")
    @classmethod
    def _read_codes(cls, raw: Any) -> tuple[str, ...]:
        parts = raw.split(";") if isinstance(raw, str) and len(raw) <= _LONGEST_NOTE else raw
        if not isinstance(parts, (list, tuple)) or len(parts) > _MOST_CODES:
            raise FactError(f"hs: cannot read {shown(raw)}; write a list of codes, or text such as '8456-8466; 8541'")
        if sum(isinstance(part, str) and "-" in part for part in parts) > _MOST_RANGES:
            raise FactError(f"hs: more than {_MOST_RANGES} ranges of codes; name headings or chapters instead")
        return whole_codes(one for part in parts for one in _codes(part))

    @field_validator("commodity", "claimant", "source", "url", "note")
    @classmethod
    def _short(cls, text: str, info: Any) -> str:
        if len(text) > _LONGEST_NOTE:
            raise FactError(f"{info.field_name}: {shown(text)} is too long; at most {_LONGEST_NOTE} characters")
        if info.field_name == "commodity" and not text.strip():
            raise FactError("commodity: is empty; say in words what goods the share is of")
        if info.field_name == "url" and text and not text.startswith(("https://", "http://")):
            raise FactError(f"url: {shown(text)} is no web address; it starts with https:// or http://")
        return text.strip()

    @model_validator(mode="before")
    @classmethod
    def _of_value(cls, raw: Any) -> Any:
        # A share of a total in money is a share of value, whether or not the claim says so.
        if isinstance(raw, dict) and raw.get("total") is not None and raw.get("basis") is None:
            return {**raw, "basis": "value"}
        return raw

    @model_validator(mode="after")
    def _totals_fit(self) -> TradeShare:
        if self.total_other is not None and (self.total is None or self.total.currency == self.total_other.currency):
            raise FactError("total_other: is the total in a second currency; give the first as total")
        for name in ("total", "total_other"):
            amount = getattr(self, name)
            if amount is not None and (amount.amount <= 0 or amount.per):
                raise FactError(f"{name}: {amount} is no value of trade; write an amount above nothing")
        return self

    @property
    def whole(self) -> tuple[str, ...]:
        """Whose trade is divided: the importer of a share of imports, the exporter of a share of exports."""
        return self.importer if self.divided == "importer" else self.exporter

    @property
    def part(self) -> tuple[str, ...]:
        """Whose part of that trade the share tells."""
        return self.exporter if self.divided == "importer" else self.importer

    @property
    def implied_rate(self) -> Decimal | None:
        """The exchange rate that two totals imply: ``total`` for one unit of ``total_other``, to four decimals.

        900 million USD that are also 723 million GBP make 1.2448 USD a pound.
        """
        if self.total is None or self.total_other is None:
            return None
        return _EXACT.quantize(_EXACT.divide(self.total.amount, self.total_other.amount), Decimal("0.0001"))

    def implied_value(self, currency: str = "") -> ValueBounds | None:
        """Return the amounts of money between which the part lies, or ``None`` where nothing can be said.

        That is so without a total, and unless the share is one of value: a share of mass says nothing on money.
        ``currency`` chooses between two totals. Raises FactError for a currency of neither.
        """
        totals = [one for one in (self.total, self.total_other) if one is not None]
        chosen = [one for one in totals if currency in ("", one.currency)]
        if totals and not chosen:
            raise FactError(f"currency: no total is in {shown(currency)}; there is {' and '.join(map(str, totals))}")
        if not chosen or self.basis != "value":
            return None
        low, high = (chosen[0] * bound for bound in (self.share.low, self.share.high))
        return ValueBounds(low, high, self.share.low_open, self.share.high_open, self.share.approximate)

    def differences(self, other: TradeShare, assuming: Iterable[str] = ()) -> tuple[str, ...]:
        """Return what keeps two claims from being compared: each field that differs, or that one does not state.

        Fields named in ``assuming`` are taken to be the same where a claim does not state them. Sources seldom say how
        they count; whoever compares all the same says so here.

        >>> cars = TradeShare(importer="RU", exporter="CN", commodity="cars", hs="8703", divided="importer",
        ...                   share="92 %", period="2023", basis="items")
        >>> cars.differences(cars.model_copy(update={"basis": "value"}))
        ('basis: items and value', 'counted_by: not stated and not stated')
        >>> cars.differences(cars, assuming=["counted_by"])
        ()
        """
        agreed = frozenset(assuming)
        return tuple(
            f"{name}: {_words(mine)} and {_words(theirs)}"
            for name, mine, theirs in self._compared(other)
            if (mine != theirs if mine and theirs else name not in agreed)
        )

    def _compared(self, other: TradeShare) -> Iterable[tuple[str, Any, Any]]:
        """Yield the fields that say what the whole is and how it is counted, of both claims."""
        yield "divided", self.divided, other.divided
        yield self.divided, self.whole, other.whole
        if self.hs or other.hs:
            yield "hs", self.hs, other.hs
        else:
            yield "commodity", self.commodity.lower(), other.commodity.lower()
        yield from ((name, getattr(self, name), getattr(other, name)) for name in ("period", "basis", "counted_by"))

    def consistent_with(
        self, other: TradeShare, assuming: Iterable[str] = (), rounding: Decimal | str = "0.5 %"
    ) -> bool | None:
        """Say whether both claims can be true; ``None`` where that cannot be told.

        Claims on different wholes are not compared: `differences` says why, and takes ``assuming``. Of one partner,
        the bounds must meet; of two partners apart from one another, the shares may not exceed the whole; a partner
        within another may not have more. A closed end counts as rounded by up to ``rounding``, an open end ("more
        than") does not. Claims that clash only if "about" is taken at its word give ``None``.

        >>> china = TradeShare(importer="RU", exporter="CN", commodity="machine tools", divided="importer",
        ...                    period="Q4 2023", share="> 70 %", basis="value")
        >>> other = china.model_copy(update={"share": Share("nearly 70 %")})
        >>> china.consistent_with(other), china.consistent_with(other, assuming=["counted_by"])
        (None, False)
        >>> taiwan = china.model_copy(update={"exporter": ("TW",), "share": Share("20 %")})
        >>> china.consistent_with(taiwan, assuming=["counted_by"])
        True
        """
        by = parse_share(rounding)
        relation = _relation(self.part, other.part)
        if relation is None or self.differences(other, assuming):
            return None
        if _fits(relation, _widened(self.share, by), _widened(other.share, by)):
            return True
        return None if _fits(relation, _loose(self.share, by), _loose(other.share, by)) else False

    def __str__(self) -> str:
        """Print the claim as a sentence."""
        whole, part = _words(self.whole), _words(self.part)
        did = f"{whole} imported" if self.divided == "importer" else f"{whole} exported"
        ends = [f" in {self.period}" if self.period else "", f", by {self.basis}" if self.basis else ""]
        return f"{part}: {self.share} of what {did} of {self.commodity}{''.join(ends)}"


def _side(text: Any, field: str) -> str:
    """Return a place code, or the words for a group or company as given."""
    if isinstance(text, str) and text.startswith(("group:", "company:")):
        kind, _, name = text.partition(":")
        if not 0 < len(name.strip()) <= _LONGEST_TEXT or not name.isprintable():
            raise FactError(f"{field}: {shown(text)} names nobody; write it as 'group:Asia' or 'company:Rusal'")
        return f"{kind}:{name.strip()}"
    try:
        return place_code(text)
    except SanctionsModelError as error:
        raise type(error)(f"{field}: {error} (for what is no place write 'group:Asia' or 'company:Rusal')") from None


def _codes(text: Any) -> Iterable[str]:
    """Return the codes of "8541", of a range of headings or chapters such as "8456-8466", or of a named group."""
    if isinstance(text, str) and text.strip().lower() in named_goods():
        return named_goods()[text.strip().lower()]
    return codes_in(text) if isinstance(text, str) else codes_between(text, text)


def _words(value: Any) -> str:
    return " and ".join(value) if isinstance(value, tuple) and value else str(value) if value else "not stated"


# --------------------------------------------------------------------------------------------------------- comparison
def _relation(mine: tuple[str, ...], theirs: tuple[str, ...]) -> str | None:
    """Say how two sets of places lie to one another; ``None`` where groups in words or the EU leave it open."""
    if mine == theirs:
        return "same"
    # Whom a group in words holds is not known, and who is in the European Union hangs on the day.
    if any(":" in name or name == "EU" for name in (*mine, *theirs)):
        return None
    if _covers(theirs, mine):
        return "within"
    if _covers(mine, theirs):
        return "around"
    return None if any(_covers((a,), (b,)) or _covers((b,), (a,)) for a in mine for b in theirs) else "apart"


def _covers(outer: tuple[str, ...], inner: tuple[str, ...]) -> bool:
    return all(any(Jurisdiction(place).contains(one) for place in outer) for one in inner)


def _widened(share: Share, by: Decimal) -> Share:
    """Widen the closed ends of a share, since a figure such as 57 % is printed rounded."""
    low = share.low if share.low_open else max(share.low - by, Decimal(0))
    high = share.high if share.high_open else min(share.high + by, Decimal(1))
    return share.model_copy(update={"low": low, "high": high})


def _loose(share: Share, by: Decimal) -> Share:
    """Let the closed ends of an approximate share go: "nearly 70 %" is below 70 %, but "about 70 %" has no ends."""
    return _widened(share, Decimal(1) if share.approximate else by)


def _fits(relation: str, mine: Share, theirs: Share) -> bool:
    if relation == "apart":
        return _can_add_up(mine, theirs)
    at_most = relation == "around" or _can_be_at_most(mine, theirs)
    return at_most and (relation == "within" or _can_be_at_most(theirs, mine))


def _can_be_at_most(mine: Share, theirs: Share) -> bool:
    return mine.low < theirs.high or (mine.low == theirs.high and not mine.low_open and not theirs.high_open)


def _can_add_up(mine: Share, theirs: Share) -> bool:
    least = mine.low + theirs.low
    return least < 1 or (least == 1 and not mine.low_open and not theirs.low_open)
