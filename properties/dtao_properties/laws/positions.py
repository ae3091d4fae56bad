"""Pools of concentrated liquidity: nobody is owed more than was taken, and no way of trading is better than another."""

from collections.abc import Iterator
from fractions import Fraction
from math import ceil

from dtao.rules.pools.concentrated import positions
from dtao.rules.pools.concentrated.positions import MIN_LIQUIDITY, PROTOCOL_ACCOUNT
from dtao.rules.pools.concentrated.records import NO_RANGES, Ranges
from dtao.state import State
from dtao.units import AccountId, NetUid
from dtao_properties.laws.base import Status, invariant
from dtao_properties.laws.profit import _asked, stake
from dtao_properties.laws.ranges import changed_ranges, in_range, is_upside_down, untraded
from dtao_properties.model.amounts import DYNAMIC
from dtao_properties.model.step import Step

TRADES = ("add_stake", "remove_stake")
SPLIT_SLACK = 4
"""Units paid in, and units paid out, by which two ways of trading the same may differ."""
LARGEST = 2**62
FRACTION = 64


def owed(ranges: Ranges) -> tuple[int, int]:
    """Return the TAO and the alpha that all positions of a pool have earned and were not paid."""
    earned = [positions.collect_fees(ranges, one)[1:] for one in ranges.positions.values()]
    return sum(int(tao) for tao, _ in earned), sum(int(alpha) for _, alpha in earned)


def on_the_way(before: Ranges, after: Ranges) -> list[int]:
    """Return the liquidity in force in each range between two prices of a pool, the lowest first."""
    low, high = sorted((before.tick, after.tick))
    in_force = [(before if before.tick == low else after).liquidity]
    for tick in sorted(before.ticks):
        if low < tick <= high:
            in_force.append(in_force[-1] + before.ticks[tick].liquidity_net)
    return in_force


def edges_between(before: Ranges, after: Ranges) -> int:
    """Return how many edges lie between two prices of a pool, both ends among them."""
    low, high = sorted((before.tick, after.tick))
    return sum(low <= tick <= high for tick in before.ticks)


@invariant(
    "fees that are owed were taken",
    "A trade makes all positions of a pool together be owed at most the fee that it paid, times the part that the"
    " liquidity in force has of itself less 1,000, by which fees are divided, and a unit for each position.",
    "POOL-12", "POOL-17", "POOL-19",
    since=283,
)  # fmt: skip
def _fees_taken(step: Step) -> Iterator[str]:
    if not step.accepted or step.name not in TRADES or not step.events:
        return
    token = 0 if step.name == "add_stake" else 1
    for netuid, before, after in changed_ranges(step):
        if not before.is_initialized or set(before.positions) != set(after.positions) or is_upside_down(before):
            continue
        paid = sum(int(event[6]) for event in step.events if int(event[5]) == netuid)
        least = min(on_the_way(before, after))
        if least <= MIN_LIQUIDITY or in_range(before) != before.liquidity + untraded(before):
            continue
        more = owed(after)[token] - owed(before)[token]
        most = paid * Fraction(least + max(untraded(before), 0), least - MIN_LIQUIDITY) + len(before.positions)
        if more > most:
            yield f"positions on subnet {netuid} are owed {more} more, of a fee of {paid}"


def reserves_less_positions(state: State, netuid: NetUid) -> tuple[int, int]:
    """Return by how much the reserves of a pool exceed what all its positions could take out, as far as these trade."""
    pool, ranges = state.pool(netuid), state.ranges.get(netuid, NO_RANGES)
    tao, alpha, rest = pool.tao + ranges.tao_provided, pool.alpha_in + ranges.alpha_provided, untraded(ranges)
    for (account, _), one in ranges.positions.items():
        traded = one.liquidity - (rest if account == PROTOCOL_ACCOUNT else 0)
        held = positions.amounts(one.tick_low, one.tick_high, max(traded, 0), ranges.sqrt_price)
        tao, alpha = tao - held[0], alpha - held[1]
    return tao, alpha


