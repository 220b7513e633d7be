"""LME stocks and the Russian share: what happened around the measures, and what the law says of warranting.

Run it with ``python examples/trade/lme_stocks.py``; with ``--figures DIRECTORY`` it also draws.
"""

import sys
from pathlib import Path

from sanctionsmodel import Catalogue, assess
from sanctionsmodel.readers import lme_stocks

MEASURES = {
    "2023-12-15": "UK bans the acquisition of Russian metal",
    "2024-04-13": "US and UK action; the LME takes no Russian metal produced from this day on",
}
law = Catalogue.bundled().select(themes=["metals"])
stocks = [one for one in lme_stocks() if one.share is not None]

print("Russian share of the stock on warrant, month ends nearest to each measure")
for day, words in MEASURES.items():
    print(f"  {day} {words}")
    for metal in ("aluminium", "copper", "nickel"):
        own = [one for one in stocks if one.metal == metal]
        before = max((one for one in own if one.day.isoformat() < day), key=lambda one: one.day)
        after = min((one for one in own if one.day.isoformat() >= day), key=lambda one: one.day)
        print(f"    {metal:<10} {before.day} {before.share:.0%}, then {after.day} {after.share:.0%}")

print("\nA share is two numbers. Aluminium of Russian origin, in tonnes where the press gave them:")
for one in stocks:
    if one.metal == "aluminium" and one.tonnes is not None and "2024-02" < one.day.isoformat() < "2024-08":
        print(f"  {one.day} {one.share:.0%}, {one.tonnes:,} t")
print("The fall in May 2024 is the whole that grew, from metal of other origin, and not Russian metal that left.")

print("\nWhat the law says of putting Russian aluminium on warrant at the LME on 2 May 2024")
for produced, words in (("2024-03-01", "cast before the cut-off"), ("2024-04-20", "cast after it"), (None, "not said")):
    facts = {
        "activity": "warranting",
        "venue": "XLME",
        "hs": "760110",
        "origin": "RU",
        "transacted_on": "2024-05-02",
        "located_in": "NL",
        "brand_origin": "RU",
    }
    answer = assess(facts | ({"produced_on": produced} if produced else {}), law.select(issuers=["xlme"]))
    print(f"  {words:<24} {answer.at_least} to {answer.at_most}")

if "--figures" in sys.argv:
    from sanctionsmodel.plots import plot_lme_stocks

    directory = Path(sys.argv[sys.argv.index("--figures") + 1])
    directory.mkdir(parents=True, exist_ok=True)
    plot_lme_stocks(lme_stocks(), MEASURES).save(directory / "lme-stocks.html")
