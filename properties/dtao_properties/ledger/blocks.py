"""The books of a block: what it emits, what it sells for root, and what it pays out where a tempo ends."""

from collections.abc import Mapping
from fractions import Fraction
from math import floor
from typing import Any

from attrs import evolve, frozen

from dtao.state import NO_SHARE_POOL, State
from dtao.units import ROOT, U64_MAX, AccountId, Alpha, BlockNumber, NetUid
from dtao_properties.ledger import figures
from dtao_properties.ledger.books import ALPHA_BOOK, ROOT_BOOK, TAO_BOOK, Books
from dtao_properties.ledger.calls import networks, stake_changed
from dtao_properties.ledger.figures import floored, part_of_65535, part_of_u64
from dtao_properties.transitions import Oracle, Transition

LARGEST_NUMBER = Fraction(2**127 - 1, 2**32)
WHOLE = 2**32
"""An emission of this much is divided into the shares themselves, in units of 2^-32."""
DEFAULT_TAKE = 11_796


def block_done(books: Books, step: Transition) -> None:
    """Keep the books of one block."""
    state = books.state
    block = state.block_number + 1
    issued = state.total_issuance
    emission = Fraction(figures.block_emission(issued)) if issued < figures.SUPPLY else Fraction(0)
    coinbase_done(books, step, emission, block)


def coinbase_done(books: Books, step: Transition, emission: Fraction, block: int) -> None:
    """Emit to all subnets, then pay out those whose tempo ends in this block."""
    state = books.state
    subnets = [netuid for netuid in networks(state) if netuid]
    averages = {netuid: average(state, netuid) for netuid in subnets}
    total = min(sum(averages.values(), Fraction(0)), LARGEST_NUMBER)
    inflow = outflow = 0
    for netuid in subnets:
        product = min(floored(emission * averages[netuid]), LARGEST_NUMBER)
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
            books.leak("double root dividends", ALPHA_BOOK, -pending[2], netuid)
            paid_out(books, step, netuid, Pending(*pending), block)


PENDING = ("PendingEmission", "PendingRootDivs", "PendingAlphaSwapped", "PendingOwnerCut")
OFF_THE_BOOKS = "root dividends off the books"


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
    settings = subnet.hyperparameters
    closed = settings.network_pow_registration_allowed and not settings.network_registration_allowed
    received = 0 if closed else min(floor(due), U64_MAX)
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
    mechanism = subnet.mechanism
    tao = figures.payout(mechanism, books.held("SubnetAlphaIn", netuid), books.held("SubnetTAO", netuid), sold)
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


@frozen
class Pending:
    """What waits for the end of a tempo."""

    alpha: int
    tao: int
    swapped: int
    owner_cut: int


def paid_out(books: Books, step: Transition, netuid: int, pending: Pending, block: int) -> None:
    """Pay what was pending: the owner's cut, incentives, dividends in alpha, dividends in TAO."""
    before = state_under(books, block)
    subnet = before.subnet(NetUid(netuid))
    emission = min(pending.alpha + pending.swapped, U64_MAX)
    incentives: dict[int, int] = {}
    dividends: dict[int, int] = {}
    assigned = 0
    for hotkey, as_miner, as_validator in earnings(step, before, netuid, emission):
        assigned += as_miner + as_validator
        incentives[hotkey] = min(incentives.get(hotkey, 0) + as_miner, U64_MAX)
        for receiver, part in divided(before, hotkey, netuid, as_validator):
            dividends[receiver] = dividends.get(receiver, 0) + part
    books.leak("saturation", ALPHA_BOOK, pending.alpha + pending.swapped - emission, netuid)
    books.leak("unassigned emission", ALPHA_BOOK, emission - assigned, netuid)
    tao = root_payments(before, netuid, dividends, pending.tao)

    if subnet.owner is not None and subnet.owner_hotkey is not None:
        paid(books, subnet.owner_hotkey, subnet.owner, netuid, pending.owner_cut)
    else:
        books.leak("unassigned emission", ALPHA_BOOK, pending.owner_cut, netuid)
    for hotkey in sorted(incentives):
        paid(books, hotkey, _owner(before, hotkey), netuid, incentives[hotkey])
    rests = stakers_paid(books, netuid, {hotkey: Fraction(dividends[hotkey]) for hotkey in sorted(dividends)})
    tao_rests = stakers_paid(books, 0, tao)
    for item, old, new in (
        ("AlphaDividendsPerSubnet", subnet.alpha_dividends, rests),
        ("TaoDividendsPerSubnet", subnet.tao_dividends, tao_rests),
    ):
        for hotkey in {*old, *new}:
            books.write("told", new.get(hotkey, 0), item, netuid, hotkey)


