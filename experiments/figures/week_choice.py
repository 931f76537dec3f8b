"""Which region and which week a picture of a week shows: by rule, not by eye."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from westshift.models.calendar import Horizon
from westshift.models.hours import Hours
from westshift.models.scenario import Scenario
from westshift.models.year import Year

from .words import either, named

WEEK_H, DAY_H = 168, 24
PREFERRED = ("co-planned", "planned", "oracle")
LEAST_MWH = 1e-3  # less is rounding


class Hourly(Protocol):
    """What was run, hour by hour: a `Run`, or what is read from stored tables."""

    @property
    def scenario(self) -> Scenario: ...
    @property
    def year(self) -> Year: ...
    @property
    def horizons(self) -> tuple[Horizon, ...]: ...
    @property
    def hours(self) -> Mapping[str, tuple[Hours, ...]]: ...


@dataclass(frozen=True)
class Choice:
    """What is shown, and why.

    Attributes:
        region: index. with_policy: None where only the baseline ran.
        horizon: index. hours: of that horizon. why: the rule that chose, for the caption.
    """

    region: int
    with_policy: str | None
    horizon: int
    hours: slice
    why: str


def choose(run: Hourly) -> Choice:
    """The region in the west whose compute load the policy changes most, in its telling week.

    Policy: the first of PREFERRED that ran, else the first that is not the baseline. Region: in the
    west (anywhere where there is no west), where the compute load over all horizons, each times its
    weight, differs most from the baseline's; where none differs, the one with most compute load.
    Week: seven days of a horizon, or all of it where it is shorter, in which the policy changes
    curtailed energy most; else compute load; else the one with most curtailed energy.
    """
    base, policy = run.scenario.baseline, _policy(run)
    west = [i for i, r in enumerate(run.scenario.regions) if r.side == "west"]
    where = (
        either("in the west", "西部")
        if west
        else either(
            "of all, for the scenario has no western one,", "（情景中没有西部区域）所有区域中"
        )
    )
    among = west or list(range(len(run.scenario.regions)))
    other = policy or base
    change, load = (
        sum(h.weight * f(b, h) for b, h in zip(run.hours[base], run.hours[other], strict=True))
        for f in (
            lambda b, h: np.abs(h.compute_mw - b.compute_mw).sum(axis=1)[among],
            lambda b, h: b.compute_mw.sum(axis=1)[among],
        )
    )
    if change.max() > LEAST_MWH:
        region = among[int(change.argmax())]
        why = either(
            f"whose compute load {policy} changes most", f"算力负荷受“{named(other)}”影响最大者"
        )
    else:
        region = among[int(load.argmax())]
        why = either("with most compute load", "算力负荷最大者")
    horizon, hours, when = _week(run, region, other)
    told = either(
        f"Region: the one {where} {why}. Week: {when}.", f"区域：{where}{why}。周：{when}。"
    )
    return Choice(region, policy, horizon, hours, told)


def _policy(run: Hourly) -> str | None:
    others = [name for name in run.hours if name != run.scenario.baseline]
    return next((name for name in (*PREFERRED, *others) if name in others), None)


def _week(run: Hourly, region: int, other: str) -> tuple[int, slice, str]:
    pairs = list(zip(run.hours[run.scenario.baseline], run.hours[other], strict=True))
    lengths = [b.compute_mw.shape[1] for b, _ in pairs]
    weeks = [(i, hours) for i, length in enumerate(lengths) for hours in _stretches(length)]
    changed = [_sums(run, other, region, *week) for week in weeks]
    words = (
        either("the one in which curtailed energy changes most", "弃电量变化最大的一周"),
        either("the one in which compute load changes most", "算力负荷变化最大的一周"),
        either("the one with most curtailed energy", "弃电量最大的一周"),
    )
    for rank, when in enumerate(words):
        most = max(range(len(weeks)), key=lambda n: changed[n][rank])  # ties: the first
        if changed[most][rank] > LEAST_MWH:
            several = either(f"{when}, of {len(weeks)}", f"{len(weeks)} 周中{when}")
            why = several if len(weeks) > 1 else either("all that was simulated", "全部模拟时段")
            return *weeks[most], why
    return *weeks[0], either("the first", "第一周")


def _stretches(hours: int) -> list[slice]:
    """Seven days each, beginning at every day; all of it where there are fewer."""
    last = max(hours - WEEK_H, 0)
    return [slice(start, min(start + WEEK_H, hours)) for start in range(0, last + 1, DAY_H)]


def _sums(
    run: Hourly, other: str, r: int, horizon: int, hours: slice
) -> tuple[float, float, float]:
    b, h = run.hours[run.scenario.baseline][horizon], run.hours[other][horizon]
    return (
        abs(float(h.curtailed_mw[r, hours].sum() - b.curtailed_mw[r, hours].sum())),
        float(np.abs(h.compute_mw[r, hours] - b.compute_mw[r, hours]).sum()),
        float(b.curtailed_mw[r, hours].sum()),
    )
