"""The mechanisms of a subnet in the state: their epochs, and what a neuron that comes or goes changes of each.

What belongs to a mechanism beyond the first stands as weights, bonds, incentive and last updates of the neurons under
its index (:func:`dtao.rules.mechanisms.storage_index`), where there is no network.
"""

from collections.abc import Sequence

from dtao.entries import with_element, without
from dtao.errors import InputError
from dtao.evolving import evolve
from dtao.fixed import I64F64
from dtao.persistent import Map
from dtao.records import Neurons, Row, Subnet
from dtao.rule import implements
from dtao.rules.epoch import EpochOutput, epoch, epoch_dense
from dtao.rules.mechanisms import (
    MAIN,
    combined,
    emissions_of_mechanisms,
    mechanism_weight,
    storage_index,
)
from dtao.state import Earnings, State
from dtao.transitions import voting_power
from dtao.transitions.epoch import epoch_input, rows_of, run_epoch
from dtao.transitions.neurons import append
from dtao.transitions.stake import little_endian, with_subnet
from dtao.transitions.voting_power import PowerRecorded
from dtao.units import U64_MAX, AccountId, Alpha, BlockNumber, NetUid, Uid

NO_NEURONS = EpochOutput((), (), (), (), (), (), (), (), (), (), (), (), {}, ())
"""What the epoch of a subnet without mechanisms stores."""


# Epochs


@implements("EPOCH-25")
def run_epoch_with_mechanisms(state: State, netuid: NetUid, emission: Alpha) -> tuple[State, Earnings]:
    """Return the state after the epochs of all mechanisms of a subnet, and what its neurons earned, by account.

    They run one after the other on the permits and stakes from before; each stores its own incentive and bonds, the
    rest is stored once. Without mechanisms (no call sets that) nobody earns and nothing is known of the neurons.
    Mirrors ``epoch_with_mechanisms``.
    """
    parameters = state.subnet(netuid).hyperparameters
    parts = emissions_of_mechanisms(emission, parameters.mechanism_count, parameters.mechanism_emission_split)
    return _run_epochs(state, netuid, emission, parts, state.runtime.mechanisms.record_voting_power)


@implements("EPOCH-25")
def run_main_epoch(state: State, netuid: NetUid, emission: Alpha) -> tuple[State, Earnings]:
    """Return the same for the first mechanism over all of the emission, whatever others there are.

    Mirrors ``epoch``.
    """
    _require_main(state, netuid)
    return _run_epochs(state, netuid, emission, [emission], voting_power.record_nothing)


def run_main_epoch_dense(state: State, netuid: NetUid, emission: Alpha) -> tuple[State, Earnings]:
    """Return the same with dense matrices: bonds of neurons without a permit stay. Mirrors ``epoch_dense``."""
    _require_main(state, netuid)
    return run_epoch(state, netuid, emission, epoch_dense)


def _require_main(state: State, netuid: NetUid) -> None:
    """Refuse neurons without a mechanism, for which the runtime reads weights by the number of root's neurons."""
    subnet = state.subnet(netuid)
    if subnet.neurons.keys and not (subnet.added and subnet.hyperparameters.mechanism_count):
        raise InputError(f"netuid {netuid} has neurons, but no network with a mechanism; set both for it")


def _run_epochs(
    state: State, netuid: NetUid, emission: Alpha, parts: Sequence[Alpha], record_power: PowerRecorded
) -> tuple[State, Earnings]:
    """Run one epoch for each part of the emission, those of the first mechanisms, and record the voting power."""
    stakes: list[Sequence[int]] = []
    rules, neurons = state.runtime.epoch, state.subnet(netuid).neurons
    places = {hotkey: uid for uid, hotkey in sorted(neurons.keys.items(), key=lambda key: little_endian(key[0]))}
    uids = sorted(places.values())
    outputs: list[EpochOutput] = []
    given = epoch_input(state, netuid, emission)
    for mechanism, part in enumerate(parts):
        index = storage_index(netuid, mechanism)
        own = state.subnet(index).neurons
        given = evolve(
            given,
            emission=part,
            last_update=own.last_update,
            weights=rows_of(own.weights, neurons.n),
            bonds=rows_of(own.bonds, neurons.n),
        )
        output = of_uids(epoch(given, rules), uids)
        stored = evolve(own, incentive=output.incentive, bonds=bonds_after(own.bonds, output))
        state = _with_neurons(state, index, stored)
        outputs.append(output)
        stakes.append(given.stake)
    if len(outputs) > 1:
        weights = [mechanism_weight(part, emission, number == MAIN) for number, part in enumerate(parts)]
        result = combined(outputs, weights)
    else:
        result = outputs[MAIN] if outputs else NO_NEURONS
    state = _with_neurons(state, netuid, state.runtime.neurons.with_results(state.subnet(netuid).neurons, result))
    if not outputs:
        return state, []
    position = {uid: place for place, uid in enumerate(uids)}
    if state.subnet(netuid).voting_power_tracking_enabled:
        power = {
            hotkey: (_stake_in_all(stakes, uid), result.validator_permits[position[uid]])
            for hotkey, uid in places.items()
        }
        state = record_power(state, netuid, power)
    return state, [
        (hotkey, result.server_emission[position[uid]], result.validator_emission[position[uid]])
        for hotkey, uid in sorted(places.items())
    ]


