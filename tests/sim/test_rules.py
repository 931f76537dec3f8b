"""The rules of published policies, on outlooks small enough to see through."""

from dataclasses import replace

import numpy as np
import pytest

from westshift.experiments.verify.parts import Place, Unit, Work
from westshift.experiments.verify.small import actual as make_actual
from westshift.experiments.verify.small import outlook
from westshift.models.forecast import perfect
from westshift.models.settings import POLICY_NAMES, Plan
from westshift.models.signals import only_average
from westshift.sim.policies import carbon_time, lowest_slot, lowest_window
from westshift.sim.policies.anchors import Anchor
from westshift.sim.policies.curtailment_follower import CurtailmentFollower, surplus_mw
from westshift.sim.policies.greedy_joint import GreedyJoint
from westshift.sim.policies.nearest_feasible import NearestFeasible
from westshift.sim.policies.random_feasible import Random
from westshift.sim.policies.static_greenest import StaticGreenest
from westshift.sim.policies.vcc import in_order
from westshift.sim.policies.west_quota import WestQuota
from westshift.sim.run import make_policy
from westshift.sim.world import World

REGIONS = ["A", "B", "C"]


def shown(hours=1, slack=0, mwh=3.0, room=(9.0, 9.0, 9.0), pue=(1.0, 1.0, 1.0), **more):
    places = [Place(r, x, pue=p) for r, x, p in zip(REGIONS, room, pue, strict=True)]
    came = [mwh] + [0.0] * (hours - 1)
    works = more.pop("works", [Work("w", {"A": came}, slack, **more.pop("work", {}))])
    return outlook(REGIONS, hours, places=places, works=works, **more)


def sites(policy, o):
    return o.system.compute.site_work_mw(policy.decide(o).work_mw)[:, 0].tolist()


def hours(policy, o):
    return policy.decide(o).work_mw.sum(axis=0).tolist()


def test_nearest_feasible_goes_by_round_trip_time_and_room():
    far = {"work": {"rtt_ms": {("A", 0): 5.0, ("A", 1): 2.0, ("A", 2): 9.0}}}
    assert sites(NearestFeasible(), shown(**far)) == [0, 3, 0]
    assert sites(NearestFeasible(), shown(room=(1.0, 1.0, 9.0), **far)) == [1, 1, 1]


def test_nobody_is_driven_from_home_by_a_nearer_stranger():
    works = [
        Work("w", {"A": [2.0], "B": [2.0]}, rtt_ms={("A", 0): 9.0, ("B", 0): 1.0, ("B", 1): 3.0})
    ]
    o = shown(works=works, room=(2.0, 2.0, 0.0))
    c = o.system.compute
    work = NearestFeasible().decide(o).work_mw[:, 0]
    assert work[c.stream_home].tolist() == [2.0, 2.0]


def test_random_is_work_conserving_and_another_order_each_hour():
    o = shown(mwh=20.0)
    first = {tuple(sites(Random(k), shown())) for k in range(20)}
    assert len(first) == 3
    assert sum(sites(Random(1), o)) == 20.0
    one, two = (tuple(sites(Random(7), replace(shown(), start_h=h))) for h in (0, 0))
    assert one == two
    assert len({tuple(sites(Random(7), replace(shown(), start_h=h))) for h in range(20)}) == 3


def test_static_greenest_goes_by_annual_figures_whatever_the_hour():
    o = shown(mwh=12.0, intensity_kg_per_mwh={"A": 0.0, "B": 900.0, "C": 900.0})
    annual = {"annual_pue": np.array([1.2, 1.5, 1.0])}
    o = replace(o, official_kg_per_mwh=np.array([500.0, 300.0, 400.0]), **annual)
    assert sites(StaticGreenest(), o) == [0, 3, 9]  # 600, 450, 400
    o = replace(o, official_kg_per_mwh=np.array([500.0, np.nan, np.nan]))
    assert sites(StaticGreenest(), o) == [9, 3, 0]
    with pytest.raises(ValueError, match="official factors"):
        StaticGreenest().decide(shown())


