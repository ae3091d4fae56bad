"""What a storage item is, and how an attribute of a record says which item it holds.

An attribute that is ``item(...)`` holds the value of an item; one that is ``optional(...)`` holds None where nothing
is stored; one that is ``entries(...)`` maps the keys of the item beyond those of its record to values. Whatever else
is known of an item follows from that line: its flat form, its unit (the type of the attribute names that of an amount),
the versions that have it, the tables of the specification.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeVar, get_args, get_origin

from attrs import Attribute, evolve, field, fields_dict, frozen
from attrs import fields as attributes

from dtao import codec
from dtao.codec import Json, Kind
from dtao.persistent import Map
from dtao.units import Alpha, Bits, Rao, Shares

T = TypeVar("T")

Keys = tuple[int, ...]
Span = tuple[int, int | None] | None
"""The first version, and the first one after it that is not meant any more, if any; None for no version."""

WRAPPED = "NetUid"
"""The name of a netuid within the variant of a key, where the runtime writes its type with it."""
KEY_KINDS: Mapping[str, Kind] = {
    "netuid": codec.number(0, 2**16 - 1, "a netuid"),
    "uid": codec.number(0, 2**16 - 1, "a uid"),
    "kind": codec.number(0, 2**16 - 1, "a kind of transaction"),
    "account": codec.ACCOUNT,
    "hotkey": codec.ACCOUNT,
    "coldkey": codec.ACCOUNT,
    "tick": codec.I32,
    "position": codec.U128,
    "lease": codec.LEASE,
    "index": codec.U64,
    WRAPPED: codec.wrapped_netuid("a netuid, written NetUid(…)"),
    "update": evolve(
        codec.choice("ActivityCutoffFactorMilli", "TriggerEpoch"),
        scale="{ActivityCutoffFactorMilli=30|TriggerEpoch=31}",
    ),
}
NUMBER_KEYS = frozenset({"netuid", "uid", "kind", "lease"})
"""The keys that are JSON numbers where they stand alone."""

LAUNCH = 233
TAO, ALPHA, OF_U16, OF_U64 = "TAO", "alpha", "of 2^16 - 1", "of 2^64 - 1"
UNITS: Mapping[object, str] = {Rao: TAO, Alpha: ALPHA, Shares: "U64F64", Bits: "I96F32"}
"""The unit of an attribute of each type."""
ITEM, RENAMED = "item", "renamed"
"""The keys of an attribute's metadata under which its item stands, and the version and name under which it goes on."""
VARIANT = "/"
"""It parts the name of an item from the variant of its key, where the keys of an item are of several kinds: the entries
of ``LastRateLimitedBlock`` for accounts are the item ``LastRateLimitedBlock/LastTxBlock``."""
RATE_LIMIT_KEYS = (
    "SetSNOwnerHotkey", "OwnerHyperparamUpdate", "NetworkLastRegistered", "LastTxBlock", "LastTxBlockChildKeyTake",
    "LastTxBlockDelegateTake", "AddStakeBurn",
)  # fmt: skip
"""The kinds of key of ``LastRateLimitedBlock``, by the number with which the chain's storage writes them."""
IDENTITY, TWOX_64_CONCAT, BLAKE2_128_CONCAT = "Identity", "Twox64Concat", "Blake2_128Concat"
HASHERS: Mapping[str, str] = {
    **dict.fromkeys(("netuid", "uid", "kind"), IDENTITY),
    **dict.fromkeys(("account", "hotkey", "coldkey"), BLAKE2_128_CONCAT),
}
"""The hasher of each key that most maps of the chain's storage have."""
SUBTENSOR, SWAP_PALLET = "SubtensorModule", "Swap"


@frozen
class Raw:
    """How the chain's storage has an item, where that does not follow from its name, its keys and its kind."""

    pallet: str = SUBTENSOR
    name: str = ""
    """What the pallet calls it; the name of the item if empty."""
    hasher: str = ""
    """That of every key, or those of all keys joined by slashes; by key as :data:`HASHERS` if empty."""
    scale: str = ""
    """The type of the value in SCALE, which ``Nonce`` and ``BlockNumber`` stand in for a u32 or a u64; that of the kind
    if empty."""
    fields: tuple[int, ...] = ()
    """Which fields of that type the value consists of; all if empty."""


