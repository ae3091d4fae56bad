"""Other names for the same: states and calls whose accounts or subnets are called by other numbers."""

import re
from collections.abc import Callable, Mapping, Sequence

from attrs import field, frozen

from dtao.stored import Item
from dtao_properties.adapters.protocol import Json

Rename = Callable[[int], int]
ACCOUNTS = frozenset({"account", "hotkey", "coldkey"})
"""What the keys of items are called that are accounts."""
MECHANISM = 4_096
"""By how much the indices of a subnet's mechanisms differ, which stand where netuids do."""
ACCOUNT, LIST_OF_ACCOUNTS = "an account", "a list of an account"
PAIRS, PENDING = "a list of [a u64, an account]", "[a list of [a u64, an account], a u64]"
"""The kinds of values in which accounts are."""
RATES, CHOICE = "RootClaimable", "RootClaimType"
"""The items with netuids in their values."""
OF_KINDS = re.compile(r"(\w+)/(\w+)\((.*)\)")
NETUID = re.compile(r"NetUid\((\d+)\)")
ACCOUNT_ARGUMENTS = frozenset({
    "hotkey", "coldkey", "new_hotkey", "old_coldkey", "new_coldkey", "dest", "origin_hotkey", "destination_hotkey",
    "destination_coldkey",
})  # fmt: skip
NETUID_ARGUMENTS = frozenset({"netuid", "origin_netuid", "destination_netuid"})


def same(number: int) -> int:
    """Leave a number as it is."""
    return number


@frozen
class Relabelling:
    """New numbers for accounts and for subnets."""

    items: Mapping[str, Item]
    """The items of the version: their keys and values say where accounts and netuids stand."""
    account: Rename = field(default=same)
    netuid: Rename = field(default=same)

    def flat(self, state: Mapping[str, Json]) -> dict[str, Json]:
        """Return a flat state, or a diff, under the new numbers."""
        return {self.entry(entry): self._value(entry.partition("/")[0], value) for entry, value in state.items()}

    def entry(self, entry: str) -> str:
        """Return the name of an entry under the new numbers."""
        if found := OF_KINDS.fullmatch(entry):
            name, kind, keys = found.groups()
            renamed = NETUID.sub(lambda key: f"NetUid({self.netuid(int(key[1]))})", keys)
            if keys.isdecimal():
                renamed = str(self.account(int(keys)))
            return f"{name}/{kind}({renamed})"
        name, *given = entry.split("/")
        names = self.items[name].keys if name in self.items else ()
        keys = (self._key(kind, key) for kind, key in zip(names, given, strict=True)) if names else given
        return "/".join((name, *keys))

    def _key(self, kind: str, key: str) -> str:
        if kind in ACCOUNTS:
            return self._account(key)
        if kind != "netuid":
            return key
        mechanism, netuid = divmod(int(key), MECHANISM)
        return str(self.netuid(netuid) + MECHANISM * mechanism)

    def request(self, request: Mapping[str, Json]) -> dict[str, Json]:
        """Return a call under the new numbers."""
        args = {name: self._argument(name, value) for name, value in request["args"].items()}
        signer = request["signer"]
        return {**request, "signer": None if signer is None else self._account(signer), "args": args}

    def _argument(self, name: str, value: Json) -> Json:
        if name in ACCOUNT_ARGUMENTS:
            return self._account(value)
        if name in NETUID_ARGUMENTS:
            return None if value is None else self.netuid(int(value))
        if name == "subnets":
            return [self.netuid(int(netuid)) for netuid in value]
        if name == "new_root_claim_type":
            return self._choice(value)
        return self._pairs(value) if name == "children" else value

    def _value(self, item: str, value: Json) -> Json:
        if value is None or item not in self.items:
            return value
        kind = self.items[item].kind.name
        if kind == ACCOUNT:
            return self._account(value)
        if kind == LIST_OF_ACCOUNTS:
            return [self._account(one) for one in value]
        if kind in (PAIRS, PENDING):
            return self._pairs(value) if kind == PAIRS else [self._pairs(value[0]), value[1]]
        if item == RATES:
            return sorted([self.netuid(int(netuid)), rate] for netuid, rate in value)
        return self._choice(value) if item == CHOICE else value

    def _choice(self, value: Json) -> Json:
        if not isinstance(value, dict):
            return value
        return {name: sorted(self.netuid(int(netuid)) for netuid in netuids) for name, netuids in value.items()}

    def _pairs(self, pairs: Sequence[Sequence[Json]]) -> list[list[Json]]:
        return [[part, self._account(account)] for part, account in pairs]

    def _account(self, account: Json) -> str:
        return str(self.account(int(account)))
