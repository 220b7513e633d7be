"""Value sets: the algebra, against its laws and against portion."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import reduce
from typing import Any

import portion
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanctionsmodel import sets
from sanctionsmodel.sets import Cuts

#: The last day of the line of whole numbers on which portion must agree.
LAST = 40


def from_cuts(values: Iterable[Any]) -> Cuts:
    """Return the set with these cuts."""
    return tuple(sorted(set(values)))


days = st.frozensets(st.integers(0, LAST)).map(from_cuts)
texts = st.frozensets(st.sampled_from(["", "7", "76", "7601", "760110", "7602", "77", "8", "RU", "RV", "z"])).map(
    from_cuts
)
amounts = st.frozensets(st.sampled_from([-math.inf, 0.0, math.ulp(0.0), 0.1, 0.5, 1.0, 25_000.0, 1e30])).map(from_cuts)
pairs = st.one_of(*(st.tuples(one, one, st.just(bottom)) for one, bottom in ((days, 0), (texts, ""))))
pairs_of_amounts = st.tuples(amounts, amounts, st.just(-math.inf))
two_sets = pairs | pairs_of_amounts


def as_portion(cuts: Cuts) -> portion.Interval:
    """Return a set of days as portion's half-open intervals."""
    pieces = [portion.closedopen(low, portion.inf if high is None else high) for low, high in sets.spans(cuts)]
    return reduce(lambda left, right: left | right, pieces, portion.empty())


# -------------------------------------------------------------------------------------------------------------- algebra
@given(two_sets)
def test_de_morgan(drawn: tuple[Cuts, Cuts, Any]) -> None:
    """What is not in both is outside one or outside the other, and the other way round."""
    left, right, bottom = drawn
    outside = [sets.complement(one, bottom) for one in (left, right)]
    assert sets.complement(sets.intersection(left, right), bottom) == sets.union(*outside)
    assert sets.complement(sets.union(left, right), bottom) == sets.intersection(*outside)


@given(two_sets)
def test_complement_is_its_own_inverse(drawn: tuple[Cuts, Cuts, Any]) -> None:
    """The complement of the complement is the set; a set and its complement share nothing and make up the line."""
    one, _, bottom = drawn
    outside = sets.complement(one, bottom)
    assert sets.complement(outside, bottom) == one
    assert sets.are_disjoint(one, outside)
    assert sets.union(one, outside) == (bottom,)


@given(two_sets)
def test_union_and_intersection_do_not_care_for_order_or_repetition(drawn: tuple[Cuts, Cuts, Any]) -> None:
    """Both are commutative and idempotent."""
    left, right, _ = drawn
    assert sets.intersection(left, right) == sets.intersection(right, left)
    assert sets.union(left, right) == sets.union(right, left)
    assert sets.intersection(left, left) == sets.union(left, left) == left


@given(two_sets)
def test_absorption(drawn: tuple[Cuts, Cuts, Any]) -> None:
    """A set joined with a part of itself, or cut with more than itself, stays what it is."""
    left, right, _ = drawn
    assert sets.union(left, sets.intersection(left, right)) == left
    assert sets.intersection(left, sets.union(left, right)) == left


@given(days, days, days)
def test_intersection_distributes_over_union(one: Cuts, two: Cuts, three: Cuts) -> None:
    """Cutting a union is the union of the cuts."""
    assert sets.intersection(one, sets.union(two, three)) == sets.union(
        sets.intersection(one, two), sets.intersection(one, three)
    )


@given(two_sets)
def test_sets_are_canonical(drawn: tuple[Cuts, Cuts, Any]) -> None:
    """Every result is strictly increasing, so that equal sets are equal tuples."""
    left, right, bottom = drawn
    for found in (sets.intersection(left, right), sets.union(left, right), sets.complement(left, bottom)):
        assert list(found) == sorted(set(found))


