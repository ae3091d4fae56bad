"""Trades with the pool of a subnet, and how they become stake and TAO."""

from fractions import Fraction

from attrs import evolve, frozen

from dtao_spec.chapters.shares.holding import Holding
from dtao_spec.registry import EXACT_LAUNCH, Computation, rule

CHAPTER = "dtao_spec.chapters.staking"
FEE = 50_000
"""rao on every stake added, and the least on every stake removed."""
MIN_STAKE = 500_000
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
def swap_tao_for_alpha(ledger: Ledger, tao: Fraction, *, rules: Computation = EXACT_LAUNCH) -> tuple[Ledger, Fraction]:
    r"""TAO swapped for alpha.

    Statement: TAO that buys alpha MUST enter the TAO reserve, total stake and volume; the alpha that [POOL-3](#pool-3)
        pays for it MUST leave the alpha reserve and count as alpha outside. If the pool does not trade, nothing MUST
        change, and 0 alpha is bought.
    Formula: $$ T' = T + x, \qquad A' = \max(A - y, 0), \qquad O' = O + y $$
    Units: rao in, alpha rao out.
    Rounding: $y$ as [POOL-3](#pool-3), a whole number, the same one in every counter. On a stable subnet the alpha
        reserve stops at 0. The counters saturate at $2^{64}-1$, but for the volume, which is 128 bits wide.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `swap_tao_for_alpha`
    Known violation: TAO that was withdrawn before and then buys nothing is lost. The calls that add stake check the
        liquidity first; the second half of a move ([MOVE-6](#move-6)) and a registration ([REG-7](#reg-7)) do not.
    Example: 25 TAO, in rao, enter a pool of 100 TAO and 400 alpha.

        >>> before = Ledger(1, Fraction(100 * 10**9), Fraction(400 * 10**9))
        >>> after, bought = swap_tao_for_alpha(before, Fraction(25 * 10**9))
        >>> int(bought), int(after.tao), int(after.alpha_in), int(after.alpha_out)
        (80000000000, 125000000000, 320000000000, 80000000000)
    """
    alpha = rules["POOL-3"](ledger.mechanism, ledger.tao, ledger.alpha_in, tao)
    if alpha is None:
        return ledger, Fraction(0)
    after = evolve(
        ledger,
        tao=rules.whole(ledger.tao + tao),
        alpha_in=max(ledger.alpha_in - alpha, Fraction(0)),
        alpha_out=rules.whole(ledger.alpha_out + alpha),
        total_stake=rules.whole(ledger.total_stake + tao),
        volume=ledger.volume + tao,
    )
    return after, alpha


@rule("STAKE-2")
def swap_alpha_for_tao(
    ledger: Ledger, alpha: Fraction, *, rules: Computation = EXACT_LAUNCH
) -> tuple[Ledger, Fraction]:
    r"""Alpha swapped for TAO.

    Statement: Alpha that is sold MUST enter the alpha reserve and leave the alpha outside; the TAO that
        [POOL-4](#pool-4) pays for it MUST leave the TAO reserve and total stake, and count as volume. If the pool does
        not trade, nothing MUST change, and 0 TAO is paid.
    Formula: $$ A' = A + x, \qquad O' = \max(O - x, 0), \qquad T' = \max(T - y, 0) $$
    Units: alpha rao in, rao out.
    Rounding: $y$ as [POOL-4](#pool-4), a whole number, the same one in every counter. What would fall below 0 stops
        there, each counter on its own: on the root network the TAO reserve does not contain the dividends that were
        paid there, so that it may be less than what is unstaked. The alpha reserve saturates at $2^{64}-1$.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `swap_alpha_for_tao`
    Example: The 100 alpha that 25 TAO bought bring 25 TAO back, as long as nobody else has traded.

        >>> pool = Ledger(1, Fraction(125 * 10**9), Fraction(400 * 10**9), alpha_out=Fraction(100 * 10**9))
        >>> after, paid = swap_alpha_for_tao(pool, Fraction(100 * 10**9))
        >>> int(paid), int(after.tao), int(after.alpha_in), int(after.alpha_out)
        (25000000000, 100000000000, 500000000000, 0)
    """
    tao = rules["POOL-4"](ledger.mechanism, ledger.tao, ledger.alpha_in, alpha)
    if tao is None:
        return ledger, Fraction(0)
    after = evolve(
        ledger,
        tao=max(ledger.tao - tao, Fraction(0)),
        alpha_in=rules.whole(ledger.alpha_in + alpha),
        alpha_out=max(ledger.alpha_out - alpha, Fraction(0)),
        total_stake=max(ledger.total_stake - tao, Fraction(0)),
        volume=ledger.volume + tao,
    )
    return after, tao


