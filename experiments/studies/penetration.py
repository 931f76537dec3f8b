"""When price-taking stops: a growing share of the work that can move follows the same signal.

A share of every class and of every site's servers follows, the rest stays here and now; the published
signal is that of the grid without followers, as a day-ahead signal is. Each share's work is dispatched
against the whole grid. At a share of zero stand the limits: what the margin promises, and the gap
between where work leaves and where it goes as the baseline's grid shows it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from westshift.experiments.policy_table import number
from westshift.experiments.pool import each_horizon
from westshift.experiments.simulate import cases_of
from westshift.models.accounting import curtailed_mwh
from westshift.models.actual import HISTORY_H, Actual
from westshift.models.errors import InputError
from westshift.models.ledger import Settlement
from westshift.models.scenario import Scenario
from westshift.models.signals import only_average
from westshift.models.year import horizons, make_year
from westshift.sim.placing import home_shares
from westshift.sim.run import Case, Programs, carry, run_case
from westshift.sim.settle import settle
from westshift.sim.share import followers_alone

from .arms import Changes
from .found import Computed
from .penetration_figure import caption, figure_of
from .study import Drawing, Progress, Study

ID, NAME = "F14", "penetration"
QUESTION = "When does price-taking stop, as a growing share of the work follows one signal?"
FOLLOWED = {
    "average": "follow-average",
    "marginal": "follow-marginal",
    "price": "follow-price",
    "endogenous": "co-planned",
}
SHARES = (0.1, 0.25, 0.5, 0.75, 1.0)
SMOKE = (0.5, 1.0)

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Sums:
    """One signal at one share over one horizon, before its weight; adds up over horizons.

    Attributes:
        shifted_mwh: work run in another place or hour than here and now.
        avoided_kg, claimed_average_kg, claimed_marginal_kg: by the whole system, and by the baseline's
            hourly series. curtailed_used_mwh: that the baseline held back and this does not.
        left, came: facility load that left and that came, with each of average and marginal intensity
            of the grid with the followers in it: (MWh, kg, kg).
    """

    shifted_mwh: float
    avoided_kg: float
    claimed_average_kg: float
    claimed_marginal_kg: float
    curtailed_used_mwh: float
    left: Array
    came: Array


def changes(scenario: Scenario) -> Changes:
    """None: its own hours."""
    return {}


def compute(
    scenario: Scenario, smoke: bool, progress: Progress, workers: int | None = None
) -> pd.DataFrame:
    """Every signal at every share, by the study itself: the engine of sweeps varies fields of a scenario and books
    whole policies, while here part of the work follows and the grid is settled for the mixture."""
    shares = SMOKE if smoke else SHARES
    return run(scenario, progress, workers, shares).tables[NAME]


def draw(found: Computed) -> Drawing:
    """Saving, gap and curtailment over the share that follows."""
    chosen = found.scenario.model_copy(update={"baseline": "here-and-now"})
    return Drawing(figure_of(found.table), found.table, caption(chosen, found.horizons))


def run(
    scenario: Scenario,
    progress: Progress,
    workers: int | None = None,
    shares: tuple[float, ...] = SHARES,
) -> Study:
    """Every signal at every share.

    Raises:
        InputError: a share is not above 0 and at most 1.
    """
    shares = tuple(sorted(set(shares)))
    if not shares or not all(0.0 < p <= 1.0 for p in shares):
        given = ", ".join(f"{100.0 * p:g}" for p in shares)
        raise InputError(f"shares of followers lie above 0 and up to 100 %; not so {given} %")
    chosen = scenario.model_copy(update={"baseline": "here-and-now"})
    year = make_year(chosen)
    cases = cases_of(chosen, year, tuple(FOLLOWED.values()))
    progress.start(len(cases) * (1 + len(FOLLOWED) * (1 + len(shares))))
    found = each_horizon(functools.partial(horizon, shares=shares), cases, progress.tick, workers)
    weights = [h.weight for h in horizons(chosen, year)]
    rows = table(found, weights, shares)
    return Study(
        name=NAME,
        title="A growing share of flexible work follows one signal",
        scenario=chosen,
        horizons=horizons(chosen, year),
        tables={NAME: rows},
        drawings={NAME: Drawing(figure_of(rows), rows, caption(chosen, horizons(chosen, year)))},
        sentences=sentences(rows),
        digits={"share_pct": 0, "shifted_gwh": 0, "avoided_kt": 0, "curtailed_used_gwh": 0},
        shown=(
            "signal", "share_pct", "shifted_gwh", "avoided_kg_per_mwh", "claimed_kg_per_mwh",
            "marginal_gap_kg_per_mwh", "curtailed_used_gwh",
        ),
    )  # fmt: skip


def horizon(
    case: Case,
    tick: Callable[[str], None],
    programs: Programs,
    turn: Any,
    shares: tuple[float, ...],
) -> dict[tuple[str, float], Sums]:
    """All signals and shares of one horizon; share 0 holds the limits per unit share."""
    outcomes = run_case(case, tick, programs, turn)
    actual, base = case.actual, outcomes[case.baseline]
    work0 = base.carried.work_mw
    start = programs.dispatch.basis
    found = {}
    for signal, policy in FOLLOWED.items():
        everyone = outcomes[policy].carried.work_mw
        for share in (0.0, *shares):
            if share == 0.0:
                found[signal, share] = sums(actual, work0, base.settled, everyone, base.settled)
                continue
            theirs = everyone * share
            if policy == "co-planned" and share < 1.0:
                theirs = carry(
                    replace(
                        case, actual=followers_alone(actual, share, with_history(actual, work0))
                    ),
                    policy,
                    only_average(
                        np.zeros((len(actual.system.grid.regions), HISTORY_H + actual.hours))
                    ),
                    programs,
                ).work_mw
            work = (1.0 - share) * work0 + theirs
            programs.dispatch.basis = start
            settled = settle(actual, work, programs.dispatch)
            found[signal, share] = sums(actual, work0, base.settled, work, settled)
            tick(f"{signal} {share:.0%}")
    return found


def with_history(actual: Actual, work_mw: Array) -> Array:
    """The others' work with the day before, when all ran at home as it came (Q, HISTORY_H + T) [MW]."""
    c = actual.system.compute
    before = actual.arrivals_mwh[c.stream_origin, c.stream_class, :HISTORY_H]
    return np.concatenate([home_shares(c)[:, None] * before, work_mw], axis=1)


