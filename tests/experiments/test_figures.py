import csv
import dataclasses
import os
import re
import subprocess
import sys
import warnings
from datetime import datetime

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text

from westshift.experiments.figures import of_run, policies, stack, style, week
from westshift.experiments.figures.labels import Label, place
from westshift.experiments.figures.save import save
from westshift.experiments.figures.week_choice import choose
from westshift.experiments.simulate import Run, simulate
from westshift.models.measures import measure
from westshift.models.scenario import POLICY_NAMES, load_scenario

ADDED_MS = 2 * 1.4 * 1365.6 * 0.0049  # round trip east to west, less that at home
HOUR = {"horizon.length_h": 1, "policies": ["here-and-now", "oracle"]}
LIKE_A_PAPER = [  # policies of a large scenario: some close together, signs that disagree
    ("here-and-now", "baseline", 0.0, 0.0, 0.0, 0.0),
    ("greenest-now", "policy", 2.19, 1.71, 1.28, 0.0),
    ("wait-awhile", "policy", 0.31, 1.94, 8.91, 0.109),
    ("cheapest", "policy", 2.19, 1.59, 1.43, 0.0),
    ("planned", "policy", 3.09, -0.80, 7.74, 0.0),
    ("co-planned", "policy", 4.84, 1.08, 4.68, 0.0),
    ("oracle", "bound", 5.74, 1.29, 3.66, 0.0),
]


def ran(**overrides) -> Run:
    return simulate(load_scenario("two_region", overrides), workers=1)


@pytest.fixture(scope="module")
def run() -> Run:
    return ran()


@pytest.fixture(scope="module")
def hour() -> Run:
    return ran(**HOUR)


@pytest.fixture(scope="module")
def alone() -> Run:
    return ran(policies=["here-and-now"])


@pytest.fixture(scope="module")
def large() -> Run:
    """Storage, lines, many technologies; an hour of each day part is enough."""
    changes = {"horizon": {"weeks": [3360], "length_h": 6}, "policies": ["greenest-now"]}
    return simulate(load_scenario("east_west", changes), workers=1)


def by_policy(rows):
    return {row["policy"]: row for row in rows}


def paper_rows():
    return [
        {
            "policy": name, "role": role, "avoided_system_pct": system,
            "avoided_location_pct": location, "time_cost_cny_per_mwh": cost,
            "added_rtt_ms": cost / 3, "added_delay_h": cost / 5, "unserved_pct": unserved,
        }
        for name, role, system, location, cost, unserved in LIKE_A_PAPER
    ]  # fmt: skip


# Policies: the plotted numbers


def test_policies_are_where_the_hand_solution_puts_them(run):
    rows = by_policy(policies.rows(run))
    moved_share = 15 / 40
    for name in ("greenest-now", "cheapest", "planned", "co-planned", "oracle"):
        assert rows[name]["avoided_system_pct"] == pytest.approx(100 * 405 / 1350)
        assert rows[name]["avoided_location_pct"] == pytest.approx(100 * 405 / 1350)
        assert rows[name]["added_rtt_ms"] == pytest.approx(moved_share * ADDED_MS, rel=1e-3)
        assert rows[name]["added_delay_h"] == pytest.approx(0.0, abs=1e-9)
    for name in ("here-and-now", "wait-awhile"):
        assert rows[name]["avoided_system_pct"] == pytest.approx(0.0, abs=1e-9)
        assert rows[name]["added_rtt_ms"] == pytest.approx(0.0, abs=1e-9)


def test_a_wrong_signal_lies_below_zero():
    rows = by_policy(policies.rows(ran(**{"tariffs.east.flat_cny_per_mwh": 300})))
    assert rows["cheapest"]["avoided_system_pct"] == pytest.approx(-100 * 135 / 1350)
    assert rows["co-planned"]["avoided_system_pct"] == pytest.approx(100 * 405 / 1350)


def test_time_has_the_value_that_its_class_gives_it():
    rows = by_policy(policies.rows(ran(**{"classes.batch.latency_value_cny_per_mwh_ms": 0.05})))
    cost = rows["greenest-now"]["time_cost_cny_per_mwh"]
    assert cost == pytest.approx(0.05 * ADDED_MS * 15 / 40, rel=1e-3)


