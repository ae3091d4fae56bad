"""The books of a block: what it emits, what it sells for root, and what waits for the end of a tempo."""

from fractions import Fraction
from math import floor

from dtao.state import State
from dtao.units import ROOT, U64_MAX, NetUid
from dtao_properties.model.ledger import figures
from dtao_properties.model.ledger.books import ALPHA_BOOK, TAO_BOOK, Books
from dtao_properties.model.ledger.figures import floored, part_of_65535
from dtao_properties.model.ledger.legs import networks
from dtao_properties.model.ledger.payout import OFF_THE_BOOKS, WHOLE, Pending, paid_out
from dtao_properties.model.ledger.terms import Terms
from dtao_properties.model.step import Step


def block_done(books: Books, step: Step) -> None:
    """Keep the books of one block."""
    state = books.state
    block = state.block_number + 1
    issued = state.total_issuance
    emission = Fraction(figures.block_emission(issued)) if issued < figures.SUPPLY else Fraction(0)
    coinbase_done(books, step, emission, block)


def coinbase_done(books: Books, step: Step, emission: Fraction, block: int) -> None:
    """Emit to all subnets, then pay out those whose tempo ends in this block."""
    state = books.state
    subnets = [netuid for netuid in networks(state) if netuid]
    largest = books.terms.largest_amount
    averages = {netuid: average(state, netuid) for netuid in subnets if emits(state, netuid, books.terms)}
    total = min(sum(averages.values(), Fraction(0)), largest)
    inflow = outflow = 0
    for netuid, weight in averages.items():
        product = min(floored(emission * weight), largest)
        due = floored(product / total) if total else Fraction(0)
        received, sold_for = emitted(books, netuid, due)
        inflow, outflow = inflow + received, outflow + sold_for
    books.post("emission", inflow, "TotalIssuance")
    books.post("emission", inflow, "TotalStake")
    books.post("sale for root", -outflow, "TotalStake")
    books.flow("block emission", inflow)
    for netuid in subnets:
        if is_due(netuid, state.subnet(NetUid(netuid)).hyperparameters.tempo, block):
            pending = [books.held(item, netuid) for item in PENDING]
            for item in PENDING:
                books.write("payment", 0, item, netuid)
            books.leak(OFF_THE_BOOKS, TAO_BOOK, pending[1], netuid)
            paid_out(books, step, netuid, Pending(*pending), block)


PENDING = ("PendingEmission", "PendingRootDivs", "PendingAlphaSwapped", "PendingOwnerCut")


def emits(state: State, netuid: int, terms: Terms) -> bool:
    """Whether blocks emit to a subnet."""
    return not terms.only_started or state.subnet(NetUid(netuid)).first_emission_block_number is not None


def average(state: State, netuid: int) -> Fraction:
    """Return the moving price of a subnet, 1 where the mechanism is 0."""
    if state.subnet(NetUid(netuid)).mechanism == figures.STABLE:
        return Fraction(1)
    return Fraction(state.pool(NetUid(netuid)).moving_price, WHOLE)


def is_due(netuid: int, tempo: int, block: int) -> bool:
    """Whether the epoch of a subnet runs in a block."""
    return tempo != 0 and ((block + netuid + 1) & U64_MAX) % (tempo + 1) == tempo


def emitted(books: Books, netuid: int, due: Fraction) -> tuple[int, int]:
    """Emit to one subnet, and return the TAO that it received and the TAO that was sold for root."""
    state = books.state
    subnet, pool = state.subnet(NetUid(netuid)), state.pool(NetUid(netuid))
    received = 0 if books.terms.closed(subnet.hyperparameters) else min(floor(due), U64_MAX)
    created = figures.block_emission(pool.alpha_in + pool.alpha_out)
    price = figures.price(subnet.mechanism, pool.tao, pool.alpha_in)
    injected = min(floor(min(floored(due / price), Fraction(created))) if price else created, created)
    books.post("emission", received, "SubnetTAO", netuid)
    books.post("emission", injected, "SubnetAlphaIn", netuid)
    books.post("emission", created, "SubnetAlphaOut", netuid)
    books.write("emission", received, "SubnetTaoInEmission", netuid)
    books.write("emission", injected, "SubnetAlphaInEmission", netuid)
    books.write("emission", created, "SubnetAlphaOutEmission", netuid)
    books.flow("injected", injected, netuid)
    books.flow("emitted", created, netuid)

    cut = floored(created * part_of_65535(state.parameters.subnet_owner_cut))
    issued = min(books.held("SubnetAlphaIn", netuid) + books.held("SubnetAlphaOut", netuid), U64_MAX)
    proportion = figures.root_proportion(state.pool(ROOT).tao, state.parameters.tao_weight, issued)
    for_root = floored(proportion * (created - cut) / 2)
    sold, rest = floor(for_root), floor(created - cut - for_root)
    reserves = books.held("SubnetAlphaIn", netuid), books.held("SubnetTAO", netuid)
    tao = figures.payout(subnet.mechanism, *reserves, sold, books.terms.largest)
    if tao is None:
        books.leak("refused sale", ALPHA_BOOK, sold, netuid)
        tao = 0
    else:
        books.post("sale for root", sold, "SubnetAlphaIn", netuid)
        books.post("sale for root", -sold, "SubnetAlphaOut", netuid)
        books.post("sale for root", -tao, "SubnetTAO", netuid)
        books.post("sale for root", tao, "SubnetVolume", netuid)
    for item, amount in zip(PENDING, (rest, tao, sold, floor(cut)), strict=True):
        books.post("pending", amount, item, netuid)
    books.leak("truncated increments", ALPHA_BOOK, created - sold - floor(cut) - rest, netuid)
    return received, tao
