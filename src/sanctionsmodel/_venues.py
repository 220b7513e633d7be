"""The register of exchanges and other trading venues by their market identifier codes (MIC, ISO 10383).

A venue runs under an operator, which has a code of its own: copper of the CME Group trades on COMEX, ``XCEC``, whose
operating MIC is ``XNYM`` (the New York Mercantile Exchange), not ``XCME``. Expired codes are kept, since a past deal
may name one. The register is that of February 2025.

>>> venue_code("lme"), operating_mic("COMEX"), venue_name("XLME"), venue_country("XSGE")
('XLME', 'XNYM', 'London Metal Exchange', 'CN')
>>> venue_code("XLMX")
Traceback (most recent call last):
    ...
sanctionsmodel.errors.UnknownCode: 'XLMX' is no market identifier code (ISO 10383); did you mean 'XLME' or 'XLBM'?
"""

from __future__ import annotations

from typing import NamedTuple

from sanctionsmodel._data import read_json
from sanctionsmodel.errors import UnknownCode, nearest, shown

_LONGEST_NAME = 80

#: Short names by which the commodity markets are known, with code and usual name. A closed list: no name is guessed.
_KNOWN_AS = {
    "CBOT": ("XCBT", "Chicago Board of Trade"),
    "CME": ("XCME", "Chicago Mercantile Exchange"),
    "COMEX": ("XCEC", "COMEX (Commodity Exchange, New York)"),
    "DCE": ("XDCE", "Dalian Commodity Exchange"),
    "HKEX": ("XHKG", "Hong Kong Exchanges and Clearing"),
    "INE": ("XINE", "Shanghai International Energy Exchange"),
    "LBMA": ("XLBM", "London Bullion Market"),
    "LME": ("XLME", "London Metal Exchange"),
    "MCX": ("XIMC", "Multi Commodity Exchange of India"),
    "MOEX": ("MISX", "Moscow Exchange"),
    "NYMEX": ("XNYM", "New York Mercantile Exchange"),
    "SHFE": ("XSGE", "Shanghai Futures Exchange"),
    "SPIMEX": ("SPIM", "St. Petersburg International Mercantile Exchange"),
    "TOCOM": ("XTKT", "Tokyo Commodity Exchange"),
    "ZCE": ("XZCE", "Zhengzhou Commodity Exchange"),
}
_USUAL_NAMES = dict(_KNOWN_AS.values())
_ALIASES = {short: mic for short, (mic, _) in _KNOWN_AS.items()} | {
    name.upper(): mic for mic, name in _USUAL_NAMES.items()
}


class _Entry(NamedTuple):
    """One line of the register."""

    operating_mic: str
    name: str
    country: str
    status: str


def _register() -> dict[str, list[str]]:
    register: dict[str, list[str]] = read_json("reference/venues.json")
    return register


def _entry(text: str) -> _Entry:
    return _Entry(*_register()[venue_code(text)])


def venue_code(text: str) -> str:
    """Return the market identifier code of a venue, in capitals.

    The short and the usual names of well-known commodity markets, such as ``LME``, are read too. Codes that have
    expired are accepted. Raises UnknownCode with the nearest codes and names. Source: ISO 10383.

    >>> venue_code("xcec"), venue_code("COMEX"), venue_code("Shanghai Futures Exchange")
    ('XCEC', 'XCEC', 'XSGE')
    >>> venue_code("COMX")
    Traceback (most recent call last):
        ...
    sanctionsmodel.errors.UnknownCode: 'COMX' is no market identifier code (ISO 10383); did you mean 'COMEX'?
    """
    if not isinstance(text, str):
        raise UnknownCode(f"{shown(text)} is not text; write a market identifier code such as 'XLME'")
    # Only a short ASCII text is put into capitals: 'ß' has two of them, and a long text takes time.
    name = text.strip().upper() if len(text) <= _LONGEST_NAME and text.isascii() else ""
    if name in _register():
        return name
    if name in _ALIASES:
        return _ALIASES[name]
    # Four letters are near to too many of 2,733 codes: the well-known ones are what people mean.
    hint = nearest(name, [*_ALIASES, *_USUAL_NAMES]) or nearest(name, _register())
    hint = hint or "; write four letters or digits, such as 'XLME'"
    raise UnknownCode(f"{shown(text)} is no market identifier code (ISO 10383){hint}")


def venue_name(mic: str) -> str:
    """Return the name of a venue: the usual one for well-known commodity markets, else as the register prints it.

    >>> venue_name("NYMEX"), venue_name("XFRA")
    ('New York Mercantile Exchange', 'DEUTSCHE BOERSE AG')
    """
    found = venue_code(mic)
    return _USUAL_NAMES.get(found) or _entry(found).name


def operating_mic(mic: str) -> str:
    """Return the code of the operator under which a venue runs; an operator's own code is returned as it is.

    >>> operating_mic("XINE"), operating_mic("XSGE")
    ('XSGE', 'XSGE')
    """
    return _entry(mic).operating_mic


def venue_country(mic: str) -> str | None:
    """Return the country of a venue (ISO 3166-1 alpha-2), or ``None`` for what lies in no country.

    >>> venue_country("XLME"), venue_country("XOFF")
    ('GB', None)
    """
    return _entry(mic).country or None


def is_expired(mic: str) -> bool:
    """Say whether the register of February 2025 marks a venue as expired.

    >>> is_expired("XMIC"), is_expired("XLME")
    (True, False)
    """
    return _entry(mic).status == "expired"
