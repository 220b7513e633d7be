"""Read YAML as text only, with the line of every value; refuse what could mislead or harm.

Every scalar stays text (``NO`` is no boolean and ``0101`` no number); only ``null`` and the empty value become None.
Anchors, aliases, tags, duplicate keys, deep nesting and large files are refused, each with its line.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, TypeAlias

from sanctionsmodel.errors import CatalogueError, Problem, shown

#: Where a value stands in a tree: keys and list positions from the top.
Path: TypeAlias = tuple[str | int, ...]

LARGEST_FILE = 4_000_000
DEEPEST = 40


@dataclass(slots=True)
class Tree:
    """A parsed file: plain dicts, lists and text, and the line of each value by its path."""

    name: str
    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line_of(self, path: Path) -> int:
        """Return the line of a value, or of the nearest one above it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)

    def problem(self, path: Path, message: str) -> Problem:
        """Return a problem with the value at a path."""
        return Problem(message, self.name, self.line_of(path), ".".join(str(step) for step in path))


def read_yaml(text: str, name: str) -> Tree:
    """Parse YAML text; the problems found are in the tree, and the values read are kept beside them."""
    tree = Tree(name)
    if len(text) > LARGEST_FILE:
        tree.problems.append(Problem(f"{len(text)} characters; a file has at most {LARGEST_FILE}, split it", name))
        return tree
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _Builder(tree).run(yaml.parse(text, Loader=loader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error)
        tree.problems.append(Problem(f"this is no YAML: {what}", name, mark.line + 1 if mark else 0))
    except CatalogueError as error:
        tree.problems.extend(error.problems)
    return tree


def read_yaml_file(path: FilePath, name: str) -> Tree:
    """Parse a YAML file; one that cannot be read, or is no UTF-8 text, is a problem in the tree like any other."""
    try:
        return read_yaml(path.read_text(encoding="utf-8-sig"), name)
    except UnicodeDecodeError as error:
        return Tree(
            name, problems=[Problem(f"cannot be read: no UTF-8 text (byte {error.start}); save it as UTF-8", name)]
        )
    except OSError as error:
        return Tree(name, problems=[Problem(f"cannot be read: {error.strerror}", name)])


class _Builder:
    """Builds the tree from the parser's events, so that nothing is constructed that we did not ask for."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.stack: list[tuple[Any, Path, list[Any]]] = []  # container, path, pending key

    def run(self, events: Any) -> None:
        documents = 0
        for event in events:
            kind = type(event).__name__
            line = event.start_mark.line + 1
            if kind == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    self._refuse(line, "a second document in one file; write one file each")
            elif kind == "AliasEvent" or getattr(event, "anchor", None):
                self._refuse(line, f"anchors and aliases are not read ({shown(event.anchor)}); write the value out")
            elif getattr(event, "tag", None):
                self._refuse(line, f"tags are not read ({shown(event.tag)}); write the value alone")
            elif kind == "ScalarEvent":
                self._place(_scalar(event), line)
            elif kind in ("MappingStartEvent", "SequenceStartEvent"):
                self._open({} if kind == "MappingStartEvent" else [], line)
            elif kind in ("MappingEndEvent", "SequenceEndEvent"):
                self.stack.pop()

    def _refuse(self, line: int, message: str) -> None:
        raise CatalogueError([Problem(message, self.tree.name, line)])

    def _open(self, container: Any, line: int) -> None:
        if len(self.stack) >= DEEPEST:
            self._refuse(line, f"nested deeper than {DEEPEST} levels; say it more simply")
        path = self._place(container, line)
        self.stack.append((container, path, []))

    def _place(self, value: Any, line: int) -> Path:
        """Put a value where the open container wants it: as the next item, as a key, or as a key's value."""
        if not self.stack:
            self.tree.value = value
            return ()
        container, path, pending = self.stack[-1]
        if isinstance(container, list):
            container.append(value)
            here: Path = (*path, len(container) - 1)
        elif not pending:
            return self._key(container, path, pending, value, line)
        else:
            key = pending.pop()
            container[key] = value
            here = (*path, key)
        self.tree.lines[here] = line
        return here

    def _key(self, container: dict[str, Any], path: Path, pending: list[Any], value: Any, line: int) -> Path:
        if not isinstance(value, str):
            self._refuse(line, "a key is text, not a list, a mapping or null")
        if value in container:
            message = f"the key {shown(value)} stands twice in one mapping; keep one"
            self.tree.problems.append(Problem(message, self.tree.name, line, ".".join(map(str, (*path, value)))))
        pending.append(value)
        return path


def _scalar(event: Any) -> str | None:
    if not event.style and event.value in ("", "null", "~"):  # plain; the C parser says "" where Python says None
        return None
    return str(event.value)
