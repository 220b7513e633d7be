"""Hostile and broken input: each is refused at once, with the field, the value and the remedy, and nothing is run."""

from __future__ import annotations

import builtins
import json
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import pytest

from sanctionsmodel import sets
from sanctionsmodel._inputs import read_transaction
from sanctionsmodel.assessment import assess
from sanctionsmodel.cases import bundled_cases, read_cases
from sanctionsmodel.catalogue import Catalogue
from sanctionsmodel.conditions import from_yaml
from sanctionsmodel.errors import CatalogueError, FactError, SanctionsModelError, UnknownCode
from sanctionsmodel.facts import registry
from sanctionsmodel.prohibitions import Status
from sanctionsmodel.transactions import Transaction
from strategies import HEAD, law_file

SECONDS = 0.1
#: How much slower than a free machine a busy one may be.
PATIENCE = 3
MEGABYTES = 50
LONG = "7" * 10_000_000
LONGEST_MESSAGE = 2_000


class Hostile(NamedTuple):
    """One input, how it is read, the errors allowed, and what the message must say."""

    name: str
    read: Callable[[], object]
    error: type[SanctionsModelError]
    words: tuple[str, ...]


def nested(depth: int, key: str = "not") -> dict[str, Any]:
    """Return a condition nested this deep."""
    raw: dict[str, Any] = {"origin": "RU"}
    for _ in range(depth):
        raw = {key: raw if key == "not" else [raw]}
    return raw


# -------------------------------------------------------------------------------------------------------------- facts
def fact(name: str, value: Any, error: type[SanctionsModelError], *words: str) -> Hostile:
    """Return a transaction with one bad fact."""
    named = (name,) if len(name) < 100 else ()
    return Hostile(f"fact {name[:20]} {str(value)[:30]}", partial(Transaction, {name: value}), error, (*named, *words))


