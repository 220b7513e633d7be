"""The periods of trade tables, in one spelling: ``2023``, ``2023-04``, ``2023-Q1``, ``2022-01/2022-10``.

>>> period_text("202304"), period_text("Aug. 2024"), period_text("202352"), period_text(2021)
('2023-04', '2024-08', '2023', '2021')
"""

from __future__ import annotations

import re
from functools import lru_cache

from sanctionsmodel._intervals import Days
from sanctionsmodel.errors import FactError, TableError, shown

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_PLAIN = re.compile(r"[12][0-9]{3}(-[01][0-9]|-?Q[1-4])?(/[12][0-9]{3}-[01][0-9])?")
_DIGITS = re.compile(r"([12][0-9]{3})([0-9]{2})(?:01)?")
_NAMED = re.compile(r"([A-Za-z]{3})[a-z]*\.?[ -]([12][0-9]{3})")
_TURNED = re.compile(r"Q([1-4])[ -]([12][0-9]{3})")
_OF_THE_MONTH = re.compile(r"([12][0-9]{3}-[01][0-9])-[0-3][0-9]")
_WHOLE_YEAR = "52"  # Eurostat and UN Comtrade write a year as its month 52


@lru_cache(maxsize=10_000)
def period_text(raw: str | int) -> str:
    """Return a period in the one spelling; raises TableError for what is none."""
    text = str(raw).strip()
    if digits := _DIGITS.fullmatch(text):
        text = digits[1] if digits[2] == _WHOLE_YEAR else f"{digits[1]}-{digits[2]}"
    elif (named := _NAMED.fullmatch(text)) and named[1].lower() in _MONTHS:
        text = f"{named[2]}-{_MONTHS.index(named[1].lower()) + 1:02d}"
    elif turned := _TURNED.fullmatch(text):
        text = f"{turned[2]}-Q{turned[1]}"
    elif day := _OF_THE_MONTH.fullmatch(text):
        text = day[1]
    try:
        if _PLAIN.fullmatch(text):
            days_of(text)
            return text
    except FactError:
        pass
    raise TableError(f"period {shown(str(raw))} cannot be read; write '2023', '2023-04' or '2022-01/2022-10'")


@lru_cache(maxsize=10_000)
def days_of(period: str) -> Days:
    """Return the days of a period.

    >>> print(days_of("2022-01/2022-10"))
    [2022-01-01, 2022-11-01)
    """
    return Days(period.replace("/", " to "))


def lies_within(inner: Days, outer: Days) -> bool:
    """Say whether all days of one span lie in another; an open end reaches as far as can be."""
    starts = outer.start is None or (inner.start is not None and inner.start >= outer.start)
    return starts and (outer.until is None or (inner.until is not None and inner.until <= outer.until))


def overlap(one: Days, other: Days) -> bool:
    """Say whether two spans have a day in common."""
    first = one.until is None or other.start is None or other.start < one.until
    return first and (other.until is None or one.start is None or one.start < other.until)
