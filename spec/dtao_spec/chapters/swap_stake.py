"""Stake that is bought and sold by swaps of concentrated liquidity."""

from collections.abc import Sequence
from fractions import Fraction

from dtao_spec.chapters.state import EXISTENTIAL_DEPOSIT
from dtao_spec.registry import rule
from dtao_spec.rounding import floored

CHAPTER = "dtao_spec.chapters.staking"


@rule("STAKE-1", since=283)
def bought(reserve: int, outside: int, total_stake: int, tao: int, swap: tuple[int, int]) -> tuple[int, int, int]:
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

        >>> bought(10_000, 500, 20_000, 1_000, (900, 80))
        (10900, 580, 21000)
    """
    return reserve + swap[0], outside + swap[1], total_stake + tao


@rule("STAKE-2", since=283)
def sold(reserve: int, outside: int, total_stake: int, swap: tuple[int, int]) -> tuple[int, int, int]:
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

        >>> sold(10_000, 5_000, 20_000, (900, 80))
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
def nomination_paid(stake: int, minimum: int, owns_hotkey: bool, proceeds: int | None) -> tuple[int, int]:
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

        >>> nomination_paid(40, 100, False, 30), nomination_paid(40, 100, False, None)
        ((0, 30), (0, 0))
        >>> nomination_paid(40, 100, True, 30)
        (40, 0)
    """
    return (stake, 0) if owns_hotkey or stake >= minimum else (0, proceeds or 0)


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


@rule("STAKE-9", since=283)
def withdrawn_to_stake(amount: int, balance: int) -> int:
    r"""The call add_stake.

    Change: The call takes no fee; the pool's takes its place.
    Statement: The call MUST withdraw the amount from the balance of the signer ([STATE-3](#state-3)) and stake what it
        got at any price ([STAKE-4](#stake-4)). A balance of less than the amount and the existential deposit of 500 rao
        pays all but that deposit.
    Formula: $$ x = \min(\text{amount},\; b - 500), \qquad b' = b - x $$
    Units: rao.
    Rounding: as [STAKE-4](#stake-4).
    Rejections: `BadOrigin` if nobody signed; those of [STAKE-11](#stake-11), with the amount as its own maximum; those
        of [STAKE-4](#stake-4).
    Source: `pallets/subtensor/src/staking/add_stake.rs`, `do_add_stake`
    Example: 10 of 12 TAO, and of 10.

        >>> withdrawn_to_stake(10**10, 12 * 10**9), withdrawn_to_stake(10**10, 10**10)
        (10000000000, 9999999500)
    """
    return min(amount, max(balance - EXISTENTIAL_DEPOSIT, 0))


@rule("STAKE-10", since=283)
def part_staked(amount: int, maximum: int | None) -> int:
    r"""The call add_stake_limit.

    Change: The call takes no fee; the pool's takes its place, and the swap itself ends at the limit price.
    Statement: The call MUST make a delegate of the hotkey ([STAKE-20](#stake-20)) once all checks have passed. It MUST
        then withdraw the lesser of the amount and what the limit price allows ([POOL-5](#pool-5)) and stake what it got
        up to that price ([STAKE-4](#stake-4)). Without leave to trade a part the checks see to it that this is the
        amount.
    Formula: $$ x = \min(\text{amount},\; x_{max}) $$
    Units: rao; None for a maximum without bound.
    Rounding: as [POOL-5](#pool-5) and [STAKE-4](#stake-4).
    Rejections: `BadOrigin` if nobody signed; that of [STAKE-23](#stake-23) for what the limit allows; those of
        [STAKE-11](#stake-11); those of [STAKE-4](#stake-4).
    Source: `pallets/subtensor/src/staking/add_stake.rs`, `do_add_stake_limit`
    Known violation: What the limit allows is computed without the fee, which the swap then takes of it; what the swap
        leaves over at the limit is lost.
    Example: Of 10 TAO, 4 are allowed.

        >>> part_staked(10**10, 4 * 10**9), part_staked(10**10, None)
        (4000000000, 10000000000)
    """
    return amount if maximum is None else min(amount, maximum)


