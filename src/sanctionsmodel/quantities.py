"""Amounts of goods and money, read from what people write: ``"25 t"``, ``"450 USD"``, ``"60 USD/bbl"``, ``"26 %"``.

A number in plain digits, a space, a unit from a closed table; what can be read in two ways (``ton``, ``MT``,
``1,5 kg``) is refused with what to write instead. Arithmetic is decimal and exact. Each dimension has a base unit (kg,
m, m3, money a barrel, ...) in which rules compare. Sizes of units are those of the pint package; see ``sources/units``.

>>> Quantity("25 t") == Quantity("25_000 kg"), base_value("25 t", "mass")
(True, 25000.0)
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache, total_ordering
from typing import Any

from pydantic import BaseModel, ConfigDict, model_serializer, model_validator

from sanctionsmodel._money import MONEY_DIMENSIONS, Money, Rate, currency_code, money_value
from sanctionsmodel._units import (
    DIMENSIONS,
    EXACT,
    Dimension,
    Unit,
    bounded,
    canonical,
    find_unit,
    known_dimension,
    plain_number,
    plain_text,
    split_amount,
)
from sanctionsmodel.errors import FactError, shown

__all__ = [
    "DIMENSIONS",
    "Dimension",
    "Money",
    "Quantity",
    "Rate",
    "Unit",
    "base_value",
    "currency_code",
    "money_value",
    "parse_share",
]


@total_ordering
class Quantity(BaseModel):
    """An amount with its unit, such as 25 t; equal by what it measures, so 1 t equals 1000 kg.

    ``magnitude`` and ``unit`` are what was written, ``dimension`` is what it measures; ``str()`` and JSON give the text.
    Quantities of different dimensions are never equal, and ordering them raises `FactError`, as does any text that
    cannot be read in just one way.

    >>> Quantity("25 tonnes"), Quantity("1.50 carat", dimension="mass") < Quantity("1 g")
    (Quantity('25 t'), True)
    >>> Quantity("25 ton")
    Traceback (most recent call last):
    sanctionsmodel.errors.FactError: quantity '25 ton': 'ton' is refused: it is 1000 kg, 907.18474 kg or 1016.0469088 kg; write 't', 'short_ton' or 'long_ton'
    >>> Quantity("5 l", dimension="count")
    Traceback (most recent call last):
    sanctionsmodel.errors.FactError: count '5 l': 'l' is a unit of volume; count wants item, pair
    """  # noqa: E501

    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid")

    magnitude: Decimal
    unit: str
    dimension: str

    def __init__(self, text: str = "", dimension: str = "", **parts: object) -> None:
        text = f"{parts.pop('magnitude', '')} {parts.pop('unit', '')}" if parts and not text else text
        if parts:
            raise FactError(f"a quantity has no {', '.join(parts)}; write it as text, such as '25 t'")
        magnitude, unit = _read_quantity(text, dimension)
        super().__init__(magnitude=magnitude, unit=unit.name, dimension=unit.dimension)

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, data: object) -> object:
        if isinstance(data, (dict, Quantity)):
            return data
        magnitude, unit = _read_quantity(data, "")
        return {"magnitude": magnitude, "unit": unit.name, "dimension": unit.dimension}

    @model_serializer
    def _as_text(self) -> str:
        return str(self)

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: Any) -> dict[str, Any]:
        return {"type": "string", "title": "Quantity", "examples": ["25 t", "0.5 carat", "20 item"]}

    @property
    def base(self) -> Decimal:
        """The amount in the base unit of its dimension.

        >>> Quantity("0.5 carat").base
        Decimal('0.00010')
        """
        return find_unit(self.unit, self.dimension, str(self)).to_base(self.magnitude)

    def to(self, unit: str) -> Quantity:
        """Return the same amount in another unit of its dimension, rounded to 30 digits where it must be.

        >>> Quantity("25 t").to("kg")
        Quantity('25000 kg')
        >>> Quantity("25 t").to("l")
        Traceback (most recent call last):
        sanctionsmodel.errors.FactError: mass '25 t': 'l' is a unit of volume; mass wants ug, mg, g, kg, t, kilotonne, lb, oz, troy_ounce, carat, short_ton, long_ton
        """  # noqa: E501
        target = find_unit(unit, self.dimension, str(self))
        magnitude = bounded(target.from_base(self.base), f"{self} in {target.name}")
        return Quantity(f"{plain_text(magnitude)} {target.name}", self.dimension)

    def __str__(self) -> str:
        return f"{plain_text(self.magnitude)} {self.unit}"

    def __repr__(self) -> str:
        return f"Quantity({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Quantity) and (self.dimension, self.base) == (other.dimension, other.base)

    def __hash__(self) -> int:
        return hash((self.dimension, self.base))

    def __lt__(self, other: Quantity) -> bool:
        if self.dimension != other.dimension:
            raise FactError(f"'{self}' is a {self.dimension} and '{other}' a {other.dimension}: they have no order")
        return self.base < other.base


def _read_quantity(text: object, dimension: str) -> tuple[Decimal, Unit]:
    """Read "25 t": the number in its shortest form, and the unit."""
    what = dimension or "quantity"
    if dimension and known_dimension(dimension) and dimension in MONEY_DIMENSIONS:
        raise FactError(f"{what} {shown(text)} is money; write Money(...), or read it with money_value")
    if dimension == "share":
        return bounded(EXACT.multiply(parse_share(text), Decimal(100)), what), find_unit("%", "share", "%")
    number, word = split_amount(text, what)
    if not word:
        raise FactError(f"{what} {shown(text)} has no unit; write one of {', '.join(_accepted(dimension))}")
    unit = find_unit(word, dimension, str(text))
    if unit.to_base(number) < 0 or (number < 0 and not unit.plus):
        fault = "is below absolute zero" if unit.plus else "is negative; write an amount of 0 or more"
        raise FactError(f"{what} {shown(text)} {fault}")
    if unit.dimension == "share":
        parse_share(text)
    return canonical(number), unit


def _accepted(dimension: str) -> tuple[str, ...]:
    return (
        DIMENSIONS[dimension].accepts or ("a plain number, without Quantity",)
        if dimension
        else ("kg", "t", "m3", "...")
    )


def parse_share(value: object) -> Decimal:
    """Return a share as a number from 0 to 1: 26 % is 0.26.

    Reads "26 %", "0.26" and plain numbers. Raises `FactError` for anything outside 0 to 1.

    >>> parse_share("26 %"), parse_share(0.26)
    (Decimal('0.26'), Decimal('0.26'))
    >>> parse_share(26)
    Traceback (most recent call last):
    sanctionsmodel.errors.FactError: share 26 is more than 1; write '26 %' or a number from 0 to 1
    """
    if isinstance(value, str) and (unit := split_amount(value, "share")[1]):
        share = find_unit(unit, "share", value).to_base(split_amount(value, "share")[0])
    else:
        share = plain_number(value, "share")
    if not 0 <= share <= 1:
        fault = "is negative" if share < 0 else "is more than 1"
        raise FactError(f"share {shown(value)} {fault}; write '26 %' or a number from 0 to 1")
    return share


def base_value(text: object, dimension: str) -> float:
    """Return an amount as a plain number in the base unit of its dimension (see `DIMENSIONS`), for rules to compare.

    Reads text with a unit, a `Quantity`, and for shares and dimensionless amounts plain numbers. Decimal and exact up to
    the last step. Raises `FactError`; money is read by `money_value`.

    >>> base_value("25 t", "mass"), base_value("26 %", "share"), base_value(6, "dimensionless")
    (25000.0, 0.26, 6.0)
    >>> base_value("1,5 kg", "mass")
    Traceback (most recent call last):
    sanctionsmodel.errors.FactError: mass '1,5 kg' has a number that can be read in two ways; write 25000.5 or 25_000.5: a point, no other separators
    """  # noqa: E501
    if isinstance(text, Quantity):
        return float(Quantity(str(text), dimension).base)
    if isinstance(text, str):
        return _base_of_text(text, dimension)
    return _base_of(text, dimension)


@lru_cache(maxsize=16384)
def _base_of_text(text: str, dimension: str) -> float:
    return _base_of(text, dimension)


def _base_of(value: object, dimension: str) -> float:
    if dimension == "share":
        return float(parse_share(value))
    if dimension == "dimensionless":
        return float(plain_number(value, dimension))
    magnitude, unit = _read_quantity(value, dimension)
    return float(unit.to_base(magnitude))
