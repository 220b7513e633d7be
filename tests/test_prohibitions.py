"""Prohibitions: measures with versions, limbs and exemptions; JSON there and back; words that are no truth."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

import pytest
from pydantic import ValidationError

from sanctionsmodel.catalogue import Catalogue
from sanctionsmodel.conditions import ALWAYS, Condition, all_of, fact, leaves
from sanctionsmodel.errors import SanctionsModelError
from sanctionsmodel.prohibitions import (
    SEVERITY,
    Effect,
    Exemption,
    ExemptionVersion,
    Limb,
    Prohibition,
    Status,
    Version,
)
from strategies import CITATION, INSTRUMENT, measure

RUSSIAN = fact("origin").is_("RU")
APRIL, MAY = dt.date(2024, 4, 13), dt.date(2024, 5, 1)


def law(**changes: Any) -> Prohibition:
    """Return a small measure, with some fields changed."""
    fields = {
        "id": "zz/act/imports",
        "title": "A ban",
        "issuer": "zz",
        "instrument": INSTRUMENT,
        "effect": "prohibited",
        "versions": (Version(cite=(CITATION,), from_=APRIL, when=RUSSIAN),),
    }
    return Prohibition(**(fields | changes))


# ---------------------------------------------------------------------------------------------------------------- JSON
@pytest.mark.parametrize("name", Catalogue.bundled().ids)
def test_every_bundled_measure_there_and_back(name: str) -> None:
    """Each measure of the bundled law reads back from its JSON text as an equal measure."""
    made = Catalogue.bundled()[name]
    assert Prohibition.from_json(made.to_json()) == made


def test_random_measures_there_and_back(effort: int) -> None:
    """So does random law, with every kind of condition."""
    for seed in range(150 * effort):
        made = measure(Random(seed))
        assert Prohibition.from_json(made.to_json()) == made, seed
        assert Prohibition.model_validate(made.model_dump(by_alias=True)) == made, seed


def test_json_keeps_the_words_of_the_law() -> None:
    """What the law calls a paragraph stays with it, though it does not count for equality."""
    when = {"provision": "para 2", "words": "made in Russia", "any": [{"origin": "RU"}, {"located_in": "RU"}]}
    made = law(versions=(Version(cite=(CITATION,), when=when),))
    assert Prohibition.from_json(made.to_json()).to_json() == made.to_json()
    assert "made in Russia" in made.to_json()


def test_measures_are_values() -> None:
    """Equal measures are equal and hash alike, and none can be changed."""
    assert law() == law()
    assert len({law(), law()}) == 1
    with pytest.raises(ValidationError):
        law().title = "Another"  # type: ignore[misc]


# --------------------------------------------------------------------------------------------------------------- words
@pytest.mark.parametrize("word", [*Status, *Effect])
def test_a_status_and_an_effect_have_no_truth(word: Status | Effect) -> None:
    """``if finding.status`` is refused, and the message says what to write instead."""
    with pytest.raises(TypeError, match=rf"{type(word).__name__} is no yes or no; compare it"):
        bool(word)


@pytest.mark.parametrize("word", [*Status, *Effect])
def test_words_compare_with_text(word: Status | Effect) -> None:
    """A status equals its word, so that scripts can compare with plain text."""
    assert word == word.value
    assert word in (word.value, "else")
    assert {word.value: 1}[word] == 1


def test_every_effect_but_a_classification_has_a_severity() -> None:
    """The scale of overall answers holds each effect once, mildest first, above what is clear."""
    assert SEVERITY[:2] == ("not_covered", "exempt")
    assert set(SEVERITY[2:]) == {effect.value for effect in Effect} - {"classified"}
    assert len(set(SEVERITY)) == len(SEVERITY)


# ---------------------------------------------------------------------------------------------------------------- time
@pytest.mark.parametrize(
    ("since", "until", "day", "expected"),
    [
        (APRIL, None, APRIL, True),
        (APRIL, None, dt.date(2024, 4, 12), False),
        (None, MAY, MAY, False),
        (None, MAY, dt.date(2024, 4, 30), True),
        (APRIL, MAY, dt.date(2024, 4, 20), True),
        (None, None, APRIL, True),
    ],
)
def test_a_version_holds_from_its_first_day_until_the_day_after_its_last(
    since: dt.date | None, until: dt.date | None, day: dt.date, expected: bool
) -> None:
    """Spans are half-open: the first day is in, the day ``until`` is out."""
    version = Version(cite=(CITATION,), from_=since, until=until)
    assert version.holds_on(day) is expected


def test_a_version_that_ends_before_it_begins_is_refused() -> None:
    """A version must last at least one day."""
    for until in (APRIL, dt.date(2024, 4, 1)):
        with pytest.raises((ValidationError, SanctionsModelError), match="does not lie before until"):
            Version(cite=(CITATION,), from_=APRIL, until=until)


def test_days_in_force_are_part_of_the_scope() -> None:
    """What a limb covers is tied to the days of its version; a version without end or beginning is not."""
    made = law()
    version, limb = next(made.limbs())
    assert [leaf.fact for leaf in leaves(made.scope(version, limb))] == ["transacted_on", "origin"]
    timeless = Version(cite=(CITATION,), when=RUSSIAN)
    assert made.scope(timeless, Limb()) == RUSSIAN


# --------------------------------------------------------------------------------------------------------------- scope
def test_a_limb_requires_what_binds_and_what_its_version_requires() -> None:
    """The scope of a limb is: who is bound, the version's demands, and its own."""
    imported, metal = fact("activity").is_("import"), fact("hs").is_("76")
    limb = Limb(when=metal)
    version = Version(cite=(CITATION,), when=RUSSIAN, limbs=(limb,))
    assert law(binds=imported).scope(version, limb) == all_of(imported, RUSSIAN, metal)


