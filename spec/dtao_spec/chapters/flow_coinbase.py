"""The block and its coinbase where emission follows flows and moving prices follow after the epochs."""

from collections.abc import Mapping
from fractions import Fraction

from attrs import evolve

from dtao_spec.chapters.chain import ROOT, Chain, Subnet, moving_price, with_epoch
from dtao_spec.chapters.coinbase import Given, average, inject, issuance_of, price_of, subsidize
from dtao_spec.chapters.coinbase_by_flow import keep_apart, with_average_flow
from dtao_spec.chapters.concentrated.pool import grown
from dtao_spec.registry import Computation, rule

CHAPTER = "dtao_spec.chapters.block"
PRICES_LATER, CAPPED, STORED_PROPORTION, FALLING_PRICES = map(Computation, (361, 362, 365, 401))


@rule("BLOCK-2", since=361)
def step_with_prices_after_epochs(chain: Chain, blocks: int = 1, *, rules: Computation = PRICES_LATER) -> Chain:
    r"""Block step.

    Change: Moving prices follow after the epochs, so that all that a block does counts with the averages as the last
        block left them.
    Statement: In every block, before its calls, the block number MUST grow by 1; then what stays for a block is free
        again ([STAKE-27](#stake-27)) and records of hotkey swaps on one subnet are cleared as [KEY-12](#key-12) says,
        then the registration terms of all networks are adjusted ([BLOCK-4](#block-4)), then the coinbase runs
        ([BLOCK-3](#block-3)) on the emission at the total issuance ([ISS-1](#iss-1)), then the moving prices of the
        subnets that receive emission ([EMIT-8](#emit-8)) follow ([PRICE-2](#price-2)), then pending children come into
        force ([CHILD-1](#child-1)) on networks whose epoch is due in this block, root among them; then the block claims
        for some stakers of root ([CLAIM-7](#claim-7)) and looks for more of them ([CLAIM-8](#claim-8)). Blocks without
        calls MUST give the same state whether they are computed together or one by one.
    Formula: $$ \text{step}(s, a + b) = \text{step}(\text{step}(s, a), b) $$
    Units: rao, alpha rao; blocks.
    Rounding: as [BLOCK-3](#block-3), in every block anew.
    Rejections: none; what a part of it refuses is left out, and the block goes on.
    Source: `pallets/subtensor/src/macros/hooks.rs`, `on_initialize`; `pallets/subtensor/src/coinbase/block_step.rs`,
        `block_step`, `update_moving_prices`
    Example: A subnet at a price of 1 moves its average half-way, one that was not started does not.

        >>> subnet = Subnet(1, Fraction(10**12), Fraction(10**12), Fraction(0), Fraction(1, 2), first_emission_block=1)
        >>> subnets = evolve(subnet, halving_blocks=1, registered_at=1), evolve(subnet, netuid=2, is_enabled=False)
        >>> chain = Chain(0, *[Fraction(0)] * 5, Fraction(1), subnets)
        >>> after = step_with_prices_after_epochs(chain)
        >>> [float(one.moving_price) for one in after.subnets]
        [0.75, 0.5]
    """
    for _ in range(blocks):
        chain = _with_prices(chain, rules)
    return chain


