"""How a subnet ends from 320 on: who is paid for its alpha and its lock, and what is left of it."""

from functools import reduce
from typing import TypeVar

from dtao.entries import with_entry, without
from dtao.evolving import evolve
from dtao.hashing import ACCOUNT_BYTES, twox_64_concat
from dtao.outcome import Rejected, Rejection, require
from dtao.persistent import Map
from dtao.records import NO_EMISSION, Emission, Neurons, SharePool, Subnet
from dtao.rule import implements
from dtao.rules.dissolution import parts_of_pot
from dtao.rules.emission import FRACTION, owner_cut_proportion
from dtao.rules.float_shares import shares_of
from dtao.rules.mechanisms import storage_index
from dtao.rules.pools.concentrated import positions
from dtao.rules.pools.concentrated.positions import PROTOCOL_ACCOUNT
from dtao.rules.pools.concentrated.records import NO_RANGES
from dtao.rules.shares import FRACTION as SHARE_FRACTION
from dtao.safe_float import ZERO, to_u64
from dtao.settings import Hyperparameters
from dtao.state import State
from dtao.transitions import liquidity, stake
from dtao.transitions.balances import deposit
from dtao.transitions.children import hashed
from dtao.transitions.locks import locks_not_known
from dtao.transitions.networks import clear_root_weights, max_weights_limit
from dtao.transitions.neurons import owner_of_subnet
from dtao.transitions.stake import existing_netuids, with_subnet
from dtao.units import ROOT, U64_MAX, AccountId, Alpha, NetUid, Rao, Uid

K = TypeVar("K", bound=tuple[int, ...])
V = TypeVar("V")

POSITION_ID_BYTES = 16


@implements("NET-13")
def network_to_prune(state: State) -> NetUid | None:
    """Return the subnet that is pruned for another one: of those no longer immune the one with the lowest moving price.

    Of equal ones it is the one registered first, then the first in the order in which the runtime iterates. Root is
    exempt. None if all are immune. Mirrors ``get_network_to_prune``.
    """
    mature = [
        netuid
        for netuid in existing_netuids(state)
        if netuid != ROOT
        and state.block_number
        >= min(state.subnet(netuid).network_registered_at + state.parameters.network_immunity_period, U64_MAX)
    ]

    def rank(netuid: NetUid) -> tuple[int, int]:
        return stake.moving_price(state, netuid), state.subnet(netuid).network_registered_at

    return min(mature, key=rank, default=None)


@implements("NET-9")
def dissolve_network(state: State, netuid: NetUid) -> State:
    """Return the state without a network, whose alpha and positions have been paid for.

    Rejects ``SubnetNotExists``, root among them, and ``HotKeyAccountNotExists``. Mirrors ``do_dissolve_network``.
    """
    require(state.subnet(netuid).added and netuid != ROOT, Rejection.SUBNET_NOT_EXISTS)
    state = state.runtime.claims.on_subnet_dissolved(state, netuid)
    state, refusal = state.runtime.networks.close_positions(state, netuid)
    if refusal is not None:
        raise Rejected(Rejection(refusal))
    state = pay_out_alpha(state, netuid)
    return remove_remains(state, netuid)


