"""Who gets what where many like the same places equally well: a flow through a network, exact in whole grains.

Each buyer has an amount and a set of places that suit it equally; each place has room. Places whose room has a price
are to be full: else somebody paid for what was free.
"""

from __future__ import annotations

import networkx as nx
import numpy as np

from .errors import InputError

Array = np.ndarray

GRAINS = 10**13
"""Of the largest amount or room: what is counted in whole numbers."""


def ration(suits: Array, amount: Array, room: Array, full: Array) -> Array:
    """Share out amounts among places that suit.

    Args:
        suits: whether a place is among a buyer's best (n, K) bool. amount: of each buyer (n,).
        room: of each place (K,). full: whether a place has to be full (K,) bool.

    Returns:
        (n, K), rows summing to `amount` within 1e-9 of the largest.

    Raises:
        InputError: there is no way to do so: the prices that made these the best do not clear.
    """
    largest = max(float(amount.max(initial=0.0)), float(room.max(initial=0.0)))
    out = np.zeros(suits.shape)
    if largest <= 0.0:
        return out
    grain = largest / GRAINS
    want = np.rint(amount / grain).astype(int)
    # Rounding may leave a grain a buyer or place too much or too little: so much play has each place.
    play = len(amount) + len(room)
    have = np.rint(room / grain).astype(int)
    graph = nx.DiGraph()
    for i in np.flatnonzero(want):
        graph.add_edge("from", ("buyer", int(i)), capacity=int(want[i]))
        for k in np.flatnonzero(suits[i]):
            graph.add_edge(("buyer", int(i)), ("place", int(k)), capacity=int(want[i]))
    # Room that must be used goes to the end directly, all other room through one valve that lets pass no more
    # than what is left over: so a flow of all amounts fills the first.
    must = [int(k) for k in np.flatnonzero(full & (have > 0))]
    least = sum(max(int(have[k]) - play, 0) for k in must)
    for k in range(len(room)):
        if k in must:
            low = max(int(have[k]) - play, 0)
            graph.add_edge(("place", k), "end", capacity=low)
            graph.add_edge(("place", k), "valve", capacity=int(have[k]) + play - low)
        else:
            graph.add_edge(("place", k), "valve", capacity=int(have[k]) + play)
    total = int(want.sum())
    if total == 0:
        return out
    graph.add_edge("valve", "end", capacity=max(total - least, 0))
    value, flow = nx.maximum_flow(graph, "from", "end")
    if total - value > play * (len(must) + 1):
        raise InputError(
            f"{(total - value) * grain:.6g} of {total * grain:.6g} find no place among those that suit best: the "
            "prices they were chosen by do not clear the places"
        )
    for i in np.flatnonzero(want):
        for (_, k), grains in flow[("buyer", int(i))].items():
            out[i, k] = grains * grain
    return out
