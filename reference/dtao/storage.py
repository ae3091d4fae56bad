"""The one table of storage items: the runtime's name, the attribute that holds it, its keys and its default.

``dump``, ``load``, ``diff`` and ``set_entry`` work on the flat form of the vectors and follow from the table.
An entry is written ``Item``, ``Item/key`` or ``Item/key/key``; see ``spec/formats/vectors.md``.
"""

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any, TypeVar

from attrs import evolve, field, fields_dict, frozen
from immutables import Map

from dtao import codec, params
from dtao.codec import Json, Kind
from dtao.entries import with_entry
from dtao.errors import InputError, UnknownName
from dtao.state import (
    NO_EMISSION,
    NO_POOL,
    NO_SHARE_POOL,
    NO_SUBNET,
    Emission,
    Hyperparameters,
    Neurons,
    Parameters,
    Pool,
    Registration,
    SharePool,
    State,
    Subnet,
)
from dtao.units import AccountId, NetUid

K = TypeVar("K")
V = TypeVar("V")
Keys = tuple[int, ...]
Flat = Mapping[str, Json]

KEY_KINDS: Mapping[str, Kind] = {
    "netuid": codec.number(0, 2**16 - 1, "a netuid"),
    "uid": codec.number(0, 2**16 - 1, "a uid"),
    "kind": codec.number(0, 2**16 - 1, "a kind of transaction"),
    "account": codec.ACCOUNT,
    "hotkey": codec.ACCOUNT,
    "coldkey": codec.ACCOUNT,
}
NUMBER_KEYS = frozenset({"netuid", "uid", "kind"})
"""The keys that are JSON numbers where they stand alone."""
LOCATION: Mapping[type, tuple[str, ...]] = {
    State: (),
    Parameters: (),
    Subnet: ("netuid",),
    Pool: ("netuid",),
    Emission: ("netuid",),
    Registration: ("netuid",),
    Hyperparameters: ("netuid",),
    Neurons: ("netuid",),
    SharePool: ("netuid", "hotkey"),
}
"""The keys that lead to a record; an item with more keys is a map in that record."""
STATE_MAPS: Mapping[type, tuple[str, Pool | Emission | Subnet]] = {
    Pool: ("pools", NO_POOL),
    Emission: ("emissions", NO_EMISSION),
    Subnet: ("subnets", NO_SUBNET),
}
"""The records that the state keeps by netuid, with what stands for none."""
SUBNET_PARTS: Mapping[type, str] = {
    Registration: "registration",
    Hyperparameters: "hyperparameters",
    Neurons: "neurons",
}


@frozen
class Item:
    """One storage item of the runtime."""

    name: str
    record: type
    attribute: str
    kind: Kind
    keys: tuple[str, ...] = ()
    """The names of its keys, in the order of the flat form."""
    default: object = None
    """What the runtime reads where nothing is stored; None for the network's own items, which always are."""
    presence: bool = False
    """Whether the runtime tells an entry with the default value from none."""
    map_keys: tuple[str, ...] = field(init=False)
    """The keys within the record's own map; none if the attribute is the value itself."""
    order: tuple[int, ...] = field(init=False)
    """Where each of ``keys`` stands among the record's location keys followed by ``map_keys``."""

    @map_keys.default
    def _map_keys(self) -> tuple[str, ...]:
        return tuple(key for key in self.keys if key not in LOCATION[self.record])

    @order.default
    def _order(self) -> tuple[int, ...]:
        located = LOCATION[self.record] + self.map_keys
        return tuple(located.index(key) for key in self.keys)

    def entry(self, located: Keys) -> str:
        """Write the flat name of the entry whose location keys and map keys are given in that order."""
        return "/".join((self.name, *[str(located[index]) for index in self.order]))

    def stored(self, value: object) -> bool:
        """Whether the flat form lists an entry with this value (None: there is none)."""
        return value is not None and (self.presence or value != self.default)

    def flat(self, value: object) -> Json:
        """Encode a value for the flat form: null where the entry would not be listed."""
        return self.kind.encode(value) if self.stored(value) else None


def _one(name: str, record: type, attribute: str, kind: Kind) -> Item:
    """Return the item of a plain attribute, whose default is the one that its record states."""
    default = None if record in (State, Parameters) else fields_dict(record)[attribute].default
    return Item(name, record, attribute, kind, LOCATION[record], default)


