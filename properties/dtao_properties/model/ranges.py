"""Pools of concentrated liquidity in the storage model: as the exact rules see them, and what swaps do to money."""

from fractions import Fraction

from dtao.rules.pools.concentrated.positions import PROTOCOL_ACCOUNT
from dtao.rules.pools.concentrated.records import Ranges
from dtao_spec.chapters.concentrated import pool as exact
from dtao_spec.rounding import LIMIT_BITS

ONE = 2**LIMIT_BITS


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
    )
