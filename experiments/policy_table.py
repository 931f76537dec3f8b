"""The table of a run: one row a policy in the file, one column a policy on the screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

import numpy as np
import pandas as pd

from westshift.experiments.regret import (
    BOUND,
    regret_at_most_cny,
    regret_at_most_pct,
    regret_cny,
    regret_pct,
)
from westshift.experiments.simulate import Run
from westshift.models.measures import Measures, measure

Show = Callable[[Measures], str]
Line = tuple[str, Show]
Units = tuple[tuple[float, str], ...]

MASS = ((1.0, "t"), (1e3, "kt"), (1e6, "Mt"))
MONEY = ((1.0, "CNY"), (1e3, "k CNY"), (1e6, "M CNY"))
ENERGY = ((1.0, "MWh"), (1e3, "GWh"), (1e6, "TWh"))
WATER = ((1.0, "m³"), (1e6, "M m³"))


def measures_of(run: Run) -> dict[str, Measures]:
    """Every policy's measures against the baseline."""
    west = np.array([r.side == "west" for r in run.scenario.regions])
    price = run.scenario.parameters.carbon_price_cny_per_t / 1e3
    baseline = run.ledgers[run.scenario.baseline]
    return {
        name: measure(run.year.system, west, ledger, baseline, price)
        for name, ledger in run.ledgers.items()
    }


def frame(measures: dict[str, Measures], floor_cny: float | None = None) -> pd.DataFrame:
    """One row a policy, units in the column names; `cny_per_t` is empty where carbon rose.

    The last columns, where the oracle was run: what the policy costs more than the oracle, and as a share
    of what here-and-now does (`regret_pct`). Where a floor was computed (`regret.floor_cny`): what they are at most.
    """
    table = pd.DataFrame([{"policy": name, **asdict(m)} for name, m in measures.items()])
    if BOUND in measures:
        table["regret_cny"] = [regret_cny(measures, m) for m in measures.values()]
        table["regret_pct"] = [regret_pct(measures, m) for m in measures.values()]
    if floor_cny is not None:
        each = measures.values()
        table["regret_at_most_cny"] = [regret_at_most_cny(m, floor_cny) for m in each]
        table["regret_at_most_pct"] = [regret_at_most_pct(measures, m, floor_cny) for m in each]
    return table


def sections(
    measures: dict[str, Measures], floor_cny: float | None = None
) -> tuple[tuple[str, tuple[Line, ...]], ...]:
    """What the screen shows, in this order, in units that suit the size of the figures."""

    def line(what: str, field: str, units: Units | str, digits: int = 1, like: str = "") -> Line:
        if isinstance(units, str):
            return f"{what} [{units}]", lambda m: number(getattr(m, field), digits)
        scale, name = _scale([getattr(m, like or field) for m in measures.values()], units)
        return f"{what} [{name}]", lambda m: number(getattr(m, field) / scale, digits)

    share = "  of all compute emissions"
    return (
        (
            "carbon avoided (negative: emits more)",
            (
                line("whole system, consequential", "avoided_system_t", MASS),
                line(share, "avoided_system_pct", "%", 2),
                line("location-based, hourly", "avoided_location_t", MASS),
                line(share, "avoided_location_pct", "%", 2),
                line("location-based, official", "avoided_official_t", MASS),
                line(share, "avoided_official_pct", "%", 2),
                line("at the baseline's margin, hourly", "avoided_marginal_t", MASS),
                line(share, "avoided_marginal_pct", "%", 2),
            ),
        ),
        (
            "latency cost",
            (
                line("added round trip, mean", "added_rtt_mean_ms", "ms", 2),
                line("added round trip, p95", "added_rtt_p95_ms", "ms", 2),
                line("mean delay", "delay_mean_h", "h", 2),
                line("value of added latency", "latency_cost_cny", MONEY, like="delay_cost_cny"),
                line("value of delay", "delay_cost_cny", MONEY),
            ),
        ),
        (
            "money against the baseline",
            (
                line("energy at the tariff", "energy_cost_cny", MONEY, 0),
                line("data transfer", "transfer_cost_cny", MONEY, 0, "energy_cost_cny"),
                ("energy + transfer [CNY/t avoided]", cny_per_t),
                line("cost of the whole grid", "system_cost_cny", MONEY, 0),
                line("all, as the oracle sees it", "social_cost_cny", MONEY, 0),
                *regrets(measures, floor_cny),
            ),
        ),
        (
            "forecasts of intensity that were shown",
            (
                ("MAPE [%]", lambda m: optional(m.forecast_mape_pct, 1)),
                ("Kendall τ [-]", lambda m: optional(m.forecast_tau, 2)),
            ),
        ),
        (
            "physics",
            (
                line("energy of data centers", "energy_mwh", ENERGY, 2),
                line("  of it idle servers", "idle_energy_mwh", ENERGY, 2, "energy_mwh"),
                line("PUE", "pue", "-", 3),
                line("water on site", "water_m3", WATER),
                line("curtailed energy put to use", "curtailed_used_mwh", ENERGY, 0),
                line("storage cycles", "storage_cycles", "1/a"),
                line("work moved", "moved_pct", "%", 2),
                line("work moved west", "moved_west_pct", "%", 2),
                line("utilisation", "utilisation_pct", "%"),
                line("unserved work", "unserved_mwh", ENERGY, 2),
                line("demand shed", "shed_mwh", ENERGY, 2),
            ),
        ),
    )


