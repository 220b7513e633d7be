"""Conditions, sets and traces in plain English, for a person who must read a rule and sign it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Literal, NamedTuple, TypeAlias, assert_never

from sanctionsmodel import sets
from sanctionsmodel._places import place_name
from sanctionsmodel._values import nominal_sets, union_members
from sanctionsmodel._writing import amount_text, write_set
from sanctionsmodel.conditions import AllOf, AnyOf, Condition, Constrains, Not
from sanctionsmodel.facts import FALSE, TRUE, Axis, Fact, registry
from sanctionsmodel.sets import Cuts

Mark: TypeAlias = Literal["yes", "no", "open"]

_MOST_LISTED = 12
_SYSTEMS = {"hs": "HS code", "cn": "tariff code", "hts": "HTS code", "eccn": "ECCN", "mic": "MIC"}
_ABBREVIATIONS = {"us": "US", "uk": "UK", "eu": "EU", "ca": "Canadian", "hs": "HS", "eccn": "ECCN", "ear": "EAR"}


class Step(NamedTuple):
    """One line of a trace: how deep it stands, whether the leaf holds, in words, and what it saw of which fact."""

    depth: int
    mark: Mark
    text: str
    axis: Axis | None = None
    provision: str = ""


def label(name: str) -> str:
    """Return a fact's name in words: ``actor.us_person`` is "actor: US person"."""
    role, dot, inner = name.partition(".")
    words = inner if dot else role
    spoken = " ".join(_ABBREVIATIONS.get(word, word) for word in words.split("_"))
    return f"{role.replace('_', ' ')}: {spoken}" if dot else spoken


def day_text(day: dt.date) -> str:
    """Return a day as "13 April 2024"."""
    return f"{day.day} {day:%B %Y}"


def _ordinal_text(ordinal: int) -> str:
    return day_text(dt.date.fromordinal(ordinal))


