"""Places, their codes and names, and the groups of countries that laws name."""

from __future__ import annotations

import importlib.metadata
import pickle
import runpy
import subprocess
import sys
import time
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pycountry
import pytest
from pydantic import BaseModel, ValidationError

from sanctionsmodel._data import DATA, read_json
from sanctionsmodel.errors import FactError, UnknownCode
from sanctionsmodel.jurisdictions import (
    Jurisdiction,
    group_members,
    group_names,
    group_periods,
    group_source,
    place_code,
    place_name,
    plain_name,
)

ROOT = Path(__file__).parents[1]


# ---------------------------------------------------------------------------------------------------------- places


@pytest.mark.parametrize("text", ["RU", "ru", " Ru ", "RUS", "rus", "Russia", "RUSSIA ", "Russian Federation"])
def test_one_country_has_one_code(text: str) -> None:
    """However a trader writes Russia, it is one code."""
    assert place_code(text) == "RU"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Turkey", "TR"),
        ("Türkiye", "TR"),
        ("turkiye", "TR"),
        ("UK", "GB"),
        ("U.K.", "GB"),
        ("Great Britain", "GB"),
        ("England", "GB-ENG"),
        ("USA", "US"),
        ("U.S.", "US"),
        ("U.S.A.", "US"),
        ("United States of America", "US"),
        ("Kosovo", "XK"),
        ("XK", "XK"),
        ("EU", "EU"),
        ("European Union", "EU"),
        ("EL", "GR"),
        ("DPRK", "KP"),
        ("North Korea", "KP"),
        ("Korea, North", "KP"),
        ("South Korea", "KR"),
        ("Republic of Korea", "KR"),
        ("Korea, Republic of", "KR"),
        ("Burma", "MM"),
        ("UAE", "AE"),
        ("United Arab Emirates", "AE"),
        ("Taiwan", "TW"),
        ("Iran", "IR"),
        ("Iran (Islamic Republic of)", "IR"),
        ("Iran, Islamic Republic of", "IR"),
        ("Venezuela (Bolivarian Republic of)", "VE"),
        ("Syria", "SY"),
        ("Czech Republic", "CZ"),
        ("Czechia", "CZ"),
        ("Ivory Coast", "CI"),
        ("Côte d'Ivoire", "CI"),
        ("Cote d’Ivoire", "CI"),
        ("Hong Kong", "HK"),
        ("Macau", "MO"),
        ("Macao", "MO"),
        ("Macedonia", "MK"),
        ("Swaziland", "SZ"),
        ("Cape Verde", "CV"),
        ("Vatican", "VA"),
        ("Palestine", "PS"),
        ("Holland", "NL"),
        ("The Netherlands", "NL"),
        ("Bahamas (the)", "BS"),
        ("Bosnia & Herzegovina", "BA"),
        ("Guinea", "GN"),
        ("Guinea-Bissau", "GW"),
        ("Niger", "NE"),
        ("Nigeria", "NG"),
        ("Georgia", "GE"),
        ("DR Congo", "CD"),
        ("Congo (Kinshasa)", "CD"),
        ("Congo-Brazzaville", "CG"),
        ("East Timor", "TL"),
        ("Vietnam", "VN"),
        ("Laos", "LA"),
    ],
)
def test_names_that_people_write_are_known(text: str, code: str) -> None:
    """Common names, official names and abbreviations come from a closed table."""
    assert place_code(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Crimea", "UA-43"),
        ("ua-43", "UA-43"),
        ("Sevastopol", "UA-40"),
        ("Donetsk", "UA-14"),
        ("Luhansk oblast", "UA-09"),
        ("Kherson", "UA-65"),
        ("Zaporizhzhia", "UA-23"),
        ("Abkhazia", "GE-AB"),
        ("Transnistria", "MD-SN"),
        ("Xinjiang", "CN-XJ"),
        ("Kaliningrad", "RU-KGD"),
        ("Northern Ireland", "GB-NIR"),
        ("XI", "GB-NIR"),
        ("XC", "ES-CE"),
        ("UA-30", "UA-30"),
        ("us-tx", "US-TX"),
        ("CN-SD", "CN-SD"),
        ("CN-SC", "CN-SC"),
        ("CN-GD", "CN-GD"),
        ("BZ-BZ", "BZ-BZ"),
    ],
)
def test_regions_keep_their_own_code(text: str, code: str) -> None:
    """A region with rules of its own is never rounded up to its country."""
    assert place_code(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("CN-HK", "HK"),
        ("CN-MO", "MO"),
        ("cn-tw", "TW"),
        ("US-PR", "PR"),
        ("US-GU", "GU"),
        ("US-AS", "AS"),
        ("US-MP", "MP"),
        ("US-VI", "VI"),
        ("US-UM", "UM"),
        ("NL-AW", "AW"),
        ("NL-CW", "CW"),
        ("NL-SX", "SX"),
        ("FR-BL", "BL"),
        ("FR-MF", "MF"),
        ("FR-PM", "PM"),
        ("FR-WF", "WF"),
        ("FR-971", "GP"),
        ("FR-974", "RE"),
        ("FI-01", "AX"),
        ("NO-21", "SJ"),
        ("NL-BQ1", "BQ-BO"),
    ],
)
def test_a_place_with_two_codes_is_one_place(text: str, code: str) -> None:
    """A subdivision that has a country code of its own is written with that."""
    assert place_code(text) == code


