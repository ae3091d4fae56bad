"""Networks that come and go: their price, what they begin with, what they leave behind."""

from itertools import count
from typing import TypeVar

from dtao import params
from dtao.entries import without
from dtao.evolving import evolve
from dtao.records import Neurons, Registration, Subnet
from dtao.rule import implements
from dtao.rules import lock_cost as lock_cost_rules
from dtao.rules.epoch_timing import first_last_epoch
from dtao.rules.issuance import block_emission
from dtao.rules.pool import DYNAMIC, U128_MAX
from dtao.settings import Hyperparameters
from dtao.state import FirstPool, Result, State
from dtao.transitions.balances import deposit
from dtao.transitions.neurons import owner_of_subnet
from dtao.transitions.stake import existing_netuids, with_subnet
from dtao.units import ROOT, U16_MAX, U64_MAX, AccountId, Alpha, Bits, BlockNumber, NetUid, Rao, Uid

R = TypeVar("R", Hyperparameters, Registration)


@implements("NET-3")
def network_lock_cost(state: State) -> tuple[State, Rao]:
    """Return the rao that a new network costs now, and the state in which the block emission is up to date.

    The launch computes the emission at the total issuance on the way and stores it, except once all TAO is issued.
    Mirrors ``get_network_lock_cost``.
    """
    emission = block_emission(state.total_issuance)
    interval = lock_cost_rules.lock_reduction_interval(state.parameters.network_lock_reduction_interval, emission)
    cost = lock_cost_rules.lock_cost(
        state.network_last_lock_cost,
        state.parameters.network_min_lock_cost,
        state.network_last_registered,
        state.block_number,
        interval,
    )
    if emission == state.block_emission or state.total_issuance >= params.TOTAL_SUPPLY:
        return state, cost
    return evolve(state, block_emission=emission), cost


@implements("NET-4")
def subnet_to_prune(state: State) -> NetUid:
    """Return the subnet that would be pruned for another one: of those no longer immune the one registered first.

    Of equal ones it is the last in the order in which the runtime iterates. The root network is exempt and
    stands for none. The launch knows a subnet's emission only from an item that nothing sets, so that it does
    not count. Mirrors ``get_subnet_to_prune``.
    """
    registered_at = {
        netuid: state.subnet(netuid).network_registered_at for netuid in existing_netuids(state) if netuid != ROOT
    }
    mature = [
        netuid
        for netuid, block in registered_at.items()
        if max(state.block_number - block, 0) >= state.parameters.network_immunity_period
    ]
    return min(reversed(mature), key=registered_at.__getitem__, default=ROOT)


@implements("NET-5")
def next_netuid(state: State) -> NetUid:
    """Return the lowest netuid above 0 without a network. Mirrors ``get_next_netuid``."""
    return next(netuid for netuid in map(NetUid, count(1)) if not state.subnet(netuid).added)


@implements("NET-6")
def create_network(state: State, netuid: NetUid, coldkey: AccountId, hotkey: AccountId, first: FirstPool) -> State:
    """Return the state with a new dynamic subnet, its pool and its first neuron.

    ``first`` is what its pool begins with. Alpha outside of the pool, the volume, the moving price, pending emission
    and, by some terms, the burn remain those of an earlier network. Mirrors ``init_new_network`` and the end of
    ``do_register_network``.
    """
    subnet = state.subnet(netuid)
    hyperparameters = evolve(
        subnet.hyperparameters,
        tempo=state.runtime.items.subnet.hyperparameters.tempo,
        max_allowed_uids=params.NEW_NETWORK_MAX_ALLOWED_UIDS,
        max_allowed_validators=params.NEW_NETWORK_MAX_ALLOWED_VALIDATORS,
        min_allowed_weights=params.NEW_NETWORK_MIN_ALLOWED_WEIGHTS,
        max_weights_limit=max_weights_limit(state, subnet.hyperparameters, params.NEW_NETWORK_MAX_WEIGHTS_LIMIT),
        immunity_period=params.NEW_NETWORK_IMMUNITY_PERIOD,
        min_burn=state.runtime.networks.min_burn(subnet.hyperparameters),
    )
    subnet = evolve(
        subnet,
        added=True,
        mechanism=DYNAMIC,
        owner=coldkey,
        owner_hotkey=hotkey,
        network_registered_at=state.block_number,
        total_stake_at_dynamic=state.runtime.networks.stake_kept(state),
        hyperparameters=state.runtime.networks.open(hyperparameters),
        neurons=evolve(subnet.neurons, n=0),
    )
    subnet = state.runtime.networks.with_terms(subnet)
    pool = evolve(state.pool(netuid), tao=first.tao, alpha_in=first.alpha)
    state = evolve(state, pools=state.pools.set(netuid, pool), total_networks=min(state.total_networks + 1, U16_MAX))
    state = state.runtime.networks.begin_epochs(state, netuid)
    return state.runtime.neurons.append(with_subnet(state, netuid, subnet), netuid, hotkey)


