"""The coinbase of pools of concentrated liquidity."""

from fractions import Fraction

from attrs import evolve, frozen

from dtao_spec.chapters.chain import Chain, Pending, Subnet, age_of, moving_price, with_epoch
from dtao_spec.chapters.concentrated.pool import Pool, grown, simulate
from dtao_spec.registry import Computation, rule

CHAPTER = "dtao_spec.chapters.block"
DYNAMIC = 1
BY_FLOW = 338
"""The version from which on POOL-22 itself says what leaves of more than an i64 holds."""
IN_RANGES, WITH_SUBSIDIES, FOR_THOSE_OPEN = map(Computation, (283, 298, 320))


@rule("BLOCK-3", since=283)
def run_coinbase_in_ranges(chain: Chain, emission: Fraction, *, rules: Computation = IN_RANGES) -> Chain:
    r"""Coinbase.

    Change: Pools are given liquidity instead of reserves only, and the alpha for root is sold by a swap, which takes
        the pool's fee and may be refused.
    Statement: On all subnets that receive emission ([EMIT-8](#emit-8)), as if no others existed, the coinbase MUST take
        the phases of the diagram up to the moving prices in their order. What is given to a pool joins its reserves and
        the position of the chain ([POOL-21](#pool-21)); the alpha for root is sold at any price ([POOL-4](#pool-4)),
        and `SubnetAlphaOut` loses what was paid in without the fee. If the pool refuses the sale, neither it nor what
        was left for the participants is set aside, only the cut of the owner. A subnet whose epoch is due then pays out
        all that is pending ([DIV-9](#div-9)); its `BlocksSinceLastStep` is set to 0 and `LastMechansimStepBlock` (so
        spelt) to this block. On all others the former grows by 1. What the block gave is recorded in
        `SubnetTaoInEmission` (0 where [EMIT-3](#emit-3) says so), `SubnetAlphaInEmission` and
        `SubnetAlphaOutEmission`. The epochs, the counts of blocks since the last step and the payments MUST be those of
        all existing subnets but root. Pending children are left alone.
    Formula: $$ I' = I + \sum_i e_i, \qquad S' = \max\left(0, S + \sum_i e_i - \sum_i y_i\right) $$
    Units: rao. $e$ is the TAO of [EMIT-1](#emit-1), 0 where [EMIT-3](#emit-3) says so, and $y$ the TAO that the sale of
        [EMIT-7](#emit-7) brings. $I$ and $S$ are `TotalIssuance` and `TotalStake`.
    Rounding: none beyond that of the parts, which are each truncated to whole units.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Known violation: Where the pool refuses the sale, the alpha of the block counts as outside of the pool, but nobody
        is ever paid it. A sale that is refused for want of TAO moves the price all the same.
    Example: A subnet with 1 000 TAO and 4 000 alpha in its pool, nothing staked on root: the alpha that goes with the
        TAO joins the pool, and the first swap, which sells nothing, has opened it.

        >>> subnet = Subnet(1, Fraction(10**12), Fraction(4 * 10**12), Fraction(10**12), Fraction(1), fee_rate=196)
        >>> subnet = evolve(subnet, first_emission_block=1)
        >>> before = Chain(1, *[Fraction(0)] * 3, Fraction(18, 100), Fraction(1, 5), Fraction(0), (subnet,))
        >>> after = run_coinbase_in_ranges(before, Fraction(10**9))
        >>> after.last_position, int(after.subnets[0].tao), int(after.subnets[0].alpha_in)
        (1, 1001000000000, 4001000000000)
    """
    shares = parts(chain, emission, rules)
    subnets, received, paid = [], Fraction(0), Fraction(0)
    for subnet in chain.subnets:
        if subnet.netuid in shares:
            given = given_to(subnet, shares[subnet.netuid], rules)
            subnet, swapped = sell_for_root(chain, inject(subnet, given, rules), given, rules, is_free=False)
            chain = evolve(chain, last_position=chain.last_position + swapped.opened)
            received, paid = received + given.tao, paid + swapped.tao
            subnet = average(chain, set_aside(chain, subnet, given, swapped, swapped.is_done, rules), rules)
        subnets.append(with_epoch(subnet, chain.block_number, rules))
    return evolve(
        chain,
        subnets=tuple(subnets),
        total_issuance=rules.whole(chain.total_issuance + received),
        total_stake=max(Fraction(0), rules.whole(chain.total_stake + received) - paid),
    )


