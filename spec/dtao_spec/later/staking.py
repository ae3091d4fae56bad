"""Staking, its fees and its lists in later versions."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from dtao_spec.chapters import pools
from dtao_spec.chapters.shares import Holding
from dtao_spec.chapters.staking import FEE, Ledger, alpha_swapped, fee_added, tao_swapped
from dtao_spec.later.shares import deposited_by_magnitude, withdrawn_by_magnitude
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.staking"
DEFAULT_TAKE = 11_796
"""18 %, in parts of 65 535."""
SMALLEST_RATE = Fraction(214_748, 2**32)
"""0.00005: the least part of what is unstaked that the fee takes."""


@rule("STAKE-4", since=244)
def staked(ledger: Ledger, holding: Holding, tao: Fraction, fee: Fraction) -> tuple[Ledger, Holding, Fraction]:
    r"""The event names what became stake.

    Statement: As before, but the event MUST name, instead of the alpha that was bought, what counts as deposited of it
        ([SHARE-6](#share-6)): 0 where nothing is deposited.
    Formula: $$ y' = |u(y)| $$
    Units: rao in; alpha rao that count as deposited.
    Rounding: as POOL-3 and SHARE-4.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `stake_into_subnet`
    Example: 10 TAO in a pool of 1 000 TAO and 4 000 alpha.

        >>> pool = Ledger(1, Fraction(10**12), Fraction(4 * 10**12))
        >>> after, held, told = staked(pool, Holding(), Fraction(10**10), Fraction(FEE))
        >>> int(told), int(after.tao), int(held.shares)
        (39603764336, 1010000000000, 39603764336)
    """
    swapped = max(tao - fee, Fraction(0))
    ledger, alpha = tao_swapped(ledger, swapped)
    if alpha > 0:
        holding, alpha = deposited_by_magnitude(holding, alpha)
    return fee_added(ledger, tao - swapped), holding, alpha


@rule("STAKE-5", since=244)
def unstaked(ledger: Ledger, holding: Holding, alpha: Fraction, fee: Fraction) -> tuple[Ledger, Holding, Fraction]:
    r"""What left the shares is sold.

    Statement: The alpha MUST be withdrawn from the stake of the coldkey first ([SHARE-7](#share-7)), and what counts as
        withdrawn MUST be sold then ([STAKE-2](#stake-2)): all of the stake where the rest leaves too, nothing where
        nothing was withdrawn. The event names that alpha. The fee, and what is due, are as before.
    Formula: $$ y = \max\left(\frac{T\,x'}{A + x'} - f,\; 0\right) $$
    Units: alpha rao in; rao due.
    Rounding: as SHARE-4 and POOL-4. The rest that leaves is floored ([SHARE-4](#share-4)).
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `unstake_from_subnet`
    Known violation: Where the pool does not trade, the shares still go and nothing is paid. Nobody asks whether the
        pool would trade the rest that leaves with the amount.
    Example: 999 995 of 1 000 000 are asked for at 1 : 1, and all are sold. 1 000 001 are not there: at the launch they
        were paid all the same.

        >>> stable, held = Ledger(0, Fraction(10**9), Fraction(10**9)), Holding(*(Fraction(1_000_000),) * 3)
        >>> [int(unstaked(stable, held, Fraction(alpha), Fraction(FEE))[2]) for alpha in (999_995, 1_000_001)]
        [950000, 0]
    """
    holding, sold = withdrawn_by_magnitude(holding, alpha)
    ledger, tao = alpha_swapped(ledger, sold)
    due = max(tao - fee, Fraction(0))
    return fee_added(ledger, tao - due), holding, due


@rule("STAKE-4", since=257)
def fee_in_event(tao: Fraction, fee: Fraction) -> Fraction:
    r"""The event names the fee.

    Statement: As before. The event `StakeAdded` MUST name in the end, after the netuid, the fee that was paid: all of
        an amount that is below the fee.
    Formula: $$ f' = \min(f,\; x) $$
    Units: rao.
    Rounding: none.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `stake_into_subnet`
    Example: The flat fee, and a stake of 40 000 rao that is all fee.

        >>> fee_in_event(Fraction(10**10), Fraction(FEE)), fee_in_event(Fraction(40_000), Fraction(FEE))
        (Fraction(50000, 1), Fraction(40000, 1))
    """
    return min(fee, tao)


@rule("STAKE-5", since=257)
def fee_in_event_of_removal(tao: Fraction, fee: Fraction) -> Fraction:
    r"""The event names the fee.

    Statement: As before. The event `StakeRemoved` MUST name in the end, after the netuid, the fee that was paid: all of
        the TAO if that is below the fee.
    Formula: $$ f' = \min(f,\; y) $$
    Units: rao.
    Rounding: none beyond that of the TAO.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `unstake_from_subnet`
    Example: A sale that brings 30 000 rao.

        >>> fee_in_event_of_removal(Fraction(30_000), Fraction(FEE))
        Fraction(30000, 1)
    """
    return min(fee, tao)


@rule("STAKE-8", since=244)
def total_real_stake_of_coldkey(stakes: Iterable[tuple[Fraction, Fraction]]) -> Fraction:
    r"""Stake counts, not shares.

    Statement: The total stake of a coldkey MUST be the sum, over the hotkeys that it stakes with and over all netuids
        where it has shares of them, of its stake ([SHARE-2](#share-2)) times the price there.
    Formula: $$ S_c = \sum_{h,i} x_{c,h,i}\,p_i $$
    Units: pairs of alpha rao and TAO per alpha; rao out.
    Rounding: Stakes are floored as in SHARE-2, prices to 32 fraction bits, each term to rao: each term is less than $1
        + (1 + s_{c,h,i} 2^{-64})\,p_i + x_{c,h,i} 2^{-32}$ rao below the exact one, never above. The sum of a hotkey's
        terms is at most $2^{64}-1$; that of all wraps around at $2^{64}$.
    Source: `pallets/subtensor/src/staking/helpers.rs`, `get_total_stake_for_coldkey`
    Example: 60 alpha rao, be they 40 shares or 60, at the price 0.25.

        >>> total_real_stake_of_coldkey([(Fraction(60), Fraction(1, 4))])
        Fraction(15, 1)
    """
    return sum((stake * price for stake, price in stakes), Fraction(0))


@rule("STAKE-18", since=238)
def record_stake_block(
    blocks: Mapping[tuple[str, str], int], coldkey: str, hotkey: str, block: int
) -> dict[tuple[str, str], int]:
    r"""The block of the last change.

    Statement: Whenever TAO becomes stake ([STAKE-4](#stake-4)) or stake becomes TAO ([STAKE-5](#stake-5)), the present
        block MUST be stored for the coldkey and the hotkey (`LastColdkeyHotkeyStakeBlock`), also where nothing was
        traded.
    Units: blocks.
    Rounding: none.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `stake_into_subnet`, `unstake_from_subnet`
    Example: No rule of the economy reads it; it serves to order the transactions of a block.

        >>> record_stake_block({("alice", "h"): 7}, "alice", "h", 12)
        {('alice', 'h'): 12}
    """
    return {**blocks, (coldkey, hotkey): block}


@rule("STAKE-19")
def flat_fee() -> Fraction:
    r"""The fee for unstaking.

    Statement: The fee for unstaking MUST be 50 000 rao, whatever is unstaked. Each of the two halves of a move
        ([MOVE-6](#move-6)) pays half of it.
    Formula: $$ f = 50\,000 $$
    Units: rao.
    Rounding: none.
    Source: `pallets/subtensor/src/lib.rs`, `DefaultStakingFee`
    Example: 0.00005 TAO, as for staking.

        >>> flat_fee() == FEE
        True
    """
    return Fraction(FEE)


@rule("STAKE-19", since=252)
def fee_by_dividends(
    alpha: Fraction, dividends: Fraction, total: Fraction, price: Fraction, is_flat: bool = False
) -> Fraction:
    r"""The fee follows the dividends.

    Statement: Stake that leaves the root network or a subnet of mechanism 0, and all stake that moves within a subnet,
        MUST pay 50 000 rao as before. Elsewhere the fee MUST be the part of the amount that the hotkey earned in the
        last epoch, at the present price ([PRICE-1](#price-1)), but at least 50 000 rao. That part is the hotkey's last
        dividends (`AlphaDividendsPerSubnet`) over its present stake (`TotalHotkeyAlpha`), 0 without stake. It is the
        fee for the amount that the call names, even if less is sold. Each leg of a move pays half of it, rounded down.
        The fee for staking stays flat.
    Formula: $$ f = \max\left(50\,000,\; x\,\frac{d}{V}\,p\right) $$
    Units: alpha rao, and TAO per alpha for the price; rao out.
    Rounding: The part, its product with the amount, the product with the price are floored to 32 fraction bits, the fee
        to rao: less than $1 + 2^{-32}(1 + x\,p + x\,d / V)$ rao below the exact value, never above. At most $2^{64}-1$.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `calculate_staking_fee`;
        `pallets/subtensor/src/lib.rs`, `DefaultStakingFee`; `pallets/subtensor/src/staking/move_stake.rs`,
        `transition_stake_internal`
    Known violation: The dividends are those of the last epoch, the stake is that of now: whoever stays while others
        leave pays more, and without bound. The price is taken without the slippage of the sale.
    Example: A hotkey with 1 000 alpha earned 2 in the last epoch. To unstake 100 at the price 0.25 costs 0.05 TAO; once
        half of the stake is gone, the same 100 cost 0.1.

        >>> tao = 10**9
        >>> fees = [fee_by_dividends(Fraction(100 * tao), Fraction(2 * tao), Fraction(total * tao), Fraction(1, 4))
        ...     for total in (1_000, 500)]
        >>> [int(fee) for fee in fees]
        [50000000, 100000000]
    """
    if is_flat:
        return Fraction(FEE)
    earned = alpha * dividends / total * price if total else Fraction(0)
    return max(earned, Fraction(FEE))


@rule("STAKE-19", since=257)
def fee_by_dividends_or_alpha(
    alpha: Fraction, dividends: Fraction, total: Fraction, price: Fraction, is_flat: bool = False
) -> Fraction:
    r"""At least a part of the alpha.

    Statement: As before, but where the fee follows the dividends it MUST also be at least 0.00005 of the amount, alpha
        rao counted as rao.
    Formula: $$ f = \max\left(50\,000,\; x\,\frac{d}{V}\,p,\; r\,x\right), \qquad r = 214\,748 \cdot 2^{-32} $$
    Units: alpha rao, and TAO per alpha for the price; rao out.
    Rounding: as before. The new term is floored to rao; 0.00005 is $214\,748 \cdot 2^{-32}$.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `calculate_staking_fee`;
        `pallets/subtensor/src/lib.rs`, `DefaultStakingFee`; `pallets/subtensor/src/staking/move_stake.rs`,
        `transition_stake_internal`
    Known violation: The new term is a part of the alpha and not of its worth. At a price of 0.25 it is 0.0002 of the
        worth; at a price of 0.00005 it is all.
    Example: 100 alpha without dividends: 0.005 TAO (less 0.00000004), whatever the price.

        >>> int(fee_by_dividends_or_alpha(Fraction(10**11), Fraction(0), Fraction(10**12), Fraction(1, 4)))
        4999991
    """
    fee = fee_by_dividends(alpha, dividends, total, price, is_flat)
    return fee if is_flat else max(fee, alpha * SMALLEST_RATE)


@rule("STAKE-19", since=261)
def fee_by_proceeds(
    ledger: Ledger, alpha: Fraction, dividends: Fraction, last_total: Fraction, is_flat: bool = False
) -> Fraction:
    r"""The fee is a part of the proceeds.

    Statement: Where the fee follows the dividends it MUST be a part of the TAO that the whole amount would sell for
        ([POOL-4](#pool-4)), 0 if the pool would not trade it: the hotkey's last dividends over its stake after them, as
        the last epoch left it (`TotalHotkeyAlphaLastEpoch`), 0 where none is stored, but at least 0.00005; and at least
        50 000 rao. Where it was flat, and on the legs of a move, it MUST be as before.
    Formula: $$ f = \max\left(50\,000,\; y\,\frac{d}{V_{last}},\; r\,y\right), \qquad y = \frac{T\,x}{A + x}, \qquad r =
        214\,748 \cdot 2^{-32} $$
    Units: alpha rao; rao out.
    Rounding: The TAO is a whole number as in POOL-4, each part floored to 32 fraction bits, each product to rao. With
        $\rho$ the larger of the two parts the fee is less than $1 + \rho + 2^{-32} y$ rao below the exact value, and at
        most $2^{-18} \rho$ above it.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `calculate_staking_fee`;
        `pallets/subtensor/src/lib.rs`, `DefaultStakingFee`; `pallets/subtensor/src/staking/move_stake.rs`,
        `transition_stake_internal`
    Known violation: Only dividends raise the fee. Whoever unstakes from a hotkey that missed the last epoch pays
        0.00005, however much it earned before.
    Example: 100 alpha, sold to a pool of 1 000 TAO and 4 000 alpha for 24.39 TAO, from a hotkey that earned a
        five-hundredth; then from one that earned nothing.

        >>> pool = Ledger(1, Fraction(10**12), Fraction(4 * 10**12))
        >>> fees = [fee_by_proceeds(pool, Fraction(10**11), Fraction(d), Fraction(10**12)) for d in (2 * 10**9, 0)]
        >>> [int(fee) for fee in fees]
        [48780487, 1219510]
    """
    if is_flat:
        return Fraction(FEE)
    tao = pools.tao_for_alpha(ledger.mechanism, ledger.tao, ledger.alpha_in, alpha) or Fraction(0)
    rate = dividends / last_total if last_total else Fraction(0)
    return max(tao * max(rate, SMALLEST_RATE), Fraction(FEE))


@rule("STAKE-20", since=244)
def record_delegate(delegates: Mapping[str, int], owner: str, coldkey: str, hotkey: str) -> dict[str, int]:
    r"""Delegates by stake.

    Statement: `add_stake_limit` and a move that arrives ([MOVE-6](#move-6)) MUST first make a delegate of the hotkey
        that is staked on, unless the coldkey that stakes owns it: if no take is stored for the hotkey (`Delegates`),
        the default of 18 % MUST be. `add_stake` MUST NOT.
    Units: parts of 65 535; the default is 11 796.
    Rounding: none.
    Source: `pallets/subtensor/src/staking/helpers.rs`, `maybe_become_delegate`
    Known violation: The two calls that stake differ in it. Nobody is paid differently: where no take is stored the
        default holds all the same.
    Example: bob moves stake to alice's hotkey. A take that alice has set stays.

        >>> record_delegate({}, "alice", "bob", "h"), record_delegate({"h": 0}, "alice", "bob", "h")
        ({'h': 11796}, {'h': 0})
        >>> record_delegate({}, "alice", "alice", "h")
        {}
    """
    return dict(delegates) if owner == coldkey else {hotkey: DEFAULT_TAKE, **delegates}


@rule("STAKE-21", since=273)
def record_earning(hotkeys: tuple[str, ...], hotkey: str, amount: Fraction) -> tuple[str, ...]:
    r"""Who earns is listed.

    Statement: Whenever stake of a coldkey on a hotkey is increased by a positive amount, be it bought, moved or paid,
        the hotkey MUST be appended to those that the coldkey stakes with (`StakingHotkeys`), unless it is there. Before
        that, only bought and moved stake did so.
    Units: alpha rao (rao on root).
    Rounding: none.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `increase_stake_for_hotkey_and_coldkey_on_subnet`
    Example: An owner who never staked earns a take. From now on [STAKE-8](#stake-8) counts it.

        >>> record_earning((), "h", Fraction(5)), record_earning(("g",), "h", Fraction(0))
        (('h',), ('g',))
    """
    return hotkeys if amount == 0 or hotkey in hotkeys else (*hotkeys, hotkey)
