"""Conditions: what a rule demands of the facts, as inert frozen nodes.

A leaf constrains one fact; ``all``, ``any`` and ``not`` combine. The YAML form and the Python operators give the same
nodes. What a condition *means* is [holds][sanctionsmodel.conditions.holds], two-valued and a dozen lines; every other
reading (boxes, trace, prose) is tested against it.

>>> russian_metal = fact("hs").is_in("74", "75", "76") & fact("origin").is_("RU")
>>> from_yaml({"hs": ["74", "75", "76"], "origin": "RU"}) == russian_metal
True
>>> to_yaml(~fact("produced_on").before("2024-04-13"))
{'not': {'produced_on': {'before': '2024-04-13'}}}
>>> bool(fact("origin").is_("RU"))
Traceback (most recent call last):
    ...
TypeError: a condition is neither true nor false by itself; ask holds(condition, point), or assess a transaction
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn, TypeAlias, Union, assert_never

from sanctionsmodel import sets
from sanctionsmodel._values import nominal_sets, read_priced, read_set
from sanctionsmodel._writing import write_set
from sanctionsmodel.errors import CatalogueError, FactError, Problem, SanctionsModelError, shown
from sanctionsmodel.facts import FALSE, TRUE, Axis, Fact, Registry, registry
from sanctionsmodel.sets import Cuts

#: A point of fact space: one value on each axis that a condition reads.
Point: TypeAlias = Mapping[Axis, Any]

_DEEPEST = 24


class _Operators:
    """The operators that all nodes share."""

    __slots__ = ()

    def __and__(self, other: Condition) -> Condition:
        return all_of(_node(self), _node(other))

    def __or__(self, other: Condition) -> Condition:
        return any_of(_node(self), _node(other))

    def __invert__(self) -> Condition:
        return Not(_node(self))

    def __bool__(self) -> NoReturn:
        raise TypeError(
            "a condition is neither true nor false by itself; ask holds(condition, point), or assess a transaction"
        )


@dataclass(frozen=True, slots=True)
class Constrains(_Operators):
    """The fact lies in a set; for a fact with many values, it has (or has not) one of the ``test`` set."""

    fact: str
    allowed: Cuts
    test: Cuts = ()
    unit: str = ""
    words: str = field(default="", compare=False)

    @property
    def axis(self) -> Axis:
        """The line of fact space that this leaf constrains."""
        return Axis(self.fact, self.test, self.unit)


@dataclass(frozen=True, slots=True)
class AllOf(_Operators):
    """Every part holds; an empty one always holds."""

    parts: tuple[Condition, ...]
    provision: str = field(default="", compare=False)
    words: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class AnyOf(_Operators):
    """At least one part holds; an empty one never holds."""

    parts: tuple[Condition, ...]
    provision: str = field(default="", compare=False)
    words: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Not(_Operators):
    """The part does not hold."""

    part: Condition


Condition: TypeAlias = Union[Constrains, AllOf, AnyOf, Not]

ALWAYS = AllOf(())
NEVER = AnyOf(())


def _node(operand: _Operators) -> Condition:
    if isinstance(operand, (Constrains, AllOf, AnyOf, Not)):
        return operand
    raise TypeError(f"a {type(operand).__name__} is no condition")


def holds(condition: Condition, point: Point) -> bool:
    """Say whether a condition holds at a point of fact space: the meaning that every other reading must match."""
    match condition:
        case Constrains():
            return sets.contains(condition.allowed, point[condition.axis])
        case Not(part):
            return not holds(part, point)
        case AllOf(parts):
            return all(holds(part, point) for part in parts)
        case AnyOf(parts):
            return any(holds(part, point) for part in parts)
    assert_never(condition)


def leaves(condition: Condition) -> Iterator[Constrains]:
    """Iterate over the leaves of a condition, left to right."""
    match condition:
        case Constrains():
            yield condition
        case Not(part):
            yield from leaves(part)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from leaves(part)


def all_of(*parts: Condition) -> Condition:
    """Return the condition that every part holds, flattened."""
    return _combined(AllOf, parts)


def any_of(*parts: Condition) -> Condition:
    """Return the condition that at least one part holds, flattened."""
    return _combined(AnyOf, parts)


def _combined(kind: type[AllOf] | type[AnyOf], parts: tuple[Condition, ...]) -> Condition:
    flat: list[Condition] = []
    for part in parts:
        if isinstance(part, kind) and not part.provision and not part.words:
            flat.extend(part.parts)
        else:
            flat.append(part)
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


# ------------------------------------------------------------------------------------------------------ in Python
@dataclass(frozen=True, slots=True)
class FactReference:
    """A fact by name, whose methods make conditions; see [fact][sanctionsmodel.conditions.fact]."""

    name: str

    def is_(self, value: Any) -> Condition:
        """The fact is the value (a code: with all that lies under it); one of many values is it."""
        return _leaf(registry()[self.name], value)

    def is_in(self, *values: Any) -> Condition:
        """The fact is one of the values; at least one of many values is."""
        return _leaf(registry()[self.name], list(values))

    def is_none(self) -> Condition:
        """There is none, and that is stated."""
        return _leaf(registry()[self.name], "none")

    def has_only(self, *values: Any) -> Condition:
        """A fact with many values has nothing but these."""
        return _leaf(registry()[self.name], {"only": list(values)})

    def from_(self, value: Any) -> Condition:
        """The fact is the value or above; ``>=`` says the same."""
        return _leaf(registry()[self.name], {"from": value})

    def above(self, value: Any) -> Condition:
        """The fact is above the value; ``>`` says the same."""
        return _leaf(registry()[self.name], {"above": value})

    def before(self, value: Any) -> Condition:
        """The fact is below the value; ``<`` says the same."""
        return _leaf(registry()[self.name], {"before": value})

    def up_to(self, value: Any) -> Condition:
        """The fact is the value or below; ``<=`` says the same."""
        return _leaf(registry()[self.name], {"up_to": value})

    __ge__ = from_
    __gt__ = above
    __lt__ = before
    __le__ = up_to


def fact(name: str) -> FactReference:
    """Return a handle on a declared fact, from which conditions are made.

    >>> to_yaml(fact("oil_price") > "60 USD/bbl")
    {'oil_price': {'above': '60 USD/bbl'}}
    >>> fact("orgin")
    Traceback (most recent call last):
        ...
    sanctionsmodel.errors.FactError: orgin: no such fact; did you mean 'origin'?
    """
    return FactReference(registry()[name].name)


def _leaf(declared: Fact, raw: Any, words: str = "") -> Condition:
    """Build the leaf that a value makes on a fact."""
    if declared.many:
        return _many_leaf(declared, raw, words)
    allowed, unit = read_priced(declared, raw)
    return Constrains(declared.name, allowed, unit=unit, words=words)


def _many_leaf(declared: Fact, raw: Any, words: str) -> Condition:
    if raw == "none":
        return Constrains(declared.name, FALSE, test=declared.anything, words=words)
    if isinstance(raw, Mapping) and set(raw) == {"not"}:
        inner = _many_leaf(declared, raw["not"], words)
        return (
            replace(inner, allowed=TRUE if inner.allowed == FALSE else FALSE)
            if isinstance(inner, Constrains)
            else inner
        )
    if isinstance(raw, Mapping) and set(raw) == {"only"}:
        others = sets.intersection(sets.complement(read_set(declared, raw["only"]), declared.bottom), declared.anything)
        return Constrains(declared.name, FALSE, test=others, words=words) if others else ALWAYS
    found = read_set(declared, raw)
    if sets.contains(found, declared.bottom):
        raise FactError(f"{declared.name}: none cannot stand in a list; write none alone, or combine with any")
    return Constrains(declared.name, TRUE, test=found, words=words)


# -------------------------------------------------------------------------------------------------------- in YAML
#: Resolves ``list:name`` or ``group:name`` on a fact to the condition that it stands for.
Lookup: TypeAlias = Callable[[Fact, str], Condition]


def _no_lists(declared: Fact, name: str) -> Condition:
    raise FactError(f"{declared.name}: {shown(name)} names a list, and there are none here; write the values")


class ConditionReader:
    """Reads the YAML form of conditions and collects what is wrong with them, each with its path.

    ``role`` makes the facts of a party (``nationality``) those of that role (``actor.nationality``).
    """

    def __init__(self, facts: Registry | None = None, lookup: Lookup = _no_lists, role: str = "") -> None:
        self.facts = facts or registry()
        self.lookup = lookup
        self.role = role
        self.problems: list[tuple[tuple[str | int, ...], str]] = []

    def read(self, raw: Any, path: tuple[str | int, ...] = ()) -> Condition:
        """Read a mapping; on a problem, note it and go on."""
        if len(path) > _DEEPEST * 2:
            return self._wrong(path, f"nested deeper than {_DEEPEST} levels; say it more simply")
        if not isinstance(raw, Mapping):
            return self._wrong(path, f"{shown(raw)} is no condition; write a mapping of facts, all, any or not")
        parts = [self._part(str(key), value, (*path, str(key))) for key, value in raw.items() if key not in _LABELS]
        provision, words = str(raw.get("provision", "")), str(raw.get("words", ""))
        whole = all_of(*parts)
        if not provision and not words:
            return whole
        if isinstance(whole, (AllOf, AnyOf)) and not whole.provision and not whole.words:
            return replace(whole, provision=provision, words=words)
        return AllOf((whole,), provision, words)

    def _part(self, key: str, raw: Any, path: tuple[str | int, ...]) -> Condition:
        if key == "not":
            return Not(self.read(raw, path))
        if key in ("all", "any"):
            if not isinstance(raw, (list, tuple)) or not raw:
                return self._wrong(path, f"{key} wants a list of conditions")
            inner = [self.read(one, (*path, index)) for index, one in enumerate(raw)]
            return all_of(*inner) if key == "all" else any_of(*inner)
        try:
            return self._fact(self._named(key), raw)
        except SanctionsModelError as error:
            return self._wrong(path, str(error))

    def _named(self, name: str) -> Fact:
        inner = self.role and "." not in name and name in self.facts.party_facts
        return self.facts[f"{self.role}.{name}" if inner else name]

    def _fact(self, declared: Fact, raw: Any) -> Condition:
        if isinstance(raw, str) and raw.startswith(("list:", "group:")):
            return self.lookup(declared, raw)
        if isinstance(raw, Mapping) and set(raw) == {"not"} and _has_reference(raw["not"]):
            return Not(self._fact(declared, raw["not"]))
        if isinstance(raw, (list, tuple)) and _has_reference(raw):
            return any_of(*(self._fact(declared, one) for one in raw))
        if isinstance(raw, Mapping) and set(raw) == {"only"} and _has_reference(raw["only"]):
            return self._only(declared, self._fact(declared, raw["only"]))
        return _leaf(declared, raw)

    def _only(self, declared: Fact, inside: Condition) -> Condition:
        if not isinstance(inside, Constrains):
            raise FactError(f"{declared.name}: 'only' wants one list without dates")
        others = sets.intersection(sets.complement(inside.test, declared.bottom), declared.anything)
        return Constrains(declared.name, FALSE, test=others, words=f"only {inside.words}")

    def _wrong(self, path: tuple[str | int, ...], message: str) -> Condition:
        self.problems.append((path, message))
        return NEVER


_LABELS = ("provision", "words")


def _has_reference(raw: Any) -> bool:
    if isinstance(raw, (list, tuple)):
        return any(_has_reference(one) for one in raw)
    return isinstance(raw, str) and raw.startswith(("list:", "group:"))


def from_yaml(raw: Mapping[str, Any]) -> Condition:
    """Read a condition from its mapping form; raises CatalogueError with all problems at once.

    >>> from_yaml({"origin": "Rusia", "hs": "761"})
    Traceback (most recent call last):
        ...
    sanctionsmodel.errors.CatalogueError: origin: ...
    """
    reader = ConditionReader()
    condition = reader.read(raw)
    if reader.problems:
        raise CatalogueError(
            Problem(message, field=".".join(str(step) for step in path)) for path, message in reader.problems
        )
    return condition


def to_yaml(condition: Condition) -> dict[str, Any]:
    """Return the mapping form, with plain JSON values, that reads back as an equal condition."""
    match condition:
        case Constrains():
            return {condition.fact: _leaf_value(registry()[condition.fact], condition)}
        case Not(part):
            return {"not": to_yaml(part)}
        case AllOf(parts):
            return _labelled(condition, _merged([to_yaml(part) for part in parts]))
        case AnyOf(parts):
            return _labelled(condition, {"any": [to_yaml(part) for part in parts]} if parts else {"any": []})
    assert_never(condition)


def _labelled(condition: AllOf | AnyOf, body: dict[str, Any]) -> dict[str, Any]:
    labels = {"provision": condition.provision, "words": condition.words}
    return {key: value for key, value in labels.items() if value} | body


def _merged(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Merge mappings whose keys differ into one, which means the same and reads better; else list them."""
    keys = [key for part in parts for key in part]
    if len(keys) == len(set(keys)) and not set(keys) & {*_LABELS, "all"}:
        return {key: value for part in parts for key, value in part.items()}
    return {"all": parts}


def _one_or_all(names: list[str]) -> Any:
    return names[0] if len(names) == 1 else names


def _leaf_value(declared: Fact, leaf: Constrains) -> Any:
    if not declared.many:
        return write_set(declared, leaf.allowed, leaf.unit)
    has = leaf.allowed == TRUE
    if leaf.test == declared.anything:
        return {"not": "none"} if has else "none"
    if declared.domain == "nominal":
        names = [name for name, own in nominal_sets(declared).items() if sets.contains(leaf.test, own[0])]
        if has or 2 * len(names) <= len(nominal_sets(declared)):
            return _one_or_all(names) if has else {"not": _one_or_all(names)}
        return {"only": _one_or_all([name for name in nominal_sets(declared) if name not in names])}
    if len(leaf.test) % 2:
        only = {"only": write_set(declared, sets.complement(leaf.test, declared.anything[0]))}
        return {"not": only} if has else only
    value = write_set(declared, leaf.test)
    return value if has else {"not": value}
