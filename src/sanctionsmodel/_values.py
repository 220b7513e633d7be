"""The one value syntax of stated facts and conditions: text, lists and mappings to sets on a fact's line.

Reading never guesses: whatever cannot be read is refused with the field, the value and what to write instead.

>>> from sanctionsmodel.facts import registry
>>> hs = registry()["hs"]
>>> read_set(hs, ["7601", "7602"])
('7601', '7603')
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from sanctionsmodel import sets
from sanctionsmodel.errors import FactError, SanctionsModelError, nearest, shown
from sanctionsmodel.facts import FALSE, TRUE, Fact
from sanctionsmodel.sets import Cuts

_LONGEST_VALUE = 200
_DEEPEST = 8
_RANGE_KEYS = {"from", "above", "before", "up_to"}
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", re.ASCII)
#: Systems whose codes nest by paragraphs.
DOTTED_SYSTEMS = {"eccn", "military_list", "jp_list"}


def read_set(fact: Fact, raw: Any) -> Cuts:
    """Return the set that a value, a list (one of) or a mapping (a span, ``not``, ``one_of``) stands for.

    Raises FactError or UnknownCode, naming the fact. Prices are read by [read_priced][sanctionsmodel._values].
    """
    return read_priced(fact, raw)[0]


def read_priced(fact: Fact, raw: Any, depth: int = 0) -> tuple[Cuts, str]:
    """Return the set and, for a price, the currency on whose line it lies."""
    if depth > _DEEPEST:
        raise FactError(f"{fact.name}: nested deeper than {_DEEPEST} levels; write a value or a plain list")
    if isinstance(raw, Mapping):
        return _read_mapping(fact, raw, depth)
    if isinstance(raw, (list, tuple, set, frozenset)):
        return _read_several(fact, raw, depth)
    return _read_scalar(fact, raw)


def _read_several(fact: Fact, raw: Iterable[Any], depth: int) -> tuple[Cuts, str]:
    parts = [read_priced(fact, one, depth + 1) for one in raw]
    if not parts:
        raise FactError(f"{fact.name}: an empty list says nothing; leave an unknown fact out, or write none")
    return sets.union_of_many([cuts for cuts, _ in parts]), _one_unit(fact, [unit for _, unit in parts])


def _one_unit(fact: Fact, units: Iterable[str]) -> str:
    found = sorted(set(units) - {""})
    if len(found) > 1:
        raise FactError(f"{fact.name}: values in {' and '.join(found)} in one statement; state one currency")
    return found[0] if found else ""


def _read_mapping(fact: Fact, raw: Mapping[str, Any], depth: int) -> tuple[Cuts, str]:
    keys = set(raw)
    if keys == {"one_of"} and isinstance(raw["one_of"], (list, tuple)):
        return _read_several(fact, raw["one_of"], depth)
    if keys == {"not"}:
        inner, unit = read_priced(fact, raw["not"], depth + 1)
        return sets.complement(inner, fact.bottom), unit
    if keys and keys <= _RANGE_KEYS:
        return _read_span(fact, raw)
    raise FactError(
        f"{fact.name}: cannot read {shown(dict(raw))}; write a value, a list, {{one_of: [...]}}, {{not: ...}}, or a "
        "span with from, above, before, up_to"
    )


def _read_span(fact: Fact, raw: Mapping[str, Any]) -> tuple[Cuts, str]:
    if {"from", "above"} <= set(raw) or {"before", "up_to"} <= set(raw):
        raise FactError(f"{fact.name}: {shown(dict(raw))} has two lower or two upper ends; keep one of each")
    if fact.domain in ("nominal", "boolean"):
        raise FactError(f"{fact.name}: a span needs an order, and this fact has none; write a list of values")
    ends = {key: _read_scalar(fact, value) for key, value in raw.items()}
    low = ends["from"][0][0] if "from" in ends else ends["above"][0][-1] if "above" in ends else fact.anything[0]
    high = ends["before"][0][0] if "before" in ends else ends["up_to"][0][-1] if "up_to" in ends else None
    if high is None:
        return (low,), _one_unit(fact, [unit for _, unit in ends.values()])
    if not low < high:
        raise FactError(f"{fact.name}: {shown(dict(raw))} holds nothing; its lower end must lie below its upper end")
    return (low, high), _one_unit(fact, [unit for _, unit in ends.values()])


def _read_scalar(fact: Fact, raw: Any) -> tuple[Cuts, str]:
    if isinstance(raw, str):
        if len(raw) > _LONGEST_VALUE:
            raise FactError(f"{fact.name}: {shown(raw)} is too long for a value; at most {_LONGEST_VALUE} characters")
        return _read_text(fact, raw)
    if raw is None:
        raise FactError(f"{fact.name}: null says nothing; leave an unknown fact out, or write none for 'there is none'")
    return _read_typed(fact, raw)


def _read_typed(fact: Fact, raw: Any) -> tuple[Cuts, str]:
    """Read a Python value that is not text: a bool, a date, a number, or one of the library's own objects."""
    if isinstance(raw, bool):
        return _read_text(fact, "true" if raw else "false")
    if isinstance(raw, dt.datetime):
        raise FactError(f"{fact.name}: {raw} has a time of day; dates are days, write {raw.date().isoformat()}")
    if isinstance(raw, dt.date):
        return _read_text(fact, raw.isoformat())
    if isinstance(raw, (int, float, Decimal)):
        return _read_number(fact, raw)
    if type(raw).__module__.startswith("sanctionsmodel."):
        return _read_scalar(fact, str(raw))
    raise FactError(f"{fact.name}: cannot read a {type(raw).__name__}; write text as in {_example(fact)}")


