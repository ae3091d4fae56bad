"""What is emitted from 411 on: what a block mints, who takes part, and what a pool gets."""

from collections.abc import Sequence
from fractions import Fraction

from dtao_spec.chapters.emission import owner_cut_proportion, owner_cut_proportion_rounded
from dtao_spec.chapters.subsidies import capped_injection_in_whole_rao, injection_capped_by_tao_rounded
from dtao_spec.registry import rule
from dtao_spec.rounding import LIMIT_BITS, UNSIGNED, at_most, floored

CHAPTER = "dtao_spec.chapters.emission"
TOTAL_SUPPLY = 21 * 10**15
Injection = tuple[Fraction, Fraction, Fraction | None]


@rule("EMIT-15", since=411)
def minted(balances: int, emission: int) -> int:
    r"""TAO that a block mints.

    Statement: A block MUST mint the TAO that it may issue ([ISS-1](#iss-1)) before anything else of the coinbase, at
        most so much that all balances come to 21 million TAO; it counts in `TotalIssuance` at once. What it gives to
        subnets ([EMIT-12](#emit-12)) is paid out of that, in the order in which it is given, to their accounts
        ([STATE-17](#state-17)), and less than is due where less is left; it is not paid where the account would have
        less than 500 rao then. Once all has been given, what is left MUST leave `TotalIssuance` again.
    Formula: $$ m = \min(e,\ \max(0,\ 21 \cdot 10^{15} - B)) $$
    Units: rao: the sum of all balances and the emission.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/tao.rs`, `mint_tao`, `spend_tao`, `recycle_credit`;
        `pallets/subtensor/src/coinbase/block_step.rs`, `block_step`
    Example: The last rao.

        >>> minted(0, 10**9), minted(TOTAL_SUPPLY - 5, 10**9), minted(TOTAL_SUPPLY + 5, 10**9)
        (1000000000, 5, 0)
    """
    return min(emission, max(TOTAL_SUPPLY - balances, 0))


def parts_of_enabled_rounded(parts: Sequence[Fraction], enabled: Sequence[bool]) -> list[Fraction]:
    """Return the parts with each quotient floored in U64F64."""
    if all(enabled):
        return list(parts)
    given = (part for part, gets in zip(parts, enabled, strict=True) if gets)
    total = at_most(sum(given, Fraction(0)), UNSIGNED, LIMIT_BITS)
    return [
        floored(part / total, LIMIT_BITS) if gets and total else Fraction(0)
        for part, gets in zip(parts, enabled, strict=True)
    ]


@rule("EMIT-16", since=411, rounded=parts_of_enabled_rounded)
def parts_of_enabled(parts: Sequence[Fraction], enabled: Sequence[bool]) -> list[Fraction]:
    r"""Subnets to which no TAO is given.

    Statement: A subnet for which `SubnetEmissionEnabled` is not set MUST be due none of the block's TAO, and the others
        MUST share what would be theirs in proportion to their parts. Its alpha is emitted all the same.
    Formula: $$ s_i' = \frac{s_i}{\sum_{j \in E} s_j} \quad (i \in E) $$
    Units: parts of 1; $E$ are the subnets for which it is set.
    Rounding: Where any is not set, quotients are floored in U64F64.
    Source: `pallets/subtensor/src/coinbase/subnet_emissions.rs`, `get_subnet_block_emissions`
    Example: A half, a quarter and a quarter, of which the first gets none.

        >>> parts_of_enabled([Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)], [False, True, True])
        [Fraction(0, 1), Fraction(1, 2), Fraction(1, 2)]
    """
    if all(enabled):
        return list(parts)
    total = sum((part for part, gets in zip(parts, enabled, strict=True) if gets), Fraction(0))
    return [part / total if gets and total else Fraction(0) for part, gets in zip(parts, enabled, strict=True)]


