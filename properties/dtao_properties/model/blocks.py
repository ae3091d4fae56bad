"""What a block does to money: the exact block is run with the rounding of its version, and each change is posted."""

from fractions import Fraction

from dtao.rules.pools.concentrated.records import NO_RANGES
from dtao.rules.pools.weighted import NO_WEIGHTS
from dtao.state import State
from dtao.units import ROOT, U64_MAX, AccountId, NetUid
from dtao_properties.model.accounts import account_of
from dtao_properties.model.amounts import DYNAMIC, rules_of
from dtao_properties.model.blocks_by_flow import APART_SINCE, EXCESS_SINCE, emitted_by_flow
from dtao_properties.model.claims import claimed_by_block
from dtao_properties.model.earnings import UNCOUNTED
from dtao_properties.model.payout import WHOLE, Pending, paid_out
from dtao_properties.model.ranges import ONE, STABLE_MOVES, ranges_seen, taken
from dtao_properties.model.stake import networks
from dtao_properties.model.step import Step
from dtao_properties.model.storage_model import (
    ACCOUNT_LEDGER,
    ACCOUNTS_SINCE,
    ALPHA_LEDGER,
    POOL_LEDGER,
    TAO_LEDGER,
    StorageModel,
)
from dtao_properties.model.weighted import ONE_WEIGHT, WEIGHTS_SINCE
from dtao_spec.chapters import block as exact
from dtao_spec.chapters import chain as exact_chain
from dtao_spec.chapters.accounts import account_of_subnet
from dtao_spec.chapters.issuance import TOTAL_SUPPLY
from dtao_spec.registry import Computation

OPEN_ONLY_SINCE = 361
"""The first version in which subnets take part only while they are open."""
IN_RANGES = 283
"""The first version whose pools are of concentrated liquidity."""
BY_FLOW = 338
"""The first version in which TAO goes by flows, and root's alpha is set aside."""
PENDING = {
    "alpha": "PendingEmission", "tao": "PendingRootDivs", "swapped": "PendingAlphaSwapped",
    "owner_cut": "PendingOwnerCut",
}  # fmt: skip
UNSOLD = {"alpha": "PendingEmission", "root_alpha": "PendingRootAlphaDivs", "owner_cut": "PendingOwnerCut"}
APART = {
    "alpha": "PendingValidatorEmission", "for_miners": "PendingServerEmission", "root_alpha": "PendingRootAlphaDivs",
    "owner_cut": "PendingOwnerCut",
}  # fmt: skip
"""Where what is pending stands: until 337, from 338 on, and from 343 on."""


def block_done(model: StorageModel, step: Step) -> None:
    """Do what one block does."""
    emission = model.rules["ISS-1"](model.state.total_issuance)
    if model.since(ACCOUNTS_SINCE) and model.state.total_issuance >= TOTAL_SUPPLY:
        emission = Fraction(0)
    coinbase_done(model, step, emission, model.state.block_number + 1)
    if model.since(BY_FLOW):
        claimed_by_block(model)


def coinbase_done(model: StorageModel, step: Step, emission: Fraction, block: int) -> None:
    """Emit to all subnets, then pay out those whose tempo ends in this block."""
    state, rules = model.state, model.rules
    before = chain_of(state, block)
    after = rules["BLOCK-3"](before, emission)
    changed = {subnet.netuid: subnet for subnet in after.subnets}
    if after.last_position != before.last_position:
        model.write(after.last_position, "LastPositionId")
    emitting = [(old, changed[old.netuid]) for old in before.subnets if emits(state, old.netuid)]
    if model.since(BY_FLOW):
        _given_by_flow(model, emitting, int(after.total_issuance - before.total_issuance))
        _sales_forgotten(model)
    else:
        _given(model, emitting)
    for netuid in epochs_of(model, before):
        paid_out(model, step, netuid, drained(model, netuid), block)


