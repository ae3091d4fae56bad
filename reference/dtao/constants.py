"""The constants that calls compute with, as an era has them; those of the launch are the defaults."""

from attrs import frozen

from dtao import params
from dtao.units import Rao


@frozen
class Constants:
    """What the runtime charges, requires and waits for."""

    min_stake: Rao = Rao(params.DEFAULT_MIN_STAKE)
    """The smallest stake, before fees."""
    staking_fee: Rao = Rao(params.DEFAULT_STAKING_FEE)
    """The fee on every stake added, and the least on every stake removed; a transition pays half of it on each leg."""
    key_swap_cost: Rao = Rao(params.KEY_SWAP_COST)
    """Burned by swap_hotkey."""
    key_swap_on_subnet_cost: Rao = Rao(params.KEY_SWAP_ON_SUBNET_COST)
    """Burned by swap_hotkey on one subnet alone."""
    hotkey_swap_on_subnet_interval: int = params.HOTKEY_SWAP_ON_SUBNET_INTERVAL
    """Blocks that must have passed between two swaps of a hotkey by one coldkey on one subnet alone."""
    no_network: str = "SubNetworkDoesNotExist"
    """Why most calls are refused that name a network which does not exist."""
    no_network_of_pool: str = "SubNetworkDoesNotExist"
    """Why calls of the swap pallet are."""
    max_weight: int | None = None
    """The largest share of a weight, a u16 where 65535 is any; None where each subnet has a parameter for it."""
    start_call_delay: int = params.DURATION_OF_START_CALL
    """Blocks after its registration before a subnet may be started."""
