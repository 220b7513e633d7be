"""Make the generated pages of the reference; ``--check`` only says whether they are fresh.

``facts.md`` comes from the registry (the order and section headings are those of ``data/facts.yaml``), ``modules.md``
from the layers in ``pyproject.toml`` and the modules' docstrings, ``api/`` from what the package exports.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import sanctionsmodel
from sanctionsmodel import Fact, registry
from sanctionsmodel._data import DATA
from sanctionsmodel.quantities import DIMENSIONS

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "docs" / "reference"
PACKAGE = Path(sanctionsmodel.__file__).parent

# --------------------------------------------------------------------------------------------------------------- facts
INTRODUCTION = """\
# Facts

<!-- Made by scripts/build_docs.py from src/sanctionsmodel/data/facts.yaml; change that file, not this page. -->

Every named dimension of a transaction that a measure, a transaction or a case may use. Leave out what you do not know;
`none` says that there is none. How imprecise values are written: [State imprecise and missing
facts](../how-to/imprecise-and-missing-facts.md).
"""

SECTION = re.compile(r"# -{10,} (?P<title>.+?)\s*$")
NAME = re.compile(r"- name: (?P<name>\S+)$")


def sections() -> dict[str, list[str]]:
    """Return the names of the facts under the headings that stand above them in the YAML file."""
    found: dict[str, list[str]] = {}
    title = ""
    for line in (DATA / "facts.yaml").read_text(encoding="utf-8").splitlines():
        if heading := SECTION.match(line):
            title = heading["title"]
        elif entry := NAME.match(line):
            found.setdefault(title, []).append(entry["name"])
    return found


def page() -> str:
    """Return the text of the page."""
    facts = registry()
    parts = [INTRODUCTION]
    for title, names in sections().items():
        parts.append(f"## {title[0].upper()}{title[1:]}\n")
        if title == "parties":
            parts.append(roles(facts.roles))
        parts += ["\n".join(entry(facts.party_facts[n] if title == "parties" else facts[n])) for n in names]
    parts += ["## What follows from what\n", "\n".join(narrowing(facts.raw))]
    parts += ["## Units\n", "\n".join(units(facts.raw["dimensions"]))]
    return "\n".join(parts)


def roles(named: Mapping[str, str]) -> str:
    """Return the roles that a party can have."""
    rows = "\n".join(f"| `{name}` | {cell(meaning)} |" for name, meaning in named.items())
    return (
        "A fact of a party is written under its role, `actor.nationality`, or nested as a mapping, "
        f"`actor: {{nationality: DE}}`.\n\n| role | who |\n| --- | --- |\n{rows}\n"
    )


def entry(fact: Fact) -> Iterator[str]:
    """Yield the lines of one fact."""
    yield f"### `{fact.name}`\n"
    yield f"{fact.definition}\n"
    yield f"- *Kind*: {kind(fact)}"
    yield f"- *Asked as*: {fact.question.replace('{role}', 'party')}"
    if fact.source:
        yield f"- *Source*: {fact.source}"
    if fact.known:
        yield f"- *Known*: {'; '.join(known(span) for span in fact.known)}"
    yield ""
    if fact.values and fact.name != "underlying_activity":
        yield "| value | meaning |\n| --- | --- |"
        yield from (f"| `{value}` | {cell(meaning)} |" for value, meaning in fact.values.items())
        yield ""


def kind(fact: Fact) -> str:
    """Say in words what values a fact has."""
    words = {
        "nominal": "the values of `activity`" if fact.name == "underlying_activity" else "one of the values below",
        "jurisdiction": "a place, by its ISO code or usual name",
        "code": f"a code ({fact.system})" if fact.system else "a code",
        "date": "a day; a month or year stands for its days",
        "quantity": f"an amount ({fact.dimension.replace('_', ' ')})",
        "boolean": "yes or no",
    }
    flags = [
        "many values at once, as a list" if fact.many else "",
        "a term that an issuer's law defines; derived unless stated" if fact.defined_term else "",
        "may be `none` while unknown" if fact.may_be_none else "",
        "counts only when stated" if fact.reliance else "",
    ]
    return "; ".join([words[fact.domain], *filter(None, flags)])


def known(span: tuple[str, str, str]) -> str:
    """Say from when until when a question of law has which answer."""
    since, until, value = span
    ends = [f"from {since}" if since else "", f"until {until} (that day excluded)" if until else ""]
    return f"{value} {' '.join(filter(None, ends))}".strip()


def narrowing(raw: Mapping[str, Any]) -> Iterator[str]:
    """Yield the four forms in which what is known of one fact narrows another."""
    yield "What is known of one fact narrows others before any rule is read.\n"
    yield "**Order**: no date of a chain is later than the next.\n"
    for link in raw["order"]:
        when = f" (where {condition(link['when'])})" if "when" in link else ""
        yield f"- {' ≤ '.join(f'`{name}`' for name in link['chain'])}{when}: {link['why']}"
    yield "\n**Implication**: where the first surely holds, so does the second.\n"
    for rule in raw["implications"]:
        yield f"- {condition(rule['if'])} → {condition(rule['then'])}: {rule['why']}"
    yield "\n**Nesting of codes**: the first digits of a national code settle the international one.\n"
    for rule in raw["nesting"]:
        yield f"- `{rule['fine']}` → `{rule['coarse']}`, {rule['digits']} digits"
    yield "\n**Computed facts**\n"
    for rule in raw["computed"]:
        yield f"- `{rule['to']}`: {rule['how'].replace('_', ' ')} of {', '.join(f'`{one}`' for one in rule['of'])}"
    yield ""


def condition(raw: Mapping[str, Any]) -> str:
    """Return a small condition as code."""
    return " and ".join(f"`{name}: {plain(value)}`" for name, value in raw.items())


def plain(value: Any) -> str:
    """Return a value as YAML would have it on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {plain(one)}" for key, one in value.items()) + "}"
    return f"[{', '.join(map(plain, value))}]" if isinstance(value, list) else str(value)


