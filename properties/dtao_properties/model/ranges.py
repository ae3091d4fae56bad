"""Pools of concentrated liquidity in the storage model: as the exact rules see them, and what swaps do to money."""

from collections.abc import Iterator
from fractions import Fraction

from dtao.rules.pools.concentrated.positions import PROTOCOL_ACCOUNT
from dtao.rules.pools.concentrated.records import NO_RANGES, Ranges
from dtao.rules.pools.weighted import NO_WEIGHTS
from dtao.state import State
from dtao.units import U64_MAX, NetUid
from dtao_properties.model import weighted
from dtao_properties.model.amounts import DYNAMIC, RAO_PER_TAO, is_stable, rules_of
from dtao_properties.model.storage_model import (
    ACCOUNT_LEDGER,
    ACCOUNTS_SINCE,
    ALPHA_LEDGER,
    POOL_LEDGER,
    ROOT_LEDGER,
    StorageModel,
)
from dtao_properties.model.weighted import ONE_WEIGHT, WEIGHTS_SINCE
from dtao_spec.chapters.concentrated import pool as exact
from dtao_spec.chapters.concentrated.reserves import I64_MAX
from dtao_spec.chapters.concentrated.ticks import root_at_tick
from dtao_spec.rounding import LIMIT_BITS

ONE = 2**LIMIT_BITS
CLAMPED_SINCE = 338
"""The first version in which no more of an amount moves reserves than an i64 holds."""
STABLE_MOVES = 320
"""The first version in which trades move the reserves of root and of stable subnets again."""


def owner_seen(account: int) -> object:
    """Return an owner of positions as the exact rules name it."""
    return exact.CHAIN if account == PROTOCOL_ACCOUNT else account


def fees_seen(tao: int, alpha: int) -> exact.Fees:
    """Return fees per liquidity as fractions."""
    return Fraction(tao, ONE), Fraction(alpha, ONE)


def ranges_seen(ranges: Ranges) -> exact.Ranges:
    """Return a pool beside its reserves as the exact rules see it."""
    return exact.Ranges(
        is_initialized=ranges.is_initialized,
        root=Fraction(ranges.sqrt_price, ONE),
        tick=ranges.tick,
        in_force=ranges.liquidity,
        growth=fees_seen(ranges.fees_tao, ranges.fees_alpha),
        edges={
            tick: exact.Edge(
                edge.liquidity_net, edge.liquidity_gross, fees_seen(edge.fees_out_tao, edge.fees_out_alpha)
            )
            for tick, edge in ranges.ticks.items()
        },
        positions={
            (owner_seen(account), number): exact.Position(
                one.tick_low, one.tick_high, one.liquidity, fees_seen(one.fees_tao, one.fees_alpha)
            )
            for (account, number), one in ranges.positions.items()
        },
        left_over=(ranges.tao_reservoir, ranges.alpha_reservoir),
    )


def pool_in(state: State, netuid: int) -> exact.Pool:
    """Return a pool of a state as the exact rules see it."""
    pool, ranges = state.pool(NetUid(netuid)), state.ranges.get(NetUid(netuid), NO_RANGES)
    return exact.Pool(pool.tao, pool.alpha_in, ranges.tao_provided, ranges.alpha_provided, ranges_seen(ranges))


def pool_seen(model: StorageModel, netuid: int) -> exact.Pool:
    """Return a pool at this point of the step as the exact rules see it."""
    items = ("SubnetTAO", "SubnetAlphaIn", "SubnetTaoProvided", "SubnetAlphaInProvided")
    tao, alpha, tao_provided, alpha_provided = (model.held(item, netuid) for item in items)
    if netuid not in model.ranges:
        model.ranges[netuid] = ranges_seen(model.state.ranges.get(NetUid(netuid), NO_RANGES))
    return exact.Pool(tao, alpha, tao_provided, alpha_provided, model.ranges[netuid])


