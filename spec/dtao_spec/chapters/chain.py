"""The chain and its subnets as the rules of a block see them."""

from collections.abc import Mapping
from fractions import Fraction

from attrs import evolve, frozen

from dtao_spec.chapters.concentrated.pool import Ranges, Swapped
from dtao_spec.registry import Computation

STABLE = 0
"""The mechanism of a subnet whose alpha is worth 1 TAO."""
ROOT = 0
"""The netuid of the root network."""


@frozen
class Pending:
    """What is pending until the end of a tempo: alpha rao, and rao in ``root_divs``."""

    emission: Fraction = Fraction(0)
    alpha_swapped: Fraction = Fraction(0)
    root_divs: Fraction = Fraction(0)
    owner_cut: Fraction = Fraction(0)
    root_alpha: Fraction = Fraction(0)
    for_miners: Fraction = Fraction(0)
    for_validators: Fraction = Fraction(0)


@frozen
class Subnet:
    """A subnet as the block step sees it: rao, alpha rao, and TAO per alpha."""

    netuid: int
    tao: Fraction
    alpha_in: Fraction
    alpha_out: Fraction
    moving_price: Fraction
    mechanism: int = 1
    registration_allowed: bool = True
    pow_registration_allowed: bool = False
    registered_at: int = 0
    first_emission_block: int | None = None
    """The block from which a started subnet emits."""
    halving_blocks: int = 201_600
    """`EMAPriceHalvingBlocks`."""
    tempo: int = 360
    pending: Pending = Pending()
    drained: Pending = Pending()
    """What the last epoch paid out."""
    blocks_since_last_step: int = 0
    tao_in_emission: Fraction = Fraction(0)
    """The TAO that the last block put into the pool."""
    alpha_in_emission: Fraction = Fraction(0)
    """The alpha that the last block put into the pool."""
    alpha_out_emission: Fraction = Fraction(0)
    """The alpha that the last block gave to the participants."""
    volume: Fraction = Fraction(0)
    """The TAO that ever passed through the pool."""
    tao_provided: Fraction = Fraction(0)
    alpha_provided: Fraction = Fraction(0)
    """What users provided to the pool."""
    fee_rate: int = 0
    ranges: Ranges = Ranges()
    sale: Swapped | None = None
    """What the last block sold for root."""
    purchase: Swapped | None = None
    """What it bought as a subsidy."""
    spent: Fraction = Fraction(0)
    """The rao that it bought with."""
    flow: int = 0
    """The rao that came in since the last block, less what went out."""
    average_flow: tuple[int, Fraction] | None = None
    """The block of the average flow, and the average in rao."""
    is_enabled: bool = True
    """Whether its token is."""
    root_proportion: Fraction = Fraction(0)
    """That which is stored."""
    is_emission_enabled: bool = True
    is_owner_cut_enabled: bool = True
    protocol_flow: int = 0
    """The rao that the protocol put in since the last block, less what claims of root took out."""
    average_protocol_flow: tuple[int, Fraction] | None = None
    """The block of the average of that flow, and the average in rao."""
    protocol_alpha: Fraction = Fraction(0)
    """The alpha that blocks bought for the protocol."""
    account: Fraction = Fraction(500)
    """The rao on its account."""
    withheld: Fraction = Fraction(0)
    """The part of incentives that the last epoch did not pay."""
    quote_weight: Fraction = Fraction(1, 2)
    is_traded: bool = True
    """The weight of TAO in its pool, and whether anything was ever swapped there."""
    last_epoch: int = 0
    pending_epoch: int = 0
    """`LastEpochBlock` and `PendingEpochAt`."""


@frozen
class Chain:
    """The chain as the block step sees it; proportions as parts of 1."""

    block_number: int
    total_issuance: Fraction
    total_stake: Fraction
    root_tao: Fraction
    owner_cut: Fraction
    tao_weight: Fraction
    moving_alpha: Fraction
    subnets: tuple[Subnet, ...]
    """All existing subnets but root."""
    swap_records: Mapping[tuple[int, str], int] = {}
    """The blocks of the last hotkey swaps on one subnet, by netuid and coldkey."""
    last_position: int = 0
    """The number of the position that was opened last, over all pools."""
    flow_factor: int = 0
    flow_cutoff: Fraction = Fraction(0)
    flow_exponent: Fraction = Fraction(1)
    """`FlowEmaSmoothingFactor`, `TaoFlowCutoff` and `FlowNormExponent`."""
    is_flow_net: bool = False
    """`NetTaoFlowEnabled`."""
    balances: Fraction = Fraction(0)
    """The sum of all balances."""
    epochs_per_block: int = 2
    """`MaxEpochsPerBlock`."""


def with_epoch(subnet: Subnet, block_number: int, rules: Computation) -> Subnet:
    """Return a subnet after the end of its tempo, if that is in this block, which pays out all that is pending."""
    if rules["BLOCK-1"](subnet.netuid, subnet.tempo, block_number) == 0:
        return evolve(subnet, drained=subnet.pending, pending=Pending(), blocks_since_last_step=0)
    return evolve(subnet, blocks_since_last_step=subnet.blocks_since_last_step + 1)


def age_of(chain: Chain, subnet: Subnet, rules: Computation) -> int:
    """Return the age of a subnet's price where there is a rule about it, which the weight may ask for."""
    if "PRICE-4" not in rules:
        return 0
    age: int = rules["PRICE-4"](subnet.registered_at, subnet.first_emission_block, chain.block_number)
    return age


def moving_price(subnet: Subnet) -> Fraction:
    """Return the moving price that counts: 1 on a stable subnet."""
    return Fraction(1) if subnet.mechanism == STABLE else subnet.moving_price
