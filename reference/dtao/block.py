"""The block step: what happens to the economy between two blocks without anybody's call.

In each block, in this order:

1. the terms of registration of every network are adjusted (root included);
2. the coinbase: TAO and alpha are emitted into the pools of all subnets (from 257 on: of those that were started), the
   owner cut is set aside, the root stakers' alpha is sold for TAO, the moving prices are updated, subnets whose tempo
   ends run their epoch and pay out what was pending, and (at the launch) pending children come into force on every
   subnet;
3. pending children come into force on networks whose tempo ended, root included.

Subnets meet only in sums: the total of the moving prices, the total stake and the total issuance. So a block is one
pass over the subnets, on a mutable copy of what every block changes (:class:`dtao.accumulator.SubnetAccumulator`); the
rest of the state is only touched where a subnet's terms, epoch or children are due.
"""

from dtao.accumulator import SubnetAccumulator
from dtao.collecting import collector_paused
from dtao.errors import InputError
from dtao.evolving import evolve
from dtao.fixed import I96F32
from dtao.given import shown
from dtao.params import TOTAL_SUPPLY
from dtao.persistent import Map
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
from dtao.rules.registration import adjust_terms
from dtao.state import BlockContext, State
from dtao.transitions import assets
from dtao.transitions.coinbase import by_netuid, emission_of_block
from dtao.transitions.keys import clean_up_swap_records
from dtao.transitions.stake import with_subnet
from dtao.units import ROOT, U64_MAX, Alpha, Bits, BlockNumber, NetUid
from dtao.unpacking import end_of_interval, pack, unpack

MAX_BLOCKS = 10_000_000
"""Blocks of one step: nearly four years of the chain, and hours of work. More are a mistake."""

BLOCKS_AT_ONCE = 1_000
"""So many blocks are computed without a look for garbage."""


@implements("BLOCK-2")
def step(state: State, blocks: int = 1) -> State:
    """Return the state after the given number of blocks without calls. Mirrors ``block_step``.

    ``step(state, a + b)`` equals ``step(step(state, a), b)``. Rejects, as InputError, a number of blocks that is not
    an integer between 0 and :data:`MAX_BLOCKS`.
    """
    if type(blocks) is not int or not 0 <= blocks <= MAX_BLOCKS:
        raise InputError(f"blocks: {shown(blocks)} is not a number of blocks; give an integer from 0 to {MAX_BLOCKS}")
    while blocks:
        at_once = min(blocks, BLOCKS_AT_ONCE)
        with collector_paused():
            state = _compute(state, at_once)
        blocks -= at_once
    return state


def _compute(state: State, blocks: int) -> State:
    """Return the state after some blocks, each of them phase by phase."""
    context = _going_on(state) or unpack(state, state.block_number + 1)
    phases = state.runtime.block.phases
    for blocks_to_come in reversed(range(blocks)):
        context.blocks_to_come = blocks_to_come
        context.block_number += 1
        for phase in phases:
            phase(context)
    after = pack(context)
    _last[:] = [(after, context)]
    return after


_last: list[tuple[State, BlockContext]] = []
"""The state that the last step led to, with its context: who goes on block by block need not unpack it each time."""


def _going_on(state: State) -> BlockContext | None:
    """Return the context of the very state that the last step led to, and forget it, as what goes on changes it."""
    try:
        last, context = _last.pop()
    except IndexError:
        return None
    return context if last is state else None


@implements("BLOCK-3")
def run_coinbase(state: State, emission: Bits) -> State:
    """Return the state after the coinbase of the present block over ``emission`` rao (I96F32).

    Mirrors ``run_coinbase``.
    """
    context = unpack(state, state.block_number)
    context.emission = emission
    for phase in state.runtime.block.coinbase:
        phase(context)
    return pack(context)


@implements("BLOCK-4")
def adjust_registration_terms_of_networks(state: State) -> State:
    """Return the state after the registration terms of all networks were adjusted.

    Mirrors ``adjust_registration_terms_for_networks``.
    """
    context = unpack(state, state.block_number)
    adjust_registration_terms(context)
    return context.state


