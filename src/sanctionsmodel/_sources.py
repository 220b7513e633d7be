"""Where a catalogue's law comes from: files read now, the built form that ships, or measures made in Python."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from sanctionsmodel._boxes import Axes
from sanctionsmodel._compile import compile_measure, compile_narrowing
from sanctionsmodel._data import read_json
from sanctionsmodel._index import Index
from sanctionsmodel._lawfile import LawReader
from sanctionsmodel._lists import LawFile, Lists
from sanctionsmodel._stored import from_data
from sanctionsmodel._yaml import Tree
from sanctionsmodel.errors import CatalogueError, FactError, Problem
from sanctionsmodel.prohibitions import Confidence, Kind, ModelStatus, Prohibition
from sanctionsmodel.sets import Cuts, contains

NEVER_HOLDS = "can never hold: its conditions, with binds and the days in force, exclude one another"
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


class ReadLaw:
    """Law read from files, whole: every measure that can be read."""

    def __init__(self, files: Sequence[LawFile]) -> None:
        self._reader = LawReader(files)
        self._laws = {law.id: law for law in self._reader.read_all()}
        self.headers = {law.id: Header.of(law) for law in self._laws.values()}
        self.digest: str = digest_of(files)
        self.lists = self._reader.lists

    def refuse_problems(self) -> None:
        """Raise CatalogueError with every problem of the files, if there is one; a limb that nothing meets is one."""
        problems = self._reader.problems or [*self._never_met()]
        if problems:
            raise CatalogueError(sorted(set(problems), key=lambda one: (one.file, one.line, one.field)))

    def _never_met(self) -> Iterator[Problem]:
        for measure in self.index.measures:
            for limb in measure.compiled.limbs:
                part, version, number = measure.limbs[limb.key]
                if part == measure.id and not limb.boxes:
                    file, path, _ = self._reader.places[part]
                    words = self._laws[part].versions[version].limbs[number].provision or f"limb {number + 1}"
                    yield file.tree.problem((*path, "versions", version, "limbs", number), f"{words} {NEVER_HOLDS}")

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


class BuiltLaw:
    """The bundled law in its built form: compiled already, the text of a file read only when somebody wants it."""

    def __init__(self) -> None:
        built = read_json(BUILT)
        self.digest: str = built["digest"]
        self.headers = {row[0]: Header.read(row) for row in built["headers"]}
        self._file_of: Mapping[str, str] = built["files"]
        self._readers: dict[str, LawReader] = {}
        self._read: set[str] = set()
        self._whole: LawReader | None = None

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
        if self._whole is None:
            self._whole = LawReader(self.files(), trusted=True)
        return self._whole

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
            file.tree.value["measures"] = read_json(built_law(file_name))
            reader.gather_measures(file)
        return reader

    @cached_property
    def index(self) -> Index:
        """The compiled form."""
        return from_data(read_json(BUILT)["index"])


def built_law(file_name: str) -> str:
    """Return where the built measures of a law file stand."""
    return f"built/law/{file_name.removesuffix('.yaml')}.json"


class MadeLaw:
    """Measures made in Python, over the measures and definitions of another source."""

    def __init__(self, laws: Iterable[Prohibition], base: Source, kept: Iterable[str]) -> None:
        self._base = base
        mine = {law.id: law for law in laws}
        self._laws = {**{name: base.law(name) for name in kept if name not in mine}, **mine}
        self.headers = {name: Header.of(law) for name, law in self._laws.items()}
        self.digest: str = _digest([base.digest, *(law.to_json() for law in self._laws.values())])

    def files(self) -> list[LawFile]:
        """Refuse: measures made in Python stand in no file."""
        raise FactError("these measures were made in Python; write them to law files before layering others over them")

    def reader(self) -> LawReader:
        """Return the reader of the law that these measures were laid over."""
        return self._base.reader()

    def law(self, name: str) -> Prohibition:
        """Return a measure."""
        return self._laws[name]

    @cached_property
    def index(self) -> Index:
        """The compiled form."""
        axes = Axes()
        measures = [compile_measure(law, self._laws, axes) for law in self._laws.values()]
        return Index.of(measures, compile_narrowing(axes, self.reader().condition_of))


#: Law from any of the three.
Source: TypeAlias = ReadLaw | BuiltLaw | MadeLaw


def _digest(content: Any) -> str:
    import hashlib
    import json

    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def digest_of(files: Sequence[LawFile]) -> str:
    """Return the sha-256 of the content of law files, independent of layout and comments."""
    return _digest([[file.tree.name, file.layer, file.tree.value, file.tables] for file in files])
