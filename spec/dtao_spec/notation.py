r"""Numbers and their rounding.

The chain has no fractions. An amount is a whole number of rao, 64 bits wide and never negative; everything between
amounts, a price, a proportion, a share, is a **fixed-point number**: a whole number, its *bits*, read as so many
$2^{-f}$. A format says how many bits stand before and behind the point. I96F32, the most used one, has 96 bits before
it, one of them the sign, and 32 behind it, so that its smallest step is $2^{-32} \approx 2.3 \cdot 10^{-10}$.

| format | smallest | largest | step | used for |
|---|---|---|---|---|
| I96F32 | $-2^{95}$ | $2^{95} - 2^{-32}$ | $2^{-32}$ | prices, emission, dividends |
| I110F18 | $-2^{109}$ | $2^{109} - 2^{-18}$ | $2^{-18}$ | pools, registration terms |
| I64F64 | $-2^{63}$ | $2^{63} - 2^{-64}$ | $2^{-64}$ | stake weights, shares of an update, lock cost |
| I32F32 | $-2^{31}$ | $2^{31} - 2^{-32}$ | $2^{-32}$ | the epoch |
| U64F64 | 0 | $2^{64} - 2^{-64}$ | $2^{-64}$ | shares, limits between pools |
| [since 261] U96F32 | 0 | $2^{96} - 2^{-32}$ | $2^{-32}$ | amounts of emission, of pools and of dividends |

Three rules differ from what one would guess. A product is rounded **down**, a quotient **toward zero**, and a
conversion rounds down and stays within the format. Since most numbers are positive, all three cut off what does not
fit, and nearly every error of this economy has the same sign: the chain pays a little less than the formula says.

[since 320] The library behind these numbers is substrate-fixed 0.6.0, which gives every result that 0.5.9 gave, bit for
bit. It differs in three overflows, which it reports where 0.5.9 panicked or wrapped: the reciprocal in the logarithm of
a number below $2^{-(i - 1)}$ or so, with $i$ the bits before the point ([FIX-9](#fix-9)); the sign of the smallest
number and the first sum in an exponential ([FIX-11](#fix-11)), whose next product overflows in both. None can be met:
the only logarithm that is left is of a number of at least 1 ([ISS-1](#iss-1)), and the exponents of the epoch's curves
stay where the product fits or fail in both.

Rules are stated on exact numbers. Where this document says that a result is *floored in* a format, it means the rules
of this chapter. $F$ stands for the format, $f$ for its fraction bits, $\lfloor x \rfloor_F = 2^{-f} \lfloor 2^f x
\rfloor$ for the largest number of the format that is not above $x$.
"""

import math
from decimal import Decimal, localcontext
from fractions import Fraction

from attrs import frozen

from dtao_spec.registry import rule


@frozen
class Format:
    """A fixed-point format: whether it has a sign, and its bits before and behind the point."""

    signed: bool
    integer_bits: int
    fraction_bits: int

    @property
    def step(self) -> Fraction:
        """The smallest step between two numbers of the format."""
        return Fraction(1, 2**self.fraction_bits)

    @property
    def largest(self) -> Fraction:
        """The largest number of the format."""
        return Fraction(1 << (self.integer_bits - self.signed)) - self.step

    @property
    def smallest(self) -> Fraction:
        """The smallest number of the format."""
        return Fraction(-1 << (self.integer_bits - 1)) if self.signed else Fraction(0)


I96F32, I110F18, I64F64 = Format(True, 96, 32), Format(True, 110, 18), Format(True, 64, 64)
I32F32, U64F64, U96F32 = Format(True, 32, 32), Format(False, 64, 64), Format(False, 96, 32)


@rule("FIX-1")
def saturated(form: Format, exact: Fraction) -> Fraction:
    r"""Saturating and checked addition.

    Statement: Sums and differences are exact. A *saturating* operation whose result is beyond the format MUST return
        the nearest bound of the format; a *checked* one MUST return nothing.
    Formula: $$ \mathrm{sat}_F(x) = \min(\max(x, \min F), \max F) $$
    Units: any.
    Rounding: none.
    Source: substrate-fixed 0.5.9, `saturating_add`, `saturating_sub`, `checked_add`, `checked_sub`
    Known violation: The sums by which lists and rows are normalised ([EPOCH-4](#epoch-4), [EPOCH-12](#epoch-12)) use
        plain addition, which wraps around at the bounds instead. No state with consistent stakes comes near them.
    Example: A difference in an unsigned format stops at 0.

        >>> saturated(U64F64, Fraction(3) - Fraction(5))
        Fraction(0, 1)
    """
    return min(max(exact, form.smallest), form.largest)


