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

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

from sanctionsmodel._boxes import Axes
from sanctionsmodel._compile import compile_measure, compile_narrowing
from sanctionsmodel._data import DATA, read_json
from sanctionsmodel._index import Index
from sanctionsmodel._lawfile import LawReader
from sanctionsmodel._lists import LawFile, Lists
from sanctionsmodel._selecting import can_cover, mention
from sanctionsmodel._stored import from_data, to_data
from sanctionsmodel._yaml import Tree, read_yaml
from sanctionsmodel.errors import CatalogueError, FactError, Problem, nearest, shown
from sanctionsmodel.prohibitions import Confidence, Kind, ModelStatus, Prohibition, Status
from sanctionsmodel.sets import Cuts, contains
from sanctionsmodel.transactions import Transaction

BUILT = "built/catalogue.json"
BUILT_HEADS = "built/law/{}.json"


class Header(NamedTuple):
    """What is known of a measure without reading its law."""

    id: str
    title: str
    issuer: str
    kind: Kind
    effect: str
    themes: tuple[str, ...]
    status: ModelStatus
    confidence: Confidence
    verified_on: str
    not_modelled: tuple[str, ...]
    parts: tuple[str, ...]
    days: tuple[Cuts, ...]

    @classmethod
    def of(cls, law: Prohibition) -> Header:
        """Return the header of a measure."""
        return cls(
            law.id,
            law.title,
            law.issuer,
            law.kind,
            law.effect.value,
            law.themes,
            law.status,
            law.confidence,
            law.verified_on.isoformat() if law.verified_on else "",
            law.not_modelled,
            law.parts,
            tuple(version.days for version in law.versions),
        )

    @classmethod
    def read(cls, row: Sequence[Any]) -> Header:
        """Return the header that was stored as a row of JSON."""
        plain: list[Any] = [tuple(value) if isinstance(value, list) else value for value in row]
        plain[-1] = tuple(tuple(days) for days in plain[-1])
        return cls._make(plain)

    def holds_on(self, day: dt.date) -> bool:
        """Say whether some version is in force on a day; what only sums up others is asked with them."""
        return bool(self.parts) or any(contains(days, day.toordinal()) for days in self.days)


class _Read:
    """Law read from files, whole: every measure that can be read."""

    def __init__(self, files: Sequence[LawFile]) -> None:
        self._reader = LawReader(files)
        self._laws = {law.id: law for law in self._reader.read_all()}
        self.headers = {law.id: Header.of(law) for law in self._laws.values()}
        self.digest = digest_of(files)
        self.lists = self._reader.lists

    def refuse_problems(self) -> None:
        """Raise CatalogueError with every problem of the files, if there is one."""
        if self._reader.problems:
            unique = set(self._reader.problems)
            raise CatalogueError(sorted(unique, key=lambda one: (one.file, one.line, one.field)))

    def reader(self) -> LawReader:
        """Return the reader, which knows where everything stands and what is wrong with it."""
        return self._reader

    def files(self) -> list[LawFile]:
        """Return the files, for other layers to be laid over them."""
        return self._reader.files

    def law(self, name: str) -> Prohibition:
        """Return a measure."""
        return self._laws[name]

    @cached_property
    def index(self) -> Index:
        """The compiled form."""
        axes = Axes()
        measures = [compile_measure(law, self._laws, axes) for law in self._laws.values()]
        return Index.of(measures, compile_narrowing(axes, self._reader.condition_of))


