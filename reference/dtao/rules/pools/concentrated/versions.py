"""What changed in pools of concentrated liquidity between versions: a record of functions, which an era's row fills."""

from collections.abc import Callable

from attrs import frozen

from dtao.evolving import evolve
from dtao.rule import implements
from dtao.rules.pools.concentrated import positions
from dtao.rules.pools.concentrated.sqrt_price import FRACTION, LARGEST
from dtao.rules.pools.concentrated.swap import FOR_AUTHOR, FOR_POSITIONS, StepRules
from dtao.rules.pools.concentrated.unpacked import UnpackedRanges
from dtao.units import U64_MAX, Alpha, Bits, Rao, WideBits

MIN_RESERVE = 1_000_000
"""Of either token, in rao: with less in a reserve a pool does not swap."""


@frozen
class RangeRules:
    """The rules of pools of concentrated liquidity that changed between versions."""

    is_reserve_too_low: Callable[[bool, Rao, Alpha], bool]
    """(the swap buys alpha, TAO reserve, alpha reserve) -> whether the pool does not swap."""
    is_beyond_limit: Callable[[bool, Bits, Bits], bool]
    """(the swap buys alpha, root of the price, root of the limit) -> whether the limit is passed before the swap."""
    inject: Callable[[UnpackedRanges, int, int], None]
    """(ranges, TAO and alpha that a block gives to the pool) -> the chain's own position grows."""
    paid_in_counted: Callable[[int], int]
    """(what was paid into a pool) -> what its reserve gains."""
    paid_out_counted: Callable[[int], int]
    """(what was paid out of a pool) -> what its reserve loses."""
    is_range: Callable[[int, int], bool]
    """(lower tick, upper tick) -> whether a position may lie between them."""
    max_positions: int
    """How many positions an account may have in a pool."""
    max_change: int
    """By how much the liquidity of a position may change at most."""
    taken: Callable[[int, int, int], tuple[int, int]]
    """(a reserve that users provided, the chain's own, an amount that leaves) -> what is left of both."""
    steps: StepRules
    """What becomes of the fee of a step of a swap, and which step is refused."""
    is_covered: Callable[[Rao, Alpha, Bits, Bits], bool]
    """(balance, stake, TAO and alpha of a change of a position, U64F64) -> whether both suffice for the change."""
    tao_paid_at_end: Callable[[Rao, Rao], Rao]
    """(TAO of a user's position, fees in TAO that it earned) -> what the user is paid when it is closed for him."""


@implements("POOL-20")
def is_either_reserve_too_low(is_buy: bool, tao: Rao, alpha: Alpha) -> bool:
    """Return whether a pool does not swap: either reserve is below the minimum."""
    return tao < MIN_RESERVE or alpha < MIN_RESERVE


@implements("POOL-20")
def is_paying_reserve_too_low(is_buy: bool, tao: Rao, alpha: Alpha) -> bool:
    """Return whether a pool does not swap: the reserve that it pays from is below the minimum."""
    return (alpha if is_buy else tao) < MIN_RESERVE


@implements("POOL-16")
def is_never_beyond_limit(is_buy: bool, sqrt_price: WideBits, limit: WideBits) -> bool:
    """Return False: a swap whose limit is passed already begins all the same."""
    return False


@implements("POOL-16")
def is_limit_reached(is_buy: bool, sqrt_price: WideBits, limit: WideBits) -> bool:
    """Return whether the price is at the limit or beyond before the swap."""
    return sqrt_price >= limit if is_buy else sqrt_price <= limit


@implements("POOL-21")
def inject_into_position(ranges: UnpackedRanges, tao: int, alpha: int) -> None:
    """Let the chain's own position grow, but nothing else."""
    if ranges.own is not None:
        ranges.own_liquidity = _grown(ranges, tao, alpha)


