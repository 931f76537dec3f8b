"""Benchmarks: each row a ratio of two ways to the same answer, measured in one run."""
