"""Assessments: one transaction against every measure of a catalogue, with reasons, citations and the next question.

The overall answer is an interval: ``at_least`` is the most severe effect that is sure, ``at_most`` the most severe that
is possible. Equal ends give one word, else the outcome is undetermined. An assessment never says "allowed": it says
which measures, of which issuers, do not cover the act, by which state of the law.

>>> from sanctionsmodel.transactions import OneOf, Transaction
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
from operator import attrgetter
from typing import Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SerializerFunctionWrapHandler,
    model_serializer,
)

from sanctionsmodel._judging import Judge
from sanctionsmodel.answers import Change, Conflict, Option, Question, Scope, Waiting
from sanctionsmodel.catalogue import Catalogue
from sanctionsmodel.facts import registry
from sanctionsmodel.findings import Finding, Reached
from sanctionsmodel.prohibitions import SEVERITY, Prohibition, Status
from sanctionsmodel.transactions import OneOf, Transaction


class Assessment(BaseModel):
    """The answer to one transaction: findings by severity, what is missing, what would change it, and by which law.

    ``reached`` are the findings of measures that cover or could cover the act; ``findings`` adds those that do not.
    """

    model_config = ConfigDict(
        defer_build=True, frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True
    )

    transaction: Transaction
    at_least: str
    at_most: str
    conflicts: tuple[Conflict, ...] = ()
    scope: tuple[Scope, ...]
    catalogue_version: str
    catalogue_digest: str
    stored_reached: tuple[Finding, ...] | None = Field(default=None, alias="reached")
    stored_outside: tuple[Finding, ...] | None = Field(default=None, alias="outside")
    stored_questions: tuple[Question, ...] | None = Field(default=None, alias="questions")
    stored_changes: tuple[Change, ...] | None = Field(default=None, alias="changes")
    _judge: Judge | None = PrivateAttr(default=None)
    _found: tuple[Reached, ...] = PrivateAttr(default=())

    @property
    def outcome(self) -> str:
        """One word: an effect, exempt or not_covered where both ends agree, else undetermined."""
        return self.at_least if self.at_least == self.at_most else "undetermined"

    @property
    def reached(self) -> tuple[Finding, ...]:
        """The findings of measures that cover or could cover the act, or exempt it, by status and then severity."""
        if self.stored_reached is None and self._judge is not None:
            self.__dict__["stored_reached"] = tuple(map(self._judge.made, self._found))
        return self.stored_reached or ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, by status and then severity; those of measures that do not cover the act come last."""
        if self.stored_outside is None:
            judge = self._live()
            reached = {finding.measure for finding in self.reached}
            outside = [judge.outside(number) for name, number in judge.index.number_of.items() if name not in reached]
            self.__dict__["stored_outside"] = tuple(sorted(outside, key=lambda one: one.rank))
        return self.reached + (self.stored_outside or ())

    def __getitem__(self, measure: str) -> Finding:
        """Return the finding of one measure by its id; raises KeyError when it was not asked."""
        for finding in self.findings:
            if finding.measure == measure:
                return finding
        raise KeyError(f"{measure} is not among the {len(self.scope)} measures that were asked")

    def of_status(self, status: Status | str) -> tuple[Finding, ...]:
        """Return the findings of one status, the most severe first."""
        among = self.findings if status == Status.NOT_COVERED else self.reached
        return tuple(finding for finding in among if finding.status == status)

    @property
    def missing_facts(self) -> tuple[str, ...]:
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
    def open_findings(self) -> tuple[Finding, ...]:
        """The undetermined prohibitions; undetermined definitions only where no prohibition reaches the act."""
        found = self.of_status(Status.UNDETERMINED)
        among = [one for one in found if _counts(one)] if any(map(_counts, self.reached)) else found
        return tuple(among)

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        """The undetermined findings, grouped by the facts that they wait for; the largest group first."""
        groups: dict[tuple[str, ...], list[str]] = {}
        for finding in self.open_findings:
            groups.setdefault(tuple(sorted(finding.missing_facts)), []).append(finding.measure)
        ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
        return tuple(Waiting(facts=facts, measures=tuple(measures)) for facts, measures in ordered)

    @property
    def changes(self) -> tuple[Change, ...]:
        """For each covered measure, the nearest other values of single stated facts that would change its status."""
        if self.stored_changes is None:
            from sanctionsmodel import _what_if

            judge = self._live()
            covered = [finding.measure for finding in self.of_status(Status.COVERED) if finding.kind == "prohibition"]
            self.__dict__["stored_changes"] = _what_if.changes(judge.index, judge.narrowed, covered)
        return self.stored_changes or ()

    def what_if(self, fact: str, measure: str | None = None) -> Mapping[str, tuple[Option, ...]]:
        """Return what each possible value of a fact would make of the findings that it can move, by measure.

        Raises FactError for a fact that nobody declared, and KeyError for a measure that was not asked.
        """
        from sanctionsmodel import _what_if

        registry()[fact]
        judge = self._live()
        names = [measure] if measure else [one.measure for one in self.reached if fact in one.missing_facts]
        return {name: _what_if.options(judge.index, judge.narrowed, self[name].measure, fact) for name in names}

    @model_serializer(mode="wrap")
    def _whole(self, write: SerializerFunctionWrapHandler) -> Any:
        _ = self.reached  # worked out only when somebody wants them, JSON included
        return write(self)

    def _live(self) -> Judge:
        if self._judge is None:
            raise RuntimeError("this assessment was read from JSON; assess its transaction again to ask it more")
        return self._judge

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as the transaction and its law, to be assessed again; what was read from JSON as its JSON."""
        if self._judge is None:
            return type(self).from_json, (self.to_json(),)
        return assess, (self.transaction, self._judge.catalogue)

    def __eq__(self, other: object) -> bool:
        """Equal when everything that JSON holds is."""
        return isinstance(other, Assessment) and self.to_json() == other.to_json()

    __hash__ = None  # type: ignore[assignment]  # answers are compared, and too large to be keys

    # ------------------------------------------------------------------------------------------------------- rendering
    def explain(self) -> str:
        """Return the assessment as text that a trader understands."""
        from sanctionsmodel import _report

        return _report.text(self)

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.explain())}</pre>"

    def __str__(self) -> str:
        """Return the explanation."""
        return self.explain()

    def to_json(self) -> str:
        """Return the assessment as JSON text, questions and changes included."""
        if self._judge is not None:
            _ = (self.findings, self.questions, self.changes)
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
    judge = Judge(law, narrowed)
    verdicts = [(number, index.verdict(number, narrowed.known)) for number in index.candidates(narrowed)]
    found = [judge.reached(*one) for one in verdicts if one[1].status != Status.NOT_COVERED]
    found.sort(key=attrgetter("rank"))
    weighing = [one for one in found if _counts(one.shared)]
    made = Assessment.model_construct(
        transaction=stated,
        at_least=_worst(one.at_least for one in weighing),
        at_most=_worst(one.at_most for one in weighing),
        conflicts=judge.conflicts(),
        scope=law.scope,
        catalogue_version=law.version,
        catalogue_digest=law.digest,
        stored_reached=None,
        stored_outside=None,
        stored_questions=None,
        stored_changes=None,
    )
    made._found = tuple(found)
    made._judge = judge
    return made


def evaluate(
    prohibition: Prohibition, transaction: Transaction | Mapping[str, Any], catalogue: Catalogue | None = None
) -> Finding:
    """Say what one measure says of a transaction, whether it stands in a catalogue or was made in Python.

    Raises FactError or UnknownCode for facts that cannot be read or contradict one another; never for a missing fact.
    """
    stated = transaction if isinstance(transaction, Transaction) else Transaction(transaction)
    law = _holding(prohibition, catalogue if catalogue is not None else Catalogue.bundled())
    narrowed = law.index.narrow(stated)
    number = law.index.number_of[prohibition.id]
    return Judge(law, narrowed).finding(number, law.index.verdict(number, narrowed.known))


def _holding(prohibition: Prohibition, catalogue: Catalogue) -> Catalogue:
    """Return a catalogue of the measure alone, with the definitions of another; kept, since compiling it takes time."""
    key = (id(prohibition), id(catalogue))
    found = _ALONE.get(key)
    if found is None:
        held = prohibition.id in catalogue and catalogue[prohibition.id] is prohibition
        if held:
            alone = catalogue.select(ids=[prohibition.id])
        else:
            alone = Catalogue.of(prohibition, over=catalogue.select(ids=[]))
        if len(_ALONE) >= _MOST_ALONE:
            _ALONE.clear()
        found = _ALONE[key] = (alone, prohibition, catalogue)  # both are kept alive, so that their ids stay theirs
    return found[0]


_MOST_ALONE = 512
_ALONE: dict[tuple[int, int], tuple[Catalogue, Prohibition, Catalogue]] = {}


def _counts(finding: Finding) -> bool:
    """A definition only classifies; it is listed, and does not make the overall answer."""
    return finding.kind == "prohibition"


def _worst(words: Any) -> str:
    return max(words, key=SEVERITY.index, default="not_covered")


def _questions(assessment: Assessment) -> tuple[Question, ...]:
    from sanctionsmodel import _what_if

    judge = assessment._live()
    waiting: dict[str, list[Finding]] = {}
    for finding in assessment.open_findings:
        for name in finding.missing_facts:
            waiting.setdefault(name, []).append(finding)
    made = []
    for name, findings in waiting.items():
        settling = {one.measure: _what_if.settling(judge.index, judge.narrowed, one.measure, name) for one in findings}
        settles = [measure for measure, how in settling.items() if how != "never"]
        always = sum(how == "always" for how in settling.values())
        made.append((_usefulness(findings, settles, always), _question(judge, name, findings, settles)))
    return tuple(question for _, question in sorted(made, key=lambda pair: pair[0]))


def _usefulness(findings: list[Finding], settles: list[str], always: int) -> tuple[int, int, int, int]:
    """Rank a question: the severity at stake, the findings that any answer settles, that some does, all it moves."""
    severity = max(SEVERITY.index(one.at_most) if one.kind == "prohibition" else -1 for one in findings)
    return (-severity, -always, -len(settles), -len(findings))


def _question(judge: Judge, name: str, findings: list[Finding], settles: list[str]) -> Question:
    fact = registry()[name]
    return Question(
        name=name,
        question=fact.question + (_rate_asked(judge, name, findings) if fact.is_money else ""),
        definition=fact.definition,
        findings=tuple(one.measure for one in findings),
        settles=tuple(settles),
    )


def _rate_asked(judge: Judge, name: str, findings: list[Finding]) -> str:
    """Ask for the exchange rate where a price is stated, but in another currency than the rules are written in."""
    known = judge.narrowed.transaction.known.get(name)
    names = judge.index.axes.names
    read = {axis for one in findings for axis in judge.index.measures.named(one.measure).axes}
    wanted = sorted({names[axis].unit for axis in read if names[axis].fact == name})
    if not isinstance(known, OneOf) or not known.unit or not wanted:
        return ""
    return f" In {' and '.join(wanted)}: state it so, or a rate from {known.unit} with its day and source."
