"""The voltage law in the program: what circuits may carry, together and apart."""

from dataclasses import replace

import numpy as np
import pytest

from westshift.experiments.verify.angles import angle_optimum, flows_by_angle
from westshift.experiments.verify.parts import Store, Unit, Way
from westshift.experiments.verify.power_flow import meshed, net_mw, pjm_hour, triangle
from westshift.experiments.verify.small import outlook
from westshift.models.errors import InfeasibleError, InputError
from westshift.optim.program import dispatch

UNITS = [Unit("A", 200, 10), Unit("B", 200, 50), Unit("C", 200, 90)]


def solved(ways, demand, hours=1, **also):
    o = outlook(["A", "B", "C"], hours, units=UNITS, ways=ways, demand_mw=demand, **also)
    return dispatch(tie_break=0).solve(o, once=True)


def with_grid(o, **changes):
    return replace(o, system=replace(o.system, grid=replace(o.system.grid, **changes)))


def test_a_bad_circuit_raises_when_the_program_is_built():
    o = pjm_hour()
    for x in (0.0, np.nan):
        bad = o.system.grid.circuit_rad_per_mw.copy()
        bad[5] = x
        with pytest.raises(InputError, match="circuit from 4 to 5"):
            dispatch().solve(with_grid(o, circuit_rad_per_mw=bad))


def test_a_tree_of_circuits_is_a_tree_of_links():
    sides = (("A", "B", 60), ("C", "B", 30))
    rad, none = (
        solved([Way(*side, rad_per_mw=x) for side in sides], {"B": 50.0, "C": 70.0})
        for x in (0.3, None)
    )
    assert rad.objective == pytest.approx(none.objective)
    np.testing.assert_allclose(rad.duals["balance"], none.duals["balance"])


def test_networks_apart_do_not_feel_each_other():
    triangle_ways = [Way(a, b, 40, rad_per_mw=0.1) for a, b in ("AB", "BC", "CA")]
    one = solved(triangle_ways, {"A": 20.0, "B": 60.0, "C": 90.0})
    names = list("ABCDEF")
    units = UNITS + [replace(u, region=names[3 + i]) for i, u in enumerate(UNITS)]
    ways = triangle_ways + [Way(a, b, 40, rad_per_mw=0.7) for a, b in ("DE", "EF", "FD")]
    loads = dict(zip(names, [20.0, 60.0, 90.0] * 2, strict=True))
    two = dispatch(tie_break=0).solve(outlook(names, 1, units=units, ways=ways, demand_mw=loads))
    assert two.objective == pytest.approx(2 * one.objective)
    np.testing.assert_allclose(two.duals["balance"][:3], one.duals["balance"])


def test_only_ratios_of_reactances_count():
    o = meshed(9)
    for k in (1e-4, 1e3):
        grid = o.system.grid
        other = with_grid(
            o,
            circuit_rad_per_mw=k * grid.circuit_rad_per_mw,
            circuit_shift_rad=k * grid.circuit_shift_rad,
        )
        one, two = (dispatch(tie_break=0).solve(x, once=True) for x in (o, other))
        assert two.objective == pytest.approx(one.objective, rel=1e-9)


def test_the_sense_in_which_a_circuit_is_written_says_nothing():
    """Ends exchanged, the shift turns its sign."""
    sides = [("A", "B", 20, 0.02), ("B", "C", 90, -0.01), ("A", "C", 35, 0.0)]
    there = [Way(a, b, mw, rad_per_mw=0.001, shift_rad=s) for a, b, mw, s in sides]
    back = [Way(b, a, mw, rad_per_mw=0.001, shift_rad=-s) for a, b, mw, s in sides]
    one, two = (solved(ways, {"B": 40.0, "C": 80.0}) for ways in (there, back))
    assert one.objective == pytest.approx(two.objective)
    for i in range(3):
        assert net_mw(one, i) == pytest.approx(-net_mw(two, i))


