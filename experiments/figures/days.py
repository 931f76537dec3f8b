"""Days and hours along an axis, and in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from matplotlib.axes import Axes

from .words import chinese

# Written out, for the names that Python knows depend on the machine's language.
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAYS_ZH = "一二三四五六日"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def span(first: datetime, last: datetime) -> str:
    """First to last day, as one writes it."""
    if chinese():
        begin = f"{first.year}年{first.month}月{first.day}日"
        if first.date() == last.date():
            return begin
        same = (first.month, first.year) == (last.month, last.year)
        return f"{begin}至{'' if same else f'{last.month}月'}{last.day}日"
    end = f"{last.day} {MONTHS[last.month - 1]} {last.year}"
    if first.date() == last.date():
        return end
    if (first.month, first.year) == (last.month, last.year):
        return f"{first.day}–{end}"
    return f"{first.day} {MONTHS[first.month - 1]} – {end}"


def time_axis(axes: Axes, time: Sequence[datetime]) -> None:
    """Days, or hours where there are few."""
    hours = len(time)
    axes.set_xlim(0, hours)
    if hours <= 48:
        step = 12 if hours > 24 else 6 if hours >= 12 else max(1, hours // 4)
        ticks = list(range(0, hours + 1, step))
        stamps = [time[0] + timedelta(hours=t) for t in ticks]
        axes.set_xticks(ticks, [f"{s.hour:02d}:00" for s in stamps])
        return
    midnights = [t for t, stamp in enumerate(time) if stamp.hour == 0]
    axes.set_xticks(midnights, [""] * len(midnights))
    noons = [t + 12 for t in midnights if t + 12 < hours]
    axes.set_xticks(noons, [_day(time[t]) for t in noons], minor=True)
    axes.tick_params(axis="x", which="minor", length=0)


def _day(stamp: datetime) -> str:
    if chinese():
        return f"{stamp.day}日\n周{DAYS_ZH[stamp.weekday()]}"
    return f"{DAYS[stamp.weekday()]} {stamp.day}"