def with_hubs(o, *hubs):
    c = replace(o.system.compute, site_western_hub=np.isin(np.arange(3), hubs))
    return replace(o, system=replace(o.system, compute=c))


def test_west_quota_is_a_share_by_capacity_as_far_as_hubs_have_room():
    o = with_hubs(shown(mwh=6.0, room=(9.0, 2.0, 4.0)), 1, 2)
    assert sites(WestQuota(0.5), o) == pytest.approx([3, 1, 2])
    assert sites(WestQuota(0.0), o) == [6, 0, 0]
    assert sites(
        WestQuota(1.0), with_hubs(shown(mwh=9.0, room=(9.0, 2.0, 4.0)), 1, 2)
    ) == pytest.approx([3, 2, 4])
    assert sites(WestQuota(0.5), shown(mwh=6.0)) == [6, 0, 0]
    assert sites(WestQuota(0.5), with_hubs(shown(mwh=6.0), 0, 1)) == [6, 0, 0]  # it arises at a hub
    # A hub keeps room for its own.
    works = [Work("w", {"A": [4.0], "B": [8.0]})]
    assert sites(WestQuota(0.5), with_hubs(shown(works=works), 1)) == pytest.approx([3, 9, 0])
    near = [Work("w", {"A": [4.0]}, sites=[0])]  # nothing of it tolerates the distance
    assert sites(WestQuota(0.5), with_hubs(shown(works=near), 1)) == [4, 0, 0]


def carried(o, name, window_h=24, **plan):
    policy = make_policy(name, Plan(window_h=window_h, step_h=window_h, **plan))
    known = np.concatenate([o.intensity_kg_per_mwh] * 24, axis=1)[:, : 24 + o.hours]
    known[:, 24:] = o.intensity_kg_per_mwh
    return World(make_actual(o), policy, perfect, only_average(known)).run().work_mw[0].tolist()


def test_off_peak_timer_waits_for_the_valley_but_not_in_vain():
    tariff = {"A": [9.0, 9.0, 5.0, 5.0, 9.0, 9.0], "B": 1.0, "C": 1.0}
    assert carried(shown(6, 3, tariff_cny_per_mwh=tariff), "off-peak-timer") == [0, 0, 3, 0, 0, 0]
    assert carried(shown(6, 1, tariff_cny_per_mwh=tariff), "off-peak-timer") == [3, 0, 0, 0, 0, 0]
    assert carried(shown(6, 3, tariff_cny_per_mwh={"A": 9.0}), "off-peak-timer")[0] == 3


def test_suspend_resume_runs_at_or_below_the_30th_percentile_of_what_comes():
    signal = {"A": [9.5, 8.0, 3.0, 4.0, 5.0, 9.0, 9.0, 9.0, 9.0, 9.0]}
    o = shown(10, 5, intensity_kg_per_mwh=signal)
    assert carried(o, "suspend-resume")[:3] == [0, 0, 3]  # the percentile is 7.1, then 6.2
    assert carried(shown(10, 1, intensity_kg_per_mwh=signal), "suspend-resume")[:3] == [0, 3, 0]
    assert carried(shown(10, 5, intensity_kg_per_mwh={"A": 7.0}), "suspend-resume")[0] == 3


def test_double_threshold_waits_for_the_geometric_mean_of_what_it_has_seen():
    signal = {"A": [90.0, 70.0, 31.0, 29.0, 10.0, 90.0]}
    o = shown(6, 4, intensity_kg_per_mwh=signal)
    assert carried(o, "double-threshold", switch_kg_per_mwh=0.0) == [0, 0, 0, 3, 0, 0]
    assert (
        carried(
            shown(6, 2, intensity_kg_per_mwh=signal), "double-threshold", switch_kg_per_mwh=0.0
        )[2]
        == 3
    )
    # √(110 · 30) − 20 is 37: pausing costs.
    assert carried(o, "double-threshold", switch_kg_per_mwh=10.0)[2] == 3


