"""Where the law says so: act, place within it, address, and the day on which somebody read it.

Every version, limb and exemption of a measure carries a `Citation`. A citation names a source; it does not quote it,
and does not promise that the law still reads so: ``read_on`` says until when somebody looked.

>>> Citation(act="SI 2023/1364", section="reg. 7").contains("regulation 7")
True
"""

from __future__ import annotations

import datetime as dt
import re
from itertools import accumulate
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from sanctionsmodel.errors import FactError, shown

#: How sure the reading is: the text itself was read; a reliable report was; neither.
Confidence: TypeAlias = Literal["high", "medium", "low"]

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TOKEN = re.compile(r"[^\W_]+|[^\w\s.]")
#: Words that say what kind of place follows, and that writers use or leave out as they like.
_KINDS = frozenset(
    re.findall(
        r"\S+",
        "art arts article articles reg regs regulation regulations para paras paragraph paragraphs "
        "s ss sec sect section sections §",
    )
)


def _day(value: object) -> object:
    """Read a day as YYYY-MM-DD alone; pydantic would also take seconds since 1970."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        return dt.date.fromisoformat(value)
    if value is None or (isinstance(value, dt.date) and not isinstance(value, dt.datetime)):
        return value
    raise FactError(f"{shown(value)} is not a day; write it as in 2024-04-13")


def _web_address(value: str) -> str:
    # Citations are printed as links, so nothing but a web address may be one.
    if value and not re.match(r"https?://[^\s\"'<>]+\Z", value):
        raise FactError(f"url {shown(value)} is no web address; write one that starts with https://")
    return value


_Day: TypeAlias = Annotated[dt.date | None, BeforeValidator(_day)]
_Address: TypeAlias = Annotated[str, Field(max_length=2000), AfterValidator(_web_address)]
_Name: TypeAlias = Annotated[str, Field(min_length=1, max_length=500)]


class Citation(BaseModel):
    """Where a rule is written: the act, the place within it, and where and when it was read.

    ``act`` is the legal text, or what the page reports; ``section`` the place, at the grain of a paragraph. Days are
    written 2024-04-13. Raises pydantic's ``ValidationError`` for anything else, a `FactError` text inside.

    >>> print(Citation(act="SI 2023/1364", section="reg. 7", read_on="2026-11-24"))
    SI 2023/1364 reg. 7
    >>> Citation(act="SI 2023/1364", url="ftp://example.org/act")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    pydantic_core._pydantic_core.ValidationError: 1 validation error for Citation
    url
      Value error, url 'ftp://example.org/act' is no web address; write one that starts with https:// ...
    """

    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid")

    act: _Name
    section: str = Field(default="", max_length=500)
    url: _Address = ""
    read_on: _Day = None
    title: str = Field(default="", max_length=1000)
    published_on: _Day = None
    confidence: Confidence = "high"

    def __str__(self) -> str:
        return f"{self.act} {self.section}".rstrip()

    def contains(self, provision: str) -> bool:
        """Say whether this citation names a provision, however it is written.

        Spaces, full stops, case and words such as Art., reg., para, s., section and § do not matter. A provision names
        all that lies under it, so "reg. 46IH(1)" is in a citation of reg. 46IH(1)(a), but "reg. 46I" is not.

        >>> citation = Citation(act="SI 2019/855", section="reg. 46IH(1)(a)")
        >>> citation.contains("Regulation 46IH (1)(a)"), citation.contains("46IH(1)(b)"), citation.contains("reg. 46I")
        (True, False, False)
        """
        text, ends = _compressed(str(self))
        wanted, _ = _compressed(provision)
        starts = [start for start in (0, *ends) if wanted and text.startswith(wanted, start)]
        return any(start + len(wanted) in ends for start in starts)


def _compressed(text: str) -> tuple[str, frozenset[int]]:
    """Return a citation without what does not matter, and the places in it where a word or sign ends."""
    words = _TOKEN.findall(text.casefold())
    # "(s)" is a paragraph, "s." a section
    kept = [word for before, word in zip(["", *words], words, strict=False) if word not in _KINDS or before == "("]
    return "".join(kept), frozenset(accumulate(map(len, kept)))


class Instrument(BaseModel):
    """A legal instrument: the act, order, notice or determination that holds measures.

    ``id`` is ``issuer/instrument`` in lower case, ``number`` the official number where the title does not say it.

    >>> str(Instrument(id="us/eo-14068", title="Executive Order 14068", number="EO 14068"))
    'Executive Order 14068'
    """

    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid")

    id: _Name
    title: str = Field(min_length=1, max_length=1000)
    url: _Address = ""
    number: str = Field(default="", max_length=200)
    published_on: _Day = None

    def __str__(self) -> str:
        return self.title