def is_dynamic(state: State, netuid: int) -> bool:
    """Whether a subnet trades by its pool."""
    return state.subnet(NetUid(netuid)).mechanism == DYNAMIC


def chain_tao(model: StorageModel, netuid: int) -> int:
    """Return the TAO that the chain's own position consists of at the present price, floored; 0 without one."""
    seen = pool_seen(model, netuid).ranges
    for (owner, _), position in seen.positions.items():
        if owner == exact.CHAIN:
            ends = (root_at_tick(tick, model.rules) for tick in (position.low, position.high))
            return int(model.rules["POOL-11"](position.liquidity, *ends, seen.root)[0])
    return 0


def price_in(state: State, netuid: int, pool: exact.Pool | None = None) -> Fraction:
    """Return the price of alpha in a state, with another pool if one is given; 1 where the mechanism is stable."""
    pool = pool_in(state, netuid) if pool is None else pool
    root = pool.ranges.root if pool.ranges.is_initialized else None
    rules, weights = rules_of(state.runtime.spec_version), state.weights.get(NetUid(netuid), NO_WEIGHTS)
    quote = (Fraction(weights.quote, ONE_WEIGHT),) if state.runtime.spec_version >= WEIGHTS_SINCE else ()
    found: Fraction = rules["PRICE-1"](not is_dynamic(state, netuid), *map(Fraction, pool.reserves), root, *quote)
    return found


def price_now(model: StorageModel, netuid: int) -> Fraction:
    """Return the price of alpha at this point of the step; 1 where the mechanism is stable."""
    if model.since(WEIGHTS_SINCE):
        return weighted.price_now(model, netuid)
    return price_in(model.state, netuid, pool_seen(model, netuid))


def quoted(
    model: StorageModel, netuid: int, is_buy: bool, amount: int, limit: int | None = None, is_free: bool = False
) -> exact.Swapped | str:
    """Return what a swap would come to now, or why the pool does not swap."""
    pool = pool_seen(model, netuid)
    if not is_dynamic(model.state, netuid) and limit is None:
        return exact.Swapped(pool.ranges, amount, amount, 0)
    if model.since(WEIGHTS_SINCE):
        return weighted.quoted(model, netuid, is_buy, amount, limit, is_free)
    rate = 0 if is_free else model.state.subnet(NetUid(netuid)).hyperparameters.fee_rate
    return exact.simulate(pool, is_buy, rate, amount, limit, model.held("LastPositionId") + 1, model.rules)


def _swapped(
    model: StorageModel, netuid: int, is_buy: bool, amount: int, limit: int | None, is_free: bool
) -> exact.Swapped | str:
    """Let a swap move the price, and say what it came to."""
    pool = pool_seen(model, netuid)
    if model.since(WEIGHTS_SINCE):
        found = weighted.swapped(model, netuid, is_buy, amount, limit, is_free)
        is_short = not isinstance(found, str) and pool.reserves[is_buy] < found.paid_out
        return "InsufficientLiquidity" if is_short else found
    swap = quoted(model, netuid, is_buy, amount, limit, is_free)
    if isinstance(swap, str):
        return swap
    if not pool.ranges.is_initialized:
        model.write(model.held("LastPositionId") + 1, "LastPositionId")
    model.ranges[netuid] = swap.ranges
    return "InsufficientLiquidity" if pool.reserves[is_buy] < swap.paid_out else swap


def taken(model: StorageModel, netuid: int, token: str, amount: int, on_root: str = "root swaps by a curve") -> None:
    """Let a token leave the reserves: until 390 what users provided first."""
    provided, own = ("SubnetTaoProvided", "SubnetTAO") if token == "TAO" else ("SubnetAlphaInProvided", "SubnetAlphaIn")
    left = model.held(provided, netuid), max(model.held(own, netuid) - amount, 0)
    if not model.since(WEIGHTS_SINCE):
        left = model.rules["POOL-22"](model.held(provided, netuid), model.held(own, netuid), amount)
    if netuid == 0 and token == "TAO" and is_dynamic(model.state, 0):
        model.leak(on_root, ROOT_LEDGER, left[1] - model.held(own, 0))
    for item, rest in zip((provided, own), left, strict=True):
        model.post_to("swap", rest, item, netuid)


