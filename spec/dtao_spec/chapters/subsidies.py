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


@rule("EMIT-9", since=320, until=341, rounded=subsidized_by_block_emission_rounded)
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


def kept_for_root_rounded(for_root: Fraction, shared: Fraction, takes: bool, pays: bool) -> tuple[Fraction, Fraction]:
    """Return whole amounts."""
    kept, left = kept_for_root(for_root, shared, takes, pays)
    return floored(kept, 0), floored(left, 0)


@rule("EMIT-10", since=338, rounded=kept_for_root_rounded)
def kept_for_root(for_root: Fraction, shared: Fraction, takes: bool, pays: bool) -> tuple[Fraction, Fraction]:
    r"""Alpha for stakers of root.

    Statement: The alpha of [EMIT-7](#emit-7) MUST not be sold but wait in `PendingRootAlphaDivs` for the epoch; what is
        left of the emission waits in `PendingEmission`. Where no alpha is kept for root because alpha was bought in the
        block, what would have been kept is nobody's; where root gets none in general, it stays with the others.
    Formula: $$ \Delta P_{root} = a_{root}, \qquad \Delta P = a - a_{root} $$
    Units: alpha rao.
    Rounding: each floored to whole units.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Example: 2 of 10 are for root; and in a block in which alpha was bought.

        >>> kept_for_root(Fraction(2), Fraction(10), True, True), kept_for_root(Fraction(2), Fraction(10), True, False)
        ((Fraction(2, 1), Fraction(8, 1)), (Fraction(0, 1), Fraction(8, 1)))
    """
    return for_root if pays else Fraction(0), shared - (for_root if takes else Fraction(0))


def set_aside_apart_rounded(
    for_root: Fraction, shared: Fraction, takes: bool, pays: bool
) -> tuple[Fraction, Fraction, Fraction, Fraction]:
    """Return whole amounts, the half cut to 32 fraction bits."""
    kept, recycled = floored(for_root if pays else Fraction(0), 0), floored(Fraction(0) if pays else for_root, 0)
    half = floored(shared / 2)
    return kept, recycled, floored(half, 0), floored(max(shared - half - for_root, Fraction(0)), 0)


@rule("EMIT-10", since=343, rounded=set_aside_apart_rounded)
def set_aside_apart(
    for_root: Fraction, shared: Fraction, takes: bool, pays: bool
) -> tuple[Fraction, Fraction, Fraction, Fraction]:
    r"""Alpha for stakers of root.

    Change: Miners and validators have amounts of their own that wait. What is root's is always taken from the
        validators, and leaves the issuance while root gets none; it had been theirs then.
    Statement: The alpha of [EMIT-7](#emit-7) MUST wait in `PendingRootAlphaDivs` for the epoch, or leave
        `SubnetAlphaOut` in a block in which the stakers of root get none ([EMIT-11](#emit-11)). Half of the emission
        less the owner's cut waits in `PendingServerEmission`; the other half less root's alpha, whether that is kept or
        not, in `PendingValidatorEmission`, never less than 0.
    Formula: $$ \Delta P_S = \frac{a}{2}, \qquad \Delta P_V = \max\left(0,\ \frac{a}{2} - a_{root}\right) $$
    Units: alpha rao; out, what is kept for root, what is recycled, what waits for miners and for validators.
    Rounding: The half is floored in U96F32, and each of the four then to whole units.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Example: 2 of 10 are for root; and in a block in which root gets none.

        >>> [int(part) for part in set_aside_apart(Fraction(2), Fraction(10), True, True)]
        [2, 0, 5, 3]
        >>> [int(part) for part in set_aside_apart(Fraction(2), Fraction(10), True, False)]
        [0, 2, 5, 3]
    """
    kept, recycled = (for_root, Fraction(0)) if pays else (Fraction(0), for_root)
    return kept, recycled, shared / 2, max(shared / 2 - for_root, Fraction(0))


