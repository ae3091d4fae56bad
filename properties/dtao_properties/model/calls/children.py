"""What naming children writes: what is pending, and on subnets that were not started the relations themselves."""

from typing import Any

from dtao.units import U64_MAX, NetUid
from dtao_properties.model.calls.effects import effect_of
from dtao_properties.model.calls.staking import worth
from dtao_properties.model.storage_model import StorageModel
from dtao_spec.chapters.child_relations import relations_refusal
from dtao_spec.chapters.children import CALL_INTERVAL

BLOCKS_A_DAY = 7_200
CHILDREN = 0
"""The kind of transaction that is limited by hotkey and subnet."""
AT_ONCE_SINCE = 401
"""The first version in which children are in force at once on a subnet that was not started."""
AT_AN_EPOCH = (358, 1, 360)
"""Block, netuid and tempo of a network whose epoch is due."""


@effect_of("set_children")
def set_children(model: StorageModel) -> None:
    """Schedule children, or put them in force."""
    hotkey, netuid = model.argument("hotkey"), model.argument("netuid")
    children = tuple((int(part), int(child)) for part, child in model.step.args["children"])
    model.write_block("TransactionKeyLastBlock", hotkey, netuid, CHILDREN)
    if model.since(AT_ONCE_SINCE) and not model.state.subnet(NetUid(netuid)).subtoken_enabled:
        return put_in_force(model, netuid, hotkey, children)
    cooldown = BLOCKS_A_DAY if model.since(245) else 1
    if model.since(277):
        cooldown = model.state.parameters.pending_child_key_cooldown
    ready = min(model.block + cooldown, U64_MAX)
    model.write((children, ready), "PendingChildKeys", netuid, hotkey)
    listed = [[str(part), str(child)] for part, child in children]
    return model.events.append(("SetChildrenScheduled", str(hotkey), str(netuid), str(ready), listed))


def put_in_force(model: StorageModel, netuid: int, hotkey: int, children: tuple[tuple[int, int], ...]) -> None:
    """Give a hotkey children, unless they contradict its parents."""
    near = {hotkey, *(child for _, child in children)}
    near |= {other for item in ("ChildKeys", "ParentKeys") for _, other in model.read(item, hotkey, netuid)}
    before = [{one: tuple(model.read(item, one, netuid)) for one in near} for item in ("ChildKeys", "ParentKeys")]
    _, *after = model.rules["CHILD-1"]({hotkey: (children, 0)}, *before, *AT_AN_EPOCH)
    for item, lists in zip(("ChildKeys", "ParentKeys"), after, strict=True):
        for one in near:
            model.write(lists.get(one, ()), item, one, netuid)


def name_parents(model: StorageModel, netuid: int, owner_hotkey: int) -> None:
    """Let validators of root give their stake on a new network to its owner hotkey: those that may and do not mind."""
    state = model.step.after
    child = ((U64_MAX, owner_hotkey),)
    validators: dict[int, bool] = {}
    refused = []
    for _, hotkey in sorted(state.subnet(NetUid(0)).neurons.keys.items(), key=_little_endian):
        validators[hotkey] = state.auto_parent_delegation_enabled.get(hotkey, True)
        last = model.read("TransactionKeyLastBlock", hotkey, netuid, CHILDREN)
        is_limited = last and model.block - last < CALL_INTERVAL
        is_parent = relations_refusal(hotkey, child, tuple(model.read("ParentKeys", hotkey, netuid))) is not None
        if is_limited or is_parent or worth(state, hotkey) < state.parameters.stake_threshold:
            refused.append(hotkey)
    for hotkey in model.rules["CHILD-14"](validators, owner_hotkey, refused):
        model.write_block("TransactionKeyLastBlock", hotkey, netuid, CHILDREN)
        put_in_force(model, netuid, hotkey, child)


def _little_endian(neuron: tuple[Any, Any]) -> bytes:
    return int(neuron[0]).to_bytes(2, "little")
