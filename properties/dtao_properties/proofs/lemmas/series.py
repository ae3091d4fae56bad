"""Power series on integers: how far their rounding takes them from exact powers of e, for all arguments.

No solver follows the loops; but what a step may lose is the same whatever the argument, so that the bound is computed
by the recurrence of the loop: of the term before, |x| at most, over the index, and what both floors take. A search for
a breach goes along with it.
"""

import random
from decimal import Context, Decimal
from fractions import Fraction
from math import ceil

from dtao_properties.proofs.lemma import BrokenError, Exhaustive
from dtao_properties.proofs.subjects import GUARD_BITS, ONE_WEIGHT, decay, pow_ratio_scaled

CONTEXT = Context(prec=120, Emax=10**9, Emin=-(10**9))
GRAIN = 2**20
"""Bounds are rounded up to parts of this."""
SEARCHED = 2_000
DECAY_ERROR = 12
"""Steps of 2^-64 by which a decay is above the exact one at most; it is below it by less than one."""
LOWEST_DECAY = 40
LOCK_BITS, LOCK_TERMS = 64, 63
POWER_BITS = 64
"""The bits of reserves, whose quotients are raised to powers."""
MAX_EXPONENT = 99
"""A weight of 99 % over one of 1 %."""
PROVED_PART, POWER_ERROR = 184, 100
"""Of powers above 2 to the minus first the error is below 2 to the minus second."""
PRECISIONS = (256, 1_024)


def up(number: Fraction) -> Fraction:
    """Round a bound up."""
    return Fraction(ceil(number * GRAIN), GRAIN)


def losses(most: Fraction, terms: int) -> list[Fraction]:
    """Return by how many places each term of the series of e is wrong at most, where |x| is at most so much.

    The term before, times x, is floored, and so is that over the index.
    """
    found = [Fraction(0)]
    for index in range(2, terms + 1):
        found.append(up((found[-1] * most + 1) / index + 1))
    return found


def decay_error(low: Fraction, high: Fraction) -> Fraction:
    """Return by how many places of 64 bits a decay is above the exact one at most, its exponent between -high and -low.

    Every term of e to the power of x is floored, and none is below 0, so that the sum is too small by no more than the
    terms are wrong by, or than the terms themselves; the reciprocal is as much too large, over the sum's square. The
    exponent is too small by less than a place.
    """
    lost = Fraction(0)
    term = high * 2**LOCK_BITS
    for index, wrong in enumerate(losses(high, LOCK_TERMS)[1:], 2):
        term = up(term * high / index)
        lost += min(wrong, term)
    lost += up(term * high / (LOCK_TERMS + 1)) / (1 - high / (LOCK_TERMS + 2))  # what the series leaves out
    return lost * exact(-2 * low)[1] + exact(-low)[1]


def exact(exponent: Fraction) -> tuple[Fraction, Fraction]:
    """Return two numbers between which a power of e lies, very close to each other."""
    value = Fraction(CONTEXT.exp(CONTEXT.divide(Decimal(exponent.numerator), Decimal(exponent.denominator))))
    return value * (1 - Fraction(1, 10**80)), value * (1 + Fraction(1, 10**80))


def decay_is_near(wrong: bool) -> int:
    """Bound the error of decays by pieces of the exponent, and compare decays with exact ones."""
    parts = [Fraction(n, 100) for n in range(100 * LOWEST_DECAY)]
    if not wrong and max(decay_error(low, low + Fraction(1, 100)) for low in parts) >= DECAY_ERROR:
        raise BrokenError("the bound of the recurrence is larger")
    chance = random.Random(1)  # noqa: S311  # no secret
    tried = [(227_481, 3_702_043), (401_047_278_574, 3_916_794_848_190)]
    for _ in range(SEARCHED):
        constant = chance.randrange(1, 2 ** chance.randrange(1, 44))
        tried.append((chance.randrange(LOWEST_DECAY * constant + 1), constant))
    for blocks, constant in tried:
        low, high = exact(-Fraction(blocks, constant))
        found = Fraction(decay(blocks, constant))
        if not low * 2**LOCK_BITS - 1 < found < high * 2**LOCK_BITS + (7 if wrong else DECAY_ERROR):
            raise BrokenError(f"{blocks} blocks, a time constant of {constant}")
    return len(parts) + len(tried)


def logarithm_error(bits: int) -> Fraction:
    """Return by how many places a logarithm of a number of 64 bits is wrong at most, with so many bits.

    Its series of x between -1/2 and 1/2 has powers that are wrong by 2 places at most, terms by 2 as well, and at most
    as many terms as bits, because then a term is below 2^24, which ends it: what follows is no more than that last one.
    The logarithm of 2 is added up to 64 times; the number itself was floored twice.
    """
    series = 2 * bits + 2**GUARD_BITS + 2
    return Fraction((POWER_BITS + 1) * series + 3)


