"""One look for all figures: style sheet, widths, and a colour for each thing that is drawn.

Figures are made without pyplot, so no window system is needed and nothing of the user's settings
changes; what the user has set does not change the figures either.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import matplotlib
from matplotlib import colors
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from .fonts import LATIN, chinese_font
from .words import chinese

SHEET = Path(__file__).with_name("westshift.mplstyle")
SINGLE_IN, DOUBLE_IN = 3.5, 7.16  # widths of one and of two journal columns [in]

BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILION, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
ZERO, SHADE, SHADE_TEXT = "#666666", "#F8E3DE", "#9C3A22"  # zero line; where a policy emits more


class Look(NamedTuple):
    """How a policy is drawn wherever it is drawn."""

    colour: str
    marker: str | tuple[int, int, int]  # as matplotlib takes them


POLICIES = {
    "here-and-now": Look(BLACK, "o"),
    "greenest-now": Look(GREEN, "^"),
    "wait-awhile": Look(ORANGE, "s"),
    "cheapest": Look(SKY, "v"),
    "planned": Look(BLUE, "D"),
    "follow-average": Look("#117733", "h"),
    "follow-marginal": Look("#882255", "X"),
    "follow-price": Look("#332288", "p"),
    "co-planned": Look(VERMILION, "P"),
    "oracle": Look(PURPLE, "*"),
    "nearest-feasible": Look("#7F7F7F", "d"),
    "random": Look("#B0A8A0", "."),
    "static-greenest": Look("#6B8E23", (3, 0, 90)),
    "west-quota": Look("#A0522D", "<"),
    "off-peak-timer": Look("#4682B4", ">"),
    "lowest-slot": Look("#B8860B", "8"),
    "lowest-window": Look("#8B6508", "H"),
    "carbon-time": Look("#CD853F", (7, 0, 0)),
    "suspend-resume": Look("#E9967A", (4, 1, 0)),
    "double-threshold": Look("#C71585", (4, 1, 45)),
    "vcc": Look("#2F4F4F", (6, 1, 0)),
    "curtailment-follower": Look("#20B2AA", (3, 1, 0)),
    "greedy-joint": Look("#2E8B57", (3, 1, 180)),
    "cvar": Look("#4169E1", (8, 1, 0)),
    "cost-only": Look("#8470FF", (5, 1, 36)),
    "carbon-only": Look("#00A86B", (5, 0, 36)),
    "latency-only": Look("#708090", (9, 0, 0)),
}
SEVERAL = Look("#444444", "o")  # policies on one and the same point; keys of legends
OTHER_COLOURS = ("#999933", "#44AA99", "#AA4499", "#661100", "#6699CC", "#DDCC77")
OTHER_MARKERS = ("<", ">", "d", "H", "8")

TECHNOLOGIES = {  # from the bottom of a stack to its top
    "nuclear": PURPLE,
    "coal": "#4D4D4D",
    "biomass": GREEN,
    "gas": "#B5651D",
    "hydro": BLUE,
    "wind": SKY,
    "solar": YELLOW,
}
CURTAILED, CURTAILED_HATCH = "#0072B2", "//////"
COMPUTE = "#E0007A"


def policy_look(name: str) -> Look:
    """Colour and marker of a policy; a name not known here gets the same ones every time."""
    code = zlib.crc32(name.encode())
    colour = OTHER_COLOURS[code % len(OTHER_COLOURS)]
    marker = OTHER_MARKERS[code // len(OTHER_COLOURS) % len(OTHER_MARKERS)]
    return POLICIES.get(name, Look(colour, marker))


def darker(colour: str) -> str:
    """The same hue, dark enough for text on white."""
    return colors.to_hex([0.72 * part for part in colors.to_rgb(colour)])


def technology_colour(name: str) -> str:
    """Colour of a technology; a name not known here gets the same one every time."""
    return TECHNOLOGIES.get(name, OTHER_COLOURS[zlib.crc32(name.encode()) % len(OTHER_COLOURS)])


def power_unit(most_mw: float) -> tuple[str, float]:
    """MW, or GW where there is so much, and how many MW it is."""
    return ("GW", 1000.0) if most_mw >= 5000.0 else ("MW", 1.0)


def stacking(names: list[str]) -> list[str]:
    """Technologies from the bottom of a stack to its top; unknown ones on top, by name."""
    known = list(TECHNOLOGIES)
    return sorted(names, key=lambda n: (known.index(n) if n in known else len(known), n))


@contextmanager
def applied() -> Iterator[None]:
    """The style sheet on matplotlib's defaults; all settings are as before afterwards.

    No text may hold mathtext: it does not look for Chinese in the second font.
    """
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(
            matplotlib.rc_params_from_file(SHEET, use_default_template=False)
        )
        if chinese():  # what the first font lacks is taken from the second
            matplotlib.rcParams["font.family"] = [LATIN, chinese_font()]
        yield


def blank(width_in: float, height_in: float) -> Figure:
    """An empty figure on the Agg canvas; call it with the style applied."""
    figure = Figure(figsize=(width_in, height_in))
    FigureCanvasAgg(figure)
    return figure
