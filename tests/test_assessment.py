"""Assessments: the answers of the main job, what is asked, what would change them, as text and as JSON."""

from __future__ import annotations

import json
import pickle
from functools import cache
from typing import Any

import pytest

from sanctionsmodel._values import read_set
from sanctionsmodel.assessment import Assessment, assess, evaluate
from sanctionsmodel.cases import bundled_cases
from sanctionsmodel.catalogue import Catalogue
from sanctionsmodel.errors import FactError, UnknownCode
from sanctionsmodel.facts import registry
from sanctionsmodel.findings import Finding
from sanctionsmodel.prohibitions import SEVERITY, Effect, Status
from sanctionsmodel.sets import contains
from sanctionsmodel.transactions import Transaction
from strategies import catalogue, law_file

BAN = "us/eo-14068/metals-import"
DUTY = "us/proclamation-10522/aluminium-duty"
ART_3I = "eu/reg-833-2014/art-3i"
ACQUISITION = "gb/si-2019-855/metals-acquisition"

#: A Russian aluminium ingot on its way into the United States, of which the day of production is not told.
INGOT = Transaction(activity="import", hs="760110", origin="RU", destination="US", transacted_on="2024-05-20")


@cache
def law(*names: str) -> Catalogue:
    """Return some measures of the bundled law."""
    return Catalogue.bundled().select(ids=names)


def us(**facts: Any) -> Assessment:
    """Assess the ingot against the two American measures."""
    return assess(INGOT, law(BAN, DUTY), **facts)


def answer(facts: dict[str, Any], *whens: dict[str, Any], **sections: Any) -> Assessment:
    """Assess facts against measures with these conditions."""
    return assess(facts, catalogue(*whens, **sections))


# --------------------------------------------------------------------------------------------------------- the main job
def test_new_russian_aluminium_into_the_united_states_is_covered() -> None:
    """Produced on 2 May 2024: covered, prohibited, with the determination cited at its paragraph."""
    found = us(produced_on="2024-05-02")[BAN]
    assert (found.status, found.effect, found.missing_facts) == (Status.COVERED, Effect.PROHIBITED, ())
    assert found.provisions == ("s. 1(a)(i)(A)",)
    assert any("Executive Order 14068" in str(one) for one in found.citations)
    assert str(found.since) == "2024-04-13"


@pytest.mark.parametrize(("produced_on", "status"), [("2024-04-12", "not_covered"), ("2024-04-13", "covered")])
def test_the_cut_off_is_exact(produced_on: str, status: str) -> None:
    """Metal of 12 April 2024 is free of the ban; metal of the 13th is not."""
    assert us(produced_on=produced_on)[BAN].status == status


def test_an_unknown_day_of_production_is_asked_for() -> None:
    """With the day unknown the ban is undetermined and asks for exactly that day."""
    found = us()
    assert (found[BAN].status, found[BAN].missing_facts) == (Status.UNDETERMINED, ("produced_on",))
    assert (found.at_least, found.at_most, found.outcome) == ("duty", "prohibited", "undetermined")
    assert found.missing_facts == ("produced_on",)


def test_entry_before_the_cut_off_settles_production() -> None:
    """What entered on 11 April 2024 was made by then: not covered, nothing asked."""
    found = us(transacted_on="2024-04-11")[BAN]
    assert (found.status, found.missing_facts) == (Status.NOT_COVERED, ())


def test_a_month_that_holds_the_cut_off_is_undetermined() -> None:
    """ "April 2024" is on both sides of the cut-off; March and May are not."""
    assert us(produced_on="2024-04")[BAN].status == Status.UNDETERMINED
    assert us(produced_on="2024-03")[BAN].status == Status.NOT_COVERED
    assert us(produced_on="2024-05")[BAN].status == Status.COVERED