@implements("KEY-12")
def clear_swap_records(context: BlockContext) -> None:
    """Clear the records of swaps of hotkeys on one subnet that no longer bind."""
    if context.state.last_hotkey_swap_on_netuid:
        context.state = clean_up_swap_records(context.state, BlockNumber(context.block_number))


@implements("BLOCK-3")
def coinbase(context: BlockContext) -> None:
    """Run the steps of the coinbase over the emission of the block: none once all TAO is issued."""
    context.emission = emission_of_block(context) << FRACTION
    for phase in context.state.runtime.block.coinbase:
        phase(context)


@implements("STAKE-27")
def clear_staking_operations(context: BlockContext) -> None:
    """Forget where stake was added in the last block."""
    if context.state.staking_operations:
        context.state = evolve(context.state, staking_operations=Map())


def emit(context: BlockContext) -> None:
    """Emit a block's TAO and alpha to the subnets that take part, and set aside what their next epochs pay out."""
    state, subnets, block_number, emission = context.state, context.eligible, context.block_number, context.emission
    parameters = state.parameters
    one, largest = I96F32.one, state.runtime.pools.amounts.max_bits
    total_prices = sum([one if subnet.mechanism == STABLE else subnet.moving_price for subnet in subnets])
    total_moving_prices = min(total_prices, largest)
    cut = owner_cut_proportion(parameters.subnet_owner_cut)
    weighted_root_tao = state.pool(ROOT).tao * tao_weight(parameters.tao_weight)
    moving_alpha = parameters.subnet_moving_alpha
    price_weight, moving_price_after = state.runtime.prices.weight, state.runtime.prices.moving_price
    inflow = outflow = 0
    last_emitted = -1
    for subnet in subnets:
        tao, alpha_in, alpha_out, mechanism = subnet.tao, subnet.alpha_in, subnet.alpha_out, subnet.mechanism
        if mechanism == STABLE:
            price = moving_price = one
        else:
            known, moving_price = subnet.spot_price, subnet.moving_price
            price = known if known is not None else (tao << FRACTION) // alpha_in if alpha_in else 0

        # The pool receives TAO, and alpha beside it; the participants receive alpha.
        tao_due = tao_emission(emission, moving_price, total_moving_prices, largest)
        issued = alpha_in + alpha_out
        emitted = 0
        if issued < TOTAL_SUPPLY:
            context.block_emission = emitted = block_emission(issued)
        if emitted != last_emitted:  # Nearly all subnets emit as much.
            last_emitted, alpha_emission = emitted, emitted << FRACTION
            owner_cut = alpha_emission * cut >> FRACTION
            shared, owner_cut_due = alpha_emission - owner_cut, owner_cut >> FRACTION
        injected = alpha_injection(tao_due, price, alpha_emission) >> FRACTION
        received = 0 if subnet.is_registration_disabled else tao_due >> FRACTION
        if received > U64_MAX:
            received = U64_MAX
        inflow += received
        tao = more if (more := tao + received) < U64_MAX else U64_MAX
        alpha_in = more if (more := alpha_in + injected) < U64_MAX else U64_MAX
        alpha_out = more if (more := alpha_out + emitted) < U64_MAX else U64_MAX
        subnet.tao_in_emission, subnet.alpha_in_emission, subnet.alpha_out_emission = received, injected, emitted

        # What the participants receive is divided: the owner cut, the part that is sold for root, the rest.
        issued = more if (more := alpha_in + alpha_out) < U64_MAX else U64_MAX
        for_root = root_alpha(root_proportion(weighted_root_tao, issued), shared)
        sold = for_root >> FRACTION
        bought = payout(alpha_in, tao, sold, largest) if mechanism == DYNAMIC else sold
        if bought is None:
            bought = 0
        else:
            alpha_in = more if (more := alpha_in + sold) < U64_MAX else U64_MAX
            alpha_out -= sold  # It has just grown by more than that.
            tao = less if (less := tao - bought) > 0 else 0
            subnet.volume += bought
            outflow += bought
        subnet.tao, subnet.alpha_in, subnet.alpha_out = tao, alpha_in, alpha_out
        subnet.pending_owner_cut += owner_cut_due
        subnet.pending_alpha_swapped += sold
        subnet.pending_emission += shared - for_root >> FRACTION
        subnet.pending_root_divs += bought

        if mechanism != STABLE:
            subnet.spot_price = price = (tao << FRACTION) // alpha_in if alpha_in else 0
        weight = price_weight(moving_alpha, block_number - subnet.price_counted_from, subnet.halving_blocks)
        subnet.moving_price = moving_price_after(moving_price, price, weight)
    context.total_issuance = min(context.total_issuance + inflow, U64_MAX)
    context.total_stake = max(min(context.total_stake + inflow, U64_MAX) - outflow, 0)


