"""The two ways a run can end early, and the words that help to mend an input."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

SHOWN_PROBLEMS = 5
SHOWN_NAMES = 12


class InputError(ValueError):
    """Something the user can mend; the message names the place, the value and the remedy."""

    @classmethod
    def of(cls, problems: Sequence[str]) -> InputError:
        """Make one error of several problems: the first few, one a line, and how many are left."""
        shown = list(problems[:SHOWN_PROBLEMS])
        left = len(problems) - len(shown)
        return cls("\n".join([*shown, f"… and {left} more"] if left else shown))


class SolveError(RuntimeError):
    """A program that did not end optimal: infeasible, unbounded, out of time or of numbers."""


class InfeasibleError(SolveError):
    """Nothing satisfies all constraints of a program."""


def suggest(word: object, known: Iterable[str]) -> str:
    """Say what may be written in place of an unknown word: the nearest name, or the known names."""
    names = list(dict.fromkeys(known))
    folded = {name.casefold(): name for name in names}
    near = get_close_matches(str(word).casefold(), folded, n=1, cutoff=0.6)
    if near:
        return f"did you mean '{folded[near[0]]}'?"
    if not names:
        return "there are none"
    more = ", …" if len(names) > SHOWN_NAMES else ""
    return f"use one of {', '.join(names[:SHOWN_NAMES])}{more}"