def test_a_chapter_alone_is_enough_for_a_whole_chapter_and_not_for_a_part() -> None:
    """HS 76 is covered by the American ban, which names the chapter, and open for Art. 3i, which names parts of it."""
    facts = {"hs": "76", "origin": "RU", "exported_from": "RU", "produced_on": "2024-05-02", "activity": "import"}
    american = assess({**facts, "destination": "US", "transacted_on": "2024-06-01"}, law(BAN))[BAN]
    european = assess({**facts, "destination": "DE", "transacted_on": "2024-06-01"}, law(ART_3I))[ART_3I]
    assert american.status == Status.COVERED
    assert european.status == Status.UNDETERMINED
    assert {"hs", "cn"} & set(european.missing_facts)


#: A warrant that a member takes up on the LME, with everything that the British trade licence asks for.
WARRANT = {
    "activity": "acquire_warrant",
    "venue": "XLME",
    "hs": "760110",
    "origin": "RU",
    "transacted_on": "2024-06-03",
    "produced_on": "2024-03-01",
    "warranted_on": "2024-03-20",
    "on_warrant_at_cutoff": True,
    "withdrawal": "none",
    "location_changed": False,
    "actor.uk_person": True,
}


def test_the_licence_frees_metal_outside_russia() -> None:
    """On warrant at the cut-off and outside Russia: exempt, and the licence is named with its duty."""
    found = assess({**WARRANT, "located_in": "KR"}, law(ACQUISITION))[ACQUISITION]
    assert found.status == Status.EXEMPT
    assert [one.id for one in found.applied] == ["gb/trade-licence-metals/2024-04-12"]
    assert any("EORI" in duty for duty in found.applied[0].duties)


def test_the_licence_does_not_free_metal_in_russia() -> None:
    """The same metal in Russia is covered by reg. 46IH(1)(b), which the licence leaves alone."""
    found = assess({**WARRANT, "located_in": "RU"}, law(ACQUISITION))[ACQUISITION]
    assert found.status == Status.COVERED
    assert "reg. 46IH(1)(b)" in found.provisions


def test_input_made_after_the_cut_off_asks_for_transformation_only() -> None:
    """Origin unknown and the input known: the one question is whether it was substantially transformed."""
    made = {"processed_in": "TR", "input_origin": ["RU"], "produced_on": "2024-06-01", "transacted_on": "2024-07-01"}
    found = assess(INGOT.without("origin").with_facts(made), law(BAN))[BAN]
    assert (found.status, found.missing_facts) == (Status.UNDETERMINED, ("substantially_transformed",))


def test_a_day_over_a_change_of_the_law_is_judged_under_both() -> None:
    """An act "in April 2024" is before and after the ban begins: undetermined, and the day is asked."""
    found = assess({**INGOT, "transacted_on": "2024-04", "produced_on": "2024-04-13"}, law(BAN))[BAN]
    assert found.status == Status.COVERED  # made on the 13th, so imported on the 13th or later
    told = assess({"origin": "RU", "transacted_on": "2024-04"}, catalogue_of_two_versions())["zz/act/1"]
    assert (told.status, told.missing_facts) == (Status.UNDETERMINED, ("transacted_on",))


def catalogue_of_two_versions() -> Catalogue:
    """Return a measure that covered Belarus until a day and Russia from then on."""
    versions = [
        {"until": "2024-04-13", "when": {"origin": "BY"}},
        {"from": "2024-04-13", "when": {"origin": "RU"}},
    ]
    return Catalogue.from_files({"zz/act.yaml": law_file([{"id": "zz/act/1", "versions": versions}])})


def test_a_country_with_regions_is_open_for_a_rule_on_a_region() -> None:
    """Goods to "Ukraine" may go to Crimea, so a rule on Crimea is open and asks for the place."""
    found = answer({"destination": "UA"}, {"destination": "UA-43"})["zz/act/1"]
    assert (found.status, found.missing_facts) == (Status.UNDETERMINED, ("destination",))


