"""The block step: what happens to the economy between two blocks without anybody's call.

In each block, in this order:

1. the terms of registration of every network are adjusted (root included);
2. the coinbase: TAO and alpha are emitted into the pools of all subnets (from 257 on: of those that were started), the
   owner's cut is set aside, the root stakers' alpha is sold for TAO, the moving prices are updated, subnets whose tempo
   ends run their epoch and pay out what was pending, and (at the launch) pending children come into force on every
   subnet;
3. pending children come into force on networks whose tempo ended, root included.

Subnets meet only in sums: the total of the moving prices, the total stake and the total issuance. So a block is one
pass over the subnets, on a mutable copy of what every block changes (:class:`Flow`); the rest of the state is only
touched where a subnet's terms, epoch or children are due.
"""

from attrs import define

from dtao.codec import shown
from dtao.errors import InputError
from dtao.evolving import evolve
from dtao.fixed import I96F32
from dtao.params import TOTAL_SUPPLY
from dtao.records import Emission, Pool, Subnet
from dtao.rule import implements
from dtao.rules.emission import (
    FRACTION,
    alpha_injection,
    blocks_until_next_epoch,
    owner_cut_proportion,
    root_alpha,
    root_proportion,
    tao_emission,
    tao_weight,
)
from dtao.rules.issuance import block_emission
from dtao.rules.pool import DYNAMIC, STABLE, payout
from dtao.rules.registration import registration_terms_adjusted
from dtao.state import State
from dtao.transitions.children import pending_children_applied
from dtao.transitions.dividends import pending_emission_drained
from dtao.transitions.keys import swap_records_cleared
from dtao.transitions.stake import existing_netuids, with_subnet
from dtao.units import ROOT, U64_MAX, Alpha, Bits, BlockNumber, NetUid, Rao


@define
class Flow:
    """What every block changes of one subnet, thawed; and the settings that the change depends on.

    Pending amounts may pass u64 here; they saturate where they are read.
    """

    netuid: NetUid
    mechanism: int
    closed: bool
    price_counted_from: int
    """The block from which the age of the price counts."""
    halving_blocks: int
    tempo: int
    next_epoch: int
    """The next block in which the subnet's epoch is due."""
    last_step: int
    """The block after which BlocksSinceLastStep counts."""
    last_mechansim_step_block: BlockNumber
    tao: int
    alpha_in: int
    alpha_out: int
    volume: int
    moving_price: int
    pending_emission: int
    pending_root_divs: int
    pending_alpha_swapped: int
    pending_owner_cut: int
    tao_in_emission: int = 0
    alpha_in_emission: int = 0
    alpha_out_emission: int = 0


@define
class Work:
    """The state while blocks are computed: the totals and the flows are mutable, the rest is frozen in ``state``."""

    state: State
    """Holds everything but what stands in the other attributes, which is stale in it."""
    block_number: int
    block_emission: int
    total_issuance: int
    total_stake: int
    flows: list[Flow]
    """All existing subnets but root, in the order in which the runtime iterates."""
    emitting: list[Flow]
    """Those of them to which blocks emit."""
    terms_due: dict[NetUid, int]
    """The next block in which the registration terms of a network change."""
    with_pending_children: list[NetUid]


MOST_BLOCKS = 10_000_000
"""Blocks of one step: nearly four years of the chain, and hours of work. More are a mistake."""


@implements("BLOCK-2")
def step(state: State, blocks: int = 1) -> State:
    """Return the state after the given number of blocks without calls. Mirrors ``block_step``.

    ``step(state, a + b)`` equals ``step(step(state, a), b)``. Rejects, as InputError, a number of blocks that is not
    an integer between 0 and :data:`MOST_BLOCKS`.
    """
    if type(blocks) is not int or not 0 <= blocks <= MOST_BLOCKS:
        raise InputError(f"blocks: {shown(blocks)} is not a number of blocks; give an integer from 0 to {MOST_BLOCKS}")
    if blocks == 0:
        return state
    work = thawed(state, state.block_number + 1)
    for _ in range(blocks):
        work.block_number += 1
        if work.state.last_hotkey_swap_on_netuid:
            work.state = swap_records_cleared(work.state, BlockNumber(work.block_number))
        adjust_registration_terms(work)
        if work.total_issuance < TOTAL_SUPPLY:
            work.block_emission = block_emission(work.total_issuance)
            emission = work.block_emission << FRACTION
        else:
            emission = 0
        coinbase(work, emission)
        if work.with_pending_children:
            apply_pending_children_at_epochs(work)
    return frozen(work)


