"""Screening on Apache Spark: the same kernel, mapped over the Arrow batches of a Spark table.

>>> screen_spark(session.createDataFrame(orders), catalogue)  # doctest: +SKIP

Each task screens its own batches; no shuffle, no state. The catalogue goes to the workers as law files, once a task,
unless it is the bundled one (or a selection of it), which every worker reads from its own installation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sanctionsmodel._editions import Edition
from sanctionsmodel._rows import OUTPUTS
from sanctionsmodel._screener import Screener
from sanctionsmodel.catalogue import Catalogue
from sanctionsmodel.screening import screen_batch
from sanctionsmodel.transactions import Transaction


def batch_mapper(
    headers: list[str],
    catalogue: Catalogue | None = None,
    columns: Mapping[str, str] | None = None,
    given: Transaction | Mapping[str, Any] | None = None,
    *,
    units: Mapping[str, str] | None = None,
    edition: Edition | int | str | None = None,
) -> Callable[[Iterator[Any]], Iterator[Any]]:
    """Return the function that Spark, Ray or Dask maps over Arrow record batches; it travels to workers by pickle.

    Ray: ``data.map_batches(lambda table: ..., batch_format="pyarrow")``; Dask: ``map_partitions`` over Arrow tables.
    """
    law = catalogue if catalogue is not None else Catalogue.bundled()
    Screener(law, headers, columns, given, units, edition)  # what is wrong with the arguments is said before any task
    names = list(headers)
    facts = given.to_dict() if isinstance(given, Transaction) else dict(given or {})

    def mapped(batches: Iterator[Any]) -> Iterator[Any]:
        screener = Screener(law, names, columns, facts, units, edition)
        for batch in batches:
            yield screen_batch(batch, screener)

    return mapped


def screen_spark(
    frame: Any,
    catalogue: Catalogue | None = None,
    columns: Mapping[str, str] | None = None,
    given: Transaction | Mapping[str, Any] | None = None,
    *,
    units: Mapping[str, str] | None = None,
    edition: Edition | int | str | None = None,
) -> Any:
    """Screen a Spark DataFrame; takes the arguments of `screen`, and adds the same columns.

    Lazy, like everything in Spark: an action makes it run. Every worker needs ``sanctionsmodel[tables]``.
    """
    from pyspark.sql.types import StringType, StructField, StructType

    mapped = batch_mapper(frame.columns, catalogue, columns, given, units=units, edition=edition)
    added = [StructField(name, StringType()) for name in OUTPUTS]
    schema = StructType([*frame.schema.fields, *added])

    def plain(batches: Iterator[Any]) -> Iterator[Any]:
        for batch in mapped(batches):
            yield _without_dictionaries(batch)

    return frame.mapInArrow(plain, schema)


def _without_dictionaries(batch: Any) -> Any:
    """Return a batch with plain text, which is what Spark takes."""
    import pyarrow as pa

    arrays = [one.dictionary_decode() if pa.types.is_dictionary(one.type) else one for one in batch.columns]
    return pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)
