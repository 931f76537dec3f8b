"""The world in time: Mesa lives on this floor and nowhere else."""
