"""Logarithms and exponentials: no solver follows their loops, so their stated bounds are searched for a breach."""

import random
from collections.abc import Iterator
from fractions import Fraction

from dtao_properties.proofs.lemma import BrokenError, Exhaustive
from dtao_properties.proofs.subjects import I32F32, I96F32, transcendental
from dtao_spec.notation import exponential, logarithm_to_base_2

STEP = Fraction(1, 2**32)
SEARCHED = 4_000


def numbers(low: int, high: int) -> Iterator[int]:
    """Hand out bits between two bounds: around the powers of two, and of all widths, the same in every run."""
    yield from (
        2**width + offset for width in range(high.bit_length()) for offset in (-1, 0, 1) if low < 2**width < high
    )
    chance = random.Random(0)  # noqa: S311  # no secret
    for _ in range(SEARCHED):
        width = chance.randint(1, (high - low).bit_length())
        yield min(low + chance.randrange(2**width), high)


def logarithm_is_near(wrong: bool) -> int:
    """Compare log2 in I96F32, from 1 on, with the exact one."""
    searched = 0
    for bits in numbers(I96F32.one, I96F32.max_bits):
        found, exact = transcendental.log2(I96F32, bits), logarithm_to_base_2(bits * STEP)
        if found is None or exact is None or abs(found * STEP - exact) >= (1 if wrong else 4) * STEP:
            raise BrokenError(f"x = {bits} · 2^-32")
        searched += 1
    return searched


def exponential_is_near(wrong: bool) -> int:
    """Compare exp in I32F32, up to 10 on either side of 0, with the exact one."""
    searched = 0
    for magnitude in numbers(0, 10 * I32F32.one):
        for bits in (magnitude, -magnitude):
            found, exact = transcendental.exp(I32F32, bits), exponential(bits * STEP)
            if found is None or abs(found * STEP - exact) >= exact * Fraction(0 if wrong else 5, 10**6) + 2 * STEP:
                raise BrokenError(f"x = {bits} · 2^-32")
            searched += 1
    return searched


LEMMAS = (
    Exhaustive(
        "fix-logarithm",
        "The logarithm to base 2 in I96F32, of a number from 1 on, is less than 4 steps of 2^-32 from the exact one.",
        ("FIX-9",),
        logarithm_is_near,
        "it is less than 1 step from it",
        open="Each bit of the result is one more square of an unknown, 32 in all.",
    ),
    Exhaustive(
        "fix-exponential",
        "The exponential in I32F32, up to 10 on either side of 0, is less than 5 · 10^-6 of itself and 2 steps of "
        "2^-32 from the exact one.",
        ("FIX-11",),
        exponential_is_near,
        "it is less than 2 steps from it",
        open="The series has powers of an unknown up to 31, each rounded.",
    ),
)
