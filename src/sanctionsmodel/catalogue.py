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
from typing import Any

from sanctionsmodel._data import DATA
from sanctionsmodel._index import Index
from sanctionsmodel._lawfile import LawReader
from sanctionsmodel._lists import LawFile
from sanctionsmodel._selecting import can_cover, mention
from sanctionsmodel._sources import BUILT, BUILT_HEADS, BuiltLaw, Header, MadeLaw, ReadLaw, Source, built_law
from sanctionsmodel._stored import to_data
from sanctionsmodel._yaml import Tree, read_yaml, read_yaml_file
from sanctionsmodel.answers import Scope
from sanctionsmodel.errors import CatalogueError, FactError, Problem, nearest, shown
from sanctionsmodel.prohibitions import Prohibition, Status
from sanctionsmodel.transactions import Transaction


class Catalogue:
    """A set of measures by id, with the definitions that they use.

    ``digest`` is the sha-256 of the law files that it was read from, so that an assessment can say which law it used.
    """

    def __init__(self, source: Source, ids: Iterable[str]) -> None:
        self._source = source
        self.headers = {name: source.headers[name] for name in ids}
        self.digest = source.digest
        self.kept: dict[tuple[Any, ...], Any] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as law files, or for the bundled catalogue and selections of it as their ids and digest.

        Raises FactError for measures that were made in Python: these stand in no file.
        """
        is_bundled = self.digest == Catalogue.bundled().digest
        return _again, (self.digest, self.ids, () if is_bundled else tuple(self.files()))

    # -------------------------------------------------------------------------------------------------------- loading
    @classmethod
    def bundled(cls) -> Catalogue:
        """Return the catalogue that ships with the package, loaded once a process."""
        return _bundled()

    @classmethod
    def load(cls, *directories: str | Path, over: Catalogue | None = None) -> Catalogue:
        """Read directories of law files (or single files), each layered over those before it and over ``over``.

        Without ``over`` the files stand alone: terms that only the bundled law defines (``actor.uk_person``) are then
        asked for. Raises CatalogueError with every problem of every file: file, line, field and remedy.
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
        source = ReadLaw(files)
        source.refuse_problems()
        return cls(source, source.headers)

    @classmethod
    def readable(cls, files: Sequence[LawFile]) -> tuple[Catalogue, LawReader]:
        """Make a catalogue of what can be read, for tools that show all that is wrong; the reader has the problems."""
        source = ReadLaw(files)
        return cls(source, source.headers), source.reader()

    @classmethod
    def of(cls, *prohibitions: Prohibition, over: Catalogue | None = None) -> Catalogue:
        """Make a catalogue of measures made in Python, laid over another one where given.

        Without ``over`` these are all the measures; definitions are those of ``over``, or of the bundled law.
        """
        base = over if over is not None else cls.bundled()
        source = MadeLaw(prohibitions, base._source, over.headers if over is not None else ())
        return cls(source, source.headers)

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

    @cached_property
    def scope(self) -> tuple[Scope, ...]:
        """What an assessment against this catalogue asks: its measures, and how completely each is modelled."""
        return tuple(
            Scope.model_construct(
                measure=header.id,
                title=header.title,
                model_status=header.status,
                verified_on=header.verified_on,
                not_modelled=header.not_modelled,
            )
            for header in self.headers.values()
        )

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

    @cached_property
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
    source = BuiltLaw()
    return Catalogue(source, source.headers)


_READ_AGAIN: dict[tuple[str, tuple[str, ...]], Catalogue] = {}


def _again(digest: str, ids: tuple[str, ...], files: tuple[LawFile, ...]) -> Catalogue:
    """Return a catalogue that was pickled, read and compiled once a process."""
    found = _READ_AGAIN.get((digest, ids))
    if found is None:
        whole = Catalogue.read(files) if files else Catalogue.bundled()
        if whole.digest != digest:
            raise CatalogueError(
                f"the law here is {whole.digest[:12]} and not {digest[:12]}; install the same version everywhere"
            )
        found = _READ_AGAIN[digest, ids] = whole.select(ids=ids)
    return found


def read_directory(directory: Path, layer: int = 0) -> list[LawFile]:
    """Read every law file below a directory, with the CSV files beside it; case files are left alone."""
    if directory.is_file():
        return [read_file(directory, directory.parent, layer)]
    if not directory.is_dir():
        raise CatalogueError(f"{directory} is no directory of law files")
    paths = sorted(path for path in directory.rglob("*.yaml") if not path.name.endswith(".cases.yaml"))
    paths = [path for path in paths if path.parent != directory or path.name != "facts.yaml"]
    if not paths:
        raise CatalogueError(f"{directory} holds no law file (*.yaml)")
    return [read_file(path, directory, layer) for path in paths]


def read_file(path: Path, directory: Path, layer: int = 0) -> LawFile:
    """Read one law file, named by its path below a directory, with the CSV files beside it."""
    tree = read_yaml_file(path, path.relative_to(directory).as_posix())
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

    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.DictReader(handle))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        tree.problems.append(Problem(f"cannot be read: {error}; save it as UTF-8 text", path.name))
        return []
    wrong = set(rows[0]) - {"code", "from", "until", "except", "note"} if rows else set()
    if not rows or "code" not in rows[0] or wrong:
        message = f"wants the columns code, from, until, except, note; has {', '.join(rows[0]) if rows else 'no row'}"
        tree.problems.append(Problem(message, path.name))
        return []
    return [{key: value for key, value in row.items() if key != "note" and value} for row in rows]


def build(directory: Path = DATA) -> dict[str, Any]:
    """Return the built form of a directory of law files by file name; raises CatalogueError with every problem."""
    files = read_directory(directory)
    source = ReadLaw(files)
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
        built |= {built_law(one.tree.name): one.section("measures") or [] for one in own}
    return built


def _head(file: LawFile) -> dict[str, Any]:
    return {key: value for key, value in file.tree.value.items() if key != "measures"}