@implements("POOL-21")
def inject_into_liquidity(ranges: UnpackedRanges, tao: int, alpha: int) -> None:
    """Let the chain's own position grow, and the liquidity in force and its edges with it.

    A position that shrinks takes nothing away from them.
    """
    if ranges.own is not None:
        ranges.grow(_grown(ranges, tao, alpha))


@implements("POOL-21")
def inject_with_fees(ranges: UnpackedRanges, tao: int, alpha: int) -> None:
    """Let the chain's own position grow as :func:`inject_into_liquidity`, also by the fees that it has earned.

    They are counted as collected, though no reserve has them.
    """
    if ranges.own is None:
        return
    if ranges.may_have_earned:
        fees_tao, fees_alpha = ranges.collect()
        tao, alpha = tao + fees_tao, alpha + fees_alpha
    ranges.grow(_grown(ranges, tao, alpha))


@implements("POOL-21")
def inject_in_proportion(ranges: UnpackedRanges, tao: int, alpha: int) -> None:
    """Let the chain's own position grow by what fits the proportion of the price, as :func:`inject_into_liquidity`.

    To what a block gives are added the fees that the position earned and what did not fit before; what does not fit
    now is kept for the next time. Mirrors ``adjust_protocol_liquidity``.
    """
    if ranges.own is None:
        return
    if ranges.may_have_earned:
        fees_tao, fees_alpha = ranges.collect()
        tao, alpha = tao + fees_tao, alpha + fees_alpha
    all_tao = more if (more := tao + ranges.tao_reservoir) < U64_MAX else U64_MAX
    all_alpha = more if (more := alpha + ranges.alpha_reservoir) < U64_MAX else U64_MAX
    fitting_tao, fitting_alpha = positions.in_proportion(ranges.square, all_tao, all_alpha)  # type: ignore[arg-type]
    ranges.tao_reservoir = all_tao - fitting_tao
    ranges.alpha_reservoir = less if (less := all_alpha - fitting_alpha) > 0 else 0
    ranges.grow(_grown(ranges, fitting_tao, fitting_alpha))


def _grown(ranges: UnpackedRanges, tao: int, alpha: int) -> int:
    """Return the liquidity of the chain's own position with so much TAO and alpha more."""
    own_tao, own_alpha = ranges.own_liquidity * ranges.tao_of_one, ranges.own_liquidity * ranges.alpha_of_one
    own_tao = (own_tao if own_tao < LARGEST else LARGEST) >> FRACTION
    own_alpha = (own_alpha if own_alpha < LARGEST else LARGEST) >> FRACTION
    # To name the units of each block's numbers would cost a tenth of the block.
    return positions.liquidity_after_injection(own_tao, own_alpha, tao, alpha)  # type: ignore[arg-type]


@implements("POOL-25")
def is_any_range(tick_low: int, tick_high: int) -> bool:
    """Return True: a position may lie between any two ticks, even in the wrong order."""
    return True


@implements("POOL-25")
def is_ascending_range(tick_low: int, tick_high: int) -> bool:
    """Return whether the upper tick is above the lower one."""
    return tick_low < tick_high


@implements("POOL-22")
def counted_whole(amount: int) -> int:
    """Return what a reserve gains of an amount that was paid in: all of it."""
    return amount


@implements("POOL-22")
def counted_through_sign(amount: int) -> int:
    """Return what a reserve loses of an amount that was paid out: 2**64 less it if it is 2**63 or more.

    The runtime makes it an i64, negates it and takes the magnitude.
    """
    return amount if amount < 2**63 else 2**64 - amount


@implements("POOL-22")
def counted_within_i64(amount: int) -> int:
    """Return what a reserve gains of an amount that was paid in: 2**63 - 1 at most."""
    return amount if amount < 2**63 else 2**63 - 1


@implements("POOL-22")
def negated_within_i64(amount: int) -> int:
    """Return what a reserve loses of an amount that was paid out: 2**63 at most.

    The runtime negates it, bounds it by an i64 and takes the magnitude.
    """
    return amount if amount < 2**63 else 2**63


