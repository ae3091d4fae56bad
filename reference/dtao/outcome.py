"""What becomes of a call: a new state and events, or the name of the reason why not."""

from enum import StrEnum

from attrs import frozen

from dtao.events import Event
from dtao.state import State
from dtao.units import AccountId, NetUid


class Rejection(StrEnum):
    """The runtime's names for the reasons why a call is refused."""

    BAD_ORIGIN = "BadOrigin"
    ACCOUNT_REJECTS_LOCKED_ALPHA = "AccountRejectsLockedAlpha"
    ACTIVE_LOCK_EXISTS = "ActiveLockExists"
    ACTIVITY_CUTOFF_FACTOR_MILLI_OUT_OF_BOUNDS = "ActivityCutoffFactorMilliOutOfBounds"
    ADMIN_ACTION_PROHIBITED_DURING_WEIGHTS_WINDOW = "AdminActionProhibitedDuringWeightsWindow"
    AMOUNT_TOO_LOW = "AmountTooLow"
    AUTO_EPOCH_ALREADY_IMMINENT = "AutoEpochAlreadyImminent"
    BALANCE_WITHDRAWAL_ERROR = "BalanceWithdrawalError"
    CAN_NOT_SET_ROOT_NETWORK_WEIGHTS = "CanNotSetRootNetworkWeights"
    CANNOT_USE_SYSTEM_ACCOUNT = "CannotUseSystemAccount"
    CANNOT_AFFORD_LOCK_COST = "CannotAffordLockCost"
    COLDKEY_SWAP_ANNOUNCED = "ColdkeySwapAnnounced"
    COLDKEY_SWAP_DISPUTED = "ColdkeySwapDisputed"
    COLDKEY_SWAP_ALREADY_DISPUTED = "ColdkeySwapAlreadyDisputed"
    COLDKEY_SWAP_ANNOUNCEMENT_NOT_FOUND = "ColdkeySwapAnnouncementNotFound"
    COLDKEY_SWAP_REANNOUNCED_TOO_EARLY = "ColdkeySwapReannouncedTooEarly"
    COLDKEY_SWAP_CLEAR_TOO_EARLY = "ColdkeySwapClearTooEarly"
    COLDKEY_SWAP_TOO_EARLY = "ColdkeySwapTooEarly"
    ANNOUNCED_COLDKEY_HASH_DOES_NOT_MATCH = "AnnouncedColdkeyHashDoesNotMatch"
    ADD_STAKE_BURN_RATE_LIMIT_EXCEEDED = "AddStakeBurnRateLimitExceeded"
    INSUFFICIENT_STAKE_FOR_LOCK = "InsufficientStakeForLock"
    LOCK_HOTKEY_MISMATCH = "LockHotkeyMismatch"
    NEW_HOT_KEY_NOT_CLEAN_FOR_ROOT_SWAP = "NewHotKeyNotCleanForRootSwap"
    NO_EXISTING_LOCK = "NoExistingLock"
    STAKE_UNAVAILABLE = "StakeUnavailable"
    REGISTRATION_PRICE_LIMIT_EXCEEDED = "RegistrationPriceLimitExceeded"
    VOTING_POWER_TRACKING_NOT_ENABLED = "VotingPowerTrackingNotEnabled"
    INVALID_VOTING_POWER_EMA_ALPHA = "InvalidVotingPowerEmaAlpha"
    CANNOT_BURN_OR_RECYCLE_ON_ROOT_SUBNET = "CannotBurnOrRecycleOnRootSubnet"
    COLD_KEY_ALREADY_ASSOCIATED = "ColdKeyAlreadyAssociated"
    CHILD_PARENT_INCONSISTENCY = "ChildParentInconsistency"
    COMMIT_REVEAL_ENABLED = "CommitRevealEnabled"
    DELEGATE_TAKE_TOO_HIGH = "DelegateTakeTooHigh"
    DELEGATE_TAKE_TOO_LOW = "DelegateTakeTooLow"
    DELEGATE_TX_RATE_LIMIT_EXCEEDED = "DelegateTxRateLimitExceeded"
    DEPRECATED = "Deprecated"
    DUPLICATE_CHILD = "DuplicateChild"
    DUPLICATE_UIDS = "DuplicateUids"
    DYNAMIC_TEMPO_BLOCKED_BY_COMMIT_REVEAL = "DynamicTempoBlockedByCommitReveal"
    EPOCH_TRIGGER_ALREADY_PENDING = "EpochTriggerAlreadyPending"
    FEE_RATE_TOO_HIGH = "FeeRateTooHigh"
    FIRST_EMISSION_BLOCK_NUMBER_ALREADY_SET = "FirstEmissionBlockNumberAlreadySet"
    HOT_KEY_ACCOUNT_NOT_EXISTS = "HotKeyAccountNotExists"
    HOT_KEY_ALREADY_REGISTERED_IN_SUB_NET = "HotKeyAlreadyRegisteredInSubNet"
    HOT_KEY_NOT_REGISTERED_IN_SUB_NET = "HotKeyNotRegisteredInSubNet"
    HOT_KEY_SET_TX_RATE_LIMIT_EXCEEDED = "HotKeySetTxRateLimitExceeded"
    HOT_KEY_SWAP_ON_SUBNET_INTERVAL_NOT_PASSED = "HotKeySwapOnSubnetIntervalNotPassed"
    INCORRECT_WEIGHT_VERSION_KEY = "IncorrectWeightVersionKey"
    INSUFFICIENT_BALANCE = "InsufficientBalance"
    INSUFFICIENT_LIQUIDITY = "InsufficientLiquidity"
    INVALID_CHILD = "InvalidChild"
    INVALID_CHILDKEY_TAKE = "InvalidChildkeyTake"
    INVALID_LIQUIDITY_VALUE = "InvalidLiquidityValue"
    INVALID_NUM_ROOT_CLAIM = "InvalidNumRootClaim"
    INVALID_ROOT_CLAIM_THRESHOLD = "InvalidRootClaimThreshold"
    INVALID_SUBNET_NUMBER = "InvalidSubnetNumber"
    INVALID_TICK_RANGE = "InvalidTickRange"
    LIQUIDITY_NOT_FOUND = "LiquidityNotFound"
    MAX_POSITIONS_EXCEEDED = "MaxPositionsExceeded"
    MAX_WEIGHT_EXCEEDED = "MaxWeightExceeded"
    MECHANISM_DOES_NOT_EXIST = "MechanismDoesNotExist"
    NEED_WAITING_MORE_BLOCKS_TO_STAR_CALL = "NeedWaitingMoreBlocksToStarCall"
    NETWORK_TX_RATE_LIMIT_EXCEEDED = "NetworkTxRateLimitExceeded"
    NEURON_NO_VALIDATOR_PERMIT = "NeuronNoValidatorPermit"
    NEW_COLD_KEY_IS_HOTKEY = "NewColdKeyIsHotkey"
    NEW_HOT_KEY_IS_SAME_WITH_OLD = "NewHotKeyIsSameWithOld"
    NO_NEURON_ID_AVAILABLE = "NoNeuronIdAvailable"
    NON_ASSOCIATED_COLD_KEY = "NonAssociatedColdKey"
    NOT_ENOUGH_BALANCE_TO_PAY_SWAP_COLD_KEY = "NotEnoughBalanceToPaySwapColdKey"
    NOT_ENOUGH_BALANCE_TO_PAY_SWAP_HOT_KEY = "NotEnoughBalanceToPaySwapHotKey"
    NOT_ENOUGH_BALANCE_TO_STAKE = "NotEnoughBalanceToStake"
    NOT_ENOUGH_STAKE_TO_SET_CHILDKEYS = "NotEnoughStakeToSetChildkeys"
    NOT_ENOUGH_STAKE_TO_SET_WEIGHTS = "NotEnoughStakeToSetWeights"
    NOT_ENOUGH_STAKE_TO_WITHDRAW = "NotEnoughStakeToWithdraw"
    NOT_SUBNET_OWNER = "NotSubnetOwner"
    PRICE_LIMIT_EXCEEDED = "PriceLimitExceeded"
    PROPORTION_OVERFLOW = "ProportionOverflow"
    PRECISION_LOSS = "PrecisionLoss"
    REGISTRATION_NOT_PERMITTED_ON_ROOT_SUBNET = "RegistrationNotPermittedOnRootSubnet"
    RESERVES_TOO_LOW = "ReservesTooLow"
    ROOT_NETWORK_DOES_NOT_EXIST = "RootNetworkDoesNotExist"
    SAME_AUTO_STAKE_HOTKEY_ALREADY_SET = "SameAutoStakeHotkeyAlreadySet"
    SAME_NETUID = "SameNetuid"
    SETTING_WEIGHTS_TOO_FAST = "SettingWeightsTooFast"
    SLIPPAGE_TOO_HIGH = "SlippageTooHigh"
    STAKING_OPERATION_RATE_LIMIT_EXCEEDED = "StakingOperationRateLimitExceeded"
    STAKE_TOO_LOW_FOR_ROOT = "StakeTooLowForRoot"
    SUB_NETWORK_DOES_NOT_EXIST = "SubNetworkDoesNotExist"
    SUB_NET_REGISTRATION_DISABLED = "SubNetRegistrationDisabled"
    SUBNET_LIMIT_REACHED = "SubnetLimitReached"
    SUBNET_NOT_EXISTS = "SubnetNotExists"
    SUBTOKEN_DISABLED = "SubtokenDisabled"
    SWAP_INPUT_TOO_LARGE = "SwapInputTooLarge"
    TEMPO_OUT_OF_BOUNDS = "TempoOutOfBounds"
    TOO_MANY_CHILDREN = "TooManyChildren"
    TOO_MANY_REGISTRATIONS_THIS_BLOCK = "TooManyRegistrationsThisBlock"
    TOO_MANY_SWAP_STEPS = "TooManySwapSteps"
    TOO_MANY_REGISTRATIONS_THIS_INTERVAL = "TooManyRegistrationsThisInterval"
    TRANSFER_DISALLOWED = "TransferDisallowed"
    TX_CHILDKEY_TAKE_RATE_LIMIT_EXCEEDED = "TxChildkeyTakeRateLimitExceeded"
    TX_RATE_LIMIT_EXCEEDED = "TxRateLimitExceeded"
    UID_VEC_CONTAIN_INVALID_ONE = "UidVecContainInvalidOne"
    UIDS_LENGTH_EXCEED_UIDS_IN_SUB_NET = "UidsLengthExceedUidsInSubNet"
    USER_LIQUIDITY_DISABLED = "UserLiquidityDisabled"
    WEIGHT_VEC_LENGTH_IS_LOW = "WeightVecLengthIsLow"
    WEIGHT_VEC_NOT_EQUAL_SIZE = "WeightVecNotEqualSize"
    ZERO_BALANCE_AFTER_WITHDRAWN = "ZeroBalanceAfterWithdrawn"
    ZERO_MAX_STAKE_AMOUNT = "ZeroMaxStakeAmount"
    SENATE_ALREADY_MEMBER = "SenateMembers:AlreadyMember"
    OTHER = "Other"
    ARITHMETIC_OVERFLOW = "Arithmetic:Overflow"
    ARITHMETIC_UNDERFLOW = "Arithmetic:Underflow"
    TOKEN_BELOW_MINIMUM = "Token:BelowMinimum"
    TOKEN_FUNDS_UNAVAILABLE = "Token:FundsUnavailable"


