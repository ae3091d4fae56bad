"""The calls by which a neuron judges the others."""

from collections.abc import Sequence
from typing import ClassVar

from attrs import field, frozen

from dtao import vector
from dtao.arguments import to_netuid, to_u8, to_u16s, to_u64
from dtao.entries import with_element, with_entry
from dtao.events import WeightsSet
from dtao.evolving import evolve
from dtao.fixed import I64F64
from dtao.outcome import Rejection, require, signed
from dtao.records import Subnet
from dtao.rule import implements
from dtao.rules.emission import tao_weight
from dtao.rules.mechanisms import MAIN, storage_index
from dtao.rules.rate_limits import passes_rate_limit
from dtao.rules.stake_weight import stake_weight
from dtao.state import Call, Result, State
from dtao.transitions.epoch import inherited_alpha, inherited_tao
from dtao.transitions.mechanisms import updated
from dtao.transitions.stake import with_subnet
from dtao.units import ROOT, U16_MAX, AccountId, BlockNumber, NetUid, Uid


@frozen
class SetWeights(Call):
    """Set the weights of the signer, a hotkey, for neurons of a subnet."""

    netuid: NetUid = field(converter=to_netuid)
    dests: tuple[int, ...] = field(converter=to_u16s)
    weights: tuple[int, ...] = field(converter=to_u16s)
    version_key: int = field(converter=to_u64)

    @implements("EPOCH-18")
    def apply(self, state: State) -> Result:
        """Store the weights, scaled so that the largest is 65535, each rounded, ties away from zero.

        Rejections, in order: ``CommitRevealEnabled`` (before ``BadOrigin``), ``CanNotSetRootNetworkWeights``,
        ``WeightVecNotEqualSize``, ``SubNetworkDoesNotExist``, ``UidsLengthExceedUidsInSubNet``,
        ``HotKeyNotRegisteredInSubNet``, ``NotEnoughStakeToSetWeights``, ``IncorrectWeightVersionKey``,
        ``SettingWeightsTooFast``, then those of :func:`validated_weights`. Mirrors ``do_set_weights``.
        """
        subnet = state.subnet(self.netuid)
        neurons, hyperparameters = subnet.neurons, subnet.hyperparameters
        require(not hyperparameters.commit_reveal_weights_enabled, Rejection.COMMIT_REVEAL_ENABLED)
        hotkey = signed(self.signer)
        require(self.netuid != ROOT, Rejection.CAN_NOT_SET_ROOT_NETWORK_WEIGHTS)
        require(len(self.dests) == len(self.weights), Rejection.WEIGHT_VEC_NOT_EQUAL_SIZE)
        require(subnet.added, Rejection.SUB_NETWORK_DOES_NOT_EXIST)
        require(len(self.dests) <= neurons.n, Rejection.UIDS_LENGTH_EXCEED_UIDS_IN_SUB_NET)
        require(hotkey in neurons.uids, Rejection.HOT_KEY_NOT_REGISTERED_IN_SUB_NET)
        is_exempt = neurons.uids[hotkey] == state.runtime.neurons.exempt_uid(subnet)
        has_stake = is_exempt or has_stake_to_set_weights(state, hotkey, self.netuid)
        require(has_stake, Rejection.NOT_ENOUGH_STAKE_TO_SET_WEIGHTS)
        version_key = hyperparameters.weights_version_key
        require(version_key == 0 or self.version_key >= version_key, Rejection.INCORRECT_WEIGHT_VERSION_KEY)
        uid = neurons.uids[hotkey]
        require(
            passes_weights_rate_limit(subnet, uid, state.block_number, neurons.last_update),
            Rejection.SETTING_WEIGHTS_TOO_FAST,
        )
        scaled = validated_weights(subnet, uid, self.dests, self.weights, state.runtime.constants.max_weight, is_exempt)
        row = tuple(zip(map(Uid, self.dests), scaled, strict=True))
        neurons = evolve(
            neurons,
            weights=with_entry(neurons.weights, uid, row, bool(row)),
            last_update=with_element(neurons.last_update, uid, state.block_number),
        )
        state = with_subnet(state, self.netuid, evolve(subnet, neurons=neurons))
        return state, (WeightsSet(self.netuid, uid),)


