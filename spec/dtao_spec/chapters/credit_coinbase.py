"""The coinbase that mints its TAO first and pays it to the accounts of subnets."""

from collections.abc import Callable
from fractions import Fraction

from attrs import evolve

from dtao_spec.chapters.chain import Chain, Subnet, moving_price, with_epoch
from dtao_spec.chapters.coinbase import Given, inject, issuance_of, price_of, subsidize
from dtao_spec.chapters.coinbase_by_flow import keep_apart, with_average_flow
from dtao_spec.chapters.concentrated.pool import grown
from dtao_spec.chapters.flow_coinbase import emitted_to, given_by_flow
from dtao_spec.chapters.state import EXISTENTIAL_DEPOSIT
from dtao_spec.registry import Computation, rule

CHAPTER = "dtao_spec.chapters.block"
OF_CREDIT, BY_PRICE = Computation(411), Computation(421)
FOR_PROTOCOL = 413
"""The version from which on what a block buys is kept."""
Parts = Callable[[Chain, list[Subnet]], list[Fraction]]


@rule("BLOCK-3", since=411)
def run_coinbase_of_credit(chain: Chain, emission: Fraction, *, rules: Computation = OF_CREDIT) -> Chain:
    r"""Coinbase.

    Change: The TAO of the block is minted first and paid to the accounts of subnets; what it cannot be paid to is not
        issued. Parts follow the net flow, and subnets without emission have none. A claim of root is paid out of the
        account of the subnet.
    Statement: The coinbase MUST mint the TAO of the block ([EMIT-15](#emit-15)). On all subnets that receive emission
        ([EMIT-8](#emit-8)), as if no others existed, it MUST set `SubnetRootSellTao` to 0, bring the average
        flows up to date ([FLOW-2](#flow-2), [FLOW-7](#flow-7)), and find what of the TAO is due ([FLOW-6](#flow-6),
        [FLOW-3](#flow-3), [EMIT-16](#emit-16), [FLOW-5](#flow-5)) and whether root is paid ([EMIT-11](#emit-11)). Each
        pool then gets what [EMIT-12](#emit-12) says: the chain's position grows ([POOL-21](#pool-21)), alpha is bought,
        and the reserves grow; a purchase that the pool refuses is left out. Then `SubnetAlphaOut` of each grows by the
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
    Example: Of two subnets with equal flows the one to which no TAO is given emits its alpha all the same.

        >>> subnet = Subnet(1, Fraction(10**12), Fraction(10**12), Fraction(0), Fraction(1, 2), first_emission_block=1)
        >>> subnet = evolve(subnet, average_flow=(1, Fraction(5)))
        >>> subnets = subnet, evolve(subnet, netuid=2, is_emission_enabled=False)
        >>> before = Chain(1, *[Fraction(0)] * 3, Fraction(18, 100), Fraction(1, 5), Fraction(0), subnets)
        >>> after = run_coinbase_of_credit(before, Fraction(10**9)).subnets
        >>> [int(one.tao_in_emission) for one in after], [int(one.alpha_out_emission) for one in after]
        ([1000000000, 0], [1000000000, 1000000000])
    """

    def parts(chain: Chain, subnets: list[Subnet]) -> list[Fraction]:
        averages = [
            tuple(known[1] if known else Fraction(0) for known in (one.average_flow, one.average_protocol_flow))
            for one in subnets
        ]
        net = rules["FLOW-6"](averages, chain.is_flow_net)
        shared: list[Fraction] = rules["FLOW-3"](net, chain.flow_cutoff, chain.flow_exponent)
        return shared

    present = tuple(_with_average(chain, one, rules) for one in chain.subnets)
    return _run(evolve(chain, subnets=present), emission, parts, rules)


@rule("BLOCK-3", since=421)
def run_coinbase_by_price_and_root(chain: Chain, emission: Fraction, *, rules: Computation = BY_PRICE) -> Chain:
    r"""Coinbase.

    Change: Parts follow moving prices, root proportions and what miners are paid. Flows are left as they are.
    Statement: The coinbase MUST mint the TAO of the block ([EMIT-15](#emit-15)). On all subnets that receive emission
        ([EMIT-8](#emit-8)), as if no others existed, it MUST set `SubnetRootSellTao` to 0, and find what of
        the TAO is due ([EMIT-17](#emit-17), [EMIT-16](#emit-16), [FLOW-5](#flow-5)) and whether root is paid
        ([EMIT-11](#emit-11)). Each pool then gets what [EMIT-12](#emit-12) says: the chain's position grows
        ([POOL-21](#pool-21)), alpha is bought, and the reserves grow; a purchase that the pool refuses is left out.
        Then `SubnetAlphaOut` of each grows by the alpha emission, the owner cut ([EMIT-4](#emit-4)) is set aside, and
        what is left is divided ([EMIT-10](#emit-10)) by the root proportion ([EMIT-6](#emit-6)) that holds then. What
        the block gave is recorded in `SubnetTaoInEmission`, `SubnetAlphaInEmission` and `SubnetAlphaOutEmission`. Of
        all existing subnets but root those whose epoch is due then pay out all that is pending ([DIV-9](#div-9)),
        unless a hotkey has two uids there; their `BlocksSinceLastStep` is set to 0 and `LastMechansimStepBlock` (so
        spelt) to this block. On all others the former grows by 1.
    Formula: $$ I' = I + \sum_i (T_{in,i} + b_i), \qquad S' = S + \sum_i (T_{in,i} + b_i) $$
    Units: rao. $T_{in}$ and $b$ are those of [EMIT-12](#emit-12), the latter in $S$ where the purchase was made. $I$
        and $S$ are `TotalIssuance` and `TotalStake`.
    Rounding: none beyond that of the parts, which are each truncated to whole units.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`, `inject_and_maybe_swap`,
        `emit_to_subnets`, `drain_pending`
    Example: Nothing is root's: the whole TAO buys alpha, which the protocol keeps.

        >>> subnet = Subnet(1, Fraction(10**12), Fraction(10**12), Fraction(10**9), Fraction(1), first_emission_block=1)
        >>> before = Chain(1, *[Fraction(0)] * 3, Fraction(18, 100), Fraction(1, 5), Fraction(0), (subnet,))
        >>> (after,) = run_coinbase_by_price_and_root(before, Fraction(10**9)).subnets
        >>> int(after.tao_in_emission), int(after.spent), int(after.protocol_alpha) == int(after.purchase.paid_out)
        (0, 1000000000, True)
    """

    def parts(chain: Chain, subnets: list[Subnet]) -> list[Fraction]:
        proportions = [_root_proportion(chain, one, rules) for one in subnets]
        prices = [moving_price(one) for one in subnets]
        shared: list[Fraction] = rules["EMIT-17"](prices, proportions, [one.withheld for one in subnets])
        return shared

    return _run(chain, emission, parts, rules)


