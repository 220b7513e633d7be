"""One screening: which columns state which facts, what stands under every row, and the kernel that answers.

The same object serves one table, the batches of a file and those of a Spark task.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol
from weakref import WeakKeyDictionary

import numpy as np

from sanctionsmodel._amounts import Floats
from sanctionsmodel._columns import Column, Reader
from sanctionsmodel._editions import Edition, EditionCodes
from sanctionsmodel._headers import guess_columns
from sanctionsmodel._kernel import Found, Kernel
from sanctionsmodel._lines import Combined, Ints
from sanctionsmodel._long import Findings, findings_of
from sanctionsmodel._nomenclature import LENGTHS
from sanctionsmodel._parallel import in_parallel
from sanctionsmodel._rows import OUTPUTS, Answers, answers_of
from sanctionsmodel.catalogue import Catalogue
from sanctionsmodel.errors import SanctionsModelError, TableError, nearest, shown
from sanctionsmodel.facts import Fact, registry
from sanctionsmodel.transactions import Transaction

_MOST_KERNELS = 4
_MOST_READ = 20_000
_MANY_ROWS = 50_000
_MOST_LISTED = 10


class Coded(NamedTuple):
    """One column of a table: the place of each row's cell among the distinct ones, -1 for null."""

    places: Ints
    values: Sequence[Any]


class Source(Protocol):
    """A table, column by column."""

    def fetch(self, header: str) -> Coded:
        """Return a column as places among its distinct values."""
        ...

    def numbers(self, header: str) -> Floats | None:
        """Return a column of numbers as floats, NaN for null; nothing for any other column."""
        ...


_kernels: WeakKeyDictionary[Catalogue, dict[Any, Kernel]] = WeakKeyDictionary()


def kernel_for(catalogue: Catalogue, facts: Sequence[str], rates: tuple[Any, ...]) -> Kernel:
    """Return the kernel of a catalogue for tables that state these facts, from the cache where there is one."""
    made = _kernels.setdefault(catalogue, {})
    key = (tuple(sorted(facts)), rates)
    if key not in made:
        if len(made) >= _MOST_KERNELS:
            made.clear()
        made[key] = Kernel(catalogue, key[0], rates)
    return made[key]


