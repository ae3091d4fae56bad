"""What a swap in a weighted pool comes to."""

from decimal import Context, Decimal
from fractions import Fraction
from math import floor

from dtao_spec.registry import Computation, rule
from dtao_spec.rounding import LIMIT_BITS, U64_MAX, floored

CHAPTER = "dtao_spec.chapters.weighted"
ONE_WEIGHT = 10**18
MIN_RESERVE = 1_000_000
LARGEST_INPUT = 1_000
DIGITS = 80
"""The digits with which a power is enclosed."""
LARGEST_EXACT_EXPONENT = 1_024
MARGIN = 10
"""The last of them, which may be wrong."""
FIRST, BOUNDED = map(Computation, (423, 424))
Bounds = tuple[Fraction, Fraction]


def enclosed(base: Fraction, exponent: Fraction) -> Bounds:
    """Return two numbers between which a power lies, very close to each other."""
    if base == 0 or exponent == 0 or base == 1:
        exact = Fraction(1) if base else Fraction(exponent == 0)
        return exact, exact
    context = Context(prec=DIGITS, Emax=10**9, Emin=-(10**9))
    quotient = context.divide(Decimal(base.numerator), Decimal(base.denominator))
    logarithm = context.ln(quotient)
    scaled = context.divide(context.multiply(logarithm, Decimal(exponent.numerator)), Decimal(exponent.denominator))
    power = Fraction(context.exp(scaled))
    error = power * (1 + abs(Fraction(scaled))) / 10 ** (DIGITS - MARGIN)
    return power - error, power + error


def power_of_ratio_rounded(base: Fraction, exponent: Fraction) -> Bounds:
    """Return the power floored to 10^-18: that of both bounds, or twice the same where the chain is exact."""
    low, high = (floor(bound * ONE_WEIGHT) for bound in enclosed(base, exponent))
    if max(exponent.numerator, exponent.denominator) <= LARGEST_EXACT_EXPONENT:
        low = high if is_at_least(base, exponent, Fraction(high, ONE_WEIGHT)) else low
        high = low
    return Fraction(low, ONE_WEIGHT), Fraction(high, ONE_WEIGHT)


def is_at_least(base: Fraction, exponent: Fraction, number: Fraction) -> bool:
    """Tell exactly whether a power is at least a number."""
    return base**exponent.numerator >= number**exponent.denominator


@rule("POOL-31", since=423, rounded=power_of_ratio_rounded)
def power_of_ratio(base: Fraction, exponent: Fraction) -> Bounds:
    r"""Power of a ratio.

    Statement: A power of a quotient of two whole numbers MUST be that real number. Where it is needed in a swap or for
        a limit, it is computed as whole units of $10^{-18}$. A power of 0 MUST be 0, one with the exponent 0 or of the
        base 1 MUST be 1.
    Formula: $$ b^{e} = \exp(e \ln b) $$
    Units: numbers without a unit; the result is an interval of rationals that encloses the power.
    Rounding: floored to $10^{-18}$. An exponent of which neither part, in lowest terms, is above 1 024 is exact before
        that; any other power is a sum of power series with as many bits as [POOL-32](#pool-32) and
        [POOL-33](#pool-33) say and 24 more. Where $|e \ln b| < 8$, $e \le 128$ and both numbers of the quotient have
        128 bits at most, that differs from the floored power only if the power is within $2^{-95}$ of a multiple of
        $10^{-18}$; for numbers of 64 bits, of which the first is the smaller, and $e \le 99$ only if it is within
        $2^{-100}$, as long as the power is above $2^{-184}$.
    Source: `SafeInt::pow_ratio_scaled` of the crate `safe-bigmath` 0.4.1
    Known violation: The exponent of $e$ is not reduced before its series is summed: beyond some hundreds the terms
        outgrow the bits, and the result has nothing to do with the power; it may even be negative.
    Example: A square root, between two rationals that agree in 60 digits; and floored as the chain does.

        >>> low, high = power_of_ratio(Fraction(1, 2), Fraction(1, 2))
        >>> low**2 < Fraction(1, 2) < high**2, high - low < Fraction(1, 10**60)
        (True, True)
        >>> int(power_of_ratio_rounded(Fraction(1, 2), Fraction(1, 2))[0] * 10**18)
        707106781186547524
    """
    return enclosed(base, exponent)


def output_at_weights_rounded(
    is_buy: bool, quote: Fraction, reserve_in: Fraction, reserve_out: Fraction, amount: Fraction
) -> Bounds:
    """Return the output as the chain has it: the part that stays with 64 fraction bits, the rest floored."""
    if reserve_in + amount == 0:
        return reserve_out, reserve_out
    base, exponent = stays(is_buy, quote, reserve_in, amount)
    parts = (floored(part, LIMIT_BITS) for part in power_of_ratio_rounded(base, exponent))
    low, high = (floored(reserve_out * max(1 - part, Fraction(0)), 0) for part in parts)
    return high, low


