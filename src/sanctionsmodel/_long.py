"""Findings of a table in long form: one row a finding, by the number of the row that it is of.

A row whose cells could not be read, and that has no finding, has a row all the same, so that its problem is not lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sanctionsmodel._kernel import Found, Kernel
from sanctionsmodel._lines import Combined, Ints
from sanctionsmodel._rows import Answers, Texts, ranks_of
from sanctionsmodel.prohibitions import SEVERITY, Effect

Rows = npt.NDArray[np.int64]


class Findings(NamedTuple):
    """The columns of the long form: the row of each finding, from 0, and what the finding says."""

    row: Rows
    measure: Texts
    status: Texts
    effect: Texts
    missing_facts: Texts
    problem: Texts


def findings_of(kernel: Kernel, found: Found, answers: Answers, first: int = 0) -> Findings:
    """Return the findings of a table in long form, by row and then as in the short form; ``first`` numbers its rows."""
    rank = ranks_of(kernel)
    order = np.argsort(found.rows * np.int64(len(rank) + 1) + rank[found.rulings])
    rows, rulings = found.rows[order], found.rulings[order]
    codes, texts = _missing(kernel, found, rows, rulings)
    says = np.array([bool(text) for text in answers.problem.texts.to_pylist()], np.bool_)
    alone = says[answers.problem.codes] if len(says) else np.empty(0, np.bool_)
    alone[rows] = False
    whole = np.concatenate([rows, np.flatnonzero(alone)])
    place = np.argsort(whole, kind="stable")

    def column(of_finding: Ints, words: list[str]) -> Texts:
        """Return a column that is empty where a row has a problem alone."""
        spread = np.concatenate([of_finding + 1, np.zeros(len(whole) - len(rows), np.int64)])[place]
        return Texts(spread.astype(np.int32), pa.array(["", *words], pa.string()))

    measures = sorted({one.measure for one in kernel.rulings})
    numbers = {name: number for number, name in enumerate(measures)}
    statuses = sorted({one.status for one in kernel.rulings})
    effects = [Effect.CLASSIFIED.value, *SEVERITY]  # a measure that only classifies is on no scale
    of_ruling = [(numbers[one.measure], statuses.index(one.status), one.severity + 1) for one in kernel.rulings]
    table = np.array(of_ruling, np.int32).reshape(len(of_ruling), 3)[rulings]
    return Findings(
        whole[place] + first,
        column(table[:, 0], measures),
        column(table[:, 1], statuses),
        column(table[:, 2], effects),
        column(codes, texts),
        Texts(answers.problem.codes[whole[place]], answers.problem.texts),
    )


def _missing(kernel: Kernel, found: Found, rows: Rows, rulings: Ints) -> tuple[Ints, list[str]]:
    """Return for each finding the facts that could change it: those of its open axes, or those asked for them."""
    combined = Combined()
    combined.add(rulings, len(kernel.rulings))
    asks = {
        axis: np.array([axis in one.open_axes for one in kernel.rulings], np.bool_)[rulings] for axis in found.asked
    }
    for axis, answers in found.asked.items():
        combined.add(np.where(asks[axis], answers[rows] + 1, 0), len(kernel.questions) + 1)
    first, place = combined.distinct(len(rows))
    texts = ["|".join(dict.fromkeys(_names(kernel, found.asked, int(rows[at]), int(rulings[at])))) for at in first]
    return place.astype(np.int32), texts


def _names(kernel: Kernel, asked: Mapping[int, Ints], row: int, ruling: int) -> Iterator[str]:
    names = kernel.index.axes.names
    for axis in kernel.rulings[ruling].open_axes:
        yield from kernel.questions[asked[axis][row]] if axis in asked else (names[axis].fact,)
