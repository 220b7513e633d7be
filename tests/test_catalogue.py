"""The catalogue: loading, layering, selecting, and the digest that says which law an answer used."""

from __future__ import annotations

import datetime as dt
import pickle
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from sanctionsmodel._data import DATA
from sanctionsmodel.assessment import assess
from sanctionsmodel.catalogue import Catalogue
from sanctionsmodel.errors import CatalogueError, FactError
from sanctionsmodel.prohibitions import Prohibition, Status
from sanctionsmodel.transactions import Transaction
from strategies import catalogue, law_file

IMPORT = "us/eo-14068/metals-import"
RUSSIAN = {"origin": "RU"}


def write(home: Path, name: str, *whens: Mapping[str, object], first: int = 1) -> Path:
    """Write a law file of measures with these conditions below a directory."""
    measures = [{"id": f"zz/act/{place}", "versions": [{"when": when}]} for place, when in enumerate(whens, first)]
    path = home / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(law_file(measures))
    return home


# ------------------------------------------------------------------------------------------------------ as a collection
def test_measures_by_id() -> None:
    """A catalogue gives its measures by id, and names the nearest ids for one that it has not."""
    law = Catalogue.bundled()
    assert isinstance(law[IMPORT], Prohibition)
    assert IMPORT in law
    assert IMPORT in law.ids
    with pytest.raises(
        KeyError, match=r"no measure 'us/eo-14068/metal-import'; did you mean 'us/eo-14068/metals-import'"
    ):
        law["us/eo-14068/metal-import"]


def test_iteration_length_and_ids_agree() -> None:
    """Iterating, counting and listing tell of the same measures, each once."""
    law = Catalogue.bundled()
    assert [measure.id for measure in law] == list(law.ids)
    assert len(law) == len(set(law.ids)) > 0


def test_loaded_once_a_process() -> None:
    """The bundled catalogue is one object."""
    assert Catalogue.bundled() is Catalogue.bundled()


def test_every_measure_says_what_it_models() -> None:
    """Every bundled measure says how complete it is and when it was verified; a partial one, what is left out."""
    for measure in Catalogue.bundled():
        assert measure.status in ("complete", "partial")
        assert measure.verified_on is not None or measure.parts, measure.id
        assert measure.status == "complete" or measure.not_modelled or measure.parts, measure.id


def test_headers_agree_with_the_law() -> None:
    """What is known of a measure without reading it is what its text says."""
    law = Catalogue.bundled()
    for measure in law:
        assert measure.issuer in law.issuers
        assert set(measure.themes) <= set(law.themes)
        assert measure.id.partition("/")[0] == measure.issuer, measure.id


# ----------------------------------------------------------------------------------------------------------- selecting
def test_select_by_issuer_theme_and_id() -> None:
    """Each filter keeps the measures that fit it; together they keep those that fit all."""
    law = Catalogue.bundled()
    assert {one.issuer for one in law.select(issuers=["us", "gb"])} == {"us", "gb"}
    assert law.select(issuers="xlme").ids == law.select(issuers=["xlme"]).ids
    assert all("metals" in one.themes for one in law.select(themes=["metals"]))
    both = law.select(issuers=["us"], themes=["metals"])
    assert IMPORT in both.ids
    assert {(one.issuer, "metals" in one.themes) for one in both} == {("us", True)}
    assert law.select(ids=[IMPORT]).ids == (IMPORT,)


def test_select_on_a_day() -> None:
    """Selecting on a day keeps what is in force then, from its first day on."""
    law = Catalogue.bundled().select(ids=[IMPORT])
    assert law.select(on="2024-04-12").ids == ()
    assert law.select(on=dt.date(2024, 4, 13)).ids == (IMPORT,)


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"issuers": ["usa"]}, "issuers: no measure has 'usa'; did you mean 'us'"),
        ({"themes": ["metal"]}, "themes: no measure has 'metal'; did you mean 'metals'"),
        ({"ids": ["us/eo-14068/metal-import"]}, "ids: no measure has"),
        ({"on": "13/04/2024"}, "13/04/2024"),
    ],
)
def test_selecting_what_does_not_exist_is_refused(wanted: dict[str, object], message: str) -> None:
    """A wrong issuer, theme, id or day is refused, so that an empty scope never looks like a clearance."""
    with pytest.raises(FactError, match=message):
        Catalogue.bundled().select(**wanted)  # type: ignore[arg-type]


