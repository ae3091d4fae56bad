"""The records that the state consists of. Nothing here computes.

Every attribute that is ``item(...)``, ``optional(...)`` or ``entries(...)`` is one storage item of the runtime, or a
map from the remaining keys of that item (:mod:`dtao.stored`). Its default is the value that the launch reads where
nothing is stored; in a version that does not have the item it keeps that.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from attrs import frozen

from dtao import params
from dtao.codec import (
    ACCOUNT,
    ACCOUNTS,
    BOOL,
    BOOLS,
    I64,
    LEASE,
    MECHANISMS,
    MILLI,
    PART,
    PENDING_CHILDREN,
    PRICE,
    RECYCLE_OR_BURN,
    ROW,
    SAFE_FLOAT,
    SHARES,
    STAKES,
    U8,
    U16,
    U16_PAIR,
    U16S,
    U32,
    U64,
    U64S,
    U128,
    bits,
    record,
    structure,
)
from dtao.fixed import I64F64, U64F64, U96F32
from dtao.persistent import Map
from dtao.safe_float import ZERO, SafeFloat
from dtao.stored import (
    BLOCKS,
    BY_BLAKE,
    BY_TWOX,
    IN_ALPHA_ASSETS,
    IN_SWAP,
    OF_U16,
    OF_U64,
    PRESENCE,
    TAO,
    entries,
    item,
    optional,
)
from dtao.units import AccountId, Alpha, Bits, BlockNumber, NetUid, Rao, Shares, Uid

Stakes = tuple[tuple[int, AccountId], ...]
"""Children or parents of a hotkey: (proportion of its stake as a fraction of 2**64 - 1, the other hotkey)."""

Rates = tuple[tuple[NetUid, Bits], ...]
"""What a rao of root stake on a hotkey earned of each subnet's alpha: (netuid, rate in I96F32), by netuid."""

Row = tuple[tuple[Uid, int], ...]
"""A row of weights or bonds: (uid, u16), in the order in which it was written."""


def stored_entries(entries: Map[Any, Any]) -> dict[Any, Any]:
    """Return the entries that are not the default, which the flat form lists."""
    return {key: value for key, value in entries.items() if value}


@frozen(weakref_slot=False)
class SharePool:
    """The stake on one hotkey of one subnet, owned by coldkeys in shares."""

    KEYS: ClassVar = ("netuid", "hotkey")
    total_alpha: Alpha = item("TotalHotkeyAlpha", U64, Alpha(0), keys="hotkey/netuid")
    """Alpha rao (rao on the root network)."""
    denominator: Shares = item("TotalHotkeyShares", SHARES, Shares(0), keys="hotkey/netuid")
    """The sum of all shares."""
    shares: Map[AccountId, Shares] = entries("Alpha", SHARES, "hotkey/coldkey/netuid", 0, presence=True)
    """coldkey -> shares. An entry of 0 is not the same as none."""
    float_denominator: SafeFloat = item("TotalHotkeySharesV2", SAFE_FLOAT, ZERO, keys="hotkey/netuid", since=401)
    """The sum of all shares, once a stake changed; before that it stands in ``denominator``."""
    float_shares: Map[AccountId, SafeFloat] = entries("AlphaV2", SAFE_FLOAT, "hotkey/coldkey/netuid", ZERO, since=401)
    """coldkey -> shares, once its stake changed; before that they stand in ``shares``."""

    def holders(self) -> set[AccountId]:
        """Return the coldkeys with an entry of shares, of either kind."""
        return {*self.shares, *self.float_shares}

    def is_held_by(self, coldkey: AccountId) -> bool:
        """Return whether a coldkey has an entry of shares, of either kind."""
        return coldkey in self.shares or coldkey in self.float_shares


@frozen(weakref_slot=False)
class Lock:
    """Stake that a coldkey locked in favour of a hotkey, or the sum of several such locks."""

    mass: Alpha
    """Alpha rao that are locked."""
    conviction: Bits
    """What time made of them; U64F64."""
    last_update: BlockNumber
    """The block of which both speak."""


LOCK = structure(Lock, U64, bits(U64F64), U64)


