"""Editions of the Harmonized System, one seen through another."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanctionsmodel.concordance import Between, Concordance
from sanctionsmodel.errors import FactError, UnknownCode

CODES = ["854140", "854231", "845710", "852990", "841989", "300219", "848690", "870323", "381400", "880330"]
amounts = st.dictionaries(st.sampled_from(CODES), st.integers(0, 10**9), min_size=1)
EDITIONS = [(2017, 2022), (2012, 2017), (2012, 2022), (2022, 2017), (2022, 2012)]


between = cache(Concordance.between)


def bounds(low: int, high: int) -> Between:
    """Return bounds of whole numbers."""
    return Between(Decimal(low), Decimal(high))


@given(amounts, st.sampled_from(EDITIONS))
def test_the_total_is_conserved(found: dict[str, int], editions: tuple[int, int]) -> None:
    """Nothing is lost or won, and the bounds of all new codes together are the total."""
    moved = between(*editions).convert(found)
    assert moved.total == sum(found.values())
    low, high = moved.amount(*moved.rows(), "")
    assert high == moved.total
    assert low == moved.total - moved.unmapped


@given(amounts, st.sampled_from(EDITIONS))
def test_the_bounds_of_single_codes_hold_the_total(found: dict[str, int], editions: tuple[int, int]) -> None:
    """The least of all codes is no more than the total, the greatest no less."""
    moved = between(*editions).convert(found)
    rows = moved.rows().values()
    assert sum(row.low for row in rows) <= moved.total
    assert sum((row.high for row in rows), Decimal(0) if rows else moved.unmapped) >= moved.total - moved.unmapped


def test_a_code_that_splits_is_a_range() -> None:
    """Photosensitive devices of 2017 are in four codes and more of 2022; how much in each is not guessed."""
    moved = Concordance.between(2017, 2022).convert({"854140": 100})
    assert moved.amount("854142") == bounds(0, 100)
    assert moved.amount("8541", "8524", "8529", "8549", "9406") == bounds(100, 100)


def test_a_code_that_is_kept_keeps_its_amount() -> None:
    """A code with one heir that has no other parent is exact."""
    codes = Concordance.between(2017, 2022, neglecting=["8549"])
    assert codes.is_kept("845710")
    assert codes.convert({"845710": 7}).amount("845710") == bounds(7, 7)
    assert not codes.is_kept("854140")


def test_codes_without_a_row_may_be_anywhere() -> None:
    """300219 of 2017 is in no row of the table, so it widens every bound."""
    moved = Concordance.between(2017, 2022).convert({"300219": 5, "760110": 1})
    assert (moved.unmapped, moved.amount("760110")) == (Decimal(5), bounds(1, 6))


def test_two_steps_go_through_the_edition_between() -> None:
    """From 2012 to 2022 by way of 2017."""
    assert Concordance.between(2012, 2022).successors("760110") == ("760110",)


def test_machine_tools_lost_printers_to_2022() -> None:
    """Headings 8457 to 8462 hold the same goods in both editions; 8463 and 8465 gave machines to 8485."""
    codes = Concordance.between(2017, 2022, neglecting=["8549"])
    assert codes.stable([str(one) for one in range(8457, 8463)])
    assert not codes.stable(["8463"])
    assert codes.successors("846390") == ("846390", "848510")


@pytest.mark.parametrize(("source", "target"), [(2017, 2017), (1996, 2017), (2017, 2023)])
def test_other_editions_are_refused(source: int, target: int) -> None:
    """There are tables between 2012, 2017 and 2022 only."""
    with pytest.raises(FactError, match="edition"):
        Concordance.between(source, target)


def test_headings_are_not_converted() -> None:
    """The tables are made at six digits."""
    with pytest.raises(UnknownCode, match="six digits"):
        Concordance.between(2017, 2022).convert({"8457": 1})
