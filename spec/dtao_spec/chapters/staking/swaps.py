"""Stake that is bought and sold by swaps of concentrated liquidity."""

from fractions import Fraction

from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.staking"


@rule("STAKE-1", since=283)
def buy(reserve: int, outside: int, total_stake: int, tao: int, swap: tuple[int, int]) -> tuple[int, int, int]:
    r"""TAO swapped for alpha.

    Change: The swap may be refused and may stop at a limit, and a stable subnet keeps no reserves any more.
    Statement: TAO that is staked MUST be swapped up to a limit price ([POOL-16](#pool-16)). What was paid in without
        the fee joins `SubnetTAO`; what was paid out leaves the alpha reserve ([POOL-22](#pool-22)) and joins
        `SubnetAlphaOut`. Total stake and volume gain all of the TAO, with the fee and with what a limit left over.
        Where the mechanism is not 1 the swap is 1 : 1 and none of these changes.
    Formula: $$ T' = T + x, \qquad O' = O + y, \qquad S' = S + z $$
    Units: rao in; the swap is (paid in, paid out).
    Rounding: none beyond that of the swap; sums saturate at $2^{64} - 1$.
    Rejections: those of POOL-16; `ReservesTooLow`; `InsufficientLiquidity` if the alpha reserve holds less than is paid
        out.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `swap_tao_for_alpha`
    Known violation: The fee, and TAO that a limit left over, count as total stake but are in no pool. Stake on stable
        subnets is in no reserve.
    Example: 1 000 rao, of which 900 are paid in and 3 are the fee; 97 were left over.

        >>> buy(10_000, 500, 20_000, 1_000, (900, 80))
        (10900, 580, 21000)
    """
    return reserve + swap[0], outside + swap[1], total_stake + tao


@rule("STAKE-1", since=320)
def buy_with_reserves(
    reserve: int, outside: int, total_stake: int, tao: int, swap: tuple[int, int]
) -> tuple[int, int, int]:
    r"""TAO swapped for alpha.

    Change: Where the mechanism is stable, as on root, the reserves, total stake and volume move again as they had done
        before pools of ranges: stake on root had been in no total.
    Statement: TAO that is staked MUST be swapped up to a limit price ([POOL-16](#pool-16)). What was paid in without
        the fee joins `SubnetTAO`; what was paid out leaves the alpha reserve ([POOL-22](#pool-22)) and joins
        `SubnetAlphaOut`. Total stake and volume gain all of the TAO, with the fee and with what a limit left over.
        Where the mechanism is not 1 the swap is 1 : 1, and all of these change by the amount.
    Formula: $$ T' = T + x, \qquad O' = O + y, \qquad S' = S + z $$
    Units: rao in; the swap is (paid in, paid out).
    Rounding: none beyond that of the swap; sums saturate at $2^{64} - 1$.
    Rejections: those of POOL-16; `ReservesTooLow`; `InsufficientLiquidity` if the alpha reserve holds less than is paid
        out.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `swap_tao_for_alpha`
    Known violation: The fee, and TAO that a limit left over, count as total stake but are in no pool. The alpha reserve
        of a stable subnet does not fall below 0, whatever is staked there.
    Example: 1 000 rao, of which 900 are paid in and 3 are the fee; 97 were left over.

        >>> buy_with_reserves(10_000, 500, 20_000, 1_000, (900, 80))
        (10900, 580, 21000)
    """
    return reserve + swap[0], outside + swap[1], total_stake + tao


