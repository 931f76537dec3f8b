"""The master of `siting_benders`: what is built, a cost of each week, allotments of the quotas of the year."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import highspy
import numpy as np
import scipy.sparse as sp

from ..models.errors import InfeasibleError
from .siting import ONCE, SHARED
from .siting_join import Joined
from .siting_windows import window_rows, windows
from .solver import Compiled, begin

Array = np.ndarray

MONEY = 1e-6
"""The master counts in M CNY."""


class Master:
    """What is built, a cost of each week, and each week's allotment of the quotas of the year."""

    def __init__(self, j: Joined, at: Array) -> None:
        p, first, counts, yearly = j.program, j.weeks[0].program, j.counts, j.yearly
        n, K, Y = len(at), len(j.weeks), len(yearly)
        self.n, self.K, self.Y = n, K, Y
        more = np.arange(j.shape[1], len(p.cost))  # columns and rows that were added
        added = p.A.tocsr()[j.shape[0] :]
        self.cost = p.cost[at]
        place = np.full(len(first.cost), -1)
        own = np.concatenate([first.places[name][0].ravel() for name in SHARED])
        place[own[own >= 0]] = np.flatnonzero(own >= 0)
        rows = np.concatenate([first.rows[name].ravel() for name in ONCE])
        rows = rows[rows >= 0]
        A = first.A.tocsr()[rows].tocoo()
        total = n + K + K * Y + len(more)
        held = sp.csr_array((A.data, (A.row, place[A.col])), (len(rows), total))
        shared = sp.lil_array((Y, total))
        for i in range(Y):
            for k in range(K):
                shared[i, n + K + k * Y + i] = counts[k]
        most = np.array(
            [
                week.program.upper[int(week.program.places[q.name][0].ravel()[q.entry])]
                for week in j.weeks
                for q in yearly
            ],
            float,
        )
        extra = sp.hstack([added[:, at], sp.csr_array((added.shape[0], K + K * Y)), added[:, more]])
        told = [window_rows(w.program, *w_) for w in j.weeks for w_ in windows(w.program)]
        own = [len(low) for *_, low, _, _ in told]  # columns of each window
        window_part = sp.vstack(
            [
                sp.hstack(
                    [A[:, :n], sp.csr_array((A.shape[0], K + K * Y + len(more) + sum(own[:i]))), A[:, n:],
                     sp.csr_array((A.shape[0], sum(own[i + 1 :])))]
                )
                for i, (A, *_) in enumerate(told)
            ]
        )  # fmt: skip
        total_own = sum(own)
        self.quota_rows, self.quota_dual = len(rows) + np.arange(Y), np.zeros(Y)
        least = sum(_least(week.program, week.weight) for week in j.weeks)
        self.program = replace(
            first,
            name="siting, master",
            A=sp.csc_array(
                sp.vstack(
                    [_wider(sp.vstack([held, shared.tocsr(), extra]), total_own), window_part]
                )
            ),
            cost=np.concatenate(
                [MONEY * self.cost, np.ones(K), np.zeros(K * Y), p.cost[more], np.zeros(total_own)]
            ),
            lower=np.concatenate(
                [
                    p.lower[at],
                    np.full(K, MONEY * min(least, 0.0)),
                    np.zeros(K * Y),
                    p.lower[more],
                    *(low for *_, low, _, _ in told),
                ]
            ),
            upper=np.concatenate(
                [
                    p.upper[at],
                    np.full(K, 1e30),
                    most,
                    p.upper[more],
                    *(high for *_, high, _ in told),
                ]
            ),
            row_lower=np.concatenate(
                [
                    first.row_lower[rows],
                    np.full(Y, -np.inf),
                    p.row_lower[j.shape[0] :],
                    *(x[1] for x in told),
                ]
            ),
            row_upper=np.concatenate(
                [
                    first.row_upper[rows],
                    [q.limit for q in yearly],
                    p.row_upper[j.shape[0] :],
                    *(x[2] for x in told),
                ]
            ),
        )
        self.highs = begin(self.program, 0.0)

    def cut(self, k: int, value: float, slope: Array, prices: Array, b: Array, u: Array) -> None:
        """A week's cost is at least this."""
        there = np.flatnonzero(slope)
        index = [
            *there.tolist(),
            self.n + k,
            *(self.n + self.K + k * self.Y + np.arange(self.Y)).tolist(),
        ]
        data = np.concatenate([-MONEY * slope[there], [1.0], -MONEY * prices])
        right = MONEY * (value - float(slope @ b) - float(prices @ u))
        self.highs.addRow(right, highspy.kHighsInf, len(index), np.array(index, np.int32), data)

    def least(self, k: int, value: float) -> None:
        """A week costs no less than this, whatever is built."""
        bound = MONEY * value - 1e-9 * abs(MONEY * value)
        self.highs.changeColBounds(self.n + k, bound, highspy.kHighsInf)

    def solve(
        self, near: Array | None = None, reach: float = 1.0
    ) -> tuple[float, Array, Array, Array]:
        """Bound, plan, allotments (K, Y) and reduced costs of the plan; the plan no further from `near` than `reach`
        parts of each quota."""
        least, most = self.program.lower[: self.n], self.program.upper[: self.n]
        if near is not None:
            far = reach * (most - least)
            least, most = np.maximum(least, near - far), np.minimum(most, near + far)
        self.highs.changeColsBounds(self.n, np.arange(self.n, dtype=np.int32), least, most)
        self.highs.run()
        status = self.highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise InfeasibleError(
                f"The program siting, master ended as {self.highs.modelStatusToString(status)}."
            )
        told = self.highs.getSolution()
        x = np.array(told.col_value)
        if near is None:
            self.quota_dual = np.array(told.row_dual)[self.quota_rows] / MONEY
        first, last = self.n + self.K, self.n + self.K + self.K * self.Y
        return (
            float(self.highs.getInfo().objective_function_value) / MONEY,
            x[: self.n],
            x[first:last].reshape(self.K, self.Y),
            np.array(told.col_dual)[: self.n] / MONEY,
        )


def _wider(A: Any, columns: int) -> Any:
    return sp.hstack([A, sp.csr_array((A.shape[0], columns))])


def _least(p: Compiled, weight: float) -> float:
    """Less than the week can cost."""
    return weight * (float(np.minimum(p.cost * p.lower, p.cost * p.upper).sum()) + p.offset)