@frozen(weakref_slot=False)
class ColdkeyLocks:
    """What a coldkey locked of its stake on a subnet."""

    KEYS: ClassVar = ("netuid", "coldkey")
    locks: Map[AccountId, Lock] = entries(
        "Lock", LOCK, "coldkey/netuid/hotkey", None, presence=True, unit="[alpha, U64F64, block]", since=411
    )
    """hotkey -> the lock in its favour; hardly ever more than one."""
    is_decaying: bool | None = optional("DecayingLock", BOOL, keys="coldkey/netuid", since=411)
    """False if the locks are perpetual; they decay otherwise."""


@frozen(weakref_slot=False)
class Pool:
    """The reserves of a subnet against TAO, and the averages that follow from them."""

    KEYS: ClassVar = ("netuid",)
    tao: Rao = item("SubnetTAO", U64, Rao(0))
    alpha_in: Alpha = item("SubnetAlphaIn", U64, Alpha(0))
    """Alpha in the pool."""
    alpha_out: Alpha = item("SubnetAlphaOut", U64, Alpha(0))
    """Alpha outside of the pool: staked, pending or lost."""
    volume: Rao = item("SubnetVolume", U128, Rao(0))
    """TAO that ever passed through the pool, both ways; a u128."""
    moving_price: Bits = item("SubnetMovingPrice", PRICE, Bits(0))
    """The exponential average of the price in TAO per alpha; I96F32."""


@frozen(weakref_slot=False)
class Emission:
    """What the block step gives to a subnet, and what it holds back for the subnet's next epoch."""

    KEYS: ClassVar = ("netuid",)
    tao_in: Rao = item("SubnetTaoInEmission", U64, Rao(0))
    """TAO put into the pool in the last block."""
    alpha_in: Alpha = item("SubnetAlphaInEmission", U64, Alpha(0))
    """Alpha put into the pool in the last block."""
    alpha_out: Alpha = item("SubnetAlphaOutEmission", U64, Alpha(0))
    """Alpha given to the participants in the last block."""
    pending_emission: Alpha = item("PendingEmission", U64, Alpha(0), until=343)
    """Alpha for miners and validators."""
    pending_root_divs: Rao = item("PendingRootDivs", U64, Rao(0), until=338)
    """TAO for the stakers of the root network."""
    pending_alpha_swapped: Alpha = item("PendingAlphaSwapped", U64, Alpha(0), until=338)
    """The alpha that was sold for the TAO in ``pending_root_divs``."""
    pending_owner_cut: Alpha = item("PendingOwnerCut", U64, Alpha(0))
    """Alpha for the owner of the subnet."""
    pending_root_alpha: Alpha = item("PendingRootAlphaDivs", U64, Alpha(0), since=338)
    """Alpha for the stakers of the root network, who will claim it."""
    pending_server_emission: Alpha = item("PendingServerEmission", U64, Alpha(0), since=343)
    """Alpha for miners."""
    pending_validator_emission: Alpha = item("PendingValidatorEmission", U64, Alpha(0), since=343)
    """Alpha for validators, without that for the stakers of the root network."""
    blocks_since_last_step: int = item("BlocksSinceLastStep", U64, 0)
    last_mechansim_step_block: BlockNumber = item("LastMechansimStepBlock", U64, BlockNumber(0))
    """The block of the last epoch. (The runtime spells it so.)"""
    tao_flow: int = item("SubnetTaoFlow", I64, 0, unit=TAO, since=338)
    """TAO that was staked less TAO that was unstaked since the last block."""
    average_tao_flow: tuple[BlockNumber, Bits] | None = optional(
        "SubnetEmaTaoFlow", record(U64, bits(I64F64)), since=338
    )
    """(block in which it was last brought up to date, exponential average of that flow in rao; I64F64)."""
    root_prop: Bits = item("RootProp", bits(U96F32), Bits(0), since=365)
    """What part of the subnet's dividends root gets, after the last block that emitted to it; U96F32."""
    excess_tao: Rao = item("SubnetExcessTao", U64, Rao(0), since=411)
    """TAO with which alpha was bought in the last block that emitted to the subnet."""
    root_sell_tao: Rao = item("SubnetRootSellTao", U64, Rao(0), since=411)
    """TAO for which stakers of root sold alpha since the last block emitted."""
    protocol_flow: int = item("SubnetProtocolFlow", I64, 0, unit=TAO, since=411)
    """TAO that blocks gave to the pool less TAO that stakers of root took out of it, since the last block."""
    average_protocol_flow: tuple[BlockNumber, Bits] | None = optional(
        "SubnetEmaProtocolFlow", record(U64, bits(I64F64)), since=411
    )
    """(block in which it was last brought up to date, exponential average of that flow in rao; I64F64)."""
    protocol_alpha: Alpha = item("SubnetProtocolAlpha", U64, Alpha(0), since=413)
    """Alpha that blocks bought; it is outside of the pool, and nobody's stake."""
    last_epoch_block: BlockNumber = item("LastEpochBlock", U64, BlockNumber(0), since=423)
    """The block from which on the tempo counts: of the last epoch, of a new tempo, or near the registration."""
    pending_epoch_at: BlockNumber = item("PendingEpochAt", U64, BlockNumber(0), since=423)
    """The block from which on an epoch is due that was triggered or put off; 0 if none was."""
    epoch_index: int = item("SubnetEpochIndex", U64, 0, since=423)
    """How many epochs there were, those among them that a contradiction prevented."""


