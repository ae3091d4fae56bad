"""What becomes of the destinations of miners' earnings when keys are swapped."""

from dtao.evolving import evolve
from dtao.persistent import Map
from dtao.records import Subnet
from dtao.rule import implements
from dtao.state import State
from dtao.transitions.children import hashed
from dtao.units import ROOT, AccountId


@implements("KEY-13")
def move_destinations_of_hotkey(subnet: Subnet, old: AccountId, new: AccountId) -> Subnet:
    """Return the subnet in which the coldkeys that chose the old hotkey have the new one as destination.

    Their list replaces that of the new hotkey, even if it has become empty.
    """
    coldkeys = subnet.auto_stake_coldkeys.get(old)
    if coldkeys is None:
        return subnet
    destinations = subnet.auto_stake_destinations
    for coldkey in coldkeys:
        destinations = destinations.set(coldkey, new)
    return evolve(
        subnet,
        auto_stake_destinations=destinations,
        auto_stake_coldkeys=subnet.auto_stake_coldkeys.delete(old).set(new, coldkeys),
    )


@implements("KEY-13")
def move_destination_of_coldkey(subnet: Subnet, old: AccountId, new: AccountId) -> Subnet:
    """Return the subnet in which the new coldkey has the destination of the old one, if there is one.

    The new coldkey is the last in the list of that hotkey; that of an own former destination still has it too.
    """
    hotkey = subnet.auto_stake_destinations.get(old)
    if hotkey is None:
        return subnet
    others = tuple(other for other in subnet.auto_stake_coldkeys.get(hotkey, ()) if other not in (old, new))
    return evolve(
        subnet,
        auto_stake_destinations=subnet.auto_stake_destinations.delete(old).set(new, hotkey),
        auto_stake_coldkeys=subnet.auto_stake_coldkeys.set(hotkey, (*others, new)),
    )


def spread_destinations(state: State) -> State:
    """Return the state in which the destination of each coldkey holds on every subnet but root.

    The coldkeys are taken in the order of their hashes. Mirrors ``migrate_auto_stake_destination``.
    """
    subnets = state.subnets
    for netuid, subnet in state.subnets.items():
        if not subnet.added or netuid == ROOT:
            continue
        destinations, coldkeys = subnet.auto_stake_destinations, subnet.auto_stake_coldkeys
        for coldkey in sorted(state.auto_stake_destination, key=hashed):
            hotkey = state.auto_stake_destination[coldkey]
            listed = coldkeys.get(hotkey, ())
            destinations = destinations.set(coldkey, hotkey)
            coldkeys = coldkeys.set(hotkey, listed if coldkey in listed else (*listed, coldkey))
        subnets = subnets.set(
            netuid, evolve(subnet, auto_stake_destinations=destinations, auto_stake_coldkeys=coldkeys)
        )
    return evolve(state, subnets=subnets, auto_stake_destination=Map())