def test_a_selection_keeps_the_digest_and_the_definitions() -> None:
    """A part of a catalogue is of the same law, and its measures read the definitions of the whole."""
    law = Catalogue.bundled()
    part = law.select(ids=["gb/si-2019-855/metals-acquisition"])
    assert part.digest == law.digest
    facts = {
        "activity": "purchase",
        "hs": "760110",
        "origin": "RU",
        "transacted_on": "2024-05-01",
        "actor.nationality": "GB",
    }
    assert assess(facts, part).findings[0].status == assess(facts, law)["gb/si-2019-855/metals-acquisition"].status


# ------------------------------------------------------------------------------------------------------------ layering
def test_a_directory_is_layered_over_the_bundled_law(tmp_path: Path) -> None:
    """A user's measures stand beside the bundled ones."""
    law = Catalogue.load(write(tmp_path, "zz/act.yaml", RUSSIAN), over=Catalogue.bundled())
    assert set(law.ids) == {*Catalogue.bundled().ids, "zz/act/1"}
    statuses = law.statuses(Transaction(origin="RU"))
    assert statuses["zz/act/1"] == Status.COVERED
    assert IMPORT in statuses


def test_a_measure_of_an_upper_layer_replaces_that_of_a_lower_one(tmp_path: Path) -> None:
    """A measure with an id that the lower layer has takes its place; the rest stays."""
    below = write(tmp_path / "below", "zz/act.yaml", RUSSIAN, {"origin": "BY"})
    above = write(tmp_path / "above", "zz/other.yaml", {"origin": "KZ"})
    law = Catalogue.load(below, above)
    assert set(law.ids) == {"zz/act/1", "zz/act/2"}
    kazakh, belarusian = law.statuses(Transaction(origin="KZ")), law.statuses(Transaction(origin="BY"))
    assert (kazakh["zz/act/1"], belarusian["zz/act/2"]) == (Status.COVERED, Status.COVERED)
    assert law.statuses(Transaction(origin="RU"))["zz/act/1"] == Status.NOT_COVERED


def test_two_measures_of_one_id_in_one_layer_are_refused(tmp_path: Path) -> None:
    """Within a layer nothing is replaced in silence; both files are named."""
    write(tmp_path, "zz/act.yaml", RUSSIAN)
    write(tmp_path, "zz/other.yaml", {"origin": "KZ"})
    with pytest.raises(CatalogueError, match=r"zz/other\.yaml.*zz/act/1 stands in zz/act\.yaml already"):
        Catalogue.load(tmp_path)


def test_definitions_of_an_upper_layer_replace_too(tmp_path: Path) -> None:
    """A user may define a term otherwise; every measure then reads the new definition."""
    term = {"global_metal_exchange": {"cite": "ACT", "when": {"venue": "XSHG"}}}
    (tmp_path / "own.yaml").write_text(law_file([], definitions=term))
    law = catalogue({"global_metal_exchange": True})
    layered = Catalogue.load(tmp_path, over=law)
    assert layered.statuses(Transaction(venue="XSHG"))["zz/act/1"] == Status.COVERED
    assert law.statuses(Transaction(venue="XSHG"))["zz/act/1"] == Status.UNDETERMINED


def test_layering_leaves_the_bundled_law_as_it_was(tmp_path: Path) -> None:
    """Loading something over the bundled catalogue changes nothing in it."""
    before = (Catalogue.bundled().ids, Catalogue.bundled().digest, Catalogue.bundled()[IMPORT])
    write(tmp_path, "us/act.yaml", RUSSIAN)
    Catalogue.load(tmp_path, over=Catalogue.bundled())
    assert (Catalogue.bundled().ids, Catalogue.bundled().digest, Catalogue.bundled()[IMPORT]) == before


