"""The economic events of calls, with the runtime's names and its order of fields."""

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar

from attrs import fields, frozen

from dtao.units import AccountId, Alpha, BlockNumber, NetUid, Rao, Uid


@frozen
class Event:
    """The base of all events."""

    RUNTIME_NAME: ClassVar[str | None] = None
    """What the runtime calls it, if its class is not named so because a version gave it other fields."""


@frozen
class StakeAdded(Event):
    """TAO was staked: ``tao`` is what was swapped, without the fee."""

    coldkey: AccountId
    hotkey: AccountId
    tao: Rao
    alpha: Alpha
    netuid: NetUid


@frozen
class StakeRemoved(Event):
    """Alpha was unstaked: ``tao`` is what was paid, without the fee."""

    coldkey: AccountId
    hotkey: AccountId
    tao: Rao
    alpha: Alpha
    netuid: NetUid


@frozen
class StakeAddedForFee(Event):
    """TAO was staked: ``StakeAdded`` as it is from 257 on, with the fee that was paid of it."""

    RUNTIME_NAME = "StakeAdded"

    coldkey: AccountId
    hotkey: AccountId
    tao: Rao
    alpha: Alpha
    netuid: NetUid
    fee: Rao


@frozen
class StakeRemovedForFee(Event):
    """Alpha was unstaked: ``StakeRemoved`` as it is from 257 on, with the fee that was paid of it."""

    RUNTIME_NAME = "StakeRemoved"

    coldkey: AccountId
    hotkey: AccountId
    tao: Rao
    alpha: Alpha
    netuid: NetUid
    fee: Rao


@frozen
class AlphaRecycled(Event):
    """Alpha was taken out of a holder's stake, and may be issued again."""

    coldkey: AccountId
    hotkey: AccountId
    alpha: Alpha
    netuid: NetUid


@frozen
class AlphaBurned(Event):
    """Alpha was taken out of a holder's stake, and counts as issued for ever."""

    coldkey: AccountId
    hotkey: AccountId
    alpha: Alpha
    netuid: NetUid


@frozen
class StakeMoved(Event):
    """Stake moved from one hotkey to another."""

    coldkey: AccountId
    origin_hotkey: AccountId
    origin_netuid: NetUid
    destination_hotkey: AccountId
    destination_netuid: NetUid
    tao: Rao


@frozen
class StakeTransferred(Event):
    """Stake moved from one coldkey to another."""

    origin_coldkey: AccountId
    destination_coldkey: AccountId
    hotkey: AccountId
    origin_netuid: NetUid
    destination_netuid: NetUid
    tao: Rao


@frozen
class StakeSwapped(Event):
    """Stake moved from one subnet to another."""

    coldkey: AccountId
    hotkey: AccountId
    origin_netuid: NetUid
    destination_netuid: NetUid
    tao: Rao


@frozen
class NetworkAdded(Event):
    """A subnet was registered."""

    netuid: NetUid
    modality: int


@frozen
class FirstEmissionBlockNumberSet(Event):
    """A subnet was started: it emits from this block on."""

    netuid: NetUid
    block: BlockNumber


@frozen
class NetworkRemoved(Event):
    """A subnet was dissolved."""

    netuid: NetUid


@frozen
class NeuronRegistered(Event):
    """A hotkey became a neuron."""

    netuid: NetUid
    uid: Uid
    hotkey: AccountId


@frozen
class WeightsSet(Event):
    """A neuron set its weights."""

    netuid: NetUid
    uid: Uid


@frozen
class SetChildrenScheduled(Event):
    """A hotkey named its next children."""

    hotkey: AccountId
    netuid: NetUid
    cooldown_block: BlockNumber
    children: tuple[tuple[int, AccountId], ...]


@frozen
class ChildKeyTakeSet(Event):
    """A hotkey set what it keeps of its parents' dividends."""

    hotkey: AccountId
    take: int


@frozen
class TakeIncreased(Event):
    """A delegate takes more of its stakers' dividends."""

    coldkey: AccountId
    hotkey: AccountId
    take: int


