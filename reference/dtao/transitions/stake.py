"""Stake entering and leaving subnets: swaps in the pool, shares of the hotkey's stake, fees, events."""

from dtao.events import Event, StakeAdded, StakeAddedForFee, StakeRemoved, StakeRemovedForFee
from dtao.evolving import copier, evolve
from dtao.fixed import I96F32, U64F64
from dtao.outcome import Rejection, require
from dtao.params import DEFAULT_DELEGATE_TAKE
from dtao.records import NO_SHARE_POOL, Pool, SharePool, Subnet
from dtao.rule import implements
from dtao.rules import pool as pool_rules
from dtao.rules import shares
from dtao.state import State
from dtao.transitions import balances
from dtao.units import ROOT, U64_MAX, AccountId, Alpha, Bits, NetUid, Rao

# What every trade changes is copied at once.
_with_subnets = copier(State, "subnets")
_with_stake_blocks = copier(State, "last_coldkey_hotkey_stake_block")
_with_pools = copier(State, "pools", "total_stake")
_with_share_pools = copier(Subnet, "share_pools")
_traded = copier(Pool, "tao", "alpha_in", "alpha_out", "volume")


def share_pool(state: State, hotkey: AccountId, netuid: NetUid) -> SharePool:
    """Return the stake on a hotkey of a subnet."""
    return state.subnet(netuid).share_pools.get(hotkey, NO_SHARE_POOL)


def stake_of_hotkey(state: State, hotkey: AccountId, netuid: NetUid) -> Alpha:
    """Return all stake on a hotkey of a subnet. Mirrors ``get_stake_for_hotkey_on_subnet``."""
    return share_pool(state, hotkey, netuid).total_alpha


def stake_of(state: State, hotkey: AccountId, coldkey: AccountId, netuid: NetUid) -> Alpha:
    """Return the stake of one coldkey. Mirrors ``get_stake_for_hotkey_and_coldkey_on_subnet``."""
    subnet = state.subnets.get(netuid)
    pool = NO_SHARE_POOL if subnet is None else subnet.share_pools.get(hotkey, NO_SHARE_POOL)
    return state.runtime.shares.stake_of(pool, coldkey)


def with_share_pool(subnet: Subnet, hotkey: AccountId, pool: SharePool) -> Subnet:
    """Return the subnet with the stake on a hotkey replaced; an empty one is not kept."""
    if not pool.total_alpha and not pool.is_zero_stored and pool == NO_SHARE_POOL:
        if hotkey not in subnet.share_pools:
            return subnet
        return evolve(subnet, share_pools=subnet.share_pools.delete(hotkey))
    return _with_share_pools(subnet, subnet.share_pools.set(hotkey, pool))


def with_subnet(state: State, netuid: NetUid, subnet: Subnet) -> State:
    """Return the state with one subnet replaced."""
    return _with_subnets(state, state.subnets.set(netuid, subnet))


def is_stable(state: State, netuid: NetUid) -> bool:
    """Whether alpha is worth 1 TAO there: on the root network and where the mechanism is 0."""
    return netuid == ROOT or state.subnet(netuid).mechanism == pool_rules.STABLE


def price(state: State, netuid: NetUid) -> Bits:
    """Return the price of a subnet's alpha in TAO, in the format of prices."""
    return state.runtime.trade.price(state, netuid)


def price_in_32_bits(state: State, netuid: NetUid) -> Bits:
    """Return the price of a subnet's alpha in TAO, floored to 32 fraction bits."""
    beyond = state.runtime.pools.prices.fraction_bits - pool_rules.PRICE_FRACTION
    return Bits(price(state, netuid) >> beyond)


def worth(state: State, netuid: NetUid, alpha: int) -> Rao:
    """Return what alpha rao are worth at the present price in rao, floored; the product and the rao saturate."""
    prices = state.runtime.pools.prices
    product = min(alpha * price(state, netuid), pool_rules.U128_MAX)
    return Rao(min(product >> prices.fraction_bits, U64_MAX))


