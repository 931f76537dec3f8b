"""Both sides of the margin, of emissions and price, in regions and hours of a scenario's baseline."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from westshift.experiments.simulate import cases_of
from westshift.models.errors import InputError, suggest
from westshift.models.scenario import Scenario
from westshift.models.year import horizons, make_year
from westshift.sim.run import Programs, run_case
from westshift.sim.settle import margins


def margin_table(
    scenario: Scenario,
    regions: tuple[str, ...],
    first_h: int,
    last_h: int,
    tell: Callable[[str], None] = lambda what: None,
) -> pd.DataFrame:
    """One row a region and hour.

    Columns: region, hour_of_year; average_kg_per_mwh; marginal_kg_per_mwh by the basis, and by a little less and a
    little more demand; price likewise [CNY/MWh]; kink, which of the two differ between the sides.

    Args:
        scenario: its baseline's grid is looked at. regions: codes. first_h, last_h: hours of the year,
            both included, in one of the scenario's horizons. tell: called with what is being done.

    Raises:
        InputError: no such region, or the hours lie in none of the horizons.
    """
    known = [r.region for r in scenario.regions]
    for name in regions:
        if name not in known:
            raise InputError(f"region '{name}' is not known; {suggest(name, known)}")
    year = make_year(scenario)
    chosen = horizons(scenario, year)
    cases = cases_of(scenario, year, ())
    within = [
        i for i, h in enumerate(chosen) if h.start_h <= first_h <= last_h < h.start_h + h.length_h
    ]
    if not within:
        simulated = ", ".join(f"{h.start_h} to {h.start_h + h.length_h - 1}" for h in chosen[:6])
        more = ", …" if len(chosen) > 6 else ""
        raise InputError(
            f"hours {first_h} to {last_h} lie in none of the simulated stretches ({simulated}{more}): choose some "
            "that do, or add --year"
        )
    h, case = chosen[within[0]], cases[within[0]]
    tell(f"the baseline's grid in {h.name}")
    programs = Programs()
    base = run_case(case, programs=programs)[case.baseline]
    hours = range(first_h - h.start_h, last_h - h.start_h + 1)
    places = [(known.index(name), t) for name in regions for t in hours]
    tell(f"{2 * len(places)} dispatches beside it")
    found = margins(case.actual, base.carried.work_mw, programs.dispatch, places)
    kinds = np.array(["", "emissions", "price", "emissions and price"])
    return pd.DataFrame(
        {
            "region": [known[r] for r in found.region],
            "hour_of_year": found.hour + h.start_h,
            "average_kg_per_mwh": base.settled.intensity_kg_per_mwh[found.region, found.hour],
            "marginal_kg_per_mwh": found.emission_kg_per_mwh,
            "less_kg_per_mwh": found.emission_less_kg_per_mwh,
            "more_kg_per_mwh": found.emission_more_kg_per_mwh,
            "price_cny_per_mwh": found.price_cny_per_mwh,
            "price_less_cny_per_mwh": found.price_less_cny_per_mwh,
            "price_more_cny_per_mwh": found.price_more_cny_per_mwh,
            "kink": kinds[1 * found.emission_differs + 2 * found.price_differs],
        }
    )
