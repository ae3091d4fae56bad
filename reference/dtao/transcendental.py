"""Logarithms, exponentials and square roots as the runtime computes them, bit for bit.

All of them work on the raw bits of a signed :class:`dtao.fixed.Format` with at least 23 fraction bits. The
functions of the mathematics crate (log2, ln, exp) return None where it returns an error; the runtime's own
wrappers (safe_ln, safe_exp, exp_safe, sigmoid_safe) work on I32F32 and put a number in its place.

The crate is substrate-fixed 0.5.9 at first and 0.6.0 from version 301 on. Both give the same bits wherever the first
gives any. They differ in log2 (and so in ln) of a number whose reciprocal overflows, on which 0.5.9 panics and 0.6.0
returns an error: see :func:`log2` and :func:`checked_log2`. In exp 0.6.0 checks the negation of the smallest number and
the sum 1 + |x| too; 0.5.9 wraps there, but its next product overflows, so that it returns an error as well. Version
320 takes no logarithm but that of :func:`dtao.rules.issuance.block_emission`, of a number from 1 on, so that nothing
in the economy tells the two apart.
"""

from dtao import fixed
from dtao.errors import InputError
from dtao.fixed import I32F32, Format
from dtao.rule import implements

CONSTANT_FRACTION_BITS = 23
"""The crate keeps its constants in I9F23, whatever the format that it computes in."""
LOG2_E = 12_102_203
"""log2(e) in I9F23, rounded down."""
E = 22_802_600
"""e in I9F23, rounded down."""
EXP_SAFE_BOUND = fixed.from_int(I32F32, 20)
"""exp_safe treats what lies beyond plus or minus this as this; I32F32."""
LARGEST_WITHOUT_OVERFLOW = 20
"""Up to this power of e no term of the series times it, nor their sum, comes near 2**31, which every format holds."""
PLACES = tuple(1 << place for place in range(63, -1, -1))
"""The raw bits of the places of a fraction, of any format here."""
SQUARE_ROOT_ITERATIONS = 128
"""After this many and one more halvings of the interval, checked_sqrt stops."""


def constant(form: Format, bits: int) -> int:
    """Return a constant of the crate, given in I9F23, in another format."""
    return bits << (form.fraction_bits - CONSTANT_FRACTION_BITS)


@implements("FIX-9")
def log2(form: Format, bits: int) -> int | None:
    """Return the logarithm to base 2, or None if the number is not positive.

    A number below 1 is replaced by its reciprocal, truncated, and the result negated. The integer part is counted
    by halvings that round a lost bit up, the fraction found bit by bit by squarings that round down. Mirrors
    transcendental::log2. If the reciprocal does not fit the format, the runtime panics; this raises InputError.
    """
    result = checked_log2(form, bits)
    if result is None and bits > 0:
        raise InputError(f"log2 of {bits} bits of {form.name}: the reciprocal overflows, give a larger number")
    return result


@implements("FIX-9")
def checked_log2(form: Format, bits: int) -> int | None:
    """Return the same, or None too if the reciprocal does not fit the format. Mirrors log2 of the crate's 0.6.0."""
    if bits <= 0:
        return None
    if bits >= form.one:
        return _log2_from_one(form, bits)
    reciprocal = fixed.checked_div(form, form.one, bits)
    return None if reciprocal is None else -_log2_from_one(form, reciprocal)


def _log2_from_one(form: Format, bits: int) -> int:
    fraction_bits = form.fraction_bits
    one = form.one
    two = 2 * one
    result = 0
    while bits >= two:
        result += 1
        bits = bits + 1 >> 1
    result <<= fraction_bits
    if bits == one:
        return result
    for place in PLACES[-fraction_bits:]:
        bits = bits * bits >> fraction_bits
        if bits >= two:
            bits = bits + 1 >> 1
            result += place
    return result


@implements("FIX-10")
def ln(form: Format, bits: int) -> int | None:
    """Return the natural logarithm, or None if the number is not positive.

    It is log2 divided by log2(e) cut to 23 fraction bits, truncated toward zero. Mirrors transcendental::ln.
    """
    return _ln_of_log2(form, log2(form, bits))


