"""Makes findings: verdicts of measures with the provisions, exemptions and reasons behind them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, TypeAlias, TypeVar

from sanctionsmodel import sets
from sanctionsmodel._asking import asked
from sanctionsmodel._boxes import Box
from sanctionsmodel._compile import Measure
from sanctionsmodel._exact import Verdict
from sanctionsmodel._narrow import Narrowed
from sanctionsmodel._prose import Mark, Step, leaf_text, marked, provisions, set_text, stated_text, trace
from sanctionsmodel.answers import Conflict
from sanctionsmodel.catalogue import Catalogue
from sanctionsmodel.conditions import Condition, Constrains, leaves
from sanctionsmodel.facts import EITHER, TRUE, Axis, registry
from sanctionsmodel.findings import ExemptionFinding, Finding, Reached, Reason
from sanctionsmodel.prohibitions import (
    SEVERITY,
    Effect,
    Exemption,
    Limb,
    Policy,
    PolicyRule,
    Prohibition,
    Status,
    Version,
)
from sanctionsmodel.sets import Cuts

#: A limb as law: the measure that it stands in (a part, for one that sums up others), its version, itself.
LawLimb: TypeAlias = tuple[Prohibition, Version, Limb]


class Judge:
    """Makes the findings of one narrowed transaction."""

    def __init__(self, catalogue: Catalogue, narrowed: Narrowed) -> None:
        self.catalogue = catalogue
        self.index = catalogue.index
        self.narrowed = narrowed
        self._asked: dict[int, tuple[str, ...]] = {}
        self._numbers = self.index.axes.by_axis

    def mark(self, leaf: Constrains) -> Mark:
        """Say whether a leaf holds for what is known."""
        known = self.narrowed.known[self._numbers[leaf.axis]]
        if sets.is_subset(known, leaf.allowed):
            return "yes"
        return "no" if sets.are_disjoint(known, leaf.allowed) else "open"

    def finding(self, number: int, verdict: Verdict) -> Finding:
        """Return the finding of one measure."""
        return (
            self.outside(number) if verdict.status == Status.NOT_COVERED else self.made(self.reached(number, verdict))
        )

    def made(self, reached: Reached) -> Finding:
        """Return the finding of a measure that reaches the act: what it shares, and what is this transaction's own."""
        made = reached.shared.model_copy()
        made._judge, made._verdict = self, reached.verdict
        return made

    def reached(self, number: int, verdict: Verdict) -> Reached:
        """Return what hangs on the facts that a measure reads alone; kept, since many transactions share them."""
        measure, known, kept = self.index.measures[number], self.narrowed.known, self.catalogue.kept
        key = (number, *[known[axis] for axis in measure.axes], *[known[axis] for axis in measure.policy_axes])
        found = kept.get(key)
        if found is None:
            if len(kept) > _MOST_KEPT:
                kept.clear()
            shared = self._shared(measure, verdict)
            found = kept[key] = Reached(verdict, shared, shared.rank, shared.at_least, shared.at_most)
        return found

    def _shared(self, measure: Measure, verdict: Verdict) -> Finding:
        law = self.catalogue.law(measure.id)
        limbs = [self._limb(measure, key) for key in verdict.sure_limbs or verdict.limbs]
        versions = [version for _, version, _ in limbs]
        weakest = min((v.confidence or law.confidence for v in versions), key=_WEAKEST.index, default=law.confidence)
        return Finding.model_construct(
            measure=law.id,
            title=law.title,
            issuer=law.issuer,
            kind=law.kind,
            status=verdict.status,
            effects=_effects(limbs) or (law.effect,),
            provisions=_unique(self._provisions(limbs)),
            citations=_unique(one for version in versions for one in version.cite),
            since=max((version.from_ for version in versions if version.from_), default=None),
            until=min((version.until for version in versions if version.until), default=None),
            policies=_unique(self._policies(limbs)) if verdict.status != Status.EXEMPT else (),
            rate=next((limb.rate or part.rate for part, _, limb in limbs), ""),
            duties=law.duties,
            confidence=weakest,
            model_status=law.status,
            verified_on=law.verified_on,
            bounded=verdict.bounded,
        )

    def outside(self, number: int) -> Finding:
        """Return the finding of a measure that does not cover the act, from its header and boxes alone."""
        measure = self.index.measures[number]
        header = self.catalogue.headers[measure.id]
        made = Finding.model_construct(
            measure=header.id,
            title=header.title,
            issuer=header.issuer,
            kind=header.kind,
            status=Status.NOT_COVERED,
            effects=(Effect(header.effect),),
            confidence=header.confidence,
            model_status=header.status,
            verified_on=dt.date.fromisoformat(header.verified_on) if header.verified_on else None,
        )
        made._judge, made._verdict = self, _OUTSIDE
        return made

    def exemptions(self, name: str, verdict: Verdict) -> tuple[ExemptionFinding, ...]:
        """Return the exemptions of a measure that concern what was found; blocks of law under one id are one."""
        blocks: dict[str, list[ExemptionFinding]] = {}
        for one in self._exemptions(self.index.measures.named(name), verdict):
            blocks.setdefault(one.id, []).append(one)
        return tuple(map(_as_one, blocks.values()))

    def reasons(self, name: str, verdict: Verdict) -> tuple[Reason, ...]:
        """Return why a verdict is as it is."""
        measure = self.index.measures.named(name)
        outside = verdict.status == Status.NOT_COVERED
        return tuple(self._why_not(measure) if outside else self._reasons(measure, verdict))

    def _limb(self, measure: Measure, key: int) -> LawLimb:
        name, version, limb = measure.limbs[key]
        law = self.catalogue.law(name)
        return law, law.versions[version], law.versions[version].limbs[limb]

    def _law_exemption(self, measure: Measure, key: int) -> Exemption:
        name, place = measure.exemptions[key]
        return self.catalogue.law(name).exemptions[place]

    def missing_facts(self, verdict: Verdict) -> tuple[str, ...]:
        """Return the names of the facts to ask for."""
        narrowing, known = self.index.narrowing, self._asked
        for axis in verdict.missing:
            if axis not in known:
                known[axis] = asked(narrowing, self.narrowed, axis)
        return _unique(name for axis in verdict.missing for name in known[axis])

    def conflicts(self) -> tuple[Conflict, ...]:
        """Return the stated terms whose definition, over the finer facts stated, says otherwise."""
        known, narrowing, stated = self.narrowed.known, self.index.narrowing, self.narrowed.transaction
        found = []
        for term in narrowing.terms.values():
            name = self.index.axes.names[term.axis].fact
            if name not in stated or known[term.axis] == EITHER:
                continue
            derived = narrowing.decided(term, known)
            if derived not in (EITHER, known[term.axis]):
                facts = tuple(sorted(term.facts & set(stated)))
                found.append(Conflict(term=name, stated=known[term.axis] == TRUE, derived=derived == TRUE, facts=facts))
        return tuple(found)

    # ----------------------------------------------------------------------------------------------- what was found
    def _provisions(self, limbs: Iterable[LawLimb]) -> Iterator[str]:
        for part, version, limb in limbs:
            if limb.provision:
                yield limb.provision
            yield from provisions(part.scope(version, limb), self.mark)

    def _policies(self, limbs: Iterable[LawLimb]) -> Iterator[Policy]:
        for part, _, limb in limbs:
            yield from self._policy(part.policy_of(limb))

    def _policy(self, rules: Sequence[PolicyRule]) -> Iterator[Policy]:
        """Yield the policies that are possible: of the rules in order, the first that holds decides."""
        for rule in rules:
            mark = marked(rule.when, self.mark)
            if mark != "no":
                yield rule.policy
            if mark == "yes":
                return

    def _exemptions(self, measure: Measure, verdict: Verdict) -> Iterator[ExemptionFinding]:
        for key in range(len(measure.exemptions)):
            exemption = self._law_exemption(measure, key)
            if not self._concerns(measure, key, exemption, verdict):
                continue
            applies = key in verdict.applied
            result: Literal["applies", "possible", "does not apply"] = (
                "applies" if applies else "possible" if key in verdict.considered else "does not apply"
            )
            yield self._exemption(exemption, result)

    def _concerns(self, measure: Measure, key: int, exemption: Exemption, verdict: Verdict) -> bool:
        """Leave out a licence that nobody relies on, and exemptions of limbs that are not met."""
        frees = measure.compiled.exemptions[key].frees
        if frees.isdisjoint(verdict.limbs):
            return False
        relied = {leaf.fact for version in exemption.versions for leaf in leaves(version.when)}
        reliance = {name for name in relied if registry()[name].reliance}
        return not reliance or not reliance.isdisjoint(self.narrowed.transaction)

    def _exemption(
        self, exemption: Exemption, result: Literal["applies", "possible", "does not apply"]
    ) -> ExemptionFinding:
        in_time = [v for v in exemption.versions if marked(v.in_time(v.when), self.mark) != "no"]
        versions = in_time or [exemption.versions[-1]]
        named = [name for v in versions for name in (v.provision, *provisions(v.when, self.mark))]
        return ExemptionFinding.model_construct(
            id=exemption.id,
            title=exemption.title,
            kind=exemption.kind,
            result=result,
            provisions=_unique(name for name in named if name),
            duties=exemption.duties if result == "applies" else (),
            citations=_unique(one for version in versions for one in version.cite),
            reasons=tuple(r for v in versions for r in self._traced(v.in_time(v.when), settled=result == "applies")),
        )

    # ------------------------------------------------------------------------------------------------------ reasons
    def _reasons(self, measure: Measure, verdict: Verdict) -> Iterator[Reason]:
        for key in verdict.sure_limbs or verdict.limbs:
            part, version, limb = self._limb(measure, key)
            settled = verdict.status != Status.UNDETERMINED
            if len(measure.limbs) > 1 and limb.provision:
                mark = marked(part.scope(version, limb), self.mark)
                yield Reason.model_construct(mark=mark, text=f"{limb.provision}:", provision=limb.provision)
            yield from self._traced(part.scope(version, limb), settled)

    def _traced(self, condition: Condition, settled: bool) -> Iterator[Reason]:
        for step in trace(condition, self.mark):
            yield self._reason(step, settled)

    def _reason(self, step: Step, settled: bool) -> Reason:
        mark: Literal["yes", "no", "open", "either way"] = (
            "either way" if step.mark == "open" and settled else step.mark
        )
        saw = self.saw(step.axis) if step.axis else ""
        fact = step.axis.fact if step.axis else ""
        return Reason.model_construct(
            mark=mark, text=step.text, fact=fact, saw=saw, provision=step.provision, depth=step.depth
        )

    def _why_not(self, measure: Measure) -> Iterator[Reason]:
        """Yield the first thing that fails in each limb: the fact, what was demanded, and what it saw."""
        seen: set[tuple[Axis, Cuts]] = set()
        for limb in measure.compiled.limbs:
            for box in limb.boxes:
                failed = self._failure(box)
                if failed is not None and failed not in seen:
                    seen.add(failed)
                    axis, cuts = failed
                    text = leaf_text(Constrains(axis.fact, cuts, axis.test, axis.unit))
                    yield Reason.model_construct(mark="no", text=text, fact=axis.fact, saw=self.saw(axis))
                    break

    def _failure(self, box: Box) -> tuple[Axis, Cuts] | None:
        """Return the axis on which what is known lies outside a box; the date of the act only if nothing else does."""
        known, names = self.narrowed.known, self.index.axes.names
        failed = [(names[n], cuts) for n, cuts in box.items() if not sets.intersection(known[n], cuts)]
        return min(failed, key=lambda pair: pair[0].fact == "transacted_on", default=None)

    def saw(self, axis: Axis) -> str:
        """Say what is known on an axis: as stated, as narrowed and why, as a definition has it, or not at all."""
        name, number = axis.fact, self._numbers.get(axis)
        reason = self.narrowed.reasons.get(name)
        if reason is not None and not axis.test:
            known = self.narrowed.known[self._numbers[axis]]
            return f"{set_text(registry()[name], known, axis.unit)} ({reason.why})"
        if name in self.narrowed.transaction:
            return stated_text(name, self.narrowed.transaction[name])
        if number is not None and number in self.index.narrowing.terms:
            known = self.narrowed.known[number]
            if known != self.index.narrowing.defaults[number]:
                return f"{'yes' if known == TRUE else 'no'}, by its definition from what is stated"
        if reason is not None:
            return reason.why
        return "not relied on" if registry()[name].reliance else "not stated"


_T = TypeVar("_T")
_MOST_KEPT = 50_000
_OUTSIDE = Verdict(Status.NOT_COVERED)
_WEAKEST = ("low", "medium", "high")
_RESULTS = ("applies", "possible", "does not apply")
_JOINED = ("provisions", "duties", "citations", "reasons")


def _as_one(blocks: Sequence[ExemptionFinding]) -> ExemptionFinding:
    """Return the strongest of the blocks that a law file gives one exemption, with all that is as strong."""
    strongest = min((one.result for one in blocks), key=_RESULTS.index)
    alike = [one for one in blocks if one.result == strongest]
    if len(alike) == 1:
        return alike[0]
    joined = {name: _unique(each for one in alike for each in getattr(one, name)) for name in _JOINED}
    return alike[0].model_copy(update=joined)


def _effects(limbs: Iterable[LawLimb]) -> tuple[Effect, ...]:
    found = {part.effect_of(limb) for part, _, limb in limbs}
    return tuple(sorted(found, key=lambda effect: _severity(effect.value)))


def _severity(word: str) -> int:
    return SEVERITY.index(word) if word in SEVERITY else -1


def _unique(items: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(items))
