"""Stake that enters and leaves by swaps of concentrated liquidity: from 283 on what ``stake`` is before."""

from attrs import frozen

from dtao.units import U64_MAX, AccountId
from dtao_properties.model import accounts, ranges
from dtao_properties.model.claims import root_stake_bought, root_stake_sold, stake_counted
from dtao_properties.model.stake import DECIMAL_SINCE, credit_stake, debit_stake, deposited, ledger_of, stake_held
from dtao_properties.model.storage_model import (
    ACCOUNT_LEDGER,
    ACCOUNTS_SINCE,
    ALPHA_LEDGER,
    TAO_LEDGER,
    StorageModel,
)
from dtao_spec.chapters.concentrated.pool import Swapped

VALUED_SINCE = 298
"""The first version in which a small nomination is judged by its worth, and moves leave free of a fee."""
AUTHORS = "fees to authors"
REFUSED_PAYMENT = "refused payment"
CLAIMS_MOVE_SINCE = 366
"""The first version in which what counts as claimed moves with stake within root."""
OF_POSITION = range(347, 352)
"""The versions in which the flow of TAO is that of the chain's own position."""
UNBACKED = "stake on stable subnets"


def staked(
    model: StorageModel,
    hotkey: int,
    coldkey: int,
    netuid: int,
    tao: int,
    limit: int | None = None,
    is_free: bool = False,
) -> bool:
    """Stake TAO that was taken from somewhere, up to a limit; say whether stake was added.

    From 411 on it is the coldkey's, who pays the subnet.
    """
    if model.since(ACCOUNTS_SINCE):
        tao = accounts.paid_in(model, netuid, coldkey, tao)
    before = protocol_tao(model, netuid)
    swap = ranges.bought(model, netuid, tao, limit, is_free)
    if isinstance(swap, str):
        return False
    unbacked(model, netuid, tao, swap.paid_out)
    deposit = credit_stake(model, hotkey, coldkey, netuid, swap.paid_out)
    model.append(hotkey, "StakingHotkeys", coldkey)
    if deposit == 0:
        return False
    _pay_buyers_fee(model, netuid, swap.to_author)
    flowed(model, netuid, tao if model.step.era.spec_version in OF_POSITION else swap.paid_in, before)
    if netuid == 0:
        root_stake_bought(model, hotkey, coldkey, swap.paid_out)
    model.emit_stake("StakeAdded", coldkey, hotkey, tao, swap.paid_out, netuid, swap.fee)
    return True


def unstaked(
    model: StorageModel,
    hotkey: int,
    coldkey: int,
    netuid: int,
    alpha: int,
    limit: int | None = None,
    is_free: bool = False,
) -> int:
    """Sell stake down to a limit, return what the swap did not take, and say how much TAO is due."""
    before = protocol_tao(model, netuid)
    gone, withdrawn = debit_stake(model, hotkey, coldkey, netuid, alpha)
    model.leak("saturation", ledger_of(netuid), gone - withdrawn, netuid)
    swap = ranges.sold(model, netuid, withdrawn, limit, is_free)
    if isinstance(swap, str):
        return 0
    sale = Sale(hotkey, coldkey, netuid, alpha, withdrawn)
    return swap.paid_out if _settled(model, sale, swap, before) else 0


def paid_to_seller(model: StorageModel, coldkey: int, tao: int) -> None:
    """Pay what a sale brought, unless the account of the subnet has paid it."""
    if not model.since(ACCOUNTS_SINCE):
        deposited(model, coldkey, tao)


def _pay_buyers_fee(model: StorageModel, netuid: int, fee: int) -> None:
    """Pay the TAO of a fee to the author of the block; it stays counted as total stake, and in no reserve."""
    author = model.state.block_author
    if model.since(ACCOUNTS_SINCE):
        _pay_author(model, netuid, accounts.BURNED if author is None else author, fee)
    elif fee and author is not None:
        deposited(model, author, fee)
        model.leak(AUTHORS, TAO_LEDGER, -fee, netuid)
    elif fee:
        model.post("fee", -fee, "TotalIssuance")
        model.flow("fees without an author", -fee)
        model.leak(AUTHORS, TAO_LEDGER, -fee, netuid)


