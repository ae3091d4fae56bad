"""Moves of stake in the reference against the exact rules."""

from fractions import Fraction

from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from dtao.calls import MoveStake, SwapStake, SwapStakeLimit, TransferStake, apply
from dtao.calls.moves import transitioned
from dtao.outcome import Outcome, Rejected
from dtao.persistent import Map
from dtao.records import Pool, Position
from dtao.rules import pool as pool_rules
from dtao.state import State
from dtao.transitions.checks import validated_transition
from dtao.transitions.limits import max_amount_move
from dtao.units import AccountId, Alpha, NetUid, Rao
from dtao_spec.chapters import moves, pools
from dtao_spec.chapters.moves import End, Place
from dtao_spec.chapters.shares import stake_of
from tests.spec.economies import (
    AMOUNTS,
    COLDKEY,
    HOTKEY,
    LIQUID,
    NETWORKS,
    OTHER,
    Network,
    account_of,
    floored_stake,
    is_paid,
    state_of,
)

FIRST, SECOND = NetUid(0), NetUid(1)
ANOTHER_HOTKEY = AccountId(4)


def end_of(state: State, coldkey: AccountId, hotkey: AccountId, netuid: int) -> End:
    account = account_of(state, netuid, hotkey, coldkey)
    return End(Place(str(coldkey), str(hotkey), netuid), account.ledger, account.holding)


def near(one: End, other: End, slack: Fraction) -> bool:
    """Whether two ends differ by no more than the rounding of the trades."""
    ledgers = (one.ledger.tao - other.ledger.tao, one.ledger.alpha_in - other.ledger.alpha_in)
    return max(map(abs, (*ledgers, stake_of(one.holding) - stake_of(other.holding)))) <= slack


def placed(place: Place) -> tuple[int, int, int]:
    return int(place.coldkey), int(place.hotkey), place.netuid


def carried(outcome: Outcome, before: State, origin: Place, destination: Place, amount: int) -> bool:
    """Whether a call did to the state what a transition between the two places does."""
    ends = [
        Position(AccountId(coldkey), AccountId(hotkey), NetUid(netuid))
        for coldkey, hotkey, netuid in map(placed, (origin, destination))
    ]
    return outcome.error is None and outcome.state == transitioned(before, ends[0], ends[1], Alpha(amount))[0]


WHOLE = st.builds(lambda network: evolve(network, shares=network.denominator), LIQUID)


@given(st.lists(WHOLE, min_size=2, max_size=2), st.integers(0, 1), st.integers(0, 1))
def test_move_1_is_a_move(networks: list[Network], origin: int, destination: int) -> None:
    state = state_of(*networks)
    amount = floored_stake(state, origin)
    outcome = apply(state, MoveStake(COLDKEY, HOTKEY, ANOTHER_HOTKEY, origin, destination, amount))
    assume(outcome.error is None)
    ends = moves.ends_of_move(str(COLDKEY), str(HOTKEY), str(ANOTHER_HOTKEY), origin, destination)
    assert carried(outcome, state, *ends, amount)


@given(st.lists(WHOLE, min_size=2, max_size=2), st.booleans(), st.booleans(), st.booleans())
def test_move_2_asks_both_subnets(networks: list[Network], first: bool, second: bool, known: bool) -> None:
    state = state_of(*networks, owner=COLDKEY if known else None)
    subnets = state.subnets
    for netuid, toggle in ((FIRST, first), (SECOND, second)):
        hyperparameters = evolve(state.subnet(netuid).hyperparameters, transfer_toggle=toggle)
        subnets = subnets.set(netuid, evolve(state.subnet(netuid), hyperparameters=hyperparameters))
    state = evolve(state, subnets=subnets)
    amount = floored_stake(state, 0)
    outcome = apply(state, TransferStake(COLDKEY, OTHER, HOTKEY, FIRST, SECOND, amount))
    owner = str(COLDKEY) if known else None
    checked = moves.move_rejection(end_of(state, COLDKEY, HOTKEY, 0), Fraction(amount), owner=owner)
    assume(checked != "AmountTooLow")
    wanted = moves.transfer_rejection(checked, first, second)
    assert (None if outcome.error is None else outcome.error.value) == wanted
    if wanted is None:
        ends = Place(str(COLDKEY), str(HOTKEY), 0), Place(str(OTHER), str(HOTKEY), 1)
        assert carried(outcome, state, *ends, amount)


