"""How much alpha of a subnet was issued and given up, which is counted from 411 on."""

from dtao.evolving import evolve
from dtao.records import NO_ALPHA_ASSETS, AlphaAssets
from dtao.rule import implements
from dtao.state import State
from dtao.units import U64_MAX, Alpha, NetUid


def uncounted(state: State, netuid: NetUid, amount: int) -> State:
    """Return the state as it is."""
    return state


def assets_of(state: State, netuid: NetUid) -> AlphaAssets:
    """Return what was counted of the alpha of a netuid."""
    return state.alpha_assets.get(netuid, NO_ALPHA_ASSETS)


@implements("STATE-19")
def minted(state: State, netuid: NetUid, amount: int) -> State:
    """Return the state in which alpha counts as issued. Mirrors ``mint_alpha``."""
    if amount == 0:
        return state
    counts = assets_of(state, netuid)
    counts = evolve(counts, issued=Alpha(min(counts.issued + amount, U64_MAX)))
    return evolve(state, alpha_assets=state.alpha_assets.set(netuid, counts))


@implements("STATE-19")
def burned(state: State, netuid: NetUid, amount: int) -> State:
    """Return the state in which alpha counts as burned; it is still issued. Mirrors ``burn_alpha``."""
    if amount == 0:
        return state
    counts = assets_of(state, netuid)
    counts = evolve(counts, burned=Alpha(min(counts.burned + amount, U64_MAX)))
    return evolve(state, alpha_assets=state.alpha_assets.set(netuid, counts))


@implements("STATE-19")
def recycled(state: State, netuid: NetUid, amount: int) -> State:
    """Return the state in which alpha counts as recycled, and is issued no more. Mirrors ``recycle_alpha``."""
    if amount == 0:
        return state
    counts = assets_of(state, netuid)
    counts = evolve(
        counts,
        issued=Alpha(max(counts.issued - amount, 0)),
        recycled=Alpha(min(counts.recycled + amount, U64_MAX)),
    )
    return evolve(state, alpha_assets=state.alpha_assets.set(netuid, counts))
