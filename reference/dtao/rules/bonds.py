"""Bonds: what validators hold in the neurons they weigh, how it moves from epoch to epoch, and what it pays.

Numbers are raw bits of I32F32 unless said otherwise. The matrices' form is an argument, see
:mod:`dtao.rules.matrices`.
"""

from collections.abc import Callable, Sequence
from typing import Generic

from attrs import frozen

from dtao import fixed, transcendental, vector
from dtao.evolving import evolve
from dtao.fixed import I32F32, I64F64
from dtao.records import Row
from dtao.rule import implements
from dtao.rules.consensus import Agreement
from dtao.rules.matrices import MatrixForm, MatrixRow, Rows
from dtao.units import Uid
from dtao.vector import ONE

BONDS_MOVING_AVERAGE_UNIT = 1_000_000
"""A bonds moving average of this much is 1."""


def no_exponent(steepness: int, offset: int) -> int:
    """Return 0: a version without Yuma 3 has no such curve."""
    return 0


@frozen
class BondsParameters:
    """The parameters of a subnet that rule the movement of its bonds."""

    bonds_moving_average: int
    """The weight of the bonds so far, in millionths; a u64."""
    liquid_alpha_on: bool
    alpha_low: int
    """The bounds of the liquid alpha, as fractions of 65535."""
    alpha_high: int
    yuma3_on: bool = False
    alpha_sigmoid_steepness: int = 0
    """How sharply the liquid alpha of Yuma 3 rises."""
    sigmoid_exponent: Callable[[int, int], int] = no_exponent
    """(steepness, offset from the middle of the curve, in I32F32) -> the exponent of the curve; I32F32."""


@frozen
class Purchase(Generic[MatrixRow]):
    """What the bonds of an epoch follow from. Sequences have one element a neuron."""

    rows: Rows
    """The bonds as they are stored."""
    thresholds: Sequence[int]
    """For each validator the block up to which its bonds with neurons that registered then or later do not count."""
    registered: Sequence[int]
    """The block in which each neuron registered."""
    weights: list[MatrixRow]
    clipped_weights: list[MatrixRow]
    """The weights clipped to the consensus."""
    penalty: int
    """How far the clipped weights count for bonds instead of the others, from 0 to 1."""
    active_stake: Sequence[int]
    agreed: Agreement
    parameters: BondsParameters
    new_permits: Sequence[bool]
    old_permits: Sequence[bool]


@frozen
class BondsAndDividends:
    """What the bonds of an epoch are and pay."""

    dividends: list[int]
    rows: dict[Uid, Row]
    """The rows to store."""


@implements("BOND-7")
def bonds_bought(form: MatrixForm[MatrixRow], purchase: Purchase[MatrixRow]) -> BondsAndDividends:
    """Return bonds and dividends where validators buy with stake times weights; liquid alpha may set the EMA rate."""
    return _bought(form, purchase, purchase.parameters)


@implements("BOND-7")
def bonds_bought_at_one_pace(form: MatrixForm[MatrixRow], purchase: Purchase[MatrixRow]) -> BondsAndDividends:
    """Return the same without liquid alpha, whether it is on or not."""
    return _bought(form, purchase, evolve(purchase.parameters, liquid_alpha_on=False))


def _bought(
    form: MatrixForm[MatrixRow], purchase: Purchase[MatrixRow], parameters: BondsParameters
) -> BondsAndDividends:
    n = len(purchase.active_stake)
    old = form.col_normalize(form.bonds(purchase.rows, purchase.thresholds, purchase.registered), n)
    new = bonds_delta(form, purchase.weights, purchase.clipped_weights, purchase.active_stake, purchase.penalty)
    bonds = ema_bonds(form, new, old, purchase.agreed.consensus, parameters)
    return BondsAndDividends(
        dividends=normalized_dividends(form, bonds, purchase.agreed.incentive),
        rows=stored_bonds(form, bonds, purchase.new_permits, purchase.old_permits),
    )


@implements("BOND-7")
def bonds_delta(
    form: MatrixForm[MatrixRow],
    weights: list[MatrixRow],
    clipped_weights: list[MatrixRow],
    active_stake: Sequence[int],
    bonds_penalty: int,
) -> list[MatrixRow]:
    """Return the bonds that the validators' weights of this epoch buy, each column normalised.

    A validator buys with its stake times its weights. The penalty, from 0 to 1, says to what part these count as
    clipped to the consensus.
    """
    n = len(active_stake)
    weights_for_bonds = form.interpolate(weights, clipped_weights, n, bonds_penalty)
    return form.col_normalize(form.row_hadamard(weights_for_bonds, active_stake), n)