@rule("STAKE-3", until=282)
def add_fee(ledger: Ledger, fee: Fraction, *, rules: Computation = EXACT_LAUNCH) -> Ledger:
    r"""Fee added to the pool.

    Statement: A fee MUST be added to the TAO reserve of the subnet and to total stake. It does not count as volume.
    Formula: $$ T' = T + f $$
    Units: rao.
    Rounding: none; both counters saturate at $2^{64}-1$.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `stake_into_subnet`, `unstake_from_subnet`
    Example: The fee raises the price: 0.25 before, a little more after.

        >>> after = add_fee(Ledger(1, Fraction(100 * 10**9), Fraction(400 * 10**9)), Fraction(50_000))
        >>> float(after.tao / after.alpha_in)
        0.250000125
    """
    return evolve(ledger, tao=rules.whole(ledger.tao + fee), total_stake=rules.whole(ledger.total_stake + fee))


@rule("STAKE-4")
def stake(
    ledger: Ledger, holding: Holding, tao: Fraction, fee: Fraction, *, rules: Computation = EXACT_LAUNCH
) -> tuple[Ledger, Holding, Fraction]:
    r"""Staking TAO.

    Statement: Of an amount that has left the balance, the fee MUST go to the pool ([STAKE-3](#stake-3)) after the rest
        has bought alpha ([STAKE-1](#stake-1)). The alpha MUST be deposited as stake of the coldkey
        ([SHARE-6](#share-6)), and the hotkey appended to those that the coldkey stakes with, unless it is there. An
        amount up to the fee is all fee; 0 TAO MUST be swapped then all the same, which takes alpha out of a pool whose
        reserves have a product beyond the range of [POOL-1](#pool-1), and counts it as outstanding. If no TAO is left
        to swap, or it buys no alpha, nothing is deposited and no hotkey appended. The event, in any case, is
        `StakeAdded`: coldkey, hotkey, the TAO that was swapped, the alpha that was bought, netuid.
    Formula: $$ y = \frac{A\,(x - f)}{T + x - f}, \qquad T' = T + x $$
    Units: rao in; alpha rao bought.
    Rounding: as [POOL-3](#pool-3) and [SHARE-4](#share-4).
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `stake_into_subnet`
    Example: 10 TAO in a pool of 1 000 TAO and 4 000 alpha: 39.603764336 alpha. The fee has not bought any, but is in
        the pool.

        >>> pool = Ledger(1, Fraction(10**12), Fraction(4 * 10**12))
        >>> after, held, bought = stake(pool, Holding(), Fraction(10**10), Fraction(FEE))
        >>> int(bought), int(after.tao), int(held.shares)
        (39603764336, 1010000000000, 39603764336)
    """
    swapped = max(tao - fee, Fraction(0))
    ledger, alpha = rules["STAKE-1"](ledger, swapped)
    if alpha > 0:
        holding, alpha = rules["SHARE-6"](holding, alpha)
    return rules["STAKE-3"](ledger, tao - swapped), holding, alpha


