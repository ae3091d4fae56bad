"""Staking with pools whose TAO is on an account."""

from fractions import Fraction

from dtao_spec.chapters.staking.swaps import is_positive_small_nomination
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.staking"


@rule("STAKE-4", since=411)
def stake_after_payment(stake: int, paid_out: int) -> int:
    r"""TAO becomes stake.

    Change: The TAO is paid to the account of the subnet as it is staked, where it had left the balance before.
    Statement: The coldkey MUST pay the amount to the account of the subnet ([STATE-18](#state-18)), and what was paid
        MUST buy alpha up to the limit price ([STAKE-1](#stake-1)), which becomes stake of the coldkey
        ([SHARE-6](#share-6)); the hotkey is appended to those that the coldkey stakes with, unless it is there. The fee
        is paid to the author of the block ([POOL-30](#pool-30)); a lock without mass ends ([LOCK-7](#lock-7)). The
        event is `StakeAdded`: coldkey, hotkey, the TAO that was paid, the alpha that was bought, netuid, the fee. If
        the deposit comes to nothing there is no event.
    Formula: $$ x_c' = x_c + y $$
    Units: alpha rao.
    Rounding: as POOL-15 and SHARE-4.
    Rejections: `InsufficientBalance`; those of STAKE-1; `AmountTooLow` if nothing was bought; `InsufficientLiquidity`
        if that is worth no share.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `stake_into_subnet`
    Known violation: What a limit leaves over is not returned to the coldkey. It is on the account of the subnet, but in
        no pool.
    Example: 80 join 100.

        >>> stake_after_payment(100, 80)
        180
    """
    return stake + paid_out


@rule("STAKE-5", since=411)
def refund_before_payment(withdrawn: int, paid_in: int, fee: int) -> int:
    r"""Stake becomes TAO.

    Change: The account of the subnet pays the coldkey at once, which may be refused.
    Statement: The alpha MUST leave the stake of the coldkey ([SHARE-7](#share-7)), and what counts as withdrawn MUST be
        sold down to the limit price ([STAKE-2](#stake-2)). What the swap did not take, fee included, becomes stake
        again; then the account of the subnet pays the TAO to the coldkey ([STATE-18](#state-18)). The fee is sold
        without a fee for the author of the block, who is paid the TAO ([POOL-30](#pool-30)); of root stake what counts
        as claimed changes ([CLAIM-4](#claim-4)); a lock without mass ends ([LOCK-7](#lock-7)). The event is
        `StakeRemoved`: coldkey, hotkey, the TAO, the alpha that the swap took without the fee, netuid, the fee.
    Formula: $$ r = \max(0, w - x - f) $$
    Units: alpha rao.
    Rounding: as SHARE-4 and POOL-15.
    Rejections: those of STAKE-2, of the sale, of the payment, and of the sale and payment of the fee.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `unstake_from_subnet`
    Example: Of 1 000 that were withdrawn the swap took 900, which the event names, and a fee of 3.

        >>> refund_before_payment(1_000, 900, 3)
        97
    """
    return max(withdrawn - paid_in - fee, 0)


@rule("STAKE-6", since=411)
def is_small_nomination_of_unlocked(stake: int, minimum: int, price: Fraction) -> bool:
    r"""Small nominations.

    Change: A lock loses what is cleared. The account of the subnet pays; where that is refused, what happened up to
        there remains.
    Statement: After a sale, what is left of the stake of a coldkey that does not own the hotkey MUST be sold as well
        ([STAKE-5](#stake-5)), if it is more than nothing and less alpha than the minimum buys at the price
        ([PRICE-1](#price-1)); none does at a price of 0. The minimum is the minimum stake of 2 000 000 rao times
        `NominatorMinRequiredStake` millionths. If the swap or a payment is refused, what happened until then MUST
        remain, what stake there is then be taken away without being paid, and there is no event. In both cases a lock
        of the coldkey loses what was cleared ([LOCK-7](#lock-7)). A move clears nothing.
    Formula: $$ x_{min} = \frac{2 \cdot 10^6\, m}{10^6}, \quad x_c < \left\lfloor \frac{x_{min}}{p} \right\rfloor
        \;\Rightarrow\; x_c' = 0 $$
    Units: alpha rao; the minimum in rao.
    Rounding: as SHARE-2 and POOL-15. The product of minimum stake and factor saturates as a u64. The quotient of
        minimum and price is floored in U96F32 and then to alpha rao.
    Source: `pallets/subtensor/src/staking/helpers.rs`, `clear_small_nomination_if_required`;
        `pallets/subtensor/src/utils/misc.rs`, `get_nominator_min_required_stake`
    Known violation: A refused swap costs the nominator his stake, and his lock, though stake that is locked should not
        leave.
    Example: 399 alpha rao at a price of a half are less than 200 rao, the minimum by a factor of 100.

        >>> [is_small_nomination_of_unlocked(stake, 100, Fraction(1, 2)) for stake in (0, 399, 400)]
        [False, True, False]
    """
    return is_positive_small_nomination(stake, minimum, price)
