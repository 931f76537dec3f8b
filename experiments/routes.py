"""Carbon by route: what work emits at the site it goes to, against what it would have at home."""

from __future__ import annotations

import numpy as np
import pandas as pd

from westshift.experiments.simulate import Run
from westshift.models.ledger import Ledger
from westshift.models.scenario import Scenario
from westshift.models.site import annual_pue
from westshift.models.system import Compute

Array = np.ndarray


def site_annual_pue(scenario: Scenario) -> np.ndarray:
    """Mean PUE of the year of each site, by the law of its climate zone and grade (S,) [-]."""
    law = {(row.climate_zone, row.cooling_grade): row for row in scenario.cooling}
    rows = [law[s.climate_zone, s.cooling_grade] for s in scenario.sites]
    return annual_pue(
        np.array([r.gcop for r in rows]),
        np.array([r.other_overhead_share for r in rows]),
        np.array([s.pue_offset for s in scenario.sites]),
    )


def official_t_per_gwh(scenario: Scenario, compute: Compute) -> pd.DataFrame:
    """Carbon avoided per GWh of work moved, by official annual factors alone [t/GWh].

    Home PUE x factor, by the capacity of the origin's own sites, less PUE x factor at the site, less
    the network's energy at the site's factor for the most data-heavy class. Annual mean PUE by law.

    Returns:
        origins by cluster sites; positive where moving avoids carbon, negative where it emits more,
        NaN where no factor is published.
    """
    pue = site_annual_pue(scenario)
    factor = {r.region: r.official_factor_kg_per_mwh for r in scenario.regions}
    here = np.array(
        [np.nan if factor[s.region] is None else factor[s.region] for s in scenario.sites], float
    )
    per_work = pue / compute.site_efficiency * here  # kg/MWh is t/GWh
    network = float(compute.stream_transfer_mwh_per_mwh.max(initial=0.0))
    table = {}
    for origin, region in zip(compute.origins, compute.origin_region, strict=True):
        own = np.flatnonzero(compute.site_region == region)
        share = compute.site_capacity_mw[own]
        home = np.average(per_work[own], weights=share if share.sum() > 0 else None)
        table[origin] = {
            site.site: home - per_work[s] - (network * here[s] if site.region != origin else 0.0)
            for s, site in enumerate(scenario.sites)
            if site.kind == "cluster"
        }
    return pd.DataFrame.from_dict(table, orient="index")


def route_table(run: Run, policy: str) -> pd.DataFrame:
    """What went where under a policy, and what it avoided, route by route.

    A route is an origin and a site in another region. Avoided: work moved times what work of the same
    origin and class emitted per MWh under the baseline, less what it emitted there; both at the hourly
    average of the baseline's grid. The rest of a policy's location-based figure is work that stayed
    home and ran at another hour or another site of its own region (`home_avoided_t`).

    Returns:
        origin, site, moved_gwh, avoided_t, avoided_t_per_gwh, official_t_per_gwh,
        added_rtt_ms; most moved first.
    """
    c = run.year.system.compute
    gain = stream_avoided_t(c, run.ledgers[policy], run.ledgers[run.scenario.baseline])
    moved = run.ledgers[policy].stream_mwh / 1e3
    frame = pd.DataFrame(
        {
            "origin": np.array(c.origins)[c.stream_origin],
            "site": np.array(c.sites)[c.stream_site],
            "moved_gwh": moved,
            "avoided_t": gain,
            "rtt": c.stream_added_rtt_ms * moved,
        }
    )[~c.stream_home & (moved > 1e-9)]
    table = frame.groupby(["origin", "site"], as_index=False, sort=False).sum()
    table["avoided_t_per_gwh"] = table["avoided_t"] / table["moved_gwh"]
    official = official_t_per_gwh(run.scenario, c)
    table["official_t_per_gwh"] = [
        official.at[o, s] if s in official.columns else np.nan
        for o, s in zip(table["origin"], table["site"], strict=True)
    ]
    table["added_rtt_ms"] = table.pop("rtt") / table["moved_gwh"]
    return table.sort_values("moved_gwh", ascending=False, kind="stable", ignore_index=True)


def home_avoided_t(run: Run, policy: str) -> float:
    """Location-based carbon avoided by work that stayed in its own region [t]."""
    c = run.year.system.compute
    gain = stream_avoided_t(c, run.ledgers[policy], run.ledgers[run.scenario.baseline])
    return float(gain[c.stream_home].sum())


def stream_avoided_t(c: Compute, ledger: Ledger, baseline: Ledger) -> Array:
    """Location-based carbon avoided on each stream against the baseline's rate for its work (Q,) [t]."""
    workload = c.stream_origin * len(c.classes) + c.stream_class
    n = len(c.origins) * len(c.classes)
    kg = np.bincount(workload, baseline.stream_location_kg, n)
    mwh = np.bincount(workload, baseline.stream_mwh, n)
    rate = np.divide(kg, mwh, out=np.zeros(n), where=mwh > 0)[workload]
    return (ledger.stream_mwh * rate - ledger.stream_location_kg) / 1e3