def test_rows_are_the_measures_of_the_ledgers(large):
    s = large.scenario
    west = np.array([r.side == "west" for r in s.regions])
    base = large.ledgers[s.baseline]
    for row in policies.rows(large):
        ledger = large.ledgers[row["policy"]]
        m = measure(large.year.system, west, ledger, base, 0.0)
        assert row["avoided_system_pct"] == m.avoided_system_pct
        assert row["avoided_location_pct"] == m.avoided_location_pct
        cost = ledger.latency_cny + ledger.delay_cny - base.latency_cny - base.delay_cny
        assert row["time_cost_cny_per_mwh"] == pytest.approx(cost / base.arrived_mwh.sum())
    assert by_policy(policies.rows(large))["greenest-now"]["avoided_location_pct"] != 0.0


def test_the_baseline_is_the_origin_whichever_it_is():
    changed = ran(baseline="greenest-now", policies=["here-and-now"])
    rows = policies.rows(changed)
    assert rows[0]["policy"] == "greenest-now"
    assert all(rows[0][column] == 0.0 for column in policies.PANELS)
    assert rows[1]["added_rtt_ms"] < 0.0
    low, high = policies.draw(rows).axes[1].get_xlim()
    assert low < rows[1]["added_rtt_ms"] < 0.0 < high


def test_only_the_clairvoyant_is_a_bound(run):
    roles = {row["policy"]: row["role"] for row in policies.rows(run)}
    assert [name for name, role in roles.items() if role == "bound"] == ["oracle"]
    assert [name for name, role in roles.items() if role == "baseline"] == ["here-and-now"]


# Policies: the picture


def test_marks_stand_at_the_numbers():
    rows = paper_rows()
    figure = policies.draw(rows)
    for axes, column in zip(figure.axes, policies.PANELS, strict=True):
        for row in rows:
            look = style.policy_look(row["policy"])
            own = [
                line
                for line in axes.lines
                if line.get_marker() == look.marker and line.get_color() == look.colour
            ]
            drawn = {(float(line.get_xdata()[0]), float(line.get_ydata()[0])): line for line in own}
            filled = drawn[row[column], row["avoided_system_pct"]]
            opened = drawn[row[column], row["avoided_location_pct"]]
            if row["avoided_system_pct"] != row["avoided_location_pct"]:
                assert filled.get_markerfacecolor() == look.colour
                assert opened.get_markerfacecolor() == "white"


def test_below_zero_is_shaded_and_says_why():
    axes = policies.draw(paper_rows()).axes[0]
    low, high = axes.get_ylim()
    assert low < -0.8
    assert high > 5.74
    shade = next(
        patch for patch in axes.patches if to_hex(patch.get_facecolor()) == style.SHADE.lower()
    )
    assert shade.get_y() == low
    assert shade.get_y() + shade.get_height() == 0.0
    assert "emits more" in [text.get_text() for text in axes.texts]


def test_names_cover_neither_each_other_nor_a_mark():
    rows = paper_rows()
    figure = policies.draw(rows)
    axes, renderer = figure.axes[0], figure.canvas.get_renderer()
    texts = [text for text in axes.texts if text.get_text()]
    boxes = [text.get_window_extent(renderer) for text in texts]
    assert len(boxes) == len(rows) + 1
    for i, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[i + 1 :])
        assert axes.get_window_extent(renderer).padded(1.0).containsx(box.x0)
        assert axes.get_window_extent(renderer).padded(1.0).containsx(box.x1)
        for row in rows:
            for column in ("avoided_system_pct", "avoided_location_pct"):
                point = axes.transData.transform((row["time_cost_cny_per_mwh"], row[column]))
                assert not box.contains(*point)


def test_policies_on_one_point_share_a_name(run):
    axes = policies.draw(policies.rows(run)).axes[0]
    names = [text.get_text() for text in axes.texts]
    assert "here-and-now (baseline)\nwait-awhile" in names
    assert "greenest-now\ncheapest\nplanned\nco-planned\noracle (bound)" in names


