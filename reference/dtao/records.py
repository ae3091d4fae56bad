"""The records that the state consists of. Nothing here computes.

Every attribute is one storage item of the runtime, or a map from the remaining keys of that item; the table
in :mod:`dtao.item_table` joins the two names. An attribute's default is the value that the launch reads where nothing
is stored; an item that a version does not have keeps it.
"""

from collections.abc import Sequence
from typing import Any

from attrs import field, frozen

from dtao import params
from dtao.persistent import Map
from dtao.units import AccountId, Alpha, Bits, BlockNumber, NetUid, Rao, Shares, Uid

Stakes = tuple[tuple[int, AccountId], ...]
"""Children or parents of a hotkey: (proportion of its stake as a fraction of 2**64 - 1, the other hotkey)."""

Row = tuple[tuple[Uid, int], ...]
"""A row of weights or bonds: (uid, u16), in the order in which it was written."""


def _stored(entries: Map[AccountId, Any]) -> dict[AccountId, Any]:
    """Return the entries that are not the default, which the flat form lists."""
    return {key: value for key, value in entries.items() if value}


@frozen(weakref_slot=False)
class SharePool:
    """The stake on one hotkey of one subnet, owned by coldkeys in shares."""

    total_alpha: Alpha = Alpha(0)
    """TotalHotkeyAlpha: alpha rao (rao on the root network)."""
    denominator: Shares = Shares(0)
    """TotalHotkeyShares: the sum of all shares."""
    shares: Map[AccountId, Shares] = Map()
    """Alpha: coldkey -> shares. An entry of 0 is not the same as none."""


@frozen(weakref_slot=False)
class Pool:
    """The reserves of a subnet against TAO, and the averages that follow from them."""

    tao: Rao = Rao(0)
    alpha_in: Alpha = Alpha(0)
    """Alpha in the pool."""
    alpha_out: Alpha = Alpha(0)
    """Alpha outside of the pool: staked, pending or lost."""
    volume: Rao = Rao(0)
    """TAO that ever passed through the pool, both ways; a u128."""
    moving_price: Bits = Bits(0)
    """The exponential average of the price in TAO per alpha; I96F32."""


@frozen(weakref_slot=False)
class Emission:
    """What the block step gives to a subnet, and what it holds back for the subnet's next epoch."""

    tao_in: Rao = Rao(0)
    """TAO put into the pool in the last block."""
    alpha_in: Alpha = Alpha(0)
    """Alpha put into the pool in the last block."""
    alpha_out: Alpha = Alpha(0)
    """Alpha given to the participants in the last block."""
    pending_emission: Alpha = Alpha(0)
    """Alpha for miners and validators."""
    pending_root_divs: Rao = Rao(0)
    """TAO for the stakers of the root network."""
    pending_alpha_swapped: Alpha = Alpha(0)
    """The alpha that was sold for the TAO in ``pending_root_divs``."""
    pending_owner_cut: Alpha = Alpha(0)
    """Alpha for the owner of the subnet."""
    blocks_since_last_step: int = 0
    last_mechansim_step_block: BlockNumber = BlockNumber(0)
    """The block of the last epoch. (The runtime spells it so.)"""


@frozen(weakref_slot=False)
class Registration:
    """What a registration of a neuron costs and how many there were."""

    burn: Rao = Rao(params.INITIAL_BURN)
    difficulty: int = params.INITIAL_DIFFICULTY
    registrations_this_block: int = 0
    registrations_this_interval: int = 0
    burn_registrations_this_interval: int = 0
    pow_registrations_this_interval: int = 0
    last_adjustment_block: BlockNumber = BlockNumber(0)
    rao_recycled: Rao = Rao(0)


