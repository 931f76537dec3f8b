"""A year with other things standing in it: work and demand that have grown, supply and halls that were built.

The siting program is shown the widest system, everything built to its quota; its rows hold each hour to what it
builds. The world is shown the plan: the new halls are sites of their own there, and nothing else is changed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .scenario import Scenario
from .siting import STANDING, Choices
from .system import Compute, System
from .year import Year

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Built:
    """A plan: IT power of halls and of the servers in them (H,), plants (P,), batteries' power and energy (B,),
    lines, each direction (N,) [MW, MWh]."""

    halls_mw: Array
    servers_mw: Array
    plants_mw: Array
    power_mw: Array
    energy_mwh: Array
    lines_mw: Array


def widest(choices: Choices) -> Built:
    """Everything built to its quota."""
    c = choices
    return Built(
        c.hall_most_mw,
        c.server_most_mw,
        c.plant_most_mw,
        c.battery_most_mw,
        c.battery_longest_h * c.battery_most_mw,
        c.line_most_mw,
    )


def grown(year: Year, work_factor: float, demand_factor: float = 1.0) -> Year:
    """The same year with more work and more other demand [-]."""
    return replace(
        year,
        arrivals_mwh=work_factor * year.arrivals_mwh,
        demand_mw=demand_factor * year.demand_mw,
    )


def without_sites(year: Year) -> Year:
    """The same year as if no data center stood: sites are places without servers."""
    c = year.system.compute
    nothing = np.zeros(len(c.sites))
    bare = replace(c, site_capacity_mw=nothing, site_idle_mw=nothing)
    return replace(year, system=System(year.system.grid, bare))


def with_supply(year: Year, choices: Choices, built: Built) -> Year:
    """The year with new plants, batteries and lines, appended to what stands: P units, B storages, 2 N lines."""
    g, c, H = year.system.grid, choices, year.calendar.hours
    P, B = len(c.plant_region), len(c.battery_region)
    both = _both_ways
    grid = replace(
        g,
        unit_region=np.append(g.unit_region, c.plant_region),
        unit_technology=(*g.unit_technology, *c.plant_technology),
        unit_renewable=np.append(
            g.unit_renewable, [t in ("wind", "solar") for t in c.plant_technology]
        ).astype(bool),
        unit_capacity_mw=np.append(g.unit_capacity_mw, built.plants_mw),
        unit_cost_cny_per_mwh=np.append(g.unit_cost_cny_per_mwh, c.plant_cny_per_mwh),
        unit_emission_kg_per_mwh=np.append(g.unit_emission_kg_per_mwh, c.plant_kg_per_mwh),
        unit_day_limited=np.append(g.unit_day_limited, np.zeros(P, bool)).astype(bool),
        line_from=np.append(g.line_from, both(c.line_from, c.line_to)),
        line_to=np.append(g.line_to, both(c.line_to, c.line_from)),
        line_capacity_mw=np.append(g.line_capacity_mw, both(built.lines_mw, built.lines_mw)),
        line_loss_share=np.append(g.line_loss_share, both(c.line_loss_share, c.line_loss_share)),
        line_cost_cny_per_mwh=np.append(g.line_cost_cny_per_mwh, np.zeros(2 * len(c.line_from))),
        line_circuit=np.append(g.line_circuit, np.full(2 * len(c.line_from), -1)).astype(int),
        storage_region=np.append(g.storage_region, c.battery_region),
        storage_technology=(*g.storage_technology, *("battery",) * B),
        storage_power_mw=np.append(g.storage_power_mw, built.power_mw),
        storage_energy_mwh=np.append(g.storage_energy_mwh, built.energy_mwh),
        storage_charge_efficiency=np.append(g.storage_charge_efficiency, np.full(B, c.battery_in)),
        storage_discharge_efficiency=np.append(
            g.storage_discharge_efficiency, np.full(B, c.battery_out)
        ),
        storage_standing_loss_per_h=np.append(
            g.storage_standing_loss_per_h, np.full(B, c.battery_loss_per_h)
        ),
        storage_cost_cny_per_mwh=np.append(
            g.storage_cost_cny_per_mwh, np.full(B, c.battery_cny_per_mwh)
        ),
    )
    output = c.plant_available * built.plants_mw[:, None]
    return replace(
        year,
        system=System(grid, year.system.compute),
        unit_max_mw=np.concatenate([year.unit_max_mw, output]),
        unit_min_mw=np.concatenate([year.unit_min_mw, np.zeros((P, H))]),
        unit_day_mwh=np.concatenate([year.unit_day_mwh, np.zeros((P, H // 24))]),
    )


def with_room(year: Year, choices: Choices, built: Built) -> Year:
    """The year in which each site has room for the work of its new servers as well; their idle power is the
    program's (`optim.siting`)."""
    c = year.system.compute
    more = np.bincount(choices.hall_site, choices.hall_work_share * built.servers_mw, len(c.sites))
    return replace(
        year,
        system=System(year.system.grid, replace(c, site_capacity_mw=c.site_capacity_mw + more)),
    )