def stays(is_buy: bool, quote: Fraction, reserve_in: Fraction, amount: Fraction) -> tuple[Fraction, Fraction]:
    """Return the base and the exponent of the part of a reserve that is not paid out."""
    exponent = quote / (1 - quote) if is_buy else (1 - quote) / quote
    return reserve_in / min(reserve_in + amount, Fraction(U64_MAX)), exponent


@rule("POOL-32", since=423, rounded=output_at_weights_rounded)
def output_at_weights(
    is_buy: bool, quote: Fraction, reserve_in: Fraction, reserve_out: Fraction, amount: Fraction
) -> Bounds:
    r"""Output of a swap at weights.

    Statement: What a swap pays out MUST be the part of the reserve that keeps the product of both reserves, each raised
        to the power of its weight. The amount counts without the fee.
    Formula: $$ y = R_{out} \left(1 - \left(\frac{R_{in}}{R_{in} + x}\right)^{w_{in} / w_{out}}\right) $$
    Units: rao for TAO, alpha rao for alpha; the weight of TAO; the output lies between the two numbers.
    Rounding: The power is computed with 1 024 bits ([POOL-31](#pool-31)), floored to $10^{-18}$ and then in U64F64, the
        output floored to a whole amount. So a pool pays out up to $R_{out} (10^{-18} + 2^{-64})$ more than the exact
        amount, and at most 1 less: less than 3 rao more for reserves up to $2.8 \cdot 10^{18}$.
    Source: `pallets/swap/src/pallet/balancer.rs`, `exp_scaled`; `pallets/swap/src/pallet/swap_step.rs`,
        `convert_deltas`
    Known violation: A sum of more than $2^{64} - 1$ counts as that; and where the power is not a number of 64 bits in
        units of $10^{-18}$ it counts as 0, so that the whole reserve is paid out.
    Example: 10 TAO in a pool of 1 000 TAO and 4 000 alpha with equal weights.

        >>> pool = (Fraction(1, 2), Fraction(1_000 * 10**9), Fraction(4_000 * 10**9))
        >>> int(output_at_weights(True, *pool, Fraction(10 * 10**9))[0])
        39603960396
    """
    if reserve_in + amount == 0:
        return reserve_out, reserve_out
    low, high = enclosed(*stays(is_buy, quote, reserve_in, amount))
    return reserve_out * (1 - high), reserve_out * (1 - low)


@rule("POOL-32", since=424, rounded=output_at_weights_rounded)
def output_at_weights_in_256_bits(
    is_buy: bool, quote: Fraction, reserve_in: Fraction, reserve_out: Fraction, amount: Fraction
) -> Bounds:
    r"""Output of a swap at weights.

    Change: The power is computed with 256 bits instead of 1 024, which takes a fraction of the time.
    Statement: What a swap pays out MUST be the part of the reserve that keeps the product of both reserves, each raised
        to the power of its weight. The amount counts without the fee.
    Formula: $$ y = R_{out} \left(1 - \left(\frac{R_{in}}{R_{in} + x}\right)^{w_{in} / w_{out}}\right) $$
    Units: rao for TAO, alpha rao for alpha; the weight of TAO; the output lies between the two numbers.
    Rounding: The power is computed with 256 bits ([POOL-31](#pool-31)), floored to $10^{-18}$ and then in U64F64, the
        output floored to a whole amount. So a pool pays out up to $R_{out} (10^{-18} + 2^{-64})$ more than the exact
        amount, and at most 1 less: less than 3 rao more for reserves up to $2.8 \cdot 10^{18}$.
    Source: `pallets/swap/src/pallet/balancer.rs`, `exp_scaled`; `pallets/swap/src/pallet/swap_step.rs`,
        `convert_deltas`
    Known violation: A sum of more than $2^{64} - 1$ counts as that. Where the weights are far from each other and the
        amount is many times the reserve, 256 bits do not hold the series: with weights of 96 to 4 a pool pays 0.046 %
        too little.
    Example: 10 TAO in a pool of 1 000 TAO and 4 000 alpha with equal weights.

        >>> pool = (Fraction(1, 2), Fraction(1_000 * 10**9), Fraction(4_000 * 10**9))
        >>> int(output_at_weights_in_256_bits(True, *pool, Fraction(10 * 10**9))[0])
        39603960396
    """
    return output_at_weights(is_buy, quote, reserve_in, reserve_out, amount)