@frozen
class SetMainWeights(Call):
    """Set the weights of the signer, a hotkey, for neurons of a subnet, in its first mechanism."""

    RUNTIME_NAME: ClassVar = "set_weights"

    netuid: NetUid = field(converter=to_netuid)
    dests: tuple[int, ...] = field(converter=to_u16s)
    weights: tuple[int, ...] = field(converter=to_u16s)
    version_key: int = field(converter=to_u64)

    @implements("EPOCH-18")
    def apply(self, state: State) -> Result:
        """Store the weights as :func:`set_weights` does."""
        return set_weights(state, self.signer, self.netuid, MAIN, self.dests, self.weights, self.version_key)


@frozen
class SetMechanismWeights(Call):
    """Set the weights of the signer, a hotkey, for neurons of a subnet, in one of its mechanisms."""

    netuid: NetUid = field(converter=to_netuid)
    mecid: int = field(converter=to_u8)
    """The number of the mechanism; 0 is the first."""
    dests: tuple[int, ...] = field(converter=to_u16s)
    weights: tuple[int, ...] = field(converter=to_u16s)
    version_key: int = field(converter=to_u64)

    @implements("EPOCH-18")
    def apply(self, state: State) -> Result:
        """Store the weights as :func:`set_weights` does."""
        return set_weights(state, self.signer, self.netuid, self.mecid, self.dests, self.weights, self.version_key)


@implements("EPOCH-18")
def set_weights(
    state: State,
    signer: AccountId | None,
    netuid: NetUid,
    mechanism: int,
    dests: tuple[int, ...],
    weights: tuple[int, ...],
    version_key: int,
) -> Result:
    """Return the state in which a hotkey weighs neurons in a mechanism, scaled so that the largest weight is 65535.

    Each is rounded, ties away from zero. Rejections, in order: ``CommitRevealEnabled`` (before ``BadOrigin``),
    ``CanNotSetRootNetworkWeights``, ``WeightVecNotEqualSize``, ``MechanismDoesNotExist`` (also for no network),
    ``UidsLengthExceedUidsInSubNet``, ``HotKeyNotRegisteredInSubNet``, ``NotEnoughStakeToSetWeights``,
    ``IncorrectWeightVersionKey``, ``SettingWeightsTooFast`` (by the last update in this mechanism), then those of
    :func:`validated_weights`. The event names the index of the mechanism. Mirrors ``internal_set_weights``.
    """
    subnet = state.subnet(netuid)
    hyperparameters = subnet.hyperparameters
    require(not hyperparameters.commit_reveal_weights_enabled, Rejection.COMMIT_REVEAL_ENABLED)
    hotkey = signed(signer)
    require(netuid != ROOT, Rejection.CAN_NOT_SET_ROOT_NETWORK_WEIGHTS)
    require(len(dests) == len(weights), Rejection.WEIGHT_VEC_NOT_EQUAL_SIZE)
    exists = subnet.added and mechanism < hyperparameters.mechanism_count
    require(exists, Rejection.MECHANISM_DOES_NOT_EXIST)
    require(len(dests) <= subnet.neurons.n, Rejection.UIDS_LENGTH_EXCEED_UIDS_IN_SUB_NET)
    require(hotkey in subnet.neurons.uids, Rejection.HOT_KEY_NOT_REGISTERED_IN_SUB_NET)
    is_exempt = subnet.neurons.uids[hotkey] == state.runtime.neurons.exempt_uid(subnet)
    has_stake = is_exempt or has_stake_to_set_weights(state, hotkey, netuid)
    require(has_stake, Rejection.NOT_ENOUGH_STAKE_TO_SET_WEIGHTS)
    least = hyperparameters.weights_version_key
    require(least == 0 or version_key >= least, Rejection.INCORRECT_WEIGHT_VERSION_KEY)
    uid = subnet.neurons.uids[hotkey]
    index = storage_index(netuid, mechanism)
    neurons = state.subnet(index).neurons
    passes = passes_weights_rate_limit(subnet, uid, state.block_number, neurons.last_update)
    require(passes, Rejection.SETTING_WEIGHTS_TOO_FAST)
    row = tuple(
        zip(
            map(Uid, dests),
            validated_weights(subnet, uid, dests, weights, state.runtime.constants.max_weight, is_exempt),
            strict=True,
        )
    )
    neurons = evolve(
        neurons,
        weights=with_entry(neurons.weights, uid, row, bool(row)),
        last_update=updated(neurons.last_update, subnet.neurons.n, uid, state.block_number),
    )
    return with_subnet(state, index, evolve(state.subnet(index), neurons=neurons)), (WeightsSet(index, uid),)


