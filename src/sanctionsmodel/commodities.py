"""Goods by their codes: HS, CN and HTS numbers, ECCNs and entries of national control lists.

Every reader here turns what people type into the one canonical text of a code, or refuses with the nearest codes that
exist. The first six digits of a goods code are checked against the Harmonized System of 2012, 2017 and 2022; the
digits that a country adds are checked for shape only, since no national tariff ships with the library. Control-list
entries are checked for shape only: whether an entry is in force is law, and law lives in the catalogue.

This module does not classify goods, and it does not convert codes between editions.

>>> goods_code("7601.10", "hs"), eccn_code("3a001.A.2")
('760110', '3A001.a.2')
>>> goods_code("760130", "hs")
Traceback (most recent call last):
    ...
sanctionsmodel.errors.UnknownCode: '760130' is in no edition of the HS (2012, 2017, 2022); under 7601 are 760120, 760110
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import field_serializer, field_validator, model_validator

from sanctionsmodel import sets
from sanctionsmodel._codes import code, codes_under, eccn_code
from sanctionsmodel._models import Model
from sanctionsmodel._nomenclature import (
    HS_EDITIONS,
    LENGTHS,
    RESERVED_CHAPTER,
    children,
    editions,
    goods_code,
    goods_name,
    whole_codes,
)
from sanctionsmodel.errors import FactError, SanctionsModelError, UnknownCode, shown

__all__ = [
    "HS_EDITIONS",
    "Commodity",
    "children",
    "code",
    "codes_under",
    "eccn_code",
    "editions",
    "goods_code",
    "goods_name",
    "whole_codes",
]

_LONGEST_VALUE = 200
_PARAMETER = re.compile(r"[a-z][a-z0-9_]{0,79}")
_CODE_SYSTEMS = ("hs", "cn", "hts", "eccn")


# -------------------------------------------------------------------------------------------------------------- goods
class Commodity(Model):
    """Goods, as far as their codes and technical figures tell.

    ``Commodity("760110")`` is short for ``Commodity(hs="760110")``.

    Fields: ``hs``, ``cn`` (EU and UK), ``hts`` (US): goods codes, of which the first six digits must agree and complete
    one another; ``edition``: the edition of the Harmonized System that the codes belong to (2012, 2017 or 2022);
    ``eccn``: entry of the US control list; ``name``: words for a reader; ``parameters``: technical figures by the name
    of their fact, as text with a unit, kept as sorted pairs. What is left out is unknown. Equal by value, hashable,
    and written to JSON and back by pydantic's ``model_dump_json`` and ``model_validate_json``.

    Raises UnknownCode for a code, FactError for anything else (from ``model_validate`` inside pydantic's own error).

    >>> tool = Commodity(cn="8457 10 10", parameters={"unidirectional_positioning_repeatability": "0.9 um"})
    >>> tool.hs, Commodity("8457").contains(tool)
    ('845710', True)
    >>> Commodity("854140")
    Traceback (most recent call last):
        ...
    sanctionsmodel.errors.UnknownCode: hs: '854140' is not in HS 2022; it is in 2012, 2017: state edition=2017
    """

    hs: str | None = None
    cn: str | None = None
    hts: str | None = None
    edition: int = 2022
    eccn: str | None = None
    name: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()

    def __init__(self, goods: str | None = None, /, **data: Any) -> None:
        """Build from an HS code or from named fields."""
        super().__init__(**self._fields(goods, data))

    @classmethod
    def _from_text(cls, text: str) -> dict[str, Any]:
        return {"hs": text}

    @field_validator("hs", "cn", "hts", "eccn", mode="before")
    @classmethod
    def _canonical(cls, text: Any, info: Any) -> str | None:
        if text is None:
            return None
        try:
            return code(text, info.field_name)
        except SanctionsModelError as error:
            raise type(error)(f"{info.field_name}: {error}") from None

    @field_validator("name")
    @classmethod
    def _short_name(cls, text: str | None) -> str | None:
        if text is not None and not 0 < len(text.strip()) <= _LONGEST_VALUE:
            raise FactError(f"name: {shown(text)} must have 1 to {_LONGEST_VALUE} characters; leave it out if unknown")
        return text and text.strip()

    @field_validator("parameters", mode="before")
    @classmethod
    def _pairs(cls, raw: Any) -> Any:
        pairs = list(raw.items() if isinstance(raw, Mapping) else raw if isinstance(raw, (list, tuple)) else [raw])
        figures = dict(_parameter(pair) for pair in pairs)
        if len(figures) < len(pairs):
            raise FactError("parameters: a name stands there twice; state each technical figure once")
        return tuple(sorted(figures.items()))

    @field_serializer("parameters")
    def _as_mapping(self, pairs: tuple[tuple[str, str], ...]) -> dict[str, str]:
        return dict(pairs)

    @model_validator(mode="after")
    def _agreeing(self) -> Commodity:
        """Let the goods codes settle ``hs``, and refuse codes that disagree or that the edition does not have."""
        if not self.facts() and self.name is None:
            raise FactError("commodity: nothing is stated; give a code, a name or a technical figure")
        object.__setattr__(self, "hs", _joint_hs(self))
        if self.edition not in HS_EDITIONS:
            raise FactError(f"edition: {self.edition} of the HS is not known here; it is one of 2012, 2017, 2022")
        years = editions(self.hs) if self.hs else HS_EDITIONS
        if self.hs == RESERVED_CHAPTER:
            raise UnknownCode("hs: '77' is kept in reserve by the HS, and no goods are classified there")
        if years and self.edition not in years:
            raise UnknownCode(
                f"hs: {self.hs!r} is not in HS {self.edition}; it is in {', '.join(map(str, years))}: "
                f"state edition={years[-1]}"
            )
        return self

    @property
    def description(self) -> str:
        """The goods in words, with their codes.

        >>> Commodity("7601.10").description
        'Aluminium; unwrought, (not alloyed) (HS 760110)'
        """
        words = self.name or (goods_name(self.hs) if self.hs else "Goods")
        codes = ", ".join(
            f"{system.upper()} {text}" for system, text in self.facts().items() if system in _CODE_SYSTEMS
        )
        return f"{words} ({codes})" if codes else words

    def facts(self) -> dict[str, str]:
        """Return what is stated, by the name of the fact: the codes first, then the technical figures.

        >>> Commodity(hts="7601.10.30", eccn="EAR99").facts()
        {'hs': '760110', 'hts': '76011030', 'eccn': 'EAR99'}
        """
        codes = {system: getattr(self, system) for system in _CODE_SYSTEMS}
        return {system: text for system, text in codes.items() if text is not None} | dict(self.parameters)

    def contains(self, other: Commodity) -> bool:
        """Say whether whatever fits ``other`` surely fits this too.

        Codes hold the codes under them; a technical figure must be the same text; names do not count. Goods codes of
        two editions are never compared, since one code may mean different goods in each: the answer is then no.

        >>> Commodity("76").contains(Commodity("760110")), Commodity("760110").contains(Commodity("76"))
        (True, False)
        """
        mine, theirs = self.facts(), other.facts()
        if not mine or (self.hs and self.edition != other.edition):
            return self == other
        return all(name in theirs and _holds(name, value, theirs[name]) for name, value in mine.items())


def _holds(name: str, mine: str, theirs: str) -> bool:
    return sets.contains(codes_under(mine, name), theirs) if name in _CODE_SYSTEMS else mine == theirs


def _joint_hs(goods: Commodity) -> str | None:
    """Return the most that the three goods codes say of the HS code, or refuse two that disagree."""
    stated = {name: text[:6] for name, text in goods.facts().items() if name in LENGTHS}
    longest = max(stated.values(), key=len, default=None)
    for name, text in stated.items():
        if longest is not None and not longest.startswith(text):
            rest = next(other for other, value in stated.items() if value == longest)
            raise FactError(
                f"{rest}: {shown(getattr(goods, rest))} disagrees with {name} {shown(getattr(goods, name))}; the first "
                "six digits of one commodity's codes must be the same"
            )
    return longest


def _parameter(pair: Any) -> tuple[str, str]:
    if not isinstance(pair, (list, tuple)) or len(pair) != 2:
        raise FactError(f"parameters: cannot read {shown(pair)}; write a mapping of technical figures to text")
    name, value = pair
    if not isinstance(name, str) or not _PARAMETER.fullmatch(name) or name in _CODE_SYSTEMS:
        raise FactError(f"parameters: {shown(name)} cannot name a technical figure; write one such as 'clear_aperture'")
    if not isinstance(value, str) or not 0 < len(value.strip()) <= _LONGEST_VALUE:
        raise FactError(f"parameters: {name}: {shown(value)} is no figure; write text with its unit, such as '0.9 um'")
    return name, value.strip()