def test_a_label_moves_off_what_is_there():
    with style.applied():
        figure = style.blank(3.5, 2.6)
        axes = figure.subplots()
        axes.set(xlim=(0, 1), ylim=(0, 1))
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
        points = [(0.5, 0.5), (0.58, 0.5), (0.66, 0.5)]
        labels = [Label(f"name {n}", [point], "black") for n, point in enumerate(points)]
        boxes = place(axes, labels, points)
        for i, box in enumerate(boxes):
            assert not any(box.overlaps(other) for other in boxes[i + 1 :])
            assert not any(box.contains(*axes.transData.transform(point)) for point in points)


# Week: the plotted numbers


def test_the_week_is_the_hours_of_the_run(run):
    rows = week.rows(run)
    west = [r.region for r in run.scenario.regions].index("west")
    for case, policy in (("without", "here-and-now"), ("with", "co-planned")):
        own, hours = [row for row in rows if row["case"] == case], run.hours[policy][0]
        assert {row["policy"] for row in own} == {policy}
        assert {row["region"] for row in own} == {"west"}
        for name in ("import_mw", "charge_mw", "demand_mw", "compute_mw", "curtailed_mw"):
            assert [row[name] for row in own] == getattr(hours, name)[west].tolist()
        wind = hours.generation_mw[west, hours.technologies.index("wind")]
        assert [row["generation_wind_mw"] for row in own] == wind.tolist()
    curtailed = [
        sum(r["curtailed_mw"] for r in rows if r["case"] == c) for c in ("without", "with")
    ]
    assert curtailed == pytest.approx([1200.0, 750.0])


def test_what_is_stacked_meets_the_load(large):
    case = stack.Case.of(week.rows(large), "with")
    supply, taken = sum(case.up_mw.values()), sum(case.down_mw.values())
    assert supply - taken == pytest.approx(case.load_mw, rel=1e-9)
    assert taken.max() > 0.0
    assert len(case.up_mw) > 6


def test_hours_have_their_dates(run):
    rows = week.rows(run)
    assert rows[0]["hour_of_year"] == 24
    assert datetime.fromisoformat(rows[0]["time"]) == datetime(2023, 1, 2)
    assert stack.Case.of(rows, "without").span == "2 Jan 2023"


# Week: which


def lengthened(run: Run, factor: int, curtailed_mw) -> Run:
    """The run with its day repeated, and in the west, with scheduling, curtailment as given."""
    west = [r.region for r in run.scenario.regions].index("west")

    def longer(h):
        named = {
            f.name: np.tile(value, factor)
            for f in dataclasses.fields(h)
            if isinstance(value := getattr(h, f.name), np.ndarray)
        }
        return dataclasses.replace(h, **named)

    hours = {name: tuple(longer(h) for h in every) for name, every in run.hours.items()}
    hours["co-planned"][0].curtailed_mw[west] = curtailed_mw
    return dataclasses.replace(run, hours=hours)


def test_the_week_is_the_one_in_which_curtailment_changes_most(run):
    with_mw = np.full(24 * 20, 50.0)  # as without, but for two days
    with_mw[24 * 9 : 24 * 11] = 10.0
    choice = choose(lengthened(run, 20, with_mw))
    assert choice.hours == slice(24 * 4, 24 * 11)  # the first week that holds both days
    assert "curtailed energy changes most, of 14" in choice.why
    assert len(week.rows(lengthened(run, 20, with_mw))) == 2 * 168


def test_without_a_west_the_region_with_the_greatest_change(run):
    everywhere = tuple(r.model_copy(update={"side": "east"}) for r in run.scenario.regions)
    scenario = run.scenario.model_copy(update={"regions": everywhere})
    choice = choose(dataclasses.replace(run, scenario=scenario))
    assert choice.region in (0, 1)
    assert "no western" in choice.why
    same = {"here-and-now": run.hours["here-and-now"], "wait-awhile": run.hours["wait-awhile"]}
    ledgers = {name: run.ledgers[name] for name in same}
    still = dataclasses.replace(run, scenario=scenario, hours=same, ledgers=ledgers)
    load = same["here-and-now"][0].compute_mw.sum(axis=1)
    assert choose(still).region == int(load.argmax())
    assert "most compute load" in choose(still).why