@rule("BLOCK-2", since=365)
def step_storing_root_proportions(chain: Chain, blocks: int = 1, *, rules: Computation = STORED_PROPORTION) -> Chain:
    r"""Block step.

    Change: The root proportion of each subnet is stored, for whoever reads the chain.
    Statement: In every block, before its calls, the block number MUST grow by 1; then what stays for a block is free
        again ([STAKE-27](#stake-27)) and records of hotkey swaps on one subnet are cleared as [KEY-12](#key-12) says,
        then the registration terms of all networks are adjusted ([BLOCK-4](#block-4)), then the coinbase runs
        ([BLOCK-3](#block-3)) on the emission at the total issuance ([ISS-1](#iss-1)), then the moving prices of the
        subnets that receive emission ([EMIT-8](#emit-8)) follow ([PRICE-2](#price-2)) and their root proportions are
        stored ([EMIT-14](#emit-14)), then pending children come into force ([CHILD-1](#child-1)) on networks whose
        epoch is due in this block, root among them; then the block claims for some stakers of root
        ([CLAIM-7](#claim-7)) and looks for more of them ([CLAIM-8](#claim-8)). Blocks without calls MUST give the same
        state whether they are computed together or one by one.
    Formula: $$ \text{step}(s, a + b) = \text{step}(\text{step}(s, a), b) $$
    Units: rao, alpha rao; blocks.
    Rounding: as [BLOCK-3](#block-3), in every block anew.
    Rejections: none; what a part of it refuses is left out, and the block goes on.
    Source: `pallets/subtensor/src/macros/hooks.rs`, `on_initialize`; `pallets/subtensor/src/coinbase/block_step.rs`,
        `block_step`, `update_root_prop`
    Example: As much TAO on root, weighed at 1, as alpha.

        >>> subnet = Subnet(1, Fraction(10**12), Fraction(10**12), Fraction(0), Fraction(1, 2), first_emission_block=1)
        >>> chain = Chain(1, Fraction(21 * 10**15), Fraction(0), Fraction(10**12 + 10**9), Fraction(0), Fraction(1),
        ...     Fraction(0), (subnet,))
        >>> [round(float(one.root_proportion), 3) for one in step_storing_root_proportions(chain).subnets]
        [0.5]
    """
    for _ in range(blocks):
        emitting = emitted_to(chain, rules)
        chain = _with_prices(chain, rules)
        subnets = []
        for subnet in chain.subnets:
            proportion = rules["EMIT-6"](chain.root_tao, chain.tao_weight, issuance_of(subnet, rules))
            stored = rules["EMIT-14"](proportion, subnet.netuid in emitting, subnet.root_proportion)
            subnets.append(evolve(subnet, root_proportion=stored))
        chain = evolve(chain, subnets=tuple(subnets))
    return chain


def _with_prices(chain: Chain, rules: Computation) -> Chain:
    """Return the chain a block later, up to the moving prices."""
    number, emitting = chain.block_number + 1, emitted_to(chain, rules)
    existing = frozenset([ROOT, *(subnet.netuid for subnet in chain.subnets)])
    records = rules["KEY-12"](chain.swap_records, number, existing)
    chain = evolve(chain, swap_records=records, block_number=number)
    chain = rules["BLOCK-3"](chain, rules["ISS-1"](chain.total_issuance))
    subnets = (average(chain, one, rules) if one.netuid in emitting else one for one in chain.subnets)
    return evolve(chain, subnets=tuple(subnets))


@rule("BLOCK-2", since=401)
def step_with_falling_prices(chain: Chain, blocks: int = 1, *, rules: Computation = FALLING_PRICES) -> Chain:
    r"""Block step.

    Change: The prices of registrations fall in every block, where terms had been adjusted after intervals.
    Statement: In every block, before its calls, the block number MUST grow by 1; then what stays for a block is free
        again ([STAKE-27](#stake-27)) and records of hotkey swaps on one subnet are cleared as [KEY-12](#key-12) says,
        then the prices of registrations fall on all networks ([BLOCK-5](#block-5)), then the coinbase runs
        ([BLOCK-3](#block-3)) on the emission at the total issuance ([ISS-1](#iss-1)), then the moving prices of the
        subnets that receive emission ([EMIT-8](#emit-8)) follow ([PRICE-2](#price-2)) and their root proportions are
        stored ([EMIT-14](#emit-14)), then pending children come into force ([CHILD-1](#child-1)) on networks whose
        epoch is due in this block, root among them; then the block claims for some stakers of root
        ([CLAIM-7](#claim-7)) and looks for more of them ([CLAIM-8](#claim-8)). Blocks without calls MUST give the same
        state whether they are computed together or one by one.
    Formula: $$ \text{step}(s, a + b) = \text{step}(\text{step}(s, a), b) $$
    Units: rao, alpha rao; blocks.
    Rounding: as [BLOCK-3](#block-3), in every block anew.
    Rejections: none; what a part of it refuses is left out, and the block goes on.
    Source: `pallets/subtensor/src/macros/hooks.rs`, `on_initialize`; `pallets/subtensor/src/coinbase/block_step.rs`,
        `block_step`, `update_root_prop`
    Example: As much TAO on root, weighed at 1, as alpha.

        >>> subnet = Subnet(1, Fraction(10**12), Fraction(10**12), Fraction(0), Fraction(1, 2), first_emission_block=1)
        >>> chain = Chain(1, Fraction(21 * 10**15), Fraction(0), Fraction(10**12 + 10**9), Fraction(0), Fraction(1),
        ...     Fraction(0), (subnet,))
        >>> [round(float(one.root_proportion), 3) for one in step_with_falling_prices(chain).subnets]
        [0.5]
    """
    return step_storing_root_proportions(chain, blocks, rules=rules)


