"""What a block does to money: what it emits, what it sells for root, and what waits for the end of a tempo."""

from fractions import Fraction
from math import floor

from dtao.state import State
from dtao.units import ROOT, U64_MAX, NetUid
from dtao_properties.model import figures
from dtao_properties.model.figures import floored, part_of_65535
from dtao_properties.model.payout import OFF_THE_BOOKS, WHOLE, Pending, paid_out
from dtao_properties.model.stake import networks
from dtao_properties.model.step import Step
from dtao_properties.model.storage_model import ALPHA_LEDGER, TAO_LEDGER, StorageModel
from dtao_properties.model.terms import Terms


def block_done(model: StorageModel, step: Step) -> None:
    """Do what one block does."""
    state = model.state
    block = state.block_number + 1
    issued = state.total_issuance
    emission = Fraction(figures.block_emission(issued)) if issued < figures.SUPPLY else Fraction(0)
    coinbase_done(model, step, emission, block)


def coinbase_done(model: StorageModel, step: Step, emission: Fraction, block: int) -> None:
    """Emit to all subnets, then pay out those whose tempo ends in this block."""
    state = model.state
    subnets = [netuid for netuid in networks(state) if netuid]
    largest = model.terms.largest_amount
    averages = {netuid: average(state, netuid) for netuid in subnets if emits(state, netuid, model.terms)}
    total = min(sum(averages.values(), Fraction(0)), largest)
    inflow = outflow = 0
    for netuid, weight in averages.items():
        product = min(floored(emission * weight), largest)
        due = floored(product / total) if total else Fraction(0)
        received, sold_for = emitted(model, netuid, due)
        inflow, outflow = inflow + received, outflow + sold_for
    model.post("emission", inflow, "TotalIssuance")
    model.post("emission", inflow, "TotalStake")
    model.post("sale for root", -outflow, "TotalStake")
    model.flow("block emission", inflow)
    for netuid in subnets:
        if is_due(netuid, state.subnet(NetUid(netuid)).hyperparameters.tempo, block):
            pending = [model.held(item, netuid) for item in PENDING]
            for item in PENDING:
                model.post_to("payment", 0, item, netuid)
            model.leak(OFF_THE_BOOKS, TAO_LEDGER, pending[1], netuid)
            paid_out(model, step, netuid, Pending(*pending), block)


PENDING = ("PendingEmission", "PendingRootDivs", "PendingAlphaSwapped", "PendingOwnerCut")


def emits(state: State, netuid: int, terms: Terms) -> bool:
    """Whether blocks emit to a subnet: it exists, and it is started where that is asked."""
    subnet = state.subnet(NetUid(netuid))
    return subnet.added and (not terms.only_started or subnet.first_emission_block_number is not None)


def average(state: State, netuid: int) -> Fraction:
    """Return the moving price of a subnet, 1 where the mechanism is 0."""
    if state.subnet(NetUid(netuid)).mechanism == figures.STABLE:
        return Fraction(1)
    return Fraction(state.pool(NetUid(netuid)).moving_price, WHOLE)


def is_due(netuid: int, tempo: int, block: int) -> bool:
    """Whether the epoch of a subnet runs in a block."""
    return tempo != 0 and ((block + netuid + 1) & U64_MAX) % (tempo + 1) == tempo


def emitted(model: StorageModel, netuid: int, due: Fraction) -> tuple[int, int]:
    """Emit to one subnet, and return the TAO that it received and the TAO that was sold for root."""
    state = model.state
    subnet, pool = state.subnet(NetUid(netuid)), state.pool(NetUid(netuid))
    received = 0 if model.terms.closed(subnet.hyperparameters) else min(floor(due), U64_MAX)
    created = figures.block_emission(pool.alpha_in + pool.alpha_out)
    price = figures.price(subnet.mechanism, pool.tao, pool.alpha_in)
    injected = min(floor(min(floored(due / price), Fraction(created))) if price else created, created)
    model.post("emission", received, "SubnetTAO", netuid)
    model.post("emission", injected, "SubnetAlphaIn", netuid)
    model.post("emission", created, "SubnetAlphaOut", netuid)
    model.post_to("emission", received, "SubnetTaoInEmission", netuid)
    model.post_to("emission", injected, "SubnetAlphaInEmission", netuid)
    model.post_to("emission", created, "SubnetAlphaOutEmission", netuid)
    model.flow("injected", injected, netuid)
    model.flow("emitted", created, netuid)

    cut = floored(created * part_of_65535(state.parameters.subnet_owner_cut))
    issued = min(model.held("SubnetAlphaIn", netuid) + model.held("SubnetAlphaOut", netuid), U64_MAX)
    proportion = figures.root_proportion(state.pool(ROOT).tao, state.parameters.tao_weight, issued)
    for_root = floored(proportion * (created - cut) / 2)
    sold, rest = floor(for_root), floor(created - cut - for_root)
    reserves = model.held("SubnetAlphaIn", netuid), model.held("SubnetTAO", netuid)
    tao = figures.payout(subnet.mechanism, *reserves, sold, model.terms.largest)
    if tao is None:
        model.leak("refused sale", ALPHA_LEDGER, sold, netuid)
        tao = 0
    else:
        model.post("sale for root", sold, "SubnetAlphaIn", netuid)
        model.post("sale for root", -sold, "SubnetAlphaOut", netuid)
        model.post("sale for root", -tao, "SubnetTAO", netuid)
        model.post("sale for root", tao, "SubnetVolume", netuid)
    for item, amount in zip(PENDING, (rest, tao, sold, floor(cut)), strict=True):
        model.post("pending", amount, item, netuid)
    model.leak("truncated increments", ALPHA_LEDGER, created - sold - floor(cut) - rest, netuid)
    return received, tao
