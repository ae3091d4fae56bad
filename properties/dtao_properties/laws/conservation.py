"""Conservation: every rao of TAO and alpha is on the ledger, and what is not has a name."""

from collections.abc import Iterator

from dtao.rules.pools.concentrated.records import NO_RANGES
from dtao.state import State
from dtao.units import NetUid
from dtao_properties.laws.base import Status, invariant
from dtao_properties.model.audit import audit, parted
from dtao_properties.model.leaks import LEAKS
from dtao_properties.model.step import Step
from dtao_properties.model.storage_model import UNITS

_NAMES = tuple(name for name, leak in LEAKS.items() if leak.books and name != "given from outside")


@invariant(
    "every rao is on the ledger",
    "After a call or a block each balance, reserve, stake, share, total and pending amount is what the ledger says of"
    " it: what was there, and every posting that the rules ask for, to the rao. Nothing else changes.",
    "STAKE-4", "STAKE-5", "MOVE-6", "BLOCK-3", "DIV-9", "SHARE-4", "REG-7", "NET-6", "KEY-4", "KEY-8", "STATE-11",
    "NET-11", "NET-12", "NET-13", "FLOW-1", "FLOW-2", "EMIT-9", "EMIT-10", "EMIT-12", "CLAIM-1", "CLAIM-2", "CLAIM-3",
    "CLAIM-4", "CLAIM-5", "CLAIM-6", "CLAIM-7", "CLAIM-13", "CLAIM-14", "CLAIM-15", "POOL-28", "POOL-30", "STAKE-31",
)  # fmt: skip
def _on_the_ledger(step: Step) -> Iterator[str]:
    found = audit(step)
    if found is not None:
        yield from map(str, found.discrepancies)


@invariant(
    "what leaks is named",
    "TotalIssuance equals balances, TotalStake and the TAO that waits for root; TotalStake equals the TAO of the pools;"
    " the TAO of root equals the stakes there; the alpha outside of a pool equals stakes and what waits: each changes"
    " in a call or a block by exactly the sum of its named leaks, which are leaks that its version has.",
    "STAKE-1", "STAKE-2", "BLOCK-3", "DIV-9", "DIV-11", "NET-7", "MOVE-6", "STATE-1", "NET-8", "NET-12", "CLAIM-1",
    "CLAIM-5", "POOL-30",
    status=Status.LEAKS,
    reason="Root is paid off the books, until 243 also in alpha; what falls between two legs is dropped, and so is what"
    " a dissolution leaves.",
    leaks=_NAMES,
)  # fmt: skip
def _leaks_named(step: Step) -> Iterator[str]:
    found = audit(step)
    if found is None:
        return
    for leak in found.leaks:
        if not LEAKS[leak.name].covers(step.era):
            yield f"{leak.name} is a leak of {LEAKS[leak.name].versions}"
    before, after, leaked = parted(step.before), parted(step.after), found.model.leaked()
    for ledger, amount in leaked.items():
        moved = after[ledger] - before[ledger]
        if moved != amount:
            named = ", ".join(f"{leak.name} {leak.amount:+}" for leak in found.leaks if leak.ledger == ledger)
            yield f"the sides of {ledger!r} part by {moved:+} {UNITS[ledger]}, the named leaks are {named or 'none'}"


@invariant(
    "money comes and goes by name",
    "TAO is created by the block emission alone and destroyed by locks and swaps of keys; the alpha of a subnet is"
    " created by the emission and the creation of the subnet and destroyed by registrations, by what is recycled, by"
    " what blocks buy and by the end of the subnet.",
    "BLOCK-2", "BLOCK-3", "ISS-1", "NET-6", "NET-7", "REG-7", "KEY-1", "KEY-2", "STATE-4",
    status=Status.LEAKS,
    reason="A sale from an account of SubnetAlphaOut that double root dividends emptied creates alpha, and so does a"
    " purchase on a stable subnet whose reserve is empty.",
    leaks=("saturation",),
)  # fmt: skip
def _created_by_name(step: Step) -> Iterator[str]:
    found = audit(step)
    if found is None:
        return
    saturated = found.model.saturated
    flows = found.model.flows
    if None not in saturated:
        named = sum(amount for (_, netuid), amount in flows.items() if netuid is None)
        moved = step.after.total_issuance - step.before.total_issuance
        if moved != named:
            yield f"TotalIssuance changes by {moved:+} rao, of which {named:+} have a name"
    for netuid in {*step.before.pools, *step.after.pools} - {0}:
        named = sum(amount for (_, of), amount in flows.items() if of == netuid)
        moved = alpha_of(step.after, netuid) - alpha_of(step.before, netuid)
        if moved != named and netuid not in saturated:
            yield f"the alpha of subnet {netuid} changes by {moved:+}, of which {named:+} have a name"


def alpha_of(state: State, netuid: NetUid) -> int:
    """Return all alpha of a subnet: in its pool, whoever provided it, and outside."""
    pool = state.pool(netuid)
    return pool.alpha_in + pool.alpha_out + state.ranges.get(netuid, NO_RANGES).alpha_provided


@invariant(
    "stake moves with its events",
    "An accepted call tells of every leg of stake that it adds, removes or moves, in order and with the amounts that"
    " are on the ledger; and of no other. So it is done as a whole.",
    "STAKE-4", "STAKE-5", "STAKE-6", "STAKE-16", "STAKE-17", "MOVE-1", "MOVE-2", "MOVE-3", "MOVE-4", "MOVE-6",
)  # fmt: skip
def _told(step: Step) -> Iterator[str]:
    found = audit(step)
    if found is None or step.do != "call":
        return
    for event in found.missing_events:
        yield f"it does not tell of {event}"
    for event in found.wrong_events:
        yield f"it tells of {event}, which is not on the ledger"
