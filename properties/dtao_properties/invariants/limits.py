"""Limits: a call with a limit price trades at no worse price on average."""

from collections.abc import Iterator

from dtao.state import NO_SHARE_POOL, State
from dtao.units import AccountId, NetUid
from dtao_properties.invariants.base import Status, invariant
from dtao_properties.ledger.fees import is_stable
from dtao_properties.ledger.figures import DYNAMIC, RAO_PER_TAO, YEAR
from dtao_properties.transitions import Transition

LARGEST_RESERVE = 2**62
"""rao, past which no supply goes."""
RESTS_ARE_SOLD = 244
"""The first version that sells the rest of a holder who would keep next to nothing."""


@invariant(
    "limits of additions and removals",
    "With a limit a stake is added for at most the limit on average, fee included, and removed for at least the limit"
    " on average, before the fee; also where only a part of it was. From 244 on a rest of less than a 100 000th of the"
    " holder's shares is sold with it.",
    "POOL-5", "POOL-6", "STAKE-10", "STAKE-13", "SHARE-9",
    status=Status.LEAKS,
    reason="From 244 on a rest is sold with the rest, past any limit.",
    leaks=("sale of a rest",),
)  # fmt: skip
def _respected(step: Transition) -> Iterator[str]:
    if not step.accepted or step.name not in ("add_stake_limit", "remove_stake_limit"):
        return
    netuid, limit = step.argument("netuid"), step.argument("limit_price")
    pool = step.before.pool(NetUid(netuid))
    tao, alpha = int(step.events[0][3]), int(step.events[0][4])
    stable = is_stable(step.before, netuid)
    if step.name == "add_stake_limit":
        signer = step.signer
        spent = step.before.balances.get(signer, 0) - step.after.balances.get(signer, 0)  # type: ignore[call-overload]
        worst = limit < RAO_PER_TAO if stable else (pool.tao + spent) * RAO_PER_TAO > limit * pool.alpha_in
        if spent and worst:
            yield f"{spent} rao were spent at a limit of {limit} on a pool of {pool.tao} and {pool.alpha_in}"
    elif alpha:
        if step.era.spec_version >= RESTS_ARE_SOLD:
            alpha -= -(-alpha // 10**5) + 1 + rest_of_value(step)
        worst = limit > RAO_PER_TAO if stable else pool.tao * RAO_PER_TAO < limit * (pool.alpha_in + alpha)
        if worst:
            yield f"{alpha} alpha rao brought {tao} rao at a limit of {limit}"


@invariant(
    "limits of swaps",
    "A swap of stake with a limit, and without leave to do a part, moves no more than the limit allows: between two"
    " pools the ratio of their prices, of a pool and a stable subnet the average price.",
    "POOL-5", "POOL-6", "POOL-7", "POOL-8", "MOVE-4", "MOVE-7",
)  # fmt: skip
def _swaps_respected(step: Transition) -> Iterator[str]:
    if step.accepted and step.name == "swap_stake_limit" and not step.args["allow_partial"]:
        yield from _beyond(step)


@invariant(
    "limits of swaps in part",
    "A swap of stake with a limit, and with leave to do a part, moves no more than the limit allows.",
    "MOVE-4",
    status=Status.VIOLATED,
    reason="The whole amount moves (swaps in full).",
    leaks=("swaps in full",),
    until=244,
)  # fmt: skip
def _parts_respected(step: Transition) -> Iterator[str]:
    if step.accepted and step.name == "swap_stake_limit" and step.args["allow_partial"]:
        yield from _beyond(step)


@invariant(
    "limits of all swaps",
    "A swap of stake with a limit moves no more than the limit allows, with leave to do a part or without.",
    "MOVE-4", "MOVE-7",
    since=252,
)  # fmt: skip
def _all_respected(step: Transition) -> Iterator[str]:
    if step.accepted and step.name == "swap_stake_limit":
        yield from _beyond(step)


def rest_of_value(step: Transition) -> int:
    """Return what a holder's shares are worth that a share pool with too few of them gives up at once."""
    hotkey, netuid = AccountId(step.argument("hotkey")), NetUid(step.argument("netuid"))
    pool = step.before.subnet(netuid).share_pools.get(hotkey, NO_SHARE_POOL)
    least = 2 * (pool.total_alpha + YEAR)  # raw bits of shares, twice what must remain
    return least * pool.total_alpha // pool.denominator + 1 if pool.denominator else 0


def _beyond(step: Transition) -> Iterator[str]:
    state, limit, moved = step.before, step.argument("limit_price"), int(step.events[0][4])
    origin, destination = NetUid(step.argument("origin_netuid")), NetUid(step.argument("destination_netuid"))
    if any(state.pool(netuid).tao >= LARGEST_RESERVE for netuid in (origin, destination)):
        return  # the sum of both is cut off
    if limit and moved and not _allowed(state, origin, destination, limit, moved):
        yield f"{moved} alpha rao moved from {origin} to {destination} at a limit of {limit}"


def _allowed(state: State, origin: NetUid, destination: NetUid, limit: int, moved: int) -> bool:
    """Whether a limit allows so much: all on exact numbers, none of them rounded."""
    from_stable, to_stable = is_stable(state, origin), is_stable(state, destination)
    one, two = state.pool(origin), state.pool(destination)
    if from_stable and to_stable:
        return limit <= RAO_PER_TAO
    if from_stable and state.subnet(destination).mechanism == DYNAMIC:
        return (two.tao + moved) * limit <= RAO_PER_TAO * two.alpha_in
    if to_stable and state.subnet(origin).mechanism == DYNAMIC:
        return one.tao * RAO_PER_TAO >= limit * (one.alpha_in + moved)
    left = moved * limit * (one.tao + two.tao)
    right = RAO_PER_TAO * two.alpha_in * one.tao - limit * one.alpha_in * two.tao
    # the shares of TAO and the limit are rounded to 64 bits before they are multiplied
    slack = limit * (one.tao + two.tao) * (1 + (one.alpha_in + two.alpha_in * RAO_PER_TAO // limit) * 2 // 2**64)
    slack += RAO_PER_TAO * two.alpha_in * RAO_PER_TAO * (one.tao + two.tao) // (limit * 2**64)
    return left <= right + slack
