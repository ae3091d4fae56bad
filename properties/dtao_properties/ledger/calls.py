"""The books of a call: which accounts it changes, in order, and by how much."""

from collections.abc import Callable, Mapping

from attrs import frozen

from dtao.state import State
from dtao.units import U64_MAX, AccountId, NetUid
from dtao_properties.ledger import figures
from dtao_properties.ledger.books import ALPHA_BOOK, POOL_BOOK, ROOT_BOOK, TAO_BOOK, Books
from dtao_properties.transitions import Transition

EXISTENTIAL_DEPOSIT = 500
KEY_SWAP_COST = 100_000_000


@frozen
class Terms:
    """What an era charges."""

    least_stake: int = 500_000
    staking_fee: int = 50_000
    """rao of every stake that is added or removed."""
    leg_fee: int = 25_000
    """rao of each leg of a move."""
    swaps_in_full: bool = True
    """Whether swap_stake_limit moves the whole amount where only a part was allowed."""


LAUNCH = Terms()


def book_of(netuid: int) -> str:
    """Return the book on which the stakes of a network stand."""
    return ALPHA_BOOK if netuid else ROOT_BOOK


def is_stable(state: State, netuid: int) -> bool:
    """Whether a price limit on a network is about 1 TAO."""
    return netuid == 0 or state.subnet(NetUid(netuid)).mechanism == figures.STABLE


def networks(state: State) -> list[int]:
    """Return the netuids of all networks in the order in which the chain iterates: by their little-endian bytes."""
    return sorted((netuid for netuid, subnet in state.subnets.items() if subnet.added), key=lambda n: (n & 255, n >> 8))


def deposited(books: Books, account: int, amount: int) -> None:
    """Pay to an account; what leaves it below the existential deposit is dust."""
    before = books.held("Balance", account)
    after = min(before + amount, U64_MAX)
    vanishes = after < EXISTENTIAL_DEPOSIT
    gained = (0 if vanishes else after) - before
    books.post("payment", gained, "Balance", account)
    books.post("payment", gained, "BalancesTotalIssuance")
    books.leak("dust" if vanishes else "saturation", TAO_BOOK, amount - gained)


def withdrawn(books: Books, account: int, amount: int) -> int:
    """Take from an account, down to the existential deposit, and return how much."""
    paid = min(amount, max(books.held("Balance", account) - EXISTENTIAL_DEPOSIT, 0))
    books.post("withdrawal", -paid, "Balance", account)
    books.post("withdrawal", -paid, "BalancesTotalIssuance")
    return paid


def bought(books: Books, netuid: int, tao: int) -> int | None:
    """Swap TAO into a pool and return the alpha that it pays, None for want of liquidity."""
    mechanism = books.state.subnet(NetUid(netuid)).mechanism
    alpha = figures.payout(mechanism, books.held("SubnetTAO", netuid), books.held("SubnetAlphaIn", netuid), tao)
    if alpha is not None:
        books.post("swap", tao, "SubnetTAO", netuid)
        books.post("swap", tao, "TotalStake")
        books.post("swap", tao, "SubnetVolume", netuid)
        books.post("swap", -alpha, "SubnetAlphaIn", netuid)
        books.post("swap", alpha, "SubnetAlphaOut", netuid)
    return alpha


def sold(books: Books, netuid: int, alpha: int) -> int | None:
    """Swap alpha into a pool and return the TAO that it pays, None for want of liquidity."""
    mechanism = books.state.subnet(NetUid(netuid)).mechanism
    tao = figures.payout(mechanism, books.held("SubnetAlphaIn", netuid), books.held("SubnetTAO", netuid), alpha)
    if tao is not None:
        books.post("swap", -tao, "SubnetTAO", netuid)
        books.post("swap", -tao, "TotalStake")
        books.post("swap", tao, "SubnetVolume", netuid)
        books.post("swap", alpha, "SubnetAlphaIn", netuid)
        books.post("swap", -alpha, "SubnetAlphaOut", netuid)
    return tao


def fee_kept(books: Books, netuid: int, fee: int) -> None:
    """Leave a fee in the pool."""
    books.post("fee", fee, "SubnetTAO", netuid)
    books.post("fee", fee, "TotalStake")


def stake_changed(books: Books, hotkey: int, coldkey: int, netuid: int, update: int) -> None:
    """Add to the stake of one holder (an i64): to the hotkey's total, and the shares that it is worth."""
    total = books.held("TotalHotkeyAlpha", hotkey, netuid)
    denominator = books.held("TotalHotkeyShares", hotkey, netuid)
    if update == 0 and denominator:
        return
    after = figures.total_after(total, update)
    if after - total != update:
        books.leak("saturation", book_of(netuid), update - (after - total), netuid)
    books.post("stake", after - total, "TotalHotkeyAlpha", hotkey, netuid)
    if denominator == 0:
        books.write("stake", after << 64, "TotalHotkeyShares", hotkey, netuid)
        books.write("stake", after << 64, "Alpha", hotkey, coldkey, netuid)
        return
    change = figures.shares_for(total, denominator, update)
    books.post("stake", change, "TotalHotkeyShares", hotkey, netuid)
    books.post("stake", change, "Alpha", hotkey, coldkey, netuid)