@frozen
class TakeDecreased(Event):
    """A delegate takes less of its stakers' dividends."""

    coldkey: AccountId
    hotkey: AccountId
    take: int


@frozen
class HotkeySwapped(Event):
    """A hotkey was replaced by another of the same coldkey."""

    coldkey: AccountId
    old_hotkey: AccountId
    new_hotkey: AccountId


@frozen
class HotkeySwappedOnSubnet(Event):
    """A hotkey took another one's place on one subnet."""

    coldkey: AccountId
    old_hotkey: AccountId
    new_hotkey: AccountId
    netuid: NetUid


@frozen
class ColdkeySwappedForNothing(Event):
    """A coldkey was replaced by another; what that cost is not told."""

    RUNTIME_NAME = "ColdkeySwapped"

    old_coldkey: AccountId
    new_coldkey: AccountId


@frozen
class VotingPowerTrackingEnabled(Event):
    """Epochs of a subnet track the voting power of its validators."""

    netuid: NetUid


@frozen
class VotingPowerTrackingDisableScheduled(Event):
    """The tracking of a subnet will end."""

    netuid: NetUid
    disable_at_block: BlockNumber


@frozen
class VotingPowerEmaAlphaSet(Event):
    """The weight of the present stake in the voting power of a subnet was set."""

    netuid: NetUid
    alpha: int


@frozen
class StakeAddedAndBurned(Event):
    """The owner of a subnet staked TAO there and gave up the alpha."""

    RUNTIME_NAME = "AddStakeBurn"

    netuid: NetUid
    hotkey: AccountId
    amount: Rao
    alpha: Alpha


@frozen
class ColdkeySwapped(Event):
    """A coldkey was replaced by another."""

    old_coldkey: AccountId
    new_coldkey: AccountId
    swap_cost: Rao


@frozen
class FeeRateSet(Event):
    """A subnet's pool charges another fee from now on."""

    netuid: NetUid
    rate: int


@frozen
class UserLiquidityToggled(Event):
    """Users may provide liquidity to a subnet's pool, or no more."""

    netuid: NetUid
    enable: bool


@frozen
class LiquidityAdded(Event):
    """A position was opened."""

    coldkey: AccountId
    hotkey: AccountId
    netuid: NetUid
    position_id: int
    liquidity: int
    tao: Rao
    alpha: Alpha


@frozen
class LiquidityRemoved(Event):
    """A position was taken out."""

    coldkey: AccountId
    hotkey: AccountId
    netuid: NetUid
    position_id: int
    tao: Rao
    alpha: Alpha
    fee_tao: Rao
    fee_alpha: Alpha


@frozen
class LiquidityModified(Event):
    """Liquidity was put into a position or taken out, and its fees were collected."""

    coldkey: AccountId
    hotkey: AccountId
    netuid: NetUid
    position_id: int
    liquidity: int
    """The change: negative if it was taken out, as are the two amounts then."""
    tao: int
    alpha: int
    fee_tao: Rao
    fee_alpha: Alpha


@frozen
class LiquidityAddedBetween(Event):
    """A position was opened: ``LiquidityAdded`` as it is from 298 on, with its edges."""

    RUNTIME_NAME = "LiquidityAdded"

    coldkey: AccountId
    hotkey: AccountId
    netuid: NetUid
    position_id: int
    liquidity: int
    tao: Rao
    alpha: Alpha
    tick_low: int
    tick_high: int


@frozen
class LiquidityRemovedBetween(Event):
    """A position was taken out: ``LiquidityRemoved`` as it is from 298 on, with its liquidity and its edges."""

    RUNTIME_NAME = "LiquidityRemoved"

    coldkey: AccountId
    hotkey: AccountId
    netuid: NetUid
    position_id: int
    liquidity: int
    tao: Rao
    alpha: Alpha
    fee_tao: Rao
    fee_alpha: Alpha
    tick_low: int
    tick_high: int


