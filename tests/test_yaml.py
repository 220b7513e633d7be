"""YAML as text with lines: nothing is guessed, nothing is built that was not asked for."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from sanctionsmodel import _yaml
from sanctionsmodel._yaml import read_yaml


@pytest.fixture(params=["C", "Python"])
def _parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read with the fast parser and with the one that is always there."""
    if request.param == "Python":
        monkeypatch.delattr(yaml, "CSafeLoader")


@pytest.mark.usefixtures("_parser")
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: NO", {"a": "NO"}),
        ("a: 0101", {"a": "0101"}),
        ("a: 8486.20", {"a": "8486.20"}),
        ("a: 12:30", {"a": "12:30"}),
        ("a: on", {"a": "on"}),
        ("a: true", {"a": "true"}),
        ("a: 2024-04-13", {"a": "2024-04-13"}),
        ("a: 1e3", {"a": "1e3"}),
        ("a: null", {"a": None}),
        ("a: ~", {"a": None}),
        ("a:", {"a": None}),
        ("a: 'null'", {"a": "null"}),
        ("a: ''", {"a": ""}),
        ("a: [x, y]", {"a": ["x", "y"]}),
        ("- a\n- {b: c}", ["a", {"b": "c"}]),
        ("a: |\n  one\n  two\n", {"a": "one\ntwo\n"}),
        ('{"a": {"b": ["c"]}}', {"a": {"b": ["c"]}}),
        ("word", "word"),
        ("", None),
    ],
)
def test_every_scalar_is_text(text: str, value: Any) -> None:
    """Only null and the empty value are None; all else stays as it was written, with either parser."""
    tree = read_yaml(text, "x.yaml")
    assert (tree.value, tree.problems) == (value, [])


@pytest.mark.usefixtures("_parser")
@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: 1\nb: 2\na: 3", 3, "the key 'a' stands twice in one mapping; keep one"),
        ("a: &x 1", 1, "anchors and aliases are not read"),
        ("a: 1\nb: *x", 2, "anchors and aliases are not read"),
        ("a: !!int 1", 1, "tag"),
        ("a: !secret x", 1, "tag"),
        ("a: !!python/object/apply:os.system [x]", 1, "tag"),
        ("a: 1\n---\nb: 2", 2, "a second document in one file"),
        ("? [a]\n: b", 1, "a key is text"),
        ("{null: a}", 1, "a key is text"),
        ("a: " + "[" * 50 + "]" * 50, 1, "nested deeper than 40 levels"),
        ("a: [1", 1, "this is no YAML"),
        ("a: b: c", 1, "this is no YAML"),
        ("\ta: b", 1, "this is no YAML"),
        ("a: '\x00'", 1, "this is no YAML"),
    ],
)
def test_what_could_mislead_is_refused(text: str, line: int, message: str) -> None:
    """Each such text is one problem with its line, with either parser."""
    found = read_yaml(text, "x.yaml").problems
    assert [one.file for one in found] == ["x.yaml"]
    assert abs(found[0].line - line) <= 1
    assert message in found[0].message


def test_lines_are_those_of_the_values() -> None:
    """Each value knows the line on which it begins; what has none takes that of the nearest above it."""
    tree = read_yaml("a:\n  b:\n  - c\n  - d: e\nf: g\n", "x.yaml")
    lines = {("a",): 2, ("a", "b", 1): 4, ("a", "b", 1, "d"): 4, ("f",): 5, ("a", "z"): 2}
    assert {path: tree.line_of(path) for path in lines} == lines
    assert str(tree.problem(("a", "b", 1, "d"), "is wrong")) == "x.yaml:4: a.b.1.d: is wrong"


def test_a_large_file_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file above the limit is one problem, and is not parsed."""
    monkeypatch.setattr(_yaml, "LARGEST_FILE", 10)
    monkeypatch.setattr(yaml, "parse", None)
    assert "a file has at most 10, split it" in read_yaml("a: " + "b" * 20, "x.yaml").problems[0].message
