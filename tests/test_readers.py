"""Published layouts of trade data; the files here are made up, with real column names."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sanctionsmodel.errors import TableError
from sanctionsmodel.readers import COLUMNS, flow_batches, lme_stocks, read_flows, read_listed_goods, shipped_flows
from sanctionsmodel.trade import trade_shares

COMTRADE = [
    "typeCode",
    "freqCode",
    "refPeriodId",
    "refYear",
    "refMonth",
    "period",
    "reporterCode",
    "reporterISO",
    "reporterDesc",
    "flowCode",
    "flowDesc",
    "partnerCode",
    "partnerISO",
    "partnerDesc",
    "partner2Code",
    "partner2ISO",
    "partner2Desc",
    "classificationCode",
    "classificationSearchCode",
    "isOriginalClassification",
    "cmdCode",
    "cmdDesc",
    "aggrLevel",
    "isLeaf",
    "customsCode",
    "customsDesc",
    "mosCode",
    "motCode",
    "motDesc",
    "qtyUnitCode",
    "qtyUnitAbbr",
    "qty",
    "isQtyEstimated",
    "altQtyUnitCode",
    "altQtyUnitAbbr",
    "altQty",
    "isAltQtyEstimated",
    "netWgt",
    "isNetWgtEstimated",
    "grossWgt",
    "isGrossWgtEstimated",
    "cifvalue",
    "fobvalue",
    "primaryValue",
    "legacyEstimationFlag",
    "isReported",
    "isAggregate",
]


def comtrade(**changes: Any) -> dict[str, Any]:
    """Return one record in the layout of UN Comtrade."""
    record = dict.fromkeys(COMTRADE, "")
    record |= {"refYear": "2021", "period": "2021", "reporterCode": "643", "flowCode": "M", "partnerCode": "156",
               "partner2Code": "0", "classificationCode": "H5", "cmdCode": "845710", "customsCode": "C00",
               "mosCode": "0", "motCode": "0", "netWgt": "50.5", "isNetWgtEstimated": "False", "cifvalue": "700.25",
               "primaryValue": "700.25"}  # fmt: skip
    return record | changes


def write(path: Path, headers: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Path:
    """Write rows as CSV."""
    lines = [",".join(headers), *(",".join(str(row.get(name, "")) for name in headers) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def first(path: Path, **more: Any) -> dict[str, Any]:
    """Return the first flow of a file."""
    flow: dict[str, Any] = read_flows(path, **more).to_pylist()[0]
    return flow


# -------------------------------------------------------------------------------------------------------------- layouts
def test_comtrade(tmp_path: Path) -> None:
    """The API's CSV: numbers of countries become codes, breakdowns of a flow and re-exports are left out."""
    rows = [
        comtrade(),
        comtrade(partnerCode="0", primaryValue="1000"),
        comtrade(partner2Code="276", primaryValue="9999"),
        comtrade(motCode="2000", primaryValue="9999"),
        comtrade(flowCode="RM", primaryValue="9999"),
        comtrade(partnerCode="490", primaryValue="1", netWgt="3", isNetWgtEstimated="True"),
        comtrade(partnerCode="899", primaryValue="2"),
    ]
    path = write(tmp_path / "trade.csv", COMTRADE, rows)
    found = read_flows(path).to_pylist()
    assert tuple(found[0]) == COLUMNS
    assert found[0] == {
        "flow": "import",
        "reporter": "RU",
        "partner": "CN",
        "hs": "845710",
        "hs_edition": "HS2017",
        "period": "2021",
        "value": 700.25,
        "currency": "USD",
        "mass": 50.5,
        "valuation": "CIF",
    }
    assert [one["partner"] for one in found] == ["CN", "WORLD", "TW", "ZZ"]
    assert found[2]["mass"] is None
    [shares] = trade_shares(read_flows(path))
    assert (shares.total_is_stated, shares.whole) == (True, "RU")


