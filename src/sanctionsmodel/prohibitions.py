"""Prohibitions: one operative measure of one issuer, with its versions in time, its limbs and its exemptions.

A measure is a set in fact space. Each version holds on the days ``[from, until)``; each *limb* of a version is one
branch with its own citation; an *exemption* frees the limbs that it names. Everything is cited at paragraph grain.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn, Self, TypeAlias, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from sanctionsmodel.citations import Citation, Instrument
from sanctionsmodel.conditions import ALWAYS, AllOf, AnyOf, Condition, Constrains, Not, all_of, from_yaml, to_yaml
from sanctionsmodel.sets import Cuts

if TYPE_CHECKING:
    from sanctionsmodel.catalogue import Catalogue
    from sanctionsmodel.findings import Finding
    from sanctionsmodel.transactions import Transaction

_M = TypeVar("_M", bound=BaseModel)

Confidence: TypeAlias = Literal["high", "medium", "low"]
Kind: TypeAlias = Literal["prohibition", "definition"]
ModelStatus: TypeAlias = Literal["complete", "partial"]
Policy: TypeAlias = Literal[
    "denial", "presumption_of_denial", "case_by_case", "presumption_of_approval", "approval", "as_entry"
]
ExemptionKind: TypeAlias = Literal[
    "exclusion",
    "exception",
    "general_licence",
    "specific_licence",
    "licence_exception",
    "wind_down",
    "grandfathering",
    "derogation",
    "quota",
]


class _NoTruth(StrEnum):
    """A word that must be compared, never taken for true or false."""

    def __bool__(self) -> NoReturn:
        raise TypeError(
            f"{type(self).__name__} is no yes or no; compare it, as in status == {type(self).__name__}(...)"
        )


class Status(_NoTruth):
    """What one measure says of one transaction."""

    COVERED = "covered"
    EXEMPT = "exempt"
    NOT_COVERED = "not_covered"
    UNDETERMINED = "undetermined"


class Effect(_NoTruth):
    """What being covered means, from the mildest to the most severe; ``classified`` forbids nothing."""

    CLASSIFIED = "classified"
    REPORT = "report"
    EXPOSURE = "exposure"
    DUTY = "duty"
    LICENCE_REQUIRED = "licence_required"
    REFUSED = "refused"
    PROHIBITED = "prohibited"
    BLOCKED = "blocked"


#: The scale of an overall answer, mildest first.
SEVERITY: tuple[str, ...] = (
    "not_covered",
    "exempt",
    "report",
    "exposure",
    "duty",
    "licence_required",
    "refused",
    "prohibited",
    "blocked",
)


def _condition(raw: Any) -> Condition:
    return raw if isinstance(raw, (Constrains, AllOf, AnyOf, Not)) else from_yaml(raw)


#: A condition as a field: read from its mapping form, written back to it.
ConditionField: TypeAlias = Annotated[
    Any, BeforeValidator(_condition), PlainSerializer(lambda condition: to_yaml(condition), return_type=dict[str, Any])
]


class _Law(BaseModel):
    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid", populate_by_name=True)


class PolicyRule(_Law):
    """One line of a licence review policy; of several, the first whose condition holds decides."""

    policy: Policy
    when: ConditionField = ALWAYS
    provision: str = ""


class Limb(_Law):
    """One branch of a version, with its provision and, where they differ, its own effect and policy."""

    provision: str = ""
    when: ConditionField = ALWAYS
    effect: Effect | None = None
    policy: tuple[PolicyRule, ...] | None = None
    rate: str = ""


class Spanned(_Law):
    """Something in force on the days ``[from, until)``; an end left out is open."""

    from_: dt.date | None = Field(default=None, alias="from")
    until: dt.date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.from_ and self.until and not self.from_ < self.until:
            raise ValueError(f"from {self.from_} does not lie before until {self.until}")
        return self

    @property
    def days(self) -> Cuts:
        """The days in force, as a set on the line of ``transacted_on``."""
        first = self.from_.toordinal() if self.from_ else 1
        return (first, self.until.toordinal()) if self.until else (first,)

    def holds_on(self, day: dt.date) -> bool:
        """Say whether it is in force on a day."""
        return (self.from_ is None or self.from_ <= day) and (self.until is None or day < self.until)

    def in_time(self, condition: Condition) -> Condition:
        """Return the condition, tied to the days in force."""
        if self.from_ is None and self.until is None:
            return condition
        return all_of(Constrains("transacted_on", self.days), condition)


class Version(Spanned):
    """The text of a measure between two days: what every limb requires, and the limbs."""

    cite: tuple[Citation, ...]
    when: ConditionField = ALWAYS
    limbs: tuple[Limb, ...] = Field(default_factory=lambda: (Limb(),))
    confidence: Confidence | None = None


class ExemptionVersion(Spanned):
    """The text of an exemption between two days."""

    cite: tuple[Citation, ...]
    provision: str
    when: ConditionField = ALWAYS
    confidence: Confidence | None = None


class Exemption(_Law):
    """A way out: an exception, general licence, wind-down or the like, and the limbs that it frees (all by default)."""

    id: str
    title: str
    kind: ExemptionKind
    versions: tuple[ExemptionVersion, ...]
    frees: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    confidence: Confidence = "high"
    verified_on: dt.date | None = None
    status: ModelStatus = "complete"
    not_modelled: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def frees_limb(self, limb: Limb) -> bool:
        """Say whether it frees a limb."""
        return not self.frees or limb.provision in self.frees


class Prohibition(_Law):
    """One measure: who is bound to what, since when, by which provision, with which ways out.

    ``issuer`` is an ISO 3166 code, ``eu``, ``un`` or an exchange's MIC, in lower case. ``parts`` are the measures that
    a measure only sums up. ``status`` says whether the model is complete; ``not_modelled`` says what is left out.
    """

    id: str
    title: str
    issuer: str
    instrument: Instrument
    effect: Effect
    kind: Kind = "prohibition"
    themes: tuple[str, ...] = ()
    bound: str = ""
    binds: ConditionField = ALWAYS
    versions: tuple[Version, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    parts: tuple[str, ...] = ()
    policy: tuple[PolicyRule, ...] = ()
    rate: str = ""
    duties: tuple[str, ...] = ()
    status: ModelStatus = "partial"
    confidence: Confidence = "medium"
    verified_on: dt.date | None = None
    not_modelled: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def limbs(self) -> Iterator[tuple[Version, Limb]]:
        """Iterate over every limb of every version."""
        for version in self.versions:
            for limb in version.limbs:
                yield version, limb

    def scope(self, version: Version, limb: Limb) -> Condition:
        """Return what a limb covers: who is bound, the days in force, and what version and limb require."""
        return all_of(version.in_time(self.binds), version.when, limb.when)

    def effect_of(self, limb: Limb) -> Effect:
        """Return the effect of a limb."""
        return limb.effect if limb.effect is not None else self.effect

    def policy_of(self, limb: Limb) -> tuple[PolicyRule, ...]:
        """Return the licence review policy of a limb."""
        return self.policy if limb.policy is None else limb.policy

    def evaluate(self, transaction: Transaction | Mapping[str, Any], catalogue: Catalogue | None = None) -> Finding:
        """Say what this measure says of a transaction.

        ``catalogue`` gives the definitions of terms such as ``actor.uk_person``; the bundled one by default.

        >>> from sanctionsmodel import Catalogue
        >>> ban = Catalogue.bundled()["us/eo-14068/metals-import"]
        >>> cargo = {"activity": "import", "hs": "740311", "origin": "RU", "destination": "US"}
        >>> ban.evaluate({**cargo, "transacted_on": "2024-06-10"}).missing_facts
        ('produced_on',)
        """
        import sanctionsmodel  # the door, since the judging stands above the law

        finding: Finding = sanctionsmodel.evaluate(self, transaction, catalogue)
        return finding

    def to_json(self) -> str:
        """Return the measure as JSON text that [from_json][sanctionsmodel.Prohibition] reads back."""
        return self.model_dump_json(by_alias=True, exclude_defaults=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a measure from its JSON text."""
        return cls.model_validate_json(text)


_DAYS = {"from", "until", "verified_on", "read_on", "published_on"}


def as_written(model: type[_M], body: Mapping[str, Any]) -> _M:
    """Build a model from law that was checked when the catalogue was built, without checking it again."""
    values = {("from_" if name == "from" else name): _plain(name, value) for name, value in body.items()}
    return model.model_construct(None, **values)


def _plain(name: str, value: Any) -> Any:
    if name in _DAYS and isinstance(value, str):
        return dt.date.fromisoformat(value)
    if name == "effect" and value is not None:
        return Effect(value)
    return tuple(value) if isinstance(value, list) else value
