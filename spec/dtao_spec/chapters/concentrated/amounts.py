"""Amounts within one range: what a position consists of, the fee, and what a step takes and pays."""

from fractions import Fraction

from dtao_spec.chapters.concentrated.ticks import cut, inverse, quotient
from dtao_spec.registry import rule
from dtao_spec.rounding import LIMIT_BITS, U64_MAX, floored

CHAPTER = "dtao_spec.chapters.concentrated"
"""Fee rates are parts of so many."""


def composition_rounded(
    liquidity: Fraction, low: Fraction, high: Fraction, root: Fraction
) -> tuple[Fraction, Fraction]:
    """Return whole amounts, with reciprocals in 64 fraction bits."""
    if low >= high:
        return Fraction(0), Fraction(0)
    within = min(max(root, low), high)
    tao, alpha = liquidity * (within - low), liquidity * (inverse(within) - inverse(high))
    return floored(cut(tao), 0), floored(cut(alpha), 0)


@rule("POOL-11", since=283, until=422, rounded=composition_rounded)
def composition(liquidity: Fraction, low: Fraction, high: Fraction, root: Fraction) -> tuple[Fraction, Fraction]:
    r"""Composition of a position.

    Statement: A position MUST consist of the TAO between its lower edge and the price and of the alpha between the
        price and its upper edge: only alpha below its range, only TAO above it. A range whose lower edge is not below
        its upper one is not refused and MUST consist of nothing.
    Formula: $$ T = L\,(s' - s_a), \qquad A = L\left(\frac{1}{s'} - \frac{1}{s_b}\right),
        \qquad s' = \min(\max(s, s_a), s_b) $$
    Units: square roots of prices in; rao and alpha rao out.
    Rounding: Reciprocals are floored in U64F64, then the amounts to whole ones: less than 1 rao below the exact TAO;
        the alpha within $1 + L\,2^{-64}$ of the exact, to either side.
    Source: `pallets/swap/src/position.rs`, `to_token_amounts`
    Known violation: A range upside down costs nothing and is opened all the same, with a net liquidity of the wrong
        sign at its edges: whoever opens one lowers the liquidity in force of all prices in it, for free.
    Example: A liquidity of 100 between the prices 1 and 4, at 1, at 2.25 and at 9.

        >>> composition(Fraction(100), Fraction(1), Fraction(2), Fraction(1))
        (Fraction(0, 1), Fraction(50, 1))
        >>> composition(Fraction(100), Fraction(1), Fraction(2), Fraction(3, 2))
        (Fraction(50, 1), Fraction(50, 3))
        >>> composition(Fraction(100), Fraction(1), Fraction(2), Fraction(3))
        (Fraction(100, 1), Fraction(0, 1))
    """
    if low >= high:
        return Fraction(0), Fraction(0)
    within = min(max(root, low), high)
    return liquidity * (within - low), liquidity * (1 / within - 1 / high)


def root_after_rounded(is_buy: bool, liquidity: Fraction, root: Fraction, amount: Fraction) -> Fraction | None:
    """Return the root with every quotient in 64 fraction bits."""
    if liquidity == 0:
        return None
    moved = floored(amount / liquidity, LIMIT_BITS)
    return cut(root + moved) if is_buy else inverse(cut(moved + inverse(root)))


@rule("POOL-13", since=283, until=422, rounded=root_after_rounded)
def root_after(is_buy: bool, liquidity: Fraction, root: Fraction, amount: Fraction) -> Fraction | None:
    r"""Price after an amount in one range.

    Statement: TAO paid in MUST raise the root of the price by the amount over the liquidity, alpha paid in the
        reciprocal of the root. Without any liquidity there is no such price, and the step goes to its edge or to the
        limit.
    Formula: $$ s' = s + \frac{x}{L} \quad \text{or} \quad \frac{1}{s'} = \frac{1}{s} + \frac{x}{L} $$
    Units: root of the price; rao in for a buyer, alpha rao for a seller.
    Rounding: Every quotient is floored in U64F64: for a buyer less than $2^{-64}$ below the exact root. For a seller
        the denominator is less than $2 \cdot 2^{-64}$ too small, so that the root is less than $2^{-64}$ below and at
        most $2 s^2 2^{-64}$ (to first order) above the exact one.
    Source: `pallets/swap/src/pallet/impls.rs`, `sqrt_price_target`
    Example: From the price 1, half of the liquidity in TAO raises the root to 1.5; as much alpha lowers it to 2/3.

        >>> root_after(True, Fraction(100), Fraction(1), Fraction(50))
        Fraction(3, 2)
        >>> root_after(False, Fraction(100), Fraction(1), Fraction(50))
        Fraction(2, 3)
    """
    if liquidity == 0:
        return None
    return root + amount / liquidity if is_buy else 1 / (amount / liquidity + 1 / root)


