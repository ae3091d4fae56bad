"""Keys that take the place of others."""

from dtao_properties.mutants.mutant import Mutant, Patched

MUTANTS: tuple[Mutant, ...] = (
    Patched(
        "KEY-1", "calls.keys.swapped_everywhere", "the cost is ten times as high",
        "state.runtime.constants.key_swap_cost",
        "Rao(10 * state.runtime.constants.key_swap_cost)",
    ),
    Patched(
        "KEY-1", "calls.keys.SwapHotkey.apply", "the new hotkey may be registered",
        "require(not registered, Rejection.HOT_KEY_ALREADY_REGISTERED_IN_SUB_NET)", "pass", after="N27",
    ),
    Patched(
        "KEY-2", "calls.keys.SwapColdkey.apply", "the new coldkey may be a hotkey",
        "require(self.new_coldkey not in state.owner, Rejection.NEW_COLD_KEY_IS_HOTKEY)", "pass",
    ),
    Patched(
        "KEY-3", "transitions.keys.hotkey_swapped", "what is under a netuid without a network stays behind",
        "everywhere + on_networks if subnet.added else everywhere", "everywhere + on_networks if subnet.added else ()",
    ),
    Patched(
        "KEY-3", "transitions.keys.hotkey_swapped", "the owner hotkey of a subnet follows",
        "        if swapped is not subnet:\n",
        "        swapped = owner_hotkey_renamed(swapped, old, new)\n        if swapped is not subnet:\n",
        after="L23",
    ),
    Patched(
        "KEY-3", "transitions.keys.hotkey_swapped", "the childkey take follows",
        "        if swapped is not subnet:\n",
        "        if old in swapped.childkey_take:\n            swapped = evolve(swapped, childkey_take="
        "swapped.childkey_take.delete(old).set(new, swapped.childkey_take[old]))\n        if swapped is not subnet:\n",
        after="L24",
    ),
    Patched(
        "KEY-3", "transitions.keys.hotkey_swapped", "only positions on hotkeys with root stake move",
        "    for netuid, subnet in state.subnets.items():\n",
        "    for netuid, subnet in state.subnets.items():\n"
        "        if netuid and old not in state.subnet(NetUid(0)).share_pools:\n            continue\n", after="P26",
    ),
    Patched(
        "KEY-3", "transitions.keys.delegation_moved", "the take stays behind",
        "delegates=state.delegates.delete(old).set(new, state.delegates[old])", "delegates=state.delegates.delete(old)",
    ),
    Patched(
        "KEY-4", "transitions.keys.totals_moved", "the new hotkey's own total is overwritten",
        "source.total_alpha + target.total_alpha", "source.total_alpha",
        unrecorded="In no recording does the new hotkey have stake of its own.",
    ),
    Patched(
        "KEY-4", "transitions.keys.last_blocks_renewed", "the new hotkey has no last change of take",
        "with_entry(without(state.last_tx_block_delegate_take, old), new, block, block != 0)",
        "without(state.last_tx_block_delegate_take, old)",
    ),
    Patched(
        "KEY-5", "transitions.keys.neuron_renamed", "the uid keeps the old key",
        "keys=neurons.keys.set(uid, new)", "keys=neurons.keys",
    ),
    Patched(
        "KEY-6", "transitions.keys.family_renamed", "children keep the old parent",
        "listed = renamed(parents.get(child, ()), old, new)", "listed = parents.get(child, ())",
    ),
    Patched(
        "KEY-6", "transitions.keys.family_renamed", "parents stay with the old hotkey",
        "parents = with_entry(without(parents, old), new, own_parents, bool(own_parents))", "pass",
    ),
    Patched(
        "KEY-7", "transitions.keys.pending_children_renamed", "pending children are lost",
        "pending = pending.delete(old).set(new, pending[old])", "pending = pending.delete(old)", after="P27",
    ),
    Patched(
        "KEY-7", "transitions.keys.pending_children_renamed", "a renamed child keeps its place",
        "((*others, (children[index][0], new)), cooldown_block)",
        "((*children[:index], (children[index][0], new), *children[index + 1 :]), cooldown_block)",
    ),
    Patched(
        "KEY-8", "transitions.keys.coldkey_swapped", "the subnets of the old coldkey stay its own",
        "subnet = evolve(subnet, owner=new)", "pass",
    ),
    Patched(
        "KEY-8", "transitions.keys.coldkey_swapped", "the new coldkey's own shares are overwritten",
        "pool.shares.get(new, NO_SHARES) + pool.shares.get(old, NO_SHARES)", "pool.shares.get(old, NO_SHARES)",
    ),
    Patched(
        "KEY-9", "transitions.keys.shares_moved", "shares of the new hotkey are overwritten",
        "shares.get(coldkey, NO_SHARES) + held", "held",
        unrecorded="In no recording does the new hotkey have shares of the same coldkey.",
    ),
)  # fmt: skip
