"""No profit: not by going there and back, not by cutting a trade in pieces, not by moving in a circle."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from dtao.state import State
from dtao.units import AccountId, NetUid
from dtao_properties.laws.base import Status, invariant
from dtao_properties.laws.shares import pool_of
from dtao_properties.model.amounts import DYNAMIC
from dtao_properties.model.step import Step
from dtao_spec.rounding import POOL_BITS, SIGNED

LARGEST_STAKE = 2**62
LARGEST_PRODUCT = Fraction(SIGNED, 2**POOL_BITS)
"""Where the product of two reserves saturates until 260; later at twice as much."""
MIN_SHARES = 2
"""Raw bits of shares for each alpha rao, of 2^64 where nothing was lost: of no more than these the price of a share, of
2^64 raw bits, is cut off at 2^63, and whoever stakes gets too many shares.
"""


def stake(step: Step, state: State, hotkey: int, coldkey: int, netuid: int) -> int:
    """Return a stake as the implementation reads it."""
    args = {"hotkey": str(hotkey), "coldkey": str(coldkey), "netuid": netuid}
    return int(step.implementation.query(state, "get_stake", args))


def _asked(step: Step, state: State, call: str, **args: Any) -> Step:
    return step.implementation.apply(state, {"do": "call", "call": call, "signer": str(step.signer), "args": args})


def _plain(state: State, netuid: int) -> bool:
    """Whether a pool's reserves do not come near the end of their format, nor their product, where it matters."""
    pool = state.pool(NetUid(netuid))
    if max(pool.tao, pool.alpha_in, pool.alpha_out) >= 2**63:
        return False
    return state.subnet(NetUid(netuid)).mechanism != DYNAMIC or pool.tao * pool.alpha_in < LARGEST_PRODUCT


def captures(state: State, hotkey: int, netuid: int) -> bool:
    """Whether a hotkey has rewards that belong to nobody until someone stakes on it."""
    pool = pool_of(state, AccountId(hotkey), NetUid(netuid))
    return pool.denominator == 0 and pool.total_alpha > 0


def is_fine(state: State, hotkey: int | str, netuid: int) -> bool:
    """Whether the stakes on a hotkey have no shares, or so many that their price is not cut off."""
    pool = pool_of(state, AccountId(int(hotkey)), NetUid(netuid))
    return pool.total_alpha * MIN_SHARES < pool.denominator or not pool.denominator


def sold_dust(step: Step) -> bool:
    """Whether more stake left than was asked: a rest that was too small to stay."""
    return bool(step.events) and int(step.events[0][4]) > step.argument("alpha_amount")


@invariant(
    "no profit there and back",
    "TAO that is staked, and all of the stake that it brought sold in the same block, and no more than that, is never"
    " more afterwards.",
    "STAKE-4", "STAKE-5", "STAKE-9", "STAKE-12", "POOL-2", "SHARE-4",
    status=Status.LEAKS,
    reason="The first to stake on a hotkey has what rewards it got before.",
    leaks=("captured dividends",),
)  # fmt: skip
def _there_and_back(step: Step) -> Iterator[str]:
    if not step.accepted or step.name != "add_stake" or step.signer is None:
        return
    netuid, hotkey, signer = step.argument("netuid"), step.args["hotkey"], step.signer
    before, after = stake(step, step.before, hotkey, signer, netuid), stake(step, step.after, hotkey, signer, netuid)
    if captures(step.before, int(hotkey), netuid):
        return
    if after <= before or after >= LARGEST_STAKE or not _plain(step.before, netuid):
        return
    back = _asked(step, step.after, "remove_stake", hotkey=hotkey, netuid=netuid, amount_unstaked=str(after - before))
    if len(back.events) > 1 or (back.events and int(back.events[0][4]) != after - before):
        return  # a small rest was sold too
    had, has = (state.balances.get(AccountId(signer), 0) for state in (step.before, back.after))
    if back.error is None and has > had:
        yield f"{signer} has {has - had} rao more after going there and back on subnet {netuid}"


@invariant(
    "no profit by pieces",
    "A trade in two pieces brings at most one more than the same trade at once, without the second fee: each payout"
    " may be 2^-18 too high before it is rounded down.",
    "POOL-2", "STAKE-1", "STAKE-2",
    until=282,
)  # fmt: skip
def _pieces(step: Step) -> Iterator[str]:
    if not step.accepted or step.name not in ("add_stake", "remove_stake"):
        return
    netuid = step.argument("netuid")
    adds = step.name == "add_stake"
    amount = step.argument("amount_staked" if adds else "amount_unstaked")
    phase = "swap_tao_for_alpha" if adds else "swap_alpha_for_tao"
    first = amount // 3 + 1
    if not _plain(step.before, netuid) or amount >= LARGEST_STAKE:
        return

    def swapped(state: State, part: int) -> tuple[State, int]:
        request = {"do": "phase", "phase": phase, "args": {"netuid": netuid, "amount": str(part)}}
        taken = step.implementation.apply(state, request)
        return taken.after, int(taken.value)

    _, whole = swapped(step.before, amount)
    between, one = swapped(step.before, first)
    _, other = swapped(between, amount - first)
    if whole and one + other > whole + 1:
        yield f"{amount} brings {whole} on subnet {netuid} at once, and {one} + {other} in two pieces"


