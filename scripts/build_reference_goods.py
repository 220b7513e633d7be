"""Build the shipped nomenclature of goods from the inputs under ``sources/goods``.

Run ``python scripts/build_reference_goods.py`` after an input changed; the result is sorted, deterministic and
committed, and a test builds it again and compares. Codes come in groups, one for each set of editions that knows
them, so that what three editions share is written once. Texts exist for HS 2022 only (see
``sources/goods/README.md``).
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "sources" / "goods"
TARGET = ROOT / "src" / "sanctionsmodel" / "data" / "reference"

# The statistics' own "not specified" and the chapter that the HS keeps in reserve: no goods are classified there.
NOT_GOODS = ("99", "77")


def _is_goods(code: str) -> bool:
    return not code.startswith(NOT_GOODS)


def _names() -> dict[str, str]:
    with (SOURCES / "hs2022.csv").open(encoding="utf-8", newline="") as lines:
        return {row["code"]: row["description"] for row in csv.DictReader(lines) if _is_goods(row["code"])}


def _codes(edition: int) -> set[str]:
    text = (SOURCES / f"hs{edition}.txt").read_text(encoding="ascii")
    return {code for code in text.split() if _is_goods(code)}


def _groups(editions: dict[int, set[str]]) -> dict[str, str]:
    """Return the codes that share a set of editions, under those editions, as one text."""
    groups: dict[str, list[str]] = defaultdict(list)
    for code in sorted(set().union(*editions.values())):
        groups[" ".join(str(edition) for edition in sorted(editions) if code in editions[edition])].append(code)
    return {key: " ".join(groups[key]) for key in sorted(groups)}


def build() -> dict[str, str]:
    """Return the text of each file to be written, by its name."""
    names = _names()
    groups = _groups({2012: _codes(2012), 2017: _codes(2017), 2022: set(names)})
    return {
        "nomenclature.json": json.dumps(groups, indent=0) + "\n",
        "goods_names.json": json.dumps(dict(sorted(names.items())), indent=0, ensure_ascii=False) + "\n",
    }


def main() -> None:
    """Write the files."""
    for name, text in build().items():
        (TARGET / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