@rule("BLOCK-3", since=361)
def run_coinbase_in_steps(chain: Chain, emission: Fraction, *, rules: Computation = PRICES_LATER) -> Chain:
    r"""Coinbase.

    Change: The coinbase moves no prices any more, a pool gets its own before the next one is looked at, and what is
        pending of all subnets is taken out before any of it is paid.
    Statement: On all subnets that receive emission ([EMIT-8](#emit-8)), as if no others existed, by netuid, the
        coinbase MUST bring the average flows up to date ([FLOW-2](#flow-2)), and find what TAO is due
        ([FLOW-3](#flow-3), [FLOW-5](#flow-5)) and whether root is paid ([EMIT-11](#emit-11)). Each pool then gets what
        [EMIT-12](#emit-12) says: the chain's position grows ([POOL-21](#pool-21)), alpha is bought, and the reserves
        grow; a purchase that the pool refuses is left out, but its TAO counts in `TotalIssuance`. Then `SubnetAlphaOut`
        of each grows by the alpha emission, the owner cut ([EMIT-4](#emit-4)) is set aside, and what is left is divided
        ([EMIT-10](#emit-10)) by the root proportion ([EMIT-6](#emit-6)) that holds then. What the block gave is
        recorded in `SubnetTaoInEmission`, `SubnetAlphaInEmission` and `SubnetAlphaOutEmission`. Of all existing subnets
        but root those whose epoch is due then pay out all that is pending ([DIV-9](#div-9)), unless a hotkey has two
        uids there; their `BlocksSinceLastStep` is set to 0 and `LastMechansimStepBlock` (so spelt) to this block. On
        all others the former grows by 1.
    Formula: $$ I' = I + \sum_i (T_{in,i} + b_i), \qquad S' = S + \sum_i (T_{in,i} + b_i) $$
    Units: rao. $T_{in}$ and $b$ are those of [EMIT-12](#emit-12), the latter in $S$ where the purchase was made. $I$
        and $S$ are `TotalIssuance` and `TotalStake`.
    Rounding: none beyond that of the parts, which are each truncated to whole units.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`, `inject_and_maybe_swap`,
        `emit_to_subnets`, `drain_pending`
    Example: 3 of 4 TAO that flow go to the first of two subnets, and a closed one gets nothing of the block's TAO.

        >>> subnet = Subnet(1, Fraction(10**12), Fraction(10**12), Fraction(0), Fraction(1, 2), first_emission_block=1)
        >>> flows = [evolve(subnet, netuid=one, average_flow=(1, Fraction(flow))) for one, flow in ((1, 3), (2, 1))]
        >>> closed = evolve(flows[0], netuid=3, registration_allowed=False)
        >>> before = Chain(1, *[Fraction(0)] * 3, Fraction(18, 100), Fraction(1, 5), Fraction(0), (*flows, closed))
        >>> after = run_coinbase_in_steps(before, Fraction(10**9))
        >>> [int(one.tao_in_emission) for one in after.subnets], int(after.subnets[0].pending.for_miners)
        ([750000000, 250000000, 0], 410000000)
    """
    emitting = emitted_to(chain, rules)
    pays_root = rules["EMIT-11"](list(emitting.values()))
    present = {one.netuid: one for one in chain.subnets}
    present |= {netuid: with_average_flow(chain, present[netuid], rules) for netuid in emitting}
    averages = [known[1] for netuid in sorted(emitting) if (known := present[netuid].average_flow)]
    parts = rules["FLOW-3"](averages, chain.flow_cutoff, chain.flow_exponent)
    received = bought = issued = Fraction(0)
    for netuid, part in zip(sorted(emitting), parts, strict=True):
        subnet = present[netuid]
        given = given_by_flow(chain, subnet, rules["FLOW-5"](emission, part), rules)
        ranges = grown(subnet.ranges, int(given.tao), int(given.alpha), rules, True)
        subnet, opened = subsidize(chain, evolve(subnet, ranges=ranges), given, rules, is_moving=True)
        chain = evolve(chain, last_position=chain.last_position + opened)
        subnet = evolve(inject(subnet, given, rules, True), ranges=subnet.ranges)
        received, bought = received + given.tao, bought + subnet.spent
        issued += given.tao + rules.whole(given.to_buy or Fraction(0))
        present[netuid] = keep_apart(chain, subnet, given, pays_root, pays_root, rules)
    return evolve(
        chain,
        subnets=tuple(with_epoch(present[one.netuid], chain.block_number, rules) for one in chain.subnets),
        total_issuance=rules.whole(chain.total_issuance + issued),
        total_stake=rules.whole(chain.total_stake + bought + received),
    )


