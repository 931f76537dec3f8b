"""Regret: what a policy costs more than the best there was, and what it is at most where nobody knows the best."""

from __future__ import annotations

from westshift.experiments.simulate import Run
from westshift.models.measures import Measures, social_cost_cny

BOUND, AGNOSTIC = "oracle", "here-and-now"


def regret_cny(measures: dict[str, Measures], m: Measures) -> float:
    """What a policy costs more than the oracle, by the oracle's objective [CNY]."""
    return m.social_cost_cny - measures[BOUND].social_cost_cny


def regret_pct(measures: dict[str, Measures], m: Measures) -> float:
    """The same over what the agnostic policy costs more than the oracle: 100 where nothing of what could be
    saved is, 0 where all is, above 100 for who had better left it alone [%]; NaN where nothing can be saved."""
    most = regret_cny(measures, measures[AGNOSTIC]) if AGNOSTIC in measures else 0.0
    return 100.0 * regret_cny(measures, m) / most if most > 0 else float("nan")


def floor_cny(run: Run) -> float | None:
    """What no policy can cost less than, against the baseline, by the oracle's objective [CNY]; None: not asked for."""
    if run.bounds_cny is None:
        return None
    price = run.scenario.parameters.carbon_price_cny_per_t / 1e3
    weighted = sum(h.weight * b for h, b in zip(run.horizons, run.bounds_cny, strict=True))
    return weighted - social_cost_cny(run.ledgers[run.scenario.baseline], price)


def regret_at_most_cny(m: Measures, floor_cny: float) -> float:
    """What a policy costs more than that; no less than its regret [CNY]."""
    return m.social_cost_cny - floor_cny


def regret_at_most_pct(measures: dict[str, Measures], m: Measures, floor_cny: float) -> float:
    """The same over the agnostic policy's: no less than `regret_pct` for a policy that costs no more than that one [%].

    For who costs more the share would be too small, and is NaN: the lower the floor, the nearer it comes to 100.
    """
    if AGNOSTIC not in measures or m.social_cost_cny > measures[AGNOSTIC].social_cost_cny:
        return float("nan")
    most = regret_at_most_cny(measures[AGNOSTIC], floor_cny)
    return 100.0 * regret_at_most_cny(m, floor_cny) / most if most > 0 else float("nan")