@frozen(weakref_slot=False)
class Outcome:
    """The result of a call. Where ``error`` is set, ``state`` is the very object that the call was given."""

    state: State
    error: Rejection | None = None
    events: tuple[Event, ...] = ()


class Rejected(Exception):
    """Raised within a call to refuse it; :func:`dtao.calls.apply` turns it into an :class:`Outcome`."""

    def __init__(self, rejection: Rejection) -> None:
        super().__init__(rejection.value)
        self.rejection = rejection


def require(condition: bool, rejection: Rejection) -> None:
    """Refuse the call under way with ``rejection`` unless ``condition`` holds."""
    if not condition:
        raise Rejected(rejection)


def require_network(state: State, netuid: NetUid) -> None:
    """Refuse the call under way unless the network exists, by the name that the era has for it."""
    require(state.subnet(netuid).added, Rejection(state.runtime.constants.no_network))


def require_network_of_pool(state: State, netuid: NetUid) -> None:
    """Refuse a call of the swap pallet unless the network exists, by the name that the era has for it."""
    require(state.subnet(netuid).added, Rejection(state.runtime.constants.no_network_of_pool))


def signed(origin: AccountId | None) -> AccountId:
    """Return the account that signed the call, or refuse the call with ``BadOrigin``."""
    if origin is None:
        raise Rejected(Rejection.BAD_ORIGIN)
    return origin


def ensure_root(origin: AccountId | None) -> None:
    """Refuse the call with ``BadOrigin`` if anyone signed it."""
    if origin is not None:
        raise Rejected(Rejection.BAD_ORIGIN)