FACTS = [
    fact("origin", "Rusia", UnknownCode, "'Rusia'", "Russia"),
    fact("origin", "Atlantis", UnknownCode, "'Atlantis'"),
    fact("origin", "Korea", UnknownCode, "'Korea'", "'KP'", "'KR'"),
    fact("origin", "Congo", UnknownCode, "'Congo'", "'CD'", "'CG'"),
    fact("origin", "XX", UnknownCode, "'XX'"),
    fact("origin", "RU; DROP TABLE", UnknownCode, "RU; DROP TABLE"),
    fact("origin", "", SanctionsModelError, "''"),
    fact("origin", "\x00", SanctionsModelError),
    fact("origin", "Р" + "U", UnknownCode),  # a Cyrillic letter that looks Latin
    fact("origin", LONG, FactError, "too long", "200"),
    fact("origin", ["RU"] * 1_000 + ["Rusia"], UnknownCode, "'Rusia'"),
    fact("venue", "XLMX", UnknownCode, "'XLMX'", "'XLME'"),
    fact("venue", "LONDON", UnknownCode, "'LONDON'"),
    fact("activity", "imports", FactError, "'imports'", "'import'"),
    fact("activity", "smuggle", FactError, "'smuggle'", "it is one of"),
    fact("hs", "76O110", UnknownCode, "'76O110'", "digits"),
    fact("hs", "76011", UnknownCode, "'76011'"),
    fact("hs", "101210", UnknownCode, "'101210'"),
    fact("hs", 10121, FactError, "10121", "leading zeros"),
    fact("hs", "７６０１", UnknownCode),
    fact("hs", "__import__('os').system('true')", UnknownCode),
    fact("cn", "760110001", UnknownCode, "'760110001'"),
    fact("eccn", "3A1", UnknownCode, "'3A1'"),
    fact("eccn", "3Z001", UnknownCode, "'3Z001'"),
    fact("produced_on", "13/04/2024", FactError, "'13/04/2024'", "2024-04-13"),
    fact("produced_on", "04-13-2024", FactError, "'04-13-2024'", "2024-04-13"),
    fact("produced_on", "2024-02-30", FactError, "'2024-02-30'", "no day of the calendar"),
    fact("produced_on", "99999-01-01", FactError, "'99999-01-01'"),
    fact("produced_on", "２０２４-04-13", FactError),
    fact("produced_on", 10**30, FactError),
    fact("mass", "25", FactError, "'25'", "kg"),
    fact("mass", "25 ton", FactError, "'25 ton'", "write 't'", "'short_ton'"),
    fact("mass", "25 MT", FactError, "'25 MT'"),
    fact("mass", "25 lumps", FactError, "'25 lumps'"),
    fact("mass", "25 m", FactError, "'25 m'", "length"),
    fact("mass", "-25 t", FactError, "'-25 t'"),
    fact("mass", "inf t", FactError),
    fact("mass", "nan t", FactError),
    fact("mass", float("nan"), FactError),
    fact("mass", float("inf"), FactError),
    fact("mass", "1e999999999 t", FactError, "exponent"),
    fact("mass", "9**9**9 kg", FactError, "9**9**9"),
    fact("mass", "1,5 kg", FactError, "'1,5 kg'"),
    fact("mass", "25 000 kg", FactError, "'25 000 kg'"),
    fact("mass", "٢٥ t", FactError),
    fact("mass", "1" * 199 + "t", FactError),
    fact("purity", "126 %", FactError, "126 %"),
    fact("purity", "26", FactError, "26"),
    fact("purity", "-1 %", FactError),
    fact("unit_value", "450", FactError, "'450'", "currency"),
    fact("unit_value", "450 USX", SanctionsModelError, "'USX'", "USD"),
    fact("unit_value", "$450", FactError, "'$450'"),
    fact("unit_value", {"from": "1 USD", "before": "2 EUR"}, FactError, "EUR and USD", "one currency"),
    fact("oil_price", "60 USD", FactError, "'60 USD'", "bbl"),
    fact("proof_doubted", "perhaps", FactError, "'perhaps'", "true or false"),
    fact("proof_doubted", None, FactError, "null", "leave an unknown fact out"),
    fact("end_use", [], FactError, "empty list"),
    fact("end_use", ["military", "none"], FactError, "none cannot stand in a list"),
    fact("end_use", {"at_least": ["militry"]}, FactError, "'militry'", "'military'"),
    fact("orgin", "RU", FactError, "no such fact", "'origin'"),
    fact("actr.us_person", True, FactError, "no such fact", "roles are actor"),
    fact("nonsense", "RU", FactError, "nonsense: no such fact", "registry() lists"),
    fact("commodity", "7601", FactError, "state them as hs"),
    fact("actor", {"us_persn": True}, FactError, "'actor.us_person'"),
    fact("actor", "Alpha Ltd", FactError, "'Alpha Ltd'", "actor.us_person"),
    fact("origin", {"like": "RU"}, FactError, "like", "one_of"),
    fact("origin", nested(3), SanctionsModelError),
    fact("mass", {"from": "2 t", "before": "1 t"}, FactError, "holds nothing"),
    fact("rates", [{"from": "USD"}], FactError, "source"),
    fact("x" * 1_000_000, "RU", FactError, "no such fact"),
]


# ---------------------------------------------------------------------------------------------------- whole statements
def text(name: str, raw: str, *words: str) -> Hostile:
    """Return a text that is no transaction."""
    return Hostile(f"json {name}", partial(Transaction.from_json, raw), FactError, words)


TEXTS = [
    text("not closed", '{"origin": "RU"', "no JSON"),
    text("a list", "[1, 2]", "JSON object", "list"),
    text("twice", '{"origin": "RU", "origin": "KZ"}', "origin", "twice"),
    text("deep", '{"actor":' * 100_000, "no JSON"),
    text("deep list", '{"origin": ' + "[" * 500 + "]" * 500 + "}", "origin"),
    text("ten megabytes", json.dumps({"origin": LONG}), "too large", "1000000"),
    text("a number without end", '{"purity": ' + "1" * 50_000 + "}", "no JSON|purity"),
    text("a huge exponent", '{"purity": 1e999999999}', "purity"),
    text("not a number", '{"mass": NaN}', "mass"),
]


