"""Averages: the moving price lies between what it was and the price, to the bit."""

from collections.abc import Iterator
from fractions import Fraction

from dtao.units import NetUid
from dtao_properties.invariants.base import invariant
from dtao_properties.ledger.blocks import average
from dtao_properties.ledger.figures import STABLE, price
from dtao_properties.transitions import Transition

ONE = 2**32


@invariant(
    "the average lies between",
    "After a block the moving price of a subnet is the exact mean of its old value and the price, by the weight of the"
    " present price, or less than two units of 2^-32 below: at most the greater of the two, at least the smaller less"
    " one unit, never negative.",
    "PRICE-1", "PRICE-2", "BLOCK-3",
    until=233,
)  # fmt: skip
def _between(step: Transition) -> Iterator[str]:
    if not step.is_block and step.name != "update_moving_price":
        return
    weight = Fraction(step.before.parameters.subnet_moving_alpha, ONE)
    for netuid, subnet in step.before.subnets.items():
        if not subnet.added or netuid == 0 or step.args.get("netuid", netuid) != netuid:
            continue
        before, pool = step.before.pool(netuid), step.after.pool(netuid)
        old, new = average(step.before, netuid), Fraction(pool.moving_price, ONE)
        present = price(subnet.mechanism, pool.tao, pool.alpha_in)
        exact = weight * present + (1 - weight) * old
        if exact >= 2**95:
            continue  # the format ends there
        if not exact - Fraction(2, ONE) < new <= exact:
            yield f"subnet {netuid}: {float(new)} is not the mean {float(exact)} of {float(old)} and {float(present)}"
        if not min(old, present) - Fraction(1, ONE) <= new <= max(old, present) or new < 0:
            yield f"subnet {netuid}: {float(new)} is not between {float(old)} and {float(present)}"
        if subnet.mechanism == STABLE and step.is_block and before.moving_price == ONE and new != 1:
            yield f"stable subnet {netuid} leaves 1"


@invariant(
    "the average follows the price",
    "A higher price never makes a lower moving price: with a rao more in the pool it is as high or higher.",
    "PRICE-2",
    until=233,
)
def _follows(step: Transition) -> Iterator[str]:
    if not step.is_block:
        return
    for netuid, subnet in step.before.subnets.items():
        if not subnet.added or netuid == 0 or step.after.pool(netuid).tao == 0:
            continue
        request = {"do": "phase", "phase": "update_moving_price", "args": {"netuid": int(netuid)}}
        pool = step.after.pool(netuid)
        richer = step.era.set(step.after, "SubnetTAO", {"netuid": int(netuid)}, str(min(pool.tao * 2, 2**64 - 1)))
        low = step.implementation.taken(step.after, request).after.pool(NetUid(netuid)).moving_price
        high = step.implementation.taken(richer, request).after.pool(NetUid(netuid)).moving_price
        if high < low:
            yield f"subnet {netuid}: twice the price gives {high}, the price {low}"
