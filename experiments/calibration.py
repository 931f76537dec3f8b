"""Does the baseline's grid look like the country? Model against official figures, gaps shown."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from westshift.experiments.simulate import Run

Array = np.ndarray


def by_region(run: Run) -> pd.DataFrame:
    """Model against official, region by region.

    Returns:
        region, name, official_kg_per_mwh, model_kg_per_mwh (flow-traced average over what the region
        draws), gap_kg_per_mwh, wind and solar curtailment of model and official [%], thermal_twh,
        net_import_twh, price_cny_per_mwh (time mean).
    """
    hours = run.hours[run.scenario.baseline]
    grid = run.year.system.grid
    R = len(grid.regions)
    drawn, carbon, imported, price, time = (np.zeros(R) for _ in range(5))
    made = np.zeros((R, len(hours[0].technologies)))
    offered = np.zeros_like(made)
    column = np.array([hours[0].technologies.index(t) for t in grid.unit_technology], int)
    for h in hours:
        load = h.demand_mw + h.compute_mw - h.shed_mw
        drawn += h.weight * load.sum(axis=1)
        carbon += h.weight * (load * h.intensity_kg_per_mwh).sum(axis=1)
        imported += h.weight * h.import_mw.sum(axis=1)
        price += h.weight * h.price_cny_per_mwh.sum(axis=1)
        time += h.weight * h.work_mw.shape[1]
        made += h.weight * h.generation_mw.sum(axis=2)
        span = np.arange(h.start_h, h.start_h + h.work_mw.shape[1])
        np.add.at(
            offered,
            (grid.unit_region, column),
            h.weight * run.year.unit_max_mw[:, span].sum(axis=1),
        )
    kinds = {t.technology: t.kind for t in run.scenario.technologies}
    kind = np.array([kinds[t] for t in hours[0].technologies])
    lost = {}
    for what in ("wind", "solar"):
        could = offered[:, kind == what].sum(axis=1)
        took = made[:, kind == what].sum(axis=1)
        lost[what] = 100.0 * np.divide(could - took, could, out=np.full(R, np.nan), where=could > 0)
    official = np.array([_or_nan(r.official_factor_kg_per_mwh) for r in run.scenario.regions])
    model = np.divide(carbon, drawn, out=np.full(R, np.nan), where=drawn > 0)
    thermal = made[:, np.isin(kind, ("thermal", "biomass"))].sum(axis=1)
    return pd.DataFrame(
        {
            "region": grid.regions,
            "name": [r.name_en for r in run.scenario.regions],
            "official_kg_per_mwh": official,
            "model_kg_per_mwh": model,
            "gap_kg_per_mwh": model - official,
            "wind_curtailed_pct": lost["wind"],
            "wind_official_pct": [_or_nan(r.wind_curtailment_pct) for r in run.scenario.regions],
            "solar_curtailed_pct": lost["solar"],
            "solar_official_pct": [_or_nan(r.solar_curtailment_pct) for r in run.scenario.regions],
            "thermal_twh": thermal / 1e6,
            "net_import_twh": imported / 1e6,
            "price_cny_per_mwh": price / time,
        }
    )


def nation(run: Run, regions: pd.DataFrame) -> pd.DataFrame:
    """National sums against their targets: what, model, target, gap_pct.

    Every target is a figure of the scenario; a target that it does not state is NaN.
    """
    p = run.scenario.parameters
    ledger = run.ledgers[run.scenario.baseline]
    both = regions.dropna(subset=["official_kg_per_mwh", "model_kg_per_mwh"])
    rank = (
        spearmanr(both["official_kg_per_mwh"], both["model_kg_per_mwh"]).statistic
        if len(both) > 2
        else np.nan
    )
    design_mw = sum(s.it_design_mw for s in run.scenario.sites)
    network = float(run.year.system.compute.stream_transfer_mwh_per_mwh @ ledger.stream_mwh)
    racks = np.nan if p.rack_design_kw is None else design_mw / p.rack_design_kw / 1e3
    rows = [
        (
            "generation-weighted intensity, kg/MWh",
            ledger.system_kg / ledger.generation_mwh.sum(),
            p.national_factor_kg_per_mwh,
        ),
        ("data-center energy, TWh", ledger.site_load_mwh.sum() / 1e6, p.national_dc_energy_twh),
        (
            "mean PUE",
            (ledger.site_load_mwh.sum() - network) / ledger.site_it_mwh.sum(),
            p.national_pue,
        ),
        ("standard racks, million", racks, p.national_dc_racks_m),
        ("rank correlation with official regional factors", rank, None),
        ("mean absolute gap to them, kg/MWh", both["gap_kg_per_mwh"].abs().mean(), None),
    ]
    frame = pd.DataFrame(rows, columns=["what", "model", "target"]).astype(
        {"model": float, "target": float}
    )
    frame["gap_pct"] = 100.0 * (frame["model"] / frame["target"] - 1.0)
    return frame


def weeks_against_year(run: Run) -> pd.DataFrame:
    """How well the chosen stretches, each times its weight, stand for the year: what, weeks_twh, year_twh, gap_pct."""
    grid, year = run.year.system.grid, run.year
    series = {"consumption": year.consumption_mw.sum(axis=0)}
    kinds = {t.technology: t.kind for t in run.scenario.technologies}
    for what in ("wind", "solar", "hydro"):
        rows = np.array([kinds[t] == what for t in grid.unit_technology], bool)
        offered = year.unit_max_mw[rows].sum(axis=0)
        if what == "hydro":
            offered = np.repeat(year.unit_day_mwh[rows].sum(axis=0) / 24.0, 24)
        if rows.any():
            series[f"{what} on offer"] = offered
    rows_out = []
    for what, values in series.items():
        weeks = sum(
            h.weight * values[h.start_h : h.start_h + h.length_h].sum() for h in run.horizons
        )
        rows_out.append(
            (what, weeks / 1e6, values.sum() / 1e6, 100.0 * (weeks / values.sum() - 1.0))
        )
    return pd.DataFrame(rows_out, columns=["what", "weeks_twh", "year_twh", "gap_pct"])


def _or_nan(value: float | None) -> float:
    return np.nan if value is None else value