def amount_to_rounded(is_buy: bool, liquidity: Fraction, root: Fraction, target: Fraction) -> Fraction:
    """Return a whole amount, with reciprocals in 64 fraction bits."""
    distance = target - root if is_buy else inverse(target) - inverse(root)
    return min(floored(cut(liquidity * max(distance, Fraction(0))), 0), Fraction(U64_MAX))


@rule("POOL-14", since=283, until=422, rounded=amount_to_rounded)
def amount_to(is_buy: bool, liquidity: Fraction, root: Fraction, target: Fraction) -> Fraction:
    r"""Amount up to a price in one range.

    Statement: To reach a price the amount MUST be that which [POOL-13](#pool-13) needs; 0 for a price on the other
        side.
    Formula: $$ x = L\,(s' - s) \quad \text{or} \quad x = L\left(\frac{1}{s'} - \frac{1}{s}\right) $$
    Units: roots of prices in; rao for a buyer, alpha rao for a seller.
    Rounding: Floored: less than 1 rao below the exact TAO; the alpha within $1 + L\,2^{-64}$ of the exact. The price
        becomes the target all the same.
    Source: `pallets/swap/src/pallet/impls.rs`, `delta_in`
    Example: The way back of POOL-13.

        >>> amount_to(True, Fraction(100), Fraction(1), Fraction(3, 2))
        Fraction(50, 1)
        >>> amount_to(False, Fraction(100), Fraction(1), Fraction(3, 2))
        Fraction(0, 1)
    """
    return liquidity * max(target - root if is_buy else 1 / target - 1 / root, Fraction(0))


def output_rounded(is_buy: bool, liquidity: Fraction, root: Fraction, amount: Fraction) -> Fraction:
    """Return a whole amount, with every product and quotient on the way in 64 fraction bits."""
    if amount == 0:
        return Fraction(0)
    if is_buy:
        factor = quotient(liquidity, cut(cut(cut(liquidity * root) + amount) * root))
    else:
        factor = cut(quotient(liquidity, cut(quotient(liquidity, root) + amount)) * root)
    return floored(cut(amount * factor), 0)


@rule("POOL-15", since=283, until=422, rounded=output_rounded)
def output(is_buy: bool, liquidity: Fraction, root: Fraction, amount: Fraction) -> Fraction:
    r"""Output of an amount in one range.

    Statement: Within one range a pool MUST pay what the position of that liquidity loses between the two prices of
        [POOL-13](#pool-13).
    Formula: $$ y = \frac{L\,x}{(L\,s + x)\,s} \quad \text{or} \quad y = \frac{L\,x\,s}{L / s + x} $$
    Units: rao in, alpha rao out for a buyer; the reverse for a seller.
    Rounding: Each product and quotient is floored in U64F64 on the way, at last to a whole amount. Some of the floors
        make a denominator smaller, so that the result may be above the exact one, by at most $2\,y\,2^{-64}$ for prices
        between $2^{-20}$ and $2^{20}$, a liquidity of at least $2^{30}$, and $L\,s + x$, $(L\,s + x)\,s$ and $L / s$
        below $2^{63}$; and it is less than $1 + x\,(1 + s)\,2^{-64}$ below it. What does not fit U64F64 stays at its
        largest number, but a quotient that does not counts as 0; no supply of 21 million gets there.
    Source: `pallets/swap/src/pallet/impls.rs`, `convert_deltas`
    Example: At the price 1 a liquidity of 100 stands for 100 TAO and 100 alpha: 50 TAO buy a third of the alpha.

        >>> output(True, Fraction(100), Fraction(1), Fraction(50))
        Fraction(100, 3)
        >>> output(False, Fraction(100), Fraction(1), Fraction(50))
        Fraction(100, 3)
    """
    if amount == 0:
        return Fraction(0)
    if is_buy:
        return liquidity * amount / ((liquidity * root + amount) * root)
    return liquidity * amount * root / (liquidity / root + amount)
