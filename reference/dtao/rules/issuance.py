"""Issuance: how many new rao of TAO, or of a subnet's alpha, a block may create.

The emission halves whenever the share that is still to be issued has halved. The runtime finds the number of
halvings by a logarithm; :func:`block_emission` finds it by comparing bit lengths.
"""

from dtao import fixed, transcendental
from dtao.fixed import I96F32
from dtao.params import DEFAULT_BLOCK_EMISSION, TOTAL_SUPPLY
from dtao.rule import implements
from dtao.units import Rao

FIRST_HALVING = TOTAL_SUPPLY // 2
"""The issuance from which on a block emits less."""
EMISSION_BEFORE = Rao(DEFAULT_BLOCK_EMISSION)


@implements("ISS-1")
def block_emission_by_logarithm(issuance: int) -> Rao:
    """Return the emission of a block at an issuance, as the runtime defines it.

    Rao, or alpha rao for the alpha of one subnet; ``issuance`` is a u64. With S = 21·10^15 it is
    10^9 / 2^floor(log2(1 / (1 - issuance / S))), every operation in I96F32, the result rounded down, and 0 from S on.
    Mirrors get_block_emission_for_issuance.
    """
    if issuance >= TOTAL_SUPPLY:
        return Rao(0)
    one = I96F32.one
    issued = fixed.quotient(I96F32, issuance << 32, TOTAL_SUPPLY << 32)
    residual = transcendental.log2(I96F32, fixed.quotient(I96F32, one, one - issued))
    # The quotient is at least 1, so that it has a logarithm and the number of halvings is not negative.
    halvings = (residual or 0) >> 32
    share = fixed.safe_div(I96F32, one, fixed.saturate(I96F32, one << halvings))
    return Rao(fixed.to_u64(I96F32, fixed.saturating_mul(I96F32, share, DEFAULT_BLOCK_EMISSION << 32)))


@implements("ISS-1")
def block_emission(issuance: int) -> Rao:
    """Return the same emission without a logarithm.

    The number of halvings is the largest k with (S - issuance) · 2^k <= S.
    """
    if issuance < FIRST_HALVING:
        return EMISSION_BEFORE
    if issuance >= TOTAL_SUPPLY:
        return Rao(0)
    return Rao(DEFAULT_BLOCK_EMISSION >> ((TOTAL_SUPPLY // (TOTAL_SUPPLY - issuance)).bit_length() - 1))
