"""Offer three lots of Russian aluminium to three exchanges: what do their own rules say?

Run it with ``python examples/exchange_accepts.py``.
"""

from sanctionsmodel import Exchange, Transaction

offered = Transaction(
    hs="760110", mass="25 t", origin="RU", brand_origin="RU", transacted_on="2024-06-03", located_in="NL"
)
lots = {
    "cast in May 2024": offered.with_facts(produced_on="2024-05-02"),
    "cast in March 2024, certified": offered.with_facts(
        produced_on="2024-03-02", production_proof="certificate_of_analysis", proof_doubted=False
    ),
    "cast in March 2024, papers unseen": offered.with_facts(produced_on="2024-03-02"),
}

for mic in ("XLME", "XCEC", "XSGE"):
    exchange = Exchange(mic)
    contract = next((one for one in exchange.contracts if one.hs.startswith("7601")), None)
    lot_size = f"; one lot of {contract.goods} is {contract.lot}" if contract else ""
    print(f"{exchange.name} ({exchange.mic}, {exchange.jurisdiction.name}{lot_size})")
    for name, lot in lots.items():
        answer = exchange.accepts(lot)
        print(f"  {name}: {answer.status.value}")
        if answer.assessment is not None:
            for question in answer.assessment.questions:
                print(f"    to ask: {question.question}")
print()
print('"out of catalogue" says that no rule of that exchange is encoded. It is no acceptance.')
print("Laws that bind the parties are other measures: assess the transaction for those.")