@pytest.mark.parametrize(
    ("text", "candidates"),
    [("Korea", ["KP", "KR"]), ("congo", ["CD", "CG"]), ("Virgin Islands", ["VG", "VI"]), ("St. Martin", ["MF", "SX"])],
)
def test_an_ambiguous_name_lists_its_candidates(text: str, candidates: list[str]) -> None:
    """A name of two places is refused, and both are named."""
    with pytest.raises(UnknownCode, match="more than one place") as caught:
        place_code(text)
    assert all(f"'{code}'" in str(caught.value) for code in candidates)


@pytest.mark.parametrize(
    ("text", "day", "remedy"),
    [
        ("SU", "1992-08-30", "'RU'"),
        ("USSR", "1992-08-30", "'UA'"),
        ("Soviet Union", "1992-08-30", "'UZ'"),
        ("YU", "2003-07-23", "'RS'"),
        ("Yugoslavia", "2003-07-23", "'ME'"),
        ("DD", "1990-10-30", "'DE'"),
        ("East Germany", "1990-10-30", "'DE'"),
        ("AN", "2010-12-15", "'CW'"),
        ("ZR", "1997-07-14", "'CD'"),
        ("BU", "1989-12-05", "'MM'"),
        ("TP", "2002-05-20", "'TL'"),
        ("SCG", "2006-09-26", "'RS'"),
        ("SUHH", "1992-08-30", "'RU'"),
    ],
)
def test_a_withdrawn_code_says_when_and_what_to_write(text: str, day: str, remedy: str) -> None:
    """A code of the past is refused with the day of its withdrawal and the codes of today."""
    with pytest.raises(UnknownCode, match=f"withdrawn on {day}.*{remedy}"):
        place_code(text)


def test_a_withdrawn_code_of_two_states_names_both() -> None:
    """CS was Czechoslovakia, and then Serbia and Montenegro."""
    with pytest.raises(UnknownCode, match=r"1993-06-15.*'CZ' or 'SK'.*2006-09-26.*'ME' or 'RS'"):
        place_code("CS")


@pytest.mark.parametrize("code", ["AI", "BQ", "BY", "GE", "SK"])
def test_a_code_given_anew_is_the_state_of_today(code: str) -> None:
    """Five withdrawn codes belong to other places now, and are read as those."""
    assert place_code(code) == code


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("RU-CR", "UA-43"),
        ("RU-SEV", "UA-40"),
        ("DNR", "UA-14"),
        ("Luhansk People's Republic", "UA-09"),
        ("South Ossetia", "'GE'"),
        ("Northern Cyprus", "'CY'"),
        ("World", "leave the fact out"),
        ("ZZ", "private use"),
        ("QQ", "private use"),
        ("XX", "private use"),
        ("UA-99", "3166-2"),
        ("Rusia", "did you mean 'Russia'"),
        ("Kazakstan", "did you mean 'Kazakhstan'"),
        ("643", "ISO 3166 code"),
        ("EU27_2020", "ISO 3166 code"),
        ("", "empty"),
        (" \t", "empty"),
    ],
)
def test_a_refusal_says_what_to_write(text: str, message: str) -> None:
    """Every refusal names what was written and a way out."""
    with pytest.raises(UnknownCode, match=message) as caught:
        place_code(text)
    assert repr(text) in str(caught.value)


