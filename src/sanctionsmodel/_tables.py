"""Tables of every kind, told apart without importing any of their libraries: columns out, answer columns in.

A Polars DataFrame or LazyFrame, a pandas DataFrame, a PyArrow table, record batch or reader, a DuckDB relation, and
whatever else gives itself out as an Arrow stream (which comes back as a PyArrow table).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

import numpy as np
import pyarrow as pa

from sanctionsmodel._amounts import Floats
from sanctionsmodel._long import Findings
from sanctionsmodel._parallel import in_parallel
from sanctionsmodel._rows import Answers, Texts
from sanctionsmodel._screener import Coded
from sanctionsmodel.errors import TableError

#: Columns of few distinct texts, which are plain text in an Arrow table; the others share theirs.
_PLAIN = ("at_least", "at_most", "status", "effect")


@runtime_checkable
class Frame(Protocol):
    """A table as screening sees it."""

    @property
    def headers(self) -> list[str]:
        """The names of the columns."""
        ...

    def __len__(self) -> int:
        """Count the rows."""
        ...

    def fetch(self, header: str) -> Coded:
        """Return a column."""
        ...

    def numbers(self, header: str) -> Floats | None:
        """Return a column of numbers."""
        ...

    def with_answers(self, answers: Answers, metadata: Mapping[str, str]) -> Any:
        """Return the caller's table with the answers added."""
        ...

    def of_findings(self, findings: Findings, metadata: Mapping[str, str]) -> Any:
        """Return the findings in long form, as a table of the caller's kind."""
        ...


# --------------------------------------------------------------------------------------------------------------- arrow
def coded_arrow(array: Any, header: str = "") -> Coded:
    """Return an Arrow column as places among its distinct values."""
    if isinstance(array, pa.ChunkedArray):
        if pa.types.is_dictionary(array.type):
            array = array.unify_dictionaries()
        array = array.combine_chunks()
        if isinstance(array, pa.ChunkedArray):
            array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    kind = array.type
    if pa.types.is_null(kind):
        return Coded(np.full(len(array), -1, np.int32), [])
    if pa.types.is_struct(kind) or pa.types.is_map(kind):
        raise TableError(f"column {header!r} holds nested values ({kind}); give each fact a column of its own")
    if pa.types.is_nested(kind):
        return coded_values(array.to_pylist())
    if pa.types.is_string_view(kind):
        array = array.cast(pa.large_string())
    if not pa.types.is_dictionary(kind):
        array = array.dictionary_encode()
    indices = array.indices
    if indices.null_count:
        indices = indices.cast(pa.int32()).fill_null(-1)
    places = indices.to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    return Coded(places, array.dictionary.to_pylist())


def arrow_numbers(array: Any) -> Floats | None:
    """Return an Arrow column of numbers as floats, NaN for null; nothing for any other column."""
    kind = array.type
    if not (pa.types.is_floating(kind) or pa.types.is_integer(kind)):
        return None
    made: Floats = array.to_numpy() if isinstance(array, pa.ChunkedArray) else array.to_numpy(zero_copy_only=False)
    if made.dtype == object:
        made = np.array(array.cast(pa.float64()).to_numpy(zero_copy_only=False))
    return made.astype(np.float64, copy=False)


def coded_values(values: Sequence[Any]) -> Coded:
    """Return any Python values as places among the distinct ones; equal values of other types stay apart."""
    numbers: dict[Any, int] = {}
    distinct: list[Any] = []
    places = np.empty(len(values), np.int32)
    for row, value in enumerate(values):
        key = (type(value), tuple(value) if isinstance(value, (list, np.ndarray)) else value)
        try:
            found = numbers.setdefault(key, len(distinct))
        except TypeError:
            found = len(distinct)
        if found == len(distinct):
            distinct.append(list(value) if isinstance(value, np.ndarray) else value)
        places[row] = found
    return Coded(places, distinct)


def arrow_texts(name: str, texts: Texts) -> Any:
    """Return an answer column for Arrow."""
    if name in _PLAIN:
        return texts.texts.take(pa.array(texts.codes))
    return pa.DictionaryArray.from_arrays(pa.array(texts.codes), texts.texts)