def amount_to_limit_rounded(
    is_buy: bool, quote: Fraction, reserve_in: Fraction, price: Fraction, limit: Fraction
) -> Bounds:
    """Return the amount as the chain has it: the growth with 64 fraction bits, the amount floored."""
    low, high = power_of_ratio_rounded(*growth(is_buy, quote, price, limit))
    largest = Fraction(U64_MAX, ONE_WEIGHT)

    def amount(power: Fraction) -> Fraction:
        grown = floored(min(power, largest), LIMIT_BITS) - 1
        return min(floored(reserve_in * max(grown, Fraction(0)), 0), Fraction(U64_MAX))

    return amount(low), amount(high)


def growth(is_buy: bool, quote: Fraction, price: Fraction, limit: Fraction) -> tuple[Fraction, Fraction]:
    """Return the base and the exponent of what a reserve grows by until the price is at a limit."""
    ratio = limit / price if is_buy else price / limit
    return ratio, 1 - quote if is_buy else quote


@rule("POOL-33", since=423, rounded=amount_to_limit_rounded)
def amount_to_limit(is_buy: bool, quote: Fraction, reserve_in: Fraction, price: Fraction, limit: Fraction) -> Bounds:
    r"""Amount that moves the price to a limit.

    Statement: What has to enter a reserve for the price to reach a limit MUST be the reserve times the ratio of the two
        prices, the larger over the smaller, raised to the power of the other token's weight, less the reserve; 0 if the
        limit is behind.
    Formula: $$ x = R_{in} \left(\left(\frac{p_{limit}}{p}\right)^{1 - q} - 1\right) \quad \text{for a buyer}, \qquad
        x = R_{in} \left(\left(\frac{p}{p_{limit}}\right)^{q} - 1\right) \quad \text{for a seller} $$
    Units: rao for TAO, alpha rao for alpha; TAO per alpha; the amount lies between the two numbers.
    Rounding: The power is computed with 1 024 bits ([POOL-31](#pool-31)), floored to $10^{-18}$ and then in U64F64, the
        amount floored. A growth by a factor of more than 18.4 counts as that much.
    Source: `pallets/swap/src/pallet/balancer.rs`, `calculate_quote_delta_in`, `calculate_base_delta_in`
    Known violation: Of a limit more than 18.4 times the reserve away, only that much is taken. So a swap of 1 000 times
        the reserve, which would pass the last price of all swaps, brings less than one of 800 times.
    Example: From the price 1 to 1.44 a buyer pays in a fifth of the TAO at equal weights; with no weight on alpha
        hardly anything.

        >>> start, limit = Fraction(1), Fraction(36, 25)
        >>> float(amount_to_limit(True, Fraction(1, 2), Fraction(1_000), start, limit)[0])
        200.0
        >>> round(float(amount_to_limit(True, Fraction(99, 100), Fraction(1_000), start, limit)[0]), 3)
        3.653
    """
    low, high = enclosed(*growth(is_buy, quote, price, limit))
    return reserve_in * max(low - 1, Fraction(0)), reserve_in * max(high - 1, Fraction(0))


Outcome = tuple[Fraction, Bounds, Fraction] | str
"""What is paid in, what is paid out and the fee; or why the pool does not swap."""


