"""The timeline: when the law begins, changes, ends or becomes open, and whom that concerns."""

from __future__ import annotations

from pathlib import Path

import pytest

from sanctionsmodel import Catalogue, FactError, Transaction
from sanctionsmodel.timeline import changes, timeline
from small_law import LAW, written

AGAIN = "  - {from: 2025-01-01, until: 2026-01-01, cite: ACT s. 1, when: {activity: export}}\n  exemptions:\n"


def lines(law: Catalogue, *days: str) -> list[str]:
    """Return the events of a catalogue as lines."""
    return [str(event) for event in timeline(law, *days)]


def test_versions_and_exemptions(tmp_path: Path) -> None:
    """A measure begins, changes where a version follows, and ends; so does an exemption."""
    law = Catalogue.load(written(tmp_path, LAW.replace("  exemptions:\n", AGAIN), ""))
    assert lines(law) == [
        "2024-01-01 begins: us/act/metals: Ban on imports of metals",
        "2024-07-01 begins: us/act/samples: Samples",
        "2025-01-01 changes: us/act/metals: Ban on imports of metals",
        "2026-01-01 ends: us/act/metals: Ban on imports of metals",
    ]
    assert [one[:10] for one in lines(law, "2024-07-01", "2025-01-01")] == ["2024-07-01", "2025-01-01"]


def test_questions_of_law() -> None:
    """A question of law is answered from a day on, and opens when no source tells the answer any more."""
    law = Catalogue.bundled().select(ids=["us/ear/affiliates-rule"])
    found = [event for event in timeline(law, "2025-11-01") if event.subject == "affiliates_rule_suspended"]
    assert [(str(event.day), event.what, event.measures) for event in found] == [
        ("2025-11-10", "begins", ("us/ear/affiliates-rule",)),
        ("2026-11-10", "opens", ("us/ear/affiliates-rule",)),
    ]


@pytest.mark.parametrize("days", [("soon", None), (None, "2024-13-01"), ("2025-01-01", "2024-01-01")])
def test_wrong_days(days: tuple[str | None, str | None]) -> None:
    """A day that is none, or an end before the beginning, is bad input."""
    with pytest.raises(FactError, match=r"is not a day|lies after"):
        timeline(Catalogue.bundled(), *days)


def test_what_changes_for_open_transactions(tmp_path: Path) -> None:
    """Each day says which transactions it changes, how; contradictory days and other goods are left alone."""
    law = Catalogue.load(written(tmp_path))
    facts = {"activity": "import", "hs": "7601", "origin": "RU", "destination": "US"}
    orders = {
        "light": Transaction(facts, mass="1 kg"),
        "heavy": Transaction(facts, mass="1 t", transacted_on="2020-01-01"),
        "wood": Transaction({**facts, "hs": "4403"}),
        "late": Transaction(facts, mass="1 t", produced_on="2024-12-31"),
        "unknown": Transaction({**facts, "origin": ["RU", "TR"]}, mass="1 t"),
    }
    assert [f"{one.day} {one}" for one in changes(timeline(law), orders, law)] == [
        "2024-01-01 heavy: us/act/metals: not covered -> covered (prohibited)",
        "2024-01-01 light: us/act/metals: not covered -> covered (prohibited)",
        "2024-01-01 unknown: us/act/metals: not covered -> undetermined (prohibited, asks origin)",
        "2024-07-01 light: us/act/metals: covered (prohibited) -> exempt (us/act/samples)",
        "2025-01-01 heavy: us/act/metals: covered (prohibited) -> not covered",
        "2025-01-01 late: us/act/metals: covered (prohibited) -> not covered",
        "2025-01-01 light: us/act/metals: exempt (us/act/samples) -> not covered",
        "2025-01-01 unknown: us/act/metals: undetermined (prohibited, asks origin) -> not covered",
    ]
