"""Build ``data/reference/places.json`` and ``groups.json`` from pycountry and the files under ``sources/places``.

Run ``python scripts/build_reference_places.py`` to write the files, with ``--check`` to fail when they are out of date.
The output depends on nothing else: same inputs, same bytes. A test regenerates and compares.
"""

from __future__ import annotations

import csv
import importlib.metadata
import json
import sys
from pathlib import Path
from typing import Any

import pycountry
import yaml

from sanctionsmodel.jurisdictions import plain_name

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "sources" / "places"
TARGET = ROOT / "src" / "sanctionsmodel" / "data" / "reference"


def build() -> dict[str, str]:
    """Return the text of each generated file by its name."""
    return {"places.json": _places_text(), "groups.json": _lines(_groups())}


def _places_text() -> str:
    added = yaml.load((SOURCES / "places.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    countries = _countries(added)
    places = {
        "pycountry": importlib.metadata.version("pycountry"),
        "countries": countries,
        "territories": sorted(added["territories"]),
        "regions": dict(sorted(added["regions"].items())),
        "codes": _codes(added),
        "names": _names(added, countries),
        "ambiguous": dict(sorted(added["ambiguous"].items())),
        "refused": dict(sorted({**_withdrawn(added, countries), **added["refused"]}.items())),
    }
    return json.dumps(places, ensure_ascii=False, indent=1) + "\n"


def _countries(added: dict[str, Any]) -> dict[str, str]:
    shown = {one.alpha_2: getattr(one, "common_name", None) or one.name for one in pycountry.countries}
    return dict(sorted({**shown, **added["extra_countries"], **added["shown_as"]}.items()))


def _codes(added: dict[str, Any]) -> dict[str, str]:
    alpha_3 = {one.alpha_3: one.alpha_2 for one in pycountry.countries}
    return dict(sorted({**alpha_3, **added["double_codes"], **added["codes"]}.items()))


def _names(added: dict[str, Any], countries: dict[str, str]) -> dict[str, str]:
    """Collect every name of a place once by its plain form; a name of two places is an error here, not for a user."""
    pairs = [(name, code) for code, name in {**countries, **added["regions"]}.items()]
    for one in pycountry.countries:
        pairs += [
            (getattr(one, field), one.alpha_2)
            for field in ("name", "common_name", "official_name")
            if getattr(one, field, None)
        ]
    pairs += [(row["name_in_ear"], row["iso2"]) for row in _rows("country_groups") if row["name_in_ear"]]
    pairs += list(added["names"].items())
    ambiguous = {plain_name(name) for name in added["ambiguous"]}
    chosen: dict[str, tuple[str, str]] = {}
    for name, code in pairs:
        plain = plain_name(name)
        if plain in ambiguous:
            continue
        if chosen.setdefault(plain, (name, code))[1] != code:
            raise SystemExit(f"{name!r} names both {chosen[plain][1]} and {code}")
    return dict(sorted(chosen.values()))


def _withdrawn(added: dict[str, Any], countries: dict[str, str]) -> dict[str, str]:
    """Say of every withdrawn code and name what it was, until when, and what to write; live codes are left out."""
    live = set(countries) | set(_codes(added))
    live_names = {plain_name(name) for name in _names(added, countries)}
    reasons: dict[str, list[str]] = {}
    for one in pycountry.historic_countries:
        more = added["withdrawn"][one.alpha_4]
        write = " or ".join(f"'{code}'" for code in more["write"])
        reason = f"the code of {one.name} was withdrawn in {one.withdrawal_date}; write {write}"
        if len(one.withdrawal_date) > 4:
            reason = reason.replace("withdrawn in", "withdrawn on")
        keys = [code for code in (one.alpha_2, one.alpha_3, one.alpha_4) if code not in live]
        keys += [name for name in (one.name, *more.get("names", ())) if plain_name(name) not in live_names]
        for key in keys:
            reasons.setdefault(key, []).append(reason)
    return {key: "; or: ".join(parts) for key, parts in reasons.items()}


def _rows(name: str) -> list[dict[str, str]]:
    with (SOURCES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _groups() -> dict[str, Any]:
    return {one["group"]: _group(one) for one in sorted(_rows("groups"), key=lambda row: row["group"])}


def _group(one: dict[str, str]) -> dict[str, Any]:
    rows = [row for row in _rows(one["file"]) if one["key"] in (row.get("group"), row.get("list"))]
    if not rows:
        raise SystemExit(f"group {one['group']} has no members")
    return {"source": _source(one, rows), "periods": _periods(rows)}


def _source(one: dict[str, str], rows: list[dict[str, str]]) -> str:
    """Name the sources of a group with the members that rest on a further one, and what is not known of its past."""
    main = min((row["source"] for row in rows), key=lambda text: (len(text), text))
    members: dict[str, list[str]] = {}
    for row in rows:
        members.setdefault(row["source"].removeprefix(main).lstrip(";, "), []).append(row["iso2"])
    further = [f"{', '.join(sorted(codes))}: {source}" for source, codes in sorted(members.items()) if source]
    as_of = {f"as of {row['as_of']}" for row in rows if row.get("as_of")}
    notes = [one["note"]] if one["note"] else []
    if any(not row.get("since") for row in rows):
        notes.append("a member without a first day counts from the start")
    if "until" not in rows[0]:
        notes.append("those who left earlier are not traced")
    return "; ".join([main, *further, *sorted(as_of), *notes])


def _periods(rows: list[dict[str, str]]) -> list[list[Any]]:
    """Cut time where somebody joins or leaves: rows of first day, first day after, members; empty days are open."""
    days = sorted({day for row in rows for day in (row.get("since"), row.get("until")) if day})
    starts, ends = ["", *days], [*days, ""]
    return [
        [start or None, end or None, sorted({row["iso2"] for row in rows if _is_member(row, start)})]
        for start, end in zip(starts, ends, strict=True)
    ]


def _is_member(row: dict[str, str], start: str) -> bool:
    return (row.get("since") or "") <= start and (not row.get("until") or start < row["until"])


def _lines(mapping: dict[str, Any]) -> str:
    body = ",\n".join(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in mapping.items())
    return f"{{\n{body}\n}}\n"


def main() -> int:
    """Write the files, or with ``--check`` say which differ."""
    stale = [
        name
        for name, text in build().items()
        if not (TARGET / name).exists() or (TARGET / name).read_text(encoding="utf-8") != text
    ]
    if "--check" in sys.argv[1:]:
        print("\n".join(f"out of date: {name}" for name in stale) or "up to date")
        return 1 if stale else 0
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, text in build().items():
        (TARGET / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
