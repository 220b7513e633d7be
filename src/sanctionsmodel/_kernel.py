"""The kernel: columns as facts in, for each row the same answer as for its transaction out.

Each distinct combination of cells that narrowing ties together is narrowed once, by the code that narrows a single
transaction; masks find the measures that a row can meet; each measure is judged once for each combination of facts
that it tells apart. So a table costs what its distinct combinations cost, and a few passes over its rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from threading import RLock
from typing import Any, NamedTuple, cast

import numpy as np
import numpy.typing as npt

from sanctionsmodel import sets
from sanctionsmodel._asking import asked
from sanctionsmodel._columns import Column, Reader
from sanctionsmodel._compile import Measure, boxes_of_measure
from sanctionsmodel._compute import Computed
from sanctionsmodel._decided import Decided
from sanctionsmodel._exact import Verdict
from sanctionsmodel._grouped import Contradiction, Grouped
from sanctionsmodel._lines import Combined, Ints, Kids, Line, Local, cuts_of
from sanctionsmodel._narrow import Narrowed, Term
from sanctionsmodel._nomenclature import LENGTHS
from sanctionsmodel._states import States
from sanctionsmodel.catalogue import Catalogue
from sanctionsmodel.facts import EITHER, Axis
from sanctionsmodel.prohibitions import SEVERITY, Status
from sanctionsmodel.sets import Cuts
from sanctionsmodel.transactions import Transaction

Rows = npt.NDArray[np.int64]


class Ruling(NamedTuple):
    """What one measure says of some rows."""

    measure: str
    status: str
    at_least: int
    at_most: int
    counts: bool
    severity: int
    open_axes: tuple[int, ...]


class Found(NamedTuple):
    """The findings of a table: (row, ruling) pairs by row, and what ails its facts."""

    rows: npt.NDArray[np.int64]
    rulings: Ints
    contradictions: list[Contradiction]
    asked: dict[int, Ints]


class _Asking(NamedTuple):
    """On what it depends by which facts an axis is asked: axes with the cuts that matter, and what is stated."""

    locals: dict[int, Local]
    facts: frozenset[str]
    found: dict[tuple[int, ...], int]


class Kernel:
    """A catalogue made ready for tables that state the same facts.

    It remembers what it read and answered, in ``readers`` what cells say; whoever uses it holds its ``lock``.
    """

    def __init__(self, catalogue: Catalogue, facts: Iterable[str], rates: tuple[Any, ...] = ()) -> None:
        self.catalogue = catalogue
        self.index = catalogue.index
        self.facts = tuple(facts)
        self.lock = RLock()
        self.readers: dict[Any, Reader] = {}
        self.rates = rates
        self.rulings: list[Ruling] = []
        self.questions: list[tuple[str, ...]] = []
        self._ruling_numbers: dict[Ruling, int] = {}
        self._of_verdict: dict[tuple[Any, ...], int] = {}
        self._question_numbers: dict[tuple[str, ...], int] = {}
        measures = self.index.measures
        self.measure_cuts = [cuts_of(box for _, box in boxes_of_measure(one.compiled)) for one in measures]
        wanted = {axis for cuts in self.measure_cuts for axis in cuts}
        self.narrowing = self.index.narrowing.towards(wanted)
        self.lines = self._lines(wanted)
        self.grouped = Grouped(self.narrowing, self.lines, self.facts, rates)
        self._terms = [(term, self._of_term(term)) for term in self.narrowing.terms_in_order]
        self._measures: dict[int, Decided] = {}
        self._asking: dict[int, _Asking] = {}
        self.states = States(self.index.masks, self.lines, self.narrowing.defaults)
        self._named: set[Cuts] | None = None
        self._kids: Kids = {}
        self._columns: Mapping[str, Column] = {}

    def _lines(self, wanted: set[int]) -> dict[int, Line]:
        narrowing = self.narrowing
        cuts: dict[int, set[Any]] = {axis: set() for axis in wanted}
        for of in self.measure_cuts:
            for axis, found in of.items():
                cuts[axis].update(found)
        for term in narrowing.terms_in_order:
            for axis in (term.axis, *term.inputs):
                cuts.setdefault(axis, set())
            for axis, more in _term_cuts(term).items():
                cuts[axis].update(more)
        for implications in narrowing.implications.values():
            for one in implications:
                if one.source in cuts or one.target in cuts:
                    cuts.setdefault(one.source, set()).update(one.holds)
                    cuts.setdefault(one.target, set()).update(one.then)
        for computed in narrowing.chosen_computed:
            for axis, more in _test_cuts(computed).items():
                cuts.setdefault(axis, set()).update(more)
        asks = {
            narrowing.axes.by_axis[axis]
            for one in narrowing.chosen_computed
            for axis in narrowing.axes.by_axis
            if axis.fact in one.asks
        }
        for axis in asks & narrowing.chosen:
            cuts.setdefault(axis, set())
        return {axis: Line(sorted(of), narrowing.defaults[axis], axis in asks) for axis, of in cuts.items()}

    def limits(self, fact: str) -> list[float] | None:
        """Return the limits that rules set on an amount, where nothing else of it matters to any answer."""
        own = [group for group in self.grouped.groups if fact in group.facts]
        names = self.narrowing.axes.names
        axes = [axis for group in own for axis in group.axes]
        alone = all(group.facts == (fact,) for group in own) and all(names[axis].fact == fact for axis in axes)
        if self.rates or not alone or any(self.lines[axis].exact for axis in axes):
            return None
        return sorted({cut for axis in axes for cut in self.lines[axis].cuts})

    def is_named(self, code: str) -> bool:
        """Say whether some rule names a subheading itself, or a code under it, and not its whole heading."""
        if self._named is None:
            numbers = {self.narrowing.axes.by_axis.get(Axis(system)) for system in LENGTHS}
            boxes = [box for measure in self.index.measures for _, box in boxes_of_measure(measure.compiled)]
            boxes += [box for term in self.narrowing.terms.values() for _, box in boxes_of_measure(term.possible)]
            self._named = {box[number] for box in boxes for number in numbers if number in box}
        own, heading = sets.prefixed(code), sets.prefixed(code[:4])
        return any(sets.intersection(own, one) and not sets.is_subset(heading, one) for one in self._named)

    def _of_term(self, term: Term) -> Decided:
        cuts = {axis: sorted(_term_cuts(term).get(axis, ())) for axis in term.inputs}
        return Decided(self.lines, cuts, lambda row: self._decide(term, row), told=True)

    # ------------------------------------------------------------------------------------------------------- narrowing
    def run(self, columns: Mapping[str, Column], count: int) -> Found:
        """Return the findings of a table of ``count`` rows."""
        kids, columns, contradictions = self.grouped.narrow(dict(columns), count)
        self._kids, self._columns = kids, columns
        for term, decided in self._terms:
            self._settle(term, decided, kids, count)
        pairs = self.states.pairs(kids, count)
        rulings = self._judge(pairs.rows, pairs.measures, kids)
        rows, keep = pairs.rows, rulings >= 0
        if not keep.all():
            rows, rulings = rows[keep], rulings[keep]
        return Found(rows, rulings, contradictions, self._questions(rows, rulings, count))

    def transaction(self, row: int) -> Transaction:
        """Return the transaction of a row of the table that was answered last, as far as its facts were used."""
        known = {name: column.known[column.codes[row]] for name, column in self._columns.items()}
        return Transaction.of_known({name: one for name, one in known.items() if one is not None}, self.rates)

    # ----------------------------------------------------------------------------------------------------------- terms
    def _settle(self, term: Term, decided: Decided, kids: Kids, count: int) -> None:
        """Decide a term by its own condition where nobody stated it."""
        if not any(axis in kids for axis in term.inputs):
            return
        answers = decided.answers(kids, None, count)
        own = kids.get(term.axis)
        if own is None:
            kids[term.axis] = answers
            return
        is_open = np.array([cuts == EITHER for cuts in self.lines[term.axis].sets])
        kids[term.axis] = np.where(is_open[own] & (answers > 0), answers, own)

    def _decide(self, term: Term, row: int) -> int:
        if not any(self.lines[axis].told[self._kids[axis][row]] for axis in term.inputs if axis in self._kids):
            return 0
        cuts = self.narrowing.decided(term, self._known(term.inputs, row))
        return 0 if cuts == EITHER else self.lines[term.axis].number(cuts)

    def _known(self, axes: Iterable[int], row: int) -> list[Cuts]:
        known = self.narrowing.defaults.copy()
        for axis in axes:
            if axis in self._kids:
                known[axis] = self.lines[axis].sets[self._kids[axis][row]]
        return known

    # --------------------------------------------------------------------------------------------------------- judging
    def _judge(self, rows: npt.NDArray[np.int64], measures: Ints, kids: Kids) -> Ints:
        """Return the number of the ruling of each pair; -1 where the measure does not cover the row."""
        order = np.argsort(measures.astype(np.uint16 if len(self.measure_cuts) < 1 << 16 else np.int32), kind="stable")
        counts = np.bincount(measures, minlength=len(self.measure_cuts))
        numbers = np.flatnonzero(counts).tolist()
        for number in numbers:
            if number not in self._measures:
                self._measures[number] = self._of_measure(number)
        ends = np.cumsum(counts)
        by_measure = rows.astype(np.int32)[order]
        found = np.empty(len(measures), np.int32)
        for number in numbers:
            chosen = slice(ends[number] - counts[number], ends[number])
            found[chosen] = self._measures[number].answers(kids, by_measure[chosen], int(counts[number])) - 1
        answers = np.empty_like(found)
        answers[order] = found
        return answers

    def _of_measure(self, number: int) -> Decided:
        return Decided(self.lines, self.measure_cuts[number], lambda row: self._rule(number, row))

    def _rule(self, number: int, row: int) -> int:
        """Return one more than the number of a measure's ruling; 0 where it does not cover the row."""
        measure = self.index.measures[number]
        verdict = self.index.verdict(number, self._known(measure.axes, row))
        if verdict.status == Status.NOT_COVERED:
            return 0
        key = (number, verdict.status, verdict.sure_limbs or verdict.limbs, verdict.missing)
        found = self._of_verdict.get(key)
        if found is None:
            ruling = self._ruling(measure, verdict)
            found = self._ruling_numbers.setdefault(ruling, len(self.rulings)) + 1
            if found > len(self.rulings):
                self.rulings.append(ruling)
            self._of_verdict[key] = found
        return found

    def _ruling(self, measure: Measure, verdict: Verdict) -> Ruling:
        law = self.catalogue.law(measure.id)
        severities = set()
        for key in verdict.sure_limbs or verdict.limbs:
            name, version, limb = measure.limbs[key]
            part = self.catalogue.law(name)
            severities.add(_severity(part.effect_of(part.versions[version].limbs[limb]).value))
        worst = max(severities, default=_severity(law.effect.value))
        mildest = min(severities, default=worst)
        is_open, is_sure = verdict.status == Status.UNDETERMINED, verdict.status == Status.COVERED
        low = mildest if is_sure else SEVERITY.index("exempt") if not is_open else 0
        high = worst if is_sure or is_open else low
        missing = verdict.missing if is_open else ()
        return Ruling(law.id, verdict.status.value, low, high, law.kind == "prohibition", worst, missing)

    # ---------------------------------------------------------------------------------------------------------- asking
    def _questions(self, rows: npt.NDArray[np.int64], rulings: Ints, count: int) -> dict[int, Ints]:
        """Return for each axis that is asked by other facts, and that is missing somewhere, what to ask in each row."""
        computed = {one.target for one in self.narrowing.computed}
        indirect = computed | self.narrowing.terms.keys()
        waiting: dict[int, list[int]] = {}
        for number, one in enumerate(self.rulings):
            for axis in indirect.intersection(one.open_axes):
                waiting.setdefault(axis, []).append(number)
        found: dict[int, Ints] = {}
        asks = np.zeros((len(self.rulings), len(waiting)), np.bool_)
        for place, numbers in enumerate(waiting.values()):
            asks[numbers, place] = True
        some = np.asarray(asks.any(axis=1))[rulings]
        rows, rulings = rows[some], rulings[some]
        for place, axis in enumerate(waiting):
            chosen = rows[asks[:, place][rulings]]
            if len(chosen):
                chosen = chosen[np.append(True, chosen[1:] != chosen[:-1])]  # pairs come by row
                answers = np.zeros(count, np.int32)
                answers[chosen] = self._ask(axis, chosen)
                found[axis] = answers
        return found

    def _ask(self, axis: int, rows: npt.NDArray[np.int64]) -> Ints:
        asking = self._asking.get(axis)
        if asking is None:
            asking = self._asking[axis] = self._what_is_asked(axis)
        codes = []
        combined = Combined()
        for name in sorted(asking.facts & self._columns.keys()):
            column = self._columns[name]
            says = np.array([one is not None for one in column.known])
            codes.append(says[column.codes[rows]])
            combined.add(codes[-1], 2)
        for number, local in asking.locals.items():
            if number in self._kids:
                codes.append(local.of()[self._kids[number][rows]])
                combined.add(codes[-1], local.count)
        first, place = combined.distinct(len(rows))
        made = []
        for row in first:
            key = tuple(int(one[row]) for one in codes)
            if key not in asking.found:
                asking.found[key] = self._ask_one(axis, asking, int(rows[row]))
            made.append(asking.found[key])
        return np.array(made, np.int32)[place]

    def _what_is_asked(self, axis: int) -> _Asking:
        """Return the axes and facts on which it depends by what an axis is asked."""
        narrowing = self.narrowing
        names = narrowing.axes.names
        computed = {one.target_name: one for one in narrowing.computed}
        cuts: dict[int, set[Any]] = {}
        facts: set[str] = set()
        todo = [axis]
        while todo:
            number = todo.pop()
            facts.add(names[number].fact)
            more: dict[int, set[Any]] = {}
            if number in narrowing.terms:
                term = narrowing.terms[number]
                more = {one: set() for one in term.inputs} | {k: set(of) for k, of in _term_cuts(term).items()}
            elif names[number].fact in computed:
                one = computed[names[number].fact]
                facts.update(one.input_names)
                numbers = [narrowing.axes.by_axis.get(Axis(name)) for name in (*one.input_names, *one.asks)]
                more = {n: set() for n in numbers if n is not None}
                more |= {n: more.get(n, set()) | set(of) for n, of in _test_cuts(one).items()}
            todo += [one for one in more if one not in cuts]
            for one_axis, of in more.items():
                cuts.setdefault(one_axis, set()).update(of)
        lines = {one: of for one, of in cuts.items() if one in self.lines}
        locals_ = {one: Local(self.lines[one], sorted(of), told=True) for one, of in lines.items()}
        return _Asking(locals_, frozenset(facts), {})

    def _ask_one(self, axis: int, asking: _Asking, row: int) -> int:
        columns = self._columns
        stated = frozenset(
            name for name in asking.facts & columns.keys() if columns[name].known[columns[name].codes[row]] is not None
        )
        narrowed = Narrowed(cast(Transaction, stated), self._known(asking.locals, row))
        names = asked(self.narrowing, narrowed, axis)
        found = self._question_numbers.setdefault(names, len(self.questions))
        if found == len(self.questions):
            self.questions.append(names)
        return found


def _term_cuts(term: Term) -> dict[int, list[Any]]:
    boxes = [box for compiled in (term.boxes, term.possible) for _, box in boxes_of_measure(compiled)]
    return cuts_of(boxes)


def _test_cuts(computed: Computed) -> dict[int, list[Any]]:
    return cuts_of(box for limb in computed.test.limbs for box in limb.boxes) if computed.test is not None else {}


def _severity(word: str) -> int:
    return SEVERITY.index(word) if word in SEVERITY else -1
