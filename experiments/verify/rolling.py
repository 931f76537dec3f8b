"""Rolling plans: what the world carries out hour by hour against what one look ahead would give."""

from __future__ import annotations

import numpy as np

from westshift.models.forecast import noisy, perfect
from westshift.models.ledger import Carried
from westshift.models.outlook import Outlook
from westshift.models.schedule import Schedule
from westshift.models.signals import only_average
from westshift.optim.program import co_planner, price_taker
from westshift.sim.policies.co_planned import CoPlanned
from westshift.sim.policies.planned import Planned
from westshift.sim.policy import Policy
from westshift.sim.world import World

from .case import Check, checks, exceeds
from .drawn import draw
from .small import actual, with_history

FULL = "Perfect forecast, hourly steps, all of the slack in sight: as good as the whole horizon at once"
COHORTS = "Closed form: each hour's work to its cheapest site and hour"
HOT = "The same windows, each solved from nothing"
SLACK_H = (0, 2, 7)


def run() -> tuple[Check, ...]:
    """All cases of rolling plans."""
    return full_horizon() + hot_start()


class Recorded(Policy):
    """Any policy, with every outlook that it was shown."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.name, self.clairvoyant = policy.name, policy.clairvoyant
        self.window_h, self.step_h = policy.window_h, policy.step_h
        self.seen: list[Outlook] = []

    def decide(self, outlook: Outlook) -> Schedule:
        """What the policy answers."""
        self.seen.append(outlook)
        return self.policy.decide(outlook)


def full_horizon(seeds: tuple[int, ...] = (31, 32), hours: int = 30) -> tuple[Check, ...]:
    """A price-taker with room for everything loses nothing by looking only as far as its slack."""
    rows, formula, bound = [], [], []
    window = max(SLACK_H) + 1  # work that may wait n hours has n + 1 to choose from
    for seed in seeds:
        o = draw(seed, hours, slack_h=SLACK_H, room=1e3)
        optimum = price_taker(tie_break=0).solve(o, once=True).objective
        formula.append((f"system {seed}, cost", cohort_cost(o), optimum))
        carried = carry(o, Planned(window, 1))
        rows.append((f"system {seed}, cost", optimum, cost_of(o, carried)))
        rows.append((f"system {seed}, given up, MWh", 0, carried.unserved_mwh.sum()))
        scarce = draw(seed, hours, slack_h=SLACK_H, room=1.3)
        least = price_taker(tie_break=0).solve(scarce, once=True).objective
        found = cost_of(scarce, carry(scarce, Planned(window, 1)))
        bound.append(
            (f"system {seed} short of room, below the optimum by", 0, exceeds(least, found))
        )
    return (
        checks("whole horizon, room for everything", COHORTS, formula)
        + checks("rolling horizon = whole horizon", FULL, rows)
        + checks("rolling horizon >= whole horizon", FULL, bound)
    )


def carry(o: Outlook, policy: Policy) -> Carried:
    """The outlook comes true, is foreseen perfectly, and the policy is asked as often as it wants."""
    return World(
        actual(o), policy, perfect, only_average(with_history(o.intensity_kg_per_mwh))
    ).run()


def cost_of(o: Outlook, carried: Carried) -> float:
    """What a price-taker pays for the work carried out, idle power included [CNY]."""
    c, work = o.system.compute, carried.work_mw
    load = c.load_mw(work, o.pue, len(o.system.grid.regions))
    price = o.tariff_cny_per_mwh + o.carbon_cny_per_kg * o.intensity_kg_per_mwh
    by_stream = c.stream_transfer_cny_per_mwh + c.stream_latency_cny_per_mwh
    waits = c.class_delay_cny_per_mwh_h @ carried.waiting_mwh.sum(axis=(0, 2))
    given_up = c.class_unserved_cny_per_mwh @ carried.unserved_mwh.sum(axis=(0, 2))
    return float((price * load).sum() + by_stream @ work.sum(axis=1) + waits + given_up)


def cohort_cost(o: Outlook) -> float:
    """Least cost where sites are never full: every hour's work on its own [CNY]."""
    c, T = o.system.compute, o.hours
    price = (o.tariff_cny_per_mwh + o.carbon_cny_per_kg * o.intensity_kg_per_mwh)[c.site_region]
    idle = float((price * o.pue * c.site_idle_mw[:, None]).sum())
    per_work = (price * o.pue / c.site_efficiency[:, None])[c.stream_site]
    per_work += price[c.stream_site] * c.stream_transfer_mwh_per_mwh[:, None]
    per_work += (c.stream_transfer_cny_per_mwh + c.stream_latency_cny_per_mwh)[:, None]
    total = idle
    for (origin, j, a), mwh in np.ndenumerate(np.diff(o.available_mwh, prepend=0.0, axis=2)):
        streams = (c.stream_origin == origin) & (c.stream_class == j)
        hours = np.arange(a, min(a + int(c.class_slack_h[j]) + 1, T))
        cheapest = per_work[streams][:, hours].min(axis=0)
        total += mwh * float((cheapest + c.class_delay_cny_per_mwh_h[j] * (hours - a)).min())
    return total


def hot_start(seed: int = 33, hours: int = 48) -> tuple[Check, ...]:
    """Every window of a rolling run on noisy forecasts: neither the last basis nor a program compiled
    for another window changes an optimum."""
    o = draw(seed, hours)
    signal = with_history(o.intensity_kg_per_mwh)
    rows = []
    for policy, make in ((Planned(24, 3), price_taker), (CoPlanned(24, 6), co_planner)):
        recorded = Recorded(policy)
        World(actual(o), recorded, noisy(seed, 0.1), only_average(signal)).run()
        warm = make()
        for window in recorded.seen:
            if window.hours != recorded.window_h:
                continue  # the shorter windows at the end have no basis to start from
            cold = make().solve(window, once=True).objective
            rows.append(
                (f"{policy.name} from hour {window.start_h}", cold, warm.solve(window).objective)
            )
    return checks("hot start = cold start", HOT, rows, tolerance=1e-9)
