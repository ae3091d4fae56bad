"""Registration terms: how the price and the difficulty of a registration follow the demand.

The runtime computes in I110F18. A burn or difficulty is a u64, counts are u16 and the weight of the old value is
at most 1, so that no product comes near the bounds of that format; the rules are stated on plain integers.
"""

from dtao.evolving import evolve
from dtao.fixed import I110F18
from dtao.records import Registration
from dtao.rule import implements
from dtao.settings import Hyperparameters
from dtao.units import U16_MAX, U64_MAX, BlockNumber, Rao

FRACTION = I110F18.fraction_bits


@implements("REG-1")
def upgraded(current: int, registrations: int, target: int, adjustment_alpha: int, low: int, high: int) -> int:
    """Return a burn in rao, or a difficulty, after an interval with so many registrations for such a target.

    The value moves toward current · (registrations + target) / (2 · target), a target of 0 counting as a quotient
    of 0 and both sums saturating as u16. The old value keeps the weight ``adjustment_alpha`` (a fraction of
    2**64 - 1). Quotients and products are floored to 18 fraction bits, the result to an integer; ``high`` wins
    over ``low``. Mirrors ``upgraded_burn`` and ``upgraded_difficulty``.
    """
    divisor = min(2 * target, U16_MAX)
    updated = ((current * min(registrations + target, U16_MAX)) << FRACTION) // divisor if divisor else 0
    weight = (adjustment_alpha << FRACTION) // U64_MAX
    following = weight * current + (((I110F18.one - weight) * updated) >> FRACTION)
    if following >= high << FRACTION:
        return high
    if following <= low << FRACTION:
        return low
    return following >> FRACTION


def upgraded_burn(registration: Registration, hyperparameters: Hyperparameters) -> Rao:
    """Return the burn in rao after the interval that ends now, as :func:`upgraded`."""
    return Rao(
        upgraded(
            registration.burn,
            registration.registrations_this_interval,
            hyperparameters.target_registrations_per_interval,
            hyperparameters.adjustment_alpha,
            hyperparameters.min_burn,
            hyperparameters.max_burn,
        )
    )


def upgraded_difficulty(registration: Registration, hyperparameters: Hyperparameters) -> int:
    """Return the difficulty after the interval that ends now, as :func:`upgraded`."""
    return upgraded(
        registration.difficulty,
        registration.registrations_this_interval,
        hyperparameters.target_registrations_per_interval,
        hyperparameters.adjustment_alpha,
        hyperparameters.min_difficulty,
        hyperparameters.max_difficulty,
    )


@implements("REG-2")
def adjust_terms(registration: Registration, hyperparameters: Hyperparameters, block: BlockNumber) -> Registration:
    """Return the registration terms of one subnet after the start of a block; the very object if nothing changes.

    The registrations of the block are counted anew. If the adjustment interval is over, so are those of the
    interval, and the burn, the difficulty or both are upgraded: with more registrations than the target the term
    by which most of them came, otherwise the other one; both if burns and work came equally often. Mirrors
    ``adjust_registration_terms_for_networks``.
    """
    if max(block - registration.last_adjustment_block, 0) < hyperparameters.adjustment_interval:
        if registration.registrations_this_block == 0:
            return registration
        return evolve(registration, registrations_this_block=0)
    by_work = registration.pow_registrations_this_interval
    by_burn = registration.burn_registrations_this_interval
    excess = registration.registrations_this_interval > hyperparameters.target_registrations_per_interval
    burn, difficulty = registration.burn, registration.difficulty
    if by_work == by_burn or excess == (by_burn > by_work):
        burn = upgraded_burn(registration, hyperparameters)
    if by_work == by_burn or excess == (by_work > by_burn):
        difficulty = upgraded_difficulty(registration, hyperparameters)
    return evolve(
        registration,
        burn=burn,
        difficulty=difficulty,
        registrations_this_block=0,
        registrations_this_interval=0,
        burn_registrations_this_interval=0,
        pow_registrations_this_interval=0,
        last_adjustment_block=block,
    )
