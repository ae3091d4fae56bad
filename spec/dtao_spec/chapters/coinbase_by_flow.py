"""The coinbase where TAO goes by its flow, and what is root's waits in alpha."""

from collections.abc import Callable
from fractions import Fraction

from attrs import evolve

from dtao_spec.chapters.chain import Chain, Subnet, moving_price, with_epoch
from dtao_spec.chapters.coinbase import Given, average, division, inject, price_of, subsidize
from dtao_spec.chapters.concentrated.pool import grown
from dtao_spec.registry import Computation, rule

CHAPTER = "dtao_spec.chapters.block"
BY_FLOW, WITH_EXCESS = Computation(338), Computation(342)
FROM_ZERO = 348
"""The version from which on the first average begins at 0 and counts the flow."""
Plan = Callable[[Subnet, Fraction], Given]
"""(a subnet, the TAO that is due to it) -> what a block gives to it."""


@rule("BLOCK-3", since=338)
def run_coinbase_by_flow(chain: Chain, emission: Fraction, *, rules: Computation = BY_FLOW) -> Chain:
    r"""Coinbase.

    Change: TAO goes to subnets by the flow of TAO into them instead of their prices, and the alpha for root is not sold
        in every block but waits for the epoch. Subnets are taken in the order of their netuids.
    Statement: On all subnets that receive emission ([EMIT-8](#emit-8)), as if no others existed, the coinbase MUST take
        the phases of the diagram up to the moving prices in their order. What is due to each follows from the averages
        of the flows of all, which are brought up to date first ([FLOW-2](#flow-2) to [FLOW-5](#flow-5)); amounts and
        purchases are those of [EMIT-9](#emit-9). Where the mechanism is stable a purchase moves the reserves by as
        much. What is given to a pool joins its reserves and the position of the chain ([POOL-21](#pool-21)). Then the
        owner cut and what is for root and for the others are set aside ([EMIT-10](#emit-10)). A subnet whose epoch is
        due then pays out all that is pending ([DIV-9](#div-9)); its `BlocksSinceLastStep` is set to 0 and
        `LastMechansimStepBlock` (so spelt) to this block. On all others the former grows by 1. What the block gave is
        recorded in `SubnetTaoInEmission`, `SubnetAlphaInEmission` and `SubnetAlphaOutEmission` (0 where
        [EMIT-3](#emit-3) says so). The epochs, the counts of blocks since the last step and the payments MUST be those
        of all existing subnets but root. Pending children are left alone.
    Formula: $$ I' = I + \sum_i T_{in,i}, \qquad S' = S + \sum_i T_{in,i} + \sum_i b_i $$
    Units: rao. $T_{in}$ is the TAO of [EMIT-9](#emit-9) for the pool, 0 where [EMIT-3](#emit-3) says so, and $b$ what
        was bought with. $I$ and $S$ are `TotalIssuance` and `TotalStake`.
    Rounding: none beyond that of the parts, which are each truncated to whole units.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Example: Two subnets, of which the second lost as much TAO as the first gained: the first gets all.

        >>> pools = (10**12, 10**12), (10**12, 10**13)
        >>> first, second = (
        ...     Subnet(
        ...         netuid, Fraction(tao), Fraction(alpha), Fraction(0), Fraction(1, 2), first_emission_block=1,
        ...         average_flow=(9, Fraction(0)), flow=10**9 * (3 - 2 * netuid),
        ...     )
        ...     for netuid, (tao, alpha) in enumerate(pools, start=1)
        ... )
        >>> before = Chain(
        ...     10, *[Fraction(0)] * 3, Fraction(18, 100), Fraction(1, 5), Fraction(0), (first, second),
        ...     flow_factor=2**60,
        ... )
        >>> first, second = run_coinbase_by_flow(before, Fraction(10**9)).subnets
        >>> int(first.tao_in_emission), int(second.tao_in_emission), int(second.average_flow[1])
        (1000000000, 0, -125000000)
    """

    def plan(subnet: Subnet, due: Fraction) -> Given:
        created = rules["ISS-1"](subnet.alpha_in + subnet.alpha_out)
        tao, alpha, to_buy = rules["EMIT-9"](due, price_of(subnet, rules), emission, created)
        return _given(subnet, tao, alpha, created, to_buy, rules)

    chain, dues = due_by_flow(chain, emission, rules)
    chain, given = _plan(chain, dues, plan)
    chain = _buy(chain, given, rules)
    received, bought = Fraction(0), Fraction(0)
    subnets = []
    for subnet in chain.subnets:
        if subnet.netuid in given:
            granted = given[subnet.netuid]
            received, bought = received + granted.tao, bought + subnet.spent
            subnet = inject(subnet, granted, rules, with_fees=True)
            subnet = average(chain, keep_apart(chain, subnet, granted, True, granted.to_buy is None, rules), rules)
        subnets.append(with_epoch(subnet, chain.block_number, rules))
    return _count(chain, subnets, received, bought, Fraction(0), rules)