def _stake_in_all(stakes: Sequence[Sequence[int]], uid: Uid) -> int:
    """Return the sum over the mechanisms of the stake weight of a neuron, in whole rao, below a threshold too."""
    return min(sum(stake[uid] >> I64F64.fraction_bits for stake in stakes if uid < len(stake)), U64_MAX)


@implements("EPOCH-26")
def of_uids(output: EpochOutput, uids: Sequence[Uid]) -> EpochOutput:
    """Return the part of an epoch's result that is stored: one element for each uid that a hotkey has, ascending.

    Only where a uid below the number of neurons has no hotkey, or one beyond has one, is that not the whole result.
    """
    n = len(output.incentive)
    if len(uids) == n and (not n or uids[-1] == n - 1):
        return output

    def amounts(amounts: Sequence[Alpha]) -> tuple[Alpha, ...]:
        return tuple([amounts[uid] if uid < n else Alpha(0) for uid in uids])

    def numbers(numbers: Sequence[int]) -> tuple[int, ...]:
        return tuple([numbers[uid] if uid < n else 0 for uid in uids])

    def flags(flags: Sequence[bool]) -> tuple[bool, ...]:
        return tuple([uid < n and flags[uid] for uid in uids])

    return EpochOutput(
        server_emission=amounts(output.server_emission),
        validator_emission=amounts(output.validator_emission),
        active=flags(output.active),
        emission=amounts(output.emission),
        rank=numbers(output.rank),
        trust=numbers(output.trust),
        consensus=numbers(output.consensus),
        incentive=numbers(output.incentive),
        dividends=numbers(output.dividends),
        pruning_scores=numbers(output.pruning_scores),
        validator_trust=numbers(output.validator_trust),
        validator_permits=flags(output.validator_permits),
        bonds={Uid(place): output.bonds[uid] for place, uid in enumerate(uids) if uid in output.bonds},
        stake_weight=numbers(output.stake_weight),
    )


@implements("BOND-12")
def bonds_after(bonds: Map[Uid, Row], output: EpochOutput) -> Map[Uid, Row]:
    """Return the bonds once those of an epoch are stored: neurons without a new permit keep none."""
    beyond = {uid: row for uid, row in bonds.items() if uid >= len(output.incentive)}
    return Map({**beyond, **{uid: row for uid, row in output.bonds.items() if row}})


# Neurons


@implements("REG-3")
def append_to_mechanisms(state: State, netuid: NetUid, hotkey: AccountId) -> State:
    """Return the state in which a subnet has one more neuron, in each of its mechanisms.

    Its last update in each is the present block; neurons of whom a mechanism knows none have one of block 0 there.
    Mirrors ``append_neuron``.
    """
    subnet = state.subnet(netuid)
    before = subnet.neurons
    after = evolve(
        append(before, hotkey, state.block_number), incentive=before.incentive, last_update=before.last_update
    )
    state = with_subnet(state, netuid, evolve(subnet, neurons=after))
    for mechanism in range(subnet.hyperparameters.mechanism_count):
        index = storage_index(netuid, mechanism)
        neurons = state.subnet(index).neurons
        updates = updated(neurons.last_update, after.n, Uid(before.n), state.block_number)
        state = _with_neurons(state, index, evolve(neurons, incentive=(*neurons.incentive, 0), last_update=updates))
    return state


