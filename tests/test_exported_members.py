"""The public door: what is listed can be imported, and what scripts rely on is there."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import Any

import pytest

import sanctionsmodel

#: Names that other people's scripts import, whatever else changes.
PROMISED = [
    "Transaction",
    "assess",
    "Catalogue",
    "Prohibition",
    "Limb",
    "Exemption",
    "Jurisdiction",
    "Commodity",
    "Exchange",
    "TradeShare",
    "Party",
    "Money",
    "Quantity",
    "Status",
    "Effect",
]


def test_all_is_what_can_be_imported() -> None:
    """Every listed name is there, is listed once, and comes from the module that defines it."""
    assert len(set(sanctionsmodel.__all__)) == len(sanctionsmodel.__all__)
    for name in sanctionsmodel.__all__:
        value = getattr(sanctionsmodel, name)
        module = getattr(value, "__module__", "")
        assert module.startswith("sanctionsmodel") or name == "Condition", name


def test_nothing_else_is_at_the_door() -> None:
    """``dir`` shows the listed names, and a name that is not there is refused."""
    assert set(dir(sanctionsmodel)) == {*sanctionsmodel.__all__, "__version__"}
    with pytest.raises(AttributeError, match="has no attribute 'Sanction'"):
        sanctionsmodel.Sanction  # noqa: B018


def test_a_star_import_gives_the_listed_names() -> None:
    """``from sanctionsmodel import *`` gives what is listed."""
    found: dict[str, Any] = {}
    exec("from sanctionsmodel import *", found)
    assert set(sanctionsmodel.__all__) <= set(found)


@pytest.mark.parametrize("name", PROMISED)
def test_promised_names(name: str) -> None:
    """The names of the contract can be imported from the package."""
    assert name in sanctionsmodel.__all__


def test_promised_members() -> None:
    """What scripts call on a finding, an assessment and a measure is there."""
    facts = {"activity": "import", "hs": "760110", "origin": "RU", "destination": "US", "transacted_on": "2024-05-20"}
    law = sanctionsmodel.Catalogue.bundled().select(ids=["us/eo-14068/metals-import"])
    answer: Any = sanctionsmodel.assess(facts, law)
    finding: Any = answer["us/eo-14068/metals-import"]
    for name in ("at_least", "at_most", "findings", "missing_facts"):
        assert hasattr(answer, name), name
    for name in ("status", "effect", "missing_facts", "exemptions", "citations", "what_if"):
        assert hasattr(finding, name), name
    measure: Any = law["us/eo-14068/metals-import"]
    assert measure.evaluate(sanctionsmodel.Transaction(facts)).status == "undetermined"


def test_a_claim_implies_an_interval_of_money() -> None:
    """The trade share of the contract gives an interval with two ends in money."""
    share = sanctionsmodel.TradeShare(
        importer="RU",
        exporter="CN",
        commodity="machine tools",
        period="2023-Q4",
        share="above 70 %",
        total="900000000 USD",
    )
    value = share.implied_value()
    assert value is not None
    assert (str(value.low), str(value.high)) == ("630000000 USD", "900000000 USD")


def test_every_public_thing_is_documented() -> None:
    """Each listed name, and each module, has a docstring."""
    for name in sanctionsmodel.__all__:
        value = getattr(sanctionsmodel, name)
        assert name == "Condition" or inspect.getdoc(value), name
    for module in pkgutil.iter_modules(sanctionsmodel.__path__, "sanctionsmodel."):
        if not module.name.endswith("__main__"):
            assert importlib.import_module(module.name).__doc__, module.name


def test_the_version_is_a_version() -> None:
    """The package says which version it is."""
    assert all(part.isdigit() for part in sanctionsmodel.__version__.split("."))
