"""Narrowing: what is known of one fact narrows another, before any rule is read.

There are four declared forms and no other: *order* among dates, *implication*, *code nesting*, and *computed facts*,
the last with defined terms, which an issuer's law decides over finer facts. All declarations are data (the end of
``facts.yaml`` and the ``definitions`` of law files); this module carries them out, one pass, towards the facts that
some rule reads.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sanctionsmodel import _compute, sets
from sanctionsmodel._boxes import Axes, boxes_of
from sanctionsmodel._declared import DateOrder, implications_by_axis, no_earlier_than, no_later_than
from sanctionsmodel._exact import Compiled, CompiledLimb, judge
from sanctionsmodel._groups import group_condition
from sanctionsmodel._values import read_set
from sanctionsmodel._writing import write_set
from sanctionsmodel.conditions import Condition, ConditionReader, Constrains, any_of
from sanctionsmodel.errors import CatalogueError, FactError, Problem
from sanctionsmodel.facts import EITHER, FALSE, TRUE, Axis, Registry, registry
from sanctionsmodel.prohibitions import Status
from sanctionsmodel.sets import Cuts
from sanctionsmodel.transactions import OneOf, Transaction

_MOST_CACHED = 50_000

#: Gives the condition that defines a term's axis, or None where no law file defines it.
Defines = Callable[[Axis], Condition | None]


class Reason(NamedTuple):
    """Why a fact is known better than it was stated: the facts that say so, and the declaration's words."""

    facts: tuple[str, ...]
    why: str


@dataclass(slots=True)
class Narrowed:
    """What is known of one transaction on every numbered axis, after narrowing."""

    transaction: Transaction
    known: list[Cuts]
    touched: set[int]
    reasons: dict[str, Reason] = field(default_factory=dict)


class Term(NamedTuple):
    """A defined term on its axis: the boxes of its condition, and the axes and facts that these read."""

    axis: int
    boxes: Compiled
    inputs: tuple[int, ...]
    facts: frozenset[str]


