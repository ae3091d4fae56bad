"""Accounts, credit, claims and locks: what is owed and held is there, from the versions on that know of it."""

from collections.abc import Iterator
from fractions import Fraction

from dtao.records import NO_SHARE_POOL
from dtao.state import State
from dtao.units import ROOT, AccountId, NetUid
from dtao_properties.laws.base import Status, invariant
from dtao_properties.model.accounts import SENT, account_of
from dtao_properties.model.amounts import block_emission, rules_of
from dtao_properties.model.audit import audit, model_of
from dtao_properties.model.claims import ONE_RATE, SET_ASIDE
from dtao_properties.model.locks import locked
from dtao_properties.model.step import Step
from dtao_properties.model.storage_model import ACCOUNT_LEDGER, StorageModel
from dtao_spec.chapters.issuance import TOTAL_SUPPLY

UNCOVERED = ("short reserve", "dust", "saturation", SENT)
"""What takes from an account and leaves the pool as it is, or the reverse."""
SECOND_CLAIMS = {"transfer_stake": 365, "move_stake": 365, "swap_hotkey": 400, "swap_hotkey_v2": 400}
"""Calls after which the past is owed once more, and the last version where it is; swaps of coldkeys have none."""


def _is_single(step: Step) -> bool:
    return step.is_block or step.accepted


@invariant(
    "accounts cover the pools",
    "After a call or a block the account of each subnet holds the TAO of its pool, if it did before; what it is short"
    " of has a name.",
    "STATE-17", "STATE-18", "EMIT-15",
    status=Status.LEAKS,
    reason="A founder who keeps the existential deposit pays less than what counts as the reserve. An account that is"
    " left less than that deposit loses it. Of what it pays no more than 2^63 rao leave the reserve.",
    leaks=("short reserve", "dust", "saturation", SENT),
    since=411,
)  # fmt: skip
def _covered(step: Step) -> Iterator[str]:
    found = audit(step) if _is_single(step) else None
    if found is None:
        return
    for netuid in {*step.before.pools, *step.after.pools}:
        before, after = (_margin(state, netuid, found.model) for state in (step.before, step.after))
        named = [leak for leak in found.leaks if leak.ledger == ACCOUNT_LEDGER and leak.netuid == netuid]
        short = sum(min(leak.amount, 0) for leak in named if leak.name in UNCOVERED)
        if after < min(before, 0) + short:
            yield f"the account of subnet {netuid} is short of {-after} rao of its pool, before of {max(-before, 0)}"


def _margin(state: State, netuid: NetUid, model: StorageModel) -> int:
    return state.balances.get(AccountId(account_of(model, netuid)), 0) - state.pool(netuid).tao


@invariant(
    "credit is spent or given back",
    "A block adds to total issuance what it adds to the balances of subnets' accounts, never more than the emission at"
    " the issuance before, and nothing beyond 21 000 000 · 10^9 rao in all balances; no call creates TAO.",
    "EMIT-15",
    since=411,
)  # fmt: skip
def _credited(step: Step) -> Iterator[str]:
    if not _is_single(step):
        return
    issued = step.after.total_issuance - step.before.total_issuance
    balances = step.after.balances_total_issuance - step.before.balances_total_issuance
    if not step.is_block:
        if max(issued, balances) > 0:
            yield f"a call creates {max(issued, balances)} rao"
        return
    emission = block_emission(rules_of(step.era.spec_version), step.before.total_issuance)
    if issued != balances:
        yield f"total issuance changes by {issued}, that of balances by {balances}"
    if issued > (emission if step.before.total_issuance < TOTAL_SUPPLY else 0):
        yield f"{issued} rao are issued where {emission} are due"
    if step.after.balances_total_issuance > max(step.before.balances_total_issuance, TOTAL_SUPPLY):
        yield f"all balances come to {step.after.balances_total_issuance}"


@invariant(
    "claims never exceed what was set aside",
    "What stakers of root are owed of a subnet grows in a call or a block by no more than what is set aside for them"
    " less what is claimed, and less than an alpha rao for each amount of root stake that changes.",
    "CLAIM-1", "CLAIM-2", "CLAIM-4", "CLAIM-5", "CLAIM-13",
    status=Status.LEAKS,
    reason="Who is transferred root stake until 365, or swaps a coldkey, until 400 also a hotkey, is owed the past"
    " again where what counts as claimed does not follow.",
    leaks=(SET_ASIDE,),
    since=338,
)  # fmt: skip
def _set_aside(step: Step) -> Iterator[str]:
    if not _is_single(step) or "swap_coldkey" in step.name:
        return
    if step.era.spec_version <= SECOND_CLAIMS.get(step.name, 0):
        return
    found = audit(step)
    if found is None:
        return
    rooted = sum(key[0] in ("Alpha", "AlphaV2") and key[-1] == ROOT for key in step.changed)
    changed = rooted + sum(key[0] in ("RootClaimed", "RootClaimable") for key in step.changed)
    before, after = owed(step.before), owed(step.after)
    for netuid in after.keys() - found.model.saturated:
        named = sum(one.amount for one in found.leaks if one.name == SET_ASIDE and one.netuid == netuid)
        grown = after[netuid] - before.get(netuid, Fraction(0))
        if grown > max(named, 0) + changed:
            yield f"{float(grown)} more alpha rao are owed of subnet {netuid}, and {named} are set aside"


def owed(state: State) -> dict[int, Fraction]:
    """Return what all stakers of root are owed of each subnet, in alpha rao."""
    rules, root, found = rules_of(state.runtime.spec_version), state.subnet(ROOT), dict[int, Fraction]()
    for hotkey, rates in state.root_claimable.items():
        pool = root.share_pools.get(hotkey, NO_SHARE_POOL)
        for coldkey in pool.holders():
            stake = int(state.runtime.shares.stake_of(pool, coldkey))
            for netuid, bits in rates:
                claimed = state.root_claimed.get((netuid, hotkey, coldkey), 0)
                due: Fraction = rules["CLAIM-2"](Fraction(bits, ONE_RATE), stake, claimed)
                found[netuid] = found.get(netuid, Fraction(0)) + max(due, Fraction(0))
    return found


@invariant(
    "locks never exceed stake",
    "What a coldkey has locked on a subnet, as it is now, is no more than its stake on all hotkeys there, if it was not"
    " before, to within an alpha rao for each hotkey.",
    "LOCK-3", "LOCK-5", "LOCK-7", "LOCK-9", "LOCK-13",
    since=411,
)  # fmt: skip
def _within_stake(step: Step) -> Iterator[str]:
    model = model_of(step) if _is_single(step) else None
    if model is None:
        return
    for netuid, subnet in step.after.subnets.items():
        for coldkey in subnet.coldkey_locks:
            excess = [_locked_beyond(state, netuid, coldkey) for state in (step.before, step.after)]
            if excess[1] > max(excess[0], 0) + len(step.after.staking_hotkeys.get(coldkey, ())):
                yield f"{coldkey} has locked {excess[1]} alpha rao of subnet {netuid} more than it has staked there"


def _locked_beyond(state: State, netuid: NetUid, coldkey: AccountId) -> int:
    """Return by how much a lock exceeds the stake of its coldkey on all hotkeys of a subnet."""
    pools = [pool for pool in state.subnet(netuid).share_pools.values() if pool.is_held_by(coldkey)]
    return locked(state, netuid, coldkey) - sum(int(state.runtime.shares.stake_of(pool, coldkey)) for pool in pools)
