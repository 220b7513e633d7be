"""Screening on Apache Spark: the same kernel, mapped over the Arrow batches of a Spark table.

>>> screen_spark(session.createDataFrame(orders), catalogue)  # doctest: +SKIP

Each task screens its own batches; no shuffle, no state. The catalogue goes to the workers as law files, once a task,
unless it is the bundled one (or a selection of it), which every worker reads from its own installation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from sanctionsmodel._editions import Edition
from sanctionsmodel._rows import OUTPUTS
from sanctionsmodel._screener import Screener
from sanctionsmodel.catalogue import Catalogue
from sanctionsmodel.errors import TableError
from sanctionsmodel.screening import screen_batch
from sanctionsmodel.transactions import Transaction


class Law(NamedTuple):
    """A catalogue as it travels to a worker: digest, measures, and its law files unless it is the bundled one."""

    digest: str
    ids: tuple[str, ...]
    files: tuple[Any, ...]

    @classmethod
    def of(cls, catalogue: Catalogue) -> Law:
        """Return what a worker needs to have a catalogue."""
        is_bundled = catalogue.digest == Catalogue.bundled().digest
        return cls(catalogue.digest, catalogue.ids, () if is_bundled else tuple(catalogue.files()))

    def catalogue(self) -> Catalogue:
        """Return the catalogue; raises TableError where the worker has another law installed."""
        return _catalogue(self.digest, self.ids, _Files(self.files))


class _Files(tuple[Any, ...]):
    """Law files that are compared as one thing, by identity, when a catalogue is looked up."""

    __slots__ = ()

    def __hash__(self) -> int:
        """Hash alike; the digest tells catalogues apart."""
        return 0

    def __eq__(self, other: object) -> bool:
        """Equal always; the digest tells catalogues apart."""
        return isinstance(other, _Files)


@cache
def _catalogue(digest: str, ids: tuple[str, ...], files: _Files) -> Catalogue:
    whole = Catalogue.read(list(files)) if files else Catalogue.bundled()
    if whole.digest != digest:
        raise TableError(
            f"a worker has the catalogue {whole.digest[:12]} and not {digest[:12]}; install the same version everywhere"
        )
    return whole.select(ids=ids)


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
    packed, names = Law.of(law), list(headers)
    facts = given.to_dict() if isinstance(given, Transaction) else dict(given or {})

    def mapped(batches: Iterator[Any]) -> Iterator[Any]:
        screener = Screener(packed.catalogue(), names, columns, facts, units, edition)
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
