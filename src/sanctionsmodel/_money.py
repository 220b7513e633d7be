"""Money, prices and exchange rates; `sanctionsmodel.quantities` is their door.

Every currency is a line of its own: nothing is converted without a rate that somebody stated, with its day and source.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache, total_ordering
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_serializer, model_validator

from sanctionsmodel._data import read_json
from sanctionsmodel._units import (
    EXACT,
    Frozen,
    bounded,
    canonical,
    known_dimension,
    plain_number,
    plain_text,
    split_amount,
)
from sanctionsmodel.errors import FactError, UnknownCode, nearest, shown

#: What an amount of money is counted per: nothing, an item, an oil barrel, a metric tonne, a kilogram.
Per: TypeAlias = Literal["", "item", "bbl", "t", "kg"]

_MONEY = re.compile(r"([A-Za-z]{3})(?: ?/ ?([A-Za-z]+))?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PERS: dict[str, Per] = {"item": "item", "bbl": "bbl", "barrel": "bbl", "t": "t", "tonne": "t", "kg": "kg"}

#: For each dimension of money, what a price may be written per; the first is offered in messages.
MONEY_DIMENSIONS: dict[str, tuple[Per, ...]] = {
    "money": ("",),
    "money_per_item": ("", "item"),
    "money_per_volume": ("bbl",),
    "money_per_mass": ("t", "kg"),
}


def currency_code(text: str) -> str:
    """Return the ISO 4217 code of a currency, in capitals.

    Raises `UnknownCode` for a withdrawn or unofficial code, with what to write instead, and for any other text.

    >>> currency_code("usd")
    'USD'
    >>> currency_code("RUR")
    Traceback (most recent call last):
    sanctionsmodel.errors.UnknownCode: currency 'RUR' is not a live code of ISO 4217: write 'RUB'; the old rouble was withdrawn in 1998, at 1000 to 1
    """  # noqa: E501
    listed: Mapping[str, Mapping[str, str]] = read_json("reference/currencies.json")
    code = text.strip().upper() if isinstance(text, str) and len(text) < 10 and text.isascii() else ""
    if code in listed["currencies"]:
        return code
    if code in listed["refused"]:
        raise UnknownCode(f"currency {shown(text)} is not a live code of ISO 4217: {listed['refused'][code]}")
    hint = nearest(code, listed["currencies"]) or "; write one such as 'USD' or 'EUR'"
    raise UnknownCode(f"currency {shown(text)} is not a code of ISO 4217{hint}")


@total_ordering
class Money(BaseModel):
    """An amount of money, or a price: 450 USD, 60 USD/bbl, 2500 EUR/t, 723 GBP/item.

    ``amount``, ``currency`` (ISO 4217), ``per`` (empty, ``item``, ``bbl``, ``t`` or ``kg``). Prices a kilogram and a tonne
    compare; other amounts are compared, added and subtracted only in one currency and per the same thing, else
    `FactError`. Nothing is converted without a `Rate`.

    >>> Money("450 USD") + Money("50 usd"), Money("2 USD/kg") == Money("2000 USD/t")
    (Money('500 USD'), True)
    >>> Money("$450")
    Traceback (most recent call last):
    sanctionsmodel.errors.FactError: money '$450' does not start with a number in the digits 0 to 9; write the number first, as in '25 t' or '450 USD'
    >>> Money("450 USD") < Money("450 EUR")
    Traceback (most recent call last):
    sanctionsmodel.errors.FactError: '450 USD' and '450 EUR' cannot be compared or added; state a rate and convert one of them
    """  # noqa: E501

    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid")

    amount: Decimal
    currency: str
    per: Per = ""

    def __init__(self, text: str = "", **parts: object) -> None:
        if parts and not text:
            per = parts.pop("per", "")
            text = f"{parts.pop('amount', '')} {parts.pop('currency', '')}{per and f'/{per}'}"
        if parts:
            raise FactError(f"money has no {', '.join(parts)}; write it as text, such as '450 USD'")
        amount, currency, unit = _read_money(text, "money")
        super().__init__(amount=amount, currency=currency, per=unit)

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, data: object) -> object:
        if isinstance(data, (dict, Money)):
            return data
        amount, currency, per = _read_money(data, "money")
        return {"amount": amount, "currency": currency, "per": per}

    @model_serializer
    def _as_text(self) -> str:
        return str(self)

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: Any) -> dict[str, Any]:
        return {"type": "string", "title": "Money", "examples": ["450 USD", "60 USD/bbl", "2500 EUR/t"]}

    def to(self, currency: str, rate: Rate) -> Money:
        """Return the amount in another currency at a stated rate, which must lead from this currency to that one.

        >>> rate = Rate.read({"from": "USD", "to": "EUR", "rate": "0.92", "on": "2024-06-01", "source": "ECB"})
        >>> Money("450 USD").to("EUR", rate)
        Money('414 EUR')
        >>> Money("450 GBP").to("EUR", rate)
        Traceback (most recent call last):
        sanctionsmodel.errors.FactError: a rate from USD to EUR cannot turn '450 GBP' into EUR; state one from GBP to EUR
        """  # noqa: E501
        target = currency_code(currency)
        if (rate.from_currency, rate.to) != (self.currency, target):
            raise FactError(
                f"a rate from {rate.from_currency} to {rate.to} cannot turn '{self}' into {target}; "
                f"state one from {self.currency} to {target}"
            )
        return self._with(EXACT.multiply(self.amount, rate.rate), target)

    def _with(self, amount: Decimal, currency: str = "") -> Money:
        if amount < 0:
            raise FactError(f"the result of the subtraction from '{self}' is negative; subtract the smaller amount")
        text = f"{plain_text(bounded(amount, 'the amount'))} {currency or self.currency}"
        return Money(f"{text}/{self.per}" if self.per else text)

    def _same_kind(self, other: Money) -> Decimal:
        """Return the other amount per what this one is, or refuse."""
        if (self.currency, _base_per(self.per)) != (other.currency, _base_per(other.per)):
            raise FactError(f"'{self}' and '{other}' cannot be compared or added; state a rate and convert one of them")
        return other._base if self.per == "t" else EXACT.divide(other._base, _per_base(self.per))

    @property
    def _base(self) -> Decimal:
        return EXACT.multiply(self.amount, _per_base(self.per))

    def __add__(self, other: Money) -> Money:
        return self._with(EXACT.add(self.amount, self._same_kind(other)))

    def __sub__(self, other: Money) -> Money:
        return self._with(EXACT.subtract(self.amount, self._same_kind(other)))

    def __mul__(self, factor: int | Decimal) -> Money:
        return self._with(EXACT.multiply(self.amount, plain_number(factor, "factor")))

    def __str__(self) -> str:
        return f"{plain_text(self.amount)} {self.currency}{self.per and f'/{self.per}'}"

    def __repr__(self) -> str:
        return f"Money({str(self)!r})"

    def _key(self) -> tuple[str, str, Decimal]:
        return (self.currency, _base_per(self.per), self._base)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Money) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same_kind(other)


def _base_per(per: Per) -> str:
    return "t" if per == "kg" else per


def _per_base(per: Per) -> Decimal:
    """Return how many of it are in one tonne, for a price a kilogram; 1 for all others."""
    return Decimal(1000) if per == "kg" else Decimal(1)


def _read_money(text: object, what: str) -> tuple[Decimal, str, Per]:
    """Read "60 USD/bbl": amount, currency, and what it is counted per."""
    amount, rest = split_amount(text, what)
    match = _MONEY.fullmatch(rest)
    if match is None:
        fault = f"{shown(rest)} is no currency" if rest else "the currency is missing"
        raise FactError(f"{what} {shown(text)}: {fault}; write number and ISO 4217 code, as in '450_000_000 USD'")
    if amount < 0:
        raise FactError(f"{what} {shown(text)} is negative; write an amount of 0 or more")
    per = _PERS.get((match[2] or "").lower(), "")
    if match[2] and not per:
        raise FactError(
            f"{what} {shown(text)}: {shown(match[2])} is nothing that a price is per; write one of item, bbl, t, kg"
        )
    return canonical(amount), currency_code(match[1]), per


def money_value(text: object, dimension: str) -> tuple[str, float]:
    """Return the currency and the amount of a price in its base unit: a tonne, a barrel, an item, or nothing.

    ``dimension`` is ``money``, ``money_per_item`` (written "450 USD" or "450 USD/item"), ``money_per_volume``
    ("60 USD/bbl") or ``money_per_mass`` ("2500 EUR/t", "2.5 EUR/kg"). Raises `FactError` or, for the currency,
    `UnknownCode`.

    >>> money_value("2.5 EUR/kg", "money_per_mass"), money_value("450 USD", "money_per_item")
    (('EUR', 2500.0), ('USD', 450.0))
    >>> money_value("60 USD", "money_per_volume")
    Traceback (most recent call last):
    sanctionsmodel.errors.FactError: money_per_volume '60 USD' is not a price of this kind; write it as '60 USD/bbl'
    """
    return _money_of(str(text), dimension) if isinstance(text, (str, Money)) else _money_of.__wrapped__(text, dimension)


@lru_cache(maxsize=16384)
def _money_of(text: object, dimension: str) -> tuple[str, float]:
    if dimension not in MONEY_DIMENSIONS:
        known_dimension(dimension)
        raise FactError(f"{dimension} {shown(text)} is not money; read it with base_value")
    amount, currency, per = _read_money(text, dimension)
    accepted = MONEY_DIMENSIONS[dimension]
    if per not in accepted:
        ways = " or ".join(f"'{plain_text(amount)} {currency}{one and f'/{one}'}'" for one in accepted)
        raise FactError(f"{dimension} {shown(text)} is not a price of this kind; write it as {ways}")
    return currency, float(EXACT.multiply(amount, _per_base(per)))


def _day(value: object) -> object:
    """Read a day as YYYY-MM-DD alone; pydantic would also take seconds since 1970."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    if isinstance(value, str) and _DAY.fullmatch(value):
        return dt.date.fromisoformat(value)
    raise FactError(f"on {shown(value)} is not a day; write it as in 2024-06-01")


