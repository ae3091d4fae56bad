"""Pools whose tokens have weights, from 423 on: what their swaps come to, and the weights that they leave."""

from fractions import Fraction

from dtao.units import NetUid
from dtao_properties.model.amounts import DYNAMIC, RAO_PER_TAO
from dtao_properties.model.storage_model import StorageModel
from dtao_spec.chapters.concentrated.pool import Ranges, Swapped
from dtao_spec.rounding import LIMIT_BITS, U64_MAX, floored

WEIGHTS_SINCE, BOUNDED_SINCE = 423, 424
"""The versions from which pools have weights, and swap no more than 1 000 times what they hold."""
ONE_WEIGHT = 10**18
HALF = ONE_WEIGHT // 2
LARGEST_INPUT = 1_000
MAX_LIMIT, MIN_LIMIT = 10**15, 1_000
"""The limits of swaps without one, in rao per alpha."""


def quote_weight(model: StorageModel, netuid: int, is_swapped: bool = False) -> Fraction:
    """Return the weight of TAO in a pool, in a swap a half if there was none before."""
    stored = model.read("SwapBalancer", netuid)
    forgotten = is_swapped and not model.read("PalSwapInitialized", netuid)
    return Fraction(HALF if stored is None or forgotten else stored, ONE_WEIGHT)


def price_now(model: StorageModel, netuid: int) -> Fraction:
    """Return the price of a subnet at this point of the step."""
    stable = model.state.subnet(NetUid(netuid)).mechanism != DYNAMIC
    reserves = (Fraction(model.held(item, netuid)) for item in ("SubnetTAO", "SubnetAlphaIn"))
    found: Fraction = model.rules["PRICE-1"](stable, *reserves, None, quote_weight(model, netuid))
    return found


def quoted(
    model: StorageModel, netuid: int, is_buy: bool, amount: int, limit: int | None = None, is_free: bool = False
) -> Swapped | str:
    """Return what a swap of a dynamic subnet would come to now, or why its pool does not swap."""
    reserves = Fraction(model.held("SubnetTAO", netuid)), Fraction(model.held("SubnetAlphaIn", netuid))
    rate = 0 if is_free else model.state.subnet(NetUid(netuid)).hyperparameters.fee_rate
    bound = (MAX_LIMIT if is_buy else MIN_LIMIT) if limit is None else limit
    found = model.rules["POOL-34"](
        is_buy,
        quote_weight(model, netuid, is_swapped=True),
        reserves,
        rate,
        Fraction(amount),
        floored(Fraction(bound, RAO_PER_TAO), LIMIT_BITS),
    )
    if isinstance(found, str):
        return found
    paid_in, (paid_out, _), fee = found
    return Swapped(Ranges(), int(paid_in), int(paid_out), int(fee), int(fee) if paid_in else 0)


def swapped(
    model: StorageModel, netuid: int, is_buy: bool, amount: int, limit: int | None = None, is_free: bool = False
) -> Swapped | str:
    """Let a pool swap, which it remembers, and say what it came to."""
    swap = quoted(model, netuid, is_buy, amount, limit, is_free)
    if not isinstance(swap, str) and not model.read("PalSwapInitialized", netuid):
        model.write(True, "PalSwapInitialized", netuid)
        model.write(HALF, "SwapBalancer", netuid)
    return swap


def most_tried(model: StorageModel, netuid: int, is_buy: bool) -> int:
    """Return the amount that is tried to find what a limit allows."""
    if not model.since(BOUNDED_SINCE):
        return U64_MAX
    return min(LARGEST_INPUT * model.held("SubnetTAO" if is_buy else "SubnetAlphaIn", netuid), U64_MAX)
