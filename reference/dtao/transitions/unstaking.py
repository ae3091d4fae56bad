"""What is sold when all stake on a hotkey is to be unstaked."""

from dtao.outcome import Rejected
from dtao.rule import implements
from dtao.state import State
from dtao.transitions import stake
from dtao.transitions.checks import validate_remove
from dtao.units import AccountId, Alpha, NetUid


@implements("STAKE-16")
def all_stake(state: State, coldkey: AccountId, hotkey: AccountId, netuid: NetUid) -> Alpha:
    """Return what is sold when all is to be unstaked: the stake of the coldkey."""
    return stake.stake_of(state, hotkey, coldkey, netuid)


@implements("STAKE-16")
def all_removable_stake(state: State, coldkey: AccountId, hotkey: AccountId, netuid: NetUid) -> Alpha:
    """Return what is sold when all is to be unstaked: nothing where :class:`RemoveStake` would be refused."""
    alpha = stake.stake_of(state, hotkey, coldkey, netuid)
    if not state.runtime.staking.is_token_enabled(state, netuid):
        return Alpha(0)
    try:
        validate_remove(state, coldkey, hotkey, netuid, alpha, alpha, False)
    except Rejected:
        return Alpha(0)
    return alpha
