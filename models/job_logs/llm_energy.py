"""What a request to a language model takes: the model of EcoLogits, IT energy alone (PUE is the site's).

With P active parameters [1e9], a batch of B requests and a model on G GPUs:

    GPU energy a token      G · (alpha · exp(beta · B) · P + gamma)                       [Wh]
    time a token            a · P + b · B + c                                             [s]
    server energy a token   time/3600 · power without GPUs · G / GPUs of a server / B     [Wh]
    G = least power of two that holds 1.2 · total parameters · bits / 8                   [GB]

Source: EcoLogits, methodology "LLM inference", https://ecologits.ai/latest/methodology/llm_inference/; Rincé and
Banse, J. Open Source Softw. 10(111), 2025, 7471, doi:10.21105/joss.07471. Its numbers stand, each with unit, source and
confidence, in llm_parameters.csv. What model served a log, hardly any log says: its sizes are arguments.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..columns import columns_of, to_row
from ..errors import InputError
from ..provenance import Figure
from ..tables import read_table

PARAMETERS = Path(__file__).with_name("llm_parameters.csv")


@dataclass(frozen=True)
class ServedModel:
    """A language model and the servers it runs on; see `as_published` for all but the sizes.

    Attributes:
        active_params_b, total_params_b: parameters used for a token, and in all [1e9].
        gpu_alpha_wh_per_token_b, gpu_beta_per_request, gpu_gamma_wh_per_token: energy of a GPU.
        latency_alpha_s_per_token_b, latency_beta_s_per_token_request, latency_gamma_s_per_token: time a token takes.
        batch_requests: requests served together.
        weight_bits: of a parameter. memory_overhead: memory needed, of the weights' [-].
        gpu_memory_gb: [GB]. server_gpus: GPUs in a server. server_without_gpus_kw: what else a server draws [kW].
        context_wh_per_token: energy of a token of the prompt [Wh].

    Raises:
        InputError: a figure that cannot be.
    """

    active_params_b: float
    total_params_b: float
    gpu_alpha_wh_per_token_b: float
    gpu_beta_per_request: float
    gpu_gamma_wh_per_token: float
    latency_alpha_s_per_token_b: float
    latency_beta_s_per_token_request: float
    latency_gamma_s_per_token: float
    batch_requests: float
    weight_bits: float
    memory_overhead: float
    gpu_memory_gb: float
    server_gpus: float
    server_without_gpus_kw: float
    context_wh_per_token: float

    def __post_init__(self) -> None:
        may_be_zero = ("server_without_gpus_kw", "context_wh_per_token")
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            low = value < 0 if name in may_be_zero else value <= 0
            if not math.isfinite(value) or (low and name != "gpu_beta_per_request"):
                raise InputError(f"language model: {name} is {value}; let it be above 0")
        if self.active_params_b > self.total_params_b:
            raise InputError(
                f"language model: {self.active_params_b:g} billion active parameters of "
                f"{self.total_params_b:g} billion in all; let it be no more than all"
            )

    @property
    def gpus(self) -> int:
        """GPUs that hold the model, a power of two."""
        memory_gb = self.memory_overhead * self.total_params_b * self.weight_bits / 8
        return 2 ** max(0, math.ceil(math.log2(memory_gb / self.gpu_memory_gb)))

    @property
    def seconds_per_token(self) -> float:
        """From one generated token to the next [s]."""
        return (
            self.latency_alpha_s_per_token_b * self.active_params_b
            + self.latency_beta_s_per_token_request * self.batch_requests
            + self.latency_gamma_s_per_token
        )

    @property
    def gpu_wh_per_token(self) -> float:
        """Energy of all GPUs for a generated token [Wh]."""
        exponent = self.gpu_beta_per_request * self.batch_requests
        by_size = self.gpu_alpha_wh_per_token_b * math.exp(exponent) * self.active_params_b
        return self.gpus * (by_size + self.gpu_gamma_wh_per_token)

    @property
    def server_wh_per_token(self) -> float:
        """Energy of the rest of the servers for a generated token [Wh]."""
        share = self.gpus / self.server_gpus / self.batch_requests
        return 1000.0 * self.server_without_gpus_kw * share * self.seconds_per_token / 3600.0

    @property
    def wh_per_token(self) -> float:
        """IT energy of a generated token [Wh]."""
        return self.gpu_wh_per_token + self.server_wh_per_token


@cache
def published_parameters() -> dict[str, Figure]:
    """The numbers of EcoLogits by name, with unit, year, source and confidence."""
    table = read_table(PARAMETERS, columns_of(Figure), key=("name",))
    return {str(row["name"]): to_row(Figure, row) for row in table.rows}


def as_published(active_params_b: float, total_params_b: float, **instead: float) -> ServedModel:
    """A model of these sizes [1e9 parameters], all else as EcoLogits has it or as said `instead`.

    Raises:
        InputError: a figure that cannot be, or a name that is none.
    """
    values = {name: figure.value for name, figure in published_parameters().items()}
    for name in instead:
        if name not in values:
            raise InputError(
                f"language model: no parameter '{name}'; take one of {', '.join(values)}"
            )
    return ServedModel(active_params_b, total_params_b, **(values | instead))
