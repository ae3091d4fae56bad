"""Claims of root stakers, and the consistency of relations that came with them."""

from dtao.evolving import evolve
from dtao.rules.claims import KEEP
from dtao_properties.mutants.mutant import Mutant, Replaced
from dtao_properties.mutants.wrong import without_effect

ERA = "338"

MUTANTS: tuple[Mutant, ...] = (
    Replaced(
        "CLAIM-1",
        "rules.claims.rate_increment",
        "the rate is rounded up",
        lambda right, amount, root_stake: right(amount, root_stake) + 1,
        era=ERA,
    ),
    Replaced(
        "CLAIM-2",
        "rules.claims.owed",
        "what was claimed is owed again",
        lambda right, rate, root_stake, claimed: right(rate, root_stake, 0),
        era=ERA,
    ),
    Replaced(
        "CLAIM-3",
        "rules.claims.claimed_now",
        "an amount at the threshold is not claimed",
        lambda right, due, threshold: right(due - 1, threshold),
        era=ERA,
        unrecorded="No recording claims exactly the threshold.",
    ),
    Replaced(
        "CLAIM-4",
        "rules.claims.claimed_after_addition",
        "new stake earns what was earned before it",
        lambda right, claimed, rate, amount: claimed,
        era=ERA,
    ),
    Replaced(
        "CLAIM-4",
        "rules.claims.claimed_after_removal",
        "what counts as claimed stays when stake is sold",
        lambda right, claimed, rate, amount: claimed,
        era=ERA,
    ),
    Replaced(
        "CLAIM-5",
        "transitions.claims.claim_on_subnet",
        "claimed alpha is always kept",
        lambda right, state, hotkey, coldkey, netuid, rate: right(
            evolve(state, root_claim_type=state.root_claim_type.set(coldkey, KEEP)), hotkey, coldkey, netuid, rate
        ),
        era=ERA,
    ),
    Replaced(
        "CLAIM-6",
        "transitions.claims.claim_for",
        "a call claims on all subnets",
        lambda right, state, coldkey, subnets, *claim: right(state, coldkey, None, *claim),
        era=ERA,
    ),
    Replaced(
        "CLAIM-7",
        "rules.claims.indices_drawn",
        "a block claims for the last coldkey too",
        lambda right, parent_hash, draws, count: sorted({*right(parent_hash, draws, count), max(count - 1, 0)}),
        era=ERA,
    ),
    Replaced(
        "CLAIM-8",
        "transitions.root_stakers.index_next_root_stakers",
        "nobody looks for stakers of root",
        lambda right, state: state,
        era=ERA,
    ),
    Replaced(
        "CLAIM-13",
        "transitions.claims.move_claims_of_hotkey",
        "claims stay with the old hotkey",
        lambda right, state, netuid, old, new: state,
        era=ERA,
    ),
    Replaced(
        "CLAIM-14",
        "transitions.claims.drop_claims_on_subnet",
        "claims outlive a subnet",
        lambda right, state, netuid: state,
        era=ERA,
    ),
    Replaced(
        "CLAIM-15",
        "transitions.root_dividends.set_aside",
        "the owner of a hotkey gets what is due to root's stakers",
        lambda right, payment, hotkey, netuid, amount: payment.to_one(
            netuid, hotkey, payment.state.owner.get(hotkey, 0), amount
        ),
        era=ERA,
    ),
    Replaced(
        "CHILD-13",
        "transitions.relations.require_consistent",
        "a parent may be a child",
        lambda right, children, parents: right(children, {}),
        era=ERA,
    ),
    Replaced(
        "KEY-6",
        "transitions.relations.rebind_family",
        "a swap leaves relations alone",
        lambda right, subnet, old, new: subnet,
        era=ERA,
    ),
    Replaced(
        "KEY-13",
        "transitions.auto_stake.move_destinations_of_hotkey",
        "destinations stay with the old hotkey",
        lambda right, subnet, old, new: subnet,
        era=ERA,
    ),
    Replaced(
        "CLAIM-9",
        "calls.claims.ClaimRoot.apply",
        "a call claims nothing",
        without_effect,
        era=ERA,
    ),
    Replaced(
        "CLAIM-10",
        "calls.claims.SetRootClaimType.apply",
        "a choice is not stored",
        without_effect,
        era=ERA,
    ),
    Replaced(
        "CLAIM-11",
        "calls.claims.SudoSetNumRootClaims.apply",
        "the number of claims stays",
        without_effect,
        era=ERA,
    ),
    Replaced(
        "CLAIM-12",
        "calls.claims.SudoSetRootClaimThreshold.apply",
        "the threshold stays",
        without_effect,
        era=ERA,
    ),
    Replaced(
        "STAKE-30",
        "calls.auto_stake.SetColdkeyAutoStakeHotkeyPerSubnet.apply",
        "a choice is not stored",
        without_effect,
        era=ERA,
    ),
)