def contradiction(facts: Mapping[str, Any], *words: str) -> Hostile:
    """Return facts that cannot all be true."""
    return Hostile(f"contradiction {words}", partial(statuses, facts), FactError, (*words, "correct one of them"))


def statuses(facts: Mapping[str, Any]) -> object:
    """Ask the metals law."""
    return metals().statuses(Transaction(facts))


@cache
def metals() -> Catalogue:
    """Return the metals law."""
    return Catalogue.bundled().select(themes=["metals"])


MADE = {"activity": "import", "produced_on": "2024-05-02"}
CONTRADICTIONS = [
    contradiction({**MADE, "transacted_on": "2024-04-01"}, "produced_on", "transacted_on", "2024-05-02", "2024-04-01"),
    contradiction({**MADE, "on_warrant_at_cutoff": True}, "produced_on", "on_warrant_at_cutoff"),
    contradiction({"cn": "76011000", "hs": "740311"}, "cn", "hs", "76011000", "740311"),
    contradiction({"actor.kind": "bank", "actor.nationality": "US"}, "actor.kind", "actor.nationality"),
    contradiction(
        {"processed_in": "TR", "substantially_transformed": True, "origin": "RU"}, "origin", "processed_in", "TR"
    ),
]


# ------------------------------------------------------------------------------------------------------------------ law
def condition(name: str, raw: Any, *words: str) -> Hostile:
    """Return a condition that cannot be read."""
    return Hostile(f"condition {name}", partial(from_yaml, raw), CatalogueError, words)


CONDITIONS = [
    condition("unknown fact", {"orgin": "RU"}, "orgin", "'origin'"),
    condition("wrong dimension", {"mass": {"above": "25 m"}}, "mass", "'25 m'", "length"),
    condition("no currency", {"unit_value": {"above": "300"}}, "unit_value", "'300'", "currency"),
    condition("no text", "origin == 'RU'", "no condition", "mapping"),
    condition("a lambda", {"origin": "lambda: RU"}, "origin"),
    condition("python", {"origin": "__import__('os')"}, "origin"),
    condition("empty any", {"any": []}, "any", "list of conditions"),
    condition("deep", nested(300), "nested deeper"),
    condition("deep any", nested(300, "any"), "nested deeper"),
    condition("an unknown list", {"hs": "list:secret"}, "hs", "list:secret"),
]


def law(name: str, raw: str, *words: str) -> Hostile:
    """Return a law file that cannot be read."""
    return Hostile(f"law {name}", partial(Catalogue.from_files, {"zz/act.yaml": raw}), CatalogueError, words)


def measure(**changes: Any) -> dict[str, Any]:
    """Return a measure of one version, with some fields changed."""
    return {"id": "zz/act/1", "versions": [{"when": {"origin": "RU"}}], **changes}


def way(**changes: Any) -> dict[str, Any]:
    """Return an exemption, with some fields changed."""
    made = {"id": "zz/way", "title": "A way", "kind": "exception", "versions": [{"provision": "para 1"}]}
    return {**made, **changes}


def uncited(place: str) -> str:
    """Return a law file in which one citation is missing."""
    raw = json.loads(law_file([measure(exemptions=[way()])]))
    owner = raw["measures"][0] if place == "version" else raw["measures"][0]["exemptions"][0]
    del owner["versions"][0]["cite"]
    return json.dumps(raw)


def circle() -> object:
    """Ask law whose definitions run in a circle."""
    terms = {
        name: {"roles": "true", "cite": "ACT", "when": {other: True}}
        for name, other in (("us_person", "uk_person"), ("uk_person", "us_person"))
    }
    text = law_file([measure(versions=[{"when": {"actor.us_person": True}}])], definitions=terms)
    return Catalogue.from_files({"zz/act.yaml": text}).statuses(Transaction())


