"""The economic events of calls, with the runtime's names and its order of fields."""

from collections.abc import Mapping

from attrs import astuple, frozen

from dtao.units import AccountId, Alpha, BlockNumber, NetUid, Rao, Uid


@frozen
class StakeAdded:
    """TAO was staked: ``tao`` is what was swapped, without the fee."""

    coldkey: AccountId
    hotkey: AccountId
    tao: Rao
    alpha: Alpha
    netuid: NetUid


@frozen
class StakeRemoved:
    """Alpha was unstaked: ``tao`` is what was paid, without the fee."""

    coldkey: AccountId
    hotkey: AccountId
    tao: Rao
    alpha: Alpha
    netuid: NetUid


@frozen
class StakeAddedForFee:
    """TAO was staked: ``StakeAdded`` as it is from 257 on, with the fee that was paid of it."""

    coldkey: AccountId
    hotkey: AccountId
    tao: Rao
    alpha: Alpha
    netuid: NetUid
    fee: Rao


@frozen
class StakeRemovedForFee:
    """Alpha was unstaked: ``StakeRemoved`` as it is from 257 on, with the fee that was paid of it."""

    coldkey: AccountId
    hotkey: AccountId
    tao: Rao
    alpha: Alpha
    netuid: NetUid
    fee: Rao


@frozen
class AlphaRecycled:
    """Alpha was taken out of a holder's stake, and may be issued again."""

    coldkey: AccountId
    hotkey: AccountId
    alpha: Alpha
    netuid: NetUid


@frozen
class AlphaBurned:
    """Alpha was taken out of a holder's stake, and counts as issued for ever."""

    coldkey: AccountId
    hotkey: AccountId
    alpha: Alpha
    netuid: NetUid


@frozen
class StakeMoved:
    """Stake moved from one hotkey to another."""

    coldkey: AccountId
    origin_hotkey: AccountId
    origin_netuid: NetUid
    destination_hotkey: AccountId
    destination_netuid: NetUid
    tao: Rao


@frozen
class StakeTransferred:
    """Stake moved from one coldkey to another."""

    origin_coldkey: AccountId
    destination_coldkey: AccountId
    hotkey: AccountId
    origin_netuid: NetUid
    destination_netuid: NetUid
    tao: Rao


@frozen
class StakeSwapped:
    """Stake moved from one subnet to another."""

    coldkey: AccountId
    hotkey: AccountId
    origin_netuid: NetUid
    destination_netuid: NetUid
    tao: Rao


@frozen
class NetworkAdded:
    """A subnet was registered."""

    netuid: NetUid
    modality: int


@frozen
class FirstEmissionBlockNumberSet:
    """A subnet was started: it emits from this block on."""

    netuid: NetUid
    block: BlockNumber


@frozen
class NetworkRemoved:
    """A subnet was dissolved."""

    netuid: NetUid


@frozen
class NeuronRegistered:
    """A hotkey became a neuron."""

    netuid: NetUid
    uid: Uid
    hotkey: AccountId


@frozen
class WeightsSet:
    """A neuron set its weights."""

    netuid: NetUid
    uid: Uid


@frozen
class SetChildrenScheduled:
    """A hotkey named its next children."""

    hotkey: AccountId
    netuid: NetUid
    cooldown_block: BlockNumber
    children: tuple[tuple[int, AccountId], ...]


@frozen
class ChildKeyTakeSet:
    """A hotkey set what it keeps of its parents' dividends."""

    hotkey: AccountId
    take: int


@frozen
class TakeIncreased:
    """A delegate takes more of its stakers' dividends."""

    coldkey: AccountId
    hotkey: AccountId
    take: int


@frozen
class TakeDecreased:
    """A delegate takes less of its stakers' dividends."""

    coldkey: AccountId
    hotkey: AccountId
    take: int


@frozen
class HotkeySwapped:
    """A hotkey was replaced by another of the same coldkey."""

    coldkey: AccountId
    old_hotkey: AccountId
    new_hotkey: AccountId


@frozen
class HotkeySwappedOnSubnet:
    """A hotkey took another one's place on one subnet."""

    coldkey: AccountId
    old_hotkey: AccountId
    new_hotkey: AccountId
    netuid: NetUid


@frozen
class ColdkeySwapped:
    """A coldkey was replaced by another."""

    old_coldkey: AccountId
    new_coldkey: AccountId
    swap_cost: Rao


Event = (
    StakeAdded
    | StakeRemoved
    | StakeAddedForFee
    | StakeRemovedForFee
    | AlphaRecycled
    | AlphaBurned
    | StakeMoved
    | StakeTransferred
    | StakeSwapped
    | NetworkAdded
    | NetworkRemoved
    | FirstEmissionBlockNumberSet
    | NeuronRegistered
    | WeightsSet
    | SetChildrenScheduled
    | ChildKeyTakeSet
    | TakeIncreased
    | TakeDecreased
    | HotkeySwapped
    | HotkeySwappedOnSubnet
    | ColdkeySwapped
)

RENAMED: Mapping[type[Event], str] = {StakeAddedForFee: "StakeAdded", StakeRemovedForFee: "StakeRemoved"}
"""The events whose class is not named as the runtime names them, because a version gave them other fields."""


def to_json(events: tuple[Event, ...]) -> list[list[object]]:
    """Write events as the vectors do: the name, then the fields, every number as a decimal string."""
    return [[name(event), *map(_field, astuple(event, recurse=False))] for event in events]


def name(event: Event) -> str:
    """Return the runtime's name of an event."""
    return RENAMED.get(type(event)) or type(event).__name__


def _field(value: object) -> object:
    return [_field(element) for element in value] if isinstance(value, tuple) else str(value)
