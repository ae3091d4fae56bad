"""The records that the state consists of. Nothing here computes.

Every attribute that is ``item(...)``, ``optional(...)`` or ``entries(...)`` is one storage item of the runtime, or a
map from the remaining keys of that item (:mod:`dtao.stored`). Its default is the value that the launch reads where
nothing is stored; in a version that does not have the item it keeps that.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from attrs import field, frozen

from dtao import params
from dtao.codec import (
    ACCOUNT,
    ACCOUNTS,
    BOOL,
    BOOLS,
    I64,
    LEASE,
    PENDING_CHILDREN,
    PRICE,
    ROW,
    SAFE_FLOAT,
    SHARES,
    STAKES,
    U16,
    U16S,
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
from dtao.settings import Hyperparameters
from dtao.stored import (
    BY_BLAKE,
    BY_TWOX,
    IN_ALPHA_ASSETS,
    OF_U16,
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
    is_zero_stored: bool = field(default=False, eq=False)
    """Whether a total of 0 is stored, as swaps of hotkeys left it from 276 to 391, until it is written again. Only
    dissolutions see it; the flat form does not list it."""

    def holders(self) -> set[AccountId]:
        """Return the coldkeys with an entry of shares, of either kind."""
        return {*self.shares, *self.float_shares}

    def is_held_by(self, coldkey: AccountId) -> bool:
        """Return whether a coldkey has an entry of shares, of either kind."""
        return coldkey in self.shares or coldkey in self.float_shares


def _with_entries(pools: Map[AccountId, SharePool]) -> dict[AccountId, SharePool]:
    """Return the share pools of which the flat form lists anything."""
    return {hotkey: pool for hotkey, pool in pools.items() if pool != NO_SHARE_POOL}


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
    share_pools: Map[AccountId, SharePool] = field(default=Map(), eq=_with_entries)
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


NO_POOL = Pool()
NO_EMISSION = Emission()
NO_SHARE_POOL = SharePool()
NO_ALPHA_ASSETS = AlphaAssets()
NO_COLDKEY_LOCKS = ColdkeyLocks()
