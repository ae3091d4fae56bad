"""What the calls of stakers of root do, and those that set how claims are made."""

from dtao_properties.model.calls.effects import effect_of
from dtao_properties.model.claims import ONE_RATE, claimed, indexed
from dtao_properties.model.storage_model import StorageModel


@effect_of("claim_root")
def claim_root(model: StorageModel) -> None:
    """Claim what the signer is owed of some subnets."""
    indexed(model, model.signer)
    claimed(model, model.signer, {int(netuid) for netuid in model.step.args["subnets"]})
    model.emit("RootClaimed", model.signer)


@effect_of("set_root_claim_type")
def set_root_claim_type(model: StorageModel) -> None:
    """Choose what becomes of the signer's claims."""
    chosen, kept = model.step.args["new_root_claim_type"], tuple[int, ...]()
    if isinstance(chosen, dict):
        (named,) = chosen.values()
        kept = tuple(sorted({int(netuid) for netuid in named}))
    indexed(model, model.signer)
    model.write(chosen if isinstance(chosen, str) else kept, "RootClaimType", model.signer)
    told = chosen if isinstance(chosen, str) else f"KeepSubnets {{ subnets: {{{', '.join(map(str, kept))}}} }}"
    model.emit("RootClaimTypeSet", model.signer, told)


@effect_of("sudo_set_num_root_claims")
def sudo_set_num_root_claims(model: StorageModel) -> None:
    """Set how many coldkeys a block draws."""
    model.write(model.argument("new_value"), "NumRootClaim")


@effect_of("sudo_set_root_claim_threshold")
def sudo_set_root_claim_threshold(model: StorageModel) -> None:
    """Set the least alpha that is claimed at once."""
    model.write(model.argument("new_value") * ONE_RATE, "RootClaimableThreshold", model.argument("netuid"))
