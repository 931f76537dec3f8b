"""Hourly series of a scenario: made from a few published numbers, or measured and read from a file.

Every function takes plain arrays and a `Calendar`, and returns float64 arrays `(N, H)`, one row a
region or site, one column an hour of the year. A random series depends on the seed, on the place
and on what is asked for, and on nothing else: a region added to a scenario leaves the others as
they were.

solar         clear sky (pvlib) under a cloud process, scaled to the full-load hours
wind          correlated Weibull speeds through a power curve, set to the full-load hours
hydro         monthly inflow as a smooth multiplier of the mean
demand        seasonal 24-hour shapes, scaled to the annual consumption
temperature   monthly means and a daily swing
arrivals      work arriving at the data centers, by origin and class
measured      the user's own CSV

Below them: `field` (random weather shared between places), `months` (from twelve values to a
year), `full_load` (the checks both solar and wind make).
"""
