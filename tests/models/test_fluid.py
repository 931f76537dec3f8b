"""Jobs as fluid work, by hand and against a loop."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from westshift.models.errors import InputError
from westshift.models.fluid import hourly_mwh
from westshift.models.jobs import Jobs


def jobs(arrival_h, length_h, power_kw, origin=None, job_class=None):
    n = len(arrival_h)
    zeros = np.zeros(n, int)
    return Jobs(
        arrival_s=np.array(arrival_h, float) * 3600,
        length_s=np.array(length_h, float) * 3600,
        power_kw=np.array(power_kw, float),
        cores=np.full(n, np.nan),
        due_s=np.full(n, np.nan),
        job_class=zeros if job_class is None else np.array(job_class),
        origin=zeros if origin is None else np.array(origin),
        classes=("a", "b"),
        origins=("here", "there"),
    )


def test_by_hand():
    log = jobs([0.5, 1.0], [1.0, 3.0], [1000, 2000], origin=[0, 1], job_class=[1, 0])
    found, beyond = hourly_mwh(log, 3)
    assert np.allclose(found[0, 1], [0.5, 0.5, 0])
    assert np.allclose(found[1, 0], [0, 2, 2])
    assert beyond == pytest.approx(2)
    assert found.sum() == pytest.approx(5)


def test_an_empty_log_and_no_hours():
    found, beyond = hourly_mwh(jobs([], [], []), 4)
    assert (found.shape, found.sum(), beyond) == ((2, 2, 4), 0, 0)
    with pytest.raises(InputError, match="at least one"):
        hourly_mwh(jobs([0], [1], [1]), 0)


def test_work_after_the_hours_is_beyond():
    found, beyond = hourly_mwh(jobs([50], [2], [1000]), 10)
    assert (found.sum(), beyond) == (0, pytest.approx(2))


run = st.tuples(st.floats(0, 9), st.floats(0.01, 9), st.integers(0, 5), st.integers(0, 1))


@given(st.lists(run, min_size=1, max_size=8).map(sorted), st.integers(1, 20))
def test_as_a_loop_says(runs, hours):
    begin, length, power, origin = (np.array(x) for x in zip(*runs, strict=True))
    found, beyond = hourly_mwh(jobs(begin, length, power, origin=origin), hours)
    for o in (0, 1):
        for h in range(hours):
            inside = np.clip(np.minimum(begin + length, h + 1) - np.maximum(begin, h), 0, None)
            assert found[o, 0, h] == pytest.approx(
                (power * inside)[origin == o].sum() / 1e3, abs=1e-9
            )
    assert found.sum() + beyond == pytest.approx((power * length).sum() / 1e3, abs=1e-9)
