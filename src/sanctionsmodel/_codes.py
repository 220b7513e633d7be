"""Codes of goods and control lists in their canonical spelling, and the sets that they stand for.

>>> code("7601.10", "hs"), code("3a001.A.2", "eccn")
('760110', '3A001.a.2')
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sanctionsmodel import sets
from sanctionsmodel._nomenclature import LENGTHS, goods_code, read_text
from sanctionsmodel.errors import FactError, UnknownCode, shown
from sanctionsmodel.sets import Cuts

_LONGEST_LIST_NAME = 120
# Letters and numbers take turns, or stand behind a dot; numbers have no leading zero.
_PARAGRAPHS = r"((?:\.(?:[a-z]|[1-9][0-9]{0,2})|(?<=[0-9])[a-z]|(?<=[a-z])[1-9][0-9]{0,2})*)\.?"
_ECCN = re.compile(rf"([0-9])(?:([a-e])(?:([0-9]{{3}}){_PARAGRAPHS}|([56][0-9]?))?)?")
#: Shorter ones are beginnings of entries (``9A6`` for the 600 series), whole ones nest by their paragraphs.
_WHOLE_ECCN = 5
_MILITARY = re.compile(rf"ml ?([1-9]|1[0-9]|2[0-2]){_PARAGRAPHS}")
_JP_LIST = re.compile(r"[0-9a-z./-]+")
_LIST = re.compile(r"[A-Za-z0-9./:_-]+")


def _joined(head: str, paragraphs: str) -> str:
    return ".".join([head, *re.findall("[a-z]|[0-9]+", paragraphs or "")])


def eccn_code(text: str) -> str:
    """Return an export control classification number in its usual spelling: capital head, small paragraphs, dots.

    ``"3A"`` and ``"3"`` stand for all entries that begin so, ``"EAR99"`` for goods in no entry. Lists of other
    countries that number their entries in the same way (EU, UK, China, Singapore) are read too. Only the shape is
    checked. Raises UnknownCode. Source: 15 CFR 774 Supp. 1.

    >>> eccn_code("2b001.B.1.a"), eccn_code("9A515y"), eccn_code("ear99")
    ('2B001.b.1.a', '9A515.y', 'EAR99')
    >>> eccn_code("3AO01")
    Traceback (most recent call last):
        ...
    sanctionsmodel.errors.UnknownCode: '3AO01' is no ECCN; did you mean '3A001'?
    """
    short = read_text(text, "an ECCN").lower()
    if short == "ear99":
        return "EAR99"
    match = _ECCN.fullmatch(short)
    if match is None:
        raise UnknownCode(f"{shown(text)} is no ECCN{_eccn_hint(short)}")
    category, letter, number, paragraphs, beginning = match.groups()
    number = number or beginning
    return _joined(f"{category}{(letter or '').upper()}{number or ''}", paragraphs)


def _eccn_hint(short: str) -> str:
    # Two slips are common: the letter O for a zero, and blanks or hyphens inside the number.
    repaired = re.sub("[ -]", "", short[:5].replace("o", "0") + short[5:])
    match = _ECCN.fullmatch(repaired)
    mended = eccn_code(repaired) if match else "EAR99" if repaired.startswith("ear") else ""
    if mended:
        return f"; did you mean {mended!r}?"
    return "; write a digit, a letter A to E and three digits, then paragraphs, such as '3A001.a.2', or 'EAR99'"


def _military_code(text: str) -> str:
    match = _MILITARY.fullmatch(read_text(text, "an entry of a military list").lower())
    if match is None:
        raise UnknownCode(f"{shown(text)} is no entry of a military list; write ML1 to ML22, such as 'ML10.c'")
    return _joined(f"ML{match[1]}", match[2])


def _jp_list_code(text: str) -> str:
    short = read_text(text, "a row of Japan's export list").lower()
    if not _JP_LIST.fullmatch(short):
        raise UnknownCode(f"{shown(text)} is no row of Japan's export list; write row and item, such as '07.1'")
    return short


def _list_code(text: str) -> str:
    short = read_text(text, "the name of a list", _LONGEST_LIST_NAME)
    if not _LIST.fullmatch(short):
        raise UnknownCode(f"{shown(text)} is no name of a list; write one such as 'eu/reg-833-2014/annex-xxi'")
    return short


_READERS: dict[str, Callable[[str], str]] = {
    "hs": lambda text: goods_code(text, "hs"),
    "cn": lambda text: goods_code(text, "cn"),
    "hts": lambda text: goods_code(text, "hts"),
    "eccn": eccn_code,
    "military_list": _military_code,
    "jp_list": _jp_list_code,
    "list": _list_code,
}


def code(text: str, system: str) -> str:
    """Return a code in the canonical spelling of its system.

    ``system`` is ``hs``, ``cn``, ``hts``, ``eccn``, ``military_list`` (ML1 to ML22 with paragraphs), ``jp_list`` (rows
    of Japan's Export Trade Control Order) or ``list`` (names of lists). Raises UnknownCode for the text and FactError
    for the system.

    >>> code("ml10c", "military_list"), code("07.1", "jp_list")
    ('ML10.c', '07.1')
    >>> code("ML23", "military_list")
    Traceback (most recent call last):
        ...
    sanctionsmodel.errors.UnknownCode: 'ML23' is no entry of a military list; write ML1 to ML22, such as 'ML10.c'
    """
    if system not in _READERS:
        raise FactError(f"{shown(system)} is no system of codes; it is one of {', '.join(_READERS)}")
    return _READERS[system](text)


def codes_under(text: str, system: str) -> Cuts:
    """Return the set of a code with everything under it, as cuts on the line of its system.

    Digits nest by prefix. A paragraph nests by its dots: ``3A001.a.1`` holds ``3A001.a.1.b`` but not ``3A001.a.10``,
    and ``ML1`` does not hold ``ML10``. Raises UnknownCode and FactError, as [code][sanctionsmodel.commodities.code].

    >>> span = codes_under("3A001.a.1", "eccn")
    >>> [sets.contains(span, entry) for entry in ("3A001.a.1", "3A001.a.1.b", "3A001.a.10")]
    [True, True, False]
    """
    found = code(text, system)
    if system in LENGTHS or (system == "eccn" and len(found) < _WHOLE_ECCN):
        return sets.prefixed(found)
    if system in ("eccn", "military_list"):
        return (found, f"{found}/")  # "/" comes right after "." and before any digit or letter
    # in Japan's list "-" makes another item: row 10.9-2 is not under 10.9
    return (found, f"{found}-", f"{found}.", f"{found}/") if system == "jp_list" else sets.single(found)