def _given(model: StorageModel, emitting: list[tuple[exact_chain.Subnet, exact_chain.Subnet]]) -> None:
    """Post what a block gave to subnets by their prices, and what it sold for root."""
    inflow = outflow = spent = 0
    give = emitted_in_ranges if model.since(IN_RANGES) else emitted
    for old, new in emitting:
        received, sold_for = give(model, old, new)
        inflow, outflow = inflow + received, outflow + sold_for
        spent += int(new.spent) if new.purchase is not None else 0
    model.post("subsidy", spent, "TotalStake")
    model.post("emission", inflow, "TotalIssuance")
    model.post("emission", inflow, "TotalStake")
    model.post("sale for root", -outflow, "TotalStake")
    model.flow("block emission", inflow)


def _given_by_flow(
    model: StorageModel, emitting: list[tuple[exact_chain.Subnet, exact_chain.Subnet]], issued: int
) -> None:
    """Post what a block gave to subnets by the flow of TAO, and name what it issued to buy from pools that refused."""
    granted = [emitted_by_flow(model, old, new) for old, new in emitting]
    received, spent = sum(one.received for one in granted), sum(one.spent for one in granted)
    model.post("purchase", spent, "TotalStake")
    model.post("emission", issued, "TotalIssuance")
    model.post("emission", received, "TotalStake")
    model.flow("block emission", issued)
    if model.since(ACCOUNTS_SINCE):
        model.post("emission", issued, "BalancesTotalIssuance")
        for old, new in emitting:
            paid = int(new.account - old.account)
            model.post("emission", paid, "Balance", account_of(model, old.netuid))
            lost = paid - int(new.tao_in_emission + new.spent)
            model.leak("refused excess", ACCOUNT_LEDGER, lost, old.netuid)
    elif model.since(EXCESS_SINCE):
        model.leak("refused excess", TAO_LEDGER, issued - received - spent)


def _sales_forgotten(model: StorageModel) -> None:
    """Forget what stakers of root sold since the last block, under every netuid."""
    for netuid, emission in model.state.emissions.items():
        if emission.root_sell_tao:
            model.post_to("emission", 0, "SubnetRootSellTao", netuid)


def epochs_of(model: StorageModel, chain: exact_chain.Chain) -> list[int]:
    """Return the subnets whose epochs run in a block, in their order; from 423 on no more than a block may run."""
    block = chain.block_number
    if not model.since(WEIGHTS_SINCE):
        due = [one.netuid for one in chain.subnets if is_due(one.netuid, one.tempo, block)]
        run = [netuid for netuid in due if is_run(model, netuid)]
        return sorted(run) if model.since(OPEN_ONLY_SINCE) else run
    due = [
        one.netuid
        for one in chain.subnets
        if is_due_since(model.rules, one.tempo, one.last_epoch, one.pending_epoch, one.blocks_since_last_step, block)
    ]
    run, _ = model.rules["BLOCK-6"]([(netuid, is_run(model, netuid)) for netuid in due], chain.epochs_per_block)
    return sorted(run)


def is_due_since(
    rules: Computation, tempo: int, last_epoch: int, pending_epoch: int, blocks_since_last_step: int, block: int
) -> bool:
    """Whether an epoch is due in a block, counted from the subnet's own last one: from 423 on."""
    last_step = block - blocks_since_last_step - 1
    return bool(rules["BLOCK-1"](tempo, last_epoch, pending_epoch, last_step, block) == block)


def is_run(model: StorageModel, netuid: int) -> bool:
    """Whether the epoch of a subnet is run when it is due: from 338 on not where a hotkey has two uids."""
    keys = model.state.subnet(NetUid(netuid)).neurons.keys
    return not model.since(BY_FLOW) or len(set(keys.values())) == len(keys)