def moving_price(state: State, netuid: NetUid) -> Bits:
    """Return the moving price of a subnet; 1 on root and stable subnets; I96F32. Mirrors ``get_moving_alpha_price``."""
    return Bits(I96F32.one) if is_stable(state, netuid) else state.pool(netuid).moving_price


def wide_moving_price(state: State, netuid: NetUid) -> Bits:
    """Return the moving price of a subnet as :func:`moving_price`; U64F64, in which it saturates."""
    beyond = U64F64.fraction_bits - I96F32.fraction_bits
    return Bits(min(moving_price(state, netuid) << beyond, U64F64.max_bits))


def sim_swap_tao_for_alpha(state: State, netuid: NetUid, tao: Rao) -> Alpha | None:
    """Return the alpha rao that ``tao`` rao would buy now; None if the pool would not swap."""
    return state.runtime.trade.alpha_for_tao(state, netuid, tao)


def sim_swap_alpha_for_tao(state: State, netuid: NetUid, alpha: Alpha) -> Rao | None:
    """Return the rao that ``alpha`` alpha rao would sell for now; None if the pool would not swap."""
    return state.runtime.trade.tao_for_alpha(state, netuid, alpha)


def max_amount_add(state: State, netuid: NetUid, limit_price: int) -> Rao:
    """Return the most rao that may be staked before the price passes the limit."""
    return state.runtime.trade.max_amount_add(state, netuid, limit_price)


def max_amount_remove(state: State, netuid: NetUid, limit_price: int) -> Alpha:
    """Return the most alpha rao that may be unstaked before the price falls below the limit."""
    return state.runtime.trade.max_amount_remove(state, netuid, limit_price)


@implements("STAKE-7")
def total_stake_of_hotkey(state: State, hotkey: AccountId) -> Rao:
    """Return the stake on a hotkey on all existing subnets at their present prices."""
    return state.runtime.staking.total_stake_of_hotkey(state, hotkey)


def price_of_reserves(state: State, netuid: NetUid) -> Bits:
    """Return the price of a subnet's alpha in TAO; I96F32. Mirrors ``get_alpha_price``."""
    pool = state.pool(netuid)
    return pool_rules.price(netuid == ROOT, state.subnet(netuid).mechanism, pool.tao, pool.alpha_in)


def product_alpha_for_tao(state: State, netuid: NetUid, tao: Rao) -> Alpha | None:
    """Return the alpha rao that ``tao`` rao would buy now, without the fee; None for want of liquidity."""
    pool = state.pool(netuid)
    mechanism = state.subnet(netuid).mechanism
    return pool_rules.alpha_for_tao(mechanism, pool.tao, pool.alpha_in, tao, state.runtime.pools.amounts.max_bits)


def product_tao_for_alpha(state: State, netuid: NetUid, alpha: Alpha) -> Rao | None:
    """Return the rao that ``alpha`` alpha rao would sell for now, without the fee; None for want of liquidity."""
    pool = state.pool(netuid)
    mechanism = state.subnet(netuid).mechanism
    return pool_rules.tao_for_alpha(mechanism, pool.tao, pool.alpha_in, alpha, state.runtime.pools.amounts.max_bits)


def product_max_amount_add(state: State, netuid: NetUid, limit_price: int) -> Rao:
    """Return the most rao that may be staked before the price passes the limit."""
    pool = state.pool(netuid)
    return pool_rules.max_amount_add(is_stable(state, netuid), pool.tao, pool.alpha_in, limit_price)


def product_max_amount_remove(state: State, netuid: NetUid, limit_price: int) -> Alpha:
    """Return the most alpha rao that may be unstaked before the price falls below the limit."""
    pool = state.pool(netuid)
    return pool_rules.max_amount_remove(is_stable(state, netuid), pool.tao, pool.alpha_in, limit_price)


def product_max_amount_between_pools(
    state: State, origin_netuid: NetUid, destination_netuid: NetUid, limit_price: int
) -> Alpha:
    """Return the most alpha rao that may move before the ratio of the prices passes the limit (in billionths)."""
    return pool_rules.max_amount_between_pools(
        state.pool(origin_netuid),
        price(state, origin_netuid),
        state.pool(destination_netuid),
        price(state, destination_netuid),
        limit_price,
        state.runtime.pools.amounts.max_bits,
    )