@implements("NET-11")
def close_users_positions(state: State, netuid: NetUid) -> tuple[State, Rejection | None]:
    """Return the state after all positions of users were closed: the TAO paid out, the alpha staked; and None.

    Or the state up to where the alpha of one of them cannot be staked, its TAO paid out already, and the rejection.

    The alpha, its fees among it, becomes stake on the hotkey of the permitted validator with the highest trust, of
    equal ones the first; without one it is lost. The fees in TAO are lost, until 350. Nothing happens before the first
    swap. Mirrors ``do_dissolve_all_liquidity_providers``.
    """
    ranges = liquidity.ranges_of(state, netuid)
    if not ranges.is_initialized:
        return state, None
    validator = best_validator(state.subnet(netuid).neurons)
    for account, number in sorted(ranges.positions, key=_place):
        if account == PROTOCOL_ACCOUNT:
            continue
        ranges = liquidity.ranges_of(state, netuid)
        position = ranges.positions[account, number]
        _, fee_tao, fee_alpha = positions.collect_fees(ranges, position)
        tao, alpha = positions.amounts(position.tick_low, position.tick_high, position.liquidity, ranges.sqrt_price)
        tao = state.runtime.pools.ranges.tao_paid_at_end(tao, fee_tao)
        state = liquidity.with_ranges(state, netuid, positions.close_position(ranges, account, number))
        if tao:
            state = liquidity.take_tao(deposit(state, account, tao), netuid, tao)
        alpha = Alpha(min(alpha + fee_alpha, U64_MAX))
        if alpha:
            try:
                state = state if validator is None else _stake(state, account, validator, netuid, alpha)
            except Rejected as refusal:
                return state, refusal.rejection
            state = liquidity.take_alpha(state, netuid, alpha)
    return state, None


def close_no_position(state: State, netuid: NetUid) -> tuple[State, None]:
    """Return the state as it is: no user has a position."""
    return state, None


def _place(key: tuple[AccountId, int]) -> bytes:
    """Return the sort key of a position among those of a pool, in the order in which the runtime iterates."""
    account, number = key
    return twox_64_concat(account.to_bytes(ACCOUNT_BYTES, "little")) + twox_64_concat(
        number.to_bytes(POSITION_ID_BYTES, "little")
    )


def best_validator(neurons: Neurons) -> Uid | None:
    """Return the uid with a validator permit and the highest trust in it, of equal ones the lowest; None without."""
    trusted = zip(neurons.validator_trust, neurons.validator_permit, strict=False)
    permitted = [(-trust, uid) for uid, (trust, permit) in enumerate(trusted) if permit]
    return Uid(min(permitted)[1]) if permitted else None


def _stake(state: State, coldkey: AccountId, uid: Uid, netuid: NetUid, alpha: Alpha) -> State:
    hotkey = state.subnet(netuid).neurons.keys.get(uid)
    if hotkey is None:
        raise Rejected(Rejection.OTHER)
    return stake.credit_bought_stake(state, coldkey, hotkey, netuid, alpha)


@implements("NET-12")
def pay_out_alpha(state: State, netuid: NetUid) -> State:
    """Return the state after the TAO of the pool was paid to who holds alpha, and the rest of the lock to the owner.

    Each holder gets of the TAO in ``SubnetTAO`` what its alpha is of all that is held. If nobody holds any, the TAO is
    lost. The owner gets back the lock, less what its part of the last epoch's emission is worth. Total issuance counts
    neither the lock nor what the owner gets of it. Mirrors ``destroy_alpha_in_out_stakes``.
    """
    subnet, pool = state.subnet(netuid), state.pool(netuid)
    refund = state.runtime.networks.refund(state, netuid)
    holders = [(coldkey, alpha) for _, coldkey, alpha in holdings(state, subnet) if alpha]
    pot, own = pool.tao, state.runtime.networks.protocol_alpha(state, netuid)
    state = evolve(
        state,
        pools=state.pools.set(netuid, evolve(pool, tao=Rao(0))),
        total_stake=Rao(max(state.total_stake - pot, 0)),
    )
    kept = Rao(0)
    for index, part in parts_of_pot(pot, [*(alpha for _, alpha in holders), own]):
        if index == len(holders):
            kept = part
        else:
            state = state.runtime.accounts.pay_holder(state, netuid, holders[index][0], part)
    held = [hotkey for hotkey, pool in subnet.share_pools.items() if state.runtime.networks.is_paid_out(pool)]
    state = with_subnet(
        state, netuid, evolve(subnet, share_pools=reduce(without, held, subnet.share_pools), locked=Rao(0))
    )
    state = state.runtime.accounts.refund(state, netuid, owner_of_subnet(subnet), refund, kept)
    return state.runtime.accounts.close(state, netuid)