@frozen(weakref_slot=False)
class AlphaAssets:
    """How much alpha of a subnet was issued and given up, as the pallet of alpha assets counts it. No rule reads it."""

    KEYS: ClassVar = ("netuid",)
    issued: Alpha = item("TotalAlphaIssuance", U64, Alpha(0), since=411, raw=IN_ALPHA_ASSETS)
    """What blocks emitted, less what was recycled."""
    burned: Alpha = item("AlphaBurned", U64, Alpha(0), since=411, raw=IN_ALPHA_ASSETS)
    recycled: Alpha = item("AlphaRecycled", U64, Alpha(0), since=411, raw=IN_ALPHA_ASSETS)


@frozen(weakref_slot=False)
class Registration:
    """What a registration of a neuron costs and how many there were."""

    KEYS: ClassVar = ("netuid",)
    burn: Rao = item("Burn", U64, Rao(params.INITIAL_BURN))
    difficulty: int = item("Difficulty", U64, params.INITIAL_DIFFICULTY)
    registrations_this_block: int = item("RegistrationsThisBlock", U16, 0)
    registrations_this_interval: int = item("RegistrationsThisInterval", U16, 0)
    burn_registrations_this_interval: int = item("BurnRegistrationsThisInterval", U16, 0)
    pow_registrations_this_interval: int = item("POWRegistrationsThisInterval", U16, 0)
    last_adjustment_block: BlockNumber = item("LastAdjustmentBlock", U64, BlockNumber(0))
    rao_recycled: Rao = item("RAORecycledForRegistration", U64, Rao(0))


