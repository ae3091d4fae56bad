"""Pools: the constant product, with the bound to the last bit, and quotes that come true."""

from collections.abc import Iterator
from fractions import Fraction
from math import floor

from attrs import frozen

from dtao.units import U64_MAX, NetUid
from dtao_properties.laws.base import invariant
from dtao_properties.model.amounts import DYNAMIC, largest_number, unstaking_fee
from dtao_properties.model.blocks import emits
from dtao_properties.model.step import Step
from dtao_spec.chapters.pools import MINIMUM_LIQUIDITY

TAIL = Fraction(1, 2**18)
"""How much more than the exact value a pool may pay before it rounds down.

What the paying reserve keeps is rounded down to 18 fraction bits, so it is short by less than one of these; and what
it pays is the more by as much.
"""
KEPT = MINIMUM_LIQUIDITY
"""What a pool keeps at least: the runtime refuses whatever would leave less, before it rounds the payout down."""
CONCAVE = 1
"""How much more than twice a quote the quote for twice as much may say.

A quote rounds a concave function of the amount down, first the rest to 18 fraction bits, then the payout. If it says h
of an amount, then the rest is above the reserve less h + 1 by at least 2^-18, so the exact payout is below h + 1 by as
much; that for twice the amount is below 2h + 2 by 2^-17 at least, and the tail of 2^-18 does not bring it there.
"""


@frozen
class Swap:
    """One swap in one pool, seen by what it left behind."""

    netuid: int
    mechanism: int
    into: int
    """The reserve that received, before."""
    out: int
    """The reserve that paid, before."""
    amount: int
    paid: int

    @property
    def exact(self) -> Fraction:
        """What keeps the product of the reserves."""
        return Fraction(self.out * self.amount, self.into + self.amount) if self.into + self.amount else Fraction(0)


def swaps(step: Step) -> Iterator[Swap]:
    """Yield the swaps of a call that trades once in a pool, and those of a block, from the states alone.

    What passed through a pool in TAO is what its volume grew by; the alpha is what it holds more, or less.
    """
    if step.do == "call" and step.error is None:
        told = [event[5] for event in step.events if event[0] == "StakeAdded"]
        told += [event[5] for event in step.events if event[0] == "StakeRemoved"]
        several = {netuid for netuid in told if told.count(netuid) > 1}
    elif step.is_block or step.name in ("swap_tao_for_alpha", "swap_alpha_for_tao"):
        several = set()
    else:
        return
    for netuid, after in step.after.pools.items():
        before = step.before.pool(netuid)
        if after == before or str(netuid) in several or step.name == "register_network":
            continue
        tao, alpha = int(before.tao), int(before.alpha_in)
        if step.is_block:
            if not emits(step.before, netuid) and netuid:
                continue
            emission = step.after.emission(netuid)
            tao, alpha = min(tao + emission.tao_in, U64_MAX), min(alpha + emission.alpha_in, U64_MAX)
        moved, volume = after.alpha_in - alpha, after.volume - before.volume
        mechanism = step.before.subnet(netuid).mechanism
        if moved == 0 and volume == 0:
            continue  # nothing was swapped; a fee may have been left
        if U64_MAX in (after.tao, after.alpha_in):
            continue  # a reserve is full
        if moved < 0 or (moved == 0 and after.tao > tao):
            yield Swap(netuid, mechanism, tao, alpha, volume, -moved)
        elif moved > 0:
            yield Swap(netuid, mechanism, alpha, tao, moved, volume)


