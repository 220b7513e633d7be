"""Conditions: the YAML form, the JSON form and the Python operators give the same nodes, and mean the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import reduce
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given

from oracle import representatives
from sanctionsmodel import sets
from sanctionsmodel._yaml import read_yaml
from sanctionsmodel.conditions import (
    ALWAYS,
    NEVER,
    AllOf,
    AnyOf,
    Condition,
    Constrains,
    FactReference,
    Not,
    all_of,
    any_of,
    fact,
    from_yaml,
    holds,
    leaves,
    to_yaml,
)
from sanctionsmodel.errors import CatalogueError, FactError
from sanctionsmodel.facts import FALSE, TRUE, Axis, registry
from strategies import DEMANDS, FACTS, condition, dice, raw_condition

RUSSIAN = fact("origin").is_("RU")
METAL = fact("hs").is_in("74", "75", "76")


COMPARISONS: Mapping[str, Callable[[FactReference, Any], Condition]] = {
    "from": FactReference.__ge__,
    "above": FactReference.__gt__,
    "before": FactReference.__lt__,
    "up_to": FactReference.__le__,
}


# ----------------------------------------------------------------------------------------------------- three forms
def in_python(raw: Mapping[str, Any]) -> Condition:
    """Build with operators what a mapping says."""
    return reduce(lambda left, right: left & right, [part(key, value) for key, value in raw.items()])


def part(key: str, value: Any) -> Condition:
    """Build with operators what one key of a mapping says."""
    if key == "not":
        return ~in_python(value)
    if key in ("all", "any"):
        found = [in_python(one) for one in value]
        return reduce((lambda left, right: left & right) if key == "all" else (lambda left, right: left | right), found)
    return leaf(fact(key), value)


def leaf(reference: FactReference, value: Any) -> Condition:
    """Build with the methods of a fact what a value says of it."""
    if value == "none":
        return reference.is_none()
    if isinstance(value, list):
        return reference.is_in(*value)
    if not isinstance(value, dict):
        return reference.is_(value)
    end, amount = next(iter(value.items()))
    if len(value) > 1 or end not in COMPARISONS:
        return reference.has_only(amount) if end == "only" else reference.is_(value)
    return COMPARISONS[end](reference, amount)


def test_python_and_yaml_give_the_same_nodes(effort: int) -> None:
    """Whatever a mapping says can be said with operators, and both are one value."""
    for seed in range(1_000 * effort):
        raw = raw_condition(Random(seed), FACTS, depth=3)
        assert in_python(raw) == from_yaml(raw), seed


def test_yaml_there_and_back(effort: int) -> None:
    """A condition written as a mapping reads back as an equal condition, through JSON and through YAML text."""
    for seed in range(600 * effort):
        made = condition(Random(seed), FACTS, depth=3)
        written = to_yaml(made)
        assert from_yaml(written) == made, seed
        assert from_yaml(json.loads(json.dumps(written))) == made, seed
        assert from_yaml(read_yaml(yaml.safe_dump(written, sort_keys=False), "text").value) == made, seed


@pytest.mark.parametrize("name", ["end_use", "actor.designated_for", "service_kind", "software_function"])
def test_lists_of_any_length_there_and_back(name: str) -> None:
    """A rule may name few or most of the values of a fact with many; all of them are read back as they were."""
    values = [value for value in registry()[name].values if value != "none"]
    for count in range(1, len(values) + 1):
        for raw in (values[:count], {"not": values[:count]}, {"only": values[:count]}):
            made = from_yaml({name: raw})
            assert from_yaml(to_yaml(made)) == made, raw


def test_the_written_form_is_stable() -> None:
    """Writing what was read of what was written changes nothing any more."""
    for seed in range(300):
        written = to_yaml(condition(Random(seed), FACTS, depth=3))
        assert to_yaml(from_yaml(written)) == written, seed


@given(dice())
def test_equal_conditions_have_equal_hashes(rng: Random) -> None:
    """A condition can be a key, and what is equal hashes alike."""
    raw = raw_condition(rng)
    assert hash(from_yaml(raw)) == hash(from_yaml(raw))


@pytest.mark.parametrize(
    ("made", "written"),
    [
        (RUSSIAN, {"origin": "RU"}),
        (METAL & RUSSIAN, {"hs": ["74", "75", "76"], "origin": "RU"}),
        (RUSSIAN | METAL, {"any": [{"origin": "RU"}, {"hs": ["74", "75", "76"]}]}),
        (~RUSSIAN, {"not": {"origin": "RU"}}),
        (RUSSIAN & fact("origin").is_("BY"), {"all": [{"origin": "RU"}, {"origin": "BY"}]}),
        (fact("unit_value") > "300 EUR", {"unit_value": {"above": "300 EUR"}}),
        (fact("end_use").is_none(), {"end_use": "none"}),
        (fact("end_use").has_only("commercial"), {"end_use": {"only": "commercial"}}),
        (fact("warranted_on").is_({"not": "none"}), {"warranted_on": {"not": "none"}}),
        (ALWAYS, {}),
    ],
)
def test_forms(made: Condition, written: dict[str, Any]) -> None:
    """What is built with operators is written as a person would write it, and reads back."""
    assert to_yaml(made) == written
    assert from_yaml(written) == made


def test_the_words_of_the_law_are_kept_and_do_not_count() -> None:
    """Words and provisions stay with a condition through writing and reading, and are no part of equality."""
    raw = {"provision": "para 4(a)", "words": "put on warrant", "any": [{"origin": "RU"}, {"hs": "76"}]}
    made = from_yaml(raw)
    assert isinstance(made, AnyOf)
    assert (made.provision, made.words) == ("para 4(a)", "put on warrant")
    assert to_yaml(made) == raw
    assert made == from_yaml({"any": raw["any"]})


def test_words_on_a_single_leaf() -> None:
    """A paragraph that holds one leaf keeps its name."""
    raw = {"provision": "para 3", "on_warrant_at_cutoff": True}
    assert to_yaml(from_yaml(raw)) == raw
    assert from_yaml(to_yaml(from_yaml(raw))) == from_yaml(raw)


# -------------------------------------------------------------------------------------------------------------- meaning
def a_point(rng: Random, *conditions: Condition) -> dict[Axis, Any]:
    """Return one value on each axis that the conditions read."""
    cuts: dict[Axis, set[Any]] = {}
    for one in (one for made in conditions for one in leaves(made)):
        cuts.setdefault(one.axis, set()).update(one.allowed)
    lines = {axis: (0,) if axis.test else (registry()[axis.fact].bottom,) for axis in cuts}
    return {axis: rng.choice(representatives(lines[axis], sorted(found))) for axis, found in cuts.items()}


@given(dice())
def test_operators_mean_and_or_not(rng: Random) -> None:
    """At every point, & is *and*, | is *or*, ~ is *not*."""
    left, right = condition(rng), condition(rng)
    point = a_point(rng, left, right)
    assert holds(left & right, point) == (holds(left, point) and holds(right, point))
    assert holds(left | right, point) == (holds(left, point) or holds(right, point))
    assert holds(~left, point) != holds(left, point)


@given(dice())
def test_de_morgan_of_conditions(rng: Random) -> None:
    """Not both is one of them not; not either is neither."""
    left, right = condition(rng), condition(rng)
    point = a_point(rng, left, right)
    assert holds(~(left & right), point) == holds(~left | ~right, point)
    assert holds(~(left | right), point) == holds(~left & ~right, point)


def test_always_and_never() -> None:
    """The empty conjunction holds everywhere, the empty alternative nowhere."""
    assert holds(ALWAYS, {})
    assert not holds(NEVER, {})


def test_a_leaf_holds_inside_its_set() -> None:
    """A leaf holds at a value of its set and nowhere else."""
    assert holds(RUSSIAN, {Axis("origin"): "RU"})
    assert not holds(RUSSIAN, {Axis("origin"): "KZ"})


@pytest.mark.parametrize(
    ("raw", "listed", "expected"),
    [
        ("military", ["military", "commercial"], TRUE),
        ("military", ["commercial"], FALSE),
        (["military", "wmd"], ["wmd"], TRUE),
        ({"not": "military"}, ["military"], FALSE),
        ({"not": "military"}, ["commercial"], TRUE),
        ("none", [], TRUE),
        ("none", ["military"], FALSE),
        ({"not": "none"}, ["military"], TRUE),
        ({"only": "commercial"}, ["commercial"], TRUE),
        ({"only": "commercial"}, ["commercial", "military"], FALSE),
        ({"only": ["commercial", "military"]}, ["commercial", "military"], TRUE),
    ],
)
def test_facts_with_many_values(raw: Any, listed: list[str], expected: tuple[int, ...]) -> None:
    """A value asks whether the list has it, ``not`` whether it lacks it, ``only`` whether it has nothing else."""
    made = from_yaml({"end_use": raw})
    assert isinstance(made, Constrains)
    elements = [registry_set("end_use", value) for value in listed]
    has = any(sets.is_subset(element, made.test) for element in elements)
    assert sets.contains(made.allowed, int(has)) == (expected == TRUE)


def registry_set(name: str, value: str) -> tuple[Any, ...]:
    """Return the set of one value of a fact."""
    from sanctionsmodel._values import read_set

    return read_set(registry()[name], value)


# ---------------------------------------------------------------------------------------------------------------- shape
def test_nested_conjunctions_are_flat() -> None:
    """Joining in any grouping gives one flat list of parts."""
    one, two, three = RUSSIAN, METAL, fact("activity").is_("import")
    assert (one & two) & three == one & (two & three) == AllOf((one, two, three))
    assert (one | two) | three == one | (two | three) == AnyOf((one, two, three))
    assert all_of(one) == any_of(one) == one


def test_a_condition_has_no_truth() -> None:
    """Neither a leaf nor a combination can be taken for true, so that ``and`` and ``if`` cannot go wrong in silence."""
    for made in (RUSSIAN, RUSSIAN & METAL, RUSSIAN | METAL, ~RUSSIAN, ALWAYS):
        with pytest.raises(TypeError, match="neither true nor false by itself; ask holds"):
            bool(made)


def test_conditions_are_frozen() -> None:
    """A node cannot be changed after it was made."""
    with pytest.raises(AttributeError):
        RUSSIAN.fact = "destination"  # type: ignore[misc,union-attr]


def test_leaves_in_order() -> None:
    """The leaves come from left to right, through every kind of node."""
    made = all_of(RUSSIAN, any_of(METAL, Not(fact("activity").is_("import"))))
    assert [one.fact for one in leaves(made)] == ["origin", "hs", "activity"]


def test_a_price_stays_on_the_line_of_its_currency() -> None:
    """The same amount in two currencies is two different demands."""
    assert (fact("unit_value") > "300 EUR") != (fact("unit_value") > "300 USD")


# ------------------------------------------------------------------------------------------------------------- refusals
@pytest.mark.parametrize(
    ("raw", "field", "message"),
    [
        ({"orgin": "RU"}, "orgin", "no such fact; did you mean 'origin'?"),
        ({"actr.us_person": True}, "actr.us_person", "no such fact; roles are actor, seller"),
        ({"actor.us_persn": True}, "actor.us_persn", "did you mean 'actor.us_person'"),
        ({"origin": "Rusia"}, "origin", "'Rusia'"),
        ({"any": []}, "any", "any wants a list of conditions"),
        ({"any": {"origin": "RU"}}, "any", "any wants a list of conditions"),
        ({"all": "RU"}, "all", "all wants a list of conditions"),
        ({"not": "RU"}, "not", "'RU' is no condition; write a mapping of facts, all, any or not"),
        ({"any": [{"origin": "RU"}, "RU"]}, "any.1", "'RU' is no condition"),
        ({"any": [{"all": [{"hs": "7"}]}]}, "any.0.all.0.hs", "'7'"),
        ({"mass": {"above": "25 m"}}, "mass", "'m' is a unit of length"),
        ({"unit_value": {"above": "300"}}, "unit_value", "currency"),
        ({"origin": "list:schedule"}, "origin", "names a list, and there are none here; write the values"),
        ({"end_use": ["military", "none"]}, "end_use", "none cannot stand in a list"),
        ({"produced_on": {"from": "2024-13"}}, "produced_on", "no day of the calendar"),
    ],
)
def test_what_cannot_be_read_is_refused(raw: dict[str, Any], field: str, message: str) -> None:
    """A condition that cannot be read is refused with its place, the value and the remedy."""
    with pytest.raises(CatalogueError) as refusal:
        from_yaml(raw)
    assert [problem.field for problem in refusal.value.problems] == [field]
    assert message in str(refusal.value)


def test_all_problems_are_listed_at_once() -> None:
    """A condition with three faults lists three, each with its place."""
    with pytest.raises(CatalogueError) as refusal:
        from_yaml({"orgin": "RU", "any": [{"hs": "76x"}, {"not": {"mass": "1 m"}}]})
    assert [problem.field for problem in refusal.value.problems] == ["orgin", "any.0.hs", "any.1.not.mass"]


def test_deep_nesting_is_refused() -> None:
    """A condition nested without end is refused, and does not exhaust the stack."""
    raw: dict[str, Any] = {"origin": "RU"}
    for _ in range(500):
        raw = {"not": raw}
    with pytest.raises(CatalogueError, match="nested deeper than"):
        from_yaml(raw)


def test_an_unknown_fact_is_refused_in_python_at_once() -> None:
    """A wrong name is refused where it is written, not when a rule is run."""
    with pytest.raises(FactError, match="orgin: no such fact; did you mean 'origin'"):
        fact("orgin")


def test_joining_with_something_else_is_refused() -> None:
    """A condition cannot be joined with a mapping or a word by accident and lose its meaning."""
    for other in ({"origin": "RU"}, "RU", True, None):
        with pytest.raises(TypeError, match="is no condition"):
            RUSSIAN & other  # type: ignore[operator]
        with pytest.raises(TypeError, match="is no condition"):
            RUSSIAN | other  # type: ignore[operator]


def test_every_demand_of_the_pool_reads() -> None:
    """Every form of demand that the random law uses is one that a law file may use."""
    for name, demands in DEMANDS.items():
        for raw in demands:
            assert [one.fact for one in leaves(from_yaml({name: raw}))] == [name]