def parts_by_price_and_root_rounded(
    prices: Sequence[Fraction], proportions: Sequence[Fraction], withheld: Sequence[Fraction]
) -> list[Fraction]:
    """Return the parts with each product and quotient floored in U64F64."""
    parts = _over_sum_rounded(prices)
    factors = [
        floored(proportion * max(1 - min(less, Fraction(1)), Fraction(0)), LIMIT_BITS)
        for proportion, less in zip(proportions, withheld, strict=True)
    ]
    weighted = [floored(part * factor, LIMIT_BITS) for part, factor in zip(parts, factors, strict=True)]
    return _over_sum_rounded(weighted) if any(weighted) else parts


def _over_sum_rounded(numbers: Sequence[Fraction]) -> list[Fraction]:
    total = at_most(sum(numbers, Fraction(0)), UNSIGNED, LIMIT_BITS)
    return [floored(number / total, LIMIT_BITS) if total else Fraction(0) for number in numbers]


@rule("EMIT-17", since=421, rounded=parts_by_price_and_root_rounded)
def parts_by_price_and_root(
    prices: Sequence[Fraction], proportions: Sequence[Fraction], withheld: Sequence[Fraction]
) -> list[Fraction]:
    r"""Parts of the emission by price and root.

    Statement: A subnet MUST be due a part of the block's TAO in proportion to its moving price, times its root
        proportion ([EMIT-6](#emit-6)), times the part of incentives that its last epoch paid to miners
        ([DIV-16](#div-16)). If these products are all 0 the moving prices alone MUST count.
    Formula: $$ s_i = \frac{\bar p_i\, r_i\,(1 - \mu_i)}{\sum_j \bar p_j\, r_j\,(1 - \mu_j)} $$
    Units: TAO per alpha and parts of 1 in, of all subnets that take part; parts of 1 out.
    Rounding: The part in the sum of the prices, what it is multiplied with, the product and the part in the sum of
        these are each floored in U64F64.
    Source: `pallets/subtensor/src/coinbase/subnet_emissions.rs`, `get_shares`, `get_shares_price_ema`
    Known violation: A new subnet, of which no alpha is outside, has the largest root proportion.
    Example: Of two subnets of one price the second has half the root proportion, and pays half of its incentives.

        >>> halves = [Fraction(1), Fraction(1, 2)]
        >>> parts_by_price_and_root([Fraction(2)] * 2, halves, [Fraction(0), Fraction(1, 2)])
        [Fraction(4, 5), Fraction(1, 5)]
    """
    weighted = [price * root * (1 - less) for price, root, less in zip(prices, proportions, withheld, strict=True)]
    counted = weighted if any(weighted) else list(prices)
    total = sum(counted, Fraction(0))
    return [one / total if total else Fraction(0) for one in counted]


def owner_cut_if_enabled_rounded(subnet_owner_cut: int, enabled: bool = True) -> Fraction:
    """Return the part in 32 fraction bits."""
    return owner_cut_proportion_rounded(subnet_owner_cut) if enabled else Fraction(0)


@rule("EMIT-4", since=411, rounded=owner_cut_if_enabled_rounded)
def owner_cut_if_enabled(subnet_owner_cut: int, enabled: bool = True) -> Fraction:
    r"""Owner cut.

    Change: A subnet may do without it, and the others there get it all.
    Statement: Of the alpha emission, the owner of the subnet MUST be set aside the part that the setting
        `SubnetOwnerCut` is of 65 535, or nothing where `OwnerCutEnabled` of the subnet is not set. The former setting
        is one for all subnets.
    Formula: $$ c = \frac{w}{2^{16} - 1}, \qquad \text{cut} = c \cdot E $$
    Units: a u16; a part of 1 out.
    Rounding: The part is floored in I96F32: less than $2^{-32}$ below the exact value, never above. So is its product
        with the emission; `PendingOwnerCut` grows by the whole alpha rao of it, while what is left for the others is
        the emission less the product with its fraction.
    Source: `pallets/subtensor/src/utils/misc.rs`, `get_float_subnet_owner_cut`;
        `pallets/subtensor/src/coinbase/run_coinbase.rs`, `emit_to_subnets`
    Example: The default of 11 796 gives 17.9995 %.

        >>> [round(float(owner_cut_if_enabled(11_796, enabled)), 6) for enabled in (True, False)]
        [0.179995, 0.0]
    """
    return owner_cut_proportion(subnet_owner_cut) if enabled else Fraction(0)