@frozen(weakref_slot=False)
class Hyperparameters:
    """The parameters of one subnet, as its owner or the network's administrators set them."""

    tempo: int = params.INITIAL_TEMPO
    kappa: int = params.INITIAL_KAPPA
    rho: int = params.INITIAL_RHO
    activity_cutoff: int = params.INITIAL_ACTIVITY_CUTOFF
    immunity_period: int = params.INITIAL_IMMUNITY_PERIOD
    max_allowed_uids: int = params.INITIAL_MAX_ALLOWED_UIDS
    max_allowed_validators: int = params.INITIAL_MAX_ALLOWED_VALIDATORS
    min_allowed_weights: int = params.INITIAL_MIN_ALLOWED_WEIGHTS
    max_weights_limit: int = params.INITIAL_MAX_WEIGHTS_LIMIT
    weights_set_rate_limit: int = params.INITIAL_WEIGHTS_SET_RATE_LIMIT
    weights_version_key: int = 0
    commit_reveal_weights_enabled: bool = False
    bonds_moving_average: int = params.INITIAL_BONDS_MOVING_AVERAGE
    bonds_penalty: int = 0
    liquid_alpha_on: bool = False
    alpha_values: tuple[int, int] = params.INITIAL_ALPHA_VALUES
    adjustment_interval: int = params.INITIAL_ADJUSTMENT_INTERVAL
    adjustment_alpha: int = 0
    target_registrations_per_interval: int = params.INITIAL_TARGET_REGISTRATIONS_PER_INTERVAL
    max_registrations_per_block: int = params.INITIAL_MAX_REGISTRATIONS_PER_BLOCK
    min_burn: Rao = Rao(params.INITIAL_MIN_BURN)
    max_burn: Rao = Rao(params.INITIAL_MAX_BURN)
    min_difficulty: int = params.INITIAL_MIN_DIFFICULTY
    max_difficulty: int = params.INITIAL_MAX_DIFFICULTY
    network_registration_allowed: bool = False
    network_pow_registration_allowed: bool = False
    transfer_toggle: bool = True
    ema_price_halving_blocks: int = params.INITIAL_EMA_PRICE_HALVING_BLOCKS
    """Blocks after which the present price has half of its weight in the moving price; from 252 on."""
    yuma3_on: bool = False
    """Whether bonds are built up as Yuma 3 does; from 273 on."""
    bonds_reset_on: bool = False
    """Whether a commitment may reset bonds; from 273 on, and no call of the economy reads it."""
    alpha_sigmoid_steepness: int = params.INITIAL_ALPHA_SIGMOID_STEEPNESS
    """How sharply liquid alpha follows the distance from consensus, a whole factor; from 273 on."""


@frozen(weakref_slot=False)
class Neurons:
    """The neurons of one subnet. The tuples have one element a uid."""

    n: int = 0
    """SubnetworkN: how many neurons there are."""
    keys: Map[Uid, AccountId] = Map()
    uids: Map[AccountId, Uid] = Map()
    is_network_member: Map[AccountId, bool] = field(default=Map(), eq=_stored)
    """An entry that says no counts as none, but for a swap of hotkeys on one subnet; the flat form does not list it."""
    block_at_registration: Map[Uid, BlockNumber] = Map()
    weights: Map[Uid, Row] = Map()
    bonds: Map[Uid, Row] = Map()
    active: Sequence[bool] = ()
    last_update: Sequence[BlockNumber] = ()
    rank: Sequence[int] = ()
    trust: Sequence[int] = ()
    validator_trust: Sequence[int] = ()
    consensus: Sequence[int] = ()
    incentive: Sequence[int] = ()
    dividends: Sequence[int] = ()
    emission: Sequence[Alpha] = ()
    pruning_scores: Sequence[int] = ()
    validator_permit: Sequence[bool] = ()


@frozen(weakref_slot=False)
class Subnet:
    """Everything stored under one netuid. It outlives the network: a dissolved one leaves its pools behind."""

    added: bool = False
    """NetworksAdded: whether the network exists."""
    mechanism: int = 0
    """0 stable (1 alpha = 1 TAO), 1 dynamic (a pool sets the price)."""
    owner: AccountId | None = None
    """The coldkey that owns the subnet."""
    owner_hotkey: AccountId | None = None
    network_registered_at: BlockNumber = BlockNumber(0)
    first_emission_block_number: BlockNumber | None = None
    """The first block in which a started subnet emits; from 257 on."""
    subtoken_enabled: bool = False
    """Whether stake on the subnet may be added, removed and moved; from 273 on."""
    locked: Rao = Rao(0)
    total_stake_at_dynamic: Rao = Rao(0)
    registration: Registration = Registration()
    hyperparameters: Hyperparameters = Hyperparameters()
    neurons: Neurons = Neurons()
    share_pools: Map[AccountId, SharePool] = Map()
    """hotkey -> the stake on it."""
    child_keys: Map[AccountId, Stakes] = Map()
    parent_keys: Map[AccountId, Stakes] = Map()
    pending_child_keys: Map[AccountId, tuple[Stakes, BlockNumber]] = Map()
    """hotkey -> (its next children, the block after which they come into force)."""
    childkey_take: Map[AccountId, int] = Map()
    """What a child keeps of its parents' dividends, as a fraction of 65535."""
    alpha_dividends: Map[AccountId, Alpha] = Map()
    """What the last epoch paid to the stakers of each hotkey."""
    tao_dividends: Map[AccountId, Rao] = Map()
    total_hotkey_alpha_last_epoch: Map[AccountId, Alpha] = field(default=Map(), eq=_stored)
    """What was staked on each hotkey after the last epoch's alpha dividends; from 261 on. An entry of 0 counts as none,
    but for the dividends that follow a swapped hotkey; the flat form does not list it."""


