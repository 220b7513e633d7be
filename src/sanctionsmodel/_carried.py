"""Rows of a trade table in other editions of the Harmonized System than the goods that are asked for.

Public names of this module are found in [trade][sanctionsmodel.trade].

>>> goods = Carried("HS2022", ("8541",))
>>> goods.holds("CN2021", "85411000"), goods.holds("HS2017", "854140"), goods.holds("HS2017", "845710")
(True, True, False)
>>> goods.holds("HS2017", "851762")
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from sanctionsmodel._nomenclature import HS_EDITIONS, subheadings
from sanctionsmodel.concordance import Concordance
from sanctionsmodel.errors import TableError, UnknownCode, shown

#: Every machine may become waste, so that the tables lead each to 8549; whoever counts machines neglects that.
WASTE = ("8549",)

_SIX = 6
_EDITION = re.compile(r"(HS|CN)([0-9]{4})")


def hs_year(edition: str) -> int | None:
    """Return the edition of the HS that a word such as ``HS2017`` or ``CN2021`` stands for, where there are tables.

    The Combined Nomenclature changes every year, and its first six digits with the HS only.
    """
    match = _EDITION.fullmatch(edition.strip().upper())
    if match is None:
        return None
    year = int(match[2])
    if match[1] == "HS":
        return year if year in HS_EDITIONS else None
    return max((one for one in HS_EDITIONS if one <= year), default=None)


@lru_cache(maxsize=64)
def _between(source: int, target: int, neglecting: tuple[str, ...]) -> Concordance:
    return Concordance.between(source, target, neglecting)


def same_goods(editions: Iterable[str], codes: Sequence[str], neglecting: Iterable[str]) -> bool | None:
    """Say whether codes hold the same goods in all editions; ``None`` where no table tells."""
    words = set(editions)
    years = {hs_year(one) for one in words}
    if len(years) == 1 and (None not in years or len(words) == 1):
        return True
    known = sorted(one for one in years if one is not None)
    if len(known) < len(years):
        return None
    some = tuple(one[:_SIX] for one in codes)
    return all(_between(one, other, tuple(neglecting)).stable(some) for one, other in pairwise(known))


def editions_known(editions: Iterable[str]) -> str:
    """Return the words that choose one of some editions, for a message."""
    return " or ".join(f"edition='HS{one}'" for one in sorted({hs_year(one) or 0 for one in editions} - {0}))


@lru_cache(maxsize=64)
def _leading(year: int, codes: tuple[str, ...], neglecting: tuple[str, ...]) -> tuple[str, ...]:
    """Return the codes of all editions that may hold some of the goods of one."""
    found = set(codes)
    for other in HS_EDITIONS:
        if other != year:
            table = _between(other, year, neglecting)
            found |= {old for old in subheadings(other) if _are_among(table.successors(old), codes) is not False}
    return tuple(sorted(found))


def _is_among(code: str, codes: tuple[str, ...]) -> bool | None:
    """Say whether a code is among goods, holds some of them (``None``), or neither."""
    if code.startswith(codes):
        return True
    return None if any(one.startswith(code) for one in codes) else False


def _are_among(ways: Sequence[str], codes: tuple[str, ...]) -> bool | None:
    """Say it of the codes in which one goes on; where no table tells any, it may be anywhere."""
    found = {_is_among(one, codes) for one in ways} or {None}
    return found.pop() if len(found) == 1 else None


class Carried:
    """Goods by their codes in one edition, found again in rows of others.

    ``chosen`` are the first digits of all codes that may hold some of the goods in any edition. Raises TableError for
    an edition of which no table tells.
    """

    def __init__(self, edition: str, codes: Sequence[str], neglecting: Iterable[str] = WASTE) -> None:
        year = hs_year(edition)
        if year is None:
            known = ", ".join(f"HS{one}" for one in HS_EDITIONS)
            raise TableError(f"edition: {shown(edition)} is none that codes can be carried to; it is one of {known}")
        if not codes:
            raise TableError("edition: all goods are the same in every edition; leave it out, or choose goods with hs")
        self.edition, self._year, self._codes, self.neglecting = edition, year, tuple(codes), tuple(neglecting)
        self.chosen = _leading(year, self._codes, self.neglecting)
        self._known: dict[tuple[str, str], bool | None] = {}

    def holds(self, edition: str, code: str) -> bool | None:
        """Say whether all goods of a row's code are among the goods, none, or (``None``) perhaps some.

        Raises TableError for rows in an edition of which no table tells, and for codes of less than six digits.
        """
        key = (edition, code)
        if key not in self._known:
            self._known[key] = self._found(edition, code)
        return self._known[key]

    def _found(self, edition: str, code: str) -> bool | None:
        year = hs_year(edition)
        if year == self._year or not code.isdigit():
            return _is_among(code, self._codes)
        if year is None:
            raise TableError(
                f"rows say {shown(edition)} as the edition of their codes, from which no table leads to "
                f"{self.edition}; leave edition out, or give rows of HS2012, HS2017, HS2022 or a CN since 2012"
            )
        if len(code) < _SIX:
            raise TableError(f"code {shown(code)} has less than six digits, at which the tables between editions are")
        try:
            ways = _between(year, self._year, self.neglecting).successors(code[:_SIX])
        except UnknownCode:
            return None  # a code of the source's own may be anywhere
        return _are_among(ways, self._codes)
