"""What the calls of stakers of root do, and those that set how claims are made."""

from dtao_properties.model.claims import ONE_RATE, claimed, indexed
from dtao_properties.model.storage_model import StorageModel


def claim_root(model: StorageModel) -> None:
    """Claim what the signer is owed of some subnets."""
    indexed(model, model.signer)
    claimed(model, model.signer, {int(netuid) for netuid in model.step.args["subnets"]})
    model.emit("RootClaimed", model.signer)


def set_root_claim_type(model: StorageModel) -> None:
    """Choose what becomes of the signer's claims."""
    chosen = model.step.args["new_root_claim_type"]
    if isinstance(chosen, dict):
        (named,) = chosen.values()
        kept: object = tuple(sorted({int(netuid) for netuid in named}))
    else:
        kept = chosen
    indexed(model, model.signer)
    model.write(kept, "RootClaimType", model.signer)
    model.emit("RootClaimTypeSet", model.signer, chosen)


def sudo_set_num_root_claims(model: StorageModel) -> None:
    """Set how many coldkeys a block draws."""
    model.write(model.argument("new_value"), "NumRootClaim")


def sudo_set_root_claim_threshold(model: StorageModel) -> None:
    """Set the least alpha that is claimed at once."""
    model.write(model.argument("new_value") * ONE_RATE, "RootClaimableThreshold", model.argument("netuid"))
