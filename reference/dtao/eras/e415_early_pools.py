"""415: the alpha in the pool of an early subnet takes no part in its dissolution."""

from dtao.eras import e413_protocol_alpha
from dtao.evolving import evolve
from dtao.item_table import items_at
from dtao.oracle import Era
from dtao.state import State
from dtao.transitions import dissolution

before = e413_protocol_alpha.ERA.runtime


def record_block_of_upgrade(state: State) -> State:
    """Return the state in which subnets that exist now count as early, once dissolved.

    Mirrors ``migrate_tao_in_refund_deployment_block``.
    """
    return evolve(state, parameters=evolve(state.parameters, tao_in_refund_deployment_block=state.block_number))


ERA = Era(
    name="early-pools",
    last_spec_version=415,
    tag="v3.4.2-415",
    date="2026-06-02",
    summary=(
        "When a subnet is dissolved that was registered before this version, the alpha in its pool takes no part, but"
        " what the protocol bought."
    ),
    genesis_block=60_000,
    migration=record_block_of_upgrade,
    new_chain=e413_protocol_alpha.ERA.new_chain,
    runtime=evolve(
        before,
        spec_version=415,
        items=items_at(415, before=before.items),
        networks=evolve(before.networks, protocol_alpha=dissolution.alpha_bought_and_in_late_pool),
    ),
)
