"""Who holds the TAO of pools: nobody before 411, an account of each subnet from then on.

Until 402 a pool is a number: TAO that is staked leaves the balances, TAO that is unstaked is issued to them anew. From
411 on each subnet has an account, and TAO moves between it and those of coldkeys.
"""

from dtao.evolving import copier
from dtao.outcome import Rejected, Rejection, require
from dtao.params import EXISTENTIAL_DEPOSIT
from dtao.rule import implements
from dtao.state import BlockContext, State
from dtao.transitions import balances
from dtao.units import ROOT, U16_MAX, AccountId, NetUid, Rao

_with_balances = copier(State, "balances")
TYPE_BYTES = 12
"""The bytes that mark an account of a pallet and name the pallet; two more hold the netuid, the rest are 0."""
SUBNETS = int.from_bytes(b"modlsubtensr", "little")
BURNED = AccountId(int.from_bytes(b"modlburntnsr", "little"))
"""The account that holds what is burned and still counts as issued."""


@implements("STATE-17")
def account_of(netuid: NetUid) -> AccountId:
    """Return the account of a subnet, root among them. Mirrors ``get_subnet_account_id``."""
    return AccountId(SUBNETS + (netuid << 8 * TYPE_BYTES))


@implements("STATE-17")
def is_of_subnet(account: AccountId) -> bool:
    """Whether an account is that of a netuid, of a subnet or not. Mirrors ``is_subnet_account_id``."""
    netuid, marked = divmod(account, 1 << 8 * TYPE_BYTES)
    return marked == SUBNETS and netuid <= U16_MAX


def is_of_no_subnet(account: AccountId) -> bool:
    """Say of any account that it is of no subnet."""
    return False


def settle(context: BlockContext) -> None:
    """Enter the balances of accounts that blocks have paid TAO to."""
    paid = {subnet.account: Rao(subnet.balance) for subnet in context.subnets if subnet.balance is not None}
    if paid:
        context.state = _with_balances(context.state, context.state.balances.update(paid))
        for subnet in context.subnets:
            subnet.balance = None


# Moving TAO


@implements("STATE-18")
def transfer_tao(state: State, origin: AccountId, destination: AccountId, amount: Rao) -> State:
    """Return the state after TAO moved from one account to another, be it the last that the origin has.

    What is left at the origin below the existential deposit is gone, from total issuance too. Rejections, in order:
    ``InsufficientBalance``, ``Arithmetic:Underflow`` (more than all balances), ``Arithmetic:Overflow``,
    ``Token:BelowMinimum`` (the destination would not exist). Mirrors ``transfer_tao``.
    """
    require(amount <= state.balances.get(origin, 0), Rejection.INSUFFICIENT_BALANCE)
    before = state.balances_total_issuance
    state = _move(state, origin, destination, amount)
    dust = before - state.balances_total_issuance
    return balances.burn(state, Rao(dust)) if dust > 0 else state


def _move(state: State, origin: AccountId, destination: AccountId, amount: Rao) -> State:
    if amount == 0:
        return state
    held, issued = state.balances, state.balances_total_issuance
    rest, received = held.get(origin, 0) - amount, held.get(destination, 0) + amount
    if rest >= EXISTENTIAL_DEPOSIT <= received < 2**64 and amount <= issued and origin != destination:
        # Nothing is refused and nothing becomes dust: as it nearly always is.
        return _with_balances(state, held.set(origin, Rao(rest)).set(destination, Rao(received)))
    require(amount <= issued, Rejection.ARITHMETIC_UNDERFLOW)
    require(received < 2**64, Rejection.ARITHMETIC_OVERFLOW)
    require(received >= EXISTENTIAL_DEPOSIT, Rejection.TOKEN_BELOW_MINIMUM)
    if origin == destination:
        return state
    return balances.move(state, origin, destination, amount)


def keepable(state: State, account: AccountId) -> Rao:
    """Return what an account can pay and still exist. Mirrors ``get_keep_alive_balance``."""
    return Rao(max(state.balances.get(account, 0) - EXISTENTIAL_DEPOSIT, 0))


@implements("STATE-4", "STATE-18")
def recycle_tao(state: State, account: AccountId, amount: Rao) -> State:
    """Return the state after TAO of an account, which has to go on existing, is issued no more.

    Rejects ``InsufficientBalance``. Mirrors ``recycle_tao``.
    """
    require(amount <= keepable(state, account), Rejection.INSUFFICIENT_BALANCE)
    state = balances.with_balance(state, account, state.balances.get(account, Rao(0)) - amount)
    return balances.burn(state, amount)


@implements("STATE-4")
def withdraw_and_burn(state: State, account: AccountId, amount: Rao) -> State:
    """Return the state after up to an amount of an account, as much as it has, is issued no more.

    Rejects ``ZeroBalanceAfterWithdrawn``.
    """
    state, paid = balances.withdraw(state, account, amount)
    return balances.burn(state, paid)


