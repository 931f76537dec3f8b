"""Discrete jobs in time: when each one starts, stops and resumes, at one place under one signal."""
