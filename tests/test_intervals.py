"""Spans of days, and shares known within bounds."""

from __future__ import annotations

import datetime as dt
import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanctionsmodel.errors import FactError
from sanctionsmodel.shares import Days, Share

TEN_MEGABYTES = 10_000_000


# --------------------------------------------------------------------------------------------------------------- days
@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("2023", "[2023-01-01, 2024-01-01)"),
        ("Q4 2023", "[2023-10-01, 2024-01-01)"),
        ("2023-Q4", "[2023-10-01, 2024-01-01)"),
        ("2023q1", "[2023-01-01, 2023-04-01)"),
        ("2023-12", "[2023-12-01, 2024-01-01)"),
        ("2024-02-29", "[2024-02-29, 2024-03-01)"),
        ("2023-01 to 2023-10", "[2023-01-01, 2023-11-01)"),
        ("2023-01-01 to 2024-07-31", "[2023-01-01, 2024-08-01)"),
        ("from 2022-03", "[2022-03-01, )"),
        ("to 2022-02-23", "[, 2022-02-24)"),
        ("[2023-10-01, 2024-01-01)", "[2023-10-01, 2024-01-01)"),
    ],
)
def test_days_are_printed_half_open_and_read_back(text: str, printed: str) -> None:
    """The last day that people name is inside; the printed end is the first day outside."""
    days = Days(text)
    assert str(days) == printed
    assert Days(printed) == days == Days.model_validate(text)
    assert Days.model_validate_json(days.model_dump_json()) == days


@given(st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2900, 1, 1)))
def test_a_day_lies_in_its_month_quarter_and_year(day: dt.date) -> None:
    """Every written span holds the days that it names."""
    texts = [day.isoformat(), f"{day:%Y-%m}", f"Q{(day.month + 2) // 3} {day.year}", str(day.year)]
    spans = [Days(text) for text in texts]
    assert all(span.start and span.until and span.start <= day < span.until for span in spans)
    assert [(a.start, a.until) for a in spans] == sorted(
        [(a.start, a.until) for a in spans], key=lambda ends: str(ends[0]), reverse=True
    )


@pytest.mark.parametrize(
    "text",
    [
        *("", "last year", "2023-13", "2023-02-30", "2024 to 2023", "Q5 2023", "[, )", "[2023-99-99, )", "9999"),
        *("04/05/24", "２０２３", "2023-1", "20231001", 2023, None),
        pytest.param("2" * TEN_MEGABYTES, id="ten megabytes"),
    ],
)
def test_what_are_no_days_is_refused(text: Any) -> None:
    """Nothing is guessed, and a huge text costs no time."""
    start = time.perf_counter()
    with pytest.raises(FactError, match="days: "):
        Days(text)
    assert time.perf_counter() - start < 1


def test_ends_are_days() -> None:
    """Fields take days, not times, numbers or months."""
    days = Days(start=dt.date(2023, 10, 1), until="2024-01-01")
    assert days == Days("Q4 2023")
    assert hash(days) == hash(Days("Q4 2023"))
    wrong: list[Any] = ["2023-10", "2023-10-01T00:00:00", dt.datetime(2023, 10, 1, tzinfo=dt.UTC), 1696118400, True, ""]
    for start in wrong:
        with pytest.raises(FactError, match="is no day"):
            Days(start=start)
    with pytest.raises(FactError, match="start: given twice"):
        Days("2023", start="2024-01-01")