METAL = measure(versions=[{"when": {"hs": "list:m"}}])
APRIL = {"from": "2024-04-01", "until": "2024-06-01"}
LAWS = [
    law("no yaml", "measures: [", "zz/act.yaml", "no YAML"),
    law("tabs", "\tissuer: zz", "zz/act.yaml:1", "no YAML"),
    law("a text", "issuer", "mapping", "issuer"),
    law("twice", "issuer: zz\nissuer: us\n", "zz/act.yaml:2", "'issuer'", "twice"),
    law("alias", "notes: &a [x]\nissuer: *a\n", "anchors and aliases", "write the value out"),
    law("bomb", "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n", "anchors and aliases"),
    law("a tag", "issuer: !!python/object/apply:os.system ['true']\n", "zz/act.yaml"),
    law("deep", "notes: " + "[" * 5_000, "nested deeper|nesting depth", "zz/act.yaml:1"),
    law("deeper than sense", "notes: " + "[" * 60 + "]" * 60, "nested deeper", "zz/act.yaml:1"),
    law("long", "notes: " + LONG, "4000000", "split it"),
    law("two documents", "issuer: zz\n---\nissuer: us\n", "zz/act.yaml:2", "second document"),
    law("a key that is a list", "? [a, b]\n: c\n", "a key is text"),
    law("unknown field", law_file([], colour="red"), "colour", "no such field"),
    law("unknown field of a measure", law_file([measure(efect="duty")]), "efect", "'effect'"),
    law("unknown field of a version", law_file([measure(versions=[{"wen": {}}])]), "wen", "'when'"),
    law("unknown field of a limb", law_file([measure(versions=[{"limbs": [{"wen": {}}]}])]), "wen"),
    law("unknown field of an exemption", law_file([measure(exemptions=[way(free=["x"])])]), "free", "'frees'"),
    law("unknown field of a source", law_file([measure()], sources={"ACT": {"act": "a", "link": "b"}}), "link"),
    law("unknown fact", law_file([measure(versions=[{"when": {"orgin": "RU"}}])]), "orgin", "'origin'"),
    law("unknown effect", law_file([measure(effect="forbidden")]), "effect", "'forbidden'", "prohibited"),
    law("unknown policy", law_file([measure(policy="perhaps")]), "policy", "'perhaps'"),
    law("no citation", uncited("version"), "has no citation", "write cite"),
    law("no citation of an exemption", uncited("exemption"), "has no citation", "write cite"),
    law("unknown source", law_file([measure(versions=[{"cite": "ACR art. 1"}])]), "'ACR'", "'ACT'"),
    law("overlap", law_file([measure(versions=[APRIL, {"from": "2024-05-01"}])]), "overlap", "2024-05-01", "end"),
    law(
        "ends before it begins", law_file([measure(versions=[{"from": "2024-05-01", "until": "2024-04-01"}])]), "until"
    ),
    law("a date in another order", law_file([measure(versions=[{"from": "13/04/2024"}])]), "from", "'13/04/2024'"),
    law("unknown limb", law_file([measure(exemptions=[way(frees=["art. 9"])])]), "'art. 9'", "no limb"),
    law("two measures of one id", law_file([measure(), measure()]), "zz/act/1", "keep one"),
    law("no version", law_file([{**measure(), "versions": []}]), "no version"),
    law("threshold", law_file([measure(versions=[{"when": {"mass": {"above": "25 m"}}}])]), "mass", "'25 m'", "length"),
    law("unknown list", law_file([measure(versions=[{"when": {"hs": "list:metals"}}])]), "list", "metals"),
    law(
        "a list of odd codes",
        law_file([measure(versions=[{"when": {"hs": "list:m"}}])], lists={"m": {"codes": ["76011"], "cite": "ACT"}}),
        "'76011'",
    ),
    law("unknown group", law_file([measure(versions=[{"when": {"origin": "group:eux"}}])]), "eux"),
    law("unknown term", law_file([measure()], definitions={"us_persn": {"cite": "ACT", "when": {}}}), "us_persn"),
    Hostile("law circle", circle, CatalogueError, ("circle", "us_person", "uk_person")),
]


