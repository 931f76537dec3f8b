r"""What a job may gain by waiting, for every hour it could arrive: moving sums, sliding minima, least sums.

A job of n hours that arrives in hour i and may wait w hours has the window :math:`[i, i + w + n)`, cut at the end
of the series. At one unit of power it costs

.. math::
    \text{at once} = \sum_{t=i}^{i+n-1} c_t, \qquad
    \text{deferred} = \min_{i \le s \le i+w} \sum_{t=s}^{s+n-1} c_t, \qquad
    \text{interrupted} = \text{sum of the } n \text{ least } c_t \text{ of the window,}

the second being the least of a sliding window of moving sums (M. van Herk, Pattern Recognit. Lett. 13, 1992,
doi:10.1016/0167-8655(92)90069-C), the third a range query on ranks (F. Claude, G. Navarro, A. Ordóñez, "The wavelet
matrix", Inf. Syst. 47, 2015, doi:10.1016/j.is.2014.06.002): each in a number of passes over the whole series that
does not depend on the slack.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .errors import InputError

Array = np.ndarray


def moving_sums(series: Array, length: int) -> Array:
    """Sums of `length` consecutive values: (…, T) -> (…, T - length + 1).

    Raises:
        InputError: the length is not from 1 to T, or a value is missing.
    """
    _check(series, length, 0)
    before = np.zeros((*series.shape[:-1], series.shape[-1] + 1))
    np.cumsum(series, axis=-1, out=before[..., 1:])
    return before[..., length:] - before[..., :-length]


def sliding_minimum(values: Array, width: int) -> Array:
    """The least of each value and the `width` - 1 after it, as far as there are any (…, N) -> (…, N).

    Raises:
        ValueError: the width is below 1.
    """
    if width < 1:
        raise ValueError(f"a window of {width} values has no least one")
    n = values.shape[-1]
    width = min(width, max(n, 1))
    blocks = -(-(n + width - 1) // width)  # with room behind the last window
    padded = np.full((*values.shape[:-1], blocks * width), np.inf)
    padded[..., :n] = values
    apart = padded.reshape(*values.shape[:-1], blocks, width)
    # A window reaches over one border of blocks at most: the least from its start to the border, and from
    # the border to its end.
    to_border = np.minimum.accumulate(apart[..., ::-1], axis=-1)[..., ::-1].reshape(padded.shape)
    from_border = np.minimum.accumulate(apart, axis=-1).reshape(padded.shape)
    return np.minimum(to_border[..., :n], from_border[..., width - 1 : width - 1 + n])


def at_once(series: Array, length: int) -> Array:
    """Cost of a job that starts in the hour it arrives: (…, T) -> (…, T - length + 1)."""
    return moving_sums(series, length)


def deferred(series: Array, length: int, slack: int) -> Array:
    """Cost of a job that runs in one piece and starts at the best hour: (…, T) -> (…, T - length + 1).

    Raises:
        InputError: the length is not from 1 to T, the slack is below 0, or a value is missing.
    """
    _check(series, length, slack)
    return sliding_minimum(moving_sums(series, length), slack + 1)


def interrupted(ranked: Ranked, length: int, slack: int) -> Array:
    """Cost of a job that runs in the best hours of its window: (T - length + 1,).

    Raises:
        InputError: the length is not from 1 to T, or the slack is below 0.
    """
    _check(ranked.ordered, length, slack)
    T = len(ranked.ordered)
    first = np.arange(T - length + 1)
    last = np.minimum(first + length + slack, T)
    return least_sums(ranked, first, last, np.full(len(first), length))


@dataclass(frozen=True, eq=False)
class Ranked:
    """A series made ready for sums of the least values of any window.

    The values' ranks, of B bits each, are sorted by one bit after another, the highest first. Before each of the
    B sorts it is kept how many zeros stand before every position, and the sum of their values.

    Attributes:
        ordered: the values, least first (T,).
        zeros: (B, T + 1). zero_sums: (B, T + 1).
    """

    ordered: Array
    zeros: Array
    zero_sums: Array


def ranked(series: Array) -> Ranked:
    """Make a series (T,) ready.

    Raises:
        InputError: it is empty, is not one series, or a value is missing.
    """
    if series.ndim != 1:
        raise InputError(f"one series is ranked at a time, not an array of shape {series.shape}")
    _check(series, 1, 0)
    T = len(series)
    order = np.argsort(series, kind="stable")
    ordered = series[order].astype(float)
    rank = np.empty(T, int)
    rank[order] = np.arange(T)  # equal values have ranks of their own
    bits = max((T - 1).bit_length(), 1)
    zeros, sums = np.zeros((bits, T + 1), int), np.zeros((bits, T + 1))
    for level in range(bits):
        zero = (rank >> (bits - 1 - level)) & 1 == 0
        np.cumsum(zero, out=zeros[level, 1:])
        np.cumsum(np.where(zero, ordered[rank], 0.0), out=sums[level, 1:])
        rank = np.concatenate([rank[zero], rank[~zero]])
    return Ranked(ordered, zeros, sums)


def least_sums(ranked: Ranked, first: Array, last: Array, count: Array) -> Array:
    """Sum of the `count` least values of each window.

    Args:
        ranked: the series.
        first, last: each window is [first, last) (N,).
        count: how many of its values (N,), from 1 to all.

    Returns:
        (N,).

    Raises:
        InputError: a window reaches beyond the series, or has fewer values than are asked for.
    """
    T = len(ranked.ordered)
    wrong = (first < 0) | (last > T) | (count < 1) | (last - first < count)
    if wrong.any():
        i = int(wrong.argmax())
        raise InputError(
            f"window {i}: {count[i]} of the hours {first[i]} to {last[i]} cannot be had in a series of {T} hours"
        )
    low, high, left = first.astype(int), last.astype(int), count.astype(int)
    total, rank = np.zeros(len(low)), np.zeros(len(low), int)
    for zeros, sums in zip(ranked.zeros, ranked.zero_sums, strict=True):
        zero_low, zero_high = zeros[low], zeros[high]
        below = zero_high - zero_low  # values of the window whose rank has a zero here
        upper = left > below  # all of them are taken, and the rest from those with a one
        total += np.where(upper, sums[high] - sums[low], 0.0)
        left = np.where(upper, left - below, left)
        low = np.where(upper, zeros[-1] + low - zero_low, zero_low)
        high = np.where(upper, zeros[-1] + high - zero_high, zero_high)
        rank = 2 * rank + upper
    return total + ranked.ordered[rank]  # the last of them


def _check(series: Array, length: int, slack: int) -> None:
    T = series.shape[-1] if series.ndim else 0
    if not 1 <= length <= T:
        raise InputError(f"a job of {length} h does not fit in a series of {T} h: give 1 to {T} h")
    if slack < 0:
        raise InputError(
            f"a slack of {slack} h: a job cannot start before it arrives; give 0 or more"
        )
    if not np.isfinite(series).all():
        at = [int(i) for i in np.argwhere(~np.isfinite(series))[0]]
        raise InputError(f"the series has no value at {at}: fill it")
