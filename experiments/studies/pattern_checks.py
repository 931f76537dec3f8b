"""Each pattern that agents are held against: what is known, what was found, by which criterion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from westshift.experiments.routes import official_t_per_gwh
from westshift.models.scenario import Scenario
from westshift.sim.economy.economy import Economy

from .economies import year_of

Array = np.ndarray


@dataclass(frozen=True)
class Pattern:
    """One pattern: what is known, what was found, whether it comes out (None: cannot be asked here)."""

    pattern: str
    known: str
    found: str
    criterion: str
    comes_out: bool | None
    put_in: str


def nation(s: Scenario, economy: Economy) -> Pattern:
    """Energy and intensity of the first year, against the scenario's national targets."""
    ledger = year_of(economy.months[:12])
    p = s.parameters
    twh = float(ledger.site_load_mwh.sum()) / 1e6
    known = ~np.isnan(ledger.site_official_kg)
    drawn = float(ledger.site_load_mwh[known].sum())
    factor = float(ledger.site_official_kg[known].sum()) / drawn if drawn > 0 else np.nan
    wanted = p.national_dc_energy_twh, p.national_factor_kg_per_mwh
    fits = None
    if wanted[0] is not None and wanted[1] is not None:
        fits = abs(twh / wanted[0] - 1) <= 0.15 and abs(factor / wanted[1] - 1) <= 0.15
    return Pattern(
        "national energy and intensity",
        "150 TWh and 560 kg/MWh in 2023" if fits is not None else "no target in this scenario",
        f"{twh:.3g} TWh and {factor:.0f} kg/MWh in the first year",
        "both within 15 %",
        fits,
        "energy: by racks and their load; intensity: official factors where sites stand",
    )


def western_share(s: Scenario, economy: Economy) -> Pattern:
    """Where work arises, and how the western share of the east's work goes."""
    first, last = (western_pct(s, economy, part) for part in (slice(0, 12), slice(-12, None)))
    c = economy.compute
    east = np.array([r.side == "east" for r in s.regions])[c.origin_region]
    work = np.sum([m.tenant_work_mwh for m in economy.months], axis=0).reshape(len(c.origins), -1)
    arising = 100.0 * float(work[east].sum() / max(work.sum(), 1e-300))
    return Pattern(
        "demand in the east, a rising western share",
        "most work arises in the east; its western share rises",
        f"{arising:.0f} % arises in the east; western hubs run {first:.1f} % of it in the first year, {last:.1f} % "
        "in the last",
        "more than 40 % arises in the east, and the share of the last year exceeds the first",
        arising > 40.0 and last > first,
        "where work arises; the start at home, which makes the first year low",
    )


def new_halls(economy: Economy) -> Pattern:
    """Use of what western hubs have added, once it has been open for a year."""
    hub, months = economy.western_hub, economy.months
    capacity = np.array([m.capacity_mw for m in months])
    use = np.array([m.utilisation for m in months])
    start = economy.start.behaviour
    added = capacity[-1] > 1.05 * capacity[0]
    opened = np.flatnonzero((capacity > 1.05 * capacity[0]).any(axis=1))
    sites = hub & added
    known = "about 30 % in new western AI centres"
    criterion = "new room of western hubs that was built is less than half used for a year or more"
    put_in = "subsidies and their end; that idle halls cost little"
    if not sites.any() or not len(opened):
        return Pattern(
            "new western halls under-used after subsidies", known, "western hubs built nothing",
            criterion, False, put_in,
        )  # fmt: skip
    new = capacity[:, sites] - capacity[0, sites]
    # Of the new room alone: what the site runs beyond the room it had.
    beyond = np.maximum(use[:, sites] * capacity[:, sites] - capacity[0, sites], 0.0)
    open_ = new > 0
    with np.errstate(invalid="ignore", divide="ignore"):
        each = np.where(open_, beyond / new, np.nan)
    mean = np.array(
        [float(beyond[m][open_[m]].sum() / new[m][open_[m]].sum()) if open_[m].any() else np.nan
         for m in range(len(months))]
    )  # fmt: skip
    yearly = [np.nanmean(mean[m : m + 12]) for m in range(int(opened[0]), len(months) - 11)]
    least = float(np.min(yearly)) if yearly else np.nan
    return Pattern(
        "new western halls under-used after subsidies",
        known,
        f"new room used to {100 * least:.0f} % in its worst year; {int(sites.sum())} hubs built; subsidies ran "
        f"to month {start.subsidy_to_month}; least single month of one hub {100 * float(np.nanmin(each)):.0f} %",
        criterion,
        bool(least < 0.5),
        put_in,
    )


