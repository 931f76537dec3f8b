"""Rebound: what is left of an efficiency gain, and what cheaper western computing adds.

A gain of 30 % in the energy of work, passed on to tenants by price-taking operators, against elasticity of demand and
the share of computing in the price of the service; the closed form beside what the agents did. Then a voucher for
computing in western hubs: the work, energy and carbon that it adds because it makes computing cheaper, which a program
with fixed work cannot show.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from westshift.experiments.policy_table import number
from westshift.models.ledger import Ledger
from westshift.models.rebound import backfire_elasticity, energy_ratio, rebound
from westshift.models.scenario import Scenario
from westshift.models.year import horizons, make_year
from westshift.sim.economy.conduct import price_taking
from westshift.sim.economy.start import Start, start_of

from .economies import run_economy, with_behaviour, year_of
from .rebound_figure import caption, figure_of
from .study import Drawing, Progress, Study

NAME, GAIN, VOUCHER_CNY_PER_MWH = "rebound", 0.3, 150.0
ELASTICITIES = (0.0, 0.6, 1.2, 1.8)
SHARES = (0.5, 1.0)
LINES = (0.2, 0.5, 1.0)
FIXED = {
    "build_step_share": 0.0, "growth_per_a": 0.0, "subsidy_cny_per_mwh": 0.0, "subsidy_from_month": 0,
}  # fmt: skip


@dataclass(frozen=True)
class Amounts:
    """Of a year: work [MWh], energy of work, idle power left out [MWh], CO2 of the whole grid [kg]."""

    work_mwh: float
    energy_mwh: float
    system_kg: float
    unserved_mwh: float

    @staticmethod
    def of(ledger: Ledger) -> Amounts:
        """Read off a ledger."""
        return Amounts(
            float(ledger.served_mwh.sum()),
            float((ledger.site_load_mwh - ledger.site_idle_load_mwh).sum()),
            ledger.system_kg,
            float(ledger.unserved_mwh.sum()),
        )


def run(scenario: Scenario, progress: Progress) -> Study:
    """A year of price-taking agents for each elasticity and cost share, without and with the gain or voucher."""
    first = replace(start_of(scenario, 12), growth=np.ones(12), demand_growth=np.ones(12))
    points = [(e, s) for s in SHARES for e in ELASTICITIES]
    progress.start(12 * (2 * len(points) + len(ELASTICITIES)))

    def year(elasticity: float, share: float, what: str, start: Start, voucher: float) -> Amounts:
        agents = with_behaviour(
            start,
            **{
                **FIXED, "elasticity": elasticity, "compute_price_share": share,
                "subsidy_cny_per_mwh": voucher, "subsidy_to_month": 12,
            },
        )  # fmt: skip
        economy = run_economy(agents, price_taking(agents.behaviour), what, progress.tick)
        return Amounts.of(year_of(economy.months))

    better = replace(first, gain_share=GAIN)
    without = {p: year(*p, "as it is", first, 0.0) for p in points}
    gained = {p: year(*p, "gain", better, 0.0) for p in points}
    vouchers = {e: year(e, SHARES[0], "voucher", first, VOUCHER_CNY_PER_MWH) for e in ELASTICITIES}
    rows = gain_table(without, gained)
    located = location_table({e: without[e, SHARES[0]] for e in ELASTICITIES}, vouchers)
    chosen = horizons(scenario, make_year(scenario))
    return Study(
        name=NAME,
        title=f"What is left of a gain of {100 * GAIN:.0f} % in energy per work, agents beside the closed form",
        scenario=scenario,
        horizons=chosen,
        tables={NAME: rows, "location": located, "closed_form": closed_form()},
        drawings={
            NAME: Drawing(
                figure_of(closed_form(), rows, located),
                pd.concat(
                    [
                        closed_form().assign(panel="closed form"),
                        rows.assign(panel="agents"),
                        located.assign(panel="location"),
                    ],
                    ignore_index=True,
                ),
                caption(scenario, chosen, GAIN, VOUCHER_CNY_PER_MWH),
            )
        },
        sentences=findings(rows, located),
        digits={"elasticity": 1, "cost_share": 1, "rebound_pct": 1, "closed_rebound_pct": 1},
    )


def closed_form() -> pd.DataFrame:
    """Net energy by elasticity for each cost share, and where backfire begins."""
    rows = [
        {
            "elasticity": e,
            "cost_share": s,
            "net_energy_pct": 100.0 * (energy_ratio(GAIN, e, s) - 1.0),
            "rebound_pct": 100.0 * rebound(GAIN, energy_ratio(GAIN, e, s)),
            "backfire_from": backfire_elasticity(GAIN, s),
        }
        for s in LINES
        for e in np.round(np.linspace(0.0, 2.0, 41), 3).tolist()
    ]
    return pd.DataFrame(rows)


def gain_table(
    without: dict[tuple[float, float], Amounts], gained: dict[tuple[float, float], Amounts]
) -> pd.DataFrame:
    """One row an elasticity and cost share: energy of work with the gain over that without."""
    rows = []
    for (e, s), before in without.items():
        after = gained[e, s]
        ratio = after.energy_mwh / before.energy_mwh if before.energy_mwh > 0 else np.nan
        closed = energy_ratio(GAIN, e, s)
        rows.append(
            {
                "elasticity": e,
                "cost_share": s,
                "work_pct": _change_pct(after.work_mwh, before.work_mwh),
                "net_energy_pct": 100.0 * (ratio - 1.0),
                "closed_net_energy_pct": 100.0 * (closed - 1.0),
                "rebound_pct": 100.0 * rebound(GAIN, ratio),
                "closed_rebound_pct": 100.0 * rebound(GAIN, closed),
                "backfire": ratio > 1.0,
                "unserved_mwh": after.unserved_mwh,
            }
        )
    return pd.DataFrame(rows)


def location_table(without: dict[float, Amounts], voucher: dict[float, Amounts]) -> pd.DataFrame:
    """One row an elasticity: what a voucher for western computing changes."""
    rows = []
    for e, before in without.items():
        after = voucher[e]
        rows.append(
            {
                "elasticity": e,
                "work_pct": _change_pct(after.work_mwh, before.work_mwh),
                "energy_pct": _change_pct(after.energy_mwh, before.energy_mwh),
                "system_kt": (after.system_kg - before.system_kg) / 1e6,
            }
        )
    return pd.DataFrame(rows)


def findings(rows: pd.DataFrame, located: pd.DataFrame) -> tuple[str, ...]:
    """Backfire first."""
    out = []
    for _, row in rows[rows["backfire"]].iterrows():
        out.append(
            f"Backfire: at elasticity {row['elasticity']:g} and cost share {row['cost_share']:g} the gain ends in "
            f"{number(row['net_energy_pct'], 1)} % more energy (rebound {row['rebound_pct']:.0f} %)."
        )
    off = (rows["net_energy_pct"] - rows["closed_net_energy_pct"]).abs().max()
    out.append(f"Agents and closed form differ by at most {off:.2f} points of net energy.")
    still, last = located.iloc[0], located.iloc[-1]
    out.append(
        f"A voucher of {VOUCHER_CNY_PER_MWH:g} CNY/MWh for western computing changes the grid's CO2 by "
        f"{number(still['system_kt'], 1)} kt with fixed work and by {number(last['system_kt'], 1)} kt at elasticity "
        f"{last['elasticity']:g}: {number(last['work_pct'], 2)} % more work."
    )
    return tuple(out)


def _change_pct(after: float, before: float) -> float:
    return 100.0 * (after / before - 1.0) if before > 0 else float("nan")