@rule("STAKE-16", since=283)
def paid_for_all(proceeds: Sequence[int | None]) -> int:
    r"""The call unstake_all.

    Change: There is no fee but that of the pools.
    Statement: On every existing network where the signer has stake on the hotkey, root included, in the order of
        [STATE-5](#state-5), the call MUST unstake all of it at any price ([STAKE-5](#stake-5)), pay what is due to the
        balance, and clear a small nomination that is left ([STAKE-6](#stake-6)). It MUST pass over a network where
        [STAKE-22](#stake-22) or [STAKE-14](#stake-14) would refuse to remove that stake. It succeeds even if it passes
        over all.
    Formula: $$ b' = b + \sum_i y_i $$
    Units: rao; None for a network that is passed over.
    Rounding: as [STAKE-5](#stake-5) on every network. What is unstaked is the floored stake ([SHARE-2](#share-2)).
    Rejections: `BadOrigin` if nobody signed; `HotKeyAccountNotExists`; those of [STAKE-5](#stake-5).
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `do_unstake_all`
    Example: Three networks, of which one is passed over.

        >>> paid_for_all([100, None, 30])
        130
    """
    return sum(paid or 0 for paid in proceeds)


@rule("STAKE-17", since=283)
def moved_to_root(stake_on_root: int, proceeds: Sequence[int | None]) -> int:
    r"""The call unstake_all_alpha.

    Change: There is no fee but that of the pools.
    Statement: On every existing network but root where the signer has stake on the hotkey, in the order of
        [STATE-5](#state-5), the call MUST unstake all of it at any price ([STAKE-5](#stake-5)), and clear a small
        nomination that is left ([STAKE-6](#stake-6)), which goes to the balance. It MUST pass over a network where
        [STAKE-22](#stake-22) or [STAKE-14](#stake-14) would refuse to remove that stake. It MUST then stake the sum on
        root on the same hotkey ([STAKE-4](#stake-4)), which refuses a sum of 0.
    Formula: $$ x_{root}' = x_{root} + \sum_{i \ne root} y_i $$
    Units: rao; None for a network that is passed over.
    Rounding: as [STAKE-5](#stake-5) on every network; on root 1 : 1.
    Rejections: `BadOrigin` if nobody signed; `HotKeyAccountNotExists`; those of [STAKE-5](#stake-5) and
        [STAKE-4](#stake-4).
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `do_unstake_all_alpha`
    Example: 100 and 30 join 1 000.

        >>> moved_to_root(1_000, [100, None, 30])
        1130
    """
    return stake_on_root + sum(paid or 0 for paid in proceeds)


@rule("STAKE-11", since=283)
def add_stake_rejection(
    amount: int,
    minimum: int,
    pool_fee: int,
    is_allowed: bool,
    balance: int,
    hotkey_exists: bool,
    bought_alpha: int | None,
    moves_shares: bool = True,
) -> str | None:
    r"""When stake cannot be added.

    Change: The pool's fee on the minimum stake takes the place of the flat fee, and a swap that pays nothing is
        refused.
    Statement: The first of these that applies MUST be the rejection: there is no such subnet; its token is not enabled;
        the amount is less than 500 000 rao and the fee that the pool takes of that ([POOL-12](#pool-12)), or would take
        if it does not swap; it is above the maximum, and a part will not do; the account cannot pay the amount
        ([STATE-3](#state-3)); nobody owns the hotkey; the pool would not swap the whole amount, or pay nothing for it;
        what it would pay is worth no share ([SHARE-8](#share-8)).
    Units: rao.
    Rounding: none beyond those of the swaps.
    Rejections: `SubnetNotExists`, `SubtokenDisabled`, `AmountTooLow`, `SlippageTooHigh`, `NotEnoughBalanceToStake`,
        `HotKeyAccountNotExists`, `InsufficientLiquidity`.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `validate_add_stake`
    Example: 1 rao less than the minimum and a fee of 1 495; as much.

        >>> add_stake_rejection(501_494, 500_000, 1_495, True, 10**9, True, 1)
        'AmountTooLow'
        >>> add_stake_rejection(501_495, 500_000, 1_495, True, 10**9, True, 1) is None
        True
    """
    if amount < minimum + pool_fee:
        return "AmountTooLow"
    if not is_allowed:
        return "SlippageTooHigh"
    if balance < amount:
        return "NotEnoughBalanceToStake"
    if not hotkey_exists:
        return "HotKeyAccountNotExists"
    return None if bought_alpha and moves_shares else "InsufficientLiquidity"


