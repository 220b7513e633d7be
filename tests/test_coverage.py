"""Coverage: what of the law the cases exercise, and what they do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from sanctionsmodel import Catalogue, bundled_cases, read_cases
from sanctionsmodel.coverage import CatalogueCoverage, Share, boundaries, coverage
from sanctionsmodel.prohibitions import Spanned
from small_law import CASES, LAW, case, written


def covered(directory: Path, cases: str, law: str = LAW) -> CatalogueCoverage:
    """Return the coverage of the small law by some cases."""
    home = written(directory, law, cases)
    return coverage(read_cases(home / "us" / "act.cases.yaml"), Catalogue.load(home))


def missing(found: CatalogueCoverage) -> list[str]:
    """Return what no case exercises."""
    return [f"{point.kind} {point.name}" for one in found.measures for point in one.unexercised]


def without(*names: str) -> str:
    """Return the cases without some of them."""
    return "".join(f"- id: T-{part}" for part in CASES.split("- id: T-")[1:] if part[0] not in names)


def test_all_is_exercised(tmp_path: Path) -> None:
    """Cases of every limb, exemption and turn of the law leave nothing open."""
    found = covered(tmp_path, CASES)
    assert missing(found) == []
    assert (found.share(), str(found.share("boundary"))) == (Share(7, 7), "100 % (4 of 4)")
    assert found.measures[0].statuses == {"covered", "not_covered", "exempt", "undetermined"}


@pytest.mark.parametrize(
    ("left_out", "wanted"),
    [
        ("1", ["limb version from 2024-01-01, s. 1(a)", "boundary first day 2024-01-01"]),
        ("2", ["boundary eve 2023-12-31"]),
        ("3", ["limb version from 2024-01-01, s. 1(b)", "boundary last day 2024-12-31"]),
        ("4", ["boundary first day after 2025-01-01"]),
        ("5", ["exemption us/act/samples"]),
    ],
)
def test_a_case_left_out_is_missed(tmp_path: Path, left_out: str, wanted: list[str]) -> None:
    """What only one case exercises is named when that case is gone."""
    found = missing(covered(tmp_path, without(left_out, "5") if left_out == "1" else without(left_out)))
    assert [one for one in found if one in wanted] == wanted


def test_a_wrong_case_exercises_nothing(tmp_path: Path) -> None:
    """A case whose status comes out otherwise does not count."""
    found = covered(tmp_path, case("T-1", "not_covered", "RU", "5 kg", "2024-01-01"))
    assert found.share().done == 0


def test_a_case_of_another_kind_is_on_no_boundary(tmp_path: Path) -> None:
    """A case on the first day that the measure cannot meet shows nothing of the change."""
    found = covered(tmp_path, case("T-1", "not_covered", "TR", "5 kg", "2024-01-01"))
    assert found.share("boundary").done == 0


def test_a_boundary_that_the_order_of_dates_empties(tmp_path: Path) -> None:
    """A case of the right kind stands on a first day on which nothing can be caught yet, such as goods made after."""
    law = LAW.replace("activity: import, hs", "activity: import, produced_on: {above: 2024-01-01}, hs")
    found = covered(tmp_path, case("T-1", "not_covered", "RU", "5 kg", "2024-01-01"), law)
    assert "boundary first day 2024-01-01" not in missing(found)


def test_the_bundled_law_is_exercised_whole() -> None:
    """Each limb, exemption and boundary day of the law that ships has a case."""
    assert missing(coverage(bundled_cases(), Catalogue.bundled())) == []


def test_a_month_is_no_day(tmp_path: Path) -> None:
    """A case whose day is not known exercises no boundary."""
    found = covered(tmp_path, case("T-1", "covered", "RU", "5 kg", "2024-01"))
    assert (found.share("limb").done, found.share("boundary").done) == (1, 0)


def test_contradictory_facts_exercise_nothing(tmp_path: Path) -> None:
    """A case whose facts cannot go together is no case of anything."""
    wrong = case("T-1", "covered", "RU", "5 kg", "2024-01-01").replace("mass:", 'cn: "74010000", mass:')
    assert covered(tmp_path, wrong).share().done == 0


def test_turns_that_meet_are_counted_once() -> None:
    """Where one version follows another, the turn has an eve and a first day, not four days."""
    spans = [Spanned.model_validate(one) for one in ({"until": "2024-01-01"}, {"from": "2024-01-01"})]
    assert [str(one) for one in boundaries(spans)] == ["eve 2023-12-31", "first day 2024-01-01"]


@pytest.mark.parametrize(
    ("share", "text"), [(Share(0, 0), "100 % (0 of 0)"), (Share(9999, 10000), "99.9 % (9999 of 10000)")]
)
def test_only_the_whole_is_a_hundred(share: Share, text: str) -> None:
    """A share is never rounded up to 100 per cent."""
    assert str(share) == text
