"""The lists of the Commerce Country Chart are what the script makes of the tables under ``sources/bis``."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "build_country_chart.py"


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    return runpy.run_path(str(SCRIPT))


def test_the_lists_are_fresh(script: dict[str, Any]) -> None:
    assert script["TARGET"].read_text(encoding="utf-8") == script["build"]()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("3B001.a.4, c, k to m, and .p.2", ("3B001.a.4", "3B001.c", "3B001.k", "3B001.l", "3B001.m", "3B001.p.2")),
        ("paragraphs .a and .x of this entry", ("3B001.a", "3B001.x")),
        ("items controlled by 3B001.z.1", ("3B001.z.1",)),
        ("equipment for the production of rocket propellants", None),
        ("1B001.a", None),
    ],
)
def test_words_that_are_only_paragraphs_are_read(
    script: dict[str, Any], words: str, expected: tuple[str, ...] | None
) -> None:
    assert script["paragraphs"]("3B001", words) == expected


def test_a_row_in_words_counts_as_part_of_the_entry(script: dict[str, Any]) -> None:
    row = {"eccn": "7A001", "applies_to": "commodities that meet or exceed the parameters of 7A101"}
    assert script["read"](row) == ((), ("7A001",), ())
