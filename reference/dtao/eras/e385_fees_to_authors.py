"""385: the fees of swaps go to the author of the block, and swaps of coldkeys are announced."""

from dtao import calls, events
from dtao.eras import e371_start_at_once
from dtao.evolving import evolve
from dtao.item_table import items_at
from dtao.oracle import Era
from dtao.phases import READS_OF_FEES_TO_AUTHOR
from dtao.rules.pools.concentrated.versions import PAYING_AUTHOR
from dtao.transitions import swap_fees, voting_power

before = e371_start_at_once.ERA.runtime

ERA = Era(
    name="fees-to-authors",
    last_spec_version=385,
    tag="v3.3.11-385",
    date="2026-03-11",
    summary=(
        "The fee of a swap goes to the author of the block: a buyer's at once, a seller's after it was sold. Swaps of"
        " coldkeys are announced days before, and keep all other calls of the coldkey out. Owners may stake and burn in"
        " one call; epochs may track the voting power of validators."
    ),
    genesis_block=60_000,
    new_chain=e371_start_at_once.ERA.new_chain,
    runtime=evolve(
        before,
        spec_version=385,
        items=items_at(385, {"MaxAllowedUids": 256}, before.items),
        calls={
            **before.calls,
            **calls.named(
                calls.AddNoLiquidity,
                calls.DisableLpThroughout,
                calls.SetFeeRateByRoot,
                calls.AddStakeBurn,
                calls.SwapColdkeyCharged,
                calls.AnnounceColdkeySwap,
                calls.SwapColdkeyAnnounced,
                calls.DisputeColdkeySwap,
                calls.ResetColdkeySwap,
                calls.EnableVotingPowerTracking,
                calls.DisableVotingPowerTracking,
                calls.SudoSetVotingPowerEmaAlpha,
            ),
        },
        events={
            **before.events,
            **events.named(
                events.ColdkeySwappedForNothing,
                events.StakeAddedAndBurned,
                events.VotingPowerTrackingEnabled,
                events.VotingPowerTrackingDisableScheduled,
                events.VotingPowerEmaAlphaSet,
            ),
        },
        guard=calls.require_no_announced_swap,
        reads={**before.reads, **READS_OF_FEES_TO_AUTHOR},
        pools=evolve(before.pools, ranges=PAYING_AUTHOR),
        trade=evolve(
            before.trade,
            pay_fee_of_buyer=swap_fees.pay_fee_of_buyer_to_author,
            pay_fee_of_seller=swap_fees.pay_fee_of_seller_to_author,
        ),
        mechanisms=evolve(before.mechanisms, record_voting_power=voting_power.update_voting_power),
        keys=evolve(before.keys, steps_on_networks=(*before.keys.steps_on_networks, voting_power.move_power)),
    ),
)
