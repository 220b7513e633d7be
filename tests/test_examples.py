"""The examples of the repository run and print what they promise."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sanctionsmodel import Catalogue, assess, read_cases, run_cases
from sanctionsmodel._inputs import read_transaction

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
SCRIPTS = sorted(EXAMPLES.rglob("*.py"))

#: For each script, lines that its output must hold.
PROMISES = {
    "assess_ingot.py": (
        "the US ban says covered, under s. 1(a)(i)(A)",
        "the US ban says not_covered",
        "all measures together: at least duty, at most prohibited",
        "to ask: When were the goods produced?",
        "before 13 April 2024: not_covered",
    ),
    "screen_a_list.py": (
        "A-101  PROHIBITED        us/eo-14068/metals-import, s. 1(a)(i)(A)",
        "A-103  UNDETERMINED      at least duty, at most prohibited. When were the goods produced?",
        "A-105  not covered",
        "A-108  CANNOT BE READ    hs: '76011' has 5 digits",
    ),
    "exchange_accepts.py": (
        "cast in May 2024: refused",
        "cast in March 2024, certified: accepted",
        "to ask: Which paper proves the production date?",
        "cast in May 2024: out of catalogue",
    ),
    "trade_share.py": (
        "in money: more than 630000000 USD and at most 900000000 USD",
        "imply 1.2448 US dollars a pound",
        "They contradict one another.",
    ),
    "controls_reach.py": (
        "so from others: less than 30%",
        "machine tools      1,885.9: reached 0.0, exempt 0.0, open 1,885.9, unknown 0.0",
        "microelectronics: the Union sold Russia 51.8 million EUR a month less; 4 neighbours bought 2.1 more",
    ),
    "lme_stocks.py": (
        "copper     2024-03-31 62%, then 2024-04-30 50%",
        "2024-05-31 42%, 246,950 t",
        "cast after it            refused to refused",
    ),
    "own_rule.py": (
        "12 of 12 cases of the rule pass",
        "the rule in Python equals the rule in YAML: True",
        "covered (refused) alpha/buying-rule/russian-aluminium, section 2",
    ),
}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_prints_what_it_promises(script: Path) -> None:
    """Each example script runs from anywhere, without a word on the error stream."""
    done = subprocess.run(
        [sys.executable, "-X", "utf8", script], capture_output=True, encoding="utf-8", cwd=ROOT.parent
    )
    assert (done.returncode, done.stderr) == (0, "")
    missing = [line for line in PROMISES[script.name] if line not in done.stdout]
    assert missing == []


def test_no_promise_without_a_script() -> None:
    """The promises name the scripts that there are."""
    assert sorted(PROMISES) == sorted(script.name for script in SCRIPTS)


def test_the_ingot_waits_for_its_day_of_production_alone() -> None:
    """The example of the README asks one question, and lies between a duty and a prohibition."""
    answer = assess(read_transaction(EXAMPLES / "metals" / "ingot.yaml"), Catalogue.bundled().select(themes=["metals"]))
    assert (answer.at_least, answer.at_most) == ("duty", "prohibited")
    assert [question.name for question in answer.questions] == ["produced_on"]


def test_the_warrant_is_freed_by_the_trade_licence() -> None:
    """The second example is exempt under the licence of the United Kingdom, by name."""
    answer = assess(
        read_transaction(EXAMPLES / "metals" / "warrant.yaml"), Catalogue.bundled().select(themes=["metals"])
    )
    assert answer.outcome == "exempt"
    assert [one.id for one in answer["gb/si-2019-855/metals-acquisition"].applied] == [
        "gb/trade-licence-metals/2024-04-12"
    ]


def test_the_cases_of_the_own_rule_pass() -> None:
    """The example of a rule of one's own comes with cases, and they pass."""
    rules = EXAMPLES / "own_rule" / "rules"
    law = Catalogue.load(rules, over=Catalogue.bundled())
    results = run_cases(read_cases(rules / "alpha" / "buying.cases.yaml"), law)
    assert {result.outcome for result in results} == {"passed"}


def test_the_purchase_of_the_own_rule_is_refused() -> None:
    """The law leaves the purchase alone; the company's rule refuses it."""
    law = Catalogue.load(EXAMPLES / "own_rule" / "rules", over=Catalogue.bundled()).select(themes=["metals"])
    answer = assess(read_transaction(EXAMPLES / "own_rule" / "purchase.yaml"), law)
    assert answer.outcome == "refused"
    assert [finding.issuer for finding in answer.of_status("covered")] == ["alpha"]