@rule("STAKE-4", since=244)
def stake_naming_deposit(
    ledger: Ledger, holding: Holding, tao: Fraction, fee: Fraction, *, rules: Computation
) -> tuple[Ledger, Holding, Fraction]:
    r"""Staking TAO.

    Change: The event names what was deposited instead of what was bought, because a share pool now reports what became
        of a deposit.
    Statement: Of an amount that has left the balance, the fee MUST go to the pool ([STAKE-3](#stake-3)) after the rest
        has bought alpha ([STAKE-1](#stake-1)). The alpha MUST be deposited as stake of the coldkey
        ([SHARE-6](#share-6)), and the hotkey appended to those that the coldkey stakes with, unless it is there. An
        amount up to the fee is all fee; 0 TAO MUST be swapped then all the same, which takes alpha out of a pool whose
        reserves have a product beyond the range of [POOL-1](#pool-1), and counts it as outstanding. If no TAO is left
        to swap, or it buys no alpha, nothing is deposited and no hotkey appended. The event, in any case, is
        `StakeAdded`: coldkey, hotkey, the TAO that was swapped, the alpha that counts as deposited, 0 where nothing is
        deposited, netuid.
    Formula: $$ y = \frac{A\,(x - f)}{T + x - f}, \qquad T' = T + x $$
    Units: rao in; alpha rao that count as deposited.
    Rounding: as [POOL-3](#pool-3) and [SHARE-4](#share-4).
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `stake_into_subnet`
    Example: 10 TAO in a pool of 1 000 TAO and 4 000 alpha: 39.603764336 alpha. The fee has not bought any, but is in
        the pool.

        >>> pool = Ledger(1, Fraction(10**12), Fraction(4 * 10**12))
        >>> after, held, deposited = stake_naming_deposit(
        ...     pool, Holding(), Fraction(10**10), Fraction(FEE), rules=Computation(244))
        >>> int(deposited), int(after.tao), int(held.shares)
        (39603764336, 1010000000000, 39603764336)
    """
    return stake(ledger, holding, tao, fee, rules=rules)


@rule("STAKE-4", since=257)
def stake_naming_fee(
    ledger: Ledger, holding: Holding, tao: Fraction, fee: Fraction, *, rules: Computation
) -> tuple[Ledger, Holding, Fraction, Fraction]:
    r"""Staking TAO.

    Change: The event names the fee too, so that whoever reads events need not compute it.
    Statement: Of an amount that has left the balance, the fee MUST go to the pool ([STAKE-3](#stake-3)) after the rest
        has bought alpha ([STAKE-1](#stake-1)). The alpha MUST be deposited as stake of the coldkey
        ([SHARE-6](#share-6)), and the hotkey appended to those that the coldkey stakes with, unless it is there. An
        amount up to the fee is all fee; 0 TAO MUST be swapped then all the same, which takes alpha out of a pool whose
        reserves have a product beyond the range of [POOL-1](#pool-1), and counts it as outstanding. If no TAO is left
        to swap, or it buys no alpha, nothing is deposited and no hotkey appended. The event, in any case, is
        `StakeAdded`: coldkey, hotkey, the TAO that was swapped, the alpha that counts as deposited, 0 where nothing is
        deposited, netuid, the fee that was paid.
    Formula: $$ y = \frac{A\,(x - f)}{T + x - f}, \qquad T' = T + x, \qquad f' = \min(f,\; x) $$
    Units: rao in; alpha rao that count as deposited, and rao for the fee that was paid.
    Rounding: as [POOL-3](#pool-3) and [SHARE-4](#share-4).
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `stake_into_subnet`
    Example: 10 TAO in a pool of 1 000 TAO and 4 000 alpha, and a stake of 40 000 rao that is all fee.

        >>> pool = Ledger(1, Fraction(10**12), Fraction(4 * 10**12))
        >>> after = [stake_naming_fee(pool, Holding(), Fraction(tao), Fraction(FEE), rules=Computation(257))
        ...     for tao in (10**10, 40_000)]
        >>> [(int(deposited), int(paid)) for _, _, deposited, paid in after]
        [(39603764336, 50000), (0, 40000)]
    """
    return (*stake(ledger, holding, tao, fee, rules=rules), min(fee, tao))