@rule("EMIT-12", since=411, rounded=injection_capped_by_tao_rounded)
def injection_paid_by_block(
    due: Fraction, price: Fraction, alpha_emission: Fraction, tao_emission: Fraction = Fraction(0)
) -> Injection:
    r"""Excess TAO.

    Change: TAO is paid to the account of the subnet out of what the block minted, first what buys.
    Statement: A pool MUST get the TAO that is due and alpha of the same worth. If that is more than the alpha emission,
        or than the TAO that the block may issue ([ISS-1](#iss-1)) at the total issuance with what was minted,
        whichever is less, it gets as much alpha as that and TAO of the same worth; with the whole rao of the rest, if
        there are any, alpha MUST be bought from the pool, free of its fee, once its position has grown, and leave
        `SubnetAlphaOut` again. Without a price the pool gets no alpha. What the participants get is the whole alpha
        emission. All TAO MUST be paid by [EMIT-15](#emit-15), what buys before the rest; what cannot be paid neither
        buys nor joins the pool. With what alpha was bought is recorded in `SubnetExcessTao`, which is 0 if none was.
    Formula: $$ C = \min(E,\ e), \qquad A_{in} = \min(e_i / p,\ C), \qquad T_{in} = \min(e_i,\ C\,p), \qquad
        b = \lfloor e_i - T_{in} \rfloor $$
    Units: rao, TAO per alpha and alpha rao in, and the rao $e$ of the whole block; (rao and alpha rao for the pool, rao
        to buy with) out, None where no whole rao is left.
    Rounding: Products and quotients are floored in U96F32, then each of the three to whole units.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `get_subnet_terms`, `inject_and_maybe_swap`
    Known violation: What was paid to buy stays on the account where the pool refuses the purchase, and is in no pool.
    Example: Half of 1 TAO at a price of 0.25, where the block emits half a TAO and an alpha.

        >>> injection_paid_by_block(Fraction(5 * 10**8), Fraction(1, 4), Fraction(10**9), Fraction(5 * 10**8))
        (Fraction(125000000, 1), Fraction(500000000, 1), Fraction(375000000, 1))
    """
    return capped_injection_in_whole_rao(due, price, min(alpha_emission, tao_emission))


@rule("EMIT-12", since=413, rounded=injection_capped_by_tao_rounded)
def injection_that_buys_for_protocol(
    due: Fraction, price: Fraction, alpha_emission: Fraction, tao_emission: Fraction = Fraction(0)
) -> Injection:
    r"""Excess TAO.

    Change: The alpha that a block buys is kept for the protocol. It had been recycled, so that as much could be issued
        once more.
    Statement: A pool MUST get the TAO that is due and alpha of the same worth. If that is more than the alpha emission,
        or than the TAO that the block may issue ([ISS-1](#iss-1)) at the total issuance with what was minted,
        whichever is less, it gets as much alpha as that and TAO of the same worth; with the whole rao of the rest, if
        there are any, alpha MUST be bought from the pool, free of its fee, once its position has grown; it stays in
        `SubnetAlphaOut` and joins `SubnetProtocolAlpha`. Without a price the pool gets no alpha. What the participants
        get is the whole alpha emission. All TAO MUST be paid by [EMIT-15](#emit-15), what buys before the rest; what
        cannot be paid neither buys nor joins the pool. With what alpha was bought is recorded in `SubnetExcessTao`,
        which is 0 if none was.
    Formula: $$ C = \min(E,\ e), \qquad A_{in} = \min(e_i / p,\ C), \qquad T_{in} = \min(e_i,\ C\,p), \qquad
        b = \lfloor e_i - T_{in} \rfloor $$
    Units: rao, TAO per alpha and alpha rao in, and the rao $e$ of the whole block; (rao and alpha rao for the pool, rao
        to buy with) out, None where no whole rao is left.
    Rounding: Products and quotients are floored in U96F32, then each of the three to whole units.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `get_subnet_terms`, `inject_and_maybe_swap`
    Known violation: What was paid to buy stays on the account where the pool refuses the purchase, and is in no pool.
    Example: Half of 1 TAO at a price of 0.25, where the block emits half a TAO and an alpha.

        >>> injection_that_buys_for_protocol(Fraction(5 * 10**8), Fraction(1, 4), Fraction(10**9), Fraction(5 * 10**8))
        (Fraction(125000000, 1), Fraction(500000000, 1), Fraction(375000000, 1))
    """
    return capped_injection_in_whole_rao(due, price, min(alpha_emission, tao_emission))


