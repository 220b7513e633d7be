"""Never a clearance by accident: what is not known, and what goes wrong, never makes covered look free."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

import pytest

from sanctionsmodel import sets
from sanctionsmodel._values import read_set
from sanctionsmodel.assessment import assess
from sanctionsmodel.cases import Case, bundled_cases
from sanctionsmodel.catalogue import Catalogue
from sanctionsmodel.errors import FactError
from sanctionsmodel.facts import registry
from sanctionsmodel.prohibitions import Status
from sanctionsmodel.sets import Cuts
from sanctionsmodel.transactions import Transaction

CLEAR = (Status.NOT_COVERED, Status.EXEMPT)


@cache
def metals() -> Catalogue:
    """Return the bundled metals law, small enough for thousands of deals."""
    return Catalogue.bundled().select(themes=["metals"])


@cache
def everything() -> Catalogue:
    """Return all bundled law."""
    return Catalogue.bundled()


@cache
def cases(law: Catalogue) -> list[Case]:
    """Return the bundled cases of some law that rest on stated facts alone."""
    return [case for case in bundled_cases() if not case.needs and case.measure in law]


@dataclass(frozen=True)
class Deal:
    """A transaction mixed from the facts of worked cases, and what the law says of it in full."""

    facts: Transaction
    statuses: Mapping[str, Status]


def deals(law: Catalogue, count: int, first: int = 0) -> Iterator[tuple[int, Deal]]:
    """Iterate over deals that are free of contradictions and conflicts, each with its seed."""
    for seed in range(first, first + count):
        made = deal(law, Random(seed))
        if made is not None:
            yield seed, made


def deal(law: Catalogue, rng: Random) -> Deal | None:
    """Return the facts of a case, often with some facts of another one laid over them; None where these contradict."""
    stated = dict(rng.choice(cases(law)).facts)
    if rng.random() < 0.6:
        other = rng.choice(cases(law)).facts
        stated |= {name: other[name] for name in other if rng.random() < 0.5}
    try:
        facts = Transaction(stated)
        conflicts = assess(facts, law).conflicts
    except FactError:
        return None
    return None if conflicts else Deal(facts, law.statuses(facts))


def with_less(rng: Random, made: Deal) -> Transaction:
    """Return a deal of which less is told; what somebody relies on stays, since relying is not knowing."""
    names = [name for name in made.facts if not registry()[name].reliance]
    return made.facts.without(*rng.sample(names, rng.randint(1, len(names))) if names else [])


# ---------------------------------------------------------------------------------------------------- dropping facts
def check_dropping(law: Catalogue, count: int, first: int) -> None:
    """Drop facts from many deals, and check every measure each time."""
    tried = 0
    for seed, made in deals(law, count, first):
        less = law.statuses(with_less(Random(seed), made))
        tried += 1
        for name, full in made.statuses.items():
            if full == Status.COVERED:
                assert less[name] not in CLEAR, (seed, name)
            elif full in CLEAR:
                assert less[name] != Status.COVERED, (seed, name)
    assert tried > count / 3


@pytest.mark.parametrize("block", range(13))
def test_dropping_facts_never_clears_what_is_covered(block: int) -> None:
    """With less told, nothing covered becomes free, and nothing free becomes covered."""
    check_dropping(metals(), 1_000, block * 1_000)


def test_dropping_facts_never_clears_what_any_bundled_law_covers() -> None:
    """The same of all bundled law, on fewer deals."""
    check_dropping(everything(), 40, 500_000)


@pytest.mark.slow
@pytest.mark.parametrize(("law", "count"), [(metals, 20_000), (everything, 1_000)])
def test_dropping_facts_never_clears_what_is_covered_at_length(law: Callable[[], Catalogue], count: int) -> None:
    """The same on more than ten thousand deals."""
    check_dropping(law(), count, 1_000_000)


def test_dropping_a_licence_never_makes_more_free(effort: int) -> None:
    """Nobody gains by not stating a licence: without it, nothing becomes exempt that was not free."""
    for seed, made in deals(metals(), 1_000 * effort, 2_000_000):
        relied = [name for name in made.facts if registry()[name].reliance]
        less = metals().statuses(made.facts.without(*relied))
        for name, full in made.statuses.items():
            assert full != Status.COVERED or less[name] == Status.COVERED, (seed, name)
            assert less[name] != Status.EXEMPT or full in CLEAR, (seed, name)


def test_a_vaguer_fact_never_clears_what_is_covered(effort: int) -> None:
    """A fact told in part (the year of a day, an open list) leaves definite answers as they are, or open."""
    for seed, made in deals(metals(), 1_000 * effort, 3_000_000):
        less = metals().statuses(vaguer(Random(seed), made.facts))
        for name, full in made.statuses.items():
            assert full != Status.COVERED or less[name] not in CLEAR, (seed, name)
            assert full not in CLEAR or less[name] != Status.COVERED, (seed, name)


def vaguer(rng: Random, facts: Transaction) -> Transaction:
    """Return a deal of which one date is known by its year, or one list is left open."""
    dates = [name for name in facts if registry()[name].domain == "date" and isinstance(facts[name], str)]
    lists = [name for name in facts if registry()[name].many and isinstance(facts[name], list)]
    names = [name for name in dates + lists if facts[name] != "none" and not registry()[name].reliance]
    if not names:
        return facts
    name = rng.choice(names)
    return facts.with_facts({name: facts[name][:4] if name in dates else {"at_least": facts[name]}})


def test_the_empty_transaction_clears_nothing_that_any_case_covers() -> None:
    """With nothing told, no measure is clear that some case is covered by; and nothing raises."""
    nothing = everything().statuses(Transaction())
    for case in cases(everything()):
        if case.expect.status == Status.COVERED:
            assert nothing[case.measure] not in CLEAR, case.id


# ------------------------------------------------------------------------------------------------------- going wrong
def sample() -> list[Case]:
    """Return cases of each status of some measures, so that limbs and exemptions are reached."""
    measures = ("us/eo-14068/metals-import", "gb/si-2019-855/metals-acquisition")
    return [case for case in cases(metals()) if case.measure in measures][::4]


#: The functions of the set algebra through which every leaf is asked.
ASKED = ("intersection", "is_subset", "are_disjoint")


def demands(measure: str) -> set[Cuts]:
    """Return the sets that the leaves of a measure demand, once they are boxes."""
    index = metals().index
    compiled = index.measures[index.number_of[measure]].compiled
    boxes = [box for limb in compiled.limbs for box in limb.boxes]
    boxes += [box for exemption in compiled.exemptions for box in exemption.boxes]
    return {cuts for box in boxes for cuts in box.values()}


def poisoned(monkeypatch: pytest.MonkeyPatch, cuts: Cuts, error: Exception) -> None:
    """Make every question about one demanded set raise."""
    for name in ASKED:
        monkeypatch.setattr(sets, name, raising(getattr(sets, name), cuts, error))


def raising(function: Callable[..., Any], cuts: Cuts, error: Exception) -> Callable[..., Any]:
    """Return a function that raises when it is given one set."""

    def call(*given: Any) -> Any:
        if cuts in given:
            raise error
        return function(*given)

    return call


@pytest.mark.parametrize(
    "error", [RuntimeError("a leaf failed"), FactError("a leaf failed"), ValueError("a leaf failed")]
)
def test_a_leaf_that_raises_never_clears(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """When a leaf fails, the error comes out; an answer that comes all the same is one that the leaf cannot change."""
    raised = 0
    for case in sample():
        before = fresh(case.measure).statuses(Transaction(case.facts))[case.measure]
        for cuts in demands(case.measure):
            with monkeypatch.context() as patch:
                ready = fresh(case.measure)
                poisoned(patch, cuts, error)
                try:
                    after = ready.statuses(Transaction(case.facts))[case.measure]
                except type(error):
                    raised += 1
                else:
                    assert after == before, (case.id, cuts)
    assert raised > 50


def fresh(measure: str) -> Catalogue:
    """Return a catalogue of one measure that remembers no earlier answer."""
    chosen = metals().select(ids=[measure])
    _ = chosen.index
    return chosen


def test_an_assessment_passes_the_error_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The full assessment swallows nothing: where the law cannot be asked, there is no answer."""
    measure = "us/eo-14068/metals-import"
    facts = Transaction(activity="import", hs="760110", origin="RU", destination="US", produced_on="2024-05")
    ready = fresh(measure)
    poisoned(monkeypatch, read_set(registry()["produced_on"], {"from": "2024-04-13"}), RuntimeError("failed"))
    with pytest.raises(RuntimeError):
        assess(facts, ready)
