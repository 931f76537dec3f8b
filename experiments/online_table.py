"""What online policies cost over the best in hindsight, beside the ratio that is proven for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from westshift.sim.competitive import Ratios


def competitive(
    ratios: Mapping[str, Sequence[Ratios]], horizons: Sequence[str], origins: Sequence[str]
) -> pd.DataFrame:
    """One row a policy, horizon and origin: ratio found, ratio proven, and whether the proof's assumptions held.

    Args:
        ratios: by policy, one a horizon. horizons: their names. origins: as in the ratios (O,).
    """
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "policy": name,
                    "horizon": horizon,
                    "origin": list(origins),
                    "found_ratio": r.found,
                    "proven_ratio": r.proven,
                    "bounds_known": r.known,
                    "room": r.room,
                }
            )
            for name, each in ratios.items()
            for horizon, r in zip(horizons, each, strict=True)
        ],
        ignore_index=True,
    )


def sentences(table: pd.DataFrame) -> list[str]:
    """Two of each policy: the worst that was found beside what is proven, and how often the proof applies."""
    out = []
    for name, rows in table.groupby("policy", sort=False):
        there = rows[rows["found_ratio"].notna() & rows["proven_ratio"].notna()]
        if there.empty:
            out.append(
                f"{name}: no competitive ratio, for no work could wait or intensity reached 0."
            )
            continue
        applies = there[there["bounds_known"] & there["room"]]
        beyond = int((there["found_ratio"] > there["proven_ratio"] * (1 + 1e-9)).sum())
        worst = there.loc[there["found_ratio"].idxmax()]
        out.append(
            f"{name}: intensity paid is {np.mean(there['found_ratio']):.3f} times the best in hindsight "
            f"(mean of {len(there)} origins and horizons), at worst {worst['found_ratio']:.3f} "
            f"({worst['origin']}, {worst['horizon']}); proven there: {worst['proven_ratio']:.3f} times. "
            f"Found exceeds proven in {beyond} of {len(there)}. The proof takes bounds on intensity as known and "
            f"sites as never full: both held in {len(applies)} of {len(there)}."
        )
    return out
