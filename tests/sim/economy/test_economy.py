"""The months of an economy: what must hold whatever agents do."""

from dataclasses import fields, replace

import numpy as np
import pytest

from westshift.models.ledger import Ledger
from westshift.sim.economy.board import stream_of
from westshift.sim.economy.conduct import herding, market_power, price_taking
from westshift.sim.economy.economy import Economy
from westshift.sim.economy.learning import Bandit, Reinforcement, Static

CONDUCTS = (price_taking, market_power, herding)


def run(start, conduct=price_taking, months=None, order=None):
    economy = Economy(start, conduct(start.behaviour), order)
    for _ in range(months or start.months):
        economy.step()
    return economy


def crowded(start, times):
    """The same start with so many times the work."""
    actuals = tuple(replace(a, arrivals_mwh=times * a.arrivals_mwh) for a in start.actuals)
    return replace(start, actuals=actuals)


def bytes_of(economy):
    out = []
    for m in economy.months:
        out += [np.asarray(getattr(m.ledger, f.name)).tobytes() for f in fields(Ledger)]
        out += [m.shares.tobytes(), m.tenant_paid_cny.tobytes(), m.margin_cny_per_mwh.tobytes()]
    return b"".join(out)


# Reproducible, and the order does not matter


@pytest.mark.parametrize("conduct", CONDUCTS)
def test_same_seed_same_bytes(base, conduct):
    assert bytes_of(run(base, conduct)) == bytes_of(run(base, conduct))


def test_another_seed_another_course(base):
    assert bytes_of(run(base)) != bytes_of(run(replace(base, seed=base.seed + 1)))


@pytest.mark.parametrize("conduct", CONDUCTS)
def test_order_of_tenants_does_not_matter(base, conduct):
    start = crowded(base, 3.0)
    n = len(Economy(start, conduct(start.behaviour)).tenants)
    order = np.random.default_rng(5).permutation(n)
    assert (order != np.arange(n)).any()
    assert bytes_of(run(start, conduct, 6)) == bytes_of(run(start, conduct, 6, order))


def test_random_numbers_belong_to_agent_and_month():
    def draw(*key):
        return stream_of(*key).random(4).tolist()

    assert draw(1, "a/batch", 3) == draw(1, "a/batch", 3)
    different = [
        draw(1, "a/batch", 3),
        draw(2, "a/batch", 3),
        draw(1, "b/batch", 3),
        draw(1, "a/batch", 4),
    ]
    assert len({tuple(d) for d in different}) == 4


# Nothing is lost


@pytest.mark.parametrize("conduct", CONDUCTS)
@pytest.mark.parametrize("times", [1.0, 3.0, 5.0])
def test_work_is_conserved(base, conduct, times):
    economy = run(crowded(base, times), conduct, 4)
    for m in economy.months:
        out = m.ledger.served_mwh.sum() + m.ledger.unserved_mwh.sum()
        assert m.tenant_work_mwh.sum() == pytest.approx(out, rel=1e-9)
        assert m.ledger.arrived_mwh.sum() == pytest.approx(m.tenant_work_mwh.sum(), rel=1e-12)
        assert m.tenant_unserved_mwh.sum() == pytest.approx(m.ledger.unserved_mwh.sum(), rel=1e-9)
        assert m.contracted_mwh.sum() == pytest.approx(m.tenant_work_mwh.sum(), rel=1e-9)
    assert (economy.months[-1].ledger.unserved_mwh.sum() > 0) == (times == 5.0)


@pytest.mark.parametrize("times", [1.0, 3.0, 5.0])
def test_capacity_is_respected(base, times):
    for m in run(crowded(base, times), price_taking, 4).months:
        assert (m.utilisation <= 1.0 + 1e-7).all()


