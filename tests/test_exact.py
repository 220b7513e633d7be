"""Exact answers: status, missing facts and exemptions equal what trying every completion gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, assert_never

import pytest
import z3
from hypothesis import given

from oracle import Completions, axes_of, completions, count_of, representatives
from sanctionsmodel import _exact, sets
from sanctionsmodel._boxes import Axes
from sanctionsmodel._compile import compile_measure
from sanctionsmodel._exact import Compiled, CompiledExemption, CompiledLimb, Verdict, judge
from sanctionsmodel.conditions import AllOf, AnyOf, Condition, Constrains, Not
from sanctionsmodel.facts import Axis
from sanctionsmodel.prohibitions import Prohibition, Status
from sanctionsmodel.sets import Cuts
from strategies import DEMANDS, FACTS, STATEMENTS, dice, exemption, measure, transaction, undeclared

#: The most completions that are tried of one question; larger questions are left to z3.
MOST = 600
CLEAR = (Status.NOT_COVERED, Status.EXEMPT)


# ------------------------------------------------------------------------------------------------------------ material
@dataclass(frozen=True)
class Question:
    """A measure, as law and as boxes, and what is known on each of its axes."""

    law: Prohibition
    axes: Axes
    compiled: Compiled
    known: Mapping[Axis, Cuts]

    @property
    def verdict(self) -> Verdict:
        """What the engine says."""
        return judge(self.compiled, [self.known[axis] for axis in self.axes.names])

    def with_known(self, known: Mapping[Axis, Cuts]) -> Question:
        """Return the question about the same law with other knowledge."""
        return Question(self.law, self.axes, self.compiled, {**self.known, **known})

    def named(self, numbers: Sequence[int]) -> set[Axis]:
        """Return the axes of these numbers."""
        return {self.axes.names[number] for number in numbers}


def asked(law: Prohibition, known: Mapping[Axis, Cuts]) -> Question:
    """Compile a measure and ask it."""
    axes = Axes()
    compiled = compile_measure(law, {}, axes).compiled
    whole = dict(zip(axes.names, axes.unknown, strict=True))
    return Question(law, axes, compiled, {**whole, **known})


def stated(rng: Random, law: Prohibition) -> dict[Axis, Cuts]:
    """Return what the statements of somebody leave possible on each axis of a measure."""
    facts = transaction(rng, sorted({axis.fact for axis in axes_of(law)}))
    told = {axis: facts.on_axis(axis) for axis in axes_of(law)}
    return {axis: cuts for axis, cuts in told.items() if cuts is not None}


def imagined(rng: Random, law: Prohibition) -> dict[Axis, Cuts]:
    """Return any possible values on each axis of a measure, whether or not statements could say so."""
    whole = asked(law, {}).known
    found = {}
    for axis, cuts in axes_of(law).items():
        points = representatives(whole[axis], cuts)
        chosen = rng.sample(points, rng.randint(1, len(points)))
        found[axis] = sets.union_of_many([piece(point, whole[axis], cuts) for point in chosen])
    return found


def piece(point: Any, whole: Cuts, cuts: Sequence[Any]) -> Cuts:
    """Return the class in which a point lies, within the whole line."""
    above = next((cut for cut in cuts if cut > point), None)
    return sets.intersection(whole, (point,) if above is None else (point, above))


def question(rng: Random, limbs: int = 4, exemptions: int = 3) -> Question:
    """Return a random measure with random knowledge."""
    law = measure(rng, limbs=limbs, exemptions=exemptions)
    return asked(law, stated(rng, law) if rng.random() < 0.5 else imagined(rng, law))


def questions(count: int, first: int = 0, **sizes: int) -> Iterator[tuple[int, Question]]:
    """Iterate over random questions with few enough completions, each with its seed."""
    for seed in range(first, first + count):
        made = question(Random(seed), **sizes)
        if count_of(made.law, made.known) <= MOST:
            yield seed, made


def tried(made: Question) -> Completions:
    """Try every completion of a question."""
    return completions(made.law, {axis: made.known[axis] for axis in axes_of(made.law)})


def test_the_pool_is_declared() -> None:
    """Every fact that random law and random knowledge use is a real one, demanded and stated."""
    assert not undeclared(FACTS)
    assert DEMANDS.keys() == STATEMENTS.keys()


# --------------------------------------------------------------------------------------- against all the completions
@pytest.mark.differential
@pytest.mark.parametrize("block", range(4))
def test_status_and_missing_equal_enumeration(block: int, effort: int) -> None:
    """The status is the one that the completions give, and missing are exactly the facts that decide between them."""
    many = 1_000 * effort
    for seed, made in questions(many, first=block * many):
        verdict, truth = made.verdict, tried(made)
        assert verdict.status == truth.status, seed
        assert made.named(verdict.missing) == truth.missing, seed
        assert not verdict.bounded, seed


@given(dice())
def test_status_and_missing_equal_enumeration_of_small_law(rng: Random) -> None:
    """The same on law small enough to read, found and shrunk by hypothesis."""
    made = question(rng, limbs=2, exemptions=1)
    if count_of(made.law, made.known) <= MOST:
        truth = tried(made)
        assert (made.verdict.status, made.named(made.verdict.missing)) == (truth.status, truth.missing)


def test_every_status_is_drawn() -> None:
    """The random questions reach each status often, so that agreement means something."""
    found = [made.verdict.status for _, made in questions(400)]
    assert all(found.count(status) >= 20 for status in Status)


def test_an_undetermined_measure_always_misses_something(effort: int) -> None:
    """What is known is a product, so there is always one fact that alone can change the answer."""
    for seed, made in questions(500 * effort, first=50_000):
        assert bool(made.verdict.missing) == (made.verdict.status == Status.UNDETERMINED), seed


def test_exemptions_applied_are_enough_and_the_fewest(effort: int) -> None:
    """An exempt answer names exemptions that together excuse every limb met, and no smaller number would."""
    exempt = 0
    for seed, made in questions(1_500 * effort, first=60_000, limbs=3, exemptions=3):
        if made.verdict.status == Status.EXEMPT:
            exempt += 1
            truth = tried(made)
            assert truth.is_enough(made.verdict.applied), seed
            assert len(made.verdict.applied) == truth.fewest(), seed
    assert exempt > 100


def test_limbs_and_exemptions_reported_are_those_met(effort: int) -> None:
    """Limbs that can be met are named, sure ones are sure, and only exemptions that may matter are shown."""
    for seed, made in questions(1_000 * effort, first=70_000):
        verdict, truth = made.verdict, tried(made)
        caught = [limbs_caught(truth, place) for place in range(len(truth.forbidden))]
        met = frozenset().union(*truth.limbs)
        if verdict.status == Status.COVERED:
            assert set(verdict.limbs) == set().union(*caught), seed
            assert set(verdict.sure_limbs) == set.intersection(*caught), seed
        else:
            assert set(verdict.limbs) == met, seed
        assert set(verdict.considered) <= {place for place, freed in enumerate(truth.frees) if freed & met}, seed


def limbs_caught(truth: Completions, place: int) -> set[int]:
    """Return the limbs that a completion meets and that nothing excuses there."""
    frees, applying = truth.frees, truth.exemptions[place]
    return {limb for limb in truth.limbs[place] if not any(limb in frees[one] for one in applying)}


# ---------------------------------------------------------------------------------------------- against a solver
class Solver:
    """The same question put to z3: each axis is a whole number, the place of the value among the cuts of the line."""

    def __init__(self, made: Question) -> None:
        self.law = made.law
        self.cuts = {axis: sorted({*cuts, *made.known[axis]}) for axis, cuts in axes_of(made.law).items()}
        self.known = {axis: made.known[axis] for axis in self.cuts}
        self.values = {axis: z3.Int(f"x{place}") for place, axis in enumerate(self.cuts)}

    def lies_in(self, axis: Axis, cuts: Cuts, value: Any) -> Any:
        """Return the formula that a value lies in a set."""
        places = [(self.cuts[axis].index(low) + 1, high) for low, high in sets.spans(cuts)]
        return z3.Or(
            *(
                z3.And(value >= low, True if high is None else value <= self.cuts[axis].index(high))
                for low, high in places
            )
        )

    def formula(self, condition: Condition, values: Mapping[Axis, Any]) -> Any:
        """Return a condition as a formula."""
        match condition:
            case Constrains():
                return self.lies_in(condition.axis, condition.allowed, values[condition.axis])
            case Not(part):
                return z3.Not(self.formula(part, values))
            case AllOf(parts):
                return z3.And(*(self.formula(part, values) for part in parts))
            case AnyOf(parts):
                return z3.Or(*(self.formula(part, values) for part in parts))
        assert_never(condition)

    def in_time(self, one: Any, values: Mapping[Axis, Any]) -> Any:
        """Return the formula that a version is in force and requires what it says."""
        holds = self.formula(one.when, values)
        day = Axis("transacted_on")
        return z3.And(self.lies_in(day, one.days, values[day]), holds) if one.from_ or one.until else holds

    def limbs(self, values: Mapping[Axis, Any]) -> list[Any]:
        """Return for each limb the formula that it is met."""
        return [
            z3.And(self.formula(self.law.binds, values), self.in_time(version, values), self.formula(limb.when, values))
            for version, limb in self.law.limbs()
        ]

    def forbidden(self, values: Mapping[Axis, Any]) -> Any:
        """Return the formula that some limb is met which nothing excuses."""
        caught = []
        for (_, limb), met in zip(self.law.limbs(), self.limbs(values), strict=True):
            free = [one for one in self.law.exemptions if not one.frees or limb.provision in one.frees]
            excuses = [self.in_time(version, values) for one in free for version in one.versions]
            caught.append(z3.And(met, z3.Not(z3.Or(*excuses))))
        return z3.Or(*caught)

    def possible(self, values: Mapping[Axis, Any]) -> list[Any]:
        """Return the formulas of what is known."""
        return [self.lies_in(axis, cuts, values[axis]) for axis, cuts in self.known.items()]

    def can_be(self, *formulas: Any) -> bool:
        """Say whether some completion satisfies the formulas."""
        solver = z3.Solver()
        solver.add(*self.possible(self.values), *formulas)
        return bool(solver.check() == z3.sat)

    @property
    def status(self) -> Status:
        """The status, by its definition."""
        if not self.can_be(z3.Or(*self.limbs(self.values))):
            return Status.NOT_COVERED
        if not self.can_be(self.forbidden(self.values)):
            return Status.EXEMPT
        return Status.UNDETERMINED if self.can_be(z3.Not(self.forbidden(self.values))) else Status.COVERED

    @property
    def missing(self) -> set[Axis]:
        """The axes on which two completions differ alone and differ in being forbidden."""
        found = set()
        for axis in self.values:
            others = {**self.values, axis: z3.Int("other")}
            if self.can_be(*self.possible(others), self.forbidden(self.values), z3.Not(self.forbidden(others))):
                found.add(axis)
        return found


def test_a_solver_agrees(effort: int) -> None:
    """z3, given the law as formulas, finds the same status and the same missing facts."""
    for seed in range(90_000, 90_000 + 60 * effort):
        made = question(Random(seed))
        second = Solver(made)
        assert made.verdict.status == second.status, seed
        if made.verdict.status == Status.UNDETERMINED:
            assert made.named(made.verdict.missing) == second.missing, seed


# ---------------------------------------------------------------------------------------------------------------- laws
def smaller(rng: Random, made: Question) -> Question:
    """Return the question with some of what was possible ruled out."""
    found = {}
    for axis, cuts in axes_of(made.law).items():
        points = representatives(made.known[axis], cuts)
        kept = rng.sample(points, rng.randint(1, len(points)))
        found[axis] = sets.union_of_many([piece(point, made.known[axis], cuts) for point in kept])
    return made.with_known(found)


def test_knowing_more_never_flips_a_definite_answer(effort: int) -> None:
    """Along a chain of ever smaller knowledge, covered stays covered, and what is clear stays clear."""
    for seed in range(1_500 * effort):
        rng = Random(seed)
        made = question(rng)
        for _ in range(3):
            before, made = made.verdict.status, smaller(rng, made)
            after = made.verdict.status
            assert before != Status.COVERED or after == Status.COVERED, seed
            assert before != Status.NOT_COVERED or after == Status.NOT_COVERED, seed
            assert before != Status.EXEMPT or after in CLEAR, seed


@given(dice())
def test_one_completion_is_always_definite(rng: Random) -> None:
    """Once every fact is known to one value, nothing is undetermined and nothing is asked."""
    made = question(rng)
    points = {axis: representatives(made.known[axis], cuts) for axis, cuts in axes_of(made.law).items()}
    settled = made.with_known({axis: sets.single(rng.choice(found)) for axis, found in points.items()})
    assert settled.verdict.status != Status.UNDETERMINED
    assert settled.verdict.missing == ()


def test_an_added_exemption_never_widens_what_is_forbidden(effort: int) -> None:
    """With one more way out, nothing becomes covered that was not, and what was clear stays clear."""
    for seed in range(1_500 * effort):
        rng = Random(seed)
        made = question(rng)
        facts = sorted({axis.fact for axis in axes_of(made.law)})
        freer = made.law.model_copy(update={"exemptions": (*made.law.exemptions, exemption(rng, facts, 9))})
        before, after = made.verdict.status, asked(freer, made.known).verdict.status
        assert after != Status.COVERED or before == Status.COVERED, seed
        assert (before == Status.NOT_COVERED) == (after == Status.NOT_COVERED), seed
        assert before != Status.EXEMPT or after == Status.EXEMPT, seed


def test_an_added_limb_never_narrows_what_is_covered(effort: int) -> None:
    """Taking limbs away never makes covered of what was not."""
    for seed in range(500 * effort):
        made = question(Random(seed), exemptions=0)
        version = made.law.versions[0]
        fewer = version.model_copy(update={"limbs": version.limbs[:1]})
        cut = made.law.model_copy(update={"versions": (fewer, *made.law.versions[1:])})
        less = asked(cut, made.known).verdict.status
        assert less != Status.COVERED or made.verdict.status == Status.COVERED, seed
        assert made.verdict.status != Status.NOT_COVERED or less == Status.NOT_COVERED, seed


def test_the_order_of_limbs_and_exemptions_does_not_matter() -> None:
    """Status and missing facts do not depend on the order in which the law is written."""
    for seed, made in questions(500):
        versions = tuple(one.model_copy(update={"limbs": one.limbs[::-1]}) for one in reversed(made.law.versions))
        turned = made.law.model_copy(update={"versions": versions, "exemptions": made.law.exemptions[::-1]})
        other = asked(turned, made.known)
        assert other.verdict.status == made.verdict.status, seed
        assert other.named(other.verdict.missing) == made.named(made.verdict.missing), seed


# ----------------------------------------------------------------------------------------------------- single answers
YES, NO, EITHER = (1,), (0, 1), (0,)


def limb(key: int, *boxes: dict[int, Cuts]) -> CompiledLimb:
    """Return a limb of boxes."""
    return CompiledLimb(key, boxes)


def test_either_way_is_covered() -> None:
    """ "A, or not A and B", with A unknown and B true, is covered: no three-valued walk of the tree says so."""
    law = Compiled((limb(0, {0: YES}, {0: NO, 1: YES}),), ())
    assert judge(law, [EITHER, YES]).status == Status.COVERED
    assert judge(law, [EITHER, EITHER]).missing == (0, 1)


def test_two_exemptions_that_excuse_only_together() -> None:
    """Where one exemption frees each half, the answer is exempt and both are named."""
    ways = tuple(CompiledExemption(key, frozenset({0}), ({0: cuts},)) for key, cuts in enumerate((YES, NO)))
    verdict = judge(Compiled((limb(0, {}),), ways), [EITHER])
    assert (verdict.status, verdict.applied) == (Status.EXEMPT, (0, 1))


def test_an_exemption_frees_only_its_limbs() -> None:
    """An exemption of limb (a) leaves an act covered that meets limb (b) too."""
    way = CompiledExemption(0, frozenset({0}), ({},))
    verdict = judge(Compiled((limb(0, {0: YES}), limb(1, {1: YES})), (way,)), [YES, YES])
    assert (verdict.status, verdict.sure_limbs) == (Status.COVERED, (1,))


def test_exempt_while_coverage_is_open() -> None:
    """Where an exemption surely applies, an act is exempt though nobody knows whether it is covered."""
    way = CompiledExemption(0, frozenset({0}), ({1: YES},))
    verdict = judge(Compiled((limb(0, {0: YES}),), (way,)), [EITHER, YES])
    assert (verdict.status, verdict.missing, verdict.applied) == (Status.EXEMPT, (), (0,))


def test_beyond_the_bound_the_answer_is_undetermined(monkeypatch: pytest.MonkeyPatch) -> None:
    """A question that branches beyond the bound is never settled, says that it was bounded, and asks all."""
    monkeypatch.setattr(_exact, "MOST_PIECES", 0)
    way = CompiledExemption(0, frozenset({0}), ({1: YES},))
    for box, missing in (({0: YES}, (0, 1)), ({}, (1,))):
        verdict = judge(Compiled((limb(0, box),), (way,)), [EITHER, EITHER])
        assert (verdict.status, verdict.bounded, verdict.missing) == (Status.UNDETERMINED, True, missing)


def test_bounded_answers_are_never_definite(monkeypatch: pytest.MonkeyPatch) -> None:
    """However tight the bound, an answer is either the exact one or undetermined."""
    exact = {seed: made.verdict.status for seed, made in questions(300)}
    monkeypatch.setattr(_exact, "MOST_PIECES", 3)
    bounded = 0
    for seed, made in questions(300):
        bounded += made.verdict.bounded
        assert made.verdict.status in (exact[seed], Status.UNDETERMINED), seed
    assert bounded
