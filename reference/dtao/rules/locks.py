"""Locked stake: how what is locked dwindles and how conviction ripens from it; first used by version 411.

Mirrors ConvictionModel.
"""

from dtao import fixed
from dtao.fixed import I64F64, U64F64
from dtao.records import Lock
from dtao.rule import implements
from dtao.transcendental import exp
from dtao.units import Alpha, Bits, BlockNumber, WideBits

ONE = U64F64.one
FRACTION = U64F64.fraction_bits
LARGEST = U64F64.max_bits
MIN_EXPONENT = -40 * I64F64.one
"""The power of e below which nothing dwindles any more."""
NEGLIGIBLE = 100
"""A lock is none if both its mass in alpha rao and its conviction are less than this."""


@implements("LOCK-1")
def decay(blocks: int, time_constant: int) -> int:
    """Return e to the power of -blocks / time constant, at least -40; raw bits of U64F64.

    1 after no block; 0 with a time constant of 0. Both become I64F64, saturating, and their quotient is truncated.
    Mirrors ``exp_decay``.
    """
    if blocks == 0:
        return ONE
    if time_constant == 0:
        return 0
    exponent = fixed.checked_div(I64F64, fixed.from_int(I64F64, -blocks), fixed.from_int(I64F64, time_constant))
    bounded = MIN_EXPONENT if exponent is None else max(exponent, MIN_EXPONENT)
    return max(exp(I64F64, bounded) or 0, 0)


@implements("LOCK-2")
def ripened(mass: Alpha, blocks: int, unlock_rate: int, maturity_rate: int, is_perpetual: bool) -> int:
    """Return the conviction that a mass gains in some blocks; raw bits of U64F64.

    The rates are time constants in blocks. What does not dwindle gains 1 - exp(-t/m) of its mass; what does, with the
    unlock rate u and the maturity rate m, u/(u - m) · (exp(-t/u) - exp(-t/m)), or t/m · exp(-t/m) if the rates are
    equal; nothing if only one of them is 0. Every operation is floored in its format and saturates, a quotient is
    truncated, and what is below 0 counts as 0.
    """
    maturing = decay(blocks, maturity_rate)
    if is_perpetual:
        part = max(ONE - maturing, 0)
    elif unlock_rate == maturity_rate:
        part = min(_ratio(blocks, maturity_rate) * maturing >> FRACTION, LARGEST)
    elif unlock_rate == 0 or maturity_rate == 0:
        part = 0
    else:
        lead = decay(blocks, unlock_rate) - maturing
        scaled = fixed.saturating_mul(I64F64, fixed.from_int(I64F64, unlock_rate), lead)
        part = fixed.checked_div(I64F64, scaled, fixed.from_int(I64F64, unlock_rate - maturity_rate)) or 0
        part = max(part, 0)
    return min(mass * part, LARGEST)


def _ratio(blocks: int, rate: int) -> int:
    return (blocks << FRACTION) // rate if rate else 0


@implements("LOCK-2")
def rolled(
    lock: Lock, now: BlockNumber, unlock_rate: int, maturity_rate: int, is_owner: bool, is_perpetual: bool
) -> Lock:
    """Return a lock as it is now, or as it was if it speaks of a later block.

    The mass dwindles by the unlock rate unless the lock is perpetual, the conviction by the maturity rate while it
    gains what has ripened. A lock in favour of the subnet's owner has its mass as conviction. Mirrors
    ``roll_forward_lock``.
    """
    if now > lock.last_update:
        blocks = now - lock.last_update
        mass = lock.mass if is_perpetual else Alpha(lock.mass * decay(blocks, unlock_rate) >> FRACTION)
        kept = min(lock.conviction * decay(blocks, maturity_rate) >> FRACTION, LARGEST)
        gained = ripened(lock.mass, blocks, unlock_rate, maturity_rate, is_perpetual)
        lock = Lock(mass, Bits(min(kept + gained, LARGEST)), now)
    return Lock(lock.mass, Bits(lock.mass << FRACTION), lock.last_update) if is_owner else lock


def is_negligible(lock: Lock) -> bool:
    """Return whether a lock counts as none: less than 100 alpha rao and a conviction of less than 100."""
    return lock.mass < NEGLIGIBLE and lock.conviction < NEGLIGIBLE << FRACTION


def rolled_or_ended(
    lock: Lock, now: BlockNumber, unlock_rate: int, maturity_rate: int, is_owner: bool, is_perpetual: bool
) -> tuple[Lock, Alpha, WideBits]:
    """Return a lock as it is now, empty if it is negligible, and the mass and the conviction that it lost; 0 for gains.

    The version of :func:`rolled` from 423 on.
    """
    after = rolled(lock, now, unlock_rate, maturity_rate, is_owner, is_perpetual)
    if is_negligible(after):
        after = Lock(Alpha(0), Bits(0), after.last_update)
    return after, Alpha(max(lock.mass - after.mass, 0)), Bits(max(lock.conviction - after.conviction, 0))


def ended_if_negligible(
    lock: Lock, now: BlockNumber, unlock_rate: int, maturity_rate: int, is_owner: bool, is_perpetual: bool
) -> Lock:
    """Return a lock as it is now, empty if it is negligible; see :func:`rolled_or_ended`."""
    return rolled_or_ended(lock, now, unlock_rate, maturity_rate, is_owner, is_perpetual)[0]
