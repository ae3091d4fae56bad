"""Share pools: what the holders have is there, and what one does costs the others nothing."""

from collections.abc import Iterator
from fractions import Fraction

from dtao.records import NO_SHARE_POOL, SharePool
from dtao.state import State
from dtao.units import AccountId, NetUid
from dtao_properties.laws.base import Status, invariant
from dtao_properties.model.stake import SHARES_FIRST_SINCE
from dtao_properties.model.step import Step

LARGEST_TOTAL = 2**63
FULL = 2**128 - 1
"""The most shares (raw bits) that a denominator holds: 2^64 of them, less one bit."""
ROUNDED_DOWN = 1
"""What a stake loses by being rounded down to a whole number, less than that.

It is rounded down twice, first to 64 fraction bits; but that alone the whole number does not notice.
"""
VALUE_ROUNDED = Fraction(1, 2**128)
"""What each raw bit of a holder's shares loses with the value of a share, which is rounded down to 64 fraction bits.

A raw bit is 2^-64 of a share, and the value of a share is short by less than 2^-64.
"""
LAST_BIT = 1
"""How many raw bits of a share a change of one stake leaves to the others, or takes from them, less than that.

The shares that a change is worth are rounded toward zero, to a raw bit.
"""
VALUE_TOO_LOW = Fraction(1, 2**128)
"""What a change of one stake costs somebody else for each raw bit of the shares of all, less than that.

A change is divided by the value of a share, which is short by less than 2^-64, as in VALUE_ROUNDED. A deposit of s raw
bits, after which there are D, so costs a holder of h bits less than h · s / D of these units. A withdrawal, after which
D are left, brings it as much, and h <= D: less than s of these units.
"""
REST_LEFT = 1
"""What falls to the others where a holder's last shares go for what they read, less than that: it is rounded down.

This begins with version 244; before, a holder keeps the shares that are worth less than a rao.
"""


def changed_pools(step: Step) -> list[tuple[AccountId, NetUid]]:
    """Return the hotkeys and subnets whose share pools a step changed."""
    places = {(key[1], key[-1]) for key in step.changed if key[0] in ("Alpha", "TotalHotkeyAlpha", "TotalHotkeyShares")}
    return sorted(places)


def pool_of(state: State, hotkey: AccountId, netuid: NetUid) -> SharePool:
    """Return the stakes on a hotkey."""
    return state.subnet(netuid).share_pools.get(hotkey, NO_SHARE_POOL)


def exact_value(pool: SharePool, coldkey: AccountId) -> Fraction:
    """Return what a holder's shares are worth, exactly."""
    held = pool.shares.get(coldkey, 0)
    return Fraction(pool.total_alpha * held, pool.denominator) if pool.denominator else Fraction(0)


def wraps(step: Step) -> bool:
    """Whether more stake is added or removed than an i64 holds, so that it counts as its opposite.

    In a block that takes reserves, or pending amounts, which no supply of 21 million reaches.
    """
    if step.do == "blocks":
        pools, emissions = step.before.pools.values(), step.before.emissions.values()
        waiting = [max(emission.pending_emission, emission.pending_root_divs) for emission in emissions]
        waiting += [max(emission.pending_owner_cut, emission.pending_alpha_swapped) for emission in emissions]
        return max([*waiting, *(max(pool.tao, pool.alpha_in) for pool in pools)], default=0) >= LARGEST_TOTAL
    if step.do == "phase":
        return int(step.args.get("amount") or 0) >= LARGEST_TOTAL
    return any(int(event[4]) >= LARGEST_TOTAL for event in step.events if event[0] in ("StakeAdded", "StakeRemoved"))


def is_sound(pool: SharePool) -> bool:
    """Whether the denominator is the sum of the shares, and a share is worth less than 2^63."""
    return sum(pool.shares.values()) == pool.denominator and 2 * pool.total_alpha < pool.denominator


def fits(before: SharePool, after: SharePool) -> bool:
    """Whether the shares that a change of the total is worth are fewer than 2^63, and the denominator is not full."""
    change = abs(after.total_alpha - before.total_alpha)
    return change * before.denominator < before.total_alpha << 127 and after.denominator < FULL


