"""The constants of the launch, with the runtime's names and their units; a later era's row says what it has instead."""

TOTAL_SUPPLY = 21_000_000_000_000_000
"""rao of TAO, and alpha rao of each subnet, that are ever issued."""
DEFAULT_BLOCK_EMISSION = 1_000_000_000
"""rao a block before the first halving."""

# What the runtime charges and requires

EXISTENTIAL_DEPOSIT = 500
"""rao. An account with less does not exist."""
DEFAULT_MIN_STAKE = 500_000
"""rao. The smallest stake, before fees."""
DEFAULT_STAKING_FEE = 50_000
"""rao of TAO on every stake added or removed; a transition pays half of it on each leg."""
SMALLEST_DAILY_FEE = 214_748
"""0.00005 in I96F32, rounded to the nearest: the least part of what is unstaked that a later fee takes."""
MINIMUM_POOL_LIQUIDITY = 10_000_000
"""rao or alpha rao that a swap must leave in the reserve that pays."""
KEY_SWAP_COST = 100_000_000
"""rao, burned by swap_hotkey."""
DUST_THRESHOLD = 184_467_440_737_096
"""0.00001 in U64F64, rounded to the nearest. A holder who would keep a smaller part of the shares keeps none."""
SHARE_POOL_RESERVE = 2_628_000_000_000_000
"""alpha rao, the emission of a year, that a share pool must be able to gain without that a share overflows."""
SENATE_MAX_MEMBERS = 12
DEFAULT_DELEGATE_TAKE = 11_796
"""Of 65535: 18 % of the dividends of a hotkey's stakers."""
BLOCKS_A_DAY = 7_200
KEY_SWAP_ON_SUBNET_COST = 1_000_000
"""rao, burned by swap_hotkey on one subnet alone; from 277 on."""
HOTKEY_SWAP_ON_SUBNET_INTERVAL = 36_000
"""Blocks that must have passed between two swaps of a hotkey by one coldkey on one subnet alone."""
DURATION_OF_START_CALL = 7 * BLOCKS_A_DAY
"""Blocks after its registration before a subnet may be started; from 257 on."""
MAX_CHILDREN = 5
SET_CHILDREN_RATE_LIMIT = 150
"""Blocks between two calls of set_children for one hotkey and subnet."""
REGISTRATIONS_PER_TARGET = 3
"""A subnet takes at most this many times its target of registrations in an adjustment interval."""

# The kinds of transaction in TransactionKeyLastBlock

SET_CHILDREN = 0
SET_CHILDKEY_TAKE = 1

# What a parameter is until somebody sets it

INITIAL_TAO_WEIGHT = 971_718_665_099_567_868
INITIAL_SUBNET_OWNER_CUT = 11_796
INITIAL_SUBNET_MOVING_ALPHA = 12_885
"""0.000003 in I96F32, rounded to the nearest."""
INITIAL_SUBNET_LIMIT = 12
INITIAL_MAX_DELEGATE_TAKE = 11_796
INITIAL_MAX_CHILDKEY_TAKE = 11_796
INITIAL_TX_RATE_LIMIT = 1_000
INITIAL_TX_DELEGATE_TAKE_RATE_LIMIT = 216_000
INITIAL_TX_CHILDKEY_TAKE_RATE_LIMIT = 216_000
INITIAL_NETWORK_RATE_LIMIT = 7_200
INITIAL_NETWORK_IMMUNITY_PERIOD = 7 * 7_200
INITIAL_NETWORK_MIN_LOCK_COST = 1_000_000_000_000
INITIAL_NETWORK_LOCK_REDUCTION_INTERVAL = 14 * 7_200

INITIAL_TEMPO = 99
INITIAL_KAPPA = 32_767
INITIAL_RHO = 10
INITIAL_ACTIVITY_CUTOFF = 5_000
INITIAL_IMMUNITY_PERIOD = 4_096
INITIAL_MAX_ALLOWED_UIDS = 4_096
INITIAL_MAX_ALLOWED_VALIDATORS = 128
INITIAL_MIN_ALLOWED_WEIGHTS = 1_024
INITIAL_MAX_WEIGHTS_LIMIT = 1_000
INITIAL_WEIGHTS_SET_RATE_LIMIT = 100
INITIAL_BONDS_MOVING_AVERAGE = 900_000
INITIAL_ALPHA_VALUES = (45_875, 58_982)
INITIAL_ADJUSTMENT_INTERVAL = 100
INITIAL_TARGET_REGISTRATIONS_PER_INTERVAL = 2
INITIAL_MAX_REGISTRATIONS_PER_BLOCK = 1
INITIAL_BURN = 1_000_000_000
INITIAL_MIN_BURN = 500_000
INITIAL_MAX_BURN = 100_000_000_000
INITIAL_DIFFICULTY = 10_000_000
INITIAL_MIN_DIFFICULTY = 10_000_000
INITIAL_MAX_DIFFICULTY = (2**64 - 1) // 4