def _read_number(fact: Fact, raw: int | float | Decimal) -> tuple[Cuts, str]:
    if fact.domain == "date" and isinstance(raw, int):
        return _read_text(fact, str(raw))
    if fact.domain != "quantity":
        raise FactError(
            f"{fact.name}: {shown(raw)} is a number; write text, so that leading zeros stay: {_example(fact)}"
        )
    return _located(fact, lambda: _quantity(fact, raw))


@lru_cache(maxsize=1 << 16)
def _read_text(fact: Fact, text: str) -> tuple[Cuts, str]:
    """Read one value written as text; cached, since tables and cases repeat few values many times."""
    if text == "none" and fact.domain != "boolean":
        return fact.none, ""
    return _located(fact, lambda: _READERS[fact.domain](fact, text))


def _located(fact: Fact, read: Callable[[], tuple[Cuts, str]]) -> tuple[Cuts, str]:
    try:
        return read()
    except SanctionsModelError as error:
        message = str(error)
        raise type(error)(message if message.startswith(f"{fact.name}:") else f"{fact.name}: {message}") from None


def _boolean(fact: Fact, text: str) -> tuple[Cuts, str]:
    word = text.lower()  # Python and spreadsheets write True and TRUE
    if word not in ("true", "false"):
        raise FactError(f"{shown(text)} is no answer to a yes/no question; write true or false, or leave it out")
    return (TRUE if word == "true" else FALSE), ""


@cache
def nominal_sets(fact: Fact) -> dict[str, Cuts]:
    """Return the set of each value of a nominal fact; the last one is open above, so that all of them make the line."""
    names = [name for name in fact.values if name != "none"]
    return {
        name: (position,) if position == len(names) else (position, position + 1)
        for position, name in enumerate(names, start=1)
    }


def _nominal(fact: Fact, text: str) -> tuple[Cuts, str]:
    known = nominal_sets(fact)
    if text not in known:
        hint = nearest(text, known) or f"; it is one of {', '.join(list(known)[:12])}{', …' if len(known) > 12 else ''}"
        raise FactError(f"{shown(text)} is no value of this fact{hint}")
    return known[text], ""


def _date(fact: Fact, text: str) -> tuple[Cuts, str]:
    return days(text), ""


def days(text: str) -> Cuts:
    """Return the days of a day, month or year written as 2024-04-13, 2024-04 or 2024."""
    match = _DATE.fullmatch(text)
    if not match:
        raise FactError(f"{shown(text)} is not a day, month or year; write 2024-04-13, 2024-04 or 2024")
    year, month, day = (int(group) if group else 0 for group in match.groups())
    try:
        first = dt.date(year, month or 1, day or 1)
    except ValueError:
        raise FactError(f"{shown(text)} is no day of the calendar; write year-month-day, as 2024-04-13") from None
    return (first.toordinal(), _first_day_after(first, month, day))


def _first_day_after(first: dt.date, month: int, day: int) -> int:
    if day:
        return first.toordinal() + 1
    if not month:
        return first.toordinal() + (366 if _is_leap(first.year) else 365)
    return (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1).toordinal()


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _quantity(fact: Fact, raw: Any) -> tuple[Cuts, str]:
    from sanctionsmodel.quantities import base_value, money_value

    if fact.is_money:
        currency, amount = money_value(raw, fact.dimension)
        return sets.single(amount), currency
    return sets.single(base_value(raw, fact.dimension)), ""


def _jurisdiction(fact: Fact, text: str) -> tuple[Cuts, str]:
    from sanctionsmodel._places import place_code

    code = place_code(text)
    return (union_members() if code == "EU" else sets.prefixed(code)), ""


@cache
def union_members() -> Cuts:
    """Return the set of places in the European Union, as it has been since February 2020."""
    from sanctionsmodel._places import group_members

    return places(group_members("eu", dt.date(2022, 1, 1)))


def places(codes: Iterable[str]) -> Cuts:
    """Return the set of several places, each with its regions."""
    return sets.union_of_many([sets.prefixed(code) for code in codes])


def _code(fact: Fact, text: str) -> tuple[Cuts, str]:
    if fact.values:
        if text not in fact.values:
            raise FactError(f"{shown(text)} is no value of this fact{nearest(text, fact.values)}")
        return sets.single(text), ""
    return code_set(fact.system, text), ""


def code_set(system: str, text: str) -> Cuts:
    """Return a code with all that lies under it, on the line of its system."""
    if system == "mic":
        from sanctionsmodel._venues import venue_code

        return sets.single(venue_code(text))
    if system == "currency":
        from sanctionsmodel.quantities import currency_code

        return sets.single(currency_code(text))
    from sanctionsmodel._codes import code, codes_under

    return sets.single(code(text, system)) if system == "list" else codes_under(text, system)


_READERS: dict[str, Callable[[Fact, str], tuple[Cuts, str]]] = {
    "boolean": _boolean,
    "nominal": _nominal,
    "date": _date,
    "quantity": _quantity,
    "jurisdiction": _jurisdiction,
    "code": _code,
}

_EXAMPLES = {
    "date": "2024-04-13",
    "jurisdiction": "RU",
    "quantity": "25 t",
    "code": "760110",
    "boolean": "true",
}


def _example(fact: Fact) -> str:
    if fact.domain == "nominal":
        return repr(next(iter(fact.values), ""))
    return repr({"money": "450 USD", "share": "26 %"}.get(fact.dimension, _EXAMPLES[fact.domain]))
