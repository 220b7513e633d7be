"""What all tests share: hypothesis without a clock, and the long form of the property tests."""

from __future__ import annotations

import pytest
from hypothesis import settings

settings.register_profile("quick", deadline=None, derandomize=True)
settings.register_profile("slow", deadline=None, max_examples=2_000, print_blob=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--slow``, which runs the property tests on ten times the material or more."""
    parser.addoption("--slow", action="store_true", help="run the long forms of the property tests too")


def pytest_configure(config: pytest.Config) -> None:
    """Choose how hypothesis works: the same examples in every normal run, new and more ones in a slow one."""
    settings.load_profile("slow" if config.getoption("--slow") else "quick")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the tests marked slow to the slow run."""
    if not config.getoption("--slow"):
        for item in items:
            if "slow" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="long form; run with --slow"))


@pytest.fixture
def effort(request: pytest.FixtureRequest) -> int:
    """How many times the normal amount of material a property test should try: 1, or 10 in a slow run."""
    return 10 if request.config.getoption("--slow") else 1
