"""What registrations and new and dissolved networks do: to money, and to what is stored of networks and neurons."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from attrs import frozen

from dtao.records import Subnet
from dtao.state import State
from dtao.units import U16_MAX, U64_MAX, AccountId, NetUid
from dtao_properties.model import accounts, ranges
from dtao_properties.model.amounts import block_emission, lock_cost
from dtao_properties.model.by_swap import burned_for_registration
from dtao_properties.model.calls import dissolution
from dtao_properties.model.calls.children import name_parents
from dtao_properties.model.calls.effects import effect_of
from dtao_properties.model.stake import bought, credit_stake, deposited, networks, withdrawn
from dtao_properties.model.storage_model import (
    ACCOUNT_LEDGER,
    ACCOUNTS_SINCE,
    ALPHA_LEDGER,
    POOL_LEDGER,
    TAO_LEDGER,
    StorageModel,
    entry,
)
from dtao_properties.model.weighted import WEIGHTS_SINCE
from dtao_spec.chapters.dividends.division import DEFAULT_TAKE
from dtao_spec.chapters.issuance import TOTAL_SUPPLY
from dtao_spec.chapters.networks.median import BY_INTERVALS
from dtao_spec.chapters.neurons.neuron import Neuron
from dtao_spec.chapters.neurons.replacement import immune_of_owner

START: Mapping[str, Any] = {
    "Active": True, "LastUpdate": None, "Rank": 0, "Trust": 0, "ValidatorTrust": 0, "Consensus": 0, "Incentive": 0,
    "Dividends": 0, "Emission": 0, "PruningScores": 0, "ValidatorPermit": False,
}  # fmt: skip
"""What a neuron starts with under a new uid; None stands for the present block."""
UNRANKED = ("Rank", "Trust", "PruningScores")
"""What is not stored any more from 365 on."""
SUCCESSION = ("Active", "Trust", "Consensus", "Incentive", "Dividends", "Emission")
"""What a neuron does not inherit with the uid of another one."""
NEW_NETWORK: Mapping[str, Any] = {
    "NetworksAdded": True, "SubnetMechanism": 1, "NetworkRegistrationAllowed": True, "MaxAllowedUids": 256,
    "MaxAllowedValidators": 64, "MinAllowedWeights": 1, "MaxWeightsLimit": 65_535, "AdjustmentInterval": 360,
    "TargetRegistrationsPerInterval": 1, "AdjustmentAlpha": 17_893_341_751_498_265_066, "ImmunityPeriod": 5_000,
    "MinDifficulty": U64_MAX, "MaxDifficulty": U64_MAX,
}  # fmt: skip
FIRST_BURN = 10**9
"""What a registration on a new network costs from then on, in rao."""
DISSOLVED = (
    "NetworksAdded", "SubnetOwner", "NetworkRegisteredAt", "Tempo", "Kappa", "MaxAllowedUids", "ImmunityPeriod",
    "ActivityCutoff", "MaxWeightsLimit", "MinAllowedWeights", "Difficulty", "RegistrationsThisInterval",
    "BurnRegistrationsThisInterval", "POWRegistrationsThisInterval", "SubnetworkN", *START,
)  # fmt: skip
"""What of a network is as if there had never been one after it was dissolved, until 300."""
LAST_CLOSED = 128
"""The last subnet of which ``disable_lp`` closes the pool to users."""
ONE_LIMIT = 338
"""The first version in which all weights have one limit, and what is stored as that of a network stays."""
BY_EMISSION = 365
"""The first version in which the neuron with the least emission is pruned, and ranks and scores are not stored."""
FOUNDERS = "alpha for founders"
FALLING_PRICES = 401
"""The first version in which a registration raises its price, which falls in every block; intervals count on root."""
AT_MEDIAN_PRICE, NO_OWNER_ALPHA = 401, 402
"""The versions from which a pool begins at the median price with all that was paid, and its owner is staked nothing."""
IN_LIMIT = 320
"""The first version with a limit of subnets, beyond which a new one takes the place of another."""


@effect_of("try_associate_hotkey")
def create_account(model: StorageModel) -> None:
    """Give a hotkey without an owner to the signer, who owns it and stakes with it."""
    hotkey = model.argument("hotkey")
    if model.read("Owner", hotkey) is None:
        model.write(model.signer, "Owner", hotkey)
        model.append(hotkey, "OwnedHotkeys", model.signer)
        model.append(hotkey, "StakingHotkeys", model.signer)


def enter_neuron(model: StorageModel, netuid: int, uid: int, hotkey: int) -> None:
    """Give a hotkey a uid: a new one, or that of another neuron."""
    count = model.read("SubnetworkN", netuid)
    if uid == count:
        model.write(count + 1, "SubnetworkN", netuid)
        for item, start in START.items():
            if item in UNRANKED and model.since(BY_EMISSION):
                continue
            model.write((*model.read(item, netuid), model.block if start is None else start), item, netuid)
        for index in _further_mechanisms(model, netuid):
            model.write((*model.read("Incentive", index), 0), "Incentive", index)
            write_last_update(model, index, uid)
    else:
        old = model.read("Keys", netuid, uid)
        model.write(None, "Uids", netuid, old)
        model.write(False, "IsNetworkMember", old, netuid)
        for item in SUCCESSION:
            if item not in UNRANKED or not model.since(BY_EMISSION):
                replace_element(model, START[item], uid, item, netuid)
        for index in _further_mechanisms(model, netuid):
            replace_element(model, 0, uid, "Incentive", index)
        for index in (netuid, *_further_mechanisms(model, netuid)) if model.since(FALLING_PRICES) else ():
            write_last_update(model, index, uid)
        for item in ("ValidatorTrust", "ValidatorPermit") if model.since(ACCOUNTS_SINCE) else ():
            replace_element(model, START[item], uid, item, netuid)
        if model.since(257):
            model.write((), "Bonds", netuid, uid)
    model.write(hotkey, "Keys", netuid, uid)
    model.write(uid, "Uids", netuid, hotkey)
    model.write(True, "IsNetworkMember", hotkey, netuid)
    model.write_block("BlockAtRegistration", netuid, uid)


def _further_mechanisms(model: StorageModel, netuid: int) -> list[int]:
    """Return under which indices what mechanisms after the first one store of the neurons of a subnet stands."""
    count = model.state.subnet(NetUid(netuid)).hyperparameters.mechanism_count
    return [netuid + dissolution.MECHANISM * mechanism for mechanism in range(1, count)]


def write_last_update(model: StorageModel, index: int, uid: int) -> None:
    """Let the last update of a neuron in a mechanism be this block; those before it that are not stored are of 0."""
    updates = model.read("LastUpdate", index)
    count: int = model.read("SubnetworkN", index % dissolution.MECHANISM)
    updates = (*updates, *(0,) * (count - len(updates)))
    model.write(
        (*updates[:uid], model.block, *updates[uid + 1 :]) if uid < len(updates) else updates, "LastUpdate", index
    )


def replace_element(model: StorageModel, value: Any, uid: int, *key: Any) -> None:
    """Enter one element of a vector, if it is long enough."""
    vector = model.read(*key)
    model.write((*vector[:uid], value, *vector[uid + 1 :])[: len(vector)], *key)


def register_neuron(model: StorageModel, netuid: int, uid: int, is_replaceable: bool = True) -> None:
    """Count a registration, and tell of it."""
    hotkey = model.argument("hotkey")
    if uid == model.read("SubnetworkN", netuid) or is_replaceable:
        enter_neuron(model, netuid, uid, hotkey)
    is_by_interval = netuid == 0 or not model.since(FALLING_PRICES)
    for item in ("RegistrationsThisBlock", *(("RegistrationsThisInterval",) if is_by_interval else ())):
        model.write(min(model.read(item, netuid) + 1, U16_MAX), item, netuid)
    model.emit("NeuronRegistered", netuid, uid, hotkey)


def is_protected(model: StorageModel, subnet: Subnet, hotkey: Any) -> bool:
    """Whether a neuron cannot be replaced: it is the owner's hotkey; before 238 any hotkey of the owner's."""
    if model.since(238):
        return subnet.owner_hotkey is not None and hotkey == subnet.owner_hotkey
    return bool((model.read("Owner", hotkey) or 0) == (subnet.owner or 0))


def _pay_registration(model: StorageModel, netuid: int, burn: int) -> None:
    """Burn the price of a registration: the TAO buys alpha, which is destroyed."""
    if model.since(ACCOUNTS_SINCE):
        paid = accounts.paid_in(model, netuid, model.signer, burn)
    else:
        paid = withdrawn(model, model.signer, burn)
    alpha = burned_for_registration(model, netuid, paid) if model.since(283) else bought(model, netuid, paid)
    if alpha is None:
        model.leak("refused purchase", TAO_LEDGER, paid)
        alpha = 0
    model.post("registration", -alpha, "SubnetAlphaOut", netuid)
    model.flow("burned by registrations", -alpha, netuid)
    model.post("registration", burn, "RAORecycledForRegistration", netuid)


@effect_of("burned_register", "register_limit")
def burned_register(model: StorageModel) -> None:
    """Register a neuron for a burned price, in the place of the one with the lowest score where all are taken."""
    netuid = model.argument("netuid")
    subnet = model.state.subnet(netuid)
    _pay_registration(model, netuid, subnet.registration.burn)
    create_account(model)
    neurons: Any = subnet.neurons
    uid = neurons.n
    if model.since(FALLING_PRICES):
        terms = subnet.hyperparameters
        multiplier, low, high = Fraction(terms.burn_increase_mult, 2**64), terms.min_burn, terms.max_burn
        raised = model.rules["REG-11"](Fraction(subnet.registration.burn), multiplier, Fraction(low), Fraction(high))
        model.write(int(raised), "Burn", netuid)
    else:
        item = "BurnRegistrationsThisInterval"
        model.write(min(model.read(item, netuid) + 1, U16_MAX), item, netuid)
    if uid < subnet.hyperparameters.max_allowed_uids:
        return register_neuron(model, netuid, uid)
    if model.since(BY_EMISSION):
        return register_neuron(model, netuid, _least_emission(model, subnet))
    immunity = subnet.hyperparameters.immunity_period
    entered = {one: neurons.block_at_registration.get(one, 0) for one in range(uid)}
    protected = _protected(model, subnet)
    others = [
        (max(model.block - entered[one], 0) < immunity, neurons.pruning_scores[one], entered[one], one)
        for one in range(uid)
        if not protected[one]
    ]
    uid = min(others)[-1] if others else 0
    if neurons.n:
        replace_element(model, U16_MAX, uid, "PruningScores", netuid)
    return register_neuron(model, netuid, uid, bool(others))


def _protected(model: StorageModel, subnet: Subnet) -> list[bool]:
    """Return which neurons cannot be replaced: from 320 on as many of the owner's as the subnet allows."""
    neurons: Any = subnet.neurons
    hotkeys = [neurons.keys.get(uid, -1) for uid in range(neurons.n)]
    if not model.since(IN_LIMIT):
        return [is_protected(model, subnet, hotkey) for hotkey in hotkeys]
    entered = [neurons.block_at_registration.get(uid, 0) for uid in range(neurons.n)]
    seen = [Neuron(str(hotkey), at, at) for hotkey, at in zip(hotkeys, entered, strict=True)]
    owned = [hotkey in model.state.owned_hotkeys.get(AccountId(subnet.owner or 0), ()) for hotkey in hotkeys]
    owner_hotkey = None if subnet.owner_hotkey is None else str(subnet.owner_hotkey)
    limit = subnet.hyperparameters.immune_owner_uids_limit
    return immune_of_owner(seen, owned, owner_hotkey, limit, is_last=not model.since(338))