@rule("BLOCK-3", since=342)
def run_coinbase_with_excess(chain: Chain, emission: Fraction, *, rules: Computation = WITH_EXCESS) -> Chain:
    r"""Coinbase.

    Change: A pool gets no more TAO than its alpha emission is worth, and the rest buys alpha after the position of the
        chain has grown, where a low price had decided before. Whether root gets alpha depends on the sum of all moving
        prices, no longer on purchases. What buys is issued.
    Statement: On all subnets that receive emission ([EMIT-8](#emit-8)), as if no others existed, the coinbase MUST take
        the phases of the diagram up to the moving prices in their order. What is due to each follows from the averages
        of the flows of all, which are brought up to date first ([FLOW-2](#flow-2) to [FLOW-5](#flow-5)); amounts and
        purchases are those of [EMIT-12](#emit-12). First, subnet by subnet, the position of the chain grows by what the
        pool is given ([POOL-21](#pool-21)), and alpha is bought if TAO is left; where the mechanism is stable that
        moves the reserves by as much. Then what is given joins the reserves, the TAO that was to buy joins the total
        issuance, whether or not the pool refused, and the owner cut and what is for root and for the others are set
        aside ([EMIT-10](#emit-10)): for root only in blocks in which [EMIT-11](#emit-11) says so, by the moving prices
        before the block. A subnet whose epoch is due then pays out all that is pending ([DIV-9](#div-9)); its
        `BlocksSinceLastStep` is set to 0 and `LastMechansimStepBlock` (so spelt) to this block. On all others the
        former grows by 1. What the block gave is recorded in `SubnetTaoInEmission`, `SubnetAlphaInEmission` and
        `SubnetAlphaOutEmission` (0 where [EMIT-3](#emit-3) says so). The epochs, the counts of blocks since the last
        step and the payments MUST be those of all existing subnets but root. Pending children are left alone.
    Formula: $$ I' = I + \sum_i (T_{in,i} + b_i), \qquad S' = S + \sum_i T_{in,i} + \sum_{\text{bought}} b_i $$
    Units: rao. $T_{in}$ is the TAO of [EMIT-12](#emit-12) for the pool, 0 where [EMIT-3](#emit-3) says so, and $b$ what
        was to buy. $I$ and $S$ are `TotalIssuance` and `TotalStake`.
    Rounding: none beyond that of the parts, which are each truncated to whole units.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Known violation: TAO that was to buy and that the pool refused is issued, and nobody has it.
    Example: One subnet whose alpha costs 0.1 TAO is due 1 TAO: 1 alpha and 0.1 TAO join the pool, 0.9 TAO buy.

        >>> subnet = Subnet(1, Fraction(10**12), Fraction(10**13), Fraction(0), Fraction(1, 10))
        >>> before = Chain(10, *[Fraction(0)] * 3, Fraction(18, 100), Fraction(1, 5), Fraction(0), (subnet,))
        >>> after = run_coinbase_with_excess(before, Fraction(10**9))
        >>> (subnet,) = after.subnets
        >>> int(subnet.tao_in_emission), int(subnet.spent), int(after.total_issuance)
        (100000000, 900000000, 1000000000)
    """

    def plan(subnet: Subnet, due: Fraction) -> Given:
        created = rules["ISS-1"](subnet.alpha_in + subnet.alpha_out)
        tao, alpha, to_buy = rules["EMIT-12"](due, price_of(subnet, rules), created)
        return _given(subnet, tao, alpha, created, to_buy, rules)

    chain, dues = due_by_flow(chain, emission, rules)
    pays_root = rules["EMIT-11"]([moving_price(one) for one in chain.subnets if one.netuid in dues])
    chain, given = _plan(chain, dues, plan)
    positions = {
        one.netuid: grown(one.ranges, int(given[one.netuid].tao), int(given[one.netuid].alpha), rules, with_fees=True)
        for one in chain.subnets
        if one.netuid in given
    }
    subnets = tuple(evolve(one, ranges=positions.get(one.netuid, one.ranges)) for one in chain.subnets)
    chain = _buy(evolve(chain, subnets=subnets), given, rules)
    received, bought, issued = Fraction(0), Fraction(0), Fraction(0)
    left = []
    for subnet in chain.subnets:
        if subnet.netuid in given:
            granted = given[subnet.netuid]
            received, bought = received + granted.tao, bought + subnet.spent
            issued += rules.whole(granted.to_buy or Fraction(0))
            ranges = subnet.ranges
            subnet = evolve(inject(subnet, granted, rules, with_fees=True), ranges=ranges)
            subnet = average(chain, keep_apart(chain, subnet, granted, pays_root, pays_root, rules), rules)
        left.append(with_epoch(subnet, chain.block_number, rules))
    return _count(chain, left, received, bought, issued, rules)


