"""The one table of storage items: the runtime's name, the attribute that holds it, its keys and its default.

An era has the items of :data:`ITEMS` that its row in :mod:`dtao.eras` names, with the defaults of that version.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from attrs import field, fields_dict, frozen

from dtao import codec, params
from dtao.codec import Json, Kind
from dtao.errors import UnknownName
from dtao.evolving import evolve
from dtao.state import Emission, Hyperparameters, Neurons, Parameters, Pool, Registration, SharePool, State, Subnet

Keys = tuple[int, ...]

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

    @property
    def absent(self) -> object:
        """What the attribute holds where nothing is stored, if it is no map."""
        if self.presence:
            return None
        return fields_dict(self.record)[self.attribute].default if self.default is None else self.default

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


def _present(name: str, attribute: str, kind: Kind, default: object = None) -> Item:
    """Return the item of a subnet that may be absent (``None``)."""
    return Item(name, Subnet, attribute, kind, ("netuid",), default, presence=True)


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
        _map(
            "LastColdkeyHotkeyStakeBlock",
            State,
            "last_coldkey_hotkey_stake_block",
            codec.U64,
            "coldkey/hotkey",
            None,
            True,
        ),
        _map("LastHotkeySwapOnNetuid", State, "last_hotkey_swap_on_netuid", codec.U64, "netuid/account", 0),
        _one("NextStakeJobId", State, "next_stake_job_id", codec.U64),
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
        _one("MinActivityCutoff", Parameters, "min_activity_cutoff", codec.U16),
        _one("WeightsVersionKeyRateLimit", Parameters, "weights_version_key_rate_limit", codec.U64),
        _one("ColdkeySwapRescheduleDuration", Parameters, "coldkey_swap_reschedule_duration", codec.U32),
        _one("PendingChildKeyCooldown", Parameters, "pending_child_key_cooldown", codec.U64),
        _one("NetworksAdded", Subnet, "added", codec.BOOL),
        _one("SubnetMechanism", Subnet, "mechanism", codec.U16),
        _present("SubnetOwner", "owner", codec.ACCOUNT, 0),
        _present("SubnetOwnerHotkey", "owner_hotkey", codec.ACCOUNT, 0),
        _present("FirstEmissionBlockNumber", "first_emission_block_number", codec.U64),
        _one("SubtokenEnabled", Subnet, "subtoken_enabled", codec.BOOL),
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
        _one("EMAPriceHalvingBlocks", Hyperparameters, "ema_price_halving_blocks", codec.U64),
        _one("Yuma3On", Hyperparameters, "yuma3_on", codec.BOOL),
        _one("BondsResetOn", Hyperparameters, "bonds_reset_on", codec.BOOL),
        _one("AlphaSigmoidSteepness", Hyperparameters, "alpha_sigmoid_steepness", codec.U16),
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
        _map("TotalHotkeyAlphaLastEpoch", Subnet, "total_hotkey_alpha_last_epoch", codec.U64, "hotkey/netuid", 0),
        _map("TotalHotkeyAlpha", SharePool, "total_alpha", codec.U64, "hotkey/netuid", 0),
        _map("TotalHotkeyShares", SharePool, "denominator", codec.SHARES, "hotkey/netuid", 0),
        _map("Alpha", SharePool, "shares", codec.SHARES, "hotkey/coldkey/netuid", 0, presence=True),
    )
}


@frozen(eq=False)
class Items:
    """The storage items of one version of the runtime, and what it reads where nothing is stored."""

    by_name: Mapping[str, Item]
    by_record: Mapping[type, tuple[Item, ...]] = field(init=False)
    subnet: Subnet = field(init=False)
    """What is read under a netuid under which nothing is stored."""

    @by_record.default
    def _by_record(self) -> Mapping[type, tuple[Item, ...]]:
        return {record: tuple(item for item in self.by_name.values() if item.record is record) for record in LOCATION}

    @subnet.default
    def _subnet(self) -> Subnet:
        return Subnet(**{attribute: self.blank(record) for record, attribute in SUBNET_PARTS.items()})

    def blank(self, record: type) -> Any:
        """Return the record of a subnet's part in which every attribute has its default."""
        return record(**{item.attribute: item.absent for item in self.by_record[record] if not item.map_keys})

    def named(self, name: str, place: str) -> Item:
        """Return the item of this name, or refuse the name and suggest the nearest ones."""
        if type(name) is not str or name not in self.by_name:
            near = ", ".join(get_close_matches(str(name), self.by_name, 3, 0.5))
            hint = f"did you mean {near}?" if near else "the items of the era list them all"
            other = " in this era" if name in ITEMS else ""
            raise UnknownName(f"{place}: there is no storage item {codec.shown(name)}{other}; {hint}")
        return self.by_name[name]

    def changed(
        self,
        added: Iterable[str] = (),
        removed: Iterable[str] = (),
        defaults: Mapping[str, object] | None = None,
    ) -> "Items":
        """Return the items of a later version: with some more, without some, and with other defaults."""
        gone = set(removed)
        items = {name: item for name, item in self.by_name.items() if name not in gone}
        items |= {name: ITEMS[name] for name in added}
        items |= {name: evolve(items[name], default=default) for name, default in (defaults or {}).items()}
        return Items(items)
