"""Signal × ledger: plans that follow different signals, each scored by every ledger.

The signal a plan follows is its own affair; the ledger is the reader's. Rows: nothing (all work here and
now), average intensity, marginal emissions, the grid's marginal cost with carbon at its price, and the
grid itself inside the plan (endogenous). A ledger that agrees with the last column tells the truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import pandas as pd
from matplotlib.figure import Figure

from westshift.experiments.figures import style
from westshift.experiments.figures.caption import caption_for
from westshift.experiments.figures.words import either, say
from westshift.experiments.policy_table import disagreements, measures_of, number
from westshift.experiments.simulate import simulate
from westshift.experiments.sweep.plan import SweepPlan
from westshift.models.calendar import Horizon
from westshift.models.measures import Measures
from westshift.models.scenario import Scenario, load_scenario

from .found import Found
from .study import Drawing, Progress, Study

ID, NAME = "F7", "signals"
QUESTION = (
    "Does the conclusion depend on the signal a plan follows, and on the ledger that scores it?"
)
FOLLOWS = {
    "none": "here-and-now",
    "average": "follow-average",
    "marginal": "follow-marginal",
    "price": "follow-price",
    "endogenous": "co-planned",
}
"""Signal, and the policy that plans on it."""
LEDGERS = {
    "average, hourly": "avoided_location",
    "official, annual": "avoided_official",
    "marginal, hourly": "avoided_marginal",
    "whole system": "avoided_system",
}
"""Ledger, and where a policy's measures have it."""


def design(scenario: str, smoke: bool = False) -> SweepPlan:
    """The scenario once, under every signal; its baseline is all work here and now."""
    return SweepPlan(
        name=NAME, scenario=scenario, policies=tuple(FOLLOWS.values()), set={"baseline": "here-and-now"},
        vary={"seed": (load_scenario(scenario).seed,)},
    )  # fmt: skip


def draw(found: Found) -> Drawing:
    """The matrix, from the sweep's table."""
    by_policy = found.table.drop_duplicates("policy").set_index("policy")
    names = [f.name for f in fields(Measures)]
    rows = table({str(policy): Measures(**row[names]) for policy, row in by_policy.iterrows()})
    return Drawing(matrix(rows), rows, caption(found.scenario, found.horizons))


def run(scenario: Scenario, progress: Progress, workers: int | None = None) -> Study:
    """Run the scenario under each signal; its baseline must be all work here and now."""
    chosen = scenario.model_copy(
        update={"baseline": "here-and-now", "policies": tuple(FOLLOWS.values())}
    )
    done = simulate(chosen, workers=workers, tick=progress.tick, start=progress.start)
    measures = measures_of(done)
    rows = table(measures)
    return Study(
        name=NAME,
        title="Carbon avoided, by the signal a plan follows and the ledger it is scored by",
        scenario=done.scenario,
        horizons=done.horizons,
        tables={NAME: rows},
        drawings={NAME: Drawing(matrix(rows), rows, caption(done.scenario, done.horizons))},
        sentences=(*disagreements(measures), *findings(rows)),
        digits={f"{at}_pct": 2 for at in LEDGERS.values()},
        shown=("signal", *(f"{at}_pct" for at in LEDGERS.values()), "moved_pct", "delay_mean_h"),
    )


def table(measures: dict[str, Measures]) -> pd.DataFrame:
    """One row a signal: avoided by each ledger [t] and [% of what computing emits], what it took."""
    rows = []
    for signal, policy in FOLLOWS.items():
        m = measures[policy]
        row: dict[str, object] = {"signal": signal, "policy": policy}
        for field in LEDGERS.values():
            row[f"{field}_pct"] = getattr(m, f"{field}_pct")
            row[f"{field}_t"] = getattr(m, f"{field}_t")
        for field in ("moved_pct", "delay_mean_h", "added_rtt_mean_ms", "curtailed_used_mwh"):
            row[field] = getattr(m, field)
        rows.append(row)
    return pd.DataFrame(rows)