def drained(model: StorageModel, netuid: int) -> Pending:
    """Take out what is pending on a subnet."""
    items = APART if model.since(APART_SINCE) else UNSOLD if model.since(BY_FLOW) else PENDING
    found = Pending(**{name: model.held(item, netuid) for name, item in items.items()})
    for item in items.values():
        model.post_to("payment", 0, item, netuid)
    model.leak(UNCOUNTED, TAO_LEDGER, found.tao, netuid)
    return found


def chain_of(state: State, block: int) -> exact_chain.Chain:
    """Return a state as the exact block sees it."""
    rules, parameters = rules_of(state.runtime.spec_version), state.parameters
    return exact_chain.Chain(
        block_number=block,
        total_issuance=Fraction(state.total_issuance),
        total_stake=Fraction(state.total_stake),
        root_tao=Fraction(state.pool(ROOT).tao),
        owner_cut=rules["EMIT-4"](parameters.subnet_owner_cut),
        tao_weight=rules["EMIT-5"](parameters.tao_weight),
        moving_alpha=Fraction(parameters.subnet_moving_alpha, WHOLE),
        subnets=tuple(subnet_of(state, NetUid(netuid)) for netuid in networks(state) if netuid),
        last_position=state.last_position_id,
        flow_factor=parameters.flow_ema_smoothing_factor,
        flow_cutoff=Fraction(parameters.tao_flow_cutoff, ONE),
        flow_exponent=Fraction(parameters.flow_norm_exponent, ONE),
        is_flow_net=parameters.net_tao_flow_enabled,
        balances=Fraction(state.balances_total_issuance),
        epochs_per_block=parameters.max_epochs_per_block,
    )


def subnet_of(state: State, netuid: NetUid) -> exact_chain.Subnet:
    """Return a subnet as the exact block sees it."""
    subnet, pool, emission = state.subnet(netuid), state.pool(netuid), state.emission(netuid)
    settings, ranges = subnet.hyperparameters, state.ranges.get(netuid, NO_RANGES)
    average, protocol = emission.average_tao_flow, emission.average_protocol_flow
    weights = state.weights.get(netuid, NO_WEIGHTS)
    account = int.from_bytes(account_of_subnet(netuid), "little")
    return exact_chain.Subnet(
        netuid=netuid,
        tao=Fraction(pool.tao),
        alpha_in=Fraction(pool.alpha_in),
        alpha_out=Fraction(pool.alpha_out),
        moving_price=Fraction(pool.moving_price, WHOLE),
        mechanism=subnet.mechanism,
        registration_allowed=settings.network_registration_allowed,
        pow_registration_allowed=settings.network_pow_registration_allowed,
        registered_at=subnet.network_registered_at,
        first_emission_block=subnet.first_emission_block_number,
        halving_blocks=settings.ema_price_halving_blocks,
        tempo=settings.tempo,
        volume=Fraction(pool.volume),
        pending=exact_chain.Pending(
            Fraction(emission.pending_emission),
            Fraction(emission.pending_alpha_swapped),
            Fraction(emission.pending_root_divs),
            Fraction(emission.pending_owner_cut),
            Fraction(emission.pending_root_alpha),
            Fraction(emission.pending_server_emission),
            Fraction(emission.pending_validator_emission),
        ),
        tao_provided=Fraction(ranges.tao_provided),
        alpha_provided=Fraction(ranges.alpha_provided),
        fee_rate=settings.fee_rate,
        ranges=ranges_seen(ranges),
        flow=emission.tao_flow,
        average_flow=None if average is None else (average[0], Fraction(average[1], ONE)),
        is_enabled=subnet.subtoken_enabled,
        is_emission_enabled=settings.emission_enabled,
        is_owner_cut_enabled=settings.owner_cut_enabled,
        protocol_flow=emission.protocol_flow,
        average_protocol_flow=None if protocol is None else (protocol[0], Fraction(protocol[1], ONE)),
        protocol_alpha=Fraction(emission.protocol_alpha),
        account=Fraction(state.balances.get(AccountId(account), 0)),
        withheld=Fraction(subnet.miner_burned, WHOLE),
        quote_weight=Fraction(weights.quote, ONE_WEIGHT),
        is_traded=weights.is_initialized,
        blocks_since_last_step=emission.blocks_since_last_step,
        last_epoch=emission.last_epoch_block,
        pending_epoch=emission.pending_epoch_at,
    )


