"""The tables of a scenario: which files there are, what their rows are, what names a row."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel

from .provenance import FieldNote, Figure, Source, Strict
from .rows import (
    Capital,
    Cooling,
    Generator,
    HydroShape,
    JobClass,
    Line,
    LoadShape,
    Profile,
    Region,
    Site,
    Storage,
    Tariff,
    TariffHours,
    Technology,
    Temperature,
)
from .siting_rows import BuildCost, Embodied, Growth, Hall, LineQuota, NewPlant, Quota


@dataclass(frozen=True)
class TableSpec:
    """File stem of a table, type of its rows, columns that name a row, fewest rows, whether it must be there."""

    stem: str
    row: type[BaseModel]
    key: tuple[str, ...]
    min_rows: int = 0
    optional: bool = False


class Tables(Strict):
    """The tables of a scenario, row by row in the order of the files."""

    regions: tuple[Region, ...]
    technologies: tuple[Technology, ...]
    generators: tuple[Generator, ...]
    lines: tuple[Line, ...]
    storage: tuple[Storage, ...]
    sites: tuple[Site, ...]
    cooling: tuple[Cooling, ...]
    classes: tuple[JobClass, ...]
    profiles: tuple[Profile, ...]
    load_shape: tuple[LoadShape, ...]
    temperature: tuple[Temperature, ...]
    hydro_shape: tuple[HydroShape, ...]
    tariffs: tuple[Tariff, ...]
    tariff_hours: tuple[TariffHours, ...]
    figures: tuple[Figure, ...]
    fields: tuple[FieldNote, ...]
    sources: tuple[Source, ...]
    capital: tuple[Capital, ...] = ()
    build_costs: tuple[BuildCost, ...] = ()
    embodied: tuple[Embodied, ...] = ()
    halls: tuple[Hall, ...] = ()
    plants: tuple[NewPlant, ...] = ()
    quotas: tuple[Quota, ...] = ()
    line_quotas: tuple[LineQuota, ...] = ()
    growth: tuple[Growth, ...] = ()
    economy: tuple[Figure, ...] = ()


TABLES: dict[str, TableSpec] = {  # one for each attribute of Tables
    "regions": TableSpec("regions", Region, ("region",), 1),
    "technologies": TableSpec("technologies", Technology, ("technology",), 1),
    "generators": TableSpec("generators", Generator, ("region", "technology")),
    "lines": TableSpec("lines", Line, ("from_region", "to_region")),
    "storage": TableSpec("storage", Storage, ("region", "technology")),
    "sites": TableSpec("sites", Site, ("site",), 1),
    "cooling": TableSpec("cooling", Cooling, ("climate_zone", "cooling_grade"), 1),
    "classes": TableSpec("classes", JobClass, ("class",), 1),
    "profiles": TableSpec("profiles", Profile, ("class",), 1),
    "load_shape": TableSpec("load_shape", LoadShape, ("region", "season"), 1),
    "temperature": TableSpec("temperature", Temperature, ("site",), 1),
    "hydro_shape": TableSpec("hydro_shape", HydroShape, ("grid",)),
    "tariffs": TableSpec("tariffs", Tariff, ("region",), 1),
    "tariff_hours": TableSpec("tariff_hours", TariffHours, ("region", "season"), 1),
    "figures": TableSpec("parameters", Figure, ("name",), 1),
    "fields": TableSpec("fields", FieldNote, ("table", "column"), 1),
    "sources": TableSpec("sources", Source, ("id",)),
    "capital": TableSpec("capital", Capital, ("item",), optional=True),
    "build_costs": TableSpec("build_costs", BuildCost, ("item",), optional=True),
    "embodied": TableSpec("embodied", Embodied, ("item",), optional=True),
    "halls": TableSpec("halls", Hall, ("technology",), optional=True),
    "plants": TableSpec("plants", NewPlant, ("technology",), optional=True),
    "quotas": TableSpec("quotas", Quota, ("region",), optional=True),
    "line_quotas": TableSpec("line_quotas", LineQuota, ("from_region", "to_region"), optional=True),
    "growth": TableSpec("growth", Growth, ("growth", "growth_year"), optional=True),
    "economy": TableSpec("economy", Figure, ("name",), optional=True),
}
SELF_DESCRIBED = (
    "figures",
    "economy",
    "fields",
    "sources",
)  # their rows hold unit and origin themselves
