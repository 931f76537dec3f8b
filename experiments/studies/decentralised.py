"""Who decides: the planner, price-takers, operators with market power, or tenants who follow each other?

The same work on the same sites (no growth, no answer of demand, nothing built), after the agents have had time to
settle: carbon, cost, use of the halls, the price of decentralisation, and who pays the delay.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

import numpy as np
import pandas as pd

from westshift.experiments.policy_table import number
from westshift.models.ledger import Ledger
from westshift.models.measures import measure, social_cost_cny
from westshift.models.scenario import Scenario
from westshift.models.year import horizons, make_year
from westshift.sim.economy.conduct import Conduct, herding, market_power, price_taking
from westshift.sim.economy.economy import members_of
from westshift.sim.economy.start import Start, start_of

from .decentralised_figure import caption, figure_of
from .economies import NOTHING_CNY_PER_MWH, jain, planned, run_economy, with_behaviour, year_of
from .study import Drawing, Progress, Study

NAME = "decentralised"
Array = np.ndarray
FROZEN = {"elasticity": 0.0, "build_step_share": 0.0, "growth_per_a": 0.0}
"""So that all arms have the same work and the same sites."""


@dataclass(frozen=True, eq=False)
class Arm:
    """One way to decide, over a year: its ledger, value of time by tenant (n,) [CNY], what tenants paid [CNY]."""

    name: str
    ledger: Ledger
    tenant_time_cny: Array
    tenant_work_mwh: Array
    tenant_paid_cny: float | None
    margin_income_cny: float | None
    platform_gain_cny: float = 0.0


def run(
    scenario: Scenario, progress: Progress, years: int = 2, members: tuple[str, ...] = ()
) -> Study:
    """Run all arms; agents have `years` years, of which the last counts. members: sites that join a platform, in an
    arm of its own; none: without it."""
    months = 12 * years
    start = with_behaviour(start_of(scenario, months), **FROZEN)
    start = replace(start, growth=np.ones(months), demand_growth=np.ones(months))
    b = start.behaviour
    conducts: dict[str, Conduct] = {
        "price-taking": price_taking(b),
        "market power": market_power(b),
        "herding": herding(b),
    }
    if members:
        conducts["platform"] = replace(price_taking(b), members=frozenset(members))
        members_of(start.actuals[0].system.compute.sites, conducts["platform"])
    progress.start(2 * len(start.actuals) + months * len(conducts))
    plan = planned(scenario, start, progress.tick)
    arms = [
        Arm("planner", plan.planner, plan.planner_time_cny, plan.tenant_work_mwh, None, None),
        *(_arm(name, start, conduct, progress) for name, conduct in conducts.items()),
    ]
    rows = table(scenario, start, plan.baseline, arms)
    by_class = time_by_class(start, arms)
    chosen = horizons(scenario, make_year(scenario))
    return Study(
        name=NAME,
        title="The same work and sites, decided by a planner and by agents (a year)",
        scenario=scenario,
        horizons=chosen,
        tables={NAME: rows, "time_by_class": by_class},
        drawings={
            NAME: Drawing(figure_of(rows, by_class), rows, caption(scenario, chosen, years))
        },
        sentences=findings(rows),
        digits={
            "avoided_system_pct": 2, "price_of_decentralisation": 5, "gap_share": 3, "jain_time": 3,
            "unserved_pct": 4, "delay_mean_h": 2, "added_rtt_mean_ms": 2,
        },
        shown=(
            "decides", "avoided_system_pct", "extra_cost_m_cny", "price_of_decentralisation", "gap_share",
            "moved_west_pct", "use_west_pct", "use_other_pct", "delay_mean_h", "added_rtt_mean_ms",
            "unserved_pct", "jain_time", "tenants_paid_m_cny",
        ),
    )  # fmt: skip


def _arm(name: str, start: Start, conduct: Conduct, progress: Progress) -> Arm:
    economy = run_economy(start, conduct, name, progress.tick)
    last = economy.months[-12:]
    c = economy.compute
    above = sum(float(m.margin_cny_per_mwh[c.stream_site] @ m.ledger.stream_mwh) for m in last)
    return Arm(
        name,
        year_of(last),
        np.sum([m.tenant_time_cny for m in last], axis=0),
        np.sum([m.tenant_work_mwh for m in last], axis=0),
        float(np.sum([m.tenant_paid_cny for m in last])),
        above,
        float(np.sum([m.platform_share_cny for m in last])),
    )


def table(scenario: Scenario, start: Start, baseline: Ledger, arms: list[Arm]) -> pd.DataFrame:
    """One row an arm; costs are all that the oracle minimises (`models.measures.social_cost_cny`)."""
    system = start.actuals[0].system
    west = np.array([r.side == "west" for r in scenario.regions])
    carbon = start.actuals[0].carbon_cny_per_kg
    least = social_cost_cny(arms[0].ledger, carbon)
    before = social_cost_cny(baseline, carbon)
    c = system.compute
    hub = np.zeros(len(c.sites), bool) if c.site_western_hub is None else c.site_western_hub
    rows = []
    for arm in arms:
        m = asdict(measure(system, west, arm.ledger, baseline, carbon))
        cost = social_cost_cny(arm.ledger, carbon)
        at = np.bincount(c.stream_site, arm.ledger.stream_mwh, len(c.sites))
        could = c.site_capacity_mw * arm.ledger.hours
        rows.append(
            {
                "decides": arm.name,
                "avoided_system_kt": m["avoided_system_t"] / 1e3,
                "avoided_system_pct": m["avoided_system_pct"],
                "cost_m_cny": cost / 1e6,
                "extra_cost_m_cny": (cost - least) / 1e6,
                "price_of_decentralisation": cost / least,
                # 0: the planner's cost; 1: that of all work here and now.
                "gap_share": (cost - least) / (before - least) if before > least else np.nan,
                "moved_pct": m["moved_pct"],
                "moved_west_pct": m["moved_west_pct"],
                "use_west_pct": _pct(at[hub], could[hub]),
                "use_other_pct": _pct(at[~hub], could[~hub]),
                "delay_mean_h": m["delay_mean_h"],
                "added_rtt_mean_ms": m["added_rtt_mean_ms"],
                "unserved_pct": m["unserved_pct"],
                "jain_time": jain(arm.tenant_time_cny, arm.tenant_work_mwh),
                "energy_bill_m_cny": arm.ledger.energy_cny / 1e6,
                "tenants_paid_m_cny": _millions(arm.tenant_paid_cny),
                "margins_m_cny": _millions(arm.margin_income_cny),
                "platform_gain_m_cny": arm.platform_gain_cny / 1e6,
            }
        )
    return pd.DataFrame(rows)


def time_by_class(start: Start, arms: list[Arm]) -> pd.DataFrame:
    """Value of latency and delay per MWh, by arm and class of work [CNY/MWh]; parts of a class together."""
    c = start.actuals[0].system.compute
    tier = np.tile(np.array(c.class_tier), len(c.origins))
    rows = []
    for arm in arms:
        for name in dict.fromkeys(c.class_tier):
            work = float(arm.tenant_work_mwh[tier == name].sum())
            time = float(arm.tenant_time_cny[tier == name].sum())
            each = time / work if work > 0 else 0.0
            rows.append(
                {
                    "decides": arm.name,
                    "class": name,
                    "time_cny_per_mwh": each * (each > NOTHING_CNY_PER_MWH),
                }
            )
    return pd.DataFrame(rows)


def findings(rows: pd.DataFrame) -> tuple[str, ...]:
    """The worst first: what decentralisation costs, and what it does to carbon."""
    agents = rows[rows["decides"] != "planner"]
    worst = agents.loc[agents["price_of_decentralisation"].idxmax()]
    least = agents.loc[agents["avoided_system_pct"].idxmin()]
    planner = rows.iloc[0]
    out = [
        f"Dearest is {worst['decides']}: {number(worst['extra_cost_m_cny'], 1)} M CNY a year above the planner "
        f"(C(agents)/C(LP) = {worst['price_of_decentralisation']:.5f}).",
        f"Least carbon is avoided by {least['decides']}: {number(least['avoided_system_pct'], 2)} % of compute "
        f"emissions, the planner {number(planner['avoided_system_pct'], 2)} %.",
    ]
    above = agents[agents["gap_share"] > 1.0]
    if len(above):
        out.insert(0, f"Worse than all work here and now: {', '.join(above['decides'])}.")
    return tuple(out)


def _pct(part: Array, whole: Array) -> float:
    return 100.0 * float(part.sum() / whole.sum()) if whole.sum() > 0 else float("nan")


def _millions(value: float | None) -> float:
    return float("nan") if value is None else value / 1e6
