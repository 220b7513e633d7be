"""Deletions: every text of the complete metals law is held in place by a worked case, or changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from random import Random

import pytest

from sanctionsmodel._compile import compile_measure
from sanctionsmodel._deletions import Deletion, deletions, unnoticed
from sanctionsmodel._exact import judge
from sanctionsmodel.cases import bundled_cases
from sanctionsmodel.catalogue import Catalogue
from sanctionsmodel.conditions import leaves
from sanctionsmodel.errors import FactError
from sanctionsmodel.prohibitions import Prohibition, Status
from sanctionsmodel.transactions import Transaction
from strategies import FACTS, catalogue, law_file, raw_measure, transaction


@cache
def metals() -> Catalogue:
    """Return the bundled metals law."""
    return Catalogue.bundled().select(themes=["metals"])


def complete() -> list[str]:
    """Return the metals measures whose model is complete."""
    return [law.id for law in metals() if law.status == "complete" and not law.parts]


@cache
def facts_of_cases() -> dict[str, list[Transaction]]:
    """Return the facts of the bundled cases by measure."""
    found: dict[str, list[Transaction]] = {}
    for case in bundled_cases():
        if case.measure in metals() and not case.needs:
            found.setdefault(case.measure, []).append(Transaction(case.facts))
    return found


@pytest.mark.parametrize("name", complete())
def test_every_text_is_noticed_by_a_case_or_redundant(name: str) -> None:
    """Delete any leaf, limb or exemption of a complete metals measure: a case fails, or nothing can change."""
    alone = metals().select(ids=[name])
    found = list(unnoticed(alone, alone[name], facts_of_cases()[name]))
    assert [(one.deletion.what, one.result) for one in found if one.result != "redundant"] == []


# -------------------------------------------------------------------------------------------------- what can be deleted
def small(*whens: dict[str, object]) -> Prohibition:
    """Return a measure with these limbs and one exemption."""
    limbs = [{"provision": f"({place})", "when": when} for place, when in enumerate(whens)]
    way = {
        "id": "zz/way",
        "title": "A way",
        "kind": "exception",
        "versions": [{"provision": "p", "when": {"hs": "30"}}],
    }
    raw = {"id": "zz/act/1", "versions": [{"when": {"activity": "import"}, "limbs": limbs}], "exemptions": [way]}
    return Catalogue.from_files({"zz/act.yaml": law_file([raw])})["zz/act/1"]


def test_each_leaf_limb_and_exemption_can_be_deleted() -> None:
    """There is one deletion for each leaf, each of several limbs, and each exemption."""
    law = small({"origin": "RU", "hs": "76"}, {"any": [{"located_in": "RU"}, {"not": {"destination": "GB"}}]})
    leaf_count = sum(1 for _, limb in law.limbs() for _ in leaves(limb.when)) + 1 + 1  # of the version and the way out
    assert len(list(deletions(law))) == leaf_count + len(list(law.limbs())) + len(law.exemptions)


def test_the_only_limb_stays() -> None:
    """A measure with one limb is not deleted whole."""
    assert all(list(one.without.limbs()) for one in deletions(small({"origin": "RU"})))


def test_a_deletion_names_what_is_deleted() -> None:
    """The words of a deletion tell a person which text it is."""
    words = [one.what for one in deletions(small({"origin": "RU"}, {"located_in": "RU"}))]
    assert any("origin is Russia" in one for one in words)
    assert "exemption zz/way" in words
    assert any("limb (0)" in one for one in words)


def test_what_remains_differs_from_the_law() -> None:
    """Each deletion gives another measure."""
    law = small({"origin": "RU"}, {"located_in": "RU"})
    assert all(one.without != law and one.without.id == law.id for one in deletions(law))


# --------------------------------------------------------------------------------------------------------- random law
def searched(count: int) -> Iterator[tuple[int, Catalogue, Prohibition]]:
    """Iterate over random measures, each alone in a catalogue."""
    for seed in range(count):
        rng = Random(seed)
        raw = raw_measure(rng, rng.sample(FACTS, 3), 1, limbs=2, exemptions=1)
        law = Catalogue.from_files({"zz/act.yaml": law_file([raw])})
        yield seed, law, law[raw["id"]]


def statuses(law: Catalogue, deletion: Deletion, facts: Transaction) -> tuple[Status, Status]:
    """Return what the law says of facts with a text and without it."""
    known = law.index.narrow(facts).known
    mutant = compile_measure(deletion.without, {}, law.index.axes).compiled
    return judge(law.index.measures[0].compiled, known).status, judge(mutant, known).status


def test_a_proposal_notices_its_deletion(effort: int) -> None:
    """On the facts of a proposal, the law with and without the text differ, and the status is that of the law."""
    proposed = 0
    for seed, law, measure in searched(40 * effort):
        for one in unnoticed(law, measure, []):
            if one.facts is not None:
                proposed += 1
                before, after = statuses(law, one.deletion, one.facts)
                assert (before, before != after) == (one.status, True), (seed, one.deletion.what)
    assert proposed > 100


def test_redundant_text_changes_no_answer(effort: int) -> None:
    """Where a text is called redundant, no random transaction is answered otherwise without it."""
    redundant = 0
    for seed, law, measure in searched(60 * effort):
        rng = Random(seed)
        for one in unnoticed(law, measure, []):
            if one.result == "redundant":
                redundant += 1
                for facts in possible(law, rng):
                    before, after = statuses(law, one.deletion, facts)
                    assert before == after, (seed, one.deletion.what, facts)
    assert redundant > 10


def possible(law: Catalogue, rng: Random) -> Iterator[Transaction]:
    """Iterate over random transactions that tell nearly everything and do not contradict themselves."""
    for _ in range(30):
        facts = transaction(rng, FACTS, 0.95)
        try:
            law.index.narrow(facts)
        except FactError:
            continue
        yield facts


def test_facts_that_notice_are_not_reported() -> None:
    """What a case notices is not listed, whatever else it says."""
    law = catalogue({"origin": "RU", "hs": "76"})
    one_case = [Transaction(origin="KZ", hs="7601", mass="25 t")]
    found = list(unnoticed(law, law["zz/act/1"], one_case))
    assert [one.deletion.what for one in found] == [one.what for one in deletions(law["zz/act/1"]) if "HS" in one.what]
