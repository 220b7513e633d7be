"""Law files to measures: resolve sources, lists, definitions and shared exemptions, and report every problem at once.

Reading is done in two passes: first everything is read, then names are resolved, so that the order of files and of
entries never matters. The form of the files is described in ``docs/reference/law-files.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias, TypeVar

from pydantic import BaseModel, ValidationError

from sanctionsmodel import _law_fields, sets
from sanctionsmodel._lists import LawFile, Lists
from sanctionsmodel._yaml import Path
from sanctionsmodel.citations import Citation, Instrument
from sanctionsmodel.conditions import NEVER, Condition, ConditionReader
from sanctionsmodel.errors import Problem, SanctionsModelError, listed, nearest, shown
from sanctionsmodel.facts import Axis, registry
from sanctionsmodel.prohibitions import (
    Exemption,
    ExemptionVersion,
    Limb,
    PolicyRule,
    Prohibition,
    Version,
    as_written,
)

_M = TypeVar("_M", bound=BaseModel)
#: Where something stands in the law: the file, the path within it, and its raw form.
Place: TypeAlias = tuple[LawFile, Path, Mapping[str, Any]]
#: Effects that a general licence of the authority frees; a duty or a report is not lifted by a licence to trade.
_LICENSABLE = {"prohibited", "licence_required", "blocked", "exposure"}


class Definition(NamedTuple):
    """What defines a term: whether it is a party's, and its condition, read for each role on demand."""

    name: str
    roles: bool
    words: str
    cite: tuple[Citation, ...]
    raw: Mapping[str, Any] | None
    stays_open: Mapping[str, Any] | None
    file: LawFile
    path: Path


