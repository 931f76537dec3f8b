"""F18, global sensitivity: which assumptions drive the carbon that a policy avoids?

Morris's screening moves one field at a time and tells cheaply which matter; Sobol's indices then share out the
variance among a few. Every field is taken over its whole range, all of it as likely: the ranges are assumptions of
this study, and the answer is an answer about them.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd

from westshift.experiments.sweep.kinds import Morris, Range, Sobol
from westshift.experiments.sweep.laid import LaidOut, laid_out
from westshift.experiments.sweep.plan import SweepPlan
from westshift.experiments.sweep.sensitivity import morris_effects, sobol_indices
from westshift.models.errors import InputError
from westshift.models.scenario import Scenario, load_scenario

from .arms import UNMET_PCT, deferrable, slices, together, unmet_pct
from .found import Found
from .sensitivity_figure import caption, figure_of
from .study import Drawing

ID, NAME = "F18", "sensitivity"
QUESTION = "Which assumptions drive the carbon that is avoided?"
POLICY, MEASURE = "co-planned", "avoided_system_pct"
TRAJECTORIES, SMOKE_TRAJECTORIES = 8, 2
POINTS, SMOKE_POINTS = 64, 4
SEED = 1
STARTS_H = (4680,)
"""Midnight of 15 July [h]."""
TOP = ("carbon price", "idle power", "how much work", "slack", "data residency", "weather and noise")  # fmt: skip
"""Fields that Sobol's indices are for; the screening shows whether another should be among them."""
WIDE = 0.1
"""Half of a 95 % interval from which on an index is too uncertain to be read [share of the variance]."""


def fields(s: Scenario) -> dict[str, tuple[str, Range]]:
    """What is varied, by name: the key and its range, around the scenario's own values.

    Raises:
        InputError: no class may wait for more than an hour; at some corner the work does not fit the servers.
    """
    p = s.parameters
    wait = deferrable(s)
    most = max((c for c in s.classes if c.job_class in wait), key=lambda c: c.share)
    of_class = f"classes.{most.job_class}."
    found = {
        "carbon price": ("parameters.carbon_price_cny_per_t", _range(0, 500)),
        "idle power": ("parameters.idle_share", _around(p.idle_share, 0.25)),
        "servers on": ("parameters.energised_share", _around(p.energised_share, 0.1)),
        "how much work": ("parameters.it_load_share", _around(p.it_load_share, 0.1)),
        "slack": (of_class + "slack_h", _range(2, 36, whole=True)),
        "data residency": (of_class + "resident_share", _range(0, 1)),
        "value of delay": (of_class + "delay_value_cny_per_mwh_h", _range(0, 20)),
        "value of latency": (of_class + "latency_value_cny_per_mwh_ms", _range(0, 1)),
        "price of data": ("parameters.transfer_price_cny_per_gb", _range(0, 1)),
        "energy of data": ("parameters.transfer_energy_kwh_per_gb", _range(0, 0.06)),
        "forecast error": ("forecast.error_share", _range(0, 0.4)),
        "weather and noise": ("seed", _range(0, 9999, whole=True)),
    }
    three = (found[name][1] for name in ("servers on", "idle power", "how much work"))
    ends = [(r.low, r.high) for r in three]
    for on, idle, load in itertools.product(*ends):
        if not on * idle <= load <= on * (idle + (1 - idle) * p.max_utilisation):
            raise InputError(
                f"study {NAME}: energised_share {on:.3g}, idle_share {idle:.3g} and it_load_share "
                f"{load:.3g} do not go "
                "together, and all are within its ranges: give the scenario values with more room between them"
            )
    return found


def _range(low: float, high: float, whole: bool = False) -> Range:
    return Range(low=low, high=high, whole=whole)


def _around(value: float, share: float) -> Range:
    """From so much less to so much more, at most 1."""
    return _range(round(value * (1 - share), 9), round(min(value * (1 + share), 1.0), 9))


