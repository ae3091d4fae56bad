"""Moving stake in later versions."""

from fractions import Fraction

from attrs import evolve

from dtao_spec.chapters import moves, pools
from dtao_spec.chapters.moves import (
    LEG_FEE,
    End,
    Place,  # noqa: F401  # for the examples
    seen_from,
)
from dtao_spec.chapters.shares import Holding
from dtao_spec.chapters.staking import (
    MINIMUM_STAKE,
    Ledger,  # noqa: F401  # for the examples
)
from dtao_spec.later.shares import is_worth_a_share, is_worth_few_shares, stake_of_few_shares
from dtao_spec.later.staking import staked, unstaked
from dtao_spec.later.staking_calls import Worth
from dtao_spec.later.tokens import zero_maximum
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.moves"


@rule("MOVE-4", since=252)
def part_moved(amount: Fraction, maximum: Fraction | None) -> Fraction:
    r"""The limit binds.

    Statement: As before, but no more MUST move than the limit allows; the fee is that for the whole amount
        ([MOVE-6](#move-6)).
    Formula: $$ x' = \min(x,\; x_{max}) $$
    Units: alpha rao of the origin; None for a maximum without bound.
    Rounding: as MOVE-6 and MOVE-7.
    Rejections: as before.
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `do_swap_stake_limit`, `transition_stake_internal`
    Known violation: The part has no minimum. If less than 500 000 rao and the second fee is left after the first, it is
        lost ([MOVE-6](#move-6)); a limit that allows nothing succeeds with a sale of nothing.
    Example: 10 of 20 are allowed, and move.

        >>> part_moved(Fraction(20), Fraction(10)), part_moved(Fraction(20), None)
        (Fraction(10, 1), Fraction(20, 1))
    """
    return amount if maximum is None else min(amount, maximum)


@rule("MOVE-4", since=273)
def swap_limit_rejection(maximum: Fraction | None, checked: str | None) -> str | None:
    r"""A limit must allow something.

    Statement: As before, but the call MUST be rejected if the limit allows nothing ([STAKE-23](#stake-23)), before
        anything else is checked.
    Units: alpha rao of the origin; None for a maximum without bound.
    Rounding: as STAKE-23.
    Rejections: `BadOrigin` if nobody signed; `ZeroMaxStakeAmount`; those of [MOVE-5](#move-5), with `SlippageTooHigh`
        in the place that is named there.
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `do_swap_stake_limit`, `transition_stake_internal`,
        `get_max_amount_move`
    Known violation: The part still has no minimum.
    Example: From root to root, for less than the stake is worth there.

        >>> swap_limit_rejection(moves.max_amount_move(None, None, Fraction(2)), "SameNetuid")
        'ZeroMaxStakeAmount'
    """
    return zero_maximum(maximum) or checked


@rule("MOVE-5", since=238)
def nominators_move_rejection(
    origin: End, amount: Fraction, origin_exists: bool = True, destination_exists: bool = True, is_owned: bool = True
) -> str | None:
    r"""Nominators may move.

    Statement: As before, but the signer need not own the hotkey of the origin; it is enough that somebody does.
    Units: alpha rao of the origin.
    Rounding: as before.
    Rejections: `SubnetNotExists`, `HotKeyAccountNotExists`, `NotEnoughStakeToWithdraw`, `InsufficientLiquidity`,
        `AmountTooLow`.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `validate_stake_transition`
    Known violation: The destination is still not looked at: a pool there that cannot trade swallows the TAO.
    Example: bob's stake on a hotkey of alice.

        >>> end = End(Place("bob", "h", 0), Ledger(0, Fraction(10**12), Fraction(0)), Holding(*(Fraction(10**9),) * 3))
        >>> nominators_move_rejection(end, Fraction(10**9)) is None
        True
    """
    owner = origin.place.coldkey if is_owned else None
    return moves.move_rejection(origin, amount, origin_exists, destination_exists, owner)


