"""The fronts of carbon against latency, delay and cost."""
