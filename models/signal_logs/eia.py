"""U.S. EIA: hourly net generation by energy source (form EIA-930), fetched by gridstatus.

Source: EIA Hourly Electric Grid Monitor, https://www.eia.gov/electricity/gridmonitor; gridstatus,
https://github.com/gridstatus/gridstatus. Intensities are of what the balancing authority generates; imports are not
counted. EIA names an hour by its end; gridstatus gives its beginning, which is what counts here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import pandas as pd

from ..errors import InputError
from ..intensity import Intensity
from .factors import Scope
from .mix import NOT_COUNTED, intensity_of_mix, library, span
from .series import to_intensity

DATASET = "electricity/rto/fuel-type-data"
BEGIN, AUTHORITY = "Interval Start", "Respondent"
OTHER_COLUMNS = (BEGIN, "Interval End", AUTHORITY, "Respondent Name")
TECHNOLOGIES = {
    "Coal": "coal",
    "Geothermal": "geothermal",
    "Hydro": "hydro",
    "Natural Gas": "gas",
    "Nuclear": "nuclear",
    "Petroleum": "oil",
    "Solar": "solar",
    "Wind": "wind_onshore",
    "Solar With Integrated Battery Storage": "solar",
    "Wind With Integrated Battery Storage": "wind_onshore",
    "Battery Storage": NOT_COUNTED,
    "Other Energy Storage": NOT_COUNTED,
    "Pumped Storage": NOT_COUNTED,
    "Unknown Energy Storage": NOT_COUNTED,
    "Other": NOT_COUNTED,
}


def fetch_eia(
    authorities: Sequence[str],
    start: datetime,
    end: datetime,
    *,
    api_key: str,
    scope: Scope,
    factors_kg_per_mwh: Mapping[str, float] | None = None,
    missing_is_zero: bool = False,
) -> Intensity:
    """Fetch the generation of balancing authorities from start to end and make their intensities.

    Args:
        authorities: as EIA calls them, such as CISO or ERCO.
        start, end: with their time zone.
        api_key: the user's own, from EIA.
        scope, factors_kg_per_mwh, missing_is_zero: see `intensity_of_fuel_types`.

    Raises:
        InputError: gridstatus is not installed or could not fetch; else as `intensity_of_fuel_types`.
    """
    first, last = span(start, end, "EIA")
    client = library("gridstatus", "gridstatus").EIA(api_key=api_key)
    try:
        table = client.get_dataset(
            DATASET, start=first, end=last, facets={"respondent": list(authorities)}
        )
    except Exception as error:  # the network, the key, no data: whatever the library meets
        raise InputError(
            f"EIA: gridstatus could not fetch it ({error!r}); check key and span"
        ) from error
    missing = set(authorities) - set(table.get(AUTHORITY, ()))
    if missing:
        raise InputError(f"EIA: gave nothing of {', '.join(sorted(missing))}; check the names")
    return intensity_of_fuel_types(
        table,
        scope=scope,
        factors_kg_per_mwh=factors_kg_per_mwh,
        missing_is_zero=missing_is_zero,
    )


def intensity_of_fuel_types(
    table: pd.DataFrame,
    *,
    scope: Scope,
    factors_kg_per_mwh: Mapping[str, float] | None = None,
    missing_is_zero: bool = False,
) -> Intensity:
    """The intensity of what `gridstatus.EIA.get_dataset("electricity/rto/fuel-type-data")` gives.

    Args:
        table: columns Interval Start (with its zone), Respondent and one a fuel [MW]; each authority a zone.
        scope: direct or life cycle.
        factors_kg_per_mwh: other factors by technology than those of emission_factors.csv [kg/MWh].
        missing_is_zero: whether a missing value means no generation; else it raises.

    Raises:
        InputError: naming row and time; see `mix.intensity_of_mix` and `series.to_intensity`.
    """
    for column in (BEGIN, AUTHORITY):
        if column not in table:
            raise InputError(f"EIA: there is no column '{column}'; use what gridstatus gives")
    zones, remarks = {}, []
    for authority, rows in table.groupby(AUTHORITY, sort=False):
        own = rows.set_index(BEGIN).drop(
            columns=[c for c in OTHER_COLUMNS if c in rows and c != BEGIN]
        )
        zones[str(authority)], words = intensity_of_mix(
            own,
            TECHNOLOGIES,
            scope,
            source=f"EIA {authority}",
            factors_kg_per_mwh=factors_kg_per_mwh,
            missing_is_zero=missing_is_zero,
        )
        remarks.append(f"{authority}: {words}")
    return to_intensity(
        zones, source=f"EIA ({'; '.join(remarks)})", kind="average", lowest_mean=0.0
    )
