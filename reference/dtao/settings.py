"""Storage items that are set rather than computed: the parameters of the whole network, and those of each subnet."""

from typing import ClassVar

from attrs import frozen

from dtao import params
from dtao.codec import BOOL, MECHANISMS, MILLI, PART, RECYCLE_OR_BURN, SHARES, U8, U16, U16_PAIR, U16S, U32, U64, bits
from dtao.fixed import I64F64, U64F64
from dtao.stored import BLOCKS, BY_BLAKE, BY_TWOX, IN_SWAP, OF_U16, OF_U64, item, optional
from dtao.units import Bits, BlockNumber, Rao


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
