r"""Staking.

To stake is to sell TAO to the pool of a subnet and to hold the alpha that it pays as shares of a hotkey's stake. To
unstake is to sell the alpha back. Whoever stakes bears the slippage of the pool ([POOL-2](#pool-2)); nobody is on the
other side of the trade but the pool itself.

```mermaid
flowchart LR
    C[coldkey's balance] -- "TAO" --> F{fee 50 000 rao}
    F -- "fee" --> T[TAO in the pool]
    F -- "the rest" --> T
    A[alpha in the pool] -- "alpha bought" --> H[stake on the hotkey]
    H -. "shares" .-> C
```

The fee is 50 000 rao of TAO, 0.00005 TAO, whatever the amount. No account receives it: it stays in the pool of the
subnet, buys nothing, and so raises the price of everybody's alpha a little.

Five counters move with every trade: the reserves $T$ and $A$, the alpha outside $O$, the network's `TotalStake`, which
follows the TAO in all pools, and `SubnetVolume`, the TAO that ever passed. On the root network and on stable subnets
the trade is 1 : 1, and the counters move all the same.

The checks of a call are made for the amount that it names. Two of them protect the pool: the trade must be possible,
and not too small. A limit price adds a third: the amount must not be above what the limit allows, or only the allowed
part is traded.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from attrs import evolve, frozen

from dtao_spec import pools
from dtao_spec.registry import rule
from dtao_spec.shares import Holding, stake_decreased, stake_increased, stake_of

FEE = 50_000
"""rao on every stake added or removed."""
MINIMUM_STAKE = 500_000
"""rao."""
EXISTENTIAL_DEPOSIT = 500
"""rao that a withdrawal leaves in the account."""


@frozen
class Ledger:
    """What a trade moves: the pool of one subnet, and the total stake of the network."""

    mechanism: int
    """0 stable (root too), 1 dynamic."""
    tao: Fraction
    alpha_in: Fraction
    alpha_out: Fraction = Fraction(0)
    total_stake: Fraction = Fraction(0)
    volume: Fraction = Fraction(0)


@frozen
class Account:
    """A coldkey: its balance, its stake on one hotkey of one subnet, and that subnet."""

    ledger: Ledger
    holding: Holding = Holding()
    balance: Fraction = Fraction(0)


@rule("STAKE-1")
def tao_swapped(ledger: Ledger, tao: Fraction) -> tuple[Ledger, Fraction]:
    r"""Buying alpha.

    Statement: TAO that buys alpha MUST enter the TAO reserve, total stake and volume; the alpha that [POOL-3](#pool-3)
        pays for it MUST leave the alpha reserve and count as alpha outside. If the pool does not trade, nothing MUST
        change, and 0 alpha is bought.
    Formula: $$ T' = T + x, \qquad A' = \max(A - y, 0), \qquad O' = O + y $$
    Units: rao in, alpha rao out.
    Rounding: $y$ as POOL-3, a whole number, the same one in every counter. On a stable subnet the alpha reserve stops
        at 0. The counters saturate at $2^{64}-1$.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `swap_tao_for_alpha`
    Known violation: TAO that was withdrawn before and then buys nothing is lost. The calls that add stake check the
        liquidity first; the second half of a move ([MOVE-6](#move-6)) and a registration ([REG-7](#reg-7)) do not.
    Example: 25 TAO, in rao, enter a pool of 100 TAO and 400 alpha.

        >>> after, bought = tao_swapped(Ledger(1, Fraction(100 * 10**9), Fraction(400 * 10**9)), Fraction(25 * 10**9))
        >>> int(bought), int(after.tao), int(after.alpha_in), int(after.alpha_out)
        (80000000000, 125000000000, 320000000000, 80000000000)
    """
    alpha = pools.alpha_for_tao(ledger.mechanism, ledger.tao, ledger.alpha_in, tao)
    if alpha is None:
        return ledger, Fraction(0)
    after = evolve(
        ledger,
        tao=ledger.tao + tao,
        alpha_in=max(ledger.alpha_in - alpha, Fraction(0)),
        alpha_out=ledger.alpha_out + alpha,
        total_stake=ledger.total_stake + tao,
        volume=ledger.volume + tao,
    )
    return after, alpha


@rule("STAKE-2")
def alpha_swapped(ledger: Ledger, alpha: Fraction) -> tuple[Ledger, Fraction]:
    r"""Selling alpha.

    Statement: Alpha that is sold MUST enter the alpha reserve and leave the alpha outside; the TAO that
        [POOL-4](#pool-4) pays for it MUST leave the TAO reserve and total stake, and count as volume. If the pool does
        not trade, nothing MUST change, and 0 TAO is paid.
    Formula: $$ A' = A + x, \qquad O' = \max(O - x, 0), \qquad T' = \max(T - y, 0) $$
    Units: alpha rao in, rao out.
    Rounding: $y$ as POOL-4, a whole number, the same one in every counter. What would fall below 0 stops there, each
        counter on its own: on the root network the TAO reserve does not contain the dividends that were paid there, so
        that it may be less than what is unstaked.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `swap_alpha_for_tao`
    Example: The 80 alpha that 25 TAO bought bring 25 TAO back, as long as nobody else has traded.

        >>> pool = Ledger(1, Fraction(125 * 10**9), Fraction(320 * 10**9), alpha_out=Fraction(80 * 10**9))
        >>> after, paid = alpha_swapped(pool, Fraction(80 * 10**9))
        >>> int(paid), int(after.tao), int(after.alpha_in), int(after.alpha_out)
        (25000000000, 100000000000, 400000000000, 0)
    """
    tao = pools.tao_for_alpha(ledger.mechanism, ledger.tao, ledger.alpha_in, alpha)
    if tao is None:
        return ledger, Fraction(0)
    after = evolve(
        ledger,
        tao=max(ledger.tao - tao, Fraction(0)),
        alpha_in=ledger.alpha_in + alpha,
        alpha_out=max(ledger.alpha_out - alpha, Fraction(0)),
        total_stake=max(ledger.total_stake - tao, Fraction(0)),
        volume=ledger.volume + tao,
    )
    return after, tao


@rule("STAKE-3")
def fee_added(ledger: Ledger, fee: Fraction) -> Ledger:
    r"""Where the fee goes.

    Statement: A fee MUST be added to the TAO reserve of the subnet and to total stake. It does not count as volume.
    Formula: $$ T' = T + f $$
    Units: rao.
    Rounding: none; both counters saturate at $2^{64}-1$.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `stake_into_subnet`, `unstake_from_subnet`
    Example: The fee raises the price: 0.25 before, a little more after.

        >>> after = fee_added(Ledger(1, Fraction(100 * 10**9), Fraction(400 * 10**9)), Fraction(50_000))
        >>> float(after.tao / after.alpha_in)
        0.250000125
    """
    return evolve(ledger, tao=ledger.tao + fee, total_stake=ledger.total_stake + fee)


@rule("STAKE-4")
def staked(ledger: Ledger, holding: Holding, tao: Fraction, fee: Fraction) -> tuple[Ledger, Holding, Fraction]:
    r"""TAO becomes stake.

    Statement: Of an amount that has left the balance, the fee MUST go to the pool ([STAKE-3](#stake-3)) after the rest
        has bought alpha ([STAKE-1](#stake-1)). The alpha MUST be deposited as stake of the coldkey
        ([SHARE-6](#share-6)), and the hotkey appended to those that the coldkey stakes with, unless it is there. An
        amount below the fee is all fee. The event is `StakeAdded`: coldkey, hotkey, the TAO that was swapped, the
        alpha, netuid.
    Formula: $$ y = \frac{A\,(x - f)}{T + x - f}, \qquad T' = T + x $$
    Units: rao in; alpha rao bought.
    Rounding: as POOL-3 and SHARE-4.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `stake_into_subnet`
    Example: 10 TAO in a pool of 1 000 TAO and 4 000 alpha: 39.603764336 alpha. The fee has not bought any, but is in
        the pool.

        >>> pool = Ledger(1, Fraction(10**12), Fraction(4 * 10**12))
        >>> after, held, bought = staked(pool, Holding(), Fraction(10**10), Fraction(FEE))
        >>> int(bought), int(after.tao), int(held.shares)
        (39603764336, 1010000000000, 39603764336)
    """
    swapped = max(tao - fee, Fraction(0))
    ledger, alpha = tao_swapped(ledger, swapped)
    if alpha > 0:
        holding = stake_increased(holding, alpha)
    return fee_added(ledger, tao - swapped), holding, alpha


@rule("STAKE-5")
def unstaked(ledger: Ledger, holding: Holding, alpha: Fraction, fee: Fraction) -> tuple[Ledger, Holding, Fraction]:
    r"""Stake becomes TAO.

    Statement: The alpha MUST be sold first ([STAKE-2](#stake-2)), then withdrawn from the stake of the coldkey
        ([SHARE-7](#share-7)). The fee MUST go from the TAO to the pool ([STAKE-3](#stake-3)); the rest is due to the
        coldkey. TAO up to the fee is all fee. The event is `StakeRemoved`: coldkey, hotkey, the TAO that is due, the
        alpha, netuid.
    Formula: $$ y = \max\left(\frac{T\,x}{A + x} - f,\; 0\right) $$
    Units: alpha rao in; rao due.
    Rounding: as POOL-4 and SHARE-4.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `unstake_from_subnet`
    Known violation: The two halves do not depend on each other. TAO is paid even where SHARE-7 does nothing, and where
        the pool does not trade the shares go and nothing is paid.
    Example: All of it back at once: 10 TAO less twice the fee. Of the first fee, which raised the price, 0.0000005 TAO
        come back.

        >>> pool = Ledger(1, Fraction(1010 * 10**9), Fraction(4 * 10**12 - 39603764336))
        >>> held = Holding(Fraction(39603764336), Fraction(39603764336), Fraction(39603764336))
        >>> after, held, due = unstaked(pool, held, Fraction(39603764336), Fraction(FEE))
        >>> int(due), held.shares
        (9999900494, Fraction(0, 1))
    """
    ledger, tao = alpha_swapped(ledger, alpha)
    holding = stake_decreased(holding, alpha)
    due = max(tao - fee, Fraction(0))
    return fee_added(ledger, tao - due), holding, due


@rule("STAKE-6")
def small_nomination_cleared(account: Account, owns_hotkey: bool, minimum: Fraction) -> Account:
    r"""Small nominations.

    Statement: After a sale, what is left of the stake of a coldkey that does not own the hotkey MUST be sold as well,
        without a fee, and paid to its balance, if it is below `NominatorMinRequiredStake`.
    Formula: $$ x_c < x_{min} \;\Rightarrow\; x_c' = 0 $$
    Units: the stake in alpha rao, the minimum in rao: they are compared as numbers.
    Rounding: as SHARE-2 and POOL-4. The stake is floored, so that one just above the minimum may count as below it.
    Source: `pallets/subtensor/src/staking/helpers.rs`, `clear_small_nomination_if_required`
    Known violation: The minimum is meant in TAO; an alpha is compared as if it were one, whatever its price.
    Example: 40 of at least 100 remain on a stable subnet, and are paid out; not if the coldkey owns the hotkey.

        >>> left = Account(Ledger(0, Fraction(10**9), Fraction(10**9)), Holding(*(Fraction(40),) * 3))
        >>> cleared = small_nomination_cleared(left, False, Fraction(100))
        >>> cleared.balance, cleared.holding.shares
        (Fraction(40, 1), Fraction(0, 1))
        >>> small_nomination_cleared(left, True, Fraction(100)) == left
        True
    """
    stake = stake_of(account.holding)
    if owns_hotkey or stake >= minimum:
        return account
    ledger, holding, paid = unstaked(account.ledger, account.holding, stake, Fraction(0))
    return Account(ledger, holding, account.balance + paid)


@rule("STAKE-7")
def total_stake_of_hotkey(stakes: Iterable[tuple[Fraction, Fraction]]) -> Fraction:
    r"""All stake on a hotkey.

    Statement: The total stake on a hotkey MUST be the sum, over all existing networks, of the alpha on it times the
        price there ([PRICE-1](#price-1)).
    Formula: $$ S_h = \sum_i V_{h,i}\,p_i $$
    Units: pairs of alpha rao and TAO per alpha; rao out.
    Rounding: Each price is floored to 32 fraction bits and each term to rao: each term is less than
        $1 + V_{h,i} 2^{-32}$ rao below the exact one, never above. A term is at most $2^{64}-1$.
    Source: `pallets/subtensor/src/staking/helpers.rs`, `get_total_stake_for_hotkey`
    Example: 100 on root and 40 alpha at 0.25. No slippage is reckoned with.

        >>> total_stake_of_hotkey([(Fraction(100), Fraction(1)), (Fraction(40), Fraction(1, 4))])
        Fraction(110, 1)
    """
    return sum((alpha * price for alpha, price in stakes), Fraction(0))


@rule("STAKE-8")
def total_stake_of_coldkey(shares: Iterable[tuple[Fraction, Fraction]]) -> Fraction:
    r"""All stake of a coldkey.

    Statement: The total stake of a coldkey MUST be the sum, over the hotkeys that it stakes with and over all netuids
        where it has shares of them, of its shares times the price there.
    Formula: $$ S_c = \sum_{h,i} s_{c,h,i}\,p_i $$
    Units: pairs of shares and TAO per alpha; rao out.
    Rounding: Shares and prices are floored to 32 fraction bits, each term to rao: each term is less than
        $1 + (s_{c,h,i} + p_i) 2^{-32}$ rao below the exact one, never above. A term is at most $2^{64}-1$.
    Source: `pallets/subtensor/src/staking/helpers.rs`, `get_total_stake_for_coldkey`
    Known violation: Shares are taken for alpha. A share is worth 1 alpha rao only until the first reward, and more
        after it, so that the sum is too small.
    Example: 40 shares at the price 0.25 count 10, though a share may be worth 1.5 alpha rao by now.

        >>> total_stake_of_coldkey([(Fraction(40), Fraction(1, 4))])
        Fraction(10, 1)
    """
    return sum((held * price for held, price in shares), Fraction(0))


@rule("STAKE-9")
def add_stake(account: Account, amount: Fraction) -> Account:
    r"""The call add_stake.

    Statement: The call MUST withdraw the amount from the balance of the signer ([STATE-3](#state-3)) and stake what it
        got with the fee of 50 000 rao ([STAKE-4](#stake-4)). A balance of less than the amount and the existential
        deposit of 500 rao pays all but that deposit.
    Formula: $$ x = \min(\text{amount},\; b - 500), \qquad b' = b - x $$
    Units: rao.
    Rounding: as STAKE-4.
    Rejections: `BadOrigin` if nobody signed; then those of [STAKE-11](#stake-11), with the amount as its own maximum.
    Source: `pallets/subtensor/src/staking/add_stake.rs`, `do_add_stake`
    Example: 10 of 12 TAO staked at the price 0.25.

        >>> before = Account(Ledger(1, Fraction(10**12), Fraction(4 * 10**12)), balance=Fraction(12 * 10**9))
        >>> after = add_stake(before, Fraction(10**10))
        >>> int(after.balance), int(stake_of(after.holding))
        (2000000000, 39603764336)
    """
    paid = min(amount, max(account.balance - EXISTENTIAL_DEPOSIT, Fraction(0)))
    ledger, holding, _ = staked(account.ledger, account.holding, paid, Fraction(FEE))
    return Account(ledger, holding, account.balance - paid)


@rule("STAKE-10")
def add_stake_limit(account: Account, amount: Fraction, maximum: Fraction | None) -> Account:
    r"""The call add_stake_limit.

    Statement: The call MUST do as [STAKE-9](#stake-9) with the lesser of the amount and what the limit price allows
        ([POOL-5](#pool-5)). Without leave to trade a part the checks see to it that this is the amount.
    Formula: $$ x = \min(\text{amount},\; x_{max}) $$
    Units: rao; None for a maximum without bound.
    Rounding: as POOL-5 and STAKE-4.
    Rejections: `BadOrigin` if nobody signed; then those of [STAKE-11](#stake-11), for the whole amount.
    Source: `pallets/subtensor/src/staking/add_stake.rs`, `do_add_stake_limit`
    Known violation: The part that is traded has no minimum. A limit at the price or below it succeeds with a part of 0,
        and does nothing; a part below the fee is all fee. The maximum is for the TAO that enters the pool, but the fee
        is taken from it.
    Example: Of 10 TAO, 4 are allowed.

        >>> before = Account(Ledger(1, Fraction(10**12), Fraction(4 * 10**12)), balance=Fraction(12 * 10**9))
        >>> int(add_stake_limit(before, Fraction(10**10), Fraction(4 * 10**9)).balance)
        8000000000
    """
    return add_stake(account, amount if maximum is None else min(amount, maximum))


@rule("STAKE-11")
def add_stake_rejection(
    account: Account,
    amount: Fraction,
    maximum: Fraction | None,
    allow_partial: bool,
    subnet_exists: bool = True,
    hotkey_exists: bool = True,
) -> str | None:
    r"""When stake cannot be added.

    Statement: The first of these that applies MUST be the rejection: there is no such subnet; the amount is less than
        550 000 rao, the minimum stake and the fee; it is above the maximum, and a part will not do; the balance is less
        than the amount; nobody owns the hotkey; the pool would not trade the amount.
    Units: rao.
    Rounding: none beyond that of POOL-5 in the maximum. The liquidity is tested with the fee included.
    Rejections: `SubnetNotExists`, `AmountTooLow`, `SlippageTooHigh`, `NotEnoughBalanceToStake`,
        `HotKeyAccountNotExists`, `InsufficientLiquidity`.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `validate_add_stake`
    Example: 1 rao less than the minimum; an amount that the balance does not hold; one that is right.

        >>> account = Account(Ledger(1, Fraction(10**12), Fraction(10**12)), balance=Fraction(10**9))
        >>> add_stake_rejection(account, Fraction(549_999), None, False)
        'AmountTooLow'
        >>> add_stake_rejection(account, Fraction(10**9 + 1), None, False)
        'NotEnoughBalanceToStake'
        >>> add_stake_rejection(account, Fraction(550_000), None, False) is None
        True
    """
    ledger = account.ledger
    if not subnet_exists:
        return "SubnetNotExists"
    if amount < MINIMUM_STAKE + FEE:
        return "AmountTooLow"
    if not allow_partial and maximum is not None and amount > maximum:
        return "SlippageTooHigh"
    if account.balance < amount:
        return "NotEnoughBalanceToStake"
    if not hotkey_exists:
        return "HotKeyAccountNotExists"
    if pools.alpha_for_tao(ledger.mechanism, ledger.tao, ledger.alpha_in, amount) is None:
        return "InsufficientLiquidity"
    return None


@rule("STAKE-12")
def remove_stake(account: Account, amount: Fraction, owns_hotkey: bool, minimum: Fraction) -> Account:
    r"""The call remove_stake.

    Statement: The call MUST unstake the amount with the fee of 50 000 rao ([STAKE-5](#stake-5)), pay what is due to the
        balance of the signer ([STATE-2](#state-2)), clear a small rest ([STAKE-6](#stake-6)), and drop the hotkey's
        pending children if its stake has become too small ([STAKE-15](#stake-15)).
    Formula: $$ b' = b + \max\left(\frac{T\,x}{A + x} - f,\; 0\right) $$
    Units: alpha rao in; rao out.
    Rounding: as STAKE-5 and STAKE-6.
    Rejections: `BadOrigin` if nobody signed; then those of [STAKE-14](#stake-14), with the amount as its own maximum.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `do_remove_stake`
    Example: A quarter of a stake of 40 alpha is sold at a price of 0.25: 2.5 TAO, less slippage and fee.

        >>> pool = Ledger(1, Fraction(10**12), Fraction(4 * 10**12))
        >>> before = Account(pool, Holding(*(Fraction(40 * 10**9),) * 3))
        >>> after = remove_stake(before, Fraction(10 * 10**9), True, Fraction(0))
        >>> int(after.balance), int(stake_of(after.holding))
        (2493715586, 30000000000)
    """
    ledger, holding, due = unstaked(account.ledger, account.holding, amount, Fraction(FEE))
    return small_nomination_cleared(Account(ledger, holding, account.balance + due), owns_hotkey, minimum)


@rule("STAKE-13")
def remove_stake_limit(
    account: Account, amount: Fraction, maximum: Fraction | None, owns_hotkey: bool, minimum: Fraction
) -> Account:
    r"""The call remove_stake_limit.

    Statement: The call MUST do as [STAKE-12](#stake-12) with the lesser of the amount and what the limit price allows
        ([POOL-6](#pool-6)).
    Formula: $$ x = \min(\text{amount},\; x_{max}) $$
    Units: alpha rao; None for a maximum without bound.
    Rounding: as POOL-6 and STAKE-12.
    Rejections: `BadOrigin` if nobody signed; then those of [STAKE-14](#stake-14), for the whole amount.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `do_remove_stake_limit`
    Known violation: The part that is sold has no minimum. A limit at the price or above it succeeds with a part of 0;
        what a small part brings may be all fee.
    Example: Of 20 alpha, 10 are allowed.

        >>> pool = Ledger(1, Fraction(10**12), Fraction(4 * 10**12))
        >>> before = Account(pool, Holding(*(Fraction(40 * 10**9),) * 3))
        >>> int(remove_stake_limit(before, Fraction(20 * 10**9), Fraction(10**10), True, Fraction(0)).balance)
        2493715586
    """
    return remove_stake(account, amount if maximum is None else min(amount, maximum), owns_hotkey, minimum)


@rule("STAKE-14")
def remove_stake_rejection(
    account: Account,
    amount: Fraction,
    maximum: Fraction | None,
    allow_partial: bool,
    subnet_exists: bool = True,
    hotkey_exists: bool = True,
) -> str | None:
    r"""When stake cannot be removed.

    Statement: The first of these that applies MUST be the rejection: there is no such subnet; the pool would not trade
        the amount; the amount is worth 500 000 rao or less; it is above the maximum, and a part will not do; nobody
        owns the hotkey; the stake of the coldkey is less than the amount.
    Units: alpha rao.
    Rounding: none beyond those of POOL-4, POOL-6 and SHARE-2. The worth is floored to rao before it is compared, the
        stake too. An exact worth between 500 000 and 500 001 rao is therefore too low.
    Rejections: `SubnetNotExists`, `InsufficientLiquidity`, `AmountTooLow`, `SlippageTooHigh`, `HotKeyAccountNotExists`,
        `NotEnoughStakeToWithdraw`.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `validate_remove_stake`
    Example: On a stable subnet 500 000 are too little and 500 001 are enough.

        >>> account = Account(Ledger(0, Fraction(10**12), Fraction(10**12)), Holding(*(Fraction(10**9),) * 3))
        >>> remove_stake_rejection(account, Fraction(500_000), None, False)
        'AmountTooLow'
        >>> remove_stake_rejection(account, Fraction(500_001), None, False) is None
        True
        >>> remove_stake_rejection(account, Fraction(10**9 + 1), None, False)
        'NotEnoughStakeToWithdraw'
    """
    ledger = account.ledger
    if not subnet_exists:
        return "SubnetNotExists"
    worth = pools.tao_for_alpha(ledger.mechanism, ledger.tao, ledger.alpha_in, amount)
    if worth is None:
        return "InsufficientLiquidity"
    if worth <= MINIMUM_STAKE:
        return "AmountTooLow"
    if not allow_partial and maximum is not None and amount > maximum:
        return "SlippageTooHigh"
    if not hotkey_exists:
        return "HotKeyAccountNotExists"
    if stake_of(account.holding) < amount:
        return "NotEnoughStakeToWithdraw"
    return None


@rule("STAKE-15")
def pending_children_stay(total_stake: Fraction, threshold: Fraction) -> bool:
    r"""Pending children of a poor hotkey.

    Statement: After `remove_stake` and `remove_stake_limit`, and after no other call, the pending children of the
        hotkey MUST be dropped on all existing networks if its total stake ([STAKE-7](#stake-7)) is below
        `StakeThreshold`. Children that are in force stay.
    Formula: $$ S_h \ge S_{min} $$
    Units: rao.
    Rounding: The total is that of STAKE-7, floored, so that one just above the threshold may count as below it.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `do_remove_stake`, `do_remove_stake_limit`
    Example: The threshold itself is enough.

        >>> pending_children_stay(Fraction(999), Fraction(1_000))
        False
        >>> pending_children_stay(Fraction(1_000), Fraction(1_000))
        True
    """
    return total_stake >= threshold


@rule("STAKE-16")
def unstake_all(
    accounts: Sequence[Account], balance: Fraction, owns_hotkey: bool, minimum: Fraction
) -> tuple[list[Account], Fraction]:
    r"""The call unstake_all.

    Statement: On every existing network where the signer has stake on the hotkey, root included, in the order of
        [STATE-5](#state-5), the call MUST unstake all of it with the fee of 50 000 rao, pay what is due to the balance,
        and clear a small rest ([STAKE-6](#stake-6)).
    Formula: $$ b' = b + \sum_i \max(y_i - f,\; 0) $$
    Units: rao.
    Rounding: as STAKE-5, on every network. What is unstaked is the floored stake; a fraction of a share may remain.
    Rejections: `BadOrigin` if nobody signed; `HotKeyAccountNotExists`.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `do_unstake_all`
    Known violation: Nothing is checked but the hotkey. Stake worth less than the fee is all fee, and where the pool
        does not trade the stake is gone and nothing is paid.
    Example: 1 TAO on root and 4 alpha at a price of 0.25.

        >>> root = Account(Ledger(0, Fraction(10**12), Fraction(0)), Holding(*(Fraction(10**9),) * 3))
        >>> subnet = Account(Ledger(1, Fraction(10**12), Fraction(4 * 10**12)), Holding(*(Fraction(4 * 10**9),) * 3))
        >>> after, balance = unstake_all([root, subnet], Fraction(0), True, Fraction(0))
        >>> int(balance)
        1998900999
    """
    after = []
    for account in accounts:
        stake = stake_of(account.holding)
        if stake > 0:
            account = remove_stake(evolve(account, balance=balance), stake, owns_hotkey, minimum)
            balance = account.balance
        after.append(account)
    return after, balance


@rule("STAKE-17")
def unstake_all_alpha(root: Account, accounts: Sequence[Account]) -> tuple[Account, list[Account]]:
    r"""The call unstake_all_alpha.

    Statement: On every existing network but root where the signer has stake on the hotkey, in the order of
        [STATE-5](#state-5), the call MUST unstake all of it with the fee of 50 000 rao, and clear a small rest
        ([STAKE-6](#stake-6)), which goes to the balance. It MUST then stake the sum on root on the same hotkey, without
        a fee.
    Formula: $$ x_{root}' = x_{root} + \sum_{i \ne root} \max(y_i - f,\; 0) $$
    Units: rao.
    Rounding: as STAKE-5, on every network; on root 1 : 1.
    Rejections: `BadOrigin` if nobody signed; `HotKeyAccountNotExists`.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `do_unstake_all_alpha`
    Known violation: as [STAKE-16](#stake-16). Even a sum of 0 makes the event of STAKE-4.
    Example: 4 alpha at a price of 0.25 become 0.998950999 TAO on root.

        >>> subnet = Account(Ledger(1, Fraction(10**12), Fraction(4 * 10**12)), Holding(*(Fraction(4 * 10**9),) * 3))
        >>> root, _ = unstake_all_alpha(Account(Ledger(0, Fraction(10**12), Fraction(10**12))), [subnet])
        >>> int(stake_of(root.holding))
        998950999
    """
    after, total, stake = [], Fraction(0), root.ledger.total_stake
    for account in accounts:
        held = stake_of(account.holding)
        if held > 0:
            ledger = evolve(account.ledger, total_stake=stake)
            ledger, holding, due = unstaked(ledger, account.holding, held, Fraction(FEE))
            account, total, stake = Account(ledger, holding, account.balance), total + due, ledger.total_stake
        after.append(account)
    ledger, holding, _ = staked(evolve(root.ledger, total_stake=stake), root.holding, total, Fraction(0))
    return Account(ledger, holding, root.balance), after
