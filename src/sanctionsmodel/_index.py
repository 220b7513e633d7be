"""The compiled catalogue: every measure as boxes, and bit masks that find the few measures a transaction can meet.

Each box of each limb and exemption is one bit. On each axis the line is cut into the classes that no box tells apart,
and each class carries the mask of the boxes that hold it. What is known of a fact touches some classes: the OR of their
masks is "possibly", the AND is "surely". AND over the axes leaves the candidates; the exact test settles those.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sanctionsmodel import sets
from sanctionsmodel._boxes import Axes, Box, boxes_of
from sanctionsmodel._exact import Compiled, CompiledExemption, CompiledLimb, Verdict, judge
from sanctionsmodel._narrow import Defines, Narrowed, Narrowing
from sanctionsmodel.prohibitions import Exemption, Limb, Prohibition, Status, Version
from sanctionsmodel.sets import Cuts
from sanctionsmodel.transactions import Transaction

_MOST_CACHED = 100_000


@dataclass(frozen=True, slots=True)
class Measure:
    """One compiled measure, with the law that each key of its boxes stands for."""

    law: Prohibition
    compiled: Compiled
    limbs: tuple[tuple[Prohibition, Version, Limb], ...]
    exemptions: tuple[Exemption, ...]
    axes: tuple[int, ...]


class _Line:
    """The classes of one axis, and the masks of the boxes that hold each."""

    def __init__(self, constraints: Mapping[int, Cuts], everyone: int) -> None:
        self.cuts = sorted({cut for cuts in constraints.values() for cut in cuts})
        free = everyone
        for bit in constraints:
            free &= ~(1 << bit)
        self.masks = [free] * (len(self.cuts) + 1)
        for bit, cuts in constraints.items():
            for low, high in sets.spans(cuts):
                start = bisect_right(self.cuts, low)
                end = len(self.masks) if high is None else bisect_right(self.cuts, high)
                for position in range(start, end):
                    self.masks[position] |= 1 << bit
        self.seen: dict[Cuts, tuple[int, int]] = {}

    def touched(self, known: Cuts) -> tuple[int, int]:
        """Return the masks of the boxes that a known set possibly and surely meets on this axis."""
        found = self.seen.get(known)
        if found is None:
            possible, sure = 0, -1
            for position in self._classes(known):
                possible |= self.masks[position]
                sure &= self.masks[position]
            found = self.seen[known] = (possible, sure)
            if len(self.seen) > _MOST_CACHED:
                self.seen.clear()
        return found

    def _classes(self, known: Cuts) -> Iterator[int]:
        for low, high in sets.spans(known):
            yield from range(
                bisect_right(self.cuts, low), len(self.masks) if high is None else bisect_left(self.cuts, high) + 1
            )


class Index:
    """All measures of a catalogue, compiled once."""

    def __init__(
        self, measures: Iterable[Prohibition], defines: Defines, parts: Mapping[str, Prohibition] | None = None
    ) -> None:
        self.axes = Axes()
        self.measures = [compile_measure(law, parts or {}, self.axes) for law in measures]
        self.narrowing = Narrowing(self.axes, defines)
        self._verdicts: list[dict[tuple[Cuts, ...], Verdict]] = [{} for _ in self.measures]
        self._build_masks()

    def _build_masks(self) -> None:
        constraints: dict[int, dict[int, Cuts]] = {}
        self._owner: list[int] = []
        self._limb_bits = 0
        self._bits_of: list[int] = []
        for number, measure in enumerate(self.measures):
            first = len(self._owner)
            for is_limb, box in boxes_of_measure(measure.compiled):
                bit = len(self._owner)
                self._owner.append(number)
                self._limb_bits |= is_limb << bit
                for axis, cuts in box.items():
                    constraints.setdefault(axis, {})[bit] = cuts
            self._bits_of.append((1 << len(self._owner)) - (1 << first))
        everyone = (1 << len(self._owner)) - 1
        self._lines = {axis: _Line(found, everyone) for axis, found in constraints.items()}

    def narrow(self, transaction: Transaction) -> Narrowed:
        """Return what is known of a transaction on every axis that some rule reads."""
        return self.narrowing.narrow(transaction)

    def candidates(self, narrowed: Narrowed) -> list[int]:
        """Return the numbers of the measures that the transaction can meet; all others do not cover it."""
        possible = self._limb_bits
        known, lines = narrowed.known, self._lines
        for axis in narrowed.touched:
            line = lines.get(axis)
            if line is not None:
                cuts = known[axis]
                possible &= (line.seen.get(cuts) or line.touched(cuts))[0]
                if not possible:
                    return []
        found: list[int] = []
        while possible:
            number = self._owner[(possible & -possible).bit_length() - 1]
            found.append(number)
            possible &= ~self._bits_of[number]
        return found

    def verdict(self, number: int, known: Sequence[Cuts]) -> Verdict:
        """Return the exact verdict of one measure, from the cache where the same facts were judged before."""
        measure = self.measures[number]
        key = tuple([known[axis] for axis in measure.axes])
        cache = self._verdicts[number]
        found = cache.get(key)
        if found is None:
            if len(cache) > _MOST_CACHED:
                cache.clear()
            found = cache[key] = judge(measure.compiled, known)
        return found

    def statuses(self, transaction: Transaction) -> dict[str, Status]:
        """Return the status of every measure, by its id."""
        narrowed = self.narrow(transaction)
        found = {measure.law.id: Status.NOT_COVERED for measure in self.measures}
        for number in self.candidates(narrowed):
            found[self.measures[number].law.id] = self.verdict(number, narrowed.known).status
        return found


def boxes_of_measure(compiled: Compiled) -> Iterator[tuple[int, Box]]:
    """Yield every box of a measure, each with whether it is a limb's (1) or an exemption's (0)."""
    for limb in compiled.limbs:
        yield from ((1, box) for box in limb.boxes)
    for exemption in compiled.exemptions:
        yield from ((0, box) for box in exemption.boxes)


def compile_measure(law: Prohibition, by_id: Mapping[str, Prohibition], axes: Axes) -> Measure:
    """Compile a measure; one that only sums up others takes over their limbs and exemptions."""
    limbs: list[tuple[Prohibition, Version, Limb]] = []
    exemptions: list[Exemption] = []
    compiled_limbs: list[CompiledLimb] = []
    compiled_exemptions: list[CompiledExemption] = []
    for part in [by_id[name] for name in law.parts if name in by_id] or [law]:
        first = len(limbs)
        for version, limb in part.limbs():
            compiled_limbs.append(CompiledLimb(len(limbs), tuple(boxes_of(part.scope(version, limb), axes))))
            limbs.append((part, version, limb))
        for exemption in part.exemptions:
            frees = frozenset(
                first + place for place, (_, limb) in enumerate(part.limbs()) if exemption.frees_limb(limb)
            )
            compiled_exemptions.append(CompiledExemption(len(exemptions), frees, _exemption_boxes(exemption, axes)))
            exemptions.append(exemption)
    compiled = Compiled(tuple(compiled_limbs), tuple(compiled_exemptions))
    read = tuple(sorted({axis for _, box in boxes_of_measure(compiled) for axis in box}))
    return Measure(law, compiled, tuple(limbs), tuple(exemptions), read)


def _exemption_boxes(exemption: Exemption, axes: Axes) -> tuple[Box, ...]:
    return tuple(box for version in exemption.versions for box in boxes_of(version.in_time(version.when), axes))