def bound(shares: int) -> Fraction:
    """Return by how much a stake of so many shares (raw bits) may read below its exact value, less than that."""
    return ROUNDED_DOWN + shares * VALUE_ROUNDED


@invariant(
    "holders have what is there",
    "Where the denominator is the sum of the shares, each holder reads at most the exact value of its shares and less"
    " than 1 below it, and one more for each 2^64 of its shares; so all together have no more than the total and are"
    " short of it by less than that a holder.",
    "SHARE-1", "SHARE-2",
    status=Status.LEAKS,
    reason="A share whose value passes 2^64 reads 0 (share pool overflow).",
    leaks=("share pool overflow",),
)  # fmt: skip
def _solvent(step: Step) -> Iterator[str]:
    for hotkey, netuid in changed_pools(step)[:6]:
        pool = pool_of(step.after, hotkey, netuid)
        if not is_sound(pool):
            continue
        total = 0
        for coldkey in pool.shares:
            args = {"hotkey": str(hotkey), "coldkey": str(coldkey), "netuid": int(netuid)}
            value = int(step.implementation.query(step.after, "get_stake", args))
            exact = exact_value(pool, coldkey)
            total += value
            if not exact - bound(pool.shares[coldkey]) < value <= exact:
                yield f"{coldkey} reads {value} on {hotkey} of subnet {netuid}, exactly {float(exact)}"
        short = pool.total_alpha - total
        if pool.shares and not 0 <= short < sum(bound(shares) for shares in pool.shares.values()):
            yield f"the holders on {hotkey} of subnet {netuid} have {total} of {pool.total_alpha}"


@invariant(
    "the denominator counts the shares",
    "Whatever is given to one holder or taken from it is given to or taken from the denominator as well; a swap of keys"
    " moves both. The shares of all others stay. Of a denominator that counts too few already, nothing is said.",
    "SHARE-3", "SHARE-4", "SHARE-6", "SHARE-7", "KEY-3", "KEY-8",
    status=Status.LEAKS,
    reason="A hotkey swap leaves totals behind on dissolved subnets (orphaned shares), and the first stake after that"
    " begins anew.",
    leaks=("orphaned shares",),
    until=400,
)  # fmt: skip
def _counted(step: Step) -> Iterator[str]:
    if step.do == "set" or wraps(step):
        return
    both = {"swap_hotkey": ("hotkey", "new_hotkey")}.get(step.name) if step.do == "call" else None
    for hotkey, netuid in changed_pools(step):
        hotkeys = {AccountId(step.argument(name)) for name in both} if both else {hotkey}
        before = [pool_of(step.before, one, netuid) for one in hotkeys]
        after = [pool_of(step.after, one, netuid) for one in hotkeys]
        if both and not step.before.subnet(netuid).added:
            continue  # orphaned shares
        if not both and before[0].denominator == 0:
            if any(before[0].shares.values()):
                continue
            if after[0].denominator != sum(after[0].shares.values()):
                shares = dict(after[0].shares)
                yield f"a first stake on {hotkey} of subnet {netuid} has {shares} of {after[0].denominator}"
            continue
        if any(2 * pool.total_alpha >= pool.denominator for pool in before if pool.denominator):
            continue  # a share is worth more than its format holds
        if any(2 * pool.total_alpha >= LARGEST_TOTAL for pool in (*before, *after)):
            continue  # more than any supply: shares that do not fit are cut off on one side
        if any(pool.denominator == FULL for pool in after):
            continue  # as are those that the denominator does not hold
        if _excess(before) < 0:
            continue  # orphaned shares: whoever has more shares than the denominator counts may empty it
        if _excess(before) != _excess(after):
            yield f"on {hotkey} of subnet {netuid} denominator and shares part by {_excess(after) - _excess(before):+}"


def _excess(pools: list[SharePool]) -> int:
    return sum(pool.denominator for pool in pools) - sum(sum(pool.shares.values()) for pool in pools)


