"""Rows of the siting block that are not of halls: quotas, and the supply that may be built. Equations in `siting`:
land, energy_use, water_use; plant_output, charging, discharging, holding, longest, there, back."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..models.siting import Choices
from ..models.system import System
from .terms import Members, Numbers, parameter, sum_over

WORST_PUE = 3.0
"""For the boxes of what a week's halls can draw."""


def add_limits(m: Any, c: Choices, in_region: Members, drawn_by: Any) -> None:
    """Declare drawn [GWh] and drunk [1000 m³] by region, and the rows land, energy_use and water_use."""
    import pyomo.environ as pyo

    T = len(m.T)
    room = Numbers(c.region_halls_mw)
    wue, idle = Numbers(c.hall_wue_l_per_kwh), Numbers(c.hall_idle_share)
    per_work = Numbers(1.0 / c.hall_efficiency)
    finite_water = c.region_water_m3 < np.inf
    # Each MW of servers draws at most a MW of IT power.
    most_it = np.array(
        [c.server_most_mw[in_region[r]].sum() * T / 1e3 for r in range(len(c.region_halls_mw))]
    )
    worst_wue = float(c.hall_wue_l_per_kwh.max(initial=0.0))
    most_gwh, most_water = Numbers(WORST_PUE * most_it), Numbers(worst_wue * most_it)

    m.metered = pyo.Set(initialize=np.flatnonzero(c.region_energy_mwh < np.inf).tolist())
    m.dry = pyo.Set(initialize=np.flatnonzero(finite_water).tolist())
    m.drawn = pyo.Var(m.metered, bounds=lambda m, r: (0, most_gwh[r]))
    m.drunk = pyo.Var(m.dry, bounds=lambda m, r: (0, most_water[r]))
    m.land = pyo.Constraint(
        m.R, rule=lambda m, r: sum_over(in_region[r], lambda h: m.hall[h]) <= room[r]
    )

    def energy_use(m: Any, r: Any) -> Any:
        gwh = sum_over(in_region[r], lambda h: sum_over(m.T, lambda t: 1e-3 * drawn_by(m, h, t)))
        return gwh - m.drawn[r] == 0.0

    def water_use(m: Any, r: Any) -> Any:
        def of_hall(h: Any) -> Any:
            def hour(t: Any) -> Any:
                it = per_work[h] * m.hosted[h, t] + idle[h] * m.servers[h]
                return 1e-3 * wue[h] * it

            return sum_over(m.T, hour)

        return sum_over(in_region[r], of_hall) - m.drunk[r] == 0.0

    m.energy_use = pyo.Constraint(m.metered, rule=energy_use)
    m.water_use = pyo.Constraint(m.dry, rule=water_use)


def add_supply(m: Any, system: System, c: Choices) -> None:
    """Declare plant (P,), power and energy (E,), link (N,), and hold output, charge and flow to them."""
    import pyomo.environ as pyo

    grid = system.grid
    P, E, N = len(c.plant_region), len(c.battery_region), len(c.line_from)
    unit, store = len(grid.unit_region) - P, len(grid.storage_region) - E
    line = len(grid.line_from) - 2 * N
    plants, batteries = Numbers(c.plant_most_mw), Numbers(c.battery_most_mw)
    longest, lines = c.battery_longest_h, Numbers(c.line_most_mw)
    m.P, m.E = pyo.RangeSet(0, P - 1), pyo.RangeSet(0, E - 1)
    m.N = pyo.RangeSet(0, N - 1)
    parameter(m, "plant_available", m.P, m.T)
    m.plant = pyo.Var(m.P, bounds=lambda m, p: (0, plants[p]))
    m.power = pyo.Var(m.E, bounds=lambda m, b: (0, batteries[b]))
    m.energy = pyo.Var(m.E, bounds=lambda m, b: (0, longest * batteries[b]))
    m.link = pyo.Var(m.N, bounds=lambda m, n: (0, lines[n]))
    m.plant_output = pyo.Constraint(
        m.P,
        m.T,
        rule=lambda m, p, t: m.output[unit + p, t] <= m.plant_available[p, t] * m.plant[p],
    )
    m.charging = pyo.Constraint(m.E, m.T, rule=lambda m, b, t: m.charge[store + b, t] <= m.power[b])
    m.discharging = pyo.Constraint(
        m.E, m.T, rule=lambda m, b, t: m.discharge[store + b, t] <= m.power[b]
    )
    m.holding = pyo.Constraint(
        m.E, m.T, rule=lambda m, b, t: m.charged[store + b, t] <= m.energy[b]
    )
    m.longest = pyo.Constraint(m.E, rule=lambda m, b: m.energy[b] <= longest * m.power[b])
    m.there = pyo.Constraint(m.N, m.T, rule=lambda m, n, t: m.flow[line + 2 * n, t] <= m.link[n])
    m.back = pyo.Constraint(m.N, m.T, rule=lambda m, n, t: m.flow[line + 2 * n + 1, t] <= m.link[n])