# --------------------------------------------------------------------------------------------------------------- files
def case_file(name: str, raw: str, *words: str) -> Hostile:
    """Return a case file that cannot be read."""
    return Hostile(f"cases {name}", partial(through_file, read_cases, raw), CatalogueError, words)


def fact_file(name: str, raw: str | bytes, *words: str) -> Hostile:
    """Return a file of facts that cannot be read."""
    return Hostile(f"file {name}", partial(through_file, read_transaction, raw), CatalogueError, words)


_folder: list[Path] = []


def through_file(read: Callable[[Path], object], raw: str | bytes) -> object:
    """Read a text from a file."""
    path = _folder[0] / "input.yaml"
    path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    return read(path)


def case(**changes: Any) -> str:
    """Return a case file of one case, with some fields changed."""
    made = {
        "id": "ZZ-1",
        "title": "A case",
        "measure": "zz/act/1",
        "facts": {"origin": "RU"},
        "expect": {"status": "covered"},
        "why": "So it is.",
        "source": "ACT",
        "confidence": "high",
    }
    return json.dumps([{key: value for key, value in {**made, **changes}.items() if value is not None}])


FILES = [
    case_file("a mapping", "id: x\n", "a case file is a list of cases"),
    case_file("unknown fact", case(facts={"orgin": "RU"}), "input.yaml:1", "0.facts.orgin", "'origin'"),
    case_file("unknown status", case(expect={"status": "guilty"}), "status", "guilty"),
    case_file("unknown field", case(outcome="x"), "outcome"),
    case_file("unknown expectation", case(expect={"status": "covered", "verdict": "x"}), "verdict"),
    case_file("unknown missing fact", case(expect={"status": "undetermined", "missing": ["orgin"]}), "'origin'"),
    case_file("no source", case(source=None), "source"),
    case_file("twice", case()[:-1] + "," + case()[1:], "ZZ-1", "twice"),
    case_file("alias", "- &a x\n- *a\n", "anchors and aliases"),
    fact_file("no utf-8", b"origin: \xff\xfe", "no UTF-8", "save it as UTF-8"),
    fact_file("a list", "- origin\n", "mapping of facts"),
    fact_file("nothing", "", "mapping of facts"),
    fact_file("three faults", "orgin: RU\nhs: 76x\nmass: 25 ton\n", ":1: orgin", ":2: hs", ":3: mass"),
    fact_file("twice", "origin: RU\norigin: KZ\n", ":2", "twice"),
    fact_file("a bomb", "a: &a [x]\norigin: *a\n", "anchors and aliases"),
    fact_file("deep", "origin: " + "{not: " * 200 + "RU" + "}" * 200, "nested deeper"),
    fact_file("long", "origin: " + LONG, "4000000"),
    fact_file(
        "a party twice", "actor: {us_person: true}\nactor.us_person: false\n", "actor.us_person", "twice|by itself"
    ),
]

CORPUS = [*FACTS, *TEXTS, *CONTRADICTIONS, *CONDITIONS, *LAWS, *FILES]


# ---------------------------------------------------------------------------------------------------------------- tests
@cache
def warm() -> None:
    """Load what the library loads on first use, as any program has before its second input."""
    Transaction(origin="Russia", hs="7601", venue="LME", eccn="3A001", mass="25 t", unit_value="1 USD", cn="76011000")
    metals().statuses(Transaction())
    Catalogue.from_files({"zz/act.yaml": law_file([measure()])})
    with pytest.raises(FactError):
        Transaction(mass="25 lumps")


