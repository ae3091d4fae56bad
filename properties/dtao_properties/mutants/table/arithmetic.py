"""Fixed-point numbers, logarithms, powers and roots."""

from dtao_properties.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        "FIX-1", "fixed.saturate", "what is below the smallest number becomes 0",
        "return form.min_bits", "return 0",
    ),
    Mutant(
        "FIX-1", "fixed.checked_sub", "the order of the operands is turned round", "a - b)", "b - a)",
    ),
    Mutant(
        "FIX-2", "fixed.saturating_mul", "a negative product is truncated toward zero",
        "(a * b) >> form.fraction_bits", "(abs(a * b) >> form.fraction_bits) * (1 if a * b >= 0 else -1)",
    ),
    Mutant(
        "FIX-2", "fixed.checked_mul", "an overflow saturates instead of giving no result",
        "_checked(form, (a * b) >> form.fraction_bits)", "saturate(form, (a * b) >> form.fraction_bits)",
    ),
    Mutant(
        "FIX-3", "fixed.quotient", "a quotient is rounded down instead of toward zero",
        "return magnitude if", "return (a << form.fraction_bits) // b if (a < 0) != (b < 0) else magnitude if",
    ),
    Mutant(
        "FIX-3", "fixed.safe_div", "a quotient that does not fit saturates", "bits if fits(form, bits) else 0",
        "saturate(form, bits)",
        unrecorded="No recorded safe_div overflows.",
    ),
    Mutant(
        "FIX-3", "fixed.checked_div", "a division by zero fails", " if b else None", "", after="P19",
    ),
    Mutant(
        "FIX-4", "fixed.from_int", "an integer is not shifted far enough",
        "number << form.fraction_bits", "number << form.fraction_bits - (form.fraction_bits == 64)",
    ),
    Mutant(
        "FIX-5", "fixed.from_float_bits", "a float is cut off instead of rounded",
        "round(Fraction(number) * form.one)", "math.floor(Fraction(number) * form.one)",
    ),
    Mutant(
        "FIX-6", "fixed.to_int", "a negative number is cut off toward zero",
        "bits >> form.fraction_bits", "(bits + form.one - 1 if bits < 0 else bits) >> form.fraction_bits",
        unrecorded="The recorded conversions of negative numbers are to unsigned types, where both give 0.",
    ),
    Mutant(
        "FIX-7", "fixed.round_half_away", "a tie is rounded toward zero", "abs(bits) + half", "abs(bits) + half - 1",
    ),
    Mutant(
        "FIX-7", "fixed.floor", "the fraction of a negative number is kept", "bits >> form.fraction_bits <<",
        "abs(bits) >> form.fraction_bits <<",
    ),
    Mutant(
        "FIX-8", "fixed.convert", "lost bits are rounded up", "bits >> -shift", "-(-bits >> -shift)",
    ),
    Mutant(
        "FIX-9", "transcendental._log2_from_one", "a halving that counts the integer part drops the lost bit",
        "result += 1\n        bits = (bits >> 1) + (bits & 1)", "result += 1\n        bits = bits >> 1",
    ),
    Mutant(
        "FIX-9", "transcendental.log2", "the logarithm of a number below 1 is not negated",
        "return -_log2_from_one", "return _log2_from_one",
    ),
    Mutant(
        "FIX-10", "transcendental.ln", "the quotient is rounded down",
        "fixed.quotient(form, binary, constant(form, LOG2_E))",
        "(binary << form.fraction_bits) // constant(form, LOG2_E)",
    ),
    Mutant(
        "FIX-10", "transcendental.safe_ln", "where there is no logarithm the smallest number stands",
        "ln(I32F32, bits) or 0",
        "ln(I32F32, bits) or (0 if bits > 0 else I32F32.min_bits)",
    ),
    Mutant(
        "FIX-11", "transcendental.exp", "the power series ends one term early",
        "range(2, fraction_bits)", "range(2, fraction_bits - 10)",
    ),
    Mutant(
        "FIX-11", "transcendental.exp", "a negative power is not the reciprocal",
        "if bits < 0 else result", "if bits > 0 else result",
    ),
    Mutant(
        "FIX-12", "transcendental.sigmoid_safe", "the offset is subtracted the wrong way round",
        "fixed.saturating_sub(I32F32, bits, kappa)", "fixed.saturating_sub(I32F32, kappa, bits)",
    ),
    Mutant(
        "FIX-12", "transcendental.exp_safe", "powers below -20 are not bounded",
        "min(max(bits, -EXP_SAFE_BOUND), EXP_SAFE_BOUND)", "min(bits, EXP_SAFE_BOUND)",
    ),
    Mutant(
        "FIX-13", "transcendental.checked_sqrt", "the search goes to the wrong side",
        "if check < middle:", "if check > middle:",
    ),
)  # fmt: skip
