"""The block where pools have weights, and epochs run when their subnet's tempo is over."""

from collections.abc import Mapping
from fractions import Fraction

from attrs import evolve

from dtao_spec.chapters.chain import Chain, Pending, Subnet, moving_price
from dtao_spec.chapters.coinbase import DYNAMIC, Given, issuance_of, price_of
from dtao_spec.chapters.coinbase_by_flow import keep_apart
from dtao_spec.chapters.concentrated.pool import Swapped
from dtao_spec.chapters.credit_coinbase import pay
from dtao_spec.chapters.flow_coinbase import emitted_to, step_storing_root_proportions
from dtao_spec.registry import Computation, rule

CHAPTER = "dtao_spec.chapters.block"
BY_WEIGHTS, BY_CONVICTION = Computation(423), Computation(425)
HALF = Fraction(1, 2)
MAX_PRICE = Fraction(10**6)


@rule("BLOCK-2", since=423)
def step_with_tempos(chain: Chain, blocks: int = 1, *, rules: Computation = BY_WEIGHTS) -> Chain:
    r"""Block step.

    Change: Nothing is forgotten at the end of a block: stake may be added and removed in one. Pending children come
        into force where an epoch was due in the block and its schedule went on.
    Statement: In every block, before its calls, the block number MUST grow by 1. What follows MUST have this order:
        records of hotkey swaps on one subnet are cleared as [KEY-12](#key-12) says, then the prices of registrations
        fall on all networks ([BLOCK-5](#block-5)), then the coinbase runs ([BLOCK-3](#block-3)) on the emission at the
        total issuance ([ISS-1](#iss-1)), then the moving prices of the subnets that receive emission
        ([EMIT-8](#emit-8)) follow ([PRICE-2](#price-2)) and their root proportions are stored ([EMIT-14](#emit-14)),
        then pending children come into force ([CHILD-1](#child-1)) on networks of which this block is now the
        `LastEpochBlock` ([BLOCK-1](#block-1)); then the block claims for some stakers of root ([CLAIM-7](#claim-7)) and
        looks for more of them ([CLAIM-8](#claim-8)). Blocks without calls MUST give the same state whether they are
        computed together or one by one.
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
        >>> [round(float(one.root_proportion), 3) for one in step_with_tempos(chain).subnets]
        [0.5]
    """
    return step_storing_root_proportions(chain, blocks, rules=rules)


@rule("BLOCK-3", since=423)
def run_coinbase_at_weights(chain: Chain, emission: Fraction, *, rules: Computation = BY_WEIGHTS) -> Chain:
    r"""Coinbase.

    Change: What a pool gets moves its weights, so that its price stays, instead of joining a position of the chain. No
        more epochs run than a block may run.
    Statement: The coinbase MUST mint the TAO of the block ([EMIT-15](#emit-15)). On all subnets that receive emission
        ([EMIT-8](#emit-8)), as if no others existed, it MUST set `SubnetRootSellTao` to 0, and find what of the TAO is
        due ([EMIT-17](#emit-17), [EMIT-16](#emit-16), [FLOW-5](#flow-5)) and whether root is paid
        ([EMIT-11](#emit-11)). Each pool then gets what [EMIT-12](#emit-12) says: its weights move, alpha is bought, and
        the reserves grow; a purchase that the pool refuses is left out. Then `SubnetAlphaOut` of each grows by the
        alpha emission, the owner cut ([EMIT-4](#emit-4)) is set aside, and what is left is divided
        ([EMIT-10](#emit-10)) by the root proportion ([EMIT-6](#emit-6)) that holds then. What the block gave is
        recorded in `SubnetTaoInEmission`, `SubnetAlphaInEmission` and `SubnetAlphaOutEmission`. On all existing subnets
        but root `BlocksSinceLastStep` grows by 1. Those of [BLOCK-6](#block-6) then have it set to 0 and pay out all
        that is pending, one after another ([DIV-9](#div-9)); the epoch still sees the `LastMechansimStepBlock` (so
        spelt) of the one before, which becomes this block after it.
    Formula: $$ I' = I + \sum_i (T_{in,i} + b_i), \qquad S' = S + \sum_i (T_{in,i} + b_i) $$
    Units: rao. $T_{in}$ and $b$ are those of [EMIT-12](#emit-12), the latter in $S$ where the purchase was made. $I$
        and $S$ are `TotalIssuance` and `TotalStake`.
    Rounding: none beyond that of the parts, which are each truncated to whole units.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`, `inject_and_maybe_swap`,
        `emit_to_subnets`, `drain_pending`
    Example: Alpha of a subnet whose alpha is half root's: a quarter TAO and a quarter alpha join the pool at the price
        1, the weights stay, and the rest buys.

        >>> subnet = Subnet(1, Fraction(10**12), Fraction(10**12), Fraction(10**9), Fraction(1), first_emission_block=1)
        >>> root = Fraction(10**12 + 10**9)
        >>> before = Chain(1, *[Fraction(0)] * 2, root / 3, Fraction(0), Fraction(1), Fraction(0), (subnet,))
        >>> (after,) = run_coinbase_at_weights(before, Fraction(10**9)).subnets
        >>> int(after.tao_in_emission), int(after.alpha_in_emission), int(after.spent), after.quote_weight
        (250000000, 250000000, 750000000, Fraction(1, 2))
    """
    minted = Fraction(rules["EMIT-15"](chain.balances, emission))
    chain = evolve(chain, total_issuance=rules.whole(chain.total_issuance + minted))
    emitting = emitted_to(chain, rules)
    pays_root = rules["EMIT-11"](list(emitting.values()))
    present = {one.netuid: one for one in chain.subnets}
    given = _given(chain, [present[netuid] for netuid in sorted(emitting)], minted, rules)
    left, staked = minted, Fraction(0)
    for netuid in (one.netuid for one in chain.subnets if one.netuid in given):
        grant, subnet = _fitting(present[netuid], given[netuid], rules)
        buys = rules.whole(grant.to_buy or Fraction(0))
        subnet = evolve(subnet, spent=Fraction(0), purchase=None)
        if buys and buys <= left:
            subnet, bought_with = pay(subnet, buys)
            left -= bought_with
            subnet = _buy(subnet, buys, rules) if bought_with else subnet
        subnet, tao = pay(subnet, grant.tao if grant.tao <= left else Fraction(0))
        left -= tao
        staked += tao + subnet.spent
        subnet = _join(subnet, evolve(grant, tao=tao), rules)
        present[netuid] = keep_apart(chain, subnet, grant, pays_root, pays_root, rules)
    subnets = [present[one.netuid] for one in chain.subnets]
    return evolve(
        chain,
        subnets=_with_epochs(chain, subnets, rules),
        balances=chain.balances + minted - left,
        total_issuance=rules.whole(chain.total_issuance - left),
        total_stake=rules.whole(chain.total_stake + staked),
    )


