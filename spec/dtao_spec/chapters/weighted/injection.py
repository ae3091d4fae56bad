"""What the TAO of a block does where pools have weights: who is due it, and what a pool takes of it."""

from collections.abc import Sequence
from fractions import Fraction

from dtao_spec.chapters.credit import Injection, injection_capped_by_root_rounded, minted
from dtao_spec.chapters.subsidies import capped_injection_in_whole_rao
from dtao_spec.registry import rule
from dtao_spec.rounding import LIMIT_BITS, UNSIGNED, at_most, floored

CHAPTER = "dtao_spec.chapters.emission"


@rule("EMIT-15", since=423)
def minted_and_spent_in_full(balances: int, emission: int) -> int:
    r"""TAO that a block mints.

    Change: What is due is paid in full or not at all, where it had been paid as far as the TAO went.
    Statement: A block MUST mint the TAO that it may issue ([ISS-1](#iss-1)) before anything else of the coinbase, at
        most so much that all balances come to 21 million TAO; it counts in `TotalIssuance` at once. What it gives to
        subnets ([EMIT-12](#emit-12)) is paid out of that, in the order in which it is given, to their accounts
        ([STATE-17](#state-17)). An amount MUST be left out, and what is there stay for the next one, where less is left
        than it, or where the account would have less than 500 rao then. Once all has been given, what is left MUST
        leave `TotalIssuance` again.
    Formula: $$ m = \min(e,\ \max(0,\ 21 \cdot 10^{15} - B)) $$
    Units: rao: the sum of all balances and the emission.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/tao.rs`, `mint_tao`, `spend_tao`, `recycle_credit`;
        `pallets/subtensor/src/coinbase/block_step.rs`, `block_step`
    Example: The last rao.

        >>> supply = 21 * 10**15
        >>> minted_and_spent_in_full(0, 10**9), minted_and_spent_in_full(supply - 5, 10**9)
        (1000000000, 5)
    """
    return minted(balances, emission)


def injection_at_weights_rounded(
    due: Fraction, price: Fraction, alpha_emission: Fraction, tao_emission: Fraction = Fraction(0)
) -> Injection:
    """Return whole amounts, at the price in 32 fraction bits."""
    return injection_capped_by_root_rounded(due, floored(price), alpha_emission, tao_emission)


@rule("EMIT-12", since=423, rounded=injection_at_weights_rounded)
def injection_at_weights(
    due: Fraction, price: Fraction, alpha_emission: Fraction, tao_emission: Fraction = Fraction(0)
) -> Injection:
    r"""Excess TAO.

    Change: What joins a pool moves its weights so that the price stays, and does not join where they do not allow it;
        there is no position of the chain any more.
    Statement: A pool MUST get the TAO that is due and alpha of the same worth. If that is more than the root proportion
        ([EMIT-6](#emit-6)) of the alpha emission, it gets as much alpha as that and TAO of the same worth. The weights
        move for both first ([POOL-35](#pool-35)); where they must not, neither joins the pool. With the whole rao of
        the rest, if there are any, alpha MUST be bought from the pool, free of its fee, after that; it stays in
        `SubnetAlphaOut` and joins `SubnetProtocolAlpha`. Without a price the pool gets no alpha. What the participants
        get is the whole alpha emission. All TAO MUST be paid by [EMIT-15](#emit-15), what buys before the rest; what
        cannot be paid neither buys nor joins the pool. With what alpha was bought is recorded in `SubnetExcessTao`,
        which is 0 if none was.
    Formula: $$ C = r_i E, \qquad A_{in} = \min(e_i / p,\ C), \qquad T_{in} = \min(e_i,\ C\,p), \qquad
        b = \lfloor e_i - T_{in} \rfloor $$
    Units: rao, TAO per alpha and alpha rao in, and the alpha rao $C$, not above the emission $E$; (rao and alpha rao
        for the pool, rao to buy with) out, None where no whole rao is left.
    Rounding: The price is cut to U96F32. Products and quotients are floored there, then each of the three to whole
        units.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `get_subnet_terms`, `inject_and_maybe_swap`
    Known violation: What was paid to buy stays on the account where the pool refuses the purchase, and is in no pool.
        The weights have moved for TAO that then cannot be paid.
    Example: Half of 1 TAO at a price of 0.25, where one fifth of an alpha of emission is root's.

        >>> injection_at_weights(Fraction(5 * 10**8), Fraction(1, 4), Fraction(10**9), Fraction(2 * 10**8))
        (Fraction(50000000, 1), Fraction(200000000, 1), Fraction(450000000, 1))
    """
    return capped_injection_in_whole_rao(due, price, min(alpha_emission, tao_emission))


def parts_by_price_rounded(
    prices: Sequence[Fraction], proportions: Sequence[Fraction], withheld: Sequence[Fraction]
) -> list[Fraction]:
    """Return the parts with each product and quotient floored in U64F64."""
    parts = _over_sum_rounded(prices)
    factors = [max(1 - min(less, Fraction(1)), Fraction(0)) for less in withheld]
    weighted = [floored(part * factor, LIMIT_BITS) for part, factor in zip(parts, factors, strict=True)]
    return _over_sum_rounded(weighted) if any(weighted) else parts


def _over_sum_rounded(numbers: Sequence[Fraction]) -> list[Fraction]:
    total = at_most(sum(numbers, Fraction(0)), UNSIGNED, LIMIT_BITS)
    return [floored(number / total, LIMIT_BITS) if total else Fraction(0) for number in numbers]


@rule("EMIT-17", since=425, rounded=parts_by_price_rounded)
def parts_by_price(
    prices: Sequence[Fraction], proportions: Sequence[Fraction], withheld: Sequence[Fraction]
) -> list[Fraction]:
    r"""Parts of the emission by price.

    Change: The root proportion counts no more. It had favoured young subnets, of which little alpha is outside.
    Statement: A subnet MUST be due a part of the block's TAO in proportion to its moving price, times the part of
        incentives that its last epoch paid to miners (1 less `MinerBurned`). If these products are all 0 the moving
        prices alone MUST count.
    Formula: $$ s_i = \frac{\bar p_i\,(1 - \mu_i)}{\sum_j \bar p_j\,(1 - \mu_j)} $$
    Units: TAO per alpha and parts of 1 in, of all subnets that take part; parts of 1 out.
    Rounding: The part in the sum of the prices, the product and the part in the sum of these are each floored in
        U64F64.
    Source: `pallets/subtensor/src/coinbase/subnet_emissions.rs`, `get_shares`, `get_shares_price_ema`
    Known violation: If no subnet pays its miners anything, all are due what they would be if they paid all.
    Example: Of two subnets of one price the second pays half of its incentives.

        >>> parts_by_price([Fraction(2)] * 2, [Fraction(1), Fraction(1, 2)], [Fraction(0), Fraction(1, 2)])
        [Fraction(2, 3), Fraction(1, 3)]
    """
    weighted = [price * (1 - less) for price, less in zip(prices, withheld, strict=True)]
    counted = weighted if any(weighted) else list(prices)
    total = sum(counted, Fraction(0))
    return [one / total if total else Fraction(0) for one in counted]