@rule("MOVE-5", since=239)
def arrival_rejection(
    origin: End, destination: End, amount: Fraction, checked: str | None, is_worth: Worth = is_worth_a_share
) -> str | None:
    r"""What arrives must be worth a share.

    Statement: As before, and the alpha that would arrive MUST be worth a share of the stake on the hotkey of the
        destination ([SHARE-8](#share-8)). It is reckoned for the whole amount, without fees, in the pools as they are.
        That is checked after the limit of [MOVE-4](#move-4), and before the switches of [MOVE-2](#move-2).
    Units: alpha rao of the origin.
    Rounding: as before. The TAO of the sale and the alpha that it buys are whole numbers, as in POOL-4 and POOL-3: less
        than 1 alpha rao is worth no share.
    Rejections: `SubnetNotExists`, `HotKeyAccountNotExists`, `NotEnoughStakeToWithdraw`, `InsufficientLiquidity` for the
        sale, `AmountTooLow`, `SlippageTooHigh` for `swap_stake_limit`, `InsufficientLiquidity` for what arrives.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `validate_stake_transition`
    Known violation: A pool of the destination that cannot trade is noticed only where shares are left: into a hotkey
        without stake the TAO is still swallowed.
    Example: A pool without alpha pays nothing. Nobody's stake would grow by that; an empty share pool is not asked.

        >>> end = End(Place("bob", "h", 0), Ledger(0, Fraction(10**12), Fraction(0)), Holding(*(Fraction(10**9),) * 3))
        >>> dry = End(Place("bob", "h", 1), Ledger(1, Fraction(10**12), Fraction(0)), Holding(*(Fraction(5),) * 3))
        >>> arrival_rejection(end, dry, Fraction(10**9), None)
        'InsufficientLiquidity'
        >>> arrival_rejection(end, evolve(dry, holding=Holding()), Fraction(10**9), None) is None
        True
    """
    if checked is not None:
        return checked
    sold, bought = origin.ledger, destination.ledger
    tao = pools.tao_for_alpha(sold.mechanism, sold.tao, sold.alpha_in, amount) or Fraction(0)
    alpha = pools.alpha_for_tao(bought.mechanism, bought.tao, bought.alpha_in, tao) or Fraction(0)
    stake = destination.holding
    return None if is_worth(stake.total, stake.denominator, alpha) else "InsufficientLiquidity"


@rule("MOVE-5", since=244)
def move_between_hotkeys_rejection(
    origin: End,
    amount: Fraction,
    origin_exists: bool = True,
    destination_exists: bool = True,
    is_owned: bool = True,
    destination_is_owned: bool = True,
) -> str | None:
    r"""The hotkey of the destination must exist.

    Statement: As before, but somebody MUST own the hotkey of the destination too, which is checked right after that of
        the origin.
    Units: alpha rao of the origin.
    Rounding: as before.
    Rejections: `SubnetNotExists`, `HotKeyAccountNotExists` for either hotkey, `NotEnoughStakeToWithdraw`,
        `InsufficientLiquidity` for the sale, `AmountTooLow`, `SlippageTooHigh` for `swap_stake_limit`,
        `InsufficientLiquidity` for what arrives.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `validate_stake_transition`
    Known violation: A pool of the destination that cannot trade is still noticed only where shares are left.
    Example: A typing error no longer sends stake to a hotkey that nobody has.

        >>> end = End(Place("bob", "h", 0), Ledger(0, Fraction(10**12), Fraction(0)), Holding(*(Fraction(10**9),) * 3))
        >>> move_between_hotkeys_rejection(end, Fraction(10**10), destination_is_owned=False)
        'HotKeyAccountNotExists'
    """
    # All that the first checks read; the stake is that of SHARE-2.
    stake = stake_of_few_shares(origin.holding)
    plain = evolve(origin, holding=Holding(stake, stake, stake))
    owned = is_owned and destination_is_owned
    return nominators_move_rejection(plain, amount, origin_exists, destination_exists, owned)


@rule("MOVE-5", since=273)
def move_where_enabled_rejection(
    origin: End,
    destination: End,
    amount: Fraction,
    *,
    origin_exists: bool = True,
    destination_exists: bool = True,
    are_enabled: bool = True,
    are_owned: bool = True,
    is_above_limit: bool = False,
) -> str | None:
    r"""Stake must change its place, and tokens be enabled.

    Statement: As before, but first of all the move MUST change the coldkey, the hotkey or the subnet; and once both
        subnets are known to exist, the tokens of both MUST be enabled ([STAKE-22](#stake-22)).
    Units: alpha rao of the origin.
    Rounding: as before.
    Rejections: `SameNetuid`, `SubnetNotExists`, `SubtokenDisabled`, `HotKeyAccountNotExists` for either hotkey,
        `NotEnoughStakeToWithdraw`, `InsufficientLiquidity` for the sale, `AmountTooLow`, `SlippageTooHigh` for
        `swap_stake_limit`, `InsufficientLiquidity` for what arrives.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `validate_stake_transition`
    Known violation: A pool of the destination that cannot trade is still noticed only where shares are left.
    Example: To stay where one is cost two fees and the slippage before; now it is refused.

        >>> end = End(Place("bob", "h", 0), Ledger(0, Fraction(10**12), Fraction(0)), Holding(*(Fraction(10**9),) * 3))
        >>> move_where_enabled_rejection(end, end, Fraction(10**9), are_enabled=False)
        'SameNetuid'
        >>> there = evolve(end, place=Place("bob", "h", 1))
        >>> move_where_enabled_rejection(end, there, Fraction(10**9), are_enabled=False)
        'SubtokenDisabled'
    """
    if origin.place == destination.place:
        return "SameNetuid"
    if origin_exists and destination_exists and not are_enabled:
        return "SubtokenDisabled"
    checked = move_between_hotkeys_rejection(origin, amount, origin_exists, destination_exists, are_owned)
    checked = checked or ("SlippageTooHigh" if is_above_limit else None)
    return arrival_rejection(origin, destination, amount, checked, is_worth_few_shares)