@rule("BLOCK-3", since=425)
def run_coinbase_with_conviction(chain: Chain, emission: Fraction, *, rules: Computation = BY_CONVICTION) -> Chain:
    r"""Coinbase.

    Change: Before a subnet pays out what is pending, conviction may change its owner, who gets the cut then. The root
        proportion does not count in what is due ([EMIT-17](#emit-17)).
    Statement: The coinbase MUST mint the TAO of the block ([EMIT-15](#emit-15)). On all subnets that receive emission
        ([EMIT-8](#emit-8)), as if no others existed, it MUST set `SubnetRootSellTao` to 0, and find what of the TAO is
        due ([EMIT-17](#emit-17), [EMIT-16](#emit-16), [FLOW-5](#flow-5)) and whether root is paid
        ([EMIT-11](#emit-11)). Each pool then gets what [EMIT-12](#emit-12) says: its weights move, alpha is bought, and
        the reserves grow; a purchase that the pool refuses is left out. Then `SubnetAlphaOut` of each grows by the
        alpha emission, the owner cut ([EMIT-4](#emit-4)) is set aside, and what is left is divided
        ([EMIT-10](#emit-10)) by the root proportion ([EMIT-6](#emit-6)) that holds then. What the block gave is
        recorded in `SubnetTaoInEmission`, `SubnetAlphaInEmission` and `SubnetAlphaOutEmission`. On all existing subnets
        but root `BlocksSinceLastStep` grows by 1. Those of [BLOCK-6](#block-6) then have it set to 0 and, one after
        another, may change their owner ([LOCK-14](#lock-14)) and pay out all that is pending ([DIV-9](#div-9)); the
        epoch still sees the `LastMechansimStepBlock` (so spelt) of the one before, which becomes this block after it.
    Formula: $$ I' = I + \sum_i (T_{in,i} + b_i), \qquad S' = S + \sum_i (T_{in,i} + b_i) $$
    Units: rao. $T_{in}$ and $b$ are those of [EMIT-12](#emit-12), the latter in $S$ where the purchase was made. $I$
        and $S$ are `TotalIssuance` and `TotalStake`.
    Rounding: none beyond that of the parts, which are each truncated to whole units.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`, `drain_pending`,
        `distribute_emissions_to_subnets`
    Example: Two subnets of one price, of which one has much alpha outside: they share.

        >>> subnet = Subnet(1, Fraction(10**12), Fraction(10**12), Fraction(10**9), Fraction(1), first_emission_block=1)
        >>> subnets = subnet, evolve(subnet, netuid=2, alpha_out=Fraction(10**15))
        >>> before = Chain(1, *[Fraction(0)] * 2, Fraction(10**12), Fraction(0), Fraction(1), Fraction(0), subnets)
        >>> after = run_coinbase_with_conviction(before, Fraction(10**9)).subnets
        >>> [round(float(one.tao_in_emission + one.spent), -1) for one in after]
        [500000000.0, 500000000.0]
    """
    return run_coinbase_at_weights(chain, emission, rules=rules)


