"""Make the page of facts, ``docs/reference/facts.md``, from the registry; ``--check`` only says whether it is fresh.

The order and the section headings are those of ``data/facts.yaml``; the content is what the library reads from it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sanctionsmodel import Fact, registry
from sanctionsmodel._data import DATA
from sanctionsmodel.quantities import DIMENSIONS

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "facts.md"

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


def main(check: bool) -> int:
    """Write the page, or say whether it is fresh."""
    text = page().rstrip("\n") + "\n"
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    if check:
        print(f"{PAGE.name} is not fresh; run python scripts/build_docs.py")
        return 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