# Staking


@implements("STATE-3", "STATE-18")
def transfer_tao_to_subnet(state: State, netuid: NetUid, coldkey: AccountId, tao: Rao) -> tuple[State, Rao]:
    """Return the state after a coldkey paid TAO to the account of a subnet, and how much: it keeps on existing.

    Rejects ``InsufficientBalance`` if it can pay nothing of a positive amount. Mirrors ``transfer_tao_to_subnet``.
    """
    if tao == 0:
        return state, tao
    paid = min(tao, keepable(state, coldkey))
    require(paid > 0, Rejection.INSUFFICIENT_BALANCE)
    return _move(state, coldkey, account_of(netuid), paid), paid


@implements("STATE-18")
def is_covered(state: State, coldkey: AccountId, tao: Rao) -> bool:
    """Whether a coldkey has an amount, be it the last that it has.

    Mirrors ``can_remove_balance_from_coldkey_account`` from 411 on, which does not ask for the total of all balances.
    """
    return tao <= state.balances.get(coldkey, 0)


def charge_nothing(state: State, coldkey: AccountId, tao: Rao) -> tuple[State, Rao]:
    """Return the state as it is: what is staked is paid as it is staked."""
    return state, tao


def pay_nothing_for_stake(state: State, netuid: NetUid, coldkey: AccountId, tao: Rao) -> tuple[State, Rao]:
    """Return the state as it is: what is staked was paid before."""
    return state, tao


@implements("STATE-18")
def transfer_tao_from_subnet(state: State, netuid: NetUid, coldkey: AccountId, tao: Rao) -> State:
    """Return the state after the account of a subnet paid TAO to a coldkey, as :func:`transfer_tao`.

    Rejects ``SubnetNotExists`` before: what has no network has no account, but for root. Mirrors
    ``transfer_tao_from_subnet``.
    """
    require(netuid == ROOT or state.subnet(netuid).added, Rejection.SUBNET_NOT_EXISTS)
    return transfer_tao(state, account_of(netuid), coldkey, tao)


def pay_later(state: State, netuid: NetUid, coldkey: AccountId, tao: Rao) -> State:
    """Return the state as it is: what a sale comes to is paid later."""
    return state


def pay_nothing_more(state: State, coldkey: AccountId, tao: Rao) -> State:
    """Return the state as it is: the sale has paid."""
    return state


@implements("STATE-18")
def hand_over(state: State, origin: AccountId, destination: AccountId, tao: Rao) -> State:
    """Return the state after the TAO of moved stake is with the coldkey whose stake it becomes."""
    return state if origin == destination else transfer_tao(state, origin, destination, tao)


@implements("STATE-18")
def hand_over_all(state: State, origin: AccountId, destination: AccountId) -> State:
    """Return the state after all that an account has moved to another one, as :func:`transfer_tao`.

    Mirrors ``transfer_all_tao_and_kill``.
    """
    return transfer_tao(state, origin, destination, state.balances.get(origin, Rao(0)))


def hand_over_nothing(state: State, origin: AccountId, destination: AccountId, tao: Rao) -> State:
    """Return the state as it is: the TAO of moved stake is in no balance."""
    return state


# The end of a subnet


@implements("NET-12")
def pay_if_possible(state: State, netuid: NetUid, coldkey: AccountId, tao: Rao) -> State:
    """Return the state after the account of a subnet paid TAO to a coldkey, or as it is where that is refused."""
    try:
        return transfer_tao_from_subnet(state, netuid, coldkey, tao)
    except Rejected:
        return state


def deposit(state: State, netuid: NetUid, coldkey: AccountId, tao: Rao) -> State:
    """Return the state after TAO was issued to a coldkey."""
    return balances.deposit(state, coldkey, tao) if tao else state


def deposit_refund(state: State, netuid: NetUid, coldkey: AccountId, tao: Rao, kept: Rao) -> State:
    """Return the state after a refund was issued to a coldkey."""
    return deposit(state, netuid, coldkey, tao)


@implements("NET-12")
def refund_if_possible(state: State, netuid: NetUid, coldkey: AccountId, tao: Rao, kept: Rao) -> State:
    """Return the state after the account of a subnet paid of a refund what it has beyond what it is to keep.

    As it is where that is refused.
    """
    held = max(state.balances.get(account_of(netuid), 0) - kept, 0)
    return pay_if_possible(state, netuid, coldkey, Rao(min(tao, held))) if tao else state


@implements("NET-12")
def recycle_rest(state: State, netuid: NetUid) -> State:
    """Return the state in which what is left on the account of a subnet is recycled, but for what lets it exist."""
    account = account_of(netuid)
    return recycle_tao(state, account, keepable(state, account))


def recycle_no_rest(state: State, netuid: NetUid) -> State:
    """Return the state as it is: there is no account of the subnet."""
    return state
