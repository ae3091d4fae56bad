"""421: TAO follows prices again, times the part of root and what miners get; locked stake is refused by default."""

from dtao import calls, events
from dtao.entries import with_replaced
from dtao.eras import e419_swap_cooldown
from dtao.evolving import evolve
from dtao.item_table import items_at
from dtao.oracle import Era
from dtao.rules import dividends
from dtao.transitions import credit_coinbase, lock_effects, lock_swaps

before = e419_swap_cooldown.ERA.runtime

ERA = Era(
    name="price-and-root",
    last_spec_version=421,
    tag="v3.4.6-421",
    date="2026-06-22",
    summary=(
        "TAO follows moving prices again, times the root proportion of a subnet and the part of incentives that its"
        " miners get; its pool gets no more alpha than the root proportion of its emission. A coldkey gets locked stake"
        " only if it said that it takes some."
    ),
    genesis_block=60_000,
    new_chain=e419_swap_cooldown.ERA.new_chain,
    runtime=evolve(
        before,
        spec_version=421,
        items=items_at(421, before=before.items),
        calls={**before.calls, **calls.named(calls.SetRejectLockedAlpha)},
        events={**before.events, **events.named(events.RejectLockedAlphaUpdated)},
        block=evolve(
            before.block,
            coinbase=with_replaced(
                before.block.coinbase, credit_coinbase.emit_credit, credit_coinbase.emit_credit_by_price
            ),
        ),
        dividends=evolve(before.dividends, record_withheld=dividends.record_withheld),
        locks=evolve(
            before.locks,
            on_stake_transferred=lock_effects.transfer_lock_if_accepted,
            on_coldkey_swapped=lock_swaps.move_locks_of_coldkey_if_accepted,
        ),
    ),
)
