"""What became of other rules when prices got 64 fraction bits."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from dtao_spec.chapters.bonds.bought import counted
from dtao_spec.chapters.epoch.arithmetic import Row
from dtao_spec.chapters.networks.median import median_price
from dtao_spec.chapters.networks.pruning import network_to_prune
from dtao_spec.chapters.staking.swaps import least_nomination
from dtao_spec.registry import rule
from dtao_spec.rounding import LIMIT_BITS, UNSIGNED, floored

CHAPTER = "dtao_spec.chapters.price"
LARGEST = Fraction(UNSIGNED, 2**LIMIT_BITS)


def median_wide_price_rounded(prices: Iterable[Fraction]) -> Fraction:
    """Return the median in 64 fraction bits."""
    return floored(median_price(prices), LIMIT_BITS)


@rule("NET-14", since=423, rounded=median_wide_price_rounded)
def median_wide_price(prices: Iterable[Fraction]) -> Fraction:
    r"""Median price.

    Change: Prices have 64 fraction bits.
    Statement: The median price MUST be that of the present prices of all existing subnets but root that are above 0; of
        an even number of them the mean of the two in the middle; 1 if there is none.
    Formula: $$ \tilde p = \tfrac12\big(p_{\lfloor (n-1)/2 \rfloor} + p_{\lfloor n/2 \rfloor}\big), \qquad p_0 \le
        \dots \le p_{n-1} $$
    Units: TAO per alpha.
    Rounding: The mean is floored to 64 fraction bits.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `get_median_subnet_alpha_price`
    Example: Of four prices the second and the third count.

        >>> median_wide_price([Fraction(1), Fraction(0), Fraction(1, 4), Fraction(8), Fraction(1, 2)])
        Fraction(3, 4)
    """
    return median_price(prices)


@rule("NET-13", since=423)
def network_to_prune_by_wide_price(
    registered_at: Sequence[tuple[int, int]], block: int, immunity_period: int, prices: Sequence[Fraction]
) -> int | None:
    r"""Network to prune.

    Change: Moving prices of $2^{64}$ and more count as the same. No subnet comes near.
    Statement: Of the subnets that were registered at least `NetworkImmunityPeriod` blocks ago it MUST be the one with
        the lowest moving price, where that of a stable subnet counts as 1; of equal ones the one registered first, then
        the first in the order of [STATE-5](#state-5). Root is never pruned. None where all are immune.
    Units: pairs of netuid and block, in the order of STATE-5, and the moving price of each, TAO per alpha.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/root.rs`, `get_network_to_prune`
    Known violation: The moving price is an average over weeks, and 0 for who was never started: a subnet whose owner
        waits is the first to go, as soon as it is not immune.
    Example: The second is cheaper; the third is cheapest, but immune.

        >>> prices = [Fraction(1, 10), Fraction(1, 20), Fraction(0)]
        >>> network_to_prune_by_wide_price([(1, 500), (2, 600), (3, 90_000)], 100_000, 50_400, prices)
        2
    """
    return network_to_prune(registered_at, block, immunity_period, [min(price, LARGEST) for price in prices])


@rule("EMIT-11", since=423)
def root_is_paid_by_wide_prices(moving_prices: list[Fraction]) -> bool:
    r"""Whether stakers of root get alpha.

    Change: Moving prices are added with 64 fraction bits.
    Statement: In a block in which the moving prices of all subnets that receive emission ([EMIT-8](#emit-8)) add up to
        no more than 1 TAO, the stakers of root MUST get no alpha, and what would be theirs is recycled.
    Formula: $$ \sum_i \bar p_i > 1 $$
    Units: TAO per alpha.
    Rounding: none. A stable subnet counts 1. The sum is taken modulo $2^{64}$.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `get_network_root_sell_flag`
    Example: Exactly 1 is not enough.

        >>> pairs = [Fraction(1, 2), Fraction(1, 2)], [Fraction(1, 2), Fraction(3, 4)]
        >>> [root_is_paid_by_wide_prices(prices) for prices in pairs]
        [False, True]
    """
    return sum(moving_prices, Fraction(0)) > 1


@rule("STAKE-6", since=423)
def is_small_nomination_at_wide_price(stake: int, minimum: int, price: Fraction) -> bool:
    r"""Small nominations.

    Change: The quotient has 64 fraction bits; at a price that is so low that it does not fit, no stake is small.
    Statement: After a sale, what is left of the stake of a coldkey that does not own the hotkey MUST be sold as well
        ([STAKE-5](#stake-5)), if it is more than nothing and less alpha than the minimum buys at the price
        ([PRICE-1](#price-1)); none does at a price of 0. The minimum is the minimum stake of 2 000 000 rao times
        `NominatorMinRequiredStake` millionths. If the swap or a payment is refused, what happened until then MUST
        remain, what stake there is then be taken away without being paid, and there is no event. In both cases a lock
        of the coldkey loses what was cleared ([LOCK-7](#lock-7)). A move clears nothing.
    Formula: $$ x_{min} = \frac{2 \cdot 10^6\, m}{10^6}, \quad x_c < \left\lfloor \frac{x_{min}}{p} \right\rfloor
        \;\Rightarrow\; x_c' = 0 $$
    Units: alpha rao; the minimum in rao.
    Rounding: as SHARE-2 and POOL-32. The product of minimum stake and factor saturates as a u64. The quotient of
        minimum and price is floored in U64F64, where one of $2^{64}$ or more counts as 0, and then to alpha rao.
    Source: `pallets/subtensor/src/staking/helpers.rs`, `clear_small_nomination_if_required`;
        `pallets/subtensor/src/utils/misc.rs`, `get_nominator_min_required_stake`
    Known violation: A refused swap costs the nominator his stake, and his lock, though stake that is locked should not
        leave.
    Example: 399 alpha rao at a price of a half are less than 200 rao, the minimum by a factor of 100; at the lowest
        price there is, these buy too much to count.

        >>> [is_small_nomination_at_wide_price(stake, 100, Fraction(1, 2)) for stake in (0, 399, 400)]
        [False, True, False]
        >>> is_small_nomination_at_wide_price(5, 100, Fraction(1, 2**64))
        False
    """
    least = least_nomination(minimum)
    return price > 0 and least / price < 2**64 and 0 < stake < int(least / price)


@rule("STAKE-7", since=423)
def total_stake_of_hotkey_at_wide_prices(stakes: list[tuple[int, Fraction]]) -> int:
    r"""Stake of a hotkey in TAO.

    Change: The parts have 64 fraction bits, and their sum holds $2^{64} - 1$ rao at most before it wraps around.
    Statement: The stake of a hotkey in TAO MUST be the sum over all subnets of the stake on it times the price
        ([PRICE-1](#price-1)).
    Formula: $$ \left\lfloor \sum_i x_i\,p_i \right\rfloor $$
    Units: alpha rao and TAO per alpha in; rao out.
    Rounding: none beyond that of the sum, which is floored; products with a price have 64 fraction bits, as it has.
    Source: `pallets/subtensor/src/staking/helpers.rs`, `get_total_stake_for_hotkey`
    Example: Two halves are one.

        >>> total_stake_of_hotkey_at_wide_prices([(1, Fraction(1, 2)), (3, Fraction(1, 2))])
        2
    """
    return int(sum((stake * price for stake, price in stakes), Fraction(0)))


@rule("STAKE-23", since=423)
def no_zero_maximum_rejection(maximum: Fraction | None) -> str | None:
    r"""Limits that allow nothing.

    Change: A limit that allows nothing is no error of its own any more. The call fails by another check, or trades what
        it may.
    Statement: `add_stake_limit`, `remove_stake_limit` and `swap_stake_limit` MUST NOT be rejected because what the
        limit price allows ([POOL-5](#pool-5), [POOL-6](#pool-6), [MOVE-7](#move-7)) is 0.
    Units: rao, or alpha rao of the origin; None for a maximum without bound.
    Rounding: none.
    Source: `pallets/subtensor/src/staking/add_stake.rs`, `get_max_amount_add`;
        `pallets/subtensor/src/staking/remove_stake.rs`, `get_max_amount_remove`;
        `pallets/subtensor/src/staking/move_stake.rs`, `get_max_amount_move`
    Example: A limit that allows nothing, and one that allows everything.

        >>> [no_zero_maximum_rejection(maximum) for maximum in (Fraction(0), None)]
        [None, None]
    """
    return None


@rule("STAKE-32", since=424)
def input_rejection(amount: int, reserve: int, is_dynamic: bool) -> str | None:
    r"""Amounts beyond a pool.

    Statement: `add_stake`, `add_stake_limit`, `remove_stake`, `remove_stake_limit` and the calls made of them MUST be
        rejected if the whole amount, its fee included, is more than 1 000 times what the pool holds of the token. That
        is looked at before all else but the signature and, of `remove_stake`, whether the token is enabled. What
        `remove_stake` looks at is the amount, or all of the stake if that is less. Moves are not looked at.
    Units: rao, or alpha rao. Root and stable subnets have no pool.
    Rounding: none; the product saturates at $2^{64} - 1$.
    Rejections: `InsufficientLiquidity`.
    Source: `pallets/subtensor/src/staking/add_stake.rs`, `ensure_add_stake_input_within_swap_limit`;
        `pallets/subtensor/src/staking/remove_stake.rs`, `ensure_remove_stake_input_within_swap_limit`
    Known violation: Who may not stake at all is told that the pool is too small, if the amount is large enough.
    Example: A pool of 5 TAO.

        >>> [input_rejection(tao * 10**9, 5 * 10**9, True) for tao in (5_000, 5_001)]
        [None, 'InsufficientLiquidity']
    """
    return "InsufficientLiquidity" if is_dynamic and amount > min(1_000 * reserve, 2**64 - 1) else None


@rule("MOVE-6", since=423)
def worth_of_move_at_wide_price(credited: int, price: Fraction) -> int:
    r"""A move.

    Change: The worth of a move within a subnet is that at a price with 64 fraction bits.
    Statement: What moves is the amount, or all of the stake at the origin if that is less. Between two subnets the
        alpha MUST be sold at the origin, down to the lowest price ([STAKE-5](#stake-5)), free of the pool's fee on root
        alone, and the TAO be handed to the coldkey of the destination if that is another one
        ([STATE-18](#state-18)). If it is at least 2 000 000 rao, they MUST be staked at the destination, up to the
        highest price ([STAKE-4](#stake-4)), free of the pool's fee unless they left root; otherwise they stay in the
        balance. The event reports the proceeds of the sale. Within a subnet a lock follows first
        ([LOCK-9](#lock-9)); then what leaves the stake at the origin ([SHARE-7](#share-7)) MUST become stake at the
        destination ([SHARE-6](#share-6)); on root, what counts as claimed of both changes ([CLAIM-4](#claim-4)). Its
        worth at the price is reported by the events of both and of the move.
    Formula: $$ m = \lfloor y\,p \rfloor \ge 2\,000\,000 $$
    Units: alpha rao and TAO per alpha in; rao out.
    Rounding: as POOL-32 and SHARE-4; the worth is floored.
    Rejections: those of STAKE-5, STATE-18 and STAKE-4; within a subnet those of LOCK-9, and `AmountTooLow` if the worth
        is less than 2 000 000 rao.
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `transition_stake_internal`;
        `pallets/subtensor/src/staking/stake_utils.rs`, `transfer_stake_within_subnet`
    Known violation: The event of added stake is emitted even if the deposit came to nothing. A destination that keeps
        nothing else in its balance stakes 500 rao less than the sale brought.
    Example: 5 alpha rao at a price of a half.

        >>> worth_of_move_at_wide_price(5, Fraction(1, 2))
        2
    """
    return int(credited * price)


@rule("EPOCH-13", since=423)
def active_neurons_by_tempo(last_update: Sequence[int], activity_cutoff: int, block: int) -> list[bool]:
    r"""Active neurons.

    Change: The cutoff is a number of tempos, as the tempo may be changed.
    Statement: A neuron MUST count as active if it registered or set weights at most as many blocks ago as the tempo
        times `ActivityCutoffFactorMilli` over 1 000, but at least 1.
    Formula: $$ u_i + c \ge b, \qquad c = \max\left(1, \left\lfloor \frac{f \cdot \text{tempo}}{1000} \right\rfloor
        \right) $$
    Units: blocks; the cutoff $c$ is given.
    Rounding: none; the cutoff is a whole number of blocks.
    Source: `pallets/subtensor/src/epoch/run_epoch.rs`, `epoch_mechanism`; `pallets/subtensor/src/utils/misc.rs`,
        `get_activity_cutoff_blocks`
    Example: At the default factor of 13 889 and a tempo of 360, 5 000 blocks; in block 10 000.

        >>> active_neurons_by_tempo([5_000, 4_999], 13_889 * 360 // 1_000, 10_000)
        [True, False]
    """
    return [updated + activity_cutoff >= block for updated in last_update]


@rule("BOND-6", since=423)
def bonds_since_last_epoch(
    stored: Sequence[Mapping[int, int]],
    last_update: Sequence[int],
    registered: Sequence[int],
    block: int,
    tempo: int,
    last_step: int = 0,
) -> list[Row]:
    r"""Bonds that count.

    Change: What decides is whether the neuron registered after the last epoch, not whether it is a tempo old: the
        blocks between two epochs are no longer the same.
    Statement: An epoch MUST ignore the bonds in a neuron that registered after the block of the last epoch
        (`LastMechansimStepBlock`), whoever holds them and whenever the holder set weights: they were bought in its
        predecessor. Before the first epoch, those in a neuron that registered in the block one tempo before it or
        later. What remains of a column is then normalised ([EPOCH-4](#epoch-4)). Unlike weights, bonds count whether or
        not the holder is active or has a permit.
    Formula: $$ b'_{ij} \ne 0 \;\Rightarrow\; B_{last} + 1 > g_j $$
    Units: stored bonds as u16-normalised fractions; blocks. $g_j$ is `BlockAtRegistration`, 0 for a uid without a
        hotkey.
    Rounding: none; normalising, as EPOCH-4.
    Source: `pallets/subtensor/src/epoch/run_epoch.rs`, `epoch_mechanism`; `pallets/subtensor/src/epoch/math.rs`,
        `scalar_vec_mask_sparse_matrix`
    Known violation: A neuron that registers in the very block of an epoch, after it, counts as old in the next one, and
        the bonds in its predecessor are in it.
    Example: Neuron 2 registered in block 640, and the last epoch was in block 639, or in 640.

        >>> given = [{1: 7, 2: 5}, {}, {}], [0, 0, 0], [1, 2, 640], 1_000, 360
        >>> bonds_since_last_epoch(*given, 639)
        [{1: Fraction(7, 1)}, {}, {}]
        >>> bonds_since_last_epoch(*given, 640)
        [{1: Fraction(7, 1), 2: Fraction(5, 1)}, {}, {}]
    """
    threshold = last_step + 1 if last_step else max(block - tempo, 0)
    return counted(stored, [threshold] * len(stored), registered)