@implements("BLOCK-3")
def run_coinbase(state: State, emission: Bits) -> State:
    """Return the state after the coinbase of the present block over ``emission`` rao (I96F32).

    Mirrors ``run_coinbase``.
    """
    work = thawed(state, state.block_number)
    coinbase(work, emission)
    return frozen(work)


@implements("BLOCK-4")
def registration_terms_of_networks_adjusted(state: State) -> State:
    """Return the state after the registration terms of all networks were adjusted.

    Mirrors ``adjust_registration_terms_for_networks``.
    """
    work = thawed(state, state.block_number)
    adjust_registration_terms(work)
    return work.state


def coinbase(work: Work, emission: int) -> None:
    """Emit TAO and alpha, then run what is due: epochs, and pending children of every subnet."""
    emit(work, emission)
    if any(flow.next_epoch == work.block_number for flow in work.flows):
        for flow in work.flows:
            if flow.next_epoch == work.block_number:
                drain(work, flow)
    if work.with_pending_children and work.state.runtime.children_change_in_every_block:
        apply_pending_children(work)


def emit(work: Work, emission: int) -> None:
    """Emit a block's TAO and alpha to the subnets that take part, and set aside what their next epochs pay out."""
    state, flows, block_number = work.state, work.emitting, work.block_number
    parameters = state.parameters
    one, largest = I96F32.one, state.runtime.amounts.max_bits
    total_prices = sum(one if flow.mechanism == STABLE else flow.moving_price for flow in flows)
    total_moving_prices = min(total_prices, largest)
    cut = owner_cut_proportion(parameters.subnet_owner_cut)
    weighted_root_tao = state.pool(ROOT).tao * tao_weight(parameters.tao_weight)
    moving_alpha = parameters.subnet_moving_alpha
    price_weight, moving_price_after = state.runtime.price_weight, state.runtime.moving_price_after
    inflow = outflow = 0
    for flow in flows:
        tao, alpha_in, alpha_out, mechanism = flow.tao, flow.alpha_in, flow.alpha_out, flow.mechanism
        if mechanism == STABLE:
            price = moving_price = one
        else:
            price, moving_price = (tao << FRACTION) // alpha_in if alpha_in else 0, flow.moving_price

        # The pool receives TAO, and alpha beside it; the participants receive alpha.
        tao_due = tao_emission(emission, moving_price, total_moving_prices, largest)
        issued = alpha_in + alpha_out
        emitted = 0
        if issued < TOTAL_SUPPLY:
            work.block_emission = emitted = block_emission(issued)
        alpha_emission = emitted << FRACTION
        injected = alpha_injection(tao_due, price, alpha_emission) >> FRACTION
        received = 0 if flow.closed else min(tao_due >> FRACTION, U64_MAX)
        inflow += received
        tao = more if (more := tao + received) < U64_MAX else U64_MAX
        alpha_in = more if (more := alpha_in + injected) < U64_MAX else U64_MAX
        alpha_out = more if (more := alpha_out + emitted) < U64_MAX else U64_MAX
        flow.tao_in_emission, flow.alpha_in_emission, flow.alpha_out_emission = received, injected, emitted

        # What the participants receive is divided: the owner's cut, the part that is sold for root, the rest.
        owner_cut = alpha_emission * cut >> FRACTION
        shared = alpha_emission - owner_cut
        issued = min(alpha_in + alpha_out, U64_MAX)
        for_root = root_alpha(root_proportion(weighted_root_tao, issued), shared)
        sold = for_root >> FRACTION
        bought = payout(alpha_in, tao, sold, largest) if mechanism == DYNAMIC else sold
        if bought is None:
            bought = 0
        else:
            alpha_in = min(alpha_in + sold, U64_MAX)
            alpha_out -= sold  # It has just grown by more than that.
            tao = max(tao - bought, 0)
            flow.volume += bought
            outflow += bought
        flow.tao, flow.alpha_in, flow.alpha_out = tao, alpha_in, alpha_out
        flow.pending_owner_cut += owner_cut >> FRACTION
        flow.pending_alpha_swapped += sold
        flow.pending_emission += shared - for_root >> FRACTION
        flow.pending_root_divs += bought

        if mechanism != STABLE:
            price = (tao << FRACTION) // alpha_in if alpha_in else 0
        weight = price_weight(moving_alpha, block_number - flow.price_counted_from, flow.halving_blocks)
        flow.moving_price = moving_price_after(moving_price, price, weight)
    work.total_issuance = min(work.total_issuance + inflow, U64_MAX)
    work.total_stake = max(min(work.total_stake + inflow, U64_MAX) - outflow, 0)


