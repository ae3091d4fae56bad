"""Pools whose two tokens have weights, which sum up to 1; first used by version 423.

The price is (base weight · TAO) / (quote weight · alpha), base being alpha and quote TAO. A swap leaves
alpha ** base weight · TAO ** quote weight as it is, up to rounding; liquidity may enter in any proportion, because the
weights move so that the price stays. Only the quote weight is stored, in units of 10**-18. Mirrors the pallet's
Balancer and BasicSwapStep.
"""

from enum import StrEnum
from typing import Annotated, ClassVar

from attrs import frozen

from dtao.codec import BOOL, U64
from dtao.evolving import maker
from dtao.fixed import U64F64
from dtao.power import pow_ratio_scaled
from dtao.rule import implements
from dtao.rules.pools.concentrated.swap import fee_of_amount, fee_on_top
from dtao.stored import IN_SWAP, item, optional
from dtao.units import U64_MAX, Alpha, Bits, Perquintill, Rao, WideBits

ONE_WEIGHT = 10**18
"""The weight 1; powers are computed in units of 10**-18 too."""
HALF = ONE_WEIGHT // 2
"""The weights of a new pool."""
MIN_WEIGHT = ONE_WEIGHT // 100
MAX_WEIGHT = ONE_WEIGHT - MIN_WEIGHT
ONE = U64F64.one
FRACTION = U64F64.fraction_bits
LARGEST = U64F64.max_bits
U128_MAX = 2**128 - 1
LIMIT_PRECISION = 1_024
"""The bits with which the power of an amount up to a limit is computed."""
MIN_RESERVE = 1_000_000
"""Of what a swap pays out, in rao: with less in that reserve a pool does not swap."""
RAO_PER_TAO = 10**9
MIN_PRICE = 1_000
MAX_PRICE = 10**15
"""The limit prices of swaps without one, in rao per alpha."""


class SwapError(StrEnum):
    """The runtime's names for the reasons why a pool does not swap."""

    PRICE_LIMIT_EXCEEDED = "PriceLimitExceeded"
    RESERVES_TOO_LOW = "ReservesTooLow"
    SWAP_INPUT_TOO_LARGE = "SwapInputTooLarge"


@frozen(weakref_slot=False)
class Weights:
    """What a weighted pool has beside its reserves."""

    KEYS: ClassVar = ("netuid",)
    is_initialized: bool = item("PalSwapInitialized", BOOL, False, since=423, raw=IN_SWAP)
    """Whether anything was ever swapped, or the weights came from a pool of another kind."""
    stored: int | None = optional("SwapBalancer", U64, HALF, unit="of 10^18", since=423, raw=IN_SWAP)
    """The weight of TAO; that of alpha is the rest. Where nothing is stored, it is a half."""

    @property
    def quote(self) -> int:
        """The weight of TAO, in units of 10**-18."""
        return HALF if self.stored is None else self.stored


NO_WEIGHTS = Weights()


@frozen
class WeightRules:
    """What changed in weighted pools between versions."""

    precision: int
    """The bits with which the power in a swap is computed."""
    largest_input: int | None
    """How many times the reserve that it enters an input may be, without its fee; None if it may be anything."""


FIRST = WeightRules(precision=1_024, largest_input=None)
BOUNDED = WeightRules(precision=256, largest_input=1_000)


@frozen(weakref_slot=False)
class WeightedSwap:
    """What a swap comes to: for a buyer of alpha TAO in and alpha out, for a seller the reverse."""

    paid_in: int
    """The fee is not in it, nor what was left over at a limit."""
    paid_out: int
    fee: int


_swap = maker(WeightedSwap)


def is_weight(quote: Perquintill) -> bool:
    """Return whether both weights are at least 1 %."""
    return MIN_WEIGHT <= quote <= MAX_WEIGHT


def base_weight(quote: Perquintill) -> Perquintill:
    """Return the weight of alpha: what that of TAO leaves of 1, which only a direct write may go beyond."""
    return ONE_WEIGHT - quote if quote < ONE_WEIGHT else 0


