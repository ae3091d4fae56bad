"""What an upgrade of the runtime does to the state, where it matters to the economy.

An upgrade replaces the code and runs its migrations once, in the block of the upgrade, which is the state's present
one here. An entry that nobody stored reads the new default afterwards. A state does not tell an entry that was never
stored from one that was stored with the default value; what a network is given at its creation (its tempo, say) counts
as stored, everything else with the old default as not stored.

Not covered: what the economy does not read (identities, commits, schedules of swaps), and migrations of versions that
no era covers.
"""

from collections.abc import Callable
from functools import reduce

from attrs import fields

from dtao.entries import without
from dtao.errors import InputError
from dtao.evolving import evolve
from dtao.params import INITIAL_MAX_BURN, INITIAL_MIN_DIFFICULTY
from dtao.records import Hyperparameters, Parameters, Subnet
from dtao.state import Runtime, State
from dtao.units import ROOT, NetUid, Rao

GIVEN_AT_CREATION = frozenset({"tempo"})
"""The parameters with defaults that ever changed which a network is given at its creation."""
BONDS_MOVING_AVERAGE_BOUND = 975_000
"""In millionths."""

Migration = Callable[[State], State]


def nothing_migrated(state: State) -> State:
    """Return the state as it is."""
    return state


def min_difficulty_lowered(state: State) -> State:
    """Return the state in which proof of work may become easy again on every network but root.

    Mirrors ``migrate_set_min_difficulty``.
    """
    return _on_networks(state, lambda netuid, subnet: _with(subnet, min_difficulty=INITIAL_MIN_DIFFICULTY), root=False)


def subnet_limit_removed(state: State) -> State:
    """Return the state without the limit on the number of subnets."""
    return evolve(state, parameters=evolve(state.parameters, subnet_limit=Parameters().subnet_limit))


def networks_started(state: State) -> State:
    """Return the state in which every network but root counts as started, in the present block.

    Mirrors ``migrate_set_first_emission_block_number``.
    """
    block = state.block_number
    return _on_networks(state, lambda netuid, subnet: evolve(subnet, first_emission_block_number=block), root=False)


def subtokens_enabled(state: State) -> State:
    """Return the state in which the tokens of root and of all started networks are enabled.

    No bonds moving average is above 0.975, and every maximal burn is 100 TAO. The stake that networks kept at their
    registration is dropped. Mirrors ``migrate_set_subtoken_enabled``, ``migrate_reset_bonds_moving_average``,
    ``migrate_reset_max_burn`` and ``migrate_orphaned_storage_items``.
    """

    def enabled(netuid: NetUid, subnet: Subnet) -> Subnet:
        started = netuid == ROOT or subnet.first_emission_block_number is not None
        average = min(subnet.hyperparameters.bonds_moving_average, BONDS_MOVING_AVERAGE_BOUND)
        subnet = _with(subnet, bonds_moving_average=average, max_burn=Rao(INITIAL_MAX_BURN))
        return evolve(subnet, subtoken_enabled=started if subnet.added else False, total_stake_at_dynamic=Rao(0))

    return _on_networks(state, enabled, existing=False)


def _with(subnet: Subnet, **hyperparameters: int) -> Subnet:
    return evolve(subnet, hyperparameters=evolve(subnet.hyperparameters, **hyperparameters))  # type: ignore[arg-type]


def _on_networks(
    state: State, change: Callable[[NetUid, Subnet], Subnet], root: bool = True, existing: bool = True
) -> State:
    subnets = state.subnets
    for netuid, subnet in state.subnets.items():
        if (subnet.added or not existing) and (root or netuid != ROOT):
            subnets = subnets.set(netuid, change(netuid, subnet))
    return evolve(state, subnets=subnets)


def upgraded(state: State, migration: Migration, runtime: Runtime) -> State:
    """Return the state after the migration to a version: under its rules, with its defaults where nothing is stored."""
    old, new = state.runtime.items.subnet.hyperparameters, runtime.items.subnet.hyperparameters
    changed = {
        attribute.name: value
        for attribute in fields(Hyperparameters)
        if (value := getattr(new, attribute.name)) != getattr(old, attribute.name)
    }

    def renewed(netuid: NetUid, subnet: Subnet) -> Subnet:
        present = subnet.hyperparameters
        unstored = {
            name: value
            for name, value in changed.items()
            if getattr(present, name) == getattr(old, name) and not (subnet.added and name in GIVEN_AT_CREATION)
        }
        return _with(subnet, **unstored)

    state = evolve(migration(state), runtime=runtime)
    if changed:
        state = _on_networks(state, renewed, existing=False)
    blank = [netuid for netuid, subnet in state.subnets.items() if subnet == runtime.items.subnet]
    return evolve(state, subnets=reduce(without, blank, state.subnets))


def require_later(state: State, spec_version: int, name: str) -> None:
    """Refuse, as InputError, to take a state back to an earlier version."""
    present = state.runtime.spec_version
    if spec_version < present:
        raise InputError(f"the state is of version {present}: it cannot go back to {name!r} ({spec_version})")
