"""Build ``data/reference/units.json`` and ``currencies.json`` from pint, pycountry and ``sources/units/units.yaml``.

Run ``python scripts/build_reference_units.py`` to write the files, with ``--check`` to fail when they are out of date.
Sizes are exact: pint computes with fractions, and each size is kept as a decimal, or as two (``times`` over ``over``)
where no finite decimal is right. A test regenerates and compares.
"""

from __future__ import annotations

import json
import sys
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from pathlib import Path
from typing import Any

import pint
import pycountry
import yaml

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "sources" / "units" / "units.yaml"
TARGET = ROOT / "src" / "sanctionsmodel" / "data" / "reference"

_EXACT = Context(prec=60, traps=[Inexact])


def build() -> dict[str, str]:
    """Return the text of each generated file by its name."""
    listed = yaml.load(SOURCE.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    registry = pint.UnitRegistry(non_int_type=Fraction)
    units = {
        "dimensions": {name: _dimension(registry, one) for name, one in listed["dimensions"].items()},
        "aliases": _aliases(listed["dimensions"]),
        "refused": dict(sorted(listed["refused"].items())),
    }
    _check_words(units)
    return {"units.json": _text(units), "currencies.json": _text(_currencies(listed["currencies_refused"]))}


def _dimension(registry: Any, one: dict[str, Any]) -> dict[str, Any]:
    base = one["units"].get(one["unit"], [""])[0]
    sizes = {name: _size(registry, words[0], base) for name, words in one["units"].items()}
    return {"unit": one["unit"], **({"by_name": one["by_name"]} if "by_name" in one else {}), "units": sizes}


def _size(registry: Any, expression: str, base: str) -> dict[str, str]:
    """Say how a unit becomes the base unit: times a number, over another, plus a third (0 °C is 273.15 K)."""
    if expression.startswith("="):
        return {"times": expression.removeprefix("=").strip()}
    zero, one = (_in_base(registry, Fraction(number), expression, base) for number in (0, 1))
    factor = one - zero
    size = {"times": _decimal(factor)} if _decimal(factor) else {"times": str(factor.numerator)}
    if not _decimal(factor):
        size["over"] = str(factor.denominator)
    return {**size, **({"plus": _decimal(zero)} if zero else {})}


def _in_base(registry: Any, number: Fraction, expression: str, base: str) -> Fraction:
    amount = registry.Quantity(number, registry.parse_units(expression)).to(registry.parse_units(base))
    return Fraction(amount.magnitude)


def _decimal(number: Fraction) -> str:
    """Write a fraction as a decimal, or return nothing where no finite decimal is exact."""
    try:
        return f"{_EXACT.divide(Decimal(number.numerator), Decimal(number.denominator)):f}"
    except Inexact:
        return ""


def _aliases(dimensions: dict[str, Any]) -> dict[str, str]:
    pairs = [
        (alias, unit) for one in dimensions.values() for unit, words in one["units"].items() for alias in words[1:]
    ]
    return dict(sorted(pair for pair in pairs if pair[0] != pair[1]))


def _check_words(units: dict[str, Any]) -> None:
    """Stop when a word stands for two units, or is both read and refused."""
    words = [name for one in units["dimensions"].values() for name in one["units"]]
    words += [*units["aliases"], *units["refused"]]
    if twice := sorted({word for word in words if words.count(word) > 1}):
        raise SystemExit(f"used twice: {', '.join(twice)}")


def _currencies(refused: dict[str, str]) -> dict[str, Any]:
    live = {one.alpha_3: one.name for one in pycountry.currencies if one.alpha_3 not in refused}
    return {"currencies": dict(sorted(live.items())), "refused": dict(sorted(refused.items()))}


def _text(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def main() -> int:
    """Write the files, or with ``--check`` say which differ."""
    files = build()
    stale = [
        name
        for name, text in files.items()
        if not (TARGET / name).exists() or (TARGET / name).read_text(encoding="utf-8") != text
    ]
    if "--check" in sys.argv[1:]:
        print("\n".join(f"out of date: {name}" for name in stale) or "up to date")
        return 1 if stale else 0
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (TARGET / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