@rule("BLOCK-3", since=298)
def run_coinbase_with_subsidies(chain: Chain, emission: Fraction, *, rules: Computation = WITH_SUBSIDIES) -> Chain:
    r"""Coinbase.

    Change: Subnets whose price is below their part of the TAO get alpha bought for them, and what participants earn no
        longer depends on the sale for root.
    Statement: On all subnets that receive emission ([EMIT-8](#emit-8)), as if no others existed, the coinbase MUST take
        the phases of the diagram up to the moving prices in their order, with the amounts and the purchases of
        [EMIT-9](#emit-9). What is given to a pool joins its reserves and the position of the chain
        ([POOL-21](#pool-21)); the alpha for root is sold at any price ([POOL-4](#pool-4)), without a fee, and
        `SubnetAlphaOut` loses what was paid in. What is left for the participants is set aside also where the pool
        refuses the sale. A subnet whose epoch is due then pays out all that is pending ([DIV-9](#div-9)); its
        `BlocksSinceLastStep` is set to 0 and `LastMechansimStepBlock` (so spelt) to this block. On all others the
        former grows by 1. What the block gave is recorded in `SubnetTaoInEmission` (0 where [EMIT-3](#emit-3) says so),
        `SubnetAlphaInEmission` and `SubnetAlphaOutEmission`. The epochs, the counts of blocks since the last step and
        the payments MUST be those of all existing subnets but root. Pending children are left alone.
    Formula: $$ I' = I + \sum_i e_i, \qquad S' = \max\left(0, S + \sum_i e_i - \sum_i y_i\right) $$
    Units: rao. $e$ is the TAO of [EMIT-9](#emit-9) for the pool, 0 where [EMIT-3](#emit-3) says so, and $y$ the TAO
        that the sale of [EMIT-7](#emit-7) brings. $I$ and $S$ are `TotalIssuance` and `TotalStake`.
    Rounding: none beyond that of the parts, which are each truncated to whole units.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Example: Two subnets share 1 TAO. Alpha of the second costs 0.01 TAO: it gets that part of the TAO, and the rest of
        its half buys alpha, which raises the price.

        >>> pools = (10**12, 10**12), (10**12, 10**14)
        >>> first, second = (
        ...     Subnet(netuid, Fraction(tao), Fraction(alpha), Fraction(0), Fraction(1, 2), first_emission_block=1)
        ...     for netuid, (tao, alpha) in enumerate(pools, start=1)
        ... )
        >>> before = Chain(1, *[Fraction(0)] * 3, Fraction(18, 100), Fraction(1, 5), Fraction(0), (first, second))
        >>> first, second = run_coinbase_with_subsidies(before, Fraction(10**9)).subnets
        >>> int(first.tao - 10**12), int(second.tao_in_emission), int(second.spent), first.spent
        (500000000, 10000000, 490000000, Fraction(0, 1))
    """
    return _with_subsidies(chain, emission, rules, is_moving=False)


@rule("BLOCK-3", since=320)
def run_coinbase_for_those_open(chain: Chain, emission: Fraction, *, rules: Computation = FOR_THOSE_OPEN) -> Chain:
    r"""Coinbase.

    Change: Closed subnets get no alpha either, the pool of a subsidized one gets as much alpha as the block emits TAO,
        and reserves of stable subnets move with what is bought and sold there.
    Statement: On all subnets that receive emission ([EMIT-8](#emit-8)), as if no others existed, the coinbase MUST take
        the phases of the diagram up to the moving prices in their order, with the amounts and the purchases of
        [EMIT-9](#emit-9). What is given to a pool joins its reserves and the position of the chain
        ([POOL-21](#pool-21)); the alpha for root is sold at any price ([POOL-4](#pool-4)), without a fee, and
        `SubnetAlphaOut` loses what was paid in; where the mechanism is stable the reserves move by as much. What is
        left for the participants is set aside also where the pool refuses the sale. A subnet whose epoch is due then
        pays out all that is pending ([DIV-9](#div-9)); its `BlocksSinceLastStep` is set to 0 and
        `LastMechansimStepBlock` (so spelt) to this block. On all others the former grows by 1. What the block gave is
        recorded in `SubnetTaoInEmission` `SubnetAlphaInEmission` and `SubnetAlphaOutEmission` (0 where
        [EMIT-3](#emit-3) says so). The epochs, the counts of blocks since the last step and the payments MUST be those
        of all existing subnets but root. Pending children are left alone.
    Formula: $$ I' = I + \sum_i e_i, \qquad S' = \max\left(0, S + \sum_i e_i - \sum_i y_i\right) $$
    Units: rao. $e$ is the TAO of [EMIT-9](#emit-9) for the pool, 0 where [EMIT-3](#emit-3) says so, and $y$ the TAO
        that the sale of [EMIT-7](#emit-7) brings. $I$ and $S$ are `TotalIssuance` and `TotalStake`.
    Rounding: none beyond that of the parts, which are each truncated to whole units.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Example: Two subnets share 1 TAO. Alpha of the second costs 0.01 TAO: it gets that part of the TAO, and the rest of
        its half buys alpha, which raises the price.

        >>> pools = (10**12, 10**12), (10**12, 10**14)
        >>> first, second = (
        ...     Subnet(netuid, Fraction(tao), Fraction(alpha), Fraction(0), Fraction(1, 2), first_emission_block=1)
        ...     for netuid, (tao, alpha) in enumerate(pools, start=1)
        ... )
        >>> before = Chain(1, *[Fraction(0)] * 3, Fraction(18, 100), Fraction(1, 5), Fraction(0), (first, second))
        >>> first, second = run_coinbase_for_those_open(before, Fraction(10**9)).subnets
        >>> int(first.tao - 10**12), int(second.tao_in_emission), int(second.spent), first.spent
        (500000000, 10000000, 490000000, Fraction(0, 1))
    """
    return _with_subsidies(chain, emission, rules, is_moving=True)


