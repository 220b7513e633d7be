"""A company's own rule, layered over the law: test it by its cases, then ask it and the law about one purchase.

Run it with ``python examples/own_rule/own_rule.py``. The rule stands in ``rules/alpha/buying.yaml``, its cases beside
it. The same rule is built here in Python, to show that both forms give the same thing.
"""

from pathlib import Path

from sanctionsmodel import (
    Catalogue,
    Exemption,
    Limb,
    Prohibition,
    Transaction,
    Version,
    assess,
    fact,
    read_cases,
    run_cases,
)

HERE = Path(__file__).parent
RULE = "alpha/buying-rule/russian-aluminium"

law = Catalogue.load(HERE / "rules", over=Catalogue.bundled())

# ---------------------------------------------------------------------------------------------------- test the rule
results = list(run_cases(read_cases(HERE / "rules" / "alpha" / "buying.cases.yaml"), law))
passed = sum(result.outcome == "passed" for result in results)
print(f"{passed} of {len(results)} cases of the rule pass")

# ----------------------------------------------------------------------------------------------- the rule in Python
text = "https://alpha.example/buying-rule"
act = {"act": "Buying rule of Alpha Metals of 2 January 2024", "url": text, "read_on": "2024-01-02"}
in_python = Prohibition(
    id=RULE,
    title="We buy no Russian aluminium, none made of Russian metal, and none without a paper on its origin",
    issuer="alpha",
    instrument={"id": "alpha/buying-rule", "title": "Buying rule of Alpha Metals"},
    effect="refused",
    themes=["metals"],
    bound="our own buyers",
    binds=fact("activity").is_in("purchase", "acquire", "acquire_warrant"),
    status="complete",
    confidence="high",
    verified_on="2024-01-02",
    versions=[
        Version(
            from_="2024-01-02",
            cite=[{**act, "section": "sections 1 to 3"}],
            when=fact("hs").is_("76"),
            limbs=[
                Limb(provision="section 1", when=fact("origin").is_("RU")),
                Limb(provision="section 2", when=fact("input_origin").is_("RU")),
                Limb(provision="section 3", when=fact("origin_proof").is_none()),
            ],
        )
    ],
    exemptions=[
        Exemption(
            id="alpha/buying-rule/old-contracts",
            title="Contracts made before the rule",
            kind="grandfathering",
            frees=["section 2", "section 3"],
            versions=[
                {
                    "cite": [{**act, "section": "section 4"}],
                    "provision": "section 4",
                    "when": fact("contracted_on").before("2024-01-02"),
                }
            ],
        )
    ],
)
print(f"the rule in Python equals the rule in YAML: {in_python == law[RULE]}")

# ------------------------------------------------------------------------------------------- ask the rule and the law
purchase = Transaction(
    activity="purchase",
    transacted_on="2024-06-03",
    hs="760421",
    mass="18 t",
    origin="TR",
    exported_from="TR",
    destination="DE",
    input_origin=["RU"],
    origin_proof="supplier_declaration",
    contracted_on="2024-05-02",
    venue="none",
    conducted_in="DE",
    actor={"kind": "company", "organised_in": "DE", "located_in": "DE"},
)
answer = assess(purchase, law.select(themes=["metals"]))
print()
for finding in answer.findings:
    if finding.status == "covered":
        print(f"{finding.status.value} ({finding.effect.value}) {finding.measure}, {'; '.join(finding.provisions)}")
    if finding.status == "undetermined":
        print(f"{finding.status.value} {finding.measure}, waits for {', '.join(finding.missing_facts)}")
print(f"not covered by {len(answer.of_status('not_covered'))} other measures on metals")
