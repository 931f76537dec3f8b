"""Weeks of dispatch and storage rolled over by this program."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from westshift.models.outlook import Outlook, over_hours, padded
from westshift.optim.program import dispatch

from .apart import peak_mib
from .weeks import CARRIED, FIRST, Carried, Rolled, Weeks, cost_cny, problem


def rolled_here(w: Weeks) -> Rolled:
    """Weeks by this program."""
    for one in (FIRST, w):
        o = problem(one)
        start = time.process_time()
        carried, iterations = roll(o, one.window_h, one.step_h)
        seconds = time.process_time() - start
    return Rolled(cost_cny(o, carried), seconds, iterations, peak_mib())


def roll(o: Outlook, window_h: int, step_h: int) -> tuple[Carried, float]:
    """Window after window from the basis of the last; the first hours of each, and mean simplex iterations."""
    program = dispatch(cyclic=False)
    kept_share = 1.0 - o.system.grid.storage_standing_loss_per_h
    charge = o.storage_start_mwh
    assert charge is not None
    parts: list[Carried] = []
    iterations = []
    for start in range(0, o.hours, step_h):
        window = _window(o, start, min(start + window_h, o.hours))
        # PyPSA takes no standing loss in a window's first hour; ours does, so it is given back here.
        window = replace(window, storage_start_mwh=charge / kept_share)
        found = program.solve(padded(window, window_h))
        hours = min(step_h, o.hours - start)
        parts.append({name: found.values[name][:, :hours] for name in CARRIED})
        charge = parts[-1]["charged"][:, -1]
        iterations.append(found.iterations)
    whole = {name: np.concatenate([p[name] for p in parts], axis=1) for name in parts[0]}
    return whole, float(np.mean(iterations))


def _window(o: Outlook, start: int, end: int) -> Outlook:
    """The hours from `start` to `end`; dispatch looks at no work, and no unit is short of water."""
    hours = slice(start, end)
    return replace(
        o,
        start_h=o.start_h + start,
        day_begun_h=(o.day_begun_h + start) % 24,
        unit_day_mwh=o.unit_day_mwh[:, start // 24 : -(-end // 24)],
        available_mwh=o.available_mwh[..., hours],
        due_mwh=o.due_mwh[..., hours],
        **over_hours(o, lambda series: series[:, hours]),
    )
