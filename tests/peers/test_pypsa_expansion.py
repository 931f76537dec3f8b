"""A two-bus capacity expansion: PyPSA finds the same cost and builds the same."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pypsa
import pytest

from westshift.experiments.siting.problem import Growth, built_of, make_problem
from westshift.models.scenario import load_scenario
from westshift.models.siting import make_choices
from westshift.models.year import make_year
from westshift.optim.siting_solve import solve_joined

CLOSE = 1e-6
HOURS, FIRST = 48, 24

SUPPLY = {
    "horizon.length_h": HOURS,
    "quotas.east.halls_mw": 0,
    "quotas.west.halls_mw": 0,
    "quotas.west.wind_mw": 3000,
    "quotas.east.smr_mw": 300,
    "quotas.east.battery_mw": 400,
    "quotas.west.battery_mw": 400,
    "line_quotas.west.east.most_mw": 2000,
    # A storage unit of PyPSA has a fixed length: energy that costs nothing is built to the longest here too.
    "build_costs.battery_energy.capex": 0,
    "embodied.battery_energy.kg": 0,
    "parameters.converter_loss_share": 0,
}


def case(seed, overrides=None):
    """Two buses with demand and wind that differ from hour to hour; data centers only idle."""
    rng = np.random.default_rng(seed)
    s = load_scenario("two_region", SUPPLY | (overrides or {}))
    year = make_year(s)
    wind = np.array(year.system.grid.unit_technology) == "wind"
    blow = rng.uniform(0.0, 1.0, year.calendar.hours)
    most = year.unit_max_mw.copy()
    most[wind] = year.system.grid.unit_capacity_mw[wind][:, None] * blow
    year = replace(
        year,
        arrivals_mwh=0.0 * year.arrivals_mwh,
        demand_mw=year.demand_mw * rng.uniform(0.6, 1.5, year.demand_mw.shape),
        unit_max_mw=most,
    )
    choices = make_choices(s, year)
    return s, year, make_problem(s, Growth("test", 1.0, 1.0), year=year, choices=choices)


def network(s, year, problem):
    """The same in PyPSA: plants, batteries of twelve hours and a link both ways may be extended."""
    c, price = problem.choices, s.parameters.carbon_price_cny_per_t / 1e3
    hours, n = slice(FIRST, FIRST + HOURS), pypsa.Network()
    n.set_snapshots(range(HOURS))
    n.snapshot_weightings = n.snapshot_weightings.astype(float).assign(objective=problem.counts[0])
    grid, compute = year.system.grid, year.system.compute
    idle = np.zeros((2, year.calendar.hours))
    np.add.at(idle, compute.site_region, year.pue * compute.site_idle_mw[:, None])
    for r in range(2):
        n.add("Bus", f"bus {r}")
        n.add("Load", f"load {r}", bus=f"bus {r}", p_set=(year.demand_mw + idle)[r, hours])
        n.add(
            "Generator",
            f"shed {r}",
            bus=f"bus {r}",
            p_nom=1e5,
            marginal_cost=grid.lost_load_cny_per_mwh,
        )
    at = n.snapshots
    for k, r in enumerate(grid.unit_region):
        cost = grid.unit_cost_cny_per_mwh[k] + price * grid.unit_emission_kg_per_mwh[k]
        p_max = pd.Series(year.unit_max_mw[k, hours] / grid.unit_capacity_mw[k], at)
        n.add(
            "Generator", f"unit {k}", bus=f"bus {r}", p_nom=grid.unit_capacity_mw[k], p_max_pu=p_max,
            marginal_cost=cost,
        )  # fmt: skip
    for p, r in enumerate(c.plant_region):
        n.add(
            "Generator", f"plant {p}", bus=f"bus {r}", p_nom_extendable=True, p_nom_max=c.plant_most_mw[p],
            p_max_pu=pd.Series(c.plant_available[p, hours], at),
            marginal_cost=c.plant_cny_per_mwh[p],
            capital_cost=c.plant_price.cny[p] + price * c.plant_price.kg[p],
        )  # fmt: skip
    for b, r in enumerate(c.battery_region):
        n.add(
            "StorageUnit", f"battery {b}", bus=f"bus {r}", p_nom_extendable=True, p_nom_max=c.battery_most_mw[b],
            max_hours=c.battery_longest_h, efficiency_store=c.battery_in, efficiency_dispatch=c.battery_out,
            capital_cost=c.power_price.cny[b] + price * c.power_price.kg[b], cyclic_state_of_charge=True,
        )  # fmt: skip
    for i in range(len(c.line_from)):
        n.add(
            "Link", f"line {i}", bus0=f"bus {c.line_from[i]}", bus1=f"bus {c.line_to[i]}", p_nom_extendable=True,
            p_nom_max=c.line_most_mw[i], p_min_pu=-1.0, capital_cost=c.line_price.cny[i],
        )  # fmt: skip
    return n


@pytest.mark.parametrize(
    ("seed", "overrides"),
    [
        (1, {}),
        (2, {"parameters.carbon_price_cny_per_t": 500}),
        (3, {"build_costs.battery_power.capex": 5000, "capital.wind.capex": 9000}),
        (4, {"build_costs.smr.capex": 20_000, "capital.hvdc_converters.capex": 1e7}),
    ],
)
def test_pypsa_expands_two_buses_alike(seed, overrides, solve):
    s, year, problem = case(seed, overrides)
    found = solve_joined(problem.joined, tie_break=0.0)
    built = built_of(problem, found)
    n = solve(network(s, year, problem))
    assert n.objective == pytest.approx(found.objective, rel=CLOSE)
    theirs = n.generators.p_nom_opt.filter(like="plant").to_numpy()
    np.testing.assert_allclose(built.plants_mw, theirs, rtol=CLOSE, atol=1e-4)
    np.testing.assert_allclose(built.power_mw, n.storage_units.p_nom_opt, rtol=CLOSE, atol=1e-4)
    np.testing.assert_allclose(built.lines_mw, n.links.p_nom_opt, rtol=CLOSE, atol=1e-4)
    assert built.plants_mw.sum() + built.power_mw.sum() + built.lines_mw.sum() > 1.0
