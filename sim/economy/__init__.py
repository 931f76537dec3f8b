"""Tenants choose, operators price and invest, regions issue and subsidise: months around the hourly world."""