def with_answers(batch: Any, answers: Answers, metadata: Mapping[str, str]) -> Any:
    """Return an Arrow table or record batch with the answers added."""
    for name, array in zip(Answers._fields, _arrays(answers), strict=True):
        batch = batch.append_column(name, array)
    return batch.replace_schema_metadata({**(batch.schema.metadata or {}), **metadata})


def findings_table(findings: Findings, metadata: Mapping[str, str]) -> Any:
    """Return findings in long form as an Arrow table."""
    columns = [pa.array(one) if name == "row" else arrow_texts(name, one) for name, one in findings._asdict().items()]
    return pa.Table.from_arrays(columns, schema=findings_schema(metadata))


def findings_schema(metadata: Mapping[str, str]) -> Any:
    """Return the schema of findings in long form."""
    return pa.schema([pa.field(name, _kind(name)) for name in Findings._fields], dict(metadata))


def _kind(name: str) -> Any:
    if name == "row":
        return pa.int64()
    return pa.string() if name in _PLAIN else pa.dictionary(pa.int32(), pa.string())


def _arrays(answers: Answers) -> list[Any]:
    return in_parallel(lambda named: arrow_texts(*named), answers._asdict().items())


def answer_schema(schema: Any, metadata: Mapping[str, str]) -> Any:
    """Return the schema of an Arrow table with the answers added."""
    for name in Answers._fields:
        schema = schema.append(pa.field(name, _kind(name)))
    return schema.with_metadata({**(schema.metadata or {}), **metadata})


class ArrowFrame:
    """A PyArrow table or record batch."""

    def __init__(self, table: Any) -> None:
        self.table = table
        self.headers: list[str] = table.schema.names

    def __len__(self) -> int:
        """Count the rows."""
        return int(self.table.num_rows)

    def fetch(self, header: str) -> Coded:
        """Return a column."""
        return coded_arrow(self.table.column(header), header)

    def numbers(self, header: str) -> Floats | None:
        """Return a column of numbers."""
        return arrow_numbers(self.table.column(header))

    def with_answers(self, answers: Answers, metadata: Mapping[str, str]) -> Any:
        """Return the table with the answers added, and the law that was asked in its metadata."""
        return with_answers(self.table, answers, metadata)

    def of_findings(self, findings: Findings, metadata: Mapping[str, str]) -> Any:
        """Return the findings as a table, or as a record batch."""
        table = findings_table(findings, metadata)
        if isinstance(self.table, pa.Table):
            return table
        return pa.RecordBatch.from_arrays([one.combine_chunks() for one in table.columns], schema=table.schema)


# -------------------------------------------------------------------------------------------------------------- polars
class PolarsFrame:
    """A Polars DataFrame, or a LazyFrame, which is collected and comes back lazy."""

    def __init__(self, frame: Any) -> None:
        self.is_lazy = type(frame).__name__ == "LazyFrame"
        self.frame = frame.collect() if self.is_lazy else frame
        self.headers: list[str] = self.frame.columns

    def __len__(self) -> int:
        """Count the rows."""
        return int(self.frame.height)

    def fetch(self, header: str) -> Coded:
        """Return a column."""
        return coded_arrow(self.frame[header].to_arrow(), header)

    def numbers(self, header: str) -> Floats | None:
        """Return a column of numbers."""
        series = self.frame[header]
        return arrow_numbers(series.to_arrow()) if series.dtype.is_numeric() else None

    def with_answers(self, answers: Answers, metadata: Mapping[str, str]) -> Any:
        """Return the frame with the answers added."""

        frame = self.frame.with_columns([self._texts(name, texts) for name, texts in answers._asdict().items()])
        return frame.lazy() if self.is_lazy else frame

    def of_findings(self, findings: Findings, metadata: Mapping[str, str]) -> Any:
        """Return the findings as a frame."""
        import polars as pl

        named = findings._asdict()
        frame = pl.DataFrame([pl.Series("row", named.pop("row")), *(self._texts(*one) for one in named.items())])
        return frame.lazy() if self.is_lazy else frame

    @staticmethod
    def _texts(name: str, texts: Texts) -> Any:
        import polars as pl

        return pl.Series(name, texts.texts).gather(pl.Series(texts.codes)).alias(name)


