"""Optimal power flow of MATPOWER cases: published answers, and the conditions of optimality by numpy alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from westshift.models.errors import SolveError
from westshift.models.matpower import read_case
from westshift.models.matpower_grid import susceptance_mw_per_rad
from westshift.optim.case import solve_case

PJM_LOAD = {2: 300, 3: 300, 4: 400}
PJM_GEN = [(1, 40, 14), (1, 170, 15), (3, 520, 30), (4, 200, 40), (5, 600, 10)]
PJM_BRANCH = [
    (1, 2, 0.0281, 400), (1, 4, 0.0304, 426), (1, 5, 0.0064, 426), (2, 3, 0.0108, 426), (3, 4, 0.0297, 426),
    (4, 5, 0.0297, 240),
]  # fmt: skip


@pytest.fixture(scope="session")
def solve(tmp_path_factory):
    """Solves a case given by rows: bus number -> load, generators, branches, costs, DC lines."""
    folder = tmp_path_factory.mktemp("cases")

    def solver(load, gen, branch, cost, dc=(), susceptance="series"):
        def rows(name, lines):
            return f"mpc.{name} = [\n" + "".join(f"{line};\n" for line in lines) + "];\n"

        bus = [
            f"{n} {3 if i == 0 else 1} {d!r} 0 0 0 1 1 0 1 1 1 1"
            for i, (n, d) in enumerate(load.items())
        ]
        gens = [f"{n} 0 0 0 0 1 100 1 {most!r} {least!r}" for n, least, most in gen]
        lines = [
            f"{a} {b} {r!r} {x!r} 0 {rate!r} 0 0 {tap!r} {shift!r} 1 0 0"
            for a, b, r, x, rate, tap, shift in branch
        ]
        width = max(len(c) for c in cost)
        costs = [" ".join(repr(v) for v in [*c, *[0] * (width - len(c))]) for c in cost]
        file = folder / "drawn.m"
        file.write_text(
            "function mpc = drawn\nmpc.version = '2';\nmpc.baseMVA = 100;\n" + rows("bus", bus)
            + rows("gen", gens) + rows("branch", lines) + rows("gencost", costs) + rows("dcline", dc),
            encoding="utf-8",
        )  # fmt: skip
        return solve_case(read_case(file), susceptance)

    return solver


def linear(slope):
    return [2, 0, 0, 2, slope, 0]


def pjm(solve, load=None, costs=None, susceptance="series", tap=0):
    return solve(
        load or {n: PJM_LOAD.get(n, 0) for n in range(1, 6)},
        [(bus, 0, most) for bus, most, _ in PJM_GEN],
        [(a, b, x / 10, x, rate, tap, 0) for a, b, x, rate in PJM_BRANCH],
        costs or [linear(c) for _, _, c in PJM_GEN],
        susceptance=susceptance,
    )


def test_pjm_five_buses(solve):
    s = pjm(solve)
    assert s.cost == pytest.approx(17479.896925, rel=1e-9)
    assert s.output_mw == pytest.approx([40, 170, 323.494846, 0, 466.505154], abs=1e-6)
    assert s.price == pytest.approx([16.977359, 26.384460, 30, 39.942736, 10], abs=1e-6)
    assert s.flow_mw[5] == pytest.approx(-240)
    assert s.at_limit.tolist() == [False] * 5 + [True]
    assert s.cost_error <= 1e-9 * s.cost


def test_a_price_is_what_one_more_megawatt_costs(solve):
    at_four = pjm(solve, load={1: 0, 2: 300, 3: 300, 4: 400.01, 5: 0})
    assert (at_four.cost - pjm(solve).cost) / 0.01 == pytest.approx(39.942736, abs=1e-5)


def test_baker_three_buses_and_a_negative_price(solve):
    s = solve(
        {1: 0, 2: 0, 3: 100},
        [(1, 0, 100), (2, 0, 100), (3, 0, 100)],
        [(1, 2, 0, 1, 100, 0, 0), (2, 3, 0, 1, 100, 0, 0), (1, 3, 0, 1, 10, 0, 0)],
        [linear(10), linear(20), linear(100)],
    )
    assert s.cost == pytest.approx(7600)
    assert s.output_mw == pytest.approx([0, 30, 70])
    assert s.price == pytest.approx([-60, 20, 100])


def test_tap_ratios_count_in_one_convention_only(solve):
    with_taps = [pjm(solve, susceptance=c, tap=t).cost for c in ("series", "tap") for t in (0, 0.9)]
    assert with_taps[0] == with_taps[1]
    assert with_taps[2] == pytest.approx(with_taps[3])  # all alike: flows divide as before
    branch = [(1, 2, 0, 0.1, 0, 0.5, 0), (1, 2, 0, 0.1, 0, 0, 0)]
    for convention, share in (("series", 1 / 2), ("tap", 2 / 3)):
        s = solve({1: 0, 2: 90}, [(1, 0, 100)], branch, [linear(1)], susceptance=convention)
        assert s.flow_mw == pytest.approx([90 * share, 90 * (1 - share)])


def test_a_phase_shifter_drives_power_around(solve):
    branch = [(1, 2, 0, 0.1, 0, 0, 3.0), (1, 2, 0, 0.1, 0, 0, 0)]
    s = solve({1: 0, 2: 0}, [(1, 0, 1)], branch, [linear(1)])
    around = (
        -0.5 * 100 / 0.1 * np.radians(3)
    )  # f = b (angle - shift), and the angle is half the shift
    assert s.flow_mw == pytest.approx([around, -around])


def test_a_piecewise_cost_is_exact_and_its_kink_sets_no_price(solve):
    cost = [[1, 0, 0, 3, 0, 0, 50, 500, 100, 1500], linear(15)]
    s = solve({1: 0, 2: 70}, [(1, 0, 100), (2, 0, 100)], [(1, 2, 0, 1, 0, 0, 0)], cost)
    assert s.output_mw == pytest.approx([50, 20])
    assert s.cost == pytest.approx(500 + 300)
    assert s.price == pytest.approx([15, 15])


def test_quadratic_costs_by_hand(solve):
    cost = [[2, 0, 0, 3, 0.1, 10, 7], [2, 0, 0, 3, 0.2, 10, 0]]
    s = solve({1: 0, 2: 90}, [(1, 0, 100), (2, 0, 100)], [(1, 2, 0, 1, 0, 0, 0)], cost)
    assert s.output_mw == pytest.approx([60, 30], rel=1e-12)
    assert s.price == pytest.approx([22, 22], rel=1e-12)
    assert s.cost == pytest.approx(7 + 0.1 * 3600 + 600 + 0.2 * 900 + 300, rel=1e-12)


def test_a_load_that_may_be_dispatched_is_served_while_it_is_worth_it(solve):
    cost = [[2, 0, 0, 3, 0.1, 10, 0], linear(16)]  # worth 16 a MWh, up to 40 MW
    s = solve({1: 0, 2: 0}, [(1, 0, 100), (2, -40, 0)], [(1, 2, 0, 1, 0, 0, 0)], cost)
    assert s.output_mw == pytest.approx([30, -30])
    assert s.price == pytest.approx([16, 16])


def dc_line(least, most, loss):
    return f"1 2 1 0 0 0 0 1 1 {least} {most} 0 0 0 0 0 {loss}"


@pytest.mark.parametrize(
    ("least", "most", "costs", "sent"),
    [(0, 50, (10, 20), 50), (-40, 50, (20, 10), -40), (30, 50, (20, 10), 30), (-40, -10, (10, 20), -10)],
)  # fmt: skip
def test_dc_lines_carry_what_they_may_and_must_either_way(solve, least, most, costs, sent):
    dc = f"1 2 1 0 0 0 0 1 1 {least} {most} 0 0 0 0 0 0.2"
    s = solve({1: 45, 2: 60}, [(1, 0, 200), (2, 0, 200)], [], [linear(c) for c in costs], [dc])
    assert s.dc_mw == pytest.approx([sent])
    at_start, at_end = (sent, 0.8 * sent) if sent > 0 else (0.8 * sent, sent)
    assert s.output_mw == pytest.approx([45 + at_start, 60 - at_end])


def test_a_dc_line_that_would_burn_power_is_named(solve):
    dc = "1 2 1 0 0 0 0 1 1 -500 500 0 0 0 0 0 0.2"
    with pytest.raises(SolveError, match="row 1 would carry power both ways at once"):
        solve({1: 5, 2: 60}, [(1, 90, 200), (2, 0, 0)], [], [linear(10)] * 2, [dc])


def test_what_cannot_be_served_is_named(solve):
    with pytest.raises(
        SolveError, match=r"at least 10 MW of load cannot be served.*10 MW of it at bus 5"
    ):
        solve({1: 0, 5: 60}, [(1, 0, 100)], [(1, 5, 0, 1, 50, 0, 0)], [linear(1)])
    with pytest.raises(SolveError, match="at least 30 MW that must be generated cannot be taken"):
        solve({1: 0, 5: 60}, [(1, 90, 100)], [(1, 5, 0, 1, 80, 0, 0)], [linear(1)])


def test_a_flow_that_limits_alone_exclude_is_named(solve):
    branch = [(1, 2, 0, 0.1, 5, 0, 30.0), (1, 2, 0, 0.1, 5, 0, 0)]
    with pytest.raises(SolveError, match="no flow satisfies its limits"):
        solve({1: 0, 2: 0}, [(1, 0, 1)], branch, [linear(1)])


@given(seed=st.integers(0, 2**32 - 1))
def test_conditions_of_optimality_hold_by_numpy_alone(solve, seed):
    """Angles from the buses' injections give the flows; prices less congestion meet marginal costs."""
    rng = np.random.default_rng(seed)
    R = int(rng.integers(2, 9))
    ends = [(int(rng.integers(1, n)), n) for n in range(2, R + 1)]
    ends += [
        tuple(int(v) for v in rng.choice(np.arange(1, R + 1), 2, replace=False)) for _ in range(R)
    ]
    branch = [
        (a, b, float(rng.uniform(0, 0.1)), float(rng.uniform(0.02, 0.5)), float(rng.choice([0, 30, 60])),
         float(rng.choice([0, 0.95])), float(rng.choice([0, 0, 2.0])))
        for a, b in ends
    ]  # fmt: skip
    load = {n: float(rng.uniform(0, 30)) for n in range(1, R + 1)}
    gen = [
        (n, float(rng.choice([0, 5, -10])), float(rng.uniform(20, 120)))
        for n in load
        for _ in range(2)
    ]
    bent = rng.choice([0.0, 0.01, 0.3], len(gen))
    slope = rng.uniform(-5, 40, len(gen))
    cost = [[2, 0, 0, 3, float(q), float(c), 1.0] for q, c in zip(bent, slope, strict=True)]
    convention = str(rng.choice(["series", "tap"]))
    try:
        s = solve(load, gen, branch, cost, susceptance=convention)
    except SolveError as error:
        if "cannot be" in str(error) or "no flow" in str(error):
            return  # rightly refused: too little can be generated, or sent
        raise
    case = s.case
    b = susceptance_mw_per_rad(case, convention)
    C = np.zeros((len(b), R))  # +1 where a branch starts, -1 where it ends
    C[np.arange(len(b)), case.branch_from] += 1
    C[np.arange(len(b)), case.branch_to] -= 1
    injection = np.bincount(case.gen_bus, s.output_mw, R) - case.load_mw
    assert injection.sum() == pytest.approx(0, abs=1e-7)
    B = C.T @ (b[:, None] * C)
    shifted = injection + C.T @ (b * case.branch_shift_rad)
    angle = np.concatenate([[0], np.linalg.solve(B[1:, 1:], shifted[1:])])
    flow = b * (C @ angle - case.branch_shift_rad)
    assert s.flow_mw == pytest.approx(flow, abs=1e-6)
    limit = case.branch_rate_mw
    assert (np.abs(flow) <= limit + 1e-6).all()
    low, high = case.gen_min_mw, case.gen_max_mw
    assert ((low - 1e-7 <= s.output_mw) & (s.output_mw <= high + 1e-7)).all()
    # Prices: marginal cost where an output is free, and on its side of it where it is not.
    margin = slope + 2 * bent * s.output_mw - s.price[case.gen_bus]
    tight = 1e-6 * max(1.0, np.abs(s.price).max())
    assert (margin[s.output_mw < high - 1e-6] >= -tight).all()
    assert (margin[s.output_mw > low + 1e-6] <= tight).all()
    # Of the angles: C^T b (C price - mu) = 0, where mu is not 0 only at a limit, and against the flow.
    left = C.T @ (b * (C @ s.price))
    reached = np.abs(np.abs(flow) - limit) < 1e-5
    assert reached.tolist() == s.at_limit.tolist()
    along = (C * b[:, None])[reached].T
    mu = np.linalg.lstsq(along, left, rcond=None)[0] if reached.any() else np.zeros(0)
    size = max(1.0, float(np.abs(left).max()))
    assert along @ mu == pytest.approx(left, abs=1e-5 * size)
    if reached.any() and np.linalg.matrix_rank(along) == reached.sum():
        assert (mu * np.sign(flow[reached]) <= tight).all()
    assert s.cost == pytest.approx((1.0 + slope * s.output_mw + bent * s.output_mw**2).sum())
    assert s.cost_error <= 1e-8 * max(1.0, abs(s.cost))
