"""Share pools in later versions."""

from fractions import Fraction

from dtao_spec.chapters.shares import (
    LARGEST_SIGNED,
    Holding,
    as_signed,
    negated,
    total_changed,
    value_per_share,
    within_format,
)
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.shares"
OVERFLOW = 2**64
"""The first value of a share that the format does not hold."""
SMALLEST_PART = Fraction(184_467_440_737_096, 2**64)
"""0.00001: what a holder must keep of the shares to keep any."""
RESERVE = 2_628_000 * 10**9
"""alpha rao that a share pool must be able to gain: a year of blocks at 1 alpha each."""
STEP = Fraction(1, 2**64)
"""The smallest part of a share."""
LARGEST_TOTAL = OVERFLOW - STEP


@rule("SHARE-2", since=244)
def stake_of_few_shares(holding: Holding) -> Fraction:
    r"""Few shares keep their value.

    Statement: The stake of a coldkey MUST be its part of the shares of the total, also where the value of one share is
        $2^{64}$ or more, which [SHARE-1](#share-1) takes for 0; 0 if the denominator is 0.
    Formula: $$ x_c = \frac{s_c\,V}{D} $$
    Units: alpha rao (rao on root).
    Rounding: as before while a share is worth less than $2^{64}$. Beyond, the total is multiplied with the shares first
        and the quotient floored once: less than 1 below the exact value. That product saturates at $2^{64}$, which no
        shares $s_c \le D$ reach there. The stake is at most $2^{64}-1$.
    Source: `primitives/share-pool/src/lib.rs`, `SharePool::get_value`
    Example: Half of a pool in which $2^{-63}$ shares are left. At the launch it read as 0.

        >>> stake_of_few_shares(Holding(Fraction(10**15), Fraction(2, 2**64), Fraction(1, 2**64)))
        Fraction(500000000000000, 1)
    """
    return holding.shares * holding.total / holding.denominator if holding.denominator else Fraction(0)


def shares_for(total: Fraction, denominator: Fraction, update: Fraction) -> Fraction:
    """Return the shares that a change of stake is worth at the launch and in 239; the denominator is not 0."""
    per_share = min(value_per_share(total, denominator), LARGEST_SIGNED)
    return within_signed(update / per_share) if per_share else Fraction(0)


def few_shares_for(total: Fraction, denominator: Fraction, update: Fraction) -> Fraction:
    """Return the shares that a change of stake is worth, also where one share overflows; the denominator is not 0."""
    if total / denominator < OVERFLOW:
        return shares_for(total, denominator, update)
    return update / min(total, LARGEST_SIGNED) * denominator


def within_signed(change: Fraction) -> Fraction:
    """Return a change of shares, or 0 if the format does not hold it."""
    return change if -(2**63) <= change <= LARGEST_SIGNED else Fraction(0)


