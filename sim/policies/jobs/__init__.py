"""Policies for discrete jobs: each says when a job may run, from what it is told. One file a policy, with its paper."""