def _pay_author(model: StorageModel, netuid: int, author: int, fee: int) -> None:
    """Pay a fee from the account of the subnet to the author, or to where fees without one are burned, if possible."""
    account = accounts.account_of(model, netuid)
    if accounts.is_payable(model, account, author, fee):
        accounts.transferred(model, account, author, fee)
        accounts.noted_as_sent(model, author, fee)
        model.leak("fees of swaps", ACCOUNT_LEDGER, -fee, netuid)


def _pay_sellers_fee(model: StorageModel, netuid: int, fee: int) -> int | None:
    """Sell the alpha of a fee for the author of the block; return the TAO, or None if it cannot be sold or paid."""
    author = model.state.block_author
    if "POOL-30" not in model.rules:
        return 0
    if author is None:
        accounts.alpha_counted(model, "burned", netuid, fee)
        return 0
    swap = ranges.sold(model, netuid, fee, is_free=True)
    if isinstance(swap, str):
        return None
    model.leak("fees of swaps", ledger_of(netuid), -swap.paid_in, netuid)
    return swap.paid_out if _is_paid(model, netuid, author, swap.paid_out) else None


def _is_paid(model: StorageModel, netuid: int, coldkey: int, tao: int) -> bool:
    """Pay what a sale brought, from 411 on from the account of the subnet; say whether that was possible."""
    if not model.since(ACCOUNTS_SINCE):
        deposited(model, coldkey, tao)
    elif accounts.may_pay_out(model, netuid, coldkey, tao):
        accounts.paid_out(model, netuid, coldkey, tao)
    else:
        model.leak(REFUSED_PAYMENT, ACCOUNT_LEDGER, tao, netuid)
        return False
    return True


def flowed(model: StorageModel, netuid: int, tao: int, before: int) -> None:
    """Count TAO that came in, or went out if it is below 0, and what the chain's own position gained meanwhile."""
    if "FLOW-1" in model.rules:
        gained = protocol_tao(model, netuid) - before
        flow = model.rules["FLOW-1"](model.held("SubnetTaoFlow", netuid), abs(tao), tao > 0, gained)
        model.write(flow, "SubnetTaoFlow", netuid)


def protocol_tao(model: StorageModel, netuid: int) -> int:
    """Return the TAO of the chain's own position at the present price; 0 without one, and where nobody asks for it."""
    return ranges.chain_tao(model, netuid) if model.step.era.spec_version in OF_POSITION else 0


@frozen
class Sale:
    """Whose stake was sold, how much was to be, and how much left the shares."""

    hotkey: int
    coldkey: int
    netuid: int
    alpha: int
    withdrawn: int


def _settled(model: StorageModel, sale: Sale, swap: Swapped, before: int) -> bool:
    """Return what a swap did not take, pay the seller from 411 on, and the author; say whether nothing was refused."""
    hotkey, coldkey, netuid = sale.hotkey, sale.coldkey, sale.netuid
    unbacked(model, netuid, -swap.paid_out, -swap.paid_in)
    rest = model.rules["STAKE-5"](sale.withdrawn, swap.paid_in, swap.fee)
    if rest:
        credit_stake(model, hotkey, coldkey, netuid, rest)
        model.append(hotkey, "StakingHotkeys", coldkey)
    if model.since(ACCOUNTS_SINCE) and not _is_paid(model, netuid, coldkey, swap.paid_out):
        return False
    proceeds = _pay_sellers_fee(model, netuid, swap.to_author)
    if proceeds is None:
        return False
    if netuid == 0:
        root_stake_sold(model, hotkey, coldkey, sale.alpha)
    flowed(model, netuid, -swap.paid_out - proceeds, before)
    left = swap.paid_in if model.since(DECIMAL_SINCE) else sale.withdrawn
    model.emit_stake("StakeRemoved", coldkey, hotkey, swap.paid_out, left, netuid, swap.fee)
    return True