def _present(name: str, attribute: str) -> Item:
    """Return the item of an account of a subnet that may be absent (``None``)."""
    return Item(name, Subnet, attribute, codec.ACCOUNT, ("netuid",), 0, presence=True)


def _map(
    name: str, record: type, attribute: str, kind: Kind, keys: str, default: object = None, presence: bool = False
) -> Item:
    """Return the item of an attribute that maps the keys beyond its record's location to values."""
    return Item(name, record, attribute, kind, tuple(keys.split("/")), default, presence)


ITEMS: Mapping[str, Item] = {
    item.name: item
    for item in (
        _one("BlockNumber", State, "block_number", codec.U64),
        _one("BlockEmission", State, "block_emission", codec.U64),
        _one("TotalIssuance", State, "total_issuance", codec.U64),
        _one("TotalStake", State, "total_stake", codec.U64),
        _one("BalancesTotalIssuance", State, "balances_total_issuance", codec.U64),
        _one("TotalNetworks", State, "total_networks", codec.U16),
        _one("NetworkLastLockCost", State, "network_last_lock_cost", codec.U64),
        _one("NetworkLastRegistered", State, "network_last_registered", codec.U64),
        _map("Balance", State, "balances", codec.U64, "account", 0),
        _map("Owner", State, "owner", codec.ACCOUNT, "account", 0, presence=True),
        _map("OwnedHotkeys", State, "owned_hotkeys", codec.ACCOUNTS, "account", ()),
        _map("StakingHotkeys", State, "staking_hotkeys", codec.ACCOUNTS, "account", ()),
        _map("Delegates", State, "delegates", codec.U16, "hotkey", params.DEFAULT_DELEGATE_TAKE, presence=True),
        _map("LastTxBlock", State, "last_tx_block", codec.U64, "account", 0),
        _map("LastTxBlockDelegateTake", State, "last_tx_block_delegate_take", codec.U64, "account", 0),
        _map("LastTxBlockChildKeyTake", State, "last_tx_block_child_key_take", codec.U64, "account", 0),
        _map("TransactionKeyLastBlock", State, "transaction_key_last_block", codec.U64, "hotkey/netuid/kind", 0),
        _one("TaoWeight", Parameters, "tao_weight", codec.U64),
        _one("SubnetOwnerCut", Parameters, "subnet_owner_cut", codec.U16),
        _one("SubnetMovingAlpha", Parameters, "subnet_moving_alpha", codec.PART),
        _one("SubnetLimit", Parameters, "subnet_limit", codec.U16),
        _one("StakeThreshold", Parameters, "stake_threshold", codec.U64),
        _one("NominatorMinRequiredStake", Parameters, "nominator_min_required_stake", codec.U64),
        _one("MinDelegateTake", Parameters, "min_delegate_take", codec.U16),
        _one("MaxDelegateTake", Parameters, "max_delegate_take", codec.U16),
        _one("MinChildkeyTake", Parameters, "min_childkey_take", codec.U16),
        _one("MaxChildkeyTake", Parameters, "max_childkey_take", codec.U16),
        _one("TxRateLimit", Parameters, "tx_rate_limit", codec.U64),
        _one("TxDelegateTakeRateLimit", Parameters, "tx_delegate_take_rate_limit", codec.U64),
        _one("TxChildkeyTakeRateLimit", Parameters, "tx_childkey_take_rate_limit", codec.U64),
        _one("NetworkRateLimit", Parameters, "network_rate_limit", codec.U64),
        _one("NetworkImmunityPeriod", Parameters, "network_immunity_period", codec.U64),
        _one("NetworkMinLockCost", Parameters, "network_min_lock_cost", codec.U64),
        _one("NetworkLockReductionInterval", Parameters, "network_lock_reduction_interval", codec.U64),
        _one("NetworksAdded", Subnet, "added", codec.BOOL),
        _one("SubnetMechanism", Subnet, "mechanism", codec.U16),
        _present("SubnetOwner", "owner"),
        _present("SubnetOwnerHotkey", "owner_hotkey"),
        _one("NetworkRegisteredAt", Subnet, "network_registered_at", codec.U64),
        _one("SubnetLocked", Subnet, "locked", codec.U64),
        _one("TotalStakeAtDynamic", Subnet, "total_stake_at_dynamic", codec.U64),
        _one("SubnetTAO", Pool, "tao", codec.U64),
        _one("SubnetAlphaIn", Pool, "alpha_in", codec.U64),
        _one("SubnetAlphaOut", Pool, "alpha_out", codec.U64),
        _one("SubnetVolume", Pool, "volume", codec.U128),
        _one("SubnetMovingPrice", Pool, "moving_price", codec.PRICE),
        _one("SubnetTaoInEmission", Emission, "tao_in", codec.U64),
        _one("SubnetAlphaInEmission", Emission, "alpha_in", codec.U64),
        _one("SubnetAlphaOutEmission", Emission, "alpha_out", codec.U64),
        _one("PendingEmission", Emission, "pending_emission", codec.U64),
        _one("PendingRootDivs", Emission, "pending_root_divs", codec.U64),
        _one("PendingAlphaSwapped", Emission, "pending_alpha_swapped", codec.U64),
        _one("PendingOwnerCut", Emission, "pending_owner_cut", codec.U64),
        _one("BlocksSinceLastStep", Emission, "blocks_since_last_step", codec.U64),
        _one("LastMechansimStepBlock", Emission, "last_mechansim_step_block", codec.U64),
        _one("Burn", Registration, "burn", codec.U64),
        _one("Difficulty", Registration, "difficulty", codec.U64),
        _one("RegistrationsThisBlock", Registration, "registrations_this_block", codec.U16),
        _one("RegistrationsThisInterval", Registration, "registrations_this_interval", codec.U16),
        _one("BurnRegistrationsThisInterval", Registration, "burn_registrations_this_interval", codec.U16),
        _one("POWRegistrationsThisInterval", Registration, "pow_registrations_this_interval", codec.U16),
        _one("LastAdjustmentBlock", Registration, "last_adjustment_block", codec.U64),
        _one("RAORecycledForRegistration", Registration, "rao_recycled", codec.U64),
        _one("Tempo", Hyperparameters, "tempo", codec.U16),
        _one("Kappa", Hyperparameters, "kappa", codec.U16),
        _one("Rho", Hyperparameters, "rho", codec.U16),
        _one("ActivityCutoff", Hyperparameters, "activity_cutoff", codec.U16),
        _one("ImmunityPeriod", Hyperparameters, "immunity_period", codec.U16),
        _one("MaxAllowedUids", Hyperparameters, "max_allowed_uids", codec.U16),
        _one("MaxAllowedValidators", Hyperparameters, "max_allowed_validators", codec.U16),
        _one("MinAllowedWeights", Hyperparameters, "min_allowed_weights", codec.U16),
        _one("MaxWeightsLimit", Hyperparameters, "max_weights_limit", codec.U16),
        _one("WeightsSetRateLimit", Hyperparameters, "weights_set_rate_limit", codec.U64),
        _one("WeightsVersionKey", Hyperparameters, "weights_version_key", codec.U64),
        _one("CommitRevealWeightsEnabled", Hyperparameters, "commit_reveal_weights_enabled", codec.BOOL),
        _one("BondsMovingAverage", Hyperparameters, "bonds_moving_average", codec.U64),
        _one("BondsPenalty", Hyperparameters, "bonds_penalty", codec.U16),
        _one("LiquidAlphaOn", Hyperparameters, "liquid_alpha_on", codec.BOOL),
        _one("AlphaValues", Hyperparameters, "alpha_values", codec.U16_PAIR),
        _one("AdjustmentInterval", Hyperparameters, "adjustment_interval", codec.U16),
        _one("AdjustmentAlpha", Hyperparameters, "adjustment_alpha", codec.U64),
        _one("TargetRegistrationsPerInterval", Hyperparameters, "target_registrations_per_interval", codec.U16),
        _one("MaxRegistrationsPerBlock", Hyperparameters, "max_registrations_per_block", codec.U16),
        _one("MinBurn", Hyperparameters, "min_burn", codec.U64),
        _one("MaxBurn", Hyperparameters, "max_burn", codec.U64),
        _one("MinDifficulty", Hyperparameters, "min_difficulty", codec.U64),
        _one("MaxDifficulty", Hyperparameters, "max_difficulty", codec.U64),
        _one("NetworkRegistrationAllowed", Hyperparameters, "network_registration_allowed", codec.BOOL),
        _one("NetworkPowRegistrationAllowed", Hyperparameters, "network_pow_registration_allowed", codec.BOOL),
        _one("TransferToggle", Hyperparameters, "transfer_toggle", codec.BOOL),
        _one("SubnetworkN", Neurons, "n", codec.U16),
        _one("Active", Neurons, "active", codec.BOOLS),
        _one("LastUpdate", Neurons, "last_update", codec.U64S),
        _one("Rank", Neurons, "rank", codec.U16S),
        _one("Trust", Neurons, "trust", codec.U16S),
        _one("ValidatorTrust", Neurons, "validator_trust", codec.U16S),
        _one("Consensus", Neurons, "consensus", codec.U16S),
        _one("Incentive", Neurons, "incentive", codec.U16S),
        _one("Dividends", Neurons, "dividends", codec.U16S),
        _one("Emission", Neurons, "emission", codec.U64S),
        _one("PruningScores", Neurons, "pruning_scores", codec.U16S),
        _one("ValidatorPermit", Neurons, "validator_permit", codec.BOOLS),
        _map("Keys", Neurons, "keys", codec.ACCOUNT, "netuid/uid", 0, presence=True),
        _map("Uids", Neurons, "uids", codec.U16, "netuid/hotkey", None, presence=True),
        _map("IsNetworkMember", Neurons, "is_network_member", codec.BOOL, "hotkey/netuid", False),
        _map("BlockAtRegistration", Neurons, "block_at_registration", codec.U64, "netuid/uid", 0),
        _map("Weights", Neurons, "weights", codec.ROW, "netuid/uid", ()),
        _map("Bonds", Neurons, "bonds", codec.ROW, "netuid/uid", ()),
        _map("ChildKeys", Subnet, "child_keys", codec.STAKES, "hotkey/netuid", ()),
        _map("ParentKeys", Subnet, "parent_keys", codec.STAKES, "hotkey/netuid", ()),
        _map("PendingChildKeys", Subnet, "pending_child_keys", codec.PENDING_CHILDREN, "netuid/hotkey", ((), 0)),
        _map("ChildkeyTake", Subnet, "childkey_take", codec.U16, "hotkey/netuid", 0),
        _map("AlphaDividendsPerSubnet", Subnet, "alpha_dividends", codec.U64, "netuid/hotkey", 0),
        _map("TaoDividendsPerSubnet", Subnet, "tao_dividends", codec.U64, "netuid/hotkey", 0),
        _map("TotalHotkeyAlpha", SharePool, "total_alpha", codec.U64, "hotkey/netuid", 0),
        _map("TotalHotkeyShares", SharePool, "denominator", codec.SHARES, "hotkey/netuid", 0),
        _map("Alpha", SharePool, "shares", codec.SHARES, "hotkey/coldkey/netuid", 0, presence=True),
    )
}