@rule("STAKE-26", since=283)
def amount_of_full_limit(stake: int, limit: int | None, allowed: int) -> int | str:
    r"""Unstaking everything: `remove_stake_full_limit`.

    Statement: The whole stake of the coldkey on a hotkey of a subnet MUST be sold: as by [STAKE-13](#stake-13) for all
        or nothing if a limit price is given, else as by [STAKE-12](#stake-12).
    Units: alpha rao; the limit in rao per alpha.
    Rounding: none.
    Rejections: those of [STAKE-13](#stake-13) or [STAKE-12](#stake-12).
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `do_remove_stake_full_limit`
    Example: All of 100, as long as the limit allows it.

        >>> amount_of_full_limit(100, None, 0), amount_of_full_limit(100, 1, 100), amount_of_full_limit(100, 1, 99)
        (100, 100, 'SlippageTooHigh')
    """
    return stake if limit is None or stake <= allowed else "SlippageTooHigh"


@rule("STAKE-27", since=298)
def operation_rejection(
    added_in_block: set[tuple[str, str, int]], hotkey: str, coldkey: str, netuid: int
) -> str | None:
    r"""Stake stays for the block.

    Statement: Where a coldkey added stake on a hotkey of a subnet, by [STAKE-9](#stake-9), [STAKE-10](#stake-10) or a
        move of its own to another subnet, it MUST NOT remove or move stake from there in the same block. Before the
        next block all is forgotten.
    Units: none.
    Rounding: none.
    Rejections: `StakingOperationRateLimitExceeded`.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `set_stake_operation_limit`,
        `ensure_stake_operation_limit_not_exceeded`; `pallets/subtensor/src/macros/hooks.rs`, `on_finalize`
    Example: Alice's stake there stays; Bob's does not have to.

        >>> operation_rejection({("h", "alice", 1)}, "h", "alice", 1)
        'StakingOperationRateLimitExceeded'
        >>> operation_rejection({("h", "alice", 1)}, "h", "bob", 1) is None
        True
    """
    return "StakingOperationRateLimitExceeded" if (hotkey, coldkey, netuid) in added_in_block else None


@rule("STAKE-6", since=298)
def is_small_nomination(stake: int, minimum: int, price: Fraction) -> bool:
    r"""Small nominations.

    Change: The minimum is compared with what the stake is worth instead of with the number of its alpha.
    Statement: After a sale, what is left of the stake of a coldkey that does not own the hotkey MUST be sold as well
        and paid to its balance, if it is less alpha than `NominatorMinRequiredStake` buys at the price
        ([PRICE-1](#price-1)); none does at a price of 0. If the pool refuses the swap, the stake MUST be taken away
        without being paid, and there is no event. A move clears nothing.
    Formula: $$ x_c < \left\lfloor \frac{x_{min}}{p} \right\rfloor \;\Rightarrow\; x_c' = 0 $$
    Units: alpha rao; the minimum in rao.
    Rounding: as SHARE-2 and POOL-15. The quotient is floored in U96F32 and then to alpha rao.
    Source: `pallets/subtensor/src/staking/helpers.rs`, `clear_small_nomination_if_required`
    Known violation: A refused swap costs the nominator his stake.
    Example: 199 alpha at a price of a half are less than 100 TAO.

        >>> is_small_nomination(199, 100, Fraction(1, 2)), is_small_nomination(200, 100, Fraction(1, 2))
        (True, False)
    """
    return price > 0 and stake < int(minimum / price)


