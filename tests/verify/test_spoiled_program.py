"""The checks fail when the program is wrong: each family notices a part that was spoiled."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from westshift.experiments.verify import all as families
from westshift.experiments.verify import (
    books,
    deferral,
    hand,
    network_cases,
    rolling,
    routes,
    signals,
    small,
)
from westshift.optim.program import Program
from westshift.sim.policies.planned import Planned
from westshift.sim.world import World

Spoil = Callable[[pytest.MonkeyPatch], None]


def spoil_solution(monkeypatch: pytest.MonkeyPatch, how: Callable) -> None:
    right = Program.solve
    monkeypatch.setattr(
        Program, "solve", lambda self, *given, **also: how(self, right, *given, **also)
    )


def cost_a_little_high(monkeypatch: pytest.MonkeyPatch) -> None:
    def how(self, solve, *given, **also):
        found = solve(self, *given, **also)
        return replace(found, objective=found.objective * (1 + 1e-5))

    spoil_solution(monkeypatch, how)


def fixed_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    def how(self, solve, *given, **also):
        found = solve(self, *given, **also)
        return replace(found, objective=found.objective + 100.0)

    spoil_solution(monkeypatch, how)


def prices_upside_down(monkeypatch: pytest.MonkeyPatch) -> None:
    def how(self, solve, *given, **also):
        found = solve(self, *given, **also)
        return replace(found, duals={name: -price for name, price in found.duals.items()})

    spoil_solution(monkeypatch, how)


def hot_start_drifts(monkeypatch: pytest.MonkeyPatch) -> None:
    def how(self, solve, *given, **also):
        hot = self.basis is not None
        found = solve(self, *given, **also)
        return replace(found, objective=found.objective * (1 + 1e-8 * hot))

    spoil_solution(monkeypatch, how)


def work_before_it_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    right = small.work_bounds_mwh

    def at_once(backlog, arrivals, slack):
        available, due = right(backlog, arrivals, slack)
        return np.broadcast_to(available[:, :, -1:], available.shape), due

    monkeypatch.setattr(small, "work_bounds_mwh", at_once)


def everything_is_average(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        signals,
        "average_intensity_kg_per_mwh",
        lambda grid, output, *rest: np.full((len(grid.regions), output.shape[1]), 330.0),
    )


def network_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    right = routes.carbon_ratio
    monkeypatch.setattr(
        routes, "carbon_ratio", lambda east, west, mwh, kg: right(east, west, 0.0, kg)
    )


def pue_of_another_law(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_cases, "annual_pue", lambda gcop, a, offset: 1 + a + 1 / gcop)


def work_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(self, right=World.run):
        carried = right(self)
        return replace(carried, unserved_mwh=0.0 * carried.unserved_mwh)

    monkeypatch.setattr(World, "run", run)


def carbon_is_not_booked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books, "total_cny", lambda happens, book: book.system_cny)


def plans_see_one_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rolling, "Planned", lambda window, step: Planned(1, 1))


def another_tariff(monkeypatch: pytest.MonkeyPatch) -> None:
    right = hand.two_region
    changed = {"tariffs.west.flat_cny_per_mwh": 401}
    monkeypatch.setattr(hand, "two_region", lambda also=None: right({**changed, **(also or {})}))


@pytest.mark.parametrize(
    ("family", "spoil"),
    [
        ("grid", cost_a_little_high),
        ("prices", prices_upside_down),
        ("deferral", work_before_it_arrives),
        ("deferral", cost_a_little_high),
        ("signals and ledgers", everything_is_average),
        ("routes", network_is_free),
        ("network and sites", pue_of_another_law),
        ("closed forms", work_before_it_arrives),
        ("closed forms", cost_a_little_high),
        ("identities", fixed_cost),
        ("rolling plans", plans_see_one_hour),
        ("rolling plans", hot_start_drifts),
        ("books", work_is_lost),
        ("books", carbon_is_not_booked),
        ("two_region by hand", another_tariff),
    ],
)
def test_a_wrong_program_is_noticed(family: str, spoil: Spoil, monkeypatch: pytest.MonkeyPatch):
    spoil(monkeypatch)
    assert not all(check.ok for check in families.FAMILIES[family]())


def test_work_before_it_arrives_is_what_the_deferral_case_tells(monkeypatch):
    work_before_it_arrives(monkeypatch)
    first, last = deferral.run()
    assert (first.ok, last.ok) == (False, True)
    assert first.found == pytest.approx(88_800)