@cache
def items_of(record: type) -> tuple[Item, ...]:
    """Return the items that one kind of record holds."""
    return tuple(item for item in ITEMS.values() if item.record is record)


# Reading


def dump(state: State) -> dict[str, Json]:
    """Return the flat form of a state: every entry that is stored, as in the genesis of the vectors."""
    network = {item.name: item.flat(getattr(state, item.attribute)) for item in items_of(State) if not item.keys}
    network |= {item.name: item.flat(getattr(state.parameters, item.attribute)) for item in items_of(Parameters)}
    return network | diff(State(), state)


def diff(before: State, after: State) -> dict[str, Json]:
    """Return every entry that differs, with its value in ``after``; null where it is absent or default there.

    Records that are the same object are not entered, so the cost follows what changed.
    """
    out: dict[str, Json] = {}
    if before is after:
        return out
    _diff_record(State, before, after, (), out)
    _diff_record(Parameters, before.parameters, after.parameters, (), out)
    for record, (attribute, none) in STATE_MAPS.items():
        for netuid, old, new in _changed(getattr(before, attribute), getattr(after, attribute), none):
            _diff_record(record, old, new, (netuid,), out)
    for netuid, old, new in _changed(before.subnets, after.subnets, NO_SUBNET):
        for record, attribute in SUBNET_PARTS.items():
            _diff_record(record, getattr(old, attribute), getattr(new, attribute), (netuid,), out)
        for hotkey, old_pool, new_pool in _changed(old.share_pools, new.share_pools, NO_SHARE_POOL):
            _diff_record(SharePool, old_pool, new_pool, (netuid, hotkey), out)
    return out