# -------------------------------------------------------------------------------------------------- the overall answer
@pytest.mark.parametrize(
    ("effects", "facts", "at_least", "at_most"),
    [
        (["duty", "prohibited"], {"origin": "RU"}, "prohibited", "prohibited"),
        (["duty", "report"], {"origin": "RU"}, "duty", "duty"),
        (["blocked", "prohibited"], {"origin": "RU"}, "blocked", "blocked"),
        (["refused", "licence_required"], {"origin": "RU"}, "refused", "refused"),
        (["duty", "prohibited"], {"origin": "KZ"}, "not_covered", "not_covered"),
        (["duty", "prohibited"], {}, "not_covered", "prohibited"),
        (["classified"], {"origin": "RU"}, "not_covered", "not_covered"),
    ],
)
def test_the_answer_is_an_interval(effects: list[str], facts: dict[str, Any], at_least: str, at_most: str) -> None:
    """At least the most severe sure effect, at most the most severe possible one; a definition forbids nothing."""
    rows = [
        {
            "id": f"zz/act/{effect}",
            "effect": effect,
            "kind": "definition" if effect == "classified" else "prohibition",
            "versions": [{"when": {"origin": "RU"}}],
        }
        for effect in effects
    ]
    found = assess(facts, Catalogue.from_files({"zz/act.yaml": law_file(rows)}))
    assert (found.at_least, found.at_most) == (at_least, at_most)
    assert found.outcome == (at_least if at_least == at_most else "undetermined")


def test_exempt_is_an_answer_of_its_own() -> None:
    """An act that is covered and freed is exempt, which is more than not covered."""
    found = assess({**WARRANT, "located_in": "KR"}, law(ACQUISITION))
    assert (found.at_least, found.at_most, found.outcome) == ("exempt", "exempt", "exempt")


def test_bounds_are_in_order_on_worked_cases() -> None:
    """At least is never more severe than at most, and every finding lies within them."""
    metals = Catalogue.bundled().select(themes=["metals"])
    for case in [one for one in bundled_cases() if one.measure in metals and not one.needs][::12]:
        found = assess(case.facts, metals)
        assert SEVERITY.index(found.at_least) <= SEVERITY.index(found.at_most), case.id
        counted = [one for one in found.findings if one.kind == "prohibition"]
        assert found.at_least == max((one.at_least for one in counted), key=SEVERITY.index), case.id
        assert found.at_most == max((one.at_most for one in counted), key=SEVERITY.index), case.id


# ------------------------------------------------------------------------------------------------------------- findings
def test_findings_come_by_status_and_severity() -> None:
    """What covers comes first, then what is open, exempt, and not covered; within each the most severe."""
    metals = Catalogue.bundled().select(themes=["metals"])
    found = assess(INGOT, metals).findings
    order = [Status.COVERED, Status.UNDETERMINED, Status.EXEMPT, Status.NOT_COVERED]
    assert [order.index(one.status) for one in found] == sorted(order.index(one.status) for one in found)
    prohibitions = [one for one in found if one.kind == "prohibition"]
    open_ = [SEVERITY.index(one.effect) for one in prohibitions if one.status == Status.UNDETERMINED]
    assert open_ == sorted(open_, reverse=True)
    assert {one.measure for one in found} == set(metals.ids)


def test_findings_by_id_and_by_status() -> None:
    """A finding is found by its measure's id, and those of one status together; what was not asked is refused."""
    found = us()
    assert found[BAN].measure == BAN
    assert [one.measure for one in found.of_status("undetermined")] == [BAN]
    with pytest.raises(KeyError, match="not among the 2 measures that were asked"):
        found["gb/si-2019-855/metals-import"]