@rule("FIX-2")
def product(form: Format, a: Fraction, b: Fraction) -> Fraction:
    r"""Multiplication.

    Statement: A product MUST be rounded down, toward minus infinity, also if it is negative; then it saturates.
    Formula: $$ a \cdot_F b = \mathrm{sat}_F\left(\lfloor a\,b \rfloor_F\right) $$
    Units: any.
    Rounding: less than one step of the format below the exact product, never above.
    Source: substrate-fixed 0.5.9, `saturating_mul`, `checked_mul`
    Example: Minus one step times a half is half a step below zero, and becomes a whole one.

        >>> product(I96F32, Fraction(-1, 2**32), Fraction(1, 2)) == Fraction(-1, 2**32)
        True
    """
    return saturated(form, math.floor(a * b / form.step) * form.step)


@rule("FIX-3")
def quotient(form: Format, a: Fraction, b: Fraction) -> Fraction | None:
    r"""Division.

    Statement: A quotient MUST be truncated toward zero. Where the runtime divides safely, a quotient that does not fit
        and a division by zero MUST both give 0; a checked division gives nothing in both cases.
    Formula: $$ a \div_F b = \mathrm{sgn}(a\,b)\,\left\lfloor \left|\tfrac{a}{b}\right| \right\rfloor_F $$
    Units: any.
    Rounding: less than one step of the format toward zero.
    Rejections: Nothing for a division by zero or a quotient beyond the format.
    Source: substrate-fixed 0.5.9, `checked_div`; `primitives/safe-math/src/lib.rs`, `safe_div`
    Example: Two thirds and minus two thirds of a step.

        >>> quotient(I32F32, Fraction(2, 2**32), Fraction(3)), quotient(I32F32, Fraction(-2, 2**32), Fraction(3))
        (Fraction(0, 1), Fraction(0, 1))
        >>> quotient(I32F32, Fraction(1), Fraction(0)) is None
        True
    """
    if b == 0:
        return None
    truncated = math.trunc(a / b / form.step) * form.step
    return truncated if form.smallest <= truncated <= form.largest else None


@rule("FIX-4")
def from_integer(form: Format, number: int) -> Fraction:
    r"""Conversion from an integer.

    Statement: A whole number MUST become itself, or the nearest bound of the format.
    Units: any.
    Rounding: none.
    Source: substrate-fixed 0.5.9, `saturating_from_num`
    Example: The largest u64 does not fit I64F64, whose largest number is just below $2^{63}$.

        >>> from_integer(I64F64, 2**64 - 1) == 2**63 - Fraction(1, 2**64)
        True
    """
    return saturated(form, Fraction(number))


@rule("FIX-5")
def from_float(form: Format, number: float) -> Fraction:
    r"""Conversion from a float.

    Statement: A constant that the runtime writes as a 64-bit float MUST become the nearest number of the format, ties
        to the even one.
    Units: any.
    Rounding: at most half a step of the format, to either side.
    Source: substrate-fixed 0.5.9, `saturating_from_num` of an f64
    Example: The weight of a price in the moving price, 0.000003.

        >>> from_float(I96F32, 0.000003) == Fraction(12_885, 2**32)
        True
    """
    return saturated(form, round(Fraction(number) / form.step) * form.step)


@rule("FIX-6")
def to_integer(exact: Fraction, largest: int) -> int:
    r"""Conversion to an integer.

    Statement: A number that becomes an amount MUST be rounded down; below 0 it becomes 0, beyond the largest amount
        that one.
    Formula: $$ \min(\max(\lfloor x \rfloor, 0), 2^{64} - 1) $$
    Units: any; the largest amount is $2^{64} - 1$, the largest u16 65 535.
    Rounding: less than 1 below the exact number.
    Source: substrate-fixed 0.5.9, `saturating_to_num`
    Example: Half a rao is none.

        >>> to_integer(Fraction(1, 2), 2**64 - 1), to_integer(Fraction(-1, 2), 2**64 - 1)
        (0, 0)
    """
    return min(max(math.floor(exact), 0), largest)


@rule("FIX-7")
def rounded(exact: Fraction) -> int:
    r"""Rounding to the nearest integer.

    Statement: Where the runtime rounds, it MUST round to the nearest whole number and a tie away from zero. Where it
        takes the floor, it MUST round toward minus infinity.
    Formula: $$ \mathrm{sgn}(x)\,\left\lfloor |x| + \tfrac{1}{2} \right\rfloor $$
    Units: any.
    Rounding: at most one half.
    Source: substrate-fixed 0.5.9, `round`, `floor`
    Example: 2.5 and -2.5.

        >>> rounded(Fraction(5, 2)), rounded(Fraction(-5, 2))
        (3, -3)
    """
    magnitude = math.floor(abs(exact) + Fraction(1, 2))
    return magnitude if exact >= 0 else -magnitude