@rule("STAKE-5")
def unstake(
    ledger: Ledger, holding: Holding, alpha: Fraction, fee: Fraction, *, rules: Computation = EXACT_LAUNCH
) -> tuple[Ledger, Holding, Fraction]:
    r"""Unstaking alpha.

    Statement: The alpha MUST be sold first ([STAKE-2](#stake-2)), then withdrawn from the stake of the coldkey
        ([SHARE-7](#share-7)). The fee MUST go from the TAO to the pool ([STAKE-3](#stake-3)); the rest is due to the
        coldkey. TAO up to the fee is all fee. The event is `StakeRemoved`: coldkey, hotkey, the TAO that is due, the
        alpha, netuid.
    Formula: $$ y = \max\left(\frac{T\,x}{A + x} - f,\; 0\right) $$
    Units: alpha rao in; rao due.
    Rounding: as [POOL-4](#pool-4) and [SHARE-4](#share-4).
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `unstake_from_subnet`
    Known violation: The two halves do not depend on each other. TAO is paid even where [SHARE-7](#share-7) does
        nothing, and where the pool does not trade the shares go and nothing is paid.
    Example: All of it back at once: 10 TAO less twice the fee. Of the first fee, which raised the price, 0.0000005 TAO
        come back.

        >>> pool = Ledger(1, Fraction(1010 * 10**9), Fraction(4 * 10**12 - 39603764336))
        >>> held = Holding(Fraction(39603764336), Fraction(39603764336), Fraction(39603764336))
        >>> after, held, due = unstake(pool, held, Fraction(39603764336), Fraction(FEE))
        >>> int(due), held.shares
        (9999900494, Fraction(0, 1))
    """
    ledger, tao = rules["STAKE-2"](ledger, alpha)
    holding, _ = rules["SHARE-7"](holding, alpha)
    due = max(tao - fee, Fraction(0))
    return rules["STAKE-3"](ledger, tao - due), holding, due


@rule("STAKE-5", since=244)
def unstake_selling_withdrawn(
    ledger: Ledger, holding: Holding, alpha: Fraction, fee: Fraction, *, rules: Computation
) -> tuple[Ledger, Holding, Fraction]:
    r"""Unstaking alpha.

    Change: The stake is reduced first, and only what left it is sold. Before, alpha was sold and paid for that the
        coldkey did not have.
    Statement: The alpha MUST be withdrawn from the stake of the coldkey first ([SHARE-7](#share-7)), and what counts as
        withdrawn MUST be sold then ([STAKE-2](#stake-2)): all of the stake where dust leaves too, nothing where nothing
        was withdrawn. The fee MUST go from the TAO to the pool ([STAKE-3](#stake-3)); the rest is due to the coldkey.
        TAO up to the fee is all fee. The event is `StakeRemoved`: coldkey, hotkey, the TAO that is due, the alpha that
        was sold, netuid.
    Formula: $$ y = \max\left(\frac{T\,x'}{A + x'} - f,\; 0\right) $$
    Units: alpha rao in; rao due.
    Rounding: as [SHARE-4](#share-4) and [POOL-4](#pool-4). The whole stake that leaves with dust is floored
        ([SHARE-4](#share-4)).
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `unstake_from_subnet`
    Known violation: Where the pool does not trade, the shares still go and nothing is paid. Nobody checks whether the
        pool would trade the dust that leaves with the amount.
    Example: 999 995 of 1 000 000 are asked for at 1 : 1, and all are sold. 1 000 001 are not there, and nothing is
        paid.

        >>> stable, held = Ledger(0, Fraction(10**9), Fraction(10**9)), Holding(*(Fraction(1_000_000),) * 3)
        >>> after = [unstake_selling_withdrawn(stable, held, Fraction(alpha), Fraction(FEE), rules=Computation(244))
        ...     for alpha in (999_995, 1_000_001)]
        >>> [int(due) for _, _, due in after]
        [950000, 0]
    """
    ledger, holding, tao = withdraw_and_sell(ledger, holding, alpha, rules)
    due = max(tao - fee, Fraction(0))
    return rules["STAKE-3"](ledger, tao - due), holding, due


def withdraw_and_sell(
    ledger: Ledger, holding: Holding, alpha: Fraction, rules: Computation
) -> tuple[Ledger, Holding, Fraction]:
    """Return the pool and the stake after what counts as withdrawn was sold, and the TAO that was paid."""
    holding, sold = rules["SHARE-7"](holding, alpha)
    ledger, tao = rules["STAKE-2"](ledger, sold)
    return ledger, holding, tao


