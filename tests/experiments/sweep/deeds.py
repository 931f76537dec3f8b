"""What the tests of the sweep's driver let workers do. Workers import it by name."""

import errno
import os
import sys
import time
from pathlib import Path


def nothing(case):
    pass


def write(folder, case):
    """One file a case; a second time writes the same."""
    Path(folder, f"case-{case}").write_text(f"case {case}\n")


def noted(folder, case):
    """As `write`, and a line for each time it was begun."""
    with open(Path(folder, f"begun-{case}"), "a") as file:
        file.write(f"{os.getpid()}\n")
    write(folder, case)


def slowly(folder, case):
    noted(folder, case)
    time.sleep(0.05)


def poison(folder, case):
    """Case 37 kills its worker, case 11 is wrong."""
    with open(Path(folder, f"begun-{case}"), "a") as file:
        file.write(f"{os.getpid()}\n")
    if case == 37:
        os._exit(3)
    if case == 11:
        raise ValueError("eleven is odd")
    write(folder, case)


def full_disk(folder, case):
    if case == 5:
        raise OSError(errno.ENOSPC, "No space left on device")
    write(folder, case)


def leaves(case):
    if case == 1:
        sys.exit("gone")


def surroundings(folder, case):
    """Of the worker: its threads as numpy sees them, and whether it was forked."""
    import multiprocessing

    method = multiprocessing.get_start_method(allow_none=True)
    Path(folder, str(case)).write_text(
        f"{os.getpid()} {os.environ.get('OMP_NUM_THREADS')} {'numpy' in sys.modules} {method}"
    )


def nap(folder, case):
    noted(folder, case)
    time.sleep(60)


def crowd(folder, case):
    """Wrong if two cases are at work in one process at a time."""
    mark = Path(folder, f"at-work-{os.getpid()}")
    mark.touch(exist_ok=False)
    time.sleep(0.02)
    mark.unlink()


class Unreadable:
    """Wants a module that is nowhere when it is read."""

    def __reduce__(self):
        return __import__, ("no_such_module",)
