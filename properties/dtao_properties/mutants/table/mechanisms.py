"""Several mechanisms a subnet."""

from collections.abc import Collection
from typing import Any

from attrs import evolve

from dtao.entries import with_element
from dtao.outcome import Rejection
from dtao.persistent import Map
from dtao.rules.mechanisms import PARTS, storage_index
from dtao.state import State
from dtao.units import U64_MAX, Alpha, NetUid
from dtao_properties.mutants.mutant import Mutant, Replaced, Right
from dtao_properties.mutants.wrong import unchecked, with_hyperparameter

STATE = "transitions.mechanisms"
RULES = "rules.mechanisms"


def _only_rewritten(right: Right, bonds: Map[Any, Any], output: Any) -> Map[Any, Any]:
    return Map({**bonds, **right(bonds, output)})


def _leftover_lost(right: Right, emission: Alpha, mechanisms: int, split: Any) -> Any:
    parts = right(emission, mechanisms, split)
    first = emission * split[0] // PARTS if split else emission // max(mechanisms, 1)
    return [Alpha(first), *parts[1:]] if parts else parts


def _emission_summed(right: Right, outputs: Any, weights: Any) -> Any:
    sums = [min(sum(each), U64_MAX) for each in zip(*(output.emission for output in outputs), strict=True)]
    return evolve(right(outputs, weights), emission=tuple(map(Alpha, sums)))


def _with_rows(before: State, after: State, netuid: NetUid, uids: Collection[int]) -> State:
    for mechanism in range(before.subnet(netuid).hyperparameters.mechanism_count):
        index = storage_index(netuid, mechanism)
        rows = {uid: row for uid, row in before.subnet(index).neurons.weights.items() if uid in uids}
        subnet = after.subnet(index)
        neurons = evolve(subnet.neurons, weights=subnet.neurons.weights.update(rows))
        after = evolve(after, subnets=after.subnets.set(index, evolve(subnet, neurons=neurons)))
    return after


def _active_without_an_update(right: Right, given: Any) -> Any:
    missing = given.n - len(given.last_update)
    return evolve(right(given), last_update=(*given.last_update[: given.n], *[given.block_number] * missing))


MUTANTS: tuple[Mutant, ...] = (
    Replaced(
        "EPOCH-18", "outcome.require", "a mechanism that does not exist has weights",
        unchecked(Rejection.MECHANISM_DOES_NOT_EXIST), era="320", seen_by="calls.weights.set_weights",
    ),
    Replaced(
        "EPOCH-20", "calls.weights.passes_weights_rate_limit", "the limit counts from the last update in any mechanism",
        lambda right, subnet, uid, block, updates: right(
            subnet, uid, block, [max(each) for each in zip(subnet.neurons.last_update, updates, strict=False)]
        ),
        era="320", unrecorded="No recording sets weights in a mechanism soon after another one.",
        seen_by="calls.weights.set_weights",
    ),
    Replaced(
        "EPOCH-23", f"{RULES}.storage_index", "mechanisms are 256 subnets apart",
        lambda right, netuid, mechanism: NetUid(netuid + 256 * mechanism), era="320",
    ),
    Replaced(
        "EPOCH-24", "rules.mechanisms.emissions_of_mechanisms", "what is left of the emission is lost",
        _leftover_lost, era="320",
    ),
    Replaced(
        "EPOCH-25", "rules.mechanisms.combined", "the emission of a neuron is a sum",
        _emission_summed, era="320",
    ),
    Replaced(
        "EPOCH-25", "rules.mechanisms.mechanism_weight", "without emission all mechanisms count",
        lambda right, part, emission, is_main: right(part, emission, True), era="320",
    ),
    Replaced(
        "EPOCH-26", "rules.epoch.padded", "a neuron without a last update is active",
        _active_without_an_update, era="320",
    ),
    Replaced(
        "EPOCH-26", f"{STATE}.updated", "a last update beyond the list is lost",
        lambda right, updates, n, uid, block: with_element(updates, uid, block), era="320",
    ),
    Replaced(
        "BOND-12", f"{STATE}.bonds_after", "bonds of neurons without a permit stay", _only_rewritten, era="320",
    ),
    Replaced(
        "REG-3", "transitions.mechanisms.append_to_mechanisms", "a neuron joins the first mechanism alone",
        lambda right, state, netuid, hotkey: with_hyperparameter(right, state, netuid, "mechanism_count", 1, hotkey),
        era="320",
    ),
    Replaced(
        "REG-4", f"{STATE}.clear_in_mechanisms", "the newcomer judges by the weights of its predecessor",
        lambda right, state, netuid, uid: _with_rows(state, right(state, netuid, uid), netuid, [uid]), era="320",
    ),
    Replaced(
        "REG-4", f"{STATE}.clear_in_mechanisms", "the newcomer is judged by weights on its predecessor",
        lambda right, state, netuid, uid: (
            _with_rows(state, right(state, netuid, uid), netuid, set(range(2**12)) - {uid})
        ),
        era="320",
    ),
)  # fmt: skip