@frozen(weakref_slot=False)
class Hyperparameters:
    """The parameters of one subnet, as its owner or the network's administrators set them."""

    KEYS: ClassVar = ("netuid",)
    tempo: int = item("Tempo", U16, params.INITIAL_TEMPO)
    kappa: int = item("Kappa", U16, params.INITIAL_KAPPA, unit=OF_U16)
    rho: int = item("Rho", U16, params.INITIAL_RHO)
    activity_cutoff: int = item("ActivityCutoff", U16, params.INITIAL_ACTIVITY_CUTOFF)
    immunity_period: int = item("ImmunityPeriod", U16, params.INITIAL_IMMUNITY_PERIOD)
    max_allowed_uids: int = item("MaxAllowedUids", U16, params.INITIAL_MAX_ALLOWED_UIDS)
    max_allowed_validators: int = item("MaxAllowedValidators", U16, params.INITIAL_MAX_ALLOWED_VALIDATORS)
    min_allowed_weights: int = item("MinAllowedWeights", U16, params.INITIAL_MIN_ALLOWED_WEIGHTS)
    max_weights_limit: int = item("MaxWeightsLimit", U16, params.INITIAL_MAX_WEIGHTS_LIMIT, unit=OF_U16)
    weights_set_rate_limit: int = item("WeightsSetRateLimit", U64, params.INITIAL_WEIGHTS_SET_RATE_LIMIT)
    weights_version_key: int = item("WeightsVersionKey", U64, 0)
    commit_reveal_weights_enabled: bool = item("CommitRevealWeightsEnabled", BOOL, False)
    bonds_moving_average: int = item("BondsMovingAverage", U64, params.INITIAL_BONDS_MOVING_AVERAGE)
    bonds_penalty: int = item("BondsPenalty", U16, 0, unit=OF_U16)
    liquid_alpha_on: bool = item("LiquidAlphaOn", BOOL, False, raw=BY_BLAKE)
    alpha_values: tuple[int, int] = item("AlphaValues", U16_PAIR, params.INITIAL_ALPHA_VALUES, unit=OF_U16)
    adjustment_interval: int = item("AdjustmentInterval", U16, params.INITIAL_ADJUSTMENT_INTERVAL)
    adjustment_alpha: int = item("AdjustmentAlpha", U64, 0, unit=OF_U64)
    target_registrations_per_interval: int = item(
        "TargetRegistrationsPerInterval", U16, params.INITIAL_TARGET_REGISTRATIONS_PER_INTERVAL
    )
    max_registrations_per_block: int = item("MaxRegistrationsPerBlock", U16, params.INITIAL_MAX_REGISTRATIONS_PER_BLOCK)
    min_burn: Rao = item("MinBurn", U64, Rao(params.INITIAL_MIN_BURN))
    max_burn: Rao = item("MaxBurn", U64, Rao(params.INITIAL_MAX_BURN))
    burn_half_life: int = item("BurnHalfLife", U16, params.INITIAL_BURN_HALF_LIFE, since=401)
    """Blocks in which the price of a registration halves; 0 if it does not."""
    burn_increase_mult: Bits = item(
        "BurnIncreaseMult", bits(U64F64), Bits(params.INITIAL_BURN_INCREASE_MULT), unit="U64F64", since=401
    )
    """By what the price rises with every registration; U64F64."""
    min_difficulty: int = item("MinDifficulty", U64, params.INITIAL_MIN_DIFFICULTY)
    max_difficulty: int = item("MaxDifficulty", U64, params.INITIAL_MAX_DIFFICULTY)
    min_non_immune_uids: int = item("MinNonImmuneUids", U16, params.INITIAL_MIN_NON_IMMUNE_UIDS, since=365)
    network_registration_allowed: bool = item("NetworkRegistrationAllowed", BOOL, False)
    network_pow_registration_allowed: bool = item("NetworkPowRegistrationAllowed", BOOL, False)
    transfer_toggle: bool = item("TransferToggle", BOOL, True)
    fee_rate: int = item("FeeRate", U16, params.DEFAULT_FEE_RATE, since=283, raw=IN_SWAP)
    """What the pool charges for swaps, a u16-normalised fraction."""
    activity_cutoff_factor_milli: int = item(
        "ActivityCutoffFactorMilli", MILLI, params.INITIAL_ACTIVITY_CUTOFF_FACTOR_MILLI, since=423
    )
    """After how many thousandths of a tempo without an update a neuron counts as inactive."""
    user_liquidity_enabled: bool = item("EnabledUserLiquidity", BOOL, False, since=283, until=423, raw=IN_SWAP)
    """Whether users may provide liquidity to the pool."""
    ema_price_halving_blocks: int = item(
        "EMAPriceHalvingBlocks", U64, params.INITIAL_EMA_PRICE_HALVING_BLOCKS, since=252
    )
    """Blocks after which the present price has half of its weight in the moving price."""
    yuma3_on: bool = item("Yuma3On", BOOL, False, since=273, raw=BY_BLAKE)
    """Whether bonds are built up as Yuma 3 does."""
    bonds_reset_on: bool = item("BondsResetOn", BOOL, False, since=273)
    """Whether a commitment may reset bonds; no call of the economy reads it."""
    alpha_sigmoid_steepness: int = item("AlphaSigmoidSteepness", U16, params.INITIAL_ALPHA_SIGMOID_STEEPNESS, since=273)
    """How sharply liquid alpha follows the distance from consensus, a whole factor."""
    recycle_or_burn: str = item("RecycleOrBurn", RECYCLE_OR_BURN, params.BURN, since=320)
    """Whether what the owner's miners earn leaves the alpha outside of the pool ("Recycle") or stays in it ("Burn")."""
    min_allowed_uids: int = item("MinAllowedUids", U16, params.INITIAL_MIN_ALLOWED_UIDS, since=320)
    """The fewest neurons to which a subnet may be trimmed."""
    immune_owner_uids_limit: int = item("ImmuneOwnerUidsLimit", U16, params.INITIAL_IMMUNE_OWNER_UIDS_LIMIT, since=320)
    """How many neurons of the owner are never pruned."""
    owner_cut_enabled: bool = item("OwnerCutEnabled", BOOL, True, since=411)
    """Whether the owner gets a cut of what blocks emit."""
    owner_cut_auto_lock_enabled: bool = item("OwnerCutAutoLockEnabled", BOOL, False, since=411)
    """Whether that cut is locked at once."""
    emission_enabled: bool = item("SubnetEmissionEnabled", BOOL, True, since=411)
    """Whether blocks give TAO to the subnet."""
    min_childkey_take: int = item("MinChildkeyTakePerSubnet", U16, 0, unit=OF_U16, since=411)
    """The least take of a childkey on the subnet."""
    mechanism_count: int = item(
        "MechanismCountCurrent", MECHANISMS, params.INITIAL_MECHANISM_COUNT, since=320, raw=BY_TWOX
    )
    """How many mechanisms the subnet has."""
    mechanism_emission_split: tuple[int, ...] | None = optional("MechanismEmissionSplit", U16S, since=320, raw=BY_TWOX)
    """The parts of the mechanisms in the emission of the subnet, as fractions of 65535; None if they are equal."""


