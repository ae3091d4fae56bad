"""What the calls of those who provide liquidity do, and of those who decide about it."""

from attrs import evolve

from dtao_properties.model import ranges
from dtao_properties.model.calls.effects import effect_of
from dtao_properties.model.stake import credit_stake, debit_stake, deposited, ledger_of, withdrawn
from dtao_properties.model.storage_model import ACCOUNTS_SINCE, POOL_LEDGER, ROOT_LEDGER, TAO_LEDGER, StorageModel
from dtao_spec.chapters.concentrated import pool as exact
from dtao_spec.chapters.concentrated.ticks import root_at_tick

TICKS_NAMED_SINCE = 298
"""The first version in which events name the ticks of a position, and the liquidity that was taken out."""


CLOSED_SINCE = 351
"""The first version in which no pool is opened to users any more."""


@effect_of("set_fee_rate")
def set_fee_rate(model: StorageModel) -> None:
    """Set what a pool charges."""
    netuid, rate = model.argument("netuid"), model.argument("rate")
    model.write(rate, "FeeRate", netuid)
    model.emit("FeeRateSet", netuid, rate)


@effect_of("toggle_user_liquidity")
def toggle_user_liquidity(model: StorageModel) -> None:
    """Open a pool to users, or close it; nothing from 351 on."""
    netuid, enable = model.argument("netuid"), bool(model.step.args["enable"])
    if model.since(CLOSED_SINCE):
        return
    model.write(enable, "EnabledUserLiquidity", netuid)
    model.emit("UserLiquidityToggled", netuid, str(enable).lower())


@effect_of("add_liquidity")
def add_liquidity(model: StorageModel) -> None:
    """Open a position, and pay for it."""
    names = ("hotkey", "netuid", "tick_low", "tick_high", "liquidity")
    hotkey, netuid, low, high, liquidity = (model.argument(name) for name in names)
    number = model.held("LastPositionId") + 1
    pool = ranges.pool_seen(model, netuid)
    model.ranges[netuid] = exact.open_position(pool.ranges, model.signer, number, low, high, liquidity, model.rules)
    tao, alpha = composed(model, netuid, low, high, liquidity)
    provided(model, hotkey, netuid, tao, alpha)
    model.post("provided", tao, "SubnetTaoProvided", netuid)
    model.post("provided", alpha, "SubnetAlphaInProvided", netuid)
    model.leak("uncounted liquidity", TAO_LEDGER, tao, netuid)
    model.leak("uncounted liquidity", POOL_LEDGER, -tao, netuid)
    model.write(number, "LastPositionId")
    told(model, "LiquidityAdded", hotkey, netuid, number, liquidity, tao, alpha, ticks=(low, high))


@effect_of("remove_liquidity")
def remove_liquidity(model: StorageModel) -> None:
    """Close a position, and pay what it consists of and earned; nothing from 411 on."""
    if model.since(ACCOUNTS_SINCE):
        return
    hotkey, netuid, number = (model.argument(name) for name in ("hotkey", "netuid", "position_id"))
    before = ranges.pool_seen(model, netuid).ranges
    position = before.positions[model.signer, number]
    fees = exact.fees_of(before, model.signer, number, model.rules)
    tao, alpha = composed(model, netuid, position.low, position.high, position.liquidity)
    model.ranges[netuid] = exact.close_position(before, model.signer, number)
    credited(model, hotkey, netuid, tao + fees[0], alpha + fees[1])
    collected(model, netuid, fees)
    ranges.taken(model, netuid, "TAO", tao, "uncounted liquidity")
    ranges.taken(model, netuid, "alpha", alpha)
    model.leak("uncounted liquidity", TAO_LEDGER, -tao, netuid)
    model.leak("uncounted liquidity", POOL_LEDGER, tao, netuid)
    liquidity = (position.liquidity,) if model.since(TICKS_NAMED_SINCE) else ()
    told(model, "LiquidityRemoved", hotkey, netuid, number, *liquidity, tao, alpha, *fees, ticks=_ticks(position))