def sums(
    actual: Actual, work0_mw: Array, grid0: Settlement, work_mw: Array, grid: Settlement
) -> Sums:
    """What a change of work from `work0_mw` shifts, avoids and claims; `grid` is the grid with it."""
    c, g = actual.system.compute, actual.system.grid
    pue, R = actual.now(actual.pue), len(actual.system.grid.regions)
    change = c.load_mw(work_mw, pue, R) - c.load_mw(work0_mw, pue, R)
    left, came = np.maximum(-change, 0.0), np.maximum(change, 0.0)
    per_unit = g.unit_emission_kg_per_mwh

    def held(s: Settlement) -> float:
        most, days = actual.now(actual.unit_max_mw), actual.unit_day_mwh[:, 1:]
        return float(curtailed_mwh(g, most, days, s.output_mw).sum())

    def with_intensity(mw: Array) -> Array:
        both = grid.intensity_kg_per_mwh, grid.marginal_kg_per_mwh
        return np.array([mw.sum(), *((mw * i).sum() for i in both)])

    return Sums(
        shifted_mwh=0.5 * float(np.abs(c.site_work_mw(work_mw - work0_mw)).sum()),
        avoided_kg=float(per_unit @ (grid0.output_mw - grid.output_mw).sum(axis=1)),
        claimed_average_kg=-float((change * grid0.intensity_kg_per_mwh).sum()),
        claimed_marginal_kg=-float((change * grid0.marginal_kg_per_mwh).sum()),
        curtailed_used_mwh=held(grid0) - held(grid),
        left=with_intensity(left),
        came=with_intensity(came),
    )


