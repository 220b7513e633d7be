"""Law to boxes: measures, defined terms and the conditions of computed facts, on one numbering of axes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sanctionsmodel import sets
from sanctionsmodel._boxes import Axes, Box, boxes_of
from sanctionsmodel._compute import Computed
from sanctionsmodel._exact import Compiled, CompiledExemption, CompiledLimb
from sanctionsmodel._groups import group_condition
from sanctionsmodel._narrow import Narrowing, Term
from sanctionsmodel.conditions import NEVER, Condition, ConditionReader, Constrains, any_of, leaves
from sanctionsmodel.errors import CatalogueError, Problem
from sanctionsmodel.facts import EVERY_ROLE, TRUE, Axis, registry
from sanctionsmodel.prohibitions import Exemption, Prohibition
from sanctionsmodel.sets import Cuts

#: Gives what defines a term's axis, or None where no law file does: where the term holds, and where it may hold
#: although only a statement can say so.
Defines = Callable[[Axis], tuple[Condition, Condition] | None]


class Measure(NamedTuple):
    """One compiled measure.

    ``limbs`` says of each limb's key which measure, version and limb it is; ``exemptions`` of each exemption's key
    which measure and exemption. (A measure that only sums up others has theirs.)
    """

    id: str
    compiled: Compiled
    limbs: tuple[tuple[str, int, int], ...]
    exemptions: tuple[tuple[str, int], ...]
    axes: tuple[int, ...]
    policy_axes: tuple[int, ...] = ()


def compile_measure(law: Prohibition, parts: Mapping[str, Prohibition], axes: Axes) -> Measure:
    """Compile a measure; one that only sums up others takes over their limbs and exemptions."""
    limbs: list[tuple[str, int, int]] = []
    exemptions: list[tuple[str, int]] = []
    compiled_limbs: list[CompiledLimb] = []
    compiled_exemptions: list[CompiledExemption] = []
    policy_axes: set[int] = set()
    for part in [parts[name] for name in law.parts if name in parts] or [law]:
        places = [(v, n) for v, version in enumerate(part.versions) for n in range(len(version.limbs))]
        first = len(limbs)
        for (v, n), (version, limb) in zip(places, part.limbs(), strict=True):
            compiled_limbs.append(CompiledLimb(len(limbs), tuple(boxes_of(part.scope(version, limb), axes))))
            limbs.append((part.id, v, n))
            policy_axes |= {axes.number(leaf.axis) for rule in part.policy_of(limb) for leaf in leaves(rule.when)}
        for place, exemption in enumerate(part.exemptions):
            freed = [first + k for k, (_, limb) in enumerate(part.limbs()) if exemption.frees_limb(limb)]
            boxes = _exemption_boxes(exemption, axes)
            compiled_exemptions.append(CompiledExemption(len(exemptions), frozenset(freed), boxes))
            exemptions.append((part.id, place))
    compiled = Compiled(tuple(compiled_limbs), tuple(compiled_exemptions))
    return measure_of(law.id, compiled, limbs, exemptions, policy_axes)


def measure_of(
    name: str,
    compiled: Compiled,
    limbs: Iterable[tuple[str, int, int]],
    exemptions: Iterable[tuple[str, int]],
    policy_axes: Iterable[int] = (),
) -> Measure:
    """Return a compiled measure with the axes that it reads."""
    read = tuple(sorted({axis for _, box in boxes_of_measure(compiled) for axis in box}))
    return Measure(name, compiled, tuple(limbs), tuple(exemptions), read, tuple(sorted(policy_axes)))


def _exemption_boxes(exemption: Exemption, axes: Axes) -> tuple[Box, ...]:
    return tuple(box for version in exemption.versions for box in boxes_of(version.in_time(version.when), axes))


def boxes_of_measure(compiled: Compiled) -> Iterator[tuple[int, Box]]:
    """Yield every box of a measure, each with whether it is a limb's (1) or an exemption's (0)."""
    for limb in compiled.limbs:
        yield from ((1, box) for box in limb.boxes)
    for exemption in compiled.exemptions:
        yield from ((0, box) for box in exemption.boxes)


# -------------------------------------------------------------------------------------------------------------- terms
def compile_narrowing(axes: Axes, defines: Defines) -> Narrowing:
    """Compile the declared narrowing towards the axes that are numbered already."""
    _number_declared(axes)
    computed = [Computed(raw, axes, _where(raw, axes)) for raw in registry().raw["computed"]]
    terms: dict[int, Term] = {}
    done = 0
    while done < len(axes.names):  # the condition of a term may read further axes, and these further terms
        definition = _definition(axes.names[done], defines)
        if definition is not None:
            holds, stays_open = (boxes_of(condition, axes) for condition in definition)
            terms[done] = term_of(done, holds, stays_open, axes)
        done += 1
    _number_kinds(axes)
    return Narrowing(axes, terms, computed)


def term_of(number: int, holds: Sequence[Box], stays_open: Sequence[Box], axes: Axes) -> Term:
    """Return a term with the axes and facts that its boxes read."""
    inputs = tuple(sorted({axis for box in (*holds, *stays_open) for axis in box}))
    facts = frozenset(axes.names[axis].fact for axis in inputs)
    surely = Compiled((CompiledLimb(0, tuple(holds)),), ())
    if not stays_open:
        return Term(number, surely, surely, None, inputs, facts)
    further = CompiledLimb(1, tuple(stays_open))
    return Term(number, surely, Compiled((*surely.limbs, further), ()), Compiled((further,), ()), inputs, facts)


def _number_declared(axes: Axes) -> None:
    """Number the axes that narrowing itself reads and writes."""
    raw = registry().raw
    names = [name for link in raw["order"] for name in link["chain"]]
    names += [one[key] for one in raw["nesting"] for key in ("fine", "coarse")]
    for name in ["activity", "transacted_on", *dict.fromkeys(names)]:
        axes.number(Axis(name))


def _where(raw: Mapping[str, object], axes: Axes) -> list[Box] | None:
    if "where" not in raw:
        return None
    reader = ConditionReader(lookup=group_condition)
    condition = reader.read(raw["where"])
    if reader.problems:
        raise CatalogueError(Problem(message, "facts.yaml", field=str(path)) for path, message in reader.problems)
    return boxes_of(condition, axes)


def _definition(axis: Axis, defines: Defines) -> tuple[Condition, Condition] | None:
    parts = _singles(axis)
    if len(parts) < 2:
        return defines(axis)
    if all(defines(Axis(axis.fact, part)) is None for part in parts):
        return None
    return any_of(*(Constrains(axis.fact, TRUE, test=part) for part in parts)), NEVER


def _singles(axis: Axis) -> list[Cuts]:
    """Split the test of an axis over list names into the names; other axes are left whole."""
    if axis.fact != "goods_listed_in" or len(axis.test) % 2:
        return [axis.test]
    return [sets.single(low) for low, _ in sets.spans(axis.test)]


def _number_kinds(axes: Axes) -> None:
    """Number what the kind of a party implies, for the roles that some rule asks about."""
    for name in [axis.fact for axis in axes.names]:
        role, dot, inner = name.partition(".")
        if dot and role != EVERY_ROLE and inner in ("nationality", "organised_in", "kind"):
            axes.number(Axis(f"{role}.kind"))
            axes.number(Axis(f"{role}.organised_in"))
            axes.number(Axis(f"{role}.nationality", registry()[f"{role}.nationality"].anything))
