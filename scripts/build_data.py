"""Make the built form of the fact registry and the law files; ``--check`` only says whether it is fresh, ``--facts``
builds the registry alone."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from sanctionsmodel._data import DATA
from sanctionsmodel._yaml import read_yaml
from sanctionsmodel.catalogue import build
from sanctionsmodel.errors import CatalogueError


def text_of(value: Any) -> str:
    """Return compact JSON, the same bytes on every machine."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def registry() -> Any:
    """Return the fact registry as data; raises CatalogueError when its YAML is wrong."""
    tree = read_yaml((DATA / "facts.yaml").read_text(encoding="utf-8"), "facts.yaml")
    if tree.problems:
        raise CatalogueError(tree.problems)
    return tree.value


def write(path: Path, text: str, check: bool) -> bool:
    """Write a file, or only say whether it holds that text."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return True
    if check:
        print(f"{path.name} is not fresh; run python scripts/build_data.py")
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True


def main(check: bool, only_facts: bool) -> int:
    """Build the registry first: reading the law needs it."""
    fresh = write(DATA / "built/facts.json", text_of(registry()), check)
    if only_facts:
        return 0 if fresh else 1
    try:
        for name, value in build().items():
            fresh &= write(DATA / name, text_of(value), check)
    except CatalogueError as error:
        print(error)
        return 1
    return 0 if fresh else 1


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:], "--facts" in sys.argv[1:]))
