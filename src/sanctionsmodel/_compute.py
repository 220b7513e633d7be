"""Computed facts: products, ratios and sums by interval arithmetic, origin from transformation, codes cut short.

Two open facts and what is computed from them are narrowed to their bounds, not tracked as a pair: an answer may then
stay undetermined where the pair would settle it, never the other way round.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sanctionsmodel import sets
from sanctionsmodel._boxes import Axes, Box
from sanctionsmodel._exact import Compiled, CompiledLimb, judge
from sanctionsmodel.facts import FALSE, TRUE, Axis, registry
from sanctionsmodel.prohibitions import Status
from sanctionsmodel.sets import Cuts
from sanctionsmodel.transactions import ListOf, Transaction

#: Narrows an axis to a set, for the facts and the reason given.
Cut = Callable[[int, Cuts, tuple[str, ...], str], object]

#: The least and the greatest value that are possible.
Bounds = tuple[float, float]


class Computed:
    """One computed fact: from which others, by which arithmetic, on numbered axes.

    ``where`` gives the boxes of the condition that a declaration may carry.
    """

    def __init__(self, raw: Mapping[str, Any], axes: Axes, where: Sequence[Box] | None = None) -> None:
        self.target_name: str = raw["to"]
        self.how: str = raw["how"]
        self.input_names: tuple[str, ...] = tuple(raw["of"])
        self.asks: tuple[str, ...] = tuple(raw.get("asks", self.input_names))
        self.target = axes.number(Axis(self.target_name))
        self.numbers = {name: axes.number(Axis(name)) for name in self.input_names if not registry()[name].many}
        self.inputs = set(self.numbers.values())
        self.test = Compiled((CompiledLimb(0, tuple(where)),), ()) if where is not None else None
        self.reads = {axis for box in where or () for axis in box}

    def run(self, transaction: Transaction, known: Sequence[Cuts], cut: Cut) -> None:
        """Narrow the computed fact to what its inputs allow."""
        if self.how == "transformation":
            found = _origin(
                transaction, [known[self.numbers[name]] for name in ("processed_in", "substantially_transformed")]
            )
        else:
            found = self._arithmetic(known)
        if found:
            stated = tuple(name for name in self.input_names if name in transaction) or self.input_names
            cut(self.target, found, stated, f"{self.target_name} follows from {' and '.join(stated)}")

    def _arithmetic(self, known: Sequence[Cuts]) -> Cuts:
        bounds = [_bounds(known[number]) for number in self.numbers.values()]
        if None in bounds:
            return sets.EMPTY
        left, right = bounds[0], bounds[1]
        assert left is not None
        assert right is not None
        if self.how == "product":
            return _between(_times(left[0], right[0]), _times(left[1], right[1]))
        if self.how == "quotient":
            return _between(_over(left[0], right[1]), _over(left[1], right[0]))
        return self._sum_where(known, left, right)

    def _sum_where(self, known: Sequence[Cuts], left: Bounds, right: Bounds) -> Cuts:
        assert self.test is not None
        status = judge(self.test, known, want_missing=False).status
        both = (_plus(left[0], right[0]), min(_plus(left[1], right[1]), 1.0))
        low = both[0] if status == Status.COVERED else left[0]
        high = left[1] if status == Status.NOT_COVERED else both[1]
        return _between(low, high)


def _origin(transaction: Transaction, known: list[Cuts]) -> Cuts:
    """Return the possible origins: where the processing transformed the input, else where the input comes from."""
    processed, transformed = known
    inputs = transaction.known.get("input_origin")
    there = processed if "processed_in" in transaction and not sets.contains(processed, "") else sets.EMPTY
    before = sets.union_of_many(list(inputs.elements)) if isinstance(inputs, ListOf) and inputs.closed else sets.EMPTY
    if transformed == TRUE:
        return there
    if transformed == FALSE:
        return before
    return sets.union(there, before) if there and before else sets.EMPTY


def coarser(cuts: Cuts, digits: int) -> Cuts:
    """Cut a set of codes to its first digits: every shorter code under which one of them lies."""
    spans = []
    for low, high in sets.spans(cuts):
        start = low[:digits]
        end = high if high is None or len(high) <= digits else sets.after_prefix(high[:digits])
        spans.append((start,) if end is None else (start, end) if start < end else ())
    return sets.union_of_many([span for span in spans if span])


def _bounds(cuts: Cuts) -> Bounds | None:
    """Return the least and greatest possible amount, or None while there may be none."""
    if cuts[0] == -math.inf:
        return None
    high = math.nextafter(cuts[-1], -math.inf) if len(cuts) % 2 == 0 else math.inf
    return max(cuts[0], 0.0), high


def _between(low: float, high: float) -> Cuts:
    return (low,) if high == math.inf else (low, sets.successor(high))


def _exactly(left: float, right: float, operation: Callable[[Decimal, Decimal], Decimal]) -> float:
    """Compute on the decimals that people wrote, so that a limit that is met exactly is met."""
    return float(operation(Decimal(repr(left)), Decimal(repr(right))))


def _times(left: float, right: float) -> float:
    if 0.0 in (left, right):
        return 0.0
    return math.inf if math.inf in (left, right) else _exactly(left, right, lambda a, b: a * b)


def _over(left: float, right: float) -> float:
    if right == math.inf or left == 0.0:
        return 0.0
    return math.inf if left == math.inf or right == 0.0 else _exactly(left, right, lambda a, b: a / b)


def _plus(left: float, right: float) -> float:
    return math.inf if math.inf in (left, right) else _exactly(left, right, lambda a, b: a + b)