def certificates(economy: Economy) -> Pattern:
    """Price of certificates around the widening of issue."""
    at = economy.start.behaviour.certificate_change_month
    price = [m.certificates.price for m in economy.months]
    before = [p for p in price[max(at - 12, 0) : at] if p is not None]
    after = [p for p in price[at : at + 12] if p is not None]
    found, out = "no trade on one of the sides", None
    if before and after:
        found = f"{np.mean(before):.1f} CNY/MWh in the year before, {np.mean(after):.1f} after"
        out = bool(np.mean(after) < 0.5 * np.mean(before))
    return Pattern(
        "certificate prices collapse when issue is widened",
        "price fell to a fraction from 2023 to 2024; 5.66 CNY/MWh in 2025-08",
        found,
        "the mean of the year after is less than half of the year before",
        out,
        "issued shares before and after; the most a certificate is worth",
    )


def who_moves(economy: Economy) -> Pattern:
    """Which classes leave home."""
    c = economy.compute
    mwh = np.sum([m.ledger.stream_mwh for m in economy.months[-12:]], axis=0)
    tier = np.array(c.class_tier)[c.stream_class]
    away = {t: float(mwh[(tier == t) & ~c.stream_home].sum()) for t in dict.fromkeys(c.class_tier)}
    work = {t: float(mwh[tier == t].sum()) for t in away}
    slack = {t: int(c.class_slack_h[c.class_tier.index(t)]) for t in away}
    patient = [t for t in away if slack[t] >= 6]
    total = sum(away.values())
    share = sum(away[t] for t in patient) / total if total > 0 else np.nan
    each = ", ".join(f"{t} {100 * away[t] / work[t]:.0f} %" for t in away if work[t] > 0)
    return Pattern(
        "migration led by batch, backup and training",
        "eastern hubs' plans move warm and cold work west, real-time stays",
        f"{100 * share:.0f} % of what moves can wait 6 h and more; moved of each class: {each}",
        "more than half of what moves can wait 6 hours and more",
        None if total <= 0 else bool(share > 0.5),
        "round-trip limits, data and values of time of the classes",
    )


def routes(s: Scenario, economy: Economy) -> tuple[Pattern, ...]:
    """Signs of two routes by official factors (Zhang et al., Applied Energy 392, 2025)."""
    table = official_t_per_gwh(s, economy.compute)
    out = []
    for name, origin, region, sign, known in (
        ("route Shanghai to Sichuan", "SH", "SC", 1, "avoids carbon (-79.6 %)"),
        ("route Beijing to Inner Mongolia", "BJ", "NM", -1, "emits more (+24.9 %)"),
    ):
        here = [x.site for x in s.sites if x.region == region and x.site in table.columns]
        if origin not in table.index or not here:
            out.append(Pattern(name, known, "no such route here", "same sign", None, ""))
            continue
        t = float(table.loc[origin, here].mean())
        put_in = "official factors and PUE: nothing that agents do"
        found = f"{t:+.0f} t avoided per GWh"
        out.append(Pattern(name, known, found, "same sign", bool(np.sign(t) == sign), put_in))
    return tuple(out)


def western_pct(s: Scenario, economy: Economy, part: slice) -> float:
    c = economy.compute
    mwh = np.sum([m.ledger.stream_mwh for m in economy.months[part]], axis=0)
    east = np.array([r.side == "east" for r in s.regions])[c.origin_region[c.stream_origin]]
    return pct(mwh[east & economy.western_hub[c.stream_site]], mwh[east])


def pct(part: Array, whole: Array) -> float:
    return 100.0 * float(part.sum() / whole.sum()) if whole.sum() > 0 else float("nan")
