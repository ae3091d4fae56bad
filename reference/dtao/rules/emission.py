"""What a block gives to each subnet: TAO and alpha for its pool, alpha for its participants, and who gets which part.

Numbers with a fraction are raw bits of I96F32. They are typed as plain integers, because most of these functions run
once a block and subnet. The bounds that let plain products stand for saturating ones: amounts are u64, proportions are
at most 1.
"""

from collections.abc import Callable

from attrs import frozen

from dtao.fixed import I96F32
from dtao.records import Subnet
from dtao.rule import implements
from dtao.units import U16_MAX, U64_MAX, Bits, BlockNumber, NetUid

FRACTION = I96F32.fraction_bits


@frozen
class EmissionRules:
    """Which subnets a block emits to."""

    is_eligible: Callable[[Subnet], bool]
    """Whether blocks emit to a subnet and move its price."""
    issued: Callable[[int, int, int], int]
    """(alpha rao in the pool, those of users there, outside) -> those that count as issued; a u64."""
    is_registration_disabled: Callable[[bool, bool], bool]
    """(burned registration is on, registration by work is on) -> whether the subnet gets no TAO."""
    absent_average_flow: tuple[BlockNumber, Bits] | None
    """What an average flow of TAO that is not stored counts as: (its block, I64F64); None where a price is first."""


@implements("EMIT-1")
def tao_emission(
    block_emission: int, moving_price: int, total_moving_prices: int, largest: int = I96F32.max_bits
) -> int:
    """Return the TAO of a block that falls to a subnet: the emission times its moving price, over the sum of all.

    0 if the sum is 0. The product saturates at ``largest``, the largest number of the format. Mirrors the first loop of
    ``run_coinbase``.
    """
    if total_moving_prices == 0:
        return 0
    product = block_emission * moving_price >> FRACTION
    if product > largest:
        product = largest
    return (product << FRACTION) // total_moving_prices


@implements("EMIT-2")
def alpha_injection(tao_in: int, price: int, alpha_emission: int) -> int:
    """Return the alpha that enters the pool beside ``tao_in``: what keeps the price, at most the alpha emission.

    The TAO is not scaled down where the cap binds, so the price rises. The whole alpha emission at a price of 0.
    """
    if price == 0:
        return alpha_emission
    alpha_in = (tao_in << FRACTION) // price
    return alpha_in if alpha_in < alpha_emission else alpha_emission


@implements("EMIT-3")
def is_registration_disabled(registration_allowed: bool, pow_registration_allowed: bool) -> bool:
    """Whether a subnet gets no TAO: burned registration is off and registration by work is on.

    The alpha that would have gone with the TAO is injected all the same.
    """
    return pow_registration_allowed and not registration_allowed


@implements("EMIT-3")
def is_registration_disabled_both_ways(registration_allowed: bool, pow_registration_allowed: bool) -> bool:
    """Whether a subnet gets no TAO: registration is off, both burned and by work."""
    return not registration_allowed and not pow_registration_allowed


@implements("EMIT-8")
def is_eligible(subnet: Subnet) -> bool:
    """Whether blocks emit to a subnet: they do to every one."""
    return True


@implements("EMIT-8")
def is_eligible_once_started(subnet: Subnet) -> bool:
    """Whether blocks emit to a subnet: they do if it was started, whatever block is said to be its first.

    Nothing of one that was not changes: neither its pool nor what is pending nor its moving price nor what the last
    block emitted to it; and its moving price does not count among all. Its epochs run.
    """
    return subnet.first_emission_block_number is not None


@implements("EMIT-8")
def is_eligible_while_open(subnet: Subnet) -> bool:
    """Whether blocks emit to a subnet: to one that was started, whose token is enabled, and that takes newcomers."""
    parameters = subnet.hyperparameters
    is_open = parameters.network_registration_allowed or parameters.network_pow_registration_allowed
    return is_eligible_once_started(subnet) and subnet.subtoken_enabled and is_open


@implements("EMIT-6", "EMIT-13")
def issued_without_that_of_users(alpha_in: int, provided: int, alpha_out: int) -> int:
    """Return the alpha that counts as issued: what the chain holds in the pool, and what is outside."""
    issued = alpha_in + alpha_out
    return issued if issued < U64_MAX else U64_MAX


@implements("EMIT-13")
def issued_with_that_of_users(alpha_in: int, provided: int, alpha_out: int) -> int:
    """Return the alpha that counts as issued: all in the pool, that of users among it, and what is outside.

    Mirrors ``get_alpha_issuance``.
    """
    issued = alpha_in + provided + alpha_out
    return issued if issued < U64_MAX else U64_MAX


@implements("EMIT-3", "EMIT-8")
def is_eligible_once_burning(subnet: Subnet) -> bool:
    """Whether blocks emit to a subnet, as :func:`is_eligible_while_open`, but burned registration must be on."""
    is_open = subnet.hyperparameters.network_registration_allowed
    return subnet.first_emission_block_number is not None and subnet.subtoken_enabled and is_open


@implements("EMIT-4")
def owner_cut_proportion(subnet_owner_cut: int) -> Bits:
    """Return the part of the alpha emission that goes to the owner of the subnet, of a u16 setting."""
    return Bits((subnet_owner_cut << FRACTION) // U16_MAX)


@implements("EMIT-5")
def tao_weight(stored_weight: int) -> Bits:
    """Return the weight of a rao of root stake against one of alpha, of a u64 setting. Mirrors ``get_tao_weight``."""
    return Bits((stored_weight << FRACTION) // U64_MAX)


@implements("EMIT-6")
def root_proportion(weighted_root_tao: int, alpha_issuance: int) -> int:
    """Return the part of a subnet's emission that its root stakers are due, 0 if there is neither TAO nor alpha.

    ``weighted_root_tao`` is the TAO on root times the TAO weight; the issuance is that after the block's injection.
    """
    total = weighted_root_tao + (alpha_issuance << FRACTION)
    return (weighted_root_tao << FRACTION) // total if total else 0


@implements("EMIT-7")
def root_alpha(proportion: int, alpha_out: int) -> int:
    """Return the alpha that is sold for the stakers of the root network: half of their proportion.

    The other half of the proportion belongs to the miners, as of all alpha.
    """
    return proportion * alpha_out >> FRACTION + 1


@implements("BLOCK-1")
def blocks_until_next_epoch(netuid: NetUid, tempo: int, block_number: int) -> int:
    """Return the number of blocks until the epoch of a subnet; 0 if it is due in this block, never with tempo 0.

    An epoch is due when (block + netuid + 1) mod (tempo + 1) equals the tempo.
    """
    if tempo == 0:
        return U64_MAX
    return tempo - ((block_number + netuid + 1) & U64_MAX) % (tempo + 1)
