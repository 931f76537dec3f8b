"""What is read off ledgers: means, shares and percentiles; a policy against the named baseline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .ledger import Ledger
from .skill import mape_pct, mean_tau
from .system import System

Array = np.ndarray


@dataclass(frozen=True)
class Measures:
    """One policy over the hours booked, against the baseline. Units at the end of the names.

    Avoided carbon is baseline minus policy: negative where the policy emits more.

    Attributes:
        avoided_location_t: location-based, at the hourly average intensity of the baseline's grid [t].
        avoided_official_t: location-based, at official annual factors, regions without one left out [t].
        avoided_marginal_t: at the hourly marginal emissions of the baseline's grid: what a price-taker
            who trusts the margin would claim [t].
        avoided_system_t: consequential: emissions of the whole system, baseline minus policy [t].
        avoided_location_pct, avoided_official_pct, avoided_marginal_pct, avoided_system_pct: of all that
            computing emits under the baseline, location-based on the same factors (the margin's and the
            system's on hourly average ones) [%].
        added_rtt_mean_ms, added_rtt_p95_ms: over work, against the origin's home sites [ms].
        delay_mean_h: over work that arrived [h].
        latency_cost_cny, delay_cost_cny: at the classes' values of time, against the baseline [CNY].
        energy_cost_cny: electricity bill at the tariff, against the baseline [CNY].
        transfer_cost_cny: data moved, against the baseline [CNY].
        system_cost_cny: what the whole grid costs, carbon left out, against the baseline [CNY].
        cny_per_t: (energy + transfer) cost over consequential carbon avoided [CNY/t]; None where
            carbon did not fall.
        social_cost_cny: system cost, carbon at its price, transfer, latency, delay and penalty,
            against the baseline: the oracle's objective [CNY].
        energy_mwh: facility and network [MWh]. idle_energy_mwh: the part that idle power takes [MWh].
        pue: facility (network left out) over IT energy [-]. water_m3: on site [m3].
        curtailed_used_mwh: renewable energy that the baseline held back and the policy did not [MWh].
        storage_cycles: discharged over energy capacity, per year of hours booked, all storage [1/a].
        unserved_mwh: work given up [MWh]. unserved_pct: of what arrived [%].
        moved_pct: share of work run away from its own region [%].
        moved_west_pct: share of work run in the west that arose elsewhere [%].
        utilisation_pct: of all sites' capacity for work [%].
        shed_mwh, dump_mwh: demand not met, must-run output nobody could take [MWh].
        forecast_mape_pct: mean absolute percentage error of the forecasts of intensity that the policy was
            shown [%]; None where it was shown none, or nothing but zeros came.
        forecast_tau: their mean rank correlation with what came, Kendall's τ-b [-]; None where it was shown
            none, or nothing differed.
    """

    avoided_location_t: float
    avoided_location_pct: float
    avoided_official_t: float
    avoided_official_pct: float
    avoided_marginal_t: float
    avoided_marginal_pct: float
    avoided_system_t: float
    avoided_system_pct: float
    added_rtt_mean_ms: float
    added_rtt_p95_ms: float
    delay_mean_h: float
    latency_cost_cny: float
    delay_cost_cny: float
    energy_cost_cny: float
    transfer_cost_cny: float
    system_cost_cny: float
    cny_per_t: float | None
    social_cost_cny: float
    energy_mwh: float
    idle_energy_mwh: float
    pue: float
    water_m3: float
    curtailed_used_mwh: float
    storage_cycles: float
    unserved_mwh: float
    unserved_pct: float
    moved_pct: float
    moved_west_pct: float
    utilisation_pct: float
    shed_mwh: float
    dump_mwh: float
    forecast_mape_pct: float | None
    forecast_tau: float | None


def measure(
    system: System, west: Array, ledger: Ledger, baseline: Ledger, carbon_cny_per_kg: float
) -> Measures:
    """One policy's ledger read against the baseline's.

    Args:
        system: what stands. west: whether each region is in the west (R,).
        ledger, baseline: sums over the same hours. carbon_cny_per_kg: price of carbon [CNY/kg].
    """
    c, grid = system.compute, system.grid
    work = float(ledger.stream_mwh.sum())
    arrived = float(ledger.arrived_mwh.sum())
    at, origin = c.site_region[c.stream_site], c.origin_region[c.stream_origin]
    location_kg = baseline.site_location_kg.sum() - ledger.site_location_kg.sum()
    official_kg = np.nansum(baseline.site_official_kg) - np.nansum(ledger.site_official_kg)
    marginal_kg = baseline.site_marginal_kg.sum() - ledger.site_marginal_kg.sum()
    system_kg = baseline.system_kg - ledger.system_kg
    money = (ledger.energy_cny + ledger.transfer_cny) - (
        baseline.energy_cny + baseline.transfer_cny
    )
    network = float(c.stream_transfer_mwh_per_mwh @ ledger.stream_mwh)
    store = float(grid.storage_energy_mwh.sum())
    return Measures(
        avoided_location_t=location_kg / 1e3,
        avoided_location_pct=_percent(location_kg, baseline.site_location_kg.sum()),
        avoided_official_t=official_kg / 1e3,
        avoided_official_pct=_percent(official_kg, np.nansum(baseline.site_official_kg)),
        avoided_marginal_t=marginal_kg / 1e3,
        avoided_marginal_pct=_percent(marginal_kg, baseline.site_location_kg.sum()),
        avoided_system_t=system_kg / 1e3,
        avoided_system_pct=_percent(system_kg, baseline.site_location_kg.sum()),
        added_rtt_mean_ms=_share(float(c.stream_added_rtt_ms @ ledger.stream_mwh), work),
        added_rtt_p95_ms=weighted_percentile(c.stream_added_rtt_ms, ledger.stream_mwh, 95.0),
        delay_mean_h=_share(float(ledger.waiting_mwh_h.sum()), arrived),
        latency_cost_cny=ledger.latency_cny - baseline.latency_cny,
        delay_cost_cny=ledger.delay_cny - baseline.delay_cny,
        energy_cost_cny=ledger.energy_cny - baseline.energy_cny,
        transfer_cost_cny=ledger.transfer_cny - baseline.transfer_cny,
        system_cost_cny=ledger.system_cny - baseline.system_cny,
        cny_per_t=money / (system_kg / 1e3) if system_kg > 0 else None,
        social_cost_cny=social_cost_cny(ledger, carbon_cny_per_kg)
        - social_cost_cny(baseline, carbon_cny_per_kg),
        energy_mwh=float(ledger.site_load_mwh.sum()),
        idle_energy_mwh=float(ledger.site_idle_load_mwh.sum()),
        pue=_share(float(ledger.site_load_mwh.sum()) - network, float(ledger.site_it_mwh.sum())),
        water_m3=ledger.water_l / 1e3,
        curtailed_used_mwh=float(baseline.curtailed_mwh.sum() - ledger.curtailed_mwh.sum()),
        storage_cycles=_share(float(ledger.discharged_mwh.sum()), store)
        * _share(8760.0, ledger.hours),
        unserved_mwh=float(ledger.unserved_mwh.sum()),
        unserved_pct=_percent(float(ledger.unserved_mwh.sum()), arrived),
        moved_pct=_percent(float(ledger.stream_mwh[at != origin].sum()), work),
        moved_west_pct=_percent(float(ledger.stream_mwh[west[at] & ~west[origin]].sum()), work),
        utilisation_pct=_percent(work, float(c.site_capacity_mw.sum()) * ledger.hours),
        shed_mwh=ledger.shed_mwh,
        dump_mwh=ledger.dump_mwh,
        forecast_mape_pct=mape_pct(ledger.forecast_skill),
        forecast_tau=mean_tau(ledger.forecast_skill),
    )


def social_cost_cny(ledger: Ledger, carbon_cny_per_kg: float) -> float:
    """All that the oracle minimises: grid, carbon, data, latency, delay, work given up [CNY]."""
    return (
        ledger.system_cny
        + carbon_cny_per_kg * ledger.system_kg
        + ledger.transfer_cny
        + ledger.latency_cny
        + ledger.delay_cny
        + ledger.penalty_cny
    )


def weighted_percentile(values: Array, weights: Array, percent: float) -> float:
    """Least value at or below which `percent` of the weight lies; 0 where there is no weight."""
    if weights.sum() <= 0:
        return 0.0
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) >= percent / 100.0 * weights.sum() * (1 - 1e-12)
    return float(values[order][np.argmax(reached)])


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else 0.0


def _percent(part: float, whole: float) -> float:
    return 100.0 * _share(part, whole)
