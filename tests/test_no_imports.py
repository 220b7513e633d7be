"""Cheap to import: heavy packages load only when something needs them."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from test_exported_members import PROMISED

HEAVY = {"pint", "pycountry", "yaml", "numpy", "pyarrow", "polars", "pandas", "typer", "rich", "narwhals", "duckdb"}
INGOT = {"activity": "import", "hs": "760110", "origin": "RU", "destination": "US", "transacted_on": "2024-05-20"}


def loaded(code: str) -> set[str]:
    """Return the top-level modules that a fresh process has loaded after some code."""
    report = "\nimport sys, json\nprint(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    done = subprocess.run([sys.executable, "-c", code + report], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_importing_the_package_loads_nothing_heavy() -> None:
    """``import sanctionsmodel`` loads none of the heavy packages, nor pydantic."""
    assert not loaded("import sanctionsmodel") & {*HEAVY, "pydantic"}


def test_without_the_extras_the_main_job_works() -> None:
    """With every package of an extra taken away, the promised names import and a transaction is assessed."""
    away = "import sys\nfor name in ('pyarrow', 'numpy', 'narwhals', 'typer', 'rich', 'polars', 'pandas'):\n"
    code = away + f"    sys.modules[name] = None\nfrom sanctionsmodel import {', '.join(PROMISED)}\nassess({INGOT!r})"
    assert "pydantic" in loaded(code)


def test_without_the_extras_a_star_import_works() -> None:
    """What needs an extra says so when it is called, and which one; all else is there."""
    away = "import sys\nfor name in ('pyarrow', 'numpy', 'narwhals'):\n    sys.modules[name] = None\n"
    code = away + (
        "from sanctionsmodel import *\nassert Transaction\n"
        "for function in (screen, trade_shares, exposure, diversion, read_flows, shipped_flows):\n"
        "    try:\n        function('a table', importer='RU')\n"
        "    except ImportError as error:\n        assert 'sanctionsmodel[tables]' in str(error), error\n"
        "    else:\n        raise SystemExit('it was called')"
    )
    assert "pydantic" in loaded(code)


@pytest.mark.parametrize("first", ["exposures", "diversions", "trade"])
def test_functions_are_functions_whatever_was_imported_before(first: str) -> None:
    """No module of the package has the name of a function at the door."""
    code = f"import sanctionsmodel.{first}\nfrom sanctionsmodel import *\nexposure.__call__, diversion.__call__"
    assert "pyarrow" in loaded(code)


@pytest.mark.parametrize("more", [{}, {"mass": "500 t"}, {"unit_value": "300 EUR", "mass": "25 kg"}])
def test_assessing_loads_nothing_heavy(more: dict[str, str]) -> None:
    """Assessing a transaction, with a mass in tonnes or a price too, loads neither pint nor pycountry nor yaml."""
    code = f"from sanctionsmodel import assess\nassess({ {**INGOT, **more}!r}).explain()"
    assert not loaded(code) & HEAVY


def test_json_in_and_out_loads_nothing_heavy() -> None:
    """Nor does reading a transaction from JSON and writing the answer as JSON."""
    text = json.dumps({**INGOT, "mass": "500 t"})
    code = f"from sanctionsmodel import Transaction, assess\nassess(Transaction.from_json({text!r})).to_json()"
    assert not loaded(code) & HEAVY


def test_the_bundled_law_needs_no_yaml() -> None:
    """Listing, selecting and reading bundled measures works from the built form."""
    code = "from sanctionsmodel import Catalogue\nlist(Catalogue.bundled().select(themes=['metals']))"
    assert not loaded(code) & HEAVY


def test_the_command_line_loads_no_tables() -> None:
    """The commands load typer, and none of the table libraries."""
    found = loaded("import sanctionsmodel.cli")
    assert "typer" in found
    assert not found & {"pint", "pycountry", "numpy", "pyarrow", "polars", "pandas"}