def with_halls(
    scenario: Scenario, year: Year, choices: Choices, built: Built
) -> tuple[Scenario, Year]:
    """Scenario and year of the plan: each new hall, and what fills a standing one, is a site beside its own.

    The ways to it are those to the site it stands at. The scenario returned tells names and water of its sites;
    it is for this year only.
    """
    c = year.system.compute
    there = np.flatnonzero(built.servers_mw > 0.0)
    of = choices.hall_site[there]
    mw = built.servers_mw[there]
    sites = tuple(
        scenario.sites[s].model_copy(
            update={
                "site": f"{scenario.sites[s].site} {choices.hall_technology[h]}",
                "it_design_mw": float(max(built.halls_mw[h], built.servers_mw[h])),
                "wue_l_per_kwh": float(choices.hall_wue_l_per_kwh[h]),
            }
        )
        for h, s in zip(there.tolist(), of.tolist(), strict=True)
    )
    compute = _more_sites(c, tuple(x.site for x in sites), of, choices, there, mw)
    return (
        scenario.model_copy(update={"sites": (*scenario.sites, *sites)}),
        replace(
            year,
            system=System(year.system.grid, compute),
            pue=np.concatenate([year.pue, choices.hall_pue[there]]),
        ),
    )


def _more_sites(
    c: Compute, names: tuple[str, ...], of: Array, choices: Choices, halls: Array, mw: Array
) -> Compute:
    """Sites `names` at the places `of`, with copies of the streams that go there."""
    streams = [np.flatnonzero(c.stream_site == s) for s in of.tolist()]
    q = np.concatenate([np.arange(len(c.stream_site)), *streams]).astype(int)
    site = np.concatenate(
        [c.stream_site, *(np.full(len(x), len(c.sites) + i) for i, x in enumerate(streams))]
    ).astype(int)
    hub = c.site_western_hub
    return replace(
        c,
        sites=(*c.sites, *names),
        site_region=np.append(c.site_region, c.site_region[of]),
        site_capacity_mw=np.append(c.site_capacity_mw, choices.hall_work_share[halls] * mw),
        site_idle_mw=np.append(c.site_idle_mw, choices.hall_idle_share[halls] * mw),
        site_efficiency=np.append(c.site_efficiency, choices.hall_efficiency[halls]),
        stream_origin=c.stream_origin[q],
        stream_class=c.stream_class[q],
        stream_site=site,
        stream_home=c.stream_home[q],
        stream_rtt_ms=c.stream_rtt_ms[q],
        stream_added_rtt_ms=c.stream_added_rtt_ms[q],
        stream_latency_cny_per_mwh=c.stream_latency_cny_per_mwh[q],
        stream_transfer_cny_per_mwh=c.stream_transfer_cny_per_mwh[q],
        stream_transfer_mwh_per_mwh=c.stream_transfer_mwh_per_mwh[q],
        site_western_hub=None if hub is None else np.append(hub, hub[of]),
    )


def standing(choices: Choices) -> Array:
    """Which halls stand already and are only filled (H,)."""
    return np.array([t == STANDING for t in choices.hall_technology], bool)


def _both_ways(there: Array, back: Array) -> Array:
    """One value of each direction, line by line: there, back, there, back, …"""
    return np.stack([there, back], axis=1).ravel()
