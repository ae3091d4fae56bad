"""Calls with arguments aimed at acceptance, at the boundaries of their rules, and now and then at a rejection."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from attrs import frozen

import dtao
from dtao.evolving import maker
from dtao.state import State
from dtao_properties.adapters.protocol import Json
from dtao_properties.fuzz.choices import Choices
from dtao_properties.fuzz.context import Context, displaced_senators
from dtao_properties.fuzz.limits import Limit, ending
from dtao_properties.fuzz.makers import Made, accounts, claims, liquidity, locks, networks, stake
from dtao_properties.fuzz.thresholds import Threshold, met

PERSISTENCE = 3
"""Of 4: how often a call that would be rejected is made again from valid choices only, and so likely accepted."""
AIMED = 12
"""The bits that, in a quarter of all cases, make the call of a limit that ends about now, or of a threshold that an
amount is at, if there is one."""
MAKERS: Mapping[str, tuple[int, Callable[[Context], Made]]] = {
    "add_stake": (22, stake.stake),
    "remove_stake": (16, stake.unstake),
    "add_stake_limit": (18, stake.stake_limit),
    "remove_stake_limit": (16, stake.unstake_limit),
    "move_stake": (14, stake.move),
    "swap_stake": (12, stake.swap_stake),
    "swap_stake_limit": (16, stake.swap_stake_limit),
    "transfer_stake": (12, stake.transfer_stake),
    "unstake_all": (6, stake.unstake_all),
    "unstake_all_alpha": (6, stake.unstake_all),
    "transfer": (14, accounts.transfer),
    "burned_register": (12, networks.burned_register),
    "root_register": (8, networks.root_register),
    "register_network": (4, networks.register_network),
    "dissolve_network": (2, networks.dissolve_network),
    "set_weights": (14, networks.set_weights),
    "set_children": (12, accounts.set_children),
    "set_childkey_take": (8, accounts.set_childkey_take),
    "increase_take": (6, accounts.increase_take),
    "decrease_take": (6, accounts.decrease_take),
    "swap_hotkey": (6, accounts.swap_hotkey),
    "swap_coldkey": (6, accounts.swap_coldkey),
    "start_call": (3, networks.start_call),
    "recycle_alpha": (3, stake.give_up),
    "burn_alpha": (3, stake.give_up),
    "try_associate_hotkey": (2, accounts.try_associate_hotkey),
    "set_pending_childkey_cooldown": (2, accounts.set_pending_childkey_cooldown),
    "add_liquidity": (2, liquidity.add_liquidity),
    "remove_liquidity": (1, liquidity.remove_liquidity),
    "modify_position": (1, liquidity.modify_position),
    "set_fee_rate": (1, liquidity.set_fee_rate),
    "toggle_user_liquidity": (1, liquidity.toggle_user_liquidity),
    "disable_lp": (1, liquidity.disable_lp),
    "remove_stake_full_limit": (1, stake.unstake_full_limit),
    "set_mechanism_weights": (6, networks.set_mechanism_weights),
    "root_dissolve_network": (1, networks.root_dissolve_network),
    "set_coldkey_auto_stake_hotkey": (1, accounts.set_coldkey_auto_stake_hotkey),
    "claim_root": (6, claims.claim_root),
    "set_root_claim_type": (2, claims.set_root_claim_type),
    "sudo_set_num_root_claims": (1, claims.sudo_set_num_root_claims),
    "sudo_set_root_claim_threshold": (1, claims.sudo_set_root_claim_threshold),
    "add_stake_burn": (2, stake.add_stake_burn),
    "announce_coldkey_swap": (1, accounts.announce_coldkey_swap),
    "swap_coldkey_announced": (1, accounts.swap_coldkey_announced),
    "dispute_coldkey_swap": (1, accounts.dispute_coldkey_swap),
    "reset_coldkey_swap": (1, accounts.reset_coldkey_swap),
    "clear_coldkey_swap_announcement": (1, accounts.dispute_coldkey_swap),
    "enable_voting_power_tracking": (1, networks.track_voting_power),
    "disable_voting_power_tracking": (1, networks.track_voting_power),
    "sudo_set_voting_power_ema_alpha": (1, networks.sudo_set_voting_power_ema_alpha),
    "swap_hotkey_v2": (3, accounts.swap_hotkey_v2),
    "register_limit": (3, networks.register_limit),
    "set_auto_parent_delegation_enabled": (2, accounts.set_auto_parent_delegation_enabled),
    "lock_stake": (5, locks.lock_stake),
    "move_lock": (2, locks.move_lock),
    "set_perpetual_lock": (2, locks.set_perpetual_lock),
    "set_reject_locked_alpha": (1, locks.set_reject_locked_alpha),
    "set_tempo": (1, networks.set_tempo),
    "set_activity_cutoff_factor": (1, networks.set_activity_cutoff_factor),
    "trigger_epoch": (1, networks.trigger_epoch),
}
"""For every call how often it is made, of all the weights together, and what makes it."""
MAKING_ROOM: Mapping[str, tuple[str, int]] = {
    "set_mechanism_weights": ("set_weights", 8),
    "claim_root": ("swap_stake_limit", 6),
    "set_root_claim_type": ("remove_stake_limit", 4),
    "disable_lp": ("add_liquidity", 1),
    "add_stake_burn": ("add_stake", 2),
    "announce_coldkey_swap": ("transfer", 4),
    "enable_voting_power_tracking": ("burned_register", 3),
    "swap_hotkey_v2": ("swap_hotkey", 3),
    "clear_coldkey_swap_announcement": ("remove_stake", 1),
    "register_limit": ("burned_register", 3),
    "set_auto_parent_delegation_enabled": ("add_stake", 2),
    "lock_stake": ("swap_stake", 5),
    "move_lock": ("move_stake", 2),
    "set_perpetual_lock": ("transfer_stake", 2),
    "set_reject_locked_alpha": ("unstake_all", 1),
    "set_tempo": ("increase_take", 1),
    "set_activity_cutoff_factor": ("decrease_take", 1),
    "trigger_epoch": ("set_childkey_take", 1),
}
"""A call -> a call that is made less often, and by how much, in the eras that have both."""


def weights_of(era: dtao.Era) -> Mapping[str, int]:
    """Return how often each call of an era is made; at most 256 in all."""
    weights = {name: MAKERS[name][0] for name in names_of(era)}
    for name, (other, less) in MAKING_ROOM.items():
        if name in weights:
            weights[other] -= less
    return weights


def names_of(era: dtao.Era) -> tuple[str, ...]:
    """Return the calls of an era, in the order of the makers."""
    return tuple(name for name in MAKERS if name in era.runtime.calls)


@cache
def _drawn(spec_version: int) -> tuple[str, ...]:
    """Return the calls of an era, each as often as its weight says."""
    return tuple(name for name, weight in weights_of(dtao.era(spec_version)).items() for _ in range(weight))


@frozen(weakref_slot=False)
class Candidate:
    """A call as the adapter is asked for it, with what the reference makes of it."""

    request: dict[str, Json]
    outcome: dtao.Outcome


_candidate = maker(Candidate)


def candidate(era: dtao.Era, state: State, data: bytes) -> Candidate:
    """Return the call that some bytes stand for in a state.

    One that the state would reject is, in three of four cases, made again from the same bytes without boundary choices.
    """
    choices = Choices(data)
    drawn = _drawn(era.runtime.spec_version)
    name = drawn[choices.byte() % len(drawn)]
    persistence = choices.byte()
    persistent = persistence & 3 < PERSISTENCE
    limit: Limit | Threshold | None = None
    if persistence & AIMED == AIMED:
        limit = (met(state, choices) if choices.chance(64) else None) or ending(state, choices)
    if limit is not None:
        name = limit.name
    elif state.senate and (persistence & AIMED == AIMED or (persistence & 4 and displaced_senators(state))):
        # who has a seat on root, and who is to get it, decides itself over several calls
        name = choices.pick(("root_register", "add_stake"))
    at = choices.at
    made = _tried(era, Context(state, choices, limit=limit), name)
    if made.outcome.error is not None and persistent:
        again = Choices(data)
        again.at = at
        made = _tried(era, Context(state, again, valid_only=True, limit=limit), name)
    return made


def _tried(era: dtao.Era, context: Context, name: str) -> Candidate:
    misplaced = context.boundary(3)  # signed by root where an account should, and the other way round
    signer, args = MAKERS[name][1](context)
    if misplaced:
        signer = 1 if signer is None else None
    encoded: Any = None if signer is None else str(signer)
    request = {"do": "call", "call": name, "signer": encoded, "args": args}
    return _candidate(request, era.apply(context.state, era.call(name, encoded, args)))
