"""Root claims: what subnets set aside for the stakers of root, by a rate for each hotkey, and what each has had of it.

A rate is the alpha that a rao of root stake on the hotkey earned since the beginning. What a coldkey is owed is its
root stake times the rate, less what counts as claimed: that grows by the rate times the stake when stake is added, so
that new stake earns nothing of the past, and shrinks by as much when stake is removed.
"""

from collections.abc import Iterable
from functools import lru_cache

from dtao.fixed import I96F32
from dtao.records import Rates
from dtao.rule import implements
from dtao.units import U64_MAX, Alpha, Bits, NetUid, Rao, RootClaimChoice

SWAP, KEEP = "Swap", "Keep"
"""What becomes of claimed alpha: it is sold and the TAO staked on root, or it is staked where it is."""
FRACTION = I96F32.fraction_bits
LARGEST = I96F32.max_bits
U128_MAX = 2**128 - 1
HASH_BYTES, WORD = 32, 8
GENESIS_HASH = bytes([69]) * HASH_BYTES
"""What a chain has for the hash of the block before its first: 69 in each byte."""


@implements("CLAIM-1")
def rate_increment(amount: Alpha, root_stake: Rao) -> Bits:
    """Return what alpha for all stakers of root on a hotkey adds to its rate, floored; 0 without stake; I96F32."""
    return Bits((amount << FRACTION) // root_stake) if root_stake else Bits(0)


@implements("CLAIM-1")
def with_rate_increased(rates: Rates, netuid: NetUid, increment: Bits) -> Rates:
    """Return the rates of a hotkey with that of one subnet increased, saturating; a first one may be 0."""
    return with_rates_added(rates, ((netuid, increment),))


@implements("CLAIM-13")
def with_rates_added(rates: Rates, others: Rates) -> Rates:
    """Return the sums of two hotkeys' rates, subnet by subnet, saturating."""
    sums = dict(rates)
    for netuid, rate in others:
        sums[netuid] = Bits(min(sums.get(netuid, 0) + rate, LARGEST))
    return tuple(sorted(sums.items()))


@implements("CLAIM-5")
def is_kept(chosen: RootClaimChoice, netuid: NetUid) -> bool:
    """Whether claimed alpha of a subnet is staked there and not sold: "Keep", or the subnets where it is."""
    return chosen == KEEP or (not isinstance(chosen, str) and netuid in chosen)


@implements("CLAIM-2")
def owed(rate: Bits, root_stake: Rao, claimed: int) -> Bits:
    """Return the alpha that a coldkey is owed of a subnet, in I96F32; less than 0 if it has had more.

    Both parts saturate. Mirrors ``get_root_owed_for_hotkey_coldkey_float``.
    """
    earned, had = rate * root_stake, claimed << FRACTION
    return Bits((earned if earned < LARGEST else LARGEST) - (had if had < LARGEST else LARGEST))


@implements("CLAIM-3")
def claimed_now(due: Bits, threshold: Bits) -> Alpha:
    """Return what a claim takes of what is owed (both I96F32): all of it, floored, or nothing below the threshold."""
    return Alpha(min(max(due, 0) >> FRACTION, U64_MAX)) if due >= threshold else Alpha(0)


@implements("CLAIM-4")
def claimed_after_addition(claimed: int, rate: Bits, amount: Rao) -> int:
    """Return what counts as claimed once root stake was added, floored and saturating; a u128.

    Mirrors ``add_stake_adjust_root_claimed_for_hotkey_and_coldkey``.
    """
    after = claimed + _of_stake(rate, amount)
    return after if after < U128_MAX else U128_MAX


@implements("CLAIM-4")
def all_claimed_after_addition(claimed: Iterable[int], rates: Iterable[int], amount: Rao) -> list[int]:
    """Return what counts as claimed of several subnets, as :func:`claimed_after_addition` of each."""
    return [
        after
        if (after := before + ((product if (product := rate * amount) < LARGEST else LARGEST) >> FRACTION)) < U128_MAX
        else U128_MAX
        for before, rate in zip(claimed, rates, strict=True)
    ]


@implements("CLAIM-4")
def claimed_after_removal(claimed: int, rate: Bits, amount: Rao) -> int:
    """Return what counts as claimed once root stake was removed, not below 0; a u128.

    Mirrors ``remove_stake_adjust_root_claimed_for_hotkey_and_coldkey``.
    """
    return max(claimed - _of_stake(rate, amount), 0)


def _of_stake(rate: Bits, amount: Rao) -> int:
    product = rate * amount
    return (product if product < LARGEST else LARGEST) >> FRACTION


@implements("CLAIM-7")
def indices_drawn(parent_hash: bytes, draws: int, count: int) -> list[int]:
    """Return the indices below ``count`` of the coldkeys for which a block claims, ascending; at most ``draws``.

    Each draw adds one of the four words of the hash to the last index, saturating, and takes the remainder; the first
    adds it to the first word. Without any index every draw gives 0. Mirrors ``block_hash_to_indices``.
    """
    return [*_indices_drawn(parent_hash, draws, count)]


@lru_cache(maxsize=2**4)
def _indices_drawn(parent_hash: bytes, draws: int, count: int) -> tuple[int, ...]:
    # Blocks without calls have no hash of their own: one is drawn from all the time.
    words = [int.from_bytes(parent_hash[start : start + WORD], "big") for start in range(0, HASH_BYTES, WORD)]
    drawn: set[int] = set()
    last = words[0]
    for draw in range(draws):
        last = min(last + words[draw % len(words)], U64_MAX) % count if count else 0
        drawn.add(last)
    return tuple(sorted(drawn))
