"""What may be built in a scenario, as arrays: halls and servers, plants, batteries, lines; their costs of a year.

Capacity is in MW of IT power for halls and servers, in MW of power for the rest. What stands is sunk: it costs
nothing here and may be left idle. Costs of a year are annuities with upkeep (`capital.annuity_per_a`); embodied
carbon is spread over the life of what it went into. Both enter siting only, never the dispatch of what stands.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .capital import new_line
from .errors import InputError
from .scenario import Scenario
from .siting_costs import Price, prices
from .siting_plants import allowed, apart_km, new_plants
from .year import Year, site_pue

Array = np.ndarray

STANDING = "in standing halls"
"""Technology of new servers in racks that stand empty: no hall to pay for."""


@dataclass(frozen=True, eq=False)
class Choices:
    """What may be built: halls H, plants P, batteries B, lines N (each there and back), in regions R.

    Attributes:
        hall_site: site of each hall (H,). hall_technology: way to cool it (H,).
        hall_most_mw: greatest hall (H,); 0 where a standing one is filled. hall_empty_mw: racks that stand empty (H,).
        hall_floor: least share of the hall with servers (H,) [-].
        hall_pue: facility over IT power, each hour of the year (H, hours) [-].
        hall_idle_share: idle over full power of its servers; hall_work_share: work they can do, per MW of them;
            hall_efficiency: work per IT energy (H,) [-]. hall_wue_l_per_kwh: (H,).
        hall_price, server_price: (H,). plant_price, power_price, energy_price, line_price: (P,), (B,), (B,), (N,).
        plant_region: (P,). plant_technology: (P,). plant_most_mw: (P,).
        plant_available: output per MW in each hour of the year (P, hours) [-].
        plant_cny_per_mwh, plant_kg_per_mwh: (P,). battery_region, battery_most_mw: (B,).
        battery_in, battery_out, battery_loss_per_h, battery_cny_per_mwh: of any battery.
        battery_longest_h: most energy per power [h].
        line_from, line_to: (N,). line_most_mw, line_loss_share: (N,).
        region_halls_mw: quota of new halls (R,). region_energy_mwh, region_water_m3: of a year, inf where there is
            none (R,).
    """

    hall_site: Array
    hall_technology: tuple[str, ...]
    hall_most_mw: Array
    hall_empty_mw: Array
    hall_floor: Array
    hall_pue: Array
    hall_idle_share: Array
    hall_work_share: Array
    hall_efficiency: Array
    hall_wue_l_per_kwh: Array
    hall_price: Price
    server_price: Price
    plant_region: Array
    plant_technology: tuple[str, ...]
    plant_most_mw: Array
    plant_available: Array
    plant_cny_per_mwh: Array
    plant_kg_per_mwh: Array
    plant_price: Price
    battery_region: Array
    battery_most_mw: Array
    battery_in: float
    battery_out: float
    battery_loss_per_h: float
    battery_cny_per_mwh: float
    battery_longest_h: float
    power_price: Price
    energy_price: Price
    line_from: Array
    line_to: Array
    line_most_mw: Array
    line_loss_share: Array
    line_price: Price
    region_halls_mw: Array
    region_energy_mwh: Array
    region_water_m3: Array

    @property
    def server_most_mw(self) -> Array:
        """Greatest servers of each hall (H,) [MW]."""
        return self.hall_most_mw + self.hall_empty_mw


LONGEST_H = 12.0
"""Most hours that a new battery may give its power for; longer ones are not built."""


def make_choices(scenario: Scenario, year: Year, green_field: bool = False) -> Choices:
    """All that a scenario's tables let be built.

    Args:
        scenario: with quotas.csv, halls.csv and the costs. year: its hours.
        green_field: as if no data center stood: what stands may be built anew, and is not there else.

    Raises:
        InputError: the scenario says not what may be built, or not what it costs.
    """
    s, regions = scenario, year.system.grid.regions
    if not s.quotas or not s.halls:
        missing = " and ".join(f"{t}.csv" for t in ("quotas", "halls") if not getattr(s, t))
        raise InputError(
            f"scenario '{s.name}' does not say what may be built: add {missing} "
            "(models/scenarios/two_region has a short example)"
        )
    cost = prices(s)
    quota = {q.region: q for q in s.quotas}
    stands: dict[str, float] = {}
    for site in s.sites:
        stands[site.region] = stands.get(site.region, 0.0) + site.it_design_mw
    law = {(row.climate_zone, row.cooling_grade): row for row in s.cooling}
    rows: list[tuple[int, str, float, float, float, float, float]] = []
    pue: list[Array] = []
    if not green_field:
        for i, site in enumerate(s.sites):
            empty = (1.0 - s.parameters.energised_share) * site.it_design_mw
            if empty > 0.0:
                rows.append((i, STANDING, 0.0, empty, 0.0, 0.0, site.wue_l_per_kwh))
                pue.append(year.pue[i])
    for hall in s.halls:
        mend = {"cooling_grade": hall.cooling_grade, "pue_offset": hall.pue_offset}
        new = tuple(site.model_copy(update=mend) for site in s.sites)
        hours: Array | None = None
        for i, site in enumerate(new):
            q = quota.get(site.region)
            most = 0.0 if q is None else q.halls_mw + (stands[site.region] if green_field else 0.0)
            if q is None or most <= 0.0 or not allowed(site, law, q.pue_cap):
                continue
            if hours is None:
                hours = site_pue(s.model_copy(update={"sites": new}), year.calendar)
            rows.append(
                (
                    i,
                    hall.technology,
                    most,
                    0.0,
                    q.occupancy_floor,
                    hall.capex_factor,
                    hall.wue_l_per_kwh,
                )
            )
            pue.append(hours[i])
    p = s.parameters
    n, efficiency = len(rows), np.array([s.sites[r[0]].hardware_efficiency for r in rows], float)

    def column(i: int) -> Array:
        return np.array([r[i] for r in rows], float)

    plants = new_plants(s, year, quota)
    at = {name: i for i, name in enumerate(regions)}
    batteries = [(at[q.region], q.battery_mw) for q in s.quotas if q.battery_mw > 0]
    battery = next((x for x in s.plants if x.technology == "battery"), None)
    if batteries and battery is None:
        raise InputError("plants.csv has no row for battery, which quotas.csv allows; add one")
    lines = [
        (
            at[x.from_region],
            at[x.to_region],
            x.most_mw,
            *new_line(apart_km(s, x.from_region, x.to_region), p),
        )
        for x in s.line_quotas
        if x.most_mw > 0
    ]
    nothing = np.full(len(regions), np.inf)
    energy, water, room = nothing.copy(), nothing.copy(), np.zeros(len(regions))
    for q in s.quotas:
        r = at[q.region]
        room[r] = q.halls_mw + (stands.get(q.region, 0.0) if green_field else 0.0)
        energy[r] = np.inf if q.energy_gwh is None else 1e3 * q.energy_gwh
        water[r] = np.inf if q.water_m3 is None else q.water_m3
    km = np.array([x[3] for x in lines], float)
    return Choices(
        hall_site=column(0).astype(int),
        hall_technology=tuple(r[1] for r in rows),
        hall_most_mw=column(2),
        hall_empty_mw=column(3),
        hall_floor=column(4),
        hall_pue=np.array(pue, float).reshape(n, year.calendar.hours),
        hall_idle_share=np.full(n, p.idle_share),
        hall_work_share=(1.0 - p.idle_share) * p.max_utilisation * efficiency,
        hall_efficiency=efficiency,
        hall_wue_l_per_kwh=column(6),
        hall_price=cost("data_center_hall", n, bool(n)).dearer(column(5)),
        server_price=cost("servers", n, bool(n)),
        plant_region=np.array([x[0] for x in plants], int),
        plant_technology=tuple(x[1] for x in plants),
        plant_most_mw=np.array([x[2] for x in plants], float),
        plant_available=np.array([x[3] for x in plants], float).reshape(len(plants), year.calendar.hours),
        plant_cny_per_mwh=np.array([x[4] for x in plants], float),
        plant_kg_per_mwh=np.array([x[5] for x in plants], float),
        plant_price=Price.of([cost(x[1], 1, True) for x in plants]),
        battery_region=np.array([x[0] for x in batteries], int),
        battery_most_mw=np.array([x[1] for x in batteries], float),
        battery_in=1.0 if battery is None else battery.efficiency_charge or 1.0,
        battery_out=1.0 if battery is None else battery.efficiency_discharge or 1.0,
        battery_loss_per_h=0.0 if battery is None else battery.standing_loss_per_h or 0.0,
        battery_cny_per_mwh=0.0 if battery is None else battery.variable_cost_cny_per_mwh,
        battery_longest_h=LONGEST_H,
        power_price=cost("battery_power", len(batteries), bool(batteries)),
        energy_price=cost("battery_energy", len(batteries), bool(batteries)),
        line_from=np.array([x[0] for x in lines], int),
        line_to=np.array([x[1] for x in lines], int),
        line_most_mw=np.array([x[2] for x in lines], float),
        line_loss_share=np.array([x[4] for x in lines], float),
        line_price=cost("hvdc_line", len(lines), bool(lines)).times(km)
        + cost("hvdc_converters", len(lines), bool(lines)),
        region_halls_mw=room,
        region_energy_mwh=energy,
        region_water_m3=water,
    )  # fmt: skip
