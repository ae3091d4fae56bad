"""Fixed-point arithmetic, in each of the six formats: how every operation rounds, and what happens at the bounds."""

from dtao_properties.proofs.lemma import Domain, Lemma, assume
from dtao_properties.proofs.subjects import FORMATS, U16_MAX, U64_MAX, Format, fixed

SIGNED_128: Domain = (-(2**127), 2**127 - 1)
WIDEST: Domain = (-(2**127), 2**128 - 1)
"""The numbers of all formats, and more than any of them has."""
TWO = {"a": WIDEST, "b": WIDEST}
CASES = tuple({"form": form} for form in FORMATS.values())
PAIRS = tuple({"form": form, "target": target} for form in FORMATS.values() for target in FORMATS.values())


def within(form: Format, *numbers: int) -> None:
    """Assume that these are numbers of the format."""
    for number in numbers:
        assume(number >= form.min_bits)
        assume(number <= form.max_bits)


def saturated(form: Format, exact: int, result: int) -> list[bool]:
    """State that a result is the exact one, or the nearest bound."""
    if exact > form.max_bits:
        return [result == form.max_bits]
    return [result == (form.min_bits if exact < form.min_bits else exact)]


def sums_saturate(a: int, b: int, form: Format, *, wrong: bool) -> list[bool]:
    """Compare sums and differences, saturating and checked, with the exact ones."""
    within(form, a, b)
    conclusions = []
    for exact, saturating, checked in (
        (a + b, fixed.saturating_add(form, a, b), fixed.checked_add(form, a, b)),
        (a - b, fixed.saturating_sub(form, a, b), fixed.checked_sub(form, a, b)),
    ):
        conclusions += [saturating == exact] if wrong else saturated(form, exact, saturating)
        fits = form.min_bits <= exact <= form.max_bits
        conclusions.append(checked == exact if checked is not None else not fits)
    return conclusions


def products_are_floored(a: int, b: int, form: Format, *, wrong: bool) -> list[bool]:
    """Compare a product with the exact one, in steps of twice the fraction."""
    within(form, a, b)
    product = fixed.saturating_mul(form, a, b)
    exact, one = a * b, form.one
    if wrong:
        return [product * one >= exact or product == form.max_bits]
    if product == form.max_bits:
        return [exact >= product * one]
    if product == form.min_bits:
        return [exact < (product + 1) * one]
    return [product * one <= exact, exact < (product + 1) * one, fixed.checked_mul(form, a, b) == product]


def quotients_are_truncated(a: int, b: int, form: Format, *, wrong: bool) -> list[bool]:
    """Compare a quotient with the exact one, before it saturates."""
    within(form, a, b)
    assume(b != 0)
    quotient = fixed.quotient(form, a, b)
    exact = a * form.one
    size, rest = abs(b), exact - quotient * b
    if wrong:
        return [rest >= 0]
    return [rest < size, rest > -size, rest >= 0 if a >= 0 else rest <= 0]


def quotients_saturate(a: int, b: int, form: Format, *, wrong: bool) -> list[bool]:
    """Compare the three divisions with each other."""
    within(form, a, b)
    checked, safe = fixed.checked_div(form, a, b), fixed.safe_div(form, a, b)
    if b == 0:
        return [checked is None, safe == 0]
    saturating = fixed.saturating_div(form, a, b)
    if wrong:
        return [safe == saturating]
    if checked is None:
        return [safe == 0, saturating == form.max_bits or saturating == form.min_bits]
    return [safe == checked, saturating == checked]


def quotients_keep_order(a: int, more: int, b: int, form: Format, *, wrong: bool) -> list[bool]:
    """Compare the quotients of two numbers by a positive one."""
    within(form, a, a + more, b)
    assume(b > 0)
    smaller, larger = fixed.quotient(form, a, b), fixed.quotient(form, a + more, b)
    return [smaller < larger] if wrong else [smaller <= larger]


def integers_saturate(a: int, form: Format, *, wrong: bool) -> list[bool]:
    """Compare the bits of an integer with the exact ones."""
    bits = fixed.from_int(form, a)
    return [bits == a * form.one] if wrong else saturated(form, a * form.one, bits)


def integers_are_floored(a: int, form: Format, *, wrong: bool) -> list[bool]:
    """Compare the whole numbers that a number becomes with the exact one."""
    within(form, a)
    conclusions = []
    for whole, low, high in (
        (fixed.to_u64(form, a), 0, U64_MAX),
        (fixed.to_u16(form, a), 0, U16_MAX),
        (fixed.to_i64(form, a), fixed.I64_MIN, fixed.I64_MAX),
    ):
        below = whole * form.one <= a
        conclusions += [whole >= low, whole <= high, below if wrong else below or whole == low]
        conclusions.append(a < (whole + 1) * form.one or whole == high)
    return conclusions


