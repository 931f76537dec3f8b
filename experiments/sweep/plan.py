"""A study file: what a sweep varies, how points are chosen, how often each is run."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from westshift.models.errors import InputError, suggest
from westshift.models.loading import shipped_scenarios
from westshift.models.tables import read_text

from .kinds import DESIGNS, MODELS, Design, Frozen, Grid, Over, Range, Value

Keep = Literal["hourly", "routes"]


class SweepPlan(Frozen):
    """A sweep, as its study file says.

    Attributes:
        name: of the result folder and the design. scenario: a shipped name or a folder.
        policies: to compare; None: the scenario's. The baseline always runs.
        changes: fixed ones by dotted key, as for `--set`; `set` in the file.
        design: how points are chosen. vary: by dotted key the values, or the range to draw from.
        replicates: seeds at each point, the same at every point; None: the scenario's own seed.
        keep: tables kept beside the measures of each case.
    """

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=80)
    scenario: str = Field(min_length=1)
    policies: tuple[str, ...] | None = Field(None, min_length=1)
    changes: dict[str, Value] = Field(default_factory=dict, alias="set")
    design: Design = Grid()
    vary: dict[str, Over] = Field(default_factory=dict)
    replicates: int | None = Field(None, ge=1)
    keep: tuple[Keep, ...] = ()

    @field_validator("keep", mode="after")
    @classmethod
    def _in_one_order(cls, value: tuple[Keep, ...]) -> tuple[Keep, ...]:
        return tuple(sorted(set(value)))

    @model_validator(mode="after")
    def _one_sense(self) -> SweepPlan:
        for key, values in self.vary.items():
            if isinstance(values, Range):
                if isinstance(self.design, Grid):
                    raise ValueError(
                        f"vary {key} is a range, which a grid cannot take; list its values, or let "
                        "design.kind be latin-hypercube, sobol or morris"
                    )
            elif not values:
                raise ValueError(f"vary {key} has no values; list one or more, or take it out")
            if key in self.changes:
                raise ValueError(f"{key} is both in set and in vary; take it out of one")
        if not self.vary and self.replicates is None:
            raise ValueError("varies nothing; give vary, or replicates")
        if not self.vary and not isinstance(self.design, Grid):
            raise ValueError(f"design {self.design.kind} has nothing to vary; give vary")
        if "policies" in self.vary and self.policies is not None:
            raise ValueError("policies are both listed and in vary; take them out of one")
        if "policies" in self.changes and self.policies is not None:
            raise ValueError("policies are both listed and in set; take them out of one")
        if "seed" in self.vary and self.replicates is not None:
            raise ValueError("seed is in vary and replicates choose seeds too; take one out")
        return self


def read_plan(path: str | Path) -> SweepPlan:
    """Read a study file (YAML 1.2). A scenario's folder is meant relative to the file.

    Raises:
        InputError: naming the file, the key, the value and what to do.
    """
    path = Path(path)
    try:
        document = YAML(typ="safe", pure=True).load(read_text(path, path.name))
    except YAMLError as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        line = f", line {mark.line + 1}" if mark else ""
        problem = error.problem if isinstance(error, MarkedYAMLError) else str(error)
        raise InputError(f"{path.name}{line}: is not YAML ({problem}); mend the line") from None
    if not isinstance(document, dict):
        raise InputError(f"{path.name}: holds no keys; write lines such as `name: my-sweep`")
    plan = plan_of(document, path.name)
    if plan.scenario in shipped_scenarios():
        return plan
    folder = (path.parent / Path(plan.scenario).expanduser()).resolve()
    if not folder.exists():
        raise InputError(
            f"{path.name}: scenario '{plan.scenario}' is neither shipped nor a folder beside the file; "
            f"{suggest(plan.scenario, shipped_scenarios())}"
        )
    return plan.model_copy(update={"scenario": str(folder)})


def plan_of(document: dict[Any, Any], where: str) -> SweepPlan:
    """Check the keys of a study file that was read.

    Raises:
        InputError: naming `where`, the key, the value and what to do.
    """
    try:
        return SweepPlan.model_validate(document)
    except ValidationError as error:
        raise InputError.of(
            list(dict.fromkeys(f"{where}: {_said({**each})}" for each in error.errors()))
        ) from None


WORDS = {
    "valid tuple": "list, such as [a, b]",
    "valid dictionary or object to extract fields from": "map, such as {kind: grid}",
    "valid dictionary": "map, such as {key: value}",
}


def _said(error: dict[str, Any]) -> str:
    """One of pydantic's errors in words."""
    inner = (*MODELS, "tuple", "bool", "int", "float", "str")  # names of types, not keys
    parts = [p for p in error["loc"] if isinstance(p, str) and not p.startswith(inner)]
    key, kind, shown = ".".join(parts), error["type"], repr(error["input"])
    if kind == "value_error":
        return f"{key}: {error['ctx']['error']}" if key else str(error["ctx"]["error"])
    if kind == "extra_forbidden":
        model: type[BaseModel] = next((MODELS[p] for p in error["loc"] if p in MODELS), SweepPlan)
        known = [f.alias or n for n, f in model.model_fields.items()]
        return f"{key} is not known; {suggest(error['loc'][-1], known)}"
    if kind == "missing":
        return f"{key} is missing; add it"
    if kind == "union_tag_invalid":
        tag = error["ctx"]["tag"]
        return f"{key}.kind {tag!r} is not known; {suggest(tag, DESIGNS)}"
    if kind == "union_tag_not_found":
        return f"{key} has no kind; {suggest('', DESIGNS)}"
    if str(error["loc"][-1]).startswith(inner):  # one for each type that a value may have
        return f"{key}: {shown} does not do; give a number, a word, true or false, or a list"
    message = error["msg"]
    for theirs, ours in WORDS.items():
        message = message.replace(theirs, ours)
    return f"{key}: {shown} does not do; {message[0].lower()}{message[1:]}"
