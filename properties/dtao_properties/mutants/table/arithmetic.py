"""Fixed-point numbers, logarithms, powers and roots."""

import math
import struct
from fractions import Fraction

from dtao import fixed, transcendental
from dtao_properties.mutants.mutant import Mutant, Patched, Replaced, Right


def _float_cut_off(right: Right, form: fixed.Format, ieee: int) -> int:
    (number,) = struct.unpack("<d", struct.pack("<Q", ieee))
    if not math.isfinite(number):
        return int(right(form, ieee))
    return fixed.saturate(form, math.floor(Fraction(number) * form.one))


def _floored_ln(right: Right, form: fixed.Format, bits: int) -> int | None:
    binary = transcendental.log2(form, bits)
    e = transcendental.constant(form, transcendental.LOG2_E)
    return None if binary is None else (binary << form.fraction_bits) // e


MUTANTS: tuple[Mutant, ...] = (
    Replaced(
        "FIX-1", "fixed.saturate", "what is below the smallest number becomes 0",
        lambda right, form, bits: 0 if bits < form.min_bits else right(form, bits),
    ),
    Replaced(
        "FIX-1", "fixed.checked_sub", "the order of the operands is turned round",
        lambda right, form, a, b: right(form, b, a),
    ),
    Replaced(
        "FIX-2", "fixed.saturating_mul", "a negative product is truncated toward zero",
        lambda right, form, a, b: fixed.saturate(
            form, (abs(a * b) >> form.fraction_bits) * (1 if a * b >= 0 else -1)
        ),
    ),
    Replaced(
        "FIX-2", "fixed.checked_mul", "an overflow saturates instead of giving no result",
        lambda right, form, a, b: fixed.saturating_mul(form, a, b),
    ),
    Replaced(
        "FIX-3", "fixed.quotient", "a quotient is rounded down instead of toward zero",
        lambda right, form, a, b: (a << form.fraction_bits) // b,
    ),
    Replaced(
        "FIX-3", "fixed.safe_div", "a quotient that does not fit saturates",
        lambda right, form, a, b: fixed.saturating_div(form, a, b) if b else 0,
        unrecorded="No recorded safe_div overflows.",
    ),
    Replaced(
        "FIX-3", "fixed.checked_div", "a division by zero fails",
        lambda right, form, a, b: right(form, a, b) if b else a // b, after="P19",
    ),
    Replaced(
        "FIX-4", "fixed.from_int", "an integer is not shifted far enough",
        lambda right, form, number: right(form, number >> 1 if form.fraction_bits == 64 else number),
    ),
    Replaced(
        "FIX-5", "fixed.from_float_bits", "a float is cut off instead of rounded",
        _float_cut_off,
    ),
    Replaced(
        "FIX-6", "fixed.to_int", "a negative number is cut off toward zero",
        lambda right, form, bits, *bounds: right(form, bits + form.one - 1 if bits < 0 else bits, *bounds),
        unrecorded="The recorded conversions of negative numbers are to unsigned types, where both give 0.",
    ),
    Replaced(
        "FIX-7", "fixed.round_half_away", "a tie is rounded toward zero",
        lambda right, form, bits: right(form, bits - (bits > 0) + (bits < 0)),
    ),
    Replaced(
        "FIX-7", "fixed.floor", "the fraction of a negative number is kept",
        lambda right, form, bits: right(form, abs(bits)),
    ),
    Replaced(
        "FIX-8", "fixed.convert", "lost bits are rounded up",
        lambda right, source, target, bits: fixed.saturate(target, -(-bits * target.one // source.one)),
    ),
    Patched(
        "FIX-9", "transcendental._log2_from_one", "a halving that counts the integer part drops the lost bit",
        "result += 1\n        bits = bits + 1 >> 1", "result += 1\n        bits = bits >> 1",
        because="It is a step of a loop.",
    ),
    Replaced(
        "FIX-9", "transcendental.log2", "the logarithm of a number below 1 is not negated",
        lambda right, form, bits: right(form, bits) if bits >= form.one or bits <= 0 else -right(form, bits),
    ),
    Replaced(
        "FIX-10", "transcendental.ln", "the quotient is rounded down",
        _floored_ln,
    ),
    Replaced(
        "FIX-10", "transcendental.safe_ln", "where there is no logarithm the smallest number stands",
        lambda right, bits: right(bits) or (0 if bits > 0 else fixed.I32F32.min_bits),
    ),
    Patched(
        "FIX-11", "transcendental.exp", "the power series ends one term early",
        "range(2, fraction_bits)", "range(2, fraction_bits - 10)",
        because="It is the length of a loop.",
    ),
    Replaced(
        "FIX-11", "transcendental.exp", "a negative power is not the reciprocal",
        lambda right, form, bits: right(form, bits if bits in (0, form.one) else -bits),
    ),
    Replaced(
        "FIX-12", "transcendental.sigmoid_safe", "the offset is subtracted the wrong way round",
        lambda right, bits, rho, kappa: right(2 * kappa - bits, rho, kappa),
    ),
    Replaced(
        "FIX-12", "transcendental.exp_safe", "powers below -20 are not bounded",
        lambda right, bits: right(bits) if bits >= -20 << 32 else transcendental.exp(fixed.I32F32, bits) or 0,
    ),
    Patched(
        "FIX-13", "transcendental.checked_sqrt", "the search goes to the wrong side",
        "if check < middle:", "if check > middle:",
        because="It is a branch of a loop.",
    ),
)  # fmt: skip