def rounding_is_near(a: int, form: Format, *, wrong: bool) -> list[bool]:
    """Compare floor and round with the number."""
    within(form, a)
    floor, rounded = fixed.floor(form, a), fixed.round_half_away(form, a)
    half = form.one // 2
    near = [floor <= a, a < floor + form.one]
    if a + half > form.max_bits:  # it wraps around
        return [near[0]] if not wrong else [rounded <= a + half, rounded >= a - half]
    away = [rounded <= a + half, rounded > a - half] if a >= 0 else [rounded < a + half, rounded >= a - half]
    return [*near, *away]


def conversions_floor(a: int, form: Format, target: Format, *, wrong: bool) -> list[bool]:
    """Compare a number with what it becomes in another format, in steps of both."""
    within(form, a)
    bits = fixed.convert(form, target, a)
    exact, step = a * target.one, form.one
    above, below = exact >= (target.max_bits + 1) * step, exact < target.min_bits * step
    if wrong:
        return [bits * step == exact]
    if above:
        return [bits == target.max_bits]
    if below:
        return [bits == target.min_bits]
    return [bits * step <= exact, exact < (bits + 1) * step]


def wrapping_is_modular(a: int, form: Format, *, wrong: bool) -> list[bool]:
    """Look at a number beyond a format, up to twice its range."""
    width = form.max_bits - form.min_bits + 1
    assume(a >= form.min_bits - width)
    assume(a <= form.max_bits + width)
    bits = fixed.wrap(form, a)
    if wrong:
        return [bits == a]
    return [bits >= form.min_bits, bits <= form.max_bits, bits == a or bits == a + width or bits == a - width]


LEMMAS = (
    Lemma(
        "fix-sum",
        "Sums and differences are exact or the nearest bound; checked ones are exact, or none where they do not fit.",
        ("FIX-1",),
        sums_saturate,
        TWO,
        "they are always exact",
        CASES,
    ),
    Lemma(
        "fix-product",
        "A product is floored to the format, also if it is negative, or the nearest bound.",
        ("FIX-2",),
        products_are_floored,
        TWO,
        "it is never below the exact one",
        CASES,
    ),
    Lemma(
        "fix-quotient",
        "A quotient is truncated toward zero: less than a step from the exact one, and never beyond it.",
        ("FIX-3",),
        quotients_are_truncated,
        TWO,
        "the remainder is never negative",
        CASES,
    ),
    Lemma(
        "fix-quotient-bounds",
        "Where a quotient fits, the three divisions agree; elsewhere: none, 0 and the nearest bound.",
        ("FIX-3",),
        quotients_saturate,
        TWO,
        "saturating and safe division agree",
        CASES,
    ),
    Lemma(
        "fix-quotient-monotone",
        "A larger number over the same positive one gives no smaller quotient.",
        ("FIX-3",),
        quotients_keep_order,
        {"a": WIDEST, "more": (1, 2**128), "b": WIDEST},
        "it gives a larger one",
        CASES,
    ),
    Lemma(
        "fix-integer",
        "An integer becomes itself, or the nearest bound.",
        ("FIX-4",),
        integers_saturate,
        {"a": (-(2**127), 2**128)},
        "it becomes itself",
        CASES,
    ),
    Lemma(
        "fix-floor",
        "A number becomes the greatest integer that is not above it, cut to the bounds of u64, u16 and i64.",
        ("FIX-6",),
        integers_are_floored,
        {"a": WIDEST},
        "never one above it",
        CASES,
    ),
    Lemma(
        "fix-round",
        "floor is the greatest integer not above a number; round the nearest, a tie away from zero, where it fits.",
        ("FIX-7",),
        rounding_is_near,
        {"a": WIDEST},
        "round is near even where it does not fit",
        CASES,
        "integers",
    ),
    Lemma(
        "fix-convert",
        "A number becomes the greatest one of another format that is not above it, or the nearest bound.",
        ("FIX-8",),
        conversions_floor,
        {"a": WIDEST},
        "it keeps its value",
        PAIRS,
    ),
    Lemma(
        "fix-wrap",
        "A number within twice the range of a format wraps to the one that differs by its width, or stays.",
        ("FIX-7",),
        wrapping_is_modular,
        {"a": (-(2**130), 2**130)},
        "it stays",
        CASES,
        "integers",
    ),
)
