"""Values of the reference that lemmas are about, made of integers that may be terms."""

from attrs import evolve

from dtao.persistent import Map
from dtao.units import ROOT, AccountId
from dtao_properties.proofs.subjects import TOTAL_SUPPLY, Pool, SharePool, Work, era, thawed

HOLDER = AccountId(1)
"""The coldkey of a lemma about one holder."""


def pool_of(tao: int, alpha: int) -> Pool:
    """Return a pool with these reserves."""
    return Pool(tao, alpha, 0, 0, 0)


def share_pool(total: int, denominator: int, shares: int) -> SharePool:
    """Return a share pool in which one coldkey, the HOLDER, has these shares."""
    return SharePool(total, denominator, Map({HOLDER: shares}))


def emitting(tao: int, alpha_in: int, alpha_out: int, moving: int, root: int, cut: int, weight: int) -> Work:
    """Return the work on a block in which one dynamic subnet emits."""
    genesis = era("launch").genesis()
    parameters = evolve(genesis.parameters, subnet_owner_cut=cut, tao_weight=weight)
    root_pool = evolve(pool_of(root, 0), alpha_in=0)
    state = evolve(genesis, parameters=parameters, pools=genesis.pools.set(ROOT, root_pool))
    work = thawed(state, 2)
    flow = work.flows[0]
    work.flows = [flow]
    work.total_issuance = TOTAL_SUPPLY // 2
    work.total_stake = TOTAL_SUPPLY  # enough not to end at 0
    flow.mechanism, flow.closed = 1, False
    flow.tao, flow.alpha_in, flow.alpha_out, flow.moving_price = tao, alpha_in, alpha_out, moving
    flow.volume = flow.pending_emission = flow.pending_root_divs = 0
    flow.pending_alpha_swapped = flow.pending_owner_cut = 0
    return work