def test_a_circuit_of_one_line_carries_one_way():
    """Bus 2's power to bus 3 needs some on 2-1: where that may only be 1-2, none at all gets there."""
    ways = [
        Way("A", "C", 100, rad_per_mw=0.1),
        Way("A", "B", 100, rad_per_mw=0.1, both=False),
        Way("B", "C", 100, rad_per_mw=0.1),
    ]
    units = [Unit("B", 200, 10), Unit("C", 200, 50)]
    o = outlook(["A", "B", "C"], 1, units=units, ways=ways, demand_mw={"C": 60.0})
    assert dispatch(tie_break=0).solve(o).objective == pytest.approx(60 * 50)
    free = replace(ways[1], both=True)
    o = outlook(["A", "B", "C"], 1, units=units, ways=[ways[0], free, ways[2]], demand_mw={"C": 60})
    assert dispatch(tie_break=0).solve(o).objective == pytest.approx(60 * 10)


def test_capacities_there_and_back_are_each_their_own():
    o = outlook(
        ["A", "B"],
        2,
        units=[
            Unit("A", 200, 10, availability=(1, 0)),
            Unit("B", 200, 10, availability=(0, 1)),
            Unit("A", 200, 50),
            Unit("B", 200, 50),
        ],
        ways=[Way("A", "B", 30, rad_per_mw=0.1), Way("A", "B", 99, rad_per_mw=0.1)],
        demand_mw={"A": [0.0, 90.0], "B": [90.0, 0.0]},
    )
    capacity = o.system.grid.line_capacity_mw.copy()
    capacity[1] = 12.0  # the first circuit back
    found = dispatch(tie_break=0).solve(with_grid(o, line_capacity_mw=capacity), once=True)
    # Alike, so each carries as much as the other: 30 + 30 there, 12 + 12 back.
    assert found.values["output"][[3, 2], [0, 1]] == pytest.approx([90.0 - 60.0, 90.0 - 24.0])


def test_a_closed_circuit_holds_its_neighbours_still():
    """No capacity on one side of a triangle: its ends have one angle, so B passes on what it gets."""
    closed = triangle(limit_mw=0.0)
    assert closed.values["output"][:, 0] == pytest.approx([0.0, 0.0, 100.0])
    assert closed.objective == pytest.approx(100 * 100)
    opened = solved(
        [Way("A", "B", 100, rad_per_mw=0.01), Way("B", "C", 100, rad_per_mw=0.01)], {"C": 100.0}
    )
    assert opened.objective == pytest.approx(100 * 10)  # not the same as no circuit at all


def test_hours_with_storage_and_the_voltage_law():
    o = replace(meshed(7), storage_start_mwh=np.array([5.0, 0.0]))
    grid = o.system.grid
    stores = [Store(grid.regions[0], 9, 20, 0.9, 0.9, 0.01), Store(grid.regions[3], 9, 20)]
    columns = {
        "storage_region": np.array([0, 3]),
        "storage_technology": ("store", "store"),
        "storage_power_mw": np.array([s.power_mw for s in stores]),
        "storage_energy_mwh": np.array([s.energy_mwh for s in stores]),
        "storage_charge_efficiency": np.array([s.charge_efficiency for s in stores]),
        "storage_discharge_efficiency": np.array([s.discharge_efficiency for s in stores]),
        "storage_standing_loss_per_h": np.array([s.standing_loss_per_h for s in stores]),
        "storage_cost_cny_per_mwh": np.zeros(2),
    }
    stored = with_grid(o, **columns)
    found = dispatch(cyclic=False, tie_break=0).solve(stored, once=True)
    net, by_angle = flows_by_angle(stored, found.values)
    np.testing.assert_allclose(net, by_angle, atol=1e-6)
    assert found.objective < angle_optimum(o) - 1.0
    assert found.values["discharge"].sum() > 1.0


@pytest.mark.parametrize("seed", range(101, 107))
def test_cycles_and_angles_agree_on_larger_meshes(seed):
    o = meshed(seed, buses=12, circuits=24, links=3)
    program = dispatch()  # ties broken, as in use
    found = program.solve(o)
    net, by_angle = flows_by_angle(o, found.values)
    np.testing.assert_allclose(net, by_angle, atol=1e-6)
    assert found.objective == pytest.approx(angle_optimum(o), rel=1e-6)
    half = replace(o, demand_mw=0.5 * o.demand_mw)
    assert program.solve(half).objective == pytest.approx(angle_optimum(half), rel=1e-6)  # warm
    flow = found.values["flow"]
    there = np.arange(0, len(flow), 2)
    assert np.minimum(flow[there], flow[there + 1]).max() < 1e-6  # none goes there and back at once


