"""F2, routes: which moves help and which hurt, and through what: the grid, the climate, or the network?

For each route from an eastern hub's origin to a western cluster, per GWh of IT work moved:

    avoided = e_h f_h - p_s / h_s f_s - n f_s
            = e_h (f_h - f_s)  +  (q_h - p_s) u f_s  +  p_s (u - 1/h_s) f_s  -  n f_s
              grid factor         PUE and climate       servers                network

with f the factor at home and at the site [kg/MWh = t/GWh], p PUE, h the servers' efficiency, e_h = mean(p/h) and
q_h = mean(p) over the sites at home by capacity, u = e_h/q_h, and n what the network draws per MWh of the most
data-heavy work. Attributional: official annual factors, annual PUE. Consequential: marginal emissions of the
baseline's grid, hour by hour, with that hour's PUE: what a small, steady move does to the whole grid.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from westshift.experiments.figures.caption import caption_for
from westshift.experiments.figures.routes_figure import figure_of
from westshift.experiments.figures.stored import Stored
from westshift.experiments.figures.words import either
from westshift.experiments.routes import site_annual_pue
from westshift.experiments.sweep.plan import SweepPlan
from westshift.models.errors import InputError
from westshift.models.scenario import Scenario
from westshift.models.system import Compute

from .bits_or_watts_routes import Route, default_routes
from .found import Found, one_run
from .study import Drawing

ID, NAME = "F2", "routes"
QUESTION = "Which moves help and which hurt, through the grid, the climate or the network?"

PARTS = ("grid_t_per_gwh", "pue_t_per_gwh", "servers_t_per_gwh", "network_t_per_gwh")
ATTRIBUTIONAL, CONSEQUENTIAL = "attributional", "consequential"

Array = np.ndarray


def design(scenario: str, smoke: bool = False) -> SweepPlan:
    """One run: the margins of its baseline's grid are read off its hours."""
    return one_run(scenario)


def draw(found: Found) -> Drawing:
    """Stacked bars by route, official factors beside the margin."""
    rows = table(found.only)
    return Drawing(figure_of(rows), rows, caption(found.only, rows))


def table(run: Stored) -> pd.DataFrame:
    """One row a route and way to count: the parts and their sum, t avoided per GWh of work; NaN: no factor."""
    s, c = run.scenario, run.year.system.compute
    yearly = site_annual_pue(s)  # (S,)
    factor = np.array(
        [
            np.nan if r.official_factor_kg_per_mwh is None else r.official_factor_kg_per_mwh
            for r in s.regions
        ]
    )  # (R,)
    hours = run.hours[s.baseline]
    weight = np.concatenate([np.full(h.demand_mw.shape[1], h.weight) for h in hours])  # (T,)
    margin = np.concatenate([h.marginal_kg_per_mwh for h in hours], axis=1)  # (R, T)
    pue = np.concatenate([run.year.pue[:, h.slice] for h in run.horizons], axis=1)  # (S, T)
    rows = []
    for route in _routes(s, c):
        official = parts(run, route, factor[:, None], yearly[:, None])
        marginal = parts(run, route, margin, pue)
        for way, found in (
            (ATTRIBUTIONAL, official[:, 0]),
            (CONSEQUENTIAL, marginal @ weight / weight.sum()),
        ):
            rows.append({**_named(s, route), "way": way, **dict(zip(PARTS, found, strict=True))})
    made = pd.DataFrame(rows)
    made["net_t_per_gwh"] = made[list(PARTS)].sum(axis=1, skipna=False)
    return made


def parts(run: Stored, route: Route, factor: Array, pue: Array) -> Array:
    """What a MWh of work moved along the route avoids, part by part.

    Args:
        factor: of the regions (R, T) [kg/MWh]. pue: of the sites (S, T) [-].

    Returns:
        (4, T) in the order of PARTS [kg/MWh].
    """
    c = run.year.system.compute
    own = np.flatnonzero(c.site_region == route.east)
    size = c.site_capacity_mw[own]
    share = size / size.sum() if size.sum() > 0 else np.full(len(own), 1.0 / len(own))
    home, there = factor[route.east], factor[route.west]
    draws = share @ (pue[own] / c.site_efficiency[own, None])
    mean_pue = share @ pue[own]
    per_it, at, gain = draws / mean_pue, pue[route.s], c.site_efficiency[route.s]
    network = float(c.stream_transfer_mwh_per_mwh.max(initial=0.0))
    return np.stack(
        [
            draws * (home - there),
            (mean_pue - at) * per_it * there,
            at * (per_it - 1.0 / gain) * there,
            -network * there,
        ]
    )


def _routes(s: Scenario, c: Compute) -> tuple[Route, ...]:
    try:
        return default_routes(s, c)
    except InputError:
        raise InputError(
            f"{ID} draws routes from eastern hubs to western clusters, and in scenario '{s.name}' no work may take "
            "one: see the column side of regions.csv, kind of sites.csv, and what classes.csv lets go"
        ) from None


def _named(s: Scenario, route: Route) -> dict[str, str]:
    region, site = s.regions[route.east], s.sites[route.s]
    return {
        "origin": route.origin,
        "site": route.site,
        "origin_name": either(region.name_en, region.name_zh),
        "site_name": either(site.name_en, site.name_zh),
    }


def caption(run: Stored, rows: pd.DataFrame) -> str:
    """What stands under the figure."""
    wide = rows.pivot(index=["origin_name", "site_name"], columns="way", values="net_t_per_gwh")
    split = wide[wide[ATTRIBUTIONAL] * wide[CONSEQUENTIAL] < 0]
    names = ", ".join(f"{o}→{s}" for o, s in split.index)
    network = rows["network_t_per_gwh"].abs().max()
    text = either(
        "CO₂ avoided per GWh of IT work moved from an eastern hub's origin to a western cluster, by what does it: "
        "the factor of the grid, PUE (climate and cooling), the servers' efficiency where it differs, and the "
        "network's energy for the most data-heavy class, drawn where the work runs "
        f"(at most {network:.2g} t/GWh). Plain: attributional, official annual factors and annual PUE. "
        "Hatched: consequential, marginal emissions of the baseline's grid hour by "
        "hour, which hold for a small, steady move. Diamonds: the sum; below zero the move emits more. Embodied "
        "carbon is left out: the work moves between servers that stand, and nothing is built.",
        "算力自东部枢纽来源地迁往西部集群时，每 GWh IT 算力的 CO₂ 减排量，按来源分解：电网因子、PUE（气候与制冷）、"
        f"服务器能效差异，以及数据量最大类别的网络能耗（计在运行地，至多 {network:.2g} t/GWh）。"
        "无斜线：归因核算，官方年度因子与年均 PUE。斜线："
        "后果核算，基准电网逐小时边际排放，适用于小规模、稳定的迁移。菱形：净值；零线以下表示排放增加。隐含碳未计入："
        "算力在既有服务器之间迁移，没有新建。",
    )
    if len(split):
        text += " " + either(
            f"The two ways to count disagree in sign on: {names}.",
            f"两种核算符号相反的路线：{names}。",
        )
    title = either("Carbon by route, and what it comes from.", "各路线的碳减排及其来源。")
    return caption_for(run.scenario, run.horizons, title, text)
