"""F15, regret against forecast error: is sophistication worth it when forecasts are bad?

What a policy costs more than the oracle, of what doing nothing costs more, over how wrong the forecasts were that
it was shown: their mean absolute percentage error, and how well they ranked the hours. The oracle foresees
everything, so that it is run once a seed, whatever the forecast.
"""

from __future__ import annotations

import pandas as pd

from westshift.experiments.regret import BOUND
from westshift.experiments.sweep.plan import SweepPlan
from westshift.models.errors import InputError
from westshift.models.scenario import load_scenario

from .arms import by_replicate, columns, slices, spread, together
from .found import Found
from .regret_figure import caption, figure_of
from .study import Drawing

ID, NAME = "F15", "regret"
QUESTION = "Is sophistication worth it, and how good must a forecast be?"
POLICIES = ("wait-awhile", "vcc", "greedy-joint", "planned", "co-planned")
SMOKE_POLICIES = ("wait-awhile", "planned")
ERRORS, SMOKE_ERRORS = (0.05, 0.1, 0.2, 0.4), (0.2,)
SEEDS, SMOKE_SEEDS = 8, 2
STARTS_H = (336, 4680)
KIND, ERROR = "forecast.kind", "forecast.error_share"


def design(scenario: str, smoke: bool = False) -> tuple[SweepPlan, ...]:
    """Forecasts with errors of several sizes; those without a size; and the oracle, the same seeds in each."""
    s = load_scenario(scenario)
    policies = SMOKE_POLICIES if smoke else POLICIES
    fixed = {"baseline": "here-and-now", **slices(s, STARTS_H)}
    seeds = SMOKE_SEEDS if smoke else SEEDS
    common = {"scenario": scenario, "set": fixed, "replicates": seeds}
    return (
        SweepPlan(
            name=f"{NAME}-sized", policies=policies, **common,
            vary={KIND: ("noisy", "ar1"), ERROR: SMOKE_ERRORS if smoke else ERRORS},
        ),
        SweepPlan(
            name=f"{NAME}-kinds", policies=policies, **common,
            vary={KIND: ("perfect", "persistence", "rank-shuffled")},
        ),
        SweepPlan(
            name=f"{NAME}-oracle", policies=(BOUND,), scenario=scenario,
            set={**fixed, KIND: "perfect"}, replicates=seeds,
        ),
    )  # fmt: skip


def draw(*founds: Found) -> Drawing:
    """Regret over error and over rank correlation, and how a mean settles with seeds."""
    sized, kinds, bound = founds
    rows, each = table(sized, kinds, bound)
    return Drawing(figure_of(rows, each), rows, caption(together(founds, NAME), rows))


def table(sized: Found, kinds: Found, bound: Found) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row a policy and forecast, and one row each of these and a seed.

    Columns: policy, forecast, error_share (NaN where a kind has no size); mape_pct and tau, measured on what the
    policy was shown, means over seeds; regret_pct with low and high ends of its 95 % interval; seeds; against the
    first policy at the same forecast, seed by seed: lead_pct with low and high (positive: regret is less).

    Raises:
        InputError: the oracle saves nothing with some seed, so that there is no regret to speak of.
    """
    best = by_replicate(bound, "social_cost_cny", BOUND)
    if not (best < 0).all():
        raise InputError(
            f"study {NAME}: the oracle saves nothing against here-and-now with seed number {int(best.idxmax())}, so a "
            "share of it has no meaning: give the scenario work that may wait or move"
        )
    runs = pd.concat([sized.table, kinds.table], ignore_index=True)
    runs[ERROR] = runs[ERROR] if ERROR in runs else float("nan")
    runs = runs[runs["policy"] != bound.scenario.baseline]
    runs = runs[runs["replicate"].isin(best.index)]
    least = runs["replicate"].map(best)
    each = pd.DataFrame(
        {
            "policy": runs["policy"],
            "forecast": runs[KIND],
            "error_share": runs[ERROR],
            "replicate": runs["replicate"],
            "mape_pct": runs["forecast_mape_pct"],
            "tau": runs["forecast_tau"],
            "regret_pct": 100.0 * (runs["social_cost_cny"] - least) / (0.0 - least),
        }
    ).reset_index(drop=True)
    rows = []
    first = str(each["policy"].iloc[0])
    for (policy, kind, error), own in each.groupby(
        ["policy", "forecast", "error_share"], sort=False, dropna=False
    ):
        here = own.set_index("replicate")["regret_pct"]
        same = each[(each["policy"] == first) & (each["forecast"] == kind)]
        same = same[same["error_share"].eq(error) | (same["error_share"].isna() & pd.isna(error))]
        lead = (same.set_index("replicate")["regret_pct"] - here).dropna()
        rows.append(
            {
                "policy": policy,
                "forecast": kind,
                "error_share": error,
                "seeds": len(here),
                "mape_pct": own["mape_pct"].mean(),
                "tau": own["tau"].mean(),
                **columns("regret", "pct", spread(here.to_numpy())),
                **columns("lead", "pct", spread(lead.to_numpy())),
            }
        )
    return pd.DataFrame(rows), each