class _Built:
    """The bundled law in its built form: compiled already, the text of a file read only when somebody wants it."""

    def __init__(self) -> None:
        built = read_json(BUILT)
        self.digest: str = built["digest"]
        self.headers = {row[0]: Header.read(row) for row in built["headers"]}
        self._file_of: Mapping[str, str] = built["files"]
        self._readers: dict[str, LawReader] = {}
        self._read: set[str] = set()

    def files(self) -> list[LawFile]:
        """Return the files, for other layers to be laid over them."""
        for name in self.headers:
            self._reader_of(name)
        files = [file for reader in self._readers.values() for file in reader.files]
        return sorted(files, key=lambda file: file.tree.name)

    def law(self, name: str) -> Prohibition:
        """Return a measure."""
        law = self._reader_of(name).law(name)
        assert law is not None, f"{name} was read when the catalogue was built"
        return law

    def reader(self) -> LawReader:
        """Return a reader of the whole law, which knows where everything stands."""
        return LawReader(self.files())

    def _reader_of(self, name: str) -> LawReader:
        """Return the reader of a measure's issuer, with the measures of its file taken in."""
        issuer, file_name = self.headers[name].issuer, self._file_of[name]
        if issuer not in self._readers:
            built = read_json(BUILT_HEADS.format(issuer))
            heads = [LawFile(Tree(one["name"], one["value"]), one["tables"]) for one in built["files"]]
            self._readers[issuer] = LawReader(heads, Lists(built["lists"]), trusted=True)
        reader = self._readers[issuer]
        if file_name not in self._read:
            self._read.add(file_name)
            file = next(one for one in reader.files if one.tree.name == file_name)
            file.tree.value["measures"] = read_json(_built_law(file_name))
            reader.gather_measures(file)
        return reader

    @cached_property
    def index(self) -> Index:
        """The compiled form."""
        return from_data(read_json(BUILT)["index"])


def _built_law(file_name: str) -> str:
    return f"built/law/{file_name.removesuffix('.yaml')}.json"


