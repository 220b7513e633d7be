"""The family of errors.

Only bad input raises. A fact that is merely absent never does: it makes an answer *undetermined*.

```
SanctionsModelError
├── CatalogueError      the law files are wrong (all problems of a load are listed)
├── UnknownCode         a place, commodity, venue or currency code that nobody issued, or an ambiguous name
├── FactError           a fact has the wrong type, unit or dimension, or two facts contradict one another
└── TableError          a column is missing or cannot be read as its fact
```
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_AS_NEAR = 0.05
_LONGEST_SHOWN = 80


class SanctionsModelError(ValueError):
    """Base of every error that this library raises on purpose."""


class UnknownCode(SanctionsModelError):
    """Raised when a code or name is not in the standard that it claims, or stands for more than one thing."""


class FactError(SanctionsModelError):
    """Raised when a stated fact cannot be read as its declared kind, or when stated facts contradict one another."""


class TableError(SanctionsModelError):
    """Raised when a table lacks a column or a column cannot be read as its fact."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file: where it stands, what was found, and what to write instead."""

    message: str
    file: str = ""
    line: int = 0
    field: str = ""

    def __str__(self) -> str:
        """Render as ``file:line: field: message``, leaving out what is unknown."""
        place = f"{self.file}:{self.line}: " if self.line else f"{self.file}: " if self.file else ""
        return f"{place}{self.field}: {self.message}" if self.field else f"{place}{self.message}"


class CatalogueError(SanctionsModelError):
    """Raised when law or case files are wrong; ``problems`` holds every problem found, not only the first."""

    def __init__(self, problems: Iterable[Problem] | str) -> None:
        self.problems = (Problem(problems),) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def shown(value: object) -> str:
    """Quote a value for a message, cut short so that a hostile input cannot flood the reader."""
    if isinstance(value, str) and len(value) > _LONGEST_SHOWN:
        return f"{value[:_LONGEST_SHOWN]!r}… ({len(value)} characters)"
    try:
        text = repr(value) if isinstance(value, str) else str(value)
    except ValueError:  # Python refuses to write whole numbers of thousands of digits
        return f"a {type(value).__name__} too long to show"
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}… ({len(text)} characters)"


def named(name: object) -> str:
    """Write a name at the head of a message, without quotes and cut short like a value."""
    text = str(name)
    return repr(text[:_LONGEST_SHOWN])[1:-1] + ("…" if len(text) > _LONGEST_SHOWN else "")


def nearest(word: str, known: Iterable[str], most: int = 3) -> str:
    """Say which known words come nearest to a wrong one: ``"; did you mean 'a' or 'b'?"``, or nothing."""
    import difflib

    typed = word[:_LONGEST_SHOWN]
    close = difflib.get_close_matches(typed, list(known), n=most, cutoff=0.6)
    alike = [difflib.SequenceMatcher(None, name, typed).ratio() for name in close]
    close = [name for name, ratio in zip(close, alike, strict=True) if ratio > alike[0] - _AS_NEAR]
    return f"; did you mean {' or '.join(repr(name) for name in close)}?" if close else ""


def listed(known: Iterable[str]) -> str:
    """List the words that there are, for a wrong one that none is near to: ``"; there are a, b"``."""
    return f"; there are {', '.join(sorted(known))}"
