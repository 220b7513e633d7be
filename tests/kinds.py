"""Tables of every kind that screening takes, and their rows, whichever the kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa


def records(made: Any) -> list[dict[str, Any]]:
    """Return the rows of a table of any kind."""
    rows: list[dict[str, Any]]
    if isinstance(made, pl.LazyFrame):
        rows = made.collect().to_dicts()
    elif isinstance(made, pl.DataFrame):
        rows = made.to_dicts()
    elif isinstance(made, pd.DataFrame):
        rows = made.to_dict("records")
    elif isinstance(made, pa.RecordBatchReader):
        rows = made.read_all().to_pylist()
    else:
        rows = (made.to_arrow_table() if isinstance(made, duckdb.DuckDBPyRelation) else made).to_pylist()
    return rows


def stream(columns: Mapping[str, Any]) -> pa.RecordBatchReader:
    """Return a reader of batches of seven rows."""
    whole = pa.table(columns)
    return pa.RecordBatchReader.from_batches(whole.schema, whole.to_batches(max_chunksize=7))


KINDS: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "polars": pl.DataFrame,
    "polars lazy": pl.LazyFrame,
    "polars categories": lambda columns: pl.DataFrame(columns).with_columns(pl.all().cast(pl.Categorical)),
    "pandas": pd.DataFrame,
    "pandas objects": lambda columns: pd.DataFrame(columns, dtype=object),
    "pandas categories": lambda columns: pd.DataFrame(columns, dtype="category"),
    "arrow": pa.table,
    "arrow views": lambda columns: pa.table(columns).cast(pa.schema([(name, pa.string_view()) for name in columns])),
    "arrow chunks": lambda columns: pa.concat_tables([pa.table(columns).slice(0, 3), pa.table(columns).slice(3)]),
    "arrow batch": lambda columns: pa.RecordBatch.from_pydict(columns),
    "arrow stream": stream,
    "duckdb": lambda columns: duckdb.from_arrow(pa.table(columns)),
}

#: Kinds of tables whose columns keep the types of an Arrow table.
TYPED: dict[str, Callable[[pa.Table], Any]] = {
    "polars": pl.from_arrow,
    "polars lazy": lambda table: pl.from_arrow(table).lazy(),
    "pandas": lambda table: table.to_pandas(),
    "pandas objects": lambda table: table.to_pandas().astype(object),
    "pandas arrow": lambda table: table.to_pandas(types_mapper=pd.ArrowDtype),
    "arrow": lambda table: table,
    "arrow dictionaries": lambda table: pa.table(
        {name: table[name].dictionary_encode() for name in table.column_names}
    ),
    "arrow batch": lambda table: table.combine_chunks().to_batches()[0],
    "arrow stream": lambda table: pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=3)),
    "duckdb": duckdb.from_arrow,
}
