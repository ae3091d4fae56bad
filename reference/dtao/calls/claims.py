"""Calls by which stakers of root claim what subnets set aside for them, and by which this is set."""

from attrs import field, frozen

from dtao import params
from dtao.arguments import to_netuid, to_netuids, to_root_claim_choice, to_root_claim_type, to_u64
from dtao.entries import with_entry
from dtao.events import RootClaimed, RootClaimTypeSet
from dtao.evolving import evolve
from dtao.outcome import Rejection, ensure_root, require, signed
from dtao.rule import implements
from dtao.rules.claims import FRACTION, SWAP
from dtao.state import Call, Result, State
from dtao.transitions.claims import add_coldkey_index, claim_for
from dtao.transitions.neurons import require_owner_or_root
from dtao.transitions.stake import with_subnet
from dtao.units import AccountId, Bits, NetUid, RootClaimChoice


@frozen
class ClaimRoot(Call):
    """Claim what the signer's root stake earned on some subnets."""

    subnets: tuple[NetUid, ...] = field(converter=to_netuids)

    @implements("CLAIM-9")
    def apply(self, state: State) -> Result:
        """Claim on all hotkeys that the signer stakes with, as :func:`dtao.transitions.claims.claim_for`.

        The signer gets an index, whether it has root stake or not. Rejects ``InvalidSubnetNumber`` (none, or more
        than 5 different ones). Mirrors ``claim_root``.
        """
        coldkey = signed(self.signer)
        subnets = set(self.subnets)
        require(0 < len(subnets) <= params.MAX_SUBNET_CLAIMS, Rejection.INVALID_SUBNET_NUMBER)
        state = claim_for(add_coldkey_index(state, coldkey), coldkey, subnets)
        return state, (RootClaimed(coldkey),)


@frozen
class SetRootClaimType(Call):
    """Choose whether the signer's claims are sold for TAO or kept as stake."""

    new_root_claim_type: str = field(converter=to_root_claim_type)

    @implements("CLAIM-10")
    def apply(self, state: State) -> Result:
        """Store the choice for the claims to come; the signer gets an index. Mirrors ``set_root_claim_type``."""
        return _choose_claim_type(state, signed(self.signer), self.new_root_claim_type)


@frozen
class SetRootClaimTypeBySubnet(Call):
    """Choose whether the signer's claims are sold for TAO or kept as stake, or kept on some subnets alone."""

    RUNTIME_NAME = "set_root_claim_type"

    new_root_claim_type: RootClaimChoice = field(converter=to_root_claim_choice)

    @implements("CLAIM-10")
    def apply(self, state: State) -> Result:
        """Store the choice as :class:`SetRootClaimType`. Rejects ``InvalidSubnetNumber`` (kept on no subnet).

        Mirrors ``set_root_claim_type`` from 361 on.
        """
        coldkey, chosen = signed(self.signer), self.new_root_claim_type
        require(chosen != (), Rejection.INVALID_SUBNET_NUMBER)
        return _choose_claim_type(state, coldkey, chosen)


@frozen
class SudoSetNumRootClaims(Call):
    """Set for how many coldkeys a block claims; only root may."""

    new_value: int = field(converter=to_u64)

    @implements("CLAIM-11")
    def apply(self, state: State) -> Result:
        """Store the number; 0 turns automatic claims off.

        Rejections, in order: ``BadOrigin``, ``InvalidNumRootClaim`` (above 50).
        """
        ensure_root(self.signer)
        require(self.new_value <= params.MAX_NUM_ROOT_CLAIMS, Rejection.INVALID_NUM_ROOT_CLAIM)
        return evolve(state, parameters=evolve(state.parameters, num_root_claims=self.new_value)), ()


@frozen
class SudoSetRootClaimThreshold(Call):
    """Set the least alpha that is claimed of a subnet at once; the root origin may, and the subnet's owner."""

    netuid: NetUid = field(converter=to_netuid)
    new_value: int = field(converter=to_u64)

    @implements("CLAIM-12")
    def apply(self, state: State) -> Result:
        """Store the threshold; the subnet need not exist.

        Rejections, in order: ``BadOrigin``, ``InvalidRootClaimThreshold`` (above 10,000,000).
        """
        subnet = state.subnet(self.netuid)
        require_owner_or_root(state, self.signer, self.netuid)
        require(self.new_value <= params.MAX_ROOT_CLAIM_THRESHOLD, Rejection.INVALID_ROOT_CLAIM_THRESHOLD)
        threshold = Bits(self.new_value << FRACTION)
        return with_subnet(state, self.netuid, evolve(subnet, root_claimable_threshold=threshold)), ()


def _choose_claim_type(state: State, coldkey: AccountId, chosen: RootClaimChoice) -> Result:
    state = add_coldkey_index(state, coldkey)
    types = with_entry(state.root_claim_type, coldkey, chosen, chosen != SWAP)
    return evolve(state, root_claim_type=types), (RootClaimTypeSet(coldkey, name_of(chosen)),)


def name_of(chosen: RootClaimChoice) -> str:
    """Return a choice as the event names it."""
    return chosen if isinstance(chosen, str) else f"KeepSubnets {{ subnets: {{{', '.join(map(str, chosen))}}} }}"