@pytest.mark.parametrize("make", [lambda home: home / "nowhere", lambda home: home])
def test_a_directory_without_law_is_refused(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    """A directory that is not there, or holds no law file, is refused: an empty catalogue would clear everything."""
    with pytest.raises(CatalogueError, match=r"no directory of law files|holds no law file"):
        Catalogue.load(make(tmp_path))


def test_case_files_are_no_law(tmp_path: Path) -> None:
    """Cases beside the law are left alone by the loader."""
    write(tmp_path, "zz/act.yaml", RUSSIAN)
    (tmp_path / "zz" / "act.cases.yaml").write_text("- this: is no law\n")
    assert Catalogue.load(tmp_path).ids == ("zz/act/1",)


def test_a_file_that_is_no_text_is_a_problem_of_the_law(tmp_path: Path) -> None:
    """A law file that cannot be decoded is refused with its name."""
    write(tmp_path, "zz/act.yaml", RUSSIAN)
    (tmp_path / "zz" / "bad.yaml").write_bytes(b"issuer: \xff\xfe")
    with pytest.raises(CatalogueError, match=r"bad\.yaml"):
        Catalogue.load(tmp_path)


# ---------------------------------------------------------------------------------------------------------- the digest
def digest(text: str) -> str:
    """Return the digest of one law file."""
    return Catalogue.from_files({"zz/act.yaml": text}).digest


TEXT = """\
issuer: zz
instrument: {id: zz/act, title: An act}
sources: {ACT: {act: An act, url: "https://example.org", read_on: 2026-01-01}}
measures:
- id: zz/act/1
  title: A ban
  effect: prohibited
  versions:
  - cite: ACT
    when: {origin: RU}
"""


@pytest.mark.parametrize(
    "same",
    [
        "# a comment\n" + TEXT,
        TEXT.replace("{origin: RU}", "{origin: RU}   # Russia"),
        TEXT.replace("{origin: RU}", "\n      origin: 'RU'"),
        TEXT.replace("title: A ban\n  effect: prohibited", "effect: prohibited\n  title: A ban"),
    ],
)
def test_the_digest_is_that_of_the_content(same: str) -> None:
    """Comments, quotes, layout and the order of keys do not change the digest."""
    assert digest(same) == digest(TEXT)


@pytest.mark.parametrize(
    "other",
    [
        TEXT.replace("RU", "KZ"),
        TEXT.replace("prohibited", "duty"),
        TEXT.replace("A ban", "A stop"),
        TEXT + "notes: [x]\n",
    ],
)
def test_any_change_of_the_law_changes_the_digest(other: str) -> None:
    """Whatever the law says otherwise gives another digest."""
    assert digest(other) != digest(TEXT)


def test_the_built_form_is_that_of_the_law_files() -> None:
    """What ships is made from the law files beside it: the digests are equal."""
    assert Catalogue.bundled().digest == Catalogue.load(DATA).digest


def test_the_built_form_holds_the_law_as_it_was_read() -> None:
    """Each measure of the built form equals the one that is read from its YAML file."""
    read = Catalogue.load(DATA)
    assert set(read.ids) == set(Catalogue.bundled().ids)
    for measure in Catalogue.bundled().select(themes=["metals"]):
        assert measure == read[measure.id]


def test_a_version_names_the_day_and_the_digest() -> None:
    """The version of a catalogue is the newest day of verification and the start of the digest."""
    law = Catalogue.bundled()
    day, _, start = law.version.partition("+")
    assert day == max(str(one.verified_on) for one in law if one.verified_on)
    assert law.digest.startswith(start)
    assert Catalogue.from_files({"zz/act.yaml": TEXT}).version.startswith("undated+")


# ------------------------------------------------------------------------------------------------------------- pickling
def test_a_catalogue_travels_as_its_law_files() -> None:
    """A catalogue of one's own comes back from its files, compiled once a process."""
    own = catalogue({"origin": "RU"}, {"origin": "BY"})
    again = pickle.loads(pickle.dumps(own.select(ids=["zz/act/2"])))
    assert (again.digest, again.ids) == (own.digest, ("zz/act/2",))
    assert assess({"origin": "BY"}, again).outcome == "prohibited"
    assert pickle.loads(pickle.dumps(again)) is again


def test_the_bundled_catalogue_travels_as_its_digest() -> None:
    """Another process has the bundled law already; where it has another one it refuses."""
    metals = Catalogue.bundled().select(themes=["metals"])
    packed = pickle.dumps(metals)
    assert len(packed) < 3_000
    assert pickle.loads(packed).ids == metals.ids
    make, (digest, ids, files) = metals.__reduce__()
    with pytest.raises(CatalogueError, match="install the same version everywhere"):
        make(digest[::-1], ids, files)


def test_measures_made_in_python_do_not_travel() -> None:
    """What stands in no file is refused with the remedy."""
    made = Catalogue.of(Catalogue.bundled()["us/eo-14068/metals-import"])
    with pytest.raises(FactError, match="write them to law files"):
        pickle.dumps(made)
