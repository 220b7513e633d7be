"""Boxes: conditions as unions of products, one set a fact, and the exact algebra on them.

A box maps axes to sets; an axis that it does not name is free. A condition becomes a list of boxes; boxes intersect,
subtract and contain exactly, with no solver. Axes are small integers here, so that the algebra is cheap.

>>> axes = Axes()
>>> a = axes.number(Axis("origin"))
>>> boxes = boxes_of(Constrains("origin", ("RU", "RV")), axes)
>>> boxes == [{a: ("RU", "RV")}]
True
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar, assert_never

from sanctionsmodel import sets
from sanctionsmodel.conditions import AllOf, AnyOf, Condition, Constrains, Not
from sanctionsmodel.errors import SanctionsModelError
from sanctionsmodel.facts import EITHER, Axis, registry
from sanctionsmodel.sets import Cuts

#: One set for each constrained axis. Treated as frozen once made.
Box: TypeAlias = dict[int, Cuts]

AnyBox = TypeVar("AnyBox", bound=Mapping[int, Any])

#: A rule whose text makes more boxes than this is refused when it is loaded.
MOST_BOXES = 20_000


class TooManyBoxes(SanctionsModelError):
    """Raised when a condition branches into more boxes than can be handled exactly."""


class Axes:
    """Numbers the axes that rules read: the whole line of each, and what is possible while nothing is said."""

    def __init__(self) -> None:
        self.by_axis: dict[Axis, int] = {}
        self.names: list[Axis] = []
        self.lines: list[Cuts] = []
        self.unknown: list[Cuts] = []
        self.of_fact: dict[str, list[int]] = {}

    def number(self, axis: Axis) -> int:
        """Return the number of an axis, giving it one on first sight."""
        found = self.by_axis.get(axis)
        if found is None:
            fact = registry()[axis.fact]
            found = self.by_axis[axis] = len(self.names)
            self.names.append(axis)
            self.lines.append(EITHER if axis.test else (fact.bottom,))
            self.unknown.append(fact.line(axis))
            self.of_fact.setdefault(axis.fact, []).append(found)
        return found


def boxes_of(condition: Condition, axes: Axes) -> list[Box]:
    """Return the boxes whose union is the condition."""
    match condition:
        case Constrains():
            return _leaf_boxes(condition, axes)
        case Not(part):
            return subtract_all([{}], boxes_of(part, axes), axes.lines)
        case AnyOf(parts):
            return absorbed([box for part in parts for box in boxes_of(part, axes)], is_inside)
        case AllOf(parts):
            return _product([boxes_of(part, axes) for part in parts])
    assert_never(condition)


def _leaf_boxes(leaf: Constrains, axes: Axes) -> list[Box]:
    number = axes.number(leaf.axis)
    if leaf.allowed == axes.lines[number]:
        return [{}]
    return [{number: leaf.allowed}] if leaf.allowed else []


def _product(factors: list[list[Box]]) -> list[Box]:
    result: list[Box] = [{}]
    for factor in sorted(factors, key=len):
        made = [both for left in result for right in factor if (both := intersect(left, right)) is not None]
        result = absorbed(made, is_inside)
        if len(result) > MOST_BOXES:
            raise TooManyBoxes(f"the condition branches into more than {MOST_BOXES} boxes; say it more simply")
    return result


def intersect(left: Box, right: Box) -> Box | None:
    """Return the box of the points in both, or None when there are none."""
    result = dict(left)
    for axis, cuts in right.items():
        own = result.get(axis)
        if own is None:
            result[axis] = cuts
        elif own != cuts:
            both = sets.intersection(own, cuts)
            if not both:
                return None
            result[axis] = both
    return result


def is_inside(inner: Box, outer: Box) -> bool:
    """Say whether every point of one box lies in the other."""
    for axis, cuts in outer.items():
        own = inner.get(axis)
        if own is None or not (own == cuts or sets.is_subset(own, cuts)):
            return False
    return True


def absorbed(boxes: list[AnyBox], inside: Callable[[AnyBox, AnyBox], bool]) -> list[AnyBox]:
    """Drop boxes that lie inside another one; ``inside`` says so of two boxes of any kind.

    A box can only lie inside one that names no further axes, so that few pairs are compared.
    """
    if len(boxes) < 2 or len(boxes) > 400:  # beyond that, comparing all pairs costs more than it saves
        return boxes
    kept: list[AnyBox] = []
    by_axes: dict[frozenset[int], list[AnyBox]] = {}
    for box in sorted(boxes, key=len):
        axes = frozenset(box)
        if not _is_absorbed(box, axes, by_axes, inside):
            kept.append(box)
            by_axes.setdefault(axes, []).append(box)
    return kept


def _is_absorbed(
    box: AnyBox,
    axes: frozenset[int],
    by_axes: Mapping[frozenset[int], list[AnyBox]],
    inside: Callable[[AnyBox, AnyBox], bool],
) -> bool:
    for named, others in by_axes.items():
        if named <= axes:
            for other in others:
                if inside(box, other):
                    return True
    return False


def subtract(box: Box, other: Box, lines: Sequence[Cuts]) -> list[Box]:
    """Return disjoint boxes that hold what lies in ``box`` and not in ``other``.

    ``lines`` gives what a free axis may be: everything, or what is known of it.
    """
    if intersect(box, other) is None:
        return [box]
    pieces: list[Box] = []
    rest = box
    for axis, cuts in other.items():
        own = rest.get(axis)
        if own is None:
            own = lines[axis]
        outside = sets.intersection(own, _outside(cuts))
        if outside:
            pieces.append({**rest, axis: outside})
        rest = {**rest, axis: sets.intersection(own, cuts)}
    return pieces


def _outside(cuts: Cuts) -> Cuts:
    """Return everything else on the line; the type of its points tells where the line starts."""
    first = cuts[0]
    return sets.complement(cuts, "" if isinstance(first, str) else -math.inf if isinstance(first, float) else 0)


def subtract_all(boxes: Iterable[Box], others: Iterable[Box], lines: Sequence[Cuts]) -> list[Box]:
    """Return disjoint pieces of what lies in some of ``boxes`` and in none of ``others``."""
    left = list(boxes)
    for other in others:
        left = [piece for box in left for piece in subtract(box, other, lines)]
        if len(left) > MOST_BOXES:
            raise TooManyBoxes(f"the condition branches into more than {MOST_BOXES} boxes; say it more simply")
    return left
