"""Balances of TAO outside of the staking system, as the runtime's balances pallet keeps them.

An account with less than the existential deposit does not exist: what would remain of it is dust, which
leaves the total issuance of balances.
"""

from dtao.entries import with_entry, without
from dtao.evolving import copier, evolve
from dtao.outcome import Rejected, Rejection
from dtao.params import EXISTENTIAL_DEPOSIT
from dtao.rule import implements
from dtao.state import State
from dtao.units import U64_MAX, AccountId, Rao

_with_balances = copier(State, "balances", "balances_total_issuance")


@implements("STATE-1")
def with_balance(state: State, account: AccountId, balance: int) -> State:
    """Return the state in which an account holds ``balance`` rao, or nothing if that is below the existential deposit.

    The total issuance of balances follows.
    """
    old = state.balances.get(account, 0)
    new = balance if balance >= EXISTENTIAL_DEPOSIT else 0
    if new == old:
        return state
    balances = state.balances.set(account, Rao(new)) if new else state.balances.delete(account)
    issuance = state.balances_total_issuance + new - old
    issuance = 0 if issuance < 0 else issuance if issuance < U64_MAX else U64_MAX
    return _with_balances(state, balances, issuance)


@implements("STATE-2")
def deposit(state: State, account: AccountId, amount: Rao) -> State:
    """Return the state after ``amount`` rao are newly issued to an account.

    A deposit that leaves the account below the existential deposit vanishes. Mirrors
    ``add_balance_to_coldkey_account``.
    """
    return with_balance(state, account, min(state.balances.get(account, 0) + amount, U64_MAX))


@implements("STATE-3")
def can_withdraw(state: State, account: AccountId, amount: Rao) -> bool:
    """Whether an account can pay ``amount`` rao, be it the last.

    The balances pallet also refuses more than its total issuance, which is below a balance only after a direct write.
    Mirrors ``can_remove_balance_from_coldkey_account``.
    """
    return amount <= state.balances.get(account, 0) and amount <= state.balances_total_issuance


@implements("STATE-3")
def withdraw(state: State, account: AccountId, amount: Rao) -> tuple[State, Rao]:
    """Return the state after up to ``amount`` rao left an account, and how many did.

    The existential deposit stays behind, so a balance of exactly ``amount`` pays 500 rao less. Rejects
    ``ZeroBalanceAfterWithdrawn`` if nothing could be paid of a positive amount. Mirrors
    ``remove_balance_from_coldkey_account``.
    """
    if amount == 0:
        return state, Rao(0)
    balance = state.balances.get(account, 0)
    paid = min(amount, max(balance - EXISTENTIAL_DEPOSIT, 0))
    if paid == 0:
        raise Rejected(Rejection.ZERO_BALANCE_AFTER_WITHDRAWN)
    return with_balance(state, account, balance - paid), Rao(paid)


@implements("STATE-1")
def move(state: State, source: AccountId, destination: AccountId, amount: Rao) -> State:
    """Return the state after TAO moved to another account; only dust that it leaves behind is issued no more.

    It is the same if the total issuance of balances is less than what both accounts hold.
    """
    before, issued = state.balances, state.balances_total_issuance
    rest, received = before.get(source, 0) - amount, before.get(destination, 0) + amount
    is_left = rest >= EXISTENTIAL_DEPOSIT
    after = before.set(source, Rao(rest)) if is_left else without(before, source)
    after = with_entry(after, destination, Rao(received), received >= EXISTENTIAL_DEPOSIT)
    return _with_balances(state, after, issued if is_left else max(issued - rest, 0))


def move_balance(state: State, old: AccountId, new: AccountId) -> State:
    """Return the state in which all of one account's balance is added to that of another one."""
    remaining = state.balances.get(old, Rao(0))
    if remaining == 0:
        return state
    return deposit(with_balance(state, old, 0), new, remaining)


@implements("STATE-4")
def burn(state: State, amount: Rao) -> State:
    """Return the state in which ``amount`` rao are gone from the total issuance, not below 0.

    Mirrors ``burn_tokens``.
    """
    return evolve(state, total_issuance=Rao(max(state.total_issuance - amount, 0)))