@frozen(weakref_slot=False)
class Neurons:
    """The neurons of one subnet. The tuples have one element a uid."""

    KEYS: ClassVar = ("netuid",)
    n: int = item("SubnetworkN", U16, 0)
    """How many neurons there are."""
    keys: Map[Uid, AccountId] = entries("Keys", ACCOUNT, "netuid/uid", 0, presence=True)
    uids: Map[AccountId, Uid] = entries("Uids", U16, "netuid/hotkey", None, presence=True)
    is_network_member: Map[AccountId, bool] = entries(
        "IsNetworkMember", BOOL, "hotkey/netuid", False, eq=stored_entries
    )
    """An entry that says no counts as none, but for a swap of hotkeys on one subnet; the flat form does not list it."""
    block_at_registration: Map[Uid, BlockNumber] = entries("BlockAtRegistration", U64, "netuid/uid", 0)
    weights: Map[Uid, Row] = entries("Weights", ROW, "netuid/uid", ())
    bonds: Map[Uid, Row] = entries("Bonds", ROW, "netuid/uid", ())
    active: Sequence[bool] = item("Active", BOOLS, ())
    last_update: Sequence[BlockNumber] = item("LastUpdate", U64S, ())
    rank: Sequence[int] = item("Rank", U16S, (), until=401)
    trust: Sequence[int] = item("Trust", U16S, (), until=401)
    validator_trust: Sequence[int] = item("ValidatorTrust", U16S, ())
    consensus: Sequence[int] = item("Consensus", U16S, ())
    incentive: Sequence[int] = item("Incentive", U16S, ())
    dividends: Sequence[int] = item("Dividends", U16S, ())
    emission: Sequence[Alpha] = item("Emission", U64S, ())
    pruning_scores: Sequence[int] = item("PruningScores", U16S, (), until=401)
    validator_permit: Sequence[bool] = item("ValidatorPermit", BOOLS, ())
    stake_weight: Sequence[int] = item("StakeWeight", U16S, (), since=401)
    """The share of the stake in the last epoch, which older versions have too, but no rule reads."""


