"""Screening: for every row of a table of any kind, the same answer as assess gives for its transaction."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from random import Random
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from kinds import KINDS, TYPED, records
from sanctionsmodel import Assessment, Catalogue, assess, screen
from sanctionsmodel.commodities import children
from sanctionsmodel.concordance import Concordance
from sanctionsmodel.errors import FactError, SanctionsModelError, TableError
from sanctionsmodel.facts import registry
from sanctionsmodel.screening import Edition, edition_in_force
from sanctionsmodel.transactions import Transaction
from strategies import FACTS, law_file, raw_measure
from tables import differences, facts_read, long_differences, rows_of, table, value

METALS = Catalogue.bundled().select(ids=["us/eo-14068/metals-import", "us/proclamation-10522/aluminium-duty"])
ORDER = {
    "activity": "import",
    "hs": "760110",
    "origin": "RU",
    "destination": "US",
    "produced_on": "2024-05-02",
    "transacted_on": "2024-05-20",
}


# ----------------------------------------------------------------------------------------------------- kinds of tables
@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Callable[[Mapping[str, Any]], Any]:
    """Make a table of each kind."""
    return KINDS[request.param]


def random_law(rng: Random) -> Catalogue:
    """Return a catalogue of random measures."""
    measures = [raw_measure(rng, rng.sample(FACTS, rng.randint(2, 4)), number) for number in range(8)]
    return Catalogue.from_files({"zz/act.yaml": law_file(measures)})


def is_consistent(given: Mapping[str, Any], law: Catalogue) -> bool:
    """Say whether standing facts do not contradict one another."""
    try:
        law.statuses(Transaction(given))
    except FactError:
        return False
    return True


def check(
    kind: Callable[[Mapping[str, Any]], Any],
    columns: Mapping[str, Sequence[str]],
    law: Catalogue,
    given: Mapping[str, Any] | None = None,
) -> None:
    """Screen a table of texts and compare every row with what assess says."""
    found = screen(kind(columns), law, given=given)
    answers = records(found)
    assert differences(rows_of(columns), answers, law, given) == []
    long = records(screen(kind(columns), law, given=given, form="long"))
    assert long_differences(rows_of(columns), answers, long, law, given) == []
    for row, answer in zip(rows_of(columns), answers, strict=True):
        assert {name: answer[name] for name in row} == row


# ---------------------------------------------------------------------------------------------------- differential test
@pytest.mark.differential
def test_every_kind_of_table_gives_the_answers_of_assess(kind: Callable[[Mapping[str, Any]], Any], effort: int) -> None:
    """Rows stay in order and each has the answer of its transaction: nulls, imprecise cells, lists, exemptions."""
    for seed in range(4 * effort):
        rng = Random(seed)
        law = random_law(rng)
        check(kind, table(rng, rng.sample(FACTS, rng.randint(1, 9)), 25), law)


@pytest.mark.differential
def test_random_law_gives_the_answers_of_assess(effort: int) -> None:
    """On random law with standing facts, each row has the answer of its transaction."""
    for seed in range(100, 100 + 25 * effort):
        rng = Random(seed)
        law = random_law(rng)
        given = {name: value(rng, registry()[name]) for name in rng.sample(FACTS, rng.randint(0, 2))}
        if is_consistent(given, law):
            check(pa.table, table(rng, rng.sample(FACTS, rng.randint(1, 12)), 40), law, given)


@pytest.mark.differential
def test_the_bundled_law_gives_the_answers_of_assess(effort: int) -> None:
    """On the law that ships, over all facts that it reads, each row has the answer of its transaction."""
    law = Catalogue.bundled()
    facts = facts_read(law)
    for seed in range(4 * effort):
        rng = Random(seed)
        core = rng.sample(("activity", "hs", "origin", "destination", "transacted_on", "produced_on"), 4)
        check(pa.table, table(rng, list(dict.fromkeys([*core, *rng.sample(facts, 6)])), 8), law)


def test_what_is_asked_of_a_computed_fact_is_asked_row_by_row() -> None:
    """Rows that differ only in how far the inputs of a computed fact are known are asked for different facts."""
    law = Catalogue.bundled().select(ids=["us/ear/734-4", "us/ccl/3a090"])
    shares = ["20 %", "", "20 %|30 %"]
    rows = [(one, other, way) for one in shares for other in shares for way in ("RU", "VN", "")]
    columns = {
        "activity": ["export"] * len(rows),
        "exported_from": ["CN"] * len(rows),
        "us_content_share": [one for one, _, _ in rows],
        "us_content_at_only_share": [other for _, other, _ in rows],
        "onward_destination": [way for _, _, way in rows],
        "processing_rate": [{"20 %": "599 TOPS", "": ""}.get(one, "599 TOPS|700 TOPS") for one, _, _ in rows],
        "bit_length": [{"20 %": "8 bit", "": ""}.get(other, "8 bit|16 bit") for _, other, _ in rows],
    }
    check(pa.table, columns, law)


@pytest.mark.differential
def test_dates_in_order_give_the_answers_of_assess(effort: int) -> None:
    """Whichever dates a table states under whichever activities, also past dates that nobody states or asks for."""
    law = METALS.select(ids=["us/eo-14068/metals-import"])
    dates = ("produced_on", "transacted_on", "exported_on", "shipped_on", "contracted_on", "delivered_on")
    for seed in range(8 * effort):
        rng = Random(seed)
        columns = table(rng, [*rng.sample(dates, rng.randint(2, 5)), "hs", "origin"], 40)
        if seed % 4:
            columns["activity"] = [rng.choice(("import", "export", "purchase", "import|export", "")) for _ in range(40)]
        rows = rows_of({**columns, "hs": ["760110"] * 40, "origin": ["RU"] * 40})
        assert differences(rows, records(screen(pa.Table.from_pylist(rows), law)), law) == [], seed


# ----------------------------------------------------------------------------------------------------------- long form
def test_the_long_form_has_one_row_a_finding(kind: Callable[[Mapping[str, Any]], Any]) -> None:
    """Findings come by the number of their row, in order; a problem without a finding keeps a row of its own."""
    rows = {name: [text] * 9 for name, text in ORDER.items()}
    rows["origin"] = ["RU", "FR", "?", "RU", "RU", "RU", "RU", "RU", "RU"]
    rows["hs"] = ["760110", "760110", "0306", *["760110"] * 6]
    found = records(screen(kind(rows), METALS.select(ids=["us/eo-14068/metals-import"]), form="long"))
    assert [one["row"] for one in found] == [0, 2, 3, 4, 5, 6, 7, 8]
    assert {name: found[0][name] for name in ("measure", "status", "effect", "missing_facts", "problem")} == {
        "measure": "us/eo-14068/metals-import",
        "status": "covered",
        "effect": "prohibited",
        "missing_facts": "",
        "problem": "",
    }
    assert (found[1]["measure"], found[1]["status"], found[1]["effect"]) == ("", "", "")
    assert found[1]["problem"].startswith("origin: ")


def test_the_long_form_of_nothing_is_empty(kind: Callable[[Mapping[str, Any]], Any]) -> None:
    """Rows without findings and problems leave an empty table of the same kind."""
    made = screen(kind({"hs": ["0306"], "origin": ["FR"]}), METALS, form="long")
    assert records(made) == []
    with pytest.raises(TableError, match="form: 'tall' is neither 'wide' nor 'long'"):
        screen(pa.table({"hs": ["76"]}), METALS, form="tall")  # type: ignore[arg-type]  # wrong on purpose


# --------------------------------------------------------------------------------------------------- what is remembered
def test_one_table_leaves_no_trace_in_the_next() -> None:
    """What a catalogue remembers of one table, its problems and contradictions too, is not told of another."""
    first = order(origin="ZZ", produced_on="2024-06-02", hs="?")
    assert answer(pa.table(first))["problem"].count(":") > 2
    second = screen(pa.table(order()), METALS)
    assert second["problem"].to_pylist() == [""]
    assert (
        second["measures"].to_pylist()
        == screen(pa.table(order()), METALS.select(ids=METALS.ids))["measures"].to_pylist()
    )


def test_tables_may_be_screened_at_the_same_time() -> None:
    """Threads that share a catalogue each get the answers of their own table."""
    tables = [table(Random(seed), FACTS[:6], 300) for seed in range(8)]
    law = random_law(Random(1))
    alone = [screen(pa.table(one), random_law(Random(1))).to_pylist() for one in tables]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda one: screen(pa.table(one), law).to_pylist(), tables * 3))
    assert together == alone * 3


# ------------------------------------------------------------------------------------------------------- awkward cells
EMPTY = (None, "", "  ")


@pytest.mark.parametrize("cell", EMPTY)
def test_an_empty_cell_is_unknown_and_never_no(kind: Callable[[Mapping[str, Any]], Any], cell: str | None) -> None:
    """Null and empty text say nothing: the measure stays open and asks for the fact, without a problem."""
    rows = {name: [text, text] for name, text in ORDER.items()}
    rows["produced_on"] = [cell, "2024-05-02"]  # type: ignore[list-item]
    first, second = records(screen(kind(rows), METALS))
    assert "us/eo-14068/metals-import=undetermined" in first["measures"]
    assert "produced_on" in first["missing_facts"].split("|")
    assert (first["problem"], second["at_most"]) == ("", "prohibited")


def order(**cells: Any) -> dict[str, list[Any]]:
    """Return a table of one order with some cells of its own."""
    return {name: [cell] for name, cell in {**ORDER, **cells}.items()}


def answer(frame: Any, law: Catalogue = METALS, **options: Any) -> dict[str, Any]:
    """Return the one row of a screened table."""
    (row,) = records(screen(frame, law, **options))
    return row


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([math.nan]),
        pd.Series([pd.NaT]),
        pd.Series([pd.NA], dtype="string"),
        pd.Series([None], dtype=object),
        pd.Series([math.nan], dtype="float32"),
        pd.Series([pd.NaT], dtype="datetime64[ns]"),
        pd.Series([pd.NA], dtype="Int64"),
    ],
    ids=str,
)
def test_every_missing_value_of_pandas_is_unknown(column: pd.Series[Any]) -> None:
    """NaN, NaT and NA say nothing, whatever the type of their column."""
    found = answer(pd.DataFrame({**order(), "produced_on": column}))
    assert "us/eo-14068/metals-import=undetermined" in found["measures"]
    assert found["problem"] == ""


@pytest.mark.differential
@pytest.mark.parametrize("typed", TYPED.values(), ids=TYPED)
def test_cells_of_every_type_have_the_answers_of_assess(typed: Callable[[pa.Table], Any]) -> None:
    """Null, NaN, NaT, empty text, ZZ and codes read as numbers, in columns of their types, on every kind of table."""
    day = dt.date(2024, 5, 2)
    columns = {
        "activity": pa.array(["import"] * 8),
        "origin": pa.array(["RU", "ZZ", "", None, "RU|KZ", "  ", "RU", "ZZ"]),
        "hs": pa.array([760110, None, 760110, 30617, None, 760110, None, 76], pa.int64()),
        "cn": pa.array(["76011010", "7601", "", None, "76011010", "76011010", "x", "76011010"]),
        "produced_on": pa.array([day, None, day, day, day, None, day, None], pa.date32()),
        "transacted_on": pa.array([None, *[dt.datetime.fromisoformat("2024-05-20")] * 7], pa.timestamp("ns")),
        "mass": pa.array([math.nan, None, 26.0, 24.0, math.inf, 25.0, -1.0, 26.0], pa.float64()),
        "significant": pa.array([True, False, None, True, None, False, True, None], pa.bool_()),
        "destination": pa.array(["US"] * 8),
    }
    law = Catalogue.bundled().select(themes=["metals"], issuers=["us"])
    rows = [{name: _said(name, cell) for name, cell in row.items()} for row in pa.table(columns).to_pylist()]
    wide = records(screen(typed(pa.table(columns)), law, units={"mass": "t"}))
    long = records(screen(typed(pa.table(columns)), law, units={"mass": "t"}, form="long"))
    assert differences(rows, wide, law) == []
    assert long_differences(rows, wide, long, law) == []
    assert [row["problem"] != "" for row in wide] == [True, True, True, True, True, True, True, True]
    assert "hs: 760110 is a number; write text" in wide[0]["problem"].replace("760110.0", "760110")


def _said(name: str, cell: Any) -> Any:
    """Return what a typed cell says, as one of a table of texts; empty where it says nothing."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)) or (isinstance(cell, str) and not cell.strip()):
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, float):
        return f"{cell} t" if math.isfinite(cell) else "infinite"
    return cell if isinstance(cell, (int, str)) else cell.isoformat()


