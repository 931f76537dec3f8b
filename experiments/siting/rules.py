"""Simple rules of siting: where the growth goes is the rule's, all else is the program's.

A rule gives each site a cost. Every workload's growth goes to the regions that may hold it and cost the least, within
their quotas (the transport program of `optim.placement`), which gives each site its share of the new servers. How
many there are in all, how they are cooled, the supply and every hour are then the same program's.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from westshift.experiments.siting.problem import Problem
from westshift.models.errors import InfeasibleError
from westshift.optim.placement import Ways, placed
from westshift.optim.siting_join import Joined
from westshift.optim.siting_solve import Found, bounded, solve_joined, with_rows

Array = np.ndarray
Rule = Callable[[Problem, Array], Array]

SCALE_MOST = 20.0
"""Most that the growth of a rule may be multiplied by, so that all work finds servers."""


def nearest(problem: Problem, pue: Array) -> Array:
    """Round-trip time (Q,)."""
    return problem.year.system.compute.stream_rtt_ms


def all_west(problem: Problem, pue: Array) -> Array:
    """West before all else, the nearest there (Q,)."""
    c = problem.year.system.compute
    side = {r.region: r.side for r in problem.scenario.regions}
    east = np.array([side[s.region] != "west" for s in problem.scenario.sites])
    return 1e4 * east[c.stream_site] + c.stream_rtt_ms


def cheapest(problem: Problem, pue: Array) -> Array:
    """Mean tariff times PUE of a new hall (Q,)."""
    c = problem.year.system.compute
    tariff = problem.year.tariff_cny_per_mwh.mean(axis=1)
    return (tariff[c.site_region] * pue)[c.stream_site]


def greenest(problem: Problem, pue: Array) -> Array:
    """Official annual factor times PUE of a new hall; where none is published, the highest there is (Q,)."""
    c = problem.year.system.compute
    factor = np.array(
        [
            np.nan if r.official_factor_kg_per_mwh is None else r.official_factor_kg_per_mwh
            for r in problem.scenario.regions
        ]
    )
    known = factor[~np.isnan(factor)]
    factor = np.where(np.isnan(factor), known.max(initial=0.0), factor)
    return (factor[c.site_region] * pue)[c.stream_site]


RULES: dict[str, Rule] = {
    "nearest to users": nearest,
    "all west": all_west,
    "cheapest power": cheapest,
    "lowest annual intensity": greenest,
}


def shares(problem: Problem, rule: Rule) -> Array:
    """Share of the new servers at each site (S,).

    Raises:
        InfeasibleError: the growth, workload by workload, finds no room within the quotas.
    """
    c, choices = problem.year.system.compute, problem.choices
    S, J = len(c.sites), len(c.classes)
    R = len(problem.year.system.grid.regions)
    pue = np.full(S, np.nan)
    mean = choices.hall_pue.mean(axis=1)
    for h, s in enumerate(choices.hall_site.tolist()):
        pue[s] = np.nanmin([pue[s], mean[h]])
    open_to = ~np.isnan(pue)
    cost = rule(problem, np.where(open_to, pue, 0.0)) + 1e-6 * c.stream_rtt_ms
    workload, region = c.stream_origin * J + c.stream_class, c.site_region[c.stream_site]
    least = np.full((len(c.origins) * J, R), np.inf)
    best = np.full(least.shape, -1)
    for q in np.argsort(-cost, kind="stable"):
        if open_to[c.stream_site[q]]:
            least[workload[q], region[q]] = cost[q]
            best[workload[q], region[q]] = c.stream_site[q]
    allowed = np.isfinite(least)
    need = _needs(problem)
    per_mw = float(choices.hall_work_share.max(initial=1.0))
    room = np.minimum(
        problem.choices.region_halls_mw
        + np.bincount(c.site_region[choices.hall_site], choices.hall_empty_mw, R),
        np.bincount(c.site_region[choices.hall_site], choices.server_most_mw, R),
    )
    ways = Ways(np.where(allowed, least, 0.0), allowed, need, per_mw * room)
    amount = placed(ways)
    site = np.zeros(S)
    there = amount > 0.0
    np.add.at(site, best[there], amount[there])
    return site / max(site.sum(), 1e-12)


def _needs(problem: Problem) -> Array:
    """Capacity for the growth of each workload if it had servers of its own (O·J,) [MW]."""
    c, year = problem.year.system.compute, problem.year
    more = 1.0 if problem.green_field else max(1.0 - 1.0 / problem.growth.work_factor, 0.0)
    out = np.zeros(year.arrivals_mwh.shape[:2])
    for j, slack in enumerate(c.class_slack_h.astype(int)):
        total = np.cumsum(year.arrivals_mwh[:, j], axis=1)
        before = np.concatenate([np.zeros((len(total), slack + 1)), total[:, : -slack - 1]], axis=1)
        out[:, j] = more * ((total - before) / (slack + 1)).max(axis=1)
    return out.ravel()


def ruled(problem: Problem, rule: Rule, supply: bool = True) -> Joined:
    """The same program with the siting fixed by the rule; without `supply`, nothing but halls and servers."""
    j = problem.joined
    if not supply:
        for name in ("plant", "power", "energy", "link"):
            j = bounded(j, name, upper=np.zeros(j.program.places[name][0].shape[1]))
    share = shares(problem, rule)
    servers = j.program.places["servers"][0][0]
    scale = len(j.program.cost)
    most = float(problem.choices.server_most_mw.sum())
    rows = []
    for s in np.unique(problem.choices.hall_site).tolist():
        mine = servers[problem.choices.hall_site == s].tolist()
        rows.append(([*mine, scale], [*[1.0] * len(mine), -float(share[s])], 0.0, 0.0))
    return with_rows(j, rows, more=1, upper=most)


def solve_rule(
    problem: Problem,
    rule: Rule,
    supply: bool = True,
    solver: str | None = None,
    tell: Callable[[str], None] = lambda what: None,
) -> Found | None:
    """The rule's plan; None where it cannot serve all work within the quotas."""
    try:
        return solve_joined(ruled(problem, rule, supply), solver, tell=tell)
    except InfeasibleError:
        return None


def as_usual(
    problem: Problem, solver: str | None = None, tell: Callable[[str], None] = lambda what: None
) -> Found | None:
    """Business as usual: growth is built nearest to its users, and no supply beside what stands."""
    return solve_rule(problem, nearest, supply=False, solver=solver, tell=tell)
