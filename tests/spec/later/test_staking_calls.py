"""The calls that stake and unstake in later versions against the exact rules."""

from fractions import Fraction

from attrs import evolve
from hypothesis import assume, example, given
from hypothesis import strategies as st

from dtao.calls import AddStake, AddStakeLimit, RemoveStake, RemoveStakeLimit, UnstakeAll, UnstakeAllAlpha, apply
from dtao.state import State
from dtao.transitions import stake
from dtao.transitions.checks import validated_add, validated_remove
from dtao.units import ROOT, Alpha, NetUid, Rao
from dtao_spec.chapters import pools as launch_pools
from dtao_spec.later import staking_calls
from dtao_spec.later.shares import is_worth_a_share, is_worth_few_shares, stake_of_few_shares
from tests.spec.economies import AMOUNTS, COLDKEY, HOTKEY, LIQUID, OTHER, Network, account_of
from tests.spec.later.economies import VALID, WHOLE, later_state, reason, refused, stake_in, with_earnings

SUBNET = NetUid(1)
NEAR = st.integers(499_000, 551_000)
LIMITS = st.integers(0, 10**10) | st.sampled_from((0, 10**9))
FLAGS = st.booleans()
HOLLOW = Network(1, 10**12, 10**12, 10**12, 0, 5 << 64, 5 << 64)
"""A network with shares that have nothing behind them."""


@given(st.sampled_from((265, 273)), LIQUID, st.integers(550_000, 10**13), FLAGS)
def test_stake_9_asks_for_the_token(version: int, network: Network, amount: int, is_enabled: bool) -> None:
    state = later_state(version, network, balance=amount + 500, enabled=is_enabled, first=1)
    outcome = apply(state, AddStake(COLDKEY, HOTKEY, SUBNET, amount))
    assume(outcome.error is None or outcome.error.value == "SubtokenDisabled")
    ideal = staking_calls.add_stake(account_of(state, 1), Fraction(amount), is_enabled or version < 273)
    if isinstance(ideal, str):
        assert reason(outcome) == ideal
        assert outcome.state is state
        return
    after = account_of(outcome.state, 1)
    assert (reason(outcome), after.balance, after.ledger.tao) == (None, ideal.balance, ideal.ledger.tao)
    assert 0 <= after.holding.total - int(ideal.holding.total) <= 1


@given(st.sampled_from((239, 244, 265, 273)), LIQUID, st.integers(549_000, 10**12), LIMITS, FLAGS, st.booleans())
def test_stake_10_notes_delegates_and_refuses_limits_of_nothing(
    version: int, network: Network, amount: int, limit: int, partial: bool, owns: bool
) -> None:
    state = later_state(version, network, balance=10**12, first=1, owner=COLDKEY if owns else OTHER)
    outcome = apply(state, AddStakeLimit(COLDKEY, HOTKEY, SUBNET, amount, limit, partial))
    before = account_of(state, 1)
    price = Fraction(limit, 10**9)
    maximum: Fraction | None
    if network.mechanism == 0:
        maximum = None if price >= 1 else Fraction(0)
    else:
        maximum = Fraction(int(launch_pools.max_amount_add(before.ledger.tao, before.ledger.alpha_in, price)))
    checked = staking_calls.add_stake_rejection(before, Fraction(amount), maximum, partial)
    wanted = staking_calls.add_stake_limit_rejection(maximum, checked) if version >= 273 else checked
    assert reason(outcome) == wanted
    names = str(OTHER if not owns else COLDKEY), str(COLDKEY), "h"
    delegates = staking_calls.delegates_after_limit({}, *names, wanted) if version >= 244 else {}
    assert dict(outcome.state.delegates) == ({HOTKEY: delegates["h"]} if delegates else {})


