"""Neurons: what an epoch stores is normalised, and both of its forms agree."""

from collections.abc import Iterator
from typing import Any

from dtao.errors import InputError
from dtao.records import Neurons, Subnet
from dtao.state import State
from dtao.units import U16_MAX, NetUid, Uid
from dtao_properties.laws.base import invariant
from dtao_properties.model.blocks import chain_of, epochs_of, is_due
from dtao_properties.model.payout import WHOLE
from dtao_properties.model.step import Step
from dtao_properties.model.storage_model import StorageModel
from dtao_properties.model.weighted import WEIGHTS_SINCE

VECTORS = (
    "active", "last_update", "rank", "trust", "validator_trust", "consensus", "incentive", "dividends", "emission",
    "pruning_scores", "validator_permit",
)  # fmt: skip

UNRANKED_SINCE, UNRANKED = 365, frozenset({"rank", "trust", "pruning_scores"})
"""From when on ranks and scores are not stored any more, and what that is."""
OWNER_WEIGHS_ITSELF = 252
"""The first version in which the owner's neuron may weigh itself."""
OWNER_VALIDATES = 401
"""The first version in which the owner's neuron has a permit, and its stake counts, however little that is."""
PARTS_OF_A_NEURON = 2
"""As a miner and as a validator: each is rounded down, by less than a unit, when all are divided by their sum.

What was rounded before does not count: the sum is that of the rounded shares.
"""


def short_of_one(n: int) -> int:
    """Return by how many 65535ths the shares of so many neurons may be short of 1: each is rounded down, by up to one.

    One in full: a third is rounded down to 2^-32 first, and then is less than 21 845 of them.
    """
    return n


def epochs(step: Step) -> list[NetUid]:
    """Return the subnets whose epoch runs in a block, or in a phase."""
    if step.name in ("epoch", "epoch_dense", "drain_pending_emission"):
        return [NetUid(step.argument("netuid"))]
    if not step.is_block:
        return []
    block = step.before.block_number + 1
    if step.era.spec_version >= WEIGHTS_SINCE:
        return [NetUid(netuid) for netuid in epochs_of(StorageModel(step), chain_of(step.before, block))]
    return [
        netuid
        for netuid, subnet in step.before.subnets.items()
        if subnet.added and netuid and is_due(netuid, subnet.hyperparameters.tempo, block)
    ]


def is_plain(neurons: Neurons, spec_version: int) -> bool:
    """Whether keys, uids and vectors fit each other, as the chain keeps them by itself."""
    stored = [name for name in VECTORS if spec_version < UNRANKED_SINCE or name not in UNRANKED]
    lengths = {len(getattr(neurons, name)) for name in stored}
    inverse = {hotkey: uid for uid, hotkey in neurons.keys.items()}
    return lengths <= {neurons.n} and sorted(neurons.keys) == list(range(neurons.n)) and inverse == dict(neurons.uids)


@invariant(
    "neurons are numbered",
    "The neurons of a subnet are numbered from 0 without a gap, each hotkey has one uid, and every vector has one"
    " element a neuron: no call and no block ends otherwise.",
    "REG-3", "REG-4", "REG-6", "KEY-5", "NET-6", "NET-8",
)  # fmt: skip
def _numbered(step: Step) -> Iterator[str]:
    if step.do not in ("call", "blocks"):
        return
    for netuid, subnet in step.after.subnets.items():
        before = step.before.subnet(netuid)
        if subnet.neurons == before.neurons or not subnet.added or not is_plain(before.neurons, step.era.spec_version):
            continue
        if not is_plain(subnet.neurons, step.era.spec_version):
            yield f"the neurons of subnet {netuid} do not fit each other"