def units(dimensions: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield the table of dimensions with their units."""
    yield "A unit is always written, save for shares and plain numbers. Full names of other units are read too.\n"
    yield "| dimension | base unit | accepted |\n| --- | --- | --- |"
    for name, one in dimensions.items():
        listed = [unit.name for unit in DIMENSIONS[name].units]
        listed += [words for words in one["accepts"] if " " in words or words.startswith("<")]
        yield f"| {name.replace('_', ' ')} | {one['unit']} | {cell(', '.join(listed))} |"


def cell(text: str) -> str:
    """Return text that is safe in a cell of a table."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


# ------------------------------------------------------------------------------------------------------------- modules
MAP_INTRODUCTION = """\
# Modules

<!-- Made by scripts/build_docs.py from pyproject.toml and the modules themselves; change those, not this page. -->

Imports run one way, from the top of this table down, and a linter keeps it so (`[tool.importlinter]` in
`pyproject.toml`). Modules of one layer do not import one another. A leading underscore marks machinery; public names
are re-exported by `sanctionsmodel` itself, which loads each on first use.

| layer | module | duty |
| --: | --- | --- |
"""


def modules() -> str:
    """Return the page of modules: the layers as the linter has them, each module with the start of its docstring."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    [contract] = [one for one in project["tool"]["importlinter"]["contracts"] if one["type"] == "layers"]
    rows = (row for number, layer in enumerate(contract["layers"], start=1) for row in rows_of(number, layer))
    return MAP_INTRODUCTION + "\n".join(rows) + "\n"


def rows_of(number: int, layer: str) -> Iterator[str]:
    """Yield a row for each module of one layer."""
    for name in sorted(re.split(r"\s*[|:]\s*", layer), key=lambda name: (name.startswith("_"), name)):
        yield f"| {number} | `{name}` | {cell(duty(name))} |"


def duty(name: str) -> str:
    """Return the first sentence of a module's docstring."""
    path = PACKAGE / f"{name}.py" if (PACKAGE / f"{name}.py").exists() else PACKAGE / name / "__init__.py"
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    first = " ".join(text.partition("\n\n")[0].split())
    return re.sub(r"\[([^\]]+)\]\[[^\]]+\]", r"\1", first.replace("``", "`"))


# ------------------------------------------------------------------------------------------------------------ Python
#: The pages of the Python reference: title, the modules whose public names it shows, and what it shows besides.
API: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "assess": ("Assess", ("assessment", "answers", "findings"), ()),
    "screening": (
        "Screening",
        ("screening",),
        (
            "screening.screen_file",
            "screening.summarise",
            "screening.Summary",
            "screening.explain_rows",
            "screening.guess_columns",
            "spark.screen_spark",
            "spark.batch_mapper",
        ),
    ),
    "transactions": ("Transactions, parties, facts", ("transactions", "parties", "facts"), ()),
    "catalogue": ("Catalogue and measures", ("catalogue", "prohibitions", "citations"), ()),
    "conditions": (
        "Conditions",
        ("conditions",),
        ("conditions.Constrains", "conditions.AllOf", "conditions.AnyOf", "conditions.Not"),
    ),
    "domain": ("Places, goods, quantities, exchanges", ("jurisdictions", "commodities", "quantities", "exchanges"), ()),
    "shares": ("Trade shares", ("shares",), ("shares.ValueBounds", "shares.Share", "shares.Days")),
    "trade": (
        "Trade data",
        ("trade", "readers", "exposures", "diversions", "claims"),
        (
            *("trade.goods_codes", "trade.Shares", "trade.Part", "trade.Hhi"),
            *("readers.flow_batches", "readers.lme_stocks", "readers.read_listed_goods"),
            *("comparisons.changes", "comparisons.mirror", "comparisons.unit_values", "concordance.Concordance"),
            *("claims.read_claims", "claims.compare_claims", "claims.contradictions"),
            *("claims.sum_of_parts", "claims.Claim", "claims.Comparison", "claim_checks.claim_checks"),
            *("exposures.Exposure", "diversions.Diversion"),
            *("plots.plot_shares", "plots.plot_exposure", "plots.plot_diversion", "plots.plot_routes"),
            *("plots.plot_law", "plots.plot_timeline", "plots.plot_lme_stocks", "plots.Figure"),
        ),
    ),
    "cases": ("Cases", ("cases",), ("cases.Expectation", "cases.cases_below", "cases.proposals")),
    "other": ("Other", (), ("sets",)),
}


