"""What a pool of concentrated liquidity consists of. Nothing here computes.

Prices are square roots, raw bits of U64F64; a tick is an exponent, so that the price at tick t is 1.0001**t. Fees are
counted per unit of liquidity: a total since the pool began that ever grows, and differences to it.
"""

from attrs import frozen

from dtao.persistent import Map
from dtao.units import AccountId, Bits


@frozen(weakref_slot=False)
class Tick:
    """An edge of one or more positions."""

    liquidity_net: int = 0
    """What the liquidity in force changes by when the price rises through the tick; an i128."""
    liquidity_gross: int = 0
    """The liquidity of all positions that begin or end here; a u64. A tick with none is removed."""
    fees_out_tao: Bits = Bits(0)
    """Fees per liquidity taken on the other side of the tick than the price is on; I64F64."""
    fees_out_alpha: Bits = Bits(0)


@frozen(weakref_slot=False)
class Position:
    """Liquidity of one account in one range of prices."""

    tick_low: int
    tick_high: int
    liquidity: int
    """A u64."""
    fees_tao: Bits = Bits(0)
    """Fees per liquidity taken in the range when they were last collected; I64F64."""
    fees_alpha: Bits = Bits(0)


Positions = Map[AccountId, Map[int, Position]]
"""Account -> number of the position -> position."""


@frozen(weakref_slot=False)
class Ranges:
    """The price of a pool, the ticks around it, and the fees taken."""

    sqrt_price: Bits = Bits(0)
    """AlphaSqrtPrice: U64F64."""
    tick: int = 0
    """CurrentTick: the greatest tick that is not above the price."""
    liquidity: int = 0
    """CurrentLiquidity: what lies in the positions around the price; a u64."""
    fees_tao: Bits = Bits(0)
    """FeeGlobalTao: fees per liquidity since the beginning; U64F64."""
    fees_alpha: Bits = Bits(0)
    """FeeGlobalAlpha."""
    ticks: Map[int, Tick] = Map()
    """Ticks: the edges of all positions."""
    edges: tuple[int, ...] = ()
    """The keys of ``ticks`` in ascending order; the runtime keeps them as a bitmap of three layers."""
