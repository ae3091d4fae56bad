"""All storage items, collected from the attributes of the records; a version has those whose span it lies in."""

from collections.abc import Mapping

from attrs import evolve

from dtao.items import Items
from dtao.records import Emission, Hyperparameters, Neurons, Parameters, Pool, Registration, SharePool, Subnet
from dtao.state import State
from dtao.stored import Item, items_of

RECORDS = (State, Parameters, Subnet, Pool, Emission, Registration, Hyperparameters, Neurons, SharePool)
ITEMS: Mapping[str, Item] = {item.name: item for record in RECORDS for item in items_of(record)}


def items_at(spec_version: int, defaults: Mapping[str, object] | None = None, before: Items | None = None) -> Items:
    """Return the items of a version of the runtime, with the defaults that changed then or ``before``."""
    changed: dict[str, object] = {}
    if before is not None:
        changed |= {item.name: item.default for item in before.by_name.values() if item != ITEMS[item.name]}
    changed |= defaults or {}
    having = [item for item in ITEMS.values() if item.is_in(spec_version)]
    return Items(
        {item.name: evolve(item, default=changed[item.name]) if item.name in changed else item for item in having}
    )
