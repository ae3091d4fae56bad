"""Accounts and balances of the reference against their statement."""

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from dtao.calls import Transfer
from dtao.outcome import Rejected
from dtao.rules import rate_limits
from dtao.state import State
from dtao.transitions import balances as reference
from dtao.units import AccountId, BlockNumber, Rao
from dtao_spec.chapters import state as spec
from tests.reference.outcomes import LAUNCH, state_with

AMOUNTS = st.sampled_from([0, 1, 499, 500, 501, 999, 1_000]) | st.integers(0, 2**64 - 1)
NAMES = ("1", "2", "3")
HELD = st.dictionaries(st.sampled_from(NAMES), st.integers(500, 3_000) | st.integers(2**62, 2**63), max_size=3)


def worlds(held: dict[str, int]) -> tuple[State, spec.Balances]:
    issuance = min(sum(held.values()), 2**64 - 1)
    entries = {f"Balance/{name}": str(balance) for name, balance in held.items()}
    return state_with({**entries, "BalancesTotalIssuance": str(issuance)}), spec.Balances(held, issuance)


def balances_of(state: State) -> spec.Balances:
    held = {str(account): int(balance) for account, balance in state.balances.items()}
    return spec.Balances(held, state.balances_total_issuance)


@given(HELD, st.sampled_from(NAMES), st.sampled_from(NAMES), AMOUNTS)
def test_transfers(held: dict[str, int], source: str, receiver: str, value: int) -> None:
    state, stated = worlds(held)
    outcome = LAUNCH.apply(state, Transfer(signer=source, dest=receiver, value=value))
    expected = spec.transfer(stated, source, receiver, value)
    assert (outcome.error.value if outcome.error else balances_of(outcome.state)) == expected


@given(HELD, st.sampled_from(NAMES), AMOUNTS)
def test_withdrawals(held: dict[str, int], name: str, amount: int) -> None:
    state, stated = worlds(held)
    try:
        after, paid = reference.withdraw(state, AccountId(int(name)), Rao(amount))
        computed: object = (balances_of(after), paid)
    except Rejected as refusal:
        computed = refusal.rejection.value
    assert computed == spec.withdrawn(stated, name, amount)


@given(HELD, st.sampled_from(NAMES), AMOUNTS, AMOUNTS)
def test_what_a_call_may_take(held: dict[str, int], name: str, amount: int, issuance: int) -> None:
    state, stated = evolve(worlds(held)[0], balances_total_issuance=Rao(issuance)), spec.Balances(held, issuance)
    assert reference.can_withdraw(state, AccountId(int(name)), Rao(amount)) == spec.can_withdraw(stated, name, amount)


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300))
def test_rate_limits(limit: int, last: int, block: int) -> None:
    numbers = (limit, BlockNumber(last), BlockNumber(block))
    assert rate_limits.exceeds_tx_rate_limit(*numbers) == spec.exceeds_rate_limit(limit, last, block)
    if block >= last:
        assert rate_limits.passes_rate_limit(*numbers) == spec.passes_rate_limit(limit, last, block)
