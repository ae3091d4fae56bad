"""The moving price of a subnet: the exponential average that its share of the TAO emission follows."""

from collections.abc import Callable

from attrs import frozen

from dtao.fixed import I96F32, U64F64
from dtao.records import Subnet
from dtao.rule import implements
from dtao.units import BlockNumber

FRACTION = I96F32.fraction_bits
ONE = I96F32.one
WIDE = U64F64.fraction_bits
WIDE_ONE, WIDE_LARGEST = U64F64.one, U64F64.max_bits
PRICE_HALVING_BLOCKS = 100_800
"""What the runtime had for EMAPriceHalvingBlocks before that was a parameter."""


@frozen
class PriceRules:
    """How the moving price follows the price; all numbers but blocks in I96F32, the price in the format of prices."""

    moving_price: Callable[[int, int, int], int]
    """(moving price, price, weight of the price) -> the next moving price."""
    weight: Callable[[int, int, int], int]
    """(SubnetMovingAlpha, age in blocks, EMAPriceHalvingBlocks) -> the weight of the price, in its format."""
    counted_from: Callable[[Subnet], BlockNumber]
    """The block from which the age of a subnet's price counts."""


@implements("PRICE-2")
def moving_price_after(moving_price: int, price: int, moving_alpha: int) -> int:
    """Return alpha times the price plus (1 - alpha) times the moving price, each product floored; all I96F32.

    Alpha is between 0 and 1, so that nothing leaves the format. The launch counts a price above 1 TAO in full.
    Mirrors ``update_moving_price``.
    """
    present = moving_alpha * price >> FRACTION
    return present + ((ONE - moving_alpha) * moving_price >> FRACTION)


@implements("PRICE-2")
def moving_price_after_capped_price(moving_price: int, price: int, moving_alpha: int) -> int:
    """Return the moving price after a price that counts as 1 TAO at most; see :func:`moving_price_after`."""
    return moving_price_after(moving_price, price if price < ONE else ONE, moving_alpha)


@implements("PRICE-2")
def moving_price_after_capped_wide_price(moving_price: int, price: int, weight: int) -> int:
    """Return the moving price in I96F32 after a price in U64F64 that counts as 1 TAO at most, weighed in U64F64.

    The products are floored in U64F64, and their sum in I96F32. Mirrors ``update_moving_price``.
    """
    present = weight * (price if price < WIDE_ONE else WIDE_ONE) >> WIDE
    before = moving_price << WIDE - FRACTION
    rest = WIDE_ONE - weight if weight < WIDE_ONE else 0
    after = present + (rest * (before if before < WIDE_LARGEST else WIDE_LARGEST) >> WIDE)
    return (after if after < WIDE_LARGEST else WIDE_LARGEST) >> WIDE - FRACTION


@implements("PRICE-3")
def full_weight(moving_alpha: int, blocks: int, halving_blocks: int) -> int:
    """Return the weight of the present price in the moving price, I96F32: the parameter, at any age of the subnet."""
    return moving_alpha


@implements("PRICE-3")
def weight_by_age_of_two_weeks(moving_alpha: int, blocks: int, halving_blocks: int) -> int:
    """Return the weight of the present price as :func:`weight_by_age` does, with 100,800 for the halving blocks."""
    return weight_by_age(moving_alpha, blocks, PRICE_HALVING_BLOCKS)


@implements("PRICE-3")
def weight_by_age(moving_alpha: int, blocks: int, halving_blocks: int) -> int:
    """Return the weight of the present price in the moving price: the parameter times b / (b + halving blocks).

    ``blocks`` (b) counts from :func:`counted_from_registration` or :func:`counted_from_start`; before and at that
    block the weight is 0. Quotient and product are floored in I96F32.
    """
    if blocks <= 0:
        return 0
    return moving_alpha * ((blocks << FRACTION) // (blocks + halving_blocks)) >> FRACTION


@implements("PRICE-3")
def wide_weight_by_age(moving_alpha: int, blocks: int, halving_blocks: int) -> int:
    """Return the weight of the present price as :func:`weight_by_age`, in U64F64."""
    if blocks <= 0:
        return 0
    return (moving_alpha << WIDE - FRACTION) * ((blocks << WIDE) // (blocks + halving_blocks)) >> WIDE


@implements("PRICE-4")
def counted_from_registration(subnet: Subnet) -> BlockNumber:
    """Return the block from which the age of a subnet's price counts: that of its registration."""
    return subnet.network_registered_at


@implements("PRICE-4")
def counted_from_start(subnet: Subnet) -> BlockNumber:
    """Return the block from which the age of a subnet's price counts: that of its start, 0 if it was not started."""
    return BlockNumber(max((subnet.first_emission_block_number or 0) - 1, 0))
