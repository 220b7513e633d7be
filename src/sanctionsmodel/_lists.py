"""Named code lists of law files as conditions, split where a list changed with time."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from sanctionsmodel import sets
from sanctionsmodel._groups import Period, dated_sets, group_sets
from sanctionsmodel._nomenclature import whole_codes
from sanctionsmodel._places import place_code
from sanctionsmodel._values import code_set, places
from sanctionsmodel._yaml import Tree
from sanctionsmodel.conditions import Condition, any_of
from sanctionsmodel.errors import FactError, nearest, shown
from sanctionsmodel.facts import Fact, registry
from sanctionsmodel.sets import Cuts

_NATIONAL_DIGITS = 6
_ENDS = ("from", "until")


class LawFile:
    """One file's tree with its shortcuts, the rows of the CSV lists beside it by file name, and its layer."""

    def __init__(self, tree: Tree, tables: Mapping[str, list[dict[str, str]]] | None = None, layer: int = 0) -> None:
        self.tree = tree
        self.tables = tables or {}
        self.layer = layer
        self.issuer = str(self.section("issuer") or "")

    def section(self, name: str) -> Any:
        """Return a top-level section, or an empty mapping."""
        return self.tree.value.get(name) or {} if isinstance(self.tree.value, dict) else {}


#: One part of a list on one fact: the fact's name, the list's words, and its sets by period.
Part = tuple[str, str, list[Period]]


class Lists:
    """The lists of all files by issuer and name; files of one issuer share theirs.

    ``resolved`` holds what every list in use stands for, so that a built catalogue need not read the codes again.
    """

    def __init__(self, resolved: Mapping[str, Any] | None = None) -> None:
        self._found: dict[tuple[str, str], tuple[LawFile, Mapping[str, Any]]] = {}
        self._conditions: dict[str, Condition] = {}
        self.resolved: dict[str, Any] = dict(resolved or {})

    def add(self, file: LawFile, name: str, raw: Mapping[str, Any]) -> bool:
        """Take a list in; say no where the same layer defines it already."""
        earlier = self._found.get((file.issuer, name))
        self._found[file.issuer, name] = (file, raw)
        return earlier is None or earlier[0].layer != file.layer

    def condition(self, file: LawFile, fact: Fact, name: str) -> Condition:
        """Return what ``list:name`` or ``group:name`` stands for on a fact; raises FactError for an unknown one."""
        key = f"{file.issuer} {name} {fact.name}"
        if key not in self._conditions:
            if key not in self.resolved:
                self.resolved[key] = self._parts(file.issuer, fact, name)
            stored = self.resolved[key]
            self._conditions[key] = _condition(json.loads(stored) if isinstance(stored, str) else stored)
        return self._conditions[key]

    def _parts(self, issuer: str, fact: Fact, name: str) -> list[Part]:
        if name.startswith("group:"):
            return [(fact.name, *group_sets(fact, name))]
        short = name.removeprefix("list:")
        found = self._found.get((issuer, short))
        if found is None:
            known = [other for home, other in self._found if home == issuer]
            raise FactError(f"{fact.name}: no list {shown(short)} of {issuer}{nearest(short, known)}")
        file, raw = found
        system = str(raw.get("system") or fact.system)
        words = str(raw.get("words") or short)
        rows = list(_rows(file, short, raw))
        if system in ("cn", "hts"):
            split = _split(rows, system)
            return [(one, words, _periods(registry()[one], some)) for one, some in split if some]
        return [(fact.name, words, _periods(fact, rows))]


def _condition(parts: Iterable[Sequence[Any]]) -> Condition:
    return any_of(*(dated_sets(registry()[fact], periods, words) for fact, words, periods in parts))


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


def _periods(fact: Fact, rows: list[dict[str, str]]) -> list[Period]:
    """Return the sets of a list, period by period, each of the days ``[since, until)``."""
    edges = sorted({_day(row[key]) for row in rows for key in _ENDS if row.get(key)})
    periods: list[Period] = []
    for since, until in pairwise([None, *edges, None]):
        in_force = [row for row in rows if _is_listed(row, since, until)]
        if in_force:
            periods.append((since, until, _listed(fact, in_force)))
    return periods


def _day(text: str) -> int:
    try:
        return dt.date.fromisoformat(text).toordinal()
    except ValueError:
        raise FactError(f"{shown(text)} is not a day; write it as in 2024-04-13") from None


def _split(rows: list[dict[str, str]], system: str) -> list[tuple[str, list[dict[str, str]]]]:
    """Split national codes into those that the international code settles and those that need the national one."""
    short = [row for row in rows if len(row["code"]) <= _NATIONAL_DIGITS and not _long_exception(row)]
    return [("hs", short), (system, [row for row in rows if row not in short])]


def _long_exception(row: Mapping[str, str]) -> bool:
    return any(len(code) > _NATIONAL_DIGITS for code in (row.get("except") or "").split())


def _is_listed(row: Mapping[str, str], since: int | None, until: int | None) -> bool:
    first, end = (_day(row[key]) if row.get(key) else None for key in _ENDS)
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