# -------------------------------------------------------------------------------------------------------------- share
@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("70 %", {"low": "0.7", "high": "0.7"}),
        ("70%", {"low": "0.7", "high": "0.7"}),
        ("70 per cent", {"low": "0.7", "high": "0.7"}),
        ("0.70", {"low": "0.7", "high": "0.7"}),
        ("= 70 %", {"low": "0.7", "high": "0.7"}),
        ("> 70 %", {"low": "0.7", "low_open": True}),
        ("over 70 %", {"low": "0.7", "low_open": True}),
        ("More than 70 %", {"low": "0.7", "low_open": True}),
        (">= 70 %", {"low": "0.7"}),
        ("at least 70 %", {"low": "0.7"}),
        ("< 70 %", {"high": "0.7", "high_open": True}),
        ("under 70 %", {"high": "0.7", "high_open": True}),
        ("≤ 70 %", {"high": "0.7"}),
        ("up to 70 %", {"high": "0.7"}),
        ("~ 70 %", {"low": "0.7", "high": "0.7", "approximate": True}),
        ("about 70 %", {"low": "0.7", "high": "0.7", "approximate": True}),
        ("nearly 70 %", {"high": "0.7", "high_open": True, "approximate": True}),
        ("60 % to 80 %", {"low": "0.6", "high": "0.8"}),
        ("60-80 %", {"low": "0.6", "high": "0.8"}),
        ("60 – 80 %", {"low": "0.6", "high": "0.8"}),
        ("between 60 % and 80 %", {"low": "0.6", "high": "0.8"}),
        ("0.6 to 0.8", {"low": "0.6", "high": "0.8"}),
        ("0.5 % to 80%", {"low": "0.005", "high": "0.8"}),
        ("about 60 % to 80 %", {"low": "0.6", "high": "0.8", "approximate": True}),
        ("more than 60 % and at most 80 %", {"low": "0.6", "high": "0.8", "low_open": True}),
        ("0.003 %", {"low": "0.00003", "high": "0.00003"}),
        ("100 %", {"low": "1", "high": "1"}),
    ],
)
def test_shares_are_read_as_people_write_them(text: str, fields: dict[str, Any]) -> None:
    """Signs and words say the same, and what is printed reads back."""
    share = Share(text)
    assert share == Share(**fields) == Share.model_validate(text)
    assert hash(share) == hash(Share(**fields))
    assert Share(str(share)) == share
    assert Share.model_validate_json(share.model_dump_json()) == share


@pytest.mark.parametrize("number", [0.7, Decimal("0.7"), Decimal("0.70")])
def test_a_number_is_a_part_of_one(number: float | Decimal) -> None:
    """A float means the decimal that it prints."""
    assert Share(number) == Share.model_validate(number) == Share("70 %") == Share(low=number, high=number)


@pytest.mark.parametrize(
    "text",
    [
        *("", "70", "170 %", "> 100 %", "< 0 %", "80 % to 60 %", "1,5 %", "-5 %", "+5 %", "NaN", "inf", "1e-2"),
        *("between", "> 60 to 70 %", "> 70 % and > 60 %", "> 70 % and < 60 %", "0.6 to 80 %", "60 % to 0.8"),
        *("７0 %", "a lot", "%", True, float("nan"), float("inf"), 70, -0.1),
        pytest.param("7" * TEN_MEGABYTES, id="ten megabytes"),
    ],
)
def test_what_is_no_share_is_refused(text: Any) -> None:
    """A share is written with its sign or as a part of one; nothing is guessed, however long."""
    start = time.perf_counter()
    with pytest.raises(FactError, match="share"):
        Share(text)
    assert time.perf_counter() - start < 1


def test_a_share_without_per_cent_is_asked_for_it() -> None:
    """Seventy of what? The message says what to write."""
    with pytest.raises(FactError, match="write '70 %' or a number from 0 to 1"):
        Share("> 70")


@pytest.mark.parametrize(
    "fields",
    [
        *({"low": "1e-40"}, {"low": "0." + "1" * 40}, {"high": "1e999999999"}, {"low": "1.1"}, {"low": "-1"}),
        *({"lo": "0.1"}, {"low": "NaN"}, {"low": []}, {"low": "0.5", "high": "0.5", "low_open": True}),
    ],
)
def test_bounds_are_bounded(fields: dict[str, Any]) -> None:
    """Neither a monstrous number nor an empty share gets in."""
    with pytest.raises(FactError):
        Share(**fields)


@pytest.mark.parametrize(("text", "exact"), [("90 %", True), ("about 90 %", False), ("> 90 %", False)])
def test_an_exact_share_is_one_number(text: str, exact: bool) -> None:
    """Neither "about" nor "more than" is exact."""
    assert Share(text).is_exact is exact


parts_of_one = st.decimals(min_value=0, max_value=1, places=3)


@st.composite
def shares(draw: st.DrawFn) -> Share:
    """Draw a share with any ends."""
    low, high = sorted([draw(parts_of_one), draw(parts_of_one)])
    ends = {"low_open": draw(st.booleans()), "high_open": draw(st.booleans())} if low < high else {}
    return Share(low=low, high=high, approximate=draw(st.booleans()), **ends)


@given(shares())
def test_every_share_prints_what_reads_back(share: Share) -> None:
    """Print and read are inverse for all bounds."""
    assert Share(str(share)) == share
    assert Share.model_validate_json(share.model_dump_json()) == share
