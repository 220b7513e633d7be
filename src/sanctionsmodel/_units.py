"""The units that amounts are written in, and the reading of numbers; `sanctionsmodel.quantities` is its door.

Units come from a closed table that ships with the package. A full unit name outside the table (``stone``) is looked up
in pint, for its size alone: pint never sees a number, and never decides what a unit measures.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from sanctionsmodel._data import read_json
from sanctionsmodel.errors import FactError, nearest, shown

#: Decimal arithmetic with room for every product of a number that we read and the size of a unit.
EXACT = Context(prec=100)

_MOST_DIGITS = 30
_LONGEST_TEXT = 100
_NUMBER = re.compile(r"([-−]?)([0-9]+(?:_[0-9]+)*(?:\.[0-9]+(?:_[0-9]+)*)?)([ \u00a0\u202f]*)(.*)", re.DOTALL)
_EXPONENT = re.compile(r"[eE][+-]?[0-9]")
_WORD = re.compile(r"[A-Za-z_]{2,40}")


class Frozen(BaseModel):
    """Base of the values here: immutable, and closed to fields that it does not know."""

    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid")


class Unit(NamedTuple):
    """A unit and its exact size: base units = magnitude × ``times`` / ``over`` + ``plus``."""

    name: str
    dimension: str
    times: Decimal
    over: Decimal = Decimal(1)
    plus: Decimal = Decimal(0)

    def to_base(self, magnitude: Decimal) -> Decimal:
        """Return a magnitude of this unit in the base unit of its dimension.

        >>> DIMENSIONS["temperature"].units[1].to_base(Decimal(20))
        Decimal('293.15')
        """
        return EXACT.add(EXACT.divide(EXACT.multiply(magnitude, self.times), self.over), self.plus)

    def from_base(self, base: Decimal) -> Decimal:
        """Return an amount in the base unit as a magnitude of this unit.

        >>> DIMENSIONS["temperature"].units[1].from_base(Decimal(0))
        Decimal('-273.15')
        """
        return EXACT.divide(EXACT.multiply(EXACT.subtract(base, self.plus), self.over), self.times)


class Dimension(NamedTuple):
    """What a quantity measures, with its base unit and the units that it may be written in.

    >>> DIMENSIONS["speed"].unit, DIMENSIONS["speed"].accepts
    ('m/s', ('m/s', 'km/h', 'mph', 'kn'))
    """

    name: str
    unit: str
    units: tuple[Unit, ...]
    by_name: str = ""

    @property
    def accepts(self) -> tuple[str, ...]:
        """The names of the units, without their aliases; empty for money and plain numbers."""
        return tuple(unit.name for unit in self.units)


def _read_dimension(name: str, listed: Mapping[str, Any]) -> Dimension:
    units = tuple(
        Unit(unit, name, **{key: Decimal(value) for key, value in size.items()})
        for unit, size in listed["units"].items()
    )
    return Dimension(name=name, unit=listed["unit"], units=units, by_name=listed.get("by_name", ""))


_TABLE: Mapping[str, Any] = read_json("reference/units.json")

#: Every dimension of the fact registry by name.
DIMENSIONS: Mapping[str, Dimension] = MappingProxyType(
    {name: _read_dimension(name, listed) for name, listed in _TABLE["dimensions"].items()}
)

_UNITS = {unit.name: unit for one in DIMENSIONS.values() for unit in one.units}


def known_dimension(name: str) -> Dimension:
    """Return a dimension by its name, or raise `FactError` with the nearest names."""
    if name in DIMENSIONS:
        return DIMENSIONS[name]
    raise FactError(
        f"dimension {shown(name)} is unknown{nearest(str(name), DIMENSIONS)}; known: {', '.join(DIMENSIONS)}"
    )


def find_unit(word: str, dimension: str, text: str) -> Unit:
    """Find a unit by what was written; ``dimension`` is what it must measure, or empty for any."""
    key = word.replace(" ", "_")
    what = f"{dimension or 'quantity'} {shown(text)}"
    if key in _TABLE["refused"]:
        raise FactError(f"{what}: {shown(word)} is refused: {_TABLE['refused'][key]}")
    found = _UNITS.get(_TABLE["aliases"].get(key, key)) or _unit_by_name(key, dimension)
    accepted = DIMENSIONS[dimension].accepts or ("a plain number",) if dimension else tuple(_UNITS)
    if found is None:
        hint = nearest(key, accepted) or f"; known: {', '.join(accepted)}"
        raise FactError(f"{what}: unknown unit {shown(word)}{hint}")
    if dimension and found.dimension != dimension:
        wanted = ", ".join(accepted)
        raise FactError(f"{what}: {shown(word)} is a unit of {found.dimension}; {dimension} wants {wanted}")
    return found


@lru_cache(maxsize=1024)
def _unit_by_name(word: str, dimension: str) -> Unit | None:
    """Look a full unit name up in pint, for dimensions that pint can tell apart.

    Abbreviations and prefixed names are left out: those are where pint and traders differ (mt, kton, kilobarrel).
    """
    from fractions import Fraction

    tried = [one for one in ([DIMENSIONS[dimension]] if dimension else DIMENSIONS.values()) if one.by_name]
    if not tried or not _WORD.fullmatch(word):
        return None
    registry = _pint_registry()
    read = registry.parse_unit_name(word)
    name = read[0][1] if len(read) == 1 and not read[0][0] else ""
    if word not in (name, f"{name}s") or name in _TABLE["refused"] or name in _TABLE["aliases"]:
        return None
    amount = registry.Quantity(Fraction(1), name)
    for one in tried:
        base = registry.parse_units(one.by_name)
        if amount.dimensionality == base.dimensionality:
            size = Fraction(amount.to(base).magnitude)
            return Unit(name=name, dimension=one.name, times=Decimal(size.numerator), over=Decimal(size.denominator))
    return None


@cache
def _pint_registry() -> Any:
    """Return our own registry, exact in fractions; takes a third of a second, once."""
    from fractions import Fraction

    import pint

    return pint.UnitRegistry(non_int_type=Fraction)


def split_amount(text: object, what: str) -> tuple[Decimal, str]:
    """Split "25 t" into number and unit; both are bounded, so that no later step can be slow or surprised.

    The number may be negative: who cannot use that must say so.
    """
    if not isinstance(text, str):
        raise FactError(f"{what} {shown(text)} is not text; write a number and a unit, such as '25 t' or '450 USD'")
    if len(text) > _LONGEST_TEXT:
        raise FactError(f"{what} {shown(text)} is too long; at most {_LONGEST_TEXT} characters are read")
    match = _NUMBER.fullmatch(text.strip())
    fault = _fault_before(text.strip()) if match is None else _fault_after(match[3], match[4])
    if match is None or fault:
        raise FactError(f"{what} {shown(text)} {fault}")
    digits = match[2].replace("_", "")
    if len(digits.replace(".", "")) > _MOST_DIGITS:
        raise FactError(f"{what} {shown(text)} has more than {_MOST_DIGITS} digits; round it")
    return Decimal(("-" if match[1] else "") + digits), match[4].strip()


def _fault_before(text: str) -> str:
    """Say why a text does not start with a number."""
    if not text:
        return "is empty; write a number and a unit, such as '25 t'"
    if text[0] == "+":
        return "has a sign; leave it out"
    if text[0] == ".":
        return "starts with a point; write '0.5' for '.5'"
    if text.lstrip("-−").lower().startswith(("nan", "inf")):
        return "is no finite number; leave the fact out when it is not known"
    if any(one.isdigit() for one in text):
        return "does not start with a number in the digits 0 to 9; write the number first, as in '25 t' or '450 USD'"
    return "has no number; write one before the unit, as in '1 t'"


def _fault_after(space: str, rest: str) -> str:
    """Say what is wrong with what follows the number, if it is still part of a number."""
    if _EXPONENT.match(rest) and not space:
        return "has an exponent; write the number out, with '_' between groups of digits if you like"
    if rest and (rest[0] in ".,'’_" or rest[0].isdigit()):
        return "has a number that can be read in two ways; write 25000.5 or 25_000.5: a point, no other separators"
    return ""


def plain_text(number: Decimal) -> str:
    """Write a number of bounded size without exponent, separators or needless zeros."""
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def canonical(number: Decimal) -> Decimal:
    """Return the same number in its shortest form, so that equal amounts print alike."""
    return Decimal(plain_text(number))


def bounded(number: Decimal, what: str) -> Decimal:
    """Round a computed number, half to even, to as many digits as can be read back."""
    places = _MOST_DIGITS - max(1, number.adjusted() + 1)
    if places < 0:
        raise FactError(f"{what} has more than {_MOST_DIGITS} digits; use a larger unit")
    if number.as_tuple().exponent < -places:  # type: ignore[operator]  # finite: the exponent is a number
        number = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN, EXACT)
    return canonical(number)


def plain_number(value: object, what: str) -> Decimal:
    """Read a bare number, as text, int, float or Decimal: finite, not negative, of bounded size."""
    if isinstance(value, str):
        number, unit = split_amount(value, what)
        if unit:
            raise FactError(f"{what} {shown(value)} has a unit; write a plain number")
    elif isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise FactError(f"{what} {shown(value)} is no number; write a plain number such as 0.26")
    elif isinstance(value, int) and value.bit_length() > 100:
        raise FactError(f"{what} has more than {_MOST_DIGITS} digits; round it")
    else:
        # repr, because 0.26 means the decimal 0.26 and not its nearest binary fraction
        number = Decimal(float.__repr__(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        raise FactError(f"{what} {shown(value)} is no finite number; leave the fact out when it is not known")
    if number < 0:
        raise FactError(f"{what} {shown(value)} is negative; write an amount of 0 or more")
    if number and not -400 < number.adjusted() < _MOST_DIGITS:
        raise FactError(f"{what} {shown(value)} is out of bounds; write at most {_MOST_DIGITS} digits")
    return number
