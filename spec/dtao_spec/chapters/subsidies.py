"""Subsidies for subnets whose price is low."""

from fractions import Fraction

from dtao_spec.registry import rule
from dtao_spec.rounding import floored

CHAPTER = "dtao_spec.chapters.emission"


def subsidized_rounded(
    due: Fraction, price: Fraction, emission: Fraction, alpha_emission: Fraction
) -> tuple[Fraction, Fraction, Fraction | None]:
    """Return whole amounts, with products and quotients in 32 fraction bits."""
    if emission and price < floored(due / emission):
        tao = floored(price * emission)
        return floored(tao, 0), alpha_emission, floored(max(due - tao, Fraction(0)), 0)
    return floored(due, 0), floored(due / price, 0) if price else alpha_emission, None


@rule("EMIT-9", since=298, rounded=subsidized_rounded)
def subsidized(
    due: Fraction, price: Fraction, emission: Fraction, alpha_emission: Fraction
) -> tuple[Fraction, Fraction, Fraction | None]:
    r"""Subsidized subnets.

    Statement: A subnet whose price is below its part of the block's TAO is subsidized: its pool MUST get TAO in
        proportion to its price and the whole alpha emission, and with the rest of its TAO alpha MUST be bought from the
        pool, which leaves `SubnetAlphaOut` again. No alpha of it is sold for root in that block. Any other subnet gets
        all its TAO and alpha of the same worth, the alpha emission if the price is 0. The purchases of all subnets come
        before any injection; they and the sales for root MUST be free of the pool's fee. A purchase that the pool
        refuses is left out.
    Formula: $$ \begin{gathered} \frac{e_i}{e} > p_i: \quad T_{in} = p_i\,e, \quad A_{in} = E, \quad b = e_i - p_i\,e \\
        \text{else:} \quad T_{in} = e_i, \quad A_{in} = e_i / p_i, \quad b = 0 \end{gathered} $$
    Units: rao, TAO per alpha and alpha rao in; (rao and alpha rao for the pool, rao to buy with) out, None for a subnet
        that is not subsidized.
    Rounding: Products and quotients are floored in U96F32, then each of the three to whole units.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Known violation: The TAO that buys is in the pool and in `TotalStake`, but not in `TotalIssuance`. It buys even
        where registration is off and no TAO is injected.
    Example: Half of 1 TAO at a price of 0.25: 0.25 TAO and all alpha are injected, 0.25 TAO buy.

        >>> subsidized(Fraction(5 * 10**8), Fraction(1, 4), Fraction(10**9), Fraction(10**9))
        (Fraction(250000000, 1), Fraction(1000000000, 1), Fraction(250000000, 1))
        >>> subsidized(Fraction(5 * 10**8), Fraction(1), Fraction(10**9), Fraction(10**9))
        (Fraction(500000000, 1), Fraction(500000000, 1), None)
    """
    if emission and price < due / emission:
        return price * emission, alpha_emission, due - price * emission
    return due, due / price if price else alpha_emission, None


def subsidized_by_block_emission_rounded(
    due: Fraction, price: Fraction, emission: Fraction, alpha_emission: Fraction
) -> tuple[Fraction, Fraction, Fraction | None]:
    """Return whole amounts, with products and quotients in 32 fraction bits."""
    tao, alpha, buys = subsidized_rounded(due, price, emission, alpha_emission)
    return tao, alpha if buys is None else floored(emission, 0), buys


@rule("EMIT-9", since=320, rounded=subsidized_by_block_emission_rounded)
def subsidized_by_block_emission(
    due: Fraction, price: Fraction, emission: Fraction, alpha_emission: Fraction
) -> tuple[Fraction, Fraction, Fraction | None]:
    r"""Subsidized subnets.

    Change: The pool of a subsidized subnet gets as much alpha as the block emits TAO, where it had got the subnet's own
        alpha emission. In proportion to the price, that is the alpha that keeps it.
    Statement: A subnet whose price is below its part of the block's TAO is subsidized: its pool MUST get TAO in
        proportion to its price and as much alpha as the block emits TAO, and with the rest of its TAO alpha MUST be
        bought from the pool, which leaves `SubnetAlphaOut` again. No alpha of it is sold for root in that block. Any
        other subnet gets all its TAO and alpha of the same worth, the alpha emission if the price is 0. The purchases
        of all subnets come before any injection; they and the sales for root MUST be free of the pool's fee. A purchase
        that the pool refuses is left out. Where the mechanism is stable the reserves move with what is bought, 1 : 1.
    Formula: $$ \begin{gathered} \frac{e_i}{e} > p_i: \quad T_{in} = p_i\,e, \quad A_{in} = e, \quad b = e_i - p_i\,e \\
        \text{else:} \quad T_{in} = e_i, \quad A_{in} = e_i / p_i, \quad b = 0 \end{gathered} $$
    Units: rao, TAO per alpha and alpha rao in; (rao and alpha rao for the pool, rao to buy with) out, None for a subnet
        that is not subsidized.
    Rounding: Products and quotients are floored in U96F32, then each of the three to whole units.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Known violation: The TAO that buys is in the pool and in `TotalStake`, but not in `TotalIssuance`. It buys even
        where registration is off and nothing is injected. The alpha that is injected does not follow the halvings of
        the subnet's own alpha.
    Example: Half of 1 TAO at a price of 0.25, where the alpha emission has halved: 0.25 TAO and 1 alpha are injected,
        0.25 TAO buy.

        >>> subsidized_by_block_emission(Fraction(5 * 10**8), Fraction(1, 4), Fraction(10**9), Fraction(5 * 10**8))
        (Fraction(250000000, 1), Fraction(1000000000, 1), Fraction(250000000, 1))
    """
    tao, alpha, buys = subsidized(due, price, emission, alpha_emission)
    return tao, alpha if buys is None else emission, buys
