"""The search for stakers of root that have no index yet: a walk over all stake in the order of its hashed keys."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable
from operator import attrgetter
from typing import Any

from dtao.evolving import evolve
from dtao.params import ALPHA_MAP_BATCH
from dtao.persistent import Map
from dtao.records import NO_SHARE_POOL, SharePool, Subnet
from dtao.rule import implements
from dtao.state import BlockContext, State
from dtao.transitions.children import hashed
from dtao.transitions.claims import coldkey_indexed
from dtao.units import ROOT, AccountId, NetUid

Key = tuple[bytes, AccountId, NetUid]
"""An entry of ``Alpha``: the bytes by which the runtime orders it, its coldkey and its netuid."""
NETUID_BYTES = 2
FEW = 32
"""So many keys are put into their places one by one; more are sorted with the others."""


def key_of(hotkey: AccountId, coldkey: AccountId, netuid: NetUid) -> Key:
    """Return the key of an entry of ``Alpha``."""
    return hashed(hotkey) + hashed(coldkey) + netuid.to_bytes(NETUID_BYTES, "little"), coldkey, netuid


class AlphaKeys:
    """The keys of all entries of ``Alpha`` of the state that was asked for last, in the runtime's order.

    Another state is compared with that one, so what did not change between them costs nothing.
    """

    def __init__(self, shares: Callable[[SharePool], Map[AccountId, Any]]) -> None:
        self.shares_of = shares
        self.ordered: list[Key] = []
        self.subnets: Map[NetUid, Subnet] = Map()
        self.share_pools: dict[NetUid, Map[AccountId, SharePool]] = {}

    def of(self, subnets: Map[NetUid, Subnet]) -> list[Key]:
        """Return the keys of the stake on all subnets."""
        if subnets is not self.subnets:
            self._compare(subnets)
        return self.ordered

    def _compare(self, subnets: Map[NetUid, Subnet]) -> None:
        none: Map[AccountId, SharePool] = Map()
        gone: set[Key] = set()
        new: list[Key] = []
        known = self.share_pools
        now = {netuid: subnet.share_pools for netuid, subnet in subnets.items()}
        changed = [netuid for netuid, pools in now.items() if known.get(netuid) is not pools]
        for netuid in [*changed, *(known.keys() - now.keys())]:
            self._compare_pools(netuid, known.get(netuid, none), now.get(netuid, none), gone, new)
        if len(gone) + len(new) > FEW:
            self.ordered = sorted([*(key for key in self.ordered if key not in gone), *new])
        else:
            for key in gone:
                del self.ordered[bisect_left(self.ordered, key)]
            for key in new:
                insort(self.ordered, key)
        self.subnets, self.share_pools = subnets, now

    def _compare_pools(
        self,
        netuid: NetUid,
        before: Map[AccountId, SharePool],
        after: Map[AccountId, SharePool],
        gone: set[Key],
        new: list[Key],
    ) -> None:
        shares_of = self.shares_of
        for hotkey, pool in after.items():
            known, held = shares_of(before.get(hotkey, NO_SHARE_POOL)), shares_of(pool)
            if known is not held:
                new.extend(key_of(hotkey, coldkey, netuid) for coldkey in held if coldkey not in known)
                gone.update(key_of(hotkey, coldkey, netuid) for coldkey in known if coldkey not in held)
        for hotkey, pool in before.items():
            if hotkey not in after:
                gone.update(key_of(hotkey, coldkey, netuid) for coldkey in shares_of(pool))


_keys = AlphaKeys(attrgetter("shares"))
_float_keys = AlphaKeys(attrgetter("float_shares"))


@implements("CLAIM-8")
def root_stakers_indexed(state: State) -> State:
    """Return the state after a block's search: stakers of root among the next 30 entries of stake have an index.

    The search goes on in the next block, and starts anew once it came to the end. Mirrors
    ``populate_root_coldkey_staking_maps``.
    """
    state, goes_on = _searched(state, _keys.of(state.subnets), state.alpha_map_last_key)
    return state if goes_on == state.alpha_map_last_key else evolve(state, alpha_map_last_key=goes_on)


@implements("CLAIM-8")
def root_stakers_of_both_kinds_indexed(state: State) -> State:
    """Return the state after two such searches: among the shares as they were stored before 401, then the others.

    Mirrors ``populate_root_coldkey_staking_maps`` and ``populate_root_coldkey_staking_maps_v2``.
    """
    state = root_stakers_indexed(state)
    state, goes_on = _searched(state, _float_keys.of(state.subnets), state.float_alpha_map_last_key)
    return state if goes_on == state.float_alpha_map_last_key else evolve(state, float_alpha_map_last_key=goes_on)


def _searched(state: State, keys: list[Key], last: bytes | None) -> tuple[State, bytes | None]:
    """Return the state after a search from a key on, and the key from which the next one goes on."""
    start = 0 if last is None else bisect_right(keys, last, key=lambda key: key[0])
    batch = keys[start : start + ALPHA_MAP_BATCH]
    for _, coldkey, netuid in batch:
        if netuid == ROOT:
            state = coldkey_indexed(state, coldkey)
    return state, batch[-1][0] if len(batch) == ALPHA_MAP_BATCH else None


def index_root_stakers(context: BlockContext) -> None:
    """Give stakers of root an index, as far as the block's search finds them."""
    context.state = root_stakers_indexed(context.state)


def index_root_stakers_of_both_kinds(context: BlockContext) -> None:
    """Give stakers of root an index, as far as the block's two searches find them."""
    context.state = root_stakers_of_both_kinds_indexed(context.state)