@pytest.mark.parametrize("text", ["UA-٤٣", "ＲＵ", "ır", "uſ", "R U", "R\u200bU", "RU\n\nUA", "'; drop table"])
def test_letters_that_only_look_right_are_refused(text: str) -> None:
    """Codes are plain letters and digits: what only looks like them, or becomes them in capitals, is no code."""
    with pytest.raises(UnknownCode):
        place_code(text)


@pytest.mark.parametrize("value", [None, 7, 1.5, b"RU", ["RU"], float("nan")])
def test_what_is_not_text_is_refused(value: Any) -> None:
    """A place is text: nothing else is turned into it."""
    with pytest.raises(UnknownCode, match="not text"):
        place_code(value)


@pytest.mark.parametrize("text", ["x" * 10**7, " " * 10**7, "é" * 10**6, "RU-" * 10**6])
def test_a_huge_text_is_refused_at_once(text: str) -> None:
    """Megabytes of text cost no more than looking at them."""
    started = time.perf_counter()
    with pytest.raises(UnknownCode, match="too long"):
        place_code(text)
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize("text", ["Atlantisand" * 9, "-" * 100, "aA-1" * 25])
def test_a_long_wrong_name_is_refused_soon(text: str) -> None:
    """Looking for near names of the longest text takes a fraction of a second."""
    started = time.perf_counter()
    with pytest.raises(UnknownCode):
        place_code(text)
    assert time.perf_counter() - started < 0.5


def test_every_country_and_code_of_the_standard_is_known() -> None:
    """All codes and all names of ISO 3166-1 lead to its alpha-2 code, but for the names of two places."""
    for one in pycountry.countries:
        names = [getattr(one, field, None) for field in ("name", "common_name", "official_name")]
        for text in [one.alpha_2, one.alpha_3, one.alpha_2.lower(), *(name for name in names if name)]:
            if text not in {"Congo"}:
                assert place_code(text) == one.alpha_2


def test_every_withdrawn_country_is_refused_or_lives_on() -> None:
    """No code of ISO 3166-3 is read as something it is not."""
    live = {one.alpha_2 for one in pycountry.countries} | {one.alpha_3 for one in pycountry.countries}
    for one in pycountry.historic_countries:
        for code in {one.alpha_2, one.alpha_3, one.alpha_4} - live:
            with pytest.raises(UnknownCode, match="withdrawn"):
                place_code(code)


def test_every_shipped_region_is_in_the_standard() -> None:
    """Regions and double codes in our tables exist in ISO 3166-2."""
    places = read_json("reference/places.json")
    known = {one.code for one in pycountry.subdivisions}
    assert set(places["regions"]) <= known
    reserved = {"FR-GF", "FR-GP", "FR-MQ", "FR-RE", "FR-YT"}
    assert {code for code in places["codes"] if "-" in code} - reserved <= known


def test_canonical_codes_are_fixed_points() -> None:
    """Reading a code that was read gives the same code."""
    places = read_json("reference/places.json")
    for code in {*places["countries"], *places["regions"], *places["names"].values(), *places["codes"].values()}:
        assert place_code(code) == code


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("RU", "Russia"),
        ("TR", "Türkiye"),
        ("GB", "United Kingdom"),
        ("KR", "South Korea"),
        ("TW", "Taiwan"),
        ("XK", "Kosovo"),
        ("EU", "European Union"),
        ("UA-43", "Crimea (Ukraine)"),
        ("US-TX", "Texas (United States)"),
        ("crimea", "Crimea (Ukraine)"),
    ],
)
def test_a_place_has_a_common_name(code: str, name: str) -> None:
    """Names shown are those in common English use, not the inverted ones of the standard."""
    assert place_name(code) == name


