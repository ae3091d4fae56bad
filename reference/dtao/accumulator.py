"""What a block works on while it passes over the subnets, and what it gives to each. Nothing here computes."""

from attrs import define, frozen

from dtao.rules.pools.concentrated.unpacked import NOTHING_UNPACKED, UnpackedRanges
from dtao.rules.pools.weighted import HALF, NO_WEIGHTS, Weights
from dtao.units import AccountId, Bits, BlockNumber, NetUid, WideBits


@define
class SubnetAccumulator:
    """What every block changes of one subnet, unpacked; and the settings that the change depends on.

    Pending amounts may pass u64 here; they saturate where they are read.
    """

    netuid: NetUid
    mechanism: int
    is_registration_disabled: bool
    price_counted_from: int
    """The block from which the age of the price counts."""
    halving_blocks: int
    tempo: int
    next_epoch: int
    """The next block in which the subnet's epoch is due; until it is known, beyond all."""
    last_step: int
    """The block after which BlocksSinceLastStep counts."""
    last_mechansim_step_block: BlockNumber
    tao: int
    alpha_in: int
    alpha_out: int
    volume: int
    moving_price: int
    pending_emission: int
    pending_root_divs: int
    pending_alpha_swapped: int
    pending_owner_cut: int
    pending_root_alpha: int = 0
    pending_server_emission: int = 0
    pending_validator_emission: int = 0
    tao_in_emission: int = 0
    alpha_in_emission: int = 0
    alpha_out_emission: int = 0
    spot_price: int | None = None
    """The price of the pool as it is, in the format of prices; None until a block has computed it."""
    ranges: UnpackedRanges = NOTHING_UNPACKED
    weights: Weights = NO_WEIGHTS
    """The weights of the pool, but for :attr:`quote`."""
    quote: int = HALF
    """The weight of TAO in the pool; that of alpha is the rest."""
    has_moved_quote: bool = False
    """Whether that is another one than in :attr:`weights`."""
    priced_at: tuple[int, int, int] | None = None
    """At which weight, alpha and TAO the price of a weighted pool was computed last."""
    price: WideBits = Bits(0)
    """What it was."""
    alpha_issued: int = 0
    """What counts as issued of the subnet's alpha, as the pallet of alpha assets counts it."""
    alpha_recycled: int = 0
    account: AccountId = AccountId(0)
    """The account of the subnet."""
    balance: int | None = None
    """What that has, if blocks paid to it and the state does not say so yet."""
    fee_rate: int = 0
    tao_flow: int = 0
    average_tao_flow: tuple[int, int] | None = None
    root_prop: int = 0
    excess_tao: int = 0
    root_sell_tao: int = 0
    protocol_flow: int = 0
    average_protocol_flow: tuple[int, int] | None = None
    protocol_alpha: int = 0
    is_emission_enabled: bool = True
    is_owner_cut_enabled: bool = True
    last_epoch_block: BlockNumber = BlockNumber(0)
    """The block from which on the tempo counts."""
    pending_epoch_at: BlockNumber = BlockNumber(0)
    """The block from which on a triggered or deferred epoch is due; 0 if there is none."""
    epoch_index: int = 0


@frozen(weakref_slot=False)
class Plan:
    """What a block gives to a subnet."""

    tao: int
    """Rao for its pool."""
    alpha: int
    """Alpha rao for its pool."""
    emitted: int
    """Alpha rao for its participants."""
    is_subsidized: bool