@rule("SHARE-4", since=244)
def stake_changed(holding: Holding, update: Fraction) -> tuple[Holding, Fraction]:
    r"""What a change comes to is told.

    Statement: As before, but for three things. Where the value of a share is $2^{64}$ or more, the change of the shares
        MUST be the change over the total, times the denominator. Without a denominator, the coldkey's shares and the
        denominator MUST become the change alone (0 for a loss), and not the whole new total. A loss that would leave
        the coldkey too little ([SHARE-9](#share-9)) MUST take all its shares, and its whole stake
        ([SHARE-2](#share-2)) from the total instead of the change. What the total was to change by is what all callers
        reckon with.
    Formula: $$ \begin{gathered}
        V' = V + u, \qquad s_c' = s_c + \frac{u D}{V}, \qquad D' = D + \frac{u D}{V} \qquad (D > 0); \\
        V' = V - x_c, \qquad s_c' = 0, \qquad D' = D - s_c \qquad \text{(too little would be left)}; \\
        V' = V + u, \qquad s_c' = D' = \max(u, 0) \qquad (D = 0) \end{gathered} $$
    Units: alpha rao (rao on root) for the total, shares for the rest. The second result is the change that counts.
    Rounding: as before while a share is worth less than $2^{64}$. Beyond, the first quotient is truncated toward zero
        and the product floored, both to 64 fraction bits: for a gain less than $2^{-63}$ shares below the exact change,
        for a loss within $2^{-64}$ of it. A total counts as at most $2^{63} - 2^{-64}$ there. The whole stake is the
        floored one, so that up to $1 + s_c 2^{-64}$ of what the last holder had stay in the total without an owner.
    Source: `primitives/share-pool/src/lib.rs`, `SharePool::update_value_for_one`, `SharePool::get_shares_per_update`
    Known violation: Where the total is 0 but shares are left, shares still stay as they are. A value of a share between
        $2^{63}$ and $2^{64}$ still counts as $2^{63}$, so that up to twice the shares change hands.
    Example: All but 5 of a stake of 1 000 000 take the last 5 along; the first holder of a pool that had 5 before gets
        as many shares as he deposits.

        >>> held = Holding(Fraction(3_000_000), Fraction(3_000_000), Fraction(1_000_000))
        >>> after, change = stake_changed(held, Fraction(-999_995))
        >>> int(change), after.shares, int(after.total), int(after.denominator)
        (-1000000, Fraction(0, 1), 2000000, 2000000)
        >>> stake_changed(Holding(total=Fraction(5)), Fraction(30))[0]
        Holding(total=Fraction(35, 1), denominator=Fraction(30, 1), shares=Fraction(30, 1))
    """
    if holding.denominator == 0:
        first = max(update, Fraction(0))
        return Holding(total_changed(holding.total, update), first, first), update
    change = few_shares_for(holding.total, holding.denominator, update)
    denominator, shares = within_format(holding.denominator + change), within_format(holding.shares + change)
    if change < 0 and is_rest(holding.total, denominator, holding.shares, shares):
        denominator, shares = max(holding.denominator - holding.shares, Fraction(0)), Fraction(0)
        update = -stake_of_few_shares(holding)
    return Holding(total_changed(holding.total, update), denominator, shares), update


@rule("SHARE-6", since=244)
def deposited_by_magnitude(holding: Holding, amount: int | Fraction) -> tuple[Holding, Fraction]:
    r"""What counts as deposited.

    Statement: As before. What counts as deposited MUST be the magnitude of the change of the total
        ([SHARE-4](#share-4)), even where the amount wrapped around and the change is a loss.
    Formula: $$ x' = |u| $$
    Units: alpha rao (rao on root).
    Rounding: as SHARE-4.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `increase_stake_for_hotkey_and_coldkey_on_subnet`
    Known violation: A wrapped amount takes stake away and counts as deposited. No amount of the economy comes near.
    Example: 30 are 30; $2^{64} - 40$ count as 40, and are 40 less.

        >>> whole = Holding(*(Fraction(100),) * 3)
        >>> [(int(after.total), int(counted)) for after, counted in (
        ...     deposited_by_magnitude(whole, 30), deposited_by_magnitude(whole, 2**64 - 40))]
        [(130, 30), (60, 40)]
    """
    holding, change = stake_changed(holding, Fraction(as_signed(amount)))
    return holding, abs(change)


@rule("SHARE-6", since=252)
def deposited(holding: Holding, amount: int | Fraction) -> tuple[Holding, Fraction]:
    r"""A loss is no deposit.

    Statement: What counts as deposited MUST be the change of the total, and 0 if that is a loss.
    Formula: $$ x' = \max(u,\; 0) $$
    Units: alpha rao (rao on root).
    Rounding: as SHARE-4.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `increase_stake_for_hotkey_and_coldkey_on_subnet`
    Example: The wrapped amount still takes 40 away, but counts as nothing.

        >>> after, counted = deposited(Holding(*(Fraction(100),) * 3), 2**64 - 40)
        >>> int(after.total), int(counted)
        (60, 0)
    """
    holding, change = stake_changed(holding, Fraction(as_signed(amount)))
    return holding, max(change, Fraction(0))


