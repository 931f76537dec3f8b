"""What stands, for the length of a run: the grid, the sites, the classes of work and the ways between.

Two frozen groups of arrays with named axes. `Grid` has units K, directed lines L and storages B in
regions R; `Compute` has sites S, origins O, classes J and streams Q. A *stream* is one allowed way
for work to go: class j of origin o run at site s. Everything a program or a policy may choose is a
number of megawatts on a stream.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Grid:
    """Regions and what connects, feeds and stores in them.

    Attributes:
        regions: names of the grid regions (R,).
        unit_region: region index of each generating unit (K,).
        unit_technology: technology of each unit (K,).
        unit_renewable: whether output that is held back counts as curtailed (K,).
        unit_capacity_mw: nameplate (K,) [MW].
        unit_cost_cny_per_mwh: variable cost without carbon (K,) [CNY/MWh].
        unit_emission_kg_per_mwh: direct CO2 per MWh generated (K,) [kg/MWh].
        unit_day_limited: whether a day's energy is bounded (reservoir hydro) (K,).
        line_from, line_to: region indices of each directed line (L,).
        line_capacity_mw: bound at the sending end (L,) [MW].
        line_loss_share: share of what is sent that does not arrive (L,) [-].
        line_cost_cny_per_mwh: wheeling cost per MWh sent (L,) [CNY/MWh].
        line_circuit: the circuit that a line is one direction of, -1 where its flow can be set at
            will (DC links, transport model) (L,). A circuit has one line or two, there and back.
        circuit_rad_per_mw: angle between its ends per MW sent, its reactance: Kirchhoff's voltage
            law holds around every cycle of circuits (N,) [rad/MW].
        circuit_shift_rad: phase shift from the first of its lines' start to its end (N,) [rad].
        storage_region: region index (B,).
        storage_power_mw: bound on charging and on discharging (B,) [MW].
        storage_energy_mwh: bound on the state of charge (B,) [MWh].
        storage_charge_efficiency, storage_discharge_efficiency: (B,) [-].
        storage_standing_loss_per_h: share of the charge lost each hour (B,) [1/h].
        storage_cost_cny_per_mwh: per MWh discharged (B,) [CNY/MWh].
        lost_load_cny_per_mwh: price of demand that is not met, and of output that nothing
            can take though it must run [CNY/MWh].
    """

    regions: tuple[str, ...]
    unit_region: Array
    unit_technology: tuple[str, ...]
    unit_renewable: Array
    unit_capacity_mw: Array
    unit_cost_cny_per_mwh: Array
    unit_emission_kg_per_mwh: Array
    unit_day_limited: Array
    line_from: Array
    line_to: Array
    line_capacity_mw: Array
    line_loss_share: Array
    line_cost_cny_per_mwh: Array
    line_circuit: Array
    circuit_rad_per_mw: Array
    circuit_shift_rad: Array
    storage_region: Array
    storage_technology: tuple[str, ...]
    storage_power_mw: Array
    storage_energy_mwh: Array
    storage_charge_efficiency: Array
    storage_discharge_efficiency: Array
    storage_standing_loss_per_h: Array
    storage_cost_cny_per_mwh: Array
    lost_load_cny_per_mwh: float


@dataclass(frozen=True, eq=False)
class Compute:
    """Sites, classes of work and the streams that work may take.

    A class that has a share bound by data residency appears twice: once free to move, once with
    streams to home sites only. Work is counted as IT energy above idle at the reference hardware.

    Attributes:
        sites: names (S,). site_region: region index (S,).
        site_capacity_mw: greatest work (S,) [MW].
        site_idle_mw: IT power drawn without any work (S,) [MW].
        site_efficiency: work per IT energy against the reference hardware (S,) [-].
        origins: names (O,). origin_region: region index (O,).
        classes: names (J,). class_tier: name of the class it was split from (J,).
        class_slack_h: hours that work may wait: arriving in hour a, it may run in a … a+slack (J,) [h].
        class_delay_cny_per_mwh_h: value of an hour's delay (J,) [CNY/(MWh·h)].
        class_unserved_cny_per_mwh: penalty for work never run (J,) [CNY/MWh].
        stream_origin, stream_class, stream_site: indices (Q,).
        stream_home: whether the site is in the origin's own region (Q,).
        stream_rtt_ms: round-trip time from origin to site (Q,) [ms].
        stream_added_rtt_ms: the same less the mean over the origin's home sites (Q,) [ms].
        stream_latency_cny_per_mwh: value of the added round-trip time (Q,) [CNY/MWh].
        stream_transfer_cny_per_mwh: price of moving the data of one MWh of work; 0 at home (Q,) [CNY/MWh].
        stream_transfer_mwh_per_mwh: network energy for the same, drawn where the work runs (Q,) [-].
        site_western_hub: whether the site is a cluster of a western hub (S,); None: none is.
        class_length_h: how long a piece of such work runs (J,) [h]; None: an hour.
    """

    sites: tuple[str, ...]
    site_region: Array
    site_capacity_mw: Array
    site_idle_mw: Array
    site_efficiency: Array
    origins: tuple[str, ...]
    origin_region: Array
    classes: tuple[str, ...]
    class_tier: tuple[str, ...]
    class_slack_h: Array
    class_delay_cny_per_mwh_h: Array
    class_unserved_cny_per_mwh: Array
    stream_origin: Array
    stream_class: Array
    stream_site: Array
    stream_home: Array
    stream_rtt_ms: Array
    stream_added_rtt_ms: Array
    stream_latency_cny_per_mwh: Array
    stream_transfer_cny_per_mwh: Array
    stream_transfer_mwh_per_mwh: Array
    site_western_hub: Array | None = None
    class_length_h: Array | None = None

    def site_work_mw(self, work_mw: Array) -> Array:
        """Work summed by site: (Q, T) -> (S, T) [MW]."""
        return _sum_by(self.stream_site, work_mw, len(self.sites))

    def origin_class_work_mw(self, work_mw: Array) -> Array:
        """Work summed by origin and class: (Q, T) -> (O, J, T) [MW]."""
        J = len(self.classes)
        flat = _sum_by(self.stream_origin * J + self.stream_class, work_mw, len(self.origins) * J)
        return flat.reshape(len(self.origins), J, work_mw.shape[1])

    def it_mw(self, work_mw: Array) -> Array:
        """IT power by site, idle included: idle + work / efficiency. (Q, T) -> (S, T) [MW]."""
        return (
            self.site_idle_mw[:, None] + self.site_work_mw(work_mw) / self.site_efficiency[:, None]
        )

    def transfer_mw(self, work_mw: Array) -> Array:
        """Network power by site where the moved work runs. (Q, T) -> (S, T) [MW]."""
        return self.site_work_mw(self.stream_transfer_mwh_per_mwh[:, None] * work_mw)

    def load_mw(self, work_mw: Array, pue: Array, regions: int) -> Array:
        """Load on the grid: PUE(t)·IT + network, by region. (Q, T), (S, T) -> (R, T) [MW]."""
        return _sum_by(
            self.site_region, pue * self.it_mw(work_mw) + self.transfer_mw(work_mw), regions
        )


@dataclass(frozen=True, eq=False)
class System:
    """The grid and the computing that stands in it."""

    grid: Grid
    compute: Compute


def _sum_by(index: Array, values: Array, n: int) -> Array:
    """Sum rows of `values` that share an index: (N, T) -> (n, T)."""
    out = np.zeros((n, values.shape[1]))
    np.add.at(out, index, values)
    return out
