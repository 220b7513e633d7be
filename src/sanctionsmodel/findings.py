"""Findings: what one measure says of one transaction, with the reasons, provisions and exemptions behind it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SerializerFunctionWrapHandler,
    model_serializer,
)

from sanctionsmodel._exact import Verdict
from sanctionsmodel.answers import Option
from sanctionsmodel.citations import Citation
from sanctionsmodel.prohibitions import (
    SEVERITY,
    Confidence,
    Effect,
    ExemptionKind,
    Kind,
    Policy,
    Status,
)

if TYPE_CHECKING:
    from sanctionsmodel._judging import Judge


class _Answer(BaseModel):
    model_config = ConfigDict(
        defer_build=True, frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True
    )

    def __eq__(self, other: object) -> bool:
        """Equal by what JSON holds; the judge behind a finding is no part of it."""
        return type(self) is type(other) and self._values() == other._values()

    def __hash__(self) -> int:
        """Hash by value."""
        return hash((type(self), self._values()))

    def _values(self) -> tuple[object, ...]:
        return tuple(getattr(self, name.removeprefix("stored_")) for name in type(self).model_fields)


class Reason(_Answer):
    """One leaf of a rule: whether it holds, in words, and what it saw of its fact."""

    mark: Literal["yes", "no", "open", "either way"]
    text: str
    fact: str = ""
    saw: str = ""
    provision: str = ""
    depth: int = 0


class ExemptionFinding(_Answer):
    """One exemption of a measure: whether it applies, might apply, or does not, and why."""

    id: str
    title: str
    kind: ExemptionKind
    result: Literal["applies", "possible", "does not apply"]
    provisions: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    reasons: tuple[Reason, ...] = ()


class Finding(_Answer):
    """What one measure says of one transaction.

    ``effects`` are those that the measure has or, while undetermined, could have; ``policies`` likewise. ``since`` is
    the first day of the version.
    """

    measure: str
    title: str
    issuer: str
    kind: Kind
    status: Status
    effects: tuple[Effect, ...]
    provisions: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None
    policies: tuple[Policy, ...] = ()
    rate: str = ""
    duties: tuple[str, ...] = ()
    confidence: Confidence = "high"
    model_status: Literal["complete", "partial"] = "partial"
    verified_on: dt.date | None = None
    bounded: bool = False
    stored_missing_facts: tuple[str, ...] | None = Field(default=None, alias="missing_facts")
    stored_exemptions: tuple[ExemptionFinding, ...] | None = Field(default=None, alias="exemptions")
    stored_reasons: tuple[Reason, ...] | None = Field(default=None, alias="reasons")
    _judge: Judge | None = PrivateAttr(default=None)
    _verdict: Verdict | None = PrivateAttr(default=None)

    @property
    def missing_facts(self) -> tuple[str, ...]:
        """The unknown facts that can change an undetermined status, exactly."""
        if self.stored_missing_facts is None and self._judge is not None and self._verdict is not None:
            self.__dict__["stored_missing_facts"] = self._judge.missing_facts(self._verdict)
        return self.stored_missing_facts or ()

    @property
    def exemptions(self) -> tuple[ExemptionFinding, ...]:
        """The exemptions that apply, might apply, or were considered and do not, each with its reasons."""
        if self.stored_exemptions is None and self._judge is not None and self._verdict is not None:
            self.__dict__["stored_exemptions"] = self._judge.exemptions(self.measure, self._verdict)
        return self.stored_exemptions or ()

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why, leaf by leaf: what the rule demands, whether it holds, and what was seen of the fact."""
        if self.stored_reasons is None and self._judge is not None and self._verdict is not None:
            self.__dict__["stored_reasons"] = self._judge.reasons(self.measure, self._verdict)
        return self.stored_reasons or ()

    @model_serializer(mode="wrap")
    def _whole(self, write: SerializerFunctionWrapHandler) -> Any:
        _ = (
            self.missing_facts,
            self.exemptions,
            self.reasons,
        )  # worked out only when somebody wants them, JSON included
        return write(self)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle what JSON holds; the transaction behind a finding stays where it was."""
        return type(self).model_validate_json, (self.model_dump_json(),)

    def what_if(self, fact: str) -> tuple[Option, ...]:
        """Return what each possible value of a fact would make of this finding, grouped by the status.

        Raises FactError for a fact that nobody declared, and RuntimeError for a finding that was read from JSON.
        """
        from sanctionsmodel import _what_if

        if self._judge is None:
            raise RuntimeError("this finding was read from JSON; evaluate its transaction again to ask it more")
        return _what_if.options(self._judge.index, self._judge.narrowed, self.measure, fact)

    @property
    def applied(self) -> tuple[ExemptionFinding, ...]:
        """The exemptions that free the act."""
        return tuple(one for one in self.exemptions if one.result == "applies")

    @property
    def effect(self) -> Effect:
        """The most severe effect that the measure has or could have."""
        return self.effects[-1]

    @property
    def rank(self) -> tuple[int, int, str]:
        """The place among other findings: by status, covered first, then by severity, then by name."""
        word = self.effect.value
        return (_ORDER.index(self.status), -SEVERITY.index(word) if word in SEVERITY else 1, self.measure)

    @property
    def at_least(self) -> str:
        """The mildest that this finding can come to, on the scale of overall answers."""
        if self.status == Status.COVERED:
            return self.effects[0].value
        return "exempt" if self.status == Status.EXEMPT else "not_covered"

    @property
    def at_most(self) -> str:
        """The most severe that this finding can come to, on the scale of overall answers."""
        return self.effect.value if self.status in (Status.COVERED, Status.UNDETERMINED) else self.at_least


class Reached(NamedTuple):
    """A measure that covers or could cover an act: how that weighs, and the finding without what is the act's own."""

    verdict: Verdict
    shared: Finding
    rank: tuple[int, int, str]
    at_least: str
    at_most: str


_ORDER = (Status.COVERED, Status.UNDETERMINED, Status.EXEMPT, Status.NOT_COVERED)
