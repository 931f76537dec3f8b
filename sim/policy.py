"""The seam: a policy maps an outlook to a schedule, and sees nothing else."""

from __future__ import annotations

from abc import ABC, abstractmethod

from ..models.outlook import Outlook
from ..models.schedule import Schedule


class Policy(ABC):
    """Decides what runs where and when. Abstract; every policy is final.

    Attributes:
        name: as users and papers call it.
        window_h: hours it looks ahead; None for the whole horizon.
        step_h: hours it carries out before it is asked again; None for the whole horizon.
        clairvoyant: whether its outlook is a perfect forecast whatever the scenario says (the oracle).
    """

    name: str
    window_h: int | None = 1
    step_h: int | None = 1
    clairvoyant: bool = False

    @abstractmethod
    def decide(self, outlook: Outlook) -> Schedule:
        """Plan the hours of the outlook."""
