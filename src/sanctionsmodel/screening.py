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
from typing import Any

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
) -> Any:
    """Answer for every row of a table what `assess` answers for its transaction.

    Args:
        frame: a Polars DataFrame or LazyFrame, a pandas DataFrame, a PyArrow table, record batch or reader, or a
            DuckDB relation. Cells may all be text; an empty cell, null or NaN says nothing, never "no".
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

    Returns the caller's kind of table, rows in order, with the columns ``at_least``, ``at_most``, ``measures``
    (``id=status`` of the measures that cover, exempt or are undetermined, joined by ``|``), ``missing_facts`` and
    ``problem``. A cell that cannot be read says nothing and leaves a problem; facts that contradict one another are
    not used, and leave one too. Raises TableError for a table that cannot be screened as a whole.
    """
    law = catalogue if catalogue is not None else Catalogue.bundled()
    metadata = metadata_of(law)
    if isinstance(frame, (str, Path)):
        raise TableError(f"{frame}: a file is screened into another one: screen_file({str(frame)!r}, 'found.parquet')")
    if _tables.is_stream(frame):
        screener = Screener(law, frame.schema.names, columns, given, units, edition)
        return _tables.screened_stream(
            frame, lambda batch: _screened(_tables.ArrowFrame(batch), screener, strict, metadata), metadata
        )
    table = _tables.frame_of(frame)
    return _screened(table, Screener(law, table.headers, columns, given, units, edition), strict, metadata)


def _screened(table: _tables.Frame, screener: Screener, strict: bool, metadata: Mapping[str, str]) -> Any:
    answers = screener.screen(table, len(table))
    if strict:
        problems_raised(answers)
    return table.with_answers(answers, metadata)


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
    screener = Screener(law, reader.schema.names, columns, given, units, edition)
    metadata = metadata_of(law)
    summary = Summary(value)
    with FileWriter(Path(target), _tables.answer_schema(reader.schema, metadata)) as writer:
        for batch in reader:
            found = _screened(_tables.ArrowFrame(batch), screener, strict, metadata)
            summary.add(found)
            writer.write(found)
            if progress is not None:
                progress(summary.rows, reader.rows)
    return summary


def screen_batch(batch: Any, screener: Screener) -> Any:
    """Return an Arrow record batch with the answers added: the kernel that Spark, Ray and Dask map over batches."""
    return _screened(_tables.ArrowFrame(batch), screener, False, metadata_of(screener.catalogue))


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
