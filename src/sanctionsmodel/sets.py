"""One kind of value set for every fact: a strictly increasing tuple of *cuts* on an ordered line.

A value is inside when an odd number of cuts lie at or below it, so ``(3, 7)`` holds 3, 4, 5 and 6, and ``(3,)`` holds
everything from 3 on. Equal sets are equal tuples. The functions know nothing of facts: dates arrive as day numbers,
quantities as floats in a base unit, codes and names as text, and every line starts at a *bottom* point, which stands
for "there is none" where a fact may be none.

>>> both = intersection((3, 7), (5,))
>>> both
(5, 7)
>>> contains(both, 6), contains(both, 7)
(True, False)
>>> complement((3, 7), bottom=0)
(0, 3, 7)
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from typing import Any, TypeAlias

#: A set of values as a strictly increasing tuple of cuts, all of one type (int, float or str).
Cuts: TypeAlias = tuple[Any, ...]

EMPTY: Cuts = ()

_LAST_CHARACTER = "\U0010ffff"


def successor(value: Any) -> Any:
    """Return the least point of the line that is greater than ``value``.

    Every line is discrete in this sense: whole numbers, floats (the next representable one) and text (the value with
    one NUL character added).
    """
    if isinstance(value, str):
        return value + "\0"
    return value + 1 if isinstance(value, int) else math.nextafter(value, math.inf)


def single(value: Any) -> Cuts:
    """Return the set that holds just one value."""
    return (value, successor(value))


def between(low: Any, high: Any) -> Cuts:
    """Return the half-open span ``[low, high)``; empty when ``high`` does not exceed ``low``."""
    return (low, high) if low < high else EMPTY


def after_prefix(prefix: str) -> str:
    """Return the least text greater than every text that starts with ``prefix``.

    >>> after_prefix("76")
    '77'
    """
    return prefix[:-1] + (chr(ord(prefix[-1]) + 1) if prefix[-1] < _LAST_CHARACTER else prefix[-1] * 2)


def prefixed(prefix: str) -> Cuts:
    """Return the set of every text that starts with ``prefix``: a code with all that lies under it."""
    return (prefix, after_prefix(prefix))


def contains(cuts: Cuts, value: Any) -> bool:
    """Say whether a value lies in the set."""
    return bool(bisect_right(cuts, value) & 1)


def complement(cuts: Cuts, bottom: Any) -> Cuts:
    """Return everything on the line that starts at ``bottom`` and is not in the set."""
    return cuts[1:] if cuts and cuts[0] == bottom else (bottom, *cuts)


def _sweep(left: Cuts, right: Cuts, needed: int) -> Cuts:
    """Keep the points at which the count of sets that hold them crosses ``needed``."""
    result: list[Any] = []
    i = j = 0
    inside = False
    while i < len(left) or j < len(right):
        if j == len(right) or (i < len(left) and left[i] <= right[j]):
            cut = left[i]
        else:
            cut = right[j]
        if i < len(left) and left[i] == cut:
            i += 1
        if j < len(right) and right[j] == cut:
            j += 1
        if ((i & 1) + (j & 1) >= needed) != inside:
            inside = not inside
            result.append(cut)
    return tuple(result)


def intersection(left: Cuts, right: Cuts) -> Cuts:
    """Return what lies in both sets."""
    if len(left) > len(right):
        left, right = right, left
    if not left or left == right:
        return left
    if len(left) == 2:
        return _within(right, left[0], left[1])
    return _within(right, left[0], None) if len(left) == 1 else _sweep(left, right, needed=2)


def _within(cuts: Cuts, low: Any, high: Any) -> Cuts:
    """Cut a set down to one span; two searches, so that a long code list costs no more than a short one."""
    first = bisect_right(cuts, low)
    last = len(cuts) if high is None else bisect_left(cuts, high)
    start = (low,) if first & 1 else ()
    return (*start, *cuts[first:last], high) if high is not None and last & 1 else (*start, *cuts[first:last])


def union(*sets: Cuts) -> Cuts:
    """Return what lies in at least one of the sets."""
    result = EMPTY
    for one in sorted(sets, key=len):
        result = one if not result else _sweep(result, one, needed=1)
    return result


def union_of_many(sets: list[Cuts]) -> Cuts:
    """Return the union of many sets in one sort, for long code lists."""
    events = sorted((cut, 1 - 2 * (index & 1)) for one in sets for index, cut in enumerate(one))
    result: list[Any] = []
    depth = position = 0
    while position < len(events):
        cut, before = events[position][0], depth
        while position < len(events) and events[position][0] == cut:
            depth += events[position][1]
            position += 1
        if (before > 0) != (depth > 0):
            result.append(cut)
    return tuple(result)


def is_subset(inner: Cuts, outer: Cuts) -> bool:
    """Say whether every value of ``inner`` lies in ``outer``."""
    return intersection(inner, outer) == inner


def are_disjoint(left: Cuts, right: Cuts) -> bool:
    """Say whether no value lies in both sets."""
    return not intersection(left, right)


def spans(cuts: Cuts) -> tuple[tuple[Any, Any], ...]:
    """Return the half-open spans of the set; the last upper end is ``None`` where the set has no upper bound."""
    padded = cuts if len(cuts) % 2 == 0 else (*cuts, None)
    return tuple((padded[i], padded[i + 1]) for i in range(0, len(padded), 2))


def only_value(cuts: Cuts) -> Any:
    """Return the one value of a set that holds just one, else ``None``.

    A code with everything under it counts as more than one value.
    """
    return cuts[0] if len(cuts) == 2 and cuts[1] == successor(cuts[0]) else None
