"""Moves of stake in later versions against the exact rules."""

from fractions import Fraction

from attrs import evolve
from hypothesis import assume, example, given
from hypothesis import strategies as st

from dtao.calls import SwapStakeLimit, apply
from dtao.calls.moves import transition_fee, transitioned
from dtao.events import StakeRemoved, StakeRemovedForFee
from dtao.records import Position
from dtao.state import State
from dtao.transitions.checks import validated_transition
from dtao.transitions.limits import max_amount_move
from dtao.units import AccountId, Alpha, NetUid
from dtao_spec.chapters import pools
from dtao_spec.chapters.moves import End, Place
from dtao_spec.chapters.staking import FEE
from dtao_spec.later import moves, staking
from dtao_spec.later.shares import is_worth_a_share, is_worth_few_shares, stake_of_few_shares
from tests.spec.economies import AMOUNTS, COLDKEY, HOTKEY, LIQUID, OTHER, Network, account_of, is_paid
from tests.spec.later.economies import VALID, WHOLE, later_state, reason, refused, stake_in, with_earnings

FIRST, SECOND = NetUid(0), NetUid(1)
ANOTHER_HOTKEY = AccountId(4)
LIMITS = st.integers(0, 10**12) | st.integers(0, 10**10) | st.sampled_from((0, 10**9))
FLAGS = st.booleans()
PAIRS = st.lists(WHOLE, min_size=2, max_size=2)
EARNINGS = st.integers(0, 10**12)
SUBNETS = st.sampled_from((NetUid(1), NetUid(2)))


EVEN = Network(1, 10**12, 10**12, 10**12, 10**10, 10**10 << 64, 10**10 << 64)
"""A network with the price 1."""
ALL = (True, True, True, False)


def end_of(state: State, at: Position) -> End:
    account = account_of(state, at.netuid, at.hotkey, at.coldkey)
    return End(Place(str(at.coldkey), str(at.hotkey), at.netuid), account.ledger, account.holding)


def near(one: End, other: End, slack: Fraction) -> bool:
    """Whether two ends differ by no more than the rounding of the trades."""
    ledgers = (one.ledger.tao - other.ledger.tao, one.ledger.alpha_in - other.ledger.alpha_in)
    stakes = stake_of_few_shares(one.holding) - stake_of_few_shares(other.holding)
    return max(map(abs, (*ledgers, stakes))) <= slack


@given(st.sampled_from((244, 252, 265, 273)), PAIRS, LIMITS, FLAGS, EARNINGS)
def test_move_4_moves_what_is_allowed(
    version: int, networks: list[Network], limit: int, partial: bool, dividends: int
) -> None:
    state = with_earnings(later_state(version, *networks, first=1), 1, dividends, networks[0].total)
    origin, destination = (Position(COLDKEY, HOTKEY, NetUid(netuid)) for netuid in (1, 2))
    amount = Alpha(stake_in(state, 1))
    found = max_amount_move(state, NetUid(1), NetUid(2), limit)
    maximum = None if found == 2**64 - 1 else Fraction(found)
    outcome = apply(state, SwapStakeLimit(COLDKEY, HOTKEY, 1, 2, amount, limit, partial))
    checked = refused(validated_transition, state, origin, destination, amount, found, partial)
    wanted = moves.swap_limit_rejection(maximum, checked) if version >= 273 else checked
    assert reason(outcome) == wanted
    if wanted is None:
        part = amount if version < 252 else Alpha(int(moves.part_moved(Fraction(amount), maximum)))
        assert outcome.state == transitioned(state, origin, destination, amount, part)[0]


