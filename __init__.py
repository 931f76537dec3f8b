"""westshift: where and when to run compute, and what that does to carbon, money and latency.

The repository root is this package, so the folder ``sim/`` is ``westshift.sim``. This file holds a
docstring only and stays the only Python file at the root (CONTRIBUTING.md says why).
"""