def _least_emission(model: StorageModel, subnet: Subnet) -> int:
    """Return the neuron with the least emission among those not immune, or the immune if few others are left."""
    neurons: Any = subnet.neurons
    candidates: dict[bool, list[tuple[int, int, int]]] = {False: [], True: []}
    for uid, is_safe in enumerate(_protected(model, subnet)):
        entered = neurons.block_at_registration.get(uid, 0)
        if not is_safe:
            is_immune = max(model.block - entered, 0) < subnet.hyperparameters.immunity_period
            candidates[is_immune].append((neurons.emission[uid], entered, uid))
    return min(candidates[len(candidates[False]) <= subnet.hyperparameters.min_non_immune_uids])[-1]


@effect_of("root_register")
def root_register(model: StorageModel) -> None:
    """Register a neuron on root, in the place of the one with the least stake where all are taken."""
    create_account(model)
    hotkey, root = model.argument("hotkey"), model.state.subnet(NetUid(0))
    neurons, uid = root.neurons, root.neurons.n
    if model.read("Delegates", hotkey) is None:
        model.write(DEFAULT_TAKE, "Delegates", hotkey)
    if uid < root.hyperparameters.max_allowed_uids:
        return register_neuron(model, 0, uid)
    stakes = {one: root.share_pools.get(held) for one, held in neurons.keys.items()}
    ranked = [(0 if pool is None else pool.total_alpha, one & 255, one >> 8, one) for one, pool in stakes.items()]
    lowest: Any = min(ranked, default=(0,))[-1]
    return register_neuron(model, 0, lowest, not is_protected(model, root, neurons.keys.get(lowest, -1)))