def table(
    found: list[dict[tuple[str, float], Sums]], weights: list[float], shares: tuple[float, ...]
) -> pd.DataFrame:
    """One row a signal and share; per MWh means per MWh of work shifted in place or time.

    Columns: share_pct; shifted_gwh; avoided_kt, by the whole system; avoided_kg_per_mwh, and
    last_avoided_kg_per_mwh of what was added since the share before, empty where less is shifted than at
    that; claimed_kg_per_mwh, by the baseline's average for the signal average and at its margin for the
    others; average_gap_kg_per_mwh and marginal_gap_kg_per_mwh, intensity where load left less where it came,
    in the grid with the followers; curtailed_used_gwh.
    """
    rows: list[dict[str, object]] = []
    for signal in FOLLOWED:
        before = (0.0, 0.0)
        for share in (0.0, *shares):
            of = [f[signal, share] for f in found]

            def total(field: str, of: list[Sums] = of) -> Any:
                return sum(w * getattr(o, field) for w, o in zip(weights, of, strict=True))

            shifted, left, came = total("shifted_mwh"), total("left"), total("came")
            claim = "claimed_average_kg" if signal == "average" else "claimed_marginal_kg"
            # The limit at no followers is what the margin of the baseline's grid promises.
            avoided = total("avoided_kg") if share > 0 else total("claimed_marginal_kg")
            gap = _gap(left, came)
            rows.append(
                {
                    "signal": signal,
                    "share_pct": 100.0 * share,
                    "shifted_gwh": shifted / 1e3 if share > 0 else 0.0,
                    "avoided_kt": avoided / 1e6 if share > 0 else 0.0,
                    "avoided_kg_per_mwh": _per(avoided, shifted),
                    "last_avoided_kg_per_mwh": _per(avoided - before[0], shifted - before[1]),
                    "claimed_kg_per_mwh": _per(total(claim), shifted),
                    "average_gap_kg_per_mwh": gap[0],
                    "marginal_gap_kg_per_mwh": gap[1],
                    "curtailed_used_gwh": total("curtailed_used_mwh") / 1e3 if share > 0 else 0.0,
                }
            )
            if share > 0:
                before = (avoided, shifted)
    return pd.DataFrame(rows)


def sentences(rows: pd.DataFrame) -> tuple[str, ...]:
    """How much of the promise is left when everyone follows, and where it turns against the climate."""
    out = []
    for signal, own in rows.groupby("signal", sort=False):
        first, last = own.iloc[0], own.iloc[-1]
        if not last["shifted_gwh"] > 0:
            out.append(f"{signal}: nothing is shifted.")
            continue
        avoided = own["avoided_kt"]
        worse = own[avoided.diff() < -1e-6 * avoided.abs().max()]
        text = (
            f"{signal}: {number(first['avoided_kg_per_mwh'], 0)} kg per MWh shifted for the first to follow, "
            f"{number(last['avoided_kg_per_mwh'], 0)} at {last['share_pct']:.0f} %; claimed "
            f"{number(last['claimed_kg_per_mwh'], 0)}."
        )
        if len(worse):
            text += f" [red]From {worse.iloc[0]['share_pct']:.0f} % on those who join add emissions.[/red]"
        out.append(text)
    return tuple(out)


def _per(total: float, mwh: float) -> float:
    return total / mwh if mwh > 1e-9 else float("nan")


def _gap(left: Array, came: Array) -> tuple[float, float]:
    """Average and marginal intensity where load left less where it came [kg/MWh]."""
    if left[0] <= 1e-9 or came[0] <= 1e-9:
        return float("nan"), float("nan")
    gap = left[1:] / left[0] - came[1:] / came[0]
    return float(gap[0]), float(gap[1])