def test_names_shown_are_read_back() -> None:
    """The name of every country leads back to its code."""
    for code in read_json("reference/places.json")["countries"]:
        assert place_code(place_name(code)) == code


def test_plain_names_ignore_what_people_vary() -> None:
    """Case, accents, stops, commas, hyphens, "the" and "St" make no difference."""
    assert plain_name("  The  Côte-d’Ivoire. ") == plain_name("COTE D'IVOIRE")
    assert plain_name("St. Kitts & Nevis") == plain_name("Saint Kitts and Nevis")


def test_a_plain_code_is_fast_and_loads_nothing() -> None:
    """An alpha-2 code is a look-up, and neither import nor look-up loads pycountry, pint or yaml."""
    script = (
        "import sys, timeit\n"
        "from sanctionsmodel.jurisdictions import Jurisdiction, place_code, group_members\n"
        "for text in ('RU', 'ua-43', 'Turkey', 'CN-HK', 'XI'): place_code(text)\n"
        "Jurisdiction('UA-43').name\n"
        "print(sorted({'pycountry', 'pint', 'yaml'} & set(sys.modules)))\n"
        "print(min(timeit.repeat(lambda: place_code('RU'), number=10000, repeat=5)) / 10000)\n"
    )
    loaded, seconds = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split("\n")[:2]
    assert loaded == "[]"
    assert float(seconds) < 2e-6


# ------------------------------------------------------------------------------------------------------ jurisdictions


def test_a_jurisdiction_is_its_code() -> None:
    """Names and codes of one place make equal values, which print as the code."""
    assert Jurisdiction("russia") == Jurisdiction("RU") == Jurisdiction(code="RUS")
    assert hash(Jurisdiction("russia")) == hash(Jurisdiction("RU"))
    assert (str(Jurisdiction("Crimea")), repr(Jurisdiction("Crimea"))) == ("UA-43", "Jurisdiction('UA-43')")
    assert Jurisdiction("RU") != Jurisdiction("UA")


class _Shipment(BaseModel):
    origin: Jurisdiction
    via: tuple[Jurisdiction, ...] = ()


def test_json_is_the_code_there_and_back() -> None:
    """Nested or alone, a jurisdiction is plain text in JSON."""
    shipment = _Shipment.model_validate({"origin": "Russia", "via": ["AE", Jurisdiction("UA-43")]})
    assert shipment.model_dump_json() == '{"origin":"RU","via":["AE","UA-43"]}'
    assert _Shipment.model_validate_json(shipment.model_dump_json()) == shipment
    assert Jurisdiction.model_validate_json('"Turkey"') == Jurisdiction("TR")
    assert Jurisdiction("TR").model_dump_json() == '"TR"'
    assert Jurisdiction("TR").name == "Türkiye"
    assert _Shipment.model_json_schema()["$defs"]["Jurisdiction"]["type"] == "string"
    assert pickle.loads(pickle.dumps(shipment)) == shipment


@pytest.mark.parametrize("value", ["Korea", 7, None, {}, {"code": "RU", "x": 1}, {"code": 7}, ["RU"]])
def test_a_bad_place_in_a_model_is_a_validation_error(value: object) -> None:
    """Whatever arrives in JSON, the answer is a place or a refusal."""
    with pytest.raises(ValidationError):
        _Shipment.model_validate({"origin": value})


def test_a_jurisdiction_does_not_change() -> None:
    """A value that was read stays as it is."""
    place: Any = Jurisdiction("RU")
    with pytest.raises(ValidationError, match="frozen"):
        place.code = "UA"
    with pytest.raises(FactError, match="its code alone"):
        Jurisdiction("RU", name="Russia")


