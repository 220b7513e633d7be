"""The common ground of this library's small value models: frozen, closed to unknown fields, with our own errors.

pydantic wraps whatever a validator raises into its own error. A model built by hand should raise ours, so that
``except SanctionsModelError`` is enough; inside another model, pydantic's error keeps the place of the fault.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from sanctionsmodel.errors import FactError, SanctionsModelError, nearest, shown


class Model(BaseModel):
    """A frozen value model; ``_from_text`` of a subclass says what a text alone stands for."""

    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid")

    def __init__(self, **data: Any) -> None:
        try:
            super().__init__(**data)
        except ValidationError as problem:
            raise first_of_ours(problem, type(self)) from None

    @classmethod
    def _from_text(cls, text: Any) -> dict[str, Any]:
        raise FactError(f"{cls.__name__}: cannot be read from the text {shown(text)}; write a mapping of its fields")

    @model_validator(mode="before")
    @classmethod
    def _read_text(cls, raw: Any) -> Any:
        return cls._from_text(raw) if isinstance(raw, str) else raw

    @classmethod
    def _fields(cls, text: Any, data: dict[str, Any]) -> dict[str, Any]:
        """Join the fields that a leading text stands for with those given by name; none may come twice."""
        if text is None:
            return data
        read = cls._from_text(text)
        for name in read.keys() & data.keys():
            raise FactError(f"{name}: given twice, in {shown(text)} and as {shown(data[name])}; keep one")
        return {**read, **data}


def first_of_ours(problem: ValidationError, model: type[BaseModel]) -> SanctionsModelError:
    """Return the first error of this library inside pydantic's report, or its first complaint in our words."""
    details = problem.errors()
    for detail in details:
        own = detail.get("ctx", {}).get("error")
        if isinstance(own, SanctionsModelError):
            return own
    first = details[0]
    field = ".".join(str(part) for part in first["loc"]) or model.__name__.lower()
    hint = nearest(field, model.model_fields) if first["type"] == "extra_forbidden" else ""
    return FactError(f"{field}: {first['msg'].lower()}, found {shown(first['input'])}{hint}")