def is_near_the_end(step: Step, netuid: NetUid) -> bool:
    """Whether an amount of a pool comes near the end of its format on the way of a step, where products saturate."""
    both = [state.ranges.get(netuid, NO_RANGES) for state in (step.before, step.after)]
    most = max(on_the_way(*both))
    amounts: list[int] = []
    for state, ranges in zip((step.before, step.after), both, strict=True):
        pool, root = state.pool(netuid), max(ranges.sqrt_price, 1)
        tao = most * root >> FRACTION
        # what a purchase divides by saturates too
        amounts += [tao, (most << FRACTION) // root, tao * root >> FRACTION, pool.tao, pool.alpha_in]
        amounts += [ranges.tao_provided, ranges.alpha_provided]
    return max(amounts) >= LARGEST


def worth_of_a_bit(before: Ranges, after: Ranges) -> tuple[int, int]:
    """Return what TAO and what alpha the last bit of the root of the price is worth at most on the way, rounded up."""
    most, root = max(on_the_way(before, after)), min(before.sqrt_price, after.sqrt_price)
    return ceil(Fraction(most, 2**FRACTION)), ceil(Fraction(most << FRACTION, root * root))


@invariant(
    "reserves cover positions",
    "What the reserves of a pool are above all that its positions could take out falls with a trade by no more than a"
    " unit of a token for each position, of which each is floored, one for each edge that the price comes to, another"
    " one, and what the last bit of the root of the price is worth. What blocks injected until 297 without it being"
    " traded does not count; amounts are below 2^62 on the way.",
    "POOL-11", "POOL-14", "POOL-15", "POOL-22",
    since=283,
)  # fmt: skip
def _covered(step: Step) -> Iterator[str]:
    if not step.accepted or step.name not in TRADES:
        return
    for netuid, before, after in changed_ranges(step):
        if (
            not before.is_initialized
            or is_upside_down(before)
            or before.liquidity + untraded(before) != in_range(before)
        ):
            continue
        if is_near_the_end(step, netuid):
            continue
        slack = len(before.positions) + edges_between(before, after) + 1
        margins = reserves_less_positions(step.before, netuid), reserves_less_positions(step.after, netuid)
        for token, was, left, bit in zip(("TAO", "alpha"), *margins, worth_of_a_bit(before, after), strict=True):
            if was - left > slack + bit:
                yield f"the positions of subnet {netuid} could take {was - left} {token} more of what is there"


@invariant(
    "a way of trading is no better than another",
    "Within a range of prices in which no position begins or ends, a trade in two pieces pays what the same trade does"
    " at once, but for the worth of four units of either token; and a part of a trade never pays more than all of it.",
    "POOL-12", "POOL-13", "POOL-15", "POOL-16",
    since=283,
    until=384,
)  # fmt: skip
def _pieces(step: Step) -> Iterator[str]:
    if not step.accepted or step.name not in TRADES or not step.events:
        return
    adds, netuid = step.name == "add_stake", NetUid(step.argument("netuid"))
    argument = "amount_staked" if adds else "amount_unstaked"
    amount, whole = step.argument(argument), paid(step)
    ranges = step.before.ranges.get(netuid, NO_RANGES)
    if step.before.subnet(netuid).mechanism != DYNAMIC or not ranges.is_initialized or not 2 < amount < LARGEST:
        return
    if is_near_the_end(step, netuid):
        return
    if whole[0] != amount:
        return  # a small rest was sold too, or a limit of the existential deposit left some
    first = amount // 3 + 1
    one = _asked(step, step.before, step.name, hotkey=step.args["hotkey"], netuid=int(netuid), **{argument: str(first)})
    if one.error is not None or not one.events or paid(one)[0] != first:
        return
    if whole[1] < paid(one)[1]:
        yield f"{first} brings {paid(one)[1]} on subnet {netuid}, and {amount} only {whole[1]}"
    if edges_between(ranges, step.after.ranges[netuid]) or ranges.liquidity <= MIN_LIQUIDITY:
        return
    rest = {argument: str(amount - first)}
    other = _asked(step, one.after, step.name, hotkey=step.args["hotkey"], netuid=int(netuid), **rest)
    if other.error is not None or not other.events or paid(other)[0] != amount - first:
        return
    root = Fraction(max(ranges.sqrt_price, 1), 2**FRACTION)  # the best price of the trade is that before it
    rate = 1 / root**2 if adds else root**2
    if abs(paid(one)[1] + paid(other)[1] - whole[1]) > SPLIT_SLACK * (1 + ceil(rate)):
        yield f"{amount} brings {whole[1]} on subnet {netuid}, and {paid(one)[1]} + {paid(other)[1]} in two pieces"


def paid(step: Step) -> tuple[int, int]:
    """Return what a trade took and what it paid, as its first event tells."""
    tao, alpha = int(step.events[0][3]), int(step.events[0][4])
    return (tao, alpha) if step.name == "add_stake" else (alpha, tao)


@invariant(
    "a position taken out at once gains nothing",
    "Liquidity that is provided and taken out again in the same block never leaves its owner with more TAO or more"
    " stake than before.",
    "POOL-11", "POOL-18", "POOL-25", "POOL-26",
    status=Status.LEAKS,
    reason="Until 297 the upper tick might be below the lower one, and such a position cost nothing and paid.",
    leaks=(),
    since=283,
)  # fmt: skip
def _out_at_once(step: Step) -> Iterator[str]:
    if not step.accepted or step.name != "add_liquidity" or step.argument("tick_low") >= step.argument("tick_high"):
        return
    hotkey, netuid, signer = step.args["hotkey"], step.argument("netuid"), AccountId(step.signer or 0)
    args = {"hotkey": hotkey, "netuid": netuid, "position_id": str(step.after.last_position_id)}
    request = {"do": "call", "call": "remove_liquidity", "signer": str(signer), "args": args}
    back = step.implementation.apply(step.after, request)
    if back.error is not None:
        return
    balances = [state.balances.get(signer, 0) for state in (step.before, back.after)]
    stakes = [stake(step, state, hotkey, signer, netuid) for state in (step.before, back.after)]
    for token, (had, has) in (("TAO", balances), ("stake", stakes)):
        if has > had:
            yield f"{signer} has {has - had} more {token} after providing liquidity and taking it out"