class LawReader:
    """Reads law files; ``problems`` collects everything wrong.

    ``law`` reads one measure by its id; ``read_all`` reads everything, so that every problem is known. Files of a built
    catalogue were read and found right when it was built: with ``trusted`` they are taken at their word.
    """

    def __init__(self, files: Iterable[LawFile], lists: Lists | None = None, trusted: bool = False) -> None:
        self.files = list(files)
        self._unknown: set[tuple[str, Path]] = set()
        self.problems: list[Problem] = [problem for file in self.files for problem in file.tree.problems]
        self.definitions: dict[str, Definition] = {}
        self.lists = lists if lists is not None else Lists()
        self.places: dict[str, Place] = {}
        self._trusted = trusted
        self._laws: dict[str, Prohibition | None] = {}
        self.shared: list[Place] = []
        self._conditions: dict[Axis, tuple[Condition, Condition] | None] = {}
        for file in self.files:
            self._gather(file)

    def read_all(self) -> list[Prohibition]:
        """Read every measure and definition."""
        found = [law for name in self.places if (law := self.law(name)) is not None]
        self._check_definitions()
        return found

    def law(self, name: str) -> Prohibition | None:
        """Read one measure by its id; None when it has problems. Raises KeyError for an id that no file has."""
        if name not in self._laws:
            self._laws[name] = self._read_measure(*self.places[name])
        return self._laws[name]

    # ---------------------------------------------------------------------------------------------- the first pass
    def _gather(self, file: LawFile) -> None:
        if not isinstance(file.tree.value, dict):
            if not file.tree.problems:
                self._note(file, (), "a law file is a mapping with issuer, instrument and measures")
            return
        self._check_keys(file, (), file.tree.value, _law_fields.FILE)
        if not isinstance(file.tree.value.get("issuer"), str) or not file.issuer:
            self._note(file, (), "names no issuer; write issuer: us (or gb, eu, un, xlme ...)")
        for name, raw in self._mapping(file, ("lists",)).items():
            self._gather_list(file, name, raw)
        for name, raw in self._mapping(file, ("definitions",)).items():
            self._gather_definition(file, name, raw)
        for index, raw in enumerate(self._sequence(file, ("exemptions",))):
            if self._is_mapping(file, ("exemptions", index), raw):
                self.shared.append((file, ("exemptions", index), raw))
        self.gather_measures(file)

    def gather_measures(self, file: LawFile) -> None:
        """Take in where the measures of a file stand."""
        for index, raw in enumerate(self._sequence(file, ("measures",))):
            if self._is_mapping(file, ("measures", index), raw):
                self._gather_measure(file, ("measures", index), raw)

    def _gather_measure(self, file: LawFile, path: Path, raw: Mapping[str, Any]) -> None:
        name = str(raw.get("id", ""))
        earlier = self.places.get(name)
        if not name:
            self._note(file, path, "has no id; write id: issuer/instrument/provision")
        elif earlier is not None and earlier[0].layer == file.layer:
            self._note(file, path, f"{name} stands in {earlier[0].tree.name} already; keep one")
        else:
            self.places[name] = (file, path, raw)

    def _gather_list(self, file: LawFile, name: str, raw: Any) -> None:
        path: Path = ("lists", name)
        if not self._is_mapping(file, path, raw):
            return
        self._check_keys(file, path, raw, _law_fields.LIST)
        if not self.lists.add(file, name, raw):
            self._note(file, path, f"the list {shown(name)} is defined twice for {file.issuer}; keep one")
        if "codes" not in raw and "file" not in raw:
            self._note(file, path, "has neither codes nor file")
        self._cited(file, path, raw)

    def _gather_definition(self, file: LawFile, name: str, raw: Any) -> None:
        path: Path = ("definitions", name)
        if not self._is_mapping(file, path, raw):
            return
        if name == "goods_listed_in":
            for inner, one in raw.items():
                if self._is_mapping(file, (*path, inner), one):
                    self._add_definition(file, (*path, inner), f"goods_listed_in {inner}", one)
            return
        self._add_definition(file, path, name, raw)

    def _add_definition(self, file: LawFile, path: Path, name: str, raw: Mapping[str, Any]) -> None:
        self._check_keys(file, path, raw, _law_fields.DEFINITION)
        earlier = self.definitions.get(name)
        if earlier is not None and earlier.file.layer == file.layer:
            self._note(file, path, f"{shown(name)} is defined in {earlier.file.tree.name} already; keep one definition")
        cite = self._cited(file, path, raw)
        roles = raw.get("roles") == "true"
        when, stays_open = raw.get("when"), raw.get("open")
        self.definitions[name] = Definition(name, roles, str(raw.get("words", "")), cite, when, stays_open, file, path)

    # --------------------------------------------------------------------------------------------------- definitions
    def condition_of(self, axis: Axis) -> tuple[Condition, Condition] | None:
        """Return where a term holds and where only a statement decides, or None where no file defines it."""
        if axis not in self._conditions:
            self._conditions[axis] = None  # a term that reads itself finds nothing here; the circle is reported later
            self._conditions[axis] = self._defined(axis)
        return self._conditions[axis]

    def _defined(self, axis: Axis) -> tuple[Condition, Condition] | None:
        role, dot, inner = axis.fact.partition(".")
        if axis.fact == "goods_listed_in":
            name = sets.only_value(axis.test)
            definition = self.definitions.get(f"goods_listed_in {name}")
        else:
            definition = self.definitions.get(inner if dot else axis.fact)
        if definition is None or definition.raw is None or (dot and not definition.roles):
            return None
        return (
            self._condition(definition.file, (*definition.path, "when"), definition.raw, role if dot else ""),
            self._condition(definition.file, (*definition.path, "open"), definition.stays_open, role if dot else "")
            if definition.stays_open is not None
            else NEVER,
        )

    def _check_definitions(self) -> None:
        """Read every definition once, for one role, so that its problems are known though no measure reads it."""
        for name, definition in self.definitions.items():
            if name.startswith("goods_listed_in "):
                listed = name.partition(" ")[2]
                if listed not in registry()["goods_listed_in"].values:
                    self._note(
                        definition.file,
                        definition.path,
                        f"{shown(listed)} is no value of goods_listed_in"
                        f"{nearest(listed, registry()['goods_listed_in'].values)}",
                    )
                    continue
                self.condition_of(Axis("goods_listed_in", sets.single(listed)))
                continue
            fact = f"actor.{name}" if definition.roles else name
            if fact not in registry():
                message = f"{shown(name)} is no declared fact{nearest(name, registry())}"
                self._note(definition.file, definition.path, message)
            elif definition.raw is not None:
                self.condition_of(Axis(fact))

    def _condition(self, file: LawFile, path: Path, raw: Any, role: str = "") -> Condition:
        reader = ConditionReader(lookup=lambda fact, name: self.lists.condition(file, fact, name), role=role)
        condition = reader.read(raw)
        for inner, message in reader.problems:
            problem = file.tree.problem((*path, *inner), message)
            if problem not in self.problems:
                self.problems.append(problem)
        return condition

    # ---------------------------------------------------------------------------------------------------- measures
    def _read_measure(self, file: LawFile, path: Path, raw: Mapping[str, Any]) -> Prohibition | None:
        self._check_keys(file, path, raw, _law_fields.MEASURE)
        body = {
            **raw,
            "issuer": file.issuer,
            "instrument": self._instrument(file),
            "policy": self._policies(file, path, raw),
            "binds": self._condition(file, (*path, "binds"), raw.get("binds", {})),
            "versions": self._versions(file, path, raw),
            "exemptions": [
                *self._exemptions(file, path, raw),
                *(one for place in self.shared_with(file, raw) if (one := self._exemption(*place)) is not None),
            ],
        }
        measure = self._model(Prohibition, file, path, body)
        if measure is not None:
            self._check_measure(file, path, measure)
        return measure

    def _check_measure(self, file: LawFile, path: Path, measure: Prohibition) -> None:
        if not measure.versions and not measure.parts:
            self._note(file, path, f"{measure.id} has no version; write at least one, or parts")
        provisions = {limb.provision for _, limb in measure.limbs()}
        for exemption in measure.exemptions:
            for freed in set(exemption.frees) - provisions:
                self._note(
                    file,
                    path,
                    f"{exemption.id} frees {shown(freed)}, no limb of {measure.id}{nearest(freed, provisions)}",
                )
        self._check_overlap(file, path, measure)

    def _check_overlap(self, file: LawFile, path: Path, owner: Prohibition) -> None:
        """Refuse versions that overlap; alternative texts of one exemption may run side by side."""
        ordered = sorted(owner.versions, key=lambda version: version.days[0])
        for earlier, later in pairwise(ordered):
            if sets.intersection(earlier.days, later.days):
                self._note(
                    file,
                    path,
                    f"{owner.id}: the versions from {earlier.from_} and from {later.from_} overlap; "
                    "end the first on the day the second begins",
                )

    def _versions(self, file: LawFile, path: Path, raw: Mapping[str, Any]) -> list[Version]:
        versions = []
        for index, one in enumerate(self._sequence(file, (*path, "versions"), raw.get("versions"))):
            here: Path = (*path, "versions", index)
            if not self._is_mapping(file, here, one):
                continue
            self._check_keys(file, here, one, _law_fields.VERSION)
            body = {key: one[key] for key in ("from", "until", "confidence") if key in one}
            body["cite"] = self._cited(file, here, one)
            body["when"] = self._condition(file, (*here, "when"), one.get("when", {}))
            body["limbs"] = self._limbs(file, here, one)
            made = self._model(Version, file, here, body)
            versions += [made] if made is not None else []
        return versions

    def _limbs(self, file: LawFile, path: Path, raw: Mapping[str, Any]) -> list[Limb]:
        if "limbs" not in raw:
            own = {key: raw[key] for key in ("provision", "effect", "rate") if key in raw}
            made = self._model(Limb, file, path, {**own, **self._own_policy(file, path, raw)})
            return [made] if made is not None else []
        limbs = []
        for index, one in enumerate(self._sequence(file, (*path, "limbs"), raw["limbs"])):
            here: Path = (*path, "limbs", index)
            if self._is_mapping(file, here, one):
                when = self._condition(file, (*here, "when"), one.get("when", {}))
                made = self._model(Limb, file, here, {**one, "when": when, **self._own_policy(file, here, one)})
                limbs += [made] if made is not None else []
        return limbs

    def _own_policy(self, file: LawFile, path: Path, raw: Mapping[str, Any]) -> dict[str, Any]:
        return {"policy": self._policies(file, path, raw)} if "policy" in raw else {}

    def _policies(self, file: LawFile, path: Path, raw: Mapping[str, Any]) -> list[PolicyRule]:
        policy = raw.get("policy")
        if policy is None:
            return []
        rules = [{"policy": policy}] if isinstance(policy, str) else policy
        result = []
        for index, one in enumerate(self._sequence(file, (*path, "policy"), rules)):
            here: Path = (*path, "policy", index)
            if self._is_mapping(file, here, one):
                when = self._condition(file, (*here, "when"), one.get("when", {}))
                made = self._model(PolicyRule, file, here, {**one, "when": when})
                result += [made] if made is not None else []
        return result

    # -------------------------------------------------------------------------------------------------- exemptions
    def _exemptions(self, file: LawFile, path: Path, raw: Mapping[str, Any]) -> list[Exemption]:
        rows = self._sequence(file, (*path, "exemptions"), raw.get("exemptions"))
        made = [
            self._exemption(file, (*path, "exemptions", index), one)
            for index, one in enumerate(rows)
            if self._is_mapping(file, (*path, "exemptions", index), one)
        ]
        return [one for one in made if one is not None]

    def shared_with(self, home: LawFile, measure: Mapping[str, Any]) -> Iterator[Place]:
        """Yield where the exemptions stand that a measure shares with others."""
        for file, path, raw in self.shared:
            named, own = raw.get("measures"), file.issuer == home.issuer and measure.get("effect") in _LICENSABLE
            if measure.get("id") in named if isinstance(named, list) else own:
                yield file, path, raw

    def _exemption(self, file: LawFile, path: Path, raw: Mapping[str, Any]) -> Exemption | None:
        self._check_keys(file, path, raw, _law_fields.EXEMPTION)
        versions = []
        for index, one in enumerate(self._sequence(file, (*path, "versions"), raw.get("versions"))):
            here: Path = (*path, "versions", index)
            if not self._is_mapping(file, here, one):
                continue
            body = {**one, "cite": self._cited(file, here, one)}
            body["when"] = self._condition(file, (*here, "when"), one.get("when", {}))
            made = self._model(ExemptionVersion, file, here, body)
            versions += [made] if made is not None else []
        if not versions:
            self._note(file, path, f"the exemption {shown(str(raw.get('id', '')))} has no readable version")
        body = {key: value for key, value in raw.items() if key != "measures"}
        return self._model(Exemption, file, path, {**body, "versions": versions})

    # ------------------------------------------------------------------------------------------------------ citations
    def _cited(self, file: LawFile, path: Path, raw: Mapping[str, Any]) -> tuple[Citation, ...]:
        cite = raw.get("cite")
        texts = [cite] if isinstance(cite, str) else cite
        if not texts or not isinstance(texts, list):
            self._note(file, path, "has no citation; write cite: SOURCE and the place in it")
            return ()
        return tuple(made for text in texts if (made := self._citation(file, (*path, "cite"), str(text))) is not None)

    def _citation(self, file: LawFile, path: Path, text: str) -> Citation | None:
        key, _, section = text.partition(" ")
        source = self._source(file, key)
        if source is None:
            known = [name for other in self.files if other.issuer == file.issuer for name in other.section("sources")]
            self._note(file, path, f"no source {shown(key)} in this file or issuer.yaml{nearest(key, known)}")
            return None
        return self._model(Citation, file, path, {**source, "section": section})

    def _source(self, file: LawFile, key: str) -> Mapping[str, Any] | None:
        homes = [file, *(f for f in self.files if f.issuer == file.issuer and f.tree.name.endswith("issuer.yaml"))]
        for home in homes:
            found = home.section("sources").get(key)
            if isinstance(found, dict):
                return found
        return None

    def _instrument(self, file: LawFile) -> Instrument | None:
        return self._model(Instrument, file, ("instrument",), file.section("instrument"))

    # --------------------------------------------------------------------------------------------------------- helpers
    def _model(self, model: type[_M], file: LawFile, path: Path, body: Mapping[str, Any]) -> _M | None:
        """Build a model; each thing that it refuses becomes a problem with file, line and field."""
        if self._trusted:
            return as_written(model, body)
        try:
            return model.model_validate(dict(body))
        except ValidationError as error:
            for one in error.errors():
                where: Path = (*path, *(step for step in one["loc"] if step != "from_"))
                if (file.tree.name, where) not in self._unknown:
                    given = "" if one["type"] == "missing" else f" (found {shown(one['input'])})"
                    self.problems.append(file.tree.problem(where, f"{one['msg']}{given}"))
        except SanctionsModelError as error:
            self.problems.append(file.tree.problem(path, str(error)))
        return None

    def _note(self, file: LawFile, path: Path, message: str) -> None:
        self.problems.append(file.tree.problem(path, message))

    def _check_keys(self, file: LawFile, path: Path, raw: Mapping[str, Any], known: Iterable[str]) -> None:
        names = {"from" if name == "from_" else name for name in known}
        for key in () if self._trusted else raw:
            if key not in names:
                self._unknown.add((file.tree.name, (*path, key)))
                self._note(file, (*path, key), "no such field" + (nearest(key, names) or listed(names)))

    def _is_mapping(self, file: LawFile, path: Path, raw: Any) -> bool:
        if not isinstance(raw, dict):
            self._note(file, path, f"{shown(raw)} is no mapping")
        return isinstance(raw, dict)

    def _mapping(self, file: LawFile, path: Path) -> Mapping[str, Any]:
        raw = file.section(str(path[0]))
        return raw if self._is_mapping(file, path, raw) else {}

    def _sequence(self, file: LawFile, path: Path, raw: Any = None) -> list[Any]:
        found = file.section(str(path[0])) or [] if len(path) == 1 else raw or []
        if not isinstance(found, list):
            self._note(file, path, f"{shown(found)} is no list")
            return []
        return found