def test_comtrade_json(tmp_path: Path) -> None:
    """The API's JSON, with nulls."""
    record = comtrade(reporterCode=156, partnerCode=32, cmdCode="TOTAL", netWgt=None, primaryValue=6804128143.0)
    path = tmp_path / "answer.json"
    path.write_text(json.dumps({"count": 1, "data": [record]}), encoding="utf-8")
    flow = first(path)
    assert (flow["reporter"], flow["partner"], flow["hs"], flow["mass"]) == ("CN", "AR", "TOTAL", None)


def test_baci(tmp_path: Path) -> None:
    """Thousand dollars and tonnes, codes without their leading zero, own numbers for France and the USA."""
    path = tmp_path / "BACI_HS17_Y2022_V202501.csv"
    path.write_text('"t","i","j","k","v","q"\n2022,251,842,10121,1.5,"   0.25"\n2022,156,643,845710,2,NA\n', "utf-8")
    found = read_flows(path).to_pylist()
    assert [(one["reporter"], one["partner"], one["hs"]) for one in found] == [("FR", "US", "010121"),
                                                                              ("CN", "RU", "845710")]  # fmt: skip
    assert [(one["value"], one["mass"]) for one in found] == [(1500.0, 250.0), (2000.0, None)]
    assert {one["hs_edition"] for one in found} == {"HS2017"}
    assert {one["valuation"] for one in found} == {"FOB"}
    other = path.rename(tmp_path / "flows.csv")
    assert first(other)["hs_edition"] == ""
    assert first(other, edition="HS1992")["hs_edition"] == "HS1992"


COMEXT = ["REPORTER", "PARTNER", "TRADE_TYPE", "PRODUCT_NC", "PRODUCT_SITC", "PRODUCT_CPA21", "PRODUCT_CPA22",
          "PRODUCT_BEC", "PRODUCT_BEC5", "PRODUCT_SECTION", "FLOW", "STAT_PROCEDURE", "SUPPL_UNIT", "PERIOD",
          "VALUE_EUR", "VALUE_NAC", "QUANTITY_KG", "QUANTITY_SUPPL_UNIT"]  # fmt: skip


def test_comext_bulk(tmp_path: Path) -> None:
    """Bulk files: flow 2 is exports, month 52 is the year, rows by procedure add up."""
    row = {"REPORTER": "DE", "PARTNER": "KG", "TRADE_TYPE": "E", "PRODUCT_NC": "84571010", "FLOW": "2",
           "STAT_PROCEDURE": "1", "PERIOD": "202352", "VALUE_EUR": "100", "QUANTITY_KG": "7"}  # fmt: skip
    rows = [row, row | {"STAT_PROCEDURE": "2", "VALUE_EUR": "50"}]
    found = read_flows(write(tmp_path / "full202352.dat", COMEXT, rows)).to_pylist()
    assert [one["value"] for one in found] == [100.0, 50.0]
    flow = found[0]
    assert (flow["flow"], flow["partner"], flow["hs_edition"], flow["period"]) == ("export", "KG", "CN2023", "2023")
    totals = [*rows, row | {"STAT_PROCEDURE": "4", "VALUE_EUR": "150"}]
    [total] = read_flows(write(tmp_path / "totals.csv", COMEXT, totals)).to_pylist()
    assert total["value"] == 150.0


def test_comext_before_2021(tmp_path: Path) -> None:
    """The older columns of the bulk files."""
    headers = ["DECLARANT", "DECLARANT_ISO", "PARTNER", "PARTNER_ISO", "TRADE_TYPE", "PRODUCT_NC", "FLOW",
               "STAT_REGIME", "PERIOD", "VALUE_IN_EUROS", "QUANTITY_IN_KG"]  # fmt: skip
    row = dict(zip(headers, ["004", "DE", "0075", "RU", "E", "84571010", "1", "1", "201912", "5", "2"], strict=True))
    flow = first(write(tmp_path / "full201912.dat", headers, [row]))
    assert (flow["flow"], flow["reporter"], flow["partner"], flow["mass"]) == ("import", "DE", "RU", 2.0)
    assert (flow["valuation"], flow["period"]) == ("CIF", "2019-12")


