"""What one version of the runtime computes with: a function for each rule that ever changed, constants, storage, calls.

A state names its runtime, as the state of the chain holds the code that the next block runs. A rule that never changed
is no attribute here: it is the same function in all eras, and called as such.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from attrs import field, frozen

from dtao.items import Items
from dtao.units import AccountId, NetUid, Rao

if TYPE_CHECKING:
    from dtao.calls import Call
    from dtao.calls.checks import AdditionCheck, RemovalCheck, TransitionCheck
    from dtao.state import Hyperparameters, State, Subnet

    SubnetStep = Callable[[Subnet, AccountId, AccountId], Subnet]


@frozen
class Runtime:
    """The rules of one version, or of several between which nothing changed. Two are equal if their version is."""

    spec_version: int
    """The first version with these rules."""
    items: Items = field(eq=False)
    calls: "Mapping[str, type[Call]]" = field(eq=False)
    """The calls that exist, by the runtime's names."""

    moving_price_after: Callable[[int, int, int], int] = field(eq=False)
    """(moving price, price, weight of the price) -> the next moving price; I96F32."""
    is_closed: Callable[[bool, bool], bool] = field(eq=False)
    """(burned registration is on, registration by work is on) -> whether the subnet gets no TAO."""
    children_change_in_every_block: bool = field(eq=False)
    """Whether pending children come into force when their cooldown is over; else at the next epoch after that."""
    addition_checks: "tuple[AdditionCheck, ...]" = field(eq=False)
    """What must hold for stake to be added, in the order of checking."""
    removal_checks: "tuple[RemovalCheck, ...]" = field(eq=False)
    """What must hold for stake to be removed, in the order of checking."""
    transition_checks: "tuple[TransitionCheck, ...]" = field(eq=False)
    """What must hold for stake to be moved, in the order of checking."""
    stake_change_noted: "Callable[[State, AccountId, AccountId], State]" = field(eq=False)
    """(state, coldkey, hotkey) -> the state after a coldkey's stake on a hotkey was changed by a call."""
    is_protected: "Callable[[State, Subnet, AccountId], bool]" = field(eq=False)
    """(state, subnet, hotkey) -> whether the neuron of the hotkey never makes way for another."""
    replacement_clears_bonds: bool = field(eq=False)
    """Whether the successor of a neuron starts without the bonds of that."""

    hotkey_swapped: "Callable[[State, AccountId, AccountId, AccountId], State]" = field(eq=False)
    """(state, coldkey, old, new) -> the state after a hotkey was replaced on all subnets."""
    hotkey_swap_steps_everywhere: "tuple[SubnetStep, ...]" = field(eq=False)
    """What a swap of hotkeys changes under every netuid."""
    hotkey_swap_steps_on_networks: "tuple[SubnetStep, ...]" = field(eq=False)
    """What a swap of hotkeys changes of an existing network, after that."""
    totals_follow_swap_everywhere: bool = field(eq=False)
    """Whether the stake totals of a swapped hotkey move under every netuid; else only where a network exists."""
    last_blocks_after_swap: "Callable[[State, AccountId, AccountId], State]" = field(eq=False)
    """(state, old, new) -> the state in which the new hotkey has the last blocks that it is to have."""

    new_pool_counts_as_stake: bool = field(eq=False)
    """Whether the TAO in the pool of a new subnet is added to the total stake."""
    stake_kept_at_registration: "Callable[[State], Rao]" = field(eq=False)
    """What a new subnet keeps of the total stake."""
    min_burn_of_new_network: "Callable[[Hyperparameters], Rao]" = field(eq=False)
    """The least burn that a new subnet starts with."""
    announced_mechanism: int = field(eq=False)
    """What the event of a new subnet says about its mechanism."""
    start_enables_subtoken: bool = field(eq=False)
    """Whether the start of a subnet enables its token."""

    take_changes_counted_for: Callable[[AccountId, AccountId], AccountId] = field(eq=False)
    """(coldkey, hotkey) -> the account whose changes of a delegate's take the rate limit counts."""
    take_decreases_count: bool = field(eq=False)
    """Whether the rate limit of takes counts decreases too."""
    children_cooldown: "Callable[[State], int]" = field(eq=False)
    """The blocks for which scheduled children are pending at least."""
    may_name_children: "Callable[[State, AccountId, NetUid], bool]" = field(eq=False)
    """(state, hotkey, netuid) -> whether a hotkey has what naming children takes."""
    childkey_take_is_limited: Callable[[int, int], bool] = field(eq=False)
    """(present take, take) -> whether the rate limit holds for this change of a childkey take."""
