"""Several futures in one program: one is planned's, alike ones change nothing, a heavier tail costs less there."""

from dataclasses import replace

import numpy as np
import pytest

from westshift.experiments.verify.parts import Place, Work
from westshift.experiments.verify.small import outlook
from westshift.models.forecast import noisy
from westshift.optim.cvar import solve_futures
from westshift.optim.program import price_taker
from westshift.sim.policies.cvar import Cvar
from westshift.sim.policies.planned import Planned


def futures_of(foreseen, drawn, seed, n, spread=0.5):
    o = foreseen(drawn(seed), np.random.default_rng(seed).uniform(100, 900, (3, 24)))
    o = replace(o, carbon_cny_per_kg=0.5)
    rng = np.random.default_rng(seed + 1)
    signals = [
        o.intensity_kg_per_mwh * rng.uniform(1 - spread, 1 + spread, (3, 24)) for _ in range(n)
    ]
    return o, [replace(o, intensity_kg_per_mwh=s) for s in signals]


def costs_of(futures, work, compute):
    """Electricity, by hand: what each future makes of the same work."""
    out = []
    for f in futures:
        price = f.tariff_cny_per_mwh + f.carbon_cny_per_kg * f.intensity_kg_per_mwh
        out.append(float((price * compute.load_mw(work, f.pue, 3)).sum()))
    return np.array(out)


@pytest.mark.parametrize("seed", range(3))
def test_one_future_is_planned(drawn, foreseen, seed):
    o, _ = futures_of(foreseen, drawn, seed, 1)
    one = solve_futures(price_taker(), [o], 6, 1.0, 0.25)
    plan = price_taker().solve(o)
    assert one.objective == pytest.approx(plan.objective, rel=1e-9)
    np.testing.assert_allclose(one.values["work"], plan.values["work"], atol=1e-7)
    decided = Cvar(24, 6, error=noisy(1, 0.3), futures=1).decide(o)
    np.testing.assert_allclose(decided.work_mw, Planned(24, 6).decide(o).work_mw, atol=1e-7)


@pytest.mark.parametrize("weight", [0.0, 2.0])
def test_futures_that_are_alike_cost_as_much_as_one(drawn, foreseen, weight):
    o, _ = futures_of(foreseen, drawn, 4, 1)
    many = solve_futures(price_taker(), [o, o, o], 6, weight, 0.5)
    plan = price_taker().solve(o)
    assert many.objective == pytest.approx((1 + weight) * plan.objective, rel=1e-7)
    np.testing.assert_allclose(many.values["work"], plan.values["work"], atol=1e-5)


def test_all_decided_at_once_the_mean_future_is_what_counts(drawn, foreseen):
    o, futures = futures_of(foreseen, drawn, 5, 3)
    mean = replace(
        o, intensity_kg_per_mwh=np.mean([f.intensity_kg_per_mwh for f in futures], axis=0)
    )
    found = solve_futures(price_taker(), futures, 24, 0.0, 0.5)
    assert found.objective == pytest.approx(price_taker().solve(mean).objective, rel=1e-9)


def test_a_weight_on_the_tail_lowers_the_tail_and_raises_the_mean(drawn, foreseen):
    o, futures = futures_of(foreseen, drawn, 6, 4, spread=0.9)
    c = o.system.compute
    plain, careful = (
        solve_futures(price_taker(), futures, 24, w, 0.25).values["work"] for w in (0.0, 50.0)
    )
    a, b = costs_of(futures, plain, c), costs_of(futures, careful, c)
    assert b.max() < a.max()
    assert b.mean() > a.mean() - 1e-6


def test_what_can_wait_for_the_news_does():
    """Now 5 for sure; in the next hour 1 or 10, alike likely. Decided now: 5. Decided then: (1 + 5.5)/2 at best."""

    def future(then):
        return outlook(
            ["A", "B"],
            2,
            places=[Place("A", 9.0), Place("B", 9.0)],
            works=[Work("w", {"A": [1.0, 0.0]}, slack_h=1, sites=[0, 1])],
            tariff_cny_per_mwh={"A": [5.0, 0.0], "B": [5.0, 5.6]},
            intensity_kg_per_mwh={"A": [0.0, then], "B": 0.0},
            carbon_cny_per_kg=1.0,
        )

    both = [future(1.0), future(10.0)]
    blind = solve_futures(price_taker(), both, 2, 0.0, 0.5)
    wise = solve_futures(price_taker(), both, 1, 0.0, 0.5)
    assert blind.objective == pytest.approx(5.0)  # 5.5 on the mean, 5.6 at B, 5 now
    assert wise.objective == pytest.approx((1.0 + 5.6) / 2)
    fearful = solve_futures(price_taker(), both, 1, 9.0, 0.5)
    assert fearful.objective == pytest.approx(5.0 + 9 * 5.0)  # 5.6 at worst if it waits