@frozen
class FirstPool:
    """What a new network begins with."""

    tao: int
    alpha: int
    of_owner: int = 0
    """The alpha that its owner is staked."""


def _first_pool(model: StorageModel, paid: int) -> FirstPool:
    """Return the minimum lock cost twice, from 401 on all that was paid and what it is worth at the median price."""
    least: int = model.state.parameters.network_min_lock_cost
    if not model.since(AT_MEDIAN_PRICE):
        return FirstPool(least, least)
    others = [netuid for netuid in networks(model.state) if netuid and model.read("NetworksAdded", netuid)]
    prices = [ranges.price_now(model, netuid) for netuid in others]
    tao, price = max(paid, least), model.rules["NET-14"](prices)
    largest = 2**64 if model.since(WEIGHTS_SINCE) else 2**96
    worth = [min(int(amount / price), U64_MAX) if amount / price < largest else 0 for amount in (tao, tao - least)]
    return FirstPool(tao, worth[0], 0 if model.since(NO_OWNER_ALPHA) else worth[1])


def _lock(model: StorageModel, netuid: int, paid: int, first: FirstPool) -> None:
    """Use what was paid for the lock: it opens the pool, until 400 with the minimum, and the rest is burned."""
    burned = max(paid - first.tao, 0)
    for ledger in (POOL_LEDGER, ACCOUNT_LEDGER) if model.since(ACCOUNTS_SINCE) else (POOL_LEDGER,):
        model.leak("overwritten reserves", ledger, model.held("SubnetTAO", netuid), netuid)
    model.flow("reserves of new subnets", first.alpha - model.held("SubnetAlphaIn", netuid), netuid)
    if model.since(IN_LIMIT):
        _emptied(model, netuid)
        model.post_to("lock", paid, "SubnetLocked", netuid)
        model.post_to("lock", burned, "RAORecycledForRegistration", netuid)
    model.post_to("creation", first.tao, "SubnetTAO", netuid)
    model.post_to("creation", first.alpha, "SubnetAlphaIn", netuid)
    model.post("lock", -burned, "TotalIssuance")
    model.flow("burned by locks", -burned)
    counted = first.tao if model.since(252) and (paid or not model.since(IN_LIMIT)) else 0
    model.post("creation", counted, "TotalStake")
    name = "short reserve" if model.since(252) else "subnet creation"
    if model.since(ACCOUNTS_SINCE):
        model.leak(name, ACCOUNT_LEDGER, paid - first.tao, netuid)
    else:
        model.leak(name, TAO_LEDGER, paid - burned - counted, netuid)
    model.leak(name, POOL_LEDGER, counted - first.tao, netuid)
    if first.of_owner:
        model.post("creation", first.of_owner, "SubnetAlphaOut", netuid)
        model.flow(FOUNDERS, first.of_owner, netuid)
        credit_stake(model, model.argument("hotkey"), model.signer, netuid, first.of_owner)


