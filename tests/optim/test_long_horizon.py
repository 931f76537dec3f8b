"""A horizon of more than two weeks: the day of each hour is fixed, and the hours do not turn."""

from dataclasses import replace

import numpy as np
import pytest

from westshift.experiments.verify.drawn import draw
from westshift.models.errors import InputError
from westshift.models.outlook import over_hours
from westshift.optim import program as program_module
from westshift.optim import source
from westshift.optim.parametric import Theta
from westshift.optim.parametrise import fill, layout_of
from westshift.optim.program import co_planner, price_taker
from westshift.optim.source import LONGEST_RING_H
from westshift.optim.standard_form import compile_model


@pytest.fixture(scope="module")
def horizon():
    """Two weeks and an hour: the last day is begun and no more."""
    return draw(5, LONGEST_RING_H + 1)


def shorter(o):
    """All but its last hour."""
    most = o.available_mwh[..., -2:-1]
    return replace(
        o,
        unit_day_mwh=o.unit_day_mwh[:, :-1],
        available_mwh=o.available_mwh[..., :-1],
        due_mwh=np.concatenate([o.due_mwh[..., :-2], most], axis=-1),
        **over_hours(o, lambda series: series[..., :-1]),
    )


def test_it_is_pyomos_row_by_row(horizon):
    program = co_planner()
    found = program.at(horizon, once=True)
    m = program.build(horizon.system, horizon.hours)
    fill(m, program.values(Theta(layout_of(m)), horizon))
    wanted = compile_model(m, program.recipe.duals)
    assert program.read_at_once
    for array in ("cost", "lower", "upper", "row_lower", "row_upper"):
        np.testing.assert_array_equal(getattr(found, array), getattr(wanted, array))
    assert abs(found.A - wanted.A).max() == 0.0
    for name, at in wanted.rows.items():
        np.testing.assert_array_equal(found.rows[name], at)


def test_the_optimum_is_that_of_days_as_data(horizon, monkeypatch):
    fixed = co_planner().solve(horizon, once=True)
    assert not hasattr(theta_of(co_planner(), horizon), "of_day")
    for module in (program_module, source):
        monkeypatch.setattr(module, "LONGEST_RING_H", 400)
    data = co_planner().solve(horizon, once=True)
    assert hasattr(theta_of(co_planner(), horizon), "of_day")
    assert fixed.objective == pytest.approx(data.objective, rel=1e-9)
    limited = horizon.system.grid.unit_day_limited
    assert limited.any()
    assert made_each_day(horizon, fixed)[limited] == pytest.approx(
        made_each_day(horizon, data)[limited], abs=1e-5
    )


def theta_of(program, o):
    return Theta(layout_of(program.build(o.system, o.hours)))


def made_each_day(o, found):
    return np.add.reduceat(found.values["output"], np.arange(0, o.hours, 24), axis=1)


def test_a_days_water_holds(horizon):
    found = made_each_day(horizon, co_planner().solve(horizon, once=True))
    limited = horizon.system.grid.unit_day_limited
    assert (found[limited] <= horizon.unit_day_mwh[limited] + 1e-6).all()
    assert (found[limited] >= horizon.unit_day_mwh[limited] - 1e-6).any()  # and it binds


def test_it_begins_at_midnight(horizon):
    for once in (True, False):
        with pytest.raises(
            InputError, match=r"337 h that begins at 5:00: let it begin at midnight"
        ):
            co_planner().at(replace(horizon, day_begun_h=5), once)


def test_a_days_energy_for_each_day_and_no_more(horizon):
    with pytest.raises(ValueError, match="shape"):
        co_planner().at(replace(horizon, unit_day_mwh=horizon.unit_day_mwh[:, :-1]))


@pytest.mark.parametrize("make", [co_planner, price_taker])
def test_its_hours_do_not_turn_and_two_weeks_do(horizon, make):
    program = make()
    for o, turns in ((horizon, False), (shorter(horizon), True)):
        program.at(o)
        program.basis = "one of a window before"
        program.at(replace(o, start_h=o.start_h + 24))
        assert program.turns is turns
        assert program.place == (24 if turns else 0)
    program.at(horizon, once=True)
    assert not program.turns