def stake_held(books: Books, hotkey: int, coldkey: int, netuid: int) -> int:
    """Return the stake of one holder."""
    return figures.stake(
        books.held("TotalHotkeyAlpha", hotkey, netuid),
        books.held("TotalHotkeyShares", hotkey, netuid),
        books.held("Alpha", hotkey, coldkey, netuid),
    )


def staked(books: Books, hotkey: int, coldkey: int, netuid: int, tao: int, fee: int) -> None:
    """Stake TAO that was taken from somewhere: the fee stays in the pool, the rest buys alpha."""
    swapped = max(tao - fee, 0)
    alpha = bought(books, netuid, swapped)
    if netuid == 0:  # root swaps TAO for as much: what enters its pool stands against the stake there
        books.leak("fees on root", ROOT_BOOK, tao - swapped)
        books.leak("root swaps by a curve", ROOT_BOOK, 0 if alpha is None else swapped - alpha)
    if alpha is None:
        books.leak("refused purchase", TAO_BOOK, swapped)
        alpha = 0
    if swapped and alpha:
        update = figures.signed(alpha)
        books.leak("saturation", book_of(netuid), alpha - update, netuid)
        stake_changed(books, hotkey, coldkey, netuid, update)
    elif netuid:
        books.leak("saturation", ALPHA_BOOK, alpha, netuid)  # a pool whose product is cut off pays for nothing
    fee_kept(books, netuid, tao - swapped)
    told(books, "StakeAdded", coldkey, hotkey, swapped, alpha, netuid)


def unstaked(books: Books, hotkey: int, coldkey: int, netuid: int, alpha: int, fee: int) -> int:
    """Sell stake and return the TAO that is due to its holder; the shares go after that, if they suffice."""
    tao = sold(books, netuid, alpha)
    gone, book = 0, book_of(netuid)
    if holds_an_entry(books, hotkey, coldkey, netuid) and stake_held(books, hotkey, coldkey, netuid) >= alpha:
        gone, update = alpha, figures.negated(figures.signed(alpha))
        stake_changed(books, hotkey, coldkey, netuid, update)
        books.leak("saturation", book, -alpha - update, netuid)
    # on root the pool loses TAO instead of alpha, one for one
    books.leak("unstake pays first", book, gone - alpha, netuid)
    if tao is None:
        books.leak("refused sale", book, alpha, netuid)
    elif netuid == 0:
        books.leak("root swaps by a curve", book, alpha - tao, netuid)
    paid = max((tao or 0) - fee, 0)
    if netuid == 0:
        books.leak("fees on root", ROOT_BOOK, (tao or 0) - paid)
    fee_kept(books, netuid, (tao or 0) - paid)
    told(books, "StakeRemoved", coldkey, hotkey, paid, alpha, netuid)
    return paid


def holds_an_entry(books: Books, hotkey: int, coldkey: int, netuid: int) -> bool:
    """Whether the chain keeps an entry of shares for a holder, be it of 0."""
    if ("Alpha", hotkey, coldkey, netuid) in books.accounts:
        return books.held("Alpha", hotkey, coldkey, netuid) > 0
    pool = books.state.subnet(NetUid(netuid)).share_pools.get(AccountId(hotkey))
    return pool is not None and coldkey in pool.shares


def told(books: Books, *fields: object) -> None:
    """Note an event that the call must tell of."""
    books.events.append(tuple(map(str, fields)))


def small_rest_cleared(books: Books, hotkey: int, coldkey: int, netuid: int) -> None:
    """Pay out what is left of a nominator's stake if it is below the minimum."""
    if books.state.owner.get(AccountId(hotkey)) == coldkey:
        return
    rest = stake_held(books, hotkey, coldkey, netuid)
    if rest < books.state.parameters.nominator_min_required_stake:
        deposited(books, coldkey, unstaked(books, hotkey, coldkey, netuid, rest, 0))


def added(books: Books, step: Transition, amount: int) -> None:
    """Stake TAO of the signer."""
    signer, hotkey, netuid = _signer(step), step.argument("hotkey"), step.argument("netuid")
    paid = withdrawn(books, signer, amount)
    staked(books, hotkey, signer, netuid, paid, LAUNCH.staking_fee)


