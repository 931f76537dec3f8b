"""Models of the things: regions, sites, jobs, links and books. Not machine-learning models."""
