"""Moves of stake in the reference against the exact rules, and against the same with the rounding that they state."""

from fractions import Fraction

from attrs import evolve
from hypothesis import assume, example, given
from hypothesis import strategies as st

from dtao.calls import MoveStake, SwapStake, SwapStakeLimit, TransferStake, apply
from dtao.calls.moves import transition_fee, transition_stake
from dtao.events import StakeRemoved, StakeRemovedForFee
from dtao.outcome import Outcome
from dtao.persistent import Map
from dtao.records import Pool
from dtao.rules import pool as pool_rules
from dtao.state import State
from dtao.trades import Position
from dtao.transitions.checks import validate_transition
from dtao.transitions.limits import max_amount_move
from dtao.units import AccountId, Alpha, NetUid, Rao
from dtao_spec.chapters import pools
from dtao_spec.chapters.moves import calls, legs
from dtao_spec.chapters.moves.calls import Checked, End, Place
from dtao_spec.chapters.staking.trades import FEE
from dtao_spec.registry import Computation
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
    is_paid,
    later_state,
    reason,
    refused,
    sized,
    state_of,
    with_earnings,
)

FIRST, SECOND = NetUid(0), NetUid(1)
ANOTHER_HOTKEY = AccountId(4)


def end_of(state: State, at: Position) -> End:
    account = account_of(state, at.netuid, at.hotkey, at.coldkey)
    return End(Place(str(at.coldkey), str(at.hotkey), at.netuid), account.ledger, account.holding)


def near(one: End, other: End, slack: Fraction, rules: Computation) -> bool:
    """Whether two ends differ by no more than the rounding of the trades."""
    ledgers = (one.ledger.tao - other.ledger.tao, one.ledger.alpha_in - other.ledger.alpha_in)
    stakes = rules["SHARE-2"](one.holding) - rules["SHARE-2"](other.holding)
    return bool(max(map(abs, (*ledgers, stakes))) <= slack)


def placed(place: Place) -> tuple[int, int, int]:
    return int(place.coldkey), int(place.hotkey), place.netuid


def carried(outcome: Outcome, before: State, origin: Place, destination: Place, amount: int) -> bool:
    """Whether a call did to the state what a transition between the two places does."""
    ends = [
        Position(AccountId(coldkey), AccountId(hotkey), NetUid(netuid))
        for coldkey, hotkey, netuid in map(placed, (origin, destination))
    ]
    return outcome.error is None and outcome.state == transition_stake(before, ends[0], ends[1], Alpha(amount))[0]


OWNED = st.builds(lambda network: evolve(network, shares=network.denominator), LIQUID)
FLAGS = st.booleans()
LIMITS = sized(40) | st.integers(0, 10**10) | st.sampled_from((0, 10**9))


@given(st.lists(OWNED, min_size=2, max_size=2), st.integers(0, 1), st.integers(0, 1))
def test_move_1_is_a_move(networks: list[Network], origin: int, destination: int) -> None:
    state = state_of(*networks)
    amount = floored_stake(state, origin)
    outcome = apply(state, MoveStake(COLDKEY, HOTKEY, ANOTHER_HOTKEY, origin, destination, amount))
    assume(outcome.error is None)
    ends = calls.ends_of_move(str(COLDKEY), str(HOTKEY), str(ANOTHER_HOTKEY), origin, destination)
    assert carried(outcome, state, *ends, amount)


