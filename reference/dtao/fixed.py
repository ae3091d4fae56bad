"""Fixed-point arithmetic of the runtime, on plain integers.

A fixed-point number is its raw bits: the value times ``2**fraction_bits``, an int. Every function takes the
:class:`Format` first and knows nothing else about the numbers. The three rules that differ from what one would
guess: a product is rounded **down**, a quotient is truncated **toward zero**, and a conversion rounds down and
saturates.

Code that runs often may inline these rules, for instance ``(a * b) >> 32`` for a product of two I32F32, but only
where it shows that nothing can leave the format; where that depends on the data it checks first and otherwise
calls the functions of this module.
"""

import math
import struct
from collections.abc import Iterable
from fractions import Fraction

from attrs import field, frozen

from dtao.errors import InputError
from dtao.rule import implements
from dtao.units import U16_MAX, U64_MAX

I64_MIN = -(2**63)
I64_MAX = 2**63 - 1


@frozen
class Format:
    """A fixed-point format: how many bits stand before and after the binary point, and whether one is a sign."""

    name: str
    signed: bool
    integer_bits: int
    """The bits before the binary point, the sign included."""
    fraction_bits: int
    min_bits: int = field(init=False)
    """The raw bits of the smallest number."""
    max_bits: int = field(init=False)
    """The raw bits of the largest number."""
    one: int = field(init=False)
    """The raw bits of 1."""

    @min_bits.default
    def _min_bits(self) -> int:
        return -(1 << (self.integer_bits + self.fraction_bits - 1)) if self.signed else 0

    @max_bits.default
    def _max_bits(self) -> int:
        return (1 << (self.integer_bits + self.fraction_bits - self.signed)) - 1

    @one.default
    def _one(self) -> int:
        return 1 << self.fraction_bits


I96F32 = Format("I96F32", True, 96, 32)
I110F18 = Format("I110F18", True, 110, 18)
I64F64 = Format("I64F64", True, 64, 64)
I32F32 = Format("I32F32", True, 32, 32)
U64F64 = Format("U64F64", False, 64, 64)
U96F32 = Format("U96F32", False, 96, 32)

FORMATS = {form.name: form for form in (I96F32, I110F18, I64F64, I32F32, U64F64, U96F32)}
"""Every format that the runtime's economy uses, by name."""


@implements("FIX-1")
def saturate(form: Format, bits: int) -> int:
    """Return the bits, or the nearest bound of the format if they are beyond it."""
    if bits > form.max_bits:
        return form.max_bits
    if bits < form.min_bits:
        return form.min_bits
    return bits


def fits(form: Format, bits: int) -> bool:
    """Return whether the bits are a number of the format."""
    return form.min_bits <= bits <= form.max_bits


def wrap(form: Format, bits: int) -> int:
    """Return the bits modulo the width of the format, as the runtime's unchecked arithmetic leaves them."""
    if fits(form, bits):
        return bits
    return (bits - form.min_bits) % (form.max_bits - form.min_bits + 1) + form.min_bits


@implements("FIX-1")
def saturating_add(form: Format, a: int, b: int) -> int:
    """Return a + b, saturating; raw bits of the format, as all arguments and results here."""
    return saturate(form, a + b)


@implements("FIX-1")
def saturating_sub(form: Format, a: int, b: int) -> int:
    """Return a - b, saturating: 0 at least if the format is unsigned."""
    return saturate(form, a - b)


@implements("FIX-2")
def saturating_mul(form: Format, a: int, b: int) -> int:
    """Return a · b rounded down (toward minus infinity, also if it is negative), saturating."""
    return saturate(form, (a * b) >> form.fraction_bits)


@implements("FIX-3")
def saturating_div(form: Format, a: int, b: int) -> int:
    """Return a / b truncated toward zero, saturating.

    The runtime panics on a divisor of zero; this raises ZeroDivisionError.
    """
    return saturate(form, quotient(form, a, b))


@implements("FIX-1")
def checked_add(form: Format, a: int, b: int) -> int | None:
    """Return a + b, or None if it does not fit."""
    return _checked(form, a + b)


@implements("FIX-1")
def checked_sub(form: Format, a: int, b: int) -> int | None:
    """Return a - b, or None if it does not fit."""
    return _checked(form, a - b)