def joined(words: Sequence[str], last: str = "or") -> str:
    """Join words as "a, b or c", cut short when there are many."""
    shown = list(words)
    if len(shown) > _MOST_LISTED:
        shown = [*shown[: _MOST_LISTED - 1], f"{len(words) - _MOST_LISTED + 1} others"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {last} {shown[-1]}" if shown else "nothing"


# --------------------------------------------------------------------------------------------------------------- sets
def set_text(fact: Fact, cuts: Cuts, unit: str = "") -> str:
    """Return a set of values in words: "Russia or Belarus", "from 13 April 2024 on", "above 25 %"."""
    if fact.domain == "boolean":
        return "yes" if cuts == TRUE else "no" if cuts == FALSE else "yes or no"
    parts = ["none"] if sets.contains(cuts, fact.bottom) else []
    inside = sets.intersection(cuts, fact.anything)
    if inside == fact.anything:
        return "anything, or none" if parts else "anything"
    if len(inside) % 2 and fact.domain in ("code", "jurisdiction"):
        outside = sets.complement(inside, fact.anything[0])
        return f"anything but {_set_parts_text(fact, outside, unit)}{', or none' if parts else ''}"
    return joined([*_set_parts(fact, inside, unit), *parts])


def _set_parts_text(fact: Fact, cuts: Cuts, unit: str) -> str:
    return joined(list(_set_parts(fact, cuts, unit)))


def _set_parts(fact: Fact, cuts: Cuts, unit: str) -> Iterator[str]:
    if fact.domain == "nominal":
        yield from (name.replace("_", " ") for name, own in nominal_sets(fact).items() if sets.contains(cuts, own[0]))
    elif fact.domain == "jurisdiction" and cuts == union_members():
        yield "a Member State of the European Union"
    elif fact.domain in ("jurisdiction", "code"):
        yield from _values(fact, cuts)
    elif fact.domain == "date":
        yield from (_days_text(low, high) for low, high in sets.spans(cuts))
    else:
        yield from (_amounts_text(fact, low, high, unit) for low, high in sets.spans(cuts))


def _values(fact: Fact, cuts: Cuts) -> list[str]:
    written = write_set(fact, cuts)
    values = written.get("one_of", [written]) if isinstance(written, dict) else written
    return [_code_text(fact, value) for value in (values if isinstance(values, list) else [values])]


def _code_text(fact: Fact, value: object) -> str:
    if isinstance(value, dict):
        return " and ".join(f"{key} {one}" for key, one in value.items())
    return place_name(str(value)) if fact.domain == "jurisdiction" and value != "none" else str(value)


def _days_text(low: int, high: int | None) -> str:
    if high is None:
        return f"from {_ordinal_text(low)} on"
    if high == low + 1:
        return f"on {_ordinal_text(low)}"
    return f"before {_ordinal_text(high)}" if low <= 1 else f"from {_ordinal_text(low)} to {_ordinal_text(high - 1)}"


def _amounts_text(fact: Fact, low: float, high: float | None, unit: str) -> str:
    written = write_set(fact, (low,) if high is None else (low, high), unit)
    if not isinstance(written, dict):
        return spoken_amount(fact, str(written))
    words = {"from": "at least", "above": "above", "before": "below", "up_to": "at most"}
    parts = [f"{words[key]} {spoken_amount(fact, value)}" for key, value in written.items()]
    return " and ".join(parts) or f"at least {amount_text(fact, low, unit)}"


def spoken_amount(fact: Fact, text: str) -> str:
    """Return an amount in the unit in which it reads best: 0.000006 m is 6 um."""
    if fact.is_money or fact.dimension in ("share", "dimensionless", "temperature"):
        return text
    from sanctionsmodel.quantities import DIMENSIONS, Quantity

    found = Quantity(text, dimension=fact.dimension)
    ways = [
        (Decimal(f"{found.to(name).magnitude:.12g}").normalize(), name) for name in DIMENSIONS[fact.dimension].accepts
    ]
    number, unit = min(ways, key=lambda way: (way[0] < 1, len(f"{way[0]:f}"), way[1] != found.unit))
    return f"{number:f} {unit}"


# ------------------------------------------------------------------------------------------------------------- leaves
_leaf_texts: dict[int, tuple[Constrains, str]] = {}


def leaf_text(leaf: Constrains) -> str:
    """Return a leaf in words; kept by identity, since hashing a long code list costs more than the words."""
    found = _leaf_texts.get(id(leaf))
    if found is None or found[0] is not leaf:
        if len(_leaf_texts) > 100_000:
            _leaf_texts.clear()
        found = _leaf_texts[id(leaf)] = (leaf, _leaf_text(leaf))
    return found[1]


def _leaf_text(leaf: Constrains) -> str:
    fact = registry()[leaf.fact]
    if fact.many:
        return _many_text(fact, leaf)
    subject = _SYSTEMS.get(fact.system, label(fact.name)) if fact.domain == "code" else label(fact.name)
    if leaf.words:
        return f"{subject} is in {leaf.words}" if fact.domain == "code" else f"{subject} is {leaf.words}"
    if fact.domain == "boolean":
        return f"{subject}: {set_text(fact, leaf.allowed)}"
    text = set_text(fact, leaf.allowed, leaf.unit)
    if fact.domain == "date":
        return f"{subject.removesuffix(' on')} {'on some day' if text == 'anything' else text}"
    if fact.domain == "quantity":
        return f"{subject} {text}"
    return f"{subject} begins with {text}" if fact.system in ("hs", "cn", "hts") else f"{subject} is {text}"


def _many_text(fact: Fact, leaf: Constrains) -> str:
    has = leaf.allowed == TRUE
    if leaf.test == fact.anything:
        return f"{label(fact.name)}: {'some' if has else 'none'}"
    if len(leaf.test) % 2 and not leaf.words:
        inside = set_text(fact, sets.complement(leaf.test, fact.anything[0]))
        return f"{label(fact.name)} {'goes beyond' if has else 'is nothing but'} {inside}"
    return f"{label(fact.name)} {'includes' if has else 'does not include'} {leaf.words or set_text(fact, leaf.test)}"


# --------------------------------------------------------------------------------------------------------- conditions
def condition_lines(condition: Condition, depth: int = 0) -> list[tuple[int, str]]:
    """Return a condition as indented lines, one leaf each, groups led by "all of" or "any of"."""
    return [(step.depth + depth, step.text) for step in trace(condition, lambda leaf: "open")]


def trace(condition: Condition, mark: Callable[[Constrains], Mark]) -> list[Step]:
    """Return a condition line by line, each with whether it holds, does not, or is open, as ``mark`` says of leaves."""
    return list(_steps(condition, mark, 0))


def _steps(condition: Condition, mark: Callable[[Constrains], Mark], depth: int) -> Iterator[Step]:
    match condition:
        case Constrains():
            yield Step(depth, mark(condition), leaf_text(condition), condition.axis)
        case Not(part):
            yield Step(depth, marked(condition, mark), "not:")
            yield from _steps(part, mark, depth + 1)
        case AllOf(parts):
            if depth == 0 and not condition.provision and not condition.words:
                for part in parts:
                    yield from _steps(part, mark, 0)
                return
            yield Step(depth, marked(condition, mark), _head(condition, "all of"), provision=condition.provision)
            for part in parts:
                yield from _steps(part, mark, depth + 1)
        case AnyOf(parts):
            yield Step(depth, marked(condition, mark), _head(condition, "any of"), provision=condition.provision)
            for part in parts:
                yield from _steps(part, mark, depth + 1)


def _head(condition: AllOf | AnyOf, words: str) -> str:
    named = ", ".join(part for part in (condition.provision, condition.words) if part)
    return f"{named}: {words}" if named else f"{words}:"


def marked(condition: Condition, mark: Callable[[Constrains], Mark]) -> Mark:
    """Walk a condition in three values; weaker than the exact status, and used only to mark a trace."""
    match condition:
        case Constrains():
            return mark(condition)
        case Not(part):
            inner = marked(part, mark)
            return "open" if inner == "open" else "no" if inner == "yes" else "yes"
        case AllOf(parts):
            return _all([marked(part, mark) for part in parts])
        case AnyOf(parts):
            flipped: list[Mark] = [
                "no" if m == "yes" else "yes" if m == "no" else "open" for m in (marked(p, mark) for p in parts)
            ]
            inner = _all(flipped)
            return "open" if inner == "open" else "no" if inner == "yes" else "yes"
    assert_never(condition)


def _all(marks: list[Mark]) -> Mark:
    return "no" if "no" in marks else "open" if "open" in marks else "yes"


def provisions(condition: Condition, mark: Callable[[Constrains], Mark]) -> list[str]:
    """Return the paragraphs named on the branches that surely hold, outermost first."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            own = [condition.provision] if condition.provision and marked(condition, mark) == "yes" else []
            return own + [name for part in parts for name in provisions(part, mark)]
    return []


def stated_text(name: str, value: Any) -> str:
    """Write what is stated of a fact as a reader says it: names of values without underscores, yes and no."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return " ".join(f"{key.replace('_', ' ')} {stated_text(name, one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(stated_text(name, one) for one in value)
    return str(value).replace("_", " ") if registry()[name].domain in ("nominal", "boolean") else str(value)
