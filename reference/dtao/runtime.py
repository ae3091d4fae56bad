"""What one version of the runtime computes with: a function for each rule that ever changed, constants, storage, calls.

A state names its runtime, as the state of the chain holds the code that the next block runs. A rule that never changed
is no attribute here: it is the same function in all eras, and called as such.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from attrs import field, frozen

from dtao.items import Items
from dtao.units import AccountId

if TYPE_CHECKING:
    from dtao.calls import Call
    from dtao.calls.checks import AdditionCheck, RemovalCheck, TransitionCheck
    from dtao.state import State, Subnet


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
    owner_hotkey_follows_swap: bool = field(eq=False)
    """Whether a swapped hotkey remains the owner hotkey of its subnets."""