def magnitude(model: StorageModel, amount: int) -> int:
    """Return what leaves the reserves: an amount as an i64 and its opposite make it, from 338 on 2^63 at most.

    No supply comes to that.
    """
    if model.since(CLAMPED_SINCE):
        return min(amount, I64_MAX + 1)
    return amount if amount < 2**63 else 2**64 - amount


def entering(model: StorageModel, amount: int) -> int:
    """Return what of an amount that is paid in joins the reserves."""
    return min(amount, I64_MAX) if model.since(CLAMPED_SINCE) else amount


def bought(
    model: StorageModel, netuid: int, tao: int, limit: int | None = None, is_free: bool = False
) -> exact.Swapped | str:
    """Swap TAO into a pool; say what that came to, or why the pool does not swap."""
    trades = is_dynamic(model.state, netuid)
    if trades:
        swap = _swapped(model, netuid, True, tao, limit, is_free)
        if isinstance(swap, str):
            return swap
    else:
        swap = exact.Swapped(pool_seen(model, netuid).ranges, tao, tao, 0)
        if not model.since(STABLE_MOVES):
            return swap
        if swap.paid_out > pool_seen(model, netuid).reserves[1]:
            model.saturated.add(netuid)  # nobody asks whether the reserve has it
    taken(model, netuid, "alpha", magnitude(model, swap.paid_out))
    if swap.paid_out != magnitude(model, swap.paid_out):
        model.saturated.add(netuid)
    model.post("swap", swap.paid_out, "SubnetAlphaOut", netuid)
    model.post("swap", entering(model, swap.paid_in), "SubnetTAO", netuid)
    _saturated(model, netuid, swap.paid_in - entering(model, swap.paid_in), on_root=True)
    model.post("swap", tao, "SubnetVolume", netuid)
    model.post("swap", tao, "TotalStake")
    if netuid == 0:
        model.leak("root swaps by a curve", ROOT_LEDGER, swap.paid_in - swap.paid_out)
    for ledger in _beside_pools(model):
        model.leak("fees of swaps", ledger, swap.fee, netuid)
        model.leak("left at a limit", ledger, tao - swap.paid_in - swap.fee, netuid)
    return swap


def sold(
    model: StorageModel, netuid: int, alpha: int, limit: int | None = None, is_free: bool = False
) -> exact.Swapped | str:
    """Swap alpha into a pool; say what that came to, or why the pool does not swap."""
    trades = is_dynamic(model.state, netuid)
    if trades:
        swap = _swapped(model, netuid, False, alpha, limit, is_free)
        if isinstance(swap, str):
            return swap
    else:
        swap = exact.Swapped(pool_seen(model, netuid).ranges, alpha, alpha, 0)
        if not model.since(STABLE_MOVES):
            return swap
    model.post("swap", entering(model, swap.paid_in), "SubnetAlphaIn", netuid)
    if swap.paid_in != entering(model, swap.paid_in):
        model.saturated.add(netuid)
    model.post("swap", -swap.paid_in, "SubnetAlphaOut", netuid)
    model.post("swap", swap.paid_out, "SubnetVolume", netuid)
    left = magnitude(model, swap.paid_out)
    _saturated(model, netuid, min(left, pool_seen(model, netuid).reserves[0]) - swap.paid_out, on_root=not trades)
    taken(model, netuid, "TAO", left)
    model.post("swap", -swap.paid_out, "TotalStake")
    if netuid:
        model.leak("fees of swaps", ALPHA_LEDGER, swap.fee, netuid)
    elif trades:
        model.leak("root swaps by a curve", ROOT_LEDGER, swap.paid_in + swap.fee)
    return swap


