"""The flat form of states: ``dump``, ``load``, ``diff`` and ``set_entry`` follow from :mod:`dtao.item_table`.

An entry is written ``Item``, ``Item/key`` or ``Item/key/key``; see ``spec/formats/vectors.md``.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from dtao.codec import DECIMAL, MAX_DIGITS, Json
from dtao.entries import with_entry
from dtao.errors import InputError
from dtao.evolving import evolve
from dtao.given import shown
from dtao.items import SUBNET_PARTS, Items
from dtao.persistent import Map
from dtao.records import (
    NO_ALPHA_ASSETS,
    NO_COLDKEY_LOCKS,
    NO_EMISSION,
    NO_POOL,
    NO_SHARE_POOL,
    AlphaAssets,
    ColdkeyLocks,
    Emission,
    Pool,
    SharePool,
    Subnet,
)
from dtao.rules.pools.concentrated.records import NO_RANGES, Ranges
from dtao.rules.pools.weighted import NO_WEIGHTS, Weights
from dtao.settings import Parameters
from dtao.state import Runtime, State
from dtao.stored import KEY_KINDS, NUMBER_KEYS, VARIANT, Item, Keys
from dtao.units import NetUid

K = TypeVar("K")
V = TypeVar("V")
Flat = Mapping[str, Json]
MAX_ENTRY = 400
"""No entry has a longer name: an item and at most three keys of at most 78 digits."""

STATE_MAPS: Mapping[type, tuple[str, Any]] = {
    Pool: ("pools", NO_POOL),
    Emission: ("emissions", NO_EMISSION),
    Ranges: ("ranges", NO_RANGES),
    AlphaAssets: ("alpha_assets", NO_ALPHA_ASSETS),
    Weights: ("weights", NO_WEIGHTS),
}
"""The records beside the subnets that the state keeps by netuid, with what stands for none."""
SUBNET_MAPS: Mapping[type, tuple[str, Any]] = {
    SharePool: ("share_pools", NO_SHARE_POOL),
    ColdkeyLocks: ("coldkey_locks", NO_COLDKEY_LOCKS),
}
"""The records that a subnet keeps by account, with what stands for none."""


# Reading


def dump(state: State) -> dict[str, Json]:
    """Return the flat form of a state: every entry that is stored, as in the genesis of the vectors."""
    require_state(state)
    of = state.runtime.items.by_record
    network = {
        item.name: item.flat(getattr(record, item.attribute))
        for kind, record in ((State, state), (Parameters, state.parameters))
        for item in of[kind]
        if not item.keys and item.default is None
    }
    return network | diff(State(runtime=state.runtime, parameters=state.runtime.items.parameters), state)


def diff(before: State, after: State) -> dict[str, Json]:
    """Return every entry that differs, with its value in ``after``; null where it is absent or default there.

    Records that are the same object are not entered, so the cost follows what changed.
    """
    require_state(before)
    require_state(after)
    out: dict[str, Json] = {}
    if before is after:
        return out
    items = after.runtime.items
    _diff_record(items, State, before, after, (), out)
    _diff_record(items, Parameters, before.parameters, after.parameters, (), out)
    for record, (attribute, none) in STATE_MAPS.items():
        was, now = getattr(before, attribute), getattr(after, attribute)
        if was is not now:
            for netuid, old, new in _changed(was, now, none):
                _diff_record(items, record, old, new, (netuid,), out)
    for netuid, old, new in _changed(before.subnets, after.subnets, items.subnet):
        _diff_record(items, Subnet, old, new, (netuid,), out)
        for record, attribute in SUBNET_PARTS.items():
            old_part, new_part = getattr(old, attribute), getattr(new, attribute)
            if old_part is not new_part:
                _diff_record(items, record, old_part, new_part, (netuid,), out)
        for record, (attribute, none) in SUBNET_MAPS.items():
            was, now = getattr(old, attribute), getattr(new, attribute)
            if was is not now:
                for account, old_one, new_one in _changed(was, now, none):
                    _diff_record(items, record, old_one, new_one, (netuid, account), out)
    return out


def _changed(before: Map[K, V], after: Map[K, V], none: V) -> list[tuple[K, V, V]]:
    """Return the keys whose values are not the same object, with both values."""
    get = before.get
    found = [(key, old, new) for key, new in after.items() if (old := get(key, none)) is not new]
    kept = len(after)
    for key, old, _ in found:
        if old is none and key not in before:
            kept -= 1
    if kept != len(before):  # else none is gone
        found += [(key, old, none) for key, old in before.items() if key not in after]
    return found


def _diff_record(
    items: Items, record: type, before: object, after: object, location: Keys, out: dict[str, Json]
) -> None:
    """Add the entries of one record that differ; none of a record that comes with a later version."""
    differing = items.differing.get(record)
    if before is after or differing is None:
        return
    for item, old, new in differing(before, after):
        if item.map_keys:
            is_pair = len(item.map_keys) > 1
            for key, old_value, new_value in _changed(old, new, None):
                if old_value != new_value:
                    written = item.flat(new_value)
                    if written is not None or item.stored(old_value):
                        out[item.entry(location + (key if is_pair else (key,)))] = written
        elif old != new:
            out[item.entry(location)] = item.flat(new)


def require_state(value: object) -> None:
    """Refuse, as InputError, what is not a state."""
    if not isinstance(value, State):
        raise InputError(f"{shown(value)} is not a state; era.genesis() and era.load(entries) return one")


def stored_value(state: State, entry: str) -> object:
    """Return the value of one entry, decoded: what the runtime reads there, its default where nothing is stored.

    None where the runtime, too, finds nothing. Rejects, as InputError, an unknown item and malformed keys.
    """
    item, location, map_keys = parse_entry(state.runtime.items, entry)
    record = _record_at(state, item.record, location)
    value = getattr(record, item.attribute)
    if item.map_keys:
        value = value.get(map_keys if len(map_keys) > 1 else map_keys[0])
    return item.default if value is None else value


def _record_at(state: State, record: type, location: Keys) -> Any:
    """Return the record at a location; a blank one where there is none."""
    if record is State:
        return state
    if record is Parameters:
        return state.parameters
    netuid = NetUid(location[0])
    if record in STATE_MAPS:
        attribute, none = STATE_MAPS[record]
        return getattr(state, attribute).get(netuid, none)
    subnet = state.subnet(netuid)
    if record in SUBNET_MAPS:
        attribute, none = SUBNET_MAPS[record]
        return getattr(subnet, attribute).get(location[1], none)
    return subnet if record is Subnet else getattr(subnet, SUBNET_PARTS[record])


# Writing


def parse_entry(items: Items, entry: str) -> tuple[Item, Keys, Keys]:
    """Split the flat name of an entry into its item, its record's location and the keys of the map there."""
    if type(entry) is not str or len(entry) > MAX_ENTRY:
        raise InputError(f"{shown(entry)} is not the name of an entry; write Item, Item/key or Item/key/key")
    return _parsed(items, entry)