def _run(chain: Chain, emission: Fraction, parts: Parts, rules: Computation) -> Chain:
    """Return the chain after the coinbase, where parts of the emission are found one way or another."""
    minted = Fraction(rules["EMIT-15"](chain.balances, emission))
    chain = evolve(chain, total_issuance=rules.whole(chain.total_issuance + minted))
    emitting = emitted_to(chain, rules)
    pays_root = rules["EMIT-11"](list(emitting.values()))
    present = {one.netuid: one for one in chain.subnets}
    taking_part = [present[netuid] for netuid in sorted(emitting)]
    shared = rules["EMIT-16"](parts(chain, taking_part), [one.is_emission_enabled for one in taking_part])
    grants = {
        one.netuid: _given(chain, one, rules["FLOW-5"](minted, part), rules)
        for one, part in zip(taking_part, shared, strict=True)
    }
    left, staked = minted, Fraction(0)
    for subnet in chain.subnets:
        netuid = subnet.netuid
        if netuid not in grants:
            continue
        given = grants[netuid]
        buys, tao = min(rules.whole(given.to_buy or Fraction(0)), left), given.tao
        subnet = evolve(subnet, ranges=grown(subnet.ranges, int(tao), int(given.alpha), rules, True))
        subnet, bought_with = pay(subnet, buys)
        left -= bought_with
        subnet, opened = subsidize(chain, subnet, evolve(given, to_buy=bought_with or None), rules, is_moving=True)
        chain = evolve(chain, last_position=chain.last_position + opened)
        subnet, received = pay(subnet, min(tao, left))
        left -= received
        given = evolve(given, tao=received)
        subnet = evolve(inject(_keep_bought(subnet, rules), given, rules, True), ranges=subnet.ranges)
        taken = subnet.purchase.paid_in if subnet.purchase else subnet.spent
        subnet = evolve(subnet, protocol_flow=subnet.protocol_flow + int(given.tao + taken))
        staked += given.tao + subnet.spent
        present[netuid] = keep_apart(chain, subnet, given, pays_root, pays_root, rules)
    return evolve(
        chain,
        subnets=tuple(with_epoch(present[one.netuid], chain.block_number, rules) for one in chain.subnets),
        balances=chain.balances + minted - left,
        total_issuance=rules.whole(chain.total_issuance - left),
        total_stake=rules.whole(chain.total_stake + staked),
    )


def pay(subnet: Subnet, amount: Fraction) -> tuple[Subnet, Fraction]:
    """Return a subnet whose account was paid, and how much: nothing where it would not exist then."""
    account = subnet.account + amount
    return (evolve(subnet, account=account), amount) if account >= EXISTENTIAL_DEPOSIT else (subnet, Fraction(0))


def _with_average(chain: Chain, subnet: Subnet, rules: Computation) -> Subnet:
    """Return a subnet that receives emission with both its average flows, another one as it is."""
    if subnet.netuid not in emitted_to(chain, rules):
        return subnet
    subnet = with_average_flow(chain, subnet, rules)
    known = subnet.average_protocol_flow
    if known is not None and known[0] == chain.block_number:
        return subnet
    average = rules["FLOW-7"](None if known is None else known[1], subnet.protocol_flow, chain.flow_factor)
    return evolve(subnet, average_protocol_flow=(chain.block_number, average), protocol_flow=0)


def _root_proportion(chain: Chain, subnet: Subnet, rules: Computation) -> Fraction:
    proportion: Fraction = rules["EMIT-6"](chain.root_tao, chain.tao_weight, issuance_of(subnet, rules))
    return proportion


def _given(chain: Chain, subnet: Subnet, due: Fraction, rules: Computation) -> Given:
    """Return what a block gives to a subnet, with the limit of the version."""
    if "EMIT-17" not in rules:
        return given_by_flow(chain, subnet, due, rules)
    created = rules["ISS-1"](issuance_of(subnet, rules))
    limit = _root_proportion(chain, subnet, rules) * created
    tao, alpha, to_buy = rules["EMIT-12"](due, price_of(subnet, rules), created, limit)
    return Given(rules.whole(tao), rules.whole(alpha), created, to_buy)


def _keep_bought(subnet: Subnet, rules: Computation) -> Subnet:
    """Return a subnet that keeps what was bought for it, where the version says so."""
    if rules.spec_version < FOR_PROTOCOL or not subnet.spent:
        return subnet
    bought = Fraction(subnet.purchase.paid_out) if subnet.purchase else subnet.spent
    return evolve(
        subnet,
        alpha_out=rules.whole(subnet.alpha_out + bought),
        protocol_alpha=rules.whole(subnet.protocol_alpha + bought),
    )