@rule("SHARE-7", since=244)
def withdrawn_by_magnitude(holding: Holding, amount: int | Fraction) -> tuple[Holding, Fraction]:
    r"""What counts as withdrawn.

    Statement: As before. What counts as withdrawn MUST be the magnitude of the change of the total
        ([SHARE-4](#share-4)), which is the whole stake where the rest leaves too ([SHARE-9](#share-9)), and 0 where
        nothing is done.
    Formula: $$ x' = |u| \quad \text{if } x \le x_c, \qquad x' = 0 \quad \text{else} $$
    Units: alpha rao (rao on root).
    Rounding: as SHARE-4 and [SHARE-2](#share-2).
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `decrease_stake_for_hotkey_and_coldkey_on_subnet`
    Known violation: A withdrawal may take more than was asked for. A wrapped amount that adds stake counts as
        withdrawn; it takes a stake of $2^{63}$ or more.
    Example: 999 995 of 1 000 000 are asked for and all are withdrawn; 1 000 001 are not, and count as nothing.

        >>> whole = Holding(*(Fraction(1_000_000),) * 3)
        >>> int(withdrawn_by_magnitude(whole, 999_995)[1]), int(withdrawn_by_magnitude(whole, 1_000_001)[1])
        (1000000, 0)
    """
    holding, change = withdrawal(holding, amount)
    return holding, abs(change)


@rule("SHARE-7", since=252)
def withdrawn(holding: Holding, amount: int | Fraction) -> tuple[Holding, Fraction]:
    r"""A gain is no withdrawal.

    Statement: What counts as withdrawn MUST be what the total lost, and 0 if it gained.
    Formula: $$ x' = \max(-u,\; 0) \quad \text{if } x \le x_c, \qquad x' = 0 \quad \text{else} $$
    Units: alpha rao (rao on root).
    Rounding: as SHARE-4 and [SHARE-2](#share-2).
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `decrease_stake_for_hotkey_and_coldkey_on_subnet`
    Known violation: A withdrawal may still take more than was asked for.
    Example: 300 000 of 1 000 000; then an amount that wraps around, so that a stake near $2^{64}$ would grow.

        >>> whole = Holding(*(Fraction(1_000_000),) * 3)
        >>> after, counted = withdrawn(whole, 300_000)
        >>> int(after.shares), int(counted)
        (700000, 300000)
        >>> int(withdrawn(Holding(*(Fraction(2**64 - 1),) * 3), 2**64 - 40)[1])
        0
    """
    holding, change = withdrawal(holding, amount)
    return holding, max(-change, Fraction(0))


def withdrawal(holding: Holding, amount: int | Fraction) -> tuple[Holding, Fraction]:
    """Return the holding after a withdrawal, and by what the total was to change."""
    if holding.shares == 0 or stake_of_few_shares(holding) < amount:
        return holding, Fraction(0)
    return stake_changed(holding, Fraction(negated(as_signed(amount))))


@rule("SHARE-8", since=239)
def is_worth_a_share(total: Fraction, denominator: Fraction, amount: int | Fraction) -> bool:
    r"""A deposit must change shares.

    Statement: A deposit that a call is about to make MUST be tried beforehand: it counts as worth a share if it would
        change the shares at all ([SHARE-4](#share-4)), or if the pool has no denominator. It would not if it is 0, if
        the value of a share is 0 or $2^{64}$ or more ([SHARE-1](#share-1)), or if it is $2^{63}$ shares or more.
    Formula: $$ \left|\frac{u}{v}\right| \ge 2^{-64} $$
    Units: alpha rao (rao on root).
    Rounding: The quotient is that of SHARE-4; only the bound of $2^{63}$ shares may be met earlier by its error.
    Source: `primitives/share-pool/src/lib.rs`, `SharePool::sim_update_value_for_one`;
        `pallets/subtensor/src/staking/stake_utils.rs`, `try_increase_stake_for_hotkey_and_coldkey_on_subnet`
    Example: Shares are left but nothing behind them: whoever came next would get none. An empty pool takes everybody.

        >>> is_worth_a_share(Fraction(0), Fraction(1), 10**9), is_worth_a_share(Fraction(0), Fraction(0), 10**9)
        (False, True)
        >>> is_worth_a_share(Fraction(10**15), Fraction(1, 2**40), 10**9)
        False
    """
    return denominator == 0 or abs(shares_for(total, denominator, Fraction(as_signed(amount)))) >= STEP


