r"""Staking.

To stake is to sell TAO to the pool of a subnet and to hold the alpha that it pays as shares of a hotkey's stake. To
unstake is to sell the alpha back. Whoever stakes bears the slippage of the pool ([POOL-2](#pool-2)); nobody is on the
other side of the trade but the pool itself.

```mermaid
flowchart LR
    C[coldkey's balance] -- "fee of 50 000 rao:<br>buys nothing" --> P[(pool of the subnet)]
    C -- "the rest of the TAO" --> P
    P -- "alpha bought" --> H[stake on the hotkey]
    H -. "shares" .-> S[coldkey's stake]
```

The fee is 50 000 rao of TAO, 0.00005 TAO, whatever the amount. No account receives it: it stays in the pool of the
subnet, buys nothing, and so raises the price of everybody's alpha a little.

Five counters move with every trade: the reserves $T$ and $A$, the alpha outside $O$, the network's `TotalStake`, which
follows the TAO in all pools, and `SubnetVolume`, the TAO that ever passed. On the root network and on stable subnets
the trade is 1 : 1, and the counters move all the same.
"""

from collections.abc import Iterable
from fractions import Fraction

from attrs import evolve, frozen

from dtao_spec.chapters import pools
from dtao_spec.chapters.shares import Holding, stake_decreased, stake_increased, stake_of
from dtao_spec.registry import rule

FEE = 50_000
"""rao on every stake added or removed."""
MINIMUM_STAKE = 500_000
"""rao."""


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
        at 0. The counters saturate at $2^{64}-1$, but for the volume, which is 128 bits wide.
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
        amount below the fee is all fee. If no TAO is left to swap, or it buys no alpha, nothing is deposited and no
        hotkey appended. The event, in any case, is `StakeAdded`: coldkey, hotkey, the TAO that was swapped, the alpha,
        netuid.
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
        without a fee, and paid to its balance, if it is below `NominatorMinRequiredStake`. That holds for a rest of 0
        too, which leaves an event `StakeRemoved` of nothing. A move ([MOVE-6](#move-6)) clears nothing.
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
    Rounding: Each price is floored to 32 fraction bits and each term to rao: each term is less than $1 + V_{h,i}
        2^{-32}$ rao below the exact one, never above. A term is at most $2^{64}-1$; their sum wraps around at $2^{64}$.
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
    Rounding: Shares and prices are floored to 32 fraction bits, each term to rao: each term is less than $1 +
        (s_{c,h,i} + p_i) 2^{-32}$ rao below the exact one, never above. The sum of a hotkey's terms is at most
        $2^{64}-1$; that of all wraps around at $2^{64}$.
    Source: `pallets/subtensor/src/staking/helpers.rs`, `get_total_stake_for_coldkey`
    Known violation: Shares are taken for alpha. A share is worth 1 alpha rao only until the first reward, and more
        after it, so that the sum is too small.
    Example: 40 shares at the price 0.25 count 10, though a share may be worth 1.5 alpha rao by now.

        >>> total_stake_of_coldkey([(Fraction(40), Fraction(1, 4))])
        Fraction(10, 1)
    """
    return sum((held * price for held, price in shares), Fraction(0))
