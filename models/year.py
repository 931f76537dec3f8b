"""A scenario's year, hour by hour: what will really happen, whatever anybody forecasts.

Where the scenario has measured series they are read; the rest is made from annual and seasonal
facts, the same for the same seed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .actual import HISTORY_H, Actual
from .assemble import make_system, split_classes
from .calendar import SEASONS, Calendar, Horizon, explicit, representative_weeks, whole_year
from .errors import InputError
from .scenario import Scenario
from .series.arrivals import arrivals_mw
from .series.demand import demand_mw
from .series.hydro import hydro_share
from .series.measured import read_series
from .series.solar import solar_availability
from .series.temperature import temperature_c
from .series.wind import wind_availability
from .site import hourly_pue
from .system import Compute, System

Array = np.ndarray

UTC_OFFSET_H = 8.0  # one time for all of China


@dataclass(frozen=True, eq=False)
class Year:
    """The hours H of a scenario's year.

    Attributes:
        consumption_mw: all demand, data centers included (R, H) [MW].
        demand_mw: demand without data centers: consumption less what they draw when all work runs at
            home at once (R, H) [MW].
        unit_max_mw, unit_min_mw: (K, H) [MW]. unit_day_mwh: (K, H/24) [MWh].
        pue: (S, H) [-]. tariff_cny_per_mwh: (R, H). arrivals_mwh: (O, J, H) [MWh].
    """

    system: System
    calendar: Calendar
    consumption_mw: Array
    demand_mw: Array
    unit_max_mw: Array
    unit_min_mw: Array
    unit_day_mwh: Array
    pue: Array
    tariff_cny_per_mwh: Array
    arrivals_mwh: Array


def make_year(scenario: Scenario) -> Year:
    """Make or read every series of the scenario.

    Raises:
        InputError: a series cannot be what the tables say.
    """
    calendar = Calendar(scenario.year, UTC_OFFSET_H)
    system = make_system(scenario)
    unit_max, unit_min, unit_day = _units(scenario, calendar)
    pue = site_pue(scenario, calendar)
    arrivals = _arrivals(scenario, system, calendar)
    consumption = _consumption(scenario, calendar)
    own = _home_load_mw(system, pue, arrivals)
    demand = consumption - own
    if demand.min(initial=0.0) < 0.0:
        r, h = np.unravel_index(int(demand.argmin()), demand.shape)
        raise InputError(
            f"regions.csv: region {system.grid.regions[r]} consumes {consumption[r, h]:.1f} MW in hour {h} but its "
            f"data centers alone draw {own[r, h]:.1f} MW; raise consumption_twh or take it_design_mw off its sites"
        )
    return Year(
        system, calendar, consumption, demand, unit_max, unit_min, unit_day, pue,
        _tariff(scenario, calendar), arrivals,
    )  # fmt: skip


def horizons(scenario: Scenario, year: Year) -> tuple[Horizon, ...]:
    """The stretches of the year that the scenario asks for."""
    choice = scenario.horizon
    if choice.weeks == "year":
        return whole_year(year.calendar)
    if choice.weeks == "representative":
        # What the hours of a season differ in that matters here: wind, sun, and what is left to
        # water and thermal plants. The national sums choose, so that all provinces share one calendar.
        technology = np.array(year.system.grid.unit_technology)
        wind = year.unit_max_mw[technology == "wind"].sum(axis=0)
        solar = year.unit_max_mw[technology == "solar"].sum(axis=0)
        rest = year.consumption_mw.sum(axis=0) - wind - solar
        return representative_weeks(year.calendar, np.stack([wind, solar, rest]))
    weeks = choice.weeks
    length = choice.length_h or 168
    return explicit(year.calendar, weeks, length, 1.0 if choice.weights is None else choice.weights)


def actual_of(scenario: Scenario, year: Year, horizon: Horizon) -> Actual:
    """What happens in one horizon and in the day before it; before the year's first day lies its last."""
    H = year.calendar.hours
    hours = np.arange(horizon.start_h - HISTORY_H, horizon.start_h + horizon.length_h) % H
    first_day = horizon.start_h // 24
    days = -(-horizon.length_h // 24)
    day = np.concatenate([[first_day - 1], np.arange(first_day, first_day + days)]) % (H // 24)
    official = [
        np.nan if r.official_factor_kg_per_mwh is None else r.official_factor_kg_per_mwh
        for r in scenario.regions
    ]
    part = np.ones(1 + days)
    part[-1] = (horizon.length_h - 24 * (days - 1)) / 24.0

    def take(series: Array) -> Array:
        # Laid out as it will be in another process, so that sums there have the same last digit.
        return np.ascontiguousarray(series[..., hours])

    return Actual(
        system=year.system,
        name=horizon.name,
        start_h=horizon.start_h,
        weight=horizon.weight,
        demand_mw=take(year.demand_mw),
        unit_max_mw=take(year.unit_max_mw),
        unit_min_mw=take(year.unit_min_mw),
        unit_day_mwh=np.ascontiguousarray(year.unit_day_mwh[:, day] * part),
        pue=take(year.pue),
        tariff_cny_per_mwh=take(year.tariff_cny_per_mwh),
        arrivals_mwh=take(year.arrivals_mwh),
        official_kg_per_mwh=np.array(official, float),
        wue_l_per_kwh=np.array([s.wue_l_per_kwh for s in scenario.sites], float),
        carbon_cny_per_kg=scenario.parameters.carbon_price_cny_per_t / 1000.0,
        annual_pue=year.pue.mean(axis=1),
    )


def _home_load_mw(system: System, pue: Array, arrivals_mwh: Array) -> Array:
    """Load of the data centers when every region's work runs there as it comes (R, H) [MW]."""
    c: Compute = system.compute
    capacity = c.site_capacity_mw
    by_region = np.bincount(c.site_region, capacity, len(system.grid.regions))
    region_of = {int(r): o for o, r in enumerate(c.origin_region)}
    load = np.zeros((len(system.grid.regions), pue.shape[1]))
    for s, r in enumerate(c.site_region.tolist()):
        work = np.zeros(pue.shape[1])
        if r in region_of and by_region[r] > 0:
            work = arrivals_mwh[region_of[r]].sum(axis=0) * capacity[s] / by_region[r]
        load[r] += pue[s] * (c.site_idle_mw[s] + work / c.site_efficiency[s])
    return load


def _units(scenario: Scenario, calendar: Calendar) -> tuple[Array, Array, Array]:
    """Bounds of each unit in each hour, and the energy of each day."""
    t, H = scenario, calendar.hours
    kind = {x.technology: x.kind for x in t.technologies}
    profile = {
        "wind": _availability(scenario, calendar, "wind"),
        "solar": _availability(scenario, calendar, "solar"),
        "hydro": _inflow(scenario, calendar),
    }
    most, least = np.zeros((len(t.generators), H)), np.zeros((len(t.generators), H))
    energy = np.zeros((len(t.generators), H // 24))
    for k, unit in enumerate(t.generators):
        what, capacity = kind[unit.technology], unit.capacity_mw
        mean = 1.0 if unit.full_load_h is None else unit.full_load_h / H
        if what in ("wind", "solar"):
            most[k] = capacity * profile[what][unit.region]
        elif what == "hydro":
            inflow = profile["hydro"][unit.region]
            most[k] = capacity * unit.availability_share
            least[k] = np.minimum(capacity * unit.minimum_share * inflow, most[k])
            energy[k] = (capacity * mean * inflow).reshape(-1, 24).sum(axis=1)
        else:
            most[k] = capacity * unit.availability_share * mean
            least[k] = np.minimum(capacity * unit.minimum_share, most[k])
    return most, least, energy


def _availability(scenario: Scenario, calendar: Calendar, what: str) -> dict[str, Array]:
    """Hourly availability of wind or solar by region, measured or made."""
    t = scenario
    kind = {x.technology: x.kind for x in t.technologies}
    units = {u.region: u for u in t.generators if kind[u.technology] == what}
    regions = [r for r in t.regions if r.region in units]
    if not regions:
        return {}
    names = [r.region for r in regions]
    path = scenario.series_path(f"{what}_availability")
    if path is not None:
        made = read_series(path, names, calendar.hours, lower=0.0, upper=1.0, unit="-")
    else:
        hours = np.array([units[name].full_load_h or 0.0 for name in names])
        lat, lon = np.array([r.lat for r in regions]), np.array([r.lon for r in regions])
        if what == "wind":
            made = wind_availability(names, lat, lon, hours, calendar, scenario.seed)
        else:
            altitude = np.array([r.altitude_m for r in regions])
            made = solar_availability(names, lat, lon, altitude, hours, calendar, scenario.seed)
    return dict(zip(names, made, strict=True))


def _inflow(scenario: Scenario, calendar: Calendar) -> dict[str, Array]:
    """Hydro inflow by region, mean 1 over the year."""
    t = scenario
    kind = {x.technology: x.kind for x in t.technologies}
    with_hydro = {u.region for u in t.generators if kind[u.technology] == "hydro"}
    names = [r.region for r in t.regions if r.region in with_hydro]
    if not names:
        return {}
    path = scenario.series_path("hydro_share")
    if path is not None:
        return dict(
            zip(names, read_series(path, names, calendar.hours, lower=0.0, unit="-"), strict=True)
        )
    shape = {row.grid: row.months for row in t.hydro_shape}
    grid_of = {r.region: r.grid for r in t.regions}
    made = hydro_share(np.array([shape[grid_of[name]] for name in names]), calendar)
    return dict(zip(names, made, strict=True))


def site_pue(scenario: Scenario, calendar: Calendar) -> Array:
    """PUE of every site of the scenario in each hour of the year (S, H) [-]."""
    t = scenario
    names = [s.site for s in t.sites]
    path = scenario.series_path("temperature_c")
    if path is not None:
        air = read_series(path, names, calendar.hours, lower=-60.0, upper=60.0, unit="°C")
    else:
        normal = {row.site: row.months for row in t.temperature}
        longitude = np.array([s.lon for s in t.sites])
        air = temperature_c(np.array([normal[name] for name in names]), calendar, lon=longitude)
    law = {(row.climate_zone, row.cooling_grade): row for row in t.cooling}
    rows = [law[s.climate_zone, s.cooling_grade] for s in t.sites]
    pue = hourly_pue(
        np.array([r.gcop for r in rows]),
        np.array([r.other_overhead_share for r in rows]),
        np.array([s.pue_offset for s in t.sites]),
        air,
    )
    if pue.min() < 1.0:
        site = t.sites[int(pue.min(axis=1).argmin())].site
        raise InputError(
            f"sites.csv: the PUE of site {site} falls to {pue.min():.2f}; a facility draws at least what "
            "its IT draws: raise pue_offset or take another cooling_grade"
        )
    return pue


def _consumption(scenario: Scenario, calendar: Calendar) -> Array:
    t = scenario
    names = [r.region for r in t.regions]
    path = scenario.series_path("demand_mw")
    if path is not None:
        return read_series(path, names, calendar.hours, lower=0.0, unit="MW")
    shape = {(x.region, x.season): x.hours for x in t.load_shape}
    return demand_mw(
        np.array([[shape[name, season] for season in SEASONS] for name in names], float),
        np.array([r.consumption_twh for r in t.regions]) * 1e6,
        calendar,
    )


def _arrivals(scenario: Scenario, system: System, calendar: Calendar) -> Array:
    """All work above idle: the mean IT load of all sites less what they draw idle."""
    t, p = scenario, scenario.parameters
    design = sum(s.it_design_mw for s in t.sites)
    total = p.it_load_share * design - float(system.compute.site_idle_mw.sum())
    if total < 0:
        raise InputError(
            f"parameters.csv: it_load_share {p.it_load_share:g} is less than what servers draw idle, "
            f"energised_share x idle_share = {p.energised_share * p.idle_share:g}; raise the first or lower the others"
        )
    parts = split_classes(t.classes)
    profile = {row.job_class: row for row in t.profiles}
    weight = {r.region: r.work_weight for r in t.regions}
    return arrivals_mw(
        total,
        np.array([weight[o] for o in system.compute.origins]),
        np.array([share for _, _, share in parts]),
        np.array([profile[c.job_class].hours for c, _, _ in parts]),
        np.array([profile[c.job_class].weekend_factor for c, _, _ in parts]),
        calendar,
    )


def _tariff(scenario: Scenario, calendar: Calendar) -> Array:
    """Tariff of each hour from each region's kinds of hours (R, H) [CNY/MWh]."""
    t = scenario
    price = {row.region: row for row in t.tariffs}
    letters = {(x.region, x.season): x.hours for x in t.tariff_hours}
    names = {"s": "sharp", "p": "peak", "f": "flat", "v": "valley", "d": "deep"}
    out = np.zeros((len(t.regions), calendar.hours))
    for i, region in enumerate(t.regions):
        row = price[region.region]
        table = np.array(
            [
                [getattr(row, f"{names[x]}_cny_per_mwh") for x in letters[region.region, season]]
                for season in SEASONS
            ],
            float,
        )
        out[i] = table[calendar.season, calendar.hour_of_day]
    return out