def test_the_policy_shown_is_one_that_ran(run, alone):
    assert choose(run).with_policy == "co-planned"
    assert choose(alone).with_policy is None
    few = {name: run.hours[name] for name in ("here-and-now", "wait-awhile", "planned")}
    ledgers = {name: run.ledgers[name] for name in few}
    assert choose(dataclasses.replace(run, hours=few, ledgers=ledgers)).with_policy == "planned"


# Week: the picture


def test_the_lines_are_the_compute_load_of_both_cases(run):
    rows = week.rows(run)
    axes = next(a for a in week.draw(rows).axes if a.get_title("left") == "(c) compute load")
    for line, case in zip(axes.lines, ("without", "with"), strict=True):
        drawn = [row["compute_mw"] for row in rows if row["case"] == case]
        assert line.get_ydata()[:-1].tolist() == drawn
        assert line.get_color() == style.policy_look(line.get_label()).colour


def test_curtailed_energy_is_told_and_hatched(run):
    figure = week.draw(week.rows(run))
    titles = [axes.get_title("left") for axes in figure.axes]
    assert titles[0] == "(a) without scheduling (here-and-now): 1,200 MWh curtailed"
    assert titles[1] == "(b) with scheduling (co-planned): 750 MWh curtailed"
    for axes, low in zip(figure.axes[:2], (150.0, 168.75), strict=True):
        hatched = next(c for c in axes.collections if c.get_hatch())
        heights = hatched.get_paths()[0].vertices[:, 1]
        assert [heights.min(), heights.max()] == pytest.approx([low, 200.0])


def test_change_of_supply_adds_up_to_change_of_compute(run):
    axes = next(a for a in week.draw(week.rows(run)).axes if "change" in a.get_title("left"))
    top = max(c.get_paths()[0].vertices[:, 1].max() for c in axes.collections if c.get_paths())
    assert top == pytest.approx(18.75)
    assert axes.lines[0].get_ydata() == pytest.approx(18.75)


@pytest.mark.parametrize("name", ["hour", "alone", "run", "large"])
def test_degenerate_runs_are_drawn_without_a_warning(name, request, tmp_path):
    run = request.getfixturevalue(name)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        paths = of_run.draw_all(run, tmp_path)
    endings = ("pdf", "png", "csv", "txt")
    assert [p.name for p in paths] == [f"{n}.{e}" for n in ("policies", "week") for e in endings]
    assert all(path.stat().st_size > 0 for path in paths)


def test_with_only_a_baseline_there_is_one_case(alone):
    figure = week.draw(week.rows(alone))
    assert len(figure.axes) == 3
    assert "nothing to compare" in week.caption(alone, week.rows(alone))
    assert len(policies.rows(alone)) == 1


# Files


def test_the_numbers_on_disk_are_the_plotted_ones(run, tmp_path):
    rows = week.rows(run)
    save(Figure(), rows, tmp_path / "new" / "folder", "week", "caption")
    with (tmp_path / "new" / "folder" / "week.csv").open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))
    assert len(read) == len(rows) == 48
    for got, row in zip(read, rows, strict=True):
        assert {name: type(value)(got[name]) for name, value in row.items()} == row


def test_columns_of_numbers_end_in_their_unit(run):
    units = ("_mw", "_kg_per_mwh", "_pct", "_ms", "_h", "_cny_per_mwh", "hour_of_year")
    for row in (policies.rows(run)[0], week.rows(run)[0]):
        numbers = [name for name, value in row.items() if isinstance(value, float | int)]
        assert numbers
        assert [name for name in numbers if not name.endswith(units)] == []


def test_saving_twice_gives_the_same_bytes(run, tmp_path):
    rows = policies.rows(run)
    figure = policies.draw(rows)
    first = save(figure, rows, tmp_path / "a", "f", "text")
    second = save(figure, rows, tmp_path / "b", "f", "text")
    third = save(policies.draw(rows), rows, tmp_path / "c", "f", "text")
    for paths in zip(first, second, third, strict=True):
        assert len({path.read_bytes() for path in paths}) == 1


