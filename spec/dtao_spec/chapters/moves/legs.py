"""The two legs of a move, and how much a limit allows to move."""

from fractions import Fraction

from attrs import evolve

from dtao_spec.chapters.moves.calls import (
    End,
    Place,  # noqa: F401  # for the examples
)
from dtao_spec.chapters.shares.holding import Holding  # noqa: F401  # for the examples
from dtao_spec.chapters.staking.trades import (
    MIN_STAKE,
    Ledger,  # noqa: F401  # for the examples
)
from dtao_spec.registry import EXACT_LAUNCH, Computation, rule

CHAPTER = "dtao_spec.chapters.moves"


@rule("MOVE-6")
def move(
    origin: End, destination: End, amount: Fraction, fee: Fraction, *, rules: Computation = EXACT_LAUNCH
) -> tuple[End, End, Fraction]:
    r"""Effects of a move.

    Statement: The fee on each leg MUST be half of that of [STAKE-19](#stake-19), rounded down. The alpha MUST be
        unstaked at the origin with it ([STAKE-5](#stake-5)). If at least 500 000 rao and the fee of the second leg are
        left, they MUST be staked at the destination with another such fee ([STAKE-4](#stake-4)); otherwise they MUST be
        dropped, and the event reports what another fee would leave of them. Where both ends are on one subnet, the
        purchase meets the pool that the sale has left.
    Formula: $$ f = \left\lfloor \frac{F}{2} \right\rfloor, \qquad m = \frac{T_1\,x}{A_1 + x} - f, \qquad
        y = \frac{A_2\,(m - f)}{T_2 + m - f} \qquad (m \ge 500\,000 + f) $$
    Units: alpha rao of the origin in, rao for the whole fee $F$. The third result is what the event reports as moved:
        the TAO after both fees.
    Rounding: as [POOL-4](#pool-4), [POOL-3](#pool-3) and [SHARE-4](#share-4). The TAO of the sale is floored to rao
        before it buys.
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `transition_stake_internal`
    Known violation: Alpha that is worth more than 500 000 rao passes the checks, but below 550 000 not enough is left
        after the fee: up to 524 999 rao leave the origin, and nobody gets them.
    Example: 10 alpha at the price 0.25 become alpha at the price 1. 550 000 rao of root stake arrive, 549 999 do not.

        >>> here = End(Place("a", "h", 1), Ledger(1, Fraction(10**12), Fraction(4 * 10**12)))
        >>> here, fee = evolve(here, holding=Holding(*(Fraction(10**10),) * 3)), Fraction(50_000)
        >>> there = End(Place("a", "h", 2), Ledger(1, Fraction(10**12), Fraction(10**12)))
        >>> _, after, tao = move(here, there, Fraction(10**10), fee)
        >>> int(tao), int(after.holding.total)
        (2493715586, 2487512437)
        >>> root = End(Place("a", "h", 0), Ledger(0, Fraction(10**12), Fraction(0)), Holding(*(Fraction(10**9),) * 3))
        >>> [int(move(root, there, Fraction(alpha), fee)[1].holding.total) > 0 for alpha in (550_000, 549_999)]
        [True, False]
    """
    leg = Fraction(fee // 2)
    ledger, holding, tao, *_ = rules["STAKE-5"](origin.ledger, origin.holding, amount, leg)
    origin = evolve(origin, ledger=ledger, holding=holding)
    destination = seen_from(destination, origin)
    if tao >= MIN_STAKE + leg:
        ledger, holding, *_ = rules["STAKE-4"](destination.ledger, destination.holding, tao, leg)
        destination = evolve(destination, ledger=ledger, holding=holding)
        origin = seen_from(origin, destination)
    return origin, destination, max(tao - leg, Fraction(0))


def seen_from(end: End, changed: End) -> End:
    """Return an end with what it shares with the other one, which has just changed."""
    one, other = end.place, changed.place
    if one.netuid != other.netuid:
        return evolve(end, ledger=evolve(end.ledger, total_stake=changed.ledger.total_stake))
    holding = end.holding
    if one.hotkey == other.hotkey:
        holding = evolve(changed.holding, shares=holding.shares)
        if one.coldkey == other.coldkey:
            holding = changed.holding
    return evolve(end, ledger=changed.ledger, holding=holding)


@rule("MOVE-6", since=244)
def move_making_delegate(
    origin: End, destination: End, amount: Fraction, fee: Fraction, *, rules: Computation
) -> tuple[End, End, Fraction]:
    r"""Effects of a move.

    Change: The hotkey of the destination becomes a delegate, and only what left the stake at the origin moves, as
        [STAKE-5](#stake-5) has it from the same version on.
    Statement: The fee on each leg MUST be half of that of [STAKE-19](#stake-19), rounded down. The alpha MUST be
        unstaked at the origin with it ([STAKE-5](#stake-5)); where dust leaves with the amount, it moves too. If at
        least 500 000 rao and the fee of the second leg are left, [STAKE-20](#stake-20) MUST be applied to the coldkey
        and the hotkey of the destination, and they MUST be staked there with another such fee ([STAKE-4](#stake-4));
        otherwise they MUST be dropped, and the event reports what another fee would leave of them. Where both ends are
        on one subnet, the purchase meets the pool that the sale has left.
    Formula: $$ f = \left\lfloor \frac{F}{2} \right\rfloor, \qquad m = \frac{T_1\,x'}{A_1 + x'} - f, \qquad
        y = \frac{A_2\,(m - f)}{T_2 + m - f} \qquad (m \ge 500\,000 + f) $$
    Units: alpha rao of the origin in, rao for the whole fee $F$. The third result is what the event reports as moved:
        the TAO after both fees.
    Rounding: as [SHARE-4](#share-4), [POOL-4](#pool-4), [POOL-3](#pool-3) and [STAKE-19](#stake-19). The TAO of the
        sale is floored to rao before it buys.
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `transition_stake_internal`
    Known violation: Alpha that is worth more than 500 000 rao passes the checks, but too little may be left after the
        fee to be staked: it leaves the origin, and nobody gets it. The larger the fee, the more it is.
    Example: 9 999 990 000 of $10^{10}$ are asked for at the price 0.25, and all move.

        >>> here = End(Place("a", "h", 1), Ledger(1, Fraction(10**12), Fraction(4 * 10**12)))
        >>> here = evolve(here, holding=Holding(*(Fraction(10**10),) * 3))
        >>> there = End(Place("a", "h", 2), Ledger(1, Fraction(10**12), Fraction(10**12)))
        >>> left, after, tao = move_making_delegate(
        ...     here, there, Fraction(9_999_990_000), Fraction(50_000), rules=Computation(244))
        >>> int(tao), int(after.holding.total), left.holding.shares
        (2493715586, 2487512437, Fraction(0, 1))
    """
    return move(origin, destination, amount, fee, rules=rules)


@rule("MOVE-7")
def max_amount_move(
    origin: tuple[Fraction, Fraction] | None,
    destination: tuple[Fraction, Fraction] | None,
    limit: Fraction,
    *,
    rules: Computation = EXACT_LAUNCH,
) -> Fraction | None:
    r"""Largest move within a limit price.

    Statement: The limit of a swap is the price of the origin over that of the destination. Between two stable subnets
        (root is one) everything MUST be allowed for a limit of at most 1, and nothing above. From a stable subnet to a
        dynamic one the amount MUST be that of [POOL-5](#pool-5), at the limit of [POOL-7](#pool-7), and everything for
        a limit of 0; from a dynamic subnet to a stable one that of [POOL-6](#pool-6); between any others that of
        [POOL-8](#pool-8). Stable means root or mechanism 0, dynamic means mechanism 1.
    Units: pairs of reserves in rao and alpha rao, None for a stable subnet; the limit as a ratio (the calls take it in
        billionths); alpha rao of the origin out, None for unlimited.
    Rounding: as the rule that is used.
    Rejections: those of the rule that is used, if it states any.
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `get_max_amount_move`
    Example: From root to a pool of 1 000 TAO and 4 000 alpha, for at least 10/3 alpha per TAO: the limit 0.3 of
        [POOL-5](#pool-5), and its 200 TAO.

        >>> pool = (Fraction(10**12), Fraction(4 * 10**12))
        >>> max_amount_move(None, pool, Fraction(10, 3))
        Fraction(200000000000, 1)
        >>> max_amount_move(None, None, Fraction(2)), max_amount_move(None, None, Fraction(1)) is None
        (Fraction(0, 1), True)
    """
    allowed: Fraction | None
    if origin is not None and destination is not None:
        allowed = rules["POOL-8"](origin, destination, limit)
    elif origin is not None:
        allowed = rules["POOL-6"](*origin, limit)
    elif destination is not None:
        allowed = rules["POOL-5"](*destination, rules["POOL-7"](limit)) if limit else None
    else:
        allowed = Fraction(0) if limit > 1 else None
    return allowed