@frozen
class LiquidityModifiedBetween(Event):
    """Liquidity of a position changed: ``LiquidityModified`` as it is from 298 on, with its edges."""

    RUNTIME_NAME = "LiquidityModified"

    coldkey: AccountId
    hotkey: AccountId
    netuid: NetUid
    position_id: int
    liquidity: int
    tao: int
    alpha: int
    fee_tao: Rao
    fee_alpha: Alpha
    tick_low: int
    tick_high: int


@frozen
class RootClaimed(Event):
    """A coldkey claimed what its root stake earned."""

    coldkey: AccountId


@frozen
class RootClaimTypeSet(Event):
    """A coldkey chose what becomes of its claims."""

    coldkey: AccountId
    root_claim_type: str
    """What becomes of them, and the subnets if only those of some are kept."""


@frozen
class AutoStakeDestinationSet(Event):
    """A coldkey chose the hotkey on which its miners' earnings on a subnet are staked."""

    coldkey: AccountId
    netuid: NetUid
    hotkey: AccountId


@frozen
class AutoParentDelegationEnabledSet(Event):
    """A validator of root said whether it gives its stake on new subnets to their owner hotkeys."""

    hotkey: AccountId
    enabled: bool


@frozen
class StakeLocked(Event):
    """A coldkey locked stake in favour of a hotkey."""

    coldkey: AccountId
    hotkey: AccountId
    netuid: NetUid
    amount: Alpha


@frozen
class LockMoved(Event):
    """A coldkey moved its lock to another hotkey."""

    coldkey: AccountId
    origin_hotkey: AccountId
    destination_hotkey: AccountId
    netuid: NetUid


@frozen
class PerpetualLockUpdated(Event):
    """A coldkey said whether its locks on a subnet keep their mass."""

    coldkey: AccountId
    netuid: NetUid
    enabled: bool


@frozen
class RejectLockedAlphaUpdated(Event):
    """A coldkey said whether it refuses locked stake of others."""

    coldkey: AccountId
    enabled: bool


@frozen
class SubnetOwnerHotkeySet(Event):
    """A hotkey became the owner hotkey of a subnet."""

    netuid: NetUid
    hotkey: AccountId


@frozen
class SubnetOwnerChanged(Event):
    """The hotkey with the most conviction became the owner hotkey of a subnet."""

    netuid: NetUid
    old_coldkey: AccountId
    new_coldkey: AccountId


@frozen
class TempoSet(Event):
    """The tempo of a subnet changed."""

    netuid: NetUid
    tempo: int


@frozen
class ActivityCutoffFactorMilliSet(Event):
    """It changed after how many thousandths of a tempo a neuron of a subnet counts as inactive."""

    netuid: NetUid
    factor_milli: int


@frozen
class EpochTriggered(Event):
    """The owner of a subnet asked for an epoch."""

    netuid: NetUid
    by: AccountId
    fires_at: BlockNumber


def named(*events: type[Event]) -> dict[str, type[Event]]:
    """Return events by the runtime's names, as a row of :mod:`dtao.eras` lists them."""
    return {name(event): event for event in events}


def of_era(event: Event, table: Mapping[str, type[Event]]) -> Event:
    """Return an event as an era emits it, which may leave out some of the fields; ``table`` holds the era's events."""
    kind = table[name(event)]
    if type(event) is kind:
        return event
    return kind(**{field.name: getattr(event, field.name) for field in fields(kind)})


def to_json(events: tuple[Event, ...]) -> list[list[object]]:
    """Write events as the vectors do: the name, then the fields, every number as a decimal string."""
    return [_written(event) for event in events]


def _written(event: Event) -> list[object]:
    kind: Any = type(event)
    return [name(event), *[_field(getattr(event, field)) for field in _fields_of(kind)]]


@cache
def _fields_of(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def name(event: Event | type[Event]) -> str:
    """Return the runtime's name of an event."""
    kind = event if isinstance(event, type) else type(event)
    return kind.RUNTIME_NAME or kind.__name__


def _field(value: object) -> object:
    if type(value) is int:
        return str(value)
    if isinstance(value, tuple):
        return [_field(element) for element in value]
    return str(value).lower() if value is True or value is False else str(value)
