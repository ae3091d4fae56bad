"""The fee for unstaking."""

from fractions import Fraction

from attrs import frozen

from dtao_spec.chapters.staking.trades import FEE, Ledger
from dtao_spec.registry import EXACT_LAUNCH, Computation, rule
from dtao_spec.rounding import SIGNED, at_most

CHAPTER = "dtao_spec.chapters.staking"
MIN_RATE = Fraction(214_748, 2**32)
"""0.00005: the least part of what is unstaked that the fee takes."""


@frozen
class Earnings:
    """What a hotkey earned on a subnet in the last epoch, and its stake there: alpha rao."""

    dividends: Fraction = Fraction(0)
    """`AlphaDividendsPerSubnet`."""
    stake: Fraction = Fraction(0)
    """`TotalHotkeyAlpha`, at present."""
    last_stake: Fraction = Fraction(0)
    """`TotalHotkeyAlphaLastEpoch`; 0 where none is stored."""


@rule("STAKE-19")
def flat_fee(
    ledger: Ledger, alpha: Fraction, earnings: Earnings, is_flat: bool = False, *, rules: Computation = EXACT_LAUNCH
) -> Fraction:
    r"""Fee for unstaking.

    Statement: The fee for unstaking MUST be 50 000 rao, whatever is unstaked. Each of the two legs of a move
        ([MOVE-6](#move-6)) pays half of it.
    Formula: $$ f = 50\,000 $$
    Units: rao.
    Rounding: none.
    Source: `pallets/subtensor/src/lib.rs`, `DefaultStakingFee`
    Example: 0.00005 TAO, as for staking.

        >>> flat_fee(Ledger(1, Fraction(10**12), Fraction(10**12)), Fraction(10**11), Earnings())
        Fraction(50000, 1)
    """
    return Fraction(FEE)


@rule("STAKE-19", since=252)
def fee_by_dividends(
    ledger: Ledger, alpha: Fraction, earnings: Earnings, is_flat: bool = False, *, rules: Computation
) -> Fraction:
    r"""Fee for unstaking.

    Change: What the hotkey earned in the last epoch replaces the flat fee on dynamic subnets, where that is more:
        whoever leaves pays back an epoch's dividends. Evidently the authors wanted that to stake for a single epoch, or
        to hop between subnets after each, does not pay.
    Statement: The fee for unstaking MUST be the part of the amount that the hotkey earned in the last epoch, at the
        present price ([PRICE-1](#price-1)), but at least 50 000 rao. That part is the hotkey's last dividends
        (`AlphaDividendsPerSubnet`) over its present stake (`TotalHotkeyAlpha`), 0 without stake. Stake that leaves the
        root network or a subnet of mechanism 0, and all stake that moves within a subnet, MUST pay 50 000 rao instead.
        It is the fee for the amount that the call names, even if less is sold. Each of the two legs of a move
        ([MOVE-6](#move-6)) pays half of it, rounded down.
    Formula: $$ f = \max\left(50\,000,\; x\,\frac{d}{V}\,p\right) $$
    Units: alpha rao in, rao out.
    Rounding: The part, its product with the amount, the product with the price are floored to 32 fraction bits, the fee
        to rao: less than $1 + 2^{-32}(1 + x\,p + x\,d / V)$ rao below the exact value, never above. At most $2^{64}-1$.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `calculate_staking_fee`;
        `pallets/subtensor/src/lib.rs`, `DefaultStakingFee`; `pallets/subtensor/src/staking/move_stake.rs`,
        `transition_stake_internal`
    Known violation: The dividends are those of the last epoch, the stake is that of now: whoever stays while others
        leave pays more, and without bound. The price is taken without the slippage of the sale. Whoever lets a limit
        cut a large amount to a small part pays the fee of all.
    Example: A hotkey with 1 000 alpha earned 2 in the last epoch. To unstake 100 at the price 0.25 costs 0.05 TAO; once
        half of the stake is gone, the same 100 cost 0.1.

        >>> tao, pool = 10**9, Ledger(1, Fraction(10**12), Fraction(4 * 10**12))
        >>> earned = [Earnings(Fraction(2 * tao), Fraction(total * tao)) for total in (1_000, 500)]
        >>> [int(fee_by_dividends(pool, Fraction(100 * tao), one, rules=Computation(252))) for one in earned]
        [50000000, 100000000]
    """
    return Fraction(FEE) if is_flat else max(last_earnings(ledger, alpha, earnings, rules), Fraction(FEE))


def last_earnings(ledger: Ledger, alpha: Fraction, earnings: Earnings, rules: Computation) -> Fraction:
    """Return the rao that an amount of alpha earned in the last epoch, at the present price."""
    earned = alpha * rules.part(earnings.dividends / earnings.stake) if earnings.stake else Fraction(0)
    price = rules["PRICE-1"](False, ledger.tao, ledger.alpha_in)
    worth = (at_most(earned, SIGNED) if rules.is_rounded else earned) * price
    return rules.whole(worth)


