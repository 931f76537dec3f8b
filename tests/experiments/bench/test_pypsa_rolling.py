"""Weeks rolled over by PyPSA and by this program cost the same, or nothing is said about speed."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from westshift.experiments.bench import apart as apart_module
from westshift.experiments.bench.apart import apart, here, peak_mib
from westshift.experiments.bench.peer import peer
from westshift.experiments.bench.pypsa_rolling import WAYS, rows
from westshift.experiments.bench.reference import SMALL
from westshift.experiments.bench.weeks import Weeks, cost_cny, problem
from westshift.experiments.bench.weeks_here import roll, rolled_here
from westshift.models.errors import InputError, SolveError
from westshift.optim.program import dispatch

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")

# The last two windows see less than a day and a half.
DAYS = Weeks(SMALL, 60, window_h=36, step_h=12)
OURS = next(iter(WAYS))


@pytest.mark.slow
def test_both_cost_the_same():
    pytest.importorskip("pypsa")
    told = []
    table = rows(told.append, (DAYS,), run=here)
    assert [r.way for r in table] == list(WAYS)
    assert len(told) == len(table) == 3
    assert max(r.furthest_off for r in table) < 1e-9
    assert table[0].times == 1.0
    assert table[0].iterations > 0
    assert np.isnan(table[1].iterations)


def test_a_peer_that_costs_something_else_is_refused():
    def dearer(w):
        found = rolled_here(w)
        return replace(found, cost_cny=found.cost_cny * (1 + 2e-6))

    with pytest.raises(SolveError, match=r"a peer and westshift, .* differ by 2e-06"):
        rows(weeks=(DAYS,), run=here, ways={OURS: rolled_here, "a peer": dearer})


def test_one_window_is_the_program_itself():
    o = problem(DAYS)
    carried, _ = roll(o, DAYS.hours, DAYS.hours)
    loss = o.system.grid.storage_standing_loss_per_h
    start = o.storage_start_mwh / (1 - loss)
    found = dispatch(cyclic=False).solve(replace(o, storage_start_mwh=start), once=True)
    assert cost_cny(o, carried) == pytest.approx(found.objective, rel=1e-9)


def test_charge_is_carried_over():
    o = problem(DAYS)
    grid = o.system.grid
    c, _ = roll(o, DAYS.window_h, DAYS.step_h)
    before = np.concatenate([o.storage_start_mwh[:, None], c["charged"][:, :-1]], axis=1)
    starts = np.arange(DAYS.hours) % DAYS.step_h == 0
    before *= np.where(starts, 1.0, 1.0 - grid.storage_standing_loss_per_h[:, None])
    gone = c["discharge"] / grid.storage_discharge_efficiency[:, None]
    charged = (c["charged"] - before + gone) / grid.storage_charge_efficiency[:, None]
    assert charged.min() > -1e-6
    assert (charged <= grid.storage_power_mw[:, None] + 1e-6).all()
    assert c["discharge"].sum() > 100.0
    assert c["shed"].sum() == pytest.approx(0.0, abs=1e-6)


def test_rolling_costs_no_less_than_all_at_once_with_what_is_left():
    o = problem(DAYS)
    rolled, _ = roll(o, DAYS.window_h, DAYS.step_h)
    whole, _ = roll(o, DAYS.hours, DAYS.hours)
    # Standing loss is not taken in a first hour: five windows are given that little for nothing.
    assert cost_cny(o, rolled) > cost_cny(o, whole) * (1 - 1e-6)


def test_apart_answers_and_raises_as_here():
    assert apart(divmod, 7, 2) == here(divmod, 7, 2) == (3, 1)
    with pytest.raises(ValueError, match="invalid literal"):
        apart(int, "seven")


def test_apart_has_memory_of_its_own():
    held = bytearray(300 * 2**20)
    assert peak_mib() > 300
    assert apart(apart_module.peak_mib) < 250
    assert len(held)


def test_a_process_that_ends_is_no_answer():
    with pytest.raises(SolveError, match="ended without an answer"):
        apart(sys.exit, 3)


def test_a_missing_peer_says_what_to_install():
    with pytest.raises(InputError, match=r"westshift\[peers\]"):
        peer("a_package_that_is_not_there")
