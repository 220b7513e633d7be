"""How much of a trade export controls reach."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanctionsmodel.catalogue import Catalogue
from sanctionsmodel.errors import TableError
from sanctionsmodel.exposures import ORDINARY_TRADE, PARTS, Exposure, exposure
from sanctionsmodel.readers import shipped_flows

MEASURE = """
- id: {issuer}/act/{name}
  title: Licence for {name}
  effect: {effect}
  themes: [export_controls]
  bound: exporters
  binds: {{exported_from: {place}}}
  status: complete
  confidence: high
  verified_on: 2024-01-02
  versions:
  - from: 2022-03-01
    cite: ACT 1
    when: {{activity: export, destination: RU, {when}}}
  exemptions:
  - id: {issuer}/act/{name}-medical
    title: Medical goods
    kind: exception
    versions:
    - {{cite: ACT 2, provision: section 2, when: {{end_use: [medical]}}}}
"""
HEAD = """
issuer: {issuer}
instrument: {{id: {issuer}/act, title: Act}}
sources:
  ACT: {{act: Act of 2022, url: "https://example.org/act", read_on: 2024-01-02}}
measures:
"""
TOOLS = ("jp", "JP", "tools", "licence_required", 'hs: "8457"')
CHIPS = ("jp", "JP", "chips", "prohibited", 'hs: "8542", eccn: {not: EAR99}')
LATHES = ("kr", "KR", "lathes", "prohibited", 'hs: "8458"')
REPORTS = ("kr", "KR", "reports", "report", 'hs: "85"')
MEASURES = (TOOLS, CHIPS, LATHES, REPORTS)


@cache
def law(*measures: tuple[str, str, str, str, str]) -> Catalogue:
    """Return a catalogue of made-up measures."""
    files: dict[str, str] = {}
    for issuer, place, name, effect, when in measures:
        start = files.get(f"{issuer}/act.yaml") or HEAD.format(issuer=issuer)
        made = MEASURE.format(issuer=issuer, place=place, name=name, effect=effect, when=when)
        files[f"{issuer}/act.yaml"] = start.rstrip("\n") + made
    return Catalogue.from_files(files)


def table(*rows: tuple[str, str, str, float]) -> Any:
    """Return Russia's imports as rows of partner, code, period and value."""
    names = ("partner", "hs", "period", "value")
    columns = {name: [row[n] for row in rows] for n, name in enumerate(names)}
    count = len(rows)
    return pa.table({"flow": ["import"] * count, "reporter": ["RU"] * count, "currency": ["USD"] * count, **columns})


def one(flows: Any, catalogue: Catalogue, **more: Any) -> Exposure:
    """Return the exposure of the only period."""
    [found] = exposure(flows, catalogue, importer="RU", **more)
    return found


FLOWS = table(
    ("JP", "845710", "2023", 100.1),
    ("JP", "854231", "2023", 50.2),
    ("KR", "845811", "2023", 25.3),
    ("KR", "870323", "2023", 12.4),
    ("CN", "845710", "2023", 6.5),
    ("ZZ", "845710", "2023", 3.6),
    ("ASEAN", "845710", "2023", 99.0),
)


def test_the_four_parts() -> None:
    """Covered is reached; a fact that would tell makes unknown; no measure makes open, and nobody's law is said."""
    found = one(FLOWS, law(*MEASURES), given={"end_use": ["commercial"]})
    assert {part: str(getattr(found, part).normalize()) for part in PARTS} == {
        "reached": "125.4",
        "exempt": "0",
        "open": "18.9",
        "unknown": "53.8",
    }
    assert found.total == found.reached + found.exempt + found.open + found.unknown
    assert found.without_law == Decimal("6.5")


PANELS = ("jp", "JP", "panels", "prohibited", 'hs: "854143"')
MODULES = ("jp", "JP", "modules", "prohibited", 'hs: ["854141", "854142", "854143", "854149"]')


def test_codes_of_an_older_edition_are_followed_into_the_law() -> None:
    """Law lists 854143; of 854140 of 2017, in which these goods were, nobody knows how much it is: never a no."""
    old = table(("JP", "854140", "2023", 10.0)).append_column("hs_edition", pa.array(["HS2017"]))
    national = table(("JP", "85414010", "2023", 10.0)).append_column("hs_edition", pa.array(["CN2021"]))
    ask: dict[str, Any] = {"given": {"end_use": ["commercial"]}}
    for flows in (old, national):
        assert one(flows, law(PANELS), **ask).unknown == one(flows, law(PANELS), **ask).total == Decimal(10)
        assert one(flows, law(MODULES), **ask).reached == Decimal(10)
        assert one(flows, law(MODULES), **ask, neglecting=()).unknown == Decimal(10)
    assert "no goods under codes of an older edition are 8549" in one(old, law(PANELS), **ask).assumed
    new = table(("JP", "854142", "2023", 10.0)).append_column("hs_edition", pa.array(["HS2022"]))
    assert one(new, law(PANELS), **ask).open == Decimal(10)
    assert one(new, law(PANELS), **ask).assumed == ("end_use is commercial",)