@rule("STAKE-2", since=283)
def sell(reserve: int, outside: int, total_stake: int, swap: tuple[int, int]) -> tuple[int, int, int]:
    r"""Alpha swapped for TAO.

    Change: The swap may be refused and may stop at a limit, and a stable subnet keeps no reserves any more.
    Statement: Alpha that is unstaked MUST be swapped down to a limit price ([POOL-16](#pool-16)). What was paid in
        without the fee joins `SubnetAlphaIn` and leaves `SubnetAlphaOut`; what was paid out leaves the TAO reserve
        ([POOL-22](#pool-22)) and total stake, and joins the volume. Where the mechanism is not 1 the swap is 1 : 1 and
        none of these changes.
    Formula: $$ A' = A + x, \qquad O' = O - x, \qquad S' = S - y $$
    Units: alpha rao in; the swap is (paid in, paid out).
    Rounding: none beyond that of the swap; differences are not below 0.
    Rejections: those of POOL-16; `ReservesTooLow`; `InsufficientLiquidity` if the TAO reserve holds less than is paid
        out.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `swap_alpha_for_tao`
    Known violation: The alpha of the fee stays in `SubnetAlphaOut` though it is nobody's stake.
    Example: 900 are paid in for 80.

        >>> sell(10_000, 5_000, 20_000, (900, 80))
        (10900, 4100, 19920)
    """
    return reserve + swap[0], outside - swap[0], total_stake - swap[1]


@rule("STAKE-2", since=320)
def sell_with_reserves(reserve: int, outside: int, total_stake: int, swap: tuple[int, int]) -> tuple[int, int, int]:
    r"""Alpha swapped for TAO.

    Change: Where the mechanism is stable, as on root, the reserves, total stake and volume move again.
    Statement: Alpha that is unstaked MUST be swapped down to a limit price ([POOL-16](#pool-16)). What was paid in
        without the fee joins `SubnetAlphaIn` and leaves `SubnetAlphaOut`; what was paid out leaves the TAO reserve
        ([POOL-22](#pool-22)) and total stake, and joins the volume. Where the mechanism is not 1 the swap is 1 : 1, and
        all of these change by the amount.
    Formula: $$ A' = A + x, \qquad O' = O - x, \qquad S' = S - y $$
    Units: alpha rao in; the swap is (paid in, paid out).
    Rounding: none beyond that of the swap; differences are not below 0.
    Rejections: those of POOL-16; `ReservesTooLow`; `InsufficientLiquidity` if the TAO reserve holds less than is paid
        out.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `swap_alpha_for_tao`
    Known violation: The alpha of the fee stays in `SubnetAlphaOut` though it is nobody's stake.
    Example: 900 are paid in for 80.

        >>> sell_with_reserves(10_000, 5_000, 20_000, (900, 80))
        (10900, 4100, 19920)
    """
    return reserve + swap[0], outside - swap[0], total_stake - swap[1]


@rule("STAKE-4", since=283)
def stake_after(stake: int, paid_out: int) -> int:
    r"""TAO becomes stake.

    Change: There is no fee but that of the pool, and a swap that is refused or pays nothing refuses the call instead of
        taking the TAO.
    Statement: An amount that has left the balance MUST buy alpha up to the limit price ([STAKE-1](#stake-1)), which
        becomes stake of the coldkey ([SHARE-6](#share-6)); the hotkey is appended to those that the coldkey stakes
        with, unless it is there. The event is `StakeAdded`: coldkey, hotkey, the TAO that left the balance, the alpha
        that was bought, netuid, the fee. If the deposit comes to nothing there is no event.
    Formula: $$ x_c' = x_c + y $$
    Units: alpha rao.
    Rounding: as POOL-15 and SHARE-4.
    Rejections: those of STAKE-1; `AmountTooLow` if nothing was bought; `InsufficientLiquidity` if that is worth no
        share.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `stake_into_subnet`
    Known violation: What a limit leaves over is not returned to the coldkey.
    Example: 80 join 100.

        >>> stake_after(100, 80)
        180
    """
    return stake + paid_out


