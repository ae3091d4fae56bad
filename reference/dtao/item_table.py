"""The one table of storage items; the row of an era in :mod:`dtao.eras` names those that it has."""

from collections.abc import Iterable, Mapping

from attrs import evolve, fields_dict

from dtao import codec, params
from dtao.codec import Kind
from dtao.items import LOCATION, Item, Items
from dtao.records import Emission, Hyperparameters, Neurons, Parameters, Pool, Registration, SharePool, Subnet
from dtao.state import State


def _one(name: str, record: type, attribute: str, kind: Kind) -> Item:
    """Return the item of a plain attribute, whose default is the one that its record states."""
    default = None if record in (State, Parameters) else fields_dict(record)[attribute].default
    return Item(name, record, attribute, kind, LOCATION.get(record, ()), default)


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


def changed(
    items: Items, added: Iterable[str] = (), removed: Iterable[str] = (), defaults: Mapping[str, object] | None = None
) -> Items:
    """Return the items of a later version: with some more, without some, and with other defaults."""
    gone = set(removed)
    by_name = {name: item for name, item in items.by_name.items() if name not in gone}
    by_name |= {name: ITEMS[name] for name in added}
    by_name |= {name: evolve(by_name[name], default=default) for name, default in (defaults or {}).items()}
    return Items(by_name)
