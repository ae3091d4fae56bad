"""Values of the reference that lemmas are about, made of integers that may be terms."""

from attrs import evolve

from dtao.persistent import Map
from dtao.state import BlockContext
from dtao.units import ROOT, AccountId
from dtao_properties.proofs.subjects import TOTAL_SUPPLY, Pool, SharePool, era, unpack

HOLDER = AccountId(1)
"""The coldkey of a lemma about one holder."""


def pool_of(tao: int, alpha: int) -> Pool:
    """Return a pool with these reserves."""
    return Pool(tao, alpha, 0, 0, 0)


def share_pool(total: int, denominator: int, shares: int) -> SharePool:
    """Return a share pool in which one coldkey, the HOLDER, has these shares."""
    return SharePool(total, denominator, Map({HOLDER: shares}))


def emitting(tao: int, alpha_in: int, alpha_out: int, moving: int, root: int, cut: int, weight: int) -> BlockContext:
    """Return the work on a block in which one dynamic subnet emits."""
    genesis = era("launch").genesis()
    parameters = evolve(genesis.parameters, subnet_owner_cut=cut, tao_weight=weight)
    root_pool = evolve(pool_of(root, 0), alpha_in=0)
    state = evolve(genesis, parameters=parameters, pools=genesis.pools.set(ROOT, root_pool))
    context = unpack(state, 2)
    subnet = context.subnets[0]
    context.subnets = [subnet]
    context.total_issuance = TOTAL_SUPPLY // 2
    context.total_stake = TOTAL_SUPPLY  # enough not to end at 0
    subnet.mechanism, subnet.is_registration_disabled = 1, False
    subnet.tao, subnet.alpha_in, subnet.alpha_out, subnet.moving_price = tao, alpha_in, alpha_out, moving
    subnet.volume = subnet.pending_emission = subnet.pending_root_divs = 0
    subnet.pending_alpha_swapped = subnet.pending_owner_cut = 0
    return context
