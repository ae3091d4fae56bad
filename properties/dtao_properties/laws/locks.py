"""Locked stake: within what bounds conviction lies, and what bringing a lock up to date in two steps may cost.

These are bounds on numbers, which tests hold the rules to; amounts of alpha are in rao, convictions in raw bits.
"""

from fractions import Fraction

from attrs import frozen

ONE = 2**64
DECAY_ERROR = 12
"""Steps of 2^-64 by which a decay is above the exact one at most; it is below it by less than one: see the lemmas."""
TIMES = 40
"""Time constants after which nothing dwindles any more; the bounds are about no more blocks than these."""


@frozen
class Rates:
    """How locks dwindle and ripen: two time constants in blocks, and whether a lock keeps its mass."""

    unlock: int
    maturity: int
    is_perpetual: bool

    @property
    def ripening_error(self) -> Fraction:
        """Raw bits by which the part that ripens may be wrong.

        What is perpetual has the error of a decay. Of equal rates that error is multiplied by up to 40 time constants,
        of others that of two decays by how much the unlock rate exceeds the difference of the rates.
        """
        if self.is_perpetual:
            return Fraction(DECAY_ERROR)
        if self.unlock == self.maturity:
            return Fraction(TIMES * DECAY_ERROR + 2)
        return (DECAY_ERROR + 1) * Fraction(self.unlock, abs(self.unlock - self.maturity)) + 1


def most_conviction(mass: int, conviction: int, rates: Rates) -> Fraction:
    """Return the most conviction that a lock can come to, at any time, if nothing is added to it.

    That is the larger of its mass and its conviction: what ripens comes of a mass that never grows. A perpetual lock
    has not a bit more.
    """
    larger = max(mass * ONE, conviction)
    return Fraction(larger) if rates.is_perpetual else larger + mass * rates.ripening_error


def mass_lost_by_steps() -> int:
    """Return by how many rao more than at once a mass below 2^59 may dwindle in two steps: each floors it.

    It may also be 1 more, where the floor at once goes the other way.
    """
    return 2


def conviction_between_steps(mass: int, conviction: int, rates: Rates) -> Fraction:
    """Return by how many raw bits the conviction after two steps and at once may differ.

    The mass between the steps is floored, which costs less than 1 alpha rao of what ripens from it; beside that there
    are three errors of each part.
    """
    of_mass = 3 * rates.ripening_error + 2 * DECAY_ERROR
    return ONE + 4 + mass * of_mass + Fraction(conviction * (3 * DECAY_ERROR + 1), ONE)
