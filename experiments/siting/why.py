"""Why a siting program has no plan: which work finds no room, and which quotas hold it back; or the cap."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from westshift.experiments.siting.problem import Problem, yearly
from westshift.models.errors import InfeasibleError
from westshift.models.siting_world import standing
from westshift.optim.siting_join import Week, joined
from westshift.optim.siting_program import siting_week
from westshift.optim.siting_solve import solve_joined

Array = np.ndarray


def what_binds(problem: Problem, solver: str | None = None) -> str:
    """One sentence on why no plan serves all work.

    The least work that must be given up is found; if there is none, it is the cap on emissions, and the least that
    can be emitted is said.
    """
    weeks, lost = [], []
    for n, o in zip(problem.counts, problem.outlooks, strict=True):
        p = siting_week(o, problem.choices, problem.cap_t is not None)
        at = p.places["unserved"][0]
        cost = np.zeros(len(p.cost))
        cost[at[at >= 0]] = 1.0
        weeks.append(Week(replace(p, cost=cost, offset=0.0), n))
        lost.append(at)
    quotas = yearly(problem.choices)
    j = joined(weeks, problem.counts, quotas)
    found = solve_joined(j, solver, tie_break=0.0)
    by = sum(n * j.values(found.x, k, "unserved").sum(axis=1) for k, n in enumerate(problem.counts))
    by = np.asarray(by)
    if found.objective <= 1e-3:
        return _cap(problem, solver)
    c = problem.year.system.compute
    J = len(c.classes)
    worst = int(by.argmax())
    origin, job = c.origins[worst // J], c.classes[worst % J]
    mine = np.flatnonzero((c.stream_origin == worst // J) & (c.stream_class == worst % J))
    regions = sorted(set(c.site_region[c.stream_site[mine]].tolist()))
    binding = _binding(problem, j.built(found.x, "hall")[0], regions)
    return (
        f"the quotas cannot hold the work of '{problem.scenario.name}' at {problem.growth.name}: "
        f"{found.objective / 1e3:,.1f} GWh a year find no room, most of it {job} of {origin} "
        f"({by[worst] / 1e3:,.1f} GWh), which may run in "
        f"{_few([problem.year.system.grid.regions[r] for r in regions])} within its limits; {binding}"
    )


def _binding(problem: Problem, halls: Array, regions: list[int]) -> str:
    """Which quotas are used up where that work may run, and what to do."""
    choices, grid = problem.choices, problem.year.system.grid
    compute = problem.year.system.compute
    in_region = compute.site_region[choices.hall_site]
    full, closed = [], []
    for r in regions:
        name = grid.regions[r]
        new = (in_region == r) & ~standing(choices)
        if not new.any():
            closed.append(name)
        elif halls[in_region == r].sum() >= choices.region_halls_mw[r] * (1 - 1e-6) - 1e-6:
            full.append(f"halls_mw of {name} ({choices.region_halls_mw[r]:g} MW)")
    parts = []
    if full:
        parts.append(f"{_few(full)} {'is' if len(full) == 1 else 'are'} used up")
    if closed:
        parts.append(
            f"no new hall is allowed in {_few(closed)} (halls_mw is 0, or pue_cap below every technology)"
        )
    if not parts:
        parts.append("energy_gwh or water_m3 there is used up")
    return f"{' and '.join(parts)}: raise it in quotas.csv"


def _cap(problem: Problem, solver: str | None) -> str:
    weeks = []
    for n, week in zip(problem.counts, problem.joined.weeks, strict=True):
        p = week.program
        cost = np.zeros(len(p.cost))
        at = p.places["excess"][0]
        cost[at[at >= 0]] = 1.0
        weeks.append(Week(replace(p, cost=cost, offset=0.0), n))
    j = joined(weeks, problem.counts, yearly(problem.choices))
    try:
        least = solve_joined(j, solver, tie_break=0.0).objective
    except InfeasibleError:
        return (
            f"'{problem.scenario.name}' at {problem.growth.name}: other demand cannot all be met, which a cap on "
            "carbon asks for; allow more plants, batteries or lines in quotas.csv, or leave --carbon-cap out"
        )
    return (
        f"--carbon-cap {(problem.cap_t or 0.0) / 1e6:g}: '{problem.scenario.name}' at {problem.growth.name} emits at "
        f"least {least / 1e6:.6g} Mt a year with all demand met, whatever is built within the quotas; raise the cap or "
        "the quotas"
    )


def _few(names: list[str]) -> str:
    shown = names[:6]
    more = f" and {len(names) - 6} more" if len(names) > 6 else ""
    return (
        re.sub(r", ([^,]*)$", r" and \1", ", ".join(shown)) + more
        if not more
        else ", ".join(shown) + more
    )
