"""391: what users provided is no longer counted apart, and a swap of hotkeys may leave the stake."""

from dtao import calls
from dtao.eras import e385_fees_to_authors
from dtao.evolving import evolve
from dtao.oracle import Era
from dtao.params import BLOCKS_A_DAY
from dtao.rules import emission
from dtao.rules.pools.concentrated.versions import MERGED
from dtao.transitions import keys, voting_power

before = e385_fees_to_authors.ERA.runtime

ERA = Era(
    name="merged-reserves",
    last_spec_version=391,
    tag="v3.3.12-391",
    date="2026-03-19",
    summary=(
        "What leaves a pool leaves the chain's own reserve, and what users provided counts as issued no more. A hotkey"
        " may be swapped and leave its stake where it is, on one subnet every day; an announced swap may be taken back."
    ),
    genesis_block=60_000,
    new_chain=e385_fees_to_authors.ERA.new_chain,
    runtime=evolve(
        before,
        spec_version=391,
        calls={
            **before.calls,
            **calls.named(calls.SwapHotkeyMembers, calls.SwapHotkeyV2, calls.ClearColdkeySwapAnnouncement),
        },
        constants=evolve(before.constants, hotkey_swap_on_subnet_interval=BLOCKS_A_DAY),
        pools=evolve(before.pools, ranges=MERGED),
        emission=evolve(before.emission, issued=emission.issued_without_that_of_users),
        keys=evolve(
            before.keys,
            steps_of_stake=(
                keys.store_totals,
                keys.move_last_dividends,
                voting_power.move_power,
                keys.move_shares,
            ),
        ),
    ),
)
