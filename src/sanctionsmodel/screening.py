"""Screening: for every row of a table the same answer as for its transaction.

>>> import pyarrow as pa
>>> from sanctionsmodel import Catalogue, screen
>>> orders = pa.table({"activity": ["import", "import"], "hs": ["760110", "760110"], "origin": ["RU", "KZ"],
...     "destination": ["US", "US"], "produced_on": ["2024-05-02", None], "transacted_on": ["2024-05-20"] * 2})
>>> found = screen(orders, Catalogue.bundled().select(ids=["us/eo-14068/metals-import"]))
>>> found["at_most"].to_pylist()
['prohibited', 'not_covered']
>>> found["measures"].to_pylist()
['us/eo-14068/metals-import=covered', '']
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias

try:
    from sanctionsmodel import _tables
    from sanctionsmodel._editions import Edition, edition_in_force
    from sanctionsmodel._headers import Guess, guess_columns
    from sanctionsmodel._screen_files import FileReader, FileWriter, Progress, checked
    from sanctionsmodel._screener import Screener, problems_raised
    from sanctionsmodel._summary import Summary, summarise
except ImportError as error:  # pragma: no cover - the message is for an install without the extra
    raise ImportError("screening needs the extra: pip install 'sanctionsmodel[tables]'") from error

from sanctionsmodel.assessment import Assessment, assess
from sanctionsmodel.catalogue import Catalogue
from sanctionsmodel.errors import TableError
from sanctionsmodel.transactions import Transaction

__all__ = [
    "Edition",
    "Guess",
    "Summary",
    "edition_in_force",
    "explain_rows",
    "guess_columns",
    "screen",
    "screen_batch",
    "screen_file",
    "summarise",
]


#: The caller's rows with answers added, or one row a finding.
Form: TypeAlias = Literal["wide", "long"]


def metadata_of(catalogue: Catalogue) -> dict[str, str]:
    """Return what a screened table says of the law that it was asked by."""
    return {
        "sanctionsmodel.catalogue_digest": catalogue.digest,
        "sanctionsmodel.catalogue_version": catalogue.version,
        "sanctionsmodel.measures": str(len(catalogue)),
    }


def screen(
    frame: Any,
    catalogue: Catalogue | None = None,
    columns: Mapping[str, str] | None = None,
    given: Transaction | Mapping[str, Any] | None = None,
    strict: bool = False,
    *,
    units: Mapping[str, str] | None = None,
    edition: Edition | int | str | None = None,
    form: Form = "wide",
    output: str | Path | None = None,
) -> Any:
    """Answer for every row of a table what `assess` answers for its transaction.

    Args:
        frame: a Polars DataFrame or LazyFrame, a pandas DataFrame, a PyArrow table, record batch or reader, a DuckDB
            relation, or the path of a Parquet or CSV file. Cells may all be text; an empty cell, null or NaN says
            nothing, never "no".
        catalogue: the measures asked; the bundled catalogue by default.
        columns: which column states which fact (``{"Country of Origin": "origin"}``); without it, the columns that are
            named as facts (party facts dotted: ``actor.us_person``). Other columns pass through.
        given: standing facts, laid under every row whose cell is empty.
        strict: raise TableError with the first ten problems, instead of leaving them in the column ``problem``.
        units: the unit or currency of bare numbers by fact (``{"mass": "kg"}``), or the column that states it.
        edition: the edition of the Harmonized System of all goods codes (2012, 2017 or 2022). Older codes are followed
            into HS 2022, in which laws list goods: one that was split may be any of its heirs. A code that the edition
            does not have is a problem. Without an edition, codes are taken as they are and may be of any of the three.
            `Edition` can leave out unlikely heirs.
        form: ``"wide"``, the caller's rows with answers added, or ``"long"``, one row a finding.
        output: the Parquet or CSV file to write, for a path; it is screened in bounded memory.

    Returns the caller's kind of table. In wide form it has the caller's rows, in order, with the columns ``at_least``,
    ``at_most``, ``measures`` (``id=status`` of the measures that cover, exempt or are undetermined, joined by ``|``),
    ``missing_facts`` and ``problem``. In long form it has the columns ``row`` (from 0), ``measure``, ``status``,
    ``effect`` (the most severe that the measure has or could have), ``missing_facts`` and ``problem``, in the same
    order; a row that has a problem and no finding has one row with an empty measure. For a path it returns a PyArrow
    table, or the path of the output where there is one.

    A cell that cannot be read says nothing and leaves a problem; facts that contradict one another are not used, and
    leave one too. Raises TableError for a table that cannot be screened as a whole.
    """
    law = catalogue if catalogue is not None else Catalogue.bundled()
    options: dict[str, Any] = {"columns": columns, "given": given, "units": units, "edition": edition}
    if isinstance(frame, (str, Path)):
        if output is not None:
            screen_file(frame, output, law, strict=strict, form=form, **options)
            return Path(output)
        reader = FileReader(Path(frame))
        one = _Screening(Screener(law, reader.schema.names, **options), strict, form)
        return _tables.screened_stream(reader, one.schema(reader.schema), one.batch).read_all()
    if output is not None:
        raise TableError("output= is for the path of a file; a table comes back as it came, for you to write")
    if _tables.is_stream(frame):
        one = _Screening(Screener(law, frame.schema.names, **options), strict, form)
        return _tables.screened_stream(frame, one.schema(frame.schema), one.batch)
    table = _tables.frame_of(frame)
    return _Screening(Screener(law, table.headers, **options), strict, form).table(table)


class _Screening:
    """Makes tables of answers in one form."""

    def __init__(self, screener: Screener, strict: bool = False, form: Form = "wide") -> None:
        if form not in ("wide", "long"):
            raise TableError(f"form: {form!r} is neither 'wide' nor 'long'")
        self._screener, self._strict, self._is_long = screener, strict, form == "long"
        self._metadata = metadata_of(screener.catalogue)

    def schema(self, schema: Any) -> Any:
        """Return the Arrow schema of what comes out for a table with a schema."""
        return (
            _tables.findings_schema(self._metadata) if self._is_long else _tables.answer_schema(schema, self._metadata)
        )

    def table(self, table: _tables.Frame, first: int = 0, summary: Summary | None = None) -> Any:
        """Return the answers for a table whose first row has a number, and count them in a summary."""
        if self._is_long:
            answers, findings = self._screener.findings(table, len(table), first)
        else:
            answers = self._screener.screen(table, len(table))
        if self._strict:
            problems_raised(answers, first)
        if summary is None and self._is_long:
            return table.of_findings(findings, self._metadata)
        wide = table.with_answers(answers, self._metadata)
        if summary is not None:
            summary.add(wide)
        return table.of_findings(findings, self._metadata) if self._is_long else wide

    def batch(self, batch: Any, first: int, summary: Summary | None = None) -> Any:
        """Return the answers for an Arrow record batch whose first row has a number."""
        return self.table(_tables.ArrowFrame(batch), first, summary)


def screen_file(
    source: str | Path,
    target: str | Path,
    catalogue: Catalogue | None = None,
    columns: Mapping[str, str] | None = None,
    given: Transaction | Mapping[str, Any] | None = None,
    strict: bool = False,
    *,
    units: Mapping[str, str] | None = None,
    edition: Edition | int | str | None = None,
    form: Form = "wide",
    value: str = "",
    progress: Progress | None = None,
) -> Summary:
    """Screen a Parquet or CSV file of any size into another, batch by batch, and return the summary.

    The cells of a CSV file are text. The result appears under its name only when it is whole. Takes the arguments of
    `screen`; ``value`` names a column of numbers to be summed up in the summary, and ``progress`` is told the rows done
    and, where it is known, the rows in all. Raises TableError for what cannot be read or written.
    """
    law = catalogue if catalogue is not None else Catalogue.bundled()
    checked(Path(source), Path(target))
    reader = FileReader(Path(source))
    one = _Screening(Screener(law, reader.schema.names, columns, given, units, edition), strict, form)
    summary = Summary(value)
    with FileWriter(Path(target), one.schema(reader.schema)) as writer:
        for batch in reader:
            writer.write(one.batch(batch, summary.rows, summary))
            if progress is not None:
                progress(summary.rows, reader.rows)
    return summary


def screen_batch(batch: Any, screener: Screener) -> Any:
    """Return an Arrow record batch with the answers added: the kernel that Spark, Ray and Dask map over batches."""
    return _Screening(screener).batch(batch, 0)


def explain_rows(
    frame: Any,
    rows: Sequence[int],
    catalogue: Catalogue | None = None,
    columns: Mapping[str, str] | None = None,
    given: Transaction | Mapping[str, Any] | None = None,
    *,
    units: Mapping[str, str] | None = None,
    edition: Edition | int | str | None = None,
) -> list[Assessment]:
    """Return the full assessments of some rows of a table, by their numbers from 0; takes the arguments of `screen`.

    Facts that could not be read or that contradict one another are left out, as in the answer of the row.
    """
    law = catalogue if catalogue is not None else Catalogue.bundled()
    table = _tables.frame_of(frame)
    for row in rows:
        if not 0 <= row < len(table):
            raise TableError(f"there is no row {row}; the table has {len(table)}")
    screener = Screener(law, table.headers, columns, given, units, edition)
    return [assess(one, law) for one in screener.transactions(table, len(table), rows)]
