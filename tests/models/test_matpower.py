"""Reading MATPOWER case files: what is read, and that nothing is read wrong in silence."""

import numpy as np
import pytest

from westshift.models.errors import InputError
from westshift.models.matpower import read_case
from westshift.models.matpower_grid import case_grid, susceptance_mw_per_rad
from westshift.models.matpower_text import Unreadable, matrix, statements, value

BUS = [
    "1 3 0 0 0 0 1 1 0 230 1 1.1 0.9",
    "2 1 50 9 3 0 1 1 0 230 1 1.1 0.9",
    "7 1 20 0 0 0 1 1 0 230 1 1.1 0.9",
]
GEN = ["1 0 0 9 -9 1 100 1 100 0", "7 0 0 9 -9 1 100 1 40 5"]
BRANCH = [
    "1 2 0.01 0.1 0 60 0 0 0 0 1 -360 360",
    "2 7 0.02 0.2 0 0 0 0 0 0 1 0 0",
    "1 7 0.03 0.3 0 80 0 0 0 0 1 -30 20",
]
COST = ["2 0 0 3 0.1 20 5", "2 0 0 2 30 0 0"]
DC = "1 7 1 0 0 0 0 1 1 -10 20 0 0 0 0 0 0.05"


def text(bus=BUS, gen=GEN, branch=BRANCH, cost=COST, dc=(), head="function mpc = small", extra=""):
    def rows(name, lines):
        return (
            f"mpc.{name} = [\n" + "".join(f"\t{line};\n" for line in lines) + "];\n"
            if lines
            else ""
        )

    return "\n".join(
        [
            head,
            "mpc.version = '2';\nmpc.baseMVA = 100;",
            rows("bus", bus) + rows("gen", gen) + rows("branch", branch),
            rows("gencost", cost) + rows("dcline", dc),
            extra,
        ]
    )


@pytest.fixture
def read(tmp_path):
    def reader(**parts):
        file = tmp_path / "small.m"
        file.write_text(text(**parts), encoding="utf-8")
        return read_case(file)

    return reader


def with_entry(lines, row, column, entry):
    """The rows with one entry changed; row and column count from 1."""
    words = [line.split() for line in lines]
    words[row - 1][column - 1] = str(entry)
    return [" ".join(w) for w in words]


@pytest.mark.parametrize(
    ("row", "numbers"),
    [
        ("1 -2", [1, -2]),
        ("1 - 2", [-1]),
        ("1-2", [-1]),
        ("1/3, -1/2", [1 / 3, -0.5]),
        ("(1 + 2) -3^2", [3, -9]),
        ("2^-1 a", [0.5, 7]),
        ("-Inf 1e3\t.5 1d2", [-np.inf, 1000, 0.5, 100]),
        ("135/sqrt(9) a -a", [45, 7, -7]),
    ],
)
def test_entries_are_cut_and_computed_as_matlab_does(row, numbers):
    assert matrix(f"[{row}]", {"a": 7.0}).tolist() == [pytest.approx(numbers)]


@pytest.mark.parametrize(
    "row", ["1,,2", "x", "1.2.3", "1 *", "--", "1_0", "2(3)", "nan1", "'a'", "1:3"]
)
def test_what_is_no_number_is_refused(row):
    with pytest.raises(Unreadable):
        matrix(f"[{row}]", {})


def test_powers_bind_before_signs_and_quotients_from_the_left():
    assert value("-2^2 + 8/4/2*3", {}) == -1.0


def test_statements_without_comments_blocks_and_continuations():
    code = "a = 1; b = 'x%y'; % c\n%{\nd = 2;\n%}\ne = [1 ... more\n 2 % f\n 3]; g = a';"
    assert [s for _, s in statements(code)] == ["a = 1", "b = 'x%y'", "e = [1   2 \n 3]", "g = a'"]


def test_a_case_is_what_its_rows_say(read):
    case = read(dc=[DC])
    assert case.bus.tolist() == [1, 2, 7]
    assert case.load_mw.tolist() == [0, 53, 20]  # GS is drawn at 1 per unit of voltage
    assert (case.gen_bus.tolist(), case.gen_max_mw.tolist()) == ([0, 2], [100, 40])
    assert case.branch_rate_mw.tolist() == [60, np.inf, 80]
    assert np.degrees(case.branch_angle_min_rad).tolist() == pytest.approx([-np.inf, -np.inf, -30])
    assert case.dc_loss_share.tolist() == [0.05]
    assert case.gen_cost[0].of(10) == pytest.approx(0.1 * 100 + 200 + 5)
    assert case.gen_cost[1].of(10) == 300


def test_layout_does_not_matter(read, tmp_path):
    other = tmp_path / "other.m"
    laid = (
        text()
        .replace("\tmpc", "mpc")
        .replace("function mpc = small", "function s = small\n%{\nmpc.bus = [9]\n%}")
    )
    laid = (
        laid.replace("mpc.", "s.")
        .replace("0.1 0 60", "1/10, 0, ... the rating\n 60")
        .replace("s.gen =", "s.areas = {'a;b', \"[\"}; s.gen =")
    )
    other.write_text(laid + "\nend\n", encoding="latin-1")
    a, b = read(), read_case(other)
    for name in ("bus", "load_mw", "gen_max_mw", "branch_x", "branch_rate_mw"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name))


