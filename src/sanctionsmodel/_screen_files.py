"""Files in, files out: Parquet and CSV in batches, so that memory stays bounded whatever their size.

The result is written beside its place under a name of its own, and takes its final name only when it is whole.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from sanctionsmodel.errors import TableError

ROWS = 1 << 18
_BLOCK = 1 << 24
_KINDS = (".parquet", ".csv")

#: Told the rows done and, where it is known, the rows in all.
Progress = Callable[[int, int | None], None]


class FileReader:
    """The batches of a Parquet or CSV file; the cells of a CSV file are text, so that no code loses its zero.

    With ``only``, no other columns are read.
    """

    def __init__(self, path: Path, only: Sequence[str] | None = None) -> None:
        self.path = path
        self._only = None if only is None else list(only)
        self.rows: int | None = None
        try:
            self._open()
        except (OSError, pa.ArrowException) as error:
            raise TableError(f"{path}: cannot be read: {error}") from None

    def _open(self) -> None:
        if _kind_of(self.path) == ".csv":
            self._batches = iter(_open_csv(self.path, self._only))
            self.schema = self._batches.schema
            return
        texts = [field.name for field in pq.read_schema(self.path) if pa.types.is_string(field.type)]
        file = pq.ParquetFile(self.path, read_dictionary=texts)
        self.rows = file.metadata.num_rows
        self.schema = file.schema_arrow
        self._batches = file.iter_batches(batch_size=ROWS, columns=self._only)

    def __iter__(self) -> Iterator[Any]:
        """Iterate over the record batches; raises TableError where the file turns out to be broken."""
        while True:
            try:
                batch = next(self._batches, None)
            except (OSError, pa.ArrowException) as error:
                raise TableError(f"{self.path}: cannot be read on: {error}") from None
            if batch is None:
                return
            yield batch


def _open_csv(path: Path, only: list[str] | None) -> Any:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        head = handle.readline()
    if not head.strip():
        raise pa.ArrowInvalid("the file is empty; its first line must name the columns")
    mark = max(",;\t|", key=head.count)
    parse = pa.csv.ParseOptions(delimiter=mark, newlines_in_values=True)
    names = pa.csv.open_csv(path, parse_options=parse).schema.names
    texts = pa.csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()),
        strings_can_be_null=False,
        quoted_strings_can_be_null=False,
        include_columns=only or [],
    )
    read = pa.csv.ReadOptions(block_size=_BLOCK)
    return pa.csv.open_csv(path, read_options=read, parse_options=parse, convert_options=texts)


class FileWriter:
    """Writes batches to a Parquet or CSV file that appears under its name only when it is whole."""

    def __init__(self, path: Path, schema: Any) -> None:
        self.path = path
        self._partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
        self._is_csv = _kind_of(path) == ".csv"
        self._schema = _plain(schema) if self._is_csv else schema
        self._writer: Any = None

    def __enter__(self) -> FileWriter:
        """Open the file."""
        with self._named():
            if self._is_csv:
                self._writer = pa.csv.CSVWriter(self._partial, self._schema)
            else:
                self._writer = pq.ParquetWriter(self._partial, self._schema, compression="zstd")
        return self

    def write(self, batch: Any) -> None:
        """Write one batch."""
        with self._named():
            self._writer.write(pa.Table.from_batches([batch]).cast(self._schema))

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        """Give the file its name, or take away what was written of it."""
        try:
            with self._named():
                self._writer.close()
                if kind is None:
                    os.replace(self._partial, self.path)
        finally:
            self._partial.unlink(missing_ok=True)

    def _named(self) -> _Named:
        return _Named(self.path)


class _Named:
    """Turns what the disk refuses into an error that names the file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        """Name the file in what the disk says."""
        if isinstance(error, OSError):
            raise TableError(f"{self._path}: cannot be written: {error.strerror or error}") from None


def _plain(schema: Any) -> Any:
    fields = [
        field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field for field in schema
    ]
    return pa.schema(fields)


def _kind_of(path: Path) -> str:
    kind = path.suffix.lower()
    if kind not in _KINDS:
        raise TableError(f"{path}: screening reads and writes .parquet and .csv, told apart by the end of the name")
    return kind


def checked(source: Path, target: Path) -> None:
    """Raise TableError for a pair of files that cannot be worked on."""
    _kind_of(target)
    if source.resolve() == target.resolve():
        raise TableError(f"{target}: the result cannot take the place of what is read; give it another name")
    if not target.parent.is_dir():
        raise TableError(f"{target}: there is no folder {target.parent}")
