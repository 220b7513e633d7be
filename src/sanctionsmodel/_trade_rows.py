"""The rows of a summed trade table: sides told apart, and nothing added that must not be.

Public names of this module are found in [trade][sanctionsmodel.trade].
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from sanctionsmodel._aggregate import ROLES, Sum, Sums
from sanctionsmodel._periods import days_of, lies_within, overlap, period_text
from sanctionsmodel._traders import Trader, trader
from sanctionsmodel.errors import TableError, UnknownCode, shown
from sanctionsmodel.jurisdictions import Jurisdiction
from sanctionsmodel.shares import Days, Side

_FLOWS = {
    "import": "import",
    "imports": "import",
    "m": "import",
    "i": "import",
    "export": "export",
    "exports": "export",
    "x": "export",
    "e": "export",
}


class Row(NamedTuple):
    """One sum, with its sides told apart."""

    whole: Trader
    part: Trader
    period: str
    reported_by: Side
    counted_by: str
    currency: str
    edition: str
    hs: str
    more: tuple[str, ...]
    sum: Sum

    @classmethod
    def of(cls, one: Sum, keys: Sequence[str], divided: Side) -> Row:
        """Return the row of a sum; raises TableError for a flow or a side that is none."""
        cell = dict(zip(keys, one.key, strict=True))
        word = cell.get("flow", "import" if divided == "importer" else "export").strip().lower()
        if word not in _FLOWS:
            raise TableError(f"flow {shown(word)} is neither import nor export; leave re-exports and others out")
        reporter, partner = trader(cell["reporter"]), trader(cell["partner"])
        reports: Side = "importer" if _FLOWS[word] == "import" else "exporter"
        sides = (reporter, partner) if reports == divided else (partner, reporter)
        return cls(
            *sides,
            period_text(cell["period"]),
            reports,
            cell.get("basis", ""),
            cell.get("currency", ""),
            cell.get("hs_edition", ""),
            cell.get("hs", ""),
            tuple(text for name, text in cell.items() if name not in ROLES),
            one,
        )


def one_kind(rows: list[Row], reported_by: Side | None, counted_by: str | None) -> list[Row]:
    """Keep what may be added together; raises TableError where the caller must choose."""
    rows = [one for one in rows if reported_by in (None, one.reported_by)]
    rows = [one for one in rows if counted_by in (None, one.counted_by)]
    for name, values, how in (
        ("reports of importers and of exporters", {one.reported_by for one in rows}, "reported_by='importer'"),
        ("ways of counting", {one.counted_by for one in rows}, "counted_by='origin'"),
        ("currencies", {one.currency for one in rows}, "a table of one"),
    ):
        if len(values) > 1:
            raise TableError(
                f"the table has several {name} ({', '.join(sorted(values))}), never to be added up; say {how}"
            )
    return rows


def chosen_periods(spans: set[str], period: str | None) -> dict[str, str]:
    """Return the periods that are used, each with the name under which it is added up."""
    if period is None:
        return {one: one for one in spans}
    outer = Days(period.replace("/", " to "))
    found = sorted(one for one in spans if lies_within(days_of(one), outer))
    for one, other in pairwise(found):
        if overlap(days_of(one), days_of(other)):
            raise TableError(f"periods {one} and {other} overlap; give a table with months or with years only")
    if not found:
        raise TableError(f"no period of the table lies within {period}; it has {', '.join(sorted(spans)[:12])}")
    name = found[0] if len(found) == 1 else f"{found[0]}/{found[-1]}" if _are_months(found) else period
    return dict.fromkeys(found, name)


def _are_months(found: Sequence[str]) -> bool:
    """Say whether several periods can be named by the first and the last of them."""
    return all(len(one) == len("2023-01") for one in found)


def one_level(sums: Sums) -> None:
    """Raise TableError where one code of the table may hold another."""
    if len(sums.code_lengths) > 1:
        raise TableError(
            f"the table has codes of {', '.join(map(str, sorted(sums.code_lengths)))} digits, of which one may hold "
            "the other; say level=6 to count only codes of six digits, or hs='TOTAL' for the row of all goods"
        )


def names_members(rows: Iterable[Row]) -> bool:
    """Say whether a member of the European Union is among the partners, so that the Union's own row holds it too."""
    return any(row.part.kind == "place" and is_member(row.part.code, row.period) for row in rows)


@lru_cache(maxsize=20_000)
def is_member(place: str, period: str) -> bool:
    """Say whether a place is in the European Union on the first day of a period."""
    day = days_of(period).start
    try:
        return day is not None and Jurisdiction(place).is_in("eu", on=day)
    except UnknownCode:
        return False  # a state of the past