@pytest.mark.parametrize(
    ("fact", "cell", "told"),
    [
        ("origin", "ZZ", "origin: place 'ZZ' is a code for private use"),
        ("origin", "Korea", "origin: "),
        ("hs", 760110, "hs: 760110 is a number; write text, so that leading zeros stay"),
        ("hs", 30617.0, "hs: 30617.0 is a number"),
        ("hs", "30617", "hs: '30617' has 5 digits"),
        ("hs", "?", "hs: "),
        ("produced_on", "02/05/24", "produced_on: '02/05/24' is not a day, month or year"),
        (
            "produced_on",
            dt.datetime.fromisoformat("2024-05-02T13:30:00"),
            "produced_on: 2024-05-02 13:30:00 has a time of day",
        ),
        ("activity", "impart", "activity: 'impart' is no value of this fact; did you mean"),
        ("origin", "RU|", "origin: 'RU|' has nothing between two of its bars"),
    ],
)
def test_a_cell_that_cannot_be_read_is_unknown_and_a_problem(fact: str, cell: Any, told: str) -> None:
    """What cannot be read is no clearance: the measure stays open, and the problem names the fact and the value."""
    frames = [pd.DataFrame(order(**{fact: cell})), pa.table(order(**{fact: cell}))]
    for frame in [*frames, pl.DataFrame(order(**{fact: cell}), strict=False)]:
        found = answer(frame)
        assert "us/eo-14068/metals-import=undetermined" in found["measures"]
        assert found["at_most"] == "prohibited"
        assert found["problem"].startswith(told), found["problem"]


