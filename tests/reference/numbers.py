"""Strategies for raw bits, and the rules of fixed-point arithmetic stated on exact fractions."""

import math
from fractions import Fraction

from hypothesis import strategies as st

from dtao.fixed import FORMATS, I32F32, Format

FORMS = st.sampled_from(list(FORMATS.values()))


def bits_of(form: Format) -> st.SearchStrategy[int]:
    edges = {
        form.min_bits,
        form.max_bits,
        0,
        1,
        -1,
        form.one,
        -form.one,
        form.one - 1,
        form.one // 2,
        3 * form.one // 2,
    }
    inside = [number for number in sorted(edges) if form.min_bits <= number <= form.max_bits]
    widths = st.integers(0, form.integer_bits + form.fraction_bits - 1)
    magnitudes = widths.flatmap(lambda width: st.integers(0, min(2**width, form.max_bits)))
    numbers = st.sampled_from(inside) | magnitudes | st.integers(form.min_bits, form.max_bits)
    return numbers | magnitudes.map(lambda number: -number) if form.signed else numbers


NUMBERS = bits_of(I32F32)
UNIT = st.sampled_from([0, 1, I32F32.one - 1, I32F32.one]) | st.integers(0, I32F32.one)


def value(form: Format, bits: int) -> Fraction:
    return Fraction(bits, form.one)


def clamp(form: Format, exact: Fraction | int) -> int:
    """Return the bits of the largest number not above the exact one, or the nearest bound."""
    return min(max(math.floor(exact * form.one), form.min_bits), form.max_bits)


def exact_quotient(form: Format, a: int, b: int) -> int:
    """Return a / b truncated toward zero, in bits, however large."""
    return math.trunc(value(form, a) / value(form, b) * form.one)


def representable(form: Format, bits: int) -> bool:
    return form.min_bits <= bits <= form.max_bits


def add(a: int, b: int) -> int:
    return clamp(I32F32, value(I32F32, a) + value(I32F32, b))


def mul(a: int, b: int) -> int:
    return clamp(I32F32, value(I32F32, a) * value(I32F32, b))


def div(a: int, b: int) -> int:
    if b == 0 or not representable(I32F32, exact_quotient(I32F32, a, b)):
        return 0
    return exact_quotient(I32F32, a, b)
