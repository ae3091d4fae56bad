"""371: a subnet may be started at once."""

from dtao.eras import e366_claims_follow
from dtao.evolving import evolve
from dtao.item_table import items_at
from dtao.oracle import Era
from dtao.state import State
from dtao.transitions import dissolution, networks
from dtao.transitions.children import hashed

before = e366_claims_follow.ERA.runtime


def fix_staking_hotkeys(state: State) -> State:
    """Return the state in which a coldkey stakes with all hotkeys on which it has shares, on any subnet.

    What was unknown is added in the order in which the runtime iterates: by the ``Blake2_128Concat`` of the hotkey.
    Mirrors ``migrate_fix_staking_hot_keys``.
    """
    pools = [one for subnet in state.subnets.values() for one in subnet.share_pools.items()]
    holders = {(hotkey, coldkey) for hotkey, pool in pools for coldkey, shares in pool.shares.items() if shares}
    known = state.staking_hotkeys
    for hotkey, coldkey in sorted(holders, key=lambda one: hashed(one[0])):
        if hotkey not in known.get(coldkey, ()):
            known = known.set(coldkey, (*known.get(coldkey, ()), hotkey))
    return evolve(state, staking_hotkeys=known)


ERA = Era(
    name="start-at-once",
    last_spec_version=371,
    tag="v3.3.5-372",
    date="2026-01-21",
    summary="A new subnet may be started at once, and its pool is not open to users.",
    genesis_block=60_000,
    migration=fix_staking_hotkeys,
    new_chain=e366_claims_follow.ERA.new_chain,
    runtime=evolve(
        before,
        spec_version=371,
        items=items_at(371, {}, before.items),
        networks=evolve(
            before.networks,
            start_delay=networks.start_delay_stored,
            open=networks.open_for_burning,
            is_paid_out=dissolution.has_stake,
        ),
    ),
)