@rule("BLOCK-3", since=362)
def run_coinbase_with_injection_cap(chain: Chain, emission: Fraction, *, rules: Computation = CAPPED) -> Chain:
    r"""Coinbase.

    Change: What a pool gets has a second limit, the TAO that the block may issue ([EMIT-12](#emit-12)).
    Statement: On all subnets that receive emission ([EMIT-8](#emit-8)), as if no others existed, by netuid, the
        coinbase MUST bring the average flows up to date ([FLOW-2](#flow-2)), and find what TAO is due
        ([FLOW-3](#flow-3), [FLOW-5](#flow-5)) and whether root is paid ([EMIT-11](#emit-11)). Each pool then gets what
        [EMIT-12](#emit-12) says, whose limit is the emission at the total issuance ([ISS-1](#iss-1)) before any of it:
        the chain's position grows ([POOL-21](#pool-21)), alpha is bought, and the reserves grow; a purchase that the
        pool refuses is left out, but its TAO counts in `TotalIssuance`. Then `SubnetAlphaOut` of each grows by the
        alpha emission, the owner cut ([EMIT-4](#emit-4)) is set aside, and what is left is divided
        ([EMIT-10](#emit-10)) by the root proportion ([EMIT-6](#emit-6)) that holds then. What the block gave is
        recorded in `SubnetTaoInEmission`, `SubnetAlphaInEmission` and `SubnetAlphaOutEmission`. Of all existing subnets
        but root those whose epoch is due then pay out all that is pending ([DIV-9](#div-9)), unless a hotkey has two
        uids there; their `BlocksSinceLastStep` is set to 0 and `LastMechansimStepBlock` (so spelt) to this block. On
        all others the former grows by 1.
    Formula: $$ I' = I + \sum_i (T_{in,i} + b_i), \qquad S' = S + \sum_i (T_{in,i} + b_i) $$
    Units: rao. $T_{in}$ and $b$ are those of [EMIT-12](#emit-12), the latter in $S$ where the purchase was made. $I$
        and $S$ are `TotalIssuance` and `TotalStake`.
    Rounding: none beyond that of the parts, which are each truncated to whole units.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`, `inject_and_maybe_swap`,
        `emit_to_subnets`, `drain_pending`
    Example: After the first halving of TAO a subnet of cheap alpha gets half an alpha into its pool, and one outside.

        >>> subnet = Subnet(1, Fraction(10**12), Fraction(10**13), Fraction(0), Fraction(1, 2), first_emission_block=1)
        >>> subnet = evolve(subnet, average_flow=(1, Fraction(1)))
        >>> half = Fraction(105 * 10**14)
        >>> before = Chain(1, half, *[Fraction(0)] * 2, Fraction(18, 100), Fraction(1, 5), Fraction(0), (subnet,))
        >>> (after,) = run_coinbase_with_injection_cap(before, Fraction(5 * 10**8)).subnets
        >>> int(after.alpha_in_emission), int(after.alpha_out_emission), int(after.spent)
        (500000000, 1000000000, 450000000)
    """
    return run_coinbase_in_steps(chain, emission, rules=rules)


def emitted_to(chain: Chain, rules: Computation) -> Mapping[int, Fraction]:
    """Return the moving prices of the subnets that receive emission."""
    counted = {one.netuid: moving_price(one) for one in chain.subnets}
    starts = {one.netuid: one.first_emission_block for one in chain.subnets if one.first_emission_block is not None}
    not_open = {
        one.netuid
        for one in chain.subnets
        if not one.is_enabled or rules["EMIT-3"](one.registration_allowed, one.pow_registration_allowed)
    }
    emitting: Mapping[int, Fraction] = rules["EMIT-8"](counted, starts, not_open)
    return emitting


def given_by_flow(chain: Chain, subnet: Subnet, due: Fraction, rules: Computation) -> Given:
    """Return what a block gives to a subnet, and what it buys for it."""
    alpha_emission = rules["ISS-1"](issuance_of(subnet, rules))
    limit = rules["ISS-1"](chain.total_issuance)
    tao, alpha, to_buy = rules["EMIT-12"](due, price_of(subnet, rules), alpha_emission, limit)
    return Given(rules.whole(tao), rules.whole(alpha), alpha_emission, to_buy)
