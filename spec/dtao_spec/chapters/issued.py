"""Which subnets are open, and what of their alpha counts as issued."""

from collections.abc import Collection, Mapping
from fractions import Fraction

from dtao_spec.chapters.eligibility import receives_emission_once_started
from dtao_spec.chapters.emission import is_closed_both_ways, root_proportion
from dtao_spec.registry import rule
from dtao_spec.rounding import floored

CHAPTER = "dtao_spec.chapters.emission"
U64_MAX = 2**64 - 1


@rule("EMIT-3", since=361)
def is_closed_and_left_out(registration_allowed: bool, pow_registration_allowed: bool) -> bool:
    r"""Subnets with registration disabled.

    Change: A subnet that is closed to newcomers takes no part at all, so that the others share what it is not given;
        that had been issued to nobody.
    Statement: A subnet MUST NOT receive emission ([EMIT-8](#emit-8)) while neither registration by burning nor by work
        is allowed on it: it gets neither TAO nor alpha, no alpha is bought for it, and its moving price stays.
    Units: the two settings of the subnet.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/subnet_emissions.rs`, `get_subnets_to_emit_to`
    Example: All four combinations; only the last takes no part.

        >>> kinds = [(True, True), (True, False), (False, True), (False, False)]
        >>> [is_closed_and_left_out(burn, work) for burn, work in kinds]
        [False, False, False, True]
    """
    return is_closed_both_ways(registration_allowed, pow_registration_allowed)


@rule("EMIT-3", since=401)
def is_closed_to_burning(registration_allowed: bool, pow_registration_allowed: bool) -> bool:
    r"""Subnets with registration disabled.

    Change: Registration by work is gone, so that allowing it keeps no subnet open.
    Statement: A subnet MUST NOT receive emission ([EMIT-8](#emit-8)) while registration by burning is not allowed on
        it, whatever is set for registration by work: it gets neither TAO nor alpha, no alpha is bought for it, and its
        moving price stays.
    Units: the two settings of the subnet.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/subnet_emissions.rs`, `get_subnets_to_emit_to`
    Example: All four combinations; the last two take no part.

        >>> kinds = [(True, True), (True, False), (False, True), (False, False)]
        >>> [is_closed_to_burning(burn, work) for burn, work in kinds]
        [False, False, True, True]
    """
    return not registration_allowed


def root_proportion_of_issued_rounded(root_tao: Fraction, weight: Fraction, alpha_issuance: Fraction) -> Fraction:
    """Return the proportion in U96F32."""
    return floored(root_proportion_of_issued(root_tao, weight, alpha_issuance))


@rule("EMIT-6", since=361, rounded=root_proportion_of_issued_rounded)
def root_proportion_of_issued(root_tao: Fraction, weight: Fraction, alpha_issuance: Fraction) -> Fraction:
    r"""Root proportion.

    Change: Alpha that users have in the pool counts as well, which it does not for what the chain alone holds there.
    Statement: The root proportion of a subnet MUST be the weighted TAO on root, over the sum of that and the alpha of
        the subnet that counts as issued ([EMIT-13](#emit-13)), after the block's alpha has been created; 0 if both are
        0. The TAO on root is `SubnetTAO` of netuid 0.
    Formula: $$ r_i = \frac{\tau T_0}{\tau T_0 + I_i} $$
    Units: rao and alpha rao in; a part of 1 out.
    Rounding: The quotient is floored in U96F32, of a weight that was ([EMIT-5](#emit-5)): at most $2^{-32}(1 + 1 /
        4\hat\tau)$ below the exact value, where $\hat\tau > 0$ is the floored weight; never above.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `emit_to_subnets`
    Known violation: Alpha that is in the pool counts like alpha that is staked. The proportion is smaller than that of
        root in the stake.
    Example: 5 million TAO on root, weighed at 18 %, against 100 000 alpha.

        >>> root_proportion_of_issued(Fraction(5_000_000), Fraction(18, 100), Fraction(100_000))
        Fraction(9, 10)
    """
    return root_proportion(root_tao, weight, alpha_issuance)


@rule("EMIT-8", since=361)
def receives_emission_while_open(
    moving_prices: Mapping[int, Fraction], first_emission_blocks: Mapping[int, int], not_open: Collection[int] = ()
) -> Mapping[int, Fraction]:
    r"""Subnets that receive emission.

    Change: The token must be enabled, and the subnet open to newcomers. What subnets that are not had kept from all
        others goes to those that take part.
    Statement: Blocks MUST emit to those subnets alone that have a `FirstEmissionBlockNumber`, which the start call sets
        ([NET-10](#net-10)), that have `SubtokenEnabled`, and that allow registration by burning or by work
        ([EMIT-3](#emit-3)). Which block the first names MUST NOT matter. Of any other subnet the pool, the pending
        amounts, what the last block emitted to it, the moving price and the average flow with the flow since then MUST
        stay as they are; the subnets that take part share as if there were no others, and their moving prices alone
        count in the sum of [EMIT-11](#emit-11). Its epochs run all the same, on what is pending.
    Formula: $$ \{ j : \text{FirstEmissionBlockNumber}_j \text{ exists}, j \text{ is open} \} $$
    Units: TAO per alpha, by netuid; the netuids of subnets whose token is not enabled or that are closed to newcomers;
        out, those that count.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/subnet_emissions.rs`, `get_subnets_to_emit_to`
    Example: Subnet 2 was never started, subnet 3 is closed to newcomers.

        >>> started = {1: 5_050_401, 3: 5_050_401}
        >>> sorted(receives_emission_while_open(dict.fromkeys((1, 2, 3), Fraction(1)), started, {3}))
        [1]
    """
    counted = receives_emission_once_started(moving_prices, first_emission_blocks)
    return {netuid: price for netuid, price in counted.items() if netuid not in not_open}