def findings(rows: pd.DataFrame) -> tuple[str, ...]:
    """Which signal each ledger would choose, and what that choice does to the whole system."""
    out = []
    signals = rows[rows["signal"] != "none"].reset_index(drop=True)
    for ledger, field in LEDGERS.items():
        best = signals.loc[signals[f"{field}_pct"].idxmax()]
        out.append(
            f"By the ledger '{ledger}' the best signal is {best['signal']} "
            f"({number(best[f'{field}_pct'], 2)} %); in the whole system it avoids "
            f"{number(best['avoided_system_pct'], 2)} %."
        )
    return tuple(out)


def matrix(rows: pd.DataFrame) -> Figure:
    """The matrix: one row a signal, one column a ledger, the whole system set apart."""
    values = rows[[f"{field}_pct" for field in LEDGERS.values()]].to_numpy(float)
    most = float(abs(values).max()) or 1.0
    with style.applied():
        figure = style.blank(style.SINGLE_IN + 0.9, 2.5)
        axes = figure.subplots()
        axes.imshow(values, cmap="RdBu", vmin=-1.8 * most, vmax=1.8 * most, aspect="auto")
        for (i, j), value in zip(
            ((i, j) for i in range(values.shape[0]) for j in range(values.shape[1])),
            values.ravel(),
            strict=True,
        ):
            axes.text(
                j, i, number(value, 2), ha="center", va="center",
                color="#B2182B" if value < -0.005 else style.BLACK,
                weight="bold" if value < -0.005 else "normal",
            )  # fmt: skip
        axes.set_xticks(range(len(LEDGERS)), [_two_lines(say(ledger)) for ledger in LEDGERS])
        axes.set_yticks(range(len(rows)), [say(signal) for signal in rows["signal"]])
        axes.set_xlabel(say("Carbon avoided [% of compute emissions], scored by the ledger"))
        axes.set_ylabel(say("plan follows"))
        axes.xaxis.set_label_position("top")
        axes.tick_params(top=True, bottom=False, labeltop=True, labelbottom=False, length=0)
        axes.axvline(len(LEDGERS) - 1.5, color=style.BLACK, linewidth=1.0)
        axes.spines[:].set_visible(False)
    return figure


def _two_lines(words: str) -> str:
    """Broken after the comma."""
    return words.replace(", ", ",\n").replace("\uff0c", "\uff0c\n")


def caption(s: Scenario, chosen: Sequence[Horizon]) -> str:
    """What stands under the figure."""
    price = f"{s.parameters.carbon_price_cny_per_t:g} CNY/t"
    text = either(
        "Carbon avoided against all work here and now, in per cent of what computing emits there (idle "
        "power included); red: emits more. Rows: what a plan follows, carbon at "
        f"{price} in the signals and in the grid's dispatch. Average, "
        "marginal and price are series of the baseline's grid, forecast as the scenario says; no tariff is "
        "paid in these plans, so that they differ in the signal alone. Endogenous: the plan holds the grid "
        "itself. Columns: location-based at the hourly flow-traced average and at marginal emissions of "
        "the baseline's grid, at official annual factors (regions without one left out, in per cent of "
        "their own sum), and emissions of the whole system, baseline minus plan, with the grid dispatched "
        "anew.",
        "相对全部算力就地即时执行的碳减排，占其算力排放（含空闲功耗）的百分比；红色：排放增加。行：规划所跟随的信号，"
        f"信号与电网调度中的碳价为 {price}。平均、边际与价格为基准电网的序列，按情景设定预测；这些规划不付电价，"
        "因此只在信号上有差别。内生：规划内含电网本身。列：按基准电网逐小时潮流追踪平均强度、按其边际排放、按官方年度因子"
        "（无因子的区域不计，占其自身总和的百分比）核算，以及全系统排放（基准减去规划，电网重新调度）。",
    )
    title = either("Which signal, by which ledger.", "跟随何种信号，用何种账本核算。")
    return caption_for(s, chosen, title, text)
