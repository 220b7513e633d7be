"""Make the page of benchmark results and its figures of results.json; ``--check`` only says whether it is fresh."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results.json"
DOCS = ROOT / "docs" / "reference"
PAGE = DOCS / "benchmarks.md"
_SIGNS = {"<=": "≤", ">=": "≥"}
FIGURES = ("benchmarks-latency", "benchmarks-time", "benchmarks-memory")

INTRODUCTION = """\
# Benchmarks

<!-- Made by scripts/build_benchmarks_page.py from benchmarks/results.json; do not change this page. -->

What answers cost here, and in the tools that somebody might write the same rules in, on the same rules and rows. Every
rival's answers are compared with those of a plain evaluator, in the same run, before anything is timed.

`python benchmarks/run.py` makes this page; it takes about an hour, and with `--quick` some minutes for rough figures.
It wants the development tools and `benchmarks/requirements.txt`. Read ratios, not seconds;
[Sizing](../explanation/sizing.md) says what the cost depends on.
"""

ONE = """\
## One transaction

Generated measures: each a box over some of eleven facts, with up to two exemptions. The engines are two-valued, so they
are asked which measures forbid a transaction of which every fact is known, and they get it prepared: days as numbers,
chapter and heading as facts of their own. Ours starts from what a person writes, and reads, checks and narrows it each
time; Python functions, written out by a generator, are three-valued and check nothing. Microseconds a transaction, and
in brackets how many times our statuses:
"""

STEPS = """\
The steps of our own answer, on orders of which some facts are missing. "Warm" has answered the same transactions
before, "new" has not: the first time a day or an amount is seen, it is compared with all that the law demands of it.
Microseconds:
"""

TABLE = """\
## A table

Seconds for a million generated orders of eleven columns, a tenth of the production dates and most of the venues
missing. `screen` answers each row: findings, missing facts, problems. The others only count the three statuses of each
measure, which is less. They are written as a competent user would: three values carried by nulls, chapter and heading
as columns, sets as `is_in`. Polars is run in three ways, one lazy query that evaluates common parts once, the same
streamed, and a hundred measures a query, and the fastest counts. "Text made typed" turns text into enumerations, dates
and whole numbers first, within the clock; "codes" outside it. "Pairs" finds the rows of each measure and status: the
nearest that a query comes to what `screen` answers.
"""

GROWTH = """\
## Growth with rows and measures

Each point is a process of its own that answers its first table, from a Parquet file; memory is the peak of the whole
process, libraries and law included.
"""

REAL = """\
## The catalogue that ships

Lines of fifteen columns shaped like those of customs, made from the facts of the worked cases and varied. No rival can
carry this law as it is written: it needs lists that change with time, defined terms, facts that narrow one another, and
amounts with units. So `screen` is compared with answering row by row, and with the specification: plain two-valued
evaluation of every measure at one completion of what is known, which finds no missing fact. Python functions and CEL
are given what this library works out: compiled boxes, and each row narrowed to one completion. Seconds a million lines:
"""

BARS = """\
## Bars

What was asked of this library before it was written, and what it reached; rows "beside" a bar have no limit of their
own. What bounds those that are missed: [decision 0009](../explanation/decisions/0009-bars-of-speed.md).
"""


def page(found: Mapping[str, Any]) -> str:
    """Return the text of the page."""
    parts: list[str] = [INTRODUCTION, *conditions(found)]
    if "core" in found:
        parts += [ONE, *rivals(found["core"]), "", figure(FIGURES[0], "Time of one answer by measures")]
        parts += ["", STEPS, *matrix(found["core"]["microseconds"], "step"), ""]
    if "screen" in found:
        parts += [TABLE, *matrix(found["screen"]["seconds_a_million"], "seconds a million rows"), ""]
    if "sweep" in found:
        parts += [GROWTH, figure(FIGURES[1], "Time by rows"), "", figure(FIGURES[2], "Peak memory by rows"), ""]
        parts += [*points(found["sweep"]), ""]
    if "real" in found:
        parts += [REAL, *real(found["real"]), ""]
    return "\n".join([*parts, BARS, *bars(found), ""])


def conditions(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield when, where and with which versions each part was measured."""
    if any(part["quick"] for part in found.values()):
        yield '!!! warning "Rough figures"\n'
        yield "    Some parts below are from the quick form: small tables, few repetitions, and a machine with other"
        yield "    work. They show that everything runs and who is ahead, and no more.\n"
    yield "| part | measured on | form | machine | minutes |\n| --- | --- | --- | --- | ---: |"
    for name, part in found.items():
        machine = part["machine"]
        words = f"{machine['cores']} cores, {machine['memory_gib']} GiB, {machine['system']}"
        words += f", load {machine['load_at_start']}"
        yield f"| {name} | {part['run_on']} | {'quick' if part['quick'] else 'full'} | {words} | {part['minutes']} |"
    yield ""
    kinds = list(dict.fromkeys(", ".join(f"{k} {v}" for k, v in part["versions"].items()) for part in found.values()))
    yield from (f"{versions}.\n" for versions in kinds)


def rivals(core: Mapping[str, Any]) -> Iterator[str]:
    """Yield the table of engines, with ratios to our statuses."""
    found, forms = core["rivals"], core["forms"]
    ours = next(iter(found["10"]))
    yield "| engine | form of the rules | " + " | ".join(f"{int(count):,} measures" for count in found) + " |"
    yield "| --- | --- |" + " ---: |" * len(found)
    for name in found["10"]:
        package, form = forms.get(name, ["", "`sanctionsmodel`" if "dict" in name else "functions, three-valued"])
        title = name if package in ("", name) else f"{name} (`{package}`)"
        cells = [f"{number(ones[name])} ({number(ones[name] / ones[ours])})" for ones in found.values()]
        yield f"| {title} | {form} | {' | '.join(cells)} |"


