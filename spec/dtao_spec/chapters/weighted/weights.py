"""The weights of a pool: after an injection, at a price, and what users may no more do with either."""

from fractions import Fraction
from math import floor

from dtao_spec.registry import rule
from dtao_spec.rounding import LIMIT_BITS, UNSIGNED, floored

CHAPTER = "dtao_spec.chapters.weighted"
ONE_WEIGHT = 10**18
MIN_WEIGHT = Fraction(1, 100)
HALF = Fraction(1, 2)


def _kept(quote: Fraction) -> Fraction | None:
    return quote if MIN_WEIGHT <= quote <= 1 - MIN_WEIGHT else None


def weight_after_injection_rounded(
    quote: Fraction, tao: Fraction, alpha: Fraction, added_tao: Fraction, added_alpha: Fraction
) -> Fraction | None:
    """Return the weight in units of 10^-18, its parts rounded to whole numbers before."""
    largest = Fraction(UNSIGNED)
    of_alpha = floor((1 - quote) * min(tao * (alpha + added_alpha), largest) + HALF)
    of_tao = floor(quote * min(alpha * (tao + added_tao), largest) + HALF)
    total = min(of_alpha + of_tao, UNSIGNED)
    if total == 0:
        return HALF
    return _kept(Fraction(min(of_tao * ONE_WEIGHT // total, ONE_WEIGHT), ONE_WEIGHT))


@rule("POOL-35", since=423, rounded=weight_after_injection_rounded)
def weight_after_injection(
    quote: Fraction, tao: Fraction, alpha: Fraction, added_tao: Fraction, added_alpha: Fraction
) -> Fraction | None:
    r"""Weights after an injection.

    Statement: When a block adds TAO and alpha to a pool, the weights MUST become those with which the price
        ([PRICE-1](#price-1)) stays. If a weight would be below 1 %, nothing MUST enter the pool and the weights MUST
        stay. Weights of a pool without TAO and alpha become a half.
    Formula: $$ q' = \frac{q\,A\,(T + \Delta T)}{q\,A\,(T + \Delta T) + (1 - q)\,T\,(A + \Delta A)} $$
    Units: rao and alpha rao; weights of TAO, in units of $10^{-18}$. None where nothing enters.
    Rounding: Both summands are rounded to the nearest whole number, the quotient is floored to $10^{-18}$. So the price
        after it is above the one before by a part of up to $10^{-18} / (q' (1 - q'))$, at most $1.1 \cdot 10^{-16}$,
        and below it by about $1 / (q A T)$.
    Source: `pallets/swap/src/pallet/impls.rs`, `adjust_protocol_liquidity`; `pallets/swap/src/pallet/balancer.rs`,
        `update_weights_for_added_liquidity`
    Known violation: TAO for which there is no room is issued no more, alpha for which there is none is not issued: the
        subnet gets less than its part, and nobody is told. A block that adds nothing may lower the weight of TAO by a
        step all the same, and raise the price with it.
    Example: 100 TAO join 1 000, and 4 000 alpha stay. Then 200 000 TAO want to join, and must not.

        >>> weight_after_injection(Fraction(1, 2), Fraction(1_000), Fraction(4_000), Fraction(100), Fraction(0))
        Fraction(11, 21)
        >>> weight_after_injection(Fraction(1, 2), Fraction(1_000), Fraction(4_000), Fraction(200_000), Fraction(0))
    """
    of_alpha, of_tao = (1 - quote) * tao * (alpha + added_alpha), quote * alpha * (tao + added_tao)
    return _kept(of_tao / (of_alpha + of_tao)) if of_alpha + of_tao else HALF


def weight_at_price_rounded(price: Fraction, tao: Fraction, alpha: Fraction) -> Fraction | None:
    """Return the weight in units of 10^-18, the worth of the alpha as a whole number."""
    whole = Fraction(floor(price))
    worth = whole * alpha + floored(alpha * floored(price - whole, LIMIT_BITS), 0)
    total = min(worth + tao, Fraction(UNSIGNED))
    return _kept(Fraction(floor(tao / total * ONE_WEIGHT), ONE_WEIGHT)) if total else None


@rule("POOL-36", since=423, rounded=weight_at_price_rounded)
def weight_at_price(price: Fraction, tao: Fraction, alpha: Fraction) -> Fraction | None:
    r"""Weights at a price.

    Statement: The upgrade that replaced ranges by weights MUST give to every pool that had a price the weights with
        which its reserves have that price. Where one would be below 1 %, or the pool is empty, both MUST be a half, so
        that the price changes. All ranges, positions and what did not fit them are forgotten, and no TAO or alpha
        leaves the pool.
    Formula: $$ q = \frac{T}{T + p\,A} $$
    Units: TAO per alpha, rao and alpha rao; the weight of TAO, in units of $10^{-18}$. None where there is none.
    Rounding: The worth of the alpha is floored to whole rao, that of the fraction of the price apart; the weight is
        floored to $10^{-18}$.
    Source: `pallets/swap/src/pallet/migrations/migrate_swapv3_to_balancer.rs`, `migrate_swapv3_to_balancer`;
        `pallets/swap/src/pallet/impls.rs`, `maybe_initialize_palswap`
    Known violation: Out of 1 % to 99 % the price of the pool jumps with the upgrade to the quotient of its reserves.
    Example: 1 000 TAO and 4 000 alpha at the price 0.3; and at 30.

        >>> weight_at_price(Fraction(3, 10), Fraction(1_000), Fraction(4_000))
        Fraction(5, 11)
        >>> weight_at_price(Fraction(30), Fraction(1_000), Fraction(4_000))
    """
    total = tao + price * alpha
    return _kept(tao / total) if total else None


@rule("POOL-37", since=423)
def deprecated(call: str) -> str:
    r"""Calls of user liquidity.

    Statement: `add_liquidity`, `remove_liquidity`, `modify_position`, `toggle_user_liquidity` and `disable_lp` MUST be
        refused, whoever signed them.
    Units: none.
    Rounding: none.
    Rejections: `Deprecated`.
    Source: `pallets/swap/src/pallet/mod.rs`, `add_liquidity`, `remove_liquidity`, `modify_position`,
        `toggle_user_liquidity`, `disable_lp`
    Example: Any of them.

        >>> deprecated("add_liquidity")
        'Deprecated'
    """
    return "Deprecated"
