"""Build ``data/us/country-chart.yaml``, the lists of the Commerce Country Chart, from the tables under ``sources/bis``.

For each column: the destinations that it marks (Hong Kong as China); the control list entries and paragraphs that point
to it; those of which it holds only a part that the entry describes in words; and the paragraphs that it leaves out.
For controls without a column, one list for each set of destinations that the entries name. Same inputs, same bytes;
``--check`` only says whether the file is fresh.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "sources" / "bis"
TARGET = ROOT / "src" / "sanctionsmodel" / "data" / "us" / "country-chart.yaml"

COLUMNS = ("CB1", "CB2", "CB3", "NP1", "NP2", "NS1", "NS2", "MT1", "RS1", "RS2", "FC1", "CC1", "CC2", "CC3")

#: Reasons that point only to a section, or that no destination of this file names: not in the lists.
_LEFT_OUT = {"", "UN", "EI", "SI", "CW"}

#: Controls without a column, by the words with which the entries name their destinations.
_REACHES = (
    ("south_asia", "Pakistan rows", ("Iraq or Pakistan",)),
    ("pakistan", "RS to Pakistan", ("to Pakistan",)),
    ("iraq", "RS to Iraq", ("to Iraq",)),
    ("north_korea", "AT to North Korea", ("North Korea",)),
    ("china_russia_venezuela", "RS to China, Russia or Venezuela", ("China, Russia",)),
    ("all_but_canada", "CC to all destinations but Canada", ("except Canada",)),
    ("advanced_computing_a", "RS, 742.6(a)(6)(iii)(A)", ("742.6(a)(6)(iii)(A)",)),
    ("advanced_computing_b", "RS, 742.6(a)(6)(iii)(B)", ("742.6(a)(6)(iii)(B)",)),
    ("macau_and_d5", "NS and RS to Macau and Country Group D:5", ("Macau",)),
    (
        "worldwide",
        "NS, RS and SL to all destinations",
        ("Worldwide control", "any destination worldwide", "all destinations"),
    ),
)

_OWN = r"[0-9][A-E][0-9]{3}"
_PARAGRAPH = rf"(?:{_OWN})?\s?\.?[a-z](?:\.\s?[a-z0-9]+)*"
_LEAD = re.compile(
    r"^(?:those )?(?:items (?:controlled (?:by|in)|in)|commodities in|paragraphs?|[\"'a-z]+ controlled by)\s+"
)
_TAIL = re.compile(r"\s+(?:of this entry|only)$")
_AND = re.compile(r"\s*(?:,\s*and\s+|,\s*or\s+|,|;|\band\b|\bor\b)\s*")


class Reading(NamedTuple):
    """How one row was read: codes surely in it, codes of which a described part is in it, codes left out."""

    sure: tuple[str, ...] = ()
    part: tuple[str, ...] = ()
    out: tuple[str, ...] = ()


def paragraphs(entry: str, words: str) -> tuple[str, ...] | None:
    """Return the paragraphs that words list, or None where the words say anything else.

    >>> paragraphs("3B001", "3B001.a.1 to a.3, b, and .e")
    ('3B001.a.1', '3B001.a.2', '3B001.a.3', '3B001.b', '3B001.e')
    >>> paragraphs("1B018", "equipment for rocket propellants") is None
    True
    """
    plain = _TAIL.sub("", _LEAD.sub("", words.strip().rstrip(".")))
    found: list[str] = []
    for part in filter(None, _AND.split(plain)):
        ends = [_code(entry, end) for end in re.split(r"\s+to\s+", part) if re.fullmatch(_PARAGRAPH, end)]
        if not ends or None in ends or len(ends) != len(re.split(r"\s+to\s+", part)):
            return None
        found += _between(*[end for end in ends if end])
    return tuple(found) or None


def _code(entry: str, text: str) -> str | None:
    plain = text.replace(" ", "")
    if re.match(_OWN, plain):
        if not plain.startswith(entry):
            return None
        plain = plain.removeprefix(entry)
    return f"{entry}.{plain.lstrip('.')}"


def _between(first: str, last: str = "") -> list[str]:
    if not last:
        return [first]
    stem, _, low = first.rpartition(".")
    high = last.rpartition(".")[2]
    if low.isdigit():
        return [f"{stem}.{number}" for number in range(int(low), int(high) + 1)]
    return [f"{stem}.{chr(letter)}" for letter in range(ord(low), ord(high) + 1)]


def read(row: dict[str, str]) -> Reading:
    """Read which codes a row of the control list's tables holds."""
    entry, words = row["eccn"], row["applies_to"].strip()
    if not words or words == "entire entry" or words.startswith("entire entry AT applies"):
        return Reading(sure=(entry,))
    excepted = re.fullmatch(r"(?:the )?entire entry,? except:? (.*)", words)
    listed = paragraphs(entry, excepted[1] if excepted else words)
    if listed is None:
        return Reading(part=(entry,))
    return Reading(sure=(entry,), out=listed) if excepted else Reading(sure=listed)