def injection_capped_by_root_rounded(
    due: Fraction, price: Fraction, alpha_emission: Fraction, tao_emission: Fraction = Fraction(0)
) -> Injection:
    """Return whole amounts, with the limit, the product and the quotient in 32 fraction bits."""
    tao, alpha, excess = injection_capped_by_tao_rounded(due, price, alpha_emission, floored(tao_emission))
    return tao, floored(alpha, 0), excess


@rule("EMIT-12", since=421, rounded=injection_capped_by_root_rounded)
def injection_capped_by_root(
    due: Fraction, price: Fraction, alpha_emission: Fraction, tao_emission: Fraction = Fraction(0)
) -> Injection:
    r"""Excess TAO.

    Change: The limit of a pool's alpha is the root proportion of the alpha emission, so that the less of a subnet is
        root's, the more of its TAO buys alpha.
    Statement: A pool MUST get the TAO that is due and alpha of the same worth. If that is more than the root proportion
        ([EMIT-6](#emit-6)) of the alpha emission, it gets as much alpha as that and TAO of the same worth; with the
        whole rao of the rest, if there are any, alpha MUST be bought from the pool, free of its fee, once its position
        has grown; it stays in `SubnetAlphaOut` and joins `SubnetProtocolAlpha`. Without a price the pool gets no alpha.
        What the participants get is the whole alpha emission. All TAO MUST be paid by [EMIT-15](#emit-15), what buys
        before the rest; what cannot be paid neither buys nor joins the pool. With what alpha was bought is recorded in
        `SubnetExcessTao`, which is 0 if none was; that and the TAO of the pool join `SubnetProtocolFlow`.
    Formula: $$ C = r_i E, \qquad A_{in} = \min(e_i / p,\ C), \qquad T_{in} = \min(e_i,\ C\,p), \qquad
        b = \lfloor e_i - T_{in} \rfloor $$
    Units: rao, TAO per alpha and alpha rao in, and the alpha rao $C$, not above the emission $E$; (rao and alpha rao
        for the pool, rao to buy with) out, None where no whole rao is left.
    Rounding: Products and quotients are floored in U96F32, then each of the three to whole units.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `get_subnet_terms`, `inject_and_maybe_swap`
    Known violation: What was paid to buy stays on the account where the pool refuses the purchase, and is in no pool.
    Example: Half of 1 TAO at a price of 0.25, where one fifth of an alpha of emission is root's.

        >>> injection_capped_by_root(Fraction(5 * 10**8), Fraction(1, 4), Fraction(10**9), Fraction(2 * 10**8))
        (Fraction(50000000, 1), Fraction(200000000, 1), Fraction(450000000, 1))
    """
    return capped_injection_in_whole_rao(due, price, min(alpha_emission, tao_emission))
