"""The audit of one step: the storage model that the rules ask for, and where what happened differs from it."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from attrs import frozen

from dtao.state import State
from dtao.units import ROOT
from dtao_properties.model import blocks
from dtao_properties.model.calls import CALLS
from dtao_properties.model.payout import WHOLE, Pending, paid_out
from dtao_properties.model.step import Key, Step, entry_of, kept
from dtao_properties.model.storage_model import (
    ACCOUNT_LEDGER,
    ACCOUNTS_SINCE,
    ALPHA_LEDGER,
    BALANCE_LEDGER,
    MONEY,
    PENDING_ALPHA,
    POOL_LEDGER,
    ROOT_LEDGER,
    TAO_LEDGER,
    Leak,
    StorageModel,
    entry,
    held,
    subnet_of,
)

DRAINS = ("drain_pending_emission", "distribute_emission")
GIVEN = {
    "pending_alpha": "alpha", "pending_tao": "tao", "pending_swapped": "swapped", "owner_cut": "owner_cut",
    "pending_root_alpha": "root_alpha", "pending_server_alpha": "for_miners", "pending_validator_alpha": "alpha",
}  # fmt: skip
"""The phase that pays what is pending, by its names, and what its arguments are."""
FAMILY, IN_ORDER_SINCE = ("ChildKeys", "ParentKeys"), 338
"""Lists that are kept in the order of the accounts from a version on, which the model does not follow."""
STAKE_EVENTS = frozenset({"StakeAdded", "StakeRemoved", "StakeMoved", "StakeTransferred", "StakeSwapped"})


@frozen
class Discrepancy:
    """An entry of money that is not what the model says."""

    key: Key
    expected: Any
    actual: Any

    def __str__(self) -> str:
        if not isinstance(self.actual, int) or not isinstance(self.expected, int):
            return f"{entry_of(self.key)} is {self.actual}, not {self.expected}"
        return f"{entry_of(self.key)} is {self.actual}, {self.actual - self.expected:+} of the ledger's {self.expected}"


@frozen
class Audit:
    """What the model says of a step, compared with what the step did."""

    model: StorageModel
    discrepancies: tuple[Discrepancy, ...]
    missing_events: tuple[tuple[str, ...], ...]
    """Stake events that the model expects and the step did not emit."""
    wrong_events: tuple[tuple[str, ...], ...]
    """Stake events that the step emitted and the model does not expect."""

    @property
    def leaks(self) -> list[Leak]:
        """The leaks of the step, by name."""
        return self.model.leaks


@kept
def model_of(step: Step) -> StorageModel | None:
    """Return the storage model after a step; None where it covers no such step.

    Covered are calls, single blocks, and the phases ``run_coinbase`` and ``drain_pending_emission``, which is called
    ``distribute_emission`` from 342 on.
    """
    model = StorageModel(step)
    return model if _apply(model) else None


@kept
def audit(step: Step) -> Audit | None:
    """Compare the money and the stake events of a step with the model; None where it does not cover the step."""
    model = model_of(step)
    if model is None:
        return None
    keys = {key for key in (*model.entries, *step.changed) if key[0] in MONEY}
    discrepancies = [
        Discrepancy(key, model.held(*key), held(step.after, key))
        for key in sorted(keys, key=str)
        if model.held(*key) != held(step.after, key)
    ]
    emitted = [event for event in step.events if event[0] in STAKE_EVENTS]
    missing = tuple(event for event in model.stake_events if event not in emitted)
    wrong = tuple(event for event in emitted if event not in model.stake_events)
    if not missing and not wrong and emitted != model.stake_events:
        missing, wrong = tuple(model.stake_events), tuple(emitted)  # the order is wrong, or the number
    return Audit(model, tuple(discrepancies), missing, wrong)


def differences(step: Step, items: Iterable[str]) -> Iterable[str]:
    """Yield a sentence for each entry of some items that an accepted call leaves otherwise than the model says."""
    model, compared = model_of(step), frozenset(items)
    if model is None:
        return
    for key in sorted({key for key in (*model.entries, *step.changed) if key[0] in compared}, key=str):
        expected, found = model.read(*key), entry(step.after, key)
        if key[0] in FAMILY and model.since(IN_ORDER_SINCE):
            expected, found = sorted(expected), sorted(found)
        if expected != found:
            yield f"{'/'.join(map(str, key))} is {found}, not {expected}, after {step.name}"


def _apply(model: StorageModel) -> bool:
    """Write and post what the rules ask for; return whether the model covers the step."""
    step = model.step
    if step.do == "call":
        if step.error is None:
            for effect in CALLS[step.name]:
                effect(model)
        return True
    if step.is_block:
        blocks.block_done(model, step)
        return True
    if step.name == "run_coinbase":
        emission = Fraction(step.argument("block_emission"), 1 if model.since(ACCOUNTS_SINCE) else WHOLE)
        blocks.coinbase_done(model, step, emission, step.before.block_number)
        return True
    if step.name in DRAINS and step.argument("netuid"):  # no block drains root
        pending = Pending(**{GIVEN[name]: step.argument(name) for name in step.args if name != "netuid"})
        netuid = step.argument("netuid")
        given = pending.alpha + pending.for_miners + pending.root_alpha + pending.owner_cut
        model.leak("given from outside", ALPHA_LEDGER, -given, netuid)
        paid_out(model, step, netuid, pending, step.before.block_number)
        return True
    return False


def parted(state: State) -> dict[str, int]:
    """Return by how much the two sides of each ledger part in a state: what has leaked so far."""
    has_accounts = state.runtime.spec_version >= ACCOUNTS_SINCE
    pools = own = sum(int(pool.tao) for pool in state.pools.values())
    pools += sum(ranges.tao_provided for ranges in state.ranges.values())
    balances = sum(state.balances.values())
    held_by_subnets = sum(held for account, held in state.balances.items() if subnet_of(account) is not None)
    waiting = sum(emission.pending_root_divs for emission in state.emissions.values())
    stakes = {
        netuid: sum(pool.total_alpha for pool in subnet.share_pools.values())
        for netuid, subnet in state.subnets.items()
    }
    alpha = sum(int(pool.alpha_out) for netuid, pool in state.pools.items() if netuid)
    alpha -= sum(int(stake) for netuid, stake in stakes.items() if netuid)
    alpha -= sum(
        getattr(emission, attribute)
        for netuid, emission in state.emissions.items()
        for attribute in PENDING_ALPHA.values()
        if netuid
    )
    return {
        TAO_LEDGER: state.total_issuance - balances - (0 if has_accounts else state.total_stake + waiting),
        POOL_LEDGER: state.total_stake - pools,
        ACCOUNT_LEDGER: held_by_subnets - own if has_accounts else 0,
        ROOT_LEDGER: state.pool(ROOT).tao - stakes.get(ROOT, 0),
        ALPHA_LEDGER: alpha,
        BALANCE_LEDGER: state.balances_total_issuance - balances,
    }