@rule("STAKE-5", since=257)
def unstake_naming_fee(
    ledger: Ledger, holding: Holding, alpha: Fraction, fee: Fraction, *, rules: Computation
) -> tuple[Ledger, Holding, Fraction, Fraction]:
    r"""Unstaking alpha.

    Change: The event names the fee too, which depends on the hotkey's dividends since they decide it.
    Statement: The alpha MUST be withdrawn from the stake of the coldkey first ([SHARE-7](#share-7)), and what counts as
        withdrawn MUST be sold then ([STAKE-2](#stake-2)): all of the stake where dust leaves too, nothing where nothing
        was withdrawn. The fee MUST go from the TAO to the pool ([STAKE-3](#stake-3)); the rest is due to the coldkey.
        TAO up to the fee is all fee. The event is `StakeRemoved`: coldkey, hotkey, the TAO that is due, the alpha that
        was sold, netuid, the fee that was paid.
    Formula: $$ y = \max\left(\frac{T\,x'}{A + x'} - f,\; 0\right), \qquad
        f' = \min\left(f,\; \frac{T\,x'}{A + x'}\right) $$
    Units: alpha rao in; rao due, and rao for the fee that was paid.
    Rounding: as [SHARE-4](#share-4) and [POOL-4](#pool-4). The whole stake that leaves with dust is floored
        ([SHARE-4](#share-4)).
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `unstake_from_subnet`
    Known violation: Where the pool does not trade, the shares still go and nothing is paid. Nobody checks whether the
        pool would trade the dust that leaves with the amount.
    Example: All of 1 000 000 at 1 : 1, and 30 000 of them, which are all fee.

        >>> stable, held = Ledger(0, Fraction(10**9), Fraction(10**9)), Holding(*(Fraction(1_000_000),) * 3)
        >>> after = [unstake_naming_fee(stable, held, Fraction(alpha), Fraction(FEE), rules=Computation(257))
        ...     for alpha in (1_000_000, 30_000)]
        >>> [(int(due), int(paid)) for _, _, due, paid in after]
        [(950000, 50000), (0, 30000)]
    """
    ledger, holding, tao = withdraw_and_sell(ledger, holding, alpha, rules)
    due = max(tao - fee, Fraction(0))
    return rules["STAKE-3"](ledger, tao - due), holding, due, tao - due


@rule("STAKE-6")
def clear_small_nomination(
    account: Account, owns_hotkey: bool, minimum: Fraction, *, rules: Computation = EXACT_LAUNCH
) -> Account:
    r"""Clearing small nominations.

    Statement: After a sale, what is left of the stake of a coldkey that does not own the hotkey MUST be sold as well
        ([STAKE-5](#stake-5)), without a fee, and paid to its balance, if it is below `NominatorMinRequiredStake`. That
        holds where nothing is left too, which leaves an event `StakeRemoved` of nothing. A move ([MOVE-6](#move-6))
        clears nothing.
    Formula: $$ x_c < x_{min} \;\Rightarrow\; x_c' = 0 $$
    Units: the stake in alpha rao, the minimum in rao: they are compared as numbers.
    Rounding: as [SHARE-2](#share-2) and [POOL-4](#pool-4). The stake is floored, so that one just above the minimum may
        count as below it.
    Source: `pallets/subtensor/src/staking/helpers.rs`, `clear_small_nomination_if_required`
    Known violation: The minimum is meant in TAO; an alpha is compared as if it were one, whatever its price.
    Example: 40 of at least 100 remain on a stable subnet, and are paid out; not if the coldkey owns the hotkey.

        >>> left = Account(Ledger(0, Fraction(10**9), Fraction(10**9)), Holding(*(Fraction(40),) * 3))
        >>> cleared = clear_small_nomination(left, False, Fraction(100))
        >>> cleared.balance, cleared.holding.shares
        (Fraction(40, 1), Fraction(0, 1))
        >>> clear_small_nomination(left, True, Fraction(100)) == left
        True
    """
    stake = rules["SHARE-2"](account.holding)
    if owns_hotkey or stake >= minimum:
        return account
    ledger, holding, paid, *_ = rules["STAKE-5"](account.ledger, account.holding, stake, Fraction(0))
    return Account(ledger, holding, account.balance + paid)
