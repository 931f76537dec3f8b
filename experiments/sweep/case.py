"""The cases of a sweep: each point with each seed, and the key that names its result."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from westshift.models.errors import InputError

from .design import points
from .key import Base
from .plan import SweepPlan

SEED_DIGITS = 8


@dataclass(frozen=True)
class SweepCase:
    """One run of a sweep. Small and picklable: a worker loads the scenario itself.

    Attributes:
        scenario: a shipped name or a folder. overrides: all changes by dotted key, sorted.
        keep: tables kept beside the measures. key: names the result; see key.py.
        point: row of the design. replicate: which of the seeds at that point.
    """

    scenario: str
    overrides: Mapping[str, Any]
    keep: tuple[str, ...]
    key: str
    point: int
    replicate: int


def cases(plan: SweepPlan) -> Iterator[SweepCase]:
    """Every case of a plan, point by point.

    Raises:
        InputError: a field that is not there, or a value that will not do.
    """
    yield from cases_of(plan, Base(plan.scenario), points(plan))


def cases_of(plan: SweepPlan, base: Base, at: Sequence[Mapping[str, Any]]) -> Iterator[SweepCase]:
    """The same, of a scenario that is loaded and points that are chosen already."""
    root = base.root(plan.changes)
    for number, point in enumerate(at):
        for replicate in range(plan.replicates or 1):
            overrides = overrides_of(plan, point, root, replicate)
            try:
                key = base.key(overrides, plan.keep)
            except InputError as error:
                raise InputError(f"{said(number, point)}: {error}") from None
            yield SweepCase(plan.scenario, overrides, plan.keep, key, number, replicate)


def cases_at(
    plan: SweepPlan, number: int, point: Mapping[str, Any], root: int, keys: Sequence[str]
) -> Iterator[SweepCase]:
    """The cases of a point whose keys are known, one a replicate."""
    for replicate, key in enumerate(keys):
        overrides = overrides_of(plan, point, root, replicate)
        yield SweepCase(plan.scenario, overrides, plan.keep, key, number, replicate)


def overrides_of(
    plan: SweepPlan, point: Mapping[str, Any], root: int, replicate: int
) -> dict[str, Any]:
    """All that a case changes.

    Sorted: a key comes before those inside it, and two changes of one row always come in one order.
    """
    changes: dict[str, Any] = {**plan.changes, **point}
    policies = plan.policies or changes.get("policies")
    if isinstance(policies, str):
        policies = [p.strip() for p in policies.split(",")]
    if policies is not None:
        changes["policies"] = policies
    if plan.replicates is not None:
        changes["seed"] = replicate_seed(root, replicate)
    return {key: _plain(changes[key]) for key in sorted(changes)}


def replicate_seed(root: int, replicate: int) -> int:
    """The seed of a replicate, from what it is and not from its place in a queue.

    The same at every point, so that differences between points and policies are of the same weather
    and the same forecast errors (common random numbers).
    """
    text = f"replicate {root} {replicate}"
    return int(hashlib.sha256(text.encode()).hexdigest()[:SEED_DIGITS], 16)


def said(number: int, point: Mapping[str, Any]) -> str:
    """A point in words."""
    values = ", ".join(f"{key} = {value}" for key, value in point.items())
    return f"point {number} ({values})" if values else f"point {number}"


def _plain(value: Any) -> Any:
    return [_plain(v) for v in value] if isinstance(value, list | tuple) else value