def test_starts_of_gaia():
    signal = np.array([8.0, 5.0, 6.0, 1.0, 7.0, 2.0, 2.0])
    assert lowest_slot.best_start(signal, 0, 6, 1) == 3
    assert lowest_slot.best_start(signal, 0, 2, 1) == 1
    assert lowest_window.best_start(signal, 0, 6, 2) == 5
    assert lowest_window.best_start(signal, 1, 4, 2) == 2
    # 3/2 an hour for waiting one hour, 7/4 for three; with the last hour free of all, 8/9 at most.
    assert carbon_time.best_start(signal, 0, 6, 1) == 3
    assert carbon_time.best_start(signal, 0, 2, 1) == 1
    assert carbon_time.best_start(np.array([8.0, 5.0, 5.0, 4.0]), 0, 3, 1) == 1
    assert carbon_time.best_start(np.array([3.0, 3.0, 4.0]), 0, 2, 1) == 0


def with_length(o, length):
    c = replace(o.system.compute, class_length_h=np.array([length]))
    return replace(o, system=replace(o.system, compute=c))


def test_a_job_of_several_hours_runs_on_at_an_even_rate_and_queues_where_full():
    signal = {"A": [8.0, 5.0, 1.0, 9.0, 2.0, 2.0]}
    o = with_length(shown(6, 5, intensity_kg_per_mwh=signal), 2)
    assert hours(make_policy("lowest-window", Plan(window_h=6, step_h=6)), o) == [
        0,
        0,
        0,
        0,
        1.5,
        1.5,
    ]
    assert hours(make_policy("lowest-slot", Plan(window_h=6, step_h=6)), o) == [
        0,
        0,
        1.5,
        1.5,
        0,
        0,
    ]
    tight = shown(6, 5, room=(1.0, 9.0, 9.0), intensity_kg_per_mwh=signal)
    plan = Plan(window_h=6, step_h=6)
    assert hours(make_policy("lowest-slot", plan), tight) == [0, 0, 1, 1, 1, 0]
    assert hours(make_policy("wait-awhile", plan), tight) == [0, 0, 1, 0, 1, 1]


def test_greedy_joint_fills_the_cleanest_site_hours_with_what_is_due_first():
    works = [Work("hasty", {"A": [2.0, 0.0]}, 0), Work("patient", {"A": [2.0, 0.0]}, 1)]
    signal = {"A": [5.0, 4.0], "B": [1.0, 9.0], "C": [9.0, 2.0]}
    o = shown(2, works=works, room=(9.0, 3.0, 9.0), intensity_kg_per_mwh=signal)
    c = o.system.compute
    work = GreedyJoint(2, 2).decide(o).work_mw
    by = {
        (c.classes[j], c.sites[s]): w.tolist()
        for j, s, w in zip(c.stream_class, c.stream_site, work, strict=True)
    }
    assert by["hasty", "site1"] == [2, 0]
    assert by["patient", "site1"] == [1, 0]
    assert by["patient", "site2"] == [0, 1]
    flat = shown(
        2, works=works, room=(9.0, 3.0, 9.0), intensity_kg_per_mwh={"A": 1.0, "B": 1.0, "C": 1.0}
    )
    stays = GreedyJoint(2, 2).decide(flat)
    assert stays.work_mw[c.stream_home, 0].sum() == 4.0  # nobody travels or waits for nothing


def test_greedy_joint_keeps_room_for_what_has_no_other_place():
    # A fills B's clean first hour; what arises in B then and cannot wait has nowhere else to go.
    works = [
        Work("roams", {"A": [2.0, 0.0]}, 1),
        Work("stays", {"B": [2.0, 0.0]}, 0, sites=[1]),
        Work("waits", {"B": [0.0, 3.0]}, 0, sites=[1]),
    ]
    signal = {"A": [9.0, 9.0], "B": [1.0, 2.0], "C": 99.0}
    o = shown(2, works=works, room=(2.0, 3.0, 0.0), intensity_kg_per_mwh=signal)
    c = o.system.compute
    work = GreedyJoint(2, 2).decide(o).work_mw
    assert c.site_work_mw(work)[:2].tolist() == [[1, 0], [3, 3]]
    assert c.origin_class_work_mw(work).sum() == pytest.approx(7.0)
    # Patient work of A and B at home, where an hour is clean but next hour's own work needs the next one whole.
    works = [Work("patient", {"A": [2.0, 0.0]}, 1), Work("hasty", {"A": [0.0, 2.0]}, 0)]
    o = shown(2, works=works, room=(2.0, 0.0, 0.0), intensity_kg_per_mwh={"A": [9.0, 1.0]})
    assert hours(GreedyJoint(2, 2), o) == [2, 2]


