"""The index: the masks lose no measure, and every way to ask it gives the exact answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from random import Random

import pytest

from oracle import axes_of, completions, count_of
from sanctionsmodel import _index, _narrow, sets
from sanctionsmodel._exact import judge
from sanctionsmodel._stored import from_data, to_data
from sanctionsmodel.cases import bundled_cases
from sanctionsmodel.catalogue import Catalogue
from sanctionsmodel.errors import FactError
from sanctionsmodel.facts import Axis, registry
from sanctionsmodel.prohibitions import Status
from sanctionsmodel.sets import Cuts
from sanctionsmodel.transactions import Transaction
from strategies import FACTS, catalogue, law_file, raw_measure, transaction

MEASURES, ASKED = 8, 25


def random_law(seed: int) -> Catalogue:
    """Return a catalogue of random measures, read from the text of a law file."""
    rng = Random(seed)
    measures = [raw_measure(rng, rng.sample(FACTS, rng.randint(2, 4)), number) for number in range(MEASURES)]
    return Catalogue.from_files({"zz/act.yaml": law_file(measures)})


def questions(count: int) -> Iterator[tuple[int, Catalogue, Transaction]]:
    """Iterate over random law with random transactions that do not contradict themselves."""
    for seed in range(count):
        law, rng = random_law(seed), Random(seed)
        for _ in range(ASKED):
            facts = transaction(rng, FACTS, rng.choice((0.2, 0.5, 0.9)))
            try:
                law.index.narrow(facts)
            except FactError:
                continue
            yield seed, law, facts


# --------------------------------------------------------------------------------------------------------- exactness
@pytest.mark.differential
def test_what_is_no_candidate_is_not_covered(effort: int) -> None:
    """A measure that the masks rule out is one that the exact test finds not covered."""
    ruled_out = 0
    for seed, law, facts in questions(25 * effort):
        index, narrowed = law.index, law.index.narrow(facts)
        for number in set(range(len(index.measures))) - set(index.candidates(narrowed)):
            ruled_out += 1
            assert judge(index.measures[number].compiled, narrowed.known).status == Status.NOT_COVERED, seed
    assert ruled_out > 500


def test_sorted_demands_meet_what_each_demand_meets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once demands are sorted, what is known meets the same boxes as when it is compared with each of them."""
    monkeypatch.setattr(_index, "_MOST_LOOKED_THROUGH", 0)
    met = 0
    for seed, law, facts in questions(40):
        masks, narrowed = law.index.masks, law.index.narrow(facts)
        for axis in narrowed.touched & masks.axes:
            known = narrowed.known[axis]
            each = sum(bits for cuts, bits in masks.on(axis).items() if sets.intersection(known, cuts))
            assert masks._meeting(axis, known) == each, (seed, axis)
            met += each > 0
    assert met > 100


@pytest.mark.differential
def test_statuses_equal_the_exact_test(effort: int) -> None:
    """The statuses of a catalogue are those of the exact test, measure by measure, however often they are asked."""
    for seed, law, facts in questions(25 * effort):
        known = law.index.narrow(facts).known
        expected = {one.id: judge(one.compiled, known).status for one in law.index.measures}
        assert dict(law.statuses(facts)) == expected, seed
        assert dict(law.statuses(facts)) == expected, seed


@pytest.mark.differential
def test_statuses_equal_enumeration_of_what_is_known(effort: int) -> None:
    """From the text of a law file to the status, the answer is that of trying every completion after narrowing."""
    checked = 0
    for seed, law, facts in questions(12 * effort):
        narrowed, statuses = law.index.narrow(facts), law.statuses(facts)
        for measure in law:
            known = {axis: possible(law, narrowed.known, axis) for axis in axes_of(measure)}
            if count_of(measure, known) <= 200:
                checked += 1
                assert statuses[measure.id] == completions(measure, known).status, (seed, measure.id)
    assert checked > 300


def possible(law: Catalogue, known: Sequence[Cuts], axis: Axis) -> Cuts:
    """Return what is known on an axis; one on which no box lies is free."""
    number = law.index.axes.by_axis.get(axis)
    return registry()[axis.fact].line(axis) if number is None else known[number]


