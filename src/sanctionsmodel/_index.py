"""The compiled catalogue: every measure as boxes, and bit masks that find the few measures a transaction can meet.

Each box of each limb is one bit. On each axis, what is known touches some of the sets that boxes demand; the bits of
the boxes that it touches, and of those that leave the axis free, stay. AND over the axes leaves the candidates; the
exact test settles those.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from functools import reduce
from itertools import accumulate
from operator import itemgetter, or_, xor
from typing import Any, overload

from sanctionsmodel import sets
from sanctionsmodel._compile import Measure
from sanctionsmodel._exact import Compiled, Verdict, judge
from sanctionsmodel._narrow import Narrowed, Narrowing
from sanctionsmodel.prohibitions import Status
from sanctionsmodel.sets import Cuts
from sanctionsmodel.transactions import Transaction

_MOST_CACHED = 100_000

#: How many sets are compared with each demand on an axis before it pays to sort the demands.
_MOST_LOOKED_THROUGH = 32


class Masks:
    """The sets that boxes demand on each axis, with the bits of the boxes that demand each.

    ``counts`` says how many boxes each measure has, in order; a box's bit is its place among all of them. The demands
    on an axis are read when they are first needed.
    """

    def __init__(self, axes: Iterable[int], counts: Iterable[int], read: Callable[[int], Mapping[Cuts, int]]) -> None:
        self.axes = frozenset(axes)
        self._read = read
        self._demands: dict[int, Mapping[Cuts, int]] = {}
        self.counts = tuple(counts)
        ends = list(accumulate(self.counts))
        self.owners = [number for number, count in enumerate(self.counts) for _ in range(count)]
        self.below = [(1 << (end - count)) - 1 for end, count in zip(ends, self.counts, strict=True)]
        self.everyone = (1 << len(self.owners)) - 1
        self._free: dict[int, int] = {}
        self._seen: dict[int, dict[Cuts, int]] = {axis: {} for axis in self.axes}
        self._asked: dict[int, int] = {}
        self._classes: dict[int, tuple[list[Any], list[int]]] = {}

    @classmethod
    def of(cls, measures: Iterable[Measure]) -> Masks:
        """Number the boxes of measures."""
        demands: dict[int, dict[Cuts, int]] = {}
        counts: list[int] = []
        bit = 1
        for measure in measures:
            boxes = [box for limb in measure.compiled.limbs for box in limb.boxes]
            counts.append(len(boxes))
            for box in boxes:
                for axis, cuts in box.items():
                    on_axis = demands.setdefault(axis, {})
                    on_axis[cuts] = on_axis.get(cuts, 0) | bit
                bit <<= 1
        return cls(demands, counts, demands.__getitem__)

    @property
    def demands(self) -> Mapping[int, Mapping[Cuts, int]]:
        """The demands on every axis, for whoever needs them all."""
        return {axis: self.on(axis) for axis in sorted(self.axes)}

    def on(self, axis: int) -> Mapping[Cuts, int]:
        """Return the sets that boxes demand on an axis, with the bits of the boxes that demand each."""
        found = self._demands.get(axis)
        if found is None:
            found = self._demands[axis] = self._read(axis)
        return found

    def touched(self, axis: int, known: Cuts) -> int:
        """Return the bits of the boxes that a known set can meet on an axis."""
        seen = self._seen[axis]
        found = seen.get(known)
        if found is None:
            found = self._free_of(axis) | self._meeting(axis, known)
            if len(seen) > _MOST_CACHED:
                seen.clear()
            seen[known] = found
        return found

    def _meeting(self, axis: int, known: Cuts) -> int:
        """Return the bits of the boxes whose demand on an axis a known set meets."""
        self._asked[axis] = self._asked.get(axis, 0) + 1
        if self._asked[axis] > _MOST_LOOKED_THROUGH:
            edges, classes = self._classes_of(axis)
            spans = [
                (bisect_right(edges, low), len(edges) if high is None else bisect_left(edges, high))
                for low, high in sets.spans(known)
            ]
            if sum(last - first for first, last in spans) < len(self.on(axis)):
                return reduce(or_, (bits for first, last in spans for bits in classes[first : last + 1]), 0)
        return reduce(or_, (bits for cuts, bits in self.on(axis).items() if sets.intersection(known, cuts)), 0)

    def _classes_of(self, axis: int) -> tuple[list[Any], list[int]]:
        """Return the edges of the demands on an axis, and the bits of the boxes before, between and after them."""
        found = self._classes.get(axis)
        if found is None:
            turns: dict[Any, int] = {}
            for cuts, bits in self.on(axis).items():
                for cut in cuts:
                    turns[cut] = turns.get(cut, 0) ^ bits
            edges = sorted(turns)
            classes = list(accumulate((turns[edge] for edge in edges), xor, initial=0))
            found = self._classes[axis] = (edges, classes)
        return found

    def met(self, known: Sequence[Cuts], axes: Set[int]) -> int:
        """Return the bits of the boxes that what is known on some axes can meet."""
        seen, found = self._seen, self.everyone
        for axis in self.axes & axes:
            bits = seen[axis].get(known[axis])
            found &= self.touched(axis, known[axis]) if bits is None else bits
        return found

    def _free_of(self, axis: int) -> int:
        """Return the bits of the boxes that leave an axis free."""
        if axis not in self._free:
            bound = 0
            for bits in self.on(axis).values():
                bound |= bits
            self._free[axis] = self.everyone & ~bound
        return self._free[axis]


class Measures(Sequence[Measure]):
    """Compiled measures in order, each made when it is first looked at."""

    def __init__(self, names: Iterable[str], make: Callable[[str], Measure]) -> None:
        self.names = tuple(names)
        self._make = make
        self._made: dict[str, Measure] = {}

    def named(self, name: str) -> Measure:
        """Return a measure by its id."""
        found = self._made.get(name)
        if found is None:
            found = self._made[name] = self._make(name)
        return found

    @overload
    def __getitem__(self, place: int) -> Measure: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Measure]: ...
    def __getitem__(self, place: int | slice) -> Measure | Sequence[Measure]:
        """Return the measure at a place."""
        if isinstance(place, slice):
            return [self.named(name) for name in self.names[place]]
        return self.named(self.names[place])

    def __len__(self) -> int:
        """Count the measures."""
        return len(self.names)


class _Answers:
    """What was answered of one measure, by what is known on the axes that it reads."""

    def __init__(self, compiled: Compiled, axes: Sequence[int]) -> None:
        self.compiled = compiled
        self.key: Callable[[Sequence[Cuts]], Any] = itemgetter(*axes) if axes else lambda known: ()
        self.verdicts: dict[Any, Verdict] = {}
        self.statuses: dict[Any, Status] = {}

    def keep(self, key: Any, status: Status, verdict: Verdict | None = None) -> None:
        """Remember an answer."""
        if len(self.statuses) > _MOST_CACHED:
            self.statuses.clear()
            self.verdicts.clear()
        self.statuses[key] = status
        if verdict is not None:
            self.verdicts[key] = verdict


class Index:
    """Measures of a catalogue, compiled."""

    def __init__(self, measures: Measures, narrowing: Narrowing, masks: Masks | None = None) -> None:
        self.measures = measures
        self.narrowing = narrowing
        self.axes = narrowing.axes
        self.masks = masks if masks is not None else Masks.of(measures)
        self.number_of = {name: number for number, name in enumerate(measures.names)}
        self._not_covered = dict.fromkeys(self.number_of, Status.NOT_COVERED)
        self._answers: dict[int, _Answers] = {}
        self._narrowings: dict[int, Narrowing] = {}

    @classmethod
    def of(cls, measures: Iterable[Measure], narrowing: Narrowing) -> Index:
        """Return the index of measures that are compiled already."""
        made = {measure.id: measure for measure in measures}
        return cls(Measures(made, made.__getitem__), narrowing)

    def narrowing_of(self, number: int) -> Narrowing:
        """Return the narrowing towards what one measure reads, for whoever asks it about many other facts."""
        found = self._narrowings.get(number)
        if found is None:
            measure = self.measures[number]
            found = self._narrowings[number] = self.narrowing.towards({*measure.axes, *measure.policy_axes})
        return found

    def select(self, names: Iterable[str]) -> Index:
        """Return an index of some of the measures, narrowing only towards what these read."""
        chosen = Measures(names, self.measures.named)
        wanted = {axis for measure in chosen for axis in (*measure.axes, *measure.policy_axes)}
        return Index(chosen, self.narrowing.towards(wanted))

    def narrow(self, transaction: Transaction) -> Narrowed:
        """Return what is known of a transaction on every axis that some rule reads."""
        return self.narrowing.narrow(transaction)

    def candidates(self, narrowed: Narrowed) -> list[int]:
        """Return the numbers of the measures that the transaction can meet; all others do not cover it."""
        masks = self.masks
        possible = masks.met(narrowed.known, narrowed.touched)
        numbers: list[int] = []
        while possible:
            number = masks.owners[possible.bit_length() - 1]
            numbers.append(number)
            possible &= masks.below[number]
        numbers.reverse()
        return numbers

    def verdict(self, number: int, known: Sequence[Cuts]) -> Verdict:
        """Return the exact verdict of one measure, from the cache where the same facts were judged before."""
        answers = self._answers.get(number) or self._new_answers(number)
        key = answers.key(known)
        found = answers.verdicts.get(key)
        if found is None:
            found = judge(answers.compiled, known)
            answers.keep(key, found.status, found)
        return found

    def status(self, number: int, known: Sequence[Cuts]) -> Status:
        """Return the status of one measure alone, which costs less where nobody asks what is missing."""
        answers = self._answers.get(number) or self._new_answers(number)
        key = answers.key(known)
        found = answers.statuses.get(key)
        if found is None:
            found = judge(answers.compiled, known, want_missing=False).status
            answers.keep(key, found)
        return found

    def _new_answers(self, number: int) -> _Answers:
        measure = self.measures[number]
        made = self._answers[number] = _Answers(measure.compiled, measure.axes)
        return made

    def statuses(self, transaction: Transaction) -> Mapping[str, Status]:
        """Return the status of every measure, by its id."""
        narrowed = self.narrow(transaction)
        found = self._not_covered.copy()
        for number in self.candidates(narrowed):
            found[self.measures.names[number]] = self.status(number, narrowed.known)
        return found