@rule("STAKE-11", since=298)
def part_rejection(
    amount: int,
    maximum: int,
    allow_partial: bool,
    balance: int,
    swap: tuple[int, int] | None,
    minimum: int = 2_000_000,
    pool_fee: int = 0,
) -> str | None:
    r"""When stake cannot be added.

    Change: Where a part will do, only that part must be covered and swappable, and it must be worth the minimum stake
        too, which is higher.
    Statement: The first of these that applies MUST be the rejection: there is no such subnet; its token is not enabled;
        the amount is less than 2 000 000 rao and the fee that the pool takes of that ([POOL-12](#pool-12)), or would
        take if it does not swap; it is above the maximum, and a part will not do. What follows is asked of the part
        that the maximum allows if a part will do: the account cannot pay it ([STATE-3](#state-3)); nobody owns the
        hotkey; the pool would not swap it; less than 2 000 000 rao of it would be paid in; the pool would pay nothing
        for it; what it would pay is worth no share ([SHARE-8](#share-8)).
    Units: rao.
    Rounding: none beyond those of the swaps.
    Rejections: `SubnetNotExists`, `SubtokenDisabled`, `AmountTooLow`, `SlippageTooHigh`, `NotEnoughBalanceToStake`,
        `HotKeyAccountNotExists`, `InsufficientLiquidity`.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `validate_add_stake`
    Example: Of 3 000 000 a limit allows 2 500 000, which the balance covers.

        >>> part_rejection(3_000_000, 2_500_000, True, 2_500_000, (2_490_000, 1))
        >>> part_rejection(3_000_000, 2_500_000, False, 2_500_000, (2_490_000, 1))
        'SlippageTooHigh'
        >>> part_rejection(3_000_000, 2_000_000, True, 2_500_000, (1_990_000, 1))
        'AmountTooLow'
    """
    if amount < minimum + pool_fee:
        return "AmountTooLow"
    if amount > maximum and not allow_partial:
        return "SlippageTooHigh"
    part = min(amount, maximum)
    if balance < part:
        return "NotEnoughBalanceToStake"
    if swap is None or swap[1] == 0:
        return "InsufficientLiquidity"
    return "AmountTooLow" if swap[0] < minimum else None


@rule("STAKE-14", since=298)
def remove_stake_rejection(stake: int, amount: int, proceeds: int | None, is_allowed: bool) -> str | None:
    r"""When stake cannot be removed.

    Change: All that is staked may be removed however little it is worth, and none in the block in which some was added.
    Statement: The first of these that applies MUST be the rejection: there is no such subnet; stake was added there in
        this block ([STAKE-27](#stake-27)); the amount is 0; the stake of the coldkey is less; the pool would not swap
        the amount; it would pay less than 2 000 000 rao, and some stake would remain; the amount is above the maximum,
        and a part will not do; nobody owns the hotkey.
    Units: alpha rao; proceeds in rao.
    Rounding: none beyond those of the swaps and of SHARE-2.
    Rejections: `SubnetNotExists`, `StakingOperationRateLimitExceeded`, `AmountTooLow`, `NotEnoughStakeToWithdraw`,
        `InsufficientLiquidity`, `SlippageTooHigh`, `HotKeyAccountNotExists`.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `validate_remove_stake`
    Example: A part that is worth too little, and all of it.

        >>> remove_stake_rejection(100, 99, 1_999_999, True), remove_stake_rejection(100, 100, 1, True)
        ('AmountTooLow', None)
    """
    if amount == 0:
        return "AmountTooLow"
    if stake < amount:
        return "NotEnoughStakeToWithdraw"
    if proceeds is None:
        return "InsufficientLiquidity"
    if stake != amount and proceeds < 2_000_000:
        return "AmountTooLow"
    return None if is_allowed else "SlippageTooHigh"


def subsidy_rounded(
    due: Fraction, price: Fraction, emission: Fraction, alpha_emission: Fraction
) -> tuple[Fraction, Fraction, Fraction]:
    """Return whole amounts, with products and quotients in 32 fraction bits."""
    if emission and price < floored(due / emission):
        tao = floored(price * emission)
        return floored(tao, 0), alpha_emission, floored(due - tao, 0)
    return floored(due, 0), floored(due / price, 0) if price else alpha_emission, Fraction(0)


@rule("EMIT-9", since=298, rounded=subsidy_rounded)
def subsidy(
    due: Fraction, price: Fraction, emission: Fraction, alpha_emission: Fraction
) -> tuple[Fraction, Fraction, Fraction]:
    r"""Subsidized subnets.

    Statement: A subnet whose price is below its part of the block's TAO is subsidized: its pool MUST get TAO in
        proportion to its price and the whole alpha emission, and with the rest of its TAO alpha MUST be bought from the
        pool, which leaves `SubnetAlphaOut` again. No alpha of it is sold for root in that block. Any other subnet gets
        all its TAO and alpha of the same worth, the alpha emission if the price is 0. The purchases of all subnets come
        before any injection; they and the sales for root MUST be free of the pool's fee. A purchase that the pool
        refuses is left out.
    Formula: $$ \begin{gathered} \frac{e_i}{e} > p_i: \quad T_{in} = p_i\,e, \quad A_{in} = E, \quad b = e_i - p_i\,e \\
        \text{else:} \quad T_{in} = e_i, \quad A_{in} = e_i / p_i, \quad b = 0 \end{gathered} $$
    Units: rao, TAO per alpha and alpha rao in; (rao and alpha rao for the pool, rao to buy with) out.
    Rounding: Products and quotients are floored in U96F32, then each of the three to whole units.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Known violation: The TAO that buys is in the pool and in `TotalStake`, but not in `TotalIssuance`. It buys even
        where registration is off and no TAO is injected.
    Example: Half of 1 TAO at a price of 0.25: 0.25 TAO and all alpha are injected, 0.25 TAO buy.

        >>> subsidy(Fraction(5 * 10**8), Fraction(1, 4), Fraction(10**9), Fraction(10**9))
        (Fraction(250000000, 1), Fraction(1000000000, 1), Fraction(250000000, 1))
        >>> subsidy(Fraction(5 * 10**8), Fraction(1), Fraction(10**9), Fraction(10**9))
        (Fraction(500000000, 1), Fraction(500000000, 1), Fraction(0, 1))
    """
    if emission and price < due / emission:
        return price * emission, alpha_emission, due - price * emission
    return due, due / price if price else alpha_emission, Fraction(0)


