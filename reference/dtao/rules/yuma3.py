"""Yuma 3: bonds that each validator builds up alone, as a proportion of its weight on each neuron.

Numbers are raw bits of I32F32 unless said otherwise. The matrices' form is an argument, see
:mod:`dtao.rules.matrices`.
"""

from collections.abc import Callable, Sequence

from dtao import fixed, transcendental, vector
from dtao.fixed import I32F32, I64F64
from dtao.rule import implements
from dtao.rules.bonds import (
    BONDS_MOVING_AVERAGE_UNIT,
    BondsAndDividends,
    BondsParameters,
    Purchase,
    bonds_bought_at_one_pace,
    written_rows,
)
from dtao.rules.matrices import MatrixForm, MatrixRow
from dtao.vector import ONE

HALF = ONE >> 1


@implements("BOND-13")
def bonds_by_choice(form: MatrixForm[MatrixRow], purchase: Purchase[MatrixRow]) -> BondsAndDividends:
    """Return bonds and dividends as the subnet chose: by Yuma 3, or bought at one EMA rate for all neurons."""
    rule = proportional_bonds if purchase.parameters.yuma3_on else bonds_bought_at_one_pace
    return rule(form, purchase)


@implements("BOND-13")
def proportional_bonds(form: MatrixForm[MatrixRow], purchase: Purchase[MatrixRow]) -> BondsAndDividends:
    """Return the bonds as proportions of one that follow each validator's own weights, and what they pay.

    A validator's dividends are its normalised bonds times the incentives, times its active stake; only then does its
    stake count. The bonds are stored as they are, in fractions of 65535.
    """
    n = len(purchase.active_stake)
    old = form.proportions(form.bonds(purchase.rows, purchase.thresholds, purchase.registered))
    weights = form.interpolate(purchase.weights, purchase.clipped_weights, n, purchase.penalty)
    bonds = moved_bonds(form, weights, old, purchase.agreed.consensus, purchase.parameters)
    held = form.row_sum(form.column_products(form.col_normalize(bonds, n), purchase.agreed.incentive))
    weighted = [
        fixed.checked_mul(I32F32, part, stake) or 0 for part, stake in zip(held, purchase.active_stake, strict=True)
    ]
    return BondsAndDividends(
        dividends=vector.normalize(weighted),
        rows=written_rows(form, bonds, purchase.new_permits, purchase.old_permits),
    )


@implements("BOND-14")
def moved_bonds(
    form: MatrixForm[MatrixRow],
    weights: list[MatrixRow],
    old: list[MatrixRow],
    consensus: Sequence[int],
    parameters: BondsParameters,
) -> list[MatrixRow]:
    """Return each bond moved towards the validator's weight on the neuron.

    With liquid alpha, and unless there is no consensus, each moves by an alpha of its own; else all by 1 less the bonds
    moving average.
    """
    if not (parameters.liquid_alpha_on and any(consensus)):
        return form.mat_ema(weights, old, wrapped_alpha(parameters.bonds_moving_average))
    low = vector.u16_proportion_to_fixed(parameters.alpha_low)
    high = vector.u16_proportion_to_fixed(parameters.alpha_high)
    steepness, exponent = parameters.alpha_sigmoid_steepness << 32, parameters.sigmoid_exponent
    alphas = [
        [
            alpha_sigmoid(agreed, weight, bond, low, high, steepness, exponent)
            for agreed, weight, bond in zip(consensus, weights_on, bonds_with, strict=True)
        ]
        for weights_on, bonds_with in zip(
            form.rows_by_column(weights, len(consensus)), form.rows_by_column(old, len(consensus)), strict=True
        )
    ]
    return form.mat_ema_alpha(weights, old, alphas)


@implements("BOND-14")
def wrapped_alpha(bonds_moving_average: int) -> int:
    """Return 1 less the bonds moving average (a u64, in millionths), whose conversions wrap around where they overflow.

    The quotient is truncated in I64F64, then rounded down to I32F32.
    """
    average = fixed.wrap(I64F64, bonds_moving_average << I64F64.fraction_bits)
    unit = fixed.from_int(I64F64, BONDS_MOVING_AVERAGE_UNIT)
    part = fixed.wrap(
        I32F32, fixed.saturating_div(I64F64, average, unit) >> I64F64.fraction_bits - I32F32.fraction_bits
    )
    return fixed.saturating_sub(I32F32, ONE, part)


@implements("BOND-15")
def exponent_of_whole_steepness(steepness: int, offset: int) -> int:
    """Return the exponent of the curve: the steepness times the offset from its middle, negated."""
    return fixed.saturating_mul(I32F32, -ONE, fixed.saturating_mul(I32F32, steepness, offset))


@implements("BOND-15")
def exponent_of_steepness_in_hundredths(steepness: int, offset: int) -> int:
    """Return the exponent of the curve: the steepness, which counts in hundredths, over -100, times the offset."""
    slope = fixed.saturating_div(I32F32, steepness, -100 * ONE)
    return fixed.saturating_mul(I32F32, slope, offset)


@implements("BOND-15")
def exponent_within_20(steepness: int, offset: int) -> int:
    """Return the exponent as :func:`exponent_of_steepness_in_hundredths`, but not beyond plus or minus 20."""
    return max(-20 * ONE, min(exponent_of_steepness_in_hundredths(steepness, offset), 20 * ONE))


@implements("BOND-15")
def alpha_sigmoid(
    consensus: int,
    weight: int,
    bond: int,
    low: int,
    high: int,
    steepness: int,
    exponent: Callable[[int, int], int] = exponent_of_whole_steepness,
) -> int:
    """Return by how much a bond moves: between two bounds, the more the farther it is to go.

    A validator that buys (its weight is at least its bond) goes by how far its weight is above the consensus, one that
    sells by how far its bond is above its weight; both are taken to lie between 0 and 1, and half-way is the middle of
    the curve. Where the power of e overflows it counts as 0, so that the curve is 1 there on either side. Of bounds in
    the wrong order the lower wins. Mirrors ``alpha_sigmoid``.
    """
    distance = fixed.saturating_sub(I32F32, weight, consensus) if weight >= bond else bond - weight
    distance = max(min(distance, ONE), 0)
    power = transcendental.safe_exp(exponent(steepness, distance - HALF))
    divisor = fixed.saturating_add(I32F32, ONE, power)
    curve = fixed.saturating_div(I32F32, ONE, divisor)
    alpha = fixed.saturating_add(I32F32, low, fixed.saturating_mul(I32F32, curve, high - low))
    return max(min(alpha, high), low)