def _positive(value: object) -> Decimal:
    number = bounded(plain_number(value, "rate"), "rate")
    if not number:
        raise FactError(f"rate {shown(value)} is not above 0; write how much of 'to' one unit of 'from' buys")
    return number


_Currency: TypeAlias = Annotated[str, BeforeValidator(currency_code)]


class Rate(Frozen):
    """An exchange rate that somebody stated: one unit of ``from`` buys ``rate`` of ``to``, on a day, by a source.

    >>> rate = Rate.read({"from": "USD", "to": "EUR", "rate": "0.92", "on": "2024-06-01", "source": "ECB"})
    >>> rate.from_currency, rate.to, rate.rate
    ('USD', 'EUR', Decimal('0.92'))
    """

    model_config = ConfigDict(
        defer_build=True, frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True
    )

    from_currency: _Currency = Field(alias="from")
    to: _Currency
    rate: Annotated[Decimal, BeforeValidator(_positive)]
    on: Annotated[dt.date, BeforeValidator(_day)]
    source: str = Field(min_length=1, max_length=500)

    @classmethod
    def read(cls, data: Mapping[str, object]) -> Rate:
        """Read a rate from a mapping; raises `FactError` with everything that is wrong with it.

        >>> Rate.read({"from": "USD", "to": "EUR", "rate": "0,92", "on": "2024-06-01", "source": "ECB"})
        Traceback (most recent call last):
        sanctionsmodel.errors.FactError: rates: rate '0,92' has a number that can be read in two ways; write 25000.5 or 25_000.5: a point, no other separators
        """  # noqa: E501
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            faults = [
                one["msg"].removeprefix("Value error, ")
                if one["type"] == "value_error"
                else f"{'.'.join(map(str, one['loc']))}: {one['msg']}"
                for one in error.errors(include_url=False)
            ]
        raise FactError(f"rates: {'; '.join(faults)}")
