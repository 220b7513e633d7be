"""Guessing which column of a customs table states which fact, from its header; a guess is shown, never silent.

>>> guessed = guess_columns(["Declaration ID", "Date", "HS6 Code", "Country of Origin", "Net Mass (kg)"])
>>> guessed.columns
{'Date': 'transacted_on', 'HS6 Code': 'hs', 'Country of Origin': 'origin', 'Net Mass (kg)': 'mass'}
>>> guessed.units, guessed.unused
({'mass': 'kg'}, ('Declaration ID',))
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from sanctionsmodel.facts import registry

#: Headers by the fact that they name, words in lower case; the first column that fits a fact is taken.
_HEADERS: dict[str, tuple[str, ...]] = {
    "activity": ("activity", "transaction type", "act"),
    "hs": (
        "hs",
        "hs code",
        "hscode",
        "hs6",
        "hs6 code",
        "hs number",
        "hs no",
        "tariff code",
        "tariff number",
        "commodity code",
        "cmdcode",
        "harmonized code",
        "harmonised code",
    ),
    "cn": ("cn", "cn code", "cn8", "combined nomenclature", "taric", "taric code"),
    "hts": ("hts", "hts code", "htsus", "hts number", "hts10"),
    "eccn": ("eccn", "eccn code", "export control classification number"),
    "origin": ("origin", "country of origin", "origin country", "coo", "origin country code"),
    "destination": ("destination", "country of destination", "destination country", "final destination", "dest"),
    "exported_from": (
        "country of departure",
        "departure country",
        "country of export",
        "export country",
        "country of dispatch",
        "exporting country",
        "dispatch country",
    ),
    "consigned_from": ("country of consignment", "consignment country", "consigned from"),
    "transacted_on": (
        "date",
        "declaration date",
        "import date",
        "date of import",
        "export date",
        "entry date",
        "transaction date",
        "clearance date",
        "order date",
    ),
    "produced_on": ("production date", "produced on", "date of production", "manufacturing date"),
    "mass": ("net mass", "net weight", "weight net", "mass", "net mass kg"),
    "value": ("value", "invoice value", "total value", "customs value", "invoice amount"),
    "unit_value": ("unit price", "unit value", "price per item"),
    "venue": ("venue", "exchange", "mic"),
}
_UNIT = re.compile(r"[(\[]\s*([A-Za-z0-9/³]{1,12})\s*[)\]]\s*$")
_NOT_WORDS = re.compile(r"[^a-z0-9.]+")
_OF_FACT = {header: fact for fact, headers in _HEADERS.items() for header in headers}


class Guess(NamedTuple):
    """Which column seems to state which fact, in which units, the columns that were left alone, and the HS edition."""

    columns: dict[str, str]
    units: dict[str, str]
    unused: tuple[str, ...]
    edition: int | None = None

    def __str__(self) -> str:
        """Show the guess, a line a column."""
        lines = [
            f"{header} -> {fact}{f' in {self.units[fact]}' if fact in self.units else ''}"
            for header, fact in self.columns.items()
        ]
        if self.edition is not None:
            days = next(header for header, fact in self.columns.items() if fact == "transacted_on")
            lines.append(f"goods codes of HS {self.edition}, which was in force on all days of {days}")
        return "\n".join([*lines, f"not used: {', '.join(self.unused) or 'none'}"])


def guess_columns(headers: Iterable[str]) -> Guess:
    """Guess which column states which fact; a header that is a fact's name is that fact.

    A quantity is only taken where the header states its unit, since a bare number has none.
    """
    names = list(headers)
    columns = {header: header for header in names if header in registry()}
    units: dict[str, str] = {}
    for header in names:
        unit = _UNIT.search(header)
        words = _NOT_WORDS.sub(" ", _UNIT.sub("", header).lower()).strip()
        fact = _OF_FACT.get(words)
        if fact is None or header in columns or fact in columns.values():
            continue
        if registry()[fact].domain == "quantity":
            if unit is None:
                continue
            units[fact] = unit.group(1)
        columns[header] = fact
    return Guess(
        {header: columns[header] for header in names if header in columns},
        units,
        tuple(header for header in names if header not in columns),
    )