@pytest.mark.parametrize(
    ("code", "kind", "parent"),
    [("RU", "country", None), ("TW", "country", None), ("XK", "country", None), ("HK", "territory", None),
     ("PR", "territory", None), ("UA-43", "region", "UA"), ("GB-NIR", "region", "GB"), ("EU", "union", None)],
)  # fmt: skip
def test_kinds_and_parents(code: str, kind: str, parent: str | None) -> None:
    """Only a region has a parent: a territory with a country code stands for itself."""
    place = Jurisdiction(code)
    assert (place.kind, place.parent and place.parent.code) == (kind, parent)


def test_a_country_contains_its_regions() -> None:
    """Crimea is in Ukraine, never in Russia; Hong Kong is in nothing but itself."""
    assert Jurisdiction("UA").contains("UA-43")
    assert Jurisdiction("UA").contains(Jurisdiction("UA"))
    assert not Jurisdiction("UA-43").contains("UA")
    assert not Jurisdiction("RU").contains("Crimea")
    assert not Jurisdiction("CN").contains("HK")
    with pytest.raises(UnknownCode):
        Jurisdiction("UA").contains("Korea")


def test_the_union_contains_its_members_on_a_day() -> None:
    """Who is in the EU hangs on the day, regions of members included; without a day there is no answer."""
    union = Jurisdiction("EU")
    assert union.contains("HR", on=date(2013, 7, 1))
    assert not union.contains("HR", on=date(2013, 6, 30))
    assert union.contains("GB-NIR", on=date(2020, 1, 31))
    assert not union.contains("GB-NIR", on=date(2020, 2, 1))
    assert union.contains("EU")
    assert not Jurisdiction("DE").contains("EU")
    with pytest.raises(FactError, match="hangs on the day"):
        union.contains("DE")


# ------------------------------------------------------------------------------------------------------------- groups


def test_the_groups_are_these() -> None:
    """Group names are a promise to law files."""
    assert group_names() == (
        "eea", "eu", "eu/833-2014-annex-viii", "g7", "jp/concern", "jp/group-a", "jp/russia-diversion",
        "jp/un-arms-embargo", "un/arms-embargo-jp-list", "un/arms-embargo-us-list", "us/746-supp-3", "us/a:1", "us/a:2",
        "us/a:3", "us/a:4", "us/a:5", "us/a:6", "us/b", "us/d:1", "us/d:2", "us/d:3", "us/d:4", "us/d:5", "us/e:1",
        "us/e:2",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("group", "code", "first", "until"),
    [
        ("eu", "DE", date(1958, 1, 1), None),
        ("eu", "GB", date(1973, 1, 1), date(2020, 2, 1)),
        ("eu", "GR", date(1981, 1, 1), None),
        ("eu", "ES", date(1986, 1, 1), None),
        ("eu", "SE", date(1995, 1, 1), None),
        ("eu", "PL", date(2004, 5, 1), None),
        ("eu", "RO", date(2007, 1, 1), None),
        ("eu", "HR", date(2013, 7, 1), None),
        ("eea", "NO", date(1994, 1, 1), None),
        ("eea", "LI", date(1995, 5, 1), None),
        ("eea", "GB", date(1994, 1, 1), date(2020, 2, 1)),
        ("eu/833-2014-annex-viii", "IS", date(2024, 6, 25), None),
        ("eu/833-2014-annex-viii", "CH", date(2023, 6, 24), None),
        ("g7", "CA", date(1976, 6, 28), None),
        ("us/746-supp-3", "JP", date(2022, 2, 24), None),
        ("us/746-supp-3", "KR", date(2022, 3, 4), None),
        ("us/746-supp-3", "CH", date(2022, 4, 8), None),
        ("us/746-supp-3", "TW", date(2023, 2, 24), None),
        ("us/a:5", "IN", date(2018, 8, 3), None),
        ("us/a:5", "AE", date(2026, 7, 23), None),
        ("us/d:5", "NI", date(2024, 3, 15), None),
        ("us/d:5", "HK", date(2020, 12, 23), None),
    ],
)
def test_members_join_and_leave_on_their_day(group: str, code: str, first: date, until: date | None) -> None:
    """On its first day a member is in, on the eve it is not; the day of leaving is the first day outside."""
    eve = date.fromordinal(first.toordinal() - 1)
    assert [code in group_members(group, day) for day in (eve, first, date(2019, 6, 1) if until else first)] == [
        False, True, True,
    ]  # fmt: skip
    if until:
        last = date.fromordinal(until.toordinal() - 1)
        assert [code in group_members(group, day) for day in (last, until)] == [True, False]