@given(
    st.sampled_from((239, 244, 277)),
    VALID | LIQUID,
    NEAR | AMOUNTS,
    AMOUNTS | NEAR,
    NEAR | AMOUNTS,
    st.tuples(FLAGS, FLAGS, FLAGS, FLAGS),
    st.integers(0, 3),
)
@example(239, HOLLOW, 10**9, 10**9, 10**9, (False, True, True, True), 1)
@example(277, HOLLOW, 10**9, 10**9, 10**9, (False, True, True, True), 1)
def test_stake_11_checks_in_this_order(
    version: int, network: Network, amount: int, maximum: int, balance: int, flags: tuple[bool, ...], empty: int
) -> None:
    partial, exists, known, is_enabled = flags
    network = evolve(network, total=0) if empty == 0 else network
    state = later_state(version, network, balance=balance + 500, owner=COLDKEY if known else None, enabled=is_enabled)
    netuid = ROOT if exists else SUBNET
    found = refused(validated_add, state, COLDKEY, HOTKEY, netuid, Rao(amount), Rao(maximum), partial)
    account = account_of(state)
    arguments = account, Fraction(amount), Fraction(maximum), partial, exists, known
    if version == 277:
        wanted = staking_calls.add_stake_rejection_by_token(*arguments, is_enabled)
    else:
        worth = is_worth_a_share if version == 239 else is_worth_few_shares
        wanted = staking_calls.add_stake_rejection(*arguments, is_worth=worth)
    if found != wanted:
        # What it buys is floored to alpha rao.
        bought = launch_pools.alpha_for_tao(
            network.mechanism, account.ledger.tao, account.ledger.alpha_in, Fraction(amount)
        )
        assert (found, wanted) == ("InsufficientLiquidity", None)
        assert bought is not None
        assert bought < 1


def later_fee(state: State, alpha: int, netuid: int = 1) -> Fraction:
    """Return the fee for unstaking, as STAKE-19 has it."""
    return Fraction(state.runtime.staking.unstaking_fee(state, HOTKEY, NetUid(netuid), Alpha(alpha)))


EARNINGS = st.integers(0, 10**12)


@given(WHOLE, st.integers(1, 2**20), st.integers(0, 10**9), FLAGS, EARNINGS)
def test_stake_12_pays_the_fee_and_clears(
    network: Network, part: int, minimum: int, owns: bool, dividends: int
) -> None:
    state = with_earnings(
        later_state(252, network, first=1, owner=COLDKEY if owns else OTHER, minimum=minimum), 1, dividends
    )
    amount = max(stake_in(state, 1) * part >> 20, 1)
    outcome = apply(state, RemoveStake(COLDKEY, HOTKEY, SUBNET, amount))
    assume(outcome.error is None)
    before = account_of(state, 1)
    ideal = staking_calls.remove_stake(before, Fraction(amount), later_fee(state, amount), owns, Fraction(minimum))
    after = account_of(outcome.state, 1)
    assert abs(after.balance - ideal.balance) <= 2 + price_of(network)
    assert after.holding == ideal.holding


def price_of(network: Network) -> Fraction:
    """Return how many rao a rao of alpha more may bring."""
    return Fraction(network.tao, network.alpha_in)


@given(WHOLE, st.integers(0, 2**20), FLAGS)
def test_stake_12_asks_for_the_token(network: Network, part: int, is_enabled: bool) -> None:
    state = later_state(273, network, first=1, enabled=is_enabled)
    amount = stake_in(state, 1) * part >> 20
    call = RemoveStake(COLDKEY, HOTKEY, SUBNET, amount)
    checked = refused(validated_remove, state, COLDKEY, HOTKEY, SUBNET, Alpha(amount), Alpha(amount), False)
    assert reason(apply(state, call)) == staking_calls.remove_stake_rejection(checked, is_enabled)


@given(st.sampled_from((252, 265, 273)), WHOLE, st.integers(1, 2**20), LIMITS, FLAGS, EARNINGS)
def test_stake_13_is_limited_and_pays_for_all(
    version: int, network: Network, part: int, limit: int, partial: bool, dividends: int
) -> None:
    state = with_earnings(later_state(version, network, first=1), 1, dividends, network.total)
    amount = max(stake_in(state, 1) * part >> 20, 1)
    outcome = apply(state, RemoveStakeLimit(COLDKEY, HOTKEY, SUBNET, amount, limit, partial))
    found = stake.max_amount_remove(state, SUBNET, limit)
    maximum = None if found == 2**64 - 1 else Fraction(found)
    checked = refused(validated_remove, state, COLDKEY, HOTKEY, SUBNET, Alpha(amount), Alpha(found), partial)
    wanted = staking_calls.remove_stake_limit_rejection(maximum, checked) if version >= 273 else checked
    assert reason(outcome) == wanted
    if wanted is None:
        before, fee = account_of(state, 1), later_fee(state, amount)
        ideal = staking_calls.remove_stake_limit(before, Fraction(amount), maximum, fee, True, Fraction(0))
        assert -1 <= ideal.balance - account_of(outcome.state, 1).balance <= 1
        assert account_of(outcome.state, 1).holding == ideal.holding


