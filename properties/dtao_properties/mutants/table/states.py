"""Balances, takes, limits and the senate."""

from typing import Any

from attrs import evolve

from dtao.outcome import Rejected, Rejection
from dtao.params import EXISTENTIAL_DEPOSIT
from dtao.state import State
from dtao.transitions.balances import with_balance
from dtao.units import AccountId, Rao
from dtao_properties.mutants.mutant import Mutant, Patched, Replaced, Right
from dtao_properties.mutants.wrong import ended_a_block_early, passed_a_block_late


def _dust_stays_issued(right: Right, state: State, account: AccountId, balance: int) -> State:
    after: State = right(state, account, balance)
    issuance = max(state.balances_total_issuance + balance - state.balances.get(account, 0), 0)
    return after if after is state else evolve(after, balances_total_issuance=Rao(issuance))


def _last_rao_leaves(right: Right, state: State, account: AccountId, amount: Rao) -> tuple[State, Rao]:
    balance = state.balances.get(account, Rao(0))
    if 0 in (amount, balance):
        return right(state, account, amount)  # type: ignore[no-any-return]  # of the function that it replaces
    paid = min(amount, balance)
    return with_balance(state, account, balance - paid), paid


def _minimum_refused(right: Right, call: Any, state: State) -> Any:
    result = right(call, state)
    if call.take == state.parameters.min_delegate_take:
        raise Rejected(Rejection.DELEGATE_TAKE_TOO_LOW)
    return result


def _deposit_kept(right: Right, call: Any, state: State) -> Any:
    result = right(call, state)
    if call.value and call.value + EXISTENTIAL_DEPOSIT > state.balances.get(call.signer, 0):
        raise Rejected(Rejection.TOKEN_FUNDS_UNAVAILABLE)
    return result


MUTANTS: tuple[Mutant, ...] = (
    Replaced(
        "STATE-3", "transitions.balances.can_withdraw", "the total of all balances does not count",
        lambda right, state, account, amount: amount <= state.balances.get(account, 0),
        unrecorded="In every recording the total covers each balance.",
    ),
    Replaced(
        "STATE-1", "transitions.balances.with_balance", "the existential deposit itself is dust",
        lambda right, state, account, balance: right(state, account, 0 if balance == 500 else balance),
    ),
    Replaced(
        "STATE-1", "transitions.balances.with_balance", "dust stays in the issuance of balances",
        _dust_stays_issued, after="N28",
        unrecorded="No recording leaves an account with less than the existential deposit.",
    ),
    Replaced(
        "STATE-2", "transitions.balances.deposit", "a deposit replaces the balance",
        lambda right, state, account, amount: with_balance(state, account, amount),
    ),
    Replaced(
        "STATE-3", "transitions.balances.withdraw", "the last rao may leave",
        _last_rao_leaves,
    ),
    Replaced(
        "STATE-4", "transitions.balances.burn", "burned TAO stays issued",
        lambda right, state, amount: state,
    ),
    Replaced(
        "STATE-5", "transitions.stake.existing_netuids", "networks come in the order of their numbers",
        lambda right, state: sorted(right(state)),
        unrecorded="No recording has a netuid of 256 or more.",
    ),
    Replaced(
        "STATE-6", "transitions.neurons.create_account", "a known hotkey changes its owner",
        lambda right, state, coldkey, hotkey: right(
            state
            if state.owner.get(hotkey) in (None, coldkey)
            else evolve(state, owner=state.owner.delete(hotkey)),
            coldkey,
            hotkey,
        ),
    ),
    Replaced(
        "STATE-6", "transitions.stake.with_staking_hotkey", "the coldkey is not said to stake with it",
        lambda right, state, coldkey, hotkey: state, seen_by="transitions.neurons.create_account",
    ),
    Replaced(
        "STATE-7", "rules.rate_limits.exceeds_tx_rate_limit", "the limit ends a block earlier",
        ended_a_block_early,
    ),
    Replaced(
        "STATE-8", "rules.rate_limits.passes_rate_limit", "the limit ends a block later",
        passed_a_block_late,
    ),
    Replaced(
        "STATE-9", "transitions.takes.counted_for_coldkey", "each hotkey has a limit of its own",
        lambda right, coldkey, hotkey: hotkey, after="L25",
    ),
    Replaced(
        "STATE-10", "calls.takes.DecreaseTake.apply", "the minimum itself is too low",
        _minimum_refused,
    ),
    Replaced(
        "STATE-11", "calls.balances.Transfer.apply", "the existential deposit stays with the sender",
        _deposit_kept,
    ),
    Patched(
        "STATE-12", "transitions.senate.join_senate", "equal stake takes a seat",
        "stake_of_hotkey(state, last, ROOT) >= stake_of_hotkey", "stake_of_hotkey(state, last, ROOT) > stake_of_hotkey",
        unrecorded="No recording fills the senate.",
        because="It is a comparison of two results of one function.",
    ),
    Patched(
        "STATE-12", "transitions.senate.join_senate", "of equal members the first is at risk",
        "(-stake_of_hotkey(state, member, ROOT), member)", "(-stake_of_hotkey(state, member, ROOT), -member)",
        unrecorded="No recording fills the senate.",
        because="The order is a tuple that is written within.",
    ),
    Replaced(
        "STATE-13", "transitions.senate.replace_senator", "the seat is lost",
        lambda right, state, old, new: (
            evolve(state, senate=tuple(one for one in state.senate if one != old))
            if old in state.senate and new not in state.senate
            else right(state, old, new)
        ),
        unrecorded="The senate is not among the recorded entries; no later registration depends on the seat.",
    ),
)  # fmt: skip