def test_reasons_go_leaf_by_leaf_with_what_they_saw() -> None:
    """Each reason says whether it holds, in words, which fact it reads, and what it saw of it."""
    reasons = {one.fact: one for one in us()[BAN].reasons}
    assert (reasons["origin"].mark, reasons["origin"].saw) == ("yes", "RU")
    assert reasons["produced_on"].mark == "open"
    assert "13 April 2024" in reasons["produced_on"].text
    assert "before 21 May 2024" in reasons["produced_on"].saw  # narrowed by the day of entry, with the reason


def test_a_measure_that_does_not_cover_says_why() -> None:
    """Not covered comes with the first thing that fails."""
    found = us(origin="KZ")[BAN]
    assert [(one.mark, one.fact, one.saw) for one in found.reasons] == [("no", "origin", "KZ")]


def test_open_marks_of_a_settled_answer_read_either_way() -> None:
    """Where the answer stands though a leaf is open, the trace says "either way", never "open"."""
    found = answer({"origin": "RU"}, {"any": [{"origin": "RU"}, {"hs": "76"}]})["zz/act/1"]
    marks = {one.fact: one.mark for one in found.reasons if one.fact}
    assert (found.status, marks) == (Status.COVERED, {"origin": "yes", "hs": "either way"})


def test_exemptions_considered_are_told_with_their_reasons() -> None:
    """A way out that may apply is possible, one that cannot does not apply; both say why."""
    facts = {**WARRANT, "located_in": "KR", "on_warrant_at_cutoff": False, "withdrawal": "own_account"}
    found = assess(facts, law(ACQUISITION))[ACQUISITION]
    told = {one.id: one for one in found.exemptions}
    licence = told["gb/trade-licence-metals/2024-04-12"]
    assert (found.status, licence.result) == (Status.COVERED, "does not apply")
    assert any(one.mark == "no" and one.fact == "withdrawal" for one in licence.reasons)


def test_a_licence_that_nobody_relies_on_is_not_mentioned() -> None:
    """A written licence counts only when stated; unstated, it is neither asked for nor told."""
    found = assess({**WARRANT, "located_in": "RU"}, law(ACQUISITION))
    assert "authorisation" not in found.missing_facts
    assert all("reg-65" not in one.id for one in found[ACQUISITION].exemptions)
    held = assess({**WARRANT, "located_in": "RU", "authorisation": "specific_licence"}, law(ACQUISITION))[ACQUISITION]
    assert (held.status, [one.id for one in held.applied]) == (Status.EXEMPT, ["gb/si-2019-855/reg-65"])


def test_two_exemptions_that_excuse_only_together_are_both_named() -> None:
    """Where one licence frees each limb, both apply."""
    text = {"title": "A way", "kind": "exception", "versions": [{"provision": "p"}]}
    ways = [{"id": f"zz/way-{name}", "frees": [name], **text} for name in ("a", "b")]
    limbs = [{"provision": "a", "when": {"origin": "RU"}}, {"provision": "b", "when": {"located_in": "RU"}}]
    row = {"id": "zz/act/1", "versions": [{"limbs": limbs}], "exemptions": ways}
    law = Catalogue.from_files({"zz/act.yaml": law_file([row])})
    found = assess({"origin": "RU", "located_in": "RU"}, law)["zz/act/1"]
    assert (found.status, [one.id for one in found.applied]) == (Status.EXEMPT, ["zz/way-a", "zz/way-b"])
    assert [one.id for one in assess({"origin": "RU", "located_in": "CH"}, law)["zz/act/1"].applied] == ["zz/way-a"]


# ------------------------------------------------------------------------------------------------------------ questions
def test_questions_come_with_their_words_and_findings() -> None:
    """A question has the fact's question and definition, the findings that wait for it, and those it can settle."""
    question = us().questions[0]
    assert (question.name, question.question) == ("produced_on", "When were the goods produced?")
    assert question.definition.startswith("Day on which the goods were produced")
    assert question.findings == question.settles == (BAN,)


