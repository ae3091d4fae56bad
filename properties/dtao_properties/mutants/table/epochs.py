"""The epoch: stake, weights, consensus, incentives."""

from typing import Any

from attrs import evolve

from dtao import vector
from dtao.outcome import Rejection
from dtao.records import NO_SHARE_POOL
from dtao.rules.stake_weight import kept, lent
from dtao.state import State
from dtao.units import ROOT, U16_MAX, U64_MAX, AccountId, NetUid, Uid
from dtao_properties.mutants.mutant import Mutant, Patched, Replaced, Right
from dtao_properties.mutants.wrong import unchecked


def _cut_off(right: Right, x: Any) -> Any:
    is_scaled_at_once = x and min(x) >= 0 and 0 < max(x) <= vector.UPSCALE_THRESHOLD
    return [bits * U16_MAX // max(x) for bits in x] if is_scaled_at_once else right(x)


def _shares_rounded_up(right: Right, matrix: Any) -> Any:
    found: list[Any] = []
    for row in matrix:
        total = sum(element for _, element in row)
        is_of_parts = total > 0 and min(element for _, element in row) >= 0
        found += [[(column, -((-element << 32) // total)) for column, element in row]] if is_of_parts else right([row])
    return found


def _half_to_validators(right: Right, incentive: Any, *given: Any) -> Any:
    shares = right(incentive, *given)
    paid = not any(incentive) and any(given[0])
    return evolve(shares, validator=[share >> 1 for share in shares.validator]) if paid else shares


def _stake_on(state: State, hotkey: AccountId, netuid: NetUid) -> int:
    return int(state.subnet(netuid).share_pools.get(hotkey, NO_SHARE_POOL).total_alpha)


def _ranks_before_clipping(right: Right, form: Any, weights: Any, active_stake: Any, kappa: int) -> Any:
    agreed, clipped = right(form, weights, active_stake, kappa)
    ranks = form.matmul(weights, active_stake, len(active_stake))
    return evolve(agreed, trust=vector.vecdiv(ranks, ranks), incentive=vector.normalize(ranks)), clipped


def _trust_before_clipping(right: Right, form: Any, weights: Any, *given: Any) -> Any:
    agreed, clipped = right(form, weights, *given)
    return evolve(agreed, validator_trust=form.row_sum(weights)), clipped


def _alone_on_anyone(right: Right, subnet: Any, uid: Uid, dests: Any, weights: Any, *given: Any) -> Any:
    is_alone = len(weights) == 1 and Uid(dests[0]) in subnet.neurons.keys
    return right(subnet, uid, (uid,) if is_alone else dests, weights, *given)


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
    Replaced(
        "EPOCH-3", "transitions.epoch.inherited_tao", "the TAO that counts is that of the hotkey alone",
        lambda right, state, hotkey, netuid: _stake_on(state, hotkey, ROOT),
        after="P29", seen_by="transitions.epoch._inherited_by_uid",
    ),
    Replaced(
        "EPOCH-4", "sparse.row_normalize_sparse", "shares are rounded up",
        _shares_rounded_up,
    ),
    Replaced(
        "EPOCH-4", "fixed.total", "the sum leaves out the last element",
        lambda right, fixed_point, x: right(fixed_point, x[:-1]), seen_by="vector.normalize_64",
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
    Replaced(
        "EPOCH-7", "vector.vec_max_upscale_to_u16", "the elements are cut off instead of rounded",
        _cut_off,
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
        because="It is a branch of a loop.",
    ),
    Replaced(
        "EPOCH-9", "sparse.matmul_sparse", "products are rounded up",
        lambda right, matrix, weights, columns: [-sum_ for sum_ in right(matrix, [-one for one in weights], columns)],
    ),
    Replaced(
        "EPOCH-9", "dense.matmul_transpose", "the first column is left out",
        lambda right, matrix, weights: right([[0, *row[1:]] for row in matrix], weights),
    ),
    Replaced(
        "EPOCH-10", "sparse.col_clip_sparse", "an element above a threshold of 0 is kept as 0",
        lambda right, matrix, thresholds: [
            [(column, min(element, thresholds[column])) for column, element in row] for row in matrix
        ],
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
    Replaced(
        "EPOCH-11", "rules.matrices.sparse_weights", "the owner's weight on itself counts",
        lambda right, rows, forbidden, updates, registered, owner=None: right(rows, forbidden, updates, registered, 0),
        after="N31",
    ),
    Replaced(
        "EPOCH-12", "rules.consensus.normalized_stake", "the stake is cut to 32 bits before it is divided",
        lambda right, weights: vector.normalize([min(weight >> 32, 2**60) for weight in weights]),
    ),
    Replaced(
        "EPOCH-14", "rules.consensus.normalized_active_stake", "stake without a permit counts",
        lambda right, stake, active, permits: right(stake, active, [True] * len(permits)),
    ),
    Replaced(
        "EPOCH-15", "rules.consensus.agreement", "ranks follow the weights before clipping",
        _ranks_before_clipping,
    ),
    Replaced(
        "EPOCH-15", "rules.consensus.agreement", "the trust of a validator counts what was clipped away",
        _trust_before_clipping,
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
    Replaced(
        "EPOCH-18", "entries.with_element", "setting weights does not count as an update",
        lambda right, elements, index, value: elements, seen_by="calls.weights.SetWeights.apply",
    ),
    Replaced(
        "EPOCH-18", "outcome.require", "any version key passes",
        unchecked(Rejection.INCORRECT_WEIGHT_VERSION_KEY), seen_by="calls.weights.SetWeights.apply",
    ),
    Replaced(
        "EPOCH-19", "transitions.epoch.inherited_alpha", "the stake that counts is that of the hotkey alone",
        lambda right, state, hotkey, netuid: _stake_on(state, hotkey, netuid),
        after="P29", unrecorded="In no recording does a parent's stake decide whether weights may be set.",
        seen_by="calls.weights.has_stake_to_set_weights",
    ),
    Replaced(
        "EPOCH-20", "calls.weights.passes_weights_rate_limit", "the limit does not hold in the block of registration",
        lambda right, subnet, uid, block, updates: right(
            subnet, uid, block, [update - 1 for update in updates]
        ),
    ),
    Replaced(
        "EPOCH-21", "calls.weights.validated_weights", "a single weight on anyone needs no permit",
        _alone_on_anyone,
    ),
    Patched(
        "EPOCH-21", "calls.weights.validated_weights", "the limit is checked before the weights are scaled",
        "vector.check_vec_max_limited(scaled, limit)", "vector.check_vec_max_limited(weights[:1], limit)",
        because="The check of the limit is not told the weights before they are scaled.",
    ),
)  # fmt: skip