@given(st.lists(OWNED, min_size=2, max_size=2), st.booleans(), st.booleans(), st.booleans())
def test_move_2_asks_both_subnets(networks: list[Network], first: bool, second: bool, known: bool) -> None:
    state = state_of(*networks, owner=COLDKEY if known else None)
    subnets = state.subnets
    for netuid, toggle in ((FIRST, first), (SECOND, second)):
        hyperparameters = evolve(state.subnet(netuid).hyperparameters, transfer_toggle=toggle)
        subnets = subnets.set(netuid, evolve(state.subnet(netuid), hyperparameters=hyperparameters))
    state = evolve(state, subnets=subnets)
    amount = floored_stake(state, 0)
    outcome = apply(state, TransferStake(COLDKEY, OTHER, HOTKEY, FIRST, SECOND, amount))
    here = end_of(state, Position(COLDKEY, HOTKEY, FIRST))
    there = end_of(state, Position(OTHER, HOTKEY, SECOND))
    owner = Checked(owner=str(COLDKEY) if known else None)
    checked = calls.owners_move_rejection(here, there, Fraction(amount), owner)
    assume(checked != "AmountTooLow")
    wanted = calls.transfer_rejection(checked, first, second)
    assert reason(outcome) == wanted
    if wanted is None:
        assert carried(outcome, state, here.place, there.place, amount)


@given(st.lists(OWNED, min_size=2, max_size=2))
def test_move_3_is_a_move(networks: list[Network]) -> None:
    state = state_of(*networks)
    amount = floored_stake(state, 0)
    outcome = apply(state, SwapStake(COLDKEY, HOTKEY, FIRST, SECOND, amount))
    assume(outcome.error is None)
    assert carried(outcome, state, *calls.ends_of_swap(str(COLDKEY), str(HOTKEY), 0, 1), amount)


@given(
    st.sampled_from((233, 244, 252, 265, 273)),
    st.lists(OWNED | WHOLE, min_size=2, max_size=2),
    LIMITS,
    FLAGS,
    EARNINGS,
)
def test_move_4_moves_what_is_allowed(
    version: int, networks: list[Network], limit: int, partial: bool, dividends: int
) -> None:
    state = with_earnings(later_state(version, *networks, first=1), 1, dividends, networks[0].total)
    rules = Computation(version, is_rounded=True)
    origin, destination = (Position(COLDKEY, HOTKEY, NetUid(netuid)) for netuid in (1, 2))
    ends = end_of(state, origin), end_of(state, destination)
    amount = Alpha(int(rules["SHARE-2"](ends[0].holding)))
    found = max_amount_move(state, NetUid(1), NetUid(2), limit)
    maximum = None if found == 2**64 - 1 else Fraction(found)
    outcome = apply(state, SwapStakeLimit(COLDKEY, HOTKEY, 1, 2, amount, limit, partial))
    part = rules["MOVE-4"](Fraction(amount), maximum, partial)
    checked = Checked(owner=str(COLDKEY), is_above_limit=isinstance(part, str))
    wanted = rules["STAKE-23"](maximum) or rules["MOVE-5"](*ends, Fraction(amount), checked)
    assert reason(outcome) == wanted
    if wanted is None:
        assert outcome.state == transition_stake(state, origin, destination, amount, Alpha(int(part)))[0]


EVEN = Network(1, 10**12, 10**12, 10**12, 10**10, 10**10 << 64, 10**10 << 64)
"""A network with the price 1."""
ALL = (True, True, True, False)


