"""An assessment as text that a trader understands."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sanctionsmodel._prose import day_text, joined, label, stated_text
from sanctionsmodel.facts import registry
from sanctionsmodel.prohibitions import Status

if TYPE_CHECKING:
    from sanctionsmodel.assessment import Assessment
    from sanctionsmodel.findings import ExemptionFinding, Finding, Reason

WIDTH = 110
NOTICE = "A model of the law as of the catalogue's date, not legal advice."
_MOST_CHANGES = 8
_MOST_QUESTIONS = 10
_MOST_SHOWN_OPEN = 6
_THE_ACT = {"activity", "transacted_on"}
_MARKS = {"yes": "✓", "no": "✗", "open": "?", "either way": "·"}
_WORDS = {
    "not_covered": "not covered by any measure asked",
    "exempt": "covered, and exempt",
    "licence_required": "licence required",
}


def text(assessment: Assessment) -> str:
    """Return the whole explanation."""
    return "\n".join(_lines(assessment)) + "\n"


def word(outcome: str) -> str:
    """Return an outcome as a reader says it."""
    return _WORDS.get(outcome, outcome.replace("_", " "))


def _lines(assessment: Assessment) -> Iterator[str]:
    if assessment.outcome == "undetermined":
        yield f"UNDETERMINED: at least {word(assessment.at_least)}, at most {word(assessment.at_most)}"
    else:
        yield f"{word(assessment.outcome).upper()}"
    yield from _wrapped(
        ", ".join(f"{label(name)} {stated_text(name, value)}" for name, value in assessment.transaction.items()), 2
    )
    open_findings = assessment.open_findings
    few = open_findings if len(open_findings) <= _MOST_SHOWN_OPEN else ()
    for finding in sorted(assessment.reached, key=lambda one: one.kind == "definition"):  # what only classifies is last
        if finding.status != Status.UNDETERMINED or finding in few:
            yield ""
            yield from _finding(finding)
    yield from _open(assessment)
    yield from _endings(assessment)


def _named(facts: Sequence[str]) -> str:
    return joined([label(fact) for fact in facts], "and")


def _wrapped(line: str, indent: int, hang: int = 0) -> list[str]:
    pad = " " * indent
    return textwrap.wrap(line, WIDTH, initial_indent=pad, subsequent_indent=pad + " " * hang) or [pad]


def _finding(finding: Finding) -> Iterator[str]:
    head = finding.status.value.replace("_", " ").upper()
    effects = joined([effect.value.replace("_", " ") for effect in finding.effects])
    yield from _wrapped(f"{head} ({effects}) {finding.measure}: {finding.title}", 0, 2)
    if finding.provisions:
        yield from _wrapped(f"under {joined(finding.provisions, 'and')}", 2, 2)
    for citation in finding.citations:
        yield from _wrapped(f"source: {citation}", 2, 2)
    if finding.since:
        until = f" until {day_text(finding.until)}" if finding.until else ""
        yield f"  in force from {day_text(finding.since)}{until}"
    if finding.rate:
        yield f"  rate {finding.rate}"
    if finding.policies:
        yield f"  licence review policy: {joined([one.replace('_', ' ') for one in finding.policies])}"
    for duty in finding.duties:
        yield from _wrapped(f"duty: {duty}", 2, 2)
    for reason in finding.reasons:
        yield from _reason(reason, 2)
    for exemption in finding.exemptions:
        yield from _exemption(exemption)
    if finding.missing_facts:
        yield from _wrapped(
            f"to settle it, say: {joined([label(name) for name in finding.missing_facts], 'and')}", 2, 2
        )


def _reason(reason: Reason, indent: int) -> list[str]:
    saw = f" — {reason.saw}" if reason.saw else ""
    return _wrapped(f"{_MARKS[reason.mark]} {reason.text}{saw}", indent + 2 * reason.depth, 2)


def _exemption(exemption: ExemptionFinding) -> Iterator[str]:
    provisions = f" ({'; '.join(exemption.provisions)})" if exemption.provisions else ""
    yield from _wrapped(f"{exemption.kind.replace('_', ' ')} {exemption.id}{provisions}: {exemption.result}", 2, 2)
    shown = (
        exemption.reasons if exemption.result != "does not apply" else [r for r in exemption.reasons if r.mark == "no"]
    )
    for reason in shown:
        yield from _reason(reason, 4)
    for duty in exemption.duties:
        yield from _wrapped(f"duty: {duty}", 4, 2)


def _open(assessment: Assessment) -> Iterator[str]:
    questions = assessment.questions if assessment._judge is not None else assessment.stored_questions or ()
    if questions:
        yield ""
        yield "STILL TO ASK, the most useful first"
        for number, question in enumerate(questions[:_MOST_QUESTIONS], start=1):
            settles = f"; can settle {len(question.settles)} alone" if question.settles else ""
            yield from _wrapped(
                f"{number}. {question.question} [{question.name}; {len(question.findings)} open{settles}]", 2, 3
            )
        if len(questions) > _MOST_QUESTIONS:
            yield f"  and {len(questions) - _MOST_QUESTIONS} more"
    if len(assessment.open_findings) > _MOST_SHOWN_OPEN:
        yield ""
        yield "OPEN, by what they wait for"
        for group in assessment.waiting:
            yield from _wrapped(
                f"{len(group.measures)} wait for {_named(group.facts)}: {joined(group.measures, 'and')}",
                2,
                2,
            )


def _endings(assessment: Assessment) -> Iterator[str]:
    yield from _changes(assessment)
    for conflict in assessment.conflicts:
        stated, derived = ("yes" if one else "no" for one in (conflict.stated, conflict.derived))
        yield ""
        yield from _wrapped(
            f"CONFLICT: {label(conflict.term)} is stated as {stated}, but {_named(conflict.facts)} "
            f"make it {derived}; the statement was followed",
            0,
            2,
        )
    reached = {finding.measure for finding in assessment.reached}
    others = [one.measure for one in assessment.scope if one.measure not in reached]
    yield ""
    if others:
        yield from _wrapped(f"not covered by {len(others)} other measures asked: {joined(others, 'and')}", 0, 2)
    partial = [one.measure for one in assessment.scope if one.model_status == "partial" and one.measure in reached]
    if partial:
        yield from _wrapped(f"modelled in part: {joined(partial, 'and')}", 0, 2)
    yield from _wrapped(
        f"{len(assessment.scope)} measures asked, catalogue {assessment.catalogue_version}. {NOTICE}", 0
    )


def _changes(assessment: Assessment) -> Iterator[str]:
    """Say what would change the findings that are as severe as the answer surely is; the act itself stays."""
    found = assessment.changes if assessment._judge is not None else assessment.stored_changes or ()
    severe = {one.measure for one in assessment.reached if one.at_least == assessment.at_least}
    shown = [one for one in found if one.measure in severe and one.fact not in _THE_ACT]
    if shown:
        yield ""
        yield "WHAT WOULD CHANGE IT"
    for change in shown[:_MOST_CHANGES]:
        became = change.status.value.replace("_", " ")
        yield from _wrapped(
            f"{change.measure} would be {became} if {label(change.fact)} were {change.text} "
            f"instead of {stated_text(change.fact, change.stated)}",
            2,
            2,
        )


def question_text(name: str) -> str:
    """Return the question that a missing fact asks."""
    return registry()[name].question
