"""Discrete jobs in time: when each starts, stops and resumes, at one place or at several that fill up."""
