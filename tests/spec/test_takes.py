"""Takes, senators and hotkeys that are associated, against the exact rules."""

from hypothesis import given
from hypothesis import strategies as st

import dtao
from dtao.calls import DecreaseTake, IncreaseTake, TryAssociateHotkey, apply
from dtao.calls.keys import SwapHotkeyPerSubnet
from dtao.persistent import Map
from dtao.settings import Parameters
from dtao.state import State
from dtao.units import AccountId, BlockNumber, Rao
from dtao_spec.chapters import state as exact
from dtao_spec.chapters.state import Keys

DIVIDEND_FIX = dtao.era("dividend-fix")
HOTKEY_PER_SUBNET = dtao.era("hotkey-per-subnet")

SIGNER, HOTKEY, OTHER = map(AccountId, (1, 2, 3))
TAKES = st.integers(0, 2**16 - 1) | st.sampled_from([0, 6_553, 11_796])
BLOCKS = st.integers(0, 300)


def world(present: int | None, owns: bool | None, block: int, last: int, limit: int = 200, smallest: int = 0) -> State:
    return State(
        runtime=DIVIDEND_FIX.runtime,
        block_number=BlockNumber(block),
        owner=Map({} if owns is None else {HOTKEY: SIGNER if owns else OTHER}),
        delegates=Map({} if present is None else {HOTKEY: present}),
        last_tx_block_delegate_take=Map({SIGNER: BlockNumber(block)} | ({HOTKEY: BlockNumber(last)} if last else {})),
        parameters=Parameters(max_delegate_take=11_796, min_delegate_take=smallest, tx_delegate_take_rate_limit=limit),
    )


OWNS = st.sampled_from([None, False, True, True, True])


@given(TAKES, st.none() | TAKES, OWNS, BLOCKS, BLOCKS, st.sampled_from([0, 200]))
def test_state_9_limits_each_hotkey(
    take: int, present: int | None, owns: bool | None, block: int, last: int, limit: int
) -> None:
    state = world(present, owns, block, last, limit)
    outcome = apply(state, IncreaseTake(SIGNER, HOTKEY, take))
    expected = exact.increase_take_of_hotkey(take, present, 11_796, owns, limit, last, block)
    assert (outcome.error.value if outcome.error else outcome.state.delegates[HOTKEY]) == expected
    if outcome.error is None:
        assert outcome.state.last_tx_block_delegate_take.get(HOTKEY, 0) == block


@given(TAKES, st.none() | TAKES, OWNS, BLOCKS, BLOCKS, st.sampled_from([0, 500]))
def test_state_10_counts_a_decrease(
    take: int, present: int | None, owns: bool | None, block: int, last: int, smallest: int
) -> None:
    outcome = apply(world(present, owns, block, last, smallest=smallest), DecreaseTake(SIGNER, HOTKEY, take))
    expected = exact.decrease_take_counted(take, present, smallest, owns, last, block)
    after = outcome.state
    noted = after.last_tx_block_delegate_take.get(HOTKEY, 0)
    assert (outcome.error.value if outcome.error else (after.delegates[HOTKEY], noted)) == expected


@given(st.sets(st.integers(2, 6)))
def test_state_13_refuses_two_senators(senate: set[int]) -> None:
    members = tuple(map(AccountId, sorted(senate)))
    state = State(
        runtime=HOTKEY_PER_SUBNET.runtime,
        block_number=BlockNumber(9),
        owner=Map({HOTKEY: SIGNER}),
        balances=Map({SIGNER: Rao(10**9)}),
        balances_total_issuance=Rao(10**9),
        senate=members,
    )
    outcome = apply(state, SwapHotkeyPerSubnet(SIGNER, HOTKEY, OTHER))
    expected = exact.replace_senator_or_refuse(members, HOTKEY, OTHER)
    assert (outcome.error.value if outcome.error else outcome.state.senate) == expected


@given(st.none() | st.sampled_from([SIGNER, OTHER]), st.lists(st.sampled_from([HOTKEY, AccountId(9)]), unique=True))
def test_state_14_is_exact(owner: AccountId | None, listed: list[AccountId]) -> None:
    state = State(
        runtime=DIVIDEND_FIX.runtime,
        owner=Map({} if owner is None else {HOTKEY: owner}),
        owned_hotkeys=Map({SIGNER: tuple(listed)} if listed else {}),
        staking_hotkeys=Map({SIGNER: tuple(listed)} if listed else {}),
    )

    def keys_of(one: State) -> Keys:
        lists = (
            {str(key): tuple(map(str, value)) for key, value in found.items()}
            for found in (one.owned_hotkeys, one.staking_hotkeys)
        )
        return Keys({str(hotkey): str(coldkey) for hotkey, coldkey in one.owner.items()}, *lists)

    outcome = apply(state, TryAssociateHotkey(SIGNER, HOTKEY))
    assert keys_of(outcome.state) == exact.associate_hotkey(keys_of(state), str(SIGNER), str(HOTKEY))
    assert outcome.events == ()
    refused = apply(state, TryAssociateHotkey(None, HOTKEY))
    assert refused.error is not None
    assert refused.error.value == "BadOrigin"
