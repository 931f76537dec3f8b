r"""The price-taker's program for several futures at once: mean cost, and the mean of the dearest ones.

.. math::
    \min \frac1S \sum_k C_k(x_k) + \beta\,\text{CVaR}, \qquad
    \text{CVaR} = z + \frac{1}{S\,a} \sum_k e_k, \qquad e_k \ge C_k(x_k) - z, \; e_k \ge 0

over futures k = 1 … S of the same hours, each alike likely, a the share of futures in the tail. What runs in the
first hours is decided before it is known which future comes: these columns are one for all futures; the rest is
each future's own. Each future is the price-taker's program as compiled (`program.price_taker`); this module only
puts them side by side and adds the rows of the tail.

R. T. Rockafellar, S. Uryasev, "Optimization of conditional value-at-risk", J. Risk 2(3), 2000,
doi:10.21314/JOR.2000.038; risk-aware plans of data centers: S. Hall et al., "Carbon-aware computing for data
centers with probabilistic performance guarantees", arXiv:2410.21510.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from ..models.outlook import Outlook
from .program import Program
from .solver import Compiled, Solution, solve

Array = np.ndarray


def solve_futures(
    program: Program,
    futures: Sequence[Outlook],
    first_h: int,
    weight: float,
    tail_share: float,
) -> Solution:
    """The optimum over futures; its values are those of the first future, whose first hours are everyone's.

    Args:
        program: the price-taker's. futures: outlooks of the same hours and work, the likeliest first; one
            alone has no tail, and its program is the price-taker's.
        first_h: hours that are decided before the future is known. weight: β of the tail. tail_share: a.

    Raises:
        SolveError: any status but optimal.
    """
    program.basis = None  # every future's columns stand in the same order
    parts = [program.at(future) for future in futures]
    joined = parts[0] if len(parts) == 1 else side_by_side(parts, first_h, weight, tail_share)
    return solve(joined, tie_break=program.tie_break, budgets=program.budgets)


def side_by_side(
    parts: Sequence[Compiled], first_h: int, weight: float, tail_share: float
) -> Compiled:
    """The futures as one program: their columns, z, and e of each; their rows, and one of the tail for each."""
    S, n = len(parts), len(parts[0].cost)
    shared = np.zeros(n, bool)
    first = parts[0].places["work"][0][:, :first_h].ravel()
    shared[first[first >= 0]] = True
    own = np.flatnonzero(~shared)
    columns = [np.arange(n)]
    for k in range(1, S):
        at = np.arange(n)
        at[own] = n + (k - 1) * len(own) + np.arange(len(own))
        columns.append(at)
    N = n + (S - 1) * len(own)

    blocks, cost = [], np.zeros(N + 1 + S)
    tail = sp.lil_array((S, N + 1 + S))
    lower, upper = np.zeros(N + 1 + S), np.zeros(N + 1 + S)
    least, most = np.inf, -np.inf
    for k, (part, at) in enumerate(zip(parts, columns, strict=True)):
        A = part.A.tocoo()
        blocks.append(sp.csr_array((A.data, (A.row, at[A.col])), (A.shape[0], N + 1 + S)))
        np.add.at(cost, at, part.cost / S)
        lower[at], upper[at] = part.lower, part.upper
        ends = np.stack([part.cost * part.lower, part.cost * part.upper])
        least = min(least, ends.min(axis=0).sum() + part.offset)
        most = max(most, ends.max(axis=0).sum() + part.offset)
        priced = np.flatnonzero(part.cost)
        tail[k, at[priced]] = -part.cost[priced]
        tail[k, N] = tail[k, N + 1 + k] = 1.0
    cost[N], cost[N + 1 :] = weight, weight / (S * tail_share)
    lower[N], upper[N], upper[N + 1 :] = least, most, most - least
    return replace(
        parts[0],
        name=f"{parts[0].name} for {S} futures",
        A=sp.csc_array(sp.vstack([*blocks, tail.tocsr()])),
        cost=cost,
        lower=lower,
        upper=upper,
        row_lower=np.concatenate([*(p.row_lower for p in parts), [p.offset for p in parts]]),
        row_upper=np.concatenate([*(p.row_upper for p in parts), np.full(S, np.inf)]),
        offset=float(np.mean([p.offset for p in parts])),
    )
