"""Sets on a fact's line back to the values that people write: the mirror of [reading][sanctionsmodel._values].

>>> from sanctionsmodel.facts import registry
>>> write_set(registry()["hs"], ("7601", "7603"))
['7601', '7602']
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sanctionsmodel import sets
from sanctionsmodel._values import days, nominal_sets, read_set, union_members
from sanctionsmodel.errors import SanctionsModelError
from sanctionsmodel.facts import FALSE, TRUE, Fact
from sanctionsmodel.sets import Cuts

_DIGIT_SYSTEMS = {"hs", "cn", "hts"}
_SHORT_ECCN = 5


def write_set(fact: Fact, cuts: Cuts, unit: str = "") -> Any:
    """Return the canonical text, list or mapping that reads back as the set; plain JSON values only."""
    if fact.domain == "boolean":
        return {TRUE: True, FALSE: False}.get(cuts, [True, False])
    if not sets.spans(cuts):
        return []
    values = list(_written(fact, cuts, unit))
    if len(values) == 1:
        return values[0]
    return values if all(isinstance(value, str) for value in values) else {"one_of": values}


def _written(fact: Fact, cuts: Cuts, unit: str) -> Iterable[Any]:
    """Yield the pieces of a set, each as a value or span; a set open above is written as what it leaves out."""
    if cuts == (fact.bottom,):
        yield from ("none", {"not": "none"})
        return
    if fact.domain == "nominal" and cuts != fact.anything:
        yield from _written_names(fact, cuts)
        return
    if len(cuts) % 2 and (len(cuts) > 1 or fact.domain == "jurisdiction" or cuts == fact.anything):
        yield {"not": write_set(fact, sets.complement(cuts, fact.bottom), unit)}
        return
    if sets.contains(cuts, fact.bottom):
        yield "none"
        cuts = sets.intersection(cuts, fact.anything)
    if fact.domain == "jurisdiction" and cuts == union_members():
        yield "EU"
        return
    yield from _written_spans(fact, cuts, unit)


def _written_names(fact: Fact, cuts: Cuts) -> Iterable[Any]:
    names = [name for name, own in nominal_sets(fact).items() if sets.contains(cuts, own[0])]
    has_none = sets.contains(cuts, fact.bottom)
    if len(names) * 2 > len(nominal_sets(fact)):
        inside = set(names)
        outside = [name for name in nominal_sets(fact) if name not in inside] + ([] if has_none else ["none"])
        yield {"not": outside[0] if len(outside) == 1 else outside}
        return
    yield from (["none"] if has_none else [])
    yield from names


def _written_spans(fact: Fact, cuts: Cuts, unit: str) -> Iterable[Any]:
    if fact.system == "jp_list":
        yield from _written_rows(cuts)
        return
    for low, high in sets.spans(cuts):
        if fact.domain == "date":
            yield _written_days(low, high)
        elif fact.domain == "quantity":
            yield _written_amounts(fact, low, high, unit)
        else:
            yield from _written_codes(fact, low, high)


def _day(ordinal: int) -> str:
    return dt.date.fromordinal(ordinal).isoformat()


def _written_days(low: int, high: int | None) -> Any:
    if high is None:
        return {"from": _day(low)}
    if low <= 1:
        return {"before": _day(high)}
    text = _day(low)
    for shorter in (text, text[:7], text[:4]):
        if days(shorter) == (low, high):
            return shorter
    return {"from": text, "before": _day(high)}


def _written_amounts(fact: Fact, low: float, high: float | None, unit: str) -> Any:
    """Write a span of amounts in the base unit; an end just after a value is ``above`` or ``up_to`` that value."""
    if high is not None and high == sets.successor(low):
        return amount_text(fact, low, unit)
    span: dict[str, str] = {}
    if low > fact.anything[0]:
        key, value = ("from", low) if _is_written_short(low) else ("above", _before(low))
        span[key] = amount_text(fact, value, unit)
    if high is not None:
        key, value = ("before", high) if _is_written_short(high) else ("up_to", _before(high))
        span[key] = amount_text(fact, value, unit)
    return span


def _before(value: float) -> float:
    return math.nextafter(value, -math.inf)


def _is_written_short(value: float) -> bool:
    """Say whether a float is the nearest one to a short decimal, as amounts that people write are."""
    return len(repr(value).replace("e", "")) < len(repr(_before(value)).replace("e", ""))


def amount_text(fact: Fact, value: float, unit: str = "") -> str:
    """Return an amount in the base unit of its fact, as it would be written."""
    from sanctionsmodel.quantities import DIMENSIONS

    number = f"{Decimal(repr(value)).normalize():f}"
    if fact.is_money:
        per = {"money_per_volume": "/bbl", "money_per_mass": "/t"}.get(fact.dimension, "")
        return f"{number} {unit}{per}"
    if fact.dimension == "share":
        return f"{(Decimal(repr(value)) * 100).normalize():f} %"
    return number if fact.dimension == "dimensionless" else f"{number} {DIMENSIONS[fact.dimension].unit}"


def _written_codes(fact: Fact, low: str, high: str | None) -> Iterable[Any]:
    """Split a span of text into the codes that make it up, each with all that lies under it; what is left is a span."""
    while high is not None and low < high and _is_code(fact, low):
        after = _end_of(fact, low)
        if after > high:
            break
        yield low
        low = after
    if high is None or low < high:
        yield _code_ends(fact, low, high)


def _written_rows(cuts: Cuts) -> Iterable[Any]:
    """Write rows of Japan's list; a row with all that lies under it is two spans."""
    spans = list(sets.spans(cuts))
    while spans:
        low, high = spans.pop(0)
        if high == f"{low}-" and spans[:1] == [(f"{low}.", f"{low}/")]:
            spans.pop(0)
            yield low
        else:
            yield {"from": low} if high is None else {"from": low, "before": high}


def _code_ends(fact: Fact, low: str, high: str | None) -> dict[str, str]:
    """Write the ends of a span of codes; an end that is no code itself lies just after one."""
    span: dict[str, str] = {}
    if low != fact.anything[0]:
        span.update({"from": low} if _is_code(fact, low) else {"above": _code_below(low)})
    if high is not None:
        span.update({"before": high} if _is_code(fact, high) else {"up_to": _code_below(high)})
    return span


def _code_below(end: str) -> str:
    """Return the code whose end, with all that lies under it, is this text."""
    return end[:-1] if end.endswith(("\0", "/")) else end[:-1] + chr(ord(end[-1]) - 1)


def _is_code(fact: Fact, text: str) -> bool:
    try:
        read_set(fact, text)
    except SanctionsModelError:
        return False
    return True


def _end_of(fact: Fact, code: str) -> str:
    """Return the end of a code with all that lies under it."""
    short = fact.system == "eccn" and len(code) < _SHORT_ECCN
    if fact.domain == "jurisdiction" or fact.system in _DIGIT_SYSTEMS or short:
        return sets.after_prefix(code)
    return f"{code}/" if fact.system in ("eccn", "military_list") else str(sets.successor(code))
