"""The JSON Schemas: they take every bundled file, refuse wrong ones, and are fresh."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from sanctionsmodel import registry
from sanctionsmodel._data import DATA
from sanctionsmodel._yaml import read_yaml
from sanctionsmodel.schemas import NAMES, case_schema, law_schema, schema, transaction_schema
from small_law import CASES, LAW

FILES = sorted(DATA.glob("*/*.yaml"))


def errors(of: dict[str, Any], value: Any) -> list[str]:
    """Return what a schema has against a value."""
    return [error.message for error in Draft202012Validator(of).iter_errors(value)]


def read(text: str) -> Any:
    """Read YAML as law files are read."""
    return read_yaml(text, "file").value


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_one(name: str) -> None:
    """Each schema is itself right, and the shipped file is what the registry makes."""
    Draft202012Validator.check_schema(schema(name))
    assert json.loads((DATA / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")) == schema(name)


def test_every_bundled_file_is_taken() -> None:
    """Every law file and every case file that ships keeps to its schema."""
    law, cases = Draft202012Validator(law_schema()), Draft202012Validator(case_schema())
    for path in FILES:
        of = cases if path.name.endswith(".cases.yaml") else law
        found = [error.message for error in of.iter_errors(read(path.read_text(encoding="utf-8")))]
        assert found == [], path.name


WRONG_LAW = [
    ("issuer: us\n", ""),
    ("  id: us/act\n", ""),
    ("effect: prohibited", "effect: forbidden"),
    ("status: complete", "status: whole"),
    ("themes: [metals]", "themes: metals"),
    ("    cite: ACT s. 1\n", ""),
    ("origin: RU", "orgin: RU"),
    ("activity: import", "activity: importing"),
    ("from: 2024-01-01", "from: January 2024"),
    ("kind: exception", "kind: excuse"),
    ("{up_to: ", "{at_most: "),
    ('url: "https://example.org/act"', "url: example.org"),
    ("limbs:\n    - ", "limbs: []\n    legs:\n    - "),
]


def test_a_good_law_is_taken() -> None:
    """The small law and its cases keep to their schemas."""
    assert errors(law_schema(), read(LAW)) == []
    assert errors(case_schema(), read(CASES)) == []


@pytest.mark.parametrize(("old", "new"), WRONG_LAW)
def test_a_wrong_law_is_refused(old: str, new: str) -> None:
    """A key, word, day or form that law files do not have is refused."""
    assert old in LAW
    assert errors(law_schema(), read(LAW.replace(old, new, 1)))


WRONG_CASES = [
    ("status: covered", "status: yes"),
    ("confidence: high", "confidence: sure"),
    ("  why: The Act says so.\n", ""),
    ("missing: [origin]", "missing: [orgin]"),
    ("activity: import", "activity: [importing]"),
    ("{one_of: [RU, TR]}", "{some_of: [RU, TR]}"),
]


@pytest.mark.parametrize(("old", "new"), WRONG_CASES)
def test_wrong_cases_are_refused(old: str, new: str) -> None:
    """A case in another form is refused."""
    assert old in CASES
    assert errors(case_schema(), read(CASES.replace(old, new, 1)))


RIGHT: list[dict[str, Any]] = [
    {"activity": "import", "hs": 760110, "origin": ["RU", "BY"], "mass": "25 t", "produced_on": "2024-04"},
    {"actor": {"nationality": ["DE", "FR"], "eu_person": True}, "buyer.located_in": {"not": "RU"}},
    {"end_use": {"at_least": ["commercial"]}, "venue": "none", "transacted_on": {"from": "2024-01-01", "before": 2025}},
    {"commodity": {"hs": "8457"}, "rates": [{"from": "USD", "to": "EUR", "rate": "0.92", "on": "2024-06-01"}]},
]


@pytest.mark.parametrize("facts", RIGHT)
def test_a_transaction_is_taken(facts: dict[str, Any]) -> None:
    """Facts in any of their forms are taken, with or without quotes."""
    assert errors(transaction_schema(), facts) == []


WRONG: list[Any] = [
    [],
    {"orgin": "RU"},
    {"activity": "importing"},
    {"actor": {"nation": "DE"}},
    {"actor": "DE"},
    {"transacted_on": "yesterday"},
    {"mass": "heavy"},
    {"origin": []},
    {"actor.eu_person": "maybe"},
    {"mass": {"above": "1 t", "below": "2 t"}},
    {"rates": {"USD": "0.92"}},
]


@pytest.mark.parametrize("facts", WRONG)
def test_a_wrong_transaction_is_refused(facts: Any) -> None:
    """Facts that do not exist, or values that cannot be, are refused."""
    assert errors(transaction_schema(), facts)


def test_every_fact_has_its_place() -> None:
    """A transaction file may state every declared fact, and a condition may read each."""
    assert set(registry()) <= set(transaction_schema()["properties"])
    assert set(registry()) <= set(law_schema()["$defs"]["condition"]["properties"])