@implements("STAKE-1")
def swap_tao_for_alpha(state: State, netuid: NetUid, tao: Rao) -> tuple[State, Alpha]:
    """Return the state after ``tao`` rao bought alpha from the pool, and how much: for want of liquidity nothing.

    Reserves, outstanding alpha, total stake and volume saturate. Mirrors ``swap_tao_for_alpha``.
    """
    alpha = product_alpha_for_tao(state, netuid, tao)
    if alpha is None:
        return state, Alpha(0)
    pool = state.pool(netuid)
    reserve = more if (more := pool.tao + tao) < U64_MAX else U64_MAX
    alpha_in = less if (less := pool.alpha_in - alpha) > 0 else 0
    alpha_out = more if (more := pool.alpha_out + alpha) < U64_MAX else U64_MAX
    total = more if (more := state.total_stake + tao) < U64_MAX else U64_MAX
    pool = _traded(pool, reserve, alpha_in, alpha_out, pool.volume + tao)
    return _with_pools(state, state.pools.set(netuid, pool), total), alpha


@implements("STAKE-2")
def swap_alpha_for_tao(state: State, netuid: NetUid, alpha: Alpha) -> tuple[State, Rao]:
    """Return the state after ``alpha`` alpha rao were sold to the pool, and their price: for want of liquidity 0.

    Reserves, outstanding alpha, total stake and volume saturate. Mirrors ``swap_alpha_for_tao``.
    """
    tao = product_tao_for_alpha(state, netuid, alpha)
    if tao is None:
        return state, Rao(0)
    pool = state.pool(netuid)
    reserve = less if (less := pool.tao - tao) > 0 else 0
    alpha_in = more if (more := pool.alpha_in + alpha) < U64_MAX else U64_MAX
    alpha_out = less if (less := pool.alpha_out - alpha) > 0 else 0
    total = less if (less := state.total_stake - tao) > 0 else 0
    pool = _traded(pool, reserve, alpha_in, alpha_out, pool.volume + tao)
    return _with_pools(state, state.pools.set(netuid, pool), total), tao


@implements("STAKE-3")
def add_fee(state: State, netuid: NetUid, fee: Rao) -> State:
    """Return the state in which a fee in rao stays in the pool of the subnet, for its holders' benefit."""
    if fee == 0:
        return state
    pool = state.pool(netuid)
    reserve = more if (more := pool.tao + fee) < U64_MAX else U64_MAX
    total = more if (more := state.total_stake + fee) < U64_MAX else U64_MAX
    pool = _traded(pool, reserve, pool.alpha_in, pool.alpha_out, pool.volume)
    return _with_pools(state, state.pools.set(netuid, pool), total)


@implements("STAKE-4")
def stake_into_subnet(
    state: State,
    hotkey: AccountId,
    coldkey: AccountId,
    netuid: NetUid,
    tao: Rao,
    fee: Rao,
    limit_price: int | None = None,
) -> tuple[State, tuple[Event, ...]]:
    """Return the state after ``tao`` rao, already withdrawn, were staked, and the event.

    The fee stays in the pool, the rest buys alpha, which becomes stake of the coldkey; the hotkey is added to
    those that the coldkey stakes with. If the pool pays nothing the TAO is lost. Mirrors ``stake_into_subnet``.
    """
    swapped = Rao(max(tao - fee, 0))
    state, bought = swap_tao_for_alpha(state, netuid, swapped)
    deposited = Alpha(0)
    if swapped > 0 and bought > 0:
        pool, deposited = state.runtime.shares.deposit(share_pool(state, hotkey, netuid), coldkey, bought)
        state = with_subnet(state, netuid, with_share_pool(state.subnet(netuid), hotkey, pool))
        state = with_staking_hotkey(state, coldkey, hotkey)
    paid = Rao(tao - swapped)
    state = add_fee(state, netuid, paid)
    state = state.runtime.staking.record_stake_change(state, coldkey, hotkey)
    return state, (state.runtime.staking.stake_added(coldkey, hotkey, swapped, bought, deposited, netuid, paid),)


