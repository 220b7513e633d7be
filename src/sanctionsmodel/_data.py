"""Read the data files that ship inside the package; each is read once a process, on first use."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@cache
def read_json(name: str) -> Any:
    """Return the parsed JSON file ``data/<name>``; callers must not change it."""
    return json.loads((DATA / name).read_text(encoding="utf-8"))
