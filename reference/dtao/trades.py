"""What a trade of stake is asked for, and what a swap came to."""

from attrs import frozen

from dtao.units import AccountId, Alpha, NetUid, Rao


@frozen(weakref_slot=False)
class Swap:
    """What a swap came to: for a buyer of alpha TAO in and alpha out, for a seller the reverse."""

    paid_in: int
    """The fee is not in it, nor what was left over at a limit."""
    paid_out: int
    fee: int
    """In what was paid in."""
    fee_to_author: int = 0
    """What of it is for the author of the block."""


@frozen
class Addition:
    """Stake that a coldkey wants to add."""

    coldkey: AccountId
    hotkey: AccountId
    netuid: NetUid
    tao: Rao
    maximum: Rao
    """What a limit price allows; ``tao`` itself without a limit."""
    allow_partial: bool


@frozen
class Removal:
    """Stake that a coldkey wants to remove."""

    coldkey: AccountId
    hotkey: AccountId
    netuid: NetUid
    alpha: Alpha
    maximum: Alpha
    """What a limit price allows; ``alpha`` itself without a limit."""
    allow_partial: bool


@frozen
class Position:
    """Stake of a coldkey on a hotkey of a subnet: one end of a transition."""

    coldkey: AccountId
    hotkey: AccountId
    netuid: NetUid


@frozen
class Transition:
    """Stake that a coldkey wants to move."""

    origin: Position
    destination: Position
    alpha: Alpha
    maximum: Alpha
    """What a limit price allows; ``alpha`` itself without a limit."""
    allow_partial: bool
    transfers: bool
    """Whether the stake is to belong to another coldkey."""