@implements("EPOCH-26")
def updated(updates: Sequence[BlockNumber], n: int, uid: Uid, block: BlockNumber) -> Sequence[BlockNumber]:
    """Return the last updates of a mechanism, completed to ``n`` neurons, with that of one neuron replaced.

    A uid beyond them changes nothing. Mirrors ``set_last_update_for_uid``.
    """
    if uid >= max(len(updates), n):
        return updates
    return with_element([*updates, *[BlockNumber(0)] * (n - len(updates))], uid, block)


@implements("REG-3")
def append_without_ranks(state: State, netuid: NetUid, hotkey: AccountId) -> State:
    """Return the state as :func:`append_to_mechanisms`, but for rank, trust and pruning score, which nobody gets."""
    before = state.subnet(netuid).neurons
    state = append_to_mechanisms(state, netuid, hotkey)
    subnet = state.subnet(netuid)
    kept = evolve(subnet.neurons, rank=before.rank, trust=before.trust, pruning_scores=before.pruning_scores)
    return with_subnet(state, netuid, evolve(subnet, neurons=kept))


@implements("REG-3")
def append_where_nobody_is_ranked(state: State, netuid: NetUid, hotkey: AccountId) -> State:
    """Return the state as :func:`append_without_ranks`, in versions that store no rank at all."""
    return append_without_ranks(state, netuid, hotkey)


@implements("REG-4")
def clear_with_trust(state: State, netuid: NetUid, uid: Uid) -> State:
    """Return the state as :func:`clear_in_mechanisms`, in which the uid has no trust either."""
    subnet = state.subnet(netuid)
    neurons = evolve(subnet.neurons, trust=with_element(subnet.neurons.trust, uid, 0))
    return clear_in_mechanisms(with_subnet(state, netuid, evolve(subnet, neurons=neurons)), netuid, uid)


@implements("REG-4")
def clear_in_mechanisms(state: State, netuid: NetUid, uid: Uid) -> State:
    """Return the state in which a uid has no incentive, bonds and weights in any mechanism, and no weight is on it.

    Weights of others on it are 0 then, their rows as long as before. Mirrors ``clear_neuron``.
    """
    for mechanism in range(state.subnet(netuid).hyperparameters.mechanism_count):
        index = storage_index(netuid, mechanism)
        neurons = state.subnet(index).neurons
        weights = without(neurons.weights, uid)
        for setter, row in weights.items():
            if any(target == uid for target, _ in row):
                weights = weights.set(setter, tuple([(at, 0 if at == uid else weight) for at, weight in row]))
        neurons = evolve(
            neurons,
            incentive=with_element(neurons.incentive, uid, 0),
            bonds=without(neurons.bonds, uid),
            weights=weights,
        )
        state = _with_neurons(state, index, neurons)
    return state


@implements("REG-4")
def clear_and_update_in_mechanisms(state: State, netuid: NetUid, uid: Uid) -> State:
    """Return the state as :func:`clear_in_mechanisms`, in which the uid's last update in each is this block.

    Its stake weight is 0 until the next epoch.
    """
    state = clear_in_mechanisms(state, netuid, uid)
    subnet = state.subnet(netuid)
    neurons = evolve(subnet.neurons, stake_weight=with_element(subnet.neurons.stake_weight, uid, 0))
    state = with_subnet(state, netuid, evolve(subnet, neurons=neurons))
    for mechanism in range(subnet.hyperparameters.mechanism_count):
        index = storage_index(netuid, mechanism)
        neurons = state.subnet(index).neurons
        updates = updated(neurons.last_update, subnet.neurons.n, uid, state.block_number)
        state = _with_neurons(state, index, evolve(neurons, last_update=updates))
    return state


@implements("REG-4")
def clear_with_permit(state: State, netuid: NetUid, uid: Uid) -> State:
    """Return the state as :func:`clear_and_update_in_mechanisms`, in which the uid has neither trust nor permit."""
    state = clear_and_update_in_mechanisms(state, netuid, uid)
    subnet = state.subnet(netuid)
    neurons = evolve(
        subnet.neurons,
        validator_trust=with_element(subnet.neurons.validator_trust, uid, 0),
        validator_permit=with_element(subnet.neurons.validator_permit, uid, False),
    )
    return with_subnet(state, netuid, evolve(subnet, neurons=neurons))


def _with_neurons(state: State, index: NetUid, neurons: Neurons) -> State:
    """Return the state with the neurons under an index; nothing is kept under one where nothing is stored."""
    subnet: Subnet = evolve(state.subnet(index), neurons=neurons)
    if subnet == state.runtime.items.subnet:
        return evolve(state, subnets=without(state.subnets, index))
    return with_subnet(state, index, subnet)
