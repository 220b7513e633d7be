"""The law that ships as expressions over single values, for engines that know nothing of it.

What this library works out beforehand is what makes that possible: lists resolved to days and codes, conditions as
boxes, and each fact of a row narrowed to one point. The engines then say which measures forbid the point.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sanctionsmodel import Catalogue, sets
from sanctionsmodel._boxes import Box
from sanctionsmodel._exact import Compiled

Point = dict[str, Any]
Asked = Callable[[Point], list[bool]]
_CHUNK = 20


def variable(axis: int) -> str:
    """Return the name of an axis in an expression."""
    return f"a{axis}"


class Words(NamedTuple):
    """How a language writes an expression."""

    both: str
    either: str
    no: str
    one_of: str
    true: str
    false: str
    name: Callable[[int], str]
    quote: Callable[[Any], str]


def _test(axis: int, cuts: Sequence[Any], words: Words) -> str:
    """Return "the value lies in this set": single values as a list, and spans by their ends."""
    name, quote = words.name(axis), words.quote
    singles: list[str] = []
    parts: list[str] = []
    for low, high in sets.spans(tuple(cuts)):
        if high is not None and high == sets.successor(low):
            singles.append(quote(low))
            continue
        ends = [f"{name} >= {quote(low)}"] if low != float("-inf") else []
        ends += [f"{name} < {quote(high)}"] if high is not None else []
        parts.append(f"({words.both.join(ends)})" if ends else words.true)
    if singles:
        parts.insert(0, f"{name} in {words.one_of.format(', '.join(singles))}")
    return f"({words.either.join(parts)})"


def _boxes(boxes: Sequence[Box], words: Words) -> str:
    texts = [words.both.join(_test(axis, cuts, words) for axis, cuts in box.items()) or words.true for box in boxes]
    return words.either.join(f"({one})" for one in texts) or words.false


def expression(measure: Compiled, words: Words) -> str:
    """Return a measure as an expression: some limb is met, and no exemption frees it."""
    limbs = []
    for limb in measure.limbs:
        freeing = [box for one in measure.exemptions if limb.key in one.frees for box in one.boxes]
        text = f"({_boxes(limb.boxes, words)})"
        limbs.append(text + (f"{words.both}{words.no}({_boxes(freeing, words)})" if freeing else ""))
    return words.either.join(f"({one})" for one in limbs) or words.false


def _quoted(value: Any) -> str:
    if not isinstance(value, str):
        return repr(value)
    return (
        '"' + "".join(f"\\u{ord(one):04x}" if one < " " else f"\\{one}" if one in '"\\' else one for one in value) + '"'
    )


PYTHON = Words(" and ", " or ", "not ", "{{{}}}", "True", "False", lambda axis: f"row['{variable(axis)}']", repr)
CEL = Words(" && ", " || ", "!", "[{}]", "true", "false", variable, _quoted)


def python_functions(measures: Sequence[Compiled]) -> Asked:
    """Return the measures as Python functions."""
    lines = [f"def rule_{n}(row):\n    return {expression(one, PYTHON)}" for n, one in enumerate(measures)]
    names = ", ".join(f"rule_{number}" for number in range(len(measures)))
    made: dict[str, Any] = {}
    exec("\n".join([*lines, f"RULES = [{names}]"]), made)
    rules = made["RULES"]
    return lambda point: [rule(point) for rule in rules]


def cel_rust(measures: Sequence[Compiled]) -> Asked | None:
    """Return the measures as compiled expressions of CEL in Rust; nothing where it is not installed."""
    if importlib.util.find_spec("cel") is None:
        return None
    import cel

    texts = [expression(one, CEL) for one in measures]
    programs = [cel.compile(f"[{', '.join(texts[n : n + _CHUNK])}]") for n in range(0, len(texts), _CHUNK)]

    def asked(point: Point) -> list[bool]:
        context = cel.Context(variables=point)
        return [answer for program in programs for answer in program.execute(context)]

    return asked


def points_of(law: Catalogue, points: Sequence[Mapping[Any, Any]]) -> list[Point]:
    """Return points by the names of the axes that the measures read."""
    read = sorted({axis for measure in law.index.measures for axis in measure.axes})
    names = law.index.axes.names
    return [{variable(axis): point[names[axis]] for axis in read} for point in points]
