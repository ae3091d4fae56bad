"""How the emission is divided."""

from collections.abc import Sequence
from fractions import Fraction

from attrs import frozen

from dtao_spec.registry import EXACT_LAUNCH, Computation, rule
from dtao_spec.rounding import floored

CHAPTER = "dtao_spec.chapters.epoch"


@frozen
class EmissionShares:
    """Each neuron's share of the emission as a miner, as a validator, and in all."""

    server: list[Fraction]
    validator: list[Fraction]
    combined: list[Fraction]


@rule("EPOCH-16")
def emission_shares(
    incentive: Sequence[Fraction],
    dividends: Sequence[Fraction],
    stake: Sequence[Fraction],
    active_stake: Sequence[Fraction],
    *,
    rules: Computation = EXACT_LAUNCH,
) -> EmissionShares:
    r"""Shares of the emission.

    Statement: A neuron's share of the emission MUST be its incentive, as a miner, and its dividends, as a validator,
        each over the sum of all incentives and dividends. If that sum is 0, validators MUST be paid by active stake, or
        by stake if nobody has active stake, and miners nothing.
    Formula: $$ m_i = \frac{I_i}{\sum_k (I_k + D_k)}, \qquad v_i = \frac{D_i}{\sum_k (I_k + D_k)} $$
    Units: parts of 1.
    Rounding: For given incentives and dividends, less than $\varepsilon$ below the exact value, never above. Over a
        whole epoch of $n$ neurons, with $R$ the sum of all ranks and $a$ the smaller of $\alpha$ and $1 - \alpha$
        ([BOND-9](#bond-9)), every share is within $n \varepsilon / (a R)$ of the exact one: observed on networks of up
        to 9 neurons, where each validator with a voice has at least 1 % of the stake and no median is at a tie
        ([EPOCH-8](#epoch-8)). With liquid alpha its own error is added. At an EMA rate of 0.1 and 256 neurons that is
        less than $10^{-6}$ for $R$ near 1. Incentive and dividends as u16-normalised fractions are then the floor of
        the exact value or 1 beside it.
    Source: `pallets/subtensor/src/epoch/run_epoch.rs`, `epoch`
    Example: One miner, and two validators with three quarters and one quarter of the bonds. Without any weights, the
        validators share by stake.

        >>> zero, one = Fraction(0), Fraction(1)
        >>> shares = emission_shares([zero, zero, one], [Fraction(3, 4), Fraction(1, 4), zero], [zero] * 3, [zero] * 3)
        >>> [str(share) for share in shares.server], [str(share) for share in shares.validator]
        (['0', '0', '1/2'], ['3/8', '1/8', '0'])
        >>> shares = emission_shares([zero] * 3, [zero] * 3, [zero] * 3, [Fraction(2, 3), Fraction(1, 3), zero])
        >>> [str(share) for share in shares.server], [str(share) for share in shares.validator]
        (['0', '0', '0'], ['2/3', '1/3', '0'])
    """
    combined = [miner + validator for miner, validator in zip(incentive, dividends, strict=True)]
    total = sum(combined, Fraction(0))
    if total == 0:
        by_stake = list(active_stake if any(active_stake) else stake)
        return EmissionShares(list(incentive), by_stake, by_stake)
    return EmissionShares(
        server=[rules.part(number / total) for number in incentive],
        validator=[rules.part(number / total) for number in dividends],
        combined=[rules.part(number / total) for number in combined],
    )


def part_of_emission_rounded(emission: Fraction, share: Fraction) -> Fraction:
    """Return the whole alpha rao."""
    return floored(part_of_emission(emission, share), 0)


@rule("EPOCH-17", rounded=part_of_emission_rounded)
def part_of_emission(emission: Fraction, share: Fraction) -> Fraction:
    r"""Emission of a neuron.

    Statement: A neuron MUST be paid its share as a miner, and its share as a validator, of the alpha that the epoch
        divides.
    Formula: $$ e_i = E\, m_i, \qquad E\, v_i $$
    Units: alpha rao.
    Rounding: Floored to alpha rao: less than 1 below the exact product, never above. `Emission` is floored from the
        combined share on its own: it is never less than what the neuron is paid, and exceeds it by less than $2 + E
        \varepsilon$. All parts together never exceed the emission; what is left is paid to nobody.
    Source: `pallets/subtensor/src/epoch/run_epoch.rs`, `epoch`
    Example: Three eighths of 295.2 alpha, the 82 % of 360 blocks.

        >>> part_of_emission(Fraction(295_200_000_000), Fraction(3, 8))
        Fraction(110700000000, 1)
    """
    return emission * share
