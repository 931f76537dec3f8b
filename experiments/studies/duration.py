"""F13, source, grid, load and storage: how does flexible compute use held-back power and shave peaks?

Above, the telling week of the region that scheduling changes most, without and with it (figures/week.py). Below,
over all that was simulated, the region's hours in falling order: load and net load, what scheduling changes in
these curves, and renewable power held back.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from westshift.experiments.figures import week
from westshift.experiments.figures.caption import caption_for
from westshift.experiments.figures.duration_figure import HELD, LOAD, NET, figure_of
from westshift.experiments.figures.stack import Case
from westshift.experiments.figures.stored import Stored
from westshift.experiments.figures.week_choice import choose
from westshift.experiments.figures.words import either, named
from westshift.experiments.sweep.plan import SweepPlan
from westshift.models.hours import Hours

from .found import Found, one_run
from .study import Drawing

ID, NAME = "F13", "week-and-duration"
QUESTION = "How does flexible compute use power that is held back, and does it shave peaks?"
BANDS_PCT = np.arange(0.0, 100.1, 5.0)
"""Of the share of hours, over which the change of a curve is averaged: hour by hour it is mostly noise."""

Array = np.ndarray


def design(scenario: str, smoke: bool = False) -> SweepPlan:
    """One run, its hours kept."""
    return one_run(scenario)


def draw(found: Found) -> Drawing:
    """Balances of a week above, duration curves of all hours below."""
    run = found.only
    balances, curves = week.rows(run), duration(run)
    rows = pd.concat(
        [
            pd.DataFrame(balances).assign(panel="week"),
            curves.assign(panel="duration"),
            changes(curves).assign(panel="change"),
        ],
        ignore_index=True,
    )
    rows = rows[["panel", *[c for c in rows.columns if c != "panel"]]]
    figure = figure_of(balances, curves, changes(curves))
    return Drawing(figure, rows, caption(run, balances, curves))


def duration(run: Stored) -> pd.DataFrame:
    """One row a policy, curve and hour simulated in the chosen region, in falling order.

    Columns: policy, the baseline first; curve, LOAD, NET or HELD; to_share_pct, share of hours that
    have at least so much; power_mw.
    """
    choice = choose(run)
    kind = {t.technology: t.kind for t in run.scenario.technologies}
    base = run.scenario.baseline
    frames = []
    for policy in dict.fromkeys((base, choice.with_policy or base)):
        hours = run.hours[policy]
        weight = np.concatenate([np.full(h.demand_mw.shape[1], h.weight) for h in hours])
        for curve in (LOAD, NET, HELD):
            power = np.concatenate([_power(h, choice.region, curve, kind) for h in hours])
            order = np.argsort(-power, kind="stable")
            share = 100.0 * np.cumsum(weight[order]) / weight.sum()
            columns = {
                "policy": policy,
                "curve": curve,
                "to_share_pct": share,
                "power_mw": power[order],
            }
            frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)


def changes(curves: pd.DataFrame) -> pd.DataFrame:
    """Curves of the policy less the baseline's, as means over bands of share; empty without a policy.

    Not the change in an hour: the hours of the two curves stand in their own orders.
    """
    policies = list(dict.fromkeys(curves["policy"]))
    frames = []
    for curve in (LOAD, NET) if len(policies) == 2 else ():
        own = curves[curves["curve"] == curve]
        base, other = (_means(own[own["policy"] == p]) for p in policies)
        columns = {
            "policy": policies[1],
            "curve": curve,
            "to_share_pct": BANDS_PCT[1:],
            "change_mw": other - base,
        }
        frames.append(pd.DataFrame(columns))
    columns = ["policy", "curve", "to_share_pct", "change_mw"]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def _means(part: pd.DataFrame) -> Array:
    """Mean of a duration curve over each band [MW]: its integral is linear between the steps."""
    ends = np.concatenate([[0.0], part["to_share_pct"].to_numpy(float)])
    integral = np.concatenate([[0.0], np.cumsum(np.diff(ends) * part["power_mw"].to_numpy(float))])
    return np.diff(np.interp(BANDS_PCT, ends, integral)) / np.diff(BANDS_PCT)


def _power(h: Hours, r: int, curve: str, kind: dict[str, str]) -> Array:
    if curve == HELD:
        return h.curtailed_mw[r]
    load = h.demand_mw[r] + h.compute_mw[r]
    if curve == LOAD:
        return load
    by_weather = [g for g, t in enumerate(h.technologies) if kind[t] in ("wind", "solar")]
    return load - h.generation_mw[r, by_weather].sum(axis=0)


def caption(run: Stored, balances: list[dict[str, Any]], curves: pd.DataFrame) -> str:
    """What stands under the figure."""
    told = []
    for policy, own in curves.groupby("policy", sort=False):
        most = own.groupby("curve")["power_mw"].max()
        told.append(
            either(
                f"{policy}: greatest load {most[LOAD]:,.0f} MW, greatest net load {most[NET]:,.0f} MW",
                f"{named(str(policy))}：最大负荷 {most[LOAD]:,.0f} MW，最大净负荷 {most[NET]:,.0f} MW",
            )
        )
    case = Case.of(balances, "without")
    assert case is not None
    text = [
        either(
            f"Above: {case.region_name}, {case.span}, hour by hour.",
            f"上排：{case.region_name}，{case.span}，逐小时。",
        ),
        choose(run).why,
        week.stacked(),
        either(
            "Below: all hours simulated in that region, by weight, in falling order. Net load is load, data "
            "centers in it, less what wind and sun feed in. Change: the curve with scheduling less the one "
            f"without, each in its own order of hours, means over 5 % of the hours. {'; '.join(told)}.",
            "下排：该区域全部模拟小时按权重降序排列。净负荷为负荷（含数据中心）减去风电与光伏上网电力。变化：有调度的持续曲线"
            f"减去无调度的持续曲线，两者各自排序，取每 5 % 小时的均值。{'；'.join(told)}。",
        ),
    ]
    title = either(
        "Source, grid, load and storage: a week, and the hours in falling order.",
        "源网荷储：一周逐小时平衡与持续曲线。",
    )
    return caption_for(run.scenario, run.horizons, title, " ".join(text))
