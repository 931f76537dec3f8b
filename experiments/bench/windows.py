"""Windows that follow one another, cut from hours that are all foreseen."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from westshift.models.outlook import Outlook, window_of


def windows_of(whole: Outlook, window_h: int, step_h: int, count: int) -> Iterator[Outlook]:
    """`count` windows or as many as there are; all work that came before a window has run as it came."""
    none = 0.0 * whole.available_mwh[..., :1]
    done = np.concatenate([none, whole.available_mwh], axis=-1)
    for start in range(0, whole.hours - window_h + 1, step_h)[:count]:
        yield window_of(whole, start, start + window_h, done[..., start])