def test_the_most_useful_question_comes_first() -> None:
    """First what the most severe open measure needs, then what settles alone, then what moves most findings."""
    rows = [
        {"id": "zz/act/duty", "effect": "duty", "versions": [{"when": {"hs": "76"}}]},
        {"id": "zz/act/other", "effect": "duty", "versions": [{"when": {"hs": "7601"}}]},
        {"id": "zz/act/ban", "effect": "prohibited", "versions": [{"when": {"origin": "RU", "located_in": "RU"}}]},
    ]
    law = Catalogue.from_files({"zz/act.yaml": law_file(rows)})
    found = assess({"origin": "RU"}, law)
    assert found.missing_facts == ("located_in", "hs")
    assert found.questions[1].findings == ("zz/act/duty", "zz/act/other")


def test_what_waits_for_the_same_facts_reads_as_one_line() -> None:
    """Forty measures that all ask who the parties are, are one group."""
    whens = [{"origin": "RU", "actor.us_person": True, "mass": {"above": f"{place} t"}} for place in range(40)]
    found = answer({"origin": "RU", "mass": "100 t"}, *whens)
    assert [(group.facts, len(group.measures)) for group in found.waiting] == [(("actor.us_person",), 40)]
    assert "40 wait for" in found.explain() or "40 " in found.explain()


def test_missing_facts_are_exactly_those_that_matter() -> None:
    """An unknown fact that cannot change the answer is never asked for."""
    found = answer({"origin": "KZ"}, {"origin": "RU", "hs": "76"}, {"any": [{"origin": "KZ"}, {"hs": "76"}]})
    assert found.missing_facts == ()


# ----------------------------------------------------------------------------------------------- what if, and changes
def test_what_if_tells_each_value_by_its_status() -> None:
    """Before 13 April 2024 not covered, from then on covered."""
    options = us().what_if("produced_on")[BAN]
    assert [(one.text, one.status, one.settles) for one in options] == [
        ("before 13 April 2024", Status.NOT_COVERED, True),
        ("from 13 April 2024 to 20 May 2024", Status.COVERED, True),
    ]


def test_what_if_of_a_place_with_regions() -> None:
    """Of Ukraine, Crimea is covered and the rest is not; both can be said in words."""
    options = answer({"destination": "UA"}, {"destination": "UA-43"}).what_if("destination")["zz/act/1"]
    assert {one.status for one in options} == {Status.COVERED, Status.NOT_COVERED}
    assert any("Crimea" in one.text for one in options)


def test_what_if_of_a_code_with_what_lies_under_it() -> None:
    """Of a heading, one subheading is covered and the rest is not; what is said reads back."""
    options = answer({"hs": "7601"}, {"hs": "760110"}).what_if("hs")["zz/act/1"]
    assert {one.status for one in options} == {Status.COVERED, Status.NOT_COVERED}
    for one in options:
        again = answer({"hs": one.value}, {"hs": "760110"})["zz/act/1"]
        assert again.status == one.status


def test_what_if_of_a_list() -> None:
    """Of a fact with many values, none and each tested value are told."""
    options = answer({}, {"end_use": "military"}).what_if("end_use")["zz/act/1"]
    assert [(one.text, one.status) for one in options] == [
        ("none", Status.NOT_COVERED),
        ("includes military", Status.COVERED),
    ]


def test_what_if_agrees_with_asking_again() -> None:
    """Stating an option's value gives the status that the option tells, on the worked cases that are open."""
    metals = Catalogue.bundled().select(themes=["metals"])
    open_cases = [one for one in bundled_cases() if one.measure in metals and one.expect.status == Status.UNDETERMINED]
    for case in open_cases[::9]:
        alone = metals.select(ids=[case.measure])
        found = assess(case.facts, alone)
        for name in found[case.measure].missing_facts:
            for option in found.what_if(name)[case.measure]:
                if option.settles and not (isinstance(option.value, dict) and "one_of" in option.value):
                    again = assess(Transaction(case.facts).with_facts({name: option.value}), alone)
                    assert again[case.measure].status == option.status, (case.id, name, option.text)


