"""Shares computed from a trade table: who supplies how much of whose trade, within which bounds.

A share needs a whole. Where the table has a row for the world, the whole is that; else it is the sum of its partners.
Rows for groups are never counted; what is "not specified" belongs to the whole and to nobody, so that each share is an
interval. This module adds up what a table says; it does not say whether the table is right.

>>> import pyarrow as pa
>>> tools = pa.table({"flow": ["import"] * 4, "reporter": ["RU"] * 4, "partner": ["CN", "DE", "ZZ", "World"],
...     "hs": ["8457"] * 4, "period": ["2023"] * 4, "value_usd": [700, 200, 100, 1000]})
>>> [found] = trade_shares(tools, hs="8456-8466")
>>> print(found.of("CN"), found.hhi)
70 % to 80 % at least 0.53 and at most 0.68
>>> print(found.claim("CN"))
CN: 70 % to 80 % of what RU imported of HS 8456-8466 in [2023-01-01, 2024-01-01), by value
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from sanctionsmodel._aggregate import sums_of
from sanctionsmodel._carried import WASTE, Carried
from sanctionsmodel._divided import MAY_BE_OF_THESE, Bounds, Hhi, Part, Shares, between, number_text
from sanctionsmodel._named_goods import goods_codes
from sanctionsmodel._periods import days_of
from sanctionsmodel._trade_rows import Row, chosen_periods, names_members, one_kind, one_level
from sanctionsmodel._traders import trader
from sanctionsmodel.errors import TableError
from sanctionsmodel.shares import Basis, Side

__all__ = ["Hhi", "Part", "Shares", "goods_codes", "trade_shares"]

_LAST_REPORT_OF_RUSSIA = days_of("2022").start
_BREAK = (
    "series break: Russia stopped publishing its customs statistics in 2022, so that its own figures since, and those "
    "reconciled with them (BACI), rest on its partners or on estimates"
)
#: A stated total may lie this much below the sum of its parts before the table is refused: rounding of single rows.
_ROUNDING = Fraction(1, 1000)


def trade_shares(
    table: Any,
    *,
    divided: Side = "importer",
    whole: str | None = None,
    hs: str | Iterable[str] = (),
    period: str | None = None,
    basis: Basis = "value",
    reported_by: Side | None = None,
    counted_by: str | None = None,
    level: int | None = None,
    edition: str | None = None,
    neglecting: Iterable[str] = WASTE,
    columns: Mapping[str, str] | None = None,
) -> list[Shares]:
    """Return how trade divides among partners, for each whole and period of a table.

    Args:
        table: Polars, pandas, PyArrow or DuckDB; a LazyFrame and a RecordBatchReader are never held as a whole.
        divided: whose trade is the whole: the ``importer``'s imports or the ``exporter``'s exports.
        whole: only this place's trade. hs: only these goods, see `goods_codes`. period: only these days, added up.
        basis: add up ``value``, ``mass`` or ``items``.
        reported_by: use only the statistics of importers, or of exporters; needed where a table has both.
        counted_by: use only rows with this word in the column ``basis``; needed where it holds several.
        level: use only codes of this many digits; needed where a table has codes and the codes above them.
        edition: count the goods as this edition of the HS has them (``HS2022``): rows of other editions, of six digits
            or more, are carried over, and what splits between editions is kept as a range.
        neglecting: codes to which goods are taken not to have gone between editions; by default electronic waste.
        columns: which header is which part of a trade table; without it the headers that are named so.

    Raises TableError where rows would be counted twice.
    """
    codes = goods_codes(hs)
    carried = Carried(edition, codes, neglecting) if edition is not None else None
    more = ("hs",) if carried is not None else ()
    sums = sums_of(table, basis, codes if carried is None else carried.chosen, level, columns, more_keys=more)
    one_level(sums)
    if carried is not None and "hs_edition" not in sums.keys:
        raise TableError("no column is the hs_edition, so that codes cannot be carried over; leave edition out")
    rows = [Row.of(one, sums.keys, divided) for one in sums.sums]
    rows = one_kind(rows, reported_by, counted_by)
    if carried is not None:
        rows = [row for row in rows if carried.holds(row.edition, row.hs) is not False]
    wanted = trader(whole) if whole is not None else None
    chosen = chosen_periods({one.period for one in rows}, period)
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        kept = row.whole.kind in ("place", "union") and row.period in chosen
        if kept and (wanted is None or row.whole.code == wanted.code):
            groups.setdefault((row.whole.code, chosen[row.period]), []).append(row)
    unit = sums.currency if basis == "value" else "kg" if basis == "mass" else "items"
    asked = _Asked(divided, basis, unit, codes, carried)
    return [_shares(some, key, asked) for key, some in sorted(groups.items())]


# -------------------------------------------------------------------------------------------------------------- shares
class _Asked(NamedTuple):
    divided: Side
    basis: Basis
    unit: str
    codes: tuple[str, ...]
    carried: Carried | None


class _Added(NamedTuple):
    """Rows of one whole and period added up: by partner, not specified or not broken down, and the total."""

    amounts: Mapping[str, Decimal]
    unknown: Decimal
    total: Decimal

    @classmethod
    def of(cls, rows: Sequence[Row], counted: Sequence[str], key: tuple[str, str]) -> _Added:
        """Add rows up; raises TableError where the partners are more than the stated total."""
        amounts: dict[str, Decimal] = {}
        for row in rows:
            if row.part.kind in counted:
                amounts[row.part.code] = amounts.get(row.part.code, Decimal(0)) + row.sum.amount
        hidden = sum((row.sum.amount for row in rows if row.part.kind == "unspecified"), Decimal(0))
        stated = sum((row.sum.amount for row in rows if row.part.kind == "total"), Decimal(0))
        summed = sum(amounts.values(), hidden)
        if _has_total(rows) and Fraction(summed) > Fraction(stated) * (1 + _ROUNDING):
            raise TableError(
                f"{key[0]} in {key[1]}: the partners add up to {summed}, more than the row for the world, "
                f"{stated}; rows are doubled, or the table mixes codes or periods"
            )
        total = max(stated, summed)
        return cls(amounts, total - summed + hidden, total)


def _has_total(rows: Sequence[Row]) -> bool:
    return any(row.part.kind == "total" for row in rows)


def _shares(rows: list[Row], key: tuple[str, str], asked: _Asked) -> Shares:
    surely, perhaps = rows, list[Row]()
    if asked.carried is not None:
        found = [(row, asked.carried.holds(row.edition, row.hs)) for row in rows]
        surely, perhaps = ([row for row, holds in found if holds is which] for which in (True, None))
    doubled = any(row.part.kind == "union" for row in rows) and names_members(rows)
    counted = ("place",) if doubled else ("place", "union")
    sure, more = _Added.of(surely, counted, key), _Added.of(perhaps, counted, key)
    unknown = sure.unknown, sure.unknown + more.unknown
    return Shares(
        whole=key[0],
        divided=asked.divided,
        period=key[1],
        hs=asked.codes,
        basis=asked.basis,
        unit=rows[0].currency or asked.unit or ("money" if asked.basis == "value" else asked.basis),
        reported_by=rows[0].reported_by,
        total=sure.total,
        total_most=sure.total + more.total,
        total_is_stated=_has_total(rows),
        unknown=unknown[0],
        unknown_most=unknown[1],
        editions=_editions(rows) if asked.carried is None else (asked.carried.edition,),
        parts=_parts(sure.amounts, more.amounts, unknown),
        notes=(*_notes(rows, key, counted), *_carried_notes(rows, asked.carried, more.total)),
    )


def _parts(sure: Mapping[str, Decimal], more: Mapping[str, Decimal], hidden: Bounds) -> tuple[Part, ...]:
    zero = Decimal(0)
    found = {one: (sure.get(one, zero), sure.get(one, zero) + more.get(one, zero)) for one in sure.keys() | more.keys()}
    ordered = sorted(found.items(), key=lambda pair: (-pair[1][0], -pair[1][1], pair[0]))
    least, most = sum((one for one, _ in found.values()), zero), sum((one for _, one in found.values()), zero)
    lows, highs = [one for _, (one, _) in ordered], [one for _, (_, one) in ordered]
    return tuple(
        Part(
            partner=partner,
            amount=low,
            amount_most=high,
            share=between((low, high), (least - low, most - high), hidden),
            rank=1 + sum(other > low for other in lows),
            rank_best=1 + sum(other > high + hidden[1] for other in lows),
            # Somebody not named at all may stand before it too, where the unknown is large enough.
            rank_worst=1 + _could_pass(low, [*highs[:place], *highs[place + 1 :]], hidden[1]),
        )
        for place, (partner, (low, high)) in enumerate(ordered)
    )


def _could_pass(amount: Decimal, others: Sequence[Decimal], hidden: Decimal) -> int:
    """Return how many could stand before an amount, where what is unknown may be anyone's, strangers' too."""
    before = sum(other > amount for other in others)
    left = hidden
    for need in sorted(amount - other for other in others if other <= amount):
        # Just as much is no more: each needs something beyond what it lacks.
        if left <= need:
            return before
        left -= need
        before += 1
    return before + (int(left / amount) - (left % amount == 0) if amount and left else int(left > 0))


def _editions(rows: Sequence[Row]) -> tuple[str, ...]:
    return tuple(sorted({row.edition for row in rows} - {""}))


def _carried_notes(rows: Sequence[Row], carried: Carried | None, more: Decimal) -> Iterable[str]:
    """Say what editions the codes are of, and what follows."""
    editions = _editions(rows)
    if carried is None:
        if len(editions) > 1:
            words = ", ".join(editions)
            yield f"codes of several editions ({words}), in which they may hold other goods: edition= carries them over"
    elif set(editions) != {carried.edition}:
        left = f", neglecting that goods may have gone to {', '.join(carried.neglecting)}" if carried.neglecting else ""
        yield f"codes of {', '.join(editions)} carried over to {carried.edition}{left}"
    if more:
        yield f"{number_text(more)} {MAY_BE_OF_THESE}"


def _notes(rows: Sequence[Row], key: tuple[str, str], counted: Sequence[str]) -> Iterable[str]:
    empty = sum(row.sum.empty for row in rows)
    if empty:
        yield f"{empty} rows have no amount and are not counted"
    if "union" not in counted:
        yield "the row for the European Union is not counted beside its members"
    groups = sorted({row.part.code for row in rows if row.part.kind == "group"})
    if groups:
        yield f"rows for groups are not counted: {', '.join(groups[:5])}"
    if any(row.part.kind == "place" and row.part == row.whole for row in rows):
        yield "the place trades with itself: returned goods or zones"
    end = days_of(key[1]).until
    sides = {row.whole.code for row in rows} | {row.part.code for row in rows}
    if "RU" in sides and _LAST_REPORT_OF_RUSSIA is not None and (end is None or end > _LAST_REPORT_OF_RUSSIA):
        yield _BREAK
