"""The canonical form of law and case files: order of keys, indentation, quotes, spaces; no comment is lost.

The formatter moves and re-indents the lines of a file and never writes a value anew, so that what stands in the file is
what its author wrote. A comment line belongs to what follows it, and one at the end of a line to that line. Long values
and lists are not broken or joined. What it makes reads as the same content as before, or it refuses.

>>> print(formatted("issuer:   us\\nmeasures:\\n  - {title: 'A', id: us/a }\\n", "us/a.yaml"), end="")
issuer: us
measures:
- {id: us/a, title: "A"}
>>> formatted("issuer: us\\nissuer: gb\\n", "us/a.yaml")
Traceback (most recent call last):
    ...
sanctionsmodel.errors.CatalogueError: us/a.yaml:2: issuer: the key 'issuer' stands twice in one mapping; keep one
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

from sanctionsmodel._yaml import read_yaml
from sanctionsmodel.errors import CatalogueError, Problem

#: What a mapping is, which says the order of its keys; the empty text: keys stay as they are.
_Kind: TypeAlias = str


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


#: The keys of each kind of mapping in their order, as ``docs/reference/law-files.md`` tells them.
_ORDERS: dict[_Kind, tuple[str, ...]] = {
    "law": ("issuer", "instrument", "notes", "sources", "lists", "definitions", "exemptions", "measures"),
    "instrument": ("id", "title", "number", "url", "published_on"),
    "source": ("act", "title", "url", "read_on", "published_on", "confidence"),
    "list": ("words", "system", "codes", "file", "cite", "confidence", "notes"),
    "definition": ("roles", "words", "cite", "confidence", "when", "open", "notes"),
    "measure": _words(
        "id title kind effect rate policy themes bound binds status confidence verified_on not_modelled duties notes "
        "parts versions exemptions"
    ),
    "version": ("from", "until", "cite", "confidence", "provision", "effect", "rate", "policy", "when", "limbs"),
    "limb": ("provision", "effect", "rate", "policy", "when"),
    "policy": ("policy", "provision", "when"),
    "exemption": _words(
        "id title kind measures frees duties status confidence verified_on not_modelled notes versions"
    ),
    "exemption version": ("from", "until", "cite", "confidence", "provision", "when"),
    "case": _words("id title measure needs roles listed ownership facts expect why also disputed source confidence"),
    "expect": ("status", "effect", "rate", "policy", "exemption", "missing", "provision", "duties"),
}

#: The kind of what stands under a key (or, for "*", under any key; for "-", of an item of a list).
_INSIDE: dict[_Kind, dict[str, _Kind]] = {
    "law": {
        "instrument": "instrument",
        "sources": "sources",
        "lists": "lists",
        "definitions": "definitions",
        "exemptions": "exemptions",
        "measures": "measures",
    },
    "sources": {"*": "source"},
    "lists": {"*": "list"},
    "definitions": {"*": "definition", "goods_listed_in": "definitions"},
    "measures": {"-": "measure"},
    "measure": {"versions": "versions", "exemptions": "exemptions", "policy": "policies"},
    "versions": {"-": "version"},
    "version": {"limbs": "limbs", "policy": "policies"},
    "limbs": {"-": "limb"},
    "limb": {"policy": "policies"},
    "policies": {"-": "policy"},
    "exemptions": {"-": "exemption"},
    "exemption": {"versions": "exemption versions"},
    "exemption versions": {"-": "exemption version"},
    "cases": {"-": "case"},
    "case": {"expect": "expect"},
}


def _kind_under(kind: _Kind, key: str) -> _Kind:
    inside = _INSIDE.get(kind, {})
    return inside.get(key, inside.get("*", ""))


def _place(kind: _Kind, key: str) -> int:
    order = _ORDERS.get(kind, ())
    return order.index(key) if key in order else len(order)


def formatted(text: str, name: str) -> str:
    """Return the canonical form of a law or case file.

    Raises CatalogueError for a file that cannot be read, with every problem, and for one whose content the formatter
    would change (which it never should).
    """
    before = read_yaml(text, name)
    if before.problems:
        raise CatalogueError(before.problems)
    made = _Formatter(text).run()
    after = read_yaml(made, name)
    if after.problems or after.value != before.value or _comments(made) != _comments(text):
        raise CatalogueError([Problem("cannot be formatted without changing its content; it is left as it is", name)])
    return made


def _comments(text: str) -> list[str]:
    """Return the texts that look like comments, sorted."""
    lines = [f" {line}" for line in text.splitlines()]
    return sorted(line.rpartition(" #")[2].strip() for line in lines if " #" in line)


class _Entry(NamedTuple):
    """An entry of a mapping or an item of a list: its node, its key, and the lines ``[lead, first, end)`` it takes."""

    key: Any
    value: Any
    lead: int
    first: int
    end: int


class _Formatter:
    """Formats one text; lines are taken from the source and put together again."""

    def __init__(self, text: str) -> None:
        import yaml

        self.lines = [line.rstrip() for line in text.split("\n")]
        while self.lines and not self.lines[-1]:
            self.lines.pop()
        clean = "\n".join(self.lines) + "\n"
        self.root: Any = yaml.compose(clean, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))

    def run(self) -> str:
        """Return the formatted text."""
        if self.root is None or not _is_block(self.root):
            return "\n".join(self.lines) + "\n"
        kind = "cases" if self.root.id == "sequence" else "law"
        made = self.collection(self.root, kind, 0, 0, len(self.lines))
        return "\n".join(_single_blanks(made)) + "\n"

    # ------------------------------------------------------------------------------------------------------- blocks
    def collection(self, node: Any, kind: _Kind, indent: int, start: int, end: int) -> list[str]:
        """Return the lines of a block mapping or list that stands on the lines ``[start, end)``."""
        entries, tail = self.entries(node, start, end)
        if node.id == "mapping":
            # Python's sort is stable: keys that no order names stay in theirs, at the end.
            entries = sorted(entries, key=lambda entry: _place(kind, entry.key.value))
        made: list[str] = []
        for entry in entries:
            made += self.shifted(entry.lead, entry.first, indent)
            if node.id == "mapping":
                made += self.pair(entry, _kind_under(kind, entry.key.value), indent)
            else:
                made += self.item(entry, _kind_under(kind, "-"), indent)
        return made + self.shifted(tail, end, indent)

    def entries(self, node: Any, start: int, end: int) -> tuple[list[_Entry], int]:
        """Return the entries of a collection, each with the comments above it, and where the lines after them begin."""
        pairs = node.value if node.id == "mapping" else [(None, item) for item in node.value]
        firsts = [key.start_mark.line if key is not None else self.dash(item, node) for key, item in pairs]
        column = node.start_mark.column
        ends = [
            self.without_tail(first, until, column) for first, until in zip(firsts, [*firsts[1:], end], strict=True)
        ]
        leads = [start, *ends[:-1]]
        found = [
            _Entry(key, item, lead, first, until)
            for (key, item), lead, first, until in zip(pairs, leads, firsts, ends, strict=True)
        ]
        return found, ends[-1]

    def dash(self, item: Any, node: Any) -> int:
        """Return the line on which the dash of an item stands."""
        line = int(item.start_mark.line)
        while not self.lines[line][node.start_mark.column :].startswith("-"):
            line -= 1
        return line

    def without_tail(self, first: int, until: int, column: int) -> int:
        """Return where the blank and comment lines begin that follow an entry and belong to what comes next."""
        while until > first + 1 and self.is_between(until - 1, column):
            until -= 1
        return until

    def is_between(self, number: int, column: int) -> bool:
        line = self.lines[number]
        bare = line.lstrip()
        return not bare or (bare.startswith("#") and len(line) - len(bare) <= column)

    def shifted(self, start: int, end: int, indent: int) -> list[str]:
        """Return blank and comment lines, indented."""
        return [f"{' ' * indent}{bare}" if (bare := line.strip()) else "" for line in self.lines[start:end]]

    def pair(self, entry: _Entry, kind: _Kind, indent: int) -> list[str]:
        """Return the lines of one key with its value."""
        head = f"{' ' * indent}{self.scalar(entry.key)}:"
        return self.valued(head, entry, kind, indent, entry.key.end_mark)

    def item(self, entry: _Entry, kind: _Kind, indent: int) -> list[str]:
        """Return the lines of one item of a list."""
        node = entry.value
        if not _is_block(node):
            return self.valued(f"{' ' * indent}-", entry, kind, indent, None)
        start = entry.first if node.start_mark.line == entry.first else entry.first + 1  # a dash on a line of its own
        inner = self.collection(node, kind, indent + 2, start, entry.end)
        first = next(number for number, line in enumerate(inner) if line and not line.lstrip().startswith("#"))
        above = [line[2:] for line in inner[:first]]
        return [*above, f"{' ' * indent}- {inner[first][indent + 2 :]}", *inner[first + 1 :]]

    def valued(self, head: str, entry: _Entry, kind: _Kind, indent: int, after: Any) -> list[str]:
        """Return a head (a key or a dash) with the value that follows it."""
        node = entry.value
        if _is_block(node):
            comment = self.comment(after.line, after.column + 1)
            inner = indent if node.id == "sequence" else indent + 2
            return [head + comment, *self.collection(node, kind, inner, after.line + 1, entry.end)]
        first, last = node.start_mark.line, node.end_mark.line
        if node.id == "scalar" and not node.style and not node.value:
            return [head + self.comment(entry.first, len(self.lines[entry.first].partition(":")[0]) + 1)]
        alone = first == last and (after is None or after.line == first)
        if alone and not (node.id == "scalar" and node.style in ("|", ">")):
            return [f"{head} {self.flow(node, kind)}{self.comment(last, node.end_mark.column)}"]
        return self.as_written(head, entry, indent, after)

    def as_written(self, head: str, entry: _Entry, indent: int, after: Any) -> list[str]:
        """Return a value of several lines as it is, moved to the new indentation."""
        line = self.lines[entry.first]
        start = after.column if after is not None else len(line) - len(line.lstrip())
        own = len(line) - len(line.lstrip()) if after is None else entry.key.start_mark.column
        rest = line[start + 1 :].strip()
        delta = indent - own
        more = [_moved(one, delta) for one in self.lines[entry.first + 1 : entry.end]]
        return [f"{head} {rest}".rstrip(), *more]

    def comment(self, line: int, column: int) -> str:
        """Return the comment at the end of a line."""
        rest = self.lines[line][column:]
        bare = rest.lstrip()
        return f"{' ' * max(2, len(rest) - len(bare))}{bare}" if bare.startswith("#") else ""

    # ------------------------------------------------------------------------------------------------------ in a line
    def flow(self, node: Any, kind: _Kind) -> str:
        """Return a value that stands on one line."""
        if node.id == "mapping":
            pairs = sorted(node.value, key=lambda pair: _place(kind, pair[0].value))
            inside = [
                f"{self.scalar(key)}: {self.flow(value, _kind_under(kind, key.value))}".rstrip() for key, value in pairs
            ]
            return f"{{{', '.join(inside)}}}"
        if node.id == "sequence":
            return f"[{', '.join(self.flow(one, _kind_under(kind, '-')) for one in node.value)}]"
        return self.scalar(node)

    def scalar(self, node: Any) -> str:
        """Return a scalar as written, single quotes made double where nothing in it needs care."""
        source: str = self.lines[node.start_mark.line][node.start_mark.column : node.end_mark.column]
        if node.style == "'" and not set(node.value) & set("\"\\'"):
            return f'"{node.value}"'
        return source


def _is_block(node: Any) -> bool:
    return bool(node.id != "scalar" and not node.flow_style and node.value)


def _moved(line: str, delta: int) -> str:
    if not line:
        return line
    return " " * delta + line if delta >= 0 else line[min(-delta, len(line) - len(line.lstrip())) :]


def _single_blanks(lines: Sequence[str]) -> Iterator[str]:
    """Yield lines with at most one blank one in a row, and none at either end."""
    before = ""
    for line in lines:
        if line or before:
            yield line
        before = line
