"""The table of a run: one row a policy in the file, one column a policy on the screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

import numpy as np
import pandas as pd

from westshift.experiments.simulate import Run
from westshift.models.measures import Measures, measure

Show = Callable[[Measures], str]


def measures_of(run: Run) -> dict[str, Measures]:
    """Every policy's measures against the baseline."""
    west = np.array([r.side == "west" for r in run.scenario.regions])
    price = run.scenario.parameters.carbon_price_cny_per_t / 1e3
    baseline = run.ledgers[run.scenario.baseline]
    return {
        name: measure(run.year.system, west, ledger, baseline, price)
        for name, ledger in run.ledgers.items()
    }


def frame(measures: dict[str, Measures]) -> pd.DataFrame:
    """One row a policy, units in the column names; `cny_per_t` is empty where carbon rose."""
    return pd.DataFrame([{"policy": name, **asdict(m)} for name, m in measures.items()])


def _n(value: float, digits: int) -> str:
    text = f"{value:,.{digits}f}"
    return text.lstrip("-") if not any(ch in "123456789" for ch in text) else text


def _cny_per_t(m: Measures) -> str:
    if m.cny_per_t is None:
        return "n/a (increase)" if m.avoided_system_t < 0 else "n/a"
    return _n(m.cny_per_t, 0)


SECTIONS: tuple[tuple[str, tuple[tuple[str, Show], ...]], ...] = (
    (
        "carbon avoided (negative: emits more)",
        (
            ("whole system, consequential [kt]", lambda m: _n(m.avoided_system_t / 1e3, 1)),
            ("  of all compute emissions [%]", lambda m: _n(m.avoided_system_pct, 2)),
            ("location-based, hourly [kt]", lambda m: _n(m.avoided_location_t / 1e3, 1)),
            ("  of all compute emissions [%]", lambda m: _n(m.avoided_location_pct, 2)),
            ("location-based, official [kt]", lambda m: _n(m.avoided_official_t / 1e3, 1)),
            ("  of all compute emissions [%]", lambda m: _n(m.avoided_official_pct, 2)),
        ),
    ),
    (
        "latency cost",
        (
            ("added round trip, mean [ms]", lambda m: _n(m.added_rtt_mean_ms, 2)),
            ("added round trip, p95 [ms]", lambda m: _n(m.added_rtt_p95_ms, 2)),
            ("mean delay [h]", lambda m: _n(m.delay_mean_h, 2)),
            ("value of added latency [M CNY]", lambda m: _n(m.latency_cost_cny / 1e6, 1)),
            ("value of delay [M CNY]", lambda m: _n(m.delay_cost_cny / 1e6, 1)),
        ),
    ),
    (
        "money against the baseline",
        (
            ("energy at the tariff [M CNY]", lambda m: _n(m.energy_cost_cny / 1e6, 0)),
            ("data transfer [M CNY]", lambda m: _n(m.transfer_cost_cny / 1e6, 0)),
            ("energy + transfer [CNY/t avoided]", _cny_per_t),
            ("cost of the whole grid [M CNY]", lambda m: _n(m.system_cost_cny / 1e6, 0)),
            ("all, as the oracle sees it [M CNY]", lambda m: _n(m.social_cost_cny / 1e6, 0)),
        ),
    ),
    (
        "physics",
        (
            ("energy of data centers [TWh]", lambda m: _n(m.energy_mwh / 1e6, 2)),
            ("  of it idle servers [TWh]", lambda m: _n(m.idle_energy_mwh / 1e6, 2)),
            ("PUE", lambda m: _n(m.pue, 3)),
            ("water on site [M m³]", lambda m: _n(m.water_m3 / 1e6, 1)),
            ("curtailed energy put to use [GWh]", lambda m: _n(m.curtailed_used_mwh / 1e3, 0)),
            ("storage cycles [1/a]", lambda m: _n(m.storage_cycles, 1)),
            ("work moved [%]", lambda m: _n(m.moved_pct, 2)),
            ("work moved west [%]", lambda m: _n(m.moved_west_pct, 2)),
            ("utilisation [%]", lambda m: _n(m.utilisation_pct, 1)),
            ("unserved work [GWh]", lambda m: _n(m.unserved_mwh / 1e3, 2)),
            ("demand shed [GWh]", lambda m: _n(m.shed_mwh / 1e3, 2)),
        ),
    ),
)
"""What the screen shows, in this order."""


def disagreements(measures: dict[str, Measures]) -> list[str]:
    """One sentence for each policy whose ledgers disagree in sign."""
    out = []
    for name, m in measures.items():
        if m.avoided_system_t * m.avoided_location_t < 0:
            claim, truth = ("less", "more") if m.avoided_location_t > 0 else ("more", "less")
            out.append(
                f"{name}: the location-based ledger says {claim} carbon "
                f"({m.avoided_location_t / 1e3:,.1f} kt avoided), "
                f"the whole system emits {truth} ({m.avoided_system_t / 1e3:,.1f} kt avoided)."
            )
    return out