def power_error(most: Fraction, bits: int) -> Fraction:
    """Return by how much a power of a quotient up to 1, e to no less than -most, is wrong at most.

    The exponent is wrong by that of two logarithms times the largest exponent, and the power by no more. Terms of
    alternating signs fall from an index of ``most`` on, and the series ends with one below 2^24, or after as many terms
    as there are bits and 152 more: what it leaves out is less than the next term. The guard bits are rounded off.
    """
    wide = bits + GUARD_BITS
    terms = min(4_096, wide + 128)
    wrong = losses(most, terms)
    power = Fraction(2**wide)
    for index in range(1, terms + 2):
        power = up(power * most / index)
    left = max(Fraction(2**GUARD_BITS), power) + max(wrong)
    if terms + 1 <= most or 2**wide - max(wrong) <= 2**GUARD_BITS:
        raise BrokenError("terms still grow where the series ends")
    places: Fraction = 2 * MAX_EXPONENT * logarithm_error(bits) + 2 + sum(wrong) + left
    return places * Fraction(1, 2**wide) + Fraction(1, 2 ** (bits + 1))


def power_is_near(wrong: bool) -> int:
    """Bound the error of powers, and compare powers with exact ones."""
    largest = PROVED_PART * Fraction(6_932, 10_000)  # times ln 2, and a little more
    if not wrong and any(power_error(largest, bits) >= Fraction(1, 2**POWER_ERROR) for bits in PRECISIONS):
        raise BrokenError("the bound of the recurrence is larger")
    chance = random.Random(2)  # noqa: S311  # no secret
    tried = [(10**9, 21 * 10**9, 98 * 10**16 - 1)] if wrong else []
    while len(tried) < SEARCHED:
        after = chance.randrange(2, 2 ** chance.randrange(2, 65))
        before = chance.randrange(max(after // 1_001, 1), after)
        tried.append((before, after, chance.randrange(ONE_WEIGHT // 100, ONE_WEIGHT * 99 // 100 + 1)))
    compared = 0
    for before, after, weight in tried:
        exponent = Fraction(weight, ONE_WEIGHT - weight)
        logarithm = CONTEXT.ln(CONTEXT.divide(Decimal(before), Decimal(after)))
        part = Fraction(CONTEXT.exp(CONTEXT.multiply(logarithm, _decimal(exponent))))
        if part < Fraction(1, 2**PROVED_PART) and not wrong:
            continue
        compared += 1
        for bits in PRECISIONS:
            found = pow_ratio_scaled(before, after, weight, ONE_WEIGHT - weight, bits, ONE_WEIGHT) or 0
            if (
                not part - Fraction(1, ONE_WEIGHT) - Fraction(1, 2**POWER_ERROR)
                < Fraction(found, ONE_WEIGHT)
                < (part + Fraction(1, 2**POWER_ERROR))
            ):
                raise BrokenError(f"({before} / {after}) to the power of {exponent} with {bits} bits")
    return compared


def _decimal(number: Fraction) -> Decimal:
    return CONTEXT.divide(Decimal(number.numerator), Decimal(number.denominator))


LEMMAS = (
    Exhaustive(
        "lock-decay",
        "A decay whose exponent is -40 at least is less than 12 steps of 2^-64 above the exact one, and less than one "
        "below it; it never rises with the blocks.",
        ("LOCK-1",),
        decay_is_near,
        "it is less than 7 steps above it",
        by_hand="The recurrence bounds every term for all exponents, a hundredth at a time. The quotient of blocks "
        "and time constant, each term, and so their sum never fall with the blocks, and the reciprocal never rises.",
    ),
    Exhaustive(
        "power-of-quotient",
        "A power of a quotient of two numbers of 64 bits, the first below the second, with an exponent up to 99 and "
        "above 2^-184, is computed with 256 and with 1 024 bits within 2^-100 of the exact one, before it is floored.",
        ("POOL-31", "POOL-32"),
        power_is_near,
        "every such power is, be it above 2^-184 or not",
        by_hand="The recurrence bounds every term of both series for all arguments. Exponents of which neither part is "
        "above 1 024 are floored exactly, and where the reference decides by fewer bits it decides rightly. Where the "
        "power is above 10^-18 the error is below 2^-200, and one unit more in the reserve that is entered lowers it "
        "by 2^-131 at least; so more in never brings less out.",
    ),
)