def _with_subsidies(chain: Chain, emission: Fraction, rules: Computation, is_moving: bool) -> Chain:
    """Run the coinbase with purchases; the reserves of stable subnets move, and closed ones get nothing, by choice."""
    shares = parts(chain, emission, rules)
    plans: dict[int, Given] = {}
    subnets, bought = [], Fraction(0)
    for subnet in chain.subnets:
        if subnet.netuid in shares:
            plans[subnet.netuid] = given = planned(subnet, shares[subnet.netuid], emission, rules, is_moving)
            subnet, opened = subsidize(chain, subnet, given, rules, is_moving)
            chain = evolve(chain, last_position=chain.last_position + opened)
            bought += subnet.spent if subnet.purchase is not None or is_moving else Fraction(0)
        subnets.append(subnet)
    received, paid = sum((given.tao for given in plans.values()), Fraction(0)), Fraction(0)
    for place, subnet in enumerate(subnets):
        if subnet.netuid in plans:
            given = plans[subnet.netuid]
            subnet = inject(subnet, given, rules, is_moving)
            swapped = Sale()
            if given.to_buy is None:
                subnet, swapped = sell_for_root(chain, subnet, given, rules, is_free=True, is_moving=is_moving)
                chain = evolve(chain, last_position=chain.last_position + swapped.opened)
                paid += swapped.tao
            subnet = average(chain, set_aside(chain, subnet, given, swapped, True, rules), rules)
        subnets[place] = with_epoch(subnet, chain.block_number, rules)
    return evolve(
        chain,
        subnets=tuple(subnets),
        total_issuance=rules.whole(chain.total_issuance + received),
        total_stake=max(Fraction(0), rules.whole(rules.whole(chain.total_stake + bought) + received) - paid),
    )


@frozen
class Given:
    """What a block gives to a subnet."""

    tao: Fraction
    alpha: Fraction
    emission: Fraction
    """Alpha for its participants."""
    to_buy: Fraction | None = None
    """Rao to buy with; None if it is not subsidized."""


@frozen
class Sale:
    """What the sale for root came to."""

    before: Subnet | None = None
    """The subnet before it."""
    tao: Fraction = Fraction(0)
    """What left the pool and total stake."""
    proceeds: Fraction = Fraction(0)
    is_done: bool = False
    opened: int = 0
    """How many pools it initialized."""


def parts(chain: Chain, emission: Fraction, rules: Computation) -> dict[int, Fraction]:
    """Return the TAO that is due to each subnet that receives any."""
    counted = {subnet.netuid: moving_price(subnet) for subnet in chain.subnets}
    starts = {one.netuid: one.first_emission_block for one in chain.subnets if one.first_emission_block is not None}
    emitting = rules["EMIT-8"](counted, starts)
    total = sum(emitting.values(), Fraction(0))
    return {netuid: rules["EMIT-1"](emission, part, total) for netuid, part in emitting.items()}


