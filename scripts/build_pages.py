"""Make the pages of the catalogue below ``docs/reference/catalogue/``: a coverage page, and a page a measure.

``--check`` only says whether they are fresh.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from sanctionsmodel import Catalogue, Prohibition, bundled_cases
from sanctionsmodel._data import DATA
from sanctionsmodel._measure_text import issuer_name, measure_markdown
from sanctionsmodel._prose import day_text

PAGES = Path(__file__).parents[1] / "docs" / "reference" / "catalogue"

INTRODUCTION = """\
# What is modelled

<!-- Made by scripts/build_pages.py from the law files and their cases; change those, not this page. -->

Every measure of the bundled catalogue, by issuer and by theme. *Model* says whether the law that the measure stands for
is modelled whole or in part; *verified* is the day on which somebody last compared it with its sources; *cases* counts
the worked cases that test it. What is not listed here is not modelled at all, and "not covered" says nothing of it.
"""


def pages() -> dict[Path, str]:
    """Return the text of every page by its path."""
    catalogue = Catalogue.load(DATA)
    cases = Counter(case.measure for case in bundled_cases())
    found = {PAGES / page_of(law): page(law, cases[law.id]) for law in catalogue}
    found[PAGES / "index.md"] = "\n".join([INTRODUCTION, *coverage(list(catalogue), cases)]).rstrip("\n") + "\n"
    return found


def page_of(law: Prohibition) -> str:
    """Return the path of a measure's page below the pages."""
    return f"{re.sub(r'[^a-z0-9/-]', '-', law.id)}.md"


def page(law: Prohibition, cases: int) -> str:
    """Return the page of a measure."""
    note = "<!-- Made by scripts/build_pages.py from the law files; change those, not this page. -->\n"
    tested = f"{cases} worked case{'s' if cases != 1 else ''} test{'' if cases != 1 else 's'} it"
    return f"{note}\n{measure_markdown(law)}\n{tested}. A model of the law, not legal advice.\n"


def coverage(laws: list[Prohibition], cases: Counter[str]) -> Iterator[str]:
    """Yield the lines of the coverage page after its introduction."""
    complete = sum(1 for law in laws if law.status == "complete")
    yield f"{len(laws)} measures, {complete} of them complete, with {sum(cases[law.id] for law in laws)} cases.\n"
    yield from matrix(laws)
    for issuer in sorted({law.issuer for law in laws}):
        yield f"\n## {issuer_name(issuer)}\n"
        yield "| measure | effect | themes | model | verified | cases |\n| --- | --- | --- | --- | --- | --: |"
        mine = sorted((law for law in laws if law.issuer == issuer), key=lambda law: law.id)
        yield from (row(law, cases[law.id]) for law in mine)
        gaps = [(law, note) for law in mine for note in law.not_modelled]
        if gaps:
            yield "\nNot modelled:\n"
            yield from (f"- `{law.id}`: {cell(note)}" for law, note in gaps)


def matrix(laws: list[Prohibition]) -> Iterator[str]:
    """Yield the table of how many measures of which issuer have which theme."""
    issuers = sorted({law.issuer for law in laws})
    counts = Counter((theme, law.issuer) for law in laws for theme in law.themes)
    yield f"| theme | {' | '.join(issuers)} |\n| --- |{' --: |' * len(issuers)}"
    for theme in sorted({theme for theme, _ in counts}):
        numbers = (str(counts[theme, issuer] or "") for issuer in issuers)
        yield f"| {theme.replace('_', ' ')} | {' | '.join(numbers)} |"


def row(law: Prohibition, cases: int) -> str:
    """Return a measure's row."""
    verified = day_text(law.verified_on) if law.verified_on else "never"
    themes = ", ".join(theme.replace("_", " ") for theme in law.themes)
    effect = law.effect.value.replace("_", " ")
    return f"| [{cell(law.title)}]({page_of(law)}) | {effect} | {themes} | {law.status} | {verified} | {cases} |"


def cell(text: str) -> str:
    """Return text that is safe in a cell of a table."""
    return re.sub(r"([\\`*_\[\]<>|])", r"\\\1", text).replace("\n", " ")


def main(check: bool) -> int:
    """Write the pages and remove those of measures that are gone, or say whether all are fresh."""
    wanted = pages()
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    gone = [path for path in sorted(PAGES.rglob("*.md")) if path not in wanted]
    if check:
        for path in [*stale, *gone]:
            print(f"{path.relative_to(PAGES)} is not fresh; run python scripts/build_pages.py")
        return 1 if stale or gone else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], encoding="utf-8")
    for path in gone:
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
