"""The commands on trade: ``sanctionsmodel shares``, ``exposure`` and ``claims``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

from sanctionsmodel._console import AsJson, Directories, fail, load, typer
from sanctionsmodel.errors import SanctionsModelError

File = Annotated[str, typer.Argument(help="File of trade data in a published layout, or the name of a shipped table.")]
Layout = Annotated[str | None, typer.Option("--layout", help="Layout of the file, where its columns do not tell.")]
Goods = Annotated[str, typer.Option("--hs", help="HS codes (8456-8466; 8541) or a named group (machine tools, chpl).")]
Period = Annotated[str | None, typer.Option("--period", help="Only these days, added up: 2023, 2022-03/2022-10.")]
ReportedBy = Annotated[str | None, typer.Option("--reported-by", help="Statistics of the importer or of the exporter.")]
CountedBy = Annotated[str | None, typer.Option("--counted-by", help="Only rows counted so, such as origin.")]
Level = Annotated[int | None, typer.Option("--level", help="Only codes of so many digits.")]


def print_shares(
    file: File,
    whole: Annotated[str | None, typer.Option("--whole", help="Only the trade of this place.")] = None,
    divided: Annotated[
        str, typer.Option("--divided", help="Divide the importer's or the exporter's trade.")
    ] = "importer",
    hs: Goods = "",
    period: Period = None,
    basis: Annotated[str, typer.Option("--basis", help="Add up value, mass or items.")] = "value",
    reported_by: ReportedBy = None,
    counted_by: CountedBy = None,
    level: Level = None,
    edition: Annotated[
        str | None, typer.Option("--edition", help="Count goods as this edition has them: HS2022.")
    ] = None,
    layout: Layout = None,
    as_json: AsJson = False,
) -> None:
    """Print who has which share of whose trade, with bounds. Exits 0, or 2 on bad input."""
    try:
        from sanctionsmodel.trade import trade_shares

        found = trade_shares(
            _flows(file, layout),
            divided=_one_of(divided, ("importer", "exporter"), "--divided"),
            whole=whole,
            hs=hs,
            period=period,
            basis=_one_of(basis, ("value", "mass", "items"), "--basis"),
            reported_by=_side(reported_by),
            counted_by=counted_by,
            level=level,
            edition=edition,
        )
    except (SanctionsModelError, ImportError) as error:
        fail(error)
    if as_json:
        hhi = [{"low": str(one.hhi.low), "high": str(one.hhi.high)} for one in found]
        _print_json([{**one.model_dump(mode="json"), "hhi": two} for one, two in zip(found, hhi, strict=True)])
    else:
        typer.echo("\n".join(map(str, found)) or "no rows")


def print_exposure(
    file: File,
    importer: Annotated[str, typer.Option("--importer", help="Whose imports are asked about.")],
    hs: Goods = "",
    period: Period = None,
    reported_by: ReportedBy = None,
    counted_by: CountedBy = None,
    level: Level = None,
    ordinary: Annotated[
        bool, typer.Option("--ordinary", help="Assume ordinary commercial trade between parties on no list.")
    ] = False,
    all_laws: Annotated[bool, typer.Option("--all-laws", help="Ask by all law, not only the exporter's own.")] = False,
    layout: Layout = None,
    catalogue: Directories = None,
    as_json: AsJson = False,
) -> None:
    """Print how much of an importer's trade export controls reach. Exits 0, or 2 on bad input."""
    try:
        from sanctionsmodel.exposures import ORDINARY_TRADE, exposure

        found = exposure(
            _flows(file, layout),
            load(catalogue),
            importer=importer,
            hs=hs,
            period=period,
            reported_by=_side(reported_by),
            counted_by=counted_by,
            laws="all" if all_laws else "exporter",
            given=ORDINARY_TRADE if ordinary else None,
            level=level,
        )
    except (SanctionsModelError, ImportError) as error:
        fail(error)
    if as_json:
        _print_json([one.model_dump(mode="json") for one in found])
    else:
        typer.echo("\n".join(map(str, found)))


def print_claims(
    file: Annotated[
        Path | None, typer.Option("--file", help="Claims of your own, in the columns of the bundled ones.")
    ] = None,
    assume: Annotated[
        list[str] | None, typer.Option("--assume", help="Take this to be the same where not stated: basis, counted_by.")
    ] = None,
    data: Annotated[bool, typer.Option("--data", help="Set the bundled claims beside open data instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print published trade shares that contradict one another. Exits 1 when some do, 0 when none, 2 on bad input."""
    try:
        from sanctionsmodel.claims import bundled_claims, consistency, read_claims

        if data:
            _print_data(as_json)
            return
        claims = read_claims(file) if file is not None else bundled_claims()
        pairs = consistency(claims, assume or ())
    except (SanctionsModelError, ImportError, OSError) as error:
        fail(error)
    clashes = [one for one in pairs if one.verdict == "contradiction"]
    if as_json:
        _print_json(
            [
                {"first": one.first.id, "second": one.second.id, "verdict": one.verdict, "reason": one.reason}
                for one in pairs
            ]
        )
    else:
        counts = {
            word: sum(one.verdict == word for one in pairs) for word in ("contradiction", "agree", "not comparable")
        }
        summary = (
            f"{len(claims)} claims; of {len(pairs)} pairs, {counts['contradiction']} contradict one another, "
            f"{counts['agree']} agree, {counts['not comparable']} cannot be compared"
        )
        lines = [*map(str, clashes), summary]
        typer.echo("\n".join(lines))
    raise typer.Exit(1 if clashes else 0)


def _print_data(as_json: bool) -> None:
    from sanctionsmodel.claim_checks import claim_checks

    checks = claim_checks()
    if as_json:
        _print_json(
            [
                {
                    "claim": one.claim.id,
                    "published": str(one.claim.figure or one.claim.value),
                    "part": str(one.part),
                    "total": str(one.total) if one.total is not None else None,
                    "computed": one.computed_words,
                    "difference": str(one.difference) if one.difference is not None else None,
                    "reason": one.reason,
                }
                for one in checks
            ]
        )
        return
    for one in checks:
        typer.echo(
            f"{one.claim.id} {one.claim.claimant}, {one.claim.commodity}: {one.claim.figure or one.claim.value}; "
            f"computed {one.computed_words} ({one.part}, HS {one.hs}, {one.period})"
        )


# -------------------------------------------------------------------------------------------------------------- options
def _flows(file: str, layout: str | None) -> Any:
    from sanctionsmodel.readers import flow_batches, shipped_flows

    if not Path(file).exists() and "." not in file:
        return shipped_flows(file)
    return flow_batches(file, layout=layout)


def _one_of(word: str, words: tuple[str, ...], option: str) -> Any:
    if word not in words:
        raise SanctionsModelError(f"{option}: {word!r} is none of {', '.join(words)}")
    return word


def _side(word: str | None) -> Any:
    return None if word is None else _one_of(word, ("importer", "exporter"), "--reported-by")


def _print_json(rows: Any) -> None:
    typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
