"""A call auction with one price: bids and asks meet once, and all trade at the same price.

The quantity traded is the most that willing buyers and willing sellers agree on. Any price between the last that
traded and the first that did not would do; the middle is taken. At the margin equal prices are served in proportion.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .errors import InputError

Array = np.ndarray

ROUNDING = 1e-12
"""Relative; less than this is none, and what lacks no more is whole."""


@dataclass(frozen=True, eq=False)
class Cleared:
    """What came of an auction.

    Attributes:
        price: of all that was traded; None where nothing was. traded: quantity.
        bought, sold: by bid (B,) and by ask (A,); both sum to `traded`.
    """

    price: float | None
    traded: float
    bought: Array
    sold: Array


def call_auction(
    bid_price: Array, bid_quantity: Array, ask_price: Array, ask_quantity: Array
) -> Cleared:
    """Clear bids (B,) against asks (A,).

    Raises:
        InputError: a quantity is negative, or a price or quantity is not a finite number.
    """
    for what, values in (("price", bid_price), ("price", ask_price)):
        if not np.isfinite(values).all():
            raise InputError(f"an auction's {what} is not a finite number")
    for what, values in (("bid", bid_quantity), ("ask", ask_quantity)):
        if not (np.isfinite(values) & (values >= 0.0)).all():
            raise InputError(f"the quantity of a {what} is negative or not a number")
    traded = _traded(bid_price, bid_quantity, ask_price, ask_quantity)
    largest = max(bid_quantity.max(initial=0.0), ask_quantity.max(initial=0.0))
    if traded <= ROUNDING * largest:
        return Cleared(None, 0.0, np.zeros(len(bid_price)), np.zeros(len(ask_price)))
    bought = _filled(-bid_price, bid_quantity, traded)
    sold = _filled(ask_price, ask_quantity, traded)
    buys, sells = bought > 0.0, sold > 0.0
    out_bid = bought < (1.0 - ROUNDING) * bid_quantity
    out_ask = sold < (1.0 - ROUNDING) * ask_quantity
    # What did not trade, or not whole, keeps the price from going past it.
    low = max(ask_price[sells].max(), bid_price[out_bid].max(initial=-np.inf))
    high = min(bid_price[buys].min(), ask_price[out_ask].min(initial=np.inf))
    return Cleared(0.5 * (low + high), traded, bought, sold)


def _traded(bid_price: Array, bid_quantity: Array, ask_price: Array, ask_quantity: Array) -> float:
    prices = np.unique(np.concatenate([bid_price, ask_price]))
    wanted = [bid_quantity[bid_price >= p].sum() for p in prices]
    offered = [ask_quantity[ask_price <= p].sum() for p in prices]
    return float(np.minimum(wanted, offered).max(initial=0.0))


def _filled(rank: Array, quantity: Array, total: float) -> Array:
    """`total` shared out from the least rank on; equal ranks in proportion."""
    out, left = np.zeros(len(rank)), total
    for value in np.unique(rank):
        here = rank == value
        amount = float(quantity[here].sum())
        if left <= ROUNDING * total:
            break
        if amount <= left * (1.0 + ROUNDING):  # whole, to the last bit
            out[here] = quantity[here]
        else:
            out[here] = quantity[here] * (left / amount)
        left = max(left - amount, 0.0)
    return out