def test_what_if_refuses_what_does_not_exist() -> None:
    """A fact that nobody declared and a measure that was not asked are refused."""
    with pytest.raises(FactError, match="produced: no such fact"):
        us().what_if("produced")
    with pytest.raises(KeyError):
        us().what_if("produced_on", "gb/si-2019-855/metals-import")
    assert us().what_if("mass") == {}


def test_a_finding_can_be_asked_what_if() -> None:
    """``finding.what_if(fact)`` gives the options of that measure alone."""
    finding: Any = us()[BAN]
    assert [one.status for one in finding.what_if("produced_on")] == [Status.NOT_COVERED, Status.COVERED]


def test_changes_tell_the_nearest_other_value() -> None:
    """For a covered measure, each change is the nearest other value of one stated fact that frees the act."""
    changes = {one.fact: one for one in us(produced_on="2024-05-02").changes if one.measure == BAN}
    assert changes["produced_on"].text == "before 13 April 2024"
    assert changes["origin"].text.startswith("anything but Russia")
    assert {"produced_on", "origin", "destination", "hs", "activity"} <= set(changes)


def test_every_change_is_true() -> None:
    """Stating the other value gives the status that the change tells."""
    facts = INGOT.with_facts(produced_on="2024-05-02")
    for change in assess(facts, law(BAN, DUTY)).changes:
        again = assess(facts.with_facts({change.fact: change.instead}), law(BAN, DUTY))
        assert again[change.measure].status == change.status, change.fact
        assert change.stated == facts[change.fact]


def test_changes_name_each_code_that_frees() -> None:
    """Where national codes cut inside international ones, only the codes that they cut are left out."""
    limbs = [{"provision": "a", "when": {"hs": "7602"}}, {"provision": "b", "when": {"cn": "76011010"}}]
    row = {"id": "zz/act/1", "versions": [{"when": {"activity": "import"}, "limbs": limbs}]}
    law = Catalogue.from_files({"zz/act.yaml": law_file([row])})
    changes = {one.fact: one for one in assess({"activity": "import", "hs": "760200"}, law).changes}
    instead = read_set(registry()["hs"], changes["hs"].instead)
    for code, status in (("760110", "undetermined"), ("760120", "not_covered"), ("740311", "not_covered")):
        assert assess({"activity": "import", "hs": code}, law)["zz/act/1"].status == status
        assert contains(instead, code) == (status == "not_covered"), code


def test_an_answer_that_is_not_covered_has_no_changes() -> None:
    """Only what covers is asked what would change it."""
    assert us(origin="KZ").changes == ()


# ------------------------------------------------------------------------------------------------------------ conflicts
def test_a_stated_term_that_finer_facts_contradict_is_followed_and_listed() -> None:
    """A statement decides; that finer facts say otherwise is told, with these facts."""
    facts = {**WARRANT, "located_in": "RU", "actor.uk_person": False, "actor.organised_in": "GB"}
    found = assess(facts, law(ACQUISITION))
    conflict = found.conflicts[0]
    assert (conflict.term, conflict.stated, conflict.derived) == ("actor.uk_person", False, True)
    assert "actor.organised_in" in conflict.facts
    assert "CONFLICT" in found.explain()


def test_no_conflict_where_statement_and_facts_agree() -> None:
    """Saying twice the same is no conflict."""
    assert assess({**WARRANT, "located_in": "RU", "actor.organised_in": "GB"}, law(ACQUISITION)).conflicts == ()


# ----------------------------------------------------------------------------------------------------- scope and asking
def test_the_scope_confesses() -> None:
    """An assessment lists every measure asked, how complete its model is, what is left out, and by which law."""
    found = us()
    assert {one.measure for one in found.scope} == {BAN, DUTY}
    scope = {one.measure: one for one in found.scope}[BAN]
    assert (scope.model_status, scope.verified_on) == ("complete", str(law(BAN)[BAN].verified_on))
    assert scope.not_modelled == law(BAN)[BAN].not_modelled
    assert found.catalogue_digest == Catalogue.bundled().digest
    assert found.catalogue_version.endswith(found.catalogue_digest[:12])


