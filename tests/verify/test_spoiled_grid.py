"""The checks of power flow, margins, storage and budgets fail when those are wrong."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from westshift.experiments.verify import all as families
from westshift.experiments.verify import ledgers
from westshift.optim import grid, marginal, program
from westshift.optim.program import Program

Spoil = Callable[[pytest.MonkeyPatch], None]


def spoil_solution(monkeypatch: pytest.MonkeyPatch, how: Callable) -> None:
    right = Program.solve
    monkeypatch.setattr(
        Program, "solve", lambda self, *given, **also: how(right(self, *given, **also))
    )


def no_voltage_law(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "cycles", lambda system: [])


def a_cycle_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    right = grid.cycles
    monkeypatch.setattr(grid, "cycles", lambda system: right(system)[:-1])


def senses_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    right = grid.cycles
    monkeypatch.setattr(
        grid, "cycles", lambda system: [tuple((n, 1) for n, _ in c) for c in right(system)]
    )


def emissions_are_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    spoil_solution(monkeypatch, lambda found: replace(found, rates=found.duals))


def margins_of_the_hour_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the dirtiest unit of all responded everywhere."""

    def how(found):
        rates = {k: np.full_like(v, v.max(initial=0)) for k, v in found.rates.items()}
        return replace(found, rates=rates)

    spoil_solution(monkeypatch, how)


def one_side_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    right = marginal._moved
    monkeypatch.setattr(
        marginal, "_moved", lambda highs, p, row, shed, step: right(highs, p, row, shed, abs(step))
    )


def storage_is_worth_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    right = program.set_storage

    def set_storage(theta, outlook, cyclic):
        right(theta, replace(outlook, storage_end_cny_per_mwh=None), cyclic)

    monkeypatch.setattr(program, "set_storage", set_storage)


def duals_upside_down(monkeypatch: pytest.MonkeyPatch) -> None:
    def how(found):
        return replace(found, duals={name: -d for name, d in found.duals.items()})

    spoil_solution(monkeypatch, how)


def caps_in_tonnes(monkeypatch: pytest.MonkeyPatch) -> None:
    right = program.set_cap

    def set_cap(theta, outlook):
        right(theta, replace(outlook, emission_cap_kg=1000.0 * outlook.emission_cap_kg))

    monkeypatch.setattr(program, "set_cap", set_cap)


def no_ceiling(monkeypatch: pytest.MonkeyPatch) -> None:
    right = program.set_cap

    def set_cap(theta, outlook):
        right(theta, replace(outlook, emission_ceiling_cny_per_kg=None))

    monkeypatch.setattr(program, "set_cap", set_cap)


def the_margin_is_the_average(monkeypatch: pytest.MonkeyPatch) -> None:
    right = ledgers.settle

    def settle(*given):
        found = right(*given)
        return replace(found, marginal_kg_per_mwh=found.intensity_kg_per_mwh)

    monkeypatch.setattr(ledgers, "settle", settle)


@pytest.mark.parametrize(
    ("family", "spoil"),
    [
        ("power flow", no_voltage_law),
        ("power flow", a_cycle_forgotten),
        ("power flow", senses_forgotten),
        ("marginal emissions", emissions_are_cost),
        ("marginal emissions", margins_of_the_hour_alone),
        ("marginal emissions", one_side_alone),
        ("marginal emissions", no_voltage_law),
        ("storage", storage_is_worth_nothing),
        ("storage", duals_upside_down),
        ("budgets of emissions", duals_upside_down),
        ("budgets of emissions", caps_in_tonnes),
        ("three ledgers", the_margin_is_the_average),
    ],
)
def test_a_wrong_program_is_noticed(family: str, spoil: Spoil, monkeypatch: pytest.MonkeyPatch):
    spoil(monkeypatch)
    assert not all(check.ok for check in families.FAMILIES[family]())


def test_a_ceiling_that_is_forgotten_leaves_no_way_out(monkeypatch: pytest.MonkeyPatch):
    no_ceiling(monkeypatch)
    with pytest.raises(Exception, match="the cap on emissions"):
        families.FAMILIES["budgets of emissions"]()