def price_of(subnet: Subnet, rules: Computation) -> Fraction:
    """Return the present price of a subnet."""
    pool = pool_of(subnet)
    root = subnet.ranges.root if subnet.ranges.is_initialized else None
    weight = (subnet.quote_weight,) if "POOL-35" in rules else ()
    price: Fraction = rules["PRICE-1"](subnet.mechanism != DYNAMIC, *map(Fraction, pool.reserves), root, *weight)
    return price


def pool_of(subnet: Subnet) -> Pool:
    """Return the pool of a subnet."""
    provided = int(subnet.tao_provided), int(subnet.alpha_provided)
    return Pool(int(subnet.tao), int(subnet.alpha_in), *provided, subnet.ranges)


def given_to(subnet: Subnet, due: Fraction, rules: Computation) -> Given:
    """Return what a block gives to a subnet of the TAO that is due to it."""
    emission = rules["ISS-1"](subnet.alpha_in + subnet.alpha_out)
    closed = rules["EMIT-3"](subnet.registration_allowed, subnet.pow_registration_allowed)
    alpha = rules.whole(rules["EMIT-2"](due, price_of(subnet, rules), emission))
    return Given(Fraction(0) if closed else rules.whole(due), alpha, emission)


def planned(subnet: Subnet, due: Fraction, block_emission: Fraction, rules: Computation, is_moving: bool) -> Given:
    """Return what a block gives to a subnet, and what it buys for it."""
    emission = rules["ISS-1"](subnet.alpha_in + subnet.alpha_out)
    closed = rules["EMIT-3"](subnet.registration_allowed, subnet.pow_registration_allowed)
    tao, alpha, to_buy = rules["EMIT-9"](due, price_of(subnet, rules), block_emission, emission)
    if closed and is_moving:
        return Given(Fraction(0), Fraction(0), Fraction(0), to_buy)
    return Given(Fraction(0) if closed else rules.whole(tao), rules.whole(alpha), emission, to_buy)


def inject(subnet: Subnet, given: Given, rules: Computation, with_fees: bool = False) -> Subnet:
    """Return a subnet after its pool and its participants were given what is theirs."""
    return evolve(
        subnet,
        tao=rules.whole(subnet.tao + given.tao),
        alpha_in=rules.whole(subnet.alpha_in + given.alpha),
        alpha_out=rules.whole(subnet.alpha_out + given.emission),
        ranges=grown(subnet.ranges, int(given.tao), int(given.alpha), rules, with_fees),
        tao_in_emission=given.tao,
        alpha_in_emission=given.alpha,
        alpha_out_emission=given.emission,
        sale=None,
    )


def issuance_of(subnet: Subnet, rules: Computation) -> Fraction:
    """Return the alpha of a subnet that counts as issued."""
    if "EMIT-13" not in rules:
        return rules.whole(subnet.alpha_in + subnet.alpha_out)
    issued: Fraction = rules["EMIT-13"](subnet.alpha_in, subnet.alpha_provided, subnet.alpha_out)
    return issued


def division(chain: Chain, subnet: Subnet, given: Given, rules: Computation) -> tuple[Fraction, Fraction, Fraction]:
    """Return the owner cut, what is left of the emission, and the part of that which is for root."""
    cut = chain.owner_cut if subnet.is_owner_cut_enabled else Fraction(0)
    owner_cut = rules.part(cut * given.emission)
    shared = given.emission - owner_cut
    issued = issuance_of(subnet, rules)
    return owner_cut, shared, rules["EMIT-7"](rules["EMIT-6"](chain.root_tao, chain.tao_weight, issued), shared)


def set_aside(chain: Chain, subnet: Subnet, given: Given, sale: Sale, is_counted: bool, rules: Computation) -> Subnet:
    """Return a subnet after what it is due was set aside: but for the owner cut only if it counts."""
    owner_cut, shared, for_root = division(chain, subnet if sale.before is None else sale.before, given, rules)
    pending = evolve(subnet.pending, owner_cut=rules.whole(subnet.pending.owner_cut + rules.whole(owner_cut)))
    if is_counted:
        pending = Pending(
            rules.whole(pending.emission + rules.whole(shared - for_root)),
            rules.whole(pending.alpha_swapped + rules.whole(for_root)),
            rules.whole(pending.root_divs + sale.proceeds),
            pending.owner_cut,
        )
    return evolve(subnet, pending=pending)