def no_protocol_alpha(state: State, netuid: NetUid) -> Alpha:
    """Return the alpha for which the protocol takes part in a dissolution: none."""
    return Alpha(0)


@implements("NET-12")
def alpha_in_pool_and_bought(state: State, netuid: NetUid) -> Alpha:
    """Return the alpha for which the protocol takes part in a dissolution: that of the pool, and what blocks bought."""
    return Alpha(min(state.pool(netuid).alpha_in + state.emission(netuid).protocol_alpha, U64_MAX))


@implements("NET-12")
def alpha_bought_and_in_late_pool(state: State, netuid: NetUid) -> Alpha:
    """Return the alpha for which the protocol takes part in a dissolution, without that of the pool of an early subnet.

    It is early if it was registered no later than in the block of the upgrade to 415.
    """
    if state.subnet(netuid).network_registered_at > state.parameters.tao_in_refund_deployment_block:
        return alpha_in_pool_and_bought(state, netuid)
    return state.emission(netuid).protocol_alpha


@implements("NET-12")
def has_shares(pool: SharePool) -> bool:
    """Whether stake on a hotkey is paid: where anybody has shares of it."""
    return bool(pool.shares)


@implements("NET-12")
def has_shares_of_stake(pool: SharePool) -> bool:
    """Whether stake on a hotkey is paid: where a total of it is stored, and somebody has shares of it."""
    return bool(pool.shares) and has_stake(pool)


@implements("NET-12")
def has_stake(pool: SharePool) -> bool:
    """Whether stake on a hotkey is paid, or forgotten if nobody has shares of it: where a total of it is stored."""
    return pool.total_alpha > 0 or pool.is_zero_stored


@implements("NET-12")
def lock_less_emission(state: State, netuid: NetUid) -> Rao:
    """Return what the owner of a dissolved subnet gets back of its lock: what its part of the emission is not worth."""
    return Rao(max(state.subnet(netuid).locked - worth_of_owner_emission(state, netuid), 0))


@implements("NET-12")
def lock_less_emission_of_early_subnet(state: State, netuid: NetUid) -> Rao:
    """Return what the owner gets back, as :func:`lock_less_emission`: nothing if the subnet was registered late.

    That is in or after the block from which subnets may be registered now.
    """
    return lock_less_emission(state, netuid) if is_early(state, netuid) else Rao(0)


@implements("NET-12")
def lock_less_issuance_of_early_subnet(state: State, netuid: NetUid) -> Rao:
    """Return what the owner gets back: the lock less the worth of its cut of all alpha, nothing if it registered late.

    All alpha is that in the chain's part of the pool and outside; its worth is that at the present price, floored.
    """
    if not is_early(state, netuid):
        return Rao(0)
    pool = state.pool(netuid)
    provided = liquidity.ranges_of(state, netuid).alpha_provided
    issued = state.runtime.emission.issued(pool.alpha_in, provided, pool.alpha_out)
    alpha = issued * owner_cut_proportion(state.parameters.subnet_owner_cut) >> FRACTION
    worth = min(alpha * stake.price_in_32_bits(state, netuid) >> FRACTION, U64_MAX)
    return Rao(max(state.subnet(netuid).locked - worth, 0))


def is_early(state: State, netuid: NetUid) -> bool:
    """Whether a subnet was registered before the block from which subnets may be registered."""
    return state.subnet(netuid).network_registered_at < state.parameters.network_registration_start_block


@implements("NET-12")
def worth_of_owner_emission(state: State, netuid: NetUid) -> Rao:
    """Return what the owner cut of the last epoch's emission would sell for; at the present price if it would not."""
    subnet = state.subnet(netuid)
    cut = owner_cut_proportion(state.parameters.subnet_owner_cut)
    alpha = min(sum(subnet.neurons.emission) * cut >> FRACTION, U64_MAX)
    if alpha == 0:
        return Rao(0)
    sold = liquidity.sim_swap(state, netuid, False, alpha)
    if isinstance(sold, Rejection):
        return Rao(min(alpha * stake.price_in_32_bits(state, netuid) >> FRACTION, U64_MAX))
    return Rao(sold.paid_out)


