"""scenario.yaml: what a run is asked to do, apart from the tables."""

from __future__ import annotations

from typing import Any, Literal, get_args

from pydantic import BaseModel, Field, field_validator, model_validator

from .errors import suggest
from .names import POLICY_NAMES, ForecastKind, PolicyName
from .provenance import Strict

SeriesKind = Literal[
    "wind_availability", "solar_availability", "demand_mw", "temperature_c", "hydro_share"
]
SERIES_KINDS: tuple[str, ...] = get_args(SeriesKind)
Network = Literal["transport", "power_flow"]
CHOICES: dict[str, tuple[str, ...]] = {
    "baseline": POLICY_NAMES,
    "policies": POLICY_NAMES,
    "forecast.kind": get_args(ForecastKind),
    "network": get_args(Network),
}


class Forecast(Strict):
    """How what is to come is foreseen.

    error_share: for noisy, standard deviation over mean; for ar1, of the error far ahead, over the actual [-].
    memory: for ar1, share of an hour's error that the next hour keeps (0.9 is assumed) [-].
    """

    kind: ForecastKind
    error_share: float = Field(0.0, ge=0)
    memory: float = Field(0.9, ge=0, lt=1)

    @model_validator(mode="after")
    def _noisy_says_how_much(self) -> Forecast:
        if self.kind in ("noisy", "ar1") and "error_share" not in self.model_fields_set:
            a = "an" if self.kind == "ar1" else "a"
            raise ValueError(f"{a} {self.kind} forecast needs error_share; add one such as 0.1")
        return self


class Plan(Strict):
    """A rolling plan looks window_h ahead and is made anew every step_h [h].

    check_every: of so many windows that start from the last one's basis, one is solved from nothing as
    well, and a difference ends the run; 0: none [-].
    What single policies need besides; every default is an assumption:
    west_share: of tolerant work that west-quota sends to western hubs [-].
    switch_kg_per_mwh: what double-threshold holds a pause or a resumption to cost [kg/MWh].
    vcc_quantile: of past forecast errors, for which vcc keeps capacity free [-].
    vcc_peak_cny_per_mw: what vcc holds a day's peak to cost [CNY/MW].
    cvar_scenarios: futures that cvar plans for; 1: the forecast alone.
    cvar_weight: of the tail's mean cost against the mean [-]. cvar_tail_share: of futures in the tail [-].
    """

    window_h: int = Field(ge=1)
    step_h: int = Field(ge=1)
    check_every: int = Field(25, ge=0)
    west_share: float = Field(0.3, ge=0, le=1)
    switch_kg_per_mwh: float = Field(10.0, ge=0)
    vcc_quantile: float = Field(0.97, ge=0, le=1)
    vcc_peak_cny_per_mw: float = Field(50.0, ge=0)
    cvar_scenarios: int = Field(4, ge=1)
    cvar_weight: float = Field(1.0, ge=0)
    cvar_tail_share: float = Field(0.25, gt=0, le=1)

    @model_validator(mode="after")
    def _window_holds_step(self) -> Plan:
        if self.window_h < self.step_h:
            raise ValueError(
                f"window_h {self.window_h} is shorter than step_h {self.step_h}; "
                "let a plan look at least as far as the next one"
            )
        return self


class HorizonChoice(Strict):
    """The hours to simulate.

    Attributes:
        weeks: representative, year, or the start hours of explicit stretches [h].
        length_h: of explicit stretches; None: a week [h].
        weights: how often each counts; one each, None: once [-].
    """

    weeks: Literal["representative", "year"] | tuple[int, ...]
    length_h: int | None = Field(None, ge=1)
    weights: tuple[float, ...] | None = None

    @field_validator("weeks", mode="before")
    @classmethod
    def _word_or_hours(cls, value: Any) -> Any:
        if isinstance(value, list | tuple):
            if all(isinstance(v, int) and not isinstance(v, bool) for v in value):
                return tuple(value)
        elif value in ("representative", "year"):
            return value
        raise ValueError(
            f"{value!r} is no choice of weeks; write representative, year, "
            "or a list of start hours such as [0, 2184]"
        )

    @model_validator(mode="after")
    def _only_for_explicit(self) -> HorizonChoice:
        if isinstance(self.weeks, str) and (self.length_h or self.weights is not None):
            raise ValueError(
                f"length_h and weights go with a list of start hours, not with '{self.weeks}'; "
                "take them out"
            )
        return self


class SeriesFile(Strict):
    """A measured series: which, where it lies now, and the hash of what it holds."""

    kind: SeriesKind
    path: str
    sha256: str


class Settings(Strict):
    """The keys of scenario.yaml; `series` with its files found and hashed.

    network: transport, where every flow can be set at will, or power_flow, where lines that have a
    reactance obey Kirchhoff's voltage law.
    """

    name: str = Field(min_length=1)
    title: str = Field(min_length=1)
    title_zh: str = ""
    description: str = ""
    year: int = Field(ge=1900, le=2200)
    seed: int = Field(ge=0)
    baseline: PolicyName
    policies: tuple[PolicyName, ...] = Field(min_length=1)
    forecast: Forecast
    plan: Plan
    horizon: HorizonChoice
    network: Network = "transport"
    series: tuple[SeriesFile, ...] = ()

    @field_validator("policies", mode="after")
    @classmethod
    def _once_each(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for policy in value:
            if value.count(policy) > 1:
                raise ValueError(f"'{policy}' is listed twice; list each policy once")
        return value


def known_keys() -> tuple[str, ...]:
    """Every key of scenario.yaml, dotted: name, …, plan.window_h, …, series.wind_availability."""
    nested: dict[str, type[BaseModel]] = {
        "forecast": Forecast,
        "plan": Plan,
        "horizon": HorizonChoice,
    }
    keys: list[str] = []
    for name in Settings.model_fields:
        keys.append(name)
        inner = SERIES_KINDS if name == "series" else ()
        inner = tuple(nested[name].model_fields) if name in nested else inner
        keys += [f"{name}.{key}" for key in inner]
    return tuple(keys)


def describe(error: dict[str, Any]) -> tuple[str, str]:
    """Turn one of pydantic's errors into (dotted key, what is wrong and what to do)."""
    key = ".".join(str(part) for part in error["loc"] if not isinstance(part, int))
    shown, kind = repr(error["input"]), error["type"]
    if kind == "extra_forbidden":
        parent, _, leaf = key.rpartition(".")
        leaves = [k.rpartition(".") for k in known_keys()]
        return key, f"is not known; {suggest(leaf, (k for p, _, k in leaves if p == parent))}"
    if kind == "missing":
        return key, "is missing; add it"
    if kind == "literal_error":
        return key, f"{shown} is not known; {suggest(error['input'], CHOICES[key])}"
    if kind == "value_error":
        return key, str(error["ctx"]["error"])
    message = error["msg"]
    return key, f"{shown} does not do; {message[0].lower()}{message[1:]}"