def test_what_is_off_or_isolated_is_left_out(read):
    bus = [*BUS, "9 4 99 0 0 0 1 1 0 230 1 1.1 0.9"]
    gen = [*GEN, "9 0 0 9 -9 1 100 1 10 0", "2 0 0 9 -9 1 100 0 10 50"]
    branch = [*BRANCH, "9 1 0 0 0 0 0 0 0 0 1 0 0", "1 2 0 0 0 0 0 0 0 0 0 0 0"]
    case = read(bus=bus, gen=gen, branch=branch, cost=[*COST, COST[0], COST[0]])
    assert case.bus.tolist() == [1, 2, 7]
    assert case.gen_row.tolist() == [1, 2]
    assert case.branch_row.tolist() == [1, 2, 3]
    assert case.rows == {"bus": 4, "gen": 4, "branch": 5, "dcline": 0}


def test_costs_of_reactive_power_are_passed_over(read):
    assert len(read(cost=[*COST, "2 0 0 3 -1 0 0", "1 0 0 9 0 0 0"]).gen_cost) == 2


def test_angle_limits_become_flow_limits(read):
    branch = with_entry(BRANCH, 3, 10, 5)  # shifts the phase by 5 degrees
    grid = case_grid(read(branch=branch), "tap")
    b = 100 / 0.3
    assert grid.flow_min_mw[2] == pytest.approx(max(-80, b * np.radians(-35)))
    assert grid.flow_max_mw[2] == pytest.approx(min(80, b * np.radians(15)))
    assert grid.unlimited.tolist() == [False, True, False]
    assert grid.flow_max_mw[1] > 73  # what stands in for no limit is more than all that is drawn


def test_an_angle_limit_of_zero_beside_another_is_a_limit(read):
    grid = case_grid(read(branch=with_entry(BRANCH, 3, 12, 0)))
    assert grid.flow_min_mw[2] == 0
    assert grid.flow_max_mw[2] > 0


def test_two_conventions_of_susceptance(read):
    case = read(branch=with_entry(BRANCH, 1, 9, 0.9))
    assert susceptance_mw_per_rad(case, "series")[0] == pytest.approx(
        100 * 0.1 / (0.01**2 + 0.1**2)
    )
    assert susceptance_mw_per_rad(case, "tap")[0] == pytest.approx(100 / (0.1 * 0.9))
    with pytest.raises(InputError, match="use one of series, tap"):
        susceptance_mw_per_rad(case, "dc")


CONVERSION = """
[PQ, PV, REF, NONE, BUS_I, BUS_TYPE, PD, QD, GS, BS, BUS_AREA, VM, ...
    VA, BASE_KV, ZONE, VMAX, VMIN] = idx_bus;
[F_BUS, T_BUS, BR_R, BR_X] = idx_brch;
Vbase = mpc.bus(1, BASE_KV) * 1e3;
Sbase = mpc.baseMVA * 1e6;
mpc.branch(:, [BR_R BR_X]) = mpc.branch(:, [BR_R BR_X]) / (Vbase^2 / Sbase);
mpc.bus(:, [PD, QD]) = mpc.bus(:, [PD, QD]) / 1e3;
pf = 0.85;
mpc.bus(:, QD) = mpc.bus(:, PD) * sin(acos(pf));
mpc.bus(:, PD) = mpc.bus(:, PD) * pf;
"""


def test_units_that_a_file_converts_by_code(read):
    case = read(extra=CONVERSION)
    np.testing.assert_allclose(case.load_mw, [0, 50 / 1e3 * 0.85 + 3, 20 / 1e3 * 0.85])
    np.testing.assert_allclose(case.branch_x, np.array([0.1, 0.2, 0.3]) / (230e3**2 / 100e6))


@pytest.mark.parametrize(
    "code",
    [
        "mpc.branch(:, 3) = 0;",
        "mpc.branch(2, 4) = mpc.branch(2, 4) / 2;",
        "mpc.branch(:, 4) = mpc.branch(:, 3) / 2;",
        "mpc.branch(:, 4) = mpc.branch(:, 4) / 2 * 3;",
        "mpc.branch(:, 4) = mpc.branch(:, 4) / unknown;",
        "mpc.bus(:, QD) = mpc.bus(:, QD) / 2;",  # a name that nothing has defined
        "mpc.gen(:, 9) = [];",
        "mpc = scale_load(2, mpc);",
        "mpc.bus = [mpc.bus; 4 1 0 0 0 0 1 1 0 230 1 1.1 0.9];",
        "mpc.baseMVA = 10;",
        "mpc.A = sparse(1, 1);",
        "if 1, mpc.baseMVA = 1; end",
        "for k = 1:3",
        "load other",
    ],
)
def test_code_that_may_change_the_case_is_refused(read, code):
    with pytest.raises(InputError, match=r"small\.m"):
        read(extra=code)