@invariant(
    "shares of an epoch",
    "Incentives add up to 1, dividends to 1, or each to 0, short of it by at most a 65535th a neuron, or of several"
    " mechanisms to no more than 1; no other share is above 1. Permits are no more than are allowed, from 401 on beside"
    " that of the owner's neuron.",
    "EPOCH-5", "EPOCH-15", "EPOCH-16", "EPOCH-17", "EPOCH-27", "BOND-11",
)  # fmt: skip
def _normalised(step: Step) -> Iterator[str]:
    for netuid in epochs(step):
        subnet = step.after.subnet(netuid)
        neurons = subnet.neurons
        if not neurons.n or step.error is not None:
            continue
        short = short_of_one(neurons.n) if subnet.hyperparameters.mechanism_count == 1 else U16_MAX
        for name in ("rank", "incentive", "dividends"):
            total = sum(getattr(neurons, name))
            if total and not 0 <= U16_MAX - total <= short:
                yield f"{name} of subnet {netuid} adds up to {total}"
        for name in ("trust", "consensus", "validator_trust", "pruning_scores"):
            if any(share > U16_MAX or share < 0 for share in getattr(neurons, name)):
                yield f"{name} of subnet {netuid} has {getattr(neurons, name)}"
        has_owner = validating_owner(step, subnet) is not None
        allowed = min(subnet.hyperparameters.max_allowed_validators + has_owner, neurons.n)
        if sum(neurons.validator_permit) > allowed:
            yield f"subnet {netuid} has {sum(neurons.validator_permit)} permits of {allowed}"