def unbacked(model: StorageModel, netuid: int, tao: int, alpha: int) -> None:
    """Name what stands in no reserve: stake on a subnet of which the mechanism is stable."""
    if not ranges.is_dynamic(model.state, netuid) and not model.since(ranges.STABLE_MOVES):
        model.leak(UNBACKED, TAO_LEDGER, tao, netuid)
        model.leak(UNBACKED, ledger_of(netuid), -alpha, netuid)


def nomination_cleared(model: StorageModel, hotkey: int, coldkey: int, netuid: int) -> None:
    """Pay out what is left of a nominator's stake if it is below the minimum; take it away if the pool refuses it."""
    if model.state.owner.get(AccountId(hotkey)) == coldkey:
        return None
    rest, minimum = stake_held(model, hotkey, coldkey, netuid), model.state.parameters.nominator_min_required_stake
    if model.since(VALUED_SINCE):
        price = ranges.price_now(model, netuid)
        is_small = model.rules["STAKE-6"](rest, minimum, price)
    else:
        is_small = rest < minimum
    if not is_small or (model.since(ranges.STABLE_MOVES) and rest == 0):
        return None
    before = protocol_tao(model, netuid)
    gone, withdrawn = debit_stake(model, hotkey, coldkey, netuid, rest)
    model.leak("saturation", ledger_of(netuid), gone - withdrawn, netuid)
    swap = ranges.sold(model, netuid, withdrawn)
    if not isinstance(swap, str):
        if _settled(model, Sale(hotkey, coldkey, netuid, rest, withdrawn), swap, before):
            return paid_to_seller(model, coldkey, swap.paid_out)
        if not model.since(ACCOUNTS_SINCE):
            model.leak("refused fee", TAO_LEDGER, swap.paid_out, netuid)
        withdrawn = 0
    more, _ = debit_stake(model, hotkey, coldkey, netuid, stake_held(model, hotkey, coldkey, netuid))
    return model.leak("refused sale", ledger_of(netuid), withdrawn + more, netuid)


def moved_within(
    model: StorageModel, origin: tuple[int, int], destination: tuple[int, int], netuid: int, alpha: int
) -> int:
    """Move stake within a subnet, without a swap; return its worth."""
    gone, withdrawn = debit_stake(model, *origin, netuid, alpha)
    model.leak("saturation", ledger_of(netuid), gone - withdrawn, netuid)
    credited = credit_stake(model, *destination, netuid, withdrawn)
    if netuid == 0 and model.since(CLAIMS_MOVE_SINCE):
        stake_counted(model, *origin, alpha, False)
        stake_counted(model, *destination, withdrawn, True)
    if withdrawn:
        model.append(destination[0], "StakingHotkeys", destination[1])
    worth = min(int(model.rules["MOVE-6"](credited, ranges.price_now(model, netuid))), U64_MAX)
    model.emit_stake("StakeRemoved", origin[1], origin[0], worth, withdrawn, netuid, 0)
    model.emit_stake("StakeAdded", destination[1], destination[0], worth, credited, netuid, 0)
    return worth


def burned_for_registration(model: StorageModel, netuid: int, paid: int) -> int:
    """Buy alpha with the price of a registration; return what was bought."""
    swap = ranges.bought(model, netuid, paid)
    if isinstance(swap, str):
        return 0
    if model.since(ACCOUNTS_SINCE):
        flowed(model, netuid, paid, 0)
    if not ranges.is_dynamic(model.state, netuid) and not model.since(ranges.STABLE_MOVES):
        model.leak(UNBACKED, TAO_LEDGER, paid, netuid)
        model.leak(UNBACKED, ALPHA_LEDGER, -swap.paid_out, netuid)
    return swap.paid_out
