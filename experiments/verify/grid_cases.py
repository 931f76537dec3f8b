"""Dispatch alone: markets, links, storage and losses whose optimum and prices are known."""

from __future__ import annotations

from westshift.models.outlook import Outlook
from westshift.optim.program import dispatch
from westshift.optim.solver import Solution

from .case import Check, checks
from .parts import Store, Unit, Way
from .small import outlook

ZONES = "Three-zone transport market, published optimum; merit order by hand"
BAKER = "Baker's 3-bus system with links that can be set in place of DC power flow, by hand"
STORE = "Merit order over four periods, by hand"
REGIONS = "Reference optimum of the case, computed by another program"

ZONE_UNITS = (
    Unit("SA", 35_000, 30),
    Unit("SA", 3_000, 0, renewable=True),
    Unit("SA", 8_000, 60),
    Unit("SA", 2_000, 80),
    Unit("MZ", 1_200, 0),
    Unit("SZ", 600, 0),
)
ZONE_WAYS = (Way("SA", "MZ", 500), Way("SA", "SZ", 250), Way("MZ", "SZ", 100))
ZONE_LOADS = {"SA": 42_000.0, "MZ": 650.0, "SZ": 250.0}

E, W, S = "E", "W", "S"
COAL_T_PER_MWH, GAS_T_PER_MWH = 0.34, 0.20  # of fuel
REGION_LOADS = {
    E: [90, 95, 110, 120, 115, 100],
    W: [30, 32, 34, 36, 35, 33],
    S: [50, 50, 55, 60, 58, 54],
}
REGION_UNITS = (
    Unit(E, 100, 25, 1000 * COAL_T_PER_MWH / 0.4),
    Unit(E, 60, 60, 1000 * GAS_T_PER_MWH / 0.5),
    Unit(W, 40, 22, 1000 * COAL_T_PER_MWH / 0.4),
    Unit(W, 120, 0, availability=(0.9, 0.8, 0.4, 0.1, 0.2, 0.7), renewable=True),
    Unit(W, 60, 0, availability=(0.0, 0.3, 0.8, 0.6, 0.1, 0.0), renewable=True),
    Unit(S, 80, 55, 1000 * GAS_T_PER_MWH / 0.5),
)
REGION_WAYS = (Way(W, E, 50, 0.04, 0.5), Way(W, S, 30, 0.03, 0.5), Way(E, S, 20, 0.02, 0.5))
REGION_STORES = (Store(W, 20, 80, 0.9, 0.95, 0.01, 0.1),)


def run() -> tuple[Check, ...]:
    """All cases of the grid."""
    return three_zones() + baker() + arbitrage() + three_regions()


def three_zones(units: tuple[Unit, ...] = ZONE_UNITS) -> tuple[Check, ...]:
    """Each further zone and its lines make the market cheaper."""
    alone, two, three = (
        _zones(units, zones) for zones in (["SA"], ["SA", "MZ"], ["SA", "MZ", "SZ"])
    )
    rows = [
        ("SA alone, cost", 1_290_000, alone.objective),
        ("SA alone, price", 60, alone.duals["balance"][0, 0]),
        ("SA and MZ, cost", 1_260_000, two.objective),
        ("SA and MZ, price in SA", 60, two.duals["balance"][0, 0]),
        ("SA and MZ, price in MZ", 0, two.duals["balance"][1, 0]),
        ("three zones, cost", 1_245_000, three.objective),
    ]
    return checks("three-zone market", ZONES, rows)


def _zones(units: tuple[Unit, ...], zones: list[str]) -> Solution:
    o = outlook(
        zones,
        1,
        units=[u for u in units if u.region in zones],
        ways=[w for w in ZONE_WAYS if {w.start, w.end} <= set(zones)],
        demand_mw=ZONE_LOADS,
    )
    return dispatch(tie_break=0).solve(o, once=True)


def baker(loaded_mw: float = 100.0) -> tuple[Check, ...]:
    """With links that can be set, all power comes from the cheapest bus, over both ways."""
    o = outlook(
        ["1", "2", "3"],
        1,
        units=[Unit("1", 100, 10), Unit("2", 100, 20), Unit("3", 100, 100)],
        ways=[Way("1", "2", 100), Way("2", "3", 100), Way("1", "3", 10)],
        demand_mw={"3": loaded_mw},
    )
    found = dispatch(tie_break=0).solve(o, once=True)
    rows = [
        ("cost", 1000, found.objective),
        ("output of bus 1, MW", 100, found.values["output"][0, 0]),
        ("flow 1-3, MW", 10, found.values["flow"][4, 0]),
    ]
    return checks("Baker 3-bus, controllable links", BAKER, rows)


def arbitrage(coal_cny_per_mwh: float = 30.0) -> tuple[Check, ...]:
    """Storage moves spare cheap energy to dear hours; the price follows."""
    units = [
        Unit("SA", 35_000, coal_cny_per_mwh),
        Unit("SA", 3_000, 0, availability=(0.3, 0.6, 0.4, 0.5), renewable=True),
        Unit("SA", 8_000, 60),
        Unit("SA", 2_000, 80),
    ]
    load = {"SA": [42_000, 43_000, 45_000, 46_000]}
    store = Store("SA", 1_000, 6_000)
    without = dispatch(tie_break=0).solve(outlook(["SA"], 4, units=units, demand_mw=load))
    stored = dispatch(cyclic=False, tie_break=0).solve(
        outlook(["SA"], 4, units=units, demand_mw=load, stores=[store], storage_start_mwh=[0.0])
    )
    rows = [("without storage, cost", 6_082_000, without.objective)]
    rows += [
        (f"without storage, price in period {t + 1}", price, without.duals["balance"][0, t])
        for t, price in enumerate((60, 60, 80, 80))
    ]
    rows += [("with 1000 MW x 6 h, cost", 6_046_000, stored.objective)]
    return checks("storage arbitrage", STORE, rows)


def three_regions(units: tuple[Unit, ...] = REGION_UNITS) -> tuple[Check, ...]:
    """Losses, cyclic storage with standing loss, and a price on CO2."""
    rows = []
    for price_per_t, cost, emitted_t in (
        (0.0, 18_701.584482, 577.0639),
        (50.0, 47_278.196655, 551.173686),
    ):
        o = three_regions_hours(units, price_per_t / 1000.0)
        found = dispatch(tie_break=0).solve(o, once=True)
        per_mwh = o.system.grid.unit_emission_kg_per_mwh
        at = f"CO2 at {price_per_t:g} per t"
        rows += [
            (f"{at}, cost", cost, found.objective),
            (f"{at}, emissions, t", emitted_t, (per_mwh @ found.values["output"]).sum() / 1000.0),
        ]
    return checks("three regions", REGIONS, rows)


def three_regions_hours(units: tuple[Unit, ...], carbon_cny_per_kg: float) -> Outlook:
    """Six hours of the three regions."""
    return outlook(
        [E, W, S],
        6,
        units=units,
        ways=REGION_WAYS,
        stores=REGION_STORES,
        demand_mw=REGION_LOADS,
        carbon_cny_per_kg=carbon_cny_per_kg,
        lost_load_cny_per_mwh=1000.0,
    )
