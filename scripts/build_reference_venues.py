"""Build the shipped register of exchanges and other venues from ``sources/venues/iso10383.csv``.

Run ``python scripts/build_reference_venues.py`` after the input changed; the result is sorted, deterministic and
committed, and a test builds it again and compares.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "sources" / "venues" / "iso10383.csv"
TARGET = ROOT / "src" / "sanctionsmodel" / "data" / "reference" / "venues.json"

# The register's sign for venues that lie in no country, such as trades off any exchange.
NO_COUNTRY = "ZZ"


def _entry(row: dict[str, str]) -> list[str]:
    country = "" if row["country"] == NO_COUNTRY else row["country"]
    return [row["operating_mic"], " ".join(row["name"].split()), country, row["status"]]


def build() -> str:
    """Return the text of the file: for each market identifier its operator's identifier, name, country and status."""
    with SOURCE.open(encoding="utf-8", newline="") as lines:
        venues = {row["mic"]: _entry(row) for row in csv.DictReader(lines)}
    rows = (f"{json.dumps(mic)}: {json.dumps(venues[mic], ensure_ascii=False)}" for mic in sorted(venues))
    return "{\n" + ",\n".join(rows) + "\n}\n"


if __name__ == "__main__":
    TARGET.write_text(build(), encoding="utf-8")
