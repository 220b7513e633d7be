"""Rule engines that answer one transaction at a time, each given the generated rules in the form natural to it.

They are two-valued: asked which rules forbid a transaction of which every fact is known. A row is prepared for them
outside the clock: chapter and heading are facts of their own, and dates are numbers.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from screen_law import Box, Rule

Row = dict[str, Any]
Asked = Callable[[Row], Collection[int]]
TEXTS = ("activity", "hs", "hs2", "hs4", "origin", "destination", "conducted_in", "venue")
DAYS = ("transacted_on", "produced_on")
NUMBERS = ("mass", "unit_value", "purity")
#: Cedar has whole numbers only; three decimals are all that generated rows have.
_SCALE = 1000
#: Two engines compile one long list of rules faster than many short ones, up to a length of text.
_CHUNK = 200


@dataclass
class Engine:
    """One engine: what it is called, the package that it comes from, its form of a rule, and how it is asked."""

    name: str
    package: str
    module: str
    form: str
    build: Callable[[list[Rule]], Asked]

    @property
    def installed(self) -> bool:
        """Whether its package is there."""
        return importlib.util.find_spec(self.module) is not None


def prepared(row: Row) -> Row:
    """Return a row as the engines take it."""
    days = {name: dt.date.fromisoformat(row[name]).toordinal() for name in DAYS}
    return {**row, **days, "hs2": row["hs"][:2], "hs4": row["hs"][:4]}


def _tests(box: Box) -> Iterator[list[tuple[str, str, Any]]]:
    """Yield each demand as alternatives of (sign, fact, value); all must be met."""
    signs = {"above": ">", "from": ">=", "up_to": "<="}
    for name, demand in box.items():
        if name == "hs":
            by_length = {size: [one for one in demand if len(one) == size] for size in (2, 4, 6)}
            facts = {2: "hs2", 4: "hs4", 6: "hs"}
            yield [("in", facts[size], codes) for size, codes in by_length.items() if codes]
        elif isinstance(demand, list):
            yield [("in", name, demand)]
        else:
            for key, limit in demand.items():
                number = dt.date.fromisoformat(limit).toordinal() if name in DAYS else float(limit)
                yield [(signs[key], name, number)]


# ------------------------------------------------------------------------------------------------- expressions as text
@dataclass
class _Words:
    both: str
    either: str
    no: str


_C_LIKE, _ENGLISH = _Words(" && ", " || ", "!"), _Words(" and ", " or ", "not ")


def _text_of(box: Box, words: _Words) -> str:
    def one(sign: str, name: str, value: Any) -> str:
        if sign != "in":
            return f"{name} {sign} {value!r}"
        return f"{name} == {json.dumps(value[0])}" if len(value) == 1 else f"{name} in {json.dumps(value)}"

    parts = [words.either.join(one(*test) for test in tests) for tests in _tests(box)]
    return words.both.join(f"({part})" if words.either in part else part for part in parts)


def expression(rule: Rule, words: _Words) -> str:
    """Return a rule as one expression: the box, and none of the exemptions."""
    text = _text_of(rule.box, words)
    if rule.exemptions:
        ways = words.either.join(f"({_text_of(way, words)})" for way in rule.exemptions)
        text += f"{words.both}{words.no}({ways})"
    return text


def _lists(rules: list[Rule], words: _Words) -> list[str]:
    """Return the rules as few expressions, each a list of answers."""
    texts = [expression(rule, words) for rule in rules]
    return [f"[{', '.join(texts[start : start + _CHUNK])}]" for start in range(0, len(texts), _CHUNK)]


def _zen(rules: list[Rule]) -> Asked:
    import zen

    [program] = [zen.compile_expression(f"[{', '.join(expression(rule, _ENGLISH) for rule in rules)}]")]
    return lambda row: [number for number, answer in enumerate(program.evaluate(row)) if answer]


def _cel_rust(rules: list[Rule]) -> Asked:
    import cel

    programs = [cel.compile(text) for text in _lists(rules, _C_LIKE)]

    def asked(row: Row) -> list[int]:
        context = cel.Context(variables=row)
        answers = [answer for program in programs for answer in program.execute(context)]
        return [number for number, answer in enumerate(answers) if answer]

    return asked


def _cel_google(rules: list[Rule]) -> Asked:
    from cel_expr_python import cel

    kinds = ((TEXTS, cel.Type.STRING), (DAYS, cel.Type.INT), (NUMBERS, cel.Type.DOUBLE))
    env = cel.NewEnv(variables={name: kind for names, kind in kinds for name in names})
    programs = [env.compile(text) for text in _lists(rules, _C_LIKE)]

    def asked(row: Row) -> list[int]:
        activation = env.Activation(row)
        answers = [answer for program in programs for answer in program.eval(activation).value()]
        return [number for number, answer in enumerate(answers) if answer.value()]

    return asked


def _rule_engine(rules: list[Rule]) -> Asked:
    import rule_engine

    made = [rule_engine.Rule(expression(rule, _ENGLISH)) for rule in rules]
    return lambda row: [number for number, rule in enumerate(made) if rule.matches(row)]


# --------------------------------------------------------------------------------------------------------- other forms
def _json_logic(rules: list[Rule]) -> Asked:
    from json_logic import jsonLogic

    def of_test(sign: str, name: str, value: Any) -> Any:
        many = sign == "in" and len(value) > 1
        if sign == "in" and not many:
            return {"==": [{"var": name}, value[0]]}
        return {sign: [{"var": name}, value]}

    def of_box(box: Box) -> Any:
        tests = [[of_test(*test) for test in tests] for tests in _tests(box)]
        return {"and": [one[0] if len(one) == 1 else {"or": one} for one in tests]}

    def of_rule(rule: Rule) -> Any:
        box = of_box(rule.box)
        return {"and": [box, {"!": [{"or": list(map(of_box, rule.exemptions))}]}]} if rule.exemptions else box

    made = [of_rule(rule) for rule in rules]
    return lambda row: [number for number, rule in enumerate(made) if jsonLogic(rule, row)]


def _cedar(rules: list[Rule]) -> Asked:
    import cedarpy

    def of_test(sign: str, name: str, value: Any) -> str:
        if sign == "in":
            one = f"context.{name} == {json.dumps(value[0])}"
            return one if len(value) == 1 else f"{json.dumps(value)}.contains(context.{name})"
        return f"context.{name} {sign} {round(value * _SCALE) if name in NUMBERS else value}"

    def of_box(box: Box) -> str:
        return " && ".join(f"({' || '.join(of_test(*test) for test in tests)})" for tests in _tests(box))

    policies = []
    for rule in rules:
        ways = "".join(f" unless {{ {of_box(way)} }}" for way in rule.exemptions)
        policies.append(f"forbid(principal, action, resource) when {{ {of_box(rule.box)} }}{ways};")
    made = cedarpy.PolicySet.from_str("\n".join(policies))
    nobody = cedarpy.Entities.from_json_str("[]")
    who = {"principal": 'Company::"any"', "action": 'Action::"any"', "resource": 'Goods::"any"'}

    def asked(row: Row) -> list[int]:
        numbers = {name: round(row[name] * _SCALE) for name in NUMBERS}
        found = cedarpy.is_authorized({**who, "context": {**row, **numbers}}, made, nobody)
        assert not found.diagnostics.errors, found.diagnostics.errors
        return [int(name.removeprefix("policy")) for name in found.diagnostics.reasons]

    return asked


ENGINES = [
    Engine("zen-engine", "zen-engine", "zen", "one compiled expression, a list of answers", _zen),
    Engine("CEL in Rust", "common-expression-language", "cel", "compiled lists of 200 rules", _cel_rust),
    Engine("CEL of Google, in C++", "cel-expr-python", "cel_expr_python", "compiled lists of 200 rules", _cel_google),
    Engine("cedarpy", "cedarpy", "cedarpy", "`forbid ... when ... unless`, parsed once", _cedar),
    Engine("json-logic", "panzi-json-logic", "json_logic", "one rule each", _json_logic),
    Engine("rule-engine", "rule-engine", "rule_engine", "one compiled rule each", _rule_engine),
]