def _changed(before: Map[K, V], after: Map[K, V], none: V) -> Iterator[tuple[K, V, V]]:
    """Yield the keys whose values are not the same object, with both values."""
    if before is after:
        return
    for key, new in after.items():
        old = before.get(key, none)
        if old is not new:
            yield key, old, new
    for key, old in before.items():
        if key not in after:
            yield key, old, none


def _diff_record(record: type, before: object, after: object, location: Keys, out: dict[str, Json]) -> None:
    """Add the entries of one record that differ."""
    if before is after:
        return
    for item in items_of(record):
        old, new = getattr(before, item.attribute), getattr(after, item.attribute)
        if old is new:
            continue
        if item.map_keys:
            for key, old_value, new_value in _changed(old, new, None):
                if old_value != new_value:
                    map_keys = key if len(item.map_keys) > 1 else (key,)
                    out[item.entry(location + map_keys)] = item.flat(new_value)
        elif old != new:
            out[item.entry(location)] = item.flat(new)


# Writing


def item_named(name: str, place: str) -> Item:
    """Return the item of this name, or refuse the name and suggest the nearest ones."""
    if name not in ITEMS:
        near = ", ".join(get_close_matches(name, ITEMS, 3, 0.5))
        hint = f"did you mean {near}?" if near else "dtao.storage.ITEMS lists them all"
        raise UnknownName(f"{place}: there is no storage item {name!r}; {hint}")
    return ITEMS[name]


