"""What calls are made of: payments, swaps in a pool, stake that is added or removed, one leg after another."""

from dtao.state import State
from dtao.units import U64_MAX, AccountId, NetUid
from dtao_properties.model.ledger import figures
from dtao_properties.model.ledger.books import ALPHA_BOOK, ROOT_BOOK, TAO_BOOK, Books
from dtao_properties.model.ledger.payments import EXISTENTIAL_DEPOSIT, payable
from dtao_properties.model.step import Step


def book_of(netuid: int) -> str:
    """Return the book on which the stakes of a network stand."""
    return ALPHA_BOOK if netuid else ROOT_BOOK


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
    paid = payable(books.held("Balance", account), amount)
    books.post("withdrawal", -paid, "Balance", account)
    books.post("withdrawal", -paid, "BalancesTotalIssuance")
    return paid


def bought(books: Books, netuid: int, tao: int) -> int | None:
    """Swap TAO into a pool and return the alpha that it pays, None for want of liquidity."""
    mechanism = books.state.subnet(NetUid(netuid)).mechanism
    alpha = figures.payout(
        mechanism, books.held("SubnetTAO", netuid), books.held("SubnetAlphaIn", netuid), tao, books.terms.largest
    )
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
    tao = figures.payout(
        mechanism, books.held("SubnetAlphaIn", netuid), books.held("SubnetTAO", netuid), alpha, books.terms.largest
    )
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


def stake_changed(books: Books, hotkey: int, coldkey: int, netuid: int, update: int) -> int:
    """Add to the stake of one holder (an i64): to the hotkey's total, and the shares that it is worth.

    Return what counts as the change.
    """
    total = books.held("TotalHotkeyAlpha", hotkey, netuid)
    denominator = books.held("TotalHotkeyShares", hotkey, netuid)
    if books.terms.shares_first:
        held = books.held("Alpha", hotkey, coldkey, netuid)
        pool, change = figures.after_update(figures.Shared(total, denominator, held), update)
        books.write("stake", pool.total, "TotalHotkeyAlpha", hotkey, netuid)
        books.write("stake", pool.denominator, "TotalHotkeyShares", hotkey, netuid)
        books.write("stake", pool.held, "Alpha", hotkey, coldkey, netuid)
        books.leak("saturation", book_of(netuid), change - (pool.total - total), netuid)
        return change
    if update == 0 and denominator:
        return 0
    after = figures.total_after(total, update)
    if after - total != update:
        books.leak("saturation", book_of(netuid), update - (after - total), netuid)
    books.post("stake", after - total, "TotalHotkeyAlpha", hotkey, netuid)
    if denominator == 0:
        books.write("stake", after << 64, "TotalHotkeyShares", hotkey, netuid)
        books.write("stake", after << 64, "Alpha", hotkey, coldkey, netuid)
        return update
    change = figures.shares_for(total, denominator, update)
    books.post("stake", change, "TotalHotkeyShares", hotkey, netuid)
    books.post("stake", change, "Alpha", hotkey, coldkey, netuid)
    return update


def stake_held(books: Books, hotkey: int, coldkey: int, netuid: int) -> int:
    """Return the stake of one holder."""
    pool = figures.Shared(
        books.held("TotalHotkeyAlpha", hotkey, netuid),
        books.held("TotalHotkeyShares", hotkey, netuid),
        books.held("Alpha", hotkey, coldkey, netuid),
    )
    return (
        figures.few_stake(pool) if books.terms.shares_first else figures.stake(pool.total, pool.denominator, pool.held)
    )


def stake_given(books: Books, hotkey: int, coldkey: int, netuid: int, alpha: int) -> int:
    """Give alpha to a holder as stake, and return what the step tells of it."""
    update = figures.signed(alpha)
    change = stake_changed(books, hotkey, coldkey, netuid, update)
    books.leak("saturation", book_of(netuid), alpha - change, netuid)
    if not books.terms.shares_first:
        return alpha
    return abs(change) if books.terms.losses_count else max(change, 0)


def stake_taken(books: Books, hotkey: int, coldkey: int, netuid: int, alpha: int) -> tuple[int, int]:
    """Take alpha from a holder's stake; return by how much it was to fall, and what counts as taken."""
    change = 0
    if holds_an_entry(books, hotkey, coldkey, netuid) and stake_held(books, hotkey, coldkey, netuid) >= alpha:
        change = -stake_changed(books, hotkey, coldkey, netuid, figures.negated(figures.signed(alpha)))
    if not books.terms.shares_first:
        return change, alpha
    lost = figures.negated(-change)
    return change, abs(change) if books.terms.losses_count else max(lost, 0)


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
        alpha = stake_given(books, hotkey, coldkey, netuid, alpha)
    elif netuid:
        books.leak("saturation", ALPHA_BOOK, alpha, netuid)  # a pool whose product is cut off pays for nothing
    fee_kept(books, netuid, tao - swapped)
    if books.terms.shares_first and not swapped:
        alpha = 0
    traded(books, "StakeAdded", coldkey, hotkey, swapped, alpha, netuid, tao - swapped)


def unstaked(books: Books, hotkey: int, coldkey: int, netuid: int, alpha: int, fee: int) -> int:
    """Sell stake and return the TAO that is due to its holder.

    At the launch all of the alpha is sold, and the shares go after that, if they suffice; later what they gave up.
    """
    if books.terms.shares_first:
        gone, alpha = stake_taken(books, hotkey, coldkey, netuid, alpha)
        tao = sold(books, netuid, alpha)
    else:
        tao = sold(books, netuid, alpha)
        gone, _ = stake_taken(books, hotkey, coldkey, netuid, alpha)
    book = book_of(netuid)
    # on root the pool loses TAO instead of alpha, one for one
    books.leak("unstake pays first" if gone == 0 else "saturation", book, gone - alpha, netuid)
    if tao is None:
        books.leak("refused sale", book, alpha, netuid)
    elif netuid == 0:
        books.leak("root swaps by a curve", book, alpha - tao, netuid)
    paid = max((tao or 0) - fee, 0)
    if netuid == 0:
        books.leak("fees on root", ROOT_BOOK, (tao or 0) - paid)
    fee_kept(books, netuid, (tao or 0) - paid)
    traded(books, "StakeRemoved", coldkey, hotkey, paid, alpha, netuid, (tao or 0) - paid)
    return paid


def fee_of(books: Books, hotkey: int, netuid: int, alpha: int) -> int:
    """Return what unstaking costs."""
    return books.terms.fee(books.state, hotkey, netuid, alpha)


def traded(books: Books, name: str, *fields: object) -> None:
    """Note the event of a stake that was added or removed; its last field is the fee, if the version names it."""
    told(books, name, *(fields if books.terms.events_name_fees else fields[:-1]))


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


def signer_of(step: Step) -> int:
    """Return who signed an accepted call."""
    if step.signer is None:
        raise ValueError(f"{step.name} was accepted of the root origin")
    return step.signer
