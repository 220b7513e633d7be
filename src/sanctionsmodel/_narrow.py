"""Narrowing: what is known of one fact narrows another, before any rule is read.

There are four declared forms and no other: *order* among dates, *implication*, *code nesting*, and *computed facts*,
the last with defined terms, which an issuer's law decides over finer facts. All declarations are data (the end of
``facts.yaml`` and the ``definitions`` of law files); this module carries them out, one pass, towards the facts that
some rule reads.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from sanctionsmodel import _compute, sets
from sanctionsmodel._boxes import Axes
from sanctionsmodel._compute import Computed
from sanctionsmodel._declared import DateOrder, Reason, ends_after, implications_by_axis
from sanctionsmodel._exact import Compiled, judge
from sanctionsmodel._values import read_set
from sanctionsmodel._writing import write_set
from sanctionsmodel.errors import CatalogueError, FactError
from sanctionsmodel.facts import EITHER, EVERY_ROLE, FALSE, TRUE, Axis, Fact, Registry, registry
from sanctionsmodel.prohibitions import Status
from sanctionsmodel.sets import Cuts
from sanctionsmodel.transactions import Known, ListOf, OneOf, Transaction

_MOST_CACHED = 50_000
_FIRST_DIGITS = "the first digits of a national code are the international one"
_BEGINNING = "a national code begins with the international one"


class Narrowed:
    """What is known of one transaction on every numbered axis, after narrowing."""

    __slots__ = ("known", "reasons", "touched", "transaction")

    def __init__(self, transaction: Transaction, known: list[Cuts]) -> None:
        self.transaction = transaction
        self.known = known
        self.touched: set[int] = set()
        self.reasons: dict[str, Reason] = {}


class Term(NamedTuple):
    """A defined term on its axis, with the axes and facts that its condition reads.

    Inside ``boxes`` the term holds; outside ``possible`` it does not; between the two only a statement decides, and
    ``stays_open`` is what is between them, where there is anything.
    """

    axis: int
    boxes: Compiled
    possible: Compiled
    stays_open: Compiled | None
    inputs: tuple[int, ...]
    facts: frozenset[str]


class Narrowing:
    """The declared narrowing on numbered axes; with ``wanted``, only towards those axes and what they rest on.

    Screening carries it out in columns, and so reads its parts: ``implications`` by axis and ``nesting`` as (fine,
    coarse, digits), whether chosen or not; and of the ``chosen`` axes the ``links`` between dates, the
    ``chosen_computed`` facts, the ``terms_in_order`` (each after those it reads), and the questions of law in
    ``open_law``, each with its axis and its answers by days.
    """

    def __init__(
        self, axes: Axes, terms: Mapping[int, Term], computed: Sequence[Computed], wanted: Iterable[int] | None = None
    ) -> None:
        self.axes = axes
        self.terms = terms
        self.computed = computed
        self.computed_of = {one.target_name: one for one in computed}
        self._rests_on: dict[int, frozenset[str]] = {}
        self._facts: Registry = registry()
        self.activity, self.transacted_on = axes.number(Axis("activity")), axes.number(Axis("transacted_on"))
        self._order_of_dates = DateOrder(axes)
        self.implications = implications_by_axis(axes)
        self._implying = frozenset(self.implications)
        self.nesting = [
            (axes.number(Axis(raw["fine"])), axes.number(Axis(raw["coarse"])), int(raw["digits"]))
            for raw in self._facts.raw["nesting"]
        ]
        self._verdicts: dict[tuple[Any, ...], Cuts] = {}
        self._open_inputs: dict[tuple[Any, ...], tuple[tuple[int, ...], bool]] = {}
        self.defaults = [self._default(number) for number in range(len(axes.names))]
        self._choose(range(len(axes.names)) if wanted is None else self._closed(wanted))

    def towards(self, wanted: Iterable[int]) -> Narrowing:
        """Return the same narrowing, carried out only towards these axes; what is known of terms is shared."""
        made = Narrowing(self.axes, self.terms, self.computed, wanted)
        made._verdicts, made._open_inputs = self._verdicts, self._open_inputs
        return made

    def _default(self, number: int) -> Cuts:
        axis = self.axes.names[number]
        declared = self._facts[axis.fact]
        if not declared.reliance:
            return self.axes.unknown[number]
        return FALSE if axis.test else declared.none

    def _closed(self, wanted: Iterable[int]) -> set[int]:
        """Return the axes asked for and all those whose knowledge flows into them."""
        flows: dict[int, set[int]] = {}
        for link in self._order_of_dates.links:
            flows.setdefault(link.later, set()).add(link.earlier)
            flows.setdefault(link.earlier, set()).add(link.later)
        for number, implications in self.implications.items():
            flows.setdefault(number, set()).update(n for one in implications for n in (one.source, one.target))
        for fine, coarse, _ in self.nesting:
            flows.setdefault(fine, set()).add(coarse)
            flows.setdefault(coarse, set()).add(fine)
        for computed in self.computed:
            flows.setdefault(computed.target, set()).update(computed.inputs, computed.reads)
        found: set[int] = set()
        todo = [self.activity, self.transacted_on, *wanted]
        while todo:
            number = todo.pop()
            if number not in found:
                found.add(number)
                todo += flows.get(number, ())
                todo += self.terms[number].inputs if number in self.terms else ()
        return found

    def _choose(self, numbers: Iterable[int]) -> None:
        """Keep to some axes, in the order in which they are worked on."""
        chosen = sorted(numbers)
        names = self.axes.names
        self._of_fact: dict[str, list[int]] = {}
        for number in chosen:
            self._of_fact.setdefault(names[number].fact, []).append(number)
        self._plain = {name: found[0] for name, found in self._of_fact.items() if not self._is_plural(name)}
        self.open_law = [(n, _answers(self._facts[names[n].fact])) for n in chosen if self._facts[names[n].fact].known]
        self._answered: dict[Cuts, list[tuple[int, Cuts]]] = {}
        self._of_party: dict[str, list[int]] = {}
        for number in chosen:
            role, dot, inner = names[number].fact.partition(".")
            if dot and role == EVERY_ROLE:
                self._of_party.setdefault(inner, []).append(number)
        self._role_axes = [n for n in chosen if self._facts[names[n].fact].role not in ("", EVERY_ROLE)]
        inside = self.chosen = set(chosen)
        self.terms_in_order = [term for term in ordered_terms(self.terms, names) if term.axis in inside]
        self.links = self._order_of_dates.within(inside)
        self.chosen_computed = [one for one in self.computed if one.target in inside]

    def _is_plural(self, fact: str) -> bool:
        declared = self._facts[fact]
        return declared.many or declared.is_money

    # ------------------------------------------------------------------------------------------------- carrying out
    def narrow(self, transaction: Transaction) -> Narrowed:
        """Return what is known on every axis; raises FactError when stated facts contradict one another."""
        result = Narrowed(transaction, self.defaults.copy())
        self._state(result)
        if self.open_law:
            self._answer_law(result)
        self._nest(result)
        stated = transaction.known.keys()
        for computed in self.chosen_computed:
            if not computed.inputs.isdisjoint(result.touched) or not stated.isdisjoint(computed.input_names):
                computed.run(transaction, result.known, partial(self._cut, result))
        self._imply(result, result.touched)
        changed = self._order(result)
        if changed:
            self._imply(result, changed)
        self._unite_parties(result)
        self._decide_terms(result)
        return result

    def _state(self, result: Narrowed) -> None:
        for name, known in result.transaction.known.items():
            plain = self._plain.get(name)
            if plain is not None and isinstance(known, OneOf):
                result.known[plain] = known.cuts
                result.touched.add(plain)
                continue
            for number in self._of_fact.get(name, ()):
                cuts = result.transaction.on_axis(self.axes.names[number])
                if cuts is not None:
                    result.known[number] = cuts
                    result.touched.add(number)

    def _cut(self, result: Narrowed, number: int, cuts: Cuts, facts: tuple[str, ...], why: str) -> bool:
        """Narrow one axis; say whether that told anything new."""
        own = result.known[number]
        both = sets.intersection(own, cuts)
        if both == own:
            return False
        name = self.axes.names[number].fact
        if not both:
            raise FactError(self._contradiction(result, name, facts, why))
        result.known[number] = both
        result.touched.add(number)
        result.reasons[name] = Reason(facts, why)
        return True

    def _contradiction(self, result: Narrowed, name: str, facts: tuple[str, ...], why: str) -> str:
        stated = ", ".join(f"{one} {self._shown(result, one)}" for one in (name, *facts))
        return f"{name}: contradicts {' and '.join(facts)} ({stated}): {why}; correct one of them"

    def _shown(self, result: Narrowed, name: str) -> str:
        if name in result.transaction:
            return str(result.transaction[name])
        number = self.axes.by_axis.get(Axis(name))
        return str(write_set(self._facts[name], result.known[number])) if number is not None else "not stated"

    def _answer_law(self, result: Narrowed) -> None:
        """Answer a question of law on the days on which its answer is known."""
        days = result.known[self.transacted_on]
        if days not in self._answered:
            self._answered[days] = [(number, _answer(answers, days)) for number, answers in self.open_law]
        for number, cuts in self._answered[days]:
            if cuts and self.axes.names[number].fact not in result.transaction:
                result.known[number] = cuts
                result.touched.add(number)

    def _nest(self, result: Narrowed) -> None:
        for fine, coarse, digits in self.nesting:
            if fine in result.touched:
                name = self.axes.names[fine].fact
                self._cut(result, coarse, _compute.coarser(result.known[fine], digits), (name,), _FIRST_DIGITS)
            if coarse in result.touched and fine in self.chosen:
                name = self.axes.names[coarse].fact
                if fine in result.touched:
                    self._cut(result, fine, result.known[coarse], (name,), _BEGINNING)
                else:  # nothing is known of it: nothing to search, nothing to contradict
                    result.known[fine] = result.known[coarse]
                    result.touched.add(fine)
                    result.reasons[self.axes.names[fine].fact] = Reason((name,), _BEGINNING)

    def _imply(self, result: Narrowed, changed: set[int]) -> None:
        if self._implying.isdisjoint(changed):
            return
        queue = [one for number in self._implying & changed for one in self.implications[number]]
        for one in queue:
            name, touched = self.axes.names[one.source].fact, result.touched
            if one.source in touched and sets.is_subset(result.known[one.source], one.holds):
                told, number = self._cut(result, one.target, one.then, (name,), one.why), one.target
            elif one.target in touched and sets.are_disjoint(result.known[one.target], one.then):
                cuts = sets.complement(one.holds, self._facts[name].bottom)
                target = self.axes.names[one.target].fact
                told, number = self._cut(result, one.source, cuts, (target,), one.why), one.source
            else:
                continue
            if told:
                queue.extend(self.implications.get(number, ()))

    def _order(self, result: Narrowed) -> set[int]:
        """Narrow dates by their order: lower bounds forwards along the links, then upper bounds backwards."""
        links = self.links.active(result.known[self.activity])
        known, reasons = result.known, result.reasons
        changed: set[int] = set()
        for earlier, later, _, later_name, reason in links:
            low = known[earlier][0]
            if low > 1 and low > (own := known[later])[0]:
                cuts = (low,) if own[0] else (0, 1, low)  # while the later date may be none, it stays so
                if len(own) == 1:  # no end is known, as of most dates: nothing to search, nothing to contradict
                    known[later], reasons[later_name] = cuts, reason
                    changed.add(later)
                elif self._cut(result, later, cuts, *reason):
                    changed.add(later)
        for earlier, later, _, later_name, reason in reversed(links):
            own = known[later]
            if len(own) & 1 or own[0] == 0 or not ends_after(known[earlier], own[-1]):
                continue
            if self._cut(result, earlier, (0, own[-1]), (later_name,), reason.why):
                changed.add(earlier)
        result.touched |= changed
        return changed

    def _unite_parties(self, result: Narrowed) -> None:
        """Let a fact of ``party`` gather what the roles state, and one that rules something out rule it out for all."""
        for name, known in result.transaction.known.items():
            if "." not in name:
                continue
            role, _, inner = name.partition(".")
            if role == EVERY_ROLE:
                self._rule_out(result, name, inner, known)
                continue
            for number in self._of_party.get(inner, ()):
                if _has(known, self.axes.names[number].test):
                    self._cut(result, number, TRUE, (name,), "what is true of one party is true of a party")

    def _rule_out(self, result: Narrowed, name: str, inner: str, known: Known) -> None:
        for number in self._role_axes:
            axis = self.axes.names[number]
            if axis.fact.partition(".")[2] != inner:
                continue
            cuts = self._left_by(axis, known)
            if cuts:
                self._cut(result, number, cuts, (name,), "what is said of party holds for every party")

    def _left_by(self, axis: Axis, known: Known) -> Cuts:
        """Return what a statement about all parties leaves on an axis of one of them; empty where it says nothing."""
        if isinstance(known, OneOf):
            return FALSE if known.cuts == FALSE else sets.EMPTY
        if axis.test:
            return FALSE if known.has_one_of(axis.test) == FALSE else sets.EMPTY
        none = self._facts[axis.fact].none
        return sets.union_of_many([none, *known.elements]) if known.closed else sets.EMPTY

    def _decide_terms(self, result: Narrowed) -> None:
        for term in self.terms_in_order:
            if result.known[term.axis] == EITHER and not result.touched.isdisjoint(term.inputs):
                cuts = self.decided(term, result.known)
                if cuts != EITHER:
                    result.known[term.axis] = cuts
                    result.touched.add(term.axis)

    def rests_on(self, number: int) -> frozenset[str]:
        """Return the names of the facts that an axis rests on through the terms, itself included."""
        found = self._rests_on.get(number)
        if found is None:
            inner = [self.rests_on(one) for one in self.terms[number].inputs] if number in self.terms else []
            found = self._rests_on[number] = frozenset({self.axes.names[number].fact}).union(*inner)
        return found

    def open_inputs(self, term: Term, known: Sequence[Cuts]) -> tuple[tuple[int, ...], bool]:
        """Return the axes on which an open term hangs, and whether some completion leaves it to be stated."""
        key = (term.axis, term.possible.plan.key(known))
        found = self._open_inputs.get(key)
        if found is None:
            if len(self._open_inputs) > _MOST_CACHED:
                self._open_inputs.clear()
            found = self._open_inputs[key] = _open_inputs(term, known)
        return found

    def decided(self, term: Term, known: Sequence[Cuts]) -> Cuts:
        """Return what a term's own condition says of it: true, false or either."""
        key = (term.axis, term.possible.plan.key(known))
        found = self._verdicts.get(key)
        if found is None:
            found = _decided(term, known)
            if len(self._verdicts) > _MOST_CACHED:
                self._verdicts.clear()
            self._verdicts[key] = found
        return found