@effect_of("modify_position")
def modify_position(model: StorageModel) -> None:
    """Change the liquidity of a position, for what the change consists of, and pay what it earned.

    From 411 on nothing happens.
    """
    if model.since(ACCOUNTS_SINCE):
        return
    names = ("hotkey", "netuid", "position_id", "liquidity_delta")
    hotkey, netuid, number, delta = (model.argument(name) for name in names)
    before, signer = ranges.pool_seen(model, netuid).ranges, model.signer
    position, change = before.positions[signer, number], abs(delta)
    low, high = _ticks(position)
    tao, alpha = composed(model, netuid, low, high, change)
    fees = exact.fees_of(before, signer, number, model.rules)
    left = model.rules["POOL-27"](position.liquidity, delta)
    ends = (root_at_tick(tick, model.rules) for tick in (low, high))
    after = exact.with_liquidity(before, next(ends) <= before.root <= next(ends), delta)
    after = exact.with_edges(after, low, high, left - position.liquidity)
    positions = {key: one for key, one in after.positions.items() if key != (signer, number)}
    if left:
        inside = exact.fees_inside(before, low, high)
        positions[signer, number] = evolve(position, liquidity=left, collected=inside)
    model.ranges[netuid] = evolve(after, positions=positions)
    sign = 1 if delta > 0 else -1
    if delta > 0:
        provided(model, hotkey, netuid, tao, alpha)
    else:
        credited(model, hotkey, netuid, tao, alpha)
    model.leak("changed positions", TAO_LEDGER, sign * tao, netuid)
    model.flow("changed positions", -sign * alpha, netuid)
    if fees[0]:
        deposited(model, model.signer, fees[0])
    if fees[1]:
        credited(model, hotkey, netuid, 0, fees[1])
    collected(model, netuid, fees)
    if left:
        told(
            model,
            "LiquidityModified",
            hotkey,
            netuid,
            number,
            delta,
            sign * tao,
            sign * alpha,
            *fees,
            ticks=(low, high),
        )
    else:
        liquidity = (change,) if model.since(TICKS_NAMED_SINCE) else ()
        told(model, "LiquidityRemoved", hotkey, netuid, number, *liquidity, tao, alpha, *fees, ticks=(low, high))


def composed(model: StorageModel, netuid: int, low: int, high: int, liquidity: int) -> tuple[int, int]:
    """Return what liquidity between two ticks consists of at the present price."""
    ends = (root_at_tick(tick, model.rules) for tick in (low, high))
    tao, alpha = model.rules["POOL-11"](liquidity, *ends, ranges.pool_seen(model, netuid).ranges.root)
    return int(tao), int(alpha)


def provided(model: StorageModel, hotkey: int, netuid: int, tao: int, alpha: int) -> None:
    """Take TAO and stake from the signer."""
    withdrawn(model, model.signer, tao)
    model.post("provided", -alpha, "SubnetAlphaOut", netuid)
    gone, _ = debit_stake(model, hotkey, model.signer, netuid, alpha)
    model.leak("saturation", ledger_of(netuid), gone - alpha, netuid)
    if netuid == 0:  # no account counts what is outside of the pool of root
        model.leak("uncounted liquidity", ROOT_LEDGER, alpha)


def credited(model: StorageModel, hotkey: int, netuid: int, tao: int, alpha: int) -> None:
    """Pay TAO and stake to the signer."""
    deposited(model, model.signer, tao)
    model.post("paid", alpha, "SubnetAlphaOut", netuid)
    credit_stake(model, hotkey, model.signer, netuid, alpha)
    if alpha:
        model.append(hotkey, "StakingHotkeys", model.signer)
    if netuid == 0:
        model.leak("uncounted liquidity", ROOT_LEDGER, -alpha)


def collected(model: StorageModel, netuid: int, fees: tuple[int, int]) -> None:
    """Name what a position earned: TAO that no reserve loses, and alpha that is counted once more."""
    tao, alpha = fees
    model.leak("collected fees", TAO_LEDGER, -tao, netuid)
    model.flow("collected fees", alpha, netuid)


def told(model: StorageModel, name: str, hotkey: int, netuid: int, *fields: int, ticks: tuple[int, int]) -> None:
    """Expect an event about a position of the signer."""
    model.emit(name, model.signer, hotkey, netuid, *fields, *(ticks if model.since(TICKS_NAMED_SINCE) else ()))


def _ticks(position: exact.Position) -> tuple[int, int]:
    return position.low, position.high