def reading_of(row: dict[str, str], column: str, by_hand: dict[tuple[str, str], Reading]) -> Reading:
    """Return the reading by hand where there is one, else that of the words."""
    return by_hand.get((row["eccn"], column)) or read(row)


def rows_of(name: str) -> list[dict[str, str]]:
    """Return the rows of a source table."""
    with (SOURCES / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def by_hand() -> dict[tuple[str, str], Reading]:
    """Return the readings by hand, by entry and column."""
    return {
        (row["eccn"], row["column"]): Reading(*(tuple(row[key].split()) for key in ("sure", "part", "out")))
        for row in rows_of("ccl_parts.csv")
    }


def reach_of(row: dict[str, str]) -> str:
    """Return the name of the set of destinations that a row without a column names, or the empty text."""
    words = f"{row['reaches']} {row['applies_to']}"
    return next((name for name, _, keys in _REACHES if any(key in words for key in keys)), "")


def column_of(row: dict[str, str]) -> str:
    """Return the column or set of destinations of a row; the empty text for one that is left out."""
    columns = row["chart_columns"].split(";")[0]
    if columns:
        return columns if columns in COLUMNS else ""
    if row["reason"] in _LEFT_OUT:
        return ""
    return "MT1" if row["reason"] == "MT" else reach_of(row)


def readings() -> dict[str, list[Reading]]:
    """Return the readings of every column and of every set of destinations."""
    hand = by_hand()
    found: dict[str, list[Reading]] = {}
    for row in rows_of("ccl_chart_columns.csv"):
        column = column_of(row)
        if not column:
            continue
        for name in ("iraq", "pakistan") if column == "south_asia" else (column,):
            found.setdefault(name, []).append(reading_of(row, name, hand))
    return found


def _flow(codes: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a list of codes, wrapped."""
    line = "   "
    for code in codes:
        if len(line) + len(code) > 112:
            yield line
            line = "   "
        line += f" {code},"
    yield line.rstrip(",") + "]"


def _list(name: str, words: str, system: str, codes: Iterable[str], cite: str) -> Iterator[str]:
    lines = list(_flow(sorted(set(codes))))
    if lines == ["   ]"]:
        return
    yield f"  {name}:"
    yield f"    words: {words}"
    yield f"    system: {system}"
    yield "    codes: ["
    yield from (f"  {line}" for line in lines)
    yield f"    cite: {cite}"


def _marked(column: str) -> Iterator[str]:
    for row in rows_of("country_chart.csv"):
        if row[column]:
            yield row["iso2"]
            if row["iso2"] == "CN":
                yield "HK"


def _entries(name: str, words: str, found: list[Reading]) -> Iterator[str]:
    sure = {code for one in found for code in one.sure}
    out = {code for one in found for code in one.out}
    if clash := sure & out:
        raise SystemExit(f"{name}: {', '.join(sorted(clash))} are both in and out")
    yield from _list(f"ccl_{name}", f"entries of {words}", "eccn", sure, "CCL")
    part = [code for one in found for code in one.part]
    yield from _list(f"ccl_{name}_part", f"entries of which a described part is in {words}", "eccn", part, "CCL")
    yield from _list(f"ccl_{name}_out", f"paragraphs left out of {words}", "eccn", out, "CCL")


def build() -> str:
    """Return the text of the file."""
    found = readings()
    lines = [
        "# yaml-language-server: $schema=../schemas/law.schema.json",
        "# Made by scripts/build_country_chart.py from sources/bis; do not edit.",
        "issuer: us",
        "sources:",
        "  CHART:",
        "    act: 15 CFR 738 Supplement 1, eCFR issue of 2026-07-23, read in a public transcription",
        "    url: https://www.ecfr.gov/current/title-15/part-738/appendix-Supplement%20No.%201%20to%20Part%20738",
        "    read_on: 2026-11-24",
        "  CCL:",
        "    act: 15 CFR 774 Supplement 1, licence requirements, eCFR of 2026-07-23, read in a public transcription",
        "    url: https://www.ecfr.gov/current/title-15/part-774/appendix-Supplement%20No.%201%20to%20Part%20774",
        "    read_on: 2026-11-24",
        "lists:",
    ]
    for column in COLUMNS:
        words = f"{column[:2]} column {column[2]}"
        lines += _list(f"marked_{column.lower()}", f"marked in {words}", "jurisdiction", _marked(column), "CHART")
        lines += _entries(column.lower(), words, found[column])
    for name, words, _ in _REACHES:
        lines += _entries(name, words, found.get(name, []))
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the file, or only say whether it is fresh."""
    text = build()
    fresh = TARGET.exists() and TARGET.read_text(encoding="utf-8") == text
    if "--check" in sys.argv[1:]:
        print("up to date" if fresh else f"out of date: {TARGET.name}")
        return 0 if fresh else 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