@rule("BLOCK-3", since=283)
def totals_after(issuance: int, stake: int, given: Sequence[int], paid: Sequence[int]) -> tuple[int, int]:
    r"""Coinbase.

    Change: Pools are given liquidity instead of reserves only, and the alpha for root is sold by a swap, which takes
        the pool's fee and may be refused.
    Statement: On all subnets that receive emission ([EMIT-8](#emit-8)), as if no others existed, the coinbase MUST take
        the phases of the diagram up to the moving prices in their order. What is given to a pool joins its reserves and
        the position of the chain ([POOL-21](#pool-21)); the alpha for root is sold at any price ([POOL-4](#pool-4)),
        and `SubnetAlphaOut` loses what was paid in without the fee. If the pool refuses the sale, neither it nor what
        was left for the participants is set aside, only the cut of the owner. A subnet whose epoch is due then pays out
        all that is pending ([DIV-9](#div-9)); its `BlocksSinceLastStep` is set to 0 and `LastMechansimStepBlock` (so
        spelt) to this block. On all others the former grows by 1. What the block gave is recorded in
        `SubnetTaoInEmission` (0 where [EMIT-3](#emit-3) says so), `SubnetAlphaInEmission` and
        `SubnetAlphaOutEmission`. The epochs, the counts of blocks since the last step and the payments MUST be those of
        all existing subnets but root. Pending children are left alone.
    Formula: $$ I' = I + \sum_i e_i, \qquad S' = \max\left(0, S + \sum_i e_i - \sum_i y_i\right) $$
    Units: rao. $e$ is the TAO of [EMIT-1](#emit-1), 0 where [EMIT-3](#emit-3) says so, and $y$ the TAO that the sale of
        [EMIT-7](#emit-7) brings. $I$ and $S$ are `TotalIssuance` and `TotalStake`.
    Rounding: none beyond that of the parts, which are each truncated to whole units.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Known violation: Where the pool refuses the sale, the alpha of the block counts as outside of the pool, but nobody
        is ever paid it. A sale that is refused for want of TAO moves the price all the same.
    Example: Two subnets are given 60 and 40; one sells for 5.

        >>> totals_after(1_000, 500, [60, 40], [5, 0])
        (1100, 595)
    """
    return issuance + sum(given), max(stake + sum(given) - sum(paid), 0)


@rule("BLOCK-3", since=298)
def totals_after_subsidies(issuance: int, stake: int, given: Sequence[int], paid: Sequence[int]) -> tuple[int, int]:
    r"""Coinbase.

    Change: Subnets whose price is below their part of the TAO get alpha bought for them, and what participants earn no
        longer depends on the sale for root.
    Statement: On all subnets that receive emission ([EMIT-8](#emit-8)), as if no others existed, the coinbase MUST take
        the phases of the diagram up to the moving prices in their order, with the amounts and the purchases of
        [EMIT-9](#emit-9). What is given to a pool joins its reserves and the position of the chain
        ([POOL-21](#pool-21)); the alpha for root is sold at any price ([POOL-4](#pool-4)), without a fee, and
        `SubnetAlphaOut` loses what was paid in. What is left for the participants is set aside also where the pool
        refuses the sale. A subnet whose epoch is due then pays out all that is pending ([DIV-9](#div-9)); its
        `BlocksSinceLastStep` is set to 0 and `LastMechansimStepBlock` (so spelt) to this block. On all others the
        former grows by 1. What the block gave is recorded in `SubnetTaoInEmission` (0 where [EMIT-3](#emit-3) says so),
        `SubnetAlphaInEmission` and `SubnetAlphaOutEmission`. The epochs, the counts of blocks since the last step and
        the payments MUST be those of all existing subnets but root. Pending children are left alone.
    Formula: $$ I' = I + \sum_i e_i, \qquad S' = \max\left(0, S + \sum_i e_i - \sum_i y_i\right) $$
    Units: rao. $e$ is the TAO of [EMIT-9](#emit-9) for the pool, 0 where [EMIT-3](#emit-3) says so, and $y$ the TAO
        that the sale of [EMIT-7](#emit-7) brings. $I$ and $S$ are `TotalIssuance` and `TotalStake`.
    Rounding: none beyond that of the parts, which are each truncated to whole units.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Example: Two subnets are given 60 and 40; one sells for 5.

        >>> totals_after_subsidies(1_000, 500, [60, 40], [5, 0])
        (1100, 595)
    """
    return totals_after(issuance, stake, given, paid)


