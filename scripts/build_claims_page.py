"""Make the page that weighs published trade shares; ``--check`` only says whether it is fresh."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from sanctionsmodel.claim_checks import ClaimCheck, claim_checks
from sanctionsmodel.claims import Claim, bundled_claims, contradictions

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reference" / "claims.md"
ASSUMED = ("basis", "counted_by")

INTRODUCTION = """\
# Published trade shares

<!-- Made by scripts/build_claims_page.py from src/sanctionsmodel/data/trade; change the data, not this page. -->

Figures on Russia's trade as they were published, as typed claims: `bundled_claims()` in Python, `sanctionsmodel claims`
on the command line. How they are weighed: [Weigh trade shares](../how-to/trade-shares.md).
"""


def page() -> str:
    """Return the text of the page."""
    return "\n".join([INTRODUCTION, *beside_data(), *against_one_another(), *every_claim()])


def beside_data() -> Iterator[str]:
    """Yield the comparison with open data."""
    yield "## Beside open data\n"
    yield (
        "What the tables that ship with the library give for the same goods and time. No open table has all of "
        "Russia's imports by goods, so the whole is another published figure, named in the table, or there is none. "
        "Nothing here confirms a claim.\n"
    )
    yield "| claim | published | computed | difference, points | part found | whole | reason |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    yield from (row(one) for one in claim_checks())
    yield ""


def row(check: ClaimCheck) -> str:
    """Return one row of the comparison."""
    claim = check.claim
    whole = f"{millions(check.total.amount)} ({check.total_from})" if check.total is not None else "not open"
    cells = [
        f"{claim.id} {claim.claimant}: {claim.commodity}", figure(claim), check.computed_words,
        points(check.difference),
        f"{millions(check.part.amount)}, HS {check.hs}, {check.period}", whole, check.reason,
    ]  # fmt: skip
    return f"| {' | '.join(cell(one) for one in cells)} |"


def against_one_another() -> Iterator[str]:
    """Yield the contradictions between claims."""
    yield "## Against one another\n"
    yield (
        "Pairs that cannot both be true, with `basis` and `counted_by` taken to be the same where a source does not "
        "state them. All other pairs agree, or cannot be compared: other goods, other days, another way of counting.\n"
    )
    for one in contradictions(bundled_claims(), assuming=ASSUMED):
        yield f"- **{one.first.id} and {one.second.id}**, {one.reason}:"
        yield from (f"    - {claim.claimant}, [{claim.source}]({claim.url}): {figure(claim)} of {claim.commodity}"
                    f"{amount(claim)}" for claim in (one.first, one.second))  # fmt: skip
    yield ""


def every_claim() -> Iterator[str]:
    """Yield the list of all claims."""
    yield "## All claims\n"
    yield "| | claim | value | source | remark |\n| --- | --- | --- | --- | --- |"
    for claim in bundled_claims():
        said = str(claim.trade_share) if claim.trade_share else f"{figure(claim)}: {claim.commodity}, {claim.measure}"
        value = f"{millions(claim.value.amount)} {claim.value.currency}: {claim.refers_to}" if claim.value else ""
        source = f"{claim.claimant}, [{claim.source}]({claim.url})"
        yield f"| {claim.id} | {cell(said)} | {cell(value)} | {cell(source)} | {cell(claim.note)} |"
    yield ""


def figure(claim: Claim) -> str:
    """Return the published share, or the value where there is none."""
    return str(claim.figure) if claim.figure is not None else f"{claim.value_about} {claim.value}".strip()


def amount(claim: Claim) -> str:
    """Return the value of the part, where one follows."""
    found = claim.part_value
    return f" (in money {found})" if found is not None else ""


def points(difference: Decimal | None) -> str:
    """Return a difference of shares in percentage points."""
    return "" if difference is None else f"{(difference * 100).quantize(Decimal('0.1')):+f}" if difference else "0"


def millions(value: Decimal) -> str:
    """Return an amount in millions."""
    return f"{value / 10**6:,.1f} million"


def cell(text: str) -> str:
    """Make a text fit into a table."""
    return " ".join(text.replace("|", "\\|").split())


def main(check: bool) -> int:
    """Write the page, or say whether it is fresh."""
    text = page()
    if check:
        if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
            return 0
        print(f"{PAGE.relative_to(ROOT)} is stale: run python scripts/build_claims_page.py")
        return 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
