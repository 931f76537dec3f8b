"""Routes east to west: when does moving a megawatt-hour of work save carbon?

With PUE ratio φ = PUE_w/PUE_e, factor ratio κ = CI_w/CI_e, network energy as a share of what the work
draws in the east, s = e_net/PUE_e, and embodied carbon per carbon of the work in the east, the ratio
of carbon after to carbon before is ρ = φκ + s·CI_net/CI_e + embodied, and a move saves iff ρ < 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from westshift.experiments.routes import official_t_per_gwh
from westshift.models.assemble import make_compute
from westshift.models.errors import InputError
from westshift.models.ledger import Carried, book
from westshift.models.scenario import Scenario, load_scenario
from westshift.models.site import annual_pue
from westshift.optim.program import dispatch
from westshift.sim.settle import settle

from .case import Check, checks
from .parts import Place, Unit, Work
from .small import actual, outlook

IDENTITY = "ρ = φκ + s·CI_net/CI_e in closed form, against the ledger's booking of the same move"
ZHANG = "Zhang, Li, Wang, Applied Energy 392, 2025: Shanghai-Sichuan -79.6 %, by route"
ZHANG_SIGN = "Zhang, Li, Wang, Applied Energy 392, 2025: Beijing-Inner Mongolia emits more"
SHANGHAI_SICHUAN, BEIJING_MONGOLIA = ("SH-prov", "SC-prov"), ("BJ-prov", "NM-prov")
TO_CLUSTERS = (("SH-prov", "tianfu"), ("BJ-prov", "horinger"))


@dataclass(frozen=True)
class End:
    """One end of a route: annual mean PUE [-] and carbon factor [kg/MWh]."""

    pue: float
    factor_kg_per_mwh: float


def run() -> tuple[Check, ...]:
    """All cases of routes."""
    scenario = load_scenario("east_west")
    return published(scenario) + identity(scenario)


def carbon_ratio(
    east: End,
    west: End,
    network_mwh_per_mwh: float,
    network_kg_per_mwh: float,
    embodied_kg_per_mwh: float = 0.0,
) -> float:
    """Carbon of a MWh of work after a move over carbon before, ρ [-]."""
    before = east.pue * east.factor_kg_per_mwh
    phi, kappa = west.pue / east.pue, west.factor_kg_per_mwh / east.factor_kg_per_mwh
    share = network_mwh_per_mwh / east.pue
    net = share * network_kg_per_mwh / east.factor_kg_per_mwh
    return phi * kappa + net + embodied_kg_per_mwh / before


def end_of(scenario: Scenario, name: str) -> End:
    """A site's annual mean PUE and its region's official factor.

    Raises:
        InputError: no official factor is published for the region.
    """
    site = next(s for s in scenario.sites if s.site == name)
    region = next(r for r in scenario.regions if r.region == site.region)
    law = next(
        x
        for x in scenario.cooling
        if (x.climate_zone, x.cooling_grade) == (site.climate_zone, site.cooling_grade)
    )
    if region.official_factor_kg_per_mwh is None:
        raise InputError(f"regions.csv: no official factor is published for {region.region}")
    pue = annual_pue(
        np.array([law.gcop]), np.array([law.other_overhead_share]), np.array([site.pue_offset])
    )
    return End(float(pue[0]), region.official_factor_kg_per_mwh)


def official_ratio(scenario: Scenario, start: str, end: str) -> float:
    """ρ of a route on official factors, for the work that moves most data; network in the west."""
    east, west = end_of(scenario, start), end_of(scenario, end)
    return carbon_ratio(east, west, _network_mwh_per_mwh(scenario), west.factor_kg_per_mwh)


def published(scenario: Scenario) -> tuple[Check, ...]:
    """Shanghai to Sichuan saves about four fifths; Beijing to Inner Mongolia emits more."""
    change = {
        route: official_ratio(scenario, *route) - 1.0
        for route in (SHANGHAI_SICHUAN, BEIJING_MONGOLIA, *TO_CLUSTERS)
    }
    name = "routes on official factors of 2023"
    size = [
        (f"{a} to {b}, change of carbon", -0.796, change[a, b]) for a, b in change if a == "SH-prov"
    ]
    sign = [
        (f"{a} to {b}, sign of the change", 1, math.copysign(change[a, b] != 0, change[a, b]))
        for a, b in change
        if a == "BJ-prov"
    ]
    table = official_t_per_gwh(scenario, make_compute(scenario))
    beijing = end_of(scenario, "BJ-prov")
    avoided = -change["BJ-prov", "horinger"] * beijing.pue * beijing.factor_kg_per_mwh
    shown = [("Beijing to horinger, avoided, t/GWh", avoided, float(table.at["BJ", "horinger"]))]
    return (
        checks(name, ZHANG, size, tolerance=0.1)
        + checks(name, ZHANG_SIGN, sign)
        + checks("route table on official factors", IDENTITY, shown)
    )


def identity(scenario: Scenario) -> tuple[Check, ...]:
    """The closed form equals the ledger, on both routes and at break-even."""
    network = 50.0 * _network_mwh_per_mwh(scenario)  # large enough to be seen
    rows = []
    for route in (SHANGHAI_SICHUAN, BEIJING_MONGOLIA):
        east, west = (end_of(scenario, name) for name in route)
        formula = carbon_ratio(east, west, network, west.factor_kg_per_mwh)
        rows += [(f"{' to '.join(route)}, ρ", formula, booked_ratio(east, west, network))]
        # ρ = 1 where κ = 1/(φ + s), the network being fed in the west.
        kappa = 1.0 / (west.pue / east.pue + network / east.pue)
        even = End(west.pue, kappa * east.factor_kg_per_mwh)
        rows += [(f"{' to '.join(route)}, ρ at break-even", 1, booked_ratio(east, even, network))]
    return checks("route break-even", IDENTITY, rows)


def booked_ratio(east: End, west: End, network_mwh_per_mwh: float) -> float:
    """ρ by the ledger: the same work booked at home and away."""
    ends = {"east": east, "west": west}
    o = outlook(
        list(ends),
        1,
        units=[Unit(name, 100, 1, end.factor_kg_per_mwh) for name, end in ends.items()],
        places=[Place(name, 10, pue=end.pue) for name, end in ends.items()],
        works=[Work("any", {"east": [10.0]}, transfer_mwh_per_mwh=network_mwh_per_mwh)],
    )
    world = actual(o)
    kg = []
    for work in (np.array([[10.0], [0.0]]), np.array([[0.0], [10.0]])):
        settled = settle(world, work, dispatch(tie_break=0))
        nothing = np.zeros((1, 1, 1))
        factors = np.array([[end.factor_kg_per_mwh] for end in ends.values()])
        ledger = book(world, Carried(work, nothing, nothing), settled, factors, factors)
        kg.append(float(ledger.stream_location_kg.sum()))
    return kg[1] / kg[0]


def _network_mwh_per_mwh(scenario: Scenario) -> float:
    most = max(c.data_gb_per_mwh for c in scenario.classes)
    return most * scenario.parameters.transfer_energy_kwh_per_gb / 1000.0
