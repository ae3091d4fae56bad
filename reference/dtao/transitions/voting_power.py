"""The voting power of validators: averages of their stake, which contracts read and the economy does not."""

from collections.abc import Callable, Mapping

from dtao.entries import with_entry, without
from dtao.evolving import evolve
from dtao.params import VOTING_POWER_ONE
from dtao.persistent import Map
from dtao.records import Subnet
from dtao.rule import implements
from dtao.state import State
from dtao.transitions.stake import with_subnet
from dtao.units import U64_MAX, AccountId, BlockNumber, NetUid

PowerRecorded = Callable[[State, NetUid, Mapping[AccountId, tuple[int, bool]]], State]


def record_nothing(state: State, netuid: NetUid, validators: Mapping[AccountId, tuple[int, bool]]) -> State:
    """Return the state as it is."""
    return state


@implements("STATE-15")
def average_power(stake: int, before: int, weight: int) -> int:
    """Return the voting power after an epoch: the average of stake and power before, by a weight in parts of 10^18.

    Floored, a u64 that saturates. Mirrors ``calculate_voting_power_ema``.
    """
    return min((weight * stake + max(VOTING_POWER_ONE - weight, 0) * before) // VOTING_POWER_ONE, U64_MAX)


@implements("STATE-15")
def update_voting_power(state: State, netuid: NetUid, validators: Mapping[AccountId, tuple[int, bool]]) -> State:
    """Return the state after an epoch in which the voting power of all with a permit was brought up to date.

    The subnet tracks it: of others nothing is recorded. ``validators`` has for each hotkey its stake weight, in rao,
    and whether it has a permit now. Others lose their power, as do those whose average fell below the threshold of
    stake, and those that are no members any more. In or after the block in which tracking ends all of it is forgotten.
    Mirrors ``update_voting_power_for_subnet``.
    """
    subnet = state.subnet(netuid)
    ends = subnet.voting_power_disable_at_block
    if 0 < ends <= state.block_number:
        ended = evolve(
            subnet,
            voting_power=Map(),
            voting_power_tracking_enabled=False,
            voting_power_disable_at_block=BlockNumber(0),
        )
        return with_subnet(state, netuid, ended)
    threshold = state.parameters.stake_threshold
    powers = subnet.voting_power
    for hotkey, (stake, is_validator) in validators.items():
        before = powers.get(hotkey, 0)
        after = average_power(stake, before, subnet.voting_power_ema_alpha)
        if not is_validator or after < threshold <= before:
            powers = without(powers, hotkey)
        elif after > 0:
            powers = powers.set(hotkey, after)
    for hotkey in powers:
        if not subnet.neurons.is_network_member.get(hotkey, False):
            powers = without(powers, hotkey)
    return with_subnet(state, netuid, evolve(subnet, voting_power=powers))


@implements("STATE-15")
def move_power(subnet: Subnet, old: AccountId, new: AccountId) -> Subnet:
    """Return the subnet in which the voting power of a swapped hotkey is added to that of the new one."""
    moved = subnet.voting_power.get(old, 0)
    if not moved:
        return subnet
    total = min(moved + subnet.voting_power.get(new, 0), U64_MAX)
    return evolve(subnet, voting_power=with_entry(without(subnet.voting_power, old), new, total, True))
