"""Room for what found none: work that could as well have run earlier makes way, at the same site.

Work that waits takes the cheapest hours, and at the end of a stretch the cheap hours are the last: what arrives in them
would be given up though the hours before stand empty. Nobody is moved to another site, nobody runs before arrival.
"""

from __future__ import annotations

import numpy as np

from ...models.system import Compute

Array = np.ndarray

NOTHING_MWH = 1e-9


def make_room(
    c: Compute, arrivals_mwh: Array, work: Array, room: Array, over: Array, choices: Array
) -> Array:
    """Place what is left over where others can make way; changes work (Q, T), room (S, T) and over (n, T).

    Args:
        over: what found no room, by tenant and hour of arrival. choices: streams of each tenant (n, K).

    Returns:
        what was placed, by stream (Q,) [MWh].
    """
    T, J = work.shape[1], len(c.classes)
    tenant = c.stream_origin * J + c.stream_class
    slack = c.class_slack_h[c.stream_class].astype(int)
    done = np.zeros_like(over)
    np.add.at(done, tenant, work)
    waits = np.cumsum(arrivals_mwh.reshape(over.shape) - done - over, axis=1)  # by tenant (n, T)
    placed = np.zeros(len(tenant))
    of_site = [np.flatnonzero((c.stream_site == s) & (slack > 0)) for s in range(len(room))]

    patience = int(slack.max(initial=0))
    stuck = np.zeros(room.shape, bool)  # where nobody could make way: not asked again

    def give_way(s: int, hour: int, wanted: float) -> None:
        """Free up to `wanted` of a full site in an hour."""
        if room[s, max(0, hour - patience) : hour].max(initial=0.0) <= NOTHING_MWH:
            stuck[s, hour] = True
            return
        for q in of_site[s][np.argsort(-work[of_site[s], hour], kind="stable")]:
            if work[q, hour] <= NOTHING_MWH or wanted <= NOTHING_MWH:
                break
            may = np.inf
            for earlier in range(hour - 1, max(0, hour - slack[q]) - 1, -1):
                may = min(may, waits[tenant[q], earlier])
                if may <= NOTHING_MWH:
                    break
                x = min(may, room[s, earlier], work[q, hour], wanted)
                if x <= NOTHING_MWH:
                    continue
                work[q, hour] -= x
                work[q, earlier] += x
                waits[tenant[q], earlier:hour] -= x
                room[s, earlier] -= x
                room[s, hour] += x
                wanted -= x
                may -= x
        stuck[s, hour] = wanted > NOTHING_MWH

    for i, a in np.argwhere(over > NOTHING_MWH).tolist():
        for q in choices[i][choices[i] >= 0].tolist():
            s = int(c.stream_site[q])
            for hour in range(a, min(a + int(slack[q]), T - 1) + 1):
                if over[i, a] <= NOTHING_MWH:
                    break
                if room[s, hour] < over[i, a] and not stuck[s, hour]:
                    give_way(s, hour, over[i, a] - room[s, hour])
                x = min(room[s, hour], over[i, a])
                if x > 0.0:
                    work[q, hour] += x
                    room[s, hour] -= x
                    over[i, a] -= x
                    placed[q] += x
                    waits[i, a:hour] += x
    return placed
