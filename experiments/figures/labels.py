"""Labels right at their points, none on top of another or of anything else that is drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.transforms import Bbox

DISTANCES_PT = (6.0, 10.0, 16.0, 24.0, 34.0, 46.0)
# Right and left first: that is where one looks for the name of a point.
ANGLES_DEG = (0, 180, 25, -25, 155, -155, 50, -50, 130, -130, 75, -75, 105, -105, 90, -90)
LEADER_FROM_PT = 10.0


class Label(NamedTuple):
    """A text and the points x, y that it may name, the best first, in data coordinates."""

    text: str
    points: Sequence[tuple[float, float]]
    colour: str


def place(
    axes: Axes,
    labels: Sequence[Label],
    points: Sequence[tuple[float, float]],
    lines: Sequence[tuple[float, float, float, float]] = (),
    fontsize: float = 6.5,
) -> list[Bbox]:
    """Write each label where it covers least, nearest first.

    The layout of the figure must be final: where a label is free is decided in pixels.

    Args:
        axes: with final limits. labels: most important first.
        points: markers to keep clear of. lines: level or upright ones, x0, y0, x1, y1, likewise.

    Returns:
        boxes of the labels [pixels].
    """
    figure = axes.figure
    renderer = figure.canvas.get_renderer()
    px = figure.dpi / 72.0
    frame = axes.get_window_extent(renderer)
    taken = [_around(axes.transData.transform(p), 3.6 * px) for p in points]
    for line in lines:
        (x0, y0), (x1, y1) = axes.transData.transform([line[:2], line[2:]])
        ends = min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
        taken.append(Bbox.from_extents(*ends).padded(px))
    taken += [text.get_window_extent(renderer) for text in axes.texts]
    placed: list[Bbox] = []
    for label in labels:
        text = axes.annotate(
            label.text, label.points[0], (0, 0), textcoords="offset points", fontsize=fontsize,
            color=label.colour, ha="center", va="center", linespacing=1.05, zorder=6,
        )  # fmt: skip
        text.set_in_layout(False)
        size = text.get_window_extent(renderer)
        best = min(
            (
                _candidate(axes, point, size, distance, angle)
                for distance in DISTANCES_PT
                for point in label.points
                for angle in ANGLES_DEG
            ),
            key=lambda c: (_overlap(c.box, taken) + _outside(c.box, frame), c.distance_pt),
        )
        offset, box = best.offset_pt, best.box
        text.xy = best.point
        text.set_position(offset)
        beside = abs(offset[0]) * px > size.width / 2.0
        text.set_multialignment(("right", "left")[offset[0] > 0] if beside else "center")
        if best.distance_pt > LEADER_FROM_PT:
            axes.annotate(
                "", best.point, _edge_pt(axes, best),
                textcoords="offset points", zorder=2,
                arrowprops={
                    "arrowstyle": "-", "linewidth": 0.4, "color": label.colour, "shrinkA": 0.0,
                    "shrinkB": 3.0, "patchA": None, "relpos": (0.5, 0.5),
                },
            ).set_in_layout(False)  # fmt: skip
        taken.append(box.padded(1.0 * px))
        placed.append(box)
    return placed


class Candidate(NamedTuple):
    box: Bbox
    point: tuple[float, float]
    offset_pt: tuple[float, float]
    distance_pt: float


def _candidate(
    axes: Axes, point: tuple[float, float], size: Bbox, distance_pt: float, angle_deg: int
) -> Candidate:
    """Box whose edge lies at a distance from the point, seen in a direction."""
    px = axes.figure.dpi / 72.0
    x, y = axes.transData.transform(point)
    c, s = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    w, h = size.width / 2.0, size.height / 2.0
    dx = c * distance_pt * px + math.copysign(w, c) * min(1.0, 2.0 * abs(round(c, 9)))
    dy = s * (distance_pt * px + h)
    box = Bbox.from_extents(x + dx - w, y + dy - h, x + dx + w, y + dy + h)
    return Candidate(box, point, (dx / px, dy / px), distance_pt)


def _edge_pt(axes: Axes, c: Candidate) -> tuple[float, float]:
    """The place of a box nearest to its point, as an offset: where its leader ends, so as not to cross the text."""
    px = axes.figure.dpi / 72.0
    x, y = axes.transData.transform(c.point)
    box = c.box.padded(px)
    return (min(max(x, box.x0), box.x1) - x) / px, (min(max(y, box.y0), box.y1) - y) / px


def _around(centre: Sequence[float], half: float) -> Bbox:
    x, y = centre[0], centre[1]
    return Bbox.from_extents(x - half, y - half, x + half, y + half)


def _overlap(box: Bbox, others: Sequence[Bbox]) -> float:
    """Area that a box shares with others [pixels²], to whole pixels, so that ties are ties."""
    shared = (Bbox.intersection(box, other) for other in others)
    return sum(round(s.width * s.height) for s in shared if s is not None)


def _outside(box: Bbox, frame: Bbox) -> float:
    """Area of a box beyond the frame [pixels²], counted ten times."""
    inside = Bbox.intersection(box, frame)
    area = inside.width * inside.height if inside is not None else 0.0
    return 10.0 * round(box.width * box.height - area)