@rule("STAKE-5", since=283)
def refund(withdrawn: int, paid_in: int, fee: int) -> int:
    r"""Stake becomes TAO.

    Change: There is no fee but that of the pool, what a limit leaves over is refunded, and a swap that is refused
        refuses the call.
    Statement: The alpha MUST leave the stake of the coldkey ([SHARE-7](#share-7)), and what counts as withdrawn MUST be
        sold down to the limit price ([STAKE-2](#stake-2)). What the swap did not take, fee included, becomes stake
        again; the TAO is due to the coldkey. The event is `StakeRemoved`: coldkey, hotkey, the TAO, the alpha that
        counts as withdrawn, netuid, the fee.
    Formula: $$ r = \max(0, w - x - f) $$
    Units: alpha rao.
    Rounding: as SHARE-4 and POOL-15.
    Rejections: those of STAKE-2.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `unstake_from_subnet`
    Example: Of 1 000 that were withdrawn the swap took 900 and a fee of 3.

        >>> refund(1_000, 900, 3)
        97
    """
    return max(withdrawn - paid_in - fee, 0)


@rule("STAKE-6", since=283)
def pay_nomination(stake: int, minimum: int, owns_hotkey: bool, proceeds: int | None) -> tuple[int, int]:
    r"""Small nominations.

    Change: The sale may be refused; then the stake is gone all the same.
    Statement: After a sale, what is left of the stake of a coldkey that does not own the hotkey MUST be sold as well
        and paid to its balance, if it is below `NominatorMinRequiredStake`. If the pool refuses the swap, the stake
        MUST be taken away without being paid, and there is no event. A move clears nothing.
    Formula: $$ x_c < x_{min} \;\Rightarrow\; x_c' = 0 $$
    Units: the stake in alpha rao, the minimum in rao: they are compared as numbers.
    Rounding: as SHARE-2 and POOL-15.
    Source: `pallets/subtensor/src/staking/helpers.rs`, `clear_small_nomination_if_required`
    Known violation: The minimum is meant in TAO; an alpha is compared as if it were one, whatever its price. A refused
        swap costs the nominator his stake.
    Example: 40 of at least 100 remain, and bring 30; and if the pool does not swap; and for the owner.

        >>> pay_nomination(40, 100, False, 30), pay_nomination(40, 100, False, None)
        ((0, 30), (0, 0))
        >>> pay_nomination(40, 100, True, 30)
        (40, 0)
    """
    return (stake, 0) if owns_hotkey or stake >= minimum else (0, proceeds or 0)


def least_nomination(stored: int) -> int:
    """Return the rao that a nominator has to leave at least, by `NominatorMinRequiredStake` as a factor."""
    return min(2_000_000 * stored, 2**64 - 1) // 10**6


@rule("STAKE-6", since=298)
def is_small_nomination(stake: int, minimum: int, price: Fraction) -> bool:
    r"""Small nominations.

    Change: The minimum is compared with what the stake is worth instead of with the number of its alpha.
        `NominatorMinRequiredStake` is a factor of the minimum stake, in millionths, instead of rao: so the minimum
        follows that stake.
    Statement: After a sale, what is left of the stake of a coldkey that does not own the hotkey MUST be sold as well
        and paid to its balance, if it is less alpha than the minimum buys at the price ([PRICE-1](#price-1)); none does
        at a price of 0. The minimum is the minimum stake of 2 000 000 rao times `NominatorMinRequiredStake` millionths.
        If the pool refuses the swap, the stake MUST be taken away without being paid, and there is no event. A move
        clears nothing.
    Formula: $$ x_{min} = \frac{2 \cdot 10^6\, m}{10^6}, \quad x_c < \left\lfloor \frac{x_{min}}{p} \right\rfloor
        \;\Rightarrow\; x_c' = 0 $$
    Units: alpha rao; the minimum in rao.
    Rounding: as SHARE-2 and POOL-15. The product of minimum stake and factor saturates as a u64. The quotient of
        minimum and price is floored in U96F32 and then to alpha rao.
    Source: `pallets/subtensor/src/staking/helpers.rs`, `clear_small_nomination_if_required`;
        `pallets/subtensor/src/utils/misc.rs`, `get_nominator_min_required_stake`
    Known violation: A refused swap costs the nominator his stake.
    Example: 399 alpha rao at a price of a half are less than 200 rao, the minimum by a factor of 100.

        >>> [is_small_nomination(stake, 100, Fraction(1, 2)) for stake in (0, 399, 400)]
        [True, True, False]
    """
    return price > 0 and stake < int(least_nomination(minimum) / price)


