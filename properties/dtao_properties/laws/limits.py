"""Limits: a call with a limit price trades at no worse price on average."""

from collections.abc import Iterator
from fractions import Fraction

from dtao.state import State
from dtao.units import AccountId, NetUid
from dtao_properties.laws.base import Status, invariant
from dtao_properties.model.amounts import DYNAMIC, RAO_PER_TAO, is_stable
from dtao_properties.model.step import Step
from dtao_spec.chapters.shares.holding import MIN_PART, RESERVE

LARGEST_RESERVE = 2**62
"""rao, past which no supply goes."""
FEWEST_A_RAO = 1
"""Raw bits of shares for each rao of a total: with fewer the value of a share passes its format."""
SHARE_CUT_OFF = Fraction(1, 2**64)
"""What the destination's share of the TAO loses when it is floored; so much less alpha is taken off."""
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
    leaks=("dust sweep",),
    until=282,
)  # fmt: skip
def _respected(step: Step) -> Iterator[str]:
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
        asked = Fraction(alpha)
        if step.era.spec_version >= RESTS_ARE_SOLD:
            asked = alpha - rest_of_value(step, alpha)
        worst = limit > RAO_PER_TAO if stable else pool.tao * RAO_PER_TAO < limit * (pool.alpha_in + asked)
        if worst:
            yield f"{alpha} alpha rao brought {tao} rao at a limit of {limit}"


@invariant(
    "limits of swaps",
    "A swap of stake with a limit, and without leave to do a part, moves no more than the limit allows: between two"
    " pools the ratio of their prices, of a pool and a stable subnet the average price.",
    "POOL-5", "POOL-6", "POOL-7", "POOL-8", "MOVE-4", "MOVE-7",
    until=282,
)  # fmt: skip
def _swaps_respected(step: Step) -> Iterator[str]:
    if step.accepted and step.name == "swap_stake_limit" and not step.args["allow_partial"]:
        yield from _beyond(step)


@invariant(
    "limits of swaps in part",
    "A swap of stake with a limit, and with leave to do a part, moves no more than the limit allows.",
    "MOVE-4",
    status=Status.VIOLATED,
    reason="The whole amount moves (swaps in full).",
    leaks=("swaps in full",),
    until=251,
)  # fmt: skip
def _parts_respected(step: Step) -> Iterator[str]:
    if step.accepted and step.name == "swap_stake_limit" and step.args["allow_partial"]:
        yield from _beyond(step)


@invariant(
    "limits of all swaps",
    "A swap of stake with a limit moves no more than the limit allows, with leave to do a part or without.",
    "MOVE-4", "MOVE-7",
    since=252,
    until=282,
)  # fmt: skip
def _all_respected(step: Step) -> Iterator[str]:
    if step.accepted and step.name == "swap_stake_limit":
        yield from _beyond(step)


def rest_of_value(step: Step, sold: int) -> Fraction:
    """Return the most that a rest is worth which is sold along.

    That is the larger of a 100 000th of all that is sold (and less than 1 was lost when that was rounded down), and of
    what so few raw bits of shares are worth that a share could pass its format within a year.
    """
    hotkey, netuid = AccountId(step.argument("hotkey")), NetUid(step.argument("netuid"))
    pool = step.before.subnet(netuid).share_pools[hotkey]
    few = Fraction(FEWEST_A_RAO * (pool.total_alpha + RESERVE) * pool.total_alpha, pool.denominator)
    return max((sold + 1) * MIN_PART, few)


def _beyond(step: Step) -> Iterator[str]:
    state, limit, moved = step.before, step.argument("limit_price"), int(step.events[0][4])
    origin, destination = NetUid(step.argument("origin_netuid")), NetUid(step.argument("destination_netuid"))
    if any(state.pool(netuid).tao >= LARGEST_RESERVE for netuid in (origin, destination)):
        return  # the sum of both is cut off
    if limit and moved and not _allowed(state, origin, destination, limit, moved):
        yield f"{moved} alpha rao moved from {origin} to {destination} at a limit of {limit}"


def _allowed(state: State, origin: NetUid, destination: NetUid, limit: int, moved: int) -> bool:
    """Whether a limit allows so much: on exact numbers, but for the limit and the share that the runtime floors."""
    from_stable, to_stable = is_stable(state, origin), is_stable(state, destination)
    one, two = state.pool(origin), state.pool(destination)
    if from_stable and to_stable:
        return limit <= RAO_PER_TAO
    if from_stable and state.subnet(destination).mechanism == DYNAMIC:
        return (two.tao + moved) * limit <= RAO_PER_TAO * two.alpha_in
    if to_stable and state.subnet(origin).mechanism == DYNAMIC:
        return one.tao * RAO_PER_TAO >= limit * (one.alpha_in + moved)
    counted, total = Fraction((limit << 64) // RAO_PER_TAO, 2**64), one.tao + two.tao
    kept = Fraction(two.tao, total) - SHARE_CUT_OFF
    return moved <= two.alpha_in * Fraction(one.tao, total) / counted - one.alpha_in * kept
