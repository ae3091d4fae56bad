"""The epoch of a subnet: what the state gives to the rules of :mod:`dtao.rules.epoch`, and what they write back."""

from collections.abc import Callable, Iterator, Mapping

from dtao.evolving import evolve
from dtao.persistent import Map
from dtao.records import NO_SHARE_POOL, Neurons, Row, Subnet
from dtao.rule import implements
from dtao.rules.emission import tao_weight
from dtao.rules.epoch import EpochInput, EpochOutput, EpochRules, epoch, epoch_dense
from dtao.rules.stake_weight import stake_weight
from dtao.state import Earnings, State
from dtao.transitions.stake import little_endian
from dtao.units import ROOT, AccountId, Alpha, BlockNumber, NetUid, Rao, Uid, WideBits


@implements("EPOCH-3")
def stake_weights(state: State, netuid: NetUid) -> tuple[list[WideBits], list[WideBits], list[WideBits]]:
    """Return for each uid its total stake weight, its alpha and its TAO; raw bits of I64F64.

    Alpha and TAO are those that count after children and parents; uids without a key have none. Mirrors
    ``get_stake_weights_for_network``.
    """
    weight = tao_weight(state.parameters.tao_weight)
    alphas = [stake_weight(alpha, 0, weight) for alpha, _ in _inherited_by_uid(state, netuid)]
    taos = [stake_weight(tao, 0, weight) for _, tao in _inherited_by_uid(state, netuid)]
    return total_stake_weights(state, netuid), alphas, taos


@implements("EPOCH-3")
def total_stake_weights(state: State, netuid: NetUid) -> list[WideBits]:
    """Return the total stake weight of each uid, as :func:`stake_weights`."""
    weight = tao_weight(state.parameters.tao_weight)
    return [stake_weight(alpha, tao, weight) for alpha, tao in _inherited_by_uid(state, netuid)]


@implements("EPOCH-1", "EPOCH-3")
def _inherited_by_uid(state: State, netuid: NetUid) -> Iterator[tuple[int, int]]:
    """Yield for each uid the alpha and the TAO that count for its key."""
    subnet, root = state.subnet(netuid), state.subnet(ROOT)
    keys, related = subnet.neurons.keys, {*subnet.child_keys, *subnet.parent_keys}
    for uid in range(subnet.neurons.n):
        hotkey = keys.get(Uid(uid))
        if hotkey is None:
            yield 0, 0
        elif hotkey in related:
            yield inherited_alpha(state, hotkey, netuid), inherited_tao(state, hotkey, netuid)
        else:
            yield _total(subnet, hotkey), _total(root, hotkey)


@implements("EPOCH-1")
def inherited_alpha(state: State, hotkey: AccountId, netuid: NetUid) -> Alpha:
    """Return the alpha rao that count for a hotkey; on root its plain stake."""
    if netuid == ROOT:
        return _total(state.subnet(ROOT), hotkey)
    return Alpha(_inherited(state, hotkey, netuid, netuid))


@implements("EPOCH-1")
def inherited_tao(state: State, hotkey: AccountId, netuid: NetUid) -> Rao:
    """Return the rao of root stake that count for a hotkey on a subnet."""
    return Rao(_inherited(state, hotkey, netuid, ROOT))


def _inherited(state: State, hotkey: AccountId, netuid: NetUid, staked_on_netuid: NetUid) -> int:
    subnet, staked_on = state.subnet(netuid), state.subnet(staked_on_netuid)
    children, parents = subnet.child_keys.get(hotkey, ()), subnet.parent_keys.get(hotkey, ())
    own = _total(staked_on, hotkey)
    if not children and not parents:
        return own
    return state.runtime.epoch.inherited_stake(
        own,
        (proportion for proportion, _ in children),
        ((proportion, _total(staked_on, parent)) for proportion, parent in parents),
    )


def _total(subnet: Subnet, hotkey: AccountId) -> Alpha:
    return subnet.share_pools.get(hotkey, NO_SHARE_POOL).total_alpha