@rule("EMIT-11", since=342)
def root_is_paid(moving_prices: list[Fraction]) -> bool:
    r"""Whether stakers of root get alpha.

    Statement: In a block in which the moving prices of all subnets add up to no more than 1 TAO, the stakers of root
        MUST get no alpha, and the validators all of it.
    Formula: $$ \sum_i \bar p_i > 1 $$
    Units: TAO per alpha.
    Rounding: none. A stable subnet counts 1.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `get_network_root_sell_flag`
    Example: Exactly 1 is not enough.

        >>> root_is_paid([Fraction(1, 2), Fraction(1, 2)]), root_is_paid([Fraction(1, 2), Fraction(3, 4)])
        (False, True)
    """
    return sum(moving_prices, Fraction(0)) > 1


def capped_injection_rounded(
    due: Fraction, price: Fraction, alpha_emission: Fraction, tao_emission: Fraction = Fraction(0)
) -> tuple[Fraction, Fraction, Fraction | None]:
    """Return whole amounts, with the product and the quotient in 32 fraction bits."""
    alpha = floored(due / price) if price else Fraction(0)
    if alpha > alpha_emission:
        tao = floored(alpha_emission * price)
        return floored(tao, 0), alpha_emission, floored(due - tao, 0) if due > tao else None
    return floored(due, 0), floored(alpha, 0), None


@rule("EMIT-12", since=342, rounded=capped_injection_rounded)
def capped_injection(
    due: Fraction, price: Fraction, alpha_emission: Fraction, tao_emission: Fraction = Fraction(0)
) -> tuple[Fraction, Fraction, Fraction | None]:
    r"""Excess TAO.

    Statement: A pool MUST get the TAO that is due and alpha of the same worth. If that is more than the alpha emission,
        it gets the alpha emission and TAO of the same worth; with the rest of the TAO alpha MUST be bought from the
        pool, free of its fee, once its position has grown, and leave `SubnetAlphaOut` again. Without a price the pool
        gets no alpha. Where registration is off nothing is injected, but alpha is bought. The TAO that buys counts in
        `TotalIssuance`.
    Formula: $$ A_{in} = \min(e_i / p,\ E), \qquad T_{in} = \min(e_i,\ E\,p), \qquad b = e_i - T_{in} $$
    Units: rao, TAO per alpha and alpha rao in; (rao and alpha rao for the pool, rao to buy with) out, None where
        nothing is left.
    Rounding: Products and quotients are floored in U96F32, then each of the three to whole units.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Example: Half of 1 TAO at a price of 0.25.

        >>> capped_injection(Fraction(5 * 10**8), Fraction(1, 4), Fraction(10**9))
        (Fraction(250000000, 1), Fraction(1000000000, 1), Fraction(250000000, 1))
    """
    alpha = due / price if price else Fraction(0)
    if alpha > alpha_emission:
        return alpha_emission * price, alpha_emission, due - alpha_emission * price
    return due, alpha, None


def capped_injection_in_whole_rao_rounded(
    due: Fraction, price: Fraction, alpha_emission: Fraction, tao_emission: Fraction = Fraction(0)
) -> tuple[Fraction, Fraction, Fraction | None]:
    """Return whole amounts, with the product and the quotient in 32 fraction bits."""
    tao, alpha, excess = capped_injection_rounded(due, price, alpha_emission)
    return tao, alpha, excess or None