class Catalogue:
    """A set of measures by id, with the definitions that they use.

    ``digest`` is the sha-256 of the law files that it was read from, so that an assessment can say which law it used.
    """

    def __init__(self, source: _Read | _Built, ids: Iterable[str]) -> None:
        self._source = source
        self.headers = {name: source.headers[name] for name in ids}
        self.digest = source.digest

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
        files = over.files() if over else []
        first = 1 + max((file.layer for file in files), default=-1)
        more = [file for layer, one in enumerate(directories, first) for file in read_directory(Path(one), layer)]
        return cls.read([*files, *more])

    @classmethod
    def from_files(cls, texts: Mapping[str, str], over: Catalogue | None = None) -> Catalogue:
        """Read law files given as text, by file name; raises CatalogueError with every problem."""
        files = over.files() if over else []
        layer = 1 + max((file.layer for file in files), default=-1)
        return cls.read([*files, *(LawFile(read_yaml(text, name), layer=layer) for name, text in texts.items())])

    @classmethod
    def read(cls, files: Sequence[LawFile]) -> Catalogue:
        """Make a catalogue of law files that were read; raises CatalogueError with every problem."""
        source = _Read(files)
        source.refuse_problems()
        return cls(source, source.headers)

    @classmethod
    def readable(cls, files: Sequence[LawFile]) -> tuple[Catalogue, LawReader]:
        """Make a catalogue of what can be read, for tools that show all that is wrong; the reader has the problems."""
        source = _Read(files)
        return cls(source, source.headers), source.reader()

    # ------------------------------------------------------------------------------------------------- as a collection
    def __getitem__(self, name: str) -> Prohibition:
        """Return a measure by its id; raises KeyError with the nearest ids."""
        if name not in self.headers:
            raise KeyError(f"no measure {shown(name)}{nearest(str(name), self.headers)}")
        return self._source.law(name)

    def __iter__(self) -> Iterator[Prohibition]:
        """Iterate over the measures."""
        return (self._source.law(name) for name in self.headers)

    def __contains__(self, name: object) -> bool:
        """Say whether there is a measure of that id."""
        return name in self.headers

    def __len__(self) -> int:
        """Count the measures."""
        return len(self.headers)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the measures."""
        return tuple(self.headers)

    def law(self, name: str) -> Prohibition:
        """Return a measure of the whole catalogue by its id, selected or not; raises KeyError."""
        return self._source.law(name)

    def files(self) -> list[LawFile]:
        """Return the law files of the whole catalogue, selected or not."""
        return self._source.files()

    # ------------------------------------------------------------------------------------------------------- selecting
    def select(
        self,
        *,
        ids: Iterable[str] | None = None,
        issuers: Iterable[str] | None = None,
        themes: Iterable[str] | None = None,
        on: dt.date | str | None = None,
        hs: str | None = None,
        country: str | None = None,
    ) -> Catalogue:
        """Return the measures that pass every filter; each is optional.

        ``ids``, ``issuers``, ``themes``: those that a measure may have; ``on``: a day on which it is in force; ``hs``:
        a goods code of which it can cover something; ``country``: a place that it names. Raises FactError for an
        issuer, theme or id that no measure has or a day that is none, UnknownCode for goods or a place that are none.

        >>> Catalogue.bundled().select(issuers="us", hs="7601", country="RU", themes="metals").ids[0]
        'us/eo-14068/metals-import'
        """
        chosen = list(self.headers.values())
        for name, words in {"ids": ids, "issuers": issuers, "themes": themes}.items():
            if words is not None:
                chosen = self._chosen(chosen, name, {words} if isinstance(words, str) else set(words))
        if on is not None:
            day = _day(on) if isinstance(on, str) else on
            chosen = [header for header in chosen if header.holds_on(day)]
        found = Catalogue(self._source, [header.id for header in chosen])
        for pick, wanted in ((can_cover, hs), (mention, country)):
            if wanted is not None:
                names = pick(found.index, wanted)
                found = Catalogue(self._source, [name for name in found.ids if name in names])
        return found

    def _chosen(self, headers: list[Header], name: str, words: set[str]) -> list[Header]:
        known = {word for header in self.headers.values() for word in _words(header, name)}
        for word in sorted(words - known):
            raise FactError(f"{name}: no measure has {shown(word)}{nearest(word, known)}")
        return [header for header in headers if words & set(_words(header, name))]

    # ------------------------------------------------------------------------------------------------------ evaluating
    @cached_property
    def index(self) -> Index:
        """The compiled form, made on first use."""
        whole = self._source.index
        return whole if len(self.headers) == len(self._source.headers) else whole.select(self.headers)

    def statuses(self, transaction: Transaction) -> Mapping[str, Status]:
        """Return what each measure says of a transaction, by id: the bare statuses, without reasons."""
        return self.index.statuses(transaction)

    @property
    def issuers(self) -> tuple[str, ...]:
        """The issuers, sorted."""
        return tuple(sorted({header.issuer for header in self.headers.values()}))

    @property
    def themes(self) -> tuple[str, ...]:
        """The themes, sorted."""
        return tuple(sorted({theme for header in self.headers.values() for theme in header.themes}))

    @property
    def version(self) -> str:
        """The newest day on which a measure was verified, and the start of the digest."""
        newest = max((header.verified_on for header in self.headers.values()), default="")
        return f"{newest or 'undated'}+{self.digest[:12]}"


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise FactError(f"on: {shown(text)} is not a day; write it as in 2024-04-13") from None


def _words(header: Header, name: str) -> tuple[str, ...]:
    return {"ids": (header.id,), "issuers": (header.issuer,), "themes": header.themes}[name]


@cache
def _bundled() -> Catalogue:
    source = _Built()
    return Catalogue(source, source.headers)


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
    import csv

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
    import hashlib

    content = [[file.tree.name, file.layer, file.tree.value, file.tables] for file in files]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def build(directory: Path = DATA) -> dict[str, Any]:
    """Return the built form of a directory of law files by file name; raises CatalogueError with every problem."""
    files = read_directory(directory)
    source = _Read(files)
    source.refuse_problems()
    built: dict[str, Any] = {
        BUILT: {
            "digest": source.digest,
            "headers": list(source.headers.values()),
            "files": {name: place[0].tree.name for name, place in source.reader().places.items()},
            "index": to_data(source.index),
        }
    }
    for issuer in dict.fromkeys(file.issuer for file in files):
        own = [file for file in files if file.issuer == issuer]
        heads = [{"name": one.tree.name, "value": _head(one), "tables": one.tables} for one in own]
        lists = {
            key: json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
            for key, parts in source.lists.resolved.items()
            if key.startswith(f"{issuer} ")
        }
        built[BUILT_HEADS.format(issuer)] = {"files": heads, "lists": lists}
        built |= {_built_law(one.tree.name): one.section("measures") or [] for one in own}
    return built


def _head(file: LawFile) -> dict[str, Any]:
    return {key: value for key, value in file.tree.value.items() if key != "measures"}