BY_PALLET = Raw()
IN_SWAP = Raw(SWAP_PALLET, hasher=TWOX_64_CONCAT)
IN_ALPHA_ASSETS = Raw("AlphaAssets", hasher=TWOX_64_CONCAT)
BY_TWOX = Raw(hasher=TWOX_64_CONCAT)
BY_BLAKE = Raw(hasher=BLAKE2_128_CONCAT)
BY_IDENTITY = Raw(hasher=IDENTITY)
BLOCKS = Raw(scale="BlockNumber")
BLOCKS_BY_TWOX = Raw(hasher=TWOX_64_CONCAT, scale="BlockNumber")
ANNOUNCEMENTS = Raw(hasher=TWOX_64_CONCAT, scale="(BlockNumber, H256)")
SYSTEM_NUMBER = Raw("System", "Number", scale="BlockNumber")
SYSTEM_ACCOUNT = Raw("System", "Account", scale="(Nonce, u32, u32, u32, u64, u64, u64, u128)", fields=(4,))
"""An account: its nonce, three counts of references, then its balance: free, which is the economy's, reserved, frozen,
flags."""
PRESENCE = Raw(scale="()")
"""An entry without a value, whose being there is what it says."""
ISSUANCE_OF_BALANCES = Raw("Balances", "TotalIssuance")


@frozen
class Item:
    """One storage item of the runtime."""

    name: str
    kind: Kind
    keys: tuple[str, ...] = ()
    """The names of its keys, in the order of the flat form."""
    default: object = None
    """What the runtime reads where nothing is stored; None for the network's own items, which always are."""
    presence: bool = False
    """Whether the runtime tells an entry with the default value from none."""
    unit: str | None = None
    """What a value counts, if it is an amount, a fixed-point number or a fraction."""
    since: int = LAUNCH
    until: int | None = None
    """The first version that has it no more."""
    again: int | None = None
    """The version from which it exists once more, if it does."""
    unrecorded: "Span" = None
    """The versions whose recordings do not name it. Without keys, it is listed in them beside its default only."""
    record: type = object
    attribute: str = ""
    raw: Raw = BY_PALLET
    """How the chain's storage has it; read it by ``pallet``, ``storage_name``, ``hashers`` and ``scale``."""
    initial: object = None
    """What an item that always is listed is at first in this version, if not the default of the attribute."""
    location: tuple[str, ...] = field(init=False)
    """The keys that lead to its record."""
    map_keys: tuple[str, ...] = field(init=False)
    """The keys within the record's own map; none if the attribute is the value itself."""
    order: tuple[int, ...] = field(init=False)
    """Where each of ``keys`` stands among the record's location keys followed by ``map_keys``."""
    entry: Callable[[Keys], str] = field(init=False, eq=False, repr=False)
    """Writes the flat name of the entry whose location keys and map keys are given in that order, and remembers it."""

    @location.default
    def _location(self) -> tuple[str, ...]:
        return keys_of(self.record)

    @map_keys.default
    def _map_keys(self) -> tuple[str, ...]:
        return tuple(key for key in self.keys if key not in self.location)

    @order.default
    def _order(self) -> tuple[int, ...]:
        located = self.location + self.map_keys
        return tuple(located.index(key) for key in self.keys)

    @entry.default
    def _entry(self) -> Callable[[Keys], str]:
        return lru_cache(maxsize=2**14)(lambda located: self.entry_of([located[index] for index in self.order]))

    @property
    def pallet(self) -> str:
        """The pallet of the runtime in whose storage it is."""
        return self.raw.pallet

    @property
    def storage_name(self) -> str:
        """What the pallet calls it."""
        return self.raw.name or self.name.partition(VARIANT)[0]

    @property
    def variant(self) -> int | None:
        """The number of the kind of its key, if the keys of the item in storage are of several kinds."""
        _, is_one, name = self.name.partition(VARIANT)
        return RATE_LIMIT_KEYS.index(name) if is_one else None

    @property
    def hashers(self) -> tuple[str, ...]:
        """The hasher of each of its keys."""
        if self.variant is not None:
            return (IDENTITY,) * len(self.keys)
        given = tuple(filter(None, self.raw.hasher.split("/")))
        return given * len(self.keys) if len(given) == 1 else given or tuple(HASHERS[key] for key in self.keys)

    @property
    def key_types(self) -> tuple[str, ...]:
        """The type of each of its keys in SCALE."""
        return tuple(KEY_KINDS[key].scale for key in self.keys)

    @property
    def scale(self) -> str:
        """The type of its value in SCALE."""
        return self.raw.scale or self.kind.scale

    @property
    def absent(self) -> object:
        """What the attribute holds where nothing is stored, if it is no map."""
        if self.presence:
            return None
        if self.default is None and self.initial is None:
            return fields_dict(self.record)[self.attribute].default
        return self.initial if self.default is None else self.default

    def is_in(self, spec_version: int) -> bool:
        """Return whether a version of the runtime has it."""
        if self.again is not None and spec_version >= self.again:
            return True
        return self.since <= spec_version and (self.until is None or spec_version < self.until)

    def is_unrecorded(self, spec_version: int) -> bool:
        """Return whether the recordings of a version do not name it, although the version has it."""
        since, until = self.unrecorded or (spec_version + 1, None)
        return since <= spec_version and (until is None or spec_version < until)

    def entry_of(self, keys: Iterable[object]) -> str:
        """Write the flat name of the entry with these keys, in the order of the item's own."""
        if VARIANT in self.name:
            named = zip(self.keys, keys, strict=True)
            inner = ", ".join(f"{name}({key})" if name == WRAPPED else str(key) for name, key in named)
            return f"{self.name}({inner})" if inner else self.name
        return "/".join((self.name, *map(str, keys)))

    def stored(self, value: object) -> bool:
        """Whether the flat form lists an entry with this value (None: there is none)."""
        return value is not None and (self.presence or value != self.default)

    def flat(self, value: object) -> Json:
        """Encode a value for the flat form: null where the entry would not be listed."""
        # as `stored` says, without a call of it: most of the cost of a difference of states is here
        if value is None or not (self.presence or value != self.default):
            return None
        return self.kind.encode(value)