def test_standing_facts_do_not_stand_in_for_a_cell_that_cannot_be_read() -> None:
    """A bad cell is unknown even where a standing fact says something, since the row meant something else."""
    assert answer(pa.table(order(origin="ZZ")), given={"origin": "KZ"})["at_most"] == "prohibited"
    assert answer(pa.table(order(origin="")), given={"origin": "KZ"})["at_most"] == "duty"


@pytest.mark.parametrize(
    ("cell", "at_least", "at_most"),
    [
        (dt.date(2024, 5, 2), "prohibited", "prohibited"),
        (dt.datetime.fromisoformat("2024-05-02T00:00:00"), "prohibited", "prohibited"),
        ("2024-04", "duty", "prohibited"),
        ("2024-04-12", "duty", "duty"),
        ("2024-04-12|2024-05", "duty", "prohibited"),
    ],
)
def test_dates_are_read_from_text_and_types_and_may_be_imprecise(cell: Any, at_least: str, at_most: str) -> None:
    """A day, a month, several days: what is known is a set, as in assess."""
    found = answer(pl.DataFrame(order(produced_on=cell)))
    assert (found["at_least"], found["at_most"]) == (at_least, at_most)


def test_lists_of_a_list_column_are_read() -> None:
    """A nested column of a fact with many values is read as the list that it is; an empty list says nothing."""
    law = Catalogue.bundled().select(ids=["us/ear/744-21-a-1"])
    facts = {"activity": ["reexport"] * 3, "end_use": [["civil"], ["military", "civil"], []]}
    texts = {"activity": ["reexport"] * 3, "end_use": ["civil", "military|civil", ""]}
    nested, plain = (records(screen(pa.table(one), law)) for one in (facts, texts))
    assert [row["measures"] for row in nested] == [row["measures"] for row in plain]


