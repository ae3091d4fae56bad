"""The prices of registrations in the state, from 401 on."""

from dtao.evolving import copier, evolve
from dtao.records import Registration, Subnet
from dtao.rule import implements
from dtao.rules.registration_price import decayed_burn, raised_burn
from dtao.state import BlockContext, State
from dtao.transitions.stake import with_subnet
from dtao.units import ROOT, BlockNumber, NetUid

_with_registration = copier(Subnet, "registration")
_with_burn = copier(Registration, "burn")
_counted_anew = copier(Registration, "burn", "registrations_this_block", "registrations_this_interval")


@implements("BLOCK-5")
def let_registration_prices_fall(state: State) -> State:
    """Return the state at the start of the present block: prices have fallen, registrations are counted anew.

    Those of the interval are counted anew only on root, in the block in which its epoch would be due. Nothing falls in
    the first block of the chain. Mirrors ``update_registration_prices_for_networks``.
    """
    subnets, is_first = state.subnets, state.block_number <= 1
    for netuid, subnet in state.subnets.items():
        if not subnet.added:
            continue
        terms, parameters = subnet.registration, subnet.hyperparameters
        half_life = 0 if is_first else parameters.burn_half_life
        burn = decayed_burn(terms.burn, half_life, parameters.min_burn, parameters.max_burn)
        is_due = netuid == ROOT and state.runtime.block.is_epoch_due(state, netuid)
        counted = 0 if is_due else terms.registrations_this_interval
        if burn != terms.burn or terms.registrations_this_block or counted != terms.registrations_this_interval:
            subnets = subnets.set(netuid, _with_registration(subnet, _counted_anew(terms, burn, 0, counted)))
    return state if subnets is state.subnets else evolve(state, subnets=subnets)


@implements("BLOCK-5")
def update_registration_prices(context: BlockContext) -> None:
    """Let the prices of registrations fall, and count registrations anew.

    No phase of a block looks at either. So once all are counted anew, blocks only count how often prices fall.
    """
    state = context.state
    if context.is_counted_anew and context.block_number > 1:
        context.falls += 1
        return
    updated = let_registration_prices_fall(evolve(state, block_number=BlockNumber(context.block_number)))
    context.state = evolve(updated, block_number=state.block_number)
    context.is_counted_anew = updated.subnet(ROOT).registration.registrations_this_interval == 0


@implements("BLOCK-5", "REG-10")
def enter_prices(context: BlockContext) -> None:
    """Let the prices of registrations fall as often as blocks have counted."""
    falls, context.falls = context.falls, 0
    fallen: dict[NetUid, Subnet] = {}
    for netuid, subnet in context.state.subnets.items() if falls else ():
        terms, parameters = subnet.registration, subnet.hyperparameters
        burn = decayed_burn(terms.burn, parameters.burn_half_life, parameters.min_burn, parameters.max_burn, falls)
        if burn != terms.burn and subnet.added:
            fallen[netuid] = _with_registration(subnet, _with_burn(terms, burn))
    if fallen:
        context.state = evolve(context.state, subnets=context.state.subnets.update(fallen))


@implements("REG-11")
def raise_registration_price(state: State, netuid: NetUid) -> State:
    """Return the state in which the next registration on a subnet costs more."""
    subnet = state.subnet(netuid)
    terms, parameters = subnet.registration, subnet.hyperparameters
    burn = raised_burn(terms.burn, parameters.burn_increase_mult, parameters.min_burn, parameters.max_burn)
    return with_subnet(state, netuid, evolve(subnet, registration=evolve(terms, burn=burn)))