def test_a_part_of_a_catalogue_answers_as_the_whole(effort: int) -> None:
    """Measures selected alone or together say the same as in the whole catalogue."""
    for seed, law, facts in questions(8 * effort):
        whole, rng = law.statuses(facts), Random(seed)
        names = rng.sample(law.ids, 3)
        some = law.select(ids=names).statuses(facts)
        assert dict(some) == {name: whole[name] for name in some}, seed
        assert set(some) == set(names)


@cache
def bundled() -> Catalogue:
    """Return the bundled law."""
    return Catalogue.bundled()


def test_bundled_law_answers_alike_however_it_is_asked() -> None:
    """On the facts of worked cases, masks, exact test and selection agree on the bundled metals law."""
    metals = bundled().select(themes=["metals"])
    for case in [case for case in bundled_cases() if case.measure in metals and not case.needs][::5]:
        facts = Transaction(case.facts)
        known = metals.index.narrow(facts).known
        expected = {one.id: judge(one.compiled, known).status for one in metals.index.measures}
        assert dict(metals.statuses(facts)) == expected, case.id
        assert bundled().statuses(facts)[case.measure] == expected[case.measure], case.id


# -------------------------------------------------------------------------------------------------------------- caches
def test_full_caches_are_emptied_and_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """With caches that hold almost nothing, every answer is the same."""
    fresh, small = random_law(7), random_law(7)
    facts = [transaction(Random(seed), FACTS, 0.3) for seed in range(40)]
    expected = [statuses(fresh, one) for one in facts]
    monkeypatch.setattr(_index, "_MOST_CACHED", 1)
    monkeypatch.setattr(_narrow, "_MOST_CACHED", 1)
    assert [statuses(small, one) for one in facts * 2] == expected * 2


def statuses(law: Catalogue, facts: Transaction) -> dict[str, Status] | str:
    """Return the statuses, or the contradiction that was found."""
    try:
        return dict(law.statuses(facts))
    except FactError as error:
        return str(error)


# --------------------------------------------------------------------------------------------------------- stored form
def test_the_stored_form_answers_alike(effort: int) -> None:
    """An index written as JSON and read again says the same, missing facts included."""
    for seed, law, facts in questions(4 * effort):
        stored = from_data(json.loads(json.dumps(to_data(law.index))))
        one, other = law.index.narrow(facts), stored.narrow(facts)
        assert one.known == other.known, seed
        for number in range(len(law.index.measures)):
            assert stored.verdict(number, other.known) == law.index.verdict(number, one.known), seed


def test_the_stored_form_is_stable() -> None:
    """Written, read and written again, the stored form is the same text."""
    data = to_data(random_law(3).index)
    assert to_data(from_data(json.loads(json.dumps(data)))) == data


def test_whole_numbers_and_floats_stay_apart_in_the_stored_form() -> None:
    """A yes/no fact and a share may have equal cuts of different kinds; each keeps its own."""
    law = catalogue({"proof_doubted": True}, {"purity": {"from": 1}}, {"purity": {"from": 0, "before": 1}})
    stored = from_data(json.loads(json.dumps(to_data(law.index))))
    kinds = {
        type(cut) for one in stored.measures[1].compiled.limbs for box in one.boxes for cut in next(iter(box.values()))
    }
    assert kinds == {float}


# ---------------------------------------------------------------------------------------------------------- edge cases
def test_an_empty_catalogue_says_nothing() -> None:
    """A catalogue without measures gives no status, and raises nothing."""
    assert dict(Catalogue.from_files({"zz/act.yaml": law_file([])}).statuses(Transaction(origin="RU"))) == {}


def test_a_measure_without_conditions_covers_everything() -> None:
    """A rule that demands nothing covers even the empty transaction; one with an exemption for all is exempt."""
    law = catalogue({}, {})
    assert set(law.statuses(Transaction()).values()) == {Status.COVERED}


def test_a_status_is_given_for_every_measure() -> None:
    """Every measure has a status, those that the masks rule out too."""
    for _, law, facts in questions(2):
        assert set(law.statuses(facts)) == set(law.ids)
