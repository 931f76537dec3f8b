"""What cannot be a program is named and refused, before a solver sees it."""

from dataclasses import replace

import numpy as np
import pytest

from westshift.experiments.verify.parts import Store, Unit, Way
from westshift.experiments.verify.small import grid, outlook
from westshift.models.errors import InputError
from westshift.models.sound import check_grid
from westshift.optim.program import co_planner, dispatch


def whole():
    return grid(
        ["A", "B"],
        [Unit("A", 10, 1, technology="coal"), Unit("B", 10, 1, technology="wind")],
        [Way("A", "B", 5, 0.1, both=False)],
        [Store("B", 2, 8, 0.9, 0.9, 0.01)],
    )


def spoiled(name, value, at=-1):
    values = getattr(whole(), name).copy()
    values[at] = value
    return replace(whole(), **{name: values})


NAMED = {
    "unit_capacity_mw": "unit 1 (wind in B) has capacity [MW]",
    "line_capacity_mw": "the line from A to B has capacity [MW]",
    "storage_power_mw": "storage 0 (store in B) has power [MW]",
    "storage_energy_mwh": "storage 0 (store in B) has energy [MWh]",
    "line_loss_share": "the line from A to B has loss",
    "storage_standing_loss_per_h": "storage 0 (store in B) has standing loss",
    "storage_charge_efficiency": "storage 0 (store in B) has charging efficiency",
    "storage_discharge_efficiency": "storage 0 (store in B) has discharging efficiency",
}
ENDS = {  # (refused, allowed)
    "unit_capacity_mw": ((-1e-9,), (0.0, 1e7)),
    "line_capacity_mw": ((-1.0,), (0.0,)),
    "storage_power_mw": ((-1.0,), (0.0,)),
    "storage_energy_mwh": ((-1.0,), (0.0,)),
    "line_loss_share": ((-0.01, 1.0, 1.5), (0.0, 0.999)),
    "storage_standing_loss_per_h": ((-0.01, 1.0), (0.0, 0.5)),
    "storage_charge_efficiency": ((0.0, -0.5, 1.001), (1e-3, 1.0)),
    "storage_discharge_efficiency": ((0.0, -0.5, 1.001), (1e-3, 1.0)),
}


def test_a_sound_grid_passes_and_so_does_none():
    check_grid(whole())
    check_grid(grid(["A"]))
    check_grid(grid([]))


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan])
def test_what_is_not_finite_is_refused_with_its_name(name, value):
    with pytest.raises(InputError) as found:
        check_grid(spoiled(name, value))
    assert str(found.value).startswith(f"{NAMED[name]} {value:g}: let it be")


@pytest.mark.parametrize(("name", "value"), [(n, x) for n, ends in ENDS.items() for x in ends[0]])
def test_what_lies_outside_its_bounds_is_refused(name, value):
    with pytest.raises(InputError) as found:
        check_grid(spoiled(name, value))
    assert NAMED[name] in str(found.value)
    assert f"{value:g}" in str(found.value)


@pytest.mark.parametrize(("name", "value"), [(n, x) for n, ends in ENDS.items() for x in ends[1]])
def test_the_ends_themselves_are_allowed(name, value):
    check_grid(spoiled(name, value))


def test_the_first_of_several_is_named():
    both = replace(spoiled("storage_power_mw", -1.0), unit_capacity_mw=np.array([np.nan, np.inf]))
    with pytest.raises(InputError, match=r"unit 0 \(coal in A\) has capacity \[MW\] nan"):
        check_grid(both)


@pytest.mark.parametrize("make", [dispatch, co_planner])
@pytest.mark.parametrize("once", [True, False])
def test_every_program_of_a_grid_asks(make, once):
    o = outlook(["A"], 2, units=[Unit("A", 5, 1)], demand_mw={"A": 3})
    make().solve(o, once=once)
    bad = replace(o.system.grid, unit_capacity_mw=np.array([np.inf]))
    with pytest.raises(InputError, match="finite"):
        make().solve(replace(o, system=replace(o.system, grid=bad)), once=once)
