"""What an upgrade of the runtime does to the state, where it matters to the economy.

An upgrade replaces the code, until 411 counts total stake and issuance anew, and runs its migrations once, in the block
of the upgrade, which is the state's present one here. An entry that nobody stored reads the new default afterwards. A
state does not tell an entry that was never stored from one that was stored with the default value; what a network is
given at its creation (its tempo, say) counts as stored, everything else with the old default as not stored.

Not covered: what the economy does not read (identities, commits, schedules of swaps), and migrations of versions that
no era covers.
"""

from collections.abc import Callable
from functools import reduce
from typing import Any

from attrs import fields

from dtao.entries import with_entry, without
from dtao.errors import InputError
from dtao.evolving import evolve
from dtao.records import NO_EMISSION, Emission, Subnet
from dtao.state import Runtime, State
from dtao.units import ROOT, U64_MAX, NetUid, Rao

GIVEN_AT_CREATION = frozenset({"tempo"})
"""The parameters with defaults that ever changed which a network is given at its creation."""
LAST_COUNTED = 411
"""The last version whose upgrade counts the totals anew."""
Migration = Callable[[State], State]


def migrate_nothing(state: State) -> State:
    """Return the state as it is."""
    return state


def count_totals(state: State) -> State:
    """Return the state whose totals follow from what is held: upgrades count them anew, before their migrations.

    Total stake is the chain's TAO in all pools, total issuance that and all balances; both saturate. Mirrors
    ``migrate_init_total_issuance``.
    """
    total = Rao(min(sum(pool.tao for pool in state.pools.values()), U64_MAX))
    issuance = Rao(min(state.balances_total_issuance + total, U64_MAX))
    return evolve(state, total_stake=total, total_issuance=issuance)


def with_hyperparameters(subnet: Subnet, **hyperparameters: int) -> Subnet:
    """Return the subnet with some hyperparameters set."""
    return evolve(subnet, hyperparameters=evolve(subnet.hyperparameters, **hyperparameters))  # type: ignore[arg-type]


def change_networks(
    state: State, change: Callable[[NetUid, Subnet], Subnet], root: bool = True, existing: bool = True
) -> State:
    """Return the state with a change made to the subnets: to root's too, and only where a network exists, by choice."""
    subnets = state.subnets
    for netuid, subnet in state.subnets.items():
        if (subnet.added or not existing) and (root or netuid != ROOT):
            subnets = subnets.set(netuid, change(netuid, subnet))
    return evolve(state, subnets=subnets)


def change_emissions(state: State, change: Callable[[NetUid, Emission], Emission]) -> State:
    """Return the state with a change made to what every subnet emits and sets aside, where any of it is stored."""
    emissions = state.emissions
    for netuid, emission in state.emissions.items():
        changed = change(netuid, emission)
        emissions = with_entry(emissions, netuid, changed, changed != NO_EMISSION)
    return evolve(state, emissions=emissions)


def upgrade(state: State, migration: Migration, runtime: Runtime) -> State:
    """Return the state after the migration to a version: under its rules, with its defaults where nothing is stored."""
    old, new = state.runtime.items.subnet.hyperparameters, runtime.items.subnet.hyperparameters
    changed = _changed(old, new)
    old_parameters = state.runtime.items.parameters
    changed_parameters = _changed(old_parameters, runtime.items.parameters)

    def renewed(netuid: NetUid, subnet: Subnet) -> Subnet:
        present = subnet.hyperparameters
        unstored = {
            name: value
            for name, value in changed.items()
            if getattr(present, name) == getattr(old, name) and not (subnet.added and name in GIVEN_AT_CREATION)
        }
        return with_hyperparameters(subnet, **unstored)

    if runtime.spec_version <= LAST_COUNTED:
        state = count_totals(state)
    state = evolve(migration(state), runtime=runtime)
    unstored = {
        name: value
        for name, value in changed_parameters.items()
        if getattr(state.parameters, name) == getattr(old_parameters, name)
    }
    if unstored:
        state = evolve(state, parameters=evolve(state.parameters, **unstored))
    if changed:
        state = change_networks(state, renewed, existing=False)
    blank = [netuid for netuid, subnet in state.subnets.items() if subnet == runtime.items.subnet]
    return evolve(state, subnets=reduce(without, blank, state.subnets))


def _changed(old: Any, new: Any) -> dict[str, Any]:
    """Return the attributes of a record that have another value in a new one, with that value."""
    values = ((attribute.name, getattr(new, attribute.name)) for attribute in fields(type(new)))
    return {name: value for name, value in values if value != getattr(old, name)}


def require_later(state: State, spec_version: int, name: str) -> None:
    """Refuse, as InputError, to take a state back to an earlier version."""
    present = state.runtime.spec_version
    if spec_version < present:
        raise InputError(f"the state is of version {present}: it cannot go back to {name!r} ({spec_version})")
