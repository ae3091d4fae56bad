"""The moving price of a subnet: the exponential average that its share of the TAO emission follows."""

from dtao.fixed import I96F32
from dtao.rule import implements

FRACTION = I96F32.fraction_bits
LARGEST = I96F32.max_bits


@implements("PRICE-2")
def moving_price_after(moving_price: int, price: int, moving_alpha: int) -> int:
    """Return alpha times the price plus (1 - alpha) times the moving price, each product floored; all I96F32.

    The launch counts a price above 1 TAO in full. Mirrors ``update_moving_price``.
    """
    present = moving_alpha * price >> FRACTION
    past = (I96F32.one - moving_alpha) * moving_price >> FRACTION
    if present > LARGEST:
        present = LARGEST
    new = present + past
    return new if new < LARGEST else LARGEST


@implements("PRICE-2")
def moving_price_after_capped_price(moving_price: int, price: int, moving_alpha: int) -> int:
    """Return the moving price after a price that counts as 1 TAO at most; see :func:`moving_price_after`."""
    return moving_price_after(moving_price, min(price, I96F32.one), moving_alpha)
