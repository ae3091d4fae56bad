"""What taking stake out of a subnet costs, version by version."""

from fractions import Fraction
from math import floor

from dtao.records import NO_SHARE_POOL
from dtao.state import State
from dtao.units import U64_MAX, AccountId, NetUid
from dtao_properties.model import amounts
from dtao_properties.model.figures import floored

FLAT = 50_000
"""rao of every stake that is added; and of every stake that is removed, at the least."""
MIN_PART = Fraction(214_748, 2**32)
"""0.00005, to the nearest 2^-32."""
LARGEST_AMOUNT = Fraction(2**127 - 1, 2**32)


def is_stable(state: State, netuid: int) -> bool:
    """Whether alpha is worth 1 TAO on a network whatever its pool holds: on root, and where the mechanism is 0."""
    return netuid == 0 or state.subnet(NetUid(netuid)).mechanism == amounts.STABLE


def flat(state: State, hotkey: int, netuid: int, alpha: int) -> int:
    """Charge the same everywhere."""
    return FLAT


def by_earnings(state: State, hotkey: int, netuid: int, alpha: int) -> int:
    """Charge what the alpha earned in the last epoch, at the present price."""
    return FLAT if is_stable(state, netuid) else max(_earned(state, hotkey, netuid, alpha), FLAT)


def by_earnings_or_alpha(state: State, hotkey: int, netuid: int, alpha: int) -> int:
    """Charge what the alpha earned in the last epoch, and no less than the least part of the alpha itself."""
    if is_stable(state, netuid):
        return FLAT
    return max(_earned(state, hotkey, netuid, alpha), min(floor(alpha * MIN_PART), U64_MAX), FLAT)


def by_proceeds(state: State, hotkey: int, netuid: int, alpha: int) -> int:
    """Charge of the TAO that the alpha sells for what the last epoch's dividends were of the stake after them."""
    if is_stable(state, netuid):
        return FLAT
    subnet, pool = state.subnet(NetUid(netuid)), state.pool(NetUid(netuid))
    last = subnet.total_hotkey_alpha_last_epoch.get(AccountId(hotkey), 0)
    part = max(_rate(state, hotkey, netuid, last), MIN_PART)
    rules = amounts.rules_of(state.runtime.spec_version)
    tao = amounts.payout(rules, subnet.mechanism, pool.alpha_in, pool.tao, alpha)
    return max(min(floor((tao or 0) * part), U64_MAX), FLAT)


def _earned(state: State, hotkey: int, netuid: int, alpha: int) -> int:
    subnet, pool = state.subnet(NetUid(netuid)), state.pool(NetUid(netuid))
    total = subnet.share_pools.get(AccountId(hotkey), NO_SHARE_POOL).total_alpha
    earned = min(alpha * _rate(state, hotkey, netuid, total), LARGEST_AMOUNT)
    rules = amounts.rules_of(state.runtime.spec_version)
    price = amounts.price(rules, subnet.mechanism == amounts.STABLE, pool.tao, pool.alpha_in)
    worth = min(floored(earned * price), LARGEST_AMOUNT)
    return min(floor(worth), U64_MAX)


def _rate(state: State, hotkey: int, netuid: int, total: int) -> Fraction:
    dividends = state.subnet(NetUid(netuid)).alpha_dividends.get(AccountId(hotkey), 0)
    return floored(Fraction(dividends, total)) if total else Fraction(0)
