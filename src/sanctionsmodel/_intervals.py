"""What a published figure leaves open: spans of days, and shares known within bounds.

Public names of this module are found in [shares][sanctionsmodel.shares].

>>> print(Days("Q4 2023"), Share("> 70 %"))
[2023-10-01, 2024-01-01) more than 70 %
>>> Share("170 %")
Traceback (most recent call last):
    ...
sanctionsmodel.errors.FactError: share '170 %' is more than 1; write '26 %' or a number from 0 to 1
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from pydantic import field_validator, model_validator

from sanctionsmodel._models import Model
from sanctionsmodel.errors import FactError, shown
from sanctionsmodel.quantities import parse_share

_LONGEST_TEXT = 100
_ONE = Decimal(1)

_DAY = r"[12][0-9]{3}(?:-[0-9]{2}(?:-[0-9]{2})?|-?q[1-4])?|q[1-4][ -][12][0-9]{3}"
_PERIOD = re.compile(rf"({_DAY})(?: to ({_DAY}))?|from ({_DAY})|to ({_DAY})")
_ONE_DAY = re.compile("[12][0-9]{3}-[0-9]{2}-[0-9]{2}")
_PRINTED_PERIOD = re.compile(r"\[([-0-9]{10})?, ([-0-9]{10})?\)")

_NUMBER = r"[0-9]{1,3}(?:\.[0-9]{1,12})?"
_SHARE = re.compile(rf"({_NUMBER})( ?%)?(?: ?(?:-|–|to|and) ?({_NUMBER})( ?%)?)?")
_ABOUT = ("about ", "around ", "approximately ", "roughly ", "some ", "~")
# Longest first, so that "more than" is not read as something shorter.
_COMPARISONS = {
    "more than": ">",
    "less than": "<",
    "at least": ">=",
    "at most": "<=",
    "exceeding": ">",
    "between": "",
    "up to": "<=",
    "nearly": "~<",
    "almost": "~<",
    "above": ">",
    "under": "<",
    "below": "<",
    "over": ">",
    ">=": ">=",
    "<=": "<=",
    "≥": ">=",
    "≤": "<=",
    ">": ">",
    "<": "<",
    "=": "",
}


# --------------------------------------------------------------------------------------------------------------- days
class Days(Model):
    """A span of days, half-open: ``start`` is its first day, ``until`` the first day after it; ``None`` is open.

    Written as a day, month, quarter or year, as two of them (``"2023-01 to 2023-10"``, both inside), or open as
    ``"from 2022-03"`` and ``"to 2024-07-26"``. Raises FactError.

    >>> print(Days("Q4 2023"), Days("2023-01 to 2023-10"), Days("to 2022-02-23"))
    [2023-10-01, 2024-01-01) [2023-01-01, 2023-11-01) [, 2022-02-24)
    >>> Days("2023-02-30")
    Traceback (most recent call last):
        ...
    sanctionsmodel.errors.FactError: days: '2023-02-30' is no day of the calendar; write year-month-day
    """

    start: dt.date | None = None
    until: dt.date | None = None

    def __init__(self, text: str | None = None, /, **data: Any) -> None:
        super().__init__(**self._fields(text, data))

    @classmethod
    def _from_text(cls, text: str) -> dict[str, Any]:
        short = text.strip().lower() if isinstance(text, str) and len(text) <= _LONGEST_TEXT else ""
        if printed := _PRINTED_PERIOD.fullmatch(short):
            return {"start": printed[1] or None, "until": printed[2] or None}
        match = _PERIOD.fullmatch(short)
        if match is None:
            raise FactError(
                f"days: cannot read {shown(text)}; write '2023', 'Q4 2023', '2023-10', '2023-10-04', "
                "'2023-01 to 2023-10', 'from 2022-03' or 'to 2022-03'"
            )
        whole, last, start, end = match.groups()
        first, final = whole or start, end or last or whole
        return {"start": _span(first)[0] if first else None, "until": _span(final)[1] if final else None}

    @field_validator("start", "until", mode="before")
    @classmethod
    def _day(cls, raw: Any) -> dt.date | None:
        if isinstance(raw, str) and _ONE_DAY.fullmatch(raw):
            return _span(raw)[0]
        if raw is not None and (not isinstance(raw, dt.date) or isinstance(raw, dt.datetime)):
            raise FactError(f"days: {shown(raw)} is no day; write year-month-day, such as '2024-04-13'")
        return raw

    @model_validator(mode="after")
    def _has_days(self) -> Days:
        if self.start is None and self.until is None:
            raise FactError("days: neither end is stated; leave the whole out when no days are known")
        if self.start is not None and self.until is not None and self.start >= self.until:
            raise FactError(f"days: [{self.start}, {self.until}) holds no day; the first day must lie before the end")
        return self

    def __str__(self) -> str:
        """Print half-open, as it is also read."""
        return f"[{self.start or ''}, {self.until or ''})"


def _span(text: str) -> tuple[dt.date, dt.date]:
    """Return the first day of a day, month, quarter or year, and the first day after it."""
    numbers = [int(number) for number in re.findall("[0-9]+", text)]
    if "q" in text:
        year, quarter = max(numbers), min(numbers)
        return dt.date(year, 3 * quarter - 2, 1), dt.date(year + quarter // 4, 3 * quarter % 12 + 1, 1)
    year, month, day = (*numbers, 0, 0)[:3]
    try:
        first = dt.date(year, month or 1, day or 1)
    except ValueError:
        raise FactError(f"days: {shown(text)} is no day of the calendar; write year-month-day") from None
    if day:
        return first, first + dt.timedelta(days=1)
    return first, dt.date(year + 1, 1, 1) if month in (0, 12) else dt.date(year, month + 1, 1)


# -------------------------------------------------------------------------------------------------------------- share
class Share(Model):
    """A part of a whole, known exactly or within bounds: ``low`` and ``high`` from 0 to 1, either end may be open.

    Written ``"70 %"``, ``"> 70 %"``, ``"at least 70 %"``, ``"60 % to 80 %"``, ``"about 70 %"``, ``"nearly 70 %"``
    (about, and below), or as a number from 0 to 1. ``approximate`` says that the source itself rounds: the bounds are
    then no promise. Raises FactError.

    >>> Share("over 70 %") == Share(low="0.7", high="1", low_open=True)
    True
    >>> Share("70")
    Traceback (most recent call last):
        ...
    sanctionsmodel.errors.FactError: share: '70' is more than the whole; write '70 %' or a number from 0 to 1
    """

    low: Decimal = Decimal(0)
    high: Decimal = _ONE
    low_open: bool = False
    high_open: bool = False
    approximate: bool = False

    def __init__(self, text: str | float | Decimal | None = None, /, **data: Any) -> None:
        super().__init__(**self._fields(text, data))

    @model_validator(mode="before")
    @classmethod
    def _read_number(cls, raw: Any) -> Any:
        return cls._from_text(raw) if isinstance(raw, (int, float, Decimal)) else raw

    @classmethod
    def _from_text(cls, text: str | float | Decimal) -> dict[str, Any]:
        if not isinstance(text, str):
            return {"low": parse_share(text), "high": parse_share(text)}
        short = " ".join(text.lower().split()) if len(text) <= _LONGEST_TEXT else ""
        lower, joined, upper = short.partition(" and ")
        if not joined or short.removeprefix("about ").startswith("between"):
            return _bounds(short, text)
        parts = _bounds(lower, text), _bounds(upper, text)
        return {**parts[1], **parts[0]} if parts[0].keys().isdisjoint(parts[1]) else _unreadable(text)

    @field_validator("low", "high", mode="before")
    @classmethod
    def _exact(cls, raw: Any) -> Any:
        # A float such as 0.7 means the decimal that it prints.
        return Decimal(repr(raw)) if isinstance(raw, float) else raw

    @field_validator("low", "high")
    @classmethod
    def _part_of_one(cls, value: Decimal) -> Decimal:
        if not 0 <= value <= 1 or len(value.as_tuple().digits) > 30 or value.adjusted() < -12:
            raise FactError(f"share: {shown(value)} is not a part of one; write '70 %' or a number from 0 to 1")
        return Decimal(f"{value.normalize():f}")

    @model_validator(mode="after")
    def _holds_something(self) -> Share:
        if self.low > self.high or (self.low == self.high and (self.low_open or self.high_open)):
            raise FactError(
                f"share: nothing lies between {_percent(self.low)} and {_percent(self.high)} with these ends"
            )
        return self

    @property
    def is_exact(self) -> bool:
        """Whether the share is one number, and not an approximate one."""
        return self.low == self.high and not self.approximate

    def __str__(self) -> str:
        """Print in words that read back to the same share."""
        about = "about " if self.approximate else ""
        if self.low == self.high:
            return f"{about}{_percent(self.low)}"
        if not self.low_open and not self.high_open and (self.low > 0) == (self.high < 1):
            return f"{about}{_percent(self.low)} to {_percent(self.high)}"
        low = f"{'more than' if self.low_open else 'at least'} {_percent(self.low)}"
        high = f"{'less than' if self.high_open else 'at most'} {_percent(self.high)}"
        has_low, has_high = self.low > 0 or self.low_open, self.high < 1 or self.high_open
        return about + (f"{low} and {high}" if has_low and has_high else low if has_low else high)


def _percent(value: Decimal) -> str:
    return f"{(value * 100).normalize():f} %"


def _unreadable(text: str) -> dict[str, Any]:
    raise FactError(
        f"share: cannot read {shown(text)}; write '70 %', '> 70 %', 'at least 70 %', '60 % to 80 %', 'about 70 %' "
        "or a number from 0 to 1"
    )


def _bounds(short: str, text: str) -> dict[str, Any]:
    """Read one comparison, exact share or range."""
    about = next((word for word in _ABOUT if short.startswith(word)), "")
    rest = short.removeprefix(about).strip()
    word = next((word for word in _COMPARISONS if rest.startswith(word)), "")
    sign = _COMPARISONS.get(word, "")
    match = _SHARE.fullmatch(rest.removeprefix(word).strip().replace("per cent", "%").replace("percent", "%"))
    if match is None or (match[3] and sign):
        return _unreadable(text)
    unit = match[4] or match[2] or ""
    # "60 to 80 %" is plain, but who writes "0.6 to 80 %" or "60 % to 0.8" may mean two things.
    if match[3] and bool(match[2]) != bool(match[4]) and (not match[4] or Decimal(match[1]) < 1):
        return _unreadable(text)
    first = _fraction(match[1], unit, text)
    approximate = {"approximate": True} if about or sign.startswith("~") else {}
    if match[3] or not sign:
        return {"low": first, "high": _fraction(match[3], unit, text) if match[3] else first, **approximate}
    side = "low" if ">" in sign else "high"
    return {side: first, **({} if "=" in sign else {f"{side}_open": True}), **approximate}


def _fraction(number: str, unit: str, text: str) -> Decimal:
    if not unit and Decimal(number) > 1:
        raise FactError(f"share: {shown(text)} is more than the whole; write '{number} %' or a number from 0 to 1")
    return parse_share(f"{number} %" if unit else number)