@pytest.mark.parametrize(
    ("group", "size"),
    [("eu", 27), ("eea", 30), ("g7", 7), ("us/746-supp-3", 38), ("us/b", 173), ("us/e:2", 1), ("jp/group-a", 27),
     ("jp/russia-diversion", 10), ("un/arms-embargo-us-list", 10), ("eu/833-2014-annex-viii", 11)],
)  # fmt: skip
def test_groups_have_their_size(group: str, size: int) -> None:
    """Counts as in the sources, in late 2026."""
    assert len(group_members(group, date(2026, 11, 1))) == size


def test_the_two_lists_of_embargoed_countries_differ() -> None:
    """What US and Japanese law call UN-embargoed is not the same, and Japan's is its own appended table."""
    day = date(2026, 11, 1)
    american, japanese = (group_members(f"un/arms-embargo-{who}-list", day) for who in ("us", "jp"))
    assert sorted(american - japanese) == ["ER", "IR"]
    assert sorted(japanese - american) == ["AF", "SS"]
    assert japanese == group_members("jp/un-arms-embargo", day)


@pytest.mark.parametrize("group", group_names())
def test_periods_cover_all_time(group: str) -> None:
    """Periods follow one another without gap from the beginning to the end of time, and each differs from the last."""
    periods = group_periods(group)
    assert (periods[0][0], periods[-1][1]) == (None, None)
    for (start, end, members), (next_start, _, next_members) in pairwise(periods):
        assert end is not None
        assert end == next_start
        assert start is None or start < end
        assert members != next_members
    for start, end, members in periods:
        assert all(place_code(code) == code for code in members)
        assert group_members(group, start or date.min) == members
        assert group_members(group, date.fromordinal(end.toordinal() - 1) if end else date.max) == members
    assert group_source(group)


@pytest.mark.parametrize("name", ["us/e1", "EU", "us/a:7", "five-eyes", ""])
def test_an_unknown_group_is_refused(name: str) -> None:
    """A group that nobody defined is an error, with near names or all names."""
    for ask in (group_periods, group_source, lambda group: group_members(group, date(2024, 1, 1))):
        with pytest.raises(UnknownCode, match=r"group '.*' is unknown; (did you mean|known:)"):
            ask(name)


@pytest.mark.parametrize("day", [datetime(2024, 1, 1, 12), "2024-01-01", None, 20240101])  # noqa: DTZ001
def test_membership_is_asked_for_a_day(day: Any) -> None:
    """A moment, a text or a number is not a day."""
    with pytest.raises(FactError, match="is not a day"):
        group_members("eu", day)


def test_a_region_is_in_the_groups_of_its_country() -> None:
    """Crimea is in no group because Russia is; Northern Ireland goes with the United Kingdom."""
    day = date(2024, 1, 1)
    assert Jurisdiction("GB-NIR").is_in("us/a:5", on=day)
    assert not Jurisdiction("UA-43").is_in("us/d:1", on=day)
    assert Jurisdiction("RU").is_in("us/d:1", on=day)
    assert not Jurisdiction("EU").is_in("eu", on=day)


# ---------------------------------------------------------------------------------------------------- generated files


def test_the_shipped_files_are_what_the_script_makes() -> None:
    """Nobody edits generated data by hand, and the script gives the same bytes each time."""
    script = ROOT / "scripts" / "build_reference_places.py"
    if not script.exists():
        pytest.skip("no scripts in this copy")
    if read_json("reference/places.json")["pycountry"] != importlib.metadata.version("pycountry"):
        pytest.skip("another edition of ISO 3166 is installed")
    for name, text in runpy.run_path(str(script))["build"]().items():
        assert (DATA / "reference" / name).read_text(encoding="utf-8") == text