def emits(state: State, netuid: int) -> bool:
    """Whether blocks emit to a subnet."""
    subnet, rules = state.subnet(NetUid(netuid)), rules_of(state.runtime.spec_version)
    first = subnet.first_emission_block_number
    starts = {} if first is None else {netuid: first}
    given = ({netuid: Fraction(0)}, starts)
    if rules.spec_version < OPEN_ONLY_SINCE:
        return netuid in rules["EMIT-8"](*given)
    return netuid in rules["EMIT-8"](
        *given, () if subnet.subtoken_enabled and not is_closed(state, netuid) else {netuid}
    )


def is_closed(state: State, netuid: int) -> bool:
    """Whether a subnet gets no TAO because registration is disabled."""
    settings = state.subnet(NetUid(netuid)).hyperparameters
    allowed = settings.network_registration_allowed, settings.network_pow_registration_allowed
    closed: bool = rules_of(state.runtime.spec_version)["EMIT-3"](*allowed)
    return closed


def average(state: State, netuid: int) -> Fraction:
    """Return the moving price of a subnet, 1 where the mechanism is 0."""
    return exact_chain.moving_price(subnet_of(state, NetUid(netuid)))


def is_due(netuid: int, tempo: int, block: int) -> bool:
    """Whether the epoch of a subnet runs in a block."""
    return exact.blocks_until_next_epoch(netuid, tempo, block) == 0


def post_emission(model: StorageModel, netuid: int, received: int, injected: int, created: int) -> None:
    """Post the TAO and the alpha that a block gave to a pool, the alpha of its participants, and the record of each."""
    model.post("emission", received, "SubnetTAO", netuid)
    model.post("emission", injected, "SubnetAlphaIn", netuid)
    model.post("emission", created, "SubnetAlphaOut", netuid)
    model.post_to("emission", received, "SubnetTaoInEmission", netuid)
    model.post_to("emission", injected, "SubnetAlphaInEmission", netuid)
    model.post_to("emission", created, "SubnetAlphaOutEmission", netuid)


def emitted(model: StorageModel, old: exact_chain.Subnet, new: exact_chain.Subnet) -> tuple[int, int]:
    """Post what a block gave to one subnet; return the TAO that it received and the TAO that was sold for root."""
    netuid = old.netuid
    received, injected, created = int(new.tao_in_emission), int(new.alpha_in_emission), int(new.alpha_out_emission)
    pending = new.drained if new.drained is not old.drained else new.pending
    rest = int(pending.emission - old.pending.emission)
    sold = int(pending.alpha_swapped - old.pending.alpha_swapped)
    tao = int(pending.root_divs - old.pending.root_divs)
    cut = int(pending.owner_cut - old.pending.owner_cut)
    post_emission(model, netuid, received, injected, created)
    model.flow("injected", injected, netuid)
    model.flow("emitted", created, netuid)
    if tao == 0 and new.alpha_out == min(old.alpha_out + created, U64_MAX):  # the pool bought nothing
        model.leak("refused sale", ALPHA_LEDGER, sold, netuid)
    else:
        model.post("sale for root", sold, "SubnetAlphaIn", netuid)
        model.post("sale for root", -sold, "SubnetAlphaOut", netuid)
        model.post("sale for root", -tao, "SubnetTAO", netuid)
        model.post("sale for root", tao, "SubnetVolume", netuid)
    for item, amount in zip(PENDING.values(), (rest, tao, sold, cut), strict=True):
        model.post("pending", amount, item, netuid)
    model.leak("truncated increments", ALPHA_LEDGER, created - sold - cut - rest, netuid)
    return received, tao