def test_a_code_that_its_edition_does_not_have_is_unknown() -> None:
    """A row that says 854143 and 2017 is wrong somewhere, so that nothing is said of it."""
    wrong = table(("JP", "854143", "2023", 10.0)).append_column("hs_edition", pa.array(["HS2017"]))
    found = one(wrong, law(PANELS), given={"end_use": ["commercial"]})
    assert (found.unknown, [one.fact for one in found.missing]) == (Decimal(10), ["hs"])


def test_exemptions_need_their_facts() -> None:
    """Where the end use is not known the goods may be exempt, so that nothing is surely reached."""
    assert one(FLOWS, law(TOOLS)).reached == 0
    assert one(FLOWS, law(TOOLS)).missing[0].fact == "end_use"
    plain = one(FLOWS, law(TOOLS), given={"end_use": ["commercial"]})
    assert (str(plain.reached.normalize()), plain.assumed) == ("100.1", ("end_use is commercial",))
    medical = one(FLOWS, law(TOOLS), given={"end_use": ["medical"]})
    assert (str(medical.exempt.normalize()), str(medical.reached)) == ("100.1", "0")


def test_what_is_missing_is_ranked_by_value() -> None:
    """The fact on which most value hangs comes first, and the sender is one of them."""
    found = one(FLOWS, law(TOOLS, CHIPS), given={"end_use": ["commercial"]})
    assert [(one.fact, str(one.value.normalize())) for one in found.missing] == [("eccn", "50.2"),
                                                                                  ("exported_from", "3.6")]  # fmt: skip
    assert found.share("reached").low < found.share("reached").high
    assert found.share("unknown").low == found.share("unknown").high


def test_measures_say_since_when() -> None:
    """Each measure that reaches is named, with what it covers and its first day."""
    [measure] = one(FLOWS, law(TOOLS), given=ORDINARY_TRADE).measures
    assert (measure.measure, str(measure.since), str(measure.value.normalize())) == (
        "jp/act/tools",
        "2022-03-01",
        "100.1",
    )
    assert "jp/act/tools: 100.1, in force since 2022-03-01" in str(one(FLOWS, law(TOOLS), given=ORDINARY_TRADE))


def test_parts_over_time() -> None:
    """Before the measure open, in the year of its entry unknown for want of the day, afterwards reached."""
    flows = table(*(("JP", "845710", period, 10) for period in ("2021", "2022", "2023")))
    found = exposure(flows, law(TOOLS), importer="RU", given=ORDINARY_TRADE)
    assert [next(part for part in PARTS if getattr(each, part)) for each in found] == ["open", "unknown", "reached"]
    assert found[1].missing[0].fact == "transacted_on"
    assert [row["part"] for row in found[0].rows()] == list(PARTS)


@pytest.mark.parametrize("period", ["2022-06/2022-09", "2022-Q3"])
def test_other_periods_are_asked_as_their_year(period: str) -> None:
    """What is no day, month or year is known to lie in its year, and no more is made of it."""
    found = one(table(("JP", "845710", period, 10)), law(TOOLS), given=ORDINARY_TRADE)
    assert (int(found.unknown), found.missing[0].fact) == (10, "transacted_on")
    later = one(table(("JP", "845710", "2021-10/2022-09", 10)), law(TOOLS), given=ORDINARY_TRADE)
    assert later.missing[0].fact == "transacted_on"


def test_a_stated_total_leaves_a_rest() -> None:
    """What the row for the world has besides its partners came from nobody knows where."""
    found = one(table(("JP", "845710", "2023", 10), ("World", "845710", "2023", 15)), law(TOOLS), given=ORDINARY_TRADE)
    assert [int(one) for one in (found.total, found.reached, found.unknown)] == [15, 10, 5]


def test_the_union_is_asked_by_its_own_law() -> None:
    """Exports of the European Union to Russia: chips are nowhere reached before 2022."""
    flows = shipped_flows("eurostat_eu27_hs6_monthly")
    found = exposure(flows, importer="RU", hs="microelectronics", period="2021", given=ORDINARY_TRADE)
    assert found[0].reached == 0
    members = table(("DE", "845710", "2023", 10), ("EU", "845710", "2023", 10), ("SU", "845710", "2023", 1))
    assert one(members, law(TOOLS)).total == 11


