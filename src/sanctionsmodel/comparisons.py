"""Trade compared: with a baseline in time, with what the other side reports, and by price.

>>> from sanctionsmodel.readers import shipped_flows
>>> from sanctionsmodel.trade import trade_shares
>>> tools = trade_shares(shipped_flows("baci_china_russia"), divided="exporter", whole="CN", hs="8457")
>>> change = changes(tools, baseline="2021")[-1]
>>> print(change.period, change.partner, change.gain, change.ratio)
2023 RU 355171293 11.293312
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from sanctionsmodel._aggregate import Sums, priced, sums_of
from sanctionsmodel._carried import WASTE, editions_known, same_goods
from sanctionsmodel._divided import Shares
from sanctionsmodel._named_goods import code_words, goods_codes
from sanctionsmodel._periods import days_of, lies_within, period_text
from sanctionsmodel._traders import trader
from sanctionsmodel.concordance import Between
from sanctionsmodel.errors import TableError
from sanctionsmodel.shares import Days, Side
from sanctionsmodel.trade import trade_shares

_PLACES = Decimal("0.000001")
_NOTHING = Between(Decimal(0), Decimal(0))
_FREIGHT = (
    "importers report with freight and insurance (CIF) and exporters without (FOB): an import should be somewhat more "
    "than the export; goods by way of a third country, and goods that one side keeps secret, come on top"
)


class Change(NamedTuple):
    """What a partner has in one period, beside the baseline: an average of the periods of the baseline.

    Amounts are known within bounds where codes split between editions, else the bounds are the same.
    """

    whole: str
    partner: str
    period: str
    before: Between
    after: Between

    @property
    def gain(self) -> Between:
        """How much more it is, in money or whatever is counted; less where negative."""
        return Between(self.after.low - self.before.high, self.after.high - self.before.low)

    @property
    def ratio(self) -> Between | None:
        """How many times the baseline it is; nothing where the baseline is, or may be, nothing."""
        if not self.before.low:
            return None
        low, high = self.after.low / self.before.high, self.after.high / self.before.low
        return Between(low.quantize(_PLACES), high.quantize(_PLACES))


class Mirror(NamedTuple):
    """One trade as both sides report it."""

    importer: str
    exporter: str
    period: str
    imports: Decimal | None
    exports: Decimal | None
    note: str = _FREIGHT

    @property
    def gap(self) -> Decimal | None:
        """How much more the importer reports; nothing where one side is silent."""
        return None if self.imports is None or self.exports is None else self.imports - self.exports

    @property
    def ratio(self) -> Decimal | None:
        """The importer's figure for one of the exporter's; nothing where one side is silent or reports nothing."""
        if self.imports is None or not self.exports:
            return None
        return (self.imports / self.exports).quantize(_PLACES)


class UnitValue(NamedTuple):
    """The price of a kilogram, from the rows that have both a value and a mass."""

    reporter: str
    partner: str
    period: str
    value: Decimal
    mass: Decimal
    per_kg: Decimal


def changes(shares: Iterable[Shares], baseline: str, neglecting: Iterable[str] = WASTE) -> list[Change]:
    """Return what each partner has in each later period beside the average of the baseline.

    ``baseline`` is a span such as ``"2021"`` or ``"2019-01 to 2021-12"``; periods must be of one length. A partner that
    is in no row of a period has nothing there. Raises TableError where no period lies within the baseline, and where
    the codes are of editions in which they hold other goods; ``neglecting`` is as in `trade_shares`.
    """
    every = list(shares)
    span = Days(baseline.replace("/", " to "))
    if len({len(one.period) for one in every}) > 1:
        raise TableError("the periods are of several lengths; compare months with months and years with years")
    before = [one for one in every if lies_within(days_of(one.period), span)]
    if not before:
        periods = ", ".join(sorted({one.period for one in every})[:12])
        raise TableError(f"no period lies within the baseline {baseline}; there are {periods or 'none'}")
    _of_the_same_goods(every, tuple(neglecting))
    count = len({one.period for one in before})
    sums: dict[tuple[str, str], Between] = {}
    for one in before:
        for part in one.parts:
            old = sums.get((one.whole, part.partner), _NOTHING)
            sums[one.whole, part.partner] = Between(old.low + part.amount, old.high + part.amount_most)
    found = []
    for one in sorted(every, key=lambda one: (one.period, one.whole)):
        if one not in before:
            now = {part.partner: Between(part.amount, part.amount_most) for part in one.parts}
            then = {
                partner: Between(low / count, high / count)
                for (whole, partner), (low, high) in sums.items()
                if whole == one.whole
            }
            found += [
                Change(one.whole, name, one.period, then.get(name, _NOTHING), now.get(name, _NOTHING))
                for name in sorted(now.keys() | then.keys())
            ]
    return found


def _of_the_same_goods(shares: Sequence[Shares], neglecting: tuple[str, ...]) -> None:
    """Raise TableError where codes would be compared that are not the same goods."""
    words = sorted({edition for one in shares for edition in one.editions})
    codes = {code for one in shares for code in one.hs if code.isdigit()}
    if codes and same_goods(words, sorted(codes), neglecting) is not True:
        raise TableError(
            f"HS {code_words(sorted(codes))} may hold other goods in each of {', '.join(words)}; say "
            f"{editions_known(words)} to trade_shares, which keeps what splits as a range, or choose codes that are "
            "kept (Concordance.kept)"
        )


def mirror(
    table: Any,
    importer: str,
    exporter: str,
    hs: str | Sequence[str] = (),
    columns: Mapping[str, str] | None = None,
    level: int | None = None,
) -> list[Mirror]:
    """Return one trade as the importer and as the exporter report it, for each period of either.

    Nothing is adjusted. Raises TableError as `trade_shares` does.
    """
    sides = (trader(importer).code, trader(exporter).code)
    found: dict[str, dict[str, Decimal]] = {}
    both: tuple[Side, ...] = ("importer", "exporter")
    for reports in both:
        for one in trade_shares(table, whole=importer, hs=hs, reported_by=reports, columns=columns, level=level):
            amounts = {part.partner: part.amount for part in one.parts}
            if sides[1] in amounts:
                found.setdefault(one.period, {})[reports] = amounts[sides[1]]
    return [Mirror(*sides, period, one.get("importer"), one.get("exporter")) for period, one in sorted(found.items())]


def unit_values(
    table: Any,
    hs: str | Sequence[str] = (),
    columns: Mapping[str, str] | None = None,
    level: int | None = None,
) -> list[UnitValue]:
    """Return the price of a kilogram for each reporter, partner and period.

    Only rows that have both a value and a mass count. A price tells of goods only where the codes are narrow: within a
    heading it moves with the mix of goods too.
    """
    both = priced(table, columns)
    codes = goods_codes(hs)
    value, mass = (_by_sides(sums_of(both, one, codes, level, columns)) for one in ("value", "mass"))
    return [
        UnitValue(*key, amount, mass[key], (amount / mass[key]).quantize(_PLACES))
        for key, amount in sorted(value.items())
        if mass.get(key)
    ]


def _by_sides(sums: Sums) -> dict[tuple[str, str, str], Decimal]:
    found: dict[tuple[str, str, str], Decimal] = {}
    for one in sums.sums:
        cell = dict(zip(sums.keys, one.key, strict=True))
        sides = (trader(cell["reporter"]), trader(cell["partner"]))
        if all(side.kind in ("place", "union") for side in sides):
            key = (sides[0].code, sides[1].code, period_text(cell["period"]))
            found[key] = found.get(key, Decimal(0)) + one.amount
    return found
