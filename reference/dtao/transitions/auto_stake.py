"""What becomes of the destinations of miners' earnings when keys are swapped."""

from dtao.evolving import evolve
from dtao.records import Subnet
from dtao.rule import implements
from dtao.units import AccountId


@implements("KEY-13")
def destinations_of_hotkey_moved(subnet: Subnet, old: AccountId, new: AccountId) -> Subnet:
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
def destination_of_coldkey_moved(subnet: Subnet, old: AccountId, new: AccountId) -> Subnet:
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