def test_facts_come_as_a_transaction_a_mapping_or_keywords() -> None:
    """All three ways of stating facts give one answer; keywords are laid over the rest."""
    plain = dict(INGOT.with_facts(produced_on="2024-05-02"))
    expected = us(produced_on="2024-05-02")
    assert assess(plain, law(BAN, DUTY)) == expected
    assert assess(Transaction(plain), law(BAN, DUTY)) == expected
    assert assess({**plain, "origin": "KZ"}, law(BAN, DUTY), origin="RU") == expected


def test_bad_facts_are_refused_and_absent_ones_are_not() -> None:
    """Only what cannot be read or contradicts itself raises."""
    with pytest.raises(UnknownCode, match="origin"):
        assess({"origin": "Rusia"}, law(BAN))
    with pytest.raises(FactError, match="contradicts"):
        us(produced_on="2024-06-01")
    assert assess({}, law(BAN)).at_most == "prohibited"


def test_the_whole_bundled_law_answers() -> None:
    """Asked without a catalogue, all bundled law is asked, and each measure has its finding."""
    found = assess(INGOT)
    assert {one.measure for one in found.findings} == set(Catalogue.bundled().ids)
    assert found[BAN].status == Status.UNDETERMINED


# -------------------------------------------------------------------------------------------------------- text and JSON
def test_json_there_and_back() -> None:
    """An assessment reads back from its JSON text with questions, changes and findings; its text is the same."""
    for made in (us(), us(produced_on="2024-05-02"), assess({**WARRANT, "located_in": "KR"}, law(ACQUISITION))):
        back = Assessment.from_json(made.to_json())
        assert back == made
        assert back.to_json() == made.to_json()
        assert (back.questions, back.changes, back.findings) == (made.questions, made.changes, made.findings)
        assert back.explain() == made.explain()


def test_json_is_plain() -> None:
    """The JSON names the parts that programs read, in plain words."""
    found = json.loads(us().to_json())
    assert found["at_most"] == "prohibited"
    assert found["transaction"]["origin"] == "RU"
    assert {one["status"] for one in found["reached"]} == {"undetermined", "covered"}


def test_an_assessment_from_json_says_that_it_cannot_be_asked_more() -> None:
    """What was read from JSON answers what it holds, and says what to do for more."""
    with pytest.raises(RuntimeError, match="assess its transaction again"):
        Assessment.from_json(us().to_json()).what_if("produced_on")


def test_a_finding_reads_back_too() -> None:
    """A single finding is a value with its own JSON."""
    made = us()[BAN]
    assert Finding.model_validate_json(made.model_dump_json()) == made


def test_the_text_says_what_a_trader_needs() -> None:
    """The explanation has the answer, the provision, the question, the digest, and says that it is no advice."""
    text = us().explain()
    answers = ("UNDETERMINED: at least duty, at most prohibited", "COVERED (duty)", "200 %", "s. 1(a)(i)(A)")
    for part in (*answers, "When were the goods produced?", "not legal", us().catalogue_version):
        assert part in text, part
    assert str(us()) == text
    assert max(map(len, text.splitlines())) <= 120


def test_the_text_never_says_allowed() -> None:
    """An act that no measure covers is "not covered by any measure asked", never allowed."""
    text = us(origin="KZ", smelted_in="KZ", cast_in="KZ").explain()
    assert text.startswith("NOT COVERED BY ANY MEASURE ASKED")
    assert "allowed" not in text.lower()


