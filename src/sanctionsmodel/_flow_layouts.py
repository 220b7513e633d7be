"""The published layouts of trade data, each turned into the one layout of `readers`.

Columns out: flow (``import``, ``export``), reporter, partner (place codes, ``EU``, ``WORLD``, ``ZZ`` for not specified,
groups in words), hs, hs_edition, period, value, currency, mass (kg), valuation (``CIF``, ``FOB`` or empty); where a
layout tells several ways of counting, also basis (``origin``, ``dispatch``, ...), and never one row for two of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

try:
    import pyarrow as pa
    import pyarrow.compute as pc
except ImportError as error:  # pragma: no cover - the message is for an install without the extra
    raise ImportError("reading trade data needs the extra: pip install 'sanctionsmodel[tables]'") from error

from sanctionsmodel._periods import period_text
from sanctionsmodel._traders import trader
from sanctionsmodel.errors import TableError, shown

#: The columns of a table of flows.
COLUMNS = ("flow", "reporter", "partner", "hs", "hs_edition", "period", "value", "currency", "mass", "valuation")
_TEXTS = frozenset(COLUMNS) - {"value", "mass"}

_COMTRADE_EDITIONS = {"H0": "HS1992", "H1": "HS1996", "H2": "HS2002", "H3": "HS2007", "H4": "HS2012", "H5": "HS2017",
                      "H6": "HS2022"}  # fmt: skip
# Rows that break a flow down by a second partner, by procedure or by transport lie inside the rows without it.
_COMTRADE_WHOLE = {"partner2Code": ("0", ""), "customsCode": ("C00", ""), "mosCode": ("0", ""), "motCode": ("0", "")}
_FLOWS = {"m": "import", "x": "export", "1": "import", "2": "export", "import": "import", "export": "export",
          "imports": "import", "exports": "export"}  # fmt: skip
_TOTAL_PROCEDURES = ("total", "4")
_HUNDRED_KG = 100
_THOUSAND = 1000


class Layout(NamedTuple):
    """A published layout: the columns that tell it, and what turns a table of texts into flows."""

    name: str
    told_by: frozenset[str]
    read: Callable[[Any, Mapping[str, str]], Any]


# -------------------------------------------------------------------------------------------------------------- columns
def mapped(column: Any, change: Callable[[str], str]) -> Any:
    """Return a text column with each distinct text changed once."""
    coded = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    coded = coded.dictionary_encode() if not pa.types.is_dictionary(coded.type) else coded
    values = pa.array([change((one or "").strip()) for one in coded.dictionary.to_pylist()], pa.string())
    return values.take(coded.indices) if len(values) else pa.array([""] * len(coded), pa.string())


def number(column: Any, name: str, times: int = 1) -> Any:
    """Return a text column as numbers; empty texts, ``:`` and ``NA`` are no numbers, other words are refused."""
    text = pc.utf8_trim_whitespace(column.cast(pa.string()))
    text = pc.if_else(pc.is_in(text, pa.array(["", ":", "NA", "NaN", ": c"])), None, text)
    try:
        found = pc.cast(text, pa.float64())
    except pa.ArrowInvalid as error:
        raise TableError(f"column {name!r} holds what is no number: {str(error)[:120]}") from None
    return pc.multiply(found, float(times)) if times != 1 else found


def constant(text: str, count: int) -> Any:
    """Return a column that says the same in every row."""
    return pa.array([text], pa.string()).take(pa.array([0] * count, pa.int32()))


@lru_cache(maxsize=20_000)
def _side(text: str, numbers: bool) -> str:
    found = trader(text, numbers)
    return found.code or "ZZ"


def side(text: str) -> str:
    """Return the code of a trading side written as a name or code."""
    return _side(text, False)


def numbered_side(text: str) -> str:
    """Return the code of a trading side written as a number of UN Comtrade or BACI."""
    return _side(text, True)


def flow_word(text: str) -> str:
    """Return ``import`` or ``export``; raises TableError for other flows."""
    if text.lower() not in _FLOWS:
        raise TableError(f"flow {shown(text)} is neither import nor export")
    return _FLOWS[text.lower()]


def goods(text: str) -> str:
    """Return a goods code; the row of all goods is TOTAL, and codes of odd length are refused."""
    if text.upper() in ("TOTAL", "AG", "ALL COMMODITIES", ""):
        return "TOTAL"
    if text.isdigit() and len(text) % 2:
        raise TableError(f"goods code {shown(text)} has {len(text)} digits; a leading zero was lost: read it as text")
    return text


def flows(count: int, **columns: Any) -> Any:
    """Return a table of flows; what a layout does not say is empty."""
    empty: dict[str, Any] = {}
    for name in COLUMNS:
        if name in columns:
            empty[name] = columns[name]
        else:
            empty[name] = constant("", count) if name in _TEXTS else pa.nulls(count, pa.float64())
    return pa.table(empty)


# -------------------------------------------------------------------------------------------------------------- layouts
def _comtrade(table: Any, _: Mapping[str, str]) -> Any:
    for name, whole in _COMTRADE_WHOLE.items():
        if name in table.column_names:
            table = table.filter(pc.is_in(table[name], pa.array(whole)))
    table = table.filter(pc.is_in(table["flowCode"], pa.array(["M", "X"])))
    imports = pc.equal(table["flowCode"], "M")
    mass = number(table["netWgt"], "netWgt") if "netWgt" in table.column_names else None
    columns: dict[str, Any] = {}
    if mass is not None:
        # Comtrade estimates weights from values: a price per kg from them would only give back the estimate.
        doubtful = pc.less_equal(mass, 0.0)
        if "isNetWgtEstimated" in table.column_names:
            estimated = pc.equal(pc.utf8_lower(table["isNetWgtEstimated"]), "true")
            doubtful = pc.or_(doubtful, estimated)
        columns["mass"] = pc.if_else(pc.fill_null(doubtful, True), None, mass)
    editions = "classificationCode" in table.column_names
    return flows(
        table.num_rows,
        flow=mapped(table["flowCode"], flow_word),
        reporter=mapped(table["reporterCode"], numbered_side),
        partner=mapped(table["partnerCode"], numbered_side),
        hs=mapped(table["cmdCode"], goods),
        hs_edition=mapped(table["classificationCode"], lambda one: _COMTRADE_EDITIONS.get(one, one))
        if editions
        else constant("", table.num_rows),
        period=mapped(table["period"], period_text),
        value=number(table["primaryValue"], "primaryValue"),
        currency=constant("USD", table.num_rows),
        valuation=pc.if_else(imports, "CIF", "FOB"),
        **columns,
    )


def _baci(table: Any, options: Mapping[str, str]) -> Any:
    """BACI: thousand dollars and tonnes, free on board, i exports to j; a missing leading zero is put back."""
    return flows(
        table.num_rows,
        flow=constant("export", table.num_rows),
        reporter=mapped(table["i"], numbered_side),
        partner=mapped(table["j"], numbered_side),
        hs=mapped(table["k"], lambda code: code.zfill(6)),
        hs_edition=constant(options.get("edition", ""), table.num_rows),
        period=mapped(table["t"], period_text),
        value=number(table["v"], "v", _THOUSAND),
        currency=constant("USD", table.num_rows),
        mass=number(table["q"], "q", _THOUSAND),
        valuation=constant("FOB", table.num_rows),
    )


def _comext(table: Any, _: Mapping[str, str]) -> Any:
    """Comext files, in the columns of today or of before 2021: without "stat. procedure" a row is a part."""
    names = table.column_names

    def first(*some: str) -> str:
        return next(one for one in some if one in names)

    table = _total_procedure(table, [one for one in ("STAT_PROCEDURE", "STAT_REGIME") if one in names])
    mass = [one for one in ("QUANTITY_KG", "QUANTITY_IN_KG") if one in names]
    columns = {"mass": number(table[mass[0]], mass[0])} if mass else {}
    period = mapped(table["PERIOD"], period_text)
    value = first("VALUE_EUR", "VALUE_IN_EUROS", "VALUE_IN_EUR")
    flow = mapped(table["FLOW"], flow_word)
    return flows(
        table.num_rows,
        flow=flow,
        reporter=mapped(table[first("REPORTER", "DECLARANT_ISO")], side),
        partner=mapped(table[first("PARTNER_ISO", "PARTNER")], side),
        hs=mapped(table[first("PRODUCT_NC", "PRODUCT")], goods),
        hs_edition=mapped(period, lambda text: f"CN{text[:4]}"),
        period=period,
        value=number(table[value], value),
        currency=constant("EUR", table.num_rows),
        valuation=pc.if_else(pc.equal(flow, "import"), "CIF", "FOB"),
        **columns,
    )


def _total_procedure(table: Any, names: list[str]) -> Any:
    """Keep the rows over all procedures where there are such: the others lie inside them."""
    for name in names:
        whole = pc.is_in(pc.utf8_lower(table[name]), pa.array(_TOTAL_PROCEDURES))
        if pc.any(whole).as_py():
            table = table.filter(whole)
    return table


def _data_browser(table: Any, _: Mapping[str, str]) -> Any:
    """SDMX-CSV of the Eurostat Data Browser; cells may be codes, or codes with labels ("2:EXPORT")."""
    indicator = mapped(table["indicators"], lambda text: text.partition(":")[0].upper())
    kept = pc.is_in(indicator, pa.array(["VALUE_IN_EUROS", "VALUE_EUR", "VALUE_IN_EUR"]))
    if not pc.any(kept).as_py():
        raise TableError("no row has the indicator VALUE_IN_EUROS; choose it in the Data Browser")
    table = table.filter(kept)

    def code(name: str, change: Callable[[str], str]) -> Any:
        return mapped(table[name], lambda text: change(text.partition(":")[0]))

    period = mapped(table["TIME_PERIOD"], period_text)
    flow = code("flow", flow_word)
    return flows(
        table.num_rows,
        flow=flow,
        reporter=code("reporter", side),
        partner=code("partner", side),
        hs=code("product", goods),
        hs_edition=mapped(period, lambda text: f"CN{text[:4]}"),
        period=period,
        value=number(table["OBS_VALUE"], "OBS_VALUE"),
        currency=constant("EUR", table.num_rows),
        valuation=pc.if_else(pc.equal(flow, "import"), "CIF", "FOB"),
    )


def _imf(table: Any, _: Mapping[str, str]) -> Any:
    """Direction of trade by partner, in millions of dollars; groups have codes of their own."""
    names = dict(zip(table["partner_code"].to_pylist(), table["partner"].to_pylist(), strict=True))

    def partner(code: str) -> str:
        try:
            return side(code)
        except TableError:
            try:
                return side(names.get(code) or "")
            except TableError:
                return f"group:{names.get(code)}"

    valuation = mapped(table["indicator"], lambda text: next((one for one in ("CIF", "FOB") if one in text), ""))
    return flows(
        table.num_rows,
        flow=mapped(table["flow"], flow_word),
        reporter=mapped(table["reporter"], side),
        partner=mapped(table["partner_code"], partner),
        hs=constant("TOTAL", table.num_rows),
        period=mapped(table["year"], period_text),
        value=number(table["value_usd_million"], "value_usd_million", _THOUSAND * _THOUSAND),
        currency=constant("USD", table.num_rows),
        valuation=valuation,
    )


def _gacc(table: Any, options: Mapping[str, str]) -> Any:
    """Chinese customs, the detail download: dollars with thousands separators; flow and period stand nowhere in it."""
    absent = [name for name in ("flow", "period") if not options.get(name)]
    if absent:
        raise TableError(f"a file of Chinese customs does not say its {' and '.join(absent)}; give them to read_flows")
    code = mapped(table["Commodity code"], goods)
    return flows(
        table.num_rows,
        flow=constant(flow_word(options["flow"]), table.num_rows),
        reporter=constant("CN", table.num_rows),
        partner=mapped(table["Trading partner"], side),
        hs=code,
        hs_edition=constant(options.get("edition", ""), table.num_rows),
        period=constant(period_text(options["period"]), table.num_rows),
        value=number(mapped(table["US dollar"], lambda text: text.replace(",", "")), "US dollar"),
        currency=constant("USD", table.num_rows),
        valuation=constant("CIF" if flow_word(options["flow"]) == "import" else "FOB", table.num_rows),
    )


def _kcs(table: Any, options: Mapping[str, str]) -> Any:
    """Declarations of goods to the Korean customs, each once by origin and once by where it was sent from."""
    count = table.num_rows
    kinds = (("origin", "Country of Origin"), ("dispatch", "Country of Departure"))
    shared = {
        "flow": constant("import", count),
        "reporter": constant("KR", count),
        "hs": mapped(table["HS6 Code"], goods),
        "hs_edition": constant(options.get("edition", ""), count),
        "period": mapped(table["Date"], period_text),
        "value": number(table["Item Price"], "Item Price"),
        "currency": constant("KRW", count),
        "mass": number(table["Net Mass"], "Net Mass"),
    }
    return pa.concat_tables(
        flows(count, partner=mapped(table[name], side), **shared).append_column("basis", constant(kind, count))
        for kind, name in kinds
    )


def _tidy(table: Any, options: Mapping[str, str]) -> Any:
    """Tidy rows, as this library ships them."""
    names = table.column_names
    value = next(one for one in ("value_usd", "value_eur", "value") if one in names)
    currency = {"value_usd": "USD", "value_eur": "EUR"}.get(value, "")
    period = next(one for one in ("period", "month", "year") if one in names)
    columns = {one: mapped(table[one], str) for one in ("hs_edition", "valuation") if one in names}
    if "mass_kg" in names:
        columns["mass"] = number(table["mass_kg"], "mass_kg")
    found = flows(
        table.num_rows,
        flow=mapped(table["flow"], flow_word),
        reporter=mapped(table["reporter"], side),
        partner=mapped(table["partner"], side),
        hs=mapped(table["hs"], goods) if "hs" in names else constant(options.get("hs", "TOTAL"), table.num_rows),
        period=mapped(table[period], period_text),
        value=number(table[value], value),
        currency=mapped(table["currency"], str) if "currency" in names else constant(currency, table.num_rows),
        **columns,
    )
    return found.append_column("basis", mapped(table["basis"], str)) if "basis" in names else found


#: The layouts, the most telling first.
LAYOUTS = (
    Layout("comtrade", frozenset({"refYear", "reporterCode", "flowCode", "partnerCode", "cmdCode", "primaryValue"}),
           _comtrade),
    Layout("baci", frozenset("tijkvq"), _baci),
    Layout("comext", frozenset({"REPORTER", "PARTNER", "PRODUCT_NC", "FLOW", "PERIOD", "VALUE_EUR"}), _comext),
    Layout("comext before 2021",
           frozenset({"DECLARANT_ISO", "PARTNER_ISO", "PRODUCT_NC", "FLOW", "PERIOD", "VALUE_IN_EUROS"}), _comext),
    Layout("relational view", frozenset({"REPORTER", "PARTNER", "PRODUCT", "FLOW", "PERIOD", "VALUE_IN_EUR"}), _comext),
    Layout("relational view",
           frozenset({"REPORTER", "PARTNER", "PRODUCT", "FLOW", "PERIOD", "VALUE_IN_EUROS"}), _comext),
    Layout("data browser",
           frozenset({"reporter", "partner", "product", "flow", "indicators", "TIME_PERIOD", "OBS_VALUE"}),
           _data_browser),
    Layout("imf", frozenset({"flow", "reporter", "partner_code", "partner", "year", "value_usd_million", "indicator"}),
           _imf),
    Layout("gacc", frozenset({"Commodity code", "Trading partner", "US dollar"}), _gacc),
    Layout("kcs", frozenset({"Declaration ID", "Date", "HS6 Code", "Country of Departure", "Country of Origin",
                             "Net Mass", "Item Price"}), _kcs),
    *(Layout("tidy", frozenset({"flow", "reporter", "partner", period, value}), _tidy)
      for period in ("period", "month", "year") for value in ("value_usd", "value_eur", "value")),
)  # fmt: skip
