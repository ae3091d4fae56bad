"""What a block gives to a subnet where TAO goes by its flow: from 338 on what ``blocks`` says before."""

from attrs import frozen

from dtao_properties.model.ranges import taken
from dtao_properties.model.storage_model import ALPHA_LEDGER, POOL_LEDGER, TAO_LEDGER, StorageModel
from dtao_spec.chapters import chain as exact

APART_SINCE, EXCESS_SINCE = 343, 342
"""The versions from which what miners and validators get waits apart, and TAO that buys alpha is issued."""
TRUNCATED = 4
"""The cut, root's part and one or two more are truncated one by one: less than this many alpha rao are nobody's."""
PLACES = {
    "owner_cut": "PendingOwnerCut", "root_alpha": "PendingRootAlphaDivs", "emission": "PendingEmission",
    "for_miners": "PendingServerEmission", "for_validators": "PendingValidatorEmission",
}  # fmt: skip
"""Where each part of an emission waits."""


@frozen
class Granted:
    """What a subnet was given, in rao."""

    received: int
    spent: int
    """What bought alpha."""


def emitted_by_flow(model: StorageModel, old: exact.Subnet, new: exact.Subnet) -> Granted:
    """Post what a block gave to one subnet."""
    netuid = old.netuid
    received, injected, created = int(new.tao_in_emission), int(new.alpha_in_emission), int(new.alpha_out_emission)
    spent = _bought(model, new)
    model.ranges[netuid] = new.ranges
    model.post("emission", received, "SubnetTAO", netuid)
    model.post("emission", injected, "SubnetAlphaIn", netuid)
    model.post("emission", created, "SubnetAlphaOut", netuid)
    for item, amount in (
        ("SubnetTaoInEmission", received),
        ("SubnetAlphaInEmission", injected),
        ("SubnetAlphaOutEmission", created),
    ):
        model.post_to("emission", amount, item, netuid)
    model.flow("injected", injected, netuid)
    model.flow("emitted", created, netuid)
    recycled = max(model.held("SubnetAlphaOut", netuid) - int(new.alpha_out), 0) if model.since(APART_SINCE) else 0
    model.post("recycled", -recycled, "SubnetAlphaOut", netuid)
    model.flow("recycled", -recycled, netuid)
    pending = new.drained if new.drained is not old.drained else new.pending
    nobodys = created - recycled
    for name, item in PLACES.items():
        amount = int(getattr(pending, name) - getattr(old.pending, name))
        model.post("pending", amount, item, netuid)
        nobodys -= amount
    is_withheld = pending.root_alpha == old.pending.root_alpha and nobodys >= TRUNCATED
    model.leak("unsold alpha" if is_withheld else "truncated increments", ALPHA_LEDGER, nobodys, netuid)
    model.write(new.flow, "SubnetTaoFlow", netuid)
    if new.average_flow is not None:
        block, average = new.average_flow
        model.write((block, int(average * 2**64)), "SubnetEmaTaoFlow", netuid)
    return Granted(received, spent)


def _bought(model: StorageModel, new: exact.Subnet) -> int:
    """Post what a block bought for a subnet, whose alpha is destroyed at once; return the rao."""
    netuid, spent = new.netuid, int(new.spent)
    if new.purchase is None and not spent:
        return 0
    paid_in, paid_out = (new.purchase.paid_in, new.purchase.paid_out) if new.purchase else (spent, spent)
    items = ("SubnetAlphaIn", "SubnetAlphaInProvided")
    before = sum(model.held(item, netuid) for item in items)
    model.post("purchase", paid_in, "SubnetTAO", netuid)
    taken(model, netuid, "alpha", paid_out)
    model.post("purchase", spent, "SubnetVolume", netuid)
    model.flow("bought by blocks", sum(model.held(item, netuid) for item in items) - before, netuid)
    model.leak("left at a limit", POOL_LEDGER, spent - paid_in, netuid)
    if not model.since(EXCESS_SINCE):
        model.leak("subsidies", TAO_LEDGER, -spent, netuid)
    return spent