def drain(work: Work, flow: Flow) -> None:
    """Run the epoch of a subnet and pay out what was pending."""
    state = evolve(work.state, block_number=BlockNumber(work.block_number))
    work.state = pending_emission_drained(
        state,
        flow.netuid,
        Alpha(min(flow.pending_emission, U64_MAX)),
        Rao(min(flow.pending_root_divs, U64_MAX)),
        Alpha(min(flow.pending_alpha_swapped, U64_MAX)),
        Alpha(min(flow.pending_owner_cut, U64_MAX)),
    )
    flow.pending_emission = flow.pending_root_divs = flow.pending_alpha_swapped = flow.pending_owner_cut = 0
    flow.last_step = work.block_number
    flow.last_mechansim_step_block = BlockNumber(work.block_number)
    flow.next_epoch = next_epoch(flow.netuid, flow.tempo, work.block_number + 1)


def next_epoch(netuid: NetUid, tempo: int, block_number: int) -> int:
    """Return the first block from ``block_number`` on in which the epoch of a subnet is due."""
    return block_number + blocks_until_next_epoch(netuid, tempo, block_number)


def adjust_registration_terms(work: Work) -> None:
    """Adjust the registration terms of the networks that are due, and forget the last block's registrations."""
    block_number = BlockNumber(work.block_number)
    if min(work.terms_due.values(), default=U64_MAX) > block_number:
        return
    for netuid, due in work.terms_due.items():
        if due > block_number:
            continue
        subnet = work.state.subnet(netuid)
        adjusted = registration_terms_adjusted(subnet.registration, subnet.hyperparameters, block_number)
        if adjusted is not subnet.registration:
            subnet = evolve(subnet, registration=adjusted)
            work.state = with_subnet(work.state, netuid, subnet)
        work.terms_due[netuid] = end_of_interval(subnet)


def apply_pending_children(work: Work) -> None:
    """Bring pending children of every subnet into force, whether its tempo ends or not."""
    for netuid in tuple(work.with_pending_children):
        if netuid != ROOT:
            apply_pending_children_of(work, netuid)


def apply_pending_children_at_epochs(work: Work) -> None:
    """Bring pending children of the networks whose tempo ends into force, root's too; no call can give it any."""
    for netuid in tuple(work.with_pending_children):
        tempo = work.state.subnet(netuid).hyperparameters.tempo
        if blocks_until_next_epoch(netuid, tempo, work.block_number) == 0:
            apply_pending_children_of(work, netuid)


def apply_pending_children_of(work: Work, netuid: NetUid) -> None:
    """Bring pending children of one network into force, and forget the network when it has none left."""
    subnet = work.state.subnet(netuid)
    applied = pending_children_applied(subnet, BlockNumber(work.block_number))
    if applied is not subnet:
        work.state = with_subnet(work.state, netuid, applied)
    if not applied.pending_child_keys:
        work.with_pending_children.remove(netuid)


