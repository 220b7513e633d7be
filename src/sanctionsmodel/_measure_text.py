"""A measure in plain English, for a reader who knows law but not Python: as text for a terminal or Markdown.

Both are made from the same blocks: who is bound to what, what each version covers and under which provision, what frees
which limbs, what is not modelled, and every source with the day on which it was read.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple, TypeAlias

from sanctionsmodel._prose import condition_lines, day_text, joined
from sanctionsmodel.citations import Citation
from sanctionsmodel.conditions import ALWAYS, Condition
from sanctionsmodel.jurisdictions import place_name
from sanctionsmodel.prohibitions import Exemption, Limb, PolicyRule, Prohibition, Spanned, Version

WIDTH = 110
_Kind: TypeAlias = Literal["heading", "text", "item"]

_EFFECTS: dict[str, str] = {
    "classified": "It forbids nothing by itself; it says what falls under a term that other measures use.",
    "report": "An act that it covers must be reported.",
    "exposure": "Whoever does what it covers risks being sanctioned.",
    "duty": "What it covers is charged a duty.",
    "licence_required": "What it covers needs a licence.",
    "refused": "What it covers is refused.",
    "prohibited": "What it covers is prohibited.",
    "blocked": "What it covers is blocked: property is frozen and may not be dealt in.",
}
_ISSUERS = {
    "eu": "the European Union",
    "un": "the United Nations Security Council",
    "us": "the United States",
    "gb": "the United Kingdom",
}


class Block(NamedTuple):
    """One heading, paragraph or list item; ``depth`` indents it."""

    kind: _Kind
    text: str
    depth: int = 0


def measure_text(law: Prohibition) -> str:
    """Return a measure as text for a terminal."""
    lines = [law.id, *_wrapped(law.title, 0)]
    for block in blocks(law):
        if block.kind == "heading":
            lines += ["", *_wrapped(block.text, 0)]
        elif block.kind == "item":
            lines += _wrapped(f"- {block.text}", 2 * block.depth, 2)
        else:
            lines += _wrapped(block.text, 2 * block.depth)
    return "\n".join(lines) + "\n"


def measure_markdown(law: Prohibition) -> str:
    """Return a measure as a Markdown page."""
    lines = [f"# {_escaped(law.title)}", "", f"`{law.id}`"]
    before = ""
    for block in blocks(law):
        if block.kind == "heading":
            lines += ["", f"## {_escaped(block.text[0].upper() + block.text[1:])}"]
        elif block.kind == "item":
            lines += [""] if before != "item" else []
            lines.append(f"{'    ' * (block.depth - 1)}- {_linked(block.text)}")
        else:
            lines += ["", _linked(block.text)]
        before = block.kind
    return "\n".join(lines) + "\n"


def _wrapped(line: str, indent: int, hang: int = 0) -> list[str]:
    pad = " " * indent
    return textwrap.wrap(
        line,
        WIDTH,
        initial_indent=pad,
        subsequent_indent=pad + " " * hang,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [pad]


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>#|])", r"\\\1", text)


def _linked(text: str) -> str:
    """Escape a line for Markdown, with the address at its end as a link."""
    words, _, address = text.rpartition(" ")
    if address.startswith(("https://", "http://")):
        return f"{_escaped(words)} <{address}>"
    return _escaped(text)


# -------------------------------------------------------------------------------------------------------------- blocks
def blocks(law: Prohibition) -> Iterator[Block]:
    """Yield what a measure says, block by block, after its id and title."""
    yield from _head(law)
    for version in law.versions:
        yield from _version(law, version)
    for exemption in law.exemptions:
        yield from _exemption(law, exemption)
    for title, notes in (("not modelled", law.not_modelled), ("notes", law.notes)):
        if notes:
            yield Block("heading", title)
            yield from (Block("item", note, 1) for note in notes)
    yield from _sources(law)


def _head(law: Prohibition) -> Iterator[Block]:
    yield Block("text", law.instrument.title)
    themes = f"; themes: {', '.join(theme.replace('_', ' ') for theme in law.themes)}" if law.themes else ""
    yield Block("text", f"Issued by {issuer_name(law.issuer)}{themes}.")
    yield Block("text", _EFFECTS[law.effect.value] + (f" Rate: {law.rate}." if law.rate else ""))
    yield from _policy(law.policy, 0)
    yield from (Block("text", f"Besides: {duty}.") for duty in law.duties)
    if law.bound or law.binds != ALWAYS:
        yield Block("text", f"It binds {law.bound or 'whoever fulfils this'}{'.' if law.binds == ALWAYS else ':'}")
        yield from _items(law.binds, 1)
    if law.parts:
        yield Block("text", "It sums up these measures:")
        yield from (Block("item", part, 1) for part in law.parts)
    verified = f"verified on {day_text(law.verified_on)}" if law.verified_on else "not verified"
    yield Block("text", f"The model of it is {law.status}, its confidence {law.confidence}, {verified}.")


def issuer_name(issuer: str) -> str:
    """Return what an issuer is called, with its code."""
    if issuer in _ISSUERS:
        return f"{_ISSUERS[issuer]} ({issuer})"
    return f"{place_name(issuer.upper())} ({issuer})" if len(issuer) == 2 else issuer.upper()


def _items(condition: Condition, depth: int) -> Iterator[Block]:
    for deeper, line in condition_lines(condition):
        yield Block("item", line, depth + deeper)


def _policy(rules: Iterable[PolicyRule], depth: int) -> Iterator[Block]:
    for number, rule in enumerate(rules):
        lead = "Otherwise, licences" if number else "Licences"
        under = f" ({rule.provision})" if rule.provision else ""
        where = "." if rule.when == ALWAYS else ", where"
        yield Block("text", f"{lead} are reviewed with {_policy_words(rule.policy)}{under}{where}", depth)
        yield from _items(rule.when, depth + 1)


def _policy_words(policy: str) -> str:
    words = {"denial": "a policy of denial", "approval": "a policy of approval", "case_by_case": "a case-by-case view"}
    return words.get(policy, f"a {policy.replace('_', ' ')}" if policy != "as_entry" else "the policy of the entry")


def _span(spanned: Spanned) -> str:
    since = f"from {day_text(spanned.from_)}" if spanned.from_ else "from the beginning"
    return f"{since} until {day_text(spanned.until)} (that day excluded)" if spanned.until else since


def _version(law: Prohibition, version: Version) -> Iterator[Block]:
    sure = f"; confidence {version.confidence}" if version.confidence else ""
    yield Block("heading", f"{_span(version)}{sure}")
    named = [limb for limb in version.limbs if limb.provision or limb.when != ALWAYS]
    alone = len(named) == 1 and named[0].when == ALWAYS
    under = f"Under {named[0].provision} it" if alone and named[0].provision else "It"
    yield Block("text", f"{under} covers an act where" if version.when != ALWAYS else f"{under} covers every such act.")
    yield from _items(version.when, 1)
    if not alone and named:
        several = "one of these holds as well" if version.when != ALWAYS else "one of these holds"
        yield Block("text", f"and {several}:" if len(named) > 1 else "and this holds:")
    for limb in named:
        yield from _limb(law, limb, alone)
    yield from (Block("text", f"Source: {cite}") for cite in version.cite)


def _limb(law: Prohibition, limb: Limb, alone: bool) -> Iterator[Block]:
    effect = law.effect_of(limb)
    own = [effect.value.replace("_", " ")] if effect != law.effect else []
    own += [f"rate {limb.rate}"] if limb.rate else []
    if not alone:
        words = f" ({', '.join(own)})" if own else ""
        yield Block("item", f"{limb.provision or 'this limb'}{words}:" if limb.when != ALWAYS else limb.provision, 1)
        yield from _items(limb.when, 2)
    elif own:
        yield Block("text", f"Effect: {', '.join(own)}.", 1)
    yield from _policy(limb.policy or (), 1)


def _exemption(law: Prohibition, exemption: Exemption) -> Iterator[Block]:
    yield Block("heading", f"{exemption.kind.replace('_', ' ')} {exemption.id}: {exemption.title}")
    many = len({limb.provision for _, limb in law.limbs()}) > 1
    freed = joined(list(exemption.frees), "and") if exemption.frees else "all that the measure covers" if many else ""
    for version in exemption.versions:
        sure = f" (confidence {version.confidence})" if version.confidence else ""
        verb = f"frees {freed}" if freed else "frees the act"
        where = ", where" if version.when != ALWAYS else "."
        days = "at any time" if not version.from_ and not version.until else _span(version)
        yield Block("text", f"{version.provision}, {days}, {verb}{sure}{where}")
        yield from _items(version.when, 1)
        yield from (Block("text", f"Source: {cite}", 0) for cite in version.cite)
    if exemption.duties:
        yield Block("text", "Whoever uses it must:")
        yield from (Block("item", duty, 1) for duty in exemption.duties)
    if exemption.not_modelled:
        yield Block("text", "Not modelled of it:")
        yield from (Block("item", note, 1) for note in exemption.not_modelled)
    yield from (Block("item", note, 1) for note in exemption.notes)


def _sources(law: Prohibition) -> Iterator[Block]:
    cited = [cite for version in law.versions for cite in version.cite]
    cited += [cite for exemption in law.exemptions for version in exemption.versions for cite in version.cite]
    acts: dict[str, Citation] = {}  # each once, in the order in which the measure first rests on it
    for cite in cited:
        acts.setdefault(cite.act, cite)
    if acts:
        yield Block("heading", "sources")
    for act, cite in acts.items():
        read = f", read on {day_text(cite.read_on)}" if cite.read_on else ""
        published = f", published on {day_text(cite.published_on)}" if cite.published_on else ""
        sure = "" if cite.confidence == "high" else f", confidence {cite.confidence}"
        yield Block("item", f"{act}{published}{read}{sure} {cite.url}".rstrip(), 1)
