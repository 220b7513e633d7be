"""Choosing measures by what they say: goods that they can cover, places that they name, words that they use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sanctionsmodel import sets
from sanctionsmodel._boxes import Box
from sanctionsmodel._compile import boxes_of_measure
from sanctionsmodel._index import Index
from sanctionsmodel._values import read_set
from sanctionsmodel.facts import Axis, registry
from sanctionsmodel.prohibitions import Status
from sanctionsmodel.sets import Cuts
from sanctionsmodel.transactions import Transaction


def can_cover(index: Index, goods: str) -> set[str]:
    """Return the ids of the measures that can cover goods of a code, whatever else is the case.

    Raises UnknownCode for a code that no edition of the Harmonized System has.
    """
    narrowed = index.narrow(Transaction(hs=goods))
    open_ = (Status.COVERED, Status.UNDETERMINED)
    return {
        index.measures[number].id
        for number in index.candidates(narrowed)
        if index.verdict(number, narrowed.known).status in open_
    }


def mention(index: Index, place: str) -> set[str]:
    """Return the ids of the measures that name a place, or a place within it, in a limb or an exemption.

    A term of the transaction that a measure reads counts with what defines it; a term of a party (a UK person) does
    not, for else every measure would name its own issuer. Raises UnknownCode for a place that is none.
    """
    wanted = read_set(registry()["destination"], place)
    terms = {number for number in index.narrowing.terms if _term_names(index, number, wanted, frozenset())}
    return {
        measure.id
        for measure in index.measures
        if not terms.isdisjoint(measure.axes)
        or any(_names(index, box, wanted) for _, box in boxes_of_measure(measure.compiled))
    }


def _term_names(index: Index, number: int, wanted: Cuts, seen: frozenset[int]) -> bool:
    if registry()[index.axes.names[number].fact].role or number in seen:
        return False
    term = index.narrowing.terms[number]
    inner = index.narrowing.terms.keys() & set(term.inputs)
    boxes = (box for limb in term.boxes.limbs for box in limb.boxes)
    return any(_names(index, box, wanted) for box in boxes) or any(
        _term_names(index, one, wanted, seen | {number}) for one in inner
    )


def _names(index: Index, box: Box, wanted: Cuts) -> bool:
    return any(not sets.are_disjoint(named, wanted) for named in _places(index.axes.names, box))


def _places(names: Iterable[Axis], box: Box) -> Iterator[Cuts]:
    """Yield the places that a box names: those demanded, or those left out where nearly all are demanded."""
    axes = list(names) if not isinstance(names, list) else names
    for number, cuts in box.items():
        axis = axes[number]
        fact = registry()[axis.fact]
        if fact.domain == "jurisdiction":
            named = axis.test if axis.test else cuts
            yield sets.complement(named, fact.bottom) if len(named) % 2 else named


def has_words(text: str, wanted: str) -> bool:
    """Say whether a text has every word that is wanted, in any order, however it is written.

    >>> has_words("Ban on imports of aluminium", "ALUMINIUM import")
    True
    """
    plain = text.casefold()
    return all(word in plain for word in wanted.casefold().split())
