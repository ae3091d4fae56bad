"""What the clerk enters for each call."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dtao.records import Subnet
from dtao.state import State
from dtao.units import U16_MAX, U64_MAX, AccountId, NetUid
from dtao_properties.model.clerk.desk import Clerk, entry
from dtao_properties.model.clerk.keys import coldkey_swapped, hotkey_swapped
from dtao_properties.model.ledger import fees, figures
from dtao_properties.model.ledger.legs import networks
from dtao_properties.model.ledger.payments import lock_cost, payable
from dtao_properties.model.ledger.payout import DEFAULT_TAKE
from dtao_properties.model.step import Step, kept

BLOCKS_A_DAY = 7_200
CHILDREN, CHILDKEY_TAKE = 0, 1
"""The kinds of transactions that are limited by hotkey and subnet."""
STAKE_EVENTS = frozenset({"StakeAdded", "StakeRemoved", "StakeMoved", "StakeTransferred", "StakeSwapped"})
"""The events that the ledger tells."""
NOMINATIONS = ("add_stake_limit", "move_stake", "transfer_stake", "swap_stake", "swap_stake_limit")
"""The calls that make a hotkey with stake of another than its owner a delegate, from 244 on."""
START: Mapping[str, Any] = {
    "Active": True, "LastUpdate": None, "Rank": 0, "Trust": 0, "ValidatorTrust": 0, "Consensus": 0, "Incentive": 0,
    "Dividends": 0, "Emission": 0, "PruningScores": 0, "ValidatorPermit": False,
}  # fmt: skip
"""What a neuron starts with under a new uid; None stands for the present block."""
SUCCESSION = ("Active", "Trust", "Consensus", "Incentive", "Dividends", "Emission")
"""What a neuron does not inherit with the uid of another one."""
NEW_NETWORK: Mapping[str, Any] = {
    "NetworksAdded": True, "SubnetMechanism": 1, "NetworkRegistrationAllowed": True, "MaxAllowedUids": 256,
    "MaxAllowedValidators": 64, "MinAllowedWeights": 1, "MaxWeightsLimit": 65_535, "AdjustmentInterval": 360,
    "TargetRegistrationsPerInterval": 1, "AdjustmentAlpha": 17_893_341_751_498_265_066, "ImmunityPeriod": 5_000,
    "MinDifficulty": U64_MAX, "MaxDifficulty": U64_MAX,
}  # fmt: skip
DISSOLVED = (
    "NetworksAdded", "SubnetOwner", "NetworkRegisteredAt", "Tempo", "Kappa", "MaxAllowedUids", "ImmunityPeriod",
    "ActivityCutoff", "MaxWeightsLimit", "MinAllowedWeights", "Difficulty", "RegistrationsThisInterval",
    "BurnRegistrationsThisInterval", "POWRegistrationsThisInterval", "SubnetworkN", *START,
)  # fmt: skip
"""What of a network is as if there had never been one after it was dissolved."""


@kept
def clerk_of(step: Step) -> Clerk:
    """Return what the clerk says of an accepted call."""
    clerk = Clerk(step)
    CALLS[step.name](clerk)
    return clerk


def differences(step: Step, items: Iterable[str]) -> Iterable[str]:
    """Yield a sentence for each entry of some items that an accepted call leaves otherwise than the clerk says."""
    clerk, compared = clerk_of(step), frozenset(items)
    for key in sorted({key for key in (*clerk.entries, *step.changed) if key[0] in compared}, key=str):
        expected, found = clerk.read(*key), entry(step.after, key)
        if expected != found:
            yield f"{'/'.join(map(str, key))} is {found}, not {expected}, after {step.name}"


def staked(clerk: Clerk) -> None:
    """Enter who stakes with what, by the stakes that the call tells of."""
    state, step = clerk.before, clerk.step
    for event in step.events:
        if event[0] not in ("StakeAdded", "StakeRemoved"):
            continue
        coldkey, hotkey, tao, alpha = (int(number) for number in event[1:5])
        if clerk.since(238):
            clerk.noted("LastColdkeyHotkeyStakeBlock", coldkey, hotkey)
        if event[0] == "StakeRemoved":
            continue
        nominates = step.name in NOMINATIONS and state.owner.get(AccountId(hotkey)) != coldkey
        if clerk.since(244) and nominates and hotkey not in state.delegates:
            clerk.write(DEFAULT_TAKE, "Delegates", hotkey)
        known = clerk.read("StakingHotkeys", coldkey)
        if tao and (alpha or entry(step.after, ("StakingHotkeys", coldkey)) == (*known, hotkey)):
            clerk.listed(hotkey, "StakingHotkeys", coldkey)


def unstaked(clerk: Clerk) -> None:
    """Drop pending children of a hotkey whose stake fell below the threshold: on every network."""
    staked(clerk)
    hotkey, state = clerk.argument("hotkey"), clerk.step.after
    threshold = state.parameters.stake_threshold
    if threshold and worth(state, hotkey) < threshold:
        for netuid in networks(state):
            clerk.write(((), 0), "PendingChildKeys", netuid, hotkey)


def worth(state: State, hotkey: Any) -> int:
    """Return the stake on a hotkey on all networks, in rao at their prices; the sum wraps around."""
    total = 0
    for netuid in map(NetUid, networks(state)):
        subnet, pool = state.subnet(netuid), state.pool(netuid)
        mechanism = figures.STABLE if fees.is_stable(state, netuid) else subnet.mechanism
        stake = subnet.share_pools.get(hotkey)
        price = figures.price(mechanism, pool.tao, pool.alpha_in)
        total += min(int((stake.total_alpha if stake else 0) * price), U64_MAX)
    return total & U64_MAX


def account_created(clerk: Clerk) -> None:
    """Give a hotkey without an owner to the signer, who owns it and stakes with it."""
    hotkey = clerk.argument("hotkey")
    if clerk.read("Owner", hotkey) is None:
        clerk.write(clerk.signer, "Owner", hotkey)
        clerk.listed(hotkey, "OwnedHotkeys", clerk.signer)
        clerk.listed(hotkey, "StakingHotkeys", clerk.signer)


def neuron_entered(clerk: Clerk, netuid: int, uid: int, hotkey: int) -> None:
    """Give a hotkey a uid: a new one, or that of another neuron."""
    count = clerk.read("SubnetworkN", netuid)
    if uid == count:
        clerk.write(count + 1, "SubnetworkN", netuid)
        for item, start in START.items():
            clerk.write((*clerk.read(item, netuid), clerk.block if start is None else start), item, netuid)
    else:
        old = clerk.read("Keys", netuid, uid)
        clerk.write(None, "Uids", netuid, old)
        clerk.write(False, "IsNetworkMember", old, netuid)
        for item in SUCCESSION:
            replaced(clerk, START[item], uid, item, netuid)
        if clerk.since(257):
            clerk.write((), "Bonds", netuid, uid)
    clerk.write(hotkey, "Keys", netuid, uid)
    clerk.write(uid, "Uids", netuid, hotkey)
    clerk.write(True, "IsNetworkMember", hotkey, netuid)
    clerk.noted("BlockAtRegistration", netuid, uid)


def replaced(clerk: Clerk, value: Any, uid: int, *key: Any) -> None:
    """Enter one element of a vector, if it is long enough."""
    vector = clerk.read(*key)
    clerk.write((*vector[:uid], value, *vector[uid + 1 :])[: len(vector)], *key)


def registered(clerk: Clerk, netuid: int, uid: int, is_replaceable: bool = True) -> None:
    """Count a registration, and tell of it."""
    hotkey = clerk.argument("hotkey")
    if uid == clerk.read("SubnetworkN", netuid) or is_replaceable:
        neuron_entered(clerk, netuid, uid, hotkey)
    for item in ("RegistrationsThisBlock", "RegistrationsThisInterval"):
        clerk.write(min(clerk.read(item, netuid) + 1, U16_MAX), item, netuid)
    clerk.told("NeuronRegistered", netuid, uid, hotkey)


def is_protected(clerk: Clerk, subnet: Subnet, hotkey: Any) -> bool:
    """Whether a neuron cannot be replaced: it is the owner's hotkey; before 238 any hotkey of the owner's."""
    if clerk.since(238):
        return subnet.owner_hotkey is not None and hotkey == subnet.owner_hotkey
    return bool((clerk.read("Owner", hotkey) or 0) == (subnet.owner or 0))


def _burned_register(clerk: Clerk) -> None:
    account_created(clerk)
    netuid = clerk.argument("netuid")
    subnet = clerk.before.subnet(netuid)
    neurons: Any = subnet.neurons
    uid = neurons.n
    item = "BurnRegistrationsThisInterval"
    clerk.write(min(clerk.read(item, netuid) + 1, U16_MAX), item, netuid)
    if uid < subnet.hyperparameters.max_allowed_uids:
        return registered(clerk, netuid, uid)
    immunity = subnet.hyperparameters.immunity_period
    entered = {one: neurons.block_at_registration.get(one, 0) for one in range(uid)}
    others = [
        (max(clerk.block - entered[one], 0) < immunity, neurons.pruning_scores[one], entered[one], one)
        for one in range(uid)
        if not is_protected(clerk, subnet, neurons.keys.get(one, -1))
    ]
    uid = min(others)[-1] if others else 0
    if neurons.n:
        replaced(clerk, U16_MAX, uid, "PruningScores", netuid)
    return registered(clerk, netuid, uid, bool(others))


def _root_register(clerk: Clerk) -> None:
    account_created(clerk)
    hotkey, root = clerk.argument("hotkey"), clerk.before.subnet(NetUid(0))
    neurons, uid = root.neurons, root.neurons.n
    if clerk.read("Delegates", hotkey) is None:
        clerk.write(DEFAULT_TAKE, "Delegates", hotkey)
    if uid < root.hyperparameters.max_allowed_uids:
        return registered(clerk, 0, uid)
    stakes = {one: root.share_pools.get(held) for one, held in neurons.keys.items()}
    ranked = [(0 if pool is None else pool.total_alpha, one & 255, one >> 8, one) for one, pool in stakes.items()]
    lowest: Any = min(ranked, default=(0,))[-1]
    return registered(clerk, 0, lowest, not is_protected(clerk, root, neurons.keys.get(lowest, -1)))


def _register_network(clerk: Clerk) -> None:
    state, hotkey = clerk.before, clerk.argument("hotkey")
    account_created(clerk)
    netuid = next(netuid for netuid in range(1, 2**16) if not state.subnet(NetUid(netuid)).added)
    clerk.write(min(state.total_networks + 1, U16_MAX), "TotalNetworks")
    clerk.noted("NetworkLastRegistered")
    clerk.write(payable(state.balances.get(clerk.signer, 0), lock_cost(state)), "NetworkLastLockCost")
    if state.total_issuance < figures.SUPPLY:
        clerk.write(figures.block_emission(state.total_issuance), "BlockEmission")
    for item, value in NEW_NETWORK.items():
        clerk.write(value, item, netuid)
    clerk.write(clerk.step.era.runtime.items.subnet.hyperparameters.tempo, "Tempo", netuid)
    if not clerk.since(257):
        clerk.write(1, "MinBurn", netuid)
    clerk.write(clerk.signer, "SubnetOwner", netuid)
    clerk.write(hotkey, "SubnetOwnerHotkey", netuid)
    clerk.noted("NetworkRegisteredAt", netuid)
    clerk.write(0 if clerk.since(273) else state.total_stake, "TotalStakeAtDynamic", netuid)
    clerk.write(0, "SubnetworkN", netuid)
    neuron_entered(clerk, netuid, 0, hotkey)
    clerk.told("NetworkAdded", netuid, 1 if clerk.since(257) else 0)


def _dissolve_network(clerk: Clerk) -> None:
    state, netuid = clerk.before, clerk.argument("netuid")
    neurons, bare = state.subnet(NetUid(netuid)).neurons, blank(clerk)
    clerk.write(max(state.total_networks - 1, 0), "TotalNetworks")
    for item in DISSOLVED:
        clerk.write(entry(bare, (item, netuid)), item, netuid)
    for uid, hotkey in neurons.keys.items():
        clerk.write(None, "Keys", netuid, uid)
        clerk.write(False, "IsNetworkMember", hotkey, netuid)
    for hotkey in neurons.uids:
        clerk.write(None, "Uids", netuid, hotkey)
    for item in ("Weights", "Bonds"):
        for uid in getattr(neurons, item.lower()):
            clerk.write((), item, netuid, uid)
    for uid, row in state.subnet(NetUid(0)).neurons.weights.items():
        if netuid:
            clerk.write(tuple((to, 0 if to == netuid else weight) for to, weight in row), "Weights", 0, uid)
    clerk.told("NetworkRemoved", netuid)


def blank(clerk: Clerk) -> State:
    """Return a state in which nothing is stored."""
    return State(runtime=clerk.step.era.runtime)


def _start_call(clerk: Clerk) -> None:
    netuid, first = clerk.argument("netuid"), min(clerk.block + 1, U64_MAX)
    clerk.write(first, "FirstEmissionBlockNumber", netuid)
    if clerk.since(273):
        clerk.write(True, "SubtokenEnabled", netuid)
    clerk.told("FirstEmissionBlockNumberSet", netuid, first)


def _set_weights(clerk: Clerk) -> None:
    netuid = clerk.argument("netuid")
    uid: int = clerk.before.subnet(netuid).neurons.uids.get(clerk.signer, 0)
    replaced(clerk, clerk.block, uid, "LastUpdate", netuid)
    clerk.told("WeightsSet", netuid, uid)


def _set_children(clerk: Clerk) -> None:
    step, hotkey, netuid = clerk.step, clerk.argument("hotkey"), clerk.argument("netuid")
    children = tuple((int(part), int(child)) for part, child in step.args["children"])
    cooldown = BLOCKS_A_DAY if clerk.since(252) else 1
    if clerk.since(277):
        cooldown = clerk.before.parameters.pending_child_key_cooldown
    ready = min(clerk.block + cooldown, U64_MAX)
    clerk.write((children, ready), "PendingChildKeys", netuid, hotkey)
    clerk.noted("TransactionKeyLastBlock", hotkey, netuid, CHILDREN)
    listed = [[str(part), str(child)] for part, child in children]
    clerk.events.append(("SetChildrenScheduled", str(hotkey), str(netuid), str(ready), listed))


def _set_childkey_take(clerk: Clerk) -> None:
    hotkey, netuid, take = (clerk.argument(name) for name in ("hotkey", "netuid", "take"))
    clerk.write(take, "ChildkeyTake", hotkey, netuid)
    clerk.noted("TransactionKeyLastBlock", hotkey, netuid, CHILDKEY_TAKE)
    clerk.told("ChildKeyTakeSet", hotkey, take)


def _increase_take(clerk: Clerk) -> None:
    hotkey = clerk.argument("hotkey")
    clerk.noted("LastTxBlockDelegateTake", hotkey if clerk.since(244) else clerk.signer)
    _take_set(clerk, "TakeIncreased")


def _decrease_take(clerk: Clerk) -> None:
    if clerk.since(244):
        clerk.noted("LastTxBlockDelegateTake", clerk.argument("hotkey"))
    _take_set(clerk, "TakeDecreased")


def _take_set(clerk: Clerk, event: str) -> None:
    hotkey, take = clerk.argument("hotkey"), clerk.argument("take")
    clerk.write(take, "Delegates", hotkey)
    clerk.told(event, clerk.signer, hotkey, take)


def _set_pending_childkey_cooldown(clerk: Clerk) -> None:
    clerk.write(clerk.argument("cooldown"), "PendingChildKeyCooldown")


def _alpha_given_up(event: str) -> Callable[[Clerk], None]:
    def given_up(clerk: Clerk) -> None:
        hotkey, netuid = clerk.argument("hotkey"), clerk.argument("netuid")
        pools = [state.subnet(netuid).share_pools.get(hotkey) for state in (clerk.before, clerk.step.after)]
        had, has = (0 if pool is None else pool.total_alpha for pool in pools)
        clerk.told(event, clerk.signer, hotkey, max(had - has, 0), netuid)

    return given_up


def _nothing(clerk: Clerk) -> None:
    """Change no record."""


CALLS: Mapping[str, Callable[[Clerk], None]] = {
    "add_stake": staked,
    "add_stake_limit": staked,
    "remove_stake": unstaked,
    "remove_stake_limit": unstaked,
    "unstake_all": staked,
    "unstake_all_alpha": staked,
    "move_stake": staked,
    "transfer_stake": staked,
    "swap_stake": staked,
    "swap_stake_limit": staked,
    "burned_register": _burned_register,
    "root_register": _root_register,
    "register_network": _register_network,
    "dissolve_network": _dissolve_network,
    "swap_hotkey": hotkey_swapped,
    "swap_coldkey": coldkey_swapped,
    "transfer": _nothing,
    "set_weights": _set_weights,
    "set_children": _set_children,
    "set_childkey_take": _set_childkey_take,
    "increase_take": _increase_take,
    "decrease_take": _decrease_take,
    "try_associate_hotkey": account_created,
    "start_call": _start_call,
    "recycle_alpha": _alpha_given_up("AlphaRecycled"),
    "burn_alpha": _alpha_given_up("AlphaBurned"),
    "set_pending_childkey_cooldown": _set_pending_childkey_cooldown,
}
"""What each call enters, once it is accepted."""
