"""All storage items, collected from the attributes of the records; a version has those whose span it lies in."""

from collections.abc import Mapping

from attrs import evolve

from dtao.codec import Kind
from dtao.items import Items
from dtao.records import Emission, Hyperparameters, Neurons, Parameters, Pool, Registration, SharePool, Subnet
from dtao.rules.pools.concentrated.records import Ranges
from dtao.state import State
from dtao.stored import Item, items_of

RECORDS = (State, Parameters, Subnet, Pool, Ranges, Emission, Registration, Hyperparameters, Neurons, SharePool)
ITEMS: Mapping[str, Item] = {item.name: item for record in RECORDS for item in items_of(record)}


def items_at(
    spec_version: int,
    defaults: Mapping[str, object] | None = None,
    before: Items | None = None,
    kinds: Mapping[str, Kind] | None = None,
) -> Items:
    """Return the items of a version of the runtime, with the defaults and kinds that changed then or ``before``."""
    known = {} if before is None else before.by_name
    having = {item.name: known.get(item.name, item) for item in ITEMS.values() if item.is_in(spec_version)}
    having |= {name: evolve(having[name], default=default) for name, default in (defaults or {}).items()}
    having |= {name: evolve(having[name], kind=kind) for name, kind in (kinds or {}).items()}
    return Items(having)
