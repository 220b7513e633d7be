"""The nomenclature of goods: which HS codes exist, in which edition, under which heading, and what they are called.

Public names of this module are found in [commodities][sanctionsmodel.commodities].

>>> goods_code("7601.10"), editions("854141")
('760110', (2022,))
>>> goods_code("760130")
Traceback (most recent call last):
    ...
sanctionsmodel.errors.UnknownCode: '760130' is in no edition of the HS (2012, 2017, 2022); under 7601 are 760120, 760110
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from sanctionsmodel._data import read_json
from sanctionsmodel.errors import FactError, UnknownCode, shown

#: The editions of the Harmonized System whose codes are known.
HS_EDITIONS = (2012, 2017, 2022)

#: How many digits a code of each system of goods codes may have.
LENGTHS = {"hs": (2, 4, 6), "cn": (2, 4, 6, 8, 10), "hts": (2, 4, 6, 8, 10)}

# The HS leaves these chapters to each country, so that only the shape of a code in them can be checked.
NATIONAL_CHAPTERS = ("98", "99")
# The HS keeps this chapter empty for later; laws that list whole chapters name it all the same.
RESERVED_CHAPTER = "77"

_LONGEST_CODE = 40
_GROUPED_DIGITS = re.compile("[0-9]+(?:[. ][0-9]+)*")
_SEPARATOR = re.compile("[. ]")


@cache
def _known() -> dict[str, tuple[int, ...]]:
    """Return every code of the shipped editions with the editions that have it."""
    found: dict[str, tuple[int, ...]] = {}
    for years, codes in read_json("reference/nomenclature.json").items():
        found.update(dict.fromkeys(codes.split(), tuple(int(year) for year in years.split())))
    return found


@cache
def _below() -> dict[str, tuple[str, ...]]:
    """Return, for each chapter and heading, the codes one level below it in any edition."""
    found: dict[str, list[str]] = {}
    for code_ in sorted(_known()):
        found.setdefault(code_[:-2], []).append(code_)
    return {parent: tuple(codes) for parent, codes in found.items()}


def read_text(text: object, what: str, longest: int = _LONGEST_CODE) -> str:
    """Return the text without outer blanks; anything but a short ASCII text is refused before it costs time."""
    if not isinstance(text, str):
        raise UnknownCode(f"{shown(text)} is not text; write {what} in quotes, so that leading zeros stay")
    if len(text) > longest:
        raise UnknownCode(f"{shown(text)} is too long for {what}; at most {longest} characters")
    # Copied tables bring no-break spaces; other signs that look like digits or letters are never taken for them.
    short = text.strip().replace("\u00a0", " ").replace("\u202f", " ")
    if not short:
        raise UnknownCode(f"an empty text is not {what}; leave an unknown fact out")
    if not short.isascii():
        raise UnknownCode(f"{shown(text)} has signs that {what} cannot have; write digits 0-9 and letters a-z")
    return short


def goods_code(text: str, system: str = "hs") -> str:
    """Return a goods code as bare digits: ``"7601.10"``, ``"7601 10"`` and ``"760110"`` are one code.

    ``system`` is ``hs`` (2, 4 or 6 digits), ``cn`` or ``hts`` (up to 10); a shorter code stands for all codes under it,
    and trailing zeros are kept. Raises UnknownCode when the text is not a code of the system, or when its first six
    digits are in no edition of the Harmonized System (2012, 2017, 2022). Chapters 98 and 99, which the HS leaves to
    each country, are checked for shape only; chapter 77, kept in reserve, has no codes under it. Source: UN Comtrade's
    lists of HS codes.

    >>> goods_code("7601 10 10 00", "cn")
    '7601101000'
    >>> goods_code("10121", "hs")
    Traceback (most recent call last):
        ...
    sanctionsmodel.errors.UnknownCode: '10121' has 5 digits; a leading zero may have been lost: write '010121'
    """
    if system not in LENGTHS:
        raise FactError(f"{shown(system)} is no system of goods codes; it is one of {', '.join(LENGTHS)}")
    digits = _digits(text, system)
    if len(digits) > LENGTHS[system][-1]:
        raise UnknownCode(f"{shown(text)} {_too_long(digits, system)}")
    if not _exists(digits):
        raise UnknownCode(f"{shown(text)} is in no edition of the HS (2012, 2017, 2022); {_relatives(digits)}")
    return digits


def _digits(text: str, system: str) -> str:
    """Return the digits of a text in which dots or blanks may stand between pairs of digits."""
    short = read_text(text, f"a code of system {system}")
    if not _GROUPED_DIGITS.fullmatch(short):
        raise UnknownCode(
            f"{shown(text)} is no code of system {system}; write digits, with dots or spaces between pairs, such as "
            "'7601.10'"
        )
    groups = _SEPARATOR.split(short)
    if any(len(group) % 2 for group in groups):
        raise UnknownCode(f"{shown(text)} {_odd(groups, system)}")
    return "".join(groups)


def _exists(digits: str) -> bool:
    return digits[:6] in _known() or digits.startswith(NATIONAL_CHAPTERS) or digits == RESERVED_CHAPTER


def _odd(groups: list[str], system: str) -> str:
    """Explain digits that do not come in pairs; a spreadsheet drops zeros at the start and after a point."""
    digits = "".join(groups)
    if not len(digits) % 2:
        return "has a dot or space inside a pair of digits; write dots between pairs, such as '7601.10'"
    count = f"has {len(digits)} digit{'s' if len(digits) > 1 else ''}"
    lost, candidate = ("leading", f"0{digits}") if len(groups[0]) % 2 else ("trailing", f"{digits}0")
    if len(candidate) in LENGTHS[system] and candidate[:6] in _known():
        return f"{count}; a {lost} zero may have been lost: write {candidate!r}"
    return f"{count}; goods codes have an even number, such as '7601' or '760110'"


def _too_long(digits: str, system: str) -> str:
    if system == "hs" and len(digits) in (8, 10):
        return f"has {len(digits)} digits and an HS code at most 6; give it as cn or hts"
    return f"has {len(digits)} digits; a code of system {system} has at most {LENGTHS[system][-1]}"


def _relatives(digits: str, most: int = 5) -> str:
    """Name the existing codes that are nearest to one that does not exist."""
    parent = next((digits[:size] for size in (4, 2) if digits[:size] in _known() and len(digits) > size), "")
    own = digits[: len(parent) + 2]
    near = sorted(_below()[parent], key=lambda code_: abs(int(code_) - int(own)))[:most]
    return f"under {parent} are {', '.join(near)}" if parent else f"the nearest chapters are {', '.join(near)}"


def editions(code: str) -> tuple[int, ...]:
    """Return the editions of the Harmonized System that have a code, of 2012, 2017 and 2022.

    Only the first six digits count. The same code may mean other goods in another edition. A code of chapters 98 and
    99, and the empty chapter 77, are in no edition. Raises UnknownCode when the code is in none of them.

    >>> editions("854140"), editions("854141"), editions("7601.10")
    ((2012, 2017), (2022,), (2012, 2017, 2022))
    """
    return _known().get(goods_code(code, "cn")[:6], ())


def _edition(edition: int) -> int:
    if edition not in HS_EDITIONS:
        raise FactError(f"edition: {shown(edition)} of the HS is not known here; it is one of 2012, 2017, 2022")
    return edition


def children(code: str, edition: int = 2022) -> tuple[str, ...]:
    """Return the codes one level below a chapter or heading: none below a subheading of six digits.

    Raises UnknownCode for a code in no edition, FactError for an edition that is not 2012, 2017 or 2022.

    >>> children("7601")
    ('760110', '760120')
    >>> children("7601", edition=1996)
    Traceback (most recent call last):
        ...
    sanctionsmodel.errors.FactError: edition: 1996 of the HS is not known here; it is one of 2012, 2017, 2022
    """
    year = _edition(edition)
    return tuple(below for below in _below().get(goods_code(code, "hs"), ()) if year in _known()[below])


def subheadings(edition: int) -> tuple[str, ...]:
    """Return all codes of six digits of an edition, in order.

    >>> len(subheadings(2022)), subheadings(2022)[0]
    (5612, '010121')
    """
    year = _edition(edition)
    return tuple(sorted(one for one, years in _known().items() if len(one) == LENGTHS["hs"][-1] and year in years))


def codes_between(first: str, last: str) -> tuple[str, ...]:
    """Return all codes from one to another of the same length, both included, in any edition.

    Raises UnknownCode for a code, FactError when the two make no range.

    >>> codes_between("8456", "8458")
    ('8456', '8457', '8458')
    >>> codes_between("8456", "84")
    Traceback (most recent call last):
        ...
    sanctionsmodel.errors.FactError: hs: '8456' to '84' is no range; write two codes of one length, the lower first
    """
    low, high = goods_code(first, "hs"), goods_code(last, "hs")
    if len(low) != len(high) or low > high:
        raise FactError(
            f"hs: {shown(low)} to {shown(high)} is no range; write two codes of one length, the lower first"
        )
    codes = {*_known(), RESERVED_CHAPTER, *NATIONAL_CHAPTERS, low, high}
    return tuple(sorted(one for one in codes if len(one) == len(low) and low <= one <= high))


def goods_name(hs: str) -> str:
    """Return a short English name of the goods under an HS code, for prose; it is no legal text.

    A code that only an older edition has is named by its heading or chapter of 2022. Raises UnknownCode. Source: UN
    Comtrade's descriptions of HS 2022, in the public domain.

    >>> goods_name("7601.10")
    'Aluminium; unwrought, (not alloyed)'
    >>> goods_name("854140") == goods_name("8541")
    True
    """
    digits = goods_code(hs, "hs")
    if digits.startswith(NATIONAL_CHAPTERS):
        return f"Goods of chapter {digits[:2]}, which each country fills itself"
    if digits == RESERVED_CHAPTER:
        return "No goods: chapter 77 is kept in reserve"
    names: dict[str, str] = read_json("reference/goods_names.json")
    return next(names[digits[:size]] for size in (6, 4, 2) if digits[:size] in names)


def whole_codes(codes: Iterable[str]) -> tuple[str, ...]:
    """Return the shortest list of codes that stands for the same goods: whole headings and chapters where all are in.

    Takes codes of any length up to ten digits. Codes under another code of the list are dropped. A heading (or chapter)
    replaces the codes one level below it when the list holds every one of them, in each of the editions 2012, 2017 and
    2022; codes that a country added are never replaced, since they may not be all. The result is sorted. Raises
    UnknownCode.

    >>> whole_codes(["7601.10", "760120", "7403"])
    ('7403', '7601')
    >>> whole_codes(["854231", "85423110", "854232"])
    ('854231', '854232')
    """
    found = _without_codes_under_others(goods_code(one, "cn") for one in codes)
    for size in (4, 2):
        for parent in {one[:size] for one in found if len(one) == size + 2}:
            below = _below().get(parent, ())
            if below and found.issuperset(below):
                found = found.difference(below) | {parent}
    return tuple(sorted(found))


def _without_codes_under_others(codes: Iterable[str]) -> set[str]:
    given = set(codes)
    return {one for one in given if not any(one[:size] in given for size in range(2, len(one), 2))}
