"""F3, hour by region: when and where does work that can wait or travel go, and how clean is it there then?

Colour: PUE times the flow-traced average intensity of the baseline's grid, the mean over all that was simulated.
Discs: the compute load that the policy adds to that hour and region, or takes from it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from westshift.experiments.figures.caption import caption_for
from westshift.experiments.figures.heat import figure_of
from westshift.experiments.figures.stored import Stored
from westshift.experiments.figures.words import either, named
from westshift.experiments.sweep.plan import SweepPlan
from westshift.models.calendar import DAY_H

from .found import Found, one_run
from .study import Drawing

ID, NAME = "F3", "hours-by-region"
QUESTION = "When and where does work go, and how clean is it there then?"

Array = np.ndarray


def design(scenario: str, smoke: bool = False) -> SweepPlan:
    """One run, its hours kept."""
    return one_run(scenario)


def draw(found: Found) -> Drawing:
    """The map of hours and regions with the scheduled load on it."""
    run = found.only
    rows = table(run, policy_of(run))
    figure = figure_of(rows, run.scenario.baseline, policy_of(run))
    return Drawing(figure, rows, caption(run, rows))


def policy_of(run: Stored) -> str:
    """The policy that is shown: the first that is not the baseline, else the baseline."""
    others = [p for p in run.hours if p != run.scenario.baseline]
    return others[0] if others else run.scenario.baseline


def table(run: Stored, policy: str) -> pd.DataFrame:
    """One row a region with sites and hour of the day, the cleanest region first.

    Columns: it_kg_per_mwh, PUE by capacity times average intensity; compute_mwh, load of data centers
    under the policy in such an hour; change_mwh, that less the baseline's. Means over all that was
    simulated, by weight; NaN where no such hour was.
    """
    s, c = run.scenario, run.year.system.compute
    base, other = run.hours[s.baseline], run.hours[policy]
    start = np.concatenate([np.arange(h.start_h, h.start_h + h.demand_mw.shape[1]) for h in base])
    weight = np.concatenate([np.full(h.demand_mw.shape[1], h.weight) for h in base])
    pue = np.concatenate([run.year.pue[:, h.slice] for h in run.horizons], axis=1)  # (S, T)
    intensity, before, after = (
        np.concatenate([getattr(h, field) for h in hours], axis=1)
        for hours, field in (
            (base, "intensity_kg_per_mwh"),
            (base, "compute_mw"),
            (other, "compute_mw"),
        )
    )  # each (R, T)
    rows = []
    for r, region in enumerate(s.regions):
        own = np.flatnonzero(c.site_region == r)
        size = c.site_capacity_mw[own]
        if not size.sum() > 0:
            continue
        kg = (size / size.sum()) @ pue[own] * intensity[r]
        means = [_by_hour(start, weight, x) for x in (kg, after[r], after[r] - before[r])]
        rows += [
            {
                "region": region.region,
                "region_name": either(region.name_en, region.name_zh),
                "hour": hour,
                "it_kg_per_mwh": means[0][hour],
                "compute_mwh": means[1][hour],
                "change_mwh": means[2][hour],
            }
            for hour in range(DAY_H)
        ]
    made = pd.DataFrame(rows)
    mean = made.groupby("region")["it_kg_per_mwh"].mean()
    order = sorted(mean.index, key=lambda code: (mean[code], code))
    made["region"] = pd.Categorical(made["region"], order, ordered=True)
    made = made.sort_values(["region", "hour"], kind="stable", ignore_index=True)
    return made.astype({"region": str})


def _by_hour(hour_of_year: Array, weight: Array, values: Array) -> Array:
    """Weighted mean by hour of the day (24,)."""
    hour = hour_of_year % DAY_H
    total = np.bincount(hour, weight, DAY_H)
    out = np.full(DAY_H, np.nan)
    np.divide(np.bincount(hour, weight * values, DAY_H), total, out=out, where=total > 0)
    return out


def caption(run: Stored, rows: pd.DataFrame) -> str:
    """What stands under the figure."""
    s, policy = run.scenario, policy_of(run)
    days = sum(h.weight * h.length_h for h in run.horizons) / DAY_H
    gone = -rows["change_mwh"].clip(upper=0).sum() * days / 1e3
    left_out = len(s.regions) - rows["region"].nunique()
    text = either(
        "Regions by hour of the day, the cleanest at the top. Colour: PUE (sites by capacity) times the flow-traced "
        f"average intensity of the baseline's grid, kg CO₂ per MWh of IT. Discs: compute load under {policy} less "
        f"that under {s.baseline} in such an hour, area in proportion; means over all that was simulated, by weight. "
        f"{gone:,.1f} GWh leave their hour or region on these means; what moves between days of one hour of the "
        "day and region is not seen.",
        "各区域按一天中的小时排列，最清洁者在上。颜色：PUE（按容量加权）"
        "乘以基准电网潮流追踪平均碳强度（kg CO₂/MWh IT）。"
        f"圆点：{named(policy)}的算力负荷减去{named(s.baseline)}的算力负荷，面积成正比；均为全部模拟时段的加权平均。"
        f"按均值计，共有 {gone:,.1f} GWh 改变了小时或区域；同一区域同一小时内不同日期之间的移动在图中不可见。",
    )
    if left_out:
        text += " " + either(
            f"Left out: {left_out} regions without data centers.",
            f"未画出：{left_out} 个没有数据中心的区域。",
        )
    title = either("When and where the work goes.", "算力去往何时何地。")
    return caption_for(s, run.horizons, title, text)
