"""Small worlds drawn by chance, and the shipped scenario that is solvable by hand.

Fixtures of the session hand out functions, so that hypothesis may call them as often as it likes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, settings

from westshift.experiments.verify.parts import Place, Store, Unit, Way, Work
from westshift.experiments.verify.small import compute, grid
from westshift.models.actual import HISTORY_H, Actual
from westshift.models.outlook import Outlook, work_bounds_mwh
from westshift.models.scenario import Scenario, load_scenario
from westshift.models.settings import POLICY_NAMES, Forecast, Plan
from westshift.models.system import System
from westshift.sim.run import Case, Outcome, run_case

# Examples are seeds: a smaller seed says no more than another, so none is looked for.
settings.register_profile(
    "westshift",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],
)
settings.load_profile("westshift")

POLICIES = POLICY_NAMES


@dataclass(frozen=True)
class Drawing:
    """What a drawn world is like.

    Attributes:
        hours: T [h]. regions: how many.
        room: capacity of a region's sites, of the greatest work that arises there in an hour.
        supply: factor on all generation; 1 is ample. must_run: factor on must-run output.
        waits: whether waiting and distance have a price.
    """

    hours: int = 24
    regions: int = 3
    room: float = 1.8
    supply: float = 1.0
    must_run: float = 1.0
    waits: bool = True


def draw(seed: int, drawing: Drawing) -> Actual:
    """A grid of coal, gas, wind, sun and water, lossy lines, a store, up to four sites, three classes."""
    rng = np.random.default_rng(seed)
    names = ("north", "east", "west")[: drawing.regions]
    n, hours = len(names), HISTORY_H + drawing.hours
    days = -(-hours // 24)
    k = drawing.supply
    sun = np.maximum(np.sin((np.arange(hours) % 24 - 6) * np.pi / 12), 0.0)
    wind = rng.uniform(0.0, 1.0, (n, hours))
    dirt, cost = rng.uniform(700, 950, n), rng.uniform(200, 400, n)
    units = [unit for r, name in enumerate(names) for unit in (
        Unit(name, k * 160, cost[r], dirt[r], minimum_mw=10 * drawing.must_run, technology="coal"),
        Unit(name, k * 90, cost[r] + 200, 380.0, technology="gas"),
        Unit(name, k * 120, 0.0, availability=wind[r].tolist(), renewable=True, technology="wind"),
        Unit(name, k * 60, 0.0, availability=sun.tolist(), renewable=True, technology="solar"),
    )]  # fmt: skip
    units.append(Unit(names[-1], k * 30, 5.0, renewable=True, technology="hydro", day_mwh=1.0))
    ways = [
        Way(names[r], names[(r + 1) % n], *rng.uniform((5, 0.01, 1), (40, 0.08, 9)))
        for r in range(n if n > 2 else n - 1)
    ]
    store = Store(names[0], 12.0, 50.0, *rng.uniform(0.85, 0.95, 2), 0.003, 2.0)
    arrivals = rng.uniform(1, 9, (3, n, hours))
    at = [*range(n), 0]  # the first region has two sites
    most = drawing.room * arrivals.sum(axis=0).max(axis=1) / np.bincount(at)
    efficiency = rng.uniform(0.8, 1.2, n + 1)
    places = [Place(names[r], most[r], rng.uniform(1, 4), efficiency[s]) for s, r in enumerate(at)]
    far = {
        (o, s): float(rng.uniform(8, 30)) for o in names for s, r in enumerate(at) if names[r] != o
    }
    value = rng.uniform(0.2, 2.0, (3, 2)) * drawing.waits
    works = [
        Work(
            name,
            {names[r]: arrivals[j, r].tolist() for r in range(n)},
            slack_h=slack,
            delay_cny_per_mwh_h=value[j, 0],
            unserved_cny_per_mwh=20_000.0,
            rtt_ms=far,
            rtt_limit_ms=limit,
            latency_cny_per_mwh_ms=0.1 * value[j, 1],
            transfer_cny_per_mwh=6.0 * drawing.waits,
            transfer_mwh_per_mwh=0.01 * drawing.waits,
        )
        for j, (name, slack, limit) in enumerate(
            (("live", 0, 20.0), ("batch", 5, 99.0), ("bound", 2, 5.0))
        )
    ]
    hubs = np.array([names[r] == "west" for r in at])
    c = replace(compute(names, places, works), site_western_hub=hubs)
    system = System(grid(names, units, ways, [store], 50_000.0), c)
    available = np.array(
        [np.broadcast_to(np.multiply(u.availability, u.capacity_mw), hours) for u in units]
    )
    must_run = np.array([np.full(hours, u.minimum_mw) for u in units])
    return Actual(
        system=system,
        name=f"drawn {seed}",
        start_h=24,
        weight=1.0,
        demand_mw=rng.uniform(60, 120, (n, hours)),
        unit_max_mw=np.maximum(available, must_run),
        unit_min_mw=must_run,
        unit_day_mwh=np.where(
            system.grid.unit_day_limited[:, None],
            k * rng.uniform(100, 400, (len(units), days)),
            0.0,
        )
        * np.append(np.ones(days - 1), (hours - 24 * (days - 1)) / 24.0),
        pue=rng.uniform(1.1, 1.5, (n + 1, hours)),
        tariff_cny_per_mwh=rng.uniform(250, 900, (n, hours)),
        arrivals_mwh=np.ascontiguousarray(arrivals.transpose(1, 0, 2)),
        official_kg_per_mwh=rng.uniform(100, 900, n),
        wue_l_per_kwh=rng.uniform(0, 2, n + 1),
        carbon_cny_per_kg=0.09,
    )


def run(
    actual: Actual,
    *policies: str,
    kind: str = "perfect",
    seed: int = 0,
    window_h: int = 12,
    step_h: int = 6,
    baseline: str = "here-and-now",
) -> dict[str, Outcome]:
    """Those policies, or all, over the horizon."""
    choice = Forecast(kind=kind, error_share=0.3)  # type: ignore[arg-type]
    plan = Plan(window_h=window_h, step_h=step_h)
    return run_case(Case(actual, policies or POLICIES, baseline, choice, plan, seed))


def see_all(actual: Actual, signal_kg_per_mwh: np.ndarray | None = None) -> Outlook:
    """The whole horizon as it will be, put together apart from the world."""
    now, c = actual.now, actual.system.compute
    arrivals = now(actual.arrivals_mwh)
    available, due = work_bounds_mwh(np.zeros((*arrivals.shape[:2], 1)), arrivals, c.class_slack_h)
    demand = now(actual.demand_mw)
    return Outlook(
        system=actual.system,
        start_h=actual.start_h,
        demand_mw=demand,
        unit_max_mw=now(actual.unit_max_mw),
        unit_min_mw=now(actual.unit_min_mw),
        unit_day_mwh=actual.unit_day_mwh[:, 1:],
        pue=now(actual.pue),
        tariff_cny_per_mwh=now(actual.tariff_cny_per_mwh),
        intensity_kg_per_mwh=0.0 * demand if signal_kg_per_mwh is None else signal_kg_per_mwh,
        marginal_kg_per_mwh=0.0 * demand,
        price_cny_per_mwh=0.0 * demand,
        available_mwh=available,
        due_mwh=due,
        carbon_cny_per_kg=actual.carbon_cny_per_kg,
    )


@pytest.fixture(scope="session")
def foreseen() -> Callable[..., Outlook]:
    """foreseen(actual, signal) is a perfect outlook of the whole horizon."""
    return see_all


@pytest.fixture(scope="session")
def drawn() -> Callable[..., Actual]:
    """drawn(seed, hours=…, room=…, …) is what happens in a world drawn by chance."""
    return lambda seed, **how: draw(seed, Drawing(**how))


@pytest.fixture(scope="session")
def outcomes() -> Callable[..., dict[str, Outcome]]:
    """outcomes(actual, *policies, kind=…, seed=…) runs them."""
    return run


@pytest.fixture(scope="session")
def two_region() -> Scenario:
    """The shipped scenario that README.md solves by hand."""
    return load_scenario("two_region")