def test_relational_view(tmp_path: Path) -> None:
    """Names of countries, months in words, one row over all procedures."""
    path = tmp_path / "view.csv"
    path.write_text('REPORTER,PARTNER,PRODUCT,FLOW,STAT_PROCEDURE,PERIOD,VALUE_IN_EUR\n'
                    '"Croatia","Hong Kong (Xianggang)","Total","EXPORT","Total","Aug. 2024",62592\n'
                    '"Euro area - 20 countries (from 2023)","Armenia","Total","EXPORT","Total","Aug. 2024",5\n',
                    "utf-8")  # fmt: skip
    found = read_flows(path).to_pylist()
    assert (found[0]["reporter"], found[0]["partner"], found[0]["period"]) == ("HR", "HK", "2024-08")
    assert found[1]["reporter"].startswith("EURO AREA")


def test_data_browser_csv(tmp_path: Path) -> None:
    """SDMX-CSV of the Data Browser, codes with labels or without; only values, in euros."""
    headers = ["DATAFLOW", "LAST UPDATE", "freq", "reporter", "partner", "product", "flow", "indicators",
               "TIME_PERIOD", "OBS_VALUE", "OBS_FLAG"]  # fmt: skip
    row = {"reporter": "EU27_2020:European Union", "partner": "KG", "product": "8542", "flow": "2:EXPORT",
           "indicators": "VALUE_IN_EUROS", "TIME_PERIOD": "2022-01", "OBS_VALUE": "12"}  # fmt: skip
    rows = [row, row | {"indicators": "QUANTITY_IN_100KG", "OBS_VALUE": "1"}, row | {"OBS_VALUE": ":"}]
    found = read_flows(write(tmp_path / "browser.csv", headers, rows)).to_pylist()
    assert [one["value"] for one in found] == [12.0, None]
    assert (found[0]["reporter"], found[0]["flow"], found[0]["hs"]) == ("EU", "export", "8542")
    with pytest.raises(TableError, match="VALUE_IN_EUROS"):
        read_flows(write(tmp_path / "kg.csv", headers, rows[1:2]))


def workbook(path: Path, rows: Sequence[Sequence[Any]]) -> Path:
    """Write a workbook as the Data Browser makes it."""
    book = openpyxl.Workbook()
    book.active.title = "Summary"
    sheet = book.create_sheet("Sheet 1")
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


HEAD: list[list[Any]] = [["Data extracted on 11/01/2023"], [], ["REPORTER", None, "Lithuania"],
                         ["PRODUCT", None, "8542"], ["FLOW", None, "EXPORT"],
                         ["INDICATORS", None, "VALUE_IN_EUROS"], []]  # fmt: skip
BODY: list[list[Any]] = [["TIME", "2020-01", "2020-02"], ["FREQ (Labels)", "Monthly", "Monthly"],
                         ["PARTNER (Labels)", "", ""], ["Armenia", 84, ":"], ["Kyrgyzstan", 18, 20], [],
                         ["Special value"], [":", "not available"]]  # fmt: skip


def test_data_browser_workbook(tmp_path: Path) -> None:
    """A sheet for each product: what is missing is left out, notes are no rows."""
    found = read_flows(workbook(tmp_path / "eurostat.xlsx", HEAD + BODY)).to_pylist()
    assert [(one["partner"], one["period"], one["value"]) for one in found] == [
        ("AM", "2020-01", 84.0), ("KG", "2020-01", 18.0), ("KG", "2020-02", 20.0)]  # fmt: skip
    assert (found[0]["reporter"], found[0]["hs"], found[0]["flow"]) == ("LT", "8542", "export")


