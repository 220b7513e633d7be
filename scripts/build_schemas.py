"""Make the JSON Schemas of law, case and transaction files from the fact registry.

``--check`` only says whether they are fresh. ``--heads`` also writes, at the head of each bundled law and case file
without one, the line by which editors find its schema.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from sanctionsmodel._data import DATA
from sanctionsmodel.schemas import NAMES, schema

HEAD = "# yaml-language-server: $schema=../schemas/{}.schema.json\n"


def write(path: Path, text: str, check: bool) -> bool:
    """Write a file, or only say whether it holds that text."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return True
    if check:
        print(f"{path.name} is not fresh; run python scripts/build_schemas.py")
        return False
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True


def heads() -> None:
    """Name its schema at the head of each bundled law and case file."""
    for path in sorted(DATA.glob("*/*.yaml")):
        text = path.read_text(encoding="utf-8")
        if "yaml-language-server" not in text.partition("\n")[0]:
            kind = "case" if path.name.endswith(".cases.yaml") else "law"
            path.write_text(HEAD.format(kind) + text, encoding="utf-8")


def main(check: bool, with_heads: bool) -> int:
    """Write the schemas, or say whether they are fresh."""
    fresh = True
    for name in NAMES:
        text = json.dumps(schema(name), ensure_ascii=False, separators=(",", ":")) + "\n"
        fresh &= write(DATA / "schemas" / f"{name}.schema.json", text, check)
    if with_heads and not check:
        heads()
    return 0 if fresh else 1


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:], "--heads" in sys.argv[1:]))