@frozen(weakref_slot=False)
class Subnet:
    """Everything stored under one netuid. It outlives the network: a dissolved one leaves its pools behind."""

    KEYS: ClassVar = ("netuid",)
    added: bool = item("NetworksAdded", BOOL, False)
    """Whether the network exists."""
    mechanism: int = item("SubnetMechanism", U16, 0)
    """0 stable (1 alpha = 1 TAO), 1 dynamic (a pool sets the price)."""
    owner: AccountId | None = optional("SubnetOwner", ACCOUNT, 0)
    """The coldkey that owns the subnet."""
    owner_hotkey: AccountId | None = optional("SubnetOwnerHotkey", ACCOUNT, 0)
    lease: int | None = optional("SubnetUidToLeaseId", LEASE, since=298, unrecorded=(401, None), raw=BY_TWOX)
    """The number of the lease that created it."""
    network_registered_at: BlockNumber = item("NetworkRegisteredAt", U64, BlockNumber(0))
    first_emission_block_number: BlockNumber | None = optional("FirstEmissionBlockNumber", U64, since=257)
    """The first block in which a started subnet emits."""
    subtoken_enabled: bool = item("SubtokenEnabled", BOOL, False, since=273)
    """Whether stake on the subnet may be added, removed and moved."""
    locked: Rao = item("SubnetLocked", U64, Rao(0))
    total_stake_at_dynamic: Rao = item("TotalStakeAtDynamic", U64, Rao(0), until=273)
    root_claimable_threshold: Bits = item(
        "RootClaimableThreshold", PRICE, Bits(params.MIN_ROOT_CLAIM << 32), since=338, raw=BY_BLAKE
    )
    """The least alpha that a staker of root claims at once; alpha rao in I96F32."""
    registration: Registration = Registration()
    hyperparameters: Hyperparameters = Hyperparameters()
    neurons: Neurons = Neurons()
    share_pools: Map[AccountId, SharePool] = Map()
    """hotkey -> the stake on it."""
    coldkey_locks: Map[AccountId, ColdkeyLocks] = Map()
    """coldkey -> what it locked of its stake."""
    hotkey_locks: Map[AccountId, Lock] = entries(
        "HotkeyLock", LOCK, "netuid/hotkey", None, presence=True, unit="[alpha, U64F64, block]", since=411
    )
    """hotkey -> the sum of the perpetual locks in its favour, if it is not the owner hotkey."""
    decaying_hotkey_locks: Map[AccountId, Lock] = entries(
        "DecayingHotkeyLock", LOCK, "netuid/hotkey", None, presence=True, unit="[alpha, U64F64, block]", since=411
    )
    """hotkey -> the sum of the decaying ones."""
    owner_lock: Lock | None = optional("OwnerLock", LOCK, since=411)
    """The sum of the perpetual locks in favour of the owner hotkey."""
    decaying_owner_lock: Lock | None = optional("DecayingOwnerLock", LOCK, since=411)
    """The sum of the decaying ones."""
    locking_coldkeys: Map[tuple[AccountId, AccountId], bool] = entries(
        "LockingColdkeys", BOOL, "netuid/hotkey/coldkey", None, presence=True, since=423, raw=PRESENCE
    )
    """(hotkey, coldkey) -> True where the coldkey has a lock in favour of the hotkey."""
    child_keys: Map[AccountId, Stakes] = entries("ChildKeys", STAKES, "hotkey/netuid", ())
    parent_keys: Map[AccountId, Stakes] = entries("ParentKeys", STAKES, "hotkey/netuid", ())
    pending_child_keys: Map[AccountId, tuple[Stakes, BlockNumber]] = entries(
        "PendingChildKeys", PENDING_CHILDREN, "netuid/hotkey", ((), 0)
    )
    """hotkey -> (its next children, the block after which they come into force)."""
    childkey_take: Map[AccountId, int] = entries(
        "ChildkeyTake", U16, "hotkey/netuid", 0, unit=OF_U16, eq=stored_entries
    )
    """What a child keeps of its parents' dividends, as a fraction of 65535. An entry of 0 counts as none, but for a
    swap of hotkeys; the flat form does not list it."""
    alpha_dividends: Map[AccountId, Alpha] = entries("AlphaDividendsPerSubnet", U64, "netuid/hotkey", 0)
    """What the last epoch paid to the stakers of each hotkey."""
    root_alpha_dividends: Map[AccountId, Alpha] = entries(
        "RootAlphaDividendsPerSubnet", U64, "netuid/hotkey", 0, since=361
    )
    """What of it was set aside for the stakers of root."""
    voting_power_tracking_enabled: bool = item("VotingPowerTrackingEnabled", BOOL, False, since=385)
    voting_power_disable_at_block: BlockNumber = item("VotingPowerDisableAtBlock", U64, BlockNumber(0), since=385)
    """The block from which on an epoch ends the tracking; 0 if none is to."""
    voting_power_ema_alpha: int = item(
        "VotingPowerEmaAlpha", U64, params.DEFAULT_VOTING_POWER_EMA_ALPHA, unit="of 10^18", since=385
    )
    """The weight of the present stake in the voting power."""
    voting_power: Map[AccountId, int] = entries("VotingPower", U64, "netuid/hotkey", 0, since=385)
    """The average stake of each validator, which contracts read."""
    miner_burned: Bits = item("MinerBurned", bits(U96F32), Bits(0), since=421)
    """What part of the last epoch's incentives was not paid, being the owner's; U96F32."""
    tao_dividends: Map[AccountId, Rao] = entries("TaoDividendsPerSubnet", U64, "netuid/hotkey", 0, until=338)
    auto_stake_destinations: Map[AccountId, AccountId] = entries(
        "AutoStakeDestination", ACCOUNT, "coldkey/netuid", None, presence=True, since=338
    )
    """coldkey -> the hotkey on which what its miners earn is staked."""
    auto_stake_coldkeys: Map[AccountId, tuple[AccountId, ...]] = entries(
        "AutoStakeDestinationColdkeys", ACCOUNTS, "hotkey/netuid", (), since=338, eq=stored_entries
    )
    """hotkey -> the coldkeys that chose it as destination. An entry without any counts as none, but for a swap of
    hotkeys; the flat form does not list it."""
    total_hotkey_alpha_last_epoch: Map[AccountId, Alpha] = entries(
        "TotalHotkeyAlphaLastEpoch", U64, "hotkey/netuid", 0, since=261, eq=stored_entries
    )
    """What was staked on each hotkey after the last epoch's alpha dividends. An entry of 0 counts as none, but for the
    dividends that follow a swapped hotkey; the flat form does not list it."""


