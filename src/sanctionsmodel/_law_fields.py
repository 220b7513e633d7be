"""The fields that each part of a law file may have."""

from __future__ import annotations

from sanctionsmodel.prohibitions import Exemption, Prohibition

FILE = {"issuer", "instrument", "sources", "lists", "definitions", "measures", "exemptions", "notes"}
LIST = {"words", "system", "codes", "file", "cite", "confidence", "notes"}
DEFINITION = {"roles", "cite", "when", "open", "words", "confidence", "notes"}
MEASURE = set(Prohibition.model_fields) - {"issuer", "instrument"}
VERSION = {"from", "until", "cite", "when", "limbs", "confidence", "provision", "effect", "policy", "rate"}
EXEMPTION = set(Exemption.model_fields) | {"measures"}
