"""Many cases, wherever they run."""

import functools
import os
import subprocess
import sys
import time

import pytest

from westshift.experiments.sweep.chunk import Outcome, do_each
from westshift.experiments.sweep.drive import Counts, InProcess, Kind, Local, Queue, drive
from westshift.models.errors import InputError

BOTH = pytest.mark.parametrize("how", [InProcess(), Local(2)], ids=["here", "local"])


class Told(list):
    """(case, error, attempts) of what failed."""

    def __call__(self, case, error, attempts):
        self.append((case, error, attempts))


@BOTH
def test_each_case_is_done_once_and_told(how, deeds, tmp_path):
    told = []
    counts = drive(
        range(30),
        functools.partial(deeds.noted, str(tmp_path)),
        Told(),
        how,
        lambda case, good: told.append((case, good)),
    )
    assert counts == Counts(30, 0)
    assert sorted(told) == [(case, True) for case in range(30)]
    begun = [(tmp_path / f"begun-{case}").read_text().splitlines() for case in range(30)]
    assert [len(pids) for pids in begun] == [1] * 30


@BOTH
def test_an_exception_fails_its_case_alone_and_is_not_repeated(how, deeds, tmp_path):
    failed = Told()
    cases = [*range(30)]  # without the one that kills its worker
    counts = drive(cases, functools.partial(deeds.poison, str(tmp_path)), failed, how)
    assert counts == Counts(29, 1)
    ((case, error, attempts),) = failed
    assert (case, attempts) == (11, 1)
    assert error.startswith("ValueError: eleven is odd\n")
    assert "in poison" in error  # where
    assert len((tmp_path / "begun-11").read_text().splitlines()) == 1


@BOTH
def test_a_full_disk_ends_the_sweep_in_one_sentence_and_keeps_what_is_there(how, deeds, tmp_path):
    failed = Told()
    with pytest.raises(InputError, match=r"No space left on device.*start again"):
        drive(range(2000), functools.partial(deeds.full_disk, str(tmp_path)), failed, how)
    assert failed == []
    kept = {path.name for path in tmp_path.iterdir()}
    assert kept
    assert "case-1999" not in kept  # it did not go on as if nothing had been


@BOTH
def test_a_case_that_leaves_the_interpreter_is_a_failed_case(how, deeds):
    failed = Told()
    assert drive(range(3), deeds.leaves, failed, how) == Counts(2, 1)
    assert [(case, error.splitlines()[0]) for case, error, _ in failed] == [(1, "SystemExit: gone")]


@BOTH
def test_no_cases_are_no_work(how, deeds):
    assert drive([], deeds.nothing, Told(), how) == Counts(0, 0)


def test_the_default_does_not_import_dask():
    program = (
        "import sys; from westshift.experiments.sweep.drive import drive; "
        "print(drive(range(3), abs, print), [n for n in ('dask', 'distributed') if n in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout == "Counts(done=3, failed=0) []\n"


def test_a_thousand_empty_cases_take_little(deeds):
    began = []
    counts = drive(
        range(1000), deeds.nothing, Told(), Local(2), lambda *_: began.append(time.monotonic())
    )
    assert counts == Counts(1000, 0)
    assert began[-1] - began[0] < 10  # 0.2 s on a quiet machine; one at a time would be 6 s


def test_cases_are_read_only_as_they_are_needed(deeds):
    read, most, done = 0, 0, 0

    def cases():
        nonlocal read
        for case in range(3000):
            read += 1
            yield case

    def tell(case, good):
        nonlocal most, done
        done += 1
        most = max(most, read - done)

    drive(cases(), deeds.nothing, Told(), Local(1), tell, window=10, chunk=7)
    assert 7 < most <= 10 * 7


def test_local_workers_have_one_thread_and_are_not_forked(deeds, tmp_path, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    drive(range(20), functools.partial(deeds.surroundings, str(tmp_path)), Told(), Local(2))
    seen = [path.read_text().split() for path in tmp_path.iterdir()]
    assert {tuple(rest) for _, *rest in seen} <= {
        ("1", a, b) for a in ("True", "False") for b in ("spawn", "None")
    }
    assert os.environ["OMP_NUM_THREADS"] == "7"  # ours is as it was
    assert str(os.getpid()) not in {pid for pid, *_ in seen}


def test_a_case_that_workers_cannot_read_is_said(deeds):
    """A worker lacks a module: the sweep ends, no case is blamed."""
    failed = Told()
    with pytest.raises(InputError, match=r"cannot run the cases.*no_such_module.*installed where"):
        drive([deeds.Unreadable()], deeds.nothing, failed, Local(1))
    assert failed == []


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"how": Local(0)}, "workers = 0"),
        ({"how": Queue(Kind.SLURM, 0)}, "jobs = 0"),
        ({"retries": -1}, "retries = -1"),
        ({"window": 0}, "window = 0"),
        ({"chunk": 0}, "chunk = 0"),
    ],
)
def test_numbers_that_make_no_sense_are_named(given, named):
    with pytest.raises(InputError, match=named):
        drive([1], abs, Told(), **given)


def test_the_time_of_a_chunk_is_its_own(deeds):
    outcome = do_each(time.sleep, (0.03, 0.02, "soon"))
    assert outcome.errors[:2] == (None, None)
    assert outcome.errors[2].startswith("TypeError")
    assert 0.05 <= outcome.seconds < 1


def test_chunks_follow_what_cases_take():
    from westshift.experiments.sweep.window import Work

    work = Work(iter(range(100)), 25, 2)
    sizes = []
    for each in (0.001, 0.001, 0.1, 9.0):
        piece = work.next()
        sizes.append(len(piece.cases))
        work.back(piece, Outcome((None,) * len(piece.cases), each * len(piece.cases)))
    assert [*sizes, len(work.next().cases)] == [1, 25, 25, 10, 1]


def test_the_last_attempt_of_a_case_has_no_suspect_beside_it():
    from westshift.experiments.sweep.window import Work

    work = Work(iter("ab"), 1, 2)
    a, b = work.next(), work.next()
    assert not work.back(a, None)
    assert not work.back(b, None)
    a, b = work.next(), work.next()  # alone in their pieces, but at one time
    assert (a.lost, b.lost) == (1, 1)
    assert not work.back(a, None)
    assert work.next() is None  # the last attempt waits for the other
    assert not work.back(b, None)
    a = work.next()
    assert (a.cases, a.lost) == (("a",), 2)
    assert work.next() is None
    assert work.back(a, None)  # failed for good
    assert work.next().cases == ("b",)
