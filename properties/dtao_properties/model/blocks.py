"""What a block does to money: the exact block is run with the rounding of its version, and each change is posted."""

from fractions import Fraction

from dtao.rules.pools.concentrated.records import NO_RANGES
from dtao.state import State
from dtao.units import ROOT, U64_MAX, NetUid
from dtao_properties.model.amounts import DYNAMIC, rules_of
from dtao_properties.model.payout import UNCOUNTED, WHOLE, Pending, paid_out
from dtao_properties.model.ranges import STABLE_MOVES, ranges_seen, taken
from dtao_properties.model.stake import networks
from dtao_properties.model.step import Step
from dtao_properties.model.storage_model import ALPHA_LEDGER, POOL_LEDGER, TAO_LEDGER, StorageModel
from dtao_spec.chapters import block as exact

IN_RANGES = 283
"""The first version whose pools are of concentrated liquidity."""
PENDING = ("PendingEmission", "PendingRootDivs", "PendingAlphaSwapped", "PendingOwnerCut")


def block_done(model: StorageModel, step: Step) -> None:
    """Do what one block does."""
    emission = model.rules["ISS-1"](model.state.total_issuance)
    coinbase_done(model, step, emission, model.state.block_number + 1)


def coinbase_done(model: StorageModel, step: Step, emission: Fraction, block: int) -> None:
    """Emit to all subnets, then pay out those whose tempo ends in this block."""
    state, rules = model.state, model.rules
    before = chain_of(state, block)
    after = rules["BLOCK-3"](before, emission)
    inflow = outflow = 0
    give = emitted_in_ranges if model.since(IN_RANGES) else emitted
    if after.last_position != before.last_position:
        model.write(after.last_position, "LastPositionId")
    spent = 0
    for old, new in zip(before.subnets, after.subnets, strict=True):
        if emits(state, old.netuid):
            received, sold_for = give(model, old, new)
            inflow, outflow = inflow + received, outflow + sold_for
            spent += int(new.spent) if new.purchase is not None else 0
    model.post("subsidy", spent, "TotalStake")
    model.post("emission", inflow, "TotalIssuance")
    model.post("emission", inflow, "TotalStake")
    model.post("sale for root", -outflow, "TotalStake")
    model.flow("block emission", inflow)
    for subnet in before.subnets:
        netuid = subnet.netuid
        if is_due(netuid, subnet.tempo, block):
            pending = [model.held(item, netuid) for item in PENDING]
            for item in PENDING:
                model.post_to("payment", 0, item, netuid)
            model.leak(UNCOUNTED, TAO_LEDGER, pending[1], netuid)
            paid_out(model, step, netuid, Pending(*pending), block)


def chain_of(state: State, block: int) -> exact.Chain:
    """Return a state as the exact block sees it."""
    rules, parameters = rules_of(state.runtime.spec_version), state.parameters
    return exact.Chain(
        block_number=block,
        total_issuance=Fraction(state.total_issuance),
        total_stake=Fraction(state.total_stake),
        root_tao=Fraction(state.pool(ROOT).tao),
        owner_cut=rules["EMIT-4"](parameters.subnet_owner_cut),
        tao_weight=rules["EMIT-5"](parameters.tao_weight),
        moving_alpha=Fraction(parameters.subnet_moving_alpha, WHOLE),
        subnets=tuple(subnet_of(state, NetUid(netuid)) for netuid in networks(state) if netuid),
        last_position=state.last_position_id,
    )


def subnet_of(state: State, netuid: NetUid) -> exact.Subnet:
    """Return a subnet as the exact block sees it."""
    subnet, pool, emission = state.subnet(netuid), state.pool(netuid), state.emission(netuid)
    settings, ranges = subnet.hyperparameters, state.ranges.get(netuid, NO_RANGES)
    return exact.Subnet(
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
        pending=exact.Pending(
            Fraction(emission.pending_emission),
            Fraction(emission.pending_alpha_swapped),
            Fraction(emission.pending_root_divs),
            Fraction(emission.pending_owner_cut),
        ),
        tao_provided=Fraction(ranges.tao_provided),
        alpha_provided=Fraction(ranges.alpha_provided),
        fee_rate=settings.fee_rate,
        ranges=ranges_seen(ranges),
    )


def emits(state: State, netuid: int) -> bool:
    """Whether blocks emit to a subnet."""
    first = state.subnet(NetUid(netuid)).first_emission_block_number
    starts = {} if first is None else {netuid: first}
    return netuid in rules_of(state.runtime.spec_version)["EMIT-8"]({netuid: Fraction(0)}, starts)


def is_closed(state: State, netuid: int) -> bool:
    """Whether a subnet gets no TAO because registration is disabled."""
    settings = state.subnet(NetUid(netuid)).hyperparameters
    allowed = settings.network_registration_allowed, settings.network_pow_registration_allowed
    closed: bool = rules_of(state.runtime.spec_version)["EMIT-3"](*allowed)
    return closed


def average(state: State, netuid: int) -> Fraction:
    """Return the moving price of a subnet, 1 where the mechanism is 0."""
    return exact.moving_price(subnet_of(state, NetUid(netuid)))


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


def emitted(model: StorageModel, old: exact.Subnet, new: exact.Subnet) -> tuple[int, int]:
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
    for item, amount in zip(PENDING, (rest, tao, sold, cut), strict=True):
        model.post("pending", amount, item, netuid)
    model.leak("truncated increments", ALPHA_LEDGER, created - sold - cut - rest, netuid)
    return received, tao


def emitted_in_ranges(model: StorageModel, old: exact.Subnet, new: exact.Subnet) -> tuple[int, int]:
    """Post what a block gave to one subnet; return the TAO that it received and the TAO that left total stake."""
    netuid, is_dynamic = old.netuid, old.mechanism == DYNAMIC
    received, injected, created = int(new.tao_in_emission), int(new.alpha_in_emission), int(new.alpha_out_emission)
    pending = new.drained if new.drained is not old.drained else new.pending
    names = ("emission", "root_divs", "alpha_swapped", "owner_cut")
    rest, tao, counted, cut = (int(getattr(pending, name) - getattr(old.pending, name)) for name in names)
    for item, amount in zip(PENDING, (rest, tao, counted, cut), strict=True):
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
