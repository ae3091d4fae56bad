"""The calls that stake and unstake, in the reference against the exact rules and against their stated rounding."""

from collections.abc import Callable
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from dtao.calls import (
    AddStake,
    AddStakeLimit,
    BurnAlpha,
    MoveStake,
    RecycleAlpha,
    RemoveStake,
    RemoveStakeLimit,
    UnstakeAll,
    UnstakeAllAlpha,
    apply,
)
from dtao.calls.staking import drop_pending_children
from dtao.events import AlphaBurned, AlphaRecycled
from dtao.outcome import Rejected
from dtao.persistent import Map
from dtao.settings import Parameters
from dtao.state import State
from dtao.transitions import stake
from dtao.transitions.checks import validate_add, validate_remove
from dtao.transitions.limits import max_amount_move
from dtao.units import ROOT, AccountId, Alpha, BlockNumber, NetUid, Rao
from dtao_spec.chapters import pools
from dtao_spec.chapters.shares.holding import stake_of
from dtao_spec.chapters.staking.records import record_delegate
from dtao_spec.chapters.staking_calls import add, remove, surrender
from dtao_spec.registry import Computation
from tests.reference.outcomes import OWNER, state_with
from tests.reference.outcomes import outcome as outcome_of
from tests.reference.outcomes import refused as refused_as
from tests.spec.economies import (
    AMOUNTS,
    COLDKEY,
    EARNINGS,
    HOTKEY,
    LIQUID,
    NETWORKS,
    OTHER,
    PARTS,
    VALID,
    WHOLE,
    Network,
    account_of,
    floored_stake,
    later_state,
    reason,
    refused,
    sized,
    stake_in,
    state_of,
    with_earnings,
)

SUBNET = NetUid(1)
FACTORS = st.fractions(0, 2)
NEAR = st.integers(499_000, 551_000)
LIMITS = sized(34) | st.sampled_from((0, 10**9))
FLAGS = st.booleans()
VERSIONS = st.sampled_from((233, 239, 244, 252, 257, 261, 273, 277))
TAO = 10**9
HOLLOW = Network(1, 10**12, 10**12, 10**12, 0, 5 << 64, 5 << 64)
"""A network with shares that have nothing behind them."""
FLAT_FEE = Fraction(50_000)


def price_of(network: Network) -> Fraction:
    """Return how many rao a rao of alpha more may bring."""
    return Fraction(network.tao, network.alpha_in)


def fee_of(state: State, alpha: int, netuid: int = 1) -> Fraction:
    """Return the fee for unstaking, as STAKE-19 has it."""
    return Fraction(state.runtime.staking.unstaking_fee(state, HOTKEY, NetUid(netuid), Alpha(alpha)))


@given(LIQUID, sized(44).map(lambda amount: amount + 550_000), st.integers(0, 1_000))
def test_stake_9_pays_and_stakes(network: Network, amount: int, more: int) -> None:
    state = state_of(network, balance=amount + more)
    outcome = apply(state, AddStake(COLDKEY, HOTKEY, ROOT, amount))
    assert outcome.error is None
    ideal = add.add_stake(account_of(state), Fraction(amount))
    after = account_of(outcome.state)
    assert (after.balance, after.ledger.tao) == (ideal.balance, ideal.ledger.tao)
    assert 0 <= after.holding.total - int(ideal.holding.total) <= 1


@given(
    VERSIONS, VALID | LIQUID | WHOLE, sized(44).map(lambda amount: amount + 550_000), st.integers(-1_000, 1_000), FLAGS
)
def test_stake_9_is_what_the_rounding_says(
    version: int, network: Network, amount: int, more: int, is_enabled: bool
) -> None:
    rules = Computation(version, is_rounded=True)
    state = later_state(version, network, balance=amount + more, enabled=is_enabled, first=1)
    outcome = apply(state, AddStake(COLDKEY, HOTKEY, SUBNET, amount))
    before = account_of(state, 1)
    checked = rules["STAKE-22"]("add_stake", is_enabled)
    checked = checked or rules["STAKE-11"](before, Fraction(amount), Fraction(amount), False, is_enabled=is_enabled)
    assert reason(outcome) == checked
    if checked is None:
        assert account_of(outcome.state, 1) == rules["STAKE-9"](before, Fraction(amount))


