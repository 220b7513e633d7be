"""The catalogue: law as data, loaded whole, checked, layered, selected and identified by a digest.

The bundled catalogue is read from its built form (one JSON file made from the YAML law files); a user's directories of
law files are read as they are and layered over it: a measure with the same id replaces the bundled one.

>>> catalogue = Catalogue.bundled()
>>> catalogue["us/eo-14068/metals-import"].title
'Ban on imports of aluminium, copper and nickel of Russian origin'
>>> [measure.issuer for measure in catalogue.select(issuers=["xlme"])][:1]
['xlme']
>>> catalogue["us/eo-14068/metal-import"]
Traceback (most recent call last):
    ...
KeyError: "no measure 'us/eo-14068/metal-import'; did you mean 'us/eo-14068/metals-import'..."
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from sanctionsmodel._data import DATA, read_json
from sanctionsmodel._index import Index
from sanctionsmodel._lawfile import LawReader
from sanctionsmodel._lists import LawFile
from sanctionsmodel._yaml import Tree, read_yaml
from sanctionsmodel.errors import CatalogueError, FactError, Problem, nearest, shown
from sanctionsmodel.prohibitions import Prohibition, Status
from sanctionsmodel.transactions import Transaction

BUILT = "built/catalogue.json"


class Catalogue:
    """A set of measures by id, with the definitions that they use.

    ``digest`` is the sha-256 of the law files that it was read from, so that an assessment can say which law it used.
    """

    def __init__(self, reader: LawReader, measures: Iterable[Prohibition], digest: str) -> None:
        self._reader = reader
        self._measures = {measure.id: measure for measure in measures}
        self.digest = digest

    # -------------------------------------------------------------------------------------------------------- loading
    @classmethod
    def bundled(cls) -> Catalogue:
        """Return the catalogue that ships with the package, loaded once a process."""
        return _bundled()

    @classmethod
    def load(cls, *directories: str | Path, over: Catalogue | None = None) -> Catalogue:
        """Read directories of law files, each layered over those before it, and over another catalogue where given.

        Raises CatalogueError with every problem of every file: file, line, field and remedy.
        """
        files = list(over._reader.files) if over else []
        first = 1 + max((file.layer for file in files), default=-1)
        for layer, directory in enumerate(directories, start=first):
            files += read_directory(Path(directory), layer)
        return cls.read(files)

    @classmethod
    def from_files(cls, texts: Mapping[str, str], over: Catalogue | None = None) -> Catalogue:
        """Read law files given as text, by file name; raises CatalogueError with every problem."""
        files = list(over._reader.files) if over else []
        layer = 1 + max((file.layer for file in files), default=-1)
        return cls.read([*files, *(LawFile(read_yaml(text, name), layer=layer) for name, text in texts.items())])

    @classmethod
    def read(cls, files: Sequence[LawFile]) -> Catalogue:
        """Make a catalogue of law files that were read; raises CatalogueError with every problem."""
        reader = LawReader(files)
        if reader.problems:
            raise CatalogueError(sorted(set(reader.problems), key=lambda one: (one.file, one.line, one.field)))
        return cls(reader, reader.measures, digest_of(files))

    # ------------------------------------------------------------------------------------------------- as a collection
    def __getitem__(self, name: str) -> Prohibition:
        """Return a measure by its id; raises KeyError with the nearest ids."""
        try:
            return self._measures[name]
        except KeyError:
            raise KeyError(f"no measure {shown(name)}{nearest(str(name), self._measures)}") from None

    def __iter__(self) -> Iterator[Prohibition]:
        """Iterate over the measures."""
        return iter(self._measures.values())

    def __contains__(self, name: object) -> bool:
        """Say whether there is a measure of that id."""
        return name in self._measures

    def __len__(self) -> int:
        """Count the measures."""
        return len(self._measures)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the measures."""
        return tuple(self._measures)

    # ------------------------------------------------------------------------------------------------------- selecting
    def select(
        self,
        *,
        ids: Iterable[str] | None = None,
        issuers: Iterable[str] | None = None,
        themes: Iterable[str] | None = None,
        on: dt.date | str | None = None,
    ) -> Catalogue:
        """Return the measures of these issuers and themes that are in force on a day; each filter is optional.

        Raises FactError for an issuer or theme that no measure has.
        """
        chosen = list(self._measures.values())
        wanted = {"ids": ids, "issuers": issuers, "themes": themes}
        for name, words in wanted.items():
            if words is not None:
                chosen = self._chosen(chosen, name, {words} if isinstance(words, str) else set(words))
        if on is not None:
            day = dt.date.fromisoformat(on) if isinstance(on, str) else on
            chosen = [one for one in chosen if one.parts or any(version.holds_on(day) for version in one.versions)]
        return Catalogue(self._reader, chosen, self.digest)

    def _chosen(self, measures: list[Prohibition], name: str, words: set[str]) -> list[Prohibition]:
        known = {word for measure in self._measures.values() for word in _words(measure, name)}
        for word in words - known:
            raise FactError(f"{name}: no measure has {shown(word)}{nearest(word, known)}")
        return [measure for measure in measures if words & set(_words(measure, name))]

    # ------------------------------------------------------------------------------------------------------- evaluating
    @cached_property
    def index(self) -> Index:
        """The compiled form, made on first use."""
        return Index(self, self._reader.condition_of, {one.id: one for one in self._reader.measures})

    def statuses(self, transaction: Transaction) -> dict[str, Status]:
        """Return what each measure says of a transaction, by id: the bare statuses, without reasons."""
        return self.index.statuses(transaction)

    @property
    def issuers(self) -> tuple[str, ...]:
        """The issuers, sorted."""
        return tuple(sorted({measure.issuer for measure in self._measures.values()}))

    @property
    def themes(self) -> tuple[str, ...]:
        """The themes, sorted."""
        return tuple(sorted({theme for measure in self._measures.values() for theme in measure.themes}))

    @property
    def version(self) -> str:
        """The newest day on which a measure was verified, and the start of the digest."""
        days = [measure.verified_on for measure in self._measures.values() if measure.verified_on]
        return f"{max(days).isoformat() if days else 'undated'}+{self.digest[:12]}"


