"""The senate: hotkeys of the root network that vote on governance, and what it has to do with the economy."""

from dtao.evolving import evolve
from dtao.outcome import Rejection, require
from dtao.params import SENATE_MAX_MEMBERS
from dtao.rule import implements
from dtao.state import State
from dtao.transitions.stake import stake_of_hotkey
from dtao.units import ROOT, AccountId


@implements("STATE-12")
def join_senate(state: State, hotkey: AccountId) -> State:
    """Return the state in which a hotkey has taken a seat of the senate, if one is free or held by less root stake.

    Of several members with the lowest stake the last account is at risk. A hotkey that loses its uid on root keeps its
    seat, and so cannot register there again. Rejects ``HotKeyAlreadyRegisteredInSubNet`` (already a member). Mirrors
    ``join_senate_if_eligible``.
    """
    require(hotkey not in state.senate, Rejection.HOT_KEY_ALREADY_REGISTERED_IN_SUB_NET)
    members = state.senate
    if len(members) == SENATE_MAX_MEMBERS:
        last = max(members, key=lambda member: (-stake_of_hotkey(state, member, ROOT), member))
        if stake_of_hotkey(state, last, ROOT) >= stake_of_hotkey(state, hotkey, ROOT):
            return state
        members = tuple(member for member in members if member != last)
    return evolve(state, senate=tuple(sorted((*members, hotkey))))


@implements("REG-8")
def seek_seat(state: State, hotkey: AccountId) -> State:
    """Return the state in which a hotkey that registers on root has sought a seat, as :func:`join_senate`.

    Rejects ``HotKeyNotRegisteredInSubNet`` first: the neuron that it was to replace is protected, and stayed.
    """
    require(hotkey in state.subnet(ROOT).neurons.uids, Rejection.HOT_KEY_NOT_REGISTERED_IN_SUB_NET)
    return join_senate(state, hotkey)


@implements("REG-8")
def seek_no_seat(state: State, hotkey: AccountId) -> State:
    """Return the state as it is: there is no senate, and nobody asks whether the hotkey got the uid."""
    return state


@implements("STATE-13")
def replace_senator(state: State, old: AccountId, new: AccountId) -> State | None:
    """Return the state in which a member of the senate is replaced by another hotkey; None if that is one already."""
    if old not in state.senate:
        return state
    if new in state.senate:
        return None
    return evolve(state, senate=tuple(sorted(new if member == old else member for member in state.senate)))


def replace_no_senator(state: State, old: AccountId, new: AccountId) -> State:
    """Return the state as it is: no hotkey has a seat."""
    return state
