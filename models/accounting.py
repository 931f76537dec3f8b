r"""Average carbon intensity by flow tracing: what a megawatt-hour drawn in a region carried with it.

Power is mixed perfectly in each region and hour. With sent flows :math:`f_l`, delivered
:math:`(1-\lambda_l) f_l`, generation :math:`g` and discharge :math:`d`,

.. math::
    CI_r \Big(\sum_{k \in r} g_k + \sum_{b \in r} d_b + \sum_{l \to r} (1-\lambda_l) f_l\Big)
    = \sum_{k \in r} \epsilon_k g_k + \sum_{b \in r} CI_b\, d_b + \sum_{l \to r} CI_{from(l)}\, f_l

Losses are carried by the receiver, so that Σ CI·(load) over all regions is all that was emitted.
Storage gives back what it took in: :math:`CI_b` is the carbon it charged over the horizon, per MWh
discharged. Proportional sharing: J. Bialek, "Tracing the flow of electricity", IEE Proc. Gener.
Transm. Distrib. 143(4), 1996, doi:10.1049/ip-gtd:19960461; applied to carbon by Tranberg et al.,
"Real-time carbon accounting method for the European electricity markets", Energy Strategy Reviews
26, 2019, doi:10.1016/j.esr.2019.100367.
"""

from __future__ import annotations

import numpy as np

from .system import Grid

Array = np.ndarray


def average_intensity_kg_per_mwh(
    grid: Grid, output_mw: Array, flow_mw: Array, charge_mw: Array, discharge_mw: Array
) -> Array:
    """Flow-traced average intensity of each region and hour.

    Args:
        grid: the grid.
        output_mw: (K, T) [MW]. flow_mw: sent (L, T) [MW]. charge_mw, discharge_mw: (B, T) [MW].

    Returns:
        (R, T) [kg/MWh]; 0 where a region has no supply at all.
    """
    R, T = len(grid.regions), output_mw.shape[1]
    supply = np.zeros((R, T))
    carbon = np.zeros((R, T))
    np.add.at(supply, grid.unit_region, output_mw)
    np.add.at(carbon, grid.unit_region, grid.unit_emission_kg_per_mwh[:, None] * output_mw)
    np.add.at(supply, grid.storage_region, discharge_mw)
    np.add.at(supply, grid.line_to, (1.0 - grid.line_loss_share)[:, None] * flow_mw)

    mixing = np.zeros((T, R, R))
    for line, (start, end) in enumerate(zip(grid.line_from, grid.line_to, strict=True)):
        mixing[:, end, start] -= flow_mw[line]
    mixing[:, range(R), range(R)] += np.where(supply > 0, supply, 1.0).T

    discharged = discharge_mw.sum(axis=1)
    share = np.divide(
        discharge_mw,
        discharged[:, None],
        out=np.zeros_like(discharge_mw),
        where=discharged[:, None] > 0,
    )
    stored_kg = np.zeros(len(discharged))
    intensity = np.zeros((R, T))
    for _ in range(200):  # what storage holds depends on what it charged: a contraction, few rounds
        given = np.zeros((R, T))
        np.add.at(given, grid.storage_region, share * stored_kg[:, None])
        intensity = _mixed(mixing, (carbon + given).T).T
        taken_kg = (intensity[grid.storage_region] * charge_mw).sum(axis=1)
        if np.allclose(taken_kg, stored_kg, rtol=1e-10, atol=1e-6):
            break
        stored_kg = taken_kg
    else:
        raise ArithmeticError("the carbon held in storage did not settle in 200 rounds")
    return intensity


def _mixed(mixing: Array, carbon: Array) -> Array:
    """What is in each region's mix (T, R), from (T, R, R) and (T, R).

    A loop of flow without any supply (a phase shifter can drive one) carries nothing: where that makes the
    equations singular, the least of their solutions is the one without carbon of its own.
    """
    try:
        return np.linalg.solve(mixing, carbon[:, :, None])[:, :, 0]
    except np.linalg.LinAlgError:
        return np.stack(
            [np.linalg.lstsq(a, b, rcond=None)[0] for a, b in zip(mixing, carbon, strict=True)]
        )


def curtailed_mwh(grid: Grid, unit_max_mw: Array, unit_day_mwh: Array, output_mw: Array) -> Array:
    """Renewable output that was there and not taken, by region and hour.

    What a day-limited unit (reservoir hydro) leaves of its day's energy is spilled; it is spread
    evenly over the hours of that day.

    Args:
        unit_max_mw, output_mw: (K, T) [MW]. unit_day_mwh: (K, ⌈T/24⌉) [MWh].

    Returns:
        (R, T) [MWh].
    """
    T = output_mw.shape[1]
    held = np.maximum(unit_max_mw - output_mw, 0.0)
    for d in range(-(-T // 24)):
        hours = slice(24 * d, min(24 * d + 24, T))
        could = np.minimum(unit_day_mwh[:, d], unit_max_mw[:, hours].sum(axis=1))
        spilled = np.maximum(could - output_mw[:, hours].sum(axis=1), 0.0)
        n = hours.stop - hours.start
        held[grid.unit_day_limited, hours] = (spilled / n)[grid.unit_day_limited, None]
    held[~grid.unit_renewable] = 0.0
    out = np.zeros((len(grid.regions), T))
    np.add.at(out, grid.unit_region, held)
    return out
