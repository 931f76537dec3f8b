import numpy as np
import pytest

from westshift.models.errors import InputError
from westshift.models.instants import Twice
from westshift.models.job_logs.sacct import ClassBy, State, read_sacct

TITLES = (
    "JobID|JobName|Partition|Account|Submit|Start|End|State|Elapsed|AllocTRES|ConsumedEnergyRaw"
)
LINES = """
100|a, "b"|cpu|phys|2024-10-27T01:00:00|2024-10-27T01:30:00|2024-10-27T04:30:00|COMPLETED|04:00:00|cpu=8|14400000
100.batch|b||phys|2024-10-27T01:30:00|2024-10-27T01:30:00|2024-10-27T04:30:00|COMPLETED|04:00:00|cpu=8,mem=16G|14400000
101_7|x|gpu|chem|2024-10-27T05:00:00|2024-10-27T06:00:00|2024-10-28T08:00:01|CANCELLED by 9|1-02:00:01|cpu=2,node=1|
102|p|cpu|phys|2024-10-27T05:00:00|Unknown|Unknown|PENDING|00:00:00||
103|r|cpu|phys|2024-10-27T05:00:00|2024-10-27T06:00:00|Unknown|RUNNING|02:00:00|cpu=1|
104|c|cpu|phys|2024-10-27T05:00:00|None|2024-10-27T06:00:00|CANCELLED by 0|00:00:00||0
105|z|cpu|phys|2024-10-27T05:00:00|2024-10-27T06:00:00|2024-10-27T06:00:00|FAILED|00:00:00|cpu=1|0
106|t|cpu|phys|2024-10-27T00:30:00|2024-10-27T06:00:00|2024-10-27T06:00:10|TIMEOUT|00:00:10|cpu=4|4294967294
"""  # fmt: skip
TEXT = TITLES + LINES


def _read(write, text=TEXT, **how):
    return read_sacct(write(text), **({"tz": "Europe/Berlin", "kw_per_core": 0.01} | how))


def test_jobs_and_what_is_left_out(write):
    jobs = _read(write)
    # the clocks go back at 03:00: from 00:30 to 05:00 pass 5.5 hours
    assert jobs.start.isoformat() == "2024-10-27T00:30:00+02:00"
    np.testing.assert_array_equal(jobs.arrival_s, [0, 1800, 5.5 * 3600])
    np.testing.assert_array_equal(jobs.length_s, [10, 14400, 86400 + 7201])
    np.testing.assert_array_equal(jobs.cores, [4, 8, 2])
    # measured: 14.4 MJ in 4 h is 1 kW; not measured, or Slurm's mark for that: cores
    np.testing.assert_allclose(jobs.power_kw, [0.04, 1.0, 0.02])
    assert jobs.header == {"measured energy": "1 of 3 jobs", "time zone": "Europe/Berlin"}
    assert [jobs.classes[i] for i in jobs.job_class] == ["cpu", "cpu", "gpu"]
    assert jobs.left_out == {
        "steps of jobs": 1,
        "in state PENDING": 1,
        "in state RUNNING": 1,
        "that never started": 1,
        "of run time 0": 1,
    }


def test_elapsed_raw_and_alloc_cpus(write):
    text = "JobID|Submit|State|ElapsedRaw|AllocCPUS|Cluster\n1|2024-01-01T00:00:00|COMPLETED|90|3|west\n"
    jobs = _read(write, text)
    assert (jobs.length_s.tolist(), jobs.cores.tolist()) == ([90], [3])
    assert jobs.origins == ("west",)
    assert jobs.classes == ("all",)


def test_offsets_settle_what_clocks_do_not(write):
    text = TEXT.replace("2024-10-27T01:00:00|", "2024-10-27T02:30:00|", 1)
    with pytest.raises(
        InputError, match=r"row 2, column Submit: .* showed '2024-10-27 02:30:00' twice"
    ):
        _read(write, text)
    late = _read(write, text, twice=Twice.SECOND)
    exact = _read(write, text.replace("02:30:00|", "02:30:00+0100|", 1))
    np.testing.assert_array_equal(late.arrival_s, exact.arrival_s)
    assert late.start == exact.start


def test_states_and_classes_are_chosen(write):
    jobs = _read(write, states={State.TIMEOUT}, class_by=ClassBy.ACCOUNT)
    assert len(jobs) == 1
    assert jobs.classes == ("phys",)
    assert len(jobs) + sum(jobs.left_out.values()) == 8


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("|TIMEOUT|", "|TIMED OUT|", "row 9, column State: 'TIMED OUT' is not known"),
        ("|00:00:10|", "|ten|", "row 9, column Elapsed: 'ten' is not a length"),
        ("cpu=4|", "4|", "row 9, column AllocTRES: '4' is not such as"),
        ("|4294967294", "|much", "row 9, column ConsumedEnergyRaw: 'much' is not"),
        ("2024-10-27T00:30:00", "yesterday", "row 9, column Submit: 'yesterday' is not a time"),
        ("|t|", "|t|u|", r"row 9: has 12 cells where the header has 11; let no cell hold '\|'"),
        ("JobID|", "Job|", "there is no column 'JobID'"),
        ("|State|", "|Status|", "there is no column 'State'"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(write, old, new, words):
    with pytest.raises(InputError, match=words):
        _read(write, TEXT.replace(old, new))


def test_energy_that_nobody_measured_needs_a_figure(write):
    with pytest.raises(
        InputError, match=r"row 4: the job has no ConsumedEnergyRaw .nor have 1 more"
    ):
        _read(write, kw_per_core=None)


def test_local_times_need_a_zone(write):
    with pytest.raises(InputError, match=r"row 2, column Submit: .* has no time zone"):
        _read(write, tz=None)


def test_nothing_but_steps(write):
    with pytest.raises(InputError, match=r"has no job that could run .1 records: 1 steps of jobs"):
        _read(write, "\n".join([TITLES, LINES.strip().split("\n")[1]]))
