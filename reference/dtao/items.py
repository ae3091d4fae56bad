"""The storage items of a version of the runtime; each stands on the attribute that holds it (:mod:`dtao.stored`)."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from attrs import field, frozen

from dtao.errors import UnknownName
from dtao.evolving import comparer
from dtao.given import shown
from dtao.records import Neurons, Registration, Subnet
from dtao.settings import Hyperparameters, Parameters
from dtao.stored import VARIANT, Item

SUBNET_PARTS: Mapping[type, str] = {
    Registration: "registration",
    Hyperparameters: "hyperparameters",
    Neurons: "neurons",
}


@frozen(eq=False)
class Items:
    """The storage items of one version of the runtime, and what it reads where nothing is stored."""

    by_name: Mapping[str, Item]
    by_record: Mapping[type, tuple[Item, ...]] = field(init=False)
    with_variants: frozenset[str] = field(init=False)
    """The items whose keys are of several kinds, by the name that these share."""
    subnet: Subnet = field(init=False)
    """What is read under a netuid under which nothing is stored."""
    parameters: Parameters = field(init=False)
    """What is read of the parameters of the whole network where nothing is stored."""

    @by_record.default
    def _by_record(self) -> Mapping[type, tuple[Item, ...]]:
        found: dict[type, tuple[Item, ...]] = {}
        for item in self.by_name.values():
            found[item.record] = (*found.get(item.record, ()), item)
        return found

    @cached_property
    def differing(self) -> Mapping[type, Callable[[object, object], list[tuple[Item, Any, Any]]]]:
        """What lists the items of which two records of a type hold different objects, with both.

        It is made when it is first asked for: that takes a fifth of the time in which all versions are loaded.
        """
        return {
            record: comparer(*((item.attribute, item) for item in items)) for record, items in self.by_record.items()
        }

    @with_variants.default
    def _with_variants(self) -> frozenset[str]:
        return frozenset(name.partition(VARIANT)[0] for name in self.by_name if VARIANT in name)

    @subnet.default
    def _subnet(self) -> Subnet:
        return Subnet(**{attribute: self.blank(record) for record, attribute in SUBNET_PARTS.items()})

    @parameters.default
    def _parameters(self) -> Parameters:
        parameters: Parameters = self.blank(Parameters)
        return parameters

    def blank(self, record: type) -> Any:
        """Return the record, of a subnet's part or of the parameters, in which every attribute has its default."""
        return record(**{item.attribute: item.absent for item in self.by_record[record] if not item.map_keys})

    def named(self, name: str, place: str) -> Item:
        """Return the item of this name, or refuse the name and suggest the nearest ones."""
        if type(name) is not str or name not in self.by_name:
            near = ", ".join(get_close_matches(name[:80], self.by_name, 3, 0.5)) if type(name) is str else ""
            hint = f"did you mean {near}?" if near else "the items of the era list them all"
            raise UnknownName(f"{place}: there is no storage item {shown(name)} in this era; {hint}")
        return self.by_name[name]