def due_by_flow(chain: Chain, emission: Fraction, rules: Computation) -> tuple[Chain, dict[int, Fraction]]:
    """Return the chain with its average flows up to date, and the TAO that is due to each subnet that receives any."""
    counted = {subnet.netuid: moving_price(subnet) for subnet in chain.subnets}
    starts = {one.netuid: one.first_emission_block for one in chain.subnets if one.first_emission_block is not None}
    emitting = rules["EMIT-8"](counted, starts)
    subnets = tuple(
        with_average_flow(chain, subnet, rules) if subnet.netuid in emitting else subnet
        for subnet in sorted(chain.subnets, key=lambda one: one.netuid)
    )
    averages = {one.netuid: one.average_flow[1] for one in subnets if one.netuid in emitting and one.average_flow}
    parts = rules["FLOW-3"](list(averages.values()), chain.flow_cutoff, chain.flow_exponent)
    dues = {netuid: rules["FLOW-5"](emission, part) for netuid, part in zip(averages, parts, strict=True)}
    return evolve(chain, subnets=subnets), dues


def with_average_flow(chain: Chain, subnet: Subnet, rules: Computation) -> Subnet:
    """Return a subnet whose average flow is that of this block.

    The flow goes into it; into the first one only where that begins at 0.
    """
    block, known = chain.block_number, subnet.average_flow
    if known is not None and known[0] == block:
        return subnet
    before = None if known is None else known[1]
    is_kept = known is None and rules.spec_version < FROM_ZERO
    prices = moving_price(subnet), price_of(subnet, rules)
    average = rules["FLOW-2"](before, subnet.flow, chain.flow_factor, *prices)
    return evolve(subnet, average_flow=(block, average), flow=subnet.flow if is_kept else 0)


def _given(
    subnet: Subnet, tao: Fraction, alpha: Fraction, created: Fraction, to_buy: Fraction | None, rules: Computation
) -> Given:
    """Return what a block gives to a subnet: nothing but what it buys with where it is closed."""
    if rules["EMIT-3"](subnet.registration_allowed, subnet.pow_registration_allowed):
        return Given(Fraction(0), Fraction(0), Fraction(0), to_buy)
    return Given(rules.whole(tao), rules.whole(alpha), created, to_buy)


def _plan(chain: Chain, dues: dict[int, Fraction], plan: Plan) -> tuple[Chain, dict[int, Given]]:
    """Return the chain before anything is given, and what each subnet is given by the pools as they are."""
    given = {subnet.netuid: plan(subnet, dues[subnet.netuid]) for subnet in chain.subnets if subnet.netuid in dues}
    subnets = tuple(evolve(subnet, purchase=None, spent=Fraction(0)) for subnet in chain.subnets)
    return evolve(chain, subnets=subnets), given


def _buy(chain: Chain, given: dict[int, Given], rules: Computation) -> Chain:
    """Return the chain after all purchases, subnet by subnet."""
    subnets = []
    for subnet in chain.subnets:
        if subnet.netuid in given:
            subnet, opened = subsidize(chain, subnet, given[subnet.netuid], rules, is_moving=True)
            chain = evolve(chain, last_position=chain.last_position + opened)
        subnets.append(subnet)
    return evolve(chain, subnets=tuple(subnets))


def keep_apart(chain: Chain, subnet: Subnet, given: Given, takes: bool, pays: bool, rules: Computation) -> Subnet:
    """Return a subnet after the owner cut, what is for root and what is left were set aside."""
    owner_cut, shared, for_root = division(chain, subnet, given, rules)
    kept, *others = rules["EMIT-10"](for_root, shared, takes, pays)
    names: tuple[str, ...] = ("emission",)
    recycled = Fraction(0)
    if len(others) > 1:  # what miners and validators get is set aside apart
        names, recycled = ("for_miners", "for_validators"), others.pop(0)
    added = {"owner_cut": owner_cut, "root_alpha": kept, **dict(zip(names, others, strict=True))}
    before = subnet.pending
    pending = {name: rules.whole(getattr(before, name) + rules.whole(amount)) for name, amount in added.items()}
    outside = max(subnet.alpha_out - rules.whole(recycled), Fraction(0))
    return evolve(subnet, pending=evolve(before, **pending), alpha_out=outside)


def _count(
    chain: Chain, subnets: list[Subnet], received: Fraction, bought: Fraction, issued: Fraction, rules: Computation
) -> Chain:
    return evolve(
        chain,
        subnets=tuple(subnets),
        total_issuance=rules.whole(chain.total_issuance + received + issued),
        total_stake=rules.whole(chain.total_stake + bought + received),
    )