@pytest.mark.parametrize("conduct", CONDUCTS)
def test_money_paid_is_money_received(changed, conduct):
    start = changed(subsidy_cny_per_mwh=80.0, subsidy_capex_share=0.5, subsidy_to_month=99)
    economy = run(crowded(start, 2.5), conduct)
    months = economy.months
    # Tenants' bills are made out stream by stream, operators' income site by site, the ledger apart from both.
    for m in months:
        assert m.tenant_paid_cny.sum() == pytest.approx(m.money.work + m.money.transfer)
        assert m.operator_income_cny.sum() == pytest.approx(m.money.work + m.money.subsidy)
        assert m.money.transfer == pytest.approx(m.ledger.transfer_cny)
        assert m.money.energy == pytest.approx(m.ledger.energy_cny)
    paid = sum(t.paid_cny for t in economy.tenants) + sum(o.paid_cny for o in economy.operators)
    paid += sum(r.paid_cny for r in economy.regions)
    received = sum(o.received_cny for o in economy.operators)
    received += sum(r.received_cny for r in economy.regions)
    outside = sum(m.money.transfer + m.money.building for m in months)
    assert paid == pytest.approx(received + outside)
    assert sum(m.money.subsidy for m in months) > 0


def test_certificates_issued_are_retired_banked_or_expired(base):
    economy = run(base)
    kept = 0.0
    for m in economy.months:
        c = m.certificates
        assert c.held_before_mwh == pytest.approx(kept)
        have = c.held_before_mwh + c.issued_mwh
        assert have == pytest.approx(c.retired_mwh + c.banked_mwh + c.expired_mwh)
        assert c.bought_mwh.sum() == pytest.approx(c.retired_mwh)
        kept = c.banked_mwh


def test_claims_of_all_sum_to_what_was_emitted_and_certificates_change_no_emission(base, changed):
    with_them = run(base)
    without = run(changed(certificate_demand_share=0.0))
    for m, n in zip(with_them.months, without.months, strict=True):
        c = m.certificates
        assert c.claimed_kg + c.others_kg == pytest.approx(m.ledger.system_kg)
        assert c.claimed_kg < n.certificates.claimed_kg
        assert m.ledger.system_kg == n.ledger.system_kg
        assert n.certificates.price is None


def test_certificate_price_falls_when_issue_is_widened(base):
    months = run(base).months
    at = base.behaviour.certificate_change_month
    assert months[at].certificates.price < 0.5 * months[at - 1].certificates.price


# Ends of the ranges


def test_nobody_who_never_reconsiders_moves(changed):
    economy = run(changed(reconsider_share=0.0, elasticity=0.0))
    first = economy.options.started
    assert all((m.shares == first).all() for m in economy.months)
    assert all(m.changed_share == 0.0 for m in economy.months)


def test_all_noise_is_indifference(changed):
    economy = run(changed(choice_noise_cny_per_mwh=1e15, reconsider_share=1.0), price_taking, 1)
    for tenant in economy.tenants:
        assert tenant.share == pytest.approx(np.full(len(tenant.share), 1 / len(tenant.share)))


def test_no_noise_takes_the_best(changed):
    economy = run(
        changed(choice_noise_cny_per_mwh=0.0, reconsider_share=1.0, away_cost_cny_per_mwh=0.0),
        price_taking, 1,
    )  # fmt: skip
    # Western power is 250 CNY/MWh cheaper (PUE included): what may go, goes; at once or waiting costs the same.
    c = economy.compute
    west = [economy.start.actuals[0].system.grid.regions[r] == "west" for r in c.site_region]
    for tenant in economy.tenants:
        if c.classes[tenant.job_class] == "batch":
            assert tenant.share[np.array(west)[tenant.sites]].sum() == pytest.approx(1.0)


def test_without_elasticity_work_is_as_given(changed):
    economy = run(changed(elasticity=0.0, subsidy_cny_per_mwh=100.0, subsidy_to_month=99))
    given = economy.start.actuals[0]
    for m in economy.months:
        want = m.weight * given.now(given.arrivals_mwh).sum()
        assert m.tenant_work_mwh.sum() == pytest.approx(want)