def max_weights_limit(state: State, parameters: Hyperparameters, usual: int) -> int:
    """Return the stored limit of weights of a network that begins or ends: the usual one, while versions read it.

    From 338 on all weights have one limit, and what is stored stays as it is.
    """
    return usual if state.runtime.constants.max_weight is None else parameters.max_weights_limit


def begin_no_epochs(state: State, netuid: NetUid) -> State:
    """Return the state as it is: when the epochs of a subnet are depends on its netuid alone."""
    return state


@implements("NET-6")
def begin_epochs(state: State, netuid: NetUid) -> State:
    """Return the state in which the tempo of a new subnet has begun some blocks before, by its netuid."""
    tempo = state.runtime.items.subnet.hyperparameters.tempo
    emission = evolve(state.emission(netuid), last_epoch_block=first_last_epoch(netuid, tempo, state.block_number))
    return evolve(state, emissions=state.emissions.set(netuid, emission))


@implements("NET-10")
def start_delay_of_version(state: State) -> int:
    """Return the blocks for which a subnet may not be started: the same for all, a constant of the version."""
    return state.runtime.constants.start_call_delay


@implements("NET-10")
def start_delay_stored(state: State) -> int:
    """Return the blocks for which a subnet may not be started: a parameter that root sets."""
    return state.parameters.start_call_delay


@implements("NET-6")
def equal_reserves(state: State, paid: Rao) -> FirstPool:
    """Return what a new network begins with: the minimum lock cost as rao and as alpha rao, whatever was paid."""
    reserve = state.parameters.network_min_lock_cost
    return FirstPool(reserve, Alpha(reserve), Alpha(0))


