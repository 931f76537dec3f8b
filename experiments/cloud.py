"""Thirty cloud regions with measured round trips and published hourly intensities, under jobs of a real log.

The same world and the same policies as any scenario's; only the grid is missing. A region's electricity has the average
intensity that was published for its zone in 2022 whatever anybody draws, and nothing else is known of it: no plants, no
margin, no price. So carbon is location-based; what the whole system emits, marginal emissions and money cannot be had,
stand as NaN in the ledgers and not at all in the table; and policies that need them are refused by name.

`cloud_world` says by which rules the files become a world.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from westshift.experiments.cloud_world import WEEK_H, YEAR_H, Cloud, actual_of, no_grid
from westshift.models.actual import HISTORY_H
from westshift.models.errors import InputError
from westshift.models.ledger import Ledger, book, total
from westshift.models.measures import weighted_percentile
from westshift.models.settings import Forecast, Plan
from westshift.models.signals import only_average
from westshift.models.skill import mape_pct, mean_tau
from westshift.sim.competitive import Ratios, ratios_of
from westshift.sim.run import Case, Programs, carry

Tell = Callable[[str], None]

BASELINE, BOUND = "here-and-now", "carbon-only"
POLICIES = (
    BASELINE, "greenest-now", "static-greenest", "lowest-slot", "lowest-window", "carbon-time", "suspend-resume",
    "double-threshold", "wait-awhile", "greedy-joint", "planned", BOUND,
)  # fmt: skip
GRID, PRICES, WEST = "plants to dispatch", "electricity prices", "a west to send work to"
NEEDS = {
    "co-planned": GRID, "oracle": GRID, "curtailment-follower": GRID, "follow-marginal": GRID, "follow-price": GRID,
    "cheapest": PRICES, "off-peak-timer": PRICES, "cost-only": PRICES, "west-quota": WEST,
}  # fmt: skip
"""What a policy would need that nobody publishes for these regions."""
WEEKS = (2, 15, 28, 41)
NOT_KNOWN = (
    "Location-based carbon only: no plants are modelled behind these regions, so what the whole system emits, "
    "marginal emissions and money are missing here, not zero."
)


@dataclass(frozen=True, eq=False)
class CloudRun:
    """Ledgers by policy, what no grid can tell being NaN; competitive ratios of policies for which one is proven, one
    a week; names of the weeks."""

    ledgers: dict[str, Ledger]
    ratios: dict[str, tuple[Ratios, ...]]
    weeks: tuple[str, ...]


def run_cloud(
    cloud: Cloud,
    policies: tuple[str, ...] = POLICIES,
    weeks: tuple[int, ...] = WEEKS,
    forecast: Forecast | None = None,
    plan: Plan | None = None,
    seed: int = 1,
    tell: Tell = lambda what: None,
) -> CloudRun:
    """Every policy over weeks of 2022, each standing for as much of the year as the others.

    Args:
        cloud: what stands. policies: names; the baseline always runs, and first.
        weeks: of the year, from 0 to 51, each once.
        forecast: 10 % noise where None. plan: 48 h ahead every 24 h where None.
        seed: of the noise. tell: called before each policy of each week.

    Raises:
        InputError: a policy needs what is not known of these regions, or there is no such week.
    """
    names = tuple(dict.fromkeys((BASELINE, *policies)))
    for name in names:
        if name in NEEDS:
            raise InputError(
                f"policy '{name}' needs {NEEDS[name]}, of which nothing is published for cloud regions; leave it out"
            )
    if not weeks or len(set(weeks)) < len(weeks) or not set(weeks) <= set(range(YEAR_H // WEEK_H)):
        raise InputError(
            f"weeks {weeks}: name at least one from 0 to {YEAR_H // WEEK_H - 1}, each once"
        )
    chosen, rolling = (
        forecast or Forecast(kind="noisy", error_share=0.1),
        plan or Plan(window_h=48, step_h=24),
    )
    programs = Programs()
    ledgers: dict[str, list[Ledger]] = {name: [] for name in names}
    ratios: dict[str, tuple[Ratios, ...]] = {}
    told = []
    for week in weeks:
        actual, kg = actual_of(cloud, week, YEAR_H / WEEK_H / len(weeks))
        case = Case(actual, names, BASELINE, chosen, rolling, seed)
        programs.start_cold()
        told.append(actual.name)
        for name in names:
            tell(f"week {week}: {name}")
            carried = carry(case, name, only_average(kg), programs)
            found = ratios_of(name, actual, carried, kg, rolling)
            if found is not None:
                ratios[name] = (*ratios.get(name, ()), found)
            blank = np.full_like(kg[:, HISTORY_H:], np.nan)
            booked = book(actual, carried, no_grid(actual), kg[:, HISTORY_H:], blank)
            ledgers[name].append(
                replace(booked, system_kg=np.nan, system_cny=np.nan, energy_cny=np.nan)
            )
    weight = [YEAR_H / WEEK_H / len(weeks)] * len(weeks)
    sums = {name: total(booked, weight) for name, booked in ledgers.items()}
    return CloudRun(sums, ratios, tuple(told))


def cloud_table(cloud: Cloud, ledgers: dict[str, Ledger]) -> pd.DataFrame:
    """One row a policy: carbon, regret, distance, delay.

    Carbon is per MWh of work that ran, so that work given up (`unserved_pct`) is not taken for carbon avoided.
    `regret_pct` is what a policy emits above the clairvoyant bound, of what the bound saves on the baseline; empty
    where the bound did not run. `forecast_mape_pct` and `forecast_tau` say how good the forecasts of intensity were
    that the policy was shown; empty where it was shown none.
    """
    c = cloud.system.compute
    ran = {name: float(ledger.stream_mwh.sum()) for name, ledger in ledgers.items()}
    mean = {
        name: _share(float(ledger.site_location_kg.sum()), ran[name])
        for name, ledger in ledgers.items()
    }
    base, rows = mean[BASELINE], []
    gap = base - mean[BOUND] if BOUND in mean else 0.0
    for name, ledger in ledgers.items():
        mwh, arrived = ledger.stream_mwh, float(ledger.arrived_mwh.sum())
        rows.append(
            {
                "policy": name,
                "mean_kg_per_mwh": mean[name],
                "avoided_pct": 100.0 * _share(base - mean[name], base),
                "regret_pct": 100.0 * (mean[name] - mean[BOUND]) / gap if gap > 0 else np.nan,
                "added_rtt_mean_ms": _share(float(c.stream_added_rtt_ms @ mwh), ran[name]),
                "added_rtt_p95_ms": weighted_percentile(c.stream_added_rtt_ms, mwh, 95.0),
                "delay_mean_h": _share(float(ledger.waiting_mwh_h.sum()), arrived),
                "moved_pct": 100.0 * _share(float(mwh[~c.stream_home].sum()), ran[name]),
                "unserved_pct": 100.0 * _share(float(ledger.unserved_mwh.sum()), arrived),
                "forecast_mape_pct": _number(mape_pct(ledger.forecast_skill)),
                "forecast_tau": _number(mean_tau(ledger.forecast_skill)),
            }
        )
    return pd.DataFrame(rows)


def _number(value: float | None) -> float:
    return np.nan if value is None else value


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else 0.0
