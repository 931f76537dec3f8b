r"""Load: work runs on streams, after it arrives and before it is due; sites turn it into load.

.. math::
    s_{ojt} = s_{oj,t-1} - b_{ojt} + \Delta \sum_{q \in (o,j)} x_{qt} + u_{ojt}         \qquad (\text{served})

    \text{due}_{ojt} \le s_{ojt} \le \text{available}_{ojt}    \quad \text{(deadlines and causality, as bounds)}

    0 \le u_{ojt} \le \text{due}_{ojt} - \text{due}_{oj,t-1}     \quad \text{(given up when it is due, not before)}

    w_{st} = \sum_{q \to s} x_{qt} \le \text{capacity}_s                       \qquad (\text{site\_work})

    \text{withdrawal}_{rt} = \sum_{s \in r} \text{PUE}_{st}(\text{idle}_s + w_{st}/\eta_s) + \sum_{q \to r} n_q x_{qt}

    \text{cost} = \Delta\sum_{qt} (c^{net}_q + \theta_j \ell_q)\,x_{qt}
        + \Delta\sum_{ojt} \omega_j\,(\text{available}_{ojt} - s_{ojt}) + \sum_{ojt} M_j u_{ojt}

with x (`work`) on a stream, s (`done`) what has left the backlog, u (`unserved`) what was given up, w (`site`) a
site's work, n network energy per MWh moved, ℓ the added round-trip time.
A job that runs in the hour it arrives has no delay.

Hours stand in a ring, so that an hour keeps its place while windows move on (`program`): the hour before the
first is the last, by whose end all that is available has left the backlog. b (`begun`) is that amount in a
window's first hour and 0 in all others: the count begins anew.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..models.outlook import Outlook
from ..models.system import System
from .terms import Members, Numbers, Terms, assign, parameter, sum_over

READS = (
    "sites", "site_region", "site_capacity_mw", "site_idle_mw", "site_efficiency", "origins", "classes",
    "class_delay_cny_per_mwh_h", "class_unserved_cny_per_mwh", "stream_origin", "stream_class", "stream_site",
    "stream_transfer_mwh_per_mwh", "stream_transfer_cny_per_mwh", "stream_latency_cny_per_mwh",
)  # fmt: skip
"""What of the system the block is declared from (`recipe`)."""


def add_load(m: Any, system: System) -> Terms:
    """Declare work (Q, T), served and unserved (O·J, T), site_work (S, T); see the equations."""
    import pyomo.environ as pyo

    c = system.compute
    J = len(c.classes)
    sites = Members(c.site_region, len(system.grid.regions))
    streams_of_site = Members(c.stream_site, len(c.sites))
    streams_of_origin = Members(c.stream_origin * J + c.stream_class, len(c.origins) * J)
    capacity, idle = Numbers(c.site_capacity_mw), Numbers(c.site_idle_mw)
    per_work = Numbers(1.0 / c.site_efficiency)
    most = Numbers(c.site_capacity_mw[c.stream_site])
    network = Numbers(c.stream_transfer_mwh_per_mwh)
    price = Numbers(c.stream_transfer_cny_per_mwh + c.stream_latency_cny_per_mwh)
    delay = Numbers(np.tile(c.class_delay_cny_per_mwh_h, len(c.origins)))
    penalty = Numbers(np.tile(c.class_unserved_cny_per_mwh, len(c.origins)))

    m.Q = pyo.RangeSet(0, len(c.stream_site) - 1)
    m.S = pyo.RangeSet(0, len(capacity) - 1)
    m.OJ = pyo.RangeSet(0, len(streams_of_origin) - 1)
    parameter(m, "pue", m.S, m.T)
    parameter(m, "available_mwh", m.OJ, m.T)
    parameter(m, "due_mwh", m.OJ, m.T)
    parameter(m, "coming_due_mwh", m.OJ, m.T)
    parameter(m, "begun_mwh", m.OJ, m.T)
    m.work = pyo.Var(m.Q, m.T, bounds=lambda m, q, t: (0, most[q]))
    m.done = pyo.Var(m.OJ, m.T, bounds=lambda m, i, t: (m.due_mwh[i, t], m.available_mwh[i, t]))
    m.unserved = pyo.Var(m.OJ, m.T, bounds=lambda m, i, t: (0, m.coming_due_mwh[i, t]))
    m.site = pyo.Var(m.S, m.T, bounds=lambda m, s, t: (0, capacity[s]))

    def served(m: Any, i: int, t: int) -> Any:
        before = m.done[i, (t - 1) % len(m.T)]
        ran = sum_over(streams_of_origin[i], lambda q: m.work[q, t])
        return m.done[i, t] - before - ran - m.unserved[i, t] == -m.begun_mwh[i, t]

    def site_work(m: Any, s: int, t: int) -> Any:
        return m.site[s, t] - sum_over(streams_of_site[s], lambda q: m.work[q, t]) == 0.0

    m.served = pyo.Constraint(m.OJ, m.T, rule=served)
    m.site_work = pyo.Constraint(m.S, m.T, rule=site_work)

    def withdrawal(m: Any, r: int, t: int) -> Any:
        def drawn(s: int) -> Any:
            moved = sum_over(streams_of_site[s], lambda q: network[q] * m.work[q, t])
            return m.pue[s, t] * (idle[s] + per_work[s] * m.site[s, t]) + moved

        return sum_over(sites[r], drawn)

    def cost_cny(m: Any) -> Any:
        def late(i: int, t: int) -> Any:
            waiting = delay[i] * (m.available_mwh[i, t] - m.done[i, t])
            return waiting + penalty[i] * m.unserved[i, t]

        moved = sum_over(m.Q, lambda q: sum_over(m.T, lambda t: price[q] * m.work[q, t]))
        return moved + sum_over(m.OJ, lambda i: sum_over(m.T, lambda t: late(i, t)))

    return Terms(
        withdrawal=withdrawal,
        cost_cny=cost_cny,
        budgets=("site capacities", "deadlines", "work given up at its penalty"),
    )


def set_load(theta: Any, outlook: Outlook) -> None:
    """Give the block the PUE and the cumulative bounds of the hours ahead.

    Raises:
        ValueError: not all that is available is due by the end.
    """
    if (outlook.due_mwh[..., -1] < outlook.available_mwh[..., -1]).any():
        raise ValueError("all work that an outlook shows must be due by its last hour")
    begun = np.zeros_like(outlook.available_mwh)
    begun[..., 0] = outlook.available_mwh[..., -1]
    coming_due = np.maximum(np.diff(outlook.due_mwh, axis=2, prepend=0.0), 0.0)
    T = outlook.hours
    assign(theta.pue, outlook.pue)
    assign(theta.available_mwh, outlook.available_mwh.reshape(-1, T))
    assign(theta.due_mwh, outlook.due_mwh.reshape(-1, T))
    assign(theta.coming_due_mwh, coming_due.reshape(-1, T))
    assign(theta.begun_mwh, begun.reshape(-1, T))