@given(
    st.sampled_from((233, 238, 239, 244, 265, 273, 277)),
    st.lists(NETWORKS | VALID | LIQUID | WHOLE, min_size=2, max_size=2),
    AMOUNTS | st.integers(499_000, 551_000) | st.fractions(0, 2) | st.just(Fraction(1)),
    st.tuples(*[FLAGS] * 4),
    st.sampled_from((None, COLDKEY, OTHER)),
    st.sampled_from(("same", "hotkey", "subnet")),
    st.integers(0, 3),
)
@example(239, [EVEN, EVEN], 10**9, ALL, COLDKEY, "subnet", 0)
@example(265, [EVEN, EVEN], 10**9, ALL, COLDKEY, "subnet", 0)
@example(277, [EVEN, EVEN], 10**9, ALL, COLDKEY, "subnet", 0)
def test_move_5_checks_in_this_order(
    version: int,
    networks: list[Network],
    part: int | Fraction,
    flags: tuple[bool, ...],
    owner: AccountId | None,
    kind: str,
    drained: int,
) -> None:
    here, there, enabled, above = flags
    if drained == 0:
        networks = [networks[0], evolve(networks[1], total=0)]
    state, rules = later_state(version, *networks, owner=owner, enabled={0: True, 1: enabled}), Computation(version)
    amount = part if isinstance(part, int) else int(part * rules["SHARE-2"](account_of(state).holding))
    netuid = (SECOND if there else NetUid(9)) if kind == "subnet" else (FIRST if here else NetUid(8))
    origin = Position(COLDKEY, HOTKEY, FIRST if here else NetUid(8))
    destination = Position(COLDKEY, ANOTHER_HOTKEY if kind == "hotkey" else HOTKEY, netuid)
    limit = Alpha(max(amount - above, 0))
    found = refused(validate_transition, state, origin, destination, Alpha(amount), limit, False)
    ends, exact = (end_of(state, origin), end_of(state, destination)), Fraction(amount)
    checked = Checked(
        origin_exists=here,
        destination_exists=there if kind == "subnet" else here,
        are_enabled=enabled or kind != "subnet",
        owner=None if owner is None else str(owner),
        destination_is_owned=owner is not None and kind != "hotkey",
        is_above_limit=amount > limit,
    )
    assert found == Computation(version, is_rounded=True)["MOVE-5"](*ends, exact, checked)
    wanted = rules["MOVE-5"](*ends, exact, checked)
    if found != wanted:
        assert within_rounding(ends, exact, found, rules)


def within_rounding(ends: tuple[End, End], amount: Fraction, found: str | None, rules: Computation) -> bool:
    """Whether a rejection that differs is due to an amount that was floored."""
    origin, destination = (end.ledger for end in ends)
    if found == "NotEnoughStakeToWithdraw":
        return bool(rules["SHARE-2"](ends[0].holding) - amount < 1 + ends[0].holding.shares / 2**64)
    worth = pools.tao_for_alpha(origin.mechanism, origin.tao, origin.alpha_in, amount)
    assert worth is not None
    if found == "AmountTooLow":
        return 500_000 < worth < 500_001
    bought = pools.alpha_for_tao(destination.mechanism, destination.tao, destination.alpha_in, worth)
    floored = pools.alpha_for_tao(destination.mechanism, destination.tao, destination.alpha_in, Fraction(int(worth)))
    return found in {None, "InsufficientLiquidity"} and (bought is None or floored is None or floored < 1)


MOVED = PARTS | st.integers(1, 10**6).map(lambda alpha: -alpha)
SUBNETS = st.sampled_from((NetUid(1), NetUid(2)))
DESTINATIONS = st.builds(
    Position, st.sampled_from((COLDKEY, OTHER)), st.sampled_from((HOTKEY, ANOTHER_HOTKEY)), SUBNETS
)
LIMITED = sized(10) | st.just(2**10) | st.integers(1, 2 * 10**6).map(lambda alpha: -alpha)


