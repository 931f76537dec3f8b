"""Where figures come from: what every row may say of itself, scalars, column notes and sources."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(min_length=1)]
Confidence = Literal["sourced", "derived", "recalled", "assumed"]

PROVENANCE = ("source", "year", "confidence", "note")
ASSUMPTION = "assumption"  # stands where the id of a source would


class Strict(BaseModel):
    """Frozen, finite, and nothing in it that was not asked for."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=True
    )


class Row(Strict):
    """What rows share: where the figures come from. Empty: as fields.csv says of the column."""

    source: str = ""
    year: str = ""
    confidence: Literal[Confidence, ""] = ""
    note: str = ""


class Figure(Strict):
    """A scalar with its unit and where it comes from: a row of parameters.csv."""

    name: Text
    value: float
    unit: Text
    year: str
    source: str
    confidence: Confidence
    note: str = ""


class FieldNote(Strict):
    """What fields.csv says of a column: unit, origin, meaning. `h00..h23` stands for all 24."""

    table: Text
    column: Text
    unit: str
    year: str
    source: str
    confidence: Confidence
    description: Text
    note: str = ""


class Source(Strict):
    """A source, by the id that tables refer to."""

    id: Text
    source: Text


class Parameters(Strict):
    """The scalars of a scenario, as `parameters.name` or `parameters["name"]`.

    Attributes:
        carbon_price_cny_per_t: price put on emissions [CNY/t].
        energised_share: servers switched on, of design IT power [-].
        idle_share: power of a server without work, of its greatest power [-].
        max_utilisation: greatest share of the span above idle that work may fill [-].
        it_load_share: national mean IT load, of design IT power [-].
        rtt_overhead_one_way_ms: [ms]. fibre_route_factor: fibre over great-circle length [-].
        fibre_ms_per_km: one way [ms/km].
        transfer_energy_kwh_per_gb: [kWh/GB]. transfer_price_cny_per_gb: [CNY/GB].
        value_of_lost_load_cny_per_mwh: price of demand not met [CNY/MWh].
        national_dc_energy_twh: data centers in a year [TWh]. national_dc_racks_m: [million].
        rack_design_kw: [kW]. national_pue: [-]. national_factor_kg_per_mwh: [kg/MWh].
            The last five are targets to validate against; None where the scenario has none.
        discount_rate_per_a: interest on what is built [1/a]. line_route_factor: a line's length over
            great-circle length [-]. converter_loss_share: lost at both ends of a DC line [-].
            line_loss_share_per_1000_km: lost on each 1000 km of it [-]. With capital.csv; else None.
    """

    carbon_price_cny_per_t: float = Field(ge=0)
    energised_share: float = Field(gt=0, le=1)
    idle_share: float = Field(ge=0, lt=1)
    max_utilisation: float = Field(gt=0, le=1)
    it_load_share: float = Field(ge=0, le=1)
    rtt_overhead_one_way_ms: float = Field(ge=0)
    fibre_route_factor: float = Field(ge=1)
    fibre_ms_per_km: float = Field(ge=0)
    transfer_energy_kwh_per_gb: float = Field(ge=0)
    transfer_price_cny_per_gb: float = Field(ge=0)
    value_of_lost_load_cny_per_mwh: float = Field(gt=0)
    national_dc_energy_twh: float | None = Field(None, gt=0)
    national_dc_racks_m: float | None = Field(None, gt=0)
    rack_design_kw: float | None = Field(None, gt=0)
    national_pue: float | None = Field(None, ge=1)
    national_factor_kg_per_mwh: float | None = Field(None, ge=0)
    discount_rate_per_a: float | None = Field(None, ge=0)
    line_route_factor: float | None = Field(None, ge=1)
    converter_loss_share: float | None = Field(None, ge=0, lt=1)
    line_loss_share_per_1000_km: float | None = Field(None, ge=0, lt=1)

    def __getitem__(self, name: str) -> float | None:
        if name not in Parameters.model_fields:
            raise KeyError(name)
        return getattr(self, name)