def test_html_is_escaped() -> None:
    """In a notebook, text from the law or the facts cannot become markup."""
    row = {"id": "zz/act/1", "title": "<script>alert(1)</script>", "versions": [{"when": {"origin": "RU"}}]}
    made = assess({"origin": "RU"}, Catalogue.from_files({"zz/act.yaml": law_file([row])}))
    assert "<script>" not in made._repr_html_()
    assert "&lt;script&gt;" in made._repr_html_()


def test_every_worked_case_can_be_explained() -> None:
    """The explanation of any metals case is text, with the measure asked in it."""
    metals = Catalogue.bundled().select(themes=["metals"])
    for case in [one for one in bundled_cases() if one.measure in metals and not one.needs][::15]:
        alone = metals.select(ids=[case.measure])
        assert case.measure in assess(case.facts, alone).explain()


def test_a_fact_that_no_rule_divides_can_be_asked() -> None:
    """Facts of many laws at once, some of them read by no rule in parts, still give questions."""
    made = assess(
        {
            "onward_destination": "none",
            "us_controlled_content_share": "12 %",
            "actor.us_person": "true",
            "actor.had_reason_to_know": "true",
            "actor.organised_on": "2001-01-01",
        },
        Catalogue.bundled().select(issuers=["us"]),
    )
    assert made.questions


def test_what_only_classifies_is_explained_last() -> None:
    """A reader sees the prohibitions first, open ones too, and then the definitions that hold."""
    facts = {
        "activity": "export",
        "hs": "854231",
        "exported_from": "US",
        "destination": "RU",
        "transacted_on": "2024-05-01",
    }
    text = assess(facts, law("us/bis/chpl", "us/ear/746-8")).explain()
    assert 0 < text.index("us/ear/746-8:") < text.index("us/bis/chpl:")


def test_an_assessment_travels_and_can_be_asked_again() -> None:
    """Answers cross to another process alive, as transaction and law; what came from JSON crosses as JSON."""
    found = assess(INGOT, law(BAN, DUTY))
    again = pickle.loads(pickle.dumps(found))
    assert again == found
    assert again.what_if("produced_on") == found.what_if("produced_on")
    stored = Assessment.from_json(found.to_json())
    assert pickle.loads(pickle.dumps(stored)) == stored
    assert pickle.loads(pickle.dumps(found[BAN])) == found[BAN]


@pytest.mark.parametrize(
    ("measure", "facts", "asked"),
    [
        ("us/ear/734-4", {"us_content_share": "20 %", "us_content_at_only_share": "10 %"}, "onward_destination"),
        ("us/ear/734-4", {"us_content_share": "20 %"}, "us_content_at_only_share onward_destination"),
        ("us/ccl/3a090", {"processing_rate": "599 TOPS", "bit_length": "8 bit"}, "applicable_die_area"),
        ("us/ccl/3a090", {"processing_rate": "599 TOPS"}, "performance_density"),
    ],
)
def test_what_is_asked_is_what_is_open_of_a_computed_fact(measure: str, facts: dict[str, str], asked: str) -> None:
    """A computed fact is asked for by its inputs as far as they are open, then by what decides which of them count."""
    deal = {"activity": "export", "exported_from": "CN", "destination": "VN", "transacted_on": "2024-12-05"}
    names = {"us_content_share", "us_content_at_only_share", "us_controlled_content_share", "onward_destination"}
    names |= {"applicable_die_area", "performance_density"}
    missing = assess({**deal, "product_kind": "integrated_circuit", **facts}, law(measure))[measure].missing_facts
    assert names.intersection(missing) == set(asked.split())


def test_an_exemption_written_in_several_blocks_is_named_once() -> None:
    """However many blocks a law file gives one exemption, a finding has it once, with what all that apply say."""
    whole = Catalogue.bundled()
    exempt = [case for case in bundled_cases() if case.expect.status == "exempt" and not case.needs]
    assert len(exempt) > 300
    for case in exempt:
        ids = [one.id for one in evaluate(whole[case.measure], case.facts).exemptions]
        assert len(ids) == len(set(ids)), case.id