WRONG = {
    "no matrix mpc.gencost": {"cost": ()},
    "no matrix mpc.branch": {"branch": ()},
    "mpc.bus does not have": {"gen": with_entry(GEN, 2, 1, 4)},
    "row 2: F_BUS is bus 8": {"branch": with_entry(BRANCH, 2, 1, 8)},
    "row 1: PMIN 120 MW is above PMAX 100 MW": {"gen": with_entry(GEN, 1, 10, 120)},
    "row 1: PMIN 0 or PMAX inf is not finite": {"gen": with_entry(GEN, 1, 9, "Inf")},
    "bus 2 to bus 7 has zero reactance": {"branch": with_entry(BRANCH, 2, 4, 0)},
    "row 3: bus number 2 is that of row 2 already": {"bus": with_entry(BUS, 3, 1, 2)},
    "row 3: BUS_I is 7.5": {"bus": with_entry(BUS, 3, 1, 7.5)},
    "no reference bus": {"bus": with_entry(BUS, 1, 2, 2)},
    "row 2: PD is not a number": {"bus": with_entry(BUS, 2, 3, "NaN")},
    "row 2: PD is inf": {"bus": with_entry(BUS, 2, 3, "Inf")},
    "row 2, column 3: '5O' is not a number": {"bus": with_entry(BUS, 2, 3, "5O")},
    "row 2 has 12 entries and row 1 has 13": {"branch": [BRANCH[0], BRANCH[1][:-2], BRANCH[2]]},
    "from reference bus 1 to bus 2 and 1 more": {
        "branch": [line.replace(" 1 -", " 0 -").replace(" 1 0 0", " 0 0 0") for line in BRANCH]
    },
    "RATE_A -1": {"branch": with_entry(BRANCH, 1, 6, -1)},
    "ANGMIN 30 above ANGMAX 20": {"branch": with_entry(BRANCH, 3, 12, 30)},
    "ends where it starts": {"branch": with_entry(BRANCH, 2, 1, 7)},
    "quadratic coefficient is -0.1": {"cost": with_entry(COST, 1, 5, -0.1)},
    "polynomial of degree 3": {"cost": ["2 0 0 4 1 0.1 20 5", "2 0 0 2 30 0 0 0"]},
    "not convex: at 10 MW its slope falls from 20 to 10": {
        "cost": ["1 0 0 3 0 0 10 200 20 300", "2 0 0 2 30 0 0 0 0 0"]
    },
    "10 MW follows 10 MW": {"cost": ["1 0 0 3 0 0 10 200 10 300", "2 0 0 2 30 0 0 0 0 0"]},
    "NCOST is 4": {"cost": with_entry(COST, 1, 4, 4)},
    "MODEL is 3": {"cost": with_entry(COST, 1, 1, 3)},
    "3 rows for 2 generators": {"cost": [*COST, COST[0]]},
    "no generator of mpc.gen": {"gen": [line.replace("100 1 ", "100 0 ") for line in GEN]},
    "LOSS0 1": {"dc": [with_entry([DC], 1, 16, 1)[0]]},
    "LOSS1 1:": {"dc": [with_entry([DC], 1, 17, 1)[0]]},
    "version 1": {"head": "function [baseMVA, bus, gen, branch] = small"},
    "never closed": {"extra": "mpc.areas = [1 2"},
}


@pytest.mark.parametrize(("words", "parts"), WRONG.items(), ids=WRONG)
def test_bad_data_give_one_sentence_that_says_where(read, words, parts):
    with pytest.raises(InputError) as error:
        read(**parts)
    message = str(error.value)
    assert words in message
    assert "small.m" in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"hello", "not a MATPOWER case file"),
        (b"\0\1\2", "not text"),
        (None, "no such file"),
        ("folder", "director"),
    ],
)
def test_what_is_no_case_file(tmp_path, content, words):
    path = tmp_path / "some.m"
    if content == "folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=rf"(?i)some\.m.*{words}"):
        read_case(path)


def test_a_piecewise_cost_goes_on_straight_beyond_its_points(read):
    cost = ["1 0 0 3 10 100 20 300 40 900", "2 0 0 2 30 0 0 0 0 0"]
    found = read(cost=cost).gen_cost[0]
    assert [found.of(p) for p in (0, 10, 15, 20, 30, 50)] == [-100, 100, 200, 300, 600, 1200]
    edges, slopes = found.pieces(15, 50)
    assert (edges.tolist(), slopes.tolist()) == ([15, 20, 40, 50], [20, 30, 30])


def test_a_slope_that_rounding_bent_is_made_straight_and_the_error_told(read):
    cost = ["1 0 0 3 0 0 10 200.005 20 400", "2 0 0 2 30 0 0 0 0 0"]
    found = read(cost=cost).gen_cost[0]
    assert found.rounded == pytest.approx(0.005)
    assert found.of(10) == pytest.approx(200)