@invariant(
    "constant product",
    "A pool pays between the exact value less 1 and the exact value plus 2^-18, rounded down; so the product of its"
    " reserves falls by less than 2^-18 of the reserve that receives. It keeps 10 000 000 of what it pays in. A pool"
    " that is not dynamic pays 1 for 1.",
    "POOL-1", "POOL-2", "POOL-3", "POOL-4", "STAKE-1", "STAKE-2",
    until=282,
)  # fmt: skip
def _product(step: Step) -> Iterator[str]:
    largest_product = Fraction(largest_number(step.era.spec_version), 2**18)
    for swap in swaps(step):
        if swap.mechanism != DYNAMIC:
            if swap.paid != swap.amount and swap.paid != min(swap.amount, swap.out):
                yield f"stable subnet {swap.netuid} pays {swap.paid} for {swap.amount}"
            continue
        if swap.into * swap.out > largest_product:
            continue  # the product is cut off
        low, high = floor(swap.exact), floor(swap.exact + TAIL)
        if not low <= swap.paid <= high:
            yield f"subnet {swap.netuid} pays {swap.paid}, not {low} to {high}, for {swap.amount}"
        kept = swap.out - swap.paid
        if swap.into * swap.out - (swap.into + swap.amount) * kept >= TAIL * (swap.into + swap.amount):
            yield f"the product of subnet {swap.netuid} falls by more than 2^-18 of what it holds"
        if kept < KEPT:
            yield f"subnet {swap.netuid} keeps {kept}"


@invariant(
    "quotes come true",
    "What a quote says before a trade is what the trade brings: for the amount less the fee when staking, less the fee"
    " when unstaking, which is that of the version, for all that was asked to be unstaked.",
    "POOL-3", "POOL-4", "STAKE-4", "STAKE-5",
    until=282,
)  # fmt: skip
def _quoted(step: Step) -> Iterator[str]:
    if not step.accepted or step.name not in ("add_stake", "add_stake_limit", "remove_stake", "remove_stake_limit"):
        return
    kind, _, hotkey, tao, alpha, netuid = step.events[0][:6]
    adds = kind == "StakeAdded"
    if adds and int(tao) == 0:
        return
    read = "sim_swap_tao_for_alpha" if adds else "sim_swap_alpha_for_tao"
    args = {"netuid": int(netuid), "amount": tao if adds else alpha}
    quote = step.implementation.query(step.before, read, args)
    quoted, got = int(quote or 0), int(alpha if adds else tao)
    if quoted >= 2**63:
        return  # the share pool takes so much for a loss
    fee = 0
    if not adds:
        asked = step.argument("amount_unstaked")
        fee = unstaking_fee(step.before, int(hotkey), int(netuid), asked)
    if max(quoted - fee, 0) != got:
        yield f"{read} says {quote} of {args['amount']}, and {step.name} brings {got}"


@invariant(
    "quotes are monotone",
    "More in never brings less out, and never at a better rate: a quote is monotone, and concave up to a rao.",
    "POOL-2", "POOL-3", "POOL-4",
    until=282,
)  # fmt: skip
def _monotone(step: Step) -> Iterator[str]:
    if step.do != "call" or "netuid" not in step.args or step.name not in STAKING:
        return
    netuid = step.argument("netuid")
    amount = min(step.argument("amount_staked" if "amount_staked" in step.args else "amount_unstaked"), 2**62) & ~1
    if not step.before.subnet(NetUid(netuid)).added:
        return
    for read in ("sim_swap_tao_for_alpha", "sim_swap_alpha_for_tao"):

        def quote(asked: int, read: str = read) -> int | None:
            args = {"netuid": netuid, "amount": str(asked)}
            found = step.implementation.query(step.before, read, args)
            return None if found is None else int(found)

        half, whole, more = quote(amount // 2), quote(amount), quote(amount + 1)
        if whole is not None and half is None:
            yield f"{read} refuses {amount // 2}, but not {amount}"
        if whole is not None and half is not None and not half <= whole <= 2 * half + CONCAVE:
            yield f"{read} says {half} of {amount // 2} and {whole} of {amount}"
        if whole is not None and more is not None and more < whole:
            yield f"{read} says {whole} of {amount} and {more} of {amount + 1}"


STAKING = frozenset({"add_stake", "add_stake_limit", "remove_stake", "remove_stake_limit"})
