"""The settled grid obeys its physics in every region and hour, whatever the policy."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from westshift.optim.program import dispatch
from westshift.sim.settle import clear

seeds = st.integers(0, 10_000)


@settings(max_examples=6)
@given(seeds, st.sampled_from([(0.3, 1.0), (1.0, 1.0), (1.0, 12.0)]))
def test_power_is_balanced_and_within_bounds(drawn, outcomes, seed, how):
    supply, must_run = how
    actual = drawn(seed, supply=supply, must_run=must_run, hours=31)
    g, c = actual.system.grid, actual.system.compute
    for name, o in outcomes(actual, "greenest-now", "co-planned").items():
        s = o.settled
        for r in range(len(g.regions)):
            made = s.output_mw[g.unit_region == r].sum(axis=0)
            into, out = g.line_to == r, g.line_from == r
            came = ((1 - g.line_loss_share[into])[:, None] * s.flow_mw[into]).sum(axis=0)
            went = s.flow_mw[out].sum(axis=0)
            here = g.storage_region == r
            kept = s.charge_mw[here].sum(axis=0) - s.discharge_mw[here].sum(axis=0)
            load = sum(
                actual.now(actual.pue)[q]
                * (
                    c.site_idle_mw[q]
                    + o.carried.work_mw[c.stream_site == q].sum(axis=0) / c.site_efficiency[q]
                )
                + c.stream_transfer_mwh_per_mwh[c.stream_site == q]
                @ o.carried.work_mw[c.stream_site == q]
                for q in np.flatnonzero(c.site_region == r)
            )
            taken = actual.now(actual.demand_mw)[r] + load + kept + went + s.dump_mw[r]
            np.testing.assert_allclose(made + came + s.shed_mw[r], taken, atol=1e-6, err_msg=name)
        assert (s.output_mw <= actual.now(actual.unit_max_mw) + 1e-9).all()
        assert (s.output_mw >= actual.now(actual.unit_min_mw) - 1e-9).all()
        assert (s.flow_mw >= 0).all()
        assert (s.flow_mw <= g.line_capacity_mw[:, None] + 1e-9).all()
        assert min(s.shed_mw.min(), s.dump_mw.min()) >= 0.0
    assert (s.shed_mw.sum() > 1) == (supply < 1)
    assert must_run == 1.0 or s.dump_mw.sum() + s.charge_mw.sum() > 1


@settings(max_examples=4)
@given(seeds, st.sampled_from([24, 31]))
def test_storage_goes_round_and_water_keeps_to_its_day(drawn, outcomes, seed, hours):
    actual = drawn(seed, hours=hours)
    g = actual.system.grid
    limited = g.unit_day_limited
    for o in outcomes(actual, "co-planned").values():
        s = o.settled
        before = np.roll(s.charged_mwh, 1, axis=1)  # the hour before the first is the last
        change = (
            g.storage_charge_efficiency[:, None] * s.charge_mw
            - s.discharge_mw / g.storage_discharge_efficiency[:, None]
            - g.storage_standing_loss_per_h[:, None] * before
        )
        np.testing.assert_allclose(s.charged_mwh - before, change, atol=1e-6)
        assert (s.charged_mwh <= g.storage_energy_mwh[:, None] + 1e-9).all()
        assert max(s.charge_mw.max(), s.discharge_mw.max()) <= g.storage_power_mw.max() + 1e-9
        assert s.discharge_mw.sum() > 0.1
        days = -(-hours // 24)
        for d in range(days):
            made = s.output_mw[limited, 24 * d : 24 * d + 24].sum(axis=1)
            assert (made <= actual.unit_day_mwh[limited, 1 + d] + 1e-6).all()
        used = s.output_mw[limited, :24].sum()
        assert used > 0.9 * actual.unit_day_mwh[limited, 1].sum()  # almost free, so it is used


@settings(max_examples=3)
@given(seeds)
def test_the_price_lies_between_what_a_megawatt_more_costs_and_what_one_less_saves(
    drawn, outcomes, seed
):
    actual = drawn(seed, hours=5)
    g = actual.system.grid
    o = outcomes(actual, "here-and-now")["here-and-now"]
    load = actual.system.compute.load_mw(o.carried.work_mw, actual.now(actual.pue), len(g.regions))
    base = actual.now(actual.demand_mw) + load
    program = dispatch(tie_break=0.0)

    def cost(demand):
        s = clear(actual, demand, program)
        made = s.output_mw.sum(axis=1)
        return (
            (g.unit_cost_cny_per_mwh + actual.carbon_cny_per_kg * g.unit_emission_kg_per_mwh) @ made
            + g.line_cost_cny_per_mwh @ s.flow_mw.sum(axis=1)
            + g.storage_cost_cny_per_mwh @ s.discharge_mw.sum(axis=1)
            + g.lost_load_cny_per_mwh * (s.shed_mw.sum() + s.dump_mw.sum())
        )

    at, price = cost(base), clear(actual, base, program).price_cny_per_mwh
    for r, t in ((0, 0), (1, 2), (2, 4)):
        step = np.zeros_like(base)
        step[r, t] = 0.01
        more, less = (cost(base + step) - at) / 0.01, (at - cost(base - step)) / 0.01
        assert less - 1e-3 <= price[r, t] <= more + 1e-3
        assert price[r, t] >= -1e-9  # nothing here costs less than nothing
