"""What a block gives to a subnet where TAO goes by its flow: from 338 on what ``blocks`` says before."""

from fractions import Fraction

from attrs import frozen

from dtao_properties.model.accounts import alpha_counted
from dtao_properties.model.ranges import taken
from dtao_properties.model.storage_model import (
    ACCOUNT_LEDGER,
    ACCOUNTS_SINCE,
    ALPHA_LEDGER,
    POOL_LEDGER,
    TAO_LEDGER,
    StorageModel,
)
from dtao_properties.model.weighted import ONE_WEIGHT, WEIGHTS_SINCE
from dtao_spec.chapters import chain as exact

APART_SINCE, EXCESS_SINCE = 343, 342
"""The versions from which what miners and validators get waits apart, and TAO that buys alpha is issued."""
KEPT_SINCE = 413
"""The first version in which the protocol keeps what blocks buy."""
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
    spent = _bought(model, old, new)
    model.ranges[netuid] = new.ranges
    if model.since(WEIGHTS_SINCE):
        model.write(int(new.quote_weight * ONE_WEIGHT), "SwapBalancer", netuid)
        model.write(new.is_traded, "PalSwapInitialized", netuid)
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
    alpha_counted(model, "issued", netuid, injected)
    alpha_counted(model, "issued", netuid, created)
    recycled = max(model.held("SubnetAlphaOut", netuid) - int(new.alpha_out), 0) if model.since(APART_SINCE) else 0
    alpha_counted(model, "recycled", netuid, recycled)
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
    _average_written(model, "SubnetEmaTaoFlow", netuid, new.average_flow)
    if model.since(ACCOUNTS_SINCE):
        model.write(new.protocol_flow, "SubnetProtocolFlow", netuid)
        _average_written(model, "SubnetEmaProtocolFlow", netuid, new.average_protocol_flow)
    return Granted(received, spent)


def _average_written(model: StorageModel, item: str, netuid: int, average: tuple[int, Fraction] | None) -> None:
    if average is not None:
        model.write((average[0], int(average[1] * 2**64)), item, netuid)


def _bought(model: StorageModel, old: exact.Subnet, new: exact.Subnet) -> int:
    """Post what a block bought for a subnet, whose alpha is destroyed at once, or from 413 on kept; return the rao."""
    netuid, spent = new.netuid, int(new.spent)
    if model.since(ACCOUNTS_SINCE):
        model.post_to("purchase", 0, "SubnetExcessTao", netuid)
    if new.purchase is None and not spent:
        return 0
    paid_in, paid_out = (new.purchase.paid_in, new.purchase.paid_out) if new.purchase else (spent, spent)
    if model.since(ACCOUNTS_SINCE):
        model.post_to("purchase", paid_in, "SubnetExcessTao", netuid)
        model.leak("left at a limit", ACCOUNT_LEDGER, spent - paid_in, netuid)
    items = ("SubnetAlphaIn", "SubnetAlphaInProvided")
    before = sum(model.held(item, netuid) for item in items)
    model.post("purchase", paid_in, "SubnetTAO", netuid)
    taken(model, netuid, "alpha", paid_out)
    model.post("purchase", spent, "SubnetVolume", netuid)
    model.flow("bought by blocks", sum(model.held(item, netuid) for item in items) - before, netuid)
    kept = int(new.protocol_alpha - old.protocol_alpha)
    if model.since(KEPT_SINCE):
        model.post("purchase", kept, "SubnetProtocolAlpha", netuid)
        model.post("purchase", kept, "SubnetAlphaOut", netuid)
        model.flow("kept for the protocol", kept, netuid)
    else:
        alpha_counted(model, "recycled", netuid, paid_out)
    model.leak("left at a limit", POOL_LEDGER, spent - paid_in, netuid)
    if not model.since(EXCESS_SINCE):
        model.leak("subsidies", TAO_LEDGER, -spent, netuid)
    return spent
