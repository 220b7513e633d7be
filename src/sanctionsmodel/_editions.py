"""Goods codes of an older edition of the Harmonized System, seen through the edition in which laws list goods.

A code that was split may be any of its heirs, and nothing is guessed among them.

>>> codes = EditionCodes("hs", Edition(2017, ("8549",)))
>>> codes.values("760110"), codes.values("854140"), codes.values("8457")
(['760110'], ['854141', '854142', '854143', '854149'], ['8457'])
>>> codes.values("854141")
Traceback (most recent call last):
    ...
sanctionsmodel.errors.UnknownCode: hs: '854141' is not in HS 2017; it is in HS 2022
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, NamedTuple

from sanctionsmodel._nomenclature import HS_EDITIONS, children, editions, goods_code
from sanctionsmodel.concordance import Concordance
from sanctionsmodel.errors import FactError, UnknownCode, shown

#: The edition of the Harmonized System in which the laws of today list goods.
LAW_EDITION = 2022

_SUBHEADING = 6


class Edition(NamedTuple):
    """The edition of the Harmonized System to which the goods codes of a table belong.

    ``neglecting`` leaves out ways to some new codes where an old code has another way: an assumption of the caller. It
    may be that no machine is the waste (``8549``) which the tables of correlation let every machine become.
    """

    year: int
    neglecting: tuple[str, ...] = ()

    @classmethod
    def of(cls, value: Any) -> Edition:
        """Read ``2017``, ``"2017"``, ``"HS 2017"`` or an Edition; raises FactError or UnknownCode for anything else.

        >>> Edition.of("HS 2017")
        Edition(year=2017, neglecting=())
        """
        year, neglecting = value if isinstance(value, cls) else (value, ())
        text = str(year).upper().removeprefix("HS").strip()
        if text not in map(str, HS_EDITIONS):
            known = ", ".join(map(str, HS_EDITIONS))
            raise FactError(f"edition: {shown(value)} is no edition of the HS that is known here; write one of {known}")
        return cls(int(text), tuple(goods_code(one) for one in neglecting))


class EditionCodes:
    """Reads codes of one edition of the Harmonized System as codes of the law's edition.

    Args:
        fact: the name of the fact that states them.
        edition: the edition to which they belong.
        is_named: says whether some rule names an old code itself; the code then stays among what it may be.
    """

    def __init__(self, fact: str, edition: Edition, is_named: Callable[[str], bool] = lambda code: False) -> None:
        self._fact = fact
        self._year = edition.year
        self._is_named = is_named
        self._ways = _ways(edition) if edition.year != LAW_EDITION else None

    def values(self, text: str) -> list[str]:
        """Return all codes of the law's edition that a code may be.

        Raises UnknownCode for a code that its own edition does not have, FactError for one that no table follows.
        """
        digits = goods_code(text, "cn") if text != "none" else ""
        years = editions(digits) if digits else ()
        if years and self._year not in years:
            others = ", ".join(map(str, years))
            raise UnknownCode(f"{self._fact}: {shown(text)} is not in HS {self._year}; it is in HS {others}")
        if not years or self._ways is None:
            return [text]
        news = self._heirs(digits[:_SUBHEADING])
        if len(digits) < _SUBHEADING:
            outside = [new for new in news if not new.startswith(digits)]
            return [text, *outside] if len(outside) < len(news) else outside
        own = digits[:_SUBHEADING]
        found = [digits if new == own else new for new in news]
        if LAW_EDITION not in years and self._is_named(own):
            found.append(digits)
        return found

    def _heirs(self, code: str) -> list[str]:
        """Return the subheadings in which a code of at most six digits goes on."""
        assert self._ways is not None
        found: set[str] = set()
        for old in _subheadings(code, self._year):
            news = self._ways.successors(old)
            if not news:
                raise FactError(
                    f"{self._fact}: {shown(code)} of HS {self._year}{f' holds {old}, which' if old != code else ''} is "
                    f"followed into HS {LAW_EDITION} by no table; state the code of HS {LAW_EDITION}"
                )
            found.update(news)
        return sorted(found)


@cache
def _ways(edition: Edition) -> Concordance:
    return Concordance.between(edition.year, LAW_EDITION, edition.neglecting)


@cache
def _subheadings(code: str, year: int) -> tuple[str, ...]:
    if len(code) == _SUBHEADING:
        return (code,)
    return tuple(one for below in children(code, year) for one in _subheadings(below, year))


def edition_in_force(days: Iterable[Any]) -> int | None:
    """Return the edition of the Harmonized System in force on all of some days, or nothing where they have several.

    An edition enters into force on 1 January of its year. Days are ISO texts or dates; empty ones do not count.

    >>> edition_in_force(["2021-01-04", "2021-03-31"]), edition_in_force(["2021-12-31", "2022-01-01"])
    (2017, None)
    """
    begins = (*HS_EDITIONS, HS_EDITIONS[-1] + 5)
    found: set[int] = set()
    for day in days:
        text = str(day or "").strip()[:4]
        if text:
            year = int(text) if text.isdecimal() else 0
            found.add(begins[bisect_right(begins, year) - 1] if begins[0] <= year < begins[-1] else 0)
    return found.pop() if len(found) == 1 and 0 not in found else None