@rule("SHARE-8", since=244)
def is_worth_few_shares(total: Fraction, denominator: Fraction, amount: int | Fraction) -> bool:
    r"""Dear shares may be bought.

    Statement: As before, with the shares of the new [SHARE-4](#share-4): where the value of a share is $2^{64}$ or
        more, a deposit counts if it is worth $2^{-64}$ of a share.
    Formula: $$ \left|\frac{u D}{V}\right| \ge 2^{-64} $$
    Units: alpha rao (rao on root).
    Rounding: as SHARE-4: where the value of a share is $2^{64}$ or more, a deposit that is worth less than $2^{-63}$ of
        a share may count as worth none.
    Source: `primitives/share-pool/src/lib.rs`, `SharePool::sim_update_value_for_one`,
        `SharePool::get_shares_per_update`; `pallets/subtensor/src/staking/stake_utils.rs`,
        `try_increase_stake_for_hotkey_and_coldkey_on_subnet`
    Example: 1 000 alpha among $2^{-40}$ shares that are worth 1 000 000 alpha: a thousandth of them more.

        >>> is_worth_few_shares(Fraction(10**15), Fraction(1, 2**40), 10**12)
        True
        >>> is_worth_few_shares(Fraction(10**15), Fraction(1, 2**64), 10**12)
        False
    """
    return denominator == 0 or abs(few_shares_for(total, denominator, Fraction(as_signed(amount)))) >= STEP


@rule("SHARE-9", since=244)
def is_rest(total: Fraction, denominator: Fraction, held: Fraction, left: Fraction) -> bool:
    r"""Rests of shares.

    Statement: A withdrawal MUST take all shares of the holder, with all that they are worth ([SHARE-4](#share-4)), if
        less than 0.00001 of them would be left, if no denominator would be left, or if the value of a share would reach
        $2^{64}$ once the total, as it was before, had gained 2 628 000 alpha.
    Formula: $$ \frac{s_c'}{s_c} < 10^{-5} \quad\text{or}\quad D' = 0 \quad\text{or}\quad
        \frac{V + 2.628 \cdot 10^{15}}{D'} \ge 2^{64} $$
    Units: shares; alpha rao (rao on root) for the total before the withdrawal.
    Rounding: none: 0.00001 is $184\,467\,440\,737\,096 \cdot 2^{-64}$, a multiple of the unit to which the part is
        floored. The total with what it may gain is at most $2^{64} - 2^{-64}$.
    Source: `primitives/share-pool/src/lib.rs`, `SharePool::update_value_for_one`
    Example: 10 001 of $10^9$ may stay and 9 999 may not. A denominator of $2^{-13}$ is too small for any pool.

        >>> shares = Fraction(10**9)
        >>> [is_rest(Fraction(10**9), shares, shares, Fraction(left)) for left in (10_001, 9_999)]
        [False, True]
        >>> is_rest(Fraction(0), Fraction(1, 2**13), Fraction(2, 2**13), Fraction(1, 2**13))
        True
    """
    if held == 0 or left / held < SMALLEST_PART or denominator == 0:
        return True
    return min(total + RESERVE, LARGEST_TOTAL) / denominator >= OVERFLOW