@implements("NET-14")
def median_price(state: State) -> int:
    """Return the median of the present prices of all subnets, in their format; those of 0 do not count; 1 without any.

    Of an even number it is the mean of the two in the middle, floored. Mirrors ``get_median_subnet_alpha_price``.
    """
    netuids = [netuid for netuid in existing_netuids(state) if netuid != ROOT]
    prices = sorted(price for price in (state.runtime.trade.price(state, netuid) for netuid in netuids) if price > 0)
    if not prices:
        return Bits(state.runtime.pools.prices.one)
    lower, upper = prices[(len(prices) - 1) // 2], prices[len(prices) // 2]
    return upper if lower == upper else Bits(min(lower + upper, U128_MAX) // 2)


@implements("NET-6")
def all_at_median_price(state: State, paid: Rao) -> FirstPool:
    """Return what a new network begins with: all that was paid, and its worth in alpha at the median price of others.

    It is at least the minimum lock cost; the alpha is floored.
    """
    tao = max(paid, state.parameters.network_min_lock_cost)
    return FirstPool(tao, _worth(state, tao), Alpha(0))


@implements("NET-6")
def all_at_median_price_with_owner_alpha(state: State, paid: Rao) -> FirstPool:
    """Return what a new network begins with as :func:`all_at_median_price`.

    The owner is staked the alpha that what was paid beyond the minimum lock cost is worth at that price.
    """
    first = all_at_median_price(state, paid)
    beyond = Rao(first.tao - state.parameters.network_min_lock_cost)
    return evolve(first, owner_alpha=_worth(state, beyond))


def _worth(state: State, tao: Rao) -> Alpha:
    """Return the alpha that TAO is worth at the median price, floored; 0 if the quotient is beyond the format."""
    price, fraction = median_price(state), state.runtime.pools.prices.fraction_bits
    quotient = (tao << 2 * fraction) // price if price else 0
    return Alpha(min(quotient >> fraction, U64_MAX)) if quotient <= U128_MAX else Alpha(0)


@implements("NET-6")
def terms_by_demand(subnet: Subnet) -> Subnet:
    """Return a new network whose terms of registration are adjusted to the demand in intervals of 360 blocks."""
    parameters = evolve(
        subnet.hyperparameters,
        adjustment_interval=params.NEW_NETWORK_ADJUSTMENT_INTERVAL,
        target_registrations_per_interval=params.NEW_NETWORK_TARGET_REGISTRATIONS_PER_INTERVAL,
        adjustment_alpha=params.NEW_NETWORK_ADJUSTMENT_ALPHA,
        min_difficulty=params.NEW_NETWORK_MIN_DIFFICULTY,
        max_difficulty=params.NEW_NETWORK_MAX_DIFFICULTY,
    )
    return evolve(subnet, hyperparameters=parameters)


@implements("NET-6")
def price_of_one_tao(subnet: Subnet) -> Subnet:
    """Return a new network in which a registration costs 1 TAO, and whose bonds follow Yuma 3."""
    registration = evolve(subnet.registration, burn=Rao(params.NEW_NETWORK_BURN))
    return evolve(subnet, registration=registration, hyperparameters=evolve(subnet.hyperparameters, yuma3_on=True))


def name_no_parents(state: State, netuid: NetUid) -> Result:
    """Return the state as it is."""
    return state, ()


@implements("NET-6")
def open_for_burning(hyperparameters: Hyperparameters) -> Hyperparameters:
    """Return the parameters of a new network in which burned registration is on."""
    return evolve(hyperparameters, network_registration_allowed=True)


@implements("NET-6")
def open_for_burning_and_liquidity(hyperparameters: Hyperparameters) -> Hyperparameters:
    """Return the parameters of a new network in which burned registration is on, and users may provide liquidity."""
    return evolve(hyperparameters, network_registration_allowed=True, user_liquidity_enabled=True)


@implements("NET-6")
def open_both_ways(hyperparameters: Hyperparameters) -> Hyperparameters:
    """Return the parameters of a new network in which registration is on, both burned and by work."""
    return evolve(hyperparameters, network_registration_allowed=True, network_pow_registration_allowed=True)


@implements("NET-6")
def open_with_emission(hyperparameters: Hyperparameters) -> Hyperparameters:
    """Return the parameters of a new network in which burned registration is on, and to which blocks give TAO."""
    return evolve(open_for_burning(hyperparameters), emission_enabled=True)


@implements("NET-6")
def open_without_emission(hyperparameters: Hyperparameters) -> Hyperparameters:
    """Return the parameters of a new network in which burned registration is on, and to which blocks give no TAO."""
    return evolve(open_for_burning(hyperparameters), emission_enabled=False)


@implements("NET-6")
def min_burn_of_one_rao(hyperparameters: Hyperparameters) -> Rao:
    """Return the least burn that a new network starts with: 1 rao."""
    return Rao(params.NEW_NETWORK_MIN_BURN)


@implements("NET-6")
def min_burn_left_alone(hyperparameters: Hyperparameters) -> Rao:
    """Return the least burn that a new network starts with: what is stored under its netuid, or the default."""
    return hyperparameters.min_burn


@implements("NET-6")
def total_stake_kept(state: State) -> Rao:
    """Return what a new network keeps of the total stake: all, as it was at its registration."""
    return state.total_stake


@implements("NET-7")
def record_no_pool(state: State, tao: Rao) -> State:
    """Return the state as it is: the TAO in the pool of a new network is no part of the total stake."""
    return state


@implements("NET-7")
def record_new_pool(state: State, tao: Rao) -> State:
    """Return the state in which the TAO in the pool of a new network is part of the total stake."""
    return evolve(state, total_stake=Rao(min(state.total_stake + tao, U64_MAX)))


@implements("NET-10")
def start(subnet: Subnet, first: BlockNumber) -> Subnet:
    """Return the subnet that emits from the block ``first`` on."""
    return evolve(subnet, first_emission_block_number=first)


@implements("NET-10")
def start_with_token(subnet: Subnet, first: BlockNumber) -> Subnet:
    """Return the subnet that emits from the block ``first`` on, and whose token is enabled."""
    return evolve(subnet, first_emission_block_number=first, subtoken_enabled=True)


@implements("NET-6")
def nothing_kept(state: State) -> Rao:
    """Return what a new network keeps of the total stake: nothing."""
    return Rao(0)


REMOVED_HYPERPARAMETERS = (
    "tempo",
    "kappa",
    "max_allowed_uids",
    "immunity_period",
    "activity_cutoff",
    "max_weights_limit",
    "min_allowed_weights",
)


REMOVED_TERMS = (
    "difficulty",
    "registrations_this_interval",
    "burn_registrations_this_interval",
    "pow_registrations_this_interval",
)


@implements("NET-8")
def remove_network(state: State, netuid: NetUid) -> State:
    """Return the state without a network: its neurons, its owner, some hyperparameters and registration terms.

    The lock goes back to the owner, and weights of the root network on it become 0. Its pool, the stake on its
    hotkeys, the hotkey of its owner, children, pending emission and the blocks of registrations stay. Mirrors
    ``remove_network``.
    """
    state = state.runtime.claims.on_subnet_dissolved(state, netuid)
    subnet = state.subnet(netuid)
    state = deposit(state, owner_of_subnet(subnet), subnet.locked)
    blank = state.runtime.items.subnet
    members = subnet.neurons.is_network_member
    for hotkey in subnet.neurons.keys.values():
        members = without(members, hotkey)
    removed = evolve(
        subnet,
        added=False,
        owner=None,
        network_registered_at=BlockNumber(0),
        locked=Rao(0),
        registration=_reset(subnet.registration, blank.registration, REMOVED_TERMS),
        hyperparameters=_reset(subnet.hyperparameters, blank.hyperparameters, REMOVED_HYPERPARAMETERS),
        neurons=Neurons(is_network_member=members, block_at_registration=subnet.neurons.block_at_registration),
    )
    state = evolve(
        state,
        subnets=state.subnets.set(netuid, removed),
        total_networks=max(state.total_networks - 1, 0),
    )
    return clear_root_weights(state, netuid)


def clear_root_weights(state: State, netuid: NetUid) -> State:
    """Return the state in which the rows of root have no weight on a netuid."""
    root = state.subnet(ROOT)
    weights = root.neurons.weights
    # A row of the root network has netuids where others have uids.
    dissolved = Uid(netuid)
    for uid, row in root.neurons.weights.items():
        if any(target == dissolved for target, _ in row):
            row = tuple((target, 0 if target == dissolved else weight) for target, weight in row)
            weights = weights.set(uid, row)
    if weights is root.neurons.weights:
        return state
    return with_subnet(state, ROOT, evolve(root, neurons=evolve(root.neurons, weights=weights)))


def _reset(record: R, default: R, attributes: tuple[str, ...]) -> R:
    """Return the record with some attributes as they are where nothing is stored."""
    return evolve(record, **{attribute: getattr(default, attribute) for attribute in attributes})
