"""Countries, their regions, the European Union, and the groups of countries that laws name.

A place is written as its ISO 3166-1 alpha-2 code (``RU``) or, for a region with rules of its own, its ISO 3166-2 code
(``UA-43``, Crimea); ``XK`` (Kosovo) and ``EU`` are added. What people type is read by closed tables: codes in any case,
alpha-3, common and official names, a list of aliases. Nothing is guessed: "Korea" is refused with its candidates. A
code says where a place is filed, nothing on its status.

This is not a gazetteer: no towns, no borders, no history beyond a refusal of withdrawn codes. Sources: ISO 3166 as the
pycountry package has it, and the tables under ``sources/places``.

>>> Jurisdiction("Crimea").name
'Crimea (Ukraine)'
>>> Jurisdiction("gb").is_in("eu", on=date(2020, 1, 31))
True
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler, model_serializer, model_validator

from sanctionsmodel._places import (
    Period,
    group_members,
    group_names,
    group_periods,
    group_source,
    place_code,
    place_name,
    place_table,
    plain_name,
)
from sanctionsmodel.errors import FactError, shown

__all__ = [
    "Jurisdiction",
    "Kind",
    "Period",
    "group_members",
    "group_names",
    "group_periods",
    "group_source",
    "place_code",
    "place_name",
    "plain_name",
]

Kind: TypeAlias = Literal["country", "region", "union", "territory"]


# ------------------------------------------------------------------------------------------------------------ the model


class Jurisdiction(BaseModel):
    """A country, a territory with a code of its own, a region of a country, or the European Union.

    Written as a code or name, positionally; equal by code; its JSON is the code. Raises `UnknownCode` as `place_code`.

    >>> Jurisdiction("Crimea"), str(Jurisdiction("russia"))
    (Jurisdiction('UA-43'), 'RU')
    >>> Jurisdiction("UA").contains("UA-43"), Jurisdiction("RU").contains("UA-43")
    (True, False)
    >>> Jurisdiction("Rusia")
    Traceback (most recent call last):
    sanctionsmodel.errors.UnknownCode: place 'Rusia' is unknown; did you mean 'Russia'?
    """

    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid")

    code: str

    def __init__(self, code: str = "", **unknown: object) -> None:
        if unknown:
            raise FactError(f"a jurisdiction is its code alone; leave out {shown(', '.join(unknown))}")
        super().__init__(code=place_code(code))

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, data: object) -> object:
        if isinstance(data, Jurisdiction) or (isinstance(data, dict) and data.keys() == {"code"}):
            return data
        return {"code": place_code(data)}  # type: ignore[arg-type]  # refuses what is not text

    @model_serializer
    def _as_text(self) -> str:
        return self.code

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "title": "Jurisdiction", "examples": ["RU", "UA-43", "EU"]}

    def __str__(self) -> str:
        return self.code

    def __repr__(self) -> str:
        return f"Jurisdiction({self.code!r})"

    @property
    def name(self) -> str:
        """The common English name.

        >>> Jurisdiction("CD").name
        'Democratic Republic of the Congo'
        """
        return place_name(self.code)

    @property
    def kind(self) -> Kind:
        """What the code is filed as: ``country``, ``territory``, ``region`` or ``union``.

        A territory is an area with an ISO country code that the standard does not count as independent; a region has a
        code of ISO 3166-2.

        >>> [Jurisdiction(code).kind for code in ("RU", "HK", "UA-43", "EU")]
        ['country', 'territory', 'region', 'union']
        """
        if "-" in self.code:
            return "region"
        if self.code == "EU":
            return "union"
        return "territory" if self.code in place_table()["territories"] else "country"

    @property
    def parent(self) -> Jurisdiction | None:
        """The country of a region; nothing for all others, territories with a country code of their own included.

        >>> Jurisdiction("UA-43").parent, Jurisdiction("HK").parent
        (Jurisdiction('UA'), None)
        """
        return Jurisdiction(self.code[:2]) if "-" in self.code else None

    def contains(self, other: Jurisdiction | str, on: date | None = None) -> bool:
        """Say whether a place lies in this one: the place itself, a region of a country, a member of the EU on a day.

        A territory with a country code of its own (``HK``, ``PR``, ``RE``) is in no country here: each law says for
        itself what it reaches. For the European Union ``on`` is needed, else `FactError`.

        >>> Jurisdiction("EU").contains("GB", on=date(2020, 2, 1))
        False
        >>> Jurisdiction("EU").contains("GB")
        Traceback (most recent call last):
        sanctionsmodel.errors.FactError: on is missing: who is in the EU hangs on the day; write on=date(2024, 4, 13)
        """
        place = Jurisdiction(str(other))
        if place == self:
            return True
        if self.kind != "union":
            return place.parent == self
        if on is None:
            raise FactError("on is missing: who is in the EU hangs on the day; write on=date(2024, 4, 13)")
        return place.is_in("eu", on=on)

    def is_in(self, group: str, on: date) -> bool:
        """Say whether this place, or the country of which it is a region, is in a group of countries on a day.

        Raises `UnknownCode` for an unknown group, `FactError` when ``on`` is not a day.

        >>> Jurisdiction("CH").is_in("us/746-supp-3", on=date(2022, 4, 7))
        False
        >>> Jurisdiction("GB-NIR").is_in("us/a:5", on=date(2024, 1, 1))
        True
        """
        members = group_members(group, on)
        return self.code in members or (self.kind == "region" and self.code[:2] in members)