@rule("STAKE-6", since=320)
def is_positive_small_nomination(stake: int, minimum: int, price: Fraction) -> bool:
    r"""Small nominations.

    Change: A stake of nothing is left alone. It had been sold for nothing, with an event.
    Statement: After a sale, what is left of the stake of a coldkey that does not own the hotkey MUST be sold as well
        and paid to its balance, if it is more than nothing and less alpha than the minimum buys at the price
        ([PRICE-1](#price-1)); none does at a price of 0. The minimum is the minimum stake of 2 000 000 rao times
        `NominatorMinRequiredStake` millionths. If the pool refuses the swap, the stake MUST be taken away without being
        paid, and there is no event. A move clears nothing.
    Formula: $$ x_{min} = \frac{2 \cdot 10^6\, m}{10^6}, \quad x_c < \left\lfloor \frac{x_{min}}{p} \right\rfloor
        \;\Rightarrow\; x_c' = 0 $$
    Units: alpha rao; the minimum in rao.
    Rounding: as SHARE-2 and POOL-15. The product of minimum stake and factor saturates as a u64. The quotient of
        minimum and price is floored in U96F32 and then to alpha rao.
    Source: `pallets/subtensor/src/staking/helpers.rs`, `clear_small_nomination_if_required`;
        `pallets/subtensor/src/utils/misc.rs`, `get_nominator_min_required_stake`
    Known violation: A refused swap costs the nominator his stake.
    Example: 399 alpha rao at a price of a half are less than 200 rao, the minimum by a factor of 100.

        >>> [is_positive_small_nomination(stake, 100, Fraction(1, 2)) for stake in (0, 399, 400)]
        [False, True, False]
    """
    return price > 0 and 0 < stake < int(least_nomination(minimum) / price)


@rule("STAKE-6", since=385)
def is_small_nomination_with_fee_of_author(stake: int, minimum: int, price: Fraction) -> bool:
    r"""Small nominations.

    Change: The fee is sold for the author of the block ([POOL-30](#pool-30)); where that is refused, what happened up
        to there remains.
    Statement: After a sale, what is left of the stake of a coldkey that does not own the hotkey MUST be sold as well
        ([STAKE-5](#stake-5)) and paid to its balance, if it is more than nothing and less alpha than the minimum buys
        at the price ([PRICE-1](#price-1)); none does at a price of 0. The minimum is the minimum stake of 2 000 000 rao
        times `NominatorMinRequiredStake` millionths. If the swap or that of the fee is refused, what happened until
        then MUST remain, what stake there is then be taken away, the coldkey is paid nothing, and there is no event. A
        move clears nothing.
    Formula: $$ x_{min} = \frac{2 \cdot 10^6\, m}{10^6}, \quad x_c < \left\lfloor \frac{x_{min}}{p} \right\rfloor
        \;\Rightarrow\; x_c' = 0 $$
    Units: alpha rao; the minimum in rao.
    Rounding: as SHARE-2 and POOL-15. The product of minimum stake and factor saturates as a u64. The quotient of
        minimum and price is floored in U96F32 and then to alpha rao.
    Source: `pallets/subtensor/src/staking/helpers.rs`, `clear_small_nomination_if_required`
    Known violation: A refused swap costs the nominator his stake. If it is that of the fee, the TAO of the stake has
        left the pool and is nobody's.
    Example: 399 alpha rao at a price of a half are less than 200 rao.

        >>> [is_small_nomination_with_fee_of_author(stake, 100, Fraction(1, 2)) for stake in (0, 399, 400)]
        [False, True, False]
    """
    return is_positive_small_nomination(stake, minimum, price)