class Screener:
    """Screens tables with the same headers.

    Args:
        catalogue: the measures asked.
        headers: the headers of the table.
        columns: header to fact; without it the columns that are named as facts.
        given: standing facts, laid under every row.
        units: fact to the unit or currency of bare numbers, or to the header of the column that states it.
        edition: the edition of the Harmonized System that goods codes belong to, where they are all of one.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        headers: Sequence[str],
        columns: Mapping[str, str] | None = None,
        given: Transaction | Mapping[str, Any] | None = None,
        units: Mapping[str, str] | None = None,
        edition: Edition | int | str | None = None,
    ) -> None:
        self.catalogue = catalogue
        self.columns = _mapped(headers, columns)
        self.units = _checked_units(units or {}, self.columns)
        self._headers = frozenset(headers)
        self.given = given if isinstance(given, Transaction) else Transaction(given or {})
        catalogue.index.narrow(self.given)  # standing facts that contradict one another are refused at once
        stated = {*self.columns.values(), *self.given.known}
        self.kernel = kernel_for(catalogue, sorted(stated), self.given.rates)
        of = Edition.of(edition) if edition is not None else None
        self._readers = {header: self._reader(registry()[fact], of) for header, fact in self.columns.items()}

    def _reader(self, fact: Fact, edition: Edition | None) -> Reader:
        """Return the reader of a column, the same for every table that is read alike."""
        standing = self.given.known.get(fact.name)
        key = (fact.name, standing, edition)
        found = self.kernel.readers.get(key)
        if found is None or len(found.known) > _MOST_READ:
            named = self.kernel.is_named
            codes = EditionCodes(fact.name, edition, named) if edition and fact.system in LENGTHS else None
            limits = self.kernel.limits(fact.name) if fact.domain == "quantity" else None
            found = self.kernel.readers[key] = Reader(fact, standing, codes, limits)
        return found

    def screen(self, table: Source, count: int) -> Answers:
        """Return the answers for a table of ``count`` rows."""
        return self._answered(table, count)[1]

    def findings(self, table: Source, count: int, first: int = 0) -> tuple[Answers, Findings]:
        """Return the answers for a table, and its findings in long form with rows numbered from ``first``."""
        with self.kernel.lock:
            found, answers = self._answered(table, count)
            return answers, findings_of(self.kernel, found, answers, first)

    def _answered(self, table: Source, count: int) -> tuple[Found, Answers]:
        with self.kernel.lock:
            columns = self._read(table, count)
            found = self.kernel.run(columns, count)
            return found, answers_of(self.kernel, found, columns.values(), count)

    def transactions(self, table: Source, count: int, rows: Sequence[int]) -> list[Transaction]:
        """Return the transactions of some rows, without the facts that contradict one another."""
        with self.kernel.lock:
            self.kernel.run(self._read(table, count), count)
            return [self.kernel.transaction(row) for row in rows]

    def _read(self, table: Source, count: int) -> dict[str, Column]:
        headers = list(self.columns)
        read = (
            [self._column(header, table) for header in headers]
            if count < _MANY_ROWS
            else in_parallel(lambda header: self._column(header, table), headers)
        )
        found = {self.columns[header]: column for header, column in zip(headers, read, strict=True)}
        for name, known in self.given.known.items():
            if name not in found:
                found[name] = Column.of_constant(registry()[name], known, count)
        return found

    def _column(self, header: str, table: Source) -> Column:
        unit, reader = self.units.get(self.columns[header], ""), self._readers[header]
        numbers = table.numbers(header) if reader.takes_numbers and unit not in self._headers else None
        if numbers is not None:
            return reader.numbers(numbers, unit)
        coded = table.fetch(header)
        if unit not in self._headers:
            return reader.column(coded.places, [(value, unit) for value in coded.values])
        of = table.fetch(unit)
        combined = Combined()
        combined.add(coded.places + 1, len(coded.values) + 1)
        combined.add(of.places + 1, len(of.values) + 1)
        first, place = combined.distinct(len(coded.places))
        values = [_at(coded, row) for row in first]
        units = [str(_at(of, row) or "") for row in first]
        return reader.column(place.astype(np.int32), list(zip(values, units, strict=True)))


def _at(coded: Coded, row: int) -> Any:
    place = coded.places[row]
    return coded.values[place] if place >= 0 else None


def _mapped(headers: Sequence[str], columns: Mapping[str, str] | None) -> dict[str, str]:
    """Return which column states which fact; raises TableError for what is missing, doubled or nobody's fact."""
    taken = [name for name in OUTPUTS if name in headers]
    if taken:
        raise TableError(f"the table has a column {shown(taken[0])} already; rename it, for screening adds one")
    twice = [name for name in headers if list(headers).count(name) > 1]
    if twice:
        raise TableError(f"two columns are named {shown(twice[0])}; rename one of them")
    if columns is None:
        found = {name: name for name in headers if name in registry()}
    else:
        found = dict(columns)
    for header, fact in found.items():
        if header not in headers:
            raise TableError(f"no column {shown(header)}{nearest(header, headers)}")
        try:
            registry()[fact]
        except SanctionsModelError as error:
            raise TableError(f"column {shown(header)}: {error}") from None
    facts = list(found.values())
    for fact in facts:
        if facts.count(fact) > 1:
            raise TableError(f"two columns state {fact}: {', '.join(h for h, f in found.items() if f == fact)}")
    if not found:
        guess = guess_columns(headers)
        seems = f"; they seem to be columns={guess.columns!r}" if guess.columns else ""
        raise TableError(f"no column is named as a fact; say in columns= which column states which{seems}")
    return found


def _checked_units(units: Mapping[str, str], columns: Mapping[str, str]) -> dict[str, str]:
    for fact in units:
        if fact not in columns.values():
            raise TableError(f"units: no column states {shown(fact)}{nearest(fact, columns.values())}")
        if registry()[fact].domain != "quantity":
            raise TableError(f"units: {fact} is no quantity")
    return dict(units)


def problems_raised(answers: Answers, first: int = 0) -> None:
    """Raise TableError with the first ten rows that have a problem, numbered from ``first``."""
    texts = answers.problem.texts.to_pylist()
    bad = np.array([bool(text) for text in texts], np.bool_)
    rows = np.flatnonzero(bad[answers.problem.codes]) if len(bad) else ()
    if len(rows):
        listed = [f"row {first + row}: {texts[answers.problem.codes[row]]}" for row in rows[:_MOST_LISTED]]
        more = f"\nand {len(rows) - _MOST_LISTED} more" if len(rows) > _MOST_LISTED else ""
        raise TableError(f"{len(rows)} rows have problems\n" + "\n".join(listed) + more)
