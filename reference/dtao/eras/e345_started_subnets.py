"""345: only subnets that were started take part in the emission."""

from dtao.eras import e343_servers_validators
from dtao.evolving import evolve
from dtao.migrations import change_emissions
from dtao.oracle import Era
from dtao.records import Emission
from dtao.rules import emission
from dtao.state import State
from dtao.units import ROOT, U64_MAX, Alpha, NetUid, Rao

before = e343_servers_validators.ERA.runtime


def reset_unstarted(state: State) -> State:
    """Return the state in which nothing is pending on a subnet that was not started, nor given to it by the last block.

    A subnet whose issued alpha is the minimum lock, with which a new one begins, is left alone. Mirrors
    ``migrate_reset_unactive_sn``.
    """

    def reset(netuid: NetUid, emission: Emission) -> Emission:
        subnet, pool = state.subnet(netuid), state.pool(netuid)
        issued = min(pool.alpha_in + pool.alpha_out, U64_MAX)
        is_unstarted = subnet.first_emission_block_number is None
        is_as_created = issued == state.parameters.network_min_lock_cost
        if netuid == ROOT or not subnet.added or not is_unstarted or is_as_created:
            return emission
        return evolve(
            emission,
            tao_in=Rao(0),
            alpha_in=Alpha(0),
            alpha_out=Alpha(0),
            pending_owner_cut=Alpha(0),
            pending_root_alpha=Alpha(0),
            pending_server_emission=Alpha(0),
            pending_validator_emission=Alpha(0),
        )

    return change_emissions(state, reset)


ERA = Era(
    name="started-only",
    last_spec_version=345,
    tag="v3.2.14-245",
    date="2025-11-10",
    summary=(
        "A subnet that was not started gets no TAO and emits no alpha, its average flow stays as it is, and its price"
        " does not count among all."
    ),
    genesis_block=60_000,
    migration=reset_unstarted,
    new_chain=e343_servers_validators.ERA.new_chain,
    runtime=evolve(
        before,
        spec_version=345,
        emission=evolve(before.emission, is_eligible=emission.is_eligible_once_started),
    ),
)