def test_a_limb_may_have_its_own_effect_and_policy() -> None:
    """A limb's effect and policy go before the measure's."""
    made = law(policy=[{"policy": "denial"}])
    own = Limb(effect=Effect.DUTY, policy=({"policy": "case_by_case"},))
    assert (made.effect_of(own), made.policy_of(own)[0].policy) == (Effect.DUTY, "case_by_case")
    assert (made.effect_of(Limb()), made.policy_of(Limb())[0].policy) == (Effect.PROHIBITED, "denial")


@pytest.mark.parametrize(
    ("frees", "freed"), [((), ["(a)", "(b)"]), (("(a)",), ["(a)"]), (("(b)", "(a)"), ["(a)", "(b)"]), (("(c)",), [])]
)
def test_an_exemption_frees_the_limbs_that_it_names(frees: tuple[str, ...], freed: list[str]) -> None:
    """An exemption frees the limbs with these provisions, all of them by default."""
    way = Exemption(
        id="zz/way", title="A way", kind="exception", frees=frees, versions=[{"cite": [CITATION], "provision": "p"}]
    )
    limbs = [Limb(provision="(a)"), Limb(provision="(b)")]
    assert [limb.provision for limb in limbs if way.frees_limb(limb)] == freed


def test_conditions_read_as_mappings_or_nodes() -> None:
    """Python code may give a condition built with operators or the mapping of a law file."""
    made: Condition = Version(cite=(CITATION,), when={"origin": "RU"}).when
    assert made == Version(cite=(CITATION,), when=RUSSIAN).when == RUSSIAN
    assert Limb().when == ALWAYS


# ------------------------------------------------------------------------------------------------------------ refusals
@pytest.mark.parametrize(
    "changes",
    [
        {"effect": "forbidden"},
        {"kind": "ban"},
        {"status": "done"},
        {"confidence": "certain"},
        {"instrument": None},
        {"colour": "red"},
        {"binds": {"orgin": "RU"}},
        {"binds": "RU"},
        {"versions": [{"when": {}}]},
        {"versions": [{"cite": [CITATION], "limbs": [{"provision": "a", "colour": "red"}]}]},
        {"policy": [{"policy": "perhaps"}]},
        {"verified_on": "13/04/2024"},
        {"exemptions": [{"id": "a", "title": "t", "kind": "loophole", "versions": []}]},
    ],
)
def test_a_field_that_is_unknown_or_unreadable_is_refused(changes: dict[str, Any]) -> None:
    """Nothing unknown is ever ignored, at no level."""
    with pytest.raises((ValidationError, SanctionsModelError)):
        law(**changes)


def test_an_exemption_version_is_cited_at_paragraph_grain() -> None:
    """An exemption's text needs its provision and its citation."""
    with pytest.raises((ValidationError, SanctionsModelError)):
        ExemptionVersion(cite=(CITATION,))  # type: ignore[call-arg]


# ----------------------------------------------------------------------------------------------------------- evaluating
def test_a_measure_judges_a_transaction_by_itself() -> None:
    """``prohibition.evaluate(transaction)`` gives the finding that the catalogue would give."""
    ban: Any = Catalogue.bundled()["us/eo-14068/metals-import"]
    facts = {"activity": "import", "hs": "760110", "origin": "RU", "destination": "US", "transacted_on": "2024-05-20"}
    finding = ban.evaluate(facts)
    assert (finding.status, finding.effect, finding.missing_facts) == ("undetermined", "prohibited", ("produced_on",))
    assert [option.status for option in finding.what_if("produced_on")] == ["not_covered", "covered"]


def test_a_measure_of_ones_own_judges_a_transaction() -> None:
    """A measure built in Python needs no catalogue to be asked."""
    ban: Any = law()
    finding = ban.evaluate({"origin": "RU", "transacted_on": "2024-04-13"})
    assert finding.status == "covered"