@given(
    st.sampled_from((233, 244, 252, 261, 277)),
    st.lists(LIQUID | WHOLE, min_size=2, max_size=2),
    MOVED,
    DESTINATIONS,
    EARNINGS,
    LIMITED,
)
@example(252, [EVEN, EVEN], 2**20, Position(COLDKEY, HOTKEY, NetUid(2)), 10**6, -1_200_000)
@example(252, [EVEN, EVEN], 2**20, Position(COLDKEY, HOTKEY, NetUid(2)), 10**6, -1_500_100)
def test_move_6_is_a_sale_and_a_purchase(
    version: int, networks: list[Network], part: int, destination: Position, dividends: int, share: int
) -> None:
    state = with_earnings(later_state(version, *networks, first=1), 1, dividends, networks[0].total)
    rules, rounded = Computation(version), Computation(version, is_rounded=True)
    origin = Position(COLDKEY, HOTKEY, NetUid(1))
    before = end_of(state, origin), end_of(state, destination)
    held = int(rounded["SHARE-2"](before[0].holding))
    amount = min(-part, held) if part < 0 else held * part >> 20
    limited = min(-share, amount) if share < 0 else amount * share >> 10
    moving = limited if version >= 252 else amount
    after, tao, events = transition_stake(state, origin, destination, Alpha(amount), Alpha(moving))
    fee = Fraction(transition_fee(state, origin, destination, Alpha(amount)))
    assert fee == FEE or (version >= 252 and destination.netuid != origin.netuid)
    exactly = rounded["MOVE-6"](*before, Fraction(moving), fee)
    assert (end_of(after, origin), end_of(after, destination), tao) == exactly
    here, there, ideal = rules["MOVE-6"](*before, Fraction(moving), fee)
    pool, leg = before[0].ledger, fee // 2
    assert isinstance(events[0], StakeRemoved | StakeRemovedForFee)
    sold = pools.tao_for_alpha(pool.mechanism, pool.tao, pool.alpha_in, Fraction(events[0].alpha))
    if sold is not None and sold >= 2 * leg:
        assert is_paid(int(tao + 2 * leg), sold)
    arrives = len(events) == 2
    makes_delegate = version >= 244 and after.owner.get(destination.hotkey) != destination.coldkey
    assert (destination.hotkey in after.delegates) == (arrives and makes_delegate)
    # The sale is floored at the bound below which nothing is staked again, and so is the stake that dust leaves with.
    assume(sold is None or abs(sold - 500_000 - 2 * leg) > 1)
    assert arrives == (sold is not None and sold >= 500_000 + 2 * leg)
    assume(sold is None or exactly[0].holding.shares or not here.holding.shares)
    # An alpha rao less of the stake that dust leaves with sells for as much less as the price tells, and a rao less
    # after the sale buys as much less alpha; each trade is floored once more.
    ratios = [Fraction(network.alpha_in, network.tao) for network in networks]
    if pool.mechanism == 1 and sold is not None:
        ratios.append((pool.alpha_in + events[0].alpha) / (pool.tao - sold))
    price = max(Fraction(network.tao, network.alpha_in) for network in networks)
    slack = 4 + 2 * (1 + price) * (1 + max(ratios))
    assert abs(ideal - tao) <= 2 * (1 + price)
    assert near(end_of(after, origin), here, slack, rules)
    assert near(end_of(after, destination), there, slack, rules)


RESERVES = st.integers(0, 21 * 10**15) | st.integers(1, 10**6) | st.integers(10**9, 10**14)
LARGEST = Fraction(2**64 - 1)
MECHANISMS = st.sampled_from((0, 1))


@given(
    st.sampled_from((233, 261)),
    st.lists(st.tuples(MECHANISMS, RESERVES, RESERVES), min_size=2, max_size=2),
    st.integers(0, 10**12),
)
def test_move_7_chooses_the_rule(version: int, ends: list[tuple[int, int, int]], limit: int) -> None:
    networks = [Network(mechanism, tao, alpha, 0, 1, 2**64, 0) for mechanism, tao, alpha in ends]
    state = later_state(version, *networks, first=1)
    found = max_amount_move(state, NetUid(1), NetUid(2), limit)
    reserves = [(Fraction(tao), Fraction(alpha)) if mechanism else None for mechanism, tao, alpha in ends]
    ideal = legs.max_amount_move(reserves[0], reserves[1], Fraction(limit, 10**9))
    exactly = Computation(version, is_rounded=True)["MOVE-7"](*reserves, Fraction(limit, 10**9))
    assert found == (2**64 - 1 if exactly is None else exactly)
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
        after, _, _ = transition_stake(state, position, Position(COLDKEY, HOTKEY, SECOND), Alpha(alpha))
        assert (after.pools[SECOND] != Pool(Rao(10**12), Alpha(10**12), Alpha(10**12))) == arrives