def drain_epochs(context: BlockContext) -> None:
    """Run the epochs that are due, subnet by subnet, and pay out what was pending."""
    block_number = context.block_number
    for subnet in [subnet for subnet in context.subnets if subnet.next_epoch == block_number]:
        drain(context, subnet)


def drain(context: BlockContext, subnet: SubnetAccumulator) -> None:
    """Run the epoch of a subnet and pay out what was pending."""
    state = evolve(context.state, block_number=BlockNumber(context.block_number))
    # What an epoch recycles of the incentives no longer counts as issued.
    pool = evolve(state.pool(subnet.netuid), alpha_out=Alpha(min(subnet.alpha_out, U64_MAX)))
    state = evolve(state, pools=state.pools.set(subnet.netuid, pool))
    context.state = state.runtime.block.drain(assets.pack(state, [subnet]), subnet)
    assets.unpack(context.state, subnet)
    subnet.alpha_out = context.state.pool(subnet.netuid).alpha_out
    subnet.pending_emission = subnet.pending_root_divs = subnet.pending_alpha_swapped = subnet.pending_owner_cut = 0
    subnet.pending_root_alpha = subnet.pending_server_emission = subnet.pending_validator_emission = 0
    subnet.last_step = context.block_number
    subnet.last_mechansim_step_block = BlockNumber(context.block_number)
    subnet.next_epoch = state.runtime.block.next_epoch(subnet, context.block_number + 1)


@implements("BLOCK-3")
def drain_consistent_epochs(context: BlockContext) -> None:
    """Run the epochs that are due as :func:`drain_epochs` does, but for subnets in which a hotkey has two uids.

    What is pending there waits for the next epoch, and so do their counters.
    """
    for subnet in context.subnets:
        if subnet.next_epoch == context.block_number:
            _drain_if_consistent(context, subnet)


@implements("BLOCK-3")
def drain_consistent_epochs_by_netuid(context: BlockContext) -> None:
    """Run the epochs that are due as :func:`drain_consistent_epochs` does, by netuid.

    Mirrors ``distribute_emissions_to_subnets``.
    """
    due = [subnet for subnet in context.subnets if subnet.next_epoch == context.block_number]
    for subnet in by_netuid(due):
        _drain_if_consistent(context, subnet)


def _drain_if_consistent(context: BlockContext, subnet: SubnetAccumulator) -> None:
    if has_one_uid_a_hotkey(context, subnet):
        drain(context, subnet)
    else:
        subnet.next_epoch = context.state.runtime.block.next_epoch(subnet, context.block_number + 1)


def has_one_uid_a_hotkey(context: BlockContext, subnet: SubnetAccumulator) -> bool:
    """Return whether no hotkey of a subnet has two uids. Mirrors ``is_epoch_input_state_consistent``."""
    keys = context.state.subnet(subnet.netuid).neurons.keys
    return len(set(keys.values())) == len(keys)


