"""Sanctions and export controls as typed data.

State what you know of a transaction; be told which measures cover it, why, under which provision, since when, and what
you would still need to know. Start with [assess][sanctionsmodel.assess].
"""

from typing import TYPE_CHECKING, Any, NoReturn

__version__ = "0.1.0"

if TYPE_CHECKING:
    from sanctionsmodel.answers import Change, Conflict, Option, Question, Scope, Waiting
    from sanctionsmodel.assessment import Assessment, assess, evaluate
    from sanctionsmodel.cases import Case, Result, bundled_cases, read_cases, run_cases
    from sanctionsmodel.catalogue import Catalogue
    from sanctionsmodel.citations import Citation, Instrument
    from sanctionsmodel.claims import bundled_claims
    from sanctionsmodel.commodities import Commodity
    from sanctionsmodel.conditions import Condition, fact, from_yaml, holds, to_yaml
    from sanctionsmodel.diversions import diversion
    from sanctionsmodel.errors import CatalogueError, FactError, Problem, SanctionsModelError, TableError, UnknownCode
    from sanctionsmodel.exchanges import Acceptance, AcceptanceStatus, Contract, Exchange
    from sanctionsmodel.exposures import exposure
    from sanctionsmodel.facts import Fact, Registry, registry
    from sanctionsmodel.findings import ExemptionFinding, Finding, Reason
    from sanctionsmodel.jurisdictions import Jurisdiction
    from sanctionsmodel.parties import Party
    from sanctionsmodel.prohibitions import Effect, Exemption, Limb, Prohibition, Status, Version
    from sanctionsmodel.quantities import Money, Quantity, Rate
    from sanctionsmodel.readers import read_flows, shipped_flows
    from sanctionsmodel.screening import screen
    from sanctionsmodel.shares import TradeShare
    from sanctionsmodel.trade import trade_shares
    from sanctionsmodel.transactions import Transaction

_HOMES = {
    "answers": ("Change", "Conflict", "Option", "Question", "Scope", "Waiting"),
    "assessment": ("Assessment", "assess", "evaluate"),
    "cases": ("Case", "Result", "bundled_cases", "read_cases", "run_cases"),
    "catalogue": ("Catalogue",),
    "citations": ("Citation", "Instrument"),
    "claims": ("bundled_claims",),
    "commodities": ("Commodity",),
    "conditions": ("Condition", "fact", "from_yaml", "holds", "to_yaml"),
    "diversions": ("diversion",),
    "errors": ("CatalogueError", "FactError", "Problem", "SanctionsModelError", "TableError", "UnknownCode"),
    "exchanges": ("Acceptance", "AcceptanceStatus", "Contract", "Exchange"),
    "exposures": ("exposure",),
    "facts": ("Fact", "Registry", "registry"),
    "findings": ("ExemptionFinding", "Finding", "Reason"),
    "jurisdictions": ("Jurisdiction",),
    "parties": ("Party",),
    "prohibitions": ("Effect", "Exemption", "Limb", "Prohibition", "Status", "Version"),
    "quantities": ("Money", "Quantity", "Rate"),
    "readers": ("read_flows", "shipped_flows"),
    "screening": ("screen",),
    "shares": ("TradeShare",),
    "trade": ("trade_shares",),
    "transactions": ("Transaction",),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}
_NEEDING_AN_EXTRA = frozenset({"diversions", "exposures", "readers", "screening", "trade"})

__all__ = [
    "Acceptance",
    "AcceptanceStatus",
    "Assessment",
    "Case",
    "Catalogue",
    "CatalogueError",
    "Change",
    "Citation",
    "Commodity",
    "Condition",
    "Conflict",
    "Contract",
    "Effect",
    "Exchange",
    "Exemption",
    "ExemptionFinding",
    "Fact",
    "FactError",
    "Finding",
    "Instrument",
    "Jurisdiction",
    "Limb",
    "Money",
    "Option",
    "Party",
    "Problem",
    "Prohibition",
    "Quantity",
    "Question",
    "Rate",
    "Reason",
    "Registry",
    "Result",
    "SanctionsModelError",
    "Scope",
    "Status",
    "TableError",
    "TradeShare",
    "Transaction",
    "UnknownCode",
    "Version",
    "Waiting",
    "assess",
    "bundled_cases",
    "bundled_claims",
    "diversion",
    "evaluate",
    "exposure",
    "fact",
    "from_yaml",
    "holds",
    "read_cases",
    "read_flows",
    "registry",
    "run_cases",
    "screen",
    "shipped_flows",
    "to_yaml",
    "trade_shares",
]


def __getattr__(name: str) -> Any:
    """Import a public name from its module on first use, so that ``import sanctionsmodel`` stays cheap.

    Without an extra the names that need it are there too, and say so when they are called: only then are they needed.
    """
    if name not in _HOME_OF:
        raise AttributeError(f"module 'sanctionsmodel' has no attribute {name!r}")
    from importlib import import_module

    try:
        value = getattr(import_module(f"sanctionsmodel.{_HOME_OF[name]}"), name)
    except ImportError as error:
        if _HOME_OF[name] not in _NEEDING_AN_EXTRA:
            raise
        return _lacking(error)
    globals()[name] = value
    return value


def _lacking(error: ImportError) -> Any:
    """Return what stands for a function whose extra is not installed."""

    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise ImportError(str(error)) from error

    return refuse


def __dir__() -> list[str]:
    """List the public names."""
    return sorted([*__all__, "__version__"])
