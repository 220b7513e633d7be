"""For the API pages: show the ``>>>`` examples of a docstring as code, which Markdown would take for quotations."""

from __future__ import annotations

import re
from typing import Any

import griffe

# An example runs from its prompt to the next empty line.
EXAMPLE = re.compile(r"^>>> .*(?:\n(?!\s*\n|```).*)*", re.MULTILINE)


class Doctests(griffe.Extension):
    """Put every example of a docstring into a fence."""

    def on_instance(self, *, obj: griffe.Object, **_: Any) -> None:
        """Rewrite the docstring of one object, if it has examples outside a fence."""
        if obj.docstring is not None:
            obj.docstring.value = EXAMPLE.sub(lambda match: f"```pycon\n{match[0]}\n```", obj.docstring.value)
