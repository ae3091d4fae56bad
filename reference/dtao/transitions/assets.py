"""How much alpha of a subnet was issued and given up, which is counted from 411 on."""

from collections.abc import Mapping

from dtao.evolving import copier, evolve
from dtao.records import NO_ALPHA_ASSETS, AlphaAssets
from dtao.rule import implements
from dtao.state import State
from dtao.units import U64_MAX, Alpha, NetUid

_with_issued = copier(AlphaAssets, "issued")


def uncounted(state: State, netuid: NetUid, amount: int) -> State:
    """Return the state as it is."""
    return state


def assets_of(state: State, netuid: NetUid) -> AlphaAssets:
    """Return what was counted of the alpha of a netuid."""
    return state.alpha_assets.get(netuid, NO_ALPHA_ASSETS)


@implements("STATE-19")
def minted(state: State, amounts: Mapping[NetUid, int]) -> State:
    """Return the state in which alpha of subnets counts as issued, so much of each. Mirrors ``mint_alpha``."""
    counts = {}
    for netuid, amount in amounts.items():
        if amount:
            before = assets_of(state, netuid)
            counts[netuid] = _with_issued(before, _count(before.issued + amount))
    return evolve(state, alpha_assets=state.alpha_assets.update(counts)) if counts else state


@implements("STATE-19")
def burned(state: State, netuid: NetUid, amount: int) -> State:
    """Return the state in which alpha counts as burned; it is still issued. Mirrors ``burn_alpha``."""
    return _counted(state, netuid, burned=amount)


@implements("STATE-19")
def recycled(state: State, netuid: NetUid, amount: int) -> State:
    """Return the state in which alpha counts as recycled, and is issued no more. Mirrors ``recycle_alpha``."""
    return _counted(state, netuid, issued=-amount, recycled=amount)


def _counted(state: State, netuid: NetUid, issued: int = 0, burned: int = 0, recycled: int = 0) -> State:
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