def emitted_in_ranges(model: StorageModel, old: exact_chain.Subnet, new: exact_chain.Subnet) -> tuple[int, int]:
    """Post what a block gave to one subnet; return the TAO that it received and the TAO that left total stake."""
    netuid, is_dynamic = old.netuid, old.mechanism == DYNAMIC
    received, injected, created = int(new.tao_in_emission), int(new.alpha_in_emission), int(new.alpha_out_emission)
    pending = new.drained if new.drained is not old.drained else new.pending
    names = ("emission", "root_divs", "alpha_swapped", "owner_cut")
    rest, tao, counted, cut = (int(getattr(pending, name) - getattr(old.pending, name)) for name in names)
    for item, amount in zip(PENDING.values(), (rest, tao, counted, cut), strict=True):
        model.post("pending", amount, item, netuid)
    if new.purchase is not None:
        model.post("subsidy", new.purchase.paid_in, "SubnetTAO", netuid)
        taken(model, netuid, "alpha", new.purchase.paid_out)
        model.post("subsidy", int(new.spent), "SubnetVolume", netuid)
    elif new.spent:
        model.post("subsidy", -int(new.spent), "SubnetAlphaOut", netuid)
    post_emission(model, netuid, received, injected, created)
    if new.sale is not None:
        model.post("sale for root", new.sale.paid_in, "SubnetAlphaIn", netuid)
        model.post("sale for root", -new.sale.paid_in, "SubnetAlphaOut", netuid)
        model.post("sale for root", new.sale.paid_out, "SubnetVolume", netuid)
        taken(model, netuid, "TAO", new.sale.paid_out)
    model.ranges[netuid] = new.ranges
    model.flow("injected", injected, netuid)
    model.flow("emitted", created, netuid)
    if new.purchase is not None:
        model.leak("subsidies", TAO_LEDGER, -int(new.spent), netuid)
        model.leak("left at a limit", POOL_LEDGER, int(new.spent) - new.purchase.paid_in, netuid)
        model.flow("bought by blocks", -new.purchase.paid_out, netuid)
    elif new.spent:
        model.leak("stake on stable subnets", ALPHA_LEDGER, -int(new.spent), netuid)
        model.flow("bought by blocks", -int(new.spent), netuid)
    paid_in = new.sale.paid_in if new.sale is not None else 0
    leftover = created - cut - rest - paid_in
    if new.sale is not None:
        model.leak("fees of swaps", ALPHA_LEDGER, new.sale.fee, netuid)
        model.leak("left at a limit", ALPHA_LEDGER, counted - paid_in - new.sale.fee, netuid)
        leftover -= counted - paid_in
    elif not is_dynamic and tao and model.since(STABLE_MOVES):
        model.post("sale for root", tao, "SubnetAlphaIn", netuid)
        model.post("sale for root", -tao, "SubnetAlphaOut", netuid)
        model.post("sale for root", tao, "SubnetVolume", netuid)
        taken(model, netuid, "TAO", tao)
        leftover -= tao
    elif not is_dynamic and tao:
        model.leak("stake on stable subnets", ALPHA_LEDGER, tao, netuid)
        model.leak("stake on stable subnets", TAO_LEDGER, -tao, netuid)
        leftover -= tao
    elif counted or not rest:
        name = "unsold alpha" if new.purchase is not None or new.spent else "refused sale"
        unsold = counted if counted else created - cut
        model.leak(name, ALPHA_LEDGER, unsold, netuid)
        leftover -= unsold
    model.leak("truncated increments", ALPHA_LEDGER, leftover, netuid)
    if not is_dynamic and model.since(STABLE_MOVES):
        return received, tao
    return received, new.sale.paid_out if new.sale is not None else 0