def removed(books: Books, step: Transition, hotkey: int, netuid: int, alpha: int) -> None:
    """Sell stake of the signer and pay it out."""
    signer = _signer(step)
    deposited(books, signer, unstaked(books, hotkey, signer, netuid, alpha, LAUNCH.staking_fee))
    small_rest_cleared(books, hotkey, signer, netuid)


def _add_stake(books: Books, step: Transition) -> None:
    added(books, step, step.argument("amount_staked"))


def _add_stake_limit(books: Books, step: Transition) -> None:
    netuid = step.argument("netuid")
    pool = books.state.pool(NetUid(netuid))
    stable = is_stable(books.state, netuid)
    most = figures.largest_addition(stable, pool.tao, pool.alpha_in, step.argument("limit_price"))
    added(books, step, min(step.argument("amount_staked"), most))


def _remove_stake(books: Books, step: Transition) -> None:
    removed(books, step, step.argument("hotkey"), step.argument("netuid"), step.argument("amount_unstaked"))


def _remove_stake_limit(books: Books, step: Transition) -> None:
    netuid = step.argument("netuid")
    pool = books.state.pool(NetUid(netuid))
    stable = is_stable(books.state, netuid)
    most = figures.largest_removal(stable, pool.tao, pool.alpha_in, step.argument("limit_price"))
    removed(books, step, step.argument("hotkey"), netuid, min(step.argument("amount_unstaked"), most))


def _unstake_all(books: Books, step: Transition) -> None:
    hotkey = step.argument("hotkey")
    for netuid in networks(books.state):
        alpha = stake_held(books, hotkey, _signer(step), netuid)
        if alpha:
            removed(books, step, hotkey, netuid, alpha)


def _unstake_all_alpha(books: Books, step: Transition) -> None:
    hotkey, signer, total = step.argument("hotkey"), _signer(step), 0
    for netuid in networks(books.state):
        alpha = stake_held(books, hotkey, signer, netuid) if netuid else 0
        if alpha:
            paid = unstaked(books, hotkey, signer, netuid, alpha, LAUNCH.staking_fee)
            books.leak("saturation", TAO_BOOK, max(total + paid - U64_MAX, 0))
            total = min(total + paid, U64_MAX)
            small_rest_cleared(books, hotkey, signer, netuid)
    staked(books, hotkey, signer, 0, total, 0)


def moved(books: Books, step: Transition, origin: tuple[int, int], destination: tuple[int, int]) -> int:
    """Move stake: sell it, then stake the TAO, each leg for half the fee; return the TAO that the event tells of."""
    netuids = step.argument("origin_netuid"), step.argument("destination_netuid")
    tao = unstaked(books, *origin, netuids[0], step.argument("alpha_amount"), LAUNCH.leg_fee)
    if tao >= LAUNCH.least_stake + LAUNCH.leg_fee:
        staked(books, *destination, netuids[1], tao, LAUNCH.leg_fee)
    else:
        books.leak("burned moves", TAO_BOOK, tao)
    return max(tao - LAUNCH.leg_fee, 0)


def _move_stake(books: Books, step: Transition) -> None:
    signer, old, new = _signer(step), step.argument("origin_hotkey"), step.argument("destination_hotkey")
    tao = moved(books, step, (old, signer), (new, signer))
    netuids = step.argument("origin_netuid"), step.argument("destination_netuid")
    told(books, "StakeMoved", signer, old, netuids[0], new, netuids[1], tao)


def _transfer_stake(books: Books, step: Transition) -> None:
    signer, receiver, hotkey = _signer(step), step.argument("destination_coldkey"), step.argument("hotkey")
    tao = moved(books, step, (hotkey, signer), (hotkey, receiver))
    netuids = step.argument("origin_netuid"), step.argument("destination_netuid")
    told(books, "StakeTransferred", signer, receiver, hotkey, *netuids, tao)


def _swap_stake(books: Books, step: Transition) -> None:
    signer, hotkey = _signer(step), step.argument("hotkey")
    tao = moved(books, step, (hotkey, signer), (hotkey, signer))
    told(
        books, "StakeSwapped", signer, hotkey, step.argument("origin_netuid"), step.argument("destination_netuid"), tao
    )


def _burned_register(books: Books, step: Transition) -> None:
    netuid = step.argument("netuid")
    burn = books.state.subnet(NetUid(netuid)).registration.burn
    paid = withdrawn(books, _signer(step), burn)
    alpha = bought(books, netuid, paid)
    if alpha is None:
        books.leak("refused purchase", TAO_BOOK, paid)
        alpha = 0
    books.post("registration", -alpha, "SubnetAlphaOut", netuid)
    books.flow("burned by registrations", -alpha, netuid)
    books.post("registration", burn, "RAORecycledForRegistration", netuid)


