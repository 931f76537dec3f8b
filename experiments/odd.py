"""The tables of docs/odd.md, made from the code: entities, state variables, parameters.

    python -m westshift.experiments.odd     writes them into the page, between its marks

A test fails when the page and the code differ.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from westshift.models.economy import behaviour_of
from westshift.models.economy_figures import Behaviour
from westshift.models.errors import InputError
from westshift.models.scenario import load_scenario, shipped_scenarios
from westshift.sim.economy.conduct import price_taking
from westshift.sim.economy.economy import Economy
from westshift.sim.economy.learning import Memory
from westshift.sim.economy.operator import Operator
from westshift.sim.economy.region import Region
from westshift.sim.economy.start import start_of
from westshift.sim.economy.tenant import Tenant

PAGE = Path(__file__).resolve().parents[1] / "docs" / "odd.md"
AGENTS = (Tenant, Operator, Region)
MARK = re.compile(r"(<!-- made from the code: (\w+) -->\n).*?(<!-- end -->)", re.S)
_ENTRY = re.compile(r"^    (\w+(?:, \w+)*): (.*)$")


def attributes(cls: type) -> dict[str, str]:
    """What a class's docstring says of its attributes, one entry a name."""
    told, names = {}, ()
    inside = False
    for line in inspect.cleandoc(
        cls.__doc__ or ""
    ).splitlines():  # from 3.13 on it is clean already
        if line.strip() == "Attributes:":
            inside = True
        elif inside and (found := _ENTRY.match(line)):
            names = tuple(found[1].split(", "))
            told.update(dict.fromkeys(names, found[2].strip()))
        elif inside and line.startswith(" " * 8):
            told.update({name: f"{told[name]} {line.strip()}" for name in names})
    return told


def state(economy: Economy) -> dict[type, list[str]]:
    """Names of the public variables that agents really hold, Mesa's own left out."""
    agents = economy.tenants[0], economy.operators[0], economy.regions[0]
    mesas = {"model", "unique_id", "pos", "cell", "rng", "random"}
    return {
        type(a): [n for n in vars(a) if not n.startswith("_") and n not in mesas] for a in agents
    }


def tables() -> dict[str, str]:
    """Each table in Markdown, by its name on the page."""
    economy = _small()
    return {
        "entities": "\n".join(_entities()),
        "variables": "\n".join(_variables(economy)),
        "parameters": "\n".join(_parameters()),
    }


def filled(page: str) -> str:
    """The page with its tables as the code has them now.

    Raises:
        InputError: a table has no place on the page.
    """
    made = tables()
    missing = set(made) - {m[2] for m in MARK.finditer(page)}
    if missing:
        raise InputError(f"odd.md has no mark for the tables {', '.join(sorted(missing))}; add it")
    return MARK.sub(lambda m: f"{m[1]}{made[m[2]]}\n{m[3]}", page)


def _small() -> Economy:
    start = start_of(load_scenario("two_region"), 1)
    return Economy(start, price_taking(start.behaviour))


def _entities() -> Iterator[str]:
    yield "| entity | what it is | two_region | east_west |"
    yield "|---|---|---:|---:|"
    counts = {name: _counts(name) for name in ("two_region", "east_west")}
    for cls in AGENTS:
        first = inspect.cleandoc(cls.__doc__ or "").splitlines()[0]
        yield f"| {cls.__name__} | {first} | {counts['two_region'][cls]} | {counts['east_west'][cls]} |"


def _counts(name: str) -> dict[type, int]:
    from westshift.models.assemble import make_system

    system = make_system(load_scenario(name))
    c = system.compute
    return {
        Tenant: len(c.origins) * len(c.classes),
        Operator: len(c.sites),
        Region: len(system.grid.regions),
    }


def _variables(economy: Economy) -> Iterator[str]:
    yield "| entity | variable | meaning |"
    yield "|---|---|---|"
    for cls, names in state(economy).items():
        told, together = attributes(cls), {}
        for name in names:
            if name not in told:
                raise InputError(f"{cls.__name__}.{name} is not in the class's docstring; add it")
            together.setdefault(told[name], []).append(f"`{name}`")
        for text, alike in together.items():
            yield f"| {cls.__name__} | {', '.join(alike)} | {text} |"
    for name in Memory.__dataclass_fields__:
        yield f"| Tenant's memory | `{name}` | by option (p,) |"


def _parameters() -> Iterator[str]:
    names = [n for n in shipped_scenarios() if load_scenario(n).economy]
    scenarios = {name: load_scenario(name) for name in names}
    values = {name: behaviour_of(s) for name, s in scenarios.items()}
    notes = {f.name: f for f in scenarios[names[0]].economy}
    yield f"| parameter | unit | {' | '.join(names)} | confidence | note |"
    yield f"|---|---|{'---:|' * len(names)}---|---|"
    for name in Behaviour.model_fields:
        numbers = " | ".join(f"{getattr(values[n], name):g}" for n in names)
        f = notes[name]
        yield f"| `{name}` | {f.unit} | {numbers} | {f.confidence} | {f.note} |"


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(PAGE)
