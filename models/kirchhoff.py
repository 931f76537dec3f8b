"""Cycles of circuits, around which the angle differences sum to zero (Kirchhoff's voltage law).

The cycle form has no angle variables: J. Hörsch et al., "Linear optimal power flow using cycle flows",
Electric Power Systems Research 158, 2018, doi:10.1016/j.epsr.2017.12.034.
"""

from __future__ import annotations

import networkx as nx
import numpy as np

from .errors import InputError
from .system import Grid

Cycle = tuple[tuple[int, int], ...]
"""Circuits with the sense, +1 or -1, in which the cycle passes each."""


def circuit_lines(grid: Grid) -> list[tuple[int, int | None]]:
    """The line there and the line back (None where there is none) of each circuit (N,).

    Raises:
        InputError: a circuit has no line, more than two, or two that are not there and back; or
            its reactance is zero or not a number.
    """
    N = len(grid.circuit_rad_per_mw)
    if len(grid.circuit_shift_rad) != N:
        raise InputError(
            f"{N} circuits have {len(grid.circuit_shift_rad)} phase shifts: give each one"
        )
    lines: list[list[int]] = [[] for _ in range(N)]
    for line, circuit in enumerate(grid.line_circuit.tolist()):
        if not -1 <= circuit < N:
            raise InputError(
                f"line {line} names circuit {circuit}, and there are {N}: 0 to {N - 1}, or -1"
            )
        if circuit >= 0:
            lines[circuit].append(line)
    out: list[tuple[int, int | None]] = []
    for n, found in enumerate(lines):
        ends = [(int(grid.line_from[i]), int(grid.line_to[i])) for i in found]
        if not 1 <= len(found) <= 2 or (len(found) == 2 and ends[0] != ends[1][::-1]):
            raise InputError(
                f"circuit {n} has lines {found}: give it one, or one there and one back"
            )
        x, shift = float(grid.circuit_rad_per_mw[n]), float(grid.circuit_shift_rad[n])
        if x == 0.0 or not np.isfinite([x, shift]).all():
            a, b = (grid.regions[i] for i in ends[0])
            raise InputError(
                f"the circuit from {a} to {b} has reactance {x:g}: power flow needs one that is not "
                "zero; merge its ends, or let it be a controllable line"
            )
        out.append((found[0], found[1] if len(found) == 2 else None))
    return out


def cycles(grid: Grid) -> list[Cycle]:
    """A basis of the cycles of circuits: one for each circuit that closes a loop."""
    graph: nx.MultiGraph = nx.MultiGraph()
    graph.add_nodes_from(range(len(grid.regions)))
    ends = [(int(grid.line_from[i]), int(grid.line_to[i])) for i, _ in circuit_lines(grid)]
    for n, (a, b) in enumerate(ends):
        graph.add_edge(a, b, key=n)
    parent: dict[int, tuple[int, int]] = {}  # node: (its parent in the tree, the circuit there)
    depth: dict[int, int] = {}
    for root in sorted(graph.nodes, key=lambda node: (-graph.degree(node), node)):
        if root in depth:
            continue
        depth[root] = 0
        reached = [root]
        for node in reached:  # breadth first, so that cycles are short
            for _, other, key in sorted(graph.edges(node, keys=True)):
                if other not in depth:
                    depth[other], parent[other] = depth[node] + 1, (node, key)
                    reached.append(other)
    tree = {key for _, key in parent.values()}
    return [
        _closed_by(n, a, b, ends, parent, depth) for n, (a, b) in enumerate(ends) if n not in tree
    ]


def _closed_by(
    n: int,
    a: int,
    b: int,
    ends: list[tuple[int, int]],
    parent: dict[int, tuple[int, int]],
    depth: dict[int, int],
) -> Cycle:
    """Along circuit n from a to b, and back to a through the tree."""
    down: list[tuple[int, int]] = []  # from the common ancestor to a, last step first
    up: list[tuple[int, int]] = [(n, 1)]  # from a over n to b, and on to the ancestor
    while a != b:
        if depth[a] >= depth[b]:
            above, key = parent[a]
            down.append((key, 1 if ends[key] == (above, a) else -1))
            a = above
        else:
            above, key = parent[b]
            up.append((key, 1 if ends[key] == (b, above) else -1))
            b = above
    return (*up, *reversed(down))