@pytest.fixture(autouse=True)
def _ready(tmp_path: Path) -> Iterator[None]:
    """Give files a folder."""
    warm()
    _folder[:] = [tmp_path]
    yield
    _folder.clear()


def test_the_corpus_is_large() -> None:
    """There are at least sixty hostile inputs, each with its own name."""
    assert len(CORPUS) >= 60
    assert len({one.name for one in CORPUS}) == len(CORPUS)


@pytest.mark.parametrize("one", CORPUS, ids=lambda one: one.name)
def test_refused_with_field_value_and_remedy(one: Hostile) -> None:
    """Each input is refused with the right class of error, and the message says where, what and what instead."""
    with pytest.raises(one.error) as refusal:
        one.read()
    message = str(refusal.value)
    missing = [words for words in one.words if not any(word in message for word in words.split("|"))]
    assert missing == [], message
    assert len(message) < LONGEST_MESSAGE


@pytest.mark.parametrize("one", CORPUS, ids=lambda one: one.name)
def test_refused_at_once(one: Hostile) -> None:
    """Each input is refused within a tenth of a second of work."""
    began = time.process_time()
    with pytest.raises(SanctionsModelError):
        one.read()
    assert time.process_time() - began < SECONDS * PATIENCE


@pytest.mark.parametrize("one", CORPUS, ids=lambda one: one.name)
def test_refused_in_little_memory(one: Hostile) -> None:
    """Each input is refused without filling the memory."""
    tracemalloc.start()
    try:
        with pytest.raises(SanctionsModelError):
            one.read()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MEGABYTES * 1_000_000


def refuse(*_: object, **__: object) -> NoReturn:
    """Stand in for an evaluator of text."""
    raise AssertionError("text reached an evaluator")


def test_text_never_reaches_an_evaluator(monkeypatch: pytest.MonkeyPatch) -> None:
    """With every evaluator of text taken away, refusals are the same, and good input is read as before."""
    import pint

    monkeypatch.setattr(builtins, "eval", refuse)
    monkeypatch.setattr(builtins, "exec", refuse)
    for name in ("parse_expression", "parse_units", "Quantity", "__call__"):
        monkeypatch.setattr(pint.UnitRegistry, name, refuse)
    for one in CORPUS:
        with pytest.raises(SanctionsModelError):
            one.read()
    made = Transaction(mass="25 t", purity="26 %", unit_value="450 USD", applicable_die_area="800 mm2")
    assert made["mass"] == "25000 kg"


def test_nothing_raises_for_an_absent_fact() -> None:
    """However little of a worked case is told, there is an answer."""
    law = metals()
    for one in [case for case in bundled_cases() if case.measure in law and not case.needs][::6]:
        for name in one.facts:
            facts = Transaction(one.facts).without(*[fact for fact in Transaction(one.facts) if fact.startswith(name)])
            assert set(law.statuses(facts)) == set(law.ids)
    assert assess({}, law).at_least == "not_covered"


def test_no_fact_is_needed_by_itself() -> None:
    """Any single fact, stated alone, is enough for an answer."""
    law, index = metals(), metals().index
    for name in {axis.fact for axis in index.axes.names}:
        some = registry()[name]
        known = "true" if some.domain == "boolean" else "none" if name != "transacted_on" else "2024"
        assert Status.UNDETERMINED in law.statuses(Transaction({name: known})).values(), name


def test_a_refused_input_leaves_nothing_behind() -> None:
    """After all the bad input, good input is read as before: no cache holds a half-read value."""
    before = Transaction(origin="RU", hs="760110", mass="25 t")
    for one in CORPUS:
        with pytest.raises(SanctionsModelError):
            one.read()
    assert Transaction(origin="Russia", hs="7601.10", mass="25000 kg") == before
    assert sets.contains(Transaction(origin="RU").known["origin"][0], "RU")
    assert HEAD["issuer"] == "zz"
