"""Figures of papers, computed again: one file a paper, on inputs the user has.

Every `reproduce(data, tell)` gives rows of what was printed and what is found; nothing is printed as published
that the paper or its artifact does not print.
"""