@implements("PRICE-1")
def price(quote: Perquintill, alpha: Alpha, tao: Rao) -> WideBits:
    """Return the price of alpha in TAO: raw bits of U64F64; 0 without alpha, or without a weight of TAO.

    The ratio of the weights and that of the reserves are floored, and so is their product, which saturates. Mirrors
    ``calculate_price``.
    """
    if alpha == 0 or quote == 0:
        return Bits(0)
    product = ((base_weight(quote) << FRACTION) // quote) * ((tao << FRACTION) // alpha) >> FRACTION
    return product if product < LARGEST else LARGEST  # type: ignore[return-value]  # this runs once a block and subnet


@implements("POOL-32")
def remaining_part(
    quote: Perquintill, is_buy: bool, reserve: int, change: int, precision: int
) -> Annotated[int, "U64F64"]:
    """Return what part of the reserve that pays is left after ``change`` entered the other one; raw bits of U64F64.

    It is (reserve / (reserve + change)) to the power of the weight that enters over the weight that leaves, floored to
    10**-18 and then to 64 bits. A change below 0 has left. 0 if nothing would be in the reserve, and also where the
    power is negative or no u64 in units of 10**-18. Mirrors ``exp_scaled``.
    """
    after = reserve + change
    after = after if after < U64_MAX else U64_MAX
    if after <= 0:
        return 0
    entering, leaving = (quote, base_weight(quote)) if is_buy else (base_weight(quote), quote)
    power = pow_ratio_scaled(reserve, after, entering, leaving, precision, ONE_WEIGHT)
    if power is None or not 0 <= power <= U64_MAX:
        return 0
    return (power << FRACTION) // ONE_WEIGHT


@implements("POOL-32")
def amount_out(
    rules: WeightRules, quote: Perquintill, is_buy: bool, reserve_in: int, reserve_out: int, amount: int
) -> int:
    """Return what a swap pays for an amount without a fee: the reserve less the part that is left, floored.

    A part above 1 leaves everything. (From 424 on the runtime bounds it by 1 before, to the same effect.) Mirrors
    ``convert_deltas``.
    """
    left = remaining_part(quote, is_buy, reserve_in, amount, rules.precision)
    return reserve_out * (ONE - left) >> FRACTION if left < ONE else 0


@implements("POOL-33")
def amount_to_limit(quote: Perquintill, is_buy: bool, reserve_in: int, current: WideBits, limit: WideBits) -> int:
    """Return what has to enter a pool to move its price from the current to the limit; both raw bits of U64F64.

    It is the reserve that it enters times (limit / current) ** base weight - 1 for a buyer and (current / limit) **
    quote weight - 1 for a seller, floored, a u64; 0 if the limit is behind or 0. The power is floored to 10**-18 and
    counts up to 2**64 - 1 of them. Mirrors ``calculate_quote_delta_in`` and ``calculate_base_delta_in``.
    """
    up, down, weight = (limit, current, base_weight(quote)) if is_buy else (current, limit, quote)
    power = pow_ratio_scaled(up, down, weight, ONE_WEIGHT, LIMIT_PRECISION, ONE_WEIGHT)
    if power is None or power < 0:
        return 0
    growth = (min(power, U64_MAX) << FRACTION) // ONE_WEIGHT - ONE
    return min(reserve_in * max(growth, 0), LARGEST) >> FRACTION


def alpha_to_sell(quote: Perquintill, tao: Rao, alpha: Alpha, wanted: Rao, precision: int) -> Alpha:
    """Return what alpha has to be sold for ``wanted`` rao, without a fee, floored; 0 if they are all the TAO or more.

    Mirrors ``get_base_needed_for_quote``, which nothing in the economy asks for.
    """
    grown = remaining_part(quote, True, tao, -wanted, precision)
    return Alpha(min(alpha * max(grown - ONE, 0), LARGEST) >> FRACTION)


@implements("POOL-35")
def part_of_one(numerator: int, denominator: int) -> int:
    """Return a part in units of 10**-18, floored; 1 if the numerator is above the denominator, or that is 0.

    Mirrors ``Perquintill::from_rational``.
    """
    if denominator == 0 or numerator > denominator:
        return ONE_WEIGHT
    return numerator * ONE_WEIGHT // denominator


@implements("POOL-35")
def quote_weight_with(
    quote: Perquintill, tao: Rao, alpha: Alpha, added_tao: Rao, added_alpha: Alpha
) -> Perquintill | None:
    """Return the quote weight that keeps the price when TAO and alpha are added; None if a weight is then below 1 %.

    It is alpha · new TAO · quote weight over the sum of that and TAO · new alpha · base weight, both rounded to the
    nearest and their products before that bounded by u128; a half if that sum is 0. Mirrors
    ``update_weights_for_added_liquidity``.
    """
    base, base_product, quote_product = base_weight(quote), tao * (alpha + added_alpha), alpha * (tao + added_tao)
    base_part = ((base_product if base_product < U128_MAX else U128_MAX) * base + HALF) // ONE_WEIGHT
    quote_part = ((quote_product if quote_product < U128_MAX else U128_MAX) * quote + HALF) // ONE_WEIGHT
    total = both if (both := base_part + quote_part) < U128_MAX else U128_MAX
    # A part above the sum, which is cut to a u128, is above any weight that is allowed.
    weight = quote_part * ONE_WEIGHT // total if total else HALF
    return weight if MIN_WEIGHT <= weight <= MAX_WEIGHT else None


@implements("POOL-36")
def quote_weight_at(price_bits: WideBits, tao: Rao, alpha: Alpha) -> Perquintill | None:
    """Return the quote weight with which reserves have a price (U64F64); None if a weight is below 1 % or all is 0.

    It is TAO over the sum of TAO and price · alpha, the price's integer and fraction multiplied apart, floored. Mirrors
    ``maybe_initialize_palswap`` with a price.
    """
    high = (price_bits >> FRACTION) * alpha
    low = alpha * (price_bits % ONE) >> FRACTION
    total = min(high + low + tao, U128_MAX)
    if total == 0:
        return None
    weight = part_of_one(tao, total)
    return weight if is_weight(weight) else None


@implements("POOL-34")
def largest_amount(rules: WeightRules, reserve: int) -> int:
    """Return the most that may be asked of a limit: the largest input into a reserve, as if it had no fee; a u64."""
    if rules.largest_input is None:
        return U64_MAX
    return most if (most := reserve * rules.largest_input) < U64_MAX else U64_MAX


def limit_bits(limit_price: int) -> WideBits:
    """Return a limit price in rao per alpha as raw bits of U64F64, floored."""
    return Bits((limit_price << FRACTION) // RAO_PER_TAO)


@implements("POOL-34")
def swap(
    rules: WeightRules,
    quote: Perquintill,
    tao: Rao,
    alpha: Alpha,
    fee_rate: int,
    is_buy: bool,
    amount: int,
    limit_price: int,
    is_dynamic: bool = True,
) -> WeightedSwap | SwapError:
    """Return what a swap of ``amount`` comes to up to a limit price in rao per alpha; the fee is in the amount.

    If the whole amount would move the price beyond the limit, only so much is taken as moves it there, and the fee is
    computed anew on top of that. Where the mechanism is not dynamic, which only limits ask for, the price before counts
    as 1, and the fee that is part of the amount as 0. Mirrors ``do_swap``, rolled back, and ``BasicSwapStep``.

    Errors in order: ``SwapInputTooLarge`` (the amount less its fee above the bound), ``ReservesTooLow`` (what the
    reserve that pays holds), ``PriceLimitExceeded`` (the price at the limit already, or beyond), ``ReservesTooLow``
    (nothing would be paid for something).
    """
    reserve_in, reserve_out = (tao, alpha) if is_buy else (alpha, tao)
    fee = fee_of_amount(fee_rate, amount) if is_dynamic and fee_rate else 0
    taken = amount - fee
    if taken > largest_amount(rules, reserve_in):
        return SwapError.SWAP_INPUT_TOO_LARGE
    if reserve_out < MIN_RESERVE:
        return SwapError.RESERVES_TOO_LOW
    current, limit = price(quote, alpha, tao) if is_dynamic else Bits(ONE), limit_bits(limit_price)
    if current >= limit if is_buy else current <= limit:
        return SwapError.PRICE_LIMIT_EXCEEDED
    out = amount_out(rules, quote, is_buy, reserve_in, reserve_out, taken)
    if is_buy:
        is_within = price(quote, Alpha(alpha - out), Rao(min(tao + taken, U64_MAX))) <= limit
    else:
        is_within = price(quote, Alpha(min(alpha + taken, U64_MAX)), Rao(tao - out)) >= limit
    if not is_within:
        taken = amount_to_limit(quote, is_buy, reserve_in, current, limit)
        fee = fee_on_top(fee_rate, taken)
        out = amount_out(rules, quote, is_buy, reserve_in, reserve_out, taken)
    if taken and not out:
        return SwapError.RESERVES_TOO_LOW
    return _swap(taken, out, fee)