def _open_inputs(term: Term, known: Sequence[Cuts]) -> tuple[tuple[int, ...], bool]:
    missing = judge(term.boxes, known).missing
    if term.stays_open is None:
        return missing, False
    stays_open = judge(term.stays_open, known, want_missing=False).status != Status.NOT_COVERED
    return missing + judge(term.possible, known).missing, stays_open


def _decided(term: Term, known: Sequence[Cuts]) -> Cuts:
    if judge(term.boxes, known, want_missing=False).status == Status.COVERED:
        return TRUE
    return FALSE if judge(term.possible, known, want_missing=False).status == Status.NOT_COVERED else EITHER


def _has(known: Known, test: Cuts) -> bool:
    """Say whether what is stated of one party surely lies in a tested set, or is true."""
    if isinstance(known, ListOf):
        return known.has_one_of(test) == TRUE
    return sets.is_subset(known.cuts, test or TRUE)


def _answers(fact: Fact) -> list[tuple[Cuts, Cuts]]:
    """Return the answers to a question of law: the days on which each is known, and the answer."""
    return [((_day(since, 1), _day(until, 4_000_000)), read_set(fact, value)) for since, until, value in fact.known]


def _answer(answers: list[tuple[Cuts, Cuts]], days: Cuts) -> Cuts:
    """Return what is known of a question of law on some days; empty where its answer is open on one of them."""
    given = [answer for span, answer in answers if sets.intersection(days, span)]
    whole = sets.union(*(span for span, _ in answers))
    return sets.union(*given) if given and sets.is_subset(days, whole) else sets.EMPTY


def _day(text: str, otherwise: int) -> int:
    return dt.date.fromisoformat(text).toordinal() if text else otherwise


def ordered_terms(terms: Mapping[int, Term], names: Sequence[Axis]) -> list[Term]:
    """Return terms so that each follows those it reads; raises CatalogueError for a circle, naming it."""
    ordered: dict[int, Term] = {}
    path: list[int] = []

    def visit(number: int) -> None:
        if number in path:
            circle = " -> ".join(names[n].fact for n in [*path[path.index(number) :], number])
            raise CatalogueError(f"definitions run in a circle: {circle}; define one of them over finer facts")
        if number in ordered:
            return
        path.append(number)
        for needed in terms[number].inputs:
            if needed in terms:
                visit(needed)
        path.pop()
        ordered[number] = terms[number]

    for number in terms:
        visit(number)
    return list(ordered.values())
