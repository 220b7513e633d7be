"""The parts of an assessment beside its findings: questions, groups, scope, options, changes and conflicts."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from sanctionsmodel.prohibitions import Status


class _Part(BaseModel):
    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid")


class Option(_Part):
    """One group of values of an open fact that lead to the same status."""

    value: Any
    text: str
    status: Status
    settles: bool


class Change(_Part):
    """A single stated fact, the nearest other value of which would change a covered measure's status."""

    measure: str
    fact: str
    stated: Any
    instead: Any
    text: str
    status: Status


class Conflict(_Part):
    """A term that was stated, although finer stated facts say otherwise; the statement was followed."""

    term: str
    stated: bool
    derived: bool
    facts: tuple[str, ...]


class Question(_Part):
    """A missing fact as a question to a person, with the findings that wait for it.

    ``settles`` are those that some answer to it would settle by itself.
    """

    name: str
    question: str
    definition: str
    findings: tuple[str, ...]
    settles: tuple[str, ...] = ()


class Waiting(_Part):
    """The undetermined findings that wait for the same facts."""

    facts: tuple[str, ...]
    measures: tuple[str, ...]


class Scope(_Part):
    """What was asked: one measure, how complete its model is, and when it was last verified."""

    measure: str
    title: str
    model_status: Literal["complete", "partial"]
    verified_on: str = ""
    not_modelled: tuple[str, ...] = ()
