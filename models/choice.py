r"""How one of several options is chosen, and how demand answers to a price.

Random utility with Gumbel errors of scale :math:`\sigma` gives the multinomial logit

.. math::
    P_i = \frac{e^{V_i/\sigma}}{\sum_k e^{V_k/\sigma}}

(D. McFadden, "Conditional logit analysis of qualitative choice behavior", in P. Zarembka (ed.), Frontiers in
Econometrics, 1974). As :math:`\sigma \to 0` the best options share the choice, as :math:`\sigma \to \infty` all do.
Demand has a constant elasticity, :math:`W = W_0 (p/p_0)^{-\epsilon}`.
"""

from __future__ import annotations

import numpy as np

from .errors import InputError

Array = np.ndarray

TIE = 1e-9
"""Utilities that differ by less than this, relative to the greatest, are equal for who sees no noise."""


def shares(utility: Array, noise: float) -> Array:
    """Shares of the options (P,), their sum 1.

    Args:
        utility: of each option (P,), in any unit; -inf: not on offer. noise: scale of the errors, same unit; 0:
            the best options alone, in equal parts; inf: all that are on offer alike.

    Raises:
        InputError: nothing is on offer, a utility is not a number, or the noise is negative.
    """
    if not noise >= 0.0:
        raise InputError(f"choice noise {noise}: let it be 0 or more")
    on_offer = np.isfinite(utility)
    if np.isnan(utility).any() or (utility == np.inf).any() or not on_offer.any():
        raise InputError("a choice needs at least one option with a finite utility")
    best = float(utility[on_offer].max())
    if noise == 0.0:
        weight = best_options(utility).astype(float)
    elif noise == np.inf:
        weight = on_offer.astype(float)
    else:
        with np.errstate(over="ignore"):  # so far from the best that nobody takes it
            weight = np.exp((np.where(on_offer, utility, -np.inf) - best) / noise)
    return weight / weight.sum()


def best_options(utility: Array, tie: float = TIE) -> Array:
    """Which options are best, ties included: (…, P) bool. -inf: not on offer."""
    best = utility.max(axis=-1, keepdims=True)
    return utility >= best - tie * np.maximum(np.abs(best), 1.0)


def demand_factor(price_ratio: float, elasticity: float, cost_share: float = 1.0) -> float:
    r"""Demand over its reference, :math:`(1 - s + s\,p/p_0)^{-\epsilon}`.

    Args:
        price_ratio: price of computing over its reference [-]. elasticity: of demand to the price of the
            service [-]. cost_share: s, of computing in that price [-].

    Raises:
        InputError: a price that is not positive, or a share outside 0 to 1.
    """
    if not 0.0 <= cost_share <= 1.0:
        raise InputError(f"cost share {cost_share}: let it lie between 0 and 1")
    service = 1.0 - cost_share + cost_share * price_ratio
    if not (np.isfinite(service) and service > 0.0):
        raise InputError(
            f"a price of {price_ratio:g} times its reference with a cost share of {cost_share:g}: "
            "demand of constant elasticity is defined for positive prices only"
        )
    if not elasticity >= 0.0:
        raise InputError(f"elasticity {elasticity}: let it be 0 or more")
    return float(service**-elasticity)