@given(LIQUID, sized(44).map(lambda amount: amount + 550_000), st.integers(0, 10**10), FLAGS)
def test_stake_10_is_limited(network: Network, amount: int, limit: int, partial: bool) -> None:
    state = state_of(network, balance=2 * amount, first=1)
    outcome = apply(state, AddStakeLimit(COLDKEY, HOTKEY, SUBNET, amount, limit, partial))
    before = account_of(state, 1)
    price = Fraction(limit, TAO)
    maximum: Fraction | None
    if network.mechanism == 0:
        maximum = None if price >= 1 else Fraction(0)
    else:
        maximum = pools.max_amount_add(before.ledger.tao, before.ledger.alpha_in, price)
    rejection = add.add_stake_rejection(before, Fraction(amount), maximum, partial)
    assert reason(outcome) == rejection
    if rejection is None:
        whole = None if maximum is None else Fraction(int(maximum))
        ideal = add.add_stake_limit(before, Fraction(amount), whole)
        assert account_of(outcome.state, 1).balance == ideal.balance
        assert account_of(outcome.state, 1).ledger.tao == ideal.ledger.tao


def limited(rules: Computation, rule: str, network: Network, limit: int) -> Fraction | None:
    """Return how much a limit allows to stake (POOL-5) or unstake (POOL-6); None for no bound."""
    price = Fraction(limit, TAO)
    if network.mechanism == 0:
        is_allowed = price >= 1 if rule == "POOL-5" else price <= 1
        return None if is_allowed else Fraction(0)
    maximum: Fraction | None = rules[rule](Fraction(network.tao), Fraction(network.alpha_in), price)
    return maximum


@given(VERSIONS, VALID | LIQUID | WHOLE, sized(40).map(lambda amount: amount + 549_000), LIMITS, FLAGS, FLAGS, FLAGS)
def test_stake_10_is_what_the_rounding_says(
    version: int, network: Network, amount: int, limit: int, partial: bool, owns: bool, is_enabled: bool
) -> None:
    assume(network.mechanism < 2)  # which POOL-5 takes for dynamic, and a swap for stable
    rules, owner = Computation(version, is_rounded=True), COLDKEY if owns else OTHER
    state = later_state(version, network, balance=10**12, first=1, owner=owner, enabled=is_enabled)
    outcome = apply(state, AddStakeLimit(COLDKEY, HOTKEY, SUBNET, amount, limit, partial))
    before, maximum = account_of(state, 1), limited(rules, "POOL-5", network, limit)
    wanted = rules["STAKE-23"](maximum)
    wanted = wanted or rules["STAKE-11"](before, Fraction(amount), maximum, partial, is_enabled=is_enabled)
    assert reason(outcome) == wanted
    delegates = record_delegate({}, str(owner), str(COLDKEY), "h") if wanted is None and version >= 244 else {}
    assert dict(outcome.state.delegates) == ({HOTKEY: delegates["h"]} if delegates else {})
    if wanted is None:
        assert account_of(outcome.state, 1) == rules["STAKE-10"](before, Fraction(amount), maximum)


@given(
    st.sampled_from((233, 239, 244, 277)),
    NETWORKS | VALID | LIQUID,
    NEAR | AMOUNTS,
    AMOUNTS | NEAR,
    NEAR | AMOUNTS,
    st.tuples(FLAGS, FLAGS, FLAGS, FLAGS),
    st.integers(0, 3),
)
@example(233, HOLLOW, 10**9, 10**9, 10**9, (False, True, True, True), 1)
@example(239, HOLLOW, 10**9, 10**9, 10**9, (False, True, True, True), 1)
@example(277, HOLLOW, 10**9, 10**9, 10**9, (False, True, True, True), 1)
def test_stake_11_checks_in_this_order(
    version: int, network: Network, amount: int, maximum: int, balance: int, flags: tuple[bool, ...], empty: int
) -> None:
    partial, exists, known, is_enabled = flags
    network = evolve(network, total=0) if empty == 0 else network
    state = later_state(version, network, balance=balance + 500, owner=COLDKEY if known else None, enabled=is_enabled)
    netuid = ROOT if exists else SUBNET
    found = refused(validate_add, state, COLDKEY, HOTKEY, netuid, Rao(amount), Rao(maximum), partial)
    account = account_of(state)
    arguments = account, Fraction(amount), Fraction(maximum), partial, exists, known, is_enabled
    assert found == Computation(version, is_rounded=True)["STAKE-11"](*arguments)
    wanted = Computation(version)["STAKE-11"](*arguments)
    if found != wanted:
        # What it buys is floored to alpha rao.
        bought = pools.alpha_for_tao(network.mechanism, account.ledger.tao, account.ledger.alpha_in, Fraction(amount))
        assert (found, wanted) == ("InsufficientLiquidity", None)
        assert bought is not None
        assert bought < 1