@implements("STAKE-4")
def added_alpha_bought(
    coldkey: AccountId, hotkey: AccountId, tao: Rao, bought: Alpha, deposited: Alpha, netuid: NetUid, fee: Rao
) -> Event:
    """Return the event of added stake: it names the alpha that was bought."""
    return StakeAdded(coldkey, hotkey, tao, bought, netuid)


@implements("STAKE-4")
def added_alpha_deposited(
    coldkey: AccountId, hotkey: AccountId, tao: Rao, bought: Alpha, deposited: Alpha, netuid: NetUid, fee: Rao
) -> Event:
    """Return the event of added stake: it names the alpha that counts as deposited, 0 if nothing was bought."""
    return StakeAdded(coldkey, hotkey, tao, deposited, netuid)


@implements("STAKE-4")
def added_with_fee(
    coldkey: AccountId, hotkey: AccountId, tao: Rao, bought: Alpha, deposited: Alpha, netuid: NetUid, fee: Rao
) -> Event:
    """Return the event of added stake: it names the alpha that counts as deposited, and the fee."""
    return StakeAddedForFee(coldkey, hotkey, tao, deposited, netuid, fee)


@implements("STAKE-5")
def unstake_from_subnet(
    state: State,
    hotkey: AccountId,
    coldkey: AccountId,
    netuid: NetUid,
    alpha: Alpha,
    fee: Rao,
    limit_price: int | None = None,
) -> tuple[State, Rao, Event]:
    """Return the state after ``alpha`` alpha rao were sold, the rao that are due to the coldkey, and the event.

    What is sold is what the share pool counts as withdrawn: at the launch the whole amount, even if the coldkey has
    less and keeps it; later what the pool's total loses. The fee stays in the pool of the subnet. Mirrors
    ``unstake_from_subnet``.
    """
    pool = share_pool(state, hotkey, netuid)
    reduced, sold = state.runtime.shares.withdraw(pool, coldkey, alpha)
    if reduced is not pool:
        state = with_subnet(state, netuid, with_share_pool(state.subnet(netuid), hotkey, reduced))
    state, tao = swap_alpha_for_tao(state, netuid, sold)
    due = Rao(max(tao - fee, 0))
    paid = Rao(tao - due)
    state = add_fee(state, netuid, paid)
    state = state.runtime.staking.record_stake_change(state, coldkey, hotkey)
    return state, due, state.runtime.staking.stake_removed(coldkey, hotkey, due, sold, netuid, paid)


@implements("MOVE-6")
def arrive(
    state: State, origin_netuid: NetUid, hotkey: AccountId, coldkey: AccountId, netuid: NetUid, tao: Rao, fee: Rao
) -> tuple[State, tuple[Event, ...]]:
    """Return the state after the TAO of moved stake was staked like any other, and the events."""
    return state.runtime.staking.stake(state, hotkey, coldkey, netuid, tao, fee, None)


@implements("STAKE-5")
def removed_without_fee(
    coldkey: AccountId, hotkey: AccountId, tao: Rao, alpha: Alpha, netuid: NetUid, fee: Rao
) -> Event:
    """Return the event of removed stake: it does not name the fee."""
    return StakeRemoved(coldkey, hotkey, tao, alpha, netuid)


@implements("STAKE-5")
def removed_with_fee(coldkey: AccountId, hotkey: AccountId, tao: Rao, alpha: Alpha, netuid: NetUid, fee: Rao) -> Event:
    """Return the event of removed stake: it names the fee."""
    return StakeRemovedForFee(coldkey, hotkey, tao, alpha, netuid, fee)


def record_nothing(state: State, coldkey: AccountId, hotkey: AccountId) -> State:
    """Return the state as it is."""
    return state


def record_no_operation(state: State, coldkey: AccountId, hotkey: AccountId, netuid: NetUid) -> State:
    """Return the state as it is."""
    return state


