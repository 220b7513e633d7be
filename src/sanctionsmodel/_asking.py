"""Which facts to ask a person for when an axis matters and is open."""

from __future__ import annotations

from collections.abc import Iterable

from sanctionsmodel import sets
from sanctionsmodel._exact import judge
from sanctionsmodel._narrow import Narrowed, Narrowing, Term
from sanctionsmodel.facts import Axis

#: Facts of the act itself; stating them says nothing finer about a defined term.
_OF_THE_ACT = frozenset({"transacted_on", "activity"})


def asked(narrowing: Narrowing, narrowed: Narrowed, number: int) -> tuple[str, ...]:
    """Return the facts to ask for.

    A defined term or a computed fact is asked for by its own name while none of its inputs is stated; else by the
    inputs that are still open. A term over one fact is asked by that fact.
    """
    name = narrowing.axes.names[number].fact
    term = narrowing.terms.get(number)
    if term is not None:
        return _asked_of_term(narrowing, narrowed, term, name)
    computed = narrowing.computed_of.get(name)
    if computed is None or not any(_is_settled(narrowing, narrowed, one) for one in computed.input_names):
        return (name,)
    open_inputs = [one for one in computed.asks if not _is_settled(narrowing, narrowed, one)]
    if not open_inputs and computed.test is not None:
        return _asked_on(narrowing, narrowed, judge(computed.test, narrowed.known).missing) or (name,)
    axes = {one: narrowing.axes.by_axis.get(Axis(one)) for one in open_inputs}
    found = [_asked_on(narrowing, narrowed, (axis,)) if axis is not None else (one,) for one, axis in axes.items()]
    return tuple(fact for facts in found for fact in facts) or (name,)


def _asked_on(narrowing: Narrowing, narrowed: Narrowed, axes: Iterable[int]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fact for axis in axes for fact in asked(narrowing, narrowed, axis)))


def _is_settled(narrowing: Narrowing, narrowed: Narrowed, name: str) -> bool:
    if name in narrowed.transaction:
        return True
    number = narrowing.axes.by_axis.get(Axis(name))
    return number is not None and sets.only_value(narrowed.known[number]) is not None


def _asked_of_term(narrowing: Narrowing, narrowed: Narrowed, term: Term, name: str) -> tuple[str, ...]:
    finer = frozenset().union(*map(narrowing.rests_on, term.inputs)) - _OF_THE_ACT
    if len(finer) > 1 and finer.isdisjoint(narrowed.transaction):
        return (name,)
    missing, stays_open = narrowing.open_inputs(term, narrowed.known)
    found = _asked_on(narrowing, narrowed, missing)
    return (*found, name) if stays_open and name not in found else found or (name,)