class Narrowing:
    """The declared narrowing, compiled towards the axes that some rule reads."""

    def __init__(self, axes: Axes, defines: Defines) -> None:
        self.axes = axes
        self.terms: dict[int, Term] = {}
        self._facts: Registry = registry()
        self.computed = [_compute.Computed.read(raw, self._where) for raw in self._facts.raw["computed"]]
        self._number_declared()
        self._define_terms(defines)
        self._order_of_dates = DateOrder(axes)
        self._implications = implications_by_axis(axes)
        self._verdicts: dict[tuple[Any, ...], Cuts] = {}
        self.defaults = [self._default(number) for number in range(len(axes.names))]
        self.reliance = [n for n, axis in enumerate(axes.names) if self._facts[axis.fact].reliance]
        self._law_open = [n for n, axis in enumerate(axes.names) if self._facts[axis.fact].known]
        self._party_axes = [n for n, axis in enumerate(axes.names) if axis.fact.startswith("party.")]
        self._role_axes = [n for n, axis in enumerate(axes.names) if self._facts[axis.fact].role not in ("", "party")]
        self._term_order = self._ordered_terms()
        self._plain = {fact: numbers for fact, numbers in axes.of_fact.items() if not self._is_plural(fact)}

    # ------------------------------------------------------------------------------------------------- compiling
    @staticmethod
    def _where(raw: Mapping[str, Any]) -> Condition:
        reader = ConditionReader(lookup=group_condition)
        condition = reader.read(raw)
        if reader.problems:
            raise CatalogueError(Problem(message, "facts.yaml", field=str(path)) for path, message in reader.problems)
        return condition

    def _is_plural(self, fact: str) -> bool:
        declared = self._facts[fact]
        return declared.many or declared.is_money

    def _default(self, number: int) -> Cuts:
        axis = self.axes.names[number]
        declared = self._facts[axis.fact]
        if not declared.reliance:
            return self.axes.unknown[number]
        return FALSE if axis.test else declared.none

    def _number_declared(self) -> None:
        """Number the axes that narrowing itself reads and writes."""
        raw = self._facts.raw
        names = [name for link in raw["order"] for name in link["chain"]]
        names += [raw_one[key] for raw_one in raw["nesting"] for key in ("fine", "coarse")]
        for name in ["activity", "transacted_on", *dict.fromkeys(names)]:
            self.axes.number(Axis(name))
        for computed in self.computed:
            computed.number(self.axes)

    def _define_terms(self, defines: Defines) -> None:
        """Compile the condition of every term that is read, and of the terms that those conditions read."""
        done = 0
        while done < len(self.axes.names):
            axis = self.axes.names[done]
            condition = self._definition(axis, defines)
            if condition is not None:
                boxes = tuple(boxes_of(condition, self.axes))
                inputs = tuple(sorted({number for box in boxes for number in box}))
                facts = frozenset(self.axes.names[number].fact for number in inputs)
                self.terms[done] = Term(done, Compiled((CompiledLimb(0, boxes),), ()), inputs, facts)
            done += 1
        self._number_kinds()

    def _definition(self, axis: Axis, defines: Defines) -> Condition | None:
        parts = _singles(axis)
        if len(parts) < 2:
            return defines(axis)
        if all(defines(Axis(axis.fact, part)) is None for part in parts):
            return None
        return any_of(*(Constrains(axis.fact, TRUE, test=part) for part in parts))

    def _number_kinds(self) -> None:
        """Number what the kind of a party implies, for the roles that some rule asks about."""
        for name in [axis.fact for axis in self.axes.names]:
            role, dot, inner = name.partition(".")
            if dot and inner in ("nationality", "organised_in", "kind"):
                self.axes.number(Axis(f"{role}.kind"))
                self.axes.number(Axis(f"{role}.organised_in"))

    def _ordered_terms(self) -> list[Term]:
        """Return the terms so that each follows those it reads; a circle is refused."""
        ordered: dict[int, Term] = {}
        path: list[int] = []

        def visit(number: int) -> None:
            if number in path:
                circle = " -> ".join(self.axes.names[n].fact for n in [*path[path.index(number) :], number])
                raise CatalogueError(f"definitions run in a circle: {circle}; define one of them over finer facts")
            if number in ordered:
                return
            path.append(number)
            for needed in self.terms[number].inputs:
                if needed in self.terms:
                    visit(needed)
            path.pop()
            ordered[number] = self.terms[number]

        for number in self.terms:
            visit(number)
        return list(ordered.values())

    # ------------------------------------------------------------------------------------------------- carrying out
    def narrow(self, transaction: Transaction) -> Narrowed:
        """Return what is known on every axis; raises FactError when stated facts contradict one another."""
        result = Narrowed(transaction, self.defaults.copy(), set())
        self._state(result)
        if self._law_open:
            self._answer_law(result)
        self._nest(result)
        stated = transaction.known.keys()
        for computed in self.computed:
            if not computed.inputs.isdisjoint(result.touched) or not stated.isdisjoint(computed.input_names):
                computed.run(
                    transaction,
                    result.known,
                    lambda number, cuts, facts, why: self._cut(result, number, cuts, facts, why),
                )
        self._imply(result, set(result.touched))
        changed = self._order(result)
        if changed:
            self._imply(result, changed)
        self._unite_parties(result)
        self._decide_terms(result)
        return result

    def _state(self, result: Narrowed) -> None:
        for name, known in result.transaction.known.items():
            numbers = self._plain.get(name)
            if numbers is not None and isinstance(known, OneOf):
                result.known[numbers[0]] = known.cuts
                result.touched.add(numbers[0])
                continue
            for number in self.axes.of_fact.get(name, ()):
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
        days = result.known[self.axes.by_axis[Axis("transacted_on")]]
        for number in self._law_open:
            axis = self.axes.names[number]
            if axis.fact in result.transaction:
                continue
            cuts, rest = sets.EMPTY, days
            for since, until, value in self._facts[axis.fact].known:
                span = (_ordinal(since, 1), _ordinal(until, dt.date.max.toordinal()))
                if sets.intersection(days, span):
                    cuts = sets.union(cuts, read_set(self._facts[axis.fact], value))
                    rest = sets.intersection(rest, sets.complement(span, 0))
            if not rest:
                result.known[number] = cuts
                result.touched.add(number)

    def _nest(self, result: Narrowed) -> None:
        for raw in self._facts.raw["nesting"]:
            fine, coarse = (self.axes.by_axis[Axis(raw[key])] for key in ("fine", "coarse"))
            digits = int(raw["digits"])
            if fine in result.touched:
                why = f"the first {digits} digits of {raw['fine']} are the {raw['coarse']} code"
                self._cut(result, coarse, _compute.coarser(result.known[fine], digits), (raw["fine"],), why)
            if coarse in result.touched:
                why = f"{raw['coarse']} is the beginning of {raw['fine']}"
                self._cut(result, fine, result.known[coarse], (raw["coarse"],), why)

    def _imply(self, result: Narrowed, changed: set[int]) -> None:
        queue = [one for number in changed for one in self._implications.get(number, ())]
        for one in queue:
            name = self.axes.names[one.source].fact
            if sets.is_subset(result.known[one.source], one.holds):
                told, number = self._cut(result, one.target, one.then, (name,), one.why), one.target
            elif sets.are_disjoint(result.known[one.target], one.then):
                cuts = sets.complement(one.holds, self._facts[name].bottom)
                target = self.axes.names[one.target].fact
                told, number = self._cut(result, one.source, cuts, (target,), one.why), one.source
            else:
                continue
            if told:
                queue.extend(self._implications.get(number, ()))

    def _order(self, result: Narrowed) -> set[int]:
        """Narrow dates by their order: lower bounds forwards along the links, then upper bounds backwards."""
        links = self._order_of_dates.active(result.known[self.axes.by_axis[Axis("activity")]])
        changed: set[int] = set()
        for link in links:
            if link.earlier in result.touched:
                cuts = no_earlier_than(result.known[link.earlier], result.known[link.later])
                if cuts and self._cut(result, link.later, cuts, (self.axes.names[link.earlier].fact,), link.why):
                    changed.add(link.later)
        for link in reversed(links):
            if link.later in result.touched:
                cuts = no_later_than(result.known[link.later])
                if cuts and self._cut(result, link.earlier, cuts, (self.axes.names[link.later].fact,), link.why):
                    changed.add(link.earlier)
        return changed

    def _unite_parties(self, result: Narrowed) -> None:
        """Let a fact of ``party`` gather what the roles state, and one that rules something out rule it out for all."""
        for number in self._party_axes:
            axis = self.axes.names[number]
            inner = axis.fact.partition(".")[2]
            for role in self._facts.roles:
                stated = result.transaction.on_axis(axis._replace(fact=f"{role}.{inner}")) if role != "party" else None
                if stated == TRUE:
                    self._cut(
                        result, number, TRUE, (f"{role}.{inner}",), "what is true of one party is true of a party"
                    )
        for number in self._role_axes if self._says_party(result) else ():
            axis = self.axes.names[number]
            name = f"party.{axis.fact.partition('.')[2]}"
            if result.transaction.on_axis(axis._replace(fact=name)) == FALSE:
                self._cut(result, number, FALSE, (name,), "what is said of party holds for every party")

    def _says_party(self, result: Narrowed) -> bool:
        return any(name.startswith("party.") for name in result.transaction)

    def _decide_terms(self, result: Narrowed) -> None:
        for term in self._term_order:
            if result.known[term.axis] == EITHER and not result.touched.isdisjoint(term.inputs):
                cuts = self.decided(term, result.known)
                if cuts != EITHER:
                    result.known[term.axis] = cuts
                    result.touched.add(term.axis)

    def decided(self, term: Term, known: Sequence[Cuts]) -> Cuts:
        """Return what a term's own condition says of it: true, false or either."""
        key = (term.axis, *(known[number] for number in term.inputs))
        found = self._verdicts.get(key)
        if found is None:
            status = judge(term.boxes, known, want_missing=False).status
            found = TRUE if status == Status.COVERED else FALSE if status == Status.NOT_COVERED else EITHER
            if len(self._verdicts) > _MOST_CACHED:
                self._verdicts.clear()
            self._verdicts[key] = found
        return found


def _ordinal(text: str, otherwise: int) -> int:
    return dt.date.fromisoformat(text).toordinal() if text else otherwise


def _singles(axis: Axis) -> list[Cuts]:
    """Split the test of an axis over list names into the names; other axes are left whole."""
    spans = sets.spans(axis.test)
    if axis.fact != "goods_listed_in" or len(axis.test) % 2:
        return [axis.test]
    return [sets.single(low) for low, _ in spans]
