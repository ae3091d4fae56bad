"""The books of a call: which accounts it changes, in order, and by how much."""

from collections.abc import Callable, Mapping

from dtao.units import U64_MAX, NetUid
from dtao_properties.model.ledger import fees, figures
from dtao_properties.model.ledger.books import ALPHA_BOOK, POOL_BOOK, TAO_BOOK, Books
from dtao_properties.model.ledger.keys import coldkey_swapped, hotkey_swapped
from dtao_properties.model.ledger.legs import (
    bought,
    deposited,
    fee_of,
    networks,
    signer_of,
    small_rest_cleared,
    stake_held,
    stake_taken,
    staked,
    told,
    unstaked,
    withdrawn,
)
from dtao_properties.model.ledger.payments import EXISTENTIAL_DEPOSIT
from dtao_properties.model.step import Step

LEAST_STAKE = 500_000


def added(books: Books, step: Step, amount: int) -> None:
    """Stake TAO of the signer."""
    signer, hotkey, netuid = signer_of(step), step.argument("hotkey"), step.argument("netuid")
    paid = withdrawn(books, signer, amount)
    staked(books, hotkey, signer, netuid, paid, fees.FLAT)


def removed(books: Books, signer: int, hotkey: int, netuid: int, alpha: int, asked: int) -> None:
    """Sell stake of the signer and pay it out, for the fee of what was asked."""
    fee = fee_of(books, hotkey, netuid, asked)
    deposited(books, signer, unstaked(books, hotkey, signer, netuid, alpha, fee))
    small_rest_cleared(books, hotkey, signer, netuid)


def all_of_it(books: Books, hotkey: int, coldkey: int, netuid: int) -> int:
    """Return what is sold of a stake when all is to be unstaked: all, or nothing where none may be removed."""
    alpha = stake_held(books, hotkey, coldkey, netuid)
    if not books.terms.unstakes_what_may_be_removed:
        return alpha
    if books.terms.tokens_gate and not books.state.subnet(NetUid(netuid)).subtoken_enabled:
        return 0
    reserves = books.held("SubnetAlphaIn", netuid), books.held("SubnetTAO", netuid)
    mechanism = books.state.subnet(NetUid(netuid)).mechanism
    tao = figures.payout(mechanism, *reserves, alpha, books.terms.largest)
    return alpha if (tao or 0) > LEAST_STAKE else 0


def _add_stake(books: Books, step: Step) -> None:
    added(books, step, step.argument("amount_staked"))


def _add_stake_limit(books: Books, step: Step) -> None:
    netuid = step.argument("netuid")
    pool = books.state.pool(NetUid(netuid))
    stable = fees.is_stable(books.state, netuid)
    most = figures.largest_addition(stable, pool.tao, pool.alpha_in, step.argument("limit_price"))
    added(books, step, min(step.argument("amount_staked"), most))


def _remove_stake(books: Books, step: Step) -> None:
    alpha = step.argument("amount_unstaked")
    removed(books, signer_of(step), step.argument("hotkey"), step.argument("netuid"), alpha, alpha)


def _remove_stake_limit(books: Books, step: Step) -> None:
    netuid = step.argument("netuid")
    pool = books.state.pool(NetUid(netuid))
    stable = fees.is_stable(books.state, netuid)
    most = figures.largest_removal(stable, pool.tao, pool.alpha_in, step.argument("limit_price"))
    asked = step.argument("amount_unstaked")
    removed(books, signer_of(step), step.argument("hotkey"), netuid, min(asked, most), asked)


def _unstake_all(books: Books, step: Step) -> None:
    hotkey, signer = step.argument("hotkey"), signer_of(step)
    for netuid in networks(books.state):
        alpha = all_of_it(books, hotkey, signer, netuid)
        if alpha:
            removed(books, signer, hotkey, netuid, alpha, alpha)


