"""Named code lists of law files as conditions, split where a list changed with time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from sanctionsmodel import sets
from sanctionsmodel._groups import dated_sets, group_condition
from sanctionsmodel._values import code_set, places
from sanctionsmodel._yaml import Tree
from sanctionsmodel.commodities import whole_codes
from sanctionsmodel.conditions import Condition, any_of
from sanctionsmodel.errors import FactError, nearest, shown
from sanctionsmodel.facts import Fact, registry
from sanctionsmodel.jurisdictions import place_code
from sanctionsmodel.sets import Cuts

_NATIONAL_DIGITS = 6


@dataclass(slots=True)
class LawFile:
    """One file's tree with its shortcuts, and the rows of the CSV lists beside it (by file name)."""

    tree: Tree
    tables: Mapping[str, list[dict[str, str]]] = field(default_factory=dict)
    layer: int = 0

    def section(self, name: str) -> Any:
        """Return a top-level section, or an empty mapping."""
        return self.tree.value.get(name) or {} if isinstance(self.tree.value, dict) else {}

    @property
    def issuer(self) -> str:
        """The issuer that the file names."""
        return str(self.section("issuer") or "")


class Lists:
    """The lists of all files by issuer and name; files of one issuer share theirs."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], tuple[LawFile, Mapping[str, Any]]] = {}
        self._conditions: dict[tuple[str, str, str], Condition] = {}

    def add(self, file: LawFile, name: str, raw: Mapping[str, Any]) -> bool:
        """Take a list in; say no where the same layer defines it already."""
        earlier = self._found.get((file.issuer, name))
        self._found[file.issuer, name] = (file, raw)
        return earlier is None or earlier[0].layer != file.layer

    def condition(self, file: LawFile, fact: Fact, name: str) -> Condition:
        """Return what ``list:name`` or ``group:name`` stands for on a fact; raises FactError for an unknown one."""
        if name.startswith("group:"):
            return group_condition(fact, name)
        short = name.removeprefix("list:")
        key = (file.issuer, short, fact.name)
        if key not in self._conditions:
            self._conditions[key] = self._read(file.issuer, fact, short)
        return self._conditions[key]

    def _read(self, issuer: str, fact: Fact, name: str) -> Condition:
        found = self._found.get((issuer, name))
        if found is None:
            known = [other for home, other in self._found if home == issuer]
            raise FactError(f"{fact.name}: no list {shown(name)} of {issuer}{nearest(name, known)}")
        file, raw = found
        system = str(raw.get("system") or fact.system)
        words = str(raw.get("words") or name)
        rows = list(_rows(file, name, raw))
        if system in ("cn", "hts"):
            parts = [_rows_condition(registry()[one], some, words) for one, some in _split(rows, system) if some]
            return any_of(*parts)
        return _rows_condition(fact, rows, words)


def _rows(file: LawFile, name: str, raw: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    codes = raw.get("codes") or []
    if not isinstance(codes, list):
        raise FactError(f"the codes of list {name} are no list")
    yield from ({"code": str(code)} for code in codes)
    if "file" in raw:
        table = file.tables.get(str(raw["file"]))
        if table is None:
            raise FactError(f"the file {shown(str(raw['file']))} of list {name} is not beside {file.tree.name}")
        yield from table


def _rows_condition(fact: Fact, rows: list[dict[str, str]], words: str) -> Condition:
    """Return the condition that a fact is on a list, split where the list changes with time."""
    if not any(row.get("from") or row.get("until") for row in rows):
        return dated_sets(fact, [(None, None, _listed(fact, rows))], words)
    edges = sorted({day for row in rows for day in (row.get("from"), row.get("until")) if day})
    bounds = [None, *(dt.date.fromisoformat(edge) for edge in edges), None]
    periods = []
    for since, until in pairwise(bounds):
        in_force = [row for row in rows if _is_listed(row, since, until)]
        if in_force:
            periods.append((since, until, _listed(fact, in_force)))
    return dated_sets(fact, periods, words)


def _split(rows: list[dict[str, str]], system: str) -> list[tuple[str, list[dict[str, str]]]]:
    """Split national codes into those that the international code settles and those that need the national one."""
    short = [row for row in rows if len(row["code"]) <= _NATIONAL_DIGITS and not _long_exception(row)]
    return [("hs", short), (system, [row for row in rows if row not in short])]


def _long_exception(row: Mapping[str, str]) -> bool:
    return any(len(code) > _NATIONAL_DIGITS for code in (row.get("except") or "").split())


def _is_listed(row: Mapping[str, str], since: dt.date | None, until: dt.date | None) -> bool:
    first = dt.date.fromisoformat(row["from"]) if row.get("from") else None
    end = dt.date.fromisoformat(row["until"]) if row.get("until") else None
    return (first is None or (since is not None and first <= since)) and (
        end is None or (until is not None and until <= end)
    )


def _listed(fact: Fact, rows: Iterable[Mapping[str, str]]) -> Cuts:
    """Return the set of the codes of some rows, less the exceptions of each."""
    plain = [row["code"] for row in rows if not row.get("except")]
    if fact.domain == "jurisdiction":
        return places(place_code(code) for code in plain)
    if fact.system in ("hs", "cn", "hts") and plain:
        plain = list(whole_codes(plain))
    found = [code_set(fact.system, code) for code in plain]
    for row in rows:
        if row.get("except"):
            out = sets.union_of_many([code_set(fact.system, code) for code in row["except"].split()])
            found.append(sets.intersection(code_set(fact.system, row["code"]), sets.complement(out, "")))
    return sets.union_of_many(found)