def design(scenario: str, smoke: bool = False) -> tuple[SweepPlan, ...]:
    """Morris over all fields, Sobol over some.

    Raises:
        InputError: as for `fields`.
    """
    s = load_scenario(scenario)
    every = fields(s)
    common: dict[str, Any] = {
        "scenario": scenario, "policies": (POLICY,),
        "set": {"baseline": "here-and-now", "forecast.kind": "noisy", **slices(s, STARTS_H)},
    }  # fmt: skip
    if s.forecast.kind != "noisy":  # where the field is not varied it still needs a value
        common["set"]["forecast.error_share"] = 0.1
    screened = {k: v for k, v in common["set"].items() if k != "forecast.error_share"}
    return (
        SweepPlan(
            **{**common, "set": screened}, name=f"{NAME}-morris", vary=dict(every.values()),
            design=Morris(kind="morris", trajectories=SMOKE_TRAJECTORIES if smoke else TRAJECTORIES, seed=SEED),
        ),
        SweepPlan(
            **common, name=f"{NAME}-sobol", vary=dict(every[name] for name in TOP),
            design=Sobol(kind="sobol", points=SMOKE_POINTS if smoke else POINTS, seed=SEED, indices=True),
        ),
    )  # fmt: skip


def draw(*founds: Found) -> Drawing:
    """Screening on the left, indices on the right."""
    rows = table(*founds)
    every = together(founds, NAME, founds[-1].plan.changes)
    return Drawing(figure_of(rows), rows, caption(every, rows, _runs(founds)))


def table(screened: Found, shared: Found) -> pd.DataFrame:
    """One row a field, the most telling first.

    Columns: field, key, low, high; mu_star_pct with mu_star_conf_pct (half of the 95 % interval) and sigma_pct, in
    points of per cent over the whole range; s1, s1_conf, st, st_conf, shares of the variance, NaN where no index was
    asked for; st_half, of the first half of the points alone; resolved: whether both intervals are narrow enough
    for the indices to be read (see WIDE), and what half the points say of ST lies inside its own.

    Raises:
        InputError: a case failed: both analyses need every one; or a grid could not meet demand, which is no saving.
    """
    s = load_scenario(screened.plan.scenario)
    every = fields(s)
    worst = max(float(unmet_pct(f.table).max()) for f in (screened, shared))
    if worst > UNMET_PCT:
        raise InputError(
            f"study {NAME}: in some run the grid of '{s.name}' cannot meet {worst:.3g} % of what "
            "computing draws, and who "
            "is cut off emits nothing, so carbon avoided is no measure: give it more plant, or less work"
        )
    key_of = {key: name for name, (key, _) in every.items()}
    laid = {f.plan.name: laid_out(f.plan, f.folder) for f in (screened, shared)}
    effects = morris_effects(laid[screened.plan.name], screened.table, MEASURE, POLICY, SEED)
    rows = effects.rename(
        columns={"mu_star": "mu_star_pct", "mu_star_conf": "mu_star_conf_pct", "sigma": "sigma_pct"}
    ).drop(columns="mu")
    whole = laid[shared.plan.name]
    indices = sobol_indices(whole, shared.table, MEASURE, POLICY, SEED)
    indices["st_half"] = _half(whole, shared.table)
    rows = rows.merge(indices, on="field", how="left").rename(columns={"field": "key"})
    rows.insert(0, "field", rows["key"].map(key_of))
    rows["low"] = [every[name][1].low for name in rows["field"]]
    rows["high"] = [every[name][1].high for name in rows["field"]]
    near = (rows["st"] - rows["st_half"]).abs() <= np.maximum(rows["st_conf"], 1e-12)
    rows["resolved"] = (rows["st_conf"] <= WIDE) & (rows["s1_conf"] <= WIDE) & near
    return rows.sort_values("mu_star_pct", ascending=False, ignore_index=True)


def _half(laid: LaidOut, table: pd.DataFrame) -> np.ndarray:
    """Total indices from the first half of the base points: what they would say of a sweep half as long."""
    design = laid.plan.design
    assert isinstance(design, Sobol)
    n = len(laid.points) // 2
    if design.points < 4:
        return np.full(len(laid.plan.vary), np.nan)
    fewer = design.model_copy(update={"points": design.points // 2})
    part = LaidOut(
        laid.plan.model_copy(update={"design": fewer}), laid.name, laid.points[:n], laid.matrix[:n], laid.root,
        laid.keys[:n],
    )  # fmt: skip
    own = table[table["point"] < n]
    return sobol_indices(part, own, MEASURE, POLICY, SEED)["st"].to_numpy(float)


def _runs(founds: tuple[Found, ...]) -> tuple[int, ...]:
    """How many points each design has."""
    return tuple(int(f.table["point"].nunique()) for f in founds)
