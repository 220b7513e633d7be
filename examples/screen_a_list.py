"""Screen a short list of orders in a plain loop, against US law, with the facts that hold for all of them underneath.

Run it with ``python examples/screen_a_list.py``. An empty cell is left out, so that it means "not known"; a cell that
cannot be read stops only its own row.
"""

import csv
from pathlib import Path

from sanctionsmodel import Catalogue, SanctionsModelError, Transaction, assess

ORDERS = Path(__file__).parent / "orders.csv"

law = Catalogue.bundled().select(themes=["metals"], issuers=["us"])

# What we know of every order: we are a US company and import for our own works; no exchange takes part.
standing = Transaction(
    activity="import",
    destination="US",
    venue="none",
    actor={"kind": "company", "organised_in": "US", "located_in": "US"},
)


def line(order: dict[str, str]) -> str:
    """Return the answer to one order as one line."""
    facts = {name: value for name, value in order.items() if value and name != "ref"}
    try:
        answer = assess(standing | facts, law)
    except SanctionsModelError as error:
        return f"CANNOT BE READ    {error}"
    if answer.outcome == "undetermined":
        asked = " ".join(question.question for question in answer.questions)
        return f"UNDETERMINED      at least {answer.at_least}, at most {answer.at_most}. {asked}"
    if answer.outcome == "not_covered":
        return f"not covered       by any of {len(answer.scope)} measures"
    worst = answer.findings[0]
    return f"{answer.outcome.upper():<17} {worst.measure}, {'; '.join(worst.provisions)}"


with ORDERS.open(encoding="utf-8", newline="") as lines:
    for order in csv.DictReader(lines):
        print(f"{order['ref']}  {line(order)}")

print(f"\n{len(law)} measures asked, catalogue {law.version}")