def holdings(state: State, subnet: Subnet) -> list[tuple[AccountId, AccountId, Alpha]]:
    """Return (hotkey, coldkey, alpha) of all stake on a subnet, in the order in which the runtime iterates.

    Shares that are worth nothing count as that much alpha.
    """
    found = []
    for hotkey in sorted(subnet.share_pools, key=hashed):
        pool = subnet.share_pools[hotkey]
        if not state.runtime.networks.is_paid_out(pool):
            continue
        for coldkey, shares in state.runtime.networks.holders(pool):
            found.append((hotkey, coldkey, state.runtime.shares.stake_of(pool, coldkey) or shares))
    return found


@implements("NET-12")
def holders_by_hash(pool: SharePool) -> list[tuple[AccountId, Alpha]]:
    """Return the coldkeys with shares in the order of their hashes, and their whole shares."""
    return [(coldkey, Alpha(pool.shares[coldkey] >> SHARE_FRACTION)) for coldkey in sorted(pool.shares, key=hashed)]


@implements("NET-12")
def holders_by_account(pool: SharePool) -> list[tuple[AccountId, Alpha]]:
    """Return the coldkeys with shares in the order of the accounts, and their whole shares."""
    return [(coldkey, Alpha(to_u64(shares_of(pool, coldkey) or ZERO))) for coldkey in sorted(pool.holders())]


@implements("NET-8")
def parameters_of_owners_kept(blank: Hyperparameters, parameters: Hyperparameters) -> Hyperparameters:
    """Return what remains of the parameters of a dissolved subnet: what its owner set that no removal names."""
    return evolve(
        blank,
        recycle_or_burn=parameters.recycle_or_burn,
        min_allowed_uids=parameters.min_allowed_uids,
        min_non_immune_uids=parameters.min_non_immune_uids,
    )


@implements("NET-8")
def parameters_of_owners_and_intervals_kept(blank: Hyperparameters, parameters: Hyperparameters) -> Hyperparameters:
    """Return what remains of the parameters of a dissolved subnet, those of the former intervals too."""
    return evolve(
        parameters_of_owners_kept(blank, parameters),
        adjustment_interval=parameters.adjustment_interval,
        adjustment_alpha=parameters.adjustment_alpha,
    )


@implements("NET-8")
def parameters_of_emission_kept(blank: Hyperparameters, parameters: Hyperparameters) -> Hyperparameters:
    """Return what remains of the parameters of a dissolved subnet: also whether it emits, and the least take."""
    return evolve(
        parameters_of_owners_and_intervals_kept(blank, parameters),
        owner_cut_enabled=parameters.owner_cut_enabled,
        emission_enabled=parameters.emission_enabled,
        min_childkey_take=parameters.min_childkey_take,
    )


@implements("NET-8")
def flow_kept(emission: Emission) -> Emission:
    """Return what is kept of the emission of a dissolved subnet: the flow of TAO, and its average."""
    return evolve(NO_EMISSION, tao_flow=emission.tao_flow, average_tao_flow=emission.average_tao_flow)


@implements("NET-8")
def root_proportion_kept(emission: Emission) -> Emission:
    """Return what is kept of the emission of a dissolved subnet: its root proportion."""
    return evolve(NO_EMISSION, root_prop=emission.root_prop)


