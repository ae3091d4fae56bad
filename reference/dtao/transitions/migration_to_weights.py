"""What the upgrade to 423 does to the state: ranges become weights, tempos begin, and locks are brought up to date."""

from dtao import params
from dtao.entries import with_entry
from dtao.evolving import evolve
from dtao.persistent import Map
from dtao.records import NO_EMISSION, Emission
from dtao.rule import implements
from dtao.rules.emission import blocks_until_next_epoch
from dtao.rules.pools.concentrated.sqrt_price import FRACTION, LARGEST
from dtao.rules.pools.weighted import HALF, Weights, quote_weight_at
from dtao.settings import Hyperparameters
from dtao.state import LockRules, State
from dtao.transitions.children import hashed
from dtao.transitions.locks import Clock, rolled_for, with_lock
from dtao.transitions.stake import existing_netuids, little_endian
from dtao.units import U64_MAX, Bits, BlockNumber, NetUid


@implements("POOL-36")
def turn_ranges_into_weights(state: State) -> State:
    """Return the state in which every pool that has a price keeps it by its weights, and has no ranges.

    A pool in which a weight would be below 1 % begins with weights of a half, so that its price changes. Mirrors
    ``migrate_swapv3_to_balancer``.
    """
    weights: Map[NetUid, Weights] = Map()
    for netuid, ranges in state.ranges.items():
        if ranges.sqrt_price:
            pool, root = state.pool(netuid), ranges.sqrt_price
            quote = quote_weight_at(Bits(min(root * root >> FRACTION, LARGEST)), pool.tao, pool.alpha_in)
            weights = weights.set(netuid, Weights(True, HALF if quote is None else quote))
    return evolve(state, weights=weights, ranges=Map(), last_position_id=0, staking_operations=Map())


@implements("BLOCK-1")
def begin_tempos(state: State) -> State:
    """Return the state in which the tempo of each network counts from its last epoch, as if it had had the new timing.

    The activity cutoff becomes a number of tempos, rounded up, between 1 and 50. Mirrors ``migrate_dynamic_tempo``.
    """
    subnets, emissions = state.subnets, state.emissions
    for netuid in existing_netuids(state):
        subnet = state.subnet(netuid)
        parameters = subnet.hyperparameters
        if parameters.tempo == 0:
            continue
        emission = _timed(state, netuid, parameters.tempo)
        emissions = with_entry(emissions, netuid, emission, emission != NO_EMISSION)
        subnets = subnets.set(netuid, evolve(subnet, hyperparameters=_with_factor(parameters)))
    return evolve(state, subnets=subnets, emissions=emissions)


def _timed(state: State, netuid: NetUid, tempo: int) -> Emission:
    """Return the emission of a network that knows when its last epoch was due, and how many there were."""
    passed = tempo - blocks_until_next_epoch(netuid, tempo, state.block_number)
    counted = ((state.block_number + netuid + 1) & U64_MAX) // (tempo + 1)
    last = BlockNumber(max(state.block_number - passed, 0))
    return evolve(state.emission(netuid), last_epoch_block=last, epoch_index=counted)


def _with_factor(parameters: Hyperparameters) -> Hyperparameters:
    factor = -(-parameters.activity_cutoff * 1_000 // parameters.tempo)
    least, most = params.MIN_ACTIVITY_CUTOFF_FACTOR_MILLI, params.MAX_ACTIVITY_CUTOFF_FACTOR_MILLI
    return evolve(parameters, activity_cutoff_factor_milli=min(max(factor, least), most), user_liquidity_enabled=False)


@implements("LOCK-16")
def index_locks(state: State, rules: LockRules) -> State:
    """Return the state in which all locks are as of now by new rules, and known by hotkey.

    Mirrors ``migrate_populate_locking_coldkeys``.
    """
    clock = Clock(state.block_number, state.parameters.unlock_rate, state.parameters.maturity_rate, rules)
    keys = [
        (coldkey, netuid, hotkey)
        for netuid, subnet in state.subnets.items()
        for coldkey, own in subnet.coldkey_locks.items()
        for hotkey in own.locks
    ]
    subnets = state.subnets
    for coldkey, netuid, hotkey in sorted(
        keys, key=lambda key: (hashed(key[0]), little_endian(key[1]), hashed(key[2]))
    ):
        subnet = subnets[netuid]
        lock = subnet.coldkey_locks[coldkey].locks[hotkey]
        rolled = rolled_for(clock, subnet, coldkey, hotkey, lock)
        subnet = rules.follow_in_bucket(clock, subnet, coldkey, hotkey, lock)
        subnets = subnets.set(netuid, with_lock(clock, subnet, coldkey, hotkey, rolled))
    return evolve(state, subnets=subnets)
