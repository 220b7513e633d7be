"""Boxes: a condition is the union of its boxes, and the algebra on boxes is exact."""

from __future__ import annotations

from itertools import combinations, product
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle import representatives
from sanctionsmodel import _boxes, sets
from sanctionsmodel._boxes import Axes, Box, TooManyBoxes, absorbed, boxes_of, intersect, is_inside, subtract_all
from sanctionsmodel.conditions import ALWAYS, NEVER, Condition, all_of, any_of, fact, holds, leaves
from sanctionsmodel.facts import Axis
from sanctionsmodel.sets import Cuts
from strategies import FACTS, condition, dice

PLACES = ("organised_in", "headquartered_in", "resident_in", "located_in", "flagged_in")
LINE: Cuts = (0,)
LINES = [LINE, LINE, LINE]

spans = st.frozensets(st.integers(0, 6), min_size=1, max_size=4).map(lambda cuts: tuple(sorted(cuts)))
boxes = st.dictionaries(st.integers(0, 2), spans, max_size=3)
points = list(product(range(8), repeat=3))


def holds_in(box: Box, point: tuple[int, ...]) -> bool:
    """Say whether a point lies in a box."""
    return all(sets.contains(cuts, point[axis]) for axis, cuts in box.items())


def points_of(found: list[Box]) -> set[tuple[int, ...]]:
    """Return the points that lie in some of the boxes."""
    return {point for point in points if any(holds_in(box, point) for box in found)}


# ---------------------------------------------------------------------------------------------------------- conditions
def random_points(rng: Random, made: Condition, axes: Axes) -> list[dict[Axis, Any]]:
    """Return points that differ in the classes that the leaves of a condition make."""
    cuts: dict[Axis, set[Any]] = {}
    for leaf in leaves(made):
        cuts.setdefault(leaf.axis, set()).update(leaf.allowed)
    whole = {axis: axes.lines[axes.number(axis)] for axis in cuts}
    values = {axis: representatives(whole[axis], sorted(found)) for axis, found in cuts.items()}
    return [{axis: rng.choice(found) for axis, found in values.items()} for _ in range(20)]


def test_a_condition_is_the_union_of_its_boxes(effort: int) -> None:
    """A point satisfies a condition exactly when one of its boxes holds the point."""
    for seed in range(800 * effort):
        rng = Random(seed)
        made, axes = condition(rng, rng.sample(FACTS, 4), depth=3), Axes()
        found = boxes_of(made, axes)
        for point in random_points(rng, made, axes):
            inside = any(
                all(sets.contains(cuts, point[axes.names[axis]]) for axis, cuts in box.items()) for box in found
            )
            assert inside == holds(made, point), seed


@given(dice())
def test_no_box_is_empty(rng: Random) -> None:
    """A box that nothing can lie in is never made."""
    for box in boxes_of(condition(rng), Axes()):
        assert all(box.values())


def test_always_and_never() -> None:
    """The empty conjunction is one free box, the empty alternative no box at all."""
    assert boxes_of(ALWAYS, Axes()) == [{}]
    assert boxes_of(NEVER, Axes()) == []
    assert boxes_of(~ALWAYS, Axes()) == []


def test_a_constraint_equal_to_the_line_is_dropped() -> None:
    """A leaf that every value satisfies leaves its fact free."""
    assert boxes_of(fact("origin").is_("RU") | ~fact("origin").is_("RU"), Axes()) != []
    assert boxes_of(fact("proof_doubted").is_in(True, False), Axes()) == [{}]


def test_what_cannot_be_is_no_box() -> None:
    """A fact cannot be two things, so such a condition has no box."""
    assert boxes_of(fact("origin").is_("RU") & fact("origin").is_("KZ"), Axes()) == []


def test_sets_of_many_values_are_lines_of_their_own() -> None:
    """A fact with many values has a yes/no line for each set that is tested, and a price one a currency."""
    axes = Axes()
    both = fact("end_use").is_("military") & fact("end_use").is_("civil_nuclear")
    prices = (fact("unit_value") > "300 EUR") & (fact("unit_value") > "300 USD")
    assert len(boxes_of(both, axes)[0]) == 2
    assert len(boxes_of(prices, axes)[0]) == 2


def test_a_condition_of_too_many_boxes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A condition that branches without end is refused with the remedy, on both ways of branching."""
    monkeypatch.setattr(_boxes, "MOST_BOXES", 8)
    names = ["origin", "destination", "conducted_in", "exported_from", "consigned_from", "brand_origin", "used_in"]
    pairs = [fact(name).is_("RU") | fact(f"actor.{end}").is_("RU") for name, end in zip(names, PLACES, strict=False)]
    for wild in (all_of(*pairs), ~any_of(*(~pair for pair in pairs))):
        with pytest.raises(TooManyBoxes, match="more than 8 boxes; say it more simply"):
            boxes_of(wild, Axes())


# ------------------------------------------------------------------------------------------------------------- algebra
@given(boxes, boxes)
def test_intersection_holds_the_points_of_both(left: Box, right: Box) -> None:
    """The common box holds exactly the common points, and is None when there are none."""
    both = intersect(left, right)
    assert points_of([] if both is None else [both]) == points_of([left]) & points_of([right])


@given(st.lists(boxes, max_size=3), st.lists(boxes, max_size=3))
def test_subtraction_holds_the_points_of_one_and_not_the_other(some: list[Box], others: list[Box]) -> None:
    """What is left holds exactly the points of the first boxes that lie in none of the others."""
    assert points_of(subtract_all(some, others, LINES)) == points_of(some) - points_of(others)


@given(boxes, st.lists(boxes, max_size=3))
def test_pieces_of_one_box_are_disjoint(box: Box, others: list[Box]) -> None:
    """The pieces of one box share no point."""
    pieces = subtract_all([box], others, LINES)
    assert all(not points_of([one]) & points_of([other]) for one, other in combinations(pieces, 2))


@given(boxes, boxes)
def test_inside_is_told_exactly(inner: Box, outer: Box) -> None:
    """A box is inside another one when all its points are."""
    told = is_inside(inner, outer)
    assert not told or points_of([inner]) <= points_of([outer])
    whole = {axis: cuts for axis, cuts in outer.items() if cuts != LINE}
    assert is_inside(inner, whole) == (points_of([inner]) <= points_of([outer]))


@given(st.lists(boxes, max_size=5))
def test_absorbing_loses_no_point(many: list[Box]) -> None:
    """Boxes inside others are dropped, and no point with them."""
    kept = absorbed(many, is_inside)
    assert points_of(kept) == points_of(many)
    assert all(not is_inside(later, earlier) for earlier, later in combinations(kept, 2))


def test_boxes_are_never_changed_in_place() -> None:
    """The algebra makes new boxes; those that it was given stay as they were."""
    left, right = {0: (1, 5), 1: (2, 3)}, {0: (3, 9), 2: (4,)}
    before = [dict(left), dict(right)]
    intersect(left, right)
    subtract_all([left], [right], LINES)
    assert [left, right] == before