@rule("DIV-14", since=283)
def root_pool_after_dividends(tao: int, credited: int, rest: int) -> int:
    r"""Dividends in the pool of root.

    Statement: The TAO that a payout adds to the stake on root, what the delegates were credited and the rest for their
        stakers, MUST join `SubnetTAO` of root.
    Formula: $$ T_0' = T_0 + c + r $$
    Units: rao.
    Rounding: none beyond that of the share pool: the take counts as it credits it, the rest as it is paid.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `distribute_dividends_and_incentives`
    Known violation: The TAO joins the pool but not `TotalStake`, which the sale for root has lowered.
    Example: A take of 18 and 82 for the stakers.

        >>> root_pool_after_dividends(1_000, 18, 82)
        1100
    """
    return tao + credited + rest


@rule("MOVE-5", since=283)
def transition_rejection(stake: int, amount: int, proceeds: int | None, is_allowed: bool) -> str | None:
    r"""When stake cannot be moved.

    Change: Nobody asks any more whether what would arrive is worth a share; the purchase itself is refused then.
    Statement: The first of these that applies MUST be the rejection: nothing would change; there is no such subnet, be
        it the origin or the destination; the token of either is not enabled; nobody owns the hotkey of the origin, or
        that of the destination; the stake of the coldkey is less than the amount; the pool of the origin would not swap
        it; it would pay 500 000 rao or less; the amount is above the maximum, and a part will not do; either subnet
        forbids that stake changes its owner, which this would.
    Units: alpha rao; proceeds in rao.
    Rounding: none beyond those of the swaps and of SHARE-2.
    Rejections: `SameNetuid`, `SubnetNotExists`, `SubtokenDisabled`, `HotKeyAccountNotExists`,
        `NotEnoughStakeToWithdraw`, `InsufficientLiquidity`, `AmountTooLow`, `SlippageTooHigh`, `TransferDisallowed`.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `validate_stake_transition`
    Example: 1 rao more than the minimum is enough.

        >>> transition_rejection(100, 100, 500_000, True), transition_rejection(100, 100, 500_001, True)
        ('AmountTooLow', None)
    """
    if stake < amount:
        return "NotEnoughStakeToWithdraw"
    if proceeds is None:
        return "InsufficientLiquidity"
    if proceeds <= 500_000:
        return "AmountTooLow"
    return None if is_allowed else "SlippageTooHigh"


@rule("MOVE-5", since=298)
def transition_rejection_between_subnets(
    stake: int, amount: int, proceeds: int | None, is_allowed: bool, within_subnet: bool
) -> str | None:
    r"""When stake cannot be moved.

    Change: Within a subnet neither the pool nor a limit matters, and nothing moves in the block in which stake was
        added.
    Statement: The first of these that applies MUST be the rejection: nothing would change; stake was added at the
        origin in this block ([STAKE-27](#stake-27)); there is no such subnet, be it the origin or the destination; the
        token of either is not enabled; nobody owns the hotkey of the origin, or that of the destination; the stake of
        the coldkey is less than the amount; between two subnets: the pool of the origin would not swap it, or would pay
        2 000 000 rao or less, or the amount is above the maximum and a part will not do; either subnet forbids that
        stake changes its owner, which this would.
    Units: alpha rao; proceeds in rao.
    Rounding: none beyond those of the swaps and of SHARE-2.
    Rejections: `SameNetuid`, `StakingOperationRateLimitExceeded`, `SubnetNotExists`, `SubtokenDisabled`,
        `HotKeyAccountNotExists`, `NotEnoughStakeToWithdraw`, `InsufficientLiquidity`, `AmountTooLow`,
        `SlippageTooHigh`, `TransferDisallowed`.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `validate_stake_transition`
    Example: A limit binds between two subnets only.

        >>> [transition_rejection_between_subnets(100, 100, 3_000_000, False, within) for within in (False, True)]
        ['SlippageTooHigh', None]
    """
    if stake < amount:
        return "NotEnoughStakeToWithdraw"
    if within_subnet:
        return None
    if proceeds is None:
        return "InsufficientLiquidity"
    if proceeds <= 2_000_000:
        return "AmountTooLow"
    return None if is_allowed else "SlippageTooHigh"


