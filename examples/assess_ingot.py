"""Assess one import of Russian aluminium, three times: cast after the cut-off, cast before it, and nobody knows when.

Run it with ``python examples/assess_ingot.py``.
"""

from sanctionsmodel import Catalogue, Transaction, assess

BAN = "us/eo-14068/metals-import"

law = Catalogue.bundled().select(themes=["metals"])
ingot = Transaction(
    activity="import",
    transacted_on="2024-05-20",
    hs="760110",
    mass="500 t",
    origin="RU",
    destination="US",
    venue="none",
    actor={"kind": "company", "organised_in": "US", "located_in": "US"},
)

for produced_on in ("2024-05-02", "2024-04-12", None):
    known = ingot.with_facts(produced_on=produced_on) if produced_on else ingot
    answer = assess(known, law)
    finding = answer[BAN]
    print(f"produced on {produced_on or 'an unknown day'}")
    print(f"  the US ban says {finding.status.value}, under {'; '.join(finding.provisions) or 'no provision'}")
    print(f"  all measures together: at least {answer.at_least}, at most {answer.at_most}")
    for question in answer.questions:
        print(f"  to ask: {question.question}")

print()
print("What each possible day of production would make of the ban:")
for option in assess(ingot, law).what_if("produced_on", BAN)[BAN]:
    print(f"  {option.text}: {option.status.value}")
