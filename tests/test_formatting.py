"""The formatter: one canonical form, the same content, every comment kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from sanctionsmodel import CatalogueError
from sanctionsmodel._data import DATA
from sanctionsmodel._yaml import read_yaml
from sanctionsmodel.formatting import formatted

FILES = sorted(DATA.glob("*/*.yaml"))


def test_bundled_files_keep_their_content() -> None:
    """Every bundled file, formatted, reads as before, and formatting it again changes nothing."""
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        made = formatted(text, path.name)
        assert read_yaml(made, path.name).value == read_yaml(text, path.name).value, path
        assert formatted(made, path.name) == made, path


PAIRS = {
    "keys in their order, with the comments above them": (
        "measures:\n- title: A\n  # what it is called\n  id: us/a\n  effect: prohibited  # always\nissuer: us\n",
        "issuer: us\nmeasures:\n# what it is called\n- id: us/a\n  title: A\n  effect: prohibited  # always\n",
    ),
    "keys that no order names stay behind, in theirs": (
        "zebra: 1\nissuer: us\napple: 2\n",
        "issuer: us\nzebra: 1\napple: 2\n",
    ),
    "conditions keep the order of their author": (
        "issuer: us\nmeasures:\n- {versions: [{when: {origin: RU, activity: import}, cite: A}], id: x}\n",
        "issuer: us\nmeasures:\n- {id: x, versions: [{cite: A, when: {origin: RU, activity: import}}]}\n",
    ),
    "indentation": (
        "issuer: us\nmeasures:\n   - id: x\n     versions:\n     -  cite: A\n        when:\n          origin: RU\n",
        "issuer: us\nmeasures:\n- id: x\n  versions:\n  - cite: A\n    when:\n      origin: RU\n",
    ),
    "spaces in lines": (
        "issuer:   us   \nlists: { a: {codes: [ '74','76' ] , cite: A } }\n",
        'issuer: us\nlists: {a: {codes: ["74", "76"], cite: A}}\n',
    ),
    "quotes with care": (
        "issuer: us\nnotes: ['plain', 'with \"quotes\"', 'it''s']\n",
        "issuer: us\nnotes: [\"plain\", 'with \"quotes\"', 'it''s']\n",
    ),
    "blank lines": ("\n\nissuer: us\n\n\n\nmeasures:\n- id: x\n\n\n", "issuer: us\n\nmeasures:\n- id: x\n"),
    "long texts move as they are": (
        "measures:\n  - id: x\n    title: >-\n      one\n      two\n    bound: three\n      four\nissuer: us\n",
        "issuer: us\nmeasures:\n- id: x\n  title: >-\n    one\n    two\n  bound: three\n    four\n",
    ),
    "lists over several lines move as they are": (
        'issuer: us\nnotes:\n    [a,\n     b]\nlists:\n    a:\n        codes: ["74",\n                "76"]\n',
        'issuer: us\nnotes:\n    [a,\n     b]\nlists:\n  a:\n    codes: ["74",\n            "76"]\n',
    ),
    "cases": (
        "# all cases\n- title: A\n  id: X-1\n  expect: {provision: s. 1, status: covered}\n# the next\n- id: X-2\n",
        "# all cases\n- id: X-1\n  title: A\n  expect: {status: covered, provision: s. 1}\n# the next\n- id: X-2\n",
    ),
    "a comment deeper than what follows stays inside": (
        "issuer: us\nmeasures:\n- id: x\n  versions:\n  - cite: A\n    # - cite: B\nnotes: [a]\n",
        "issuer: us\nnotes: [a]\nmeasures:\n- id: x\n  versions:\n  - cite: A\n    # - cite: B\n",
    ),
    "a dash on a line of its own": (
        "issuer: us\nmeasures:\n-\n  # the first\n  title: A\n  id: x\n",
        "issuer: us\nmeasures:\n- id: x\n  # the first\n  title: A\n",
    ),
    "a long text with a blank line": (
        "measures:\n  - id: x\n    title: |\n      one\n\n      two\nissuer: us\n",
        "issuer: us\nmeasures:\n- id: x\n  title: |\n    one\n\n    two\n",
    ),
    "a key without a value": ("issuer: us\nlists:   # none yet\n", "issuer: us\nlists:   # none yet\n"),
    "nothing at all": ("# empty\n", "# empty\n"),
}


@pytest.mark.parametrize("name", PAIRS)
def test_canonical_form(name: str) -> None:
    """What is written so is formatted so, and then stays."""
    given, wanted = PAIRS[name]
    assert formatted(given, "us/x.yaml") == wanted
    assert formatted(wanted, "us/x.yaml") == wanted


def test_what_cannot_be_read_is_refused() -> None:
    """A file that is no law file's YAML is refused with its line."""
    with pytest.raises(CatalogueError, match=r"us/x\.yaml:2"):
        formatted("issuer: us\nnotes: [&a x, *a]\n", "us/x.yaml")


def test_content_is_never_changed(tmp_path: Path) -> None:
    """Where the formatter would change what a file says, it refuses and leaves the file alone."""
    with pytest.raises(CatalogueError, match="left as it is"):
        formatted("issuer: us\nnotes:\n- |\n  a  \n  b\n", "us/x.yaml")
