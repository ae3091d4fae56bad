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
from dtao.transitions.claims import add_coldkey_index
from dtao.units import ROOT, AccountId, NetUid

Key = tuple[bytes, AccountId, NetUid]
"""An entry of ``Alpha``: the bytes by which the runtime orders it, its coldkey and its netuid."""
NETUID_BYTES = 2
NO_SUBNET = Subnet()
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
        self.known: dict[NetUid, Subnet] = {}
        self.batches: dict[bytes | None, tuple[list[AccountId], bytes | None]] = {}

    def of(self, subnets: Map[NetUid, Subnet]) -> list[Key]:
        """Return the keys of the stake on all subnets."""
        if subnets is not self.subnets:
            self._compare(subnets)
        return self.ordered

    def batch(self, subnets: Map[NetUid, Subnet], last: bytes | None) -> tuple[list[AccountId], bytes | None]:
        """Return the stakers of root among the next 30 keys of the stake on all subnets, and the last of these keys.

        None where there are not so many, so that it is the first ones' turn.
        """
        ordered, found = self.of(subnets), self.batches.get(last)
        if found is None:
            start = 0 if last is None else bisect_right(ordered, last, key=lambda key: key[0])
            keys = ordered[start : start + ALPHA_MAP_BATCH]
            stakers = [coldkey for _, coldkey, netuid in keys if netuid == ROOT]
            found = self.batches[last] = stakers, keys[-1][0] if len(keys) == ALPHA_MAP_BATCH else None
        return found

    def _compare(self, subnets: Map[NetUid, Subnet]) -> None:
        gone: set[Key] = set()
        new: list[Key] = []
        known = self.known
        for netuid, subnet in [(one, subnet) for one, subnet in subnets.items() if known.get(one) is not subnet]:
            self._compare_pools(netuid, known.get(netuid, NO_SUBNET).share_pools, subnet.share_pools, gone, new)
            known[netuid] = subnet
        for netuid in known.keys() - {*subnets} if len(known) > len(subnets) else ():
            self._compare_pools(netuid, known.pop(netuid).share_pools, NO_SUBNET.share_pools, gone, new)
        if len(gone) + len(new) > FEW:
            self.ordered = sorted([*(key for key in self.ordered if key not in gone), *new])
        else:
            for key in gone:
                del self.ordered[bisect_left(self.ordered, key)]
            for key in new:
                insort(self.ordered, key)
        if gone or new:
            self.batches.clear()
        self.subnets = subnets

    def _compare_pools(
        self,
        netuid: NetUid,
        before: Map[AccountId, SharePool],
        after: Map[AccountId, SharePool],
        gone: set[Key],
        new: list[Key],
    ) -> None:
        if before is after:
            return
        shares_of = self.shares_of
        for hotkey, pool in after.items():
            if (other := before.get(hotkey, NO_SHARE_POOL)) is pool:
                continue
            known, held = shares_of(other), shares_of(pool)
            if known is not held:
                new.extend(key_of(hotkey, coldkey, netuid) for coldkey in held if coldkey not in known)
                gone.update(key_of(hotkey, coldkey, netuid) for coldkey in known if coldkey not in held)
        for hotkey, pool in before.items():
            if hotkey not in after:
                gone.update(key_of(hotkey, coldkey, netuid) for coldkey in shares_of(pool))


_keys = AlphaKeys(attrgetter("shares"))
_float_keys = AlphaKeys(attrgetter("float_shares"))


@implements("CLAIM-8")
def index_next_root_stakers(state: State) -> State:
    """Return the state after a block's search: stakers of root among the next 30 entries of stake have an index.

    The search goes on in the next block, and starts anew once it came to the end. Mirrors
    ``populate_root_coldkey_staking_maps``.
    """
    stakers, goes_on = _keys.batch(state.subnets, state.alpha_map_last_key)
    state = _index(state, stakers)
    return state if goes_on == state.alpha_map_last_key else evolve(state, alpha_map_last_key=goes_on)


@implements("CLAIM-8")
def index_next_root_stakers_of_both_kinds(state: State) -> State:
    """Return the state after two such searches: among the shares as they were stored before 401, then the others.

    Mirrors ``populate_root_coldkey_staking_maps`` and ``populate_root_coldkey_staking_maps_v2``.
    """
    state = index_next_root_stakers(state)
    stakers, goes_on = _float_keys.batch(state.subnets, state.float_alpha_map_last_key)
    state = _index(state, stakers)
    return state if goes_on == state.float_alpha_map_last_key else evolve(state, float_alpha_map_last_key=goes_on)


def _index(state: State, stakers: list[AccountId]) -> State:
    for coldkey in stakers:
        state = add_coldkey_index(state, coldkey)
    return state


def index_root_stakers(context: BlockContext) -> None:
    """Give stakers of root an index, as far as the block's search finds them."""
    context.state = index_next_root_stakers(context.state)


def index_root_stakers_of_both_kinds(context: BlockContext) -> None:
    """Give stakers of root an index, as far as the block's two searches find them."""
    context.state = index_next_root_stakers_of_both_kinds(context.state)
