"""Several mechanisms a subnet."""

from typing import Any

from dtao.entries import with_element
from dtao.persistent import Map
from dtao.units import NetUid
from dtao_properties.mutants.mutant import Mutant, Patched, Replaced, Right

STATE = "transitions.mechanisms"
RULES = "rules.mechanisms"


def _only_rewritten(right: Right, bonds: Map[Any, Any], output: Any) -> Map[Any, Any]:
    return Map({**bonds, **right(bonds, output)})


MUTANTS: tuple[Mutant, ...] = (
    Patched(
        "EPOCH-18", "calls.weights.weights_set", "a mechanism that does not exist has weights",
        "subnet.added and mechanism < hyperparameters.mechanism_count", "subnet.added", era="320",
    ),
    Patched(
        "EPOCH-20", "calls.weights.weights_set", "the limit counts from the last update in any mechanism",
        "state.block_number, neurons.last_update)",
        "state.block_number, [max(each) for each in zip(subnet.neurons.last_update, neurons.last_update)])",
        era="320",
        unrecorded="No recording sets weights in a mechanism soon after another one.",
    ),
    Replaced(
        "EPOCH-23", f"{RULES}.storage_index", "mechanisms are 256 subnets apart",
        lambda right, netuid, mechanism: NetUid(netuid + 256 * mechanism), era="320",
    ),
    Patched(
        "EPOCH-24", f"{RULES}.emissions_of_mechanisms", "what is left of the emission is lost",
        "max(emission - sum(parts), 0)", "0", era="320",
    ),
    Patched(
        "EPOCH-25", f"{RULES}.combined", "the emission of a neuron is a sum",
        "tuple(map(Alpha, _weighted([output.emission for output in outputs], weights, U64_MAX)))",
        "_sums([output.emission for output in outputs])",
        era="320",
    ),
    Patched(
        "EPOCH-25", f"{RULES}.mechanism_weight", "without emission all mechanisms count",
        "U64F64.one if is_main else 0", "U64F64.one", era="320",
    ),
    Patched(
        "EPOCH-26", "rules.epoch.padded", "a neuron without a last update is active",
        "given.last_update, n, BlockNumber(0)", "given.last_update, n, given.block_number", era="320",
    ),
    Replaced(
        "EPOCH-26", f"{STATE}.updated", "a last update beyond the list is lost",
        lambda right, updates, n, uid, block: with_element(updates, uid, block), era="320",
    ),
    Replaced(
        "BOND-12", f"{STATE}.bonds_after", "bonds of neurons without a permit stay", _only_rewritten, era="320",
    ),
    Patched(
        "REG-3", f"{STATE}.appended_to_mechanisms", "a neuron joins the first mechanism alone",
        "range(subnet.hyperparameters.mechanism_count)", "range(1)", era="320",
    ),
    Patched(
        "REG-4", f"{STATE}.cleared_in_mechanisms", "the newcomer judges by the weights of its predecessor",
        "weights = without(neurons.weights, uid)", "weights = neurons.weights", era="320",
    ),
    Patched(
        "REG-4", f"{STATE}.cleared_in_mechanisms", "the newcomer is judged by weights on its predecessor",
        "0 if at == uid else weight", "weight", era="320",
    ),
)  # fmt: skip
