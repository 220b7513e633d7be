"""Measures in plain English: five of different kinds as approved text, and the Markdown of a page.

Run ``python tests/test_measure_text.py`` to write the approved texts anew, and read what changed before you commit it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from sanctionsmodel import Catalogue
from sanctionsmodel._data import DATA
from sanctionsmodel._measure_text import measure_markdown, measure_text
from sanctionsmodel._selecting import has_words
from small_law import LAW

APPROVED = Path(__file__).parent / "approved"
MEASURES = (
    "gb/si-2019-855/metals-acquisition",
    "us/eo-14024/section-11",
    "us/eo-14068/metals-import",
    "us/proclamation-10522/aluminium-duty",
    "xlme/notice-24-171/russian-metal",
)


def path_of(name: str) -> Path:
    """Return where the approved text of a measure stands."""
    return APPROVED / f"{name.replace('/', '_')}.txt"


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_reads_as_approved(name: str) -> None:
    """What is printed of a ban, a licence, a duty, an exposure and an exchange's rule was read by a person."""
    assert measure_text(Catalogue.bundled()[name]) == path_of(name).read_text(encoding="utf-8")


def test_every_measure_has_a_text() -> None:
    """Each measure can be printed, with its title, every provision and every source."""
    for law in Catalogue.bundled():
        text = " ".join(measure_text(law).split())
        cited = [cite.act for version in law.versions for cite in version.cite]
        wanted = [law.id, law.title, *(limb.provision for _, limb in law.limbs()), *cited]
        wanted += [text for exemption in law.exemptions for text in (exemption.id, exemption.title)]
        assert [one for one in wanted if " ".join(one.split()) not in text] == [], law.id


MORE = """\
  policy:
  - {policy: case_by_case, when: {end_use: medical}, provision: s. 3}
  - {policy: denial}
  duties: [report it]
  notes: ['a [note] with *signs*']
"""

PAGE = r"""# Ban on imports of metals

`us/act/metals`

The Act

Issued by the United States (us); themes: metals.

What it covers needs a licence.

Licences are reviewed with a case-by-case view (s. 3), where

- end use includes medical

Otherwise, licences are reviewed with a policy of denial.

Besides: report it.

It binds anyone who imports into the United States:

- destination is United States

The model of it is complete, its confidence high, verified on 24 November 2026.

## From 1 January 2024 until 1 January 2025 (that day excluded)

It covers an act where

- activity is import
- HS code is in chapters 74 and 76

and one of these holds as well:

- s. 1(a):
    - origin is Russia
- s. 1(b) (prohibited):
    - origin is Belarus

Source: The Act s. 1

## Exception us/act/samples: Samples

s. 2, from 1 July 2024, frees s. 1(a), where

- mass at most 1 kg

Source: The Act s. 2

## Notes

- a \[note\] with \*signs\*

## Sources

- The Act, read on 24 November 2026 <https://example.org/act>
"""


def test_a_page() -> None:
    """A measure as Markdown: headings, lists, links, and no sign of the law that Markdown would take for its own."""
    text = LAW.replace("effect: prohibited\n", f"effect: licence_required\n{MORE}").replace(
        "s. 1(b), when", "s. 1(b), effect: prohibited, when"
    )
    assert measure_markdown(Catalogue.from_files({"us/act.yaml": text})["us/act/metals"]) == PAGE


def test_words_in_any_order() -> None:
    """A search finds words in any order and case, and no text that lacks one."""
    assert has_words("Ban on imports of metals", "METALS ban")
    assert not has_words("Ban on imports of metals", "metals licence")


if __name__ == "__main__":
    catalogue = Catalogue.load(DATA)
    for one in MEASURES:
        path_of(one).write_text(measure_text(catalogue[one]), encoding="utf-8")
