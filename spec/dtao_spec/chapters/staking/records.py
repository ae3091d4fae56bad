"""What is recorded of stake beside the pools and shares, and the sums that are read."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from dtao_spec.registry import rule
from dtao_spec.rounding import U64_MAX, floored

CHAPTER = "dtao_spec.chapters.staking"
DEFAULT_TAKE = 11_796
"""18 %, u16-normalised."""


def total_stake_of_hotkey_rounded(stakes: Iterable[tuple[Fraction, Fraction]]) -> Fraction:
    """Return the sum of terms in whole rao, each within 64 bits; it wraps around."""
    terms = (min(floored(alpha * floored(price), 0), Fraction(U64_MAX)) for alpha, price in stakes)
    return sum(terms, Fraction(0)) % 2**64


@rule("STAKE-7", rounded=total_stake_of_hotkey_rounded)
def total_stake_of_hotkey(stakes: Iterable[tuple[Fraction, Fraction]]) -> Fraction:
    r"""Total stake on a hotkey.

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


Stakes = Iterable[Iterable[tuple[Fraction, Fraction]]]
"""For each hotkey, pairs of what is held on a network and the price there."""


def total_stake_of_coldkey_rounded(shares: Stakes) -> Fraction:
    """Return the sum with shares and prices in 32 fraction bits, and terms in whole rao."""
    return _total([(floored(held), price) for held, price in hotkey] for hotkey in shares)


def total_real_stake_of_coldkey_rounded(stakes: Stakes) -> Fraction:
    """Return the sum with whole stakes, prices in 32 fraction bits, and terms in whole rao."""
    return _total([(floored(held, 0), price) for held, price in hotkey] for hotkey in stakes)


def _total(stakes: Stakes) -> Fraction:
    largest, total = Fraction(U64_MAX), Fraction(0)
    for hotkey in stakes:
        terms = (min(floored(held * floored(price), 0), largest) for held, price in hotkey)
        total += min(sum(terms, Fraction(0)), largest)
    return total % 2**64


@rule("STAKE-8", rounded=total_stake_of_coldkey_rounded)
def total_stake_of_coldkey(shares: Stakes) -> Fraction:
    r"""Total stake of a coldkey.

    Statement: The total stake of a coldkey MUST be the sum, over the hotkeys that it stakes with and over all netuids
        where it has shares of them, of its shares times the price there.
    Formula: $$ S_c = \sum_{h,i} s_{c,h,i}\,p_i $$
    Units: of each hotkey, pairs of shares and TAO per alpha; rao out.
    Rounding: Shares and prices are floored to 32 fraction bits, each term to rao: each term is less than $1 +
        (s_{c,h,i} + p_i) 2^{-32}$ rao below the exact one, never above. The sum of a hotkey's terms is at most
        $2^{64}-1$; that of all wraps around at $2^{64}$.
    Source: `pallets/subtensor/src/staking/helpers.rs`, `get_total_stake_for_coldkey`
    Known violation: Shares are taken for alpha. A share is worth 1 alpha rao only until the first reward, and more
        after it, so that the sum is too small.
    Example: 40 shares at the price 0.25 count 10, though a share may be worth 1.5 alpha rao by now.

        >>> total_stake_of_coldkey([[(Fraction(40), Fraction(1, 4))]])
        Fraction(10, 1)
    """
    return sum((held * price for hotkey in shares for held, price in hotkey), Fraction(0))


@rule("STAKE-8", since=244, rounded=total_real_stake_of_coldkey_rounded)
def total_real_stake_of_coldkey(stakes: Stakes) -> Fraction:
    r"""Total stake of a coldkey.

    Change: Stake is summed instead of shares, which were taken for alpha by mistake.
    Statement: The total stake of a coldkey MUST be the sum, over the hotkeys that it stakes with and over all netuids
        where it has shares of them, of its stake ([SHARE-2](#share-2)) times the price there.
    Formula: $$ S_c = \sum_{h,i} x_{c,h,i}\,p_i $$
    Units: of each hotkey, pairs of alpha rao and TAO per alpha; rao out.
    Rounding: Stakes are floored as in [SHARE-2](#share-2), prices to 32 fraction bits, each term to rao: each term is
        less than $1 + (1 + s_{c,h,i} 2^{-64})\,p_i + x_{c,h,i} 2^{-32}$ rao below the exact one, never above. The sum
        of a hotkey's terms is at most $2^{64}-1$; that of all wraps around at $2^{64}$.
    Source: `pallets/subtensor/src/staking/helpers.rs`, `get_total_stake_for_coldkey`
    Example: 60 alpha rao, be they 40 shares or 60, at the price 0.25.

        >>> total_real_stake_of_coldkey([[(Fraction(60), Fraction(1, 4))]])
        Fraction(15, 1)
    """
    return sum((stake * price for hotkey in stakes for stake, price in hotkey), Fraction(0))


@rule("STAKE-18", since=238)
def record_last_stake_block(
    blocks: Mapping[tuple[str, str], int], coldkey: str, hotkey: str, block: int
) -> dict[tuple[str, str], int]:
    r"""Block of the last stake change.

    Statement: Whenever TAO becomes stake ([STAKE-4](#stake-4)) or stake becomes TAO ([STAKE-5](#stake-5)), the present
        block MUST be stored for the coldkey and the hotkey (`LastColdkeyHotkeyStakeBlock`), also where nothing was
        traded.
    Units: blocks.
    Rounding: none.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `stake_into_subnet`, `unstake_from_subnet`
    Example: No rule of the economy reads it; it serves to order the transactions of a block.

        >>> record_last_stake_block({("alice", "h"): 7}, "alice", "h", 12)
        {('alice', 'h'): 12}
    """
    return {**blocks, (coldkey, hotkey): block}


@rule("STAKE-20", since=244)
def record_delegate(delegates: Mapping[str, int], owner: str, coldkey: str, hotkey: str) -> dict[str, int]:
    r"""Hotkeys that become delegates by nomination.

    Statement: `add_stake_limit` and a move that arrives ([MOVE-6](#move-6)) MUST first make a delegate of the hotkey
        that is staked on, unless the coldkey that stakes owns it: if no take is stored for the hotkey (`Delegates`),
        the default of 18 % MUST be. `add_stake` MUST NOT.
    Units: u16-normalised take; the default is 11 796.
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
def record_staking_hotkey(hotkeys: tuple[str, ...], hotkey: str, amount: Fraction) -> tuple[str, ...]:
    r"""Hotkeys of a coldkey that earns.

    Statement: Whenever stake of a coldkey on a hotkey is increased by a positive amount, be it bought, moved or paid
        out by an epoch, the hotkey MUST be appended to those that the coldkey stakes with (`StakingHotkeys`), unless it
        is there.
    Units: alpha rao (rao on root).
    Rounding: none.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `increase_stake_for_hotkey_and_coldkey_on_subnet`
    Example: An owner who never staked earns a take, which [STAKE-8](#stake-8) then counts. An amount of 0 records
        nothing.

        >>> record_staking_hotkey((), "h", Fraction(5)), record_staking_hotkey(("g",), "h", Fraction(0))
        (('h',), ('g',))
    """
    return hotkeys if amount == 0 or hotkey in hotkeys else (*hotkeys, hotkey)