@lru_cache(maxsize=2**16)
def _parsed(items: Items, entry: str) -> tuple[Item, Keys, Keys]:
    name, *parts = entry.split("/")
    if name in items.with_variants and parts:
        variant, _, inner = "/".join(parts).partition("(")
        name, parts = name + VARIANT + variant, inner.removesuffix(")").split(", ") if inner else []
    item = items.named(name, entry)
    if len(parts) != len(item.keys):
        shape = item.entry_of(f"<{key}>" for key in item.keys)
        raise InputError(f"{entry}: {name} takes {len(item.keys)} keys; write {shape}")
    values = {key: _key(key, part, entry) for key, part in zip(item.keys, parts, strict=True)}
    return item, tuple(values[key] for key in item.location), tuple(values[key] for key in item.map_keys)


def _key(name: str, text: str, place: str) -> int:
    kind = KEY_KINDS[name]
    is_number = name in NUMBER_KEYS and len(text) <= MAX_DIGITS and DECIMAL.fullmatch(text)
    value: Json = int(text) if is_number else text
    return kind.decode(value, f"{place} ({name})")  # type: ignore[return-value]  # every kind of key is an int


def load(runtime: Runtime, flat: Flat, check: bool = True) -> State:
    """Return the state of an era with the given entries; all others are absent, or what the network starts with.

    Rejects, naming the entry: an unknown item, keys or a value out of range and, unless ``check`` is off, a state that
    contradicts itself: on an existing network, shares without a denominator; a neuron whose key and uid disagree.
    The chain itself can get there, by a hotkey swap after a subnet was dissolved whose netuid is then reused.
    """
    if not isinstance(flat, Mapping):
        raise InputError(f"{shown(flat)} is not a state; give its entries as a dict, such as dump(state) returns")
    records: dict[tuple[type, Keys], dict[str, object]] = {}
    maps: dict[tuple[type, Keys], dict[str, dict[object, object]]] = {}
    items = runtime.items
    for entry, value in flat.items():
        read = (_read_plain if type(value) in PLAIN and type(entry) is str else _read)(items, entry, value)
        if read is None:
            continue
        where, attribute, key, decoded = read
        if key is None:
            if (record := records.get(where)) is None:
                record = records[where] = {}
            record[attribute] = decoded
        else:
            if (held := maps.get(where)) is None:
                held = maps[where] = {}
            if (values := held.get(attribute)) is None:
                values = held[attribute] = {}
            values[key] = decoded
    for where, attributes in maps.items():
        records.setdefault(where, {}).update({name: Map(known) for name, known in attributes.items()})
    state = _assemble(runtime, records)
    if check:
        for netuid, subnet in state.subnets.items():
            _check_subnet(subnet, netuid)
    return state