@invariant(
    "no profit in a circle",
    "Stake that is swapped to another subnet and from there all the way back, without a rest that went along, is never"
    " more afterwards, not by one.",
    "MOVE-3", "MOVE-6", "STAKE-4", "STAKE-5",
    status=Status.LEAKS,
    reason="The first to stake on a hotkey has what rewards it got before.",
    leaks=("captured dividends",),
)  # fmt: skip
def _circle(step: Step) -> Iterator[str]:
    if step.accepted and step.name == "swap_stake" and step.signer is not None:
        yield from _gained(step, [step.argument("destination_netuid")])


def _gained(step: Step, stops: Sequence[int]) -> Iterator[str]:
    """Follow a swap of stake by the stops, of which it makes the first itself, and back; tell of what it gained."""
    origin, hotkey, signer = step.argument("origin_netuid"), step.args["hotkey"], step.signer or 0
    way = (origin, *stops)
    if len(set(way)) < len(way) or not all(_plain(step.before, netuid) for netuid in way):
        return
    if any(captures(step.before, int(hotkey), netuid) for netuid in stops):
        return
    if sold_dust(step) or not all(is_fine(step.before, hotkey, netuid) for netuid in way):
        return
    last = step
    for start, end in pairwise((*stops, origin)):
        arrived = stake(step, last.after, hotkey, signer, start) - stake(step, last.before, hotkey, signer, start)
        if not 0 < arrived < LARGEST_STAKE:
            return
        args = {"origin_netuid": start, "destination_netuid": end, "alpha_amount": str(arrived)}
        last = _asked(step, last.after, "swap_stake", hotkey=hotkey, **args)
        if last.error is not None or sold_dust(last):
            return
    had, has = (stake(step, state, hotkey, signer, origin) for state in (step.before, last.after))
    if has > had:
        by = " and ".join(map(str, stops))
        yield f"{signer} has {has - had} alpha rao more on subnet {origin} after a circle by {by}"


@invariant(
    "no profit in a longer circle",
    "Stake that is swapped from one subnet to a second, from there to a third and back to the first, without a rest"
    " that went along, is never more afterwards.",
    "MOVE-3", "MOVE-6", "STAKE-4", "STAKE-5", "POOL-2",
    status=Status.LEAKS,
    reason="The first to stake on a hotkey has what rewards it got before.",
    leaks=("captured dividends",),
)  # fmt: skip
def _longer_circle(step: Step) -> Iterator[str]:
    if not step.accepted or step.name != "swap_stake" or step.signer is None:
        return
    origin, second = step.argument("origin_netuid"), step.argument("destination_netuid")
    others = (int(netuid) for netuid, subnet in sorted(step.before.subnets.items()) if subnet.added)
    third = next((netuid for netuid in others if netuid not in (origin, second)), None)
    if third is not None:
        yield from _gained(step, [second, third])


@invariant(
    "no profit back and there",
    "Stake that is sold, and all of the TAO that it brought staked again in the same block, is never more afterwards.",
    "STAKE-4", "STAKE-5", "STAKE-12", "POOL-2", "SHARE-4",
    status=Status.LEAKS,
    reason="The first to stake on a hotkey has what rewards it got before.",
    leaks=("captured dividends",),
)  # fmt: skip
def _back_and_there(step: Step) -> Iterator[str]:
    if not step.accepted or step.name != "remove_stake" or step.signer is None:
        return
    netuid, hotkey, signer = step.argument("netuid"), step.args["hotkey"], step.signer
    if captures(step.after, int(hotkey), netuid) or not _plain(step.before, netuid):
        return
    if not is_fine(step.before, hotkey, netuid):
        return
    had, got = (state.balances.get(AccountId(signer), 0) for state in (step.before, step.after))
    if got <= had:
        return
    again = _asked(step, step.after, "add_stake", hotkey=hotkey, netuid=netuid, amount_staked=str(got - had))
    before, after = (stake(step, state, hotkey, signer, netuid) for state in (step.before, again.after))
    if again.error is None and after < LARGEST_STAKE and after > before:
        yield f"{signer} has {after - before} alpha rao more on subnet {netuid} after going back and there"