@rule("MOVE-6", since=244)
def moved(
    origin: End, destination: End, amount: Fraction, fee: Fraction = Fraction(LEG_FEE)
) -> tuple[End, End, Fraction]:
    r"""What left the shares moves.

    Statement: As before, by the new [STAKE-5](#stake-5) and [STAKE-4](#stake-4): where the rest of the stake leaves
        with the amount, it moves too. Before what is left is staked at the destination, [STAKE-20](#stake-20) MUST be
        applied to the coldkey and the hotkey there.
    Formula: $$ m = \frac{T_1\,x'}{A_1 + x'} - f, \qquad y = \frac{A_2\,(m - f)}{T_2 + m - f} \qquad (m \ge 500\,000 +
        f) $$
    Units: alpha rao of the origin in. The third result is what the event reports as moved: the TAO after both fees.
    Rounding: as SHARE-4, POOL-4 and POOL-3. The TAO of the sale is floored to rao before it buys.
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `transition_stake_internal`
    Known violation: As before, too little to stake again is lost.
    Example: 9 999 990 000 of $10^{10}$ are asked for at the price 0.25, and all move.

        >>> here = End(Place("a", "h", 1), Ledger(1, Fraction(10**12), Fraction(4 * 10**12)))
        >>> here = evolve(here, holding=Holding(*(Fraction(10**10),) * 3))
        >>> there = End(Place("a", "h", 2), Ledger(1, Fraction(10**12), Fraction(10**12)))
        >>> left, after, tao = moved(here, there, Fraction(9_999_990_000))
        >>> int(tao), int(stake_of_few_shares(after.holding)), left.holding.shares
        (2493715586, 2487512437, Fraction(0, 1))
    """
    ledger, holding, tao = unstaked(origin.ledger, origin.holding, amount, fee)
    origin = evolve(origin, ledger=ledger, holding=holding)
    destination = seen_from(destination, origin)
    if tao >= MINIMUM_STAKE + fee:
        ledger, holding, _ = staked(destination.ledger, destination.holding, tao, fee)
        destination = evolve(destination, ledger=ledger, holding=holding)
        origin = seen_from(origin, destination)
    return origin, destination, max(tao - fee, Fraction(0))


@rule("MOVE-6", since=252)
def moved_for_fee(origin: End, destination: End, part: Fraction, fee: Fraction) -> tuple[End, End, Fraction]:
    r"""The fees of a move.

    Statement: As before, but the fee on each leg MUST be half of that of [STAKE-19](#stake-19), rounded down, as the
        state before the move tells it for the whole amount, even if [MOVE-4](#move-4) lets only a part move. At least
        500 000 rao and the fee of the second leg must be left after the first.
    Formula: $$ f = \left\lfloor \frac{F}{2} \right\rfloor $$
    Units: alpha rao of the origin for the part, rao for the whole fee $F$.
    Rounding: as before and as STAKE-19.
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `transition_stake_internal`
    Known violation: As before, too little to stake again is lost, and with a large fee that is more.
    Example: 0.01 TAO for 10 alpha at the price 0.25: 0.005 remain in each pool.

        >>> here = End(Place("a", "h", 1), Ledger(1, Fraction(10**12), Fraction(4 * 10**12)))
        >>> here = evolve(here, holding=Holding(*(Fraction(10**10),) * 3))
        >>> there = End(Place("a", "h", 2), Ledger(1, Fraction(10**12), Fraction(10**12)))
        >>> _, after, tao = moved_for_fee(here, there, Fraction(10**10), Fraction(10**7))
        >>> int(tao), int(stake_of_few_shares(after.holding))
        (2483765586, 2477611779)
    """
    return moved(origin, destination, part, Fraction(fee // 2))