# ------------------------------------------------------------------------------------------------------ contradictions
def test_facts_that_contradict_one_another_are_marked_and_never_clear() -> None:
    """Produced after it was imported: neither date is used, so the answer is as open as without them."""
    found = answer(pa.table(order(produced_on="2024-06-02")))
    assert (found["at_least"], found["at_most"]) == ("not_covered", "prohibited")
    assert "produced_on: contradicts" in found["problem"] or "transacted_on: contradicts" in found["problem"]
    assert found["problem"].endswith("not used: produced_on, transacted_on")


def test_standing_facts_that_contradict_one_another_are_refused() -> None:
    """Standing facts are checked before any row is read."""
    given = {"activity": "import", "produced_on": "2024-06-02", "transacted_on": "2024-05-02"}
    with pytest.raises(FactError, match="contradicts"):
        screen(pa.table({"hs": ["760110"]}), METALS, given=given)


def test_a_row_that_contradicts_a_standing_fact_uses_neither() -> None:
    """A standing fact that a row contradicts is not believed for that row."""
    found = answer(pa.table(order(produced_on="")), given={"produced_on": "2024-08-01"})
    assert (found["at_least"], found["at_most"]) == ("not_covered", "prohibited")


# ------------------------------------------------------------------------------------------------------------- options
def test_strict_raises_with_the_first_ten_problems() -> None:
    """Strict screening refuses a table with problems, and lists the first ten rows."""
    with pytest.raises(TableError, match="12 rows have problems") as raised:
        screen(pa.table({"origin": ["ZZ"] * 12 + ["RU"]}), METALS, strict=True)
    assert str(raised.value).count("row ") == 10
    assert str(raised.value).endswith("and 2 more")
    screen(pa.table({"origin": ["RU"]}), METALS, strict=True)


