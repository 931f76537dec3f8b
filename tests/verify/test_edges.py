"""The smallest systems there are, and where work has to be given up."""

import pytest

from westshift.experiments.verify import books, rolling, small
from westshift.experiments.verify.parts import Place, Unit, Work
from westshift.sim.policies.planned import Planned


def at_the_edge(hours: int = 3, **changes) -> small.Outlook:
    parts = {
        "units": [Unit("A", 10, 1, 100)],
        "places": [Place("A", 2.0, 0.5)],
        "works": [Work("w", {"A": [1.0] + [0.0] * (hours - 1)}, slack_h=1)],
    }
    return small.outlook(["A", "B"], hours, **{**parts, **changes})


@pytest.mark.parametrize(
    ("o", "cost"),
    [
        (at_the_edge(1), 1.5),
        (at_the_edge(units=[], lost_load_cny_per_mwh=50), 50 * 2.5),
        (at_the_edge(demand_mw={"B": [1, 2, 3]}, lost_load_cny_per_mwh=50), 302.5),
        (at_the_edge(places=[Place("A", 0.0)]), 1e5),
        (at_the_edge(units=[Unit("A", 10, -20)], demand_mw={"A": 4}), -20 * (12 + 2.5)),
        (at_the_edge(units=[Unit("A", 8, 2, minimum_mw=8)], lost_load_cny_per_mwh=50), 1123.0),
    ],
    ids=[
        "one hour",
        "no unit",
        "region without units",
        "site without room",
        "paid to run",
        "surplus",
    ],
)
def test_every_policy_on_the_edge(o, cost: float):
    happens = small.actual(o)
    outcomes = books.play(happens)
    found = books.conservation("edge", happens, outcomes) + books.oracle(happens, outcomes, "edge")
    assert [check for check in found if not check.ok] == []
    booked = [books.total_cny(happens, outcome.ledger) for outcome in outcomes.values()]
    assert booked == pytest.approx([cost] * len(booked))


def test_a_negative_tariff_is_waited_for():
    o = at_the_edge(tariff_cny_per_mwh={"A": [5.0, -40.0, -90.0]})
    carried = rolling.carry(o, Planned(2, 1))
    assert carried.work_mw[0] == pytest.approx([0.0, 1.0, 0.0])
    idle = 0.5 * (5 - 40 - 90)
    assert rolling.cost_of(o, carried) == pytest.approx(idle - 40)


# When work must be given up, the world gives up what the program did


def short_of_room(hours: int, works: list[Work]) -> tuple[float, float]:
    """The oracle's objective and what is booked for it, at one site that runs 1 MW."""
    o = small.outlook(
        ["A"], hours, units=[Unit("A", 100, 1)], places=[Place("A", 1.0)], works=works
    )
    happens = small.actual(o)
    objective = books.co_planner().solve(books.whole_horizon(happens)).objective
    return objective, books.total_cny(happens, books.play(happens)["oracle"].ledger)


def test_what_is_given_up_waits_until_it_is_due():
    late = Work("w", {"A": [5, 0, 0, 0]}, 3, delay_cny_per_mwh_h=0.6, unserved_cny_per_mwh=100)
    objective, booked = short_of_room(4, [late])
    assert booked == pytest.approx(objective, rel=1e-6)


def test_what_the_plan_gives_up_makes_room_for_what_is_worth_more():
    cheap = Work("cheap", {"A": [1.0]}, unserved_cny_per_mwh=10)
    dear = Work("dear", {"A": [1.0]}, unserved_cny_per_mwh=100)
    objective, booked = short_of_room(1, [cheap, dear])
    assert booked == pytest.approx(objective, rel=1e-6)


@pytest.mark.xfail(
    reason="what is due runs where another's work is planned, in the order of origins"
)
def test_what_the_plan_gives_up_makes_room_for_what_is_nearer():
    o = small.outlook(
        ["B", "A"],
        1,
        units=[Unit("A", 100, 1)],
        places=[Place("B", 0.0), Place("A", 1.0)],
        works=[
            Work("w", {"B": [1.0], "A": [1.0]}, transfer_cny_per_mwh=5, unserved_cny_per_mwh=100)
        ],
    )
    happens = small.actual(o)
    booked = books.total_cny(happens, books.play(happens)["oracle"].ledger)
    assert booked == pytest.approx(101.0, rel=1e-6)
