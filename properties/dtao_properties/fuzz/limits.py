"""The limits of a state that count blocks, so that steps can be put exactly where each of them ends.

A limit ends ``length`` blocks after ``last``. A campaign puts the clock on that block, the one before or the one after;
or it writes the length, or the block that is counted from, so that the limit ends now. Then it makes the call.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar, get_args

from attrs import field, fields_dict, frozen

from dtao.calls.tempo import ACTIVITY_CUTOFF_FACTOR, TRIGGER_EPOCH
from dtao.evolving import evolve, maker
from dtao.items import SUBNET_PARTS
from dtao.params import MIN_TEMPO, SET_CHILDKEY_TAKE, SET_CHILDREN, SET_CHILDREN_RATE_LIMIT, TX_TEMPO_UPDATE
from dtao.records import Neurons, Subnet
from dtao.rules.emission import blocks_until_next_epoch
from dtao.rules.epoch_timing import cutoff_by_tempo, next_epoch_block
from dtao.state import Runtime, State
from dtao.stored import NUMBER_KEYS, Item
from dtao.units import ROOT, U64_MAX, AccountId, BlockNumber, NetUid, Uid
from dtao_properties.adapters.protocol import Json
from dtao_properties.fuzz.choices import Choices

OFFSETS = (0, 1, -1)
"""Blocks from the end of a limit at which it is tried."""
FARTHEST = 1_000_000
"""Blocks by which the clock is put forward at most."""
RATE_LIMITED = "LastRateLimitedBlock/"
"""How the names of some items begin from 320 on, which were items of their own before."""
LENGTHS = frozenset({"limit", "interval", "period", "delay", "cutoff", "cooldown", "duration", "blocks", "tempo"})
"""With one of these the name of a constant or parameter ends that is a number of blocks."""
CLAIMED = frozenset({
    "BlockNumber", "LastTxBlock", "LastTxBlockDelegateTake", "TransactionKeyLastBlock", "NetworkLastRegistered",
    "NetworkRegisteredAt", "LastUpdate", "BlockAtRegistration", "LastAdjustmentBlock", "PendingChildKeys",
    "LastHotkeySwapOnNetuid", "VotingPowerDisableAtBlock",
    *(f"{RATE_LIMITED}{name}" for name in ("LastTxBlock", "LastTxBlockDelegateTake", "NetworkLastRegistered")),
})  # fmt: skip
"""The items of blocks that one of the families knows, with the length and the call that belong to each."""
OWNER_UPDATES: Mapping[str, str] = {
    "set_activity_cutoff_factor": ACTIVITY_CUTOFF_FACTOR, "trigger_epoch": TRIGGER_EPOCH,
}  # fmt: skip
"""What an owner sets -> how the rate limit names it."""
MAX_ENTRIES = 8
"""Of the entries of one item, so many are looked at."""


@frozen(weakref_slot=False)
class Write:
    """A storage entry that a limit depends on; ``value`` makes what is written of a number of blocks."""

    item: str
    keys: Mapping[str, Json] = field(factory=dict)
    value: Callable[[int], Json] = str

    def of(self, number: int) -> dict[str, Json]:
        """Return the request that writes a number of blocks, as near as its item can hold it."""
        return {"do": "set", "item": self.item, **self.keys, "value": self.value(min(max(number, 0), U64_MAX))}


@frozen(weakref_slot=False)
class Limit:
    """Something that is possible only so many blocks after something else, or no longer."""

    name: str
    """The call that it is about; for what a block does by itself another name."""
    last: int
    """The block that is counted from."""
    length: int
    record: Write | None = None
    """Where ``last`` stands, if it can be written."""
    parameter: Write | None = None
    """Where ``length`` stands; None if it is a constant."""
    due: int | None = None
    """The only block at which it is looked at; None for any."""
    hotkey: AccountId | None = None
    coldkey: AccountId | None = None
    netuid: NetUid | None = None
    zero_is_none: bool = False
    """Whether there is no limit if ``last`` is 0."""

    @property
    def counts(self) -> bool:
        """Return whether there is such a limit at present."""
        return bool(self.length) and not (self.zero_is_none and not self.last)

    @property
    def movable(self) -> bool:
        """Return whether a write can make it end now."""
        if self.zero_is_none and not self.last:
            return self.record is not None and bool(self.length)
        return self.parameter is not None or bool(self.length)

    @property
    def end(self) -> int:
        """Return the block at which the limit ends."""
        return self.last + self.length


T = TypeVar("T")
Family = Callable[[State, int | None], Iterator[Limit]]
"""(state, block or None) -> the limits of one kind; with a block those on calls that do not end about it may be left
out, and so may those that are not on calls."""
_limit, _write = maker(Limit), maker(Write)
# A state has tens of limits, and every few steps a campaign looks for one of them that ends now.


def _is_about(end: int, at: int | None) -> bool:
    """Return whether a limit that ends in a block is to be listed: it ends about ``at``, or all are."""
    return at is None or -1 <= end - at <= 1


def _u16(number: int) -> int:
    return min(number, 0xFFFF)


def _u32(number: int) -> Json:
    return str(min(number, 0xFFFF_FFFF))


def _named(state: State, item: str) -> str:
    """Return the name that an item has in the version of a state."""
    return item if item in state.runtime.items.by_name else RATE_LIMITED + item


def _next_epoch(state: State, netuid: NetUid) -> int:
    """Return the first block after the present one in which the epoch of a network is due."""
    tempo, emission, block = state.subnet(netuid).hyperparameters.tempo, state.emission(netuid), state.block_number + 1
    if "LastEpochBlock" not in state.runtime.items.by_name:
        return block + blocks_until_next_epoch(netuid, tempo, block)
    last_step = state.block_number - emission.blocks_since_last_step
    return next_epoch_block(tempo, emission.last_epoch_block, emission.pending_epoch_at, last_step, block)


def _swaps(state: State, at: int | None) -> Iterator[Limit]:
    known, parameter = state.last_tx_block, Write("TxRateLimit")
    length = state.parameters.tx_rate_limit
    for coldkey in sorted({*known, *state.owned_hotkeys})[:MAX_ENTRIES]:
        last = known.get(coldkey, 0)
        if _is_about(last + length, at):
            record = _write(_named(state, "LastTxBlock"), {"account": str(coldkey)}, str)
            yield _limit("swap_hotkey", last, length, record, parameter, None, None, coldkey, None, True)


def _subnet_swaps(state: State, at: int | None) -> Iterator[Limit]:
    interval = state.runtime.constants.hotkey_swap_on_subnet_interval
    records = state.last_hotkey_swap_on_netuid
    coldkeys = sorted(coldkey for coldkey, hotkeys in state.owned_hotkeys.items() if hotkeys)[:3]
    possible = {(netuid, coldkey) for netuid in sorted(state.subnets)[:4] for coldkey in coldkeys}
    for netuid, coldkey in sorted({*records, *possible})[: 2 * MAX_ENTRIES]:
        last = records.get((netuid, coldkey), 0)
        if not _is_about(last + interval, at):
            continue
        record = Write("LastHotkeySwapOnNetuid", {"netuid": netuid, "account": str(coldkey)})
        limit = Limit("swap_hotkey", last, interval, record, coldkey=coldkey, netuid=netuid)
        yield limit
        if at is not None:
            continue
        turn = state.block_number + 1 + (netuid - state.block_number - 1) % interval
        yield evolve(limit, name="records cleared", due=turn)


def _takes(state: State, at: int | None) -> Iterator[Limit]:
    parameter, length = Write("TxDelegateTakeRateLimit"), state.parameters.tx_delegate_take_rate_limit
    for hotkey in sorted(state.owner)[:MAX_ENTRIES]:
        counted = state.runtime.takes.counted_account(state.owner[hotkey], hotkey)
        last = state.last_tx_block_delegate_take.get(counted, 0)
        if _is_about(last + length, at):
            record = _write(_named(state, "LastTxBlockDelegateTake"), {"account": str(counted)}, str)
            yield _limit("increase_take", last, length, record, parameter, None, hotkey, None, None, True)


def _children(state: State, at: int | None) -> Iterator[Limit]:
    parameter, length = Write("TxChildkeyTakeRateLimit"), state.parameters.tx_childkey_take_rate_limit
    fixed, records = SET_CHILDREN_RATE_LIMIT, state.transaction_key_last_block
    hotkeys = sorted(state.owner)[:4]
    for netuid in sorted(netuid for netuid, subnet in state.subnets.items() if subnet.added and netuid != ROOT)[:4]:
        for hotkey in hotkeys:
            # no step can write the record, because the protocol has no name for the kind of transaction
            last = records.get((hotkey, netuid, SET_CHILDREN), 0)
            if _is_about(last + fixed, at):
                yield _limit("set_children", last, fixed, None, None, None, hotkey, None, netuid, True)
            last = records.get((hotkey, netuid, SET_CHILDKEY_TAKE), 0)
            if _is_about(last + length, at):
                yield _limit("set_childkey_take", last, length, None, parameter, None, hotkey, None, netuid, True)


def _networks(state: State, at: int | None) -> Iterator[Limit]:
    last, parameters = state.network_last_registered, state.parameters
    record = Write(_named(state, "NetworkLastRegistered"))
    yield Limit("register_network", last, parameters.network_rate_limit, record, Write("NetworkRateLimit"))
    if "NetworkRegistrationStartBlock" in state.runtime.items.by_name:
        start = parameters.network_registration_start_block
        yield Limit("register_network", 0, start, None, Write("NetworkRegistrationStartBlock"))
    delay, starts = state.runtime.constants.start_call_delay, "start_call" in state.runtime.calls
    count = sum(subnet.added and netuid != ROOT for netuid, subnet in state.subnets.items())
    prunes = "root_dissolve_network" in state.runtime.calls and count >= parameters.subnet_limit
    for netuid, subnet in sorted(state.subnets.items())[:MAX_ENTRIES]:
        if netuid == ROOT or not subnet.added:
            continue
        began, immune = subnet.network_registered_at, parameters.network_immunity_period
        if prunes and _is_about(began + immune, at):
            record = Write("NetworkRegisteredAt", {"netuid": netuid})
            yield Limit("register_network", began, immune, record, Write("NetworkImmunityPeriod"))
        if starts and subnet.first_emission_block_number is None and _is_about(began + delay, at):
            yield Limit("start_call", began, delay, Write("NetworkRegisteredAt", {"netuid": netuid}), netuid=netuid)
        if at is None and "get_subnet_to_prune" in state.runtime.reads:
            record = Write("NetworkRegisteredAt", {"netuid": netuid})
            yield Limit("get_subnet_to_prune", began, immune, record, Write("NetworkImmunityPeriod"))


def _neurons(state: State, at: int | None) -> Iterator[Limit]:
    by_factor = "ActivityCutoffFactorMilli" in state.runtime.items.by_name
    for netuid, subnet in sorted(state.subnets.items())[:MAX_ENTRIES]:
        neurons, parameters = subnet.neurons, subnet.hyperparameters
        if not subnet.added or not neurons.keys:
            continue
        keys = {"netuid": netuid}
        between, immune = parameters.weights_set_rate_limit, parameters.immunity_period
        is_full = neurons.n >= parameters.max_allowed_uids
        if at is None:
            epoch = _next_epoch(state, netuid)
            after = cutoff_by_tempo(parameters) if by_factor else parameters.activity_cutoff
            cutoff = None if by_factor else Write("ActivityCutoff", keys, _u16)
        for uid, updated in zip(map(Uid, range(MAX_ENTRIES)), neurons.last_update, strict=False):
            hotkey = neurons.keys.get(uid)
            if hotkey is not None and _is_about(updated + between, at):
                record, rate = _update(keys, neurons, uid), Write("WeightsSetRateLimit", keys)
                yield _limit("set_weights", updated, between, record, rate, None, hotkey, None, netuid, False)
            if at is None:
                record = _update(keys, neurons, uid)
                yield _limit("epoch", updated, after, record, cutoff, epoch, None, None, netuid, False)
            registered = neurons.block_at_registration.get(uid, BlockNumber(0)) if is_full else 0
            if is_full and _is_about(registered + immune, at):
                yield Limit(
                    "burned_register", registered, immune, netuid=netuid,
                    record=Write("BlockAtRegistration", {**keys, "uid": uid}),
                    parameter=Write("ImmunityPeriod", keys, _u16),
                )  # fmt: skip


def _update(keys: Mapping[str, Json], neurons: Neurons, uid: int) -> Write:
    """Return the entry in which the last update of a neuron stands."""
    row = neurons.last_update

    def written(number: int) -> Json:
        return [str(number if place == uid else one) for place, one in enumerate(row)]

    return _write("LastUpdate", keys, written)


def _terms(state: State, at: int | None) -> Iterator[Limit]:
    if at is not None:
        return
    for netuid, subnet in sorted(state.subnets.items())[:MAX_ENTRIES]:
        if not subnet.added:
            continue
        last, interval = subnet.registration.last_adjustment_block, subnet.hyperparameters.adjustment_interval
        record = Write("LastAdjustmentBlock", {"netuid": netuid})
        parameter = Write("AdjustmentInterval", {"netuid": netuid}, _u16)
        yield Limit("registration terms", last, interval, record, parameter, due=state.block_number + 1)
        epoch = _next_epoch(state, netuid)
        for hotkey, (children, cooldown) in sorted(subnet.pending_child_keys.items())[:MAX_ENTRIES]:
            keys = {"netuid": netuid, "hotkey": str(hotkey)}
            record = Write("PendingChildKeys", keys, _pending(children))
            yield Limit("pending children", 0, cooldown, None, record, due=epoch)


def _pending(children: Sequence[tuple[int, AccountId]]) -> Callable[[int], Json]:
    return lambda cooldown: [[[str(share), str(child)] for share, child in children], str(cooldown)]


def _announced(state: State, at: int | None) -> Iterator[Limit]:
    delay, known = state.parameters.coldkey_swap_reannouncement_delay, state.runtime.calls
    parameter = Write("ColdkeySwapReannouncementDelay", {}, _u32)
    # no step can write an announcement, because the protocol has no name for its key
    for coldkey, (ready, _) in sorted(state.coldkey_swap_announcements.items())[:MAX_ENTRIES]:
        yield Limit("swap_coldkey_announced", 0, ready, coldkey=coldkey)
        for name in ("announce_coldkey_swap", "clear_coldkey_swap_announcement"):
            if name in known:
                yield Limit(name, ready, delay, None, parameter, coldkey=coldkey)


def _powers(state: State, at: int | None) -> Iterator[Limit]:
    if at is not None:
        return
    for netuid, subnet in sorted(state.subnets.items())[:MAX_ENTRIES]:
        if subnet.added and subnet.voting_power_tracking_enabled:
            record = Write("VotingPowerDisableAtBlock", {"netuid": netuid})
            ends = subnet.voting_power_disable_at_block
            yield Limit("voting power", 0, ends, None, record, due=_next_epoch(state, netuid))


def _owners(state: State, at: int | None) -> Iterator[Limit]:
    """Yield the limits of what an owner sets: how often, and how long before an epoch."""
    window = state.parameters.admin_freeze_window
    for netuid, subnet in sorted(state.subnets.items())[:MAX_ENTRIES]:
        if netuid == ROOT or not subnet.added or subnet.owner is None:
            continue
        tempo = subnet.hyperparameters.tempo
        key = subnet.owner, netuid, TX_TEMPO_UPDATE
        last = state.transaction_key_last_block.get(key, 0)
        yield Limit("set_tempo", last, MIN_TEMPO, netuid=netuid, zero_is_none=True)
        length = tempo * state.parameters.owner_hyperparam_rate_limit
        opened = Write("LastEpochBlock", {"netuid": netuid})
        for name, update in OWNER_UPDATES.items():
            changed = state.last_owner_update.get((netuid, update), 0)
            # no step can write the record, because the protocol has no name for the kind of change
            yield Limit(name, changed, length, netuid=netuid, zero_is_none=True)
            yield Limit(name, state.emission(netuid).last_epoch_block, max(tempo - window, 0), opened, netuid=netuid)


FAMILIES: tuple[tuple[str, Family], ...] = (
    ("LastTxBlock", _swaps),
    ("LastTxBlockDelegateTake", _takes),
    ("TransactionKeyLastBlock", _children),
    ("NetworkLastRegistered", _networks),
    ("ColdkeySwapAnnouncements", _announced),
    ("VotingPowerDisableAtBlock", _powers),
    ("LastEpochBlock", _owners),
    ("LastUpdate", _neurons),
    ("LastAdjustmentBlock", _terms),
    ("LastHotkeySwapOnNetuid", _subnet_swaps),
)
"""The families of limits, each with an item that an era must have to have them."""


def limits(state: State, at: int | None = None) -> list[Limit]:
    """Return the limits of a state that a block or a call may come upon.

    With a block those on calls are enough that end in it, or in the one before or after: the others may be left out.
    """
    return [limit for family in _families(state.runtime) for limit in family(state, at)]


@cache
def _families(runtime: Runtime) -> tuple[Family, ...]:
    known = runtime.items.by_name
    return tuple(family for item, family in FAMILIES if item in known or RATE_LIMITED + item in known)


def _kind(limit: Limit) -> str:
    return limit.name if limit.record is None else f"{limit.name} {limit.record.item}"


def one_of(found: Iterable[T], kind_of: Callable[[T], str], choices: Choices) -> T | None:
    """Return one of what was found: each kind is as likely as the others, however many there are of it."""
    kinds: dict[str, list[T]] = {}
    for one in found:
        kinds.setdefault(kind_of(one), []).append(one)
    return choices.pick(choices.pick(list(kinds.values()))) if kinds else None


@cache
def _further_items(runtime: Runtime) -> tuple[Item, ...]:
    """Return the items of a version that hold numbers of blocks and belong to none of the families."""
    return tuple(
        item
        for item in runtime.items.by_name.values()
        if item.name not in CLAIMED
        and _is_of_blocks(fields_dict(item.record)[item.attribute].type)
        and set(item.keys) <= {"netuid", "uid", "account", "hotkey"}
        and (item.record in (State, Subnet) or item.record in SUBNET_PARTS)
    )


def _is_of_blocks(annotation: Any) -> bool:
    return annotation is BlockNumber or any(map(_is_of_blocks, get_args(annotation)[-2:]))


def _entries(state: State, item: Item) -> Iterator[tuple[dict[str, Json], int]]:
    """Yield the first entries of an item, with their keys as a request names them."""
    if item.record is State:
        holders: list[tuple[tuple[int, ...], Any]] = [((), state)]
    else:
        part = SUBNET_PARTS.get(item.record)
        subnets = sorted(state.subnets.items())[:MAX_ENTRIES]
        holders = [((netuid,), getattr(subnet, part) if part else subnet) for netuid, subnet in subnets]
    for location, holder in holders:
        value = getattr(holder, item.attribute)
        found = {(): value}
        if item.map_keys:
            found = {key if isinstance(key, tuple) else (key,): one for key, one in sorted(value.items())[:MAX_ENTRIES]}
        for key, last in found.items():
            if isinstance(last, int):
                named = zip((*item.location, *item.map_keys), (*location, *key), strict=True)
                yield {name: one if name in NUMBER_KEYS else str(one) for name, one in named}, last


def _lengths(state: State, netuid: Json) -> list[int]:
    """Return the numbers of blocks that the constants and parameters of a state tell by their names."""
    holders: list[Any] = [state.runtime.constants, state.parameters]
    if isinstance(netuid, int):
        holders.append(state.subnet(NetUid(netuid)).hyperparameters)
    return [
        length
        for holder in holders
        for name in fields_dict(type(holder))
        if name.rpartition("_")[2] in LENGTHS and isinstance(length := getattr(holder, name), int) and length
    ]


def _further(state: State, choices: Choices) -> dict[str, Json] | None:
    """Return a request of the same kind for one of the items that no family knows, with any of the lengths."""
    items = _further_items(state.runtime)
    if not items:
        return None
    item = choices.pick(items)
    found = list(_entries(state, item))
    if not found:
        return None
    keys, last = choices.pick(found)
    length, offset = choices.pick(_lengths(state, keys.get("netuid"))), choices.pick(OFFSETS)
    to = last + length + offset
    if choices.chance(128) and 0 < to - state.block_number <= FARTHEST:
        return {"do": "set", "item": "BlockNumber", "value": str(to)}
    return Write(item.name, keys).of(state.block_number - length + offset)


def clock_or_record(state: State, choices: Choices) -> dict[str, Json] | None:
    """Return the request of a direct write after which one limit of the state ends now, or a block from now."""
    if choices.chance(24):
        return _further(state, choices)
    block = state.block_number
    # an epoch that is never due is looked at in the last block that there can be
    found = [one for one in limits(state) if one.due is None or one.due <= block + FARTHEST]
    ahead = [one for one in found if one.due is not None and one.due > block + 1 and is_near(one, one.due)]
    prepared = one_of(ahead, _kind, choices) if choices.chance(128) else None
    if prepared is not None and prepared.due is not None:
        return {"do": "set", "item": "BlockNumber", "value": str(prepared.due - 1)}
    limit = one_of((one for one in found if one.movable), _kind, choices)
    if limit is None:
        return None
    offset, way = choices.pick(OFFSETS), choices.byte() % 4
    none = limit.zero_is_none and not limit.last
    if limit.parameter is not None and not none and (way == 1 or not limit.length):
        return limit.parameter.of((limit.due or block) - limit.last + offset)
    if limit.record is not None and limit.length and (way > 1 or none):
        return limit.record.of((limit.due or block) - limit.length + offset)
    # what is looked at in one block only is looked at by that block's step, which begins one before
    to = limit.end + offset if limit.due is None else limit.due - 1
    return {"do": "set", "item": "BlockNumber", "value": str(to)} if 0 < to - block <= FARTHEST else None


def ending(state: State, choices: Choices) -> Limit | None:
    """Return a limit on a call that ends in the present block, or in the one before or after; None if there is none."""
    block, calls = state.block_number, state.runtime.calls
    found = limits(state, block)
    return one_of([one for one in found if one.name in calls and is_near(one, block)], _kind, choices)


def is_near(limit: Limit, block: int) -> bool:
    """Return whether a limit ends in a block, or in the one before or after; it may be looked at in that block only."""
    return limit.counts and limit.due in (None, block) and abs(limit.end - block) <= 1


def blocks_to_an_end(state: State, most: int) -> int:
    """Return after how many blocks a limit ends at the next block that looks at it; 0 if it is more than ``most``."""
    dues = [one.due - state.block_number for one in limits(state) if one.due is not None and is_near(one, one.due)]
    return min((due for due in dues if 1 < due <= most), default=0)
