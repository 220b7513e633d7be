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

from collections.abc import Mapping
from typing import Any

try:
    from sanctionsmodel import _tables
    from sanctionsmodel._screener import Screener, problems_raised
except ImportError as error:  # pragma: no cover - the message is for an install without the extra
    raise ImportError("screening needs the extra: pip install 'sanctionsmodel[tables]'") from error

from sanctionsmodel.catalogue import Catalogue
from sanctionsmodel.transactions import Transaction


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
    edition: int | None = None,
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
        edition: the edition of the Harmonized System of all goods codes (2012, 2017 or 2022); a code that it does not
            have is then a problem. Without it, a code may be of any of the three.

    Returns the caller's kind of table, rows in order, with the columns ``at_least``, ``at_most``, ``measures``
    (``id=status`` of the measures that cover, exempt or are undetermined, joined by ``|``), ``missing_facts`` and
    ``problem``. A cell that cannot be read says nothing and leaves a problem; facts that contradict one another are
    not used, and leave one too. Raises TableError for a table that cannot be screened as a whole.
    """
    law = catalogue if catalogue is not None else Catalogue.bundled()
    metadata = metadata_of(law)
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