def _words(measure: Prohibition, name: str) -> tuple[str, ...]:
    return {"ids": (measure.id,), "issuers": (measure.issuer,), "themes": measure.themes}[name]


@cache
def _bundled() -> Catalogue:
    built = read_json(BUILT)
    files = [LawFile(Tree(one["name"], one["value"]), one["tables"]) for one in built["files"]]
    reader = LawReader(files)
    if reader.problems:
        raise CatalogueError(reader.problems)
    return Catalogue(reader, reader.measures, built["digest"])


def read_directory(directory: Path, layer: int = 0) -> list[LawFile]:
    """Read every law file below a directory, with the CSV files beside it; case files are left alone."""
    if not directory.is_dir():
        raise CatalogueError(f"{directory} is no directory of law files")
    paths = sorted(path for path in directory.rglob("*.yaml") if not path.name.endswith(".cases.yaml"))
    paths = [path for path in paths if path.parent != directory or path.name != "facts.yaml"]
    if not paths:
        raise CatalogueError(f"{directory} holds no law file (*.yaml)")
    return [read_file(path, directory, layer) for path in paths]


def read_file(path: Path, directory: Path, layer: int = 0) -> LawFile:
    """Read one law file, named by its path below a directory, with the CSV files beside it."""
    tree = read_yaml(path.read_text(encoding="utf-8"), path.relative_to(directory).as_posix())
    named = tree.value.get("lists") or {} if isinstance(tree.value, dict) else {}
    tables = {}
    for raw in named.values() if isinstance(named, dict) else ():
        name = raw.get("file") if isinstance(raw, dict) else None
        beside = path.parent / str(name)
        if name and beside.parent == path.parent and beside.is_file():
            tables[str(name)] = _table(beside, tree)
    return LawFile(tree, tables, layer)


def _table(path: Path, tree: Tree) -> list[dict[str, str]]:
    """Read the rows of a list; notes stay in the file, for they are for its readers."""
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    wrong = set(rows[0]) - {"code", "from", "until", "except", "note"} if rows else set()
    if not rows or "code" not in rows[0] or wrong:
        message = f"wants the columns code, from, until, except, note; has {', '.join(rows[0]) if rows else 'no row'}"
        tree.problems.append(Problem(message, path.name))
        return []
    return [{key: value for key, value in row.items() if key != "note" and value} for row in rows]


def digest_of(files: Sequence[LawFile]) -> str:
    """Return the sha-256 of the content of law files, independent of layout and comments."""
    content = [[file.tree.name, file.layer, file.tree.value, file.tables] for file in files]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def build(directory: Path = DATA) -> dict[str, Any]:
    """Return the built form of a directory of law files, as it ships; raises CatalogueError with every problem."""
    files = read_directory(directory)
    Catalogue.read(files)
    rows = [{"name": file.tree.name, "value": file.tree.value, "tables": file.tables} for file in files]
    return {"digest": digest_of(files), "files": rows}
