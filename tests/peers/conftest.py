"""The outlook's grid as a PyPSA network, and whether the two agree."""

import logging

import numpy as np
import pandas as pd
import pypsa
import pytest

from westshift.optim.program import dispatch

CLOSE = 1e-6
KV = 380.0


@pytest.fixture(autouse=True)
def quiet():
    """PyPSA and linopy report every step; what they get wrong is asserted, not read."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def network(o, cyclic=True):
    """The outlook's grid in PyPSA: circuits as lines of 380 kV in ohm, others as one-way links."""
    grid, n = o.system.grid, pypsa.Network()
    n.set_snapshots(range(o.hours))
    at = [f"bus {r}" for r in range(len(grid.regions))]
    n.add("Bus", at, v_nom=KV)
    n.add("Load", [f"load {a}" for a in at], bus=at)
    n.loads_t.p_set = series(n, "load", at, o.demand_mw)
    n.add("Carrier", "AC")
    for k, region in enumerate(grid.unit_region):
        emission = grid.unit_emission_kg_per_mwh[k]
        n.add("Carrier", f"kind {k}", co2_emissions=emission)
        nominal = float(max(o.unit_max_mw[k].max(), 1e-9))
        n.add(
            "Generator",
            f"unit {k}",
            bus=at[region],
            carrier=f"kind {k}",
            p_nom=nominal,
            p_max_pu=o.unit_max_mw[k] / nominal,
            p_min_pu=o.unit_min_mw[k] / nominal,
            marginal_cost=grid.unit_cost_cny_per_mwh[k] + o.carbon_cny_per_kg * emission,
            e_sum_max=o.unit_day_mwh[k, 0] if grid.unit_day_limited[k] else np.inf,
        )
    assert o.hours <= 24 or not grid.unit_day_limited.any()
    most = float(np.abs(o.demand_mw).max() + o.unit_max_mw.sum(axis=0).max() + 1)
    lost = grid.lost_load_cny_per_mwh
    n.add("Generator", [f"shed {a}" for a in at], bus=at, p_nom=most, marginal_cost=lost)
    sink = {"p_nom": most, "p_min_pu": -1.0, "p_max_pu": 0.0, "marginal_cost": -lost}
    n.add("Generator", [f"dump {a}" for a in at], bus=at, **sink)
    for line, circuit in enumerate(grid.line_circuit.tolist()):
        ends = {"bus0": at[grid.line_from[line]], "bus1": at[grid.line_to[line]]}
        capacity = grid.line_capacity_mw[line]
        if circuit < 0:
            kept, cost = 1.0 - grid.line_loss_share[line], grid.line_cost_cny_per_mwh[line]
            n.add(
                "Link",
                f"line {line}",
                p_nom=capacity,
                efficiency=kept,
                marginal_cost=cost,
                **ends,
            )
        elif f"circuit {circuit}" not in n.lines.index:
            ohm = grid.circuit_rad_per_mw[circuit] * KV**2
            n.add("Line", f"circuit {circuit}", x=ohm, s_nom=capacity, **ends)
    for b, region in enumerate(grid.storage_region):
        # Its first hour takes no standing loss, ours does: it is taken here.
        start = 0.0 if o.storage_start_mwh is None else float(o.storage_start_mwh[b])
        start *= 1.0 - grid.storage_standing_loss_per_h[b]
        n.add(
            "StorageUnit",
            f"store {b}",
            bus=at[region],
            p_nom=grid.storage_power_mw[b],
            max_hours=grid.storage_energy_mwh[b] / grid.storage_power_mw[b],
            efficiency_store=grid.storage_charge_efficiency[b],
            efficiency_dispatch=grid.storage_discharge_efficiency[b],
            standing_loss=grid.storage_standing_loss_per_h[b],
            marginal_cost=grid.storage_cost_cny_per_mwh[b],
            cyclic_state_of_charge=cyclic,
            state_of_charge_initial=start,
        )
    if o.emission_cap_kg is not None:
        kind = {"type": "primary_energy", "carrier_attribute": "co2_emissions", "sense": "<="}
        n.add("GlobalConstraint", "cap", constant=o.emission_cap_kg, **kind)
    return n


def series(n, what, at, values):
    return pd.DataFrame(values.T, index=n.snapshots, columns=[f"{what} {a}" for a in at])


def optimize(n):
    """PyPSA's own optimum, quietly."""
    status = n.optimize(
        solver_name="highs",
        include_objective_constant=False,
        log_to_console=False,
        solver_options={"output_flag": False},
    )
    assert status == ("ok", "optimal")
    return n


def agree(o, cyclic=True, hourly=True):
    """Solve in both; compare the cost, prices, outputs, flows, charge and the dual of the cap.

    `hourly` is False where a unit may run in any of several hours of one price: then outputs and flows are
    compared as sums over the hours.
    """
    capped = o.emission_cap_kg is not None
    found = dispatch(cyclic=cyclic, capped=capped, tie_break=0).solve(o, once=True)
    n = optimize(network(o, cyclic))
    grid, v = o.system.grid, found.values
    assert n.objective == pytest.approx(found.objective, rel=CLOSE)

    def same(theirs, prefix, ours, hourly=hourly, which=None):
        if len(ours):
            names = [f"{prefix} {i}" for i in (range(len(ours)) if which is None else which)]
            table = theirs.reindex(columns=names).to_numpy().T
            table, ours = (table, ours) if hourly else (table.sum(axis=1), ours.sum(axis=1))
            np.testing.assert_allclose(table, ours, rtol=CLOSE, atol=1e-5, err_msg=prefix)

    same(n.buses_t.marginal_price, "bus", found.duals["balance"], hourly=True)
    same(n.generators_t.p, "unit", v["output"])
    circuit = grid.line_circuit
    net = np.zeros((len(grid.circuit_rad_per_mw), o.hours))
    for line in np.flatnonzero(circuit >= 0):
        forward = line == np.flatnonzero(circuit == circuit[line])[0]
        net[circuit[line]] += v["flow"][line] if forward else -v["flow"][line]
    same(n.lines_t.p0, "circuit", net)
    links = np.flatnonzero(circuit < 0)
    same(n.links_t.p0, "line", v["flow"][links], which=links)
    same(n.storage_units_t.state_of_charge, "store", v["charged"])
    same(n.storage_units_t.p, "store", v["discharge"] - v["charge"])
    if capped:
        theirs = float(n.global_constraints.mu["cap"])
        assert theirs == pytest.approx(found.duals["emission_cap"][0], rel=CLOSE, abs=1e-9)
    return found, n


@pytest.fixture(scope="session")
def build():
    """build(outlook, cyclic) is its grid in PyPSA."""
    return network


@pytest.fixture(scope="session")
def solve():
    """solve(network) optimizes it, quietly."""
    return optimize


@pytest.fixture(scope="session")
def same():
    """same(outlook, cyclic, hourly) solves in both and compares all there is."""
    return agree