NETWORKS = st.lists(WHOLE, min_size=1, max_size=3)


@given(NETWORKS, EARNINGS)
def test_stake_16_pays_a_fee_on_every_network(networks: list[Network], dividends: int) -> None:
    state = later_state(252, *networks)
    for netuid in range(len(networks)):
        state = with_earnings(state, netuid, dividends)
    accounts = [
        (account_of(state, netuid), later_fee(state, held.total, netuid)) for netuid, held in enumerate(networks)
    ]
    ideals, ideal = staking_calls.unstake_all(accounts, Fraction(0), True, Fraction(0))
    outcome = apply(state, UnstakeAll(COLDKEY, HOTKEY))
    found = account_of(outcome.state).balance
    assert abs(found - ideal) <= len(networks) or found == 0  # too little to keep an account alive
    assert [account_of(outcome.state, netuid).holding for netuid in range(len(networks))] == [
        account.holding for account in ideals
    ]


SMALL = st.builds(
    lambda network, total: evolve(network, total=total, denominator=total << 64, shares=total << 64), WHOLE, NEAR
)


@given(
    st.sampled_from((261, 273)),
    st.lists(WHOLE | SMALL, min_size=1, max_size=3),
    st.lists(FLAGS, min_size=3, max_size=3),
)
def test_stake_16_and_17_pass_over_what_stays(version: int, networks: list[Network], enabled: list[bool]) -> None:
    enabled = [is_enabled or version < 273 for is_enabled in enabled]
    state = later_state(version, *networks, enabled=dict(enumerate(enabled)))
    for call, only_alpha in ((UnstakeAll, False), (UnstakeAllAlpha, True)):
        events = apply(state, call(COLDKEY, HOTKEY)).events
        sold = [event.netuid for event in events[: len(events) - only_alpha]]  # type: ignore[attr-defined]  # removals
        wanted = []
        for netuid, network in enumerate(networks):
            account = account_of(state, netuid)
            worth = launch_pools.tao_for_alpha(
                network.mechanism, account.ledger.tao, account.ledger.alpha_in, Fraction(network.total)
            )
            assume(worth is None or not 500_000 < worth < 500_001)
            whole = staking_calls.is_unstaked_by_token(account, enabled[netuid])
            alpha = staking_calls.alpha_is_unstaked_by_token(account, netuid == 0, enabled[netuid])
            if version < 273:
                assert whole == staking_calls.is_unstaked(account)
                assert alpha == staking_calls.alpha_is_unstaked(account, netuid == 0)
            if alpha if only_alpha else whole:
                wanted.append(netuid)
        assert sold == wanted


@given(NETWORKS, EARNINGS)
def test_stake_17_stakes_what_the_fees_leave(networks: list[Network], dividends: int) -> None:
    root = Network(0, 10**12, 10**12, 10**12, 10**12, 10**12 << 64, 0)
    state = later_state(252, root, *networks)
    for netuid in range(1, len(networks) + 1):
        state = with_earnings(state, netuid, dividends)
    accounts = [
        (account_of(state, netuid), later_fee(state, held.total, netuid)) for netuid, held in enumerate(networks, 1)
    ]
    ideal, _ = staking_calls.unstake_all_alpha(account_of(state), accounts)
    after = account_of(apply(state, UnstakeAllAlpha(COLDKEY, HOTKEY)).state)
    assert abs(stake_of_few_shares(after.holding) - stake_of_few_shares(ideal.holding)) <= len(networks)
    assert abs(after.ledger.total_stake - ideal.ledger.total_stake) <= len(networks)
