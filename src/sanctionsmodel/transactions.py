"""Transactions: what is known of a deal, fact by fact, as sets.

A transaction states facts; what it does not state is unknown, never "no". Facts may be imprecise, and a fact that does
not exist for the deal is stated as ``none``. Standing facts can be layered under many transactions.

>>> ingot = Transaction(activity="import", hs="760110", origin="RU", destination="US")
>>> ingot.with_facts(produced_on="2024-05-02")["produced_on"]
'2024-05-02'
>>> Transaction(orgin="RU")
Traceback (most recent call last):
    ...
sanctionsmodel.errors.FactError: orgin: no such fact; did you mean 'origin'?
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple, Self, TypeAlias

from pydantic import BaseModel, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from sanctionsmodel import sets
from sanctionsmodel._values import read_priced, read_set
from sanctionsmodel._writing import write_set
from sanctionsmodel.errors import FactError, SanctionsModelError, UnknownCode, named, shown
from sanctionsmodel.facts import EITHER, FALSE, TRUE, Axis, Fact, registry
from sanctionsmodel.sets import Cuts

_LARGEST_JSON = 1_000_000


class OneOf(NamedTuple):
    """What is known of a fact with one value: the set of values still possible, for a price in one currency."""

    cuts: Cuts
    unit: str = ""


class ListOf(NamedTuple):
    """What is known of a fact with many values: the stated ones, and whether there may be others."""

    elements: tuple[Cuts, ...]
    closed: bool

    def has_one_of(self, test: Cuts) -> Cuts:
        """Say, as a set of answers, whether the list has one of the tested values."""
        if any(sets.is_subset(element, test) for element in self.elements):
            return TRUE
        if self.closed and all(sets.are_disjoint(element, test) for element in self.elements):
            return FALSE
        return EITHER


Known: TypeAlias = OneOf | ListOf


class Transaction(Mapping[str, Any]):
    """Stated facts of one act, validated, frozen and equal by value; a mapping from fact names to stated values.

    Args:
        facts: fact names to values, as in a JSON file. A role (``actor``) may hold a mapping or a Party, and
            ``commodity`` a Commodity. ``rates`` holds exchange rates with their date and source.
        named: the same, as keywords.

    Raises FactError or UnknownCode, listing everything that is wrong, each with the fact, the value and the remedy.
    """

    __slots__ = ("_hash", "_known", "_rates")
    _known: dict[str, Known]
    _rates: tuple[Any, ...]

    def __init__(self, facts: Mapping[str, Any] | None = None, /, **named: Any) -> None:
        stated = {**facts, **named} if facts else named
        problems: list[SanctionsModelError] = []
        known: dict[str, Known] = {}
        rates: tuple[Any, ...] = ()
        for name, raw in stated.items():
            try:
                if name == "rates":
                    rates = _read_rates(raw)
                else:
                    _state(known, name, raw)
            except SanctionsModelError as error:
                problems.append(error)
        if problems:
            raise _all_of(problems)
        object.__setattr__(self, "_known", known)
        object.__setattr__(self, "_rates", rates)

    @classmethod
    def of_known(cls, known: dict[str, Known], rates: tuple[Any, ...]) -> Self:
        """Return the transaction of facts that are read already; nothing is checked again."""
        made = cls.__new__(cls)
        object.__setattr__(made, "_known", known)
        object.__setattr__(made, "_rates", rates)
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy by what is known."""
        return _unpickled, (self._known, self._rates)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a transaction is frozen; make another with with_facts, without or |")

    # ------------------------------------------------------------------------------------------------ as a mapping
    def __getitem__(self, name: str) -> Any:
        """Return the stated value of a fact in its canonical form; raises KeyError when it was not stated."""
        return written(registry()[name], self._known[name])

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of the stated facts."""
        return iter(self._known)

    def __len__(self) -> int:
        """Count the stated facts."""
        return len(self._known)

    def __contains__(self, name: object) -> bool:
        """Say whether a fact is stated."""
        return name in self._known

    def __eq__(self, other: object) -> bool:
        """Equal when the same facts are known to the same extent, whatever they were typed as."""
        return isinstance(other, Transaction) and (self._known, self._rates) == (other._known, other._rates)

    def __hash__(self) -> int:
        """Hash by value."""
        return hash((frozenset(self._known.items()), self._rates))

    def __repr__(self) -> str:
        """Show the stated facts."""
        return f"Transaction({self.to_dict()!r})"

    # --------------------------------------------------------------------------------------------------- as knowledge
    @property
    def known(self) -> Mapping[str, Known]:
        """What is known of each stated fact, as sets."""
        return self._known

    @property
    def rates(self) -> tuple[Any, ...]:
        """The stated exchange rates."""
        return self._rates

    def on_axis(self, axis: Axis) -> Cuts | None:
        """Return what the statements alone say on an axis, or None where they say nothing."""
        known = self._known.get(axis.fact)
        if known is None:
            return None
        if isinstance(known, ListOf):
            answer = known.has_one_of(axis.test)
            return FALSE if answer == EITHER and registry()[axis.fact].reliance else answer
        if known.unit == axis.unit or known.cuts == registry()[axis.fact].none:
            return known.cuts
        return self._converted(known, axis.unit)

    def _converted(self, known: OneOf, unit: str) -> Cuts | None:
        factor = next((f for f in (_factor(rate, known.unit, unit) for rate in self._rates) if f is not None), None)
        return None if factor is None else _scaled(known.cuts, factor)

    # -------------------------------------------------------------------------------------------------------- changes
    def with_facts(self, facts: Mapping[str, Any] | None = None, /, **named: Any) -> Self:
        """Return a transaction that also states these facts; they replace what was stated of them before."""
        return self | type(self)(facts, **named)

    def with_known(self, name: str, known: Known) -> Self:
        """Return a transaction of which this much is known of one fact, given as sets."""
        return self.of_known({**self._known, name: known}, self._rates)

    def without(self, *names: str) -> Self:
        """Return a transaction that does not state these facts; raises FactError for a name that nobody declared."""
        for name in names:
            registry()[name]
        return self.of_known({name: known for name, known in self._known.items() if name not in names}, self._rates)

    def __or__(self, more: Mapping[str, Any]) -> Self:
        """Layer a transaction's facts over standing facts: ``standing | transaction``."""
        upper = more if isinstance(more, Transaction) else type(self)(more)
        return self.of_known(
            {**self._known, **upper._known}, upper._rates + tuple(r for r in self._rates if r not in upper._rates)
        )

    # ----------------------------------------------------------------------------------------------------------- JSON
    def to_dict(self) -> dict[str, Any]:
        """Return the facts as plain JSON values that read back as an equal transaction."""
        facts = {name: written(registry()[name], known) for name, known in self._known.items()}
        rates = [rate.model_dump(mode="json", by_alias=True) for rate in self._rates]
        return {**facts, "rates": rates} if rates else facts

    def to_json(self) -> str:
        """Return the facts as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    @classmethod
    def model_validate(cls, facts: Mapping[str, Any]) -> Self:
        """Read a transaction from a mapping of facts; a transaction is given back as it is."""
        return facts if isinstance(facts, cls) else cls(facts)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a transaction from JSON text; raises FactError for text that is no JSON object."""
        if len(text) > _LARGEST_JSON:
            raise FactError(f"a transaction of {len(text)} characters is too large; at most {_LARGEST_JSON}")
        try:
            raw = json.loads(text, object_pairs_hook=_without_duplicates, parse_float=_exact_number)
        except (ValueError, RecursionError) as error:
            if isinstance(error, SanctionsModelError):
                raise
            raise FactError(f"this is no JSON: {named(error)}") from None
        if not isinstance(raw, dict):
            raise FactError(f"a transaction is a JSON object of facts, not a {type(raw).__name__}")
        return cls(raw)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let a transaction be a field of a model, as its plain mapping."""
        return core_schema.no_info_plain_validator_function(
            lambda value: value if isinstance(value, cls) else cls(value),
            serialization=core_schema.plain_serializer_function_ser_schema(lambda value: value.to_dict()),
        )


def _unpickled(known: dict[str, Known], rates: tuple[Any, ...]) -> Transaction:
    return Transaction.of_known(known, rates)


def _exact_number(text: str) -> Any:
    """Keep a JSON number as the decimal that was written, within bounds."""
    if len(text) > 60:
        raise FactError(f"{shown(text)} has too many digits; at most 30")
    return Decimal(text)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise FactError(f"{named(twice)}: stated twice; state each fact once")
    return result


def _all_of(problems: list[SanctionsModelError]) -> SanctionsModelError:
    if len(problems) == 1:
        return problems[0]
    kind = UnknownCode if all(isinstance(problem, UnknownCode) for problem in problems) else FactError
    return kind("\n".join(str(problem) for problem in problems))


def _state(known: dict[str, Known], name: str, raw: Any) -> None:
    """Read one stated fact, or the facts of a party or commodity, into ``known``."""
    if not isinstance(name, str):
        raise FactError(f"{shown(name)}: a fact's name is text")
    declared = registry()
    if name in declared.roles:
        _state_all(known, name, {f"{name}.{inner}": value for inner, value in _facts_of(name, raw).items()})
    elif name == "commodity":
        _state_all(known, name, _facts_of(name, raw))
    elif name in known:
        raise FactError(f"{name}: stated by itself and within a party or commodity; state it once")
    else:
        known[name] = read_known(declared[name], raw)


def _state_all(known: dict[str, Known], name: str, facts: Mapping[str, Any]) -> None:
    for inner, value in facts.items():
        if inner in known:
            raise FactError(f"{inner}: stated by itself and within {name}; state it once")
        known[inner] = read_known(registry()[inner], value)


def _facts_of(name: str, raw: Any) -> Mapping[str, Any]:
    if isinstance(raw, Mapping):
        return raw
    if isinstance(raw, BaseModel) and hasattr(raw, "facts"):
        facts = raw.facts() if callable(raw.facts) else raw.facts
        return dict(facts)
    way = "hs and other facts of the goods" if name == "commodity" else f"{name}.us_person and so on"
    raise FactError(f"{name}: {shown(raw)} is no mapping of facts; state them as {way}")


def read_known(fact: Fact, raw: Any) -> Known:
    """Read what is stated of a fact: a value, an imprecise value, or for a fact with many values a list."""
    if not fact.many:
        return _read_words(fact, raw) if isinstance(raw, str) else _read_one(fact, raw)
    if isinstance(raw, Mapping) and set(raw) == {"at_least"}:
        return ListOf(_elements(fact, raw["at_least"]), closed=False)
    return ListOf((), closed=True) if raw == "none" else ListOf(_elements(fact, raw), closed=True)


def _read_one(fact: Fact, raw: Any) -> OneOf:
    found = OneOf(*read_priced(fact, raw))
    _refuse_wrong_none(fact, found.cuts)
    return found


#: Cached, since tables and cases repeat few values many times.
_read_words = lru_cache(maxsize=1 << 16)(_read_one)


def _refuse_wrong_none(fact: Fact, cuts: Cuts) -> None:
    if fact.name == "transacted_on" and sets.contains(cuts, fact.bottom):
        raise FactError("transacted_on: an act has a day; leave it out while it is unknown")


def _elements(fact: Fact, raw: Any) -> tuple[Cuts, ...]:
    items: Iterable[Any] = raw if isinstance(raw, (list, tuple, set, frozenset)) else (raw,)
    elements = sorted({read_set(fact, item) for item in items})
    if not elements:
        raise FactError(f"{fact.name}: an empty list says nothing; leave an unknown fact out, or write none")
    if fact.none in elements:
        raise FactError(f"{fact.name}: none cannot stand in a list; write none alone for an empty list")
    return tuple(elements)


def written(fact: Fact, known: Known) -> Any:
    """Return what is known of a fact as plain JSON values that read back as the same."""
    if isinstance(known, OneOf):
        return write_set(fact, known.cuts, known.unit)
    if not known.elements:
        return "none" if known.closed else {"at_least": []}
    elements = [write_set(fact, element) for element in known.elements]
    return elements if known.closed else {"at_least": elements}


def _read_rates(raw: Any) -> tuple[Any, ...]:
    from sanctionsmodel.quantities import Rate

    if not isinstance(raw, (list, tuple)):
        raise FactError(
            f"rates: {shown(raw)} is no list; write [{{from: USD, to: EUR, rate: 0.92, on: ..., source: ...}}]"
        )
    return tuple(one if isinstance(one, Rate) else Rate.read(one) for one in raw)


def _factor(rate: Any, source: str, target: str) -> float | None:
    if (rate.from_currency, rate.to) == (source, target):
        return float(rate.rate)
    return float(1 / rate.rate) if (rate.to, rate.from_currency) == (source, target) else None


def _scaled(cuts: Cuts, factor: float) -> Cuts:
    """Convert a set of prices; "there is none" stays apart, and an end just after a value stays just after it."""
    return sets.union_of_many(
        [tuple(_converted_end(end, factor) for end in span if end is not None) for span in sets.spans(cuts)]
    )


def _converted_end(value: float, factor: float) -> float:
    if value in (-math.inf, sets.successor(-math.inf)):
        return value
    before = math.nextafter(value, -math.inf)
    if len(repr(before)) < len(repr(value)):  # the end lies just after what somebody wrote
        return float(sets.successor(_product(before, factor)))
    return _product(value, factor)


def _product(value: float, factor: float) -> float:
    return float(Decimal(repr(value)) * Decimal(repr(factor)))