@frozen(weakref_slot=False)
class Parameters:
    """The parameters of the whole network, set by its administrators."""

    tao_weight: int = params.INITIAL_TAO_WEIGHT
    """The weight of a rao of root stake against one of alpha, as a fraction of 2**64 - 1."""
    subnet_owner_cut: int = params.INITIAL_SUBNET_OWNER_CUT
    subnet_moving_alpha: Bits = Bits(params.INITIAL_SUBNET_MOVING_ALPHA)
    """The weight of the present price in the moving price; I96F32."""
    subnet_limit: int = params.INITIAL_SUBNET_LIMIT
    stake_threshold: Rao = Rao(0)
    nominator_min_required_stake: Rao = Rao(0)
    min_delegate_take: int = 0
    max_delegate_take: int = params.INITIAL_MAX_DELEGATE_TAKE
    min_childkey_take: int = 0
    max_childkey_take: int = params.INITIAL_MAX_CHILDKEY_TAKE
    tx_rate_limit: int = params.INITIAL_TX_RATE_LIMIT
    tx_delegate_take_rate_limit: int = params.INITIAL_TX_DELEGATE_TAKE_RATE_LIMIT
    tx_childkey_take_rate_limit: int = params.INITIAL_TX_CHILDKEY_TAKE_RATE_LIMIT
    network_rate_limit: int = params.INITIAL_NETWORK_RATE_LIMIT
    network_immunity_period: int = params.INITIAL_NETWORK_IMMUNITY_PERIOD
    network_min_lock_cost: Rao = Rao(params.INITIAL_NETWORK_MIN_LOCK_COST)
    network_lock_reduction_interval: int = params.INITIAL_NETWORK_LOCK_REDUCTION_INTERVAL
    min_activity_cutoff: int = params.INITIAL_MIN_ACTIVITY_CUTOFF
    """From 252 on; it bounds what an owner may set."""
    weights_version_key_rate_limit: int = params.INITIAL_WEIGHTS_VERSION_KEY_RATE_LIMIT
    """Tempos between two changes of the version key of weights; from 252 on."""
    coldkey_swap_reschedule_duration: int = params.INITIAL_COLDKEY_SWAP_RESCHEDULE_DURATION
    """From 273 on."""
    pending_child_key_cooldown: int = 0
    """Blocks between the scheduling of children and the first that may apply them; from 277 on."""


@frozen
class Addition:
    """Stake that a coldkey wants to add."""

    coldkey: AccountId
    hotkey: AccountId
    netuid: NetUid
    tao: Rao
    maximum: Rao
    """What a limit price allows; ``tao`` itself without a limit."""
    allow_partial: bool


@frozen
class Removal:
    """Stake that a coldkey wants to remove."""

    coldkey: AccountId
    hotkey: AccountId
    netuid: NetUid
    alpha: Alpha
    maximum: Alpha
    """What a limit price allows; ``alpha`` itself without a limit."""
    allow_partial: bool


@frozen
class Position:
    """Stake of a coldkey on a hotkey of a subnet: one end of a transition."""

    coldkey: AccountId
    hotkey: AccountId
    netuid: NetUid


@frozen
class Transition:
    """Stake that a coldkey wants to move."""

    origin: Position
    destination: Position
    alpha: Alpha
    maximum: Alpha
    """What a limit price allows; ``alpha`` itself without a limit."""
    allow_partial: bool
    transfers: bool
    """Whether the stake is to belong to another coldkey."""


NO_POOL = Pool()
NO_EMISSION = Emission()
NO_SHARE_POOL = SharePool()
