"""A small law of one measure with its cases, for tests of the tools that read, check and count law."""

from __future__ import annotations

from pathlib import Path

LAW = """\
issuer: us
instrument:
  id: us/act
  title: The Act
sources:
  ACT: {act: The Act, url: "https://example.org/act", read_on: 2026-11-24}
lists:
  metals: {words: chapters 74 and 76, system: hs, codes: ["74", "76"], cite: ACT}

measures:
- id: us/act/metals
  title: Ban on imports of metals
  effect: prohibited
  themes: [metals]
  bound: anyone who imports into the United States
  binds: {destination: US}
  status: complete
  confidence: high
  verified_on: 2026-11-24
  versions:
  - from: 2024-01-01
    until: 2025-01-01
    cite: ACT s. 1
    when: {activity: import, hs: list:metals}
    limbs:
    - {provision: s. 1(a), when: {origin: RU}}
    - {provision: s. 1(b), when: {origin: BY}}
  exemptions:
  - id: us/act/samples
    title: Samples
    kind: exception
    frees: [s. 1(a)]
    versions:
    - {from: 2024-07-01, cite: ACT s. 2, provision: s. 2, when: {mass: {up_to: "1 kg"}}}
"""

FACTS = 'activity: import, hs: "7601", origin: {}, destination: US, mass: "{}", transacted_on: {}'


def case(name: str, status: str, origin: str, mass: str, day: str, more: str = "") -> str:
    """Return the text of one case."""
    return (
        f"- id: {name}\n  title: Case {name}\n  measure: us/act/metals\n"
        f"  facts: {{{FACTS.format(origin, mass, day)}}}\n  expect: {{status: {status}{more}}}\n"
        "  why: The Act says so.\n  source: ACT\n  confidence: high\n"
    )


CASES = "".join(
    (
        case("T-1", "covered", "RU", "5 kg", "2024-01-01"),
        case("T-2", "not_covered", "RU", "5 kg", "2023-12-31"),
        case("T-3", "covered", "BY", "5 kg", "2024-12-31"),
        case("T-4", "not_covered", "BY", "5 kg", "2025-01-01"),
        case("T-5", "exempt", "RU", "1 kg", "2024-08-01", ", exemption: us/act/samples"),
        case("T-6", "undetermined", "{one_of: [RU, TR]}", "5 kg", "2024-08-01", ", missing: [origin]"),
    )
)


def written(directory: Path, law: str = LAW, cases: str = CASES) -> Path:
    """Write the law and its cases into a directory, and return it."""
    home = directory / "us"
    home.mkdir(parents=True, exist_ok=True)
    (home / "act.yaml").write_text(law, encoding="utf-8")
    if cases:
        (home / "act.cases.yaml").write_text(cases, encoding="utf-8")
    return directory