def test_all_laws_reach_abroad() -> None:
    """Asked by all laws, a flow is not only its exporter's."""
    assert one(FLOWS, law(*MEASURES), given=ORDINARY_TRADE).without_law > 0
    assert one(FLOWS, law(*MEASURES), laws="all", given=ORDINARY_TRADE).without_law == 0


def test_codes_of_eight_digits_are_national() -> None:
    """A code of eight digits is asked as a CN code, of which the first six are the HS code."""
    found = one(table(("JP", "84571010", "2023", 10), ("JP", "8457XXXX", "2023", 1)), law(TOOLS), given=ORDINARY_TRADE)
    assert (int(found.reached), found.missing[0].fact) == (10, "hs")
    wrong = one(table(("JP", "845799", "2023", 10)), law(TOOLS), given=ORDINARY_TRADE)
    assert (int(wrong.unknown), wrong.missing[0].fact) == (10, "hs")


def test_batches_and_lazy_frames_are_asked_too() -> None:
    """The same answer from a lazy Polars frame and from a reader of batches."""
    whole = one(FLOWS, law(*MEASURES))
    assert one(pl.from_arrow(FLOWS).lazy(), law(*MEASURES)) == whole
    assert one(pa.Table.to_reader(FLOWS, max_chunksize=2), law(*MEASURES)) == whole


def test_columns_may_say_more_of_each_flow() -> None:
    """A column named as a fact is asked too: chips of which the entry is known are reached."""
    flows = FLOWS.append_column("eccn", pa.array(["", "3A001", *[""] * 5]))
    plain = one(flows, law(CHIPS), given={"end_use": ["commercial"]})
    found = one(flows, law(CHIPS), given={"end_use": ["commercial"]}, facts=["eccn"])
    assert (int(plain.reached), str(found.reached.normalize())) == (0, "50.2")
    with pytest.raises(TableError, match="no column is named origin"):
        one(flows, law(CHIPS), facts=["origin"])


def test_what_cannot_be_asked_is_refused() -> None:
    """No goods, no rows, no place, mixed levels."""
    with pytest.raises(TableError, match="no column holds goods codes"):
        one(FLOWS.drop_columns(["hs"]), law(TOOLS))
    with pytest.raises(TableError, match="no row has KP as the importer"):
        exposure(FLOWS, law(TOOLS), importer="KP")
    with pytest.raises(TableError, match="is no place"):
        exposure(FLOWS, law(TOOLS), importer="World")
    with pytest.raises(TableError, match="codes of 4, 6 digits"):
        one(table(("JP", "8457", "2023", 1), ("JP", "845710", "2023", 1)), law(TOOLS))


def test_nothing_bought_has_no_share() -> None:
    """Where the total is nothing, a share may be anything."""
    found = one(table(("JP", "845710", "2023", 0)), law(TOOLS))
    assert [int(one) for one in (found.share("open").low, found.share("open").high)] == [0, 1]


# ----------------------------------------------------------------------------------------------------------- properties
flows = st.lists(
    st.tuples(
        st.sampled_from(["JP", "KR", "CN", "DE", "ZZ"]),
        st.sampled_from(["845710", "854231", "845811", "870323"]),
        st.sampled_from(["2021", "2022", "2023"]),
        st.integers(0, 10**14).map(lambda cents: cents / 1000),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda row: row[:3],
)
given_facts = st.sampled_from([{}, {"end_use": ["commercial"]}, {"end_use": ["medical"], "eccn": "3A001"}])


@given(flows, st.sets(st.sampled_from(MEASURES), min_size=1), given_facts)
def test_the_parts_are_the_total(rows: list[Any], measures: set[Any], known: dict[str, Any]) -> None:
    """Exactly, in decimals, and so for each place."""
    exact = {
        period: sum((Decimal(str(row[3])) for row in rows if row[2] == period), Decimal(0))
        for period in {row[2] for row in rows}
    }
    for found in exposure(table(*rows), law(*sorted(measures)), importer="RU", given=known):
        assert found.total == sum((getattr(found, part) for part in PARTS), Decimal(0)) == exact[found.period]
        for part in PARTS:
            assert getattr(found, part) == sum((getattr(place, part) for place in found.places), Decimal(0))


@given(flows, st.sets(st.sampled_from(MEASURES), min_size=1), st.sampled_from(MEASURES), given_facts)
def test_one_prohibition_more_never_lowers_what_is_reached(
    rows: list[Any], measures: set[Any], more: Any, known: dict[str, Any]
) -> None:
    """More law reaches more, or the same."""
    before = exposure(table(*rows), law(*sorted(measures)), importer="RU", given=known)
    after = exposure(table(*rows), law(*sorted(measures | {more})), importer="RU", given=known)
    for old, new in zip(before, after, strict=True):
        assert new.reached >= old.reached
        assert new.open <= old.open