@rule("FIX-8")
def converted(target: Format, exact: Fraction) -> Fraction:
    r"""Conversion between formats.

    Statement: A number MUST be rounded down to the target's step, then saturate; a negative number becomes 0 in an
        unsigned format. Numbers of two formats MUST be compared by their exact values, without converting either.
    Formula: $$ \mathrm{sat}_F\left(\lfloor x \rfloor_F\right) $$
    Units: any.
    Rounding: less than one step of the target below the exact number.
    Source: substrate-fixed 0.5.9, `saturating_from_num` of a fixed-point number, comparison operators
    Example: Minus one step of I64F64 becomes minus one whole step of I96F32, and 0 in U64F64.

        >>> converted(I96F32, Fraction(-1, 2**64)) == Fraction(-1, 2**32), converted(U64F64, Fraction(-1, 2**64))
        (True, Fraction(0, 1))
    """
    return saturated(target, math.floor(exact / target.step) * target.step)


def logarithm_to_base_2_rounded(exact: Fraction) -> Fraction | None:
    """Return the logarithm that I32F32 gives to one of its numbers; None too where the reciprocal does not fit."""
    if exact <= 0:
        return None
    if exact < 1:
        reciprocal = quotient(I32F32, Fraction(1), exact)
        negated = None if reciprocal is None else logarithm_to_base_2_rounded(reciprocal)
        return None if negated is None else -negated
    whole, x = 0, exact
    while x >= 2:
        whole, x = whole + 1, _halved(x)
    bits = Fraction(0)
    for place in range(1, I32F32.fraction_bits + 1) if x != 1 else ():
        x = product(I32F32, x, x)
        if x >= 2:
            bits, x = bits + Fraction(1, 2**place), _halved(x)
    return whole + bits


def _halved(exact: Fraction) -> Fraction:
    return math.ceil(exact / 2 / I32F32.step) * I32F32.step


@rule("FIX-9", rounded=logarithm_to_base_2_rounded)
def logarithm_to_base_2(exact: Fraction) -> Fraction | None:
    r"""Logarithm to base 2.

    Statement: The logarithm of a number of at least 1 MUST be found by halving it into $[1, 2)$, which counts the whole
        part, and then bit by bit: the number is squared, and where the square reaches 2 it is halved and the bit is 1.
        Squares are rounded down; a halving rounds a lost bit up. A number below 1 MUST be inverted first, truncated,
        and the result negated.
    Formula: $$ \log_2 x $$
    Units: none.
    Rounding: none at powers of two; elsewhere, observed, less than four steps of I96F32 to either side.
    Rejections: Nothing for a number that is not positive.
    Source: substrate-fixed 0.5.9, `transcendental::log2`
    Example: 8 and its reciprocal, to 40 digits.

        >>> logarithm_to_base_2(Fraction(8)), logarithm_to_base_2(Fraction(1, 8))
        (Fraction(3, 1), Fraction(-3, 1))
    """
    if exact <= 0:
        return None
    with localcontext(prec=DIGITS):
        return Fraction(round(_decimal(exact).ln() / Decimal(2).ln(), DIGITS - 20))


def natural_logarithm_rounded(exact: Fraction) -> Fraction | None:
    """Return the logarithm that I32F32 gives to one of its numbers."""
    binary = logarithm_to_base_2_rounded(exact)
    return None if binary is None else quotient(I32F32, binary, LOG2_E)


@rule("FIX-10", rounded=natural_logarithm_rounded)
def natural_logarithm(exact: Fraction) -> Fraction | None:
    r"""Natural logarithm.

    Statement: The natural logarithm MUST be the logarithm to base 2 divided by $\log_2 e$, where that constant is cut
        to 23 fraction bits. Where the runtime takes it safely, a number without a logarithm MUST give 0.
    Formula: $$ \ln x = \frac{\log_2 x}{\log_2 e} $$
    Units: none.
    Rounding: the constant is $8 \cdot 10^{-8}$ too small at most, so that the result is too large by as much of itself;
        to that comes the error of [FIX-9](#fix-9).
    Rejections: Nothing for a number that is not positive.
    Source: substrate-fixed 0.5.9, `transcendental::ln`; `pallets/subtensor/src/epoch/math.rs`, `safe_ln`
    Example: The logarithm of 1 is 0.

        >>> natural_logarithm(Fraction(1)), natural_logarithm(Fraction(0))
        (Fraction(0, 1), None)
    """
    if exact <= 0:
        return None
    with localcontext(prec=DIGITS):
        return Fraction(_decimal(exact).ln())