def test_columns_may_have_any_name() -> None:
    """A mapping says which column states which fact; other columns pass through untouched."""
    frame = pa.table({"Ursprung": ["RU"], "Nr": [7], "hs": ["760110"]})
    found = answer(frame, columns={"Ursprung": "origin"})
    assert found["Nr"] == 7
    assert answer(frame.drop(["hs"]), columns={"Ursprung": "origin"})["measures"] == found["measures"]


@pytest.mark.parametrize(
    ("columns", "mapping", "told"),
    [
        ({"hs": ["76"], "at_least": [1]}, None, "has a column 'at_least' already"),
        ({"hs": ["76"]}, {"hss": "hs"}, "no column 'hss'; did you mean 'hs'"),
        ({"hs": ["76"]}, {"hs": "hss"}, "column 'hs': hss: no such fact; did you mean 'hs'"),
        ({"a": ["76"], "b": ["76"]}, {"a": "hs", "b": "hs"}, "two columns state hs: a, b"),
        ({"HS6 Code": ["76"]}, None, "no column is named as a fact.*seem to be columns={'HS6 Code': 'hs'}"),
        ({"x": ["76"]}, None, "no column is named as a fact; say in columns= which column states which$"),
        ({"hs": [{"code": "76"}]}, None, "column 'hs' holds nested values"),
    ],
)
def test_tables_that_cannot_be_screened_are_refused(
    columns: dict[str, list[Any]], mapping: dict[str, str] | None, told: str
) -> None:
    """What is wrong with a table as a whole raises TableError with the remedy."""
    with pytest.raises(TableError, match=told):
        screen(pa.table(columns), METALS, mapping)


def test_what_is_no_table_is_refused() -> None:
    """Something that is no table is named, with the kinds that can be screened."""
    with pytest.raises(TableError, match="cannot screen a list; give a Polars, pandas, PyArrow or DuckDB table"):
        screen([{"hs": "76"}], METALS)


def test_bare_numbers_take_the_unit_of_their_column() -> None:
    """A unit is declared for a column, or stated by another column; a bare number without one is a problem."""
    law = Catalogue.from_files({"zz/act.yaml": law_file([_heavy()])})
    tonnes = pa.table({"mass": [24.0, 26.0, None], "unit": ["t", "t", "t"], "text": ["24", "26", "30 kg"]})
    declared = screen(tonnes, law, {"mass": "mass"}, units={"mass": "t"})
    by_column = screen(tonnes, law, {"mass": "mass"}, units={"mass": "unit"})
    as_text = screen(tonnes, law, {"text": "mass"}, units={"mass": "t"})
    assert declared["at_most"].to_pylist() == ["not_covered", "prohibited", "prohibited"]
    assert by_column["at_least"].to_pylist() == ["not_covered", "prohibited", "not_covered"]
    assert as_text["at_most"].to_pylist() == ["not_covered", "prohibited", "not_covered"]
    bare = screen(tonnes, law, {"mass": "mass"})
    assert [bool(text) for text in bare["problem"].to_pylist()] == [True, True, False]


