"""Calls about what stakers of root may claim."""

from dtao.codec import KEEP_SUBNETS
from dtao.params import (
    MAX_NUM_ROOT_CLAIMS,
    MAX_ROOT_CLAIM_THRESHOLD,
    MAX_SUBNET_CLAIMS,
    MIN_ROOT_CLAIM,
    NUM_ROOT_CLAIMS,
)
from dtao.rules.claims import KEEP, SWAP
from dtao.units import U64_MAX, NetUid
from dtao_properties.fuzz.context import Context
from dtao_properties.fuzz.makers import Made

BY_SUBNET = 361
"""The first version in which the alpha of some subnets may be kept."""


def claim_root(context: Context) -> Made:
    """Claim the alpha of some subnets."""
    state, choices, limit = context.state, context.choices, context.limit
    if limit is not None and limit.coldkey is not None and limit.netuid is not None:
        return limit.coldkey, {"subnets": [limit.netuid]}
    # beginning with those whose hotkeys have earned something for them on subnets, because few have
    earned = {
        coldkey: sorted({netuid for hotkey in hotkeys for netuid, _ in state.root_claimable.get(hotkey, ())})
        for coldkey, hotkeys in sorted(state.staking_hotkeys.items())
    }
    claimants = [coldkey for coldkey, netuids in earned.items() if netuids]
    coldkey = choices.pick(claimants) if claimants and not context.boundary() else context.payer()
    netuids = [int(netuid) for netuid in earned.get(coldkey) or context.networks or [NetUid(1)]]
    if context.boundary(48):
        return coldkey, {"subnets": choices.pick(([], [*range(MAX_SUBNET_CLAIMS + 1)], [netuids[0]] * 6, [7, 65_535]))}
    start, count = choices.below(len(netuids)), 1 + choices.below(MAX_SUBNET_CLAIMS)
    return coldkey, {"subnets": [*netuids[start:], *netuids[:start]][:count]}


def set_root_claim_type(context: Context) -> Made:
    """Choose what becomes of claims; from 361 on of those on each subnet."""
    choices = context.choices
    chosen: object = choices.pick((KEEP, SWAP))
    if context.state.runtime.spec_version >= BY_SUBNET and choices.chance(96):
        netuids = [int(netuid) for netuid in context.networks] or [1]
        chosen = {KEEP_SUBNETS: choices.pick(([choices.pick(netuids)], netuids, [7, 65_535], []))}
    return context.payer(), {"new_root_claim_type": chosen}


def sudo_set_num_root_claims(context: Context) -> Made:
    """Set how many claims a block makes."""
    least_refused = MAX_NUM_ROOT_CLAIMS + 1
    number = context.choices.pick((NUM_ROOT_CLAIMS, MAX_NUM_ROOT_CLAIMS, 1, 0))
    if context.boundary(48):
        number = context.choices.pick((least_refused, U64_MAX))
    return context.payer() if context.boundary() else None, {"new_value": str(number)}


def sudo_set_root_claim_threshold(context: Context) -> Made:
    """Set the least claim of a subnet."""
    netuid, choices = context.netuid(), context.choices
    threshold = choices.pick((MIN_ROOT_CLAIM, 0, 1, MAX_ROOT_CLAIM_THRESHOLD))
    if context.boundary(48):
        threshold = choices.pick((MAX_ROOT_CLAIM_THRESHOLD + 1, U64_MAX))
    owner = context.state.subnet(netuid).owner if choices.chance(128) else None
    return 8 if context.boundary() else owner, {"netuid": netuid, "new_value": str(threshold)}