def _emptied(model: StorageModel, netuid: int) -> None:
    """Overwrite what a network that was dissolved before 320 left outside of its pool, and what users provided."""
    provided, own = model.held("SubnetTaoProvided", netuid), ("SubnetAlphaOut", "SubnetAlphaInProvided")
    model.leak("overwritten reserves", POOL_LEDGER, provided, netuid)
    model.leak("overwritten reserves", ALPHA_LEDGER, -model.held("SubnetAlphaOut", netuid), netuid)
    model.flow("overwritten", -sum(model.held(item, netuid) for item in own), netuid)
    for item in (*own, "SubnetTaoProvided", "SubnetVolume"):
        model.post_to("creation", 0, item, netuid)


@effect_of("register_network")
def register_network(model: StorageModel) -> None:
    """Open a network with the first free netuid, or where there are too many with that of one that is dissolved."""
    state, hotkey = model.state, model.argument("hotkey")
    cost = lock_cost(model.state)
    paid = cost if model.since(ACCOUNTS_SINCE) else withdrawn(model, model.signer, cost)
    pruned = dissolution.pruned(model) if model.since(IN_LIMIT) else None
    if pruned is not None:
        dissolution.dissolved(model, pruned)
        netuid = pruned
    else:
        netuid = next(netuid for netuid in range(1, 2**16) if not state.subnet(NetUid(netuid)).added)
    if model.since(ACCOUNTS_SINCE):
        paid = accounts.paid_in(model, netuid, model.signer, cost)
    first = _first_pool(model, paid)
    create_account(model)
    _lock(model, netuid, paid, first)
    model.write(min(model.read("TotalNetworks") + 1, U16_MAX), "TotalNetworks")
    model.write_block("NetworkLastRegistered")
    model.write(paid, "NetworkLastLockCost")
    if state.total_issuance < TOTAL_SUPPLY:
        model.write(block_emission(model.rules, state.total_issuance), "BlockEmission")
    unset = BY_INTERVALS if model.since(FALLING_PRICES) else ()
    for item, value in NEW_NETWORK.items():
        if item not in unset and (item != "MaxWeightsLimit" or not model.since(ONE_LIMIT)):
            model.write(value, item, netuid)
    if model.since(FALLING_PRICES):
        model.write(FIRST_BURN, "Burn", netuid)
    model.write(model.step.era.runtime.items.subnet.hyperparameters.tempo, "Tempo", netuid)
    if not model.since(257):
        model.write(1, "MinBurn", netuid)
    if model.since(WEIGHTS_SINCE):
        model.write(max(model.block - netuid % model.read("Tempo", netuid), 0), "LastEpochBlock", netuid)
    model.write(model.signer, "SubnetOwner", netuid)
    model.write(hotkey, "SubnetOwnerHotkey", netuid)
    model.write_block("NetworkRegisteredAt", netuid)
    model.write(0 if model.since(273) else state.total_stake, "TotalStakeAtDynamic", netuid)
    model.write(0, "SubnetworkN", netuid)
    enter_neuron(model, netuid, 0, hotkey)
    if model.since(FALLING_PRICES):
        name_parents(model, netuid, hotkey)
    model.emit("NetworkAdded", netuid, 1 if model.since(257) else 0)


