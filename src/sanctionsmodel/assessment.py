"""Assessments: one transaction against every measure of a catalogue, with reasons, citations and the next question.

The overall answer is an interval: ``at_least`` is the most severe effect that is sure, ``at_most`` the most severe that
is possible. Equal ends give one word, else the outcome is undetermined. An assessment never says "allowed": it says
which measures, of which issuers, do not cover the act, by which state of the law.

>>> from sanctionsmodel.transactions import Transaction
>>> metals = Catalogue.bundled().select(themes=["metals"])
>>> ingot = Transaction(activity="import", hs="760110", origin="RU", destination="US", transacted_on="2024-05-20")
>>> answer = assess(ingot, metals)
>>> answer.at_least, answer.at_most
('duty', 'prohibited')
>>> [(question.name, question.question) for question in answer.questions][0]
('produced_on', 'When were the goods produced?')
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, PrivateAttr

from sanctionsmodel import _report, _what_if
from sanctionsmodel._index import Index
from sanctionsmodel._narrow import Narrowed
from sanctionsmodel._what_if import Change, Conflict, Option
from sanctionsmodel.catalogue import Catalogue
from sanctionsmodel.facts import registry
from sanctionsmodel.findings import Finding, Judge
from sanctionsmodel.prohibitions import SEVERITY, Status
from sanctionsmodel.transactions import Transaction


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


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


class Assessment(_Part):
    """The answer to one transaction: findings by severity, what is missing, what would change it, and by which law."""

    transaction: Transaction
    at_least: str
    at_most: str
    findings: tuple[Finding, ...]
    conflicts: tuple[Conflict, ...] = ()
    scope: tuple[Scope, ...]
    catalogue_version: str
    catalogue_digest: str
    stored_questions: tuple[Question, ...] | None = None
    stored_changes: tuple[Change, ...] | None = None
    _index: Index | None = PrivateAttr(default=None)
    _narrowed: Narrowed | None = PrivateAttr(default=None)

    @property
    def outcome(self) -> str:
        """One word: an effect, exempt or not_covered where both ends agree, else undetermined."""
        return self.at_least if self.at_least == self.at_most else "undetermined"

    def __getitem__(self, measure: str) -> Finding:
        """Return the finding of one measure by its id; raises KeyError when it was not asked."""
        for finding in self.findings:
            if finding.measure == measure:
                return finding
        raise KeyError(f"{measure} is not among the {len(self.findings)} measures that were asked")

    def of_status(self, status: Status | str) -> tuple[Finding, ...]:
        """Return the findings of one status, the most severe first."""
        return tuple(finding for finding in self.findings if finding.status == status)

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts to ask for, the most useful first."""
        return tuple(question.name for question in self.questions)

    @property
    def questions(self) -> tuple[Question, ...]:
        """The missing facts as questions, the most useful first.

        Those of the most severe open measures come first; among them those that can settle a finding alone; then those
        that move the most findings.
        """
        if self.stored_questions is None:
            self.__dict__["stored_questions"] = _questions(self)
        return self.stored_questions or ()

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        """The undetermined findings, grouped by the facts that they wait for; the largest group first."""
        groups: dict[tuple[str, ...], list[str]] = {}
        for finding in self.of_status(Status.UNDETERMINED):
            groups.setdefault(tuple(sorted(finding.missing)), []).append(finding.measure)
        ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
        return tuple(Waiting(facts=facts, measures=tuple(measures)) for facts, measures in ordered)

    @property
    def changes(self) -> tuple[Change, ...]:
        """For each covered measure, the nearest other values of single stated facts that would change its status."""
        if self.stored_changes is None:
            index, narrowed = self._live()
            covered = [finding.measure for finding in self.of_status(Status.COVERED) if finding.kind == "prohibition"]
            self.__dict__["stored_changes"] = _what_if.changes(index, narrowed, covered)
        return self.stored_changes or ()

    def what_if(self, fact: str, measure: str | None = None) -> Mapping[str, tuple[Option, ...]]:
        """Return what each possible value of a fact would make of the findings that it can move, by measure.

        Raises FactError for a fact that nobody declared, and KeyError for a measure that was not asked.
        """
        registry()[fact]
        index, narrowed = self._live()
        names = [measure] if measure else [one.measure for one in self.findings if fact in one.missing]
        return {name: _what_if.options(index, narrowed, self[name].measure, fact) for name in names}

    def _live(self) -> tuple[Index, Narrowed]:
        if self._index is None or self._narrowed is None:
            raise RuntimeError("this assessment was read from JSON; assess its transaction again to ask it more")
        return self._index, self._narrowed

    # ------------------------------------------------------------------------------------------------------- rendering
    def explain(self) -> str:
        """Return the assessment as text that a trader understands."""
        return _report.text(self)

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.explain())}</pre>"

    def __str__(self) -> str:
        """Return the explanation."""
        return self.explain()

    def to_json(self) -> str:
        """Return the assessment as JSON text, questions and changes included."""
        if self._index is not None:
            _ = (self.questions, self.changes)
        return self.model_dump_json(exclude_defaults=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read an assessment from its JSON text."""
        return cls.model_validate_json(text)


def assess(
    transaction: Transaction | Mapping[str, Any], catalogue: Catalogue | None = None, **facts: Any
) -> Assessment:
    """Say whether each measure of a catalogue covers a transaction, why, and what is still missing.

    Args:
        transaction: the stated facts, as a Transaction or a mapping that one is made of.
        catalogue: the measures asked; the bundled catalogue by default.
        facts: further facts, laid over the transaction.

    Raises FactError or UnknownCode for facts that cannot be read or contradict one another; never for a missing fact.
    """
    stated = transaction if isinstance(transaction, Transaction) else Transaction(transaction)
    if facts:
        stated = stated.with_facts(facts)
    law = catalogue if catalogue is not None else Catalogue.bundled()
    index = law.index
    narrowed = index.narrow(stated)
    judge = Judge(index, narrowed)
    findings = sorted(
        (judge.finding(number, index.verdict(number, narrowed.known)) for number in range(len(index.measures))),
        key=_rank,
    )
    made = Assessment.model_construct(
        transaction=stated,
        at_least=_worst(finding.at_least for finding in findings if _counts(finding)),
        at_most=_worst(finding.at_most for finding in findings if _counts(finding)),
        findings=tuple(findings),
        conflicts=_what_if.conflicts(index, narrowed),
        scope=tuple(map(_scope, law)),
        catalogue_version=law.version,
        catalogue_digest=law.digest,
        stored_questions=None,
        stored_changes=None,
    )
    made._index, made._narrowed = index, narrowed
    return made


def _scope(law: Any) -> Scope:
    return Scope.model_construct(
        measure=law.id,
        title=law.title,
        model_status=law.status,
        verified_on=law.verified_on.isoformat() if law.verified_on else "",
        not_modelled=law.not_modelled,
    )


def _counts(finding: Finding) -> bool:
    """A definition only classifies; it is listed, and does not make the overall answer."""
    return finding.kind == "prohibition"


def _worst(words: Any) -> str:
    return max(words, key=SEVERITY.index, default="not_covered")


_ORDER = (Status.COVERED, Status.UNDETERMINED, Status.EXEMPT, Status.NOT_COVERED)


def _rank(finding: Finding) -> tuple[int, int, str]:
    severity = SEVERITY.index(finding.effect.value) if finding.effect.value in SEVERITY else -1
    return (_ORDER.index(finding.status), -severity, finding.measure)


def _questions(assessment: Assessment) -> tuple[Question, ...]:
    index, narrowed = assessment._live()
    waiting: dict[str, list[Finding]] = {}
    for finding in assessment.of_status(Status.UNDETERMINED):
        for name in finding.missing:
            waiting.setdefault(name, []).append(finding)
    made = []
    for name, findings in waiting.items():
        settles = [one.measure for one in findings if _what_if.can_settle(index, narrowed, one.measure, name)]
        made.append((_usefulness(findings, settles), _question(name, findings, settles)))
    return tuple(question for _, question in sorted(made, key=lambda pair: pair[0]))


def _usefulness(findings: list[Finding], settles: list[str]) -> tuple[int, int, int]:
    severity = max(SEVERITY.index(one.at_most) if one.kind == "prohibition" else -1 for one in findings)
    return (-severity, -len(settles), -len(findings))


def _question(name: str, findings: list[Finding], settles: list[str]) -> Question:
    fact = registry()[name]
    return Question(
        name=name,
        question=fact.question,
        definition=fact.definition,
        findings=tuple(one.measure for one in findings),
        settles=tuple(settles),
    )
