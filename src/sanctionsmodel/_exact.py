"""Exact answers: status, missing facts and exemptions of one measure, from boxes.

What is known is a box K. A measure covers C, the union of its limbs C_i; its exemptions excuse E_i of limb i; what is
forbidden in the end is P, the union of C_i minus E_i. Not covered: K misses C. Exempt: K meets C and misses P.
Covered: K lies inside P. Otherwise undetermined, and a fact is missing when some box of P within K, widened to all that
is possible of the fact, leaves P. Everything is restricted to K first, so that settled facts drop out, and the values
still possible of each fact are numbered by the classes that the boxes at hand tell apart, so that sets are bit masks.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations
from typing import NamedTuple, TypeAlias

from sanctionsmodel import sets
from sanctionsmodel._boxes import Box, absorbed
from sanctionsmodel.prohibitions import Status
from sanctionsmodel.sets import Cuts

#: The most pieces that one question may be cut into; beyond it the answer is undetermined, which is safe, and says so.
MOST_PIECES = 200_000

_MOST_SEEN = 10_000

#: The most exemptions that are tried together.
_MOST_TOGETHER = 3


class _Bounded(Exception):
    """The question branches beyond the bound."""


class CompiledLimb(NamedTuple):
    """The boxes of one limb; ``key`` is its place within its measure."""

    key: int
    boxes: tuple[Box, ...]


class CompiledExemption(NamedTuple):
    """The boxes of one exemption, and the keys of the limbs that it frees."""

    key: int
    frees: frozenset[int]
    boxes: tuple[Box, ...]


class _Limbs(NamedTuple):
    limbs: tuple[CompiledLimb, ...]
    exemptions: tuple[CompiledExemption, ...]


class Compiled(_Limbs):
    """One measure as boxes."""

    @cached_property
    def plan(self) -> Plan:
        """The same in classes of values, made when the measure is first judged."""
        return Plan(self)


class Verdict(NamedTuple):
    """What one measure says: its status, the limbs met and caught, exemptions that matter, axes still missing."""

    status: Status
    limbs: tuple[int, ...] = ()
    sure_limbs: tuple[int, ...] = ()
    applied: tuple[int, ...] = ()
    considered: tuple[int, ...] = ()
    missing: tuple[int, ...] = ()
    bounded: bool = False


#: One bit for each class of values still possible on an axis; an axis that is not named is free.
Bits: TypeAlias = dict[int, int]


#: A box as pairs of an axis and the classes that it demands there.
_Pairs: TypeAlias = tuple[tuple[int, int], ...]


class _Line:
    """One axis, cut into the classes of values that no box of a measure tells apart."""

    def __init__(self, demands: Iterable[Cuts]) -> None:
        self._edges = sorted({cut for cuts in demands for cut in cuts})
        self._seen: dict[Cuts, int] = {}

    def classes(self, cuts: Cuts) -> int:
        """Return the classes that a set touches."""
        found = self._seen.get(cuts)
        if found is None:
            if len(self._seen) > _MOST_SEEN:
                self._seen.clear()
            found, edges = 0, self._edges
            for low, high in sets.spans(cuts):
                end = len(edges) if high is None else bisect_left(edges, high)
                found |= (2 << end) - (1 << bisect_right(edges, low))
            self._seen[cuts] = found
        return found


class Plan:
    """A measure in classes: on each axis those that its boxes demand, so that judging it is arithmetic on integers."""

    def __init__(self, measure: Compiled) -> None:
        demands: dict[int, set[Cuts]] = {}
        parts = [*(limb.boxes for limb in measure.limbs), *(one.boxes for one in measure.exemptions)]
        for box in (box for boxes in parts for box in boxes):
            for axis, cuts in box.items():
                demands.setdefault(axis, set()).add(cuts)
        self.lines = {axis: _Line(cuts) for axis, cuts in demands.items()}
        self.limbs = [(limb.key, self._pairs(limb.boxes)) for limb in measure.limbs]
        self.exemptions = [(one.key, one.frees, self._pairs(one.boxes)) for one in measure.exemptions]

    def key(self, known: Sequence[Cuts]) -> tuple[int, ...]:
        """Return all that the boxes tell apart of what is known: to equal keys belong equal verdicts."""
        return tuple([line.classes(known[axis]) for axis, line in self.lines.items()])

    def _pairs(self, boxes: Iterable[Box]) -> list[_Pairs]:
        return [tuple((axis, self.lines[axis].classes(cuts)) for axis, cuts in box.items()) for box in boxes]


class _Question:
    """A measure restricted to what is known: boxes of classes that only name axes on which something is still open."""

    def __init__(self, plan: Plan, known: Sequence[Cuts]) -> None:
        self.whole = {axis: line.classes(known[axis]) for axis, line in plan.lines.items()}
        self.limbs = {key: found for key, boxes in plan.limbs if (found := self._within(boxes))}
        self.exemptions: dict[int, list[Bits]] = {}
        self.excused: dict[int, list[Bits]] = {}
        self.spent = 0
        for key, frees, boxes in plan.exemptions if self.limbs else ():
            freed = frees & self.limbs.keys()
            found = self._within(boxes) if freed else []
            if found:
                self.exemptions[key] = found
            for limb in freed:
                self.excused.setdefault(limb, []).extend(found)

    def _within(self, boxes: Iterable[_Pairs]) -> list[Bits]:
        """Return what boxes leave of what is known, on the axes that they divide; boxes that miss it drop out."""
        whole = self.whole
        found: dict[frozenset[tuple[int, int]], Bits] = {}
        for box in boxes:
            left: Bits = {}
            for axis, bits in box:
                own = whole[axis]
                both = own & bits
                if not both:
                    break
                if both != own:
                    left[axis] = both
            else:
                if not left:
                    return [left]
                found[frozenset(left.items())] = left
        return absorbed(list(found.values()), _covers)

    def without(self, boxes: Iterable[Bits], others: Iterable[Bits]) -> list[Bits]:
        """Return the pieces of ``boxes`` outside all ``others``, within the bound."""
        left = list(boxes)
        for other in others:
            left = [piece for box in left for piece in self._subtract(box, other)]
            self.spent += len(left)
            if self.spent > MOST_PIECES:
                raise _Bounded
            if not left:
                break
        return left

    def is_inside(self, box: Bits, others: Sequence[Bits]) -> bool:
        """Say whether a box lies inside the union of others; the search goes deep and stops at a point outside."""
        if self._leaves(box, others):
            return False
        stack = [(box, 0)]
        while stack:
            piece, start = stack.pop()
            for place in range(start, len(others)):
                other = others[place]
                if _misses(piece, other):
                    continue
                self.spent += 1
                if self.spent > MOST_PIECES:
                    raise _Bounded
                stack.extend((part, place + 1) for part in self._subtract(piece, other))
                break
            else:
                return False
        return True

    def _leaves(self, box: Bits, others: Sequence[Bits]) -> bool:
        """Say whether the first way tried leads out of the union of others; mostly it does, where there is one."""
        whole, piece = self.whole, dict(box)
        for other in others:
            way = -1
            for axis, bits in other.items():
                own = piece[axis] if axis in piece else whole[axis]
                if not own & bits:
                    break
                if own & ~bits:
                    way = axis
            else:
                if way < 0:
                    return False
                piece[way] = (piece[way] if way in piece else whole[way]) & ~other[way]
        return True

    def _subtract(self, box: Bits, other: Bits) -> Iterator[Bits]:
        """Yield disjoint pieces that hold what lies in ``box`` and not in ``other``."""
        if _misses(box, other):
            yield box
            return
        rest = dict(box)
        for axis, bits in other.items():
            own = rest[axis] if axis in rest else self.whole[axis]
            outside = own & ~bits
            if outside:
                yield {**rest, axis: outside}
                rest[axis] = own & bits


def _covers(inner: Bits, outer: Bits) -> bool:
    """Say whether one box lies inside another."""
    for axis, bits in outer.items():
        own = inner.get(axis)
        if own is None or own & ~bits:
            return False
    return True


def _misses(box: Bits, other: Bits) -> bool:
    """Say whether two boxes have nothing in common."""
    for axis, bits in other.items():
        own = box.get(axis)
        if own is not None and not own & bits:
            return True
    return False


def judge(measure: Compiled, known: Sequence[Cuts], want_missing: bool = True) -> Verdict:
    """Return the exact verdict of a measure on what is known (one set of possible values an axis)."""
    question = _Question(measure.plan, known)
    if not question.limbs:
        return Verdict(Status.NOT_COVERED)
    try:
        return _judged(question, measure, want_missing)
    except _Bounded:
        groups = (*question.limbs.values(), *question.exemptions.values())
        axes = {axis for boxes in groups for box in boxes for axis in box}
        return Verdict(Status.UNDETERMINED, tuple(question.limbs), missing=tuple(sorted(axes)), bounded=True)


def _judged(question: _Question, measure: Compiled, want_missing: bool) -> Verdict:
    caught = {key: question.without(boxes, question.excused.get(key, ())) for key, boxes in question.limbs.items()}
    forbidden = [box for boxes in caught.values() for box in boxes]
    considered = tuple(question.exemptions)
    if not forbidden:
        applied = _fewest(question, measure)
        return Verdict(Status.EXEMPT, tuple(question.limbs), applied=applied, considered=considered)
    reached = tuple(key for key, boxes in caught.items() if boxes)
    if {} in forbidden or question.is_inside({}, forbidden):
        sure = tuple(key for key in reached if question.is_inside({}, caught[key]))
        return Verdict(Status.COVERED, reached, sure, considered=considered)
    missing = _missing(question, sorted(absorbed(forbidden, _covers), key=len)) if want_missing else ()
    return Verdict(Status.UNDETERMINED, tuple(question.limbs), considered=considered, missing=missing)


def _missing(question: _Question, forbidden: list[Bits]) -> tuple[int, ...]:
    """Return the axes on which two completions differ alone and get different answers."""
    found: set[int] = set()
    for box in forbidden:
        for axis in box.keys() - found:
            widened = {other: bits for other, bits in box.items() if other != axis}
            if not question.is_inside(widened, forbidden):
                found.add(axis)
    return tuple(sorted(found))


def _fewest(question: _Question, measure: Compiled) -> tuple[int, ...]:
    """Return the fewest exemptions that together excuse every limb met, in the measure's order."""
    frees = {exemption.key: exemption.frees for exemption in measure.exemptions}
    keys = list(question.exemptions)
    for count in range(1, min(len(keys), _MOST_TOGETHER) + 1):
        for chosen in combinations(keys, count):
            if all(_excuses(question, chosen, frees, limb) for limb in question.limbs):
                return chosen
    return tuple(keys)


def _excuses(question: _Question, chosen: Iterable[int], frees: Mapping[int, frozenset[int]], limb: int) -> bool:
    boxes = [box for key in chosen if limb in frees[key] for box in question.exemptions[key]]
    return not question.without(question.limbs[limb], boxes)
