"""What the clerk writes at: the entries as a call changes them one after another, and the events that it tells."""

from collections.abc import Callable, Mapping
from typing import Any

from attrs import define, field

from dtao.item_table import ITEMS
from dtao.records import (
    NO_SHARE_POOL,
    Emission,
    Hyperparameters,
    Neurons,
    Parameters,
    Pool,
    Registration,
    SharePool,
    Subnet,
)
from dtao.state import State
from dtao.units import NetUid
from dtao_properties.model.step import Key, Step

RECORDS: Mapping[type, Callable[[State, NetUid], Any]] = {
    State: lambda state, netuid: state,
    Parameters: lambda state, netuid: state.parameters,
    Subnet: lambda state, netuid: state.subnet(netuid),
    Pool: lambda state, netuid: state.pool(netuid),
    Emission: lambda state, netuid: state.emission(netuid),
    Registration: lambda state, netuid: state.subnet(netuid).registration,
    Hyperparameters: lambda state, netuid: state.subnet(netuid).hyperparameters,
    SharePool: lambda state, netuid: state.subnet(netuid).share_pools,
    Neurons: lambda state, netuid: state.subnet(netuid).neurons,
}


def entry(state: State, key: Key) -> Any:
    """Return the value of an entry: the default where there is none, None where an entry at the default would show."""
    item = ITEMS[str(key[0])]
    named = dict(zip(item.keys, key[1:], strict=True))
    record = RECORDS[item.record](state, named.get("netuid", NetUid(0)))
    if item.record is SharePool:
        record = record.get(named["hotkey"], NO_SHARE_POOL)
    value = getattr(record, item.attribute)
    if not item.map_keys:
        return value
    located = tuple(named[name] for name in item.map_keys)
    return value.get(located if len(located) > 1 else located[0], None if item.presence else item.default)


@define
class Clerk:
    """What the entries and the events are after one accepted call."""

    step: Step
    entries: dict[Key, Any] = field(factory=dict, init=False)
    events: list[tuple[Any, ...]] = field(factory=list, init=False)

    @property
    def before(self) -> State:
        """The state before the call."""
        return self.step.before

    @property
    def signer(self) -> Any:
        """Who signed the call."""
        return self.step.signer or 0

    @property
    def block(self) -> int:
        """The present block."""
        return self.step.before.block_number

    def argument(self, name: str) -> Any:
        """Return an argument as a number."""
        return self.step.argument(name)

    def since(self, version: int) -> bool:
        """Whether the rules are those of a version or later ones."""
        return self.step.era.spec_version >= version

    def read(self, *key: Any) -> Any:
        """Return what an entry is at this point of the call."""
        return self.entries[key] if key in self.entries else entry(self.before, key)

    def write(self, value: Any, *key: Any) -> None:
        """Enter a value."""
        self.entries[key] = value

    def noted(self, *key: Any) -> None:
        """Enter the present block."""
        self.write(self.block, *key)

    def listed(self, hotkey: int, *key: Any) -> None:
        """Append a hotkey to a list, unless it is there."""
        if hotkey not in self.read(*key):
            self.write((*self.read(*key), hotkey), *key)

    def told(self, name: str, *fields: Any) -> None:
        """Enter an event."""
        self.events.append((name, *map(str, fields)))
