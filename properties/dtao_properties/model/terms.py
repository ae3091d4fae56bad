"""The terms of each version: what the ledger asks of it, a row for every version in which that changed.

The rows say what a rule means for money, not how the reference computes it.
"""

from collections.abc import Callable, Mapping
from functools import cache

from attrs import evolve, frozen

from dtao import Era
from dtao.state import State
from dtao_properties.model import fees


@frozen
class Terms:
    """What a version asks for, where versions differ."""

    shares_first: bool = False
    """Whether the share pool says how much was added or removed, and the pool of the subnet deals with that."""
    losses_count: bool = False
    """Whether a loss counts as a gain of as much."""
    fee: Callable[[State, int, int, int], int] = fees.flat
    events_name_fees: bool = False
    limits_of_swaps_bind: bool = False
    unstakes_what_may_be_removed: bool = False
    tokens_gate: bool = False
    """Whether stake moves only where the token is enabled."""
    new_pool_counts: bool = False
    """Whether the first TAO of a new pool enters TotalStake."""
    totals_swap_everywhere: bool = False
    """Whether a hotkey swap moves totals on dissolved networks too."""
    last_dividends_swap: bool = False
    swaps_on_networks: bool = False
    """Whether a hotkey swap leaves dissolved networks alone, may be of one network, and is refused in the senate."""


LAUNCH = Terms()
REWRITTEN = evolve(LAUNCH, shares_first=True, losses_count=True)
CHARGED = evolve(
    REWRITTEN,
    losses_count=False,
    fee=fees.by_earnings,
    limits_of_swaps_bind=True,
    new_pool_counts=True,
    totals_swap_everywhere=True,
)
STARTED = evolve(CHARGED, fee=fees.by_earnings_or_alpha, events_name_fees=True)
UNSIGNED = evolve(
    STARTED,
    fee=fees.by_proceeds,
    unstakes_what_may_be_removed=True,
    last_dividends_swap=True,
)
ENABLED = evolve(UNSIGNED, tokens_gate=True)
APART = evolve(ENABLED, swaps_on_networks=True, totals_swap_everywhere=False)
ROWS: Mapping[int, Terms] = {
    233: LAUNCH, 244: REWRITTEN, 252: CHARGED, 257: STARTED, 261: UNSIGNED, 273: ENABLED,
    277: APART,
}  # fmt: skip
"""The terms from each version on in which they changed."""


@cache
def terms_of_version(version: int) -> Terms:
    """Return the terms in force in a version."""
    return ROWS[max(row for row in ROWS if row <= version)]


def terms_of(era: Era) -> Terms:
    """Return the terms of an era."""
    return terms_of_version(era.spec_version)
