"""What each call does to storage, once it is accepted."""

from collections.abc import Mapping

# The modules mark their effects as they are imported.
from dtao_properties.model.calls import children, claims, keys, liquidity, networks, settings, staking  # noqa: F401
from dtao_properties.model.calls.effects import EFFECTS, Effect

WITHOUT_MONEY = frozenset({
    "dispute_coldkey_swap", "reset_coldkey_swap", "clear_coldkey_swap_announcement", "lock_stake",
    "move_lock", "set_perpetual_lock", "set_reject_locked_alpha",
})  # fmt: skip
"""Calls by which no money moves, and no record that is followed changes."""
CALLS: Mapping[str, tuple[Effect, ...]] = {**EFFECTS, **dict.fromkeys(WITHOUT_MONEY, ())}