@implements("FIX-10")
def checked_ln(form: Format, bits: int) -> int | None:
    """Return the same, or None too where there is no :func:`checked_log2`. Mirrors ln of the crate's 0.6.0."""
    return _ln_of_log2(form, checked_log2(form, bits))


def _ln_of_log2(form: Format, binary: int | None) -> int | None:
    return None if binary is None else fixed.quotient(form, binary, constant(form, LOG2_E))


@implements("FIX-11")
def exp(form: Format, bits: int) -> int | None:
    """Return e to the power of a number, or None if a product, a sum or the reciprocal overflows.

    exp(0) is 1 and exp(1) is e cut to 23 fraction bits. Otherwise it is the power series of |x| up to the power of
    ``fraction_bits - 1``; a term is the one before times |x|, rounded down, over its index, rounded down again.
    For a negative x it is the reciprocal of that, truncated. Mirrors transcendental::exp.
    """
    if bits == 0:
        return form.one
    if bits == form.one:
        return constant(form, E)
    fraction_bits = form.fraction_bits
    max_bits = form.max_bits
    magnitude = abs(bits)
    term = magnitude
    result = magnitude + form.one
    indices = range(2, fraction_bits)
    if magnitude <= LARGEST_WITHOUT_OVERFLOW << fraction_bits:
        for index in indices:
            term = (term * magnitude >> fraction_bits) // index
            if not term:
                break  # Once a term is 0, all that follow are.
            result += term
        return fixed.checked_div(form, form.one, result) if bits < 0 else result
    for index in indices:
        product = (term * magnitude) >> fraction_bits
        if product > max_bits:
            return None
        term = product // index
        result += term
        if result > max_bits:
            return None
    return fixed.checked_div(form, form.one, result) if bits < 0 else result


@implements("FIX-10")
def safe_ln(bits: int) -> int:
    """Return the natural logarithm in I32F32, or 0 where there is none."""
    return ln(I32F32, bits) or 0


@implements("FIX-11")
def safe_exp(bits: int) -> int:
    """Return e to the power of a number in I32F32, or 0 if it overflows, be it upward or downward."""
    return exp(I32F32, bits) or 0


@implements("FIX-12")
def exp_safe(bits: int) -> int:
    """Return e to the power of a number in I32F32, taken to lie between -20 and 20, where exp never overflows."""
    bounded = min(max(bits, -EXP_SAFE_BOUND), EXP_SAFE_BOUND)
    result = exp(I32F32, bounded)
    if result is None:
        return 0 if bounded <= 0 else I32F32.max_bits
    return result


@implements("FIX-12")
def sigmoid_safe(bits: int, rho: int, kappa: int) -> int:
    """Return 1 / (1 + exp_safe(-rho · (x - kappa))) in I32F32, each operation saturating."""
    one = I32F32.one
    offset = fixed.saturating_sub(I32F32, bits, kappa)
    negative_rho = fixed.saturating_mul(I32F32, rho, -one)
    power = exp_safe(fixed.saturating_mul(I32F32, negative_rho, offset))
    return fixed.safe_div(I32F32, one, fixed.saturating_add(I32F32, power, one))


@implements("FIX-13")
def checked_sqrt(form: Format, bits: int, epsilon: int) -> int | None:
    """Return a square root by bisection between 0 and the number, or None if the number is negative.

    It stops at the first middle that differs from number / middle by at most epsilon, or after 129 halvings;
    below 1 the root lies outside of the interval, so that it then stops next to the number itself. Mirrors
    safe_math::checked_sqrt.
    """
    if bits < 0:
        return None
    low, high = 0, bits
    two = 2 * form.one

    def middle_and_check() -> tuple[int, int]:
        middle = fixed.safe_div(form, fixed.saturating_add(form, high, low), two)
        return middle, fixed.safe_div(form, bits, middle)

    middle, check = middle_and_check()
    for _ in range(SQUARE_ROOT_ITERATIONS + 1):
        if fixed.saturate(form, abs(check - middle)) <= epsilon:
            break
        if check < middle:
            high = middle
        else:
            low = middle
        middle, check = middle_and_check()
    return middle