@rule("STAKE-7", since=283)
def total_stake_of_hotkey(stakes: list[tuple[int, Fraction]]) -> int:
    r"""Stake of a hotkey in TAO.

    Change: The parts are added before they are floored.
    Statement: The stake of a hotkey in TAO MUST be the sum over all subnets of the stake on it times the price
        ([PRICE-1](#price-1)).
    Formula: $$ \left\lfloor \sum_i x_i\,p_i \right\rfloor $$
    Units: alpha rao and TAO per alpha in; rao out.
    Rounding: none beyond that of the sum, which is floored; products with a price have 32 fraction bits, as it has.
    Source: `pallets/subtensor/src/staking/helpers.rs`, `get_total_stake_for_hotkey`
    Example: Two halves are one.

        >>> total_stake_of_hotkey([(1, Fraction(1, 2)), (3, Fraction(1, 2))])
        2
    """
    return int(sum((stake * price for stake, price in stakes), Fraction(0)))


@rule("STAKE-8", since=283)
def total_stake_of_coldkey(positions: list[tuple[int, int, Fraction]]) -> int:
    r"""Stake of a coldkey in TAO.

    Change: Counted is what each position would sell for instead of its worth at the price.
    Statement: The stake of a coldkey in TAO MUST be the sum over its positions of what selling that position alone
        would bring ([POOL-4](#pool-4)), and of the fee of that sale at the price; nothing for one that would not sell.
    Formula: $$ \sum_i \left( y_i + \lfloor f_i\,p_i \rfloor \right) $$
    Units: (rao, alpha rao, TAO per alpha) in; rao out.
    Rounding: none beyond that of the swaps; each fee in TAO is floored.
    Source: `pallets/subtensor/src/staking/helpers.rs`, `get_total_stake_for_coldkey`
    Example: A position that sells for 100 and pays a fee of 3 alpha at the price 0.5.

        >>> total_stake_of_coldkey([(100, 3, Fraction(1, 2))])
        101
    """
    return sum(tao + int(fee * price) for tao, fee, price in positions)


@rule("STAKE-19", since=283)
def no_fee(alpha: Fraction) -> Fraction:
    r"""Fee for unstaking.

    Change: There is none; the pool's own fee took its place.
    Statement: Staking, unstaking and moving MUST cost nothing but the fee of the swaps that they take
        ([POOL-12](#pool-12)); a move pays it on both legs.
    Units: rao.
    Rounding: none.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `unstake_from_subnet`, `stake_into_subnet`
    Example: None.

        >>> no_fee(Fraction(10**9))
        Fraction(0, 1)
    """
    return Fraction(0)


@rule("STAKE-5", since=401)
def refund_naming_alpha_sold(withdrawn: int, paid_in: int, fee: int) -> int:
    r"""Stake becomes TAO.

    Change: The event names the alpha that was sold, without the fee and the rest.
    Statement: The alpha MUST leave the stake of the coldkey ([SHARE-7](#share-7)), and what counts as withdrawn MUST be
        sold down to the limit price ([STAKE-2](#stake-2)). What the swap did not take, fee included, becomes stake
        again; the TAO is due to the coldkey. The fee is sold without a fee for the author of the block, who gets the
        TAO. The event is `StakeRemoved`: coldkey, hotkey, the TAO, the alpha that the swap took without the fee,
        netuid, the fee.
    Formula: $$ r = \max(0, w - x - f) $$
    Units: alpha rao.
    Rounding: as SHARE-4 and POOL-15.
    Rejections: those of STAKE-2, of the sale and of that of the fee.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `unstake_from_subnet`
    Example: Of 1 000 that were withdrawn the swap took 900, which the event names, and a fee of 3.

        >>> refund_naming_alpha_sold(1_000, 900, 3)
        97
    """
    return max(withdrawn - paid_in - fee, 0)
