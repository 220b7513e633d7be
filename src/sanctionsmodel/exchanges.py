"""Exchanges by their market identifier code, and whether their own rules accept a lot.

>>> lme = Exchange("LME")
>>> lme.mic, lme.operator, lme.jurisdiction.code
('XLME', 'The London Metal Exchange', 'GB')
>>> fresh = {"hs": "760110", "brand_origin": "RU", "produced_on": "2024-05-02", "transacted_on": "2024-06-01"}
>>> lme.accepts(fresh).status.value
'refused'
>>> Exchange("XLMX")
Traceback (most recent call last):
    ...
sanctionsmodel.errors.UnknownCode: 'XLMX' is no market identifier code (ISO 10383); did you mean 'XLME' or 'XLBM'?
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, field_validator

from sanctionsmodel import _venues
from sanctionsmodel._data import read_json
from sanctionsmodel._models import Model
from sanctionsmodel.assessment import Assessment, assess
from sanctionsmodel.catalogue import Catalogue
from sanctionsmodel.jurisdictions import Jurisdiction
from sanctionsmodel.prohibitions import Status
from sanctionsmodel.quantities import Quantity
from sanctionsmodel.transactions import Transaction


class Contract(Model):
    """A futures contract of an exchange: its code, the goods, and the size of one lot."""

    code: str
    goods: str
    hs: str
    lot: Quantity
    source: str
    confidence: str = "medium"


class AcceptanceStatus(StrEnum):
    """Whether an exchange's own rules let a lot in."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNDETERMINED = "undetermined"
    OUT_OF_CATALOGUE = "out of catalogue"


class Acceptance(BaseModel):
    """The answer of an exchange's own rules to a lot, with the assessment behind it.

    ``out of catalogue`` says that no rule of this exchange is encoded; it is no acceptance. Laws that forbid the
    parties to warrant or trade the lot are other measures: assess the transaction for those.
    """

    model_config = ConfigDict(defer_build=True, frozen=True)

    status: AcceptanceStatus
    assessment: Assessment | None

    @property
    def missing_facts(self) -> tuple[str, ...]:
        """The facts that would settle it."""
        return self.assessment.missing_facts if self.assessment else ()


class Exchange(Model):
    """A trading venue by its MIC (ISO 10383); ``Exchange("LME")`` reads the usual short names too."""

    mic: str

    def __init__(self, mic: str = "", /, **data: Any) -> None:
        """Build from a MIC or a usual short name; raises UnknownCode with the nearest codes."""
        super().__init__(**self._fields(mic or None, data))

    @classmethod
    def _from_text(cls, text: str) -> dict[str, Any]:
        return {"mic": text}

    @field_validator("mic", mode="before")
    @classmethod
    def _canonical(cls, text: Any) -> str:
        return _venues.venue_code(text)

    def __str__(self) -> str:
        """Return the MIC."""
        return self.mic

    @property
    def name(self) -> str:
        """The usual name."""
        return _venues.venue_name(self.mic)

    @property
    def operating_mic(self) -> str:
        """The MIC of the operator under which the venue runs (of COMEX, that of NYMEX)."""
        return _venues.operating_mic(self.mic)

    @property
    def operator(self) -> str:
        """The company that runs the venue, where it is known; else the name of the operating venue."""
        known = _terms(self.mic).get("operator")
        return str(known) if known else _venues.venue_name(self.operating_mic)

    @property
    def jurisdiction(self) -> Jurisdiction:
        """The country of the venue; raises UnknownCode for the few entries of the register without one."""
        return Jurisdiction(_venues.venue_country(self.mic) or "")

    @property
    def contracts(self) -> tuple[Contract, ...]:
        """The contracts known here, with their lot sizes and sources; not a full list of what trades."""
        return tuple(Contract(**raw) for raw in _terms(self.mic).get("contracts", ()))

    def accepts(self, lot: Transaction | Mapping[str, Any], catalogue: Catalogue | None = None) -> Acceptance:
        """Say whether the exchange's own rules, as far as the catalogue holds them, let a lot be warranted.

        Args:
            lot: facts of the lot: hs, brand_origin, produced_on, production_proof, located_in, transacted_on ...
            catalogue: the law asked; the bundled catalogue by default.
        """
        law = catalogue if catalogue is not None else Catalogue.bundled()
        if self.mic.lower() not in law.issuers:
            return Acceptance.model_construct(status=AcceptanceStatus.OUT_OF_CATALOGUE, assessment=None)
        stated = Transaction({"activity": "warranting", "venue": self.mic}) | lot
        answer = assess(stated, law.select(issuers=[self.mic.lower()]))
        return Acceptance.model_construct(status=_acceptance(answer), assessment=answer)


def _acceptance(answer: Assessment) -> AcceptanceStatus:
    statuses = {finding.status for finding in answer.findings if finding.kind == "prohibition"}
    if Status.COVERED in statuses:
        return AcceptanceStatus.REFUSED
    return AcceptanceStatus.UNDETERMINED if Status.UNDETERMINED in statuses else AcceptanceStatus.ACCEPTED


def _terms(mic: str) -> Mapping[str, Any]:
    terms: Mapping[str, Mapping[str, Any]] = read_json("reference/exchange_terms.json")
    return terms.get(mic, {})
