"""Share pools in decimal shares, from 401 on: what one holder does costs the others next to nothing."""

from collections.abc import Iterator
from fractions import Fraction

from dtao.records import SharePool
from dtao.rules.float_shares import denominator_of, shares_of
from dtao.safe_float import ZERO, SafeFloat
from dtao.units import AccountId, NetUid
from dtao_properties.laws.base import invariant
from dtao_properties.laws.shares import LARGEST_TOTAL, pool_of
from dtao_properties.model.step import Step

TRADES = frozenset({"add_stake", "add_stake_limit", "remove_stake", "swap_stake", "unstake_all"})
"""Calls in which the stake of one holder on a hotkey of a subnet changes, and at most what is left of it once more."""
CHANGES = 2
UNIT = 1
"""How many units of the last digit a change leaves out of the shares of all, or of those of the holder, less than that.

What is below that digit is cut off from what is added or taken away. If the sum has one digit more, its last one is cut
off too, which is nine tenths of the new unit at most; but then the first cut was less than a tenth of it.
"""
CUT = Fraction(11, 10**20)
"""What part of all shares a change leaves out of them, less than that.

The shares that a change is worth are a quotient cut to at least 20 digits, which loses less than 10^-19 of them; and a
unit of the last of 21 digits is less than 10^-20.
"""


def exact(number: SafeFloat | None) -> Fraction:
    """Return a decimal number exactly."""
    return Fraction(0) if number is None else number.mantissa * Fraction(10) ** number.exponent


def traded_pools(step: Step) -> Iterator[tuple[AccountId, NetUid, SharePool, SharePool]]:
    """Yield the share pools in which a trade changed the stake of one holder, before and after it."""
    if step.do != "call" or step.name not in TRADES or not step.accepted:
        return
    keys = ("Alpha", "AlphaV2", "TotalHotkeyAlpha", "TotalHotkeySharesV2")
    for hotkey, netuid in sorted({(key[1], key[-1]) for key in step.changed if key[0] in keys}):
        before, after = pool_of(step.before, hotkey, netuid), pool_of(step.after, hotkey, netuid)
        holders = before.holders() | after.holders()
        movers = [coldkey for coldkey in holders if shares_of(before, coldkey) != shares_of(after, coldkey)]
        if len(movers) != 1 or max(before.total_alpha, after.total_alpha) >= LARGEST_TOTAL:
            continue
        if all(exact(shares_of(before, coldkey)) <= exact(denominator_of(before)) for coldkey in before.holders()):
            yield hotkey, netuid, before, after


def missing(pool: SharePool) -> Fraction:
    """Return by how much the shares of all are more than the sum of them."""
    return exact(denominator_of(pool)) - sum([exact(shares_of(pool, coldkey)) for coldkey in pool.holders()])


def unit(pool: SharePool) -> Fraction:
    """Return the unit of the last digit of the shares of all."""
    return Fraction(10) ** denominator_of(pool).exponent


def value(pool: SharePool, coldkey: AccountId) -> Fraction:
    """Return what the shares of a holder are worth, exactly."""
    return pool.total_alpha * exact(shares_of(pool, coldkey)) / exact(denominator_of(pool))


@invariant(
    "the denominator counts decimal shares",
    "Whatever a trade gives to one holder or takes from it is given to or taken from the denominator as well, to less"
    " than a unit of its 21st digit each time. A first holder has all shares.",
    "SHARE-4", "SHARE-6", "SHARE-7",
    since=401,
)  # fmt: skip
def _counted(step: Step) -> Iterator[str]:
    for hotkey, netuid, before, after in traded_pools(step):
        if denominator_of(before) == ZERO:
            if missing(after) and not before.holders():
                yield f"a first stake on {hotkey} of subnet {netuid} leaves {float(missing(after))} shares to nobody"
            continue
        parted = missing(after) - missing(before)
        if abs(parted) >= CHANGES * UNIT * max(unit(before), unit(after)):
            yield f"on {hotkey} of subnet {netuid} denominator and shares part by {float(parted)}"


@invariant(
    "nobody pays for another's decimal shares",
    "When one holder trades stake on a hotkey, what every other holder's shares are worth changes by less than 1.1 ·"
    " 10^-19 of it each time, and by as much more as there were more shares before than after.",
    "SHARE-4", "SHARE-6", "SHARE-7",
    since=401,
)  # fmt: skip
def _fair(step: Step) -> Iterator[str]:
    for hotkey, netuid, before, after in traded_pools(step):
        if ZERO in (denominator_of(before), denominator_of(after)):
            continue
        for coldkey in before.holders():
            if shares_of(before, coldkey) != shares_of(after, coldkey):
                continue
            moved = value(after, coldkey) - value(before, coldkey)
            if moved and abs(moved) >= CHANGES * value(before, coldkey) * lost(before, after):
                yield f"{coldkey}'s stake on {hotkey} of subnet {netuid} changes by {float(moved)}"


def lost(before: SharePool, after: SharePool) -> Fraction:
    """Return what part of another stake a change of one may move, less than that."""
    shares = exact(denominator_of(before)), exact(denominator_of(after))
    return CUT * max(shares) / shares[1]
