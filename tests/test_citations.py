"""Citations and instruments: how they print, what they name, what they refuse."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from sanctionsmodel.citations import Citation, Instrument

METALS = Citation(
    act="SI 2019/855",
    section="reg. 46IH(1)(a)",
    url="https://www.legislation.gov.uk/uksi/2019/855",
    read_on=date(2026, 11, 24),
    title="The Russia (Sanctions) (EU Exit) Regulations 2019",
    published_on=date(2019, 4, 11),
    confidence="medium",
)


@pytest.mark.parametrize(
    ("act", "section", "text"),
    [
        ("SI 2023/1364", "reg. 7", "SI 2023/1364 reg. 7"),
        ("EO 14068", "", "EO 14068"),
        ("31 CFR", "587.802", "31 CFR 587.802"),
    ],
)
def test_a_citation_prints_act_and_place(act: str, section: str, text: str) -> None:
    """A citation reads as a lawyer would write it."""
    assert str(Citation(act=act, section=section)) == text


@pytest.mark.parametrize(
    "provision",
    [
        "reg. 46IH(1)(a)",
        "Reg 46IH (1) (a)",
        "regulation 46ih(1)(a)",
        "46IH(1)(a)",
        "46 IH(1)(a)",
        "SI 2019/855 reg. 46IH(1)(a)",
        "SI 2019/855",
        "reg. 46IH(1)",
        "reg. 46IH",
        "para (1)(a)",
    ],
)
def test_a_citation_names_what_it_contains(provision: str) -> None:
    """Spaces, stops, case and words of kind do not matter, and a provision names all that lies under it."""
    assert METALS.contains(provision)


@pytest.mark.parametrize(
    "provision",
    [
        "reg. 46IH(1)(b)",
        "reg. 46I",
        "reg. 6IH",
        "46IH(1)(a)(i)",
        "SI 2019/85",
        "855 reg. 46",
        "reg. 7",
        "",
        "reg.",
        "§",
    ],
)
def test_a_citation_does_not_name_what_only_looks_alike(provision: str) -> None:
    """Part of a number is another number, and a word of kind alone names nothing."""
    assert not METALS.contains(provision)


@pytest.mark.parametrize(
    ("section", "provision", "found"),
    [
        ("Art. 5n(2b)", "Article 5n(2b)", True),
        ("Art. 3h(10)", "Art. 3h(1)", False),
        ("s. 21", "section 21", True),
        ("§ 746.8(a)(4)", "746.8(a)", True),
        ("§ 746.8(a)(4)", "746.8(a)(40)", False),
        ("Art. 5n(s)", "5n(s)", True),
        ("Art. 5n(t)", "5n(s)", False),
        ("reg. 60G(1E)", "reg. 60G(1)", False),
        ("para 2(a) and (b)", "para. 2(a)", True),
        ("9903.90.09", "9903 90 09", True),
        ("9903.90.09", "99039009", True),
        ("9903.90.09", "9903.90.0", False),
        ("s. 1(a)(i)(A)", "s. 1(a)(i)(A)", True),
        ("Annex XXI", "annex xxi", True),
        ("Annex XXI", "Annex XX", False),
    ],
)
def test_provisions_compare_by_whole_numbers(section: str, provision: str, found: bool) -> None:
    """What counts are the numbers and letters of the place, whole."""
    assert Citation(act="the act", section=section).contains(provision) is found


def test_a_citation_is_json_there_and_back() -> None:
    """Nothing is lost on the way, and equal citations are equal."""
    assert Citation.model_validate_json(METALS.model_dump_json()) == METALS
    assert Citation.model_validate(METALS.model_dump(mode="json")) == METALS
    assert hash(METALS) == hash(METALS.model_copy())
    assert Citation(act="SI 2019/855", section="reg. 46IH(1)(a)") != METALS


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"act": ""},
        {"act": "x" * 501},
        {"act": "x", "page": 3},
        {"act": "x", "confidence": "certain"},
        {"act": "x", "url": "javascript:alert(1)"},
        {"act": "x", "url": "ftp://example.org"},
        {"act": "x", "url": "https://"},
        {"act": "x", "url": "https://example.org/\"onclick='x'"},
        {"act": "x", "url": "https://example.org/a b"},
        {"act": "x", "url": "https://example.org/\n"},
        {"act": "x", "read_on": "24/11/2026"},
        {"act": "x", "read_on": "20261124"},
        {"act": "x", "read_on": "2026-W48-2"},
        {"act": "x", "read_on": "2026-11-24T12:00:00"},
        {"act": "x", "read_on": "٢٠٢٦-11-24"},
        {"act": "x", "read_on": 1717200000},
        {"act": "x", "published_on": "2026-02-30"},
    ],
)
def test_a_citation_that_is_not_plain_is_refused(fields: dict[str, Any]) -> None:
    """An act is named, links lead to the web, days are days, and no field is made up."""
    with pytest.raises(ValidationError):
        Citation.model_validate(fields)


def test_a_citation_does_not_change() -> None:
    """A citation that was read stays as it is."""
    citation: Any = METALS
    with pytest.raises(ValidationError, match="frozen"):
        citation.act = "SI 2019/856"


def test_a_huge_provision_is_compared_soon() -> None:
    """Megabytes of text cost no more than looking at them."""
    started = time.perf_counter()
    assert not METALS.contains("46IH(1)" * 10**5)
    assert not METALS.contains("x" * 10**6)
    assert time.perf_counter() - started < 2


def test_an_instrument_prints_its_title() -> None:
    """An instrument has a stable name for data and a title for people, and is JSON there and back."""
    order = Instrument(id="us/eo-14068", title="Executive Order 14068", number="EO 14068", published_on="2022-03-11")
    assert str(order) == "Executive Order 14068"
    assert order.published_on == date(2022, 3, 11)
    assert Instrument.model_validate_json(order.model_dump_json()) == order
    for wrong in ({"id": ""}, {"title": ""}, {"url": "data:text/html,x"}, {"issuer": "us"}):
        with pytest.raises(ValidationError):
            Instrument.model_validate({**order.model_dump(), **wrong})
