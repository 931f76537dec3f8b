"""The rows of a scenario's tables, one frozen type a table.

An attribute has the name of its column (`class`, which Python keeps for itself, is `job_class`),
and its annotation holds the limits of the column. A row that says where its figures come from
overrides what fields.csv says of its columns.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

from pydantic import Field

from .calendar import SEASONS
from .columns import Spread
from .provenance import Row, Text

NonNegative = Annotated[float, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=1)]
LossShare = Annotated[float, Field(ge=0, lt=1)]
Efficiency = Annotated[float, Field(gt=0, le=1)]
Percent = Annotated[float, Field(ge=0, le=100)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Band = Annotated[int, Field(ge=1, le=4)]

Grid = Literal["north", "northeast", "east", "central", "northwest", "south", "southwest"]
Season = Literal["winter", "spring", "summer", "autumn"]
Letter = Literal["s", "p", "f", "v", "d"]
SeasonalT = TypeVar("SeasonalT", "LoadShape", "TariffHours")
Hours = Annotated[tuple[NonNegative, ...], Spread("h", 0, 24)]
Letters = Annotated[tuple[Letter, ...], Spread("h", 0, 24)]
Months = Annotated[tuple[NonNegative, ...], Spread("m", 1, 12)]
MonthsAnySign = Annotated[tuple[float, ...], Spread("m", 1, 12)]


class Region(Row):
    """A province. consumption_twh [TWh/a], altitude_m [m], official factor [kg/MWh], shares [%]."""

    region: Text
    name_en: Text
    name_zh: str
    grid: Grid
    side: Literal["east", "central", "northeast", "west"]
    lat: Latitude
    lon: Longitude
    altitude_m: float
    consumption_twh: NonNegative
    work_weight: NonNegative
    official_factor_kg_per_mwh: NonNegative | None
    wind_curtailment_pct: Percent | None
    solar_curtailment_pct: Percent | None


class Technology(Row):
    """A way to generate. emission_kg_per_mwh: direct CO2 per MWh generated [kg/MWh]."""

    technology: Text
    name_zh: str
    kind: Literal["thermal", "nuclear", "hydro", "wind", "solar", "biomass"]
    renewable: bool
    emission_kg_per_mwh: NonNegative


class Generator(Row):
    """All units of one technology in a region.

    Attributes:
        capacity_mw: nameplate [MW].
        full_load_h: energy on offer, before curtailment, per MW and year [h]; None for thermal.
        availability_share, minimum_share: of capacity, greatest and least output [-].
        variable_cost_cny_per_mwh: without carbon [CNY/MWh]; may be negative.
        emission_kg_per_mwh: [kg/MWh]; None: as the technology's.
    """

    region: Text
    technology: Text
    capacity_mw: NonNegative
    full_load_h: NonNegative | None
    availability_share: Share
    minimum_share: Share
    variable_cost_cny_per_mwh: float
    emission_kg_per_mwh: NonNegative | None


class Line(Row):
    """A way for power between two regions. Capacities there and back [MW], length [km].

    reactance_pu: in series, per unit of 100 MVA; with `network: power_flow` the line obeys Kirchhoff.
    None: its flow can be set at will (DC links) [-].
    """

    from_region: Text
    to_region: Text
    capacity_mw: NonNegative
    capacity_back_mw: NonNegative
    length_km: NonNegative
    loss_share: LossShare
    wheeling_cost_cny_per_mwh: NonNegative
    reactance_pu: Positive | None = None


class Storage(Row):
    """All storage of one technology in a region. power [MW], energy [MWh], standing loss [1/h]."""

    region: Text
    technology: Literal["pumped_hydro", "battery"]
    power_mw: NonNegative
    energy_mwh: NonNegative
    efficiency_charge: Efficiency
    efficiency_discharge: Efficiency
    standing_loss_per_h: LossShare
    variable_cost_cny_per_mwh: NonNegative


class Site(Row):
    """A place with servers. it_design_mw [MW of IT], wue_l_per_kwh [L/kWh of IT energy]."""

    site: Text
    name_en: Text
    name_zh: str
    region: Text
    kind: Literal["cluster", "provincial"]
    hub: str
    lat: Latitude
    lon: Longitude
    it_design_mw: NonNegative
    climate_zone: Band
    cooling_grade: Band
    pue_offset: float
    cooling: Literal["chilled_water", "indirect_evaporative", "air_economiser"]
    wue_l_per_kwh: NonNegative
    hardware_efficiency: Positive


class Cooling(Row):
    """T/CAR 9.2: PUE = (1 + other_overhead_share)·(1 + 1/gcop) by climate zone and grade [-]."""

    climate_zone: Band
    cooling_grade: Band
    gcop: Positive
    other_overhead_share: NonNegative


class JobClass(Row):
    """A kind of work.

    Attributes:
        share: of all work [-]. slack_h: whole hours that it may wait [h].
        rtt_limit_ms: greatest round-trip time [ms].
        accepts: any site, clusters only, or home only.
        data_gb_per_mwh: data that moves with the work [GB/MWh].
        delay_value_cny_per_mwh_h, latency_value_cny_per_mwh_ms, unserved_penalty_cny_per_mwh:
            what an hour, a millisecond and never being run cost.
        resident_share: share that must stay in the province it comes from [-].
        length_h: whole hours that a piece of it runs; None: one (assumed) [h].
    """

    job_class: Text = Field(alias="class")
    name_zh: str
    share: Share
    slack_h: Annotated[int, Field(ge=0)]
    rtt_limit_ms: Positive
    accepts: Literal["any", "clusters", "home"]
    data_gb_per_mwh: NonNegative
    delay_value_cny_per_mwh_h: NonNegative
    latency_value_cny_per_mwh_ms: NonNegative
    unserved_penalty_cny_per_mwh: NonNegative
    resident_share: Share
    length_h: Annotated[int, Field(ge=1)] | None = None


class Profile(Row):
    """Relative arrivals of a class by hour of the day, mean 1; weekends times weekend_factor."""

    job_class: Text = Field(alias="class")
    hours: Hours
    weekend_factor: NonNegative


class LoadShape(Row):
    """Relative demand of a region by hour of the day in a season (`all` is read as four rows)."""

    region: Text
    season: Literal[Season, "all"]
    hours: Hours

    def by_season(self) -> tuple[LoadShape, ...]:
        """Itself, or four rows where the season is `all`."""
        return _each_season(self)


class Temperature(Row):
    """Monthly mean air temperature at a site [°C]."""

    site: Text
    months: MonthsAnySign


class HydroShape(Row):
    """Relative inflow by month on a grid, mean 1."""

    grid: Grid
    months: Months


class Tariff(Row):
    """What electricity costs a data center in each kind of hour [CNY/MWh]; None: no such hour."""

    region: Text
    sharp_cny_per_mwh: NonNegative | None
    peak_cny_per_mwh: NonNegative | None
    flat_cny_per_mwh: NonNegative | None
    valley_cny_per_mwh: NonNegative | None
    deep_cny_per_mwh: NonNegative | None


class TariffHours(Row):
    """The kind of each hour: s sharp, p peak, f flat, v valley, d deep (`all`: four seasons)."""

    region: Text
    season: Literal[Season, "all"]
    hours: Letters

    def by_season(self) -> tuple[TariffHours, ...]:
        """Itself, or four rows where the season is `all`."""
        return _each_season(self)


class Capital(Row):
    """What something costs to build and to keep.

    Attributes:
        item: a data-center hall without servers, by its IT power; a DC line, by capacity and length; its
            pair of converters, by capacity; wind and solar power.
        capex: before interest [unit]. lifetime_a: years over which it is paid back [a].
        fixed_share_per_a: upkeep a year, of capex [1/a].
    """

    item: Literal["data_center_hall", "hvdc_line", "hvdc_converters", "wind", "solar"]
    capex: NonNegative
    unit: Literal["CNY/kW", "CNY/MW", "CNY/(MW km)"]
    lifetime_a: Positive
    fixed_share_per_a: Share


def _each_season(row: SeasonalT) -> tuple[SeasonalT, ...]:
    if row.season != "all":
        return (row,)
    return tuple(row.model_copy(update={"season": season}) for season in SEASONS)
