"""ENTSO-E Transparency Platform: actual generation per production type, fetched by entsoe-py.

Source: ENTSO-E, "Actual Generation per Production Type" (16.1.B&C), https://transparency.entsoe.eu; entsoe-py,
https://github.com/EnergieID/entsoe-py. Intensities are of what the zone generates; imports are not counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import pandas as pd

from ..errors import InputError
from ..intensity import Intensity
from .factors import Scope
from .mix import NOT_COUNTED, intensity_of_mix, library, span
from .series import to_intensity

GENERATED, CONSUMED = "Actual Aggregated", "Actual Consumption"
TECHNOLOGIES = {
    "Biomass": "biomass",
    "Fossil Brown coal/Lignite": "lignite",
    "Fossil Coal-derived gas": "coal_gas",
    "Fossil Gas": "gas",
    "Fossil Hard coal": "coal",
    "Fossil Oil": "oil",
    "Fossil Oil shale": "oil_shale",
    "Fossil Peat": "peat",
    "Geothermal": "geothermal",
    "Hydro Run-of-river and poundage": "hydro",
    "Hydro Run-of-river and pondage": "hydro",
    "Hydro Water Reservoir": "hydro",
    "Marine": "marine",
    "Nuclear": "nuclear",
    "Solar": "solar",
    "Waste": "waste",
    "Wind Offshore": "wind_offshore",
    "Wind Onshore": "wind_onshore",
    "Hydro Pumped Storage": NOT_COUNTED,
    "Energy storage": NOT_COUNTED,
    "Other renewable": NOT_COUNTED,
    "Other": NOT_COUNTED,
    "Mixed": NOT_COUNTED,
}


def fetch_entsoe(
    area: str,
    start: datetime,
    end: datetime,
    *,
    api_key: str,
    scope: Scope,
    factors_kg_per_mwh: Mapping[str, float] | None = None,
    missing_is_zero: bool = False,
) -> Intensity:
    """Fetch the generation of an area from start to end and make its intensity.

    Args:
        area: as entsoe-py calls it, such as DE_LU.
        start, end: with their time zone.
        api_key: the user's own, from the platform.
        scope, factors_kg_per_mwh, missing_is_zero: see `intensity_of_generation`.

    Raises:
        InputError: entsoe-py is not installed or could not fetch; else as `intensity_of_generation`.
    """
    source = f"ENTSO-E {area}"
    first, last = span(start, end, source)
    client = library("entsoe", "entsoe-py").EntsoePandasClient(api_key=api_key)
    try:
        table = client.query_generation(area, start=first, end=last)
    except Exception as error:  # the network, the key, no data: whatever the library meets
        raise InputError(
            f"{source}: entsoe-py could not fetch it ({error!r}); check area, key, span"
        ) from error
    return intensity_of_generation(
        table,
        area,
        scope=scope,
        factors_kg_per_mwh=factors_kg_per_mwh,
        missing_is_zero=missing_is_zero,
    )


def intensity_of_generation(
    table: pd.DataFrame,
    area: str,
    *,
    scope: Scope,
    factors_kg_per_mwh: Mapping[str, float] | None = None,
    missing_is_zero: bool = False,
) -> Intensity:
    """The intensity of what `EntsoePandasClient.query_generation` gives.

    Args:
        table: generation [MW], indexed by local times with their zone; columns are production types, or pairs of
            a type and "Actual Aggregated" or "Actual Consumption", of which the consumption is left alone.
        area: what to call the zone.
        scope: direct or life cycle.
        factors_kg_per_mwh: other factors by technology than those of emission_factors.csv [kg/MWh].
        missing_is_zero: whether a missing value means no generation; else it raises.

    Raises:
        InputError: naming row and time; see `mix.intensity_of_mix` and `series.to_intensity`.
    """
    source = f"ENTSO-E {area}"
    known = {name.casefold(): name for name in TECHNOLOGIES}
    columns = {}
    for column in table.columns:
        name, what = column if isinstance(column, tuple) else (column, GENERATED)
        if what == CONSUMED:
            continue
        if what != GENERATED:
            raise InputError(f"{source}: a column is '{column}'; use what query_generation gives")
        columns[known.get(str(name).casefold(), str(name))] = table[column]
    series, words = intensity_of_mix(
        pd.DataFrame(columns, index=table.index),
        TECHNOLOGIES,
        scope,
        source=source,
        factors_kg_per_mwh=factors_kg_per_mwh,
        missing_is_zero=missing_is_zero,
    )
    return to_intensity(
        {area: series}, source=f"{source} ({words})", kind="average", lowest_mean=0.0
    )
