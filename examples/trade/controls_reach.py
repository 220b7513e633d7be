"""How much of Russia's microelectronics and machine-tool imports do controls reach?

No open table has all that Russia imports, by goods and partner. Three things can be said without one: what the
published shares imply, how much the two sides that are open sold (China by the year, the European Union by the month),
and what the law of each says of it.

Run it with ``python examples/trade/controls_reach.py``; with ``--figures DIRECTORY`` it also draws.
"""

import sys
from pathlib import Path

from sanctionsmodel import Catalogue, bundled_claims, diversion, exposure, shipped_flows
from sanctionsmodel.exposures import ORDINARY_TRADE

GOODS = ("microelectronics", "machine tools")
SOURCES = {
    "CN": "CEPII BACI 202501; Chinese law as encoded in sanctionsmodel",
    "EU": "Eurostat, goods that the EU had banned to Russia by January 2023; EU law as encoded in sanctionsmodel",
}
law = Catalogue.bundled()
china, union = shipped_flows("baci_china_russia"), shipped_flows("eurostat_eu27_hs6_monthly")


def millions(amount):
    """Print an amount in millions."""
    return f"{amount / 10**6:,.1f}"


print("1. What is published")
story, agency, chips = bundled_claims()[:3]
for claim in (story, agency, chips):
    share = claim.trade_share
    rest = 1 - share.share.low if share.share.low else None
    print(f"   {claim.claimant}: {share}")
    print(
        f"     so from others: {'less than' if share.share.low_open else 'at most'} {rest:.0%}"
        if rest is not None
        else f"     so from others: more than {1 - share.share.high:.0%}, if it is taken at its word"
    )
print("   The first two contradict one another: they are two reports of one briefing.\n")

print("2. What China sold to Russia in 2023, and what Chinese law in the catalogue says of it (million USD)")
for goods in GOODS:
    [found] = exposure(china, law, importer="RU", hs=goods, period="2023", given=ORDINARY_TRADE)
    print(
        f"   {goods:<17} {millions(found.total):>8}: reached {millions(found.reached)}, "
        f"exempt {millions(found.exempt)}, open {millions(found.open)}, unknown {millions(found.unknown)}"
    )

print("\n3. What the European Union sold to Russia, an average month, by what EU law says of it (million EUR)")
for goods in GOODS:
    for period in ("2021", "2022-03 to 2022-10"):
        months = exposure(union, law, importer="RU", hs=goods, period=period, given=ORDINARY_TRADE)
        [found] = months
        count = 12 if period == "2021" else 8
        print(
            f"   {goods:<17} {period:<19} {millions(found.total / count):>6}: reached "
            f"{millions(found.reached / count)}, open {millions(found.open / count)}, unknown "
            f"{millions(found.unknown / count)}"
        )
    print(f"     would tell of the unknown: {', '.join(one.fact for one in found.missing[:4])}")

print("\n4. Where it may have gone by another way")
for goods in GOODS:
    found = diversion(union, controllers="EU", target="RU", hs=goods, control="2022-03", until="2022-10")
    best = found.places[0]
    print(
        f"   {goods}: the Union sold Russia {millions(found.lost)} million EUR a month less; "
        f"{len(found.places)} neighbours bought {millions(found.gained)} more, {found.replaced:.1%} of it; most "
        f"{best.place} ({millions(best.gain)}, x{best.ratio})"
    )

print(
    "\nSo: if the published shares hold, the law of all places but China reaches at most three tenths of the machine"
    "\ntools and a tenth of the chips; what China sells is open by its own law, as far as ordinary trade goes. Of what"
    "\nthe Union still sold, customs codes alone do not tell what is dual use: that part stays unknown, and is small."
)

if "--figures" in sys.argv:
    from sanctionsmodel.plots import plot_diversion, plot_exposure, plot_routes

    directory = Path(sys.argv[sys.argv.index("--figures") + 1])
    directory.mkdir(parents=True, exist_ok=True)
    begins = {"2022-02-26": "EU ban on dual-use and Annex VII goods", "2022-04-09": "EU ban on industrial goods"}
    for goods in GOODS:
        name = goods.replace(" ", "-")
        plot_exposure(
            exposure(union, law, importer="RU", hs=goods, given=ORDINARY_TRADE),
            source=SOURCES["EU"],
            measures=begins,
            title=f"Russia's {goods} from the European Union, by what controls reach",
        ).save(directory / f"exposure-{name}.html")
        found = diversion(union, controllers="EU", target="RU", hs=goods, control="2022-03", until="2022-10")
        for plot, kind in ((plot_diversion, "diversion"), (plot_routes, "routes")):
            title = f"The European Union's exports of {goods}"
            plot(found, source=SOURCES["EU"], title=title).save(directory / f"{kind}-{name}.html")