def exponential_rounded(exact: Fraction, form: Format = I32F32) -> Fraction | None:
    """Return the power that a format gives to one of its numbers; None where it does not fit."""
    if exact == 1:
        return E
    magnitude = term = abs(exact)
    total = 1 + magnitude
    for index in range(2, form.fraction_bits):
        multiplied = math.floor(term * magnitude / form.step) * form.step
        term = math.floor(multiplied / index / form.step) * form.step
        total += term
        if max(multiplied, total) > form.largest:
            return None
    return quotient(form, Fraction(1), total) if exact < 0 else total


@rule("FIX-11", rounded=exponential_rounded)
def exponential(exact: Fraction) -> Fraction:
    r"""Exponential.

    Statement: The exponential of $|x|$ MUST be its power series up to the power 31 (in I32F32), each term the one
        before times $|x|$, rounded down, over its index, rounded down again. For a negative number it is the reciprocal
        of that, truncated. The exponential of 1 is $e$ cut to 23 fraction bits. Where the runtime takes it safely, a
        result that does not fit MUST give 0.
    Formula: $$ e^x = \sum_{i=0}^{31} \frac{x^i}{i!} $$
    Units: none.
    Rounding: below the exact value, by what the divisions cut off and by the terms left out; observed for $|x| \le 10$,
        less than $5 \cdot 10^{-6}$ of it and two steps of I32F32. A reciprocal may be above by as much.
    Rejections: Nothing, or 0, for $x$ from about 20.9 on: a term is multiplied before it is divided, and overflows
        there.
    Source: substrate-fixed 0.5.9, `transcendental::exp`; `pallets/subtensor/src/epoch/math.rs`, `safe_exp`
    Example: $e^0$ is 1, and $e^{-1}$ the reciprocal of $e$.

        >>> exponential(Fraction(0)), round(exponential(Fraction(-1)) * exponential(Fraction(1)), 30)
        (Fraction(1, 1), Fraction(1, 1))
    """
    with localcontext(prec=DIGITS):
        return Fraction(_decimal(exact).exp())


@rule("FIX-12")
def sigmoid(exact: Fraction, steepness: Fraction, centre: Fraction) -> Fraction:
    r"""Sigmoid.

    Statement: The sigmoid MUST be $1 / (1 + e^{-\rho (x - \kappa)})$, where the exponent is first limited to $[-20,
        20]$ and every operation is one of I32F32.
    Formula: $$ \sigma(x) = \frac{1}{1 + e^{-\rho\,(x - \kappa)}} $$
    Units: none.
    Rounding: that of [FIX-11](#fix-11) and of one quotient.
    Source: `pallets/subtensor/src/epoch/math.rs`, `exp_safe`, `sigmoid_safe`
    Example: A half at the centre.

        >>> sigmoid(Fraction(1, 2), Fraction(30), Fraction(1, 2))
        Fraction(1, 2)
    """
    exponent = min(max(-steepness * (exact - centre), Fraction(-20)), Fraction(20))
    return 1 / (1 + exponential(exponent))


@rule("FIX-13")
def square_root(exact: Fraction) -> Fraction | None:
    r"""Square root.

    Statement: The square root MUST be found by bisecting between 0 and the number until the middle and the number over
        the middle differ by at most the given tolerance, or 129 times.
    Formula: $$ \sqrt{x} $$
    Units: none.
    Rounding: within the tolerance for a number of at least 1. Below 1 the root lies outside of the interval, and the
        result ends next to the number itself.
    Rejections: Nothing for a negative number.
    Source: `primitives/safe-math/src/lib.rs`, `checked_sqrt`
    Known violation: The root of a number below 1 is not found. No rule takes one.
    Example: The root of 4.

        >>> square_root(Fraction(4)), square_root(Fraction(-1))
        (Fraction(2, 1), None)
    """
    if exact < 0:
        return None
    with localcontext(prec=DIGITS):
        return Fraction(_decimal(exact).sqrt())


LOG2_E, E = Fraction(12_102_203, 2**23), Fraction(22_802_600, 2**23)
"""The constants of the crate, cut to 23 fraction bits."""
DIGITS = 60
"""Significant digits to which functions without a rational value are computed."""


def _decimal(exact: Fraction) -> Decimal:
    return Decimal(exact.numerator) / Decimal(exact.denominator)
