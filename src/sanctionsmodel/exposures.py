"""How much of a trade export controls reach: flows of goods joined with the law of the places that they leave.

For an importer, goods and a time, each flow is asked as an export: does the law of the place that it leaves hold an
export prohibition or a licence requirement for these goods to that destination on that day? The value divides into four
parts that add up exactly: *reached*, *exempt*, *open* (no measure of that place in the catalogue covers it) and
*unknown*, with the facts that would tell. What is reached is forbidden or needs a licence; whether it was licensed,
smuggled or miscounted, no statistic says.

Statistics name no parties, no end uses and no control list entries. `ORDINARY_TRADE` holds assumptions that make an
answer possible; they are never made silently.

>>> from sanctionsmodel.readers import shipped_flows
>>> flows = shipped_flows("baci_china_russia")
>>> [found] = exposure(flows, importer="RU", hs="8542", period="2023", given=ORDINARY_TRADE)
>>> found.total == found.reached + found.exempt + found.open + found.unknown
True
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NamedTuple, TypeAlias

try:
    import pyarrow as pa
except ImportError as error:  # pragma: no cover - the message is for an install without the extra
    raise ImportError("exposure needs the extra: pip install 'sanctionsmodel[tables]'") from error

from sanctionsmodel._aggregate import sums_of
from sanctionsmodel._carried import WASTE, hs_year
from sanctionsmodel._editions import LAW_EDITION, Edition
from sanctionsmodel._exposed import PARTS, Exposure, MeasureReach, MissingValue, PlaceReach, Reach
from sanctionsmodel._named_goods import goods_codes
from sanctionsmodel._periods import days_of
from sanctionsmodel._trade_rows import Row, chosen_periods, is_member, names_members, one_kind, one_level
from sanctionsmodel._traders import trader
from sanctionsmodel.catalogue import Catalogue
from sanctionsmodel.errors import TableError
from sanctionsmodel.prohibitions import Effect, Prohibition
from sanctionsmodel.screening import screen
from sanctionsmodel.shares import Side

__all__ = ["ORDINARY_TRADE", "PARTS", "Exposure", "MeasureReach", "MissingValue", "PlaceReach", "exposure"]

Laws: TypeAlias = Literal["exporter", "all"]

#: Assumptions on trade of which only figures are known: goods for ordinary commercial use in the country that they are
#: sent to, straight there, between parties on no list.
ORDINARY_TRADE: Mapping[str, Any] = {
    "item_kind": "commodity",
    "end_use": ["commercial"],
    "transit_through": "none",
    "onward_destination": "none",
    "party.listed_under": "none",
    "party.entity_list_footnote": "none",
    "party.owned_by_blocked": "0 %",
    "counterparty.owned_by_annex_xix": "0 %",
    "end_user.military_end_user": False,
    "facilitates_circumvention": False,
    "banknote_currency": "none",
    "product_kind": "none",
}

_CONTROLS = (Effect.LICENCE_REQUIRED, Effect.PROHIBITED)
_NATIONAL_DIGITS = 6


def exposure(
    flows: Any,
    catalogue: Catalogue | None = None,
    *,
    importer: str,
    hs: str | Iterable[str] = (),
    period: str | None = None,
    reported_by: Side | None = None,
    counted_by: str | None = None,
    laws: Laws = "exporter",
    given: Mapping[str, Any] | None = None,
    facts: Sequence[str] = (),
    level: int | None = None,
    neglecting: Iterable[str] = WASTE,
    columns: Mapping[str, str] | None = None,
) -> list[Exposure]:
    """Return how an importer's trade divides by what export controls reach, for each period.

    Args:
        flows: a trade table with goods codes, as `trade_shares` takes it.
        catalogue: the law asked; the bundled one by default.
        importer, hs, period, reported_by, counted_by, level, columns: as in `trade_shares`. Codes of an older edition
            are followed into that of the law; one that was split may be any of its heirs.
        neglecting: codes that no goods of an older edition are taken to be; by default electronic waste.
        laws: ``exporter`` asks each flow by the law of the place that it leaves, and for a member by that of the
            European Union; ``all`` asks it by all measures, also those that reach goods abroad.
        given: what is assumed of every flow, such as `ORDINARY_TRADE`; without it nothing is.
        facts: columns of the table that are named as facts, such as ``eccn``, and say more of each flow.
    """
    law = catalogue if catalogue is not None else Catalogue.bundled()
    codes = goods_codes(hs)
    target = trader(importer)
    if target.kind not in ("place", "union"):
        raise TableError(f"importer {importer} is no place")
    sums = sums_of(flows, "value", codes, level, columns, more_keys=("hs", *facts), only=target.code)
    if "hs" not in sums.keys:
        raise TableError("no column holds goods codes; what controls reach hangs on the goods")
    lacking = [one for one in facts if one not in sums.keys]
    if lacking:
        raise TableError(f"no column is named {', '.join(lacking)}")
    one_level(sums)
    rows = [Row.of(one, sums.keys, "importer") for one in sums.sums]
    rows = one_kind([one for one in rows if one.whole.code == target.code], reported_by, counted_by)
    if not rows:
        raise TableError(f"no row has {importer} as the importer of these goods")
    chosen = chosen_periods({one.period for one in rows}, period)
    rows = [one for one in rows if one.period in chosen]
    left = tuple(neglecting)
    answers = _Asked(law, target.code, laws, dict(given or {}), tuple(facts), left).answers(rows)
    periods: dict[str, list[Row]] = {}
    for row in rows:
        periods.setdefault(chosen[row.period], []).append(row)
    currency = next((one.currency for one in rows if one.currency), sums.currency)
    assumed = [f"{name} is {_word(value)}" for name, value in sorted((given or {}).items())]
    if left and any(_older(hs_year(one.edition)) for one in rows):
        assumed.append(f"no goods under codes of an older edition are {', '.join(left)}")
    return [
        _divide(_Question(target.code, codes, when, currency, tuple(assumed)), some, answers, law)
        for when, some in sorted(periods.items())
    ]


# ----------------------------------------------------------------------------------------------------------------- ask
class _Answer(NamedTuple):
    """What the law says of one flow."""

    reach: Reach
    covering: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    has_law: bool = True


class _Question(NamedTuple):
    importer: str
    hs: tuple[str, ...]
    period: str
    currency: str
    assumed: tuple[str, ...]


_Key: TypeAlias = tuple[str, str, str, tuple[str, ...], int | None]
_NOBODY = _Answer("unknown", missing=("exported_from",))


class _Asked:
    """Asks the law of each place about the exports from it, each distinct flow once."""

    def __init__(
        self,
        law: Catalogue,
        importer: str,
        laws: Laws,
        given: Mapping[str, Any],
        facts: tuple[str, ...],
        neglecting: tuple[str, ...],
    ) -> None:
        self._law, self._importer, self._laws, self._given, self._facts = law, importer, laws, given, facts
        self._neglecting = neglecting
        self._issuers = {measure.issuer for measure in law}
        self._selected: dict[frozenset[str], Catalogue] = {}

    def answers(self, rows: Sequence[Row]) -> dict[_Key, _Answer]:
        """Return the answer for each place, code and period of the rows."""
        groups: dict[tuple[frozenset[str], int | None], list[_Key]] = {}
        for key in dict.fromkeys(_key(row) for row in rows if row.part.kind in ("place", "union")):
            groups.setdefault((self._asked(key), key[-1]), []).append(key)
        found: dict[_Key, _Answer] = {}
        for (issuers, year), keys in groups.items():
            law = self._controls(issuers)
            if len(law):
                found.update(self._screened(law, keys, year))
            else:
                found.update(dict.fromkeys(keys, _Answer("open", has_law=False)))
        return found

    def _asked(self, key: _Key) -> frozenset[str]:
        """Return whose law is asked of an export."""
        if self._laws == "all":
            return frozenset(self._issuers)
        place, _, period, *_ = key
        own = {place.lower()}
        if place != "EU" and is_member(place, period):
            own.add("eu")
        return frozenset(own & self._issuers)

    def _controls(self, issuers: frozenset[str]) -> Catalogue:
        if issuers not in self._selected:
            ids = [one.id for one in self._law if one.issuer in issuers and _controls_exports(one)]
            self._selected[issuers] = self._law.select(ids=ids)
        return self._selected[issuers]

    def _screened(self, law: Catalogue, keys: Sequence[_Key], year: int | None) -> dict[_Key, _Answer]:
        count = len(keys)
        places = [key[0] for key in keys]
        table = pa.table(
            {
                "activity": ["export"] * count,
                "exported_from": places,
                # Whoever sends goods out of a place acts there; statistics tell no more of who that is.
                "conducted_in": places,
                "actor.located_in": places,
                "destination": [self._importer] * count,
                "hs": pa.array([_code(key[1], "hs") for key in keys], pa.string()),
                "cn": pa.array([_code(key[1], "cn") for key in keys], pa.string()),
                "transacted_on": pa.array([_day(key[2]) for key in keys], pa.string()),
                **{name: [key[3][n] or None for key in keys] for n, name in enumerate(self._facts)},
            }
        )
        effects = {one.id: one.effect for one in law}
        edition = Edition(year, self._neglecting) if year is not None else None
        answered = screen(table, law, given=self._given or None, edition=edition)
        columns = [
            answered[name].to_pylist() for name in ("at_least", "at_most", "measures", "missing_facts", "problem")
        ]
        return {key: _answer(cells, effects) for key, *cells in zip(keys, *columns, strict=True)}


def _controls_exports(measure: Prohibition) -> bool:
    limbs = (limb for version in measure.versions for limb in version.limbs)
    return measure.effect in _CONTROLS or any(limb.effect in _CONTROLS for limb in limbs)


def _answer(cells: Sequence[str], effects: Mapping[str, Effect]) -> _Answer:
    """Read one screened row: what covers it surely, what may, or what frees it."""
    least, most, measures, missing, problem = cells
    statuses = dict(one.rsplit("=", 1) for one in measures.split("|") if one)
    covering = tuple(one for one, status in statuses.items() if status == "covered" and effects[one] in _CONTROLS)
    if covering:
        return _Answer("reached", covering)
    if problem:
        return _Answer("unknown", missing=("hs",))
    if any(status == "undetermined" for status in statuses.values()):
        return _Answer("unknown", missing=tuple(missing.split("|")) if missing else ())
    return _Answer("exempt" if "exempt" in (least, most) else "open")


def _key(row: Row) -> _Key:
    return row.part.code, row.hs, row.period, row.more, hs_year(row.edition)


def _older(year: int | None) -> bool:
    return year is not None and year != LAW_EDITION


def _code(code: str, system: str) -> str | None:
    if not code.isdigit():
        return None
    return (
        (code if len(code) <= _NATIONAL_DIGITS else None)
        if system == "hs"
        else (code if len(code) > _NATIONAL_DIGITS else None)
    )


def _day(period: str) -> str | None:
    """Return a period as a fact; one that is no day, month or year becomes the year that it lies in."""
    if len(period) <= len("2023-01") and "Q" not in period:
        return period
    span = days_of(period)
    last = None if span.until is None else date.fromordinal(span.until.toordinal() - 1)
    within = span.start is not None and last is not None and span.start.year == last.year
    return period[:4] if within else None


def _word(value: Any) -> str:
    return " or ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


# -------------------------------------------------------------------------------------------------------------- divide
def _divide(question: _Question, rows: Sequence[Row], answers: Mapping[_Key, _Answer], law: Catalogue) -> Exposure:
    """Add the flows of one period up by their answers, in decimals."""
    parts = dict.fromkeys(PARTS, Decimal(0))
    without = stated = Decimal(0)
    places: dict[str, dict[Reach, Decimal]] = {}
    measures: dict[str, Decimal] = {}
    missing: dict[str, Decimal] = {}
    members = names_members(rows)
    for row in rows:
        amount, kind = row.sum.amount, row.part.kind
        if kind == "total":
            stated += amount
        if kind in ("total", "group") or (kind == "union" and members):
            continue
        answer = _NOBODY if kind == "unspecified" else answers[_key(row)]
        parts[answer.reach] += amount
        without += Decimal(0) if answer.has_law else amount
        own = places.setdefault(row.part.code or "ZZ", dict.fromkeys(PARTS, Decimal(0)))
        own[answer.reach] += amount
        for one in answer.covering:
            measures[one] = measures.get(one, Decimal(0)) + amount
        for one in answer.missing:
            missing[one] = missing.get(one, Decimal(0)) + amount
    summed = sum(parts.values(), Decimal(0))
    if stated > summed:
        # What the row for the world has besides its partners came from nobody knows where.
        parts["unknown"] += stated - summed
        missing["exported_from"] = missing.get("exported_from", Decimal(0)) + stated - summed
    return Exposure(
        importer=question.importer,
        hs=question.hs,
        period=question.period,
        currency=question.currency,
        total=max(stated, summed),
        **parts,
        without_law=without,
        places=tuple(
            PlaceReach(exporter=name, **own)
            for name, own in sorted(places.items(), key=lambda pair: (-sum(pair[1].values()), pair[0]))
        ),
        measures=tuple(_measure(law[one], value) for one, value in _greatest(measures)),
        missing=tuple(MissingValue(fact=one, value=value) for one, value in _greatest(missing)),
        assumed=question.assumed,
        digest=law.digest,
    )


def _measure(measure: Prohibition, value: Decimal) -> MeasureReach:
    starts = [version.from_ for version in measure.versions]
    since = None if None in starts else min((one for one in starts if one is not None), default=None)
    return MeasureReach(measure=measure.id, title=measure.title, value=value, since=since)


def _greatest(values: Mapping[str, Decimal]) -> list[tuple[str, Decimal]]:
    return sorted(values.items(), key=lambda pair: (-pair[1], pair[0]))
