"""`westshift site`: the plan, business as usual, simple rules, what is spent twice, and what the world made of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from westshift.experiments.siting.books import Books, Duplicated, books, build_table, duplicated
from westshift.experiments.siting.problem import Problem, built_of
from westshift.experiments.siting.rules import RULES, solve_rule
from westshift.experiments.siting.values import site_values
from westshift.experiments.siting.why import what_binds
from westshift.experiments.siting.world import Delivered
from westshift.models.errors import InfeasibleError, InputError
from westshift.models.siting_world import Built
from westshift.optim.siting_solve import Found, solve_joined

Step = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Siting:
    """What came out.

    Attributes:
        problem, found: the program and its optimum. built: the plan.
        table: what it builds. values: of a MW and of a millisecond, by site. promised: its books.
        usual: books of business as usual; rules: of each simple rule; None where it cannot serve all work.
        continuous: the optimum before halls are made whole; `found` where they are not. twice: capital spent twice.
        delivered: by the world, by policy.
    """

    problem: Problem
    found: Found
    continuous: Found
    built: Built
    table: pd.DataFrame
    values: pd.DataFrame
    promised: Books
    usual: Books | None
    rules: dict[str, Books | None]
    twice: Duplicated
    delivered: dict[str, Delivered]


def plan(problem: Problem, solver: str | None = None, tell: Step = lambda what: None) -> Found:
    """The optimum. `tell`: is told how far a long solve is.

    Raises:
        InputError: nothing serves all work within the quotas and the cap; says what binds.
    """
    try:
        return solve_joined(problem.joined, solver, tell=tell)
    except InfeasibleError:
        raise InputError(what_binds(problem, solver)) from None


def site(
    problem: Problem,
    usual: Books | None,
    solver: str | None = None,
    rules: bool = True,
    step: Step = lambda what: None,
) -> Siting:
    """Solve the program and the rules; nothing is delivered yet. `usual`: books of business as usual."""
    found = plan(problem, solver, step)
    step(f"plan: by {found.solver}, gap {100 * found.gap:.2g} %")
    scored: dict[str, Books | None] = {}
    for name, rule in RULES.items() if rules else ():
        other = solve_rule(problem, rule, solver=solver, tell=step)
        scored[name] = None if other is None else books(problem, other)
        step(name)
    built = built_of(problem, found)
    return Siting(
        problem=problem,
        found=found,
        continuous=found,
        built=built,
        table=build_table(problem, built),
        values=site_values(problem, found),
        promised=books(problem, found),
        usual=usual,
        rules=scored,
        twice=duplicated(problem, found),
        delivered={},
    )


def compared(s: Siting) -> pd.DataFrame:
    """The plan, business as usual, the rules and what was delivered: money and carbon of a year, one row each.

    `regret` is what a row costs more than the plan as promised. A rule that cannot serve all work has no numbers.
    `gap_pct` is how far at most the plan is from the best there is; other rows have none of their own.
    """
    rows: list[tuple[str, Books | None]] = [
        ("plan, as promised", s.promised),
        ("business as usual", s.usual),
    ]
    rows += [(f"rule: {name}", b) for name, b in s.rules.items()]
    rows += [(f"plan in the world: {name}", d.books) for name, d in s.delivered.items()]
    table = pd.DataFrame([_row(name, b, s.promised) for name, b in rows])
    table["gap_pct"] = [100.0 * s.found.gap, *[float("nan")] * (len(rows) - 1)]
    return table


def _row(name: str, b: Books | None, promised: Books) -> dict[str, object]:
    nothing = float("nan")
    if b is None:
        return {"what": f"{name} (cannot serve all work)", **dict.fromkeys(COLUMNS, nothing)}
    return {
        "what": name,
        "total_m_cny": b.total_cny / 1e6,
        "regret_m_cny": (b.total_cny - promised.total_cny) / 1e6,
        "building_m_cny": sum(b.building_cny.values()) / 1e6,
        "running_m_cny": b.running_cny / 1e6,
        "operation_kt": b.operation_t / 1e3,
        "embodied_kt": b.embodied_t / 1e3,
        "carbon_kt": b.carbon_t / 1e3,
        "compute_gwh": b.energy_gwh,
        "shed_gwh": b.shed_mwh / 1e3,
    }


COLUMNS = (
    "total_m_cny", "regret_m_cny", "building_m_cny", "running_m_cny", "operation_kt", "embodied_kt", "carbon_kt",
    "compute_gwh", "shed_gwh",
)  # fmt: skip