@settings(suppress_health_check=[HealthCheck.filter_too_much])  # most stakes of most pools are worth too little
@given(LIQUID, PARTS, sized(34), FLAGS)
def test_stake_12_pays_and_clears(network: Network, part: int, minimum: int, owns: bool) -> None:
    parameters = Parameters(nominator_min_required_stake=Rao(minimum))
    state = state_of(network, balance=10**9, owner=COLDKEY if owns else OTHER, parameters=parameters)
    amount = max(floored_stake(state, 0) * part >> 20, 1)
    outcome = apply(state, RemoveStake(COLDKEY, HOTKEY, ROOT, amount))
    assume(outcome.error is None)
    before = account_of(state)
    ideal = remove.remove_stake(before, Fraction(amount), FLAT_FEE, owns, Fraction(minimum))
    after = account_of(outcome.state)
    rest = stake_of(before.holding) - amount
    assume(owns or abs(rest - minimum) > 3)
    assert abs(after.balance - ideal.balance) <= 3 + price_of(network)
    assert abs(stake_of(after.holding) - stake_of(ideal.holding)) <= 3


@given(WHOLE, PARTS, sized(34), FLAGS, EARNINGS)
def test_stake_12_pays_the_fee_and_clears(
    network: Network, part: int, minimum: int, owns: bool, dividends: int
) -> None:
    state = later_state(252, network, first=1, owner=COLDKEY if owns else OTHER, minimum=minimum)
    state = with_earnings(state, 1, dividends)
    amount = max(stake_in(state, 1) * part >> 20, 1)
    outcome = apply(state, RemoveStake(COLDKEY, HOTKEY, SUBNET, amount))
    assume(outcome.error is None)
    before, after = account_of(state, 1), account_of(outcome.state, 1)
    fee = fee_of(state, amount)
    ideal = Computation(252)["STAKE-12"](before, Fraction(amount), fee, owns, Fraction(minimum))
    assert abs(after.balance - ideal.balance) <= 2 + price_of(network)
    assert after.holding == ideal.holding


@given(VERSIONS, VALID | LIQUID | WHOLE, PARTS, sized(34), FLAGS, FLAGS, EARNINGS)
def test_stake_12_is_what_the_rounding_says(
    version: int, network: Network, part: int, minimum: int, owns: bool, is_enabled: bool, dividends: int
) -> None:
    rules, owner = Computation(version, is_rounded=True), COLDKEY if owns else OTHER
    state = later_state(version, network, first=1, owner=owner, minimum=minimum, enabled=is_enabled, balance=500)
    state = with_earnings(state, 1, dividends, network.total)
    before = account_of(state, 1)
    amount = Fraction(int(rules["SHARE-2"](before.holding)) * part >> 20)
    outcome = apply(state, RemoveStake(COLDKEY, HOTKEY, SUBNET, int(amount)))
    checked = rules["STAKE-22"]("remove_stake", is_enabled) or rules["STAKE-14"](before, amount, amount, False)
    assert reason(outcome) == checked
    if checked is None:
        wanted = rules["STAKE-12"](before, amount, fee_of(state, int(amount)), owns, Fraction(minimum))
        assert account_of(outcome.state, 1) == wanted


@given(LIQUID, PARTS, st.integers(0, 10**10), FLAGS)
def test_stake_13_is_limited(network: Network, part: int, limit: int, partial: bool) -> None:
    state = state_of(network, balance=10**9, first=1)
    amount = max(floored_stake(state, 1) * part >> 20, 1)
    outcome = apply(state, RemoveStakeLimit(COLDKEY, HOTKEY, SUBNET, amount, limit, partial))
    before = account_of(state, 1)
    price = Fraction(limit, TAO)
    maximum: Fraction | None
    if network.mechanism == 0:
        maximum = None if price <= 1 else Fraction(0)
    else:
        maximum = pools.max_amount_remove(before.ledger.tao, before.ledger.alpha_in, price)
        # POOL-6: the limit is compared with the floored price.
        assume(not maximum or price_of(network) * TAO - limit >= 1)
    worth = pools.tao_for_alpha(network.mechanism, before.ledger.tao, before.ledger.alpha_in, Fraction(amount))
    assume(worth is None or not 500_000 < worth < 500_001)
    rejection = remove.remove_stake_rejection(before, Fraction(amount), maximum, partial)
    assert reason(outcome) == rejection
    if rejection is None:
        whole = None if maximum is None else Fraction(int(maximum))
        ideal = remove.remove_stake_limit(before, Fraction(amount), whole, FLAT_FEE, True, Fraction(0))
        assert 0 <= account_of(outcome.state, 1).balance - int(ideal.balance) <= 1


