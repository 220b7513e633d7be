"""JSON Schema of law, case and transaction files, made from the fact registry, so that editors complete and check.

A schema checks form: keys, facts, values of closed lists, dates. Whether a code exists, a citation resolves or a
condition can hold is for ``catalogue lint``. Values may be written without quotes: YAML readers that turn ``true`` or
``760110`` into something else than text are allowed to.

>>> schema = transaction_schema()
>>> schema["properties"]["produced_on"]["$ref"]
'#/$defs/stated_date'
>>> "orgin" in schema["properties"]
False
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias, get_args

from sanctionsmodel.facts import Fact, registry
from sanctionsmodel.prohibitions import Confidence, Effect, ExemptionKind, Kind, Policy, Status

Schema: TypeAlias = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"
NAMES = ("law", "case", "transaction")

_TEXT: Schema = {"type": ["string", "number", "boolean"]}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_DAY: Schema = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_ADDRESS: Schema = {"type": "string", "pattern": "^https?://"}
_YES_NO: Schema = {"enum": [True, False, "true", "false"]}
_CITE: Schema = {
    "description": "The key of a source, then the place within it; or a list of these.",
    "anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "string"}, "minItems": 1}],
}


def _object(properties: Mapping[str, Schema], required: Iterable[str] = (), **more: Any) -> Schema:
    wanted = {"required": sorted(required)} if required else {}
    return {"type": "object", "properties": dict(properties), "additionalProperties": False, **wanted, **more}


def _each(schema: Schema, **more: Any) -> Schema:
    return {"type": "array", "items": schema, **more}


def _map(schema: Schema) -> Schema:
    return {"type": "object", "additionalProperties": schema}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _words(text: str, schema: Schema | None = None) -> Schema:
    return {"description": text, **(schema or _TEXT)}


def _one_of(words: Any) -> Schema:
    return {"enum": [str(word) for word in (get_args(words) or words)]}


# -------------------------------------------------------------------------------------------------------------- values
_SCALARS: dict[str, Schema] = {
    "boolean": _YES_NO,
    "date": {"type": ["string", "integer"], "pattern": "^(none|[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?)$"},
    "quantity": {
        "type": ["string", "number"],
        "pattern": "^(none|[+-]?[0-9][0-9._ ]*([eE][+-]?[0-9]+)?( ?[^0-9 ].*)?)$",
    },
    "jurisdiction": {"type": "string", "minLength": 1},
    "code": {"type": ["string", "integer"], "minLength": 1},
}
_REFERENCE: Schema = {"type": "string", "pattern": "^(list|group):."}
_ENDS = ("from", "above", "before", "up_to")


def _kind(fact: Fact) -> str:
    """Return the name of what a value of a fact looks like; closed lists have a name of their own."""
    if fact.values:
        return f"values_{fact.name.rpartition('.')[2]}"
    return "boolean" if fact.domain == "boolean" else fact.domain


def _scalar(fact: Fact) -> Schema:
    return (
        {"enum": [*fact.values, *([] if "none" in fact.values else ["none"])]} if fact.values else _SCALARS[fact.domain]
    )


def _stated(scalar: Schema, many: bool) -> Schema:
    """Return the forms in which a transaction states a fact."""
    some = _each(scalar, minItems=1)
    if many:
        return {"anyOf": [scalar, some, _object({"at_least": {"anyOf": [scalar, some]}}, ["at_least"])]}
    several: Schema = {"anyOf": [scalar, some, _object({"one_of": some}, ["one_of"]), _span(scalar)]}
    return {"anyOf": [*several["anyOf"], _object({"not": several}, ["not"])]}


def _demanded(scalar: Schema, many: bool) -> Schema:
    """Return the forms in which a condition constrains a fact."""
    one: Schema = {"anyOf": [scalar, _REFERENCE]}
    some: Schema = {"anyOf": [scalar, _REFERENCE, _each(one, minItems=1)]}
    forms = [*some["anyOf"], _object({"only": some}, ["only"])] if many else [*some["anyOf"], _span(scalar)]
    if not many:
        forms.append(_object({"one_of": _each(one, minItems=1)}, ["one_of"]))
    return {"anyOf": [*forms, _object({"not": {"anyOf": forms}}, ["not"])]}


def _span(scalar: Schema) -> Schema:
    return {**_object(dict.fromkeys(_ENDS, scalar)), "minProperties": 1}


def _value_definitions(prefix: str) -> dict[str, Schema]:
    """Return the definitions of all kinds of values, as stated or as demanded."""
    form = _stated if prefix == "stated" else _demanded
    found: dict[str, Schema] = {}
    for fact in _declared():
        found.setdefault(f"one_{_kind(fact)}", _scalar(fact))
        found.setdefault(_name(prefix, fact), form(_ref(f"one_{_kind(fact)}"), fact.many))
    for name, fact in registry().party_facts.items():
        found[f"{prefix}_of_party_{name}"] = {"description": fact.definition, **_ref(_name(prefix, fact))}
    return dict(sorted(found.items()))


def _name(prefix: str, fact: Fact) -> str:
    return f"{prefix}_{_kind(fact)}{'_list' if fact.many else ''}"


def _declared() -> list[Fact]:
    facts = registry()
    return [*(facts[name] for name in facts if "." not in name), *facts.party_facts.values()]


def _facts(prefix: str) -> dict[str, Schema]:
    """Return a property for every fact, those of parties under every role."""
    facts = registry()
    own = {
        name: {"description": facts[name].definition, **_ref(_name(prefix, facts[name]))}
        for name in facts
        if "." not in name
    }
    of_parties = _party_facts(prefix)
    return {**own, **{f"{role}.{name}": of_parties[name] for role in facts.roles for name in of_parties}}


def _party_facts(prefix: str) -> dict[str, Schema]:
    return {name: _ref(f"{prefix}_of_party_{name}") for name in registry().party_facts}


# ------------------------------------------------------------------------------------------------------- transactions
def _stated_facts() -> dict[str, Schema]:
    """Return what a transaction may hold: facts, parties as mappings, a commodity, and rates."""
    facts = _facts("stated")
    roles = {role: _words(text, _ref("party")) for role, text in registry().roles.items()}
    goods = {name: _ref(one["$ref"].rpartition("/")[2]) for name, one in facts.items() if "." not in name}
    rate = _object(
        {"from": _TEXT, "to": _TEXT, "rate": {"type": ["string", "number"]}, "on": _DAY, "source": _TEXT},
        ["from", "to", "rate"],
    )
    extra = {
        "commodity": _words("The goods, as a mapping of facts.", _object(goods)),
        "rates": _words("Exchange rates, each with its day and source.", _each(rate)),
    }
    return {**facts, **roles, **extra}


def transaction_schema() -> Schema:
    """Return the schema of a transaction file: a mapping of facts."""
    head = {"$schema": DRAFT, "title": "A transaction: what is known of one act, fact by fact"}
    return {**head, **_object(_stated_facts()), "$defs": _stated_definitions()}


def _stated_definitions() -> dict[str, Schema]:
    return {**_value_definitions("stated"), "party": _object(_party_facts("stated"))}


# -------------------------------------------------------------------------------------------------------------- cases
def case_schema() -> Schema:
    """Return the schema of a case file: a list of worked cases."""
    policies = _one_of(Policy)
    expect = _object(
        {
            "status": _one_of(Status),
            "effect": _one_of(Effect),
            "policy": {"anyOf": [policies, _object({"one_of": _each(policies)}, ["one_of"])]},
            "exemption": _words("The id of the exemption that frees the act."),
            "missing": _words("Exactly the facts to ask for.", _each({"enum": sorted(registry())})),
            "provision": _words("The paragraph that the citation must contain."),
            "duties": _TEXTS,
            "rate": _TEXT,
        },
        ["status"],
    )
    texts = dict.fromkeys(("id", "title", "measure", "why", "source", "disputed", "needs"), _TEXT)
    case = _object(
        {
            **texts,
            "facts": _ref("facts"),
            "expect": expect,
            "confidence": _one_of(Confidence),
            "also": {"anyOf": [_TEXT, _TEXTS]},
            "roles": _map(_TEXT),
            "listed": _map(_TEXTS),
            "ownership": _each(_map(_TEXT)),
        },
        ["id", "title", "measure", "facts", "expect", "why", "source", "confidence"],
    )
    definitions = {**_stated_definitions(), "facts": _object(_stated_facts())}
    head = {"$schema": DRAFT, "title": "Worked cases: facts, and the answer that one measure must give"}
    return {**head, **_each(case), "$defs": definitions}


# ---------------------------------------------------------------------------------------------------------------- law
def law_schema() -> Schema:
    """Return the schema of a law file."""
    instrument = {"id": _TEXT, "title": _TEXT, "number": _TEXT, "url": _ADDRESS, "published_on": _DAY}
    source = {
        "act": _words("The legal text, or what the page reports."),
        "title": _TEXT,
        "url": _ADDRESS,
        "read_on": _DAY,
        "published_on": _DAY,
        "confidence": _one_of(Confidence),
    }
    listing = {
        "words": _words("What the list is called."),
        "system": _words("The system of its codes: hs, cn, hts, eccn, jurisdiction, mic ..."),
        "codes": _TEXTS,
        "file": _words("A CSV file beside this one, with the columns code, from, until, except, note."),
        "cite": _CITE,
        "confidence": _one_of(Confidence),
        "notes": {"anyOf": [_TEXT, _TEXTS]},
    }
    file = {
        "issuer": _words("ISO 3166 code, eu, un, or an exchange's MIC, in lower case."),
        "instrument": _object(instrument, ["id", "title"]),
        "sources": _map(_object(source, ["act"])),
        "lists": _map(_object(listing, ["cite"])),
        "definitions": _definitions(),
        "exemptions": _each(_exemption({"measures": _words("The measures that share it.", _TEXTS)})),
        "measures": _each(_measure()),
        "notes": {"anyOf": [_TEXT, _TEXTS]},
    }
    definitions = {
        **_value_definitions("demanded"),
        "condition": _condition({}),
        "party_condition": _condition(_party_facts("demanded"), "party_condition"),
        "policies": {"anyOf": [_one_of(Policy), _each(_policy_rule())]},
    }
    head = {"$schema": DRAFT, "title": "A law file: the measures of one instrument of one issuer"}
    return {**head, **_object(file, ["issuer"]), "$defs": definitions}


def _condition(more: Mapping[str, Schema], name: str = "condition") -> Schema:
    groups = {
        "all": _words("All of these hold.", _each(_ref(name), minItems=1)),
        "any": _words("At least one of these holds.", _each(_ref(name), minItems=1)),
        "not": _words("This does not hold.", _ref(name)),
        "provision": _words("The paragraph that this stands for."),
        "words": _words("The words of the law that this stands for."),
    }
    return _object({**groups, **_facts("demanded"), **more})


def _definitions() -> Schema:
    term = {
        "roles": _words("Whether it is a term of a party.", _YES_NO),
        "words": _TEXT,
        "cite": _CITE,
        "confidence": _one_of(Confidence),
        "when": _ref("party_condition"),
        "open": _words("Goods of which nobody can say until it is stated.", _ref("party_condition")),
        "notes": {"anyOf": [_TEXT, _TEXTS]},
    }
    one = _object(term, ["cite"])
    return {"type": "object", "properties": {"goods_listed_in": _map(one)}, "additionalProperties": one}


def _policy_rule() -> Schema:
    return _object({"policy": _one_of(Policy), "when": _ref("condition"), "provision": _TEXT}, ["policy"])


def _spanned() -> dict[str, Schema]:
    return {
        "from": _words("First day in force.", _DAY),
        "until": _words("First day no longer in force.", _DAY),
        "cite": _CITE,
        "confidence": _one_of(Confidence),
        "when": _ref("condition"),
        "provision": _TEXT,
    }


def _exemption(more: Mapping[str, Schema]) -> Schema:
    properties = {
        "id": _TEXT,
        "title": _TEXT,
        "kind": _one_of(ExemptionKind),
        "frees": _words("Provisions of the limbs that it frees; left out: all.", _TEXTS),
        "duties": _TEXTS,
        "status": {"enum": ["complete", "partial"]},
        "confidence": _one_of(Confidence),
        "verified_on": _DAY,
        "not_modelled": _TEXTS,
        "notes": _TEXTS,
        "versions": _each(_object(_spanned(), ["cite", "provision"]), minItems=1),
        **more,
    }
    return _object(properties, ["id", "title", "kind", "versions"])


def _measure() -> Schema:
    own = {"effect": _one_of(Effect), "policy": _ref("policies"), "rate": _TEXT}
    limb = _object({"provision": _TEXT, "when": _ref("condition"), **own})
    version = _object({**_spanned(), **own, "limbs": _each(limb, minItems=1)}, ["cite"])
    properties = {
        "id": _words("issuer/instrument/provision, in lower case."),
        "title": _TEXT,
        "kind": _one_of(Kind),
        **own,
        "themes": _TEXTS,
        "bound": _words("Who is bound, in words."),
        "binds": _words("Who and what conduct is bound.", _ref("condition")),
        "status": {"enum": ["complete", "partial"]},
        "confidence": _one_of(Confidence),
        "verified_on": _DAY,
        "not_modelled": _TEXTS,
        "notes": _TEXTS,
        "duties": _TEXTS,
        "parts": _words("Measures that this one only sums up.", _TEXTS),
        "versions": _each(version),
        "exemptions": _each(_exemption({})),
    }
    return _object(properties, ["id", "title", "effect"])


def schema(name: str) -> Schema:
    """Return a schema by its name: law, case or transaction; raises KeyError for another."""
    return {"law": law_schema, "case": case_schema, "transaction": transaction_schema}[name]()