def _unstake_all_alpha(books: Books, step: Step) -> None:
    hotkey, signer, total = step.argument("hotkey"), signer_of(step), 0
    for netuid in networks(books.state):
        alpha = all_of_it(books, hotkey, signer, netuid) if netuid else 0
        if alpha:
            paid = unstaked(books, hotkey, signer, netuid, alpha, fee_of(books, hotkey, netuid, alpha))
            books.leak("saturation", TAO_BOOK, max(total + paid - U64_MAX, 0))
            total = min(total + paid, U64_MAX)
            small_rest_cleared(books, hotkey, signer, netuid)
    staked(books, hotkey, signer, 0, total, 0)


def moved(books: Books, step: Step, origin: tuple[int, int], destination: tuple[int, int], most: int = U64_MAX) -> int:
    """Move stake: sell it, then stake the TAO, each leg for half the fee; return the TAO that the event tells of."""
    netuids, asked = _netuids(step), step.argument("alpha_amount")
    fee = fees.FLAT if netuids[0] == netuids[1] else fee_of(books, origin[0], netuids[0], asked)
    tao = unstaked(books, *origin, netuids[0], min(asked, most), fee // 2)
    if tao >= LEAST_STAKE + fee // 2:
        staked(books, *destination, netuids[1], tao, fee // 2)
    else:
        books.leak("burned moves", TAO_BOOK, tao)
    return max(tao - fee // 2, 0)


def _netuids(step: Step) -> tuple[int, int]:
    return step.argument("origin_netuid"), step.argument("destination_netuid")


def _move_stake(books: Books, step: Step) -> None:
    signer, old, new = signer_of(step), step.argument("origin_hotkey"), step.argument("destination_hotkey")
    tao = moved(books, step, (old, signer), (new, signer))
    netuids = _netuids(step)
    told(books, "StakeMoved", signer, old, netuids[0], new, netuids[1], tao)


def _transfer_stake(books: Books, step: Step) -> None:
    signer, receiver, hotkey = signer_of(step), step.argument("destination_coldkey"), step.argument("hotkey")
    tao = moved(books, step, (hotkey, signer), (hotkey, receiver))
    told(books, "StakeTransferred", signer, receiver, hotkey, *_netuids(step), tao)


def _swap_stake(books: Books, step: Step, most: int = U64_MAX) -> None:
    signer, hotkey = signer_of(step), step.argument("hotkey")
    tao = moved(books, step, (hotkey, signer), (hotkey, signer), most)
    told(books, "StakeSwapped", signer, hotkey, *_netuids(step), tao)


def _swap_stake_limit(books: Books, step: Step) -> None:
    if not books.terms.limits_of_swaps_bind:
        return _swap_stake(books, step)
    origin, destination = (_end(books, netuid) for netuid in _netuids(step))
    most = figures.largest_move(origin, destination, step.argument("limit_price"), books.terms.largest)
    return _swap_stake(books, step, most)


def _end(books: Books, netuid: int) -> figures.End:
    state, pool = books.state, books.state.pool(NetUid(netuid))
    return figures.End(fees.is_stable(state, netuid), state.subnet(NetUid(netuid)).mechanism, pool.tao, pool.alpha_in)


def _recycle_alpha(books: Books, step: Step) -> None:
    netuid, alpha = step.argument("netuid"), _given_up(books, step)
    before = books.held("SubnetAlphaOut", netuid)
    books.post("recycled", -alpha, "SubnetAlphaOut", netuid)
    books.flow("recycled", books.held("SubnetAlphaOut", netuid) - before, netuid)


def _burn_alpha(books: Books, step: Step) -> None:
    books.leak("burned alpha", ALPHA_BOOK, _given_up(books, step), step.argument("netuid"))


def _given_up(books: Books, step: Step) -> int:
    netuid = step.argument("netuid")
    gone, alpha = stake_taken(books, step.argument("hotkey"), signer_of(step), netuid, step.argument("amount"))
    books.leak("saturation", ALPHA_BOOK, gone - alpha, netuid)
    return alpha


def _burned_register(books: Books, step: Step) -> None:
    netuid = step.argument("netuid")
    burn = books.state.subnet(NetUid(netuid)).registration.burn
    paid = withdrawn(books, signer_of(step), burn)
    alpha = bought(books, netuid, paid)
    if alpha is None:
        books.leak("refused purchase", TAO_BOOK, paid)
        alpha = 0
    books.post("registration", -alpha, "SubnetAlphaOut", netuid)
    books.flow("burned by registrations", -alpha, netuid)
    books.post("registration", burn, "RAORecycledForRegistration", netuid)


def _register_network(books: Books, step: Step) -> None:
    state = books.state
    netuid = next(netuid for netuid in range(1, 2**16) if not state.subnet(NetUid(netuid)).added)
    # what it costs is an invariant of its own; here it counts that as much was paid as is noted
    paid = withdrawn(books, signer_of(step), step.after.network_last_lock_cost)
    least = state.parameters.network_min_lock_cost
    burned = max(paid - least, 0)
    books.leak("overwritten reserves", POOL_BOOK, books.held("SubnetTAO", netuid), netuid)
    books.flow("reserves of new subnets", least - books.held("SubnetAlphaIn", netuid), netuid)
    books.write("creation", least, "SubnetTAO", netuid)
    books.write("creation", least, "SubnetAlphaIn", netuid)
    books.post("lock", -burned, "TotalIssuance")
    books.flow("burned by locks", -burned)
    counted = least if books.terms.new_pool_counts else 0
    books.post("creation", counted, "TotalStake")
    name = "short reserve" if books.terms.new_pool_counts else "subnet creation"
    books.leak(name, TAO_BOOK, paid - burned - counted, netuid)
    books.leak(name, POOL_BOOK, counted - least, netuid)


def _dissolve_network(books: Books, step: Step) -> None:
    netuid = step.argument("netuid")
    locked = books.held("SubnetLocked", netuid)
    deposited(books, books.state.subnet(NetUid(netuid)).owner or 0, locked)
    books.post("returned", -locked, "SubnetLocked", netuid)
    books.leak("returned lock", TAO_BOOK, -locked, netuid)


def _transfer(books: Books, step: Step) -> None:
    signer, receiver, value = signer_of(step), step.argument("dest"), step.argument("value")
    if value == 0 or signer == receiver:
        return
    rest = books.held("Balance", signer) - value
    dust = rest if rest < EXISTENTIAL_DEPOSIT else 0
    books.post("transfer", -value - dust, "Balance", signer)
    books.post("transfer", -value - dust, "BalancesTotalIssuance")
    books.leak("dust", TAO_BOOK, dust)
    deposited(books, receiver, value)


def _nothing(books: Books, step: Step) -> None:
    """Move no money."""


CALLS: Mapping[str, Callable[[Books, Step], None]] = {
    "add_stake": _add_stake,
    "add_stake_limit": _add_stake_limit,
    "remove_stake": _remove_stake,
    "remove_stake_limit": _remove_stake_limit,
    "unstake_all": _unstake_all,
    "unstake_all_alpha": _unstake_all_alpha,
    "move_stake": _move_stake,
    "transfer_stake": _transfer_stake,
    "swap_stake": _swap_stake,
    "swap_stake_limit": _swap_stake_limit,
    "burned_register": _burned_register,
    "register_network": _register_network,
    "dissolve_network": _dissolve_network,
    "swap_hotkey": hotkey_swapped,
    "swap_coldkey": coldkey_swapped,
    "transfer": _transfer,
    "root_register": _nothing,
    "set_weights": _nothing,
    "set_children": _nothing,
    "set_childkey_take": _nothing,
    "increase_take": _nothing,
    "decrease_take": _nothing,
    "try_associate_hotkey": _nothing,
    "start_call": _nothing,
    "recycle_alpha": _recycle_alpha,
    "burn_alpha": _burn_alpha,
    "set_pending_childkey_cooldown": _nothing,
}
"""What each call does to the books, once it is accepted."""