@given(
    st.sampled_from((238, 239, 244, 265, 273, 277)),
    st.lists(VALID | LIQUID | WHOLE, min_size=2, max_size=2),
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
    state = later_state(version, *networks, owner=owner, enabled={0: True, 1: enabled})
    amount = part if isinstance(part, int) else int(part * stake_in(state, 0))
    netuid = (SECOND if there else NetUid(9)) if kind == "subnet" else (FIRST if here else NetUid(8))
    origin = Position(COLDKEY, HOTKEY, FIRST if here else NetUid(8))
    destination = Position(COLDKEY, ANOTHER_HOTKEY if kind == "hotkey" else HOTKEY, netuid)
    limit = Alpha(max(amount - above, 0))
    found = refused(validated_transition, state, origin, destination, Alpha(amount), limit, False)
    ends = end_of(state, origin), end_of(state, destination)
    exists = here, there if kind == "subnet" else here
    known = owner is not None
    arrives = known and kind != "hotkey"
    is_above = amount > limit
    exact = Fraction(amount)
    if version >= 273:
        wanted = moves.move_where_enabled_rejection(
            *ends,
            exact,
            origin_exists=exists[0],
            destination_exists=exists[1],
            are_enabled=enabled or kind != "subnet",
            are_owned=arrives,
            is_above_limit=is_above,
        )
    else:
        if version >= 244:
            wanted = moves.move_between_hotkeys_rejection(ends[0], exact, *exists, known, arrives)
        else:
            wanted = moves.nominators_move_rejection(ends[0], exact, *exists, known)
        wanted = wanted or ("SlippageTooHigh" if is_above else None)
        if version >= 239:
            worth = is_worth_a_share if version == 239 else is_worth_few_shares
            wanted = moves.arrival_rejection(*ends, exact, wanted, worth)
    if found != wanted:
        assert within_rounding(ends, exact, found)


def within_rounding(ends: tuple[End, End], amount: Fraction, found: str | None) -> bool:
    """Whether a rejection that differs is due to an amount that was floored."""
    origin, destination = (end.ledger for end in ends)
    if found == "NotEnoughStakeToWithdraw":
        return stake_of_few_shares(ends[0].holding) - amount < 1 + ends[0].holding.shares / 2**64
    worth = pools.tao_for_alpha(origin.mechanism, origin.tao, origin.alpha_in, amount)
    assert worth is not None
    if found == "AmountTooLow":
        return 500_000 < worth < 500_001
    bought = pools.alpha_for_tao(destination.mechanism, destination.tao, destination.alpha_in, worth)
    floored = pools.alpha_for_tao(destination.mechanism, destination.tao, destination.alpha_in, Fraction(int(worth)))
    return found in {None, "InsufficientLiquidity"} and (bought is None or floored is None or floored < 1)


@given(
    st.sampled_from((244, 252, 261, 277)),
    PAIRS,
    st.integers(1, 2**20) | st.integers(1, 10**6).map(lambda alpha: -alpha),
    st.builds(Position, st.sampled_from((COLDKEY, OTHER)), st.sampled_from((HOTKEY, ANOTHER_HOTKEY)), SUBNETS),
    EARNINGS,
    st.integers(0, 2**10) | st.integers(1, 2 * 10**6).map(lambda alpha: -alpha),
)
@example(252, [EVEN, EVEN], 2**20, Position(COLDKEY, HOTKEY, NetUid(2)), 10**6, -1_200_000)
@example(252, [EVEN, EVEN], 2**20, Position(COLDKEY, HOTKEY, NetUid(2)), 10**6, -1_500_100)
def test_move_6_is_a_sale_and_a_purchase(
    version: int, networks: list[Network], part: int, destination: Position, dividends: int, share: int
) -> None:
    state = with_earnings(later_state(version, *networks, first=1), 1, dividends, networks[0].total)
    held = stake_in(state, 1)
    amount = min(-part, held) if part < 0 else held * part >> 20
    limited = min(-share, amount) if share < 0 else amount * share >> 10
    moving = limited if version >= 252 else amount
    origin = Position(COLDKEY, HOTKEY, NetUid(1))
    before = end_of(state, origin), end_of(state, destination)
    after, tao, events = transitioned(state, origin, destination, Alpha(amount), Alpha(moving))
    fee = Fraction(transition_fee(state, origin, destination, Alpha(amount)))
    within = destination.netuid == origin.netuid
    if version >= 252:
        ends = moves.moved_for_fee(*before, Fraction(moving), fee)
        assert not within or fee == FEE
    else:
        assert fee == staking.flat_fee()
        ends = moves.moved(*before, Fraction(moving))
    pool, leg = before[0].ledger, fee // 2
    assert isinstance(events[0], StakeRemoved | StakeRemovedForFee)
    sold = pools.tao_for_alpha(pool.mechanism, pool.tao, pool.alpha_in, Fraction(events[0].alpha))
    if sold is not None and sold >= 2 * leg:
        assert is_paid(int(tao + 2 * leg), sold)
    # The sale is floored at the bound below which nothing is staked again.
    assume(sold is None or abs(sold - 500_000 - 2 * leg) > 1)
    arrives = len(events) == 2
    assert arrives == (sold is not None and sold >= 500_000 + 2 * leg)
    assert (destination.hotkey in after.delegates) == (
        arrives and after.owner.get(destination.hotkey) != destination.coldkey
    )
    slack = 4 + 2 * max(Fraction(network.alpha_in, network.tao) for network in networks)
    assert abs(ends[2] - tao) <= 1
    assert near(end_of(after, origin), ends[0], slack)
    assert near(end_of(after, destination), ends[1], slack)
