"""Codes and names of places, and the groups of countries that laws name: the tables behind `Jurisdiction`.

>>> place_code("Crimea"), place_name("UA-43")
('UA-43', 'Crimea (Ukraine)')
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, NoReturn, TypeAlias

from sanctionsmodel._data import read_json
from sanctionsmodel.errors import FactError, UnknownCode, nearest, shown

#: A span of days with constant membership: first day, first day after it (``None``: open), member codes.
Period: TypeAlias = tuple[date | None, date | None, frozenset[str]]

_LONGEST_NAME = 100
_REGION_CODE = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
_FOR_PRIVATE_USE = re.compile(r"AA|Q[M-Z]|X[A-Z]|ZZ")


# ---------------------------------------------------------------------------------------------------------- places


def place_code(text: str) -> str:
    """Return the one code of a place, whichever common way it is written.

    Reads ISO 3166-1 alpha-2 and alpha-3 and ISO 3166-2 codes in any case, ``EU``, ``XK``, English names and a closed
    list of aliases. A subdivision code of a place with a country code becomes the country code. Raises `UnknownCode`
    for anything else, with the nearest names; for names of several places; for withdrawn codes.

    >>> place_code("Russia"), place_code("ua-43"), place_code("CN-HK"), place_code("UK")
    ('RU', 'UA-43', 'HK', 'GB')
    >>> place_code("Korea")
    Traceback (most recent call last):
    sanctionsmodel.errors.UnknownCode: place 'Korea' names more than one place; write 'KP' (North Korea) or 'KR' (South Korea)
    >>> place_code("SU")
    Traceback (most recent call last):
    sanctionsmodel.errors.UnknownCode: place 'SU': the code of USSR, Union of Soviet Socialist Republics was withdrawn on 1992-08-30; write 'AM' or 'AZ' or 'BY' or 'EE' or 'GE' or 'KG' or 'KZ' or 'LT' or 'LV' or 'MD' or 'RU' or 'TJ' or 'TM' or 'UA' or 'UZ'
    """  # noqa: E501
    found = _codes().get(text) if isinstance(text, str) else None
    return found or _code_of_text(text)


def place_name(code: str) -> str:
    """Return the common English name of a place; a region is followed by its country.

    Accepts whatever `place_code` accepts, and raises `UnknownCode` as it does.

    >>> place_name("TR"), place_name("UA-43"), place_name("KP")
    ('Türkiye', 'Crimea (Ukraine)', 'North Korea')
    >>> place_name("EU27_2020")
    Traceback (most recent call last):
    sanctionsmodel.errors.UnknownCode: place 'EU27_2020' is unknown; write an ISO 3166 code such as 'RU' or 'UA-43'
    """
    known, places = place_code(code), place_table()
    country = places["countries"][known[:2]]
    if "-" not in known:
        return str(country)
    return f"{places['regions'].get(known) or _subdivision_name(known)} ({country})"


def plain_name(text: str) -> str:
    """Return a name without what people write in different ways: case, accents, punctuation, hyphens, "the".

    >>> plain_name("Côte d’Ivoire"), plain_name("St. Lucia"), plain_name("Bahamas (the)")
    ("cote d'ivoire", 'saint lucia', 'bahamas')
    """
    letters = unicodedata.normalize("NFD", text.replace("’", "'").replace("&", " and ").replace("-", " ")).casefold()
    words = "".join(one for one in letters if one not in ".,()" and not unicodedata.combining(one)).split()
    return " ".join("saint" if word == "st" else word for word in words if word != "the")


def place_table() -> Mapping[str, Any]:
    found: Mapping[str, Any] = read_json("reference/places.json")
    return found


@cache
def _codes() -> dict[str, str]:
    """Index every code that the package ships by how it may be written in capitals."""
    places = place_table()
    same = {code: code for code in (*places["countries"], *places["regions"])}
    return {**places["codes"], **same}


@cache
def _plain_names(table: str) -> dict[str, Any]:
    return {plain_name(name): value for name, value in place_table()[table].items()}


def _code_of_text(text: object) -> str:
    """Read what is not a canonical code: tidy it, then try each closed table in turn."""
    if not isinstance(text, str):
        raise UnknownCode(f"place {shown(text)} is not text; write an ISO 3166 code such as 'RU'")
    tidy = text.strip() if len(text) <= _LONGEST_NAME else ""
    if not tidy:
        fault = "empty" if len(text) <= _LONGEST_NAME else "too long"
        raise UnknownCode(f"place {shown(text)} is {fault}; write an ISO 3166 code such as 'RU'")
    # Capitals of letters outside ASCII may be ASCII ("ı" becomes "I"), so such text is never read as a code.
    capitals = tidy.upper() if tidy.isascii() else ""
    found = _codes().get(capitals) or _codes().get(capitals.replace(".", ""))
    return found or _code_of_name(tidy) or _code_of_region(capitals) or _refuse(tidy)


def _code_of_name(text: str) -> str | None:
    plain = plain_name(text)
    if plain in _plain_names("refused"):
        raise UnknownCode(f"place {shown(text)}: {_plain_names('refused')[plain]}")
    if plain in _plain_names("ambiguous"):
        choices = " or ".join(f"'{code}' ({place_name(code)})" for code in _plain_names("ambiguous")[plain])
        raise UnknownCode(f"place {shown(text)} names more than one place; write {choices}")
    return _plain_names("names").get(plain)


@cache
def _code_of_region(capitals: str) -> str | None:
    return capitals if _REGION_CODE.fullmatch(capitals) and _subdivision_name(capitals) else None


def _subdivision_name(code: str) -> str | None:
    """Look a subdivision up in ISO 3166-2; loads pycountry, which takes some 40 ms, on first use."""
    import pycountry

    found = pycountry.subdivisions.get(code=code)
    return None if found is None else str(found.name)


def _refuse(text: str) -> NoReturn:
    if _FOR_PRIVATE_USE.fullmatch(text.upper()):
        hint = " is a code for private use, often 'not specified'; leave the fact out when the place is not known"
    elif _REGION_CODE.fullmatch(text.upper()):
        hint = " is not a code of ISO 3166-2; write a code such as 'UA-43'"
    else:
        close = nearest(text.title(), place_table()["names"])
        hint = f" is unknown{close}" if close else " is unknown; write an ISO 3166 code such as 'RU' or 'UA-43'"
    raise UnknownCode(f"place {shown(text)}{hint}")


# ------------------------------------------------------------------------------------------------------------- groups


def group_names() -> tuple[str, ...]:
    """Return the names of all groups of countries that the package knows, in order.

    >>> [name for name in group_names() if name.startswith("us/e")]
    ['us/e:1', 'us/e:2']
    """
    return tuple(read_json("reference/groups.json"))


@cache
def group_periods(name: str) -> tuple[Period, ...]:
    """Return how a group's membership went through time, as consecutive half-open periods that cover all time.

    The first period has no first day and the last no end (``None``). Raises `UnknownCode` for an unknown group.

    >>> start, end, members = group_periods("eu")[-1]
    >>> start, end, len(members)
    (datetime.date(2020, 2, 1), None, 27)
    """
    return tuple((_day(start), _day(end), frozenset(codes)) for start, end, codes in _group(name)["periods"])


def group_members(name: str, on: date) -> frozenset[str]:
    """Return the codes of a group's members on a day.

    Raises `UnknownCode` for an unknown group, `FactError` when ``on`` is not a day.

    >>> "HR" in group_members("eu", date(2013, 6, 30)), "HR" in group_members("eu", date(2013, 7, 1))
    (False, True)
    >>> group_members("us/e1", date(2024, 1, 1))
    Traceback (most recent call last):
    sanctionsmodel.errors.UnknownCode: group 'us/e1' is unknown; did you mean 'us/e:1'?
    """
    if not isinstance(on, date) or isinstance(on, datetime):
        raise FactError(f"on {shown(on)} is not a day; write a datetime.date such as date(2024, 4, 13)")
    starts, members = _timeline(name)
    return members[bisect_right(starts, on)]


def group_source(name: str) -> str:
    """Return where a group's list was read, as of when, and what of its past is not known.

    >>> group_source("jp/concern")
    'Export Trade Control Order (輸出貿易管理令, Cabinet Order 378 of 1949), https://laws.e-gov.go.jp/law/324CO0000000378; as of 2026-06-05; a member without a first day counts from the start; those who left earlier are not traced'
    """  # noqa: E501
    return str(_group(name)["source"])


def _group(name: str) -> Mapping[str, Any]:
    groups: Mapping[str, Mapping[str, Any]] = read_json("reference/groups.json")
    if name in groups:
        return groups[name]
    hint = nearest(str(name).lower(), groups) or f"; known: {', '.join(groups)}"
    raise UnknownCode(f"group {shown(name)} is unknown{hint}")


@cache
def _timeline(name: str) -> tuple[list[date], list[frozenset[str]]]:
    periods = group_periods(name)
    return [start for start, _, _ in periods if start], [members for _, _, members in periods]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
