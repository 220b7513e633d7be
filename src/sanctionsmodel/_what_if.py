"""What a missing fact could bring, and what would change an answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

from sanctionsmodel import sets
from sanctionsmodel._compute import coarser
from sanctionsmodel._exact import Compiled
from sanctionsmodel._index import Index
from sanctionsmodel._narrow import Narrowed
from sanctionsmodel._prose import set_text
from sanctionsmodel._writing import write_set
from sanctionsmodel.answers import Change, Option
from sanctionsmodel.errors import SanctionsModelError
from sanctionsmodel.facts import TRUE, Axis, Fact, registry
from sanctionsmodel.prohibitions import Status
from sanctionsmodel.sets import Cuts
from sanctionsmodel.transactions import Known, ListOf, OneOf, Transaction, written


# ------------------------------------------------------------------------------------------------------------- classes
def _demands(index: Index, number: int, fact: Fact) -> set[Cuts]:
    """Return the sets that a measure, and the terms that it reads, demand of a fact and of codes nested in it."""
    if fact.domain == "boolean":
        return {TRUE}
    found = _demanded(index, number, fact.name)
    for raw in registry().raw["nesting"]:
        if raw["fine"] == fact.name:
            found |= _demanded(index, number, raw["coarse"])
        elif raw["coarse"] == fact.name:
            found |= _shortened(_demanded(index, number, raw["fine"]), int(raw["digits"]))
    return found


def _shortened(demands: Iterable[Cuts], digits: int) -> set[Cuts]:
    """Return, for sets of longer codes, the shorter codes that have some and those that have all of theirs within."""
    return {
        one
        for cuts in demands
        for one in (coarser(cuts, digits), sets.complement(coarser(sets.complement(cuts, ""), digits), ""))
    }


def _demanded(index: Index, number: int, name: str) -> set[Cuts]:
    found: set[Cuts] = set()
    todo, seen = list(index.measures[number].axes), set()
    while todo:
        axis = todo.pop()
        if axis in seen:
            continue
        seen.add(axis)
        term = index.narrowing.terms.get(axis)
        if term is not None:
            todo += term.inputs
            found |= _demands_of(term.boxes, index, name)
    return found | _demands_of(index.measures[number].compiled, index, name)


def _demands_of(compiled: Compiled, index: Index, name: str) -> set[Cuts]:
    axes = index.axes.names
    groups: Sequence[Any] = (*compiled.limbs, *compiled.exemptions)
    boxes = (box for one in groups for box in one.boxes)
    return {cuts for box in boxes for n, cuts in box.items() if axes[n].fact == name and not axes[n].test}


def _classes(fact: Fact, demands: Iterable[Cuts]) -> list[Cuts]:
    """Cut the line of a fact into the sets of values that no demand tells apart.

    Dates and amounts, which have near and far, stay in one piece each; of codes and names the pieces that lie in the
    same demands are one set.
    """
    toggled = {fact.bottom: 0}
    for number, cuts in enumerate(demands):
        for cut in cuts:
            toggled[cut] = toggled.get(cut, 0) ^ (1 << number)
    edges = sorted(toggled)
    pieces: dict[int, list[Any]] = {}
    inside = 0
    for place, low in enumerate(edges):
        inside ^= toggled[low]
        piece = pieces.setdefault(place if fact.domain in _ORDERED else inside, [])
        if piece and piece[-1] == low:
            piece.pop()
        else:
            piece.append(low)
        piece += edges[place + 1 : place + 2]
    return [tuple(piece) for piece in pieces.values()]


_ORDERED = ("date", "quantity", "boolean")


def _number(index: Index, measure: str) -> int:
    return index.number_of[measure]


def _status_with(index: Index, transaction: Transaction, number: int) -> Status | None:
    """Return the status for other facts, or None where these contradict one another."""
    try:
        narrowed = index.narrow(transaction)
    except SanctionsModelError:
        return None
    return index.status(number, narrowed.known)


def _possible(index: Index, narrowed: Narrowed, fact: Fact) -> Cuts:
    axis = index.axes.by_axis.get(Axis(fact.name))
    return narrowed.known[axis] if axis is not None else fact.unknown


# ------------------------------------------------------------------------------------------------------------- what if
def options(index: Index, narrowed: Narrowed, measure: str, name: str) -> tuple[Option, ...]:
    """Return the groups of values of a fact, each with the status that it would give one measure."""
    fact = registry()[name]
    number = _number(index, measure)
    groups: dict[Status, list[Known]] = {}
    for known in _alternatives(index, narrowed, number, fact):
        status = _status_with(index, narrowed.transaction.with_known(name, known), number)
        if status is not None:
            groups.setdefault(status, []).append(known)
    return tuple(_option(fact, known, status) for status, known in groups.items())


def _alternatives(index: Index, narrowed: Narrowed, number: int, fact: Fact) -> Iterator[Known]:
    """Yield what might be stated of a fact: one set for each class of values that no rule tells apart."""
    if fact.many:
        yield ListOf((), closed=True)
        for axis in index.axes.of_fact.get(fact.name, ()):
            test = index.axes.names[axis].test
            if test != fact.anything and len(test) % 2 == 0:
                yield ListOf((test,), closed=False)
    elif not fact.is_money:
        line = _possible(index, narrowed, fact)
        for piece in _classes(fact, _demands(index, number, fact)):
            if inside := sets.intersection(line, piece):
                yield OneOf(inside)


def _option(fact: Fact, alternatives: list[Known], status: Status) -> Option:
    text = _text(fact, alternatives)
    return Option(value=_value(fact, alternatives), text=text, status=status, settles=status != Status.UNDETERMINED)


def _value(fact: Fact, alternatives: list[Known]) -> Any:
    values = [written(fact, known) for known in alternatives if isinstance(known, ListOf)]
    if values:
        return values[0] if len(values) == 1 else {"one_of": values}
    return write_set(fact, _union(alternatives))


def _union(alternatives: list[Known]) -> Cuts:
    return sets.union_of_many([known.cuts for known in alternatives if isinstance(known, OneOf)])


def _text(fact: Fact, alternatives: list[Known]) -> str:
    lists = [known for known in alternatives if isinstance(known, ListOf)]
    if lists:
        return " or ".join(_list_text(fact, known) for known in lists)
    return set_text(fact, _union(alternatives))


def _list_text(fact: Fact, known: ListOf) -> str:
    return " and ".join(f"includes {set_text(fact, one)}" for one in known.elements) or "none"


def settling(index: Index, narrowed: Narrowed, measure: str, name: str) -> Literal["always", "sometimes", "never"]:
    """Say whether every answer to a question, or some answer, would settle an undetermined measure by itself.

    Of each set of values that no rule tells apart, one span stands for all.
    """
    number, fact, transaction = index.number_of[measure], registry()[name], narrowed.transaction
    narrowing = index.narrowing_of(number)
    found: set[bool] = set()
    for known in _alternatives(index, narrowed, number, fact):
        one = OneOf(known.cuts[:2]) if isinstance(known, OneOf) else known
        try:
            answered = narrowing.narrow(transaction.with_known(name, one))
        except SanctionsModelError:
            continue
        found.add(index.status(number, answered.known) != Status.UNDETERMINED)
        if len(found) > 1:
            return "sometimes"
    return "always" if True in found else "never"


# ------------------------------------------------------------------------------------------------------------- changes
def changes(index: Index, narrowed: Narrowed, measures: Iterable[str]) -> tuple[Change, ...]:
    """Return, for each covered measure and stated fact, the nearest other value that would change the status.

    The facts as stated are varied, not as narrowed, and each change is checked by evaluating again.
    """
    found = []
    for measure in measures:
        number = _number(index, measure)
        for name in narrowed.transaction:
            change = _change(index, narrowed.transaction, measure, number, registry()[name])
            if change is not None:
                found.append(change)
    return tuple(found)


def _change(index: Index, transaction: Transaction, measure: str, number: int, fact: Fact) -> Change | None:
    """Return the nearest other value that frees; of codes and names, which have no near and far, all that do."""
    found: dict[Status, list[Cuts]] = {}
    ordered = fact.domain in ("date", "quantity", "boolean")
    for cuts in _others(index, transaction, number, fact):
        status = _status_with(index, transaction.with_known(fact.name, OneOf(cuts)), number)
        if status is not None and status in (Status.NOT_COVERED, Status.EXEMPT):
            found.setdefault(status, []).append(cuts)
            if ordered:
                break
    if not found:
        return None
    status, pieces = next(iter(found.items()))
    cuts = sets.union_of_many(pieces)
    text = set_text(fact, cuts)
    return Change(
        measure=measure,
        fact=fact.name,
        stated=transaction[fact.name],
        instead=write_set(fact, cuts),
        text=text,
        status=status,
    )


def _others(index: Index, transaction: Transaction, number: int, fact: Fact) -> Iterator[Cuts]:
    """Yield the other classes of a stated fact, the nearest first."""
    stated = transaction.known[fact.name]
    if not isinstance(stated, OneOf) or fact.is_money:
        return
    pieces = _classes(fact, _demands(index, number, fact))
    place = sum(1 for piece in pieces if piece[0] <= stated.cuts[0])
    for _, piece in sorted(enumerate(pieces, 1), key=lambda row: abs(row[0] - place)):
        inside = piece if fact.domain == "boolean" else sets.intersection(piece, fact.anything)
        if inside and sets.are_disjoint(inside, stated.cuts):
            yield inside
