"""244: dividends are paid once, and share pools are rewritten."""

from dtao import calls
from dtao.eras import e239_share_precision
from dtao.evolving import evolve
from dtao.item_table import items_at
from dtao.oracle import Era
from dtao.rules import dividends, shares
from dtao.transitions import checks, children, stake, takes

before = e239_share_precision.ERA.runtime

ERA = Era(
    name="dividend-fix",
    last_spec_version=244,
    tag="v2.0.4",
    date="2025-02-24",
    summary=(
        "The part of a dividend that root stakers get in TAO is no longer paid in alpha as well. Share pools are"
        " rewritten: a withdrawal takes what the shares are worth, and the dust of a share is removed whole."
    ),
    runtime=evolve(
        before,
        spec_version=244,
        items=items_at(244, before=before.items, defaults={"Tempo": 360}),
        calls={**before.calls, **calls.named(calls.TryAssociateHotkey)},
        dividends=evolve(before.dividends, alpha_dividends=dividends.dividends_without_those_of_root),
        shares=evolve(
            before.shares,
            stake_of=shares.stake_of_high_priced_shares,
            deposit=shares.deposit_crediting_abs_change,
            withdraw=shares.withdraw_debiting_abs_change,
            is_worth_a_share=shares.is_worth_a_high_priced_share,
        ),
        staking=evolve(
            before.staking,
            stake_added=stake.added_alpha_deposited,
            record_nomination=stake.record_delegate,
            total_stake_of_coldkey=stake.total_real_stake_of_coldkey,
        ),
        moves=evolve(
            before.moves,
            checks=checks.after(
                before.moves.checks, checks.transition_from_existing_hotkey, checks.transition_to_existing_hotkey
            ),
        ),
        takes=evolve(before.takes, counted_account=takes.counted_for_hotkey, record_decrease=takes.record_decrease),
        children=evolve(before.children, may_name=children.has_threshold_stake_or_is_owner_hotkey),
    ),
)
