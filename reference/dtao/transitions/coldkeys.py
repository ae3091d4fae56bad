"""What becomes of everything that hangs on a coldkey when another one takes its place."""

from dtao.entries import with_entry, without
from dtao.evolving import evolve
from dtao.outcome import Rejection, require
from dtao.params import EXISTENTIAL_DEPOSIT
from dtao.records import NO_SHARE_POOL
from dtao.rule import implements
from dtao.state import State
from dtao.transitions.balances import burn, withdraw
from dtao.transitions.neurons import owner_of_subnet
from dtao.transitions.stake import (
    existing_netuids,
    with_share_pool,
    with_subnet,
)
from dtao.units import AccountId, Rao


@implements("KEY-8")
def swap_coldkey(state: State, old: AccountId, new: AccountId) -> State:
    """Return the state in which a coldkey is replaced by another one: subnets, stake, hotkeys and balance.

    On every existing network the new coldkey gets an entry of shares for each hotkey that the old one stakes
    with, even one of 0; shares elsewhere stay behind. Old account 0 also hands over the subnets without an
    owner. Mirrors ``perform_swap_coldkey``.
    """
    staking = state.staking_hotkeys.get(old, ())
    for netuid in existing_netuids(state):
        subnet = state.subnet(netuid)
        if owner_of_subnet(subnet) == old:
            subnet = evolve(subnet, owner=new)
        for hotkey in staking:
            pool = subnet.share_pools.get(hotkey, NO_SHARE_POOL)
            pool, paid = state.runtime.shares.hand_over(pool, old, new)
            subnet = with_share_pool(subnet, hotkey, pool)
            if paid:
                state = state.runtime.staking.record_earning(state, new, hotkey, paid)
        for step in state.runtime.keys.coldkey_steps:
            subnet = step(subnet, old, new)
        state = with_subnet(state, netuid, subnet)
        for hotkey in staking:
            state = state.runtime.claims.on_coldkey_swapped(state, netuid, hotkey, old, new)
        state = state.runtime.claims.on_coldkey_left(state, netuid, old)
    gained = tuple(hotkey for hotkey in staking if hotkey not in state.staking_hotkeys.get(new, ()))
    hotkeys = (*state.staking_hotkeys.get(new, ()), *gained)
    destination = state.auto_stake_destination.get(old)
    if destination is not None:
        destinations = without(state.auto_stake_destination, old).set(new, destination)
        state = evolve(state, auto_stake_destination=destinations)
    state = evolve(state, staking_hotkeys=with_entry(without(state.staking_hotkeys, old), new, hotkeys, bool(hotkeys)))
    state = state.runtime.locks.on_coldkey_swapped(hand_over_hotkeys(state, old, new), old, new)
    return state.runtime.accounts.hand_over_all(state, old, new)


@implements("KEY-2")
def require_unused_coldkey(state: State, new: AccountId) -> None:
    """Reject, as ``ColdKeyAlreadyAssociated`` or ``NewColdKeyIsHotkey``, a coldkey that stakes or is a hotkey."""
    require(not state.staking_hotkeys.get(new), Rejection.COLD_KEY_ALREADY_ASSOCIATED)
    require(new not in state.owner, Rejection.NEW_COLD_KEY_IS_HOTKEY)


@implements("KEY-2")
def charge_swap_cost(state: State, coldkey: AccountId, cost: Rao) -> State:
    """Return the state after a coldkey burned the cost of a swap. Rejects ``NotEnoughBalanceToPaySwapColdKey``.

    Mirrors ``charge_swap_cost``.
    """
    payable = max(state.balances.get(coldkey, 0) - EXISTENTIAL_DEPOSIT, 0)
    require(cost == 0 or payable >= cost, Rejection.NOT_ENOUGH_BALANCE_TO_PAY_SWAP_COLD_KEY)
    state, paid = withdraw(state, coldkey, cost)
    return burn(state, paid)


@implements("KEY-14")
def remove_announcement(state: State, coldkey: AccountId) -> State:
    """Return the state without an announced swap of a coldkey, disputed or not."""
    return evolve(
        state,
        coldkey_swap_announcements=without(state.coldkey_swap_announcements, coldkey),
        coldkey_swap_disputes=without(state.coldkey_swap_disputes, coldkey),
    )


def hand_over_hotkeys(state: State, old: AccountId, new: AccountId) -> State:
    """Return the state in which the new coldkey owns the hotkeys of the old one too.

    Rejects ``CannotUseSystemAccount`` if one of them is the account of a subnet, as it may be since before there were
    such accounts.
    """
    owner, owned = state.owner, state.owned_hotkeys.get(new, ())
    for hotkey in state.owned_hotkeys.get(old, ()):
        require(not state.runtime.accounts.is_of_subnet(hotkey), Rejection.CANNOT_USE_SYSTEM_ACCOUNT)
        owner = owner.set(hotkey, new)
        if hotkey not in owned:
            owned = (*owned, hotkey)
    owned_hotkeys = with_entry(without(state.owned_hotkeys, old), new, owned, bool(owned))
    return evolve(state, owner=owner, owned_hotkeys=owned_hotkeys)
