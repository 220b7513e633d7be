"""The benchmarks compare like with like: on few rules and rows, everybody answers as the plain evaluator does."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture(name="load")
def _load(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Import a module of the benchmarks, and forget it afterwards."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield importlib.import_module
    for name in set(sys.modules) - before:
        if str(BENCHMARKS) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def test_table_engines_answer_as_the_plain_evaluator(load: Any) -> None:
    """Polars in each way, DuckDB and Python functions count the same statuses."""
    law = load("screen_law")
    load("screen").check_rivals(law.rules(25), law.orders(300, seed=3))


def test_screen_answers_as_assess_on_generated_law(load: Any) -> None:
    """Every generated row has the same answer from `screen`, `assess` and, where logic is definite, the plain rules."""
    law = load("screen_law")
    rules = law.rules(25)
    load("screen").check_rows(rules, law.orders(40, seed=2), law.catalogue(rules))


def test_single_answers_are_those_of_the_plain_rules(load: Any) -> None:
    """What is timed on one transaction is the answer, also where nothing of it is remembered."""
    law, core = load("screen_law"), load("core")
    rules = law.rules(25)
    catalogue, rows = law.catalogue(rules), law.orders(40, seed=9).to_pylist()
    core.check_statuses(catalogue, rules, rows)
    known = [catalogue.index.narrow(core.Transaction(law.facts_of(row))) for row in rows]
    said = [dict(core.reached(catalogue.index, one)) for one in known]
    assert [len(one) for one in said] == [len(catalogue.index.candidates(one)) for one in known]
    assert core.never_seen(catalogue.index, known) > 0


def test_rule_engines_that_are_installed_answer_as_the_plain_evaluator(load: Any) -> None:
    """Each engine forbids what the plain rules forbid, on rows of which every fact is known."""
    law, engines, plain = load("screen_law"), load("row_engines"), load("plain")
    rules = law.rules(25)
    rows = [row for row in law.orders(100, seed=5).to_pylist() if None not in row.values()]
    plainly = plain.plain_reached(rules)
    expected = [[number for number, status in plainly(row) if status == "covered"] for row in rows]
    for engine in engines.ENGINES:
        if engine.installed:
            asked = engine.build(rules)
            assert [sorted(asked(engines.prepared(row))) for row in rows] == expected, engine.name


def test_the_law_as_expressions_forbids_what_plain_evaluation_forbids(load: Any) -> None:
    """Compiled boxes, written out as Python functions, agree with `holds` at points of bundled law."""
    from random import Random

    from sanctionsmodel import Catalogue, Transaction

    real, rivals = load("real"), load("real_rivals")
    catalogue, rng = Catalogue.bundled().select(themes=["metals"]), Random(4)
    rows = real.lines(catalogue, 20, 20).to_pylist()
    points = [real.completed(catalogue, catalogue.index.narrow(Transaction(real.facts_of(row))), rng) for row in rows]
    measures = [one for one in catalogue.index.measures if not catalogue[one.id].parts]
    expected = [[real.said(catalogue, point)[one.id][1] for one in measures] for point in points]
    asked = rivals.python_functions([one.compiled for one in measures])
    assert [asked(point) for point in rivals.points_of(catalogue, points)] == expected
