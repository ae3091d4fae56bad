"""All storage items, collected from the attributes of the records; a version has those whose span it lies in."""

from collections.abc import Mapping

from attrs import evolve

from dtao.codec import Kind
from dtao.items import Items
from dtao.records import AlphaAssets, ColdkeyLocks, Emission, Neurons, Pool, Registration, SharePool, Subnet
from dtao.rules.pools.concentrated.records import Ranges
from dtao.rules.pools.weighted import Weights
from dtao.settings import Hyperparameters, Parameters
from dtao.state import State
from dtao.stored import Item, items_of

RECORDS = (
    State,
    Parameters,
    Subnet,
    Pool,
    Ranges,
    Weights,
    Emission,
    Registration,
    Hyperparameters,
    Neurons,
    SharePool,
    ColdkeyLocks,
    AlphaAssets,
)
ALL_ITEMS = tuple(item for record in RECORDS for item in items_of(record))
"""Of every version; one whose keys changed is there with either."""
ITEMS: Mapping[str, Item] = {item.name: item for item in ALL_ITEMS}
"""By name; of one whose keys changed the later."""


def items_at(
    spec_version: int,
    defaults: Mapping[str, object] | None = None,
    before: Items | None = None,
    kinds: Mapping[str, Kind] | None = None,
) -> Items:
    """Return the items of a version of the runtime, with the defaults and kinds that changed then or ``before``."""
    known = {} if before is None else before.by_name
    having = {item.name: _as_known(item, known) for item in ALL_ITEMS if item.is_in(spec_version)}
    having = {name: _as_recorded(item, spec_version) for name, item in having.items()}
    having |= {name: _with_default(having[name], default) for name, default in (defaults or {}).items()}
    having |= {name: evolve(having[name], kind=kind) for name, kind in (kinds or {}).items()}
    return Items(having)


def _as_known(item: Item, known: Mapping[str, Item]) -> Item:
    """Return an item with the default and the kind that it has in a version before, if it is the same one there."""
    before = known.get(item.name, item)
    return before if before.attribute == item.attribute else item


def _as_recorded(item: Item, spec_version: int) -> Item:
    """Return an item that recordings of a version do not name with a default, at which the flat form leaves it out."""
    if item.default is None and item.is_unrecorded(spec_version):
        return evolve(item, default=item.absent)
    return item


def _with_default(item: Item, default: object) -> Item:
    """Return an item with another default; one without, which the flat form always lists, gets an initial value."""
    return evolve(item, initial=default) if item.default is None else evolve(item, default=default)
