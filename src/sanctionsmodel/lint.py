"""Lint: everything wrong or doubtful in law files and their cases, at once, each with file, line, field and remedy.

An *error* makes an answer wrong or the files unreadable; a *warning* is a doubt that a person should look at. Lists are
checked code by code, those of a CSV file at its row, whether or not a measure uses them.

>>> for remark in lint_texts({"us/x.yaml": "issuer: us\\nlists:\\n  a: {system: hs, codes: ['760130']}"}):
...     print(remark)
error: us/x.yaml:3: lists.a: has no citation; write cite: SOURCE and the place in it [law]
warning: us/x.yaml:3: lists.a: no condition reads list:a; use it, or take it out [unused-list]
error: us/x.yaml:3: lists.a.codes.0: '760130' is in no edition of the HS (2012, 2017, 2022); under 7601 are ... [code]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from sanctionsmodel._boxes import Axes
from sanctionsmodel._compile import compile_measure
from sanctionsmodel._lawfile import LawReader
from sanctionsmodel._lint_cases import CaseFile, case_remarks, completeness
from sanctionsmodel._lint_law import law_remarks
from sanctionsmodel._lint_lists import list_remarks
from sanctionsmodel._lists import LawFile
from sanctionsmodel._remarks import Remark, error, in_order, warning
from sanctionsmodel._yaml import read_yaml, read_yaml_file
from sanctionsmodel.cases import read_case_tree
from sanctionsmodel.catalogue import Catalogue, read_directory
from sanctionsmodel.errors import Problem, SanctionsModelError


class Findings(NamedTuple):
    """What lint found, with how much was read."""

    remarks: list[Remark]
    measures: int
    cases: int

    def count(self, level: str) -> int:
        """Count the errors or the warnings."""
        return sum(1 for one in self.remarks if one.level == level)


def lint(directory: str | Path, over: Catalogue | None = None) -> Findings:
    """Check a directory of law files and the cases in it, read over another catalogue where one is given.

    Raises CatalogueError only where there is no such directory, or no law file in it.
    """
    home = Path(directory)
    base = over.files() if over else []
    mine = read_directory(home, 1 + max((file.layer for file in base), default=-1))
    trees = [read_yaml_file(path, path.relative_to(home).as_posix()) for path in sorted(home.rglob("*.cases.yaml"))]
    remarks: set[Remark] = set()
    files: list[CaseFile] = []
    for tree in trees:
        found = read_case_tree(tree)
        lines = tuple(tree.line_of((number,)) for number, _ in found)
        files.append(CaseFile(tree.name, tuple(case for _, case in found), lines))
        remarks.update(Remark("error", "case", problem) for problem in tree.problems)
    broken = bool(remarks)
    catalogue, reader = _law(remarks, base, mine, home)
    if catalogue is not None:
        sound = _sound(catalogue, reader)
        remarks.update(law_remarks(sound, reader, mine))
        remarks.update(case_remarks(files, catalogue))
        if not broken:
            cases = [case for file in files for case in file.cases]
            remarks.update(completeness(cases, _of(sound, reader, mine), reader))
    measures = sum(1 for file, _, _ in reader.places.values() if any(file is one for one in mine))
    return Findings(in_order(remarks), measures, sum(len(file.cases) for file in files))


def lint_texts(texts: Mapping[str, str], over: Catalogue | None = None) -> list[Remark]:
    """Check law files given as text, by file name, without cases."""
    base = over.files() if over else []
    mine = [LawFile(read_yaml(text, name), layer=1) for name, text in texts.items()]
    remarks: set[Remark] = set()
    catalogue, reader = _law(remarks, base, mine, None)
    if catalogue is not None:
        remarks.update(law_remarks(_sound(catalogue, reader), reader, mine))
    return in_order(remarks)


def _sound(catalogue: Catalogue, reader: LawReader) -> Catalogue:
    """Return the measures that were read without a problem; of others, the engine's reading would tell nothing."""
    broken = {(problem.file, *problem.field.split(".")[:2]) for problem in reader.problems}
    places = {name: (file.tree.name, str(path[0]), str(path[1])) for name, (file, path, _) in reader.places.items()}
    shared = any(section == "exemptions" for _, section, *_ in broken)
    return catalogue.select(ids=[name for name in catalogue.ids if not shared and places[name] not in broken])