@implements("NET-8")
def remove_remains(state: State, netuid: NetUid) -> State:
    """Return the state without a network and all that was stored under its netuid.

    What remains: stake totals of hotkeys on which nobody has an entry of shares, memberships of hotkeys without a uid,
    whether incentives of the owner are recycled, and the fewest neurons to which it may be trimmed; from 338 on also
    what did not fit the chain's position, the least claim, and where miners' earnings are staked, until 362 the flow of
    TAO and its average, from 361 on what was set aside for root, from 365 on the root proportion and how many neurons
    must not be immune. Mirrors ``clear_protocol_liquidity`` and ``remove_network``.
    """
    for mechanism in range(state.subnet(netuid).hyperparameters.mechanism_count):
        state = _remove_mechanism(state, storage_index(netuid, mechanism))
    subnet, blank = state.subnet(netuid), state.runtime.items.subnet
    own = subnet.neurons
    parameters = subnet.hyperparameters
    members = reduce(without, own.keys.values(), own.is_network_member)
    kept = state.runtime.networks.parameters_kept(blank.hyperparameters, parameters)
    kept = evolve(kept, max_weights_limit=max_weights_limit(state, parameters, blank.hyperparameters.max_weights_limit))
    removed = evolve(
        blank,
        hyperparameters=kept,
        neurons=evolve(
            blank.neurons,
            is_network_member=members,
            weights=own.weights,
            bonds=own.bonds,
            incentive=own.incentive,
            last_update=own.last_update,
        ),
        share_pools=subnet.share_pools,
        coldkey_locks=locks_not_known(state.runtime.locks, subnet),
        root_claimable_threshold=subnet.root_claimable_threshold,
        auto_stake_destinations=subnet.auto_stake_destinations,
        auto_stake_coldkeys=subnet.auto_stake_coldkeys,
        root_alpha_dividends=subnet.root_alpha_dividends,
        voting_power=subnet.voting_power,
        voting_power_tracking_enabled=subnet.voting_power_tracking_enabled,
        voting_power_disable_at_block=subnet.voting_power_disable_at_block,
        voting_power_ema_alpha=subnet.voting_power_ema_alpha,
    )
    ranges = liquidity.ranges_of(state, netuid)
    emission = state.runtime.networks.emission_kept(state.emission(netuid))
    reservoirs = evolve(NO_RANGES, tao_reservoir=ranges.tao_reservoir, alpha_reservoir=ranges.alpha_reservoir)
    state = evolve(
        state,
        subnets=state.subnets.set(netuid, removed),
        pools=without(state.pools, netuid),
        emissions=with_entry(state.emissions, netuid, emission, emission != NO_EMISSION),
        ranges=with_entry(state.ranges, netuid, reservoirs, reservoirs != NO_RANGES),
        weights=without(state.weights, netuid),
        total_networks=max(state.total_networks - 1, 0),
        transaction_key_last_block=_without_keys(state.transaction_key_last_block, 1, netuid),
        staking_operations=_without_keys(state.staking_operations, 2, netuid),
        last_hotkey_swap_on_netuid=_without_keys(state.last_hotkey_swap_on_netuid, 0, netuid),
    )
    if subnet.lease is not None:
        state = evolve(
            state,
            subnet_lease_shares=_without_keys(state.subnet_lease_shares, 0, subnet.lease),
            accumulated_lease_dividends=without(state.accumulated_lease_dividends, subnet.lease),
        )
    return clear_root_weights(state, netuid)


def _remove_mechanism(state: State, index: NetUid) -> State:
    """Return the state without what belongs to one mechanism, under whose index nothing else may be stored."""
    subnet = state.subnet(index)
    neurons = evolve(subnet.neurons, weights=Map(), bonds=Map(), incentive=(), last_update=())
    subnet = evolve(subnet, neurons=neurons)
    is_blank = subnet == state.runtime.items.subnet
    return evolve(state, subnets=without(state.subnets, index)) if is_blank else with_subnet(state, index, subnet)


def _without_keys(mapping: Map[K, V], place: int, value: int) -> Map[K, V]:
    """Return the map without the entries whose key has a value in one place."""
    return reduce(without, [key for key in mapping if key[place] == value], mapping)