@invariant(
    "an epoch divides, it does not create",
    "The shares of an epoch, in units of 2^-32, add up to 1, short of it by less than two units a neuron, or to 0; and"
    " how much there is to divide does not decide how: every part is its share of the emission, rounded down. So no"
    " epoch assigns more than its emission.",
    "EPOCH-16", "EPOCH-17", "DIV-9",
)  # fmt: skip
def _divides(step: Step) -> Iterator[str]:
    for netuid in epochs(step):
        shares = _epoch(step, step.before, netuid, "epoch", WHOLE)
        if shares is None:
            continue
        total = sum(miner + validator for _, miner, validator in shares)
        if total and not 0 <= WHOLE - total < PARTS_OF_A_NEURON * len(shares):
            yield f"the shares of subnet {netuid} add up to {total} of {WHOLE}"
        for emission in (10**9, 7 * 10**11 + 1):
            found = _epoch(step, step.before, netuid, "epoch", emission)
            parts = [
                (key, miner * emission // WHOLE, validator * emission // WHOLE) for key, miner, validator in shares
            ]
            if found != parts:
                yield f"of {emission} subnet {netuid} assigns {found}, by its shares {parts}"
            if found is not None and sum(miner + validator for _, miner, validator in found) > emission:
                yield f"subnet {netuid} assigns more than {emission}"


@invariant(
    "dense and sparse epochs agree",
    "The epoch with dense matrices assigns and stores what the epoch with sparse ones does; its rows of bonds name the"
    " zeros too. From 252 on where the owner's neuron has no weight on itself, which only the sparse epoch counts; from"
    " 401 on where the owner has no neuron, as it validates there whatever its stake is; with Yuma 3 where the rows of"
    " weights are in the order of the neurons.",
    "EPOCH-4", "EPOCH-6", "EPOCH-15", "BOND-7", "BOND-8", "BOND-12",
)  # fmt: skip
def _alike(step: Step) -> Iterator[str]:
    for netuid in epochs(step):
        subnet = step.before.subnet(netuid)
        if not subnet.neurons.n or (step.era.spec_version >= OWNER_WEIGHS_ITSELF and weighs_itself(subnet)):
            continue
        if validating_owner(step, subnet) is not None:
            continue
        if subnet.hyperparameters.yuma3_on and any(list(row) != sorted(row) for row in subnet.neurons.weights.values()):
            continue
        outcomes = [_run(step, step.before, netuid, phase, 10**12) for phase in ("epoch", "epoch_dense")]
        if None in outcomes:
            if outcomes != [None, None]:
                yield f"only one of the two epochs of subnet {netuid} runs"
            continue
        sparse, dense = (outcome for outcome in outcomes if outcome is not None)
        if sorted(sparse.value) != sorted(dense.value):  # from 338 on the dense one is in the order of the hotkeys
            yield f"on subnet {netuid} the sparse epoch assigns {sparse.value}, the dense one {dense.value}"
        if _without_zeros(sparse.after.subnet(netuid)) != _without_zeros(dense.after.subnet(netuid)):
            yield f"on subnet {netuid} the epochs store differently"


def owner_uid(subnet: Subnet) -> Uid | None:
    """Return the neuron of the owner's hotkey, if it has one."""
    return None if subnet.owner_hotkey is None else subnet.neurons.uids.get(subnet.owner_hotkey)


def validating_owner(step: Step, subnet: Subnet) -> Uid | None:
    """Return the owner's neuron if it validates whether or not it has a permit: from 401 on."""
    return owner_uid(subnet) if step.era.spec_version >= OWNER_VALIDATES else None


def weighs_itself(subnet: Subnet) -> bool:
    """Whether the neuron of the owner's hotkey has a weight on itself."""
    uid = owner_uid(subnet)
    return uid is not None and any(other == uid for other, _ in subnet.neurons.weights.get(uid, ()))


def _run(step: Step, state: State, netuid: NetUid, phase: str, emission: int) -> Step | None:
    args = {"netuid": int(netuid), "emission": str(emission)}
    try:
        return step.implementation.apply(state, {"do": "phase", "phase": phase, "args": args})
    except InputError:
        return None  # the runtime panics


def _epoch(step: Step, state: State, netuid: NetUid, phase: str, emission: int) -> list[tuple[str, int, int]] | None:
    taken = _run(step, state, netuid, phase, emission)
    if taken is None:
        return None
    value: Any = taken.value
    return [(hotkey, int(miner), int(validator)) for hotkey, miner, validator in value]


def _without_zeros(subnet: Subnet) -> dict[str, object]:
    neurons = subnet.neurons
    bonds = {uid: tuple(entry for entry in row if entry[1]) for uid, row in neurons.bonds.items()}
    stored: dict[str, object] = {name: tuple(getattr(neurons, name)) for name in VECTORS}
    return {**stored, "bonds": {uid: row for uid, row in bonds.items() if row}}


@invariant(
    "weights and bonds are normalised",
    "The largest weight that a call stores is 65535, unless all are 0, and no bond is above 65535; rows name only"
    " neurons that exist, each once.",
    "EPOCH-18", "EPOCH-19", "BOND-12",
)  # fmt: skip
def _rows(step: Step) -> Iterator[str]:
    if step.accepted and step.name == "set_weights":
        neurons = step.after.subnet(NetUid(step.argument("netuid"))).neurons
        row = neurons.weights.get(neurons.uids[step.signer], ())  # type: ignore[index]
        if row and max(weight for _, weight in row) not in (0, U16_MAX):
            yield f"the largest of the weights {row} is not 65535"
        if len({uid for uid, _ in row}) != len(row):
            yield f"the weights {row} name a neuron twice"
    for netuid in epochs(step):
        neurons = step.after.subnet(netuid).neurons
        for uid, bonds in neurons.bonds.items():
            if bonds != step.before.subnet(netuid).neurons.bonds.get(uid) and any(
                not 0 <= bond <= U16_MAX or other >= neurons.n for other, bond in bonds
            ):
                yield f"the bonds of neuron {uid} of subnet {netuid} are {bonds}"


@invariant(
    "what an epoch stores agrees",
    "The rank is the incentive; no neuron without a permit has validator trust; the consensus on a neuron is at most"
    " the largest part that any validator with a permit gives it of its weights that count; and the largest pruning"
    " score is 65535, unless all are 0.",
    "EPOCH-5", "EPOCH-6", "EPOCH-7", "EPOCH-15",
)  # fmt: skip
def _agrees(step: Step) -> Iterator[str]:
    for netuid in epochs(step):
        neurons = step.after.subnet(netuid).neurons
        if step.name == "drain_pending_emission" or step.error is not None or not neurons.n:
            continue
        is_ranked = step.era.spec_version < UNRANKED_SINCE
        if is_ranked and tuple(neurons.rank) != tuple(neurons.incentive):
            yield f"the ranks of subnet {netuid} are {neurons.rank}, the incentives {neurons.incentive}"
        permits = permits_of(step, netuid)
        trusted = [uid for uid, trust in enumerate(neurons.validator_trust) if trust and not permits[uid]]
        if trusted:
            yield f"on subnet {netuid} the neurons {trusted} have validator trust without a permit"
        if is_ranked and max(neurons.pruning_scores) not in (0, U16_MAX):
            yield f"the largest pruning score of subnet {netuid} is {max(neurons.pruning_scores)}"
        most = largest_parts(step, netuid)
        for target, consensus in enumerate(neurons.consensus):
            if consensus > most[target]:
                yield f"the consensus on neuron {target} of subnet {netuid} is {consensus}, above {most[target]}"


def permits_of(step: Step, netuid: NetUid) -> list[bool]:
    """Return which neurons judge in an epoch: those with a permit, from 401 on the owner's too in the sparse one."""
    subnet = step.before.subnet(netuid)
    permits, owner = list(subnet.neurons.validator_permit), validating_owner(step, subnet)
    if step.name != "epoch_dense" and owner is not None:
        permits[owner : owner + 1] = [True] * len(permits[owner : owner + 1])
    return permits


def largest_parts(step: Step, netuid: NetUid) -> list[int]:
    """Return for each neuron the largest part, in 65535ths, that a validator gives it of its weights that count."""
    subnet = step.before.subnet(netuid)
    neurons = subnet.neurons
    owner, permits = owner_uid(subnet), permits_of(step, netuid)
    every = [Uid(uid) for uid in range(neurons.n)]
    registered = [neurons.block_at_registration.get(uid, 0) if uid in neurons.keys else 0 for uid in every]
    most = [0] * neurons.n
    for setter, row in neurons.weights.items():
        if setter >= neurons.n or not permits[setter]:
            continue
        # only the sparse epoch counts the owner's weight on itself
        may = step.era.spec_version >= OWNER_WEIGHS_ITSELF and step.name != "epoch_dense"
        on_itself = may and setter == owner
        counting: dict[int, int] = {}
        for target, weight in row:
            if target >= neurons.n or (target == setter and not on_itself):
                continue
            if not neurons.last_update or neurons.last_update[setter] > registered[target]:
                counting[target] = counting.get(target, 0) + weight
        total = sum(counting.values())
        for counted, weight in counting.items():
            most[counted] = max(most[counted], weight * U16_MAX // total if total else 0)
    return most


@invariant(
    "the largest bond is 65535",
    "Where each who had bonds, or a permit, has a permit after the epoch, the largest bond with a neuron is 65535,"
    " unless all are 0. Not with Yuma 3, whose bonds are proportions of each validator's own.",
    "BOND-12", "BOND-13",
)  # fmt: skip
def _largest_bonds(step: Step) -> Iterator[str]:
    for netuid in epochs(step):
        before, after = step.before.subnet(netuid), step.after.subnet(netuid).neurons
        if step.name == "drain_pending_emission" or step.error is not None or before.hyperparameters.yuma3_on:
            continue
        held = {uid for uid, permit in enumerate(before.neurons.validator_permit) if permit} | {*before.neurons.bonds}
        if any(not after.validator_permit[uid] for uid in held):
            continue  # the largest may have been on a row that is not written
        largest: dict[int, int] = {}
        for row in after.bonds.values():
            for target, bond in row:
                largest[target] = max(largest.get(target, 0), bond)
        for miner, bond in largest.items():
            if bond not in (0, U16_MAX):
                yield f"the largest bond with neuron {miner} of subnet {netuid} is {bond}"
