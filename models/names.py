"""What policies and forecasts are called in scenarios."""

from __future__ import annotations

from typing import Literal, get_args

PolicyName = Literal[
    "here-and-now",
    "nearest-feasible",
    "random",
    "greenest-now",
    "cheapest",
    "static-greenest",
    "west-quota",
    "off-peak-timer",
    "lowest-slot",
    "lowest-window",
    "carbon-time",
    "suspend-resume",
    "double-threshold",
    "wait-awhile",
    "vcc",
    "curtailment-follower",
    "greedy-joint",
    "planned",
    "cvar",
    "follow-average",
    "follow-marginal",
    "follow-price",
    "co-planned",
    "cost-only",
    "carbon-only",
    "latency-only",
    "oracle",
]
POLICY_NAMES: tuple[str, ...] = get_args(PolicyName)
ForecastKind = Literal["perfect", "persistence", "noisy", "ar1", "rank-shuffled"]
