"""Facts: the named dimensions of a transaction, one declaration each.

A fact has a name (``origin``, ``produced_on``, ``actor.us_person``), a domain, a definition with its source, and the
question that a person is asked when it is missing. The registry drives everything else: what a transaction may state,
how a condition is read, the columns of a table, the JSON Schema and the questionnaire. What is known of a fact, and
what a rule demands of it, are both sets on the fact's line (see [sets][sanctionsmodel.sets]).

>>> fact = registry()["produced_on"]
>>> fact.domain, fact.question
('date', 'When were the goods produced?')
>>> registry()["produced"]
Traceback (most recent call last):
    ...
sanctionsmodel.errors.FactError: produced: no such fact; did you mean 'produced_on'?
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, NamedTuple, TypeAlias

from sanctionsmodel._data import read_json
from sanctionsmodel.errors import FactError, named, nearest
from sanctionsmodel.sets import Cuts, successor

Domain: TypeAlias = Literal["nominal", "jurisdiction", "code", "date", "quantity", "boolean"]

#: The two answers of a yes/no fact, as sets on its line (false = 0, true = 1).
FALSE: Cuts = (0, 1)
TRUE: Cuts = (1,)
EITHER: Cuts = (0,)

#: The role that stands for all parties together; its facts gather those of the others.
EVERY_ROLE = "party"

_BOTTOM: dict[str, Any] = {
    "nominal": 0,
    "jurisdiction": "",
    "code": "",
    "date": 0,
    "quantity": -math.inf,
    "boolean": 0,
}


class Axis(NamedTuple):
    """One line of fact space.

    A fact with one value has one axis. A fact with many values has one yes/no axis for each set that a rule tests
    ("has one of these"), and a price has one axis a currency.
    """

    fact: str
    test: Cuts = ()
    unit: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Fact:
    """One declared dimension of a transaction.

    ``values`` maps each value of a nominal domain to its meaning. ``many`` says that the fact is a set of values.
    ``reliance`` facts count only when stated. ``known`` lists the days on which a question of law is answered.
    """

    name: str
    domain: Domain
    definition: str
    question: str
    source: str = ""
    system: str = ""
    dimension: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    many: bool = False
    may_be_none: bool = False
    reliance: bool = False
    defined_term: bool = False
    known: tuple[tuple[str, str, str], ...] = ()

    @property
    def bottom(self) -> Any:
        """The lowest point of the line: "there is none" (for a yes/no fact: false)."""
        return _BOTTOM[self.domain]

    @property
    def none(self) -> Cuts:
        """The set that holds only "there is none"."""
        return (self.bottom, successor(self.bottom))

    @property
    def anything(self) -> Cuts:
        """Every value but "there is none"."""
        return (self.bottom,) if self.domain == "boolean" else (successor(self.bottom),)

    @property
    def unknown(self) -> Cuts:
        """What is possible while nobody said anything about the fact."""
        return (self.bottom,) if self.may_be_none else self.anything

    @property
    def role(self) -> str:
        """The role whose party the fact is about, or the empty text."""
        return self.name.partition(".")[0] if "." in self.name else ""

    @property
    def is_money(self) -> bool:
        """Whether values are prices, which have one line a currency."""
        return self.dimension.startswith("money")

    def line(self, axis: Axis) -> Cuts:
        """Return what is possible on one of the fact's axes while nobody said anything."""
        return EITHER if axis.test else self.unknown


class Registry(Mapping[str, Fact]):
    """All declared facts by name, with those of parties (``role.fact``) made on first use."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = raw
        self.roles: Mapping[str, str] = raw["roles"]
        self._facts = {entry["name"]: _declared(entry, raw) for entry in raw["facts"]}
        self._party_facts = {entry["name"]: _declared(entry, raw) for entry in raw["party_facts"]}
        self._of_roles: dict[str, Fact] = {}

    def __getitem__(self, name: str) -> Fact:
        """Return the fact; raises FactError with the nearest names when nobody declared it."""
        fact = self._facts.get(name) or self._of_roles.get(name)
        return fact if fact is not None else self._of_role(name)

    def __contains__(self, name: object) -> bool:
        """Say whether a fact of that name is declared."""
        try:
            return isinstance(name, str) and self[name] is not None
        except FactError:
            return False

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names, each party fact once a role."""
        yield from self._facts
        yield from (f"{role}.{name}" for role in self.roles for name in self._party_facts)

    def __len__(self) -> int:
        """Count the names that iteration gives."""
        return len(self._facts) + len(self.roles) * len(self._party_facts)

    @property
    def party_facts(self) -> Mapping[str, Fact]:
        """The facts that every party may have, by their name without the role."""
        return self._party_facts

    def _of_role(self, name: str) -> Fact:
        role, dot, inner = name.partition(".")
        if not dot or role not in self.roles or inner not in self._party_facts:
            raise FactError(f"{named(name)}: no such fact{self._nearest(name, role, dot) or _LISTED}")
        fact = self._party_facts[inner]
        kept = {key: getattr(fact, key) for key in fact.__slots__ if key not in ("name", "question", "many")}
        made = Fact(
            name=name,
            question=fact.question.replace("{role}", role.replace("_", " ")),
            many=fact.many or (role == EVERY_ROLE and fact.domain != "boolean"),
            **kept,
        )
        self._of_roles[name] = made
        return made

    def _nearest(self, name: str, role: str, dot: str) -> str:
        if not dot:
            return nearest(name, self._facts)
        if role not in self.roles:
            return f"; roles are {', '.join(self.roles)}"
        return nearest(name, [f"{role}.{inner}" for inner in self._party_facts])


_LISTED = "; sanctionsmodel.facts.registry() lists those there are"


def _declared(entry: Mapping[str, Any], raw: Mapping[str, Any]) -> Fact:
    """Build a fact from its declaration."""
    domain = entry["domain"]
    values = entry.get("values", {})
    if "same_values_as" in entry:
        values = next(other["values"] for other in raw["facts"] if other["name"] == entry["same_values_as"])
    known = tuple((span.get("from", ""), span.get("until", ""), span["value"]) for span in entry.get("known", ()))
    return Fact(
        name=entry["name"],
        domain=entry["of"] if domain == "many" else "boolean" if domain == "defined_term" else domain,
        definition=entry["definition"],
        question=entry["question"],
        source=entry.get("source", ""),
        system=entry.get("system", ""),
        dimension=entry.get("dimension", ""),
        values=values,
        many=domain == "many",
        may_be_none=entry.get("may_be_none") == "true",
        reliance=entry.get("reliance") == "true",
        defined_term=domain == "defined_term",
        known=known,
    )


@cache
def registry() -> Registry:
    """Return the bundled registry, read once a process."""
    return Registry(read_json("built/facts.json"))