def credit_bought_stake(state: State, coldkey: AccountId, hotkey: AccountId, netuid: NetUid, alpha: Alpha) -> State:
    """Return the state after alpha rao that left a pool became stake of a coldkey on a hotkey.

    Rejects ``HotKeyAccountNotExists``. Mirrors ``increase_stake``, by which the swap pallet credits stakers.
    """
    require(hotkey in state.owner, Rejection.HOT_KEY_ACCOUNT_NOT_EXISTS)
    pool = state.pool(netuid)
    pool = evolve(pool, alpha_out=Alpha(min(pool.alpha_out + alpha, U64_MAX)))
    state = evolve(state, pools=state.pools.set(netuid, pool))
    deposited, _ = state.runtime.shares.deposit(share_pool(state, hotkey, netuid), coldkey, alpha)
    state = with_subnet(state, netuid, with_share_pool(state.subnet(netuid), hotkey, deposited))
    return state.runtime.staking.record_earning(state, coldkey, hotkey, alpha)


def increase_stake(state: State, hotkey: AccountId, coldkey: AccountId, netuid: NetUid, alpha: Alpha) -> State:
    """Return the state in which alpha rao became stake of a coldkey on a hotkey.

    Mirrors ``increase_stake_for_hotkey_and_coldkey_on_subnet``.
    """
    pool, _ = state.runtime.shares.deposit(share_pool(state, hotkey, netuid), coldkey, alpha)
    state = with_subnet(state, netuid, with_share_pool(state.subnet(netuid), hotkey, pool))
    return state.runtime.staking.record_earning(state, coldkey, hotkey, alpha)


def decrease_stake(state: State, hotkey: AccountId, coldkey: AccountId, netuid: NetUid, alpha: Alpha) -> State:
    """Return the state in which alpha rao are no stake of a coldkey on a hotkey any more, if it has as much.

    Mirrors ``decrease_stake_for_hotkey_and_coldkey_on_subnet``.
    """
    pool, _ = state.runtime.shares.withdraw(share_pool(state, hotkey, netuid), coldkey, alpha)
    return with_subnet(state, netuid, with_share_pool(state.subnet(netuid), hotkey, pool))


@implements("STAKE-27")
def record_operation(state: State, coldkey: AccountId, hotkey: AccountId, netuid: NetUid) -> State:
    """Return the state in which stake was added there in the present block, so that none may leave it in this block."""
    return evolve(state, staking_operations=state.staking_operations.set((hotkey, coldkey, netuid), True))


@implements("STAKE-18")
def record_stake_block(state: State, coldkey: AccountId, hotkey: AccountId) -> State:
    """Return the state in which the present block is the last in which a coldkey changed its stake on a hotkey.

    It only orders transactions of the same block; the economy does not read it.
    """
    blocks = state.last_coldkey_hotkey_stake_block.set((coldkey, hotkey), state.block_number)
    return _with_stake_blocks(state, blocks)


@implements("STAKE-20")
def record_delegate(state: State, coldkey: AccountId, hotkey: AccountId) -> State:
    """Return the state in which a hotkey that is about to get stake of another than its owner is a delegate.

    It gets the take that holds where none is stored. Mirrors ``maybe_become_delegate``.
    """
    if state.owner.get(hotkey) == coldkey or hotkey in state.delegates:
        return state
    return evolve(state, delegates=state.delegates.set(hotkey, DEFAULT_DELEGATE_TAKE))


@implements("STAKE-6")
def clear_small_nomination(
    state: State, hotkey: AccountId, coldkey: AccountId, netuid: NetUid
) -> tuple[State, tuple[Event, ...]]:
    """Return the state in which a nominator's stake is paid out if it is below the required minimum.

    The owner of the hotkey is exempt. Alpha rao are compared with a minimum in rao, whatever the price.
    Mirrors ``clear_small_nomination_if_required``.
    """
    if state.owner.get(hotkey) == coldkey:
        return state, ()
    stake = stake_of(state, hotkey, coldkey, netuid)
    if stake >= state.parameters.nominator_min_required_stake:
        return state, ()
    state, paid, event = unstake_from_subnet(state, hotkey, coldkey, netuid, stake, Rao(0))
    return balances.deposit(state, coldkey, paid), (event,)


def with_staking_hotkey(state: State, coldkey: AccountId, hotkey: AccountId) -> State:
    """Return the state in which a hotkey is among those that the coldkey stakes with."""
    known = state.staking_hotkeys.get(coldkey, ())
    if hotkey in known:
        return state
    return evolve(state, staking_hotkeys=state.staking_hotkeys.set(coldkey, (*known, hotkey)))