def _saturated(model: StorageModel, netuid: int, amount: int, *, on_root: bool) -> None:
    """Name TAO that is paid into a pool, or out of it if it is below 0, and does not move the reserve.

    ``on_root`` says whether the ledger of root has to name it, if the pool is root's.
    """
    for ledger in _beside_pools(model):
        model.leak("saturation", ledger, amount, netuid)
    if netuid == 0 and on_root:
        model.leak("saturation", ROOT_LEDGER, -amount, netuid)


def _beside_pools(model: StorageModel) -> tuple[str, ...]:
    """Return the ledgers on which the TAO of pools stands against something else."""
    return (POOL_LEDGER, ACCOUNT_LEDGER) if model.since(ACCOUNTS_SINCE) else (POOL_LEDGER,)


def largest_addition(model: StorageModel, netuid: int, limit: int) -> int:
    """Return the most rao that may be staked before the price passes a limit, in rao per alpha (POOL-5)."""
    if is_stable(model.state, netuid):
        return U64_MAX if limit >= RAO_PER_TAO else 0
    return _taken_until(model, netuid, True, limit)


def largest_removal(model: StorageModel, netuid: int, limit: int) -> int:
    """Return the most alpha rao that may be unstaked before the price falls below a limit (POOL-6)."""
    if is_stable(model.state, netuid):
        return U64_MAX if limit <= RAO_PER_TAO else 0
    return _taken_until(model, netuid, False, limit)


def _taken_until(model: StorageModel, netuid: int, is_buy: bool, limit: int) -> int:
    most = weighted.most_tried(model, netuid, is_buy) if model.since(WEIGHTS_SINCE) else U64_MAX
    swap = quoted(model, netuid, is_buy, most, limit)
    return 0 if isinstance(swap, str) else min(swap.paid_in + swap.fee, U64_MAX)


def largest_move(model: StorageModel, origin: int, destination: int, limit: int) -> int:
    """Return the most alpha rao that may move before the ratio of the prices passes the limit, in billionths."""
    state = model.state
    if is_stable(state, origin) and is_stable(state, destination):
        return U64_MAX if limit <= RAO_PER_TAO else 0
    if is_stable(state, origin) and is_dynamic(state, destination):
        if limit == 0:
            return U64_MAX
        inverse = int(model.rules["POOL-7"](Fraction(limit, RAO_PER_TAO)) * RAO_PER_TAO)
        return largest_addition(model, destination, inverse)
    if is_stable(state, destination) and is_dynamic(state, origin):
        return largest_removal(model, origin, limit)
    ends = [tuple(map(Fraction, pool_seen(model, netuid).reserves)) for netuid in (origin, destination)]
    prices = tuple(price_now(model, netuid) for netuid in (origin, destination))
    most = model.rules["POOL-8"](*ends, Fraction(limit, RAO_PER_TAO), prices)
    return U64_MAX if most is None else min(int(most), U64_MAX)


def differing(model: StorageModel, after: State) -> Iterator[str]:
    """Yield a sentence for each pool that is not what the model says, beside its reserves."""
    for netuid in {*model.state.ranges, *after.ranges, *model.ranges}:
        before, found = (state.ranges.get(NetUid(netuid), NO_RANGES) for state in (model.state, after))
        if netuid not in model.ranges:
            if ranges_seen(found) != ranges_seen(before):
                yield f"the ranges of subnet {netuid} change"
            continue
        expected, seen = model.ranges[netuid], ranges_seen(found)
        if expected == seen:
            continue
        for name in ("is_initialized", "root", "tick", "in_force", "growth", "edges", "positions", "left_over"):
            if getattr(expected, name) != getattr(seen, name):
                yield f"{name} of subnet {netuid} is {getattr(seen, name)}, not {getattr(expected, name)}"