def state_under(books: Books, block: int) -> State:
    """Return the state as the books have it, as far as an epoch reads it: stakes, and the number of the block."""
    state = evolve(books.state, block_number=BlockNumber(block))
    subnets = state.subnets
    for key, total in books.accounts.items():
        if key[0] == "TotalHotkeyAlpha":
            _, hotkey, netuid = key
            subnet = subnets[netuid]
            pool = evolve(subnet.share_pools.get(AccountId(hotkey), NO_SHARE_POOL), total_alpha=Alpha(total))
            subnets = subnets.set(netuid, evolve(subnet, share_pools=subnet.share_pools.set(hotkey, pool)))
    return evolve(state, subnets=subnets)


def earnings(step: Transition, state: State, netuid: int, emission: int) -> list[tuple[int, int, int]]:
    """Return what each neuron earns of an emission: its share of it, floored.

    The shares are those into which the epoch divides 2^32: how much there is to divide must not decide how.
    """
    args = {"netuid": netuid, "emission": str(WHOLE)}
    shares: Any = Oracle(step.era).taken(state, {"do": "phase", "phase": "epoch", "args": args}).value
    return [
        (int(hotkey), min(int(miner) * emission // WHOLE, U64_MAX), min(int(validator) * emission // WHOLE, U64_MAX))
        for hotkey, miner, validator in shares
    ]


def divided(state: State, hotkey: int, netuid: int, dividends: int) -> list[tuple[int, int]]:
    """Divide the dividends of a validator among its parents and itself, by what each contributes."""
    subnet = state.subnet(NetUid(netuid))
    parents = subnet.parent_keys.get(AccountId(hotkey), ())
    if not parents:
        return [(hotkey, dividends)]
    weight = part_of_u64(state.parameters.tao_weight)

    def contribution(key: int, part: Fraction) -> Fraction:
        alpha, root = _total(state, key, netuid), _total(state, key, 0)
        return alpha * part + floored(root * part * weight)

    lent = sum((part_of_u64(part) for part, _ in subnet.child_keys.get(AccountId(hotkey), ())), Fraction(0))
    own = min(max(floor(contribution(hotkey, 1 - lent)), 0), U64_MAX)
    parts = [contribution(parent, part_of_u64(part)) for part, parent in parents]
    total = own + sum(parts)
    left = dividends - part_of_65535(subnet.childkey_take.get(AccountId(hotkey), 0)) * dividends
    shares = [floor(left * floored(part / total)) if total else 0 for part in parts]
    paid = [(parent, share) for (_, parent), share in zip(parents, shares, strict=True)]
    return [*paid, (hotkey, max(dividends - sum(shares), 0))]


def root_payments(state: State, netuid: int, dividends: Mapping[int, int], tao: int) -> dict[int, Fraction]:
    """Divide TAO among hotkeys by the part of their dividends that their root stake earned."""
    weight = part_of_u64(state.parameters.tao_weight)
    earned: dict[int, Fraction] = {}
    for hotkey in sorted(dividends):
        root = _total(state, hotkey, 0) * weight
        stakes = _total(state, hotkey, netuid) + root
        earned[hotkey] = floored(dividends[hotkey] * floored(root / stakes)) if stakes else Fraction(0)
    total = sum(earned.values())
    return {hotkey: tao * floored(part / total) if total else Fraction(0) for hotkey, part in earned.items()}


def stakers_paid(books: Books, netuid: int, dividends: Mapping[int, Fraction]) -> dict[int, int]:
    """Pay dividends: the take to the hotkey's owner, the rest to all on it; return the rests."""
    rests: dict[int, int] = {}
    for hotkey, dividend in dividends.items():
        take = floored(part_of_65535(books.state.delegates.get(AccountId(hotkey), DEFAULT_TAKE)) * dividend)
        taken, rest = min(floor(take), U64_MAX), min(floor(dividend - take), U64_MAX)
        paid(books, hotkey, _owner(books.state, hotkey), netuid, taken)
        before = books.held("TotalHotkeyAlpha", hotkey, netuid)
        after = figures.total_after(before, figures.signed(rest))
        books.write("dividends", after, "TotalHotkeyAlpha", hotkey, netuid)
        if netuid:
            books.leak("lost fractions", ALPHA_BOOK, floor(dividend) - taken - rest, netuid)
            books.leak("saturation", ALPHA_BOOK, rest - (after - before), netuid)
        else:
            books.leak(OFF_THE_BOOKS, ROOT_BOOK, before - after)
        if rest:
            rests[hotkey] = rest
    return rests


def paid(books: Books, hotkey: int, coldkey: int, netuid: int, amount: int) -> None:
    """Pay alpha, or TAO on root, as stake to one coldkey."""
    update = figures.signed(amount)
    stake_changed(books, hotkey, coldkey, netuid, update)
    if netuid:
        books.leak("saturation", ALPHA_BOOK, amount - update, netuid)
    else:
        books.leak(OFF_THE_BOOKS, ROOT_BOOK, -update)


def _owner(state: State, hotkey: int) -> int:
    return state.owner.get(AccountId(hotkey), 0)


def _total(state: State, hotkey: int, netuid: int) -> int:
    return state.subnet(NetUid(netuid)).share_pools.get(AccountId(hotkey), NO_SHARE_POOL).total_alpha
