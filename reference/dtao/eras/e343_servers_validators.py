"""343: what miners and validators get is set aside apart, and root's part is recycled while its stakers get none."""

from dtao.entries import with_replaced
from dtao.eras import e342_excess
from dtao.evolving import evolve
from dtao.item_table import items_at
from dtao.migrations import change_emissions
from dtao.oracle import Era
from dtao.phases import DISTRIBUTION_TO_SERVERS_AND_VALIDATORS
from dtao.records import Emission
from dtao.state import State
from dtao.transitions import flow_coinbase, root_dividends
from dtao.units import Alpha, NetUid

before = e342_excess.ERA.runtime


def set_pending_apart(state: State) -> State:
    """Return the state in which what was pending for miners and validators is set aside apart.

    The miners get half of what was pending with root's part of it, floored; the validators the rest, not below 0.
    Mirrors ``migrate_pending_emissions``.
    """

    def apart(netuid: NetUid, emission: Emission) -> Emission:
        pending = emission.pending_emission
        for_servers = Alpha((pending + emission.pending_root_alpha) // 2)
        return evolve(
            emission,
            pending_emission=Alpha(0),
            pending_server_emission=for_servers,
            pending_validator_emission=Alpha(max(pending - for_servers, 0)),
        )

    return change_emissions(state, apart)


ERA = Era(
    name="pending-apart",
    last_spec_version=343,
    tag="v3.2.13-343",
    date="2025-11-07",
    summary=(
        "What miners and validators will get is set aside apart in each block. The stakers of root take their part from"
        " the validators always; while they get none, it is recycled."
    ),
    genesis_block=60_000,
    migration=set_pending_apart,
    new_chain=e342_excess.ERA.new_chain,
    runtime=evolve(
        before,
        spec_version=343,
        items=items_at(343, {}, before.items),
        phases={**before.phases, "distribute_emission": DISTRIBUTION_TO_SERVERS_AND_VALIDATORS},
        block=evolve(
            before.block,
            coinbase=with_replaced(
                before.block.coinbase,
                flow_coinbase.emit_by_flow_with_excess,
                flow_coinbase.emit_to_servers_and_validators,
            ),
            drain=root_dividends.distribute_pending_of_servers_and_validators,
        ),
    ),
)
