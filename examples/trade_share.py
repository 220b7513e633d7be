"""Two published shares of Russia's imports as claims with bounds: what they imply in money, and whether sources agree.

Run it with ``python examples/trade_share.py``.
"""

from sanctionsmodel import TradeShare

MACHINE_TOOLS = {
    "importer": "RU",
    "exporter": "CN",
    "commodity": "machine tools",
    "hs": "8456-8466",
    "divided": "importer",
    "period": "2023-Q4",
    "basis": "value",
    "total": "900000000 USD",
    "claimant": "US officials",
    "published_on": "2024-04-12",
}

reported = TradeShare(**MACHINE_TOOLS, share="above 70 %", total_other="723000000 GBP", source="News of 12 April 2024")
agency = TradeShare(**MACHINE_TOOLS, share="nearly 70 %", source="AP on the same briefing")
microelectronics = TradeShare(
    importer="RU",
    exporter="CN",
    commodity="microelectronics",
    hs="8541; 8542",
    divided="importer",
    period="2023",
    share="90 %",
)

for claim in (reported, agency, microelectronics):
    print(claim)
    value = claim.implied_value()
    print(f"  in money: {value if value is not None else 'cannot be told, for no total is stated'}")
print(f"The two totals of the first claim imply {reported.implied_rate} US dollars a pound.")

print()
agree = reported.consistent_with(agency, assuming=["counted_by"])
print(f"{reported.source}: {reported.share}. {agency.source}: {agency.share}.")
print("Both can be true." if agree else "They contradict one another.")

print()
print("The share of microelectronics is not compared with these, because of")
for difference in reported.differences(microelectronics):
    print(f"  {difference}")