@implements("BLOCK-3", "BLOCK-6")
def drain_some_epochs(context: BlockContext) -> None:
    """Run the epochs that are due by netuid, no more than a block may run; defer those later in the order of iteration.

    A subnet in which a hotkey has two uids has no epoch, but its turn is over all the same, and takes no place. What is
    pending there waits. Mirrors ``drain_pending`` and ``distribute_emissions_to_subnets``.
    """
    block = context.block_number
    places = context.state.parameters.max_epochs_per_block
    next_epoch = context.state.runtime.block.next_epoch
    drained = []
    for subnet in context.subnets:
        if subnet.next_epoch != block:
            continue
        if places == 0:
            subnet.pending_epoch_at = BlockNumber(min(block + 1, U64_MAX))
        else:
            subnet.last_epoch_block, subnet.pending_epoch_at = BlockNumber(block), BlockNumber(0)
            subnet.epoch_index = min(subnet.epoch_index + 1, U64_MAX)
            if has_one_uid_a_hotkey(context, subnet):
                places -= 1
                drained.append(subnet)
        subnet.next_epoch = next_epoch(subnet, block + 1)
    for subnet in by_netuid(drained):
        _with_last_step(context, subnet)
        drain(context, subnet)


def _with_last_step(context: BlockContext, subnet: SubnetAccumulator) -> None:
    """Let the state say when the last epoch was, which the next one looks at."""
    emission = context.state.emission(subnet.netuid)
    emission = evolve(emission, last_mechansim_step_block=subnet.last_mechansim_step_block)
    context.state = evolve(context.state, emissions=context.state.emissions.set(subnet.netuid, emission))


def is_epoch_due_by_netuid(state: State, netuid: NetUid) -> bool:
    """Return whether the epoch of a network is due in the present block, one a tempo and 1."""
    return blocks_until_next_epoch(netuid, state.subnet(netuid).hyperparameters.tempo, state.block_number) == 0


def next_epoch_by_netuid(subnet: SubnetAccumulator, block_number: int) -> int:
    """Return the first block from ``block_number`` on in which the epoch of a subnet is due, one a tempo and 1."""
    return block_number + blocks_until_next_epoch(subnet.netuid, subnet.tempo, block_number)


@implements("BLOCK-4")
def adjust_registration_terms(context: BlockContext) -> None:
    """Adjust the registration terms of the networks that are due, and forget the last block's registrations."""
    block_number = BlockNumber(context.block_number)
    if min(context.terms_due.values(), default=U64_MAX) > block_number:
        return
    for netuid, due in context.terms_due.items():
        if due > block_number:
            continue
        subnet = context.state.subnet(netuid)
        adjusted = adjust_terms(subnet.registration, subnet.hyperparameters, block_number)
        if adjusted is not subnet.registration:
            subnet = evolve(subnet, registration=adjusted)
            context.state = with_subnet(context.state, netuid, subnet)
        context.terms_due[netuid] = end_of_interval(subnet)


@implements("BLOCK-2")
def apply_pending_children(context: BlockContext) -> None:
    """Bring pending children of every subnet into force, whether its tempo ends or not."""
    for netuid in tuple(context.with_pending_children):
        if netuid != ROOT:
            apply_pending_children_of(context, netuid)


def apply_pending_children_at_epochs(context: BlockContext) -> None:
    """Bring pending children of the networks whose tempo ends into force, root's too; no call can give it any."""
    for netuid in tuple(context.with_pending_children):
        tempo = context.state.subnet(netuid).hyperparameters.tempo
        if blocks_until_next_epoch(netuid, tempo, context.block_number) == 0:
            apply_pending_children_of(context, netuid)


@implements("BLOCK-2")
def apply_pending_children_after_epochs(context: BlockContext) -> None:
    """Bring pending children into force on the networks whose epoch was in this block.

    On root that is where the block stands as that of its last epoch, which no block writes.
    """
    last_epochs = {subnet.netuid: subnet.last_epoch_block for subnet in context.subnets}
    last_epochs[ROOT] = context.state.emission(ROOT).last_epoch_block
    for netuid in tuple(context.with_pending_children):
        if last_epochs[netuid] == context.block_number:
            apply_pending_children_of(context, netuid)


def apply_pending_children_of(context: BlockContext, netuid: NetUid) -> None:
    """Bring pending children of one network into force, and forget the network when it has none left."""
    subnet = context.state.subnet(netuid)
    applied = context.state.runtime.children.apply_pending(subnet, BlockNumber(context.block_number))
    if applied is not subnet:
        context.state = with_subnet(context.state, netuid, applied)
    if not applied.pending_child_keys:
        context.with_pending_children.remove(netuid)
