"""Fees of swaps: they stay in the pool, or are paid to the author of the block.

The trades of :mod:`dtao.transitions.swap_stake` pay them by the version's own functions.
"""

from dtao.evolving import evolve
from dtao.outcome import Rejected, Rejection
from dtao.rule import implements
from dtao.state import State
from dtao.transitions import liquidity, subnet_accounts
from dtao.transitions.balances import deposit
from dtao.units import Alpha, NetUid, Rao


def pay_no_fee_of_buyer(state: State, netuid: NetUid, fee: int) -> State:
    """Return the state as it is: a fee stays in the pool."""
    return state


def pay_no_fee_of_seller(state: State, netuid: NetUid, fee: Alpha) -> tuple[State, Rao | str]:
    """Return the state as it is, and that nothing is paid: a fee stays in the pool."""
    return state, Rao(0)


@implements("POOL-30")
def pay_fee_of_buyer_to_author(state: State, netuid: NetUid, fee: int) -> State:
    """Return the state after the author of the block got the TAO that a buyer of alpha paid as a fee.

    If the author is not known, the TAO is issued no more.
    """
    if state.block_author is None:
        return evolve(state, total_issuance=Rao(max(state.total_issuance - fee, 0)))
    return deposit(state, state.block_author, Rao(fee)) if fee else state


@implements("POOL-30")
def pay_fee_of_seller_to_author(state: State, netuid: NetUid, fee: Alpha) -> tuple[State, Rao | str]:
    """Return the state after a seller's fee was sold, free of fees, for the author of the block; and what it came to.

    The name of a rejection instead if the pool does not buy it. If the author is not known, the alpha is nobody's.
    """
    author = state.block_author
    if author is None:
        return state, Rao(0)
    state, result = liquidity.try_sell(state, netuid, fee, is_free=True)
    if isinstance(result, Rejection):
        return state, result
    paid = Rao(result.paid_out)
    return (deposit(state, author, paid) if paid else state), paid


@implements("POOL-30")
def pay_fee_of_buyer_from_subnet(state: State, netuid: NetUid, fee: int) -> State:
    """Return the state after the subnet paid the author of the block the TAO that a buyer of alpha paid as a fee.

    If the author is not known, it is burned, on an account where it counts as issued, unless that is refused.
    """
    account = subnet_accounts.account_of(netuid)
    if state.block_author is not None:
        return subnet_accounts.transfer_tao(state, account, state.block_author, Rao(fee))
    try:
        return subnet_accounts.transfer_tao(state, account, subnet_accounts.BURNED, Rao(fee))
    except Rejected:
        return state


@implements("POOL-30")
def pay_fee_of_seller_from_subnet(state: State, netuid: NetUid, fee: Alpha) -> tuple[State, Rao | str]:
    """Return the state after a seller's fee was sold for the author of the block, whom the subnet paid; and the TAO.

    The name of a rejection instead if the pool does not buy it, or the TAO cannot be paid. If the author is not known,
    the alpha is nobody's, and counts as burned.
    """
    author = state.block_author
    if author is None:
        return state.runtime.assets.burn(state, netuid, fee), Rao(0)
    state, result = liquidity.try_sell(state, netuid, fee, is_free=True)
    if isinstance(result, Rejection):
        return state, result
    try:
        return subnet_accounts.transfer_tao_from_subnet(state, netuid, author, Rao(result.paid_out)), Rao(
            result.paid_out
        )
    except Rejected as refusal:
        return state, refusal.rejection
