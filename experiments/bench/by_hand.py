"""The co-planner's arrays written by hand in numpy, as one would who wants speed and nothing else.

The same program as `westshift.optim.program.co_planner` (cyclic, transport model), the same columns and rows in
the same order: what the two cost can be compared step by step, and each is a check of the other.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from westshift.models.outlook import Outlook
from westshift.optim.solver import Compiled
from westshift.optim.terms import most_load_mw

Array = np.ndarray


class ByHand:
    """Arrays of the co-planner for T hours of one system; `at` fills in what the hours ahead say."""

    def __init__(self, outlook: Outlook) -> None:
        g, c, T = outlook.system.grid, outlook.system.compute, outlook.hours
        R, K, L, B = (len(x) for x in (g.regions, g.unit_region, g.line_from, g.storage_region))
        Q, S, J = len(c.stream_site), len(c.sites), len(c.classes)
        OJ = len(c.origins) * J
        self.T, self.days = T, (T + 22) // 24 + 1
        self.limited = np.flatnonzero(g.unit_day_limited)
        names = (
            ("output", K), ("shed", R), ("dump", R), ("flow", L), ("charge", B), ("discharge", B),
            ("charged", B), ("work", Q), ("done", OJ), ("unserved", OJ), ("site", S),
        )  # fmt: skip
        ends = np.cumsum([0, *(n * T for _, n in names)])
        self.n = int(ends[-1])
        self.columns = {
            name: np.arange(a, b).reshape(-1, T)
            for (name, _), a, b in zip(names, ends[:-1], ends[1:], strict=True)
        }
        blocks = (
            ("day_energy", len(self.limited), self.days), ("state_of_charge", B, T), ("served", OJ, T),
            ("site_work", S, T), ("balance", R, T),
        )  # fmt: skip
        ends = np.cumsum([0, *(a * b for _, a, b in blocks)])
        self.m = int(ends[-1])
        self.rows = {
            name: np.arange(a, b).reshape(-1, width)
            for (name, _, width), a, b in zip(blocks, ends[:-1], ends[1:], strict=True)
        }
        self.A = self._matrix(outlook)
        v = self.columns
        self.lower, self.upper = np.zeros(self.n), np.zeros(self.n)
        per_hour = np.zeros(self.n)
        per_hour[v["shed"]] = per_hour[v["dump"]] = g.lost_load_cny_per_mwh
        per_hour[v["flow"]] = g.line_cost_cny_per_mwh[:, None]
        per_hour[v["discharge"]] = g.storage_cost_cny_per_mwh[:, None]
        per_hour[v["work"]] = (c.stream_transfer_cny_per_mwh + c.stream_latency_cny_per_mwh)[
            :, None
        ]
        delay = np.tile(c.class_delay_cny_per_mwh_h, OJ // J)
        per_hour[v["done"]] = -delay[:, None]
        per_hour[v["unserved"]] = np.tile(c.class_unserved_cny_per_mwh, OJ // J)[:, None]
        self.cost, self.delay = per_hour, delay
        self.upper[v["flow"]] = g.line_capacity_mw[:, None]
        self.upper[v["charge"]] = self.upper[v["discharge"]] = g.storage_power_mw[:, None]
        self.upper[v["charged"]] = g.storage_energy_mwh[:, None]
        self.upper[v["work"]] = c.site_capacity_mw[c.stream_site][:, None]
        self.upper[v["site"]] = c.site_capacity_mw[:, None]
        self.row_lower, self.row_upper = np.zeros(self.m), np.zeros(self.m)
        self.row_lower[self.rows["day_energy"]] = -np.inf

    def _matrix(self, outlook: Outlook) -> sp.csc_array:
        """The pattern, with the places of PUE and of the days in it kept."""
        g, c, T = outlook.system.grid, outlook.system.compute, self.T
        v, r = self.columns, self.rows
        before = np.roll(v["charged"], 1, axis=1), np.roll(v["done"], 1, axis=1)
        stream = c.stream_origin * len(c.classes) + c.stream_class
        balance, site_region = r["balance"], c.site_region[c.stream_site]
        kept, into, out = (
            1.0 - g.line_loss_share, g.storage_charge_efficiency, g.storage_discharge_efficiency
        )  # fmt: skip
        stands = 1.0 - g.storage_standing_loss_per_h
        moved = np.flatnonzero(c.stream_transfer_mwh_per_mwh)
        day = np.broadcast_to(
            r["day_energy"][:, :, None], (len(self.limited), self.days, T)
        ).reshape(-1, T)
        entries = [
            (day, np.repeat(v["output"][self.limited], self.days, axis=0), 1.0),
            (r["state_of_charge"], v["charged"], 1.0),
            (r["state_of_charge"], before[0], -stands[:, None]),
            (r["state_of_charge"], v["charge"], -into[:, None]),
            (r["state_of_charge"], v["discharge"], 1.0 / out[:, None]),
            (r["served"], v["done"], 1.0),
            (r["served"], before[1], -1.0),
            (r["served"][stream], v["work"], -1.0),
            (r["served"], v["unserved"], -1.0),
            (r["site_work"], v["site"], 1.0),
            (r["site_work"][c.stream_site], v["work"], -1.0),
            (balance[g.unit_region], v["output"], 1.0),
            (balance, v["shed"], 1.0),
            (balance, v["dump"], -1.0),
            (balance[g.line_to], v["flow"], kept[:, None]),
            (balance[g.line_from], v["flow"], -1.0),
            (balance[g.storage_region], v["discharge"], 1.0),
            (balance[g.storage_region], v["charge"], -1.0),
            (balance[c.site_region], v["site"], 1.0),  # PUE over efficiency
            (
                balance[site_region[moved]],
                v["work"][moved],
                -c.stream_transfer_mwh_per_mwh[moved, None],
            ),
        ]
        row = np.concatenate([a.ravel() for a, _, _ in entries])
        column = np.concatenate([b.ravel() for _, b, _ in entries])
        value = np.concatenate([np.broadcast_to(x, a.shape).ravel() for a, _, x in entries])
        numbered = sp.csc_array((np.arange(1.0, len(row) + 1.0), (row, column)), (self.m, self.n))
        order = numbered.data.astype(int) - 1
        place = np.empty(len(row), int)
        place[order] = np.arange(len(row))
        sizes = np.cumsum([0, *(a.size for a, _, _ in entries)])
        self.day_at = place[sizes[0] : sizes[1]].reshape(len(self.limited), self.days, T)
        self.pue_at = place[sizes[18] : sizes[19]].reshape(-1, T)
        self.data = value[order]
        return sp.csc_array((self.data, numbered.indices, numbered.indptr), numbered.shape)

    def at(self, o: Outlook, turn: int) -> Compiled:
        """The arrays for these hours, the first of them in place `turn` of the ring."""
        g, c, v, r = o.system.grid, o.system.compute, self.columns, self.rows

        def ring(series: Array) -> Array:
            return np.roll(series, turn, axis=-1) if turn else series

        T, R = self.T, len(g.regions)
        cost, lower, upper = self.cost, self.lower, self.upper
        per_mwh = o.carbon_cny_per_kg * g.unit_emission_kg_per_mwh + g.unit_cost_cny_per_mwh
        cost[v["output"]] = per_mwh[:, None]
        lower[v["output"]], upper[v["output"]] = ring(o.unit_min_mw), ring(o.unit_max_mw)
        must_run = np.zeros((R, T))
        np.add.at(must_run, g.unit_region, o.unit_min_mw)
        upper[v["shed"]] = ring(np.maximum(o.demand_mw, 0.0) + most_load_mw(o)[:, None])
        upper[v["dump"]] = ring(np.maximum(must_run, 0.0))
        available, due = o.available_mwh.reshape(-1, T), o.due_mwh.reshape(-1, T)
        lower[v["done"]], upper[v["done"]] = ring(due), ring(available)
        upper[v["unserved"]] = ring(np.maximum(np.diff(due, axis=1, prepend=0.0), 0.0))
        begun = np.zeros_like(available)
        begun[:, 0] = available[:, -1]
        self.row_lower[r["served"]] = self.row_upper[r["served"]] = ring(-begun)
        idle = np.zeros((R, T))
        np.add.at(idle, c.site_region, o.pue * c.site_idle_mw[:, None])
        self.row_lower[r["balance"]] = self.row_upper[r["balance"]] = ring(o.demand_mw + idle)
        day = (o.first_day + np.arange(self.days)) % self.days
        energy = np.zeros((len(self.limited), self.days))
        energy[:, day[: o.unit_day_mwh.shape[1]]] = o.unit_day_mwh[self.limited]
        self.row_upper[r["day_energy"]] = energy
        of_day = np.zeros((self.days, T))
        of_day[day[o.day_of_hour], np.arange(T)] = 1.0
        self.data[self.day_at] = ring(of_day)
        self.data[self.pue_at] = -ring(o.pue * (1.0 / c.site_efficiency[:, None]))
        return Compiled(
            name="co_planner by hand",
            A=self.A,
            cost=cost,
            lower=lower,
            upper=upper,
            row_lower=self.row_lower,
            row_upper=self.row_upper,
            offset=float(self.delay @ available.sum(axis=1)),
            places={
                name: (np.roll(at, -turn, axis=1), np.zeros(at.shape)) for name, at in v.items()
            },
            rows={
                name: at if name == "day_energy" else np.roll(at, -turn, axis=1)
                for name, at in r.items()
            },
            duals_of=("balance", "state_of_charge"),
        )


def same(one: Compiled, other: Compiled) -> float:
    """Greatest difference between two programs, entry by entry; infinite where their patterns differ."""
    a, b = one.A.copy(), other.A.copy()
    a.sort_indices()
    b.sort_indices()
    if a.shape != b.shape or not np.array_equal(a.indptr, b.indptr):
        return np.inf
    if not np.array_equal(a.indices, b.indices):
        return np.inf
    pairs = [(a.data, b.data)]
    pairs += [
        (getattr(one, name), getattr(other, name))
        for name in ("cost", "lower", "upper", "row_lower", "row_upper")
    ]
    worst = abs(one.offset - other.offset) / max(abs(other.offset), 1.0)
    for x, y in pairs:
        finite = np.isfinite(y)
        if not np.array_equal(finite, np.isfinite(x)):
            return np.inf
        gap = np.abs(x[finite] - y[finite]) / np.maximum(np.abs(y[finite]), 1.0)
        worst = max(worst, float(gap.max(initial=0.0)))
    return worst