def test_other_workbooks_are_refused(tmp_path: Path) -> None:
    """A sheet without periods or without its product is no table of flows."""
    with pytest.raises(TableError, match="begins with TIME"):
        read_flows(workbook(tmp_path / "a.xlsx", HEAD))
    with pytest.raises(TableError, match="which product"):
        read_flows(workbook(tmp_path / "b.xlsx", HEAD[:3] + HEAD[4:] + BODY))
    (tmp_path / "c.xlsx").write_text("no workbook", "utf-8")
    with pytest.raises(TableError, match="no workbook"):
        read_flows(tmp_path / "c.xlsx")
    with pytest.raises(TableError, match="no rows"):
        read_flows(workbook(tmp_path / "d.xlsx", HEAD + BODY[:3]))


def test_imf(tmp_path: Path) -> None:
    """Millions of dollars by partner; groups keep their words."""
    headers = ["flow", "reporter", "partner_code", "partner", "year", "value_usd_million", "indicator"]
    rows = [["import", "RUS", "CHN", "China", "2021", "72.5", "MG_CIF_USD"],
            ["import", "RUS", "GX170", "CIS", "2021", "9", "MG_CIF_USD"],
            ["import", "RUS", "TX799", "EMDEs by source", "2021", "9", "MG_CIF_USD"]]  # fmt: skip
    path = write(tmp_path / "imf.csv", headers, [dict(zip(headers, row, strict=True)) for row in rows])
    found = read_flows(path).to_pylist()
    assert [one["partner"] for one in found] == ["CN", "CIS", "group:EMDEs by source"]
    assert (found[0]["value"], found[0]["valuation"]) == (72_500_000.0, "CIF")
    assert trade_shares(read_flows(path))[0].total == 72_500_000


def test_chinese_customs(tmp_path: Path) -> None:
    """Text in GB 18030, thousands separators, a comma at the end; flow and period are the caller's to say."""
    path = tmp_path / "gacc.csv"
    text = ('"Commodity code","Commodity","Trading partner code","Trading partner","US dollar",\n'
            '"84571010","加工中心","344","Russia","28,071",\n'
            '"84571010","加工中心","110","Hong Kong，China","5",\n')  # fmt: skip
    path.write_bytes(text.encode("gb18030"))
    flow = first(path, flow="export", period="2024-03")
    assert (flow["reporter"], flow["partner"], flow["value"], flow["period"]) == ("CN", "RU", 28071.0, "2024-03")
    assert (flow["valuation"], first(path, flow="import", period="2024")["valuation"]) == ("FOB", "CIF")
    with pytest.raises(TableError, match="its flow and period"):
        read_flows(path)
    assert read_flows(path, flow="export", period="2024-03")["partner"].to_pylist() == ["RU", "HK"]


KCS = ["Declaration ID", "Date", "Office ID", "Importer ID", "HS6 Code", "Country of Departure", "Country of Origin",
       "Tax Rate", "Net Mass", "Item Price", "Fraud"]  # fmt: skip


def test_korean_customs(tmp_path: Path) -> None:
    """Each declaration counts once by origin and once by where it was sent from, and never in one sum."""
    rows = [
        dict(zip(KCS, row.split(","), strict=True))
        for row in ("1,2021-01-31,40,A,090111,HK,CN,7.2,10.5,1000.25,0", "2,2021-02-01,40,B,854231,HK,ZZ,0,1,500,0")
    ]
    path = write(tmp_path / "declarations.csv", KCS, rows)
    found = read_flows(path, edition="HS2017")
    flow = found.to_pylist()[0]
    assert (flow["flow"], flow["reporter"], flow["partner"], flow["basis"]) == ("import", "KR", "CN", "origin")
    assert (flow["hs"], flow["hs_edition"], flow["period"]) == ("090111", "HS2017", "2021-01")
    assert (flow["value"], flow["currency"], flow["mass"], flow["valuation"]) == (1000.25, "KRW", 10.5, "")
    with pytest.raises(TableError, match="several ways of counting"):
        trade_shares(found)
    [origin] = trade_shares(found, counted_by="origin", period="2021")
    [dispatch] = trade_shares(found, counted_by="dispatch", period="2021")
    assert (origin.unknown, origin.parts[0].partner) == (Decimal(500), "CN")
    assert [(one.partner, one.amount) for one in dispatch.parts] == [("HK", origin.total)]


