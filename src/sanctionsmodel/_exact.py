"""Exact answers: status, missing facts and exemptions of one measure, from boxes.

What is known is a box K. A measure covers C, the union of its limbs C_i; its exemptions excuse E_i of limb i; what is
forbidden in the end is P, the union of C_i minus E_i. Not covered: K misses C. Exempt: K meets C and misses P.
Covered: K lies inside P. Otherwise undetermined, and a fact is missing when some box of P within K, widened to all that
is possible of the fact, leaves P. Everything is restricted to K first, so that settled facts drop out, and the values
still possible of each fact are numbered by the classes that the boxes at hand tell apart, so that sets are bit masks.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple, TypeAlias

from sanctionsmodel import sets
from sanctionsmodel._boxes import Box, absorbed
from sanctionsmodel.prohibitions import Status
from sanctionsmodel.sets import Cuts

#: The most pieces that one question may be cut into; beyond it the answer is undetermined, which is safe, and says so.
MOST_PIECES = 200_000

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


class Compiled(NamedTuple):
    """One measure as boxes."""

    limbs: tuple[CompiledLimb, ...]
    exemptions: tuple[CompiledExemption, ...]


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


class _Line:
    """The values still possible on one axis, cut into the classes that no box of the question tells apart."""

    def __init__(self, known: Cuts, demands: Iterable[Cuts]) -> None:
        edges = sorted({cut for cuts in (known, *demands) for cut in cuts})
        self._edges = edges
        self._bits: dict[Cuts, int] = {}
        self._known = -1
        self.whole = self._known = self.bits(known)

    def bits(self, cuts: Cuts) -> int:
        """Return the classes of a set, within what is possible."""
        found = self._bits.get(cuts)
        if found is None:
            found = 0
            for low, high in sets.spans(cuts):
                start = bisect_left(self._edges, low)
                end = len(self._edges) if high is None else bisect_left(self._edges, high)
                found |= (1 << end) - (1 << start)
            found &= self._known
            self._bits[cuts] = found
        return found


class _Question:
    """A measure restricted to what is known: boxes of classes that only name axes on which something is still open."""

    def __init__(self, measure: Compiled, known: Sequence[Cuts]) -> None:
        limbs = {limb.key: _within(limb.boxes, known) for limb in measure.limbs}
        limbs = {key: boxes for key, boxes in limbs.items() if boxes}
        reached = [one for one in measure.exemptions if not one.frees.isdisjoint(limbs)] if limbs else []
        excuses = {one.key: _within(one.boxes, known) for one in reached}
        self.lines = _lines([*limbs.values(), *excuses.values()], known)
        self.limbs = {key: self._bits(boxes) for key, boxes in limbs.items()}
        self.exemptions = {key: self._bits(boxes) for key, boxes in excuses.items() if boxes}
        self.excused: dict[int, list[Bits]] = {}
        self.spent = 0
        for one in reached:
            for limb in one.frees & limbs.keys():
                self.excused.setdefault(limb, []).extend(self.exemptions.get(one.key, ()))

    def _bits(self, boxes: list[Box]) -> list[Bits]:
        if {} in boxes:
            return [{}]
        lines = self.lines
        return absorbed([{axis: lines[axis].bits(cuts) for axis, cuts in box.items()} for box in boxes], _covers)

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
        stack = [(box, 0)]
        while stack:
            piece, start = stack.pop()
            for place in range(start, len(others)):
                other = others[place]
                if any(axis in piece and not piece[axis] & bits for axis, bits in other.items()):
                    continue
                self.spent += 1
                if self.spent > MOST_PIECES:
                    raise _Bounded
                stack.extend((part, place + 1) for part in self._subtract(piece, other))
                break
            else:
                return False
        return True

    def _subtract(self, box: Bits, other: Bits) -> Iterator[Bits]:
        """Yield disjoint pieces that hold what lies in ``box`` and not in ``other``."""
        for axis, bits in other.items():
            if axis in box and not box[axis] & bits:
                yield box
                return
        rest = dict(box)
        for axis, bits in other.items():
            own = rest[axis] if axis in rest else self.lines[axis].whole
            outside = own & ~bits
            if outside:
                yield {**rest, axis: outside}
                rest[axis] = own & bits


def _within(boxes: Iterable[Box], known: Sequence[Cuts]) -> list[Box]:
    """Return what boxes leave of what is known, on the axes that they divide; boxes that miss it drop out."""
    found: list[Box] = []
    for box in boxes:
        left: Box = {}
        for axis, cuts in box.items():
            own = known[axis]
            both = own if own is cuts else sets.intersection(own, cuts)
            if not both:
                break
            if both != own:
                left[axis] = both
        else:
            found.append(left)
    return found


def _lines(groups: Iterable[Iterable[Box]], known: Sequence[Cuts]) -> dict[int, _Line]:
    demands: dict[int, set[Cuts]] = {}
    for boxes in groups:
        for box in boxes:
            for axis, cuts in box.items():
                demands.setdefault(axis, set()).add(cuts)
    return {axis: _Line(known[axis], cuts) for axis, cuts in demands.items()}


def _covers(inner: Bits, outer: Bits) -> bool:
    """Say whether one box lies inside another."""
    return all(axis in inner and not inner[axis] & ~bits for axis, bits in outer.items())


def judge(measure: Compiled, known: Sequence[Cuts], want_missing: bool = True) -> Verdict:
    """Return the exact verdict of a measure on what is known (one set of possible values an axis)."""
    question = _Question(measure, known)
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
            inside = any(_covers(widened, other) for other in forbidden) or question.is_inside(widened, forbidden)
            if not inside:
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