def api() -> dict[str, str]:
    """Return the pages of the Python reference; a public name of a module that no page claims goes to the last page."""
    homes: Mapping[str, Sequence[str]] = sanctionsmodel._HOMES
    claimed = {module for _, modules, _ in API.values() for module in modules} | {"errors"}
    left = tuple(module for module in homes if module not in claimed)
    made = {}
    for name, (title, modules, besides) in API.items():
        shown = modules if name != "other" else left
        names = [one for module in shown for one in homes.get(module, ())] + list(besides)
        blocks = "\n\n".join(f"::: sanctionsmodel.{one}" for one in names)
        made[f"api/{name}.md"] = f"# {title}\n\n{API_NOTE}\n\n{blocks}\n"
    return made


API_NOTE = "<!-- Made by scripts/build_docs.py from what the package exports. -->"


# ---------------------------------------------------------------------------------------------------------------- main
def pages() -> dict[str, str]:
    """Return every generated page by its path below ``docs/reference``."""
    return {"facts.md": page().rstrip("\n") + "\n", "modules.md": modules(), **api()}


def main(check: bool) -> int:
    """Write the pages, or say which are not fresh."""
    made = pages()
    stale = [
        name for name, text in made.items() if not (path := PAGES / name).exists() or path.read_text("utf-8") != text
    ]
    if check:
        print("".join(f"{name} is not fresh; run python scripts/build_docs.py\n" for name in stale), end="")
        return 1 if stale else 0
    for name in stale:
        (PAGES / name).parent.mkdir(exist_ok=True)
        (PAGES / name).write_text(made[name], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
