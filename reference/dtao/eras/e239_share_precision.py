"""239: stake that would move no share is refused."""

from dtao.eras import e238_nominators_move
from dtao.evolving import evolve
from dtao.oracle import Era
from dtao.transitions import checks

before = e238_nominators_move.ERA.runtime

ERA = Era(
    name="share-precision",
    last_spec_version=243,
    tag="v2.0.3",
    date="2025-02-16",
    summary=(
        "Stake that is added or moved must be worth at least the smallest part of a share of the hotkey's stake;"
        " otherwise the call is refused for want of liquidity instead of losing the stake."
    ),
    runtime=evolve(
        before,
        spec_version=239,
        staking=evolve(
            before.staking,
            addition_checks=checks.after(
                before.staking.addition_checks, checks.addition_swappable, checks.addition_moves_shares
            ),
        ),
        moves=evolve(
            before.moves,
            checks=checks.after(before.moves.checks, checks.transition_within_limit, checks.transition_moves_shares),
        ),
    ),
)
