"""Schedules that can be found without a linear program."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from westshift.models.outlook import Outlook
from westshift.optim.program import price_taker

from .case import Check, checks, furthest
from .parts import Place, Work
from .small import outlook

SLOTS = "Closed form: the ⌈W/(pΔ)⌉ cheapest hours between arrival and deadline"
DERIVED = (
    "Closed form: price of the hour that is not full; a hour that is full saves the difference"
)
ASSIGNED = "The same jobs one by one, scipy.optimize.linear_sum_assignment"


def run() -> tuple[Check, ...]:
    """All closed forms."""
    return divisible_job() + derivatives() + equal_jobs()


def one_job(
    prices_cny_per_mwh: Sequence[float],
    work_mwh: float,
    rate_mw: float,
    arrives_h: int,
    slack_h: int,
    pue: float = 1.0,
    efficiency: float = 1.0,
) -> Outlook:
    """One divisible job at one site."""
    arrivals = np.zeros(len(prices_cny_per_mwh))
    arrivals[arrives_h] = work_mwh
    return outlook(
        ["A"],
        len(arrivals),
        places=[Place("A", rate_mw, pue=pue, efficiency=efficiency)],
        works=[Work("job", {"A": arrivals.tolist()}, slack_h=slack_h)],
        tariff_cny_per_mwh={"A": prices_cny_per_mwh},
    )


def cheapest_slots(
    prices_cny_per_mwh: Sequence[float],
    work_mwh: float,
    rate_mw: float,
    arrives_h: int,
    slack_h: int,
) -> np.ndarray:
    """Work in each hour: the cheapest hours of the window full, the last of them with the rest [MW]."""
    prices = np.asarray(prices_cny_per_mwh, float)
    window = np.arange(arrives_h, min(arrives_h + slack_h + 1, len(prices)))
    slots = math.ceil(round(work_mwh / rate_mw, 9))
    chosen = window[np.argsort(prices[window], kind="stable")[:slots]]
    work = np.zeros(len(prices))
    work[chosen] = rate_mw
    work[chosen[-1]] -= slots * rate_mw - work_mwh
    return work


def divisible_job() -> tuple[Check, ...]:
    """Random prices, negative ones among them, and every kind of window."""
    rng = np.random.default_rng(11)
    rows = []
    for hours, work, rate, arrives, slack in (
        (24, 37.0, 5.0, 0, 23),
        (24, 20.0, 5.0, 6, 9),
        (48, 3.0, 10.0, 30, 17),
        (1, 4.0, 5.0, 0, 0),
    ):
        prices, pue = rng.uniform(-50, 900, hours), 1.25
        o = one_job(prices.tolist(), work, rate, arrives, slack, pue=pue)
        found = price_taker(tie_break=0).solve(o, once=True)
        expected = cheapest_slots(prices.tolist(), work, rate, arrives, slack)
        name = f"{work:g} MWh at {rate:g} MW in {min(slack + 1, hours - arrives)} h"
        ran = found.values["work"][0]
        rows += [
            (f"{name}, cost", float(pue * prices @ expected), found.objective),
            (f"{name}, slots", math.ceil(work / rate), np.count_nonzero(ran > 1e-9)),
            (f"{name}, furthest from the closed form", 0, furthest(ran, expected)),
        ]
    return checks("one divisible job", SLOTS, rows)


def derivatives(step: float = 1e-3) -> tuple[Check, ...]:
    """dC/dW and dC/dCap of one job, by central difference of the program's optimum."""
    prices, pue, efficiency, work, rate = [90.0, 20.0, 70.0, 40.0, 55.0], 1.3, 1.1, 12.0, 5.0

    def cost(work_mwh: float, rate_mw: float) -> float:
        o = one_job(prices, work_mwh, rate_mw, 0, 4, pue=pue, efficiency=efficiency)
        return price_taker(tie_break=0).solve(o, once=True).objective

    by_work = (cost(work + step, rate) - cost(work - step, rate)) / (2 * step)
    by_rate = (cost(work, rate + step) - cost(work, rate - step)) / (2 * step)
    per_work = pue / efficiency  # hours at 20 and 40 are full, the one at 55 is not
    rows = [
        ("dC/dW, CNY/MWh", 55.0 * per_work, by_work),
        ("dC/dCapacity, CNY/MW", (20.0 + 40.0 - 2 * 55.0) * per_work, by_rate),
    ]
    return checks("derivatives of one job", DERIVED, rows)


def equal_jobs(seed: int = 5, hours: int = 8) -> tuple[Check, ...]:
    """Jobs of 1 MW for an hour, sites of whole megawatts: the program's optimum is an assignment."""
    rng = np.random.default_rng(seed)
    regions, capacity = ["A", "B", "C"], [3, 2, 4]
    slack = {"firm": 0, "soft": 3, "lax": 6}
    counts = {name: rng.integers(0, 2, (len(regions), hours)) for name in slack}
    tariff = rng.uniform(100, 900, (len(regions), hours))
    rtt = {(regions[o], s): 12.0 * abs(o - s) for o in range(3) for s in range(3)}
    works = [
        Work(
            name,
            {regions[o]: counts[name][o].tolist() for o in range(3)},
            slack_h=slack_h,
            delay_cny_per_mwh_h=3.0,
            rtt_ms=rtt,
            rtt_limit_ms=15.0 if name == "firm" else 30.0,
            latency_cny_per_mwh_ms=0.7,
            transfer_cny_per_mwh=20.0,
        )
        for name, slack_h in slack.items()
    ]
    o = outlook(
        regions,
        hours,
        places=[Place(r, n) for r, n in zip(regions, capacity, strict=True)],
        works=works,
        tariff_cny_per_mwh=dict(zip(regions, tariff, strict=True)),
    )
    found = price_taker(tie_break=0).solve(o, once=True)
    rows = [
        ("cost", _assigned(works, regions, capacity, tariff), found.objective),
        ("work given up, MWh", 0, found.values["unserved"].sum()),
    ]
    return checks("equal-rate jobs", ASSIGNED, rows)


def _assigned(
    works: Sequence[Work], regions: Sequence[str], capacity: Sequence[int], tariff: np.ndarray
) -> float:
    """Least cost of putting each job into one place of a site in an hour."""
    hours = tariff.shape[1]
    places = [(s, t) for s, n in enumerate(capacity) for t in range(hours) for _ in range(n)]
    jobs = [
        (w, origin, a)
        for w in works
        for origin, arrivals in w.arrivals_mwh.items()
        for a, n in enumerate(arrivals)
        for _ in range(int(n))
    ]
    cost = np.full((len(jobs), len(places)), np.inf)
    for i, (w, origin, a) in enumerate(jobs):
        for k, (s, t) in enumerate(places):
            ms = w.rtt_ms[origin, s]
            if a <= t <= a + w.slack_h and ms <= w.rtt_limit_ms:
                moved = w.transfer_cny_per_mwh if regions[s] != origin else 0.0
                wait = w.delay_cny_per_mwh_h * (t - a)
                cost[i, k] = tariff[s, t] + w.latency_cny_per_mwh_ms * ms + moved + wait
    return float(cost[linear_sum_assignment(cost)].sum())
