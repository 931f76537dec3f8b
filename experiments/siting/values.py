"""What a MW, and a millisecond, at each site is worth to a siting plan.

A MW of servers in a new hall is worth what the rest of the program saves by it, each year: its annuity and embodied
carbon less the reduced costs of the two columns, hall and servers. Where some are built it is worth what it costs,
and the rent of what limits it. A millisecond is worth the value of the added round-trip time of all work that runs
there (the derivative of the least cost, streams as they are); how many ways of work would open with one less, or
close with one more, stands beside it, because across a limit the derivative says nothing.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from westshift.experiments.siting.problem import Problem, built_of
from westshift.models.siting_world import standing
from westshift.optim.siting_solve import Found

Array = np.ndarray


def site_values(problem: Problem, found: Found) -> pd.DataFrame:
    """One row a site where something may be built.

    Columns: new servers [MW], their use [%], value of a MW more and what it costs [k CNY/(MW a)], technology of the
    MW; value of a millisecond [k CNY/(ms a)]; ways of work that open with a millisecond less and close with one more.
    """
    c, s, j = problem.choices, problem.scenario, problem.joined
    compute = problem.year.system.compute
    price = problem.outlooks[0].carbon_cny_per_kg
    built = built_of(problem, found)
    reduced = {n: found.reduced[j.program.places[n][0][0]] for n in ("hall", "servers")}
    cost = c.server_price.cny + price * c.server_price.kg
    cost = cost + np.where(standing(c), 0.0, c.hall_price.cny + price * c.hall_price.kg)
    net = -(reduced["servers"] + np.where(standing(c), 0.0, reduced["hall"]))
    worth = cost + net
    per_ms = _millisecond_cny(problem, found)
    opens, closes = _ways(problem)
    used = _use(problem, found, built.servers_mw)
    rows = []
    for site in np.unique(c.hall_site).tolist():
        mine = np.flatnonzero((c.hall_site == site) & ~standing(c))
        mine = mine if len(mine) else np.flatnonzero(c.hall_site == site)
        stands = built.servers_mw[
            mine
        ]  # the one that is built, else the one that comes nearest to it
        best = int(mine[np.argmax(stands if stands.max() > 1e-6 else net[mine])])
        all_here = c.hall_site == site
        rows.append(
            {
                "site": s.sites[site].site,
                "region": s.sites[site].region,
                "new_servers_mw": float(built.servers_mw[all_here].sum()),
                "use_pct": used[site],
                "technology": c.hall_technology[best],
                "worth_k_cny_per_mw": worth[best] / 1e3,
                "cost_k_cny_per_mw": cost[best] / 1e3,
                "k_cny_per_ms": per_ms[site] / 1e3,
                "ways_opened": int(opens[site]),
                "ways_closed": int(closes[site]),
            }
        )
    assert len(compute.sites) == len(s.sites)
    return pd.DataFrame(rows)


def _millisecond_cny(problem: Problem, found: Found) -> Array:
    """Cost of one more millisecond to all work that runs at each site (S,) [CNY/(ms a)]."""
    c, j = problem.year.system.compute, problem.joined
    value = {x.job_class: x.latency_value_cny_per_mwh_ms for x in problem.scenario.classes}
    theta = np.array([value[tier] for tier in c.class_tier])[c.stream_class]
    out = np.zeros(len(c.sites))
    for k, n in enumerate(problem.counts):
        work = j.values(found.x, k, "work").sum(axis=1)
        np.add.at(out, c.stream_site, n * theta * work)
    return out


def _ways(problem: Problem) -> tuple[Array, Array]:
    """Streams to each site that a millisecond less would open, and one more would close (S,), (S,)."""
    from westshift.models.assemble import make_compute

    s, c = problem.scenario, problem.year.system.compute
    n = np.zeros(len(c.sites))
    counts = []
    for change in (1.0, -1.0):
        # A limit that is a millisecond wider is a round trip that is one shorter.
        classes = tuple(
            x.model_copy(update={"rtt_limit_ms": max(x.rtt_limit_ms + change, 1e-9)})
            for x in s.classes
        )
        if change > 0:
            sites = make_compute(s.model_copy(update={"classes": classes})).stream_site
            counts.append(
                np.bincount(sites, minlength=len(n)) - np.bincount(c.stream_site, minlength=len(n))
            )
        else:
            limit = {x.job_class: x.rtt_limit_ms for x in classes}
            tight = np.array([limit[t] for t in c.class_tier])[c.stream_class]
            counts.append(np.bincount(c.stream_site[c.stream_rtt_ms > tight], minlength=len(n)))
    return counts[0], counts[1]


def _use(problem: Problem, found: Found, servers: Array) -> Array:
    """Mean use of the new servers of each site over the year (S,) [%]; NaN where there are none."""
    c, j = problem.choices, problem.joined
    S = len(problem.scenario.sites)
    work, could = np.zeros(S), np.zeros(S)
    for k, n in enumerate(problem.counts):
        hosted = j.values(found.x, k, "hosted")
        np.add.at(work, c.hall_site, n * hosted.sum(axis=1))
        np.add.at(could, c.hall_site, n * hosted.shape[1] * c.hall_work_share * servers)
    return 100.0 * np.divide(work, could, out=np.full(S, np.nan), where=could > 1e-9)
