"""More of accounts and balances: the existential deposit, burns, owners and seats, against their statement."""

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from dtao.transitions import balances as reference
from dtao.transitions.neurons import create_account
from dtao.transitions.senate import replace_senator
from dtao.units import AccountId, Rao
from dtao_spec.chapters import state as spec
from tests.reference.outcomes import state_with
from tests.spec.test_state import AMOUNTS, NAMES, balances_of, worlds

FEW = st.dictionaries(st.sampled_from(NAMES), st.integers(500, 3_000) | st.integers(500, 2**62), max_size=3)
HOTKEYS = st.integers(5, 9)
SENATES = st.sets(HOTKEYS, max_size=4).map(lambda members: tuple(sorted(members)))


@given(FEW, st.sampled_from(NAMES), st.integers(0, 2_000))
def test_state_1_is_exact(held: dict[str, int], name: str, balance: int) -> None:
    state, stated = worlds(held)
    after = reference.with_balance(state, AccountId(int(name)), balance)
    assert balances_of(after) == spec.with_balance(stated, name, balance)


@given(FEW, st.sampled_from(NAMES), st.integers(0, 2_000))
def test_state_2_is_exact(held: dict[str, int], name: str, amount: int) -> None:
    state, stated = worlds(held)
    after = reference.deposit(state, AccountId(int(name)), Rao(amount))
    assert balances_of(after) == spec.deposit(stated, name, amount)


@given(st.integers(0, 2**64 - 1), AMOUNTS)
def test_state_4_is_exact(issuance: int, amount: int) -> None:
    state = state_with({"TotalIssuance": str(issuance)})
    assert reference.burn(state, Rao(amount)).total_issuance == spec.burn(issuance, amount)


@given(st.lists(st.tuples(st.integers(1, 3), HOTKEYS), max_size=8))
def test_state_6_is_exact(pairs: list[tuple[int, int]]) -> None:
    state, keys = state_with({}), spec.Keys({}, {}, {})
    before = state
    for coldkey, hotkey in pairs:
        state = create_account(state, AccountId(coldkey), AccountId(hotkey))
        keys = spec.create_account(keys, str(coldkey), str(hotkey))
    owners = {AccountId(int(hotkey)): AccountId(int(coldkey)) for hotkey, coldkey in keys.owner.items()}
    assert state.owner == before.owner.update(owners)
    assert state.owned_hotkeys == before.owned_hotkeys.update(accounts(keys.owned))
    assert state.staking_hotkeys == before.staking_hotkeys.update(accounts(keys.staking))


def accounts(lists: dict[str, tuple[str, ...]]) -> dict[AccountId, tuple[AccountId, ...]]:
    return {AccountId(int(key)): tuple(AccountId(int(name)) for name in names) for key, names in lists.items()}


@given(SENATES, HOTKEYS, HOTKEYS)
def test_state_13_is_exact(senate: tuple[int, ...], old: int, new: int) -> None:
    seated = evolve(state_with({}), senate=tuple(map(AccountId, senate)))
    after = replace_senator(seated, AccountId(old), AccountId(new))
    assert (None if after is None else after.senate) == spec.replace_senator(senate, old, new)