def _heavy() -> dict[str, Any]:
    limb = {"provision": "art. 1", "when": {"mass": {"from": "25 t"}}}
    return {"id": "zz/act/heavy", "title": "Heavy", "binds": {}, "versions": [{"limbs": [limb]}], "exemptions": []}


@pytest.mark.parametrize(("edition", "problem"), [(2017, ""), (2022, "hs: '854140' is not in HS 2022")])
def test_goods_codes_may_all_be_of_one_edition(edition: int, problem: str) -> None:
    """A code that the declared edition does not have is a problem; without an edition any of the three may have it."""
    assert answer(pa.table({"hs": ["854140"]}), edition=edition)["problem"].startswith(problem)
    assert answer(pa.table({"hs": ["854140"]}))["problem"] == ""


def _goods_law(*lists: list[str]) -> Catalogue:
    """Return a law of one measure a list of goods."""
    measures = []
    for number, codes in enumerate(lists):
        limb = {"provision": "art. 1", "when": {"hs": codes}}
        law = {"id": f"zz/act/m{number}", "title": "Goods", "binds": {}, "versions": [{"limbs": [limb]}]}
        measures.append({**law, "exemptions": []})
    return Catalogue.from_files({"zz/act.yaml": law_file(measures)})


def test_codes_of_an_older_edition_may_be_any_of_their_heirs() -> None:
    """Every subheading of HS 2017 has the answer of a transaction that states all in which it goes on in HS 2022."""
    ways = Concordance.between(2017, 2022)
    chapters = [f"{number:02d}" for number in range(1, 98) if number != 77]
    olds = [one for chapter in chapters for heading in children(chapter, 2017) for one in children(heading, 2017)]
    law = _goods_law(["854142"], ["8541"], ["854140"], ["84", "8549"], ["382499", "260800"], ["300212", "9405"])
    found = screen(pa.table({"hs": olds}), law, edition=2017).to_pylist()
    for code, row in zip(olds, found, strict=True):
        heirs = ways.successors(code)
        if not heirs:
            assert row["problem"].endswith("is followed into HS 2022 by no table; state the code of HS 2022")
        elif code != "854140":  # which a rule names
            assert row["measures"] == reached(assess({"hs": list(heirs)}, law)), code


def reached(found: Assessment) -> str:
    """Return the findings of an assessment as a screened table writes them."""
    return "|".join(f"{one.measure}={one.status.value}" for one in found.reached)


def test_a_rule_that_names_an_old_code_is_not_lost() -> None:
    """Where a rule lists the old code itself, the goods may still be that code."""
    table = pa.table({"hs": ["854140", "760110"]})
    found = screen(table, _goods_law(["854140"], ["8541"]), edition=2017)["measures"].to_pylist()
    assert found[0].split("|")[0] == "zz/act/m0=undetermined"
    assert found[1] == ""
    exactly = screen(table, _goods_law(["854141", "854142", "854143", "854149", "8549"]), edition=2017)
    assert exactly["measures"].to_pylist()[0] == "zz/act/m0=covered"


@pytest.mark.parametrize("edition", [2017, "2017", "HS 2017", Edition(2017)])
def test_an_edition_may_be_written_in_several_ways(edition: Any) -> None:
    """As a number, as text, or as an Edition, which may neglect some heirs."""
    law = _goods_law(["854231"])
    assert answer(pa.table({"hs": ["854231"]}), law, edition=edition)["measures"] == "zz/act/m0=undetermined"
    sure = Edition(2017, ("8549", "8524"))
    assert answer(pa.table({"hs": ["854231"]}), law, edition=sure)["measures"] == "zz/act/m0=covered"