@implements("EPOCH-19")
def has_stake_to_set_weights(state: State, hotkey: AccountId, netuid: NetUid) -> bool:
    """Return whether the stake weight of a hotkey on a subnet reaches the stake threshold.

    The weight is in I64F64, and the comparison takes the threshold into that format: one of 2**63 rao or more wraps
    to a negative number, so that every weight reaches it. Mirrors ``check_weights_min_stake``.
    """
    alpha, tao = inherited_alpha(state, hotkey, netuid), inherited_tao(state, hotkey, netuid)
    weight = stake_weight(alpha, tao, tao_weight(state.parameters.tao_weight))
    threshold = state.parameters.stake_threshold << I64F64.fraction_bits
    return threshold > I64F64.max_bits or weight >= threshold


@implements("EPOCH-20")
def passes_weights_rate_limit(subnet: Subnet, uid: Uid, block: BlockNumber, updates: Sequence[BlockNumber]) -> bool:
    """Return whether a neuron may set weights again where ``updates`` are the last updates; not without a key.

    Mirrors ``check_rate_limit``.
    """
    if uid not in subnet.neurons.keys:
        return False
    last_update = updates[uid] if uid < len(updates) else BlockNumber(0)
    return passes_rate_limit(subnet.hyperparameters.weights_set_rate_limit, last_update, block)


@implements("EPOCH-21")
def validated_weights(
    subnet: Subnet,
    uid: Uid,
    dests: tuple[int, ...],
    weights: tuple[int, ...],
    max_weight: int | None = None,
    is_exempt: bool = False,
) -> list[int]:
    """Return the weights scaled so that the largest is 65535, or refuse them.

    Rejections, in order: ``NeuronNoValidatorPermit``, ``DuplicateUids``, ``UidVecContainInvalidOne``,
    ``WeightVecLengthIsLow`` (fewer than the minimum, which no subnet needs beyond its number of neurons),
    ``MaxWeightExceeded`` (the largest share of the scaled weights; a limit of 65535 is none). A single weight on
    oneself needs no permit, no length and no limit, and who is exempt no permit.
    """
    neurons, hyperparameters = subnet.neurons, subnet.hyperparameters
    permits = neurons.validator_permit
    on_oneself = len(weights) == 1 and dests[0] == uid
    permitted = is_exempt or (uid < len(permits) and permits[uid])
    require(on_oneself or permitted, Rejection.NEURON_NO_VALIDATOR_PERMIT)
    require(len(set(dests)) == len(dests), Rejection.DUPLICATE_UIDS)
    require(all(Uid(dest) in neurons.keys for dest in dests), Rejection.UID_VEC_CONTAIN_INVALID_ONE)
    minimum = min(neurons.n, hyperparameters.min_allowed_weights)
    require(on_oneself or len(weights) >= minimum, Rejection.WEIGHT_VEC_LENGTH_IS_LOW)
    scaled = vector.vec_u16_max_upscale_to_u16(weights)
    limit = hyperparameters.max_weights_limit if max_weight is None else max_weight
    limited = limit == U16_MAX or vector.check_vec_max_limited(scaled, limit)
    require(on_oneself or limited, Rejection.MAX_WEIGHT_EXCEEDED)
    return scaled