@frozen(weakref_slot=False)
class Parameters:
    """The parameters of the whole network, set by its administrators."""

    tao_weight: int = item("TaoWeight", U64, params.INITIAL_TAO_WEIGHT, unit=OF_U64)
    """The weight of a rao of root stake against one of alpha, as a fraction of 2**64 - 1."""
    subnet_owner_cut: int = item("SubnetOwnerCut", U16, params.INITIAL_SUBNET_OWNER_CUT, unit=OF_U16)
    subnet_moving_alpha: Bits = item("SubnetMovingAlpha", PART, Bits(params.INITIAL_SUBNET_MOVING_ALPHA))
    """The weight of the present price in the moving price; I96F32."""
    subnet_limit: int = item(
        "SubnetLimit", U16, params.INITIAL_SUBNET_LIMIT, until=252, again=320, unrecorded=(246, 252)
    )
    stake_threshold: Rao = item("StakeThreshold", U64, Rao(0))
    nominator_min_required_stake: Rao = item("NominatorMinRequiredStake", U64, Rao(0))
    min_delegate_take: int = item("MinDelegateTake", U16, 0, unit=OF_U16)
    max_delegate_take: int = item("MaxDelegateTake", U16, params.INITIAL_MAX_DELEGATE_TAKE, unit=OF_U16)
    min_childkey_take: int = item("MinChildkeyTake", U16, 0, unit=OF_U16)
    max_childkey_take: int = item("MaxChildkeyTake", U16, params.INITIAL_MAX_CHILDKEY_TAKE, unit=OF_U16)
    tx_rate_limit: int = item("TxRateLimit", U64, params.INITIAL_TX_RATE_LIMIT)
    tx_delegate_take_rate_limit: int = item("TxDelegateTakeRateLimit", U64, params.INITIAL_TX_DELEGATE_TAKE_RATE_LIMIT)
    tx_childkey_take_rate_limit: int = item("TxChildkeyTakeRateLimit", U64, params.INITIAL_TX_CHILDKEY_TAKE_RATE_LIMIT)
    network_rate_limit: int = item("NetworkRateLimit", U64, params.INITIAL_NETWORK_RATE_LIMIT)
    network_immunity_period: int = item("NetworkImmunityPeriod", U64, params.INITIAL_NETWORK_IMMUNITY_PERIOD)
    network_min_lock_cost: Rao = item("NetworkMinLockCost", U64, Rao(params.INITIAL_NETWORK_MIN_LOCK_COST))
    network_lock_reduction_interval: int = item(
        "NetworkLockReductionInterval", U64, params.INITIAL_NETWORK_LOCK_REDUCTION_INTERVAL
    )
    min_activity_cutoff: int = item("MinActivityCutoff", U16, params.INITIAL_MIN_ACTIVITY_CUTOFF, since=247)
    """It bounds what an owner may set."""
    weights_version_key_rate_limit: int = item(
        "WeightsVersionKeyRateLimit", U64, params.INITIAL_WEIGHTS_VERSION_KEY_RATE_LIMIT, since=252
    )
    """Tempos between two changes of the version key of weights."""
    coldkey_swap_reschedule_duration: int = item(
        "ColdkeySwapRescheduleDuration",
        U32,
        params.INITIAL_COLDKEY_SWAP_RESCHEDULE_DURATION,
        since=273,
        until=385,
        raw=BLOCKS,
    )
    coldkey_swap_announcement_delay: int = item(
        "ColdkeySwapAnnouncementDelay", U32, params.COLDKEY_SWAP_ANNOUNCEMENT_DELAY, since=385, raw=BLOCKS
    )
    """Blocks between the announcement of a swap of coldkeys and the swap."""
    coldkey_swap_reannouncement_delay: int = item(
        "ColdkeySwapReannouncementDelay", U32, params.COLDKEY_SWAP_REANNOUNCEMENT_DELAY, since=385, raw=BLOCKS
    )
    """Blocks from when the swap may happen until another one may be announced."""
    max_mechanism_count: int = item("MaxMechanismCount", U8, params.INITIAL_MAX_MECHANISM_COUNT, since=385)
    """It bounds how many mechanisms a subnet may be given."""
    start_call_delay: int = item("StartCallDelay", U64, 0, since=371)
    """Blocks between the registration of a subnet and the first in which it may be started."""
    pending_child_key_cooldown: int = item("PendingChildKeyCooldown", U64, 0, since=277)
    """Blocks between the scheduling of children and the first that may apply them."""
    ck_burn: int = item("CKBurn", U64, 0, unit=OF_U64, since=320)
    """What is recycled of the dividends that a child of another owner earns its parents; a fraction of 2**64 - 1."""
    network_registration_start_block: BlockNumber = item(
        "NetworkRegistrationStartBlock", U64, BlockNumber(0), since=320
    )
    """The first block in which a subnet may be registered."""
    tao_in_refund_deployment_block: BlockNumber = item(
        "TaoInRefundDeploymentBlock", U64, BlockNumber(0), since=415, unrecorded=(415, None)
    )
    """The last block in which a subnet was registered whose pool takes no part in its dissolution."""
    admin_freeze_window: int = item("AdminFreezeWindow", U16, params.INITIAL_ADMIN_FREEZE_WINDOW, since=320)
    """Blocks before an epoch in which an owner may not set parameters."""
    owner_hyperparam_rate_limit: int = item(
        "OwnerHyperparamRateLimit", U16, params.INITIAL_OWNER_HYPERPARAM_RATE_LIMIT, since=320
    )
    """Tempos between two changes of a parameter by the owner."""
    commit_reveal_weights_version: int = item(
        "CommitRevealWeightsVersion", U16, params.INITIAL_COMMIT_REVEAL_WEIGHTS_VERSION, since=320
    )
    """Which scheme of commitments is in force; no call of the economy reads it."""
    tao_flow_cutoff: Bits = item("TaoFlowCutoff", bits(I64F64), Bits(0), unit="I64F64", since=338)
    """The average flow up to which a subnet gets no TAO."""
    flow_norm_exponent: Bits = item("FlowNormExponent", SHARES, Bits(U64F64.one), unit="U64F64", since=338)
    """The power of average flows in proportion to which TAO is divided."""
    flow_ema_smoothing_factor: int = item(
        "FlowEmaSmoothingFactor", U64, params.DEFAULT_FLOW_EMA_SMOOTHING_FACTOR, since=338
    )
    """The weight of a block's flow in its average, as a fraction of 2**63 - 1."""
    unlock_rate: int = item("UnlockRate", U64, params.INITIAL_UNLOCK_RATE, since=411)
    """The blocks in which the mass of a lock falls to 1/e."""
    maturity_rate: int = item("MaturityRate", U64, params.INITIAL_MATURITY_RATE, since=411)
    """The blocks in which conviction comes within 1/e of the mass of a perpetual lock."""
    net_tao_flow_enabled: bool = item("NetTaoFlowEnabled", BOOL, True, since=411)
    """Whether the flow of the protocol counts against the flow of users."""
    max_epochs_per_block: int = item("MaxEpochsPerBlock", U8, params.INITIAL_MAX_EPOCHS_PER_BLOCK, since=423)
    """How many subnets may have their epoch in one block; those of the others are put off."""
    num_root_claims: int = item("NumRootClaim", U64, params.NUM_ROOT_CLAIMS, since=338)
    """How many coldkeys a block draws to claim for."""


NO_POOL = Pool()
NO_EMISSION = Emission()
NO_SHARE_POOL = SharePool()
NO_ALPHA_ASSETS = AlphaAssets()
NO_COLDKEY_LOCKS = ColdkeyLocks()