@given(VERSIONS, LIQUID | WHOLE, PARTS, LIMITS, FLAGS, EARNINGS)
def test_stake_13_is_what_the_rounding_says(
    version: int, network: Network, part: int, limit: int, partial: bool, dividends: int
) -> None:
    rules = Computation(version, is_rounded=True)
    state = with_earnings(later_state(version, network, first=1, balance=500), 1, dividends, network.total)
    before = account_of(state, 1)
    amount = max(Fraction(int(rules["SHARE-2"](before.holding)) * part >> 20), Fraction(1))
    outcome = apply(state, RemoveStakeLimit(COLDKEY, HOTKEY, SUBNET, int(amount), limit, partial))
    maximum = limited(rules, "POOL-6", network, limit)
    wanted = rules["STAKE-23"](maximum) or rules["STAKE-14"](before, amount, maximum, partial)
    assert reason(outcome) == wanted
    if wanted is None:
        fee = fee_of(state, int(amount))
        assert account_of(outcome.state, 1) == rules["STAKE-13"](before, amount, maximum, fee, True, Fraction(0))


@given(
    st.sampled_from((233, 244)),
    NETWORKS | VALID | LIQUID,
    NEAR | AMOUNTS | FACTORS,
    AMOUNTS | NEAR,
    FLAGS,
    FLAGS,
    FLAGS,
)
def test_stake_14_checks_in_this_order(
    version: int, network: Network, part: int | Fraction, maximum: int, partial: bool, exists: bool, known: bool
) -> None:
    state, rules = later_state(version, network, owner=COLDKEY if known else None), Computation(version)
    account = account_of(state)
    amount = part if isinstance(part, int) else int(part * rules["SHARE-2"](account.holding))
    netuid = ROOT if exists else SUBNET
    found = refused(validate_remove, state, COLDKEY, HOTKEY, netuid, Alpha(amount), Alpha(maximum), partial)
    arguments = account, Fraction(amount), Fraction(maximum), partial, exists, known
    assert found == Computation(version, is_rounded=True)["STAKE-14"](*arguments)
    wanted = rules["STAKE-14"](*arguments)
    if found == wanted:
        return
    worth = pools.tao_for_alpha(network.mechanism, account.ledger.tao, account.ledger.alpha_in, Fraction(amount))
    assert worth is not None
    if found == "AmountTooLow":
        assert 500_000 < worth < 500_001
    else:
        assert (found, wanted) == ("NotEnoughStakeToWithdraw", None)
        assert rules["SHARE-2"](account.holding) - amount < 1 + account.holding.shares / 2**64


@given(st.integers(0, 10**12), st.integers(-2, 2))
def test_stake_15_drops_what_is_pending(total: int, more: int) -> None:
    network = Network(0, 10**12, 10**12, 0, total, total << 64, total << 64)
    threshold = max(total + more, 0)
    state = state_of(network, parameters=Parameters(stake_threshold=Rao(threshold)))
    pending = Map({HOTKEY: (((2**63, AccountId(9)),), BlockNumber(7))})
    state = evolve(state, subnets=state.subnets.set(ROOT, evolve(state.subnet(ROOT), pending_child_keys=pending)))
    stays = remove.pending_children_stay(Fraction(total), Fraction(threshold))
    assert (HOTKEY in drop_pending_children(state, HOTKEY).subnet(ROOT).pending_child_keys) == stays


@given(st.lists(LIQUID, min_size=1, max_size=3))
def test_stake_16_sells_everything(networks: list[Network]) -> None:
    networks = [evolve(network, shares=network.shares >> 64 << 64) for network in networks]
    state = state_of(*networks, balance=10**9)
    outcome = apply(state, UnstakeAll(COLDKEY, HOTKEY))
    accounts = [(account_of(state, netuid), FLAT_FEE) for netuid in range(len(networks))]
    _, ideal = remove.unstake_all(accounts, Fraction(10**9), True, Fraction(0))
    # What is unstaked is the floored stake, at the price of each network.
    bound = sum((1 + 2 * price_of(network) + 1 for network in networks), Fraction(1))
    assert abs(account_of(outcome.state).balance - ideal) <= bound
    assert all(floored_stake(outcome.state, netuid) <= 1 for netuid in range(len(networks)) if networks[netuid].shares)