def test_curtailment_follower_takes_the_surplus_and_no_more():
    units = [
        Unit("B", 10, 0, renewable=True, technology="wind", availability=[0.0, 0.8]),
        Unit("B", 9, 1, minimum_mw=3.0),
        Unit("C", 9, 1, minimum_mw=9.0),
    ]
    o = shown(2, 1, units=units, demand_mw={"B": 9.0, "C": 2.0}, pue=(1.0, 2.0, 1.0))
    np.testing.assert_allclose(
        surplus_mw(o), [[0, 0], [0, 2], [0, 0]]
    )  # must-run coal is not held back
    work = CurtailmentFollower(2, 2).decide(o).work_mw
    np.testing.assert_allclose(o.system.compute.site_work_mw(work), [[2, 0], [0, 1], [0, 0]])


def test_a_cap_lets_run_what_came_first():
    waiting = np.zeros((1, 2, 4))
    waiting[0, 0, 1], waiting[0, 0, 3], waiting[0, 1, 0] = (
        2.0,
        5.0,
        1.0,
    )  # came 2 h ago, now, 1 h ago
    assert in_order(waiting, np.array([3, 1]), np.array([2.5]))[0].tolist() == [2.0, 0.5]
    assert in_order(waiting, np.array([3, 1]), np.array([99.0]))[0].tolist() == [7.0, 1.0]


def test_each_anchor_minds_one_thing():
    o = shown(
        2,
        1,
        tariff_cny_per_mwh={"A": 9.0, "B": [9.0, 1.0], "C": 9.0},
        intensity_kg_per_mwh={"A": 900.0, "B": 900.0, "C": [900.0, 100.0]},
        work={
            "rtt_ms": {("A", 1): 9.0, ("A", 2): 9.0},
            "latency_cny_per_mwh_ms": 1.0,
            "delay_cny_per_mwh_h": 1.0,
        },
    )
    for anchor, site, hour in (
        (Anchor("cost-only", cost=1.0), 1, 1),
        (Anchor("carbon-only", carbon=1.0), 2, 1),
        (Anchor("latency-only", time=1.0), 0, 0),
    ):
        at = o.system.compute.site_work_mw(anchor.decide(o).work_mw)
        assert at[site, hour] == pytest.approx(3.0), anchor.name


def test_in_equal_regions_at_constant_signals_nobody_gains(drawn, outcomes):
    actual = drawn(2, room=4.0)
    g, c = actual.system.grid, actual.system.compute
    alike = replace(
        g, unit_emission_kg_per_mwh=np.full(len(g.unit_region), 500.0),
        line_loss_share=0.0 * g.line_loss_share, storage_power_mw=0.0 * g.storage_power_mw,
    )  # fmt: skip
    same = replace(
        c, site_efficiency=np.ones(len(c.sites)), stream_transfer_mwh_per_mwh=0.0 * c.stream_rtt_ms
    )
    actual = replace(
        actual,
        system=replace(actual.system, grid=alike, compute=same),
        pue=np.full_like(actual.pue, 1.2),
    )
    found = outcomes(actual)
    assert set(found) == set(POLICY_NAMES)
    base = found["here-and-now"].ledger
    for name, o in found.items():
        assert o.ledger.system_kg == pytest.approx(base.system_kg, rel=1e-6), name
        assert o.ledger.site_location_kg.sum() == pytest.approx(
            base.site_location_kg.sum(), rel=1e-6
        ), name
    for name in (
        "lowest-slot",
        "lowest-window",
        "carbon-time",
        "suspend-resume",
        "double-threshold",
        "greedy-joint",
    ):
        assert found[name].ledger.waiting_mwh_h.sum() == pytest.approx(0.0, abs=1e-4), name