def test_a_shift_that_no_flow_can_undo_is_infeasible_and_the_message_names_the_voltage_law():
    ways = [
        Way("A", "B", 10, rad_per_mw=0.001, shift_rad=0.5),
        Way("A", "B", 10, rad_per_mw=0.001),
    ]
    with pytest.raises(InfeasibleError, match=r"infeasible.*the voltage law"):
        solved(ways, {"B": 5.0})


def anyhow(seed):
    """Parallel circuits, series compensation (x < 0), shifts, one-way circuits, capacities that differ
    there and back or are zero, links beside, buses without units or load."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 9))
    names = [f"bus {i}" for i in range(n)]
    ends = [(int(rng.integers(i)), i) for i in range(1, n)]
    ends += [rng.choice(n, 2, replace=False) for _ in range(int(rng.integers(0, n + 3)))]
    ways = [
        Way(
            *(names[i] for i in rng.permutation(pair)),
            rng.uniform(0, 60) * (rng.random() > 0.05),
            rad_per_mw=rng.uniform(1e-4, 1e-3) * (-1 if rng.random() < 0.12 else 1),
            shift_rad=rng.uniform(-4e-3, 4e-3) * (rng.random() < 0.3),
            both=rng.random() > 0.1,
        )
        for pair in ends
    ]
    for _ in range(int(rng.integers(0, 3))):
        a, b = rng.choice(n, 2, replace=False)
        ways.append(Way(names[a], names[b], rng.uniform(5, 40)))
    units = [
        Unit(name, rng.uniform(0, 150), rng.uniform(5, 90)) for name in names if rng.random() < 0.8
    ]
    loads = {name: rng.uniform(0, 70, 2).tolist() for name in names if rng.random() < 0.7}
    o = outlook(names, 2, units=units, ways=ways, demand_mw=loads, lost_load_cny_per_mwh=1e3)
    capacity = o.system.grid.line_capacity_mw
    return with_grid(o, line_capacity_mw=capacity * rng.uniform(0.5, 1.5, len(capacity)))


def test_networks_drawn_anyhow_have_the_optimum_of_the_form_with_angles_or_none_in_both():
    solved_in_both = 0
    for seed in range(60):
        o = anyhow(seed)
        try:
            expected = angle_optimum(o)
        except ArithmeticError:
            with pytest.raises(InfeasibleError):
                dispatch(tie_break=0).solve(o, once=True)
            continue
        found = dispatch(tie_break=0).solve(o, once=True)
        net, by_angle = flows_by_angle(o, found.values)
        assert found.objective == pytest.approx(expected, rel=1e-9, abs=1e-6), seed
        np.testing.assert_allclose(net, by_angle, atol=1e-6, err_msg=str(seed))
        solved_in_both += 1
    assert 30 < solved_in_both < 60  # some have none: a shift drives power to where nobody takes it


def one_circuit():
    return outlook(
        ["A", "B"],
        1,
        units=[Unit("A", 100, 20)],
        ways=[Way("A", "B", 9, rad_per_mw=0.1)],
        demand_mw={"A": 5},
    )


def test_circuit_index_beyond_the_circuits():
    o = one_circuit()
    with pytest.raises(InputError):
        dispatch().solve(with_grid(o, line_circuit=np.array([0, 3])))


def test_circuit_index_below_minus_one():
    o = one_circuit()
    with pytest.raises(InputError):
        dispatch().solve(with_grid(o, line_circuit=np.array([0, -2])))


def test_each_circuit_has_a_shift():
    o = one_circuit()
    with pytest.raises(InputError, match="phase shifts"):
        dispatch().solve(with_grid(o, circuit_shift_rad=np.zeros(0)))