SCRIPT = """
import sys
from westshift.experiments.figures.of_run import draw_all
from westshift.experiments.simulate import simulate
from westshift.models.scenario import load_scenario
changes = {"horizon.length_h": 1, "policies": ["here-and-now", "oracle"]}
draw_all(simulate(load_scenario("two_region", changes), workers=1), sys.argv[1])
"""


def test_another_process_gives_the_same_bytes(hour, tmp_path):
    here = of_run.draw_all(hour, tmp_path / "here")
    environment = {**os.environ, "PYTHONHASHSEED": "4", "SOURCE_DATE_EPOCH": "1000000000"}
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "there")]
    subprocess.run(command, env=environment, cwd=tmp_path, check=True, timeout=300)
    for path in here:
        assert path.read_bytes() == (tmp_path / "there" / path.name).read_bytes(), path.name


def test_files_tell_neither_the_day_nor_the_library(hour, tmp_path):
    paths = {path.name: path.read_bytes() for path in of_run.draw_all(hour, tmp_path)}
    for name in ("policies", "week"):
        pdf, png = paths[f"{name}.pdf"], paths[f"{name}.png"]
        assert b"Date" not in pdf
        assert b"atplotlib" not in pdf
        assert b"/CIDFontType2" in pdf  # TrueType, which journals take, not Type 3
        assert b"/Type3" not in pdf
        assert b"Software" not in png
        assert int.from_bytes(png[16:20], "big") == round(style.DOUBLE_IN * 300)


@pytest.mark.parametrize("figure", [policies, week])
def test_captions_say_where_the_numbers_come_from(figure, run):
    text = figure.caption(run, figure.rows(run))
    flat = " ".join(text.split())
    assert f"Scenario two_region, digest {run.scenario.digest}, seed 1" in flat
    assert re.search(r"westshift \S+, highspy \d", flat)
    assert re.search(r"marked `assumed` .* enter these numbers: \d+ of", flat)
    assert max(map(len, text.splitlines())) <= 100


def test_the_caption_names_policies_on_which_the_ledgers_disagree(run):
    text = " ".join(policies.caption(run, paper_rows()).split())
    assert "disagree in sign on: planned." in text
    assert "not in the time cost: wait-awhile 0.109 %" in text
    assert "disagree" not in policies.caption(run, policies.rows(run))


# Style


def test_what_the_user_has_set_stays_and_changes_nothing(run, tmp_path):
    rows = week.rows(run)
    first = save(week.draw(rows), rows, tmp_path / "a", "week", "text")
    with matplotlib.rc_context({"font.size": 20, "pdf.fonttype": 3, "axes.facecolor": "red"}):
        before = dict(matplotlib.rcParams)
        second = save(week.draw(rows), rows, tmp_path / "b", "week", "text")
        assert dict(matplotlib.rcParams) == before
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_every_policy_has_a_look_of_its_own():
    looks = [style.policy_look(name) for name in POLICY_NAMES]
    assert (
        len({look.colour for look in looks}) == len({look.marker for look in looks}) == len(looks)
    )


def test_a_policy_of_a_new_name_keeps_its_look():
    assert style.policy_look("mine") == style.policy_look("mine") == style.Look("#44AA99", "<")
    others = {style.policy_look(f"policy {n}") for n in range(1000)}
    assert len(others) == len(style.OTHER_COLOURS) * len(style.OTHER_MARKERS)
    assert not others & set(style.POLICIES.values())


def test_technologies_stack_in_one_order_and_unknown_ones_on_top():
    assert style.stacking(["solar", "zeolite", "coal", "algae", "wind"]) == [
        "coal", "wind", "solar", "algae", "zeolite",
    ]  # fmt: skip
    assert style.technology_colour("algae") == style.technology_colour("algae")


@pytest.mark.parametrize("name", ["run", "large"])
def test_text_is_plain(name, request):
    run = request.getfixturevalue(name)
    for figure in (policies, week):
        texts = figure.draw(figure.rows(run)).findobj(Text)
        assert not any("$" in text.get_text() for text in texts)
