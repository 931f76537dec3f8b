from datetime import UTC, datetime

import numpy as np
import pytest

from westshift.models.errors import InputError
from westshift.models.instants import TimeUnit
from westshift.models.job_logs.azure import read_azure
from westshift.models.job_logs.pai import read_pai

TEXT = "arrival_time,length,cpus\n0.0,0.5,1\n2,3,4\n1,0,4\n1,1,0\n"


@pytest.mark.parametrize("read", [read_pai, read_azure])
def test_units_order_and_counts(write, read):
    start = datetime(2024, 1, 1, tzinfo=UTC)
    jobs = read(write(TEXT), unit=TimeUnit.HOURS, kw_per_core=0.1, start=start, origin="x")
    assert jobs.arrival_s.tolist() == [0, 7200]
    assert jobs.length_s.tolist() == [1800, 10800]
    np.testing.assert_allclose(jobs.power_kw, [0.1, 0.4])
    assert jobs.left_out == {"of length 0": 1, "of 0 cpus": 1}
    assert jobs.start == start
    assert jobs.origins == ("x",)
    assert "in hours" in jobs.source


@pytest.mark.parametrize(
    ("text", "unit", "words"),
    [
        (TEXT, TimeUnit.SECONDS, "would run for 0.75 s; check the unit"),
        ("arrival_time,length,cpus\n0,3000,1\n", TimeUnit.HOURS, "would run for 125 days; check the unit"),
        ("arrival_time,length,cpus\n0,9,1\n600000,9,1\n", TimeUnit.HOURS, "over 68 years .last in row 3"),
        (TEXT.replace("length", "len"), TimeUnit.HOURS, "there is no column 'length'; did you mean 'len'"),
        (TEXT.replace("2,3,4", "2,3,"), TimeUnit.HOURS, "row 3, column cpus: '' is not a number"),
        (TEXT.replace("2,3,4", "-2,3,4"), TimeUnit.HOURS, "row 3, column arrival_time: '-2' is not"),
        ("arrival_time,length,cpus\n", TimeUnit.HOURS, "has no job that could run"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(write, text, unit, words):
    with pytest.raises(InputError, match=words):
        read_pai(write(text), unit=unit, kw_per_core=0.1)


def test_pai_1k_is_in_seconds(real):
    path = real("jobs/pai_1k.csv")
    jobs = read_pai(path, unit=TimeUnit.SECONDS, kw_per_core=1.0)
    assert (len(jobs), sum(jobs.left_out.values())) == (1000, 0)
    assert jobs.length_s.mean() == pytest.approx(9066.101)
    assert jobs.arrival_s[-1] == 604756.0  # a week
    with pytest.raises(InputError, match="would run for 126 days; check the unit"):
        read_pai(path, unit=TimeUnit.HOURS, kw_per_core=1.0)


@pytest.mark.parametrize(
    ("read", "name", "count"),
    [(read_pai, "jobs/pai-100k.csv.gz", 99_998), (read_azure, "jobs/azure-100k.csv.gz", 99_988)],
)
def test_the_large_ones_are_in_hours(real, read, name, count):
    path = real(name)
    jobs = read(path, unit=TimeUnit.HOURS, kw_per_core=1.0)
    assert (len(jobs), sum(jobs.left_out.values())) == (count, 0)
    assert jobs.arrival_s[-1] / 3600 == pytest.approx(8760, abs=1)  # a year
    with pytest.raises(
        InputError, match="check the unit of its lengths, perhaps they are in a larger"
    ):
        read(path, unit=TimeUnit.SECONDS, kw_per_core=1.0)