@implements("STAKE-21")
def record_earning(state: State, coldkey: AccountId, hotkey: AccountId, amount: Alpha) -> State:
    """Return the state in which a hotkey is among those that a coldkey stakes with once it gets any stake there."""
    return with_staking_hotkey(state, coldkey, hotkey) if amount else state


@implements("STAKE-21")
def record_no_earning(state: State, coldkey: AccountId, hotkey: AccountId, amount: Alpha) -> State:
    """Return the state as it is: only who stakes is noted, not who earns."""
    return state


@implements("STAKE-22")
def is_any_token_enabled(state: State, netuid: NetUid) -> bool:
    """Whether stake of a subnet may be bought and sold: it always may."""
    return True


@implements("STAKE-22")
def is_token_enabled(state: State, netuid: NetUid) -> bool:
    """Whether stake of a subnet may be bought and sold: once its token is enabled."""
    return state.subnet(netuid).subtoken_enabled


@implements("STAKE-7")
def total_stake_floored_by_subnet(state: State, hotkey: AccountId) -> Rao:
    """Return the stake on a hotkey on all existing subnets at their present prices, each floored to rao.

    Each subnet's part saturates; their sum wraps around at 2**64, as the runtime's plain sum does. Mirrors
    ``get_total_stake_for_hotkey``.
    """
    total = 0
    for netuid in existing_netuids(state):
        alpha = stake_of_hotkey(state, hotkey, netuid)
        if alpha:
            total += min((alpha * price(state, netuid)) >> pool_rules.PRICE_FRACTION, U64_MAX)
    return Rao(total & U64_MAX)


@implements("STAKE-8")
def total_stake_of_coldkey(state: State, coldkey: AccountId) -> Rao:
    """Return the raw shares of a coldkey, taken for alpha, at the present prices of their subnets.

    The launch does not convert shares to stake here. A hotkey's part saturates; the sum of all wraps around at 2**64.
    Mirrors ``get_total_stake_for_coldkey``.
    """
    total = 0
    for hotkey in state.staking_hotkeys.get(coldkey, ()):
        stake = 0
        for netuid, subnet in state.subnets.items():
            held = subnet.share_pools.get(hotkey, NO_SHARE_POOL).shares.get(coldkey, 0)
            alpha = held >> (shares.FRACTION - pool_rules.PRICE_FRACTION)
            stake += min((alpha * price(state, netuid)) >> 2 * pool_rules.PRICE_FRACTION, U64_MAX)
        total += min(stake, U64_MAX)
    return Rao(total & U64_MAX)


@implements("STAKE-8")
def total_real_stake_of_coldkey(state: State, coldkey: AccountId) -> Rao:
    """Return the stake of a coldkey at the present prices of its subnets, each part floored to rao.

    A hotkey's part saturates; the sum of all wraps around at 2**64. Mirrors ``get_total_stake_for_coldkey``.
    """
    total = 0
    for hotkey in state.staking_hotkeys.get(coldkey, ()):
        stake = 0
        for netuid in state.subnets:
            alpha = stake_of(state, hotkey, coldkey, netuid)
            if alpha:
                stake += min((alpha * price(state, netuid)) >> pool_rules.PRICE_FRACTION, U64_MAX)
        total += min(stake, U64_MAX)
    return Rao(total & U64_MAX)


LOW_BYTE = (255).__and__


@implements("STATE-5")
def existing_netuids(state: State) -> list[NetUid]:
    """Return the netuids of all existing networks, root included, in the order in which the runtime iterates.

    That is by the little-endian bytes of the netuid: 256 comes before 1.
    """
    existing = sorted([netuid for netuid, subnet in state.subnets.items() if subnet.added])
    return sorted(existing, key=LOW_BYTE)  # of equal low bytes the lower netuid stays first


def little_endian(number: int) -> tuple[int, int]:
    """Return the sort key of a u16 (netuid or uid) among keys that are hashed by identity."""
    return number & 255, number >> 8
