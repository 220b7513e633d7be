"""The plain evaluator of generated rules: three-valued logic, rule by rule and row by row, with nothing clever in it.

Every rival's answers are compared with it. ``functions`` writes the same rules out as Python functions, as somebody
would who wants them fast.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from screen_law import Box, Rule

STATUSES = ("covered", "exempt", "undetermined")
Row = dict[str, Any]
Counts = list[tuple[int, ...]]


def leaf_holds(name: str, demand: Any, value: Any) -> bool:
    """Say whether a value meets a demand."""
    if name == "hs":
        return any(value.startswith(prefix) for prefix in demand)
    if isinstance(demand, list):
        return value in demand
    return all(
        value > limit if key == "above" else value >= limit if key == "from" else value <= limit
        for key, limit in demand.items()
    )


def box_planes(box: Box, row: Row) -> tuple[bool, bool]:
    """Return whether a box surely holds and whether it may."""
    sure = True
    for name, demand in box.items():
        value = row[name]
        if value is None:
            sure = False
        elif not leaf_holds(name, demand, value):
            return False, False
    return sure, True


def plain_status(rule: Rule, row: Row) -> str:
    """Return the status of a rule by three-valued logic."""
    sure, possible = box_planes(rule.box, row)
    if not possible:
        return "not_covered"
    ways = [box_planes(way, row) for way in rule.exemptions]
    if any(way_sure for way_sure, _ in ways):
        return "exempt"
    return "covered" if sure and not any(way_possible for _, way_possible in ways) else "undetermined"


def counted(reached: Callable[[Row], list[tuple[int, str]]], rules: list[Rule], rows: list[Row]) -> Counts:
    """Count the statuses of each rule, of a function that gives the number and status of each rule it reaches."""
    counts = [dict.fromkeys(STATUSES, 0) for _ in rules]
    for row in rows:
        for number, status in reached(row):
            counts[number][status] += 1
    return [tuple(count.values()) for count in counts]


def plain_reached(rules: list[Rule]) -> Callable[[Row], list[tuple[int, str]]]:
    """Return the plain evaluator as a function from a row to the rules that it reaches."""

    def reached(row: Row) -> list[tuple[int, str]]:
        found = ((number, plain_status(rule, row)) for number, rule in enumerate(rules))
        return [one for one in found if one[1] != "not_covered"]

    return reached


# -------------------------------------------------------------------------------------------------- Python functions
def functions(rules: list[Rule]) -> Callable[[Row], list[tuple[int, str]]]:
    """Return the rules as Python functions that leave at the first demand that is not met."""
    lines: list[str] = []
    for number, rule in enumerate(rules):
        for place, way in enumerate(rule.exemptions):
            lines += [f"def way_{number}_{place}(row):", *_body(way, "False"), "    return True if sure else None"]
        lines += [f"def rule_{number}(row):", *_body(rule.box, "None")]
        for place in range(len(rule.exemptions)):
            lines += [f"    found = way_{number}_{place}(row)", "    if found:", "        return 'exempt'"]
            lines += ["    if found is None:", "        sure = False"]
        # an exemption that may hold leaves the rule open, but a later one may still hold surely
        lines += ["    return 'covered' if sure else 'undetermined'"]
    names = ", ".join(f"rule_{number}" for number in range(len(rules)))
    made: dict[str, Any] = {}
    exec("\n".join([*lines, f"RULES = list(enumerate([{names}]))"]), made)
    table = made["RULES"]
    return lambda row: [(number, status) for number, rule in table if (status := rule(row))]


def _body(box: Box, otherwise: str) -> list[str]:
    lines = ["    sure = True"]
    for name, demand in box.items():
        lines += [f"    value = row[{name!r}]", "    if value is None:", "        sure = False"]
        lines += [f"    elif not ({_test(name, demand)}):", f"        return {otherwise}"]
    return lines


def _test(name: str, demand: Any) -> str:
    if name == "hs":
        return f"value.startswith({tuple(demand)!r})"
    if isinstance(demand, list):
        return f"value in {set(demand)!r}"
    signs = {"above": ">", "from": ">=", "up_to": "<="}
    return " and ".join(f"value {signs[key]} {limit!r}" for key, limit in demand.items())