SMALL = st.builds(
    lambda network, total: evolve(network, total=total, denominator=total << 64, shares=total << 64), WHOLE, NEAR
)
SEVERAL = st.lists(WHOLE | SMALL | VALID | LIQUID, min_size=1, max_size=3)


@given(VERSIONS, SEVERAL, EARNINGS)
def test_stake_16_is_what_the_rounding_says(version: int, networks: list[Network], dividends: int) -> None:
    rules = Computation(version, is_rounded=True)
    state = later_state(version, *networks, balance=500)
    for netuid, network in enumerate(networks):
        state = with_earnings(state, netuid, dividends, network.total)
    accounts = [
        (account, fee_of(state, int(rules["SHARE-2"](account.holding)), netuid))
        for netuid, account in enumerate(account_of(state, netuid) for netuid in range(len(networks)))
    ]
    wanted, balance = rules["STAKE-16"](accounts, Fraction(500), True, Fraction(0))
    after = apply(state, UnstakeAll(COLDKEY, HOTKEY)).state
    found = [account_of(after, netuid) for netuid in range(len(networks))]
    assert {account.balance for account in found} == {balance}
    assert [one.holding for one in found] == [one.holding for one in wanted]
    pools_after = [(one.ledger.tao, one.ledger.alpha_in, one.ledger.alpha_out) for one in found]
    assert pools_after == [(one.ledger.tao, one.ledger.alpha_in, one.ledger.alpha_out) for one in wanted]


@given(st.sampled_from((261, 273)), SEVERAL, st.lists(FLAGS, min_size=3, max_size=3))
def test_stake_16_and_17_pass_over_what_stays(version: int, networks: list[Network], enabled: list[bool]) -> None:
    enabled = [is_enabled or version < 273 for is_enabled in enabled]
    state, rules = later_state(version, *networks, enabled=dict(enumerate(enabled))), Computation(version, True)
    for call, only_alpha in ((UnstakeAll, False), (UnstakeAllAlpha, True)):
        events = apply(state, call(COLDKEY, HOTKEY)).events
        sold = [event.netuid for event in events[: len(events) - only_alpha]]  # type: ignore[attr-defined]  # removals
        accounts = enumerate(account_of(state, netuid) for netuid in range(len(networks)))
        assert sold == [
            netuid
            for netuid, account in accounts
            if remove.is_removable(account, rules, enabled[netuid]) and not (only_alpha and netuid == 0)
        ]


@given(st.lists(LIQUID, min_size=1, max_size=3))
def test_stake_17_stakes_the_sum_on_root(networks: list[Network]) -> None:
    root = Network(0, 10**12, 10**12, 10**12, 10**12, 10**12 << 64, 0)
    state = state_of(root, *networks)
    outcome = apply(state, UnstakeAllAlpha(COLDKEY, HOTKEY))
    accounts = [(account_of(state, netuid), FLAT_FEE) for netuid in range(1, len(networks) + 1)]
    ideal, _ = remove.unstake_all_alpha(account_of(state), accounts)
    bound = sum((1 + 2 * price_of(network) + 1 for network in networks), Fraction(1))
    after = account_of(outcome.state)
    assert abs(stake_of(after.holding) - stake_of(ideal.holding)) <= bound
    assert abs(after.ledger.total_stake - ideal.ledger.total_stake) <= bound


@given(VERSIONS, SEVERAL, EARNINGS)
def test_stake_17_is_what_the_rounding_says(version: int, networks: list[Network], dividends: int) -> None:
    rules = Computation(version, is_rounded=True)
    root = Network(0, 10**12, 10**12, 10**12, 10**12, 10**12 << 64, 0)
    state = later_state(version, root, *networks)
    for netuid, network in enumerate(networks, 1):
        state = with_earnings(state, netuid, dividends, network.total)
    accounts = [
        (account, fee_of(state, int(rules["SHARE-2"](account.holding)), netuid))
        for netuid, account in ((netuid, account_of(state, netuid)) for netuid in range(1, len(networks) + 1))
    ]
    wanted_root, wanted = rules["STAKE-17"](account_of(state), accounts)
    after = apply(state, UnstakeAllAlpha(COLDKEY, HOTKEY)).state
    assert account_of(after).holding == wanted_root.holding
    assert account_of(after).ledger == wanted_root.ledger
    found = [account_of(after, netuid) for netuid in range(1, len(networks) + 1)]
    assert [one.holding for one in found] == [one.holding for one in wanted]


