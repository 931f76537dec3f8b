"""Sites behind their meters as Vessim's microgrids, and what Vessim finds for them in our units.

Vessim counts in W and Wh, its carbon signal is per kWh, what goes into the grid is positive, and what it
records of a battery is its charge when the hour begins. A battery without loss and with one limit on its power
is Vessim's `SimpleBattery`. Any other is its `ClcBattery` (F. Kazhamiaka, C. Rosenberg, S. Keshav, "Tractable
lithium-ion storage models for optimizing energy systems", Energy Informatics 2, 4, 2019,
doi:10.1186/s42162-019-0070-6) with what it can hold made independent of the current.

P. Wiesner, I. Behnke, P. Kilian, M. Steinke, O. Kao, "Vessim: A Testbed for Carbon-Aware Applications and
Systems", ACM SIGENERGY Energy Informatics Review 4(5), 2024, doi:10.1145/3727200.3727210.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from westshift.models.metered import MeteredSites

from .pypsa_network import peer

Array = np.ndarray

W_PER_MW = 1e6
KWH_PER_MWH = 1e3
STEP_S = 3600
CARBON, BATTERY = "carbon", "battery"


@dataclass(frozen=True, eq=False)
class Found:
    """What Vessim found: drawn from the grid (fed in: below 0) (N, T) [MW], in store when the hour ends (N, T)
    [MWh], carbon of what is drawn (N,) [kg]."""

    grid_mw: Array
    charged_mwh: Array
    carbon_kg: Array


def recorder(sites: MeteredSites, sums: bool, hours: bool) -> Any | None:
    """Vessim's own recorder in memory, for sums with carbon, for hours, or for both; None for neither."""
    if not (sums or hours):
        return None
    vessim = peer("vessim")
    carbon = [vessim.GridImportEmissions(name, CARBON) for name in sites.names]
    return vessim.Recorder(
        metrics=sums, timeseries=hours, custom_metrics={CARBON: carbon} if sums else {}
    )


def environment(sites: MeteredSites, keeps: Any | None) -> Any:
    """A microgrid for each site with its default dispatch, ready to run.

    Args:
        sites: none may have a name twice.
        keeps: a recorder, or None.

    Raises:
        InputError: Vessim is not installed.
    """
    vessim = peer("vessim")
    out = vessim.Environment(sim_start="2024-01-01", step_size=STEP_S)
    seconds = STEP_S * np.arange(sites.hours)

    def trace(values: Array) -> Any:
        return vessim.Trace(pd.Series(values, index=seconds))

    for n, name in enumerate(sites.names):
        battery = [_battery(vessim, sites, n)] if sites.battery_energy_mwh[n] > 0 else []
        out.add_microgrid(
            actors=[
                vessim.Consumer("load", trace(W_PER_MW * sites.load_mw[n])),
                vessim.Producer("solar", trace(W_PER_MW * sites.solar_mw[n])),
            ],
            dispatchables=[*battery, vessim.GridConnection()],
            grid_signals={CARBON: trace(sites.site_intensity_kg_per_mwh[n] / KWH_PER_MWH)},
            name=name,
        )
    if keeps is not None:
        out.add_controller(keeps)
    return out


def run(sites: MeteredSites, ready: Any) -> Array:
    """Step through all hours; in store at the end (N,) [MWh]."""
    result = ready.run(until=STEP_S * sites.hours)
    return np.array([_charged_mwh(result.states[name]) for name in sites.names])


def found(sites: MeteredSites) -> Found:
    """Every hour and the carbon of every site, as Vessim records them."""
    keeps = recorder(sites, sums=True, hours=True)
    end = run(sites, environment(sites, keeps))
    assert keeps is not None
    hours = [[states[name] for states in keeps.log.values()] for name in sites.names]
    begins = np.array([[_charged_mwh(state) for state in row] for row in hours])
    sums = keeps.metrics["microgrids"]
    return Found(
        grid_mw=np.array([[-state["p_grid"] / W_PER_MW for state in row] for row in hours]),
        charged_mwh=np.concatenate([begins[:, 1:], end[:, None]], axis=1),
        carbon_kg=np.array([sums[name][CARBON] for name in sites.names]),
    )


def _charged_mwh(state: Any) -> float:
    """In store in a site's recorded state; 0 where there is no battery."""
    battery = state["dispatch_states"].get(BATTERY)
    return battery["charge_level"] / W_PER_MW if battery else 0.0


def _battery(vessim: Any, sites: MeteredSites, n: int) -> Any:
    energy = float(sites.battery_energy_mwh[n])
    charge, discharge = float(sites.charge_power_mw[n]), float(sites.discharge_power_mw[n])
    kept, given = float(sites.charge_efficiency[n]), float(sites.discharge_efficiency[n])
    shares = {
        "initial_soc": float(sites.start_charged_share[n]),
        "min_soc": float(sites.least_charged_share[n]),
    }
    if kept == given == 1.0 and charge == discharge:
        return vessim.SimpleBattery(BATTERY, energy * W_PER_MW, c_rate=charge / energy, **shares)
    return vessim.ClcBattery(
        BATTERY,
        **shares,
        u_1=0.0,
        v_1=0.0,
        u_2=0.0,
        v_2=energy * W_PER_MW,
        alpha_d=-discharge / energy,
        alpha_c=charge / energy,
        eta_d=1.0 / given,
        eta_c=kept,
        discharging_current_cutoff=0.0,
        charging_current_cutoff=0.0,
    )