# What a parameter of a later version is until somebody sets it

INITIAL_EMA_PRICE_HALVING_BLOCKS = 201_600
INITIAL_MIN_ACTIVITY_CUTOFF = 360
INITIAL_WEIGHTS_VERSION_KEY_RATE_LIMIT = 5
INITIAL_COLDKEY_SWAP_RESCHEDULE_DURATION = 7_200
INITIAL_ALPHA_SIGMOID_STEEPNESS = 1_000
INITIAL_ADMIN_FREEZE_WINDOW = 10
INITIAL_OWNER_HYPERPARAM_RATE_LIMIT = 2
INITIAL_COMMIT_REVEAL_WEIGHTS_VERSION = 4
INITIAL_MIN_ALLOWED_UIDS = 64
INITIAL_IMMUNE_OWNER_UIDS_LIMIT = 1
INITIAL_MIN_NON_IMMUNE_UIDS = 10
INITIAL_MAX_MECHANISM_COUNT = 2
DEFAULT_VOTING_POWER_EMA_ALPHA = 3_570_000_000_000_000
VOTING_POWER_ONE = 10**18
VOTING_POWER_GRACE_PERIOD = 14 * BLOCKS_A_DAY
COLDKEY_SWAP_ANNOUNCEMENT_DELAY = 5 * BLOCKS_A_DAY
COLDKEY_SWAP_REANNOUNCEMENT_DELAY = BLOCKS_A_DAY
INITIAL_MECHANISM_COUNT = 1
INITIAL_SUBNET_LIMIT_320 = 128
BURN, RECYCLE = "Burn", "Recycle"
"""What may become of what the owner's miners earn."""
DEFAULT_FLOW_EMA_SMOOTHING_FACTOR = 29_597_889_189_277
"""A half-life of about 216,000 blocks, thirty days."""
NUM_ROOT_CLAIMS = 5
MIN_ROOT_CLAIM = 500_000
"""The least alpha rao that a staker of root claims of a subnet at once."""

# What bounds root claims

MAX_NUM_ROOT_CLAIMS = 50
MAX_ROOT_CLAIM_THRESHOLD = 10_000_000
MAX_SUBNET_CLAIMS = 5
"""The most subnets of one call that claims."""
ALPHA_MAP_BATCH = 30
"""The entries of ``Alpha`` among which a block looks for stakers of root."""

# What register_network gives to a new subnet instead

NEW_NETWORK_MAX_ALLOWED_UIDS = 256
NEW_NETWORK_MAX_ALLOWED_VALIDATORS = 64
NEW_NETWORK_MIN_ALLOWED_WEIGHTS = 1
NEW_NETWORK_MAX_WEIGHTS_LIMIT = 2**16 - 1
NEW_NETWORK_ADJUSTMENT_INTERVAL = 360
NEW_NETWORK_TARGET_REGISTRATIONS_PER_INTERVAL = 1
NEW_NETWORK_ADJUSTMENT_ALPHA = 17_893_341_751_498_265_066
NEW_NETWORK_IMMUNITY_PERIOD = 5_000
NEW_NETWORK_MIN_BURN = 1
NEW_NETWORK_BURN = 10**9
INITIAL_UNLOCK_RATE = INITIAL_MATURITY_RATE = 934_866
INITIAL_BURN_HALF_LIFE = 360
INITIAL_BURN_INCREASE_MULT = 23_242_897_532_874_035_200
"""1.26 in U64F64."""
NEW_NETWORK_MIN_DIFFICULTY = 2**64 - 1
NEW_NETWORK_MAX_DIFFICULTY = 2**64 - 1
DEFAULT_FEE_RATE = 196
"""What a pool of concentrated liquidity charges for swaps, a u16-normalised fraction: 0.3 %; from 283 on."""
INITIAL_ACTIVITY_CUTOFF_FACTOR_MILLI = 13_889
MIN_ACTIVITY_CUTOFF_FACTOR_MILLI = 1_000
MAX_ACTIVITY_CUTOFF_FACTOR_MILLI = 50_000
INITIAL_MAX_EPOCHS_PER_BLOCK = 2
TX_TEMPO_UPDATE = 11
"""The kind of transaction in TransactionKeyLastBlock."""
MIN_TEMPO = 360
MAX_TEMPO = 50_400
"""What an owner may set."""
