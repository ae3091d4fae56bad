"""Which changes of a delegate's take the rate limit counts, and for whom."""

from dtao.entries import with_entry
from dtao.evolving import evolve
from dtao.rule import implements
from dtao.state import State
from dtao.units import AccountId


@implements("STATE-10")
def record_no_decrease(state: State, hotkey: AccountId) -> State:
    """Return the state as it is: the rate limit of takes does not count decreases."""
    return state


@implements("STATE-10")
def record_decrease(state: State, hotkey: AccountId) -> State:
    """Return the state in which the last change of a delegate's take, which the rate limit counts, is of this block."""
    block, last_blocks = state.block_number, state.last_tx_block_delegate_take
    return evolve(state, last_tx_block_delegate_take=with_entry(last_blocks, hotkey, block, block != 0))


@implements("STATE-9")
def counted_for_coldkey(coldkey: AccountId, hotkey: AccountId) -> AccountId:
    """Return the account whose changes of a take the rate limit counts: the coldkey."""
    return coldkey


@implements("STATE-9")
def counted_for_hotkey(coldkey: AccountId, hotkey: AccountId) -> AccountId:
    """Return the account whose changes of a take the rate limit counts: the hotkey."""
    return hotkey