@pytest.mark.parametrize(
    ("edition", "told"),
    [
        (2007, "edition: 2007 is no edition of the HS that is known here; write one of 2012, 2017, 2022"),
        ("CN 2021", "edition: 'CN 2021' is no edition"),
        (Edition(2017, ("85491",)), "'85491' has 5 digits"),
    ],
)
def test_an_edition_that_is_not_known_is_refused(edition: Any, told: str) -> None:
    """What is no edition, or no code, is refused with what may be written."""
    with pytest.raises(SanctionsModelError, match=told):
        screen(pa.table({"hs": ["76"]}), METALS, edition=edition)


def test_headings_chapters_and_lists_of_codes_are_followed() -> None:
    """A heading is followed by all its subheadings; in a list each code; longer codes by their first six digits."""
    law = _goods_law(["8457"], ["8524"])
    cells = {"8457": ["zz/act/m0=covered"], "8531": ["zz/act/m1=undetermined"], "8457|8531": ["m0", "m1"]}
    for cell, expected in cells.items():
        found = answer(pa.table({"hs": [cell]}), law, edition=Edition(2017, ("8549",)))["measures"]
        assert [one in found for one in expected] == [True] * len(expected), cell
    assert (
        answer(pa.table({"cn": ["84571010"]}), law, edition=Edition(2017, ("8549",)))["measures"] == "zz/act/m0=covered"
    )
    assert answer(pa.table({"hs": ["3002"]}), law, edition=2017)["problem"].startswith("hs: '3002' of HS 2017 holds")
    assert answer(pa.table({"hs": ["none"]}), law, edition=2017)["problem"] == ""


def test_the_edition_in_force_is_told_by_days() -> None:
    """Days of one edition tell it; days of several, or that are no days, tell none."""
    assert edition_in_force(["2021-01-04", "", None, dt.date(2017, 1, 1)]) == 2017
    assert [edition_in_force(days) for days in (["2021-12-31", "2022-01-01"], ["2011-05-05"], ["soon"], [])] == [
        None
    ] * 4


def test_the_law_that_was_asked_is_in_the_metadata() -> None:
    """Arrow and pandas carry the digest of the catalogue."""
    found = screen(pa.table({"hs": ["76"], "x": [1]}), METALS)
    assert found.schema.metadata[b"sanctionsmodel.catalogue_digest"].decode() == METALS.digest
    frame = screen(pd.DataFrame({"hs": ["76"]}, index=["a"]), METALS)
    assert frame.attrs["sanctionsmodel.catalogue_digest"] == METALS.digest
    assert list(frame.index) == ["a"]


def test_an_empty_table_is_answered(kind: Callable[[Mapping[str, Any]], Any]) -> None:
    """A table without rows comes back without rows, with the columns added."""
    made = screen(kind({"hs": pa.array([], pa.string()) if "arrow" in str(kind) else []}), METALS)
    assert records(made) == []


@pytest.mark.parametrize("form", ["numbers", "text", "text with units"])
def test_many_amounts_are_told_apart_exactly_at_the_limits(form: str) -> None:
    """A column of many amounts is read by classes, and answers at and beside a limit are those of assess."""
    law = Catalogue.from_files({"zz/act.yaml": law_file([_heavy()])})
    rng = Random(3)
    near = [25.0, math.nextafter(25.0, 0), math.nextafter(25.0, 99), 24.999999, 25.000001, 0.0, 1e-9, 3e14, -1.0]
    amounts = [*near, *(round(rng.uniform(0, 50), 4) for _ in range(1500))]
    texts = [f"{Decimal(repr(one)):f}" for one in amounts]
    cells: dict[str, list[Any]] = {"numbers": amounts, "text": texts, "text with units": [f"{one} t" for one in texts]}
    found = screen(pa.table({"mass": cells[form]}), law, units={"mass": "t"}).to_pylist()
    for row, text in zip(found, texts, strict=True):
        if text.startswith("-"):
            assert "negative" in row["problem"]
        else:
            expected = law.statuses(Transaction(mass=f"{text} t"))["zz/act/heavy"]
            assert row["measures"] == ("zz/act/heavy=covered" if expected == "covered" else ""), text