def listed(runtime: Runtime, flat: Flat) -> dict[str, Json]:
    """Return those of the given entries that the flat form of a state with them lists: all but what is at its default.

    Rejects, naming the entry, an unknown item, and keys or a value out of range, as :func:`load` does.
    """
    items = runtime.items
    return {
        entry: value
        for entry, value in flat.items()
        if (_read_plain if type(value) in PLAIN else _read)(items, entry, value) is not None
    }


def _read(items: Items, entry: str, value: Json) -> "_Read | None":
    """Return what an entry says, None if that is as if it were not there."""
    item, location, map_keys = parse_entry(items, entry)
    decoded = item.kind.decode(value, entry)
    if not item.stored(decoded):
        return None
    key = None if not item.map_keys else map_keys if len(map_keys) > 1 else map_keys[0]
    return (item.record, location), item.attribute, key, decoded


_Read = tuple[tuple[type, Keys], str, Keys | int | None, object]
"""Where a record is, the attribute, the key of the map if it is one, and the value."""
PLAIN = (str, int, bool)
_read_plain = lru_cache(maxsize=2**16, typed=True)(_read)
"""The same for values that can be looked up: of the entries of a state most were in one that was loaded before."""


def _assemble(runtime: Runtime, records: dict[tuple[type, Keys], dict[str, object]]) -> State:
    """Build the state from the attributes of each record that is not all default."""
    blank = runtime.items.subnet
    nested: dict[tuple[int, str], dict[int, object]] = {}
    parts: dict[int, dict[str, Any]] = {}
    network: dict[str, object] = {"parameters": runtime.items.parameters}
    direct: dict[type, dict[int, object]] = {record: {} for record in STATE_MAPS}
    for (record, location), attributes in records.items():
        if record is State:
            network.update(attributes)
        elif record is Parameters:
            network["parameters"] = evolve(runtime.items.parameters, **attributes)  # type: ignore[arg-type]
        elif record in SUBNET_MAPS:
            netuid, account = location
            nested.setdefault((netuid, SUBNET_MAPS[record][0]), {})[account] = record(**attributes)
        elif record in direct:
            direct[record][location[0]] = record(**attributes)
        elif record is Subnet:
            parts.setdefault(location[0], {}).update(attributes)
        else:
            part = SUBNET_PARTS[record]
            parts.setdefault(location[0], {})[part] = evolve(getattr(blank, part), **attributes)
    for (netuid, name), by_account in nested.items():
        parts.setdefault(netuid, {})[name] = Map(by_account)
    subnets = {netuid: evolve(blank, **attributes) for netuid, attributes in parts.items()}
    maps: dict[str, Map[Any, Any]] = {
        "subnets": Map(subnets),
        **{attribute: Map(direct[record]) for record, (attribute, _) in STATE_MAPS.items()},
    }
    return State(runtime=runtime, **network, **maps)  # type: ignore[arg-type]  # the table gives each its type


