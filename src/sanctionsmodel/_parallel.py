"""Work on whole columns in parallel: arithmetic on arrays runs outside the interpreter, so that threads share it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_THREADS = min(4, os.cpu_count() or 1)

T = TypeVar("T")
R = TypeVar("R")


def in_parallel(work: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """Return what the work makes of each item, in order; a single item is worked on in the thread of the caller."""
    todo = list(items)
    if len(todo) < 2 or _THREADS < 2:
        return [work(item) for item in todo]
    with ThreadPoolExecutor(_THREADS) as pool:
        return list(pool.map(work, todo))