@invariant(
    "nobody pays for another's stake",
    "When one holder's stake on a hotkey changes by a call, what every other holder's shares are worth changes by less"
    " than what 2^-64 of a share is worth, because shares are rounded, and 2^-64 for each share of all, because the"
    " value of one is rounded. From 244 on the others gain up to a rao more where a rest that is too small goes too.",
    "SHARE-4", "SHARE-6", "SHARE-7",
    status=Status.LEAKS,
    reason="A sale for which the shares do not suffice leaves them as they are; a deposit whose shares do not fit falls"
    " to all.",
    leaks=("unstake pays first", "share pool overflow"),
    until=400,
)  # fmt: skip
def _fair(step: Step) -> Iterator[str]:
    if not step.accepted or step.name in ("swap_hotkey", "swap_coldkey") or wraps(step):
        return
    for hotkey, netuid in changed_pools(step):
        before, after = pool_of(step.before, hotkey, netuid), pool_of(step.after, hotkey, netuid)
        if not is_sound(before) or max(before.total_alpha, after.total_alpha) >= LARGEST_TOTAL:
            continue
        if not fits(before, after):
            continue
        holders = {*before.shares, *after.shares}
        movers = {coldkey for coldkey in holders if before.shares.get(coldkey) != after.shares.get(coldkey)}
        for coldkey in before.shares:
            if coldkey in movers:
                continue
            moved = exact_value(after, coldkey) - exact_value(before, coldkey)
            rest = REST_LEFT if moved > 0 and step.era.spec_version >= SHARES_FIRST_SINCE else 0
            if abs(moved) >= rest + rounding(before, after):
                yield f"{coldkey}'s stake on {hotkey} of subnet {netuid} changes by {float(moved)}"


def rounding(before: SharePool, after: SharePool) -> Fraction:
    """Return by how much a change of one stake may move another, less than that, but for what a rest leaves."""
    bit = max(Fraction(pool.total_alpha, pool.denominator) for pool in (before, after) if pool.denominator)
    return LAST_BIT * bit + before.denominator * VALUE_TOO_LOW


@invariant(
    "rewards fall to all alike",
    "A block raises the stakes of a hotkey's nominators by the same factor: their shares stay, and what they are worth"
    " follows the total. Nobody's shares are worth less than before, but for the rounding of what the owners deposit:"
    " where all shares become x times as many, by less than (x - 1/x) / 2 of 2^-64 for each share.",
    "SHARE-3", "DIV-7", "DIV-11",
    until=337,
)  # fmt: skip
def _alike(step: Step) -> Iterator[str]:
    if step.do != "blocks" or wraps(step):
        return
    for hotkey, netuid in changed_pools(step):
        before, after = pool_of(step.before, hotkey, netuid), pool_of(step.after, hotkey, netuid)
        receivers = {step.before.owner.get(hotkey, 0), step.before.subnet(netuid).owner}
        if not is_sound(before) or not fits(before, after) or after.total_alpha >= LARGEST_TOTAL:
            continue
        for coldkey, shares in before.shares.items():
            if coldkey not in receivers and after.shares.get(coldkey) != shares:
                yield f"a block gives shares on {hotkey} of subnet {netuid} to {coldkey}, who owns nothing there"
            lost = exact_value(before, coldkey) - exact_value(after, coldkey)
            if lost > 0 and lost >= shares * deposited(before, after):
                yield f"a block takes {float(lost)} from {coldkey} on {hotkey} of subnet {netuid}"


def deposited(before: SharePool, after: SharePool) -> Fraction:
    """Return what deposits of others may cost a holder for each raw bit of its shares, less than that, however many.

    They cost the sum of all s / D (VALUE_TOO_LOW), which is at most ln x where the denominator becomes x times as
    large; and that is at most (x - 1/x) / 2.
    """
    growth = Fraction(after.denominator, before.denominator)
    return VALUE_TOO_LOW * (growth - 1 / growth) / 2 if growth else VALUE_TOO_LOW