def thawed(state: State, first_block: int) -> Work:
    """Return the work on a state whose next block to compute is ``first_block``; its number is set one before."""
    networks = [(netuid, state.subnets[netuid]) for netuid in existing_netuids(state)]
    flows = [_flow(state, netuid, subnet, first_block) for netuid, subnet in networks if netuid != ROOT]
    takes_part = state.runtime.takes_part
    return Work(
        state=state,
        block_number=state.block_number,
        block_emission=state.block_emission,
        total_issuance=state.total_issuance,
        total_stake=state.total_stake,
        flows=flows,
        emitting=[flow for flow in flows if takes_part(state.subnets[flow.netuid].first_emission_block_number)],
        terms_due={netuid: _terms_due(subnet, first_block) for netuid, subnet in networks},
        with_pending_children=[netuid for netuid, subnet in networks if subnet.pending_child_keys],
    )


def _terms_due(subnet: Subnet, first_block: int) -> int:
    """Return the first block in which the registration terms of a network change."""
    if subnet.registration.registrations_this_block:
        return first_block
    return end_of_interval(subnet)


def end_of_interval(subnet: Subnet) -> int:
    """Return the block in which the adjustment interval of a network is over; an interval of 0 always is."""
    interval = subnet.hyperparameters.adjustment_interval
    return subnet.registration.last_adjustment_block + interval if interval else 0


def _flow(state: State, netuid: NetUid, subnet: Subnet, first_block: int) -> Flow:
    pool, emission = state.pool(netuid), state.emission(netuid)
    parameters = subnet.hyperparameters
    return Flow(
        netuid=netuid,
        mechanism=subnet.mechanism,
        closed=state.runtime.is_closed(
            parameters.network_registration_allowed, parameters.network_pow_registration_allowed
        ),
        price_counted_from=state.runtime.price_counted_from(subnet),
        halving_blocks=parameters.ema_price_halving_blocks,
        tempo=parameters.tempo,
        next_epoch=next_epoch(netuid, parameters.tempo, first_block),
        last_step=first_block - 1 - emission.blocks_since_last_step,
        last_mechansim_step_block=emission.last_mechansim_step_block,
        tao=pool.tao,
        alpha_in=pool.alpha_in,
        alpha_out=pool.alpha_out,
        volume=pool.volume,
        moving_price=pool.moving_price,
        pending_emission=emission.pending_emission,
        pending_root_divs=emission.pending_root_divs,
        pending_alpha_swapped=emission.pending_alpha_swapped,
        pending_owner_cut=emission.pending_owner_cut,
        tao_in_emission=emission.tao_in,
        alpha_in_emission=emission.alpha_in,
        alpha_out_emission=emission.alpha_out,
    )


def frozen(work: Work) -> State:
    """Return the state after the work."""
    pools = {
        flow.netuid: Pool(
            Rao(flow.tao), Alpha(flow.alpha_in), Alpha(flow.alpha_out), Rao(flow.volume), Bits(flow.moving_price)
        )
        for flow in work.flows
    }
    emissions = {
        flow.netuid: Emission(
            Rao(flow.tao_in_emission),
            Alpha(flow.alpha_in_emission),
            Alpha(flow.alpha_out_emission),
            Alpha(min(flow.pending_emission, U64_MAX)),
            Rao(min(flow.pending_root_divs, U64_MAX)),
            Alpha(min(flow.pending_alpha_swapped, U64_MAX)),
            Alpha(min(flow.pending_owner_cut, U64_MAX)),
            min(work.block_number - flow.last_step, U64_MAX),
            flow.last_mechansim_step_block,
        )
        for flow in work.flows
    }
    return evolve(
        work.state,
        block_number=BlockNumber(work.block_number),
        block_emission=Rao(work.block_emission),
        total_issuance=Rao(work.total_issuance),
        total_stake=Rao(work.total_stake),
        pools=work.state.pools.update(pools),
        emissions=work.state.emissions.update(emissions),
    )
