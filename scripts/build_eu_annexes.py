"""Build the code lists of the EU law files from ``sources/eu/annex_goods.csv``, one CSV an annex.

Run ``python scripts/build_eu_annexes.py`` after the input changed; the result is sorted, deterministic and committed.
The columns are those of every code list: code, from, until (first day outside), except (codes left out) and note.

A code listed in part ("ex") gives no sure answer: such codes stand in a list of their own, ``annex-...-ex.csv``, unless
the annex says by codes what is left out. In some tables of Annex XVIII "ex" stands for the value limit alone, since
their words take the whole code (see ``WHOLE_TABLES``).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "sources" / "eu" / "annex_goods.csv"
TARGET = ROOT / "src" / "sanctionsmodel" / "data" / "eu"

Row = dict[str, str]
Choice = Callable[[Row], bool]

RUSSIA, BELARUS = "833/2014", "765/2006"

#: Tables of Annex XVIII whose title and words take the whole of each code: caviar, alcohol, cigars, perfumes and
#: cosmetics, leather goods, clothing and shoes, carpets, jewellery, sound and image, watches, instruments, art.
WHOLE_TABLES = {"2", "4", "5", "6", "7", "8", "9", "10", "16", "18", "19", "20"}
#: ... but for these of table 10, "excluding for industrial use".
NOT_FOR_INDUSTRY = {"7102", "710491", "7105"}
#: Codes of which the annexes' words, not their codes, leave something out: goods vehicles with small engines.
PARTLY_OUT = {"8704": ("87042191", "87042199")}
#: Electronic items for domestic use, from EUR 750. Each code of eight digits has its six digits to itself here.
DOMESTIC = "15"
HS_DIGITS = 6


def of(annex: str, *parts: str, regulation: str = RUSSIA) -> Choice:
    """Choose the rows of an annex, or of some of its parts; a wind-down entry without a ban is in no list."""
    return lambda row: (
        (row["regulation"], row["annex"]) == (regulation, annex)
        and (not parts or row["part"] in parts)
        and (bool(parts) or row["confidence"] != "low")
    )


def is_whole(row: Row) -> bool:
    """Say whether the codes alone tell which goods a row lists."""
    if row["scope"] == "whole" or row["except_codes"]:
        return True
    in_whole_table = row["part"] in WHOLE_TABLES and row["code"] not in NOT_FOR_INDUSTRY
    return (row["regulation"], row["annex"]) == (RUSSIA, "XVIII") and in_whole_table


def whole(choice: Choice) -> Choice:
    """Choose of these rows those whose goods the codes tell."""
    return lambda row: choice(row) and is_whole(row)


def partly(choice: Choice) -> Choice:
    """Choose of these rows those that list only part of a code."""
    return lambda row: choice(row) and not is_whole(row)


def dated(row: Row) -> list[str]:
    """Return the line of a row with its days."""
    until = row["listed_until"] and (dt.date.fromisoformat(row["listed_until"]) + dt.timedelta(days=1)).isoformat()
    return [row["code"], row["listed_from"], until, row["except_codes"].replace(";", " "), note(row)]


def undated(row: Row) -> list[str]:
    """Return the line of a row of a list that is tested for its codes alone."""
    return [row["code"], "", "", row["except_codes"].replace(";", " "), ""]


def international(row: Row) -> list[str]:
    """Return the line of a row by its six international digits alone."""
    return [row["code"][:HS_DIGITS], "", "", "", ""]


def note(row: Row) -> str:
    """Return what a reader wants to know of a row: part, acts, and what is odd."""
    part, acts = row["part"], ", ".join(row["act"].split(";"))
    named = {"": "", "list": "single list"}.get(part, f"table {part}" if part.isdigit() else f"part {part}")
    doubt = "" if row["confidence"] == "high" else f"confidence {row['confidence']}"
    words = row["description_short"].replace(", ", "; ")
    return "; ".join(text for text in (named, acts, doubt, words) if text)


#: The lists: file name, which rows, and how a row is written.
LISTS: dict[str, tuple[Choice, Callable[[Row], list[str]]]] = {
    "annex-vii-b": (of("VII"), dated),
    "annex-xi": (whole(of("XI")), dated),
    "annex-xi-ex": (partly(of("XI")), dated),
    "annex-xvii": (of("XVII"), dated),
    "annex-xvii-a": (of("XVII", "A"), undated),
    "annex-xviii": (whole(of("XVIII")), dated),
    "annex-xviii-ex": (partly(of("XVIII")), dated),
    "annex-xviii-750": (of("XVIII", DOMESTIC), international),
    "annex-xx": (of("XX"), dated),
    "annex-xxi": (whole(of("XXI")), dated),
    "annex-xxiii": (whole(of("XXIII")), dated),
    "annex-xxiii-ex": (partly(of("XXIII")), dated),
    **{f"annex-xxiii-{part.lower()}": (of("XXIII", part), undated) for part in ("B", "C")},
    **{f"annex-{name.lower()}": (of("XXIII", name), undated) for name in map("XXIII{}".format, "ABCDEFG")},
    "annex-xxxvii": (of("XXXVII"), dated),
    "annex-xl": (of("XL"), dated),
    "reg-765-2006-annex-xviii": (whole(of("XVIII", regulation=BELARUS)), dated),
    "reg-765-2006-annex-xviii-ex": (partly(of("XVIII", regulation=BELARUS)), dated),
}


def split(row: Row) -> list[Row]:
    """Split a row that lists a code but for goods described under some codes into the sure part and the others."""
    out = PARTLY_OUT.get(row["code"], ()) if row["scope"] == "ex" else ()
    if not out:
        return [row]
    return [row | {"except_codes": ";".join(out)}, *(row | {"code": code} for code in out)]


def text_of(lines: Iterable[list[str]]) -> str:
    """Return sorted lines as CSV, each once."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["code", "from", "until", "except", "note"])
    once = {tuple(line[:-1]): tuple(line) for line in sorted(lines, reverse=True)}  # a code may stand in two tables
    writer.writerows(once[key] for key in sorted(once))
    return out.getvalue()


def build() -> dict[str, str]:
    """Return the text of each list by its file name."""
    with SOURCE.open(encoding="utf-8", newline="") as lines:
        rows = [part for row in csv.DictReader(lines) for part in split(row)]
    return {f"{name}.csv": text_of(map(line, filter(choice, rows))) for name, (choice, line) in LISTS.items()}


if __name__ == "__main__":
    for file_name, text in build().items():
        (TARGET / file_name).write_text(text, encoding="utf-8")