LISTED = ["hs", "hs_edition", "sanction_date", "wind_down_end", "partially_exempt", "max_price_eur", "categories"]


def test_listed_goods(tmp_path: Path) -> None:
    """Codes under export ban with their days, a price as money, and categories apart."""
    rows = [
        dict(zip(LISTED, row.split(","), strict=True))
        for row in ("010121,HS2017,2022-03-15,,1,300,luxury", "847130,HS2017,2022-02-25,2022-05-01,0,,dual_use;other")
    ]
    horses, laptops = read_listed_goods(write(tmp_path / "bans.csv", LISTED, rows))
    assert (horses.hs, str(horses.since), horses.wind_down, horses.partly) == ("010121", "2022-03-15", None, True)
    assert (str(horses.above), laptops.above, laptops.categories) == ("300 EUR", None, ("dual_use", "other"))


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("sanction_date", "15.3.2022", "line 2: "),
        ("partially_exempt", "yes", "partially_exempt is 'yes'; it is 0 or 1"),
        ("hs", "10121", "leading zero"),
        ("max_price_eur", "dear", "line 2: "),
    ],
)
def test_listed_goods_refuse_what_cannot_be_read(tmp_path: Path, column: str, cell: str, words: str) -> None:
    """The row and the reason; a file without the columns is said to lack them."""
    row = dict(zip(LISTED, ["010121", "HS2017", "2022-03-15", "", "1", "300", "luxury"], strict=True))
    with pytest.raises(TableError, match=words):
        read_listed_goods(write(tmp_path / "bans.csv", LISTED, [row | {column: cell}]))
    with pytest.raises(TableError, match="lacks the columns hs_edition, sanction_date"):
        read_listed_goods(write(tmp_path / "other.csv", ["hs"], [row]))
    with pytest.raises(TableError, match="there is no file"):
        read_listed_goods(tmp_path / "none.csv")


def test_stocks_of_a_file_of_ones_own(tmp_path: Path) -> None:
    """A later copy of the table of LME stocks is read in place of what ships; a share that is no number is refused."""
    headers = ["date", "metal", "share", "tonnes", "confidence", "note", "source"]
    row = dict(zip(headers, ("2026-01-31", "nickel", "0.3", "", "high", "", "Reuters"), strict=True))
    [stock] = lme_stocks(write(tmp_path / "lme.csv", headers, [row]))
    assert (str(stock.day), str(stock.share), stock.tonnes) == ("2026-01-31", "0.3", None)
    with pytest.raises(TableError, match=r"lme.csv, line 2: 'a third' is no number"):
        lme_stocks(write(tmp_path / "lme.csv", headers, [row | {"share": "a third"}]))


def test_tidy_rows_with_bom_and_semicolons(tmp_path: Path) -> None:
    """A byte order mark and semicolons, as spreadsheets write them; the way of counting stays."""
    path = tmp_path / "tidy.csv"
    path.write_text("\ufeffflow;basis;reporter;partner;month;value_eur\nimport;origin;AM;CN;2022-03;5\n", "utf-8")
    flow = first(path)
    assert (flow["currency"], flow["basis"], flow["hs"], flow["period"]) == ("EUR", "origin", "TOTAL", "2022-03")


def test_parquet(tmp_path: Path) -> None:
    """A Parquet file with the columns of a layout is read in batches."""
    table = pa.table({"t": [2022], "i": [156], "j": [643], "k": ["010121"], "v": [1.5], "q": [None]})
    pq.write_table(table, tmp_path / "BACI_HS22_all.parquet")
    assert first(tmp_path / "BACI_HS22_all.parquet")["value"] == 1500.0


