"""The compiled catalogue as plain data, so that a process need not compile the law before its first question.

Sets stand once in a table and boxes refer to them by their place in it. Sets, measures and the demands on an axis are
kept as text within the data and read when they are first needed: a question touches few of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sanctionsmodel._boxes import Axes, Box
from sanctionsmodel._compile import Measure, measure_of, term_of
from sanctionsmodel._compute import Computed
from sanctionsmodel._exact import Compiled, CompiledExemption, CompiledLimb
from sanctionsmodel._index import Index, Masks, Measures
from sanctionsmodel._narrow import Narrowing
from sanctionsmodel.facts import Axis, registry
from sanctionsmodel.sets import Cuts

#: Changes when the form of the stored data does, so that an old one is made again and never misread.
FORM = 4


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class _Sets:
    """The stored sets by their place, each read when it is first needed."""

    def __init__(self, rows: Sequence[str]) -> None:
        self._rows = rows
        self._read: dict[int, Cuts] = {}

    def __getitem__(self, place: int) -> Cuts:
        found = self._read.get(place)
        if found is None:
            found = self._read[place] = tuple(json.loads(self._rows[place]))
        return found


class _Table:
    """Numbers the sets as they come."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, Cuts], int] = {}

    def place(self, cuts: Cuts) -> int:
        """Return the place of a set; whole numbers and floats that are equal stay apart."""
        kind = type(cuts[0]).__name__ if cuts else ""
        return self.rows.setdefault((kind, cuts), len(self.rows))

    def boxes(self, boxes: Iterable[Box]) -> list[list[int]]:
        """Return boxes as flat lists of axis and place."""
        return [[number for axis, cuts in box.items() for number in (axis, self.place(cuts))] for box in boxes]


def to_data(index: Index) -> dict[str, Any]:
    """Return an index as plain JSON data."""
    table = _Table()
    narrowing = index.narrowing
    data: dict[str, Any] = {
        "form": FORM,
        "axes": [[axis.fact, table.place(axis.test), axis.unit] for axis in index.axes.names],
        "terms": [
            [number, *(table.boxes(limb.boxes) for limb in term.possible.limbs)]
            for number, term in narrowing.terms.items()
        ],
        "where": {
            one.target_name: table.boxes(one.test.limbs[0].boxes) for one in narrowing.computed if one.test is not None
        },
        "measures": [[measure.id, _text(_measure_data(measure, table))] for measure in index.measures],
        "lines": [
            [axis, _text([[table.place(cuts), f"{bits:x}"] for cuts, bits in index.masks.on(axis).items()])]
            for axis in index.masks.axes
        ],
        "bits": list(index.masks.counts),
    }
    return {**data, "sets": [_text(cuts) for _, cuts in table.rows]}


def _measure_data(measure: Measure, table: _Table) -> list[Any]:
    limbs = [
        [*place, table.boxes(limb.boxes)] for place, limb in zip(measure.limbs, measure.compiled.limbs, strict=True)
    ]
    exemptions = [
        [*place, sorted(one.frees), table.boxes(one.boxes)]
        for place, one in zip(measure.exemptions, measure.compiled.exemptions, strict=True)
    ]
    return [limbs, exemptions, list(measure.policy_axes)]


def from_data(data: Mapping[str, Any]) -> Index:
    """Return the index that was written as data; each measure's boxes are read when it is first judged."""
    table = _Sets(data["sets"])
    axes = Axes()
    for fact, test, unit in data["axes"]:
        axes.number(Axis(fact, table[test], unit))
    terms = {
        number: term_of(number, _boxes(rows, table), _boxes(more[0], table) if more else [], axes)
        for number, rows, *more in data["terms"]
    }
    computed = [
        Computed(raw, axes, _boxes(data["where"][raw["to"]], table) if raw["to"] in data["where"] else None)
        for raw in registry().raw["computed"]
    ]
    lines: dict[int, str] = dict(data["lines"])
    rows = dict(data["measures"])
    masks = Masks(lines, data["bits"], lambda axis: _demands(lines[axis], table))
    measures = Measures(rows, lambda name: _measure(name, rows[name], table))
    return Index(measures, Narrowing(axes, terms, computed), masks)


def _demands(text: str, table: _Sets) -> dict[Cuts, int]:
    return {table[place]: int(bits, 16) for place, bits in json.loads(text)}


def _boxes(rows: Iterable[Sequence[int]], table: _Sets) -> list[Box]:
    return [{row[i]: table[row[i + 1]] for i in range(0, len(row), 2)} for row in rows]


def _measure(name: str, text: str, table: _Sets) -> Measure:
    limbs, exemptions, policy_axes = json.loads(text)
    compiled = Compiled(
        tuple(CompiledLimb(key, tuple(_boxes(one[3], table))) for key, one in enumerate(limbs)),
        tuple(
            CompiledExemption(key, frozenset(one[2]), tuple(_boxes(one[3], table)))
            for key, one in enumerate(exemptions)
        ),
    )
    return measure_of(
        name, compiled, [tuple(one[:3]) for one in limbs], [tuple(one[:2]) for one in exemptions], policy_axes
    )
