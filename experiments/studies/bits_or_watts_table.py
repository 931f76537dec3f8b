"""Bits and watts in numbers: what each option changes against `stay`, in a year."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from westshift.experiments.policy_table import number
from westshift.models.capital import YearlyCosts

from .bits_or_watts_builds import Build
from .bits_or_watts_world import STAY, Option, Sums

FLEETS = {False: "as it stands", True: "with new plant"}
"""Whether wind and sun are built in the west, in words."""
MONEY = ("grid", "carbon", "transfer", "latency", "line", "plant", "hall")
"""What the total is the sum of, in the order of the columns."""


def table(
    sums: Mapping[tuple[int, Option], Sums],
    builds: tuple[Build, ...],
    work_mw: float,
    hours: float,
    costs: YearlyCosts,
    carbon_cny_per_t: float,
) -> pd.DataFrame:
    """One row for each route and option; all differences are option less `stay`, avoided is `stay` less option.

    Args:
        sums: over the weighted hours. builds: of the routes. hours: that the sums stand for; all is scaled to
            8760 h. costs: of what is built, a year.

    Returns:
        origin, site, option, fleet; carbon: avoided_system_t, avoided_t_per_gwh (of work); where the work goes
        west also avoided_location_t (claimed by hourly average intensity) and avoided_by_efficiency_t (of energy
        that computing does not draw, at the margin where the work comes from); energy: work, energy of computing
        and idle part of it, loss of all lines, curtailed energy used, renewable energy taken, unmet demand [GWh];
        what is built: line, plant, hall; its use; site_room_mw: for work in servers that stand; money [M CNY];
        cny_per_t: money without the carbon price, empty where carbon did not fall.
    """
    year = 8760.0 / hours
    work_gwh = work_mw * 8760.0 / 1e3
    stay = sums[-1, STAY]
    rows = []
    for (i, option), x in sums.items():
        if i < 0:
            continue
        b = builds[i]

        def more(field: str, x: Sums = x) -> float:
            return year * (getattr(x, field) - getattr(stay, field))

        avoided_t = -more("system_kg") / 1e3
        money = _money(b, option, more, costs, carbon_cny_per_t * -avoided_t)
        total = sum(money.values())
        real = total - money["carbon_m_cny"]
        sent_gwh = year * x.sent_mwh / 1e3
        rows.append(
            {
                "origin": b.route.origin,
                "site": b.route.site,
                "option": option.name,
                "fleet": FLEETS[option.plant],
                "avoided_system_t": avoided_t,
                "avoided_t_per_gwh": avoided_t / work_gwh,
                "avoided_location_t": -more("location_kg") / 1e3 if option.bits else np.nan,
                "avoided_by_efficiency_t": year * x.efficiency_kg / 1e3 if option.bits else np.nan,
                "work_gwh": work_gwh,
                "energy_gwh": more("compute_mwh") / 1e3,
                "idle_gwh": more("idle_mwh") / 1e3,
                "loss_gwh": more("loss_mwh") / 1e3,
                "curtailed_used_gwh": -more("curtailed_mwh") / 1e3,
                "renewable_taken_gwh": more("renewable_mwh") / 1e3,
                "shed_gwh": more("shed_mwh") / 1e3,
                "line_mw": b.line_mw if option.line else 0.0,
                "line_km": b.line_km if option.line else 0.0,
                "line_loss_pct": 100.0 * b.line_loss_share if option.line else 0.0,
                "line_delivered_gwh": (1.0 - b.line_loss_share) * sent_gwh,
                "line_used_pct": 100.0 * sent_gwh / (b.line_mw * 8.76) if option.line else 0.0,
                "wind_mw": b.wind_mw if option.plant else 0.0,
                "solar_mw": b.solar_mw if option.plant else 0.0,
                "plant_gwh": year * b.plant_mwh / 1e3 if option.plant else 0.0,
                "site_room_mw": b.room_mw,
                "work_mw": work_mw,
                "hall_mw": b.hall_mw if option.twice else 0.0,
                **money,
                "total_without_hall_m_cny": total - money["hall_m_cny"],
                "total_m_cny": total,
                "cny_per_t": 1e6 * real / avoided_t if avoided_t > 0.5 else np.nan,
            }
        )
    return pd.DataFrame(rows)


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a route: t avoided per GWh of work and money by option, and which option is best.

    Money is per MWh of work [CNY/MWh]. Best: by carbon, the option that avoids most; by money, the one with the
    least total, the hall counted; `stay` where none is better than it.
    """
    out = []
    for (origin, site), part in rows.groupby(["origin", "site"], sort=False):
        row: dict[str, object] = {"route": f"{origin}→{site}"}
        for fleet, mark in zip(FLEETS.values(), ("", "+"), strict=True):
            own = part[part["fleet"] == fleet].set_index("option")
            for option, short in SHORT.items():
                if option in own.index:
                    row[f"{short}{mark}_t_per_gwh"] = own.at[option, "avoided_t_per_gwh"]
                    row[f"{short}{mark}_cny_per_mwh"] = (
                        1e3 * own.at[option, "total_m_cny"] / own.at[option, "work_gwh"]
                    )
            row[f"least carbon{mark}"] = _best(own["avoided_t_per_gwh"], mark)
            row[f"least cost{mark}"] = _best(-own["total_m_cny"], mark)
        out.append(row)
    return pd.DataFrame(out)