@rule("MOVE-6", since=283)
def arrives(proceeds: int) -> bool:
    r"""A move.

    Change: The pools' own fees take the place of the flat one, on both legs.
    Statement: The alpha MUST be sold at the origin, down to the lowest price ([STAKE-5](#stake-5)). If that brings at
        least 500 000 rao, they MUST be staked at the destination, up to the highest price ([STAKE-4](#stake-4));
        otherwise they MUST be dropped. Where both ends are on one subnet, the purchase meets the pool that the sale has
        left. The event reports the proceeds of the sale.
    Formula: $$ m \ge 500\,000 $$
    Units: rao.
    Rounding: as POOL-15 and SHARE-4.
    Rejections: those of STAKE-5 and STAKE-4.
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `transition_stake_internal`
    Known violation: Both legs pay the fee. TAO that is too little is dropped, though the checks leave little room for
        it.
    Example: The least that arrives.

        >>> arrives(499_999), arrives(500_000)
        (False, True)
    """
    return proceeds >= 500_000


@rule("MOVE-6", since=298)
def worth_of_move(credited: int, price: Fraction) -> int:
    r"""A move.

    Change: Only the destination takes a fee, and within a subnet nothing is sold.
    Statement: Between two subnets the alpha MUST be sold at the origin, down to the lowest price and free of the pool's
        fee ([STAKE-5](#stake-5)). If that brings at least 2 000 000 rao, they MUST be staked at the destination, up to
        the highest price ([STAKE-4](#stake-4)); otherwise they MUST be dropped. The event reports the proceeds of the
        sale. Within a subnet what leaves the stake at the origin ([SHARE-7](#share-7)) MUST become stake at the
        destination ([SHARE-6](#share-6)); its worth at the price is reported by the events of both and of the move.
    Formula: $$ m = \lfloor y\,p \rfloor \ge 2\,000\,000 $$
    Units: alpha rao and TAO per alpha in; rao out.
    Rounding: as POOL-15 and SHARE-4; the worth is floored.
    Rejections: those of STAKE-5 and STAKE-4; `AmountTooLow` within a subnet if the worth is less than 2 000 000 rao.
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `transition_stake_internal`;
        `pallets/subtensor/src/staking/stake_utils.rs`, `transfer_stake_within_subnet`
    Known violation: Nothing is returned of proceeds that are too little. The event of added stake is emitted even if
        the deposit came to nothing.
    Example: 5 alpha rao at a price of a half.

        >>> worth_of_move(5, Fraction(1, 2))
        2
    """
    return int(credited * price)


@rule("MOVE-4", since=298)
def limit_of_move(within_subnet: bool, amount: int, allowed: int) -> int:
    r"""Moving stake with a limit: `swap_stake_limit`.

    Change: The limit does not count within a subnet.
    Statement: The amount that a limit allows between two subnets ([MOVE-7](#move-7)) MUST be at least what is moved,
        unless a part will do; then no more than that moves. Within a subnet all of it is allowed. The event is
        `StakeSwapped`.
    Units: alpha rao.
    Rounding: none beyond that of MOVE-7.
    Rejections: `ZeroMaxStakeAmount` if the limit allows nothing; those of [MOVE-5](#move-5) and [MOVE-6](#move-6).
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `do_swap_stake_limit`
    Example: Within a subnet 5, although 3 were allowed between two.

        >>> limit_of_move(True, 5, 3), limit_of_move(False, 5, 3)
        (5, 3)
    """
    return amount if within_subnet else min(amount, allowed)