@given(st.lists(WHOLE, min_size=2, max_size=2))
def test_move_3_is_a_move(networks: list[Network]) -> None:
    state = state_of(*networks)
    amount = floored_stake(state, 0)
    outcome = apply(state, SwapStake(COLDKEY, HOTKEY, FIRST, SECOND, amount))
    assume(outcome.error is None)
    assert carried(outcome, state, *moves.ends_of_swap(str(COLDKEY), str(HOTKEY), 0, 1), amount)


@given(st.lists(WHOLE, min_size=2, max_size=2), st.integers(0, 10**10), st.booleans())
def test_move_4_moves_everything_or_nothing(networks: list[Network], limit: int, partial: bool) -> None:
    state = state_of(*networks)
    amount = floored_stake(state, 0)
    maximum = max_amount_move(state, FIRST, SECOND, limit)
    checked = apply(state, SwapStake(COLDKEY, HOTKEY, FIRST, SECOND, amount)).error
    outcome = apply(state, SwapStakeLimit(COLDKEY, HOTKEY, FIRST, SECOND, amount, limit, partial))
    reason = None if checked is None else checked.value
    wanted = moves.swap_limit_rejection(reason, Fraction(amount), Fraction(maximum), partial)
    assert (None if outcome.error is None else outcome.error.value) == wanted
    if wanted is None:
        assert carried(outcome, state, *moves.ends_of_swap(str(COLDKEY), str(HOTKEY), 0, 1), amount)


@given(
    NETWORKS | LIQUID,
    AMOUNTS | st.integers(499_000, 551_000) | st.fractions(0, 2),
    st.booleans(),
    st.booleans(),
    st.sampled_from((None, COLDKEY, OTHER)),
)
def test_move_5_checks_in_this_order(
    network: Network, part: int | Fraction, here: bool, there: bool, owner: AccountId | None
) -> None:
    state = state_of(network, network, owner=owner)
    amount = part if isinstance(part, int) else int(part * floored_stake(state, 0))
    origin = Position(COLDKEY, HOTKEY, FIRST if here else NetUid(8))
    destination = Position(COLDKEY, HOTKEY, SECOND if there else NetUid(9))
    try:
        validated_transition(state, origin, destination, Alpha(amount))
        found = None
    except Rejected as refusal:
        found = refusal.rejection.value
    end = end_of(state, COLDKEY, HOTKEY, 0)
    name = None if owner is None else str(owner)
    wanted = moves.move_rejection(end, Fraction(amount), here, there, name)
    if found == wanted:
        return
    if found == "NotEnoughStakeToWithdraw":
        assert stake_of(end.holding) - amount < 1 + end.holding.shares / 2**64
        return
    worth = pools.tao_for_alpha(network.mechanism, end.ledger.tao, end.ledger.alpha_in, Fraction(amount))
    assert worth is not None
    assert (found, wanted) == ("AmountTooLow", None)
    assert 500_000 < worth < 500_001