@given(two_sets)
def test_subset_and_disjoint_follow_from_intersection(drawn: tuple[Cuts, Cuts, Any]) -> None:
    """A subset loses nothing when cut with the whole; disjoint sets have nothing in common."""
    left, right, bottom = drawn
    both = sets.intersection(left, right)
    assert sets.is_subset(both, left)
    assert sets.is_subset(left, right) == (both == left)
    assert sets.are_disjoint(left, right) == (both == ())
    assert sets.is_subset(left, (bottom,))


@given(st.lists(days, max_size=6))
def test_many_sets_unite_as_two_do(many: list[Cuts]) -> None:
    """The union in one sort equals the union taken two at a time."""
    assert sets.union_of_many(many) == sets.union(*many)


# -------------------------------------------------------------------------------------------------------------- portion
@given(days, days)
def test_agreement_with_portion(left: Cuts, right: Cuts) -> None:
    """Intersection, union and complement are those of an independent library."""
    line = portion.closedopen(0, portion.inf)
    assert as_portion(sets.intersection(left, right)) == as_portion(left) & as_portion(right)
    assert as_portion(sets.union(left, right)) == as_portion(left) | as_portion(right)
    assert as_portion(sets.complement(left, 0)) == line - as_portion(left)


@given(days, st.integers(0, LAST + 1))
def test_membership_agrees_with_portion(one: Cuts, value: int) -> None:
    """A value is in the set when portion says so."""
    assert sets.contains(one, value) == (value in as_portion(one))


@given(days, days)
def test_membership_commutes_with_the_algebra(left: Cuts, right: Cuts) -> None:
    """At every point, intersection is *and*, union is *or*, complement is *not*."""
    for value in range(LAST + 2):
        inside = sets.contains(left, value), sets.contains(right, value)
        assert sets.contains(sets.intersection(left, right), value) == all(inside)
        assert sets.contains(sets.union(left, right), value) == any(inside)
        assert sets.contains(sets.complement(left, 0), value) != inside[0]


# --------------------------------------------------------------------------------------------------------------- points
@pytest.mark.parametrize("value", [0, 7, "", "7601", "RU", 0.0, 0.1, 25_000.0, -math.inf])
def test_a_single_value_is_a_set_of_one(value: Any) -> None:
    """The set of one value holds it, gives it back, and holds nothing next to it."""
    one = sets.single(value)
    assert sets.contains(one, value)
    assert sets.only_value(one) == value
    assert not sets.contains(one, sets.successor(value))


@pytest.mark.parametrize("cuts", [(), (3,), (3, 7), ("76", "77"), (3, 4, 6, 7)])
def test_other_sets_have_no_only_value(cuts: Cuts) -> None:
    """Nothing, a span, a code with what lies under it, and two values are not one value."""
    assert sets.only_value(cuts) is None


@given(st.text(min_size=1, max_size=4), st.text(max_size=4))
def test_a_prefix_holds_all_that_lies_under_it(prefix: str, tail: str) -> None:
    """The set of a prefix holds each text that starts with it, and no other."""
    assert sets.contains(sets.prefixed(prefix), prefix + tail)
    assert sets.contains(sets.prefixed(prefix), tail) == tail.startswith(prefix)


def test_a_prefix_of_the_last_character_still_has_an_end() -> None:
    """No character comes after the last one, and the set of that prefix holds what lies under it all the same."""
    last = "\U0010ffff"
    assert sets.contains(sets.prefixed(last), last + "a")


def test_a_span_that_ends_before_it_begins_is_empty() -> None:
    """Between 7 and 3 there is nothing."""
    assert sets.between(7, 3) == sets.between(3, 3) == sets.EMPTY
    assert sets.between(3, 7) == (3, 7)


@given(days)
def test_spans_are_the_set(one: Cuts) -> None:
    """The spans of a set, united, are the set; only the last may be open."""
    pieces = sets.spans(one)
    assert sets.union_of_many([(low,) if high is None else (low, high) for low, high in pieces]) == one
    assert all(high is not None for _, high in pieces[:-1])