@rule("POOL-34", since=423)
def swap_at_weights(
    is_buy: bool,
    quote: Fraction,
    reserves: tuple[Fraction, Fraction],
    rate: int,
    amount: Fraction,
    limit: Fraction,
    *,
    rules: Computation = FIRST,
) -> Outcome:
    r"""Swap at weights.

    Statement: A swap MUST be one step. The fee of [POOL-12](#pool-12) is taken off the amount, and the rest is paid in,
        if the price after that is not beyond the limit. Otherwise what moves the price to the limit MUST be paid in
        ([POOL-33](#pool-33)), with the fee computed anew on top of it. What is paid out follows from what is paid in
        ([POOL-32](#pool-32)). A first swap MUST begin at weights of a half, whatever the weights are.
    Formula: $$ x = \min(z - f(z),\; x_{limit}) $$
    Units: rao for TAO, alpha rao for alpha; (TAO, alpha) in the pool; TAO per alpha.
    Rounding: none beyond that of the rules named. The price after the swap is the rounded one ([PRICE-1](#price-1)).
    Rejections: in this order `ReservesTooLow` (the reserve that pays holds less than 1 000 000), `PriceLimitExceeded`
        (the price is at the limit already, or beyond), `ReservesTooLow` (something is paid in, and nothing out).
    Source: `pallets/swap/src/pallet/impls.rs`, `do_swap`, `swap_inner`; `pallets/swap/src/pallet/swap_step.rs`,
        `determine_action`, `process_swap`
    Known violation: Weights that blocks have moved before the first swap of a pool are forgotten by that swap, and the
        price jumps.
    Example: 1 000 TAO and 4 000 alpha; a buyer of 300 TAO whose limit is 0.36 pays 200 TAO for 666.67 alpha, less dust.

        >>> pool = (Fraction(1_000 * 10**9), Fraction(4_000 * 10**9))
        >>> tao, (alpha, _), fee = swap_at_weights(
        ...     True, Fraction(1, 2), pool, 0, Fraction(300 * 10**9), Fraction(9, 25), rules=Computation(423, True)
        ... )
        >>> int(tao), int(alpha), int(fee)
        (199999999999, 666666666663, 0)
        >>> swap_at_weights(True, Fraction(1, 2), pool, 33, Fraction(10**9), Fraction(1, 4))
        'PriceLimitExceeded'
    """
    reserve_in, reserve_out = reserves if is_buy else reserves[::-1]
    fee = rules["POOL-12"](amount, rate)
    if reserve_out < MIN_RESERVE:
        return "ReservesTooLow"
    price = rules["PRICE-1"](False, *reserves, None, quote)
    if price >= limit if is_buy else price <= limit:
        return "PriceLimitExceeded"
    taken = amount - fee
    after = _after(is_buy, reserves, taken, rules["POOL-32"](is_buy, quote, reserve_in, reserve_out, taken)[0])
    reached = rules["PRICE-1"](False, *after, None, quote)
    if reached > limit if is_buy else reached < limit:
        taken = rules["POOL-33"](is_buy, quote, reserve_in, price, limit)[0]
        fee = rules["POOL-12"](taken, rate, on_top=True)
    paid_out = rules["POOL-32"](is_buy, quote, reserve_in, reserve_out, taken)
    if taken and not paid_out[0]:
        return "ReservesTooLow"
    return taken, paid_out, fee


def _after(is_buy: bool, reserves: tuple[Fraction, Fraction], taken: Fraction, paid: Fraction) -> Bounds:
    tao, alpha = reserves
    largest = Fraction(U64_MAX)
    return (min(tao + taken, largest), alpha - paid) if is_buy else (tao - paid, min(alpha + taken, largest))


@rule("POOL-34", since=424)
def swap_of_bounded_input(
    is_buy: bool,
    quote: Fraction,
    reserves: tuple[Fraction, Fraction],
    rate: int,
    amount: Fraction,
    limit: Fraction,
    *,
    rules: Computation = BOUNDED,
) -> Outcome:
    r"""Swap at weights.

    Change: An amount of more than 1 000 times the reserve that it enters is refused. Powers of so small a ratio took
        long to compute, and some were wrong.
    Statement: A swap MUST be one step. The amount less the fee of [POOL-12](#pool-12) MUST NOT be more than 1 000 times
        the reserve that it enters. That rest is paid in, if the price after that is not beyond the limit. Otherwise
        what moves the price to the limit MUST be paid in ([POOL-33](#pool-33)), with the fee computed anew on top of
        it. What is paid out follows from what is paid in ([POOL-32](#pool-32)). A first swap MUST begin at weights of a
        half, whatever the weights are.
    Formula: $$ x = \min(z - f(z),\; x_{limit}) $$
    Units: rao for TAO, alpha rao for alpha; (TAO, alpha) in the pool; TAO per alpha.
    Rounding: none beyond that of the rules named. The price after the swap is the rounded one ([PRICE-1](#price-1)).
    Rejections: in this order `SwapInputTooLarge`, `ReservesTooLow` (the reserve that pays holds less than 1 000 000),
        `PriceLimitExceeded` (the price is at the limit already, or beyond), `ReservesTooLow` (something is paid in, and
        nothing out).
    Source: `pallets/swap/src/pallet/impls.rs`, `do_swap`, `ensure_swap_input_within_reserve_limit`, `swap_inner`;
        `pallets/swap/src/pallet/swap_step.rs`, `determine_action`, `process_swap`
    Known violation: Weights that blocks have moved before the first swap of a pool are forgotten by that swap, and the
        price jumps.
    Example: 1 000 TAO take up to a million more.

        >>> pool = (Fraction(1_000 * 10**9), Fraction(4_000 * 10**9))
        >>> most = Fraction(10**15)
        >>> [
        ...     isinstance(swap_of_bounded_input(True, Fraction(1, 2), pool, 0, tao, Fraction(10**6)), str)
        ...     for tao in (most, most + 1)
        ... ]
        [False, True]
    """
    entered = reserves[0] if is_buy else reserves[1]
    if amount - rules["POOL-12"](amount, rate) > min(LARGEST_INPUT * entered, Fraction(U64_MAX)):
        return "SwapInputTooLarge"
    return swap_at_weights(is_buy, quote, reserves, rate, amount, limit, rules=rules)
