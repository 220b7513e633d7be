"""Parties: the persons and ships of a transaction, with the facts that a role can state.

A party's facts are those that the registry declares for parties; in a transaction they stand under its role:
``actor.us_person``, ``buyer.listed_under``.

>>> trader = Party("Alpha Metals Ltd", kind="company", organised_in="GB", listed_under="none")
>>> trader["organised_in"]
'GB'
>>> Party("Beta", organized_in="GB")
Traceback (most recent call last):
    ...
sanctionsmodel.errors.FactError: organized_in: no such fact of a party; did you mean 'organised_in'?
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import field_serializer, field_validator

from sanctionsmodel._models import Model
from sanctionsmodel.errors import FactError, named, nearest, shown
from sanctionsmodel.facts import Fact, registry
from sanctionsmodel.transactions import Known, read_known, written

_LONGEST_NAME = 300


class Party(Model):
    """A person or ship with what is known of it, by the names of party facts.

    ``Party("Alpha", kind="company")`` and ``Party(name="Alpha", stated={"kind": "company"})`` are the same. What is
    left out is unknown; ``none`` is stated. Raises FactError or UnknownCode for a fact that cannot be read.
    """

    name: str = ""
    stated: tuple[tuple[str, Any], ...] = ()

    def __init__(self, name: str = "", /, **facts: Any) -> None:
        """Build from a name and party facts, or from the fields of its JSON form."""
        stated = dict(facts.pop("stated", {}))
        super().__init__(name=facts.pop("name", name), stated={**stated, **facts})

    @classmethod
    def _from_text(cls, text: str) -> dict[str, Any]:
        return {"name": text}

    @field_validator("name")
    @classmethod
    def _short(cls, text: str) -> str:
        if len(text) > _LONGEST_NAME:
            raise FactError(f"name: {shown(text)} is too long; at most {_LONGEST_NAME} characters")
        return text.strip()

    @field_validator("stated", mode="before")
    @classmethod
    def _read(cls, raw: Any) -> tuple[tuple[str, Known], ...]:
        facts = registry().party_facts
        known = {}
        for name, value in dict(raw).items():
            if name not in facts:
                raise FactError(f"{named(name)}: no such fact of a party{nearest(str(name), facts) or _LISTED}")
            known[name] = value if _is_known(value) else read_known(facts[name], value)
        return tuple(sorted(known.items()))

    @field_serializer("stated")
    def _write(self, stated: tuple[tuple[str, Known], ...]) -> dict[str, Any]:
        return {name: written(_fact(name), known) for name, known in stated}

    def facts(self) -> Mapping[str, Any]:
        """Return the stated facts by name, as plain values."""
        return {name: written(_fact(name), known) for name, known in self.stated}

    def __getitem__(self, name: str) -> Any:
        """Return one stated fact; raises KeyError when it was not stated."""
        return self.facts()[name]


_LISTED = "; sanctionsmodel.facts.registry().party_facts lists those there are"


def _fact(name: str) -> Fact:
    return registry().party_facts[name]


def _is_known(value: Any) -> bool:
    from sanctionsmodel.transactions import ListOf, OneOf

    return isinstance(value, (OneOf, ListOf))