def test_stake_16_and_17_are_refused_for_a_hotkey_that_nobody_owns() -> None:
    new = state_with({})
    for call in (UnstakeAll, UnstakeAllAlpha):
        refusal = outcome_of(new, call(signer=AccountId(OWNER), hotkey=AccountId(2001)))
        assert refusal == refused_as("HotKeyAccountNotExists")
        assert outcome_of(new, call(signer=None, hotkey=AccountId(2001))) == refused_as("BadOrigin")


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
def test_stake_22_refuses_where_the_subtoken_is_not_enabled(call: str, is_enabled: bool) -> None:
    for version in (265, 273, 277):
        state = later_state(version, ROW, ROW, balance=10 * TAO, first=1, enabled={1: is_enabled, 2: True})
        wanted = Computation(version)["STAKE-22"](call, is_enabled)
        assert reason(apply(state, CALLS[call]())) == wanted  # type: ignore[arg-type]  # a call
        other = later_state(version, ROW, ROW, first=1, enabled={1: True, 2: is_enabled})
        wanted = Computation(version)["STAKE-22"]("move_stake", is_enabled)
        assert reason(apply(other, CALLS["move_stake"]())) == wanted  # type: ignore[arg-type]  # a call


@given(st.lists(WHOLE, min_size=2, max_size=2), st.integers(0, 3 * TAO) | st.sampled_from((0, TAO, TAO + 1, TAO - 1)))
def test_stake_23_refuses_a_limit_of_nothing(networks: list[Network], limit: int) -> None:
    for version in (265, 273):
        state = later_state(version, *networks, first=1)
        for found in (
            stake.max_amount_add(state, FIRST, limit),
            stake.max_amount_remove(state, FIRST, limit),
            max_amount_move(state, FIRST, SECOND, limit),
        ):
            wanted = Computation(version)["STAKE-23"](Fraction(found))
            assert (found == 0 and version >= 273) == (wanted is not None)
            if wanted is None:
                assert state.runtime.staking.amount_allowed(found) == found
            else:
                with pytest.raises(Rejected, match=wanted):
                    state.runtime.staking.amount_allowed(found)


GIVEN_UP = sized(47) | st.fractions(0, 1) | st.fractions(1 - Fraction(1, 10**5), 1)


@pytest.mark.parametrize("version", [257, 320, 365])
@given(WHOLE | VALID, GIVEN_UP, sized(47))
@example(Network(1, 10**12, 10**12, 10**16, 2**63, 2**127, 2**127), 2**63, 2**64 - 1)  # as an i64 it has no negative
def test_stake_24_takes_alpha_out_and_stake_25_does_not(
    version: int, network: Network, part: int | Fraction, outside: int
) -> None:
    state = with_alpha_outside(later_state(version, network, first=1), outside)
    amount = part if isinstance(part, int) else int(part * stake_in(state, 1))
    before, rules = account_of(state, 1), Computation(version, is_rounded=True)
    for call, rule in ((RecycleAlpha, "STAKE-24"), (BurnAlpha, "STAKE-25")):
        outcome = apply(state, call(COLDKEY, HOTKEY, amount, FIRST))
        wanted = rules[rule](before, Fraction(amount))
        if isinstance(wanted, str):
            assert (outcome.state, reason(outcome)) == (state, wanted)
            continue
        (event,) = outcome.events
        assert isinstance(event, AlphaRecycled | AlphaBurned)
        assert (account_of(outcome.state, 1), event.alpha) == wanted


def with_alpha_outside(state: State, alpha: int) -> State:
    """Return the state with as much alpha outside of the pool."""
    return evolve(state, pools=state.pools.set(FIRST, evolve(state.pools[FIRST], alpha_out=Alpha(alpha))))


@given(st.sampled_from((257, 273)), *[FLAGS] * 4, st.sampled_from((TAO, 2 * 10**12)))
def test_stake_24_and_25_check_in_this_order(
    version: int, exists: bool, root: bool, enabled: bool, known: bool, amount: int
) -> None:
    netuid = 0 if root else 1
    first = netuid if exists else 9
    state = later_state(version, ROW, first=first, enabled=enabled, owner=COLDKEY if known else None)
    wanted = surrender.giving_up_rejection(
        account_of(state, first), Fraction(amount), exists, root, enabled, known, rules=Computation(version)
    )
    for call in (RecycleAlpha, BurnAlpha):
        assert reason(apply(state, call(COLDKEY, HOTKEY, amount, netuid))) == wanted
