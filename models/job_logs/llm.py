"""Requests to a language model: `TIMESTAMP,ContextTokens,GeneratedTokens`, as Azure published them.

Source: P. Patel and others, "Splitwise: Efficient Generative LLM Inference Using Phase Splitting", ISCA 2024,
doi:10.1109/ISCA59077.2024.00019; data: AzurePublicDataset, AzureLLMInferenceDataset2023. The energy of a token is the
model of llm_energy.py.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from ..errors import InputError
from ..instants import Twice, instants_s, time_zone
from ..jobs import Jobs
from ..sheet import read_sheet
from .gather import Records, gather
from .llm_energy import ServedModel

Array = np.ndarray


def read_llm_requests(
    path: str | Path,
    model: ServedModel,
    *,
    tz: str | None = None,
    twice: Twice = Twice.REFUSE,
    step_s: float | None = None,
    slack_s: float | None = None,
    origin: str = "here",
) -> Jobs:
    """Read a log of requests: one job a request, or one job a step that had requests.

    A request runs for its generated tokens, one after the other, at a constant power; its share of the servers in
    its batch is all that it draws. Requests that generated nothing are left out and counted.

    Args:
        path: the file, plain, .gz or .zip.
        model: what served them; see `llm_energy.as_published`.
        tz: time zone of times without an offset; without it they raise. (Azure does not say its own.)
        twice: what a time means that the clocks showed twice.
        step_s: gather the requests that arrive in each step of this length, counted from the first request's hour,
            into one job of that length that arrives at its beginning, with the energy of all [s].
        slack_s: how much longer than its length a job may take [s]; None: no deadline.
        origin: the place that all come from.

    Returns:
        Jobs; header says how many requests and tokens they stand for. Cores are not known.

    Raises:
        InputError: naming row, column and value.
    """
    sheet = read_sheet(path)
    zone = time_zone(tz, sheet.file)
    arrival_s = instants_s(
        sheet.text("TIMESTAMP"), zone, lambda i, what: sheet.complaint(i, "TIMESTAMP", what), twice
    )
    context = sheet.numbers("ContextTokens", 0.0)
    generated = sheet.numbers("GeneratedTokens", 0.0)
    length_s = generated * model.seconds_per_token
    energy_kwh = generated * model.wh_per_token / 1000.0
    energy_kwh += context * model.context_wh_per_token / 1000.0
    left_out = {"without time": np.isnan(arrival_s), "without generated tokens": generated == 0}
    served = ~np.logical_or.reduce(list(left_out.values()))
    header = {
        "requests": f"{int(served.sum())}",
        "generated tokens": f"{generated[served].sum():.0f}",
        "context tokens": f"{context[served].sum():.0f}",
    }
    rows = list(sheet.rows)
    if step_s is not None and served.any():
        if not (math.isfinite(step_s) and step_s > 0):
            raise InputError(f"{sheet.file}: step_s is {step_s}; let it be above 0")
        arrival_s, energy_kwh, rows = _in_steps(arrival_s, energy_kwh, rows, served, step_s)
        # one record a step, and those left out behind them, so that they are counted
        length_s = np.full(len(arrival_s), step_s)
        gone = len(sheet) - int(served.sum())
        left_out = {
            reason: np.concatenate([np.zeros(len(arrival_s) - gone, bool), mask[~served]])
            for reason, mask in left_out.items()
        }
    power_kw = np.zeros(len(length_s))
    np.divide(3600.0 * energy_kwh, length_s, out=power_kw, where=length_s > 0)
    return gather(
        Records(
            file=sheet.file,
            layout="requests to a language model"
            + (f", in steps of {step_s:g} s" if step_s else ""),
            rows=rows,
            arrival_s=arrival_s,
            length_s=length_s,
            power_kw=power_kw,
            cores=np.full(len(rows), math.nan),
            due_s=arrival_s + length_s + (math.nan if slack_s is None else slack_s),
            classes="requests",
            origins=origin,
            left_out=left_out,
            zone=zone or time_zone("UTC", sheet.file),
            header=header,
        )
    )


def _in_steps(
    arrival_s: Array, energy_kwh: Array, rows: list[int], served: Array, step_s: float
) -> tuple[Array, Array, list[int]]:
    """One record a step that has requests, then the records that are left out."""
    hour_s = 3600.0 * math.floor(arrival_s[served].min() / 3600.0)
    step = np.floor((arrival_s[served] - hour_s) / step_s)
    steps, first, which = np.unique(step, return_index=True, return_inverse=True)
    energy = np.bincount(which, weights=energy_kwh[served])
    row = np.array(rows)
    return (
        np.concatenate([hour_s + steps * step_s, arrival_s[~served]]),
        np.concatenate([energy, energy_kwh[~served]]),
        np.concatenate([row[served][first], row[~served]]).tolist(),
    )