@effect_of("dissolve_network", "root_dissolve_network")
def dissolve_network(model: StorageModel) -> None:
    """Remove a network: its lock goes back to the owner; until 300 the pool and the stakes stay."""
    state, netuid = model.state, model.argument("netuid")
    if model.since(IN_LIMIT):
        return dissolution.dissolved(model, netuid)
    locked = model.held("SubnetLocked", netuid)
    deposited(model, state.subnet(NetUid(netuid)).owner or 0, locked)
    model.post("returned", -locked, "SubnetLocked", netuid)
    model.leak("returned lock", TAO_LEDGER, -locked, netuid)
    neurons, bare = state.subnet(NetUid(netuid)).neurons, State(runtime=model.step.era.runtime)
    model.write(max(state.total_networks - 1, 0), "TotalNetworks")
    for item in DISSOLVED:
        model.write(entry(bare, (item, netuid)), item, netuid)
    for uid, hotkey in neurons.keys.items():
        model.write(None, "Keys", netuid, uid)
        model.write(False, "IsNetworkMember", hotkey, netuid)
    for hotkey in neurons.uids:
        model.write(None, "Uids", netuid, hotkey)
    for item in ("Weights", "Bonds"):
        for uid in getattr(neurons, item.lower()):
            model.write((), item, netuid, uid)
    for uid, row in state.subnet(NetUid(0)).neurons.weights.items():
        if netuid:
            model.write(tuple((to, 0 if to == netuid else weight) for to, weight in row), "Weights", 0, uid)
    return model.emit("NetworkRemoved", netuid)


@effect_of("disable_lp")
def disable_lp(model: StorageModel) -> None:
    """Close the pools of the first 128 subnets to users, and all positions of theirs."""
    for netuid in range(1, LAST_CLOSED + 1):
        if model.read("EnabledUserLiquidity", netuid):
            model.write(False, "EnabledUserLiquidity", netuid)
            model.emit("UserLiquidityToggled", netuid, "false")
        dissolution.close_positions(model, netuid)


@effect_of("start_call")
def start_call(model: StorageModel) -> None:
    """Start the emission of a network."""
    netuid, first = model.argument("netuid"), min(model.block + 1, U64_MAX)
    model.write(first, "FirstEmissionBlockNumber", netuid)
    if model.since(273):
        model.write(True, "SubtokenEnabled", netuid)
    model.emit("FirstEmissionBlockNumberSet", netuid, first)
