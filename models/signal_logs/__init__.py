"""Readers of carbon signals, one file a source, all giving one `Intensity`.

plain_csv            a time and a column a zone, or hours numbered from the beginning of a year
electricity_maps     CSV exports of Electricity Maps, direct or life cycle
uk_carbon_intensity  JSON and CSV of the Carbon Intensity API of Great Britain
watttime             JSON and CSV of WattTime, pounds per MWh, marginal
entsoe, eia          generation by fuel, fetched by entsoe-py and gridstatus, times emission factors

Below them: `series` (even steps, or an error that names the row and the time), `mix` and `factors`
(generation by technology to intensity).

Nothing is filled, averaged or put in order silently: a gap, a time twice, an uneven step or a unit that cannot be
right raises.
"""
