"""Screening on Spark: on a local cluster of two, row for row what the same table gives in memory."""

from __future__ import annotations

import os
import shutil
import sys
import warnings
from collections.abc import Iterator
from random import Random
from typing import Any

import pyarrow as pa
import pytest

from sanctionsmodel import Catalogue, screen
from sanctionsmodel.errors import TableError
from strategies import FACTS, law_file, raw_measure
from tables import table

pyspark = pytest.importorskip("pyspark", reason="needs the extra spark")
if shutil.which("java") is None:  # pragma: no cover - depends on the machine
    pytest.skip("Spark needs Java", allow_module_level=True)

from sanctionsmodel.spark import batch_mapper, screen_spark  # noqa: E402


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    """A Spark session on two local cores, bound to this machine alone."""
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = (
            SparkSession.builder.master("local[2]")
            .appName("sanctionsmodel")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.execution.arrow.maxRecordsPerBatch", "64")
            .getOrCreate()
        )
        yield made
        made.stop()


def own_law(rng: Random) -> Catalogue:
    """Return a catalogue that no worker has installed."""
    return Catalogue.from_files({"zz/act.yaml": law_file([raw_measure(rng, FACTS[:6], number) for number in range(4)])})


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("law", ["bundled", "own"])
def test_spark_gives_row_for_row_what_memory_gives(session: Any, law: str) -> None:
    """A selection of the bundled law, or law of one's own that travels with the job: the same rows and answers."""
    rng = Random(7)
    catalogue = Catalogue.bundled().select(themes=["metals"]) if law == "bundled" else own_law(rng)
    columns = {"nr": [f"{number:04d}" for number in range(300)], **table(rng, FACTS[:6], 300)}
    frame = session.createDataFrame(list(zip(*columns.values(), strict=True)), list(columns)).repartition(5)
    found = sorted(tuple(row) for row in screen_spark(frame, catalogue, given={"venue": "none"}).collect())
    local = screen(pa.table(columns), catalogue, given={"venue": "none"}).to_pylist()
    assert found == [tuple(row.values()) for row in local]


def test_bad_arguments_are_refused_before_any_task() -> None:
    """What is wrong with the columns is said where the job is written."""
    with pytest.raises(TableError, match="no column 'x'"):
        batch_mapper(["hs"], columns={"x": "hs"})
