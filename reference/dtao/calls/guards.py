"""What the runtime looks at before it dispatches a signed call: from version 423 on more than a swap of coldkeys."""

from dtao.calls.coldkey_swaps import require_no_announced_swap
from dtao.calls.subnet_limit import RegisterNetworkInLimit
from dtao.calls.takes import DecreaseTake, IncreaseTake, validate_owner
from dtao.calls.weights import SetMainWeights, SetMechanismWeights, has_stake_to_set_weights, passes_weights_rate_limit
from dtao.outcome import Rejection, require
from dtao.rule import implements
from dtao.rules.mechanisms import MAIN, storage_index
from dtao.rules.rate_limits import passes_rate_limit
from dtao.state import Call, State
from dtao.units import AccountId, NetUid


@implements("KEY-14", "STATE-20")
def require_guards(state: State, call: Call) -> None:
    """Refuse a signed call before it is dispatched, so that these reasons come before its own; the root origin is not.

    In order: those of a swap of coldkeys, of weights, of rate limits, of takes. Mirrors the dispatch extensions
    ``CheckColdkeySwap``, ``CheckWeights``, ``CheckRateLimits`` and ``CheckDelegateTake``.
    """
    require_no_announced_swap(state, call)
    if call.signer is None:
        return
    if isinstance(call, SetMainWeights):
        _require_weights(state, call.signer, call.netuid, MAIN)
    elif isinstance(call, SetMechanismWeights):
        _require_weights(state, call.signer, call.netuid, call.mecid)
    elif isinstance(call, RegisterNetworkInLimit):
        limit, last = state.parameters.network_rate_limit, state.network_last_registered
        may_register = passes_rate_limit(limit, last, state.block_number)
        require(may_register, Rejection.NETWORK_TX_RATE_LIMIT_EXCEEDED)
    elif isinstance(call, IncreaseTake | DecreaseTake):
        require(call.take >= state.parameters.min_delegate_take, Rejection.DELEGATE_TAKE_TOO_LOW)
        require(call.take <= state.parameters.max_delegate_take, Rejection.DELEGATE_TAKE_TOO_HIGH)
        validate_owner(state, call.signer, call.hotkey)


def _require_weights(state: State, hotkey: AccountId, netuid: NetUid, mechanism: int) -> None:
    """Refuse weights with ``NotEnoughStakeToSetWeights``, ``SettingWeightsTooFast``.

    The latter only where weights are not committed, and only of a neuron; also for a mechanism that does not exist.
    """
    subnet = state.subnet(netuid)
    uid = subnet.neurons.uids.get(hotkey)
    is_exempt = uid is not None and uid == state.runtime.neurons.exempt_uid(subnet)
    has_stake = is_exempt or has_stake_to_set_weights(state, hotkey, netuid)
    require(has_stake, Rejection.NOT_ENOUGH_STAKE_TO_SET_WEIGHTS)
    if subnet.hyperparameters.commit_reveal_weights_enabled or uid is None:
        return
    exists = subnet.added and mechanism < subnet.hyperparameters.mechanism_count
    require(exists, Rejection.SETTING_WEIGHTS_TOO_FAST)
    updates = state.subnet(storage_index(netuid, mechanism)).neurons.last_update
    passes = passes_weights_rate_limit(subnet, uid, state.block_number, updates)
    require(passes, Rejection.SETTING_WEIGHTS_TOO_FAST)
