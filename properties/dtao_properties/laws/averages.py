"""Averages: the moving price is the mean of what it was and the price, to the bit, and so lies between them."""

from collections.abc import Iterator
from fractions import Fraction

from dtao.state import State
from dtao.units import NetUid
from dtao_properties.laws.base import invariant
from dtao_properties.model.amounts import STABLE, price, rules_of
from dtao_properties.model.blocks import IN_RANGES, average, emits
from dtao_properties.model.ranges import price_in
from dtao_properties.model.step import Step
from dtao_properties.model.weighted import WEIGHTS_SINCE

ONE = 2**32
CAPPED_SINCE = 234
"""The first version in which a price above 1 TAO counts as 1 TAO."""
BELOW = 1
"""How many units of 2^-32 a moving price may be below both that it is a mean of.

Each of the two products loses less than a unit, so both together less than two; and the smaller of the two values is
itself a number of units.
"""


def weight_of_price(state: State, netuid: NetUid) -> Fraction:
    """Return the weight of the present price in the moving price of a block that leaves this state behind."""
    rules, subnet = rules_of(state.runtime.spec_version), state.subnet(netuid)
    age = 0
    if "PRICE-4" in rules:
        first = subnet.first_emission_block_number
        age = rules["PRICE-4"](subnet.network_registered_at, first, state.block_number)
    halving = subnet.hyperparameters.ema_price_halving_blocks
    weight: Fraction = rules["PRICE-3"](Fraction(state.parameters.subnet_moving_alpha, ONE), age, halving)
    return weight


def _price(state: State, netuid: NetUid) -> Fraction:
    if state.runtime.spec_version >= IN_RANGES:
        return price_in(state, netuid)
    pool, stable = state.pool(netuid), state.subnet(netuid).mechanism == STABLE
    return price(rules_of(state.runtime.spec_version), stable, pool.tao, pool.alpha_in)


def _claimed(step: Step) -> set[int]:
    """Return the subnets of which a block claimed for stakers of root."""
    return {key[1] for key in step.changed if key[0] == "RootClaimed"}


@invariant(
    "the average lies between",
    "After a block the moving price of a subnet is, in units of 2^-32, the sum of two products, each rounded down: the"
    " price by its weight, and the old value by the rest of 1. So it is at most the greater of the two, at least the"
    " smaller less one unit, never negative; and 1 on a stable subnet. From 234 on a price above 1 TAO counts as 1 TAO,"
    " from 246 on the weight follows the age of the subnet.",
    "PRICE-1", "PRICE-2", "BLOCK-3",
)  # fmt: skip
def _between(step: Step) -> Iterator[str]:
    if not step.is_block and step.name != "update_moving_price":
        return
    rules = rules_of(step.era.spec_version)
    for netuid, subnet in step.before.subnets.items():
        if not subnet.added or netuid == 0 or step.args.get("netuid", netuid) != netuid:
            continue
        before, pool = step.before.pool(netuid), step.after.pool(netuid)
        if step.is_block and not emits(step.before, netuid):
            if pool.moving_price != before.moving_price:
                yield f"subnet {netuid}, which is not started, has another moving price"
            continue
        if netuid in _claimed(step):
            continue  # what was claimed was sold at the end of the block, and left another price
        weight, price_now = weight_of_price(step.after, netuid), _price(step.after, netuid)
        if step.era.spec_version < WEIGHTS_SINCE:
            weight, price_now = (Fraction(int(number * ONE), ONE) for number in (weight, price_now))
        new, old = pool.moving_price, int(average(step.before, netuid) * ONE)
        present = int(price_now * ONE)
        mean = int(rules["PRICE-2"](Fraction(old, ONE), price_now, weight) * ONE)
        present = min(present, ONE) if step.era.spec_version >= CAPPED_SINCE else present
        if new != mean:
            yield f"subnet {netuid}: {new} is not the mean {mean} of {old} and {present}, in units of 2^-32"
        if not min(old, present) - BELOW <= new <= max(old, present) or new < 0:
            yield f"subnet {netuid}: {new} is not between {old} and {present}, in units of 2^-32"
        if subnet.mechanism == STABLE and new != ONE:
            yield f"stable subnet {netuid} leaves 1"


@invariant(
    "the average follows the price",
    "A higher price never makes a lower moving price: with a rao more in the pool it is as high or higher.",
    "PRICE-2",
)
def _follows(step: Step) -> Iterator[str]:
    if not step.is_block:
        return
    for netuid, subnet in step.before.subnets.items():
        if not subnet.added or netuid == 0 or step.after.pool(netuid).tao == 0:
            continue
        request = {"do": "phase", "phase": "update_moving_price", "args": {"netuid": int(netuid)}}
        pool = step.after.pool(netuid)
        richer = step.era.set(step.after, "SubnetTAO", {"netuid": int(netuid)}, str(min(pool.tao * 2, 2**64 - 1)))
        low = step.implementation.apply(step.after, request).after.pool(NetUid(netuid)).moving_price
        high = step.implementation.apply(richer, request).after.pool(NetUid(netuid)).moving_price
        if high < low:
            yield f"subnet {netuid}: twice the price gives {high}, the price {low}"