@implements("FIX-2")
def checked_mul(form: Format, a: int, b: int) -> int | None:
    """Return a · b rounded down, or None if it does not fit."""
    return _checked(form, (a * b) >> form.fraction_bits)


@implements("FIX-3")
def checked_div(form: Format, a: int, b: int) -> int | None:
    """Return a / b truncated toward zero, or None if it does not fit or b is 0."""
    return _checked(form, quotient(form, a, b)) if b else None


@implements("FIX-3")
def safe_div(form: Format, a: int, b: int) -> int:
    """Return a / b truncated toward zero; 0 if b is 0, and 0 too if the quotient does not fit.

    Mirrors SafeDiv::safe_div.
    """
    if b == 0:
        return 0
    bits = quotient(form, a, b)
    return bits if fits(form, bits) else 0


def quotient(form: Format, a: int, b: int) -> int:
    """Return a / b truncated toward zero, whether or not the format holds it; b is not 0."""
    magnitude = (abs(a) << form.fraction_bits) // abs(b)
    return magnitude if (a < 0) == (b < 0) else -magnitude


def _checked(form: Format, bits: int) -> int | None:
    return bits if fits(form, bits) else None


def total(form: Format, numbers: Iterable[int]) -> int:
    """Return the sum of the numbers by the runtime's plain addition, which wraps around at the bounds.

    Mirrors the iterator's ``sum``. Sums by saturating_add differ from it, and are written out where they occur.
    """
    return wrap(form, sum(numbers))


@implements("FIX-4")
def from_int(form: Format, number: int) -> int:
    """Return the raw bits of an integer, saturating: 0 for a negative one if the format is unsigned."""
    return saturate(form, number << form.fraction_bits)


@implements("FIX-5")
def from_float_bits(form: Format, ieee: int) -> int:
    """Return the raw bits nearest to a float of 64 bits, ties to even, saturating; infinities saturate.

    The float is given by its IEEE 754 bits, a u64. The runtime panics on a NaN; this raises InputError.
    Mirrors Fixed::saturating_from_num of an f64.
    """
    (number,) = struct.unpack("<d", struct.pack("<Q", ieee))
    if math.isnan(number):
        raise InputError(f"the float with the bits {ieee} is not a number; give a number or an infinity")
    if math.isinf(number):
        return form.max_bits if number > 0 else form.min_bits
    return saturate(form, round(Fraction(number) * form.one))


@implements("FIX-6")
def to_int(form: Format, bits: int, low: int, high: int) -> int:
    """Return the number rounded down to an integer, saturating at the bounds of an integer type."""
    return min(max(bits >> form.fraction_bits, low), high)


def to_u64(form: Format, bits: int) -> int:
    """Return the number rounded down to a u64: 0 if it is negative."""
    return to_int(form, bits, 0, U64_MAX)


def to_u16(form: Format, bits: int) -> int:
    """Return the number rounded down to a u16: 0 if it is negative."""
    return to_int(form, bits, 0, U16_MAX)


def to_i64(form: Format, bits: int) -> int:
    """Return the number rounded down to an i64."""
    return to_int(form, bits, I64_MIN, I64_MAX)


@implements("FIX-7")
def floor(form: Format, bits: int) -> int:
    """Return the raw bits of the largest integer that is not above the number."""
    return bits >> form.fraction_bits << form.fraction_bits


@implements("FIX-7")
def round_half_away(form: Format, bits: int) -> int:
    """Return the raw bits of the nearest integer, ties away from zero.

    A result beyond the largest number wraps around, as in the runtime. Mirrors Fixed::round.
    """
    half = form.one >> 1
    rounded = floor(form, abs(bits) + half)
    return wrap(form, rounded if bits >= 0 else -rounded)


@implements("FIX-8")
def convert(source: Format, target: Format, bits: int) -> int:
    """Return the number in another format, rounded down, saturating: 0 for a negative one if that is unsigned.

    Mirrors Fixed::saturating_from_num of a fixed-point number.
    """
    shift = target.fraction_bits - source.fraction_bits
    return saturate(target, bits << shift if shift >= 0 else bits >> -shift)