# -------------------------------------------------------------------------------------------------------------- pandas
class PandasFrame:
    """A pandas DataFrame; its index and column types stay."""

    def __init__(self, frame: Any) -> None:
        self.frame = frame
        self.headers: list[str] = list(frame.columns)

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.frame)

    def fetch(self, header: str) -> Coded:
        """Return a column; one of mixed types is read value by value."""
        series = self.frame[header]
        try:
            return coded_arrow(pa.array(series, from_pandas=True), header)
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
            return coded_values(series.tolist())

    def numbers(self, header: str) -> Floats | None:
        """Return a column of numbers."""
        series = self.frame[header]
        if series.dtype.kind not in "iuf":
            return None
        values: Floats = series.to_numpy(np.float64, na_value=np.nan)
        return values

    def with_answers(self, answers: Answers, metadata: Mapping[str, str]) -> Any:
        """Return a copy of the frame with the answers added, and the law that was asked in its attributes."""
        import pandas as pd

        made = {
            name: pd.Series(self._texts(texts), index=self.frame.index, dtype=object)
            for name, texts in answers._asdict().items()
        }
        frame = self.frame.assign(**made)
        frame.attrs.update(metadata)
        return frame

    def of_findings(self, findings: Findings, metadata: Mapping[str, str]) -> Any:
        """Return the findings as a frame; rows are told by their numbers, not by the caller's index."""
        import pandas as pd

        named = findings._asdict()
        made = {"row": named.pop("row")} | {name: self._texts(texts) for name, texts in named.items()}
        frame = pd.DataFrame(made)
        frame.attrs.update(metadata)
        return frame

    @staticmethod
    def _texts(texts: Texts) -> Any:
        return texts.texts.to_numpy(zero_copy_only=False)[texts.codes]


# -------------------------------------------------------------------------------------------------------------- duckdb
class DuckFrame(ArrowFrame):
    """A DuckDB relation."""

    def __init__(self, relation: Any) -> None:
        super().__init__(relation.to_arrow_table())

    def with_answers(self, answers: Answers, metadata: Mapping[str, str]) -> Any:
        """Return a relation over the rows with the answers added, on DuckDB's default connection."""
        import duckdb

        return duckdb.from_arrow(super().with_answers(answers, metadata))

    def of_findings(self, findings: Findings, metadata: Mapping[str, str]) -> Any:
        """Return the findings as a relation, on DuckDB's default connection."""
        import duckdb

        return duckdb.from_arrow(super().of_findings(findings, metadata))


# -------------------------------------------------------------------------------------------------------------- choice
_KINDS: dict[tuple[str, str], Callable[[Any], Frame]] = {
    ("polars", "DataFrame"): PolarsFrame,
    ("polars", "LazyFrame"): PolarsFrame,
    ("pandas", "DataFrame"): PandasFrame,
    ("pyarrow", "Table"): ArrowFrame,
    ("pyarrow", "RecordBatch"): ArrowFrame,
    ("duckdb", "DuckDBPyRelation"): DuckFrame,
    ("_duckdb", "DuckDBPyRelation"): DuckFrame,
}


def frame_of(table: Any) -> Frame:
    """Return a table as screening sees it; raises TableError for what is no table."""
    for kind in type(table).__mro__:
        made = _KINDS.get((kind.__module__.partition(".")[0], kind.__name__))
        if made is not None:
            return made(table)
    if hasattr(table, "__arrow_c_stream__"):
        return ArrowFrame(pa.table(table))
    raise TableError(
        f"cannot screen a {type(table).__name__}; give a Polars, pandas, PyArrow or DuckDB table, or the path of a "
        "Parquet or CSV file"
    )


def is_stream(table: Any) -> bool:
    """Say whether a table comes in batches that are answered one by one."""
    return isinstance(table, pa.RecordBatchReader)


def screened_stream(reader: Any, schema: Any, screen: Callable[[Any, int], Any]) -> Any:
    """Return a reader that screens each batch, with the number of its first row, when it is asked for."""

    def batches() -> Iterator[Any]:
        first = 0
        for batch in reader:
            yield screen(batch, first)
            first += batch.num_rows

    return pa.RecordBatchReader.from_batches(schema, batches())