def _check_subnet(subnet: Subnet, netuid: int) -> None:
    """Refuse a subnet that contradicts itself."""
    neurons = subnet.neurons
    for uid, hotkey in neurons.keys.items():
        if neurons.uids.get(hotkey) != uid:
            raise InputError(f"Keys/{netuid}/{uid}: Uids/{netuid}/{hotkey} must say {uid}, the uid of this key")
    for hotkey, uid in neurons.uids.items():
        if neurons.keys.get(uid) != hotkey:
            raise InputError(f"Uids/{netuid}/{hotkey}: Keys/{netuid}/{uid} must say {hotkey}, the key of this uid")
    if not subnet.added:
        return
    for hotkey, pool in subnet.share_pools.items():
        if pool.float_denominator.mantissa:
            continue
        for coldkey in pool.float_shares:
            entry, missing = f"AlphaV2/{hotkey}/{coldkey}/{netuid}", f"TotalHotkeySharesV2/{hotkey}/{netuid}"
            if not pool.denominator:
                raise InputError(f"{entry}: shares without a denominator; add {missing}")
        for coldkey, shares in pool.shares.items():
            if shares and not pool.denominator:
                entry, missing = f"Alpha/{hotkey}/{coldkey}/{netuid}", f"TotalHotkeyShares/{hotkey}/{netuid}"
                raise InputError(f"{entry}: shares without a denominator; add {missing}")


def set_entry(state: State, entry: str, value: Json) -> State:
    """Return the state with one entry written, as an administrator's call or a fixture does it.

    A value of null removes the entry. Rejects the same inputs as :func:`load`, for this entry alone.
    """
    items = state.runtime.items
    item, location, map_keys = parse_entry(items, entry)
    decoded = None if value is None else item.kind.decode(value, entry)
    stored = item.stored(decoded)

    def write(record: Any) -> Any:
        if not item.map_keys:
            return evolve(record, **{item.attribute: decoded if stored else item.absent})
        key = map_keys if len(map_keys) > 1 else map_keys[0]
        return evolve(record, **{item.attribute: with_entry(getattr(record, item.attribute), key, decoded, stored)})

    return _at(state, item.record, location, write)


def _at(state: State, record: type, location: Keys, write: Callable[[Any], Any]) -> State:
    """Return the state with the record at a location replaced by what ``write`` makes of it."""
    if record is State:
        return write(state)  # type: ignore[no-any-return]  # it maps a record to one of its kind
    if record is Parameters:
        return evolve(state, parameters=write(state.parameters))
    netuid = NetUid(location[0])
    if record in STATE_MAPS:
        attribute, none = STATE_MAPS[record]
        mapping = getattr(state, attribute)
        new = write(mapping.get(netuid, none))
        return evolve(state, **{attribute: with_entry(mapping, netuid, new, new != none)})  # type: ignore[arg-type]
    subnet = state.subnet(netuid)
    if record in SUBNET_MAPS:
        attribute, none = SUBNET_MAPS[record]
        by_account, account = getattr(subnet, attribute), location[1]
        new = write(by_account.get(account, none))
        subnet = evolve(subnet, **{attribute: with_entry(by_account, account, new, new != none)})  # type: ignore[arg-type]
    elif record is Subnet:
        subnet = write(subnet)
    else:
        part = SUBNET_PARTS[record]
        subnet = evolve(subnet, **{part: write(getattr(subnet, part))})
    return evolve(state, subnets=with_entry(state.subnets, netuid, subnet, subnet != state.runtime.items.subnet))