def item(
    name: str,
    kind: Kind,
    default: T,
    *,
    keys: str = "",
    unit: str | None = None,
    since: int = LAUNCH,
    until: int | None = None,
    again: int | None = None,
    renamed: tuple[int, str] | None = None,
    unrecorded: Span = None,
    raw: Raw = BY_PALLET,
) -> T:
    """Return the attribute that holds the value of an item; the default is what the launch reads where none is stored.

    ``keys`` are those of its record unless they are given in another order, as ``"hotkey/netuid"``. ``renamed`` is
    the version from which the value stands under another name, and the name. ``unrecorded`` are the versions in which
    the flat form lists it only where it is not at its default, although it has no keys: recordings do not name it.
    """
    stored = Item(name, kind, _split(keys), default, False, unit, since, until, again, unrecorded=unrecorded, raw=raw)
    return field(default=default, metadata={ITEM: stored, RENAMED: renamed})


def optional(
    name: str,
    kind: Kind,
    default: object = None,
    *,
    keys: str = "",
    unit: str | None = None,
    since: int = LAUNCH,
    unrecorded: Span = None,
    raw: Raw = BY_PALLET,
) -> Any:
    """Return the attribute that holds the value of an item, or None where nothing is stored."""
    stored = Item(name, kind, _split(keys), default, True, unit, since, unrecorded=unrecorded, raw=raw)
    return field(default=None, metadata={ITEM: stored})


def entries(
    name: str,
    kind: Kind,
    keys: str,
    default: object,
    *,
    presence: bool = False,
    unit: str | None = None,
    since: int = LAUNCH,
    until: int | None = None,
    renamed: tuple[int, str] | None = None,
    eq: bool | Callable[[Any], object] = True,
    unrecorded: Span = None,
    raw: Raw = BY_PALLET,
) -> Any:
    """Return the attribute that maps the keys of an item beyond those of its record to values."""
    stored = Item(name, kind, _split(keys), default, presence, unit, since, until, unrecorded=unrecorded, raw=raw)
    return field(default=Map(), metadata={ITEM: stored, RENAMED: renamed}, eq=eq)


def keys_of(record: type) -> tuple[str, ...]:
    """Return the keys that lead to a record, none if it stands once."""
    keys: tuple[str, ...] = getattr(record, "KEYS", ())
    return keys


def items_of(record: type[Any]) -> list[Item]:
    """Return the storage items that a record holds, in the order of its attributes."""
    held = (_held(record, attribute) for attribute in attributes(record) if ITEM in attribute.metadata)
    return [stored for names in held for stored in names]


def _held(record: type[Any], attribute: "Attribute[Any]") -> Iterator[Item]:
    """Yield the item of an attribute, and the one under which its value stands in later versions."""
    stored: Item = attribute.metadata[ITEM]
    location = keys_of(record)
    keys = stored.keys or location
    default = stored.default if keys else None
    unit = stored.unit or unit_of_type(attribute.type)
    first = evolve(stored, keys=keys, default=default, unit=unit, record=record, attribute=attribute.name)
    renamed: tuple[int, str] | None = attribute.metadata.get(RENAMED)
    if renamed is None:
        yield first
    else:
        since, name = renamed
        yield evolve(first, until=since)
        yield evolve(first, name=name, since=since, default=stored.default, raw=BY_PALLET)


def unit_of_type(annotation: Any) -> str | None:
    """Return the unit of the values of a type: amounts, fixed-point numbers, lists of them or maps to them."""
    if annotation in UNITS:
        return UNITS[annotation]
    inner = get_args(annotation)
    return unit_of_type(inner[-1]) if inner and get_origin(annotation) is not tuple else None


def _split(keys: str) -> tuple[str, ...]:
    return tuple(keys.split("/")) if keys else ()