def test_cheaper_western_computing_makes_new_demand(changed):
    def work(subsidy):
        start = changed(elasticity=1.0, subsidy_cny_per_mwh=subsidy, subsidy_to_month=99)
        return [m.tenant_work_mwh.sum() for m in run(start).months]

    cheap, dear = work(150.0), work(0.0)
    assert all(a >= b for a, b in zip(cheap, dear, strict=True))
    assert cheap[-1] > dear[-1]


def test_higher_prices_less_work(changed):
    def last(step):
        start = changed(elasticity=1.0, scarcity_cny_per_mwh=step, reconsider_share=0.0)
        return run(crowded(start, 3.4), price_taking).months[-1]

    free, scarce = last(0.0), last(200.0)
    assert scarce.margin_cny_per_mwh.max() > 0.0 == free.margin_cny_per_mwh.max()
    assert scarce.tenant_work_mwh.sum() < free.tenant_work_mwh.sum()


def test_zero_subsidies_cost_nobody_anything(changed):
    economy = run(changed(subsidy_cny_per_mwh=0.0, subsidy_capex_share=0.0))
    assert all(m.money.subsidy == m.money.grants == 0.0 for m in economy.months)


def test_nothing_to_run(base):
    economy = run(crowded(base, 0.0), price_taking, 2)
    m = economy.months[-1]
    assert m.ledger.stream_mwh.sum() == 0.0
    assert m.money.work == 0.0
    assert m.ledger.system_kg > 0


# Learning


@pytest.mark.parametrize(
    "learning", [Static(), Bandit(50.0), Reinforcement(0.1)], ids=lambda rule: type(rule).__name__
)
def test_every_rule_runs_and_keeps_shares(base, learning):
    start = crowded(base, 3.0)
    conduct = replace(price_taking(start.behaviour), learning=learning)
    economy = Economy(start, conduct)
    for _ in range(6):
        economy.step()
    for tenant in economy.tenants:
        assert tenant.share.sum() == pytest.approx(1.0)
        assert (tenant.share >= 0).all()


def test_adaptive_tenants_leave_a_crowded_site_that_static_ones_do_not(changed):
    start = crowded(changed(elasticity=0.0, scarcity_cny_per_mwh=0.0), 3.4)
    adaptive = price_taking(start.behaviour)
    turned_away = []
    for conduct in (adaptive, replace(adaptive, learning=Static())):
        economy = Economy(start, conduct)
        for _ in range(start.months):
            economy.step()
        turned_away.append(economy.months[-1].moved_mwh + economy.months[-1].queued_mwh)
    assert turned_away[0] < turned_away[1]


# Building


def test_a_site_that_pays_is_built_and_opens_after_the_lead_time(base, changed):
    longer = replace(base, growth=np.full(30, 3.0), demand_growth=np.ones(30))
    start = changed(
        longer, elasticity=0.0, lead_time_months=6, markup_base=1.0, hurdle_rate_per_a=0.05,
        subsidy_capex_share=0.9, subsidy_to_month=99,
    )  # fmt: skip
    economy = run(start, market_power)
    started = np.array([m.started_mw for m in economy.months])
    assert started[11].sum() > 0
    assert started[:11].sum() == 0
    capacity = np.array([m.capacity_mw for m in economy.months])
    assert (capacity[: 12 + 6] == capacity[0]).all()
    assert capacity[12 + 6] == pytest.approx(capacity[0] + started[11])
    grants = sum(m.money.grants for m in economy.months)
    assert 0 < grants <= 0.9 * sum(m.money.building for m in economy.months) + 1e-6


def test_what_never_pays_is_never_built(changed):
    start = changed(hurdle_rate_per_a=5.0)
    assert all(m.started_mw.sum() == 0 for m in run(start, market_power).months)
