"""What a missing fact could bring, and what would change an answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

from sanctionsmodel import sets
from sanctionsmodel._exact import Compiled
from sanctionsmodel._index import Index
from sanctionsmodel._narrow import Narrowed
from sanctionsmodel._prose import set_text
from sanctionsmodel._writing import write_set
from sanctionsmodel.answers import Change, Option
from sanctionsmodel.errors import SanctionsModelError
from sanctionsmodel.facts import Axis, Fact, registry
from sanctionsmodel.prohibitions import Status
from sanctionsmodel.sets import Cuts
from sanctionsmodel.transactions import Known, ListOf, OneOf, Transaction, written

_MOST_CLASSES = 200


# ------------------------------------------------------------------------------------------------------------- classes
def _cuts_read(index: Index, number: int, name: str) -> set[Any]:
    """Return the cuts that a measure, and the terms that it reads, make on the line of a fact with one value."""
    found: set[Any] = set()
    todo, seen = list(index.measures[number].axes), set()
    while todo:
        axis = todo.pop()
        if axis in seen:
            continue
        seen.add(axis)
        term = index.narrowing.terms.get(axis)
        if term is not None:
            todo += term.inputs
            found |= _cuts_of(term.boxes, index, name)
    return found | _cuts_of(index.measures[number].compiled, index, name)


def _cuts_of(compiled: Compiled, index: Index, name: str) -> set[Any]:
    groups: Sequence[Any] = (*compiled.limbs, *compiled.exemptions)
    names = index.axes.names
    return {
        cut
        for one in groups
        for box in one.boxes
        for axis, cuts in box.items()
        if names[axis].fact == name and not names[axis].test
        for cut in cuts
    }


def _classes(line: Cuts, cuts: Iterable[Any]) -> list[Cuts]:
    """Cut what is possible of a fact into the classes that no rule tells apart."""
    edges = sorted(set(cuts))[:_MOST_CLASSES]
    if not edges:
        return [line]
    bounds: list[Cuts] = []
    below = sets.complement((edges[0],), _floor(edges[0]))
    for low, high in zip(edges, [*edges[1:], None], strict=True):
        bounds.append((low,) if high is None else (low, high))
    pieces = [sets.intersection(line, piece) for piece in [below, *bounds] if piece]
    return [piece for piece in pieces if piece] or [line]


def _floor(value: Any) -> Any:
    return "" if isinstance(value, str) else float("-inf") if isinstance(value, float) else 0


def _number(index: Index, measure: str) -> int:
    return index.number_of[measure]


def _status_with(index: Index, transaction: Transaction, number: int) -> Status | None:
    """Return the status for other facts, or None where these contradict one another."""
    try:
        narrowed = index.narrow(transaction)
    except SanctionsModelError:
        return None
    return index.verdict(number, narrowed.known).status


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
        cuts = {1} if fact.domain == "boolean" else _cuts_read(index, number, fact.name)
        for piece in _classes(_possible(index, narrowed, fact), cuts):
            yield OneOf(piece)


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
    """Say whether every answer to a question, or some answer, would settle an undetermined measure by itself."""
    number = _number(index, measure)
    found = [
        _status_with(index, narrowed.transaction.with_known(name, known), number)
        for known in _alternatives(index, narrowed, number, registry()[name])
    ]
    settled = [status != Status.UNDETERMINED for status in found if status is not None]
    return "always" if settled and all(settled) else "sometimes" if any(settled) else "never"


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
    cuts = sorted({1} if fact.domain == "boolean" else _cuts_read(index, number, fact.name))
    if not cuts:
        return
    place = sum(1 for cut in cuts if cut <= stated.cuts[0])
    pieces = [(abs(position - place), piece) for position, piece in enumerate(_classes((fact.bottom,), cuts))]
    for _, piece in sorted(pieces, key=lambda row: row[0]):
        inside = piece if fact.domain == "boolean" else sets.intersection(piece, fact.anything)
        if inside and sets.are_disjoint(inside, stated.cuts):
            yield inside
