"""Prose: sets and conditions in plain English, and a trace whose marks are true."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

import pytest

from oracle import representatives
from sanctionsmodel import sets
from sanctionsmodel._prose import Mark, condition_lines, joined, label, leaf_text, marked, set_text, trace
from sanctionsmodel._values import read_priced
from sanctionsmodel.conditions import Condition, Constrains, from_yaml, holds, leaves
from sanctionsmodel.facts import Axis, registry
from sanctionsmodel.sets import Cuts
from strategies import FACTS, condition, transaction


# --------------------------------------------------------------------------------------------------------------- words
@pytest.mark.parametrize(
    ("name", "raw", "text"),
    [
        ("origin", "RU", "Russia"),
        ("origin", ["RU", "BY"], "Belarus or Russia"),
        ("origin", {"not": "RU"}, "anything but Russia, or none"),
        ("origin", "EU", "a Member State of the European Union"),
        ("located_in", "none", "none"),
        ("located_in", {"not": "none"}, "anything"),
        ("produced_on", "2024-04-13", "on 13 April 2024"),
        ("produced_on", {"from": "2024-04-13"}, "from 13 April 2024 on"),
        ("produced_on", {"up_to": "2024-04-12"}, "before 13 April 2024"),
        ("produced_on", "2024-04", "from 1 April 2024 to 30 April 2024"),
        ("mass", {"above": "25 t"}, "above 25 t"),
        ("mass", {"from": "25 t", "before": "30 t"}, "at least 25 t and below 30 t"),
        ("purity", {"up_to": "25 %"}, "at most 25 %"),
        ("proof_doubted", True, "yes"),
        ("proof_doubted", [True, False], "yes or no"),
        ("withdrawal", "own_account", "own account"),
        ("hs", ["7601", "7602"], "7601 or 7602"),
    ],
)
def test_sets_in_words(name: str, raw: Any, text: str) -> None:
    """A set of values reads as a person would say it."""
    fact = registry()[name]
    assert set_text(fact, *read_priced(fact, raw)) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ({"origin": "RU"}, "origin is Russia"),
        ({"hs": "7601"}, "HS code begins with 7601"),
        ({"produced_on": {"from": "2024-04-13"}}, "produced from 13 April 2024 on"),
        ({"mass": {"above": "25 t"}}, "mass above 25 t"),
        ({"unit_value": {"above": "300 EUR"}}, "unit value above 300 EUR"),
        ({"actor.us_person": True}, "actor: US person: yes"),
        ({"end_use": "military"}, "end use includes military"),
        ({"end_use": {"not": "military"}}, "end use does not include military"),
        ({"end_use": "none"}, "end use: none"),
        ({"end_use": {"not": "none"}}, "end use: some"),
        ({"end_use": {"only": "commercial"}}, "end use is nothing but commercial"),
    ],
)
def test_leaves_in_words(raw: dict[str, Any], text: str) -> None:
    """A leaf reads as a sentence about its fact."""
    leaf = from_yaml(raw)
    assert isinstance(leaf, Constrains)
    assert leaf_text(leaf) == text


def test_labels_and_lists() -> None:
    """Names of facts read as words, and long lists are cut short."""
    assert label("actor.us_person") == "actor: US person"
    assert label("produced_on") == "produced on"
    assert joined(["a"]) == "a"
    assert joined(["a", "b", "c"]) == "a, b or c"
    assert joined([str(number) for number in range(40)]).endswith("or 29 others")
    assert joined([]) == "nothing"


def test_a_condition_reads_line_by_line() -> None:
    """Each leaf has its line, groups are led by their words, and deeper parts stand deeper."""
    made = from_yaml({"origin": "RU", "any": [{"hs": "76"}, {"not": {"located_in": "GB"}}]})
    assert condition_lines(made) == [
        (0, "origin is Russia"),
        (0, "any of:"),
        (1, "HS code begins with 76"),
        (1, "not:"),
        (2, "located in is United Kingdom"),
    ]


# --------------------------------------------------------------------------------------------------------------- marks
def known_of(rng: Random, made: Condition) -> dict[Axis, Cuts]:
    """Return what some random statements leave possible on the axes of a condition."""
    facts = transaction(rng, sorted({leaf.fact for leaf in leaves(made)}))
    found = {}
    for leaf in leaves(made):
        told = facts.on_axis(leaf.axis)
        found[leaf.axis] = told if told is not None else registry()[leaf.fact].line(leaf.axis)
    return found


def mark_of(known: dict[Axis, Cuts], leaf: Constrains) -> Mark:
    """Say whether a leaf holds for what is known."""
    if sets.is_subset(known[leaf.axis], leaf.allowed):
        return "yes"
    return "no" if sets.are_disjoint(known[leaf.axis], leaf.allowed) else "open"


def points_of(made: Condition, known: dict[Axis, Cuts]) -> list[dict[Axis, Any]]:
    """Return one completion of what is known for each class."""
    cuts: dict[Axis, set[Any]] = {}
    for leaf in leaves(made):
        cuts.setdefault(leaf.axis, set()).update(leaf.allowed)
    values = [representatives(known[axis], sorted(found)) for axis, found in cuts.items()]
    return [dict(zip(cuts, row, strict=True)) for row in product(*values)]


def test_marks_are_true(effort: int) -> None:
    """What the trace marks yes holds in every completion, what it marks no in none, line by line."""
    definite = 0
    for seed in range(600 * effort):
        rng = Random(seed)
        made = condition(rng, rng.sample(FACTS, 3))
        known = known_of(rng, made)
        mark = marked(made, lambda leaf, known=known: mark_of(known, leaf))  # type: ignore[misc]  # a default binds the loop's
        results = {holds(made, point) for point in points_of(made, known)}
        definite += mark != "open"
        assert mark == "open" or results == {mark == "yes"}, seed
    assert definite > 200


def test_marks_are_definite_where_every_leaf_is() -> None:
    """Where every leaf is settled, so is the whole, and it is what the condition means."""
    for seed in range(300):
        rng = Random(seed)
        made = condition(rng)
        (first, *_) = points_of(made, {leaf.axis: registry()[leaf.fact].line(leaf.axis) for leaf in leaves(made)})
        known = {axis: sets.single(value) for axis, value in first.items()}
        mark = marked(made, lambda leaf, known=known: mark_of(known, leaf))  # type: ignore[misc]  # a default binds the loop's
        assert mark == ("yes" if holds(made, first) else "no"), seed


def test_a_trace_has_each_leaf_once() -> None:
    """Every leaf of a condition is a line of its trace, in order, with its own mark."""
    for seed in range(200):
        made = condition(Random(seed))
        steps = [step for step in trace(made, lambda leaf: "open") if step.axis]
        assert [step.axis for step in steps] == [leaf.axis for leaf in leaves(made)], seed
        assert {step.mark for step in steps} == {"open"}
