"""Who stands in a trade table: places, and the rows for the world, for groups and for "not specified".

Statistics name countries in many ways (``RU``, ``RUS``, ``643``, ``Russian Federation (Russia)``), and put totals and
groups between them. Only places are partners; the others are rows of their own kind and never counted as one.

>>> trader("Russian Federation (Russia)"), trader("W00"), trader("E19")
(Trader(code='RU', kind='place'), Trader(code='WORLD', kind='total'), Trader(code='', kind='unspecified'))
>>> trader("643", numbers=True).code, trader("842", numbers=True).code
('RU', 'US')
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

from sanctionsmodel._data import read_json
from sanctionsmodel.errors import TableError, UnknownCode, shown
from sanctionsmodel.jurisdictions import place_code

TraderKind: TypeAlias = Literal["place", "union", "total", "group", "unspecified"]


class Trader(NamedTuple):
    """A cell that names a trading side: its code, and what kind of row it makes."""

    code: str
    kind: TraderKind


_TOTALS = frozenset({"WORLD", "W00", "WLD", "TOTAL", "ALL", "ALL COUNTRIES", "ALL PARTNERS", "WORLD TOTAL"})
# "Other Asia, not elsewhere specified" is, in UN statistics, in practice Taiwan.
_TAIWAN = frozenset(
    {"S19", "OTHER ASIA, NES", "OTHER ASIA, NOT ELSEWHERE SPECIFIED", "TAIWAN, CHINA", "CHINESE TAIPEI"}
)
_UNION = re.compile(r"EU|EU-?2[5-8](_[0-9]{4})?|EUROPEAN UNION.*")
_GROUP = re.compile(
    r"(EXT|EXTRA|INT|INTRA)[_ -]?(EU|EA).*|EU[0-9_]*[_ ](EXTRA|INTRA).*|EA[0-9_]*|EURO AREA.*|.*\b(ASEAN|CIS|EFTA|OECD|"
    r"OPEC|BRICS|G7|G20|COUNTRIES|ECONOMIES|HEMISPHERE|COALITION)\b.*|"
    r"(NORTH|SOUTH|LATIN|SUB-SAHARAN|MIDDLE|EMERGING)\b.* "
    r"(AMERICA|AFRICA|EAST|ASIA|EUROPE).*|AFRICA|ASIA|EUROPE|AMERICAS?|OCEANIA|ACP|GROUP:.*|COMPANY:.*"
)
_UNSPECIFIED = re.compile(
    r"|ZZ|XX|X1|_X|_Z|Q[P-Z]|[EF]19|(.*\b)?(N\.?E\.?S\.?|NOT SPECIFIED|NOT ELSEWHERE.*|UNSPECIFIED|UNKNOWN|UNNAMED|"
    r"CONFIDENTIAL|NOT DETERMINED|SECRET|BUNKERS|STORES AND PROVISIONS.*|FREE ZONES|SPECIAL CATEGORIES|HIGH SEAS)"
)
_FORMER = frozenset({"AN", "CS", "YU", "SU", "DD", "TP", "ZR", "BU"})
_LONGEST = 200
# Chinese customs write "Hong Kong，China".
_OF_CHINA = re.compile(r"\s*[,，]\s*China$", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*[(（][^()（）]*[)）]")


@lru_cache(maxsize=20_000)
def trader(text: str, numbers: bool = False) -> Trader:
    """Return who a cell names; ``numbers`` reads the country numbers of UN Comtrade and BACI.

    Raises TableError for what names nobody known.
    """
    words = " ".join(text[:_LONGEST].split()).upper()
    if numbers and words.isdigit() and words.isascii():
        return _of_number(str(int(words)))
    if words in _TOTALS:
        return Trader("WORLD", "total")
    if _UNION.fullmatch(words):
        return Trader("EU", "union")
    if words in _TAIWAN:
        return Trader("TW", "place")
    if _UNSPECIFIED.fullmatch(words):
        return Trader("", "unspecified")
    found = _place(text.strip(), words)
    if found:
        return Trader(found, "place")
    if _GROUP.fullmatch(words):
        return Trader(words, "group")
    raise TableError(f"{shown(text)} names no place, total or group; write ISO 3166 codes such as 'RU'")


def _of_number(number: str) -> Trader:
    codes: dict[str, str] = read_json("trade/country_numbers.json")
    if number not in codes:
        raise TableError(f"country number {shown(number)} is none of UN Comtrade or BACI; 0 is the world, 156 China")
    code = codes[number]
    if code == "WORLD":
        return Trader("WORLD", "total")
    if code == "EU27":
        return Trader("EU", "union")
    return Trader(code, "place") if code else Trader("", "unspecified")


def _place(text: str, words: str) -> str:
    """Return the code of a place; regions that ISO does not know count as their country, names may have brackets."""
    if words in _FORMER:
        return words
    tries = [
        text,
        _BRACKETS.sub("", text).strip(),
        _OF_CHINA.sub("", text),
        text[:2] if re.fullmatch(r"[A-Z]{2}-[A-Z0-9]{1,3}", words) else "",
    ]
    for one in filter(None, tries):
        try:
            return place_code(one)
        except UnknownCode:
            continue
    return ""
