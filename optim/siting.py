r"""Siting: how much to build of what, where; the hours run on it through the blocks that run them anyway.

The other blocks are shown the widest system, everything built to its quota (`models.siting_world`). The rows here
hold each hour to what is built. Of halls h at sites s, K (`hall`), their servers E (`servers`) and what runs on them,
v (`hosted`), beside what runs in the site's standing hall:

.. math::
    v_{ht} \le \kappa_h E_h  \quad (\text{hosting}), \qquad
    w_{st} - \sum_{h \in s} v_{ht} \le \text{capacity}_s  \quad (\text{standing\_hall}), \qquad
    \sum_{h \in s} v_{ht} \le w_{st}  \quad (\text{new\_halls})

    E_h \le K_h + \text{empty}_h  \quad (\text{racks}), \qquad
    E_h \ge o_h K_h  \quad (\text{occupancy}), \qquad
    \sum_{h \in r} K_h \le \overline K_r  \quad (\text{land})

of plants G (`plant`), batteries of power P and energy S (`power`, `energy`), lines F (`link`, each way as much):

.. math::
    g_{pt} \le a_{pt} G_p  \quad (\text{plant\_output}), \qquad
    c_{bt} \le P_b  \quad (\text{charging}), \qquad d_{bt} \le P_b  \quad (\text{discharging}), \qquad
    e_{bt} \le S_b  \quad (\text{holding})

    S_b \le h\,P_b  \quad (\text{longest}), \qquad
    f_{\vec n t} \le F_n  \quad (\text{there}), \qquad f_{\overleftarrow n t} \le F_n  \quad (\text{back})

New halls draw with a PUE of their own, and their servers idle:

.. math::
    \text{withdrawal}_{rt} = \sum_{h \in r} \Big( \text{PUE}_{ht}\,(i_h E_h + v_{ht}/\eta_h)
        - \text{PUE}_{st}\, v_{ht}/\eta_s \Big)

and what they draw and drink in these hours is counted where a year has a quota of it (`drawn` [GWh], `drunk`
[1000 m³], by `energy_use` and `water_use`). Building costs its annuity, and its embodied carbon is an emission; of
both, these hours bear their share :math:`\theta` of the year, so that weeks weighted to the year bear it once:

.. math::
    \text{cost} = \theta \sum_i a_i\, \text{built}_i, \qquad \text{emission} = \theta \sum_i m_i\, \text{built}_i

Formulation after the capacity-expansion programs of the literature (annuities, representative weeks, existing
capacity sunk).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..models.siting import Choices
from ..models.siting_costs import Price
from ..models.system import System
from .siting_rows import add_limits, add_supply
from .terms import Members, Numbers, Terms, assign, parameter, sum_over

SHARED = ("hall", "servers", "plant", "power", "energy", "link")
"""What is built: variables without hours, one for all weeks."""

ONCE = ("racks", "occupancy", "land", "longest")
"""Rows between these alone, the same in every week."""


def add_siting(m: Any, system: System, choices: Choices) -> Terms:
    """Declare what is built and what holds the hours to it; see the module's equations.

    Declares hall, servers (H,), hosted (H, T) here and the rest in `siting_rows`.
    """
    import pyomo.environ as pyo

    c, compute = choices, system.compute
    S, R = len(compute.sites), len(system.grid.regions)
    H = len(c.hall_site)
    of, halls = Numbers(c.hall_site), Members(c.hall_site, S)
    stands = Numbers(
        compute.site_capacity_mw - np.bincount(c.hall_site, c.hall_work_share * c.server_most_mw, S)
    )
    most, racks = Numbers(c.hall_most_mw), Numbers(c.server_most_mw)
    empty, floor = Numbers(c.hall_empty_mw), Numbers(c.hall_floor)
    can, can_at_most = Numbers(c.hall_work_share), Numbers(c.hall_work_share * c.server_most_mw)
    idle, per_work = Numbers(c.hall_idle_share), Numbers(1.0 / c.hall_efficiency)
    per_old_work = Numbers(1.0 / compute.site_efficiency)
    in_region = Members(compute.site_region[c.hall_site], R)

    m.H = pyo.RangeSet(0, H - 1)
    m.hosts = pyo.Set(initialize=sorted(set(c.hall_site.tolist())))
    m.new = pyo.Set(initialize=np.flatnonzero(c.hall_most_mw > 0.0).tolist())
    parameter(m, "hall_pue", m.H, m.T)
    m.hall = pyo.Var(m.H, bounds=lambda m, h: (0, most[h]))
    m.servers = pyo.Var(m.H, bounds=lambda m, h: (0, racks[h]))
    m.hosted = pyo.Var(m.H, m.T, bounds=lambda m, h, t: (0, can_at_most[h]))

    m.hosting = pyo.Constraint(
        m.H, m.T, rule=lambda m, h, t: m.hosted[h, t] <= can[h] * m.servers[h]
    )
    m.standing_hall = pyo.Constraint(
        m.hosts,
        m.T,
        rule=lambda m, s, t: (
            m.site[s, t] - sum_over(halls[s], lambda h: m.hosted[h, t]) <= stands[s]
        ),
    )
    m.new_halls = pyo.Constraint(
        m.hosts,
        m.T,
        rule=lambda m, s, t: sum_over(halls[s], lambda h: m.hosted[h, t]) <= m.site[s, t],
    )
    m.racks = pyo.Constraint(m.H, rule=lambda m, h: m.servers[h] - m.hall[h] <= empty[h])
    m.occupancy = pyo.Constraint(m.new, rule=lambda m, h: m.servers[h] >= floor[h] * m.hall[h])

    def drawn_by(m: Any, h: Any, t: Any) -> Any:
        work = per_work[h] * m.hall_pue[h, t] * m.hosted[h, t]
        return work + idle[h] * m.hall_pue[h, t] * m.servers[h]

    def withdrawal(m: Any, r: Any, t: Any) -> Any:
        def beside_the_standing(h: Any) -> Any:
            instead = per_old_work[of[h]] * m.pue[of[h], t] * m.hosted[h, t]
            return drawn_by(m, h, t) - instead

        return sum_over(in_region[r], beside_the_standing)

    add_limits(m, c, in_region, drawn_by)
    add_supply(m, system, c)

    share = len(m.T) / c.hall_pue.shape[1]  # of the year, that these hours are

    def built(m: Any, of: Any) -> Any:
        def each(axis: Any, price: Price, variable: Any) -> Any:
            value = Numbers(share * of(price))
            return sum_over(axis, lambda i: value[i] * variable[i])

        return (
            each(m.H, c.hall_price, m.hall)
            + each(m.H, c.server_price, m.servers)
            + each(m.P, c.plant_price, m.plant)
            + each(m.E, c.power_price, m.power)
            + each(m.E, c.energy_price, m.energy)
            + each(m.N, c.line_price, m.link)
        )

    return Terms(
        withdrawal=withdrawal,
        cost_cny=lambda m: built(m, lambda price: price.cny),
        emission_kg=lambda m: built(m, lambda price: price.kg),
        budgets=(
            "room in halls that stand or may be built",
            "quotas of land, energy and water",
        ),
    )


def set_siting(theta: Any, hall_pue: np.ndarray, available: np.ndarray) -> None:
    """Give the block the hours' PUE of halls (H, T) and output per MW of plants (P, T)."""
    assign(theta.hall_pue, hall_pue)
    assign(theta.plant_available, available)
