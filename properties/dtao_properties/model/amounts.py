"""Amounts in whole units, as the rules of a version give them with their rounding.

Nothing here computes: the rounded forms of the specification do, so that the model is a second opinion on every amount
of the reference, and the specification the only place that states it.
"""

from fractions import Fraction
from functools import cache

from attrs import frozen

from dtao.records import NO_SHARE_POOL
from dtao.state import State
from dtao.units import U64_MAX, AccountId, NetUid
from dtao_spec.chapters.staking.fees import Earnings
from dtao_spec.chapters.staking.trades import Ledger
from dtao_spec.chapters.state import Balances, withdrawn
from dtao_spec.registry import Computation
from dtao_spec.rounding import SIGNED, UNSIGNED

STABLE, DYNAMIC = 0, 1
UNSIGNED_SINCE = 261
"""The first version in which amounts are computed in unsigned numbers."""
FEE_OF_POOLS_SINCE = 283
"""The first version in which pools charge for swaps, and nobody else does."""
RAO_PER_TAO = 10**9
PAYER = "payer"


@cache
def rules_of(spec_version: int) -> Computation:
    """Return the rules of a version of the runtime, rounded as they say."""
    return Computation(spec_version, is_rounded=True)


def largest_number(spec_version: int) -> int:
    """Return the raw bits at which the numbers of a version end in which amounts are computed."""
    return UNSIGNED if spec_version >= UNSIGNED_SINCE else SIGNED


def block_emission(rules: Computation, issued: int) -> int:
    """Return a block's emission at an issuance."""
    return int(rules["ISS-1"](issued))


def payout(rules: Computation, mechanism: int, into: int, out: int, amount: int) -> int | None:
    """Return what a pool pays for an amount, or None for want of liquidity; 1 for 1 where it is not dynamic."""
    if mechanism != DYNAMIC:
        return amount
    paid = rules["POOL-2"](Fraction(into), Fraction(out), Fraction(amount))
    return None if paid is None else int(paid)


def price(rules: Computation, stable: bool, tao: int, alpha: int) -> Fraction:
    """Return the price of alpha in TAO."""
    found: Fraction = rules["PRICE-1"](stable, Fraction(tao), Fraction(alpha))
    return found


def largest_addition(rules: Computation, stable: bool, tao: int, alpha: int, limit: int) -> int:
    """Return the most rao that may be staked for an average price of at most the limit, in rao per alpha."""
    if stable:
        return U64_MAX if limit >= RAO_PER_TAO else 0
    return int(rules["POOL-5"](Fraction(tao), Fraction(alpha), Fraction(limit, RAO_PER_TAO)))


def largest_removal(rules: Computation, stable: bool, tao: int, alpha: int, limit: int) -> int:
    """Return the most alpha rao that may be unstaked for an average price of at least the limit."""
    if stable:
        return U64_MAX if limit <= RAO_PER_TAO else 0
    return _or_all(rules["POOL-6"](Fraction(tao), Fraction(alpha), Fraction(limit, RAO_PER_TAO)))


@frozen
class End:
    """One end of a swap of stake: the subnet's mechanism and reserves, and whether its alpha is worth 1 TAO."""

    stable: bool
    mechanism: int
    tao: int
    alpha: int


def largest_move(rules: Computation, origin: End, destination: End, limit: int) -> int:
    """Return the most alpha rao that may move before the ratio of the prices passes the limit, in billionths."""
    if origin.stable and destination.stable:
        return U64_MAX if limit <= RAO_PER_TAO else 0
    if origin.stable and destination.mechanism == DYNAMIC:
        if limit == 0:
            return U64_MAX
        inverse = int(rules["POOL-7"](Fraction(limit, RAO_PER_TAO)) * RAO_PER_TAO)
        return largest_addition(rules, destination.stable, destination.tao, destination.alpha, inverse)
    if destination.stable and origin.mechanism == DYNAMIC:
        return largest_removal(rules, origin.stable, origin.tao, origin.alpha, limit)
    ends = [(Fraction(end.tao), Fraction(end.alpha)) for end in (origin, destination)]
    return _or_all(rules["POOL-8"](*ends, Fraction(limit, RAO_PER_TAO), (origin.stable, destination.stable)))


def _or_all(amount: Fraction | None) -> int:
    return U64_MAX if amount is None else int(amount)


def payable(balance: int, due: int) -> int:
    """Return what is paid of an amount: what is left of the balance must keep the account alive."""
    taken = withdrawn(Balances({PAYER: balance}, balance), PAYER, due)
    return 0 if isinstance(taken, str) else taken[1]


def is_stable(state: State, netuid: int) -> bool:
    """Whether alpha is worth 1 TAO on a network whatever its pool holds: on root, and where the mechanism is 0."""
    return netuid == 0 or state.subnet(NetUid(netuid)).mechanism == STABLE


def unstaking_fee(state: State, hotkey: int, netuid: int, alpha: int) -> int:
    """Return what taking stake out of a subnet costs beside what its pool charges."""
    if state.runtime.spec_version >= FEE_OF_POOLS_SINCE:
        return int(rules_of(state.runtime.spec_version)["STAKE-19"](Fraction(alpha)))
    subnet, pool, key = state.subnet(NetUid(netuid)), state.pool(NetUid(netuid)), AccountId(hotkey)
    earnings = Earnings(
        Fraction(subnet.alpha_dividends.get(key, 0)),
        Fraction(subnet.share_pools.get(key, NO_SHARE_POOL).total_alpha),
        Fraction(subnet.total_hotkey_alpha_last_epoch.get(key, 0)),
    )
    ledger = Ledger(subnet.mechanism, Fraction(pool.tao), Fraction(pool.alpha_in))
    rules = rules_of(state.runtime.spec_version)
    return int(rules["STAKE-19"](ledger, Fraction(alpha), earnings, is_stable(state, netuid)))


def lock_cost(state: State) -> int:
    """Return what a new network costs."""
    parameters = state.parameters
    cost, _ = rules_of(state.runtime.spec_version)["NET-3"](
        Fraction(state.network_last_lock_cost),
        Fraction(parameters.network_min_lock_cost),
        Fraction(parameters.network_lock_reduction_interval),
        state.network_last_registered,
        state.block_number,
        Fraction(state.total_issuance),
        Fraction(state.block_emission),
    )
    return int(cost)
