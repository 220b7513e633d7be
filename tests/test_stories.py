"""The situations that the library was made for, each asked of the bundled law."""

from __future__ import annotations

from typing import Any

import pytest

from sanctionsmodel import Catalogue, Finding, assess

LAW = Catalogue.bundled()


def ask(measure: str, **facts: Any) -> Finding:
    """Ask one measure; a party's fact is written with two underscores for the dot."""
    return LAW[measure].evaluate({name.replace("__", "."): value for name, value in facts.items()})


def test_a_machining_centre_to_russia_through_turkiye() -> None:
    """A five-axis machining centre from Germany is caught by the ban on industrial goods; only its use can free it."""
    found = ask(
        "eu/reg-833-2014/art-3k",
        activity="export",
        exported_from="DE",
        destination="RU",
        transit_through=["TR"],
        hs="845710",
        transacted_on="2024-06-01",
    )
    assert (found.status, found.missing_facts) == ("undetermined", ("end_use",))
    assert {one.status for one in found.what_if("end_use")} >= {"covered"}


CIRCUIT = {
    "activity": "export",
    "exported_from": "CN",
    "destination": "RU",
    "origin": "CN",
    "hs": "854231",
    "transit_through": "none",
    "transacted_on": "2024-07-01",
}
NO_US_PART = {"us_controlled_content_share": "0 %", "us_content_eccn": "none", "us_direct_product": False}


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({**NO_US_PART, "party__entity_list_footnote": "none"}, "not_covered"),
        ({"us_direct_product": True, "eccn": "3A991"}, "covered"),
        ({"us_controlled_content_share": "30 %", "eccn": "3A991"}, "covered"),
    ],
)
def test_a_chinese_circuit_to_russia(more: dict[str, Any], status: str) -> None:
    """US content or technology brings a Chinese circuit under US law; without either it stays outside."""
    assert ask("us/ear/746-8", **CIRCUIT, **more).status == status


def test_an_unknown_classification_that_does_not_matter() -> None:
    """A memory chip needs a licence to Russia with an ECCN and without one, so nobody is asked for it."""
    found = ask(
        "us/ear/746-8",
        activity="export",
        exported_from="US",
        destination="RU",
        origin="US",
        item_kind="commodity",
        hs="854232",
        end_use=["commercial"],
        transacted_on="2024-07-01",
        end_user__military_end_user=False,
        end_user__qualifying_civil_user=False,
    )
    assert (found.status, found.effect, found.missing_facts) == ("covered", "licence_required", ())


@pytest.mark.parametrize(
    ("day", "price", "free"),
    [
        ("2022-12-05", "60 USD/bbl", True),
        ("2022-12-05", "60.01 USD/bbl", False),
        ("2025-09-02", "60 USD/bbl", True),
        ("2025-09-03", "47.60 USD/bbl", True),
        ("2025-09-03", "47.61 USD/bbl", False),
        ("2026-01-31", "47.60 USD/bbl", True),
        ("2026-02-01", "44.10 USD/bbl", True),
        ("2026-02-01", "44.11 USD/bbl", False),
    ],
)
def test_urals_crude_at_the_cap(day: str, price: str, free: bool) -> None:
    """Crude at the cap of the day may be carried, crude above it may not, on either side of each revision."""
    found = ask(
        "eu/reg-833-2014/art-3n",
        activity="transport",
        transport_mode="sea",
        hs="270900",
        origin="RU",
        exported_from="RU",
        destination="IN",
        oil_price=price,
        transacted_on=day,
        contracted_on="2022-01-01" if day < "2023" else day,
        shipped_on=day,
        delivered_on=day,
        end_use=["commercial"],
        actor__eu_person=True,
    )
    assert found.status == ("exempt" if free else "covered")


HANDBAG = {
    "activity": "export",
    "exported_from": "DE",
    "destination": "RU",
    "hs": "420221",
    "end_use": ["commercial"],
    "transacted_on": "2024-06-01",
}
RATE = {"from": "USD", "to": "EUR", "rate": "0.92", "on": "2024-06-01", "source": "ECB"}


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"unit_value": "299 EUR"}, "not_covered"),
        ({"unit_value": "301 EUR"}, "covered"),
        ({"unit_value": "320 USD", "rates": [RATE]}, "not_covered"),
        ({"unit_value": "330 USD", "rates": [RATE]}, "covered"),
    ],
)
def test_a_handbag_about_the_limit(more: dict[str, Any], status: str) -> None:
    """A handbag is a luxury good above 300 EUR, also when its price is converted at a stated rate."""
    assert ask("eu/reg-833-2014/art-3h", **HANDBAG, **more).status == status


def test_a_price_in_another_currency_asks_for_the_rate() -> None:
    """A price in dollars says nothing of a limit in euro; the question is the rate."""
    answer = assess({**HANDBAG, "unit_value": "320 USD"}, LAW.select(ids=["eu/reg-833-2014/art-3h"]))
    assert (answer.outcome, answer.missing_facts) == ("undetermined", ("unit_value",))
    assert "a rate from USD" in answer.questions[0].question


@pytest.mark.parametrize(("day", "status"), [("2024-03-20", "exempt"), ("2024-03-21", "covered")])
def test_a_contract_inside_and_outside_its_wind_down(day: str, status: str) -> None:
    """Aluminium wire under an old contract may come in until 20 March 2024, that day included."""
    found = ask(
        "eu/reg-833-2014/art-3i",
        activity="import",
        hs="760511",
        origin="RU",
        contracted_on="2023-11-20",
        transacted_on=day,
        destination="DE",
    )
    assert found.status == status


@pytest.mark.parametrize(
    ("performance", "density", "status", "provision"),
    [
        ("15800 TPP", None, "covered", "3A090.a.1"),
        ("2000 TPP", "6 TPP/mm2", "covered", "3A090.a.2"),
        ("2000 TPP", "4 TPP/mm2", "covered", "3A090.b.2"),
        ("1500 TPP", "6 TPP/mm2", "not_covered", ""),
    ],
)
def test_accelerators(performance: str, density: str | None, status: str, provision: str) -> None:
    """Accelerators are classified by total processing performance and by its density."""
    facts = {
        "activity": "classify",
        "product_kind": "integrated_circuit",
        "total_processing_performance": performance,
        "designed_for_datacentre": True,
        "memory_bandwidth_density": "none",
        "transacted_on": "2024-03-01",
    }
    found = ask("us/ccl/3a090", **facts, **({"performance_density": density} if density else {}))
    assert (found.status, found.provisions) == (status, (provision,) if provision else ())