def run_epoch(
    state: State, netuid: NetUid, emission: Alpha, run: Callable[[EpochInput, EpochRules], EpochOutput] = epoch
) -> tuple[State, Earnings]:
    """Return the state after the epoch of a subnet over ``emission`` alpha rao, and what its neurons earned.

    ``run`` is the epoch to use, sparse or dense. Nothing is paid yet. Mirrors ``epoch`` and ``epoch_dense``.
    """
    subnet = state.subnet(netuid)
    neurons = subnet.neurons
    result = run(epoch_input(state, netuid, emission), state.runtime.epoch)
    bonds = bonds_after(neurons.bonds, result.bonds)
    neurons = evolve(state.runtime.neurons.with_results(neurons, result), incentive=result.incentive, bonds=bonds)
    state = evolve(state, subnets=state.subnets.set(netuid, evolve(subnet, neurons=neurons)))
    hotkeys = sorted(neurons.keys.items(), key=lambda key: little_endian(key[0]))
    return state, [(hotkey, result.server_emission[uid], result.validator_emission[uid]) for uid, hotkey in hotkeys]


def run_epoch_dense(state: State, netuid: NetUid, emission: Alpha) -> tuple[State, Earnings]:
    """Return the same with dense matrices."""
    return run_epoch(state, netuid, emission, epoch_dense)


def epoch_input(state: State, netuid: NetUid, emission: Alpha) -> EpochInput:
    """Return what the epoch of a subnet over ``emission`` alpha rao reads, its first mechanism's weights and bonds."""
    subnet = state.subnet(netuid)
    neurons, parameters = subnet.neurons, subnet.hyperparameters
    low, high = parameters.alpha_values
    return EpochInput(
        n=neurons.n,
        block_number=state.block_number,
        activity_cutoff=state.runtime.epoch.activity_cutoff(parameters),
        last_update=neurons.last_update,
        block_at_registration=[_block_at_registration(neurons, Uid(uid)) for uid in range(neurons.n)],
        stake=total_stake_weights(state, netuid),
        validator_permits=neurons.validator_permit,
        max_allowed_validators=parameters.max_allowed_validators,
        weights=rows_of(neurons.weights, neurons.n),
        bonds=rows_of(neurons.bonds, neurons.n),
        kappa=parameters.kappa,
        bonds_penalty=parameters.bonds_penalty,
        bonds_moving_average=parameters.bonds_moving_average,
        liquid_alpha_on=parameters.liquid_alpha_on,
        alpha_low=low,
        alpha_high=high,
        emission=emission,
        tempo=parameters.tempo,
        last_step=state.emission(netuid).last_mechansim_step_block,
        stake_threshold=state.parameters.stake_threshold,
        owner_uid=state.runtime.epoch.self_weight_uid(subnet),
        yuma3_on=parameters.yuma3_on,
        alpha_sigmoid_steepness=parameters.alpha_sigmoid_steepness,
    )


def rows_of(rows: Map[Uid, Row], n: int) -> list[Row]:
    """Return the rows of all neurons, empty ones where nothing is stored."""
    return [rows.get(Uid(uid), ()) for uid in range(n)]


def with_results(neurons: Neurons, result: EpochOutput) -> Neurons:
    """Return the neurons with all that an epoch says of them but their incentive and their bonds."""
    return evolve(
        neurons,
        active=result.active,
        emission=result.emission,
        rank=result.rank,
        trust=result.trust,
        consensus=result.consensus,
        dividends=result.dividends,
        pruning_scores=result.pruning_scores,
        validator_trust=result.validator_trust,
        validator_permit=result.validator_permits,
    )


@implements("EPOCH-25")
def with_results_but_ranks(neurons: Neurons, result: EpochOutput) -> Neurons:
    """Return the neurons as :func:`with_results`, but for rank, trust and pruning score, which stay as they are."""
    return evolve(
        with_results(neurons, result), rank=neurons.rank, trust=neurons.trust, pruning_scores=neurons.pruning_scores
    )


@implements("EPOCH-12")
def with_results_and_stake_weight(neurons: Neurons, result: EpochOutput) -> Neurons:
    """Return the neurons as :func:`with_results_but_ranks`, with their share of the stake."""
    return evolve(with_results_but_ranks(neurons, result), stake_weight=result.stake_weight)


def _block_at_registration(neurons: Neurons, uid: Uid) -> BlockNumber:
    """Return the block in which a neuron was registered; 0 where no hotkey has the uid."""
    return neurons.block_at_registration.get(uid, BlockNumber(0)) if uid in neurons.keys else BlockNumber(0)


def bonds_after(bonds: Map[Uid, Row], written: Mapping[Uid, Row]) -> Map[Uid, Row]:
    """Return the bonds with the written rows replaced; empty rows are not kept."""
    rows = dict(bonds)
    for uid, row in written.items():
        if row:
            rows[uid] = row
        else:
            rows.pop(uid, None)
    return Map(rows)
