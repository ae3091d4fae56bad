"""What a storage item is: the runtime's name, the attribute that holds it, its keys and its default.

:mod:`dtao.item_table` lists them all; an era has those that its row in :mod:`dtao.eras` names.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from attrs import field, fields_dict, frozen

from dtao import codec
from dtao.codec import Json, Kind
from dtao.errors import UnknownName
from dtao.records import Emission, Hyperparameters, Neurons, Pool, Registration, SharePool, Subnet

Keys = tuple[int, ...]

KEY_KINDS: Mapping[str, Kind] = {
    "netuid": codec.number(0, 2**16 - 1, "a netuid"),
    "uid": codec.number(0, 2**16 - 1, "a uid"),
    "kind": codec.number(0, 2**16 - 1, "a kind of transaction"),
    "account": codec.ACCOUNT,
    "hotkey": codec.ACCOUNT,
    "coldkey": codec.ACCOUNT,
}
NUMBER_KEYS = frozenset({"netuid", "uid", "kind"})
"""The keys that are JSON numbers where they stand alone."""
LOCATION: Mapping[type, tuple[str, ...]] = {
    Subnet: ("netuid",),
    Pool: ("netuid",),
    Emission: ("netuid",),
    Registration: ("netuid",),
    Hyperparameters: ("netuid",),
    Neurons: ("netuid",),
    SharePool: ("netuid", "hotkey"),
}
"""The keys that lead to a record, none if it stands once; an item with more keys is a map in that record."""
SUBNET_PARTS: Mapping[type, str] = {
    Registration: "registration",
    Hyperparameters: "hyperparameters",
    Neurons: "neurons",
}


@frozen
class Item:
    """One storage item of the runtime."""

    name: str
    record: type
    attribute: str
    kind: Kind
    keys: tuple[str, ...] = ()
    """The names of its keys, in the order of the flat form."""
    default: object = None
    """What the runtime reads where nothing is stored; None for the network's own items, which always are."""
    presence: bool = False
    """Whether the runtime tells an entry with the default value from none."""
    location: tuple[str, ...] = field(init=False)
    """The keys that lead to its record."""
    map_keys: tuple[str, ...] = field(init=False)
    """The keys within the record's own map; none if the attribute is the value itself."""
    order: tuple[int, ...] = field(init=False)
    """Where each of ``keys`` stands among the record's location keys followed by ``map_keys``."""

    @location.default
    def _location(self) -> tuple[str, ...]:
        return LOCATION.get(self.record, ())

    @map_keys.default
    def _map_keys(self) -> tuple[str, ...]:
        return tuple(key for key in self.keys if key not in self.location)

    @order.default
    def _order(self) -> tuple[int, ...]:
        located = self.location + self.map_keys
        return tuple(located.index(key) for key in self.keys)

    @property
    def absent(self) -> object:
        """What the attribute holds where nothing is stored, if it is no map."""
        if self.presence:
            return None
        return fields_dict(self.record)[self.attribute].default if self.default is None else self.default

    def entry(self, located: Keys) -> str:
        """Write the flat name of the entry whose location keys and map keys are given in that order."""
        return "/".join((self.name, *[str(located[index]) for index in self.order]))

    def stored(self, value: object) -> bool:
        """Whether the flat form lists an entry with this value (None: there is none)."""
        return value is not None and (self.presence or value != self.default)

    def flat(self, value: object) -> Json:
        """Encode a value for the flat form: null where the entry would not be listed."""
        return self.kind.encode(value) if self.stored(value) else None


@frozen(eq=False)
class Items:
    """The storage items of one version of the runtime, and what it reads where nothing is stored."""

    by_name: Mapping[str, Item]
    by_record: Mapping[type, tuple[Item, ...]] = field(init=False)
    subnet: Subnet = field(init=False)
    """What is read under a netuid under which nothing is stored."""

    @by_record.default
    def _by_record(self) -> Mapping[type, tuple[Item, ...]]:
        found: dict[type, tuple[Item, ...]] = {}
        for item in self.by_name.values():
            found[item.record] = (*found.get(item.record, ()), item)
        return found

    @subnet.default
    def _subnet(self) -> Subnet:
        return Subnet(**{attribute: self.blank(record) for record, attribute in SUBNET_PARTS.items()})

    def blank(self, record: type) -> Any:
        """Return the record of a subnet's part in which every attribute has its default."""
        return record(**{item.attribute: item.absent for item in self.by_record[record] if not item.map_keys})

    def named(self, name: str, place: str) -> Item:
        """Return the item of this name, or refuse the name and suggest the nearest ones."""
        if type(name) is not str or name not in self.by_name:
            near = ", ".join(get_close_matches(str(name), self.by_name, 3, 0.5))
            hint = f"did you mean {near}?" if near else "the items of the era list them all"
            raise UnknownName(f"{place}: there is no storage item {codec.shown(name)} in this era; {hint}")
        return self.by_name[name]
