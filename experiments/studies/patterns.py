"""Which published patterns come out of agents who decide, and which do not.

Several patterns at once, at different scales (pattern-oriented modelling, V. Grimm and S. Railsback). The criterion of
each is written beside it, and so is what was calibrated: a pattern that was put in proves nothing by coming out.
Operators have market power; work grows, sites are built, subsidies and certificates run as economy.csv says.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from westshift.models.errors import InputError
from westshift.models.scenario import Scenario
from westshift.models.year import horizons, make_year
from westshift.sim.economy.conduct import market_power
from westshift.sim.economy.economy import Economy
from westshift.sim.economy.start import start_of

from .economies import run_economy
from .pattern_checks import (
    certificates,
    nation,
    new_halls,
    pct,
    routes,
    western_pct,
    western_share,
    who_moves,
)
from .patterns_figure import caption, figure_of
from .study import Drawing, Progress, Study

NAME = "patterns"
Array = np.ndarray


def run(
    scenario: Scenario, progress: Progress, years: int = 10, growth: str | None = None
) -> Study:
    """The economy over so many years, and the table of patterns."""
    if years < 2:
        raise InputError(f"--years {years}: patterns compare years; give 2 or more")
    start = start_of(scenario, 12 * years, growth)
    progress.start(start.months)
    economy = run_economy(start, market_power(start.behaviour), "agents", progress.tick)
    found = (
        nation(scenario, economy), western_share(scenario, economy), new_halls(economy),
        certificates(economy), who_moves(economy), *routes(scenario, economy),
    )  # fmt: skip
    rows = pd.DataFrame([vars(p) for p in found])
    rows["comes_out"] = [{True: "yes", False: "no", None: "n/a"}[p.comes_out] for p in found]
    series = monthly(scenario, economy)
    chosen = horizons(scenario, make_year(scenario))
    out = [p.pattern for p in found if p.comes_out]
    no = [p.pattern for p in found if p.comes_out is False]
    return Study(
        name=NAME,
        title=f"Published patterns against {years} years of agents",
        scenario=scenario,
        horizons=chosen,
        tables={NAME: rows, "monthly": series, "sites": by_site(economy)},
        drawings={
            NAME: Drawing(
                figure_of(series, economy.start.behaviour), series, caption(scenario, chosen, years)
            )
        },
        sentences=(
            f"Does not come out: {', '.join(no) if no else 'none'}.",
            f"Comes out: {', '.join(out) if out else 'none'}.",
        ),
    )


def monthly(s: Scenario, economy: Economy) -> pd.DataFrame:
    """One row a month: shares, use, prices, building."""
    hub = economy.western_hub
    rows = []
    for k, m in enumerate(economy.months):
        work = m.utilisation * m.capacity_mw
        price = m.certificates.price
        arrived = float(m.tenant_work_mwh.sum())
        rows.append(
            {
                "month": k,
                "western_pct_of_eastern_work": western_pct(s, economy, slice(k, k + 1)),
                "use_west_pct": pct(work[hub], m.capacity_mw[hub]),
                "use_other_pct": pct(work[~hub], m.capacity_mw[~hub]),
                "capacity_west_mw": float(m.capacity_mw[hub].sum()),
                "capacity_other_mw": float(m.capacity_mw[~hub].sum()),
                "started_mw": float(m.started_mw.sum()),
                "work_gwh": float(m.ledger.stream_mwh.sum()) / 1e3,
                "unserved_pct": 100.0 * float(m.tenant_unserved_mwh.sum()) / arrived
                if arrived
                else 0.0,
                "price_cny_per_mwh": m.price_cny_per_mwh,
                "certificate_cny_per_mwh": np.nan if price is None else price,
                "certificates_issued_gwh": m.certificates.issued_mwh / 1e3,
                "certificates_retired_gwh": m.certificates.retired_mwh / 1e3,
                "claimed_kt": m.certificates.claimed_kg / 1e6,
                "system_kt": m.ledger.system_kg / 1e6,
                "shed_mwh": m.ledger.shed_mwh,
            }
        )
    return pd.DataFrame(rows)


def by_site(economy: Economy) -> pd.DataFrame:
    """One row a site: room at first and at last, its use."""
    first, last = economy.months[0], economy.months[-1]
    return pd.DataFrame(
        {
            "site": list(economy.compute.sites),
            "western_hub": economy.western_hub,
            "capacity_first_mw": first.capacity_mw,
            "capacity_last_mw": last.capacity_mw,
            "use_first_pct": 100.0 * first.utilisation,
            "use_last_pct": 100.0 * last.utilisation,
            "margin_last_cny_per_mwh": last.margin_cny_per_mwh,
        }
    )