@rule("STAKE-19", since=257)
def fee_by_dividends_or_alpha(
    ledger: Ledger, alpha: Fraction, earnings: Earnings, is_flat: bool = False, *, rules: Computation
) -> Fraction:
    r"""Fee for unstaking.

    Change: The fee is at least 0.00005 of the amount, so that stake on a hotkey without dividends does not leave for
        next to nothing.
    Statement: The fee for unstaking MUST be the part of the amount that the hotkey earned in the last epoch, at the
        present price ([PRICE-1](#price-1)), but at least 50 000 rao, and at least 0.00005 of the amount, with alpha rao
        counted as rao. The first part is the hotkey's last dividends (`AlphaDividendsPerSubnet`) over its present stake
        (`TotalHotkeyAlpha`), 0 without stake. Stake that leaves the root network or a subnet of mechanism 0, and all
        stake that moves within a subnet, MUST pay 50 000 rao instead. It is the fee for the amount that the call names,
        even if less is sold. Each of the two legs of a move ([MOVE-6](#move-6)) pays half of it, rounded down.
    Formula: $$ f = \max\left(50\,000,\; x\,\frac{d}{V}\,p,\; r\,x\right), \qquad r = 214\,748 \cdot 2^{-32} $$
    Units: alpha rao in, rao out.
    Rounding: The part, its product with the amount, the product with the price are floored to 32 fraction bits, and
        that and the product with $r$ to rao: less than $1 + 2^{-32}(1 + x\,p + x\,d / V)$ rao below the exact value,
        never above. At most $2^{64}-1$. 0.00005 is $214\,748 \cdot 2^{-32}$.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `calculate_staking_fee`;
        `pallets/subtensor/src/lib.rs`, `DefaultStakingFee`; `pallets/subtensor/src/staking/move_stake.rs`,
        `transition_stake_internal`
    Known violation: The dividends are those of the last epoch, the stake is that of now: whoever stays while others
        leave pays more, and without bound. The price is taken without the slippage of the sale. Whoever lets a limit
        cut a large amount to a small part pays the fee of all. The term $r\,x$ is a part of the alpha and not of its
        worth: at a price of 0.25 it is 0.0002 of the worth, at a price of 0.00005 it is all.
    Example: 100 alpha without dividends: 0.005 TAO (less 0.00000001), whatever the price.

        >>> pools = [Ledger(1, Fraction(10**12), Fraction(alpha * 10**12)) for alpha in (1, 4)]
        >>> earnings = Earnings(Fraction(0), Fraction(10**12))
        >>> [int(fee_by_dividends_or_alpha(pool, Fraction(10**11), earnings, rules=Computation(257))) for pool in pools]
        [4999991, 4999991]
    """
    if is_flat:
        return Fraction(FEE)
    return max(last_earnings(ledger, alpha, earnings, rules), rules.whole(alpha * MIN_RATE), Fraction(FEE))


@rule("STAKE-19", since=261)
def fee_by_proceeds(
    ledger: Ledger, alpha: Fraction, earnings: Earnings, is_flat: bool = False, *, rules: Computation
) -> Fraction:
    r"""Fee for unstaking.

    Change: The fee is a part of the TAO that the alpha sells for, no longer of the alpha taken for TAO, and the stake
        is that of the last epoch. Both mend the fee: it was a part of the worth that depended on the price, and grew
        whenever other stakers left.
    Statement: The fee for unstaking MUST be a part of the TAO that the whole amount would sell for
        ([POOL-4](#pool-4)), 0 if the pool would not trade it; at least 50 000 rao. The part is the hotkey's last
        dividends (`AlphaDividendsPerSubnet`) over its stake after them, as the last epoch left it
        (`TotalHotkeyAlphaLastEpoch`), 0 where none is stored; but at least 0.00005. Stake that leaves the root network
        or a subnet of mechanism 0, and all stake that moves within a subnet, MUST pay 50 000 rao instead. It is the fee
        for the amount that the call names, even if less is sold. Each of the two legs of a move ([MOVE-6](#move-6))
        pays half of it, rounded down.
    Formula: $$ f = \max\left(50\,000,\; y\,\frac{d}{V_{last}},\; r\,y\right), \qquad y = \frac{T\,x}{A + x}, \qquad r =
        214\,748 \cdot 2^{-32} $$
    Units: alpha rao in, rao out.
    Rounding: The TAO is a whole number as in [POOL-4](#pool-4), each part floored to 32 fraction bits, each product to
        rao. With $\rho$ the larger of the two parts the fee is less than $1 + \rho + 2^{-32} y$ rao below the exact
        value, and at most $2^{-18} \rho$ above it. 0.00005 is $214\,748 \cdot 2^{-32}$.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `calculate_staking_fee`;
        `pallets/subtensor/src/lib.rs`, `DefaultStakingFee`; `pallets/subtensor/src/staking/move_stake.rs`,
        `transition_stake_internal`
    Known violation: Only dividends raise the fee. Whoever unstakes from a hotkey that missed the last epoch pays
        0.00005, however much it earned before. Whoever lets a limit cut a large amount to a small part pays the fee of
        all.
    Example: 100 alpha, sold to a pool of 1 000 TAO and 4 000 alpha for 24.39 TAO, from a hotkey that earned a
        five-hundredth; then from one that earned nothing.

        >>> pool = Ledger(1, Fraction(10**12), Fraction(4 * 10**12))
        >>> earned = [Earnings(Fraction(dividends), last_stake=Fraction(10**12)) for dividends in (2 * 10**9, 0)]
        >>> [int(fee_by_proceeds(pool, Fraction(10**11), one, rules=Computation(261))) for one in earned]
        [48780487, 1219510]
    """
    if is_flat:
        return Fraction(FEE)
    tao = rules["POOL-4"](ledger.mechanism, ledger.tao, ledger.alpha_in, alpha) or Fraction(0)
    rate = rules.part(earnings.dividends / earnings.last_stake) if earnings.last_stake else Fraction(0)
    return max(rules.whole(tao * max(rate, MIN_RATE)), Fraction(FEE))
