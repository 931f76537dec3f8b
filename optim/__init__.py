"""The decision as a linear program: Pyomo and HiGHS live on this floor and nowhere else.

One block a file (`source`, `grid`, `storage`, `load`, `market`): its equations in the docstring, the
code that states them below, under the same names. `program` sums the blocks' terms into the balance
and the objective; `matrix` makes arrays of what they state (`at_once`), `solver` hands them to HiGHS.
"""
