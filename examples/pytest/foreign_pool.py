"""A foreign implementation: the pool quotes of the launch era, in fractions, knowing nothing of dtao-spec."""

import os
from dataclasses import dataclass
from fractions import Fraction
from math import floor

STABLE, DYNAMIC = 0, 1
"""What a subnet's mechanism may be; of any other, alpha is exchanged 1 : 1 but priced by the reserves."""
MIN_LIQUIDITY = 10_000_000
"""rao or alpha rao that a pool must keep on the side that it pays from."""
STEP = Fraction(1, 2**18)
"""The runtime keeps the product and the quotient of reserves to 18 binary places …"""
LARGEST = 2**109 - STEP
"""… and no larger than this."""
BUG = "FOREIGN_POOL_BUG"
"""Set this environment variable to 1, and what is paid is rounded to the nearest rao instead of down."""


@dataclass(frozen=True)
class Pool:
    """The pool of one subnet."""

    tao: int
    alpha: int
    mechanism: int = DYNAMIC
    is_root: bool = False

    def alpha_for(self, tao: int) -> int | None:
        """Return the alpha rao that so many rao buy; None for want of liquidity."""
        return paid(self.tao, self.alpha, tao) if self.mechanism == DYNAMIC else tao

    def tao_for(self, alpha: int) -> int | None:
        """Return the rao that so many alpha rao sell for; None for want of liquidity."""
        return paid(self.alpha, self.tao, alpha) if self.mechanism == DYNAMIC else alpha

    @property
    def price(self) -> Fraction:
        """Return the TAO that one alpha costs."""
        if self.is_root or self.mechanism == STABLE:
            return Fraction(1)
        return Fraction(self.tao, self.alpha) if self.alpha else Fraction(0)


def paid(reserve: int, other: int, amount: int) -> int | None:
    """Return what a pool pays from its other reserve for an amount that is added to the first: k stays the same."""
    together = reserve + amount
    quotient = min(Fraction(reserve * other), LARGEST) / together if together else Fraction(0)
    kept = floor(quotient / STEP) * STEP
    if kept < MIN_LIQUIDITY:
        return None
    rounded = round if os.environ.get(BUG) == "1" else floor
    return max(rounded(other - kept), 0)