def _of(catalogue: Catalogue, reader: LawReader, files: Sequence[LawFile]) -> Catalogue:
    """Return the measures that stand in some files."""
    return catalogue.select(ids=[name for name in catalogue.ids if any(reader.places[name][0] is one for one in files)])


def _law(
    remarks: set[Remark], base: Sequence[LawFile], mine: Sequence[LawFile], home: Path | None
) -> tuple[Catalogue | None, LawReader]:
    """Read the law and note what is wrong with it; the catalogue is None where it cannot be compiled."""
    catalogue, reader = Catalogue.readable([*base, *mine])
    remarks.update(_without_repeats(remarks, mine, reader, home))
    try:
        axes = Axes()
        for law in catalogue:
            file, path, _ = reader.places[law.id]
            try:
                compile_measure(law, {}, axes)
            except SanctionsModelError as found:
                remarks.add(error("too-wide", file, path, str(found)))
                return None, reader
        assert catalogue.index is not None
    except SanctionsModelError as found:
        remarks.add(Remark("error", "law", Problem(str(found))))
        return None, reader
    return catalogue, reader


def _without_repeats(
    remarks: set[Remark], mine: Sequence[LawFile], reader: LawReader, home: Path | None
) -> Iterator[Remark]:
    """Yield the problems of reading, but not again for each measure what was said of a list."""
    of_lists = [remark for file in mine for remark in list_remarks(file, home, _used(file, reader))]
    said = {
        one.problem.message.removeprefix("from ").removeprefix("until ") for one in of_lists if one.level == "error"
    }
    names = {file.tree.name for file in mine}
    yield from of_lists
    for problem in reader.problems:
        repeated = any(problem.message.endswith(message) for message in said)
        if not repeated and (problem.file in names or not problem.file.endswith(".yaml")):
            yield Remark("error", "law", problem)
    yield from _source_remarks(mine, reader)


def _used(home: LawFile, reader: LawReader) -> set[str]:
    """Return the names of the lists that files of an issuer read."""
    files = [file for file in reader.files if file.issuer == home.issuer]
    texts = (text for file in files for text in _texts(file.tree.value))
    return {text.removeprefix("list:") for text in texts if text.startswith("list:")}


def _texts(value: object) -> Iterator[str]:
    """Yield every text of a tree."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)


def _source_remarks(mine: Iterable[LawFile], reader: LawReader) -> Iterator[Remark]:
    """Yield the sources that nothing cites, and those read before they were published."""
    for file in mine:
        sources = file.section("sources")
        shares = file.tree.name.endswith("issuer.yaml")
        readers = [one for one in reader.files if one is file or (shares and one.issuer == file.issuer)]
        cited = {text.split(" ")[0] for one in readers for text in _cites(one.tree.value)}
        for name, raw in sources.items() if isinstance(sources, dict) else ():
            if name not in cited:
                message = f"nothing cites {name}; cite it where it is the ground, or take it out"
                yield warning("unused-source", file, ("sources", name), message)
            published, read = (
                (str(raw.get(key) or "") for key in ("published_on", "read_on")) if isinstance(raw, dict) else ("", "")
            )
            if read and published > read:  # days as text, in the order of time
                message = f"read on {read}, before it was published on {published}; correct one of them"
                yield warning("order", file, ("sources", name), message)


def _cites(value: object) -> Iterator[str]:
    """Yield every citation text of a tree."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key == "cite":
                yield from (str(text) for text in (one if isinstance(one, list) else [one]))
            else:
                yield from _cites(one)
    elif isinstance(value, list):
        for one in value:
            yield from _cites(one)
