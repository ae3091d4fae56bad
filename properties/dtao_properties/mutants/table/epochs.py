"""The epoch: stake, weights, consensus, incentives."""

from typing import Any

from attrs import evolve

from dtao import vector
from dtao.rules.stake_weight import kept, lent
from dtao.units import U64_MAX
from dtao_properties.mutants.mutant import Mutant, Patched, Replaced, Right


def _half_to_validators(right: Right, incentive: Any, *given: Any) -> Any:
    shares = right(incentive, *given)
    paid = not any(incentive) and any(given[0])
    return evolve(shares, validator=[share >> 1 for share in shares.validator]) if paid else shares


MUTANTS: tuple[Mutant, ...] = (
    Replaced(
        "EPOCH-1", "rules.stake_weight.inherited_stake", "what the children have is cut off at 0 first",
        lambda right, stake, children, parents: min(max(kept(stake, children), 0) + lent(parents) >> 32, U64_MAX),
        after="L21",
        unrecorded="It takes children with more than the whole, which no call can give; no recording writes them "
        "together with parents.",
    ),
    Replaced(
        "EPOCH-1", "rules.stake_weight.kept", "children take nothing away",
        lambda right, stake, children: right(stake, ()),
    ),
    Replaced(
        "EPOCH-2", "rules.stake_weight.stake_weight", "the weight is not applied to the TAO",
        lambda right, alpha, tao, weight: right(alpha, tao, 1 << 32),
    ),
    Patched(
        "EPOCH-3", "transitions.epoch._inherited_by_uid", "the TAO that counts is that of the hotkey alone",
        "inherited_tao(state, hotkey, netuid)", "_total(state.subnet(ROOT), hotkey)", after="P29",
    ),
    Patched(
        "EPOCH-4", "sparse.row_normalize_sparse", "shares are rounded up",
        "(element << 32) // row_sum)", "-((-element << 32) // row_sum))",
    ),
    Patched(
        "EPOCH-4", "vector.normalize_64", "the sum leaves out the last element",
        "fixed.total(I64F64, x)", "fixed.total(I64F64, x[:-1])",
    ),
    Replaced(
        "EPOCH-5", "vector.is_topk", "of equal stakes the lower uid goes first",
        lambda right, x, k: [*reversed(right([*reversed(x)], k))],
    ),
    Replaced(
        "EPOCH-5", "rules.consensus.permitted_validators", "one permit too many",
        lambda right, stake, most: right(stake, most + 1),
    ),
    Replaced(
        "EPOCH-6", "vector.u16_proportion_to_fixed", "the proportion is a part of 65,536",
        lambda right, proportion: (proportion << 32) // 65_536,
    ),
    Patched(
        "EPOCH-7", "vector.vec_max_upscale_to_u16", "the elements are cut off instead of rounded",
        "// maximum + (ONE >> 1)) >> 32", "// maximum) >> 32",
    ),
    Replaced(
        "EPOCH-8", "vector.weighted_median", "the median may have the minority up to it",
        lambda right, stake, score, minority, total: right(stake, score, minority - 1, total),
    ),
    Patched(
        "EPOCH-8", "vector.weighted_median_by_partition", "the search goes to the wrong side",
        "remaining, high = lower, below", "remaining, high = lower, through",
        unrecorded="The block sorts instead. Repeated partition is for stakes beyond the ordinary, which no "
        "recording has.",
    ),
    Patched(
        "EPOCH-9", "sparse.matmul_sparse", "products are rounded up",
        "weight * element >> 32", "-(-weight * element >> 32)",
    ),
    Patched(
        "EPOCH-9", "dense.matmul_transpose", "the first column is left out",
        "sum_so_far = 0\n", "sum_so_far = -fixed.saturating_mul(I32F32, row[0], weights[0])\n",
    ),
    Patched(
        "EPOCH-10", "sparse.col_clip_sparse", "an element above a threshold of 0 is kept as 0",
        "elif threshold > 0:", "else:",
    ),
    Replaced(
        "EPOCH-10", "dense.col_clip", "clipping is to the larger",
        lambda right, matrix, thresholds: [
            [max(pair) for pair in zip(row, thresholds, strict=True)] for row in matrix
        ],
    ),
    Replaced(
        "EPOCH-11", "rules.matrices.sparse_weights", "weights set in the block of a registration count",
        lambda right, rows, forbidden, updates, *given: right(rows, forbidden, [one + 1 for one in updates], *given),
        after="L18",
    ),
    Patched(
        "EPOCH-11", "rules.matrices.sparse_weights", "the owner's weight on itself counts",
        "n if setter == owner else setter", "n if setter in (owner, 0) else setter", after="N31",
    ),
    Replaced(
        "EPOCH-12", "rules.consensus.normalized_stake", "the stake is cut to 32 bits before it is divided",
        lambda right, weights: vector.normalize([min(weight >> 32, 2**60) for weight in weights]),
    ),
    Patched(
        "EPOCH-13", "rules.consensus.active_neurons", "a neuron is inactive a block earlier",
        "updated + activity_cutoff >= block_number", "updated + activity_cutoff > block_number",
    ),
    Replaced(
        "EPOCH-14", "rules.consensus.normalized_active_stake", "stake without a permit counts",
        lambda right, stake, active, permits: right(stake, active, [True] * len(permits)),
    ),
    Patched(
        "EPOCH-15", "rules.consensus.agreement", "ranks follow the weights before clipping",
        "ranks = form.matmul(clipped_weights,", "ranks = form.matmul(weights,",
    ),
    Patched(
        "EPOCH-15", "rules.consensus.agreement", "the trust of a validator counts what was clipped away",
        "form.row_sum(clipped_weights)", "form.row_sum(weights)",
    ),
    Replaced(
        "EPOCH-16", "rules.epoch.emission_shares", "half goes to validators also if nobody earned an incentive",
        _half_to_validators, after="L16",
        unrecorded="No recording has dividends without incentives: both follow the same weights.",
    ),
    Replaced(
        "EPOCH-16", "rules.epoch.emission_shares", "without any active stake nobody is paid",
        lambda right, miners, validators, stake, active: right(miners, validators, active, active),
    ),
    Replaced(
        "EPOCH-17", "rules.epoch.parts_of", "parts are rounded to the nearest",
        lambda right, emission, shares: tuple(
            min(max(share * emission + (1 << 31) >> 32, 0), U64_MAX) for share in shares
        ),
    ),
    Patched(
        "EPOCH-18", "calls.weights.SetWeights.apply", "setting weights does not count as an update",
        "last_update=with_element(neurons.last_update, uid, state.block_number),", "last_update=neurons.last_update,",
    ),
    Patched(
        "EPOCH-18", "calls.weights.SetWeights.apply", "any version key passes",
        "self.version_key >= version_key", "self.version_key >= 0",
    ),
    Patched(
        "EPOCH-19", "calls.weights.has_stake_to_set_weights", "a threshold of 2**63 is one",
        "threshold > I64F64.max_bits or ", "",
        unrecorded="No recording has such a threshold.",
    ),
    Patched(
        "EPOCH-19", "calls.weights.has_stake_to_set_weights", "the stake that counts is that of the hotkey alone",
        "inherited_alpha(state, hotkey, netuid), inherited_tao",
        "state.subnet(netuid).share_pools[hotkey].total_alpha if hotkey in state.subnet(netuid).share_pools else "
        "0, inherited_tao",
        after="P29",
        unrecorded="In no recording does a parent's stake decide whether weights may be set.",
    ),
    Patched(
        "EPOCH-20", "calls.weights.passes_weights_rate_limit", "the limit does not hold in the block of registration",
        "last_update = updates[uid] if", "last_update = updates[uid] - 1 if",
    ),
    Patched(
        "EPOCH-21", "calls.weights.validated_weights", "a single weight on anyone needs no permit",
        "len(weights) == 1 and dests[0] == uid", "len(weights) == 1",
    ),
    Patched(
        "EPOCH-21", "calls.weights.validated_weights", "the limit is checked before the weights are scaled",
        "vector.check_vec_max_limited(scaled, limit)", "vector.check_vec_max_limited(weights[:1], limit)",
    ),
)  # fmt: skip
