"""Calls about positions in pools of concentrated liquidity."""

from dtao.rules.pools.concentrated.positions import MIN_LIQUIDITY, PROTOCOL_ACCOUNT
from dtao.rules.pools.concentrated.sqrt_price import MAX_TICK, MIN_TICK
from dtao_properties.adapters.protocol import Json
from dtao_properties.fuzz.context import Context
from dtao_properties.fuzz.makers import Made


def add_liquidity(context: Context) -> Made:
    """Open a position in a range of prices."""
    position = context.position()
    choices = context.choices
    low, width = choices.number(2) - 2**15, choices.number(2)
    if context.boundary(32):
        low, width = choices.pick(((-443_636, 887_272), (443_636, 1), (0, 0), (10, -10)))
    elif choices.chance(32):  # to either end of all prices, or from one to the other
        low, width = choices.pick(((MIN_TICK, MAX_TICK), (0, MAX_TICK), (MIN_TICK, MAX_TICK - MIN_TICK)))
    liquidity = choices.number(4) << choices.below(8)
    if choices.chance(32):  # the least that there may be
        liquidity = MIN_LIQUIDITY - int(context.boundary())
    return position.coldkey, {
        "hotkey": str(position.hotkey),
        "netuid": position.netuid,
        "tick_low": str(low),
        "tick_high": str(low + width),
        "liquidity": str(liquidity),
    }


def _provided(context: Context) -> tuple[int, dict[str, Json], int]:
    """Return who has a position, how a call names it, and its liquidity; one that nobody has, if none does."""
    held = [
        (netuid, coldkey, number, position.liquidity)
        for netuid, ranges in context.state.ranges.items()
        for (coldkey, number), position in ranges.positions.items()
        if coldkey != PROTOCOL_ACCOUNT
    ]
    netuid, coldkey, number, liquidity = (
        context.choices.pick(tuple(held)) if held else (context.netuid(), context.payer(), 1, 0)
    )
    return coldkey, {"hotkey": str(context.hotkey()), "netuid": netuid, "position_id": str(number)}, liquidity


def remove_liquidity(context: Context) -> Made:
    """Close a position."""
    coldkey, args, _ = _provided(context)
    return coldkey, args


def modify_position(context: Context) -> Made:
    """Change the liquidity of a position."""
    coldkey, args, liquidity = _provided(context)
    part = liquidity >> context.choices.below(4)
    change = part if context.choices.chance(128) else -part
    return coldkey, {**args, "liquidity_delta": str(max(min(change, 2**63 - 1), 1 - 2**63))}


def set_fee_rate(context: Context) -> Made:
    """Set the rate of the fee, about its maximum."""
    return None, {"netuid": context.netuid(), "rate": context.choices.pick((33, 196, 0, 10_000, 10_001))}


def toggle_user_liquidity(context: Context) -> Made:
    """Let users provide liquidity, or no longer."""
    return None, {"netuid": context.netuid(), "enable": context.choices.chance(224)}


def disable_lp(context: Context) -> Made:
    """Close all pools to users."""
    return 8 if context.boundary() else None, {}
