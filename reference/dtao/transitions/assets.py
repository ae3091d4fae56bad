"""How much alpha of a subnet was issued and given up, which is counted from 411 on."""

from collections.abc import Iterable

from dtao.accumulator import SubnetAccumulator
from dtao.evolving import copier, evolve
from dtao.records import NO_ALPHA_ASSETS, AlphaAssets
from dtao.rule import implements
from dtao.state import State
from dtao.units import U64_MAX, Alpha, NetUid

_with_counts = copier(AlphaAssets, "issued", "recycled")
_with_assets = copier(State, "alpha_assets")


def count_nothing(state: State, netuid: NetUid, amount: int) -> State:
    """Return the state as it is."""
    return state


def assets_of(state: State, netuid: NetUid) -> AlphaAssets:
    """Return what was counted of the alpha of a netuid."""
    return state.alpha_assets.get(netuid, NO_ALPHA_ASSETS)


def count_nothing_in_block(subnet: SubnetAccumulator, amount: int) -> None:
    """Count nothing."""


@implements("STATE-19")
def mint(subnet: SubnetAccumulator, amount: int) -> None:
    """Count alpha that a block emits as issued. Mirrors ``mint_alpha``."""
    issued = subnet.alpha_issued + amount
    subnet.alpha_issued = issued if issued < U64_MAX else U64_MAX


@implements("STATE-19")
def recycle_in_block(subnet: SubnetAccumulator, amount: int) -> None:
    """Count alpha as :func:`recycle` while a block is computed."""
    subnet.alpha_issued = less if (less := subnet.alpha_issued - amount) > 0 else 0
    recycled = subnet.alpha_recycled + amount
    subnet.alpha_recycled = recycled if recycled < U64_MAX else U64_MAX


def pack(state: State, subnets: Iterable[SubnetAccumulator]) -> State:
    """Return the state with what blocks counted of the alpha of subnets."""
    if state.runtime.assets.recycle_in_block is count_nothing_in_block:
        return state
    counts = {}
    for subnet in subnets:
        before = assets_of(state, subnet.netuid)
        if (before.issued, before.recycled) != (subnet.alpha_issued, subnet.alpha_recycled):
            counts[subnet.netuid] = _with_counts(before, subnet.alpha_issued, subnet.alpha_recycled)
    return _with_assets(state, state.alpha_assets.update(counts)) if counts else state


def unpack(state: State, subnet: SubnetAccumulator) -> None:
    """Go on from what was counted of the alpha of a subnet."""
    assets = assets_of(state, subnet.netuid)
    subnet.alpha_issued, subnet.alpha_recycled = assets.issued, assets.recycled


@implements("STATE-19")
def burn(state: State, netuid: NetUid, amount: int) -> State:
    """Return the state in which alpha counts as burned; it is still issued. Mirrors ``burn_alpha``."""
    return _add_to_counts(state, netuid, burned=amount)


@implements("STATE-19")
def recycle(state: State, netuid: NetUid, amount: int) -> State:
    """Return the state in which alpha counts as recycled, and is issued no more. Mirrors ``recycle_alpha``."""
    return _add_to_counts(state, netuid, issued=-amount, recycled=amount)


def _add_to_counts(state: State, netuid: NetUid, issued: int = 0, burned: int = 0, recycled: int = 0) -> State:
    """Return the state in which each count has grown so much, within a u64; nothing is stored of no alpha."""
    if not (issued or burned or recycled):
        return state
    counts = assets_of(state, netuid)
    counts = AlphaAssets(
        issued=_count(counts.issued + issued),
        burned=_count(counts.burned + burned),
        recycled=_count(counts.recycled + recycled),
    )
    return evolve(state, alpha_assets=state.alpha_assets.set(netuid, counts))


def _count(amount: int) -> Alpha:
    return Alpha(max(min(amount, U64_MAX), 0))
