"""What a pool of concentrated liquidity consists of. Nothing here computes.

Prices are square roots, raw bits of U64F64; a tick is an exponent, so that the price at tick t is 1.0001**t. Fees are
counted per unit of liquidity: a total since the pool began that ever grows, and differences to it.
"""

from typing import ClassVar, Protocol

from attrs import evolve, field, frozen

from dtao.codec import BOOL, I32, I128, SHARES, U64, bits, structure
from dtao.evolving import OF
from dtao.fixed import I64F64
from dtao.persistent import Map
from dtao.stored import IN_SWAP, entries, item
from dtao.units import AccountId, Alpha, Bits, Rao, WideBits


@frozen(weakref_slot=False)
class Tick:
    """An edge of one or more positions."""

    liquidity_net: int = 0
    """What the liquidity in force changes by when the price rises through the tick; an i128."""
    liquidity_gross: int = 0
    """The liquidity of all positions that begin or end here; a u64. A tick with none is removed."""
    fees_out_tao: WideBits = Bits(0)
    """Fees per liquidity taken on the other side of the tick than the price is on; I64F64."""
    fees_out_alpha: WideBits = Bits(0)


@frozen(weakref_slot=False)
class Position:
    """Liquidity of one account in one range of prices."""

    tick_low: int
    tick_high: int
    liquidity: int
    """A u64."""
    fees_tao: WideBits = Bits(0)
    """Fees per liquidity taken in the range when they were last collected; I64F64."""
    fees_alpha: WideBits = Bits(0)


FEES = bits(I64F64)
TICK = structure(Tick, I128, U64, FEES, FEES)
POSITION = structure(Position, I32, I32, U64, FEES, FEES)
POSITION_IN_SWAP = evolve(IN_SWAP, scale="(u128, u16, i32, i32, u64, i128, i128)", fields=(2, 3, 4, 5, 6))
"""The chain's storage repeats the number of the position and the netuid in its value."""


@frozen(weakref_slot=False)
class Ranges:
    """What a pool of concentrated liquidity has beside its reserves: its price, the positions and their edges."""

    KEYS: ClassVar = ("netuid",)
    is_initialized: bool = item("SwapV3Initialized", BOOL, False, since=283, until=423, raw=IN_SWAP)
    """Whether anything was ever traded or provided."""
    sqrt_price: Bits = item("AlphaSqrtPrice", SHARES, Bits(0), unit="U64F64", since=283, until=423, raw=IN_SWAP)
    tick: int = item("CurrentTick", I32, 0, since=283, until=423, raw=IN_SWAP)
    """The greatest tick that is not above the price."""
    liquidity: int = item("CurrentLiquidity", U64, 0, since=283, until=423, raw=IN_SWAP)
    """What lies in the positions around the price."""
    fees_tao: Bits = item("FeeGlobalTao", SHARES, Bits(0), unit="U64F64", since=283, until=423, raw=IN_SWAP)
    """Fees per liquidity since the beginning."""
    fees_alpha: Bits = item("FeeGlobalAlpha", SHARES, Bits(0), unit="U64F64", since=283, until=423, raw=IN_SWAP)
    tao_provided: Rao = item("SubnetTaoProvided", U64, Rao(0), since=283, until=423)
    """The part of the TAO reserve that users provided; what leaves the reserve leaves it first."""
    alpha_provided: Alpha = item("SubnetAlphaInProvided", U64, Alpha(0), since=283, until=423)
    tao_reservoir: Rao = item("ScrapReservoirTao", U64, Rao(0), since=338, until=423, raw=IN_SWAP)
    """TAO that was given to the chain's own position or earned by it, and did not fit its proportion yet."""
    alpha_reservoir: Alpha = item("ScrapReservoirAlpha", U64, Alpha(0), since=338, raw=IN_SWAP)
    ticks: Map[int, Tick] = entries(
        "Ticks", TICK, "netuid/tick", None, presence=True, since=283, until=423, raw=IN_SWAP
    )
    """The edges of all positions."""
    positions: Map[tuple[AccountId, int], Position] = entries(
        "Positions",
        POSITION,
        "netuid/account/position",
        None,
        presence=True,
        since=283,
        until=423,
        raw=POSITION_IN_SWAP,
    )
    """(account, number of the position) -> position."""
    edges: tuple[int, ...] = field(init=False, eq=False, repr=False, metadata={OF: "ticks"})
    """The keys of ``ticks`` in ascending order; the runtime keeps them as a bitmap of three layers."""

    @edges.default
    def _edges(self) -> tuple[int, ...]:
        return tuple(sorted(self.ticks))


NO_RANGES = Ranges()


class AnyRanges(Protocol):
    """What is read of ranges, be they this record or unpacked while a block is computed."""

    @property
    def is_initialized(self) -> bool:
        """Whether anything was ever traded or provided."""

    @property
    def sqrt_price(self) -> Bits:
        """The root of the price; U64F64."""

    @property
    def tick(self) -> int:
        """The greatest tick that is not above the price."""

    @property
    def liquidity(self) -> int:
        """What lies in the positions around the price."""

    @property
    def fees_tao(self) -> Bits:
        """Fees per liquidity since the beginning; U64F64."""

    @property
    def fees_alpha(self) -> Bits:
        """Fees per liquidity since the beginning; U64F64."""

    @property
    def tao_provided(self) -> int:
        """The rao that users provided."""

    @property
    def alpha_provided(self) -> int:
        """The alpha rao that users provided."""

    @property
    def ticks(self) -> Map[int, Tick]:
        """The edges of all positions."""

    @property
    def edges(self) -> tuple[int, ...]:
        """Their ticks, ascending."""
