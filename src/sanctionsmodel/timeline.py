"""The timeline of the law: the days, past and scheduled, on which something begins, changes, ends or becomes open.

Events come from versions of measures, from versions of exemptions, and from questions of law whose answer is known up
to a day. For open transactions it says which of them each day would change: each is assessed as if its act happened on
the eve and on the day itself.

>>> metals = Catalogue.bundled().select(ids=["us/eo-14068/metals-import"])
>>> print(*timeline(metals, since="2024-01-01", until="2024-12-31"))
2024-04-13 begins: us/eo-14068/metals-import: Ban on imports of aluminium, copper and nickel of Russian origin
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Literal, NamedTuple, TypeAlias

from sanctionsmodel.cases import find
from sanctionsmodel.catalogue import Catalogue
from sanctionsmodel.errors import FactError, SanctionsModelError, shown
from sanctionsmodel.facts import Fact, registry
from sanctionsmodel.findings import Finding
from sanctionsmodel.prohibitions import Exemption, Prohibition, Spanned, Status
from sanctionsmodel.transactions import Transaction

What: TypeAlias = Literal["begins", "changes", "ends", "opens"]

_DAY = dt.timedelta(days=1)


class Event(NamedTuple):
    """Something that happens to the law on a day.

    ``subject`` is a measure, an exemption or a fact that is a question of law; ``measures`` are those that it concerns.
    A text *begins*, *changes* into its next version, or *ends* (on the first day on which it is no longer in force); an
    answer to a question of law begins, or the question *opens*, when no source tells the answer from then on.
    """

    day: dt.date
    what: What
    subject: str
    title: str
    measures: tuple[str, ...]

    def __str__(self) -> str:
        """Render as a line."""
        return f"{self.day} {self.what}: {self.subject}: {self.title}"


class Change(NamedTuple):
    """How one measure answers of one transaction on the eve of a day and on the day."""

    day: dt.date
    transaction: str
    measure: str
    before: str
    after: str

    def __str__(self) -> str:
        """Render as a line."""
        return f"{self.transaction}: {self.measure}: {self.before} -> {self.after}"


# --------------------------------------------------------------------------------------------------------------- events
def timeline(
    catalogue: Catalogue, since: dt.date | str | None = None, until: dt.date | str | None = None
) -> list[Event]:
    """Return the events of a catalogue from one day to another, both included, in the order of time.

    Raises FactError for a day that is none.

    >>> timeline(Catalogue.bundled(), since="soon")
    Traceback (most recent call last):
        ...
    sanctionsmodel.errors.FactError: 'soon' is not a day; write it as in 2024-04-13
    """
    first, last = (_date(since) or dt.date.min), (_date(until) or dt.date.max)
    if first > last:
        raise FactError(f"from {first} lies after to {last}; write the earlier day first")
    laws = [law for law in catalogue if not law.parts]
    found = [*(one for law in laws for one in _of_measure(law)), *_of_exemptions(laws), *_of_questions(catalogue)]
    return sorted({one for one in found if first <= one.day <= last})


def _date(day: dt.date | str | None) -> dt.date | None:
    if not isinstance(day, str):
        return day
    try:
        return dt.date.fromisoformat(day)
    except ValueError:
        raise FactError(f"{shown(day)} is not a day; write it as in 2024-04-13") from None


def _of_measure(law: Prohibition) -> Iterator[Event]:
    for day, what in _turns(law.versions):
        yield Event(day, what, law.id, law.title, (law.id,))


def _of_exemptions(laws: Iterable[Prohibition]) -> Iterator[Event]:
    """Yield the events of exemptions, one for all measures that share an exemption."""
    owners: dict[Exemption, list[str]] = {}
    for law in laws:
        for exemption in law.exemptions:
            owners.setdefault(exemption, []).append(law.id)
    for exemption, names in owners.items():
        for day, what in _turns(exemption.versions):
            yield Event(day, what, exemption.id, exemption.title, tuple(names))


def _turns(versions: Iterable[Spanned]) -> Iterator[tuple[dt.date, What]]:
    spans = list(versions)
    starts = {one.from_ for one in spans if one.from_}
    ends = {one.until for one in spans if one.until}
    for day in sorted(starts | ends):
        before = any(one.holds_on(day - _DAY) for one in spans)
        after = any(one.holds_on(day) for one in spans)
        if before or after:
            yield day, "changes" if before and after else "begins" if after else "ends"


def _of_questions(catalogue: Catalogue) -> Iterator[Event]:
    """Yield the events of questions of law that some measure reads."""
    for name in registry():
        fact = registry()[name]
        if fact.known and (readers := _readers(catalogue, name)):
            yield from _of_question(fact, readers)


def _of_question(fact: Fact, readers: tuple[str, ...]) -> Iterator[Event]:
    starts = {since for since, _, _ in fact.known}
    for since, until, value in fact.known:
        if since:
            yield Event(dt.date.fromisoformat(since), "begins", fact.name, f"the answer is {value}", readers)
        if until and until not in starts:
            title = f"no source tells the answer from here on: {fact.question}"
            yield Event(dt.date.fromisoformat(until), "opens", fact.name, title, readers)


def _readers(catalogue: Catalogue, name: str) -> tuple[str, ...]:
    """Return the measures that read a fact, themselves or through a defined term."""
    index = catalogue.index
    wanted = {number for axis, number in index.axes.by_axis.items() if axis.fact == name}
    found: list[str] = []
    for measure in index.measures:
        seen: set[int] = set()
        todo = list(measure.axes)
        while todo:
            number = todo.pop()
            if number not in seen:
                seen.add(number)
                term = index.narrowing.terms.get(number)
                todo += term.inputs if term is not None else ()
        if seen & wanted:
            found.append(measure.id)
    return tuple(found)


# -------------------------------------------------------------------------------------------------------------- changes
def changes(events: Sequence[Event], transactions: Mapping[str, Transaction], catalogue: Catalogue) -> list[Change]:
    """Return what the days of some events change in the answers of their measures about open transactions.

    A transaction whose other facts rule an act on such a day out (goods made later, say) is not changed by it.
    """
    found: list[Change] = []
    for day, some in groupby(sorted(events), key=lambda event: event.day):
        names = list(dict.fromkeys(name for event in some for name in event.measures))
        for name in names:
            alone = catalogue.select(ids=[name])
            for title, transaction in transactions.items():
                before, after = (_answer(alone, transaction, one) for one in (day - _DAY, day))
                if before and after and before != after:
                    found.append(Change(day, title, name, before, after))
    return sorted(found)


def _answer(alone: Catalogue, transaction: Transaction, day: dt.date) -> str:
    """Return the answer of one measure in words, or nothing where the act cannot happen on that day."""
    try:
        finding = find(transaction.with_facts(transacted_on=day.isoformat()), alone, 0)
    except SanctionsModelError:
        return ""
    return _in_words(finding)


def _in_words(finding: Finding) -> str:
    status = finding.status.value.replace("_", " ")
    if finding.status == Status.EXEMPT:
        return f"{status} ({', '.join(one.id for one in finding.applied)})"
    if finding.status == Status.NOT_COVERED:
        return status
    effects = " or ".join(effect.value.replace("_", " ") for effect in finding.effects)
    rate = f" {finding.rate}" if finding.rate else ""
    asks = f", asks {', '.join(sorted(finding.missing_facts))}" if finding.missing_facts else ""
    return f"{status} ({effects}{rate}{asks})"
