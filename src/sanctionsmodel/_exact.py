"""Exact answers: status, missing facts and exemptions of one measure, from boxes.

What is known is a box K. A measure covers C, the union of its limbs C_i; its exemptions excuse E_i of limb i; what is
forbidden in the end is P, the union of C_i minus E_i. Not covered: K misses C. Exempt: K meets C and misses P.
Covered: K lies inside P. Otherwise undetermined, and a fact is missing when some box of P within K, widened to all that
is possible of the fact, leaves P. Everything is restricted to K first, so that settled facts drop out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from sanctionsmodel import sets
from sanctionsmodel._boxes import Box, absorbed, is_inside, subtract
from sanctionsmodel.prohibitions import Status
from sanctionsmodel.sets import Cuts

#: The most pieces that one question may be cut into; beyond it the answer is undetermined, which is safe, and says so.
MOST_PIECES = 20_000

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


class _Question:
    """A measure restricted to what is known: boxes that only name axes on which something is still open."""

    def __init__(self, known: Sequence[Cuts]) -> None:
        self.known = known
        self.limbs: dict[int, list[Box]] = {}
        self.excused: dict[int, list[Box]] = {}
        self.exemptions: dict[int, list[Box]] = {}
        self.spent = 0

    def without(self, boxes: Iterable[Box], others: Iterable[Box]) -> list[Box]:
        """Return the pieces of ``boxes`` outside all ``others``, within the bound."""
        left = list(boxes)
        for other in others:
            left = [piece for box in left for piece in subtract(box, other, self.known)]
            self.spent += len(left)
            if self.spent > MOST_PIECES:
                raise _Bounded
            if not left:
                break
        return left


def restrict(box: Box, known: Sequence[Cuts]) -> Box | None:
    """Return a box within what is known, naming only the axes it still splits; None when nothing of it is possible."""
    left: Box = {}
    for axis, cuts in box.items():
        own = known[axis]
        if own == cuts:
            continue
        both = sets.intersection(own, cuts)
        if not both:
            return None
        if both != own:
            left[axis] = both
    return left


def _restricted(boxes: Iterable[Box], known: Sequence[Cuts]) -> list[Box]:
    found = [left for box in boxes if (left := restrict(box, known)) is not None]
    return [{}] if {} in found else absorbed(found)


def judge(measure: Compiled, known: Sequence[Cuts], want_missing: bool = True) -> Verdict:
    """Return the exact verdict of a measure on what is known (one set of possible values an axis)."""
    question = _Question(known)
    for limb in measure.limbs:
        boxes = _restricted(limb.boxes, known)
        if boxes:
            question.limbs[limb.key] = boxes
    if not question.limbs:
        return Verdict(Status.NOT_COVERED)
    _restrict_exemptions(question, measure)
    try:
        return _judged(question, measure, want_missing)
    except _Bounded:
        axes = {axis for boxes in question.limbs.values() for box in boxes for axis in box}
        return Verdict(Status.UNDETERMINED, tuple(question.limbs), missing=tuple(sorted(axes)), bounded=True)


def _restrict_exemptions(question: _Question, measure: Compiled) -> None:
    for exemption in measure.exemptions:
        touched = exemption.frees & question.limbs.keys()
        boxes = _restricted(exemption.boxes, question.known) if touched else []
        if boxes:
            question.exemptions[exemption.key] = boxes
            for limb in touched:
                question.excused.setdefault(limb, []).extend(boxes)


def _judged(question: _Question, measure: Compiled, want_missing: bool) -> Verdict:
    caught = {key: question.without(boxes, question.excused.get(key, ())) for key, boxes in question.limbs.items()}
    forbidden = [box for boxes in caught.values() for box in boxes]
    considered = tuple(question.exemptions)
    if not forbidden:
        applied = _fewest(question, measure)
        return Verdict(Status.EXEMPT, tuple(question.limbs), applied=applied, considered=considered)
    reached = tuple(key for key, boxes in caught.items() if boxes)
    if {} in forbidden or not question.without([{}], forbidden):
        sure = tuple(key for key in reached if not question.without([{}], caught[key]))
        return Verdict(Status.COVERED, reached, sure, considered=considered)
    missing = _missing(question, forbidden) if want_missing else ()
    return Verdict(Status.UNDETERMINED, tuple(question.limbs), considered=considered, missing=missing)


def _missing(question: _Question, forbidden: list[Box]) -> tuple[int, ...]:
    """Return the axes on which two completions differ alone and get different answers."""
    found: set[int] = set()
    for box in sorted(forbidden, key=len):
        for axis in box.keys() - found:
            widened = {other: cuts for other, cuts in box.items() if other != axis}
            if not any(is_inside(widened, other) for other in forbidden) and question.without([widened], forbidden):
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