@rule("EMIT-12", since=361, rounded=capped_injection_in_whole_rao_rounded)
def capped_injection_in_whole_rao(
    due: Fraction, price: Fraction, alpha_emission: Fraction, tao_emission: Fraction = Fraction(0)
) -> tuple[Fraction, Fraction, Fraction | None]:
    r"""Excess TAO.

    Change: A rest of less than a rao buys nothing, where it had still been swapped, which opened a pool that was never
        traded. Closed subnets take no part any more.
    Statement: A pool MUST get the TAO that is due and alpha of the same worth. If that is more than the alpha emission,
        it gets the alpha emission and TAO of the same worth; with the whole rao of the rest, if there are any, alpha
        MUST be bought from the pool, free of its fee, once its position has grown, and leave `SubnetAlphaOut` again.
        Without a price the pool gets no alpha. The TAO that buys counts in `TotalIssuance`.
    Formula: $$ A_{in} = \min(e_i / p,\ E), \qquad T_{in} = \min(e_i,\ E\,p), \qquad b = \lfloor e_i - T_{in} \rfloor $$
    Units: rao, TAO per alpha and alpha rao in, and the rao of the whole block; (rao and alpha rao for the pool, rao to
        buy with) out, None where no whole rao is left.
    Rounding: Products and quotients are floored in U96F32, then each of the three to whole units.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `get_subnet_terms`, `inject_and_maybe_swap`
    Example: Half of 1 TAO at a price of 0.25; and a rest of half a rao.

        >>> capped_injection_in_whole_rao(Fraction(5 * 10**8), Fraction(1, 4), Fraction(10**9))
        (Fraction(250000000, 1), Fraction(1000000000, 1), Fraction(250000000, 1))
        >>> capped_injection_in_whole_rao(Fraction(3, 2), Fraction(1), Fraction(1))
        (Fraction(1, 1), Fraction(1, 1), None)
    """
    tao, alpha, excess = capped_injection(due, price, alpha_emission)
    return tao, alpha, floored(excess or Fraction(0), 0) or None


def injection_capped_by_tao_rounded(
    due: Fraction, price: Fraction, alpha_emission: Fraction, tao_emission: Fraction = Fraction(0)
) -> tuple[Fraction, Fraction, Fraction | None]:
    """Return whole amounts, with the product and the quotient in 32 fraction bits."""
    return capped_injection_in_whole_rao_rounded(due, price, min(alpha_emission, tao_emission))


@rule("EMIT-12", since=362, rounded=injection_capped_by_tao_rounded)
def injection_capped_by_tao(
    due: Fraction, price: Fraction, alpha_emission: Fraction, tao_emission: Fraction = Fraction(0)
) -> tuple[Fraction, Fraction, Fraction | None]:
    r"""Excess TAO.

    Change: A pool gets no more alpha than the block emits TAO. Alpha halves later than TAO does, and pools would else
        be given twice as much of it.
    Statement: A pool MUST get the TAO that is due and alpha of the same worth. If that is more than the alpha emission,
        or than the TAO that the block may issue ([ISS-1](#iss-1)), whichever is less, it gets as much alpha as that and
        TAO of the same worth; with the whole rao of the rest, if there are any, alpha MUST be bought from the pool,
        free of its fee, once its position has grown, and leave `SubnetAlphaOut` again. Without a price the pool gets no
        alpha. What the participants get is the whole alpha emission. The TAO that buys counts in `TotalIssuance`.
    Formula: $$ C = \min(E,\ e), \qquad A_{in} = \min(e_i / p,\ C), \qquad T_{in} = \min(e_i,\ C\,p), \qquad
        b = \lfloor e_i - T_{in} \rfloor $$
    Units: rao, TAO per alpha and alpha rao in, and the rao $e$ of the whole block; (rao and alpha rao for the pool, rao
        to buy with) out, None where no whole rao is left.
    Rounding: Products and quotients are floored in U96F32, then each of the three to whole units.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `get_subnet_terms`
    Example: Half of 1 TAO at a price of 0.25, where the block emits half a TAO and an alpha.

        >>> injection_capped_by_tao(Fraction(5 * 10**8), Fraction(1, 4), Fraction(10**9), Fraction(5 * 10**8))
        (Fraction(125000000, 1), Fraction(500000000, 1), Fraction(375000000, 1))
    """
    return capped_injection_in_whole_rao(due, price, min(alpha_emission, tao_emission))
