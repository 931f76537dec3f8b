"""What lies between and around the sites: round-trip times, PUE by climate, the national account."""

from __future__ import annotations

import numpy as np

from westshift.models.network import fibre, rtt_ms
from westshift.models.scenario import Scenario, load_scenario
from westshift.models.site import annual_pue

from .case import Check, checks

LATENCY = "China latency table, RTT of a dedicated fibre (sites: S_PROBE; fibre: R_GEN), printed to 0.1 ms"
CAR = "S_CAR: T/CAR 9.2-2021, middle of the printed range, printed to 0.001"
NATIONAL = "National account 2023: doc000 (racks, energy), S_CURVE (rack), doc002 (PUE)"

RTT_MS = {
    ("BJ", "zhangjiakou"): 2.9,
    ("BJ", "wuhu"): 15.3,
    ("BJ", "shaoguan"): 25.4,
    ("BJ", "horinger"): 7.4,
    ("BJ", "guian"): 26.2,
    ("SH", "yrd"): 2.7,
    ("SH", "zhongwei"): 24.5,
    ("GD", "guian"): 12.6,
    ("GD", "shaoguan"): 4.5,
    ("ZJ", "qingyang"): 20.0,
    ("SC", "chongqing"): 5.5,
    ("HL", "guian"): 40.4,
    ("XZ", "tianfu"): 19.0,
}
PUE = {
    1: (1.189, 1.282, 1.466, 1.763),
    2: (1.189, 1.260, 1.421, 1.686),
    3: (1.189, 1.242, 1.387, 1.627),
    4: (1.189, 1.228, 1.359, 1.580),
}
"""By climate zone, for cooling grades 1 to 4."""


def run() -> tuple[Check, ...]:
    """All cases, on the shipped scenario east_west."""
    scenario = load_scenario("east_west")
    return round_trips(scenario) + pue_by_climate(scenario) + national_account(scenario)


def round_trips(scenario: Scenario) -> tuple[Check, ...]:
    """Least round-trip times over the scenario's fibre, to half of the last printed digit."""
    regions, sites = (r.region for r in scenario.regions), (s.site for s in scenario.sites)
    origins, names = tuple(regions), tuple(sites)
    found = rtt_ms(fibre(scenario.regions, scenario.sites, scenario.parameters), origins, names)
    return tuple(
        Check(
            "round-trip time",
            f"{origin} to {site}, ms",
            expected,
            float(found[origins.index(origin), names.index(site)]),
            0.0501 / expected,
            LATENCY,
        )
        for (origin, site), expected in RTT_MS.items()
    )


def pue_by_climate(scenario: Scenario) -> tuple[Check, ...]:
    """Annual mean PUE of each climate zone and cooling grade."""
    laws = {(x.climate_zone, x.cooling_grade): x for x in scenario.cooling}
    rows = []
    for zone, by_grade in PUE.items():
        for grade, expected in enumerate(by_grade, start=1):
            law = laws[zone, grade]
            found = annual_pue(
                np.array([law.gcop]), np.array([law.other_overhead_share]), np.zeros(1)
            )
            rows.append((f"zone {zone}, grade {grade}", expected, found[0]))
    return checks("PUE by climate", CAR, rows, tolerance=0.0005)


def national_account(scenario: Scenario) -> tuple[Check, ...]:
    """Racks, their power, their use and PUE make the energy of a year; the sites hold the racks."""
    p = scenario.parameters
    racks_m, rack_kw, pue = p.national_dc_racks_m, p.rack_design_kw, p.national_pue
    if racks_m is None or rack_kw is None or pue is None:
        raise ValueError(f"scenario {scenario.name} has no national targets")
    design_gw = racks_m * rack_kw
    rows = [
        ("energy of a year, TWh", 149.7, design_gw * p.it_load_share * pue * 8.76),
        (
            "design power of all sites, GW",
            20.25,
            sum(s.it_design_mw for s in scenario.sites) / 1000,
        ),
    ]
    return checks("national account", NATIONAL, rows, tolerance=0.0005)