@given(
    st.lists(LIQUID, min_size=2, max_size=2),
    st.integers(1, 2**20) | st.integers(1, 10**6).map(lambda alpha: -alpha),
    st.sampled_from((FIRST, SECOND)),
    st.sampled_from((HOTKEY, ANOTHER_HOTKEY)),
    st.sampled_from((COLDKEY, OTHER)),
)
def test_move_6_is_a_sale_and_a_purchase(
    networks: list[Network], part: int, netuid: NetUid, hotkey: AccountId, coldkey: AccountId
) -> None:
    state = state_of(*networks)
    held = floored_stake(state, 0)
    amount = min(-part, held) if part < 0 else held * part >> 20
    before = end_of(state, COLDKEY, HOTKEY, 0), end_of(state, coldkey, hotkey, netuid)
    origin, destination = Position(COLDKEY, HOTKEY, FIRST), Position(coldkey, hotkey, netuid)
    after, tao, events = transitioned(state, origin, destination, Alpha(amount))
    here, there, ideal = moves.moved(*before, Fraction(amount))
    pool = before[0].ledger
    sold = pools.tao_for_alpha(pool.mechanism, pool.tao, pool.alpha_in, Fraction(amount))
    if sold is not None and sold >= 50_000:
        assert is_paid(tao + 50_000, sold)
    # The sale is floored at the bound below which nothing is staked again.
    assume(sold is None or not 549_999 < sold < 550_001)
    assert (len(events) == 2) == (sold is not None and sold >= 550_000)
    # A rao less after the sale buys as much less alpha as the price tells, and each trade is floored once more.
    slack = 4 + 2 * max(Fraction(network.alpha_in, network.tao) for network in networks)
    assert abs(ideal - tao) <= 1
    assert near(end_of(after, COLDKEY, HOTKEY, 0), here, slack)
    assert near(end_of(after, coldkey, hotkey, netuid), there, slack)


RESERVES = st.integers(0, 21 * 10**15) | st.integers(1, 10**6) | st.integers(10**9, 10**14)
LARGEST = Fraction(2**64 - 1)
MECHANISMS = st.sampled_from((0, 1))


@given(st.lists(st.tuples(MECHANISMS, RESERVES, RESERVES), min_size=2, max_size=2), st.integers(0, 10**12))
def test_move_7_chooses_the_rule(ends: list[tuple[int, int, int]], limit: int) -> None:
    networks = [Network(mechanism, tao, alpha, 0, 1, 2**64, 0) for mechanism, tao, alpha in ends]
    state = state_of(*networks, first=1)
    found = max_amount_move(state, NetUid(1), NetUid(2), limit)
    reserves = [(Fraction(tao), Fraction(alpha)) if mechanism else None for mechanism, tao, alpha in ends]
    ideal = moves.max_amount_move(reserves[0], reserves[1], Fraction(limit, 10**9))
    if ends[0][0] == 0 and ends[1][0] == 0:
        assert found == (2**64 - 1 if ideal is None else ideal)
        return
    if ends[0][0] == 0:
        pool = Rao(ends[1][1]), Alpha(ends[1][2])
        inverse = pool_rules.stable_to_dynamic_limit(limit) if limit else 0
        assert found == (pool_rules.max_amount_add(False, *pool, inverse) if limit else 2**64 - 1)
        if ideal is not None:
            # POOL-7 floors the limit to rao per alpha, POOL-5 the amount to rao.
            lower = max(ideal - Fraction(ends[1][2], 10**9) * (1 + Fraction(10**18, limit * 2**64)) - 1, Fraction(0))
            assert min(lower, LARGEST) <= found <= ideal
        return
    if ends[1][0] == 0:
        origin = Rao(ends[0][1]), Alpha(ends[0][2])
        assert found == pool_rules.max_amount_remove(False, *origin, limit)
        if ideal is None:
            assert found == 2**64 - 1
        elif found:
            assert found == min(int(ideal), 2**64 - 1)
        return
    if ideal is None:
        assert found == 2**64 - 1
    elif found:
        # POOL-8; the check of the present ratio, in rounded prices, may give 0 instead.
        floored = Fraction((limit << 64) // 10**9, 2**64)
        bound = ends[1][2] / (floored * 2**64) * (1 + Fraction(10**9, limit)) + Fraction(ends[0][2], 2**64) + 1
        assert abs(found - min(ideal, LARGEST)) <= bound


def test_move_6_of_root_stake_may_drop_it() -> None:
    root = Network(0, 10**12, 10**12, 10**12, 10**9, 10**9 << 64, 10**9 << 64)
    state = evolve(state_of(root, root), staking_hotkeys=Map({COLDKEY: (HOTKEY,)}))
    position = Position(COLDKEY, HOTKEY, FIRST)
    for alpha, arrives in ((549_999, False), (550_000, True)):
        after, _, _ = transitioned(state, position, Position(COLDKEY, HOTKEY, SECOND), Alpha(alpha))
        assert (after.pools[SECOND] != Pool(Rao(10**12), Alpha(10**12), Alpha(10**12))) == arrives
