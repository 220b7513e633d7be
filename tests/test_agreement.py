"""One law, many engines: trying every completion, the index, `assess` and `screen` say the same of the same rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import pytest

from kinds import KINDS, records
from oracle import axes_of, completions, count_of
from sanctionsmodel import Catalogue, screen
from sanctionsmodel.facts import Axis, registry
from sanctionsmodel.sets import Cuts
from strategies import FACTS, law_file, raw_measure
from tables import differences, long_differences, not_used, rows_of, stated, table

MOST_COMPLETIONS = 300


@pytest.mark.differential
@pytest.mark.parametrize("kind", KINDS)
def test_enumeration_index_assess_and_screen_agree(kind: str, effort: int) -> None:
    """On random law and random rows, all engines give one status for every measure, on every kind of table."""
    checked = 0
    for seed in range(3 * effort):
        rng = Random(f"{kind} {seed}")
        law = random_law(rng)
        columns = table(rng, rng.sample(FACTS, rng.randint(2, 8)), 12)
        rows = rows_of(columns)
        wide, long = (
            records(screen(KINDS[kind](columns), law)),
            records(screen(KINDS[kind](columns), law, form="long")),
        )
        assert differences(rows, wide, law) == [], seed
        assert long_differences(rows, wide, long, law) == [], seed
        for number, row in enumerate(rows):
            told = {one["measure"]: one["status"] for one in long if one["row"] == number}
            checked += enumerated(law, row, wide[number]["problem"], told)
    assert checked > 60 * effort


def random_law(rng: Random) -> Catalogue:
    """Return a catalogue of random measures, read from the text of a law file."""
    measures = [raw_measure(rng, rng.sample(FACTS, rng.randint(2, 3)), number) for number in range(6)]
    return Catalogue.from_files({"zz/act.yaml": law_file(measures)})


def enumerated(law: Catalogue, row: Mapping[str, Any], problem: str, told: Mapping[str, str]) -> int:
    """Compare the statuses of a row with enumeration and with the index; return how many could be enumerated."""
    transaction = stated(row, {}, not_used(problem))
    known, statuses = law.index.narrow(transaction).known, law.statuses(transaction)
    checked = 0
    for measure in law:
        assert told.get(measure.id, "not_covered") == statuses[measure.id], (dict(row), measure.id)
        possible = {axis: _possible(law, known, axis) for axis in axes_of(measure)}
        if count_of(measure, possible) <= MOST_COMPLETIONS:
            assert statuses[measure.id] == completions(measure, possible).status, (dict(row), measure.id)
            checked += 1
    return checked


def _possible(law: Catalogue, known: Sequence[Cuts], axis: Axis) -> Cuts:
    number = law.index.axes.by_axis.get(axis)
    return registry()[axis.fact].line(axis) if number is None else known[number]
