"""The front of carbon against latency, delay and cost, and every policy beside it.

The front is what a planner could reach who decides source, grid, load and storage together and foresees all hours; the
policies are carried out by the world and booked by the ledger, and the grid is then dispatched at least cost. All
horizons are one front (`westshift.optim.frontier`), which nowhere costs more than the budget nor gives up more work.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from westshift.experiments.pool import each_horizon
from westshift.experiments.simulate import cases_of
from westshift.experiments.studies.study import Progress
from westshift.models.calendar import Horizon
from westshift.models.errors import InputError
from westshift.models.ledger import Ledger, total
from westshift.models.scenario import Scenario
from westshift.models.year import horizons, make_year
from westshift.optim.axes import CARBON, COST, DELAY, LATENCY, SHED, UNSERVED, booked
from westshift.optim.frontier import Point, Search, one, trace
from westshift.optim.part import NOTHING_MWH, Part
from westshift.sim.rolling import foreseen
from westshift.sim.run import Case, Programs, run_case

Array = np.ndarray

AGAINST = {"latency": LATENCY, "delay": DELAY, "cost": COST}
"""What carbon can be set against, and its place among the sums."""


@dataclass(frozen=True, eq=False)
class Placed:
    """A policy beside one front.

    Attributes:
        sums: of the six (6,). front: the front's point at the policy's place on the axis; None to its left.
        beyond: the bounds of the front that the policy does not keep, in words; empty: it is comparable.
    """

    sums: Array
    front: Point | None
    beyond: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Frontier:
    """Fronts and policies.

    Attributes:
        scenario, horizons: what was asked. held: bounds that hold on all fronts (6,).
        base: sums of the baseline (6,). work_mwh: that arrives. compute_kg: what computing emits under the
            baseline, location-based, by hour: what shares are taken of.
        fronts: points by axis, from its least to least carbon. placed: policies by axis, the baseline first.
        rounds: how often all horizons were solved. budget_pct: of the baseline's cost, kept on all fronts.
    """

    scenario: Scenario
    horizons: tuple[Horizon, ...]
    held: Array
    base: Array
    work_mwh: float
    compute_kg: float
    fronts: dict[str, list[Point]]
    placed: dict[str, dict[str, Placed]]
    rounds: int
    budget_pct: float


def compute(
    scenario: Scenario,
    against: Sequence[str] = tuple(AGAINST),
    points: int = 11,
    budget_pct: float = 100.0,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Frontier:
    """Run the policies, then find the fronts.

    Args:
        scenario: with the policies to place. against: some of `AGAINST`. points: on each front.
        budget_pct: what system and transfers may cost on every front, of what they cost under the baseline [%].
        workers: horizons at the same time; None for one a core. The result is the same.

    Raises:
        InputError: an axis is not known or given twice, fewer than two points, or a budget that is not a
            number above 0 or that nothing can keep.
    """
    check(against, points, budget_pct)
    tell = progress or Progress()
    year = make_year(scenario)
    chosen = horizons(scenario, year)
    names = tuple(dict.fromkeys((scenario.baseline, *scenario.policies)))
    cases = cases_of(scenario, year, names)
    tell.start(len(cases) * len(names) + len(cases) + len(against) * (points + 1))
    done = each_horizon(_ledgers, cases, tell.tick, workers)
    weights = [h.weight for h in chosen]
    system = year.system
    by_horizon = [{n: booked(system, d[n]) for n in names} for d in done]
    ledgers = {n: total([d[n] for d in done], weights) for n in names}
    base = ledgers[scenario.baseline]
    threads = workers_of(workers, len(cases))

    def part(i: int) -> Part:
        made = Part(
            foreseen(cases[i].actual), weights[i], by_horizon[i][scenario.baseline],
            cases[i].plan.window_h,
        )  # fmt: skip
        tell.tick(cases[i].actual.name, "program")
        return made

    with ThreadPoolExecutor(threads) as pool:
        search = Search(list(pool.map(part, range(len(cases)))), threads)
    held = bounds(search.base, budget_pct)
    check_budget(search, held, budget_pct)
    fronts, placed = {}, {}
    for name in against:
        tick = _ticking(tell, name)
        fronts[name] = trace(search, AGAINST[name], held, points, tick)
        sums = {n: booked(system, ledger) for n, ledger in ledgers.items()}
        placed[name] = {
            n: place(search, fronts[name], AGAINST[name], held, z) for n, z in sums.items()
        }
        tick()
    return Frontier(
        scenario=scenario,
        horizons=chosen,
        held=held,
        base=search.base,
        work_mwh=float(base.arrived_mwh.sum()),
        compute_kg=float(base.site_location_kg.sum()),
        fronts=fronts,
        placed=placed,
        rounds=search.rounds,
        budget_pct=budget_pct,
    )


def check(against: Sequence[str], points: int, budget_pct: float) -> None:
    """Refuse what makes no front.

    Raises:
        InputError: see `compute`.
    """
    if not against or len(set(against)) < len(against) or not set(against) <= set(AGAINST):
        raise InputError(
            f"--against {','.join(against)}: take some of {', '.join(AGAINST)}, each once"
        )
    if not 2 <= points <= 1000:
        raise InputError(f"--points {points}: take 2 to 1000")
    if not 0.0 < budget_pct < np.inf:
        raise InputError(f"--budget-pct {budget_pct:g}: take a number above 0, such as 100")


def workers_of(workers: int | None, horizons: int) -> int:
    """As many as wanted, one a core by default, never more than there are horizons."""
    return max(1, min(workers or os.cpu_count() or 1, horizons))


def bounds(base: Array, budget_pct: float) -> Array:
    """What holds on every front: cost by the budget, work given up and demand shed as under the baseline (6,)."""
    held = np.full(6, np.inf)
    held[COST] = base[COST] + (budget_pct / 100.0 - 1.0) * abs(base[COST])
    for axis in (UNSERVED, SHED):
        if base[axis] > NOTHING_MWH:
            held[axis] = base[axis]
    return held


def check_budget(search: Search, held: Array, budget_pct: float) -> None:
    """Find what all must cost at least; without such corners a budget below the baseline's cost has no start.

    Raises:
        InputError: the budget is less.
    """
    free = held.copy()
    free[COST] = np.inf
    least = search.least(one(COST), free).sums[COST]
    if held[COST] < least + search.rounding(COST):
        raise InputError(
            f"--budget-pct {budget_pct:g}: all together costs {100.0 * least / search.base[COST]:.6g} % of the "
            "baseline's cost at least; give more"
        )


def place(search: Search, front: list[Point], axis: int, held: Array, sums: Array) -> Placed:
    """A policy beside a front, whose carbon is found at the policy's own place, not read off between points."""
    beyond = []
    given_up = sums[[UNSERVED, SHED]] - search.base[[UNSERVED, SHED]]
    if axis != COST and sums[COST] > held[COST] + 1e-9 * abs(held[COST]):
        beyond.append("over budget")
    beyond += [w for w, more in zip(("work given up", "demand shed"), given_up, strict=True)
               if more > 10.0 * NOTHING_MWH]  # fmt: skip
    low, rounding = front[0].sums[axis], search.rounding(axis)
    if sums[axis] < low - 2.0 * rounding:
        return Placed(sums, None, (*beyond, "left of the front"))
    bound = held.copy()
    bound[axis] = min(max(sums[axis], low + rounding), held[axis])
    height = front[0].sums[CARBON] - front[-1].sums[CARBON]
    return Placed(sums, search.least(one(CARBON), bound, height), tuple(beyond))


def _ledgers(
    case: Case, tick: Callable[[str], None], programs: Programs, turn: Any
) -> dict[str, Ledger]:
    return {name: o.ledger for name, o in run_case(case, tick, programs, turn).items()}


def _ticking(tell: Progress, name: str) -> Callable[[], None]:
    return lambda: tell.tick("front", name)