def sell_for_root(
    chain: Chain, subnet: Subnet, given: Given, rules: Computation, is_free: bool, is_moving: bool = False
) -> tuple[Subnet, Sale]:
    """Return a subnet after its alpha for root was sold, and what that came to."""
    sold = rules.whole(division(chain, subnet, given, rules)[2])
    if subnet.mechanism != DYNAMIC and is_moving:
        provided, tao = rules["POOL-22"](int(subnet.tao_provided), int(subnet.tao), int(sold))
        after = evolve(
            subnet,
            tao=Fraction(tao),
            tao_provided=Fraction(provided),
            alpha_in=rules.whole(subnet.alpha_in + sold),
            alpha_out=max(subnet.alpha_out - sold, Fraction(0)),
            volume=subnet.volume + sold,
        )
        return after, Sale(subnet, sold, sold, is_done=True)
    if subnet.mechanism != DYNAMIC:
        return subnet, Sale(subnet, proceeds=sold, is_done=True)
    pool, rate = pool_of(subnet), 0 if is_free else subnet.fee_rate
    swapped = simulate(pool, False, rate, int(sold), None, chain.last_position + 1, rules)
    if isinstance(swapped, str):
        return subnet, Sale(subnet)
    opened = int(not pool.ranges.is_initialized)
    after = evolve(subnet, ranges=swapped.ranges)
    if pool.reserves[0] < swapped.paid_out:
        return after, Sale(subnet, opened=opened)
    provided, tao = rules["POOL-22"](pool.tao_provided, pool.tao, swapped.paid_out)
    after = evolve(
        after,
        tao=Fraction(tao),
        tao_provided=Fraction(provided),
        alpha_in=rules.whole(subnet.alpha_in + swapped.paid_in),
        alpha_out=max(subnet.alpha_out - swapped.paid_in, Fraction(0)),
        volume=subnet.volume + swapped.paid_out,
        sale=swapped,
    )
    return after, Sale(subnet, Fraction(swapped.paid_out), Fraction(swapped.paid_out), True, opened)


def subsidize(chain: Chain, subnet: Subnet, given: Given, rules: Computation, is_moving: bool) -> tuple[Subnet, int]:
    """Return a subnet after alpha was bought for it, and how many pools that initialized."""
    subnet = evolve(subnet, purchase=None, spent=Fraction(0))
    if given.to_buy is None:
        return subnet, 0
    spent = rules.whole(given.to_buy)
    if subnet.mechanism != DYNAMIC and is_moving:
        provided, alpha = rules["POOL-22"](int(subnet.alpha_provided), int(subnet.alpha_in), int(spent))
        after = evolve(
            subnet,
            tao=rules.whole(subnet.tao + spent),
            alpha_in=Fraction(alpha),
            alpha_provided=Fraction(provided),
            alpha_out=max(rules.whole(subnet.alpha_out + spent) - spent, Fraction(0)),
            volume=subnet.volume + spent,
            spent=spent,
        )
        return after, 0
    if subnet.mechanism != DYNAMIC:
        return evolve(subnet, alpha_out=max(subnet.alpha_out - spent, Fraction(0)), spent=spent), 0
    pool = pool_of(subnet)
    swapped = simulate(pool, True, 0, int(spent), None, chain.last_position + 1, rules)
    if isinstance(swapped, str):
        return subnet, 0
    opened = int(not pool.ranges.is_initialized)
    after = evolve(subnet, ranges=swapped.ranges)
    if pool.reserves[1] < swapped.paid_out:
        return after, opened
    provided, alpha = rules["POOL-22"](pool.alpha_provided, pool.alpha, through_sign(swapped.paid_out, rules))
    outside = rules.whole(subnet.alpha_out + swapped.paid_out) - swapped.paid_out
    after = evolve(
        after,
        tao=rules.whole(subnet.tao + swapped.paid_in),
        alpha_in=Fraction(alpha),
        alpha_provided=Fraction(provided),
        alpha_out=max(outside, Fraction(0)),
        volume=subnet.volume + spent,
        purchase=swapped,
        spent=spent,
    )
    return after, opened


def through_sign(paid_out: int, rules: Computation) -> int:
    """Return what POOL-22 takes out of what is paid out, where the amount passes through a number with a sign."""
    return paid_out if paid_out < 2**63 or rules.spec_version >= BY_FLOW else 2**64 - paid_out


def average(chain: Chain, subnet: Subnet, rules: Computation) -> Subnet:
    """Return a subnet with the moving price after the block."""
    weight = rules["PRICE-3"](chain.moving_alpha, age_of(chain, subnet, rules), subnet.halving_blocks)
    return evolve(subnet, moving_price=rules["PRICE-2"](moving_price(subnet), price_of(subnet, rules), weight))