@rule("EMIT-8", since=401)
def receives_emission_if_burning(
    moving_prices: Mapping[int, Fraction], first_emission_blocks: Mapping[int, int], not_open: Collection[int] = ()
) -> Mapping[int, Fraction]:
    r"""Subnets that receive emission.

    Change: Registration by burn must be allowed: registration by work, which had sufficed, is gone.
    Statement: Blocks MUST emit to those subnets alone that have a `FirstEmissionBlockNumber`, which the start call sets
        ([NET-10](#net-10)), whose `SubtokenEnabled` is set, and on which `NetworkRegistrationAllowed` is. Which block
        the first names MUST NOT matter. Of any other subnet the pool, the pending amounts, what the last block emitted
        to it, the moving price and the average flow with the flow since then MUST stay as they are, and its moving
        price does not count in the sum of [EMIT-11](#emit-11). Its epochs run all the same, on what is pending.
    Formula: $$ \{ j : \text{FirstEmissionBlockNumber}_j \text{ exists} \wedge \text{SubtokenEnabled}_j \wedge
        \text{NetworkRegistrationAllowed}_j \} $$
    Units: TAO per alpha, by netuid; the netuids of subnets without one of the flags; out, those that count.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/subnet_emissions.rs`, `get_subnets_to_emit_to`
    Example: Subnet 2 was never started.

        >>> sorted(receives_emission_if_burning({1: Fraction(1, 2), 2: Fraction(4)}, {1: 5_050_401}))
        [1]
    """
    return receives_emission_while_open(moving_prices, first_emission_blocks, not_open)


@rule("EMIT-13", since=361)
def alpha_issuance(alpha_in: Fraction, provided: Fraction, alpha_out: Fraction) -> Fraction:
    r"""Alpha that counts as issued.

    Statement: The alpha of a subnet that counts as issued MUST be that which the chain holds in the pool, that which
        users hold there (`SubnetAlphaInProvided`), and that outside. It sets the alpha that a block creates
        ([ISS-1](#iss-1)), the root proportion ([EMIT-6](#emit-6)) and what of a lock is paid back
        ([NET-12](#net-12)).
    Formula: $$ I_i = A_i + A^{u}_i + O_i $$
    Units: alpha rao.
    Rounding: none. The sum stops at $2^{64} - 1$.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `get_alpha_issuance`
    Example: 2 of the chain, 3 of users, 4 outside.

        >>> int(alpha_issuance(Fraction(2), Fraction(3), Fraction(4)))
        9
    """
    return min(alpha_in + provided + alpha_out, Fraction(U64_MAX))


@rule("EMIT-13", since=391)
def alpha_issuance_without_users(alpha_in: Fraction, provided: Fraction, alpha_out: Fraction) -> Fraction:
    r"""Alpha that counts as issued.

    Change: What users provided counts no more. They provide nothing any more, and the two parts are to be one.
    Statement: The alpha of a subnet that counts as issued MUST be that which the chain holds in the pool and that
        outside. It sets the alpha that a block creates ([ISS-1](#iss-1)), the root proportion ([EMIT-6](#emit-6)) and
        what of a lock is paid back ([NET-12](#net-12)).
    Formula: $$ I_i = A_i + O_i $$
    Units: alpha rao.
    Rounding: none. The sum stops at $2^{64} - 1$.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `get_alpha_issuance`
    Example: 2 of the chain, 3 of users, 4 outside.

        >>> int(alpha_issuance_without_users(Fraction(2), Fraction(3), Fraction(4)))
        6
    """
    return min(alpha_in + alpha_out, Fraction(U64_MAX))


def stored_root_proportion_rounded(proportion: Fraction, is_emitted_to: bool, before: Fraction) -> Fraction:
    """Return the proportion in U96F32."""
    return floored(stored_root_proportion(proportion, is_emitted_to, before))


@rule("EMIT-14", since=365, rounded=stored_root_proportion_rounded)
def stored_root_proportion(proportion: Fraction, is_emitted_to: bool, before: Fraction) -> Fraction:
    r"""Stored root proportion.

    Statement: After the moving prices, a block MUST store as `RootProp` of each subnet that receives emission
        ([EMIT-8](#emit-8)) the root proportion ([EMIT-6](#emit-6)) that it has then. Of other subnets it MUST stay as
        it is, at a dissolution too ([NET-8](#net-8)). No rule reads it.
    Formula: $$ R_i = r_i $$
    Units: parts of 1: the proportion, whether the block emits to the subnet, what is stored; out, what is stored then.
    Rounding: as [EMIT-6](#emit-6).
    Source: `pallets/subtensor/src/coinbase/block_step.rs`, `update_root_prop`
    Example: A subnet that takes part, and one that does not.

        >>> stored_root_proportion(Fraction(1, 4), True, Fraction(0)), stored_root_proportion(
        ...     Fraction(1, 4), False, Fraction(1, 2)
        ... )
        (Fraction(1, 4), Fraction(1, 2))
    """
    return proportion if is_emitted_to else before
