"""The rows of the tables on what may be built: costs, embodied carbon, halls, plants, quotas, growth.

All of these tables are optional: a scenario that only schedules needs none. A row that says where its figures come
from overrides what fields.csv says of its columns, as in `rows`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .provenance import Row, Text
from .rows import Band, Efficiency, LossShare, NonNegative, Positive, Share


class BuildCost(Row):
    """What something costs to build and to keep, beside what capital.csv has.

    Attributes:
        item: servers by their IT power; the power and the energy of a battery; a small modular reactor.
        capex: before interest [unit]. lifetime_a: years over which it is paid back [a].
        fixed_share_per_a: upkeep a year, of capex [1/a].
    """

    item: Literal["servers", "battery_power", "battery_energy", "smr"]
    capex: NonNegative
    unit: Literal["CNY/kW", "CNY/kWh"]
    lifetime_a: Positive
    fixed_share_per_a: Share


class Embodied(Row):
    """CO2 of making something [unit], spread over its life in capital.csv or build_costs.csv."""

    item: Literal[
        "data_center_hall", "servers", "wind", "solar", "battery_power", "battery_energy", "smr",
        "hvdc_line", "hvdc_converters",
    ]  # fmt: skip
    kg: NonNegative
    unit: Literal["kg/kW", "kg/kWh", "kg/MW", "kg/(MW km)"]


class Hall(Row):
    """A way to cool a new hall.

    Attributes:
        technology: name. cooling, cooling_grade, pue_offset, wue_l_per_kwh: as in sites.csv, for new halls.
        capex_factor: its hall over that of capital.csv [-].
    """

    technology: Text
    name_zh: str
    cooling: Literal["chilled_water", "indirect_evaporative", "air_economiser"]
    cooling_grade: Band
    pue_offset: float
    wue_l_per_kwh: NonNegative
    capex_factor: NonNegative


class NewPlant(Row):
    """How new plants and batteries run.

    Attributes:
        technology: wind and sun have the hours of the region's own; smr is what it is called.
        availability_share: greatest output of capacity, on top of the hours of wind and sun [-].
        variable_cost_cny_per_mwh: per MWh made or discharged [CNY/MWh]. emission_kg_per_mwh: [kg/MWh].
        efficiency_charge, efficiency_discharge, standing_loss_per_h: of a battery; empty for others.
    """

    technology: Literal["wind", "solar", "smr", "battery"]
    availability_share: Share
    variable_cost_cny_per_mwh: NonNegative
    emission_kg_per_mwh: NonNegative
    efficiency_charge: Efficiency | None = None
    efficiency_discharge: Efficiency | None = None
    standing_loss_per_h: LossShare | None = None


class Quota(Row):
    """What may be built in a region, at most. Empty: as much as is wanted of energy and water, any PUE.

    Attributes:
        halls_mw: IT power of new halls, by land and by approval [MW].
        energy_gwh: what new halls may draw in a year [GWh/a]. water_m3: on site, in a year [m³/a].
        pue_cap: of a new hall, mean of the year [-].
        occupancy_floor: least share of a new hall's racks that have servers [-].
        wind_mw, solar_mw, smr_mw, battery_mw: new plants and batteries [MW].
    """

    region: Text
    halls_mw: NonNegative
    energy_gwh: NonNegative | None
    water_m3: NonNegative | None
    pue_cap: Annotated[float, Field(ge=1)] | None
    occupancy_floor: Share
    wind_mw: NonNegative
    solar_mw: NonNegative
    smr_mw: NonNegative
    battery_mw: NonNegative


class LineQuota(Row):
    """A DC line that may be built between two regions, of at most so much in each direction [MW]."""

    from_region: Text
    to_region: Text
    most_mw: NonNegative


class Growth(Row):
    """How work and other demand grow on one path.

    Attributes:
        growth: name of the path. growth_year: of these figures.
        likelihood: of the path, relative to the others [-].
        work_factor, demand_factor: work above idle, and other demand, over the scenario's own year [-].
    """

    growth: Text
    growth_year: Annotated[int, Field(ge=1900, le=2200)]
    likelihood: NonNegative
    work_factor: Positive
    demand_factor: Positive