def matrix(found: Mapping[str, Mapping[str, float]], title: str) -> Iterator[str]:
    """Yield a table with one column for each number of measures."""
    names = dict.fromkeys(name for ones in found.values() for name in ones)
    yield f"| {title} | " + " | ".join(f"{int(count):,}" for count in found) + " |"
    yield "| --- |" + " ---: |" * len(found)
    for name in names:
        yield f"| {name} | {' | '.join(number(ones.get(name)) for ones in found.values())} |"


def points(sweep: Mapping[str, Any]) -> Iterator[str]:
    """Yield every point of the growth curves: seconds and memory."""
    counts = sorted({one["rows"] for one in sweep["points"]})
    yield f'Seconds, and MiB at the peak; "over" was left out, for it would take more than {sweep["limit"]} seconds.\n'
    yield "| engine | measures | " + " | ".join(f"{rows:,} rows" for rows in counts) + " |"
    yield "| --- | ---: |" + " ---: |" * len(counts)
    lines: dict[tuple[str, int], dict[int, Any]] = {}
    for one in sweep["points"]:
        lines.setdefault((one["engine"], one["rules"]), {})[one["rows"]] = one
    for (engine, rules), by_rows in lines.items():
        cells = [_point(by_rows[rows]) for rows in counts]
        yield f"| {engine} | {rules:,} | {' | '.join(cells)} |"


def _point(one: Mapping[str, Any]) -> str:
    return "over" if one["seconds"] is None else f"{number(one['seconds'])}, {one['peak_mib']:.0f} MiB"


def real(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield the table of the catalogue that ships."""
    laws = found["laws"]
    yield "| | " + " | ".join(f"{name}, {law['measures']} measures" for name, law in laws.items()) + " |"
    yield "| --- |" + " ---: |" * len(laws)
    for name in next(iter(laws.values()))["seconds_a_million"]:
        yield f"| {name} | {' | '.join(number(law['seconds_a_million'][name]) for law in laws.values())} |"


def bars(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield every bar."""
    yield "| bar | what | reached | asked | |\n| --- | --- | ---: | ---: | --- |"
    memory = [one for one in found.get("sweep", {}).get("points", []) if one["engine"] == "screen" and one["peak_mib"]]
    most = max((one["rows"] for one in memory), default=0)
    own = [
        {
            "bar": "G7" if most == 10_000_000 else "as G7",
            "what": f"Parquet to Parquet, {one['rules']} rules, {most:,} rows: GiB at the peak",
            "value": one["peak_mib"] / 1024,
            "sign": "<=",
            "limit": 2,
            "holds": one["peak_mib"] < 2048,
        }
        for one in memory
        if one["rows"] == most
    ]
    everything = [*(one for part in found.values() for one in part.get("bars", [])), *own]
    for one in sorted(everything, key=lambda one: (not one["bar"].startswith("G"), one["bar"])):
        limit = f"{_SIGNS[one['sign']]} {number(one['limit'])}" if one["sign"] else ""
        verdict = {None: "", True: "held", False: "**missed**"}[one["holds"]]
        yield f"| {one['bar']} | {one['what']} | {number(one['value'])} | {limit} | {verdict} |"


def number(value: float | None) -> str:
    """Return a number as a reader wants it: few digits, and none that mean nothing."""
    if value is None:
        return ""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value >= 1 or value == 0 else f"{value:.2f}"


def figure(name: str, title: str) -> str:
    """Return the words that show a figure."""
    return f"![{title}]({name}.svg)\n\n[{title}, for print]({name}.png)"


def digest(found: Mapping[str, Any]) -> str:
    """Return what a figure's file ends with, so that one made from other results is known."""
    text = json.dumps([found.get("core", {}).get("rivals"), found.get("sweep")], sort_keys=True)
    return f"<!-- results {hashlib.sha256(text.encode()).hexdigest()[:16]} -->"


def draw(found: Mapping[str, Any]) -> None:
    """Write the figures of the parts that were measured, as SVG and PNG."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    import figures

    source = f"benchmarks/results.json of sanctionsmodel, {max(part['run_on'] for part in found.values())}"
    made = {}
    if "core" in found:
        made[FIGURES[0]] = figures.latency(found["core"], source)
    if "sweep" in found:
        made[FIGURES[1]] = figures.growth(found["sweep"], "seconds", "Time to answer a table", "seconds", source)
        made[FIGURES[2]] = figures.growth(found["sweep"], "peak_mib", "Peak memory to answer a table", "MiB", source)
    for name, one in made.items():
        (DOCS / f"{name}.svg").write_text(f"{one.svg()}\n{digest(found)}\n", encoding="utf-8")
        (DOCS / f"{name}.png").write_bytes(one.png())


def main(words: Sequence[str]) -> int:
    """Write the page and figures, or with ``--check`` say whether they are those of the results."""
    found = json.loads(RESULTS.read_text(encoding="utf-8"))
    text = page(found)
    if "--check" in words:
        drawn = [DOCS / f"{name}.svg" for name in FIGURES]
        fresh = all(one.exists() and one.read_text("utf-8").endswith(f"{digest(found)}\n") for one in drawn)
        if not fresh or not PAGE.exists() or PAGE.read_text("utf-8") != text:
            print("docs/reference/benchmarks.md is stale; run scripts/build_benchmarks_page.py")
            return 1
        return 0
    PAGE.write_text(text, encoding="utf-8")
    draw(found)
    print(f"wrote {PAGE.relative_to(ROOT)} and its figures")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
