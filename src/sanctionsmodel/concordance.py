"""From one edition of the Harmonized System to the next, with split codes kept as ranges.

An old code may go on in several new ones, and no table says how much of it in each. What a new code holds is then known
within bounds only: at least what went nowhere else, at most all that may have gone there. Nothing is guessed, and what
is known of codes together is kept: the total never changes.

The tables follow every machine into the waste (8549) that it may become. Whoever neglects that says so:

>>> codes = Concordance.between(2017, 2022, neglecting=["8549"])
>>> codes.successors("854140"), codes.is_kept("760110")
(('854141', '854142', '854143', '854149'), True)
>>> moved = codes.convert({"854140": 100, "854231": 50})
>>> print(moved.amount("854231").low, moved.amount("854143").high, moved.total)
50 100 150
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from sanctionsmodel._data import DATA
from sanctionsmodel._nomenclature import HS_EDITIONS, goods_code
from sanctionsmodel.errors import FactError, UnknownCode, shown


class Between(NamedTuple):
    """An amount known within bounds, both included."""

    low: Decimal
    high: Decimal

    def __str__(self) -> str:
        """Print one number where the bounds are the same."""
        low, high = (f"{one.normalize():f}" for one in self)
        return low if self.low == self.high else f"{low} to {high}"


class Converted(NamedTuple):
    """Amounts by old code, seen through the codes of a new edition."""

    amounts: Mapping[str, Decimal]
    ways: Mapping[str, frozenset[str]]

    @property
    def total(self) -> Decimal:
        """All amounts together, the same before and after."""
        return sum(self.amounts.values(), Decimal(0))

    @property
    def unmapped(self) -> Decimal:
        """What stood under codes that the table of correlations leaves out; it may be in any new code."""
        return sum((amount for code, amount in self.amounts.items() if not self.ways[code]), Decimal(0))

    def amount(self, *codes: str) -> Between:
        """Return the bounds of what the new codes hold together; shorter codes stand for all codes under them.

        Bounds of several codes are narrower than the sums of their bounds: what splits among them stays within.
        """
        low = high = Decimal(0)
        for old, amount in self.amounts.items():
            inside = [one.startswith(codes) for one in self.ways[old]]
            low += amount if inside and all(inside) else 0
            high += amount if not inside or any(inside) else 0
        return Between(low, high)

    def rows(self) -> dict[str, Between]:
        """Return the bounds of each new code that may hold something."""
        found = sorted({one for ways in self.ways.values() for one in ways})
        return {one: self.amount(one) for one in found}


class Concordance:
    """Which codes of one edition go on in which codes of another; made by `between`."""

    def __init__(self, ways: Mapping[str, frozenset[str]], source: int, target: int) -> None:
        self.source, self.target = source, target
        self._ways = ways
        self._back: dict[str, set[str]] = {}
        for old, news in ways.items():
            for new in news:
                self._back.setdefault(new, set()).add(old)

    @classmethod
    def between(cls, source: int, target: int, neglecting: Iterable[str] = ()) -> Concordance:
        """Return the concordance of two editions (2012, 2017, 2022), forwards or backwards.

        Ways to codes in ``neglecting`` are left out where the old code has another way: an assumption of the caller.
        Raises FactError for other editions.
        """
        for edition in (source, target):
            if edition not in HS_EDITIONS:
                raise FactError(f"edition: {shown(edition)} of the HS is not known here; it is one of 2012, 2017, 2022")
        if source == target:
            raise FactError(f"edition: from {source} to {target} there is nothing to convert")
        step = 1 if source < target else -1
        editions = [one for one in HS_EDITIONS[::step] if min(source, target) <= one <= max(source, target)]
        ways = _step(editions[0], editions[1])
        for one, other in pairwise(editions[1:]):
            after = _step(one, other)
            ways = {old: frozenset(new for mid in mids for new in after.get(mid, ())) for old, mids in ways.items()}
        return cls(_without(ways, tuple(neglecting)), source, target)

    def kept(self, *codes: str) -> tuple[str, ...]:
        """Return the codes of six digits, under those given, that hold the same goods alone in both editions.

        >>> Concordance.between(2017, 2022, neglecting=["8549"]).kept("8457", "8541")
        ('845710', '845720', '845730', '854110', '854121', '854129', '854130', '854160', '854190')
        """
        under = tuple(goods_code(one) for one in codes)
        return tuple(one for one in sorted(self._ways) if one.startswith(under) and self.is_kept(one))

    def successors(self, code: str) -> tuple[str, ...]:
        """Return the codes of six digits in which a code of six digits may go on; empty where the table has no row."""
        return tuple(sorted(self._ways.get(goods_code(code), ())))

    def is_kept(self, code: str) -> bool:
        """Say whether a code goes on alone, and holds nothing but itself in both editions."""
        digits = goods_code(code)
        return self._ways.get(digits) == frozenset({digits}) and self._back[digits] == {digits}

    def stable(self, codes: Iterable[str]) -> bool:
        """Say whether codes together hold the same goods in both editions: nothing comes in, nothing goes out.

        >>> codes = Concordance.between(2017, 2022, neglecting=["8549"])
        >>> codes.stable(["8457", "8458"]), codes.stable(["8541"])
        (True, False)
        """
        some = tuple(codes)
        return not any(old.startswith(some) != new.startswith(some) for old, news in self._ways.items() for new in news)

    def convert(self, amounts: Mapping[str, Decimal | int]) -> Converted:
        """Return amounts by old code of six digits as seen through the new codes.

        Raises UnknownCode for a code that the old edition does not have.
        """
        ways: dict[str, frozenset[str]] = {}
        for code in amounts:
            digits = goods_code(code)
            if len(digits) != 6:
                raise UnknownCode(f"{shown(code)}: codes are converted at six digits, where the tables are made")
            ways[code] = self._ways.get(digits, frozenset())
        return Converted({code: Decimal(amount) for code, amount in amounts.items()}, ways)


def _without(ways: Mapping[str, frozenset[str]], some: tuple[str, ...]) -> Mapping[str, frozenset[str]]:
    if not some:
        return ways
    return {old: frozenset(new for new in news if not new.startswith(some)) or news for old, news in ways.items()}


@cache
def _step(source: int, target: int) -> Mapping[str, frozenset[str]]:
    older, newer = min(source, target), max(source, target)
    same, *others = (DATA / "trade" / f"hs{older}_hs{newer}.txt").read_text(encoding="ascii").splitlines()
    forward = {code: [code] for code in same.split()}
    for line in others:
        old, *news = line.split()
        forward[old] = news
    if source == older:
        return {old: frozenset(news) for old, news in forward.items()}
    back: dict[str, set[str]] = {}
    for old, news in forward.items():
        for new in news:
            back.setdefault(new, set()).add(old)
    return {new: frozenset(olds) for new, olds in back.items()}