SHORT = {
    "watts, existing lines": "old",
    "bits": "bits",
    "bits, built twice": "twice",
    "watts, new line": "new",
}
"""Options in the headers of the summary; with + where the plant is built."""


def _best(gain: pd.Series, mark: str) -> str:
    best = str(gain.idxmax())
    if not mark and gain[best] <= 1e-6:
        return "stay"
    alike = [SHORT[str(o)] for o in gain.index if gain[best] - gain[o] < 0.05]
    return " = ".join(alike)


def _money(
    b: Build, option: Option, more, costs: YearlyCosts, carbon_cny: float
) -> dict[str, float]:
    """What an option costs a year beyond `stay` [M CNY], by part."""
    line = b.line_mw * (costs.converters_cny_per_mw + costs.line_cny_per_mw_km * b.line_km)
    plant = b.wind_mw * costs.wind_cny_per_mw + b.solar_mw * costs.solar_cny_per_mw
    parts = (
        more("system_cny"), carbon_cny, more("transfer_cny"), more("latency_cny"),
        line if option.line else 0.0, plant if option.plant else 0.0,
        b.hall_mw * costs.hall_cny_per_mw if option.twice else 0.0,
    )  # fmt: skip
    return {f"{name}_m_cny": cny / 1e6 for name, cny in zip(MONEY, parts, strict=True)}


def sentences(rows: pd.DataFrame) -> tuple[str, ...]:
    """What the routes say together, the bad news first."""
    grid = {key: part.reset_index(drop=True) for key, part in rows.groupby(["fleet", "option"])}
    old, new = FLEETS[False], FLEETS[True]
    bits, twice, line = (
        grid[old, name] for name in ("bits", "bits, built twice", "watts, new line")
    )
    plant, bits2, line2 = (
        grid[new, name] for name in ("watts, existing lines", "bits", "watts, new line")
    )
    of = f"of {len(bits)} routes"
    hall_cny_per_mwh = 1e3 * (twice["hall_m_cny"] / twice["work_gwh"]).mean()
    said = [
        f"More carbon than where the work stays, with the grid as it stands: bits on {_emits(bits)} {of}, a new "
        f"line on {_emits(line)}, bits into a hall built twice on {_emits(twice)}.",
        f"A hall built twice costs {number(hall_cny_per_mwh, 0)} CNY per MWh of work and idles with "
        f"{_span(twice['idle_gwh'] / twice['work_gwh'], 2)} MWh for it; it avoids "
        f"{_span(twice['avoided_t_per_gwh'])} t/GWh, where bits into servers that stand avoid "
        f"{_span(bits['avoided_t_per_gwh'])} and a new line {_span(line['avoided_t_per_gwh'])}.",
    ]
    sites = bits.drop_duplicates("site")
    room = int((sites["site_room_mw"] >= sites["work_mw"]).sum())
    if room < len(sites):
        said.append(
            f"Servers that stand have room for {sites['work_mw'].iloc[0]:g} MW more in every hour at {room} of "
            f"{len(sites)} sites: elsewhere bits need a hall, in the west instead of in the east or twice."
        )
    claims = int((bits["avoided_location_t"] > bits["avoided_system_t"] + 0.5).sum())
    if claims:
        said.append(
            f"By hourly average intensity bits would claim more than the whole grid avoids on {claims} {of}."
        )
    total = bits["avoided_system_t"].sum()
    if total > 0:
        share = 100.0 * bits["avoided_by_efficiency_t"].sum() / total
        said.append(
            f"Bits change what computing draws by {_span(bits['energy_gwh'] / bits['work_gwh'], 2)} MWh per MWh of "
            f"work and line losses by {_span(bits['loss_gwh'] / bits['work_gwh'], 2)}, a new line losses by "
            f"{_span(line['loss_gwh'] / line['work_gwh'], 2)}; energy not drawn, at the margin where the work came "
            f"from, is {number(share, 0)} % of what bits avoid over all routes."
        )
    said += [
        f"With the grid as it stands bits avoid more than the new line on "
        f"{_ahead(bits, line, 'avoided_t_per_gwh')} {of} and cost less on {_ahead(line, bits, 'total_m_cny')}; "
        f"built twice they cost less on {_ahead(line, twice, 'total_m_cny')}.",
        f"With wind and sun built in the west, existing lines alone avoid {_span(plant['avoided_t_per_gwh'])} t/GWh; "
        f"the new line adds to that on {_ahead(line2, plant, 'avoided_t_per_gwh')} {of} and pays for itself on "
        f"{_ahead(plant, line2, 'total_m_cny')}, bits add on {_ahead(bits2, plant, 'avoided_t_per_gwh')} and pay on "
        f"{_ahead(plant, bits2, 'total_m_cny')}.",
    ]
    return tuple(said)


def _emits(part: pd.DataFrame) -> int:
    return int((part["avoided_t_per_gwh"] < -0.05).sum())


def _ahead(a: pd.DataFrame, b: pd.DataFrame, column: str) -> int:
    """On how many routes `a` has more in a column than `b`, rounding apart."""
    return int((a[column] - b[column] > 0.05).sum())


def _span(values: pd.Series, digits: int = 0) -> str:
    """Least and greatest, or the one that both are."""
    low, high = number(values.min(), digits), number(values.max(), digits)
    return low if low == high else f"{low} to {high}"