@implements("POOL-22")
def taken_of_users_first(provided: int, own: int, amount: int) -> tuple[int, int]:
    """Return what is left of two parts of a reserve after an amount left it, that of users first; not below 0."""
    left = provided - amount
    own = own if left >= 0 else own + left
    return (left if left > 0 else 0), (own if own > 0 else 0)


@implements("POOL-22")
def taken_of_own(provided: int, own: int, amount: int) -> tuple[int, int]:
    """Return what is left of two parts of a reserve after an amount left the chain's own part; not below 0."""
    return provided, (left if (left := own - amount) > 0 else 0)


@implements("POOL-27")
def is_covered_exactly(balance: Rao, stake: Alpha, tao: WideBits, alpha: WideBits) -> bool:
    """Return whether balance and stake suffice for a change of a position, fractions of a rao included."""
    return balance << FRACTION >= tao and stake << FRACTION >= alpha


@implements("POOL-27")
def is_covered_but_for_fraction_of_alpha(balance: Rao, stake: Alpha, tao: WideBits, alpha: WideBits) -> bool:
    """Return whether balance and stake suffice, as :func:`is_covered_exactly`; a fraction of an alpha rao may lack."""
    return balance << FRACTION >= tao and stake >= alpha >> FRACTION


@implements("POOL-27")
def is_covered_but_for_fractions(balance: Rao, stake: Alpha, tao: WideBits, alpha: WideBits) -> bool:
    """Return whether balance and stake suffice, as :func:`is_covered_exactly`; fractions of both may lack."""
    return balance >= tao >> FRACTION and stake >= alpha >> FRACTION


@implements("NET-11")
def paid_without_fees(tao: Rao, fees: Rao) -> Rao:
    """Return the TAO that a user is paid when a position is closed for him: that of the position."""
    return tao


@implements("NET-11")
def paid_with_fees(tao: Rao, fees: Rao) -> Rao:
    """Return the TAO that a user is paid when a position is closed for him: that of the position and its fees.

    A u64 that saturates.
    """
    return Rao(min(tao + fees, U64_MAX))


UNCHECKED = RangeRules(
    is_reserve_too_low=is_either_reserve_too_low,
    is_beyond_limit=is_never_beyond_limit,
    inject=inject_into_position,
    paid_in_counted=counted_whole,
    paid_out_counted=counted_through_sign,
    is_range=is_any_range,
    max_positions=101,
    max_change=2**63 - 1,
    taken=taken_of_users_first,
    steps=FOR_POSITIONS,
    is_covered=is_covered_exactly,
    tao_paid_at_end=paid_without_fees,
)
CHECKED = RangeRules(
    is_reserve_too_low=is_paying_reserve_too_low,
    is_beyond_limit=is_limit_reached,
    inject=inject_into_liquidity,
    paid_in_counted=counted_whole,
    paid_out_counted=counted_through_sign,
    is_range=is_ascending_range,
    max_positions=101,
    max_change=2**63 - 1,
    taken=taken_of_users_first,
    steps=FOR_POSITIONS,
    is_covered=is_covered_but_for_fraction_of_alpha,
    tao_paid_at_end=paid_without_fees,
)
COLLECTING = evolve(CHECKED, inject=inject_with_fees, max_positions=100, is_covered=is_covered_but_for_fractions)
PROPORTIONAL = evolve(
    COLLECTING,
    inject=inject_in_proportion,
    paid_in_counted=counted_within_i64,
    paid_out_counted=negated_within_i64,
)
PAYING_FEES = evolve(PROPORTIONAL, tao_paid_at_end=paid_with_fees)
PAYING_AUTHOR = evolve(PAYING_FEES, steps=FOR_AUTHOR)
MERGED = evolve(PAYING_AUTHOR, taken=taken_of_own, max_change=2**63)