def parse_entry(entry: str) -> tuple[Item, Keys, Keys]:
    """Split the flat name of an entry into its item, its record's location and the keys of the map there."""
    name, *parts = entry.split("/")
    item = item_named(name, entry)
    if len(parts) != len(item.keys):
        shape = "/".join((name, *(f"<{key}>" for key in item.keys)))
        raise InputError(f"{entry}: {name} takes {len(item.keys)} keys; write {shape}")
    values = {key: _key(key, part, entry) for key, part in zip(item.keys, parts, strict=True)}
    return item, tuple(values[key] for key in LOCATION[item.record]), tuple(values[key] for key in item.map_keys)


def _key(name: str, text: str, place: str) -> int:
    kind = KEY_KINDS[name]
    value: Json = int(text) if name in NUMBER_KEYS and codec.DECIMAL.fullmatch(text) else text
    return kind.decode(value, f"{place} ({name})")  # type: ignore[return-value]  # every kind of key is an int


def load(flat: Flat, check: bool = True) -> State:
    """Return the state with the given entries; all others are absent, or what the network starts with.

    Rejects, naming the entry: an unknown item, keys or a value out of range and, unless ``check`` is off, a state that
    contradicts itself: on an existing network, shares without a denominator; a neuron whose key and uid disagree.
    The chain itself can get there, by a hotkey swap after a subnet was dissolved whose netuid is then reused.
    """
    records: dict[tuple[type, Keys], dict[str, object]] = {}
    maps: dict[tuple[type, Keys], dict[str, dict[object, object]]] = {}
    for entry, value in flat.items():
        item, location, map_keys = parse_entry(entry)
        decoded = item.kind.decode(value, entry)
        if not item.stored(decoded):
            continue
        if item.map_keys:
            values = maps.setdefault((item.record, location), {}).setdefault(item.attribute, {})
            values[map_keys if len(map_keys) > 1 else map_keys[0]] = decoded
        else:
            records.setdefault((item.record, location), {})[item.attribute] = decoded
    for where, attributes in maps.items():
        records.setdefault(where, {}).update({name: Map(values) for name, values in attributes.items()})
    state = _assemble(records)
    if check:
        for netuid, subnet in state.subnets.items():
            _check_subnet(subnet, netuid)
    return state