def test_a_large_file_comes_in_batches(tmp_path: Path) -> None:
    """A CSV file of many blocks is read one by one, and adds up as one."""
    path = tmp_path / "BACI_HS17_big.csv"
    path.write_text("t,i,j,k,v,q\n" + "2022,156,643,845710,2,1\n" * 500_000, "utf-8")
    reader = flow_batches(path)
    [found] = trade_shares(reader, reported_by="exporter")
    assert found.total == 1_000_000_000


@pytest.mark.parametrize(
    "name",
    ["baci_china_russia", "eurostat_eu27_monthly", "eurostat_eu27_hs6_monthly", "us_imports_2023",
     "armenia_imports_2022"],
)  # fmt: skip
def test_what_ships_is_read(name: str) -> None:
    """Each shipped table is in a layout that is read."""
    assert shipped_flows(name).num_rows > 100


# -------------------------------------------------------------------------------------------------------------- refused
@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.csv", "hs,date\n1,2\n", "no layout known here; read are comtrade, baci, .* for tidy"),
        ("a.csv", "t,i,j,k,v\n1,2,3,4,5\n", "nearest is baci, which also has q"),
        ("a.csv", "t,i,j,k,v,q\n2022,156,643,845710,two,1\n", "what is no number"),
        ("a.csv", "t,i,j,k,v,q\n2022,999999,643,845710,2,1\n", "none of UN Comtrade or BACI"),
        ("a.csv", "t,i,j,k,v,q\n2022,156,643\n", "cannot be read as CSV"),
        ("a.csv", "flow,reporter,partner,period,value,hs\nimport,RU,CN,2021,1,10121\n", "leading zero"),
        ("a.csv", "flow,reporter,partner,period,value\nre-export,RU,CN,2021,1\n", "neither import nor export"),
        ("a.json", "{", "no JSON"),
        ("a.json", "{}", "no records"),
    ],
)
def test_wrong_files_are_refused(tmp_path: Path, name: str, text: str, words: str) -> None:
    """Each refusal says what was expected."""
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(TableError, match=words):
        read_flows(tmp_path / name)


def test_wrong_names_are_refused(tmp_path: Path) -> None:
    """Unknown layouts, files, tables and encodings."""
    (tmp_path / "a.csv").write_text("t,i,j,k,v,q\n", "utf-8")
    with pytest.raises(TableError, match="did you mean 'baci'"):
        read_flows(tmp_path / "a.csv", layout="bacy")
    with pytest.raises(TableError, match="there is no file"):
        read_flows(tmp_path / "b.csv")
    with pytest.raises(TableError, match="did you mean 'us_imports_2023'"):
        shipped_flows("us_imports_2022")
    (tmp_path / "c.csv").write_bytes(b"t,i,j\n\xff\xff\xff,\n")
    with pytest.raises(TableError, match="UTF-8"):
        read_flows(tmp_path / "c.csv")


def test_an_empty_file_holds_no_rows(tmp_path: Path) -> None:
    """A file without a line, or with headers alone, is said to hold nothing."""
    (tmp_path / "a.csv").write_text("", "utf-8")
    with pytest.raises(TableError):
        read_flows(tmp_path / "a.csv")
    (tmp_path / "b.csv").write_text("t,i,j,k,v,q\n", "utf-8")
    with pytest.raises(TableError, match="holds no rows"):
        read_flows(tmp_path / "b.csv")


def test_a_layout_may_lack_what_it_need_not_have(tmp_path: Path) -> None:
    """UN Comtrade's selection of columns without weights, editions and breakdowns is read too."""
    headers = ["refYear", "period", "reporterCode", "flowCode", "partnerCode", "cmdCode", "primaryValue", "netWgt"]
    for names in (headers, headers[:-1]):
        flow = first(write(tmp_path / "few.csv", names, [comtrade(netWgt="0")]))
        assert (flow["mass"], flow["hs_edition"]) == (None, "")
