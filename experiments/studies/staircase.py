"""F5, bounds staircase: how much of the ideal saving is left when one thing after another is as it is?

Each step switches one more constraint on. Down to the deadline the plan is a bound: one program over the whole
horizon that foresees everything and cares for carbon alone, so that a step can only lower what it saves by its
own ledger. From the forecast on plans are made as they could be, two days ahead and anew every day, and a step
may go either way. The whole-system ledger is no bound at any step: nothing here plans for it but the last.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from westshift.experiments.sweep.plan import SweepPlan
from westshift.models.scenario import Scenario, load_scenario

from .arms import (
    UNMET_PCT,
    Changes,
    by_replicate,
    columns,
    of_classes,
    paired,
    slices,
    spread,
    together,
    unmet_pct,
)
from .found import Found
from .staircase_figure import caption, figure_of
from .study import Drawing

ID, NAME = "F5", "staircase"
QUESTION = (
    "How much of the ideal saving survives capacity, latency, deadlines, forecasts and idle power?"
)
SEEDS, SMOKE_SEEDS = 8, 2
STARTS_H = (336, 4680)
"""Midnight of 15 January and of 15 July [h]."""
FAR_MS = 10_000.0
"""More than once around the earth: no limit at all."""
LEDGERS = ("location", "system")
BOUNDS = ("ideal", "capacity", "latency", "deadline")
"""Steps at which the plan is a bound by the location-based ledger."""


@dataclass(frozen=True)
class Step:
    """One more constraint. name: of it. policy: who plans. changes: what is still relaxed."""

    name: str
    policy: str
    changes: Changes


def steps(s: Scenario, horizon_h: int) -> tuple[Step, ...]:
    """The staircase of a scenario, from the ideal down.

    Args:
        s: as it is. horizon_h: of its longest stretch; work that may wait so long may wait for any hour [h].
    """
    relaxed: dict[str, Changes] = {
        "capacity": ample(s),
        "latency": {**of_classes(s, "rtt_limit_ms", FAR_MS), **of_classes(s, "resident_share", 0)},
        "deadline": {
            f"classes.{c.job_class}.slack_h": max(c.slack_h, horizon_h) for c in s.classes
        },
        "egress": {
            "parameters.transfer_price_cny_per_gb": 0,
            "parameters.transfer_energy_kwh_per_gb": 0,
        },
        "idle power": {"parameters.idle_share": 0},
        "time": {
            **of_classes(s, "latency_value_cny_per_mwh_ms", 0),
            **of_classes(s, "delay_value_cny_per_mwh_h", 0),
        },
    }

    def without(*on: str) -> Changes:
        return {k: v for name, own in relaxed.items() if name not in on for k, v in own.items()}

    to_deadline = ("capacity", "latency", "deadline")
    return (
        Step("ideal", "carbon-only", without()),
        *(Step(n, "carbon-only", without(*to_deadline[: i + 1])) for i, n in enumerate(to_deadline)),
        Step("forecast", "follow-average", without(*to_deadline)),
        Step("egress", "follow-average", without(*to_deadline, "egress")),
        Step("idle power", "follow-average", without(*to_deadline, "egress", "idle power")),
        Step("planned", "planned", {}),
        Step("co-planned", "co-planned", {}),
    )  # fmt: skip


def ample(s: Scenario) -> Changes:
    """Halls so large that the smallest could take all work, and the same work: for idle power at 0.

    Work is then it_load_share × design, so that share falls as the halls grow; how a region's work is spread over its
    own halls, in proportion to their size, stays the same.
    """
    sizes = [x.it_design_mw for x in s.sites if x.it_design_mw > 0]
    times = math.ceil(2.0 * sum(sizes) / min(sizes))
    return {
        **{f"sites.{x.site}.it_design_mw": times * x.it_design_mw for x in s.sites},
        "parameters.it_load_share": s.parameters.it_load_share / times,
    }


def design(scenario: str, smoke: bool = False) -> tuple[SweepPlan, ...]:
    """One sweep a step: the same seeds at each."""
    s = load_scenario(scenario)
    hours = dict(slices(s, STARTS_H))
    longest = int(hours.get("horizon.length_h") or s.horizon.length_h or 168)
    return tuple(
        SweepPlan(
            name=f"{NAME}-{i}", scenario=scenario, policies=(step.policy,),
            set={"baseline": "here-and-now", **hours, **step.changes},
            replicates=SMOKE_SEEDS if smoke else SEEDS,
        )
        for i, step in enumerate(steps(s, longest))
    )  # fmt: skip


def draw(*founds: Found) -> Drawing:
    """The staircase and how its last step settles."""
    rows = table(founds)
    every = together(founds, NAME)
    last = rows["policy"].iloc[-1]
    seeds = {at: by_replicate(founds[-1], f"avoided_{at}_pct", last) for at in LEDGERS}
    return Drawing(figure_of(rows, seeds), rows, caption(every, rows))


def table(founds: tuple[Found, ...]) -> pd.DataFrame:
    """One row a step.

    Columns: step, policy, seeds; for each ledger saved_…_pct of what computing emits at that step, and
    step_…_pct, its change from the step before, seed by seed, each with low and high ends of the 95 % interval
    (NaN of one seed alone) [%]; means of unserved_pct, work given up, and of unmet_pct, demand that the grid could not
    meet, of computing's energy [%]. Where much is unmet there is no saving of the whole system: NaN.
    """
    names = [step.name for step in steps(load_scenario(founds[0].plan.scenario), 1)]
    rows, before = [], None
    for name, found in zip(names, founds, strict=True):
        (policy,) = found.plan.policies or ("",)
        own = {at: by_replicate(found, f"avoided_{at}_pct", policy) for at in LEDGERS}
        runs = found.table[found.table["policy"] == policy].set_index("replicate")
        own["system"] = own["system"].where(unmet_pct(runs) <= UNMET_PCT)
        row: dict[str, object] = {"step": name, "policy": policy, "seeds": len(own["location"])}
        for at in LEDGERS:
            row |= columns(f"saved_{at}", "pct", spread(own[at].to_numpy()))
        for at in LEDGERS:
            if before is not None:
                row |= columns(f"step_{at}", "pct", paired(own[at], before[at]))
        row["unserved_pct"] = float(by_replicate(found, "unserved_pct", policy).mean())
        row["unmet_pct"] = float(unmet_pct(runs).mean())
        rows.append(row)
        before = own
    return pd.DataFrame(rows)