def _register_network(books: Books, step: Transition) -> None:
    state = books.state
    netuid = next(netuid for netuid in range(1, 2**16) if not state.subnet(NetUid(netuid)).added)
    # what it costs is an invariant of its own; here it counts that as much was paid as is noted
    paid = withdrawn(books, _signer(step), step.after.network_last_lock_cost)
    least = state.parameters.network_min_lock_cost
    burned = max(paid - least, 0)
    books.leak("subnet creation", POOL_BOOK, books.held("SubnetTAO", netuid) - least, netuid)
    books.flow("reserves of new subnets", least - books.held("SubnetAlphaIn", netuid), netuid)
    books.write("creation", least, "SubnetTAO", netuid)
    books.write("creation", least, "SubnetAlphaIn", netuid)
    books.post("lock", -burned, "TotalIssuance")
    books.flow("burned by locks", -burned)
    books.leak("subnet creation", TAO_BOOK, paid - burned, netuid)


def _dissolve_network(books: Books, step: Transition) -> None:
    netuid = step.argument("netuid")
    locked = books.held("SubnetLocked", netuid)
    deposited(books, books.state.subnet(NetUid(netuid)).owner or 0, locked)
    books.post("returned", -locked, "SubnetLocked", netuid)
    books.leak("returned lock", TAO_BOOK, -locked, netuid)


def _swap_hotkey(books: Books, step: Transition) -> None:
    state, old, new = books.state, step.argument("hotkey"), step.argument("new_hotkey")
    paid = withdrawn(books, _signer(step), KEY_SWAP_COST)
    books.post("swap of keys", -paid, "TotalIssuance")
    books.flow("burned by swaps of keys", -paid)
    halfway = old in state.senate and new in state.senate
    for netuid, subnet in state.subnets.items():
        pool = subnet.share_pools.get(AccountId(old))
        if pool is None:
            continue
        if subnet.added:
            for item, amount in (("TotalHotkeyAlpha", pool.total_alpha), ("TotalHotkeyShares", pool.denominator)):
                books.post("swap of keys", -amount, item, old, netuid)
                books.post("swap of keys", amount, item, new, netuid)
        for holder, shares in () if halfway else pool.shares.items():
            books.post("swap of keys", -shares, "Alpha", old, holder, netuid)
            books.post("swap of keys", shares, "Alpha", new, holder, netuid)


def _swap_coldkey(books: Books, step: Transition) -> None:
    state, old, new = books.state, step.argument("old_coldkey"), step.argument("new_coldkey")
    paid = withdrawn(books, old, step.argument("swap_cost"))
    books.post("swap of keys", -paid, "TotalIssuance")
    books.flow("burned by swaps of keys", -paid)
    for netuid in networks(state):
        for hotkey in state.staking_hotkeys.get(AccountId(old), ()):
            shares = books.held("Alpha", hotkey, old, netuid)
            books.post("swap of keys", -shares, "Alpha", hotkey, old, netuid)
            books.post("swap of keys", shares, "Alpha", hotkey, new, netuid)
    balance = books.held("Balance", old)
    books.post("swap of keys", -balance, "Balance", old)
    books.post("swap of keys", -balance, "BalancesTotalIssuance")
    deposited(books, new, balance)


def _transfer(books: Books, step: Transition) -> None:
    signer, receiver, value = _signer(step), step.argument("dest"), step.argument("value")
    if value == 0 or signer == receiver:
        return
    rest = books.held("Balance", signer) - value
    dust = rest if rest < EXISTENTIAL_DEPOSIT else 0
    books.post("transfer", -value - dust, "Balance", signer)
    books.post("transfer", -value - dust, "BalancesTotalIssuance")
    books.leak("dust", TAO_BOOK, dust)
    deposited(books, receiver, value)


def _nothing(books: Books, step: Transition) -> None:
    """Move no money."""


def _signer(step: Transition) -> int:
    if step.signer is None:
        raise ValueError(f"{step.name} was accepted of the root origin")
    return step.signer


CALLS: Mapping[str, Callable[[Books, Transition], None]] = {
    "add_stake": _add_stake,
    "add_stake_limit": _add_stake_limit,
    "remove_stake": _remove_stake,
    "remove_stake_limit": _remove_stake_limit,
    "unstake_all": _unstake_all,
    "unstake_all_alpha": _unstake_all_alpha,
    "move_stake": _move_stake,
    "transfer_stake": _transfer_stake,
    "swap_stake": _swap_stake,
    "swap_stake_limit": _swap_stake,
    "burned_register": _burned_register,
    "register_network": _register_network,
    "dissolve_network": _dissolve_network,
    "swap_hotkey": _swap_hotkey,
    "swap_coldkey": _swap_coldkey,
    "transfer": _transfer,
    "root_register": _nothing,
    "set_weights": _nothing,
    "set_children": _nothing,
    "set_childkey_take": _nothing,
    "increase_take": _nothing,
    "decrease_take": _nothing,
}
"""What each call does to the books, once it is accepted."""