def _given(chain: Chain, subnets: list[Subnet], minted: Fraction, rules: Computation) -> Mapping[int, Given]:
    """Return what a block gives to subnets, before it is known what their weights allow."""
    proportions = [rules["EMIT-6"](chain.root_tao, chain.tao_weight, issuance_of(one, rules)) for one in subnets]
    shared = rules["EMIT-17"]([moving_price(one) for one in subnets], proportions, [one.withheld for one in subnets])
    parts = rules["EMIT-16"](shared, [one.is_emission_enabled for one in subnets])
    given = {}
    for subnet, proportion, part in zip(subnets, proportions, parts, strict=True):
        created = rules["ISS-1"](issuance_of(subnet, rules))
        due = rules["FLOW-5"](minted, part)
        tao, alpha, to_buy = rules["EMIT-12"](due, price_of(subnet, rules), created, proportion * created)
        given[subnet.netuid] = Given(rules.whole(tao), rules.whole(alpha), created, to_buy)
    return given


def _fitting(subnet: Subnet, given: Given, rules: Computation) -> tuple[Given, Subnet]:
    """Return what joins the pool, and the subnet whose weights have moved for it."""
    quote = rules["POOL-35"](subnet.quote_weight, subnet.tao, subnet.alpha_in, given.tao, given.alpha)
    if quote is None:
        return evolve(given, tao=Fraction(0), alpha=Fraction(0)), subnet
    return given, evolve(subnet, quote_weight=quote)


def _buy(before: Subnet, tao: Fraction, rules: Computation) -> Subnet:
    """Return a subnet for which alpha was bought, unless its pool refuses that."""
    subnet, taken, paid_out = before, tao, tao
    if subnet.mechanism == DYNAMIC:
        subnet = evolve(subnet, quote_weight=subnet.quote_weight if subnet.is_traded else HALF)
        swapped = rules["POOL-34"](True, subnet.quote_weight, (subnet.tao, subnet.alpha_in), 0, tao, MAX_PRICE)
        if isinstance(swapped, str):
            return before
        taken, (paid_out, _), _ = swapped
        purchase = Swapped(subnet.ranges, int(taken), int(paid_out), 0)
        subnet = evolve(subnet, is_traded=True, purchase=purchase)
    return evolve(
        subnet,
        tao=rules.whole(subnet.tao + taken),
        alpha_in=max(subnet.alpha_in - paid_out, Fraction(0)),
        alpha_out=rules.whole(subnet.alpha_out + paid_out),
        protocol_alpha=rules.whole(subnet.protocol_alpha + paid_out),
        volume=subnet.volume + tao,
        spent=tao,
        protocol_flow=subnet.protocol_flow + int(taken),
    )


def _join(subnet: Subnet, given: Given, rules: Computation) -> Subnet:
    """Return a subnet after its pool and its participants were given what is theirs."""
    return evolve(
        subnet,
        tao=rules.whole(subnet.tao + given.tao),
        alpha_in=rules.whole(subnet.alpha_in + given.alpha),
        alpha_out=rules.whole(subnet.alpha_out + given.emission),
        tao_in_emission=given.tao,
        alpha_in_emission=given.alpha,
        alpha_out_emission=given.emission,
        protocol_flow=subnet.protocol_flow + int(given.tao),
        sale=None,
    )


def _with_epochs(chain: Chain, subnets: list[Subnet], rules: Computation) -> tuple[Subnet, ...]:
    """Return the subnets after the epochs of a block, in which no hotkey has two uids."""
    now = chain.block_number
    counted = [evolve(one, blocks_since_last_step=one.blocks_since_last_step + 1) for one in subnets]
    due = [one.netuid for one in counted if _next_epoch(one, now, rules) == now]
    run, waiting = rules["BLOCK-6"]([(netuid, True) for netuid in due], chain.epochs_per_block)
    return tuple(
        evolve(_pay_out(one), last_epoch=now, pending_epoch=0)
        if one.netuid in run
        else evolve(one, pending_epoch=now + 1)
        if one.netuid in waiting
        else one
        for one in counted
    )


def _pay_out(subnet: Subnet) -> Subnet:
    return evolve(subnet, drained=subnet.pending, pending=Pending(), blocks_since_last_step=0)


def _next_epoch(subnet: Subnet, now: int, rules: Computation) -> int:
    last_step = now - subnet.blocks_since_last_step
    block: int = rules["BLOCK-1"](subnet.tempo, subnet.last_epoch, subnet.pending_epoch, last_step, now)
    return block
