"""Tokens, limits of nothing, and alpha that is given up, in later versions against the exact rules."""

from collections.abc import Callable
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from dtao.calls import (
    AddStake,
    AddStakeLimit,
    BurnAlpha,
    MoveStake,
    RecycleAlpha,
    RemoveStake,
    RemoveStakeLimit,
    apply,
)
from dtao.events import AlphaBurned, AlphaRecycled
from dtao.outcome import Rejected
from dtao.rules import shares as share_rules
from dtao.state import State
from dtao.transitions import stake
from dtao.transitions.limits import max_amount_move
from dtao.units import Alpha, NetUid
from dtao_spec.later import tokens
from tests.spec.economies import COLDKEY, HOTKEY, Network, account_of
from tests.spec.later.economies import WHOLE, later_state, pool_of, reason, stake_in

TAO = 10**9
FIRST, SECOND = NetUid(1), NetUid(2)
ROW = Network(1, 10**12, 10**12, 10**12, 10**12, 10**12 << 64, 10**12 << 64)
CALLS: dict[str, Callable[[], object]] = {
    "add_stake": lambda: AddStake(COLDKEY, HOTKEY, FIRST, TAO),
    "add_stake_limit": lambda: AddStakeLimit(COLDKEY, HOTKEY, FIRST, TAO, 2 * TAO, False),
    "remove_stake": lambda: RemoveStake(COLDKEY, HOTKEY, FIRST, TAO),
    "remove_stake_limit": lambda: RemoveStakeLimit(COLDKEY, HOTKEY, FIRST, TAO, TAO // 2, False),
    "move_stake": lambda: MoveStake(COLDKEY, HOTKEY, HOTKEY, FIRST, SECOND, TAO),
    "recycle_alpha": lambda: RecycleAlpha(COLDKEY, HOTKEY, TAO, FIRST),
    "burn_alpha": lambda: BurnAlpha(COLDKEY, HOTKEY, TAO, FIRST),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("is_enabled", [True, False])
def test_stake_22_refuses_where_the_token_is_not_enabled(call: str, is_enabled: bool) -> None:
    for version, rule in ((273, tokens.token_rejection), (277, tokens.token_rejection_of_additions)):
        state = later_state(version, ROW, ROW, balance=10 * TAO, first=1, enabled={1: is_enabled, 2: True})
        assert reason(apply(state, CALLS[call]())) == rule(call, is_enabled)  # type: ignore[arg-type]  # a call
    other = later_state(273, ROW, ROW, first=1, enabled={1: True, 2: is_enabled})
    assert reason(apply(other, CALLS["move_stake"]())) == tokens.token_rejection("move_stake", is_enabled)  # type: ignore[arg-type]
    before = later_state(265, ROW, ROW, balance=10 * TAO, first=1, enabled=is_enabled)
    assert reason(apply(before, CALLS[call]())) is None  # type: ignore[arg-type]  # a call


LIMITS = st.integers(0, 3 * TAO) | st.sampled_from((0, TAO, TAO + 1, TAO - 1))


@given(st.lists(WHOLE, min_size=2, max_size=2), LIMITS)
def test_stake_23_refuses_a_limit_of_nothing(networks: list[Network], limit: int) -> None:
    before, after = (later_state(version, *networks, first=1) for version in (265, 273))
    for found in (
        stake.max_amount_add(before, FIRST, limit),
        stake.max_amount_remove(before, FIRST, limit),
        max_amount_move(before, FIRST, SECOND, limit),
    ):
        assert before.runtime.staking.amount_allowed(found) == found
        wanted = tokens.zero_maximum(Fraction(found))
        assert (found == 0) == (wanted is not None)
        if wanted is None:
            assert after.runtime.staking.amount_allowed(found) == found
        else:
            with pytest.raises(Rejected, match=wanted):
                after.runtime.staking.amount_allowed(found)


AMOUNTS = st.integers(0, 10**14) | st.fractions(0, 1) | st.fractions(1 - Fraction(1, 10**5), 1)


@given(WHOLE, AMOUNTS, st.integers(0, 10**14))
def test_stake_24_takes_alpha_out_and_stake_25_does_not(network: Network, part: int | Fraction, outside: int) -> None:
    state = with_alpha_outside(later_state(257, network, first=1), outside)
    amount = part if isinstance(part, int) else int(part * stake_in(state, 1))
    before = account_of(state, 1)
    for call, rule in ((RecycleAlpha, tokens.recycle_alpha), (BurnAlpha, tokens.burn_alpha)):
        outcome = apply(state, call(COLDKEY, HOTKEY, amount, FIRST))
        ideal = rule(before, Fraction(amount))
        if isinstance(ideal, str):
            assert (outcome.state, reason(outcome)) == (state, ideal)
            continue
        account, gone = ideal
        (event,) = outcome.events
        assert isinstance(event, AlphaRecycled | AlphaBurned)
        reduced, taken = share_rules.withdrawn(pool_of(state, 1), COLDKEY, Alpha(amount))
        assert (pool_of(outcome.state, 1), event.alpha) == (reduced, taken)
        assert taken == gone
        assert account_of(outcome.state, 1) == account


def with_alpha_outside(state: State, alpha: int) -> State:
    """Return the state with as much alpha outside of the pool."""
    return evolve(state, pools=state.pools.set(FIRST, evolve(state.pools[FIRST], alpha_out=Alpha(alpha))))


@given(*[st.booleans()] * 4, st.sampled_from((TAO, 2 * 10**12)))
def test_stake_24_and_25_check_in_this_order(exists: bool, root: bool, enabled: bool, known: bool, amount: int) -> None:
    netuid = 0 if root else 1
    state = later_state(273, ROW, first=netuid if exists else 9, enabled=enabled, owner=COLDKEY if known else None)
    account = account_of(state, netuid if exists else 9)
    for call, rule in (
        (RecycleAlpha, tokens.recycle_alpha_rejection),
        (BurnAlpha, tokens.burn_alpha_rejection),
    ):
        wanted = rule(account, Fraction(amount), exists, root, enabled, known)
        assert reason(apply(state, call(COLDKEY, HOTKEY, amount, netuid))) == wanted