def _assemble(records: dict[tuple[type, Keys], dict[str, object]]) -> State:
    """Build the state from the attributes of each record that is not all default."""
    share_pools: dict[int, dict[int, SharePool]] = {}
    parts: dict[int, dict[str, object]] = {}
    network: dict[str, object] = {}
    direct: dict[type, dict[int, object]] = {Pool: {}, Emission: {}}
    for (record, location), attributes in records.items():
        if record is State:
            network.update(attributes)
        elif record is Parameters:
            network["parameters"] = Parameters(**attributes)  # type: ignore[arg-type]
        elif record is SharePool:
            netuid, hotkey = location
            share_pools.setdefault(netuid, {})[hotkey] = SharePool(**attributes)  # type: ignore[arg-type]
        elif record in direct:
            direct[record][location[0]] = record(**attributes)
        elif record is Subnet:
            parts.setdefault(location[0], {}).update(attributes)
        else:
            parts.setdefault(location[0], {})[SUBNET_PARTS[record]] = record(**attributes)
    for netuid, pools in share_pools.items():
        parts.setdefault(netuid, {})["share_pools"] = Map(pools)
    subnets = {netuid: Subnet(**attributes) for netuid, attributes in parts.items()}  # type: ignore[arg-type]
    return State(**network, subnets=Map(subnets), pools=Map(direct[Pool]), emissions=Map(direct[Emission]))  # type: ignore[arg-type]


def _check_subnet(subnet: Subnet, netuid: int) -> None:
    """Refuse a subnet that contradicts itself."""
    neurons = subnet.neurons
    for uid, hotkey in neurons.keys.items():
        if neurons.uids.get(hotkey) != uid:
            raise InputError(f"Keys/{netuid}/{uid}: Uids/{netuid}/{hotkey} must say {uid}, the uid of this key")
    for hotkey, uid in neurons.uids.items():
        if neurons.keys.get(uid) != hotkey:
            raise InputError(f"Uids/{netuid}/{hotkey}: Keys/{netuid}/{uid} must say {hotkey}, the key of this uid")
    if not subnet.added:
        return
    for hotkey, pool in subnet.share_pools.items():
        for coldkey, shares in pool.shares.items():
            if shares and not pool.denominator:
                entry, missing = f"Alpha/{hotkey}/{coldkey}/{netuid}", f"TotalHotkeyShares/{hotkey}/{netuid}"
                raise InputError(f"{entry}: shares without a denominator; add {missing}")


def set_entry(state: State, entry: str, value: Json) -> State:
    """Return the state with one entry written, as an administrator's call or a fixture does it.

    A value of null removes the entry. Rejects the same inputs as :func:`load`, for this entry alone.
    """
    item, location, map_keys = parse_entry(entry)
    decoded = None if value is None else item.kind.decode(value, entry)
    stored = item.stored(decoded)

    def write(record: Any) -> Any:
        if not item.map_keys:
            new = decoded if stored else fields_dict(item.record)[item.attribute].default
            return evolve(record, **{item.attribute: new})
        key = map_keys if len(map_keys) > 1 else map_keys[0]
        return evolve(record, **{item.attribute: with_entry(getattr(record, item.attribute), key, decoded, stored)})

    return _at(state, item.record, location, write)


def _at(state: State, record: type, location: Keys, write: Callable[[Any], Any]) -> State:
    """Return the state with the record at a location replaced by what ``write`` makes of it."""
    if record is State:
        return write(state)  # type: ignore[no-any-return]  # it maps a record to one of its kind
    if record is Parameters:
        return evolve(state, parameters=write(state.parameters))
    netuid = NetUid(location[0])
    if record in STATE_MAPS:
        attribute, none = STATE_MAPS[record]
        mapping = getattr(state, attribute)
        new = write(mapping.get(netuid, none))
        return evolve(state, **{attribute: with_entry(mapping, netuid, new, new != none)})  # type: ignore[arg-type]
    subnet = state.subnet(netuid)
    if record is SharePool:
        hotkey = AccountId(location[1])
        pool = write(subnet.share_pools.get(hotkey, NO_SHARE_POOL))
        pools = with_entry(subnet.share_pools, hotkey, pool, pool != NO_SHARE_POOL)
        subnet = evolve(subnet, share_pools=pools)
    else:
        part = SUBNET_PARTS[record]
        subnet = evolve(subnet, **{part: write(getattr(subnet, part))})
    return evolve(state, subnets=with_entry(state.subnets, netuid, subnet, subnet != NO_SUBNET))