@implements("BOND-8")
def ema_bonds(
    form: MatrixForm[MatrixRow],
    new: list[MatrixRow],
    old: list[MatrixRow],
    consensus: Sequence[int],
    parameters: BondsParameters,
) -> list[MatrixRow]:
    """Return the moving average of the bonds, each column normalised.

    With liquid alpha, and unless the consensus is 0 from the third quartile down, each column moves by an alpha of its
    own; else all move by 1 less the bonds moving average.
    """
    high = vector.quantile(consensus, 0.75) if parameters.liquid_alpha_on and any(consensus) else 0
    # Weights are not negative, hence neither is a quartile: they differ only if the higher one is above 0.
    if high:
        mixed = form.mat_ema_alpha_vec(new, old, liquid_alphas(consensus, high, parameters))
    else:
        mixed = form.mat_ema(new, old, fixed_alpha(parameters.bonds_moving_average))
    return form.col_normalize(mixed, len(consensus))


@implements("BOND-9")
def fixed_alpha(bonds_moving_average: int) -> int:
    """Return 1 less the bonds moving average; negative if that is above a million millionths.

    The quotient is rounded down in I64F64, then to I32F32.
    """
    average = fixed.safe_div(
        I64F64, fixed.from_int(I64F64, bonds_moving_average), fixed.from_int(I64F64, BONDS_MOVING_AVERAGE_UNIT)
    )
    return fixed.saturating_sub(I32F32, ONE, fixed.convert(I64F64, I32F32, average))


@implements("BOND-10")
def liquid_alphas(consensus: Sequence[int], consensus_high: int, parameters: BondsParameters) -> list[int]:
    """Return the liquid alpha of each column: a logistic function of its consensus, within the alphas' bounds.

    ``consensus_high`` is the third quartile of the consensus. Of bounds in the wrong order the lower wins.
    """
    alpha_low = vector.u16_proportion_to_fixed(parameters.alpha_low)
    alpha_high = vector.u16_proportion_to_fixed(parameters.alpha_high)
    consensus_low = vector.quantile(consensus, 0.25)
    slope, offset = logistic_params(alpha_high, alpha_low, consensus_high, consensus_low)
    alphas = {
        value: max(min(logistic(slope, offset, value), alpha_high), alpha_low) for value in dict.fromkeys(consensus)
    }
    return [alphas[value] for value in consensus]


@implements("BOND-10")
def logistic_params(alpha_high: int, alpha_low: int, consensus_high: int, consensus_low: int) -> tuple[int, int]:
    """Return slope and offset of the logistic function that goes through the two bounds at the two quartiles.

    Both 0 if the quartiles do not differ or a bound is 0. Mirrors calculate_logistic_params.
    """
    if consensus_high <= consensus_low or alpha_low == 0 or alpha_high == 0:
        return 0, 0
    low_logit = _negative_logit(alpha_low)
    slope = fixed.safe_div(
        I32F32,
        fixed.saturating_sub(I32F32, _negative_logit(alpha_high), low_logit),
        fixed.saturating_sub(I32F32, consensus_low, consensus_high),
    )
    offset = fixed.saturating_add(I32F32, low_logit, fixed.saturating_mul(I32F32, slope, consensus_low))
    return slope, offset


def _negative_logit(alpha: int) -> int:
    """Return ln(1 / alpha - 1), 0 where there is none."""
    return transcendental.safe_ln(fixed.saturating_sub(I32F32, fixed.safe_div(I32F32, ONE, alpha), ONE))


@implements("BOND-10")
def logistic(slope: int, offset: int, consensus: int) -> int:
    """Return 1 / (1 + e^(offset - slope · consensus)); 1 if the power overflows. Mirrors compute_alpha_values."""
    exponent = fixed.saturating_sub(I32F32, offset, fixed.saturating_mul(I32F32, slope, consensus))
    return fixed.safe_div(I32F32, ONE, fixed.saturating_add(I32F32, ONE, transcendental.safe_exp(exponent)))


@implements("BOND-11")
def normalized_dividends(form: MatrixForm[MatrixRow], bonds: list[MatrixRow], incentive: Sequence[int]) -> list[int]:
    """Return each validator's share of the dividends: its bonds times the incentives of their neurons."""
    return vector.normalize(form.matmul_transpose(bonds, incentive))


@implements("BOND-12")
def stored_bonds(
    form: MatrixForm[MatrixRow],
    bonds: list[MatrixRow],
    new_permits: Sequence[bool],
    old_permits: Sequence[bool],
) -> dict[Uid, Row]:
    """Return the rows of bonds to write: uid -> ((uid, u16), ...), the largest of each column being 65535.

    A validator with a permit gets its row, one that lost it an empty row. The rows of all others stay.
    """
    return written_rows(form, form.col_max_upscale(bonds, len(new_permits)), new_permits, old_permits)


def written_rows(
    form: MatrixForm[MatrixRow], bonds: list[MatrixRow], new_permits: Sequence[bool], old_permits: Sequence[bool]
) -> dict[Uid, Row]:
    """Return the rows of bonds to write, each bond as a fraction of 65535."""
    rows: dict[Uid, Row] = {}
    for uid, (new_permit, old_permit, row) in enumerate(zip(new_permits, old_permits, bonds, strict=True)):
        if new_permit:
            rows[Uid(uid)] = form.stored_row(row)
        elif old_permit:
            rows[Uid(uid)] = ()
    return rows