def regrets(measures: dict[str, Measures], floor_cny: float | None = None) -> tuple[Line, ...]:
    """Two lines on regret, none where the oracle was not run; two on what it is at most, where a floor is known."""

    def two(
        what: str, cny: Callable[[Measures], float], pct: Callable[[Measures], float]
    ) -> tuple[Line, Line]:
        scale, name = _scale([cny(m) for m in measures.values()], MONEY)
        return (
            (f"{what} [{name}]", lambda m: number(cny(m) / scale, 0)),
            ("  of here-and-now's [%]", lambda m: optional(pct(m), 1)),
        )

    lines: tuple[Line, ...] = ()
    if BOUND in measures:
        lines += two(
            "regret against the oracle",
            lambda m: regret_cny(measures, m),
            lambda m: regret_pct(measures, m),
        )
    if floor_cny is not None:
        lines += two(
            "regret at most",
            lambda m: regret_at_most_cny(m, floor_cny),
            lambda m: regret_at_most_pct(measures, m, floor_cny),
        )
    return lines


def optional(value: float | None, digits: int) -> str:
    """A number, or a dash where there is none."""
    return "–" if value is None or value != value else number(value, digits)


def number(value: float, digits: int) -> str:
    """With thousands separators; what rounds to zero has no sign."""
    text = f"{value:,.{digits}f}"
    return text if any(ch in "123456789" for ch in text) else text.lstrip("-")


def cny_per_t(m: Measures) -> str:
    """Money per tonne avoided in the whole system; never a number where carbon rose."""
    if m.cny_per_t is None:
        return "n/a (increase)" if m.avoided_system_t < 0 else "n/a"
    return number(m.cny_per_t, 0)


def _scale(values: list[float], units: Units) -> tuple[float, str]:
    """The largest unit in which the largest value has three digits before the point."""
    most = max(abs(v) for v in values)
    return max((u for u in units if most >= 100.0 * u[0]), default=units[0])


def regret(measures: dict[str, Measures]) -> str | None:
    """What planning in windows on forecasts costs against the oracle; None where either was not run."""
    if "co-planned" not in measures or "oracle" not in measures:
        return None
    more = measures["co-planned"].social_cost_cny - measures["oracle"].social_cost_cny
    saved = -measures["oracle"].social_cost_cny
    share = f" ({number(100.0 * more / saved, 1)} % of what the oracle saves)" if saved > 0 else ""
    return (
        f"Cost of myopia and forecast errors: co-planned costs {number(more / 1e6, 1)} M CNY more than the "
        f"oracle{share}."
    )


LEDGERS = {
    "avoided_location_t": "the location-based ledger (hourly average)",
    "avoided_official_t": "the ledger of official annual factors",
    "avoided_marginal_t": "the ledger of the baseline's margin",
}
"""What may be claimed, beside what the whole system does."""


def disagreements(measures: dict[str, Measures]) -> list[str]:
    """One sentence for each policy and ledger that differ in sign from what the whole system emits."""
    out = []
    for name, m in measures.items():
        for field, ledger in LEDGERS.items():
            claimed_t, true_t = getattr(m, field), m.avoided_system_t
            if claimed_t * true_t < 0:
                claim, truth = ("less", "more") if claimed_t > 0 else ("more", "less")
                out.append(
                    f"{name}: {ledger} says {claim} carbon ({number(claimed_t / 1e3, 1)} kt avoided), "
                    f"the whole system emits {truth} ({number(true_t / 1e3, 1)} kt avoided)."
                )
    return out
